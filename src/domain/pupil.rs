//! What is known of a pupil: a study number, a weight category and scores in the monitoring system. No name.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

/// One score as a school delivered it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScoreLine {
    pub school: String,
    /// The study's number of this pupil; never a name or a national number.
    pub pupil: String,
    /// Weight category, such as 0.0, 0.3 or 1.2: a category, never a number.
    pub weight: Option<String>,
    pub tested_on: NaiveDate,
    /// Points on the vertical scale of the monitoring system.
    pub score: f64,
    /// From 1 to 8, as it was on the day of the test.
    pub year_group: Option<u8>,
    /// The class of that day.
    pub class: Option<String>,
}

/// When in a school year a test is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Half {
    Middle,
    End,
}

impl Half {
    /// October to March is the middle of a school year, April to September its end.
    pub fn of(day: NaiveDate) -> Self {
        if (4..=9).contains(&day.month()) {
            Self::End
        } else {
            Self::Middle
        }
    }

    /// As monitoring systems abbreviate it.
    pub fn key(self) -> &'static str {
        match self {
            Self::Middle => "M",
            Self::End => "E",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Middle, Self::End]
            .into_iter()
            .find(|half| half.key() == key)
    }
}

/// The mean of the country for a year group at a time of the school year.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreNorm {
    pub year_group: u8,
    pub half: Half,
    pub mean: f64,
}

/// Year groups of Dutch primary schools.
pub const YEAR_GROUPS: std::ops::RangeInclusive<u8> = 1..=8;
