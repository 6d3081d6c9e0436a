//! The whole evaluation as one page that can be kept: the same that the command line writes.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::domain::opening::Part;
use crate::evaluation::portrait::Portrait;
use crate::reports;
use crate::storage::{StorageError, conclusions, schools};
use crate::web::app::App;
use crate::web::problem::Problem;
use crate::web::research::desk;
use crate::web::visitor::Researcher;

/// The report carries its own style sheet, so that it stays whole when it is saved; scripts it has none.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

pub async fn show_report(visitor: Researcher, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let findings = match desk::findings(&app, &visitor).await? {
        Ok(findings) => findings,
        Err(page) => return Ok(page),
    };
    let mut tx = app.store().read().await.map_err(failed)?;
    let newest = conclusions::newest(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    let kept = match newest {
        Some((key, _)) => conclusions::parts(&mut tx, &key, Part::Team)
            .await
            .map_err(failed)?,
        None => Vec::new(),
    };
    let schools = schools::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let mut portraits: Vec<(String, Portrait)> = Vec::new();
    for school in &schools {
        if let Some((_, text)) = kept.iter().find(|(id, _)| *id == school.school_id) {
            let portrait =
                serde_json::from_str(text).map_err(|error| Problem::failure(&app, w, &error))?;
            portraits.push((school.key.clone(), portrait));
        }
    }
    let html = reports::analysis::page(&findings, &portraits)
        .map_err(|error| Problem::failure(&app, w, &error))?;
    let policy = (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    Ok(([policy], Html(html)).into_response())
}
