//! The staff list of a school: who is on it, when, in which roles and groups.

use chrono::NaiveDate;
use serde::Serialize;

use super::id::{MemberId, PersonId, SchoolId};
use super::language::Language;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    pub member_id: MemberId,
    pub person_id: PersonId,
    pub school_id: SchoolId,
    pub name: String,
    /// The role in which this person counts, first; others behind it.
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub joined_on: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
}

impl Member {
    pub fn primary_role(&self) -> &str {
        self.roles.first().map_or("", String::as_str)
    }

    /// On the staff list at some time from the first of these days to the last: the day of leaving is not one of them.
    pub fn present_between(&self, first: NaiveDate, last: NaiveDate) -> bool {
        self.joined_on.is_none_or(|joined| joined <= last)
            && self.left_on.is_none_or(|left| left > first)
    }
}

/// One line of a school's staff list, as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterLine {
    pub school: String,
    /// `None`: not said, so what is known stays. The same holds for everything below that can be left out.
    pub school_name: Option<String>,
    pub cohort: String,
    pub board: Option<String>,
    /// The delivering school's own key of this person, or the address: what recognises them the next time.
    pub person: String,
    pub name: String,
    pub email: Option<String>,
    pub language: Option<Language>,
    pub roles: Vec<String>,
    pub groups: Option<Vec<String>>,
    pub joined_on: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
}
