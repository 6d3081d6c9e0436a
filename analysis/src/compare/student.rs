//! Two groups compared by their means against the t distribution, spreads taken as equal or not.

use super::units::{moments, tail_of};
use crate::numeric::student_t;
use crate::outcome::{Interval, Undefined};

/// Whether the spread of the two groups is taken as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Spread {
    /// One standard deviation for both: Student.
    Pooled,
    /// Each group its own: Welch.
    Separate,
}

/// A comparison of two means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// Mean of the high group minus mean of the low group.
    pub difference: f64,
    pub standard_error: f64,
    pub t: f64,
    pub df: f64,
    /// Two-sided.
    pub p_value: f64,
    /// Of the difference.
    pub interval: Interval,
}

/// How far apart the means of the two groups are, and whether so far could be luck if units vary as on a normal curve.
///
/// # Definition
/// t = (mean high - mean low) / se. Pooled: se^2 = s^2 (1/n1 + 1/n2), s^2 = (SS1 + SS2) / (n1 + n2 - 2), df = n1 + n2 - 2. Separate: se^2 = a + b with
/// a = s1^2/n1, b = s2^2/n2, df = (a + b)^2 / (a^2/(n1 - 1) + b^2/(n2 - 1)). Interval: difference -/+ t quantile se
/// # Shape and unit
/// difference, standard error and interval in units of the values; confidence in (0, 1)
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group has fewer than two; NoVariation if neither group varies; NotFinite if a value is not finite or the confidence not between
/// 0 and 1
/// # Source
/// Student (1908), Biometrika 6, 1-25; Welch (1947), Biometrika 34, 28-35
/// # Agrees with
/// R `t.test` 4.2.2, scipy `ttest_ind` 1.17.1, 1e-9
/// # Cost
/// O(n1 + n2)
pub fn t_test(
    high: &[f64],
    low: &[f64],
    spread: Spread,
    confidence: f64,
) -> Result<TTest, Undefined> {
    let tail = tail_of(confidence)?;
    let (difference, standard_error, df) = difference_and_error(high, low, spread)?;
    let half = student_t::upper_quantile(tail, df)? * standard_error;
    let t = difference / standard_error;
    Ok(TTest {
        difference,
        standard_error,
        t,
        df,
        p_value: student_t::two_sided(t, df),
        interval: Interval {
            lower: difference - half,
            upper: difference + half,
        },
    })
}

/// Difference of the means, its standard error and its degrees of freedom.
pub(super) fn difference_and_error(
    high: &[f64],
    low: &[f64],
    spread: Spread,
) -> Result<(f64, f64, f64), Undefined> {
    let (high, low) = moments(high, low, 2)?;
    if high.squares + low.squares == 0.0 {
        return Err(Undefined::NoVariation);
    }
    let (squared_error, df) = match spread {
        Spread::Pooled => {
            let df = high.n + low.n - 2.0;
            let variance = (high.squares + low.squares) / df;
            (variance * (high.n.recip() + low.n.recip()), df)
        }
        Spread::Separate => {
            let (a, b) = (high.variance() / high.n, low.variance() / low.n);
            // Shares of the whole, so that squares of tiny variances do not vanish.
            let share = a / (a + b);
            let df =
                (share.powi(2) / (high.n - 1.0) + (1.0 - share).powi(2) / (low.n - 1.0)).recip();
            (a + b, df)
        }
    };
    let standard_error = squared_error.sqrt();
    if standard_error == 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok((high.mean - low.mean, standard_error, df))
}
