//! Opening a database, reading from a consistent snapshot, and writing through the one writer.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::ConnectOptions;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use tokio::runtime::Handle;
use tokio::time::{Instant, sleep, timeout};

use super::error::StorageError;
use super::promise::Promise;
use super::readiness::Counts;
use super::schema;
use super::sealed;
use super::servers::Servers;
use super::tx::{Embedded, Tx};
use super::wiping;
use super::writer::Writer;
use crate::domain::sealing::SealKey;

/// A standby that is away holds every commit up. Longer than this nobody is kept waiting.
const LONGEST_COMMIT: Duration = Duration::from_secs(15);

/// For so long a file is waited for that somebody else is writing to.
const BUSY: Duration = Duration::from_secs(5);

/// The database of a server: one embedded file, or PostgreSQL. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(super) backend: Backend,
    /// Names and addresses are sealed with it on their way in.
    seal_key: SealKey,
    /// Who writes, if not this one.
    hand: Option<Hand>,
}

/// The same database, opened by threads that have another place in the queue for the processor.
#[derive(Clone)]
struct Hand {
    store: Arc<Store>,
    runtime: Handle,
}

#[derive(Clone)]
pub(super) enum Backend {
    /// All writes go through one task; reads have pools of their own that cannot write.
    Sqlite {
        writer: Writer,
        readers: SqlitePool,
        /// The connection of the writer, for what cannot stand in a transaction.
        alone: SqlitePool,
        /// For single statements: as many as there are processors. Each connection keeps pages of the file in memory and
        /// reads them again after a commit, so that more of them do the same work several times.
        glances: SqlitePool,
        file: Arc<str>,
    },
    Postgres(Servers),
}

impl Store {
    /// Opens `sqlite:FILE` or `postgres://...` and brings its tables up to date.
    pub async fn open(address: &str, seal_key: &SealKey) -> Result<Self, StorageError> {
        let backend = if let Some(file) = address.strip_prefix("sqlite:") {
            open_sqlite(file, seal_key).await?
        } else if address.starts_with("postgres:") || address.starts_with("postgresql:") {
            open_postgres(address).await?
        } else {
            return Err(StorageError::Address(address.to_owned()));
        };
        let store = Self {
            backend,
            seal_key: seal_key.clone(),
            hand: None,
        };
        store.check_key().await?;
        Ok(store)
    }

    /// Refuses another key than the one that names were sealed with. What was written before there was a key is sealed
    /// when the database is first opened with one, and no copy of it is left in the files.
    async fn check_key(&self) -> Result<(), StorageError> {
        let mut tx = self.read().await?;
        let known = sealed::knows_the_key(&mut tx).await?;
        drop(tx);
        if known {
            return Ok(());
        }
        let newly = self.write(|tx| sealed::begin(tx).boxed()).await?;
        if newly.is_empty() {
            return Ok(());
        }
        match &self.backend {
            Backend::Sqlite { alone, .. } => {
                for sql in ["VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"] {
                    sqlx::query(sql).execute(alone).await?;
                }
            }
            Backend::Postgres(servers) => {
                for sql in sealed::TABLES_ANEW {
                    sqlx::query(sql).execute(servers.pool()).await?;
                }
            }
        }
        Ok(())
    }

    /// Reads by itself and has the other write, which was opened in that runtime: reading may wait for others, and whoever holds
    /// the database must not.
    pub fn writing_by(self, writer: Self, runtime: Handle) -> Self {
        let store = Arc::new(writer);
        Self {
            hand: Some(Hand { store, runtime }),
            ..self
        }
    }

    /// A transaction that sees one state of the database from beginning to end, and changes nothing.
    pub async fn read(&self) -> Result<Tx, StorageError> {
        Ok(match &self.backend {
            Backend::Sqlite { readers, .. } => {
                Tx::sqlite(Embedded::Whole(readers.begin().await?), &self.seal_key)
            }
            Backend::Postgres(servers) => {
                let servers = servers.clone();
                // In a task of its own, which goes on when the reader goes away: a connection that is let go while its
                // transaction begins goes back to the pool inside that transaction, and the next write on it fails.
                let begun = tokio::spawn(async move {
                    servers
                        .begin("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                        .await
                });
                Tx::postgres(
                    begun.await.map_err(|_| StorageError::Commit)??,
                    &self.seal_key,
                )
            }
        })
    }

    /// For one statement. Beginning and ending a transaction around it would cost twice what the statement does: every
    /// command goes to a thread of its own and back. What is asked besides may see a later state.
    pub async fn glance(&self) -> Result<Tx, StorageError> {
        match &self.backend {
            Backend::Sqlite { glances, .. } => Ok(Tx::sqlite(
                Embedded::Glance(glances.acquire().await?),
                &self.seal_key,
            )),
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
        let Some(hand) = &self.hand else {
            return self.write_here(verb).await;
        };
        let store = hand.store.clone();
        let done = hand
            .runtime
            .spawn(async move { store.write_here(verb).await });
        done.await
            .unwrap_or_else(|_| Err(StorageError::Commit.into()))
    }

    async fn write_here<T, E, F>(&self, verb: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        match &self.backend {
            Backend::Sqlite { writer, .. } => writer.write(verb).await,
            Backend::Postgres(servers) => {
                let (servers, seal_key) = (servers.clone(), self.seal_key.clone());
                let done = tokio::spawn(async move {
                    let mut tx = Tx::postgres(servers.begin("BEGIN").await?, &seal_key);
                    match verb(&mut tx).await {
                        Ok(value) => {
                            // A commit without an answer may have been made: it is not acknowledged, and the same
                            // request sent again finds what it did.
                            match timeout(LONGEST_COMMIT, tx.commit()).await {
                                Ok(Ok(())) => {
                                    servers.writes.fetch_add(1, Ordering::Relaxed);
                                    Ok(value)
                                }
                                _ => {
                                    servers.look();
                                    Err(StorageError::Commit.into())
                                }
                            }
                        }
                        Err(error) => {
                            if tx.rollback().await.is_err() {
                                servers.look();
                            }
                            Err(error)
                        }
                    }
                });
                done.await
                    .unwrap_or_else(|_| Err(StorageError::Commit.into()))
            }
        }
    }

    /// Takes away what deleted rows have left behind in the files; after people were forgotten.
    pub async fn wipe(&self) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Sqlite { alone, .. } => wiping::embedded(alone).await,
            Backend::Postgres(servers) => wiping::server(servers.pool()).await,
        }
    }

    /// Lets go of the database. A file has no log beside it any more.
    pub async fn close(self) {
        match self.backend {
            Backend::Sqlite {
                alone,
                readers,
                glances,
                ..
            } => {
                readers.close().await;
                glances.close().await;
                alone.close().await;
            }
            Backend::Postgres(servers) => servers.pool().close().await,
        }
    }

    /// The same for a few rows: without writing the file anew.
    pub async fn wipe_log(&self) -> Result<(), StorageError> {
        match &self.backend {
            Backend::Sqlite { alone, .. } => wiping::log(alone).await,
            Backend::Postgres(_) => Ok(()),
        }
    }

    pub fn is_embedded(&self) -> bool {
        matches!(self.backend, Backend::Sqlite { .. })
    }

    /// What this server did so far.
    pub fn counts(&self) -> Counts {
        match &self.backend {
            Backend::Sqlite {
                writer,
                readers,
                glances,
                ..
            } => {
                let (writes, commits, waiting) = writer.counts();
                let idle = readers.num_idle() + glances.num_idle();
                Counts {
                    writes,
                    commits,
                    waiting,
                    connections: 1 + readers.size() + glances.size(),
                    idle: u32::try_from(idle).unwrap_or(u32::MAX),
                }
            }
            Backend::Postgres(servers) => {
                let writes = servers.writes.load(Ordering::Relaxed);
                let pool = servers.pool();
                Counts {
                    writes,
                    commits: writes,
                    waiting: 0,
                    connections: pool.size(),
                    idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
                }
            }
        }
    }

    /// What an acknowledged answer survives, as things stand now.
    pub fn promise(&self) -> Promise {
        match &self.backend {
            Backend::Sqlite { .. } => Promise::FILE,
            Backend::Postgres(servers) => servers.promise(),
        }
    }
}

async fn open_sqlite(file: &str, seal_key: &SealKey) -> Result<Backend, StorageError> {
    // FULL, not NORMAL: in WAL mode NORMAL may lose an acknowledged commit when the power fails.
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("trusted_schema", "OFF")
        // What is deleted or changed is written over with zeros.
        .pragma("secure_delete", "ON")
        // What is asked and answered is nobody's to read in a log.
        .disable_statement_logging();
    let write = connected(&options, 1).await?;
    schema::up_sqlite(&write, file).await?;
    let options = options.read_only(true);
    let pool = |connections| connected(&options, connections);
    let processors = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    let processors = u32::try_from(processors.clamp(2, 16)).unwrap_or(2);
    Ok(Backend::Sqlite {
        alone: write.clone(),
        writer: Writer::start(write, seal_key.clone()),
        readers: pool(8).await?,
        glances: pool(processors).await?,
        file: file.into(),
    })
}

/// Connections to a file. The first that opens one turns it to WAL, and whoever comes at that moment is told that it is busy
/// without having waited: so here it is waited for.
async fn connected(
    options: &SqliteConnectOptions,
    connections: u32,
) -> Result<SqlitePool, StorageError> {
    let until = Instant::now() + BUSY;
    loop {
        let pool = SqlitePoolOptions::new()
            .max_connections(connections)
            // A file of our own does not go away: asking it before every use costs more than most queries.
            .test_before_acquire(false)
            .connect_with(options.clone())
            .await;
        match pool {
            Err(sqlx::Error::Database(error))
                if error.code().as_deref() == Some("5") && Instant::now() < until =>
            {
                sleep(Duration::from_millis(50)).await;
            }
            done => return done.map_err(StorageError::Open),
        }
    }
}

async fn open_postgres(address: &str) -> Result<Backend, StorageError> {
    let servers = Servers::open(address).await?;
    schema::up_postgres(servers.pool()).await?;
    Ok(Backend::Postgres(servers))
}
