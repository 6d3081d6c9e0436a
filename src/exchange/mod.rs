//! Files to domain values and back; on readers and writers, never on stores.

pub mod achievement_csv;
pub mod codebook;
pub mod contrasts_csv;
pub mod letters_csv;
pub mod measures_csv;
pub mod model_toml;
pub mod plan_lock;
pub mod plan_toml;
pub mod result_folder;
pub mod roster_csv;
pub mod roster_words;
pub mod roster_xlsx;
pub mod scales_toml;
pub mod study_folder;
pub mod study_toml;
pub mod table;
pub mod tidy_csv;
