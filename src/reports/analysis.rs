//! One evaluation as one page that stands alone: no script, no other file.

use askama::Template;
use schakel_analysis::outcome::Undefined;

use crate::domain::language::Language;
use crate::evaluation::{
    catalogue,
    findings::{Findings, FittedModel, ModelTerm, NetworkMeasure, Value},
    portrait::Portrait,
};
use crate::locale::Words;

use super::comparison::{Comparison, probability};
use super::growth::{self, InfluenceRow, OneStepRow};
use super::scales::{ITEM_MEASURES, ScaleTables};
use super::school::relation_text;

use super::figure::caterpillar::{CaterpillarRow, CaterpillarWords, caterpillar};

/// Exclusions shown one by one; the tables hold the rest.
const EXCLUSIONS_SHOWN: usize = 100;

/// The page, with the group pictures of the schools that have groups. Fails only if the template itself does.
pub fn page(
    findings: &Findings,
    portraits: &[(String, Portrait)],
) -> Result<String, askama::Error> {
    Page::of(findings, portraits).render()
}

#[derive(Template)]
#[template(path = "reports/analysis.html")]
struct Page<'a> {
    findings: &'a Findings,
    waves: String,
    relations: String,
    response: String,
    measures: Vec<&'static str>,
    networks: Vec<NetworkRow<'a>>,
    comparison: Comparison,
    pictures: Vec<SchoolPictures>,
    scales: ScaleTables<'a>,
    item_measures: [&'static str; 5],
    effects: Vec<EffectRow<'a>>,
    caterpillar: String,
    n_top: usize,
    models: Vec<ModelRows<'a>>,
    one_step: Vec<OneStepRow>,
    influence: Vec<InfluenceRow>,
    exclusions_left: usize,
    exclusions: &'a [crate::evaluation::findings::Exclusion],
    instruments: Vec<(&'a str, &'a str)>,
}

/// The newest wave of one school: a picture per relation, or why there is none.
struct SchoolPictures {
    school: String,
    wave: String,
    pictures: Vec<(String, Result<String, String>)>,
}

struct NetworkRow<'a> {
    school: &'a str,
    wave: &'a str,
    relation: &'a str,
    n_actors: usize,
    response: String,
    /// In the order of `measures`: the value in figures or words, and the bounds where they say more.
    cells: Vec<(String, String)>,
}

struct EffectRow<'a> {
    school: &'a str,
    before: String,
    during: String,
    effect: String,
    se: String,
    comparison: String,
    shrunken: String,
    reliability: String,
    p_top: String,
    months: String,
    n_pupils: usize,
}

struct ModelRows<'a> {
    model: &'a FittedModel,
    units: String,
    terms: Vec<TermRow<'a>>,
}

struct TermRow<'a> {
    term: &'a str,
    kind: &'static str,
    estimate: String,
    se: String,
    df: String,
    p: String,
    interval: String,
}

impl<'a> Page<'a> {
    fn of(findings: &'a Findings, portraits: &[(String, Portrait)]) -> Self {
        let measures: Vec<&'static str> = catalogue::PRINCIPAL
            .into_iter()
            .filter(|measure| findings.networks.iter().any(|row| row.measure == *measure))
            .collect();
        let shown = findings.provenance.exclusions.len().min(EXCLUSIONS_SHOWN);
        Self {
            waves: findings.contents.waves.join(", "),
            relations: findings.contents.relations.join(", "),
            response: response(&findings.networks),
            networks: network_rows(&findings.networks, &measures),
            measures,
            comparison: Comparison::of(findings),
            pictures: portraits
                .iter()
                .filter_map(|(school, portrait)| pictures(school, portrait))
                .collect(),
            scales: ScaleTables::of(&findings.scales),
            item_measures: ITEM_MEASURES,
            effects: findings
                .effects
                .iter()
                .map(|row| EffectRow {
                    school: &row.school,
                    before: optional(row.before),
                    during: optional(row.during),
                    effect: value(&row.effect),
                    se: optional(row.se),
                    comparison: between(row.comparison),
                    shrunken: optional(row.shrunken),
                    reliability: optional(row.reliability),
                    p_top: optional(row.p_top),
                    months: row
                        .months
                        .map(|months| format!("{months:.1}"))
                        .unwrap_or_default(),
                    n_pupils: row.n_pupils,
                })
                .collect(),
            caterpillar: effects_in_a_row(findings),
            n_top: findings
                .effect_basis
                .as_ref()
                .map_or(10, |basis| basis.n_top),
            models: findings.models.iter().map(model_rows).collect(),
            one_step: growth::one_step(findings),
            influence: growth::influence(findings),
            exclusions: &findings.provenance.exclusions[..shown],
            exclusions_left: findings.provenance.exclusions.len() - shown,
            instruments: findings
                .provenance
                .instruments
                .iter()
                .map(|(k, v)| (k.as_str(), v.as_str()))
                .collect(),
            findings,
        }
    }
}

/// Schools with an effect, largest first.
fn effects_in_a_row(findings: &Findings) -> String {
    let chosen = |school: &String| {
        let groups = findings.groups.as_ref();
        groups.is_some_and(|groups| groups.high.contains(school) || groups.low.contains(school))
    };
    let mut rows: Vec<CaterpillarRow> = findings
        .effects
        .iter()
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
        return String::new();
    }
    rows.sort_by(|a, b| {
        b.effect
            .total_cmp(&a.effect)
            .then_with(|| a.label.cmp(&b.label))
    });
    let mean = findings.effect_basis.as_ref().and_then(|basis| basis.mean);
    caterpillar("effects", &CaterpillarWords::english(&rows), mean, &rows).svg
}

fn model_rows(model: &FittedModel) -> ModelRows<'_> {
    let units = model
        .n_units
        .iter()
        .map(|(group, n)| format!("{n} of {group}"));
    ModelRows {
        units: units.collect::<Vec<_>>().join(", "),
        terms: model
            .terms
            .iter()
            .map(|term: &ModelTerm| TermRow {
                term: &term.term,
                kind: term.kind.name(),
                estimate: number(term.estimate),
                se: optional(term.se),
                df: term.df.map(|df| format!("{df:.1}")).unwrap_or_default(),
                p: term.p_value.map(probability).unwrap_or_default(),
                interval: between(term.interval),
            })
            .collect(),
        model,
    }
}

fn between(interval: Option<(f64, f64)>) -> String {
    interval
        .map(|(lower, upper)| format!("{} to {}", number(lower), number(upper)))
        .unwrap_or_default()
}

/// `None` for a school of which no member has a group.
fn pictures(school: &str, portrait: &Portrait) -> Option<SchoolPictures> {
    let newest = portrait.waves.last().filter(|wave| wave.grouped)?;
    let pictures = newest
        .relations
        .iter()
        .map(|relation| {
            let text = relation_text(Words(Language::En), school, newest, relation, None);
            (text.caption, text.picture.map(|picture| picture.svg))
        })
        .collect();
    Some(SchoolPictures {
        school: school.to_owned(),
        wave: newest.wave.clone(),
        pictures,
    })
}

/// Lowest, middle and highest response over the networks.
fn response(rows: &[NetworkMeasure]) -> String {
    let mut rates: Vec<f64> = rows
        .chunk_by(same_network)
        .filter_map(|rows| rows[0].response_rate)
        .collect();
    rates.sort_by(f64::total_cmp);
    match (rates.first(), rates.last()) {
        (Some(lowest), Some(highest)) => {
            let middle = rates[rates.len() / 2];
            format!(
                "{} to {}, half of the networks at or above {}",
                percent(*lowest),
                percent(*highest),
                percent(middle)
            )
        }
        _ => "no networks".to_owned(),
    }
}

fn same_network(a: &NetworkMeasure, b: &NetworkMeasure) -> bool {
    (&a.school, &a.wave, &a.relation) == (&b.school, &b.wave, &b.relation)
}

fn network_rows<'a>(rows: &'a [NetworkMeasure], measures: &[&'static str]) -> Vec<NetworkRow<'a>> {
    rows.chunk_by(same_network)
        .map(|rows| {
            let cell = |measure: &&'static str| match rows
                .iter()
                .find(|row| row.measure == *measure)
            {
                None => (String::new(), String::new()),
                Some(row) => {
                    let bounds = match (row.value, row.bounds) {
                        (Ok(value), Some((lower, upper))) if lower == value && upper == value => {
                            String::new()
                        }
                        (_, Some((lower, upper))) => {
                            format!("{} to {}", number(lower), number(upper))
                        }
                        (_, None) => String::new(),
                    };
                    (value(&row.value), bounds)
                }
            };
            NetworkRow {
                school: &rows[0].school,
                wave: &rows[0].wave,
                relation: &rows[0].relation,
                n_actors: rows[0].n_actors,
                response: rows[0].response_rate.map(percent).unwrap_or_default(),
                cells: measures.iter().map(cell).collect(),
            }
        })
        .collect()
}

pub(super) fn value(value: &Value) -> String {
    value.map_or_else(|reason: Undefined| reason.to_string(), number)
}

fn optional(value: Option<f64>) -> String {
    value.map(number).unwrap_or_default()
}

/// Three decimals, and never minus nothing.
pub(super) fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    if text == "-0.000" {
        "0.000".to_owned()
    } else {
        text.replace('-', "\u{2212}")
    }
}

fn percent(rate: f64) -> String {
    format!("{:.0} %", rate * 100.0)
}
