//! The coder: what was said, without names and blind to the effects; a code for each statement, and what was agreed on later.

pub mod differences;
pub mod home;
pub mod statement;
mod work;
