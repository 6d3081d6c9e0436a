//! What principals, IB'ers and trainers said: which schools there is something of, and the statements of one conversation.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use super::desk;
use super::statements::codes_in_words;
use crate::domain::coding::{Interview, Source, Step, settled};
use crate::domain::id::InterviewId;
use crate::fieldwork::code::Material;
use crate::fieldwork::interview::{self, InterviewRefusal};
use crate::locale::Words;
use crate::storage::{StorageError, schools, trainer_reports};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

pub const PATH: &str = "/research/interviews";

#[derive(Template)]
#[template(path = "web/pages/interviews.html")]
struct InterviewsPage {
    frame: Frame,
    told: Vec<String>,
    schools: Vec<Line>,
}

struct Line {
    school: String,
    cohort: String,
    /// Source by source: address and number of statements.
    sources: Vec<Vec<(String, String)>>,
    /// A filed report that is not among the statements yet.
    report: bool,
}

#[derive(Template)]
#[template(path = "web/pages/interview.html")]
struct InterviewPage {
    frame: Frame,
    told: Vec<(String, String)>,
    /// Text, and its codes once they are locked.
    statements: Vec<(String, Option<String>)>,
    /// The address at which it is taken back, while nobody has coded it.
    discard: Option<String>,
    fault: Option<String>,
}

pub async fn load(app: &App, visitor: &Researcher) -> Result<Material, Problem> {
    let failed = |error: StorageError| Problem::storage(app, visitor.0.words, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    Material::load(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)
}

pub fn source_name(w: Words, source: Source) -> String {
    w.t(&format!("source-{}", source.key()))
}

pub async fn show_interviews(
    visitor: Researcher,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study_id = visitor.0.study.study_id;
    let material = load(&app, &visitor).await?;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let all = schools::of_study(&mut tx, study_id).await.map_err(failed)?;
    let reports = trainer_reports::of_study(&mut tx, study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let mut statements: BTreeMap<InterviewId, usize> = BTreeMap::new();
    for statement in &material.statements {
        *statements.entry(statement.interview_id).or_default() += 1;
    }
    let schools = all
        .iter()
        .map(|school| {
            let of = |source: Source| -> Vec<&Interview> {
                let own = material.interviews.iter();
                own.filter(|one| one.school_id == school.school_id && one.source == source)
                    .collect()
            };
            let filed = reports
                .iter()
                .any(|report| report.school_id == school.school_id && report.filed_at.is_some());
            Line {
                school: school.key.clone(),
                cohort: school.cohort.clone(),
                report: filed && of(Source::Trainer).is_empty(),
                sources: Source::ALL
                    .map(|source| {
                        of(source)
                            .iter()
                            .map(|one| {
                                let n = statements.get(&one.interview_id).copied();
                                let address = format!("{PATH}/{}", one.interview_id);
                                (address, n.unwrap_or_default().to_string())
                            })
                            .collect()
                    })
                    .into(),
            }
        })
        .collect();
    let count = |source: Source| {
        let of = material.interviews.iter();
        of.filter(|one| one.source == source).count()
    };
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("principal", count(Source::Principal));
    args.set("coach", count(Source::Coach));
    args.set("joint", count(Source::Joint));
    args.set("trainer", count(Source::Trainer));
    args.set("statements", material.statements.len());
    Ok(show(&InterviewsPage {
        frame: desk::frame(&app, &visitor, w.t("interviews-title"), PATH),
        told: vec![w.t("interviews-lead"), w.with("interviews-there", &args)],
        schools,
    }))
}

async fn page(
    app: &App,
    visitor: &Researcher,
    id: &str,
    fault: Option<String>,
) -> Result<InterviewPage, Problem> {
    let w = visitor.0.words;
    let material = load(app, visitor).await?;
    let id = Uuid::parse_str(id).ok();
    let found = material
        .interviews
        .iter()
        .find(|one| Some(one.interview_id.0) == id);
    let Some(one) = found else {
        return Err(Problem::new(app, w, Kind::NotFound));
    };
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let school = schools::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .find(|school| school.school_id == one.school_id);
    drop(tx);
    let of = material.by_statement();
    let cohort = material.cohorts.get(&one.school_id);
    let locked = cohort.is_some_and(|cohort| material.step(cohort, Step::Locked).is_some());
    let mut coded = 0;
    let statements = material
        .statements
        .iter()
        .filter(|statement| statement.interview_id == one.interview_id)
        .map(|statement| {
            let known = of.get(&statement.statement_id);
            coded += known.map_or(0, Vec::len);
            let codes = known.filter(|_| locked).and_then(|known| settled(known));
            let said = codes.map(|codes| codes_in_words(w, &material.codebook, &codes));
            (statement.text.clone(), said)
        })
        .collect();
    let address = format!("{PATH}/{}", one.interview_id);
    let mut frame = desk::frame(app, visitor, w.t("interview-title"), PATH);
    frame.path = address.clone();
    Ok(InterviewPage {
        frame,
        told: vec![
            (
                w.t("coding-school-head"),
                school.map(|school| school.key).unwrap_or_default(),
            ),
            (w.t("coding-source"), source_name(w, one.source)),
            (w.t("interview-held-on"), one.held_on.to_string()),
            (w.t("interview-masks"), one.n_masks.to_string()),
        ],
        statements,
        discard: (coded == 0).then(|| format!("{address}/discard")),
        fault,
    })
}

pub async fn show_interview(
    visitor: Researcher,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(show(&page(&app, &visitor, &id, None).await?))
}

pub async fn discard(
    visitor: Researcher,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let Ok(interview_id) = Uuid::parse_str(&id) else {
        return Err(Problem::new(&app, w, Kind::NotFound));
    };
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let done = app
        .store()
        .write(move |tx| {
            async move { interview::discard(tx, &act, study_id, InterviewId(interview_id)).await }
                .boxed()
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(InterviewRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(InterviewRefusal::Unknown) => Err(Problem::new(&app, w, Kind::NotFound)),
        Err(refusal) => {
            let page = page(&app, &visitor, &id, Some(w.t(refusal.key()))).await?;
            Ok((StatusCode::CONFLICT, show(&page)).into_response())
        }
    }
}
