//! Inviting: what would happen per school and person, what the mail looks like, the button, and what did not arrive.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use uuid::Uuid;

use super::choice::{Choice, Preview, Tab, previews, tabs};
use crate::domain::id::InvitationId;
use crate::fieldwork::invite::{self, Candidate, InviteRefusal, Way};
use crate::fieldwork::post;
use crate::fieldwork::study::Study;
use crate::fieldwork::wording::Kind;
use crate::locale::Words;
use crate::storage::outbox::{self, Entry, Mail, State as MailState};
use crate::storage::schools::School;
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, invitations, links, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind as ProblemKind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/invitations.html")]
struct InvitationsPage {
    frame: Frame,
    tabs: Vec<Tab>,
    window: String,
    mails: bool,
    over: bool,
    unmet: Vec<String>,
    when: Option<String>,
    ways: Vec<String>,
    rows: Vec<SchoolRow>,
    /// Somebody is invited, and nobody else can be.
    nobody_left: bool,
    /// How many have an invitation and no mail.
    letters: usize,
    people: Option<(String, Vec<PersonRow>)>,
    previews: Vec<Preview>,
    problems: Vec<ProblemRow>,
    log: Vec<LogRow>,
}

struct SchoolRow {
    id: String,
    name: String,
    /// Per way, in the order of `Way::ALL`.
    counts: Vec<usize>,
    invitable: bool,
}

struct PersonRow {
    name: String,
    way: String,
    mail: String,
    invitation: Option<String>,
    /// A mail that was sent and may have come back since.
    sent: Option<String>,
}

struct ProblemRow {
    mail: String,
    who: String,
    school: String,
    address: String,
    what: String,
    state: String,
    why: String,
    unknown: bool,
}

struct LogRow {
    when: String,
    what: String,
    detail: String,
    who: String,
}

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoWindows {
    frame: Frame,
    lead: String,
    receipt: Option<(String, String, String, String)>,
}

pub(super) fn no_windows(frame: Frame) -> Response {
    let lead = frame.w.t("invitations-none");
    show(&NoWindows {
        frame,
        lead,
        receipt: None,
    })
}

/// The way of everyone at these schools, school by school.
async fn plans(
    tx: &mut Tx,
    study: &Study,
    schools: &[School],
    window: &Window,
    mails: &[Mail],
    now: DateTime<Utc>,
) -> Result<Vec<Vec<Candidate>>, StorageError> {
    let invited: BTreeMap<InvitationId, MailState> = mails
        .iter()
        .filter(|mail| mail.kind == "invitation")
        .map(|mail| (mail.invitation_id, mail.state))
        .collect();
    let mut plans = Vec::with_capacity(schools.len());
    for school in schools {
        plans.push(invite::plan(tx, study, school.school_id, window, &invited, now).await?);
    }
    Ok(plans)
}

pub async fn show_invitations(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let now = app.now();
    let frame = Frame::new(&app, w, w.t("invitations-title"), "/study/invitations")
        .for_visit(&study.design.contact)
        .with_menu(&OWNER_MENU);
    let mut tx = app.store().read().await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let Some(window) = choice.window(&windows, now) else {
        return Ok(no_windows(frame));
    };
    let mut own = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    own.retain(|school| {
        school.cohort == window.cohort && study.design.asks_at(&school.key, &window.wave)
    });
    let mails = outbox::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let plans = plans(&mut tx, study, &own, window, &mails, app.now())
        .await
        .map_err(failed)?;
    let log = outbox::log(&mut tx).await.map_err(failed)?;
    // The log knows a link; people know whose it is.
    let labels: BTreeMap<String, String> = links::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .map(|link| (link.link_id.to_string(), link.label))
        .collect();
    drop(tx);
    let over = matches!(window.phase(now), Phase::Overtime | Phase::Closed);
    let zone = study.design.time_zone;
    let way_of = |ways: &[Candidate], way: Way| ways.iter().filter(|one| one.way == way).count();
    let unmet = unmet(w, study);
    let chosen = choice.school(&own);
    let example = chosen
        .or(own.first())
        .map_or("", |school| school.name.as_str());
    let size = plans.iter().map(Vec::len).max().unwrap_or(1);
    let rows: Vec<SchoolRow> = own
        .iter()
        .zip(&plans)
        .map(|(school, plan)| SchoolRow {
            id: school.school_id.to_string(),
            name: school.name.clone(),
            counts: Way::ALL.map(|way| way_of(plan, way)).to_vec(),
            invitable: !over
                && unmet.is_empty()
                && plan.iter().any(|one| match one.way {
                    Way::Mail => app.mails() || one.invitation.is_none(),
                    Way::Letter => one.invitation.is_none(),
                    _ => false,
                }),
        })
        .collect();
    let invited = || {
        plans
            .iter()
            .flatten()
            .filter(|one| one.invitation.is_some())
    };
    let on_paper = |one: &&Candidate| one.way == Way::Letter || !app.mails();
    let page = InvitationsPage {
        nobody_left: invited().next().is_some() && rows.iter().all(|row| !row.invitable),
        letters: invited().filter(on_paper).count(),
        tabs: tabs("/study/invitations", (&study.design, w), &windows, window),
        window: window.window_id.to_string(),
        mails: app.mails(),
        over,
        when: (app.mails() && !over && unmet.is_empty()).then(|| {
            let at = post::not_before(study, window, now);
            w.t1("invitations-when", "at", w.day_and_time(at, zone))
        }),
        ways: Way::ALL.map(|way| w.t(way.key())).to_vec(),
        rows,
        people: chosen.and_then(|school| {
            let index = own
                .iter()
                .position(|one| one.school_id == school.school_id)?;
            Some((school.name.clone(), people(w, &plans[index], &mails)))
        }),
        previews: previews(
            &app,
            study,
            window,
            Kind::Invitation,
            example,
            size.saturating_sub(1),
        ),
        problems: problems(w, &own, &mails, &window.wave),
        log: log_rows(w, study, &own, window, &log, &labels),
        unmet,
        frame: Frame {
            path: format!("/study/invitations?window={}", window.window_id),
            ..frame
        },
    };
    Ok(show(&page))
}

/// What is still to be recorded, in words.
fn unmet(w: Words, study: &Study) -> Vec<String> {
    let open = study.design.unmet();
    open.iter()
        .map(|one| w.t(&format!("condition-{}", one.key())))
        .collect()
}

fn people(w: Words, plan: &[Candidate], mails: &[Mail]) -> Vec<PersonRow> {
    plan.iter()
        .map(|one| {
            let id = one.invitation.as_ref().map(|known| known.invitation_id);
            let own: Vec<&Mail> = mails
                .iter()
                .filter(|mail| Some(mail.invitation_id) == id)
                .collect();
            PersonRow {
                name: one.name.clone(),
                way: w.t(one.way.key()),
                mail: own
                    .iter()
                    .map(|mail| state_text(w, mail))
                    .collect::<Vec<_>>()
                    .join(", "),
                invitation: id.map(|id| id.to_string()),
                sent: own
                    .iter()
                    .rev()
                    .find(|mail| mail.state == MailState::Sent)
                    .map(|mail| mail.mail_id.to_string()),
            }
        })
        .collect()
}

/// Kind and state of a mail in words.
pub(super) fn state_text(w: Words, mail: &Mail) -> String {
    format!(
        "{}: {}",
        w.t(&format!("kind-{}", mail.kind)),
        w.t(&format!("outbox-{}", mail.state.key()))
    )
}

fn problems(w: Words, own: &[School], mails: &[Mail], wave: &str) -> Vec<ProblemRow> {
    mails
        .iter()
        .filter(|mail| mail.wave == wave)
        .filter(|mail| {
            matches!(
                mail.state,
                MailState::Bounced | MailState::Failed | MailState::Unknown
            )
        })
        .filter_map(|mail| {
            let school = own.iter().find(|one| one.school_id == mail.school_id)?;
            Some(ProblemRow {
                mail: mail.mail_id.to_string(),
                who: mail.name.clone(),
                school: school.name.clone(),
                address: mail.email.clone().unwrap_or_default(),
                what: w.t(&format!("kind-{}", mail.kind)),
                state: w.t(&format!("outbox-{}", mail.state.key())),
                why: mail.problem.clone().unwrap_or_default(),
                unknown: mail.state == MailState::Unknown,
            })
        })
        .collect()
}

fn log_rows(
    w: Words,
    study: &Study,
    own: &[School],
    window: &Window,
    log: &[Entry],
    labels: &BTreeMap<String, String>,
) -> Vec<LogRow> {
    log.iter()
        .filter_map(|entry| {
            let what = if entry.noun == window.window_id.to_string() {
                w.t("invitations-reminders")
            } else {
                let school = own
                    .iter()
                    .find(|school| school.school_id.to_string() == entry.noun)?;
                format!("{} {}", w.t("kind-invitation"), school.name)
            };
            let (about, count) = entry.detail.rsplit_once(": ")?;
            if count == "0" || !about.ends_with(&window.wave) {
                return None;
            }
            Some(LogRow {
                when: w.day_and_time(entry.at, study.design.time_zone),
                what,
                detail: count.to_owned(),
                who: labels.get(&entry.actor).unwrap_or(&entry.actor).clone(),
            })
        })
        .take(50)
        .collect()
}

pub(super) fn back(path: &str, window: &Window, school: Option<&School>) -> Response {
    let school = school.map_or(String::new(), |one| format!("&school={}", one.school_id));
    Redirect::to(&format!("{path}?window={}{school}", window.window_id)).into_response()
}

/// Invites one school or all schools of a window; with mail where the server sends it.
pub async fn invite(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = visitor.0.study.clone();
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let choice = Choice::of(&fields);
    let mut tx = app.store().read().await.map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let mut own = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let window = choice
        .window(&windows, app.now())
        .filter(|_| choice.window.is_some())
        .ok_or_else(|| Problem::new(&app, w, ProblemKind::NotFound))?;
    own.retain(|school| {
        school.cohort == window.cohort && study.design.asks_at(&school.key, &window.wave)
    });
    if choice.school.is_some() {
        let chosen = choice.school(&own).cloned();
        own = vec![chosen.ok_or_else(|| Problem::new(&app, w, ProblemKind::NotFound))?];
    }
    let mails = app.mails();
    for school in own {
        let (act, mut rng, key) = (app.act(visitor.0.actor()), app.rng(), app.key().clone());
        let (study, window) = (study.clone(), window.clone());
        let id = school.school_id;
        app.store()
            .write::<_, InviteRefusal, _>(move |tx| {
                async move {
                    if mails {
                        invite::invite_by_mail(tx, &act, &mut rng, &key, &study, id, &window)
                            .await?;
                    } else {
                        invite::invite(tx, &act, &mut rng, &key, &study, id, &window).await?;
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
            .map_err(|refusal| refused(&app, w, &refusal))?;
    }
    Ok(back("/study/invitations", window, choice.school(&[])))
}

fn refused(app: &App, w: Words, refusal: &InviteRefusal) -> Problem {
    match refusal {
        InviteRefusal::Over { .. } => Problem::new(app, w, ProblemKind::Closed),
        InviteRefusal::Unmet(_) => Problem::new(app, w, ProblemKind::NotYetOpen),
        InviteRefusal::Failed(error) => Problem::storage(app, w, error),
    }
}

/// What the owner says about one mail: it came back, or it is to be sent again.
pub async fn about_mail(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = visitor.0.study.clone();
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let missing = || Problem::new(&app, w, ProblemKind::NotFound);
    let mail_id = field(&fields, "mail")
        .and_then(|id| Uuid::parse_str(id).ok())
        .ok_or_else(missing)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let mail = outbox::one(&mut tx, study.study_id, mail_id)
        .await
        .map_err(failed)?
        .ok_or_else(missing)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let all = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let school = all
        .iter()
        .find(|school| school.school_id == mail.school_id)
        .ok_or_else(missing)?;
    let window = windows
        .iter()
        .find(|window| window.cohort == school.cohort && window.wave == mail.wave)
        .ok_or_else(missing)?;
    let act = app.act(visitor.0.actor());
    let again = field(&fields, "do") == Some("again");
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                if again {
                    post::send_again(tx, &act, &study, mail_id).await
                } else {
                    post::mark_bounced(tx, &act, mail_id).await
                }
            }
            .boxed()
        })
        .await
        .map_err(failed)?;
    let school = (field(&fields, "stay") == Some("school")).then_some(school);
    Ok(back("/study/invitations", window, school))
}

/// Gives one person a new link, and goes to the letter that carries it.
pub async fn reissue(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let missing = || Problem::new(&app, w, ProblemKind::NotFound);
    let id = field(&fields, "invitation")
        .and_then(|id| Uuid::parse_str(id).ok())
        .map(InvitationId)
        .ok_or_else(missing)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let opened = invitations::open(&mut tx, id)
        .await
        .map_err(failed)?
        .filter(|opened| opened.study_id == study.study_id)
        .ok_or_else(missing)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let window = windows
        .iter()
        .find(|one| one.cohort == opened.cohort && one.wave == opened.invitation.wave)
        .ok_or_else(missing)?;
    let (act, key) = (app.act(visitor.0.actor()), app.key().clone());
    let invitation = opened.invitation.clone();
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { invite::reissue(tx, &act, &key, &invitation).await.map(drop) }.boxed()
        })
        .await
        .map_err(failed)?;
    let letter = format!(
        "/study/letters?window={}&school={}&invitation={}",
        window.window_id, opened.school_id, id
    );
    Ok(Redirect::to(&letter).into_response())
}
