//! From findings to text and figures, without touching the world.

pub mod analysis;
pub mod checklist;
pub mod comparison;
mod effects;
pub mod figure;
mod growth;
mod limits;
pub mod method;
pub mod names;
pub mod networks;
pub mod proof;
pub mod scale_words;
pub mod scales;
pub mod school;
mod seen;
pub mod sentence;
pub mod whole_study;
