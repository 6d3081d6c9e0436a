//! The respondent: welcome, one page after another, a last look, a receipt.

pub mod page;
pub mod start;
