//! A trainer's reports: a draft until it is filed, and unchangeable after that.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::answer::{Answer, Pin};
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::training::Seen;

#[derive(Debug, Clone, PartialEq)]
pub struct TrainerReport {
    pub school_id: SchoolId,
    pub wave: String,
    pub pin: Pin,
    pub answers: BTreeMap<String, Answer>,
    pub filed_at: Option<DateTime<Utc>>,
    /// What she had opened of this school before she filed it.
    pub seen_before: Vec<Seen>,
}

/// Keeps the answers of a draft; false if the report was filed, and is as it was.
pub async fn save(tx: &mut Tx, act: &Act, report: &TrainerReport) -> Result<bool, StorageError> {
    let answers = serde_json::to_string(&report.answers).expect("answers are plain values");
    let kept = on!(tx, c => sqlx::query(
            "INSERT INTO trainer_reports (school_id, wave, instrument, version, hash, answers, seen_before, actor)
             VALUES ($1, $2, $3, $4, $5, $6, '[]', $7)
             ON CONFLICT (school_id, wave) DO UPDATE SET answers = excluded.answers, actor = excluded.actor
             WHERE trainer_reports.filed_at IS NULL")
        .bind(report.school_id.0).bind(&report.wave).bind(&report.pin.instrument).bind(report.pin.version)
        .bind(&report.pin.hash).bind(answers).bind(&act.actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(kept == 1)
}

/// Files a draft, once; false if there is none.
pub async fn file(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    wave: &str,
    seen_before: &[Seen],
) -> Result<bool, StorageError> {
    let seen = serde_json::to_string(seen_before).expect("what was seen is plain values");
    let filed = on!(tx, c => sqlx::query(
            "UPDATE trainer_reports SET filed_at = $3, seen_before = $4, actor = $5
             WHERE school_id = $1 AND wave = $2 AND filed_at IS NULL")
        .bind(school_id.0).bind(wave).bind(act.at).bind(seen).bind(&act.actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(filed == 1)
}

#[derive(sqlx::FromRow)]
struct Flat {
    school_id: Uuid,
    wave: String,
    instrument: String,
    version: i64,
    hash: String,
    answers: String,
    filed_at: Option<DateTime<Utc>>,
    seen_before: String,
}

impl Flat {
    fn report(self) -> Result<TrainerReport, StorageError> {
        let unreadable = |column| {
            move |error: serde_json::Error| StorageError::Inconsistent {
                table: "trainer_reports",
                column,
                why: error.to_string(),
            }
        };
        Ok(TrainerReport {
            school_id: SchoolId(self.school_id),
            wave: self.wave,
            pin: Pin {
                instrument: self.instrument,
                version: self.version,
                hash: self.hash,
            },
            answers: serde_json::from_str(&self.answers).map_err(unreadable("answers"))?,
            filed_at: self.filed_at,
            seen_before: serde_json::from_str(&self.seen_before)
                .map_err(unreadable("seen_before"))?,
        })
    }
}

pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
    wave: &str,
) -> Result<Option<TrainerReport>, StorageError> {
    let row: Option<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, wave, instrument, version, hash, answers, filed_at, seen_before
             FROM trainer_reports WHERE school_id = $1 AND wave = $2")
        .bind(school_id.0).bind(wave).fetch_optional(c).await)?;
    row.map(Flat::report).transpose()
}

/// Every report on a school of the study, drafts too.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<TrainerReport>, StorageError> {
    let rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT r.school_id, r.wave, r.instrument, r.version, r.hash, r.answers, r.filed_at, r.seen_before
             FROM trainer_reports r JOIN schools s ON s.school_id = r.school_id
             WHERE s.study_id = $1 ORDER BY r.school_id, r.wave")
        .bind(study_id.0).fetch_all(c).await)?;
    rows.into_iter().map(Flat::report).collect()
}
