//! Opening a database, reading from a consistent snapshot, and writing through the one writer.

use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use super::error::StorageError;
use super::tx::{Embedded, Tx};
use super::writer::Writer;

/// The database of a server: one embedded file, or PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Store(Backend);

#[derive(Clone)]
enum Backend {
    /// All writes go through one task; reads have pools of their own that cannot write.
    Sqlite {
        writer: Writer,
        readers: SqlitePool,
        /// For single statements: as many as there are processors. Each connection keeps pages of the file in memory and
        /// reads them again after a commit, so that more of them do the same work several times.
        glances: SqlitePool,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite:FILE` or `postgres://...` and brings its tables up to date.
    pub async fn open(address: &str) -> Result<Self, StorageError> {
        if let Some(file) = address.strip_prefix("sqlite:") {
            Self::open_sqlite(file).await
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            Self::open_postgres(address).await
        } else {
            Err(StorageError::Address(address.to_owned()))
        }
    }

    async fn open_sqlite(file: &str) -> Result<Self, StorageError> {
        // FULL, not NORMAL: in WAL mode NORMAL may lose an acknowledged commit when the power fails.
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(5))
            .pragma("trusted_schema", "OFF");
        let write = SqlitePoolOptions::new()
            .max_connections(1)
            // A file of our own does not go away: asking it before every use costs more than most queries.
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await
            .map_err(StorageError::Open)?;
        sqlx::migrate!("src/storage/migrations/sqlite")
            .run(&write)
            .await?;
        let options = options.read_only(true);
        let pool = async |connections: u32| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .test_before_acquire(false)
                .connect_with(options.clone())
                .await
                .map_err(StorageError::Open)
        };
        let processors = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
        let processors = u32::try_from(processors.clamp(2, 16)).unwrap_or(2);
        Ok(Self(Backend::Sqlite {
            writer: Writer::start(write),
            readers: pool(8).await?,
            glances: pool(processors).await?,
        }))
    }

    async fn open_postgres(address: &str) -> Result<Self, StorageError> {
        let options = PgConnectOptions::from_str(address).map_err(StorageError::Open)?;
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .connect_with(options)
            .await
            .map_err(StorageError::Open)?;
        let fsync: String = sqlx::query_scalar("SHOW fsync").fetch_one(&pool).await?;
        if fsync != "on" {
            return Err(StorageError::FsyncOff);
        }
        sqlx::migrate!("src/storage/migrations/postgres")
            .run(&pool)
            .await?;
        Ok(Self(Backend::Postgres(pool)))
    }

    /// A transaction that sees one state of the database from beginning to end, and changes nothing.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        Ok(match &self.0 {
            Backend::Sqlite { readers, .. } => Tx::Sqlite(Embedded::Whole(readers.begin().await?)),
            Backend::Postgres(pool) => {
                let pool = pool.clone();
                // In a task of its own, which goes on when the reader goes away: a connection that is let go while its
                // transaction begins goes back to the pool inside that transaction, and the next write on it fails.
                let begun = tokio::spawn(async move {
                    pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                        .await
                });
                Tx::Postgres(begun.await.map_err(|_| StorageError::Commit)??)
            }
        })
    }

    /// For one statement. Beginning and ending a transaction around it would cost twice what the statement does: every
    /// command goes to a thread of its own and back. What is asked besides may see a later state.
    pub async fn glance(&self) -> Result<Tx, StorageError> {
        match &self.0 {
            Backend::Sqlite { glances, .. } => {
                Ok(Tx::Sqlite(Embedded::Glance(glances.acquire().await?)))
            }
            Backend::Postgres(_) => self.read().await,
        }
    }

    /// Runs a verb in a transaction. What it returns is kept if it is `Ok`, and the caller gets it only after the
    /// commit is durable; an `Err` takes back everything the verb did.
    ///
    /// The verb goes on to its end even when the caller goes away: half a verb is never kept, and a whole one is not
    /// lost because a browser closed.
    pub async fn write<T, E, F>(&self, verb: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        match &self.0 {
            Backend::Sqlite { writer, .. } => writer.write(verb).await,
            Backend::Postgres(pool) => {
                let pool = pool.clone();
                let done = tokio::spawn(async move {
                    let mut tx = Tx::Postgres(pool.begin().await.map_err(StorageError::Query)?);
                    let result = verb(&mut tx).await;
                    match result {
                        Ok(value) => {
                            tx.commit().await.map_err(|_| StorageError::Commit)?;
                            Ok(value)
                        }
                        Err(error) => {
                            tx.rollback().await.map_err(StorageError::Query)?;
                            Err(error)
                        }
                    }
                });
                done.await
                    .unwrap_or_else(|_| Err(StorageError::Commit.into()))
            }
        }
    }

    pub fn is_embedded(&self) -> bool {
        matches!(self.0, Backend::Sqlite { .. })
    }
}
