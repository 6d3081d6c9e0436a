//! How many of several relations tie the same two people.

use std::collections::BTreeMap;

use super::change::change_counts;
use crate::network::Network;
use crate::network::network::Status;
use crate::outcome::Undefined;

/// Pairs by the number of relations that tie them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Multiplexity {
    /// `exactly[k]`: pairs tied in exactly k of the relations, k = 0 to all of them.
    pub exactly: Vec<u64>,
}

impl Multiplexity {
    /// Pairs known in all relations.
    pub fn n_known(&self) -> u64 {
        self.exactly.iter().sum()
    }

    /// Pairs tied in at least k of the relations; 0 beyond their number.
    pub fn at_least(&self, k: usize) -> u64 {
        self.exactly.iter().skip(k).sum()
    }

    /// Of the pairs known in all relations, the share tied in exactly k; NothingObserved if there is no such pair.
    pub fn share_exactly(&self, k: usize) -> Result<f64, Undefined> {
        self.share(self.exactly.get(k).copied().unwrap_or(0))
    }

    /// Of the pairs known in all relations, the share tied in at least k; NothingObserved if there is no such pair.
    pub fn share_at_least(&self, k: usize) -> Result<f64, Undefined> {
        self.share(self.at_least(k))
    }

    /// Of the pairs tied in any relation, the share tied in at least k; NothingObserved if no pair is known in all, NoTies if none of those is tied.
    pub fn share_of_tied_at_least(&self, k: usize) -> Result<f64, Undefined> {
        match (self.n_known(), self.at_least(1)) {
            (0, _) => Err(Undefined::NothingObserved),
            (_, 0) => Err(Undefined::NoTies),
            (_, tied) => Ok(self.at_least(k.max(1)) as f64 / tied as f64),
        }
    }

    fn share(&self, pairs: u64) -> Result<f64, Undefined> {
        match self.n_known() {
            0 => Err(Undefined::NothingObserved),
            known => Ok(pairs as f64 / known as f64),
        }
    }
}

/// In how many of the relations one person names another: how far talk of goals, of approach and of progress runs along the same ties.
///
/// # Definition
/// for each ordered pair k_ij = number of relations with x_ij = 1; counted by k
/// # Shape and unit
/// counts of ordered pairs for k = 0 to the number of relations
/// # Missing
/// only pairs whose cell is known in every relation count; a position beyond the end of a shorter network is read as absent there
/// # Undefined
/// never; all zero without relations or known pairs
/// # Source
/// Wasserman & Faust (1994), section 3.3; Moolenaar, Sleegers & Daly (2012) for teacher teams
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 for two networks, and recount cell by cell for three small ones, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions of all; and, in the number of relations, the square of the patterns of silence
pub fn tie_multiplexity(relations: &[&Network]) -> Multiplexity {
    multiplexities(relations).0
}

/// In how many of the relations two people are tied, whoever names whom.
///
/// # Definition
/// for each dyad k = number of relations with x_ij = 1 or x_ji = 1; counted by k
/// # Shape and unit
/// counts of unordered pairs for k = 0 to the number of relations
/// # Missing
/// only dyads of which both cells are known in every relation count; a position beyond the end of a shorter network is read as absent there
/// # Undefined
/// never; all zero without relations or known dyads
/// # Source
/// as [`tie_multiplexity`]
/// # Agrees with
/// recount dyad by dyad on small networks, exactly
/// # Cost
/// as [`tie_multiplexity`]
pub fn dyad_multiplexity(relations: &[&Network]) -> Multiplexity {
    multiplexities(relations).1
}

/// How far the ties of the sparser relation lie among those of the other: 1 = all of them do.
///
/// # Definition
/// N11 / min(N11 + N10, N11 + N01) over two relations of one wave
/// # Shape and unit
/// one number in \[0, 1\]; the order of the relations does not matter
/// # Missing
/// only cells known in both relations count
/// # Undefined
/// NothingObserved if no cell is known in both; NoTies if in either relation none of those is a tie
/// # Source
/// Szymkiewicz (1934); Simpson (1960)
/// # Agrees with
/// counts beside sna `gcor` 2.7-1 (`between_relations`), 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions of both
pub fn multiplexity_overlap(one: &Network, other: &Network) -> Result<f64, Undefined> {
    change_counts(one, other).overlap()
}

/// [`tie_multiplexity`] and [`dyad_multiplexity`], counted together.
pub fn multiplexities(relations: &[&Network]) -> (Multiplexity, Multiplexity) {
    let mut ties = Multiplexity {
        exactly: vec![0; relations.len() + 1],
    };
    let mut dyads = ties.clone();
    let Some(n) = relations.iter().map(|net| net.n_positions()).min() else {
        return (ties, dyads);
    };
    let in_all = |i: usize| relations.iter().all(|net| net.is_present(i));
    let open = |i: usize, j: usize| relations.iter().any(|net| net.open(i, j));

    // Actors by the relations in which they are silent: cells that are not listed follow from it.
    let mut classes: BTreeMap<Vec<bool>, (u64, usize)> = BTreeMap::new();
    for i in (0..n).filter(|&i| in_all(i)) {
        let silent = relations.iter().map(|net| net.is_silent(i)).collect();
        classes.entry(silent).or_insert((0, i)).0 += 1;
    }
    for (ego, &(egos, i)) in classes.values().enumerate() {
        for (alter, &(alters, j)) in classes.values().enumerate() {
            let pairs = egos * (alters - u64::from(ego == alter));
            if pairs > 0 && !open(i, j) {
                ties.exactly[0] += pairs;
                // Each dyad comes by twice, once from each end.
                dyads.exactly[0] += if open(j, i) { 0 } else { pairs };
            }
        }
    }
    dyads.exactly[0] /= 2;

    let mut cells: Vec<(u32, u32, bool, usize, Status)> = Vec::new();
    for (relation, net) in relations.iter().enumerate() {
        cells.extend(
            net.listed()
                .filter(|&(i, j, _)| in_all(i as usize) && in_all(j as usize))
                .map(|(i, j, status)| (i.min(j), i.max(j), i > j, relation, status)),
        );
    }
    cells.sort_unstable();
    for dyad in cells.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (low, high) = (dyad[0].0 as usize, dyad[0].1 as usize);
        let mut status: Vec<[Status; 2]> = relations
            .iter()
            .map(|net| [plain(net, low, high), plain(net, high, low)])
            .collect();
        tally(&status, &mut ties, &mut dyads, |count| *count -= 1);
        for &(_, _, backward, relation, listed) in dyad {
            status[relation][usize::from(backward)] = listed;
        }
        tally(&status, &mut ties, &mut dyads, |count| *count += 1);
    }
    (ties, dyads)
}

fn plain(net: &Network, ego: usize, alter: usize) -> Status {
    if net.open(ego, alter) {
        Status::Unknown
    } else {
        Status::Absent
    }
}

/// Changes the counts that a dyad with these cells, per relation there and back, belongs to.
fn tally(
    status: &[[Status; 2]],
    ties: &mut Multiplexity,
    dyads: &mut Multiplexity,
    change: impl Fn(&mut u64),
) {
    let mut all_known = true;
    for end in 0..2 {
        if status.iter().any(|cells| cells[end] == Status::Unknown) {
            all_known = false;
            continue;
        }
        let tied = status.iter().filter(|cells| cells[end] == Status::Present);
        change(&mut ties.exactly[tied.count()]);
    }
    if all_known {
        let tied = status
            .iter()
            .filter(|cells| cells.contains(&Status::Present));
        change(&mut dyads.exactly[tied.count()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_in_both_relations_one_in_one() {
        let mut goals = Network::builder(3);
        goals.tie(0, 1, 1.0).tie(1, 2, 1.0);
        let mut approach = Network::builder(3);
        approach.tie(0, 1, 1.0).tie(1, 0, 1.0).unknown(2, 0);
        let nets = [goals.build(0.0).unwrap(), approach.build(0.0).unwrap()];
        let nets = [&nets[0], &nets[1]];
        let ties = tie_multiplexity(&nets);
        assert_eq!(ties.exactly, [2, 2, 1]);
        assert_eq!(ties.share_at_least(1), Ok(0.6));
        assert_eq!(ties.share_of_tied_at_least(2), Ok(1.0 / 3.0));
        assert_eq!(dyad_multiplexity(&nets).exactly, [0, 1, 1]);
        assert_eq!(multiplexity_overlap(nets[0], nets[1]), Ok(0.5));
        assert_eq!(
            tie_multiplexity(&[]).share_exactly(0),
            Err(Undefined::NothingObserved)
        );
    }
}
