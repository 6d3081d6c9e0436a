//! An account is made in one piece: address, password and second factor together, or not at all. Whoever makes one was let
//! in by a link: that of a role, that of the first administrator, or one that makes an account anew.

use chrono::TimeDelta;
use rand::Rng;

use super::sign_in::{self, Opened};
use super::step::{self, Enrol, Step, Underway, Why};
use crate::domain::account::{Factor, plain_address};
use crate::domain::id::AccountId;
use crate::domain::second_factor::{TotpSecret, recovery_codes};
use crate::domain::token::{drawn_token, token_hash};
use crate::storage::accounts::{self, Account, OneTime};
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, ceremonies, identities, links, passkeys, sessions};

/// How long a one-time link is good for.
pub const GOOD_FOR: TimeDelta = TimeDelta::hours(24);

#[derive(Debug, thiserror::Error)]
pub enum MakeRefusal {
    #[error("this address has an account already")]
    Taken,
    #[error("this is not the code of now")]
    WrongCode,
    #[error("the link that let in was used, or taken back")]
    LinkUsed,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// The one-time link with which the first administrator is made; none where there is one.
pub async fn first_link(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
) -> Result<Option<String>, StorageError> {
    accounts::hold_first(tx).await?;
    if accounts::is_administered(tx).await? {
        return Ok(None);
    }
    let token = drawn_token(rng);
    let one_time = OneTime {
        account_id: None,
        purpose: "administrator".to_owned(),
    };
    accounts::put_token(tx, &token_hash(&token), &one_time, act.at + GOOD_FOR).await?;
    audit::record(tx, act, "hand out one-time link", "administrator", "");
    Ok(Some(token))
}

/// Keeps address and password until the app is set up, and draws its secret.
pub async fn choose(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    (address, password): (String, String),
) -> Result<String, MakeRefusal> {
    let (why, address) = match &from.step {
        Step::Claim { link, issue } => {
            let (link, issue) = (*link, *issue);
            (Why::Claim { link, issue }, plain_address(&address))
        }
        Step::Administrator { token } => {
            let token = token.clone();
            (Why::Administrator { token }, plain_address(&address))
        }
        Step::Recover {
            token,
            restart: true,
        } => {
            let account = own(tx, from).await?;
            let token = token.clone();
            (Why::Restart { token }, account.address)
        }
        _ => return Err(MakeRefusal::LinkUsed),
    };
    let login = accounts::login_hash(tx, &address);
    let taken = accounts::by_login(tx, &login).await?;
    if taken.is_some_and(|other| Some(other.account_id) != from.account_id) {
        return Err(MakeRefusal::Taken);
    }
    let enrol = Step::Enrol(Enrol {
        address,
        password,
        secret: TotpSecret::draw(rng).text(),
        why,
    });
    let next = step::go_on(tx, act, rng, from, &enrol).await?;
    next.ok_or(MakeRefusal::LinkUsed)
}

async fn own(tx: &mut Tx, from: &Underway) -> Result<Account, MakeRefusal> {
    let account = match from.account_id {
        Some(account_id) => accounts::load(tx, account_id).await?,
        None => None,
    };
    account
        .filter(|account| account.disabled_at.is_none())
        .ok_or(MakeRefusal::LinkUsed)
}

/// An account that was made just now: its session, and its recovery codes, which are never told again.
#[derive(Debug)]
pub struct Made {
    pub opened: Opened,
    pub codes: Vec<String>,
}

/// The first code of the app makes the account.
pub async fn make(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    code: &str,
) -> Result<Made, MakeRefusal> {
    let Step::Enrol(enrol) = &from.step else {
        return Err(MakeRefusal::LinkUsed);
    };
    let secret = TotpSecret::from_text(&enrol.secret).ok_or(MakeRefusal::LinkUsed)?;
    let step = secret.step(code, act.at, 0).ok_or(MakeRefusal::WrongCode)?;
    if !ceremonies::end(tx, &from.hash).await? {
        return Err(MakeRefusal::LinkUsed);
    }
    let account = match &enrol.why {
        Why::Restart { token } => {
            let account = own(tx, from).await?;
            spend(tx, act, token).await?;
            accounts::set_password(tx, account.account_id, &enrol.password).await?;
            accounts::set_totp(tx, account.account_id, &enrol.secret, step).await?;
            for passkey in passkeys::of_account(tx, account.account_id).await? {
                passkeys::remove(tx, account.account_id, passkey.passkey_id).await?;
            }
            for identity in identities::of_account(tx, account.account_id).await? {
                identities::remove(tx, account.account_id, identity.identity_id).await?;
            }
            sessions::end_others(tx, account.account_id, &[]).await?;
            ceremonies::end_of(tx, account.account_id).await?;
            note(tx, act, "make account anew", account.account_id);
            account
        }
        why => {
            let login = accounts::login_hash(tx, &enrol.address);
            if accounts::by_login(tx, &login).await?.is_some() {
                return Err(MakeRefusal::Taken);
            }
            let administrator = match why {
                Why::Administrator { token } => {
                    accounts::hold_first(tx).await?;
                    if accounts::is_administered(tx).await? {
                        return Err(MakeRefusal::LinkUsed);
                    }
                    spend(tx, act, token).await?;
                    true
                }
                _ => false,
            };
            let account = Account {
                account_id: AccountId::new(act.at, rng),
                address: enrol.address.clone(),
                password: enrol.password.clone(),
                totp: enrol.secret.clone(),
                totp_step: step,
                administrator,
                created_at: act.at,
                disabled_at: None,
            };
            accounts::insert(tx, &account).await?;
            note(tx, act, "make account", account.account_id);
            account
        }
    };
    let claim = match enrol.why {
        Why::Claim { link, issue } => {
            let free = links::load(tx, link).await?;
            let free = free.is_some_and(|link| link.issue == issue)
                && accounts::holder(tx, link).await?.is_none();
            if !free {
                return Err(MakeRefusal::LinkUsed);
            }
            Some((link, issue))
        }
        _ => None,
    };
    let codes = recovery_codes(rng);
    put_codes(tx, account.account_id, &codes).await?;
    let opened = sign_in::open(tx, act, rng, &account, Factor::Totp, claim).await?;
    Ok(Made { opened, codes })
}

fn note(tx: &mut Tx, act: &Act, verb: &str, account_id: AccountId) {
    let noun = account_id.to_string();
    let act = Act {
        actor: noun.clone(),
        at: act.at,
    };
    audit::record(tx, &act, verb, &noun, "");
}

async fn spend(tx: &mut Tx, act: &Act, token: &[u8]) -> Result<(), MakeRefusal> {
    if accounts::use_token(tx, token, act.at).await? {
        Ok(())
    } else {
        Err(MakeRefusal::LinkUsed)
    }
}

/// Stored without their hyphens, as they are read when someone types one.
pub(super) async fn put_codes(
    tx: &mut Tx,
    account_id: AccountId,
    codes: &[String],
) -> Result<(), StorageError> {
    let plain: Vec<String> = codes.iter().map(|code| code.replace('-', "")).collect();
    accounts::put_codes(tx, account_id, &plain).await
}
