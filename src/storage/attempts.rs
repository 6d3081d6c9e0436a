//! Wrong tries, counted over all machines. Whoever counts holds the count to the end of the transaction, so that no two
//! machines let the same last try through.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::{StorageError, Tx};

/// What is counted, and of whom.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Counted {
    pub kind: &'static str,
    pub subject: Vec<u8>,
}

impl Counted {
    pub fn new(kind: &'static str, subject: impl Into<Vec<u8>>) -> Self {
        Self {
            kind,
            subject: subject.into(),
        }
    }

    /// Of an internet address, which is not kept readably.
    pub fn from_address(tx: &Tx, kind: &'static str, address: &str) -> Self {
        Self::new(kind, tx.mark("attempts.subject", address))
    }

    fn lock(&self) -> i64 {
        let mut hash = Sha256::new();
        hash.update(self.kind.as_bytes());
        hash.update([0]);
        hash.update(&self.subject);
        let hash = hash.finalize();
        let first = hash.first_chunk::<8>().expect("a hash has 32 bytes");
        i64::from_be_bytes(*first)
    }
}

/// Longer than any count looks back.
const KEPT: TimeDelta = TimeDelta::hours(1);

/// Holds these counts to the end of the transaction, always in the same order.
pub async fn hold(tx: &mut Tx, counts: &[&Counted]) -> Result<(), StorageError> {
    let mut locks: Vec<i64> = counts.iter().map(|count| count.lock()).collect();
    locks.sort_unstable();
    tx.hold(&locks).await
}

/// Wrong tries since then, oldest first.
pub async fn since(
    tx: &mut Tx,
    counted: &Counted,
    from: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>, StorageError> {
    let rows: Vec<(DateTime<Utc>,)> = on!(tx, c => sqlx::query_as(
            "SELECT at FROM attempts WHERE kind = $1 AND subject = $2 AND at > $3 ORDER BY at")
        .bind(counted.kind).bind(&counted.subject).bind(from).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(at,)| at).collect())
}

/// One more, and forgets those of long ago.
pub async fn add(tx: &mut Tx, counted: &Counted, at: DateTime<Utc>) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM attempts WHERE at <= $1")
        .bind(at - KEPT).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("INSERT INTO attempts (kind, subject, at) VALUES ($1, $2, $3)")
        .bind(counted.kind).bind(&counted.subject).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// What was counted at this instant turned out not to be wrong.
pub async fn take_back(
    tx: &mut Tx,
    counted: &Counted,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM attempts WHERE kind = $1 AND subject = $2 AND at = $3")
        .bind(counted.kind).bind(&counted.subject).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// Begins this count anew.
pub async fn forget(tx: &mut Tx, counted: &Counted) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM attempts WHERE kind = $1 AND subject = $2")
        .bind(counted.kind).bind(&counted.subject).execute(c).await.map(drop))?;
    Ok(())
}
