//! How often a colleague's colleague is a colleague.

use super::triads::{Share, Shares, Traits, Triads, triads};
use crate::network::Network;
use crate::network::dyads::DyadRows;
use crate::outcome::{Interval, Undefined};

/// When one names a second and the second a third, how often the first names the third as well: 1 = always, 0 = never.
///
/// # Definition
/// number of (i, j, k) with x_ij = x_jk = x_ik = 1 / number of (i, j, k) with x_ij = x_jk = 1; i, j, k different
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only triples of which x_ij, x_jk and x_ik are known count; [`weak_transitivity_outer_bounds`] says how far the unknown cells could move it
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no triple is known; NoTwoPaths if nobody is tied through another
/// # Source
/// Holland & Leinhardt (1971); Wasserman & Faust (1994), section 6.5.3
/// # Agrees with
/// sna `gtrans(measure = "weak")` 2.7-1, 1e-9; where that gives 1 for want of two-paths, this is undefined
/// # Cost
/// that of [`triads`]
pub fn weak_transitivity(net: &Network) -> Result<f64, Undefined> {
    triads(net).weak_transitivity()
}

/// For how many threes it holds that the first names the third exactly when a second stands between them: 1 = the ties are those of a ranking in
/// which all bonds run on.
///
/// # Definition
/// number of (i, j, k) with x_ik = x_ij x_jk / n (n - 1) (n - 2); i, j, k different
/// # Shape and unit
/// one number in \[0, 1\]; near 1 in sparse networks whatever their shape
/// # Missing
/// only triples of which x_ij, x_jk and x_ik are known count, above and below the line
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no triple is known. Without two-paths it exists: it is no share of them
/// # Source
/// Butts (2008), Journal of Statistical Software 24(6), of sna
/// # Agrees with
/// sna `gtrans(measure = "strong")` 2.7-1, 1e-9
/// # Cost
/// that of [`triads`]
pub fn strong_transitivity(net: &Network) -> Result<f64, Undefined> {
    triads(net).strong_transitivity()
}

/// When two are both tied to a third, in whatever direction, how often they are tied to each other: 1 = always, 0 = never.
///
/// # Definition
/// 3 triangles / paths of length two, a pair counting as tied if either names the other
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// a pair is known if one of its cells is present or both are known; only paths over known pairs with a known third pair count;
/// [`undirected_transitivity_outer_bounds`] says how far the unknown cells could move it
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no triple of pairs is known; NoTwoPaths if nobody is tied through another
/// # Source
/// Newman, Watts & Strogatz (2002), PNAS 99, 2566-2572
/// # Agrees with
/// igraph `transitivity(type = "global")` 1.3.5, networkx `transitivity` 3.6.1 on the ties in either direction, 1e-9; where networkx gives 0 for want
/// of two-paths, this is undefined
/// # Cost
/// that of [`triads`]
pub fn undirected_transitivity(net: &Network) -> Result<f64, Undefined> {
    triads(net).undirected_transitivity()
}

/// Outer bounds: ends between which weak transitivity lies whatever the missing answers would have been. They may be further apart than they need.
///
/// # Definition
/// the narrower at each end of two relaxations. By triad: the least and greatest sum of c_t / sum of p_t, where each triad t on its own takes the
/// two-paths p_t and closed ones c_t of any of its completions, as if a cell could be present in one triad and absent in the next. By cell (up to
/// 1,024 actors): where a gain needs two or three unknown cells at once, each brings in its share of it alone
/// # Shape and unit
/// an interval within \[0, 1\]; one point when every cell is known
/// # Missing
/// contains every completion; exact with one unknown cell
/// # Undefined
/// TooFewActors below n = 3; NoTwoPaths if no completion has a two-path. Completions without two-paths have no transitivity and are left out
/// # Source
/// Manski (1990) worst-case bounds, relaxed; ratio by Dinkelbach (1967), Management Science 13, 492-498
/// # Agrees with
/// enumeration of all completions of small networks: contains them all
/// # Cost
/// that of [`triads`], and up to 1,024 actors O(n u / 64), u = unknown cells
pub fn weak_transitivity_outer_bounds(net: &Network) -> Result<Interval, Undefined> {
    let by_triad = triads(net).outer_bounds(|traits| traits.weak_completions)?;
    Ok(narrowed(by_triad, net, |own, _| own))
}

/// Outer bounds: ends between which undirected transitivity lies whatever the missing answers would have been. They may be further apart than they
/// need.
///
/// # Definition
/// as [`weak_transitivity_outer_bounds`], over paths of ties in either direction
/// # Shape and unit
/// an interval within \[0, 1\]; one point when every cell is known
/// # Missing
/// contains every completion; exact with one unknown cell
/// # Undefined
/// TooFewActors below n = 3; NoTwoPaths if no completion has a two-path. Completions without two-paths have no transitivity and are left out
/// # Source
/// Manski (1990) worst-case bounds, relaxed; ratio by Dinkelbach (1967), Management Science 13, 492-498
/// # Agrees with
/// enumeration of all completions of small networks: contains them all
/// # Cost
/// that of [`triads`], and up to 1,024 actors O(n u / 64), u = unknown cells
pub fn undirected_transitivity_outer_bounds(net: &Network) -> Result<Interval, Undefined> {
    let by_triad = triads(net).outer_bounds(|traits| traits.undirected_completions)?;
    Ok(narrowed(by_triad, net, |own, other| {
        if own == PRESENT || other == PRESENT {
            PRESENT
        } else {
            own.max(other)
        }
    }))
}

impl Triads {
    /// See [`weak_transitivity`].
    pub fn weak_transitivity(&self) -> Result<f64, Undefined> {
        let (_, known) = self.sum(|traits| traits.strong)?;
        self.closed(|traits| traits.weak, known)
    }

    /// See [`strong_transitivity`].
    pub fn strong_transitivity(&self) -> Result<f64, Undefined> {
        let (holding, known) = self.sum(|traits| traits.strong)?;
        if known == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(holding as f64 / known as f64)
    }

    /// See [`undirected_transitivity`].
    pub fn undirected_transitivity(&self) -> Result<f64, Undefined> {
        let (known, _) = self.sum(|traits| Share {
            part: u8::from(traits.undirected_known),
            whole: 1,
        })?;
        self.closed(|traits| traits.undirected, known)
    }

    /// The parts and the wholes of all triples.
    fn sum(&self, share: impl Fn(&Traits) -> Share) -> Result<(i128, i128), Undefined> {
        if self.n_actors() < 3 {
            return Err(Undefined::TooFewActors);
        }
        let shares = self.combinations().map(|(count, traits)| {
            let share = share(traits);
            (
                count * i128::from(share.part),
                count * i128::from(share.whole),
            )
        });
        Ok(shares.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1)))
    }

    /// The share of two-paths that are closed, if `known` says that any could have been seen.
    fn closed(&self, share: impl Fn(&Traits) -> Share, known: i128) -> Result<f64, Undefined> {
        let (closed, paths) = self.sum(share)?;
        if known == 0 {
            return Err(Undefined::NothingObserved);
        }
        if paths == 0 {
            return Err(Undefined::NoTwoPaths);
        }
        Ok(closed as f64 / paths as f64)
    }

    fn outer_bounds(&self, shares: impl Fn(&Traits) -> Shares) -> Result<Interval, Undefined> {
        if self.n_actors() < 3 {
            return Err(Undefined::TooFewActors);
        }
        let groups: Vec<(i128, Shares)> = self
            .combinations()
            .map(|(count, traits)| (count, shares(traits)))
            .collect();
        // Per group the share that scores best, and what that makes in all.
        let ratio = |score: &dyn Fn(Share) -> f64| {
            let (mut closed, mut paths) = (0, 0);
            for &(count, shares) in &groups {
                let best = shares
                    .iter()
                    .max_by(|&one, &other| score(one).total_cmp(&score(other)));
                let best = best.unwrap_or_default();
                closed += count * i128::from(best.part);
                paths += count * i128::from(best.whole);
            }
            (paths > 0).then(|| closed as f64 / paths as f64)
        };
        // Dinkelbach: whatever beats the ratio so far makes the sum of (closed - ratio * paths) positive, and the other way round.
        let extreme = |sign: f64| {
            let mut best = ratio(&|share| f64::from(share.whole))?;
            loop {
                let found = best;
                let score =
                    |share: Share| sign * (f64::from(share.part) - found * f64::from(share.whole));
                match ratio(&score) {
                    Some(better) if sign * better > sign * best => best = better,
                    _ => return Some(best),
                }
            }
        };
        match (extreme(-1.0), extreme(1.0)) {
            (Some(lower), Some(upper)) => Ok(Interval { lower, upper }),
            _ => Err(Undefined::NoTwoPaths),
        }
    }
}

const ABSENT: u8 = 0;
const PRESENT: u8 = 1;
const UNKNOWN: u8 = 2;

/// Above this the table of cells would be too large, and the triads alone have to do.
const MOST_ACTORS: usize = 1_024;

/// The interval cut down to what the cells allow. `tie` makes the cell that counts of the two of a pair.
fn narrowed(outer: Interval, net: &Network, tie: impl Fn(u8, u8) -> u8) -> Interval {
    if net.n_unknown_pairs() == 0 || net.n_actors() > MOST_ACTORS {
        return outer;
    }
    let sets = Sets::of(net, tie);
    let gains: Vec<Gain> = sets.unknown_cells().map(|(i, k)| sets.gain(i, k)).collect();
    let (paths, closed) = sets.sure();
    Interval {
        lower: lowest(&gains, paths, closed).map_or(outer.lower, |end| end.max(outer.lower)),
        upper: highest(&gains, paths, closed).map_or(outer.upper, |end| end.min(outer.upper)),
    }
}

/// What the presence of one unknown cell brings, in sixths, with its share of what it brings only together with other unknown cells.
///
/// For a ratio r, a triple adds f = x_ij x_jk (x_ik - r) to what has to be positive somewhere if r can be surpassed, and -f if it can be undercut. Each
/// is replaced by a sum over single cells that is never less: products of cells by the mean of these, negative products of unknown cells by 0.
#[derive(Debug, Clone, Copy, Default)]
struct Gain {
    /// Towards the upper end: `closed_up - r * paths_up`.
    closed_up: u64,
    paths_up: u64,
    /// Towards the lower end: `r * paths_down - closed_down`.
    closed_down: u64,
    paths_down: u64,
}

/// Dinkelbach: the ratio at which the best that the cells can do comes to nothing, from below.
fn highest(gains: &[Gain], paths: u64, closed: u64) -> Option<f64> {
    let mut end = 0.0;
    loop {
        let mut sum = (6 * closed, 6 * paths);
        for gain in gains {
            if gain.closed_up as f64 - end * gain.paths_up as f64 > 0.0 {
                sum = (sum.0 + gain.closed_up, sum.1 + gain.paths_up);
            }
        }
        // Closing what has no paths yet: the cells say nothing.
        if sum.1 == 0 {
            return None;
        }
        let next = sum.0 as f64 / sum.1 as f64;
        if next <= end {
            return Some(end);
        }
        end = next;
    }
}

/// The same from above.
fn lowest(gains: &[Gain], paths: u64, closed: u64) -> Option<f64> {
    let mut end = 1.0;
    loop {
        let mut sum = (6 * closed, 6 * paths);
        for gain in gains {
            if end * gain.paths_down as f64 - gain.closed_down as f64 > 0.0 {
                sum = (sum.0 + gain.closed_down, sum.1 + gain.paths_down);
            }
        }
        if sum.1 == 0 {
            return None;
        }
        let next = sum.0 as f64 / sum.1 as f64;
        if next >= end {
            return Some(end);
        }
        end = next;
    }
}

/// Rows and columns of the table of cells as sets of actors, one for each state.
struct Sets {
    n: usize,
    words: usize,
    /// By state, actor and word.
    rows: [Vec<u64>; 3],
    columns: [Vec<u64>; 3],
}

impl Sets {
    fn of(net: &Network, tie: impl Fn(u8, u8) -> u8) -> Self {
        let actors: Vec<usize> = (0..net.n_positions())
            .filter(|&i| net.is_present(i))
            .collect();
        let mut place = vec![0; net.n_positions()];
        for (own, &i) in actors.iter().enumerate() {
            place[i] = own;
        }
        let n = actors.len();
        let words = n.div_ceil(64);
        let empty = || [(); 3].map(|()| vec![0_u64; n * words]);
        let (mut rows, mut columns) = (empty(), empty());
        let listed = DyadRows::of(net);
        let mut row = vec![0; n];
        for (i, &actor) in actors.iter().enumerate() {
            for (state, &other) in row.iter_mut().zip(&actors) {
                let plain = |ego, alter| {
                    if net.open(ego, alter) {
                        UNKNOWN
                    } else {
                        ABSENT
                    }
                };
                *state = 3 * plain(actor, other) + plain(other, actor);
            }
            for (other, state) in listed.of_actor(actor) {
                row[place[other as usize]] = state;
            }
            for (j, &state) in row.iter().enumerate().filter(|&(j, _)| j != i) {
                let state = usize::from(tie(state / 3, state % 3));
                rows[state][i * words + j / 64] |= 1 << (j % 64);
                columns[state][j * words + i / 64] |= 1 << (i % 64);
            }
        }
        Self {
            n,
            words,
            rows,
            columns,
        }
    }

    fn row(&self, state: u8, actor: usize) -> &[u64] {
        &self.rows[usize::from(state)][actor * self.words..(actor + 1) * self.words]
    }

    fn column(&self, state: u8, actor: usize) -> &[u64] {
        &self.columns[usize::from(state)][actor * self.words..(actor + 1) * self.words]
    }

    fn cells(&self, state: u8) -> impl Iterator<Item = (usize, usize)> {
        (0..self.n).flat_map(move |i| members(self.row(state, i)).map(move |j| (i, j)))
    }

    fn unknown_cells(&self) -> impl Iterator<Item = (usize, usize)> {
        self.cells(UNKNOWN)
    }

    /// Two-paths over present cells, and those of them that are closed by a present cell.
    fn sure(&self) -> (u64, u64) {
        let mut sure = (0, 0);
        for (i, j) in self.cells(PRESENT) {
            let on = self.row(PRESENT, j);
            let back = on[i / 64] >> (i % 64) & 1;
            sure.0 += on
                .iter()
                .map(|word| u64::from(word.count_ones()))
                .sum::<u64>()
                - back;
            sure.1 += common(on, self.row(PRESENT, i));
        }
        sure
    }

    /// What the unknown cell i -> k brings as the tie that closes i -> j -> k, as the first of i -> k -> j, and as the second of j -> i -> k.
    fn gain(&self, i: usize, k: usize) -> Gain {
        let over = |first, second| common(self.row(first, i), self.column(second, k));
        let closing = over(PRESENT, PRESENT);
        let half = over(PRESENT, UNKNOWN) + over(UNKNOWN, PRESENT);
        let third = over(UNKNOWN, UNKNOWN);
        let mut gain = Gain {
            closed_up: 6 * closing + 3 * half + 2 * third,
            paths_up: 2 * third,
            closed_down: 6 * closing,
            paths_down: 0,
        };
        // How many third actors have these states in the other leg and in the cell that would close the path.
        let legs = |leg, close| {
            common(self.row(leg, k), self.row(close, i))
                + common(self.column(leg, i), self.column(close, k))
        };
        let [present_open, present_closed] = [ABSENT, PRESENT].map(|close| legs(PRESENT, close));
        let [unknown_open, unknown_closed] = [ABSENT, PRESENT].map(|close| legs(UNKNOWN, close));
        let present_unknown = legs(PRESENT, UNKNOWN);
        let unknown_unknown = legs(UNKNOWN, UNKNOWN);
        gain.closed_up +=
            6 * present_closed + 3 * (present_unknown + unknown_closed) + 2 * unknown_unknown;
        gain.paths_up += 6 * (present_open + present_closed + present_unknown)
            + 3 * unknown_closed
            + 2 * unknown_unknown;
        gain.closed_down += 6 * present_closed;
        gain.paths_down += 6 * (present_open + present_closed + present_unknown)
            + 3 * (unknown_open + unknown_unknown);
        gain
    }
}

fn common(one: &[u64], other: &[u64]) -> u64 {
    let both = one.iter().zip(other);
    both.map(|(one, other)| u64::from((one & other).count_ones()))
        .sum()
}

fn members(set: &[u64]) -> impl Iterator<Item = usize> {
    set.iter().enumerate().flat_map(|(word, &bits)| {
        let mut rest = bits;
        std::iter::from_fn(move || {
            let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(word * 64 + bit)
        })
    })
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
    fn two_paths_of_which_one_is_closed() {
        let net = network(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]);
        // 0-1-2 is closed; 0-2-3 and 1-2-3 are not.
        assert_eq!(weak_transitivity(&net), Ok(1.0 / 3.0));
        assert_eq!(undirected_transitivity(&net), Ok(3.0 / 5.0));
        let bounds = weak_transitivity_outer_bounds(&net).unwrap();
        assert_eq!((bounds.lower, bounds.upper), (1.0 / 3.0, 1.0 / 3.0));
    }

    #[test]
    fn without_two_paths_there_is_nothing_to_close() {
        let net = network(3, &[(0, 1), (0, 2)]);
        assert_eq!(weak_transitivity(&net), Err(Undefined::NoTwoPaths));
        assert_eq!(
            weak_transitivity_outer_bounds(&net),
            Err(Undefined::NoTwoPaths)
        );
        assert_eq!(undirected_transitivity(&net), Ok(0.0));
        // Of the six triples, 0-1-2 and 0-2-1 have 0 -> 2 or 0 -> 1 without a path.
        assert_eq!(strong_transitivity(&net), Ok(4.0 / 6.0));
    }
}
