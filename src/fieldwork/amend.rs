//! Changes the design of a study that exists: what may change depends on what has begun. Nobody's questions change while
//! they answer, no promise is shortened, and no threshold is lowered.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use rand::Rng;

use super::study::Study;
use super::wording::{TEXTS, unknown_placeholders};
use crate::domain::id::WindowId;
use crate::domain::study::{Collect, StudyDesign, WindowDesign};
use crate::storage::audit::{self, Act};
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, studies};

#[derive(Debug, thiserror::Error)]
pub enum AmendRefusal {
    #[error("the design was changed elsewhere in the meantime")]
    ChangedElsewhere,
    #[error("{} changes cannot be made", .0.len())]
    NotAllowed(Vec<Breach>),
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// One change that cannot be made, and what it is about: a cohort and wave, an instrument, a text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Breach {
    pub why: Why,
    pub about: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Key and time zone stay what they were.
    Fixed,
    KeyTwice,
    Removed,
    CohortBegun,
    /// Instruments, roles or relations of a wave that has begun.
    WaveBegun,
    /// The way in which colleagues are asked, while a wave is open.
    WaveOpen,
    UnknownInstrument,
    OpeningPassed,
    OpensInThePast,
    ClosesInThePast,
    Backwards,
    WindowClosed,
    ThresholdLowered,
    ThresholdImpossible,
    ConditionWithdrawn,
    PromiseShortened,
    FeedbackGiven,
    UnknownText,
    UnknownPlaceholder,
    HolidayBackwards,
    NotAnHour,
}

impl Why {
    /// The key of its message, which takes `about`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Fixed => "amend-fixed",
            Self::KeyTwice => "amend-key-twice",
            Self::Removed => "amend-removed",
            Self::CohortBegun => "amend-cohort-begun",
            Self::WaveBegun => "amend-wave-begun",
            Self::WaveOpen => "amend-wave-open",
            Self::UnknownInstrument => "amend-unknown-instrument",
            Self::OpeningPassed => "amend-opening-passed",
            Self::OpensInThePast => "amend-opens-in-the-past",
            Self::ClosesInThePast => "amend-closes-in-the-past",
            Self::Backwards => "amend-backwards",
            Self::WindowClosed => "amend-window-closed",
            Self::ThresholdLowered => "amend-threshold-lowered",
            Self::ThresholdImpossible => "amend-threshold-impossible",
            Self::ConditionWithdrawn => "amend-condition-withdrawn",
            Self::PromiseShortened => "amend-promise-shortened",
            Self::FeedbackGiven => "amend-feedback-given",
            Self::UnknownText => "amend-unknown-text",
            Self::UnknownPlaceholder => "amend-unknown-placeholder",
            Self::HolidayBackwards => "amend-holiday-backwards",
            Self::NotAnHour => "amend-not-an-hour",
        }
    }
}

/// Puts a changed design in the place of the one that `study` was read with.
pub async fn amend(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    new: &StudyDesign,
) -> Result<(), AmendRefusal> {
    let study_id = study.study_id;
    studies::hold(tx, study_id).await?;
    let stored = studies::load(tx, study_id)
        .await?
        .ok_or(AmendRefusal::ChangedElsewhere)?;
    if stored.revision != study.revision {
        return Err(AmendRefusal::ChangedElsewhere);
    }
    let old = stored.design;
    if old == *new {
        return Ok(());
    }
    let known = windows::of_study(tx, study_id).await?;
    let mut breaches = breaches(&old, new, &known, act.at);
    breaches.extend(
        new.collect
            .iter()
            .filter(|row| study.library.get(&row.instrument).is_none())
            .map(|row| breach(Why::UnknownInstrument, &row.instrument)),
    );
    if !breaches.is_empty() {
        return Err(AmendRefusal::NotAllowed(breaches));
    }
    for window in &new.windows {
        match find(&known, window) {
            Some(same)
                if (same.opens_at, same.closes_at) == (window.opens_at, window.closes_at) => {}
            Some(moved) => {
                windows::set_dates(tx, moved.window_id, window.opens_at, window.closes_at).await?;
            }
            None => {
                let added = Window {
                    window_id: WindowId::new(act.at, rng),
                    cohort: window.cohort.clone(),
                    wave: window.wave.clone(),
                    opens_at: window.opens_at,
                    closes_at: window.closes_at,
                    closed_at: None,
                };
                windows::insert(tx, study_id, &added).await?;
            }
        }
    }
    for gone in known
        .iter()
        .filter(|known| new.window(&known.cohort, &known.wave).is_none())
    {
        windows::remove(tx, gone.window_id).await?;
    }
    studies::update(tx, study_id, new).await?;
    audit::record(tx, act, "amend", &old.key, &changed(&old, new).join(", "));
    Ok(())
}

/// What differs between two designs, in a word each.
pub fn changed(old: &StudyDesign, new: &StudyDesign) -> Vec<&'static str> {
    [
        ("title", old.title != new.title),
        ("contact", old.contact != new.contact),
        ("feedback", old.feedback != new.feedback),
        ("cohorts", old.cohorts != new.cohorts),
        ("waves", old.waves != new.waves),
        ("windows", old.windows != new.windows),
        ("collect", old.collect != new.collect),
        ("roles", old.roles != new.roles),
        ("network", old.network != new.network),
        ("disclosure", old.disclosure != new.disclosure),
        ("response", old.response != new.response),
        ("effect", old.effect != new.effect),
        ("conditions", old.conditions != new.conditions),
        ("quiet", old.quiet != new.quiet),
        ("texts", old.texts != new.texts),
        ("rehearsed", old.rehearsed != new.rehearsed),
        ("facts", old.facts != new.facts),
    ]
    .into_iter()
    .filter(|(_, differs)| *differs)
    .map(|(what, _)| what)
    .collect()
}

fn breach(why: Why, about: impl Into<String>) -> Breach {
    Breach {
        why,
        about: about.into(),
    }
}

fn find<'w>(known: &'w [Window], window: &WindowDesign) -> Option<&'w Window> {
    known
        .iter()
        .find(|known| known.cohort == window.cohort && known.wave == window.wave)
}

/// Everything in the new design that may not be, now. Pure.
pub fn breaches(
    old: &StudyDesign,
    new: &StudyDesign,
    known: &[Window],
    now: DateTime<Utc>,
) -> Vec<Breach> {
    let begun: Vec<&Window> = known
        .iter()
        .filter(|window| window.phase(now) != Phase::NotYetOpen)
        // While a condition is missing nobody gets in, whatever the time: nothing has begun.
        .filter(|window| window.closed_at.is_some() || old.unmet().is_empty())
        .collect();
    let mut found = Vec::new();
    if (&old.key, old.time_zone) != (&new.key, new.time_zone) {
        found.push(breach(Why::Fixed, &old.key));
    }
    of_parts(old, new, &begun, &mut found);
    of_windows(new, known, now, &mut found);
    of_questions(old, new, &begun, &mut found);
    of_promises(old, new, &begun, &mut found);
    of_words(old, new, &mut found);
    found
}

/// Cohorts, waves and roles: they are added, never taken away, and keep their order.
fn of_parts(old: &StudyDesign, new: &StudyDesign, begun: &[&Window], found: &mut Vec<Breach>) {
    let keys = |design: &StudyDesign| {
        let own = |keys: Vec<&String>| keys.into_iter().cloned().collect::<Vec<String>>();
        [
            own(design.cohorts.iter().map(|cohort| &cohort.key).collect()),
            own(design.waves.iter().map(|wave| &wave.key).collect()),
            own(design.roles.iter().map(|role| &role.key).collect()),
        ]
    };
    for (before, after) in keys(old).into_iter().zip(keys(new)) {
        let kept: Vec<&String> = after.iter().filter(|key| before.contains(key)).collect();
        let twice = after
            .iter()
            .enumerate()
            .filter(|(at, key)| after[..*at].contains(key));
        found.extend(twice.map(|(_, key)| breach(Why::KeyTwice, key)));
        for key in before.iter().filter(|key| !after.contains(key)) {
            found.push(breach(Why::Removed, key));
        }
        if kept.len() == before.len() && kept.iter().zip(&before).any(|(a, b)| *a != b) {
            found.push(breach(Why::Removed, before.join(", ")));
        }
    }
    for cohort in &old.cohorts {
        let moved = new
            .cohorts
            .iter()
            .any(|now| now.key == cohort.key && now.starts_on != cohort.starts_on);
        if moved && begun.iter().any(|window| window.cohort == cohort.key) {
            found.push(breach(Why::CohortBegun, &cohort.key));
        }
    }
}

/// Only edges in the future move: a passed opening stays, and a closing time is never set to before now.
fn of_windows(new: &StudyDesign, known: &[Window], now: DateTime<Utc>, found: &mut Vec<Breach>) {
    for window in &new.windows {
        let about = format!("{} {}", window.cohort, window.wave);
        let before = find(known, window);
        let moved = |edge: fn(&Window) -> DateTime<Utc>, to: DateTime<Utc>| {
            before.is_none_or(|before| edge(before) != to)
        };
        let (opening, closing) = (
            moved(|window| window.opens_at, window.opens_at),
            moved(|window| window.closes_at, window.closes_at),
        );
        if !opening && !closing {
            continue;
        }
        if before.is_some_and(|before| before.closed_at.is_some()) {
            found.push(breach(Why::WindowClosed, about));
            continue;
        }
        if window.opens_at >= window.closes_at {
            found.push(breach(Why::Backwards, &about));
        }
        let opened = before.is_some_and(|before| before.opens_at <= now);
        if opening && opened {
            found.push(breach(Why::OpeningPassed, &about));
        } else if opening && window.opens_at < now {
            found.push(breach(Why::OpensInThePast, &about));
        }
        if closing && window.closes_at < now {
            found.push(breach(Why::ClosesInThePast, &about));
        }
    }
    let gone = known.iter().filter(|known| {
        new.window(&known.cohort, &known.wave).is_none() && known.phase(now) != Phase::NotYetOpen
    });
    found.extend(gone.map(|known| {
        let about = format!("{} {}", known.cohort, known.wave);
        breach(Why::OpeningPassed, about)
    }));
}

/// What is asked of whom in a wave that has begun, and how the list of colleagues is asked.
fn of_questions(old: &StudyDesign, new: &StudyDesign, begun: &[&Window], found: &mut Vec<Breach>) {
    type Asked<'d> = BTreeSet<(&'d str, &'d str, String)>;
    fn asked<'d>(collect: &'d [Collect], wave: &str) -> Asked<'d> {
        collect
            .iter()
            .filter(|row| row.waves.iter().any(|known| known == wave))
            .flat_map(|row| {
                let about = format!("{:?} {:?}", row.about, row.only);
                row.roles
                    .iter()
                    .map(move |role| (row.instrument.as_str(), role.as_str(), about.clone()))
            })
            .collect()
    }
    let waves: BTreeSet<&str> = begun.iter().map(|window| window.wave.as_str()).collect();
    for wave in waves {
        if asked(&old.collect, wave) != asked(&new.collect, wave) {
            found.push(breach(Why::WaveBegun, wave));
        }
    }
    // A school gets a value that it did not have; one that it has, and by which it was asked, stays.
    if let Some(first) = begun.first() {
        for (fact, of) in &old.facts {
            let now = new.facts.get(fact);
            let moved = of
                .iter()
                .filter(|(place, value)| now.and_then(|now| now.get(*place)) != Some(*value));
            let about = |(place, _)| breach(Why::WaveBegun, format!("{} {place}", first.wave));
            found.extend(moved.map(about));
        }
    }
    let fixed = (&old.network.relations, old.network.boundary)
        != (&new.network.relations, new.network.boundary);
    if fixed && let Some(first) = begun.first() {
        found.push(breach(Why::WaveBegun, &first.wave));
    }
    let manner = |design: &StudyDesign| {
        let n = &design.network;
        (n.layout, n.order, n.grouping, n.hint, n.write_in)
    };
    let open = begun.iter().find(|window| window.closed_at.is_none());
    if let Some(open) = open.filter(|_| manner(old) != manner(new)) {
        let about = format!("{} {}", open.cohort, open.wave);
        found.push(breach(Why::WaveOpen, about));
    }
}

/// What respondents were told, and the thresholds under which nothing is shown.
fn of_promises(old: &StudyDesign, new: &StudyDesign, begun: &[&Window], found: &mut Vec<Breach>) {
    let (before, after) = (&old.disclosure, &new.disclosure);
    for (name, before, after) in [
        ("k", before.k as f64, after.k as f64),
        (
            "k_principal",
            before.k_principal as f64,
            after.k_principal as f64,
        ),
        ("k_pupil", before.k_pupil as f64, after.k_pupil as f64),
        ("report", old.response.report, new.response.report),
        ("flag", old.response.flag, new.response.flag),
    ] {
        if after < before {
            found.push(breach(Why::ThresholdLowered, name));
        }
    }
    let rates = &new.response;
    if !(rates.flag > 0.0 && rates.flag <= rates.report && rates.report <= 1.0) {
        found.push(breach(Why::ThresholdImpossible, "report"));
    }
    if begun.is_empty() {
        return;
    }
    let missing = old.unmet();
    for condition in new.unmet() {
        if !missing.contains(&condition) {
            found.push(breach(Why::ConditionWithdrawn, condition.key()));
        }
    }
    let (before, after) = (&old.conditions, &new.conditions);
    // Names are kept no longer than was said, and answers can be taken back no shorter.
    if let (Some(before), Some(after)) = (before.retention_until, after.retention_until)
        && after > before
    {
        found.push(breach(Why::PromiseShortened, "retention_until"));
    }
    let shorter = match (before.withdraw_until, after.withdraw_until) {
        (Some(before), Some(after)) => after < before,
        (Some(_), None) => true,
        _ => false,
    };
    if shorter {
        found.push(breach(Why::PromiseShortened, "withdraw_until"));
    }
    if old.feedback != new.feedback && begun.iter().any(|window| window.closed_at.is_some()) {
        found.push(breach(Why::FeedbackGiven, ""));
    }
}

/// Only what is changed: a file that was loaded is not judged again.
fn of_words(old: &StudyDesign, new: &StudyDesign, found: &mut Vec<Breach>) {
    let changed = new
        .texts
        .iter()
        .filter(|(name, text)| old.texts.get(*name) != Some(*text));
    for (name, text) in changed {
        if !TEXTS.contains(&name.as_str()) {
            found.push(breach(Why::UnknownText, name));
        }
        let unknown: BTreeSet<&str> = [&text.nl, &text.en]
            .into_iter()
            .flat_map(|text| unknown_placeholders(text))
            .collect();
        found.extend(
            unknown
                .into_iter()
                .map(|place| breach(Why::UnknownPlaceholder, format!("{{{place}}}"))),
        );
    }
    if old.quiet == new.quiet {
        return;
    }
    for (from, to) in &new.quiet.holidays {
        if to < from {
            found.push(breach(Why::HolidayBackwards, from.to_string()));
        }
    }
    for hour in [new.quiet.from_hour, new.quiet.to_hour] {
        if hour > 23 {
            found.push(breach(Why::NotAnHour, hour.to_string()));
        }
    }
}
