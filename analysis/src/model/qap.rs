//! Whether two relations, or two waves of one, go together beyond the luck of who stands where.

use rand::Rng;

use super::matrix::{Block, Matrix, Stack, dot, varies};
use super::tally::{Chance, Tally};
use crate::outcome::Undefined;

/// The correlation of two relations and how often chance gives as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct QapTest {
    /// Graph correlation.
    pub correlation: f64,
    /// Cells known in both.
    pub n_cells: u64,
    pub chance: Chance,
}

/// How far two relations go together: 1 = the same ties, 0 = unrelated, negative = the one where the other is not.
///
/// # Definition
/// Pearson's r of the two columns of cells (i, j), i != j; several blocks (teams): over the cells of all of them together
/// # Shape and unit
/// one number in \[-1, 1\]
/// # Missing
/// a cell counts if it is known in both; an actor on whom one of the two knows nothing is left out
/// # Undefined
/// NothingObserved if no cell is known in both; NoVariation if either is the same in every such cell
/// # Source
/// Krackhardt (1988), Social Networks 10, 359-381; Butts & Carley (2001), eq. 2
/// # Agrees with
/// sna `gcor` 2.7-1 (`between_relations`, `between_waves`, `qap_correlation_with_y` of the golden files), 1e-9
/// # Cost
/// O(cells)
pub fn graph_correlation(pairs: &[(&Matrix, &Matrix)]) -> Result<f64, Undefined> {
    Pair::of(pairs)?.observed()
}

/// Whether the two relations go together more, or less, than if the second had been given to the same people in another order.
///
/// # Definition
/// rows and columns of one relation dealt anew together, within each block; r taken again, over the cells then known in both;
/// p = (b + 1) / (B + 1)
/// # Shape and unit
/// r in \[-1, 1\]; p in (0, 1\], two-sided by |r|, greater and less
/// # Missing
/// unknown cells travel with their actors: the number of cells known in both may differ between permutations
/// # Undefined
/// as [`graph_correlation`]; a permutation without variation is counted in `chance.undefined` and takes no part
/// # Source
/// Hubert & Schultz (1976); Krackhardt (1988), Social Networks 10, 359-381; Phipson & Smyth (2010) for p
/// # Agrees with
/// sna `qaptest` 2.7-1 within 4 standard errors of both (sna divides b by B); full enumeration of all orders of 5 actors, likewise
/// # Cost
/// O(B x smaller of cells and non-zero cells of one relation), plus O(B x unknown cells)
pub fn qap_test(
    pairs: &[(&Matrix, &Matrix)],
    draws: u64,
    rng: &mut impl Rng,
) -> Result<QapTest, Undefined> {
    let pair = Pair::of(pairs)?;
    let correlation = pair.observed()?;
    let mut order = pair.stack.own_places();
    let n_cells = pair.sums(&order, &mut pair.room()).n;
    let mut room = pair.room();
    let mut tally = Tally::of(correlation);
    for _ in 0..draws {
        pair.stack.shuffle(&mut order, rng);
        tally.count(pair.sums(&order, &mut room).correlation(&pair.spread));
    }
    Ok(QapTest {
        correlation,
        n_cells: n_cells as u64,
        chance: tally.chance(),
    })
}

/// Sums over the cells known in both.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    n: f64,
    kept: f64,
    moved: f64,
    kept_squares: f64,
    moved_squares: f64,
    products: f64,
}

/// Sum of squares around the mean of each relation over all it knows: what rounding is measured against.
#[derive(Debug, Clone, Copy)]
struct Spread {
    kept: f64,
    moved: f64,
}

impl Sums {
    fn correlation(&self, spread: &Spread) -> Option<f64> {
        if self.n == 0.0 {
            return None;
        }
        let kept = self.kept_squares - self.kept * self.kept / self.n;
        let moved = self.moved_squares - self.moved * self.moved / self.n;
        if kept <= ROUNDING * spread.kept || moved <= ROUNDING * spread.moved {
            return None;
        }
        let products = self.products - self.kept * self.moved / self.n;
        Some((products / (kept.sqrt() * moved.sqrt())).clamp(-1.0, 1.0))
    }
}

/// A sum of squares this small beside that of all cells is nothing but rounding.
const ROUNDING: f64 = 1e-12;

/// Two relations on a stack of blocks: one keeps its place, of the other the actors are dealt anew.
struct Pair {
    stack: Stack,
    kept: Vec<f64>,
    /// Around its mean. Both hold 0 where not known.
    moved: Vec<f64>,
    /// The cells of `kept` that are not 0, where they are few.
    sparse: Option<Sparse>,
    spread: Spread,
    /// As if every cell were known.
    all: Sums,
    kept_unknown: Vec<(usize, usize, usize)>,
    moved_unknown: Vec<(usize, usize, usize)>,
    kept_known: Vec<bool>,
}

/// The cells that are not 0, row by row over the actors of all blocks.
struct Sparse {
    start: Vec<usize>,
    column: Vec<u32>,
    value: Vec<f64>,
}

/// What a permutation needs to write in.
struct Room {
    inverse: Vec<usize>,
    row: Vec<f64>,
}

impl Pair {
    fn of(pairs: &[(&Matrix, &Matrix)]) -> Result<Self, Undefined> {
        let blocks: Vec<Vec<&Matrix>> = pairs.iter().map(|&(a, b)| vec![a, b]).collect();
        let (stack, columns) = Stack::of(&blocks);
        let mut columns = columns.into_iter();
        let (Some(mut kept), Some(mut moved)) = (columns.next(), columns.next()) else {
            return Err(Undefined::NothingObserved);
        };
        let non_zero = |column: &[f64]| column.iter().filter(|x| !x.is_nan() && **x != 0.0).count();
        // Few non-zero cells are few steps a permutation, and it is the same which of the two is dealt anew.
        if non_zero(&moved) < non_zero(&kept) {
            std::mem::swap(&mut kept, &mut moved);
        }
        let is_known =
            |column: &[f64]| -> Vec<bool> { column.iter().map(|x| !x.is_nan()).collect() };
        let (kept_known, moved_known) = (is_known(&kept), is_known(&moved));
        if !kept_known.iter().zip(&moved_known).any(|(a, b)| a & b) {
            return Err(Undefined::NothingObserved);
        }
        if !(varies(&kept) && varies(&moved)) {
            return Err(Undefined::NoVariation);
        }
        let kept_unknown = stack.unknown(|cell| kept_known[cell]);
        let moved_unknown = stack.unknown(|cell| moved_known[cell]);
        let n_pairs: usize = stack
            .blocks
            .iter()
            .map(|b| b.n * b.n.saturating_sub(1))
            .sum();

        let few = 2 * non_zero(&kept) <= n_pairs;
        // A column that is mostly 0 is held as it is, for the sake of those zeros; the other one is centred, which is enough for precision.
        let kept_mean = if few { 0.0 } else { mean(&kept) };
        centre(&mut kept, kept_mean);
        let moved_mean = mean(&moved);
        centre(&mut moved, moved_mean);
        let sum = |column: &[f64]| column.iter().sum::<f64>();
        let all = Sums {
            n: n_pairs as f64,
            kept: sum(&kept),
            moved: sum(&moved),
            kept_squares: dot(&kept, &kept),
            moved_squares: dot(&moved, &moved),
            products: 0.0,
        };
        let around = |squares: f64, sum: f64, unknown: usize| {
            squares - sum * sum / (n_pairs - unknown).max(1) as f64
        };
        Ok(Self {
            spread: Spread {
                kept: around(all.kept_squares, all.kept, kept_unknown.len()),
                moved: around(all.moved_squares, all.moved, moved_unknown.len()),
            },
            sparse: few.then(|| Sparse::of(&stack, &kept)),
            stack,
            kept,
            moved,
            all,
            kept_unknown,
            moved_unknown,
            kept_known,
        })
    }

    fn room(&self) -> Room {
        let largest = self.stack.blocks.iter().map(|b| b.n).max().unwrap_or(0);
        Room {
            inverse: vec![0; self.stack.n_actors],
            row: vec![0.0; largest],
        }
    }

    fn observed(&self) -> Result<f64, Undefined> {
        if !(self.spread.kept.is_finite() && self.spread.moved.is_finite()) {
            return Err(Undefined::NotFinite);
        }
        let order = self.stack.own_places();
        self.sums(&order, &mut self.room())
            .correlation(&self.spread)
            .ok_or(Undefined::NoVariation)
    }

    /// The sums with actor i of the kept relation facing actor `order[i]` of the moved one.
    fn sums(&self, order: &[usize], room: &mut Room) -> Sums {
        let mut sums = self.all;
        for block in &self.stack.blocks {
            let places = block.places(order);
            sums.products += match &self.sparse {
                Some(sparse) => sparse.products(block, places, &self.moved),
                None => self.products(block, places, &mut room.row),
            };
        }
        if self.kept_unknown.is_empty() && self.moved_unknown.is_empty() {
            return sums;
        }
        // Cells that the other one does not know take no part: they are taken out one by one.
        for &(b, i, j) in &self.kept_unknown {
            let block = &self.stack.blocks[b];
            let places = block.places(order);
            let x = self.moved[block.at(places[i], places[j])];
            sums.n -= 1.0;
            sums.moved -= x;
            sums.moved_squares -= x * x;
        }
        self.stack.invert(order, &mut room.inverse);
        for &(b, i, j) in &self.moved_unknown {
            let block = &self.stack.blocks[b];
            let facing = block.places(&room.inverse);
            let cell = block.at(facing[i], facing[j]);
            if self.kept_known[cell] {
                let x = self.kept[cell];
                sums.n -= 1.0;
                sums.kept -= x;
                sums.kept_squares -= x * x;
            }
        }
        sums
    }

    fn products(&self, block: &Block, places: &[usize], row: &mut [f64]) -> f64 {
        let row = &mut row[..block.n];
        let mut sum = 0.0;
        for (i, &place) in places.iter().enumerate() {
            let facing = &self.moved[block.at(place, 0)..][..block.n];
            for (x, &place) in row.iter_mut().zip(places) {
                *x = facing[place];
            }
            sum += dot(&self.kept[block.at(i, 0)..][..block.n], row);
        }
        sum
    }
}

impl Sparse {
    fn of(stack: &Stack, column: &[f64]) -> Self {
        let mut sparse = Self {
            start: vec![0],
            column: Vec::new(),
            value: Vec::new(),
        };
        for block in &stack.blocks {
            for i in 0..block.n {
                for (j, &x) in (0_u32..).zip(&column[block.at(i, 0)..][..block.n]) {
                    if x != 0.0 {
                        sparse.column.push(j);
                        sparse.value.push(x);
                    }
                }
                sparse.start.push(sparse.column.len());
            }
        }
        sparse
    }

    fn products(&self, block: &Block, places: &[usize], moved: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (i, &place) in places.iter().enumerate() {
            let facing = &moved[block.at(place, 0)..][..block.n];
            let (from, to) = (self.start[block.actor + i], self.start[block.actor + i + 1]);
            let cells = self.column[from..to].iter().zip(&self.value[from..to]);
            sum += cells
                .map(|(&j, x)| x * facing[places[j as usize]])
                .sum::<f64>();
        }
        sum
    }
}

/// Mean of what is known.
fn mean(column: &[f64]) -> f64 {
    let known = column.iter().filter(|x| !x.is_nan());
    known.clone().sum::<f64>() / known.count().max(1) as f64
}

/// Takes the mean off what is known and writes 0 where nothing is.
fn centre(column: &mut [f64], mean: f64) {
    for x in column {
        *x = if x.is_nan() { 0.0 } else { *x - mean };
    }
}
