//! Members who object to being listed, and what is done about it.

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use super::audit::Act;
use super::snapshot::ObjectionRow;
use super::{StorageError, Tx};
use crate::domain::id::{MemberId, SchoolId, StudyId};
use crate::domain::study::Objection;

pub(super) fn from_key(policy: &str) -> Result<Objection, StorageError> {
    Objection::from_letter(policy).ok_or_else(|| StorageError::Inconsistent {
        table: "objections",
        column: "policy",
        why: format!("`{policy}` is no policy"),
    })
}

/// Keeps that a member objects; an earlier objection makes way.
pub async fn put(
    tx: &mut Tx,
    act: &Act,
    member_id: MemberId,
    policy: Objection,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO objections (member_id, policy, at, actor) VALUES ($1, $2, $3, $4)
             ON CONFLICT (member_id) DO UPDATE SET policy = excluded.policy, at = excluded.at, actor = excluded.actor")
        .bind(member_id.0).bind(policy.letter()).bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    other_list(tx, member_id).await
}

/// Who is shown to colleagues has changed: whoever keeps the list in memory reads it again.
async fn other_list(tx: &mut Tx, member_id: MemberId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE schools SET roster_version = roster_version + 1
             WHERE school_id = (SELECT school_id FROM members WHERE member_id = $1)")
        .bind(member_id.0).execute(c).await.map(drop))?;
    Ok(())
}

/// False if there was no objection.
pub async fn remove(tx: &mut Tx, member_id: MemberId) -> Result<bool, StorageError> {
    let removed = on!(tx, c => sqlx::query("DELETE FROM objections WHERE member_id = $1")
        .bind(member_id.0).execute(c).await.map(|done| done.rows_affected()))?;
    other_list(tx, member_id).await?;
    Ok(removed == 1)
}

/// Why someone is asked nothing more, and hears nothing more of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// Objects to being listed.
    Objects,
    /// Said no to research the last time that it was asked.
    Refused,
}

/// Who of a study is asked nothing more.
pub async fn silent(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<MemberId, Silence>, StorageError> {
    silent_in(tx, Some(study_id.0), None).await
}

/// Who of a school, or of the office of a board, is asked nothing more.
pub async fn silent_at(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<MemberId, Silence>, StorageError> {
    silent_in(tx, None, Some(school_id.0)).await
}

async fn silent_in(
    tx: &mut Tx,
    study: Option<Uuid>,
    school: Option<Uuid>,
) -> Result<BTreeMap<MemberId, Silence>, StorageError> {
    let said: Vec<(Uuid, bool)> = on!(tx, c => sqlx::query_as(
            "SELECT c.member_id, c.given FROM consents c
             JOIN members m ON m.member_id = c.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE c.purpose = 'research'
               AND s.study_id = COALESCE($1, s.study_id) AND s.school_id = COALESCE($2, s.school_id)
             ORDER BY c.at, c.consent_id")
        .bind(study).bind(school).fetch_all(c).await)?;
    let latest: BTreeMap<Uuid, bool> = said.into_iter().collect();
    let mut silent: BTreeMap<MemberId, Silence> = latest
        .into_iter()
        .filter(|(_, given)| !given)
        .map(|(member, _)| (MemberId(member), Silence::Refused))
        .collect();
    let objecting: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT o.member_id FROM objections o
             JOIN members m ON m.member_id = o.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = COALESCE($1, s.study_id) AND s.school_id = COALESCE($2, s.school_id)")
        .bind(study).bind(school).fetch_all(c).await)?;
    silent.extend(
        objecting
            .into_iter()
            .map(|id| (MemberId(id), Silence::Objects)),
    );
    Ok(silent)
}

/// What is done about the objections of one staff list.
pub async fn of_list(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<MemberId, Objection>, StorageError> {
    let rows: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(
            "SELECT o.member_id, o.policy FROM objections o
             JOIN members m ON m.member_id = o.member_id WHERE m.school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(member, policy)| Ok((MemberId(member), from_key(&policy)?)))
        .collect()
}

/// Whether this is a membership in this study.
pub async fn is_member(
    tx: &mut Tx,
    study_id: StudyId,
    member_id: MemberId,
) -> Result<bool, StorageError> {
    let known: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM members m JOIN schools s ON s.school_id = m.school_id
             WHERE m.member_id = $1 AND s.study_id = $2")
        .bind(member_id.0).bind(study_id.0).fetch_one(c).await)?;
    Ok(known > 0)
}

/// Everyone who is on nobody's list any more, of all studies: the table is short, and an id is in one study only.
pub async fn left_out(tx: &mut Tx) -> Result<BTreeSet<MemberId>, StorageError> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar("SELECT member_id FROM objections WHERE policy = 'C'")
        .fetch_all(c).await)?;
    Ok(ids.into_iter().map(MemberId).collect())
}

pub(super) async fn of_study(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<ObjectionRow>, StorageError> {
    let rows: Vec<(Uuid, Uuid, String)> = on!(tx, c => sqlx::query_as(
            "SELECT o.member_id, m.school_id, o.policy FROM objections o
             JOIN members m ON m.member_id = o.member_id
             JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(member_id, school_id, policy)| {
            Ok(ObjectionRow {
                member_id,
                policy: from_key(&policy)?,
                school_id,
            })
        })
        .collect()
}
