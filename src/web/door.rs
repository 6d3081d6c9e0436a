//! The door of a class or an open group, behind its code: pupils choose their picture, a group starts without a name.
//! Whoever is let in answers on the same pages as everyone else.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use std::sync::Arc;

use super::app::App;
use super::drawing::drawing;
use super::enter::{visit_cookie, visit_name};
use super::form::{Fields, field};
use super::frame::Frame;
use super::problem::{Kind, Problem, show};
use super::visitor::{Anyone, cookie};
use crate::domain::picture;
use crate::domain::roster::{STUDENT, Unit};
use crate::fieldwork::study::Study;
use crate::fieldwork::{classes, enter, entrance};
use crate::locale::Words;
use crate::storage::entrances::Entrance;
use crate::storage::schools::School;
use crate::storage::windows::{self, Phase};
use crate::storage::{StorageError, schools};

#[derive(Template)]
#[template(path = "web/pages/door_class.html")]
struct ClassDoor {
    frame: Frame,
    lead: String,
    /// Key, word and drawing.
    pictures: Vec<(String, &'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "web/pages/door_group.html")]
struct GroupDoor {
    frame: Frame,
    lead: String,
}

/// Where the door is.
const PATH: &str = "/door";

/// The name of the cookie of a device on which a code was typed.
fn ticket_name(app: &App) -> &'static str {
    if app.https() {
        "__Host-schakel_door"
    } else {
        "schakel_door"
    }
}

fn ticket_cookie(app: &App, value: &str) -> String {
    let secure = if app.https() { "; Secure" } else { "" };
    format!(
        "{}={value}; HttpOnly; SameSite=Lax; Path=/{secure}",
        ticket_name(app)
    )
}

/// The code was right: on to the door.
pub fn lead_in(app: &App, entrance: &Entrance) -> Response {
    let set = ticket_cookie(app, &entrance::ticket(app.key(), entrance));
    (
        AppendHeaders([(header::SET_COOKIE, set)]),
        Redirect::to(PATH),
    )
        .into_response()
}

/// A door that is open for the device that asks.
struct Door {
    entrance: Entrance,
    study: Arc<Study>,
    unit: School,
}

/// None where the code opens nothing any more, or the wave is over.
async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Door>, StorageError> {
    let Some(ticket) = cookie(headers, ticket_name(app)) else {
        return Ok(None);
    };
    let mut tx = app.store().read().await?;
    let Some(entrance) = entrance::of_ticket(&mut tx, app.key(), ticket).await? else {
        return Ok(None);
    };
    let units = schools::all_of_study(&mut tx, entrance.study_id).await?;
    let unit = units
        .into_iter()
        .find(|unit| unit.school_id == entrance.unit);
    let windows = windows::of_study(&mut tx, entrance.study_id).await?;
    let study = Study::load(&mut tx, entrance.study_id).await?;
    drop(tx);
    let (Some(unit), Some(study)) = (unit, study) else {
        return Ok(None);
    };
    let is_open = windows.iter().any(|window| {
        window.cohort == unit.cohort
            && window.wave == entrance.wave
            && window.phase(app.now()) == Phase::Open
    });
    Ok(is_open.then(|| Door {
        entrance,
        study: Arc::new(study),
        unit,
    }))
}

pub async fn show_door(
    State(app): State<App>,
    Anyone(words): Anyone,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, words, &error);
    let Some(door) = find(&app, &headers).await.map_err(failed)? else {
        return Ok(Redirect::to("/r").into_response());
    };
    page(&app, words, &door).await
}

async fn page(app: &App, w: Words, door: &Door) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    if Unit::of_key(&door.unit.key) != Unit::Class {
        return Ok(show(&GroupDoor {
            frame: Frame::new(app, w, door.unit.name.clone(), PATH),
            lead: w.t("group-door-lead"),
        }));
    }
    let mut tx = app.store().read().await.map_err(failed)?;
    let waiting = classes::waiting(&mut tx, &door.study, &door.entrance)
        .await
        .map_err(failed)?;
    drop(tx);
    let lead = if waiting.is_empty() {
        "door-all-done"
    } else {
        "door-lead"
    };
    Ok(show(&ClassDoor {
        frame: Frame::new(app, w, w.t("door-title"), PATH),
        lead: w.t(lead),
        pictures: waiting
            .into_iter()
            .map(|seat| {
                let (word, drawn) = (picture::word(&seat.picture, w.0), drawing(&seat.picture));
                (seat.picture, word, drawn)
            })
            .collect(),
    }))
}

/// A picture was chosen, or somebody of a group starts.
pub async fn come_in(
    State(app): State<App>,
    Anyone(words): Anyone,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let failed = |error: StorageError| Problem::storage(&app, words, &error);
    let Some(door) = find(&app, &headers).await.map_err(failed)? else {
        return Ok(Redirect::to("/r").into_response());
    };
    let (act, key, mut rng) = (app.act("visitor"), app.key().clone(), app.rng());
    let (study, entrance) = (door.study.clone(), door.entrance.clone());
    let visit = match Unit::of_key(&door.unit.key) {
        Unit::Class => {
            let chosen = field(&fields, "picture").unwrap_or_default().to_owned();
            app.store()
                .write::<_, StorageError, _>(move |tx| {
                    async move {
                        let door = (&*study, &entrance);
                        classes::come_in(tx, &act, &mut rng, &key, door, &chosen).await
                    }
                    .boxed()
                })
                .await
        }
        Unit::Group => {
            let language = words.0;
            app.store()
                .write::<_, StorageError, _>(move |tx| {
                    async move {
                        let who = (STUDENT, language);
                        entrance::join_group(tx, &act, &mut rng, &key, &entrance, who)
                            .await
                            .map(Some)
                    }
                    .boxed()
                })
                .await
        }
        _ => return Err(Problem::new(&app, words, Kind::NotFound)),
    };
    let Some(visit) = visit.map_err(failed)? else {
        // Somebody else has sent the answers of this picture in the meantime.
        return Ok(Redirect::to(PATH).into_response());
    };
    let set = visit_cookie(&app, &visit.cookie);
    Ok((
        AppendHeaders([(header::SET_COOKIE, set)]),
        Redirect::to("/answer"),
    )
        .into_response())
}

/// One pupil is done, and the device goes to the next: the visit ends, and the pictures are there again.
pub async fn next(
    State(app): State<App>,
    Anyone(words): Anyone,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if let Some(cookie) = cookie(&headers, visit_name(&app)) {
        let (act, cookie) = (app.act("visitor"), cookie.to_owned());
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { enter::leave(tx, &act, &cookie).await }.boxed()
            })
            .await
            .map_err(|error| Problem::storage(&app, words, &error))?;
    }
    let clear = visit_cookie(&app, "") + "; Max-Age=0";
    Ok((
        AppendHeaders([(header::SET_COOKIE, clear)]),
        Redirect::to(PATH),
    )
        .into_response())
}
