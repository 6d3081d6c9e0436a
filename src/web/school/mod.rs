//! The school: its own results, disclosed, in plain words.

pub mod opening;
pub mod actions;
pub mod agreed;
pub mod leadership;
pub mod portrait;
pub mod response;
mod results;
mod wording;
