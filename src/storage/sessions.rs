//! Visits of accounts: who signed in, since when, last seen when, and in which role now.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::account::{IDLE, LONGEST};
use crate::domain::id::AccountId;

#[derive(Debug, Clone)]
pub struct Session {
    pub account_id: AccountId,
    pub administrator: bool,
    /// The link whose role is being played, with the issue it had then; only while the account holds it.
    pub link: Option<(Uuid, i64)>,
    pub begun_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub factor: String,
}

/// A session as its holder sees it in the list of all.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Listed {
    pub visit_hash: Vec<u8>,
    pub begun_at: DateTime<Utc>,
    pub seen_at: DateTime<Utc>,
    pub factor: String,
}

type Row = (
    Uuid,
    bool,
    Option<Uuid>,
    i64,
    DateTime<Utc>,
    DateTime<Utc>,
    String,
);

/// The session of a cookie, unless it was idle or lasted too long, or its account is closed.
pub async fn load(
    tx: &mut Tx,
    visit_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Session>, StorageError> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
            "SELECT v.account_id, a.administrator, h.link_id, v.issue, v.begun_at, v.seen_at, v.factor
             FROM visits v JOIN accounts a ON a.account_id = v.account_id
             LEFT JOIN account_links h ON h.account_id = v.account_id AND h.link_id = v.link_id
             WHERE v.visit_hash = $1 AND v.expires_at > $2 AND v.seen_at > $3 AND a.disabled_at IS NULL")
        .bind(visit_hash).bind(now).bind(now - IDLE).fetch_optional(c).await)?;
    Ok(row.map(
        |(account_id, administrator, link, issue, begun_at, seen_at, factor)| Session {
            account_id: AccountId(account_id),
            administrator,
            link: link.map(|link| (link, issue)),
            begun_at,
            seen_at,
            factor,
        },
    ))
}

/// Begins a session, or goes on with one in another role: always under a cookie of its own.
pub async fn begin(tx: &mut Tx, visit_hash: &[u8], session: &Session) -> Result<(), StorageError> {
    let (link, issue) = session.link.unzip();
    on!(tx, c => sqlx::query("DELETE FROM visits WHERE expires_at <= $1")
        .bind(session.seen_at).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
            "INSERT INTO visits (visit_hash, link_id, issue, expires_at, account_id, begun_at, seen_at, factor)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(visit_hash).bind(link).bind(issue.unwrap_or_default()).bind(session.begun_at + LONGEST)
        .bind(session.account_id.0).bind(session.begun_at).bind(session.seen_at).bind(&session.factor)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn seen(tx: &mut Tx, visit_hash: &[u8], at: DateTime<Utc>) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE visits SET seen_at = $2 WHERE visit_hash = $1 AND account_id IS NOT NULL")
        .bind(visit_hash).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// The sessions of an account that have not ended, newest first.
pub async fn of_account(
    tx: &mut Tx,
    account_id: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<Listed>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT visit_hash, begun_at, seen_at, factor FROM visits
             WHERE account_id = $1 AND expires_at > $2 AND seen_at > $3 ORDER BY begun_at DESC, visit_hash")
        .bind(account_id.0).bind(now).bind(now - IDLE).fetch_all(c).await)?)
}

/// Ends all sessions of an account but one.
pub async fn end_others(
    tx: &mut Tx,
    account_id: AccountId,
    but: &[u8],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM visits WHERE account_id = $1 AND visit_hash <> $2")
        .bind(account_id.0).bind(but).execute(c).await.map(drop))?;
    Ok(())
}

/// Ends one session of this account.
pub async fn end(
    tx: &mut Tx,
    account_id: AccountId,
    visit_hash: &[u8],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM visits WHERE account_id = $1 AND visit_hash = $2")
        .bind(account_id.0).bind(visit_hash).execute(c).await.map(drop))?;
    Ok(())
}
