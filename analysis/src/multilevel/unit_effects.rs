//! What each unit has that the others have not: shrunken, unshrunken, and how far each can be relied on.

use nalgebra::{DMatrix, DVector};

use super::{design::Design, fit::Fit};
use crate::outcome::Undefined;

/// How one unit differs from the fixed part, term by term.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitEffect {
    pub unit: String,
    /// Conditional means (empirical Bayes).
    pub shrunken: DVector<f64>,
    /// Covariance of the conditional distribution, the uncertainty of the fixed effects included.
    pub shrunken_covariance: DMatrix<f64>,
    /// What the unit's own rows say, by generalised least squares.
    pub unshrunken: Result<DVector<f64>, Undefined>,
    pub unshrunken_covariance: Result<DMatrix<f64>, Undefined>,
    /// Per term: variance between units / (that + sampling variance of this unit).
    pub reliability: Result<DVector<f64>, Undefined>,
}

/// Of every unit of the grouping at this place of the design.
pub fn unit_effects(
    _design: &Design,
    _fit: &Fit,
    _grouping: usize,
) -> Result<Vec<UnitEffect>, Undefined> {
    Err(Undefined::NoConvergence)
}
