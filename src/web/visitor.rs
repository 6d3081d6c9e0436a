//! Who is visiting: found by a cookie whose hash is stored, checked against what the page asks for.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use futures_util::FutureExt;

use super::app::App;
use super::enter::{step_name, visit_name};
use crate::domain::account::{NOTED, StaffLinks};
use crate::domain::id::{AccountId, SchoolId};
use crate::domain::language::Language;
use crate::domain::token::token_hash;
use crate::fieldwork::pages::Sitting;
use crate::fieldwork::sign_in;
use crate::fieldwork::step::{self, Underway};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::storage::links::{self, Link, Opens};
use crate::storage::sessions::{self, Session};
use crate::storage::{StorageError, Tx, invitations, studies};

pub const LANGUAGE_COOKIE: &str = "schakel_language";

pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| {
            pair.trim()
                .split_once('=')
                .filter(|(key, _)| *key == name)
                .map(|(_, value)| value)
        })
}

/// The language someone chose, if they chose.
fn chosen(headers: &HeaderMap) -> Option<Language> {
    cookie(headers, LANGUAGE_COOKIE).and_then(Language::from_tag)
}

/// The language of a visitor about whom nothing else is known: chosen, or the browser's, or Dutch.
pub fn words_of(headers: &HeaderMap) -> Words {
    let asked = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let of_browser = asked
        .split(',')
        .find_map(|tag| Language::from_tag(tag.trim().get(..2)?));
    Words(chosen(headers).or(of_browser).unwrap_or_default())
}

/// The language of someone without a visit.
pub struct Anyone(pub Words);

impl FromRequestParts<App> for Anyone {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Self::Rejection> {
        Ok(Self(words_of(&parts.headers)))
    }
}

/// Someone with an invitation, and everything their pages are made of.
pub struct Respondent {
    pub study: Arc<Study>,
    pub sitting: Sitting,
    pub words: Words,
}

pub(super) async fn load_respondent(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Respondent>, StorageError> {
    let Some(cookie) = cookie(headers, visit_name(app)) else {
        return Ok(None);
    };
    let now = app.now();
    let mut tx = app.store().glance().await?;
    let Some(opened) = invitations::of_visit(&mut tx, &token_hash(cookie), now).await? else {
        return Ok(None);
    };
    // One connection at a time: requests that wait for a second one while they hold the first would wait for each other.
    drop(tx);
    let Some(study) = app.study(opened.study_id, opened.revision).await? else {
        return Ok(None);
    };
    let lists = app.lists(&study, &opened).await?;
    let mut tx = app.store().glance().await?;
    let sitting = Sitting::with_lists(&mut tx, opened, &lists, now).await?;
    Ok(sitting.map(|sitting| {
        let words = Words(chosen(headers).unwrap_or(sitting.opened.language));
        Respondent {
            study,
            sitting,
            words,
        }
    }))
}

/// Someone in one of the roles: by its link, or by the account that holds it.
pub struct Staff {
    pub study: Arc<Study>,
    pub link: Link,
    pub account: Option<AccountId>,
    pub words: Words,
}

pub(super) async fn load_staff(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Staff>, StorageError> {
    let signed_in = load_account(app, headers).await?;
    let mut tx = app.store().read().await?;
    let account = signed_in.as_ref().map(|account| account.session.account_id);
    let (id, issue) = match signed_in {
        Some(account) => match account.session.link {
            Some(link) => link,
            None => return Ok(None),
        },
        None => match visit(app, &mut tx, headers).await? {
            Some(Opens::Link { id, issue }) => (id, issue),
            _ => return Ok(None),
        },
    };
    let link = links::load(&mut tx, id)
        .await?
        .filter(|link| link.issue == issue)
        .filter(|link| account.is_some() || app.staff_links().opens(&link.role));
    drop(tx);
    let Some(link) = link else { return Ok(None) };
    let Some(study) = app.study(link.study_id, link.revision).await? else {
        return Ok(None);
    };
    Ok(Some(Staff {
        study,
        link,
        account,
        words: words_of(headers),
    }))
}

/// Someone who signed in.
#[derive(Clone)]
pub struct SignedIn {
    pub session: Session,
    pub visit_hash: Vec<u8>,
    pub words: Words,
}

impl SignedIn {
    /// Who stands in the audit.
    pub fn actor(&self) -> String {
        self.session.account_id.to_string()
    }
}

/// Reading a session notes that it is in use, at most once a minute.
pub(super) async fn load_account(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<SignedIn>, StorageError> {
    let Some(cookie) = cookie(headers, visit_name(app)) else {
        return Ok(None);
    };
    let (visit_hash, now) = (token_hash(cookie), app.now());
    let mut tx = app.store().glance().await?;
    let Some(session) = sessions::load(&mut tx, &visit_hash, now).await? else {
        return Ok(None);
    };
    drop(tx);
    if session.seen_at + NOTED <= now {
        let (act, hash) = (app.act(session.account_id.to_string()), visit_hash.clone());
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { sign_in::seen(tx, &act, &hash).await }.boxed()
            })
            .await?;
    }
    Ok(Some(SignedIn {
        session,
        visit_hash,
        words: words_of(headers),
    }))
}

/// Someone on the way in: what they showed already, and what is asked next.
#[derive(Clone)]
pub struct OnTheWay {
    pub underway: Underway,
    pub words: Words,
}

pub(super) async fn load_underway(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Underway>, StorageError> {
    let Some(secret) = cookie(headers, step_name(app)) else {
        return Ok(None);
    };
    let mut tx = app.store().glance().await?;
    step::load(&mut tx, secret, app.now()).await
}

async fn visit(app: &App, tx: &mut Tx, headers: &HeaderMap) -> Result<Option<Opens>, StorageError> {
    let Some(cookie) = cookie(headers, visit_name(app)) else {
        return Ok(None);
    };
    links::visit(tx, &token_hash(cookie), app.now()).await
}

/// Where each role begins.
pub fn home_of(role: &str) -> &'static str {
    match role {
        "owner" => "/study",
        "trainer" => "/trainer",
        "school" => "/school",
        "principal" => "/principal",
        "board" => "/board",
        "coder" => "/coding",
        "custodian" => "/custodian",
        _ => "/research",
    }
}

/// The first page of whoever is inside: by a link, an account or an invitation.
pub(super) async fn own_page(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<&'static str>, StorageError> {
    if let Some(staff) = load_staff(app, headers).await? {
        return Ok(Some(home_of(&staff.link.role)));
    }
    if load_account(app, headers).await?.is_some() {
        return Ok(Some("/account"));
    }
    Ok(load_respondent(app, headers).await?.map(|_| "/answer"))
}

/// Someone who may set up a study on this server. The link dies when a study is founded with it.
#[derive(Clone)]
pub struct Founder {
    pub words: Words,
    /// How many studies there are already.
    pub studies: i64,
    /// The administrator, who hands the owner's link over; without one, whoever sets up the study becomes its owner.
    pub by: Option<AccountId>,
}

pub(super) async fn load_founder(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<Founder>, StorageError> {
    let signed_in = load_account(app, headers).await?;
    let mut tx = app.store().read().await?;
    let opens = visit(app, &mut tx, headers).await?;
    let now = studies::count(&mut tx).await?;
    let words = words_of(headers);
    let founder = |by| {
        Some(Founder {
            words,
            studies: now,
            by,
        })
    };
    Ok(match (signed_in, opens) {
        (Some(account), _) if account.session.administrator => {
            founder(Some(account.session.account_id))
        }
        (None, Some(Opens::Setup { studies }))
            if studies == now && app.staff_links() == StaffLinks::Open =>
        {
            founder(None)
        }
        _ => None,
    })
}

impl Staff {
    /// Who stands in the audit: the link, which is held by one person.
    pub fn actor(&self) -> String {
        self.link.link_id.to_string()
    }

    /// The school of a link that is about one.
    pub fn school(&self) -> Option<SchoolId> {
        self.link.schools.first().copied()
    }
}
