//! The conversation of a board with the principal of one of its schools. What is written here is read by the board alone.

use std::collections::BTreeMap;

use axum::Form as Sent;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::overview::FEWEST;
use crate::domain::opening::{Audience, Part};
use crate::fieldwork::note_conversation::{self, NoteRefusal};
use crate::reports::achievement::achievement_text;
use crate::reports::achievement_trend::latest;
use crate::storage::schools::{self, School};
use crate::storage::{StorageError, Tx, openings};
use crate::web::access::BoardMember;
use crate::web::app::App;
use crate::web::conversation::{Data, Scores, Setting, conversation_page, notes_of, texts, title};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem};
use crate::web::told::last_wave;

const BOARD: &str = "board";

#[derive(serde::Deserialize)]
pub struct Said {
    saved: Option<String>,
}

pub fn path_of(key: &str) -> String {
    let mut path = "/board/conversations/".to_owned();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path += &format!("%{byte:02X}");
        }
    }
    path
}

/// The board's own schools by name; none for a board of fewer than three.
async fn own_schools(tx: &mut Tx, visitor: &BoardMember) -> Result<Vec<School>, StorageError> {
    let mut own = schools::of_study(tx, visitor.0.study.study_id).await?;
    own.retain(|school| visitor.0.link.schools.contains(&school.school_id));
    own.sort_by(|a, b| (a.name.to_lowercase(), &a.key).cmp(&(b.name.to_lowercase(), &b.key)));
    if own.len() < FEWEST {
        own.clear();
    }
    Ok(own)
}

/// The scores of a school, once this board opened them.
async fn scores_of(
    tx: &mut Tx,
    visitor: &BoardMember,
    school: &School,
) -> Result<Option<Scores>, StorageError> {
    let wave = last_wave(&visitor.0.study, &school.cohort).unwrap_or_default();
    let opened = openings::of_school(tx, school.school_id).await?;
    let opened = opened.iter().any(|opening| {
        opening.part == Part::Achievement
            && opening.wave == wave
            && opening.audience == Audience::Board
    });
    if opened {
        Scores::load(tx, &visitor.0.study, school, false).await
    } else {
        Ok(None)
    }
}

pub async fn show_school(
    visitor: BoardMember,
    State(app): State<App>,
    Path(key): Path<String>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    page(&app, &visitor, &key, said.saved.is_some(), None).await
}

async fn page(
    app: &App,
    visitor: &BoardMember,
    key: &str,
    saved: bool,
    refused: Option<(String, BTreeMap<String, String>)>,
) -> Result<Response, Problem> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = own_schools(&mut tx, visitor).await.map_err(failed)?;
    let school = all.iter().find(|school| school.key == key);
    let school = school.ok_or_else(|| Problem::new(app, w, Kind::NotFound))?;
    let mut data = Data {
        no_scores: w.t("conv-no-scores-board"),
        ..Data::default()
    };
    // In the order of the alphabet: schools are not ranked.
    for other in all.iter().filter(|other| other.key != key) {
        let Some(own) = scores_of(&mut tx, visitor, other).await.map_err(failed)? else {
            continue;
        };
        let text = achievement_text(w, "other", "", own.starts_on, &own.portrait, &own.goals);
        if let Some(told) = latest(w, &text, None) {
            data.others.push(format!("{}: {told}", other.name));
        }
    }
    data.scores = scores_of(&mut tx, visitor, school).await.map_err(failed)?;
    let notes = notes_of(&mut tx, school.school_id, Audience::Board)
        .await
        .map_err(failed)?;
    drop(tx);
    let path = path_of(key);
    let mut links = vec![("/board".to_owned(), w.t("board-page-title"))];
    links.extend(all.iter().map(|one| (path_of(&one.key), one.name.clone())));
    let heading = w.t2(
        "conv-with",
        "title",
        title(w, BOARD),
        "school",
        school.name.as_str(),
    );
    let setting = Setting {
        frame: Frame::new(app, w, heading, &path).for_visit(&study.design.contact),
        conversation: BOARD,
        lead: w.t("conv-lead-board"),
        action: path,
        links,
        lets: None,
        saved,
        refused,
        school: school.name.clone(),
    };
    conversation_page(app, w, study, (setting, &data), &notes)
}

pub async fn save_school(
    visitor: BoardMember,
    State(app): State<App>,
    Path(key): Path<String>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = own_schools(&mut tx, &visitor).await.map_err(failed)?;
    drop(tx);
    let school = all.iter().find(|school| school.key == key);
    let school = school.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let by = (school.school_id, Audience::Board);
    let texts = texts(BOARD, &fields);
    let (act, mut rng, sent) = (app.act(visitor.0.actor()), app.rng(), texts.clone());
    let done = app
        .store()
        .write(move |tx| {
            async move { note_conversation::note(tx, &act, &mut rng, by, &sent).await }.boxed()
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to(&format!("{}?saved=1", path_of(&key))).into_response()),
        Err(NoteRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(NoteRefusal::TooLong { question }) => {
            page(&app, &visitor, &key, false, Some((question, texts))).await
        }
    }
}
