//! Effects of schools on their pupils in the report: in a row and in a table, with the mixed models that they come from.

use crate::evaluation::findings::{EffectBasis, Estimator, Findings, FittedModel, SchoolEffect};
use crate::locale::Words;

use super::figure::Figure;
use super::figure::caterpillar::{CaterpillarRow, CaterpillarWords, caterpillar};
use super::names::{Fragment, between, optional, probability, three, value};

/// What the template shows of effects and models.
pub struct Effects<'a> {
    pub said: Vec<String>,
    pub figure: String,
    pub n_top: usize,
    pub rows: Vec<EffectRow<'a>>,
    pub by_weight: Vec<EffectRow<'a>>,
    pub models: Vec<ModelRows<'a>>,
}

pub struct EffectRow<'a> {
    pub school: &'a str,
    pub before: String,
    pub during: String,
    pub effect: String,
    pub se: String,
    pub comparison: String,
    pub shrunken: String,
    pub reliability: String,
    pub p_top: String,
    pub months: String,
    pub n_pupils: usize,
}

pub struct ModelRows<'a> {
    pub name: &'a str,
    pub formula: &'a str,
    pub method: &'a str,
    pub described: Fragment,
    pub terms: Vec<TermRow<'a>>,
}

pub struct TermRow<'a> {
    pub term: &'a str,
    pub kind: String,
    pub estimate: String,
    pub se: String,
    pub df: String,
    pub p: String,
    pub interval: String,
}

impl<'a> Effects<'a> {
    pub fn of(w: Words, findings: &'a Findings) -> Self {
        let basis = findings.effect_basis.as_ref();
        Self {
            said: basis.map(|basis| said(w, basis)).unwrap_or_default(),
            figure: caterpillar_of(w, findings, in_a_row(findings))
                .map(|figure| figure.svg)
                .unwrap_or_default(),
            n_top: basis.map_or(10, |basis| basis.n_top),
            rows: findings.effects.iter().map(|row| effect(w, row)).collect(),
            by_weight: findings
                .effects_by_weight
                .iter()
                .map(|row| effect(w, row))
                .collect(),
            models: findings.models.iter().map(|row| model(w, row)).collect(),
        }
    }
}

/// The mean and the spread of the effects, and what is to be known of the way they were found.
fn said(w: Words, basis: &EffectBasis) -> Vec<String> {
    let mut said = Vec::new();
    if let Some((mean, sd)) = basis.mean.zip(basis.sd) {
        said.push(w.t2(
            "effects-summary",
            "mean",
            w.decimal(mean, 2),
            "sd",
            w.decimal(sd, 2),
        ));
    }
    if let Some(before) = basis.before {
        said.push(w.t1("effects-growth-before", "before", w.decimal(before, 1)));
    }
    let mixed = basis.estimator == Estimator::MixedModel;
    let notes = [
        (!mixed).then_some("effects-note-two-stage"),
        (mixed && !basis.pupil_slopes).then_some("effects-note-no-pupil-slopes"),
        basis.at_boundary.then_some("effects-note-boundary"),
    ];
    said.extend(notes.into_iter().flatten().map(|key| w.t(key)));
    said
}

fn effect(w: Words, row: &SchoolEffect) -> EffectRow<'_> {
    EffectRow {
        school: &row.school,
        before: optional(w, row.before),
        during: optional(w, row.during),
        effect: value(w, &row.effect),
        se: optional(w, row.se),
        comparison: between(w, row.comparison),
        shrunken: optional(w, row.shrunken),
        reliability: optional(w, row.reliability),
        p_top: optional(w, row.p_top),
        months: row
            .months
            .map(|months| super::sentence::number(w, months, 1))
            .unwrap_or_default(),
        n_pupils: row.n_pupils,
    }
}

/// Schools with an effect, largest first.
fn in_a_row(findings: &Findings) -> Vec<&SchoolEffect> {
    let mut rows: Vec<(f64, &SchoolEffect)> = findings
        .effects
        .iter()
        .filter_map(|row| Some((row.effect.ok()?, row)))
        .collect();
    rows.sort_by(|(a, first), (b, second)| {
        b.total_cmp(a)
            .then_with(|| first.school.cmp(&second.school))
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

/// The effects in a row, in the order in which they come; nothing where no school has one.
pub fn caterpillar_of<'a>(
    w: Words,
    findings: &Findings,
    effects: impl IntoIterator<Item = &'a SchoolEffect>,
) -> Option<Figure> {
    let chosen = |school: &String| {
        let groups = findings.groups.as_ref();
        groups.is_some_and(|groups| groups.high.contains(school) || groups.low.contains(school))
    };
    let rows: Vec<CaterpillarRow> = effects
        .into_iter()
        .filter_map(|row| {
            Some(CaterpillarRow {
                label: row.school.clone(),
                effect: row.effect.ok()?,
                comparison: row.comparison,
                interval: row.interval_95(),
                shrunken: row.shrunken,
                chosen: chosen(&row.school),
            })
        })
        .collect();
    if rows.is_empty() {
        return None;
    }
    let words = CaterpillarWords {
        w,
        title: w.t("effects-figure"),
        description: w.t1("effects-described", "schools", rows.len()),
        axis: w.t("effects-axis"),
        mean: w.t("effects-mean"),
        zero: w.t("effects-zero"),
        columns: [
            "effects-column-school",
            "effects-column-effect",
            "effects-column-comparison",
            "effects-column-interval",
            "effects-column-shrunken",
        ]
        .map(|key| w.t(key)),
    };
    let mean = findings.effect_basis.as_ref().and_then(|basis| basis.mean);
    Some(caterpillar("effects", &words, mean, &rows))
}

fn model(w: Words, model: &FittedModel) -> ModelRows<'_> {
    let units: Vec<String> = model
        .n_units
        .iter()
        .map(|(group, n)| format!("{group} {n}"))
        .collect();
    let described = match &model.not_fitted {
        Some(why) => Fragment::of(w, why),
        None => {
            let mut text = w.t2(
                "effects-model-rows",
                "rows",
                model.n_rows.to_string(),
                "units",
                units.join(", "),
            );
            if model.n_left_out > 0 {
                text.push(' ');
                let n = model.n_left_out.to_string();
                text.push_str(&w.t1("effects-model-left-out", "rows", n));
            }
            Fragment::own(text)
        }
    };
    ModelRows {
        name: &model.model,
        formula: &model.formula,
        method: &model.method,
        described,
        terms: model
            .terms
            .iter()
            .map(|term| TermRow {
                term: &term.term,
                kind: w.t(&format!("effects-kind-{}", term.kind.name())),
                estimate: three(w, term.estimate),
                se: optional(w, term.se),
                df: term.df.map(|df| w.decimal(df, 1)).unwrap_or_default(),
                p: term.p_value.map(|p| probability(w, p)).unwrap_or_default(),
                interval: between(w, term.interval),
            })
            .collect(),
    }
}
