//! One answer to one item. Unanswered is not among these: an item without an answer has no row.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::id::MemberId;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A point of a rating scale or a choice, by its code.
    Code(i64),
    /// Several choices by their codes; at least one.
    Codes(BTreeSet<i64>),
    Number(f64),
    Text(String),
    Date(NaiveDate),
    /// Where a statement of a card was placed, or that the rater cannot judge it, and whether it was ticked.
    Card {
        position: Option<i64>,
        ticked: bool,
        /// An answer, and no position: never with one.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        cannot_judge: bool,
    },
    /// The colleagues named in one relation, with the strength of each (1 where only a tick was asked). Empty when all
    /// who were named are missing from the list and were written in: they stand as a text under `ITEM.missing`.
    Named(BTreeMap<MemberId, i64>),
    /// "I discuss this with nobody": an answer, and not the same as no answer.
    Nobody,
}

/// The version of an instrument that a response answers: it never changes under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    pub instrument: String,
    pub version: i64,
    pub hash: String,
}
