//! The nouns of a study and their rules.

pub mod agreed;
pub mod answer;
pub mod consent;
pub mod disclosure;
pub mod fault;
pub mod id;
pub mod invitation;
pub mod language;
pub mod opening;
pub mod pupil;
pub mod records;
pub mod roster;
pub mod study;
pub mod time;
pub mod token;
pub mod training;
