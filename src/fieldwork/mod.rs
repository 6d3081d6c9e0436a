//! Collecting, as verbs over a transaction: the only writer of study data.

pub mod close;
pub mod door;
pub mod enrol;
pub mod enter;
pub mod found;
pub mod invite;
pub mod pages;
pub mod post;
pub mod quiet;
pub mod receive;
pub mod register;
pub mod remind;
pub mod study;
pub mod usability;
pub mod wording;
