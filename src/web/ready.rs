//! Whether this server can take requests, for whoever shares them out: a load balancer, a monitor.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::app::App;
use super::problem::{Kind, Problem};
use crate::locale::Words;

pub async fn readyz(State(app): State<App>) -> Response {
    let found = app.store().readiness().await;
    let status = match found.fault {
        None => StatusCode::OK,
        Some(_) => StatusCode::SERVICE_UNAVAILABLE,
    };
    let told = json!({
        "ready": found.fault.is_none(),
        "fault": found.fault,
        "warning": found.warning,
        "node": app.working().node,
    });
    let kind = [(header::CONTENT_TYPE, "application/json")];
    (status, kind, format!("{told}\n")).into_response()
}

/// A list is not taken when it might fill the disk: what respondents send goes before.
pub fn room_for_a_file(app: &App, words: Words) -> Result<(), Problem> {
    if app.store().has_room() {
        return Ok(());
    }
    Err(Problem::new(app, words, Kind::NoRoom))
}
