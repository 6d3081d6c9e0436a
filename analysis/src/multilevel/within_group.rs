//! How far the members of one group give the same answers to the items of a scale.

use rand::{Rng, RngExt};
use thiserror::Error;

use crate::outcome::Undefined;

/// What answers without any agreement would look like.
#[derive(Debug, Clone, PartialEq)]
pub enum NullDistribution {
    /// Every option as likely as another.
    Rectangular,
    /// People lean a little to one side, as they do when a question is easier to agree with.
    SlightSkew,
    /// The share of answers on each option, from the first to the last.
    Stated(Vec<f64>),
}

/// Why a null distribution has no expected variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
pub enum NullFault {
    #[error("agreement needs at least two answer options")]
    TooFewOptions,
    #[error(
        "the slightly skewed distribution is published for 5 to 11 options; state the share expected on each option instead"
    )]
    NotPublished,
    #[error("the stated distribution must give one share for each answer option")]
    OtherNumberOfOptions,
    #[error("the shares of the stated distribution must be 0 or more and add up to 1")]
    NotShares,
    #[error("the stated distribution puts everyone on one option: nothing is left to agree on")]
    NoSpread,
}

/// Expected variance of slightly skewed answers on 5, 6, ... 11 options.
const SLIGHT_SKEW: [f64; 7] = [1.34, 1.85, 2.90, 3.47, 5.66, 6.30, 7.31];

impl NullDistribution {
    /// The variance that an item has when nobody agrees with anybody.
    ///
    /// # Definition
    /// rectangular: (A² - 1) / 12 for A options one step apart; slightly skewed: 1.34 for 5 options, 1.85, 2.90, 3.47, 5.66, 6.30, 7.31 for 6 to 11;
    /// stated: sum p_a (a - sum p_a a)²
    /// # Shape and unit
    /// squared steps between options
    /// # Source
    /// James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98; LeBreton & Senter (2008), Organizational Research Methods 11, 815-852, table 2
    /// # Agrees with
    /// the variances that method texts print; 5 options from the shares .05 .15 .20 .35 .25, exactly
    ///
    /// # Errors
    /// A [`NullFault`], which says what to do instead.
    pub fn variance(&self, n_options: usize) -> Result<f64, NullFault> {
        if n_options < 2 {
            return Err(NullFault::TooFewOptions);
        }
        match self {
            Self::Rectangular => {
                let a = n_options as f64;
                Ok((a * a - 1.0) / 12.0)
            }
            Self::SlightSkew => n_options
                .checked_sub(5)
                .and_then(|place| SLIGHT_SKEW.get(place).copied())
                .ok_or(NullFault::NotPublished),
            Self::Stated(shares) => {
                if shares.len() != n_options {
                    return Err(NullFault::OtherNumberOfOptions);
                }
                let sum: f64 = shares.iter().sum();
                let shares_of = shares.iter().all(|share| *share >= 0.0);
                if !shares_of
                    || (sum - 1.0).abs().partial_cmp(&1e-6) != Some(std::cmp::Ordering::Less)
                {
                    return Err(NullFault::NotShares);
                }
                let moment = |power: i32| -> f64 {
                    let places = shares.iter().enumerate();
                    places
                        .map(|(a, share)| share / sum * (a as f64).powi(power))
                        .sum()
                };
                let variance = moment(2) - moment(1).powi(2);
                if variance > 1e-12 {
                    Ok(variance)
                } else {
                    Err(NullFault::NoSpread)
                }
            }
        }
    }
}

/// The agreement of one group on one scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Agreement {
    /// r_wg(j): 1 = everyone alike, 0 = as much spread as without agreement.
    pub r_wg_j: f64,
    /// The spread was larger than without agreement, and 0 stands in the place of a number without meaning.
    pub set_to_zero: bool,
    /// r*_wg(j): 1 - S / E, not cut off at 0.
    pub r_star_wg_j: f64,
    /// AD_M(j): how far answers lie from the mean of their item, in steps of the answer scale.
    pub ad_m_j: f64,
    /// S, the mean item variance.
    pub mean_item_variance: f64,
    /// Respondents who answered every item.
    pub n: usize,
}

/// How far the members of one group give the same answers: 1 = all alike, 0 = as if each had answered at random.
///
/// # Definition
/// S = mean over the J items of the variance (n - 1), E = expected variance without agreement. r_wg(j) = J (1 - S/E) / (J (1 - S/E) + S/E), which for one item is
/// r_wg = 1 - S/E; 0 where S > E, and marked. r*_wg(j) = 1 - S/E. AD_M(j) = mean over items of mean |x - item mean|
/// # Shape and unit
/// r_wg(j) in \[0, 1\]; r*_wg(j) at most 1; AD_M(j) in steps between options, fair agreement below [`ad_upper_limit`]
/// # Missing
/// a respondent who left an item open is left out
/// # Undefined
/// TooFewItems without items; TooFewUnits below two respondents who answered every item; NotFinite if an answer is not finite or `null_variance` is not above 0
/// # Source
/// James, Demaree & Wolf (1984), Journal of Applied Psychology 69, 85-98; Lindell, Brandt & Whitney (1999), Applied Psychological Measurement 23, 127-135; Burke,
/// Finkelstein & Dusig (1999), Organizational Research Methods 2, 49-68
/// # Agrees with
/// multilevel `rwg.j`, `rwg.j.lindell`, `ad.m` 2.7 on complete cases, 1e-9
/// # Cost
/// O(rows x items)
pub fn within_group(rows: &[Vec<Option<f64>>], null_variance: f64) -> Result<Agreement, Undefined> {
    if !(null_variance > 0.0 && null_variance.is_finite())
        || rows
            .iter()
            .flatten()
            .flatten()
            .any(|answer| !answer.is_finite())
    {
        return Err(Undefined::NotFinite);
    }
    let n_items = rows.iter().map(Vec::len).max().unwrap_or(0);
    if n_items == 0 {
        return Err(Undefined::TooFewItems);
    }
    let complete: Vec<&Vec<Option<f64>>> = rows
        .iter()
        .filter(|row| row.len() == n_items && row.iter().all(Option::is_some))
        .collect();
    let n = complete.len();
    if n < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let mut variances = 0.0;
    let mut distances = 0.0;
    for item in 0..n_items {
        let answers = || complete.iter().filter_map(move |row| row[item]);
        let mean = answers().sum::<f64>() / n as f64;
        variances += answers().map(|x| (x - mean).powi(2)).sum::<f64>() / (n as f64 - 1.0);
        distances += answers().map(|x| (x - mean).abs()).sum::<f64>() / n as f64;
    }
    let mean_item_variance = variances / n_items as f64;
    if !mean_item_variance.is_finite() {
        return Err(Undefined::NotFinite);
    }
    let (r_wg_j, set_to_zero) = r_wg_j(mean_item_variance / null_variance, n_items);
    Ok(Agreement {
        r_wg_j,
        set_to_zero,
        r_star_wg_j: 1.0 - mean_item_variance / null_variance,
        ad_m_j: distances / n_items as f64,
        mean_item_variance,
        n,
    })
}

/// r_wg(j) of the ratio S/E, and whether 0 stands in the place of a number without meaning.
fn r_wg_j(ratio: f64, n_items: usize) -> (f64, bool) {
    if ratio > 1.0 {
        return (0.0, true);
    }
    let agreed = n_items as f64 * (1.0 - ratio);
    (agreed / (agreed + ratio), false)
}

/// The average distance from the mean up to which a group is usually taken to agree.
///
/// # Definition
/// A / 6 for A options
/// # Shape and unit
/// steps between options, as AD_M(j)
/// # Source
/// Burke & Dunlap (2002), Organizational Research Methods 5, 159-172
pub fn ad_upper_limit(n_options: usize) -> f64 {
    n_options as f64 / 6.0
}

/// One agreement index over the groups of a study.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgreementSpread {
    pub n_groups: usize,
    pub mean: f64,
    pub first_quartile: f64,
    pub median: f64,
    pub third_quartile: f64,
    /// Share of the groups at the threshold or above it.
    pub share_at_least: f64,
}

/// How agreement is spread over the groups: the usual single median hides the groups that do not agree.
///
/// # Definition
/// mean; quartiles and median by linear interpolation between order statistics (type 7); share of groups with value >= threshold
/// # Shape and unit
/// that of the values
/// # Missing
/// the caller hands in the groups that have a value
/// # Undefined
/// TooFewUnits without groups; NotFinite if a value is not finite
/// # Source
/// Hyndman & Fan (1996), The American Statistician 50, 361-365
/// # Agrees with
/// stats `quantile` 4.2.2 (its default), 1e-9
/// # Cost
/// O(groups log groups)
pub fn agreement_spread(values: &[f64], threshold: f64) -> Result<AgreementSpread, Undefined> {
    if values.iter().any(|value| !value.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if values.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let quantile = |share: f64| {
        let place = share * (n as f64 - 1.0);
        let below = place.floor() as usize;
        let above = (below + 1).min(n - 1);
        sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
    };
    Ok(AgreementSpread {
        n_groups: n,
        mean: sorted.iter().sum::<f64>() / n as f64,
        first_quartile: quantile(0.25),
        median: quantile(0.5),
        third_quartile: quantile(0.75),
        share_at_least: sorted.iter().filter(|value| **value >= threshold).count() as f64
            / n as f64,
    })
}

/// What r_wg(j) looks like in a group whose members answer at random.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChanceAgreement {
    /// How often random answers agree at least as much.
    pub p_value: f64,
    /// The agreement that 5 % of the random groups reach.
    pub critical: f64,
    pub draws: usize,
}

/// Whether a group agrees more than people who answer at random: with few members and items high values come by chance.
///
/// # Definition
/// r_wg(j) of `draws` groups of n respondents whose answers to J items are drawn independently, each option with its share under `null`; p = (b + 1) / (B + 1) with b the groups
/// at or above the observed value; critical = the value at place ceil(.95 B) in ascending order
/// # Shape and unit
/// p in (0, 1\]; critical as r_wg(j). Items that hang together agree more easily: for those the p-value is too small
/// # Missing
/// n counts the respondents who answered every item
/// # Undefined
/// TooFewItems without items; TooFewUnits below two respondents or without draws; NoVariation if `null` has no shares that can be drawn (the slightly
/// skewed distribution is published in shares for 5 options alone); NotFinite if `observed` is not finite
/// # Source
/// Dunlap, Burke & Smith-Crowe (2003), Journal of Applied Psychology 88, 356-362; Cohen, Doveh & Nahum-Shani (2009), Organizational Research Methods 12, 148-164
/// # Agrees with
/// multilevel `rwg.j.sim` with `itemcors = diag(J)`, by definition
/// # Cost
/// O(draws x n x J)
pub fn chance_agreement(
    observed: &Agreement,
    n_items: usize,
    n_options: usize,
    null: &NullDistribution,
    draws: usize,
    rng: &mut impl Rng,
) -> Result<ChanceAgreement, Undefined> {
    if n_items == 0 {
        return Err(Undefined::TooFewItems);
    }
    if observed.n < 2 || draws == 0 {
        return Err(Undefined::TooFewUnits);
    }
    if !observed.r_wg_j.is_finite() {
        return Err(Undefined::NotFinite);
    }
    let expected = null
        .variance(n_options)
        .map_err(|_| Undefined::NoVariation)?;
    let shares = match null {
        NullDistribution::Rectangular => vec![1.0 / n_options as f64; n_options],
        NullDistribution::SlightSkew if n_options == 5 => vec![0.05, 0.15, 0.20, 0.35, 0.25],
        NullDistribution::SlightSkew => return Err(Undefined::NoVariation),
        NullDistribution::Stated(shares) => shares.clone(),
    };
    let mut upto = 0.0;
    let steps: Vec<f64> = shares
        .iter()
        .map(|share| {
            upto += share;
            upto
        })
        .collect();
    let n = observed.n as f64;
    let mut drawn: Vec<f64> = (0..draws)
        .map(|_| {
            let mut variances = 0.0;
            for _ in 0..n_items {
                let (mut sum, mut squares) = (0.0, 0.0);
                for _ in 0..observed.n {
                    let u = rng.random::<f64>() * upto;
                    let option = steps.partition_point(|step| *step <= u).min(n_options - 1) as f64;
                    sum += option;
                    squares += option * option;
                }
                variances += (squares - sum * sum / n) / (n - 1.0);
            }
            r_wg_j(variances / n_items as f64 / expected, n_items).0
        })
        .collect();
    let reached = drawn
        .iter()
        .filter(|value| **value >= observed.r_wg_j - 1e-12)
        .count();
    drawn.sort_by(f64::total_cmp);
    Ok(ChanceAgreement {
        p_value: (reached + 1) as f64 / (draws + 1) as f64,
        critical: drawn[(0.95 * draws as f64).ceil() as usize - 1],
        draws,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_variances() {
        assert_eq!(NullDistribution::Rectangular.variance(5), Ok(2.0));
        assert_eq!(NullDistribution::Rectangular.variance(2), Ok(0.25));
        assert_eq!(NullDistribution::SlightSkew.variance(5), Ok(1.34));
        assert_eq!(NullDistribution::SlightSkew.variance(11), Ok(7.31));
        for n_options in [2, 4, 12, 100] {
            let refused = NullDistribution::SlightSkew.variance(n_options);
            assert_eq!(refused, Err(NullFault::NotPublished));
        }
        let stated = |shares: &[f64]| NullDistribution::Stated(shares.to_vec()).variance(5);
        let slight = stated(&[0.05, 0.15, 0.20, 0.35, 0.25]).unwrap();
        assert!((slight - 1.34).abs() < 1e-12);
        assert_eq!(stated(&[0.5, 0.5]), Err(NullFault::OtherNumberOfOptions));
        assert_eq!(stated(&[0.5; 5]), Err(NullFault::NotShares));
        assert_eq!(
            stated(&[f64::NAN, 0.25, 0.25, 0.25, 0.25]),
            Err(NullFault::NotShares)
        );
        assert_eq!(stated(&[0.0, 0.0, 1.0, 0.0, 0.0]), Err(NullFault::NoSpread));
        assert_eq!(
            NullDistribution::Rectangular.variance(1),
            Err(NullFault::TooFewOptions)
        );
    }

    #[test]
    fn one_item_by_hand_and_a_group_that_disagrees() {
        let row = |x: f64| vec![Some(x)];
        // Variance 1 against 2: half; the mean distance is (1 + 0 + 1) / 3.
        let found = within_group(&[row(1.0), row(2.0), row(3.0)], 2.0).unwrap();
        assert!((found.r_wg_j - 0.5).abs() < 1e-12 && !found.set_to_zero);
        assert!((found.ad_m_j - 2.0 / 3.0).abs() < 1e-12);
        let split = within_group(&[row(1.0), row(5.0)], 2.0).unwrap();
        assert_eq!((split.r_wg_j, split.set_to_zero), (0.0, true));
        assert!((split.r_star_wg_j + 3.0).abs() < 1e-12);
        assert_eq!(
            within_group(&[row(4.0), row(4.0)], 2.0).unwrap().r_wg_j,
            1.0
        );
    }

    #[test]
    fn too_little_to_agree_on() {
        let rows = [vec![Some(1.0), None], vec![Some(1.0), Some(2.0)]];
        assert_eq!(within_group(&rows, 2.0), Err(Undefined::TooFewUnits));
        assert_eq!(within_group(&[], 2.0), Err(Undefined::TooFewItems));
        assert_eq!(within_group(&rows, 0.0), Err(Undefined::NotFinite));
        let odd = [vec![Some(f64::INFINITY)], vec![Some(1.0)]];
        assert_eq!(within_group(&odd, 2.0), Err(Undefined::NotFinite));
        assert_eq!(agreement_spread(&[], 0.7), Err(Undefined::TooFewUnits));
    }
}
