//! A principal sets a goal for the mean score of the school's pupils at a test moment, or takes it back.

use crate::domain::id::SchoolId;
use crate::storage::audit::{self, Act};
use crate::storage::school_goals::{self, SchoolGoal};
use crate::storage::{StorageError, Tx};

/// How many months after the beginning of the intervention a goal can be about.
pub const LAST_MONTH: i64 = 36;

/// Larger than any score of a monitoring system.
pub const LARGEST: f64 = 1_000.0;

#[derive(Debug, thiserror::Error)]
pub enum SetGoalRefusal {
    #[error("there is no test at that moment")]
    NoSuchMoment,
    #[error("this is no score")]
    NoScore,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// `None` takes the goal for that moment back.
pub async fn set_goal(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    month: i64,
    target: Option<f64>,
) -> Result<(), SetGoalRefusal> {
    if !(0..=LAST_MONTH).contains(&month) {
        return Err(SetGoalRefusal::NoSuchMoment);
    }
    let school = school_id.to_string();
    match target {
        Some(target) if !(target > 0.0 && target <= LARGEST) => Err(SetGoalRefusal::NoScore),
        Some(target) => {
            let goal = SchoolGoal {
                month,
                target,
                at: act.at,
            };
            school_goals::put(tx, act, school_id, &goal).await?;
            audit::record(tx, act, "set goal", &school, &format!("month {month}"));
            Ok(())
        }
        None => {
            if school_goals::remove(tx, school_id, month).await? {
                audit::record(
                    tx,
                    act,
                    "take goal back",
                    &school,
                    &format!("month {month}"),
                );
            }
            Ok(())
        }
    }
}
