//! The comparison of the groups in the report of `analyse`: the plan first, everything else folded away behind it.

use crate::domain::language::Language;
use crate::evaluation::findings::{Contrast, Findings};
use crate::evaluation::plan_lock::Standing;
use crate::locale::Words;

use super::figure::contrast_plot::{Mark, PlotRow, PlotWords, contrast_plot};
use super::sentence::{self, interval, number, share, share_interval};

/// The report is in English.
const W: Words = Words(Language::En);

/// What the template shows.
pub struct Comparison {
    pub standing: String,
    pub deviations: Vec<String>,
    /// Why and when the schools were divided so.
    pub groups_note: Option<String>,
    pub plot: String,
    pub planned: Vec<ContrastRow>,
    pub exploratory: Vec<ContrastRow>,
    pub methods: Vec<MethodRow>,
    pub all_schools: Vec<AllRow>,
    pub sizes: Vec<SizeRow>,
}

pub struct ContrastRow {
    pub outcome: String,
    pub n: String,
    pub high: String,
    pub low: String,
    pub difference: String,
    pub p: String,
    pub p_max_t: String,
    pub p_holm: String,
    pub p_bh: String,
    pub g: String,
    /// What may be said, in a sentence.
    pub conclusion: String,
}

pub struct MethodRow {
    pub outcome: String,
    pub method: String,
    pub estimate: String,
    pub statistic: String,
    pub df: String,
    pub p: String,
}

pub struct AllRow {
    pub outcome: String,
    pub n: usize,
    pub r: String,
    pub slope: String,
    pub p: String,
    pub p_holm: String,
    pub conclusion: String,
}

pub struct SizeRow {
    pub outcome: String,
    pub size: String,
    pub n: String,
    pub g: String,
    pub p: String,
    pub p_holm: String,
    pub detectable: String,
}

impl Comparison {
    pub fn of(findings: &Findings) -> Self {
        let (planned, exploratory): (Vec<&Contrast>, Vec<&Contrast>) = findings
            .contrasts
            .iter()
            .partition(|row| row.standing == Standing::Planned);
        let rows = |rows: &[&Contrast]| -> Vec<ContrastRow> {
            rows.iter().map(|row| contrast_row(row, findings)).collect()
        };
        // What was planned is drawn; without a plan, everything.
        let drawn = if planned.is_empty() {
            &exploratory
        } else {
            &planned
        };
        let groups = findings.groups.as_ref();
        let standing = &findings.plan_standing;
        Self {
            standing: sentence::plan_standing(W, standing),
            deviations: sentence::deviations(W, standing),
            groups_note: groups.and_then(|groups| {
                let reason = groups.reason.as_ref()?;
                let on = groups.decided_on.as_ref();
                Some(match on {
                    Some(on) => format!("{reason} (decided on {on})"),
                    None => reason.clone(),
                })
            }),
            plot: plot(drawn),
            planned: rows(&planned),
            exploratory: rows(&exploratory),
            methods: methods(findings),
            all_schools: over_all(findings),
            sizes: sizes(findings),
        }
    }
}

pub(super) fn name(outcome: &str, wave: &str, relation: &str) -> String {
    let outcome = outcome.replace('_', " ");
    if relation.is_empty() {
        format!("{outcome}, {wave}")
    } else {
        format!("{outcome}, {wave}, {relation}")
    }
}

fn name_of(row: &Contrast) -> String {
    if row.is_change {
        name(&row.outcome, &format!("change {}", row.wave), &row.relation)
    } else {
        name(&row.outcome, &row.wave, &row.relation)
    }
}

fn plot(rows: &[&Contrast]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows: Vec<PlotRow> = rows
        .iter()
        .map(|row| PlotRow {
            label: name_of(row),
            effect: row.test.as_ref().and_then(|test| {
                let (lower, upper) = test.g_interval?;
                Some((test.hedges_g?, lower, upper))
            }),
            verdict: match row.test.as_ref().map(|test| test.verdict.as_str()) {
                Some("different") => Mark::Different,
                Some("equivalent") => Mark::Equivalent,
                _ => Mark::CannotTell,
            },
            over_all: None,
        })
        .collect();
    contrast_plot("contrasts", &PlotWords::english(&rows), None, &rows).svg
}

fn contrast_row(row: &Contrast, findings: &Findings) -> ContrastRow {
    let test = row.test.as_ref();
    let adjusted = |p: Option<f64>| p.map(probability).unwrap_or_default();
    let g = test.and_then(|test| test.hedges_g.zip(test.g_interval));
    let difference = match (
        row.difference,
        test.and_then(|test| test.difference_interval),
    ) {
        (Ok(value), Some(ends)) => format!("{} {}", three(value), interval(W, ends, 3)),
        (Ok(value), None) => three(value),
        (Err(why), _) => why.to_string(),
    };
    let name = name_of(row);
    ContrastRow {
        n: format!("{} / {}", row.n_high, row.n_low),
        high: row.mean_high.map(three).unwrap_or_default(),
        low: row.mean_low.map(three).unwrap_or_default(),
        difference,
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
        g: g.map(|(g, ends)| format!("{} {}", number(W, g, 2), interval(W, ends, 2)))
            .unwrap_or_default(),
        conclusion: sentence::contrast(W, &name, row, &findings.plan_standing),
        outcome: name,
    }
}

fn methods(findings: &Findings) -> Vec<MethodRow> {
    let rows = findings.alternatives.iter().map(|row| {
        let told = row.value.unwrap_or_default();
        let estimate = match (told.estimate, told.interval) {
            (Some(estimate), Some(ends)) => format!("{} {}", three(estimate), interval(W, ends, 3)),
            (Some(estimate), None) => three(estimate),
            (None, _) => String::new(),
        };
        MethodRow {
            outcome: name(&row.outcome, &row.wave, &row.relation),
            method: W.t(&format!("method-{}", row.method)),
            estimate: row.value.err().map_or(estimate, |why| why.to_string()),
            statistic: told.statistic.map(three).unwrap_or_default(),
            df: told.df.map(|df| number(W, df, 1)).unwrap_or_default(),
            p: told.p_value.map(probability).unwrap_or_default(),
        }
    });
    rows.collect()
}

fn over_all(findings: &Findings) -> Vec<AllRow> {
    let rows = findings.all_schools.iter().map(|row| {
        let found = row.relation_with_effect.as_ref().ok();
        let (r, slope) = match found {
            Some(found) => (
                format!(
                    "{} {}",
                    share(W, found.r, 2),
                    share_interval(W, found.r_interval, 2)
                ),
                format!(
                    "{} {}",
                    three(found.slope),
                    interval(W, found.slope_interval, 3)
                ),
            ),
            None => <(String, String)>::default(),
        };
        AllRow {
            outcome: name(&row.outcome, &row.wave, &row.relation),
            n: row.n_schools,
            r,
            slope,
            p: found
                .map(|found| probability(found.p_value))
                .unwrap_or_default(),
            p_holm: found
                .and_then(|found| found.p_holm)
                .map(probability)
                .unwrap_or_default(),
            conclusion: sentence::all_schools(W, row),
        }
    });
    rows.collect()
}

fn sizes(findings: &Findings) -> Vec<SizeRow> {
    let rows = findings.group_sizes.iter().map(|row| {
        let g = row.hedges_g.zip(row.g_interval);
        let plan = if row.of_the_plan { " (the plan)" } else { "" };
        SizeRow {
            outcome: name(&row.outcome, &row.wave, &row.relation),
            size: format!("{} / {}{plan}", row.size_high, row.size_low),
            n: format!("{} / {}", row.n_high, row.n_low),
            g: match row.difference {
                Ok(_) => g
                    .map(|(g, ends)| format!("{} {}", number(W, g, 2), interval(W, ends, 2)))
                    .unwrap_or_default(),
                Err(why) => why.to_string(),
            },
            p: row.p_value.map(probability).unwrap_or_default(),
            p_holm: row.p_holm.map(probability).unwrap_or_default(),
            detectable: row
                .detectable_d
                .map(|d| number(W, sentence::at_least(d), 2))
                .unwrap_or_default(),
        }
    });
    rows.collect()
}

pub(super) fn three(value: f64) -> String {
    number(W, value, 3)
}

/// As a table has it: the sign only where it is needed.
pub(super) fn probability(p: f64) -> String {
    let text = sentence::probability(W, p);
    text.strip_prefix("= ").map(str::to_owned).unwrap_or(text)
}
