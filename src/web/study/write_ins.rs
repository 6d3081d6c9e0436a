//! Colleagues who were written in as missing: which names at which school, and who they are. Not who wrote them.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use super::roster_list::about;
use super::rosters::{day, frame, list_path};
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::roster::Member;
use crate::fieldwork::study::Study;
use crate::fieldwork::write_ins::{self, MatchRefusal, Place, WriteIn};
use crate::locale::Words;
use crate::storage::write_ins::Matched;
use crate::storage::{StorageError, rosters, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/write_ins.html")]
struct WriteInsPage {
    frame: Frame,
    trouble: Option<String>,
    schools: Vec<SchoolPart>,
}

struct SchoolPart {
    id: String,
    name: String,
    href: String,
    names: Vec<NameLine>,
}

struct NameLine {
    id: usize,
    name: String,
    likeness: String,
    wave: String,
    about_board: bool,
    times: String,
    /// What was decided, or that the wave is closed.
    state: Option<String>,
    can_decide: bool,
    members: Vec<(String, String)>,
}

pub async fn show_write_ins(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    page(&app, &visitor, None).await
}

async fn page(app: &App, visitor: &Owner, trouble: Option<String>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut by_school: BTreeMap<SchoolId, Vec<WriteIn>> = BTreeMap::new();
    for one in write_ins::all(&mut tx, study).await.map_err(failed)? {
        by_school.entry(one.place.school_id).or_default().push(one);
    }
    let mut parts = Vec::new();
    let mut id = 0;
    for school in schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?
    {
        let Some(names) = by_school.remove(&school.school_id) else {
            continue;
        };
        let own = rosters::of_school(&mut tx, school.school_id)
            .await
            .map_err(failed)?;
        let board = rosters::of_board(&mut tx, school.school_id)
            .await
            .map_err(failed)?;
        let lines = names.into_iter().map(|one| {
            id += 1;
            let list = if one.place.about_board { &board } else { &own };
            line(w, study, one, id, list)
        });
        parts.push(SchoolPart {
            names: lines.collect(),
            id: school.school_id.to_string(),
            href: list_path(&school.key),
            name: school.name,
        });
    }
    let code = if trouble.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let page = WriteInsPage {
        frame: frame(app, visitor, "write-ins-title", "/study/write-ins"),
        trouble,
        schools: parts,
    };
    Ok((code, show(&page)).into_response())
}

/// Someone as the list of choices has them: two people may have one name, and one of them may have left.
fn choice(w: Words, study: &Study, member: &Member) -> String {
    let mut told = about(w, study, &member.roles, &member.groups);
    if let Some(left) = member.left_on {
        told.push_str(", ");
        told.push_str(&w.t1("roster-left", "day", day(w, left)));
    }
    format!("{} ({told})", member.name)
}

fn line(w: Words, study: &Study, one: WriteIn, id: usize, list: &[Member]) -> NameLine {
    let decided = match one.matched {
        Matched::Open => None,
        Matched::Nobody => Some(w.t("write-ins-is-nobody")),
        Matched::Member(member) => {
            let name = list.iter().find(|known| known.member_id == member);
            let name = name.map_or("–", |member| member.name.as_str());
            Some(w.t1("write-ins-is", "name", name))
        }
    };
    NameLine {
        id,
        likeness: one.place.likeness,
        wave: one.place.wave,
        about_board: one.place.about_board,
        times: w.t1("write-ins-times", "n", one.people),
        state: decided.or_else(|| one.closed.then(|| w.t("write-in-closed"))),
        can_decide: !one.closed && !matches!(one.matched, Matched::Member(_)),
        members: list
            .iter()
            .map(|member| (member.member_id.to_string(), choice(w, study, member)))
            .collect(),
        name: one.name,
    }
}

pub async fn decide(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let bad = || Problem::new(&app, w, Kind::BadForm);
    let id = |name: &str| field(&fields, name).and_then(|id| Uuid::parse_str(id).ok());
    let place = Place {
        school_id: SchoolId(id("school").ok_or_else(bad)?),
        wave: field(&fields, "wave").unwrap_or_default().to_owned(),
        about_board: field(&fields, "about_board") == Some("1"),
        likeness: field(&fields, "likeness").unwrap_or_default().to_owned(),
    };
    let member_id = match field(&fields, "as") {
        Some("nobody") => None,
        _ => match id("member") {
            Some(member) => Some(MemberId(member)),
            None => return page(&app, &visitor, Some(w.t("write-ins-choose"))).await,
        },
    };
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let done = app
        .store()
        .write(move |tx| {
            async move { write_ins::decide(tx, &act, &study, &place, member_id).await }.boxed()
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/study/write-ins").into_response()),
        Err(MatchRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => page(&app, &visitor, Some(w.t(refusal.key()))).await,
    }
}
