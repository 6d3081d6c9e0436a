//! What the columns of an export of a monitoring system mean: one small TOML file per system.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::domain::fault::{Fault, Faults};
use crate::domain::language::Language;
use crate::domain::pupil::{Half, ScoreNorm, YEAR_GROUPS};

/// Mappings that come with the program. Which headers a system writes differs by version: a study makes its own of these.
const SHIPPED: [&str; 2] = [
    include_str!("../../instruments/lvs/plain.v1.toml"),
    include_str!("../../instruments/lvs/example-dutch.v1.toml"),
];

/// A mapping is a page of text.
const LARGEST: usize = 256 * 1024;

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    pub key: String,
    pub title: Title,
    #[serde(default)]
    pub decimal: Decimal,
    /// As `%d-%m-%Y`; without it 2026-08-31 and 31-08-2026 are read.
    pub date: Option<String>,
    /// The key of the one school that a file is about, where no column says it.
    pub school: Option<String>,
    #[serde(default)]
    pub numbers: Numbers,
    #[serde(default)]
    pub column: Columns,
    pub scale: Option<Scale>,
    /// What a school is called in the file, to its key in the study.
    #[serde(default)]
    pub schools: BTreeMap<String, String>,
    /// Spellings of weights, to the category.
    #[serde(default)]
    pub weights: BTreeMap<String, String>,
    /// Names of test moments, to the day that stands for them.
    #[serde(default)]
    pub moments: BTreeMap<String, NaiveDate>,
    #[serde(default)]
    pub national: Vec<National>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    pub nl: String,
    pub en: String,
}

/// The sign between whole points and their decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    Comma,
    Point,
    /// Either; a comma where the separator is the semicolon.
    #[default]
    Any,
}

/// What a pupil's number is unique in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Numbers {
    #[default]
    School,
    Study,
}

/// Names of columns. One of `tested_on` and `moment` has to be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Columns {
    pub school: Option<String>,
    pub pupil: Option<String>,
    pub tested_on: Option<String>,
    pub moment: Option<String>,
    pub score: Option<String>,
    pub weight: Option<String>,
    pub year_group: Option<String>,
    pub class: Option<String>,
}

/// The scores that the scale can have.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    pub min: f64,
    pub max: f64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct National {
    pub year_group: u8,
    pub half: Half,
    pub mean: f64,
}

impl Scale {
    fn is_empty(self) -> bool {
        let has_room = self.min < self.max;
        !has_room
    }
}

impl Mapping {
    /// All that is wrong with it is told; the reader of TOML stops at the first thing that is none.
    pub fn parse(file: &str, text: &str) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let mut push = |line: u64, column: usize, message: String, hint: &str| {
            faults.push(Fault {
                line,
                column,
                ..Fault::of_file(file, "mapping_wrong", message, hint)
            });
        };
        if text.len() > LARGEST {
            push(
                0,
                0,
                "it is too large".to_owned(),
                "a mapping is a page of text",
            );
            return Err(faults);
        }
        let mapping: Self = match toml::from_str(text) {
            Ok(mapping) => mapping,
            Err(error) => {
                let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
                let line = before.matches('\n').count() as u64 + 1;
                let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
                let hint = "compare it with a mapping that comes with the program";
                push(line, column, error.message().to_owned(), hint);
                return Err(faults);
            }
        };
        let columns = &mapping.column;
        let mut need = |there: bool, what: &str| {
            if !there {
                let message = format!("it does not say {what}");
                push(0, 0, message, "add it under [column]");
            }
        };
        need(columns.pupil.is_some(), "which column is the pupil");
        need(columns.score.is_some(), "which column is the score");
        need(
            columns.tested_on.is_some() || columns.moment.is_some(),
            "which column is the day or the test moment",
        );
        need(
            columns.school.is_some() || mapping.school.is_some(),
            "which column is the school",
        );
        if columns.moment.is_some() && columns.tested_on.is_none() && mapping.moments.is_empty() {
            let hint = "write each name with its day under [moments]";
            push(0, 0, "no test moment has a day".to_owned(), hint);
        }
        if mapping.scale.is_some_and(|scale| scale.is_empty()) {
            let hint = "write min and max of [scale] the other way round";
            push(0, 0, "the scale has no room".to_owned(), hint);
        }
        for row in &mapping.national {
            if !YEAR_GROUPS.contains(&row.year_group) || !row.mean.is_finite() {
                let message = format!("there is no year group {}", row.year_group);
                push(
                    0,
                    0,
                    message,
                    "year groups are 1 to 8, and a mean is a number",
                );
            }
        }
        if faults.is_empty() {
            Ok(mapping)
        } else {
            Err(faults)
        }
    }

    /// Those that come with the program, the plain one first.
    pub fn shipped() -> &'static [Self] {
        static READ: OnceLock<Vec<Mapping>> = OnceLock::new();
        READ.get_or_init(|| {
            let read =
                |text: &&str| Mapping::parse("shipped", text).expect("a test reads them all");
            SHIPPED.iter().map(read).collect()
        })
    }

    pub fn find(key: &str) -> Option<&'static Self> {
        Self::shipped().iter().find(|mapping| mapping.key == key)
    }

    pub fn say(&self, language: Language) -> &str {
        match language {
            Language::Nl => &self.title.nl,
            Language::En => &self.title.en,
        }
    }

    pub fn norms(&self) -> Vec<ScoreNorm> {
        let norm = |row: &National| ScoreNorm {
            year_group: row.year_group,
            half: row.half,
            mean: row.mean,
        };
        self.national.iter().map(norm).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_mapping_reads_and_a_bad_one_tells_its_place() {
        let keys: Vec<&str> = Mapping::shipped().iter().map(|m| m.key.as_str()).collect();
        assert_eq!(keys, ["plain", "example-dutch"]);
        let wrong = "key = \"x\"\ntitle = { nl = \"x\", en = \"x\" }\ncolour = 1\n";
        let faults = Mapping::parse("m.toml", wrong).unwrap_err();
        assert_eq!(faults.reported()[0].line, 3, "{faults}");
        let bare = "key = \"x\"\ntitle = { nl = \"x\", en = \"x\" }\n[scale]\nmin = 9\nmax = 1\n";
        assert_eq!(Mapping::parse("m.toml", bare).unwrap_err().count(), 5);
    }
}
