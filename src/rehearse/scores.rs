//! The pupils' scores of a simulated study, registered in one commit.

use std::sync::Arc;

use chrono::{DateTime, Months, NaiveDate, Utc};
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::REHEARSAL;
use crate::domain::pupil::ScoreLine;
use crate::fieldwork::register;
use crate::fieldwork::study::Study;
use crate::simulation::study::SimulatedStudy;
use crate::storage::audit::Act;
use crate::storage::{StorageError, Store};

/// Everything that was measured before a pupil moved, school by school.
pub async fn register(
    store: &Store,
    simulated: &SimulatedStudy,
    study: &Arc<Study>,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let lines: Vec<ScoreLine> = simulated
        .pupils
        .iter()
        .flat_map(|pupil| {
            let school = &simulated.schools[pupil.school];
            let start = simulated.cohorts[school.cohort].starts_on;
            // What was measured after moving belongs to the other school's teaching.
            let own = pupil
                .scores
                .iter()
                .filter(|score| pupil.moved.is_none_or(|moved| score.month <= moved.month));
            own.filter_map(move |score| {
                Some(ScoreLine {
                    school: school.key.clone(),
                    pupil: pupil.key.clone(),
                    weight: Some(pupil.weight.to_owned()),
                    tested_on: month_after(start, score.month)?,
                    score: score.score,
                    year_group: year_group(pupil.group, score.month),
                    class: None,
                })
            })
        })
        .collect();
    let (act, study) = (
        Act {
            actor: REHEARSAL.to_owned(),
            at,
        },
        study.clone(),
    );
    let mut rng = ChaCha12Rng::seed_from_u64(simulated.seed);
    rng.set_stream(1_000_000);
    store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                register::register(tx, &act, &mut rng, &study, &lines)
                    .await
                    .map(drop)
            }
            .boxed()
        })
        .await
}

/// The year group in which a pupil of this group at the start is tested so many months later: the intervention begins in the
/// month in which pupils are tested, so that a year of twelve months from there is one of the same group.
fn year_group(at_start: u8, month: i32) -> Option<u8> {
    u8::try_from(i32::from(at_start) + month.div_euclid(12)).ok()
}

fn month_after(start: NaiveDate, months: i32) -> Option<NaiveDate> {
    let distance = Months::new(months.unsigned_abs());
    if months >= 0 {
        start.checked_add_months(distance)
    } else {
        start.checked_sub_months(distance)
    }
}
