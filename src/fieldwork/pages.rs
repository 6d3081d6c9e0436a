//! What one respondent is asked: the instruments that are due, page by page, with the roster and the answers so far.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::door::{Door, Moment, State, decide};
use super::study::Study;
use crate::domain::answer::Answer;
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::roster::Member;
use crate::domain::time::day_in;
use crate::instrument::definition::Instrument;
use crate::instrument::flow::{self, Step};
use crate::storage::answers::{Begun, Given, PartSubmission};
use crate::storage::invitations::Opened;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Tx, answers, objections, rosters, schools, studies};

/// Everything that a respondent's pages are made of.
#[derive(Debug, Clone)]
pub struct Sitting {
    pub opened: Opened,
    pub window: Window,
    pub me: Arc<Member>,
    /// The key of the school or office.
    pub place: String,
    /// The colleagues that can be named, by name; oneself is left out by identity, not by name.
    pub colleagues: Vec<Arc<Member>>,
    /// The others in the board's network: its members, and the principals and coaches of its schools.
    pub board: Vec<Arc<Member>>,
    pub answers: BTreeMap<String, Answer>,
    /// The responses that have been begun, by key of the instrument.
    pub responses: BTreeMap<String, Begun>,
    /// The separate parts that have been submitted, by key of their instrument.
    pub submitted_parts: BTreeMap<String, PartSubmission>,
}

/// What is submitted in one go: the questionnaire, or a test that has a sitting of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part<'s> {
    Questionnaire,
    Test(&'s str),
}

impl<'s> Part<'s> {
    pub fn of(instrument: &'s Instrument) -> Self {
        if instrument.separate {
            Self::Test(&instrument.key)
        } else {
            Self::Questionnaire
        }
    }
}

impl Sitting {
    /// What may have changed since it was read: how far the invitation is, its window and its answers. Who is on the list
    /// stays as it was read.
    pub async fn refresh(&mut self, tx: &mut Tx, mut opened: Opened) -> Result<(), StorageError> {
        if let Some(window) = opened.window.clone() {
            self.window = window;
        }
        let Given {
            responses,
            answers,
            submitted_parts,
        } = answers::of_opened(tx, &mut opened).await?;
        self.opened = opened;
        self.responses = responses;
        self.answers = answers;
        self.submitted_parts = submitted_parts;
        Ok(())
    }

    pub async fn load(
        tx: &mut Tx,
        opened: Opened,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, StorageError> {
        let lists = Lists::load(tx, opened.school_id).await?;
        Self::with_lists(tx, opened, &lists, now).await
    }

    /// With lists that were read before and are still in force.
    pub async fn with_lists(
        tx: &mut Tx,
        mut opened: Opened,
        lists: &Lists,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, StorageError> {
        let own = opened.invitation.member_id;
        let me = lists.school.iter().find(|member| member.member_id == own);
        let (Some(window), Some(me)) = (opened.window.clone(), me) else {
            return Ok(None);
        };
        let (first, last) = window.days(lists.time_zone);
        let last = last.min(day_in(lists.time_zone, now));
        let others = |list: &[Arc<Member>]| -> Vec<Arc<Member>> {
            list.iter()
                .filter(|member| {
                    member.present_between(first, last.max(first))
                        && member.person_id != me.person_id
                        && !lists.left_out.contains(&member.member_id)
                })
                .cloned()
                .collect()
        };
        let Given {
            responses,
            answers,
            submitted_parts,
        } = answers::of_opened(tx, &mut opened).await?;
        Ok(Some(Self {
            opened,
            window,
            me: Arc::clone(me),
            place: lists.place.clone(),
            colleagues: others(&lists.school),
            board: others(&lists.board),
            answers,
            responses,
            submitted_parts,
        }))
    }

    pub fn state(&self, part: Part<'_>) -> State {
        let submitted = match part {
            Part::Questionnaire => self.opened.invitation.submitted_at.is_some(),
            Part::Test(key) => self.submitted_parts.contains_key(key),
        };
        if self.opened.invitation.withdrawn_at.is_some() {
            State::Withdrawn
        } else if submitted {
            State::Submitted
        } else if self.responses.is_empty() {
            State::Nothing
        } else {
            State::Begun
        }
    }

    pub fn moment(&self, study: &Study, now: DateTime<Utc>) -> Moment {
        Moment::of(&self.window, study.design.unmet().is_empty(), now)
    }

    /// Whether answers to a part are taken at this moment.
    pub fn door(&self, study: &Study, part: Part<'_>, now: DateTime<Utc>) -> Door {
        decide(self.moment(study, now), self.state(part)).door
    }

    /// The instruments that are due: those of the questionnaire first, each in the version it was begun with.
    pub fn due<'s>(&self, study: &'s Study) -> Vec<&'s Instrument> {
        let mut due: Vec<&Instrument> = study
            .due(
                Some(&self.place),
                &self.opened.invitation.wave,
                &self.me.roles,
            )
            .into_iter()
            .map(|newest| {
                let begun = self.responses.get(&newest.key);
                begun
                    .and_then(|begun| study.library.version(&newest.key, begun.version))
                    .unwrap_or(newest)
            })
            .collect();
        due.sort_by_key(|instrument| instrument.separate);
        due
    }

    /// The parts of this sitting: the questionnaire, if anything in it is due, and each test.
    pub fn parts<'s>(&self, study: &'s Study) -> Vec<Part<'s>> {
        let mut parts: Vec<Part<'s>> = self.due(study).into_iter().map(Part::of).collect();
        parts.dedup();
        parts
    }

    pub fn steps(&self, study: &Study) -> Vec<Step> {
        flow::steps(&self.due(study), &self.answers, study.design.network.layout)
    }

    /// How many questions of a part are answered, of those that its rules ask now.
    pub fn counted(&self, study: &Study, part: Part<'_>) -> (usize, usize) {
        let due = self.due(study);
        let steps = self.steps(study);
        let asked: Vec<&String> = steps
            .iter()
            .filter(|step| Part::of(due[step.instrument]) == part)
            .flat_map(|step| &step.ask)
            .collect();
        let given = |item: &&&String| self.answers.contains_key(**item);
        (asked.iter().filter(given).count(), asked.len())
    }

    /// Whom this instrument asks about: the board's network, or one's own school.
    pub fn colleagues_for(&self, study: &Study, instrument: &str) -> &[Arc<Member>] {
        if study.design.is_about_board(instrument) {
            &self.board
        } else {
            &self.colleagues
        }
    }

    /// Who can be named in answer to an instrument.
    pub fn roster(&self, study: &Study, instrument: &str) -> BTreeSet<MemberId> {
        self.colleagues_for(study, instrument)
            .iter()
            .map(|member| member.member_id)
            .collect()
    }

    /// Where somebody left off: the page of a part behind the last one with an answer. Who passed a page over is not sent
    /// back to it; none when there is nothing behind.
    pub fn left_off(&self, study: &Study, part: Part<'_>) -> Option<usize> {
        let due = self.due(study);
        let steps = self.steps(study);
        let asked = |step: &Step| Part::of(due[step.instrument]) == part && !step.ask.is_empty();
        let own: Vec<usize> = (0..steps.len()).filter(|at| asked(&steps[*at])).collect();
        let answered = |at: &usize| {
            let mut items = steps[*at].ask.iter();
            items.any(|item| self.answers.contains_key(item))
        };
        let next = own.iter().rposition(answered).map_or(0, |last| last + 1);
        own.get(next).copied()
    }

    /// The first page of a part on which nothing has been answered yet; none when every page has something.
    pub fn first_open(&self, study: &Study, part: Part<'_>) -> Option<usize> {
        let due = self.due(study);
        self.steps(study).iter().position(|step| {
            Part::of(due[step.instrument]) == part
                && !step.ask.is_empty()
                && step.ask.iter().all(|item| !self.answers.contains_key(item))
        })
    }
}

/// Who can be named around one school, before anyone's own window and absence is looked at.
#[derive(Debug, Clone, Default)]
pub struct Lists {
    /// Of the study: which day it is.
    pub time_zone: Tz,
    /// The key of the school or office.
    pub place: String,
    /// By name. Each sitting of the school points at the same people.
    pub school: Vec<Arc<Member>>,
    pub board: Vec<Arc<Member>>,
    /// Who objected and is on nobody's list any more.
    pub left_out: BTreeSet<MemberId>,
}

impl Lists {
    pub async fn load(tx: &mut Tx, school_id: SchoolId) -> Result<Self, StorageError> {
        let shared = |list: Vec<Member>| list.into_iter().map(Arc::new).collect();
        Ok(Self {
            time_zone: studies::time_zone(tx, school_id).await?,
            place: schools::key_of(tx, school_id).await?.unwrap_or_default(),
            school: shared(rosters::of_school(tx, school_id).await?),
            board: shared(rosters::of_board(tx, school_id).await?),
            left_out: objections::left_out(tx).await?,
        })
    }
}

/// The key under which colleagues who are missing from the list are written in.
pub fn missing_key(item: &str) -> String {
    format!("{item}.missing")
}

/// What the stored answers of a page look like: a form carries it along, so that a save from an older page is noticed.
pub fn seen(answers: &BTreeMap<String, Answer>, ask: &[String]) -> String {
    let shown: BTreeMap<&str, [Option<&Answer>; 2]> = ask
        .iter()
        .map(|item| {
            let both = [answers.get(item), answers.get(&missing_key(item))];
            (item.as_str(), both)
        })
        .collect();
    let text = serde_json::to_string(&shown).expect("answers are plain values with text keys");
    Sha256::digest(text.as_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
