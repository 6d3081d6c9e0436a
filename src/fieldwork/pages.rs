//! What one respondent is asked: the instruments that are due, page by page, with the roster and the answers so far.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::study::Study;
use crate::domain::answer::Answer;
use crate::domain::id::{MemberId, ResponseId};
use crate::domain::roster::Member;
use crate::instrument::definition::{Instrument, Page};
use crate::instrument::flow::{self, Step};
use crate::storage::answers::Given;
use crate::storage::invitations::Opened;
use crate::storage::windows::{Phase, Window};
use crate::storage::{StorageError, Tx, answers, rosters, windows};

/// How long after closing time a questionnaire that was begun may still be finished.
const GRACE: chrono::TimeDelta = chrono::TimeDelta::minutes(60);

/// Everything that a respondent's pages are made of.
#[derive(Debug, Clone)]
pub struct Sitting {
    pub opened: Opened,
    pub window: Window,
    pub me: Member,
    /// The colleagues that can be named, by name; oneself is left out by identity, not by name.
    pub colleagues: Vec<Member>,
    pub answers: BTreeMap<String, Answer>,
    /// The responses that have been begun, by key of the instrument.
    pub responses: BTreeMap<String, ResponseId>,
}

/// Whether answers are taken at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    NotYetOpen,
    Open,
    Submitted,
    Closed,
}

impl Sitting {
    pub async fn load(
        tx: &mut Tx,
        opened: Opened,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>, StorageError> {
        let window = windows::of_study(tx, opened.study_id)
            .await?
            .into_iter()
            .find(|window| window.cohort == opened.cohort && window.wave == opened.invitation.wave);
        let Some(window) = window else {
            return Ok(None);
        };
        let (first, last) = (
            window.opens_at.date_naive(),
            now.date_naive().min(window.closes_at.date_naive()),
        );
        let mut members = rosters::of_school(tx, opened.school_id).await?;
        let Some(me) = members
            .iter()
            .position(|member| member.member_id == opened.invitation.member_id)
        else {
            return Ok(None);
        };
        let me = members.remove(me);
        members.retain(|member| {
            member.present_between(first, last.max(first)) && member.person_id != me.person_id
        });
        let Given { responses, answers } =
            answers::of_invitation(tx, opened.invitation.invitation_id).await?;
        Ok(Some(Self {
            opened,
            window,
            me,
            colleagues: members,
            answers,
            responses,
        }))
    }

    pub fn door(&self, now: DateTime<Utc>) -> Door {
        if self.opened.invitation.submitted_at.is_some() {
            return Door::Submitted;
        }
        match self.window.phase(now) {
            Phase::NotYetOpen => Door::NotYetOpen,
            Phase::Open => Door::Open,
            Phase::Overtime if !self.answers.is_empty() && now < self.window.closes_at + GRACE => {
                Door::Open
            }
            Phase::Overtime | Phase::Closed => Door::Closed,
        }
    }

    pub fn due<'s>(&self, study: &'s Study) -> Vec<&'s Instrument> {
        study.due(&self.opened.invitation.wave, &self.me.roles)
    }

    pub fn steps(&self, study: &Study) -> Vec<Step> {
        flow::steps(&self.due(study))
    }

    pub fn roster(&self) -> BTreeSet<MemberId> {
        self.colleagues
            .iter()
            .map(|member| member.member_id)
            .collect()
    }

    /// The first page on which nothing has been answered yet; none when every page has something.
    pub fn first_open(&self, study: &Study) -> Option<usize> {
        let due = self.due(study);
        self.steps(study).iter().position(|step| {
            let page = &due[step.instrument].pages[step.page];
            page.ask.iter().all(|item| !self.answers.contains_key(item))
        })
    }
}

/// What the stored answers of a page look like: a form carries it along, so that a save from an older page is noticed.
pub fn seen(answers: &BTreeMap<String, Answer>, page: &Page) -> String {
    let shown: BTreeMap<&str, Option<&Answer>> = page
        .ask
        .iter()
        .map(|item| (item.as_str(), answers.get(item)))
        .collect();
    let text = serde_json::to_string(&shown).expect("answers are plain values with text keys");
    Sha256::digest(text.as_bytes())
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
