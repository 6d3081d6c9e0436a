//! Passkeys: making one, signing in with one, taking one away. They need a script; everything else works without.

use std::net::SocketAddr;

use axum::Form;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use chrono_tz::Tz;
use futures_util::FutureExt;
use rand::RngExt;
use serde_json::{Value, json};
use uuid::Uuid;
use webauthn_rs::fake::{FakePasskeyDistribution, WebauthnFakeCredentialGenerator};
use webauthn_rs::prelude::{
    CredentialID, Passkey, PasskeyAuthentication, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder,
};

use super::trying::{self, confirm, over, own_page, refused};
use crate::domain::id::PasskeyId;
use crate::fieldwork::passkey;
use crate::fieldwork::step::{self, Step, Underway};
use crate::storage::passkeys::{self, Kept};
use crate::storage::{StorageError, accounts};
use crate::web::account_page::{AccountPage, Button, Entry, EntryForm, Line, List};
use crate::web::app::App;
use crate::web::enter::step_cookie;
use crate::web::form::{Fields, LONGEST_NAME, field};
use crate::web::problem::{Problem, show};
use crate::web::visitor::{Anyone, SignedIn};

/// For the host in the server's own address: a passkey answers to that host alone. None where that is no name.
fn webauthn(app: &App) -> Option<Webauthn> {
    let origin = Url::parse(app.base()).ok()?;
    let host = origin.domain()?.to_owned();
    WebauthnBuilder::new(&host, &origin)
        .ok()?
        .rp_name("Schakel")
        .build()
        .ok()
}

pub fn can_be_used(app: &App) -> bool {
    webauthn(app).is_some()
}

async fn page(app: &App, visitor: &SignedIn) -> Result<AccountPage, StorageError> {
    let w = visitor.words;
    let mut tx = app.store().read().await?;
    let kept = passkeys::of_account(&mut tx, visitor.session.account_id).await?;
    drop(tx);
    let mut page = own_page(app, visitor, "passkeys-title", "/account/passkeys");
    page.lead = w.t("passkeys-lead");
    let time = |at| w.day_and_time(at, Tz::Europe__Amsterdam);
    page.lists = vec![List {
        title: String::new(),
        columns: [
            "passkeys-label",
            "passkeys-made",
            "passkeys-used",
            "account-do",
        ]
        .map(|key| w.t(key))
        .to_vec(),
        lines: kept
            .into_iter()
            .map(|passkey| Line {
                cells: vec![
                    passkey.label,
                    time(passkey.created_at),
                    passkey.used_at.map_or_else(|| w.t("passkeys-never"), time),
                ],
                buttons: vec![Button {
                    action: "/account/passkeys/remove",
                    fields: vec![("passkey", passkey.passkey_id.to_string())],
                    label: w.t("passkeys-remove"),
                }],
            })
            .collect(),
        empty: w.t("passkeys-none"),
    }];
    page.passkeys = can_be_used(app);
    if page.passkeys {
        page.forms = vec![EntryForm {
            action: "/account/passkeys",
            title: w.t("passkeys-new"),
            lead: w.t("passkeys-new-lead"),
            entries: vec![
                Entry::new("label", "text", "off", w.t("passkeys-label"))
                    .help(w.t("passkeys-label-help")),
                Entry::new(
                    "password",
                    "password",
                    "current-password",
                    w.t("password-current"),
                ),
            ],
            button: w.t("passkeys-go"),
            challenge: Some("/account/passkeys/challenge"),
            ..EntryForm::default()
        }];
    }
    Ok(page)
}

pub async fn show_passkeys(visitor: SignedIn, State(app): State<App>) -> Result<Response, Problem> {
    let page = page(&app, &visitor).await;
    let page = page.map_err(|error| Problem::storage(&app, visitor.words, &error))?;
    Ok(show(&page))
}

/// What a script is told: a challenge, or in words why there is none.
fn told(status: StatusCode, text: String) -> Response {
    (status, as_json(&json!({ "told": text }))).into_response()
}

fn as_json(value: &Value) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, "application/json")],
        value.to_string(),
    )
}

fn challenge(app: &App, secret: &str, options: Value) -> Response {
    let set = step_cookie(app, secret);
    (
        AppendHeaders([(header::SET_COOKIE, set)]),
        as_json(&options),
    )
        .into_response()
}

/// The challenge for a new passkey, for whoever gives the password once more.
pub async fn begin_making(
    visitor: SignedIn,
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let confirmed = confirm(&app, &visitor, &fields, &from.ip().to_string()).await;
    if let Some((status, text)) = confirmed.map_err(failed)? {
        return Ok(told(status, text));
    }
    let webauthn = webauthn(&app).ok_or_else(|| over(&app, w))?;
    let account_id = visitor.session.account_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let account = accounts::load(&mut tx, account_id).await.map_err(failed)?;
    let kept = passkeys::of_account(&mut tx, account_id).await;
    let known = read(kept.map_err(failed)?);
    drop(tx);
    let address = account.map(|account| account.address).unwrap_or_default();
    let known = known.iter().map(|(_, key)| key.cred_id().clone()).collect();
    let (options, state) = webauthn
        .start_passkey_registration(account_id.0, &address, &address, Some(known))
        .map_err(|error| Problem::failure(&app, w, &error))?;
    let state = serde_json::to_string(&state).unwrap_or_default();
    let (act, mut rng, session) = (app.act(visitor.actor()), app.rng(), visitor.session);
    let secret = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { passkey::begin_making(tx, &act, &mut rng, &session, state).await }.boxed()
        })
        .await
        .map_err(failed)?;
    let options = serde_json::to_value(&options).unwrap_or_default();
    Ok(challenge(&app, &secret, options))
}

fn read(kept: Vec<Kept>) -> Vec<(Kept, Passkey)> {
    kept.into_iter()
        .filter_map(|kept| {
            let passkey = serde_json::from_str(&kept.credential).ok()?;
            Some((kept, passkey))
        })
        .collect()
}

/// What the browser answered is checked, and the passkey kept.
pub async fn make(
    visitor: SignedIn,
    State(app): State<App>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let underway = trying::underway(&app, &headers).await.map_err(failed)?;
    let underway = underway
        .filter(|step| step.account_id == Some(visitor.session.account_id))
        .ok_or_else(|| over(&app, w))?;
    let label: String = field(&fields, "label")
        .unwrap_or_default()
        .trim()
        .chars()
        .take(LONGEST_NAME)
        .collect();
    let made = made(&app, &underway, &fields);
    let (act, mut rng) = (app.act(visitor.actor()), app.rng());
    let kept = match made {
        Some(credential) => app
            .store()
            .write::<_, StorageError, _>(move |tx| {
                let new = (label, credential);
                async move { passkey::make(tx, &act, &mut rng, &underway, new).await }.boxed()
            })
            .await
            .map_err(failed)?,
        None => false,
    };
    if kept {
        return Ok(Redirect::to("/account/passkeys").into_response());
    }
    let mut page = page(&app, &visitor).await.map_err(failed)?;
    page.problem = w.t("passkey-failed");
    Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

fn made(app: &App, underway: &Underway, fields: &Fields) -> Option<String> {
    let Step::NewPasskey { state } = &underway.step else {
        return None;
    };
    let state: PasskeyRegistration = serde_json::from_str(state).ok()?;
    let answer: RegisterPublicKeyCredential =
        serde_json::from_str(field(fields, "credential")?).ok()?;
    let passkey = webauthn(app)?
        .finish_passkey_registration(&answer, &state)
        .ok()?;
    serde_json::to_string(&passkey).ok()
}

pub async fn remove(
    visitor: SignedIn,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let named = field(&fields, "passkey").and_then(|id| Uuid::parse_str(id).ok());
    if let Some(id) = named {
        let act = app.act(visitor.actor());
        let session = visitor.session.clone();
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { passkey::remove(tx, &act, &session, PasskeyId(id)).await }.boxed()
            })
            .await
            .map_err(|error| Problem::storage(&app, visitor.words, &error))?;
    }
    Ok(Redirect::to("/account/passkeys").into_response())
}

/// The challenge for signing in. Whoever has no account, or no passkey, gets one that looks the same and that nothing
/// answers.
pub async fn begin_sign_in(
    State(app): State<App>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Anyone(w): Anyone,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let webauthn = webauthn(&app).ok_or_else(|| over(&app, w))?;
    let address = field(&fields, "address").unwrap_or_default();
    let (act, from) = (app.act("visitor"), from.ip().to_string());
    let waits = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { step::may_begin(tx, &act, "passkey from", &from).await }.boxed()
        })
        .await
        .map_err(failed)?;
    if let Some(then) = waits {
        return Ok(told(
            StatusCode::TOO_MANY_REQUESTS,
            trying::wait(&app, w, then),
        ));
    }
    let before = trying::underway(&app, &headers).await.map_err(failed)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let login = accounts::login_hash(&tx, address);
    let account = accounts::by_login(&mut tx, &login).await.map_err(failed)?;
    let account_id = account
        .filter(|account| account.disabled_at.is_none())
        .map(|account| account.account_id);
    let known = match account_id {
        Some(id) => read(passkeys::of_account(&mut tx, id).await.map_err(failed)?),
        None => Vec::new(),
    };
    drop(tx);
    let keys: Vec<Passkey> = known.into_iter().map(|(_, key)| key).collect();
    let host = webauthn
        .get_allowed_origins()
        .first()
        .and_then(Url::domain)
        .unwrap_or_default();
    let (options, state) = if keys.is_empty() {
        let ids = WebauthnFakeCredentialGenerator::<FakePasskeyDistribution>::new(&login)
            .and_then(|seemingly| seemingly.generate(address.as_bytes()))
            .map_err(|error| Problem::failure(&app, w, &error))?;
        let drawn: [u8; 32] = app.rng().random();
        (options(host, &drawn, &ids), String::new())
    } else {
        let (asked, state) = webauthn
            .start_passkey_authentication(&keys)
            .map_err(|error| Problem::failure(&app, w, &error))?;
        let ids: Vec<CredentialID> = keys.iter().map(|key| key.cred_id().clone()).collect();
        let state = serde_json::to_string(&state).unwrap_or_default();
        (options(host, &asked.public_key.challenge, &ids), state)
    };
    let asked = Step::Passkey {
        state,
        claim: before.as_ref().and_then(Underway::claim),
    };
    let (act, mut rng) = (app.act("visitor"), app.rng());
    let secret = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move { step::begin(tx, &act, &mut rng, account_id, &asked).await }.boxed()
        })
        .await
        .map_err(failed)?;
    Ok(challenge(&app, &secret, options))
}

/// One shape for everybody, with bytes as numbers.
fn options(host: &str, challenge: &[u8], ids: &[CredentialID]) -> Value {
    let ids: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "type": "public-key", "id": id }))
        .collect();
    json!({ "publicKey": {
        "challenge": challenge, "rpId": host, "timeout": 300_000, "userVerification": "required",
        "allowCredentials": ids,
    }})
}

pub async fn sign_in(
    State(app): State<App>,
    Anyone(w): Anyone,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let underway = trying::underway(&app, &headers).await.map_err(failed)?;
    let underway = underway.ok_or_else(|| over(&app, w))?;
    let kept = match underway.account_id {
        Some(id) => {
            let mut tx = app.store().read().await.map_err(failed)?;
            passkeys::of_account(&mut tx, id).await.map_err(failed)?
        }
        None => Vec::new(),
    };
    let opened = match answered(&app, &underway, &fields, kept) {
        Some(passkey) => {
            let (act, mut rng) = (app.act("visitor"), app.rng());
            app.store()
                .write::<_, StorageError, _>(move |tx| {
                    async move { passkey::sign_in(tx, &act, &mut rng, &underway, &passkey).await }
                        .boxed()
                })
                .await
                .map_err(failed)?
        }
        None => None,
    };
    match opened {
        Some(opened) => Ok(trying::enter(&app, &opened)),
        None => {
            let mut page = super::sign_in::page(&app, w, "");
            page.problem = w.t("passkey-failed");
            Ok(refused(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// The passkey that answered the challenge, as it is after this use.
fn answered(app: &App, underway: &Underway, fields: &Fields, kept: Vec<Kept>) -> Option<Kept> {
    let Step::Passkey { state, .. } = &underway.step else {
        return None;
    };
    let state: PasskeyAuthentication = serde_json::from_str(state).ok()?;
    let answer: PublicKeyCredential = serde_json::from_str(field(fields, "credential")?).ok()?;
    let result = webauthn(app)?
        .finish_passkey_authentication(&answer, &state)
        .ok()?;
    let (mut kept, mut passkey) = read(kept)
        .into_iter()
        .find(|(_, key)| key.cred_id() == result.cred_id())?;
    passkey.update_credential(&result);
    kept.credential = serde_json::to_string(&passkey).ok()?;
    Some(kept)
}
