//! Logs and reports of the trainers of a simulated study, through the real verbs. What stands in them is told by the
//! planted truth: an IB'er without time is in a trainer's report and nowhere else.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::REHEARSAL;
use super::Rehearsed;
use crate::domain::id::SchoolId;
use crate::domain::roster::Member;
use crate::domain::time::day_in;
use crate::domain::training::{Attendance, Meeting, attendance_groups};
use crate::fieldwork::log_training::{self, LogRefusal};
use crate::fieldwork::study::Study;
use crate::fieldwork::trainer_report::{self, OpenRefusal, ReportRefusal};
use crate::instrument::check::RawAnswer;
use crate::simulation::study::{EffectGroup, SchoolTruth, SimulatedStudy};
use crate::storage::audit::Act;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Store, Tx, rosters, windows};

#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    #[error(transparent)]
    Log(#[from] LogRefusal),
    #[error(transparent)]
    Report(#[from] ReportRefusal),
    #[error(transparent)]
    Open(#[from] OpenRefusal),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

const SUBJECTS: [&str; 6] = [
    "Resultaten uit het leerlingvolgsysteem lezen",
    "Doelen stellen per groep",
    "Van resultaten naar groepsplannen",
    "Instructie afstemmen op de groepen",
    "Groepsplannen bespreken en bijstellen",
    "Hoe houden we het vast?",
];

const NEXT_STEPS: [&str; 3] = [
    "Ieder neemt de resultaten van de eigen groep mee.",
    "Groepsplannen in tweetallen bespreken.",
    "Klassenbezoek afspreken met wie daarom vraagt.",
];

/// Every school whose training has begun gets a log; every school whose last wave is closed a report, but the first of
/// them: there the lock can be seen, with a draft behind it.
pub async fn train(
    store: &Store,
    rehearsed: &Rehearsed,
    simulated: &SimulatedStudy,
    now: DateTime<Utc>,
) -> Result<(), TrainingError> {
    train_as(store, rehearsed, (simulated, &simulated.truth.schools), now).await
}

/// What trainers see where these schools have the largest and the smallest effects: effects are estimated, so that not all
/// of them are those in which they were planted.
pub fn as_found(simulated: &SimulatedStudy, high: &[String], low: &[String]) -> Vec<SchoolTruth> {
    let mut truths = simulated.truth.schools.clone();
    // Those in which it was planted first, then others until it is half of them.
    let planted = |at: &usize| !simulated.truth.schools[*at].coach_without_time;
    let mut of_low: Vec<usize> = (0..truths.len())
        .filter(|at| low.contains(&simulated.schools[*at].key))
        .collect();
    of_low.sort_by_key(planted);
    for (place, at) in of_low.iter().enumerate() {
        truths[*at].coach_without_time = place < low.len() / 2;
    }
    for (truth, school) in truths.iter_mut().zip(&simulated.schools) {
        truth.group = if high.contains(&school.key) {
            EffectGroup::High
        } else if low.contains(&school.key) {
            EffectGroup::Low
        } else {
            EffectGroup::Other
        };
        truth.coach_without_time &= truth.group == EffectGroup::Low;
    }
    truths
}

/// As `train`, with another truth about each school.
pub async fn train_as(
    store: &Store,
    rehearsed: &Rehearsed,
    (simulated, truths): (&SimulatedStudy, &[SchoolTruth]),
    now: DateTime<Utc>,
) -> Result<(), TrainingError> {
    let mut tx = store.read().await?;
    let windows = windows::of_study(&mut tx, rehearsed.study.study_id).await?;
    drop(tx);
    let mut draft = true;
    for (place, school) in rehearsed.schools.iter().enumerate() {
        let at = simulated
            .schools
            .iter()
            .position(|known| known.key == school.key);
        let Some(at) = at else { continue };
        let last = trainer_report::last_wave(&rehearsed.study.design, &school.cohort);
        let last = windows
            .iter()
            .find(|window| window.cohort == school.cohort && Some(window.wave.as_str()) == last);
        let closed = last.is_some_and(|window| window.closed_at.is_some());
        let one = OneSchool {
            study: rehearsed.study.clone(),
            school: school.clone(),
            truth: truths[at].clone(),
            windows: windows.clone(),
            last: last.cloned().filter(|_| closed),
            draft: closed && std::mem::take(&mut draft),
            now,
        };
        let mut rng = ChaCha12Rng::seed_from_u64(simulated.seed);
        rng.set_stream(1_000_000 + place as u64);
        store
            .write(move |tx| async move { one_school(tx, &mut rng, &one).await }.boxed())
            .await?;
    }
    Ok(())
}

struct OneSchool {
    study: std::sync::Arc<Study>,
    school: School,
    truth: SchoolTruth,
    windows: Vec<Window>,
    /// The window of the last wave, once that is closed.
    last: Option<Window>,
    draft: bool,
    now: DateTime<Utc>,
}

fn act(at: DateTime<Utc>) -> Act {
    Act {
        actor: REHEARSAL.to_owned(),
        at,
    }
}

async fn one_school(
    tx: &mut Tx,
    rng: &mut ChaCha12Rng,
    one: &OneSchool,
) -> Result<(), TrainingError> {
    let zone = one.study.design.time_zone;
    let starts_on = one
        .study
        .design
        .cohorts
        .iter()
        .find(|cohort| cohort.key == one.school.cohort)
        .map(|cohort| cohort.starts_on)
        .unwrap_or_default();
    let members = rosters::of_school(tx, one.school.school_id).await?;
    // Meetings every ten weeks, on a Tuesday afternoon or thereabouts.
    let days = (0..6)
        .filter_map(|n: u64| starts_on.checked_add_days(Days::new(14 + n * 70)))
        .filter(|day| *day < day_in(zone, one.now));
    // How many come differs from school to school, and at some falls off.
    let (base, falls) = (rng.random_range(0.82..0.99), rng.random_bool(0.25));
    for (n, day) in days.enumerate() {
        let share: f64 = if falls && n >= 3 { base - 0.2 } else { base };
        let meeting = meeting(rng, one, &members, (n, day), share);
        let at = day.and_hms_opt(16, 0, 0).unwrap_or_default().and_utc();
        let (act, school_id) = (act(at), one.school.school_id);
        log_training::add(tx, &act, rng, &one.study.design, school_id, (day, meeting)).await?;
    }
    let Some(last) = &one.last else { return Ok(()) };
    // What she had seen when she wrote: the first results, at some schools the second too.
    let waves = trainer_report::closed_waves(&one.study.design, &one.windows, &one.school.cohort);
    let seen = 1 + usize::from(rng.random_bool(0.5));
    for wave in waves.iter().filter(|wave| **wave != last.wave).take(seen) {
        let closed_at = one
            .windows
            .iter()
            .find(|window| window.cohort == one.school.cohort && window.wave == *wave)
            .and_then(|window| window.closed_at);
        let Some(closed_at) = closed_at else { continue };
        let act = act(closed_at + TimeDelta::days(3));
        trainer_report::open_results(tx, &act, &one.study, &one.school, wave).await?;
    }
    let raw = answers(rng, &one.truth, base, falls);
    let at = last.closes_at - TimeDelta::days(2);
    trainer_report::save(tx, &act(at), &one.study, &one.school, &raw).await?;
    if !one.draft {
        let filed = act(at + TimeDelta::hours(1));
        trainer_report::file(tx, &filed, &one.study, &one.school).await?;
    }
    Ok(())
}

fn meeting(
    rng: &mut ChaCha12Rng,
    one: &OneSchool,
    members: &[Member],
    (n, day): (usize, NaiveDate),
    share: f64,
) -> Meeting {
    let there: Vec<Option<String>> = members
        .iter()
        .filter(|member| member.present_between(day, day))
        .map(|member| member.groups.first().cloned())
        .collect();
    let attendance = attendance_groups(&there, one.study.design.disclosure.k)
        .into_iter()
        .map(|(group, n)| {
            let came = (0..n).filter(|_| rng.random_bool(share.clamp(0.0, 1.0)));
            Attendance {
                group,
                present: u32::try_from(came.count()).unwrap_or_default(),
                invited: u32::try_from(n).unwrap_or_default(),
            }
        })
        .collect();
    Meeting {
        subject: SUBJECTS[n % SUBJECTS.len()].to_owned(),
        attendance,
        goals: if n == 1 || n == 4 {
            "Elke groep een doel voor de volgende toets.".to_owned()
        } else {
            String::new()
        },
        group_plans: if n >= 2 { rng.random_range(2..9) } else { 0 },
        class_support: if n >= 1 { rng.random_range(0..5) } else { 0 },
        next_step: NEXT_STEPS[n % NEXT_STEPS.len()].to_owned(),
        ..Meeting::default()
    }
}

fn answers(
    rng: &mut ChaCha12Rng,
    truth: &SchoolTruth,
    presence: f64,
    falls: bool,
) -> BTreeMap<String, RawAnswer> {
    let mut raw = BTreeMap::new();
    let mut put = |item: &str, value: String| {
        let value = RawAnswer {
            value: Some(value),
            ..RawAnswer::default()
        };
        raw.insert(item.to_owned(), value);
    };
    let mut near = |middle: i64| (middle + rng.random_range(-1..=1)).clamp(1, 5).to_string();
    for item in [
        "tr_goals_01",
        "tr_goals_02",
        "tr_data_01",
        "tr_data_02",
        "tr_plans_01",
        "tr_plans_02",
        "tr_teach_01",
        "tr_teach_02",
        "tr_att_01",
        "tr_coll_01",
        "tr_lead_01",
        "tr_lead_02",
        "tr_on_01",
    ] {
        put(item, near(3));
    }
    let team = if presence > 0.9 && !falls { 5 } else { 3 };
    put("tr_team_01", near(team));
    put("tr_team_02", near(3));
    put(
        "tr_team_text",
        if falls {
            "In het begin deed bijna iedereen mee; later bleven er stoelen leeg."
        } else {
            "Het team was er vrijwel steeds."
        }
        .to_owned(),
    );
    put(
        "tr_data_text",
        "De resultaten zijn na elke toets volgens het rooster besproken.".to_owned(),
    );
    let strong = truth.group == EffectGroup::High;
    let weak = truth.group == EffectGroup::Low;
    put(
        "tr_teach_text",
        if strong {
            "In de lessen is de uitleg goed afgestemd op de leerlingen; dat hielp de invoering."
        } else if weak {
            "In de lessen is van de plannen nog weinig te zien; dat hield de invoering op."
        } else {
            "In een deel van de lessen is te zien wat is afgesproken."
        }
        .to_owned(),
    );
    put(
        "tr_coll_text",
        if strong {
            "Het team was eerst terughoudend, maar na een goede ervaring sloeg dat om."
        } else if weak {
            "Een deel van het team bleef het nut niet zien; dat werkte tegen."
        } else {
            "Het team werkt samen als het is ingeroosterd."
        }
        .to_owned(),
    );
    let (with_time, coach_text) = if truth.coach_without_time {
        (
            1,
            "De IB'er had te weinig tijd en kwam er niet aan toe collega's te begeleiden.",
        )
    } else {
        (
            4,
            "De IB'er had er tijd voor en droeg bij aan de invoering.",
        )
    };
    put("tr_coach_01", with_time.to_string());
    put("tr_coach_02", with_time.to_string());
    put("tr_coach_text", coach_text.to_owned());
    put(
        "tr_lead_text",
        if weak {
            "De schoolleider liet het over aan de IB'er; dat bleek niet de oplossing."
        } else {
            "De schoolleider had het onderwerp op elke vergadering; dat was bepalend."
        }
        .to_owned(),
    );
    put(
        "tr_on_text",
        "Ondersteuning in de klas blijft nodig.".to_owned(),
    );
    raw
}

/// The schools of a trainer: some of each cohort, and among them the one whose report is not filed yet.
pub fn schools_of_a_trainer(rehearsed: &Rehearsed, of_each: usize) -> Vec<SchoolId> {
    let cohorts = &rehearsed.study.design.cohorts;
    cohorts
        .iter()
        .flat_map(|cohort| {
            rehearsed
                .schools
                .iter()
                .filter(|school| school.cohort == cohort.key)
                .map(|school| school.school_id)
                .take(of_each)
        })
        .collect()
}
