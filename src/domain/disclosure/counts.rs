//! The counts that the figures of a network are made of, and what becomes of them when one answer is the other way round.

use super::values::{Band, Share};

/// What the figures are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) ties: i64,
    pub(super) known: i64,
    pub(super) unknown: i64,
    pub(super) mutual: i64,
    pub(super) one_sided: i64,
    /// Half-known pairs with a tie, and without.
    pub(super) half_tied: i64,
    pub(super) half_empty: i64,
    /// Pairs of which neither side is known.
    pub(super) hidden: i64,
    /// Per block: ties and known cells.
    pub(super) blocks: Vec<(i64, i64)>,
}

/// The fewest pairs with a tie over which it is told how many are mutual.
const FEWEST_PAIRS: i64 = 5;

impl Counts {
    pub(super) fn density(&self) -> Option<Share> {
        let all = self.known + self.unknown;
        (self.known > 0).then(|| {
            Share::of(
                self.ties as f64 / self.known as f64,
                self.ties as f64 / all as f64,
                (self.ties + self.unknown) as f64 / all as f64,
            )
        })
    }

    pub(super) fn reciprocity(&self) -> Option<Share> {
        let tied = self.mutual + self.one_sided;
        if tied < FEWEST_PAIRS {
            return None;
        }
        let open = self.half_tied + self.hidden;
        let lower = self.mutual as f64 / (tied + open + self.half_empty) as f64;
        let upper = (self.mutual + open) as f64 / (tied + open) as f64;
        Some(Share::of(self.mutual as f64 / tied as f64, lower, upper))
    }

    pub(super) fn block(&self, block: usize) -> Option<Band> {
        let (ties, known) = self.blocks[block];
        (known > 0).then(|| Band::of(ties as f64 / known as f64))
    }
}

/// Which figures are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) density: bool,
    pub(super) reciprocity: bool,
    pub(super) blocks: Vec<bool>,
}

impl Shown {
    pub(super) fn nothing(n_blocks: usize) -> Self {
        Self {
            density: false,
            reciprocity: false,
            blocks: vec![false; n_blocks],
        }
    }

    /// Whether both are told with the same words.
    pub(super) fn alike(&self, a: &Counts, b: &Counts) -> bool {
        (!self.density || a.density() == b.density())
            && (!self.reciprocity || a.reciprocity() == b.reciprocity())
            && (0..self.blocks.len()).all(|i| !self.blocks[i] || a.block(i) == b.block(i))
    }
}

/// Of a cell that a knower of some rows does not know: what is known about the way back.
pub(super) const BACK_KNOWN_TIE: usize = 0;
pub(super) const BACK_KNOWN_EMPTY: usize = 1;
/// It is in the answers, and not known: a tie, or none.
pub(super) const BACK_TIE: usize = 2;
pub(super) const BACK_EMPTY: usize = 3;
/// Nobody answered it.
pub(super) const BACK_OPEN: usize = 4;
pub(super) const KINDS: usize = 5;

/// Kinds that a knower cannot tell apart, together.
pub(super) const ALIKE: [&[usize]; 4] = [
    &[BACK_KNOWN_TIE],
    &[BACK_KNOWN_EMPTY],
    &[BACK_TIE, BACK_EMPTY],
    &[BACK_OPEN],
];

/// The counts if a cell that is a tie (1) were none, or one that is none (0) were a tie.
pub(super) fn flip(counts: &Counts, place: usize, value: usize) -> Counts {
    let mut counts = counts.clone();
    let step = if value == 0 { 1 } else { -1 };
    counts.ties += step;
    counts.blocks[place / KINDS].0 += step;
    match place % KINDS {
        BACK_KNOWN_TIE | BACK_TIE => {
            counts.mutual += step;
            counts.one_sided -= step;
        }
        BACK_KNOWN_EMPTY | BACK_EMPTY => counts.one_sided += step,
        _ => {
            counts.half_tied += step;
            counts.half_empty -= step;
        }
    }
    counts
}
