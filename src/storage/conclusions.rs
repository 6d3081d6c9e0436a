//! What was concluded from frozen data: kept by the hash of the data and of the method, newest first.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::opening::Part;

/// Which data, concluded in which way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConclusionKey {
    pub snapshot_hash: String,
    pub method_hash: String,
}

/// Keeps a conclusion. The same data and method conclude the same: keeping it again only makes it the newest.
pub async fn keep(
    tx: &mut Tx,
    study_id: StudyId,
    key: &ConclusionKey,
    findings: &str,
    parts: &[(SchoolId, Part, String)],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let known = on!(tx, c => sqlx::query(
            "UPDATE conclusions SET taken_at = $3 WHERE snapshot_hash = $1 AND method_hash = $2")
        .bind(&key.snapshot_hash).bind(&key.method_hash).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    if known > 0 {
        return Ok(());
    }
    let new = on!(tx, c => sqlx::query(
            "INSERT INTO conclusions (snapshot_hash, method_hash, study_id, taken_at, findings)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (snapshot_hash, method_hash) DO NOTHING")
        .bind(&key.snapshot_hash).bind(&key.method_hash).bind(study_id.0).bind(at).bind(findings)
        .execute(c).await.map(|done| done.rows_affected()))?;
    if new == 0 {
        return Ok(());
    }
    for (school, part, content) in parts {
        on!(tx, c => sqlx::query(
                "INSERT INTO school_parts (snapshot_hash, method_hash, school_id, part, content) VALUES ($1, $2, $3, $4, $5)")
            .bind(&key.snapshot_hash).bind(&key.method_hash).bind(school.0).bind(part.key()).bind(content)
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Key and time of the newest conclusion of a study.
pub async fn newest(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Option<(ConclusionKey, DateTime<Utc>)>, StorageError> {
    let row: Option<(String, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT snapshot_hash, method_hash, taken_at FROM conclusions WHERE study_id = $1
             ORDER BY taken_at DESC, snapshot_hash, method_hash LIMIT 1")
        .bind(study_id.0).fetch_optional(c).await)?;
    Ok(row.map(|(snapshot_hash, method_hash, at)| {
        (
            ConclusionKey {
                snapshot_hash,
                method_hash,
            },
            at,
        )
    }))
}

pub async fn findings(tx: &mut Tx, key: &ConclusionKey) -> Result<Option<String>, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT findings FROM conclusions WHERE snapshot_hash = $1 AND method_hash = $2")
        .bind(&key.snapshot_hash).bind(&key.method_hash).fetch_optional(c).await)?)
}

/// Every conclusion that is kept of these data, by whatever method.
pub async fn of_snapshot(
    tx: &mut Tx,
    study_id: StudyId,
    snapshot_hash: &str,
) -> Result<Vec<String>, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT findings FROM conclusions WHERE study_id = $1 AND snapshot_hash = $2 ORDER BY method_hash")
        .bind(study_id.0).bind(snapshot_hash).fetch_all(c).await)?)
}

/// One part of a conclusion for every school that has it.
pub async fn parts(
    tx: &mut Tx,
    key: &ConclusionKey,
    part: Part,
) -> Result<Vec<(SchoolId, String)>, StorageError> {
    let rows: Vec<(Uuid, String)> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, content FROM school_parts
             WHERE snapshot_hash = $1 AND method_hash = $2 AND part = $3 ORDER BY school_id")
        .bind(&key.snapshot_hash).bind(&key.method_hash).bind(part.key()).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(school, content)| (SchoolId(school), content))
        .collect())
}

/// A part of one school's results in the newest conclusion that has it, with its time.
pub async fn part(
    tx: &mut Tx,
    study_id: StudyId,
    school_id: SchoolId,
    part: Part,
) -> Result<Option<(String, DateTime<Utc>)>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT p.content, s.taken_at FROM school_parts p
             JOIN conclusions s ON s.snapshot_hash = p.snapshot_hash AND s.method_hash = p.method_hash
             WHERE s.study_id = $1 AND p.school_id = $2 AND p.part = $3 ORDER BY s.taken_at DESC LIMIT 1")
        .bind(study_id.0).bind(school_id.0).bind(part.key()).fetch_optional(c).await)?)
}
