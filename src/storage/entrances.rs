//! Codes that let many in: pupils of a class, or whoever belongs to an open group. One per unit and wave.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrance {
    pub entrance_id: Uuid,
    pub study_id: StudyId,
    /// The class or group.
    pub unit: SchoolId,
    pub wave: String,
    pub issue: i64,
    pub opened_at: DateTime<Utc>,
    /// From then on the code opens nothing.
    pub shut_at: Option<DateTime<Utc>>,
}

type Row = (
    Uuid,
    Uuid,
    Uuid,
    String,
    i64,
    DateTime<Utc>,
    Option<DateTime<Utc>>,
);

fn read(row: Row) -> Entrance {
    let (entrance_id, study_id, unit, wave, issue, opened_at, shut_at) = row;
    Entrance {
        entrance_id,
        study_id: StudyId(study_id),
        unit: SchoolId(unit),
        wave,
        issue,
        opened_at,
        shut_at,
    }
}

pub async fn insert(tx: &mut Tx, entrance: &Entrance, selector: &str) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO entrances (entrance_id, school_id, wave, issue, selector, opened_at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(entrance.entrance_id).bind(entrance.unit.0).bind(&entrance.wave).bind(entrance.issue)
        .bind(selector).bind(entrance.opened_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// A new code in the place of the old one, open again.
pub async fn reissue(
    tx: &mut Tx,
    entrance_id: Uuid,
    issue: i64,
    selector: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE entrances SET issue = $2, selector = $3, shut_at = NULL WHERE entrance_id = $1")
        .bind(entrance_id).bind(issue).bind(selector)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn shut(tx: &mut Tx, entrance_id: Uuid, at: DateTime<Utc>) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE entrances SET shut_at = $2 WHERE entrance_id = $1 AND shut_at IS NULL")
        .bind(entrance_id).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn by_selector(tx: &mut Tx, selector: &str) -> Result<Option<Entrance>, StorageError> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
            "SELECT e.entrance_id, s.study_id, e.school_id, e.wave, e.issue, e.opened_at, e.shut_at
             FROM entrances e JOIN schools s ON s.school_id = e.school_id WHERE e.selector = $1")
        .bind(selector).fetch_optional(c).await)?;
    Ok(row.map(read))
}

pub async fn load(tx: &mut Tx, entrance_id: Uuid) -> Result<Option<Entrance>, StorageError> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
            "SELECT e.entrance_id, s.study_id, e.school_id, e.wave, e.issue, e.opened_at, e.shut_at
             FROM entrances e JOIN schools s ON s.school_id = e.school_id WHERE e.entrance_id = $1")
        .bind(entrance_id).fetch_optional(c).await)?;
    Ok(row.map(read))
}

pub async fn of_unit(
    tx: &mut Tx,
    unit: SchoolId,
    wave: &str,
) -> Result<Option<Entrance>, StorageError> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
            "SELECT e.entrance_id, s.study_id, e.school_id, e.wave, e.issue, e.opened_at, e.shut_at
             FROM entrances e JOIN schools s ON s.school_id = e.school_id WHERE e.school_id = $1 AND e.wave = $2")
        .bind(unit.0).bind(wave).fetch_optional(c).await)?;
    Ok(row.map(read))
}

pub async fn selector_is_taken(tx: &mut Tx, selector: &str) -> Result<bool, StorageError> {
    Ok(by_selector(tx, selector).await?.is_some())
}
