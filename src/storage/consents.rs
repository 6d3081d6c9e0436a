//! What members agreed to. Rows are only added: the latest of a use counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::batch::Batch;
use super::records::pseudonym;
use super::{StorageError, Tx, rosters};
use crate::domain::consent::{Decision, Purpose};
use crate::domain::id::{MemberId, SchoolId, StudyId};

pub fn insert(
    batch: &mut Batch,
    consent_id: Uuid,
    member_id: MemberId,
    purpose: Purpose,
    decision: Decision,
    at: DateTime<Utc>,
) {
    batch.add(
        "INSERT INTO consents (consent_id, member_id, purpose, version, given, at) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            consent_id.into(),
            member_id.0.into(),
            purpose.key().into(),
            decision.version.into(),
            decision.given.into(),
            at.into(),
        ],
    );
}

/// The latest word of a member on each use; a use that was never asked about is not among them.
pub async fn of_member(
    tx: &mut Tx,
    member_id: MemberId,
) -> Result<BTreeMap<Purpose, Decision>, StorageError> {
    let rows: Vec<(String, i64, bool)> = on!(tx, c => sqlx::query_as(
            "SELECT purpose, version, given FROM consents WHERE member_id = $1 ORDER BY at, consent_id")
        .bind(member_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .filter_map(|(purpose, version, given)| {
            Some((Purpose::from_key(&purpose)?, Decision { version, given }))
        })
        .collect())
}

/// The members of a study whose latest word on this use is this one.
pub(super) async fn who_said(
    tx: &mut Tx,
    study_id: StudyId,
    purpose: Purpose,
    word: bool,
) -> Result<BTreeSet<Uuid>, StorageError> {
    let rows: Vec<(Uuid, bool)> = on!(tx, c => sqlx::query_as(
            "SELECT c.member_id, c.given FROM consents c
             JOIN members m ON m.member_id = c.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND c.purpose = $2 ORDER BY c.at, c.consent_id")
        .bind(study_id.0).bind(purpose.key()).fetch_all(c).await)?;
    let latest: BTreeMap<Uuid, bool> = rows.into_iter().collect();
    Ok(latest
        .into_iter()
        .filter(|(_, given)| *given == word)
        .map(|(member, _)| member)
        .collect())
}

/// Who of a school may be drawn by name at this moment: what the evaluation calls them, and their names. Someone who took
/// it back, objects to being listed or refused research is not among them, whatever was concluded before.
pub async fn drawn_by_name(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<String, String>, StorageError> {
    let rows: Vec<(Uuid, String, String, bool)> = on!(tx, c => sqlx::query_as(
            "SELECT m.person_id, k.name, c.purpose, c.given FROM consents c
             JOIN members m ON m.member_id = c.member_id
             JOIN contacts k ON k.person_id = m.person_id
             WHERE m.school_id = $1 AND c.purpose IN ('research', 'person_picture')
               AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.member_id = m.member_id)
             ORDER BY c.at, c.consent_id")
        .bind(school_id.0).fetch_all(c).await)?;
    let mut names = BTreeMap::new();
    let mut said: BTreeMap<(Uuid, String), bool> = BTreeMap::new();
    for (person_id, name, purpose, given) in rows {
        names.insert(person_id, tx.unseal(rosters::NAME, name)?);
        said.insert((person_id, purpose), given);
    }
    let last = |person_id: Uuid, purpose: Purpose| {
        said.get(&(person_id, purpose.key().to_owned())).copied()
    };
    Ok(names
        .into_iter()
        .filter(|(person_id, _)| {
            last(*person_id, Purpose::PersonPicture) == Some(true)
                && last(*person_id, Purpose::Research) != Some(false)
        })
        .map(|(person_id, name)| (pseudonym(person_id), name))
        .collect())
}
