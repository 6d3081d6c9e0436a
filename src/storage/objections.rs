//! Members who object to being listed, and what is done about it.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::audit::Act;
use super::snapshot::ObjectionRow;
use super::{StorageError, Tx};
use crate::domain::id::{MemberId, StudyId};
use crate::domain::study::Objection;

fn key(policy: Objection) -> &'static str {
    match policy {
        Objection::A => "A",
        Objection::B => "B",
        Objection::C => "C",
    }
}

pub(super) fn from_key(policy: &str) -> Result<Objection, StorageError> {
    [Objection::A, Objection::B, Objection::C]
        .into_iter()
        .find(|known| key(*known) == policy)
        .ok_or_else(|| StorageError::Inconsistent {
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
        .bind(member_id.0).bind(key(policy)).bind(act.at).bind(&act.actor)
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
