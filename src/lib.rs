//! Schakel measures how school teams work together, wave by wave, and what that does for pupils.
//!
//! Two wings on one foundation. The collecting wing (`instrument`, `exchange`, `storage`, `fieldwork`) brings answers
//! in; the concluding wing (`evaluation`, `reports`, on the crate `schakel_analysis`) turns them into knowledge. They
//! meet in the plain nouns of `domain` below and in `web` and `cli` above. `docs/ARCHITECTURE.md` has the map.

/// Command line: one command a file.
pub mod cli;
/// From closed data to kept findings.
pub mod conclude;
/// Mail from the outbox to whoever carries it.
pub mod deliver;
/// The nouns of a study and their rules.
pub mod domain;
/// From records to findings, without touching the world.
pub mod evaluation;
/// Files to domain values and back.
pub mod exchange;
/// Collecting, as verbs over a transaction: the only writer of study data.
pub mod fieldwork;
/// A person forgotten, and names that have had their time: written down outside the database, done, and wiped.
pub mod forget;
/// Questionnaires as versioned data.
pub mod instrument;
/// Interface words in Dutch and English.
pub mod locale;
/// Letters over the wire: text mail and what becomes of it.
pub mod mail;
/// Servers elsewhere that say who someone is.
pub mod providers;
/// Any study tried out on a throw-away copy.
pub mod rehearsal;
/// A simulated study through the real paths.
pub mod rehearse;
/// From findings to text and figures, without touching the world.
pub mod reports;
/// A whole study made from a seed, with a planted truth.
pub mod simulation;
/// The only SQL: one story on embedded SQLite and on PostgreSQL.
pub mod storage;
/// Pages: the url map, who is visiting, and one folder per audience.
pub mod web;
/// Takes up work that is longer than a request.
pub mod work;
