//! The nouns of a study and their rules.

pub mod id;
pub mod records;
pub mod time;
