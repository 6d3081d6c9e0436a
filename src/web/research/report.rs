//! The whole report of the study as one page that can be kept: the same that the command line writes.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::domain::language::Language;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::research::desk;
use crate::web::study_report::{Material, MaterialError};

/// The report carries its own style sheet, so that it stays whole when it is saved; scripts it has none.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "web/pages/report.html")]
struct ReportPage {
    frame: Frame,
    key: String,
}

/// What the report is, and the buttons that open and keep it.
pub async fn show_report(visitor: Researcher, State(app): State<App>) -> Result<Response, Problem> {
    if let Err(page) = desk::findings(&app, &visitor).await? {
        return Ok(page);
    }
    let title = visitor.0.words.t("report-page-title");
    Ok(show(&ReportPage {
        frame: desk::frame(&app, &visitor, title, "/research/report"),
        key: visitor.0.study.design.key.clone(),
    }))
}

#[derive(Deserialize)]
pub struct Choice {
    language: Option<Language>,
    /// To be kept as a file.
    download: Option<String>,
}

pub async fn show_whole(
    visitor: Researcher,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: MaterialError| match error {
        MaterialError::Storage(error) => Problem::storage(&app, w, &error),
        error => Problem::failure(&app, w, &error),
    };
    let study = &visitor.0.study;
    let mut tx = app
        .store()
        .read()
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    let material = Material::newest(&mut tx, study).await.map_err(failed)?;
    drop(tx);
    let Some(material) = material else {
        return match desk::findings(&app, &visitor).await? {
            Err(page) => Ok(page),
            Ok(_) => Err(Problem::new(&app, w, Kind::NotFound)),
        };
    };
    let language = choice.language.unwrap_or(w.0);
    let html = material
        .page(language)
        .map_err(|error| Problem::failure(&app, w, &error))?;
    let policy = (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    if choice.download.is_none() {
        return Ok(([policy], Html(html)).into_response());
    }
    let kept_as = format!(
        "attachment; filename=\"{}-{}.html\"",
        study.design.key,
        language.tag()
    );
    let kept_as =
        HeaderValue::from_str(&kept_as).map_err(|error| Problem::failure(&app, w, &error))?;
    let attachment = (header::CONTENT_DISPOSITION, kept_as);
    Ok(([policy, attachment], Html(html)).into_response())
}
