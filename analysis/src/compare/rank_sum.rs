//! Two groups compared by the order of their units alone, and by how much one must be shifted to match the other.

use super::sum_distribution::SumDistribution;
use super::units::{enough, tail_of};
use crate::numeric::rank::doubled_mid_ranks;
use crate::numeric::student_t::{normal_upper, normal_upper_quantile};
use crate::outcome::{Interval, Undefined};

/// A comparison of two groups by rank.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSum {
    /// Pairs in which the unit of the high group is higher, pairs that tie counted half.
    pub u: f64,
    /// Sum of the mid-ranks of the high group.
    pub rank_sum: f64,
    /// Rank sum minus its mean, in its standard deviations with these ties.
    pub z: f64,
    /// Two-sided.
    pub p_value: f64,
    /// One-sided: the high group is higher.
    pub p_greater: f64,
    /// One-sided: the high group is lower.
    pub p_less: f64,
    /// False where there are too many units to count: then the p-values are those of the normal distribution at z.
    pub is_exact: bool,
}

/// A shift between two groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shift {
    /// The median of all differences high - low.
    pub shift: f64,
    /// Nothing where the groups are too small for the confidence asked for.
    pub interval: Option<Interval>,
    /// What the interval really covers: at least what was asked for.
    pub confidence: f64,
    /// Whether values tie: the interval is then wider than it had to be.
    pub has_ties: bool,
}

/// Whether units of the high group tend to stand higher, whatever the distances between them.
///
/// # Definition
/// W = sum of the mid-ranks of the high group, U = W - n1 (n1 + 1) / 2; p = share of all C(n1 + n2, n1) assignments of these mid-ranks with
/// |W - mid| >= |W observed - mid|, in whole numbers; z = (W - mid) / its permutation standard deviation
/// # Shape and unit
/// U in 0..n1 n2; p in (0, 1\]; z without unit
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group is empty; NoVariation if all values are equal; NotFinite if a value is not finite
/// # Source
/// Wilcoxon (1945), Biometrics Bull. 1, 80-83; Mann & Whitney (1947); ties: Lehmann (1975), Nonparametrics, ch. 1.4
/// # Agrees with
/// coin `wilcox_test(distribution = "exact")` 1.4.2 (p and z), R `wilcox.test(exact = TRUE)` 4.2.2 and scipy `mannwhitneyu(method = "exact")` 1.17.1
/// (without ties), p 1e-12, z 1e-9. With ties R's `wilcox.test` has no exact p and doubles the one-sided one elsewhere: not followed
/// # Cost
/// O(n n1 (n1 n2)) counts without ties, twice that with ties: 0.01 ms at 10 + 10, 6 ms at 52 + 52; the normal distribution where it
/// would be more than 1e9 or there are more than 1,000 units
pub fn rank_sum(high: &[f64], low: &[f64]) -> Result<RankSum, Undefined> {
    enough(high, low, 1)?;
    let values: Vec<f64> = high.iter().chain(low).copied().collect();
    let ranks = doubled_mid_ranks(&values)?;
    if ranks.iter().all(|&rank| rank == ranks[0]) {
        return Err(Undefined::NoVariation);
    }
    let (n_high, n) = (high.len() as f64, values.len() as f64);
    let sum: i64 = ranks[..high.len()].iter().sum();
    let squares: f64 = ranks
        .iter()
        .map(|&rank| (rank as f64 - (n + 1.0)).powi(2))
        .sum();
    let deviation = (n_high * (n - n_high) / (n * (n - 1.0)) * squares).sqrt();
    let z = (sum as f64 - n_high * (n + 1.0)) / deviation;
    let counted = SumDistribution::of(&ranks, high.len());
    let (p_value, p_greater, p_less) = match &counted {
        Some(counted) => (
            counted.as_far(sum),
            counted.at_least(sum),
            counted.at_most(sum),
        ),
        None => (
            2.0 * normal_upper(z.abs()),
            normal_upper(z),
            normal_upper(-z),
        ),
    };
    let rank_sum = sum as f64 / 2.0;
    Ok(RankSum {
        u: rank_sum - n_high * (n_high + 1.0) / 2.0,
        rank_sum,
        z,
        p_value,
        p_greater,
        p_less,
        is_exact: counted.is_some(),
    })
}

/// By how much the high group lies above the low one, judged by the middle of all differences between their units, with its interval.
///
/// # Definition
/// median of the n1 n2 differences high - low; interval from the q-th smallest to the q-th largest of them, q the smallest with
/// P(U <= q) >= (1 - confidence) / 2 without ties, at least 1. With ties the same order statistics are taken: the interval then covers at least
/// its confidence (Lehmann 1975, ch. 2.6)
/// # Shape and unit
/// in units of the values; confidence in (0, 1), and what is really covered beside it
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group is empty; NotFinite if a value is not finite or the confidence not between 0 and 1. No interval where even the outermost
/// differences do not reach the confidence: 3 + 3 units at 95 %
/// # Source
/// Hodges & Lehmann (1963), Ann. Math. Stat. 34, 598-611; Bauer (1972), JASA 67, 687-690
/// # Agrees with
/// R `wilcox.test(conf.int = TRUE, exact = TRUE)` 4.2.2, 1e-9, without ties; with ties R falls back on a normal approximation, this does not. Where
/// the groups are too small R gives the outermost differences with a warning, this gives no interval
/// # Cost
/// O(n1 n2 log(n1 n2)) and one count as in [`rank_sum`]
pub fn hodges_lehmann(high: &[f64], low: &[f64], confidence: f64) -> Result<Shift, Undefined> {
    enough(high, low, 1)?;
    let tail = tail_of(confidence)?;
    let mut differences: Vec<f64> = high
        .iter()
        .flat_map(|x| low.iter().map(move |y| x - y))
        .collect();
    if differences.iter().any(|x| !x.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    differences.sort_by(f64::total_cmp);
    let pairs = differences.len();
    let shift = 0.5 * (differences[(pairs - 1) / 2] + differences[pairs / 2]);
    let values: Vec<f64> = high.iter().chain(low).copied().collect();
    let ranks = doubled_mid_ranks(&values)?;
    let mut sorted = ranks.clone();
    sorted.sort_unstable();
    let (outside, tail_outside) = outside(high.len(), low.len(), tail)?;
    let interval = (outside > 0).then(|| Interval {
        lower: differences[outside - 1],
        upper: differences[pairs - outside],
    });
    Ok(Shift {
        shift,
        interval,
        confidence: 1.0 - 2.0 * tail_outside,
        has_ties: sorted.windows(2).any(|pair| pair[0] == pair[1]),
    })
}

/// The place q of the end among the differences, counted from outside, and P(U <= q - 1), at most `tail`; 0 if there is none.
fn outside(n_high: usize, n_low: usize, tail: f64) -> Result<(usize, f64), Undefined> {
    let n = n_high + n_low;
    let untied: Vec<i64> = (1..=n as i64).collect();
    let lowest = (n_high * (n_high + 1) / 2) as i64;
    let Some(counted) = SumDistribution::of(&untied, n_high) else {
        let pairs = (n_high * n_low) as f64;
        let deviation = (pairs * (n + 1) as f64 / 12.0).sqrt();
        let u = (0.5 * pairs - normal_upper_quantile(tail)? * deviation).floor();
        return Ok((u.max(0.0) as usize, tail));
    };
    let mut found = (0, 0.0);
    for u in 0..n_high * n_low / 2 {
        let below = counted.at_most(lowest + u as i64);
        // As R: a probability that equals the tail, but for rounding, is passed only where there is no end further out.
        let rounding = 10.0 * f64::EPSILON;
        if below >= tail - rounding && (u > 0 || below > tail + rounding) {
            break;
        }
        found = (u + 1, below);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_against_two_by_hand() {
        let test = rank_sum(&[5.0, 3.0, 4.0], &[1.0, 3.0]).unwrap();
        assert_eq!((test.u, test.rank_sum), (5.5, 11.5));
        // Mid-ranks 5 2.5 4 | 1 2.5: only {2.5, 4, 5} (twice) sums to 11.5 or more, and only {1, 2.5, 2.5} lies as far below 9.
        assert_eq!((test.p_greater, test.p_value), (0.2, 0.3));
        let shift = hodges_lehmann(&[5.0, 3.0, 4.0], &[1.0, 3.0], 0.8).unwrap();
        assert_eq!(shift.shift, 2.0);
        assert_eq!(
            shift.interval,
            Some(Interval {
                lower: 0.0,
                upper: 4.0
            })
        );
        assert!((shift.confidence - 0.8).abs() < 1e-12 && shift.has_ties);
    }
}
