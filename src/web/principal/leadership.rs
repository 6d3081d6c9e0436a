//! What teachers said about their principal in one wave, for the principal.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::home::passed;
use super::standing::{Standing, frame};
use crate::domain::opening::Part;
use crate::reports::told::ToldScale;
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::told;

#[derive(Template)]
#[template(path = "web/pages/principal_leadership.html")]
struct LeadershipPage {
    frame: Frame,
    told: Vec<ToldScale>,
    /// To whom it was passed on, and to whom it can be.
    passed: Vec<String>,
    links: Vec<(String, String)>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    wave: Option<String>,
}

pub async fn show_leadership(
    visitor: Principal,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let standing = Standing::load(&app, &visitor).await?;
    let w = visitor.0.words;
    let asked = asked.wave.unwrap_or_default();
    // What was not opened by its button is not shown.
    let Some(wave) = standing.opened_leadership(&asked) else {
        return Ok(Redirect::to("/principal").into_response());
    };
    let path = format!("/principal/leadership?wave={}", wave.wave);
    let (passed, links) = passed(&visitor, &standing, Part::Leadership, &wave.wave);
    Ok(show(&LeadershipPage {
        frame: frame(
            &app,
            &visitor.0,
            w.t1("leadership-title", "wave", wave.wave.as_str()),
            path,
        ),
        told: told::leadership(w, &visitor.0.study, wave),
        passed,
        links,
    }))
}
