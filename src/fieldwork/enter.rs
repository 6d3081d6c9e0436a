//! Opens a visit with a link or a code, for respondents and for everyone else alike. Only a POST comes here: a scanner
//! that fetches links opens nothing and uses up nothing.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

use super::entrance;
use super::step::{self, Step};
use crate::domain::account::StaffLinks;
use crate::domain::id::{SchoolId, StudyId, new_uuid};
use crate::domain::token::{LinkKey, Presented, same_secret, token_hash};
use crate::storage::attempts::{self, Counted};
use crate::storage::audit::{self, Act};
use crate::storage::batch::Batch;
use crate::storage::entrances::Entrance;
use crate::storage::links::{self, Link, Opens};
use crate::storage::{StorageError, Tx, accounts, invitations, studies};

/// How long a visit lasts before the link has to be opened again.
const VISIT: TimeDelta = TimeDelta::hours(12);

#[derive(Debug, thiserror::Error)]
pub enum EnterRefusal {
    #[error("no link or code like this is in use")]
    Unknown,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// A new visit: the value of its cookie (only its hash is stored), what it opens and when it ends.
#[derive(Debug, Clone)]
pub struct Visit {
    pub cookie: String,
    pub opens: Opens,
    pub expires_at: DateTime<Utc>,
}

pub async fn enter(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    presented: &Presented,
) -> Result<Visit, EnterRefusal> {
    let opens = find(tx, key, presented)
        .await?
        .ok_or(EnterRefusal::Unknown)?;
    if let Opens::Link { id, .. } = opens
        && accounts::holder(tx, id).await?.is_some()
    {
        return Err(EnterRefusal::Unknown);
    }
    Ok(begin(tx, act, rng, opens).await?)
}

pub(super) async fn begin(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    opens: Opens,
) -> Result<Visit, StorageError> {
    let mut secret = [0_u8; 20];
    rng.fill_bytes(&mut secret);
    let cookie: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let expires_at = act.at + VISIT;
    let mut batch = Batch::default();
    links::begin_visit(&mut batch, &token_hash(&cookie), opens, act.at, expires_at);
    let noun = match opens {
        Opens::Invitation { id, .. } => id.to_string(),
        Opens::Link { id, .. } => id.to_string(),
        Opens::Setup { .. } => "setup".to_owned(),
    };
    if let Opens::Invitation { id, .. } = opens {
        invitations::mark_opened(&mut batch, id, act.at);
    }
    audit::record(tx, act, "enter", &noun, "");
    batch.run(tx).await?;
    Ok(Visit {
        cookie,
        opens,
        expires_at,
    })
}

/// What came of a link or a code.
#[derive(Debug)]
pub enum Tried {
    Visit(Visit),
    /// It opens nothing by itself and leads to an account: to make one, or to mend one.
    Step(String),
    /// The code of a class or an open group: who it is comes next.
    Entrance(Entrance),
    /// An account holds this role, and opens it by signing in.
    Held,
    Unknown,
    /// Too many wrong codes, from here or from everywhere.
    Slow,
}

/// Wrong codes in a minute, from one internet address and in all.
const FROM_ONE: usize = 10;
const IN_ALL: usize = 100;
const MINUTE: TimeDelta = TimeDelta::minutes(1);

/// Tries what someone typed or a link carried; nothing where it cannot be either. Wrong codes are counted over all
/// machines. The secret of a link has 160 bits and is guessed by nobody; what is typed is shorter, and is tried at leisure.
pub async fn try_out(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    presented: Option<&Presented>,
    (from, staff_links): (&str, StaffLinks),
) -> Result<Tried, StorageError> {
    if let Some(token @ Presented::Token(_)) = presented {
        return present(tx, act, rng, key, token, staff_links).await;
    }
    let here = Counted::from_address(tx, "code from", from);
    let all = Counted::new("code", []);
    attempts::hold(tx, &[&here, &all]).await?;
    let since = act.at - MINUTE;
    if attempts::since(tx, &here, since).await?.len() >= FROM_ONE
        || attempts::since(tx, &all, since).await?.len() >= IN_ALL
    {
        return Ok(Tried::Slow);
    }
    let tried = match presented {
        Some(code) => present(tx, act, rng, key, code, staff_links).await?,
        None => Tried::Unknown,
    };
    if matches!(tried, Tried::Unknown) {
        attempts::add(tx, &here, act.at).await?;
        attempts::add(tx, &all, act.at).await?;
    }
    Ok(tried)
}

async fn present(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    presented: &Presented,
    staff_links: StaffLinks,
) -> Result<Tried, StorageError> {
    match find(tx, key, presented).await? {
        Some(Opens::Setup { .. }) if staff_links == StaffLinks::Accounts => Ok(Tried::Unknown),
        Some(Opens::Link { id, issue }) => {
            if accounts::holder(tx, id).await?.is_some() {
                return Ok(Tried::Held);
            }
            let role = links::load(tx, id).await?.map(|link| link.role);
            if role.is_some_and(|role| staff_links.opens(&role)) {
                let visit = begin(tx, act, rng, Opens::Link { id, issue }).await?;
                return Ok(Tried::Visit(visit));
            }
            let claim = Step::Claim { link: id, issue };
            audit::record(tx, act, "open link", &id.to_string(), "");
            Ok(Tried::Step(step::begin(tx, act, rng, None, &claim).await?))
        }
        Some(opens) => Ok(Tried::Visit(begin(tx, act, rng, opens).await?)),
        None => match presented {
            Presented::Token(token) => one_time(tx, act, rng, token).await,
            code @ Presented::Code { .. } => Ok(entrance::find(tx, key, code)
                .await?
                .map_or(Tried::Unknown, Tried::Entrance)),
        },
    }
}

/// Opening a one-time link does not use it up; what is made with it does.
async fn one_time(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    token: &str,
) -> Result<Tried, StorageError> {
    let token = token_hash(token);
    let Some(found) = accounts::token(tx, &token, act.at).await? else {
        return Ok(Tried::Unknown);
    };
    let step = match (found.purpose.as_str(), found.account_id) {
        ("administrator", None) if accounts::is_administered(tx).await? => {
            return Ok(Tried::Unknown);
        }
        ("administrator", None) => Step::Administrator { token },
        (purpose, Some(_)) => Step::Recover {
            token,
            restart: purpose == "restart",
        },
        _ => return Ok(Tried::Unknown),
    };
    audit::record(tx, act, "open one-time link", &found.purpose, "");
    let secret = step::begin(tx, act, rng, found.account_id, &step).await?;
    Ok(Tried::Step(secret))
}

async fn find(
    tx: &mut Tx,
    key: &LinkKey,
    presented: &Presented,
) -> Result<Option<Opens>, StorageError> {
    match presented {
        Presented::Token(token) => {
            let hash = token_hash(token);
            if let Some((id, issue)) = invitations::by_token_hash(tx, &hash).await? {
                return Ok(Some(Opens::Invitation { id, issue }));
            }
            if let Some((id, issue)) = links::by_token_hash(tx, &hash).await? {
                return Ok(Some(Opens::Link { id, issue }));
            }
            let studies = studies::count(tx).await?;
            let setup = same_secret(&key.setup_token(studies), token);
            Ok(setup.then_some(Opens::Setup { studies }))
        }
        Presented::Code { selector, code } => {
            let matches =
                |id: Uuid, issue: i64| same_secret(&key.code(id, issue).replace('-', ""), code);
            if let Some((id, issue)) = invitations::by_selector(tx, selector).await? {
                return Ok(matches(id.0, issue).then_some(Opens::Invitation { id, issue }));
            }
            let link = links::by_selector(tx, selector).await?;
            Ok(link
                .filter(|(id, issue)| matches(*id, *issue))
                .map(|(id, issue)| Opens::Link { id, issue }))
        }
    }
}

/// Whether a visit that ends then has to be told that it goes on: once an hour is enough.
pub fn ends_soon(ends_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    ends_at < now + VISIT - TimeDelta::hours(1)
}

/// A visit in use goes on for another twelve hours.
pub async fn stay(tx: &mut Tx, act: &Act, cookie: &str) -> Result<(), StorageError> {
    links::extend_visit(tx, &token_hash(cookie), act.at + VISIT).await
}

/// Ends a visit: the cookie opens nothing any more.
pub async fn leave(tx: &mut Tx, act: &Act, cookie: &str) -> Result<(), StorageError> {
    links::end_visit(tx, &token_hash(cookie)).await?;
    audit::record(tx, act, "leave", "visit", "");
    Ok(())
}

/// Whom a link is for, and which schools it is about.
#[derive(Debug, Clone)]
pub struct Recipient {
    pub study_id: StudyId,
    pub role: String,
    pub label: String,
    pub schools: Vec<SchoolId>,
}

/// Makes a link for someone who follows the response or looks at results: its secret, and the code that can be typed.
pub async fn hand_out(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    recipient: &Recipient,
) -> Result<(String, String), StorageError> {
    let mut link_id = new_uuid(act.at, rng);
    while links::selector_is_taken(tx, &key.selector(link_id, 1)).await? {
        link_id = new_uuid(act.at, rng);
    }
    let link = Link {
        link_id,
        study_id: recipient.study_id,
        revision: 0,
        role: recipient.role.clone(),
        label: recipient.label.clone(),
        issue: 1,
        schools: recipient.schools.clone(),
    };
    let (token, selector) = (
        key.token(link.link_id, link.issue),
        key.selector(link.link_id, link.issue),
    );
    links::insert(tx, &link, &token_hash(&token), &selector, act.at).await?;
    audit::record(
        tx,
        act,
        "hand out link",
        &link.link_id.to_string(),
        &link.role,
    );
    Ok((token, key.code(link.link_id, link.issue)))
}

/// Which link a secret is of.
pub async fn handed_out(tx: &mut Tx, token: &str) -> Result<Option<Uuid>, StorageError> {
    let found = links::by_token_hash(tx, &token_hash(token)).await?;
    Ok(found.map(|(id, _)| id))
}

/// Gives a link a new secret and code; the old ones open nothing from now on, and what they opened ends. An account that
/// held it lets go of it: it goes to whoever opens the new one.
pub async fn reissue_link(
    tx: &mut Tx,
    act: &Act,
    key: &LinkKey,
    link: &Link,
) -> Result<(), StorageError> {
    let mut issue = link.issue + 1;
    while links::selector_is_taken(tx, &key.selector(link.link_id, issue)).await? {
        issue += 1;
    }
    let (token, selector) = (
        key.token(link.link_id, issue),
        key.selector(link.link_id, issue),
    );
    links::reissue(tx, link.link_id, issue, &token_hash(&token), &selector).await?;
    accounts::let_go(tx, link.link_id).await?;
    let noun = link.link_id.to_string();
    audit::record(tx, act, "reissue link", &noun, &issue.to_string());
    Ok(())
}

/// Takes a link back: it opens nothing any more.
pub async fn revoke_link(tx: &mut Tx, act: &Act, link: &Link) -> Result<(), StorageError> {
    links::remove(tx, link.link_id).await?;
    audit::record(
        tx,
        act,
        "revoke link",
        &link.link_id.to_string(),
        &link.role,
    );
    Ok(())
}
