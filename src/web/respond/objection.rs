//! Objecting to being listed, with what it leads to in plain words; and taking that back.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::pupil;
use super::start::frame;
use crate::domain::study::Objection;
use crate::fieldwork::object::{self, ObjectRefusal};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::Respondent;

const PATH: &str = "/answer/objection";

#[derive(Template)]
#[template(path = "web/pages/objection.html")]
struct ObjectionPage {
    frame: Frame,
    lead: String,
    consequences: Vec<String>,
    /// There is an objection, which can be taken back.
    objects: bool,
}

pub async fn show_objection(visitor: Respondent, State(app): State<App>) -> Response {
    if let Some(away) = pupil::away(&visitor) {
        return away;
    }
    let (w, made) = (visitor.words, visitor.sitting.opened.objection);
    let policy = made.unwrap_or_else(|| object::consequence(&visitor.study));
    let first = if policy == Objection::C { "c" } else { "b" };
    let told = [
        &format!("objection-{first}-list"),
        &format!("objection-{first}-ties"),
        "objection-own",
        "objection-waves",
        "objection-back",
    ];
    let lead = if made.is_some() {
        "objection-made"
    } else {
        "objection-lead"
    };
    show(&ObjectionPage {
        frame: frame(&app, &visitor, w.t("objection-title"), PATH),
        lead: w.t(lead),
        consequences: told.into_iter().map(|key| w.t(key)).collect(),
        objects: made.is_some(),
    })
}

pub async fn save(
    visitor: Respondent,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    if let Some(away) = pupil::away(&visitor) {
        return Ok(away);
    }
    let listed = match field(&fields, "listed") {
        Some("yes") => true,
        Some("no") => false,
        _ => return Ok(Redirect::to(PATH).into_response()),
    };
    let (w, member) = (visitor.words, visitor.sitting.me.member_id);
    let actor = visitor.sitting.opened.invitation.invitation_id.to_string();
    let (act, study) = (app.act(actor), visitor.study.clone());
    app.store()
        .write(move |tx| {
            async move {
                if listed {
                    object::lift(tx, &act, &study, member).await.map(drop)
                } else {
                    object::object(tx, &act, &study, member).await.map(drop)
                }
            }
            .boxed()
        })
        .await
        .map_err(|refusal| match refusal {
            ObjectRefusal::Unknown => Problem::new(&app, w, Kind::NoVisit),
            ObjectRefusal::Failed(error) => Problem::storage(&app, w, &error),
        })?;
    Ok(Redirect::to(PATH).into_response())
}
