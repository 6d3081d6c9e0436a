//! Everything about one person, for the owner to hand to that person: a page, and a file for programs.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::erase::member;
use crate::domain::subject::SubjectReport;
use crate::fieldwork::subject;
use crate::reports;
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::problem::{Kind, Problem};

async fn report(
    app: &App,
    visitor: &Owner,
    (key, id): (String, Uuid),
) -> Result<SubjectReport, Problem> {
    let w = visitor.0.words;
    let (_, member) = member(app, visitor, &key, id).await?;
    let failed = |error| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let found = subject::report(&mut tx, &visitor.0.study, member.person_id, app.now())
        .await
        .map_err(failed)?;
    found.ok_or_else(|| Problem::new(app, w, Kind::NotFound))
}

fn file(name: &str, kind: &'static str, text: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
    ];
    (headers, text).into_response()
}

pub async fn as_page(
    visitor: Owner,
    State(app): State<App>,
    Path(who): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
    let report = report(&app, &visitor, who).await?;
    let page = reports::subject::page(&report)
        .map_err(|error| Problem::failure(&app, visitor.0.words, &error))?;
    Ok(file("subject.html", "text/html; charset=utf-8", page))
}

pub async fn as_json(
    visitor: Owner,
    State(app): State<App>,
    Path(who): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
    let report = report(&app, &visitor, who).await?;
    let text = serde_json::to_string_pretty(&report)
        .map_err(|error| Problem::failure(&app, visitor.0.words, &error))?;
    Ok(file("subject.json", "application/json", text + "\n"))
}
