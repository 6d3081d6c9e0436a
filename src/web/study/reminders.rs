//! Reminding: who would get a reminder and why, who would not, what it says, and the button.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::Response;
use futures_util::FutureExt;
use uuid::Uuid;

use super::choice::{Choice, Preview, Tab, previews, tabs};
use super::invitations::{back, no_windows};
use crate::domain::id::InvitationId;
use crate::fieldwork::remind::{self, Patience, Planned, RemindRefusal, Spared, Standstill, Whom};
use crate::fieldwork::wording::Kind;
use crate::storage::windows::{self, Phase};
use crate::storage::{StorageError, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind as ProblemKind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/reminders.html")]
struct RemindersPage {
    frame: Frame,
    tabs: Vec<Tab>,
    window: String,
    school: String,
    mails: bool,
    open: bool,
    stalled: i64,
    pause: i64,
    count: String,
    any: bool,
    reasons: Vec<(String, usize)>,
    spared: Vec<(String, usize)>,
    spared_count: String,
    people: Vec<PersonRow>,
    previews: Vec<Preview>,
}

struct PersonRow {
    name: String,
    school: String,
    why: String,
    kind: String,
}

impl Choice {
    fn patience(&self) -> Patience {
        let usual = Patience::default();
        Patience {
            stalled_days: self.stalled.unwrap_or(usual.stalled_days).clamp(1, 60),
            pause_days: self.pause.unwrap_or(usual.pause_days).clamp(1, 60),
        }
    }
}

pub async fn show_reminders(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let now = app.now();
    let frame = Frame::new(&app, w, w.t("reminders-title"), "/study/reminders")
        .for_visit(&study.design.contact)
        .with_menu(&OWNER_MENU);
    let mut tx = app.store().read().await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let Some(window) = choice.window(&windows, now) else {
        return Ok(no_windows(frame));
    };
    let all = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let school = choice.school(&all);
    let patience = choice.patience();
    let planned: Vec<Planned> = remind::plan_window(&mut tx, study, window, patience, now)
        .await
        .map_err(failed)?
        .into_iter()
        .filter(|one| school.is_none_or(|school| school.school_id == one.status.school_id))
        .collect();
    drop(tx);
    let name_of = |planned: &Planned| {
        all.iter()
            .find(|school| school.school_id == planned.status.school_id)
            .map_or(String::new(), |school| school.name.clone())
    };
    let due: Vec<(&Planned, Standstill, Kind)> = planned
        .iter()
        .filter_map(|one| one.decision.ok().map(|(why, kind)| (one, why, kind)))
        .collect();
    let n_reason = |reason: Standstill| due.iter().filter(|(_, why, _)| *why == reason).count();
    let n_spared = |why: Spared| {
        planned
            .iter()
            .filter(|one| one.decision == Err(why))
            .count()
    };
    let example = school.or(all.first()).map_or("", |one| one.name.as_str());
    let page = RemindersPage {
        tabs: tabs("/study/reminders", (&study.design, w), &windows, window),
        window: window.window_id.to_string(),
        school: school.map_or(String::new(), |one| one.school_id.to_string()),
        mails: app.mails(),
        open: window.phase(now) == Phase::Open,
        stalled: patience.stalled_days,
        pause: patience.pause_days,
        count: w.t1("reminders-count", "n", due.len()),
        any: !due.is_empty(),
        reasons: Standstill::ALL
            .map(|reason| (w.t(reason.key()), n_reason(reason)))
            .into(),
        spared: Spared::ALL
            .map(|why| (w.t(why.key()), n_spared(why)))
            .into_iter()
            .filter(|(_, n)| *n > 0)
            .collect(),
        spared_count: w.t1("reminders-spared", "n", planned.len() - due.len()),
        people: due
            .iter()
            .map(|(one, why, kind)| PersonRow {
                name: one.status.name.clone(),
                school: name_of(one),
                why: w.t(why.key()),
                kind: w.t(&format!("kind-{}", kind.key())),
            })
            .collect(),
        previews: previews(&app, study, window, Kind::Reminder(1), example, 16),
        frame: Frame {
            path: format!("/study/reminders?window={}", window.window_id),
            ..frame
        },
    };
    Ok(show(&page))
}

/// Queues what the page showed, decided afresh: who has answered meanwhile gets none.
pub async fn remind(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = visitor.0.study.clone();
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let missing = || Problem::new(&app, w, ProblemKind::NotFound);
    let mut choice = Choice::of(&fields);
    choice.school = choice.school.filter(|school| !school.is_empty());
    let mut tx = app.store().read().await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let all = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let window = choice
        .window(&windows, app.now())
        .filter(|_| choice.window.is_some())
        .cloned()
        .ok_or_else(missing)?;
    let school = choice.school(&all);
    if choice.school.is_some() && school.is_none() || !app.mails() {
        return Err(missing());
    }
    let invitation = match &choice.invitation {
        Some(id) => Some(InvitationId(Uuid::parse_str(id).map_err(|_| missing())?)),
        None => None,
    };
    let whom = Whom {
        school: school.map(|school| school.school_id),
        invitation,
    };
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    let (patience, of) = (choice.patience(), window.clone());
    app.store()
        .write(move |tx| {
            async move { remind::queue(tx, &act, &mut rng, &study, &of, patience, whom).await }
                .boxed()
        })
        .await
        .map_err(|refusal| match refusal {
            RemindRefusal::NotOpen { .. } => Problem::new(&app, w, ProblemKind::Closed),
            RemindRefusal::Failed(error) => Problem::storage(&app, w, &error),
        })?;
    Ok(back("/study/reminders", &window, school))
}
