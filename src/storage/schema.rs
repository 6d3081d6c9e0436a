//! Which form a database has, and bringing it to the one that this program knows. Each migration is one transaction: what
//! is killed under way has the old form or the new.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, SqliteConnection, SqlitePool};

use super::StorageError;
use super::holder::Holder;

static SQLITE: Migrator = sqlx::migrate!("src/storage/migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("src/storage/migrations/postgres");

/// Another one that does the same is done by then.
const PATIENCE: Duration = Duration::from_secs(5);

/// The newest form that this program knows.
pub fn newest() -> i64 {
    SQLITE.iter().map(|step| step.version).max().unwrap_or(0)
}

const COUNT_SQLITE: &str = "SELECT COUNT(*) FROM sqlite_schema WHERE name = '_sqlx_migrations'";
const COUNT_POSTGRES: &str =
    "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('_sqlx_migrations')";
const VERSION: &str = "SELECT COALESCE(MAX(version), 0) FROM _sqlx_migrations";

/// Brings a database file up to date. A file with data in it is copied first, once for each form that it had.
pub(super) async fn up_sqlite(pool: &SqlitePool, file: &str) -> Result<(), StorageError> {
    let mut connection = pool.acquire().await?;
    let mut found = found_sqlite(&mut connection).await?;
    refuse_newer(found)?;
    let mut _held = None;
    if found < newest() && !Holder::is_ours(file) {
        // Nobody's tables are changed under a server that runs on them, and nobody changes them at the same time.
        _held =
            Some(Holder::of_file(file, "schakel, bringing the tables up to date", PATIENCE).await?);
        found = found_sqlite(&mut connection).await?;
        refuse_newer(found)?;
    }
    if found > 0 && found < newest() {
        copy(&mut connection, file, found).await?;
    }
    to_sqlite(&mut connection, newest()).await
}

/// Brings a database of a server up to date: under a lock of that server, so that of several machines one does it.
pub(super) async fn up_postgres(pool: &PgPool) -> Result<(), StorageError> {
    let mut connection = pool.acquire().await?;
    refuse_newer(found_postgres(&mut connection).await?)?;
    to_postgres(&mut connection, newest()).await
}

pub(super) async fn to_sqlite(
    connection: &mut SqliteConnection,
    form: i64,
) -> Result<(), StorageError> {
    Ok(SQLITE.run_direct(Some(form), connection, false).await?)
}

pub(super) async fn to_postgres(
    connection: &mut PgConnection,
    form: i64,
) -> Result<(), StorageError> {
    Ok(POSTGRES.run_direct(Some(form), connection, false).await?)
}

/// 0 where there are no tables yet.
async fn found_sqlite(connection: &mut SqliteConnection) -> Result<i64, StorageError> {
    let known: i64 = sqlx::query_scalar(COUNT_SQLITE)
        .fetch_one(&mut *connection)
        .await?;
    Ok(match known {
        0 => 0,
        _ => sqlx::query_scalar(VERSION).fetch_one(connection).await?,
    })
}

async fn found_postgres(connection: &mut PgConnection) -> Result<i64, StorageError> {
    let known: i64 = sqlx::query_scalar(COUNT_POSTGRES)
        .fetch_one(&mut *connection)
        .await?;
    Ok(match known {
        0 => 0,
        _ => sqlx::query_scalar(VERSION).fetch_one(connection).await?,
    })
}

fn refuse_newer(database: i64) -> Result<(), StorageError> {
    let program = newest();
    if database > program {
        return Err(StorageError::Newer { database, program });
    }
    Ok(())
}

/// `FILE.before-0004`: the file as it was, whole or not at all. One that is there already is kept.
async fn copy(
    connection: &mut SqliteConnection,
    file: &str,
    found: i64,
) -> Result<(), StorageError> {
    let next = SQLITE
        .iter()
        .map(|step| step.version)
        .find(|version| *version > found)
        .unwrap_or(found);
    let kept = format!("{file}.before-{next:04}");
    if Path::new(&kept).exists() {
        return Ok(());
    }
    let failed = |error| StorageError::Open(sqlx::Error::Io(error));
    let under_way = format!("{kept}.new");
    if Path::new(&under_way).exists() {
        std::fs::remove_file(&under_way).map_err(failed)?;
    }
    let sql = format!("VACUUM INTO '{}'", under_way.replace('\'', "''"));
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    std::fs::File::open(&under_way)
        .and_then(|written| written.sync_all())
        .and_then(|()| std::fs::rename(&under_way, &kept))
        .map_err(failed)
}
