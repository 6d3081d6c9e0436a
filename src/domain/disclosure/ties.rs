//! Judging what is told of one network: density, reciprocity, and how often people of one group name people of another.
//!
//! Whoever answered knows their own row. For any two rows that are known, every other cell must be able to be the other
//! way round without anything that is told becoming different: then no tie is certain, nor certainly absent. Cells that
//! nobody can tell apart (same groups, the same known about the way back) are exchangeable, so where some of them are
//! ties and some are not, any of them may be either. Where all are alike, a flip is looked for, by itself or with one
//! other flip elsewhere, that leaves all figures as they are told. What is not found counts as certain.

use std::collections::BTreeSet;

use super::counts::{
    ALIKE, BACK_EMPTY, BACK_KNOWN_EMPTY, BACK_KNOWN_TIE, BACK_OPEN, BACK_TIE, Counts,
    EXTREMES_FROM, FEWEST_PAIRS, KINDS, Shown, flip, leaves_room,
};
use super::isolation::{atoms, isolates};
use super::ledger::{Ledger, Release, Told};
use super::rules::{SMALLEST_TEAM, TeamRules};
use super::values::{Band, Disclosed, Share, Suppressed};

/// One network as it was answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cells<'a> {
    /// Everyone who could be named.
    pub people: Vec<&'a str>,
    /// Who answered.
    pub answered: Vec<bool>,
    /// Row by row: whether ego named alter; `None` where that is not known.
    pub named: Vec<Option<bool>>,
    /// Which of the groups each of them is in.
    pub group: Vec<Option<usize>>,
    /// None or at least two groups.
    pub n_groups: usize,
}

/// What is told of a network, each figure or why not.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkFigures {
    pub density: Disclosed<Share>,
    pub reciprocity: Disclosed<Share>,
    /// From group to group, row by row; empty without groups.
    pub blocks: Vec<Disclosed<Band>>,
}

impl Ledger {
    /// Judges one relation in one wave: the density first, then reciprocity, then the blocks.
    pub fn network(
        &mut self,
        wave: &str,
        relation: &str,
        cells: &Cells<'_>,
        rules: &TeamRules,
    ) -> NetworkFigures {
        let n_blocks = cells.n_groups * cells.n_groups;
        let mut figures = NetworkFigures {
            density: Disclosed::withheld(Suppressed::TeamTooSmall),
            reciprocity: Disclosed::withheld(Suppressed::TeamTooSmall),
            blocks: vec![Disclosed::withheld(Suppressed::TooFewPeople); n_blocks],
        };
        let n_answered = cells.answered.iter().filter(|answered| **answered).count();
        let rate = n_answered as f64 / cells.people.len().max(1) as f64;
        let density_of = Self::density_of(relation);
        let refused = if cells.people.len() < SMALLEST_TEAM {
            Some(Suppressed::TeamTooSmall)
        } else if rate < rules.flag {
            Some(Suppressed::ResponseTooLow)
        } else if n_answered < rules.k {
            Some(Suppressed::TooFewPeople)
        } else {
            None
        };
        if let Some(why) = refused {
            figures.density = Disclosed::withheld(why);
            figures.reciprocity = Disclosed::withheld(why);
            figures.blocks.fill(Disclosed::withheld(why));
            self.note_withheld(wave, &density_of, cells.people.iter().copied(), why);
            return figures;
        }
        let net = Net::of(cells);
        if self.told_of_others(wave, relation, &net) {
            let why = Suppressed::WouldTellOthers;
            figures.density = Disclosed::withheld(why);
            figures.reciprocity = Disclosed::withheld(why);
            figures.blocks.fill(Disclosed::withheld(why));
            self.note_withheld(wave, &density_of, cells.people.iter().copied(), why);
            return figures;
        }
        // What by its size alone would leave somebody no room is not looked at any further.
        let dense = net.counts.density().is_some()
            && net.density_leaves_room()
            && !net.two_hold_nearly_all(None);
        let enough_pairs = |share: Share| dense && net.reciprocity_leaves_room(share);
        let mut candidates = net.blocks_over_enough(rules.k, self.remembers());
        candidates.retain(|block| {
            net.block_leaves_room(*block, &[], dense) && !net.two_hold_nearly_all(Some(*block))
        });
        let fits = |block: &usize| net.block_leaves_room(*block, &candidates, dense);
        if !candidates.iter().all(fits) {
            candidates.clear();
        }
        let everything = Shown {
            density: dense,
            reciprocity: net.counts.reciprocity().is_some_and(enough_pairs),
            blocks: (0..n_blocks)
                .map(|block| candidates.contains(&block))
                .collect(),
        };
        // Mostly everything can be told; what leaves every tie open does so with less told, too.
        let all_at_once = net.leaves_every_tie_open(&everything);
        let mut shown = Shown::nothing(n_blocks);
        let try_also = |shown: &mut Shown, also: &dyn Fn(&mut Shown)| {
            let mut more = shown.clone();
            also(&mut more);
            let safe = all_at_once || net.leaves_every_tie_open(&more);
            if safe {
                *shown = more;
            }
            safe
        };

        let release = |measure: String, told: Told| Release {
            wave: wave.to_owned(),
            measure,
            over: net.names(true),
            told,
        };
        let told_share = |share: Share| Told::Share {
            share,
            silent: net.names(false),
        };

        let density = net.counts.density().ok_or(Suppressed::NotDefined);
        let density = density.and_then(|share| {
            if !dense || !try_also(&mut shown, &|s| s.density = true) {
                return Err(Suppressed::NearlyUnanimous);
            }
            self.tell_structure(release(density_of.clone(), told_share(share)))?;
            Ok(share)
        });
        if let Err(why) = density {
            shown.density = false;
            self.note_withheld(wave, &density_of, cells.people.iter().copied(), why);
        }
        let reciprocity = net.counts.reciprocity().ok_or(Suppressed::NearlyUnanimous);
        let reciprocity = reciprocity.and_then(|share| {
            if !enough_pairs(share) || !try_also(&mut shown, &|s| s.reciprocity = true) {
                return Err(Suppressed::NearlyUnanimous);
            }
            self.tell_structure(release(Self::reciprocity_of(relation), told_share(share)))?;
            Ok(share)
        });
        figures.density = Disclosed(density);
        figures.reciprocity = Disclosed(reciprocity);

        for &block in &candidates {
            // For one reason, whatever it was: which one it was would say something of the answers.
            figures.blocks[block] = if try_also(&mut shown, &|s| s.blocks[block] = true) {
                Disclosed(net.counts.block(block).ok_or(Suppressed::NotDefined))
            } else {
                Disclosed::withheld(Suppressed::WouldTellOthers)
            };
        }
        if n_blocks > 0 {
            let told = Told::Picture {
                bands: figures
                    .blocks
                    .iter()
                    .map(|band| band.shown().ok().copied())
                    .collect(),
                silent: net.names(false),
                group: net.groups_by_name(),
            };
            let over_enough = candidates.iter().copied().collect::<BTreeSet<_>>();
            if let Err(why) = self.tell_structure(release(Self::blocks_of(relation), told)) {
                for block in over_enough {
                    figures.blocks[block] = Disclosed::withheld(why);
                }
            } else {
                let remainder = (0..n_blocks).filter(|block| !over_enough.contains(block));
                for block in remainder.filter(|block| net.is_over_enough(*block, rules.k)) {
                    figures.blocks[block] = Disclosed::withheld(Suppressed::WouldTellOthers);
                }
            }
        }
        figures
    }

    /// Whether anything was told of this network when other people answered or could be named. Once the answers of some
    /// are gone, nobody can judge what the earlier figures and new ones tell together about them; so the earlier ones
    /// stay the only ones.
    fn told_of_others(&self, wave: &str, relation: &str, net: &Net<'_>) -> bool {
        let (answered, silent) = (net.names(true), net.names(false));
        [
            Self::density_of(relation),
            Self::reciprocity_of(relation),
            Self::blocks_of(relation),
        ]
        .iter()
        .any(|measure| {
            self.about(wave, measure)
                .any(|release| match &release.told {
                    Told::Share { silent: then, .. } | Told::Picture { silent: then, .. } => {
                        release.over != answered || *then != silent
                    }
                    _ => false,
                })
        })
    }

    /// Notes a figure of a network, unless another one was told of the same people.
    fn tell_structure(&mut self, release: Release) -> Result<(), Suppressed> {
        let otherwise = |earlier: &Release| match (&earlier.told, &release.told) {
            (Told::Compared { .. }, _) => false,
            (
                Told::Picture {
                    bands: before,
                    group,
                    ..
                },
                Told::Picture {
                    bands: now,
                    group: group_now,
                    ..
                },
            ) => {
                // Fewer blocks of the same picture tell nothing new.
                group != group_now
                    || now
                        .iter()
                        .zip(before)
                        .any(|(now, before)| now.is_some() && now != before)
            }
            _ => *earlier != release,
        };
        if self.about(&release.wave, &release.measure).any(otherwise) {
            return Err(Suppressed::WouldTellOthers);
        }
        self.note(release);
        Ok(())
    }
}

/// Which flips leave what is shown as it is told.
struct Flips<'s> {
    shown: &'s Shown,
    /// By place: of a cell that is no tie, and of one that is.
    alone: Vec<[bool; 2]>,
}

struct Net<'a> {
    cells: &'a Cells<'a>,
    n: usize,
    n_groups: usize,
    counts: Counts,
}

/// How many unknown cells of each block and kind are no tie, and are one.
type Unknown = Vec<[i64; 2]>;

impl<'a> Net<'a> {
    fn of(cells: &'a Cells<'a>) -> Self {
        let n = cells.people.len();
        // Without groups all are in one.
        let n_groups = cells.n_groups.max(1);
        let mut net = Self {
            cells,
            n,
            n_groups,
            counts: Counts {
                ties: 0,
                known: 0,
                unknown: 0,
                mutual: 0,
                one_sided: 0,
                half_tied: 0,
                half_empty: 0,
                hidden: 0,
                blocks: vec![(0, 0); n_groups * n_groups],
            },
        };
        for ego in 0..n {
            for alter in (0..n).filter(|alter| *alter != ego) {
                let counts = &mut net.counts;
                match cells.named[ego * n + alter] {
                    Some(tie) => {
                        counts.known += 1;
                        counts.ties += i64::from(tie);
                        let of = |person: usize| cells.group[person].unwrap_or(0);
                        let block = &mut counts.blocks[of(ego) * n_groups + of(alter)];
                        block.0 += i64::from(tie);
                        block.1 += 1;
                    }
                    None => counts.unknown += 1,
                }
                if ego < alter {
                    let pair = (cells.named[ego * n + alter], cells.named[alter * n + ego]);
                    match pair {
                        (Some(true), Some(true)) => counts.mutual += 1,
                        (Some(false), Some(false)) => {}
                        (Some(_), Some(_)) => counts.one_sided += 1,
                        (None, None) => counts.hidden += 1,
                        (one, other) if one.or(other) == Some(true) => counts.half_tied += 1,
                        _ => counts.half_empty += 1,
                    }
                }
            }
        }
        net
    }

    fn cell(&self, ego: usize, alter: usize) -> Option<bool> {
        self.cells.named[ego * self.n + alter]
    }

    fn group(&self, person: usize) -> usize {
        self.cells.group[person].unwrap_or(0)
    }

    fn block(&self, ego: usize, alter: usize) -> usize {
        self.group(ego) * self.n_groups + self.group(alter)
    }

    /// In order of their names.
    fn by_name(&self, answered: bool) -> Vec<usize> {
        let mut chosen: Vec<usize> = (0..self.n)
            .filter(|&i| self.cells.answered[i] == answered)
            .collect();
        chosen.sort_by_key(|&i| self.cells.people[i]);
        chosen
    }

    fn names(&self, answered: bool) -> Vec<String> {
        let chosen = self.by_name(answered).into_iter();
        chosen.map(|i| self.cells.people[i].to_owned()).collect()
    }

    fn groups_by_name(&self) -> Vec<Option<usize>> {
        let order = self.by_name(true).into_iter().chain(self.by_name(false));
        order.map(|i| self.cells.group[i]).collect()
    }

    fn members(&self, group: usize) -> impl Iterator<Item = usize> {
        (0..self.n).filter(move |&i| self.cells.group[i] == Some(group))
    }

    /// Whether both groups have the threshold, in people and in people who answered.
    fn is_over_enough(&self, block: usize, k: usize) -> bool {
        let (from, to) = (block / self.n_groups, block % self.n_groups);
        let answered = self.members(from).filter(|&i| self.cells.answered[i]);
        answered.count() >= k && self.members(to).count() >= k && self.members(from).count() >= k
    }

    fn n_answered(&self) -> i64 {
        self.cells
            .answered
            .iter()
            .filter(|answered| **answered)
            .count() as i64
    }

    fn density_leaves_room(&self) -> bool {
        let columns = self.n as i64 - 1;
        leaves_room(self.counts.density_ties(), self.n_answered(), columns)
    }

    /// Whether the density, as it is told, leaves enough pairs with a tie, whoever they are between; nearly all mutual and
    /// hardly any are told of larger teams only.
    fn reciprocity_leaves_room(&self, share: Share) -> bool {
        let answered = self.n_answered();
        let to_silent = answered * (self.n as i64 - answered);
        let among = self.counts.density_ties().0 - to_silent;
        let inner = (2..=8).contains(&share.about) || self.n as i64 >= EXTREMES_FROM;
        inner && among >= 2 * FEWEST_PAIRS
    }

    /// Whether a block leaves room beside these others, and beside the density where that is told.
    fn block_leaves_room(&self, block: usize, others: &[usize], density: bool) -> bool {
        let size = |block: usize| {
            let (from, to) = (block / self.n_groups, block % self.n_groups);
            let rows = self
                .members(from)
                .filter(|&i| self.cells.answered[i])
                .count() as i64;
            let columns = self.members(to).count() as i64 - i64::from(from == to);
            (rows, columns)
        };
        let (rows, columns) = size(block);
        let (mut fewest, mut most) = self.counts.block_ties(block);
        if density && !others.is_empty() {
            let (mut low, mut high) = (0, 0);
            for other in (0..self.n_groups * self.n_groups).filter(|other| *other != block) {
                let (rows, columns) = size(other);
                let (mut least, mut largest) = if others.contains(&other) {
                    self.counts.block_ties(other)
                } else {
                    (0, self.counts.blocks[other].1)
                };
                // The two rows that somebody knows may be full here too, or empty.
                if other / self.n_groups == block / self.n_groups {
                    least = least.max((2 * columns).min(largest));
                    largest = largest.min(((rows - 2) * columns).max(least.min(largest)));
                }
                low += least.min(largest);
                high += largest;
            }
            let all = self.counts.density_ties();
            most = most.min(all.1 - low);
            fewest = fewest.max(all.0 - high);
        }
        leaves_room((fewest, most), rows, columns)
    }

    /// Whether two people would learn of the others from whether a block, or the density, is told.
    fn two_hold_nearly_all(&self, block: Option<usize>) -> bool {
        let count = |ego: usize| {
            let own = |alter: &usize| block.is_none_or(|of| self.block(ego, *alter) == of);
            let cells = (0..self.n).filter(own).map(|alter| self.cell(ego, alter));
            let cells: Vec<bool> = cells.flatten().collect();
            let ties = cells.iter().filter(|tie| **tie).count() as i64;
            [cells.len() as i64 - ties, ties]
        };
        let rows: Vec<[i64; 2]> = self.by_name(true).into_iter().map(count).collect();
        self.counts.two_hold_nearly_all(&rows, block.is_some())
    }

    /// The blocks over enough people of which the rows that are left, too, are of enough people.
    fn blocks_over_enough(&self, k: usize, with_the_rest: bool) -> Vec<usize> {
        if self.cells.n_groups == 0 {
            return Vec::new();
        }
        let all: BTreeSet<(usize, usize)> = (0..self.n)
            .filter(|&ego| self.cells.answered[ego])
            .flat_map(|ego| (0..self.n_groups).map(move |to| (ego, to)))
            .collect();
        let mut told = vec![all.clone()];
        let mut chosen = Vec::new();
        for block in 0..self.n_groups * self.n_groups {
            if !self.is_over_enough(block, k) {
                continue;
            }
            let (from, to) = (block / self.n_groups, block % self.n_groups);
            let rows = |cell: &&(usize, usize)| self.group(cell.0) == from && cell.1 == to;
            told.push(all.iter().filter(rows).copied().collect());
            // Parts of rows of the same people stand for those people.
            let mut atoms: Vec<_> = atoms(&told)
                .into_iter()
                .map(|atom| super::isolation::Atom {
                    people: atom
                        .people
                        .into_iter()
                        .map(|(ego, _)| ego)
                        .collect::<BTreeSet<_>>(),
                    within: atom.within,
                })
                .collect();
            atoms.sort_by_key(|atom| atom.people.len());
            if with_the_rest && isolates(&atoms, k) {
                told.pop();
            } else {
                chosen.push(block);
            }
        }
        chosen
    }

    /// Whether for any two known rows every other answer may be either.
    fn leaves_every_tie_open(&self, shown: &Shown) -> bool {
        let flips = self.flips(shown);
        let base = self.unknown_to_all();
        let answered = self.by_name(true);
        let rows: Vec<Unknown> = answered.iter().map(|&ego| self.row_known(ego)).collect();
        (0..answered.len()).all(|first| {
            (0..first).all(|second| {
                let known = [answered[first], answered[second]];
                let unknown = self.unknown_to(&base, [&rows[first], &rows[second]], known);
                self.is_open(&unknown, &flips)
            })
        })
    }

    /// Which cells can be the other way round by themselves, whoever knows what.
    fn flips<'s>(&self, shown: &'s Shown) -> Flips<'s> {
        let alone = (0..self.n_groups * self.n_groups * KINDS)
            .map(|place| {
                [0, 1].map(|value| shown.alike(&self.counts, &flip(&self.counts, place, value)))
            })
            .collect();
        Flips { shown, alone }
    }

    fn unknown_to_all(&self) -> Unknown {
        let mut unknown = vec![[0; 2]; self.n_groups * self.n_groups * KINDS];
        for ego in 0..self.n {
            for alter in (0..self.n).filter(|alter| *alter != ego) {
                if let Some(tie) = self.cell(ego, alter) {
                    unknown[self.kind(ego, alter, false)][usize::from(tie)] += 1;
                }
            }
        }
        unknown
    }

    /// The place of a cell among those that cannot be told apart.
    fn kind(&self, ego: usize, alter: usize, back_is_known: bool) -> usize {
        let kind = match (self.cell(alter, ego), back_is_known) {
            (Some(true), true) => BACK_KNOWN_TIE,
            (Some(false), true) => BACK_KNOWN_EMPTY,
            (Some(true), false) => BACK_TIE,
            (Some(false), false) => BACK_EMPTY,
            (None, _) => BACK_OPEN,
        };
        self.block(ego, alter) * KINDS + kind
    }

    /// What becomes of the unknown cells when one row is known: its own are none any more, and of those back to it the way
    /// back is known.
    fn row_known(&self, ego: usize) -> Unknown {
        let mut change = vec![[0; 2]; self.n_groups * self.n_groups * KINDS];
        for other in (0..self.n).filter(|other| *other != ego) {
            if let Some(tie) = self.cell(ego, other) {
                change[self.kind(ego, other, false)][usize::from(tie)] -= 1;
            }
            if let Some(tie) = self.cell(other, ego) {
                change[self.kind(other, ego, false)][usize::from(tie)] -= 1;
                change[self.kind(other, ego, true)][usize::from(tie)] += 1;
            }
        }
        change
    }

    /// What is unknown to someone who knows two rows.
    fn unknown_to(&self, base: &Unknown, rows: [&Unknown; 2], known: [usize; 2]) -> Unknown {
        let mut unknown = base.clone();
        for row in rows {
            for (cell, change) in unknown.iter_mut().zip(row) {
                cell[0] += change[0];
                cell[1] += change[1];
            }
        }
        // The two cells between the known rows were taken out as own cells, and once more as cells back.
        for (ego, other) in [(known[0], known[1]), (known[1], known[0])] {
            if let Some(tie) = self.cell(ego, other) {
                unknown[self.kind(ego, other, false)][usize::from(tie)] += 1;
                unknown[self.kind(ego, other, true)][usize::from(tie)] -= 1;
            }
        }
        unknown
    }

    fn is_open(&self, unknown: &Unknown, flips: &Flips<'_>) -> bool {
        (0..self.n_groups * self.n_groups).all(|block| {
            let at = |kind: usize| unknown[block * KINDS + kind];
            ALIKE.iter().all(|kinds| {
                let [empty, ties] = kinds.iter().fold([0, 0], |sum, &kind| {
                    [sum[0] + at(kind)[0], sum[1] + at(kind)[1]]
                });
                // Some are ties and some are not, or there are none.
                if (empty > 0) == (ties > 0) {
                    return true;
                }
                let value = usize::from(ties > 0);
                kinds
                    .iter()
                    .filter(|&&kind| at(kind)[value] > 0)
                    .any(|&kind| self.can_flip(unknown, flips, block * KINDS + kind, value))
            })
        })
    }

    /// Whether a cell of this kind can be the other way round, with one other cell elsewhere if need be, and everything be
    /// told as it is.
    fn can_flip(&self, unknown: &Unknown, flips: &Flips<'_>, place: usize, value: usize) -> bool {
        if flips.alone[place][value] {
            return true;
        }
        let flipped = flip(&self.counts, place, value);
        // The two cells of one pair would not be what they are counted as: of kinds that could be, more than one is needed.
        let hidden = |place: usize| (BACK_TIE..=BACK_EMPTY).contains(&(place % KINDS));
        (0..unknown.len()).any(|other| {
            [0, 1].into_iter().any(|of| {
                let needed = match (hidden(place) && hidden(other), other == place) {
                    (true, true) => 3,
                    (true, false) | (false, true) => 2,
                    (false, false) => 1,
                };
                unknown[other][of] >= needed
                    && flips.shown.alike(&self.counts, &flip(&flipped, other, of))
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: [&str; 16] = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p",
    ];

    fn team(n: usize, groups: &[usize], named: impl Fn(usize, usize) -> bool) -> Cells<'static> {
        let mut group = Vec::new();
        for (index, size) in groups.iter().enumerate() {
            group.extend(std::iter::repeat_n(Some(index), *size));
        }
        group.resize(n, None);
        Cells {
            people: NAMES[..n].to_vec(),
            answered: vec![true; n],
            named: (0..n * n)
                .map(|cell| (cell / n != cell % n).then(|| named(cell / n, cell % n)))
                .collect(),
            group,
            n_groups: groups.len(),
        }
    }

    fn silenced(mut cells: Cells<'static>, silent: &[usize]) -> Cells<'static> {
        let n = cells.people.len();
        for &person in silent {
            cells.answered[person] = false;
            cells.named[person * n..(person + 1) * n].fill(None);
        }
        cells
    }

    fn judged(cells: &Cells<'_>) -> NetworkFigures {
        Ledger::default().network("T1", "goals", cells, &TeamRules::default())
    }

    /// Everyone names the next three.
    fn ring(ego: usize, alter: usize, n: usize) -> bool {
        (1..4).contains(&((alter + n - ego) % n))
    }

    #[test]
    fn a_plain_network_is_told_and_a_small_or_silent_one_is_not() {
        let plain = judged(&team(12, &[6, 6], |i, j| {
            (i * 5 + j * 3) % 4 == 0 || i % 3 == 0 && j % 3 == 1
        }));
        assert!(plain.density.shown().is_ok(), "{plain:?}");
        assert!(
            plain.blocks.iter().any(|block| block.shown().is_ok()),
            "{plain:?}"
        );
        let small = judged(&team(7, &[], |i, j| ring(i, j, 7)));
        assert_eq!(small.density.shown(), Err(Suppressed::TeamTooSmall));
        let quiet = judged(&silenced(
            team(12, &[], |i, j| ring(i, j, 12)),
            &[0, 1, 2, 3, 4],
        ));
        assert_eq!(quiet.density.shown(), Err(Suppressed::ResponseTooLow));
    }

    #[test]
    fn nobody_and_everybody_are_told_as_bands_or_not_at_all() {
        let nobody = judged(&team(16, &[8, 8], |_, _| false));
        assert_eq!(
            nobody
                .density
                .shown()
                .map(|share| (share.about, share.from)),
            Ok((1, 0))
        );
        assert_eq!(nobody.reciprocity.shown(), Err(Suppressed::NearlyUnanimous));
        let everybody = judged(&team(16, &[], |_, _| true));
        assert_eq!(
            everybody
                .density
                .shown()
                .map(|share| (share.about, share.to)),
            Ok((9, 20))
        );
        assert!(
            everybody
                .reciprocity
                .shown()
                .is_ok_and(|share| share.to == 20)
        );
    }

    #[test]
    fn ties_that_two_people_hold_alone_make_the_rest_certain() {
        // Eight people of whom five answered: a band from none to five ties, and all five are in two rows.
        let two = silenced(
            team(8, &[], |i, j| {
                i == 0 && (1..4).contains(&j) || i == 1 && j < 4
            }),
            &[5, 6, 7],
        );
        let ties = two.named.iter().filter(|cell| **cell == Some(true)).count();
        assert_eq!(ties, 6, "three each");
        let net = Net::of(&two);
        let mut shown = Shown::nothing(0);
        shown.density = true;
        let at_the_edge = net.counts.density().expect("a share");
        let mut more = net.counts.clone();
        more.ties += 1;
        assert_eq!(
            net.leaves_every_tie_open(&shown),
            more.density() == Some(at_the_edge)
        );
    }

    #[test]
    fn rows_of_fewer_than_the_threshold_do_not_remain() {
        // Of the second group four answered: with the density and all rows of the first, theirs would remain.
        let cells = silenced(
            team(14, &[8, 6], |i, j| ring(i, j, 14) || (i + j) % 5 == 0),
            &[8, 9],
        );
        let net = Net::of(&cells);
        assert_eq!(net.blocks_over_enough(5, false), [0, 1]);
        assert_eq!(net.blocks_over_enough(5, true), [0]);
    }

    #[test]
    fn another_list_after_a_withdrawal_tells_nothing_more() {
        let rules = TeamRules::default();
        let named = |i, j| ring(i, j, 12) || (i + 2 * j) % 5 == 0;
        let mut ledger = Ledger::default();
        let whole = team(12, &[6, 6], named);
        let first = ledger.network("T1", "goals", &whole, &rules);
        assert!(first.density.shown().is_ok());
        let told = ledger.told().to_vec();
        let again = ledger.network("T1", "goals", &whole, &rules);
        assert_eq!(again, first, "the same is told again");
        assert_eq!(ledger.told(), told, "and is nothing new");
        let without_one = silenced(team(12, &[6, 6], named), &[3]);
        let after = ledger.network("T1", "goals", &without_one, &rules);
        assert_eq!(after.density.shown(), Err(Suppressed::WouldTellOthers));
        assert!(
            after
                .blocks
                .iter()
                .all(|block| block.shown() == Err(Suppressed::WouldTellOthers))
        );
        let other = ledger.network("T2", "goals", &without_one, &rules);
        assert!(
            other.density.shown().is_ok(),
            "another wave is another answer"
        );
        let forgets = Ledger::without_memory().network("T1", "goals", &without_one, &rules);
        assert!(forgets.density.shown().is_ok());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Two of four rows are known: over all networks that are told alike, no other cell is always the same.
        #[test]
        fn no_tie_is_the_same_in_all_networks_that_are_told_alike(
            ties in prop::collection::vec(any::<bool>(), 24),
            split in any::<bool>(),
        ) {
            let n = 6;
            let groups: &[usize] = if split { &[3, 3] } else { &[] };
            let cells = silenced(team(n, groups, |i, j| i < 4 && ties[i * n + j]), &[4, 5]);
            let net = Net::of(&cells);
            let shown = Shown {
                density: true,
                reciprocity: true,
                blocks: vec![true; groups.len() * groups.len()],
            };
            let base = net.unknown_to_all();
            let unknown = net.unknown_to(&base, [&net.row_known(2), &net.row_known(3)], [2, 3]);
            prop_assert!(unknown.iter().flatten().all(|n| *n >= 0));
            prop_assume!(net.is_open(&unknown, &net.flips(&shown)));
            let free: Vec<(usize, usize)> =
                (0..2).flat_map(|i| (0..n).map(move |j| (i, j))).filter(|(i, j)| i != j).collect();
            let mut seen = vec![[false; 2]; free.len()];
            for code in 0_u32..1 << free.len() {
                let mut other = cells.clone();
                for (bit, (i, j)) in free.iter().enumerate() {
                    other.named[i * n + j] = Some(code >> bit & 1 == 1);
                }
                if shown.alike(&net.counts, &Net::of(&other).counts) {
                    for (bit, seen) in seen.iter_mut().enumerate() {
                        seen[usize::from(code >> bit & 1 == 1)] = true;
                    }
                }
            }
            prop_assert!(seen.iter().all(|seen| seen[0] && seen[1]), "{seen:?}");
        }
    }
}
