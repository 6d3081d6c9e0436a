//! Accounts elsewhere: one that is linked takes the place of the password, and the second factor is asked all the same.
//! What a provider answered was checked before it comes here.

use rand::Rng;

use super::step::{self, Step, Underway};
use crate::domain::id::IdentityId;
use crate::storage::audit::{self, Act};
use crate::storage::identities::{self, Elsewhere};
use crate::storage::sessions::Session;
use crate::storage::{StorageError, Tx, accounts, ceremonies};

/// What came of an answer that was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Linked {
    Done,
    /// It stands for an account already: another one, or this.
    Taken,
    /// The answer was used before.
    Gone,
}

/// From now on this account elsewhere stands for the account of this step.
pub async fn link(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    elsewhere: Elsewhere<'_>,
) -> Result<Linked, StorageError> {
    let (Step::Link { .. }, Some(account_id)) = (&from.step, from.account_id) else {
        return Ok(Linked::Gone);
    };
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(Linked::Gone);
    }
    let identity_id = IdentityId::new(act.at, rng);
    if !identities::insert(tx, account_id, (identity_id, elsewhere), act.at).await? {
        return Ok(Linked::Taken);
    }
    let act = Act {
        actor: account_id.to_string(),
        at: act.at,
    };
    let noun = identity_id.to_string();
    audit::record(tx, &act, "link identity", &noun, elsewhere.issuer);
    Ok(Linked::Done)
}

pub async fn unlink(
    tx: &mut Tx,
    act: &Act,
    session: &Session,
    identity_id: IdentityId,
) -> Result<(), StorageError> {
    if identities::remove(tx, session.account_id, identity_id).await? {
        audit::record(tx, act, "unlink identity", &identity_id.to_string(), "");
    }
    Ok(())
}

/// Where someone stands whom a provider knows.
#[derive(Debug)]
pub enum Known {
    /// On to the second factor, by this secret.
    GoOn(String),
    /// It stands for no account here, or for one that is closed.
    Nobody,
    /// The answer was used before.
    Gone,
}

/// A provider said who this is: on to the second factor of the account for which that stands.
pub async fn go_on(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    elsewhere: Elsewhere<'_>,
) -> Result<Known, StorageError> {
    let Step::Elsewhere { claim, .. } = &from.step else {
        return Ok(Known::Gone);
    };
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(Known::Gone);
    }
    let Some(account_id) = identities::used(tx, elsewhere, act.at).await? else {
        return Ok(Known::Nobody);
    };
    let account = accounts::load(tx, account_id).await?;
    if account.is_none_or(|account| account.disabled_at.is_some()) {
        return Ok(Known::Nobody);
    }
    let noun = account_id.to_string();
    audit::record(tx, act, "vouch for identity", &noun, elsewhere.issuer);
    let second = Step::Second {
        claim: *claim,
        mended: None,
    };
    step::begin(tx, act, rng, Some(account_id), &second)
        .await
        .map(Known::GoOn)
}
