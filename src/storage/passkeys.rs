//! Passkeys of accounts: public keys, which open nothing by themselves.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{AccountId, PasskeyId};

#[derive(Debug, Clone)]
pub struct Kept {
    pub passkey_id: PasskeyId,
    pub label: String,
    pub credential: String,
    pub created_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

type Row = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>);

pub async fn insert(
    tx: &mut Tx,
    account_id: AccountId,
    passkey: &Kept,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO passkeys (passkey_id, account_id, label, credential, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(passkey.passkey_id.0).bind(account_id.0).bind(&passkey.label).bind(&passkey.credential)
        .bind(passkey.created_at).execute(c).await.map(drop))?;
    Ok(())
}

/// The passkeys of an account, oldest first.
pub async fn of_account(tx: &mut Tx, account_id: AccountId) -> Result<Vec<Kept>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT passkey_id, label, credential, created_at, used_at FROM passkeys WHERE account_id = $1 ORDER BY passkey_id")
        .bind(account_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, label, credential, created_at, used_at)| Kept {
            passkey_id: PasskeyId(id),
            label,
            credential,
            created_at,
            used_at,
        })
        .collect())
}

/// It was used: when, and what it counts itself.
pub async fn used(tx: &mut Tx, passkey: &Kept, at: DateTime<Utc>) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE passkeys SET credential = $2, used_at = $3 WHERE passkey_id = $1")
        .bind(passkey.passkey_id.0).bind(&passkey.credential).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn remove(
    tx: &mut Tx,
    account_id: AccountId,
    passkey_id: PasskeyId,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM passkeys WHERE account_id = $1 AND passkey_id = $2")
        .bind(account_id.0).bind(passkey_id.0).execute(c).await.map(drop))?;
    Ok(())
}
