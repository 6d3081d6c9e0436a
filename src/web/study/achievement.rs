//! Scores of pupils: a delivered file from its faults or from what it would change, and then registered.

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use fluent_bundle::FluentArgs;
use futures_util::FutureExt;
use uuid::Uuid;

use super::rosters::{day, frame};
use crate::domain::fault::{Fault, Faults};
use crate::domain::id::UploadId;
use crate::domain::pupil::{Half, ScoreLine};
use crate::domain::time::day_in;
use crate::evaluation::pupil_weights;
use crate::exchange::achievement_check::Known;
use crate::exchange::lvs_mapping::Mapping;
use crate::exchange::{achievement_csv, achievement_xml};
use crate::fieldwork::register::{self, Registered};
use crate::locale::Words;
use crate::storage::score_uploads::{self, Delivery};
use crate::storage::{StorageError, schools, score_norms};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::ready::room_for_a_file;

#[derive(Template)]
#[template(path = "web/pages/scores.html")]
struct ScoresPage {
    frame: Frame,
    done: Option<String>,
    /// Key and title.
    mappings: Vec<(String, String)>,
    weights: String,
    /// The means of the country that are known now.
    norms: Vec<(u8, String, String)>,
}

#[derive(serde::Deserialize)]
pub struct Done {
    scores: Option<usize>,
    new: Option<usize>,
    changed: Option<usize>,
    same: Option<usize>,
}

pub async fn show_scores(
    visitor: Owner,
    State(app): State<App>,
    Query(done): Query<Done>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let norms = score_norms::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let done = done.scores.map(|scores| {
        let counts = Registered {
            scores,
            new: done.new.unwrap_or_default(),
            changed: done.changed.unwrap_or_default(),
            same: done.same.unwrap_or_default(),
            ..Registered::default()
        };
        w.with("scores-done", &args_of(&counts))
    });
    let weights: Vec<&str> = pupil_weights::table()
        .categories
        .iter()
        .map(|category| category.key.as_str())
        .collect();
    let half = |half| match half {
        Half::Middle => w.t("scores-middle"),
        Half::End => w.t("scores-end"),
    };
    Ok(show(&ScoresPage {
        frame: frame(&app, &visitor, "scores-title", "/study/achievement"),
        done,
        mappings: Mapping::shipped()
            .iter()
            .map(|mapping| (mapping.key.clone(), mapping.say(w.0).to_owned()))
            .collect(),
        weights: weights.join(", "),
        norms: norms
            .iter()
            .map(|norm| (norm.year_group, half(norm.half), w.decimal(norm.mean, 1)))
            .collect(),
    }))
}

fn args_of(counts: &Registered) -> FluentArgs<'static> {
    let mut args = FluentArgs::new();
    for (name, n) in [
        ("scores", counts.scores),
        ("new", counts.new),
        ("changed", counts.changed),
        ("same", counts.same),
    ] {
        args.set(name, n);
    }
    args
}

/// A mapping to make one's own of.
pub async fn example(_: Owner) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"mapping.toml\"",
        ),
    ];
    let text = include_str!("../../../instruments/lvs/example-dutch.v1.toml");
    (headers, text).into_response()
}

/// A part of the form: its file name, and what is in it.
type Part = (String, Vec<u8>);

/// Reads the file by its mapping. Without faults it is kept for a day, and what it would change is the next page.
pub async fn upload(
    visitor: Owner,
    State(app): State<App>,
    mut form: Multipart,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    room_for_a_file(&app, w)?;
    let bad = |_| Problem::new(&app, w, Kind::BadForm);
    let (mut scores, mut own, mut chosen): (Option<Part>, Option<Part>, String) =
        Default::default();
    while let Some(field) = form.next_field().await.map_err(bad)? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().unwrap_or_default();
        let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let file: String = file.chars().filter(|c| !c.is_control()).take(120).collect();
        let bytes = field.bytes().await.map_err(bad)?.to_vec();
        match name.as_str() {
            "file" if !file.is_empty() || !bytes.is_empty() => scores = Some((file, bytes)),
            "own" if !bytes.is_empty() => own = Some((file, bytes)),
            "mapping" => chosen = String::from_utf8_lossy(&bytes).into_owned(),
            _ => {}
        }
    }
    let (file, bytes) = scores.ok_or_else(|| Problem::new(&app, w, Kind::BadForm))?;
    let mapping = match own {
        Some((name, text)) => Mapping::parse(&name, &String::from_utf8_lossy(&text)),
        None => match Mapping::find(&chosen) {
            Some(shipped) => Ok(shipped.clone()),
            None => return Err(Problem::new(&app, w, Kind::BadForm)),
        },
    };
    let mapping = match mapping {
        Ok(mapping) => mapping,
        Err(faults) => return Ok(faults_page(&app, &visitor, &faults)),
    };
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let study_id = visitor.0.study.study_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = schools::of_study(&mut tx, study_id).await.map_err(failed)?;
    drop(tx);
    let keys: Vec<String> = all.into_iter().map(|school| school.key).collect();
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    let norms = mapping.norms();
    let read = tokio::task::spawn_blocking(move || lines(&file, &bytes, &mapping, &keys, today));
    let lines = read
        .await
        .map_err(|error| Problem::failure(&app, w, &error))?;
    let delivery = match lines {
        Ok(lines) => Delivery { lines, norms },
        Err(faults) => return Ok(faults_page(&app, &visitor, &faults)),
    };
    let act = app.act(visitor.0.actor());
    let upload_id = UploadId::new(act.at, &mut app.rng());
    app.store()
        .write(move |tx| {
            async move { register::keep(tx, &act, study_id, upload_id, &delivery).await }.boxed()
        })
        .await
        .map_err(failed)?;
    Ok(Redirect::to(&format!("/study/achievement/preview/{upload_id}")).into_response())
}

fn lines(
    file: &str,
    bytes: &[u8],
    mapping: &Mapping,
    schools: &[String],
    today: NaiveDate,
) -> Result<Vec<ScoreLine>, Faults> {
    let known = Known {
        mapping,
        schools,
        today,
    };
    if achievement_xml::is_xml(bytes) {
        achievement_xml::read(file, bytes, &known)
    } else {
        achievement_csv::read(file, bytes, &known)
    }
}

#[derive(Template)]
#[template(path = "web/pages/score_faults.html")]
struct FaultsPage {
    frame: Frame,
    /// File, place, column, what is wrong.
    rows: Vec<(String, String, String, String)>,
    more: Option<String>,
}

fn faults_page(app: &App, visitor: &Owner, faults: &Faults) -> Response {
    let w = visitor.0.words;
    let place = |fault: &Fault| match (fault.line, fault.column) {
        (0, _) => w.t("rosters-fault-file"),
        (line, 0) => w.t1("rosters-fault-line", "line", line),
        (line, column) => w.t2("rosters-fault-cell", "line", line, "column", column),
    };
    let rows = faults.reported().iter().map(|fault| {
        let (file, name) = (fault.file.clone(), fault.name.clone());
        (file, place(fault), name, fault_text(w, fault))
    });
    let more = faults.count() - faults.reported().len();
    let page = FaultsPage {
        frame: frame(app, visitor, "rosters-faults-title", "/study/achievement"),
        rows: rows.collect(),
        more: (more > 0).then(|| w.t1("rosters-faults-more", "n", more)),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response()
}

/// A fault in the visitor's language, where there are words for its code.
fn fault_text(w: Words, fault: &Fault) -> String {
    let mut args = FluentArgs::new();
    args.set(
        "value",
        fault
            .message
            .split('`')
            .nth(1)
            .unwrap_or_default()
            .to_owned(),
    );
    args.set("told", fault.message.clone());
    let line = fault.message.rsplit_once("line ");
    args.set("line", line.map_or("", |(_, line)| line).to_owned());
    let list = fault.hint.split_once(": ");
    args.set("list", list.map_or("", |(_, list)| list).to_owned());
    for key in [
        format!("score-fault-{}", fault.code),
        format!("fault-{}", fault.code),
    ] {
        let text = w.with(&key, &args);
        if text != key {
            return text;
        }
    }
    format!("{}; {}", fault.message, fault.hint)
}

#[derive(Template)]
#[template(path = "web/pages/score_preview.html")]
struct PreviewPage {
    frame: Frame,
    upload: String,
    summary: String,
    nothing: bool,
    elsewhere: String,
    norms: usize,
    /// School, new pupils, scores, new, changed, the same, weights that change.
    schools: Vec<(String, Registered)>,
    /// Day, how many were tested that day, and at how many schools.
    moments: Vec<(String, usize, usize)>,
    more_days: usize,
}

/// Days that are listed; the rest is counted.
const MOST_DAYS: usize = 40;

pub async fn show_preview(
    visitor: Owner,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let (study_id, upload_id) = (visitor.0.study.study_id, UploadId(id));
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let delivery = score_uploads::load(&mut tx, study_id, upload_id, app.now())
        .await
        .map_err(failed)?
        .ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let compared = register::compare(&mut tx, study_id, &delivery.lines)
        .await
        .map_err(failed)?;
    drop(tx);
    let mut sum = Registered::default();
    for (_, counts) in &compared {
        sum.add(*counts);
    }
    let days = moments(&delivery.lines);
    let elsewhere = if sum.known_elsewhere > 0 {
        w.t1("scores-elsewhere", "n", sum.known_elsewhere)
    } else {
        String::new()
    };
    let path = format!("/study/achievement/preview/{upload_id}");
    Ok(show(&PreviewPage {
        frame: frame(&app, &visitor, "scores-preview-title", &path),
        upload: upload_id.to_string(),
        summary: w.with("scores-preview-summary", &args_of(&sum)),
        nothing: sum.is_nothing() && delivery.norms.is_empty(),
        elsewhere,
        norms: delivery.norms.len(),
        schools: compared,
        more_days: days.len().saturating_sub(MOST_DAYS),
        moments: days
            .into_iter()
            .take(MOST_DAYS)
            .map(|(on, n, at)| (day(w, on), n, at))
            .collect(),
    }))
}

/// Per day how many pupils were tested, and at how many schools.
fn moments(lines: &[ScoreLine]) -> Vec<(NaiveDate, usize, usize)> {
    use std::collections::{BTreeMap, BTreeSet};
    let mut days: BTreeMap<NaiveDate, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for line in lines {
        let own = days.entry(line.tested_on).or_default();
        own.0 += 1;
        own.1.insert(&line.school);
    }
    days.into_iter()
        .map(|(day, (n, schools))| (day, n, schools.len()))
        .collect()
}

/// Registers what was looked at.
pub async fn commit(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let study = visitor.0.study.clone();
    let id = field(&fields, "upload").and_then(|id| Uuid::parse_str(id).ok());
    let upload_id = UploadId(id.ok_or_else(|| Problem::new(&app, w, Kind::BadForm))?);
    let mut tx = app.store().read().await.map_err(failed)?;
    let delivery = score_uploads::load(&mut tx, study.study_id, upload_id, app.now())
        .await
        .map_err(failed)?
        .ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    drop(tx);
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    let done = app
        .store()
        .write(move |tx| {
            async move { register::commit(tx, &act, &mut rng, &study, (upload_id, &delivery)).await }
                .boxed()
        })
        .await
        .map_err(failed)?;
    let Registered {
        scores,
        new,
        changed,
        same,
        ..
    } = done;
    let to = format!("/study/achievement?scores={scores}&new={new}&changed={changed}&same={same}");
    Ok(Redirect::to(&to).into_response())
}
