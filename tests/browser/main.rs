//! In a real browser.

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "each test uses its own part")]
mod support;

mod harness;
mod study;
mod walks;
