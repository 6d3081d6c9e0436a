//! Opens a visit with a link or a code, for respondents and for everyone else alike. Only a POST comes here: a scanner
//! that fetches links opens nothing and uses up nothing.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

use crate::domain::id::{SchoolId, StudyId, new_uuid};
use crate::domain::token::{LinkKey, Presented, same_secret, token_hash};
use crate::storage::audit::{self, Act};
use crate::storage::batch::Batch;
use crate::storage::links::{self, Link, Opens};
use crate::storage::{StorageError, Tx, invitations, studies};

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
    audit::line(&mut batch, act, "enter", &noun, "");
    batch.run(tx).await?;
    Ok(Visit {
        cookie,
        opens,
        expires_at,
    })
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
    audit::record(tx, act, "leave", "visit", "").await
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
    )
    .await?;
    Ok((token, key.code(link.link_id, link.issue)))
}

/// Which link a secret is of.
pub async fn handed_out(tx: &mut Tx, token: &str) -> Result<Option<Uuid>, StorageError> {
    let found = links::by_token_hash(tx, &token_hash(token)).await?;
    Ok(found.map(|(id, _)| id))
}

/// Gives a link a new secret and code; the old ones open nothing from now on, and what they opened ends.
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
    let noun = link.link_id.to_string();
    audit::record(tx, act, "reissue link", &noun, &issue.to_string()).await
}

/// Takes a link back: it opens nothing any more.
pub async fn revoke_link(tx: &mut Tx, act: &Act, link: &Link) -> Result<(), StorageError> {
    links::remove(tx, link.link_id).await?;
    let detail = format!("{} {}", link.role, link.label);
    audit::record(tx, act, "revoke link", &link.link_id.to_string(), &detail).await
}
