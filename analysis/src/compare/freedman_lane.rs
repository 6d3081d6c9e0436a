//! Two groups compared beside covariates: the size of the team, the value before.

use rand::Rng;
use rand::seq::SliceRandom;

use super::permutation::{Options, TOLERANCE, two_groups};
use crate::numeric::student_t;
use crate::outcome::{Method, Undefined};

/// A difference between two groups among units that are alike on the covariates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdjustedDifference {
    /// High minus low at equal covariates.
    pub difference: f64,
    pub standard_error: f64,
    pub t: f64,
    pub df: f64,
    /// Two-sided, from the t distribution.
    pub p_t: f64,
    /// Two-sided, from permuted residuals.
    pub p_value: f64,
    /// One-sided, from permuted residuals: the high group is higher.
    pub p_greater: f64,
    /// Exact: of all orders of the residuals, or of all assignments where no covariate is left.
    pub method: Method,
    /// Covariates that are constant or follow from those before them, and add nothing.
    pub n_redundant: usize,
}

/// Whether the groups differ among units with the same covariates, by more than the luck of the draw.
///
/// # Definition
/// least squares of the outcome on a constant, the covariates and the group (1 = high): difference = coefficient of the group, t = difference / its
/// standard error. p: the residuals of the outcome on constant and covariates are put in every order (drawn orders where those are too many), the
/// same model is fitted to each, share with |t| >= |t observed| (1 - 1e-9); drawn: (b + 1) / (B + 1). An order that the model fits without error
/// counts as further out. Without covariates: [`two_groups`]
/// # Shape and unit
/// outcome and each covariate one value per unit; the difference in units of the outcome; p in (0, 1\]
/// # Missing
/// the caller hands in the units that have all values
/// # Undefined
/// TooFewUnits if a group is empty, lengths differ, or no degree of freedom is left: fewer units than covariates + 3; NoVariation if the outcome does
/// not vary beside the covariates, the group follows from the covariates (nothing is left to compare), or the residuals vanish;
/// NotFinite if a value is not finite
/// # Source
/// Freedman & Lane (1983), J. Bus. Econ. Stat. 1, 292-298; Winkler et al. (2014), NeuroImage 92, 381-397
/// # Agrees with
/// R `lm` 4.2.2 for difference, standard error, t, p, 1e-9; refitting every order with R `lm`, 1e-12
/// # Cost
/// O(N! N c) when exact (up to ten units at the usual limit), O(B N c) when drawn, c covariates: 20 units, 2 covariates, 99,999 orders some 7 ms
pub fn freedman_lane(
    outcome: &[f64],
    is_high: &[bool],
    covariates: &[Vec<f64>],
    options: &Options,
    rng: &mut impl Rng,
) -> Result<AdjustedDifference, Undefined> {
    let n = outcome.len();
    let n_high = is_high.iter().filter(|&&high| high).count();
    let as_long = is_high.len() == n && covariates.iter().all(|values| values.len() == n);
    if !as_long || n_high == 0 || n_high == n {
        return Err(Undefined::TooFewUnits);
    }
    if outcome
        .iter()
        .chain(covariates.iter().flatten())
        .any(|x| !x.is_finite())
    {
        return Err(Undefined::NotFinite);
    }
    let mut space = Space::of_constant(n);
    let n_redundant = covariates
        .iter()
        .filter(|values| !space.extend(values))
        .count();
    let covariates = space.directions.len() - 1;
    if n < covariates + 3 {
        return Err(Undefined::TooFewUnits);
    }
    let indicator: Vec<f64> = is_high
        .iter()
        .map(|&high| f64::from(u8::from(high)))
        .collect();
    let (group, length) = space.direction(&indicator).ok_or(Undefined::NoVariation)?;
    let (unit_residuals, size) = space.direction(outcome).ok_or(Undefined::NoVariation)?;
    if !size.is_finite() {
        return Err(Undefined::NotFinite);
    }
    // Of residuals of length 1: how far along the group they lie, and what is left.
    let along = dot(&group, &unit_residuals);
    let rest = group
        .iter()
        .zip(&unit_residuals)
        .map(|(g, e)| e - along * g);
    let left = rest.map(|x| x * x).sum::<f64>().min(1.0);
    if left <= REDUNDANT * REDUNDANT {
        return Err(Undefined::NoVariation);
    }
    let df = (n - covariates - 2) as f64;
    let t = along * (df / left).sqrt();
    let p_t = student_t::two_sided(t, df);
    let (p_value, p_greater, method) = if covariates == 0 {
        let side = |wanted: bool| -> Vec<f64> {
            let units = outcome.iter().zip(is_high);
            let own = units.filter(|(_, high)| **high == wanted);
            own.map(|(x, _)| *x).collect()
        };
        let test = two_groups(&side(true), &side(false), options, rng)?;
        (test.p_value, test.p_greater, test.method)
    } else {
        let fit = Fit {
            group,
            covariates: space.directions.split_off(1),
            observed: along,
        };
        fit.permuted(unit_residuals, options, rng)
    };
    Ok(AdjustedDifference {
        difference: along * size / length,
        standard_error: size * (left / df).sqrt() / length,
        t,
        df,
        p_t,
        p_value,
        p_greater,
        method,
        n_redundant,
    })
}

/// Less than this of a column left beside the columns before it, relatively: it follows from them. R's `lm` draws the line there too.
const REDUNDANT: f64 = 1e-7;

/// Directions of length 1 at right angles to each other, the constant first.
struct Space {
    directions: Vec<Vec<f64>>,
}

impl Space {
    fn of_constant(n: usize) -> Self {
        Self {
            directions: vec![vec![(n as f64).sqrt().recip(); n]],
        }
    }

    /// What is left of a column beside this space: its direction and its length; nothing if it lies in the space.
    fn direction(&self, column: &[f64]) -> Option<(Vec<f64>, f64)> {
        // A column that is constant to the last bit leaves only rounding.
        if column.iter().all(|&x| x == column[0]) {
            return None;
        }
        let centre = column.iter().sum::<f64>() / column.len() as f64;
        let mut rest: Vec<f64> = column.iter().map(|x| x - centre).collect();
        let before = dot(&rest, &rest).sqrt();
        // Twice is enough (Giraud et al. 2005).
        for _ in 0..2 {
            for direction in &self.directions {
                let along = dot(direction, &rest);
                for (x, d) in rest.iter_mut().zip(direction) {
                    *x -= along * d;
                }
            }
        }
        let length = dot(&rest, &rest).sqrt();
        // Also where the length is not a number: the values were too large.
        if length <= REDUNDANT * before {
            return None;
        }
        for x in &mut rest {
            *x /= length;
        }
        Some((rest, length))
    }

    /// Whether the column adds a direction.
    fn extend(&mut self, column: &[f64]) -> bool {
        let Some((direction, _)) = self.direction(column) else {
            return false;
        };
        self.directions.push(direction);
        true
    }
}

/// The directions that residuals are fitted to: group and covariates at right angles, so that t follows from their products with the residuals.
struct Fit {
    group: Vec<f64>,
    covariates: Vec<Vec<f64>>,
    /// How far the observed residuals, of length 1, lie along the group.
    observed: f64,
}

impl Fit {
    fn permuted(
        &self,
        mut residuals: Vec<f64>,
        options: &Options,
        rng: &mut impl Rng,
    ) -> (f64, f64, Method) {
        let mut count = Count::new(self.observed);
        let all = (1..=residuals.len() as u64)
            .try_fold(1_u64, u64::checked_mul)
            .filter(|&orders| orders <= options.max_exact);
        if let Some(assignments) = all {
            every_order(&mut residuals, |residuals| {
                count.take(self.products(residuals))
            });
            let share = |count: u64| count as f64 / assignments as f64;
            let method = Method::Exact { assignments };
            return (share(count.two_sided), share(count.greater), method);
        }
        let draws = options.draws;
        for _ in 0..draws {
            residuals.shuffle(rng);
            count.take(self.products(&residuals));
        }
        let share = |count: u64| (count + 1) as f64 / (draws + 1) as f64;
        let method = Method::Sampled { draws };
        (share(count.two_sided), share(count.greater), method)
    }

    /// How far residuals lie along the group, and the square of what the covariates leave of them.
    fn products(&self, residuals: &[f64]) -> (f64, f64) {
        let along = dot(&self.group, residuals);
        let taken = self.covariates.iter().map(|d| dot(d, residuals).powi(2));
        (along, 1.0 - taken.sum::<f64>())
    }
}

/// Orders as far out as the observed one. t² / (t² + df) = along² / left is compared, which rises with t².
struct Count {
    is_positive: bool,
    reached: f64,
    passed: f64,
    two_sided: u64,
    greater: u64,
}

impl Count {
    /// Products of some twenty numbers of length 1 are this exact.
    const ROUNDING: f64 = 1e-14;

    fn new(observed: f64) -> Self {
        let square = observed * observed;
        // 1e-9 of t is 2e-9 of t², and of t² / (t² + df) as much less as t² takes up of it.
        let slack = 2.0 * TOLERANCE * square * (1.0 - square);
        Self {
            is_positive: observed >= 0.0,
            reached: square - slack,
            passed: square + slack,
            two_sided: 0,
            greater: 0,
        }
    }

    fn take(&mut self, (along, left): (f64, f64)) {
        let square = along * along;
        let is_out = square + Self::ROUNDING >= self.reached * left;
        self.two_sided += u64::from(is_out);
        self.greater += u64::from(if self.is_positive {
            is_out && along > -Self::ROUNDING
        } else {
            along >= 0.0 || square <= self.passed * left + Self::ROUNDING
        });
    }
}

/// Puts the values in every order, one exchange apart (Heap 1963, Comput. J. 6, 293-294).
fn every_order(values: &mut [f64], mut visit: impl FnMut(&[f64])) {
    visit(values);
    let mut done = vec![0; values.len()];
    let mut place = 1;
    while place < values.len() {
        if done[place] < place {
            let other = if place % 2 == 0 { 0 } else { done[place] };
            values.swap(other, place);
            visit(values);
            done[place] += 1;
            place = 1;
        } else {
            done[place] = 0;
            place += 1;
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_order_once() {
        for n in 1..=6_u64 {
            let mut values: Vec<f64> = (0..n).map(|x| x as f64).collect();
            let mut seen = BTreeSet::new();
            every_order(&mut values, |order| {
                let order: Vec<u64> = order.iter().map(|x| *x as u64).collect();
                assert!(seen.insert(order));
            });
            assert_eq!(seen.len() as u64, (1..=n).product());
        }
    }
}
