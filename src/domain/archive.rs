//! A table and its rows as an archive carries them: the same whichever database they stood in.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Ids and hashes.
    Bytes,
    Text,
    /// Whole numbers, and yes (1) or no (0).
    Number,
    Real,
    Instant,
    Day,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// Columns stand in the order of their names, rows in the order of the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    pub name: String,
    pub columns: Vec<Column>,
    pub key: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    None,
    Bytes(Vec<u8>),
    Text(String),
    Number(i64),
    Real(f64),
    Instant(DateTime<Utc>),
    Day(NaiveDate),
}
