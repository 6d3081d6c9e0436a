//! The school: its own results, disclosed, in plain words.

pub mod portrait;
pub mod response;
