//! What several tests stand on.

pub mod browser;
pub mod databases;
pub mod server;
pub mod skip;
pub mod small_study;
pub mod tables;
