//! How far the own school is, for its leader: in bands, and never so that anyone can be pointed at.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveTime, Utc};
use chrono_tz::Tz;

use crate::domain::disclosure::{Tallied, answered_band};
use crate::storage::windows::{self, Phase};
use crate::storage::{StorageError, invitations, schools};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::frame::{Frame, school_menu};
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/school_response.html")]
struct ResponsePage {
    frame: Frame,
    /// Wave, until when, and how far.
    lines: Vec<(String, String, String)>,
}

/// When this day began on the clocks of the study: what came in since is not counted, so that looking twice on a day
/// tells nothing about who answered in between.
fn start_of_day(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    now.with_timezone(&zone)
        .with_time(NaiveTime::MIN)
        .earliest()
        .map_or(now, |midnight| midnight.with_timezone(&Utc))
}

pub async fn show_response(
    visitor: SchoolVisitor,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let gone = || Problem::new(&app, w, Kind::NoVisit);
    let school_id = visitor.0.school().ok_or_else(gone)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let school = schools::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .find(|school| school.school_id == school_id)
        .ok_or_else(gone)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let standings = invitations::standings(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let (now, zone) = (app.now(), study.design.time_zone);
    let until = start_of_day(now, zone);
    let k = study.design.disclosure.k;
    let lines = windows
        .iter()
        .filter(|window| window.cohort == school.cohort)
        .filter(|window| matches!(window.phase(now), Phase::Open | Phase::Overtime))
        .filter_map(|window| {
            let own: Vec<_> = standings
                .iter()
                .filter(|one| one.school_id == school_id && one.wave == window.wave)
                .collect();
            if own.is_empty() {
                return None;
            }
            let sent = own
                .iter()
                .filter(|one| one.submitted_at.is_some_and(|at| at < until))
                .count();
            let told = match answered_band(sent, own.len(), k).shown() {
                Ok(Tallied::AtLeast { n, of }) => {
                    w.t2("school-response-at-least", "n", *n, "of", *of)
                }
                Ok(Tallied::FewerThan { n, of }) => w.t2("school-response-few", "k", *n, "of", *of),
                Err(_) => w.t("school-response-withheld"),
            };
            let closes = w.day_and_time(window.closes_at, zone);
            Some((window.wave.clone(), closes, told))
        })
        .collect();
    Ok(show(&ResponsePage {
        frame: Frame::new(&app, w, w.t("school-response-title"), "/school/response")
            .for_visit(&study.design.contact)
            .with_menu(school_menu(&visitor.0.link.role)),
        lines,
    }))
}
