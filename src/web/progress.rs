//! How far schools are, as lines of a table: the same for whoever may see them. Counts only.

use std::collections::BTreeMap;

use crate::domain::id::SchoolId;
use crate::locale::Words;
use crate::storage::invitations::Progress;
use crate::storage::schools::School;
use crate::storage::windows::{Phase, Window};

/// One school in one wave.
pub struct Row {
    pub school: String,
    pub cohort: String,
    pub wave: String,
    pub invited: i64,
    pub started: i64,
    pub submitted: i64,
    pub rate: String,
    pub percent: i64,
    pub phase: String,
}

pub fn phase_key(phase: Phase) -> &'static str {
    match phase {
        Phase::NotYetOpen => "phase-not-yet-open",
        Phase::Open => "phase-open",
        Phase::Overtime => "phase-overtime",
        Phase::Closed => "phase-closed",
    }
}

/// Rows per school and wave, open waves first, with a line of totals above each wave that is open.
pub fn rows(
    w: Words,
    schools: &[School],
    windows: &[Window],
    progress: &BTreeMap<(SchoolId, String), Progress>,
    now: chrono::DateTime<chrono::Utc>,
) -> Vec<Row> {
    let mut ordered: Vec<&Window> = windows
        .iter()
        .filter(|window| window.phase(now) != Phase::NotYetOpen)
        .collect();
    ordered.sort_by_key(|window| {
        (
            window.closed_at.is_some(),
            std::cmp::Reverse(window.opens_at),
        )
    });
    let mut rows = Vec::new();
    for window in ordered {
        let own: Vec<(&School, Progress)> = schools
            .iter()
            .filter(|school| school.cohort == window.cohort)
            .map(|school| {
                (
                    school,
                    progress
                        .get(&(school.school_id, window.wave.clone()))
                        .copied()
                        .unwrap_or_default(),
                )
            })
            .collect();
        let total = own
            .iter()
            .fold(Progress::default(), |sum, (_, p)| Progress {
                invited: sum.invited + p.invited,
                started: sum.started + p.started,
                submitted: sum.submitted + p.submitted,
            });
        let row = |school: String, p: Progress| {
            let percent = if p.invited > 0 {
                (100 * p.submitted + p.invited / 2) / p.invited
            } else {
                0
            };
            Row {
                school,
                cohort: window.cohort.clone(),
                wave: window.wave.clone(),
                invited: p.invited,
                started: p.started,
                submitted: p.submitted,
                rate: if p.invited > 0 {
                    format!("{percent} %")
                } else {
                    "–".to_owned()
                },
                percent,
                phase: w.t(phase_key(window.phase(now))),
            }
        };
        if own.len() > 1 {
            rows.push(row(w.t("response-total"), total));
        }
        rows.extend(
            own.into_iter()
                .map(|(school, p)| row(school.name.clone(), p)),
        );
    }
    rows
}
