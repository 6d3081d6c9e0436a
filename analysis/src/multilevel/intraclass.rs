//! How much of the spread of answers lies between groups, and how well a group's mean is measured.

use crate::numeric::{root, variance_ratio};
use crate::outcome::{Interval, Undefined};

/// One-way analysis of variance, read as intraclass correlations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intraclass {
    /// ICC(1) with the mean group size.
    pub icc_1: f64,
    pub icc_1_interval: Interval,
    /// ICC(1) with the exact size k0 of unequal groups.
    pub icc_1_exact: f64,
    pub icc_1_exact_interval: Interval,
    /// ICC(2): not defined where the means do not differ at all.
    pub icc_2: Result<f64, Undefined>,
    /// Exact where the groups are of one size.
    pub icc_2_interval: Interval,
    pub f: f64,
    pub df_between: usize,
    pub df_within: usize,
    /// How often groups that do not differ give an F this large.
    pub p_value: f64,
    pub n: usize,
    pub n_groups: usize,
    pub mean_size: f64,
    pub exact_size: f64,
}

/// Sums of squares between and within groups, with the sizes.
struct Squares {
    sizes: Vec<f64>,
    means: Vec<f64>,
    between: f64,
    within: f64,
    n: usize,
}

impl Squares {
    fn of(groups: &[Vec<f64>]) -> Result<Self, Undefined> {
        let groups: Vec<&Vec<f64>> = groups.iter().filter(|group| !group.is_empty()).collect();
        if groups
            .iter()
            .any(|group| group.iter().any(|x| !x.is_finite()))
        {
            return Err(Undefined::NotFinite);
        }
        let n: usize = groups.iter().map(|group| group.len()).sum();
        if groups.len() < 2 || n <= groups.len() {
            return Err(Undefined::TooFewUnits);
        }
        let sizes: Vec<f64> = groups.iter().map(|group| group.len() as f64).collect();
        let means: Vec<f64> = groups
            .iter()
            .zip(&sizes)
            .map(|(group, size)| mean(group.iter().copied(), *size))
            .collect();
        let grand = mean(
            groups.iter().flat_map(|group| group.iter().copied()),
            n as f64,
        );
        let within: f64 = groups
            .iter()
            .zip(&means)
            .map(|(group, mean)| group.iter().map(|x| (x - mean).powi(2)).sum::<f64>())
            .sum();
        let between: f64 = sizes
            .iter()
            .zip(&means)
            .map(|(size, mean)| size * (mean - grand).powi(2))
            .sum();
        if !(within.is_finite() && between.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        // Equal answers within every group leave a within sum of rounding errors.
        let total = within + between;
        let largest = groups
            .iter()
            .flat_map(|group| group.iter())
            .fold(0.0_f64, |m, x| m.max(x.abs()));
        if within <= 1e-14 * total || total <= 1e-26 * largest * largest * n as f64 {
            return Err(Undefined::NoVariation);
        }
        Ok(Self {
            sizes,
            means,
            between,
            within,
            n,
        })
    }
}

fn mean(values: impl Iterator<Item = f64> + Clone, n: f64) -> f64 {
    let first = values.clone().sum::<f64>() / n;
    // A second pass takes away the rounding of the first.
    first + values.map(|x| x - first).sum::<f64>() / n
}

/// How far people in one group answer alike: the share of the spread that lies between groups (ICC 1), and the reliability of a group mean (ICC 2).
///
/// # Definition
/// F = MSB / MSW of the one-way analysis of variance. ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), with k the mean group size N / J, and beside it with
/// the exact size k0 = (N - sum n_j^2 / N) / (J - 1). ICC(2) = (MSB - MSW) / MSB. Intervals: F_L = F / q(1 - a/2), F_U = F / q(a/2), q quantiles of F with
/// J - 1 and N - J degrees of freedom; (F_L - 1) / (F_L + k - 1) and (F_U - 1) / (F_U + k - 1) for ICC(1), 1 - 1 / F_L and 1 - 1 / F_U for ICC(2)
/// # Shape and unit
/// one of each; at most 1, negative where group means lie closer together than chance would put them. The intervals are exact for groups of one size
/// and approximate otherwise
/// # Missing
/// the caller hands in the people who have a score; an empty group does not count, a group of one does
/// # Undefined
/// TooFewUnits below two groups or where no group has two people; NoVariation if everyone within each group answers alike, then F does not exist (and
/// for ICC(2) alone if the means do not differ); NotFinite if a score is not finite, or `level` is not between 0 and 1
/// # Source
/// Bliese (2000), in Klein & Kozlowski, Multilevel theory, 349-381; Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428, for the intervals; Searle,
/// Casella & McCulloch (1992), Variance components, section 3.6, for k0
/// # Agrees with
/// multilevel `ICC1`, `ICC2` 2.7 (mean size), stats `aov` 4.2.2, 1e-9; intervals: psych `ICC` 2.2.9 for groups of one size, 1e-9
/// # Cost
/// O(scores)
pub fn intraclass(groups: &[Vec<f64>], level: f64) -> Result<Intraclass, Undefined> {
    let squares = Squares::of(groups)?;
    let (n, n_groups) = (squares.n as f64, squares.sizes.len() as f64);
    let (df_between, df_within) = (n_groups - 1.0, n - n_groups);
    let (ms_between, ms_within) = (squares.between / df_between, squares.within / df_within);
    let f = ms_between / ms_within;
    let (_, p_value) = variance_ratio::tails(f, df_between, df_within)?;
    let outside = 0.5 * (1.0 - level);
    let low = f / variance_ratio::quantile(1.0 - outside, df_between, df_within)?;
    let high = f / variance_ratio::quantile(outside, df_between, df_within)?;
    let mean_size = n / n_groups;
    let exact_size =
        (n - squares.sizes.iter().map(|size| size * size).sum::<f64>() / n) / df_between;
    let correlation = |f: f64, k: f64| (f - 1.0) / (f + k - 1.0);
    let interval = |k: f64| Interval {
        lower: correlation(low, k),
        upper: correlation(high, k),
    };
    let icc_2 = if squares.between <= 1e-14 * squares.within {
        Err(Undefined::NoVariation)
    } else {
        Ok(1.0 - 1.0 / f)
    };
    Ok(Intraclass {
        icc_1: correlation(f, mean_size),
        icc_1_interval: interval(mean_size),
        icc_1_exact: correlation(f, exact_size),
        icc_1_exact_interval: interval(exact_size),
        icc_2,
        icc_2_interval: Interval {
            lower: 1.0 - 1.0 / low,
            upper: 1.0 - 1.0 / high,
        },
        f,
        df_between: squares.sizes.len() - 1,
        df_within: squares.n - squares.sizes.len(),
        p_value,
        n: squares.n,
        n_groups: squares.sizes.len(),
        mean_size,
        exact_size,
    })
}

/// Variance between and within groups by restricted maximum likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixedIntraclass {
    /// τ² / (τ² + σ²)
    pub icc: f64,
    /// τ²
    pub between: f64,
    /// σ²
    pub within: f64,
    /// Precision-weighted mean of the group means.
    pub mean: f64,
}

/// The share of the spread that lies between groups, estimated by a mixed model, which weighs groups of unequal size as it should.
///
/// # Definition
/// y_ij = μ + u_j + e_ij with variances τ² and σ²; λ = τ² / σ² >= 0 minimises
/// (N - 1) ln Q(λ) + sum ln(1 + λ n_j) + ln sum w_j, with w_j = n_j / (1 + λ n_j), μ = sum w_j m_j / sum w_j and Q = SSW + sum w_j (m_j - μ)²; σ² = Q / (N - 1).
/// The smallest of 64 places is narrowed down to the root of the derivative
/// # Shape and unit
/// the correlation in \[0, 1); the variances in squared units of the scores
/// # Missing
/// as in [`intraclass`]
/// # Undefined
/// TooFewUnits below two groups or where no group has two people; NoVariation if everyone within each group answers alike; NotFinite if a score is not finite;
/// NoConvergence if the search does not settle
/// # Source
/// Patterson & Thompson (1971), Biometrika 58, 545-554; Searle, Casella & McCulloch (1992), Variance components, chapter 3
/// # Agrees with
/// lme4 `lmer(score ~ 1 + (1 | group))` 1.1-31, variances 1e-3
/// # Cost
/// O(scores + groups x evaluations), some 100 evaluations
pub fn mixed_intraclass(groups: &[Vec<f64>]) -> Result<MixedIntraclass, Undefined> {
    let squares = Squares::of(groups)?;
    let df = squares.n as f64 - 1.0;
    let weights = |ratio: f64| {
        squares
            .sizes
            .iter()
            .map(move |size| size / (1.0 + ratio * size))
    };
    let parts = |ratio: f64| {
        let sum: f64 = weights(ratio).sum();
        let centre = weights(ratio)
            .zip(&squares.means)
            .map(|(w, m)| w * m)
            .sum::<f64>()
            / sum;
        // Σ w² (m - μ)², Σ w (m - μ)² and Σ w²
        let mut moments = (0.0, 0.0, 0.0);
        for (w, m) in weights(ratio).zip(&squares.means) {
            let square = (m - centre).powi(2);
            moments.0 += w * w * square;
            moments.1 += w * square;
            moments.2 += w * w;
        }
        (sum, centre, squares.within + moments.1, moments)
    };
    let criterion = |share: f64| {
        let ratio = share / (1.0 - share);
        let (sum, _, q, _) = parts(ratio);
        let spread: f64 = squares
            .sizes
            .iter()
            .map(|size| (ratio * size).ln_1p())
            .sum();
        df * q.ln() + spread + sum.ln()
    };
    // The derivative with respect to λ has the sign of the one with respect to the share.
    let slope = |share: f64| {
        let (sum, _, q, moments) = parts(share / (1.0 - share));
        sum - moments.2 / sum - df * moments.0 / q
    };
    const PLACES: usize = 64;
    let place = |step: usize| {
        // Denser towards both ends, where small and large correlations lie.
        let u = step as f64 / PLACES as f64;
        (u * u * (3.0 - 2.0 * u)).min(1.0 - 1e-9)
    };
    let best = (0..=PLACES)
        .min_by(|&a, &b| criterion(place(a)).total_cmp(&criterion(place(b))))
        .unwrap_or(0);
    let (low, high) = (place(best.saturating_sub(1)), place((best + 1).min(PLACES)));
    let icc = if best == 0 && slope(0.0) >= 0.0 {
        0.0
    } else {
        root::between(slope, low, high)?
    };
    let (_, mean, q, _) = parts(icc / (1.0 - icc));
    let within = q / df;
    Ok(MixedIntraclass {
        icc,
        between: within * icc / (1.0 - icc),
        within,
        mean,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_one_size_give_the_same_by_both_ways() {
        let groups = [
            vec![1.0, 2.0, 3.0],
            vec![3.0, 5.0, 4.0],
            vec![2.0, 6.0, 4.0],
        ];
        let anova = intraclass(&groups, 0.95).unwrap();
        // Means 2, 4, 4; MSB = 3 (16/9 + 4/9 + 4/9) / 2 = 4, MSW = (2 + 2 + 8) / 6 = 2.
        assert!((anova.f - 2.0).abs() < 1e-12);
        assert!((anova.icc_1 - 0.25).abs() < 1e-12);
        assert!((anova.icc_1_exact - 0.25).abs() < 1e-12);
        assert!((anova.icc_2.unwrap() - 0.5).abs() < 1e-12);
        let mixed = mixed_intraclass(&groups).unwrap();
        assert!((mixed.icc - 0.25).abs() < 1e-9, "{mixed:?}");
        assert!((mixed.within - 2.0).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_judged_says_why() {
        let judged = |groups: &[Vec<f64>]| {
            let anova = intraclass(groups, 0.95).map(|found| found.icc_1);
            assert_eq!(anova.is_err(), mixed_intraclass(groups).is_err());
            anova
        };
        assert_eq!(judged(&[vec![1.0, 2.0]]), Err(Undefined::TooFewUnits));
        assert_eq!(
            judged(&[vec![1.0], vec![2.0], vec![]]),
            Err(Undefined::TooFewUnits)
        );
        assert_eq!(
            judged(&[vec![0.1; 3], vec![0.1; 3]]),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            judged(&[vec![0.1; 3], vec![0.7; 3]]),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            judged(&[vec![f64::NAN, 1.0], vec![2.0]]),
            Err(Undefined::NotFinite)
        );
        assert_eq!(
            judged(&[vec![1e200, -1e200], vec![2.0]]),
            Err(Undefined::NotFinite)
        );
        let same = intraclass(&[vec![1.0, 3.0], vec![1.0, 3.0]], 0.95).unwrap();
        assert_eq!(same.icc_2, Err(Undefined::NoVariation));
        assert!((same.icc_1 + 1.0).abs() < 1e-12 && same.p_value == 1.0);
        assert_eq!(
            intraclass(&[vec![1.0, 3.0], vec![1.0]], 1.0),
            Err(Undefined::NotFinite)
        );
    }
}
