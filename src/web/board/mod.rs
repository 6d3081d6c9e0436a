//! A board: its own schools, one by one, and of questionnaires only what they passed on.

pub mod conversations;
pub mod overview;
