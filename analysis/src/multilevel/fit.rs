//! The mixed model that fits best.

use nalgebra::{DMatrix, DVector};
use thiserror::Error;

use super::design::Design;
use super::deviance::{Criterion, Profiled};
use crate::numeric::minimize::{self, Limits, Minimum};

#[derive(Debug, Clone, PartialEq)]
pub struct FitOptions {
    pub criterion: Criterion,
    pub max_evaluations: usize,
}

impl FitOptions {
    /// By this criterion, and no more than 1,000 evaluations.
    pub const fn by(criterion: Criterion) -> Self {
        Self {
            criterion,
            max_evaluations: 1_000,
        }
    }
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

/// The model that fits best: fixed effects with their standard errors, and how units differ.
///
/// # Definition
/// the variances that minimise the profiled deviance of `Profiled::at`; the fixed effects at those, with covariance residual variance x (R_X'R_X)^-1
/// # Shape and unit
/// fixed effects, terms and groupings in the order of the design; theta as for `Profiled::at`, with diagonals of at least 0; the trace holds every
/// evaluation in order
/// # Missing
/// none: a design is complete
/// # Undefined
/// a `FitFault` in words: no settled minimum within `max_evaluations`, or a model that leaves no residual
/// # Source
/// Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), section 3; the search is `numeric::minimize::downhill`, with the derivative of the
/// deviance, over relative factors of terms made orthogonal over rows, so that neither scale nor origin of a slope matters. Where a variance ends at zero
/// the search is taken up again if the derivative says that a larger one fits better
/// # Agrees with
/// lme4 1.1.31 `lmer` with bobyqa to 1e-9: criterion 1e-6, fixed effects, standard errors and variances 1e-4 relative
/// # Cost
/// 10 to 130 evaluations, each with its derivative some three times the cost of `Profiled::at`
pub fn fit(design: &Design, options: &FitOptions) -> Result<Fit, FitFault> {
    fit_near(design, options, &[])
}

/// The model that fits best, sought from a place nearby: for rows or an outcome that differ little from those of a model that is fitted already.
///
/// # Definition
/// as [`fit`]; the search begins at `theta`
/// # Shape and unit
/// as [`fit`]; theta in the order of `Fit::theta`. One that does not fit the design is left aside, and the search begins where that of [`fit`] does
/// # Missing
/// as [`fit`]
/// # Undefined
/// as [`fit`]
/// # Source
/// as [`fit`]
/// # Agrees with
/// [`fit`]: criterion 1e-6, fixed effects 1e-4 of their standard errors
/// # Cost
/// about half the evaluations of [`fit`]
pub fn fit_near(design: &Design, options: &FitOptions, theta: &[f64]) -> Result<Fit, FitFault> {
    let profiled = Profiled::new(design);
    let mut search = Search::new(design, &profiled, options);
    let found = search.best(theta)?;
    let theta = search.theta(&found);
    let at_boundary = search.at_boundary(&found);
    let trace = search.trace;
    let at = profiled
        .at(&theta, options.criterion)
        .map_err(|_| FitFault::NoResidual)?;
    let fixed_covariance = &at.fixed_covariance_unscaled * at.residual_variance;
    let fixed = design
        .fixed()
        .iter()
        .enumerate()
        .map(|(i, column)| Coefficient {
            name: column.name.clone(),
            estimate: at.fixed[i],
            se: fixed_covariance[(i, i)].sqrt(),
        })
        .collect();
    let mut next = theta.iter().copied();
    let variation = design
        .groupings()
        .iter()
        .map(|grouping| {
            let q = grouping.terms.len();
            let mut factor = DMatrix::zeros(q, q);
            for column in 0..q {
                for row in column..q {
                    factor[(row, column)] = next.next().unwrap_or(0.0);
                }
            }
            Variation {
                grouping: grouping.name.clone(),
                terms: grouping
                    .terms
                    .iter()
                    .map(|term| term.name.clone())
                    .collect(),
                covariance: &factor * factor.transpose() * at.residual_variance,
            }
        })
        .collect();
    Ok(Fit {
        criterion: options.criterion,
        deviance: at.deviance,
        fixed,
        fixed_covariance,
        variation,
        residual_variance: at.residual_variance,
        theta,
        n_rows: design.n_rows(),
        n_units: design.groupings().iter().map(|g| g.units.len()).collect(),
        at_boundary,
        trace,
    })
}

/// The search settles when the quadratic model of the deviance promises less than this.
const PROMISE: f64 = 1e-9;
/// Deviances that differ by less are the same.
const SAME: f64 = 1e-7;
/// A relative standard deviation, of terms of length 1, below which it is tried whether zero fits as well.
const SMALL: f64 = 3e-2;
/// A variance of zero is left again if the deviance falls faster than this.
const STEEP: f64 = 1e-4;
/// How often the search leaves a variance of zero again.
const ASCENTS: usize = 8;

/// One grouping in the coordinates of the search: its terms made orthogonal, with mean square 1 over rows.
struct Coordinates {
    q: usize,
    units: usize,
    /// From orthogonal terms to those of the design: factor = back x lower triangle.
    back: DMatrix<f64>,
    /// And from those of the design: the inverse of back.
    forth: DMatrix<f64>,
}

impl Coordinates {
    fn len(&self) -> usize {
        self.q * (self.q + 1) / 2
    }

    fn lower(&self, x: &[f64]) -> DMatrix<f64> {
        let mut lower = DMatrix::zeros(self.q, self.q);
        let mut next = x.iter();
        for column in 0..self.q {
            for row in column..self.q {
                lower[(row, column)] = next.next().copied().unwrap_or(0.0);
            }
        }
        lower
    }

    fn packed(&self, lower: &DMatrix<f64>) -> impl Iterator<Item = f64> {
        (0..self.q)
            .flat_map(|column| (column..self.q).map(move |row| (row, column)))
            .map(|at| lower[at])
    }
}

struct Search<'a> {
    profiled: &'a Profiled,
    options: &'a FitOptions,
    groupings: Vec<Coordinates>,
    trace: Vec<Step>,
}

impl<'a> Search<'a> {
    fn new(design: &Design, profiled: &'a Profiled, options: &'a FitOptions) -> Self {
        let groupings = design
            .groupings()
            .iter()
            .zip(profiled.triangles())
            .map(|(grouping, triangle)| {
                let q = grouping.terms.len();
                Coordinates {
                    q,
                    units: grouping.units.len(),
                    back: triangle
                        .solve_upper_triangular(&DMatrix::identity(q, q))
                        .unwrap_or_else(|| DMatrix::identity(q, q)),
                    forth: triangle.upper_triangle(),
                }
            })
            .collect();
        Self {
            profiled,
            options,
            groupings,
            trace: Vec::new(),
        }
    }

    /// Per grouping its part of x, as a lower triangle.
    fn lowers(&self, x: &[f64]) -> Vec<DMatrix<f64>> {
        let mut from = 0;
        self.groupings
            .iter()
            .map(|grouping| {
                let lower = grouping.lower(&x[from..]);
                from += grouping.len();
                lower
            })
            .collect()
    }

    /// In the terms of the design.
    fn theta(&self, x: &[f64]) -> Vec<f64> {
        let mut theta = Vec::with_capacity(x.len());
        for (grouping, lower) in self.groupings.iter().zip(self.lowers(x)) {
            theta.extend(grouping.packed(&triangular(&(&grouping.back * lower))));
        }
        theta
    }

    /// The deviance, and its derivatives by the covariance of the orthogonal terms; kept in the trace.
    fn evaluate(&mut self, x: &[f64]) -> Option<(f64, Vec<DMatrix<f64>>)> {
        let factors: Vec<Vec<f64>> = self
            .lowers(x)
            .iter()
            .map(|lower| lower.transpose().as_slice().to_vec())
            .collect();
        let (deviance, slopes) = self.profiled.slope(&factors, self.options.criterion).ok()?;
        let slopes = self
            .groupings
            .iter()
            .zip(slopes)
            .map(|(grouping, slope)| DMatrix::from_row_slice(grouping.q, grouping.q, &slope))
            .collect();
        let theta = self.theta(x);
        self.trace.push(Step { theta, deviance });
        Some((deviance, slopes))
    }

    /// In the coordinates of the search; none for a theta of another design. Small factors are made larger: at zero the derivative is zero too.
    fn coordinates(&self, theta: &[f64]) -> Option<Vec<f64>> {
        let wanted: usize = self.groupings.iter().map(Coordinates::len).sum();
        if theta.len() != wanted || !theta.iter().all(|value| value.is_finite()) {
            return None;
        }
        let factors = self.lowers(theta);
        let lowers: Vec<DMatrix<f64>> = self
            .groupings
            .iter()
            .zip(factors)
            .map(|(grouping, factor)| {
                let mut lower = triangular(&(&grouping.forth * factor));
                for i in 0..grouping.q {
                    lower[(i, i)] = lower[(i, i)].max(SMALL);
                }
                lower
            })
            .collect();
        Some(self.joined(&lowers))
    }

    fn best(&mut self, theta: &[f64]) -> Result<Vec<f64>, FitFault> {
        let mut x: Vec<f64> = Vec::new();
        let mut curvature = Vec::new();
        for grouping in &self.groupings {
            for column in 0..grouping.q {
                for row in column..grouping.q {
                    x.push(if row != column {
                        0.0
                    } else if row == 0 {
                        1.0
                    } else {
                        0.5
                    });
                    curvature.push(grouping.units as f64);
                }
            }
        }
        if let Some(near) = self.coordinates(theta) {
            x = near;
        }
        for _ in 0..ASCENTS {
            let found = self.settle(&x, &curvature)?;
            x = self.without_the_smallest(found.at, found.value);
            match self.ascent(&x) {
                Some(higher) => x = higher,
                None => return Ok(x),
            }
        }
        Err(self.unsettled())
    }

    fn settle(&mut self, start: &[f64], curvature: &[f64]) -> Result<Minimum, FitFault> {
        let limits = Limits {
            promise: PROMISE,
            max_evaluations: self
                .options
                .max_evaluations
                .saturating_sub(self.trace.len())
                .max(1),
        };
        let function = |x: &[f64], gradient: &mut [f64]| {
            let (deviance, slopes) = self.evaluate(x)?;
            let mut next = gradient.iter_mut();
            let lowers = self.lowers(x);
            for ((grouping, slope), lower) in self.groupings.iter().zip(slopes).zip(&lowers) {
                let by = slope * lower * 2.0;
                // In this order: a zip asks its first part once more than its second.
                for (x, into) in grouping.packed(&by).zip(next.by_ref()) {
                    *into = x;
                }
            }
            Some(deviance)
        };
        match minimize::downhill(function, start, curvature, limits) {
            None => Err(FitFault::NoResidual),
            Some(found) if found.settled => Ok(found),
            Some(found) => {
                let theta = self.theta(&found.at);
                let at = self.profiled.at(&theta, self.options.criterion);
                if at.is_err() || self.profiled.leaves_nothing(at.ok().as_ref()) {
                    return Err(FitFault::NoResidual);
                }
                Err(self.unsettled())
            }
        }
    }

    fn unsettled(&self) -> FitFault {
        let last = |back: usize| {
            let at = self.trace.len().checked_sub(back)?;
            self.trace.get(at).map(|step| step.deviance)
        };
        let change = match (last(1), last(2)) {
            (Some(new), Some(old)) => (new - old).abs(),
            _ => f64::INFINITY,
        };
        FitFault::NoConvergence {
            evaluations: self.trace.len(),
            change,
        }
    }

    /// With small variances set to zero where the deviance does not tell the difference.
    fn without_the_smallest(&mut self, mut x: Vec<f64>, mut deviance: f64) -> Vec<f64> {
        for at in 0..self.groupings.len() {
            loop {
                let mut lowers = self.lowers(&x);
                let mut split = lowers[at].clone().svd(true, false);
                let smallest = split
                    .singular_values
                    .iter()
                    .enumerate()
                    .filter(|(_, s)| **s > 0.0)
                    .min_by(|a, b| a.1.total_cmp(b.1));
                let Some((place, &size)) = smallest else {
                    break;
                };
                let Some(u) = split.u.as_ref().filter(|_| size < SMALL) else {
                    break;
                };
                split.singular_values[place] = 0.0;
                let mut left = u.clone();
                for (mut column, s) in left.column_iter_mut().zip(split.singular_values.iter()) {
                    column *= *s;
                }
                let lower = triangular(&left);
                if lower == lowers[at] {
                    break;
                }
                lowers[at] = lower;
                let tried = self.joined(&lowers);
                match self.evaluate(&tried) {
                    Some((value, _)) if value <= deviance + SAME => {
                        x = tried;
                        deviance = deviance.min(value);
                    }
                    _ => break,
                }
            }
        }
        x
    }

    /// A place uphill in variance and downhill in deviance, if a variance of zero hides one.
    fn ascent(&mut self, x: &[f64]) -> Option<Vec<f64>> {
        let (deviance, slopes) = self.evaluate(x)?;
        let mut best = (deviance - SAME, None);
        for (at, slope) in slopes.into_iter().enumerate() {
            let parts = slope.symmetric_eigen();
            for (direction, &value) in parts.eigenvectors.column_iter().zip(&parts.eigenvalues) {
                if value > -STEEP {
                    continue;
                }
                for step in [1.0, 0.1, 0.01, 1e-3, 1e-4] {
                    let mut lowers = self.lowers(x);
                    let wider = &lowers[at] * lowers[at].transpose()
                        + direction * direction.transpose() * step;
                    lowers[at] = triangular(&root(wider));
                    let tried = self.joined(&lowers);
                    if let Some((value, _)) = self.evaluate(&tried)
                        && value < best.0
                    {
                        best = (value, Some(tried));
                    }
                }
            }
        }
        best.1
    }

    fn joined(&self, lowers: &[DMatrix<f64>]) -> Vec<f64> {
        self.groupings
            .iter()
            .zip(lowers)
            .flat_map(|(grouping, lower)| grouping.packed(lower))
            .collect()
    }

    fn at_boundary(&self, x: &[f64]) -> bool {
        self.lowers(x)
            .into_iter()
            .any(|lower| lower.singular_values().min() < 1e-6)
    }
}

/// A square root of a covariance.
fn root(covariance: DMatrix<f64>) -> DMatrix<f64> {
    let parts = covariance.symmetric_eigen();
    let mut root = parts.eigenvectors;
    for (mut column, value) in root.column_iter_mut().zip(parts.eigenvalues.iter()) {
        column *= value.max(0.0).sqrt();
    }
    root
}

/// The lower triangle L with L L' = A A', diagonal at least 0; a row that adds nothing to those before it has a zero there.
fn triangular(a: &DMatrix<f64>) -> DMatrix<f64> {
    let q = a.nrows();
    let mut lower = DMatrix::zeros(q, q);
    let mut directions: Vec<Option<DVector<f64>>> = Vec::with_capacity(q);
    for i in 0..q {
        let mut rest = a.row(i).transpose();
        let before = rest.norm();
        for _ in 0..2 {
            for (j, direction) in directions.iter().enumerate() {
                if let Some(direction) = direction {
                    let along = direction.dot(&rest);
                    lower[(i, j)] += along;
                    rest.axpy(-along, direction, 1.0);
                }
            }
        }
        let left = rest.norm();
        if left > 1e-10 * before {
            lower[(i, i)] = left;
            directions.push(Some(rest / left));
        } else {
            directions.push(None);
        }
    }
    lower
}
