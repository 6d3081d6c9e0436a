//! Walking a network breadth first, from each actor on: by sets of bits where it is small, one by one where it is large.

use super::contacts::Contacts;
use super::paths::{Arrows, PRESENT, Paths, SOURCE};
use crate::network::Network;

/// Memory that is kept from one network to the next; [`super::paths_with`] says how.
#[derive(Debug, Default)]
pub struct PathBuffers {
    contacts: Contacts,
    rows: Vec<u64>,
    columns: Vec<u64>,
    distance: Vec<u32>,
    n_shortest: Vec<f64>,
    dependency: Vec<f64>,
    order: Vec<u32>,
    paths: Paths,
}

const FAR: u32 = u32::MAX;

/// The shortest way from one actor to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geodesic {
    /// Ties on the way.
    pub length: u32,
    /// How many ways are as short.
    pub count: f64,
}

/// How far each colleague is from one actor, and by how many equally short ways.
///
/// # Definition
/// d_ij = fewest ties from i to j, g_ij = number of such ways; d_ii = 0, g_ii = 1
/// # Shape and unit
/// one pair of numbers per position in roster order; None for who cannot be reached and for absent actors
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// never; all None from an absent actor
/// # Source
/// Brandes (2001), Journal of Mathematical Sociology 25, 163-177
/// # Agrees with
/// sna `geodist` 2.7-1 (gdist and counts), exactly
/// # Cost
/// O(n + m)
pub fn geodesics_from(net: &Network, actor: usize, arrows: Arrows) -> Vec<Option<Geodesic>> {
    if !net.is_present(actor) {
        return vec![None; net.n_positions()];
    }
    let mut buffers = PathBuffers::default();
    buffers.prepare(net, arrows);
    buffers.clear_walk(net.n_positions());
    buffers.walk(net, actor);
    buffers
        .distance
        .iter()
        .zip(&buffers.n_shortest)
        .map(|(&length, &count)| (length != FAR).then_some(Geodesic { length, count }))
        .collect()
}

/// The members of a set of positions below 64.
struct Members(u64);

impl Iterator for Members {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let first = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(first)
    }
}

impl PathBuffers {
    pub(super) fn into_paths(self) -> Paths {
        self.paths
    }

    pub(super) fn run(
        &mut self,
        net: &Network,
        arrows: Arrows,
        sources: impl Iterator<Item = usize>,
    ) -> &Paths {
        self.prepare(net, arrows);
        let n = net.n_positions();
        if n <= 64 {
            self.fill_sets(net);
        } else {
            self.clear_walk(n);
        }
        for source in sources {
            match self.paths.flags.get_mut(source) {
                Some(flags) if *flags & PRESENT != 0 && *flags & SOURCE == 0 => *flags |= SOURCE,
                _ => continue,
            }
            self.paths.n_sources += 1;
            if n <= 64 {
                self.follow_sets(source);
            } else {
                self.walk(net, source);
                self.walk_back(net, source);
            }
        }
        &self.paths
    }

    fn prepare(&mut self, net: &Network, arrows: Arrows) {
        if arrows == Arrows::Ignored {
            self.contacts.refill(net);
        }
        self.paths.clear(net, arrows);
    }

    /// As sets of 64 bits: row i holds whom i leads to, column i who leads to i.
    fn fill_sets(&mut self, net: &Network) {
        let n = net.n_positions();
        let set = |members: &[u32]| members.iter().fold(0, |set, &j| set | 1_u64 << j);
        self.rows.clear();
        self.columns.clear();
        match self.paths.arrows {
            Arrows::Followed => {
                self.rows.extend((0..n).map(|i| set(net.successors(i))));
                self.columns
                    .extend((0..n).map(|i| set(net.predecessors(i))));
            }
            Arrows::Ignored => {
                self.rows
                    .extend((0..n).map(|i| set(self.contacts.of_actor(i))));
                self.columns.extend_from_slice(&self.rows);
            }
        }
        self.n_shortest.clear();
        self.n_shortest.resize(n, 0.0);
        self.dependency.clear();
        self.dependency.resize(n, 0.0);
    }

    /// One source of a small network; with at most 64 actors there are at most 2^63 shortest paths, so counts stay finite.
    fn follow_sets(&mut self, source: usize) {
        let Self {
            rows,
            columns,
            n_shortest,
            dependency: share,
            paths,
            ..
        } = self;
        let (rows, columns) = (rows.as_slice(), columns.as_slice());
        let mut levels = [0_u64; 64];
        let mut seen = 1_u64 << source;
        let mut last = rows[source];
        let (mut depth, mut reached, mut sum, mut inverse_sum) = (0_usize, 0_u32, 0_u64, 0.0);
        n_shortest[source] = 1.0;
        levels[0] = seen;
        while last != 0 {
            let nearer = levels[depth];
            depth += 1;
            levels[depth] = last;
            seen |= last;
            let (far, inverse) = (depth as u64, 1.0 / depth as f64);
            let mut next = 0;
            for w in Members(last) {
                let count: f64 = Members(columns[w] & nearer).map(|v| n_shortest[v]).sum();
                n_shortest[w] = count;
                next |= rows[w];
                paths.reached_by[w] += 1;
                paths.sum_in[w] += far;
                paths.inverse_in[w] += inverse;
            }
            let here = last.count_ones();
            reached += here;
            sum += far * u64::from(here);
            inverse_sum += inverse * f64::from(here);
            paths.count(depth, u64::from(here));
            last = next & !seen;
        }
        paths.reached[source] = reached;
        paths.sum_out[source] = sum;
        paths.inverse_out[source] = inverse_sum;

        for w in Members(levels[depth]) {
            share[w] = 1.0 / n_shortest[w];
        }
        for level in (1..depth).rev() {
            let farther = levels[level + 1];
            for v in Members(levels[level]) {
                let shares: f64 = Members(rows[v] & farther).map(|w| share[w]).sum();
                let dependency = n_shortest[v] * shares;
                paths.betweenness[v] += dependency;
                share[v] = (1.0 + dependency) / n_shortest[v];
            }
        }
    }

    fn clear_walk(&mut self, n: usize) {
        self.distance.clear();
        self.distance.resize(n, FAR);
        self.n_shortest.clear();
        self.n_shortest.resize(n, 0.0);
        self.dependency.clear();
        self.dependency.resize(n, 0.0);
        self.order.clear();
    }

    /// Fills the distances from one source and the numbers of shortest paths.
    fn walk(&mut self, net: &Network, source: usize) {
        let Self {
            contacts,
            distance,
            n_shortest,
            order,
            paths,
            ..
        } = self;
        order.clear();
        order.push(source as u32);
        distance[source] = 0;
        n_shortest[source] = 1.0;
        let mut at = 0;
        while let Some(&v) = order.get(at) {
            at += 1;
            let v = v as usize;
            let (far, count) = (distance[v] + 1, n_shortest[v]);
            let next = match paths.arrows {
                Arrows::Followed => net.successors(v),
                Arrows::Ignored => contacts.of_actor(v),
            };
            for &w in next {
                let (distance, n_shortest) =
                    (&mut distance[w as usize], &mut n_shortest[w as usize]);
                if *distance == FAR {
                    *distance = far;
                    *n_shortest = count;
                    order.push(w);
                } else if *distance == far {
                    *n_shortest += count;
                }
            }
        }
    }

    /// Adds what the last walk found to the sums, and wipes it.
    fn walk_back(&mut self, net: &Network, source: usize) {
        let Self {
            contacts,
            distance,
            n_shortest,
            dependency,
            order,
            paths,
            ..
        } = self;
        for &w in order.iter().skip(1).rev() {
            let w = w as usize;
            let (far, count) = (distance[w], n_shortest[w]);
            paths.overflow |= !count.is_finite();
            let share = (1.0 + dependency[w]) / count;
            let back = match paths.arrows {
                Arrows::Followed => net.predecessors(w),
                Arrows::Ignored => contacts.of_actor(w),
            };
            for &v in back {
                let v = v as usize;
                if distance[v] != FAR && distance[v] + 1 == far {
                    dependency[v] += n_shortest[v] * share;
                }
            }
            paths.betweenness[w] += dependency[w];
            let inverse = 1.0 / f64::from(far);
            paths.reached_by[w] += 1;
            paths.sum_in[w] += u64::from(far);
            paths.inverse_in[w] += inverse;
            paths.reached[source] += 1;
            paths.sum_out[source] += u64::from(far);
            paths.inverse_out[source] += inverse;
            paths.count(far as usize, 1);
        }
        for &w in order.iter() {
            let w = w as usize;
            distance[w] = FAR;
            dependency[w] = 0.0;
        }
    }
}
