//! From findings to text and figures, without touching the world.

pub mod achievement;
pub mod analysis;
pub mod apa;
pub mod checklist;
pub mod comparison;
pub mod definition;
pub mod effects;
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
pub mod school_figures;
pub mod school_opening;
pub mod school_questions;
pub mod school_scales;
pub mod school_sentences;
mod seen;
pub mod sentence;
pub mod team_page;
pub mod told;
pub mod whole_study;
