//! Where actors and groups stand in a picture: coordinates in the unit square, no ink.

pub mod blocks;
mod distances;
mod packing;
pub mod stress;

pub use blocks::{Circle, block_layout};
pub use stress::{MAX_ACTORS, Place, stress_layout};
