//! One outcome on one or more factors over all units, the factors and the outcome known without sampling error.

use super::units::tail_of;
use crate::numeric::least_squares::{Fit, design, fit};
use crate::numeric::student_t;
use crate::outcome::{Interval, Undefined};

/// One term of a regression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    pub estimate: f64,
    pub standard_error: f64,
    pub t: f64,
    /// Two-sided.
    pub p_value: f64,
    pub interval: Interval,
}

/// A regression over all units.
#[derive(Debug, Clone, PartialEq)]
pub struct Regression {
    /// The intercept, then one per factor in the order handed in.
    pub coefficients: Vec<Coefficient>,
    pub df: f64,
    /// Share of the variance between units that goes with the factors.
    pub r_squared: f64,
    /// That all factors together do nothing; none without factors.
    pub f: Option<f64>,
    pub f_p_value: Option<f64>,
}

/// How much the outcome rises with a factor over all units, with other factors, such as team size, held constant.
///
/// # Definition
/// b = (X' X)^-1 X' y with a column of ones, s^2 = sum of squared residuals / (n - columns), se^2 = s^2 diag (X' X)^-1, t with n - columns degrees of
/// freedom
/// # Shape and unit
/// outcome per unit of the factor; one column per factor, one value per unit; confidence in (0, 1)
/// # Missing
/// the caller hands in the units that have all values
/// # Undefined
/// TooFewUnits if there are no more units than coefficients or a factor has another number of values; NoVariation if the outcome or a factor is
/// constant, a factor follows from the others, or nothing is left over to judge by (a perfect fit); NotFinite if a value is not finite or the confidence
/// not between 0 and 1
/// # Source
/// Gauss (1809); Draper & Smith (1998), Applied Regression Analysis, ch. 5
/// # Agrees with
/// R `lm` 4.2.2, 1e-9
/// # Cost
/// O(n columns^2)
pub fn regression(
    y: &[f64],
    factors: &[Vec<f64>],
    confidence: f64,
) -> Result<Regression, Undefined> {
    let tail = tail_of(confidence)?;
    if y.iter().any(|x| !x.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    let x = design(y.len(), factors)?;
    let line = fit(y, &x, &vec![1.0; y.len()])?;
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let total: f64 = y.iter().map(|y| (y - mean).powi(2)).sum();
    if line.squares <= f64::EPSILON.powi(2) * 1e6 * y.iter().map(|y| y * y).sum::<f64>() {
        return Err(Undefined::NoVariation);
    }
    let df = (x.nrows() - x.ncols()) as f64;
    let joint = (!factors.is_empty()).then(|| {
        let k = factors.len() as f64;
        let f = ((total - line.squares).max(0.0) / k) / (line.squares / df);
        (f, student_t::f_upper(f, k, df))
    });
    Ok(Regression {
        coefficients: coefficients(&line, line.squares / df, df, tail)?,
        df,
        r_squared: (1.0 - line.squares / total).max(0.0),
        f: joint.map(|(f, _)| f),
        f_p_value: joint.map(|(_, p)| p),
    })
}

/// The terms of a fit whose (X' W X)^-1 is to be multiplied by `variance`.
pub(super) fn coefficients(
    line: &Fit,
    variance: f64,
    df: f64,
    tail: f64,
) -> Result<Vec<Coefficient>, Undefined> {
    let quantile = student_t::upper_quantile(tail, df)?;
    let terms = line.coefficients.iter().enumerate();
    Ok(terms
        .map(|(place, &estimate)| {
            let standard_error = (variance * line.unscaled[(place, place)]).sqrt();
            let t = estimate / standard_error;
            Coefficient {
                estimate,
                standard_error,
                t,
                p_value: student_t::two_sided(t, df),
                interval: Interval {
                    lower: estimate - quantile * standard_error,
                    upper: estimate + quantile * standard_error,
                },
            }
        })
        .collect())
}
