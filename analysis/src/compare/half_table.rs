//! Counting the ways to choose units without visiting them: every sum that half of the units can give, in order, against those of the other half.
//!
//! A choice of k out of n units is a choice of j in the first half and of k - j in the second. With the sums of both kept
//! in ascending order, one sweep over the two lists counts all pairs above a bound (Horowitz & Sahni 1974, J. ACM 21, 277-292):
//! 2 x 2^(n/2) numbers stand for C(n, k) choices.

/// A table of more numbers than this (a gigabyte) is not made, whatever the caller allows.
const MOST_NUMBERS: u64 = 1 << 27;

/// The sums of all choices out of some units: per number of units chosen, ascending.
#[derive(Debug, Clone)]
pub(super) struct HalfTable {
    by_size: Vec<Vec<i64>>,
}

impl HalfTable {
    /// All choices of at most `most` of these numbers. Their absolute values may sum to 2^52 at most.
    pub fn of(numbers: &[i64], most: usize) -> Self {
        let mut by_size = vec![vec![0]];
        for &number in numbers {
            // From the largest choices down: what a list grows from must not yet hold this number.
            let largest = by_size.len() - 1;
            if largest < most {
                by_size.push(by_size[largest].iter().map(|sum| sum + number).collect());
            }
            for size in (1..=largest).rev() {
                by_size[size] = merged(&by_size[size], &by_size[size - 1], number);
            }
        }
        Self { by_size }
    }

    /// In how many ways `chosen` units out of both halves together sum to at least the bound.
    pub fn n_at_least(&self, other: &Self, chosen: usize, bound: i64) -> u64 {
        let sizes = self.by_size.iter().enumerate();
        sizes
            .filter_map(|(size, sums)| {
                let rest = other.by_size.get(chosen.checked_sub(size)?)?;
                Some(pairs_at_least(sums, rest, bound))
            })
            .sum()
    }

    /// The sums of all choices of so many units, ascending; none where so many were not asked for.
    pub fn sums(&self, chosen: usize) -> &[i64] {
        self.by_size.get(chosen).map_or(&[], Vec::as_slice)
    }
}

/// How many numbers two tables hold that split n units in halves, with at most `chosen` from each; `None` if that is out of reach.
pub(super) fn n_numbers(n: usize, chosen: usize) -> Option<u64> {
    let half = n / 2;
    within_reach(n_choices(half, chosen)? + n_choices(n - half, chosen)?)
}

/// How many numbers a table over each of two groups holds, with at most `most` from each; `None` if that is out of reach.
pub(super) fn n_numbers_of_groups(n_high: usize, n_low: usize, most: usize) -> Option<u64> {
    within_reach(n_choices(n_high, most)? + n_choices(n_low, most)?)
}

fn within_reach(numbers: u64) -> Option<u64> {
    (numbers <= MOST_NUMBERS).then_some(numbers)
}

/// Choices of at most `most` out of n; `None` beyond what a table may hold.
fn n_choices(n: usize, most: usize) -> Option<u64> {
    let (mut ways, mut total) = (1_u64, 1_u64);
    for size in 0..most.min(n) {
        // At most 2^27 times the number of units.
        ways = ways.checked_mul((n - size) as u64)? / (size + 1) as u64;
        total = total.checked_add(ways)?;
        within_reach(total)?;
    }
    Some(total)
}

/// One ascending list of the first, and of the second with a number added to each.
fn merged(first: &[i64], second: &[i64], number: i64) -> Vec<i64> {
    let mut all = Vec::with_capacity(first.len() + second.len());
    let (mut i, mut j) = (0, 0);
    // Without a branch on the comparison: which is next is a coin toss, and a wrong guess costs more than both moves.
    while let (Some(&a), Some(&b)) = (first.get(i), second.get(j)) {
        let b = b + number;
        let from_first = a <= b;
        all.push(if from_first { a } else { b });
        i += usize::from(from_first);
        j += usize::from(!from_first);
    }
    all.extend_from_slice(&first[i..]);
    all.extend(second[j..].iter().map(|sum| sum + number));
    all
}

/// How many pairs, one from each ascending list, sum to at least the bound.
pub(super) fn pairs_at_least(first: &[i64], second: &[i64], bound: i64) -> u64 {
    let (mut i, mut j) = (0, second.len());
    let mut pairs = 0_u64;
    // As the first rises, ever more of the second reach the bound with it.
    while i < first.len() && j > 0 {
        let reaches = first[i] + second[j - 1] >= bound;
        // Whatever stands at or after i in the first also reaches it with this one.
        pairs += if reaches { (first.len() - i) as u64 } else { 0 };
        j -= usize::from(reaches);
        i += usize::from(!reaches);
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_choice_stands_in_its_list_once() {
        let numbers = [5, -3, 0, 5, 11, -20, 7];
        let table = HalfTable::of(&numbers, 5);
        for chosen in 0..=7 {
            let mut sums: Vec<i64> = (0..128_u32)
                .filter(|choice| choice.count_ones() as usize == chosen)
                .map(|choice| {
                    (0..7)
                        .filter(|unit| choice >> unit & 1 == 1)
                        .map(|unit| numbers[unit])
                        .sum()
                })
                .collect();
            sums.sort_unstable();
            assert_eq!(
                table.sums(chosen),
                if chosen <= 5 { &sums[..] } else { &[] }
            );
        }
    }

    #[test]
    fn pairs_are_counted_as_by_hand() {
        assert_eq!(pairs_at_least(&[-1, 0, 4], &[-3, 0, 3], 3), 3);
        assert_eq!(pairs_at_least(&[-1, 0, 4], &[-3, 0, 3], -9), 9);
        assert_eq!(pairs_at_least(&[1, 1], &[2, 2, 2], 3), 6);
        assert_eq!(pairs_at_least(&[1, 1], &[2, 2, 2], 4), 0);
        assert_eq!(pairs_at_least(&[], &[1], 0), 0);
    }

    #[test]
    fn how_many_numbers() {
        assert_eq!(n_numbers(20, 10), Some(2048));
        assert_eq!(n_numbers(7, 1), Some(4 + 5));
        assert_eq!(n_numbers(40, 20), Some(1 << 21));
        assert_eq!(n_numbers(104, 52), None);
        assert_eq!(n_numbers_of_groups(10, 12, 10), Some(1024 + 4096 - 13));
    }
}
