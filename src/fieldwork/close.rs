//! Closes one wave for one cohort: from then on its answers and its lists of staff are frozen.

use crate::domain::id::StudyId;
use crate::domain::time::day_in;
use crate::storage::audit::{self, Act};
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, rosters, schools, studies};

#[derive(Debug, thiserror::Error)]
pub enum CloseRefusal {
    #[error("{cohort} {wave} has not been opened yet, so there is nothing to close")]
    NotYetOpen { cohort: String, wave: String },
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// False if it was closed already.
pub async fn close(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    window: &Window,
) -> Result<bool, CloseRefusal> {
    if window.phase(act.at) == Phase::NotYetOpen {
        return Err(CloseRefusal::NotYetOpen {
            cohort: window.cohort.clone(),
            wave: window.wave.clone(),
        });
    }
    if !windows::close(tx, window.window_id, act.at).await? {
        return Ok(false);
    }
    let own = schools::all_of_study(tx, study_id).await?;
    for school in own.iter().filter(|school| school.cohort == window.cohort) {
        let zone = studies::time_zone(tx, school.school_id).await?;
        let (first, last) = window.days(zone);
        let last = last.min(day_in(zone, act.at));
        let mut members = rosters::of_school(tx, school.school_id).await?;
        // Someone who was forgotten in the meantime may have been named by then.
        members.extend(rosters::nameless_of_school(tx, school.school_id).await?);
        members.retain(|member| member.present_between(first, last));
        rosters::freeze(tx, window.window_id, &members).await?;
    }
    let detail = format!("{} {}", window.cohort, window.wave);
    audit::record(tx, act, "close", &window.window_id.to_string(), &detail);
    Ok(true)
}
