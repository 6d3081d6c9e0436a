//! When a cohort answers a wave, and that it is closed.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{StudyId, WindowId};
use crate::domain::time::day_in;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub window_id: WindowId,
    pub cohort: String,
    pub wave: String,
    pub opens_at: DateTime<Utc>,
    pub closes_at: DateTime<Utc>,
    /// Set once: from then on its answers are frozen.
    pub closed_at: Option<DateTime<Utc>>,
}

/// Where a window stands at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    NotYetOpen,
    Open,
    /// Past its closing time, and not yet frozen: what was started may still be submitted for a while.
    Overtime,
    Closed,
}

impl Window {
    /// Its first and last day where the study is. What closes at midnight is not open on the day that begins then.
    pub fn days(&self, zone: Tz) -> (NaiveDate, NaiveDate) {
        let last = self.closes_at - TimeDelta::microseconds(1);
        (day_in(zone, self.opens_at), day_in(zone, last))
    }

    pub fn phase(&self, now: DateTime<Utc>) -> Phase {
        if self.closed_at.is_some() {
            Phase::Closed
        } else if now < self.opens_at {
            Phase::NotYetOpen
        } else if now < self.closes_at {
            Phase::Open
        } else {
            Phase::Overtime
        }
    }
}

pub async fn insert(tx: &mut Tx, study_id: StudyId, window: &Window) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO windows (window_id, study_id, cohort, wave, opens_at, closes_at, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(window.window_id.0).bind(study_id.0).bind(&window.cohort).bind(&window.wave)
        .bind(window.opens_at).bind(window.closes_at).bind(window.closed_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Moves the edges of a window that is not closed.
pub async fn set_dates(
    tx: &mut Tx,
    window_id: WindowId,
    opens_at: DateTime<Utc>,
    closes_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE windows SET opens_at = $2, closes_at = $3 WHERE window_id = $1 AND closed_at IS NULL")
        .bind(window_id.0).bind(opens_at).bind(closes_at).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes away a window that was never opened.
pub async fn remove(tx: &mut Tx, window_id: WindowId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM windows WHERE window_id = $1 AND closed_at IS NULL")
        .bind(window_id.0).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Window>, StorageError> {
    type Row = (
        Uuid,
        String,
        String,
        DateTime<Utc>,
        DateTime<Utc>,
        Option<DateTime<Utc>>,
    );
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT window_id, cohort, wave, opens_at, closes_at, closed_at FROM windows WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut windows: Vec<Window> = rows
        .into_iter()
        .map(
            |(id, cohort, wave, opens_at, closes_at, closed_at)| Window {
                window_id: WindowId(id),
                cohort,
                wave,
                opens_at,
                closes_at,
                closed_at,
            },
        )
        .collect();
    windows.sort_by(|a, b| (a.opens_at, &a.cohort, &a.wave).cmp(&(b.opens_at, &b.cohort, &b.wave)));
    Ok(windows)
}

/// Marks a window closed, once. False if it was closed already.
pub async fn close(
    tx: &mut Tx,
    window_id: WindowId,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let closed = on!(tx, c => sqlx::query("UPDATE windows SET closed_at = $2 WHERE window_id = $1 AND closed_at IS NULL")
        .bind(window_id.0).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(closed == 1)
}
