//! Passing a part of a wave on, after a page that shows exactly what will be seen, and that it is for good.

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::standing::{Standing, frame, school_of};
use crate::domain::opening::{Audience, Part};
use crate::fieldwork::pass_on::{self, PassOnRefusal, is_for_the_principal_to_decide};
use crate::reports::told::{ToldScale, ToldTeam};
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::told;

#[derive(Template)]
#[template(path = "web/pages/pass_on.html")]
struct PassOnPage {
    frame: Frame,
    lead: String,
    part: &'static str,
    wave: String,
    to: &'static str,
    told: Vec<ToldScale>,
    team: Option<ToldTeam>,
    button: String,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    part: Option<String>,
    wave: Option<String>,
    to: Option<String>,
}

pub async fn show_pass_on(
    visitor: Principal,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let standing = Standing::load(&app, &visitor).await?;
    let w = visitor.0.words;
    let gone = || Problem::new(&app, w, Kind::NotFound);
    let part = asked.part.as_deref().and_then(Part::from_key);
    let to = asked.to.as_deref().and_then(Audience::from_key);
    let (Some(part), Some(to)) = (part, to) else {
        return Err(gone());
    };
    let wave = asked.wave.unwrap_or_default();
    if !is_for_the_principal_to_decide(part, to) {
        return Err(gone());
    }
    let study = &visitor.0.study;
    // Scores are let in where the principal sees them: beside the questions of the conversations.
    if part == Part::Achievement {
        return Ok(Redirect::to("/principal/conversations").into_response());
    }
    let (told, team) = match part {
        Part::Leadership => {
            let Some(own) = standing.opened_leadership(&wave) else {
                return Ok(Redirect::to("/principal").into_response());
            };
            (told::leadership(w, study, own), None)
        }
        Part::Card => {
            let Some(own) = standing.opened_card(&wave) else {
                return Ok(Redirect::to("/principal").into_response());
            };
            (told::card(w, study, own), None)
        }
        _ => {
            let own = standing.team.waves.iter().find(|own| own.wave == wave);
            (
                Vec::new(),
                Some(told::team(w, study, own.ok_or_else(gone)?)),
            )
        }
    };
    if standing.release(part, &wave, to).is_some() {
        return Ok(Redirect::to("/principal").into_response());
    }
    let path = format!(
        "/principal/pass-on?part={}&wave={wave}&to={}",
        part.key(),
        to.key()
    );
    let about = format!("pass-{}-{}", part.key(), to.key());
    Ok(show(&PassOnPage {
        frame: frame(
            &app,
            &visitor.0,
            w.t1(&format!("{about}-title"), "wave", wave.as_str()),
            path,
        ),
        lead: w.t(&format!("{about}-lead")),
        button: w.t(&format!("pass-button-{}", to.key())),
        part: part.key(),
        to: to.key(),
        wave,
        told,
        team,
    }))
}

pub async fn pass_on(
    visitor: Principal,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let standing = Standing::load(&app, &visitor).await?;
    let w = visitor.0.words;
    let gone = || Problem::new(&app, w, Kind::NotFound);
    let part = field(&fields, "part").and_then(Part::from_key);
    let to = field(&fields, "to").and_then(Audience::from_key);
    let (Some(part), Some(to)) = (part, to) else {
        return Err(gone());
    };
    let wave = field(&fields, "wave").unwrap_or_default().to_owned();
    // Only what was shown on the page before: results there are, and about whoever leads the school now.
    let is_there = match part {
        Part::Leadership => standing.opened_leadership(&wave).is_some(),
        Part::Card => standing.opened_card(&wave).is_some(),
        _ => standing.opened_team(&wave).is_some(),
    };
    if !is_there {
        return Err(gone());
    }
    if field(&fields, "confirm") != Some("yes") {
        let look = format!(
            "/principal/pass-on?part={}&wave={wave}&to={}",
            part.key(),
            to.key()
        );
        return Ok(Redirect::to(&look).into_response());
    }
    let school_id = school_of(&app, &visitor)?;
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let passed = app
        .store()
        .write(move |tx| {
            async move { pass_on::pass_on(tx, &act, &study, school_id, part, &wave, to).await }
                .boxed()
        })
        .await;
    match passed {
        Ok(_) => Ok(Redirect::to("/principal").into_response()),
        Err(PassOnRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(PassOnRefusal::NotTheirs | PassOnRefusal::NoResults | PassOnRefusal::NotOpened) => {
            Err(gone())
        }
    }
}
