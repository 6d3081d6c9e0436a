//! Signing in through a provider elsewhere, and linking an account there to one's own here. The browser is handed over by a
//! page that goes on by itself: a form may lead to no other site, and a provider may lead on to others.

use std::net::SocketAddr;

use axum::Form;
use axum::extract::{ConnectInfo, Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use futures_util::FutureExt;
use uuid::Uuid;

use super::own::not_confirmed;
use super::sign_in::page as sign_in_page;
use super::trying::{self, confirm, over, refused};
use crate::domain::id::{AccountId, IdentityId};
use crate::fieldwork::identity::{self, Known, Linked};
use crate::fieldwork::step::{self, Asked, Step};
use crate::locale::Words;
use crate::providers::{Fault, Provider};
use crate::storage::identities::{self, Elsewhere};
use crate::storage::{StorageError, Tx};
use crate::web::account_page::{AccountPage, Button, Entry, EntryForm, Line, List};
use crate::web::app::App;
use crate::web::enter::step_cookie;
use crate::web::form::{Fields, field};
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::{Anyone, OnTheWay, SignedIn};

/// A way in for each provider, below the password.
pub fn ways_in(app: &App, w: Words) -> Vec<EntryForm> {
    app.providers()
        .all()
        .iter()
        .map(|provider| EntryForm {
            action: "/sign-in/with",
            hidden: vec![("provider", provider.key.clone())],
            button: w.t1("sign-in-with", "name", provider.name.as_str()),
            second: true,
            ..EntryForm::default()
        })
        .collect()
}

/// What is linked to an account, and what can be. Nothing where there are no providers and never were.
pub async fn add_links(
    app: &App,
    tx: &mut Tx,
    page: &mut AccountPage,
    account_id: AccountId,
) -> Result<(), StorageError> {
    let w = page.frame.w;
    let kept = identities::of_account(tx, account_id).await?;
    let providers = app.providers().all();
    if kept.is_empty() && providers.is_empty() {
        return Ok(());
    }
    let time = |at| w.day_and_time(at, Tz::Europe__Amsterdam);
    let lines = kept.into_iter().map(|identity| {
        let known = providers
            .iter()
            .find(|provider| provider.issuer() == identity.issuer);
        Line {
            cells: vec![
                known.map_or(identity.issuer, |provider| provider.name.clone()),
                time(identity.created_at),
                identity.used_at.map_or_else(|| w.t("passkeys-never"), time),
            ],
            buttons: vec![Button {
                action: "/account/providers/remove",
                fields: vec![("identity", identity.identity_id.to_string())],
                label: w.t("passkeys-remove"),
            }],
        }
    });
    page.lists.push(List {
        title: w.t("providers-title"),
        columns: [
            "providers-name",
            "providers-linked",
            "passkeys-used",
            "account-do",
        ]
        .map(|key| w.t(key))
        .to_vec(),
        lines: lines.collect(),
        empty: w.t("providers-none"),
    });
    for provider in providers {
        let name = provider.name.as_str();
        page.forms.push(EntryForm {
            action: "/account/providers",
            title: w.t1("providers-link", "name", name),
            lead: w.t1("providers-link-lead", "name", name),
            hidden: vec![("provider", provider.key.clone())],
            entries: vec![
                Entry::new(
                    "password",
                    "password",
                    "current-password",
                    w.t("password-current"),
                )
                .id(format!("password-{}", provider.key)),
            ],
            button: w.t1("providers-link-go", "name", name),
            second: true,
            ..EntryForm::default()
        });
    }
    Ok(())
}

/// The words for what a visitor cannot help, and the line for whoever runs the server.
fn told(w: Words, provider: &Provider, fault: &Fault) -> (StatusCode, String) {
    let (status, key) = match fault {
        Fault::Away(_) => (StatusCode::BAD_GATEWAY, "provider-away"),
        Fault::Refused(_) => (StatusCode::FORBIDDEN, "provider-not-accepted"),
        Fault::Busy => (StatusCode::TOO_MANY_REQUESTS, "provider-busy"),
    };
    tracing::warn!(provider = provider.key, code = key, error = %fault, "nobody was vouched for");
    (status, w.t1(key, "name", provider.name.as_str()))
}

/// Hands the browser over to a provider, and remembers what was asked.
async fn hand_over(
    app: &App,
    w: Words,
    provider: &Provider,
    (step, asked): (Step, &Asked),
    account_id: Option<AccountId>,
) -> Result<Response, (StatusCode, String)> {
    let address = app.providers().ask(provider, app.base(), asked).await;
    let address = address.map_err(|fault| told(w, provider, &fault))?;
    let (act, mut rng) = (app.act("visitor"), app.rng());
    let secret = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { step::begin(tx, &act, &mut rng, account_id, &step).await }.boxed()
        })
        .await
        .map_err(|error| Problem::storage(app, w, &error).told())?;
    let name = provider.name.as_str();
    let mut page = AccountPage::new(app, w, "provider-title", "/sign-in");
    page.lead = w.t1("provider-lead", "name", name);
    page.links = vec![(address.to_string(), w.t1("provider-go", "name", name))];
    let headers = AppendHeaders([
        (header::SET_COOKIE, step_cookie(app, &secret)),
        (header::REFRESH, format!("0; url={address}")),
    ]);
    Ok((headers, show(&page)).into_response())
}

pub async fn begin_sign_in(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Anyone(w): Anyone,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let named = field(&fields, "provider").unwrap_or_default();
    let provider = app.providers().named(named);
    let provider = provider.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let (act, from) = (app.act("visitor"), from.ip().to_string());
    let waits = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { step::may_begin(tx, &act, "provider from", &from).await }.boxed()
        })
        .await
        .map_err(failed)?;
    let refuse = |(status, told): (StatusCode, String)| {
        let mut page = sign_in_page(&app, w, "");
        page.problem = told;
        refused(status, &page)
    };
    if let Some(then) = waits {
        let told = trying::wait(&app, w, then);
        return Ok(refuse((StatusCode::TOO_MANY_REQUESTS, told)));
    }
    let before = trying::underway(&app, &headers).await.map_err(failed)?;
    let asked = Asked::draw(&provider.key, &mut app.rng());
    let step = Step::Elsewhere {
        asked: asked.clone(),
        claim: before.and_then(|before| before.claim()),
    };
    let handed = hand_over(&app, w, provider, (step, &asked), None).await;
    Ok(handed.unwrap_or_else(refuse))
}

/// Whoever gives the password once more goes on to the provider, to show which account there is theirs.
pub async fn begin_link(
    visitor: SignedIn,
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let named = field(&fields, "provider").unwrap_or_default();
    let provider = app.providers().named(named);
    let provider = provider.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let confirmed = confirm(&app, &visitor, &fields, &from.ip().to_string()).await;
    let told = match confirmed.map_err(failed)? {
        Some(told) => told,
        None => {
            let asked = Asked::draw(&provider.key, &mut app.rng());
            let step = Step::Link {
                asked: asked.clone(),
            };
            let account_id = Some(visitor.session.account_id);
            match hand_over(&app, w, provider, (step, &asked), account_id).await {
                Ok(handed) => return Ok(handed),
                Err(told) => told,
            }
        }
    };
    not_confirmed(&app, &visitor, told).await.map_err(failed)
}

/// What a provider sends a visitor back with.
#[derive(serde::Deserialize)]
pub struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
}

/// What came of coming back.
enum Came {
    Known(Known),
    Linked(Linked),
}

/// Whoever comes back from a provider: on to the second factor, or linked.
pub async fn come_back(
    visitor: OnTheWay,
    State(app): State<App>,
    Path(named): Path<String>,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let (Step::Elsewhere { asked, .. } | Step::Link { asked }) = &visitor.underway.step else {
        return Err(over(&app, w));
    };
    // An answer to another question than this browser's: someone else's, who would like it to go on as them. Or of another
    // provider than the one that was asked.
    if back.state.as_deref() != Some(&asked.state) || named != asked.provider {
        return Err(over(&app, w));
    }
    let provider = app.providers().named(&asked.provider);
    let provider = provider.ok_or_else(|| over(&app, w))?;
    let links = matches!(visitor.underway.step, Step::Link { .. });
    let refuse = |(status, told): (StatusCode, String)| {
        let mut page = sign_in_page(&app, w, "");
        page.problem = told;
        if links {
            page.forms = Vec::new();
            page.lead = String::new();
            page.links = vec![("/account/security".to_owned(), w.t("security-title"))];
        }
        Ok(refused(status, &page))
    };
    let name = provider.name.as_str();
    let code = match (back.code, back.error) {
        (Some(code), None) => code,
        (_, error) => {
            // One of the words of the protocol, and nothing that somebody else would like to stand in a log.
            let plain = |c: &char| c.is_ascii_lowercase() || *c == '_';
            let error: String = error
                .iter()
                .flat_map(|it| it.chars())
                .filter(plain)
                .take(40)
                .collect();
            let code = "provider-nobody";
            tracing::warn!(
                provider = provider.key,
                code,
                error,
                "nobody was vouched for"
            );
            let told = w.t1("provider-nobody", "name", name);
            return refuse((StatusCode::FORBIDDEN, told));
        }
    };
    let vouched = app
        .providers()
        .vouched(provider, app.base(), (asked, &code), app.now())
        .await;
    let subject = match vouched {
        Ok(subject) => subject,
        Err(fault) => return refuse(told(w, provider, &fault)),
    };
    let (act, mut rng, underway) = (app.act("visitor"), app.rng(), visitor.underway.clone());
    let issuer = provider.issuer().to_owned();
    let done = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let elsewhere = Elsewhere {
                    issuer: &issuer,
                    subject: &subject,
                };
                Ok(if links {
                    Came::Linked(identity::link(tx, &act, &mut rng, &underway, elsewhere).await?)
                } else {
                    Came::Known(identity::go_on(tx, &act, &mut rng, &underway, elsewhere).await?)
                })
            }
            .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    match done {
        Came::Known(Known::GoOn(secret)) => Ok(trying::to_step(&app, &secret, "/sign-in/code")),
        Came::Known(Known::Nobody) => refuse((
            StatusCode::FORBIDDEN,
            w.t1("provider-unknown", "name", name),
        )),
        Came::Linked(Linked::Done) => {
            Ok(Redirect::to("/account/security?done=linked").into_response())
        }
        Came::Linked(Linked::Taken) => {
            refuse((StatusCode::CONFLICT, w.t1("provider-taken", "name", name)))
        }
        Came::Known(Known::Gone) | Came::Linked(Linked::Gone) => Err(over(&app, w)),
    }
}

pub async fn remove(
    visitor: SignedIn,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let named = field(&fields, "identity").and_then(|id| Uuid::parse_str(id).ok());
    if let Some(id) = named {
        let (act, session) = (app.act(visitor.actor()), visitor.session.clone());
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { identity::unlink(tx, &act, &session, IdentityId(id)).await }.boxed()
            })
            .await
            .map_err(|error| Problem::storage(&app, visitor.words, &error))?;
    }
    Ok(Redirect::to("/account/security?done=unlinked").into_response())
}
