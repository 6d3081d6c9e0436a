//! What the server remembers between two forms of someone who is on the way in: sealed, for a short while, found by a
//! cookie.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::AccountId;

const STATE: &str = "ceremonies.state";

#[derive(Debug, Clone)]
pub struct Ceremony {
    pub account_id: Option<AccountId>,
    pub kind: String,
    pub state: String,
}

/// Begins one, and forgets those that have expired.
pub async fn begin(
    tx: &mut Tx,
    hash: &[u8],
    ceremony: &Ceremony,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let state = tx.seal(STATE, &ceremony.state);
    on!(tx, c => sqlx::query("DELETE FROM ceremonies WHERE expires_at <= $1")
        .bind(now).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("INSERT INTO ceremonies (ceremony_hash, account_id, kind, state, expires_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(hash).bind(ceremony.account_id.map(|id| id.0)).bind(&ceremony.kind).bind(&state).bind(expires_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn load(
    tx: &mut Tx,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Ceremony>, StorageError> {
    let row: Option<(Option<Uuid>, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT account_id, kind, state FROM ceremonies WHERE ceremony_hash = $1 AND expires_at > $2")
        .bind(hash).bind(now).fetch_optional(c).await)?;
    let Some((account_id, kind, state)) = row else {
        return Ok(None);
    };
    Ok(Some(Ceremony {
        account_id: account_id.map(AccountId),
        kind,
        state: tx.unseal(STATE, &state)?,
    }))
}

/// Whether it was still there, and is over now: of two that end it at once, one does.
pub async fn end(tx: &mut Tx, hash: &[u8]) -> Result<bool, StorageError> {
    let done = on!(tx, c => sqlx::query("DELETE FROM ceremonies WHERE ceremony_hash = $1")
        .bind(hash).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Ends everything of this account that is half way.
pub async fn end_of(tx: &mut Tx, account_id: AccountId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM ceremonies WHERE account_id = $1")
        .bind(account_id.0).execute(c).await.map(drop))?;
    Ok(())
}
