//! Growth of pupils in the report of `analyse`: outcomes of schools in its model, and the schools on which it hangs most.

use crate::domain::language::Language;
use crate::evaluation::findings::Findings;
use crate::evaluation::influence::UnitInfluence;
use crate::evaluation::one_step::OneStep;
use crate::locale::Words;

use super::comparison::{name, probability, three};
use super::sentence::{interval, number};

/// The report is in English.
const W: Words = Words(Language::En);
/// Schools that are named.
const NAMED: usize = 3;

pub struct OneStepRow {
    pub outcome: String,
    pub conclusion: String,
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

pub fn one_step(findings: &Findings) -> Vec<OneStepRow> {
    let rows = findings.one_step.iter().map(|row| {
        let found = row.slope.as_ref().ok();
        OneStepRow {
            outcome: name(&row.outcome, &row.wave, &row.relation),
            conclusion: conclusion(row),
            slope: found
                .map(|found| {
                    let ends = interval(W, found.interval, 3);
                    format!("{} {ends}", three(found.estimate))
                })
                .unwrap_or_default(),
            df: found
                .map(|found| number(W, found.df, 1))
                .unwrap_or_default(),
            p: found
                .map(|found| probability(found.p_value))
                .unwrap_or_default(),
            p_holm: found
                .and_then(|found| found.p_holm)
                .map(probability)
                .unwrap_or_default(),
            sd: row.sd.map(three).unwrap_or_default(),
            n_schools: row.n_schools,
            n_pupils: row.n_pupils,
        }
    });
    rows.collect()
}

fn conclusion(row: &OneStep) -> String {
    match &row.slope {
        Err(reason) => row.told.clone().unwrap_or_else(|| reason.to_string()),
        Ok(slope) if slope.is_related => {
            let more = if slope.estimate > 0.0 { "more" } else { "less" };
            format!("Pupils of schools with more of it gained {more} since the start.")
        }
        Ok(slope) => format!(
            "Cannot tell: anything from {} to {} points a school year per standard deviation agrees with these data.",
            three(slope.interval.0),
            three(slope.interval.1)
        ),
    }
}

/// The schools that move the fixed effects most, the farthest first.
pub fn influence(findings: &Findings) -> Vec<InfluenceRow> {
    let mut units: Vec<(&UnitInfluence, f64)> = findings
        .influence
        .iter()
        .filter_map(|unit| Some((unit, unit.cook_distance?)))
        .collect();
    units.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.unit.cmp(&b.0.unit)));
    let told = units.into_iter().take(NAMED);
    told.map(|(unit, distance)| InfluenceRow {
        said: without(unit, distance),
    })
    .collect()
}

fn without(unit: &UnitInfluence, distance: f64) -> String {
    let mut parts = Vec::new();
    for (what, (all, less)) in [
        ("the mean effect would be", unit.mean),
        ("the standard deviation of the effects", unit.sd),
    ] {
        if let Some(less) = less {
            parts.push(format!("{what} {} in place of {}", three(less), three(all)));
        }
    }
    let others = match unit.rank_change {
        Some(0) | None => "no other school would change places".to_owned(),
        Some(1) => "another school would move by 1 place at most".to_owned(),
        Some(places) => format!("other schools would move by {places} places at most"),
    };
    parts.push(others);
    format!(
        "Without {} (Cook’s distance {}): {}.",
        unit.unit,
        number(W, distance, 3),
        parts.join("; ")
    )
}
