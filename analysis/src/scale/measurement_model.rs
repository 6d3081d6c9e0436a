//! A linear model of what items measure, with means, in one or more groups: how its parameters are found, whatever they are equal to.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::covariance::{Answers, Cases, CovarianceMatrix, covariance_matrix};
use crate::outcome::Undefined;

const MOST_STEPS: usize = 500;

/// What a confirmatory analysis needs to know of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupMoments {
    pub n: usize,
    pub means: Vec<f64>,
    pub covariances: CovarianceMatrix,
}

impl GroupMoments {
    /// Over the rows without an open item.
    ///
    /// # Errors
    /// `TooFewUnits` below two complete rows; `TooFewItems` without items; `NotFinite` if squares leave the range of numbers.
    pub fn from_answers(answers: &Answers) -> Result<Self, Undefined> {
        let covariances = covariance_matrix(answers, Cases::Complete)?;
        let n = answers.n_complete();
        let mut means = vec![0.0; answers.n_items()];
        for row in (0..answers.n_rows()).filter(|&row| answers.is_complete(row)) {
            let (values, _) = answers.row(row);
            for (mean, value) in means.iter_mut().zip(values) {
                *mean += value / n as f64;
            }
        }
        Ok(Self {
            n,
            means,
            covariances,
        })
    }

    /// With n in the place of n - 1, as the likelihood has it.
    fn matrix(&self) -> DMatrix<f64> {
        let k = self.covariances.n_items();
        let share = (self.n as f64 - 1.0) / self.n as f64;
        DMatrix::from_row_slice(k, k, self.covariances.values()) * share
    }
}

/// One number of the model. Items and factors count from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell {
    Loading {
        item: usize,
        factor: usize,
    },
    FactorCovariance {
        a: usize,
        b: usize,
    },
    /// Of the own parts of two items; with itself, the item's own variance.
    OwnCovariance {
        a: usize,
        b: usize,
    },
    Intercept {
        item: usize,
    },
    FactorMean {
        factor: usize,
    },
}

/// A parameter: one value in every place it is listed for, by group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shared {
    pub(super) places: Vec<(usize, Cell)>,
    pub(super) value: f64,
}

/// A model: what is fixed, and what is to be found.
#[derive(Debug, Clone)]
pub(super) struct Model<'a> {
    pub(super) groups: &'a [GroupMoments],
    pub(super) n_factors: usize,
    pub(super) fixed: Vec<(usize, Cell, f64)>,
    pub(super) free: Vec<Shared>,
    /// Without means every group's means are what they are.
    pub(super) with_means: bool,
}

/// Where the search ended.
pub(super) struct Solution {
    pub(super) chi_square: f64,
    pub(super) standard_errors: Vec<f64>,
    pub(super) srmr: f64,
    pub(super) steps: usize,
    pub(super) proper: bool,
    /// Per group: loadings brought to correlations with the factor.
    pub(super) standardised: Vec<DMatrix<f64>>,
}

struct GroupModel {
    loadings: DMatrix<f64>,
    factors: DMatrix<f64>,
    own: DMatrix<f64>,
    intercepts: DVector<f64>,
    factor_means: DVector<f64>,
}

struct Sample {
    n: f64,
    matrix: DMatrix<f64>,
    means: DVector<f64>,
    log_determinant: f64,
}

/// The likelihood of one group at one place.
struct Fitted {
    root: Cholesky<f64, Dyn>,
    model: GroupModel,
    implied: DMatrix<f64>,
    residual: DVector<f64>,
    /// n times the discrepancy.
    value: f64,
}

impl Model<'_> {
    fn n_items(&self) -> usize {
        self.groups.first().map_or(0, |group| group.means.len())
    }

    /// Fisher scoring, halved where it does not go down.
    pub(super) fn solve(&mut self) -> Result<Solution, Undefined> {
        let samples = self.samples()?;
        let mut here = self.fitted(&samples)?;
        for taken in 0..MOST_STEPS {
            let (gradient, information) = self.derivatives(&samples, &here);
            let root = information
                .clone()
                .cholesky()
                .ok_or(Undefined::NoConvergence)?;
            let step = -root.solve(&gradient);
            let decrease = -gradient.dot(&step);
            let value = total(&here);
            if decrease < 1e-13 * (1.0 + value.abs()) {
                return Ok(self.solution(&samples, &here, &root, taken));
            }
            let before: Vec<f64> = self.free.iter().map(|shared| shared.value).collect();
            let mut length = 1.0;
            here = loop {
                for ((shared, before), step) in self.free.iter_mut().zip(&before).zip(step.iter()) {
                    shared.value = before + length * step;
                }
                match self.fitted(&samples) {
                    Ok(next)
                        if total(&next)
                            <= value - 1e-4 * length * decrease + 1e-12 * (1.0 + value) =>
                    {
                        break next;
                    }
                    _ => length *= 0.5,
                }
                if length < 1e-9 {
                    return Err(Undefined::NoConvergence);
                }
            };
        }
        Err(Undefined::NoConvergence)
    }

    fn samples(&self) -> Result<Vec<Sample>, Undefined> {
        let each = self.groups.iter().map(|group| {
            let matrix = group.matrix();
            let root = matrix.clone().cholesky().ok_or(Undefined::NoVariation)?;
            // A pivot is what an item has beyond the items before it.
            let pivots = root.l_dirty().diagonal();
            if pivots
                .iter()
                .zip(matrix.diagonal().iter())
                .any(|(p, s)| p * p < 1e-12 * s)
            {
                return Err(Undefined::NoVariation);
            }
            Ok(Sample {
                n: group.n as f64,
                log_determinant: pivots.iter().map(|p| 2.0 * p.ln()).sum(),
                matrix,
                means: DVector::from_column_slice(&group.means),
            })
        });
        each.collect()
    }

    fn group_models(&self) -> Vec<GroupModel> {
        let (k, m) = (self.n_items(), self.n_factors);
        let mut models: Vec<GroupModel> = self
            .groups
            .iter()
            .map(|_| GroupModel {
                loadings: DMatrix::zeros(k, m),
                factors: DMatrix::zeros(m, m),
                own: DMatrix::zeros(k, k),
                intercepts: DVector::zeros(k),
                factor_means: DVector::zeros(m),
            })
            .collect();
        let free = self.free.iter().flat_map(|shared| {
            shared
                .places
                .iter()
                .map(|&(group, cell)| (group, cell, shared.value))
        });
        for (group, cell, value) in self.fixed.iter().copied().chain(free) {
            models[group].put(cell, value);
        }
        models
    }

    fn fitted(&self, samples: &[Sample]) -> Result<Vec<Fitted>, Undefined> {
        let each = self
            .group_models()
            .into_iter()
            .zip(samples)
            .map(|(model, sample)| {
                let implied =
                    &model.loadings * &model.factors * model.loadings.transpose() + &model.own;
                let root = implied.clone().cholesky().ok_or(Undefined::NoConvergence)?;
                let residual = if self.with_means {
                    &sample.means - &model.intercepts - &model.loadings * &model.factor_means
                } else {
                    DVector::zeros(sample.means.len())
                };
                let log_determinant: f64 =
                    root.l_dirty().diagonal().iter().map(|p| 2.0 * p.ln()).sum();
                let value = sample.n
                    * (log_determinant - sample.log_determinant
                        + root.solve(&sample.matrix).trace()
                        - sample.means.len() as f64
                        + residual.dot(&root.solve(&residual)));
                if value.is_finite() {
                    Ok(Fitted {
                        root,
                        model,
                        implied,
                        residual,
                        value,
                    })
                } else {
                    Err(Undefined::NoConvergence)
                }
            });
        each.collect()
    }

    /// Of n times the discrepancy, summed over the groups: the slope, and what its second derivatives are on average.
    fn derivatives(&self, samples: &[Sample], here: &[Fitted]) -> (DVector<f64>, DMatrix<f64>) {
        let q = self.free.len();
        let mut gradient = DVector::zeros(q);
        let mut information = DMatrix::zeros(q, q);
        for (group, (fitted, sample)) in here.iter().zip(samples).enumerate() {
            let inverse = fitted.root.inverse();
            let residual = &fitted.residual;
            let around = &sample.matrix + residual * residual.transpose();
            let slope = &inverse - &inverse * around * &inverse;
            let pull = &inverse * residual;
            // Which parameters have a place in this group, how they move its covariances and its means, and these times the inverse.
            let mut moves = Vec::new();
            for (place, shared) in self.free.iter().enumerate() {
                let mut of_group = shared.places.iter().filter(|(g, _)| *g == group).peekable();
                if of_group.peek().is_none() {
                    continue;
                }
                let mut covariances = DMatrix::zeros(residual.len(), residual.len());
                let mut means = DVector::zeros(residual.len());
                for (_, cell) in of_group {
                    fitted.model.moved_by(*cell, &mut covariances, &mut means);
                }
                let turned = &inverse * &covariances * &inverse;
                let lifted = &inverse * &means;
                moves.push((place, covariances, means, turned, lifted));
            }
            for (index, (a, covariances, means, turned, lifted)) in moves.iter().enumerate() {
                gradient[*a] += sample.n * (slope.dot(covariances) - 2.0 * pull.dot(means));
                for (b, other_covariances, other_means, _, _) in &moves[index..] {
                    let both =
                        sample.n * (turned.dot(other_covariances) + 2.0 * lifted.dot(other_means));
                    information[(*a, *b)] += both;
                    if a != b {
                        information[(*b, *a)] += both;
                    }
                }
            }
        }
        (gradient, information)
    }

    fn solution(
        &self,
        samples: &[Sample],
        here: &[Fitted],
        root: &Cholesky<f64, Dyn>,
        steps: usize,
    ) -> Solution {
        let variances = root.inverse().diagonal().map(|v| 2.0 * v);
        let everyone: f64 = samples.iter().map(|sample| sample.n).sum();
        let srmr = here
            .iter()
            .zip(samples)
            .map(|(fitted, sample)| sample.n / everyone * self.srmr(fitted, sample));
        let standardised = here.iter().map(|fitted| {
            let model = &fitted.model;
            DMatrix::from_fn(
                model.loadings.nrows(),
                model.loadings.ncols(),
                |item, factor| {
                    model.loadings[(item, factor)]
                        * (model.factors[(factor, factor)] / fitted.implied[(item, item)]).sqrt()
                },
            )
        });
        Solution {
            chi_square: total(here).max(0.0),
            standard_errors: variances.iter().map(|v| v.sqrt()).collect(),
            srmr: srmr.sum(),
            steps,
            proper: here.iter().all(|fitted| {
                fitted.model.own.diagonal().min() >= 0.0
                    && fitted.model.factors.clone().cholesky().is_some()
            }),
            standardised: standardised.collect(),
        }
    }

    /// Root of the mean square of what is left of the correlations, and of the means in standard deviations where they are modelled.
    fn srmr(&self, fitted: &Fitted, sample: &Sample) -> f64 {
        let k = sample.means.len();
        let deviation = sample.matrix.diagonal().map(f64::sqrt);
        let mut squares = 0.0;
        let mut count = (k * (k + 1) / 2) as f64;
        for a in 0..k {
            for b in 0..=a {
                let left = sample.matrix[(a, b)] - fitted.implied[(a, b)];
                squares += (left / (deviation[a] * deviation[b])).powi(2);
            }
        }
        if self.with_means {
            squares += fitted.residual.component_div(&deviation).norm_squared();
            count += k as f64;
        }
        (squares / count).sqrt()
    }
}

fn total(here: &[Fitted]) -> f64 {
    here.iter().map(|fitted| fitted.value).sum()
}

impl GroupModel {
    fn put(&mut self, cell: Cell, value: f64) {
        match cell {
            Cell::Loading { item, factor } => self.loadings[(item, factor)] = value,
            Cell::FactorCovariance { a, b } => {
                self.factors[(a, b)] = value;
                self.factors[(b, a)] = value;
            }
            Cell::OwnCovariance { a, b } => {
                self.own[(a, b)] = value;
                self.own[(b, a)] = value;
            }
            Cell::Intercept { item } => self.intercepts[item] = value,
            Cell::FactorMean { factor } => self.factor_means[factor] = value,
        }
    }

    /// How covariances and means change with this number.
    fn moved_by(&self, cell: Cell, covariances: &mut DMatrix<f64>, means: &mut DVector<f64>) {
        match cell {
            Cell::Loading { item, factor } => {
                let with = &self.loadings * self.factors.column(factor);
                for (other, with) in with.iter().enumerate() {
                    covariances[(item, other)] += with;
                    covariances[(other, item)] += with;
                }
                means[item] += self.factor_means[factor];
            }
            Cell::FactorCovariance { a, b } => {
                let (of_a, of_b) = (self.loadings.column(a), self.loadings.column(b));
                covariances.ger(1.0, &of_a, &of_b, 1.0);
                if a != b {
                    covariances.ger(1.0, &of_b, &of_a, 1.0);
                }
            }
            Cell::OwnCovariance { a, b } => {
                covariances[(a, b)] += 1.0;
                if a != b {
                    covariances[(b, a)] += 1.0;
                }
            }
            Cell::Intercept { item } => means[item] += 1.0,
            Cell::FactorMean { factor } => *means += self.loadings.column(factor),
        }
    }
}
