//! Taking back what was answered: told what it means, then confirmed.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::pupil;
use super::start::{back, frame, notice, withdraw_until};
use crate::fieldwork::withdraw::{self, WithdrawRefusal};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::Respondent;

const PATH: &str = "/answer/withdraw";

#[derive(Template)]
#[template(path = "web/pages/withdraw.html")]
struct WithdrawPage {
    frame: Frame,
    wave: String,
    n: usize,
    until: String,
}

pub async fn show_withdraw(visitor: Respondent, State(app): State<App>) -> Response {
    if let Some(away) = pupil::away(&visitor) {
        return away;
    }
    let sitting = &visitor.sitting;
    if sitting.opened.invitation.withdrawn_at.is_some() {
        return Redirect::to("/answer").into_response();
    }
    if !withdraw::is_possible(&visitor.study, &sitting.window, app.now()) {
        return notice(&app, &visitor, PATH, "withdraw-late", back(&visitor));
    }
    show(&WithdrawPage {
        frame: frame(&app, &visitor, visitor.words.t("withdraw-title"), PATH),
        wave: sitting.opened.invitation.wave.clone(),
        n: sitting.answers.len(),
        until: withdraw_until(&visitor),
    })
}

pub async fn confirm(
    visitor: Respondent,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    if let Some(away) = pupil::away(&visitor) {
        return Ok(away);
    }
    if field(&fields, "confirm") != Some("yes") {
        return Ok(Redirect::to(PATH).into_response());
    }
    let (w, invitation) = (
        visitor.words,
        visitor.sitting.opened.invitation.invitation_id,
    );
    let (act, study) = (app.act(invitation.to_string()), visitor.study.clone());
    let withdrawn = app
        .store()
        .write(move |tx| {
            async move { withdraw::withdraw(tx, &act, &study, invitation).await }.boxed()
        })
        .await;
    if let (Ok(true), Err(error)) = (&withdrawn, app.store().wipe_log().await) {
        // Somebody was reading: the log is written over by what comes next.
        tracing::warn!(%error, "what was withdrawn is still in the log of the database");
    }
    match withdrawn {
        Ok(_) => Ok(Redirect::to("/answer").into_response()),
        // The page says that it is too late, and whom to ask.
        Err(WithdrawRefusal::TooLate) => Ok(Redirect::to(PATH).into_response()),
        Err(WithdrawRefusal::Unknown) => Err(Problem::new(&app, w, Kind::NoVisit)),
        Err(WithdrawRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
    }
}
