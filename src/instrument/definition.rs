//! What an instrument is: items defined once, answer formats, pages that refer to them, and scales.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::rule::Rule;
use crate::domain::language::Text;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Instrument {
    pub key: String,
    pub version: i64,
    pub title: Text,
    pub intro: Text,
    pub source: String,
    pub status: Status,
    pub items: BTreeMap<String, Item>,
    pub scales: Vec<Scale>,
    pub pages: Vec<Page>,
    /// A test: answered in a sitting of its own and submitted apart.
    #[serde(default)]
    pub separate: bool,
    pub example: Option<Example>,
    /// SHA-256 of the file: what a response is pinned to, with key and version.
    pub hash: String,
}

/// Where the words of the items come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    PrintedInTheSource,
    WrittenForThisProject,
    Permitted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub text: Text,
    pub format: Format,
    /// Asked only when this holds.
    #[serde(default)]
    pub when: Option<Rule>,
    /// About someone who alone holds a role: what is answered stays on the research desk.
    #[serde(default)]
    pub desk_only: bool,
}

/// How an item is answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Format {
    /// Points of a rating scale, shown as one row of a matrix.
    Rating(Vec<Choice>),
    /// One of several choices.
    Single(Vec<Choice>),
    /// Any of several choices, at most so many if that is said.
    Multiple {
        options: Vec<Choice>,
        most: Option<usize>,
    },
    /// One of several choices, of which one is right.
    Test {
        options: Vec<Choice>,
        key: i64,
    },
    /// A statement of a card: placed on one of the positions, and ticked or not. Where there are words for it, one can say
    /// instead that one cannot judge it.
    Card {
        positions: Vec<Choice>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cannot_judge: Option<Text>,
    },
    Date {
        earliest: Option<NaiveDate>,
        latest: Option<NaiveDate>,
    },
    Number {
        minimum: f64,
        maximum: f64,
    },
    Text {
        longest: usize,
    },
    /// The colleagues on the roster, in one relation: a tick each, or a strength each where strengths are given.
    Roster {
        relation: String,
        strengths: Vec<Choice>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub code: i64,
    pub text: Text,
}

/// Items scored together: the mean of the answered ones, if at least `needed` of them are. A test item counts 1 when it
/// was answered rightly and 0 when not; a card item counts its position.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Scale {
    pub key: String,
    pub title: Text,
    pub items: Vec<String>,
    /// Worded against the scale; ratings only.
    pub reverse: Vec<String>,
    /// Of the test items among them, the option that is right.
    #[serde(default)]
    pub right: BTreeMap<String, i64>,
    pub needed: usize,
    pub minimum: f64,
    pub maximum: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    pub title: Text,
    pub lead: Option<Text>,
    pub ask: Vec<String>,
    /// Shown only when this holds.
    #[serde(default)]
    pub when: Option<Rule>,
}

/// A worked example of scoring, checked whenever the file is read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Example {
    pub answers: BTreeMap<String, f64>,
    pub scores: BTreeMap<String, f64>,
}

impl Scale {
    /// The score in item units, after reversal; none if too few items were answered. Answers are codes, positions and
    /// numbers as they were given.
    pub fn score(&self, answers: &BTreeMap<String, f64>) -> Option<f64> {
        let scored: Vec<f64> = self
            .items
            .iter()
            .filter_map(|item| {
                let raw = *answers.get(item)?;
                Some(if let Some(right) = self.right.get(item) {
                    f64::from(raw == *right as f64)
                } else if self.reverse.contains(item) {
                    self.minimum + self.maximum - raw
                } else {
                    raw
                })
            })
            .collect();
        (scored.len() >= self.needed.max(1))
            .then(|| scored.iter().sum::<f64>() / scored.len() as f64)
    }
}

impl Instrument {
    /// `attitude.v1`: how files and findings name a version.
    pub fn pin(&self) -> String {
        format!("{}.v{}", self.key, self.version)
    }

    pub fn roster_relations(&self) -> impl Iterator<Item = (&str, &str)> {
        self.items
            .iter()
            .filter_map(|(key, item)| match &item.format {
                Format::Roster { relation, .. } => Some((key.as_str(), relation.as_str())),
                _ => None,
            })
    }
}
