//! The work of a teacher: eight characteristics, each wished for and experienced as one of three kinds of work.

/// The instrument.
pub const INSTRUMENT: &str = "teachers-work";

/// The role of whoever answers in an open group.
pub const STUDENT: &str = "student";

/// The fewest people of whom it is told how they chose.
pub const FEWEST: usize = 10;

/// The characteristics, in the order of the pages; the items are `work_wish_KEY` and `work_now_KEY`.
pub const CHARACTERISTICS: [&str; 8] = [
    "goals",
    "pupils",
    "knowledge",
    "planning",
    "judging",
    "colleagues",
    "learning",
    "room",
];

/// The kinds of work, by their code less one.
pub const KINDS: [&str; 3] = ["mass", "craft", "profession"];

pub fn wished(characteristic: &str) -> String {
    format!("work_wish_{characteristic}")
}

pub fn experienced(characteristic: &str) -> String {
    format!("work_now_{characteristic}")
}
