//! A button opens results that are ready. Only this is noted, once per wave: looking at them again is not.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::results::{audience, results};
use crate::domain::opening::Part;
use crate::fieldwork::open;
use crate::storage::StorageError;
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::problem::Problem;

pub async fn open_results(
    visitor: SchoolVisitor,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let found = results(&app, &visitor).await?;
    let waves = found.kept.map(|kept| kept.unopened).unwrap_or_default();
    let act = app.act(visitor.0.actor());
    let (school_id, audience) = (found.school.school_id, audience(&visitor));
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { open::open(tx, &act, school_id, Part::Team, audience, &waves).await }
                .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    Ok(Redirect::to("/school").into_response())
}
