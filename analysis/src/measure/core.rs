//! Whether the ties look like a core in which all are tied and a periphery around it.

use crate::network::{Cell, Network};
use crate::outcome::Undefined;

/// What the ideal picture says of the cells between core and periphery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BetweenBlocks {
    /// All tied, as within the core.
    #[default]
    Tied,
    /// None tied, as within the periphery.
    Untied,
    /// Anything: these cells do not count.
    LeftOut,
}

/// The best division into core and periphery that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct CorePeriphery {
    /// Per position: in the core, in the periphery, or None for an absent actor.
    pub core: Vec<Option<bool>>,
    /// Correlation of the known cells with the ideal picture of this division.
    pub correlation: f64,
    /// Every division was tried; otherwise a better one may exist.
    pub exhaustive: bool,
}

const MOST_ACTORS: usize = 512;
const EVERY_DIVISION: usize = 12;

/// How well the network is described by a core whose members are all tied and a periphery without ties of its own.
///
/// # Definition
/// max over divisions of the Pearson correlation between x_ij and d_ij over the known cells; d_ij = 1 within the core, 0 within the
/// periphery, and between them as `between` says
/// # Shape and unit
/// a membership per position and a correlation, at most 1
/// # Missing
/// unknown cells are left out of the correlation
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no cell is known; NoTies without ties; NoVariation if every known cell is tied or no
/// division has a correlation; TooManyActors above 512
/// # Source
/// Borgatti & Everett (2000), Social Networks 21, 375-395, eqs. 1-3
/// # Agrees with
/// the best of all divisions, which is tried up to 12 actors. Above that it is a HEURISTIC, the same for the same roster order: the best cut of
/// the actors sorted by degree or by degree of their contacts, then single moves and exchanges until none helps
/// # Cost
/// O(n^2) per round of moves, O(n^2) memory
pub fn core_periphery(net: &Network, between: BetweenBlocks) -> Result<CorePeriphery, Undefined> {
    if net.n_actors() < 3 {
        return Err(Undefined::TooFewActors);
    }
    if net.n_observed_pairs() == 0 {
        return Err(Undefined::NothingObserved);
    }
    if net.n_ties() == 0 {
        return Err(Undefined::NoTies);
    }
    if net.n_ties() == net.n_observed_pairs() {
        return Err(Undefined::NoVariation);
    }
    if net.n_actors() > MOST_ACTORS {
        return Err(Undefined::TooManyActors);
    }
    let actors: Vec<usize> = (0..net.n_positions())
        .filter(|&i| net.is_present(i))
        .collect();
    let exhaustive = actors.len() <= EVERY_DIVISION;
    let mut search = Search::new(net, &actors, between);
    if exhaustive {
        search.try_all();
    } else {
        for order in orders(net, &actors) {
            search.try_cuts(&order);
            search.improve();
        }
    }
    let (correlation, members) = search.best.ok_or(Undefined::NoVariation)?;
    let mut core = vec![None; net.n_positions()];
    for (&i, member) in actors.iter().zip(members) {
        core[i] = Some(member);
    }
    Ok(CorePeriphery {
        core,
        correlation,
        exhaustive,
    })
}

/// Two orders from most to least central: by degree, and by the degrees of the contacts.
fn orders(net: &Network, actors: &[usize]) -> [Vec<usize>; 2] {
    let degree = |i: usize| u64::from(net.in_ties()[i]) + u64::from(net.out_ties()[i]);
    let around = |i: usize| -> u64 {
        let contacts = net.successors(i).iter().chain(net.predecessors(i));
        contacts.map(|&j| degree(j as usize)).sum()
    };
    let by = |score: &dyn Fn(usize) -> u64| {
        let mut order: Vec<usize> = (0..actors.len()).collect();
        order.sort_by_key(|&a| std::cmp::Reverse(score(actors[a])));
        order
    };
    [by(&degree), by(&around)]
}

/// Known cells, and ties among them.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    known: i64,
    ties: i64,
}

impl Count {
    fn add(&mut self, other: Self, sign: i64) {
        self.known += sign * other.known;
        self.ties += sign * other.ties;
    }
}

struct Search {
    n: usize,
    between: BetweenBlocks,
    /// Both cells of each pair.
    pairs: Vec<Count>,
    /// All cells of each actor.
    all: Vec<Count>,
    /// The cells of each actor with the core.
    with_core: Vec<Count>,
    in_core: Vec<bool>,
    within_core: Count,
    across: Count,
    within_periphery: Count,
    best: Option<(f64, Vec<bool>)>,
}

impl Search {
    fn new(net: &Network, actors: &[usize], between: BetweenBlocks) -> Self {
        let n = actors.len();
        let mut pairs = vec![Count::default(); n * n];
        for (a, &i) in actors.iter().enumerate() {
            for (b, &j) in actors.iter().enumerate() {
                let count = match net.cell(i, j) {
                    Cell::Present(_) => Count { known: 1, ties: 1 },
                    Cell::Absent => Count { known: 1, ties: 0 },
                    Cell::Unknown | Cell::Impossible => continue,
                };
                pairs[a * n + b].add(count, 1);
                pairs[b * n + a].add(count, 1);
            }
        }
        let sum = |row: &[Count]| {
            row.iter().fold(Count::default(), |mut sum, &count| {
                sum.add(count, 1);
                sum
            })
        };
        let all: Vec<Count> = pairs.chunks(n).map(sum).collect();
        let mut everything = sum(&all);
        everything.known /= 2;
        everything.ties /= 2;
        Self {
            n,
            between,
            pairs,
            all,
            with_core: vec![Count::default(); n],
            in_core: vec![false; n],
            within_core: Count::default(),
            across: Count::default(),
            within_periphery: everything,
            best: None,
        }
    }

    /// The three blocks after moving one actor to the other side.
    fn moved(&self, a: usize) -> [Count; 3] {
        let sign = if self.in_core[a] { -1 } else { 1 };
        let core = self.with_core[a];
        let mut periphery = self.all[a];
        periphery.add(core, -1);
        let (mut within, mut across, mut outside) =
            (self.within_core, self.across, self.within_periphery);
        within.add(core, sign);
        across.add(periphery, sign);
        across.add(core, -sign);
        outside.add(periphery, -sign);
        [within, across, outside]
    }

    fn flip(&mut self, a: usize) {
        [self.within_core, self.across, self.within_periphery] = self.moved(a);
        let sign = if self.in_core[a] { -1 } else { 1 };
        self.in_core[a] = !self.in_core[a];
        let row = &self.pairs[a * self.n..(a + 1) * self.n];
        for (with_core, &pair) in self.with_core.iter_mut().zip(row) {
            with_core.add(pair, sign);
        }
    }

    fn correlation(&self, [within, across, outside]: [Count; 3]) -> Option<f64> {
        let (mut ideal, mut all) = (within, within);
        all.add(outside, 1);
        if self.between != BetweenBlocks::LeftOut {
            all.add(across, 1);
        }
        if self.between == BetweenBlocks::Tied {
            ideal.add(across, 1);
        }
        let [n, x, d, s] = [all.known, all.ties, ideal.known, ideal.ties].map(|c| c as f64);
        let spread = x * (n - x) * d * (n - d);
        (spread > 0.0).then(|| (n * s - x * d) / spread.sqrt())
    }

    fn here(&self) -> Option<f64> {
        self.correlation([self.within_core, self.across, self.within_periphery])
    }

    /// Remembers where the search stands, if that is better than all before.
    fn note(&mut self) {
        if let Some(here) = self.here()
            && self
                .best
                .as_ref()
                .is_none_or(|(best, _)| here > best + 1e-12)
        {
            self.best = Some((here, self.in_core.clone()));
        }
    }

    /// Every division, each from the one before by one move.
    fn try_all(&mut self) {
        for step in 1..1_usize << self.n {
            self.flip(step.trailing_zeros() as usize);
            self.note();
        }
    }

    fn go_to(&mut self, members: &[bool]) {
        for (a, &member) in members.iter().enumerate() {
            if self.in_core[a] != member {
                self.flip(a);
            }
        }
    }

    /// Ends at the best cut of this order.
    fn try_cuts(&mut self, order: &[usize]) {
        self.go_to(&vec![false; self.n]);
        let mut cut: Option<(f64, usize)> = None;
        for (k, &a) in order.iter().enumerate() {
            self.flip(a);
            if let Some(here) = self.here()
                && cut.is_none_or(|(best, _)| here > best)
            {
                cut = Some((here, k));
            }
        }
        if let Some((_, last)) = cut {
            for &a in &order[last + 1..] {
                self.flip(a);
            }
        }
        self.note();
    }

    /// The best move, or where none helps the best exchange, as long as one helps.
    fn improve(&mut self) {
        let Some(mut here) = self.here() else { return };
        for _ in 0..10 * self.n {
            let mut next = None;
            for a in 0..self.n {
                better(&mut next, here, self.correlation(self.moved(a)), (a, a));
            }
            if next.is_none() {
                let core: Vec<usize> = (0..self.n).filter(|&a| self.in_core[a]).collect();
                for a in core {
                    self.flip(a);
                    for b in (0..self.n).filter(|&b| b != a && !self.in_core[b]) {
                        better(&mut next, here, self.correlation(self.moved(b)), (a, b));
                    }
                    self.flip(a);
                }
            }
            let Some((to, (a, b))) = next else { break };
            self.flip(a);
            if a != b {
                self.flip(b);
            }
            here = to;
        }
        self.note();
    }
}

fn better(
    next: &mut Option<(f64, (usize, usize))>,
    here: f64,
    value: Option<f64>,
    step: (usize, usize),
) {
    if let Some(value) = value
        && value > next.map_or(here, |(best, _)| best) + 1e-12
    {
        *next = Some((value, step));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_perfect_core_is_found_small_and_large() {
        for n in [6, 30] {
            let mut builder = Network::builder(n);
            for i in 0..n {
                for j in (0..n).filter(|&j| j != i && (i < 3 || j < 3)) {
                    builder.tie(i, j, 1.0);
                }
            }
            let net = builder.build(0.0).unwrap();
            let fit = core_periphery(&net, BetweenBlocks::Tied).unwrap();
            assert!((fit.correlation - 1.0).abs() < 1e-12);
            let core: Vec<Option<bool>> = (0..n).map(|i| Some(i < 3)).collect();
            assert_eq!((fit.core, fit.exhaustive), (core, n == 6));
        }
    }
}
