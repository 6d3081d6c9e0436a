//! Collecting, as verbs over a transaction: the only writer of study data.

pub mod close;
pub mod door;
pub mod enrol;
pub mod enter;
pub mod found;
pub mod invite;
pub mod pages;
pub mod receive;
pub mod register;
pub mod roster_change;
pub mod roster_diff;
pub mod study;
pub mod upload;
pub mod write_ins;
