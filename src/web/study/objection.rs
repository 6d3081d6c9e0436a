//! An objection to being listed, recorded by the owner for someone who said so in person or on paper, and taken back.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use super::roster_list;
use super::rosters::list_path;
use crate::domain::id::MemberId;
use crate::domain::study::Objection;
use crate::fieldwork::object::{self, ObjectRefusal};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Kind, Problem};

/// What the page of a member says about an objection.
pub(super) struct Told {
    pub made: bool,
    pub lead: String,
    pub follows: Vec<String>,
}

/// `made`: what is done about the objection that there is.
pub(super) fn told(w: Words, study: &Study, made: Option<Objection>) -> Told {
    let policy = made.unwrap_or_else(|| object::consequence(study));
    let of_policy = match policy {
        Objection::C => ["member-objection-c-list", "member-objection-c-ties"],
        Objection::A | Objection::B => ["member-objection-b-list", "member-objection-b-ties"],
    };
    let always = [
        "member-objection-own",
        "member-objection-mail",
        "objection-waves",
    ];
    Told {
        made: made.is_some(),
        lead: w.t(match made {
            Some(_) => "member-objection-made",
            None => "member-objection-lead",
        }),
        follows: of_policy
            .iter()
            .chain(&always)
            .map(|key| w.t(key))
            .collect(),
    }
}

pub async fn decide(
    visitor: Owner,
    State(app): State<App>,
    Path((key, id)): Path<(String, Uuid)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let lifts = match field(&fields, "objects") {
        Some("yes") => false,
        Some("no") => true,
        _ => return Err(Problem::new(&app, w, Kind::BadForm)),
    };
    let act = app.act(visitor.0.actor());
    let (study, member) = (visitor.0.study.clone(), MemberId(id));
    if !roster_list::has(&app, &visitor, &key, member).await? {
        return Err(Problem::new(&app, w, Kind::NotFound));
    }
    app.store()
        .write(move |tx| {
            async move {
                if lifts {
                    object::lift(tx, &act, &study, member).await.map(drop)
                } else {
                    object::object(tx, &act, &study, member).await.map(drop)
                }
            }
            .boxed()
        })
        .await
        .map_err(|refusal| match refusal {
            ObjectRefusal::Unknown => Problem::new(&app, w, Kind::NotFound),
            ObjectRefusal::Failed(error) => Problem::storage(&app, w, &error),
        })?;
    let path = format!("{}/{id}#objection", list_path(&key));
    Ok(Redirect::to(&path).into_response())
}
