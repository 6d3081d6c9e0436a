//! From findings to text and figures, without touching the world.

pub mod achievement;
pub mod analysis;
pub mod apa;
pub mod comparison;
pub mod definition;
pub mod figure;
mod growth;
pub mod scale_words;
pub mod scales;
pub mod school;
pub mod school_figures;
pub mod school_opening;
pub mod school_questions;
pub mod school_scales;
pub mod school_sentences;
pub mod sentence;
pub mod told;
