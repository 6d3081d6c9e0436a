//! Files to domain values and back; on readers and writers, never on stores.

pub mod study_toml;
