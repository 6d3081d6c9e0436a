//! What the pages of the research desk share: the findings of the newest snapshot, read and never recomputed.

use askama::Template;
use axum::response::Response;

use crate::evaluation::findings::Findings;
use crate::storage::{StorageError, conclusions};
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::visitor::Researcher;

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoFindings {
    frame: Frame,
    lead: String,
    receipt: Option<(String, String, String, String)>,
}

pub fn frame(app: &App, visitor: &Researcher, title: String, path: &str) -> Frame {
    Frame::new(app, visitor.0.words, title, path)
        .for_visit(&visitor.0.study.design.contact)
        .with_menu(&[
            ("/research", "nav-contrast"),
            ("/research/schools", "nav-schools"),
            ("/research/effects", "nav-effects"),
            ("/research/scales", "nav-scales"),
            ("/research/report", "nav-report"),
            ("/research/exports", "nav-exports"),
        ])
}

/// The findings, or the page that says that there are none yet.
pub async fn findings(
    app: &App,
    visitor: &Researcher,
) -> Result<Result<Findings, Response>, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let text = match conclusions::newest(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?
    {
        Some((key, _)) => conclusions::findings(&mut tx, &key).await.map_err(failed)?,
        None => None,
    };
    match text {
        Some(text) => Ok(Ok(
            serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?
        )),
        None => Ok(Err(nothing_yet(app, visitor))),
    }
}

/// The page that says that no wave is closed yet.
pub fn nothing_yet(app: &App, visitor: &Researcher) -> Response {
    let w = visitor.0.words;
    show(&NoFindings {
        frame: frame(app, visitor, w.t("research-none-title"), "/research"),
        lead: w.t("research-none-lead"),
        receipt: None,
    })
}
