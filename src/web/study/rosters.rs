//! Staff lists: how many are on each, and a delivered file from its faults or its difference to the lists.

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use fluent_bundle::FluentArgs;
use futures_util::FutureExt;
use uuid::Uuid;

use super::roster_faults::faults_page;
use super::roster_list::about;
use crate::domain::fault::{Fault, Faults};
use crate::domain::id::{MemberId, UploadId};
use crate::domain::roster::is_office_key;
use crate::domain::time::day_in;
use crate::exchange::roster_csv;
use crate::fieldwork::enrol::{self, Choices, EnrolRefusal};
use crate::fieldwork::roster_diff::{RosterDiff, Standing, Turned, Who, diff};
use crate::fieldwork::upload;
use crate::locale::Words;
use crate::storage::StorageError;
use crate::storage::uploads::{self, Upload};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind, Problem, show};
use crate::web::ready::room_for_a_file;
use crate::web::unpack;

#[derive(Template)]
#[template(path = "web/pages/rosters.html")]
struct RostersPage {
    frame: Frame,
    done: Option<String>,
    lists: Vec<ListLine>,
    roles: String,
    cohorts: String,
}

struct ListLine {
    href: String,
    name: String,
    key: String,
    cohort: String,
    people: usize,
    without_address: usize,
    version: i64,
}

#[derive(serde::Deserialize)]
pub struct Done {
    joined: Option<usize>,
    left: Option<usize>,
    back: Option<usize>,
}

pub async fn show_rosters(
    visitor: Owner,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let standing = Standing::load(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    let lists = standing
        .lists
        .iter()
        .map(|list| {
            let own = standing.members.iter().filter(|listed| {
                listed.member.school_id == list.school.school_id
                    && listed.member.present_between(today, today)
            });
            let (mut people, mut without_address) = (0, 0);
            for listed in own {
                people += 1;
                without_address += usize::from(listed.email.is_none());
            }
            ListLine {
                href: list_path(&list.school.key),
                name: list.school.name.clone(),
                key: if is_office_key(&list.school.key) {
                    w.t("rosters-office")
                } else {
                    list.school.key.clone()
                },
                cohort: study
                    .design
                    .cohort_title(&list.school.cohort, w.0)
                    .to_owned(),
                people,
                without_address,
                version: list.version,
            }
        })
        .collect();
    let done = done.joined.map(|joined| {
        let mut args = FluentArgs::new();
        args.set("joined", joined);
        args.set("left", done.left.unwrap_or_default());
        args.set("back", done.back.unwrap_or_default());
        w.with("rosters-done", &args)
    });
    Ok(show(&RostersPage {
        frame: frame(&app, &visitor, "rosters-title", "/study/rosters"),
        done,
        lists,
        roles: role_list(&visitor),
        cohorts: cohort_list(&visitor),
    }))
}

/// The roles of the study as people call them.
pub(super) fn role_list(visitor: &Owner) -> String {
    let (w, roles) = (visitor.0.words, &visitor.0.study.design.roles);
    let titles: Vec<&str> = roles.iter().map(|role| role.title.say(w.0)).collect();
    titles.join(", ")
}

fn cohort_list(visitor: &Owner) -> String {
    let (w, design) = (visitor.0.words, &visitor.0.study.design);
    let titles = design.cohorts.iter();
    let titles: Vec<String> = titles
        .map(|cohort| design.cohort_title(&cohort.key, w.0))
        .collect();
    titles.join(", ")
}

pub(super) fn frame(app: &App, visitor: &Owner, title: &str, path: &str) -> Frame {
    let w = visitor.0.words;
    Frame::new(app, w, w.t(title), path)
        .for_visit(&visitor.0.study.design.contact)
        .with_menu(&OWNER_MENU)
}

/// The page of one list: a key may hold anything.
pub(super) fn list_path(key: &str) -> String {
    let mut path = "/study/rosters/".to_owned();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path += &format!("%{byte:02X}");
        }
    }
    path
}

pub(super) fn day(w: Words, day: NaiveDate) -> String {
    w.day(
        DateTime::<Utc>::from_naive_utc_and_offset(day.and_time(NaiveTime::MIN), Utc),
        Tz::UTC,
    )
}

/// A file to start from: the columns, and the people of two imaginary schools.
pub async fn template(visitor: Owner) -> Response {
    let design = &visitor.0.study.design;
    let w = visitor.0.words;
    let cohort = design
        .cohorts
        .first()
        .map(|cohort| cohort.key.as_str())
        .unwrap_or_default();
    let role = |index: usize| {
        let role = design.roles.get(index).or(design.roles.first());
        role.map(|role| role.title.say(w.0).to_owned())
            .unwrap_or_default()
    };
    let header = w.t("rosters-template-header");
    let text = format!(
        "\u{feff}{header}\r\n\
         wilg;De Wilg;{cohort};;1001;Anna van der Berg;anna@example.org;{};{};;;nl\r\n\
         wilg;De Wilg;{cohort};;1002;A. de Vries;;{};;2026-08-01;;\r\n",
        role(0),
        w.t("rosters-template-group"),
        role(1),
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"roster.csv\"",
        ),
    ];
    (headers, text).into_response()
}

/// Reads the file. Without faults it is kept for a day, and its difference to the lists is the next page.
pub async fn upload(
    visitor: Owner,
    State(app): State<App>,
    mut form: Multipart,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    room_for_a_file(&app, w)?;
    let bad = |_| Problem::new(&app, w, Kind::BadForm);
    let mut sent = None;
    while let Some(field) = form.next_field().await.map_err(bad)? {
        if field.name() == Some("file") {
            let name = field.file_name().unwrap_or_default();
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
            let name: String = name.chars().filter(|c| !c.is_control()).take(120).collect();
            sent = Some((name, field.bytes().await.map_err(bad)?));
        }
    }
    let (file, bytes) = sent
        .filter(|(name, bytes)| !name.is_empty() || !bytes.is_empty())
        .ok_or_else(|| Problem::new(&app, w, Kind::BadForm))?;
    let (study, name) = (visitor.0.study.clone(), file.clone());
    let one_of_few = unpack::AT_ONCE.acquire().await;
    let server = app.clone();
    let read = tokio::task::spawn_blocking(move || {
        roster_csv::read_with(&name, &bytes, &study.design, |faults| {
            unpack::as_csv(server.program(), &name, &bytes, faults)
        })
    });
    let lines = read.await.unwrap_or_else(|_| {
        let mut faults = Faults::default();
        faults.push(Fault::of_file(
            &file,
            "not_a_workbook",
            "this file cannot be read",
            "save it as CSV",
        ));
        Err(faults)
    });
    drop(one_of_few);
    let lines = match lines {
        Ok(lines) => lines,
        Err(faults) => return Ok(faults_page(&app, &visitor, file, &faults)),
    };
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let upload_id = UploadId::new(act.at, &mut app.rng());
    let kept = Upload {
        upload_id,
        file_name: file,
        lines,
    };
    app.store()
        .write(move |tx| async move { upload::keep(tx, &act, study_id, &kept).await }.boxed())
        .await
        .map_err(|error: StorageError| Problem::storage(&app, w, &error))?;
    Ok(Redirect::to(&format!("/study/rosters/preview/{upload_id}")).into_response())
}

#[derive(Template)]
#[template(path = "web/pages/roster_preview.html")]
struct PreviewPage {
    frame: Frame,
    /// The lists were changed while this page was looked at.
    changed: Option<String>,
    upload: String,
    seen: String,
    file: String,
    summary: String,
    nothing: bool,
    conflicts: Vec<String>,
    sections: Vec<Section>,
    leaves: Vec<LeaveGroup>,
    leaves_on: String,
}

/// One kind of difference.
struct Section {
    title: String,
    /// School and what changes.
    lines: Vec<(String, String)>,
    open: bool,
}

struct LeaveGroup {
    school: String,
    doubt: Option<String>,
    people: Vec<Leaver>,
}

struct Leaver {
    id: String,
    name: String,
    /// Roles and groups: two people may have one name.
    about: String,
    moves: Option<String>,
    ticked: bool,
}

pub async fn show_preview(
    visitor: Owner,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    preview(&app, &visitor, UploadId(id), None).await
}

async fn preview(
    app: &App,
    visitor: &Owner,
    upload_id: UploadId,
    changed: Option<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study_id = visitor.0.study.study_id;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let upload = uploads::load(&mut tx, study_id, upload_id, app.now())
        .await
        .map_err(failed)?
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))?;
    let standing = Standing::load(&mut tx, study_id).await.map_err(failed)?;
    drop(tx);
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    let diff = diff(&standing, &upload.lines, today);
    let path = format!("/study/rosters/preview/{upload_id}");
    let mut args = FluentArgs::new();
    args.set("lines", upload.lines.len());
    args.set("unchanged", diff.unchanged);
    let page = PreviewPage {
        frame: frame(app, visitor, "rosters-preview-title", &path),
        changed,
        upload: upload_id.to_string(),
        seen: standing.mark(),
        file: upload.file_name,
        summary: w.with("rosters-preview-summary", &args),
        nothing: diff.is_nothing(),
        conflicts: conflicts(w, &diff),
        sections: sections(w, visitor, &diff),
        leaves: leaves(w, visitor, &diff),
        leaves_on: today.to_string(),
    };
    Ok(show(&page))
}

fn conflicts(w: Words, diff: &RosterDiff) -> Vec<String> {
    diff.cohort_conflicts
        .iter()
        .map(|conflict| {
            let mut args = FluentArgs::new();
            args.set("school", conflict.school.as_str());
            args.set("known", conflict.known.as_str());
            args.set("given", conflict.given.as_str());
            w.with("rosters-conflict", &args)
        })
        .collect()
}

fn sections(w: Words, visitor: &Owner, diff: &RosterDiff) -> Vec<Section> {
    let plain = |list: &[Who]| -> Vec<(String, String)> {
        list.iter()
            .map(|who| (who.school.clone(), who.name.clone()))
            .collect()
    };
    let design = &visitor.0.study.design;
    let title = |key: &String| {
        let title = design
            .role_title(key)
            .map(|title| title.say(w.0).to_owned());
        title.unwrap_or_else(|| key.clone())
    };
    let turned = |list: &[Turned], say: &dyn Fn(&String) -> String| -> Vec<(String, String)> {
        let words = |list: &[String]| match list {
            [] => w.t("rosters-none"),
            some => some.iter().map(say).collect::<Vec<_>>().join(", "),
        };
        list.iter()
            .map(|one| {
                let (before, after) = (words(&one.before), words(&one.after));
                (
                    one.who.school.clone(),
                    format!("{}: {before} → {after}", one.who.name),
                )
            })
            .collect()
    };
    let named = |(key, name): &(String, String)| (key.clone(), name.clone());
    let alike = diff.alike.iter().map(|pair| {
        let key = if pair.by_address {
            "rosters-alike-address"
        } else {
            "rosters-alike-name"
        };
        let text = w.t2(
            key,
            "name",
            pair.name.as_str(),
            "other",
            pair.other.as_str(),
        );
        (pair.school.clone(), text)
    });
    [
        ("rosters-alike", alike.collect()),
        (
            "rosters-new-schools",
            diff.new_schools.iter().map(named).collect(),
        ),
        (
            "rosters-renamed-schools",
            diff.renamed_schools
                .iter()
                .map(|(key, before, after)| (key.clone(), format!("{before} → {after}")))
                .collect(),
        ),
        ("rosters-joins", plain(&diff.joins)),
        ("rosters-rejoins", plain(&diff.rejoins)),
        (
            "rosters-dated-leaves",
            diff.dated_leaves
                .iter()
                .map(|(who, on)| (who.school.clone(), format!("{}, {}", who.name, day(w, *on))))
                .collect(),
        ),
        (
            "rosters-renames",
            diff.renames
                .iter()
                .map(|(who, before)| (who.school.clone(), format!("{before} → {}", who.name)))
                .collect(),
        ),
        ("rosters-roles", turned(&diff.roles, &title)),
        (
            "rosters-groups",
            turned(&diff.groups, &|group| group.clone()),
        ),
        ("rosters-contacts", plain(&diff.contacts)),
    ]
    .into_iter()
    .filter(|(_, lines): &(_, Vec<_>)| !lines.is_empty())
    .map(|(key, lines)| Section {
        title: w.t1(key, "n", lines.len()),
        open: lines.len() <= 20,
        lines,
    })
    .collect()
}

fn leaves(w: Words, visitor: &Owner, diff: &RosterDiff) -> Vec<LeaveGroup> {
    let mut groups: Vec<LeaveGroup> = Vec::new();
    for leave in &diff.leaves {
        let school = &leave.who.school;
        let doubtful = diff.is_doubtful(school);
        if groups.last().is_none_or(|group| group.school != *school) {
            let (there, lost) = diff.lost.get(school).copied().unwrap_or_default();
            let doubt = w.t2("rosters-leaves-doubt", "lost", lost, "there", there);
            groups.push(LeaveGroup {
                school: school.clone(),
                doubt: doubtful.then_some(doubt),
                people: Vec::new(),
            });
        }
        if let Some(group) = groups.last_mut() {
            group.people.push(Leaver {
                id: leave.member_id.to_string(),
                name: leave.who.name.clone(),
                about: about(w, &visitor.0.study, &leave.roles, &leave.groups),
                moves: leave
                    .moves_to
                    .as_ref()
                    .map(|to| w.t1("rosters-moves-to", "school", to.as_str())),
                ticked: !doubtful,
            });
        }
    }
    groups
}

/// Enrols what was looked at. Where the lists have changed since, the difference is shown again instead.
pub async fn commit(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = visitor.0.study.clone();
    let bad = || Problem::new(&app, w, Kind::BadForm);
    let upload_id = field(&fields, "upload").and_then(|id| Uuid::parse_str(id).ok());
    let upload_id = UploadId(upload_id.ok_or_else(bad)?);
    let leaves_on = field(&fields, "leaves_on").unwrap_or_default();
    let Ok(leaves_on) = leaves_on.parse::<NaiveDate>() else {
        let told = Some(w.t("change-no-day"));
        return Ok((
            StatusCode::UNPROCESSABLE_ENTITY,
            preview(&app, &visitor, upload_id, told).await?,
        )
            .into_response());
    };
    let leaves = fields
        .iter()
        .filter(|(name, _)| name == "leave")
        .filter_map(|(_, id)| Uuid::parse_str(id).ok().map(MemberId));
    let choices = Choices {
        leaves: leaves.collect(),
        leaves_on,
        rejoin: true,
        seen: Some(field(&fields, "seen").unwrap_or_default().to_owned()),
    };
    let mut tx = app
        .store()
        .read()
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    let upload = uploads::load(&mut tx, study.study_id, upload_id, app.now())
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?
        .ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    drop(tx);
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    let done = app
        .store()
        .write(move |tx| {
            async move {
                let done =
                    enrol::commit(tx, &act, &mut rng, &study, &upload.lines, &choices).await?;
                upload::forget(tx, &act, &study, upload_id).await?;
                Ok::<_, EnrolRefusal>(done)
            }
            .boxed()
        })
        .await;
    let told = match done {
        Ok(done) => {
            let (joined, left, back) = (done.enrolled.joined, done.left, done.rejoined);
            let to = format!("/study/rosters?joined={joined}&left={left}&back={back}");
            return Ok(Redirect::to(&to).into_response());
        }
        Err(EnrolRefusal::Failed(error)) => return Err(Problem::storage(&app, w, &error)),
        Err(EnrolRefusal::Changed) => w.t("rosters-changed"),
        Err(EnrolRefusal::LeavesBeforeJoining { name }) => {
            w.t1("rosters-leaves-before-joining", "name", name)
        }
        Err(EnrolRefusal::OtherCohort { .. }) => w.t("rosters-conflicts-first"),
    };
    Ok((
        StatusCode::CONFLICT,
        preview(&app, &visitor, upload_id, Some(told)).await?,
    )
        .into_response())
}
