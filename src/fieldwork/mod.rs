//! Collecting, as verbs over a transaction: the only writer of study data.

pub mod amend;
pub mod close;
pub mod consent;
pub mod door;
pub mod enrol;
pub mod enter;
pub mod export;
pub mod found;
pub mod hints;
pub mod invite;
pub mod object;
pub mod pages;
pub mod post;
pub mod quiet;
pub mod receive;
pub mod register;
pub mod remind;
pub mod revise;
pub mod study;
pub mod usability;
pub mod withdraw;
pub mod wording;
