//! One evaluation as one page that stands alone: no script, no other file.

use askama::Template;
use schakel_analysis::outcome::Undefined;

use crate::domain::language::Language;
use crate::evaluation::{
    catalogue,
    findings::{Contrast, Findings, NetworkMeasure, Value},
    portrait::Portrait,
};
use crate::locale::Words;

use super::scales::{ITEM_MEASURES, ScaleTables};
use super::school::relation_text;

use super::figure::contrast_plot::{Mark, PlotRow, PlotWords, contrast_plot};

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
    plot: String,
    pictures: Vec<SchoolPictures>,
    contrasts: Vec<ContrastRow>,
    scales: ScaleTables<'a>,
    item_measures: [&'static str; 5],
    effects: Vec<EffectRow<'a>>,
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

struct ContrastRow {
    outcome: String,
    n: String,
    high: String,
    low: String,
    difference: String,
    p: String,
    p_max_t: String,
    p_holm: String,
    p_bh: String,
    g: String,
    /// What may be said, in words.
    conclusion: String,
}

struct EffectRow<'a> {
    school: &'a str,
    before: String,
    during: String,
    effect: String,
    se: String,
    n_pupils: usize,
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
            plot: plot(&findings.contrasts),
            pictures: portraits
                .iter()
                .filter_map(|(school, portrait)| pictures(school, portrait))
                .collect(),
            contrasts: findings.contrasts.iter().map(contrast_row).collect(),
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
                    n_pupils: row.n_pupils,
                })
                .collect(),
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

/// `None` for a school of which no member has a group.
fn pictures(school: &str, portrait: &Portrait) -> Option<SchoolPictures> {
    let newest = portrait.waves.last().filter(|wave| wave.grouped)?;
    let pictures = newest
        .relations
        .iter()
        .map(|relation| {
            let text = relation_text(Words(Language::En), school, newest, relation, None);
            (text.caption, text.picture)
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

fn name(row: &Contrast) -> String {
    let outcome = words(&row.outcome);
    if row.relation.is_empty() {
        format!("{outcome}, {}", row.wave)
    } else {
        format!("{outcome}, {}, {}", row.wave, row.relation)
    }
}

fn plot(rows: &[Contrast]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows: Vec<PlotRow> = rows
        .iter()
        .map(|row| PlotRow {
            label: name(row),
            effect: row.test.as_ref().and_then(|test| {
                let (lower, upper) = test.g_interval?;
                Some((test.hedges_g?, lower, upper))
            }),
            verdict: match row.test.as_ref().map(|test| test.verdict.as_str()) {
                Some("different") => Mark::Different,
                Some("equivalent") => Mark::Equivalent,
                _ => Mark::CannotTell,
            },
        })
        .collect();
    contrast_plot("contrasts", &PlotWords::english(&rows), &rows)
}

fn contrast_row(row: &Contrast) -> ContrastRow {
    let test = row.test.as_ref();
    let adjusted = |p: Option<f64>| p.map(probability).unwrap_or_default();
    let g = test.and_then(|test| {
        let (lower, upper) = test.g_interval?;
        Some(format!(
            "{} ({} to {})",
            number(test.hedges_g?),
            number(lower),
            number(upper)
        ))
    });
    ContrastRow {
        outcome: name(row),
        n: format!("{} / {}", row.n_high, row.n_low),
        high: optional(row.mean_high),
        low: optional(row.mean_low),
        difference: value(&row.difference),
        p: test
            .map(|test| {
                let of = if test.p_method == "exact" {
                    "of all"
                } else {
                    "of"
                };
                format!(
                    "{} ({}, {of} {})",
                    probability(test.p_value),
                    test.p_method,
                    test.n_assignments
                )
            })
            .unwrap_or_default(),
        p_max_t: adjusted(test.and_then(|test| test.p_max_t)),
        p_holm: adjusted(test.and_then(|test| test.p_holm)),
        p_bh: adjusted(test.and_then(|test| test.p_bh)),
        g: g.unwrap_or_default(),
        conclusion: conclusion(row),
    }
}

/// An inconclusive result says what it excludes and what it could have seen; it never says that there is no effect.
fn conclusion(row: &Contrast) -> String {
    let Some(test) = &row.test else {
        return value(&row.difference);
    };
    let mut said = match test.verdict.as_str() {
        "different" => "different".to_owned(),
        "equivalent" => "equivalent: any difference lies within the margin of the plan".to_owned(),
        _ => "cannot tell".to_owned(),
    };
    if let Some((lower, upper)) = test.g_interval_90 {
        said += &format!(
            "; excluded are g below {} and above {}",
            number(lower),
            number(upper)
        );
    }
    match test.detectable_d {
        Some(d) if test.verdict != "different" => {
            said += &format!(
                "; a true d of {} or more would have been found in four out of five such comparisons",
                number(d)
            );
        }
        _ => {}
    }
    said
}

pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
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

pub(super) fn probability(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

fn percent(rate: f64) -> String {
    format!("{:.0} %", rate * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::findings::ContrastTest;

    #[test]
    fn an_inconclusive_contrast_says_what_it_excludes() {
        let row = Contrast {
            outcome: "tie_reciprocity".into(),
            wave: "T3".into(),
            relation: "goals".into(),
            n_high: 10,
            n_low: 10,
            mean_high: Some(0.4),
            mean_low: Some(0.4),
            difference: Ok(-0.0),
            test: Some(ContrastTest {
                p_value: 0.98,
                p_method: "exact".into(),
                n_assignments: 184_756,
                p_max_t: None,
                p_holm: None,
                p_bh: None,
                hedges_g: Some(0.01),
                g_interval: Some((-0.87, 0.89)),
                g_interval_90: Some((-0.73, 0.75)),
                detectable_d: Some(1.325),
                verdict: "cannot_tell".into(),
            }),
            in_family: false,
        };
        let shown = contrast_row(&row);
        assert_eq!(shown.outcome, "tie reciprocity, T3, goals");
        assert_eq!(shown.difference, "0.000");
        assert_eq!(
            shown.conclusion,
            "cannot tell; excluded are g below \u{2212}0.730 and above 0.750; a true d of 1.325 or more would have been \
             found in four out of five such comparisons"
        );
        let undefined = Contrast {
            difference: Err(Undefined::TooFewUnits),
            test: None,
            ..row
        };
        assert_eq!(
            contrast_row(&undefined).conclusion,
            "not defined: too few units"
        );
    }
}
