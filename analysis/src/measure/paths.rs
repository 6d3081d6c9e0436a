//! How far everyone is from everyone, and who stands between: all that rests on shortest paths, in one pass.

use super::walk::PathBuffers;
use crate::network::Network;
use crate::outcome::Undefined;

/// Whether a path may only follow a tie from who names to who is named.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arrows {
    /// A path follows the ties.
    #[default]
    Followed,
    /// A tie can be walked in both directions (weak symmetrisation).
    Ignored,
}

/// What is known of one position, as bits of [`Paths::flags`].
pub(super) const PRESENT: u8 = 1;
const ROW_SEEN: u8 = 2;
const COLUMN_SEEN: u8 = 4;
pub(super) const SOURCE: u8 = 8;

/// Everything that shortest paths say of the actors and of the network; the methods give each measure.
#[derive(Debug, Clone, Default)]
pub struct Paths {
    pub(super) arrows: Arrows,
    n_actors: usize,
    pub(super) n_sources: usize,
    nothing_observed: bool,
    /// The number of shortest paths left the range of numbers.
    pub(super) overflow: bool,
    pub(super) flags: Vec<u8>,
    pub(super) betweenness: Vec<f64>,
    pub(super) reached: Vec<u32>,
    pub(super) reached_by: Vec<u32>,
    pub(super) sum_out: Vec<u64>,
    pub(super) sum_in: Vec<u64>,
    pub(super) inverse_out: Vec<f64>,
    pub(super) inverse_in: Vec<f64>,
    /// Ordered pairs at distance 1, 2, ...
    histogram: Vec<u64>,
}

/// All that shortest paths say, found in one pass from every actor.
///
/// # Definition
/// breadth-first search from each actor over the known ties; betweenness by adding up dependencies backwards
/// # Shape and unit
/// [`Paths`]: one value per position in roster order, and the distribution of the distances
/// # Missing
/// unknown cells are read as absent, so that distances are upper bounds; all path measures suffer from that, see `missing-study`
/// # Undefined
/// each method says so
/// # Source
/// Brandes (2001), Journal of Mathematical Sociology 25, 163-177
/// # Agrees with
/// as said at each method
/// # Cost
/// O(n m) time, O(n + m) memory; up to 64 positions by sets of 64 bits
pub fn paths(net: &Network, arrows: Arrows) -> Paths {
    let mut buffers = PathBuffers::default();
    paths_with(net, arrows, &mut buffers);
    buffers.into_paths()
}

/// [`paths`] in memory that is used again: for many networks one after another.
///
/// # Definition
/// as [`paths`]
/// # Shape and unit
/// [`Paths`], until the buffers are used for the next network
/// # Missing
/// as [`paths`]
/// # Undefined
/// each method says so
/// # Source
/// Brandes (2001), Journal of Mathematical Sociology 25, 163-177
/// # Agrees with
/// [`paths`], exactly
/// # Cost
/// O(n m) time, O(n + m) memory
pub fn paths_with<'b>(net: &Network, arrows: Arrows, buffers: &'b mut PathBuffers) -> &'b Paths {
    let everyone = 0..net.n_positions();
    buffers.run(net, arrows, everyone)
}

/// [`paths`] from some of the actors only, for networks in which all are too many: the rest is estimated from these.
///
/// # Definition
/// as [`paths`], summed over the sources; betweenness times (n - 1) / (sources other than the actor), in-measures divide by the same number of sources
/// # Shape and unit
/// [`Paths`]; out-measures of who is no source are undefined
/// # Missing
/// as [`paths`]
/// # Undefined
/// each method says so; positions that are no actors, and repetitions, are no sources
/// # Source
/// Brandes & Pich (2007), International Journal of Bifurcation and Chaos 17, 2303-2318
/// # Agrees with
/// [`paths`] exactly if everyone is a source
/// # Cost
/// O(k m) time for k sources, O(n + m) memory
pub fn paths_from<'b>(
    net: &Network,
    arrows: Arrows,
    sources: &[usize],
    buffers: &'b mut PathBuffers,
) -> &'b Paths {
    buffers.run(net, arrows, sources.iter().copied())
}

impl Paths {
    pub(super) fn clear(&mut self, net: &Network, arrows: Arrows) {
        fn zeros<T: Clone + Default>(list: &mut Vec<T>, n: usize) {
            list.clear();
            list.resize(n, T::default());
        }
        let n = net.n_positions();
        self.arrows = arrows;
        self.n_actors = net.n_actors();
        self.n_sources = 0;
        self.nothing_observed = net.n_possible_pairs() > 0 && net.n_observed_pairs() == 0;
        self.overflow = false;
        self.histogram.clear();
        zeros(&mut self.betweenness, n);
        zeros(&mut self.reached, n);
        zeros(&mut self.reached_by, n);
        zeros(&mut self.sum_out, n);
        zeros(&mut self.sum_in, n);
        zeros(&mut self.inverse_out, n);
        zeros(&mut self.inverse_in, n);
        zeros(&mut self.flags, n);
        let others = self.n_actors.saturating_sub(1);
        for (i, flags) in self.flags.iter_mut().enumerate() {
            if !net.is_present(i) {
                continue;
            }
            let row = net.observed(i);
            let column = others == 0 || (net.in_unknown()[i] as usize) < others;
            *flags = match arrows {
                Arrows::Ignored if row || column => PRESENT | ROW_SEEN | COLUMN_SEEN,
                _ => PRESENT | (u8::from(row) * ROW_SEEN) | (u8::from(column) * COLUMN_SEEN),
            };
        }
    }

    pub(super) fn count(&mut self, distance: usize, pairs: u64) {
        if self.histogram.len() < distance {
            self.histogram.resize(distance, 0);
        }
        self.histogram[distance - 1] += pairs;
    }

    /// The sources other than this actor, if the actor has what the measure needs.
    fn others(&self, actor: usize, needed: u8) -> Result<usize, Undefined> {
        let flags = self.flags.get(actor).copied().unwrap_or(0);
        if flags & (PRESENT | needed) != PRESENT | needed {
            return Err(Undefined::NothingObserved);
        }
        if self.n_actors < 2 {
            return Err(Undefined::TooFewActors);
        }
        let others = self.n_sources - usize::from(flags & SOURCE != 0);
        if others == 0 && needed & SOURCE == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(others)
    }

    /// How often the actor lies on the shortest ways between two others, raw.
    ///
    /// # Definition
    /// sum over ordered pairs (s, t) of g_st(i) / g_st, s, t, i distinct; half of that where arrows are ignored
    /// # Shape and unit
    /// pairs, in \[0, (n - 1)(n - 2)\] (half of that without arrows)
    /// # Missing
    /// unknown cells are read as absent: who did not answer can only be passed through by ties others know of
    /// # Undefined
    /// TooFewActors below n = 3; NothingObserved for an absent actor and one whose row is wholly unknown; NotFinite if the number of
    /// shortest paths leaves the range of numbers
    /// # Source
    /// Freeman (1977), Sociometry 40, 35-41
    /// # Agrees with
    /// sna `betweenness(cmode = "directed")` and on the symmetrised graph `cmode = "undirected"` 2.7-1, igraph `betweenness` 1.3.5, networkx
    /// `betweenness_centrality(normalized = False)` 3.6.1, 1e-9
    /// # Cost
    /// O(1)
    pub fn betweenness(&self, actor: usize) -> Result<f64, Undefined> {
        let others = self.others(actor, ROW_SEEN)?;
        if self.n_actors < 3 {
            return Err(Undefined::TooFewActors);
        }
        if self.overflow {
            return Err(Undefined::NotFinite);
        }
        Ok(self.raw_betweenness(actor) * ((self.n_actors - 1) as f64 / others as f64))
    }

    fn raw_betweenness(&self, actor: usize) -> f64 {
        match self.arrows {
            Arrows::Followed => self.betweenness[actor],
            Arrows::Ignored => self.betweenness[actor] / 2.0,
        }
    }

    /// The sums of all actors as they stand, also of those who did not answer.
    pub(super) fn all_betweenness(&self) -> Result<Vec<f64>, Undefined> {
        if self.n_actors < 3 {
            return Err(Undefined::TooFewActors);
        }
        if self.nothing_observed || self.n_sources < self.n_actors {
            return Err(Undefined::NothingObserved);
        }
        if self.overflow {
            return Err(Undefined::NotFinite);
        }
        Ok((0..self.flags.len())
            .filter(|&i| self.flags[i] & PRESENT != 0)
            .map(|i| self.raw_betweenness(i))
            .collect())
    }

    /// How near the actor is to all others, if all can be reached.
    ///
    /// # Definition
    /// (n - 1) / sum_j d_ij
    /// # Shape and unit
    /// one number in (0, 1\]
    /// # Missing
    /// unknown cells are read as absent
    /// # Undefined
    /// TooFewActors below n = 2; NothingObserved for an absent actor and one whose row is wholly unknown; Unreachable if someone cannot be
    /// reached ([`Paths::harmonic_out`] is defined then)
    /// # Source
    /// Freeman (1979), Social Networks 1, 215-239
    /// # Agrees with
    /// sna `closeness(cmode = "directed")` 2.7-1 where it is not 0, and `cmode = "undirected"` with arrows ignored, 1e-9; sna writes 0 for
    /// undefined. Not igraph, which leaves out whom one cannot reach: [`Paths::reachable_closeness_out`]
    /// # Cost
    /// O(1)
    pub fn closeness_out(&self, actor: usize) -> Result<f64, Undefined> {
        self.others(actor, ROW_SEEN | SOURCE)?;
        let others = self.n_actors - 1;
        if (self.reached[actor] as usize) < others {
            return Err(Undefined::Unreachable);
        }
        Ok(others as f64 / self.sum_out[actor] as f64)
    }

    /// How near all others are to the actor, if all can reach the actor.
    ///
    /// # Definition
    /// (n - 1) / sum_j d_ji
    /// # Shape and unit
    /// one number in (0, 1\]
    /// # Missing
    /// unknown cells are read as absent
    /// # Undefined
    /// as [`Paths::closeness_out`], with the column in place of the row
    /// # Source
    /// Freeman (1979), Social Networks 1, 215-239
    /// # Agrees with
    /// [`Paths::closeness_out`] of the reversed network, exactly
    /// # Cost
    /// O(1)
    pub fn closeness_in(&self, actor: usize) -> Result<f64, Undefined> {
        let others = self.others(actor, COLUMN_SEEN)?;
        if (self.reached_by[actor] as usize) < others {
            return Err(Undefined::Unreachable);
        }
        Ok(others as f64 / self.sum_in[actor] as f64)
    }

    /// How near the actor is to those who can be reached at all; larger with fewer of them, so no measure to compare actors by.
    ///
    /// # Definition
    /// 1 / sum_j d_ij over the j that i reaches
    /// # Shape and unit
    /// one number in (0, 1\]
    /// # Missing
    /// unknown cells are read as absent
    /// # Undefined
    /// as [`Paths::closeness_out`], but Unreachable only if nobody can be reached
    /// # Source
    /// igraph's definition since 1.3
    /// # Agrees with
    /// igraph `closeness(mode = "out")` 1.3.5, with arrows ignored `mode = "all"`, 1e-9
    /// # Cost
    /// O(1)
    pub fn reachable_closeness_out(&self, actor: usize) -> Result<f64, Undefined> {
        self.others(actor, ROW_SEEN | SOURCE)?;
        one_over(self.sum_out[actor])
    }

    /// How near those are who can reach the actor at all.
    ///
    /// # Definition
    /// 1 / sum_j d_ji over the j that reach i
    /// # Shape and unit
    /// one number in (0, 1\]
    /// # Missing
    /// unknown cells are read as absent
    /// # Undefined
    /// as [`Paths::closeness_in`], but Unreachable only if nobody reaches the actor
    /// # Source
    /// igraph's definition since 1.3
    /// # Agrees with
    /// igraph `closeness(mode = "in")` 1.3.5, 1e-9
    /// # Cost
    /// O(1)
    pub fn reachable_closeness_in(&self, actor: usize) -> Result<f64, Undefined> {
        self.others(actor, COLUMN_SEEN)?;
        one_over(self.sum_in[actor])
    }

    /// How near the actor is to the others on average, where who cannot be reached counts as infinitely far.
    ///
    /// # Definition
    /// sum_j (1 / d_ij) / (n - 1), 1 / infinity = 0
    /// # Shape and unit
    /// one number in \[0, 1\]: a MEAN of inverse distances, not the sum that R igraph and networkx give
    /// # Missing
    /// unknown cells are read as absent
    /// # Undefined
    /// TooFewActors below n = 2; NothingObserved for an absent actor and one whose row is wholly unknown
    /// # Source
    /// Marchiori & Latora (2000), Physica A 285, 539-546; Rochat (2009)
    /// # Agrees with
    /// sna `closeness(cmode = "suminvdir")` and `"suminvundir"` 2.7-1, python-igraph `harmonic_centrality(mode = "out")` 1.0.0; R igraph
    /// `harmonic_centrality` 1.3.5 and networkx 3.6.1 after division by n - 1; 1e-9
    /// # Cost
    /// O(1)
    pub fn harmonic_out(&self, actor: usize) -> Result<f64, Undefined> {
        self.others(actor, ROW_SEEN | SOURCE)?;
        Ok(self.inverse_out[actor] / (self.n_actors - 1) as f64)
    }

    /// How near the others are to the actor on average, where who cannot come counts as infinitely far.
    ///
    /// # Definition
    /// sum_j (1 / d_ji) / (n - 1), 1 / infinity = 0
    /// # Shape and unit
    /// one number in \[0, 1\]: a MEAN of inverse distances
    /// # Missing
    /// unknown cells are read as absent
    /// # Undefined
    /// TooFewActors below n = 2; NothingObserved for an absent actor and one whose column is wholly unknown
    /// # Source
    /// Marchiori & Latora (2000), Physica A 285, 539-546; Rochat (2009)
    /// # Agrees with
    /// R igraph `harmonic_centrality(mode = "in")` 1.3.5 and networkx `harmonic_centrality` 3.6.1 after division by n - 1, 1e-9
    /// # Cost
    /// O(1)
    pub fn harmonic_in(&self, actor: usize) -> Result<f64, Undefined> {
        let others = self.others(actor, COLUMN_SEEN)?;
        Ok(self.inverse_in[actor] / others as f64)
    }

    /// How many others the actor can reach; NothingObserved for an absent actor, one whose row is unknown, and one who was no source.
    pub fn reached(&self, actor: usize) -> Result<u32, Undefined> {
        let flags = self.flags.get(actor).copied().unwrap_or(0);
        if flags & (ROW_SEEN | SOURCE) != ROW_SEEN | SOURCE {
            return Err(Undefined::NothingObserved);
        }
        Ok(self.reached[actor])
    }

    /// How many of the sources can reach the actor; NothingObserved for an absent actor and one whose column is unknown.
    pub fn reached_by(&self, actor: usize) -> Result<u32, Undefined> {
        let flags = self.flags.get(actor).copied().unwrap_or(0);
        if flags & COLUMN_SEEN == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(self.reached_by[actor])
    }

    /// Ordered pairs at distance 1, 2, ... up to the diameter; where arrows are ignored each pair counts twice.
    pub fn distances(&self) -> &[u64] {
        &self.histogram
    }

    /// The mean distance over the ordered pairs of which one reaches the other; [`network_mean_distance`] has the contract.
    pub fn mean_distance(&self) -> Result<f64, Undefined> {
        self.some_path()?;
        let pairs: u64 = self.histogram.iter().sum();
        let lengths = self.histogram.iter().zip(1_u64..);
        let sum: u64 = lengths.map(|(pairs, distance)| pairs * distance).sum();
        Ok(sum as f64 / pairs as f64)
    }

    /// The largest distance over the ordered pairs of which one reaches the other; [`network_diameter`] has the contract.
    pub fn diameter(&self) -> Result<u32, Undefined> {
        self.some_path()?;
        Ok(self.histogram.len() as u32)
    }

    fn some_path(&self) -> Result<(), Undefined> {
        if self.n_actors < 2 {
            return Err(Undefined::TooFewActors);
        }
        if self.nothing_observed {
            return Err(Undefined::NothingObserved);
        }
        if self.histogram.is_empty() {
            return Err(Undefined::NoTies);
        }
        Ok(())
    }

    /// One value per position in roster order.
    pub fn each<T>(&self, measure: impl Fn(&Self, usize) -> T) -> Vec<T> {
        (0..self.flags.len()).map(|i| measure(self, i)).collect()
    }
}

fn one_over(sum: u64) -> Result<f64, Undefined> {
    if sum == 0 {
        return Err(Undefined::Unreachable);
    }
    Ok(1.0 / sum as f64)
}

/// How often each actor lies on the shortest ways between two others: [`Paths::betweenness`] along the ties, which has the contract.
pub fn actor_betweenness(net: &Network) -> Vec<Result<f64, Undefined>> {
    paths(net, Arrows::Followed).each(Paths::betweenness)
}

/// How near each actor is to all others: [`Paths::closeness_out`] along the ties, which has the contract.
pub fn actor_closeness(net: &Network) -> Vec<Result<f64, Undefined>> {
    paths(net, Arrows::Followed).each(Paths::closeness_out)
}

/// How near the others are to each actor on average: [`Paths::harmonic_in`] along the ties, which has the contract.
pub fn actor_harmonic_in(net: &Network) -> Vec<Result<f64, Undefined>> {
    paths(net, Arrows::Followed).each(Paths::harmonic_in)
}

/// How near each actor is to the others on average: [`Paths::harmonic_out`] along the ties, which has the contract.
pub fn actor_harmonic_out(net: &Network) -> Vec<Result<f64, Undefined>> {
    paths(net, Arrows::Followed).each(Paths::harmonic_out)
}

/// Over how many steps word passes on average between two colleagues of whom one can reach the other.
///
/// # Definition
/// sum of d_ij / number of (i, j), over the ordered pairs i != j with a path from i to j
/// # Shape and unit
/// one number of ties, at least 1; pairs without a path are left out, so a network in pieces can have a small value
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known; NoTies without ties
/// # Source
/// Wasserman & Faust (1994), section 4.2
/// # Agrees with
/// igraph `mean_distance` 1.3.5, python-igraph `average_path_length` 1.0.0, mean of the finite sna `geodist` 2.7-1, 1e-9
/// # Cost
/// O(n m)
pub fn network_mean_distance(net: &Network) -> Result<f64, Undefined> {
    paths(net, Arrows::Followed).mean_distance()
}

/// Over how many steps word passes at most between two colleagues of whom one can reach the other.
///
/// # Definition
/// max d_ij over the ordered pairs with a path from i to j
/// # Shape and unit
/// a number of ties, 1 to n - 1
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known; NoTies without ties
/// # Source
/// Wasserman & Faust (1994), section 4.2
/// # Agrees with
/// igraph `diameter` 1.0.0, largest finite sna `geodist` 2.7-1, exactly
/// # Cost
/// O(n m)
pub fn network_diameter(net: &Network) -> Result<u32, Undefined> {
    paths(net, Arrows::Followed).diameter()
}

#[cfg(test)]
mod tests {
    use super::super::walk::{Geodesic, geodesics_from};
    use super::*;

    #[test]
    fn the_middle_of_a_line_stands_between() {
        let mut builder = Network::builder(4);
        builder.absent_actor(3).tie(0, 1, 1.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        let gone = Err(Undefined::NothingObserved);
        assert_eq!(actor_betweenness(&net), [Ok(0.0), Ok(1.0), Ok(0.0), gone]);
        let no = Err(Undefined::Unreachable);
        assert_eq!(actor_closeness(&net), [Ok(2.0 / 3.0), no, no, gone]);
        assert_eq!(actor_harmonic_in(&net), [Ok(0.0), Ok(0.5), Ok(0.75), gone]);
        assert_eq!(
            (network_mean_distance(&net), network_diameter(&net)),
            (Ok(4.0 / 3.0), Ok(2))
        );
        let walked = geodesics_from(&net, 0, Arrows::Followed);
        let end = Geodesic {
            length: 2,
            count: 1.0,
        };
        assert_eq!((walked[2], walked[3]), (Some(end), None));
    }

    #[test]
    fn more_shortest_paths_than_numbers_can_count_is_said() {
        // 1,100 diamonds in a row: 2^1100 ways from one end to the other.
        let mut builder = Network::builder(3 * 1100 + 1);
        for d in 0..1100 {
            let a = 3 * d;
            builder.tie(a, a + 1, 1.0).tie(a, a + 2, 1.0);
            builder.tie(a + 1, a + 3, 1.0).tie(a + 2, a + 3, 1.0);
        }
        let net = builder.build(0.0).unwrap();
        let all = paths(&net, Arrows::Followed);
        assert_eq!(all.betweenness(3), Err(Undefined::NotFinite));
        assert_eq!(all.diameter(), Ok(2200));
    }
}
