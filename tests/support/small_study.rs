//! A study that fits in the head: the design of `focus.toml` with weeks for months, two schools of twelve people, a
//! clock that stands still and dice from a seed. The same on every database, to the last id.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel::domain::answer::Answer;
use schakel::domain::card::ASKED;
use schakel::domain::id::{InvitationId, MemberId, SchoolId};
use schakel::domain::invitation::Letter;
use schakel::domain::language::Language;
use schakel::domain::roster::RosterLine;
use schakel::domain::study::{Conditions, StudyDesign};
use schakel::domain::time::{Clock, FixedClock};
use schakel::domain::token::{LinkKey, Presented};
use schakel::exchange::study_toml;
use schakel::fieldwork::close::{self, CloseRefusal};
use schakel::fieldwork::enrol::{self, Enrolled};
use schakel::fieldwork::enter::{self, EnterRefusal, Visit};
use schakel::fieldwork::found;
use schakel::fieldwork::invite;
use schakel::fieldwork::pages::{Part, Sitting, seen};
use schakel::fieldwork::receive::{self, PageSaved, PageSent, ReceiveRefusal};
use schakel::fieldwork::study::Study;
use schakel::instrument::check::RawAnswer;
use schakel::instrument::library::Library;
use schakel::storage::audit::{self, Act};
use schakel::storage::windows::{self, Window};
use schakel::storage::{Store, invitations, rosters, schools};

const FOCUS: &str = include_str!("../../instruments/studies/focus.toml");

/// School of the first cohort, and of the second.
pub const OAK: &str = "eik";
pub const BEECH: &str = "beuk";

pub fn library() -> Library {
    Library::shipped()
}

/// When the first windows open: a Monday morning.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_725_264_000, 0).expect("an instant")
}

/// As [`whole_design`], without the leadership card and the work of a teacher, which have tests of their own.
pub fn design() -> StudyDesign {
    let mut design = whole_design();
    design.collect.retain(|row| {
        !row.instrument.starts_with("leadership-card") && row.instrument != "teachers-work"
    });
    design
}

/// Every window is open for a week; both cohorts answer T1 in the first week, T2a in the fifth and T3 in the ninth.
pub fn whole_design() -> StudyDesign {
    let mut design = study_toml::parse("focus.toml", FOCUS, &library())
        .unwrap_or_else(|faults| panic!("{faults:#?}"));
    design.key = "small".to_owned();
    design.conditions = Conditions {
        board_agreement: NaiveDate::from_ymd_opt(2024, 6, 1),
        council_informed: NaiveDate::from_ymd_opt(2024, 6, 1),
        ethics_reference: Some("EC-1".to_owned()),
        retention_until: NaiveDate::from_ymd_opt(2034, 6, 1),
        withdraw_until: None,
        pupil_consent: Default::default(),
    };
    let (fact, yes) = ASKED;
    let everywhere = [OAK, BEECH].map(|school| (school.to_owned(), yes.to_owned()));
    design.facts.insert(fact.to_owned(), everywhere.into());
    // Pupils are asked in a wave of their own: tests of theirs put it back.
    design.windows.retain(|window| window.wave != "T2b");
    assert!(!design.windows.is_empty());
    for window in &mut design.windows {
        let week = match window.wave.as_str() {
            "T1" => 0,
            "T2a" => 4,
            _ => 8,
        };
        window.opens_at = start() + TimeDelta::weeks(week);
        window.closes_at = window.opens_at + TimeDelta::weeks(1);
    }
    design
}

/// Twelve people at each school: a principal, a coach, an assistant and nine teachers. Two teachers of the oak have the
/// same name, and the last teacher of both lists is one person.
pub fn lines() -> Vec<RosterLine> {
    [(OAK, "De Eik", "focus2"), (BEECH, "De Beuk", "focus3")]
        .into_iter()
        .flat_map(|(school, title, cohort)| {
            (1..=12).map(move |number| {
                let (person, name) = match (school, number) {
                    (_, 12) => ("both".to_owned(), "Noor Beide".to_owned()),
                    (OAK, 5 | 6) => (format!("{school}-{number:02}"), "Anna de Vries".to_owned()),
                    _ => (
                        format!("{school}-{number:02}"),
                        format!("Persoon {number:02} {title}"),
                    ),
                };
                let (role, group) = match number {
                    1 => ("principal", "leiding"),
                    2 => ("coach", "leiding"),
                    3 => ("assistant", "onderbouw"),
                    4..=8 => ("teacher", "onderbouw"),
                    _ => ("teacher", "bovenbouw"),
                };
                RosterLine {
                    school: school.to_owned(),
                    school_name: Some(title.to_owned()),
                    cohort: cohort.to_owned(),
                    board: Some("Bosrand".to_owned()),
                    email: Some(format!("{person}@example.org")),
                    person,
                    name,
                    language: Some(if number % 2 == 0 {
                        Language::En
                    } else {
                        Language::Nl
                    }),
                    roles: vec![role.to_owned()],
                    groups: Some(vec![group.to_owned()]),
                    joined_on: NaiveDate::from_ymd_opt(2020, 8, 1),
                    left_on: None,
                }
            })
        })
        .collect()
}

/// The small study in a store, with the verbs of fieldwork as they are at the time on its clock.
#[derive(Clone)]
pub struct Field {
    pub store: Store,
    pub study: Arc<Study>,
    pub key: LinkKey,
    pub clock: FixedClock,
    thrown: u64,
}

impl Field {
    /// Founds the study an hour after its first windows opened; nobody is enrolled yet.
    pub async fn found(store: Store) -> Self {
        Self::found_as(store, design(), 0).await
    }

    /// As `found`, beside other studies: `first` is the first of the dice that are thrown for this one.
    pub async fn found_as(store: Store, design: StudyDesign, first: u64) -> Self {
        let clock = FixedClock(start() + TimeDelta::hours(1));
        let act = Act {
            actor: "test".to_owned(),
            at: clock.now(),
        };
        let study_id = store
            .write(move |tx| {
                Box::pin(async move {
                    found::found(tx, &act, &mut dice(first), &design, &library()).await
                })
            })
            .await
            .expect("the study is founded");
        let mut tx = store.read().await.expect("a read begins");
        let study = Study::load(&mut tx, study_id)
            .await
            .expect("the study is read")
            .expect("the study is there");
        drop(tx);
        Self {
            store,
            study: Arc::new(study),
            key: LinkKey::new([7; 32]),
            clock,
            thrown: first,
        }
    }

    pub fn act(&self) -> Act {
        Act {
            actor: "test".to_owned(),
            at: self.clock.now(),
        }
    }

    /// A generator for the next verb: others than the ones before, and the same in every run.
    pub fn dice(&mut self) -> ChaCha12Rng {
        self.thrown += 1;
        dice(self.thrown)
    }

    pub async fn enrol(&mut self, lines: Vec<RosterLine>) -> Enrolled {
        let (act, mut rng, study) = (self.act(), self.dice(), self.study.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move { enrol::enrol(tx, &act, &mut rng, &study, &lines).await })
            })
            .await
            .expect("the lines are enrolled")
    }

    pub async fn invite(&mut self, school: SchoolId, cohort: &str, wave: &str) -> Vec<Letter> {
        let (act, mut rng, study, key) = (
            self.act(),
            self.dice(),
            self.study.clone(),
            self.key.clone(),
        );
        let window = self.window(cohort, wave).await;
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    invite::invite(tx, &act, &mut rng, &key, &study, school, &window).await
                })
            })
            .await
            .expect("the members are invited")
    }

    /// The new link and code of someone whose letter got lost.
    pub async fn reissue(
        &self,
        school: SchoolId,
        member: MemberId,
        wave: &str,
    ) -> (String, String) {
        let (act, key) = (self.act(), self.key.clone());
        let mut tx = self.store.read().await.expect("a read begins");
        let mut known = invitations::of_school(&mut tx, school, wave)
            .await
            .expect("invitations are read");
        let invitation = known.remove(&member).expect("the member is invited");
        drop(tx);
        self.store
            .write(move |tx| {
                Box::pin(async move { invite::reissue(tx, &act, &key, &invitation).await })
            })
            .await
            .expect("the invitation is issued again")
    }

    /// `presented` as it was typed or pasted.
    pub async fn enter(&mut self, presented: &str) -> Result<Visit, EnterRefusal> {
        let (act, mut rng, key) = (self.act(), self.dice(), self.key.clone());
        let presented = Presented::parse(presented).ok_or(EnterRefusal::Unknown)?;
        self.store
            .write(move |tx| {
                Box::pin(async move { enter::enter(tx, &act, &mut rng, &key, &presented).await })
            })
            .await
    }

    pub async fn save(&mut self, sent: &PageSent) -> Result<PageSaved, ReceiveRefusal> {
        let (act, mut rng, study, sent) =
            (self.act(), self.dice(), self.study.clone(), sent.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move { receive::save_page(tx, &act, &mut rng, &study, &sent).await })
            })
            .await
    }

    pub async fn submit(&self, invitation_id: InvitationId) -> Result<String, ReceiveRefusal> {
        let (act, key, study) = (self.act(), self.key.clone(), self.study.clone());
        self.store
            .write(move |tx| {
                Box::pin(async move {
                    receive::submit(tx, &act, &key, &study, invitation_id, Part::Questionnaire)
                        .await
                })
            })
            .await
    }

    pub async fn close(&self, cohort: &str, wave: &str) -> Result<bool, CloseRefusal> {
        let act = self.act();
        let (window, study_id) = (self.window(cohort, wave).await, self.study.study_id);
        self.store
            .write(move |tx| {
                Box::pin(async move { close::close(tx, &act, study_id, &window).await })
            })
            .await
    }

    pub async fn window(&self, cohort: &str, wave: &str) -> Window {
        let mut tx = self.store.read().await.expect("a read begins");
        let windows = windows::of_study(&mut tx, self.study.study_id)
            .await
            .expect("windows are read");
        windows
            .into_iter()
            .find(|window| window.cohort == cohort && window.wave == wave)
            .unwrap_or_else(|| panic!("no window for {cohort} {wave}"))
    }

    pub async fn school(&self, key: &str) -> SchoolId {
        let mut tx = self.store.read().await.expect("a read begins");
        let schools = schools::of_study(&mut tx, self.study.study_id)
            .await
            .expect("schools are read");
        schools
            .into_iter()
            .find(|school| school.key == key)
            .expect("the school is enrolled")
            .school_id
    }

    /// The membership of the person with this key in the delivered lists.
    pub async fn member(&self, school: SchoolId, person: &str) -> MemberId {
        let mut tx = self.store.read().await.expect("a read begins");
        let person_id = rosters::person_by_key(&mut tx, self.study.study_id, person)
            .await
            .expect("persons are read");
        let person_id = person_id.expect("the person is enrolled");
        rosters::member_of(&mut tx, person_id, school)
            .await
            .expect("members are read")
            .expect("a member here")
    }

    pub async fn sitting(&self, invitation_id: InvitationId) -> Sitting {
        let mut tx = self.store.read().await.expect("a read begins");
        let opened = invitations::open(&mut tx, invitation_id)
            .await
            .expect("invitations are read");
        let sitting = Sitting::load(
            &mut tx,
            opened.expect("the invitation is there"),
            self.clock.now(),
        )
        .await;
        sitting
            .expect("the sitting is read")
            .expect("the sitting is there")
    }

    /// The page that asks `item`, empty, as a browser shows it now.
    pub async fn page(&self, invitation_id: InvitationId, item: &str) -> PageSent {
        let sitting = self.sitting(invitation_id).await;
        let steps = sitting.steps(&self.study);
        let step = steps
            .iter()
            .position(|step| step.ask.iter().any(|asked| asked == item));
        let step = step.unwrap_or_else(|| panic!("no page asks {item}"));
        PageSent {
            invitation_id,
            step,
            seen: seen(&sitting.answers, &steps[step].ask),
            raw: Default::default(),
        }
    }

    pub async fn answer(&self, invitation_id: InvitationId, item: &str) -> Option<Answer> {
        self.sitting(invitation_id).await.answers.remove(item)
    }

    pub async fn audited(&self, verb: &str, noun: &str) -> i64 {
        let mut tx = self.store.read().await.expect("a read begins");
        audit::count(&mut tx, verb, noun)
            .await
            .expect("the audit is read")
    }
}

fn dice(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

/// A question filled in on a page.
pub fn filled(value: &str) -> RawAnswer {
    RawAnswer {
        value: Some(value.to_owned()),
        ..RawAnswer::default()
    }
}

/// Colleagues ticked on a page.
pub fn ticked(colleagues: &[MemberId]) -> RawAnswer {
    RawAnswer {
        named: colleagues
            .iter()
            .map(|member| (*member, "1".to_owned()))
            .collect(),
        ..RawAnswer::default()
    }
}

/// "With nobody", ticked on a page.
pub fn nobody() -> RawAnswer {
    RawAnswer {
        nobody: true,
        ..RawAnswer::default()
    }
}
