//! The same comparison with other numbers of schools on either side: a conclusion that hangs on having taken ten shows here.

use schakel_analysis::compare::{
    adjust::holm,
    effect_size::{hedges_g, minimal_detectable_d},
    permutation::{Options, two_groups},
};
use serde::{Deserialize, Serialize};

use super::{
    comparison::Ground,
    contrast::{POWER, stream},
    effect_groups::by_effect,
    findings::Value,
    outcomes::Outcome,
    plan_lock::Standing,
};

/// Schools on either side.
const SIZES: [usize; 3] = [8, 12, 15];

/// One outcome compared between groups of another size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AtGroupSize {
    pub outcome: String,
    pub wave: String,
    pub relation: String,
    pub standing: Standing,
    /// Schools in the high and in the low group, and those of them that have a value.
    pub size_high: usize,
    pub size_low: usize,
    pub n_high: usize,
    pub n_low: usize,
    /// The groups of the plan itself.
    pub of_the_plan: bool,
    #[serde(with = "super::findings::value")]
    pub difference: Value,
    pub p_value: Option<f64>,
    pub p_method: Option<String>,
    /// Within the family of the plan, at this size.
    pub p_holm: Option<f64>,
    pub hedges_g: Option<f64>,
    pub g_interval: Option<(f64, f64)>,
    pub detectable_d: Option<f64>,
}

/// Every outcome at 8, 12 and 15 schools a side and at the sizes of the plan, where there are so many with an effect.
pub fn at_sizes(ground: &Ground<'_>, chosen: &[&Outcome<'_>]) -> Vec<AtGroupSize> {
    let own = (ground.groups.high.len(), ground.groups.low.len());
    let mut sizes: Vec<(usize, usize)> = SIZES.iter().map(|&size| (size, size)).collect();
    sizes.push(own);
    sizes.sort_unstable();
    sizes.dedup();
    let mut rows = Vec::new();
    for (high, low) in sizes {
        let Ok(groups) = by_effect(ground.effects, high, low) else {
            continue;
        };
        let from = rows.len();
        for outcome in chosen {
            let (values_high, _) = outcome.of_schools(&groups.high);
            let (values_low, _) = outcome.of_schools(&groups.low);
            let test = two_groups(
                &values_high,
                &values_low,
                &Options::default(),
                &mut stream(ground.plan.seed, &format!("{}#{high}", outcome.key())),
            );
            let effect = hedges_g(&values_high, &values_low, 0.95).ok();
            let (n_high, n_low) = (values_high.len(), values_low.len());
            let in_family = outcome.in_family(ground.plan.family.as_deref());
            rows.push((
                in_family,
                AtGroupSize {
                    outcome: outcome.name.to_owned(),
                    wave: outcome.wave.clone(),
                    relation: outcome.relation.to_owned(),
                    standing: ground.basis.of_outcome(outcome, in_family),
                    size_high: high,
                    size_low: low,
                    n_high,
                    n_low,
                    of_the_plan: (high, low) == own,
                    p_value: test.as_ref().ok().map(|test| test.p_value),
                    p_method: test.as_ref().ok().map(|test| test.method.name().to_owned()),
                    p_holm: None,
                    difference: test.map(|test| test.difference),
                    hedges_g: effect.map(|effect| effect.g),
                    g_interval: effect.map(|e| (e.interval.lower, e.interval.upper)),
                    detectable_d: minimal_detectable_d(n_high, n_low, ground.plan.alpha, POWER)
                        .ok(),
                },
            ));
        }
        adjust(&mut rows[from..]);
    }
    rows.into_iter().map(|(_, row)| row).collect()
}

fn adjust(rows: &mut [(bool, AtGroupSize)]) {
    let mut family: Vec<(&mut AtGroupSize, f64)> = rows
        .iter_mut()
        .filter(|(in_family, _)| *in_family)
        .filter_map(|(_, row)| {
            let p = row.p_value?;
            Some((row, p))
        })
        .collect();
    let raw: Vec<f64> = family.iter().map(|(_, p)| *p).collect();
    for ((row, _), p) in family.iter_mut().zip(holm(&raw)) {
        row.p_holm = Some(p);
    }
}
