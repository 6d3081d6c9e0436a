//! When simulated schools opened their results: most did, some never do. The newest results are waiting for them.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::fieldwork::open;
use crate::storage::audit::Act;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Store};

/// How many of ten principals open what is there, and then how many of ten teams look at it.
const PRINCIPALS: f64 = 0.8;
const TEAMS: f64 = 0.7;

/// Notes for each wave but the newest that is closed which schools opened it.
pub async fn note_openings(
    store: &Store,
    schools: &[School],
    windows: &[Window],
    seed: u64,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(2_000_000);
    let mut opened: Vec<(SchoolId, String, Audience, DateTime<Utc>)> = Vec::new();
    for school in schools {
        let mut closed: Vec<&Window> = windows
            .iter()
            .filter(|window| window.cohort == school.cohort && window.closes_at <= now)
            .collect();
        closed.sort_by_key(|window| window.closes_at);
        closed.pop();
        for window in closed {
            let principal = rng.random_bool(PRINCIPALS);
            let team = principal && rng.random_bool(TEAMS);
            // Results are there on the day after closing; the principal looks first, by daylight.
            let first = window.closes_at + TimeDelta::days(rng.random_range(1..=12))
                - TimeDelta::hours(rng.random_range(2..=8));
            let later = first + TimeDelta::days(rng.random_range(1..=18));
            for (does, audience, at) in [
                (principal, Audience::Principal, first),
                (team, Audience::Team, later),
            ] {
                if does && at < now {
                    opened.push((school.school_id, window.wave.clone(), audience, at));
                }
            }
        }
    }
    opened.sort_by_key(|(_, _, _, at)| *at);
    store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                for (school_id, wave, audience, at) in opened {
                    let act = Act {
                        actor: "rehearsal".to_owned(),
                        at,
                    };
                    open::open(tx, &act, school_id, Part::Team, audience, &[wave]).await?;
                }
                Ok(())
            }
            .boxed()
        })
        .await
}
