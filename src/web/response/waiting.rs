//! Who has not answered yet: for the owner of the study alone, and every look is written down.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::FutureExt;

use crate::fieldwork::post;
use crate::storage::invitations;
use crate::storage::outbox::{self, Mail};
use crate::storage::windows;
use crate::storage::{StorageError, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/waiting.html")]
struct WaitingPage {
    frame: Frame,
    school_id: String,
    window: String,
    mails: bool,
    people: Vec<Person>,
}

struct Person {
    id: String,
    name: String,
    role: String,
    state: String,
    last_mail: String,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    school: Option<String>,
    window: Option<String>,
    wave: Option<String>,
}

pub async fn show_waiting(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let missing = || Problem::new(&app, w, Kind::NotFound);
    let mut tx = app.store().read().await.map_err(failed)?;
    let school = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .find(|one| {
            choice
                .school
                .as_ref()
                .is_some_and(|asked| *asked == one.school_id.to_string() || *asked == one.key)
        })
        .ok_or_else(missing)?;
    let window = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .filter(|window| window.cohort == school.cohort)
        .find(|window| {
            choice.window.as_deref() == Some(window.window_id.to_string().as_str())
                || choice.window.is_none() && choice.wave.as_deref() == Some(window.wave.as_str())
        })
        .ok_or_else(missing)?;
    drop(tx);
    // Written down before anything is shown.
    let (act, noun) = (app.act(visitor.0.actor()), school.school_id.to_string());
    let wave = window.wave.clone();
    app.store()
        .write(move |tx| {
            async move { post::look(tx, &act, "waiting shown", &noun, &wave).await }.boxed()
        })
        .await
        .map_err(failed)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let statuses = invitations::statuses(&mut tx, study.study_id, &window.cohort, &window.wave)
        .await
        .map_err(failed)?;
    let mails = outbox::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let zone = study.design.time_zone;
    let people = statuses
        .into_iter()
        .filter(|one| {
            one.school_id == school.school_id
                && one.submitted_at.is_none()
                && one.withdrawn_at.is_none()
                && one.silent.is_none()
        })
        .map(|one| {
            let key = match (one.opened_at, one.started_at) {
                (_, Some(_)) => "spared-busy",
                (Some(_), None) => "remind-not-begun",
                (None, None) => "remind-not-opened",
            };
            let saved = one.saved_at.or(one.started_at);
            let last: Option<&Mail> = mails
                .iter()
                .rfind(|mail| mail.invitation_id == one.invitation_id);
            Person {
                id: one.invitation_id.to_string(),
                name: one.name,
                role: study
                    .design
                    .role_title(&one.role)
                    .map_or(one.role.clone(), |title| title.say(w.0).to_owned()),
                state: match saved {
                    Some(at) => {
                        let at = w.t1("saved-at", "at", w.day_and_time(at, zone));
                        format!("{} · {at}", w.t(key))
                    }
                    None => w.t(key),
                },
                last_mail: last.map_or_else(
                    || w.t("waiting-no-mail"),
                    |mail| {
                        let at = mail.tried_at.unwrap_or(mail.not_before);
                        format!(
                            "{}: {}, {}",
                            w.t(&format!("kind-{}", mail.kind)),
                            w.t(&format!("outbox-{}", mail.state.key())),
                            w.day_and_time(at, zone)
                        )
                    },
                ),
            }
        })
        .collect();
    let title = format!("{}: {} {}", w.t("waiting-title"), school.name, window.wave);
    Ok(show(&WaitingPage {
        frame: Frame {
            path: format!(
                "/response/waiting?school={}&window={}",
                school.school_id, window.window_id
            ),
            ..Frame::new(&app, w, title, "/response")
                .for_visit(&study.design.contact)
                .with_menu(&OWNER_MENU)
        },
        school_id: school.school_id.to_string(),
        window: window.window_id.to_string(),
        mails: app.mails(),
        people,
    }))
}
