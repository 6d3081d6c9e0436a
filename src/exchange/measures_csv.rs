//! Findings to the tables that other programs read.
//!
//! Comma, LF, shortest decimals that read back as the same number, empty = undefined or not computed, rows sorted by their
//! key columns as bytes. Columns are appended by later versions, never renamed or removed.

mod growth;
mod pupils;

use std::fmt::Write as _;

use crate::evaluation::association::Associations;
use crate::evaluation::evaluate::MeasuredPart;
use crate::evaluation::findings::{
    ActorMeasure, BaselineMeasure, BlockMeasure, ChangeMeasure, CutMeasure, Findings,
    MultiplexityMeasure, NetworkMeasure, ScaleMeasure, Value,
};
use crate::evaluation::missing_study::Study;

use super::contrasts_csv;

/// Every table this version can write, whether or not a folder has it.
pub const FILES: [&str; 17] = [
    "network_measures.csv",
    "actor_measures.csv",
    "change_measures.csv",
    "multiplexity.csv",
    "cut_measures.csv",
    "block_measures.csv",
    "baseline_measures.csv",
    "scale_measures.csv",
    "school_effects.csv",
    "models.csv",
    "contrasts.csv",
    "contrast_alternatives.csv",
    "all_schools.csv",
    "group_sizes.csv",
    "one_step.csv",
    "influence.csv",
    "traces.csv",
];

/// Name and text of every table that has a row.
pub fn tables(findings: &Findings) -> Vec<(&'static str, String)> {
    let of_networks = HEADERS
        .into_iter()
        .zip(rows(&Rows::from(findings)))
        .map(|(header, rows)| (!rows.is_empty()).then(|| header.to_owned() + &rows));
    let of_schools = [
        scale_measures(findings),
        pupils::school_effects(findings),
        pupils::models(findings),
        contrasts_csv::contrasts(findings),
        contrasts_csv::alternatives(findings),
        contrasts_csv::all_schools(findings),
        contrasts_csv::group_sizes(findings),
        growth::one_step(findings),
        growth::influence(findings),
        growth::traces(findings),
    ];
    let tables = FILES.into_iter().zip(of_networks.chain(of_schools));
    tables
        .filter_map(|(name, table)| Some((name, table?)))
        .collect()
}

/// The table of what goes with a relation.
pub fn associations(found: &Associations) -> String {
    let header = [
        "model",
        "term",
        "estimate",
        "t",
        "p_value",
        "mc_se",
        "undefined",
    ];
    let rows = found.rows.iter().map(|row| {
        let value = row.value.ok();
        vec![
            row.model.name().to_owned(),
            row.term.clone(),
            number(value.map(|value| value.estimate)),
            number(value.and_then(|value| value.t)),
            number(value.map(|value| value.p_value)),
            number(value.map(|value| value.mc_se)),
            row.value
                .as_ref()
                .err()
                .map_or_else(String::new, |reason| reason.name().to_owned()),
        ]
    });
    table(&header, 2, rows).unwrap_or_default()
}

/// The table of what each treatment of missing answers would have made of networks that are known in full.
pub fn missing_study(found: &Study) -> String {
    let header = [
        "school",
        "wave",
        "relation",
        "measure",
        "treatment",
        "truth",
        "bias",
        "rmse",
        "share_undefined",
        "order",
        "bounds_coverage",
        "bounds_width",
        "interval_coverage",
        "interval_width",
        "n_actors",
        "n_removed",
        "repeats",
    ];
    let mut rows = Vec::new();
    for network in &found.networks {
        let study = &network.study;
        for measure in &study.measures {
            for (order, treatment) in (1..).zip(&measure.treatments) {
                rows.push(vec![
                    network.school.clone(),
                    network.wave.clone(),
                    network.relation.clone(),
                    measure.name.to_owned(),
                    treatment.name.to_owned(),
                    number(measure.truth.ok()),
                    number(treatment.bias),
                    number(treatment.rmse),
                    number(Some(treatment.share_undefined)),
                    order.to_string(),
                    number(measure.bounds_coverage),
                    number(measure.mean_bounds_width),
                    number(measure.interval_coverage),
                    number(measure.mean_interval_width),
                    study.n_actors.to_string(),
                    study.n_removed.to_string(),
                    study.repeats.to_string(),
                ]);
            }
        }
    }
    table(&header, 5, rows.into_iter()).unwrap_or_default()
}

/// Header of the tables whose rows may come in parts: the first of [`FILES`].
pub const HEADERS: [&str; 7] = [
    "school,wave,relation,measure,value,lower,upper,se,ci_lower,ci_upper,treatment,n_actors,response_rate,undefined,bounds,trust\n",
    "school,wave,relation,person,measure,value,undefined\n",
    "school,relation,from,to,measure,value,undefined\n",
    "school,wave,relation_a,relation_b,measure,value,undefined\n",
    "school,wave,relation,at_least,measure,value,undefined\n",
    "school,wave,relation,grouping,from,to,measure,value,lower,upper,undefined\n",
    "school,wave,relation,condition,measure,observed,mean,sd,z,p_greater,p_less,draws,undefined\n",
];

/// What the tables with [`HEADERS`] are made of.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'r> {
    networks: &'r [NetworkMeasure],
    actors: &'r [ActorMeasure],
    changes: &'r [ChangeMeasure],
    multiplexity: &'r [MultiplexityMeasure],
    cuts: &'r [CutMeasure],
    blocks: &'r [BlockMeasure],
    baselines: &'r [BaselineMeasure],
}

impl<'r> From<&'r Findings> for Rows<'r> {
    fn from(found: &'r Findings) -> Self {
        Self {
            networks: &found.networks,
            actors: &found.actors,
            changes: &found.changes,
            multiplexity: &found.multiplexity,
            cuts: &found.cuts,
            blocks: &found.blocks,
            baselines: &found.baselines,
        }
    }
}

impl<'r> From<&'r MeasuredPart> for Rows<'r> {
    fn from(found: &'r MeasuredPart) -> Self {
        Self {
            networks: &found.networks,
            actors: &found.actors,
            changes: &found.changes,
            multiplexity: &found.multiplexity,
            cuts: &found.cuts,
            blocks: &found.blocks,
            baselines: &found.baselines,
        }
    }
}

/// The rows of those tables without their header. The rows of some schools behind those of all schools before them are the
/// rows of all.
pub fn rows(found: &Rows<'_>) -> [String; 7] {
    [
        network_rows(found.networks),
        actor_rows(found.actors),
        change_rows(found.changes),
        multiplexity_rows(found.multiplexity),
        cut_rows(found.cuts),
        block_rows(found.blocks),
        baseline_rows(found.baselines),
    ]
}

fn network_rows(rows: &[NetworkMeasure]) -> String {
    let mut text = String::with_capacity(rows.len() * 128);
    for row in in_order(rows) {
        for cell in [&row.school, &row.wave, &row.relation, &row.measure] {
            push(cell, &mut text);
            text.push(',');
        }
        let (lower, upper) = row.bounds.unzip();
        let (ci_lower, ci_upper) = row.interval.unzip();
        for value in [row.value.ok(), lower, upper, row.se, ci_lower, ci_upper] {
            push_number(value, &mut text);
            text.push(',');
        }
        push(&row.treatment, &mut text);
        let _ = write!(text, ",{},", row.n_actors);
        push_number(row.response_rate, &mut text);
        text.push(',');
        text.push_str(reason(&row.value));
        text.push_str(match (row.bounds, row.outer) {
            (None, _) => ",,",
            (Some(_), false) => ",exact,",
            (Some(_), true) => ",outer,",
        });
        text.push_str(row.trust.name());
        text.push('\n');
    }
    text
}

fn actor_rows(rows: &[ActorMeasure]) -> String {
    let mut text = String::with_capacity(rows.len() * 48);
    for row in in_order(rows) {
        let cells = [
            &row.school,
            &row.wave,
            &row.relation,
            &row.person,
            &row.measure,
        ];
        for cell in cells {
            push(cell, &mut text);
            text.push(',');
        }
        push_number(row.value.ok(), &mut text);
        text.push(',');
        text.push_str(reason(&row.value));
        text.push('\n');
    }
    text
}

fn change_rows(rows: &[ChangeMeasure]) -> String {
    let mut text = String::with_capacity(rows.len() * 48);
    for row in in_order(rows) {
        for cell in [&row.school, &row.relation, &row.from, &row.to, &row.measure] {
            push(cell, &mut text);
            text.push(',');
        }
        push_number(row.value.ok(), &mut text);
        text.push(',');
        text.push_str(reason(&row.value));
        text.push('\n');
    }
    text
}

fn multiplexity_rows(rows: &[MultiplexityMeasure]) -> String {
    let mut text = String::with_capacity(rows.len() * 48);
    for row in in_order(rows) {
        let cells = [
            &row.school,
            &row.wave,
            &row.relation_a,
            &row.relation_b,
            &row.measure,
        ];
        for cell in cells {
            push(cell, &mut text);
            text.push(',');
        }
        push_number(row.value.ok(), &mut text);
        text.push(',');
        text.push_str(reason(&row.value));
        text.push('\n');
    }
    text
}

/// A row with a place in its table: by `head` and then by `tail`, as bytes.
trait Placed {
    fn head(&self) -> [&str; 3];
    fn tail(&self) -> [&str; 4];
}

impl Placed for NetworkMeasure {
    fn head(&self) -> [&str; 3] {
        [&self.school, &self.wave, &self.relation]
    }
    fn tail(&self) -> [&str; 4] {
        [&self.measure, "", "", ""]
    }
}

impl Placed for ActorMeasure {
    fn head(&self) -> [&str; 3] {
        [&self.school, &self.wave, &self.relation]
    }
    fn tail(&self) -> [&str; 4] {
        [&self.person, &self.measure, "", ""]
    }
}

impl Placed for ChangeMeasure {
    fn head(&self) -> [&str; 3] {
        [&self.school, "", ""]
    }
    fn tail(&self) -> [&str; 4] {
        [&self.relation, &self.from, &self.to, &self.measure]
    }
}

impl Placed for MultiplexityMeasure {
    fn head(&self) -> [&str; 3] {
        [&self.school, &self.wave, ""]
    }
    fn tail(&self) -> [&str; 4] {
        [&self.relation_a, &self.relation_b, &self.measure, ""]
    }
}

/// The rows in their places. Rows of one head mostly stand together, and mostly in the order of the head before them: what put
/// the last ones in order is tried first.
fn in_order<T: Placed>(rows: &[T]) -> Vec<&T> {
    let mut groups: Vec<&[T]> = rows.chunk_by(|a, b| a.head() == b.head()).collect();
    groups.sort_by(|a, b| a[0].head().cmp(&b[0].head()));
    let mut sorted: Vec<&T> = Vec::with_capacity(rows.len());
    let mut places: Vec<usize> = Vec::new();
    let mut group: Vec<&T> = Vec::new();
    for same in groups.chunk_by(|a, b| a[0].head() == b[0].head()) {
        group.clear();
        group.extend(same.iter().copied().flatten());
        let in_places = places.len() == group.len()
            && places
                .windows(2)
                .all(|pair| group[pair[0]].tail() <= group[pair[1]].tail());
        if !in_places {
            places = (0..group.len()).collect();
            places.sort_by(|&a, &b| group[a].tail().cmp(&group[b].tail()));
        }
        sorted.extend(places.iter().map(|&place| group[place]));
    }
    sorted
}

/// A cell, in quotes where a reader would cut it up otherwise.
fn push(cell: &str, text: &mut String) {
    if cell
        .bytes()
        .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
    {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}

fn cut_rows(rows: &[CutMeasure]) -> String {
    let rows = rows.iter().map(|row| {
        vec![
            row.school.clone(),
            row.wave.clone(),
            row.relation.clone(),
            number(Some(row.at_least)),
            row.measure.clone(),
            number(row.value.ok()),
            undefined(&row.value),
        ]
    });
    body(5, rows)
}

fn block_rows(rows: &[BlockMeasure]) -> String {
    let rows = rows.iter().map(|row| {
        let (lower, upper) = row.bounds.unzip();
        vec![
            row.school.clone(),
            row.wave.clone(),
            row.relation.clone(),
            row.grouping.clone(),
            row.from.clone(),
            row.to.clone(),
            row.measure.clone(),
            number(row.value.ok()),
            number(lower),
            number(upper),
            undefined(&row.value),
        ]
    });
    body(7, rows)
}

fn baseline_rows(rows: &[BaselineMeasure]) -> String {
    let rows = rows.iter().map(|row| {
        let test = row.test.ok();
        let undefined = row.test.err();
        vec![
            row.school.clone(),
            row.wave.clone(),
            row.relation.clone(),
            row.condition.clone(),
            row.measure.clone(),
            number(test.map(|test| test.observed)),
            number(test.map(|test| test.mean)),
            number(test.map(|test| test.sd)),
            number(test.and_then(|test| test.z)),
            number(test.map(|test| test.p_greater)),
            number(test.map(|test| test.p_less)),
            test.map_or_else(String::new, |test| test.draws.to_string()),
            undefined.map_or_else(String::new, |reason| reason.name().to_owned()),
        ]
    });
    body(5, rows)
}

fn scale_measures(findings: &Findings) -> Option<String> {
    let header = [
        "scale",
        "wave",
        "group",
        "measure",
        "value",
        "lower",
        "upper",
        "n",
        "undefined",
        "item",
        "option",
        "from",
        "verdict",
        "reason",
    ];
    // Rows that differ in what was appended alone stay in this order.
    let mut rows: Vec<&ScaleMeasure> = findings.scales.iter().collect();
    rows.sort_by_key(|row| (&row.item, row.option, &row.from));
    let rows = rows.into_iter().map(|row| {
        let key = [&row.scale, &row.wave, &row.group, &row.measure].map(Clone::clone);
        let word = |word: &Option<String>| word.clone().unwrap_or_default();
        let rest = [
            number(row.value.ok()),
            number(row.lower),
            number(row.upper),
            row.n.to_string(),
            undefined(&row.value),
            word(&row.item),
            row.option.map(|o| o.to_string()).unwrap_or_default(),
            word(&row.from),
            word(&row.verdict),
            word(&row.reason),
        ];
        key.into_iter().chain(rest).collect()
    });
    table(&header, 4, rows)
}

pub(super) fn number(value: Option<f64>) -> String {
    let mut text = String::new();
    push_number(value, &mut text);
    text
}

/// Minus zero is zero. Most numbers are counts, and counts are written faster than fractions.
fn push_number(value: Option<f64>, text: &mut String) {
    const EXACT: f64 = 1e15;
    let Some(value) = value else { return };
    // Lossless below the limit.
    let whole = value as i64;
    let _ = if value.abs() < EXACT && whole as f64 == value {
        write!(text, "{whole}")
    } else {
        write!(text, "{value}")
    };
}

pub(super) fn undefined(value: &Value) -> String {
    reason(value).to_owned()
}

fn reason(value: &Value) -> &'static str {
    value.as_ref().err().map_or("", |reason| reason.name())
}

/// The rows, sorted by their first `keys` cells, under a header; `None` without rows.
pub(super) fn table(
    header: &[&str],
    keys: usize,
    rows: impl Iterator<Item = Vec<String>>,
) -> Option<String> {
    let rows = body(keys, rows);
    (!rows.is_empty()).then(|| format!("{}\n{rows}", header.join(",")))
}

/// The rows, sorted by their first `keys` cells.
fn body(keys: usize, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut rows: Vec<Vec<String>> = rows.collect();
    rows.sort_by(|a, b| a[..keys].cmp(&b[..keys]));
    let mut text = String::new();
    for row in &rows {
        for (place, cell) in row.iter().enumerate() {
            text.push_str(if place > 0 { "," } else { "" });
            push(cell, &mut text);
        }
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::findings::Trust;

    #[test]
    fn numbers_read_back_and_rows_go_by_bytes() {
        assert_eq!(number(Some(-0.0)), "0");
        assert_eq!(number(Some(0.1 + 0.2)), "0.30000000000000004");
        assert_eq!(number(None), "");
        assert_eq!(number(Some(-12.0)), "-12");
        assert_eq!(number(Some(1e15 + 2.0)), "1000000000000002");
        assert_eq!(number(Some(1e-7)), "0.0000001");
        let rows = [
            vec!["b".to_owned(), "1".to_owned()],
            vec!["B, \"x\"".to_owned(), "2".to_owned()],
        ];
        let text = table(&["key", "value"], 1, rows.into_iter()).unwrap();
        assert_eq!(text, "key,value\n\"B, \"\"x\"\"\",2\nb,1\n");
        assert_eq!(table(&["key"], 1, std::iter::empty()), None);
    }

    #[test]
    fn parts_are_put_in_the_order_of_the_whole() {
        let rows = [
            ["b", "2", "x", "m"],
            ["b", "2", "x", "k"],
            ["b", "10", "x", "m"],
            ["b", "10", "x", "k"],
            ["a", "1", "y", "z"],
            ["b", "2", "x", "a"],
        ];
        let rows = rows.map(|[school, wave, relation, measure]| NetworkMeasure {
            school: school.into(),
            wave: wave.into(),
            relation: relation.into(),
            measure: measure.into(),
            value: Ok(0.0),
            bounds: None,
            outer: false,
            se: None,
            interval: None,
            treatment: "null".into(),
            n_actors: 0,
            response_rate: None,
            trust: Trust::Report,
        });
        let key = |row: &NetworkMeasure| format!("{:?}{:?}", row.head(), row.tail());
        let sorted: Vec<String> = in_order(&rows).into_iter().map(key).collect();
        let mut wanted: Vec<String> = rows.iter().map(key).collect();
        wanted.sort();
        assert_eq!(sorted, wanted);
        let mut text = String::new();
        push("a \"b\", c", &mut text);
        assert_eq!(text, "\"a \"\"b\"\", c\"");
    }
}
