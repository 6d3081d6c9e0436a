//! The edges of a wave: what is taken when, and what it counts as, written down here once more and held against the verbs;
//! a thousand people around a deadline; the hours that a clock skips and shows twice; and a clock that jumps.

#![expect(clippy::unwrap_used, reason = "a verb that fails is a failed test")]
use crate::support;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::id::InvitationId;
use schakel::domain::language::Language;
use schakel::domain::roster::RosterLine;
use schakel::domain::token::LinkKey;
use schakel::exchange::study_toml;
use schakel::fieldwork::door::{Class, Door, GRACE, Moment, State, class, decide};
use schakel::fieldwork::pages::{Part, Sitting, seen};
use schakel::fieldwork::receive::{self, PageSent, ReceiveRefusal};
use schakel::fieldwork::study::Study;
use schakel::fieldwork::withdraw;
use schakel::storage::audit::{self, Act};
use schakel::storage::windows::Window;
use schakel::storage::{Store, invitations};
use serde_json::json;
use tokio::task::JoinSet;

use support::databases::databases;
use support::figures::{profile, record, scaled};
use support::small_study::{Field, filled, library};

/// Of each school: whoever answers is shown all the others, so that small schools are answered for faster.
const STAFF: usize = 8;

/// A study with so many invited teachers in the first window, an hour after it opened.
async fn people(store: Store, count: usize) -> (Field, Vec<InvitationId>) {
    let mut field = Field::found(store).await;
    let line = |school: usize, person: usize| RosterLine {
        school: format!("s{school:03}"),
        school_name: Some(format!("School {school:03}")),
        cohort: "focus2".to_owned(),
        board: None,
        person: format!("s{school:03}-{person:03}"),
        name: format!("Persoon {person:03} {school:03}"),
        email: None,
        language: Some(Language::Nl),
        roles: vec!["teacher".to_owned()],
        groups: Some(vec!["onderbouw".to_owned()]),
        joined_on: NaiveDate::from_ymd_opt(2020, 8, 1),
        left_on: None,
    };
    let all = (0..count).map(|place| line(place / STAFF, place % STAFF));
    field.enrol(all.collect()).await;
    let mut invited = Vec::new();
    for school in 0..count.div_ceil(STAFF) {
        let id = field.school(&format!("s{school:03}")).await;
        let letters = field.invite(id, "focus2", "T1").await;
        invited.extend(letters.into_iter().map(|letter| letter.invitation_id));
    }
    (field, invited)
}

/// One person's way with the study: every verb at a moment of its own.
#[derive(Clone)]
struct Person {
    store: Store,
    study: Arc<Study>,
    key: LinkKey,
    invitation: InvitationId,
    /// Made of what was answered; each save answers otherwise.
    saves: u64,
}

impl Person {
    fn of(field: &Field, invitation: InvitationId) -> Self {
        Self {
            store: field.store.clone(),
            study: field.study.clone(),
            key: field.key.clone(),
            invitation,
            saves: 0,
        }
    }

    fn act(at: DateTime<Utc>) -> Act {
        Act {
            actor: "edge".to_owned(),
            at,
        }
    }

    async fn sitting(&self, at: DateTime<Utc>) -> Sitting {
        let mut tx = self.store.read().await.unwrap();
        let opened = invitations::open(&mut tx, self.invitation).await.unwrap();
        Sitting::load(&mut tx, opened.unwrap(), at)
            .await
            .unwrap()
            .unwrap()
    }

    async fn save(&mut self, at: DateTime<Utc>) -> &'static str {
        self.saves += 1;
        let sitting = self.sitting(at).await;
        let steps = sitting.steps(&self.study);
        let place =
            |step: &schakel::instrument::flow::Step| step.ask.contains(&"att_01".to_owned());
        let step = steps.iter().position(place).unwrap();
        let value = (1 + self.saves % 5).to_string();
        let sent = PageSent {
            invitation_id: self.invitation,
            step,
            seen: seen(&sitting.answers, &steps[step].ask),
            raw: [("att_01".to_owned(), filled(&value))].into(),
        };
        let mut rng = ChaCha12Rng::seed_from_u64(u64::from_be_bytes(
            self.invitation.0.as_bytes()[8..].try_into().unwrap(),
        ));
        let (act, study) = (Self::act(at), self.study.clone());
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move { receive::save_page(tx, &act, &mut rng, &study, &sent).await })
            })
            .await;
        word(done)
    }

    async fn submit(&self, at: DateTime<Utc>) -> &'static str {
        let before = self.sitting(at).await.opened.invitation.submitted_at;
        let (act, key, study, id) = (
            Self::act(at),
            self.key.clone(),
            self.study.clone(),
            self.invitation,
        );
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move {
                    receive::submit(tx, &act, &key, &study, id, Part::Questionnaire).await
                })
            })
            .await;
        match word(done) {
            // Sent before: the same receipt, and nothing is changed.
            "taken" if before.is_some() => "receipt",
            other => other,
        }
    }

    async fn withdraw(&self, at: DateTime<Utc>) {
        let (act, study, id) = (Self::act(at), self.study.clone(), self.invitation);
        let done = self
            .store
            .write(move |tx| {
                Box::pin(async move { withdraw::withdraw(tx, &act, &study, id).await })
            })
            .await;
        assert!(done.unwrap());
    }

    /// What their answers count as in the end.
    async fn class(&self, window: &Window) -> Class {
        let sitting = self.sitting(window.closes_at).await;
        let invitation = &sitting.opened.invitation;
        class(
            window,
            !sitting.responses.is_empty(),
            invitation.submitted_at,
            invitation.withdrawn_at.is_some(),
        )
    }
}

fn word<T>(done: Result<T, ReceiveRefusal>) -> &'static str {
    match done {
        Ok(_) => "taken",
        Err(ReceiveRefusal::NotYetOpen) => "not yet open",
        Err(ReceiveRefusal::Closed) => "closed",
        Err(ReceiveRefusal::Submitted) => "submitted",
        Err(ReceiveRefusal::Withdrawn) => "withdrawn",
        Err(other) => panic!("{other}"),
    }
}

const MICRO: TimeDelta = TimeDelta::microseconds(1);

/// Moments by the instant on both sides of each edge: from opening, or from closing time.
#[derive(Debug, Clone, Copy)]
enum At {
    Opening(i64),
    Closing(i64),
    /// Closed by the owner two hours after closing time.
    Frozen,
}

const HOUR: i64 = 3_600_000_000;

/// The rules in words. For each moment: what a save is answered and what the answers then count as, the same for a
/// submission; in four states: nothing saved, begun, submitted in time, withdrawn.
#[rustfmt::skip]
const RULES: [(At, [&str; 4]); 9] = [
    (At::Opening(-1),       ["not yet open none, not yet open none", "not yet open partial, not yet open partial", "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Opening(0),        ["taken partial, taken complete",        "taken partial, taken complete",               "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Opening(HOUR),     ["taken partial, taken complete",        "taken partial, taken complete",               "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Closing(-1),       ["taken partial, taken complete",        "taken partial, taken complete",               "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Closing(0),        ["closed none, closed none",             "taken partial, taken late",                   "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Closing(HOUR - 1), ["closed none, closed none",             "taken partial, taken late",                   "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Closing(HOUR),     ["closed none, closed none",             "closed partial, closed partial",              "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Closing(24 * HOUR),["closed none, closed none",             "closed partial, closed partial",              "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
    (At::Frozen,            ["closed none, closed none",             "closed partial, closed partial",              "submitted complete, receipt complete", "withdrawn withdrawn, withdrawn withdrawn"]),
];

fn class_word(class: Class) -> &'static str {
    match class {
        Class::None => "none",
        Class::Partial => "partial",
        Class::Complete => "complete",
        Class::Late => "late",
        Class::Withdrawn => "withdrawn",
    }
}

#[tokio::test]
async fn every_cell_of_the_rules_is_what_the_verbs_do() {
    let mut cells = 0;
    for database in databases("the edges of a wave").await {
        let (mut field, invited) = people(database.open().await, RULES.len() * 8).await;
        let window = field.window("focus2", "T1").await;
        let earlier = window.opens_at + TimeDelta::minutes(30);
        let mut invited = invited.into_iter();
        for (at, row) in RULES {
            let now = match at {
                At::Opening(micros) => window.opens_at + TimeDelta::microseconds(micros),
                At::Closing(micros) => window.closes_at + TimeDelta::microseconds(micros),
                At::Frozen => window.closes_at + TimeDelta::hours(2),
            };
            let mut placed = Vec::new();
            for (state, rule) in row.iter().enumerate() {
                for (which, expected) in rule.split(", ").enumerate() {
                    let mut one = Person::of(&field, invited.next().unwrap());
                    if state > 0 {
                        assert_eq!(one.save(earlier).await, "taken");
                    }
                    if state == 2 {
                        assert_eq!(one.submit(earlier).await, "taken");
                    }
                    if state == 3 {
                        one.withdraw(earlier).await;
                    }
                    placed.push((one, state, which, expected));
                }
            }
            if matches!(at, At::Frozen) {
                field.clock.0 = now;
                assert!(field.close("focus2", "T1").await.unwrap());
            }
            for (mut one, state, which, expected) in placed {
                let said = match which {
                    0 => one.save(now).await,
                    _ => one.submit(now).await,
                };
                let counts = class_word(one.class(&window).await);
                assert_eq!(
                    format!("{said} {counts}"),
                    expected,
                    "{}: {at:?}, state {state}, form {which}",
                    database.name
                );
                cells += 1;
            }
        }
    }
    // The table that the code decides by says the same of every moment and state.
    for (moment, taken) in [
        (Moment::Before, [false, false]),
        (Moment::Open, [true, true]),
        (Moment::Grace, [false, true]),
        (Moment::AfterGrace, [false, false]),
        (Moment::Closed, [false, false]),
    ] {
        for (state, taken) in [State::Nothing, State::Begun].into_iter().zip(taken) {
            assert_eq!(decide(moment, state).door == Door::Open, taken);
        }
    }
    record(
        "wave_rules",
        &json!({ "cells": cells, "cells_that_differ": 0 }),
    );
}

/// What a session must be told, by rules of its own: kept apart from the code on purpose.
#[derive(Debug, Default)]
struct Model {
    begun: bool,
    submitted_at: Option<DateTime<Utc>>,
    kept: u64,
}

impl Model {
    fn taken(&self, at: DateTime<Utc>, window: &Window) -> bool {
        let minutes_late = (at - window.closes_at).num_microseconds().unwrap() as f64 / 60e6;
        at >= window.opens_at && (minutes_late < 0.0 || self.begun && minutes_late < 60.0)
    }

    fn save(&mut self, at: DateTime<Utc>, window: &Window) -> &'static str {
        if self.submitted_at.is_some() {
            return "submitted";
        }
        if !self.taken(at, window) {
            return "closed";
        }
        self.begun = true;
        self.kept += 1;
        "taken"
    }

    fn submit(&mut self, at: DateTime<Utc>, window: &Window) -> &'static str {
        if self.submitted_at.is_some() {
            return "receipt";
        }
        if !self.taken(at, window) {
            return "closed";
        }
        self.submitted_at = Some(at);
        "taken"
    }

    fn class(&self, window: &Window) -> Class {
        match (self.submitted_at, self.begun) {
            (Some(at), _) if at < window.closes_at => Class::Complete,
            (Some(_), _) => Class::Late,
            (None, true) => Class::Partial,
            (None, false) => Class::None,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_sessions_across_the_edge_lose_nothing() {
    let sessions = scaled(profile().of(1_000, 20_000));
    let database = databases("sessions across the edge").await.remove(0);
    let (field, invited) = people(database.open().await, sessions).await;
    let window = field.window("focus2", "T1").await;
    let mut running = JoinSet::new();
    let mut classes: BTreeMap<Class, usize> = BTreeMap::new();
    let mut steps = 0;
    let mut done = |(class, taken): (Class, usize)| {
        *classes.entry(class).or_default() += 1;
        steps += taken;
    };
    for (seed, invitation) in invited.into_iter().enumerate() {
        if running.len() >= 32 {
            done(running.join_next().await.unwrap().unwrap());
        }
        let (person, window) = (Person::of(&field, invitation), window.clone());
        running.spawn(session(person, window, seed as u64));
    }
    while let Some(one) = running.join_next().await {
        done(one.unwrap());
    }
    // Chance has been everywhere.
    for class in [Class::None, Class::Partial, Class::Complete, Class::Late] {
        assert!(classes.contains_key(&class), "{classes:?}");
    }
    record(
        "wave_sessions",
        &json!({
            "sessions": sessions,
            "forms": steps,
            "lost": 0,
            "wrong_class": 0,
            "complete": classes[&Class::Complete],
            "late": classes[&Class::Late],
            "partial": classes[&Class::Partial],
            "none": classes[&Class::None],
        }),
    );
}

/// One to four forms at moments from two hours before closing time to two hours behind it, some of them on an edge.
async fn session(mut person: Person, window: Window, seed: u64) -> (Class, usize) {
    let mut dice = ChaCha12Rng::seed_from_u64(seed);
    let edges = [
        window.closes_at - MICRO,
        window.closes_at,
        window.closes_at + GRACE - MICRO,
        window.closes_at + GRACE,
    ];
    let mut moments: Vec<DateTime<Utc>> = (0..dice.random_range(1..=4))
        .map(|_| match dice.random_bool(0.3) {
            true => edges[dice.random_range(0..edges.len())],
            false => {
                window.closes_at + TimeDelta::microseconds(dice.random_range(-2 * HOUR..2 * HOUR))
            }
        })
        .collect();
    moments.sort();
    let mut model = Model::default();
    for at in &moments {
        if dice.random_bool(0.7) {
            assert_eq!(person.save(*at).await, model.save(*at, &window), "{at}");
        } else {
            assert_eq!(person.submit(*at).await, model.submit(*at, &window), "{at}");
        }
    }
    let counts = person.class(&window).await;
    assert_eq!(counts, model.class(&window), "{moments:?}");
    // What was taken is there, whatever was refused afterwards.
    let stored = person.sitting(window.closes_at).await.answers;
    assert_eq!(stored.contains_key("att_01"), model.kept > 0);
    (counts, moments.len())
}

/// The last Sunday of a month: the European rule since 1996, written out here and not asked of the library.
fn last_sunday(year: i32, month: u32) -> NaiveDate {
    (25..=31)
        .filter_map(|day| NaiveDate::from_ymd_opt(year, month, day))
        .find(|day| day.weekday() == Weekday::Sun)
        .unwrap()
}

/// The closing time that a study file with this local time gives; none if it is refused as skipped.
fn closing(local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let opens = (local - TimeDelta::days(7)).format("%Y-%m-%dT08:00:00");
    let text = include_str!("../instruments/studies/focus.toml")
        .replace(
            "opens_at = \"2024-09-02T08:00:00\"",
            &format!("opens_at = \"{opens}\""),
        )
        .replace(
            "closes_at = \"2024-09-28T18:00:00\"",
            &format!("closes_at = \"{}\"", local.format("%Y-%m-%dT%H:%M:%S")),
        );
    match study_toml::parse("focus.toml", &text, &library()) {
        Ok(design) => {
            let window = design
                .windows
                .iter()
                .find(|window| window.cohort == "focus2" && window.wave == "T1");
            Some(window.unwrap().closes_at)
        }
        Err(faults) => {
            assert!(
                faults.iter().any(|fault| fault.code == "skipped_hour"),
                "{faults:?}"
            );
            None
        }
    }
}

/// One meaning: a local time that the clock skips is refused when it is written down, and of one that it shows twice the
/// first is meant. The hour of grace is sixty minutes that pass, whatever the clock shows.
#[test]
fn a_deadline_in_the_skipped_or_doubled_hour_has_one_meaning() {
    let (mut edges, mut deadlines, mut refused) = (0, 0, 0);
    for year in 2010..=2040 {
        for month in [3, 10] {
            edges += 1;
            let day = last_sunday(year, month);
            for (hour, minute, second) in
                [(1, 59, 59), (2, 0, 0), (2, 30, 0), (2, 59, 59), (3, 0, 0)]
            {
                let local = day.and_hms_opt(hour, minute, second).unwrap();
                // Summer time is two hours ahead, winter time one. In March the clock goes from 2 to 3, in October from 3 back
                // to 2, so that in October everything before 3 is meant in summer time.
                let ahead = match (month, hour) {
                    (3, 2) => None,
                    (3, 1) => Some(1),
                    (3, _) => Some(2),
                    (_, 1 | 2) => Some(2),
                    _ => Some(1),
                };
                let expected = ahead.map(|hours| local.and_utc() - TimeDelta::hours(hours));
                let closes_at = closing(local);
                assert_eq!(closes_at, expected, "{local}");
                deadlines += 1;
                let Some(closes_at) = closes_at else {
                    refused += 1;
                    continue;
                };
                let window = Window {
                    window_id: schakel::domain::id::WindowId(uuid::Uuid::nil()),
                    cohort: String::new(),
                    wave: String::new(),
                    opens_at: closes_at - TimeDelta::days(7),
                    closes_at,
                    closed_at: None,
                };
                let moment = |at| Moment::of(&window, true, at);
                assert_eq!(moment(closes_at - MICRO), Moment::Open);
                assert_eq!(moment(closes_at), Moment::Grace);
                assert_eq!(
                    moment(closes_at + TimeDelta::minutes(60) - MICRO),
                    Moment::Grace
                );
                assert_eq!(
                    moment(closes_at + TimeDelta::minutes(60)),
                    Moment::AfterGrace
                );
            }
        }
    }
    record(
        "wave_dst",
        &json!({
            "edges": edges,
            "deadlines": deadlines,
            "refused_as_skipped": refused,
            "with_another_meaning": 0,
        }),
    );
}

/// The audit goes by number: a clock that jumps by a day does not change the order of what was done.
#[tokio::test]
async fn a_clock_that_jumps_reorders_nothing() {
    let mut lines_read = 0;
    for database in databases("a clock that jumps").await {
        let (field, invited) = people(database.open().await, 5).await;
        let window = field.window("focus2", "T1").await;
        let middle = window.opens_at + TimeDelta::days(3);
        let mut tx = field.store.read().await.unwrap();
        let (before, mut chain) = audit::end(&mut tx).await.unwrap();
        drop(tx);
        let mut persons: Vec<Person> = invited
            .into_iter()
            .map(|invitation| Person::of(&field, invitation))
            .collect();
        let mut dice = ChaCha12Rng::seed_from_u64(5);
        let mut done = Vec::new();
        for step in 0..100 {
            let jump = [-1, 0, 1][dice.random_range(0..3)];
            let at = middle + TimeDelta::days(jump) + TimeDelta::seconds(step);
            let one = dice.random_range(0..persons.len());
            assert_eq!(persons[one].save(at).await, "taken");
            done.push((persons[one].invitation.to_string(), at));
        }
        let mut tx = field.store.read().await.unwrap();
        let lines = audit::lines(&mut tx, before, i64::MAX).await.unwrap();
        assert_eq!(lines.len(), done.len());
        let mut earlier = 0;
        let mut last = before;
        let mut when = None;
        for (line, (noun, at)) in lines.iter().zip(&done) {
            assert_eq!((line.audit_id, &line.noun, line.at), (last + 1, noun, *at));
            let link = line.link(&chain);
            assert_eq!(line.chain.as_ref(), Some(&link));
            earlier += usize::from(when.is_some_and(|when| line.at < when));
            (last, chain, when) = (line.audit_id, link, Some(line.at));
        }
        assert!(earlier > 10, "the clock has not jumped");
        lines_read += lines.len();
    }
    record(
        "wave_clock",
        &json!({ "lines": lines_read, "reordered": 0 }),
    );
}
