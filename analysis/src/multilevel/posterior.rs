//! The joint distribution of all units and the fixed effects given the rows, one island of connected units at a time.
//!
//! The grouping with the most units is eliminated unit by unit, the others are dense within their island. Nested groupings fall apart into an island
//! per outermost unit; crossed groupings are one large island.
//!
//! Units are kept as spherical u with b = Lambda u, and rows and outcome are divided by the residual standard deviation, so that
//! u ~ N(0, I) and a variance of zero needs no inverse.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use super::{design::Design, fit::Fit};
use crate::outcome::Undefined;

/// The relative factors of every grouping, out of theta: lower triangles, column by column.
pub(super) fn factors(design: &Design, theta: &[f64]) -> Result<Vec<DMatrix<f64>>, Undefined> {
    let mut rest = theta.iter();
    let factors = design
        .groupings()
        .iter()
        .map(|grouping| {
            let q = grouping.terms.len();
            let mut factor = DMatrix::zeros(q, q);
            for column in 0..q {
                for row in column..q {
                    factor[(row, column)] = *rest.next().ok_or(Undefined::NothingObserved)?;
                }
            }
            Ok(factor)
        })
        .collect::<Result<Vec<_>, Undefined>>()?;
    if rest.next().is_some() || theta.iter().any(|value| !value.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    Ok(factors)
}

/// The rows of a design, ready to be absorbed for one set of variances.
pub(super) struct Rows<'a> {
    pub(super) design: &'a Design,
    pub(super) factors: &'a [DMatrix<f64>],
    /// Residual standard deviation.
    pub(super) sigma: f64,
}

/// A unit that was eliminated.
pub(super) struct Eliminated {
    pub(super) unit: usize,
    /// Of I + z'z, over the unit's own u.
    pub(super) own: Cholesky<f64, Dyn>,
    /// The dense columns that the unit's rows touch.
    pub(super) touched: Vec<usize>,
    /// (I + z'z)^-1 z' \[touched, extra\].
    pub(super) solved: DMatrix<f64>,
}

/// Some rows as cross-products, weighted by the inverse of the covariance that the eliminated grouping and the residual give them.
pub(super) struct Absorbed {
    /// Grouping, unit, and the first of its dense columns.
    pub(super) dense: Vec<(usize, usize, usize)>,
    pub(super) n_dense: usize,
    /// Over \[dense, extra\]; the identity of the dense u is not in it.
    pub(super) products: DMatrix<f64>,
    pub(super) eliminated: Vec<Eliminated>,
}

impl Rows<'_> {
    /// Absorb these rows: `eliminate` unit by unit, `keep` dense, and the products of `extra` columns (values per row of the design, in natural units).
    pub(super) fn absorb(
        &self,
        rows: &[usize],
        eliminate: Option<usize>,
        keep: &[usize],
        extra: &[&[f64]],
    ) -> Result<Absorbed, Undefined> {
        let groupings = self.design.groupings();
        let unit = |grouping: usize, row: usize| groupings[grouping].unit_of[row] as usize;
        let mut dense = Vec::new();
        let mut n_dense = 0;
        // Per kept grouping: the first dense column of each unit that these rows have.
        let mut places: Vec<std::collections::HashMap<usize, usize>> = Vec::new();
        for &grouping in keep {
            let mut place = std::collections::HashMap::new();
            for &row in rows {
                place.entry(unit(grouping, row)).or_insert_with(|| {
                    dense.push((grouping, unit(grouping, row), n_dense));
                    n_dense += groupings[grouping].terms.len();
                    n_dense - groupings[grouping].terms.len()
                });
            }
            places.push(place);
        }
        let mut products = DMatrix::zeros(n_dense + extra.len(), n_dense + extra.len());
        let mut eliminated = Vec::new();
        let mut order: Vec<usize> = rows.to_vec();
        if let Some(grouping) = eliminate {
            order.sort_by_key(|&row| groupings[grouping].unit_of[row]);
        }
        let own = eliminate.map_or(0, |grouping| groupings[grouping].terms.len());
        let same = |&a: &usize, &b: &usize| eliminate.is_none_or(|g| unit(g, a) == unit(g, b));
        for rows in order.chunk_by(same) {
            let mut touched = Vec::new();
            let mut starts = Vec::new();
            for &row in rows {
                for (&grouping, place) in keep.iter().zip(&places) {
                    let start = place[&unit(grouping, row)];
                    if !starts.contains(&start) {
                        starts.push(start);
                        touched.extend(start..start + groupings[grouping].terms.len());
                    }
                }
            }
            let width = own + touched.len() + extra.len();
            let mut columns = DMatrix::zeros(rows.len(), width);
            for (i, &row) in rows.iter().enumerate() {
                if let Some(grouping) = eliminate {
                    self.spherical(grouping, row, |k, value| columns[(i, k)] = value);
                }
                for (&grouping, place) in keep.iter().zip(&places) {
                    let start = place[&unit(grouping, row)];
                    let at = touched.iter().position(|&column| column == start);
                    let at = own + at.unwrap_or(0);
                    self.spherical(grouping, row, |k, value| columns[(i, at + k)] = value);
                }
                for (k, column) in extra.iter().enumerate() {
                    columns[(i, own + touched.len() + k)] = column[row] / self.sigma;
                }
            }
            let cross = columns.tr_mul(&columns);
            let rest = width - own;
            let mut schur = cross.view((own, own), (rest, rest)).into_owned();
            if let Some(grouping) = eliminate {
                let mut inner = cross.view((0, 0), (own, own)).into_owned();
                for k in 0..own {
                    inner[(k, k)] += 1.0;
                }
                let inner = Cholesky::new(inner).ok_or(Undefined::NotFinite)?;
                let right = cross.view((0, own), (own, rest)).into_owned();
                let solved = inner.solve(&right);
                schur -= right.tr_mul(&solved);
                eliminated.push(Eliminated {
                    unit: unit(grouping, rows[0]),
                    own: inner,
                    touched: touched.clone(),
                    solved,
                });
            }
            touched.extend(n_dense..n_dense + extra.len());
            for (i, &to) in touched.iter().enumerate() {
                for (j, &from) in touched.iter().enumerate() {
                    products[(to, from)] += schur[(i, j)];
                }
            }
        }
        Ok(Absorbed {
            dense,
            n_dense,
            products,
            eliminated,
        })
    }

    /// z' Lambda of a row.
    fn spherical(&self, grouping: usize, row: usize, mut put: impl FnMut(usize, f64)) {
        let terms = &self.design.groupings()[grouping].terms;
        let factor = &self.factors[grouping];
        for k in 0..terms.len() {
            let sum: f64 = (k..terms.len())
                .map(|t| terms[t].values[row] * factor[(t, k)])
                .sum();
            put(k, sum);
        }
    }
}

impl Absorbed {
    /// The factor of I + the dense products.
    pub(super) fn dense_factor(&self) -> Result<Cholesky<f64, Dyn>, Undefined> {
        let n = self.n_dense;
        let mut inner = self.products.view((0, 0), (n, n)).into_owned();
        for k in 0..n {
            inner[(k, k)] += 1.0;
        }
        Cholesky::new(inner).ok_or(Undefined::NotFinite)
    }

    /// Extra' V^-1 extra, V the covariance of the rows by everything absorbed.
    pub(super) fn weighted_products(&self) -> Result<DMatrix<f64>, Undefined> {
        let (n, all) = (self.n_dense, self.products.nrows());
        let extra = self.products.view((n, n), (all - n, all - n)).into_owned();
        if n == 0 {
            return Ok(extra);
        }
        let right = self.products.view((0, n), (n, all - n)).into_owned();
        let solved = self.dense_factor()?.solve(&right);
        Ok(extra - right.tr_mul(&solved))
    }
}

/// The rows of each set of connected units, in the order of the first row.
pub(super) fn islands(design: &Design) -> Vec<Vec<usize>> {
    let groupings = design.groupings();
    let mut offset = 0;
    let offsets: Vec<usize> = groupings
        .iter()
        .map(|grouping| {
            offset += grouping.units.len();
            offset - grouping.units.len()
        })
        .collect();
    let mut parent: Vec<usize> = (0..offset).collect();
    fn root(parent: &mut [usize], mut node: usize) -> usize {
        while parent[node] != node {
            parent[node] = parent[parent[node]];
            node = parent[node];
        }
        node
    }
    let node =
        |grouping: usize, row: usize| offsets[grouping] + groupings[grouping].unit_of[row] as usize;
    for row in 0..design.n_rows() {
        for grouping in 1..groupings.len() {
            let a = root(&mut parent, node(0, row));
            let b = root(&mut parent, node(grouping, row));
            parent[a] = b;
        }
    }
    let mut place = vec![usize::MAX; offset];
    let mut islands: Vec<Vec<usize>> = Vec::new();
    for row in 0..design.n_rows() {
        let at = if groupings.is_empty() {
            0
        } else {
            root(&mut parent, node(0, row))
        };
        if groupings.is_empty() {
            if islands.is_empty() {
                islands.push(Vec::new());
            }
            islands[0].push(row);
            continue;
        }
        if place[at] == usize::MAX {
            place[at] = islands.len();
            islands.push(Vec::new());
        }
        islands[place[at]].push(row);
    }
    islands
}

/// Whether every unit of the inner grouping has its rows in one unit of the outer one.
pub(super) fn lies_in(design: &Design, inner: usize, outer: usize) -> bool {
    let (inner, outer) = (&design.groupings()[inner], &design.groupings()[outer]);
    let mut home = vec![u32::MAX; inner.units.len()];
    inner.unit_of.iter().zip(&outer.unit_of).all(|(&i, &o)| {
        let home = &mut home[i as usize];
        if *home == u32::MAX {
            *home = o;
        }
        *home == o
    })
}

/// One island of the posterior.
struct Island {
    absorbed: Absorbed,
    /// Of the dense u, given the fixed effects.
    covariance: DMatrix<f64>,
    /// Dense u = mean - slope beta.
    mean: DVector<f64>,
    slope: DMatrix<f64>,
}

/// All units and the fixed effects, given the rows and the variances.
pub(super) struct Posterior<'a> {
    design: &'a Design,
    fit: &'a Fit,
    factors: Vec<DMatrix<f64>>,
    eliminate: usize,
    islands: Vec<Island>,
}

/// Where a unit's b is found, and how surely.
pub(super) struct Mode {
    pub(super) mean: DVector<f64>,
    pub(super) covariance: DMatrix<f64>,
    /// Without the uncertainty of the fixed effects.
    pub(super) covariance_given_fixed: DMatrix<f64>,
    /// How far b falls as the fixed effects rise: b = something - slope beta.
    pub(super) slope: DMatrix<f64>,
}

impl<'a> Posterior<'a> {
    pub(super) fn new(design: &'a Design, fit: &'a Fit) -> Result<Self, Undefined> {
        let factors = factors(design, &fit.theta)?;
        let p = design.fixed().len();
        if fit.residual_variance.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater)
            || fit.fixed.len() != p
            || design.groupings().is_empty()
        {
            return Err(Undefined::NoVariation);
        }
        let groupings = 0..design.groupings().len();
        let eliminate = groupings
            .clone()
            .rev()
            .max_by_key(|&g| design.groupings()[g].units.len())
            .unwrap_or(0);
        let keep: Vec<usize> = groupings.filter(|&g| g != eliminate).collect();
        let mut extra: Vec<&[f64]> = design.fixed().iter().map(|c| &c.values[..]).collect();
        extra.push(design.outcome());
        let rows = Rows {
            design,
            factors: &factors,
            sigma: fit.residual_variance.sqrt(),
        };
        let islands = islands(design)
            .iter()
            .map(|island| {
                let absorbed = rows.absorb(island, Some(eliminate), &keep, &extra)?;
                let n = absorbed.n_dense;
                let factor = absorbed.dense_factor()?;
                let right = absorbed.products.view((0, n), (n, p + 1)).into_owned();
                let solved = factor.solve(&right);
                Ok(Island {
                    covariance: factor.inverse(),
                    mean: solved.column(p).into_owned(),
                    slope: solved.columns(0, p).into_owned(),
                    absorbed,
                })
            })
            .collect::<Result<Vec<_>, Undefined>>()?;
        Ok(Self {
            design,
            fit,
            factors,
            eliminate,
            islands,
        })
    }

    pub(super) fn beta(&self) -> DVector<f64> {
        DVector::from_iterator(
            self.fit.fixed.len(),
            self.fit.fixed.iter().map(|c| c.estimate),
        )
    }

    /// b of every unit of the grouping: mean and covariance.
    pub(super) fn modes(&self, grouping: usize) -> Result<Vec<Mode>, Undefined> {
        let beta = self.beta();
        let phi = &self.fit.fixed_covariance;
        let lambda = self.scaled_factor(grouping);
        let q = lambda.nrows();
        let mut modes: Vec<Option<Mode>> = Vec::new();
        modes.resize_with(self.design.groupings()[grouping].units.len(), || None);
        let natural = |mean: DVector<f64>, given: DMatrix<f64>, slope: DMatrix<f64>| Mode {
            mean: &lambda * mean,
            covariance: &lambda * (&given + &slope * phi * slope.transpose()) * lambda.transpose(),
            covariance_given_fixed: &lambda * given * lambda.transpose(),
            slope: &lambda * slope,
        };
        for island in &self.islands {
            let u = &island.mean - &island.slope * &beta;
            if grouping == self.eliminate {
                let p = beta.len();
                for unit in &island.absorbed.eliminated {
                    let t = unit.touched.len();
                    let on_dense = unit.solved.columns(0, t);
                    let pick = &unit.touched;
                    let dense =
                        DMatrix::from_fn(t, t, |i, j| island.covariance[(pick[i], pick[j])]);
                    let slope = unit.solved.columns(t, p)
                        - on_dense * DMatrix::from_fn(t, p, |i, j| island.slope[(pick[i], j)]);
                    let mean = unit.solved.column(t + p)
                        - unit.solved.columns(t, p) * &beta
                        - on_dense * DVector::from_fn(t, |i, _| u[pick[i]]);
                    let given = unit.own.inverse() + on_dense * dense * on_dense.transpose();
                    modes[unit.unit] = Some(natural(mean, given, slope));
                }
            } else {
                for &(of, unit, start) in &island.absorbed.dense {
                    if of == grouping {
                        modes[unit] = Some(natural(
                            u.rows(start, q).into_owned(),
                            island.covariance.view((start, start), (q, q)).into_owned(),
                            island.slope.rows(start, q).into_owned(),
                        ));
                    }
                }
            }
        }
        // A design holds no unit without rows.
        modes
            .into_iter()
            .map(|mode| mode.ok_or(Undefined::NothingObserved))
            .collect()
    }

    /// b = sigma Lambda u.
    fn scaled_factor(&self, grouping: usize) -> DMatrix<f64> {
        self.factors[grouping].clone() * self.fit.residual_variance.sqrt()
    }

    pub(super) fn covariance_of_terms(&self, grouping: usize) -> DMatrix<f64> {
        let factor = self.scaled_factor(grouping);
        &factor * factor.transpose()
    }

    pub(super) fn factors(&self) -> &[DMatrix<f64>] {
        &self.factors
    }

    /// A weighted sum of the terms of every unit, as a normal distribution given the fixed effects: units that depend on each other together.
    pub(super) fn sums(
        &self,
        grouping: usize,
        terms: &DVector<f64>,
    ) -> Result<Vec<Sums>, Undefined> {
        let turned = self.scaled_factor(grouping).tr_mul(terms);
        let (p, q) = (self.fit.fixed.len(), turned.len());
        let mut all = Vec::new();
        for island in &self.islands {
            let n = island.absorbed.n_dense;
            if grouping == self.eliminate {
                // Each unit's own noise, and that of the dense u which it shares with others.
                let units = &island.absorbed.eliminated;
                let mut on_dense = DMatrix::zeros(units.len(), n);
                let mut mean = DVector::zeros(units.len());
                let mut slope = DMatrix::zeros(units.len(), p);
                let mut own = DVector::zeros(units.len());
                for (i, unit) in units.iter().enumerate() {
                    let t = unit.touched.len();
                    let weights = unit.solved.tr_mul(&turned);
                    mean[i] = weights[t + p];
                    for k in 0..p {
                        slope[(i, k)] = weights[t + k];
                    }
                    for (k, &at) in unit.touched.iter().enumerate() {
                        on_dense[(i, at)] -= weights[k];
                    }
                    own[i] = turned.dot(&unit.own.solve(&turned));
                }
                mean += &on_dense * &island.mean;
                slope += &on_dense * &island.slope;
                if n == 0 {
                    all.extend((0..units.len()).map(|i| Sums {
                        units: vec![units[i].unit],
                        mean: mean.rows(i, 1).into_owned(),
                        slope: slope.rows(i, 1).into_owned(),
                        spread: DMatrix::from_element(1, 1, own[i].sqrt()),
                    }));
                    continue;
                }
                let mut covariance = &on_dense * &island.covariance * on_dense.transpose();
                for i in 0..units.len() {
                    covariance[(i, i)] += own[i];
                }
                all.push(Sums {
                    units: units.iter().map(|unit| unit.unit).collect(),
                    mean,
                    slope,
                    spread: spread(covariance)?,
                });
            } else {
                let own = island.absorbed.dense.iter();
                let own: Vec<_> = own.filter(|(of, ..)| *of == grouping).collect();
                let mut pick = DMatrix::zeros(own.len(), n);
                for (i, &&(_, _, start)) in own.iter().enumerate() {
                    pick.view_mut((i, start), (1, q)).tr_copy_from(&turned);
                }
                all.push(Sums {
                    units: own.iter().map(|(_, unit, _)| *unit).collect(),
                    mean: &pick * &island.mean,
                    slope: &pick * &island.slope,
                    spread: spread(&pick * &island.covariance * pick.transpose())?,
                });
            }
        }
        Ok(all)
    }
}

/// Weighted sums of units' terms: mean - slope beta + spread x standard normal numbers.
pub(super) struct Sums {
    pub(super) units: Vec<usize>,
    pub(super) mean: DVector<f64>,
    pub(super) slope: DMatrix<f64>,
    /// A lower triangle.
    pub(super) spread: DMatrix<f64>,
}

fn spread(covariance: DMatrix<f64>) -> Result<DMatrix<f64>, Undefined> {
    Ok(Cholesky::new(covariance).ok_or(Undefined::NoVariation)?.l())
}
