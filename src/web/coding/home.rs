//! Where a coder begins: how far she is with each school, and the next statement.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::work::{self, coder, in_order, own_coding};
use crate::domain::coding::{Step, pseudonym};
use crate::web::access::Coder;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/coding.html")]
struct HomePage {
    frame: Frame,
    /// The first statement that waits for a code.
    next: Option<String>,
    told: Vec<String>,
    schools: Vec<Line>,
}

struct Line {
    name: String,
    sources: String,
    done: String,
    state: String,
    first: String,
}

#[derive(Default)]
struct Counted {
    sources: BTreeMap<crate::domain::coding::Source, usize>,
    n: usize,
    done: usize,
    first: Option<String>,
    cohort: String,
}

pub async fn show_home(visitor: Coder, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let material = work::load(&app, &visitor).await?;
    let me = coder(&visitor);
    let all = in_order(&material);
    let mut schools: BTreeMap<String, Counted> = BTreeMap::new();
    let mut next = None;
    for statement in &all {
        let Some(interview) = material.interview(statement) else {
            continue;
        };
        let line = schools.entry(pseudonym(interview.school_id)).or_default();
        *line.sources.entry(interview.source).or_default() += 1;
        line.n += 1;
        line.cohort = material.cohort(statement).to_owned();
        let address = format!("/coding/statement/{}", statement.statement_id);
        if own_coding(&material, &me, statement.statement_id).is_some() {
            line.done += 1;
        } else if next.is_none() && work::is_open(&material, statement) {
            next = Some(address.clone());
        }
        line.first.get_or_insert(address);
    }
    let state = |cohort: &str| {
        w.t(if material.step(cohort, Step::Locked).is_some() {
            "coding-state-locked"
        } else if material.step(cohort, Step::Compared).is_some() {
            "coding-state-compared"
        } else {
            "coding-state-open"
        })
    };
    let done: usize = schools.values().map(|line| line.done).sum();
    let mut told = Vec::new();
    if all.is_empty() {
        told.push(w.t("coding-none"));
    } else {
        told.push(w.t2("coding-progress", "n", done, "of", all.len()));
        if next.is_none() {
            told.push(w.t("coding-all-done"));
        }
    }
    Ok(show(&HomePage {
        frame: work::frame(&app, &visitor, w.t("coding-title"), "/coding".to_owned()),
        next,
        told,
        schools: schools
            .into_iter()
            .map(|(name, line)| Line {
                name: w.t1("coding-school", "name", name),
                sources: line
                    .sources
                    .keys()
                    .map(|source| w.t(&format!("source-{}", source.key())))
                    .collect::<Vec<_>>()
                    .join(", "),
                done: w.t2("coding-done-of", "n", line.done, "of", line.n),
                state: state(&line.cohort),
                first: line.first.unwrap_or_default(),
            })
            .collect(),
    }))
}
