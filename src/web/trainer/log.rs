//! The log of a training: its meetings with totals, a form for one more, corrections, and all of it as a file.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use futures_util::FutureExt;
use uuid::Uuid;

use super::own;
use super::words::{group_names, percent};
use crate::domain::id::MeetingId;
use crate::domain::time::day_in;
use crate::domain::training::{
    Attendance, LoggedMeeting, Meeting, attendance_groups, participation,
};
use crate::exchange::tidy_csv;
use crate::fieldwork::log_training::{self, LogRefusal};
use crate::locale::Words;
use crate::storage::schools::School;
use crate::storage::{StorageError, rosters, training_log};
use crate::web::access::Trainer;
use crate::web::app::App;
use crate::web::filled::{Filled, Form, FormsPage, Section};
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/trainer_log.html")]
struct LogPage {
    frame: Frame,
    school: String,
    id: String,
    totals: Vec<(String, String)>,
    rows: Vec<Row>,
    faults: Vec<(String, String)>,
    form: Form,
}

struct Row {
    id: String,
    day: String,
    subject: String,
    present: String,
    groups: Vec<String>,
    goals: String,
    plans: u32,
    support: u32,
    next: String,
}

/// The log of one school, with the lines of its attendance list.
struct Log {
    school: School,
    meetings: Vec<LoggedMeeting>,
    groups: Vec<(String, usize)>,
}

async fn load(app: &App, visitor: &Trainer, id: &str) -> Result<Log, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let school = own::school(app, visitor, id).await?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let meetings = training_log::of_school(&mut tx, school.school_id)
        .await
        .map_err(failed)?;
    let members = rosters::of_school(&mut tx, school.school_id)
        .await
        .map_err(failed)?;
    let design = &visitor.0.study.design;
    let today = day_in(design.time_zone, app.now());
    let of_member: Vec<Option<String>> = members
        .iter()
        .filter(|member| member.present_between(today, today))
        .map(|member| member.groups.first().cloned())
        .collect();
    Ok(Log {
        school,
        meetings,
        groups: attendance_groups(&of_member, design.disclosure.k),
    })
}

fn group_label(w: Words, group: &str) -> String {
    if group.is_empty() {
        w.t("training-team")
    } else {
        group.to_owned()
    }
}

/// The lines of the attendance list that a form asks: those that were kept, then those of the list of today.
fn lines_of(log: &Log, kept: Option<&LoggedMeeting>) -> Vec<Attendance> {
    let Some(kept) = kept else {
        return log
            .groups
            .iter()
            .map(|(group, n)| Attendance {
                group: group.clone(),
                invited: u32::try_from(*n).unwrap_or_default(),
                present: 0,
            })
            .collect();
    };
    kept.meeting.attendance.clone()
}

fn form(w: Words, filled: &Filled, lines: &[Attendance], action: String, button: &str) -> Form {
    let mut hidden = Vec::new();
    let mut counts = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let group = group_label(w, &line.group);
        hidden.push((format!("group_{at}"), line.group.clone()));
        for key in ["invited", "present"] {
            let label = w.t1(&format!("training-{key}"), "group", group.as_str());
            counts.push(filled.field(format!("{key}_{at}"), "number", label));
        }
    }
    Form {
        action,
        hidden,
        button: w.t(button),
        sections: vec![
            Section {
                fields: vec![
                    filled.field("held_on", "date", w.t("training-day")),
                    filled
                        .field("subject", "text", w.t("training-subject"))
                        .help(w.t("training-no-names")),
                ],
                ..Section::default()
            },
            Section {
                title: w.t("training-attendance"),
                lead: w.t("training-attendance-lead"),
                fields: counts,
                pairs: true,
                ..Section::default()
            },
            Section {
                title: w.t("training-content"),
                fields: vec![
                    filled
                        .field("goals", "area", w.t("training-goals"))
                        .optional(),
                    filled.field("group_plans", "number", w.t("training-plans")),
                    filled.field("class_support", "number", w.t("training-support")),
                    filled
                        .field("next_step", "area", w.t("training-next"))
                        .optional(),
                ],
                ..Section::default()
            },
        ],
        ..Form::default()
    }
}

/// What stands in the fields before anyone has filled them in.
fn filled_with(day: NaiveDate, meeting: &Meeting, lines: &[Attendance]) -> Filled {
    let mut filled = Filled::default();
    filled.set("held_on", day.to_string());
    filled.set("subject", meeting.subject.clone());
    filled.set("goals", meeting.goals.clone());
    filled.set("group_plans", meeting.group_plans.to_string());
    filled.set("class_support", meeting.class_support.to_string());
    filled.set("next_step", meeting.next_step.clone());
    for (at, line) in lines.iter().enumerate() {
        filled.set(format!("invited_{at}"), line.invited.to_string());
        let present = if meeting.subject.is_empty() {
            String::new()
        } else {
            line.present.to_string()
        };
        filled.set(format!("present_{at}"), present);
    }
    filled
}

fn count(filled: &mut Filled, w: Words, name: &str) -> u32 {
    let value = filled.value(name).to_owned();
    if value.is_empty() {
        return 0;
    }
    value.parse().unwrap_or_else(|_| {
        filled.refuse(name, w.t("filled-not-a-number"));
        0
    })
}

/// The meeting as it was filled in; `None` with a fault in the form. Only lines that were asked are read.
fn read(
    w: Words,
    filled: &mut Filled,
    lines: &[Attendance],
) -> Option<(NaiveDate, Meeting, Vec<Attendance>)> {
    let day = filled.day(w, "held_on");
    if day.is_none() {
        filled.refuse("held_on", w.t("filled-empty"));
    }
    let attendance: Vec<Attendance> = (0..lines.len())
        .map(|at| {
            let line = Attendance {
                group: lines[at].group.clone(),
                invited: count(filled, w, &format!("invited_{at}")),
                present: count(filled, w, &format!("present_{at}")),
            };
            if line.present > line.invited {
                filled.refuse(
                    format!("present_{at}"),
                    w.t(LogRefusal::MoreThanInvited.key()),
                );
            }
            line
        })
        .collect();
    if filled.value("subject").is_empty() {
        filled.refuse("subject", w.t(LogRefusal::NoSubject.key()));
    }
    let meeting = Meeting {
        subject: filled.value("subject").to_owned(),
        team: 0,
        attendance: attendance.clone(),
        goals: filled.value("goals").to_owned(),
        group_plans: count(filled, w, "group_plans"),
        class_support: count(filled, w, "class_support"),
        next_step: filled.value("next_step").to_owned(),
    };
    let good = filled.is_good();
    day.filter(|_| good).map(|day| (day, meeting, attendance))
}

/// The lines that a sent form asked, of which each must be one that this school's form can ask.
fn sent_lines(fields: &Fields, known: &[Attendance]) -> Option<Vec<Attendance>> {
    let sent: Vec<&str> = (0..)
        .map_while(|at| field(fields, &format!("group_{at}")))
        .collect();
    sent.iter()
        .map(|group| known.iter().find(|line| line.group == *group).cloned())
        .collect::<Option<Vec<_>>>()
        .filter(|lines| !lines.is_empty())
}

fn refuse(w: Words, filled: &mut Filled, refusal: &LogRefusal) {
    let name = match refusal {
        LogRefusal::InTheFuture | LogRefusal::BeforeTheStudy => "held_on",
        LogRefusal::NobodyInvited => "invited_0",
        LogRefusal::NoSubject => "subject",
        _ => "",
    };
    filled.refuse(name, w.t(refusal.key()));
}

fn row(w: Words, logged: &LoggedMeeting) -> Row {
    let meeting = &logged.meeting;
    let of = |present: u32, invited: u32| w.t2("training-of", "n", present, "of", invited);
    let parts = meeting
        .attendance
        .iter()
        .filter(|_| meeting.attendance.len() > 1);
    Row {
        id: logged.meeting_id.to_string(),
        day: day(logged.held_on),
        subject: meeting.subject.clone(),
        present: of(meeting.present(), meeting.invited()),
        groups: parts
            .map(|line| {
                let group = group_label(w, &line.group);
                format!("{group}: {}", of(line.present, line.invited))
            })
            .collect(),
        goals: meeting.goals.clone(),
        plans: meeting.group_plans,
        support: meeting.class_support,
        next: meeting.next_step.clone(),
    }
}

/// As people here write a day.
fn day(day: NaiveDate) -> String {
    day.format("%d-%m-%Y").to_string()
}

fn totals(w: Words, meetings: &[LoggedMeeting]) -> Vec<(String, String)> {
    let counted = participation(meetings.iter().map(|logged| &logged.meeting));
    let share = |share: Option<f64>| {
        share.map_or_else(|| "–".to_owned(), |share| format!("{} %", percent(share)))
    };
    vec![
        (
            w.t("training-total-meetings"),
            counted.n_meetings.to_string(),
        ),
        (w.t("training-total-invited"), share(counted.of_invited)),
        (w.t("training-total-team"), share(counted.of_team)),
        (w.t("training-total-plans"), counted.group_plans.to_string()),
        (
            w.t("training-total-support"),
            counted.class_support.to_string(),
        ),
    ]
}

fn log_page(
    app: &App,
    visitor: &Trainer,
    log: &Log,
    filled: &Filled,
    lines: &[Attendance],
) -> LogPage {
    let w = visitor.0.words;
    let path = format!("/trainer/log/{}", log.school.school_id);
    let form = form(w, filled, lines, path.clone(), "training-add");
    let faults = filled.faults(std::slice::from_ref(&form));
    LogPage {
        frame: own::frame(
            app,
            visitor,
            w.t1("training-title", "school", log.school.name.as_str()),
            path,
        ),
        school: log.school.name.clone(),
        id: log.school.school_id.to_string(),
        totals: totals(w, &log.meetings),
        rows: log.meetings.iter().rev().map(|one| row(w, one)).collect(),
        faults,
        form,
    }
}

pub async fn show_log(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let log = load(&app, &visitor, &id).await?;
    let lines = lines_of(&log, None);
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    let filled = filled_with(today, &Meeting::default(), &lines);
    Ok(show(&log_page(&app, &visitor, &log, &filled, &lines)))
}

pub async fn add(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
    axum::Form(fields): axum::Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let log = load(&app, &visitor, &id).await?;
    let known = lines_of(&log, None);
    let lines = sent_lines(&fields, &known).ok_or_else(|| Problem::new(&app, w, Kind::BadForm))?;
    let mut filled = Filled::of(&fields);
    if let Some((held_on, meeting, _)) = read(w, &mut filled, &lines) {
        let (act, mut rng, study, school_id) = (
            app.act(visitor.0.actor()),
            app.rng(),
            visitor.0.study.clone(),
            log.school.school_id,
        );
        let added = app
            .store()
            .write(move |tx| {
                async move {
                    let what = (held_on, meeting);
                    log_training::add(tx, &act, &mut rng, &study.design, school_id, what).await
                }
                .boxed()
            })
            .await;
        match added {
            Ok(_) => return Ok(Redirect::to(&format!("/trainer/log/{id}")).into_response()),
            Err(LogRefusal::Failed(error)) => return Err(Problem::storage(&app, w, &error)),
            Err(refusal) => refuse(w, &mut filled, &refusal),
        }
    }
    let page = log_page(&app, &visitor, &log, &filled, &lines);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}

/// A meeting of this log.
fn meeting<'l>(
    app: &App,
    visitor: &Trainer,
    log: &'l Log,
    id: &str,
) -> Result<&'l LoggedMeeting, Problem> {
    let gone = || Problem::new(app, visitor.0.words, Kind::NotFound);
    let id = MeetingId(Uuid::parse_str(id).map_err(|_| gone())?);
    log.meetings
        .iter()
        .find(|logged| logged.meeting_id == id)
        .ok_or_else(gone)
}

fn correction_page(
    app: &App,
    visitor: &Trainer,
    log: &Log,
    kept: &LoggedMeeting,
    filled: &Filled,
) -> FormsPage {
    let w = visitor.0.words;
    let home = format!("/trainer/log/{}", log.school.school_id);
    let path = format!("{home}/{}", kept.meeting_id);
    let form = form(
        w,
        filled,
        &lines_of(log, Some(kept)),
        path.clone(),
        "training-correct",
    );
    FormsPage {
        frame: own::frame(app, visitor, w.t("training-correct-title"), path),
        lead: w.t2(
            "training-correct-lead",
            "school",
            log.school.name.as_str(),
            "day",
            day(kept.held_on),
        ),
        links: vec![(home, w.t("training-back"))],
        saved: String::new(),
        faults: filled.faults(std::slice::from_ref(&form)),
        forms: vec![form],
    }
}

pub async fn show_meeting(
    visitor: Trainer,
    State(app): State<App>,
    Path((id, which)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let log = load(&app, &visitor, &id).await?;
    let kept = meeting(&app, &visitor, &log, &which)?;
    let filled = filled_with(kept.held_on, &kept.meeting, &kept.meeting.attendance);
    Ok(show(&correction_page(&app, &visitor, &log, kept, &filled)))
}

pub async fn correct(
    visitor: Trainer,
    State(app): State<App>,
    Path((id, which)): Path<(String, String)>,
    axum::Form(fields): axum::Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let log = load(&app, &visitor, &id).await?;
    let kept = meeting(&app, &visitor, &log, &which)?;
    let mut filled = Filled::of(&fields);
    if let Some((held_on, meeting, _)) = read(w, &mut filled, &lines_of(&log, Some(kept))) {
        let (act, study, school_id) = (
            app.act(visitor.0.actor()),
            visitor.0.study.clone(),
            log.school.school_id,
        );
        let logged = LoggedMeeting {
            meeting_id: kept.meeting_id,
            held_on,
            meeting,
        };
        let corrected = app
            .store()
            .write(move |tx| {
                async move {
                    log_training::correct(tx, &act, &study.design, school_id, logged).await
                }
                .boxed()
            })
            .await;
        match corrected {
            Ok(()) => return Ok(Redirect::to(&format!("/trainer/log/{id}")).into_response()),
            Err(LogRefusal::Failed(error)) => return Err(Problem::storage(&app, w, &error)),
            Err(LogRefusal::Unknown) => return Err(Problem::new(&app, w, Kind::NotFound)),
            Err(refusal) => refuse(w, &mut filled, &refusal),
        }
    }
    let page = correction_page(&app, &visitor, &log, kept, &filled);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}

/// The log as a file: a row per meeting and group, and no cell that a spreadsheet would run.
pub async fn download(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let log = load(&app, &visitor, &id).await?;
    let header = [
        "school",
        "held_on",
        "subject",
        "group",
        "invited",
        "present",
        "team",
        "goals",
        "group_plans",
        "class_support",
        "next_step",
    ];
    let mut rows = vec![header.map(str::to_owned).to_vec()];
    for logged in &log.meetings {
        let meeting = &logged.meeting;
        rows.extend(meeting.attendance.iter().map(|line| {
            vec![
                log.school.name.clone(),
                logged.held_on.to_string(),
                meeting.subject.clone(),
                group_names(w, std::slice::from_ref(&line.group)),
                line.invited.to_string(),
                line.present.to_string(),
                meeting.team.to_string(),
                meeting.goals.clone(),
                meeting.group_plans.to_string(),
                meeting.class_support.to_string(),
                meeting.next_step.clone(),
            ]
        }));
    }
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"training.csv\""),
        ),
    ];
    Ok((headers, tidy_csv::lines(&rows)).into_response())
}
