//! Whether a difference is too small to matter, and how large a one is ruled out.

use super::effect_size::hedges_g;
use super::student::{Spread, difference_and_error};
use crate::numeric::{noncentral_t, student_t};
use crate::outcome::{Interval, Undefined};

/// Two one-sided tests against a margin agreed beforehand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// In units of the margin: the difference itself, or g.
    pub estimate: f64,
    pub df: f64,
    /// That the difference is above -margin.
    pub p_lower: f64,
    /// That the difference is below margin.
    pub p_upper: f64,
    /// The larger of the two.
    pub p_value: f64,
    /// With confidence 1 - 2 alpha; it lies inside the margins exactly if `p_value` < alpha.
    pub interval: Interval,
    pub is_equivalent: bool,
}

/// Whether the means of the two groups differ by less than what would matter, in units of the values.
///
/// # Definition
/// p_lower = P(T >= (difference + margin) / se), p_upper = P(T <= (difference - margin) / se), T Student's t with the df of [`super::t_test`];
/// equivalent if both are below alpha; interval = difference -/+ t quantile(1 - alpha) se
/// # Shape and unit
/// margin and interval in units of the values; alpha in (0, .5), .05 gives the 90 % interval
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group has fewer than two; NoVariation if neither group varies; NotFinite if a value is not finite, the margin not a positive
/// number or alpha out of range
/// # Source
/// Schuirmann (1987), J. Pharmacokinet. Biopharm. 15, 657-680
/// # Agrees with
/// R `t.test(mu = -/+ margin, alternative = ...)` 4.2.2, 1e-9
/// # Cost
/// O(n1 + n2)
pub fn equivalence(
    high: &[f64],
    low: &[f64],
    margin: f64,
    alpha: f64,
    spread: Spread,
) -> Result<Equivalence, Undefined> {
    check(margin, alpha)?;
    let (difference, error, df) = difference_and_error(high, low, spread)?;
    let half = student_t::upper_quantile(alpha, df)? * error;
    let p_lower = student_t::upper((difference + margin) / error, df);
    let p_upper = student_t::upper((margin - difference) / error, df);
    let interval = Interval {
        lower: difference - half,
        upper: difference + half,
    };
    Ok(judged(difference, df, (p_lower, p_upper), interval, alpha))
}

/// Whether the standardised difference is smaller than what would matter, in standard deviations between units.
///
/// # Definition
/// the same two tests of the true standardised difference against a margin in standard deviations, with the non-central t: p_lower = P(T >= t) at
/// δ = -margin / sqrt(1/n1 + 1/n2), p_upper = P(T <= t) at δ = +margin / sqrt(1/n1 + 1/n2). So the decision is that of the 1 - 2 alpha
/// interval of d, which [`super::verdict()`] uses, and not of the interval of g, which is J times as wide and would decide for equivalence more
/// often than alpha at the margin. The estimate is g. A margin in a standard deviation that is known beforehand is a raw margin: [`equivalence`]
/// # Shape and unit
/// margin and interval in standard deviations; alpha in (0, .5)
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// as [`super::hedges_g`]; NotFinite also if the margin is not a positive number or alpha out of range
/// # Source
/// Schuirmann (1987); Wellek (2010), Testing Statistical Hypotheses of Equivalence and Noninferiority, ch. 6.1
/// # Agrees with
/// R `pt(ncp = ...)` 4.2.2, 1e-9 and an absolute 1e-12
/// # Cost
/// as [`super::hedges_g`]
pub fn equivalence_g(
    high: &[f64],
    low: &[f64],
    margin: f64,
    alpha: f64,
) -> Result<Equivalence, Undefined> {
    check(margin, alpha)?;
    let effect = hedges_g(high, low, 1.0 - 2.0 * alpha)?;
    let df = (high.len() + low.len() - 2) as f64;
    let per_delta = ((high.len() as f64).recip() + (low.len() as f64).recip()).sqrt();
    let t = effect.d / per_delta;
    let at_margin = margin / per_delta;
    // P(T >= t) at -δ is P(T <= -t) at δ: both tails by the same integral.
    let p_lower = noncentral_t::cdf(-t, df, at_margin);
    let p_upper = noncentral_t::cdf(t, df, at_margin);
    Ok(judged(
        effect.g,
        df,
        (p_lower, p_upper),
        effect.d_interval,
        alpha,
    ))
}

/// The largest difference, in either direction, that an interval leaves possible: larger ones it excludes.
///
/// # Definition
/// max(|lower|, |upper|)
/// # Shape and unit
/// that of the interval, at least 0
/// # Missing
/// as the interval
/// # Undefined
/// never
/// # Source
/// Hoenig & Heisey (2001), Am. Stat. 55, 19-24: intervals, not power after the fact
/// # Agrees with
/// its definition
/// # Cost
/// O(1)
pub fn excluded_beyond(interval: &Interval) -> f64 {
    interval.lower.abs().max(interval.upper.abs())
}

fn check(margin: f64, alpha: f64) -> Result<(), Undefined> {
    let sound = margin > 0.0 && margin.is_finite() && alpha > 0.0 && alpha < 0.5;
    sound.then_some(()).ok_or(Undefined::NotFinite)
}

fn judged(
    estimate: f64,
    df: f64,
    (p_lower, p_upper): (f64, f64),
    interval: Interval,
    alpha: f64,
) -> Equivalence {
    let p_value = p_lower.max(p_upper);
    Equivalence {
        estimate,
        df,
        p_lower,
        p_upper,
        p_value,
        interval,
        is_equivalent: p_value < alpha,
    }
}
