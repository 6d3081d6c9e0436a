//! The respondent: welcome, one page after another, a last look, a receipt.

mod autosave;
pub mod page;
mod question;
mod roster;
pub mod start;
