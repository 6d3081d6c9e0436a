//! The leadership card: 41 statements under six headings about the principal of a school, placed by the principal, by the
//! team and by the board. The three forms of it have the same statements and differ in who speaks.

use serde::{Deserialize, Serialize};

/// The fact of a school by which it is asked for the card, and its value.
pub const ASKED: (&str, &str) = ("card", "yes");

/// The keys of the three forms, as instruments.
pub const OWN: &str = "leadership-card-self";
pub const TEAM: &str = "leadership-card-others";
pub const BOARD: &str = "leadership-card-board";

/// Asked of the board alone: whether the principal may see what was filled in, under the rater's name.
pub const BY_NAME: &str = "board_by_name";

/// The role of somebody from outside a school who rates its principal.
pub const RATER: &str = "rater";

/// How many statements each heading has.
pub const HEADINGS: [usize; 6] = [7, 7, 5, 8, 7, 7];

/// The ends of the range on which statements are placed.
pub const ENDS: (f64, f64) = (1.0, 5.0);

/// Who filled in a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rater {
    /// The principal, about herself or himself.
    Own,
    Team,
    /// From outside the school, under a name.
    Board,
}

impl Rater {
    pub fn of_instrument(key: &str) -> Option<Self> {
        match key {
            OWN => Some(Self::Own),
            TEAM => Some(Self::Team),
            BOARD => Some(Self::Board),
            _ => None,
        }
    }

    /// What the items of this form begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Team => "team",
            Self::Board => "board",
        }
    }
}

/// A statement, by its heading and its number under it, both from 1; the same in every form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    pub heading: usize,
    pub number: usize,
}

impl Statement {
    /// All of them, as the card has them.
    pub fn all() -> impl Iterator<Item = Self> {
        (1..)
            .zip(HEADINGS)
            .flat_map(|(heading, count)| (1..=count).map(move |number| Self { heading, number }))
    }

    pub fn under(heading: usize) -> impl Iterator<Item = Self> {
        Self::all().filter(move |statement| statement.heading == heading)
    }

    pub fn key(self) -> String {
        format!("{}_{}", self.heading, self.number)
    }

    /// The item of a form that asks it.
    pub fn item(self, form: Rater) -> String {
        format!("{}_{}", form.prefix(), self.key())
    }
}

/// The statement that an item of a form asks, by its key.
pub fn statement_of(form: Rater, item: &str) -> Option<&str> {
    let key = item.strip_prefix(form.prefix())?.strip_prefix('_')?;
    key.starts_with(|first: char| first.is_ascii_digit())
        .then_some(key)
}

/// What somebody did with a statement.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub position: Option<i64>,
    /// A point to develop.
    pub ticked: bool,
    /// Said so: not the same as leaving it open.
    pub cannot_judge: bool,
}
