//! A principal passes a part of the school's results on, wave by wave. Nobody else decides it, and it is for good: what
//! was read cannot be unread.
//!
//! | part | to the team | to the board |
//! |---|---|---|
//! | team | has it already | yes, once the principal opened it |
//! | leadership | yes, once the principal opened it | yes, once the principal opened it |
//! | card | yes, once the principal opened it | yes, once the principal opened it |
//! | achievement | yes, once the principal opened it: beside the questions of its conversation | has it already |

use super::study::Study;
use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::storage::audit::{self, Act};
use crate::storage::part_releases::{self, PartRelease};
use crate::storage::{StorageError, Tx, openings, schools, windows};

#[derive(Debug, thiserror::Error)]
pub enum PassOnRefusal {
    #[error("this part is not passed on to them")]
    NotTheirs,
    #[error("there are no results of this wave")]
    NoResults,
    #[error("the principal has not opened it yet")]
    NotOpened,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Whether a principal decides if these people see this part.
pub fn is_for_the_principal_to_decide(part: Part, to: Audience) -> bool {
    matches!(
        (part, to),
        (
            Part::Leadership | Part::Card,
            Audience::Team | Audience::Board
        ) | (Part::Team, Audience::Board)
            | (Part::Achievement, Audience::Team)
    )
}

/// Whether that was new: passing on twice is passing on once.
pub async fn pass_on(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    school_id: SchoolId,
    part: Part,
    wave: &str,
    to: Audience,
) -> Result<bool, PassOnRefusal> {
    if !is_for_the_principal_to_decide(part, to) {
        return Err(PassOnRefusal::NotTheirs);
    }
    let schools = schools::of_study(tx, study.study_id).await?;
    let cohort = schools
        .iter()
        .find(|school| school.school_id == school_id)
        .map(|school| school.cohort.as_str())
        .ok_or(PassOnRefusal::NoResults)?;
    let windows = windows::of_study(tx, study.study_id).await?;
    let closed = windows
        .iter()
        .any(|window| window.cohort == cohort && window.wave == wave && window.closed_at.is_some());
    if !closed {
        return Err(PassOnRefusal::NoResults);
    }
    // Nobody passes on what they have not seen.
    let opened = openings::of_school(tx, school_id).await?;
    let first = opened.iter().any(|opening| {
        opening.wave == wave && opening.part == part && opening.audience == Audience::Principal
    });
    if !first {
        return Err(PassOnRefusal::NotOpened);
    }
    let release = PartRelease {
        school_id,
        wave: wave.to_owned(),
        part,
        audience: to,
        at: act.at,
    };
    let new = part_releases::insert(tx, &release, &act.actor).await?;
    if new {
        let detail = format!("{wave} {} to {}", part.key(), to.key());
        audit::record(tx, act, "pass on results", &school_id.to_string(), &detail);
    }
    Ok(new)
}
