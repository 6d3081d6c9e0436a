//! Units within units: each level is eliminated unit by unit into the unit above it.

use super::cross_products::{LeafKernels, Leaves, Rows, Target};
use super::packed;

/// A level above the first.
#[derive(Debug, Clone)]
struct Level {
    /// Place of the grouping in the design.
    place: usize,
    q: usize,
    units: usize,
    /// Order of a unit's matrix: its own terms, those above, the fixed columns and the outcome.
    order: usize,
    /// Per unit, the unit above it.
    parent: Vec<u32>,
}

#[derive(Debug, Clone)]
pub(super) struct Nested {
    levels: Vec<Level>,
    /// Cross-products of the rows of each unit of the first of `levels`, packed; of all rows without levels.
    raw: Vec<f64>,
    tail: usize,
}

/// What is left of each unit once those below it are eliminated.
pub(super) struct NestedState {
    /// Per level, then the root.
    left: Vec<Vec<f64>>,
    pub log_det: f64,
}

impl Nested {
    pub(super) fn new(rows: &Rows) -> Self {
        let tail = rows.tail.len();
        let n_levels = rows.order.len();
        let mut levels: Vec<Level> = (1..n_levels)
            .map(|level| Level {
                place: rows.order[level],
                q: rows.grouping(level).terms.len(),
                units: rows.grouping(level).units.len(),
                order: 0,
                parent: if level + 1 < n_levels {
                    rows.home(level)
                } else {
                    vec![0; rows.grouping(level).units.len()]
                },
            })
            .collect();
        let mut order = tail;
        for level in levels.iter_mut().rev() {
            order += level.q;
            level.order = order;
        }
        let size = packed::size(order);
        let units = levels.first().map_or(1, |level| level.units);
        let mut raw = vec![0.0; units * size];
        let mut row_values = Vec::with_capacity(order);
        for row in 0..rows.design.n_rows() {
            rows.row_above(row, 1, &mut row_values);
            let unit = if n_levels > 1 {
                rows.grouping(1).unit_of[row] as usize
            } else {
                0
            };
            packed::add_square(&mut raw[unit * size..(unit + 1) * size], &row_values);
        }
        Self { levels, raw, tail }
    }

    pub(super) fn forward(
        &self,
        leaves: Option<(&Leaves, &LeafKernels)>,
        factors: &[Vec<f64>],
    ) -> NestedState {
        let mut first = self.raw.clone();
        if let Some((leaves, kernels)) = leaves {
            leaves.reductions(kernels, false, |target, local| {
                if let Target::Unit(unit) = target {
                    let own = &mut first[unit * local.len()..(unit + 1) * local.len()];
                    for (sum, x) in own.iter_mut().zip(local) {
                        *sum -= x;
                    }
                }
            });
        }
        let mut left = vec![first];
        let mut log_det = 0.0;
        for (at, level) in self.levels.iter().enumerate() {
            let above = self.levels.get(at + 1);
            let order = level.order - level.q;
            let size = packed::size(order);
            let mut next = vec![0.0; size * above.map_or(1, |above| above.units)];
            let mut unit = Unit::new(level);
            let matrices = left[at].chunks_exact(packed::size(level.order));
            for (matrix, &parent) in matrices.zip(&level.parent) {
                log_det += unit.eliminate(matrix, &factors[level.place]);
                let sum = &mut next[parent as usize * size..(parent as usize + 1) * size];
                unit.pass_up(matrix, sum);
            }
            left.push(next);
        }
        NestedState { left, log_det }
    }

    /// What is left of the fixed columns and the outcome.
    pub(super) fn root<'a>(&self, state: &'a NestedState) -> &'a [f64] {
        &state.left[self.levels.len()]
    }

    /// Per level its place and the derivative by the covariance of its effects, from that by the root (packed, off the diagonal twice).
    pub(super) fn backward(
        &self,
        state: &NestedState,
        leaves: Option<(&Leaves, &LeafKernels)>,
        factors: &[Vec<f64>],
        by_root: &[f64],
    ) -> Vec<(usize, Vec<f64>)> {
        let mut slopes = Vec::new();
        let mut above = by_root.to_vec();
        for (at, level) in self.levels.iter().enumerate().rev() {
            let size = packed::size(level.order);
            let size_above = packed::size(level.order - level.q);
            let mut own = vec![0.0; level.units * size];
            let mut slope = vec![0.0; level.q * level.q];
            let mut unit = Unit::new(level);
            let matrices = state.left[at].chunks_exact(size);
            for ((matrix, &parent), by) in
                matrices.zip(&level.parent).zip(own.chunks_exact_mut(size))
            {
                unit.eliminate(matrix, &factors[level.place]);
                let by_parent = &above[parent as usize * size_above..][..size_above];
                unit.pass_down(by_parent, by, &mut slope);
            }
            slopes.push((level.place, slope));
            above = own;
        }
        if let Some((leaves, kernels)) = leaves {
            let slope = leaves.slope(kernels, false, |target, local| {
                if let Target::Unit(unit) = target {
                    let size = above.len() / self.levels.first().map_or(1, |level| level.units);
                    local.extend_from_slice(&above[unit * size..(unit + 1) * size]);
                }
            });
            slopes.push((leaves.place, slope));
        }
        slopes
    }

    /// Per level from the top its place and the effects of its units, unit by unit, given the last column of the root solved: (-b, 1).
    pub(super) fn effects(
        &self,
        state: &NestedState,
        factors: &[Vec<f64>],
        root: &[f64],
    ) -> Vec<(usize, Vec<f64>)> {
        let mut found = Vec::new();
        // Per unit of the level above: minus its effects, then what stands above it.
        let mut above = root.to_vec();
        for (at, level) in self.levels.iter().enumerate().rev() {
            let rest = level.order - level.q;
            let mut own = Vec::with_capacity(level.units * level.order);
            let mut effects = Vec::with_capacity(level.units * level.q);
            let mut unit = Unit::new(level);
            let matrices = state.left[at].chunks_exact(packed::size(level.order));
            for (matrix, &parent) in matrices.zip(&level.parent) {
                unit.eliminate(matrix, &factors[level.place]);
                let known = &above[parent as usize * rest..][..rest];
                for a in 0..level.q {
                    let effect: f64 = (0..rest).map(|j| unit.u[j * level.q + a] * known[j]).sum();
                    effects.push(effect);
                    own.push(-effect);
                }
                own.extend_from_slice(known);
            }
            found.push((level.place, effects));
            above = own;
        }
        found
    }

    pub(super) fn tail(&self) -> usize {
        self.tail
    }
}

/// Room to eliminate one unit in.
struct Unit {
    q: usize,
    rest: usize,
    /// Cross-products of its own terms.
    m: Vec<f64>,
    k: Vec<f64>,
    /// Its own terms with what stands above, column by column, and K times that.
    b: Vec<f64>,
    u: Vec<f64>,
    p: Vec<f64>,
    c: Vec<f64>,
    room: Vec<f64>,
}

impl Unit {
    fn new(level: &Level) -> Self {
        let q = level.q;
        let rest = level.order - q;
        Self {
            q,
            rest,
            m: vec![0.0; q * q],
            k: vec![0.0; q * q],
            b: vec![0.0; q * rest],
            u: vec![0.0; q * rest],
            p: vec![0.0; q * rest],
            c: vec![0.0; q * q],
            room: vec![0.0; 2 * q * q],
        }
    }

    fn eliminate(&mut self, matrix: &[f64], factor: &[f64]) -> f64 {
        let q = self.q;
        for j in 0..q {
            for i in 0..=j {
                let x = matrix[packed::column(j) + i];
                self.m[i * q + j] = x;
                self.m[j * q + i] = x;
            }
        }
        for j in 0..self.rest {
            let start = packed::column(q + j);
            self.b[j * q..(j + 1) * q].copy_from_slice(&matrix[start..start + q]);
        }
        let log_det = packed::kernel(&self.m, factor, q, &mut self.k, &mut self.room);
        for j in 0..self.rest {
            for a in 0..q {
                self.u[j * q + a] = (0..q).map(|t| self.k[a * q + t] * self.b[j * q + t]).sum();
            }
        }
        log_det
    }

    fn pass_up(&self, matrix: &[f64], sum: &mut [f64]) {
        let q = self.q;
        for j in 0..self.rest {
            let from = packed::column(q + j) + q;
            let to = packed::column(j);
            let u = &self.u[j * q..(j + 1) * q];
            for i in 0..=j {
                let b = &self.b[i * q..(i + 1) * q];
                let less: f64 = b.iter().zip(u).map(|(x, y)| x * y).sum();
                sum[to + i] += matrix[from + i] - less;
            }
        }
    }

    fn pass_down(&mut self, by_parent: &[f64], by: &mut [f64], slope: &mut [f64]) {
        let (q, rest) = (self.q, self.rest);
        // p = U times the derivative above.
        self.p.fill(0.0);
        for j in 0..rest {
            for i in 0..=j {
                let x = by_parent[packed::column(j) + i];
                let half = if i == j { x } else { 0.5 * x };
                for a in 0..q {
                    self.p[j * q + a] += self.u[i * q + a] * half;
                    if i != j {
                        self.p[i * q + a] += self.u[j * q + a] * half;
                    }
                }
            }
        }
        for j in 0..q {
            for i in 0..=j {
                let through: f64 = (0..rest)
                    .map(|t| self.p[t * q + i] * self.u[t * q + j])
                    .sum();
                let x = self.k[i * q + j] + through;
                by[packed::column(j) + i] = if i == j { x } else { 2.0 * x };
            }
        }
        for j in 0..rest {
            let start = packed::column(q + j);
            for a in 0..q {
                by[start + a] = -2.0 * self.p[j * q + a];
            }
            let from = packed::column(j);
            by[start + q..=start + q + j].copy_from_slice(&by_parent[from..=from + j]);
        }
        self.derivative_by_kernel(by_parent);
        packed::add_slope(&self.m, &self.k, &self.c, 1.0, q, slope, &mut self.room);
    }

    /// By the kernel: -B O B', O the derivative above.
    fn derivative_by_kernel(&mut self, by_parent: &[f64]) {
        let (q, rest) = (self.q, self.rest);
        self.c.fill(0.0);
        for j in 0..rest {
            for i in 0..=j {
                let x = by_parent[packed::column(j) + i];
                // On the diagonal the sum below holds the product twice, beside it the derivative stands twice.
                let half = 0.5 * x;
                for a in 0..q {
                    for t in 0..q {
                        self.c[a * q + t] -= half
                            * (self.b[i * q + a] * self.b[j * q + t]
                                + self.b[j * q + a] * self.b[i * q + t]);
                    }
                }
            }
        }
    }
}
