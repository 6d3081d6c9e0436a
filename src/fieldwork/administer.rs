//! What becomes of accounts: a new password, sessions that end, an account that is closed, opened again or mended.

use rand::Rng;

use super::make_account::GOOD_FOR;
use super::sign_in::{self, Opened};
use super::step::{self, Mended, Step, Underway};
use crate::domain::id::AccountId;
use crate::domain::token::{drawn_token, token_hash};
use crate::storage::accounts::{self, OneTime};
use crate::storage::audit::{self, Act};
use crate::storage::sessions::{self, Session};
use crate::storage::{StorageError, Tx, ceremonies};

/// A new password. Other sessions end, and this one goes on under a new cookie.
pub async fn change_password(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    (session, visit_hash): (&Session, &[u8]),
    hash: &str,
) -> Result<Option<Opened>, StorageError> {
    accounts::set_password(tx, session.account_id, hash).await?;
    audit::record(
        tx,
        act,
        "change password",
        &session.account_id.to_string(),
        "",
    );
    sessions::end_others(tx, session.account_id, visit_hash).await?;
    ceremonies::end_of(tx, session.account_id).await?;
    let link = session.link.map(|(link, _)| link);
    sign_in::choose_role(tx, act, rng, (session, visit_hash), link).await
}

/// A password that was chosen with a one-time link: it counts once the second factor was shown.
pub async fn mend(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    password: String,
) -> Result<Option<String>, StorageError> {
    let Step::Recover {
        token,
        restart: false,
    } = &from.step
    else {
        return Ok(None);
    };
    let second = Step::Second {
        claim: None,
        mended: Some(Mended {
            token: token.clone(),
            password,
        }),
    };
    step::go_on(tx, act, rng, from, &second).await
}

/// Ends one session of an account, or all of them but one.
pub async fn end_session(
    tx: &mut Tx,
    act: &Act,
    account_id: AccountId,
    visit_hash: &[u8],
) -> Result<(), StorageError> {
    sessions::end(tx, account_id, visit_hash).await?;
    audit::record(tx, act, "end session", &account_id.to_string(), "one");
    Ok(())
}

pub async fn end_sessions(
    tx: &mut Tx,
    act: &Act,
    account_id: AccountId,
    but: &[u8],
) -> Result<(), StorageError> {
    sessions::end_others(tx, account_id, but).await?;
    ceremonies::end_of(tx, account_id).await?;
    audit::record(
        tx,
        act,
        "end session",
        &account_id.to_string(),
        "all others",
    );
    Ok(())
}

/// Closes an account: what it had opened ends at once. Its roles stay with it for when it is opened again.
pub async fn close_account(
    tx: &mut Tx,
    act: &Act,
    account_id: AccountId,
) -> Result<(), StorageError> {
    accounts::set_disabled(tx, account_id, Some(act.at)).await?;
    sessions::end_others(tx, account_id, &[]).await?;
    ceremonies::end_of(tx, account_id).await?;
    audit::record(tx, act, "close account", &account_id.to_string(), "");
    Ok(())
}

pub async fn open_account(
    tx: &mut Tx,
    act: &Act,
    account_id: AccountId,
) -> Result<(), StorageError> {
    accounts::set_disabled(tx, account_id, None).await?;
    audit::record(tx, act, "open account", &account_id.to_string(), "");
    Ok(())
}

/// A one-time link for someone who forgot the password, or (`restart`) lost the second factor and the codes as well. It is
/// handed over by the administrator; the second factor is asked all the same unless it is made anew.
pub async fn recovery_link(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    account_id: AccountId,
    restart: bool,
) -> Result<String, StorageError> {
    let token = drawn_token(rng);
    let purpose = if restart { "restart" } else { "recover" };
    let one_time = OneTime {
        account_id: Some(account_id),
        purpose: purpose.to_owned(),
    };
    accounts::put_token(tx, &token_hash(&token), &one_time, act.at + GOOD_FOR).await?;
    let noun = account_id.to_string();
    audit::record(tx, act, "hand out one-time link", &noun, purpose);
    Ok(token)
}
