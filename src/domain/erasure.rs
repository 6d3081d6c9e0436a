//! That somebody was forgotten, as it is told without a name: kept in the database, and in a ledger outside it, so that a
//! copy from before forgets the same people again.

use chrono::{DateTime, Utc};

use super::id::PersonId;
use super::study::Objection;

/// One person forgotten in one study.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Key of the study.
    pub study: String,
    /// What the person was called by the database: found again in an older copy, and nowhere else.
    pub person_id: PersonId,
    /// What became of the ties in which others name the person: a nameless colleague (A), one without role and groups as
    /// well (B), or nobody (C).
    pub policy: Objection,
    pub at: DateTime<Utc>,
}
