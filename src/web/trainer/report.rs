//! The trainer's report on a school: written as a draft, looked over, filed and locked.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::own;
use crate::domain::answer::Answer;
use crate::fieldwork::trainer_report::{self, ReportRefusal, instrument, last_wave};
use crate::instrument::check::{AnswerFault, RawAnswer};
use crate::instrument::definition::{Format, Instrument, Item, Page};
use crate::locale::Words;
use crate::storage::StorageError;
use crate::storage::schools::School;
use crate::storage::trainer_reports::{self, TrainerReport};
use crate::web::access::Trainer;
use crate::web::app::App;
use crate::web::form::{Fields, field, field_value, raw_answers, stored_answers};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/trainer_report.html")]
struct WritePage {
    frame: Frame,
    id: String,
    lead: String,
    intro: String,
    saved_at: Option<String>,
    themes: Vec<Theme>,
    faults: Vec<(String, String)>,
}

struct Theme {
    title: String,
    desk_only: bool,
    questions: Vec<Question>,
}

struct Question {
    key: String,
    text: String,
    fault: Option<String>,
    /// Value, label and whether it is chosen; empty where words are asked.
    options: Vec<(String, String, bool)>,
    none: bool,
    value: String,
    longest: usize,
}

#[derive(Template)]
#[template(path = "web/pages/trainer_report_read.html")]
struct ReadPage {
    frame: Frame,
    id: String,
    lead: String,
    trouble: String,
    filed: bool,
    themes: Vec<ReadTheme>,
    seen_before: Vec<String>,
    pin: String,
}

/// What was said on one theme.
struct ReadTheme {
    title: String,
    /// About someone who alone holds a role: stays on the research desk.
    desk_only: bool,
    /// Question and answer.
    said: Vec<(String, String)>,
}

/// A report with the questionnaire it answers.
struct Loaded<'s> {
    school: School,
    wave: String,
    report: Option<TrainerReport>,
    instrument: &'s Instrument,
}

impl Loaded<'_> {
    fn is_filed(&self) -> bool {
        self.report
            .as_ref()
            .is_some_and(|report| report.filed_at.is_some())
    }

    fn answers(&self) -> BTreeMap<String, Answer> {
        self.report
            .as_ref()
            .map(|report| report.answers.clone())
            .unwrap_or_default()
    }
}

async fn load<'s>(app: &App, visitor: &'s Trainer, id: &str) -> Result<Loaded<'s>, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let gone = || Problem::new(app, w, Kind::NotFound);
    let school = own::school(app, visitor, id).await?;
    let wave = last_wave(&study.design, &school.cohort)
        .ok_or_else(gone)?
        .to_owned();
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let report = trainer_reports::of_school(&mut tx, school.school_id, &wave)
        .await
        .map_err(failed)?;
    let instrument =
        instrument(study, report.as_ref().map(|report| &report.pin)).ok_or_else(gone)?;
    Ok(Loaded {
        school,
        wave,
        report,
        instrument,
    })
}

#[derive(serde::Deserialize)]
pub struct Note {
    saved: Option<String>,
}

pub async fn show_report(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
    Query(query): Query<Note>,
) -> Result<Response, Problem> {
    let loaded = load(&app, &visitor, &id).await?;
    if loaded.is_filed() {
        return Ok(show(&read_page(&app, &visitor, &loaded, String::new())));
    }
    // Only a time is echoed, never what else an address may carry.
    let saved_at = query
        .saved
        .filter(|at| at.len() == 5 && at.bytes().all(|b| b.is_ascii_digit() || b == b':'));
    let asked: Vec<String> = loaded.instrument.items.keys().cloned().collect();
    let raw = stored_answers(&loaded.answers(), &asked);
    let page = write_page(&app, &visitor, &loaded, &raw, &BTreeMap::new(), saved_at);
    Ok(show(&page))
}

pub async fn show_preview(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let loaded = load(&app, &visitor, &id).await?;
    Ok(show(&read_page(&app, &visitor, &loaded, String::new())))
}

pub async fn save(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let loaded = load(&app, &visitor, &id).await?;
    // What the form did not show is left as it was.
    let asked: Vec<String> = loaded
        .instrument
        .items
        .keys()
        .filter(|item| field(&fields, item).is_some())
        .cloned()
        .collect();
    let raw = raw_answers(&fields, loaded.instrument, &asked);
    let (act, study, school, sent) = (
        app.act(visitor.0.actor()),
        visitor.0.study.clone(),
        loaded.school.clone(),
        raw.clone(),
    );
    let saved = app
        .store()
        .write(move |tx| {
            async move { trainer_report::save(tx, &act, &study, &school, &sent).await }.boxed()
        })
        .await;
    let faults = match saved {
        Ok(faults) => faults,
        Err(refusal) => return refused(&app, &visitor, &id, refusal).await,
    };
    let at = app
        .now()
        .with_timezone(&visitor.0.study.design.time_zone)
        .format("%H:%M");
    if !faults.is_empty() {
        let page = write_page(&app, &visitor, &loaded, &raw, &faults, None);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response());
    }
    let to = match field(&fields, "go") {
        Some("preview") => format!("/trainer/report/{id}/preview"),
        _ => format!("/trainer/report/{id}?saved={at}"),
    };
    Ok(Redirect::to(&to).into_response())
}

pub async fn file(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let school = own::school(&app, &visitor, &id).await?;
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let filed = app
        .store()
        .write(move |tx| {
            async move { trainer_report::file(tx, &act, &study, &school).await }.boxed()
        })
        .await;
    match filed {
        Ok(()) => Ok(Redirect::to(&format!("/trainer/report/{id}")).into_response()),
        Err(refusal) => refused(&app, &visitor, &id, refusal).await,
    }
}

/// The report as it stands, with why it was left so.
async fn refused(
    app: &App,
    visitor: &Trainer,
    id: &str,
    refusal: ReportRefusal,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    if let ReportRefusal::Failed(error) = &refusal {
        return Err(Problem::storage(app, w, error));
    }
    let loaded = load(app, visitor, id).await?;
    let page = read_page(app, visitor, &loaded, w.t(refusal.key()));
    Ok((StatusCode::CONFLICT, show(&page)).into_response())
}

fn frame(app: &App, visitor: &Trainer, loaded: &Loaded<'_>, path: &str) -> Frame {
    let w = visitor.0.words;
    let title = w.t2(
        "report-title",
        "school",
        loaded.school.name.as_str(),
        "wave",
        loaded.wave.as_str(),
    );
    let path = format!("/trainer/report/{}{path}", loaded.school.school_id);
    own::frame(app, visitor, title, path)
}

/// A page that asks only about someone who alone holds a role.
fn is_desk_only(instrument: &Instrument, page: &Page) -> bool {
    page.ask.iter().all(|key| instrument.items[key].desk_only)
}

fn write_page(
    app: &App,
    visitor: &Trainer,
    loaded: &Loaded<'_>,
    raw: &BTreeMap<String, RawAnswer>,
    faults: &BTreeMap<String, AnswerFault>,
    saved_at: Option<String>,
) -> WritePage {
    let w = visitor.0.words;
    let known = loaded.instrument;
    let stored = {
        let asked: Vec<String> = known.items.keys().cloned().collect();
        stored_answers(&loaded.answers(), &asked)
    };
    let ask = |key: &String| {
        let raw = raw.get(key).or_else(|| stored.get(key));
        let raw = raw.cloned().unwrap_or_default();
        let fault = faults.get(key).map(|fault| w.t(fault.key()));
        question(w, key, &known.items[key], &raw, fault)
    };
    WritePage {
        frame: frame(app, visitor, loaded, ""),
        id: loaded.school.school_id.to_string(),
        lead: w.t1("report-lead", "wave", loaded.wave.as_str()),
        intro: known.intro.say(w.0).to_owned(),
        saved_at,
        themes: known
            .pages
            .iter()
            .map(|page| Theme {
                title: page.title.say(w.0).to_owned(),
                desk_only: is_desk_only(known, page),
                questions: page.ask.iter().map(ask).collect(),
            })
            .collect(),
        faults: faults
            .iter()
            .map(|(key, fault)| {
                let text = known.items[key].text.say(w.0);
                (key.clone(), format!("{text}: {}", w.t(fault.key())))
            })
            .collect(),
    }
}

fn question(w: Words, key: &str, item: &Item, raw: &RawAnswer, fault: Option<String>) -> Question {
    let value = field_value(w, &item.format, raw);
    let options: Vec<(String, String, bool)> = match &item.format {
        Format::Rating(options) | Format::Single(options) => options
            .iter()
            .map(|option| {
                let code = option.code.to_string();
                let chosen = code == value;
                (code, option.text.say(w.0).to_owned(), chosen)
            })
            .collect(),
        _ => Vec::new(),
    };
    Question {
        key: key.to_owned(),
        text: item.text.say(w.0).to_owned(),
        fault,
        none: options.iter().all(|(_, _, chosen)| !chosen),
        options,
        longest: match item.format {
            Format::Text { longest } => longest,
            _ => 40,
        },
        value,
    }
}

/// An answer as it is read.
fn said(w: Words, item: &Item, answer: Option<&Answer>) -> String {
    match (&item.format, answer) {
        (Format::Rating(options) | Format::Single(options), Some(Answer::Code(code))) => options
            .iter()
            .find(|option| option.code == *code)
            .map_or_else(
                || code.to_string(),
                |option| format!("{code} · {}", option.text.say(w.0)),
            ),
        (_, Some(Answer::Text(text))) => text.clone(),
        (_, Some(Answer::Number(number))) => w.decimal(*number, 0),
        (_, Some(Answer::Date(day))) => day.to_string(),
        (_, Some(_)) => "✓".to_owned(),
        (_, None) => w.t("report-open"),
    }
}

fn read_page(app: &App, visitor: &Trainer, loaded: &Loaded<'_>, trouble: String) -> ReadPage {
    let w = visitor.0.words;
    let zone = visitor.0.study.design.time_zone;
    let known = loaded.instrument;
    let answers = loaded.answers();
    let filed_at = loaded.report.as_ref().and_then(|report| report.filed_at);
    let read = |key: &String| {
        let item = &known.items[key];
        let text = item.text.say(w.0).to_owned();
        (text, said(w, item, answers.get(key)))
    };
    let open = known
        .items
        .keys()
        .filter(|key| !answers.contains_key(*key))
        .count();
    ReadPage {
        frame: frame(
            app,
            visitor,
            loaded,
            if filed_at.is_some() { "" } else { "/preview" },
        ),
        id: loaded.school.school_id.to_string(),
        lead: match filed_at {
            Some(at) => w.t1("report-filed-on", "at", w.day_and_time(at, zone)),
            None => w.t1("report-preview-lead", "n", open),
        },
        trouble,
        filed: filed_at.is_some(),
        themes: known
            .pages
            .iter()
            .map(|page| ReadTheme {
                title: page.title.say(w.0).to_owned(),
                desk_only: is_desk_only(known, page),
                said: page.ask.iter().map(read).collect(),
            })
            .collect(),
        seen_before: loaded
            .report
            .iter()
            .flat_map(|report| &report.seen_before)
            .map(|seen| format!("{}: {}", seen.wave, w.day_and_time(seen.at, zone)))
            .collect(),
        pin: known.pin(),
    }
}
