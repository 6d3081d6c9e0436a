//! The conversation of teachers among themselves and with the internal coach, on the screen that the whole team sees.

use std::collections::BTreeMap;

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use crate::domain::opening::{Audience, Part};
use crate::fieldwork::note_conversation::{self, NoteRefusal};
use crate::storage::{StorageError, part_releases, schools};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::conversation::{
    Data, Scores, Setting, conversation_page, notes_of, texts, title, today,
};
use crate::web::form::Fields;
use crate::web::frame::{Frame, school_menu};
use crate::web::problem::{Kind, Problem};

const PATH: &str = "/school/conversations";
const TEACHERS: &str = "teachers";

#[derive(serde::Deserialize)]
pub struct Said {
    saved: Option<String>,
}

pub async fn show_teachers(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    page(&app, &visitor, said.saved.is_some(), None).await
}

async fn page(
    app: &App,
    visitor: &SchoolVisitor,
    saved: bool,
    refused: Option<(String, BTreeMap<String, String>)>,
) -> Result<Response, Problem> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let gone = || Problem::new(app, w, Kind::NoVisit);
    let id = visitor.0.school().ok_or_else(gone)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = schools::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let school = all.into_iter().find(|school| school.school_id == id);
    let school = school.ok_or_else(gone)?;
    let releases = part_releases::of_school(&mut tx, id)
        .await
        .map_err(failed)?;
    // What pupils scored is the principal's to show.
    let let_in = releases
        .iter()
        .any(|release| release.part == Part::Achievement && release.audience == Audience::Team);
    let mut data = Data {
        no_scores: w.t("conv-no-scores-team"),
        ..Data::default()
    };
    if let_in {
        data.scores = Scores::load(&mut tx, study, &school, true)
            .await
            .map_err(failed)?;
    }
    data.add_own(&mut tx, w, id, today(app, study))
        .await
        .map_err(failed)?;
    let notes = notes_of(&mut tx, id, Audience::Team)
        .await
        .map_err(failed)?;
    drop(tx);
    let setting = Setting {
        frame: Frame::new(app, w, title(w, TEACHERS), PATH)
            .for_visit(&study.design.contact)
            .with_menu(school_menu(&visitor.0.link.role)),
        conversation: TEACHERS,
        lead: w.t("conv-lead-teachers"),
        action: PATH.to_owned(),
        links: Vec::new(),
        lets: None,
        saved,
        refused,
        school: school.name,
    };
    conversation_page(app, w, study, (setting, &data), &notes)
}

pub async fn save_teachers(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let gone = || Problem::new(&app, w, Kind::NoVisit);
    let school = visitor.0.school().ok_or_else(gone)?;
    let texts = texts(TEACHERS, &fields);
    let (act, mut rng, sent) = (app.act(visitor.0.actor()), app.rng(), texts.clone());
    let done = app
        .store()
        .write(move |tx| {
            async move {
                note_conversation::note(tx, &act, &mut rng, (school, Audience::Team), &sent).await
            }
            .boxed()
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/school/conversations?saved=1").into_response()),
        Err(NoteRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(NoteRefusal::TooLong { question }) => {
            page(&app, &visitor, false, Some((question, texts))).await
        }
    }
}
