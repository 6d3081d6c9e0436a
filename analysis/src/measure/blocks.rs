//! The chain: ties within and between layers (board, principal, coordinator, teachers) or any other blocks.

use crate::network::Network;
use crate::network::network::Status;
use crate::outcome::{Interval, Undefined};

/// What is known of the cells from one block to another, or within one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Block {
    /// Ordered pairs of two different actors.
    pub pairs: u64,
    /// Known to be present.
    pub ties: u64,
    /// Not known.
    pub unknown: u64,
}

impl Block {
    /// Ties as a share of the known cells; NothingObserved without any.
    pub fn density(&self) -> Result<f64, Undefined> {
        let known = self.pairs - self.unknown;
        if known == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(self.ties as f64 / known as f64)
    }

    /// The lowest and highest density that the answers leave possible; TooFewActors without a pair.
    pub fn density_bounds(&self) -> Result<Interval, Undefined> {
        if self.pairs == 0 {
            return Err(Undefined::TooFewActors);
        }
        let pairs = self.pairs as f64;
        Ok(Interval {
            lower: self.ties as f64 / pairs,
            upper: (self.ties + self.unknown) as f64 / pairs,
        })
    }

    fn add(&mut self, other: &Self) {
        self.pairs += other.pairs;
        self.ties += other.ties;
        self.unknown += other.unknown;
    }
}

/// The ties within and between the layers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockTable {
    /// The layers that occur among the actors, in order.
    pub layers: Vec<u32>,
    /// Actors of each layer.
    pub sizes: Vec<u64>,
    /// Actors without a layer; none of their cells is in the table.
    pub n_without: u64,
    blocks: Vec<Block>,
}

const MOST_LAYERS: usize = 1024;

/// How many ties run within each layer of the chain and from each layer to each other.
///
/// # Definition
/// per ordered pair of layers (g, h): pairs, ties and unknown cells over the ordered pairs (i, j), i in g, j in h, i != j
/// # Shape and unit
/// [`BlockTable`]; its methods give densities with their exact bounds, ties within and between, and the E-I index of the layers
/// # Missing
/// unknown cells are counted apart; actors without a layer are left out and counted
/// # Undefined
/// NothingObserved if no actor has a layer; TooManyActors with more than 1,024 layers. A `layers` that is shorter than the network stands for
/// no layer
/// # Source
/// Wasserman & Faust (1994), section 10.2 (density matrix of blocks)
/// # Agrees with
/// recount cell by cell on small networks, exactly
/// # Cost
/// O(n + k + layers^2), k = ties and exceptions
pub fn block_table(net: &Network, layers: &[Option<u32>]) -> Result<BlockTable, Undefined> {
    let layer = |i: usize| layers.get(i).copied().flatten();
    let actors = || (0..net.n_positions()).filter(|&i| net.is_present(i));
    let mut names: Vec<u32> = actors().filter_map(layer).collect();
    let n_without = (net.n_actors() - names.len()) as u64;
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(Undefined::NothingObserved);
    }
    let n = names.len();
    if n > MOST_LAYERS {
        return Err(Undefined::TooManyActors);
    }
    let place: Vec<Option<usize>> = (0..net.n_positions())
        .map(|i| layer(i).and_then(|name| names.binary_search(&name).ok()))
        .collect();
    let mut sizes = vec![0_u64; n];
    let mut silent = vec![0_u64; n];
    for i in actors() {
        if let Some(g) = place[i] {
            sizes[g] += 1;
            silent[g] += u64::from(net.is_silent(i));
        }
    }
    let mut blocks = vec![Block::default(); n * n];
    for g in 0..n {
        for h in 0..n {
            let same = u64::from(g == h);
            let hidden = if net.is_mirrored() { &silent } else { &sizes };
            let block = &mut blocks[g * n + h];
            block.pairs = sizes[g] * sizes[h] - same * sizes[g];
            block.unknown = silent[g] * hidden[h] - same * silent[g];
        }
    }
    for (i, j, status) in net.listed() {
        let (i, j) = (i as usize, j as usize);
        let (Some(g), Some(h)) = (place[i], place[j]) else {
            continue;
        };
        let block = &mut blocks[g * n + h];
        block.ties += u64::from(status == Status::Present);
        if status == Status::Unknown {
            block.unknown += 1;
        } else if net.open(i, j) {
            block.unknown -= 1;
        }
    }
    Ok(BlockTable {
        layers: names,
        sizes,
        n_without,
        blocks,
    })
}

impl BlockTable {
    /// The cells from one layer to another, by their places in [`BlockTable::layers`].
    pub fn block(&self, from: usize, to: usize) -> Option<&Block> {
        let n = self.layers.len();
        if from < n && to < n {
            self.blocks.get(from * n + to)
        } else {
            None
        }
    }

    /// All cells within layers, together.
    pub fn within(&self) -> Block {
        self.sum(|from, to| from == to)
    }

    /// All cells between different layers, together.
    pub fn between(&self) -> Block {
        self.sum(|from, to| from != to)
    }

    /// Cells between two layers in both directions, together.
    pub fn between_pair(&self, one: usize, other: usize) -> Block {
        self.sum(|from, to| from != to && [(one, other), (other, one)].contains(&(from, to)))
    }

    fn sum(&self, chosen: impl Fn(usize, usize) -> bool) -> Block {
        let n = self.layers.len();
        let mut sum = Block::default();
        for (at, block) in self.blocks.iter().enumerate() {
            if chosen(at / n, at % n) {
                sum.add(block);
            }
        }
        sum
    }

    /// Whether ties run between layers or stay within them: 1 = all between, -1 = all within.
    ///
    /// # Definition
    /// (E - I) / (E + I), E = ties between layers, I = ties within
    /// # Shape and unit
    /// one number in \[-1, 1\]; its expected value depends on the sizes of the layers
    /// # Missing
    /// known ties of two actors with a layer count
    /// # Undefined
    /// NoTies if there is no such tie
    /// # Source
    /// Krackhardt & Stern (1988), Social Psychology Quarterly 51, 123-140
    /// # Agrees with
    /// [`super::ei_index`] with the layers as groups, exactly
    /// # Cost
    /// O(layers^2)
    pub fn layer_ei_index(&self) -> Result<f64, Undefined> {
        let (within, between) = (self.within().ties, self.between().ties);
        ei(between as f64, within as f64)
    }

    /// The lowest and highest E-I index of the layers that the answers leave possible.
    ///
    /// # Definition
    /// lower (E - I - U_I) / (E + I + U_I), upper (E + U_E - I) / (E + U_E + I), U = unknown cells between (E) and within (I) layers
    /// # Shape and unit
    /// an interval within \[-1, 1\]
    /// # Missing
    /// the index rises with E and falls with I, and the two complete independently
    /// # Undefined
    /// NoTies if no completion has a tie. Completions without ties have no index and are left out of the range
    /// # Source
    /// Manski (1990) worst-case bounds, applied to the cells
    /// # Agrees with
    /// enumeration of all completions of small networks, 1e-12
    /// # Cost
    /// O(layers^2)
    pub fn layer_ei_bounds(&self) -> Result<Interval, Undefined> {
        ei_bounds(&self.within(), &self.between())
    }
}

pub(super) fn ei(external: f64, internal: f64) -> Result<f64, Undefined> {
    if external + internal == 0.0 {
        return Err(Undefined::NoTies);
    }
    Ok((external - internal) / (external + internal))
}

pub(super) fn ei_bounds(within: &Block, between: &Block) -> Result<Interval, Undefined> {
    let [i, e] = [within.ties as f64, between.ties as f64];
    let [more_i, more_e] = [within.unknown as f64, between.unknown as f64];
    let least = ei(e, i + more_i);
    let most = ei(e + more_e, i);
    // One end without a tie at all says nothing: then every completion with a tie is at the other end.
    match (least, most) {
        (Ok(lower), Ok(upper)) => Ok(Interval { lower, upper }),
        (Ok(only), Err(_)) | (Err(_), Ok(only)) => Ok(Interval {
            lower: only,
            upper: only,
        }),
        (Err(reason), Err(_)) => Err(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_layers_and_one_who_did_not_answer() {
        let mut builder = Network::builder(4);
        builder.silent(3).tie(0, 1, 1.0).tie(0, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        let table = block_table(&net, &[Some(7), Some(7), Some(2), Some(2)]).unwrap();
        assert_eq!(table.layers, [2, 7]);
        let down = table.block(1, 0).unwrap();
        assert_eq!((down.pairs, down.ties, down.unknown), (4, 1, 0));
        let up = table.block(0, 1).unwrap();
        assert_eq!((up.pairs, up.ties, up.unknown), (4, 0, 2));
        assert_eq!(table.layer_ei_index(), Ok(0.0));
        let bounds = table.layer_ei_bounds().unwrap();
        assert_eq!((bounds.lower, bounds.upper), (-1.0 / 3.0, 0.5));
    }
}
