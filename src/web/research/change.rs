//! What changed between two waves: who stayed, came and left, how many ties were kept, and what moved the density.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use super::desk::{self, Desk, Head, Tick};
use super::networks::{of_school, ticks};
use super::tables::{Shown, made};
use crate::evaluation::findings::ChangeMeasure;
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/change";

const COLUMNS: [(&str, Form); 8] = [
    ("stayers", Form::Count),
    ("joiners", Form::Count),
    ("leavers", Form::Count),
    ("jaccard", Form::Share(2)),
    ("density_change", Form::Share(3)),
    ("density_behaviour", Form::Share(3)),
    ("density_composition", Form::Share(3)),
    ("density_answered_once", Form::Share(3)),
];

#[derive(Template)]
#[template(path = "web/pages/change.html")]
struct ChangePage {
    frame: Frame,
    head: Head,
    steps: Vec<Tick>,
    relations: Vec<Tick>,
    summary: Shown,
    table: Shown,
}

pub async fn show_change(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let (step, relation) = chosen(&desk);
    let state = [("step", step.as_str()), ("relation", relation.as_str())];
    Ok(show(&ChangePage {
        frame: desk.frame(&app, &visitor, w.t("desk-change-title"), PATH),
        head: desk.head(&visitor, PATH),
        steps: ticks(&steps(&desk), &step, |step| step.replace('-', " – ")),
        relations: ticks(&relations(&desk), &relation, |key| relation_name(w, key)),
        summary: Shown::of(w, &desk, &summary(w, &desk), &state),
        table: Shown::of(w, &desk, &table(w, &desk), &state),
    }))
}

fn distinct(rows: impl Iterator<Item = String>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for row in rows {
        if !found.contains(&row) {
            found.push(row);
        }
    }
    found
}

/// Pairs of waves between which something was compared.
fn steps(desk: &Desk) -> Vec<String> {
    let mut steps = distinct(desk.findings.changes.iter().map(step_of));
    steps.sort();
    steps
}

fn step_of(row: &ChangeMeasure) -> String {
    format!("{}-{}", row.from, row.to)
}

fn relations(desk: &Desk) -> Vec<String> {
    let mut relations = distinct(desk.findings.changes.iter().map(|row| row.relation.clone()));
    relations.sort();
    relations
}

/// The pair of waves and the relation that the address asks for: from the first wave to the last when it says nothing.
fn chosen(desk: &Desk) -> (String, String) {
    let (steps, relations) = (steps(desk), relations(desk));
    let waves = &desk.findings.contents.waves;
    let widest = waves
        .first()
        .zip(waves.last())
        .map(|(from, to)| format!("{from}-{to}"))
        .filter(|step| steps.contains(step));
    let usual = widest.as_ref().or_else(|| steps.last());
    (
        desk.pick_or("step", &steps, usual),
        desk.pick_or("relation", &relations, relations.first()),
    )
}

/// The changes that the address asks for, school by school.
fn asked(desk: &Desk) -> Vec<&ChangeMeasure> {
    let (step, relation) = chosen(desk);
    let rows = desk.findings.changes.iter();
    rows.filter(|row| step_of(row) == step && row.relation == relation)
        .collect()
}

fn title(w: Words, rows: &[&ChangeMeasure]) -> String {
    let Some(row) = rows.first() else {
        return w.t("desk-change-title");
    };
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("from", row.from.as_str());
    args.set("to", row.to.as_str());
    args.set("relation", relation_name(w, &row.relation));
    w.with("apa-title-change", &args)
}

pub fn table(w: Words, desk: &Desk) -> ApaTable {
    let rows = asked(desk);
    let mut columns = vec![Column::text("school", w.t("apa-col-school"))];
    columns.extend(
        COLUMNS
            .iter()
            .map(|(name, form)| Column::number(name, w.t(&format!("measure-{name}")), *form, name)),
    );
    ApaTable {
        name: "change".to_owned(),
        title: title(w, &rows),
        columns,
        rows: rows
            .chunk_by(|a, b| a.school == b.school)
            .map(|rows| {
                let first = rows[0];
                let mut cells = vec![Cell::Text(first.school.clone())];
                cells.extend(COLUMNS.iter().map(|(name, _)| {
                    match rows.iter().find(|row| row.measure == *name) {
                        Some(row) => match row.value {
                            Ok(value) => Cell::Number(value),
                            Err(why) => Cell::Why(scale_words::why(w, why)),
                        },
                        None => Cell::Empty,
                    }
                }));
                Row {
                    leads_to: Some(of_school(desk, &first.school, &first.to, &first.relation)),
                    ..Row::of(cells)
                }
            })
            .collect(),
        notes: made(w, desk),
    }
}

/// The same over all schools.
pub fn summary(w: Words, desk: &Desk) -> ApaTable {
    let rows = asked(desk);
    let form = Form::Decimals(3);
    ApaTable {
        name: "change_summary".to_owned(),
        title: title(w, &rows),
        columns: vec![
            Column::text("measure", w.t("scales-measure")),
            Column::number("n_schools", w.t("define-col-n"), Form::Count, "n_schools"),
            Column {
                about: None,
                ..Column::symbol("mean", "M", form, "")
            },
            Column {
                about: None,
                ..Column::symbol("sd", "SD", form, "")
            },
            Column {
                about: None,
                ..Column::number("lowest", w.t("change-col-lowest"), form, "")
            },
            Column {
                about: None,
                ..Column::number("highest", w.t("change-col-highest"), form, "")
            },
        ],
        rows: COLUMNS
            .iter()
            .filter_map(|(name, _)| {
                let values: Vec<f64> = rows
                    .iter()
                    .filter(|row| row.measure == *name)
                    .filter_map(|row| row.value.ok())
                    .collect();
                let n = values.len() as f64;
                if values.is_empty() {
                    return None;
                }
                let mean = values.iter().sum::<f64>() / n;
                let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
                let ends = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick);
                Some(Row {
                    leads_to: Some(desk.link(&format!("/research/measure/{name}"), &[])),
                    ..Row::of(vec![
                        Cell::Text(w.t(&format!("measure-{name}"))),
                        Cell::Number(n),
                        Cell::Number(mean),
                        Cell::of((values.len() > 1).then(|| (squares / (n - 1.0)).sqrt())),
                        Cell::of(ends(f64::min)),
                        Cell::of(ends(f64::max)),
                    ])
                })
            })
            .collect(),
        notes: made(w, desk),
    }
}
