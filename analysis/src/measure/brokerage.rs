//! Who stands between others who do not reach each other directly.

use super::contacts::Contacts;
use crate::network::{Cell, Network};
use crate::outcome::Undefined;

/// How far the actor's contacts are tied to each other, so that little is left to pass on between them.
///
/// # Definition
/// sum over contacts j of (p_ij + sum_q p_iq p_qj)^2, p_ij = (x_ij + x_ji) / sum_k (x_ik + x_ki)
/// # Shape and unit
/// one number per position in roster order; 1 with one contact only, may pass 1 in a pair of contacts, falls with many unconnected contacts
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// NothingObserved for an absent actor and one of whom no cell is known; NoTies for an actor without ties
/// # Source
/// Burt (1992), Structural Holes, ch. 2, eq. 2.4
/// # Agrees with
/// igraph `constraint` 1.3.5 and 1.0.0, networkx `constraint` 3.6.1, 1e-9
/// # Cost
/// O(n + sum over pairs of contacts of the smaller number of contacts), at most O(m x largest degree)
pub fn actor_constraint(net: &Network) -> Vec<Result<f64, Undefined>> {
    let contacts = Contacts::of(net);
    let n = net.n_positions();
    let totals: Vec<f64> = (0..n)
        .map(|i| contacts.strengths(i).iter().map(|&s| f64::from(s)).sum())
        .collect();
    // The share of the actor at hand in each contact; wiped after use.
    let mut share = vec![0.0; n];
    (0..n)
        .map(|i| {
            has_contacts(net, &contacts, i)?;
            let own = || contacts.of_actor(i).iter().zip(contacts.strengths(i));
            for (&j, &strength) in own() {
                share[j as usize] = f64::from(strength) / totals[i];
            }
            let mut constraint = 0.0;
            for &j in contacts.of_actor(i) {
                let j = j as usize;
                let through = contacts.of_actor(j).iter().zip(contacts.strengths(j));
                let through: f64 = through
                    .map(|(&q, &strength)| {
                        share[q as usize] * f64::from(strength) / totals[q as usize]
                    })
                    .sum();
                constraint += (share[j] + through) * (share[j] + through);
            }
            for &j in contacts.of_actor(i) {
                share[j as usize] = 0.0;
            }
            Ok(constraint)
        })
        .collect()
}

/// How many of the actor's contacts are not also contacts of each other: the number of different places reached.
///
/// # Definition
/// sum over contacts j of (1 - sum_q p_iq m_jq), p_iq = (x_iq + x_qi) / sum_k (x_ik + x_ki), m_jq = (x_jq + x_qj) / max_k (x_jk + x_kj)
/// # Shape and unit
/// a number of contacts per position in roster order, 1 to the number of contacts
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// NothingObserved for an absent actor and one of whom no cell is known; NoTies for an actor without ties
/// # Source
/// Burt (1992), Structural Holes, ch. 2, eq. 2.2
/// # Agrees with
/// networkx `effective_size` of the directed graph 3.6.1 where it goes node by node (`nodes` given), 1e-9. For all nodes at once it divides by
/// the strongest tie of q in place of j, which is not Burt's definition; the two agree where all contacts have equally strong ties
/// # Cost
/// at most O(m x largest degree)
pub fn actor_effective_size(net: &Network) -> Vec<Result<f64, Undefined>> {
    effective_size(net, f64::from)
}

/// [`actor_effective_size`] where it does not matter whether a tie goes one way or both.
///
/// # Definition
/// c - 2 t / c, c = number of contacts, t = pairs of contacts who share a tie
/// # Shape and unit
/// a number of contacts per position in roster order, 1 to c
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// as [`actor_effective_size`]
/// # Source
/// Borgatti (1997), Connections 20, 35-38
/// # Agrees with
/// networkx `effective_size` of the undirected graph 3.6.1, 1e-9
/// # Cost
/// at most O(m x largest degree)
pub fn actor_effective_size_undirected(net: &Network) -> Vec<Result<f64, Undefined>> {
    effective_size(net, |_| 1.0)
}

fn effective_size(net: &Network, weight: impl Fn(u8) -> f64) -> Vec<Result<f64, Undefined>> {
    let contacts = Contacts::of(net);
    let n = net.n_positions();
    let strongest: Vec<f64> = (0..n)
        .map(|i| {
            let strengths = contacts.strengths(i).iter();
            strengths.map(|&s| weight(s)).fold(0.0, f64::max)
        })
        .collect();
    let mut share = vec![0.0; n];
    (0..n)
        .map(|i| {
            has_contacts(net, &contacts, i)?;
            let strengths = contacts.strengths(i);
            let total: f64 = strengths.iter().map(|&s| weight(s)).sum();
            for (&j, &strength) in contacts.of_actor(i).iter().zip(strengths) {
                share[j as usize] = weight(strength) / total;
            }
            let mut size = 0.0;
            for &j in contacts.of_actor(i) {
                let j = j as usize;
                let others = contacts.of_actor(j).iter().zip(contacts.strengths(j));
                let doubled: f64 = others.map(|(&q, &s)| share[q as usize] * weight(s)).sum();
                size += 1.0 - doubled / strongest[j];
            }
            for &j in contacts.of_actor(i) {
                share[j as usize] = 0.0;
            }
            Ok(size)
        })
        .collect()
}

fn has_contacts(net: &Network, contacts: &Contacts, actor: usize) -> Result<(), Undefined> {
    let others = net.n_actors().saturating_sub(1);
    let column_seen = (net.in_unknown()[actor] as usize) < others || others == 0;
    if !net.is_present(actor) || !(net.observed(actor) || column_seen) {
        return Err(Undefined::NothingObserved);
    }
    if contacts.of_actor(actor).is_empty() {
        return Err(Undefined::NoTies);
    }
    Ok(())
}

/// How often an actor passes on between two others who have no direct tie, by the groups of the three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BrokerageRoles {
    /// All three in one group (sna w_I).
    pub coordinator: u64,
    /// Both others in one group, the broker in another: consultant (sna w_O).
    pub itinerant: u64,
    /// From the broker's own group to another (sna b_IO).
    pub representative: u64,
    /// From another group into the broker's own (sna b_OI).
    pub gatekeeper: u64,
    /// Three different groups (sna b_O).
    pub liaison: u64,
}

impl BrokerageRoles {
    /// All roles together (sna t).
    pub fn total(&self) -> u64 {
        self.coordinator + self.itinerant + self.representative + self.gatekeeper + self.liaison
    }
}

/// In what roles each person passes on between two colleagues, of whom the first does not name the second.
///
/// # Definition
/// number of ordered pairs (a, b), a != b, with x_ai = 1, x_ib = 1 and x_ab = 0, by the groups of a, i and b
/// # Shape and unit
/// five counts per position in roster order
/// # Missing
/// only pairs of which x_ab is known to be absent count; pairs in which a, i or b has no group are left out
/// # Undefined
/// NothingObserved for an absent actor, one whose row is wholly unknown, and one without a group. A `groups` that is shorter than the
/// network stands for no group
/// # Source
/// Gould & Fernandez (1989), Sociological Methodology 19, 89-126
/// # Agrees with
/// recount by the definition on every directed graph of four actors; sna `brokerage` (raw) counts the same roles
/// # Cost
/// O(sum over ties (a, i) of the out-degree of i)
pub fn actor_brokerage(
    net: &Network,
    groups: &[Option<u32>],
) -> Vec<Result<BrokerageRoles, Undefined>> {
    let n = net.n_positions();
    let group = |i: usize| groups.get(i).copied().flatten();
    let mut roles = vec![BrokerageRoles::default(); n];
    // Who last named this position.
    let mut named_by = vec![usize::MAX; n];
    for a in 0..n {
        let Some(of_a) = group(a) else { continue };
        for &b in net.successors(a) {
            named_by[b as usize] = a;
        }
        let all_known = net.out_unknown()[a] == 0;
        for &i in net.successors(a) {
            let i = i as usize;
            let Some(of_i) = group(i) else { continue };
            for &b in net.successors(i) {
                let b = b as usize;
                let Some(of_b) = group(b) else { continue };
                let open = a != b && named_by[b] != a;
                if !open || !(all_known || net.cell(a, b) == Cell::Absent) {
                    continue;
                }
                let role = &mut roles[i];
                let role = match (of_a == of_i, of_i == of_b, of_a == of_b) {
                    (true, true, _) => &mut role.coordinator,
                    (true, false, _) => &mut role.representative,
                    (false, true, _) => &mut role.gatekeeper,
                    (false, false, true) => &mut role.itinerant,
                    (false, false, false) => &mut role.liaison,
                };
                *role += 1;
            }
        }
    }
    let defined = |i: usize| net.observed(i) && group(i).is_some();
    roles
        .into_iter()
        .enumerate()
        .map(|(i, roles)| {
            if defined(i) {
                Ok(roles)
            } else {
                Err(Undefined::NothingObserved)
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_line_is_a_broker() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 1.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        let roles = actor_brokerage(&net, &[Some(0), Some(0), Some(1)]);
        let expected = BrokerageRoles {
            representative: 1,
            ..BrokerageRoles::default()
        };
        assert_eq!(roles[1], Ok(expected));
        let no_group = Err(Undefined::NothingObserved);
        assert_eq!(actor_brokerage(&net, &[]), [no_group; 3]);
        assert_eq!(actor_constraint(&net), [Ok(1.0), Ok(0.5), Ok(1.0)]);
        assert_eq!(actor_effective_size(&net), [Ok(1.0), Ok(2.0), Ok(1.0)]);
    }

    #[test]
    fn whoever_has_no_tie_has_no_constraint() {
        let net = Network::builder(2).build(0.0).unwrap();
        assert_eq!(actor_constraint(&net), [Err(Undefined::NoTies); 2]);
    }
}
