//! Who is visiting: found by a cookie whose hash is stored, checked against what the page asks for.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::app::App;
use super::enter::visit_name;
use super::problem::{Kind, Problem};
use crate::domain::id::SchoolId;
use crate::domain::language::Language;
use crate::domain::token::token_hash;
use crate::fieldwork::pages::Sitting;
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::storage::links::{self, Link, Opens};
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

impl FromRequestParts<App> for Respondent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let words = words_of(&parts.headers);
        let found = load_respondent(app, &parts.headers)
            .await
            .map_err(|error| Problem::storage(app, words, &error))?;
        let (study, sitting) = found.ok_or_else(|| Problem::new(app, words, Kind::NoVisit))?;
        let words = Words(chosen(&parts.headers).unwrap_or(sitting.opened.language));
        Ok(Self {
            study,
            sitting,
            words,
        })
    }
}

async fn load_respondent(
    app: &App,
    headers: &HeaderMap,
) -> Result<Option<(Arc<Study>, Sitting)>, StorageError> {
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
    Ok(sitting.map(|sitting| (study, sitting)))
}

/// Someone with a link to one of the roles.
pub struct Staff {
    pub study: Arc<Study>,
    pub link: Link,
    pub words: Words,
}

async fn load_staff(app: &App, headers: &HeaderMap) -> Result<Option<Staff>, StorageError> {
    let mut tx = app.store().read().await?;
    let Some(Opens::Link { id, issue }) = visit(app, &mut tx, headers).await? else {
        return Ok(None);
    };
    let link = links::load(&mut tx, id)
        .await?
        .filter(|link| link.issue == issue);
    drop(tx);
    let Some(link) = link else { return Ok(None) };
    let Some(study) = app.study(link.study_id, link.revision).await? else {
        return Ok(None);
    };
    Ok(Some(Staff {
        study,
        link,
        words: words_of(headers),
    }))
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
        _ => "/research",
    }
}

/// Someone who may set up a study on this server. The link dies when a study is founded with it.
pub struct Founder {
    pub words: Words,
    /// How many studies there are already.
    pub studies: i64,
}

impl FromRequestParts<App> for Founder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let words = words_of(&parts.headers);
        let failed = |error: StorageError| Problem::storage(app, words, &error);
        let mut tx = app.store().read().await.map_err(failed)?;
        let opens = visit(app, &mut tx, &parts.headers).await.map_err(failed)?;
        let now = studies::count(&mut tx).await.map_err(failed)?;
        match opens {
            Some(Opens::Setup { studies }) if studies == now => Ok(Self { words, studies }),
            _ => Err(Problem::new(app, words, Kind::NoVisit)),
        }
    }
}

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $role:pat)*) => {$(
        $(#[$doc])*
        pub struct $name(pub Staff);

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let words = words_of(&parts.headers);
                let staff = load_staff(app, &parts.headers).await.map_err(|error| Problem::storage(app, words, &error))?;
                // Someone with another role is told no more than someone without any.
                staff
                    .filter(|staff| matches!(staff.link.role.as_str(), $role))
                    .map(Self)
                    .ok_or_else(|| Problem::new(app, words, Kind::NoVisit))
            }
        }
    )*};
}

roles! {
    /// Design, rosters, invitations and response of one study.
    Owner = "owner"
    /// The response of the schools this trainer guides.
    Trainer = "trainer"
    /// The disclosed results of one school, for its team and for its principal.
    SchoolVisitor = "school" | "principal"
    /// The principal of one school: what teachers said about leadership opens here first.
    Principal = "principal"
    /// A member of a board, for its own schools.
    BoardMember = "board"
    /// Findings over all schools, with pseudonyms only.
    Researcher = "researcher"
}

impl Staff {
    /// The school of a link that is about one.
    pub fn school(&self) -> Option<SchoolId> {
        self.link.schools.first().copied()
    }
}
