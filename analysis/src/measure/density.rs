//! How much of what could be tied is tied.

use crate::network::Network;
use crate::outcome::{Interval, Undefined};

/// Of all the ties that could exist in the team, the share that does: 0 = nobody names anybody, 1 = everyone names everyone.
///
/// # Definition
/// m / number of known cells; with every cell known L / (n (n - 1))
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells count neither as ties nor as pairs; [`network_density_bounds`] says how far they could move it
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known
/// # Source
/// Wasserman & Faust (1994), eq. 4.5, over the known cells (Huisman 2009, available case)
/// # Agrees with
/// sna `gden` 2.7-1 (with NA kept), python-igraph `Graph.density` 1.0.0, 1e-9
/// # Cost
/// O(1)
pub fn network_density(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let pairs = net.n_observed_pairs();
    if pairs == 0 {
        return Err(Undefined::NothingObserved);
    }
    Ok(net.n_ties() as f64 / pairs as f64)
}

/// The lowest and highest density that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower m / (n (n - 1)), upper (m + unknown cells) / (n (n - 1))
/// # Shape and unit
/// an interval within \[0, 1\]; one point when every cell is known
/// # Missing
/// each unknown cell is taken absent for the lower end and present for the upper
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, applied to the cells
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(1)
pub fn network_density_bounds(net: &Network) -> Result<Interval, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let pairs = net.n_possible_pairs() as f64;
    Ok(Interval {
        lower: net.n_ties() as f64 / pairs,
        upper: (net.n_ties() + net.n_unknown_pairs()) as f64 / pairs,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_row_is_unknown_and_not_empty() {
        let mut builder = Network::builder(3);
        builder.silent(2).tie(0, 1, 1.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(network_density(&net), Ok(0.5));
        let bounds = network_density_bounds(&net).unwrap();
        assert_eq!((bounds.lower, bounds.upper), (2.0 / 6.0, 4.0 / 6.0));
    }

    #[test]
    fn one_actor_has_no_density_and_a_silent_pair_shows_nothing() {
        let lone = Network::builder(1).build(0.0).unwrap();
        assert_eq!(network_density(&lone), Err(Undefined::TooFewActors));
        let mut builder = Network::builder(2);
        builder.silent(0).silent(1);
        let pair = builder.build(0.0).unwrap();
        assert_eq!(network_density(&pair), Err(Undefined::NothingObserved));
    }
}
