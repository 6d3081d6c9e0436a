//! The data of the study, for its owner: keys in the place of names.

use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::exports::{self, Choice};
use crate::web::form::Fields;
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::Problem;

const PATH: &str = "/study/exports";

pub async fn show_exports(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let staff = &visitor.0;
    let frame = Frame::new(&app, staff.words, staff.words.t("exports-title"), PATH)
        .for_visit(&staff.study.design.contact)
        .with_menu(&OWNER_MENU);
    exports::page(&app, staff, frame, PATH, &choice).await
}

pub async fn download(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    exports::download(&app, &visitor.0, &fields).await
}
