//! What is deleted leaves its bytes behind, in pages that nothing points to and in the log of what was written. Here they go.
//!
//! The embedded file is written anew without them, and its log is emptied: nothing is left of them in any of its files.
//! PostgreSQL makes their room free for other rows; the bytes stay until other rows have been written over them, and in its
//! log until that has been recycled. Who may not wait for that runs `VACUUM FULL` on the tables, and recycles the log.

use std::path::Path;
use std::time::Duration;

use sqlx::SqliteConnection;
use sqlx::postgres::PgPool;
use sqlx::sqlite::SqlitePool;

use super::error::StorageError;

/// Every try waits some seconds for readers of what was before.
const TRIES: usize = 6;
const PAUSE: Duration = Duration::from_millis(100);

/// Tables in which something of a person may stand.
const TOUCHED: &[&str] = &[
    "VACUUM contacts",
    "VACUUM persons",
    "VACUUM members",
    "VACUUM member_roles",
    "VACUUM member_groups",
    "VACUUM frozen_members",
    "VACUUM invitations",
    "VACUUM visits",
    "VACUUM responses",
    "VACUUM answers",
    "VACUUM nominations",
    "VACUUM page_saves",
    "VACUUM part_submissions",
    "VACUUM consents",
    "VACUUM objections",
    "VACUUM write_in_matches",
    "VACUUM roster_events",
    "VACUUM uploads",
    "VACUUM outbox",
    "VACUUM links",
    "VACUUM link_schools",
    "VACUUM account_links",
    "VACUUM agreed_actions",
    "VACUUM action_reviews",
    "VACUUM training_log",
    "VACUUM trainer_reports",
    "VACUUM statements",
    "VACUUM conversation_notes",
    "VACUUM releases",
    "VACUUM conclusions",
    "VACUUM school_parts",
    "VACUUM recipe_findings",
    "VACUUM school_networks",
];

/// `writer`: the pool of the one connection that writes, so that nobody writes meanwhile.
pub(super) async fn embedded(writer: &SqlitePool) -> Result<(), StorageError> {
    let mut connection = writer.acquire().await?;
    sqlx::query("VACUUM").execute(&mut *connection).await?;
    let (_, _, file): (i64, String, String) = sqlx::query_as("PRAGMA database_list")
        .fetch_one(&mut *connection)
        .await?;
    forget_copies(&file)?;
    empty_log(&mut connection, TRIES).await
}

/// The log alone. What was deleted has been written over with zeros in the file itself when it was deleted.
pub(super) async fn log(writer: &SqlitePool) -> Result<(), StorageError> {
    let mut connection = writer.acquire().await?;
    empty_log(&mut connection, 1).await
}

/// What an upgrade left beside the file, as it was before: everybody is still in it.
fn forget_copies(file: &str) -> Result<(), StorageError> {
    let file = Path::new(file);
    let (Some(folder), Some(name)) = (file.parent(), file.file_name()) else {
        return Ok(());
    };
    let beginning = format!("{}.before-", name.to_string_lossy());
    for entry in std::fs::read_dir(folder).map_err(sqlx::Error::Io)? {
        let entry = entry.map_err(sqlx::Error::Io)?;
        if entry.file_name().to_string_lossy().starts_with(&beginning) {
            std::fs::remove_file(entry.path()).map_err(sqlx::Error::Io)?;
        }
    }
    Ok(())
}

async fn empty_log(connection: &mut SqliteConnection, tries: usize) -> Result<(), StorageError> {
    for _ in 0..tries {
        let (busy, _, _): (i64, i64, i64) = sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
            .fetch_one(&mut *connection)
            .await?;
        if busy == 0 {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(StorageError::NotWiped)
}

/// Tables that the role does not own are passed over by the server, with a warning.
pub(super) async fn server(pool: &PgPool) -> Result<(), StorageError> {
    for sql in TOUCHED {
        sqlx::query(*sql).execute(pool).await?;
    }
    Ok(())
}
