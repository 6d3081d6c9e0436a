//! Whether people are tied to their own kind: by role, year group, building, or how much they are tied themselves.

use std::collections::BTreeMap;

use rand::{Rng, RngExt};

use super::blocks::{Block, ei, ei_bounds};
use super::contacts::Contacts;
use crate::network::Network;
use crate::network::network::Status;
use crate::outcome::{Interval, Undefined};

/// The known cells of actors with a group, by whether both are of the same group and whether they are tied.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HomophilyTable {
    /// Same group, tied (a).
    pub same_tied: u64,
    /// Different groups, tied (b).
    pub other_tied: u64,
    /// Same group, known not to be tied (c).
    pub same_absent: u64,
    /// Different groups, known not to be tied (d).
    pub other_absent: u64,
}

/// One row: known cells and ties of an actor towards the own group and towards others.
#[derive(Debug, Clone, Copy, Default)]
struct Row {
    same: u64,
    same_ties: u64,
    other: u64,
    other_ties: u64,
}

/// Who belongs where; positions that are no actors belong nowhere.
pub(super) struct Grouped {
    pub(super) group: Vec<Option<u32>>,
    size: BTreeMap<u32, u64>,
    silent: BTreeMap<u32, u64>,
    n: u64,
    n_silent: u64,
}

impl Grouped {
    pub(super) fn of(net: &Network, groups: &[Option<u32>]) -> Self {
        let mut grouped = Self {
            group: vec![None; net.n_positions()],
            size: BTreeMap::new(),
            silent: BTreeMap::new(),
            n: 0,
            n_silent: 0,
        };
        for (i, place) in grouped.group.iter_mut().enumerate() {
            let Some(group) = groups.get(i).copied().flatten() else {
                continue;
            };
            if net.is_present(i) {
                *place = Some(group);
                grouped.n += 1;
                *grouped.size.entry(group).or_default() += 1;
                let silent = u64::from(net.is_silent(i));
                *grouped.silent.entry(group).or_default() += silent;
                grouped.n_silent += silent;
            }
        }
        grouped
    }

    /// Ordered pairs within a group.
    fn same_pairs(&self) -> u64 {
        self.size.values().map(|&size| size * (size - 1)).sum()
    }

    fn pairs(&self) -> u64 {
        self.n * self.n.saturating_sub(1)
    }

    /// Cells that are not listed follow from who is silent; the listed ones correct that.
    fn rows(&self, net: &Network) -> Vec<Row> {
        let mut rows = vec![Row::default(); self.group.len()];
        for (i, row) in rows.iter_mut().enumerate() {
            let Some(group) = self.group[i] else { continue };
            let (size, silent) = (self.size[&group], self.silent[&group]);
            (row.same, row.other) = match (net.is_silent(i), net.is_mirrored()) {
                (false, _) => (size - 1, self.n - size),
                (true, false) => (0, 0),
                (true, true) => (size - silent, self.n - size - (self.n_silent - silent)),
            };
        }
        for (i, j, status) in net.listed() {
            let (i, j) = (i as usize, j as usize);
            let (Some(g), Some(h)) = (self.group[i], self.group[j]) else {
                continue;
            };
            let row = &mut rows[i];
            let (known, ties) = if g == h {
                (&mut row.same, &mut row.same_ties)
            } else {
                (&mut row.other, &mut row.other_ties)
            };
            *ties += u64::from(status == Status::Present);
            if status == Status::Unknown {
                *known -= 1;
            } else if net.open(i, j) {
                *known += 1;
            }
        }
        rows
    }
}

/// How many pairs of the same and of different groups are tied and not tied, as far as known.
///
/// # Definition
/// the known ordered pairs (i, j) of two actors with a group, by g_i = g_j and by x_ij
/// # Shape and unit
/// four counts of ordered pairs
/// # Missing
/// unknown cells, and cells of actors without a group, are left out. A `groups` that is shorter than the network stands for no group
/// # Undefined
/// never; all zero where nothing is known
/// # Source
/// Moody (2001), AJS 107, 679-716
/// # Agrees with
/// recount cell by cell on small networks, exactly
/// # Cost
/// O((n + k) log groups), k = ties and exceptions
pub fn homophily_table(net: &Network, groups: &[Option<u32>]) -> HomophilyTable {
    let mut table = HomophilyTable::default();
    for row in Grouped::of(net, groups).rows(net) {
        table.same_tied += row.same_ties;
        table.other_tied += row.other_ties;
        table.same_absent += row.same - row.same_ties;
        table.other_absent += row.other - row.other_ties;
    }
    table
}

impl HomophilyTable {
    /// How many times higher the odds of a tie are within a group than across.
    ///
    /// # Definition
    /// a d / (b c)
    /// # Shape and unit
    /// a ratio of odds; 1 = groups make no difference
    /// # Missing
    /// as [`homophily_table`]
    /// # Undefined
    /// NothingObserved if no cell within or none across groups is known; NoTies without ties; NotFinite if b c = 0 otherwise (the ratio is
    /// infinite); [`HomophilyTable::yules_q`] exists then
    /// # Source
    /// Moody (2001), AJS 107, 679-716
    /// # Agrees with
    /// the definition on the counts of [`homophily_table`]
    /// # Cost
    /// O(1)
    pub fn odds_ratio(&self) -> Result<f64, Undefined> {
        let [a, b, c, d] = self.cells()?;
        if b * c == 0.0 {
            return Err(Undefined::NotFinite);
        }
        Ok(a * d / (b * c))
    }

    /// How much being of the same group goes with being tied: 1 = only within, -1 = only across, 0 = groups make no difference.
    ///
    /// # Definition
    /// (a d - b c) / (a d + b c)
    /// # Shape and unit
    /// one number in \[-1, 1\]; does not depend on how large the groups are, so good for small teams
    /// # Missing
    /// as [`homophily_table`]
    /// # Undefined
    /// NothingObserved if no cell within or none across groups is known; NoTies without ties; NoVariation if a d + b c = 0 otherwise
    /// # Source
    /// Yule (1900), Philosophical Transactions A 194, 257-319
    /// # Agrees with
    /// (odds ratio - 1) / (odds ratio + 1), 1e-12
    /// # Cost
    /// O(1)
    pub fn yules_q(&self) -> Result<f64, Undefined> {
        let [a, b, c, d] = self.cells()?;
        if a * d + b * c == 0.0 {
            return Err(Undefined::NoVariation);
        }
        Ok((a * d - b * c) / (a * d + b * c))
    }

    fn cells(&self) -> Result<[f64; 4], Undefined> {
        if self.same_tied + self.same_absent == 0 || self.other_tied + self.other_absent == 0 {
            return Err(Undefined::NothingObserved);
        }
        if self.same_tied + self.other_tied == 0 {
            return Err(Undefined::NoTies);
        }
        Ok([
            self.same_tied,
            self.other_tied,
            self.same_absent,
            self.other_absent,
        ]
        .map(|count| count as f64))
    }
}

/// Whether ties run between groups or stay within them: 1 = all between, -1 = all within.
///
/// # Definition
/// (E - I) / (E + I), E = ties between groups, I = ties within
/// # Shape and unit
/// one number in \[-1, 1\]; its expected value depends on the sizes of the groups: read it with [`ei_permutation`]
/// # Missing
/// known ties of two actors with a group count
/// # Undefined
/// NoTies if there is no such tie
/// # Source
/// Krackhardt & Stern (1988), Social Psychology Quarterly 51, 123-140
/// # Agrees with
/// UCINET's definition over directed ties, 1e-9
/// # Cost
/// O((n + k) log groups), k = ties and exceptions
pub fn ei_index(net: &Network, groups: &[Option<u32>]) -> Result<f64, Undefined> {
    let table = homophily_table(net, groups);
    ei(table.other_tied as f64, table.same_tied as f64)
}

/// The lowest and highest E-I index that the answers leave possible.
///
/// # Definition
/// lower (E - I - U_I) / (E + I + U_I), upper (E + U_E - I) / (E + U_E + I), U = unknown cells between (E) and within (I) groups
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
/// O((n + k) log groups), k = ties and exceptions
pub fn ei_index_bounds(net: &Network, groups: &[Option<u32>]) -> Result<Interval, Undefined> {
    let grouped = Grouped::of(net, groups);
    let (mut within, mut between) = (Block::default(), Block::default());
    within.pairs = grouped.same_pairs();
    between.pairs = grouped.pairs() - within.pairs;
    (within.unknown, between.unknown) = (within.pairs, between.pairs);
    for row in grouped.rows(net) {
        within.ties += row.same_ties;
        within.unknown -= row.same;
        between.ties += row.other_ties;
        between.unknown -= row.other;
    }
    ei_bounds(&within, &between)
}

/// [`ei_index`] over pairs of colleagues, whoever of the two names the other.
///
/// # Definition
/// (E - I) / (E + I), E and I = pairs with at least one tie between and within groups
/// # Shape and unit
/// one number in \[-1, 1\]
/// # Missing
/// unknown cells are read as absent; pairs of two actors with a group count
/// # Undefined
/// NoTies if there is no such pair
/// # Source
/// Krackhardt & Stern (1988), Social Psychology Quarterly 51, 123-140
/// # Agrees with
/// UCINET's definition over symmetrised ties, 1e-9
/// # Cost
/// O((n + m) log groups)
pub fn ei_index_undirected(net: &Network, groups: &[Option<u32>]) -> Result<f64, Undefined> {
    let grouped = Grouped::of(net, groups);
    let contacts = Contacts::of(net);
    let (mut external, mut internal) = (0_u64, 0_u64);
    for (i, group) in grouped.group.iter().enumerate() {
        for &j in contacts.of_actor(i).iter().filter(|&&j| j as usize > i) {
            match (group, grouped.group[j as usize]) {
                (Some(g), Some(h)) if *g == h => internal += 1,
                (Some(_), Some(_)) => external += 1,
                _ => {}
            }
        }
    }
    ei(external as f64, internal as f64)
}

/// Whether each person names others of another group or of the own one.
///
/// # Definition
/// (E_i - I_i) / (E_i + I_i) over the ties from i
/// # Shape and unit
/// one number in \[-1, 1\] per position, in roster order
/// # Missing
/// known ties to actors with a group count
/// # Undefined
/// NothingObserved for an absent actor, one whose row is wholly unknown, and one without a group; NoTies for who names nobody with a group
/// # Source
/// Krackhardt & Stern (1988), Social Psychology Quarterly 51, 123-140
/// # Agrees with
/// the definition, 1e-9
/// # Cost
/// O((n + k) log groups), k = ties and exceptions
pub fn actor_ei_index(net: &Network, groups: &[Option<u32>]) -> Vec<Result<f64, Undefined>> {
    let grouped = Grouped::of(net, groups);
    let rows = grouped.rows(net);
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            if grouped.group[i].is_none() || !net.observed(i) {
                return Err(Undefined::NothingObserved);
            }
            ei(row.other_ties as f64, row.same_ties as f64)
        })
        .collect()
}

/// What the E-I index is worth, given how large the groups are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EiPermutation {
    /// The index itself.
    pub observed: f64,
    /// Its mean over all ways to hand out the groups: 1 - 2 sum_g n_g (n_g - 1) / (N (N - 1)).
    pub expected: f64,
    /// Where the index lies between the least (-1) and the most (1) that the groups and the number of ties allow.
    pub rescaled: Result<f64, Undefined>,
    /// Chance of an index as far from the expected one, either way.
    pub p_value: f64,
    /// Chance of an index as low or lower: ties stay within groups more than by chance.
    pub p_within: f64,
    /// Chance of an index as high or higher: ties run between groups more than by chance.
    pub p_between: f64,
    /// Sampled ways to hand out the groups.
    pub permutations: u64,
}

/// Whether ties run within or between groups more than if the same groups were handed out by lot.
///
/// # Definition
/// groups permuted over the actors who have one, ties fixed; p = (b + 1) / (B + 1), b = permutations at least as extreme. Rescaled =
/// 2 (EI - least) / (most - least) - 1, least and most with all ties, as far as cells are known, within and between groups
/// # Shape and unit
/// [`EiPermutation`]
/// # Missing
/// known ties of two actors with a group count; the rescaled index fits the ties into the known cells
/// # Undefined
/// NoTies if there is no such tie; NoVariation if all actors are of one group or no two are of the same; `rescaled` NoVariation if least = most
/// # Source
/// Krackhardt & Stern (1988), Social Psychology Quarterly 51, 123-140
/// # Agrees with
/// the mean over every way to hand out the groups on small networks (expected), 1e-12
/// # Cost
/// O(k + B (n + m)), B = permutations
pub fn ei_permutation(
    net: &Network,
    groups: &[Option<u32>],
    permutations: u64,
    rng: &mut impl Rng,
) -> Result<EiPermutation, Undefined> {
    let grouped = Grouped::of(net, groups);
    let mut table = Row::default();
    for row in grouped.rows(net) {
        table.same += row.same;
        table.same_ties += row.same_ties;
        table.other += row.other;
        table.other_ties += row.other_ties;
    }
    let ties = table.same_ties + table.other_ties;
    let observed = ei(table.other_ties as f64, table.same_ties as f64)?;
    let (pairs, same_pairs) = (grouped.pairs(), grouped.same_pairs());
    if same_pairs == 0 || same_pairs == pairs {
        return Err(Undefined::NoVariation);
    }
    let total = ties as f64;
    let most = ei_of_external(ties.min(table.other), total);
    let least = ei_of_external(ties - ties.min(table.same), total);
    let rescaled = if most > least {
        Ok(2.0 * (observed - least) / (most - least) - 1.0)
    } else {
        Err(Undefined::NoVariation)
    };

    // Positions of those with a group, numbered from 0, and the ties between them.
    let mut place = vec![u32::MAX; net.n_positions()];
    let mut labels: Vec<u32> = Vec::new();
    for (i, group) in grouped.group.iter().enumerate() {
        if let Some(group) = group {
            place[i] = labels.len() as u32;
            labels.push(*group);
        }
    }
    let ties_between: Vec<(u32, u32)> = net
        .ties()
        .map(|(i, j, _)| (place[i], place[j]))
        .filter(|&(i, j)| i != u32::MAX && j != u32::MAX)
        .collect();
    // Twice the distance of the internal ties from their mean, times the pairs, so that all stays whole.
    let mean = u128::from(ties) * u128::from(same_pairs);
    let away = |internal: u64| (u128::from(internal) * u128::from(pairs)).abs_diff(mean);
    let (mut as_far, mut as_low, mut as_high) = (1_u64, 1_u64, 1_u64);
    for _ in 0..permutations {
        for last in (1..labels.len()).rev() {
            labels.swap(last, rng.random_range(0..=last));
        }
        let same = |&&(i, j): &&(u32, u32)| labels[i as usize] == labels[j as usize];
        let internal = ties_between.iter().filter(same).count() as u64;
        as_far += u64::from(away(internal) >= away(table.same_ties));
        as_low += u64::from(internal >= table.same_ties);
        as_high += u64::from(internal <= table.same_ties);
    }
    let p = |count: u64| count as f64 / (permutations + 1) as f64;
    Ok(EiPermutation {
        observed,
        expected: 1.0 - 2.0 * same_pairs as f64 / pairs as f64,
        rescaled,
        p_value: p(as_far),
        p_within: p(as_low),
        p_between: p(as_high),
        permutations,
    })
}

fn ei_of_external(external: u64, ties: f64) -> f64 {
    (2.0 * external as f64 - ties) / ties
}

/// How much more the members of groups name their own than chance would have it: 1 = only their own, 0 = as by chance, -1 = never.
///
/// # Definition
/// (S - S*) / (T - S*) if S >= S*, otherwise (S - S*) / S*; S = ties within the group(s), T = ties of the members, S* = sum over members of
/// (their ties) x (share of the own group among the others whom they were asked about)
/// # Shape and unit
/// one number in \[-1, 1\] per group that occurs, in order, and first one for all together
/// # Missing
/// known cells count, both for the ties and for what chance would give
/// # Undefined
/// NoTies if the members have none; NoVariation if S* = 0 or S* = T (a group of one, or of all)
/// # Source
/// Coleman (1958), Human Organization 17, 28-36
/// # Agrees with
/// recount by the definition on small networks, 1e-12
/// # Cost
/// O((n + k) log groups), k = ties and exceptions
pub fn coleman_index(net: &Network, groups: &[Option<u32>]) -> ColemanIndex {
    let grouped = Grouped::of(net, groups);
    let empty = || (0_u64, 0_u64, 0.0);
    let mut sums: BTreeMap<u32, (u64, u64, f64)> = BTreeMap::new();
    let mut all = empty();
    for (group, row) in grouped.group.iter().zip(grouped.rows(net)) {
        let Some(group) = group else { continue };
        let ties = row.same_ties + row.other_ties;
        let known = row.same + row.other;
        let by_chance = if known == 0 {
            0.0
        } else {
            ties as f64 * row.same as f64 / known as f64
        };
        for sum in [sums.entry(*group).or_insert_with(empty), &mut all] {
            sum.0 += row.same_ties;
            sum.1 += ties;
            sum.2 += by_chance;
        }
    }
    let index = |(same, ties, chance): (u64, u64, f64)| {
        let (same, ties) = (same as f64, ties as f64);
        if ties == 0.0 {
            return Err(Undefined::NoTies);
        }
        if chance <= ties * 1e-12 || chance >= ties * (1.0 - 1e-12) {
            return Err(Undefined::NoVariation);
        }
        let room = if same >= chance {
            ties - chance
        } else {
            chance
        };
        Ok((same - chance) / room)
    };
    ColemanIndex {
        all: index(all),
        by_group: sums.into_iter().map(|(g, sum)| (g, index(sum))).collect(),
    }
}

/// Coleman's index for all groups together and for each.
#[derive(Debug, Clone, PartialEq)]
pub struct ColemanIndex {
    pub all: Result<f64, Undefined>,
    pub by_group: Vec<(u32, Result<f64, Undefined>)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_pairs_of_colleagues() {
        let mut builder = Network::builder(4);
        builder.tie(0, 1, 1.0).tie(2, 3, 1.0).tie(0, 3, 1.0);
        let net = builder.build(0.0).unwrap();
        let groups = [Some(1), Some(1), Some(2), Some(2)];
        let table = homophily_table(&net, &groups);
        assert_eq!(
            (
                table.same_tied,
                table.other_tied,
                table.same_absent,
                table.other_absent
            ),
            (2, 1, 2, 7)
        );
        assert_eq!(ei_index(&net, &groups), Ok(-1.0 / 3.0));
        assert_eq!(table.odds_ratio(), Ok(7.0));
        assert_eq!(table.yules_q(), Ok(0.75));
        assert_eq!(ei_index(&net, &[]), Err(Undefined::NoTies));
    }
}
