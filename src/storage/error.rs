//! What can go wrong in storage. All of these are failures of ours, never an answer to a person.

use sqlx::sqlite::SqliteError;

#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    #[error("the database could not be opened: {0}")]
    Open(#[source] sqlx::Error),
    #[error(
        "the database has form {database} and this program knows form {program}: it was used by a newer program. Start that one, or restore a backup of before the upgrade"
    )]
    Newer { database: i64, program: i64 },
    #[error("the tables could not be brought up to date, and are as they were: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    #[error("the database {file} is in use by {by}. Stop that first: a file has one server")]
    Held { file: String, by: String },
    #[error("{0} holds data already: give a database that is new")]
    NotEmpty(String),
    #[error("this cannot be copied to another database: {0}")]
    Unfit(String),
    #[error(
        "the database file {file} is damaged ({what}). Nothing was changed. Keep the file, and put the last good backup in its place: schakel restore BACKUP --database sqlite:{file}"
    )]
    Damaged { file: String, what: String },
    #[error("the database refused: {0}")]
    Query(#[from] sqlx::Error),
    #[error("`{column}` of `{table}` holds what cannot be there: {why}")]
    Inconsistent {
        table: &'static str,
        column: &'static str,
        why: String,
    },
    #[error(
        "`{column}` was sealed with another key: give the contact key that belongs to this database"
    )]
    Sealed { column: &'static str },
    #[error(
        "names and addresses in this database were sealed with another key: give the contact key that belongs to it (--contact-key-file)"
    )]
    WrongContactKey,
    #[error("the change could not be made durable, and was not made")]
    Commit,
    #[error(
        "what was deleted is gone, but copies of it are still in the database's log: others were reading; it goes when the server starts again"
    )]
    NotWiped,
    #[error("no database server takes writes at the moment")]
    Away,
    #[error("none of {hosts} database servers takes writes")]
    NoPrimary { hosts: usize },
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

/// Whether a failure may pass by itself: the server is away, is being replaced, is full, or took back one of two
/// transactions that were in each other's way. Nothing was changed, and the same may be tried again.
pub fn may_pass(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if matches!(
            error.downcast_ref(),
            Some(StorageError::Away | StorageError::Commit)
        ) {
            return true;
        }
        match error.downcast_ref() {
            Some(
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed,
            ) => return true,
            Some(sqlx::Error::Database(told)) => {
                let code = told.code().unwrap_or_default();
                if told.try_downcast_ref::<SqliteError>().is_some() {
                    // The last byte of SQLite's codes: busy, locked, read only, a disk that fails or is full, a file that does
                    // not open.
                    let kind = code.parse::<u32>().unwrap_or_default() & 0xff;
                    return [5, 6, 8, 10, 13, 14].contains(&kind);
                }
                // Classes of PostgreSQL: connection, rollback, resources, shut down; and a server that only reads.
                return ["08", "40", "53", "57P"]
                    .iter()
                    .any(|class| code.starts_with(class))
                    || code == "25006";
            }
            _ => {}
        }
        next = error.source();
    }
    false
}

/// What kind of failure it is, in a word that holds nothing of anybody: for logs.
pub fn code(error: &(dyn std::error::Error + 'static)) -> String {
    let mut next = Some(error);
    let mut code = "failure".to_owned();
    while let Some(error) = next {
        match error.downcast_ref() {
            Some(StorageError::Inconsistent { table, column, .. }) => {
                return format!("inconsistent {table}.{column}");
            }
            Some(StorageError::Sealed { column }) => return format!("sealed {column}"),
            Some(StorageError::Away) => return "away".to_owned(),
            Some(StorageError::Commit) => return "commit".to_owned(),
            Some(_) => "storage".clone_into(&mut code),
            None => {}
        }
        match error.downcast_ref() {
            Some(sqlx::Error::Database(told)) => {
                return format!("database {}", told.code().unwrap_or_default());
            }
            Some(sqlx::Error::Io(_)) => return "connection".to_owned(),
            Some(sqlx::Error::PoolTimedOut) => return "no connection in time".to_owned(),
            Some(sqlx::Error::ColumnDecode { index, .. }) => return format!("column {index}"),
            _ => {}
        }
        next = error.source();
    }
    code
}
