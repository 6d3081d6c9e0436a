//! What schools want the mean score of their pupils to be at a test moment.

use chrono::{DateTime, Utc};

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::SchoolId;

#[derive(Debug, Clone, PartialEq)]
pub struct SchoolGoal {
    /// Months since the intervention began at this school.
    pub month: i64,
    pub target: f64,
    /// When it was set as it is now.
    pub at: DateTime<Utc>,
}

/// Sets a goal; an earlier one for the same moment makes way.
pub async fn put(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    goal: &SchoolGoal,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO school_goals (school_id, month, target, at, actor) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (school_id, month) DO UPDATE
             SET target = excluded.target, at = excluded.at, actor = excluded.actor")
        .bind(school_id.0).bind(goal.month).bind(goal.target).bind(goal.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// False if there was none.
pub async fn remove(tx: &mut Tx, school_id: SchoolId, month: i64) -> Result<bool, StorageError> {
    let removed = on!(tx, c => sqlx::query("DELETE FROM school_goals WHERE school_id = $1 AND month = $2")
        .bind(school_id.0).bind(month).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(removed > 0)
}

/// The goals of a school, by moment.
pub async fn of_school(tx: &mut Tx, school_id: SchoolId) -> Result<Vec<SchoolGoal>, StorageError> {
    let rows: Vec<(i64, f64, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT month, target, at FROM school_goals WHERE school_id = $1 ORDER BY month")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(month, target, at)| SchoolGoal { month, target, at })
        .collect())
}
