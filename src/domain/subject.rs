//! Everything that a study keeps about one person, as it is handed to that person.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;

use super::language::Language;

/// Being named is told from this number on: of fewer, the person would know who.
pub const NAMED_FROM: i64 = 5;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SubjectReport {
    pub study: String,
    /// Who answers for the study.
    pub contact: String,
    pub at: DateTime<Utc>,
    pub time_zone: Tz,
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
    /// In the list that the school delivered.
    pub key: String,
    /// In results and exports.
    pub pseudonym: String,
    pub memberships: Vec<Membership>,
    pub looks: Vec<Look>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Membership {
    pub school: String,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub joined_on: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
    /// The policy, if there is an objection.
    pub objection: Option<String>,
    /// From which day, and what.
    pub events: Vec<(NaiveDate, String)>,
    pub consents: Vec<Consent>,
    pub waves: Vec<Wave>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Consent {
    pub at: DateTime<Utc>,
    pub purpose: String,
    pub given: bool,
    /// Of the words in which it was asked.
    pub version: i64,
}

/// A question in words, with what was answered.
pub type Question = (String, Vec<String>);

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Wave {
    pub wave: String,
    pub invited_at: Option<DateTime<Utc>>,
    pub opened_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    pub mails: Vec<Mail>,
    /// By instrument: each question, with what was answered.
    pub answers: Vec<(String, Vec<Question>)>,
    /// By relation, in waves that are closed: how many colleagues named the person; none where they are too few to be told.
    pub named: Vec<(String, Option<i64>)>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mail {
    pub kind: String,
    pub state: String,
    pub queued_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
}

/// A line of the audit about the person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Look {
    pub at: DateTime<Utc>,
    pub actor: String,
    pub what: String,
    pub about: String,
}
