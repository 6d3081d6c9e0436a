//! Open groups, for the owner: a code that a whole group types, how many answered, and a sheet to print.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use super::rosters::frame;
use crate::domain::id::SchoolId;
use crate::domain::roster::{Unit, group_key};
use crate::domain::teachers_work::STUDENT;
use crate::fieldwork::entrance::{self, EntranceRefusal};
use crate::fieldwork::study::Study;
use crate::storage::schools::{self, School};
use crate::storage::windows::Phase;
use crate::storage::{StorageError, Tx, entrances, invitations, windows};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

const PATH: &str = "/study/groups";

/// Longer than any name of a group.
const LONGEST: usize = 80;

#[derive(Template)]
#[template(path = "web/pages/groups.html")]
struct GroupsPage {
    frame: Frame,
    trouble: Option<String>,
    asked: bool,
    cohorts: Vec<(String, String)>,
    groups: Vec<GroupRow>,
}

struct GroupRow {
    id: String,
    name: String,
    cohort: String,
    waves: Vec<WaveRow>,
}

struct WaveRow {
    wave: String,
    /// While the door is open.
    code: Option<String>,
    joined: usize,
    answered: usize,
    /// The wave is not over.
    can_open: bool,
    sheet: String,
}

#[derive(Template)]
#[template(path = "web/pages/group_sheet.html")]
struct SheetPage {
    frame: Frame,
    name: String,
    address: String,
    code: String,
    back: String,
}

/// The waves in which an open group is asked anything.
fn waves(study: &Study) -> Vec<&str> {
    let asked = |wave: &str| !study.due(None, wave, &[STUDENT.to_owned()]).is_empty();
    let waves = study.design.waves.iter().map(|wave| wave.key.as_str());
    waves.filter(|wave| asked(wave)).collect()
}

pub async fn show_groups(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    page(&app, &visitor, None).await
}

async fn rows(app: &App, tx: &mut Tx, study: &Study) -> Result<Vec<GroupRow>, StorageError> {
    let windows = windows::of_study(tx, study.study_id).await?;
    let mut rows = Vec::new();
    for part in schools::parts_of_study(tx, study.study_id, Unit::Group).await? {
        let unit = part.unit;
        let mut own = Vec::new();
        for wave in waves(study) {
            let window = windows
                .iter()
                .find(|window| window.cohort == unit.cohort && window.wave == wave);
            let Some(window) = window else { continue };
            let door = entrances::of_unit(tx, unit.school_id, wave).await?;
            let invited = invitations::of_school(tx, unit.school_id, wave).await?;
            let submitted = invited.values().filter(|one| one.submitted_at.is_some());
            let phase = window.phase(app.now());
            own.push(WaveRow {
                wave: wave.to_owned(),
                code: door
                    .filter(|door| door.shut_at.is_none())
                    .map(|door| app.key().code(door.entrance_id, door.issue)),
                joined: invited.len(),
                answered: submitted.count(),
                can_open: matches!(phase, Phase::NotYetOpen | Phase::Open),
                sheet: format!("{PATH}/sheet?group={}&wave={wave}", unit.school_id),
            });
        }
        rows.push(GroupRow {
            id: unit.school_id.to_string(),
            name: unit.name,
            cohort: unit.cohort,
            waves: own,
        });
    }
    Ok(rows)
}

async fn page(app: &App, visitor: &Owner, trouble: Option<String>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let groups = rows(app, &mut tx, study).await.map_err(failed)?;
    drop(tx);
    let code = if trouble.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let cohorts = study.design.cohorts.iter();
    let shown = show(&GroupsPage {
        frame: frame(app, visitor, "groups-title", PATH),
        trouble,
        asked: !waves(study).is_empty(),
        cohorts: cohorts
            .map(|cohort| (cohort.key.clone(), cohort.title.say(w.0).to_owned()))
            .collect(),
        groups,
    });
    Ok((code, shown).into_response())
}

/// A group of this study, if there is one.
async fn group(tx: &mut Tx, study: &Study, id: &str) -> Result<Option<School>, StorageError> {
    let parts = schools::parts_of_study(tx, study.study_id, Unit::Group).await?;
    let id = Uuid::parse_str(id).map(SchoolId).ok();
    let found = parts
        .into_iter()
        .find(|part| Some(part.unit.school_id) == id);
    Ok(found.map(|part| part.unit))
}

/// Makes a group, or opens and shuts the door of one.
pub async fn change(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = visitor.0.study.clone();
    let text = |name: &str| field(&fields, name).unwrap_or_default().trim().to_owned();
    let (act, mut rng, key) = (app.act(visitor.0.actor()), app.rng(), app.key().clone());
    let (what, wave) = (text("do"), text("wave"));
    if what == "make" {
        let (name, cohort) = (text("name"), text("cohort"));
        let known = study.design.cohorts.iter().any(|one| one.key == cohort);
        let key = key_of_name(&name);
        if key.is_empty() || name.chars().count() > LONGEST || !known {
            return page(&app, &visitor, Some(w.t("groups-name-needed"))).await;
        }
        let study_id = study.study_id;
        app.store()
            .write(move |tx| {
                async move {
                    let named = (cohort.as_str(), group_key(&key), name.as_str());
                    let named = (named.0, named.1.as_str(), named.2);
                    entrance::make_unit(tx, &act, &mut rng, study_id, None, named).await
                }
                .boxed()
            })
            .await
            .map_err(|error: StorageError| Problem::storage(&app, w, &error))?;
        return Ok(Redirect::to(PATH).into_response());
    }
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let found = group(&mut tx, &study, &text("group"))
        .await
        .map_err(failed)?;
    drop(tx);
    let missing = || Problem::new(&app, w, Kind::NotFound);
    let unit = found.ok_or_else(missing)?;
    let done: Result<(), EntranceRefusal> = match what.as_str() {
        "open" if waves(&study).contains(&wave.as_str()) => {
            app.store()
                .write(move |tx| {
                    async move {
                        let opened =
                            entrance::open(tx, &act, &mut rng, &key, &study, &unit, &wave).await;
                        opened.map(drop)
                    }
                    .boxed()
                })
                .await
        }
        "shut" => {
            app.store()
                .write(move |tx| {
                    async move {
                        if let Some(door) = entrances::of_unit(tx, unit.school_id, &wave).await? {
                            entrance::shut(tx, &act, &door).await?;
                        }
                        Ok(())
                    }
                    .boxed()
                })
                .await
        }
        _ => return Err(missing()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(EntranceRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => {
            page(
                &app,
                &visitor,
                Some(w.t(&format!("groups-{}", refusal.key()))),
            )
            .await
        }
    }
}

/// What is left of a name in small letters, digits and hyphens.
fn key_of_name(name: &str) -> String {
    let letters = name.to_lowercase();
    let words: Vec<&str> = letters
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-")
}

#[derive(serde::Deserialize)]
pub struct Asked {
    group: Option<String>,
    wave: Option<String>,
}

pub async fn show_sheet(
    visitor: Owner,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let id = asked.group.unwrap_or_default();
    let wave = asked.wave.unwrap_or_default();
    let mut tx = app.store().read().await.map_err(failed)?;
    let unit = group(&mut tx, &visitor.0.study, &id)
        .await
        .map_err(failed)?;
    let door = match &unit {
        Some(unit) => entrances::of_unit(&mut tx, unit.school_id, &wave)
            .await
            .map_err(failed)?,
        None => None,
    };
    drop(tx);
    let door = door.filter(|door| door.shut_at.is_none());
    let Some((unit, door)) = unit.zip(door) else {
        return Ok(Redirect::to(PATH).into_response());
    };
    Ok(show(&SheetPage {
        frame: frame(
            &app,
            &visitor,
            "groups-sheet",
            &format!("{PATH}/sheet?group={id}&wave={wave}"),
        ),
        name: unit.name,
        address: format!("{}/r", app.base()),
        code: app.key().code(door.entrance_id, door.issue),
        back: PATH.to_owned(),
    }))
}
