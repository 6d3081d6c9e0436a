//! The conversations that a principal holds: with the internal coaches, and with the board. What is written here is read by
//! the principal alone.

use std::collections::BTreeMap;

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::standing::{Standing, frame, school_of};
use crate::domain::opening::{Audience, Part};
use crate::fieldwork::note_conversation::{self, NoteRefusal};
use crate::fieldwork::pass_on;
use crate::locale::Words;
use crate::storage::{StorageError, Tx, schools};
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::conversation::{
    Data, Scores, Setting, conversation_page, kept_scores, notes_of, texts, title, today,
};
use crate::web::form::{Fields, field};
use crate::web::problem::{Kind, Problem};
use crate::web::told::last_wave;

const COACH: (&str, &str) = ("coach", "/principal/conversations");
const BOARD: (&str, &str) = ("board", "/principal/conversations/board");
/// Of fewer other schools one would be told what another scored.
const FEWEST: usize = 3;

#[derive(serde::Deserialize)]
pub struct Said {
    saved: Option<String>,
}

type Refused = Option<(String, BTreeMap<String, String>)>;

pub async fn show_coach(
    visitor: Principal,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    page(&app, &visitor, COACH, said.saved.is_some(), None).await
}

pub async fn show_board(
    visitor: Principal,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    page(&app, &visitor, BOARD, said.saved.is_some(), None).await
}

async fn page(
    app: &App,
    visitor: &Principal,
    (conversation, path): (&'static str, &'static str),
    saved: bool,
    refused: Refused,
) -> Result<Response, Problem> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let standing = Standing::load(app, visitor).await?;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let school = &standing.school;
    let wave = last_wave(study, &school.cohort).unwrap_or_default();
    let opened = standing.has_opened(Part::Achievement, wave);
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut data = Data {
        no_scores: w.t("conv-no-scores-principal"),
        ..Data::default()
    };
    if opened {
        data.scores = Scores::load(&mut tx, study, school, true)
            .await
            .map_err(failed)?;
    }
    data.add_own(&mut tx, w, school.school_id, today(app, study))
        .await
        .map_err(failed)?;
    if conversation == "board" && opened {
        data.others = others(&mut tx, w, visitor, &standing)
            .await
            .map_err(failed)?;
    }
    let notes = notes_of(&mut tx, school.school_id, Audience::Principal)
        .await
        .map_err(failed)?;
    drop(tx);
    let told = standing.release(Part::Achievement, wave, Audience::Team);
    let may_let = conversation == "coach" && data.scores.is_some();
    let lets = (may_let && told.is_none()).then(|| {
        let (words, button) = (w.t("conv-let-team"), w.t("conv-let-team-button"));
        (path.to_owned(), words, button)
    });
    let setting = Setting {
        frame: frame(app, &visitor.0, title(w, conversation), path),
        conversation,
        lead: w.t(&format!("conv-lead-{conversation}")),
        action: path.to_owned(),
        links: [COACH, BOARD]
            .map(|(key, path)| (path.to_owned(), title(w, key)))
            .into(),
        lets,
        saved,
        refused,
        school: school.name.clone(),
    };
    conversation_page(app, w, study, (setting, &data), &notes)
}

/// One line about the other schools of the board together: no school by name, none above another. It is told of all of them
/// or not at all, so that nobody learns a school by what its coming changes.
async fn others(
    tx: &mut Tx,
    w: Words,
    visitor: &Principal,
    standing: &Standing,
) -> Result<Vec<String>, StorageError> {
    let mut means = Vec::new();
    let others = schools::of_same_board(tx, standing.school.school_id).await?;
    let n_others = others.len();
    for other in others {
        let portrait = kept_scores(tx, &visitor.0.study, other).await?;
        let moments = portrait.moments.iter().rev();
        means.extend(
            moments
                .filter_map(|moment| moment.mean.shown().ok().copied())
                .take(1),
        );
    }
    if means.len() < FEWEST.max(n_others) {
        return Ok(Vec::new());
    }
    let mean = means.iter().sum::<f64>() / means.len() as f64;
    Ok(vec![w.t2(
        "conv-others-mean",
        "n",
        means.len(),
        "mean",
        w.decimal(mean, 1),
    )])
}

pub async fn save_coach(
    visitor: Principal,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    if field(&fields, "let_team").is_some() {
        return let_team(&app, &visitor).await;
    }
    save(&app, &visitor, COACH, &fields).await
}

pub async fn save_board(
    visitor: Principal,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    save(&app, &visitor, BOARD, &fields).await
}

async fn save(
    app: &App,
    visitor: &Principal,
    (conversation, path): (&'static str, &'static str),
    fields: &Fields,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let school = school_of(app, visitor)?;
    let texts = texts(conversation, fields);
    let (act, mut rng, sent) = (app.act(visitor.0.actor()), app.rng(), texts.clone());
    let done = app
        .store()
        .write(move |tx| {
            async move {
                let by = (school, Audience::Principal);
                note_conversation::note(tx, &act, &mut rng, by, &sent).await
            }
            .boxed()
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{path}?saved=1")).into_response()),
        Err(NoteRefusal::Failed(error)) => Err(Problem::storage(app, w, &error)),
        Err(NoteRefusal::TooLong { question }) => {
            page(
                app,
                visitor,
                (conversation, path),
                false,
                Some((question, texts)),
            )
            .await
        }
    }
}

/// From now on the team has the scores beside the questions of its own conversation. It is for good, as passing on is.
async fn let_team(app: &App, visitor: &Principal) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let standing = Standing::load(app, visitor).await?;
    let study = visitor.0.study.clone();
    let wave = last_wave(&study, &standing.school.cohort)
        .unwrap_or_default()
        .to_owned();
    let (act, school) = (app.act(visitor.0.actor()), standing.school.school_id);
    let (part, to) = (Part::Achievement, Audience::Team);
    let done = app
        .store()
        .write(move |tx| {
            async move { pass_on::pass_on(tx, &act, &study, school, part, &wave, to).await }.boxed()
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/principal/conversations?saved=1").into_response()),
        Err(pass_on::PassOnRefusal::Failed(error)) => Err(Problem::storage(app, w, &error)),
        Err(_) => Err(Problem::new(app, w, Kind::NotFound)),
    }
}
