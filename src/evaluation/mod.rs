//! From records to findings, without touching the world.

pub mod findings;
