//! What a member can agree to, use by use.

/// Raised whenever the words change in which consent is asked: what was decided on older words is asked again.
pub const CONSENT_VERSION: i64 = 1;

/// What answers and name may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// That the answers are part of the study.
    Research,
    /// Being drawn by name in the picture of one's own school.
    PersonPicture,
    /// Being approached again.
    FollowUp,
}

impl Purpose {
    pub const ALL: [Self; 3] = [Self::Research, Self::PersonPicture, Self::FollowUp];

    pub fn key(self) -> &'static str {
        match self {
            Self::Research => "research",
            Self::PersonPicture => "person_picture",
            Self::FollowUp => "follow_up",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.key() == key)
    }
}

/// What a member last said about one use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Of the words in which it was asked.
    pub version: i64,
    pub given: bool,
}
