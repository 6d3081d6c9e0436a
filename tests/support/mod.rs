//! What several tests stand on.

pub mod browser;
pub mod databases;
pub mod explore;
pub mod figures;
pub mod hostile;
pub mod own_postgres;
pub mod payloads;
pub mod ports;
pub mod provider;
pub mod reading;
pub mod respondents;
pub mod server;
pub mod shim;
pub mod signing_in;
pub mod skip;
pub mod small_study;
pub mod tables;
