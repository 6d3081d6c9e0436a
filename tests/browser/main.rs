//! In a real browser.

#[path = "../support/mod.rs"]
mod support;

mod harness;
