//! How well the items of a scale hang together.

use nalgebra::DMatrix;

use super::covariance::{Answers, Cases, CovarianceMatrix, covariance_matrix};
use super::refusal::Refusal;
use crate::numeric::variance_ratio;
use crate::outcome::{Interval, Undefined};

/// How well the items measure one thing, judged by the respondents who answered all of them: 1 = as if one item, 0 = nothing in common.
///
/// # Definition
/// k / (k - 1) (1 - sum of the item variances / variance of the sum), k items, over complete rows
/// # Shape and unit
/// one number, at most 1; it can be negative
/// # Missing
/// a row with an open item is left out
/// # Undefined
/// TooFewItems below k = 2; TooFewUnits below two complete rows; NoVariation if the sum does not vary; NotFinite if an answer is not finite
/// # Source
/// Cronbach (1951), Psychometrika 16, 297-334
/// # Agrees with
/// psych `alpha` 2.2.9 on complete cases (raw), 1e-9
/// # Cost
/// O(rows k^2)
pub fn alpha_complete(rows: &[Vec<Option<f64>>]) -> Result<f64, Undefined> {
    alpha_of_rows(rows, Cases::Complete)
}

/// How well the items measure one thing, judged item pair by item pair: 1 = as if one item, 0 = nothing in common.
///
/// # Definition
/// k / (k - 1) (1 - trace C / sum C), C the covariances, each over the rows that answered both items
/// # Shape and unit
/// one number, at most 1 where C is a covariance matrix; it can be negative
/// # Missing
/// a row counts for every pair of items it answered
/// # Undefined
/// TooFewItems below k = 2; TooFewUnits if two items share fewer than two rows; NoVariation if the covariances sum to zero or less; NotFinite if an
/// answer is not finite
/// # Source
/// Cronbach (1951), Psychometrika 16, 297-334
/// # Agrees with
/// psych `alpha` 2.2.9 (raw, its default), 1e-9
/// # Cost
/// O(rows k^2)
pub fn alpha_pairwise(rows: &[Vec<Option<f64>>]) -> Result<f64, Undefined> {
    alpha_of_rows(rows, Cases::Pairwise)
}

fn alpha_of_rows(rows: &[Vec<Option<f64>>], cases: Cases) -> Result<f64, Undefined> {
    let answers = Answers::from_rows(rows)?;
    if answers.n_items() < 2 {
        return Err(Undefined::TooFewItems);
    }
    alpha(&covariance_matrix(&answers, cases)?)
}

/// How well the items measure one thing, from how they vary together: 1 = as if one item, 0 = nothing in common.
///
/// # Definition
/// k / (k - 1) (1 - trace C / sum C), C the covariances of k items
/// # Shape and unit
/// one number, at most 1 where C is over complete rows; it can be negative
/// # Missing
/// as the covariances
/// # Undefined
/// TooFewItems below k = 2; NoVariation if the covariances sum to zero or less
/// # Source
/// Cronbach (1951), Psychometrika 16, 297-334
/// # Agrees with
/// psych `alpha` 2.2.9 (raw), 1e-9
/// # Cost
/// O(k^2)
pub fn alpha(covariances: &CovarianceMatrix) -> Result<f64, Undefined> {
    let k = items(covariances)?;
    let total = covariances.total();
    if total <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(k / (k - 1.0) * (1.0 - covariances.trace() / total))
}

/// How well the items would measure one thing if each were first put in its own standard deviations.
///
/// # Definition
/// alpha of the correlations = k r / (1 + (k - 1) r), r their mean
/// # Shape and unit
/// one number, at most 1; it can be negative
/// # Missing
/// as the covariances
/// # Undefined
/// TooFewItems below k = 2; NoVariation if an item does not vary, or the correlations sum to zero or less
/// # Source
/// Cronbach (1951), Psychometrika 16, 297-334
/// # Agrees with
/// psych `alpha` 2.2.9 (std.alpha), 1e-9
/// # Cost
/// O(k^2)
pub fn standardised_alpha(covariances: &CovarianceMatrix) -> Result<f64, Undefined> {
    items(covariances)?;
    alpha(&covariances.correlation()?)
}

/// How closely two items of the scale go together on the whole.
///
/// # Definition
/// mean of the correlations between different items
/// # Shape and unit
/// one number between -1 and 1
/// # Missing
/// as the covariances
/// # Undefined
/// TooFewItems below two; NoVariation if an item does not vary
/// # Source
/// Clark & Watson (1995), Psychological Assessment 7, 309-319
/// # Agrees with
/// psych `alpha` 2.2.9 (average_r), 1e-9
/// # Cost
/// O(k^2)
pub fn mean_correlation(covariances: &CovarianceMatrix) -> Result<f64, Undefined> {
    let k = items(covariances)?;
    let correlations = covariances.correlation()?;
    Ok((correlations.total() - k) / (k * (k - 1.0)))
}

/// How much of the scale is not left over when each item is predicted from the others: at least as large as what alpha promises when items differ.
///
/// # Definition
/// 1 - sum(1 - smc) / sum R, R the correlations, smc_i = 1 - 1 / (R^-1)_ii, held between 0 and 1
/// # Shape and unit
/// one number, at most 1
/// # Missing
/// as the covariances
/// # Undefined
/// TooFewItems below two; NoVariation if an item does not vary, follows from the others, or the pairwise correlations contradict one another
/// # Source
/// Guttman (1945), Psychometrika 10, 255-282
/// # Agrees with
/// psych `alpha` 2.2.9 (G6(smc)), 1e-9; psych goes on with a generalised inverse where R has none, which is refused here
/// # Cost
/// O(k^3)
pub fn lambda_six(covariances: &CovarianceMatrix) -> Result<f64, Undefined> {
    items(covariances)?;
    let correlations = covariances.correlation()?;
    let inverse = inverse(&correlations)?;
    let unexplained: f64 = inverse
        .diagonal()
        .iter()
        .map(|d| d.recip().clamp(0.0, 1.0))
        .sum();
    Ok(1.0 - unexplained / correlations.total())
}

/// How far alpha can be trusted, if the respondents were drawn one by one and the items are as good as one another.
///
/// # Definition
/// 1 - (1 - alpha) F, F the quantiles at (1 + confidence) / 2 and (1 - confidence) / 2 with n - 1 and (n - 1)(k - 1) degrees of freedom
/// # Shape and unit
/// a lower and an upper end, at most 1; confidence in (0, 1), for instance 0.95
/// # Missing
/// n is the number of complete rows. Respondents who share a group are more alike than those drawn one by one: see [`super::bootstrap`]
/// # Undefined
/// TooFewUnits below two respondents; TooFewItems below two items; NotFinite if alpha is above 1 or not finite, or the confidence not in (0, 1)
/// # Source
/// Feldt (1965), Psychometrika 30, 357-370
/// # Agrees with
/// psych `alpha.ci` 2.2.9, 1e-9; where (n - 1)(k - 1) is above 400,000 R puts a chi-square in place of F, and the ends there differ by some 1e-4
/// # Cost
/// some hundred evaluations of the F distribution
pub fn feldt_interval(
    alpha: f64,
    n_respondents: usize,
    n_items: usize,
    confidence: f64,
) -> Result<Interval, Undefined> {
    if n_items < 2 {
        return Err(Undefined::TooFewItems);
    }
    if n_respondents < 2 {
        return Err(Undefined::TooFewUnits);
    }
    if !(alpha <= 1.0 && alpha.is_finite() && confidence > 0.0 && confidence < 1.0) {
        return Err(Undefined::NotFinite);
    }
    let df = (n_respondents - 1) as f64;
    let df_items = df * (n_items - 1) as f64;
    let tail = 0.5 * (1.0 - confidence);
    let end = |probability| {
        Ok(1.0 - (1.0 - alpha) * variance_ratio::quantile(probability, df, df_items)?)
    };
    Ok(Interval {
        lower: end(1.0 - tail)?,
        upper: end(tail)?,
    })
}

/// How well two items measure one thing together.
///
/// # Definition
/// 2 r / (1 + r), r the correlation of the two
/// # Shape and unit
/// one number, at most 1; it can be negative
/// # Missing
/// as the covariances
/// # Undefined
/// in words: a scale of one item, or of more than two (TooFewItems without any); NoVariation if an item does not vary or r = -1
/// # Source
/// Spearman (1910), Br. J. Psychol. 3, 271-295; Eisinga, te Grotenhuis & Pelzer (2013), Int. J. Public Health 58, 637-642
/// # Agrees with
/// psych `alpha` 2.2.9 (std.alpha of two items), 1e-9
/// # Cost
/// O(1)
pub fn spearman_brown(covariances: &CovarianceMatrix) -> Result<f64, Refusal> {
    match covariances.n_items() {
        2 => Ok(standardised_alpha(covariances)?),
        1 => Err(Refusal::OneItem),
        0 => Err(Undefined::TooFewItems.into()),
        _ => Err(Refusal::MoreThanTwoItems),
    }
}

fn items(covariances: &CovarianceMatrix) -> Result<f64, Undefined> {
    match covariances.n_items() {
        0 | 1 => Err(Undefined::TooFewItems),
        k => Ok(k as f64),
    }
}

/// Of a correlation matrix; NoVariation if some combination of the items has none.
pub(super) fn inverse(correlations: &CovarianceMatrix) -> Result<DMatrix<f64>, Undefined> {
    let k = correlations.n_items();
    let matrix = DMatrix::from_row_slice(k, k, correlations.values());
    let root = matrix.cholesky().ok_or(Undefined::NoVariation)?;
    // A pivot is the share of an item that the items before it do not tell.
    let least = root.l_dirty().diagonal().min();
    if least * least < 1e-12 {
        return Err(Undefined::NoVariation);
    }
    Ok(root.inverse())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_item_twice_is_wholly_reliable() {
        let rows: Vec<_> = [1.0, 2.0, 4.0].map(|x| vec![Some(x), Some(x)]).into();
        assert!((alpha_complete(&rows).unwrap() - 1.0).abs() < 1e-12);
        assert!((alpha_pairwise(&rows).unwrap() - 1.0).abs() < 1e-12);
        let answers = Answers::from_rows(&rows).unwrap();
        let covariances = covariance_matrix(&answers, Cases::Complete).unwrap();
        assert_eq!(lambda_six(&covariances), Err(Undefined::NoVariation));
    }

    #[test]
    fn too_little_to_judge_by() {
        assert_eq!(
            alpha_complete(&[vec![Some(1.0)]]),
            Err(Undefined::TooFewItems)
        );
        let rows = [vec![Some(1.0), None], vec![Some(2.0), Some(3.0)]];
        assert_eq!(alpha_complete(&rows), Err(Undefined::TooFewUnits));
        let flat = vec![vec![Some(1.0), Some(2.0)]; 3];
        assert_eq!(alpha_pairwise(&flat), Err(Undefined::NoVariation));
        assert_eq!(alpha_complete(&[]), Err(Undefined::TooFewItems));
        let endless = [
            vec![Some(1.0), Some(f64::INFINITY)],
            vec![Some(f64::NAN), None],
        ];
        assert_eq!(alpha_pairwise(&endless), Err(Undefined::NotFinite));
    }
}
