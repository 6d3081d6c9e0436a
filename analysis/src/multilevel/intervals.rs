//! Between which values a variance or a fixed effect lies: by how much worse the model fits away from the best value.

use std::cmp::Ordering;
use std::f64::consts::TAU;

use nalgebra::DMatrix;
use statrs::function::erf::erfc;

use super::{
    design::Design,
    deviance::{At, Criterion, Profiled},
    fit::{Fit, FitFault, FitOptions, fit},
};
use crate::numeric::{
    minimize::{Limits, downhill},
    root,
};
use crate::outcome::{Interval, Undefined};

/// What an interval is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// A fixed effect, by its place in the design.
    Fixed(usize),
    /// How much the units of a grouping differ in a term: the standard deviation.
    Deviation { grouping: usize, term: usize },
    /// How two terms of a grouping go together.
    Correlation {
        grouping: usize,
        first: usize,
        second: usize,
    },
    /// The standard deviation of the residual.
    Residual,
}

impl Parameter {
    /// Its value in a fit.
    ///
    /// # Definition
    /// the estimate, the square root of a variance, or a covariance divided by the square roots of both variances
    /// # Shape and unit
    /// units of the outcome, per unit of the column; a correlation in \[-1, 1\]
    /// # Missing
    /// none
    /// # Undefined
    /// NothingObserved if the fit has no such parameter; NoVariation for a correlation with a term that does not vary
    /// # Source
    /// none needed
    /// # Agrees with
    /// lme4 1.1.31 `VarCorr`
    /// # Cost
    /// none
    pub fn value(self, fit: &Fit) -> Result<f64, Undefined> {
        let covariance = |grouping: usize| -> Result<&DMatrix<f64>, Undefined> {
            let variation = fit.variation.get(grouping);
            Ok(&variation.ok_or(Undefined::NothingObserved)?.covariance)
        };
        match self {
            Self::Fixed(column) => {
                let coefficient = fit.fixed.get(column).ok_or(Undefined::NothingObserved)?;
                Ok(coefficient.estimate)
            }
            Self::Deviation { grouping, term } => {
                let covariance = covariance(grouping)?;
                let variance = covariance.get((term, term));
                Ok(variance.ok_or(Undefined::NothingObserved)?.max(0.0).sqrt())
            }
            Self::Correlation {
                grouping,
                first,
                second,
            } => {
                let covariance = covariance(grouping)?;
                if first == second || first.max(second) >= covariance.nrows() {
                    return Err(Undefined::NothingObserved);
                }
                let both = covariance[(first, first)] * covariance[(second, second)];
                if both <= 0.0 {
                    return Err(Undefined::NoVariation);
                }
                Ok((covariance[(first, second)] / both.sqrt()).clamp(-1.0, 1.0))
            }
            Self::Residual => Ok(fit.residual_variance.sqrt()),
        }
    }

    /// Between what it can lie at all.
    fn domain(self) -> Interval {
        let (lower, upper) = match self {
            Self::Fixed(_) => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Deviation { .. } | Self::Residual => (0.0, f64::INFINITY),
            Self::Correlation { .. } => (-1.0, 1.0),
        };
        Interval { lower, upper }
    }
}

/// How the fit worsens away from the best values, for any parameter.
#[derive(Debug, Clone)]
pub struct Profile {
    profiled: Profiled,
    rows: f64,
    /// Terms of each grouping.
    terms: Vec<usize>,
    best: Fit,
}

impl Profile {
    /// The model by maximum likelihood, from which intervals are measured.
    ///
    /// # Definition
    /// the fit by maximum likelihood, whatever criterion the reported fit has: likelihoods with different fixed effects are only comparable so
    /// # Shape and unit
    /// one object, from which any number of intervals are found
    /// # Missing
    /// the design holds complete rows
    /// # Undefined
    /// in words, why there is no best model
    /// # Source
    /// Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), section 5.1
    /// # Agrees with
    /// lme4 1.1.31 `profile`
    /// # Cost
    /// a fit
    pub fn new(design: &Design, max_evaluations: usize) -> Result<Self, FitFault> {
        let options = FitOptions {
            criterion: Criterion::Ml,
            max_evaluations,
        };
        Ok(Self {
            profiled: Profiled::new(design),
            rows: design.n_rows() as f64,
            terms: design.groupings().iter().map(|g| g.terms.len()).collect(),
            best: fit(design, &options)?,
        })
    }

    /// The fit by maximum likelihood.
    ///
    /// # Definition
    /// as [`Profile::new`]
    /// # Shape and unit
    /// as [`Fit`]
    /// # Missing
    /// as [`Profile::new`]
    /// # Undefined
    /// never, once prepared
    /// # Source
    /// as [`Profile::new`]
    /// # Agrees with
    /// lme4 1.1.31 `refitML`
    /// # Cost
    /// none
    pub fn best(&self) -> &Fit {
        &self.best
    }

    /// The values of a parameter with which the model fits hardly worse than with the best one.
    ///
    /// # Definition
    /// all x with D(x) - D(best) <= z², D the lowest -2 log likelihood with the parameter held at x, z the normal quantile at (1 + confidence) / 2
    /// # Shape and unit
    /// as the parameter: standard deviations and correlations, not variances; an end may be 0 or ±1 where the likelihood does not rule it out
    /// # Missing
    /// as [`Profile::new`]
    /// # Undefined
    /// NothingObserved if there is no such parameter; NoVariation for a correlation with a term that does not vary; NotFinite if the confidence is
    /// not in (0, 1); NoConvergence if a search does not settle
    /// # Source
    /// Venzon & Moolgavkar (1988), Applied Statistics 37, 87-94
    /// # Agrees with
    /// lme4 1.1.31 `confint(method = "profile")`, which interpolates, 1e-3
    /// # Cost
    /// some twenty searches over theta
    pub fn interval(&self, parameter: Parameter, confidence: f64) -> Result<Interval, Undefined> {
        if !(confidence > 0.0 && confidence < 1.0) {
            return Err(Undefined::NotFinite);
        }
        let at = parameter.value(&self.best)?;
        let z = root::outward(
            |z| erfc(z * std::f64::consts::FRAC_1_SQRT_2) - (1.0 - confidence),
            2.0,
            0.5,
        )?;
        let domain = parameter.domain();
        let guess = match parameter {
            Parameter::Fixed(column) => self.best.fixed[column].se,
            Parameter::Correlation { .. } => 0.1,
            _ if at > 0.0 => 0.1 * at,
            _ => 0.1 * self.best.residual_variance.sqrt(),
        };
        Ok(Interval {
            lower: self.end(parameter, at, -guess, domain.lower, z)?,
            upper: self.end(parameter, at, guess, domain.upper, z)?,
        })
    }

    /// The value, in the direction of `step`, at which the root of the rise in the criterion is z; the limit, if it never gets there.
    fn end(
        &self,
        parameter: Parameter,
        at: f64,
        step: f64,
        limit: f64,
        z: f64,
    ) -> Result<f64, Undefined> {
        if at == limit {
            return Ok(limit);
        }
        let mut start: Option<Vec<f64>> = None;
        let mut rise = |x: f64| -> Result<f64, Undefined> {
            let (deviance, found) = self.lowest(parameter, x, start.as_deref())?;
            start = Some(found);
            let rise = deviance - self.best.deviance;
            // Lower than the lowest: the fit was not the best one.
            if rise < -1e-3 {
                return Err(Undefined::NoConvergence);
            }
            Ok(rise.max(0.0).sqrt())
        };
        // Nearly straight in x: regula falsi on a bracket that grows first.
        let (mut low, mut at_low) = (at, -z);
        let mut high = at + step;
        let mut at_high = loop {
            let beyond = (high - limit) * step >= 0.0;
            if beyond {
                high = limit;
            }
            let height = rise(high)? - z;
            if height >= 0.0 {
                break height;
            }
            if beyond {
                return Ok(limit);
            }
            let slope = (height - at_low) / (high - low);
            (low, at_low) = (high, height);
            // A little farther than straight, so that the bracket closes.
            let ahead = -height / slope * 1.1;
            high += if ahead.is_finite()
                && ahead * step > 0.0
                && ahead.abs() < 10.0 * (high - at).abs()
            {
                ahead
            } else {
                2.0 * (high - at)
            };
            if !high.is_finite() {
                return Err(Undefined::NoConvergence);
            }
        };
        if at_high < 1e-6 {
            return Ok(high);
        }
        for _ in 0..60 {
            let width = high - low;
            let share = (-at_low / (at_high - at_low)).clamp(0.01, 0.99);
            let x = low + share * width;
            let height = rise(x)? - z;
            if height.abs() < 1e-6 || width.abs() < 1e-9 * (at.abs() + step.abs()) {
                return Ok(x);
            }
            if height > 0.0 {
                (high, at_high) = (x, height);
                at_low *= 0.5;
            } else {
                (low, at_low) = (x, height);
                at_high *= 0.5;
            }
        }
        Err(Undefined::NoConvergence)
    }

    /// The lowest criterion with the parameter held, and where it was found: downhill from the best fit and from where the last search ended. One of
    /// them may run into a variance of zero that the other one passes by.
    fn lowest(
        &self,
        parameter: Parameter,
        value: f64,
        last: Option<&[f64]>,
    ) -> Result<(f64, Vec<f64>), Undefined> {
        let best = self.search(parameter, value, self.free(parameter));
        let Some(last) = last else {
            return best;
        };
        match (best, self.search(parameter, value, last.to_vec())) {
            (Ok(a), Ok(b)) => Ok(if a.0 < b.0 { a } else { b }),
            (Ok(found), Err(_)) | (Err(_), Ok(found)) => Ok(found),
            (Err(reason), Err(_)) => Err(reason),
        }
    }

    fn search(
        &self,
        parameter: Parameter,
        value: f64,
        start: Vec<f64>,
    ) -> Result<(f64, Vec<f64>), Undefined> {
        let height = |free: &[f64]| self.held(parameter, value, free).ok();
        if start.is_empty() {
            return height(&start)
                .map(|deviance| (deviance, start))
                .ok_or(Undefined::NoConvergence);
        }
        let steps: Vec<f64> = start.iter().map(|x| 1e-4 * x.abs().max(0.1)).collect();
        let middle = height(&start).ok_or(Undefined::NoConvergence)?;
        let mut curvature = Vec::with_capacity(start.len());
        for i in 0..start.len() {
            let h = 30.0 * steps[i];
            let mut moved = start.clone();
            moved[i] = start[i] + h;
            let up = height(&moved).ok_or(Undefined::NoConvergence)?;
            moved[i] = start[i] - h;
            let down = height(&moved).ok_or(Undefined::NoConvergence)?;
            curvature.push(((up + down - 2.0 * middle) / (h * h)).abs().max(1.0));
        }
        let found = downhill(
            |free, gradient| {
                let mut moved = free.to_vec();
                for i in 0..free.len() {
                    moved[i] = free[i] + steps[i];
                    let up = height(&moved)?;
                    moved[i] = free[i] - steps[i];
                    let down = height(&moved)?;
                    moved[i] = free[i];
                    gradient[i] = (up - down) / (2.0 * steps[i]);
                }
                height(free)
            },
            &start,
            &curvature,
            Limits {
                promise: 1e-9,
                max_evaluations: 500,
            },
        )
        .ok_or(Undefined::NoConvergence)?;
        if !found.settled && found.promise > 1e-5 {
            return Err(Undefined::NoConvergence);
        }
        Ok((found.value, found.at))
    }

    /// What may vary while the parameter is held, at the best fit.
    fn free(&self, parameter: Parameter) -> Vec<f64> {
        let log_sigma = 0.5 * self.best.residual_variance.ln();
        match parameter {
            Parameter::Fixed(_) | Parameter::Residual => self.best.theta.clone(),
            Parameter::Deviation { grouping, term } => {
                let mut free = vec![log_sigma];
                self.reordered(grouping, &[term], &mut |row, column, value| {
                    if (row, column) != (0, 0) {
                        free.push(value);
                    }
                });
                free.extend(self.others(grouping));
                free
            }
            Parameter::Correlation {
                grouping,
                first,
                second,
            } => {
                let mut free = Vec::new();
                let mut along = 0.0;
                self.reordered(
                    grouping,
                    &[first, second],
                    &mut |row, column, value| match (row, column) {
                        (1, 0) => along = value,
                        // As logarithms: a deviation that turned negative would turn the correlation with it.
                        (0, 0) => free.push(value.ln()),
                        (1, 1) => free.push(f64::hypot(along, value).ln()),
                        _ => free.push(value),
                    },
                );
                free.extend(self.others(grouping));
                free
            }
        }
    }

    /// The criterion at free values.
    fn held(&self, parameter: Parameter, value: f64, free: &[f64]) -> Result<f64, Undefined> {
        let n = self.rows;
        let at_sigma = |at: &At, variance: f64| {
            at.log_det_random + at.penalised_squares / variance + n * (TAU * variance).ln()
        };
        match parameter {
            Parameter::Fixed(column) => {
                let at = self.profiled.at(free, Criterion::Ml)?;
                let off = value - at.fixed[column];
                let squares = at.penalised_squares
                    + off * off / at.fixed_covariance_unscaled[(column, column)];
                Ok(at.log_det_random + n * (1.0 + (TAU * squares / n).ln()))
            }
            Parameter::Residual => {
                if value.partial_cmp(&0.0) != Some(Ordering::Greater) {
                    return Ok(f64::INFINITY);
                }
                let at = self.profiled.at(free, Criterion::Ml)?;
                Ok(at_sigma(&at, value * value))
            }
            Parameter::Deviation { grouping, term } => {
                let sigma = free[0].exp();
                let q = self.terms[grouping];
                let own = q * (q + 1) / 2;
                let mut rest = free[1..own].iter();
                let factor = lower(q, |row, column| match (row, column) {
                    (0, 0) => value / sigma,
                    _ => rest.next().copied().unwrap_or(0.0),
                });
                let theta = self.theta(grouping, &[term], &factor, &free[own..]);
                let at = self.profiled.at(&theta, Criterion::Ml)?;
                Ok(at_sigma(&at, sigma * sigma))
            }
            Parameter::Correlation {
                grouping,
                first,
                second,
            } => {
                let q = self.terms[grouping];
                let own = q * (q + 1) / 2 - 1;
                let mut rest = free[..own].iter();
                let mut factor = lower(q, |row, column| match (row, column) {
                    (1, 0) => 0.0,
                    _ => rest.next().copied().unwrap_or(0.0),
                });
                factor[(0, 0)] = factor[(0, 0)].exp();
                let length = factor[(1, 1)].exp();
                factor[(1, 0)] = length * value;
                factor[(1, 1)] = length * (1.0 - value * value).max(0.0).sqrt();
                let theta = self.theta(grouping, &[first, second], &factor, &free[own..]);
                Ok(self.profiled.at(&theta, Criterion::Ml)?.deviance)
            }
        }
    }

    /// Theta of the other groupings.
    fn others(&self, grouping: usize) -> Vec<f64> {
        let (from, to) = self.place(grouping);
        let theta = &self.best.theta;
        theta[..from].iter().chain(&theta[to..]).copied().collect()
    }

    fn place(&self, grouping: usize) -> (usize, usize) {
        let size = |q: &usize| q * (q + 1) / 2;
        let from: usize = self.terms[..grouping].iter().map(size).sum();
        (from, from + size(&self.terms[grouping]))
    }

    /// The best factor of a grouping with these terms first, element by element down the columns.
    fn reordered(&self, grouping: usize, ahead: &[usize], put: &mut impl FnMut(usize, usize, f64)) {
        let (from, to) = self.place(grouping);
        let mut rest = self.best.theta[from..to].iter();
        let q = self.terms[grouping];
        let factor = lower(q, |_, _| rest.next().copied().unwrap_or(0.0));
        let order = order(q, ahead);
        let turned = triangle(&DMatrix::from_fn(q, q, |i, j| factor[(order[i], j)]));
        for column in 0..q {
            for row in column..q {
                put(row, column, turned[(row, column)]);
            }
        }
    }

    /// Theta of all groupings, this one from its factor with these terms first.
    fn theta(
        &self,
        grouping: usize,
        ahead: &[usize],
        factor: &DMatrix<f64>,
        others: &[f64],
    ) -> Vec<f64> {
        let (from, _) = self.place(grouping);
        let q = self.terms[grouping];
        let order = order(q, ahead);
        let mut back = DMatrix::zeros(q, q);
        for (i, &term) in order.iter().enumerate() {
            back.row_mut(term).copy_from(&factor.row(i));
        }
        let own = triangle(&back);
        let mut theta = others[..from].to_vec();
        for column in 0..q {
            theta.extend((column..q).map(|row| own[(row, column)]));
        }
        theta.extend(&others[from..]);
        theta
    }
}

fn order(q: usize, ahead: &[usize]) -> Vec<usize> {
    let behind = (0..q).filter(|term| !ahead.contains(term));
    ahead.iter().copied().chain(behind).collect()
}

/// A lower triangle, filled down the columns.
fn lower(q: usize, mut value: impl FnMut(usize, usize) -> f64) -> DMatrix<f64> {
    let mut factor = DMatrix::zeros(q, q);
    for column in 0..q {
        for row in column..q {
            factor[(row, column)] = value(row, column);
        }
    }
    factor
}

/// The lower triangle L with L L' = M M' and no negative diagonal, by turning columns into each other; nothing is lost where M is singular.
fn triangle(m: &DMatrix<f64>) -> DMatrix<f64> {
    let mut l = m.clone();
    let q = l.nrows();
    for row in 0..q {
        for column in row + 1..q {
            let (a, b) = (l[(row, row)], l[(row, column)]);
            let length = a.hypot(b);
            if b == 0.0 || length == 0.0 {
                continue;
            }
            let (c, s) = (a / length, b / length);
            for i in 0..q {
                let (x, y) = (l[(i, row)], l[(i, column)]);
                l[(i, row)] = c * x + s * y;
                l[(i, column)] = c * y - s * x;
            }
        }
        if l[(row, row)] < 0.0 {
            l.column_mut(row).neg_mut();
        }
    }
    l
}
