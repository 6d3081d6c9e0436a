//! Mokken's coefficients: whether items can be ordered by how easily they are agreed with, the same for everyone.

use super::covariance::Answers;
use super::refusal::Refusal;
use crate::outcome::Undefined;

/// How well items scale in Mokken's sense: 1 = no answer contradicts the order of the items, 0 = as if independent; a scale from .30, strong from .50.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalability {
    /// Over all items.
    pub overall: f64,
    /// Per item.
    pub items: Vec<Result<f64, Undefined>>,
    /// Items x items, row by row; on the diagonal, and where an item does not vary, the reason.
    pub pairs: Vec<Result<f64, Undefined>>,
    /// Respondents who answered everything.
    pub n: usize,
}

/// How well items scale in Mokken's sense: 1 = no answer contradicts the order of the items, 0 = as if independent.
///
/// # Definition
/// H_ij = cov(i, j) / the largest covariance the same answers to i and to j could have (both sorted); H_i = sum over j of cov / sum of largest;
/// H = the same over all pairs
/// # Shape and unit
/// numbers of at most 1. Items worded against the scale are reversed beforehand
/// # Missing
/// a row with an open item is left out
/// # Undefined
/// in words below two items (two have H = H_ij); TooFewUnits below two complete rows; NoVariation if no two items vary. Within: TooFewItems on the
/// diagonal, NoVariation where an item does not vary
/// # Source
/// Mokken (1971), A theory and procedure of scale analysis; Molenaar (1991), Kwantitatieve Methoden 12(37), 97-117
/// # Agrees with
/// Guttman errors counted by definition (H = 1 - observed / expected), 1e-9
/// # Cost
/// O(rows (items^2 + items log rows))
pub fn scalability(answers: &Answers) -> Result<Scalability, Refusal> {
    let k = answers.n_items();
    if k < 2 {
        return Err(Refusal::of_short_scale(k).unwrap_or(Refusal::OneItem));
    }
    let n = answers.n_complete();
    if n < 2 {
        return Err(Undefined::TooFewUnits.into());
    }
    let origin = answers.origin();
    let mut given: Vec<Vec<f64>> = vec![Vec::with_capacity(n); k];
    for row in (0..answers.n_rows()).filter(|&row| answers.is_complete(row)) {
        let (values, _) = answers.row(row);
        for (item, list) in given.iter_mut().enumerate() {
            list.push(values[item] - origin[item]);
        }
    }
    for list in &mut given {
        let mean = list.iter().sum::<f64>() / n as f64;
        let constant = list.iter().all(|&x| x == list[0]);
        list.iter_mut()
            .for_each(|x| *x = if constant { 0.0 } else { *x - mean });
    }
    let mut sorted = given.clone();
    sorted
        .iter_mut()
        .for_each(|list| list.sort_by(f64::total_cmp));
    let product = |lists: &[Vec<f64>], a: usize, b: usize| -> f64 {
        lists[a].iter().zip(&lists[b]).map(|(x, y)| x * y).sum()
    };
    let ratio = |found: f64, most: f64| {
        if most > 0.0 {
            Ok(found / most)
        } else {
            Err(Undefined::NoVariation)
        }
    };
    let mut pairs = vec![Err(Undefined::TooFewItems); k * k];
    let mut sums = vec![(0.0, 0.0); k];
    for a in 0..k {
        for b in 0..a {
            let (found, most) = (product(&given, a, b), product(&sorted, a, b));
            pairs[a * k + b] = ratio(found, most);
            pairs[b * k + a] = ratio(found, most);
            for item in [a, b] {
                sums[item].0 += found;
                sums[item].1 += most;
            }
        }
    }
    let (found, most) = sums
        .iter()
        .fold((0.0, 0.0), |sum, item| (sum.0 + item.0, sum.1 + item.1));
    Ok(Scalability {
        overall: ratio(found, most)?,
        items: sums
            .iter()
            .map(|&(found, most)| ratio(found, most))
            .collect(),
        pairs,
        n,
    })
}
