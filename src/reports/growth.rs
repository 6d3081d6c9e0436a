//! Growth of pupils in the report: outcomes of schools in its model, and the schools on which it hangs most.

use crate::evaluation::findings::Findings;
use crate::evaluation::influence::UnitInfluence;
use crate::evaluation::one_step::OneStep;
use crate::locale::Words;

use super::names::{Fragment, Names, probability, three, undefined};
use super::sentence::{interval, number};

/// Schools that are named.
const NAMED: usize = 3;

pub struct OneStepRow {
    pub outcome: String,
    pub conclusion: Fragment,
    pub slope: String,
    pub df: String,
    pub p: String,
    pub p_holm: String,
    pub sd: String,
    pub n_schools: usize,
    pub n_pupils: usize,
}

pub struct InfluenceRow {
    pub said: String,
}

pub fn one_step(names: &Names<'_>, findings: &Findings) -> Vec<OneStepRow> {
    let w = names.w;
    let rows = findings.one_step.iter().map(|row| {
        let found = row.slope.as_ref().ok();
        OneStepRow {
            outcome: names.of(&row.outcome, &row.wave, &row.relation),
            conclusion: conclusion(w, row),
            slope: found
                .map(|found| {
                    let ends = interval(w, found.interval, 3);
                    format!("{} {ends}", three(w, found.estimate))
                })
                .unwrap_or_default(),
            df: found
                .map(|found| number(w, found.df, 1))
                .unwrap_or_default(),
            p: found
                .map(|found| probability(w, found.p_value))
                .unwrap_or_default(),
            p_holm: found
                .and_then(|found| found.p_holm)
                .map(|p| probability(w, p))
                .unwrap_or_default(),
            sd: row.sd.map(|sd| three(w, sd)).unwrap_or_default(),
            n_schools: row.n_schools,
            n_pupils: row.n_pupils,
        }
    });
    rows.collect()
}

fn conclusion(w: Words, row: &OneStep) -> Fragment {
    match &row.slope {
        Err(reason) => match &row.told {
            Some(told) => Fragment::of(w, told),
            None => Fragment::own(undefined(w, *reason)),
        },
        Ok(slope) if slope.is_related => Fragment::own(w.t(if slope.estimate > 0.0 {
            "report-one-step-more"
        } else {
            "report-one-step-less"
        })),
        Ok(slope) => Fragment::own(w.t2(
            "report-one-step-unclear",
            "lower",
            three(w, slope.interval.0),
            "upper",
            three(w, slope.interval.1),
        )),
    }
}

/// The schools that move the fixed effects most, the farthest first.
pub fn influence(w: Words, findings: &Findings) -> Vec<InfluenceRow> {
    let mut units: Vec<(&UnitInfluence, f64)> = findings
        .influence
        .iter()
        .filter_map(|unit| Some((unit, unit.cook_distance?)))
        .collect();
    units.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.unit.cmp(&b.0.unit)));
    let told = units.into_iter().take(NAMED);
    told.map(|(unit, distance)| InfluenceRow {
        said: without(w, unit, distance),
    })
    .collect()
}

fn without(w: Words, unit: &UnitInfluence, distance: f64) -> String {
    let mut parts = Vec::new();
    for (key, (all, less)) in [
        ("report-without-mean", unit.mean),
        ("report-without-sd", unit.sd),
    ] {
        if let Some(less) = less {
            parts.push(w.t2(key, "less", three(w, less), "all", three(w, all)));
        }
    }
    parts.push(match unit.rank_change {
        Some(0) | None => w.t("report-without-none"),
        Some(places) => w.t1("report-without-places", "n", places),
    });
    let mut args = fluent_bundle::FluentArgs::new();
    args.set("unit", unit.unit.as_str());
    args.set("distance", number(w, distance, 3));
    args.set("parts", parts.join("; "));
    w.with("report-without", &args)
}
