//! In a real browser.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each test uses its own part")]
mod support;

mod desk;
mod harness;
mod leaders;
mod owner;
mod respondent;
mod school;
mod states;
mod study;
mod trainer;
mod walks;
