//! One transaction on either database, and the macro that lets a query be written once.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, SqliteConnection, Transaction};

use super::audit::{self, Line};
use super::error::StorageError;
use crate::domain::sealing::SealKey;

pub struct Tx {
    /// Public for tests that look at rows; the product's own SQL stands in this folder alone.
    pub on: On,
    /// Lines of the audit that this transaction leaves: chained and written when it commits, so that the chain is held for
    /// as short as can be.
    pub(super) lines: Vec<Line>,
    pub(super) seal_key: SealKey,
}

pub enum On {
    Sqlite(Embedded),
    Postgres(Transaction<'static, Postgres>),
}

/// A transaction on the embedded database, or a connection for a single statement, which is a transaction by itself.
pub enum Embedded {
    Whole(Transaction<'static, Sqlite>),
    Glance(PoolConnection<Sqlite>),
}

impl Deref for Embedded {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Whole(tx) => tx,
            Self::Glance(connection) => connection,
        }
    }
}

impl DerefMut for Embedded {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Whole(tx) => tx,
            Self::Glance(connection) => connection,
        }
    }
}

/// Runs the same expression on whichever database the transaction is on. The compiler checks it for each.
macro_rules! on {
    ($tx:expr, $connection:ident => $body:expr) => {
        match &mut $tx.on {
            $crate::storage::tx::On::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::storage::tx::On::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

impl Tx {
    pub(super) fn sqlite(embedded: Embedded, seal_key: &SealKey) -> Self {
        Self {
            on: On::Sqlite(embedded),
            lines: Vec::new(),
            seal_key: seal_key.clone(),
        }
    }

    pub(super) fn postgres(
        transaction: Transaction<'static, Postgres>,
        seal_key: &SealKey,
    ) -> Self {
        Self {
            on: On::Postgres(transaction),
            lines: Vec::new(),
            seal_key: seal_key.clone(),
        }
    }

    /// A name or an address, as it is written into this column (`table.column`).
    pub(super) fn seal(&self, column: &'static str, text: &str) -> String {
        self.seal_key.seal(column, text)
    }

    /// What stands in this column, readable again.
    pub(super) fn unseal(
        &self,
        column: &'static str,
        sealed: impl AsRef<str> + Into<String>,
    ) -> Result<String, StorageError> {
        if !SealKey::is_sealed(sealed.as_ref()) {
            return Ok(sealed.into());
        }
        self.seal_key
            .open(column, sealed.as_ref())
            .map_err(|_| StorageError::Sealed { column })
    }

    /// By which something is found, or counted, without being readable.
    pub(super) fn mark(&self, purpose: &'static str, text: &str) -> Vec<u8> {
        self.seal_key.mark(purpose, text)
    }

    /// Waits until no other machine holds these, and holds them to the end of the transaction. The embedded database has
    /// one writer and needs none of it.
    pub(super) async fn hold(&mut self, locks: &[i64]) -> Result<(), StorageError> {
        if let On::Postgres(c) = &mut self.on {
            for lock in locks {
                sqlx::query("SELECT pg_advisory_xact_lock($1)")
                    .bind(lock)
                    .execute(&mut **c)
                    .await?;
            }
        }
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Result<(), StorageError> {
        audit::chain(&mut self).await?;
        match self.on {
            On::Sqlite(Embedded::Whole(tx)) => tx.commit().await?,
            On::Sqlite(Embedded::Glance(_)) => {}
            On::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self.on {
            On::Sqlite(Embedded::Whole(tx)) => tx.rollback().await,
            On::Sqlite(Embedded::Glance(_)) => Ok(()),
            On::Postgres(tx) => tx.rollback().await,
        }
    }

    pub(super) async fn execute(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        on!(self, c => sqlx::query(sql).execute(c).await.map(drop))
    }
}
