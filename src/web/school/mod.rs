//! The school: its own results, disclosed, in plain words.

pub mod actions;
pub mod agreed;
pub mod card;
pub mod conversations;
pub mod leadership;
pub mod opening;
pub mod portrait;
pub mod pupils;
pub mod response;
mod results;
pub mod wording;
