//! How far the schools of one trainer are.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::storage::{StorageError, invitations, schools, windows};
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::progress::{Row, rows};
use crate::web::visitor::Trainer;

#[derive(Template)]
#[template(path = "web/pages/trainer.html")]
struct TrainerPage {
    frame: Frame,
    rows: Vec<Row>,
}

pub async fn show_schools(visitor: Trainer, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut own = schools::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    own.retain(|school| visitor.0.link.schools.contains(&school.school_id));
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let progress = invitations::progress(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let frame =
        Frame::new(&app, w, w.t("trainer-title"), "/trainer").for_visit(&study.design.contact);
    Ok(show(&TrainerPage {
        frame,
        rows: rows(w, &own, &windows, &progress, app.now()),
    }))
}
