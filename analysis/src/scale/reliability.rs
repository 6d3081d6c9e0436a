//! How well the items of a scale hang together.

use crate::outcome::Undefined;

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
    let n_items = n_items(rows)?;
    let complete: Vec<Vec<Option<f64>>> = rows
        .iter()
        .filter(|row| row.len() == n_items && row.iter().all(Option::is_some))
        .cloned()
        .collect();
    alpha(&complete, n_items)
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
    alpha(rows, n_items(rows)?)
}

/// The longest row says how many items there are; a shorter one left the rest open.
fn n_items(rows: &[Vec<Option<f64>>]) -> Result<usize, Undefined> {
    let answers = rows.iter().flatten().flatten();
    if answers.into_iter().any(|answer| !answer.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    let n_items = rows.iter().map(Vec::len).max().unwrap_or(0);
    if n_items < 2 {
        return Err(Undefined::TooFewItems);
    }
    Ok(n_items)
}

fn alpha(rows: &[Vec<Option<f64>>], n_items: usize) -> Result<f64, Undefined> {
    let mut trace = 0.0;
    let mut total = 0.0;
    for a in 0..n_items {
        for b in a..n_items {
            let covariance = covariance(rows, a, b)?;
            if a == b {
                trace += covariance;
                total += covariance;
            } else {
                total += 2.0 * covariance;
            }
        }
    }
    if total <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let k = n_items as f64;
    Ok(k / (k - 1.0) * (1.0 - trace / total))
}

/// Covariance (n - 1) of two items over the rows that answered both.
fn covariance(rows: &[Vec<Option<f64>>], a: usize, b: usize) -> Result<f64, Undefined> {
    let both = || {
        rows.iter().filter_map(|row| {
            let answer = |item: usize| row.get(item).copied().flatten();
            Some((answer(a)?, answer(b)?))
        })
    };
    let n = both().count();
    if n < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let (sum_a, sum_b) = both().fold((0.0, 0.0), |sum, (x, y)| (sum.0 + x, sum.1 + y));
    let (mean_a, mean_b) = (sum_a / n as f64, sum_b / n as f64);
    let products: f64 = both().map(|(x, y)| (x - mean_a) * (y - mean_b)).sum();
    Ok(products / (n - 1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_item_twice_is_wholly_reliable() {
        let rows: Vec<_> = [1.0, 2.0, 4.0].map(|x| vec![Some(x), Some(x)]).into();
        assert!((alpha_complete(&rows).unwrap() - 1.0).abs() < 1e-12);
        assert!((alpha_pairwise(&rows).unwrap() - 1.0).abs() < 1e-12);
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
    }
}
