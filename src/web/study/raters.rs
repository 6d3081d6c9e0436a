//! Raters from outside the schools, for the owner: who rates the principal of which school, and how far they are.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use super::rosters::frame;
use crate::domain::card::RATER;
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::language::Language;
use crate::domain::roster::{Unit, key_of_address};
use crate::fieldwork::raters::{self, NewRater, RatersOf};
use crate::fieldwork::roster_change::{ChangeRefusal, Newcomer};
use crate::locale::Words;
use crate::storage::invitations::Invitation;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, invitations, rosters, schools, windows};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

const PATH: &str = "/study/raters";

#[derive(Template)]
#[template(path = "web/pages/raters.html")]
struct RatersPage {
    frame: Frame,
    trouble: Option<String>,
    /// Whether the study asks them anything.
    asked: bool,
    schools: Vec<(String, String, bool)>,
    /// People of the boards' offices, who need not be typed.
    office: Vec<(String, String)>,
    rows: Vec<SchoolRow>,
    without: usize,
}

struct SchoolRow {
    name: String,
    raters: Vec<RaterRow>,
    links: Vec<(String, String)>,
}

struct RaterRow {
    name: String,
    states: Vec<String>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    school: Option<String>,
}

pub async fn show_raters(
    visitor: Owner,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    page(&app, &visitor, asked.school.as_deref(), None).await
}

/// Someone of an office, with what recognises them.
struct OfOffice {
    member_id: MemberId,
    name: String,
    email: Option<String>,
    language: Language,
    key: String,
}

async fn of_offices(app: &App, visitor: &Owner) -> Result<Vec<OfOffice>, StorageError> {
    let study = &visitor.0.study;
    let mut tx = app.store().read().await?;
    let units = schools::units_of_study(&mut tx, study.study_id).await?;
    let offices: Vec<SchoolId> = units
        .iter()
        .filter(|unit| Unit::of_key(&unit.key) == Unit::Office)
        .map(|unit| unit.school_id)
        .collect();
    let listed = rosters::of_study(&mut tx, study.study_id).await?;
    let mut people: Vec<OfOffice> = listed
        .into_iter()
        .filter(|one| offices.contains(&one.member.school_id) && one.member.left_on.is_none())
        .map(|one| OfOffice {
            member_id: one.member.member_id,
            name: one.member.name,
            email: one.email,
            language: one.language,
            key: one.key,
        })
        .collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(people)
}

async fn page(
    app: &App,
    visitor: &Owner,
    chosen: Option<&str>,
    trouble: Option<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = raters::all(&mut tx, study).await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let mut rows = Vec::new();
    for of in all.iter().filter(|of| !of.raters.is_empty()) {
        let Some(unit) = &of.unit else { continue };
        let mut invited = Vec::new();
        for window in windows
            .iter()
            .filter(|window| window.cohort == unit.cohort)
            .filter(|window| study.design.asks_at(&unit.key, &window.wave))
        {
            let found = invitations::of_school(&mut tx, unit.school_id, &window.wave)
                .await
                .map_err(failed)?;
            invited.push((window, found));
        }
        rows.push(school_row(w, of, unit, &invited));
    }
    drop(tx);
    let office = of_offices(app, visitor).await.map_err(failed)?;
    let code = if trouble.is_some() {
        StatusCode::CONFLICT
    } else {
        StatusCode::OK
    };
    let shown = show(&RatersPage {
        frame: frame(app, visitor, "raters-title", PATH),
        asked: study
            .design
            .collect
            .iter()
            .any(|row| row.roles.iter().any(|role| role == RATER)),
        schools: all
            .iter()
            .map(|of| {
                let id = of.school.school_id.to_string();
                let is_chosen = chosen == Some(id.as_str());
                (id, of.school.name.clone(), is_chosen)
            })
            .collect(),
        office: office
            .into_iter()
            .map(|one| (one.member_id.to_string(), one.name))
            .collect(),
        without: all.iter().filter(|of| of.raters.is_empty()).count(),
        rows,
        trouble,
    });
    Ok((code, shown).into_response())
}

fn school_row(
    w: Words,
    of: &RatersOf,
    unit: &School,
    invited: &[(&Window, BTreeMap<MemberId, Invitation>)],
) -> SchoolRow {
    let state = |window: &Window, invitation: Option<&Invitation>| {
        let key = match invitation {
            None => "raters-not-invited",
            Some(one) if one.withdrawn_at.is_some() => "raters-withdrawn",
            Some(one) if one.submitted_at.is_some() => "raters-finished",
            Some(one) if one.opened_at.is_some() => "raters-opened",
            Some(_) => "raters-invited",
        };
        format!("{}: {}", window.wave, w.t(key))
    };
    SchoolRow {
        name: of.school.name.clone(),
        raters: of
            .raters
            .iter()
            .map(|(member, name)| RaterRow {
                name: name.clone(),
                states: invited
                    .iter()
                    .map(|(window, found)| state(window, found.get(member)))
                    .collect(),
            })
            .collect(),
        links: invited
            .iter()
            .map(|(window, _)| {
                let address = format!(
                    "/study/invitations?window={}&school={}",
                    window.window_id, unit.school_id
                );
                let args = ("wave", window.wave.as_str());
                let name = of.school.name.as_str();
                (
                    address,
                    w.t2("raters-invite", args.0, args.1, "school", name),
                )
            })
            .collect(),
    }
}

/// Adds one: someone of an office, or by name and address.
pub async fn add(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let text = |name: &str| field(&fields, name).unwrap_or_default().trim().to_owned();
    let school = text("school");
    let Ok(school_id) = Uuid::parse_str(&school) else {
        return page(&app, &visitor, None, Some(w.t("raters-choose-school"))).await;
    };
    let known = text("known");
    let newcomer = if known.is_empty() {
        let email = text("email").to_lowercase();
        if text("name").is_empty() || !(email.is_empty() || email.contains('@')) {
            let trouble = Some(w.t("raters-name-and-address"));
            return page(&app, &visitor, Some(&school), trouble).await;
        }
        Newcomer {
            key: (!email.is_empty()).then(|| key_of_address(&email)),
            name: text("name"),
            email: (!email.is_empty()).then_some(email),
            language: Language::from_tag(&text("language")).unwrap_or_default(),
            ..Newcomer::default()
        }
    } else {
        let people = of_offices(&app, &visitor)
            .await
            .map_err(|error| Problem::storage(&app, w, &error))?;
        let person = people
            .into_iter()
            .find(|one| one.member_id.to_string() == known);
        let person = person.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
        Newcomer {
            key: Some(person.key),
            name: person.name,
            email: person.email,
            language: person.language,
            ..Newcomer::default()
        }
    };
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    let study = visitor.0.study.clone();
    let new = NewRater {
        school_id: SchoolId(school_id),
        newcomer,
    };
    let done = app
        .store()
        .write(move |tx| async move { raters::add(tx, &act, &mut rng, &study, new).await }.boxed())
        .await;
    match done {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(ChangeRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => page(&app, &visitor, Some(&school), Some(w.t(refusal.key()))).await,
    }
}
