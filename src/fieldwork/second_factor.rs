//! The second factor: the code of an app, or one of the recovery codes on paper. Each is good once.

use chrono::{DateTime, Utc};
use rand::Rng;

use super::make_account::put_codes;
use super::sign_in::{self, Opened};
use super::step::{self, Step, Underway};
use crate::domain::account::{COUNTED, Factor, next_try};
use crate::domain::second_factor::{TotpSecret, read_recovery_code, recovery_codes};
use crate::storage::accounts::{self, Account};
use crate::storage::attempts::{self, Counted};
use crate::storage::audit::{self, Act};
use crate::storage::sessions::{self, Session};
use crate::storage::{StorageError, Tx, ceremonies};

#[derive(Debug)]
pub enum Passed {
    In(Opened),
    Wrong,
    /// Not before then.
    Wait(DateTime<Utc>),
    /// The step is over, or the account closed.
    Gone,
}

/// Holds a code against the account of this step. Right: a session begins.
pub async fn pass(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    code: &str,
) -> Result<Passed, StorageError> {
    let (Step::Second { claim, mended }, Some(account_id)) = (&from.step, from.account_id) else {
        return Ok(Passed::Gone);
    };
    let tries = Counted::new("second factor", *account_id.0.as_bytes());
    attempts::hold(tx, &[&tries]).await?;
    let wrong = attempts::since(tx, &tries, act.at - COUNTED).await?;
    let is_paper = read_recovery_code(code);
    // A recovery code has 80 bits and is guessed by nobody: it works however often others tried.
    if let Some(then) = next_try(&wrong).filter(|then| *then > act.at && is_paper.is_none()) {
        return Ok(Passed::Wait(then));
    }
    let account = accounts::load(tx, account_id).await?;
    let Some(account) = account.filter(|account| account.disabled_at.is_none()) else {
        return Ok(Passed::Gone);
    };
    let factor = match is_paper {
        Some(paper) => accounts::use_code(tx, account_id, &paper, act.at)
            .await?
            .then_some(Factor::Recovery),
        None => fresh_step(tx, act, &account, code)
            .await?
            .then_some(Factor::Totp),
    };
    let Some(factor) = factor else {
        attempts::add(tx, &tries, act.at).await?;
        return Ok(Passed::Wrong);
    };
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(Passed::Gone);
    }
    attempts::forget(tx, &tries).await?;
    if let Some(mended) = mended {
        if !accounts::use_token(tx, &mended.token, act.at).await? {
            return Ok(Passed::Gone);
        }
        accounts::set_password(tx, account_id, &mended.password).await?;
        sessions::end_others(tx, account_id, &[]).await?;
        let noun = account_id.to_string();
        audit::record(tx, act, "change password", &noun, "with a one-time link");
    }
    let opened = sign_in::open(tx, act, rng, &account, factor, *claim).await?;
    Ok(Passed::In(opened))
}

async fn fresh_step(
    tx: &mut Tx,
    act: &Act,
    account: &Account,
    code: &str,
) -> Result<bool, StorageError> {
    let secret = TotpSecret::from_text(&account.totp);
    match secret.and_then(|secret| secret.step(code, act.at, account.totp_step)) {
        Some(step) => accounts::use_step(tx, account.account_id, step).await,
        None => Ok(false),
    }
}

/// Draws the secret for another app; the one in use stays until the new one has shown a code.
pub async fn begin_renewal(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    session: &Session,
) -> Result<String, StorageError> {
    let renew = Step::Renew {
        secret: TotpSecret::draw(rng).text(),
    };
    step::begin(tx, act, rng, Some(session.account_id), &renew).await
}

/// The new app shows its first code: it takes the place of the old one. Other sessions end, and this one goes on under a
/// new cookie. None where the code is wrong.
pub async fn renew(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    (session, visit_hash): (&Session, &[u8]),
    from: &Underway,
    code: &str,
) -> Result<Option<Opened>, StorageError> {
    let Step::Renew { secret } = &from.step else {
        return Ok(None);
    };
    let step = TotpSecret::from_text(secret).and_then(|secret| secret.step(code, act.at, 0));
    let (Some(step), true) = (step, from.account_id == Some(session.account_id)) else {
        return Ok(None);
    };
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(None);
    }
    accounts::set_totp(tx, session.account_id, secret, step).await?;
    let noun = session.account_id.to_string();
    audit::record(tx, act, "change second factor", &noun, "");
    sessions::end_others(tx, session.account_id, visit_hash).await?;
    let link = session.link.map(|(link, _)| link);
    sign_in::choose_role(tx, act, rng, (session, visit_hash), link).await
}

/// New codes on paper; the old ones open nothing any more.
pub async fn new_codes(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    session: &Session,
) -> Result<Vec<String>, StorageError> {
    let codes = recovery_codes(rng);
    put_codes(tx, session.account_id, &codes).await?;
    let noun = session.account_id.to_string();
    audit::record(tx, act, "new recovery codes", &noun, "");
    Ok(codes)
}
