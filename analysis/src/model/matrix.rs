//! One number or nothing for each ordered pair, and several such tables stacked so that actors change places within each block only.

use rand::Rng;
use rand::seq::SliceRandom;

use crate::network::Network;
use crate::network::network::Status;
use crate::outcome::Undefined;

/// More positions than this are refused: every pair takes memory here.
pub const MOST_POSITIONS: usize = 2_000;

/// Refuses what would need too much memory.
pub(super) fn within_reach(n: usize) -> Result<(), Undefined> {
    if n > MOST_POSITIONS {
        return Err(Undefined::TooManyActors);
    }
    Ok(())
}

/// One number for each ordered pair of positions, where it is known; never for an actor with itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    n: usize,
    /// Row by row; NaN = not known, and on the diagonal. It never leaves this folder.
    cells: Vec<f64>,
}

impl Matrix {
    /// The matrix with these cells; the diagonal is not asked for.
    ///
    /// # Errors
    /// `TooManyActors` above [`MOST_POSITIONS`]; `NotFinite` if a cell is not a finite number.
    pub fn from_fn(
        n: usize,
        mut cell: impl FnMut(usize, usize) -> Option<f64>,
    ) -> Result<Self, Undefined> {
        within_reach(n)?;
        let mut cells = vec![f64::NAN; n * n];
        for i in 0..n {
            for j in (0..n).filter(|&j| j != i) {
                if let Some(value) = cell(i, j) {
                    if !value.is_finite() {
                        return Err(Undefined::NotFinite);
                    }
                    cells[i * n + j] = value;
                }
            }
        }
        Ok(Self { n, cells })
    }

    /// 1 for a tie, 0 for a known absence; unknown and impossible cells are not known.
    ///
    /// # Errors
    /// `TooManyActors` above [`MOST_POSITIONS`].
    pub fn of_ties(net: &Network) -> Result<Self, Undefined> {
        Self::of_network(net, |_| 1.0)
    }

    /// The value of a tie, 0 for a known absence; unknown and impossible cells are not known.
    ///
    /// # Errors
    /// `TooManyActors` above [`MOST_POSITIONS`].
    pub fn of_values(net: &Network) -> Result<Self, Undefined> {
        Self::of_network(net, |value| value)
    }

    fn of_network(net: &Network, tie: impl Fn(f64) -> f64) -> Result<Self, Undefined> {
        let n = net.n_positions();
        let mut matrix = Self::from_fn(n, |i, j| {
            let known = net.is_present(i) && net.is_present(j) && !net.open(i, j);
            known.then_some(0.0)
        })?;
        for (i, j, status) in net.listed() {
            matrix.cells[i as usize * n + j as usize] = match status {
                Status::Unknown => f64::NAN,
                Status::Absent | Status::Present => 0.0,
            };
        }
        for (i, j, value) in net.ties() {
            matrix.cells[i * n + j] = tie(value);
        }
        Ok(matrix)
    }

    pub fn n_positions(&self) -> usize {
        self.n
    }

    /// The number of this ordered pair, if it is known.
    pub fn cell(&self, ego: usize, alter: usize) -> Option<f64> {
        if ego >= self.n || alter >= self.n {
            return None;
        }
        let value = self.cells[ego * self.n + alter];
        (!value.is_nan()).then_some(value)
    }

    /// Whether anything is known of this position, as ego or as alter.
    fn knows(&self, position: usize) -> bool {
        (0..self.n).any(|other| {
            self.cell(position, other).is_some() || self.cell(other, position).is_some()
        })
    }
}

/// Where the rows of one block lie in the stacked columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Block {
    /// Actors of this block.
    pub n: usize,
    /// Its first actor among all.
    pub actor: usize,
    /// Its first cell among all: cell (i, j) lies at `cell + i * n + j`.
    pub cell: usize,
}

impl Block {
    /// The place of each of the block's actors, in an order of all actors.
    pub fn places<'a>(&self, order: &'a [usize]) -> &'a [usize] {
        &order[self.actor..self.actor + self.n]
    }

    pub fn at(&self, i: usize, j: usize) -> usize {
        self.cell + i * self.n + j
    }

    /// The ordered pairs of two different actors.
    pub fn pairs(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.n).flat_map(move |i| (0..self.n).filter(move |&j| j != i).map(move |j| (i, j)))
    }
}

/// Blocks one after another: the actors of each on whom every one of its matrices knows something.
///
/// Who was absent in one of them takes no part in the permutations: nobody could have been in that place.
#[derive(Debug, Clone)]
pub(super) struct Stack {
    pub blocks: Vec<Block>,
    pub n_actors: usize,
    pub n_cells: usize,
}

impl Stack {
    /// The stack and its columns: the first matrix of every block, the second of every block, and so on; NaN = not known.
    pub fn of(blocks: &[Vec<&Matrix>]) -> (Self, Vec<Vec<f64>>) {
        let width = blocks.iter().map(Vec::len).min().unwrap_or(0);
        let mut stack = Self {
            blocks: Vec::with_capacity(blocks.len()),
            n_actors: 0,
            n_cells: 0,
        };
        let mut columns = vec![Vec::new(); width];
        for matrices in blocks {
            let positions = matrices.iter().map(|m| m.n).min().unwrap_or(0);
            let actors: Vec<usize> = (0..positions)
                .filter(|&position| matrices.iter().all(|matrix| matrix.knows(position)))
                .collect();
            for (column, matrix) in columns.iter_mut().zip(matrices) {
                for &i in &actors {
                    column.extend(actors.iter().map(|&j| matrix.cells[i * matrix.n + j]));
                }
            }
            let n = actors.len();
            stack.blocks.push(Block {
                n,
                actor: stack.n_actors,
                cell: stack.n_cells,
            });
            stack.n_actors += n;
            stack.n_cells += n * n;
        }
        (stack, columns)
    }

    /// Everyone in their own place; each block counts from 0.
    pub fn own_places(&self) -> Vec<usize> {
        self.blocks.iter().flat_map(|block| 0..block.n).collect()
    }

    /// Deals the places anew within each block: uniform whatever the order was before.
    pub fn shuffle(&self, order: &mut [usize], rng: &mut impl Rng) {
        for block in &self.blocks {
            order[block.actor..block.actor + block.n].shuffle(rng);
        }
    }

    /// Who stands in each place.
    pub fn invert(&self, order: &[usize], inverse: &mut [usize]) {
        for block in &self.blocks {
            for (actor, &place) in block.places(order).iter().enumerate() {
                inverse[block.actor + place] = actor;
            }
        }
    }

    /// The pairs of two different actors whose cell does not satisfy `known`, as (block, i, j).
    pub fn unknown(&self, known: impl Fn(usize) -> bool) -> Vec<(usize, usize, usize)> {
        let mut unknown = Vec::new();
        for (b, block) in self.blocks.iter().enumerate() {
            let open = block.pairs().filter(|&(i, j)| !known(block.at(i, j)));
            unknown.extend(open.map(|(i, j)| (b, i, j)));
        }
        unknown
    }
}

/// Whether what is known of the column differs by more than rounding.
pub(super) fn varies(column: &[f64]) -> bool {
    let known = || column.iter().copied().filter(|x| !x.is_nan());
    let lowest = known().fold(f64::INFINITY, f64::min);
    let highest = known().fold(f64::NEG_INFINITY, f64::max);
    highest - lowest > 1e-12 * highest.abs().max(lowest.abs())
}

/// Sum of products, in four lanes that the processor adds at once.
pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut lanes = [0.0; 4];
    let (a4, a_rest) = a.as_chunks::<4>();
    let (b4, b_rest) = b.as_chunks::<4>();
    for (x, y) in a4.iter().zip(b4) {
        for lane in 0..4 {
            lanes[lane] += x[lane] * y[lane];
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(x, y)| x * y).sum();
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_as_numbers_keeps_what_is_unknown() {
        let mut builder = Network::builder(4);
        builder
            .absent_actor(3)
            .silent(2)
            .tie(0, 1, 2.0)
            .tie(2, 0, -1.0)
            .unknown(1, 2);
        let net = builder.build(0.0).unwrap();
        let values = Matrix::of_values(&net).unwrap();
        let row = |i: usize| [0, 1, 2, 3].map(|j| values.cell(i, j));
        assert_eq!(row(0), [None, Some(2.0), Some(0.0), None]);
        assert_eq!(row(1), [Some(0.0), None, None, None]);
        assert_eq!(row(2), [Some(0.0), None, None, None]);
        assert_eq!(row(3), [None; 4]);
        assert_eq!(Matrix::of_ties(&net).unwrap().cell(0, 1), Some(1.0));
        assert_eq!(values.cell(0, 9), None);
    }

    #[test]
    fn what_cannot_be_held_or_counted_is_refused() {
        let many = Network::builder(MOST_POSITIONS + 1).build(0.0).unwrap();
        assert_eq!(Matrix::of_ties(&many), Err(Undefined::TooManyActors));
        let nan = Matrix::from_fn(2, |_, _| Some(f64::NAN));
        assert_eq!(nan, Err(Undefined::NotFinite));
    }

    #[test]
    fn only_actors_known_in_every_matrix_are_stacked() {
        let all = Matrix::from_fn(3, |i, j| Some((10 * i + j) as f64)).unwrap();
        let two = Matrix::from_fn(4, |i, j| (i != 1 && j != 1).then_some(7.0)).unwrap();
        let (stack, columns) = Stack::of(&[vec![&all, &two], vec![&two, &all]]);
        let sizes: Vec<_> = stack
            .blocks
            .iter()
            .map(|b| (b.n, b.actor, b.cell))
            .collect();
        assert_eq!(sizes, [(2, 0, 0), (2, 2, 4)]);
        assert_eq!((stack.n_actors, stack.n_cells), (4, 8));
        assert_eq!(columns[0][1..3], [2.0, 20.0]);
        assert_eq!(columns[0][5..7], [7.0, 7.0]);
        assert!(columns[1][0].is_nan());
    }

    #[test]
    fn the_dot_product_is_complete() {
        let a: Vec<f64> = (0..11).map(f64::from).collect();
        assert_eq!(dot(&a, &a), 385.0);
    }
}
