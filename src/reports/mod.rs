//! From findings to text and figures, without touching the world.

pub mod analysis;
pub mod apa;
pub mod comparison;
pub mod definition;
pub mod figure;
mod growth;
pub mod scale_words;
pub mod scales;
pub mod school;
pub mod sentence;
