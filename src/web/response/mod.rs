//! The owner: how far everyone is, and closing a wave.

pub mod board;
