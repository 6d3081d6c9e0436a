//! The sums of several columns of numbers over every assignment, or over drawn ones, many assignments at a time.
//!
//! An assignment is a choice among the first units and one among the others. The sums of the first part are shared by a
//! whole block of the second, which lies column by column so that the processor adds several at once.

use rand::{Rng, RngExt};

use super::assignments::{RevolvingDoor, n_assignments};
use super::permutation::Options;
use crate::outcome::Method;

/// Assignments in a block.
pub(super) const LANES: usize = 32;

/// Of at most so many units every choice is kept at once; of the others a block at a time.
const MOST_HEAD_UNITS: usize = 12;

/// Per unit one row of numbers, one column per outcome. Numbers are whole and each column's absolute values sum to 2^52 at most:
/// sums are the same in whichever order they are made.
pub(super) struct Rows<'a> {
    numbers: &'a [f64],
    n: usize,
    width: usize,
}

impl<'a> Rows<'a> {
    pub fn new(numbers: &'a [f64], n: usize) -> Self {
        let width = numbers.len() / n;
        Self { numbers, n, width }
    }

    fn row(&self, unit: usize) -> &'a [f64] {
        &self.numbers[unit * self.width..(unit + 1) * self.width]
    }

    pub fn add(&self, sums: &mut [f64], unit: usize) {
        for (sum, x) in sums.iter_mut().zip(self.row(unit)) {
            *sum += x;
        }
    }
}

/// How the assignments are gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Course {
    pub method: Method,
    /// How many assignments each one that is visited stands for.
    pub weight: u64,
}

impl Course {
    /// All assignments if that takes no more visits than the options allow, else drawn ones. Where both groups are as large and the
    /// caller counts the same for an assignment and for its mirror image (`mirrored`), one of the two is visited for both.
    pub fn of(n: usize, chosen: usize, mirrored: bool, options: &Options) -> Self {
        let weight = if mirrored && 2 * chosen == n { 2 } else { 1 };
        match n_assignments(n, chosen) {
            Some(assignments) if assignments / weight <= options.max_exact => Self {
                method: Method::Exact { assignments },
                weight,
            },
            _ => Self {
                method: Method::Sampled {
                    draws: options.draws,
                },
                weight: 1,
            },
        }
    }

    /// The share of the assignments that were counted; of drawn ones with the observed among them.
    pub fn p_value(&self, count: u64) -> f64 {
        p_value(count * self.weight, self.method)
    }

    /// Shows every assignment of this course once: sums that all assignments of a block share, one per column, and what each adds to
    /// them, one list per column. Where a block is not full the rest of its lists is NaN, which no comparison counts.
    pub fn walk(
        &self,
        rows: &Rows,
        chosen: usize,
        rng: &mut impl Rng,
        visit: impl FnMut(&[f64], &[[f64; LANES]]),
    ) {
        if rows.width == 0 {
            return;
        }
        match self.method {
            Method::Exact { .. } => every(rows, chosen, self.weight == 2, visit),
            Method::Sampled { draws } => drawn(rows, chosen, draws, rng, visit),
        }
    }
}

/// The share counted: of all, or (b + 1) / (B + 1) of those drawn.
pub(super) fn p_value(count: u64, method: Method) -> f64 {
    match method {
        Method::Exact { assignments } => count as f64 / assignments as f64,
        Method::Sampled { draws } => (count + 1) as f64 / (draws + 1) as f64,
    }
}

/// Up to [`LANES`] assignments, column by column.
struct Block {
    columns: Vec<[f64; LANES]>,
    filled: usize,
}

impl Block {
    fn new(width: usize) -> Self {
        Self {
            columns: vec![[f64::NAN; LANES]; width],
            filled: 0,
        }
    }

    /// Whether it is full now.
    fn push(&mut self, sums: &[f64]) -> bool {
        for (column, &sum) in self.columns.iter_mut().zip(sums) {
            column[self.filled] = sum;
        }
        self.filled += 1;
        self.filled == LANES
    }

    /// Closes a block that may not be full; nothing if it is empty.
    fn close(&mut self) -> Option<&[[f64; LANES]]> {
        let filled = std::mem::take(&mut self.filled);
        if filled == 0 {
            return None;
        }
        for column in &mut self.columns {
            column[filled..].fill(f64::NAN);
        }
        Some(&self.columns)
    }
}

fn every(
    rows: &Rows,
    chosen: usize,
    mirrored: bool,
    mut visit: impl FnMut(&[f64], &[[f64; LANES]]),
) {
    let width = rows.width;
    let n_head = (rows.n / 2).min(MOST_HEAD_UNITS);
    let n_tail = rows.n - n_head;
    // The sums of choice c, unit u in it where bit u of c is set, from those of c without its lowest unit.
    let mut heads = vec![0.0; width << n_head];
    let mut by_size: Vec<Vec<usize>> = vec![Vec::new(); n_head + 1];
    for choice in 0..1_usize << n_head {
        if choice > 0 {
            let from = (choice & (choice - 1)) * width;
            heads.copy_within(from..from + width, choice * width);
            let unit = choice.trailing_zeros() as usize;
            rows.add(&mut heads[choice * width..(choice + 1) * width], unit);
        }
        // Of an assignment and its mirror image exactly one has unit 0 chosen.
        if !mirrored || choice & 1 == 1 {
            by_size[choice.count_ones() as usize].push(choice);
        }
    }
    let mut block = Block::new(width);
    let mut sums = vec![0.0; width];
    for (size, choices) in by_size.iter().enumerate() {
        let Some(rest) = chosen.checked_sub(size).filter(|&rest| rest <= n_tail) else {
            continue;
        };
        let mut show = |block: &mut Block| {
            if let Some(columns) = block.close() {
                for &choice in choices {
                    visit(&heads[choice * width..(choice + 1) * width], columns);
                }
            }
        };
        sums.fill(0.0);
        for unit in 0..rest {
            rows.add(&mut sums, n_head + unit);
        }
        let mut door = RevolvingDoor::new(n_tail, rest);
        loop {
            if block.push(&sums) {
                show(&mut block);
            }
            let Some((leaves, enters)) = door.swap() else {
                break;
            };
            let pair = rows.row(n_head + leaves).iter();
            for (sum, (leaving, entering)) in
                sums.iter_mut().zip(pair.zip(rows.row(n_head + enters)))
            {
                *sum += entering - leaving;
            }
        }
        show(&mut block);
    }
}

fn drawn(
    rows: &Rows,
    chosen: usize,
    draws: u64,
    rng: &mut impl Rng,
    mut visit: impl FnMut(&[f64], &[[f64; LANES]]),
) {
    let nothing = vec![0.0; rows.width];
    let mut sums = vec![0.0; rows.width];
    let mut block = Block::new(rows.width);
    let mut units: Vec<usize> = (0..rows.n).collect();
    for _ in 0..draws {
        sums.fill(0.0);
        for place in 0..chosen {
            units.swap(place, rng.random_range(place..rows.n));
            rows.add(&mut sums, units[place]);
        }
        if block.push(&sums)
            && let Some(columns) = block.close()
        {
            visit(&nothing, columns);
        }
    }
    if let Some(columns) = block.close() {
        visit(&nothing, columns);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::SeedableRng;

    /// Units weigh 1, 2, 4, ...: a sum is a choice.
    fn choices(n: usize, chosen: usize, mirrored: bool) -> Vec<u64> {
        let numbers: Vec<f64> = (0..n).map(|unit| (1_u64 << unit) as f64).collect();
        let options = Options {
            max_exact: u64::MAX,
            draws: 0,
        };
        let course = Course::of(n, chosen, mirrored, &options);
        let mut seen = Vec::new();
        let rng = &mut ChaCha8Rng::seed_from_u64(0);
        course.walk(&Rows::new(&numbers, n), chosen, rng, |shared, columns| {
            let sums = columns[0].iter().map(|x| shared[0] + x);
            seen.extend(sums.filter(|sum| !sum.is_nan()).map(|sum| sum as u64));
        });
        seen.sort_unstable();
        seen
    }

    #[test]
    fn every_assignment_once_or_its_mirror_image() {
        // 27 units: more than twice what is kept at once.
        for (n, chosen) in [
            (2, 1),
            (3, 1),
            (5, 4),
            (8, 3),
            (9, 8),
            (12, 6),
            (27, 3),
            (27, 24),
        ] {
            let seen = choices(n, chosen, false);
            assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(seen.iter().all(|sum| sum.count_ones() as usize == chosen));
            assert_eq!(Some(seen.len() as u64), n_assignments(n, chosen));
        }
        for n in [2, 6, 10] {
            let mut seen = choices(n, n / 2, true);
            let all = (1_u64 << n) - 1;
            seen.extend(seen.clone().iter().map(|choice| all ^ choice));
            seen.sort_unstable();
            assert_eq!(seen, choices(n, n / 2, false));
        }
    }
}
