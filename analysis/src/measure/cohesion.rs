//! How near a network comes to a chain of command: Krackhardt's four.

use super::components::{seen, strong_members, weak_component_sizes, weak_labels};
use crate::network::Network;
use crate::outcome::Undefined;

/// Of all pairs of colleagues, the share that is connected over any number of ties in either direction: 1 = the team is one whole.
///
/// # Definition
/// sum_c n_c (n_c - 1) / (n (n - 1)), n_c = sizes of the weak components
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent, so it is a lower bound
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known
/// # Source
/// Krackhardt (1994), in Carley & Prietula, Computational Organization Theory, 89-111
/// # Agrees with
/// sna `connectedness` 2.7-1, 1e-9
/// # Cost
/// O(n + m)
pub fn connectedness(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let connected: u64 = sizes(net)?.map(|size| size * (size - 1)).sum();
    Ok(connected as f64 / net.n_possible_pairs() as f64)
}

/// How few ties beyond the necessary hold the parts of the team together: 1 = not one too many, 0 = everyone in a part names everyone.
///
/// # Definition
/// 1 - (L - sum_c (n_c - 1)) / sum_c (n_c (n_c - 1) - (n_c - 1)), n_c = sizes of the weak components
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known; NoTies without ties
/// # Source
/// Krackhardt (1994), in Carley & Prietula, Computational Organization Theory, 89-111, for directed ties
/// # Agrees with
/// sna `efficiency` 2.7-1, 1e-9
/// # Cost
/// O(n + m)
pub fn efficiency(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let (mut needed, mut spare) = (0, 0);
    for size in sizes(net)? {
        needed += size - 1;
        spare += (size - 1) * (size - 1);
    }
    if spare == 0 {
        return Err(Undefined::NoTies);
    }
    // Every component is held together by at least n_c - 1 ties.
    let excess = net.n_ties() as u64 - needed;
    Ok(1.0 - excess as f64 / spare as f64)
}

/// How one-sided reach is: of the pairs of which one reaches the other, the share in which the other cannot reach back. 1 = a ladder, 0 = whoever
/// reaches somebody is reached.
///
/// # Definition
/// 1 - V / W, W = pairs of which at least one reaches the other by a directed path, V = those that reach each other
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known; NoTies without ties; TooManyActors where the cost below
/// exceeds 5 * 10^9, which 100,000 actors with 1,000,000 ties never do
/// # Source
/// Krackhardt (1994), in Carley & Prietula, Computational Organization Theory, 89-111
/// # Agrees with
/// sna `hierarchy(measure = "krackhardt")` 2.7-1, 1e-9
/// # Cost
/// O(n + m) and, for c strong components with e ties between them, O(c (c + e) / 64), in O(c) memory
pub fn hierarchy(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    seen(net)?;
    if net.n_ties() == 0 {
        return Err(Undefined::NoTies);
    }
    let ladder = Ladder::of(net, strong_members(net));
    let mutual: u64 = ladder
        .sizes
        .iter()
        .map(|&s| s * s.saturating_sub(1) / 2)
        .sum();
    let one_sided = ladder.one_sided_pairs()?;
    Ok(1.0 - mutual as f64 / (mutual + one_sided) as f64)
}

/// How often two colleagues have one nearest person over them both: somebody who reaches both, and whom everyone else who reaches both reaches too.
///
/// # Definition
/// 1 - V / sum_c (n_c - 1) (n_c - 2) / 2 over the weak components of three or more, V = pairs in one component without a least upper bound. Upper bounds
/// of i and j are all who reach both by directed paths, i and j themselves among them; least is one that every upper bound reaches
/// # Shape and unit
/// one number, in \[0, 1\] for at most (n_c - 1) (n_c - 2) / 2 violations per component, the maximum that the source gives
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 3, and where no weak component has three actors; NothingObserved if no cell is known; NoTies without ties; TooManyActors above
/// 8,192 strong components in one weak one
/// # Source
/// Krackhardt (1994), in Carley & Prietula, Computational Organization Theory, 89-111
/// # Agrees with
/// the definition spelled out. sna `lubness` 2.7-1 looks for the topmost person instead: that is [`topmost_upper_boundedness`]
/// # Cost
/// O(n + m + c^3 / 64), c = strong components in one weak one
pub fn least_upper_boundedness(net: &Network) -> Result<f64, Undefined> {
    boundedness(net, Ladder::has_least)
}

/// How often two colleagues have one topmost person over them both: somebody who reaches everyone who reaches both.
///
/// # Definition
/// as [`least_upper_boundedness`], with a bound that reaches every upper bound in the place of one that is reached by every upper bound
/// # Shape and unit
/// one number, in \[0, 1\] as there
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// as [`least_upper_boundedness`]
/// # Source
/// what sna computes under the name of least upper boundedness
/// # Agrees with
/// sna `lubness` 2.7-1, 1e-9
/// # Cost
/// O(n + m + c^3 / 64), c = strong components in one weak one
pub fn topmost_upper_boundedness(net: &Network) -> Result<f64, Undefined> {
    boundedness(net, Ladder::has_topmost)
}

fn sizes(net: &Network) -> Result<impl Iterator<Item = u64>, Undefined> {
    Ok(weak_component_sizes(net)?.into_iter().map(u64::from))
}

/// Strong components as rungs, each before all those that reach it: reach only goes to lower numbers.
struct Ladder {
    sizes: Vec<u64>,
    /// Per rung the rungs that reach it in one step, each with a higher number.
    above: Vec<Vec<u32>>,
}

/// Word operations beyond which a value is refused: some five seconds.
const MOST_STEPS: u64 = 5_000_000_000;

/// Rungs beyond which a table of who reaches whom is refused: 8 MiB, and c^3 / 128 steps.
const MOST_RUNGS: usize = 8_192;

impl Ladder {
    fn of(net: &Network, rungs: Vec<Vec<u32>>) -> Self {
        let mut rung_of = vec![u32::MAX; net.n_positions()];
        for (rung, members) in (0..).zip(&rungs) {
            for &actor in members {
                rung_of[actor as usize] = rung;
            }
        }
        let above = (0..).zip(&rungs).map(|(rung, members)| {
            let named_by = |&actor: &u32| net.predecessors(actor as usize);
            let mut above: Vec<u32> = members
                .iter()
                .flat_map(named_by)
                .map(|&other| rung_of[other as usize])
                .filter(|&other| other != rung)
                .collect();
            above.sort_unstable();
            above.dedup();
            above
        });
        Self {
            above: above.collect(),
            sizes: rungs.iter().map(|members| members.len() as u64).collect(),
        }
    }

    /// Pairs of actors of which one reaches the other and not the other way round.
    fn one_sided_pairs(&self) -> Result<u64, Undefined> {
        let n = self.sizes.len();
        let steps: usize = self.above.iter().map(|above| above.len() + 1).sum();
        let blocks = n.div_ceil(64) as u64;
        if (steps as u64).saturating_mul(blocks) > MOST_STEPS {
            return Err(Undefined::TooManyActors);
        }
        // 64 rungs at a time: which of these reach each rung. Whoever reaches has a higher number, so going down all is known in time.
        let mut reached_by = vec![0_u64; n];
        let mut pairs = 0;
        for first in (0..n).step_by(64) {
            let sizes = &self.sizes[first..n.min(first + 64)];
            let single = sizes.iter().all(|&size| size == 1);
            for rung in (0..n.min(first + 64)).rev() {
                let mut reached = 0;
                for &above in &self.above[rung] {
                    // Rungs beyond the block are not reached by it; they hold what an earlier block left.
                    if (above as usize) < first + 64 {
                        reached |= reached_by[above as usize];
                    }
                    if let Some(bit) = (above as usize).checked_sub(first).filter(|&bit| bit < 64) {
                        reached |= 1 << bit;
                    }
                }
                reached_by[rung] = reached;
                let reaching = if single {
                    u64::from(reached.count_ones())
                } else {
                    bits(reached).map(|bit| sizes[bit]).sum()
                };
                pairs += self.sizes[rung] * reaching;
            }
        }
        Ok(pairs)
    }

    /// Whether one of the upper bounds is reached by all of them: it can only be the lowest, and then the bounds are those who reach it.
    fn has_least(one: &[u64], other: &[u64], table: &Table) -> bool {
        let first = one.iter().zip(other).position(|(a, b)| a & b != 0);
        first.is_some_and(|word| {
            let bit = (one[word] & other[word]).trailing_zeros() as usize;
            // The rows are cut to the same last words.
            let cut = table.words - one.len();
            let lowest = table.row((cut + word) * 64 + bit, cut + word);
            let both = one[word..].iter().zip(&other[word..]);
            both.zip(lowest).all(|((a, b), reach)| a & b == *reach)
        })
    }

    /// Whether one of the upper bounds reaches all of them: then it is the only one of them whom nobody reaches.
    fn has_topmost(one: &[u64], other: &[u64], table: &Table) -> bool {
        let tops = &table.tops[table.words - one.len()..];
        let mut found = 0;
        for ((a, b), top) in one.iter().zip(other).zip(tops) {
            found += (a & b & top).count_ones();
            if found > 1 {
                return false;
            }
        }
        found == 1
    }

    /// Who reaches each rung, itself included, for the rungs of one weak component.
    fn table(&self) -> Result<Table, Undefined> {
        let n = self.sizes.len();
        if n > MOST_RUNGS {
            return Err(Undefined::TooManyActors);
        }
        let words = n.div_ceil(64);
        let mut reaching = vec![0_u64; n * words];
        let mut tops = vec![0_u64; words];
        for rung in (0..n).rev() {
            let (lower, higher) = reaching.split_at_mut((rung + 1) * words);
            let own = &mut lower[rung * words..];
            own[rung / 64] |= 1 << (rung % 64);
            for &above in &self.above[rung] {
                let from = (above as usize - rung - 1) * words;
                for (own, other) in own.iter_mut().zip(&higher[from..from + words]) {
                    *own |= other;
                }
            }
            if self.above[rung].is_empty() {
                tops[rung / 64] |= 1 << (rung % 64);
            }
        }
        Ok(Table {
            reaching,
            tops,
            words,
        })
    }
}

/// Sets of rungs as bits.
struct Table {
    words: usize,
    /// One row of words per rung.
    reaching: Vec<u64>,
    /// Rungs that nobody reaches.
    tops: Vec<u64>,
}

impl Table {
    /// Who reaches the rung, without the words before `first`.
    fn row(&self, rung: usize, first: usize) -> &[u64] {
        &self.reaching[rung * self.words + first..(rung + 1) * self.words]
    }
}

fn bits(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let bit = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(bit)
    })
}

fn boundedness(
    net: &Network,
    is_bounded: impl Fn(&[u64], &[u64], &Table) -> bool,
) -> Result<f64, Undefined> {
    if net.n_actors() < 3 {
        return Err(Undefined::TooFewActors);
    }
    seen(net)?;
    if net.n_ties() == 0 {
        return Err(Undefined::NoTies);
    }
    // The rungs of each weak component, still in the order of reach.
    let labels = weak_labels(net);
    let mut wholes: Vec<Vec<Vec<u32>>> = vec![Vec::new(); labels.len()];
    for rung in strong_members(net) {
        wholes[labels[rung[0] as usize] as usize].push(rung);
    }
    let (mut violations, mut most) = (0, 0);
    for rungs in wholes {
        let n: u64 = rungs.iter().map(|rung| rung.len() as u64).sum();
        if n < 3 {
            continue;
        }
        most += (n - 1) * (n - 2) / 2;
        violations += unbounded_pairs(&Ladder::of(net, rungs), &is_bounded)?;
    }
    if most == 0 {
        return Err(Undefined::TooFewActors);
    }
    Ok(1.0 - violations as f64 / most as f64)
}

/// Pairs of actors without the bound that is asked for.
fn unbounded_pairs(
    ladder: &Ladder,
    is_bounded: impl Fn(&[u64], &[u64], &Table) -> bool,
) -> Result<u64, Undefined> {
    let table = ladder.table()?;
    let mut pairs = 0;
    for (high, &size) in ladder.sizes.iter().enumerate() {
        // Nobody below the higher of two rungs reaches both.
        let first = high / 64;
        let other = table.row(high, first);
        if size > 1 && !is_bounded(other, other, &table) {
            pairs += size * (size - 1) / 2;
        }
        for (low, &low_size) in ladder.sizes[..high].iter().enumerate() {
            if !is_bounded(table.row(low, first), other, &table) {
                pairs += low_size * size;
            }
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(n: usize, ties: &[(usize, usize)]) -> Network {
        let mut builder = Network::builder(n);
        for &(i, j) in ties {
            builder.tie(i, j, 1.0);
        }
        builder.build(0.0).unwrap()
    }

    #[test]
    fn a_tree_of_command_is_perfect() {
        let net = network(5, &[(0, 1), (0, 2), (1, 3), (1, 4)]);
        for value in [
            connectedness(&net),
            hierarchy(&net),
            efficiency(&net),
            least_upper_boundedness(&net),
            topmost_upper_boundedness(&net),
        ] {
            assert_eq!(value, Ok(1.0));
        }
    }

    #[test]
    fn two_bosses_over_one_foreman() {
        // 2 is nearest over 3 and 4; nobody is topmost. The two bosses have nobody over them at all.
        let net = network(5, &[(0, 2), (1, 2), (2, 3), (2, 4)]);
        assert_eq!(least_upper_boundedness(&net), Ok(1.0 - 1.0 / 6.0));
        assert_eq!(topmost_upper_boundedness(&net), Ok(1.0 - 4.0 / 6.0));
    }

    #[test]
    fn what_a_pair_and_an_empty_room_have_not() {
        let pair = network(3, &[(0, 1)]);
        assert_eq!(least_upper_boundedness(&pair), Err(Undefined::TooFewActors));
        assert_eq!(efficiency(&pair), Ok(1.0));
        let empty = network(3, &[]);
        assert_eq!(hierarchy(&empty), Err(Undefined::NoTies));
        assert_eq!(efficiency(&empty), Err(Undefined::NoTies));
        assert_eq!(connectedness(&empty), Ok(0.0));
        assert_eq!(
            connectedness(&network(1, &[])),
            Err(Undefined::TooFewActors)
        );
    }
}
