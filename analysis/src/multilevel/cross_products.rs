//! The rows of a design as cross-products: what an evaluation needs to know of them, and nothing else.
//!
//! The grouping with the most units (pupils) is eliminated first, unit by unit. What a unit leaves behind depends on its rows through
//! M = Z'Z and D = Z'[columns above it]; pupils with the same occasions share M, and then only sums of products of their D are needed.

use std::collections::BTreeMap;

use super::design::{Design, Grouping};
use super::packed;
use crate::numeric::gram_schmidt;
use nalgebra::{DMatrix, DVector};

/// The most effects of crossed units whose dense matrix is factored: 1,000 x 1,000 takes 8 MB a matrix, and time that grows with the cube.
pub(super) const MOST_CROSSED: usize = 1_000;

/// In which order the groupings are eliminated, and whether each lies within the next.
#[derive(Debug, Clone)]
pub(super) struct Elimination {
    /// Places in the design: most units first.
    pub order: Vec<usize>,
    pub nested: bool,
}

impl Elimination {
    pub(super) fn of(groupings: &[Grouping]) -> Self {
        let mut order: Vec<usize> = (0..groupings.len()).collect();
        order.sort_by_key(|&place| std::cmp::Reverse(groupings[place].units.len()));
        let nested = order
            .windows(2)
            .all(|pair| within(&groupings[pair[0]], &groupings[pair[1]]).is_some());
        Self { order, nested }
    }
}

/// Per inner unit its outer unit; none if an inner unit has rows in two.
fn within(inner: &Grouping, outer: &Grouping) -> Option<Vec<u32>> {
    let mut home = vec![u32::MAX; inner.units.len()];
    for (&unit, &above) in inner.unit_of.iter().zip(&outer.unit_of) {
        let place = &mut home[unit as usize];
        if *place != u32::MAX && *place != above {
            return None;
        }
        *place = above;
    }
    Some(home)
}

/// The names and the number of crossed effects, if they are too many.
pub(super) fn too_many_crossed(groupings: &[Grouping]) -> Option<(String, usize)> {
    let elimination = Elimination::of(groupings);
    if elimination.nested {
        return None;
    }
    let effects = elimination.order[1..]
        .iter()
        .map(|&place| groupings[place].units.len() * groupings[place].terms.len())
        .sum();
    let names: Vec<String> = elimination
        .order
        .iter()
        .map(|&place| format!("`{}`", groupings[place].name))
        .collect();
    (effects > MOST_CROSSED).then(|| (names.join(" and "), effects))
}

/// The fixed columns made orthogonal and the outcome without them, in units of its own residual: no digits are lost to a large mean.
#[derive(Debug, Clone)]
pub(super) struct FixedPart {
    /// columns = orthogonal * triangle
    pub triangle: DMatrix<f64>,
    /// Coefficients of least squares without random effects.
    pub least_squares: DVector<f64>,
    /// Root mean square of the residuals of least squares; zero if they are nothing but rounding.
    pub spread: f64,
}

/// The rows as every sum over them needs them.
pub(super) struct Rows<'a> {
    pub design: &'a Design,
    pub order: &'a [usize],
    /// Per grouping in the order of the design, its terms made orthogonal over rows: no digits are lost to the origin of a slope.
    pub terms: Vec<Vec<Vec<f64>>>,
    /// Orthogonal fixed columns, then the outcome.
    pub tail: Vec<Vec<f64>>,
}

/// The terms of a grouping made orthogonal, mean square 1, and the triangle that brings them back: terms = orthogonal * triangle.
pub(super) fn orthogonal_terms(grouping: &Grouping) -> (Vec<Vec<f64>>, DMatrix<f64>) {
    let columns: Vec<&[f64]> = grouping.terms.iter().map(|c| c.values.as_slice()).collect();
    // A design has no term that is a sum of others.
    gram_schmidt::orthogonal(&columns).unwrap_or_else(|_| {
        let same = columns.iter().map(|c| c.to_vec()).collect();
        (same, DMatrix::identity(columns.len(), columns.len()))
    })
}

impl<'a> Rows<'a> {
    /// The rows, what their fixed part is, and per grouping the triangle of its terms.
    pub(super) fn of(
        design: &'a Design,
        order: &'a [usize],
    ) -> (Self, FixedPart, Vec<DMatrix<f64>>) {
        let (terms, triangles) = design.groupings().iter().map(orthogonal_terms).unzip();
        let columns: Vec<&[f64]> = design.fixed().iter().map(|c| c.values.as_slice()).collect();
        // A design has no column that is a sum of others.
        let (mut tail, triangle) = gram_schmidt::orthogonal(&columns)
            .unwrap_or_else(|_| (Vec::new(), DMatrix::zeros(0, 0)));
        let rows = design.n_rows() as f64;
        let mut rest = design.outcome().to_vec();
        let mut along = DVector::zeros(tail.len());
        for _ in 0..2 {
            for (i, direction) in tail.iter().enumerate() {
                let share = gram_schmidt::dot(direction, &rest) / rows;
                along[i] += share;
                for (y, d) in rest.iter_mut().zip(direction) {
                    *y -= share * d;
                }
            }
        }
        let size = |y: &[f64]| (y.iter().map(|y| y * y).sum::<f64>() / rows).sqrt();
        let mut spread = size(&rest);
        if spread <= 1e-12 * size(design.outcome()) {
            spread = 0.0;
        } else {
            for y in &mut rest {
                *y /= spread;
            }
        }
        tail.push(rest);
        let least_squares = triangle
            .solve_upper_triangular(&along)
            .unwrap_or_else(|| along.clone());
        let fixed = FixedPart {
            triangle,
            least_squares,
            spread,
        };
        (
            Self {
                design,
                order,
                terms,
                tail,
            },
            fixed,
            triangles,
        )
    }

    pub(super) fn grouping(&self, level: usize) -> &'a Grouping {
        &self.design.groupings()[self.order[level]]
    }

    pub(super) fn terms(&self, level: usize) -> &[Vec<f64>] {
        &self.terms[self.order[level]]
    }

    /// Per unit of level `inner`, its unit one level up.
    pub(super) fn home(&self, inner: usize) -> Vec<u32> {
        within(self.grouping(inner), self.grouping(inner + 1)).unwrap_or_default()
    }

    /// The terms of the levels from `level` up, then the tail: one row of a nested design.
    pub(super) fn row_above(&self, row: usize, level: usize, into: &mut Vec<f64>) {
        into.clear();
        for above in level..self.order.len() {
            into.extend(self.terms(above).iter().map(|values| values[row]));
        }
        into.extend(self.tail.iter().map(|c| c[row]));
    }
}

/// Units of the first level that share M and the units above them.
#[derive(Debug, Clone)]
struct Group {
    pattern: u32,
    /// Nested: the unit one level up. Crossed: where in `columns` its list begins.
    target: u32,
    width: u32,
    members: u32,
    pooled: bool,
    start: usize,
}

/// The first level.
#[derive(Debug, Clone)]
pub(super) struct Leaves {
    pub place: usize,
    pub q: usize,
    /// The different M, q x q each.
    patterns: Vec<f64>,
    /// How many units have each.
    counts: Vec<f64>,
    groups: Vec<Group>,
    /// Crossed: columns of the dense matrix, list after list.
    columns: Vec<u32>,
    /// Pooled: per pair of terms the packed sums of products of D. Not pooled: D of each unit, column by column.
    data: Vec<f64>,
}

/// Kernels of the patterns.
pub(super) struct LeafKernels {
    pub k: Vec<f64>,
    pub log_det: f64,
}

/// Where a group's sums belong.
pub(super) enum Target<'a> {
    Unit(usize),
    Columns(&'a [u32]),
}

impl Leaves {
    /// `slot`: crossed designs only, the first dense column of each unit per level, and of the tail.
    pub(super) fn new(rows: &Rows, home: &[u32], slots: Option<&[usize]>) -> Self {
        let grouping = rows.grouping(0);
        let q = grouping.terms.len();
        let own = rows.terms(0);
        let (starts, mut by_unit) = rows_by_unit(grouping);
        // In the order of their terms: units with the same rows in another order share their sums to the last bit.
        for range in starts.windows(2) {
            by_unit[range[0]..range[1]].sort_by(|&a, &b| {
                own.iter()
                    .map(|values| values[a as usize].total_cmp(&values[b as usize]))
                    .find(|order| order.is_ne())
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        let rows_of = |unit: usize| &by_unit[starts[unit]..starts[unit + 1]];
        let units = grouping.units.len();

        let mut known: BTreeMap<Vec<u64>, u32> = BTreeMap::new();
        let mut patterns: Vec<f64> = Vec::new();
        let mut counts: Vec<f64> = Vec::new();
        let mut keys: Vec<(Vec<u32>, u32, u32)> = Vec::with_capacity(units);
        let mut m = vec![0.0; q * q];
        for unit in 0..units {
            m.fill(0.0);
            for &row in rows_of(unit) {
                for a in 0..q {
                    for b in 0..q {
                        m[a * q + b] += own[a][row as usize] * own[b][row as usize];
                    }
                }
            }
            let bits: Vec<u64> = m.iter().map(|x| x.to_bits()).collect();
            let next = counts.len() as u32;
            let pattern = *known.entry(bits).or_insert(next);
            if pattern == next {
                patterns.extend_from_slice(&m);
                counts.push(0.0);
            }
            counts[pattern as usize] += 1.0;
            let above = match slots {
                None => vec![home.get(unit).copied().unwrap_or(0)],
                Some(slots) => touched(rows, rows_of(unit), slots),
            };
            keys.push((above, pattern, unit as u32));
        }
        keys.sort_unstable();

        let mut leaves = Self {
            place: rows.order[0],
            q,
            patterns,
            counts,
            groups: Vec::new(),
            columns: Vec::new(),
            data: Vec::new(),
        };
        let mut d = Vec::new();
        for same in keys.chunk_by(|a, b| a.0 == b.0 && a.1 == b.1) {
            let (above, pattern, _) = &same[0];
            let width = match slots {
                None => width_above(rows),
                Some(_) => above.len(),
            };
            let pooled = 2 * same.len() > q;
            let start = leaves.data.len();
            let triangle = packed::size(width);
            if pooled {
                leaves.data.resize(start + packed::size(q) * triangle, 0.0);
            }
            for &(_, _, unit) in same {
                d.clear();
                d.resize(q * width, 0.0);
                for &row in rows_of(unit as usize) {
                    add_row(
                        rows,
                        row as usize,
                        slots.map(|s| (s, above.as_slice())),
                        &mut d,
                    );
                }
                if pooled {
                    let sums = &mut leaves.data[start..];
                    for b in 0..q {
                        for a in 0..=b {
                            let pair = packed::column(b) + a;
                            let sums = &mut sums[pair * triangle..(pair + 1) * triangle];
                            add_pair(sums, &d, q, a, b);
                        }
                    }
                } else {
                    leaves.data.extend_from_slice(&d);
                }
            }
            let target = match slots {
                None => above[0],
                Some(_) => {
                    let at = leaves.columns.len() as u32;
                    leaves.columns.extend_from_slice(above);
                    at
                }
            };
            leaves.groups.push(Group {
                pattern: *pattern,
                target,
                width: width as u32,
                members: same.len() as u32,
                pooled,
                start,
            });
        }
        leaves.data.shrink_to_fit();
        leaves
    }

    pub(super) fn kernels(&self, factor: &[f64]) -> LeafKernels {
        let square = self.q * self.q;
        let mut k = vec![0.0; self.patterns.len()];
        let mut room = vec![0.0; 2 * square];
        let mut log_det = 0.0;
        let each = self.patterns.chunks_exact(square).zip(&self.counts);
        for ((m, count), k) in each.zip(k.chunks_exact_mut(square)) {
            log_det += count * packed::kernel(m, factor, self.q, k, &mut room);
        }
        LeafKernels { k, log_det }
    }

    fn target<'a>(&'a self, group: &Group, crossed: bool) -> Target<'a> {
        let at = group.target as usize;
        if crossed {
            Target::Columns(&self.columns[at..at + group.width as usize])
        } else {
            Target::Unit(at)
        }
    }

    /// Hands over the sum of D'KD of each group, packed.
    pub(super) fn reductions(
        &self,
        kernels: &LeafKernels,
        crossed: bool,
        mut take: impl FnMut(Target, &[f64]),
    ) {
        let q = self.q;
        let mut local = Vec::new();
        let mut u = Vec::new();
        for group in &self.groups {
            let k = &kernels.k[group.pattern as usize * q * q..][..q * q];
            let width = group.width as usize;
            let triangle = packed::size(width);
            local.clear();
            local.resize(triangle, 0.0);
            if group.pooled {
                let mut sums = self.data[group.start..].chunks_exact(triangle);
                for b in 0..q {
                    for a in 0..=b {
                        let weight = k[a * q + b];
                        let Some(sums) = sums.next() else { break };
                        for (sum, s) in local.iter_mut().zip(sums) {
                            *sum += weight * s;
                        }
                    }
                }
            } else {
                for d in self.data[group.start..]
                    .chunks_exact(q * width)
                    .take(group.members as usize)
                {
                    add_reduction(k, d, q, &mut u, &mut local);
                }
            }
            take(self.target(group, crossed), &local);
        }
    }

    /// The derivative by the covariance of the leaves' effects, from the derivative by the packed sums (those off the diagonal twice).
    pub(super) fn slope(
        &self,
        kernels: &LeafKernels,
        crossed: bool,
        mut derivative: impl FnMut(Target, &mut Vec<f64>),
    ) -> Vec<f64> {
        let q = self.q;
        let square = q * q;
        let mut by_kernel = vec![0.0; self.patterns.len()];
        let mut local = Vec::new();
        let mut pair_sums = Vec::new();
        for group in &self.groups {
            let width = group.width as usize;
            let triangle = packed::size(width);
            local.clear();
            derivative(self.target(group, crossed), &mut local);
            let by_kernel = &mut by_kernel[group.pattern as usize * square..][..square];
            let mut take = |a: usize, b: usize, sums: &[f64]| {
                let by = -dot(&local, sums);
                if a == b {
                    by_kernel[a * q + a] += by;
                } else {
                    by_kernel[a * q + b] += 0.5 * by;
                    by_kernel[b * q + a] += 0.5 * by;
                }
            };
            if group.pooled {
                let mut sums = self.data[group.start..].chunks_exact(triangle);
                for b in 0..q {
                    for a in 0..=b {
                        let Some(sums) = sums.next() else { break };
                        take(a, b, sums);
                    }
                }
            } else {
                for d in self.data[group.start..]
                    .chunks_exact(q * width)
                    .take(group.members as usize)
                {
                    for b in 0..q {
                        for a in 0..=b {
                            pair_sums.clear();
                            pair_sums.resize(triangle, 0.0);
                            add_pair(&mut pair_sums, d, q, a, b);
                            take(a, b, &pair_sums);
                        }
                    }
                }
            }
        }
        let mut slope = vec![0.0; square];
        let mut room = vec![0.0; 2 * square];
        for (pattern, count) in self.counts.iter().enumerate() {
            let at = pattern * square..(pattern + 1) * square;
            packed::add_slope(
                &self.patterns[at.clone()],
                &kernels.k[at.clone()],
                &by_kernel[at],
                *count,
                q,
                &mut slope,
                &mut room,
            );
        }
        slope
    }
}

/// Adds d_a d_b' (both ways if a differs from b), packed.
fn add_pair(sums: &mut [f64], d: &[f64], q: usize, a: usize, b: usize) {
    let width = d.len() / q;
    for j in 0..width {
        let start = packed::column(j);
        let (aj, bj) = (d[j * q + a], d[j * q + b]);
        for (i, sum) in sums[start..=start + j].iter_mut().enumerate() {
            let (ai, bi) = (d[i * q + a], d[i * q + b]);
            *sum += if a == b { ai * bj } else { ai * bj + bi * aj };
        }
    }
}

/// Adds D'KD, packed.
fn add_reduction(k: &[f64], d: &[f64], q: usize, u: &mut Vec<f64>, sums: &mut [f64]) {
    let width = d.len() / q;
    u.clear();
    for column in d.chunks_exact(q) {
        for a in 0..q {
            u.push(dot(&k[a * q..(a + 1) * q], column));
        }
    }
    for j in 0..width {
        let uj = &u[j * q..(j + 1) * q];
        let start = packed::column(j);
        for (sum, di) in sums[start..=start + j].iter_mut().zip(d.chunks_exact(q)) {
            *sum += dot(uj, di);
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn width_above(rows: &Rows) -> usize {
    let terms: usize = (1..rows.order.len())
        .map(|level| rows.grouping(level).terms.len())
        .sum();
    terms + rows.tail.len()
}

/// Dense columns of the units above these rows, ascending, and of the tail.
fn touched(rows: &Rows, own: &[u32], slots: &[usize]) -> Vec<u32> {
    let mut columns = Vec::new();
    for level in 1..rows.order.len() {
        let grouping = rows.grouping(level);
        let q = grouping.terms.len();
        for &row in own {
            let first = slots[level - 1] + grouping.unit_of[row as usize] as usize * q;
            columns.extend((first..first + q).map(|column| column as u32));
        }
    }
    columns.sort_unstable();
    columns.dedup();
    let tail = slots[rows.order.len() - 1];
    columns.extend((tail..tail + rows.tail.len()).map(|column| column as u32));
    columns
}

/// Adds what one row adds to D.
fn add_row(rows: &Rows, row: usize, crossed: Option<(&[usize], &[u32])>, d: &mut [f64]) {
    let own = rows.terms(0);
    let q = own.len();
    let mut add = |column: usize, value: f64| {
        for (sum, term) in d[column * q..(column + 1) * q].iter_mut().zip(own) {
            *sum += term[row] * value;
        }
    };
    let mut next = 0;
    for level in 1..rows.order.len() {
        let grouping = rows.grouping(level);
        if let Some((slots, columns)) = crossed {
            let first = slots[level - 1] + grouping.unit_of[row] as usize * grouping.terms.len();
            next = columns.partition_point(|&column| (column as usize) < first);
        }
        for term in rows.terms(level) {
            add(next, term[row]);
            next += 1;
        }
    }
    if let Some((_, columns)) = crossed {
        next = columns.len() - rows.tail.len();
    }
    for column in &rows.tail {
        add(next, column[row]);
        next += 1;
    }
}

/// Where the rows of each unit begin, and the rows, unit after unit.
pub(super) fn rows_by_unit(grouping: &Grouping) -> (Vec<usize>, Vec<u32>) {
    let mut starts = vec![0; grouping.units.len() + 1];
    for &unit in &grouping.unit_of {
        starts[unit as usize + 1] += 1;
    }
    for unit in 1..starts.len() {
        starts[unit] += starts[unit - 1];
    }
    let mut next = starts.clone();
    let mut rows = vec![0; grouping.unit_of.len()];
    for (row, &unit) in grouping.unit_of.iter().enumerate() {
        rows[next[unit as usize]] = row as u32;
        next[unit as usize] += 1;
    }
    (starts, rows)
}
