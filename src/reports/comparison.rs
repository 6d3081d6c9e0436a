//! The comparison of the groups in the report: the plan first, everything else folded away behind it.

use fluent_bundle::FluentArgs;

use crate::evaluation::findings::{Contrast, Findings};
use crate::evaluation::plan_lock::Standing;
use crate::locale::Words;

use super::figure::contrast_plot::{Mark, PlotRow, PlotWords, contrast_plot};
use super::names::{Names, probability, three, undefined};
use super::sentence::{self, interval, number, share, share_interval};

/// What the template shows.
pub struct Comparison {
    pub standing: String,
    pub deviations: Vec<String>,
    /// Why and when the schools were divided so.
    pub groups_note: Option<String>,
    /// Ten against ten, and beside it all schools.
    pub plot: String,
    pub all_plot: String,
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
    pub fn of(names: &Names<'_>, findings: &Findings) -> Self {
        let w = names.w;
        let (planned, exploratory): (Vec<&Contrast>, Vec<&Contrast>) = findings
            .contrasts
            .iter()
            .partition(|row| row.standing == Standing::Planned);
        let rows = |rows: &[&Contrast]| -> Vec<ContrastRow> {
            rows.iter()
                .map(|row| contrast_row(names, row, findings))
                .collect()
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
            standing: sentence::plan_standing(w, standing),
            deviations: sentence::deviations(w, standing),
            groups_note: groups.and_then(|groups| {
                let reason = groups.reason.as_ref()?;
                let on = groups.decided_on.as_ref();
                Some(match on {
                    Some(on) => format!(
                        "{reason} ({})",
                        w.t1("research-groups-decided", "on", on.as_str())
                    ),
                    None => reason.clone(),
                })
            }),
            plot: plot(names, drawn),
            all_plot: all_plot(names, findings),
            planned: rows(&planned),
            exploratory: rows(&exploratory),
            methods: methods(names, findings),
            all_schools: over_all(names, findings),
            sizes: sizes(names, findings),
        }
    }
}

pub(super) fn name_of(names: &Names<'_>, row: &Contrast) -> String {
    if row.is_change {
        let change = names.w.t1("research-change", "wave", row.wave.as_str());
        names.of(&row.outcome, &change, &row.relation)
    } else {
        names.of(&row.outcome, &row.wave, &row.relation)
    }
}

fn plot(names: &Names<'_>, rows: &[&Contrast]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let rows: Vec<PlotRow> = rows
        .iter()
        .map(|row| PlotRow {
            label: name_of(names, row),
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
    contrast_plot("contrasts", &plot_words(names.w, &rows), None, &rows).svg
}

fn plot_words(w: Words, rows: &[PlotRow]) -> PlotWords {
    let told = |mark| {
        let drawn = rows.iter().filter(|row| row.effect.is_some());
        drawn.filter(|row| row.verdict == mark).count()
    };
    let mut args = FluentArgs::new();
    args.set("rows", rows.len());
    args.set("different", told(Mark::Different));
    args.set("equivalent", told(Mark::Equivalent));
    args.set("unclear", told(Mark::CannotTell));
    args.set(
        "undefined",
        rows.iter().filter(|row| row.effect.is_none()).count(),
    );
    PlotWords {
        w,
        over_all: w.t("figure-over-all"),
        margin: w.t("figure-margin"),
        title: w.t("report-plot-title"),
        description: w.with("report-plot-described", &args),
        lower: w.t("report-plot-lower"),
        higher: w.t("report-plot-higher"),
        axis: w.t("research-axis"),
        undefined: w.t("research-not-defined"),
    }
}

/// The same outcomes over all schools: how each goes with the effect.
fn all_plot(names: &Names<'_>, findings: &Findings) -> String {
    let w = names.w;
    let planned = findings
        .all_schools
        .iter()
        .any(|row| row.standing == Standing::Planned);
    let rows: Vec<PlotRow> = findings
        .all_schools
        .iter()
        .filter(|row| !planned || row.standing == Standing::Planned)
        .map(|row| {
            let found = row.relation_with_effect.as_ref().ok();
            PlotRow {
                label: names.of(&row.outcome, &row.wave, &row.relation),
                effect: found.map(|found| (found.r, found.r_interval.0, found.r_interval.1)),
                verdict: match found {
                    Some(found) if found.verdict == "related" => Mark::Different,
                    _ => Mark::CannotTell,
                },
                over_all: None,
            }
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let related = rows
        .iter()
        .filter(|row| row.verdict == Mark::Different)
        .count();
    let words = PlotWords {
        w,
        over_all: w.t("figure-over-all"),
        margin: w.t("figure-margin"),
        title: w.t("report-all-plot-title"),
        description: w.t2(
            "report-all-plot-described",
            "rows",
            rows.len(),
            "related",
            related,
        ),
        lower: w.t("report-all-plot-lower"),
        higher: w.t("report-all-plot-higher"),
        axis: w.t("report-all-plot-axis"),
        undefined: w.t("research-not-defined"),
    };
    contrast_plot("all-schools-plot", &words, None, &rows).svg
}

fn contrast_row(names: &Names<'_>, row: &Contrast, findings: &Findings) -> ContrastRow {
    let w = names.w;
    let test = row.test.as_ref();
    let adjusted = |p: Option<f64>| p.map(|p| probability(w, p)).unwrap_or_default();
    let g = test.and_then(|test| test.hedges_g.zip(test.g_interval));
    let difference = match (
        row.difference,
        test.and_then(|test| test.difference_interval),
    ) {
        (Ok(value), Some(ends)) => format!("{} {}", three(w, value), interval(w, ends, 3)),
        (Ok(value), None) => three(w, value),
        (Err(why), _) => undefined(w, why),
    };
    let name = name_of(names, row);
    ContrastRow {
        n: format!("{} / {}", row.n_high, row.n_low),
        high: row.mean_high.map(|mean| three(w, mean)).unwrap_or_default(),
        low: row.mean_low.map(|mean| three(w, mean)).unwrap_or_default(),
        difference,
        p: test
            .map(|test| {
                let key = if test.p_method == "exact" {
                    "report-p-exact"
                } else {
                    "report-p-sampled"
                };
                let n = test.n_assignments.to_string();
                w.t2(key, "p", probability(w, test.p_value), "n", n)
            })
            .unwrap_or_default(),
        p_max_t: adjusted(test.and_then(|test| test.p_max_t)),
        p_holm: adjusted(test.and_then(|test| test.p_holm)),
        p_bh: adjusted(test.and_then(|test| test.p_bh)),
        g: g.map(|(g, ends)| format!("{} {}", number(w, g, 2), interval(w, ends, 2)))
            .unwrap_or_default(),
        conclusion: sentence::contrast(w, &name, row, &findings.plan_standing),
        outcome: name,
    }
}

fn methods(names: &Names<'_>, findings: &Findings) -> Vec<MethodRow> {
    let w = names.w;
    let rows = findings.alternatives.iter().map(|row| {
        let told = row.value.unwrap_or_default();
        let estimate = match (told.estimate, told.interval) {
            (Some(estimate), Some(ends)) => {
                format!("{} {}", three(w, estimate), interval(w, ends, 3))
            }
            (Some(estimate), None) => three(w, estimate),
            (None, _) => String::new(),
        };
        MethodRow {
            outcome: names.of(&row.outcome, &row.wave, &row.relation),
            method: w.t(&format!("method-{}", row.method)),
            estimate: row.value.err().map_or(estimate, |why| undefined(w, why)),
            statistic: told
                .statistic
                .map(|value| three(w, value))
                .unwrap_or_default(),
            df: told.df.map(|df| number(w, df, 1)).unwrap_or_default(),
            p: told.p_value.map(|p| probability(w, p)).unwrap_or_default(),
        }
    });
    rows.collect()
}

fn over_all(names: &Names<'_>, findings: &Findings) -> Vec<AllRow> {
    let w = names.w;
    let rows = findings.all_schools.iter().map(|row| {
        let found = row.relation_with_effect.as_ref().ok();
        let (r, slope) = match found {
            Some(found) => (
                format!(
                    "{} {}",
                    share(w, found.r, 2),
                    share_interval(w, found.r_interval, 2)
                ),
                format!(
                    "{} {}",
                    three(w, found.slope),
                    interval(w, found.slope_interval, 3)
                ),
            ),
            None => <(String, String)>::default(),
        };
        AllRow {
            outcome: names.of(&row.outcome, &row.wave, &row.relation),
            n: row.n_schools,
            r,
            slope,
            p: found
                .map(|found| probability(w, found.p_value))
                .unwrap_or_default(),
            p_holm: found
                .and_then(|found| found.p_holm)
                .map(|p| probability(w, p))
                .unwrap_or_default(),
            conclusion: sentence::all_schools(w, row),
        }
    });
    rows.collect()
}

fn sizes(names: &Names<'_>, findings: &Findings) -> Vec<SizeRow> {
    let w = names.w;
    let rows = findings.group_sizes.iter().map(|row| {
        let g = row.hedges_g.zip(row.g_interval);
        let size = format!("{} / {}", row.size_high, row.size_low);
        SizeRow {
            outcome: names.of(&row.outcome, &row.wave, &row.relation),
            size: if row.of_the_plan {
                w.t1("outcome-size-plan", "size", size)
            } else {
                size
            },
            n: format!("{} / {}", row.n_high, row.n_low),
            g: match row.difference {
                Ok(_) => g
                    .map(|(g, ends)| format!("{} {}", number(w, g, 2), interval(w, ends, 2)))
                    .unwrap_or_default(),
                Err(why) => undefined(w, why),
            },
            p: row.p_value.map(|p| probability(w, p)).unwrap_or_default(),
            p_holm: row.p_holm.map(|p| probability(w, p)).unwrap_or_default(),
            detectable: row
                .detectable_d
                .map(|d| number(w, sentence::at_least(d), 2))
                .unwrap_or_default(),
        }
    });
    rows.collect()
}
