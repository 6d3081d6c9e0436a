//! Which unit is truly among the highest, and when two units differ: what a list in order of the estimates does not say.

use nalgebra::{Cholesky, DVector};
use rand::{Rng, RngExt};
use statrs::function::erf::erfc;

use super::{
    design::Design,
    fit::Fit,
    posterior::Posterior,
    unit_effects::{Combination, unit_values, weights},
};
use crate::numeric::root;
use crate::outcome::{Interval, Undefined};

/// A count per unit and rank is kept: beyond this, gigabytes.
const MAX_UNITS: usize = 3_000;

/// How the ranks are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankOptions {
    /// Being among so many of the highest is what is asked.
    pub top: usize,
    pub draws: usize,
    /// Of the interval of ranks.
    pub confidence: f64,
}

/// Where one unit stands among all, as far as the rows can tell.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRank {
    pub unit: String,
    pub estimate: f64,
    pub se: f64,
    /// Probability of truly being among the `top` highest.
    pub p_top: f64,
    /// Mean over the draws; 1 is the highest.
    pub expected_rank: f64,
    /// Central, whole ranks.
    pub rank_interval: Interval,
}

/// How probable it is that each unit is truly among the highest, and between which ranks it lies.
///
/// # Definition
/// per draw: beta from N(beta hat, its covariance), then the units' b given beta and the rows, both at the fitted variances; value = fixed' beta +
/// terms' b_j; rank = 1 + number of units with a higher value. p_top = share of the draws with rank <= top; expected rank = mean rank; the
/// interval = the order statistics of the ranks that leave out (1 - confidence) / 2 of the draws on either side
/// # Shape and unit
/// one record per unit in the order of the grouping; p_top in \[0, 1\], over all units it sums to `top`; Monte Carlo error of a p at most
/// 1 / (2 sqrt(draws))
/// # Missing
/// the design holds complete rows, and no unit without
/// # Undefined
/// TooManyActors with more than 3,000 units; TooFewUnits with fewer than two units, or if `top` is not between 1 and one less than their number; NothingObserved without draws; NoVariation if
/// the units do not differ in this combination; otherwise as [`super::unit_effects()`]
/// # Source
/// Goldstein & Spiegelhalter (1996), JRSS A 159, 385-443; Laird & Louis (1989), J. Educ. Stat. 14, 29-46
/// # Agrees with
/// the exact probability of two units by hand, within 4 standard errors
/// # Cost
/// O(draws x units log units); where units are crossed with another grouping O(draws x units²)
pub fn unit_ranks(
    design: &Design,
    fit: &Fit,
    grouping: usize,
    combination: &Combination,
    options: &RankOptions,
    rng: &mut impl Rng,
) -> Result<Vec<UnitRank>, Undefined> {
    let (_, terms) = weights(design, grouping, combination)?;
    let n = design.groupings()[grouping].units.len();
    if n < 2 || options.top == 0 || options.top >= n {
        return Err(Undefined::TooFewUnits);
    }
    if n > MAX_UNITS {
        return Err(Undefined::TooManyActors);
    }
    if options.draws == 0 {
        return Err(Undefined::NothingObserved);
    }
    if !(options.confidence > 0.0 && options.confidence < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let posterior = Posterior::new(design, fit)?;
    let tau = posterior.covariance_of_terms(grouping);
    let between = terms.dot(&(&tau * &terms));
    let scale = tau.diagonal().max() * terms.norm_squared();
    if between.partial_cmp(&(1e-12 * scale)) != Some(std::cmp::Ordering::Greater) {
        return Err(Undefined::NoVariation);
    }
    let beta = posterior.beta();
    let spread = Cholesky::new(fit.fixed_covariance.clone()).ok_or(Undefined::NotFinite)?;
    let spread = spread.l();
    let sums = posterior.sums(grouping, &terms)?;
    let mut values = vec![0.0; n];
    let mut order: Vec<usize> = (0..n).collect();
    // Per unit, how often it had each rank.
    let mut counts = vec![vec![0_u32; n]; n];
    let mut noise = vec![0.0; n];
    for _ in 0..options.draws {
        // The fixed part itself is the same for all and left out of the order; what it takes from each unit is not.
        let noise_of_fixed = DVector::from_fn(beta.len(), |_, _| normal(rng));
        let drawn = &beta + &spread * noise_of_fixed;
        for sum in &sums {
            let own = &mut noise[..sum.units.len()];
            own.fill_with(|| normal(rng));
            for (i, &unit) in sum.units.iter().enumerate() {
                let mut value = sum.mean[i];
                for (k, beta) in drawn.iter().enumerate() {
                    value -= sum.slope[(i, k)] * beta;
                }
                for (k, z) in own[..=i].iter().enumerate() {
                    value += sum.spread[(i, k)] * z;
                }
                values[unit] = value;
            }
        }
        order.sort_unstable_by(|&a, &b| values[b].total_cmp(&values[a]));
        for (rank, &unit) in order.iter().enumerate() {
            counts[unit][rank] += 1;
        }
    }
    let draws = options.draws as f64;
    let tail = 0.5 * (1.0 - options.confidence) * draws;
    Ok(unit_values(design, fit, grouping, combination)?
        .into_iter()
        .zip(counts)
        .map(|(value, counts)| {
            let sum = |ranks: &[u32]| ranks.iter().map(|&c| f64::from(c)).sum::<f64>();
            let weighted = counts.iter().enumerate();
            let mean = weighted
                .map(|(r, &c)| (r + 1) as f64 * f64::from(c))
                .sum::<f64>()
                / draws;
            UnitRank {
                unit: value.unit,
                estimate: value.estimate,
                se: value.se,
                p_top: sum(&counts[..options.top]) / draws,
                expected_rank: mean,
                rank_interval: Interval {
                    lower: first_beyond(counts.iter(), tail) as f64,
                    upper: (n + 1 - first_beyond(counts.iter().rev(), tail)) as f64,
                },
            }
        })
        .collect())
}

/// The first place, counted from one, at which the running total exceeds the tail.
fn first_beyond<'a>(counts: impl Iterator<Item = &'a u32>, tail: f64) -> usize {
    let mut total = 0.0;
    let mut place = 0;
    for &count in counts {
        place += 1;
        total += f64::from(count);
        if total > tail {
            break;
        }
    }
    place
}

/// A standard normal draw: Box & Muller (1958).
pub(super) fn normal(rng: &mut impl Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

/// How many standard errors a bar must reach so that two units whose bars do not overlap differ at the wanted level, on average over the pairs.
///
/// A bar of 1.96 standard errors is for comparing a unit with a fixed number; two such bars that overlap a little still differ significantly.
///
/// # Definition
/// the z for which the mean over all pairs of 2 (1 - Phi(z (s_i + s_j) / sqrt(s_i² + s_j²))) is the level; 1.39 at level .05 where all standard
/// errors are equal
/// # Shape and unit
/// one positive number, to multiply each standard error with; level in (0, 1), for instance 0.05
/// # Missing
/// the caller hands in the units that have a standard error
/// # Undefined
/// TooFewUnits below two; NotFinite if a standard error is not positive and finite or the level not in (0, 1)
/// # Source
/// Goldstein & Healy (1995), JRSS A 158, 175-177
/// # Agrees with
/// the definition with `uniroot` in R 4.2.2, 1e-9
/// # Cost
/// O(units²) per evaluation, some twenty of them
pub fn comparison_z(standard_errors: &[f64], level: f64) -> Result<f64, Undefined> {
    if standard_errors.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let usable = |s: &f64| s.is_finite() && *s > 0.0;
    if !(standard_errors.iter().all(usable) && level > 0.0 && level < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let mut ratios = Vec::with_capacity(standard_errors.len() * (standard_errors.len() - 1) / 2);
    for (i, a) in standard_errors.iter().enumerate() {
        for b in &standard_errors[..i] {
            ratios.push((a + b) / a.hypot(*b));
        }
    }
    let pairs = ratios.len() as f64;
    let share = |z: f64| {
        // 2 (1 - Phi(x)) = erfc(x / sqrt 2)
        let sum: f64 = ratios
            .iter()
            .map(|ratio| erfc(z * ratio * std::f64::consts::FRAC_1_SQRT_2))
            .sum();
        sum / pairs - level
    };
    root::outward(share, 1.4, 0.5)
}
