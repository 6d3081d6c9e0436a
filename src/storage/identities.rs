//! Accounts elsewhere that stand for an account here: the address of who vouches for it, and a hash of whose it is there.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{AccountId, IdentityId};

/// Somebody as another server knows them: nobody else has the same two.
#[derive(Debug, Clone, Copy)]
pub struct Elsewhere<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
}

#[derive(Debug, Clone)]
pub struct Kept {
    pub identity_id: IdentityId,
    pub issuer: String,
    pub created_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
}

type Row = (Uuid, String, DateTime<Utc>, Option<DateTime<Utc>>);

/// An address has no line end in it, so the two cannot be taken for two others.
fn subject_hash(tx: &Tx, elsewhere: Elsewhere) -> Vec<u8> {
    let both = format!("{}\n{}", elsewhere.issuer, elsewhere.subject);
    tx.mark("identities.subject", &both)
}

/// Whether it is this account's now; not where it stands for one already.
pub async fn insert(
    tx: &mut Tx,
    account_id: AccountId,
    (identity_id, elsewhere): (IdentityId, Elsewhere<'_>),
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let hash = subject_hash(tx, elsewhere);
    let done = on!(tx, c => sqlx::query(
            "INSERT INTO identities (identity_id, account_id, issuer, subject_hash, created_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (subject_hash) DO NOTHING")
        .bind(identity_id.0).bind(account_id.0).bind(elsewhere.issuer).bind(&hash).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// For which account it stands; that it was used is noted.
pub async fn used(
    tx: &mut Tx,
    elsewhere: Elsewhere<'_>,
    at: DateTime<Utc>,
) -> Result<Option<AccountId>, StorageError> {
    let hash = subject_hash(tx, elsewhere);
    let found: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
            "UPDATE identities SET used_at = $2 WHERE subject_hash = $1 RETURNING account_id")
        .bind(&hash).bind(at).fetch_optional(c).await)?;
    Ok(found.map(AccountId))
}

/// Those of an account, oldest first.
pub async fn of_account(tx: &mut Tx, account_id: AccountId) -> Result<Vec<Kept>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT identity_id, issuer, created_at, used_at FROM identities WHERE account_id = $1 ORDER BY identity_id")
        .bind(account_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, issuer, created_at, used_at)| Kept {
            identity_id: IdentityId(id),
            issuer,
            created_at,
            used_at,
        })
        .collect())
}

/// Whether it was this account's.
pub async fn remove(
    tx: &mut Tx,
    account_id: AccountId,
    identity_id: IdentityId,
) -> Result<bool, StorageError> {
    let done = on!(tx, c => sqlx::query("DELETE FROM identities WHERE account_id = $1 AND identity_id = $2")
        .bind(account_id.0).bind(identity_id.0).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
