//! One relation in one wave: who was there, who answered, who is tied to whom, and which cells nobody knows.

use petgraph::graph::{DiGraph, NodeIndex};
use thiserror::Error;

use crate::outcome::Undefined;

/// What is known of one ordered pair.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell {
    /// Observed, and no tie.
    Absent,
    /// Observed, and a tie of this value.
    Present(f64),
    /// Ego did not answer, or the cell was not answered.
    Unknown,
    /// One of the two was not there, or both are the same actor.
    Impossible,
}

/// Why the ties that were handed in cannot be a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum NetworkFault {
    #[error("actor {actor} is tied to itself")]
    SelfTie { actor: usize },
    #[error("position {position} is outside the network")]
    OutOfRange { position: usize },
    #[error("the pair {ego} -> {alter} is given twice")]
    PairTwice { ego: usize, alter: usize },
    #[error("the value of {ego} -> {alter} is not a finite number")]
    NotFinite { ego: usize, alter: usize },
    #[error("{ego} -> {alter} is a tie with an actor who was not there")]
    ImpossibleTie { ego: usize, alter: usize },
}

/// What one cell is, where it is written down rather than following from its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    Present,
    Absent,
    Unknown,
}

/// Collects what is known of a network; [`NetworkBuilder::build`] checks it.
#[derive(Debug, Clone)]
pub struct NetworkBuilder {
    present: Vec<bool>,
    silent: Vec<bool>,
    /// `None` = unknown.
    cells: Vec<(u32, u32, Option<f64>)>,
    outside: Option<usize>,
}

impl NetworkBuilder {
    /// This position is not on the roster in this wave: all its cells are impossible.
    pub fn absent_actor(&mut self, actor: usize) -> &mut Self {
        match self.present.get_mut(actor) {
            Some(present) => *present = false,
            None => self.outside = self.outside.or(Some(actor)),
        }
        self
    }

    /// This actor did not answer: every cell of the row that is not set otherwise is unknown.
    pub fn silent(&mut self, actor: usize) -> &mut Self {
        match self.silent.get_mut(actor) {
            Some(silent) => *silent = true,
            None => self.outside = self.outside.or(Some(actor)),
        }
        self
    }

    /// An observed cell: a tie if the value is above the cut, otherwise an observed absence, also in a silent row.
    pub fn tie(&mut self, ego: usize, alter: usize, value: f64) -> &mut Self {
        self.put(ego, alter, Some(value))
    }

    /// A cell that ego left open.
    pub fn unknown(&mut self, ego: usize, alter: usize) -> &mut Self {
        self.put(ego, alter, None)
    }

    fn put(&mut self, ego: usize, alter: usize, value: Option<f64>) -> &mut Self {
        let n = self.present.len();
        match (u32::try_from(ego), u32::try_from(alter)) {
            (Ok(i), Ok(j)) if ego < n && alter < n => self.cells.push((i, j, value)),
            _ => {
                let position = if ego < n { alter } else { ego };
                self.outside = self.outside.or(Some(position));
            }
        }
        self
    }

    /// The network in which a value above `cut` is a tie, or the first fault.
    pub fn build(self, cut: f64) -> Result<Network, NetworkFault> {
        if let Some(position) = self.outside {
            return Err(NetworkFault::OutOfRange { position });
        }
        if u32::try_from(self.present.len()).is_err() {
            return Err(NetworkFault::OutOfRange {
                position: self.present.len(),
            });
        }
        let mut cells = self.cells;
        cells.sort_by_key(|&(i, j, _)| (i, j));
        let mut parts = Parts {
            present: self.present,
            silent: self.silent,
            mirrored: false,
            ties: Vec::with_capacity(cells.len()),
            unknown: Vec::new(),
            known_absent: Vec::new(),
        };
        let mut previous = None;
        for (i, j, value) in cells {
            let (ego, alter) = (i as usize, j as usize);
            if i == j {
                return Err(NetworkFault::SelfTie { actor: ego });
            }
            if previous == Some((i, j)) {
                return Err(NetworkFault::PairTwice { ego, alter });
            }
            previous = Some((i, j));
            match value {
                None => parts.unknown.push((i, j)),
                Some(value) if !value.is_finite() => {
                    return Err(NetworkFault::NotFinite { ego, alter });
                }
                Some(value) if value > cut => {
                    if !(parts.present[ego] && parts.present[alter]) {
                        return Err(NetworkFault::ImpossibleTie { ego, alter });
                    }
                    parts.ties.push((i, j, value));
                }
                Some(_) => parts.known_absent.push((i, j)),
            }
        }
        Ok(Network::from_parts(parts))
    }
}

/// What a network is made of; [`Network::from_parts`] puts it in order.
pub(super) struct Parts {
    pub present: Vec<bool>,
    pub silent: Vec<bool>,
    pub mirrored: bool,
    pub ties: Vec<(u32, u32, f64)>,
    pub unknown: Vec<(u32, u32)>,
    pub known_absent: Vec<(u32, u32)>,
}

/// Lists of neighbours one after another: those of position i lie between `start[i]` and `start[i + 1]`, in order.
#[derive(Debug, Clone)]
struct Rows {
    start: Vec<u32>,
    neighbours: Vec<u32>,
}

impl Rows {
    /// From pairs (i, neighbour of i) whose neighbours come in order for each i, and how many each i has.
    fn from_pairs(counts: &[u32], pairs: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut start = Vec::with_capacity(counts.len() + 1);
        let mut total = 0;
        for &count in counts {
            start.push(total);
            total += count;
        }
        let mut place = start.clone();
        start.push(total);
        let mut neighbours = vec![0; total as usize];
        for (i, neighbour) in pairs {
            let next = &mut place[i as usize];
            neighbours[*next as usize] = neighbour;
            *next += 1;
        }
        Self { start, neighbours }
    }

    fn of(&self, actor: usize) -> &[u32] {
        match (self.start.get(actor), self.start.get(actor + 1)) {
            (Some(&from), Some(&to)) => &self.neighbours[from as usize..to as usize],
            _ => &[],
        }
    }
}

/// One relation among a fixed list of actors in one wave.
///
/// Each ordered pair is absent, present, unknown or impossible ([`Cell`]). Only ties and exceptions are stored, so that the size is
/// that of the answers and not that of all pairs: a cell that is not written down is known to be absent if ego answered, unknown if not.
#[derive(Debug, Clone)]
pub struct Network {
    /// Edges lie in (i, j) order, so that a cell is found by halving.
    graph: DiGraph<(), f64>,
    out_rows: Rows,
    in_rows: Rows,
    present: Vec<bool>,
    /// Only present actors are silent.
    silent: Vec<bool>,
    /// Silent rows were filled from the answers of the others: only cells between two silent actors are unknown of themselves.
    mirrored: bool,
    /// Unknown cells that would be known otherwise, in order.
    unknown: Vec<(u32, u32)>,
    /// Observed absences that would be unknown otherwise, in order.
    known_absent: Vec<(u32, u32)>,
    out_ties: Vec<u32>,
    in_ties: Vec<u32>,
    out_unknown: Vec<u32>,
    in_unknown: Vec<u32>,
    n_actors: usize,
    n_silent: usize,
    n_unknown: usize,
}

impl Network {
    /// A network of `n` positions in roster order, all present, all answering, without ties, to be filled.
    pub fn builder(n: usize) -> NetworkBuilder {
        NetworkBuilder {
            present: vec![true; n],
            silent: vec![false; n],
            cells: Vec::new(),
            outside: None,
        }
    }

    /// Puts the parts in order and drops what is impossible or follows from the row anyway. Ties win over exceptions.
    pub(super) fn from_parts(parts: Parts) -> Self {
        let Parts {
            present,
            mut silent,
            mirrored,
            mut ties,
            mut unknown,
            mut known_absent,
        } = parts;
        let n = present.len();
        for (silent, present) in silent.iter_mut().zip(&present) {
            *silent &= present;
        }
        let n_actors = present.iter().filter(|&&p| p).count();
        let n_silent = silent.iter().filter(|&&s| s).count();
        let possible = |i: u32, j: u32| present[i as usize] && present[j as usize];
        let open = |i: u32, j: u32| silent[i as usize] && (!mirrored || silent[j as usize]);

        ties.retain(|&(i, j, _)| possible(i, j));
        ties.sort_by_key(|&(i, j, _)| (i, j));
        unknown.retain(|&(i, j)| possible(i, j) && !open(i, j));
        unknown.sort_unstable();
        unknown.dedup();
        known_absent.retain(|&(i, j)| possible(i, j) && open(i, j));
        known_absent.sort_unstable();
        known_absent.dedup();

        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let row = count(if mirrored { n_silent } else { n_actors }.saturating_sub(1));
        let mut out_unknown = vec![0_u32; n];
        let mut in_unknown = vec![0_u32; n];
        for i in 0..n {
            if silent[i] {
                out_unknown[i] = row;
            }
            if present[i] && (silent[i] || !mirrored) {
                in_unknown[i] = count(n_silent - usize::from(silent[i]));
            }
        }
        let mut out_ties = vec![0_u32; n];
        let mut in_ties = vec![0_u32; n];
        let mut graph = DiGraph::with_capacity(n, ties.len());
        for _ in 0..n {
            graph.add_node(());
        }
        for &(i, j, value) in &ties {
            graph.add_edge(
                NodeIndex::new(i as usize),
                NodeIndex::new(j as usize),
                value,
            );
            out_ties[i as usize] += 1;
            in_ties[j as usize] += 1;
            if open(i, j) {
                out_unknown[i as usize] -= 1;
                in_unknown[j as usize] -= 1;
            }
        }
        let out_rows = Rows::from_pairs(&out_ties, ties.iter().map(|&(i, j, _)| (i, j)));
        let in_rows = Rows::from_pairs(&in_ties, ties.iter().map(|&(i, j, _)| (j, i)));
        for &(i, j) in &known_absent {
            out_unknown[i as usize] -= 1;
            in_unknown[j as usize] -= 1;
        }
        for &(i, j) in &unknown {
            out_unknown[i as usize] += 1;
            in_unknown[j as usize] += 1;
        }
        let n_unknown = out_unknown.iter().map(|&u| u as usize).sum();
        Self {
            graph,
            out_rows,
            in_rows,
            present,
            silent,
            mirrored,
            unknown,
            known_absent,
            out_ties,
            in_ties,
            out_unknown,
            in_unknown,
            n_actors,
            n_silent,
            n_unknown,
        }
    }

    /// All positions, those of absent actors included.
    pub fn n_positions(&self) -> usize {
        self.present.len()
    }

    /// Actors on the roster in this wave (n).
    pub fn n_actors(&self) -> usize {
        self.n_actors
    }

    /// Whether this position is on the roster in this wave.
    pub fn is_present(&self, actor: usize) -> bool {
        self.present.get(actor).copied().unwrap_or(false)
    }

    /// Cells known to be present (m).
    pub fn n_ties(&self) -> usize {
        self.graph.edge_count()
    }

    /// Ordered pairs of two present actors: n (n - 1).
    pub fn n_possible_pairs(&self) -> usize {
        self.n_actors * self.n_actors.saturating_sub(1)
    }

    /// Cells known to be present or absent.
    pub fn n_observed_pairs(&self) -> usize {
        self.n_possible_pairs() - self.n_unknown
    }

    /// Possible cells of which nothing is known.
    pub fn n_unknown_pairs(&self) -> usize {
        self.n_unknown
    }

    /// What is known of the ordered pair; impossible on the diagonal and outside the network.
    pub fn cell(&self, ego: usize, alter: usize) -> Cell {
        if ego == alter || !self.is_present(ego) || !self.is_present(alter) {
            return Cell::Impossible;
        }
        let edges = self.graph.raw_edges();
        let place = edges.binary_search_by_key(&(ego, alter), |edge| {
            (edge.source().index(), edge.target().index())
        });
        if let Ok(place) = place {
            return Cell::Present(edges[place].weight);
        }
        let (Ok(i), Ok(j)) = (u32::try_from(ego), u32::try_from(alter)) else {
            return Cell::Impossible;
        };
        let listed = if self.open(ego, alter) {
            self.known_absent.binary_search(&(i, j)).is_err()
        } else {
            self.unknown.binary_search(&(i, j)).is_ok()
        };
        if listed { Cell::Unknown } else { Cell::Absent }
    }

    /// Whether at least one cell of the actor's row is known. A lone actor counts as observed unless silent; an absent one never does.
    pub fn observed(&self, actor: usize) -> bool {
        if !self.is_present(actor) {
            return false;
        }
        if self.n_actors == 1 {
            return !self.silent[actor];
        }
        (self.out_unknown[actor] as usize) < self.n_actors - 1
    }

    /// Present actors with at least one known cell in their row.
    pub fn n_observed_actors(&self) -> usize {
        (0..self.n_positions())
            .filter(|&i| self.observed(i))
            .count()
    }

    /// Observed actors as a share of the present ones; [`Undefined::TooFewActors`] where nobody is present.
    pub fn response_rate(&self) -> Result<f64, Undefined> {
        if self.n_actors == 0 {
            return Err(Undefined::TooFewActors);
        }
        Ok(self.n_observed_actors() as f64 / self.n_actors as f64)
    }

    /// The ties as (ego, alter, value), by ego and then by alter.
    pub fn ties(&self) -> impl Iterator<Item = (usize, usize, f64)> {
        self.graph
            .raw_edges()
            .iter()
            .map(|edge| (edge.source().index(), edge.target().index(), edge.weight))
    }

    /// Positions that the actor names, in order; none outside the network.
    pub fn successors(&self, actor: usize) -> &[u32] {
        self.out_rows.of(actor)
    }

    /// Positions that name the actor, in order; none outside the network.
    pub fn predecessors(&self, actor: usize) -> &[u32] {
        self.in_rows.of(actor)
    }

    /// The ties as a graph; node i is position i.
    pub fn graph(&self) -> &DiGraph<(), f64> {
        &self.graph
    }

    /// Cells of the actor's row known to be present.
    pub(crate) fn out_ties(&self) -> &[u32] {
        &self.out_ties
    }

    /// Cells of the actor's column known to be present.
    pub(crate) fn in_ties(&self) -> &[u32] {
        &self.in_ties
    }

    /// Unknown cells of the actor's row.
    pub(crate) fn out_unknown(&self) -> &[u32] {
        &self.out_unknown
    }

    /// Unknown cells of the actor's column.
    pub(crate) fn in_unknown(&self) -> &[u32] {
        &self.in_unknown
    }

    /// Present actors who did not answer.
    pub(crate) fn n_silent(&self) -> usize {
        self.n_silent
    }

    pub(crate) fn is_silent(&self, actor: usize) -> bool {
        self.silent.get(actor).copied().unwrap_or(false)
    }

    /// Whether silent rows were filled from the answers of the others.
    pub(crate) fn is_mirrored(&self) -> bool {
        self.mirrored
    }

    /// Whether the cell of two present actors is unknown unless it is listed.
    pub(crate) fn open(&self, ego: usize, alter: usize) -> bool {
        self.silent[ego] && (!self.mirrored || self.silent[alter])
    }

    /// Every cell that does not follow from its row: ties, then unknown cells, then known absences.
    pub(crate) fn listed(&self) -> impl Iterator<Item = (u32, u32, Status)> {
        let ties = self.graph.raw_edges().iter().map(|edge| {
            let index = |node: NodeIndex| {
                u32::try_from(node.index()).expect("a position was a u32 when it was put in")
            };
            (index(edge.source()), index(edge.target()), Status::Present)
        });
        let unknown = self.unknown.iter().map(|&(i, j)| (i, j, Status::Unknown));
        let absent = self
            .known_absent
            .iter()
            .map(|&(i, j)| (i, j, Status::Absent));
        ties.chain(unknown).chain(absent)
    }

    /// A copy of what the network is made of.
    pub(super) fn parts(&self) -> Parts {
        let index =
            |node: usize| u32::try_from(node).expect("a position was a u32 when it was put in");
        Parts {
            present: self.present.clone(),
            silent: self.silent.clone(),
            mirrored: self.mirrored,
            ties: self
                .ties()
                .map(|(i, j, v)| (index(i), index(j), v))
                .collect(),
            unknown: self.unknown.clone(),
            known_absent: self.known_absent.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(fill: impl FnOnce(&mut NetworkBuilder)) -> NetworkFault {
        let mut builder = Network::builder(3);
        fill(&mut builder);
        builder.build(0.0).unwrap_err()
    }

    #[test]
    fn what_cannot_be_is_refused() {
        use NetworkFault::*;
        let twice = PairTwice { ego: 0, alter: 1 };
        assert_eq!(
            fault(|b| {
                b.tie(0, 1, 1.0).tie(0, 1, 2.0);
            }),
            twice
        );
        assert_eq!(
            fault(|b| {
                b.tie(0, 1, 0.0).unknown(0, 1);
            }),
            twice
        );
        assert_eq!(
            fault(|b| {
                b.tie(2, 2, 0.0);
            }),
            SelfTie { actor: 2 }
        );
        assert_eq!(
            fault(|b| {
                b.unknown(1, 1);
            }),
            SelfTie { actor: 1 }
        );
        assert_eq!(
            fault(|b| {
                b.tie(0, 3, 1.0);
            }),
            OutOfRange { position: 3 }
        );
        assert_eq!(
            fault(|b| {
                b.silent(7);
            }),
            OutOfRange { position: 7 }
        );
        assert_eq!(
            fault(|b| {
                b.absent_actor(9);
            }),
            OutOfRange { position: 9 }
        );
        let nan = NotFinite { ego: 0, alter: 2 };
        assert_eq!(
            fault(|b| {
                b.tie(0, 2, f64::NAN);
            }),
            nan
        );
        let gone = ImpossibleTie { ego: 0, alter: 2 };
        assert_eq!(
            fault(|b| {
                b.tie(0, 2, 1.0).absent_actor(2);
            }),
            gone
        );
    }

    #[test]
    fn three_actors_four_cells() {
        let mut builder = Network::builder(3);
        builder
            .silent(2)
            .tie(0, 1, 3.0)
            .tie(1, 0, 2.0)
            .tie(2, 0, 1.0)
            .unknown(1, 2);
        let net = builder.build(2.0).unwrap();
        assert_eq!(net.cell(0, 1), Cell::Present(3.0));
        assert_eq!(net.cell(1, 0), Cell::Absent); // not above the cut
        assert_eq!(net.cell(1, 2), Cell::Unknown);
        assert_eq!(net.cell(2, 0), Cell::Absent); // said, although the row is silent
        assert_eq!(net.cell(2, 1), Cell::Unknown);
        assert_eq!(net.cell(1, 1), Cell::Impossible);
        assert_eq!(net.cell(0, 9), Cell::Impossible);
        assert_eq!(
            (net.n_ties(), net.n_observed_pairs(), net.n_unknown_pairs()),
            (1, 4, 2)
        );
        assert_eq!(net.response_rate(), Ok(1.0));
        assert_eq!(
            (net.successors(0), net.predecessors(0)),
            (&[1][..], &[][..])
        );
        assert_eq!(
            (net.predecessors(1), net.successors(9)),
            (&[0][..], &[][..])
        );
    }

    #[test]
    fn who_said_nothing_did_not_respond() {
        let mut builder = Network::builder(4);
        builder
            .absent_actor(3)
            .silent(1)
            .unknown(2, 0)
            .unknown(2, 1);
        let net = builder.build(0.0).unwrap();
        let observed: Vec<bool> = (0..5).map(|i| net.observed(i)).collect();
        assert_eq!(observed, [true, false, false, false, false]);
        assert_eq!(net.response_rate(), Ok(1.0 / 3.0));
        let nobody = Network::builder(0).build(0.0).unwrap();
        assert_eq!(nobody.response_rate(), Err(Undefined::TooFewActors));
        let lone = Network::builder(1).build(0.0).unwrap();
        assert_eq!(lone.response_rate(), Ok(1.0));
    }
}
