//! From findings to text and figures, without touching the world.

pub mod figure;
