//! Entering what was said: a text, the names that are found in it, and the statements that are kept. The text itself goes from
//! form to form in the hands of the reviewer and is stored nowhere.

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::desk;
use super::interviews::{PATH, source_name};
use crate::domain::answer::Answer;
use crate::domain::coding::{Cut, Source, statements};
use crate::domain::masking::{Known, mask, propose};
use crate::domain::time::day_in;
use crate::fieldwork::interview::{self, Entered, InterviewRefusal};
use crate::fieldwork::trainer_report;
use crate::storage::schools::School;
use crate::storage::{StorageError, schools, trainer_reports};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::filled::{Field, Filled};
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/interview_form.html")]
struct FormPage {
    frame: Frame,
    faults: Vec<(String, String)>,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "web/pages/interview_review.html")]
struct ReviewPage {
    frame: Frame,
    told: Vec<(String, String)>,
    faults: Vec<String>,
    hidden: Vec<(String, String)>,
    /// As it stands in the text, what stands there instead, how often, and whether it stays as it is.
    names: Vec<(String, String, usize, bool)>,
    cuts: Vec<(&'static str, String, bool)>,
    masked: String,
    n: usize,
}

async fn all_schools(app: &App, visitor: &Researcher) -> Result<Vec<School>, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    schools::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)
}

fn form(app: &App, visitor: &Researcher, schools: &[School], filled: &Filled) -> FormPage {
    let w = visitor.0.words;
    let mut options = vec![(String::new(), w.t("interview-choose"))];
    options.extend(
        schools
            .iter()
            .map(|school| (school.key.clone(), school.key.clone())),
    );
    let sources = Source::ALL.map(|source| (source.key().to_owned(), source_name(w, source)));
    let cuts = Cut::ALL.map(|cut| {
        let label = w.t(&format!("cut-{}", cut.key()));
        (cut.key().to_owned(), label)
    });
    let fields = vec![
        filled
            .field("school", "select", w.t("coding-school-head"))
            .options(options),
        filled
            .field("source", "select", w.t("coding-source"))
            .options(sources.into()),
        filled.field("held_on", "date", w.t("interview-held-on")),
        filled
            .field("cut", "select", w.t("interview-cut"))
            .options(cuts.into()),
        filled
            .field("text", "area", w.t("interview-text"))
            .help(w.t("interview-text-help")),
    ];
    let mut frame = desk::frame(app, visitor, w.t("interview-new"), PATH);
    frame.path = format!("{PATH}/new");
    FormPage {
        frame,
        faults: filled.faults(&[]),
        fields,
    }
}

/// The free texts of a trainer's report, in the order of its pages.
async fn report_text(
    app: &App,
    visitor: &Researcher,
    school: &School,
) -> Result<Option<String>, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let study = &visitor.0.study;
    let Some(wave) = trainer_report::last_wave(&study.design, &school.cohort) else {
        return Ok(None);
    };
    let mut tx = app.store().read().await.map_err(failed)?;
    let report = trainer_reports::of_school(&mut tx, school.school_id, wave)
        .await
        .map_err(failed)?;
    drop(tx);
    let Some(report) = report.filter(|report| report.filed_at.is_some()) else {
        return Ok(None);
    };
    let Some(instrument) = trainer_report::instrument(study, Some(&report.pin)) else {
        return Ok(None);
    };
    let texts: Vec<&str> = instrument
        .pages
        .iter()
        .flat_map(|page| &page.ask)
        .filter_map(|item| match report.answers.get(item) {
            Some(Answer::Text(text)) => Some(text.trim()),
            _ => None,
        })
        .collect();
    Ok(Some(texts.join("\n\n")))
}

pub async fn show_form(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let schools = all_schools(&app, &visitor).await?;
    let mut filled = Filled::of(&fields);
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    filled.set("held_on", today.to_string());
    let school = schools
        .iter()
        .find(|school| school.key == filled.value("school"));
    if let Some(school) = school
        && filled.value("source") == Source::Trainer.key()
        && let Some(text) = report_text(&app, &visitor, school).await?
    {
        filled.set("text", text);
    }
    Ok(show(&form(&app, &visitor, &schools, &filled)))
}

/// What a form says, checked.
struct Read {
    school: School,
    source: Source,
    held_on: chrono::NaiveDate,
    known: Vec<Known>,
}

async fn read(
    app: &App,
    visitor: &Researcher,
    schools: &[School],
    filled: &mut Filled,
) -> Result<Option<Read>, Problem> {
    let w = visitor.0.words;
    let school = schools
        .iter()
        .find(|school| school.key == filled.value("school"));
    if school.is_none() {
        filled.refuse("school", w.t("filled-choose"));
    }
    let source = Source::from_key(filled.value("source"));
    if source.is_none() {
        filled.refuse("source", w.t("filled-choose"));
    }
    let held_on = filled.day(w, "held_on");
    if held_on.is_none() {
        filled.refuse("held_on", w.t("filled-empty"));
    }
    let (Some(school), Some(source), Some(held_on)) = (school, source, held_on) else {
        return Ok(None);
    };
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let known = interview::names(&mut tx, visitor.0.study.study_id, school)
        .await
        .map_err(failed)?;
    Ok(Some(Read {
        school: school.clone(),
        source,
        held_on,
        known,
    }))
}

/// What is kept of the form while it is reviewed.
struct Draft<'d> {
    text: &'d str,
    plain: &'d [String],
    cut: Cut,
    /// As the reviewer left it; `None`: as the program proposes it.
    edited: Option<&'d str>,
}

fn review(
    app: &App,
    visitor: &Researcher,
    read: &Read,
    draft: &Draft<'_>,
    faults: Vec<String>,
) -> ReviewPage {
    let w = visitor.0.words;
    let (masked, _) = mask(draft.text, &read.known, draft.plain);
    let said = statements(&masked, draft.cut);
    let mut names = propose(draft.text, &read.known);
    names.sort_by_key(|name| std::cmp::Reverse(name.times));
    let mut frame = desk::frame(app, visitor, w.t("interview-review"), PATH);
    frame.path = format!("{PATH}/new");
    let hidden = [
        ("school", read.school.key.clone()),
        ("source", read.source.key().to_owned()),
        ("held_on", read.held_on.to_string()),
        ("text", draft.text.to_owned()),
    ];
    ReviewPage {
        frame,
        told: vec![
            (w.t("coding-school-head"), read.school.key.clone()),
            (w.t("coding-source"), source_name(w, read.source)),
            (w.t("interview-held-on"), read.held_on.to_string()),
        ],
        faults,
        hidden: hidden.map(|(name, value)| (name.to_owned(), value)).into(),
        names: names
            .into_iter()
            .map(|found| {
                let plain = draft.plain.contains(&found.written);
                (found.written, found.mask, found.times, plain)
            })
            .collect(),
        cuts: Cut::ALL
            .map(|cut| {
                let label = w.t(&format!("cut-{}", cut.key()));
                (cut.key(), label, cut == draft.cut)
            })
            .into(),
        n: said.len(),
        masked: draft
            .edited
            .map_or_else(|| said.join("\n\n"), str::to_owned),
    }
}

async fn sent(app: &App, visitor: &Researcher, mut form: Multipart) -> Result<Fields, Problem> {
    let w = visitor.0.words;
    let bad = |_| Problem::new(app, w, Kind::BadForm);
    let mut fields = Fields::new();
    while let Some(part) = form.next_field().await.map_err(bad)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(bad)?;
        let text = crate::exchange::table::decode(&bytes)
            .ok_or_else(|| Problem::new(app, w, Kind::BadForm))?;
        fields.push((name, text));
    }
    // A file that was chosen takes the place of an empty text.
    let file = field(&fields, "file")
        .map(str::to_owned)
        .unwrap_or_default();
    if field(&fields, "text").is_none_or(|text| text.trim().is_empty()) {
        fields.retain(|(name, _)| name != "text");
        fields.push(("text".to_owned(), file));
    }
    Ok(fields)
}

/// Proposes what to mask and where to cut; keeps nothing.
pub async fn check(
    visitor: Researcher,
    State(app): State<App>,
    sent_form: Multipart,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let fields = sent(&app, &visitor, sent_form).await?;
    let schools = all_schools(&app, &visitor).await?;
    let mut filled = Filled::of(&fields);
    let found = read(&app, &visitor, &schools, &mut filled).await?;
    let text = filled.value("text").to_owned();
    if text.is_empty() {
        filled.refuse("text", w.t("interview-empty"));
    }
    // What no browser would send back.
    if text.chars().count() > MOST_TEXT {
        filled.refuse("text", w.t("interview-too-many"));
    }
    let Some(found) = found.filter(|_| filled.is_good()) else {
        let page = form(&app, &visitor, &schools, &filled);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response());
    };
    let draft = Draft {
        text: &text,
        plain: &[],
        cut: Cut::from_key(filled.value("cut")),
        edited: None,
    };
    Ok(show(&review(&app, &visitor, &found, &draft, Vec::new())))
}

/// Characters of one conversation: it goes through a form twice, as it was and masked.
const MOST_TEXT: usize = 60_000;

/// Keeps the statements when the reviewer says that no name is left, or shows them again as she asks.
pub async fn keep(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let schools = all_schools(&app, &visitor).await?;
    let mut filled = Filled::of(&fields);
    let Some(found) = read(&app, &visitor, &schools, &mut filled).await? else {
        let page = form(&app, &visitor, &schools, &filled);
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response());
    };
    let plain: Vec<String> = fields
        .iter()
        .filter(|(name, _)| name == "plain")
        .map(|(_, value)| value.clone())
        .collect();
    let text = filled.value("text").to_owned();
    let cut = Cut::from_key(filled.value("cut"));
    if field(&fields, "go") == Some("again") {
        let draft = Draft {
            text: &text,
            plain: &plain,
            cut,
            edited: None,
        };
        return Ok(show(&review(&app, &visitor, &found, &draft, Vec::new())));
    }
    let edited = filled.value("statements").to_owned();
    let mut faults = Vec::new();
    let left: Vec<String> = propose(&edited, &found.known)
        .into_iter()
        .map(|name| name.written)
        .filter(|name| !plain.contains(name))
        .collect();
    if !left.is_empty() {
        faults.push(w.t1("interview-names-left", "names", left.join(", ")));
    }
    if field(&fields, "confirmed").is_none() {
        faults.push(w.t("interview-not-confirmed"));
    }
    let said = statements(&edited, Cut::Paragraph);
    let n_masks = found
        .known
        .iter()
        .map(|known| format!("[{}]", known.mask))
        .collect::<std::collections::BTreeSet<String>>()
        .iter()
        .map(|mask| edited.matches(mask.as_str()).count())
        .sum();
    if faults.is_empty() {
        let entered = Entered {
            school_id: found.school.school_id,
            source: found.source,
            held_on: found.held_on,
            statements: said,
            n_masks,
        };
        let study_id = visitor.0.study.study_id;
        let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
        let done = app
            .store()
            .write(move |tx| {
                async move { interview::enter(tx, &act, &mut rng, study_id, &entered).await }
                    .boxed()
            })
            .await;
        match done {
            Ok(id) => return Ok(Redirect::to(&format!("{PATH}/{id}")).into_response()),
            Err(InterviewRefusal::Failed(error)) => {
                return Err(Problem::storage(&app, w, &error));
            }
            Err(refusal) => faults.push(w.t(refusal.key())),
        }
    }
    let draft = Draft {
        text: &text,
        plain: &plain,
        cut,
        edited: Some(&edited),
    };
    let page = review(&app, &visitor, &found, &draft, faults);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}
