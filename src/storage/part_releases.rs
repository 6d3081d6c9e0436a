//! What the principal of a school passed on: which part of its results of which wave, and to whom.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::opening::{Audience, Part};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartRelease {
    pub school_id: SchoolId,
    pub wave: String,
    pub part: Part,
    pub audience: Audience,
    pub at: DateTime<Utc>,
}

/// Keeps that a part was passed on; whether that is new. It is never taken back.
pub async fn insert(tx: &mut Tx, release: &PartRelease, actor: &str) -> Result<bool, StorageError> {
    let new = on!(tx, c => sqlx::query(
            "INSERT INTO part_releases (school_id, wave, part, audience, at, actor)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (school_id, wave, part, audience) DO NOTHING")
        .bind(release.school_id.0).bind(&release.wave).bind(release.part.key()).bind(release.audience.key())
        .bind(release.at).bind(actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(new > 0)
}

type Row = (Uuid, String, String, String, DateTime<Utc>);

fn read(rows: Vec<Row>) -> Vec<PartRelease> {
    let mut releases: Vec<PartRelease> = rows
        .into_iter()
        .filter_map(|(school, wave, part, audience, at)| {
            Some(PartRelease {
                school_id: SchoolId(school),
                wave,
                part: Part::from_key(&part)?,
                audience: Audience::from_key(&audience)?,
                at,
            })
        })
        .collect();
    releases.sort_by(|a, b| {
        (a.school_id, &a.wave, a.part, a.audience).cmp(&(b.school_id, &b.wave, b.part, b.audience))
    });
    releases
}

pub async fn of_school(tx: &mut Tx, school_id: SchoolId) -> Result<Vec<PartRelease>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, wave, part, audience, at FROM part_releases WHERE school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(read(rows))
}

/// Of all schools of a study: what left the principal's hands, and when.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<PartRelease>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT r.school_id, r.wave, r.part, r.audience, r.at FROM part_releases r
             JOIN schools s ON s.school_id = r.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(read(rows))
}
