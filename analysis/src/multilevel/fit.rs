//! The mixed model that fits best.

use nalgebra::DMatrix;
use thiserror::Error;

use super::design::Design;
use super::deviance::Criterion;

#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    pub criterion: Criterion,
    pub max_evaluations: usize,
}

/// A fixed effect.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficient {
    pub name: String,
    pub estimate: f64,
    pub se: f64,
}

/// How the units of a grouping differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Variation {
    pub grouping: String,
    pub terms: Vec<String>,
    /// Covariance of the terms over units.
    pub covariance: DMatrix<f64>,
}

/// One evaluation of the search.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub theta: Vec<f64>,
    pub deviance: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub criterion: Criterion,
    /// -2 log likelihood, restricted where the criterion is.
    pub deviance: f64,
    /// In the order of the design.
    pub fixed: Vec<Coefficient>,
    pub fixed_covariance: DMatrix<f64>,
    /// In the order of the design's groupings.
    pub variation: Vec<Variation>,
    pub residual_variance: f64,
    pub theta: Vec<f64>,
    pub n_rows: usize,
    pub n_units: Vec<usize>,
    /// A variance is zero, or two terms move as one: the intervals of variances do not hold there.
    pub at_boundary: bool,
    pub trace: Vec<Step>,
}

/// Why there is no best model.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum FitFault {
    #[error(
        "the search did not settle in {evaluations} evaluations; the last steps still changed the criterion by {change}"
    )]
    NoConvergence { evaluations: usize, change: f64 },
    #[error("the residual variance is zero: the model tells every row")]
    NoResidual,
}

/// The best fit by the criterion.
pub fn fit(_design: &Design, options: &FitOptions) -> Result<Fit, FitFault> {
    Err(FitFault::NoConvergence {
        evaluations: options.max_evaluations,
        change: f64::INFINITY,
    })
}
