//! Signing in: address and password, then the second factor.

use std::net::SocketAddr;

use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures_util::FutureExt;

use super::trying::{self, Password, over, refused};
use super::{passkeys, providers};
use crate::fieldwork::second_factor::{self, Passed};
use crate::fieldwork::sign_in;
use crate::fieldwork::step::Step;
use crate::locale::Words;
use crate::storage::StorageError;
use crate::web::account_page::{AccountPage, Entry, EntryForm};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Problem, show};
use crate::web::visitor::{Anyone, OnTheWay};

pub fn page(app: &App, w: Words, address: &str) -> AccountPage {
    let mut page = AccountPage::new(app, w, "sign-in-title", "/sign-in");
    page.lead = w.t("sign-in-lead");
    page.passkeys = passkeys::can_be_used(app);
    page.forms = vec![
        EntryForm {
            action: "/sign-in",
            entries: vec![
                Entry::new("address", "email", "username", w.t("account-address")).value(address),
                Entry::new(
                    "password",
                    "password",
                    "current-password",
                    w.t("account-password"),
                ),
            ],
            button: w.t("sign-in-go"),
            ..EntryForm::default()
        },
        EntryForm {
            action: "/sign-in/passkey",
            title: w.t("sign-in-passkey"),
            lead: w.t("sign-in-passkey-lead"),
            entries: vec![
                Entry::new(
                    "address",
                    "email",
                    "username webauthn",
                    w.t("account-address"),
                )
                .id("passkey-address")
                .value(address),
            ],
            button: w.t("sign-in-passkey-go"),
            second: true,
            challenge: Some("/sign-in/passkey/challenge"),
            ..EntryForm::default()
        },
    ];
    if !page.passkeys {
        page.forms.truncate(1);
    }
    page.forms.extend(providers::ways_in(app, w));
    page
}

pub async fn show_form(State(app): State<App>, Anyone(words): Anyone) -> Response {
    let mut page = page(&app, words, "");
    page.links = vec![("/r".to_owned(), words.t("sign-in-link"))];
    show(&page)
}

pub async fn try_password(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Anyone(w): Anyone,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let address = field(&fields, "address").unwrap_or_default();
    let password = field(&fields, "password").unwrap_or_default();
    let refuse = |status, told: String| {
        let mut page = page(&app, w, address);
        page.problem = told;
        Ok(refused(status, &page))
    };
    let from = from.ip().to_string();
    let tried = trying::try_password(&app, address, password, &from).await;
    let tried = match tried.map_err(failed)? {
        Password::Right(tried) => tried,
        Password::Wrong => {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, w.t("sign-in-wrong"));
        }
        Password::Wait(then) => {
            return refuse(StatusCode::TOO_MANY_REQUESTS, trying::wait(&app, w, then));
        }
        Password::Busy => return refuse(StatusCode::TOO_MANY_REQUESTS, w.t("sign-in-busy")),
    };
    let before = trying::underway(&app, &headers).await.map_err(failed)?;
    let (act, mut rng) = (app.act("visitor"), app.rng());
    let secret = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { sign_in::go_on(tx, &act, &mut rng, &tried, before.as_ref()).await }.boxed()
        })
        .await
        .map_err(failed)?;
    match secret {
        Some(secret) => Ok(trying::to_step(&app, &secret, "/sign-in/code")),
        None => refuse(StatusCode::UNPROCESSABLE_ENTITY, w.t("sign-in-wrong")),
    }
}

fn code_page(app: &App, w: Words) -> AccountPage {
    let mut page = AccountPage::new(app, w, "sign-in-code-title", "/sign-in/code");
    page.lead = w.t("sign-in-code-lead");
    page.forms = vec![EntryForm {
        action: "/sign-in/code",
        entries: vec![
            Entry::new("code", "text", "one-time-code", w.t("sign-in-code"))
                .help(w.t("sign-in-code-help")),
        ],
        button: w.t("sign-in-go"),
        ..EntryForm::default()
    }];
    page
}

pub async fn show_code(State(app): State<App>, visitor: OnTheWay) -> Result<Response, Problem> {
    match visitor.underway.step {
        Step::Second { .. } => Ok(show(&code_page(&app, visitor.words))),
        _ => Err(over(&app, visitor.words)),
    }
}

pub async fn try_code(
    visitor: OnTheWay,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let code = field(&fields, "code").unwrap_or_default().to_owned();
    let (act, mut rng, underway) = (app.act("visitor"), app.rng(), visitor.underway);
    let passed = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { second_factor::pass(tx, &act, &mut rng, &underway, &code).await }.boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    let refuse = |status, told: String| {
        let mut page = code_page(&app, w);
        page.problem = told;
        Ok(refused(status, &page))
    };
    match passed {
        Passed::In(opened) => Ok(trying::enter(&app, &opened)),
        Passed::Wrong => refuse(StatusCode::UNPROCESSABLE_ENTITY, w.t("sign-in-code-wrong")),
        Passed::Wait(then) => refuse(StatusCode::TOO_MANY_REQUESTS, trying::wait(&app, w, then)),
        Passed::Gone => Err(over(&app, w)),
    }
}
