//! All that a study has collected, as plain values in a fixed order: what `evaluation` reads, whether it came from
//! the database or from a folder of files.
//!
//! Order is part of the value: schools by key as bytes, rosters by school and then wave, persons by key as bytes.
//! The same data therefore gives the same records, and the same records the same findings.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use super::card::{Place, Rater};

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Records {
    /// Keys of the waves, in the order in which they were measured.
    pub waves: Vec<String>,
    /// Keys of the relations asked about (goals, approach, progress), as bytes.
    pub relations: Vec<String>,
    pub schools: Vec<SchoolRecord>,
    pub rosters: Vec<RosterRecord>,
    pub answers: Vec<AnswerSheet>,
    pub pupils: Vec<PupilRecord>,
    /// The columns of a file of scores that models name; empty where there is no such model.
    pub scores: ScoreTable,
    /// What was answered in classes, by raters and in open groups. A class's answers stand among
    /// [`Records::answers`] too, as answers about its school.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitRecord>,
    /// Cards about principals, by school, wave, who filled them in and respondent. Their positions stand among
    /// [`Records::answers`] too, except those of people from outside.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cards: Vec<CardSheet>,
    /// The networks around boards, by board and wave. They are kept apart from the schools'.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub boards: Vec<BoardRecord>,
}

/// The network around a board in one wave: its members, and the principals and coaches of its schools. Who is of several
/// places stands there once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BoardRecord {
    pub board: String,
    /// Index into [`Records::waves`].
    pub wave: usize,
    pub persons: Vec<PersonRecord>,
    /// As in a [`RosterRecord`].
    pub nominations: Vec<Option<Vec<NominationRecord>>>,
}

/// The leadership card of one person in one wave, about the principal of a school.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CardSheet {
    /// Index into [`Records::schools`].
    pub school: usize,
    /// Index into [`Records::waves`].
    pub wave: usize,
    pub by: Rater,
    pub respondent: String,
    /// The rater agreed to being shown under a name.
    pub by_name: bool,
    /// By key of the statement; what was left open has none.
    pub places: BTreeMap<String, Place>,
}

/// A unit that is no school, in one wave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitRecord {
    /// Its key tells what it is: [`crate::domain::roster::Unit::of_key`].
    pub key: String,
    /// The key of the board whose office it is.
    pub board: Option<String>,
    /// Index into [`Records::schools`]: the school that it is part of.
    pub school: Option<usize>,
    /// Index into [`Records::waves`].
    pub wave: usize,
    /// How many stood on its list.
    pub n_listed: usize,
    /// By respondent, as bytes; who answered nothing has none.
    pub sheets: Vec<UnitSheet>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitSheet {
    pub respondent: String,
    pub role: Option<String>,
    /// In item units and before any reversal, as in an [`AnswerSheet`].
    pub items: ItemAnswers,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SchoolRecord {
    pub key: String,
    /// Cohort, background facts and whatever else a file gave, as it was written.
    pub attributes: BTreeMap<String, String>,
}

/// One school at one wave: the boundary of its networks, and what its members said.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct RosterRecord {
    /// Index into [`Records::schools`].
    pub school: usize,
    /// Index into [`Records::waves`].
    pub wave: usize,
    pub persons: Vec<PersonRecord>,
    /// Per relation (same order as [`Records::relations`]): `None` where the relation was not asked here.
    pub nominations: Vec<Option<Vec<NominationRecord>>>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonRecord {
    pub key: String,
    pub role: Option<String>,
    pub groups: Vec<String>,
    /// Whether this person answered at all in this wave. A pair not listed is an observed zero for someone who
    /// answered and unknown for someone who did not.
    pub responded: bool,
    /// On the roster in this wave. Someone who is not, is no actor: their cells are impossible, not missing.
    pub present: bool,
    pub attributes: BTreeMap<String, String>,
}

/// One listed pair: ego's claim about alter, or a cell known to be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NominationRecord {
    /// Index into the roster's persons, like `alter`.
    pub ego: u32,
    pub alter: u32,
    /// `None` is the `NA` of the files: ego answered, but not about this pair.
    pub value: Option<f64>,
}

/// What one respondent answered on rated items in one wave, in item units and before any reversal.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AnswerSheet {
    pub respondent: String,
    /// Index into [`Records::schools`].
    pub school: usize,
    /// Index into [`Records::waves`].
    pub wave: usize,
    /// An item that was asked and not answered is absent.
    pub items: ItemAnswers,
    /// How long the pages with rated items took, over the items answered on them; `None` where no page was timed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_per_item: Option<f64>,
}

/// Item key to value. A study has hundreds of thousands of these and few items, so that sheets share the keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ItemAnswers(Vec<(Arc<str>, f64)>);

impl ItemAnswers {
    pub fn get(&self, item: &str) -> Option<f64> {
        let place = self.0.binary_search_by(|(key, _)| key.as_ref().cmp(item));
        place.ok().map(|place| self.0[place].1)
    }

    /// The answers to these items, in their order. `places` says where they stood on the sheet before: sheets mostly hold
    /// the same items, and then nothing has to be searched for.
    pub fn in_order(&self, items: &[String], places: &mut Vec<usize>) -> Vec<Option<f64>> {
        places.resize(items.len(), 0);
        let one = |(item, place): (&String, &mut usize)| {
            let there = self.0.get(*place).filter(|(key, _)| **key == **item);
            if let Some((_, value)) = there {
                return Some(*value);
            }
            *place = self
                .0
                .binary_search_by(|(key, _)| key.as_ref().cmp(item))
                .ok()?;
            Some(self.0[*place].1)
        };
        items.iter().zip(places).map(one).collect()
    }

    /// By key, as bytes.
    pub fn iter(&self) -> impl Iterator<Item = (&str, f64)> {
        self.0.iter().map(|(item, value)| (item.as_ref(), *value))
    }

    pub fn contains_key(&self, item: &str) -> bool {
        self.get(item).is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes over the answers of another sheet; where both have one, the other's counts.
    pub fn extend(&mut self, other: Self) {
        let own = std::mem::take(&mut self.0);
        *self = own.into_iter().chain(other.0).collect();
    }
}

impl<K: Into<Arc<str>>> FromIterator<(K, f64)> for ItemAnswers {
    /// Of an item that comes twice the last value counts.
    fn from_iter<I: IntoIterator<Item = (K, f64)>>(answers: I) -> Self {
        let mut answers: Vec<(Arc<str>, f64)> = answers
            .into_iter()
            .map(|(item, value)| (item.into(), value))
            .collect();
        answers.sort_by(|a, b| a.0.cmp(&b.0));
        answers.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = later.1;
            }
            same
        });
        Self(answers)
    }
}

impl<K: Into<Arc<str>>, const N: usize> From<[(K, f64); N]> for ItemAnswers {
    fn from(answers: [(K, f64); N]) -> Self {
        answers.into_iter().collect()
    }
}

impl Serialize for ItemAnswers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PupilRecord {
    pub key: String,
    /// Index into [`Records::schools`].
    pub school: usize,
    /// Weight category (0.0, 0.3, 1.2): a category, never a number.
    pub weight: Option<String>,
    pub attributes: BTreeMap<String, String>,
    pub scores: Vec<ScoreRecord>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ScoreRecord {
    /// Months since the intervention started at this school; negative before it.
    pub month: f64,
    /// Points on the vertical scale of the pupil monitoring system.
    pub score: f64,
    /// From 1 to 8, where a delivery said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year_group: Option<u8>,
    /// The mean of the country for this year group at this time of the school year, where a mapping file said it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub national: Option<f64>,
}

/// Scores row by row with whatever stands beside them. The order of the rows follows from what is in them.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ScoreTable {
    pub n_rows: usize,
    pub columns: Vec<ScoreColumn>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScoreColumn {
    pub name: String,
    pub cells: ScoreCells,
}

/// The cells of a column; an empty one is `None`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScoreCells {
    /// Every filled cell is a number.
    Numbers(Vec<Option<f64>>),
    /// Words in the order of their bytes, and which of them each row has.
    Words {
        words: Vec<String>,
        word_of: Vec<Option<u32>>,
    },
}

impl ScoreTable {
    pub fn column(&self, name: &str) -> Option<&ScoreColumn> {
        self.columns.iter().find(|column| column.name == name)
    }
}
