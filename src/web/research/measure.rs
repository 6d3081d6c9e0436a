//! What a number is: definition, formula, direction, what missing answers do, source, what it agrees with, and its values in
//! this study with how many schools have one and how wide the missing range is.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::contrast::outcome_name;
use super::desk::{self, Desk, treatment_name};
use super::networks::form_of;
use super::tables::{OF_SCALES, Shown, made, scale_cell, scale_row, scales_and_waves};
use crate::evaluation::findings::Value;
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::reports::definition::{self, Definition, Kind, Told};
use crate::reports::school::relation_name;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{self, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/measure.html")]
struct MeasurePage {
    frame: Frame,
    told: Told,
    method: String,
    table: Option<Shown>,
    /// Every other definition: name and address.
    others: Vec<(String, String)>,
}

pub async fn show_measure(
    visitor: Researcher,
    State(app): State<App>,
    Path(name): Path<String>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let Some(definition) = definition::of(&name) else {
        return Err(Problem::new(&app, w, problem::Kind::NotFound));
    };
    let path = format!("/research/measure/{name}");
    let desk = match desk::open(&app, &visitor, &fields, &path).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let told = definition.told(w);
    let title = w.t1("define-title", "name", told.name.as_str());
    let table = values(&visitor, &desk, definition);
    Ok(show(&MeasurePage {
        frame: desk.frame(&app, &visitor, title, &path),
        method: treatment_name(w, &desk.provenance().treatment),
        table: table
            .filter(|table| !table.rows.is_empty())
            .map(|table| Shown {
                html: String::new(),
                csv: String::new(),
                ..Shown::of(w, &desk, &table, &[])
            }),
        others: definition::all()
            .map(|one| {
                let at = desk.link(&format!("/research/measure/{}", one.name), &[]);
                (w.t(&format!("measure-{}", one.name)), at)
            })
            .collect(),
        told,
    }))
}

/// The middle of these values; none where there are none.
fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let half = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => Some(sorted[half]),
        _ => Some((sorted[half - 1] + sorted[half]) / 2.0),
    }
}

/// What schools have at one wave, or from one to another, in one relation.
struct Spread {
    wave: String,
    relation: String,
    values: Vec<Value>,
    widths: Vec<f64>,
}

fn spreads(desk: &Desk, definition: &Definition) -> Vec<Spread> {
    let mut found: Vec<Spread> = Vec::new();
    let mut add = |wave: String, relation: &str, value: Value, range: Option<(f64, f64)>| {
        let known = found
            .iter()
            .position(|own| own.wave == wave && own.relation == relation);
        let place = known.unwrap_or_else(|| {
            found.push(Spread {
                wave,
                relation: relation.to_owned(),
                values: Vec::new(),
                widths: Vec::new(),
            });
            found.len() - 1
        });
        found[place].values.push(value);
        found[place]
            .widths
            .extend(range.map(|(lower, upper)| upper - lower));
    };
    match definition.kind {
        Kind::Network => {
            let rows = desk.findings.networks.iter();
            for row in rows.filter(|row| row.measure == definition.name) {
                add(row.wave.clone(), &row.relation, row.value, row.bounds);
            }
        }
        Kind::Change => {
            let rows = desk.findings.changes.iter();
            for row in rows.filter(|row| row.measure == definition.name) {
                add(
                    format!("{}-{}", row.from, row.to),
                    &row.relation,
                    row.value,
                    None,
                );
            }
        }
        _ => {}
    }
    found.sort_by(|a, b| (&a.relation, &a.wave).cmp(&(&b.relation, &b.wave)));
    found
}

fn values(visitor: &Researcher, desk: &Desk, definition: &Definition) -> Option<ApaTable> {
    let w = visitor.0.words;
    match definition.kind {
        Kind::Network | Kind::Change => Some(over_schools(w, desk, definition)),
        Kind::Scale => Some(over_scales(visitor, desk, definition)),
        _ => None,
    }
}

fn title(w: Words, definition: &Definition) -> String {
    let name = w.t(&format!("measure-{}", definition.name));
    w.t1("apa-title-measure", "measure", name)
}

fn over_schools(w: Words, desk: &Desk, definition: &Definition) -> ApaTable {
    let form = match definition.kind {
        Kind::Network => match form_of(definition.name) {
            Form::Count => Form::Decimals(1),
            other => other,
        },
        _ if definition.name.starts_with("density") => Form::Share(3),
        _ if definition.name == "jaccard" => Form::Share(2),
        _ => Form::Decimals(1),
    };
    ApaTable {
        name: "networks".to_owned(),
        title: title(w, definition),
        columns: vec![
            Column::text("relation", w.t("apa-col-relation")),
            Column::text("wave", w.t("apa-col-wave")),
            Column::number("n_schools", w.t("define-col-n"), Form::Count, "n_schools"),
            Column {
                about: None,
                ..Column::symbol("median", &w.t("define-col-median"), form, "")
            },
            Column::text("not_defined", w.t("research-not-defined")),
            Column::number(
                "missing_range",
                w.t("define-col-width"),
                form,
                "missing_range",
            ),
        ],
        rows: spreads(desk, definition)
            .into_iter()
            .map(|spread| {
                let known: Vec<f64> = spread
                    .values
                    .iter()
                    .filter_map(|value| value.ok())
                    .collect();
                let without = spread.values.len() - known.len();
                let widths = &spread.widths;
                let width =
                    (!widths.is_empty()).then(|| widths.iter().sum::<f64>() / widths.len() as f64);
                Row::of(vec![
                    Cell::Text(relation_name(w, &spread.relation)),
                    Cell::Text(spread.wave),
                    Cell::Number(known.len() as f64),
                    Cell::of(median(&known)),
                    Cell::Text(without.to_string()),
                    Cell::of(width),
                ])
            })
            .collect(),
        notes: made(w, desk),
    }
}

fn over_scales(visitor: &Researcher, desk: &Desk, definition: &Definition) -> ApaTable {
    let w = visitor.0.words;
    let mut names = OF_SCALES.iter();
    let measure = names.find(|(name, _)| *name == definition.name);
    let form = if definition.name == "scale_mean" {
        Form::Decimals(2)
    } else {
        Form::Share(2)
    };
    let rows = measure.map(|(_, measure)| {
        scales_and_waves(desk)
            .into_iter()
            .map(|(scale, wave)| {
                let row = scale_row(desk, scale, wave, measure);
                Row::of(vec![
                    Cell::Text(outcome_name(visitor, scale)),
                    Cell::Text(wave.to_owned()),
                    Cell::of(row.map(|row| row.n as f64)),
                    scale_cell(w, row),
                ])
            })
            .collect()
    });
    ApaTable {
        name: "scales".to_owned(),
        title: title(w, definition),
        columns: vec![
            Column::text("scale", w.t("apa-col-scale")),
            Column::text("wave", w.t("apa-col-wave")),
            Column {
                about: None,
                ..Column::number("n", w.t("apa-col-n"), Form::Count, "")
            },
            Column {
                about: None,
                ..Column::number(
                    "value",
                    w.t(&format!("measure-{}", definition.name)),
                    form,
                    "",
                )
            },
        ],
        rows: rows.unwrap_or_default(),
        notes: made(w, desk),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_values() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
