//! The owner closes a window, has everything computed again, and calls that off.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use crate::fieldwork::close;
use crate::fieldwork::jobs::{AskRefusal, Kind};
use crate::storage::StorageError;
use crate::storage::windows::{self};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::{Kind as ProblemKind, Problem};
use crate::web::work::{self};

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
        .ok_or_else(|| Problem::new(&app, w, ProblemKind::NotFound))?;
    if field(&fields, "confirm") != Some("yes") {
        return Ok(Redirect::to("/response").into_response());
    }
    let (act, study_id) = (app.act(visitor.0.actor()), study.study_id);
    app.store()
        .write(move |tx| async move { close::close(tx, &act, study_id, &window).await }.boxed())
        .await
        .map_err(|refusal| Problem::close(&app, w, &refusal))?;
    conclude(&app, &visitor).await
}

/// Concludes what is closed once more: after a computation that failed, a withdrawal or an objection. The same data
/// give what is kept already.
pub async fn compute_again(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    conclude(&app, &visitor).await
}

async fn conclude(app: &App, visitor: &Owner) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    match work::ask(app, act, study_id, (Kind::Conclude, String::new())).await {
        Ok(job_id) => work::a_moment(app, job_id).await.map_err(failed)?,
        // Those that wait will see what is closed now.
        Err(AskRefusal::TooMany) => {}
        Err(AskRefusal::Failed(error)) => return Err(failed(error)),
    }
    Ok(Redirect::to("/response").into_response())
}

/// Calls off what is being concluded. What was concluded before stays.
pub async fn cancel(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    work::cancel(&app, act, study_id, field(&fields, "job"))
        .await
        .map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    Ok(Redirect::to("/response").into_response())
}
