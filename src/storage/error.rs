//! What can go wrong in storage. All of these are failures of ours, never an answer to a person.

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database could not be opened: {0}")]
    Open(#[source] sqlx::Error),
    #[error("the database has a newer form than this program: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database refused: {0}")]
    Query(#[from] sqlx::Error),
    #[error("`{column}` of `{table}` holds what cannot be there: {why}")]
    Inconsistent {
        table: &'static str,
        column: &'static str,
        why: String,
    },
    #[error("the change could not be made durable, and was not made")]
    Commit,
    #[error("the database runs with fsync off and would lose answers; turn it on")]
    FsyncOff,
    #[error("`{0}` is no database address: write `sqlite:FILE` or `postgres://...`")]
    Address(String),
}

impl StorageError {
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Query(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}
