//! Accounts, the links they hold, their recovery codes, and the one-time links that make or mend one.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::account::plain_address;
use crate::domain::id::AccountId;

const ADDRESS: &str = "accounts.sealed_login";
const TOTP: &str = "accounts.sealed_totp";

#[derive(Debug, Clone)]
pub struct Account {
    pub account_id: AccountId,
    pub address: String,
    /// The hash of the password.
    pub password: String,
    /// The secret of the codes that change.
    pub totp: String,
    /// The last step whose code was used.
    pub totp_step: i64,
    pub administrator: bool,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    account_id: Uuid,
    sealed_login: String,
    password: Option<String>,
    sealed_totp: Option<String>,
    totp_step: i64,
    administrator: bool,
    created_at: DateTime<Utc>,
    disabled_at: Option<DateTime<Utc>>,
}

impl Row {
    fn open(self, tx: &Tx) -> Result<Account, StorageError> {
        let totp = self.sealed_totp.unwrap_or_default();
        Ok(Account {
            account_id: AccountId(self.account_id),
            address: tx.unseal(ADDRESS, &self.sealed_login)?,
            password: self.password.unwrap_or_default(),
            totp: tx.unseal(TOTP, &totp)?,
            totp_step: self.totp_step,
            administrator: self.administrator,
            created_at: self.created_at,
            disabled_at: self.disabled_at,
        })
    }
}

/// By which an address is found, and its wrong tries are counted, without being stored readably.
pub fn login_hash(tx: &Tx, address: &str) -> Vec<u8> {
    tx.mark("accounts.login", &plain_address(address))
}

pub async fn insert(tx: &mut Tx, account: &Account) -> Result<(), StorageError> {
    let login = login_hash(tx, &account.address);
    let address = tx.seal(ADDRESS, &account.address);
    let totp = tx.seal(TOTP, &account.totp);
    on!(tx, c => sqlx::query(
            "INSERT INTO accounts (account_id, login_hash, sealed_login, password, sealed_totp, totp_step, administrator, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(account.account_id.0).bind(&login).bind(&address).bind(&account.password).bind(&totp)
        .bind(account.totp_step).bind(account.administrator).bind(account.created_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn load(tx: &mut Tx, account_id: AccountId) -> Result<Option<Account>, StorageError> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
            "SELECT account_id, sealed_login, password, sealed_totp, totp_step, administrator, created_at, disabled_at
             FROM accounts WHERE account_id = $1")
        .bind(account_id.0).fetch_optional(c).await)?;
    row.map(|row| row.open(tx)).transpose()
}

pub async fn by_login(tx: &mut Tx, login_hash: &[u8]) -> Result<Option<Account>, StorageError> {
    let row: Option<Row> = on!(tx, c => sqlx::query_as(
            "SELECT account_id, sealed_login, password, sealed_totp, totp_step, administrator, created_at, disabled_at
             FROM accounts WHERE login_hash = $1")
        .bind(login_hash).fetch_optional(c).await)?;
    row.map(|row| row.open(tx)).transpose()
}

/// All accounts, oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Account>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT account_id, sealed_login, password, sealed_totp, totp_step, administrator, created_at, disabled_at
             FROM accounts ORDER BY account_id")
        .fetch_all(c).await)?;
    rows.into_iter().map(|row| row.open(tx)).collect()
}

/// Whether anyone administers this server.
pub async fn is_administered(tx: &mut Tx) -> Result<bool, StorageError> {
    let count: i64 = on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM accounts WHERE administrator = $1 AND disabled_at IS NULL")
        .bind(true).fetch_one(c).await)?;
    Ok(count > 0)
}

/// One at a time makes the first administrator.
pub async fn hold_first(tx: &mut Tx) -> Result<(), StorageError> {
    tx.hold(&[FIRST_LOCK]).await
}

/// Any number that nobody else locks by: it is "first" in ASCII.
const FIRST_LOCK: i64 = 0x66_69_72_73_74;

pub async fn set_password(
    tx: &mut Tx,
    account_id: AccountId,
    hash: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE accounts SET password = $2 WHERE account_id = $1")
        .bind(account_id.0).bind(hash).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn set_totp(
    tx: &mut Tx,
    account_id: AccountId,
    secret: &str,
    step: i64,
) -> Result<(), StorageError> {
    let sealed = tx.seal(TOTP, secret);
    on!(tx, c => sqlx::query("UPDATE accounts SET sealed_totp = $2, totp_step = $3 WHERE account_id = $1")
        .bind(account_id.0).bind(&sealed).bind(step).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether this step was not used before, and is used up now.
pub async fn use_step(tx: &mut Tx, account_id: AccountId, step: i64) -> Result<bool, StorageError> {
    let done = on!(tx, c => sqlx::query("UPDATE accounts SET totp_step = $2 WHERE account_id = $1 AND totp_step < $2")
        .bind(account_id.0).bind(step).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

pub async fn set_disabled(
    tx: &mut Tx,
    account_id: AccountId,
    at: Option<DateTime<Utc>>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE accounts SET disabled_at = $2 WHERE account_id = $1")
        .bind(account_id.0).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// The account that holds this link.
pub async fn holder(tx: &mut Tx, link_id: Uuid) -> Result<Option<AccountId>, StorageError> {
    let found: Option<(Uuid,)> = on!(tx, c => sqlx::query_as("SELECT account_id FROM account_links WHERE link_id = $1")
        .bind(link_id).fetch_optional(c).await)?;
    Ok(found.map(|(id,)| AccountId(id)))
}

/// From now on the account holds the link; whoever opened it with its secret is out.
pub async fn hold_link(
    tx: &mut Tx,
    account_id: AccountId,
    link_id: Uuid,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("INSERT INTO account_links (account_id, link_id) VALUES ($1, $2)")
        .bind(account_id.0).bind(link_id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM visits WHERE link_id = $1 AND account_id IS NULL")
        .bind(link_id).execute(c).await.map(drop))?;
    Ok(())
}

/// Nobody holds the link any more.
pub async fn let_go(tx: &mut Tx, link_id: Uuid) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM account_links WHERE link_id = $1")
        .bind(link_id).execute(c).await.map(drop))?;
    Ok(())
}

/// The links that an account holds, oldest first.
pub async fn links_of(tx: &mut Tx, account_id: AccountId) -> Result<Vec<Uuid>, StorageError> {
    let ids: Vec<(Uuid,)> = on!(tx, c => sqlx::query_as("SELECT link_id FROM account_links WHERE account_id = $1 ORDER BY link_id")
        .bind(account_id.0).fetch_all(c).await)?;
    Ok(ids.into_iter().map(|(id,)| id).collect())
}

/// How many roles each account holds.
pub async fn count_links(tx: &mut Tx) -> Result<Vec<(AccountId, i64)>, StorageError> {
    let rows: Vec<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT account_id, COUNT(*) FROM account_links GROUP BY account_id")
        .fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, n)| (AccountId(id), n)).collect())
}

fn code_hash(tx: &Tx, account_id: AccountId, code: &str) -> Vec<u8> {
    tx.mark("recovery_codes", &format!("{account_id} {code}"))
}

/// New recovery codes in the place of all earlier ones.
pub async fn put_codes(
    tx: &mut Tx,
    account_id: AccountId,
    codes: &[String],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM recovery_codes WHERE account_id = $1")
        .bind(account_id.0).execute(c).await.map(drop))?;
    for code in codes {
        let hash = code_hash(tx, account_id, code);
        on!(tx, c => sqlx::query("INSERT INTO recovery_codes (account_id, code_hash) VALUES ($1, $2)")
            .bind(account_id.0).bind(&hash).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Whether this code was not used before, and is used up now.
pub async fn use_code(
    tx: &mut Tx,
    account_id: AccountId,
    code: &str,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let hash = code_hash(tx, account_id, code);
    let done = on!(tx, c => sqlx::query(
            "UPDATE recovery_codes SET used_at = $3 WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL")
        .bind(account_id.0).bind(&hash).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// How many codes are left.
pub async fn count_codes(tx: &mut Tx, account_id: AccountId) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM recovery_codes WHERE account_id = $1 AND used_at IS NULL")
        .bind(account_id.0).fetch_one(c).await)?)
}

/// A one-time link: what it is good for, and for whom.
#[derive(Debug, Clone)]
pub struct OneTime {
    pub account_id: Option<AccountId>,
    pub purpose: String,
}

pub async fn put_token(
    tx: &mut Tx,
    hash: &[u8],
    one_time: &OneTime,
    expires_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    // Of the links that mend an account only the newest is good.
    if let Some(account_id) = one_time.account_id {
        on!(tx, c => sqlx::query("DELETE FROM account_tokens WHERE account_id = $1")
            .bind(account_id.0).execute(c).await.map(drop))?;
    }
    on!(tx, c => sqlx::query("INSERT INTO account_tokens (token_hash, account_id, purpose, expires_at) VALUES ($1, $2, $3, $4)")
        .bind(hash).bind(one_time.account_id.map(|id| id.0)).bind(&one_time.purpose).bind(expires_at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// A one-time link that can still be used.
pub async fn token(
    tx: &mut Tx,
    hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<OneTime>, StorageError> {
    let found: Option<(Option<Uuid>, String)> = on!(tx, c => sqlx::query_as(
            "SELECT account_id, purpose FROM account_tokens WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2")
        .bind(hash).bind(now).fetch_optional(c).await)?;
    Ok(found.map(|(account_id, purpose)| OneTime {
        account_id: account_id.map(AccountId),
        purpose,
    }))
}

/// Whether the link was not used before, and is used up now.
pub async fn use_token(tx: &mut Tx, hash: &[u8], at: DateTime<Utc>) -> Result<bool, StorageError> {
    let done = on!(tx, c => sqlx::query(
            "UPDATE account_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2")
        .bind(hash).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
