//! Exports of the key table: who asked for one, who agreed, and when it was taken.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct KeyExport {
    pub export_id: Uuid,
    pub asked_at: DateTime<Utc>,
    pub asked_by: String,
    pub agreed_at: Option<DateTime<Utc>>,
    pub agreed_by: Option<String>,
    pub refused_at: Option<DateTime<Utc>>,
    pub taken_at: Option<DateTime<Utc>>,
}

/// Every export that was asked for, newest first.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<KeyExport>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT export_id, asked_at, asked_by, agreed_at, agreed_by, refused_at, taken_at FROM key_exports
             WHERE study_id = $1 ORDER BY asked_at DESC, export_id DESC")
        .bind(study_id.0).fetch_all(c).await)?)
}

pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    export_id: Uuid,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO key_exports (export_id, study_id, asked_at, asked_by) VALUES ($1, $2, $3, $4)")
        .bind(export_id).bind(study_id.0).bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Keeps that a second person agreed or refused. False if that was decided already.
pub async fn decide(
    tx: &mut Tx,
    act: &Act,
    export_id: Uuid,
    agrees: bool,
) -> Result<bool, StorageError> {
    let sql = if agrees {
        "UPDATE key_exports SET agreed_at = $2, agreed_by = $3
         WHERE export_id = $1 AND agreed_at IS NULL AND refused_at IS NULL"
    } else {
        "UPDATE key_exports SET refused_at = $2, refused_by = $3
         WHERE export_id = $1 AND refused_at IS NULL AND taken_at IS NULL"
    };
    let changed = on!(tx, c => sqlx::query(sql)
        .bind(export_id).bind(act.at).bind(&act.actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Keeps that it was taken. False if it was before, or has been refused: of two at once one gets it.
pub async fn take(tx: &mut Tx, act: &Act, export_id: Uuid) -> Result<bool, StorageError> {
    let changed = on!(tx, c => sqlx::query(
            "UPDATE key_exports SET taken_at = $2, taken_by = $3
             WHERE export_id = $1 AND agreed_at IS NOT NULL AND refused_at IS NULL AND taken_at IS NULL")
        .bind(export_id).bind(act.at).bind(&act.actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Whether one account holds both of these links.
pub async fn one_account(tx: &mut Tx, one: Uuid, other: Uuid) -> Result<bool, StorageError> {
    let held: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM account_links a JOIN account_links b ON b.account_id = a.account_id
             WHERE a.link_id = $1 AND b.link_id = $2")
        .bind(one).bind(other).fetch_one(c).await)?;
    Ok(held > 0)
}

/// How many people the key table holds at each school.
pub async fn people_by_school(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<(SchoolId, i64)>, StorageError> {
    let rows: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT m.school_id, COUNT(*) FROM members m JOIN persons p ON p.person_id = m.person_id
             JOIN contacts k ON k.person_id = m.person_id
             WHERE p.study_id = $1 AND m.merged_into IS NULL GROUP BY m.school_id")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(school, n)| (SchoolId(school), n))
        .collect())
}
