//! Passkeys: making one, signing in with one, taking one away. What a browser sent was checked before it comes here.

use rand::Rng;

use super::sign_in::{self, Opened};
use super::step::{self, Step, Underway};
use crate::domain::account::Factor;
use crate::domain::id::PasskeyId;
use crate::storage::audit::{self, Act};
use crate::storage::passkeys::{self, Kept};
use crate::storage::sessions::Session;
use crate::storage::{StorageError, Tx, accounts, ceremonies};

/// The challenge for a new passkey of this account.
pub async fn begin_making(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    session: &Session,
    state: String,
) -> Result<String, StorageError> {
    let making = Step::NewPasskey { state };
    step::begin(tx, act, rng, Some(session.account_id), &making).await
}

/// Keeps a new passkey; of a challenge that was answered before, nothing.
pub async fn make(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    (label, credential): (String, String),
) -> Result<bool, StorageError> {
    let (Step::NewPasskey { .. }, Some(account_id)) = (&from.step, from.account_id) else {
        return Ok(false);
    };
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(false);
    }
    let passkey = Kept {
        passkey_id: PasskeyId::new(act.at, rng),
        label,
        credential,
        created_at: act.at,
        used_at: None,
    };
    passkeys::insert(tx, account_id, &passkey).await?;
    audit::record(tx, act, "make passkey", &passkey.passkey_id.to_string(), "");
    Ok(true)
}

pub async fn remove(
    tx: &mut Tx,
    act: &Act,
    session: &Session,
    passkey_id: PasskeyId,
) -> Result<(), StorageError> {
    passkeys::remove(tx, session.account_id, passkey_id).await?;
    audit::record(tx, act, "remove passkey", &passkey_id.to_string(), "");
    Ok(())
}

/// A passkey that answered its challenge begins a session: it is something one has and something one is or knows at once.
/// `passkey`: as it is after this use.
pub async fn sign_in(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    passkey: &Kept,
) -> Result<Option<Opened>, StorageError> {
    let (Step::Passkey { claim, .. }, Some(account_id)) = (&from.step, from.account_id) else {
        return Ok(None);
    };
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(None);
    }
    let account = accounts::load(tx, account_id).await?;
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
        return Ok(None);
    };
    passkeys::used(tx, passkey, act.at).await?;
    sign_in::open(tx, act, rng, &account, Factor::Passkey, *claim)
        .await
        .map(Some)
}
