//! The small typed language of skip rules: when an item or a page is asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::answer::Answer;

/// A condition on answers given earlier in the same instrument. An item without an answer is neither equal nor
/// different to anything: only `answered` can be false of it in a way that counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    Answered(String),
    /// The item's code or number compared with a constant.
    Compare {
        item: String,
        comparison: Comparison,
        value: f64,
    },
    /// The code is among the choices that were made.
    Includes {
        item: String,
        code: i64,
    },
    Not(Box<Rule>),
    And(Vec<Rule>),
    Or(Vec<Rule>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Rule {
    /// Whether it holds for these answers.
    pub fn holds(&self, answers: &BTreeMap<String, Answer>) -> bool {
        match self {
            Self::Answered(item) => answers.contains_key(item),
            Self::Compare {
                item,
                comparison,
                value,
            } => number(answers.get(item)).is_some_and(|given| match comparison {
                Comparison::Equal => given == *value,
                Comparison::NotEqual => given != *value,
                Comparison::Less => given < *value,
                Comparison::AtMost => given <= *value,
                Comparison::More => given > *value,
                Comparison::AtLeast => given >= *value,
            }),
            Self::Includes { item, code } => {
                matches!(answers.get(item), Some(Answer::Codes(codes)) if codes.contains(code))
            }
            Self::Not(rule) => !rule.holds(answers),
            Self::And(rules) => rules.iter().all(|rule| rule.holds(answers)),
            Self::Or(rules) => rules.iter().any(|rule| rule.holds(answers)),
        }
    }
}

fn number(answer: Option<&Answer>) -> Option<f64> {
    match answer? {
        Answer::Code(code) => Some(*code as f64),
        Answer::Number(number) => Some(*number),
        _ => None,
    }
}
