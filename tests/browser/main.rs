//! In a real browser.

use crate::support;

mod accounts;
mod card;
mod coder;
mod desk;
mod harness;
mod hostile;
mod leaders;
mod owner;
mod pupil;
mod respondent;
mod school;
mod states;
mod study;
mod trainer;
mod walks;
