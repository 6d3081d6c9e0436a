//! How sure one can be of a fixed effect when the variances are themselves estimates, by the method of Satterthwaite.

use nalgebra::{DMatrix, DVector};

use super::{
    design::Design,
    deviance::{At, Criterion, Profiled},
    fit::Fit,
};
use crate::numeric::student_t;
use crate::outcome::{Interval, Undefined};

/// A weighted sum of fixed effects against zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContrastTest {
    pub estimate: f64,
    pub se: f64,
    /// Degrees of freedom.
    pub df: f64,
    pub t: f64,
    /// Two-sided.
    pub p_value: f64,
    pub interval: Interval,
}

impl ContrastTest {
    pub(super) fn new(
        estimate: f64,
        variance: f64,
        df: f64,
        confidence: f64,
    ) -> Result<Self, Undefined> {
        let se = variance.sqrt();
        let finite = estimate.is_finite() && se.is_finite() && df.is_finite();
        if !finite || df <= 0.0 {
            return Err(Undefined::NotFinite);
        }
        if se == 0.0 {
            return Err(Undefined::NoVariation);
        }
        let t = estimate / se;
        let reach = se * student_t::two_sided_quantile(confidence, df)?;
        Ok(Self {
            estimate,
            se,
            df,
            t,
            p_value: student_t::two_sided_p(t, df),
            interval: Interval {
                lower: estimate - reach,
                upper: estimate + reach,
            },
        })
    }
}

/// Everything a test by Satterthwaite's method needs, prepared once per fit.
#[derive(Debug, Clone)]
pub struct Satterthwaite {
    estimates: DVector<f64>,
    covariance: DMatrix<f64>,
    /// How the covariance of the fixed effects changes with each of theta and sigma.
    slopes: Vec<DMatrix<f64>>,
    /// Covariance of theta and sigma.
    uncertainty: DMatrix<f64>,
}

impl Satterthwaite {
    /// How uncertain the variances behind a fit are, and what that does to the standard errors of its fixed effects.
    ///
    /// # Definition
    /// A = 2 H^-1, H the second derivatives in (theta, sigma) of -2 log (restricted) likelihood with the fixed effects filled in; directions in
    /// which H is not positive are left out. In sigma derivatives are exact, in theta by central differences of three step lengths, extrapolated
    /// # Shape and unit
    /// one object, from which any number of contrasts are tested
    /// # Missing
    /// the design holds complete rows
    /// # Undefined
    /// NoConvergence if the criterion cannot be evaluated around the fit; NotFinite if a derivative is not finite
    /// # Source
    /// Satterthwaite (1946), Biometrics Bulletin 2, 110-114; Kuznetsova, Brockhoff & Christensen (2017), J. Stat. Softw. 82(13)
    /// # Agrees with
    /// lmerTest 3.1.3, degrees of freedom 1e-3, on ML and REML fits
    /// # Cost
    /// 3 k (k + 1) evaluations of the criterion, k the length of theta
    pub fn new(design: &Design, fit: &Fit) -> Result<Self, Undefined> {
        Self::around(&Profiled::new(design), design.n_rows(), fit)
    }

    fn around(profiled: &Profiled, n_rows: usize, fit: &Fit) -> Result<Self, Undefined> {
        let k = fit.theta.len();
        let p = fit.fixed.len();
        let variance = fit.residual_variance;
        let sigma = variance.sqrt();
        let dof = match fit.criterion {
            Criterion::Ml => n_rows as f64,
            Criterion::Reml => n_rows as f64 - p as f64,
        };
        let place = |moves: &[(usize, f64)]| -> Result<Place, Undefined> {
            let mut theta = fit.theta.clone();
            for &(i, by) in moves {
                theta[i] += by;
            }
            profiled
                .at(&theta, fit.criterion)
                .map(|at| Place::of(at, fit.criterion, variance))
        };
        let here = place(&[])?;
        let largest = fit.theta.iter().fold(0.0_f64, |m, t| m.max(t.abs()));
        let steps: Vec<f64> = fit
            .theta
            .iter()
            .map(|t| FIRST_STEP * t.abs().max(0.1 * largest).max(1e-3))
            .collect();
        let mut hessian = DMatrix::zeros(k + 1, k + 1);
        let mut slopes = Vec::with_capacity(k + 1);
        // Second differences along each axis, per step length: the mixed ones need them again.
        let mut along = vec![[0.0; LEVELS]; k];
        for i in 0..k {
            let mut squares = [0.0; LEVELS];
            let mut changes: Vec<DMatrix<f64>> = Vec::with_capacity(LEVELS);
            for level in 0..LEVELS {
                let h = steps[i] * 0.5_f64.powi(level as i32);
                let (up, down) = (place(&[(i, h)])?, place(&[(i, -h)])?);
                along[i][level] = up.fixed_sigma - 2.0 * here.fixed_sigma + down.fixed_sigma;
                squares[level] = (up.squares - down.squares) / (2.0 * h);
                changes.push((up.unscaled - down.unscaled) / (2.0 * h));
            }
            let second: [f64; LEVELS] =
                std::array::from_fn(|l| along[i][l] / (steps[i] * 0.5_f64.powi(l as i32)).powi(2));
            hessian[(i, i)] = extrapolated(second);
            // d/dtheta d/dsigma of squares / sigma².
            let mixed = -2.0 * extrapolated(squares) / (variance * sigma);
            hessian[(i, k)] = mixed;
            hessian[(k, i)] = mixed;
            slopes.push(DMatrix::from_fn(p, p, |a, b| {
                variance * extrapolated(std::array::from_fn(|l| changes[l][(a, b)]))
            }));
        }
        for i in 0..k {
            for j in 0..i {
                let mut crossed = [0.0; LEVELS];
                for (level, value) in crossed.iter_mut().enumerate() {
                    let share = 0.5_f64.powi(level as i32);
                    let (a, b) = (steps[i] * share, steps[j] * share);
                    let up = place(&[(i, a), (j, b)])?.fixed_sigma;
                    let down = place(&[(i, -a), (j, -b)])?.fixed_sigma;
                    let both = up + down - 2.0 * here.fixed_sigma;
                    *value = (both - along[i][level] - along[j][level]) / (2.0 * a * b);
                }
                hessian[(i, j)] = extrapolated(crossed);
                hessian[(j, i)] = hessian[(i, j)];
            }
        }
        hessian[(k, k)] = 6.0 * here.squares / (variance * variance) - 2.0 * dof / variance;
        slopes.push(&here.unscaled * (2.0 * sigma));
        if hessian.iter().any(|value| !value.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        Ok(Self {
            estimates: DVector::from_iterator(p, fit.fixed.iter().map(|c| c.estimate)),
            covariance: here.unscaled * variance,
            slopes,
            uncertainty: positive_part(hessian),
        })
    }

    /// Whether a weighted sum of fixed effects differs from zero by more than chance, and how large it may be.
    ///
    /// # Definition
    /// t = l' beta / se, se² = l' C l, on df = 2 (se²)² / (g' A g) degrees of freedom, g the derivatives of l' C l in (theta, sigma), A their
    /// covariance; interval = l' beta ± t quantile x se
    /// # Shape and unit
    /// one weight per fixed column; the estimate in units of the outcome, df positive and usually broken; confidence in (0, 1)
    /// # Missing
    /// the design holds complete rows
    /// # Undefined
    /// TooFewItems if the weights are not one per column; NoVariation if they are all zero; NotFinite if a weight or the confidence is not usable
    /// # Source
    /// as [`Satterthwaite::new`]
    /// # Agrees with
    /// lmerTest 3.1.3 `summary` and `contest1D`, degrees of freedom 1e-3, standard errors 1e-4
    /// # Cost
    /// O(k columns²), k the number of variance parameters
    pub fn test(&self, weights: &[f64], confidence: f64) -> Result<ContrastTest, Undefined> {
        let weights = contrast(weights, self.estimates.len())?;
        let quadratic = |m: &DMatrix<f64>| weights.dot(&(m * &weights));
        let variance = quadratic(&self.covariance);
        let slope = DVector::from_iterator(self.slopes.len(), self.slopes.iter().map(quadratic));
        let spread = slope.dot(&(&self.uncertainty * &slope));
        let df = 2.0 * variance * variance / spread;
        ContrastTest::new(weights.dot(&self.estimates), variance, df, confidence)
    }

    /// Every fixed effect against zero, in the order of the design: [`Satterthwaite::test`] with one weight of one.
    ///
    /// # Definition
    /// as [`Satterthwaite::test`]
    /// # Shape and unit
    /// one test per fixed column
    /// # Missing
    /// as [`Satterthwaite::test`]
    /// # Undefined
    /// as [`Satterthwaite::test`]
    /// # Source
    /// as [`Satterthwaite::new`]
    /// # Agrees with
    /// lmerTest 3.1.3 `summary`, degrees of freedom 1e-3
    /// # Cost
    /// O(k columns³)
    pub fn coefficients(&self, confidence: f64) -> Result<Vec<ContrastTest>, Undefined> {
        let p = self.estimates.len();
        (0..p)
            .map(|column| {
                let mut weights = vec![0.0; p];
                weights[column] = 1.0;
                self.test(&weights, confidence)
            })
            .collect()
    }
}

/// The weights of a contrast, if they say anything.
pub(super) fn contrast(weights: &[f64], columns: usize) -> Result<DVector<f64>, Undefined> {
    if weights.len() != columns {
        return Err(Undefined::TooFewItems);
    }
    if weights.iter().any(|w| !w.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if weights.iter().all(|&w| w == 0.0) {
        return Err(Undefined::NoVariation);
    }
    Ok(DVector::from_column_slice(weights))
}

/// Relative to theta. Steps of this size lose neither to rounding of a criterion of some 1e5 nor, extrapolated, to curvature.
const FIRST_STEP: f64 = 0.05;
const LEVELS: usize = 3;

/// What an error of order h², at h, h/2 and h/4, becomes at h = 0.
fn extrapolated(values: [f64; LEVELS]) -> f64 {
    let [a, b, c] = values;
    let (ab, bc) = ((4.0 * b - a) / 3.0, (4.0 * c - b) / 3.0);
    (16.0 * bc - ab) / 15.0
}

/// One evaluation near the fit.
struct Place {
    /// The criterion at the fitted sigma, but for what depends on sigma alone.
    fixed_sigma: f64,
    squares: f64,
    unscaled: DMatrix<f64>,
}

impl Place {
    fn of(at: At, criterion: Criterion, variance: f64) -> Self {
        let logs = match criterion {
            Criterion::Ml => at.log_det_random,
            Criterion::Reml => at.log_det_random + at.log_det_fixed,
        };
        Self {
            fixed_sigma: logs + at.penalised_squares / variance,
            squares: at.penalised_squares,
            unscaled: at.fixed_covariance_unscaled,
        }
    }
}

/// 2 H^-1 over the directions in which H is positive: at a boundary the others carry no information.
fn positive_part(hessian: DMatrix<f64>) -> DMatrix<f64> {
    let eigen = hessian.symmetric_eigen();
    let n = eigen.eigenvalues.len();
    let mut inverse = DMatrix::zeros(n, n);
    for (value, vector) in eigen
        .eigenvalues
        .iter()
        .zip(eigen.eigenvectors.column_iter())
    {
        if *value > 1e-8 {
            inverse += vector * vector.transpose() * (2.0 / value);
        }
    }
    inverse
}
