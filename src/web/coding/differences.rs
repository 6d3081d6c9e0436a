//! Where coders differ, once the first codes are closed: what each said, and what they agree on. The first codes stay.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::statement::{StatementPage, beside};
use super::work::{self, choices, find, in_order};
use crate::domain::coding::{Code, Coding, Round, Statement, Step, differs, settled};
use crate::fieldwork::code::{self, CodeRefusal, Material};
use crate::web::access::Coder;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

const PATH: &str = "/coding/differences";

#[derive(Template)]
#[template(path = "web/pages/coding_differences.html")]
struct DifferencesPage {
    frame: Frame,
    lead: String,
    lines: Vec<Line>,
}

struct Line {
    address: String,
    school: String,
    text: String,
    said: Vec<(String, String)>,
    /// What was agreed on, if that was done.
    agreed: Option<String>,
}

/// Statements of which the first codes are closed and differ.
fn open<'m>(material: &'m Material, all: &[&'m Statement]) -> Vec<&'m Statement> {
    let of = material.by_statement();
    let differ = |statement: &&Statement| {
        let cohort = material.cohort(statement);
        material.step(cohort, Step::Compared).is_some()
            && of
                .get(&statement.statement_id)
                .is_some_and(|known| differs(known))
    };
    all.iter().copied().filter(differ).collect()
}

/// What each coder said, by number: not who she is.
fn said(visitor: &Coder, material: &Material, statement: &Statement) -> Vec<(String, String)> {
    let w = visitor.0.words;
    let of = material.codings.iter().filter(|coding| {
        coding.statement_id == statement.statement_id && coding.round == Round::First
    });
    of.enumerate()
        .map(|(at, coding)| {
            let who = if coding.coder == work::coder(visitor) {
                w.t1("coding-coder-own", "n", at + 1)
            } else {
                w.t1("coding-coder", "n", at + 1)
            };
            (who, work::in_words(w, material, &coding.codes))
        })
        .collect()
}

fn agreed<'m>(material: &'m Material, statement: &Statement) -> Option<&'m Coding> {
    material.codings.iter().find(|coding| {
        coding.statement_id == statement.statement_id && coding.round == Round::Consensus
    })
}

pub async fn show_differences(visitor: Coder, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let material = work::load(&app, &visitor).await?;
    let all = in_order(&material);
    let lines: Vec<Line> = open(&material, &all)
        .into_iter()
        .map(|statement| Line {
            address: format!("{PATH}/{}", statement.statement_id),
            school: format!(
                "{}, {}",
                work::school_name(w, &material, statement),
                work::source_name(w, &material, statement)
            ),
            text: statement.text.clone(),
            said: said(&visitor, &material, statement),
            agreed: agreed(&material, statement)
                .map(|coding| work::in_words(w, &material, &coding.codes)),
        })
        .collect();
    let compared = material
        .steps
        .iter()
        .any(|step| step.step == Step::Compared);
    let lead = if !compared {
        w.t("coding-not-compared")
    } else {
        let waiting = lines.iter().filter(|line| line.agreed.is_none()).count();
        w.t2("coding-differences-lead", "n", lines.len(), "open", waiting)
    };
    Ok(show(&DifferencesPage {
        frame: work::frame(&app, &visitor, w.t("coding-differences"), PATH.to_owned()),
        lead,
        lines,
    }))
}

fn page(
    app: &App,
    visitor: &Coder,
    material: &Material,
    (at, all): (usize, &[&Statement]),
    codes: &[Code],
    fault: Option<String>,
) -> StatementPage {
    let w = visitor.0.words;
    let statement = all[at];
    let action = format!("{PATH}/{}", statement.statement_id);
    let locked = material.step(material.cohort(statement), Step::Locked);
    StatementPage {
        frame: work::frame(app, visitor, w.t("coding-difference"), action.clone()),
        action,
        school: work::school_name(w, material, statement),
        source: work::source_name(w, material, statement),
        before: beside(all, at, -1),
        text: statement.text.clone(),
        after: beside(all, at, 1),
        said: said(visitor, material, statement),
        choices: choices(w, material, codes),
        closed: locked.map(|_| w.t("coding-is-locked")),
        fault,
        button: w.t("coding-settle"),
        around: vec![(PATH.to_owned(), w.t("coding-differences"))],
    }
}

pub async fn show_difference(
    visitor: Coder,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let material = work::load(&app, &visitor).await?;
    let all = in_order(&material);
    let (at, statement) = find(&app, w, &all, &id)?;
    if !open(&material, &all)
        .iter()
        .any(|known| known.statement_id == statement.statement_id)
    {
        return Err(Problem::new(&app, w, Kind::NotFound));
    }
    let of = material.by_statement();
    let known = of.get(&statement.statement_id);
    // What was agreed on, or else what both said.
    let codes = known.and_then(|known| settled(known)).unwrap_or_default();
    let page = page(&app, &visitor, &material, (at, &all), &codes, None);
    Ok(show(&page))
}

pub async fn settle(
    visitor: Coder,
    State(app): State<App>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let material = work::load(&app, &visitor).await?;
    let all = in_order(&material);
    let (at, statement) = find(&app, w, &all, &id)?;
    let codes =
        work::read(&material, &fields).ok_or_else(|| Problem::new(&app, w, Kind::BadForm))?;
    let said = Coding {
        statement_id: statement.statement_id,
        round: Round::Consensus,
        coder: String::new(),
        codes: codes.clone(),
    };
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let done = app
        .store()
        .write(move |tx| async move { code::code(tx, &act, study_id, &[said]).await }.boxed())
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(CodeRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => {
            let fault = Some(w.t(refusal.key()));
            let page = page(&app, &visitor, &material, (at, &all), &codes, fault);
            Ok((StatusCode::CONFLICT, show(&page)).into_response())
        }
    }
}
