//! Whether a database file is whole: looked at before it is served, since damage is best told before anybody writes on.

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use super::StorageError;

/// Reads every page of the file once. PostgreSQL looks after its own pages, and a file that is not there has none.
pub async fn look(address: &str) -> Result<(), StorageError> {
    let Some(file) = address.strip_prefix("sqlite:") else {
        return Ok(());
    };
    if !std::fs::exists(file).map_err(|error| StorageError::Open(sqlx::Error::Io(error)))? {
        return Ok(());
    }
    let damaged = |what: String| StorageError::Damaged {
        file: file.to_owned(),
        what,
    };
    let told = |error: sqlx::Error| match is_damage(&error) {
        true => damaged(error.to_string()),
        false => StorageError::Open(error),
    };
    let mut connection = SqliteConnectOptions::new()
        .filename(file)
        .connect()
        .await
        .map_err(told)?;
    let found = first_fault(&mut connection).await.map_err(told)?;
    connection.close().await.map_err(told)?;
    match found {
        None => Ok(()),
        Some(what) => Err(damaged(what)),
    }
}

async fn first_fault(connection: &mut SqliteConnection) -> Result<Option<String>, sqlx::Error> {
    let found: String = sqlx::query_scalar("PRAGMA quick_check(1)")
        .fetch_one(connection)
        .await?;
    // It may take several lines to tell one thing.
    let told = found.replace('\n', " ");
    Ok(Some(told).filter(|told| told != "ok"))
}

/// What the database itself calls damage: a page that is none, or a file that is no database.
fn is_damage(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return false;
    };
    let code = error.code().and_then(|code| code.parse::<u32>().ok());
    // The low byte is the kind of error; the rest says more.
    code.is_some_and(|code| [11, 26].contains(&(code & 0xff)))
}
