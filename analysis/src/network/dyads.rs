//! The unordered pairs: which are mutual, one-sided, empty or known in part, and how many.

use super::network::{Network, Status};

/// What is known of both cells of one pair, seen from one of its two actors: 3 * (own cell) + (cell of the other one), where 0 = absent,
/// 1 = present, 2 = unknown.
pub(crate) type PairState = u8;

/// How many pair states there are.
pub(crate) const PAIR_STATES: usize = 9;

/// The same pair seen from the other one.
pub(crate) fn turned(state: PairState) -> PairState {
    state % 3 * 3 + state / 3
}

/// Whether the two are tied in either direction.
pub(crate) fn is_tied(state: PairState) -> bool {
    state / 3 == 1 || state % 3 == 1
}

/// Per actor the others with whom something is written down, in order, and what. Pairs that are not here follow from who is silent.
pub(crate) struct DyadRows {
    start: Vec<usize>,
    others: Vec<u32>,
    states: Vec<PairState>,
}

impl DyadRows {
    /// All that is written down: ties, unknown cells, known absences.
    pub(crate) fn of(net: &Network) -> Self {
        let code = |status| match status {
            Status::Absent => 0,
            Status::Present => 1,
            Status::Unknown => 2,
        };
        // Cells that are no tie, once from each end: (actor, other, state digit is the actor's own, digit).
        let mut exceptions: Vec<(u32, u32, bool, PairState)> = Vec::new();
        for (i, j, status) in net.listed().skip(net.n_ties()) {
            exceptions.push((i, j, true, code(status)));
            exceptions.push((j, i, false, code(status)));
        }
        exceptions.sort_unstable();
        let mut rows = Self::with_room(net, exceptions.len());
        let mut rest = exceptions.as_slice();
        let mut cells: Vec<(u32, bool, PairState)> = Vec::new();
        for i in 0..net.n_positions() {
            let here = rest.iter().take_while(|cell| cell.0 as usize == i).count();
            let (own, later) = rest.split_at(here);
            rest = later;
            if own.is_empty() {
                rows.push_ties(net, i, |j| plain(net, i, j));
                continue;
            }
            cells.clear();
            cells.extend(net.successors(i).iter().map(|&j| (j, true, 1)));
            cells.extend(net.predecessors(i).iter().map(|&j| (j, false, 1)));
            cells.extend(own.iter().map(|&(_, j, is_own, digit)| (j, is_own, digit)));
            cells.sort_unstable();
            for pair in cells.chunk_by(|a, b| a.0 == b.0) {
                let mut state = plain(net, i, pair[0].0 as usize);
                for &(_, is_own, digit) in pair {
                    state = written(state, is_own, digit);
                }
                rows.others.push(pair[0].0);
                rows.states.push(state);
            }
            rows.start.push(rows.others.len());
        }
        rows
    }

    /// The ties alone, as if every other cell were known to be absent.
    pub(crate) fn of_ties(net: &Network) -> Self {
        let mut rows = Self::with_room(net, 0);
        for i in 0..net.n_positions() {
            rows.push_ties(net, i, |_| 0);
        }
        rows
    }

    fn with_room(net: &Network, n_exceptions: usize) -> Self {
        let room = 2 * net.n_ties() + n_exceptions;
        let mut start = Vec::with_capacity(net.n_positions() + 1);
        start.push(0);
        Self {
            start,
            others: Vec::with_capacity(room),
            states: Vec::with_capacity(room),
        }
    }

    /// Appends the row of an actor who has ties only, by merging whom it names and who names it.
    fn push_ties(&mut self, net: &Network, actor: usize, plain: impl Fn(usize) -> PairState) {
        let (mut named, mut naming) = (net.successors(actor), net.predecessors(actor));
        while let Some(&j) = match (named.first(), naming.first()) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        } {
            let mut state = plain(j as usize);
            if let [first, tail @ ..] = named
                && *first == j
            {
                state = written(state, true, 1);
                named = tail;
            }
            if let [first, tail @ ..] = naming
                && *first == j
            {
                state = written(state, false, 1);
                naming = tail;
            }
            self.others.push(j);
            self.states.push(state);
        }
        self.start.push(self.others.len());
    }

    /// How many others are in the actor's row.
    pub(crate) fn degree(&self, actor: usize) -> usize {
        self.start[actor + 1] - self.start[actor]
    }

    /// The others in the actor's row, in order.
    pub(crate) fn others(&self, actor: usize) -> &[u32] {
        &self.others[self.start[actor]..self.start[actor + 1]]
    }

    /// The others in the actor's row with the state of the pair, seen from the actor.
    pub(crate) fn of_actor(&self, actor: usize) -> impl Iterator<Item = (u32, PairState)> {
        let range = self.start[actor]..self.start[actor + 1];
        let states = self.states[range.clone()].iter().copied();
        self.others[range].iter().copied().zip(states)
    }

    /// The rows cut down to the others who come later in some order of the actors.
    pub(crate) fn upward(&self, is_later: impl Fn(usize, usize) -> bool) -> Self {
        let n = self.start.len() - 1;
        let mut rows = Self {
            start: Vec::with_capacity(n + 1),
            others: Vec::with_capacity(self.others.len() / 2),
            states: Vec::with_capacity(self.others.len() / 2),
        };
        rows.start.push(0);
        for i in 0..n {
            for (j, state) in self.of_actor(i).filter(|&(j, _)| is_later(i, j as usize)) {
                rows.others.push(j);
                rows.states.push(state);
            }
            rows.start.push(rows.others.len());
        }
        rows
    }
}

/// The state of a pair of which nothing is written down, seen from the first.
fn plain(net: &Network, ego: usize, alter: usize) -> PairState {
    6 * PairState::from(net.open(ego, alter)) + 2 * PairState::from(net.open(alter, ego))
}

fn written(state: PairState, is_own: bool, digit: PairState) -> PairState {
    if is_own {
        digit * 3 + state % 3
    } else {
        state / 3 * 3 + digit
    }
}

/// The unordered pairs of present actors, by what is known of their two cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DyadCensus {
    /// Both cells present (M).
    pub mutual: u64,
    /// One present, one absent (A).
    pub asymmetric: u64,
    /// Both absent (N).
    pub null: u64,
    /// One present, one unknown (P).
    pub one_known_present: u64,
    /// One absent, one unknown (Q).
    pub one_known_absent: u64,
    /// Both unknown (U).
    pub unknown: u64,
}

impl DyadCensus {
    /// Dyads of which both cells are known.
    pub fn n_known(&self) -> u64 {
        self.mutual + self.asymmetric + self.null
    }

    fn of(&mut self, state: PairState) -> &mut u64 {
        match (state / 3, state % 3) {
            (1, 1) => &mut self.mutual,
            (0, 0) => &mut self.null,
            (2, 2) => &mut self.unknown,
            (1, 0) | (0, 1) => &mut self.asymmetric,
            (1, _) | (_, 1) => &mut self.one_known_present,
            _ => &mut self.one_known_absent,
        }
    }
}

/// How often colleagues name each other, one the other, or neither, as far as both were asked.
///
/// # Definition
/// each of the n (n - 1) / 2 dyads {i, j} counted once, by the states of x_ij and x_ji
/// # Shape and unit
/// six counts that sum to n (n - 1) / 2
/// # Missing
/// a dyad with an unknown cell is counted apart
/// # Undefined
/// never; all zero below two actors
/// # Source
/// Holland & Leinhardt (1970), AJS 76, 492-513
/// # Agrees with
/// sna `dyad.census` 2.7-1, exactly, with and without missing cells
/// # Cost
/// O(n + m + k log k), k = exceptions; pairs of silent actors are counted, not walked
pub fn dyad_census(net: &Network) -> DyadCensus {
    let silent = net.n_silent() as u64;
    let answering = net.n_actors() as u64 - silent;
    let mut census = DyadCensus {
        null: answering * answering.saturating_sub(1) / 2,
        unknown: silent * silent.saturating_sub(1) / 2,
        ..DyadCensus::default()
    };
    if net.is_mirrored() {
        census.null += answering * silent;
    } else {
        census.one_known_absent = answering * silent;
    }

    let rows = DyadRows::of(net);
    for i in 0..net.n_positions() {
        for (j, state) in rows.of_actor(i).filter(|&(j, _)| j as usize > i) {
            *census.of(plain(net, i, j as usize)) -= 1;
            *census.of(state) += 1;
        }
    }
    census
}
