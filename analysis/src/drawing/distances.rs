//! How far apart two actors should stand: steps along ties, averaged over networks.

use crate::network::Network;

/// Which actors are tied to which, in either direction: a row of bits each, so that a step of a search is a few words.
struct Neighbours {
    words: usize,
    rows: Vec<u64>,
}

impl Neighbours {
    fn none(n: usize) -> Self {
        let words = n.div_ceil(64);
        Self {
            words,
            rows: vec![0; n * words],
        }
    }

    fn add(&mut self, net: &Network, place: &[Option<usize>]) {
        for (i, j, _) in net.ties() {
            // Only present actors have ties, and every one of them has a place.
            if let (Some(i), Some(j)) = (place[i], place[j]) {
                self.rows[i * self.words + j / 64] |= 1 << (j % 64);
                self.rows[j * self.words + i / 64] |= 1 << (i % 64);
            }
        }
    }
}

/// Steps between each two actors, row by row; 0 for an actor itself and where there is no way.
struct Hops {
    steps: Vec<u16>,
    longest: u16,
}

fn hops(neighbours: &Neighbours, n: usize) -> Hops {
    let words = neighbours.words;
    let mut steps = vec![0_u16; n * n];
    let mut longest = 0;
    let mut seen = vec![0_u64; words];
    let mut edge = vec![0_u64; words];
    let mut next = vec![0_u64; words];
    for (source, row) in steps.chunks_exact_mut(n.max(1)).enumerate() {
        seen.fill(0);
        edge.fill(0);
        seen[source / 64] = 1 << (source % 64);
        edge[source / 64] = 1 << (source % 64);
        let mut level = 0;
        loop {
            next.fill(0);
            for_each_bit(&edge, |i| {
                let neighbours = &neighbours.rows[i * words..(i + 1) * words];
                for (next, &more) in next.iter_mut().zip(neighbours) {
                    *next |= more;
                }
            });
            let mut any = 0;
            for (next, seen) in next.iter_mut().zip(&mut seen) {
                *next &= !*seen;
                *seen |= *next;
                any |= *next;
            }
            if any == 0 {
                break;
            }
            level += 1;
            for_each_bit(&next, |j| row[j] = level);
            std::mem::swap(&mut edge, &mut next);
        }
        longest = longest.max(level);
    }
    Hops { steps, longest }
}

fn for_each_bit(words: &[u64], mut visit: impl FnMut(usize)) {
    for (place, &word) in words.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            visit(place * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// Distances wanted among n actors, and which of them hang together.
pub(super) struct Distances {
    n: usize,
    wanted: Vec<f64>,
    /// Actors that hang together over all networks at once, each list in order.
    pub components: Vec<Vec<usize>>,
}

impl Distances {
    /// Above zero for each two actors of one component.
    pub fn between(&self, i: usize, j: usize) -> f64 {
        self.wanted[i * self.n + j]
    }

    /// `place` says for each position which of the n actors it is.
    pub fn over(networks: &[&Network], place: &[Option<usize>], n: usize) -> Self {
        let tied: Vec<&Network> = networks
            .iter()
            .copied()
            .filter(|net| net.n_ties() > 0)
            .collect();
        let mut union = Neighbours::none(n);
        for net in &tied {
            union.add(net, place);
        }
        let all = hops(&union, n);
        let mut components: Vec<Vec<usize>> = Vec::new();
        let mut settled = vec![false; n];
        for i in 0..n {
            if !settled[i] {
                let row = &all.steps[i * n..(i + 1) * n];
                let component: Vec<usize> = (i..n).filter(|&j| j == i || row[j] > 0).collect();
                for &j in &component {
                    settled[j] = true;
                }
                components.push(component);
            }
        }
        let wanted = if tied.len() == 1 {
            all.steps.iter().map(|&steps| f64::from(steps)).collect()
        } else {
            averaged(&tied, place, n, &all)
        };
        Self {
            n,
            wanted,
            components,
        }
    }
}

/// The mean over the networks in which both are actors; steps over all ties at once for two who never were there together.
fn averaged(tied: &[&Network], place: &[Option<usize>], n: usize, all: &Hops) -> Vec<f64> {
    let mut sum = vec![0.0; n * n];
    let mut count = vec![0_u32; n * n];
    let mut there = vec![false; n];
    for net in tied {
        let mut neighbours = Neighbours::none(n);
        neighbours.add(net, place);
        let Hops { steps, longest } = hops(&neighbours, n);
        // Who cannot be reached stands one step beyond the furthest who can.
        let beyond = f64::from(longest) + 1.0;
        there.fill(false);
        for (position, &actor) in place.iter().enumerate() {
            if let Some(actor) = actor {
                there[actor] = net.is_present(position);
            }
        }
        for i in (0..n).filter(|&i| there[i]) {
            let row = i * n..(i + 1) * n;
            let cells = sum[row.clone()].iter_mut().zip(&mut count[row.clone()]);
            for ((cell, &steps), &there) in cells.zip(&steps[row]).zip(&there) {
                if there {
                    *cell.0 += if steps == 0 { beyond } else { f64::from(steps) };
                    *cell.1 += 1;
                }
            }
        }
    }
    for ((sum, &count), &steps) in sum.iter_mut().zip(&count).zip(&all.steps) {
        *sum = if count == 0 {
            f64::from(steps)
        } else {
            *sum / f64::from(count)
        };
    }
    sum
}
