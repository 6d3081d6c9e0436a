//! Findings to the tables that other programs read.
//!
//! Comma, LF, shortest decimals that read back as the same number, empty = undefined or not computed, rows sorted by their
//! key columns as bytes. Columns are appended by later versions, never renamed or removed.

use std::fmt::Write as _;

use csv::{Terminator, WriterBuilder};

use crate::evaluation::findings::{
    ActorMeasure, ChangeMeasure, Contrast, Findings, MultiplexityMeasure, NetworkMeasure, Value,
};

/// Every table this version can write, whether or not a folder has it.
pub const FILES: [&str; 7] = [
    "network_measures.csv",
    "actor_measures.csv",
    "change_measures.csv",
    "multiplexity.csv",
    "scale_measures.csv",
    "school_effects.csv",
    "contrasts.csv",
];

/// Name and text of every table that has a row.
pub fn tables(findings: &Findings) -> Vec<(&'static str, String)> {
    let rows = rows(
        &findings.networks,
        &findings.actors,
        &findings.changes,
        &findings.multiplexity,
    );
    let of_networks = HEADERS
        .into_iter()
        .zip(rows)
        .map(|(header, rows)| (!rows.is_empty()).then(|| header.to_owned() + &rows));
    let of_schools = [
        scale_measures(findings),
        school_effects(findings),
        contrasts(findings),
    ];
    let tables = FILES.into_iter().zip(of_networks.chain(of_schools));
    tables
        .filter_map(|(name, table)| Some((name, table?)))
        .collect()
}

/// Header of the tables whose rows may come in parts: the first four of [`FILES`].
pub const HEADERS: [&str; 4] = [
    "school,wave,relation,measure,value,lower,upper,se,ci_lower,ci_upper,treatment,n_actors,response_rate,undefined\n",
    "school,wave,relation,person,measure,value,undefined\n",
    "school,relation,from,to,measure,value\n",
    "school,wave,relation_a,relation_b,measure,value\n",
];

/// Rows of the first four of [`FILES`] without their header. Those of some schools after those of all schools before them are
/// the rows of all.
pub fn rows(
    networks: &[NetworkMeasure],
    actors: &[ActorMeasure],
    changes: &[ChangeMeasure],
    multiplexity: &[MultiplexityMeasure],
) -> [String; 4] {
    [
        network_rows(networks),
        actor_rows(actors),
        change_rows(changes),
        multiplexity_rows(multiplexity),
    ]
}

fn network_rows(rows: &[NetworkMeasure]) -> String {
    let mut text = String::with_capacity(rows.len() * 96);
    for row in in_order(rows) {
        for cell in [&row.school, &row.wave, &row.relation, &row.measure] {
            push(cell, &mut text);
            text.push(',');
        }
        push_number(row.value.ok(), &mut text);
        text.push(',');
        let (lower, upper) = row.bounds.unzip();
        push_number(lower, &mut text);
        text.push(',');
        push_number(upper, &mut text);
        text.push_str(",,,,");
        push(&row.treatment, &mut text);
        text.push(',');
        let _ = write!(text, "{},", row.n_actors);
        push_number(row.response_rate, &mut text);
        text.push(',');
        text.push_str(reason(&row.value));
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
    ];
    let rows = findings.scales.iter().map(|row| {
        let key = [&row.scale, &row.wave, &row.group, &row.measure].map(Clone::clone);
        let value = number(row.value.ok());
        let rest = [
            value,
            String::new(),
            String::new(),
            row.n.to_string(),
            undefined(&row.value),
        ];
        key.into_iter().chain(rest).collect()
    });
    table(&header, 4, rows)
}

fn school_effects(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "effect",
        "se",
        "shrunken",
        "reliability",
        "p_top",
        "months",
    ];
    let rows = findings.effects.iter().map(|row| {
        let mut cells = vec![row.school.clone(), number(row.effect.ok()), number(row.se)];
        cells.resize(header.len(), String::new());
        cells
    });
    table(&header, 1, rows)
}

fn contrasts(findings: &Findings) -> Option<String> {
    let header = [
        "outcome",
        "wave",
        "relation",
        "n_high",
        "n_low",
        "difference",
        "p_value",
        "p_method",
        "p_max_t",
        "p_holm",
        "p_bh",
        "hedges_g",
        "g_lower",
        "g_upper",
        "verdict",
        "undefined",
    ];
    table(&header, 3, findings.contrasts.iter().map(contrast))
}

fn contrast(row: &Contrast) -> Vec<String> {
    let test = row.test.as_ref();
    let of = |cell: fn(&crate::evaluation::findings::ContrastTest) -> Option<f64>| {
        number(test.and_then(cell))
    };
    vec![
        row.outcome.clone(),
        row.wave.clone(),
        row.relation.clone(),
        row.n_high.to_string(),
        row.n_low.to_string(),
        number(row.difference.ok()),
        of(|test| Some(test.p_value)),
        test.map(|test| test.p_method.clone()).unwrap_or_default(),
        of(|test| test.p_max_t),
        of(|test| test.p_holm),
        of(|test| test.p_bh),
        of(|test| test.hedges_g),
        of(|test| Some(test.g_interval?.0)),
        of(|test| Some(test.g_interval?.1)),
        test.map(|test| test.verdict.clone()).unwrap_or_default(),
        undefined(&row.difference),
    ]
}

fn number(value: Option<f64>) -> String {
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

fn undefined(value: &Value) -> String {
    reason(value).to_owned()
}

fn reason(value: &Value) -> &'static str {
    value.as_ref().err().map_or("", |reason| reason.name())
}

/// The rows, sorted by their first `keys` cells, under a header; `None` without rows.
fn table(header: &[&str], keys: usize, rows: impl Iterator<Item = Vec<String>>) -> Option<String> {
    let mut rows: Vec<Vec<String>> = rows.collect();
    if rows.is_empty() {
        return None;
    }
    rows.sort_by(|a, b| a[..keys].cmp(&b[..keys]));
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .from_writer(Vec::new());
    let written = writer
        .write_record(header)
        .and_then(|()| rows.iter().try_for_each(|row| writer.write_record(row)));
    written.expect("memory takes every row, and every row has as many cells as the header");
    let bytes = writer.into_inner().expect("memory takes every row");
    Some(String::from_utf8(bytes).expect("text was written"))
}

#[cfg(test)]
mod tests {
    use super::*;

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
            treatment: "null".into(),
            n_actors: 0,
            response_rate: None,
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
