//! A new database that is filled with the rows of another: everything in one transaction, so that it is there as a whole
//! or not at all.

use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};

use super::tx::Embedded;
use super::{StorageError, Tx, schema, servers};
use crate::domain::sealing::SealKey;

pub struct Fresh {
    pub tx: Tx,
    pool: Pool,
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Fresh {
    /// Tables of this form, still empty. A file must not be there, and a database of a server must hold no table.
    pub async fn begin(address: &str, form: i64, seal_key: &SealKey) -> Result<Self, StorageError> {
        if let Some(file) = address.strip_prefix("sqlite:") {
            return Self::in_file(file, form, seal_key).await;
        }
        let options = servers::primary(address).await?;
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(StorageError::Open)?;
        let mut transaction = pool.begin().await?;
        let tables: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM pg_class
             WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace",
        )
        .fetch_one(&mut *transaction)
        .await?;
        if tables > 0 {
            return Err(StorageError::NotEmpty(address_without_password(address)));
        }
        schema::to_postgres(&mut transaction, form).await?;
        Ok(Self {
            tx: Tx::postgres(transaction, seal_key),
            pool: Pool::Postgres(pool),
        })
    }

    async fn in_file(file: &str, form: i64, seal_key: &SealKey) -> Result<Self, StorageError> {
        if std::fs::exists(file).map_err(|error| StorageError::Open(sqlx::Error::Io(error)))? {
            return Err(StorageError::NotEmpty(file.to_owned()));
        }
        // Whoever made it brings the file to the disk when it is whole; until then nobody else uses it.
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Delete)
            .synchronous(SqliteSynchronous::Off)
            .foreign_keys(true)
            .pragma("trusted_schema", "OFF");
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(StorageError::Open)?;
        schema::to_sqlite(&mut *pool.acquire().await?, form).await?;
        Ok(Self {
            tx: Tx::sqlite(Embedded::Whole(pool.begin().await?), seal_key),
            pool: Pool::Sqlite(pool),
        })
    }

    /// Brings the tables to the newest form, rows and all.
    pub async fn up_to_date(&mut self) -> Result<(), StorageError> {
        use super::tx::On;
        match &mut self.tx.on {
            On::Sqlite(c) => schema::to_sqlite(c, schema::newest()).await,
            On::Postgres(c) => schema::to_postgres(c, schema::newest()).await,
        }
    }

    /// Keeps everything. A file is read over once more and let go.
    pub async fn keep(self) -> Result<(), StorageError> {
        self.tx.commit().await?;
        match self.pool {
            Pool::Postgres(pool) => pool.close().await,
            Pool::Sqlite(pool) => {
                let found: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
                    .fetch_one(&pool)
                    .await?;
                pool.close().await;
                if found != "ok" {
                    return Err(StorageError::Unfit(format!("the new file: {found}")));
                }
            }
        }
        Ok(())
    }
}

fn address_without_password(address: &str) -> String {
    match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if scheme + 3 < at => {
            format!("{}{}", &address[..scheme + 3], &address[at + 1..])
        }
        _ => address.to_owned(),
    }
}

/// Brings what the journal of a file holds into the file itself. A file that is damaged stays as it is.
pub async fn gather(file: &str) {
    let options = SqliteConnectOptions::new().filename(file);
    let Ok(mut connection) = options.connect().await else {
        return;
    };
    let _ = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
        .execute(&mut connection)
        .await;
    let _ = connection.close().await;
}
