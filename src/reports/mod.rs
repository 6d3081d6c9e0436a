//! From findings to text and figures, without touching the world.

pub mod analysis;
pub mod figure;
pub mod scales;
pub mod school;
