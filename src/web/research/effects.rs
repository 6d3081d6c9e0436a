//! The effect on pupils per school, how surely it is known, and which group it put the school in. On the research desk and
//! nowhere else.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::evaluation::findings::{
    EffectBasis, Estimator, FittedModel, ModelTerm, SchoolEffect, TermKind,
};
use crate::evaluation::pupil_weights;
use crate::locale::Words;
use crate::reports::definition;
use crate::reports::effects::caterpillar_of;
use crate::reports::figure::Figure;
use crate::reports::scale_words;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::rule;
use crate::web::research::desk::{self, Desk, Head};
use crate::web::research::tables;

const PATH: &str = "/research/effects";

#[derive(Template)]
#[template(path = "web/pages/effects.html")]
struct EffectsPage {
    frame: Frame,
    head: Head,
    files: [String; 2],
    definitions: Vec<(String, String)>,
    rule: String,
    /// The mean over schools and how far they lie apart.
    summary: String,
    notes: Vec<String>,
    figure: Option<Figure>,
    /// Where its files are.
    figure_files: String,
    reading: String,
    /// What the columns of the table are.
    columns: String,
    top: String,
    rows: Vec<Row>,
    /// Per weight category of the pupils.
    by_weight: Vec<Row>,
    weights: String,
    /// What the effect goes with.
    facts: Vec<TermRow>,
    models: Vec<ModelTable>,
}

struct Row {
    school: String,
    effect: String,
    se: String,
    df: String,
    shrunken: String,
    reliability: String,
    p_top: String,
    months: String,
    before: String,
    during: String,
    comparison: String,
    n_pupils: usize,
    group: String,
}

struct TermRow {
    term: String,
    kind: String,
    estimate: String,
    se: String,
    df: String,
    p_value: String,
    interval: String,
}

struct ModelTable {
    name: String,
    formula: String,
    described: String,
    rows: Vec<TermRow>,
}

pub async fn show_effects(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let mut effects = desk.findings.effects.clone();
    // Largest first; schools without an effect last.
    effects.sort_by(|a, b| {
        let size = |row: &SchoolEffect| row.effect.unwrap_or(f64::NEG_INFINITY);
        size(b)
            .total_cmp(&size(a))
            .then_with(|| a.school.cmp(&b.school))
    });
    let frame = desk.frame(&app, &visitor, w.t("effects-title"), PATH);
    let head = desk.head(&visitor, PATH);
    let page = page(w, (frame, head), &desk, &effects);
    if let Some(file) = figure::as_file(&app, w, &file, &page.figure).await {
        return file;
    }
    Ok(show(&page))
}

fn page(
    w: Words,
    (frame, head): (Frame, Head),
    desk: &Desk,
    effects: &[SchoolEffect],
) -> EffectsPage {
    let findings = &desk.findings;
    let basis = findings.effect_basis.as_ref();
    let groups = findings.groups.as_ref();
    let group = |school: &String| match groups {
        Some(groups) if groups.high.contains(school) => w.t("effects-high"),
        Some(groups) if groups.low.contains(school) => w.t("effects-low"),
        _ => String::new(),
    };
    let rows = effects
        .iter()
        .map(|effect| row(w, effect, group(&effect.school)));
    let by_weight = findings.effects_by_weight.iter();
    let of_facts = findings
        .models
        .iter()
        .filter(|model| model.model.starts_with("growth_by_") && model.model != "growth_by_weight")
        .flat_map(|model| &model.terms);
    let n_top = basis.map_or(10, |basis| basis.n_top);
    EffectsPage {
        frame,
        head,
        files: tables::files(desk, "effects"),
        definitions: definition::all()
            .filter(|one| one.kind == definition::Kind::Effect)
            .map(|one| {
                let about = desk.link(&format!("/research/measure/{}", one.name), &[]);
                (w.t(&format!("measure-{}", one.name)), about)
            })
            .collect(),
        rule: groups.map(|groups| rule(w, groups)).unwrap_or_default(),
        summary: basis.map(|basis| summary(w, basis)).unwrap_or_default(),
        notes: basis.map(|basis| notes(w, basis)).unwrap_or_default(),
        figure: caterpillar_of(w, findings, effects),
        figure_files: figure::address(&desk.link(PATH, &[])),
        reading: w.t1("effects-not-a-rank", "top", n_top),
        columns: w.t1("effects-columns", "top", n_top),
        top: w.t1("effects-top", "top", n_top),
        rows: rows.collect(),
        by_weight: by_weight
            .map(|effect| row(w, effect, String::new()))
            .collect(),
        weights: pupil_weights::table().pin(),
        facts: of_facts
            .filter_map(|term| {
                let fact = term.term.strip_prefix("c:")?;
                Some(TermRow {
                    term: fact_in_words(w, fact),
                    ..term_row(w, term)
                })
            })
            .collect(),
        models: findings
            .models
            .iter()
            .map(|model| model_table(w, model))
            .collect(),
    }
}

fn number(w: Words, value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| w.decimal(value, decimals))
}

fn between(w: Words, interval: Option<(f64, f64)>) -> String {
    interval.map_or_else(
        || "–".to_owned(),
        |(lower, upper)| format!("[{}; {}]", w.decimal(lower, 2), w.decimal(upper, 2)),
    )
}

fn row(w: Words, row: &SchoolEffect, group: String) -> Row {
    Row {
        group,
        effect: match row.effect {
            Ok(effect) => w.decimal(effect, 2),
            Err(why) => w.t1("research-undefined", "why", scale_words::why(w, why)),
        },
        se: number(w, row.se, 2),
        df: number(w, row.df, 0),
        shrunken: number(w, row.shrunken, 2),
        reliability: number(w, row.reliability, 2),
        p_top: match row.p_top {
            Some(p) if p < 0.005 => format!("< {}", w.decimal(0.01, 2)),
            Some(p) if p > 0.995 => format!("> {}", w.decimal(0.99, 2)),
            p => number(w, p, 2),
        },
        months: number(w, row.months, 1),
        before: number(w, row.before, 2),
        during: number(w, row.during, 2),
        comparison: between(w, row.comparison),
        n_pupils: row.n_pupils,
        school: row.school.clone(),
    }
}

fn summary(w: Words, basis: &EffectBasis) -> String {
    match (basis.mean, basis.sd) {
        (Some(mean), Some(sd)) => {
            let mut said = w.t2(
                "effects-summary",
                "mean",
                w.decimal(mean, 2),
                "sd",
                w.decimal(sd, 2),
            );
            if let Some(before) = basis.before {
                said.push(' ');
                said.push_str(&w.t1("effects-growth-before", "before", w.decimal(before, 1)));
            }
            said
        }
        _ => String::new(),
    }
}

/// What the reader has to know of the way the effects were found.
fn notes(w: Words, basis: &EffectBasis) -> Vec<String> {
    let mixed = basis.estimator == Estimator::MixedModel;
    let said = [
        (!mixed).then_some("effects-note-two-stage"),
        (mixed && !basis.pupil_slopes).then_some("effects-note-no-pupil-slopes"),
        basis.at_boundary.then_some("effects-note-boundary"),
    ];
    said.into_iter().flatten().map(|key| w.t(key)).collect()
}

fn term_row(w: Words, term: &ModelTerm) -> TermRow {
    TermRow {
        term: term.term.clone(),
        kind: w.t(&format!("effects-kind-{}", term.kind.name())),
        estimate: w.decimal(
            term.estimate,
            if term.kind == TermKind::Criterion {
                1
            } else {
                3
            },
        ),
        se: number(w, term.se, 3),
        df: number(w, term.df, 1),
        p_value: match term.p_value {
            Some(p) if p < 0.0001 => format!("< {}", w.decimal(0.0001, 4)),
            p => number(w, p, 4),
        },
        interval: between(w, term.interval),
    }
}

fn model_table(w: Words, model: &FittedModel) -> ModelTable {
    let units: Vec<String> = model
        .n_units
        .iter()
        .map(|(group, n)| format!("{group} {n}"))
        .collect();
    let mut described = w.t2(
        "effects-model-rows",
        "rows",
        model.n_rows,
        "units",
        units.join(", "),
    );
    if model.n_left_out > 0 {
        described.push(' ');
        described.push_str(&w.t1("effects-model-left-out", "rows", model.n_left_out));
    }
    if let Some(why) = &model.not_fitted {
        described = w.t1("effects-model-not-fitted", "why", why.clone());
    }
    ModelTable {
        name: model.model.clone(),
        formula: format!("{}, {}", model.formula, model.method),
        described,
        rows: model.terms.iter().map(|term| term_row(w, term)).collect(),
    }
}

/// `mathematics[part]` as a reader says it; a fact without words goes by its own name.
pub fn fact_in_words(w: Words, fact: &str) -> String {
    let say = |key: &str, name: &str| {
        let key = format!("{key}-{name}");
        let said = w.t(&key);
        if said == key { name.to_owned() } else { said }
    };
    let factors = fact.split(':').map(|factor| match factor.split_once('[') {
        None => say("effects-fact", factor),
        Some((name, level)) => {
            let level = level.trim_end_matches(']');
            format!(
                "{}: {}",
                say("effects-fact", name),
                say("effects-level", level)
            )
        }
    });
    factors.collect::<Vec<_>>().join(" × ")
}
