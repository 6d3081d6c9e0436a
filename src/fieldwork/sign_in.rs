//! Signing in: a password that is tried, a session that begins, and the role that is chosen in it.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

use super::step::{self, Step, Underway};
use crate::domain::account::{COUNTED, Factor, next_try};
use crate::domain::id::AccountId;
use crate::domain::password::NOBODY;
use crate::domain::token::{drawn_token, token_hash};
use crate::storage::accounts::{self, Account};
use crate::storage::attempts::{self, Counted};
use crate::storage::audit::{self, Act};
use crate::storage::sessions::{self, Session};
use crate::storage::{StorageError, Tx, ceremonies, links};

/// From one internet address, so many wrong passwords in a minute.
const FROM_ONE: usize = 10;
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Whether a password is taken up now.
#[derive(Debug)]
pub enum Asked {
    /// Not before then.
    Wait(DateTime<Utc>),
    Try(Try),
}

/// A password that is being tried. It counts as wrong from the beginning, so that tries at the same time count each other.
#[derive(Debug)]
pub struct Try {
    account_id: Option<AccountId>,
    /// What the password is held against; nobody's where there is no such account.
    pub hash: String,
    account: Counted,
    from: Counted,
    at: DateTime<Utc>,
}

fn tries_of(tx: &Tx, address: &str) -> Counted {
    Counted::new("password", accounts::login_hash(tx, address))
}

pub async fn ask(tx: &mut Tx, act: &Act, address: &str, from: &str) -> Result<Asked, StorageError> {
    let account = tries_of(tx, address);
    let from = Counted::from_address(tx, "password from", from);
    attempts::hold(tx, &[&account, &from]).await?;
    let wrong = attempts::since(tx, &account, act.at - COUNTED).await?;
    let from_here = attempts::since(tx, &from, act.at - MINUTE).await?;
    let crowded = (from_here.len() >= FROM_ONE).then(|| from_here[0] + MINUTE);
    if let Some(then) = next_try(&wrong).max(crowded).filter(|then| *then > act.at) {
        return Ok(Asked::Wait(then));
    }
    attempts::add(tx, &account, act.at).await?;
    attempts::add(tx, &from, act.at).await?;
    // Both are done whether there is an account or not.
    let hash = accounts::login_hash(tx, address);
    let found = accounts::by_login(tx, &hash).await?;
    let open = found.filter(|account| account.disabled_at.is_none());
    Ok(Asked::Try(Try {
        account_id: open.as_ref().map(|account| account.account_id),
        hash: open.map_or_else(|| NOBODY.to_owned(), |account| account.password),
        account,
        from,
        at: act.at,
    }))
}

/// The password was right: it counts as no try, and the count begins anew.
pub async fn right(tx: &mut Tx, tried: &Try) -> Result<(), StorageError> {
    attempts::take_back(tx, &tried.from, tried.at).await?;
    attempts::forget(tx, &tried.account).await
}

/// A right password leads to the second factor, and opens nothing by itself. `before`: the step that led here.
pub async fn go_on(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    tried: &Try,
    before: Option<&Underway>,
) -> Result<Option<String>, StorageError> {
    let Some(account_id) = tried.account_id else {
        return Ok(None);
    };
    right(tx, tried).await?;
    if let Some(before) = before {
        ceremonies::end(tx, &before.hash).await?;
    }
    let second = Step::Second {
        claim: before.and_then(Underway::claim),
        mended: None,
    };
    step::begin(tx, act, rng, Some(account_id), &second)
        .await
        .map(Some)
}

/// A session: the value of its cookie, and the role that is played in it.
#[derive(Debug, Clone)]
pub struct Opened {
    pub cookie: String,
    pub role: Option<String>,
}

/// Begins a session. `claim`: the link that is added to the account, and opened. Without one, the only role of an account
/// is opened at once.
pub async fn open(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    account: &Account,
    factor: Factor,
    claim: Option<(Uuid, i64)>,
) -> Result<Opened, StorageError> {
    let noun = account.account_id.to_string();
    let act = Act {
        actor: noun.clone(),
        at: act.at,
    };
    attempts::forget(tx, &tries_of(tx, &account.address)).await?;
    audit::record(tx, &act, "sign in", &noun, factor.name());
    let mut wanted = None;
    if let Some((link, issue)) = claim
        && hold(tx, &act, account.account_id, link, issue).await?
    {
        wanted = Some(link);
    }
    let held = accounts::links_of(tx, account.account_id).await?;
    if let ([only], false) = (held.as_slice(), account.administrator) {
        wanted = Some(*only);
    }
    let session = Session {
        account_id: account.account_id,
        administrator: account.administrator,
        link: None,
        begun_at: act.at,
        seen_at: act.at,
        factor: factor.name().to_owned(),
    };
    in_role(tx, &act, rng, session, wanted).await
}

/// Adds the role of a link to an account. From now on its secret opens nothing.
pub async fn hold(
    tx: &mut Tx,
    act: &Act,
    account_id: AccountId,
    link_id: Uuid,
    issue: i64,
) -> Result<bool, StorageError> {
    let link = links::load(tx, link_id).await?;
    let free = link.filter(|link| link.issue == issue);
    let Some(link) = free else { return Ok(false) };
    if accounts::holder(tx, link_id).await?.is_some() {
        return Ok(false);
    }
    accounts::hold_link(tx, account_id, link_id).await?;
    audit::record(tx, act, "hold link", &link_id.to_string(), &link.role);
    Ok(true)
}

async fn in_role(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    session: Session,
    wanted: Option<Uuid>,
) -> Result<Opened, StorageError> {
    let link = match wanted {
        Some(link_id) => links::load(tx, link_id).await?,
        None => None,
    };
    let session = Session {
        link: link.as_ref().map(|link| (link.link_id, link.issue)),
        ..session
    };
    if let Some(link) = &link {
        audit::record(tx, act, "enter", &link.link_id.to_string(), &link.role);
    }
    let cookie = drawn_token(rng);
    sessions::begin(tx, &token_hash(&cookie), &session).await?;
    Ok(Opened {
        cookie,
        role: link.map(|link| link.role),
    })
}

/// Goes on in another role, under a new cookie; the old one opens nothing any more. None where the account does not hold
/// the link.
pub async fn choose_role(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    (session, visit_hash): (&Session, &[u8]),
    link_id: Option<Uuid>,
) -> Result<Option<Opened>, StorageError> {
    if let Some(link_id) = link_id {
        let held = accounts::links_of(tx, session.account_id).await?;
        if !held.contains(&link_id) {
            return Ok(None);
        }
    }
    sessions::end(tx, session.account_id, visit_hash).await?;
    let session = Session {
        seen_at: act.at,
        ..session.clone()
    };
    in_role(tx, act, rng, session, link_id).await.map(Some)
}

/// The session is in use.
pub async fn seen(tx: &mut Tx, act: &Act, visit_hash: &[u8]) -> Result<(), StorageError> {
    sessions::seen(tx, visit_hash, act.at).await
}
