//! The leadership card for the team: only what the principal passed on, wave by wave. Before that the page says the same at
//! every school.

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::evaluation::card_portrait::{CardPortrait, CardWave};
use crate::fieldwork::open;
use crate::reports::told::ToldScale;
use crate::storage::part_releases::{self, PartRelease};
use crate::storage::{StorageError, conclusions, openings};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::{Frame, school_menu};
use crate::web::problem::{Kind, Problem, show};
use crate::web::told;

#[derive(Template)]
#[template(path = "web/pages/school_card.html")]
struct CardPage {
    frame: Frame,
    waves: Vec<ToldWave>,
}

struct ToldWave {
    wave: String,
    title: String,
    passed: String,
    open: String,
    /// Nothing until the team opened it.
    told: Option<Vec<ToldScale>>,
}

/// Waves that were passed on to the team, newest first: with the release, and whether the team opened them.
async fn passed_on(
    app: &App,
    visitor: &SchoolVisitor,
    school_id: SchoolId,
) -> Result<Vec<(CardWave, PartRelease, bool)>, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut releases = part_releases::of_school(&mut tx, school_id)
        .await
        .map_err(failed)?;
    releases.retain(|release| release.part == Part::Card && release.audience == Audience::Team);
    if releases.is_empty() {
        return Ok(Vec::new());
    }
    let study_id = visitor.0.study.study_id;
    let kept = conclusions::part(&mut tx, study_id, school_id, Part::Card)
        .await
        .map_err(failed)?;
    let opened = openings::of_school(&mut tx, school_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let kept: CardPortrait = match kept {
        None => CardPortrait::default(),
        Some((text, _)) => {
            serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?
        }
    };
    let waves = kept.waves.into_iter().rev().filter_map(|wave| {
        let release = releases.iter().find(|known| known.wave == wave.wave)?;
        let seen = opened.iter().any(|opening| {
            opening.wave == wave.wave
                && opening.part == Part::Card
                && opening.audience == Audience::Team
        });
        Some((wave, release.clone(), seen))
    });
    Ok(waves.collect())
}

/// The team's page. A principal has a page of their own, and opens nothing on behalf of the team.
fn team_of(app: &App, visitor: &SchoolVisitor) -> Result<Option<SchoolId>, Problem> {
    if visitor.0.link.role == "principal" {
        return Ok(None);
    }
    let gone = || Problem::new(app, visitor.0.words, Kind::NoVisit);
    visitor.0.school().map(Some).ok_or_else(gone)
}

pub async fn show_card(
    visitor: SchoolVisitor,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let Some(school_id) = team_of(&app, &visitor)? else {
        return Ok(Redirect::to("/principal").into_response());
    };
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let waves = passed_on(&app, &visitor, school_id)
        .await?
        .into_iter()
        .map(|(wave, release, seen)| ToldWave {
            title: w.t1("principal-wave", "wave", wave.wave.as_str()),
            passed: w.t1(
                "team-card-passed",
                "day",
                w.day(release.at, study.design.time_zone),
            ),
            open: w.t1("principal-open", "wave", wave.wave.as_str()),
            told: seen.then(|| told::card(w, study, &wave)),
            wave: wave.wave,
        })
        .collect();
    Ok(show(&CardPage {
        frame: Frame::new(&app, w, w.t("team-card-title"), "/school/card")
            .for_visit(&study.design.contact)
            .with_menu(school_menu(&visitor.0.link.role)),
        waves,
    }))
}

pub async fn open(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let back = || Redirect::to("/school/card").into_response();
    let Some(school_id) = team_of(&app, &visitor)? else {
        return Ok(Redirect::to("/principal").into_response());
    };
    let w = visitor.0.words;
    let asked = field(&fields, "wave").unwrap_or_default();
    let passed = passed_on(&app, &visitor, school_id).await?;
    let Some((wave, ..)) = passed.into_iter().find(|(wave, ..)| wave.wave == asked) else {
        return Err(Problem::new(&app, w, Kind::NotFound));
    };
    let act = app.act(visitor.0.actor());
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let waves = [wave.wave];
                open::open(tx, &act, school_id, Part::Card, Audience::Team, &waves).await
            }
            .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    Ok(back())
}
