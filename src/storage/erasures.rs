//! Who was forgotten, without a name.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audit::Act;
use super::objections::from_key;
use super::snapshot::RemovedRow;
use super::{StorageError, Tx};
use crate::domain::erasure::Entry;
use crate::domain::id::{PersonId, StudyId};

pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    id: Uuid,
    study_id: StudyId,
    entry: &Entry,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO erasures (erasure_id, study_id, person_id, policy, at, actor) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(id).bind(study_id.0).bind(entry.person_id.0).bind(entry.policy.letter()).bind(entry.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Of every study, in the order in which they were forgotten.
pub async fn all(tx: &mut Tx) -> Result<Vec<Entry>, StorageError> {
    let rows: Vec<(String, Uuid, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT s.key, e.person_id, e.policy, e.at FROM erasures e JOIN studies s ON s.study_id = e.study_id
             ORDER BY e.at, e.person_id")
        .fetch_all(c).await)?;
    rows.into_iter()
        .map(|(study, person_id, policy, at)| {
            Ok(Entry {
                study,
                person_id: PersonId(person_id),
                policy: from_key(&policy)?,
                at,
            })
        })
        .collect()
}

/// How many people of a study were forgotten, by what became of them in others' answers. Someone who was on the lists
/// twice was forgotten under both keys at the same instant, and counts once.
pub(super) async fn of_study(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<RemovedRow>, StorageError> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT policy, COUNT(DISTINCT at) FROM erasures WHERE study_id = $1 GROUP BY policy ORDER BY policy")
        .bind(study_id.0).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(policy, n)| {
            Ok(RemovedRow {
                n,
                policy: from_key(&policy)?,
            })
        })
        .collect()
}
