//! The regression on cells for outcomes that are there or not: what changes the odds of a tie.

use rand::Rng;

use super::matrix::dot;
use super::mrqap::{Cells, Design, Groups, TermTest};
use super::tally::Tally;
use crate::outcome::Undefined;

/// A logistic regression on cells.
#[derive(Debug, Clone, PartialEq)]
pub struct LogitMrqap {
    pub intercept: TermTest,
    /// In the order handed in; estimates are log odds ratios.
    pub predictors: Vec<TermTest>,
    /// Cells known in the outcome and in every predictor.
    pub n_cells: u64,
}

/// What goes with higher odds of a tie when the other predictors are held constant, judged against the same data with people in another order.
///
/// # Definition
/// log odds (y = 1) = b0 + sum_k b_k x_k by maximum likelihood over the cells (i, j), i != j, y = 1 where the outcome is above 0. For each
/// term its least-squares residual on all other terms is taken, rows and columns of that residual dealt anew together within each block, the
/// regression done again with it in the term's place, and t = b / se compared (double semi-partialling)
/// # Shape and unit
/// per term a log odds ratio per unit of x, t, and p in (0, 1\]: two-sided by |t|, greater and less
/// # Missing
/// as [`mrqap`](super::mrqap::mrqap): the cells known in all after the permutation
/// # Undefined
/// as [`mrqap`](super::mrqap::mrqap); NoVariation if every cell is a tie or none; NoConvergence if the likelihood has no maximum (ties and absences are
/// fully separated). A permutation of that kind is counted in `chance.undefined` and takes no part
/// # Source
/// Dekker, Krackhardt & Snijders (2007), Psychometrika 72, 563-581, with the residuals of the linear model
/// # Agrees with
/// sna `netlogit(nullhyp = "qapspp")` 2.7-1: coefficients and t 1e-6; p within 4 standard errors of both (sna divides b by B)
/// # Cost
/// O(B x cells x terms^3): every permutation is a regression of its own
pub fn logit_mrqap(
    blocks: &[Design],
    draws: u64,
    rng: &mut impl Rng,
) -> Result<LogitMrqap, Undefined> {
    let cells = Cells::of(blocks)?;
    let tied: Vec<bool> = cells.outcome.iter().map(|&y| y > 0.0).collect();
    let n_tied = tied.iter().filter(|&&tied| tied).count();
    if n_tied == 0 || n_tied == cells.n_known {
        return Err(Undefined::NoVariation);
    }
    if cells.n_known <= cells.predictors.len() + 1 {
        return Err(Undefined::TooFewUnits);
    }
    let mut predictors = Vec::with_capacity(cells.predictors.len());
    for tested in 0..cells.predictors.len() {
        predictors.push(test(&cells, &tied, Some(tested), draws, rng)?);
    }
    Ok(LogitMrqap {
        intercept: test(&cells, &tied, None, draws, rng)?,
        predictors,
        n_cells: cells.n_known as u64,
    })
}

fn test(
    cells: &Cells,
    tied: &[bool],
    tested: Option<usize>,
    draws: u64,
    rng: &mut impl Rng,
) -> Result<TermTest, Undefined> {
    let groups = match tested {
        Some(_) => Groups::One,
        None => Groups::None,
    };
    let (mut columns, residual) = cells.apart(tested, groups)?;
    if tested.is_some() {
        columns.push(
            cells
                .known
                .iter()
                .map(|&k| f64::from(u8::from(k)))
                .collect(),
        );
    }
    let width = columns.len() + 1;
    let mut rows = Rows {
        width,
        x: Vec::with_capacity(cells.n_known * width),
        tied: Vec::with_capacity(cells.n_known),
    };
    let mut order = cells.stack.own_places();
    rows.fill(cells, &columns, &residual, tied, &order);
    let mut start = vec![0.0; width];
    let (b, se) = rows
        .maximum(&mut start, EXACT)
        .ok_or(Undefined::NoConvergence)?;
    start[width - 1] = 0.0;
    let mut tally = Tally::of(b / se);
    let mut coefficients = start.clone();
    for _ in 0..draws {
        cells.stack.shuffle(&mut order, rng);
        rows.fill(cells, &columns, &residual, tied, &order);
        coefficients.copy_from_slice(&start);
        let fit = rows.maximum(&mut coefficients, NEAR);
        tally.count(fit.map(|(b, se)| b / se));
    }
    Ok(TermTest {
        estimate: b,
        t: b / se,
        chance: tally.chance(),
    })
}

/// A step that would raise the log likelihood by less than half of this is the last one.
const EXACT: f64 = 1e-14;
const NEAR: f64 = 1e-9;
const MOST_STEPS: usize = 30;

/// One row per cell: the other terms, and last the dealt residual.
struct Rows {
    width: usize,
    x: Vec<f64>,
    tied: Vec<bool>,
}

impl Rows {
    /// The cells known after dealing.
    fn fill(
        &mut self,
        cells: &Cells,
        columns: &[Vec<f64>],
        residual: &[f64],
        tied: &[bool],
        order: &[usize],
    ) {
        self.x.clear();
        self.tied.clear();
        for block in &cells.stack.blocks {
            let places = block.places(order);
            for (i, j) in block.pairs() {
                let (cell, from) = (block.at(i, j), block.at(places[i], places[j]));
                if cells.known[cell] && cells.known[from] {
                    self.x.extend(columns.iter().map(|column| column[cell]));
                    self.x.push(residual[from]);
                    self.tied.push(tied[cell]);
                }
            }
        }
    }

    /// Newton's steps to the maximum of the likelihood; the last coefficient and its standard error there, if there is a maximum.
    fn maximum(&self, coefficients: &mut [f64], enough: f64) -> Option<(f64, f64)> {
        let width = self.width;
        if self.tied.len() <= width {
            return None;
        }
        let mut gradient = vec![0.0; width];
        let mut information = vec![0.0; width * width];
        for _ in 0..MOST_STEPS {
            gradient.fill(0.0);
            information.fill(0.0);
            for (row, &tied) in self.x.chunks_exact(width).zip(&self.tied) {
                let log_odds = dot(row, coefficients);
                let e = (-log_odds.abs()).exp();
                let rare = e / (1.0 + e);
                let p = if log_odds > 0.0 { 1.0 - rare } else { rare };
                let weight = rare * (1.0 - rare);
                let off = f64::from(u8::from(tied)) - p;
                for (c, &x) in row.iter().enumerate() {
                    gradient[c] += off * x;
                    let weighted = weight * x;
                    let entries = &mut information[c * width..=c * width + c];
                    for (entry, y) in entries.iter_mut().zip(row) {
                        *entry += weighted * y;
                    }
                }
            }
            factor(&mut information, width)?;
            // L u = gradient, L' step = u: u'u is twice what the step gains.
            for c in 0..width {
                let taken = dot(&gradient[..c], &information[c * width..c * width + c]);
                gradient[c] = (gradient[c] - taken) / information[c * width + c];
            }
            let gain = dot(&gradient, &gradient);
            for c in (0..width).rev() {
                let above = (c + 1..width).map(|d| gradient[d] * information[d * width + c]);
                let taken: f64 = above.sum();
                gradient[c] = (gradient[c] - taken) / information[c * width + c];
            }
            for (b, step) in coefficients.iter_mut().zip(&gradient) {
                *b += step;
            }
            if gain <= enough {
                // The last entry of the factor is one over the standard error of the last coefficient.
                return Some((
                    coefficients[width - 1],
                    1.0 / information[width * width - 1],
                ));
            }
            if !gain.is_finite() {
                return None;
            }
        }
        None
    }
}

/// Cholesky's factor in the lower triangle; None if the matrix is singular.
fn factor(matrix: &mut [f64], width: usize) -> Option<()> {
    for c in 0..width {
        for d in 0..=c {
            let (before, row) = matrix.split_at(c * width);
            let whole = row[d];
            let left = if d == c {
                whole - dot(&row[..d], &row[..d])
            } else {
                whole - dot(&row[..d], &before[d * width..d * width + d])
            };
            if d == c && left <= 1e-12 * whole {
                return None;
            }
            matrix[c * width + d] = if d == c {
                left.sqrt()
            } else {
                left / matrix[d * width + d]
            };
        }
    }
    Some(())
}
