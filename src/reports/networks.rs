//! Networks in the report: response, measures with the range that missing answers leave, and what changed between waves.

use std::collections::BTreeMap;

use crate::evaluation::catalogue;
use crate::evaluation::findings::{Findings, NetworkMeasure, Trust};

use super::names::{Names, between, measure, middle, percent, three, value};

/// Measures of change that are summed up; the rest stands in the files.
const CHANGES: [&str; 6] = [
    "jaccard",
    "proportion_kept",
    "turnover_rate",
    "joiners",
    "leavers",
    "density_change",
];

/// What the template shows of networks.
pub struct Networks<'a> {
    /// Over all networks, in words.
    pub response: String,
    pub response_rows: Vec<ResponseRow<'a>>,
    pub measures: Vec<String>,
    pub overview: Vec<OverviewRow<'a>>,
    pub rows: Vec<NetworkRow<'a>>,
    pub changes: Vec<ChangeRow<'a>>,
}

/// One wave and relation over the schools.
pub struct ResponseRow<'a> {
    pub wave: &'a str,
    pub relation: String,
    pub n_networks: usize,
    pub n_actors: usize,
    pub middle: String,
    pub lowest: String,
    /// Networks whose measures are to be read with their range, and those whose shape is withheld.
    pub n_flagged: usize,
    pub n_withheld: usize,
}

/// One measure of a wave and relation over the schools.
pub struct OverviewRow<'a> {
    pub wave: &'a str,
    pub relation: String,
    pub measure: String,
    pub n: usize,
    pub middle: String,
    /// The middle half of the schools.
    pub half: String,
    /// The middle school if all that is unknown were as low, and as high, as it can be.
    pub range: String,
}

pub struct NetworkRow<'a> {
    pub school: &'a str,
    pub wave: &'a str,
    pub relation: String,
    pub n_actors: usize,
    pub response: String,
    /// In the order of `measures`: the value in figures or words, and the range where it says more.
    pub cells: Vec<(String, String)>,
}

pub struct ChangeRow<'a> {
    pub relation: String,
    pub from: &'a str,
    pub to: &'a str,
    pub measure: String,
    pub n: usize,
    pub middle: String,
    pub half: String,
}

impl<'a> Networks<'a> {
    pub fn of(names: &Names<'_>, findings: &'a Findings) -> Self {
        let rows = &findings.networks;
        let measures: Vec<&'static str> = catalogue::PRINCIPAL
            .into_iter()
            .filter(|measure| rows.iter().any(|row| row.measure == *measure))
            .collect();
        Self {
            response: response(names, rows),
            response_rows: response_rows(names, rows),
            overview: overview(names, rows, &measures),
            rows: network_rows(names, rows, &measures),
            changes: changes(names, findings),
            measures: measures.iter().map(|key| measure(names.w, key)).collect(),
        }
    }
}

fn same_network(a: &NetworkMeasure, b: &NetworkMeasure) -> bool {
    (&a.school, &a.wave, &a.relation) == (&b.school, &b.wave, &b.relation)
}

/// Lowest, middle and highest response over the networks.
fn response(names: &Names<'_>, rows: &[NetworkMeasure]) -> String {
    let w = names.w;
    let mut rates: Vec<f64> = rows
        .chunk_by(same_network)
        .filter_map(|rows| rows[0].response_rate)
        .collect();
    rates.sort_by(f64::total_cmp);
    match (rates.first(), middle(&rates), rates.last()) {
        (Some(lowest), Some(middle), Some(highest)) => {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("lowest", percent(w, *lowest));
            args.set("middle", percent(w, middle));
            args.set("highest", percent(w, *highest));
            w.with("report-response", &args)
        }
        _ => w.t("report-no-networks"),
    }
}

/// Wave and relation in the order in which they come, each with its rows.
fn by_question(rows: &[NetworkMeasure]) -> BTreeMap<(&str, &str), Vec<&NetworkMeasure>> {
    let mut found: BTreeMap<(&str, &str), Vec<&NetworkMeasure>> = BTreeMap::new();
    for row in rows {
        found
            .entry((&row.wave, &row.relation))
            .or_default()
            .push(row);
    }
    found
}

fn response_rows<'a>(names: &Names<'_>, rows: &'a [NetworkMeasure]) -> Vec<ResponseRow<'a>> {
    let w = names.w;
    by_question(rows)
        .into_iter()
        .map(|((wave, relation), rows)| {
            let firsts: Vec<&NetworkMeasure> = rows
                .chunk_by(|a, b| a.school == b.school)
                .map(|rows| rows[0])
                .collect();
            let mut rates: Vec<f64> = firsts.iter().filter_map(|row| row.response_rate).collect();
            rates.sort_by(f64::total_cmp);
            let with = |trust: Trust| {
                rows.chunk_by(|a, b| a.school == b.school)
                    .filter(|rows| rows.iter().any(|row| row.trust == trust))
                    .count()
            };
            ResponseRow {
                wave,
                relation: names.relation(relation),
                n_networks: firsts.len(),
                n_actors: firsts.iter().map(|row| row.n_actors).sum(),
                middle: middle(&rates)
                    .map(|rate| percent(w, rate))
                    .unwrap_or_default(),
                lowest: rates
                    .first()
                    .map(|rate| percent(w, *rate))
                    .unwrap_or_default(),
                n_flagged: with(Trust::Flag),
                n_withheld: with(Trust::Withhold),
            }
        })
        .collect()
}

fn overview<'a>(
    names: &Names<'_>,
    rows: &'a [NetworkMeasure],
    measures: &[&'static str],
) -> Vec<OverviewRow<'a>> {
    let w = names.w;
    let mut found = Vec::new();
    for ((wave, relation), rows) in by_question(rows) {
        for key in measures {
            let own: Vec<&&NetworkMeasure> =
                rows.iter().filter(|row| row.measure == *key).collect();
            let sorted = |values: Vec<f64>| {
                let mut values = values;
                values.sort_by(f64::total_cmp);
                values
            };
            let values = sorted(own.iter().filter_map(|row| row.value.ok()).collect());
            let bounds: Vec<(f64, f64)> = own.iter().filter_map(|row| row.bounds).collect();
            let lower = sorted(bounds.iter().map(|ends| ends.0).collect());
            let upper = sorted(bounds.iter().map(|ends| ends.1).collect());
            found.push(OverviewRow {
                wave,
                relation: names.relation(relation),
                measure: measure(w, key),
                n: values.len(),
                middle: middle(&values).map(|x| three(w, x)).unwrap_or_default(),
                half: half(names, &values),
                range: between(w, middle(&lower).zip(middle(&upper))),
            });
        }
    }
    found
}

fn half(names: &Names<'_>, sorted: &[f64]) -> String {
    let n = sorted.len();
    let ends = sorted
        .get(n / 4)
        .zip(sorted.get(n.saturating_sub(1) - n / 4));
    between(names.w, ends.filter(|_| n >= 4).map(|(a, b)| (*a, *b)))
}

fn network_rows<'a>(
    names: &Names<'_>,
    rows: &'a [NetworkMeasure],
    measures: &[&'static str],
) -> Vec<NetworkRow<'a>> {
    let w = names.w;
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
                        (_, bounds) => between(w, bounds),
                    };
                    (value(w, &row.value), bounds)
                }
            };
            NetworkRow {
                school: &rows[0].school,
                wave: &rows[0].wave,
                relation: names.relation(&rows[0].relation),
                n_actors: rows[0].n_actors,
                response: rows[0]
                    .response_rate
                    .map(|rate| percent(w, rate))
                    .unwrap_or_default(),
                cells: measures.iter().map(cell).collect(),
            }
        })
        .collect()
}

fn changes<'a>(names: &Names<'_>, findings: &'a Findings) -> Vec<ChangeRow<'a>> {
    let w = names.w;
    let mut found: BTreeMap<(&str, &str, &str), BTreeMap<usize, Vec<f64>>> = BTreeMap::new();
    for row in &findings.changes {
        let place = CHANGES.iter().position(|known| *known == row.measure);
        if let (Some(place), Ok(value)) = (place, row.value) {
            found
                .entry((&row.relation, &row.from, &row.to))
                .or_default()
                .entry(place)
                .or_default()
                .push(value);
        }
    }
    let mut rows = Vec::new();
    for ((relation, from, to), measures) in found {
        for (place, mut values) in measures {
            values.sort_by(f64::total_cmp);
            rows.push(ChangeRow {
                relation: names.relation(relation),
                from,
                to,
                measure: measure(w, CHANGES[place]),
                n: values.len(),
                middle: middle(&values).map(|x| three(w, x)).unwrap_or_default(),
                half: half(names, &values),
            });
        }
    }
    rows
}
