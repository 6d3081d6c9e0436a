//! What the pupils of a school said about the teaching, from three classes with a result on.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::results::audience;
use crate::domain::id::SchoolId;
use crate::domain::opening::Part;
use crate::evaluation::portrait::PupilPortrait;
use crate::fieldwork::open;
use crate::storage::{StorageError, conclusions, openings};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::frame::{Frame, school_menu};
use crate::web::problem::{Kind, Problem, show};
use crate::web::told::{self, PupilTable};

const PATH: &str = "/school/pupils";

#[derive(Template)]
#[template(path = "web/pages/school_pupils.html")]
struct PupilsPage {
    frame: Frame,
    nothing: bool,
    ready: Option<String>,
    tables: Vec<PupilTable>,
    gains: Vec<[String; 3]>,
    span: String,
}

/// What is kept of the school's pupils, and the waves that this audience opened.
async fn kept(
    app: &App,
    visitor: &SchoolVisitor,
) -> Result<(SchoolId, PupilPortrait, Vec<String>), Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let gone = || Problem::new(app, w, Kind::NoVisit);
    let school_id = visitor.0.school().ok_or_else(gone)?;
    let study_id = visitor.0.study.study_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let kept = conclusions::part(&mut tx, study_id, school_id, Part::Pupils)
        .await
        .map_err(failed)?;
    let noted = openings::of_school(&mut tx, school_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let portrait = match kept {
        None => PupilPortrait::default(),
        Some((text, _)) => {
            serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?
        }
    };
    let audience = audience(visitor);
    let opened = noted
        .into_iter()
        .filter(|note| note.part == Part::Pupils && note.audience == audience)
        .map(|note| note.wave)
        .collect();
    Ok((school_id, portrait, opened))
}

pub async fn show_pupils(
    visitor: SchoolVisitor,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let (_, portrait, opened) = kept(&app, &visitor).await?;
    let (open, shut): (Vec<_>, Vec<_>) = portrait
        .waves
        .iter()
        .partition(|wave| opened.contains(&wave.wave));
    let shut: Vec<&str> = shut.iter().map(|wave| wave.wave.as_str()).collect();
    let both = |gain: &&crate::evaluation::portrait::PupilGain| {
        opened.contains(&gain.from) && opened.contains(&gain.to)
    };
    let gains: Vec<_> = portrait.gains.iter().filter(both).cloned().collect();
    let span = gains.first().map(|gain| {
        w.t2(
            "pupils-gain-title",
            "from",
            gain.from.as_str(),
            "to",
            gain.to.as_str(),
        )
    });
    Ok(show(&PupilsPage {
        frame: Frame::new(&app, w, w.t("school-pupils-title"), PATH)
            .for_visit(&study.design.contact)
            .with_menu(school_menu(&visitor.0.link.role)),
        nothing: portrait.waves.is_empty(),
        ready: (!shut.is_empty()).then(|| w.t1("class-result-open", "waves", shut.join(", "))),
        tables: open
            .into_iter()
            .map(|wave| told::pupils(w, study, wave))
            .collect(),
        gains: told::pupil_gains(w, study, &gains),
        span: span.unwrap_or_default(),
    }))
}

pub async fn open_pupils(
    visitor: SchoolVisitor,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let (school_id, portrait, _) = kept(&app, &visitor).await?;
    let (act, audience) = (app.act(visitor.0.actor()), audience(&visitor));
    let waves: Vec<String> = portrait.waves.into_iter().map(|wave| wave.wave).collect();
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { open::open(tx, &act, school_id, Part::Pupils, audience, &waves).await }
                .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    Ok(Redirect::to(PATH).into_response())
}
