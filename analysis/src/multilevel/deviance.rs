//! How badly a mixed model with these variances fits, by eliminating the units block by block.

use nalgebra::{DMatrix, DVector};

use super::design::Design;
use crate::outcome::Undefined;

/// By which likelihood a model is fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Criterion {
    /// Maximum likelihood: for comparing fixed effects.
    Ml,
    /// Restricted maximum likelihood: for variances.
    Reml,
}

/// The rows of a design as the cross-products that every evaluation needs.
#[derive(Debug, Clone)]
pub struct Profiled {}

/// The fit at given relative factors theta.
#[derive(Debug, Clone)]
pub struct At {
    /// The profiled criterion: -2 log likelihood, with the best fixed effects and residual variance filled in.
    pub deviance: f64,
    pub fixed: DVector<f64>,
    /// Covariance of the fixed effects, divided by the residual variance.
    pub fixed_covariance_unscaled: DMatrix<f64>,
    pub residual_variance: f64,
    /// log |L|^2, L the factor of the random part.
    pub log_det_random: f64,
    /// log |R_X|^2.
    pub log_det_fixed: f64,
    /// Penalised residual sum of squares.
    pub penalised_squares: f64,
}

impl Profiled {
    pub fn new(_design: &Design) -> Self {
        Self {}
    }

    /// At theta: per grouping in the order of the design, the lower triangle of its relative factor, column by column.
    pub fn at(&self, _theta: &[f64], _criterion: Criterion) -> Result<At, Undefined> {
        Err(Undefined::NoConvergence)
    }
}
