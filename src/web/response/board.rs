//! The response per school and wave, and the windows that can be closed. Counts only: who answered is not here.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use crate::conclude;
use crate::fieldwork::close;
use crate::storage::windows::Phase;
use crate::storage::{StorageError, invitations, schools, windows};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind, Problem, show};
use crate::web::progress::{Row, phase_key, rows};
use crate::web::visitor::Owner;

#[derive(Template)]
#[template(path = "web/pages/response.html")]
struct ResponsePage {
    frame: Frame,
    lead: String,
    windows: Vec<WindowLine>,
    rows: Vec<Row>,
}

struct WindowLine {
    id: String,
    cohort: String,
    wave: String,
    opens: String,
    closes: String,
    phase: String,
    closable: bool,
}

pub async fn show_board(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let now = app.now();
    let mut tx = app.store().read().await.map_err(failed)?;
    let schools = schools::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let progress = invitations::progress(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let zone = study.design.time_zone;
    let page = ResponsePage {
        frame: Frame::new(&app, w, w.t("response-title"), "/response")
            .for_visit(&study.design.contact)
            .with_menu(&OWNER_MENU),
        lead: w.t("response-lead"),
        windows: windows
            .iter()
            .map(|window| WindowLine {
                id: window.window_id.to_string(),
                cohort: window.cohort.clone(),
                wave: window.wave.clone(),
                opens: w.day_and_time(window.opens_at, zone),
                closes: w.day_and_time(window.closes_at, zone),
                phase: w.t(phase_key(window.phase(now))),
                closable: matches!(window.phase(now), Phase::Open | Phase::Overtime),
            })
            .collect(),
        rows: rows(w, &schools, &windows, &progress, now),
    };
    Ok(show(&page))
}

/// Closes a wave for a cohort, then concludes. Closing twice changes nothing.
pub async fn close_window(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = visitor.0.study.clone();
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let asked = field(&fields, "window").unwrap_or_default();
    let mut tx = app.store().read().await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let window = windows
        .into_iter()
        .find(|window| window.window_id.to_string() == asked)
        .ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    if field(&fields, "confirm") != Some("yes") {
        return Ok(Redirect::to("/response").into_response());
    }
    let (act, study_id) = (app.act(visitor.0.link.link_id.to_string()), study.study_id);
    app.store()
        .write(move |tx| async move { close::close(tx, &act, study_id, &window).await }.boxed())
        .await
        .map_err(|refusal| Problem::close(&app, w, &refusal))?;
    conclude::conclude(app.store(), &study, app.now())
        .await
        .map_err(|error| Problem::conclude(&app, w, &error))?;
    Ok(Redirect::to("/response").into_response())
}
