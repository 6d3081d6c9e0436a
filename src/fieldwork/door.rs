//! The decision table of collecting: what happens to a save and to a submission, and what counts at closing.
//!
//! Rows are the moments of a window, columns the states of one part of a questionnaire.
//!
//! | | nothing yet | begun | submitted | withdrawn |
//! |---|---|---|---|---|
//! | before opening, or the study's conditions are not met | not yet open | not yet open | submitted | withdrawn |
//! | open | **taken** | **taken** | submitted | withdrawn |
//! | the hour of grace after closing time | closed | **taken**, a submission is late | submitted | withdrawn |
//! | past the hour of grace, not frozen yet | closed | closed, partial | submitted | withdrawn |
//! | closed and frozen | closed | closed, partial | submitted | withdrawn |
//!
//! A save in a cell that is not *taken* is refused with that word, and what was saved before stays. A submission in a
//! cell that says *submitted* gives the same receipt again. Time is the server's, in UTC: an hour that a clock shows
//! twice is two hours.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::storage::windows::{Phase, Window};

/// How long after closing time a questionnaire that was begun may still be finished.
pub const GRACE: TimeDelta = TimeDelta::minutes(60);

/// Where a window stands, as far as answering goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    Before,
    Open,
    Grace,
    AfterGrace,
    Closed,
}

/// How far one part of one questionnaire is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Nothing,
    Begun,
    Submitted,
    Withdrawn,
}

/// Whether answers are taken at this moment, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    NotYetOpen,
    Open,
    Submitted,
    Closed,
    Withdrawn,
}

/// What a response counts as once its wave is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Nothing was saved.
    None,
    /// Something was saved and not submitted; the answers count.
    Partial,
    /// Submitted in time.
    Complete,
    /// Submitted in the hour of grace; the answers count.
    Late,
    /// Taken back by the respondent; nothing is kept of it.
    Withdrawn,
}

/// One cell of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// For a save and for a submission alike.
    pub door: Door,
    /// What a response in this state counts as if the window is closed at this moment.
    pub class: Class,
}

/// The table, row by row.
pub const TABLE: [(Moment, [Cell; 4]); 5] = {
    const fn cell(door: Door, class: Class) -> Cell {
        Cell { door, class }
    }
    const SUBMITTED: Cell = cell(Door::Submitted, Class::Complete);
    const WITHDRAWN: Cell = cell(Door::Withdrawn, Class::Withdrawn);
    [
        (
            Moment::Before,
            [
                cell(Door::NotYetOpen, Class::None),
                cell(Door::NotYetOpen, Class::Partial),
                SUBMITTED,
                WITHDRAWN,
            ],
        ),
        (
            Moment::Open,
            [
                cell(Door::Open, Class::None),
                cell(Door::Open, Class::Partial),
                SUBMITTED,
                WITHDRAWN,
            ],
        ),
        (
            Moment::Grace,
            [
                cell(Door::Closed, Class::None),
                cell(Door::Open, Class::Partial),
                SUBMITTED,
                WITHDRAWN,
            ],
        ),
        (
            Moment::AfterGrace,
            [
                cell(Door::Closed, Class::None),
                cell(Door::Closed, Class::Partial),
                SUBMITTED,
                WITHDRAWN,
            ],
        ),
        (
            Moment::Closed,
            [
                cell(Door::Closed, Class::None),
                cell(Door::Closed, Class::Partial),
                SUBMITTED,
                WITHDRAWN,
            ],
        ),
    ]
};

pub fn decide(moment: Moment, state: State) -> Cell {
    TABLE[moment as usize].1[state as usize]
}

impl Moment {
    /// `cleared`: everything is recorded that must be before a wave can open.
    pub fn of(window: &Window, cleared: bool, now: DateTime<Utc>) -> Self {
        match window.phase(now) {
            Phase::Closed => Self::Closed,
            Phase::NotYetOpen => Self::Before,
            Phase::Open | Phase::Overtime if !cleared => Self::Before,
            Phase::Open => Self::Open,
            Phase::Overtime if now < window.closes_at + GRACE => Self::Grace,
            Phase::Overtime => Self::AfterGrace,
        }
    }
}

/// What one part counts as, from what is stored of it: whether anything was saved, when it was submitted, and whether
/// it was withdrawn.
pub fn class(
    window: &Window,
    begun: bool,
    submitted_at: Option<DateTime<Utc>>,
    withdrawn: bool,
) -> Class {
    match submitted_at {
        _ if withdrawn => Class::Withdrawn,
        Some(at) if at < window.closes_at => Class::Complete,
        Some(_) => Class::Late,
        None if begun => Class::Partial,
        None => Class::None,
    }
}
