//! The trainer: where to go this week, the log of her trainings, and her report on each school.

pub mod cockpit;
pub mod log;
mod own;
pub mod report;
pub mod school;
mod words;
