//! Frozen data by their hash, and what was concluded from them.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};

/// Keeps the findings of a snapshot. The same data have the same hash: keeping them again changes nothing.
pub async fn keep(
    tx: &mut Tx,
    study_id: StudyId,
    hash: &str,
    findings: &str,
    portraits: &[(SchoolId, String)],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let new = on!(tx, c => sqlx::query(
            "INSERT INTO snapshots (snapshot_hash, study_id, taken_at, findings) VALUES ($1, $2, $3, $4)
             ON CONFLICT (snapshot_hash) DO NOTHING")
        .bind(hash).bind(study_id.0).bind(at).bind(findings)
        .execute(c).await.map(|done| done.rows_affected()))?;
    if new == 0 {
        return Ok(());
    }
    for (school, portrait) in portraits {
        on!(tx, c => sqlx::query("INSERT INTO portraits (snapshot_hash, school_id, portrait) VALUES ($1, $2, $3)")
            .bind(hash).bind(school.0).bind(portrait).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Hash and time of the newest snapshot of a study.
pub async fn newest(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Option<(String, DateTime<Utc>)>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT snapshot_hash, taken_at FROM snapshots WHERE study_id = $1 ORDER BY taken_at DESC LIMIT 1")
        .bind(study_id.0).fetch_optional(c).await)?)
}

pub async fn findings(tx: &mut Tx, hash: &str) -> Result<Option<String>, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT findings FROM snapshots WHERE snapshot_hash = $1")
        .bind(hash).fetch_optional(c).await)?,
    )
}

/// The portraits of a snapshot, by school.
pub async fn portraits(tx: &mut Tx, hash: &str) -> Result<Vec<(SchoolId, String)>, StorageError> {
    let rows: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, portrait FROM portraits WHERE snapshot_hash = $1")
        .bind(hash).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(school, portrait)| (SchoolId(school), portrait))
        .collect())
}

/// The portrait of one school, with the time of its snapshot.
pub async fn portrait(
    tx: &mut Tx,
    study_id: StudyId,
    school_id: SchoolId,
) -> Result<Option<(String, DateTime<Utc>)>, StorageError> {
    let id: Uuid = school_id.0;
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT p.portrait, s.taken_at FROM portraits p JOIN snapshots s ON s.snapshot_hash = p.snapshot_hash
             WHERE s.study_id = $1 AND p.school_id = $2 ORDER BY s.taken_at DESC LIMIT 1")
        .bind(study_id.0).bind(id).fetch_optional(c).await)?)
}
