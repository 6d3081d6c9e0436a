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
pub(super) const FEWEST_PAIRS: i64 = 5;

/// From how many people on a team may be told to be nearly all mutual, or hardly.
pub(super) const EXTREMES_FROM: i64 = 14;

/// The shares that are told as this one: as rounding leaves them, the outer ones open to the ends.
fn rounded(about: u8) -> (f64, f64) {
    let about = f64::from(about);
    let low = if about <= 1.0 { 0.0 } else { about - 0.5 };
    let high = if about >= 9.0 { 10.0 } else { about + 0.5 };
    (low / 10.0, high / 10.0)
}

/// The fewest and the most ties among so many cells that a share between two ends can be; the upper end is the first of the
/// next share, but for the last.
fn ties_between((low, high): (f64, f64), cells: i64) -> (i64, i64) {
    const HAIR: f64 = 1e-9;
    let (low, high) = (low * cells as f64, high * cells as f64);
    let most = if high >= cells as f64 - HAIR {
        cells
    } else {
        (high - HAIR).ceil() as i64 - 1
    };
    ((low - HAIR).ceil() as i64, most)
}

/// Whether so many ties leave every cell open to whoever knows any two of the rows: however full these, others may name
/// somebody, and however empty, others may not name everybody. It depends on what is told and on sizes, never on the answers:
/// what is not told for this reason does not tell them either.
pub(super) fn leaves_room((fewest, most): (i64, i64), rows: i64, columns: i64) -> bool {
    most > 2 * columns && fewest < (rows - 2) * columns
}

impl Counts {
    /// What is told beside "about" comes from it and from how many cells are unknown, not from the ties.
    pub(super) fn density(&self) -> Option<Share> {
        if self.known == 0 {
            return None;
        }
        let share = self.ties as f64 / self.known as f64;
        let (low, high) = rounded(Share::of(share, share, share).about);
        let (known, all) = (self.known as f64, (self.known + self.unknown) as f64);
        let upper = (high * known + self.unknown as f64) / all;
        Some(Share::of(share, low * known / all, upper))
    }

    /// The range takes the fewest pairs over which it is told, and every open pair as either.
    pub(super) fn reciprocity(&self) -> Option<Share> {
        let tied = self.mutual + self.one_sided;
        if tied < FEWEST_PAIRS {
            return None;
        }
        let share = self.mutual as f64 / tied as f64;
        let (low, high) = rounded(Share::of(share, share, share).about);
        let open = (self.half_tied + self.half_empty + self.hidden) as f64;
        let pairs = self.density_ties().0 / 2;
        let pairs = (pairs - self.unknown).max(FEWEST_PAIRS) as f64;
        let lower = low * pairs / (pairs + open);
        Some(Share::of(
            share,
            lower,
            (high * pairs + open) / (pairs + open),
        ))
    }

    /// The ties that the density leaves possible as it is told.
    pub(super) fn density_ties(&self) -> (i64, i64) {
        let share = self
            .density()
            .map_or((0.0, 1.0), |share| rounded(share.about));
        ties_between(share, self.known)
    }

    /// The ties of a block that its band leaves possible.
    pub(super) fn block_ties(&self, block: usize) -> (i64, i64) {
        let fifth = |level: u8| f64::from(level) / f64::from(Band::COUNT);
        let share = self.block(block).map_or((0.0, 1.0), |band| {
            (fifth(band.level()), fifth(band.level() + 1))
        });
        ties_between(share, self.blocks[block].1)
    }

    /// Whether two rows together have all ties but one, or all pairs without a tie but one. From a block's being told these
    /// two would learn which: so it is not told, whether that one is there or not. A density is, where so few more would not
    /// change what is told of it. `rows`: pairs without a tie, and with one.
    pub(super) fn two_hold_nearly_all(&self, rows: &[[i64; 2]], of_block: bool) -> bool {
        let cells: i64 = rows.iter().flatten().sum();
        [0, 1].into_iter().any(|value| {
            let mut each: Vec<i64> = rows.iter().map(|row| row[value]).collect();
            each.sort_unstable_by(|a, b| b.cmp(a));
            let held: i64 = each.iter().take(2).sum();
            let rest: i64 = each.iter().skip(2).sum();
            let ties = if value == 1 { held } else { cells - held };
            let (fewest, most) = Self {
                ties,
                ..self.clone()
            }
            .density_ties();
            let no_room = if value == 1 {
                ties + 2 > most
            } else {
                ties - 2 < fewest
            };
            rest <= 1 && (of_block || no_room)
        })
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
