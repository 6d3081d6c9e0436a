//! How sure one can be of a fixed effect with few units: standard errors corrected for estimated variances, and degrees of freedom to match.

use nalgebra::{Cholesky, DMatrix, DVector};
use thiserror::Error;

use super::{
    design::Design,
    deviance::Criterion,
    fit::Fit,
    posterior::{factors, islands, lies_in},
    satterthwaite::{ContrastTest, contrast},
};
use crate::outcome::Undefined;

/// The method is checked against reference software up to this many rows; beyond, Satterthwaite's degrees of freedom hardly differ.
pub const MAX_ROWS: usize = 5_000;

/// Why there is no correction by Kenward and Roger.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KenwardRogerFault {
    #[error(
        "{rows} rows are more than the {limit} up to which this correction is offered; with so many, the degrees of freedom by Satterthwaite serve as well"
    )]
    TooManyRows { rows: usize, limit: usize },
    #[error(
        "units of `{first}` lie in several of `{second}` and the other way round; the correction is offered for nested groupings, use the degrees of freedom by Satterthwaite"
    )]
    Crossed { first: String, second: String },
    #[error(
        "the correction is for a model fitted by restricted maximum likelihood; fit it by that, or use the degrees of freedom by Satterthwaite"
    )]
    NotRestricted,
    #[error(transparent)]
    Undefined(#[from] Undefined),
}

/// Everything a test by the method of Kenward and Roger needs, prepared once per fit.
#[derive(Debug, Clone)]
pub struct KenwardRoger {
    estimates: DVector<f64>,
    /// (X' V^-1 X)^-1.
    plain: DMatrix<f64>,
    adjusted: DMatrix<f64>,
    /// Per variance parameter: how (X' V^-1 X) changes with it.
    changes: Vec<DMatrix<f64>>,
    /// Covariance of the variance parameters.
    uncertainty: DMatrix<f64>,
}

impl KenwardRoger {
    /// What estimated variances do to the fixed effects: their covariance, corrected for small numbers of units.
    ///
    /// # Definition
    /// with V = sum of gamma_r G_r over the (co)variances of the groupings and the residual variance, Phi = (X' V^-1 X)^-1,
    /// P_r = -X' V^-1 G_r V^-1 X, Q_rs = X' V^-1 G_r V^-1 G_s V^-1 X, W = inverse of the expected information of gamma:
    /// adjusted = Phi + 2 Phi (sum over r, s of W_rs (Q_rs - P_r Phi P_s)) Phi. V is linear in gamma, so no term of second derivatives remains
    /// # Shape and unit
    /// one object, from which any number of contrasts are tested
    /// # Missing
    /// the design holds complete rows
    /// # Undefined
    /// in words: more than 5,000 rows, crossed groupings, a fit by maximum likelihood; NotFinite if V or the information cannot be inverted
    /// # Source
    /// Kenward & Roger (1997), Biometrics 53, 983-997; Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9)
    /// # Agrees with
    /// pbkrtest 0.5.2 `vcovAdj` and `Lb_ddf`, standard errors 1e-4, degrees of freedom 1e-3
    /// # Cost
    /// cubic in the units that lie in one outermost unit, summed over those; never rows x rows
    pub fn new(design: &Design, fit: &Fit) -> Result<Self, KenwardRogerFault> {
        refuse(design, fit)?;
        let gamma = Parameters::of(design, fit)?;
        let m = gamma.list.len();
        let p = design.fixed().len();
        let n = design.n_rows() as f64;
        let mut information = DMatrix::zeros(p, p);
        let mut p_of = vec![DMatrix::zeros(p, p); m + 1];
        let mut q_of = vec![vec![DMatrix::zeros(p, p); m + 1]; m + 1];
        let mut traces = DMatrix::zeros(m + 1, m + 1);
        // tr(G_r V^-1)
        let mut single = DVector::zeros(m + 1);
        for rows in islands(design) {
            let block = Block::of(design, &rows, &gamma)?;
            information += &block.fixed;
            let e_c: Vec<DMatrix<f64>> = (0..m).map(|r| block.select(&gamma, r)).collect();
            for r in 0..m {
                single[r] += block.trace(&gamma, r);
                p_of[r] -= block.cross.tr_mul(&e_c[r]);
                let on_r = block.units.tr_mul(&e_c[r]);
                for s in 0..m {
                    q_of[r][s] += on_r.tr_mul(&e_c[s]);
                    if s <= r {
                        let trace = block.trace_of_two(&gamma, r, s);
                        traces[(r, s)] += trace;
                        if s < r {
                            traces[(s, r)] += trace;
                        }
                    }
                }
            }
        }
        // What belongs to the residual follows from V^-1 V = I, without a matrix of rows by rows.
        let residual = gamma.residual;
        let known: f64 = (0..m).map(|r| gamma.list[r].value * single[r]).sum();
        single[m] = (n - known) / residual;
        p_of[m] = -&information;
        for r in 0..m {
            let change = &p_of[r] * gamma.list[r].value;
            p_of[m] -= change;
        }
        p_of[m] /= residual;
        for r in 0..=m {
            let mut trace = single[r];
            let mut q = -&p_of[r];
            for s in 0..m {
                trace -= gamma.list[s].value * traces[(r, s)];
                q -= &q_of[r][s] * gamma.list[s].value;
            }
            traces[(r, m)] = trace / residual;
            traces[(m, r)] = traces[(r, m)];
            q /= residual;
            q_of[m][r] = q.transpose();
            q_of[r][m] = q;
        }
        let plain = Cholesky::new(information)
            .ok_or(Undefined::NotFinite)?
            .inverse();
        let uncertainty = uncertainty(&plain, &p_of, &q_of, &traces)?;
        let mut sum = DMatrix::zeros(p, p);
        for r in 0..=m {
            for s in 0..=m {
                let part = &q_of[r][s] - &p_of[r] * &plain * &p_of[s];
                sum += part * uncertainty[(r, s)];
            }
        }
        let adjusted = &plain + &plain * sum * &plain * 2.0;
        Ok(Self {
            estimates: DVector::from_iterator(p, fit.fixed.iter().map(|c| c.estimate)),
            adjusted: (&adjusted + adjusted.transpose()) * 0.5,
            plain,
            changes: p_of,
            uncertainty,
        })
    }

    /// The corrected covariance of the fixed effects.
    ///
    /// # Definition
    /// as [`KenwardRoger::new`]
    /// # Shape and unit
    /// one row and column per fixed column of the design
    /// # Missing
    /// as [`KenwardRoger::new`]
    /// # Undefined
    /// never, once prepared
    /// # Source
    /// Kenward & Roger (1997)
    /// # Agrees with
    /// pbkrtest 0.5.2 `vcovAdj`, standard errors 1e-4
    /// # Cost
    /// none
    pub fn covariance(&self) -> &DMatrix<f64> {
        &self.adjusted
    }

    /// Whether a weighted sum of fixed effects differs from zero by more than chance, with few units.
    ///
    /// # Definition
    /// t = l' beta / sqrt(l' adjusted l) on df = 2 / sum over r, s of W_rs a_r a_s degrees of freedom, a_r = l' Phi P_r Phi l / l' Phi l: what the
    /// general formula becomes for one contrast, whose scaling of the statistic is one
    /// # Shape and unit
    /// one weight per fixed column; the estimate in units of the outcome; confidence in (0, 1)
    /// # Missing
    /// as [`KenwardRoger::new`]
    /// # Undefined
    /// TooFewItems if the weights are not one per column; NoVariation if they are all zero; NotFinite if a weight or the confidence is not usable
    /// # Source
    /// Kenward & Roger (1997), Biometrics 53, 983-997
    /// # Agrees with
    /// pbkrtest 0.5.2 `Lb_ddf`, degrees of freedom 1e-3
    /// # Cost
    /// O(k columns²), k the number of variance parameters
    pub fn test(&self, weights: &[f64], confidence: f64) -> Result<ContrastTest, Undefined> {
        let weights = contrast(weights, self.estimates.len())?;
        let on = &self.plain * &weights;
        let plain = weights.dot(&on);
        let share = DVector::from_iterator(
            self.changes.len(),
            self.changes
                .iter()
                .map(|change| on.dot(&(change * &on)) / plain),
        );
        let df = 2.0 / share.dot(&(&self.uncertainty * &share));
        let variance = weights.dot(&(&self.adjusted * &weights));
        ContrastTest::new(weights.dot(&self.estimates), variance, df, confidence)
    }
}

fn refuse(design: &Design, fit: &Fit) -> Result<(), KenwardRogerFault> {
    if fit.criterion != Criterion::Reml {
        return Err(KenwardRogerFault::NotRestricted);
    }
    let groupings = design.groupings();
    for first in 0..groupings.len() {
        for second in 0..first {
            if !lies_in(design, first, second) && !lies_in(design, second, first) {
                return Err(KenwardRogerFault::Crossed {
                    first: groupings[first].name.clone(),
                    second: groupings[second].name.clone(),
                });
            }
        }
    }
    if design.n_rows() > MAX_ROWS {
        return Err(KenwardRogerFault::TooManyRows {
            rows: design.n_rows(),
            limit: MAX_ROWS,
        });
    }
    Ok(())
}

/// 2 x the inverse of the (doubled) expected information of the variance parameters.
fn uncertainty(
    plain: &DMatrix<f64>,
    p_of: &[DMatrix<f64>],
    q_of: &[Vec<DMatrix<f64>>],
    traces: &DMatrix<f64>,
) -> Result<DMatrix<f64>, Undefined> {
    let on: Vec<DMatrix<f64>> = p_of.iter().map(|p| plain * p).collect();
    let information = DMatrix::from_fn(p_of.len(), p_of.len(), |r, s| {
        let first = plain.dot(&q_of[r][s]);
        let second = on[r].dot(&on[s].transpose());
        traces[(r, s)] - 2.0 * first + second
    });
    let information = (&information + information.transpose()) * 0.5;
    // Scaled to a unit diagonal: variances of slopes and of levels may differ by many powers of ten.
    let scale = information.diagonal().map(|d| d.max(0.0).sqrt());
    if scale.iter().any(|&s| !s.is_finite() || s <= 0.0) {
        return Err(Undefined::NotFinite);
    }
    let scaled = DMatrix::from_fn(scale.len(), scale.len(), |i, j| {
        information[(i, j)] / (scale[i] * scale[j])
    });
    let inverse = scaled
        .pseudo_inverse(1e-12)
        .map_err(|_| Undefined::NotFinite)?;
    Ok(DMatrix::from_fn(scale.len(), scale.len(), |i, j| {
        2.0 * inverse[(i, j)] / (scale[i] * scale[j])
    }))
}

/// One variance or covariance between units.
struct Parameter {
    grouping: usize,
    a: usize,
    b: usize,
    value: f64,
}

struct Parameters {
    list: Vec<Parameter>,
    residual: f64,
    /// Per grouping, sigma Lambda.
    factors: Vec<DMatrix<f64>>,
}

impl Parameters {
    fn of(design: &Design, fit: &Fit) -> Result<Self, Undefined> {
        if fit.residual_variance.partial_cmp(&0.0) != Some(std::cmp::Ordering::Greater) {
            return Err(Undefined::NoVariation);
        }
        let sigma = fit.residual_variance.sqrt();
        let factors: Vec<DMatrix<f64>> = factors(design, &fit.theta)?
            .into_iter()
            .map(|factor| factor * sigma)
            .collect();
        let mut list = Vec::new();
        for (grouping, factor) in factors.iter().enumerate() {
            let covariance = factor * factor.transpose();
            for a in 0..factor.nrows() {
                for b in 0..=a {
                    list.push(Parameter {
                        grouping,
                        a,
                        b,
                        value: covariance[(a, b)],
                    });
                }
            }
        }
        Ok(Self {
            list,
            residual: fit.residual_variance,
            factors,
        })
    }
}

/// The rows of one outermost unit, seen by all units that lie in it.
struct Block {
    /// Per grouping, the first column of each of its units here.
    starts: Vec<Vec<usize>>,
    /// Z' V^-1 Z.
    units: DMatrix<f64>,
    /// Z' V^-1 X.
    cross: DMatrix<f64>,
    /// X' V^-1 X.
    fixed: DMatrix<f64>,
}

impl Block {
    fn of(design: &Design, rows: &[usize], gamma: &Parameters) -> Result<Self, Undefined> {
        let groupings = design.groupings();
        let mut starts = Vec::new();
        let mut places = Vec::new();
        let mut width = 0;
        for grouping in groupings {
            let mut place = std::collections::HashMap::new();
            let mut own = Vec::new();
            for &row in rows {
                place.entry(grouping.unit_of[row]).or_insert_with(|| {
                    own.push(width);
                    width += grouping.terms.len();
                    width - grouping.terms.len()
                });
            }
            starts.push(own);
            places.push(place);
        }
        let p = design.fixed().len();
        // [Z X]' [Z X] / sigma², a few columns per row.
        let mut all = DMatrix::zeros(width + p, width + p);
        let mut touched: Vec<(usize, f64)> = Vec::new();
        for &row in rows {
            touched.clear();
            for (grouping, place) in groupings.iter().zip(&places) {
                let start = place[&grouping.unit_of[row]];
                let terms = grouping.terms.iter().enumerate();
                touched.extend(terms.map(|(k, term)| (start + k, term.values[row])));
            }
            let fixed = design.fixed().iter().enumerate();
            touched.extend(fixed.map(|(k, column)| (width + k, column.values[row])));
            for &(i, a) in &touched {
                for &(j, b) in &touched {
                    all[(i, j)] += a * b / gamma.residual;
                }
            }
        }
        // V^-1 by Woodbury, in spherical u, so that a variance of zero needs no inverse.
        let s = all.view((0, 0), (width, width)).into_owned();
        let mut spherical = all.rows(0, width).into_owned();
        for (own, factor) in starts.iter().zip(&gamma.factors) {
            for &start in own {
                let q = factor.nrows();
                let turned = factor.tr_mul(&spherical.rows(start, q));
                spherical.rows_mut(start, q).copy_from(&turned);
            }
        }
        let mut inner = spherical.columns(0, width).into_owned();
        for (own, factor) in starts.iter().zip(&gamma.factors) {
            for &start in own {
                let q = factor.nrows();
                let turned = inner.columns(start, q) * factor;
                inner.columns_mut(start, q).copy_from(&turned);
            }
        }
        for k in 0..width {
            inner[(k, k)] += 1.0;
        }
        let inner = Cholesky::new(inner).ok_or(Undefined::NotFinite)?;
        inner.l_dirty().solve_lower_triangular_mut(&mut spherical);
        let taken = spherical.tr_mul(&spherical);
        Ok(Self {
            starts,
            units: s - taken.view((0, 0), (width, width)),
            cross: all.view((0, width), (width, p)) - taken.view((0, width), (width, p)),
            fixed: all.view((width, width), (p, p)) - taken.view((width, width), (p, p)),
        })
    }

    /// E_r Z' V^-1 X, G_r = Z E_r Z'.
    fn select(&self, gamma: &Parameters, r: usize) -> DMatrix<f64> {
        let &Parameter { grouping, a, b, .. } = &gamma.list[r];
        let mut picked = DMatrix::zeros(self.cross.nrows(), self.cross.ncols());
        for &start in &self.starts[grouping] {
            picked
                .row_mut(start + a)
                .copy_from(&self.cross.row(start + b));
            picked
                .row_mut(start + b)
                .copy_from(&self.cross.row(start + a));
        }
        picked
    }

    /// tr(G_r V^-1)
    fn trace(&self, gamma: &Parameters, r: usize) -> f64 {
        let &Parameter { grouping, a, b, .. } = &gamma.list[r];
        let both = if a == b { 1.0 } else { 2.0 };
        let starts = self.starts[grouping].iter();
        starts.map(|&s| both * self.units[(s + a, s + b)]).sum()
    }

    /// tr(G_r V^-1 G_s V^-1)
    fn trace_of_two(&self, gamma: &Parameters, r: usize, s: usize) -> f64 {
        let (r, s) = (&gamma.list[r], &gamma.list[s]);
        let k = &self.units;
        let mut sum = 0.0;
        for &i in &self.starts[r.grouping] {
            for &j in &self.starts[s.grouping] {
                let straight = k[(i + r.a, j + s.a)] * k[(i + r.b, j + s.b)];
                let across = k[(i + r.a, j + s.b)] * k[(i + r.b, j + s.a)];
                sum += match (r.a == r.b, s.a == s.b) {
                    (true, true) => straight,
                    (false, false) => 2.0 * (straight + across),
                    _ => straight + across,
                };
            }
        }
        sum
    }
}
