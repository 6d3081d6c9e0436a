//! What each item adds to its scale.

use nalgebra::{DMatrix, SymmetricEigen};
use statrs::function::gamma::gamma_ur;

use super::covariance::{Answers, Cases, CovarianceMatrix, covariance_matrix};
use super::omega::{OneFactor, one_factor};
use super::refusal::Refusal;
use super::reliability::{alpha, inverse};
use crate::outcome::Undefined;

/// One item of a scale.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemStatistics {
    /// Respondents who answered it.
    pub n: usize,
    /// Respondents who left it open.
    pub missing: usize,
    pub mean: Result<f64, Undefined>,
    pub deviation: Result<f64, Undefined>,
    /// With the sum of the other items.
    pub item_rest: Result<f64, Undefined>,
    /// With the mean of all answered items, itself among them.
    pub item_total: Result<f64, Undefined>,
    /// Alpha of the other items.
    pub alpha_if_dropped: Result<f64, Undefined>,
    /// Correlation with the one factor.
    pub loading: Result<f64, Refusal>,
}

/// A scale, item by item.
#[derive(Debug, Clone, PartialEq)]
pub struct ItemAnalysis {
    pub items: Vec<ItemStatistics>,
    /// Of the correlations, largest first.
    pub eigenvalues: Result<Vec<f64>, Undefined>,
    pub sampling_adequacy: Result<SamplingAdequacy, Undefined>,
    pub factor: Result<OneFactor, Refusal>,
}

/// Whether the correlations are shared by many items, as factors need, or belong to pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct SamplingAdequacy {
    /// Kaiser-Meyer-Olkin over all items.
    pub overall: f64,
    /// Per item.
    pub items: Vec<f64>,
}

/// Whether the items are related at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sphericity {
    pub chi_square: f64,
    pub df: f64,
    pub p_value: f64,
}

/// What each item adds to its scale: which one does not belong, and whether one thing is measured.
///
/// # Definition
/// per item the functions of this file; covariances as `cases` says; loadings of one factor by maximum likelihood
/// # Shape and unit
/// one entry per item, in their order. Items worded against the scale are reversed beforehand
/// # Missing
/// mean, standard deviation and item-total over the answers there are; the rest as `cases`
/// # Undefined
/// in words for fewer than four items; TooFewUnits if two items share fewer than two rows (TooFewItems without items); each entry has its own reason beside it
/// # Source
/// Nunnally & Bernstein (1994), Psychometric theory, ch. 8
/// # Agrees with
/// psych `alpha` 2.2.9 (item.stats, alpha.drop), pairwise, 1e-9; loadings R stats `factanal` 4.2.2, 1e-6
/// # Cost
/// O(rows items^2 + items^3)
pub fn item_analysis(answers: &Answers, cases: Cases) -> Result<ItemAnalysis, Refusal> {
    if let Some(refusal) = Refusal::of_short_scale(answers.n_items()) {
        return Err(refusal);
    }
    let covariances = covariance_matrix(answers, cases)?;
    let factor = one_factor(&covariances);
    let rests = item_rest_correlations(&covariances);
    let dropped = alphas_if_dropped(&covariances);
    let totals = item_total_correlations(answers);
    let items = answered(answers)
        .into_iter()
        .enumerate()
        .map(|(item, seen)| ItemStatistics {
            n: seen.n,
            missing: answers.n_rows() - seen.n,
            mean: seen.mean(),
            deviation: seen.deviation(),
            item_rest: rests[item],
            item_total: totals[item],
            alpha_if_dropped: dropped[item],
            loading: factor
                .as_ref()
                .map(|factor| factor.loadings[item])
                .map_err(|reason| *reason),
        })
        .collect();
    Ok(ItemAnalysis {
        items,
        eigenvalues: eigenvalues(&covariances),
        sampling_adequacy: sampling_adequacy(&covariances),
        factor,
    })
}

/// How closely each item goes with the sum of the others: below some .30 it measures something else.
///
/// # Definition
/// cov(item, sum of the others) / (sd(item) sd(sum of the others)), from the covariances
/// # Shape and unit
/// one number per item, between -1 and 1 over complete rows
/// # Missing
/// as the covariances
/// # Undefined
/// per item: TooFewItems below two items; NoVariation if the item or the rest does not vary
/// # Source
/// Nunnally & Bernstein (1994), Psychometric theory, ch. 8
/// # Agrees with
/// psych `alpha` 2.2.9 (r.drop), 1e-9
/// # Cost
/// O(items^2)
pub fn item_rest_correlations(covariances: &CovarianceMatrix) -> Vec<Result<f64, Undefined>> {
    let k = covariances.n_items();
    let total = covariances.total();
    (0..k)
        .map(|item| {
            if k < 2 {
                return Err(Undefined::TooFewItems);
            }
            let variance = covariances.at(item, item);
            let with_all: f64 = (0..k).map(|other| covariances.at(item, other)).sum();
            let with_rest = with_all - variance;
            let rest = total - variance - 2.0 * with_rest;
            if variance <= 0.0 || rest <= 1e-14 * total.abs() {
                return Err(Undefined::NoVariation);
            }
            Ok(with_rest / (variance * rest).sqrt())
        })
        .collect()
}

/// How reliable the scale would be without each item: higher than alpha, and the item harms.
///
/// # Definition
/// alpha of the covariances without the item
/// # Shape and unit
/// one number per item, at most 1
/// # Missing
/// as the covariances
/// # Undefined
/// per item: TooFewItems below three items; NoVariation as alpha
/// # Source
/// Nunnally & Bernstein (1994), Psychometric theory, ch. 8
/// # Agrees with
/// psych `alpha` 2.2.9 (alpha.drop$raw_alpha), 1e-9
/// # Cost
/// O(items^3)
pub fn alphas_if_dropped(covariances: &CovarianceMatrix) -> Vec<Result<f64, Undefined>> {
    (0..covariances.n_items())
        .map(|item| alpha(&covariances.without(item)))
        .collect()
}

/// How closely each item goes with the score it is part of.
///
/// # Definition
/// correlation of the item with the mean of the answered items, over the rows that answered it
/// # Shape and unit
/// one number per item, between -1 and 1; too high, because the item is in the score: see [`item_rest_correlations`]
/// # Missing
/// the score is over the items a row answered
/// # Undefined
/// per item: TooFewUnits below two answers; NoVariation if the item or the score does not vary
/// # Source
/// Nunnally & Bernstein (1994), Psychometric theory, ch. 8
/// # Agrees with
/// psych `alpha` 2.2.9 (raw.r), 1e-9
/// # Cost
/// O(rows items)
pub fn item_total_correlations(answers: &Answers) -> Vec<Result<f64, Undefined>> {
    let k = answers.n_items();
    let origin = answers.origin();
    // Per item: rows, sums of the score, of the item, of their squares and product, all about the origin.
    let mut sums = vec![[0.0_f64; 6]; k];
    let centre = origin.iter().sum::<f64>() / k.max(1) as f64;
    for row in 0..answers.n_rows() {
        let (values, answered) = answers.row(row);
        let (mut score, mut n) = (0.0, 0.0);
        for (value, _) in values
            .iter()
            .zip(answered)
            .filter(|(_, answered)| **answered)
        {
            score += value;
            n += 1.0;
        }
        let y = score / n - centre;
        for item in (0..k).filter(|&item| answered[item]) {
            let x = values[item] - origin[item];
            for (sum, term) in sums[item].iter_mut().zip([1.0, y, x, y * y, x * x, x * y]) {
                *sum += term;
            }
        }
    }
    sums.into_iter()
        .map(|[n, y, x, yy, xx, xy]| {
            if n < 2.0 {
                return Err(Undefined::TooFewUnits);
            }
            let (vary_y, vary_x) = (yy - y * y / n, xx - x * x / n);
            if vary_y <= 1e-13 * yy || vary_x <= 1e-13 * xx {
                return Err(Undefined::NoVariation);
            }
            Ok((xy - x * y / n) / (vary_x * vary_y).sqrt())
        })
        .collect()
}

/// How much of the items' variance lies in each direction: one large one, and one thing is measured.
///
/// # Definition
/// eigenvalues of the correlations
/// # Shape and unit
/// one per item, largest first, summing to the number of items
/// # Missing
/// as the covariances
/// # Undefined
/// NoVariation if an item does not vary; TooFewItems without items
/// # Source
/// Hotelling (1933), J. Educ. Psychol. 24, 417-441
/// # Agrees with
/// R base `eigen` 4.2.2, 1e-9
/// # Cost
/// O(items^3)
pub fn eigenvalues(covariances: &CovarianceMatrix) -> Result<Vec<f64>, Undefined> {
    let k = covariances.n_items();
    if k == 0 {
        return Err(Undefined::TooFewItems);
    }
    let correlations = covariances.correlation()?;
    let matrix = DMatrix::from_row_slice(k, k, correlations.values());
    let mut values: Vec<f64> = SymmetricEigen::new(matrix)
        .eigenvalues
        .iter()
        .copied()
        .collect();
    values.sort_by(|a, b| b.total_cmp(a));
    Ok(values)
}

/// Whether the correlations are shared by many items, as factors need, or belong to pairs: below .50 a factor analysis says little.
///
/// # Definition
/// sum r_ij^2 / (sum r_ij^2 + sum q_ij^2) over i /= j, q the correlations of the inverse (partial correlations but for their sign)
/// # Shape and unit
/// numbers between 0 and 1
/// # Missing
/// as the covariances
/// # Undefined
/// TooFewItems below two; NoVariation if an item does not vary, follows from the others, or no two items are correlated at all
/// # Source
/// Kaiser (1974), Psychometrika 39, 31-36
/// # Agrees with
/// psych `KMO` 2.2.9 (MSA, MSAi), 1e-9
/// # Cost
/// O(items^3)
pub fn sampling_adequacy(covariances: &CovarianceMatrix) -> Result<SamplingAdequacy, Undefined> {
    let k = covariances.n_items();
    if k < 2 {
        return Err(Undefined::TooFewItems);
    }
    let correlations = covariances.correlation()?;
    let inverse = inverse(&correlations)?;
    let (mut all_r, mut all_q) = (0.0, 0.0);
    let mut items = Vec::with_capacity(k);
    for a in 0..k {
        let (mut r, mut q) = (0.0, 0.0);
        for b in (0..k).filter(|&b| b != a) {
            r += correlations.at(a, b).powi(2);
            q += inverse[(a, b)].powi(2) / (inverse[(a, a)] * inverse[(b, b)]);
        }
        if r + q <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        items.push(r / (r + q));
        all_r += r;
        all_q += q;
    }
    Ok(SamplingAdequacy {
        overall: all_r / (all_r + all_q),
        items,
    })
}

/// Whether the items are related at all, beyond chance.
///
/// # Definition
/// chi2 = -(n - 1 - (2k + 5) / 6) ln |R|, df = k (k - 1) / 2
/// # Shape and unit
/// the test of the hypothesis that no two items are correlated
/// # Missing
/// as the covariances; n is the number of rows behind them (by pairs, the fewest)
/// # Undefined
/// TooFewItems below two; TooFewUnits if n is not above (2k + 11) / 6; NoVariation if an item does not vary or follows from the others
/// # Source
/// Bartlett (1951), Biometrika 38, 337-344
/// # Agrees with
/// psych `cortest.bartlett` 2.2.9, 1e-9
/// # Cost
/// O(items^3)
pub fn sphericity(covariances: &CovarianceMatrix) -> Result<Sphericity, Undefined> {
    let k = covariances.n_items();
    if k < 2 {
        return Err(Undefined::TooFewItems);
    }
    let items = k as f64;
    let factor = covariances.n_rows() as f64 - 1.0 - (2.0 * items + 5.0) / 6.0;
    if factor <= 0.0 {
        return Err(Undefined::TooFewUnits);
    }
    let matrix = DMatrix::from_row_slice(k, k, covariances.correlation()?.values());
    let root = matrix.cholesky().ok_or(Undefined::NoVariation)?;
    let log_determinant: f64 = root
        .l_dirty()
        .diagonal()
        .iter()
        .map(|pivot| 2.0 * pivot.ln())
        .sum();
    let chi_square = (-factor * log_determinant).max(0.0);
    let df = items * (items - 1.0) / 2.0;
    let p_value = if chi_square > 0.0 {
        gamma_ur(0.5 * df, 0.5 * chi_square)
    } else {
        1.0
    };
    Ok(Sphericity {
        chi_square,
        df,
        p_value,
    })
}

/// Of one item: how many answers, their sum about the origin, the sum of their squares.
struct Seen {
    origin: f64,
    n: usize,
    sum: f64,
    squares: f64,
}

impl Seen {
    fn mean(&self) -> Result<f64, Undefined> {
        match self.n {
            0 => Err(Undefined::NothingObserved),
            n => Ok(self.origin + self.sum / n as f64),
        }
    }

    fn deviation(&self) -> Result<f64, Undefined> {
        if self.n < 2 {
            return Err(Undefined::TooFewUnits);
        }
        let n = self.n as f64;
        Ok(((self.squares - self.sum * self.sum / n).max(0.0) / (n - 1.0)).sqrt())
    }
}

fn answered(answers: &Answers) -> Vec<Seen> {
    let mut seen: Vec<Seen> = answers
        .origin()
        .into_iter()
        .map(|origin| Seen {
            origin,
            n: 0,
            sum: 0.0,
            squares: 0.0,
        })
        .collect();
    for row in 0..answers.n_rows() {
        let (values, answered) = answers.row(row);
        for ((seen, value), _) in seen
            .iter_mut()
            .zip(values)
            .zip(answered)
            .filter(|(_, answered)| **answered)
        {
            let x = value - seen.origin;
            seen.n += 1;
            seen.sum += x;
            seen.squares += x * x;
        }
    }
    seen
}
