//! Which relations and attributes go with a relation once the others are held constant: regression on the cells, tested by permutation.

use rand::Rng;

use super::matrix::{Matrix, Stack, dot, varies};
use super::tally::{Chance, Tally};
use crate::outcome::Undefined;

/// The tables of one block (one team): what is explained, and what explains it, in the same order in every block.
#[derive(Debug, Clone)]
pub struct Design {
    pub outcome: Matrix,
    pub predictors: Vec<Matrix>,
}

/// What is the same for all cells of a block.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Constants {
    /// One intercept for all blocks, tested with the other terms.
    #[default]
    Shared,
    /// A constant for each block, so that levels of blocks are no evidence; the constants themselves are not tested.
    PerBlock,
}

/// One coefficient and how often chance gives as large a t.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TermTest {
    pub estimate: f64,
    /// Estimate / its ordinary standard error. Compared between permutations; not to be looked up in a t table.
    pub t: f64,
    pub chance: Chance,
}

/// A regression on cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Mrqap {
    /// None where every block has its own constant.
    pub intercept: Option<TermTest>,
    /// In the order handed in.
    pub predictors: Vec<TermTest>,
    /// Cells known in the outcome and in every predictor.
    pub n_cells: u64,
    /// Share of the outcome's variation around its mean that all terms together account for.
    pub r_squared: f64,
}

/// What goes with the outcome when the other predictors are held constant, judged against the same data with people in another order.
///
/// # Definition
/// y = b0 + sum_k b_k x_k + e by least squares over the cells (i, j), i != j. For each term its residual on all other terms is taken, rows and
/// columns of that residual dealt anew together within each block, the regression done again with it in the term's place, and t compared
/// (double semi-partialling). As t depends on the permuted residual only through its correlation with what the other terms leave of y,
/// a permutation costs one pass over the cells per other term, not a regression
/// # Shape and unit
/// per term an estimate in units of y per unit of x, t, and p in (0, 1\]: two-sided by |t|, greater and less
/// # Missing
/// a cell counts if it is known in the outcome and every predictor. Residuals exist on those cells only, and travel with their actors: a
/// permutation counts the cells known in all after it, and everything is projected anew on those
/// # Undefined
/// NothingObserved if no cell is known in all; TooFewUnits without predictors, if blocks differ in their number of predictors, or if cells do not
/// outnumber terms; NoVariation if the outcome does not vary or a predictor not beyond the others; NotFinite if the fit is perfect
/// # Source
/// Dekker, Krackhardt & Snijders (2007), Psychometrika 72, 563-581; Frisch & Waugh (1933) for the algebra
/// # Agrees with
/// sna `netlm(nullhyp = "qapspp")` 2.7-1: coefficients, t and R squared 1e-6; p within 4 standard errors of both (sna divides b by B)
/// # Cost
/// O(B x cells x terms^2), plus O(B x unknown cells x terms^3)
pub fn mrqap(
    blocks: &[Design],
    constants: Constants,
    draws: u64,
    rng: &mut impl Rng,
) -> Result<Mrqap, Undefined> {
    let cells = Cells::of(blocks)?;
    let terms = cells.predictors.len();
    let mut predictors = Vec::with_capacity(terms);
    let mut r_squared = 0.0;
    for tested in 0..terms {
        let term = Term::of(&cells, Some(tested), constants)?;
        predictors.push(term.test(&cells, draws, rng));
        r_squared = 1.0 - term.unexplained() / cells.outcome_spread();
    }
    let intercept = match constants {
        Constants::Shared => Some(Term::of(&cells, None, constants)?.test(&cells, draws, rng)),
        Constants::PerBlock => None,
    };
    Ok(Mrqap {
        intercept,
        predictors,
        n_cells: cells.n_known as u64,
        r_squared,
    })
}

/// A sum of squares this small beside what it was taken from is nothing but rounding.
const ROUNDING: f64 = 1e-14;
/// A column of which less than this share of its length is left beside the others is one of them again (as in R's `lm`).
const COLLINEAR: f64 = 1e-7;

/// The columns of the regression: a cell that is not known in all of them holds 0 in each.
pub(super) struct Cells {
    pub stack: Stack,
    pub outcome: Vec<f64>,
    pub predictors: Vec<Vec<f64>>,
    pub known: Vec<bool>,
    pub n_known: usize,
    /// The pairs that are not known, as (block, i, j).
    unknown: Vec<(usize, usize, usize)>,
}

impl Cells {
    pub fn of(blocks: &[Design]) -> Result<Self, Undefined> {
        let terms = blocks.first().map_or(0, |block| block.predictors.len());
        if terms == 0 || blocks.iter().any(|block| block.predictors.len() != terms) {
            return Err(Undefined::TooFewUnits);
        }
        let matrices: Vec<Vec<&Matrix>> = blocks
            .iter()
            .map(|block| {
                std::iter::once(&block.outcome)
                    .chain(&block.predictors)
                    .collect()
            })
            .collect();
        let (stack, mut columns) = Stack::of(&matrices);
        let known: Vec<bool> = (0..stack.n_cells)
            .map(|cell| columns.iter().all(|column| !column[cell].is_nan()))
            .collect();
        let n_known = known.iter().filter(|&&known| known).count();
        if n_known == 0 {
            return Err(Undefined::NothingObserved);
        }
        for column in &mut columns {
            for (x, &known) in column.iter_mut().zip(&known) {
                if !known {
                    *x = f64::NAN;
                }
            }
            if !varies(column) {
                return Err(Undefined::NoVariation);
            }
            for x in column.iter_mut() {
                if x.is_nan() {
                    *x = 0.0;
                }
            }
            if !dot(column, column).is_finite() {
                return Err(Undefined::NotFinite);
            }
        }
        let outcome = columns.remove(0);
        Ok(Self {
            unknown: stack.unknown(|cell| known[cell]),
            stack,
            outcome,
            predictors: columns,
            known,
            n_known,
        })
    }

    /// Sum of squares of the outcome around its mean.
    fn outcome_spread(&self) -> f64 {
        let mean = self.outcome.iter().sum::<f64>() / self.n_known as f64;
        let known = self
            .outcome
            .iter()
            .zip(&self.known)
            .filter(|(_, known)| **known);
        known.map(|(y, _)| (y - mean).powi(2)).sum()
    }

    /// Orthonormal columns that span all predictors but the tested one, beside the constants; and what they leave of the tested one, or of
    /// the intercept.
    pub fn apart(
        &self,
        tested: Option<usize>,
        groups: Groups,
    ) -> Result<(Vec<Vec<f64>>, Vec<f64>), Undefined> {
        let centred = |column: &[f64]| {
            let mut column = column.to_vec();
            self.centre(&mut column, groups);
            column
        };
        let mut columns: Vec<Vec<f64>> = Vec::with_capacity(self.predictors.len() + 1);
        for (k, predictor) in self.predictors.iter().enumerate() {
            if Some(k) != tested {
                let column = beside(centred(predictor), predictor, &columns)?;
                let length = dot(&column, &column).sqrt();
                columns.push(column.iter().map(|x| x / length).collect());
            }
        }
        let own: Vec<f64> = match tested {
            Some(k) => self.predictors[k].clone(),
            None => self.known.iter().map(|&k| f64::from(u8::from(k))).collect(),
        };
        let residual = beside(centred(&own), &own, &columns)?;
        Ok((columns, residual))
    }

    /// Takes off the mean of each group of cells, or none.
    fn centre(&self, column: &mut [f64], groups: Groups) {
        match groups {
            Groups::None => {}
            Groups::One => centre(column, &self.known),
            Groups::Blocks => {
                for block in &self.stack.blocks {
                    let cells = block.cell..block.at(block.n, 0);
                    centre(&mut column[cells.clone()], &self.known[cells]);
                }
            }
        }
    }
}

/// Which cells share a constant that is held constant while a term is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Groups {
    /// The constant itself is tested.
    None,
    One,
    Blocks,
}

fn centre(column: &mut [f64], known: &[bool]) {
    let n = known.iter().filter(|&&known| known).count();
    let mean = column.iter().sum::<f64>() / n.max(1) as f64;
    for (x, _) in column.iter_mut().zip(known).filter(|(_, known)| **known) {
        *x -= mean;
    }
}

/// Takes off what the orthonormal columns account for; twice, so that rounding does not bring it back.
fn project_off(column: &mut [f64], basis: &[Vec<f64>]) {
    for _ in 0..2 {
        for direction in basis {
            let share = dot(column, direction);
            for (x, q) in column.iter_mut().zip(direction) {
                *x -= share * q;
            }
        }
    }
}

/// One term beside all others.
struct Term {
    /// What the other terms leave of it: this is what the permutations deal anew.
    residual: Vec<f64>,
    residual_squares: f64,
    /// Orthonormal columns that span the other terms, and last what these leave of the outcome.
    columns: Vec<Vec<f64>>,
    outcome_squares: f64,
    groups: Groups,
    /// Correlation of the residuals of term and outcome, and t.
    partial: f64,
    degrees: f64,
    estimate: f64,
    /// Cells known in each group.
    group_cells: Vec<usize>,
}

impl Term {
    /// The predictor of this number beside the others, or the intercept.
    fn of(cells: &Cells, tested: Option<usize>, constants: Constants) -> Result<Self, Undefined> {
        let groups = match (tested, constants) {
            (None, _) => Groups::None,
            (_, Constants::Shared) => Groups::One,
            (_, Constants::PerBlock) => Groups::Blocks,
        };
        let group_cells: Vec<usize> = match groups {
            Groups::None => Vec::new(),
            Groups::One => vec![cells.n_known],
            Groups::Blocks => {
                let known = |block: &super::matrix::Block| {
                    let pairs = block.pairs();
                    pairs.filter(|&(i, j)| cells.known[block.at(i, j)]).count()
                };
                cells.stack.blocks.iter().map(known).collect()
            }
        };
        let n_groups = group_cells.iter().filter(|&&n| n > 0).count();
        let (mut columns, residual) = cells.apart(tested, groups)?;
        let mut outcome = cells.outcome.clone();
        cells.centre(&mut outcome, groups);
        project_off(&mut outcome, &columns);
        let others = columns.len() + n_groups;
        if cells.n_known <= others + 1 {
            return Err(Undefined::TooFewUnits);
        }
        let degrees = (cells.n_known - others - 1) as f64;
        let (residual_squares, outcome_squares) =
            (dot(&residual, &residual), dot(&outcome, &outcome));
        let product = dot(&residual, &outcome);
        let partial = product / (residual_squares.sqrt() * outcome_squares.sqrt());
        let whole = dot(&cells.outcome, &cells.outcome);
        if outcome_squares * (1.0 - partial * partial).max(0.0) <= ROUNDING * whole {
            return Err(Undefined::NotFinite);
        }
        columns.push(outcome);
        Ok(Self {
            residual,
            residual_squares,
            columns,
            outcome_squares,
            groups,
            partial,
            degrees,
            estimate: product / residual_squares,
            group_cells,
        })
    }

    /// Sum of squares of the outcome that no term accounts for.
    fn unexplained(&self) -> f64 {
        self.outcome_squares * (1.0 - self.partial * self.partial)
    }

    fn test(&self, cells: &Cells, draws: u64, rng: &mut impl Rng) -> TermTest {
        let t = t_of(self.partial, self.degrees);
        let mut order = cells.stack.own_places();
        let mut room = Room::of(cells, self);
        let complete = cells.unknown.is_empty();
        // With every cell known t rises with the correlation and nothing else.
        let mut tally = Tally::of(if complete { self.partial } else { t });
        for _ in 0..draws {
            cells.stack.shuffle(&mut order, rng);
            self.pass(cells, &order, &mut room);
            tally.count(if complete {
                self.drawn_partial(&room)
            } else {
                self.drawn_t(cells, &order, &mut room)
            });
        }
        TermTest {
            estimate: self.estimate,
            t,
            chance: tally.chance(),
        }
    }

    /// Products of the dealt residual with every column, over all cells.
    fn pass(&self, cells: &Cells, order: &[usize], room: &mut Room) {
        room.products.fill(0.0);
        for block in &cells.stack.blocks {
            let places = block.places(order);
            let row = &mut room.row[..block.n];
            for (i, &place) in places.iter().enumerate() {
                let facing = &self.residual[block.at(place, 0)..][..block.n];
                for (x, &place) in row.iter_mut().zip(places) {
                    *x = facing[place];
                }
                let from = block.at(i, 0);
                for (product, column) in room.products.iter_mut().zip(&self.columns) {
                    *product += dot(row, &column[from..from + block.n]);
                }
            }
        }
    }

    /// The correlation that t rises with, where every cell is known: sums of squares do not change, means stay 0.
    fn drawn_partial(&self, room: &Room) -> Option<f64> {
        let (with_outcome, others) = room.products.split_last()?;
        let left = self.residual_squares - others.iter().map(|x| x * x).sum::<f64>();
        if left <= ROUNDING * self.residual_squares {
            return None;
        }
        Some(with_outcome / (left.sqrt() * self.outcome_squares.sqrt()))
    }

    /// t over the cells known after dealing, from the sums over all cells less those that fell out.
    fn drawn_t(&self, cells: &Cells, order: &[usize], room: &mut Room) -> Option<f64> {
        let width = self.columns.len();
        let others = width - 1;
        let Room {
            inverse,
            products,
            gram,
            groups,
            here,
            ..
        } = room;
        cells.stack.invert(order, inverse);
        gram.fill(0.0);
        for c in 0..others {
            gram[c * width + c] = 1.0;
        }
        gram[width * width - 1] = self.outcome_squares;
        for (group, &n) in groups.iter_mut().zip(&self.group_cells) {
            group.n = n as f64;
            group.residual = 0.0;
            group.columns.fill(0.0);
        }
        let mut n = cells.n_known as f64;
        let mut residual_squares = self.residual_squares;
        for &(b, i, j) in &cells.unknown {
            let block = &cells.stack.blocks[b];
            let group = match self.groups {
                Groups::None => None,
                Groups::One => Some(0),
                Groups::Blocks => Some(b),
            };
            // Where the columns are not known, the dealt residual drops out ...
            let places = block.places(order);
            let residual = self.residual[block.at(places[i], places[j])];
            residual_squares -= residual * residual;
            // ... and where the residual was not known, the columns it now faces do.
            let facing = block.places(inverse);
            let cell = block.at(facing[i], facing[j]);
            let drops = cells.known[cell];
            if drops {
                n -= 1.0;
                for (x, column) in here.iter_mut().zip(&self.columns) {
                    *x = column[cell];
                }
                for (c, x) in here.iter().enumerate() {
                    for (entry, y) in gram[c * width..=c * width + c].iter_mut().zip(&*here) {
                        *entry -= x * y;
                    }
                }
            }
            if let Some(group) = group.map(|g| &mut groups[g]) {
                group.residual -= residual;
                if drops {
                    group.n -= 1.0;
                    for (sum, x) in group.columns.iter_mut().zip(&*here) {
                        *sum -= x;
                    }
                }
            }
        }
        let mut constants = 0.0;
        for group in groups.iter().filter(|group| group.n > 0.0) {
            constants += 1.0;
            residual_squares -= group.residual * group.residual / group.n;
            for (c, x) in group.columns.iter().enumerate() {
                products[c] -= x * group.residual / group.n;
                let row = &mut gram[c * width..=c * width + c];
                for (entry, y) in row.iter_mut().zip(&group.columns) {
                    *entry -= x * y / group.n;
                }
            }
        }
        let degrees = n - others as f64 - constants - 1.0;
        if degrees < 1.0 {
            return None;
        }
        // Cholesky's factor of the others' products, row by row; the last row is the outcome's, and `products` is one more.
        for c in 0..width {
            for d in 0..=c {
                let (before, row) = gram.split_at(c * width);
                let taken = if d == c {
                    dot(&row[..d], &row[..d])
                } else {
                    dot(&row[..d], &before[d * width..d * width + d])
                };
                let left = row[d] - taken;
                gram[c * width + d] = if d < c {
                    left / gram[d * width + d]
                } else if c == others {
                    left
                } else if left > SINGULAR {
                    left.sqrt()
                } else {
                    return None;
                };
            }
        }
        for d in 0..others {
            let row = &gram[d * width..d * width + d];
            products[d] = (products[d] - dot(&products[..d], row)) / gram[d * width + d];
        }
        let (with_outcome, shares) = products.split_last()?;
        let last = &gram[others * width..];
        let residual_left = residual_squares - dot(shares, shares);
        let outcome_left = last[others];
        if residual_left <= SINGULAR * self.residual_squares
            || outcome_left <= SINGULAR * self.outcome_squares
        {
            return None;
        }
        let product = with_outcome - dot(shares, &last[..others]);
        let partial = product / (residual_left.sqrt() * outcome_left.sqrt());
        Some(t_of(partial, degrees))
    }
}

/// A column of length one of which so little is left on the cells known after dealing is not to be told from the others there.
const SINGULAR: f64 = 1e-10;

fn t_of(partial: f64, degrees: f64) -> f64 {
    partial * (degrees / (1.0 - partial * partial).max(f64::MIN_POSITIVE)).sqrt()
}

/// What the orthonormal columns leave of a column, refused where that is nothing.
fn beside(mut centred: Vec<f64>, raw: &[f64], basis: &[Vec<f64>]) -> Result<Vec<f64>, Undefined> {
    let before = dot(&centred, &centred);
    project_off(&mut centred, basis);
    let after = dot(&centred, &centred);
    if after <= COLLINEAR.powi(2) * before || before <= 1e-24 * dot(raw, raw) {
        return Err(Undefined::NoVariation);
    }
    Ok(centred)
}

/// What a permutation needs to write in.
struct Room {
    inverse: Vec<usize>,
    row: Vec<f64>,
    /// Of the dealt residual with each column.
    products: Vec<f64>,
    /// Products of the columns, lower triangle.
    gram: Vec<f64>,
    groups: Vec<GroupSums>,
    /// The columns in one cell.
    here: Vec<f64>,
}

/// Sums over the cells that share a constant.
struct GroupSums {
    n: f64,
    residual: f64,
    columns: Vec<f64>,
}

impl Room {
    fn of(cells: &Cells, term: &Term) -> Self {
        let width = term.columns.len();
        let largest = cells.stack.blocks.iter().map(|b| b.n).max().unwrap_or(0);
        let group = |_: &usize| GroupSums {
            n: 0.0,
            residual: 0.0,
            columns: vec![0.0; width],
        };
        Self {
            inverse: vec![0; cells.stack.n_actors],
            row: vec![0.0; largest],
            products: vec![0.0; width],
            gram: vec![0.0; width * width],
            groups: term.group_cells.iter().map(group).collect(),
            here: vec![0.0; width],
        }
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};
    use rand::RngExt;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    use super::*;

    /// t of the last column by normal equations.
    fn plain_t(columns: &[Vec<f64>], y: &[f64]) -> f64 {
        let x = DMatrix::from_fn(y.len(), columns.len(), |row, c| columns[c][row]);
        let y = DVector::from_column_slice(y);
        let inverse = (x.transpose() * &x).try_inverse().unwrap();
        let b = &inverse * x.transpose() * &y;
        let rest = &y - &x * &b;
        let variance = rest.norm_squared() / (y.len() - columns.len()) as f64;
        let last = columns.len() - 1;
        b[last] / (variance * inverse[(last, last)]).sqrt()
    }

    fn design(n: usize, missing: f64, rng: &mut ChaCha8Rng) -> Design {
        let mut table = |noise: f64| {
            Matrix::from_fn(n, |i, j| {
                let known = rng.random::<f64>() >= missing;
                known.then(|| noise * rng.random::<f64>() + (i % 3) as f64 + 0.2 * j as f64)
            })
            .unwrap()
        };
        Design {
            outcome: table(3.0),
            predictors: vec![table(2.0), table(4.0), table(1.0)],
        }
    }

    /// Deals the residual by hand, drops the cells that are not known, and regresses with all columns written out.
    fn by_hand(cells: &Cells, term: &Term, tested: Option<usize>, order: &[usize]) -> f64 {
        let (mut y, mut rows) = (Vec::new(), Vec::new());
        for (b, block) in cells.stack.blocks.iter().enumerate() {
            let places = block.places(order);
            for (i, j) in block.pairs() {
                let (cell, from) = (block.at(i, j), block.at(places[i], places[j]));
                if !(cells.known[cell] && cells.known[from]) {
                    continue;
                }
                let mut row = match term.groups {
                    Groups::None => Vec::new(),
                    Groups::One => vec![1.0],
                    Groups::Blocks => (0..cells.stack.blocks.len())
                        .map(|other| f64::from(u8::from(other == b)))
                        .collect(),
                };
                let others = cells.predictors.iter().enumerate();
                row.extend(
                    others
                        .filter(|(k, _)| Some(*k) != tested)
                        .map(|(_, x)| x[cell]),
                );
                row.push(term.residual[from]);
                rows.push(row);
                y.push(cells.outcome[cell]);
            }
        }
        let columns: Vec<Vec<f64>> = (0..rows[0].len())
            .map(|c| rows.iter().map(|row| row[c]).collect())
            .collect();
        plain_t(&columns, &y)
    }

    #[test]
    fn a_permutation_gives_the_t_of_the_whole_regression() {
        let mut rng = ChaCha8Rng::seed_from_u64(7);
        for missing in [0.0, 0.15] {
            let blocks = [7, 9, 8].map(|n| design(n, missing, &mut rng));
            let cells = Cells::of(&blocks).unwrap();
            for constants in [Constants::Shared, Constants::PerBlock] {
                for tested in [None, Some(0), Some(2)] {
                    let term = Term::of(&cells, tested, constants).unwrap();
                    let mut room = Room::of(&cells, &term);
                    let mut order = cells.stack.own_places();
                    let observed = by_hand(&cells, &term, tested, &order);
                    let t = t_of(term.partial, term.degrees);
                    assert!((observed - t).abs() < 1e-8, "{observed} {t}");
                    for _ in 0..20 {
                        cells.stack.shuffle(&mut order, &mut rng);
                        term.pass(&cells, &order, &mut room);
                        let quick = if cells.unknown.is_empty() {
                            t_of(term.drawn_partial(&room).unwrap(), term.degrees)
                        } else {
                            term.drawn_t(&cells, &order, &mut room).unwrap()
                        };
                        let plain = by_hand(&cells, &term, tested, &order);
                        assert!((quick - plain).abs() < 1e-8, "{quick} {plain}");
                    }
                }
            }
        }
    }
}
