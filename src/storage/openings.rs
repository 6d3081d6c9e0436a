//! The first time that an audience of a school opened a part of its results.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::opening::{Audience, Part};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    pub school_id: SchoolId,
    pub wave: String,
    pub part: Part,
    pub audience: Audience,
    pub first_at: DateTime<Utc>,
}

/// Notes an opening; whether it is the first. Later ones change nothing.
pub async fn insert(tx: &mut Tx, opening: &Opening, actor: &str) -> Result<bool, StorageError> {
    let new = on!(tx, c => sqlx::query(
            "INSERT INTO openings (school_id, wave, part, audience, first_at, actor)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (school_id, wave, part, audience) DO NOTHING")
        .bind(opening.school_id.0).bind(&opening.wave).bind(opening.part.key()).bind(opening.audience.key())
        .bind(opening.first_at).bind(actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(new > 0)
}

type Row = (Uuid, String, String, String, DateTime<Utc>);

fn read(rows: Vec<Row>) -> Vec<Opening> {
    rows.into_iter()
        .filter_map(|(school, wave, part, audience, first_at)| {
            Some(Opening {
                school_id: SchoolId(school),
                wave,
                part: Part::from_key(&part)?,
                audience: Audience::from_key(&audience)?,
                first_at,
            })
        })
        .collect()
}

pub async fn of_school(tx: &mut Tx, school_id: SchoolId) -> Result<Vec<Opening>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, wave, part, audience, first_at FROM openings WHERE school_id = $1
             ORDER BY wave, part, audience")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(read(rows))
}

/// Of all schools of a study: what they had seen, and when.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Opening>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT o.school_id, o.wave, o.part, o.audience, o.first_at FROM openings o
             JOIN schools s ON s.school_id = o.school_id WHERE s.study_id = $1
             ORDER BY s.key, o.wave, o.part, o.audience")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(read(rows))
}
