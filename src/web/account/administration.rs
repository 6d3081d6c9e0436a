//! The accounts of this server, for its administrator: who has one, and what to do when someone leaves or is locked out. No
//! answers and no staff lists.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::trying::own_page;
use crate::domain::id::AccountId;
use crate::fieldwork::administer;
use crate::storage::{StorageError, accounts};
use crate::web::access::Administrator;
use crate::web::account_page::{AccountPage, Button, Line, List};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Kind, Problem, show};

async fn page(app: &App, visitor: &Administrator) -> Result<AccountPage, StorageError> {
    let w = visitor.0.words;
    let mut tx = app.store().read().await?;
    let all = accounts::all(&mut tx).await?;
    let roles = accounts::count_links(&mut tx).await?;
    drop(tx);
    let own = visitor.0.session.account_id;
    let lines = all.into_iter().map(|account| {
        let id = account.account_id;
        let n = roles.iter().find(|(other, _)| *other == id);
        let mut about = w.t1("accounts-n-roles", "n", n.map_or(0, |(_, n)| *n));
        if account.administrator {
            about = format!("{}, {about}", w.t("people-administrator"));
        }
        let closed = account.disabled_at.is_some();
        let button = |what: &str| Button {
            action: "/accounts",
            fields: vec![("account", id.to_string()), ("do", what.to_owned())],
            label: w.t(&format!("accounts-{what}")),
        };
        let buttons = match (id == own, closed) {
            (true, _) => Vec::new(),
            (false, true) => vec![button("open")],
            (false, false) => ["end", "recover", "restart", "close"].map(button).into(),
        };
        Line {
            cells: vec![
                account.address,
                about,
                w.t(if closed {
                    "accounts-is-closed"
                } else {
                    "accounts-is-open"
                }),
            ],
            buttons,
        }
    });
    let lines = lines.collect();
    let mut page = own_page(app, &visitor.0, "accounts-title", "/accounts");
    page.lead = w.t("accounts-lead");
    page.lists = vec![List {
        title: String::new(),
        columns: [
            "account-address",
            "account-roles",
            "accounts-state",
            "account-do",
        ]
        .map(|key| w.t(key))
        .to_vec(),
        lines,
        empty: String::new(),
    }];
    Ok(page)
}

pub async fn show_accounts(
    visitor: Administrator,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let page = page(&app, &visitor).await;
    let page = page.map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    Ok(show(&page))
}

/// Ends sessions, closes or opens an account, or makes a link that mends it. One's own is left alone: a server always has an
/// administrator.
pub async fn change(
    visitor: Administrator,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = accounts::all(&mut tx).await.map_err(failed)?;
    drop(tx);
    let wanted = field(&fields, "account").unwrap_or_default();
    let account = all
        .into_iter()
        .find(|account| account.account_id.to_string() == wanted)
        .filter(|account| account.account_id != visitor.0.session.account_id)
        .ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let what = field(&fields, "do").unwrap_or_default().to_owned();
    let link = carry_out(&app, &visitor, account.account_id, what)
        .await
        .map_err(failed)?;
    let Some(token) = link else {
        return Ok(Redirect::to("/accounts").into_response());
    };
    let mut page = page(&app, &visitor).await.map_err(failed)?;
    page.done = w.t1("accounts-link", "address", account.address);
    page.shown = vec![format!("{}/r#{token}", app.base())];
    Ok(show(&page))
}

async fn carry_out(
    app: &App,
    visitor: &Administrator,
    account_id: AccountId,
    what: String,
) -> Result<Option<String>, StorageError> {
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    app.store()
        .write(move |tx| {
            async move {
                match what.as_str() {
                    "end" => administer::end_sessions(tx, &act, account_id, &[]).await?,
                    "close" => administer::close_account(tx, &act, account_id).await?,
                    "open" => administer::open_account(tx, &act, account_id).await?,
                    "recover" | "restart" => {
                        let restart = what == "restart";
                        let link =
                            administer::recovery_link(tx, &act, &mut rng, account_id, restart);
                        return link.await.map(Some);
                    }
                    _ => {}
                }
                Ok(None)
            }
            .boxed()
        })
        .await
}
