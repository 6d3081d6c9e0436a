//! What is one's own: the password, the app, the codes on paper, and the sessions.

use std::net::SocketAddr;

use axum::Form;
use axum::extract::{ConnectInfo, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use futures_util::FutureExt;

use super::making::{app_form, codes_page, password_entries, picture};
use super::providers;
use super::trying::{self, confirm, over, own_page, refused};
use crate::fieldwork::step::Step;
use crate::fieldwork::{administer, second_factor};
use crate::locale::Words;
use crate::storage::{StorageError, accounts, sessions};
use crate::web::account_page::{AccountPage, Button, Entry, EntryForm, Line, List};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Problem, show};
use crate::web::visitor::{OnTheWay, SignedIn};

#[derive(serde::Deserialize)]
pub struct Said {
    done: Option<String>,
}

fn current_password(w: Words, id: &'static str) -> Entry {
    Entry::new(
        "password",
        "password",
        "current-password",
        w.t("password-current"),
    )
    .id(id)
}

pub async fn security_page(
    app: &App,
    visitor: &SignedIn,
    fault: Option<String>,
) -> Result<AccountPage, StorageError> {
    let w = visitor.words;
    let mut page = own_page(app, visitor, "security-title", "/account/security");
    let mut entries = vec![current_password(w, "password-1")];
    entries.extend(password_entries(w, fault));
    page.forms = vec![
        EntryForm {
            action: "/account/password",
            title: w.t("password-title"),
            lead: w.t("password-lead"),
            entries,
            button: w.t("password-go"),
            ..EntryForm::default()
        },
        EntryForm {
            action: "/account/app",
            title: w.t("app-renew-title"),
            lead: w.t("app-renew-lead"),
            entries: vec![current_password(w, "password-2")],
            button: w.t("app-renew-go"),
            second: true,
            ..EntryForm::default()
        },
        EntryForm {
            action: "/account/codes",
            title: w.t("codes-title"),
            lead: w.t("codes-new-lead"),
            entries: vec![current_password(w, "password-3")],
            button: w.t("codes-new-go"),
            second: true,
            ..EntryForm::default()
        },
    ];
    let mut tx = app.store().read().await?;
    providers::add_links(app, &mut tx, &mut page, visitor.session.account_id).await?;
    Ok(page)
}

pub async fn show_security(
    visitor: SignedIn,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let page = security_page(&app, &visitor, None).await;
    let mut page = page.map_err(|error| Problem::storage(&app, w, &error))?;
    page.done = match said.done.as_deref() {
        Some("password") => w.t("password-changed"),
        Some("app") => w.t("app-changed"),
        Some("linked") => w.t("providers-linked-now"),
        Some("unlinked") => w.t("providers-unlinked"),
        _ => String::new(),
    };
    Ok(show(&page))
}

pub async fn not_confirmed(
    app: &App,
    visitor: &SignedIn,
    (status, told): (StatusCode, String),
) -> Result<Response, StorageError> {
    let mut page = security_page(app, visitor, None).await?;
    page.problem = told;
    Ok(refused(status, &page))
}

pub async fn change_password(
    visitor: SignedIn,
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let confirmed = confirm(&app, &visitor, &fields, &from.ip().to_string()).await;
    if let Some(told) = confirmed.map_err(failed)? {
        return not_confirmed(&app, &visitor, told).await.map_err(failed);
    }
    let mut tx = app.store().read().await.map_err(failed)?;
    let account = accounts::load(&mut tx, visitor.session.account_id).await;
    let address = account.map_err(failed)?.map(|account| account.address);
    drop(tx);
    let hash = trying::new_password(&app, w, &fields, &address.unwrap_or_default()).await;
    let hash = match hash {
        Ok(hash) => hash,
        Err(fault) => {
            let page = security_page(&app, &visitor, Some(fault)).await;
            let page = page.map_err(failed)?;
            return Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let (act, mut rng) = (app.act(visitor.actor()), app.rng());
    let opened = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let session = (&visitor.session, visitor.visit_hash.as_slice());
                administer::change_password(tx, &act, &mut rng, session, &hash).await
            }
            .boxed()
        })
        .await
        .map_err(failed)?
        .ok_or_else(|| over(&app, w))?;
    let to = Redirect::to("/account/security?done=password");
    Ok((trying::session_cookies(&app, &opened), to).into_response())
}

/// Begins with another app.
pub async fn begin_app(
    visitor: SignedIn,
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, visitor.words, &error);
    let confirmed = confirm(&app, &visitor, &fields, &from.ip().to_string()).await;
    if let Some(told) = confirmed.map_err(failed)? {
        return not_confirmed(&app, &visitor, told).await.map_err(failed);
    }
    let (act, mut rng, session) = (app.act(visitor.actor()), app.rng(), visitor.session.clone());
    let secret = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { second_factor::begin_renewal(tx, &act, &mut rng, &session).await }.boxed()
        })
        .await
        .map_err(failed)?;
    Ok(trying::to_step(&app, &secret, "/account/app"))
}

async fn app_page(app: &App, visitor: &SignedIn, step: &OnTheWay) -> Result<AccountPage, Problem> {
    let w = visitor.words;
    let Step::Renew { secret } = &step.underway.step else {
        return Err(over(app, w));
    };
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let account = accounts::load(&mut tx, visitor.session.account_id).await;
    let address = account.map_err(failed)?.map(|account| account.address);
    let mut page = own_page(app, visitor, "app-title", "/account/app");
    page.lead = w.t("app-lead");
    page.picture = picture(&address.unwrap_or_default(), secret);
    page.forms = vec![app_form(w, "/account/app/code")];
    Ok(page)
}

pub async fn show_app(
    visitor: SignedIn,
    State(app): State<App>,
    headers: axum::http::HeaderMap,
) -> Result<Response, Problem> {
    let step = renewal(&app, &visitor, &headers).await?;
    Ok(show(&app_page(&app, &visitor, &step).await?))
}

async fn renewal(
    app: &App,
    visitor: &SignedIn,
    headers: &axum::http::HeaderMap,
) -> Result<OnTheWay, Problem> {
    let words = visitor.words;
    let underway = trying::underway(app, headers)
        .await
        .map_err(|error| Problem::storage(app, words, &error))?
        .filter(|step| step.account_id == Some(visitor.session.account_id))
        .ok_or_else(|| over(app, words))?;
    Ok(OnTheWay { underway, words })
}

pub async fn change_app(
    visitor: SignedIn,
    State(app): State<App>,
    headers: axum::http::HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let step = renewal(&app, &visitor, &headers).await?;
    let code = field(&fields, "code").unwrap_or_default().to_owned();
    let (act, mut rng) = (app.act(visitor.actor()), app.rng());
    let (underway, session) = (step.underway.clone(), visitor.session.clone());
    let hash = visitor.visit_hash.clone();
    let opened = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let session = (&session, hash.as_slice());
                second_factor::renew(tx, &act, &mut rng, session, &underway, &code).await
            }
            .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    match opened {
        Some(opened) => {
            let to = Redirect::to("/account/security?done=app");
            Ok((trying::session_cookies(&app, &opened), to).into_response())
        }
        None => {
            let mut page = app_page(&app, &visitor, &step).await?;
            page.problem = w.t("app-code-wrong");
            Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

pub async fn new_codes(
    visitor: SignedIn,
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, visitor.words, &error);
    let confirmed = confirm(&app, &visitor, &fields, &from.ip().to_string()).await;
    if let Some(told) = confirmed.map_err(failed)? {
        return not_confirmed(&app, &visitor, told).await.map_err(failed);
    }
    let (act, mut rng, session) = (app.act(visitor.actor()), app.rng(), visitor.session.clone());
    let codes = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { second_factor::new_codes(tx, &act, &mut rng, &session).await }.boxed()
        })
        .await
        .map_err(failed)?;
    Ok(show(&codes_page(&app, visitor.words, codes)))
}

/// An account belongs to no study, so its times are those of where studies are.
fn time(w: Words, at: DateTime<Utc>) -> String {
    w.day_and_time(at, Tz::Europe__Amsterdam)
}

/// A session as a form names it: the beginning of its hash.
fn name(hash: &[u8]) -> String {
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

pub async fn show_sessions(visitor: SignedIn, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let listed = sessions::of_account(&mut tx, visitor.session.account_id, app.now())
        .await
        .map_err(failed)?;
    drop(tx);
    let mut page = own_page(&app, &visitor, "sessions-title", "/account/sessions");
    page.lead = w.t("sessions-lead");
    let others = listed.len() > 1;
    let lines = listed.into_iter().map(|session| {
        let own = session.visit_hash == visitor.visit_hash;
        let begun = time(w, session.begun_at);
        Line {
            cells: vec![
                if own {
                    w.t1("sessions-own", "at", begun)
                } else {
                    begun
                },
                time(w, session.seen_at),
                w.t(&format!("factor-{}", session.factor)),
            ],
            buttons: if own {
                Vec::new()
            } else {
                vec![Button {
                    action: "/account/sessions",
                    fields: vec![("session", name(&session.visit_hash))],
                    label: w.t("sessions-end"),
                }]
            },
        }
    });
    page.lists = vec![List {
        title: String::new(),
        columns: [
            "sessions-begun",
            "sessions-seen",
            "sessions-factor",
            "account-do",
        ]
        .map(|key| w.t(key))
        .to_vec(),
        lines: lines.collect(),
        empty: String::new(),
    }];
    if others {
        page.forms = vec![EntryForm {
            action: "/account/sessions",
            button: w.t("sessions-end-others"),
            second: true,
            ..EntryForm::default()
        }];
    }
    Ok(show(&page))
}

/// Ends the session that is named, or all others.
pub async fn end_session(
    visitor: SignedIn,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let account_id = visitor.session.account_id;
    let listed = sessions::of_account(&mut tx, account_id, app.now())
        .await
        .map_err(failed)?;
    drop(tx);
    let named = field(&fields, "session").map(str::to_owned);
    let own = visitor.visit_hash.clone();
    let found = named.as_ref().map(|named| {
        let mut all = listed.into_iter().map(|session| session.visit_hash);
        all.find(|hash| name(hash) == *named)
    });
    let act = app.act(visitor.actor());
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                match found {
                    Some(Some(hash)) => administer::end_session(tx, &act, account_id, &hash).await,
                    Some(None) => Ok(()),
                    None => administer::end_sessions(tx, &act, account_id, &own).await,
                }
            }
            .boxed()
        })
        .await
        .map_err(failed)?;
    Ok(Redirect::to("/account/sessions").into_response())
}
