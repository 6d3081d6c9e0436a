//! My account: my roles, and the ways to what else is mine.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use futures_util::FutureExt;
use uuid::Uuid;

use super::trying::{self, over, own_page};
use crate::fieldwork::sign_in;
use crate::storage::{StorageError, accounts, links, schools};
use crate::web::account_page::{Button, Line, List};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Problem, show};
use crate::web::visitor::SignedIn;

pub async fn show_home(visitor: SignedIn, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let account_id = visitor.session.account_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let account = accounts::load(&mut tx, account_id).await.map_err(failed)?;
    let held = accounts::links_of(&mut tx, account_id)
        .await
        .map_err(failed)?;
    let codes = accounts::count_codes(&mut tx, account_id)
        .await
        .map_err(failed)?;
    let mut lines = Vec::new();
    for link_id in held {
        let Some(link) = links::load(&mut tx, link_id).await.map_err(failed)? else {
            continue;
        };
        let of_study = schools::of_study(&mut tx, link.study_id)
            .await
            .map_err(failed)?;
        let names: Vec<&str> = of_study
            .iter()
            .filter(|school| link.schools.contains(&school.school_id))
            .map(|school| school.name.as_str())
            .collect();
        let names = names.join(", ");
        let study = app
            .study(link.study_id, link.revision)
            .await
            .map_err(failed)?;
        let study = study.map_or(String::new(), |study| {
            study.design.title.say(w.0).to_owned()
        });
        lines.push(Line {
            cells: vec![w.t(&format!("people-{}", link.role)), study, names],
            buttons: vec![Button {
                action: "/account/role",
                fields: vec![("link", link_id.to_string())],
                label: w.t("account-open-role"),
            }],
        });
    }
    drop(tx);
    let mut page = own_page(&app, &visitor, "account-title", "/account");
    let address = account.map(|account| account.address).unwrap_or_default();
    page.lead = w.t1("account-lead", "address", address);
    if codes <= 3 {
        page.problem = w.t1("account-few-codes", "n", codes);
    }
    page.lists = vec![List {
        title: w.t("account-roles"),
        columns: [
            "people-role",
            "account-study",
            "people-schools",
            "account-do",
        ]
        .map(|key| w.t(key))
        .to_vec(),
        lines,
        empty: w.t(if visitor.session.administrator {
            "account-no-roles-administrator"
        } else {
            "account-no-roles"
        }),
    }];
    Ok(show(&page))
}

pub async fn choose_role(
    visitor: SignedIn,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let wanted = field(&fields, "link").and_then(|id| Uuid::parse_str(id).ok());
    let Some(wanted) = wanted else {
        return Err(over(&app, w));
    };
    let (act, mut rng) = (app.act(visitor.actor()), app.rng());
    let opened = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let session = (&visitor.session, visitor.visit_hash.as_slice());
                sign_in::choose_role(tx, &act, &mut rng, session, Some(wanted)).await
            }
            .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    match opened {
        Some(opened) => Ok(trying::enter(&app, &opened)),
        None => Err(over(&app, w)),
    }
}
