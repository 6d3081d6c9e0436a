//! The work of a teacher as open groups see it: wished for and experienced, what shifts, and exact tests of it.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::desk::{self, Desk};
use super::tables::{Shown, made};
use crate::domain::roster::Unit;
use crate::domain::teachers_work::{FEWEST, KINDS, wished};
use crate::evaluation::work_findings::{WorkFinding, WorkTold};
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/work";

#[derive(Template)]
#[template(path = "web/pages/research_work.html")]
struct WorkPage {
    frame: Frame,
    /// Groups of which nothing is told.
    small: Vec<String>,
    any: bool,
    choices: Shown,
    shift: Shown,
    tests: Shown,
    whole: Shown,
}

pub async fn show_work(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let shown = |which| Shown::of(w, &desk, &table(&visitor, &desk, which), &[]);
    let small = desk.findings.work.iter().filter(|one| one.told.is_none());
    Ok(show(&WorkPage {
        small: small
            .map(|one| w.t2("desk-work-small", "group", name(w, one), "n", FEWEST))
            .collect(),
        any: desk.findings.work.iter().any(|one| one.told.is_some()),
        choices: shown(Which::Choices),
        shift: shown(Which::Shift),
        tests: shown(Which::Tests),
        whole: shown(Which::Whole),
        frame: desk.frame(&app, &visitor, w.t("desk-work-title"), PATH),
    }))
}

/// The tables of this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All characteristics together.
    Whole,
    Tests,
    Choices,
    Shift,
}

impl Which {
    fn name(self) -> &'static str {
        match self {
            Self::Whole => "work",
            Self::Tests => "work_tests",
            Self::Choices => "work_characteristics",
            Self::Shift => "work_shift",
        }
    }
}

/// The group, as it is called, and the wave.
fn name(w: Words, one: &WorkFinding) -> String {
    debug_assert!(one.group.is_empty() || Unit::of_key(&one.group) == Unit::Group);
    match one.group.split_once(':') {
        Some((_, group)) => format!("{group}, {}", one.wave),
        None => format!("{}, {}", w.t("desk-work-all"), one.wave),
    }
}

pub fn table(visitor: &Researcher, desk: &Desk, which: Which) -> ApaTable {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let label = |key: &str| w.t(&format!("desk-work-{key}"));
    let of_item = |characteristic: &str| {
        let key = wished(characteristic);
        let known = study.library.iter().find_map(|i| i.items.get(&key));
        known.map_or(key, |item| item.text.say(w.0).to_owned())
    };
    let number = |key: &str, form: Form| Column {
        form,
        ..Column::text(key, label(key))
    };
    let mut columns = vec![Column::text("group", label("group"))];
    let kinds = |prefix: &str| -> Vec<Column> {
        let most_first = KINDS.iter().rev();
        most_first
            .map(|kind| number(&format!("{prefix}-{kind}"), Form::Percent))
            .collect()
    };
    match which {
        Which::Whole => {
            columns.push(number("n", Form::Count));
            columns.extend(kinds("wished"));
            columns.extend(kinds("now"));
        }
        Which::Tests => columns.extend([
            Column::text("kind", label("kind")),
            number("n", Form::Count),
            number("mean", Form::Decimals(2)),
            number("p", Form::Probability),
            number("p-holm", Form::Probability),
        ]),
        Which::Choices => {
            columns.push(Column::text("characteristic", label("characteristic")));
            columns.extend(kinds("wished"));
            columns.extend(kinds("now"));
            columns.extend([
                number("lost", Form::Count),
                number("gained", Form::Count),
                number("p", Form::Probability),
                number("p-holm", Form::Probability),
            ]);
        }
        Which::Shift => {
            columns.push(Column::text("wished", label("wished")));
            let most_first = KINDS.iter().rev();
            columns.extend(most_first.map(|kind| number(&format!("now-{kind}"), Form::Count)));
        }
    }
    let mut rows = Vec::new();
    for one in &desk.findings.work {
        let Some(told) = &one.told else { continue };
        let group = Cell::Text(name(w, one));
        rows.extend(match which {
            Which::Whole => {
                let mut cells = vec![group, Cell::Number(one.n as f64)];
                cells.extend(shares(&told.wished));
                cells.extend(shares(&told.experienced));
                vec![Row::of(cells)]
            }
            Which::Tests => tests(w, &group, told),
            Which::Choices => told
                .characteristics
                .iter()
                .map(|of| {
                    let mut cells = vec![group.clone(), Cell::Text(of_item(&of.characteristic))];
                    cells.extend(shares(&of.wished));
                    cells.extend(shares(&of.experienced));
                    cells.extend([
                        Cell::Number(of.lost as f64),
                        Cell::Number(of.gained as f64),
                        Cell::of(of.p_value),
                        Cell::of(of.p_holm),
                    ]);
                    Row::of(cells)
                })
                .collect(),
            Which::Shift => (0..KINDS.len())
                .rev()
                .map(|kind| {
                    let mut cells = vec![group.clone(), Cell::Text(label(KINDS[kind]))];
                    let now = told.shift[kind].iter().rev();
                    cells.extend(now.map(|count| Cell::Number(*count as f64)));
                    Row::of(cells)
                })
                .collect(),
        });
    }
    let file = which.name();
    let words = file.replace('_', "-");
    let mut notes = vec![w.t(&format!("desk-{words}-note"))];
    notes.extend(made(w, desk));
    ApaTable {
        name: file.to_owned(),
        title: w.t(&format!("desk-{words}-caption")),
        columns,
        rows,
        notes,
    }
}

fn tests(w: Words, group: &Cell, told: &WorkTold) -> Vec<Row> {
    let most_first = told.tests.iter().rev();
    most_first
        .map(|test| {
            Row::of(vec![
                group.clone(),
                Cell::Text(w.t(&format!("desk-work-{}", test.kind))),
                Cell::Number(test.n as f64),
                Cell::Number(test.mean),
                Cell::of(test.p_value),
                Cell::of(test.p_holm),
            ])
        })
        .collect()
}

/// Profession, craft and mass production, of all choices.
fn shares(counts: &[usize; 3]) -> Vec<Cell> {
    let all: usize = counts.iter().sum();
    let share = |count: &usize| (all > 0).then(|| *count as f64 / all as f64);
    counts.iter().rev().map(|n| Cell::of(share(n))).collect()
}
