//! Between which values the centralization of all ties together lies: filling unknown cells, each of which counts for two actors.

use petgraph::algo::matching::maximum_matching;
use petgraph::graph::{NodeIndex, UnGraph};

use super::centralization::degree_maximum;
use crate::network::{Cell, Network};
use crate::outcome::{Interval, Undefined};

/// Up to this many unknown cells the lower end is searched for; beyond, it is relaxed.
const MOST_CELLS: usize = 20_000;
/// Up to this many cells an odd circle is settled by a matching; beyond, it is relaxed.
const MOST_MATCHED: usize = 2_000;

/// The lowest and highest degree centralization (both directions together) that the answers leave possible.
///
/// # Definition
/// k_i and u_i the known ties and unknown cells of actor i's row and column together, U all unknown cells. Upper: max_i (n (k_i + u_i) -
/// 2 (m + u_i)), one actor gets all his unknown cells and nobody any other. Lower: min over ceilings M >= max_i k_i of n M - 2 (m + f(M)),
/// f(M) = the most unknown cells that can be tied with no degree above M (a maximum degree-constrained subgraph). Both over 2 (n - 1)(n - 2)
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// a cell (i, j) counts for i and for j, so that rows do not complete independently
/// # Undefined
/// TooFewActors below n = 3
/// # Source
/// Manski (1990) worst-case bounds; Edmonds (1965), Canadian Journal of Mathematics 17, 449-467, for f by matching
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12. The upper end is exact always, the lower end up to 20,000 unknown cells (2,000 if
/// odd circles of unknown cells remain open); beyond, f(M) is replaced by the smaller of U and half the room, which can only widen the range
/// # Cost
/// O(n) for the upper end; lower end mostly one ceiling, O(U) and O(U) per cell that has to be exchanged
pub fn degree_centralization_bounds(net: &Network) -> Result<Interval, Undefined> {
    let maximum = degree_maximum(net)?;
    let n = net.n_actors() as u64;
    let ties = net.n_ties() as u64;
    let add = |one: &[u32], other: &[u32]| -> Vec<u64> {
        let both = one.iter().zip(other);
        both.map(|(&a, &b)| u64::from(a) + u64::from(b)).collect()
    };
    let known = add(net.in_ties(), net.out_ties());
    let unknown = add(net.in_unknown(), net.out_unknown());
    let actors = || known.iter().zip(&unknown).map(|(&k, &u)| (k, u));
    let upper = actors()
        .map(|(k, u)| (n * (k + u)).saturating_sub(2 * (ties + u)))
        .max()
        .unwrap_or(0);
    let n_unknown = net.n_unknown_pairs();
    let highest = actors().map(|(k, _)| k).max().unwrap_or(0);
    // With f replaced by a number it cannot pass: rises with the ceiling, so that the search can stop.
    let relaxed = |ceiling: u64| {
        let room: u64 = actors().map(|(k, u)| (ceiling - k).min(u)).sum();
        (n * ceiling).saturating_sub(2 * (ties + (n_unknown as u64).min(room / 2)))
    };
    let mut lower = relaxed(highest);
    if n_unknown > 0 && n_unknown <= MOST_CELLS {
        let cells = unknown_cells(net);
        let mut least = u64::MAX;
        let mut ceiling = highest;
        loop {
            if relaxed(ceiling) >= least {
                break;
            }
            let room: Vec<u64> = actors().map(|(k, u)| (ceiling - k).min(u)).collect();
            let filled = most_cells(&room, &cells);
            least = least.min((n * ceiling).saturating_sub(2 * (ties + filled)));
            ceiling += 1;
        }
        lower = least;
    }
    Ok(Interval {
        lower: lower as f64 / maximum,
        upper: upper as f64 / maximum,
    })
}

fn unknown_cells(net: &Network) -> Vec<(u32, u32)> {
    let actors: Vec<usize> = (0..net.n_positions())
        .filter(|&i| net.is_present(i))
        .collect();
    let mut cells = Vec::with_capacity(net.n_unknown_pairs());
    for &i in actors.iter().filter(|&&i| net.out_unknown()[i] > 0) {
        for &j in &actors {
            if net.cell(i, j) == Cell::Unknown {
                cells.push((i as u32, j as u32));
            }
        }
    }
    cells
}

/// The most cells that can be chosen so that no actor is in more of them than there is room for.
fn most_cells(room: &[u64], cells: &[(u32, u32)]) -> u64 {
    let limit = (cells.len() as u64).min(room.iter().sum::<u64>() / 2);
    let mut filling = Filling::new(room, cells);
    filling.choose_what_fits();
    loop {
        if filling.chosen == limit {
            return limit;
        }
        match filling.exchange() {
            Exchange::Gained => {}
            Exchange::NoneLeft => return filling.chosen,
            Exchange::OddCircle if cells.len() <= MOST_MATCHED => {
                return by_matching(room, cells);
            }
            Exchange::OddCircle => return limit,
        }
    }
}

enum Exchange {
    Gained,
    /// No way of exchanging cells gains one: a proof that there are no more.
    NoneLeft,
    /// A circle of odd length leaves open whether there are more.
    OddCircle,
}

/// What an actor has to do if the chain that reached it is turned.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Reached {
    Not,
    /// Has room, or gives up a cell: may take a further one.
    Free,
    /// Takes a cell and must give up another.
    Full,
}

const NOBODY: u32 = u32::MAX;

/// A choice of cells, improved by exchanging along alternating chains.
struct Filling<'c> {
    cells: &'c [(u32, u32)],
    /// Cells of each actor.
    start: Vec<u32>,
    of_actor: Vec<u32>,
    room: Vec<u64>,
    is_chosen: Vec<bool>,
    chosen: u64,
    reached: Vec<Reached>,
    /// The cell by which an actor was reached.
    by: Vec<u32>,
    root: Vec<u32>,
}

impl<'c> Filling<'c> {
    fn new(room: &[u64], cells: &'c [(u32, u32)]) -> Self {
        let n = room.len();
        let mut start = vec![0_u32; n + 1];
        for &(i, j) in cells {
            start[i as usize + 1] += 1;
            start[j as usize + 1] += 1;
        }
        for i in 0..n {
            start[i + 1] += start[i];
        }
        let mut place = start.clone();
        let mut of_actor = vec![0; 2 * cells.len()];
        for (cell, &(i, j)) in cells.iter().enumerate() {
            for end in [i, j] {
                of_actor[place[end as usize] as usize] = cell as u32;
                place[end as usize] += 1;
            }
        }
        Self {
            cells,
            start,
            of_actor,
            room: room.to_vec(),
            is_chosen: vec![false; cells.len()],
            chosen: 0,
            reached: vec![Reached::Not; n],
            by: vec![NOBODY; n],
            root: vec![NOBODY; n],
        }
    }

    fn choose_what_fits(&mut self) {
        for (cell, &(i, j)) in self.cells.iter().enumerate() {
            let (i, j) = (i as usize, j as usize);
            if self.room[i] > 0 && self.room[j] > 0 {
                self.room[i] -= 1;
                self.room[j] -= 1;
                self.is_chosen[cell] = true;
                self.chosen += 1;
            }
        }
    }

    fn other_end(&self, cell: u32, actor: usize) -> usize {
        let (i, j) = self.cells[cell as usize];
        if i as usize == actor {
            j as usize
        } else {
            i as usize
        }
    }

    /// Grows chains from all actors with room: a cell not chosen, a chosen one, and so on. Two chains that meet gain a cell.
    fn exchange(&mut self) -> Exchange {
        self.reached.fill(Reached::Not);
        self.by.fill(NOBODY);
        let mut queue: Vec<usize> = (0..self.room.len()).filter(|&i| self.room[i] > 0).collect();
        for &i in &queue {
            self.reached[i] = Reached::Free;
            self.root[i] = i as u32;
        }
        let mut odd = false;
        let mut at = 0;
        while let Some(&v) = queue.get(at) {
            at += 1;
            let state = self.reached[v];
            for k in self.start[v]..self.start[v + 1] {
                let cell = self.of_actor[k as usize];
                // Whoever may take a cell looks at those not chosen, whoever must give one up at those chosen.
                if self.is_chosen[cell as usize] != (state == Reached::Full) {
                    continue;
                }
                let w = self.other_end(cell, v);
                if self.reached[w] == Reached::Not {
                    self.reached[w] = match state {
                        Reached::Free => Reached::Full,
                        _ => Reached::Free,
                    };
                    self.by[w] = cell;
                    self.root[w] = self.root[v];
                    queue.push(w);
                } else if self.reached[w] == state {
                    if self.gains(v, w) {
                        self.turn(v, w, cell);
                        return Exchange::Gained;
                    }
                    odd = true;
                }
            }
        }
        if odd {
            Exchange::OddCircle
        } else {
            Exchange::NoneLeft
        }
    }

    /// Two ends in the same state: of different chains, or of one chain that parts at a root with room for two.
    fn gains(&self, v: usize, w: usize) -> bool {
        if self.root[v] != self.root[w] {
            return true;
        }
        if self.room[self.root[v] as usize] < 2 {
            return false;
        }
        let (back_v, back_w) = (self.chain(v), self.chain(w));
        !back_v.iter().any(|cell| back_w.contains(cell))
    }

    /// The cells from an actor back to the root.
    fn chain(&self, mut actor: usize) -> Vec<u32> {
        let mut cells = Vec::new();
        while self.by[actor] != NOBODY {
            let cell = self.by[actor];
            cells.push(cell);
            actor = self.other_end(cell, actor);
        }
        cells
    }

    /// Exchanges chosen and not chosen along both chains and the cell between.
    fn turn(&mut self, v: usize, w: usize, between: u32) {
        let mut cells = self.chain(v);
        cells.extend(self.chain(w));
        cells.push(between);
        for cell in cells {
            let chosen = &mut self.is_chosen[cell as usize];
            *chosen = !*chosen;
        }
        for end in [v, w] {
            self.room[self.root[end] as usize] -= 1;
        }
        self.chosen += 1;
    }
}

/// The same by a maximum matching: a cell is two nodes joined to each other and each to all places of its end; matched to both places it is
/// chosen and counts twice, otherwise once.
fn by_matching(room: &[u64], cells: &[(u32, u32)]) -> u64 {
    let mut graph = UnGraph::<(), ()>::default();
    let places: Vec<Vec<NodeIndex>> = room
        .iter()
        .map(|&room| (0..room).map(|_| graph.add_node(())).collect())
        .collect();
    for &(i, j) in cells {
        let (one, other) = (graph.add_node(()), graph.add_node(()));
        graph.add_edge(one, other, ());
        for (end, actor) in [(one, i), (other, j)] {
            for &place in &places[actor as usize] {
                graph.add_edge(end, place, ());
            }
        }
    }
    let matched = maximum_matching(&graph).len();
    (matched - cells.len()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By trying every choice.
    fn by_trying(room: &[u64], cells: &[(u32, u32)]) -> u64 {
        let fits = |choice: u32| {
            let chosen = |k: usize| choice >> k & 1 == 1;
            (0..room.len() as u32).all(|i| {
                let of_i = |(k, &(a, b)): (usize, &(u32, u32))| chosen(k) && (a == i || b == i);
                let used = cells.iter().enumerate().filter(|&cell| of_i(cell)).count();
                used as u64 <= room[i as usize]
            })
        };
        let choices = (0..1_u32 << cells.len()).filter(|&choice| fits(choice));
        choices.map(|c| u64::from(c.count_ones())).max().unwrap()
    }

    #[test]
    fn a_cell_is_given_up_for_two() {
        // A line 0-1-2-3 with room for one each: the middle cell alone is not the most.
        let cells = [(1, 2), (0, 1), (2, 3)];
        assert_eq!(most_cells(&[1, 1, 1, 1], &cells), 2);
    }

    #[test]
    fn every_small_case_is_filled_as_by_trying() {
        let mut state = 1_u64;
        let mut draw = |below: u64| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            (state >> 33) % below
        };
        for _ in 0..3000 {
            let n = 3 + draw(4);
            let mut cells = Vec::new();
            for i in 0..n as u32 {
                for j in (0..n as u32).filter(|&j| j != i) {
                    if draw(3) == 0 && cells.len() < 12 {
                        cells.push((i, j));
                    }
                }
            }
            let room: Vec<u64> = (0..n).map(|_| draw(4)).collect();
            let expected = by_trying(&room, &cells);
            assert_eq!(most_cells(&room, &cells), expected, "{room:?} {cells:?}");
            assert_eq!(by_matching(&room, &cells), expected, "{room:?} {cells:?}");
        }
    }
}
