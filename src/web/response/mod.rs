//! The owner: how far everyone is, who has not answered, and closing a wave.

pub mod board;
pub mod closing;
pub mod waiting;
