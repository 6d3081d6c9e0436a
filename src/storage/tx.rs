//! One transaction on either database, and the macro that lets a query be written once.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Postgres, Sqlite, SqliteConnection, Transaction};

pub enum Tx {
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
        match $tx {
            $crate::storage::Tx::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::storage::Tx::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}

impl Tx {
    pub(super) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(Embedded::Whole(tx)) => tx.commit().await,
            Self::Sqlite(Embedded::Glance(_)) => Ok(()),
            Self::Postgres(tx) => tx.commit().await,
        }
    }

    pub(super) async fn rollback(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(Embedded::Whole(tx)) => tx.rollback().await,
            Self::Sqlite(Embedded::Glance(_)) => Ok(()),
            Self::Postgres(tx) => tx.rollback().await,
        }
    }

    pub(super) async fn execute(&mut self, sql: &'static str) -> Result<(), sqlx::Error> {
        on!(self, c => sqlx::query(sql).execute(c).await.map(drop))
    }
}
