//! Units that cross (pupils who change school): the first grouping is eliminated unit by unit, the others together as one dense matrix.

use nalgebra::{Cholesky, DMatrix, DMatrixView, DVector, Dyn};

use super::cross_products::{LeafKernels, Leaves, Rows, Target};
use super::packed;

/// The columns of one grouping in the dense matrix.
#[derive(Debug, Clone)]
struct Block {
    /// Place of the grouping in the design.
    place: usize,
    q: usize,
    units: usize,
    start: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Crossed {
    blocks: Vec<Block>,
    /// Effects of all blocks together.
    effects: usize,
    tail: usize,
    /// Cross-products of all columns, upper triangle.
    raw: DMatrix<f64>,
}

/// What is left once the first grouping is eliminated, and what comes of eliminating the rest.
pub(super) struct CrossedState {
    left: DMatrix<f64>,
    factored: Cholesky<f64, Dyn>,
    pub root: Vec<f64>,
    pub log_det: f64,
}

impl Crossed {
    /// The first dense column of each level above the first, and of the tail.
    pub(super) fn slots(rows: &Rows) -> Vec<usize> {
        let mut slots = vec![0];
        let mut next = 0;
        for level in 1..rows.order.len() {
            let grouping = rows.grouping(level);
            next += grouping.units.len() * grouping.terms.len();
            slots.push(next);
        }
        slots
    }

    pub(super) fn new(rows: &Rows, slots: &[usize]) -> Self {
        let n_levels = rows.order.len();
        let blocks: Vec<Block> = (1..n_levels)
            .map(|level| Block {
                place: rows.order[level],
                q: rows.grouping(level).terms.len(),
                units: rows.grouping(level).units.len(),
                start: slots[level - 1],
            })
            .collect();
        let effects = slots[n_levels - 1];
        let tail = rows.tail.len();
        let mut raw = DMatrix::zeros(effects + tail, effects + tail);
        let mut entries: Vec<(usize, f64)> = Vec::new();
        for row in 0..rows.design.n_rows() {
            entries.clear();
            for (block, level) in blocks.iter().zip(1..) {
                let grouping = rows.grouping(level);
                let first = block.start + grouping.unit_of[row] as usize * block.q;
                let terms = rows.terms(level).iter().map(|values| values[row]);
                entries.extend((first..).zip(terms));
            }
            entries.extend((effects..).zip(rows.tail.iter().map(|c| c[row])));
            for (j, &(column, y)) in entries.iter().enumerate() {
                for &(above, x) in &entries[..=j] {
                    raw[(above, column)] += x * y;
                }
            }
        }
        Self {
            blocks,
            effects,
            tail,
            raw,
        }
    }

    pub(super) fn forward(
        &self,
        leaves: (&Leaves, &LeafKernels),
        factors: &[Vec<f64>],
    ) -> Option<CrossedState> {
        let (c, tail) = (self.effects, self.tail);
        let mut left = self.raw.clone();
        leaves.0.reductions(leaves.1, true, |target, local| {
            if let Target::Columns(columns) = target {
                for (j, &column) in columns.iter().enumerate() {
                    let start = packed::column(j);
                    let mut into = left.column_mut(column as usize);
                    for (&above, x) in columns[..=j].iter().zip(&local[start..]) {
                        into[above as usize] -= x;
                    }
                }
            }
        });
        left.fill_lower_triangle_with_upper_triangle();
        // I + F'MF, and F' times the tail.
        let mut inner = left.columns(0, c).rows(0, c).into_owned();
        self.times_factor_right(&mut inner, factors);
        let mut inner = inner.transpose();
        self.times_factor_right(&mut inner, factors);
        for i in 0..c {
            inner[(i, i)] += 1.0;
        }
        let factored = inner.cholesky()?;
        let triangle = factored.l_dirty();
        let log_det = (0..c).map(|i| 2.0 * triangle[(i, i)].ln()).sum();
        let mut sides = left.view((c, 0), (tail, c)).into_owned();
        self.times_factor_right(&mut sides, factors);
        let mut sides = sides.transpose();
        if !triangle.solve_lower_triangular_mut(&mut sides) {
            return None;
        }
        let mut root = vec![0.0; packed::size(tail)];
        for j in 0..tail {
            for i in 0..=j {
                root[packed::column(j) + i] =
                    left[(c + i, c + j)] - sides.column(i).dot(&sides.column(j));
            }
        }
        Some(CrossedState {
            left,
            factored,
            root,
            log_det,
        })
    }

    /// Multiplies by F from the right, column block by column block.
    fn times_factor_right(&self, matrix: &mut DMatrix<f64>, factors: &[Vec<f64>]) {
        let mut old = DMatrix::zeros(0, 0);
        for block in &self.blocks {
            let (q, f) = (block.q, &factors[block.place]);
            for unit in 0..block.units {
                let first = block.start + unit * q;
                if old.shape() != (matrix.nrows(), q) {
                    old = DMatrix::zeros(matrix.nrows(), q);
                }
                old.copy_from(&matrix.columns(first, q));
                for b in 0..q {
                    let mut into = matrix.column_mut(first + b);
                    into.fill(0.0);
                    for a in 0..q {
                        into.axpy(f[a * q + b], &old.column(a), 1.0);
                    }
                }
            }
        }
    }

    /// K of all blocks together, F (I + F'MF)^-1 F'.
    fn kernel(&self, state: &CrossedState, factors: &[Vec<f64>]) -> DMatrix<f64> {
        // Multiplying from the right multiplies by F; K = F A^-1 F' is reached by transposing F' to its place on both sides.
        let mut k = state.factored.inverse();
        let turned: Vec<Vec<f64>> = factors
            .iter()
            .map(|f| {
                let q = f.len().isqrt();
                (0..q * q).map(|at| f[(at % q) * q + at / q]).collect()
            })
            .collect();
        self.times_factor_right(&mut k, &turned);
        let mut k = k.transpose();
        self.times_factor_right(&mut k, &turned);
        k
    }

    fn sides<'a>(&self, state: &'a CrossedState) -> DMatrixView<'a, f64> {
        state
            .left
            .view((0, self.effects), (self.effects, self.tail))
    }

    /// As for nested units.
    pub(super) fn backward(
        &self,
        state: &CrossedState,
        leaves: (&Leaves, &LeafKernels),
        factors: &[Vec<f64>],
        by_root: &[f64],
    ) -> Vec<(usize, Vec<f64>)> {
        let (c, tail) = (self.effects, self.tail);
        let k = self.kernel(state, factors);
        let b = self.sides(state);
        let u = &k * b;
        let mut above = DMatrix::zeros(tail, tail);
        for j in 0..tail {
            for i in 0..=j {
                let x = by_root[packed::column(j) + i];
                let half = if i == j { x } else { 0.5 * x };
                above[(i, j)] = half;
                above[(j, i)] = half;
            }
        }
        let p = &u * &above;
        // By every entry of what the leaves leave.
        let mut by = DMatrix::zeros(c + tail, c + tail);
        by.view_mut((0, 0), (c, c)).copy_from(&k);
        by.view_mut((0, 0), (c, c))
            .gemm(1.0, &p, &u.transpose(), 1.0);
        by.view_mut((0, c), (c, tail)).copy_from(&(-&p));
        by.view_mut((c, c), (tail, tail)).copy_from(&above);
        let leaf_slope = leaves.0.slope(leaves.1, true, |target, local| {
            if let Target::Columns(columns) = target {
                for (j, &column) in columns.iter().enumerate() {
                    for &above in &columns[..j] {
                        local.push(2.0 * by[(above as usize, column as usize)]);
                    }
                    local.push(by[(column as usize, column as usize)]);
                }
            }
        });
        let mut slopes = vec![(leaves.0.place, leaf_slope)];
        // M K, and (I - MK) B.
        let m = state.left.view((0, 0), (c, c));
        let mk = m * &k;
        let e = b - m * &u;
        let ep = &e * &above;
        for block in &self.blocks {
            let q = block.q;
            let mut slope = vec![0.0; q * q];
            for unit in 0..block.units {
                let first = block.start + unit * q;
                for i in 0..q {
                    for j in 0..q {
                        let mkm: f64 = mk.row(first + i).transpose().dot(&m.column(first + j));
                        let of_k = ep.row(first + i).dot(&e.row(first + j));
                        slope[i * q + j] += m[(first + i, first + j)] - mkm - of_k;
                    }
                }
            }
            slopes.push((block.place, slope));
        }
        slopes
    }

    pub(super) fn effects(
        &self,
        state: &CrossedState,
        factors: &[Vec<f64>],
        root: &[f64],
    ) -> Vec<(usize, Vec<f64>)> {
        let known = self.sides(state) * DVector::from_column_slice(root);
        let all = self.kernel(state, factors) * known;
        self.blocks
            .iter()
            .map(|block| {
                let own = all.rows(block.start, block.q * block.units);
                (block.place, own.iter().copied().collect())
            })
            .collect()
    }
}
