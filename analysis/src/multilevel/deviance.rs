//! How badly a mixed model with these variances fits, by eliminating the units block by block.

use std::f64::consts::TAU;

use nalgebra::{DMatrix, DVector};

use super::cross_products::{
    Elimination, FixedPart, LeafKernels, Leaves, Rows, orthogonal_terms, rows_by_unit,
};
use super::crossed::{Crossed, CrossedState};
use super::design::Design;
use super::nested::{Nested, NestedState};
use super::packed;
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
pub struct Profiled {
    rows: usize,
    /// Terms of each grouping, in the order of the design.
    terms: Vec<usize>,
    /// Of each grouping: terms = orthogonal terms * triangle.
    triangles: Vec<DMatrix<f64>>,
    fixed: FixedPart,
    leaves: Option<Leaves>,
    above: Above,
}

#[derive(Debug, Clone)]
enum Above {
    Nested(Nested),
    Crossed(Crossed),
}

enum State {
    Nested(NestedState),
    Crossed(CrossedState),
}

/// One evaluation, as far as it does not depend on the criterion.
struct Pass {
    kernels: Option<LeafKernels>,
    state: State,
    root: Root,
    log_det_random: f64,
}

/// The fixed columns and the outcome once all units are eliminated: the triangle of the columns, and what the outcome has along and beside them.
struct Root {
    triangle: DMatrix<f64>,
    along: DVector<f64>,
    /// Penalised residual sum of squares, in units of the spread.
    squares: f64,
}

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
    /// The cross-products of the rows, once for all evaluations.
    ///
    /// # Definition
    /// Per unit of the grouping with most units: Z'Z and Z'[columns of the units above, fixed columns, outcome]; units with the same Z'Z under the same
    /// units share sums of products
    /// # Shape and unit
    /// the memory grows with units and different occasions, not with rows x rows
    /// # Cost
    /// O(rows x columns^2)
    pub fn new(design: &Design) -> Self {
        let elimination = Elimination::of(design.groupings());
        let (rows, fixed, triangles) = Rows::of(design, &elimination.order);
        let terms = design.groupings().iter().map(|g| g.terms.len()).collect();
        let (leaves, above) = if elimination.nested {
            let home = if elimination.order.len() > 1 {
                rows.home(0)
            } else {
                Vec::new()
            };
            let leaves = (!elimination.order.is_empty()).then(|| Leaves::new(&rows, &home, None));
            (leaves, Above::Nested(Nested::new(&rows)))
        } else {
            let slots = Crossed::slots(&rows);
            let leaves = Leaves::new(&rows, &[], Some(&slots));
            (Some(leaves), Above::Crossed(Crossed::new(&rows, &slots)))
        };
        Self {
            rows: design.n_rows(),
            terms,
            triangles,
            fixed,
            leaves,
            above,
        }
    }

    /// How badly the model fits at these variances, and what the fixed effects then are.
    ///
    /// Theta: per grouping in the order of the design, the lower triangle of its relative factor (covariance = residual variance x factor x factor'),
    /// column by column.
    ///
    /// # Definition
    /// ML: log|L|^2 + n (1 + log(2 pi r2 / n)); REML: log|L|^2 + log|R_X|^2 + (n - p)(1 + log(2 pi r2 / (n - p))), r2 the penalised residual sum of
    /// squares at the best fixed and random effects; residual variance r2 / n or r2 / (n - p)
    /// # Shape and unit
    /// -2 log likelihood; fixed effects in the order of the design
    /// # Missing
    /// none: a design is complete
    /// # Undefined
    /// NotFinite if theta is not finite or has another length than the groupings ask for; NoVariation if no residual is left
    /// # Source
    /// Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), sections 3.4-3.6
    /// # Agrees with
    /// lme4 1.1.31 `lmer(devFunOnly = TRUE)` and the density of the multivariate normal distribution, 1e-9
    /// # Cost
    /// nested: O(different occasions per unit above the first level x columns^2); crossed: that, and O(effects^3) of the crossed units
    pub fn at(&self, theta: &[f64], criterion: Criterion) -> Result<At, Undefined> {
        let factors = self.factors(theta)?;
        let pass = self.pass(&factors)?;
        self.finish(&pass, criterion)
    }

    /// Whether the model tells every row: the residual variance is nothing beside that of least squares.
    pub(super) fn leaves_nothing(&self, at: Option<&At>) -> bool {
        at.is_some_and(|at| at.residual_variance < 1e-9 * self.fixed.spread * self.fixed.spread)
    }

    /// How many numbers theta holds.
    pub fn theta_len(&self) -> usize {
        self.terms.iter().map(|q| q * (q + 1) / 2).sum()
    }

    /// Per grouping the triangle of its terms: terms = orthogonal terms * triangle.
    pub(super) fn triangles(&self) -> &[DMatrix<f64>] {
        &self.triangles
    }

    /// The deviance at any relative factors of the orthogonal terms (full, row by row, per grouping), and per grouping its derivative by
    /// factor x factor'.
    pub(super) fn slope(
        &self,
        factors: &[Vec<f64>],
        criterion: Criterion,
    ) -> Result<(f64, Vec<Vec<f64>>), Undefined> {
        let pass = self.pass(factors)?;
        let at = self.finish(&pass, criterion)?;
        let by_root = self.by_root(&pass.root, criterion);
        let leaves = self.leaves.as_ref().zip(pass.kernels.as_ref());
        let by_place = match (&self.above, &pass.state) {
            (Above::Nested(nested), State::Nested(state)) => {
                nested.backward(state, leaves, factors, &by_root)
            }
            (Above::Crossed(crossed), State::Crossed(state)) => match leaves {
                Some(leaves) => crossed.backward(state, leaves, factors, &by_root),
                None => Vec::new(),
            },
            _ => Vec::new(),
        };
        let mut slopes = vec![Vec::new(); self.terms.len()];
        for (place, slope) in by_place {
            slopes[place] = slope;
        }
        Ok((at.deviance, slopes))
    }

    /// The best guess of each unit's effects at these variances: per grouping in the order of the design, a row per unit, a column per term.
    ///
    /// # Definition
    /// conditional modes: the effects that minimise the penalised residual sum of squares, at the best fixed effects
    /// # Undefined
    /// as for `at`
    /// # Source
    /// Bates, Mächler, Bolker & Walker (2015), J. Stat. Softw. 67(1), section 3.5
    /// # Agrees with
    /// lme4 1.1.31 `ranef`, 1e-5
    /// # Cost
    /// one evaluation and O(rows x columns)
    pub fn conditional_modes(
        &self,
        design: &Design,
        theta: &[f64],
    ) -> Result<Vec<DMatrix<f64>>, Undefined> {
        let factors = self.factors(theta)?;
        let pass = self.pass(&factors)?;
        let at = self.finish(&pass, Criterion::Ml)?;
        let solved = self.solved(&pass.root)?;
        let mut root: Vec<f64> = solved.iter().map(|b| -b).collect();
        root.push(1.0);
        let by_place = match (&self.above, &pass.state) {
            (Above::Nested(nested), State::Nested(state)) => nested.effects(state, &factors, &root),
            (Above::Crossed(crossed), State::Crossed(state)) => {
                crossed.effects(state, &factors, &root)
            }
            _ => Vec::new(),
        };
        let groupings = design.groupings();
        let mut modes: Vec<DMatrix<f64>> = groupings
            .iter()
            .map(|g| DMatrix::zeros(g.units.len(), g.terms.len()))
            .collect();
        for (place, effects) in by_place {
            let own = DMatrix::from_row_slice(
                effects.len() / self.terms[place],
                self.terms[place],
                &effects,
            );
            modes[place] = self.turned_back(place, own * self.fixed.spread)?;
        }
        let Some(leaves) = &self.leaves else {
            return Ok(modes);
        };
        // What the fixed part and the units above leave of each row, then unit by unit.
        let mut rest = design.outcome().to_vec();
        for (column, b) in design.fixed().iter().zip(at.fixed.iter()) {
            for (y, x) in rest.iter_mut().zip(&column.values) {
                *y -= b * x;
            }
        }
        for (place, grouping) in groupings.iter().enumerate() {
            if place == leaves.place {
                continue;
            }
            for (term, column) in grouping.terms.iter().enumerate() {
                let own = modes[place].column(term);
                for ((y, x), &unit) in rest.iter_mut().zip(&column.values).zip(&grouping.unit_of) {
                    *y -= own[unit as usize] * x;
                }
            }
        }
        let grouping = &groupings[leaves.place];
        let (terms, _) = orthogonal_terms(grouping);
        let q = leaves.q;
        let (starts, by_unit) = rows_by_unit(grouping);
        let (mut m, mut zy) = (vec![0.0; q * q], vec![0.0; q]);
        let (mut k, mut room) = (vec![0.0; q * q], vec![0.0; 2 * q * q]);
        for unit in 0..grouping.units.len() {
            m.fill(0.0);
            zy.fill(0.0);
            for &row in &by_unit[starts[unit]..starts[unit + 1]] {
                let row = row as usize;
                for a in 0..q {
                    let z = terms[a][row];
                    zy[a] += z * rest[row];
                    for b in 0..q {
                        m[a * q + b] += z * terms[b][row];
                    }
                }
            }
            packed::kernel(&m, &factors[leaves.place], q, &mut k, &mut room);
            for a in 0..q {
                modes[leaves.place][(unit, a)] = (0..q).map(|b| k[a * q + b] * zy[b]).sum();
            }
        }
        let own = std::mem::take(&mut modes[leaves.place]);
        modes[leaves.place] = self.turned_back(leaves.place, own)?;
        Ok(modes)
    }

    /// Effects of the terms of the design from those of the orthogonal terms, a row per unit.
    fn turned_back(&self, place: usize, effects: DMatrix<f64>) -> Result<DMatrix<f64>, Undefined> {
        self.triangles[place]
            .solve_upper_triangular(&effects.transpose())
            .map(|turned| turned.transpose())
            .ok_or(Undefined::NotFinite)
    }

    /// Full factors of the orthogonal terms, row by row, from the lower triangles of those of the design.
    fn factors(&self, theta: &[f64]) -> Result<Vec<Vec<f64>>, Undefined> {
        if theta.len() != self.theta_len() || theta.iter().any(|t| !t.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        let mut next = theta.iter();
        Ok(self
            .triangles
            .iter()
            .map(|triangle| {
                let q = triangle.nrows();
                let mut lower = DMatrix::zeros(q, q);
                for column in 0..q {
                    for row in column..q {
                        lower[(row, column)] = next.next().copied().unwrap_or(0.0);
                    }
                }
                (triangle * lower).transpose().as_slice().to_vec()
            })
            .collect())
    }

    fn pass(&self, factors: &[Vec<f64>]) -> Result<Pass, Undefined> {
        let kernels = self
            .leaves
            .as_ref()
            .map(|leaves| leaves.kernels(&factors[leaves.place]));
        let leaves = self.leaves.as_ref().zip(kernels.as_ref());
        let mut log_det_random = kernels.as_ref().map_or(0.0, |kernels| kernels.log_det);
        let (state, root) = match (&self.above, leaves) {
            (Above::Nested(nested), leaves) => {
                let state = nested.forward(leaves, factors);
                log_det_random += state.log_det;
                let root = Root::of(nested.root(&state), nested.tail())?;
                (State::Nested(state), root)
            }
            (Above::Crossed(crossed), Some(leaves)) => {
                let state = crossed
                    .forward(leaves, factors)
                    .ok_or(Undefined::NotFinite)?;
                log_det_random += state.log_det;
                let root = Root::of(&state.root, self.fixed.least_squares.len() + 1)?;
                (State::Crossed(state), root)
            }
            (Above::Crossed(_), None) => return Err(Undefined::NothingObserved),
        };
        Ok(Pass {
            kernels,
            state,
            root,
            log_det_random,
        })
    }

    fn degrees(&self, criterion: Criterion) -> f64 {
        let fixed = match criterion {
            Criterion::Ml => 0,
            Criterion::Reml => self.fixed.least_squares.len(),
        };
        (self.rows - fixed) as f64
    }

    /// The fixed effects in the coordinates of the orthogonal columns and the spread.
    fn solved(&self, root: &Root) -> Result<DVector<f64>, Undefined> {
        root.triangle
            .solve_upper_triangular(&root.along)
            .ok_or(Undefined::NotFinite)
    }

    fn finish(&self, pass: &Pass, criterion: Criterion) -> Result<At, Undefined> {
        let root = &pass.root;
        let p = self.fixed.least_squares.len();
        let n = self.degrees(criterion);
        if self.fixed.spread == 0.0 || root.squares <= 1e-13 * n {
            return Err(Undefined::NoVariation);
        }
        let spread2 = self.fixed.spread * self.fixed.spread;
        let penalised_squares = spread2 * root.squares;
        // R_X of the columns as handed in: that of the orthogonal ones times their triangle.
        let triangle = &root.triangle * &self.fixed.triangle;
        let log_det_fixed: f64 = (0..p).map(|i| 2.0 * triangle[(i, i)].ln()).sum();
        let inverse = if p == 0 {
            DMatrix::zeros(0, 0)
        } else {
            triangle
                .solve_upper_triangular(&DMatrix::identity(p, p))
                .ok_or(Undefined::NotFinite)?
        };
        let fixed = &self.fixed.least_squares + &inverse * &root.along * self.fixed.spread;
        let residual_variance = penalised_squares / n;
        let of_fixed = match criterion {
            Criterion::Ml => 0.0,
            Criterion::Reml => log_det_fixed,
        };
        let deviance = pass.log_det_random + of_fixed + n * (1.0 + (TAU * residual_variance).ln());
        if !deviance.is_finite() {
            return Err(Undefined::NotFinite);
        }
        Ok(At {
            deviance,
            fixed,
            fixed_covariance_unscaled: &inverse * inverse.transpose(),
            residual_variance,
            log_det_random: pass.log_det_random,
            log_det_fixed,
            penalised_squares,
        })
    }

    /// The derivative of the deviance by what is left at the root, packed, off the diagonal twice.
    fn by_root(&self, root: &Root, criterion: Criterion) -> Vec<f64> {
        let p = root.along.len();
        let n = self.degrees(criterion);
        let inverse = root
            .triangle
            .solve_upper_triangular(&DMatrix::identity(p, p))
            .unwrap_or_else(|| DMatrix::zeros(p, p));
        let mut v: Vec<f64> = (-(&inverse * &root.along)).iter().copied().collect();
        v.push(1.0);
        let covariance = &inverse * inverse.transpose();
        let mut by = vec![0.0; packed::size(p + 1)];
        for j in 0..=p {
            for i in 0..=j {
                let mut x = n / root.squares * v[i] * v[j];
                if criterion == Criterion::Reml && j < p {
                    x += covariance[(i, j)];
                }
                by[packed::column(j) + i] = if i == j { x } else { 2.0 * x };
            }
        }
        by
    }
}

impl Root {
    /// Of the packed matrix over the fixed columns and, last, the outcome.
    fn of(left: &[f64], tail: usize) -> Result<Self, Undefined> {
        let p = tail - 1;
        let full = DMatrix::from_fn(p, p, |i, j| left[packed::column(i.max(j)) + i.min(j)]);
        let outcome = DVector::from_fn(p, |i, _| left[packed::column(p) + i]);
        let triangle = if p == 0 {
            full
        } else {
            full.cholesky().ok_or(Undefined::NotFinite)?.l().transpose()
        };
        let mut along = outcome;
        for i in 0..p {
            for t in 0..i {
                along[i] -= triangle[(t, i)] * along[t];
            }
            along[i] /= triangle[(i, i)];
        }
        let squares = left[packed::column(p) + p] - along.norm_squared();
        Ok(Self {
            triangle,
            along,
            squares,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::design::{Column, Grouping};
    use super::*;

    fn column(values: Vec<f64>) -> Column {
        Column {
            name: String::new(),
            values,
        }
    }

    /// Numbers without pattern, the same every time.
    fn noise(count: usize, seed: u64) -> Vec<f64> {
        let mut state = seed;
        (0..count)
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) as f64 / (1_u64 << 30) as f64 - 1.0
            })
            .collect()
    }

    /// Units, the unit of a row, terms.
    type Drawn = (usize, fn(usize) -> u32, usize);

    fn design(rows: usize, unit_of: &[Drawn]) -> Design {
        let groupings = unit_of
            .iter()
            .enumerate()
            .map(|(at, &(units, unit, terms))| Grouping {
                name: format!("g{at}"),
                units: (0..units).map(|u| u.to_string()).collect(),
                unit_of: (0..rows).map(unit).collect(),
                terms: (0..terms)
                    .map(|t| match t {
                        0 => column(vec![1.0; rows]),
                        1 => column((0..rows).map(|row| (row % 4) as f64).collect()),
                        _ => column(noise(rows, 77 + t as u64)),
                    })
                    .collect(),
            })
            .collect();
        let fixed = vec![column(vec![1.0; rows]), column(noise(rows, 5))];
        Design::new(noise(rows, 1), fixed, groupings).unwrap()
    }

    fn slope_is_the_derivative(design: &Design) {
        let profiled = Profiled::new(design);
        let theta: Vec<f64> = noise(profiled.theta_len(), 9);
        for criterion in [Criterion::Ml, Criterion::Reml] {
            let factors = profiled.factors(&theta).unwrap();
            let (deviance, slopes) = profiled.slope(&factors, criterion).unwrap();
            assert_eq!(deviance, profiled.at(&theta, criterion).unwrap().deviance);
            let mut at = 0;
            for (place, &q) in profiled.terms.iter().enumerate() {
                for column in 0..q {
                    for row in column..q {
                        let by = DMatrix::from_row_slice(q, q, &slopes[place]);
                        let factor = DMatrix::from_row_slice(q, q, &factors[place]);
                        let turned = profiled.triangles[place].transpose() * by * factor;
                        let analytic = 2.0 * turned[(row, column)];
                        let step = 1e-5;
                        let moved = |by: f64| {
                            let mut theta = theta.clone();
                            theta[at] += by;
                            profiled.at(&theta, criterion).unwrap().deviance
                        };
                        let numeric = (moved(step) - moved(-step)) / (2.0 * step);
                        assert!(
                            (analytic - numeric).abs() < 1e-6 * (1.0 + numeric.abs()),
                            "{criterion:?} {place} {row} {column}: {analytic} {numeric}"
                        );
                        at += 1;
                    }
                }
            }
        }
    }

    #[test]
    fn the_slope_of_one_grouping() {
        slope_is_the_derivative(&design(60, &[(9, |row| (row / 7) as u32, 3)]));
        // Units that share their cross-products.
        slope_is_the_derivative(&design(60, &[(15, |row| (row / 4) as u32, 2)]));
    }

    #[test]
    fn the_slope_of_nested_units() {
        slope_is_the_derivative(&design(
            60,
            &[
                (4, |row| (row / 16) as u32, 2),
                (15, |row| (row / 4) as u32, 2),
            ],
        ));
        slope_is_the_derivative(&design(
            96,
            &[
                (6, |row| (row / 16) as u32, 2),
                (24, |row| (row / 4) as u32, 2),
                (2, |row| (row / 48) as u32, 3),
            ],
        ));
    }

    #[test]
    fn the_slope_of_crossed_units() {
        slope_is_the_derivative(&design(
            60,
            &[
                (5, |row| ((row * row + row / 7) % 5) as u32, 3),
                (15, |row| (row / 4) as u32, 2),
            ],
        ));
        slope_is_the_derivative(&design(
            96,
            &[
                (6, |row| ((row * row + row / 7) % 6) as u32, 2),
                (24, |row| (row / 4) as u32, 1),
                (4, |row| (row % 4) as u32, 1),
            ],
        ));
    }
}
