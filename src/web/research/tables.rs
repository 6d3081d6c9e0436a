//! The tables of the desk: each one value, shown on its page, copied as HTML and taken away as CSV.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use fluent_bundle::FluentArgs;

use super::contrast::{outcome_name, verdict_name, wave_name};
use super::desk::{self, Desk, treatment_name};
use super::{card, chain, change, data, isolation, knowledge, networks, seen, work};
use crate::evaluation::findings::{Contrast, ScaleMeasure};
use crate::evaluation::plan_lock::Standing;
use crate::exchange::tidy_csv::lines;
use crate::locale::Words;
use crate::reports::apa::{self, ApaTable, Cell, Column, Form, Row};
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::problem::{Kind, Problem};

/// A table alone carries its lines with it; scripts it has none.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/// A table as a page shows it.
pub struct Shown {
    pub id: String,
    pub title: String,
    pub heads: Vec<Heading>,
    pub rows: Vec<ShownRow>,
    pub notes: Vec<String>,
    pub html: String,
    pub csv: String,
}

pub struct Heading {
    pub text: String,
    pub is_symbol: bool,
    pub is_number: bool,
    /// Where the definition stands.
    pub about: String,
    /// Where the table stands sorted by this column.
    pub sort: String,
    /// How it is sorted by it now.
    pub sorted: &'static str,
}

pub struct ShownRow {
    pub marked: bool,
    pub leads_to: String,
    /// Text, and whether it is a number.
    pub cells: Vec<(String, bool)>,
}

impl Shown {
    /// `beside` is what an address says besides the recipe for this table to come out.
    pub fn of(w: Words, desk: &Desk, table: &ApaTable, beside: &[(&str, &str)]) -> Self {
        let at = |kind: &str| desk.link(&format!("/research/table/{}.{kind}", table.name), beside);
        Self {
            id: table.name.clone(),
            title: table.title.clone(),
            heads: table
                .columns
                .iter()
                .map(|column| Heading {
                    text: column.head.clone(),
                    is_symbol: column.is_symbol,
                    is_number: column.form != Form::Text,
                    about: column.about.as_ref().map_or_else(String::new, |about| {
                        desk.link(&format!("/research/measure/{about}"), &[])
                    }),
                    sort: String::new(),
                    sorted: "",
                })
                .collect(),
            rows: table
                .rows
                .iter()
                .map(|row| ShownRow {
                    marked: row.marked,
                    leads_to: row.leads_to.clone().unwrap_or_default(),
                    cells: table
                        .columns
                        .iter()
                        .zip(&row.cells)
                        .map(|(column, cell)| {
                            let words = matches!(cell, Cell::Text(_) | Cell::Why(_));
                            (apa::shown(w, column.form, cell), !words)
                        })
                        .collect(),
                })
                .collect(),
            notes: table.notes.clone(),
            html: at("html"),
            csv: at("csv"),
        }
    }
}

/// Where a table stands to be copied, and to be taken away.
pub fn files(desk: &Desk, name: &str) -> [String; 2] {
    ["html", "csv"].map(|kind| desk.link(&format!("/research/table/{name}.{kind}"), &[]))
}

/// What every table says below it: how it was made, and whether that is the plan.
pub fn made(w: Words, desk: &Desk) -> Vec<String> {
    let from = desk.provenance();
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let mut args = FluentArgs::new();
    args.set("treatment", treatment_name(w, &from.treatment));
    args.set("seed", from.seed.to_string());
    args.set("snapshot", short(&from.snapshot));
    args.set("plan", short(&from.plan));
    args.set("program", from.program.as_str());
    let mut notes = vec![w.with("apa-note-made", &args)];
    if !desk.recipe.is_plan(&desk.base) {
        notes.push(w.t("apa-note-recipe"));
    }
    notes
}

/// The contrasts of the plan, or those beside it.
pub fn contrasts(visitor: &Researcher, desk: &Desk, standing: Standing) -> ApaTable {
    let w = visitor.0.words;
    let name = match standing {
        Standing::Planned => "contrasts",
        Standing::Exploratory => "exploratory",
    };
    let label = |key: &str| w.t(&format!("apa-col-{key}"));
    let measure = |key: &str| w.t(&format!("measure-{key}"));
    let mut notes = Vec::new();
    if let Some(groups) = &desk.findings.groups {
        notes.push(w.t2(
            "apa-note-contrasts",
            "high",
            groups.high.len(),
            "low",
            groups.low.len(),
        ));
    }
    notes.extend(made(w, desk));
    notes.push(w.t("research-not-unimportant"));
    let rows = desk.findings.contrasts.iter();
    ApaTable {
        name: name.to_owned(),
        title: w.t(&format!("apa-title-{name}")),
        columns: vec![
            Column::text("outcome", label("outcome")),
            Column::text("relation", label("relation")),
            Column::text("wave", label("wave")),
            Column::number("n_high", label("n-high"), Form::Count, "n_schools"),
            Column::number("n_low", label("n-low"), Form::Count, "n_schools"),
            Column::number(
                "mean_high",
                measure("mean_high"),
                Form::Decimals(2),
                "mean_high",
            ),
            Column::number(
                "mean_low",
                measure("mean_low"),
                Form::Decimals(2),
                "mean_low",
            ),
            Column::number(
                "difference",
                measure("difference"),
                Form::Decimals(2),
                "difference",
            ),
            Column::symbol("g", "g", Form::Decimals(2), "hedges_g"),
            Column::symbol("p", "p", Form::Probability, "p_value"),
            Column::number(
                "p_adjusted",
                measure("p_adjusted"),
                Form::Probability,
                "p_adjusted",
            ),
            Column::number(
                "detectable_d",
                measure("detectable_d"),
                Form::Decimals(2),
                "detectable_d",
            ),
            Column {
                about: Some("verdict".to_owned()),
                ..Column::text("verdict", measure("verdict"))
            },
        ],
        rows: rows
            .filter(|row| row.standing == standing)
            .map(|row| contrast(visitor, w, row))
            .collect(),
        notes,
    }
}

fn contrast(visitor: &Researcher, w: Words, row: &Contrast) -> Row {
    let within = |value: Option<f64>, ends: Option<(f64, f64)>| match (value, ends) {
        (Some(value), Some(ends)) => Cell::Within(value, ends),
        (value, _) => Cell::of(value),
    };
    let test = row.test.as_ref();
    let difference = match row.difference {
        Ok(difference) => within(
            Some(difference),
            test.and_then(|test| test.difference_interval),
        ),
        Err(why) => Cell::Why(scale_words::why(w, why)),
    };
    let relation = if row.relation.is_empty() {
        String::new()
    } else {
        relation_name(w, &row.relation)
    };
    Row {
        cells: vec![
            Cell::Text(outcome_name(visitor, &row.outcome)),
            Cell::Text(relation),
            Cell::Text(wave_name(w, row)),
            Cell::Number(row.n_high as f64),
            Cell::Number(row.n_low as f64),
            Cell::of(row.mean_high),
            Cell::of(row.mean_low),
            difference,
            within(
                test.and_then(|test| test.hedges_g),
                test.and_then(|test| test.g_interval),
            ),
            Cell::of(test.map(|test| test.p_value)),
            Cell::of(test.map(|test| test.p_verdict)),
            Cell::of(test.and_then(|test| test.detectable_d)),
            Cell::Text(test.map_or_else(String::new, |test| verdict_name(w, &test.verdict))),
        ],
        marked: test.is_some_and(|test| test.verdict == "different"),
        leads_to: None,
    }
}

/// Effects from the largest down.
fn effects(w: Words, desk: &Desk) -> ApaTable {
    let measure = |key: &str| w.t(&format!("measure-{key}"));
    let number =
        |key: &str, decimals| Column::number(key, measure(key), Form::Decimals(decimals), key);
    let findings = &desk.findings;
    let mut rows: Vec<_> = findings.effects.iter().collect();
    rows.sort_by(|a, b| {
        let size = |value: &Result<f64, _>| value.as_ref().copied().unwrap_or(f64::NEG_INFINITY);
        size(&b.effect)
            .total_cmp(&size(&a.effect))
            .then_with(|| a.school.cmp(&b.school))
    });
    let group = |school: &String| match &findings.groups {
        Some(groups) if groups.high.contains(school) => w.t("effects-high"),
        Some(groups) if groups.low.contains(school) => w.t("effects-low"),
        _ => String::new(),
    };
    ApaTable {
        name: "effects".to_owned(),
        title: w.t("apa-title-effects"),
        columns: vec![
            Column::text("school", w.t("apa-col-school")),
            number("effect", 2),
            number("effect_se", 2),
            number("comparison", 2),
            number("shrunken", 2),
            Column::number(
                "effect_reliability",
                measure("effect_reliability"),
                Form::Share(2),
                "effect_reliability",
            ),
            Column::number("p_top", measure("p_top"), Form::Share(2), "p_top"),
            number("months", 1),
            Column::number("n_pupils", measure("n_pupils"), Form::Count, "n_pupils"),
            Column::text("group", w.t("apa-col-group")),
        ],
        rows: rows
            .into_iter()
            .map(|row| {
                let effect = match row.effect {
                    Ok(value) => row
                        .interval_95()
                        .map_or(Cell::Number(value), |ends| Cell::Within(value, ends)),
                    Err(why) => Cell::Why(scale_words::why(w, why)),
                };
                Row::of(vec![
                    Cell::Text(row.school.clone()),
                    effect,
                    Cell::of(row.se),
                    row.comparison.map_or(Cell::Empty, Cell::Ends),
                    Cell::of(row.shrunken),
                    Cell::of(row.reliability),
                    Cell::of(row.p_top),
                    Cell::of(row.months),
                    Cell::Number(row.n_pupils as f64),
                    Cell::Text(group(&row.school)),
                ])
            })
            .collect(),
        notes: made(w, desk),
    }
}

/// The name of a scale's index in the definitions, and in the findings.
pub const OF_SCALES: [(&str, &str); 6] = [
    ("scale_mean", "mean_of_team_means"),
    ("alpha", "alpha_complete"),
    ("omega_total", "omega_total"),
    ("icc_1", "icc_1"),
    ("icc_2", "icc_2"),
    ("rwg_j_median", "rwg_j_median"),
];

/// One index of a scale in a wave, over all schools.
pub fn scale_cell(w: Words, row: Option<&ScaleMeasure>) -> Cell {
    match row {
        None => Cell::Empty,
        Some(row) => match (row.value, row.lower, row.upper) {
            (Ok(value), Some(lower), Some(upper)) => Cell::Within(value, (lower, upper)),
            (Ok(value), _, _) => Cell::Number(value),
            (Err(why), _, _) => Cell::Why(scale_words::why(w, why)),
        },
    }
}

/// The row of an index over all schools.
pub fn scale_row<'d>(
    desk: &'d Desk,
    scale: &str,
    wave: &str,
    measure: &str,
) -> Option<&'d ScaleMeasure> {
    desk.findings.scales.iter().find(|row| {
        row.scale == scale
            && row.wave == wave
            && row.measure == measure
            && row.group.is_empty()
            && row.item.is_none()
            && row.from.is_none()
    })
}

/// Scale and wave of everything that was answered, in the order of the findings.
pub fn scales_and_waves(desk: &Desk) -> Vec<(&str, &str)> {
    let mut found: Vec<(&str, &str)> = Vec::new();
    for row in &desk.findings.scales {
        let key = (row.scale.as_str(), row.wave.as_str());
        if row.from.is_none() && row.group.is_empty() && !found.contains(&key) {
            found.push(key);
        }
    }
    found
}

fn scales(visitor: &Researcher, desk: &Desk) -> ApaTable {
    let w = visitor.0.words;
    let mut columns = vec![
        Column::text("scale", w.t("apa-col-scale")),
        Column::text("wave", w.t("apa-col-wave")),
        Column::number("n", w.t("apa-col-n"), Form::Count, "n_responded"),
    ];
    columns.extend(OF_SCALES.iter().map(|(name, _)| {
        let form = if *name == "scale_mean" {
            Form::Decimals(2)
        } else {
            Form::Share(2)
        };
        Column::number(name, w.t(&format!("measure-{name}")), form, name)
    }));
    ApaTable {
        name: "scales".to_owned(),
        title: w.t("apa-title-scales"),
        columns,
        rows: scales_and_waves(desk)
            .into_iter()
            .map(|(scale, wave)| {
                let row = |measure: &str| scale_row(desk, scale, wave, measure);
                let n = row("missing_share")
                    .or_else(|| row("mean"))
                    .map(|row| row.n as f64);
                let mut cells = vec![
                    Cell::Text(outcome_name(visitor, scale)),
                    Cell::Text(wave.to_owned()),
                    Cell::of(n),
                ];
                cells.extend(
                    OF_SCALES
                        .iter()
                        .map(|(_, measure)| scale_cell(w, row(measure))),
                );
                Row::of(cells)
            })
            .collect(),
        notes: made(w, desk),
    }
}

/// One table by its name, in the state that the address gives; as HTML to copy or as CSV.
pub async fn show_table(
    visitor: Researcher,
    State(app): State<App>,
    Path(file): Path<String>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let missing = || Problem::new(&app, w, Kind::NotFound);
    let (name, kind) = file.rsplit_once('.').ok_or_else(missing)?;
    let desk = match desk::open(&app, &visitor, &fields, "/research").await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let table = match name {
        "contrasts" => contrasts(&visitor, &desk, Standing::Planned),
        "exploratory" => contrasts(&visitor, &desk, Standing::Exploratory),
        "effects" => effects(w, &desk),
        "scales" => scales(&visitor, &desk),
        "networks" => networks::table(w, &desk),
        "change" => change::table(w, &desk),
        "change_summary" => change::summary(w, &desk),
        "card_agreement" => card::table(&visitor, &desk, card::Which::Agreement),
        "card_groups" => card::table(&visitor, &desk, card::Which::Groups),
        "card_use" => card::table(&visitor, &desk, card::Which::Use),
        "work" => work::table(&visitor, &desk, work::Which::Whole),
        "work_tests" => work::table(&visitor, &desk, work::Which::Tests),
        "work_characteristics" => work::table(&visitor, &desk, work::Which::Choices),
        "work_shift" => work::table(&visitor, &desk, work::Which::Shift),
        "response" => data::table(&app, w, &desk).await?,
        "seen" => seen::table(&app, &visitor).await?,
        _ => knowledge::table(&visitor, &desk, name)
            .or_else(|| chain::table(&visitor, &desk, name))
            .or_else(|| isolation::table(w, &desk, name))
            .ok_or_else(missing)?,
    };
    match kind {
        "html" => {
            let policy = HeaderValue::from_static(POLICY);
            let page = Html(apa::html(w, &table));
            Ok(([(header::CONTENT_SECURITY_POLICY, policy)], page).into_response())
        }
        "csv" => {
            let kept_as = format!("attachment; filename=\"{}.csv\"", table.name);
            let kept_as = HeaderValue::from_str(&kept_as)
                .map_err(|error| Problem::failure(&app, w, &error))?;
            let headers = [
                (
                    header::CONTENT_TYPE,
                    HeaderValue::from_static("text/csv; charset=utf-8"),
                ),
                (header::CONTENT_DISPOSITION, kept_as),
            ];
            Ok((headers, lines(&apa::rows(&table))).into_response())
        }
        _ => Err(missing()),
    }
}
