//! The staff list of a school: who is on it, when, in which roles and groups.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

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

/// The role of who sits on a board: at its office, and in no school.
pub const BOARD_MEMBER: &str = "board_member";

/// The role of who leads a school, and whom the questions about the principal are about.
pub const PRINCIPAL: &str = "principal";

/// The role of a pupil: in a class, and on no list of staff.
pub const PUPIL: &str = "pupil";

/// The role of who joins an open group.
pub const STUDENT: &str = "student";

/// Roles that nobody holds on the staff of a school.
pub const OUTSIDE: [&str; 4] = [BOARD_MEMBER, PUPIL, STUDENT, "rater"];

/// The roles in a school that belong to the board's network.
pub const WITH_THE_BOARD: [&str; 2] = [PRINCIPAL, "coach"];

/// What a list of people belongs to. All of them stand among the schools and are told apart by how their key begins; no
/// school's key holds a colon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    School,
    /// The office of a board: its members, asked about the board's network.
    Office,
    /// Pupils of one class of a school: no names, a picture each.
    Class,
    /// People from outside a school who rate its principal under their name.
    Raters,
    /// Whoever types the code of an open group: no list beforehand, no names.
    Group,
}

impl Unit {
    pub const ALL: [Self; 5] = [
        Self::School,
        Self::Office,
        Self::Class,
        Self::Raters,
        Self::Group,
    ];

    /// What stands in the database.
    pub fn kind(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Office => "board",
            Self::Class => "class",
            Self::Raters => "raters",
            Self::Group => "group",
        }
    }

    pub fn of_key(key: &str) -> Self {
        let kind = key.split_once(':').map(|(kind, _)| kind);
        Self::ALL
            .into_iter()
            .find(|unit| Some(unit.kind()) == kind)
            .unwrap_or(Self::School)
    }

    /// Whether its people stand on a list of staff, with a name, and get a link of their own.
    pub fn has_staff(self) -> bool {
        matches!(self, Self::School | Self::Office | Self::Raters)
    }
}

/// The key under which a class of a school stands among the schools.
pub fn class_key(school: &str, class: &str) -> String {
    format!("class:{school}:{class}")
}

/// The key of those who rate the principal of a school from outside.
pub fn raters_key(school: &str) -> String {
    format!("raters:{school}")
}

/// The key of an open group.
pub fn group_key(name: &str) -> String {
    format!("group:{name}")
}

/// What the key of a board's office begins with; no school's key does.
const OFFICE: &str = "board:";

/// The key under which the office of a board stands among the schools.
pub fn office_key(board: &str) -> String {
    format!("{OFFICE}{board}")
}

pub fn is_office_key(key: &str) -> bool {
    key.starts_with(OFFICE)
}

/// What is stored to recognise someone by. An address is a contact, so only its hash stands outside the contacts.
pub fn key_of_address(address: &str) -> String {
    Sha256::digest(address.trim().to_lowercase().as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// What can happen to a staff list. Each is kept, with the day from which it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EventKind {
    Joined,
    Left,
    Rejoined,
    /// Left for another school, or came from one.
    Moved,
    Renamed,
    Roles,
    Groups,
    /// Another address or language to reach someone.
    Contact,
    /// A day of joining or leaving was corrected.
    Dates,
    /// Turned out to be one person with another member.
    Merged,
}

impl EventKind {
    pub const ALL: [Self; 10] = [
        Self::Joined,
        Self::Left,
        Self::Rejoined,
        Self::Moved,
        Self::Renamed,
        Self::Roles,
        Self::Groups,
        Self::Contact,
        Self::Dates,
        Self::Merged,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
            Self::Rejoined => "rejoined",
            Self::Moved => "moved",
            Self::Renamed => "renamed",
            Self::Roles => "roles",
            Self::Groups => "groups",
            Self::Contact => "contact",
            Self::Dates => "dates",
            Self::Merged => "merged",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// What an event changed, where the day alone does not say it. Names are not here: they stand with the contacts alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EventDetail {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// Key of the school that someone moved to, or came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub school: Option<String>,
}

/// One line of a school's staff list, as it was delivered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

/// A name as it is spoken: `Vries, A. de` and `de Vries, A.` are both `A. de Vries`.
pub fn spoken_name(written: &str) -> String {
    let parts: Vec<&str> = written.split(',').map(str::trim).collect();
    match parts[..] {
        [last, first] if !last.is_empty() && !first.is_empty() => plain(&format!("{first} {last}")),
        [last, middle, end] if is_prefix(middle) => plain(&format!("{end} {middle} {last}")),
        [last, middle, end] if is_prefix(end) => plain(&format!("{middle} {end} {last}")),
        _ => plain(written),
    }
}

/// A name from its parts; the prefix of a last name (van der) is small once a first name stands before it.
pub fn name_of_parts(first: &str, prefix: &str, last: &str) -> String {
    let prefix = if !first.trim().is_empty() && is_prefix(prefix) {
        prefix.to_lowercase()
    } else {
        prefix.to_owned()
    };
    let last = spoken_name(last);
    plain(&format!("{first} {prefix} {last}"))
}

fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_prefix(text: &str) -> bool {
    const PREFIXES: [&str; 23] = [
        "van", "de", "der", "den", "het", "ter", "ten", "te", "op", "in", "aan", "bij", "uit",
        "voor", "onder", "over", "von", "la", "le", "du", "el", "'t", "’t",
    ];
    let mut words = text.split_whitespace().peekable();
    words.peek().is_some() && words.all(|word| PREFIXES.contains(&word.to_lowercase().as_str()))
}

/// What two spellings of one name have in common: letters without case, accent, point or space.
pub fn likeness(name: &str) -> String {
    spoken_name(name)
        .to_lowercase()
        .chars()
        .filter_map(|letter| match letter {
            'à'..='å' => Some('a'),
            'ç' => Some('c'),
            'è'..='ë' => Some('e'),
            'ì'..='ï' => Some('i'),
            'ñ' => Some('n'),
            'ò'..='ö' | 'ø' => Some('o'),
            'ù'..='ü' => Some('u'),
            'ý' | 'ÿ' => Some('y'),
            'š' | 'ş' => Some('s'),
            'ž' => Some('z'),
            'ğ' => Some('g'),
            other => other.is_alphanumeric().then_some(other),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dutch_prefixes_stand_where_they_are_spoken() {
        for (written, spoken) in [
            ("Vries, A. de", "A. de Vries"),
            ("de Vries, A.", "A. de Vries"),
            ("Berg, van der, Anna", "Anna van der Berg"),
            ("Berg, Anna, van der", "Anna van der Berg"),
            ("Anna  van der Berg", "Anna van der Berg"),
            ("Jansen", "Jansen"),
        ] {
            assert_eq!(spoken_name(written), spoken);
        }
        assert_eq!(
            name_of_parts("Anna", "Van Der", "Berg"),
            "Anna van der Berg"
        );
        assert_eq!(
            name_of_parts("Anna", "", "Berg, van der"),
            "Anna van der Berg"
        );
        assert_eq!(name_of_parts("", "De", "Vries"), "De Vries");
        assert_eq!(
            name_of_parts(" Zoë", "", "el Amrani-Smit "),
            "Zoë el Amrani-Smit"
        );
    }

    #[test]
    fn alike_is_not_the_same_as_equal() {
        assert_eq!(likeness("Vries, Zoë de"), likeness("ZOE DE VRIES"));
        assert_ne!(likeness("A. de Vries"), likeness("Anna de Vries"));
    }

    #[test]
    fn an_address_is_recognised_and_not_stored() {
        assert_eq!(
            key_of_address(" A@Example.org"),
            key_of_address("a@example.org")
        );
        assert!(!key_of_address("a@example.org").contains('@'));
    }
}
