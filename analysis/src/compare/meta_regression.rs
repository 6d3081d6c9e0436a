//! The effects of all units, each with its own uncertainty, on what the units are like.

use nalgebra::DMatrix;

use super::regression::{Coefficient, coefficients};
use super::units::tail_of;
use crate::numeric::least_squares::{Fit, design, fit};
use crate::numeric::{root, student_t};
use crate::outcome::Undefined;

/// How the variance between units is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Heterogeneity {
    /// Restricted maximum likelihood.
    Reml,
    /// Method of moments (DerSimonian & Laird 1986), in one step.
    Moments,
}

/// A regression of effects with known sampling variances.
#[derive(Debug, Clone, PartialEq)]
pub struct MetaRegression {
    /// The intercept, then one per factor in the order handed in.
    pub coefficients: Vec<Coefficient>,
    pub df: f64,
    /// Variance between units that the factors leave unexplained.
    pub tau_squared: f64,
    /// The same without any factor.
    pub tau_squared_without: f64,
    /// Share of the variance between units that goes with the factors; none where there was none to begin with, or no factor.
    pub r_squared: Option<f64>,
    /// That all factors together do nothing; none without factors.
    pub f: Option<f64>,
    pub f_p_value: Option<f64>,
    /// Whether more varies between units than sampling makes: Q of the residuals.
    pub q: f64,
    pub q_p_value: f64,
}

/// How much larger the effect is at units that score higher on a factor, over all units, each weighing by how well its effect is known.
///
/// # Definition
/// y_j = x_j' b + u_j + e_j, u_j ~ N(0, τ²), e_j ~ N(0, v_j): b by weights 1 / (τ² + v_j); τ² by REML, the highest peak, or moments, at least 0;
/// Knapp-Hartung: variance of b times the weighted mean squared residual, never replaced by 1 where it is below; t with k - columns degrees of freedom.
/// R² = 1 - τ² / τ² without factors, at least 0
/// # Shape and unit
/// y unshrunken effects (shrunken ones carry the answer in them), v their squared standard errors; one column per factor; confidence in (0, 1)
/// # Missing
/// the caller hands in the units that have all values
/// # Undefined
/// TooFewUnits if there are no more units than coefficients or the lists differ in length; NoVariation if a factor is constant or follows from the others,
/// or the effects fit without a rest; NotFinite if a value is not finite, a variance not above 0 or the confidence not between 0 and 1; NoConvergence if
/// τ² is not found
/// # Source
/// Raudenbush (2009) in Cooper, Hedges & Valentine, ch. 16; Knapp & Hartung (2003), Stat. Med. 22, 2693-2710
/// # Agrees with
/// metafor `rma(test = "knha")` 3.8-1, 1e-6 with REML, 1e-9 with DL; where the restricted likelihood has several peaks metafor may end at a lower one
/// # Cost
/// O(k columns^2) some 120 times: 1 ms for 104 units and two factors
pub fn meta_regression(
    y: &[f64],
    v: &[f64],
    factors: &[Vec<f64>],
    heterogeneity: Heterogeneity,
    confidence: f64,
) -> Result<MetaRegression, Undefined> {
    let tail = tail_of(confidence)?;
    if y.len() != v.len() {
        return Err(Undefined::TooFewUnits);
    }
    if y.iter().any(|y| !y.is_finite()) || v.iter().any(|&v| !(v > 0.0 && v.is_finite())) {
        return Err(Undefined::NotFinite);
    }
    let effects = Effects {
        y,
        v,
        x: design(y.len(), factors)?,
    };
    let tau_squared = effects.tau_squared(heterogeneity)?;
    let tau_squared_without = if factors.is_empty() {
        tau_squared
    } else {
        let alone = Effects {
            y,
            v,
            x: design(y.len(), &[])?,
        };
        alone.tau_squared(heterogeneity)?
    };
    let line = effects.fit(tau_squared)?;
    let df = (effects.x.nrows() - effects.x.ncols()) as f64;
    let variance = line.squares / df;
    let size: f64 = y
        .iter()
        .zip(v)
        .map(|(y, v)| y * y / (v + tau_squared))
        .sum();
    if line.squares <= f64::EPSILON.powi(2) * 1e6 * size {
        return Err(Undefined::NoVariation);
    }
    let joint = if factors.is_empty() {
        None
    } else {
        let f = effects.joint(&line)? / variance;
        Some((f, student_t::f_upper(f, factors.len() as f64, df)))
    };
    let explained = 1.0 - tau_squared / tau_squared_without;
    let q = effects.fit(0.0)?.squares;
    Ok(MetaRegression {
        coefficients: coefficients(&line, variance, df, tail)?,
        df,
        tau_squared,
        tau_squared_without,
        r_squared: (joint.is_some() && tau_squared_without > 0.0).then_some(explained.max(0.0)),
        f: joint.map(|(f, _)| f),
        f_p_value: joint.map(|(_, p)| p),
        q,
        q_p_value: student_t::chi_squared_upper(q, df),
    })
}

/// Steps between the smallest and the largest τ² that are tried, each about a fifth larger than the last.
const GRID: i32 = 100;

struct Effects<'a> {
    y: &'a [f64],
    v: &'a [f64],
    x: DMatrix<f64>,
}

impl Effects<'_> {
    fn weights(&self, tau_squared: f64) -> Vec<f64> {
        self.v.iter().map(|v| (tau_squared + v).recip()).collect()
    }

    fn fit(&self, tau_squared: f64) -> Result<Fit, Undefined> {
        fit(self.y, &self.x, &self.weights(tau_squared))
    }

    /// b' (covariance of b)^-1 b / (number of factors), the intercept left out.
    fn joint(&self, line: &Fit) -> Result<f64, Undefined> {
        let k = self.x.ncols() - 1;
        let among = line.unscaled.view((1, 1), (k, k)).into_owned();
        let b = DMatrix::from_column_slice(k, 1, &line.coefficients[1..]);
        let solved = among.cholesky().ok_or(Undefined::NoVariation)?.solve(&b);
        Ok(b.dot(&solved) / k as f64)
    }

    /// X' W W X (X' W X)^-1.
    fn squared(&self, weights: &[f64], unscaled: &DMatrix<f64>) -> DMatrix<f64> {
        let raised = DMatrix::from_fn(self.x.nrows(), self.x.ncols(), |i, j| {
            weights[i].powi(2) * self.x[(i, j)]
        });
        self.x.tr_mul(&raised) * unscaled
    }

    fn tau_squared(&self, heterogeneity: Heterogeneity) -> Result<f64, Undefined> {
        if heterogeneity == Heterogeneity::Reml {
            return self.restricted();
        }
        let df = (self.x.nrows() - self.x.ncols()) as f64;
        let line = self.fit(0.0)?;
        let weights = self.weights(0.0);
        let trace = weights.iter().sum::<f64>() - self.squared(&weights, &line.unscaled).trace();
        Ok(((line.squares - df) / trace).max(0.0))
    }

    /// Where the restricted likelihood is highest. It can have more than one peak when there are few units, so that a search from one start may end at
    /// a lower one: first a grid, then the zero of the slope beside its best place.
    fn restricted(&self) -> Result<f64, Undefined> {
        let n = self.y.len() as f64;
        let mean = self.y.iter().sum::<f64>() / n;
        let spread: f64 = self.y.iter().map(|y| (y - mean).powi(2)).sum();
        let finest = self.v.iter().copied().fold(f64::INFINITY, f64::min) * 1e-3;
        let widest = 10.0 * (spread + self.v.iter().copied().fold(0.0, f64::max));
        let ratio = (widest / finest).powf(1.0 / f64::from(GRID));
        let grid: Vec<f64> = std::iter::once(0.0)
            .chain((0..=GRID).map(|step| finest * ratio.powi(step)))
            .collect();
        let mut best = (0, f64::NEG_INFINITY);
        for (place, &tau_squared) in grid.iter().enumerate() {
            let height = self.log_likelihood(tau_squared)?;
            if height > best.1 {
                best = (place, height);
            }
        }
        let at = grid[best.0];
        let slope = self.slope(at)?;
        if slope == 0.0 || (best.0 == 0 && slope < 0.0) {
            return Ok(at);
        }
        let other = if slope > 0.0 {
            grid.get(best.0 + 1).copied()
        } else {
            Some(grid[best.0 - 1])
        };
        let other = other.ok_or(Undefined::NoConvergence)?;
        // An error is no number: the search then reports that it did not settle.
        let slope = |tau_squared: f64| self.slope(tau_squared).unwrap_or(f64::NAN);
        root::between(slope, at.min(other), at.max(other))
    }

    /// -1/2 (ln |V| + ln |X' W X| + y' P y), the constant left out.
    fn log_likelihood(&self, tau_squared: f64) -> Result<f64, Undefined> {
        let line = self.fit(tau_squared)?;
        let spread: f64 = self.v.iter().map(|v| (v + tau_squared).ln()).sum();
        Ok(0.5 * (line.unscaled.determinant().ln() - spread - line.squares))
    }

    /// y' P P y - tr P, twice the slope of the restricted likelihood (Harville 1977, JASA 72, 320-338), P = W - W X (X' W X)^-1 X' W; times the
    /// typical variance, so that it has no unit.
    fn slope(&self, tau_squared: f64) -> Result<f64, Undefined> {
        let weights = self.weights(tau_squared);
        let line = self.fit(tau_squared)?;
        let pairs = weights.iter().zip(&line.residuals);
        let observed: f64 = pairs.map(|(w, e)| (w * e).powi(2)).sum();
        let sum: f64 = weights.iter().sum();
        let expected = sum - self.squared(&weights, &line.unscaled).trace();
        Ok((observed - expected) / sum * self.y.len() as f64)
    }
}
