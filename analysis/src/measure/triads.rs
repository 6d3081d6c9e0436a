//! How three are tied: all triples of actors by what is known of their six cells, and the sixteen classes of those that are wholly known.

use std::sync::LazyLock;

use crate::network::Network;
use crate::network::dyads::{DyadRows, PAIR_STATES, PairState, is_tied, turned};

/// How many combinations six cells of three kinds have.
const COMBINATIONS: usize = 3 * 3 * 3 * 3 * 3 * 3;

/// The triples of actors, by the states of their three pairs. Count them once, ask them much.
///
/// A combination is a number of six digits to the base 3, the cells 01, 10, 02, 20, 12, 21 of the triple (0, 1, 2).
#[derive(Debug, Clone)]
pub struct Triads {
    /// Signed and wide: corrections are subtracted before all is counted, and n^3 / 6 leaves 64 bits at n = 4.8 million.
    counts: Box<[i128; COMBINATIONS]>,
    n_actors: usize,
}

/// How many triples of actors fall in each of the sixteen classes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TriadCensus {
    /// In the order of [`TriadCensus::NAMES`].
    pub counts: [u64; 16],
    /// Triples of present actors, known or not.
    pub n_triads: u64,
}

impl TriadCensus {
    /// The classes by number of mutual, asymmetric and null dyads, with D(own), U(p), T(ransitive), C(yclic) where that leaves a choice.
    pub const NAMES: [&'static str; 16] = [
        "triad_003",
        "triad_012",
        "triad_102",
        "triad_021D",
        "triad_021U",
        "triad_021C",
        "triad_111D",
        "triad_111U",
        "triad_030T",
        "triad_030C",
        "triad_201",
        "triad_120D",
        "triad_120U",
        "triad_120C",
        "triad_210",
        "triad_300",
    ];

    /// Triples of which all six cells are known.
    pub fn n_known(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The count of the class that carries this name.
    pub fn count(&self, name: &str) -> Option<u64> {
        let place = Self::NAMES.iter().position(|&known| known == name)?;
        Some(self.counts[place])
    }
}

/// The pictures that three colleagues make: nobody names anybody, a chain, a closed circle, and thirteen more, each counted.
///
/// # Definition
/// each of the n (n - 1) (n - 2) / 6 triads counted once in its class, by its M-A-N label: mutual, asymmetric and null dyads
/// # Shape and unit
/// sixteen counts in the order 003 012 102 021D 021U 021C 111D 111U 030T 030C 201 120D 120U 120C 210 300; A<->B<-C is 111D, A<->B->C is 111U
/// # Missing
/// only triads of which all six cells are known count; [`TriadCensus::n_known`] of [`TriadCensus::n_triads`]
/// # Undefined
/// never; all zero below three actors. A count above 2^64 - 1 (n above 4.8 million) reads as that
/// # Source
/// Holland & Leinhardt (1970), AJS 76, 492-513; counted by corrections as in Batagelj & Mrvar (2001), Social Networks 23, 237-243
/// # Agrees with
/// sna `triad.census` 2.7-1, igraph `triad_census` 1.3.5, networkx `triadic_census` 3.6.1, exactly; other software swaps 111D and 111U
/// # Cost
/// O(n + k^(3/2)), k = ties and exceptions; pairs of silent actors are counted, not walked
pub fn triad_census(net: &Network) -> TriadCensus {
    triads(net).census()
}

/// All triples of present actors by what is known of them: what [`triad_census`] and the transitivities are read from.
///
/// # Definition
/// counts over the 3^6 combinations of absent, present and unknown in the six cells of a triple
/// # Shape and unit
/// counts that sum to n (n - 1) (n - 2) / 6
/// # Missing
/// kept apart: an unknown cell is a third kind of cell
/// # Undefined
/// never
/// # Source
/// the counting follows from Batagelj & Mrvar (2001), Social Networks 23, 237-243, with triangles listed as in Chiba & Nishizeki (1985)
/// # Agrees with
/// counting every triple of small networks, exactly
/// # Cost
/// O(n + k^(3/2)), k = ties and exceptions
pub fn triads(net: &Network) -> Triads {
    let rows = DyadRows::of(net);
    let mut tally = Tally::new(net);
    let degrees = tally.two_pairs_and_one(&rows);
    tally.triangles(&rows, &degrees);
    tally.untouched();
    Triads {
        counts: tally.counts,
        n_actors: net.n_actors(),
    }
}

impl Triads {
    /// See [`triad_census`].
    pub fn census(&self) -> TriadCensus {
        let mut census = [0_i128; 16];
        let mut all = 0;
        for (count, traits) in self.combinations() {
            all += count;
            if let Some(class) = traits.class {
                census[usize::from(class)] += count;
            }
        }
        let fit = |count: i128| u64::try_from(count).unwrap_or(u64::MAX);
        TriadCensus {
            counts: census.map(fit),
            n_triads: fit(all),
        }
    }

    /// Present actors.
    pub(super) fn n_actors(&self) -> usize {
        self.n_actors
    }

    /// The combinations that occur, with their traits.
    pub(super) fn combinations(&self) -> impl Iterator<Item = (i128, &'static Traits)> {
        let counted = self.counts.iter().copied().zip(TRAITS.iter());
        counted.filter(|&(count, _)| count != 0)
    }
}

fn combination(first: PairState, second: PairState, third: PairState) -> usize {
    (usize::from(first) * PAIR_STATES + usize::from(second)) * PAIR_STATES + usize::from(third)
}

/// Counts triples by how many of their pairs are written down. The rest follows from who is silent: two kinds of actors, answering and silent.
struct Tally {
    counts: Box<[i128; COMBINATIONS]>,
    /// Per number of silent actors in it: triples with a pair that is written down.
    touched: [i128; 4],
    silent: Vec<bool>,
    /// The state of a pair that is not written down, by the kinds of the two.
    plain: [[PairState; 2]; 2],
    sizes: [i128; 2],
}

impl Tally {
    fn new(net: &Network) -> Self {
        let n_silent = net.n_silent();
        let plain = if net.is_mirrored() {
            [[0, 0], [0, 8]]
        } else {
            [[0, 2], [6, 8]]
        };
        Self {
            counts: Box::new([0; COMBINATIONS]),
            touched: [0; 4],
            silent: (0..net.n_positions()).map(|i| net.is_silent(i)).collect(),
            plain,
            sizes: [net.n_actors() - n_silent, n_silent].map(|size| size as i128),
        }
    }

    fn kind(&self, actor: usize) -> usize {
        usize::from(self.silent[actor])
    }

    /// Triples with two pairs written down, at the actor whom they share, as if the third never were; and those with one pair, as if nobody
    /// were paired with both. Returns per actor how many of each kind are in the row.
    fn two_pairs_and_one(&mut self, rows: &DyadRows) -> Vec<[u32; 2]> {
        let n = self.silent.len();
        let mut degrees = vec![[0_u32; 2]; n];
        for (v, degree) in degrees.iter_mut().enumerate() {
            let mut seen = [[0_u32; PAIR_STATES]; 2];
            for (w, state) in rows.of_actor(v) {
                seen[self.kind(w as usize)][usize::from(state)] += 1;
            }
            *degree = seen.map(|states| states.iter().sum());
            let mut met = [(0, 0, 0); 2 * PAIR_STATES];
            let mut n_met = 0;
            for (kind, states) in seen.iter().enumerate() {
                for (state, &count) in (0..).zip(states) {
                    if count > 0 {
                        met[n_met] = (kind, state, i128::from(count));
                        n_met += 1;
                    }
                }
            }
            for (place, &(kind, state, count)) in met[..n_met].iter().enumerate() {
                for &(other_kind, other_state, other_count) in &met[place..n_met] {
                    let pairs = if (kind, state) == (other_kind, other_state) {
                        count * (count - 1) / 2
                    } else {
                        count * other_count
                    };
                    let third = self.plain[kind][other_kind];
                    self.counts[combination(state, other_state, third)] += pairs;
                    self.touched[self.kind(v) + kind + other_kind] += pairs;
                }
            }
        }
        for u in 0..n {
            let ku = self.kind(u);
            for (v, state) in rows.of_actor(u).filter(|&(v, _)| v as usize > u) {
                let v = v as usize;
                let kv = self.kind(v);
                let taken = degrees[u].iter().zip(&degrees[v]).map(|(a, b)| a + b);
                for (kind, taken) in taken.enumerate() {
                    let left = self.sizes[kind] - i128::from(taken);
                    let at = combination(state, self.plain[ku][kind], self.plain[kv][kind]);
                    self.counts[at] += left;
                    self.touched[ku + kv + kind] += left;
                }
            }
        }
        degrees
    }

    /// Triples with all three pairs written down, each found once from its member of lowest degree; what was counted for them as triples with
    /// two pairs (three times too many) and with one (three times too few) is put right.
    fn triangles(&mut self, rows: &DyadRows, degrees: &[[u32; 2]]) {
        let rank = |i: usize| (degrees[i][0] + degrees[i][1], i);
        let upward = rows.upward(|i, j| rank(j) > rank(i));
        let mut mark = vec![PairState::MAX; degrees.len()];
        for u in 0..degrees.len() {
            if upward.degree(u) < 2 {
                continue;
            }
            for (v, state) in upward.of_actor(u) {
                mark[v as usize] = state;
            }
            for (v, uv) in upward.of_actor(u) {
                for (w, vw) in upward.of_actor(v as usize) {
                    let uw = mark[w as usize];
                    if uw != PairState::MAX {
                        self.triangle([u, v as usize, w as usize], [uv, uw, vw]);
                    }
                }
            }
            for &v in upward.others(u) {
                mark[v as usize] = PairState::MAX;
            }
        }
    }

    fn triangle(&mut self, actors: [usize; 3], [uv, uw, vw]: [PairState; 3]) {
        let [u, v, w] = actors.map(|actor| self.kind(actor));
        let plain = self.plain;
        for too_many in [
            combination(uv, uw, plain[v][w]),
            combination(turned(uv), vw, plain[u][w]),
            combination(turned(uw), turned(vw), plain[u][v]),
        ] {
            self.counts[too_many] -= 1;
        }
        for too_few in [
            combination(uv, plain[u][w], plain[v][w]),
            combination(uw, plain[u][v], plain[w][v]),
            combination(vw, plain[v][u], plain[w][u]),
        ] {
            self.counts[too_few] += 1;
        }
        self.counts[combination(uv, uw, vw)] += 1;
        self.touched[u + v + w] += 1;
    }

    /// Triples of which no pair is written down.
    fn untouched(&mut self) {
        let [answering, silent] = self.sizes;
        let pairs = |size: i128| size * (size - 1) / 2;
        let triples = |size: i128| size * (size - 1) * (size - 2) / 6;
        let all = [
            triples(answering),
            pairs(answering) * silent,
            answering * pairs(silent),
            triples(silent),
        ];
        let kinds = [[0, 0, 0], [0, 0, 1], [0, 1, 1], [1, 1, 1]];
        for (n_silent, [u, v, w]) in kinds.into_iter().enumerate() {
            let at = combination(self.plain[u][v], self.plain[u][w], self.plain[v][w]);
            self.counts[at] += all[n_silent] - self.touched[n_silent];
        }
    }
}

/// A part and the whole it is a part of, in one triple.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub part: u8,
    pub whole: u8,
}

/// The pairs of (part, whole) that some completion of a triple has, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shares(u64);

impl Shares {
    fn with(share: Share) -> Self {
        Self(1 << (share.whole * 7 + share.part))
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Each once.
    pub(super) fn iter(self) -> impl Iterator<Item = Share> {
        let all = (0..49_u8).filter(move |bit| self.0 >> bit & 1 == 1);
        all.map(|bit| Share {
            part: bit % 7,
            whole: bit / 7,
        })
    }
}

/// What one combination of six cells amounts to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Traits {
    /// Place in [`TriadCensus::NAMES`], where all six cells are known.
    class: Option<u8>,
    /// Of the two-paths i -> j -> k with x_ik known, those with i -> k.
    pub weak: Share,
    /// Of the ordered triples with x_ij, x_jk and x_ik known, those where i -> k says the same as i -> j -> k.
    pub strong: Share,
    /// Of the two-paths over ties in either direction with a known third pair, those that are closed.
    pub undirected: Share,
    /// Whether it is known of all three pairs if they are tied in either direction.
    pub undirected_known: bool,
    /// What `weak` can become.
    pub weak_completions: Shares,
    /// What `undirected` can become.
    pub undirected_completions: Shares,
}

/// The traits of every combination, by its number.
static TRAITS: LazyLock<Vec<Traits>> = LazyLock::new(|| {
    let mut all: Vec<Traits> = Vec::with_capacity(COMBINATIONS);
    for number in 0..COMBINATIONS {
        let mut traits = traits(number);
        // The first unknown cell is absent or present: two combinations with smaller numbers.
        let places = [243, 81, 27, 9, 3, 1];
        if let Some(place) = places.into_iter().find(|place| number / place % 3 == 2) {
            let [absent, present] = [&all[number - 2 * place], &all[number - place]];
            traits.weak_completions = absent.weak_completions.or(present.weak_completions);
            traits.undirected_completions = absent
                .undirected_completions
                .or(present.undirected_completions);
        } else {
            traits.weak_completions = Shares::with(traits.weak);
            traits.undirected_completions = Shares::with(traits.undirected);
        }
        all.push(traits);
    }
    all
});

/// The orders in which three actors can be i, j and k.
const ORDERS: [[usize; 3]; 6] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
];

/// All but the completions.
fn traits(number: usize) -> Traits {
    let pairs = [81, 9, 1].map(|place| {
        PairState::try_from(number / place % PAIR_STATES).expect("a remainder of nine fits")
    });
    let pair = |i: usize, j: usize| {
        let state = pairs[i + j - 1];
        if i < j { state } else { turned(state) }
    };
    let cell = |i: usize, j: usize| pair(i, j) / 3;
    let either = |i: usize, j: usize| match pair(i, j) {
        state if is_tied(state) => 1,
        0 => 0,
        _ => 2,
    };
    let mut traits = Traits {
        class: class(pairs, cell),
        undirected_known: [(0, 1), (0, 2), (1, 2)]
            .iter()
            .all(|&(i, j)| either(i, j) < 2),
        ..Traits::default()
    };
    for [i, j, k] in ORDERS {
        let (ij, jk, ik) = (cell(i, j), cell(j, k), cell(i, k));
        if ij < 2 && jk < 2 && ik < 2 {
            traits.strong.whole += 1;
            traits.strong.part += u8::from(ij * jk == ik);
            traits.weak.whole += ij * jk;
            traits.weak.part += ij * jk * ik;
        }
        let (ij, jk, ik) = (either(i, j), either(j, k), either(i, k));
        if i < k && ij < 2 && jk < 2 && ik < 2 {
            traits.undirected.whole += ij * jk;
            traits.undirected.part += ij * jk * ik;
        }
    }
    traits
}

/// The class of a triple of which all cells are known.
fn class(pairs: [PairState; 3], cell: impl Fn(usize, usize) -> u8) -> Option<u8> {
    if pairs.iter().any(|state| state / 3 == 2 || state % 3 == 2) {
        return None;
    }
    let mutual = pairs.iter().filter(|&&state| state == 4).count();
    let null = pairs.iter().filter(|&&state| state == 0).count();
    let others = |i: usize| [(i + 1) % 3, (i + 2) % 3];
    let named = |i: usize| others(i).map(|j| cell(i, j)).iter().sum::<u8>();
    let naming = |i: usize| others(i).map(|j| cell(j, i)).iter().sum::<u8>();
    let any = |test: &dyn Fn(usize) -> bool| (0..3).any(test);
    Some(match (mutual, null) {
        (0, 3) => 0,
        (0, 2) => 1,
        (1, 2) => 2,
        (0, 1) if any(&|i| named(i) == 2) => 3,
        (0, 1) if any(&|i| naming(i) == 2) => 4,
        (0, 1) => 5,
        (1, 1) if any(&|i| naming(i) == 2) => 6,
        (1, 1) => 7,
        (0, 0) if any(&|i| named(i) == 2) => 8,
        (0, 0) => 9,
        (2, 1) => 10,
        (1, 0) if any(&|i| naming(i) == 0) => 11,
        (1, 0) if any(&|i| named(i) == 0) => 12,
        (1, 0) => 13,
        (2, _) => 14,
        _ => 15,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circle_a_chain_and_somebody_silent() {
        let mut builder = Network::builder(4);
        builder.silent(3).tie(0, 1, 1.0).tie(1, 2, 1.0);
        let census = triad_census(&builder.build(0.0).unwrap());
        assert_eq!((census.n_known(), census.n_triads), (1, 4));
        assert_eq!(census.count("triad_021C"), Some(1));
        assert_eq!(census.count("021C"), None);
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 1.0).tie(1, 2, 1.0).tie(2, 0, 1.0);
        let census = triad_census(&builder.build(0.0).unwrap());
        assert_eq!(census.count("triad_030C"), Some(1));
        let nobody = Network::builder(0).build(0.0).unwrap();
        assert_eq!(triad_census(&nobody), TriadCensus::default());
    }
}
