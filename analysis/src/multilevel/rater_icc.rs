//! How far raters of the same things agree: the six intraclass correlations of Shrout and Fleiss.

use crate::numeric::variance_ratio;
use crate::outcome::{Interval, Undefined};

/// One of the six, with its test and interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RaterIcc {
    pub icc: f64,
    pub f: f64,
    pub df1: usize,
    pub df2: usize,
    pub p_value: f64,
    pub interval: Interval,
}

/// The six: of one rating, and of the mean over the raters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RaterIccs {
    /// ICC(1,1): each thing has raters of its own.
    pub one_way: RaterIcc,
    /// ICC(2,1): the same raters, a sample of all raters; differences in level count as disagreement.
    pub agreement: RaterIcc,
    /// ICC(3,1): these raters only; differences in level do not count.
    pub consistency: RaterIcc,
    /// ICC(1,k)
    pub one_way_mean: RaterIcc,
    /// ICC(2,k)
    pub agreement_mean: RaterIcc,
    /// ICC(3,k)
    pub consistency_mean: RaterIcc,
    /// Things that every rater rated.
    pub n: usize,
    pub n_raters: usize,
}

/// How far raters agree about the things they all rated: 1 = the same rating from everyone.
///
/// # Definition
/// n things, k raters, mean squares between things B, within things W, between raters J and residual E.
/// ICC(1,1) = (B - W) / (B + (k - 1) W); ICC(2,1) = (B - E) / (B + (k - 1) E + k (J - E) / n); ICC(3,1) = (B - E) / (B + (k - 1) E);
/// ICC(1,k) = (B - W) / B; ICC(2,k) = (B - E) / (B + (J - E) / n); ICC(3,k) = (B - E) / B. Intervals from F, those of ICC(2) with Satterthwaite's degrees of freedom
/// # Shape and unit
/// one of each; at most 1, and negative where things differ less than raters do
/// # Missing
/// a thing that some rater left out does not count
/// # Undefined
/// TooFewItems below two raters; TooFewUnits below two things rated by all; NoVariation if nothing is left after things and raters, then F does not exist, or if the
/// things do not differ at all; NotFinite if a rating is not finite
/// # Source
/// Shrout & Fleiss (1979), Psychological Bulletin 86, 420-428; McGraw & Wong (1996), Psychological Methods 1, 30-46
/// # Agrees with
/// psych `ICC(lmer = FALSE)` 2.2.9, 1e-9
/// # Cost
/// O(n k)
pub fn rater_icc(ratings: &[Vec<Option<f64>>], level: f64) -> Result<RaterIccs, Undefined> {
    let n_raters = ratings.iter().map(Vec::len).max().unwrap_or(0);
    if ratings.iter().flatten().flatten().any(|x| !x.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if n_raters < 2 {
        return Err(Undefined::TooFewItems);
    }
    let rows: Vec<Vec<f64>> = ratings
        .iter()
        .filter(|row| row.len() == n_raters)
        .filter_map(|row| row.iter().copied().collect())
        .collect();
    if rows.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let (n, k) = (rows.len() as f64, n_raters as f64);
    let grand = rows.iter().flatten().sum::<f64>() / (n * k);
    let thing_means: Vec<f64> = rows.iter().map(|row| row.iter().sum::<f64>() / k).collect();
    let rater_means: Vec<f64> = (0..n_raters)
        .map(|rater| rows.iter().map(|row| row[rater]).sum::<f64>() / n)
        .collect();
    let things = k * thing_means.iter().map(|m| (m - grand).powi(2)).sum::<f64>();
    let raters = n * rater_means.iter().map(|m| (m - grand).powi(2)).sum::<f64>();
    let mut residual = 0.0;
    for (row, thing) in rows.iter().zip(&thing_means) {
        for (x, rater) in row.iter().zip(&rater_means) {
            residual += (x - thing - rater + grand).powi(2);
        }
    }
    let total = things + raters + residual;
    if !total.is_finite() {
        return Err(Undefined::NotFinite);
    }
    if residual <= 1e-14 * total || things <= 1e-14 * total {
        return Err(Undefined::NoVariation);
    }
    let df_things = n - 1.0;
    let df_within = n * (k - 1.0);
    let df_residual = df_things * (k - 1.0);
    let b = things / df_things;
    let w = (raters + residual) / df_within;
    let j = raters / (k - 1.0);
    let e = residual / df_residual;

    let outside = 0.5 * (1.0 - level);
    let upper_quantile = |df1, df2| variance_ratio::quantile(1.0 - outside, df1, df2);
    // F at both ends of its interval, for the mean square that is compared with.
    let ends = |f: f64, df2: f64| -> Result<(f64, f64), Undefined> {
        Ok((
            f / upper_quantile(df_things, df2)?,
            f * upper_quantile(df2, df_things)?,
        ))
    };
    let built = |icc: f64, f: f64, df2: f64, interval: Interval| -> Result<RaterIcc, Undefined> {
        Ok(RaterIcc {
            icc,
            f,
            df1: rows.len() - 1,
            df2: df2 as usize,
            p_value: variance_ratio::tails(f, df_things, df2)?.1,
            interval,
        })
    };
    let single = |(low, high): (f64, f64)| Interval {
        lower: (low - 1.0) / (low + k - 1.0),
        upper: (high - 1.0) / (high + k - 1.0),
    };
    let averaged = |(low, high): (f64, f64)| Interval {
        lower: 1.0 - 1.0 / low,
        upper: 1.0 - 1.0 / high,
    };
    let (one_way_f, two_way_f) = (b / w, b / e);
    let one_way_ends = ends(one_way_f, df_within)?;
    let two_way_ends = ends(two_way_f, df_residual)?;

    let agreement = (b - e) / (b + (k - 1.0) * e + k * (j - e) / n);
    // Satterthwaite's degrees of freedom of the mix of J and E that B is compared with.
    let raters_f = j / e;
    let common = n * (1.0 + (k - 1.0) * agreement) - k * agreement;
    let df = df_residual * (k * agreement * raters_f + common).powi(2)
        / (df_things * (k * agreement * raters_f).powi(2) + common.powi(2));
    let (far, near) = (
        upper_quantile(df_things, df)?,
        upper_quantile(df, df_things)?,
    );
    let mix = k * j + (k * n - k - n) * e;
    let agreement_interval = Interval {
        lower: n * (b - far * e) / (far * mix + n * b),
        upper: n * (near * b - e) / (mix + n * near * b),
    };
    // Of the mean of k raters, by Spearman and Brown.
    let stepped = |r: f64| r * k / (1.0 + r * (k - 1.0));
    let agreement_mean_interval = Interval {
        lower: stepped(agreement_interval.lower),
        upper: stepped(agreement_interval.upper),
    };
    Ok(RaterIccs {
        one_way: built(
            (b - w) / (b + (k - 1.0) * w),
            one_way_f,
            df_within,
            single(one_way_ends),
        )?,
        agreement: built(agreement, two_way_f, df_residual, agreement_interval)?,
        consistency: built(
            (b - e) / (b + (k - 1.0) * e),
            two_way_f,
            df_residual,
            single(two_way_ends),
        )?,
        one_way_mean: built((b - w) / b, one_way_f, df_within, averaged(one_way_ends))?,
        agreement_mean: built(
            (b - e) / (b + (j - e) / n),
            two_way_f,
            df_residual,
            agreement_mean_interval,
        )?,
        consistency_mean: built((b - e) / b, two_way_f, df_residual, averaged(two_way_ends))?,
        n: rows.len(),
        n_raters,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_judged_says_why() {
        let ratings = |rows: &[&[f64]]| -> Vec<Vec<Option<f64>>> {
            rows.iter()
                .map(|row| row.iter().copied().map(Some).collect())
                .collect()
        };
        let judged = |rows: &[&[f64]]| rater_icc(&ratings(rows), 0.95).map(|found| found.n);
        assert_eq!(judged(&[&[1.0], &[2.0]]), Err(Undefined::TooFewItems));
        assert_eq!(judged(&[&[1.0, 2.0], &[2.0]]), Err(Undefined::TooFewUnits));
        // The second rater is one point higher throughout: consistent, and nothing is left over.
        assert_eq!(
            judged(&[&[1.0, 2.0], &[2.0, 3.0]]),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            judged(&[&[1.0, 2.0], &[2.0, 1.0]]),
            Err(Undefined::NoVariation)
        );
        assert_eq!(
            judged(&[&[1.0, f64::NAN], &[2.0, 1.0]]),
            Err(Undefined::NotFinite)
        );
        assert_eq!(judged(&[&[1.0, 2.0], &[2.0, 1.0], &[5.0, 4.0]]), Ok(3));
    }
}
