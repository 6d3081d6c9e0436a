//! The front door: a link or a code opens a visit. One page, one form with one field, for everyone.

use std::net::SocketAddr;

use askama::Template;
use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::app::App;
use super::door;
use super::form::{Fields, field};
use super::frame::Frame;
use super::problem::{Problem, show};
use super::visitor::{Anyone, LANGUAGE_COOKIE, cookie, home_of, own_page};
use crate::domain::language::Language;
use crate::domain::token::Presented;
use crate::fieldwork::enter::{self, Tried};
use crate::locale::Words;
use crate::storage::StorageError;
use crate::storage::links::{self, Opens};

#[derive(Template)]
#[template(path = "web/pages/enter.html")]
struct EnterPage {
    frame: Frame,
    /// The front page rather than the page of a link.
    home: bool,
    problem: Option<String>,
}

/// Whoever is inside already is led to their own first page; anyone else is asked for a link or a code.
pub async fn home(
    State(app): State<App>,
    Anyone(words): Anyone,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let own = own_page(&app, &headers).await;
    if let Some(own) = own.map_err(|error| Problem::storage(&app, words, &error))? {
        return Ok(Redirect::to(own).into_response());
    }
    let frame = Frame::new(&app, words, words.t("home-title"), "/");
    Ok(show(&EnterPage {
        frame,
        home: true,
        problem: None,
    }))
}

pub async fn form(State(app): State<App>, Anyone(words): Anyone) -> Response {
    let frame = Frame::new(&app, words, words.t("enter-title"), "/r");
    show(&EnterPage {
        frame,
        home: false,
        problem: None,
    })
}

pub async fn open(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Anyone(words): Anyone,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let presented = field(&fields, "code").and_then(Presented::parse);
    let (act, key, mut rng) = (app.act("visitor"), app.key().clone(), app.rng());
    let (from, staff_links) = (from.ip().to_string(), app.staff_links());
    let tried = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let where_from = (from.as_str(), staff_links);
                enter::try_out(tx, &act, &mut rng, &key, presented.as_ref(), where_from).await
            }
            .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, words, &error))?;
    let visit = match tried {
        Tried::Visit(visit) => visit,
        Tried::Step(secret) => {
            let set = step_cookie(&app, &secret);
            let headers = AppendHeaders([(header::SET_COOKIE, set)]);
            return Ok((headers, Redirect::to("/sign-in/new")).into_response());
        }
        // Only who has the secret learns that someone holds the role.
        Tried::Held => return Ok(Redirect::to("/sign-in").into_response()),
        Tried::Slow => {
            let status = StatusCode::TOO_MANY_REQUESTS;
            return Ok(refuse(&app, words, status, "enter-slow"));
        }
        Tried::Entrance(entrance) => return Ok(door::lead_in(&app, &entrance)),
        Tried::Unknown => {
            return Ok(refuse(&app, words, StatusCode::NOT_FOUND, "enter-unknown"));
        }
    };
    let path = match visit.opens {
        Opens::Invitation { .. } => "/answer",
        Opens::Setup { .. } => "/setup",
        Opens::Link { id, .. } => {
            let mut tx = app
                .store()
                .read()
                .await
                .map_err(|error| Problem::storage(&app, words, &error))?;
            let link = links::load(&mut tx, id)
                .await
                .map_err(|error| Problem::storage(&app, words, &error))?;
            home_of(link.as_ref().map_or("", |link| link.role.as_str()))
        }
    };
    let set = visit_cookie(&app, &visit.cookie);
    Ok((
        AppendHeaders([(header::SET_COOKIE, set)]),
        Redirect::to(path),
    )
        .into_response())
}

fn refuse(app: &App, words: Words, status: StatusCode, key: &str) -> Response {
    let frame = Frame::new(app, words, words.t("enter-title"), "/r");
    (
        status,
        show(&EnterPage {
            frame,
            home: false,
            problem: Some(words.t(key)),
        }),
    )
        .into_response()
}

/// The name of the cookie of a visit: behind https one that a browser sends over nothing else and to no other host.
pub fn visit_name(app: &App) -> &'static str {
    if app.https() {
        "__Host-schakel_visit"
    } else {
        "schakel_visit"
    }
}

pub fn visit_cookie(app: &App, value: &str) -> String {
    let secure = if app.https() { "; Secure" } else { "" };
    format!(
        "{}={value}; HttpOnly; SameSite=Lax; Path=/{secure}",
        visit_name(app)
    )
}

/// The name of the cookie of someone on the way in.
pub fn step_name(app: &App) -> &'static str {
    if app.https() {
        "__Host-schakel_step"
    } else {
        "schakel_step"
    }
}

pub fn step_cookie(app: &App, value: &str) -> String {
    let secure = if app.https() { "; Secure" } else { "" };
    format!(
        "{}={value}; HttpOnly; SameSite=Lax; Path=/{secure}",
        step_name(app)
    )
}

pub async fn leave(
    State(app): State<App>,
    Anyone(words): Anyone,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(cookie) = cookie(&headers, visit_name(&app)) {
        let (act, cookie) = (app.act("visitor"), cookie.to_owned());
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { enter::leave(tx, &act, &cookie).await }.boxed()
            })
            .await
            .map_err(|error| Problem::storage(&app, words, &error))?;
    }
    let clear = visit_cookie(&app, "") + "; Max-Age=0";
    Ok((
        AppendHeaders([(header::SET_COOKIE, clear)]),
        Redirect::to("/"),
    )
        .into_response())
}

/// Keeps the chosen language and returns to the page it was chosen on.
pub async fn language(State(app): State<App>, Form(fields): Form<Fields>) -> Response {
    let language = field(&fields, "language")
        .and_then(Language::from_tag)
        .unwrap_or_default();
    // Only ever to a page of our own: `//host` would lead elsewhere.
    let back = field(&fields, "back")
        .filter(|back| back.starts_with('/') && !back.starts_with("//"))
        .unwrap_or("/");
    let back = if back.contains(|c: char| c == '\\' || c.is_control()) {
        "/"
    } else {
        back
    };
    switched(&app, language, back)
}

/// Sends a visitor on in another language.
pub fn switched(app: &App, language: Language, to: &str) -> Response {
    let secure = if app.https() { "; Secure" } else { "" };
    let set = format!(
        "{LANGUAGE_COOKIE}={}; SameSite=Lax; Path=/; Max-Age=31536000{secure}",
        language.tag()
    );
    (AppendHeaders([(header::SET_COOKIE, set)]), Redirect::to(to)).into_response()
}
