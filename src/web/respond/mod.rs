//! The respondent: what one is told and may decide, one page after another, a last look, a receipt, and the way back.

pub mod autosave;
pub mod check;
pub mod class;
pub mod consent;
pub mod objection;
pub mod own;
pub mod page;
mod pupil;
mod question;
mod roster;
pub mod start;
pub mod withdraw;
