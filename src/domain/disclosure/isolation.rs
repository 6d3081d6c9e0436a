//! Whether sets that are told about let anyone reckon what fewer people than the threshold answered: an exact test of
//! rank, because a sum over one set less the sum over another is the sum over whom they differ in.

use std::collections::{BTreeMap, BTreeSet};

/// A prime field in which the rank of up to [`MOST_SETS`] sets is the rank over the rational numbers: no determinant of
/// that many rows of zeros and ones is as large as the prime (Hadamard's bound).
const PRIME: u64 = (1 << 61) - 1;
const MOST_SETS: usize = 36;

/// Above this many selections of people the test is given up, and nothing more is told.
const MOST_SELECTIONS: usize = 20_000;

/// What always stands together in the sets: these people, and which of the sets they are in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Atom<P> {
    pub people: BTreeSet<P>,
    pub within: Vec<bool>,
}

/// Everyone who is in any of the sets, by the sets they are in.
pub fn atoms<'a, P: Ord + Copy + 'a>(
    sets: impl IntoIterator<Item = &'a BTreeSet<P>>,
) -> Vec<Atom<P>> {
    let sets: Vec<&BTreeSet<P>> = sets.into_iter().collect();
    let everyone: BTreeSet<P> = sets.iter().flat_map(|set| set.iter().copied()).collect();
    let mut atoms: BTreeMap<Vec<bool>, BTreeSet<P>> = BTreeMap::new();
    for person in everyone {
        let within = sets.iter().map(|set| set.contains(&person)).collect();
        atoms.entry(within).or_default().insert(person);
    }
    atoms
        .into_iter()
        .map(|(within, people)| Atom { people, within })
        .collect()
}

/// Whether some linear combination of the sets is about one to `k` - 1 people and nobody else.
pub fn isolates<P: Ord + Copy>(atoms: &[Atom<P>], k: usize) -> bool {
    let n_sets = atoms.first().map_or(0, |atom| atom.within.len());
    if n_sets > MOST_SETS {
        return true;
    }
    let few: Vec<usize> = (0..atoms.len())
        .filter(|&atom| atoms[atom].people.len() < k)
        .collect();
    if few.is_empty() {
        return false;
    }
    let mut search = Search {
        atoms,
        k,
        few: &few,
        rank: rank(atoms, &BTreeSet::new()),
        selections: 0,
    };
    search.from(0, &BTreeSet::new(), &BTreeSet::new())
}

struct Search<'a, P> {
    atoms: &'a [Atom<P>],
    k: usize,
    few: &'a [usize],
    /// Of the sets over everyone.
    rank: usize,
    selections: usize,
}

impl<P: Ord + Copy> Search<'_, P> {
    /// Whether the atoms chosen so far, or these with later ones, can be isolated: then the sets have a lower rank over
    /// everyone else than over everyone.
    fn from(&mut self, first: usize, chosen: &BTreeSet<usize>, people: &BTreeSet<P>) -> bool {
        for at in first..self.few.len() {
            let atom = self.few[at];
            let mut people = people.clone();
            people.extend(self.atoms[atom].people.iter().copied());
            if people.len() >= self.k {
                continue;
            }
            self.selections += 1;
            let mut chosen = chosen.clone();
            chosen.insert(atom);
            if self.selections > MOST_SELECTIONS
                || rank(self.atoms, &chosen) < self.rank
                || self.from(at + 1, &chosen, &people)
            {
                return true;
            }
        }
        false
    }
}

/// The rank of the sets, seen over all atoms but some.
fn rank<P>(atoms: &[Atom<P>], without: &BTreeSet<usize>) -> usize {
    let n_sets = atoms.first().map_or(0, |atom| atom.within.len());
    // A row per atom, a column per set: the rank is the same.
    let mut rows: Vec<Vec<u64>> = atoms
        .iter()
        .enumerate()
        .filter(|(index, _)| !without.contains(index))
        .map(|(_, atom)| {
            atom.within
                .iter()
                .map(|within| u64::from(*within))
                .collect()
        })
        .collect();
    let mut rank = 0;
    for column in 0..n_sets {
        let Some(pivot) = (rank..rows.len()).find(|&row| rows[row][column] != 0) else {
            continue;
        };
        rows.swap(rank, pivot);
        let inverse = power(rows[rank][column], PRIME - 2);
        let pivot_row = rows[rank].clone();
        for row in rows.iter_mut().skip(rank + 1) {
            if row[column] == 0 {
                continue;
            }
            let factor = times(row[column], inverse);
            for (cell, pivot) in row.iter_mut().zip(&pivot_row).skip(column) {
                *cell = (*cell + PRIME - times(factor, *pivot)) % PRIME;
            }
        }
        rank += 1;
    }
    rank
}

fn times(a: u64, b: u64) -> u64 {
    (u128::from(a) * u128::from(b) % u128::from(PRIME)) as u64
}

fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = 1;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = times(result, base);
        }
        base = times(base, base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(people: impl IntoIterator<Item = u8>) -> BTreeSet<u8> {
        people.into_iter().collect()
    }

    fn isolated(sets: &[BTreeSet<u8>], k: usize) -> bool {
        isolates(&atoms(sets), k)
    }

    #[test]
    fn a_remainder_under_the_threshold_is_found_and_one_above_it_is_not() {
        let team = set(0..12);
        assert!(!isolated(std::slice::from_ref(&team), 5));
        assert!(isolated(&[team.clone(), set(0..8)], 5), "four are left");
        assert!(!isolated(&[team.clone(), set(0..7)], 5), "five are left");
        assert!(isolated(&[team.clone(), set(1..12)], 5), "one went");
        // Two groups that share one person, and together are the team: their sum less the team is that person.
        assert!(isolated(&[team.clone(), set(0..7), set(6..12)], 5));
        // Three groups of which any two share six: half of what they sum to, less the third, is six; never fewer.
        let pairs = [set(0..12), set(6..18), (0..6).chain(12..18).collect()];
        assert!(!isolated(&pairs, 5));
        assert!(isolated(&pairs, 7));
    }

    #[test]
    fn more_sets_than_can_be_judged_exactly_are_refused() {
        let many: Vec<BTreeSet<u8>> = (0..=MOST_SETS as u8).map(|i| set([i, 50, 51])).collect();
        assert!(isolated(&many, 5));
    }

    /// By trying every combination with small whole weights.
    fn by_trying(sets: &[BTreeSet<u8>], k: usize) -> bool {
        let n = sets.len() as u32;
        (0..7_usize.pow(n)).any(|code| {
            let weight = |set: usize| (code / 7_usize.pow(set as u32) % 7) as i32 - 3;
            let touched = (0..20_u8)
                .filter(|person| {
                    let within = sets
                        .iter()
                        .enumerate()
                        .filter(|(_, set)| set.contains(person));
                    within.map(|(set, _)| weight(set)).sum::<i32>() != 0
                })
                .count();
            (1..k).contains(&touched)
        })
    }

    proptest! {
        #[test]
        fn the_rank_test_finds_what_trying_finds(
            sets in prop::collection::vec(prop::collection::btree_set(0_u8..20, 4..18), 1..5),
            k in 2_usize..8,
        ) {
            prop_assert_eq!(isolated(&sets, k), by_trying(&sets, k));
        }

        #[test]
        fn a_higher_threshold_never_lets_more_through(
            sets in prop::collection::vec(prop::collection::btree_set(0_u8..30, 4..28), 1..6),
            k in 2_usize..9,
        ) {
            prop_assert!(!isolated(&sets, k) || isolated(&sets, k + 1));
        }
    }
}
