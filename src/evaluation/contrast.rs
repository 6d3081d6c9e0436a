//! The schools of one group against those of the other, per outcome: one test, one effect with its interval, one verdict.
//!
//! Schools are the units. Every assignment is counted where that can be done; beyond, they are drawn, each outcome from its own
//! stream of the seed, so that neither order nor company changes a p-value. Within the family p-values are adjusted by
//! step-down maxT (over the outcomes that every compared school has, on the same assignments), Holm, and Benjamini-Hochberg.
//! What was not planned is adjusted by itself, by Benjamini-Hochberg: the share of false alarms among it is held down.

use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel_analysis::{
    compare::{
        adjust::{benjamini_hochberg, holm},
        effect_size::{hedges_g, minimal_detectable_d},
        permutation::{GroupTest, Options, max_t, two_groups},
        student::{Spread, t_test},
        verdict::verdict,
    },
    outcome::{Interval, Method},
};
use sha2::{Digest, Sha256};

use super::{
    findings::{Contrast, ContrastTest, EffectGroups, Exclusion},
    outcomes::Outcome,
    plan::Plan,
    plan_lock::PlanBasis,
};

/// The probability with which the detectable difference would have been found.
pub const POWER: f64 = 0.80;

/// The values of both groups on one outcome.
#[derive(Debug, Clone, Default)]
pub struct Sides {
    pub high: Vec<f64>,
    pub low: Vec<f64>,
}

/// The comparison of each of these outcomes between the groups, with the values that were compared.
pub fn contrasts(
    plan: &Plan,
    basis: &PlanBasis,
    groups: &EffectGroups,
    chosen: &[&Outcome<'_>],
    exclusions: &mut Vec<Exclusion>,
) -> Vec<(Contrast, Sides)> {
    let options = Options::default();
    let mut done = Vec::with_capacity(chosen.len());
    for outcome in chosen {
        let mut side = |schools: &[String]| {
            let (values, missing) = outcome.of_schools(schools);
            exclusions.extend(missing.into_iter().map(|(school, reason)| Exclusion {
                what: format!("school {school} from the contrast of {}", outcome.key()),
                reason,
            }));
            values
        };
        let sides = Sides {
            high: side(&groups.high),
            low: side(&groups.low),
        };
        done.push((contrast(plan, basis, outcome, &sides, &options), sides));
    }
    // The values that maxT needs, with the place of their contrast.
    let complete: Vec<(usize, Vec<f64>)> = done
        .iter()
        .enumerate()
        .filter(|(_, (contrast, sides))| {
            contrast.in_family
                && sides.high.len() == groups.high.len()
                && sides.low.len() == groups.low.len()
        })
        .map(|(place, (_, sides))| {
            (
                place,
                sides.high.iter().chain(&sides.low).copied().collect(),
            )
        })
        .collect();
    let mut contrasts: Vec<&mut Contrast> = done.iter_mut().map(|(contrast, _)| contrast).collect();
    adjust(&mut contrasts, &complete, groups, plan, &options);
    judge(&mut contrasts, plan);
    done
}

fn contrast(
    plan: &Plan,
    basis: &PlanBasis,
    outcome: &Outcome<'_>,
    sides: &Sides,
    options: &Options,
) -> Contrast {
    let Sides { high, low } = sides;
    let mean = |values: &[f64]| {
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    };
    let in_family = outcome.in_family(plan.family.as_deref());
    let test = two_groups(high, low, options, &mut stream(plan.seed, &outcome.key()));
    Contrast {
        outcome: outcome.name.to_owned(),
        wave: outcome.wave.clone(),
        relation: outcome.relation.to_owned(),
        is_change: outcome.is_change,
        standing: basis.of_outcome(outcome, in_family),
        n_high: high.len(),
        n_low: low.len(),
        mean_high: mean(high),
        mean_low: mean(low),
        difference: test
            .as_ref()
            .map(|test| test.difference)
            .map_err(|why| *why),
        test: test.ok().map(|test| tested(&test, sides, plan.alpha)),
        in_family,
        team_mean: None,
    }
}

fn tested(test: &GroupTest, sides: &Sides, alpha: f64) -> ContrastTest {
    let Sides { high, low } = sides;
    let (Method::Exact {
        assignments: n_assignments,
    }
    | Method::Sampled {
        draws: n_assignments,
    }) = test.method;
    let effect = hedges_g(high, low, 0.95).ok();
    let effect_90 = hedges_g(high, low, 0.90).ok();
    let ends = |interval: Interval| (interval.lower, interval.upper);
    let of_difference = |confidence| {
        let t = t_test(high, low, Spread::Pooled, confidence).ok()?;
        Some(ends(t.interval))
    };
    let detectable_d = minimal_detectable_d(high.len(), low.len(), alpha, POWER).ok();
    // The spread within the groups is what makes the difference a d.
    let spread = effect.and_then(|effect| {
        let spread = test.difference / effect.d;
        spread.is_finite().then_some(spread)
    });
    ContrastTest {
        p_value: test.p_value,
        p_method: test.method.name().to_owned(),
        n_assignments,
        p_max_t: None,
        p_holm: None,
        p_bh: None,
        p_verdict: test.p_value,
        adjusted_by: "none".to_owned(),
        difference_interval: of_difference(0.95),
        difference_interval_90: of_difference(0.90),
        hedges_g: effect.map(|effect| effect.g),
        g_interval: effect.map(|effect| ends(effect.interval)),
        g_interval_90: effect_90.map(|effect| ends(effect.interval)),
        d_interval_90: effect_90.map(|effect| ends(effect.d_interval)),
        detectable_d,
        detectable_difference: detectable_d.zip(spread).map(|(d, spread)| d * spread),
        verdict: String::new(),
    }
}

fn adjust(
    contrasts: &mut [&mut Contrast],
    complete: &[(usize, Vec<f64>)],
    groups: &EffectGroups,
    plan: &Plan,
    options: &Options,
) {
    let values: Vec<Vec<f64>> = complete.iter().map(|(_, values)| values.clone()).collect();
    let n = groups.high.len() + groups.low.len();
    let is_high: Vec<bool> = (0..n).map(|unit| unit < groups.high.len()).collect();
    let adjusted =
        max_t(&values, &is_high, options, &mut stream(plan.seed, "family")).unwrap_or_default();
    for ((place, _), p) in complete.iter().zip(adjusted) {
        if let Some(test) = contrasts[*place].test.as_mut() {
            test.p_max_t = Some(p.p_step_down);
        }
    }
    let mut tests: Vec<&mut ContrastTest> = contrasts
        .iter_mut()
        .filter(|contrast| contrast.in_family)
        .filter_map(|c| c.test.as_mut())
        .collect();
    let raw: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
    for ((test, by_holm), by_bh) in tests
        .iter_mut()
        .zip(holm(&raw))
        .zip(benjamini_hochberg(&raw))
    {
        test.p_holm = Some(by_holm);
        test.p_bh = Some(by_bh);
    }
    let mut others: Vec<&mut ContrastTest> = contrasts
        .iter_mut()
        .filter(|contrast| !contrast.in_family)
        .filter_map(|c| c.test.as_mut())
        .collect();
    let raw: Vec<f64> = others.iter().map(|test| test.p_value).collect();
    for (test, by_bh) in others.iter_mut().zip(benjamini_hochberg(&raw)) {
        test.p_bh = Some(by_bh);
    }
}

/// One rule for the whole family: two halves that each spend alpha would together spend two.
fn judge(contrasts: &mut [&mut Contrast], plan: &Plan) {
    let incomplete = |row: &Contrast| {
        row.in_family && row.test.as_ref().is_some_and(|test| test.p_max_t.is_none())
    };
    let by_holm = contrasts.iter().any(|row| incomplete(row));
    for contrast in contrasts.iter_mut() {
        let in_family = contrast.in_family;
        let Some(test) = contrast.test.as_mut() else {
            continue;
        };
        // Holm stands in for the whole family where some school has no value.
        let (adjusted, name) = match (in_family, by_holm) {
            (true, true) => (test.p_holm, "holm"),
            (true, false) => (test.p_max_t, "max_t"),
            (false, _) => (test.p_bh, "bh"),
        };
        if let Some(p) = adjusted {
            test.p_verdict = p;
            name.clone_into(&mut test.adjusted_by);
        }
        let everything = (f64::NEG_INFINITY, f64::INFINITY);
        let (lower, upper) = test.d_interval_90.unwrap_or(everything);
        let word = verdict(
            test.p_verdict,
            plan.alpha,
            &Interval { lower, upper },
            plan.equivalence_margin,
        );
        test.verdict = word.name().to_owned();
    }
}

/// The seed's own dice for one outcome.
pub(super) fn stream(seed: u64, outcome: &str) -> ChaCha12Rng {
    let name = Sha256::digest(outcome.as_bytes());
    let number = name
        .iter()
        .take(8)
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    rng.set_stream(number);
    rng
}
