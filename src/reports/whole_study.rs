//! What the report of a study is made from: findings, the plan that they followed, and what is known of how the data came.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::language::Text;
use crate::domain::opening::{Audience, Part};
use crate::domain::study::StudyDesign;
use crate::evaluation::findings::Findings;
use crate::evaluation::plan::Plan;
use crate::evaluation::portrait::Portrait;
use crate::locale::Words;

use super::names::Names;

#[derive(Debug, Clone, Copy)]
pub struct WholeStudy<'a> {
    pub words: Words,
    pub findings: &'a Findings,
    pub plan: &'a Plan,
    /// Group pictures by key of the school.
    pub portraits: &'a [(String, Portrait)],
    pub origin: Origin<'a>,
}

/// Where data and findings come from.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// A folder of files, analysed with these flags.
    Folder { flags: &'a [String] },
    /// A study that was collected with this program.
    Collected(&'a Collected),
}

/// What a study that was collected here knows of itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    pub design: StudyDesign,
    /// Title of each scale.
    pub titles: BTreeMap<String, Text>,
    /// How each relation was asked.
    pub questions: Vec<Question>,
    pub closed: Vec<Closed>,
    pub seen: Vec<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub relation: String,
    pub text: Text,
    /// Key and version of its instrument.
    pub instrument: String,
    /// With how many strengths it is answered; none: named or not.
    pub n_strengths: usize,
}

/// A cohort that has answered a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closed {
    pub cohort: String,
    pub wave: String,
    pub opened_at: DateTime<Utc>,
    pub closed_at: DateTime<Utc>,
}

/// The first time that an audience of a school opened a part of its results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub school: String,
    pub cohort: String,
    pub wave: String,
    pub part: Part,
    pub audience: Audience,
    pub first_at: DateTime<Utc>,
}

/// What a simulated study has in the place of the number of an ethics committee's decision.
const SIMULATED: &str = "simulated";

impl<'a> WholeStudy<'a> {
    pub fn names(&self) -> Names<'a> {
        Names {
            w: self.words,
            titles: self.collected().map(|study| &study.titles),
        }
    }

    pub fn collected(&self) -> Option<&'a Collected> {
        match self.origin {
            Origin::Folder { .. } => None,
            Origin::Collected(study) => Some(study),
        }
    }

    pub fn is_simulated(&self) -> bool {
        self.collected()
            .is_some_and(|study| is_simulated(&study.design))
    }
}

pub fn is_simulated(design: &StudyDesign) -> bool {
    design.conditions.ethics_reference.as_deref() == Some(SIMULATED)
}
