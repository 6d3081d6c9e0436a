//! What a measure would be in a network that shares only its size, its ties, its dyads or its degrees with this one.

use rand::{Rng, RngExt};

use super::matrix::within_reach;
use super::tally::Tally;
use crate::network::{Cell, Network};
use crate::outcome::Undefined;

/// What the random networks have in common with the observed one. All networks that have it are equally likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Condition {
    /// The actors: every known cell is a tie with probability 1/2.
    Size,
    /// The actors and the number of ties.
    Ties,
    /// The actors and the numbers of mutual, one-sided and empty dyads. Dyads known in part keep their number of ties among them.
    DyadCensus,
    /// Everyone's in-degree and out-degree.
    Degrees,
}

impl Condition {
    /// Every condition, in the order of the declaration.
    pub const ALL: [Self; 4] = [Self::Size, Self::Ties, Self::DyadCensus, Self::Degrees];

    /// The name that files carry.
    pub fn name(self) -> &'static str {
        match self {
            Self::Size => "size",
            Self::Ties => "ties",
            Self::DyadCensus => "dyad_census",
            Self::Degrees => "degrees",
        }
    }

    /// The condition that carries this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

/// An observed measure beside what chance gives under a condition.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CugTest {
    pub observed: f64,
    /// Mean over the draws in which the measure exists.
    pub mean: f64,
    /// Standard deviation over those draws.
    pub sd: f64,
    /// (observed - mean) / sd.
    pub z: Result<f64, Undefined>,
    /// Share of draws at least as large, the observed one counted in.
    pub p_greater: f64,
    /// Share of draws at most as large, the observed one counted in.
    pub p_less: f64,
    /// Draws in which the measure exists.
    pub draws: u64,
    /// Draws in which it does not; they take no part.
    pub undefined: u64,
}

/// Whether the measure is unusual for a network of this size, these ties, dyads or degrees.
///
/// # Definition
/// the measure on networks drawn uniformly from all that satisfy the condition; z = (observed - mean) / sd; p = (b + 1) / (B + 1).
/// Degrees: a Markov chain of swaps (a -> b, c -> d becomes a -> d, c -> b) and of turned 3-cycles, which together reach every network with
/// these degrees, with symmetric proposals and refusals counted as steps, so that it is uniform in the long run; 100 (m + 100) steps at
/// first, 10 (m + 100) between draws
/// # Shape and unit
/// mean and sd in the unit of the measure; p in (0, 1\]; random ties have the value 1
/// # Missing
/// unknown cells stay unknown and the others are drawn; Degrees needs every cell known
/// # Undefined
/// the measure's own reason if the observed network has none; ResponseTooLow if a cell is unknown and degrees are fixed; TooFewUnits if
/// it exists in fewer than two draws; TooManyActors above 2,000 positions; z: NoVariation if all draws are equal
/// # Source
/// Anderson, Butts & Carley (1999), Social Networks 21, 239-267; Rao, Jana & Bandyopadhyay (1996), Sankhya A 58, 225-242, for the chain
/// # Agrees with
/// sna `cug.test` 2.7-1 (size, edges, dyad.census) within Monte Carlo error, p divided by B there; enumeration of all digraphs of 3 actors
/// # Cost
/// per draw O(cells), or O(m) under Degrees, and the measure
pub fn cug(
    net: &Network,
    condition: Condition,
    statistic: impl Fn(&Network) -> Result<f64, Undefined>,
    draws: u64,
    rng: &mut impl Rng,
) -> Result<CugTest, Undefined> {
    let mut source = Source::of(net, condition)?;
    let observed = statistic(net)?;
    let mut tally = Tally::of(observed);
    // Running mean and sum of squares (Welford 1962).
    let (mut n, mut mean, mut squares) = (0.0, 0.0, 0.0);
    for _ in 0..draws {
        source.draw(rng);
        let drawn = statistic(&source.network()?).ok().filter(|x| x.is_finite());
        if let Some(x) = drawn {
            n += 1.0;
            let off = x - mean;
            mean += off / n;
            squares += off * (x - mean);
        }
        tally.count(drawn);
    }
    let chance = tally.chance();
    if chance.draws < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let sd = (squares / (n - 1.0)).sqrt();
    let z = if sd > 1e-12 * mean.abs() {
        Ok((observed - mean) / sd)
    } else {
        Err(Undefined::NoVariation)
    };
    Ok(CugTest {
        observed,
        mean,
        sd,
        z,
        p_greater: chance.p_greater,
        p_less: chance.p_less,
        draws: chance.draws,
        undefined: chance.undefined,
    })
}

/// Draws networks under a condition.
#[derive(Debug)]
struct Source {
    n: usize,
    present: Vec<bool>,
    unknown: Vec<(u32, u32)>,
    kind: Kind,
    /// Of the latest draw.
    ties: Vec<(u32, u32)>,
}

#[derive(Debug)]
enum Kind {
    Coins {
        cells: Vec<(u32, u32)>,
    },
    Ties {
        cells: Vec<(u32, u32)>,
        n_ties: usize,
    },
    Dyads {
        dyads: Vec<(u32, u32)>,
        mutual: usize,
        asymmetric: usize,
        /// The known cells of dyads known in part.
        halves: Vec<(u32, u32)>,
        half_ties: usize,
    },
    Chain(Chain),
}

impl Source {
    fn of(net: &Network, condition: Condition) -> Result<Self, Undefined> {
        let n = net.n_positions();
        within_reach(n)?;
        if condition == Condition::Degrees && net.n_unknown_pairs() > 0 {
            return Err(Undefined::ResponseTooLow);
        }
        let actors: Vec<u32> = (0_u32..)
            .zip(0..n)
            .filter(|&(_, i)| net.is_present(i))
            .map(|(i, _)| i)
            .collect();
        let cell = |i: u32, j: u32| match net.cell(i as usize, j as usize) {
            Cell::Present(_) => Some(true),
            Cell::Absent => Some(false),
            Cell::Unknown | Cell::Impossible => None,
        };
        let (mut cells, mut unknown) = (Vec::new(), Vec::new());
        for &i in &actors {
            for &j in actors.iter().filter(|&&j| j != i) {
                match cell(i, j) {
                    Some(_) => cells.push((i, j)),
                    None => unknown.push((i, j)),
                }
            }
        }
        let kind = match condition {
            Condition::Size => Kind::Coins { cells },
            Condition::Ties => Kind::Ties {
                cells,
                n_ties: net.n_ties(),
            },
            Condition::Degrees => Kind::Chain(Chain::of(net, actors)),
            Condition::DyadCensus => {
                let (mut dyads, mut halves) = (Vec::new(), Vec::new());
                let (mut mutual, mut asymmetric, mut half_ties) = (0, 0, 0);
                for (i, j) in cells {
                    match (cell(i, j), cell(j, i)) {
                        (Some(one), Some(other)) => {
                            if i < j {
                                dyads.push((i, j));
                                mutual += usize::from(one && other);
                                asymmetric += usize::from(one != other);
                            }
                        }
                        (one, _) => {
                            halves.push((i, j));
                            half_ties += usize::from(one == Some(true));
                        }
                    }
                }
                Kind::Dyads {
                    dyads,
                    mutual,
                    asymmetric,
                    halves,
                    half_ties,
                }
            }
        };
        Ok(Self {
            n,
            present: (0..n).map(|i| net.is_present(i)).collect(),
            unknown,
            kind,
            ties: Vec::new(),
        })
    }

    fn draw(&mut self, rng: &mut impl Rng) {
        let ties = &mut self.ties;
        ties.clear();
        match &mut self.kind {
            Kind::Coins { cells } => {
                ties.extend(cells.iter().filter(|_| rng.random::<bool>()));
            }
            Kind::Ties { cells, n_ties } => {
                choose(cells, *n_ties, rng);
                ties.extend(&cells[..*n_ties]);
            }
            Kind::Dyads {
                dyads,
                mutual,
                asymmetric,
                halves,
                half_ties,
            } => {
                choose(dyads, *mutual + *asymmetric, rng);
                let (both, rest) = dyads.split_at(*mutual);
                for &(i, j) in both {
                    ties.extend([(i, j), (j, i)]);
                }
                for &(i, j) in &rest[..*asymmetric] {
                    ties.push(if rng.random::<bool>() { (i, j) } else { (j, i) });
                }
                choose(halves, *half_ties, rng);
                ties.extend(&halves[..*half_ties]);
            }
            Kind::Chain(chain) => {
                chain.walk(rng);
                ties.extend(&chain.ties);
            }
        }
    }

    /// The latest draw as a network.
    fn network(&self) -> Result<Network, Undefined> {
        let mut builder = Network::builder(self.n);
        for (i, _) in self.present.iter().enumerate().filter(|(_, here)| !**here) {
            builder.absent_actor(i);
        }
        for &(i, j) in &self.unknown {
            builder.unknown(i as usize, j as usize);
        }
        for &(i, j) in &self.ties {
            builder.tie(i as usize, j as usize, 1.0);
        }
        // The cells are those of a network, so no fault is left to find.
        builder.build(0.0).map_err(|_| Undefined::NotFinite)
    }
}

/// Brings that many randomly chosen items to the front, in random order.
fn choose(items: &mut [(u32, u32)], many: usize, rng: &mut impl Rng) {
    for place in 0..many {
        let other = rng.random_range(place..items.len());
        items.swap(place, other);
    }
}

/// A walk through the networks with the same degrees.
#[derive(Debug)]
struct Chain {
    actors: Vec<u32>,
    ties: Vec<(u32, u32)>,
    /// One bit for each ordered pair of positions.
    tied: Vec<u64>,
    n: usize,
    started: bool,
}

impl Chain {
    fn of(net: &Network, actors: Vec<u32>) -> Self {
        let n = net.n_positions();
        let mut chain = Self {
            ties: Vec::with_capacity(net.n_ties()),
            tied: vec![0; (n * n).div_ceil(64)],
            actors,
            n,
            started: false,
        };
        for &i in &chain.actors {
            let named = net.successors(i as usize).iter();
            chain.ties.extend(named.map(|&j| (i, j)));
        }
        for place in 0..chain.ties.len() {
            chain.flip(chain.ties[place]);
        }
        chain
    }

    fn bit(&self, (i, j): (u32, u32)) -> (usize, u64) {
        let cell = i as usize * self.n + j as usize;
        (cell / 64, 1 << (cell % 64))
    }

    fn is_tied(&self, cell: (u32, u32)) -> bool {
        let (word, mask) = self.bit(cell);
        self.tied[word] & mask != 0
    }

    fn flip(&mut self, cell: (u32, u32)) {
        let (word, mask) = self.bit(cell);
        self.tied[word] ^= mask;
    }

    fn walk(&mut self, rng: &mut impl Rng) {
        if self.ties.len() < 2 {
            return;
        }
        let steps = 10 * (self.ties.len() + 100);
        let steps = if self.started { steps } else { 10 * steps };
        self.started = true;
        for _ in 0..steps {
            if rng.random_range(0..8_u8) == 0 {
                self.turn(rng);
            } else {
                self.swap(rng);
            }
        }
    }

    /// Two ties exchange their ends, where that gives two new ties.
    fn swap(&mut self, rng: &mut impl Rng) {
        let one = rng.random_range(0..self.ties.len());
        let other = rng.random_range(0..self.ties.len());
        let ((a, b), (c, d)) = (self.ties[one], self.ties[other]);
        if a == d || c == b || self.is_tied((a, d)) || self.is_tied((c, b)) {
            return;
        }
        for cell in [(a, b), (c, d), (a, d), (c, b)] {
            self.flip(cell);
        }
        self.ties[one] = (a, d);
        self.ties[other] = (c, b);
    }

    /// A 3-cycle without ties the other way round is turned round: swaps alone cannot do that.
    fn turn(&mut self, rng: &mut impl Rng) {
        let one = rng.random_range(0..self.ties.len());
        let (i, j) = self.ties[one];
        let k = self.actors[rng.random_range(0..self.actors.len())];
        let cycle = [(i, j), (j, k), (k, i)];
        let back = [(j, i), (k, j), (i, k)];
        if k == i
            || k == j
            || !cycle.iter().all(|&cell| self.is_tied(cell))
            || back.iter().any(|&cell| self.is_tied(cell))
        {
            return;
        }
        for (there, return_) in cycle.into_iter().zip(back) {
            self.flip(there);
            self.flip(return_);
            if let Some(place) = self.ties.iter().position(|&tie| tie == there) {
                self.ties[place] = return_;
            }
        }
    }
}
