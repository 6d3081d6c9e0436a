//! Findings to the tables that other programs read.
//!
//! Comma, LF, shortest decimals that read back as the same number, empty = undefined or not computed, rows sorted by their
//! key columns as bytes. Columns are appended by later versions, never renamed or removed.

use csv::{Terminator, WriterBuilder};

use crate::evaluation::association::Associations;
use crate::evaluation::findings::{Contrast, Findings, Value};
use crate::evaluation::missing_study::Study;

/// Every table this version can write, whether or not a folder has it.
pub const FILES: [&str; 10] = [
    "network_measures.csv",
    "actor_measures.csv",
    "change_measures.csv",
    "multiplexity.csv",
    "cut_measures.csv",
    "block_measures.csv",
    "baseline_measures.csv",
    "scale_measures.csv",
    "school_effects.csv",
    "contrasts.csv",
];

/// Name and text of every table that has a row.
pub fn tables(findings: &Findings) -> Vec<(&'static str, String)> {
    let all = [
        network_measures(findings),
        actor_measures(findings),
        change_measures(findings),
        multiplexity(findings),
        cut_measures(findings),
        block_measures(findings),
        baseline_measures(findings),
        scale_measures(findings),
        school_effects(findings),
        contrasts(findings),
    ];
    let tables = FILES.into_iter().zip(all);
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

fn network_measures(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "wave",
        "relation",
        "measure",
        "value",
        "lower",
        "upper",
        "se",
        "ci_lower",
        "ci_upper",
        "treatment",
        "n_actors",
        "response_rate",
        "undefined",
        "bounds",
        "trust",
    ];
    let rows = findings.networks.iter().map(|row| {
        let key = [&row.school, &row.wave, &row.relation, &row.measure].map(Clone::clone);
        let (lower, upper) = row.bounds.unzip();
        let (ci_lower, ci_upper) = row.interval.unzip();
        let rest = [
            number(row.value.ok()),
            number(lower),
            number(upper),
            number(row.se),
            number(ci_lower),
            number(ci_upper),
            row.treatment.clone(),
            row.n_actors.to_string(),
            number(row.response_rate),
            undefined(&row.value),
            match (row.bounds, row.outer) {
                (None, _) => "",
                (Some(_), false) => "exact",
                (Some(_), true) => "outer",
            }
            .to_owned(),
            row.trust.name().to_owned(),
        ];
        key.into_iter().chain(rest).collect()
    });
    table(&header, 4, rows)
}

fn actor_measures(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "wave",
        "relation",
        "person",
        "measure",
        "value",
        "undefined",
    ];
    let rows = findings.actors.iter().map(|row| {
        let key = [
            &row.school,
            &row.wave,
            &row.relation,
            &row.person,
            &row.measure,
        ]
        .map(Clone::clone);
        key.into_iter()
            .chain([number(row.value.ok()), undefined(&row.value)])
            .collect()
    });
    table(&header, 5, rows)
}

fn change_measures(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "relation",
        "from",
        "to",
        "measure",
        "value",
        "undefined",
    ];
    let rows = findings.changes.iter().map(|row| {
        let key = [&row.school, &row.relation, &row.from, &row.to, &row.measure].map(Clone::clone);
        key.into_iter()
            .chain([number(row.value.ok()), undefined(&row.value)])
            .collect()
    });
    table(&header, 5, rows)
}

fn multiplexity(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "wave",
        "relation_a",
        "relation_b",
        "measure",
        "value",
        "undefined",
    ];
    let rows = findings.multiplexity.iter().map(|row| {
        let key = [
            &row.school,
            &row.wave,
            &row.relation_a,
            &row.relation_b,
            &row.measure,
        ]
        .map(Clone::clone);
        key.into_iter()
            .chain([number(row.value.ok()), undefined(&row.value)])
            .collect()
    });
    table(&header, 5, rows)
}

fn cut_measures(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "wave",
        "relation",
        "at_least",
        "measure",
        "value",
        "undefined",
    ];
    let rows = findings.cuts.iter().map(|row| {
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
    table(&header, 5, rows)
}

fn block_measures(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "wave",
        "relation",
        "grouping",
        "from",
        "to",
        "measure",
        "value",
        "lower",
        "upper",
        "undefined",
    ];
    let rows = findings.blocks.iter().map(|row| {
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
    table(&header, 7, rows)
}

fn baseline_measures(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "wave",
        "relation",
        "condition",
        "measure",
        "observed",
        "mean",
        "sd",
        "z",
        "p_greater",
        "p_less",
        "draws",
        "undefined",
    ];
    let rows = findings.baselines.iter().map(|row| {
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
    table(&header, 5, rows)
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

/// Minus zero is zero.
fn number(value: Option<f64>) -> String {
    value
        .map(|value| format!("{}", value + 0.0))
        .unwrap_or_default()
}

fn undefined(value: &Value) -> String {
    value
        .as_ref()
        .err()
        .map(|reason| reason.name().to_owned())
        .unwrap_or_default()
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
        let rows = [
            vec!["b".to_owned(), "1".to_owned()],
            vec!["B, \"x\"".to_owned(), "2".to_owned()],
        ];
        let text = table(&["key", "value"], 1, rows.into_iter()).unwrap();
        assert_eq!(text, "key,value\n\"B, \"\"x\"\"\",2\nb,1\n");
        assert_eq!(table(&["key"], 1, std::iter::empty()), None);
    }
}
