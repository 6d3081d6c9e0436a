//! Whether ties join those who are alike: in group, or in how many ties they have.

use std::collections::BTreeMap;

use super::contacts::Contacts;
use super::homophily::Grouped;
use crate::network::Network;
use crate::outcome::Undefined;

/// How much more often ties join the same groups than if ties went by lot: 1 = always, 0 = as by lot.
///
/// # Definition
/// (sum_g e_gg - sum_g a_g b_g) / (1 - sum_g a_g b_g), e_gh = share of the ties from group g to h, a and b its row and column sums
/// # Shape and unit
/// one number, at most 1
/// # Missing
/// known ties of two actors with a group count
/// # Undefined
/// NoTies if there is no such tie; NoVariation if all ties run from one group to that same group
/// # Source
/// Newman (2003), Physical Review E 67, 026126, eq. 2
/// # Agrees with
/// python-igraph `assortativity_nominal(directed = True)` 1.0.0, networkx `attribute_assortativity_coefficient` 3.6.1, 1e-9
/// # Cost
/// O((n + m) log groups)
pub fn nominal_assortativity(net: &Network, groups: &[Option<u32>]) -> Result<f64, Undefined> {
    let grouped = Grouped::of(net, groups);
    let mut ends: BTreeMap<u32, (u64, u64)> = BTreeMap::new();
    let (mut ties, mut same) = (0_u64, 0_u64);
    for (i, j, _) in net.ties() {
        if let (Some(g), Some(h)) = (grouped.group[i], grouped.group[j]) {
            ties += 1;
            same += u64::from(g == h);
            ends.entry(g).or_default().0 += 1;
            ends.entry(h).or_default().1 += 1;
        }
    }
    if ties == 0 {
        return Err(Undefined::NoTies);
    }
    let by_lot: u128 = ends
        .values()
        .map(|&(out, into)| u128::from(out) * u128::from(into))
        .sum();
    let all = u128::from(ties) * u128::from(ties);
    if by_lot == all {
        return Err(Undefined::NoVariation);
    }
    let observed = u128::from(same) * u128::from(ties);
    Ok((observed as f64 - by_lot as f64) / (all - by_lot) as f64)
}

/// Whether those who name many name those who are named by many.
///
/// # Definition
/// Pearson correlation over the ties (i, j) of the out-degree of i with the in-degree of j
/// # Shape and unit
/// one number in \[-1, 1\]
/// # Missing
/// known ties only, also in the degrees
/// # Undefined
/// NoTies without ties; NoVariation if either degree is the same for all ties
/// # Source
/// Newman (2003), Physical Review E 67, 026126, eq. 26
/// # Agrees with
/// igraph `assortativity_degree(directed = TRUE)` 1.3.5 and 1.0.0, networkx `degree_assortativity_coefficient(x = "out", y = "in")` 3.6.1, 1e-9
/// # Cost
/// O(n + m)
pub fn degree_assortativity(net: &Network) -> Result<f64, Undefined> {
    correlation(
        net.ties()
            .map(|(i, j, _)| (net.out_ties()[i], net.in_ties()[j])),
    )
}

/// Whether those with many contacts have contacts who have many, whoever names whom.
///
/// # Definition
/// Pearson correlation over the pairs with a tie, each taken both ways, of the numbers of contacts
/// # Shape and unit
/// one number in \[-1, 1\]
/// # Missing
/// known ties only, also in the numbers of contacts
/// # Undefined
/// NoTies without ties; NoVariation if all who have contacts have equally many
/// # Source
/// Newman (2002), Physical Review Letters 89, 208701
/// # Agrees with
/// igraph `assortativity_degree` of the collapsed graph 1.3.5, 1e-9
/// # Cost
/// O(n + m)
pub fn degree_assortativity_undirected(net: &Network) -> Result<f64, Undefined> {
    let contacts = Contacts::of(net);
    let degree = |i: usize| contacts.of_actor(i).len() as u32;
    let pairs = (0..net.n_positions()).flat_map(|i| {
        let others = contacts.of_actor(i).iter();
        others.map(move |&j| (i, j as usize))
    });
    correlation(pairs.map(|(i, j)| (degree(i), degree(j))))
}

/// Of whole numbers, so that the sums are exact.
fn correlation(pairs: impl Iterator<Item = (u32, u32)>) -> Result<f64, Undefined> {
    let (mut n, mut x, mut y, mut xx, mut yy, mut xy) = (0_i128, 0_i128, 0_i128, 0_i128, 0_i128, 0);
    for (a, b) in pairs {
        let (a, b) = (i128::from(a), i128::from(b));
        n += 1;
        x += a;
        y += b;
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    if n == 0 {
        return Err(Undefined::NoTies);
    }
    let (spread_x, spread_y) = (n * xx - x * x, n * yy - y * y);
    if spread_x == 0 || spread_y == 0 {
        return Err(Undefined::NoVariation);
    }
    Ok((n * xy - x * y) as f64 / ((spread_x as f64).sqrt() * (spread_y as f64).sqrt()))
}
