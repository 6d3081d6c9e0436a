//! What is done with a choice: computed, saved, let go of, taken away as a file.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::recipe::{Recipe, query};
use crate::conclude;
use crate::evaluation::plan::Plan;
use crate::exchange::plan_toml;
use crate::fieldwork::jobs::{AskRefusal, Kind};
use crate::fieldwork::recipe::{RecipeRefusal, forget, save};
use crate::storage::StorageError;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::problem::Problem;
use crate::web::work;

/// A page of the desk that a form came from; the comparison for anything else.
fn back(fields: &Fields) -> &str {
    let asked = field(fields, "back").unwrap_or_default();
    let own = asked == "/research" || asked.starts_with("/research/");
    if own
        && asked
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/_-.".contains(c))
    {
        asked
    } else {
        "/research"
    }
}

fn chosen(visitor: &Researcher, fields: &Fields) -> (Recipe, Plan, String) {
    let base = conclude::plan(&visitor.0.study);
    let recipe = Recipe::read(fields, &base);
    let query = query(&recipe.fields(&base));
    (recipe, base, query)
}

/// Asks for a choice to be computed, beside the request.
pub async fn compute(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (recipe, base, query) = chosen(&visitor, &fields);
    let to = format!("{}{query}", back(&fields));
    if recipe.is_plan(&base) {
        return Ok(Redirect::to(&to).into_response());
    }
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let words = work::words_of(&recipe, &base);
    match work::ask(&app, act, study_id, (Kind::Recipe, words)).await {
        // Where too many wait the page offers it again.
        Ok(_) | Err(AskRefusal::TooMany) => Ok(Redirect::to(&to).into_response()),
        Err(AskRefusal::Failed(error)) => Err(Problem::storage(&app, visitor.0.words, &error)),
    }
}

/// Calls off a choice that is being computed.
pub async fn cancel(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (_, _, query) = chosen(&visitor, &fields);
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    work::cancel(&app, act, study_id, field(&fields, "job"))
        .await
        .map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    Ok(Redirect::to(&format!("{}{query}", back(&fields))).into_response())
}

/// Keeps a choice under a name.
pub async fn keep(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let (_, _, query) = chosen(&visitor, &fields);
    let name = field(&fields, "name").unwrap_or_default().to_owned();
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let saved = app
        .store()
        .write(move |tx| async move { save(tx, &act, study_id, &name, &query).await }.boxed())
        .await;
    match saved {
        Ok(()) => Ok(Redirect::to("/research/plan#saved").into_response()),
        Err(RecipeRefusal::Failed(error)) => Err(Problem::storage(&app, visitor.0.words, &error)),
        Err(RecipeRefusal::Name | RecipeRefusal::TooMany) => {
            Ok(Redirect::to("/research/plan?refused=name#saved").into_response())
        }
    }
}

/// Lets go of a choice that was kept.
pub async fn delete(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let name = field(&fields, "name").unwrap_or_default().to_owned();
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { forget(tx, &act, study_id, &name).await }.boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    Ok(Redirect::to("/research/plan#saved").into_response())
}

/// The choice as the file that `schakel analyse --plan` reads.
pub async fn plan_file(visitor: Researcher, Query(fields): Query<Fields>) -> Response {
    let (recipe, base, _) = chosen(&visitor, &fields);
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"plan.toml\""),
        ),
    ];
    (headers, plan_toml::written(&recipe.plan(&base))).into_response()
}
