//! The only SQL. One story on embedded SQLite and on PostgreSQL: each query is written once and checked per database.

#[macro_use]
mod tx;

pub mod agreed_actions;
pub mod answers;
pub mod audit;
pub mod batch;
pub mod conclusions;
pub mod consents;
pub mod error;
pub mod export;
pub mod invitations;
pub mod links;
pub mod matrix;
pub mod merges;
pub mod objections;
pub mod openings;
pub mod outbox;
pub mod part_releases;
pub mod pupils;
pub mod recipes;
pub mod records;
pub mod releases;
pub mod roster_events;
pub mod rosters;
pub mod school_goals;
pub mod school_networks;
pub mod schools;
pub mod snapshot;
pub mod store;
pub mod studies;
pub mod tally;
pub mod trainer_reports;
pub mod training_log;
pub mod turnout;
pub mod uploads;
pub mod windows;
pub mod write_ins;
mod writer;

pub use error::StorageError;
pub use store::Store;
pub use tx::Tx;
