//! The parts that a school's results come in, and who opens them.

/// Results of a school that open together, to the same people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Collaboration, attitude and culture.
    Team,
    /// What teachers said about their principal: to the principal first.
    Leadership,
    /// The leadership card: the principal's own and that of others, to the principal first.
    Card,
    /// What pupils scored, and the school's own goals for it.
    Achievement,
    /// What pupils said about the teaching: of a class for its teachers, of a school for its team.
    Pupils,
}

impl Part {
    pub const ALL: [Self; 5] = [
        Self::Team,
        Self::Leadership,
        Self::Card,
        Self::Achievement,
        Self::Pupils,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Leadership => "leadership",
            Self::Card => "card",
            Self::Achievement => "achievement",
            Self::Pupils => "pupils",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.key() == key)
    }
}

/// Those to whom a part of a school's results opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Audience {
    Team,
    Principal,
    Board,
    Trainer,
}

impl Audience {
    pub const ALL: [Self; 4] = [Self::Team, Self::Principal, Self::Board, Self::Trainer];

    pub fn key(self) -> &'static str {
        match self {
            Self::Team => "team",
            Self::Principal => "principal",
            Self::Board => "board",
            Self::Trainer => "trainer",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|audience| audience.key() == key)
    }
}
