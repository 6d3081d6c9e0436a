//! A rehearsal of any study: a copy in a throw-away database, invented answers through the real receiving path in every
//! wave, everything closed and concluded, and then only what was learnt is kept. No name leaves the study: the copy
//! knows roles, groups and dates of its people and nothing else.

mod invented;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::seq::IteratorRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::conclude::{self, ConcludeError};
use crate::domain::answer::Answer;
use crate::domain::consent::Purpose;
use crate::domain::id::{InvitationId, MemberId, SchoolId};
use crate::domain::language::Language;
use crate::domain::roster::RosterLine;
use crate::domain::sealing::SealKey;
use crate::domain::study::{Conditions, Rehearsed};
use crate::domain::time::Clock;
use crate::domain::token::LinkKey;
use crate::fieldwork::consent::{self, ConsentRefusal};
use crate::fieldwork::receive::{self, PageSent, ReceiveRefusal};
use crate::fieldwork::study::Study;
use crate::fieldwork::{close, enrol, found, invite, pages};
use crate::instrument::check::{RawAnswer, check};
use crate::instrument::definition::{Choice, Format, Instrument, Item};
use crate::instrument::minutes;
use crate::storage::audit::Act;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Store, Tx, answers, rosters, schools, snapshot, windows};

/// Invitations in one rehearsal at most; of a larger study some schools of each cohort take part.
const LARGEST: usize = 2_000;
/// One in so many stops halfway, and one in so many questions is left open.
const STOPS: u32 = 12;
const SKIPS: u32 = 20;

#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    #[error("the throw-away database: {0}")]
    Place(#[from] std::io::Error),
    #[error(transparent)]
    Found(#[from] found::FoundRefusal),
    #[error(transparent)]
    Enrol(#[from] enrol::EnrolRefusal),
    #[error(transparent)]
    Close(#[from] close::CloseRefusal),
    #[error(transparent)]
    Conclude(#[from] ConcludeError),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What a rehearsal found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Schools of the study that took part, and of how many; none of none: they were invented.
    pub schools: (usize, usize),
    pub invited: usize,
    pub respondents: usize,
    pub stopped: usize,
    pub pages: usize,
    pub answers: usize,
    /// Answers that did not come back as they were sent.
    pub unequal: usize,
    /// What was refused, the first few in words.
    pub refusals: usize,
    pub refused: Vec<String>,
    /// Mean minutes by wave and instrument.
    pub minutes: BTreeMap<String, BTreeMap<String, f64>>,
    /// Mean minutes of one respondent, by wave.
    pub per_wave: BTreeMap<String, f64>,
    /// Rows of each table that a researcher would get.
    pub rows: Vec<(&'static str, usize)>,
    pub took: TimeDelta,
}

impl Outcome {
    pub fn rehearsed(&self, at: DateTime<Utc>) -> Rehearsed {
        Rehearsed {
            at,
            minutes: self.minutes.clone(),
        }
    }
}

/// A folder that is gone when this is.
struct Place(PathBuf);

impl Place {
    fn new(rng: &mut impl Rng) -> std::io::Result<Self> {
        let name = format!("schakel-rehearsal-{:032x}", rng.random::<u128>());
        let folder = std::env::temp_dir().join(name);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(%error, "a rehearsal was left behind in {}", self.0.display());
        }
    }
}

/// Rehearses a study. Nothing is written to the store that it is in.
pub async fn rehearse(
    store: &Store,
    study: &Study,
    clock: &dyn Clock,
    mut rng: ChaCha12Rng,
) -> Result<Outcome, RehearsalError> {
    let began = clock.now();
    let place = Place::new(&mut rng)?;
    let mut key = [0; 32];
    rng.fill_bytes(&mut key);
    let database = format!("sqlite:{}", place.0.join("study.db").display());
    // What is sealed with the key of a copy is thrown away with the copy.
    let copy = Store::open(&database, &SealKey::new(key)).await?;
    let mut outcome = Outcome::default();
    let key = LinkKey::new(key);

    let mut design = study.design.clone();
    // Whatever is still to be recorded does not stand in the way of a rehearsal.
    let day = NaiveDate::default();
    design.conditions = Conditions {
        board_agreement: Some(day),
        council_informed: Some(day),
        ethics_reference: Some("rehearsal".to_owned()),
        retention_until: Some(day),
        ..Conditions::default()
    };
    if design.contact.trim().is_empty() {
        design.contact = "rehearsal".to_owned();
    }
    let first = design.windows.iter().map(|window| window.opens_at).min();
    let act = Act {
        actor: "rehearsal".to_owned(),
        at: first.unwrap_or(began) - TimeDelta::days(1),
    };
    let lines = staff(store, study, &mut outcome).await?;
    let lines = if lines.is_empty() {
        let lines = invented::staff(study);
        design.facts = invented::facts(study, &lines);
        lines
    } else {
        lines
    };
    let (library, mut dice, enrolled) = (study.library.clone(), split(&mut rng), act.clone());
    let study_id = copy
        .write(move |tx| {
            async move { found::found(tx, &act, &mut dice, &design, &library).await }.boxed()
        })
        .await?;
    let mut tx = copy.read().await?;
    let loaded = Study::load(&mut tx, study_id).await?;
    drop(tx);
    let rehearsed = Arc::new(loaded.ok_or(StorageError::Commit)?);
    let (known, mut dice) = (rehearsed.clone(), split(&mut rng));
    copy.write(move |tx| {
        async move { enrol::enrol(tx, &enrolled, &mut dice, &known, &lines).await }.boxed()
    })
    .await?;

    let mut tx = copy.read().await?;
    let schools = schools::of_study(&mut tx, study_id).await?;
    let mut order = windows::of_study(&mut tx, study_id).await?;
    drop(tx);
    order.sort_by_key(|window| window.closes_at);
    let mut times = Times::default();
    for window in order {
        for school in schools
            .iter()
            .filter(|school| school.cohort == window.cohort)
        {
            let asked = Asked {
                study: rehearsed.clone(),
                key: key.clone(),
                window: window.clone(),
                school: school.school_id,
            };
            let mut dice = split(&mut rng);
            let answered = copy
                .write::<_, StorageError, _>(move |tx| {
                    async move { answer(tx, &mut dice, &asked).await }.boxed()
                })
                .await?;
            outcome.invited += answered.invited;
            outcome.pages += answered.pages;
            outcome.stopped += answered.stopped;
            for refusal in answered.refused {
                outcome.refusals += 1;
                if outcome.refused.len() < 5 {
                    outcome.refused.push(refusal);
                }
            }
            times.add(&window.wave, &answered.seconds);
            outcome.respondents += answered.sent.len();
            read_back(&copy, &answered.sent, &mut outcome).await?;
        }
        let act = Act {
            actor: "rehearsal".to_owned(),
            at: window.closes_at + TimeDelta::hours(2),
        };
        copy.write(move |tx| {
            async move { close::close(tx, &act, study_id, &window).await }.boxed()
        })
        .await?;
    }
    let last = rehearsed.design.windows.iter().map(|w| w.closes_at).max();
    conclude::conclude(&copy, &rehearsed, last.unwrap_or(began)).await?;
    let mut tx = copy.read().await?;
    let taken = snapshot::take(&mut tx, study_id).await?;
    drop(tx);
    outcome.rows = vec![
        ("members", taken.members.len()),
        ("responses", taken.responses.len()),
        ("answers", taken.answers.len()),
        ("nominations", taken.nominations.len()),
    ];
    (outcome.minutes, outcome.per_wave) = times.means();
    outcome.took = clock.now() - began;
    Ok(outcome)
}

fn split(rng: &mut ChaCha12Rng) -> ChaCha12Rng {
    ChaCha12Rng::from_rng(rng)
}

/// The staff lists of the study without names and addresses. Of a study that is too large, schools of each cohort in
/// turn until the number is reached.
async fn staff(
    store: &Store,
    study: &Study,
    outcome: &mut Outcome,
) -> Result<Vec<RosterLine>, StorageError> {
    let mut tx = store.read().await?;
    let all = schools::of_study(&mut tx, study.study_id).await?;
    let waves = |cohort: &str| {
        let own = study.design.windows.iter().filter(|w| w.cohort == cohort);
        own.count()
    };
    let mut queues: BTreeMap<&str, Vec<&schools::School>> = BTreeMap::new();
    for school in &all {
        queues.entry(&school.cohort).or_default().push(school);
    }
    let longest = queues.values().map(Vec::len).max().unwrap_or(0);
    let mut lines = Vec::new();
    let mut invitations = 0;
    for turn in 0..longest {
        for school in queues.values().filter_map(|queue| queue.get(turn)) {
            let members = rosters::of_school(&mut tx, school.school_id).await?;
            let more = members.len() * waves(&school.cohort);
            if turn > 0 && invitations + more > LARGEST {
                continue;
            }
            invitations += more;
            outcome.schools.0 += 1;
            for member in members {
                let number = lines.len();
                lines.push(RosterLine {
                    school: school.key.clone(),
                    school_name: None,
                    cohort: school.cohort.clone(),
                    board: None,
                    person: member.person_id.to_string(),
                    name: format!("Person {number}"),
                    email: None,
                    language: Some(Language::ALL[number % 2]),
                    roles: member.roles,
                    groups: Some(member.groups),
                    joined_on: member.joined_on,
                    left_on: member.left_on,
                });
            }
        }
    }
    outcome.schools.1 = all.len();
    Ok(lines)
}

/// One school in one window.
struct Asked {
    study: Arc<Study>,
    key: LinkKey,
    window: Window,
    school: SchoolId,
}

/// What one school did in one window.
#[derive(Default)]
struct Answered {
    invited: usize,
    pages: usize,
    stopped: usize,
    refused: Vec<String>,
    /// What each respondent sent, as it must come back.
    sent: Vec<(InvitationId, BTreeMap<String, Answer>)>,
    /// Per respondent who went to the end: seconds by instrument.
    seconds: Vec<BTreeMap<String, f64>>,
}

async fn answer(
    tx: &mut Tx,
    rng: &mut ChaCha12Rng,
    asked: &Asked,
) -> Result<Answered, StorageError> {
    let (study, window) = (&*asked.study, &asked.window);
    let act = Act {
        actor: "rehearsal".to_owned(),
        at: window.opens_at,
    };
    let letters = invite::invite(tx, &act, rng, &asked.key, study, asked.school, window).await?;
    let mut answered = Answered {
        invited: letters.len(),
        ..Answered::default()
    };
    // Somewhere in the window, however short it is.
    let room = (window.closes_at - window.opens_at).num_seconds().max(2) / 2;
    for letter in letters {
        let mut act = Act {
            actor: letter.invitation_id.to_string(),
            at: window.opens_at + TimeDelta::seconds(rng.random_range(0..room)),
        };
        let opened = receive::open_sitting(tx, &act, letter.invitation_id).await;
        let Some(mut sitting) = kept(opened, &mut answered)? else {
            continue;
        };
        let uses = BTreeMap::from([(Purpose::Research, true), (Purpose::FollowUp, false)]);
        let agreed = consent::decide_in(tx, &act, rng, study, &mut sitting, &uses).await;
        match agreed {
            Ok(()) => {}
            Err(ConsentRefusal::Failed(error)) => return Err(error),
            Err(refusal) => answered.refused.push(refusal.to_string()),
        }
        let due: Vec<Instrument> = sitting.due(study).into_iter().cloned().collect();
        let stops = rng.random_ratio(1, STOPS);
        let mut sent: BTreeMap<String, Answer> = BTreeMap::new();
        let mut seconds: BTreeMap<String, f64> = BTreeMap::new();
        let pages = sitting.steps(study).len();
        for number in 0..pages {
            if stops && number >= pages.div_ceil(2) {
                break;
            }
            let step = sitting.steps(study)[number].clone();
            if step.ask.is_empty() {
                continue;
            }
            let instrument = &due[step.instrument];
            let roster = sitting.roster(study, &instrument.key);
            let mut raw = BTreeMap::new();
            for key in &step.ask {
                let item = &instrument.items[key];
                let answer = invent(rng, item, &roster);
                if let Ok(Some(answer)) = check(item, &answer, &roster) {
                    sent.insert(key.clone(), answer);
                }
                raw.insert(key.clone(), answer);
            }
            let page = PageSent {
                invitation_id: letter.invitation_id,
                step: number,
                seen: pages::seen(&sitting.answers, &step.ask),
                raw,
            };
            let saved = receive::save_in(tx, &act, rng, study, &mut sitting, &page).await;
            answered.pages += 1;
            if let Some(saved) = kept(saved, &mut answered)? {
                let faults = saved.faults.into_iter();
                answered
                    .refused
                    .extend(faults.map(|(item, fault)| format!("{item}: {fault:?}")));
            }
            // Each page its share of the whole, the list of colleagues being a page a question.
            let whole = minutes::seconds(instrument, letter.language, roster.len());
            let spent = whole / instrument.pages.len().max(1) as f64;
            *seconds.entry(instrument.key.clone()).or_default() += spent;
            act.at += TimeDelta::milliseconds(if room > 7_200 {
                (spent * 1e3) as i64
            } else {
                0
            });
        }
        if stops {
            answered.stopped += 1;
        } else {
            for part in sitting.parts(study) {
                let id = letter.invitation_id;
                let receipt = receive::submit(tx, &act, &asked.key, study, id, part).await;
                kept(receipt, &mut answered)?;
            }
            answered.seconds.push(seconds);
        }
        answered.sent.push((letter.invitation_id, sent));
    }
    Ok(answered)
}

/// What was done, or nothing if it was refused; only a failure ends the rehearsal.
fn kept<T>(
    done: Result<T, ReceiveRefusal>,
    answered: &mut Answered,
) -> Result<Option<T>, StorageError> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(ReceiveRefusal::Failed(error)) => Err(error),
        Err(refusal) => {
            answered.refused.push(refusal.to_string());
            Ok(None)
        }
    }
}

/// Every answer as it is stored, beside what was sent.
async fn read_back(
    copy: &Store,
    sent: &[(InvitationId, BTreeMap<String, Answer>)],
    outcome: &mut Outcome,
) -> Result<(), StorageError> {
    let mut tx = copy.read().await?;
    for (invitation, sent) in sent {
        let stored = answers::of_invitation(&mut tx, *invitation, true)
            .await?
            .answers;
        let keys: BTreeSet<&String> = stored.keys().chain(sent.keys()).collect();
        outcome.answers += stored.len();
        outcome.unequal += keys
            .into_iter()
            .filter(|key| stored.get(*key) != sent.get(*key))
            .count();
    }
    Ok(())
}

fn one(rng: &mut ChaCha12Rng, choices: &[Choice]) -> Option<String> {
    choices
        .iter()
        .choose(rng)
        .map(|choice| choice.code.to_string())
}

/// A valid answer to any kind of item, or none.
fn invent(rng: &mut ChaCha12Rng, item: &Item, roster: &BTreeSet<MemberId>) -> RawAnswer {
    let mut raw = RawAnswer::default();
    if rng.random_ratio(1, SKIPS) {
        return raw;
    }
    match &item.format {
        Format::Rating(choices)
        | Format::Single(choices)
        | Format::Test {
            options: choices, ..
        } => raw.value = one(rng, choices),
        Format::Multiple { options, most } => {
            let most = most.unwrap_or(options.len()).min(options.len()).max(1);
            let many = rng.random_range(1..=most);
            let chosen = options.iter().sample(rng, many);
            raw.values = chosen
                .iter()
                .map(|choice| choice.code.to_string())
                .collect();
        }
        Format::Card { positions, .. } => {
            raw.value = one(rng, positions);
            raw.ticked = rng.random_ratio(1, 3);
        }
        Format::Date { earliest, latest } => {
            let usual = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or_default();
            let first = earliest.unwrap_or_else(|| latest.unwrap_or(usual(2001)).min(usual(2000)));
            let last = latest.unwrap_or_else(|| first.max(usual(2020)));
            let days = (last - first).num_days().max(0).unsigned_abs();
            let day = first + Days::new(rng.random_range(0..=days));
            raw.value = Some(day.to_string());
        }
        Format::Number { minimum, maximum } => {
            let number = rng.random_range(*minimum..=*maximum);
            // People write whole numbers, where there is one.
            let whole = number.round();
            let number = if (*minimum..=*maximum).contains(&whole) {
                whole
            } else {
                number
            };
            raw.value = Some(number.to_string());
        }
        Format::Text { longest } => {
            let words = "=SUM(A1) \"een antwoord\"; zoals 'n mens dat typt, é";
            raw.value = Some(words.chars().take((*longest).max(1)).collect());
        }
        Format::Roster { strengths, .. } => {
            let many = rng.random_range(0..=6.min(roster.len()));
            let positive: Vec<&Choice> = strengths.iter().filter(|s| s.code > 0).collect();
            raw.nobody = many == 0;
            for alter in roster.iter().sample(rng, many) {
                let strength = positive.iter().choose(rng);
                let strength = strength.map_or("1".to_owned(), |choice| choice.code.to_string());
                raw.named.push((*alter, strength));
            }
        }
    }
    raw
}

/// Seconds of respondents, by wave and instrument.
#[derive(Default)]
struct Times(BTreeMap<String, OfWave>);

/// Sum of seconds and how many respondents: of each instrument, and of everything together.
#[derive(Default)]
struct OfWave {
    by_instrument: BTreeMap<String, (f64, usize)>,
    whole: (f64, usize),
}

impl Times {
    fn add(&mut self, wave: &str, respondents: &[BTreeMap<String, f64>]) {
        let sums = self.0.entry(wave.to_owned()).or_default();
        for seconds in respondents {
            for (instrument, seconds) in seconds {
                let sum = sums.by_instrument.entry(instrument.clone()).or_default();
                sum.0 += seconds;
                sum.1 += 1;
            }
            sums.whole.0 += seconds.values().sum::<f64>();
            sums.whole.1 += 1;
        }
    }

    /// Of each instrument, and of everything together.
    fn means(
        &self,
    ) -> (
        BTreeMap<String, BTreeMap<String, f64>>,
        BTreeMap<String, f64>,
    ) {
        let minutes = |sum: f64, n: usize| (sum / n.max(1) as f64 / 6.0).round() / 10.0;
        let by_instrument = self.0.iter().map(|(wave, sums)| {
            let means = sums
                .by_instrument
                .iter()
                .map(|(key, (sum, n))| (key.clone(), minutes(*sum, *n)));
            (wave.clone(), means.collect())
        });
        let whole = self
            .0
            .iter()
            .map(|(wave, sums)| (wave.clone(), minutes(sums.whole.0, sums.whole.1)));
        (by_instrument.collect(), whole.collect())
    }
}
