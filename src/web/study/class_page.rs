//! One class: who teaches it, what the parents said, and the code of each wave.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use futures_util::FutureExt;
use uuid::Uuid;

use super::amending::frame;
use super::classes::{PATH, told};
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::picture;
use crate::domain::roster::{PUPIL, Unit};
use crate::fieldwork::{classes, entrance};
use crate::storage::entrances::{self, Entrance};
use crate::storage::schools::{self, Part, School};
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, classes as kept, rosters};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::read_day;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/class.html")]
struct ClassPage {
    frame: Frame,
    path: String,
    school: String,
    year_group: String,
    trouble: Option<String>,
    teachers: Vec<(String, String, bool)>,
    policy: String,
    informed_on: String,
    seats: Vec<SeatRow>,
    waves: Vec<WaveRow>,
}

struct SeatRow {
    number: i64,
    word: &'static str,
    informed: String,
    /// `yes`, `no` or nothing.
    said: &'static str,
}

struct WaveRow {
    wave: String,
    phase: String,
    done: String,
    code: Option<String>,
    can_open: bool,
}

/// A class of this study, and its school.
pub struct Found {
    pub class: School,
    pub school: School,
}

pub async fn find(tx: &mut Tx, visitor: &Owner, id: &str) -> Result<Option<Found>, StorageError> {
    let study_id = visitor.0.study.study_id;
    let Ok(id) = Uuid::parse_str(id) else {
        return Ok(None);
    };
    let parts = schools::parts_of_study(tx, study_id, Unit::Class).await?;
    let Some(Part { unit, part_of }) = parts
        .into_iter()
        .find(|part| part.unit.school_id == SchoolId(id))
    else {
        return Ok(None);
    };
    let own = schools::of_study(tx, study_id).await?;
    let school = own
        .into_iter()
        .find(|school| Some(school.school_id) == part_of);
    Ok(school.map(|school| Found {
        class: unit,
        school,
    }))
}

/// The waves in which pupils are asked, of the cohort of a class.
pub async fn waves(
    tx: &mut Tx,
    visitor: &Owner,
    class: &School,
) -> Result<Vec<(Window, Option<Entrance>)>, StorageError> {
    let study = &visitor.0.study;
    let mut found = Vec::new();
    for window in windows::of_study(tx, study.study_id).await? {
        let asks = !study
            .due(None, &window.wave, &[PUPIL.to_owned()])
            .is_empty();
        if asks && window.cohort == class.cohort {
            let entrance = entrances::of_unit(tx, class.school_id, &window.wave).await?;
            let open = entrance.filter(|entrance| entrance.shut_at.is_none());
            found.push((window, open));
        }
    }
    Ok(found)
}

pub async fn show_class(
    visitor: Owner,
    State(app): State<App>,
    Path(class): Path<String>,
) -> Result<Response, Problem> {
    page(&app, &visitor, &class, None).await
}

async fn page(
    app: &App,
    visitor: &Owner,
    id: &str,
    trouble: Option<String>,
) -> Result<Response, Problem> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let found = find(&mut tx, visitor, id).await.map_err(failed)?;
    let Found { class, school } = found.ok_or_else(|| Problem::new(app, w, Kind::NotFound))?;
    let class_id = class.school_id;
    let seats = kept::seats(&mut tx, class_id).await.map_err(failed)?;
    let teachers = kept::teachers(&mut tx, class_id).await.map_err(failed)?;
    let staff = rosters::of_school(&mut tx, school.school_id)
        .await
        .map_err(failed)?;
    let year_group = kept::year_group(&mut tx, class_id).await.map_err(failed)?;
    let mut rows = Vec::new();
    for (window, open) in waves(&mut tx, visitor, &class).await.map_err(failed)? {
        let n = classes::n_done(&mut tx, class_id, &window.wave)
            .await
            .map_err(failed)?;
        let phase = window.phase(app.now());
        rows.push(WaveRow {
            phase: w.t(crate::web::progress::phase_key(phase)),
            done: w.t2("class-done", "n", n, "of", seats.len()),
            can_open: open.is_none() && matches!(phase, Phase::NotYetOpen | Phase::Open),
            code: open.map(|open| app.key().code(open.entrance_id, open.issue)),
            wave: window.wave,
        });
    }
    drop(tx);
    let day = |day: NaiveDate| day.format("%-d-%-m-%Y").to_string();
    let policy = study.design.conditions.pupil_consent;
    let path = format!("{PATH}/{class_id}");
    let page = ClassPage {
        frame: frame(app, visitor, class.name, path.clone()),
        path,
        school: school.name,
        year_group: year_group.unwrap_or_default(),
        teachers: staff
            .into_iter()
            .map(|member| {
                let chosen = teachers.contains(&member.member_id);
                (member.member_id.to_string(), member.name, chosen)
            })
            .collect(),
        policy: w.t(&format!("pupil-{}", policy.key())),
        informed_on: seats
            .iter()
            .filter_map(|seat| seat.informed_on)
            .max()
            .map(|day| day.to_string())
            .unwrap_or_default(),
        seats: seats
            .into_iter()
            .map(|seat| SeatRow {
                number: seat.number,
                word: picture::word(&seat.picture, w.0),
                informed: seat.informed_on.map(day).unwrap_or_default(),
                said: match seat.permitted {
                    Some(true) => "yes",
                    Some(false) => "no",
                    None => "",
                },
            })
            .collect(),
        waves: rows,
        trouble,
    };
    let code = match page.trouble {
        Some(_) => StatusCode::CONFLICT,
        None => StatusCode::OK,
    };
    Ok((code, show(&page)).into_response())
}

pub async fn change(
    visitor: Owner,
    State(app): State<App>,
    Path(id): Path<String>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let found = find(&mut tx, &visitor, &id).await.map_err(failed)?;
    let Found { class, school } = found.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    drop(tx);
    let (act, mut rng, study) = (
        app.act(visitor.0.actor()),
        app.rng(),
        visitor.0.study.clone(),
    );
    let key = app.key().clone();
    let wave = field(&fields, "wave").unwrap_or_default().to_owned();
    let what = field(&fields, "what").unwrap_or_default().to_owned();
    let teachers: Vec<MemberId> = fields
        .iter()
        .filter(|(name, _)| name == "teacher")
        .filter_map(|(_, id)| Uuid::parse_str(id).ok().map(MemberId))
        .collect();
    let given = field(&fields, "informed_on").unwrap_or_default().trim();
    let informed_on = read_day(given);
    if what == "parents" && !given.is_empty() && informed_on.is_none() {
        return page(&app, &visitor, &id, Some(w.t("filled-not-a-date"))).await;
    }
    let said: BTreeMap<i64, Option<bool>> = fields
        .iter()
        .filter_map(|(name, value)| {
            let seat = name.strip_prefix("seat-")?.parse().ok()?;
            Some((
                seat,
                match value.as_str() {
                    "yes" => Some(true),
                    "no" => Some(false),
                    _ => None,
                },
            ))
        })
        .collect();
    let done = app
        .store()
        .write(move |tx| {
            async move {
                match what.as_str() {
                    "teachers" => {
                        let place = (school.school_id, class.school_id);
                        classes::entrust(tx, &act, place, &teachers).await
                    }
                    "parents" => {
                        let told = (informed_on, &said);
                        let class = class.school_id;
                        classes::settle(tx, &act, &mut rng, &study, class, told).await
                    }
                    "open" => {
                        let door = (&class, wave.as_str());
                        let open = classes::open(tx, &act, &mut rng, &key, &study, door).await;
                        open.map(drop)
                    }
                    "shut" => {
                        let known = entrances::of_unit(tx, class.school_id, &wave).await?;
                        if let Some(known) = known {
                            entrance::shut(tx, &act, &known).await?;
                        }
                        Ok(())
                    }
                    _ => Ok(()),
                }
            }
            .boxed()
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&format!("{PATH}/{id}")).into_response()),
        Err(classes::ClassRefusal::Failed(error)) => Err(failed(error)),
        Err(refusal) => page(&app, &visitor, &id, Some(told(w, &refusal))).await,
    }
}
