//! Who may pass which row of the url map. The guard of a route is its row in `router.rs` and nothing besides: pages take
//! their visitor from here, and a page that no row lets anybody into fails for everyone.

use std::sync::{Arc, Mutex};

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;

use super::app::App;
use super::problem::{Kind, Problem};
use super::respond::autosave;
use super::visitor::{self, Founder, OnTheWay, Respondent, SignedIn, Staff, words_of};
use crate::fieldwork::post;
use crate::storage::StorageError;

/// Whom a row lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Anyone,
    /// With an invitation, for the own answers.
    Respondent,
    /// With the link that sets up a study, or as administrator.
    Founder,
    /// On the way to signing in: with a link that was opened, or a password that was right.
    OnTheWay,
    /// Signed in, in whatever role.
    Account,
    /// Accounts and new studies of this server; no answers, no staff lists.
    Administrator,
    /// Design, rosters, invitations and response of one study.
    Owner,
    /// Her schools.
    Trainer,
    /// The team of one school, and its principal.
    Team,
    /// The principal of one school.
    Principal,
    /// The schools of one board.
    Board,
    /// Findings over all schools, with pseudonyms only.
    Researcher,
    /// What was said, without names of people and schools; no effects, no answers.
    Coder,
    /// Who is whom, and nothing of what anybody answered.
    Custodian,
}

impl Who {
    /// The roles of links that it lets in.
    pub fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Anyone
            | Self::Respondent
            | Self::Founder
            | Self::OnTheWay
            | Self::Account
            | Self::Administrator => &[],
            Self::Owner => &["owner"],
            Self::Trainer => &["trainer"],
            Self::Team => &["school", "principal"],
            Self::Principal => &["principal"],
            Self::Board => &["board"],
            Self::Researcher => &["researcher"],
            Self::Coder => &["coder"],
            Self::Custodian => &["custodian"],
        }
    }
}

/// A row of the url map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub method: Method,
    pub path: &'static str,
    pub who: Who,
    /// Whether it shows people by name to someone who is not one of them: every such look leaves a line in the audit.
    pub names: bool,
}

/// A row as the guard of a running server holds it.
#[derive(Debug, Clone)]
pub struct Guard {
    pub row: Row,
    /// For the proof that the row is needed: as if it stood there without a guard.
    pub dropped: bool,
}

/// Whoever passed, for the page behind the row.
#[derive(Clone)]
struct Passed {
    /// What the row asked; none where its guard was dropped.
    by: Option<Who>,
    visitor: Visitor,
}

#[derive(Clone)]
enum Visitor {
    Staff(Arc<Staff>),
    /// Handed over once: a sitting is large.
    Respondent(Arc<Mutex<Option<Respondent>>>),
    Founder(Arc<Founder>),
    OnTheWay(Arc<OnTheWay>),
    Account(Arc<SignedIn>),
}

pub async fn guard(
    State((app, guard)): State<(App, Arc<Guard>)>,
    mut request: Request,
    next: Next,
) -> Response {
    let words = words_of(request.headers());
    if guard.row.who == Who::Anyone {
        return next.run(request).await;
    }
    let visitor = match find(&app, &guard, request.headers()).await {
        Ok(Some(visitor)) => visitor,
        Ok(None) if guard.dropped => return next.run(request).await,
        // Someone with another role is told no more than someone without any.
        Ok(None) => {
            let problem = Problem::new(&app, words, Kind::NoVisit);
            return refuse(&guard, &request, problem);
        }
        Err(error) => return refuse(&guard, &request, Problem::storage(&app, words, &error)),
    };
    request.extensions_mut().insert(Passed {
        by: (!guard.dropped).then_some(guard.row.who),
        visitor: visitor.clone(),
    });
    let path = request.uri().path().to_owned();
    let response = next.run(request).await;
    // An address that leads nowhere shows nobody, and what stands in it may be a name.
    let is_shown = !matches!(
        response.status(),
        StatusCode::NOT_FOUND | StatusCode::BAD_REQUEST
    );
    let actor = match &visitor {
        Visitor::Staff(staff) => Some(staff.actor()),
        Visitor::Account(account) => Some(account.actor()),
        _ => None,
    };
    if guard.row.names
        && is_shown
        && let Some(actor) = actor
        && let Err(error) = note_look(&app, actor, &path).await
    {
        // A look that leaves no line is not allowed.
        return Problem::storage(&app, words, &error).into_response();
    }
    response
}

/// A script that saves is told in its own way.
fn refuse(guard: &Guard, request: &Request, problem: Problem) -> Response {
    if guard.row.who == Who::Respondent && autosave::asked(request.headers()) {
        return autosave::refuse(&problem);
    }
    problem.into_response()
}

async fn find(
    app: &App,
    guard: &Guard,
    headers: &HeaderMap,
) -> Result<Option<Visitor>, StorageError> {
    Ok(match guard.row.who {
        Who::Anyone => None,
        Who::Respondent => visitor::load_respondent(app, headers)
            .await?
            .map(|found| Visitor::Respondent(Arc::new(Mutex::new(Some(found))))),
        Who::Founder => visitor::load_founder(app, headers)
            .await?
            .map(|found| Visitor::Founder(Arc::new(found))),
        Who::OnTheWay => visitor::load_underway(app, headers).await?.map(|underway| {
            let words = words_of(headers);
            Visitor::OnTheWay(Arc::new(OnTheWay { underway, words }))
        }),
        Who::Account | Who::Administrator => visitor::load_account(app, headers)
            .await?
            .filter(|account| {
                guard.dropped || guard.row.who == Who::Account || account.session.administrator
            })
            .map(|found| Visitor::Account(Arc::new(found))),
        who => visitor::load_staff(app, headers)
            .await?
            .filter(|staff| guard.dropped || who.roles().contains(&staff.link.role.as_str()))
            .map(|found| Visitor::Staff(Arc::new(found))),
    })
}

async fn note_look(app: &App, actor: String, path: &str) -> Result<(), StorageError> {
    let (act, path) = (app.act(actor), path.to_owned());
    app.store()
        .write(move |tx| async move { post::look(tx, &act, "look", &path, "").await }.boxed())
        .await
}

fn passed(parts: &Parts, app: &App, asked: Who) -> Result<Visitor, Problem> {
    let problem = |why: &str| {
        let error = std::io::Error::other(format!("{} {why}", parts.uri.path()));
        Problem::failure(app, words_of(&parts.headers), &error)
    };
    let passed = parts
        .extensions
        .get::<Passed>()
        .ok_or_else(|| problem("has no guard"))?;
    if passed.by.is_some_and(|by| by != asked) {
        return Err(problem("has the guard of another role"));
    }
    Ok(passed.visitor.clone())
}

macro_rules! staff {
    ($($(#[$doc:meta])* $name:ident = $who:ident)*) => {$(
        $(#[$doc])*
        pub struct $name(pub Arc<Staff>);

        impl FromRequestParts<App> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                match passed(parts, app, Who::$who)? {
                    Visitor::Staff(staff) => Ok(Self(staff)),
                    _ => Err(Problem::new(app, words_of(&parts.headers), Kind::NoVisit)),
                }
            }
        }
    )*};
}

staff! {
    Owner = Owner
    Trainer = Trainer
    /// The disclosed results of one school, for its team and for its principal.
    SchoolVisitor = Team
    /// What teachers said about leadership opens here first.
    Principal = Principal
    BoardMember = Board
    Researcher = Researcher
    Coder = Coder
    Custodian = Custodian
}

impl FromRequestParts<App> for Respondent {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let taken = match passed(parts, app, Who::Respondent)? {
            Visitor::Respondent(found) => found
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .take(),
            _ => None,
        };
        taken.ok_or_else(|| Problem::new(app, words_of(&parts.headers), Kind::NoVisit))
    }
}

impl FromRequestParts<App> for Founder {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match passed(parts, app, Who::Founder)? {
            Visitor::Founder(founder) => Ok(Self::clone(&founder)),
            _ => Err(Problem::new(app, words_of(&parts.headers), Kind::NoVisit)),
        }
    }
}

/// The administrator of this server.
pub struct Administrator(pub SignedIn);

fn account(parts: &Parts, app: &App, asked: Who) -> Result<SignedIn, Problem> {
    match passed(parts, app, asked)? {
        Visitor::Account(account) => Ok(SignedIn::clone(&account)),
        _ => Err(Problem::new(app, words_of(&parts.headers), Kind::NoVisit)),
    }
}

impl FromRequestParts<App> for Administrator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        account(parts, app, Who::Administrator).map(Self)
    }
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        account(parts, app, Who::Account)
    }
}

impl FromRequestParts<App> for OnTheWay {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match passed(parts, app, Who::OnTheWay)? {
            Visitor::OnTheWay(found) => Ok(Self::clone(&found)),
            _ => Err(Problem::new(app, words_of(&parts.headers), Kind::NoVisit)),
        }
    }
}
