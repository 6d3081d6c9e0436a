//! How many name an actor, and how many the actor names.

use crate::network::Network;
use crate::outcome::Undefined;

/// How many colleagues name this person.
///
/// # Definition
/// k_i = sum_j x_ji over the known cells
/// # Shape and unit
/// one count per position, in roster order; 0 to n - 1
/// # Missing
/// unknown cells are not counted, so it is a lower bound; [`in_degree_ranges`] gives the upper one
/// # Undefined
/// NothingObserved for an absent actor, and for one whose whole column is unknown (all others silent)
/// # Source
/// Freeman (1979), Social Networks 1, 215-239
/// # Agrees with
/// sna `degree(cmode = "indegree")` 2.7-1, exactly
/// # Cost
/// O(n)
pub fn actor_in_degree(net: &Network) -> Vec<Result<u32, Undefined>> {
    let others = net.n_actors().saturating_sub(1);
    (0..net.n_positions())
        .map(|i| {
            let seen = others == 0 || (net.in_unknown()[i] as usize) < others;
            if net.is_present(i) && seen {
                Ok(net.in_ties()[i])
            } else {
                Err(Undefined::NothingObserved)
            }
        })
        .collect()
}

/// How many colleagues this person names.
///
/// # Definition
/// k_i = sum_j x_ij over the known cells
/// # Shape and unit
/// one count per position, in roster order; 0 to n - 1
/// # Missing
/// unknown cells of a row that is known in part are not counted; [`out_degree_ranges`] gives the upper bound
/// # Undefined
/// NothingObserved for an absent actor, and for one whose row is wholly unknown
/// # Source
/// Freeman (1979), Social Networks 1, 215-239
/// # Agrees with
/// sna `degree(cmode = "outdegree")` 2.7-1, exactly
/// # Cost
/// O(n)
pub fn actor_out_degree(net: &Network) -> Vec<Result<u32, Undefined>> {
    (0..net.n_positions())
        .map(|i| {
            if net.observed(i) {
                Ok(net.out_ties()[i])
            } else {
                Err(Undefined::NothingObserved)
            }
        })
        .collect()
}

/// How many ties this person has, both ways together.
///
/// # Definition
/// k_i = sum_j x_ij + sum_j x_ji over the known cells; a tie both ways counts twice
/// # Shape and unit
/// one count per position, in roster order; 0 to 2 (n - 1)
/// # Missing
/// unknown cells are not counted, so it is a lower bound
/// # Undefined
/// NothingObserved for an absent actor, and for one whose row or column is wholly unknown
/// # Source
/// Freeman (1979), Social Networks 1, 215-239
/// # Agrees with
/// sna `degree(cmode = "freeman")` 2.7-1, exactly
/// # Cost
/// O(n)
pub fn actor_degree(net: &Network) -> Vec<Result<u32, Undefined>> {
    let both = actor_in_degree(net).into_iter().zip(actor_out_degree(net));
    both.map(|(into, out)| Ok(into? + out?)).collect()
}

/// The fewest and the most colleagues who can name this person, whatever the missing answers would have been.
///
/// # Definition
/// (k_i, k_i + u_i) over the column
/// # Shape and unit
/// two counts per position, in roster order
/// # Missing
/// unknown cells are absent for the first count and present for the second
/// # Undefined
/// never; (0, 0) for an absent actor
/// # Source
/// Manski (1990) worst-case bounds, applied to the cells
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// O(n)
pub fn in_degree_ranges(net: &Network) -> Vec<(u32, u32)> {
    ranges(net.in_ties(), net.in_unknown())
}

/// The fewest and the most colleagues this person can name, whatever the missing answers would have been.
///
/// # Definition
/// (k_i, k_i + u_i) over the row
/// # Shape and unit
/// two counts per position, in roster order
/// # Missing
/// unknown cells are absent for the first count and present for the second
/// # Undefined
/// never; (0, 0) for an absent actor
/// # Source
/// Manski (1990) worst-case bounds, applied to the cells
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// O(n)
pub fn out_degree_ranges(net: &Network) -> Vec<(u32, u32)> {
    ranges(net.out_ties(), net.out_unknown())
}

fn ranges(known: &[u32], unknown: &[u32]) -> Vec<(u32, u32)> {
    known
        .iter()
        .zip(unknown)
        .map(|(&k, &u)| (k, k + u))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_hides_out_degree_and_widens_in_degree() {
        let mut builder = Network::builder(4);
        builder.absent_actor(3).silent(2).tie(0, 1, 1.0);
        let net = builder.build(0.0).unwrap();
        let gone = Err(Undefined::NothingObserved);
        assert_eq!(actor_in_degree(&net), [Ok(0), Ok(1), Ok(0), gone]);
        assert_eq!(actor_out_degree(&net), [Ok(1), Ok(0), gone, gone]);
        assert_eq!(in_degree_ranges(&net), [(0, 1), (1, 2), (0, 0), (0, 0)]);
        assert_eq!(out_degree_ranges(&net), [(1, 1), (0, 0), (0, 2), (0, 0)]);
    }
}
