//! The data of the study, for a researcher: the same files as the owner has.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::exports::{self, Choice};
use crate::web::form::Fields;
use crate::web::problem::Problem;
use crate::web::research::desk;

const PATH: &str = "/research/exports";

pub async fn show_exports(
    visitor: Researcher,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let title = visitor.0.words.t("exports-title");
    let frame = desk::frame(&app, &visitor, title, PATH);
    exports::page(&app, &visitor.0, frame, PATH, &choice).await
}

pub async fn download(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    exports::download(&app, &visitor.0, &fields).await
}
