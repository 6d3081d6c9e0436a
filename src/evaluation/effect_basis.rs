//! How the effects of schools were found, and what is known of them together.

use serde::{Deserialize, Serialize};

/// How the effects of schools were found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EffectBasis {
    pub estimator: Estimator,
    /// Whether pupils differ in their growth, and not only in their level.
    pub pupil_slopes: bool,
    /// A variance is zero or two terms move as one.
    pub at_boundary: bool,
    /// Among how many `p_top` counts.
    pub n_top: usize,
    /// Mean growth before over the schools, points a school year.
    pub before: Option<f64>,
    /// Mean effect over the schools.
    pub mean: Option<f64>,
    /// Standard deviation of the true effects between schools.
    pub sd: Option<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimator {
    /// One model of all pupils of all schools.
    MixedModel,
    /// A line per pupil and side, and their mean per school.
    TwoStage,
}
