//! How far naming is mutual.

use crate::network::{DyadCensus, Network, dyad_census};
use crate::outcome::{Interval, Undefined};

/// Of the pairs of colleagues in which at least one names the other, the share in which both do.
///
/// # Definition
/// M / (M + A)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only dyads of which both cells are known count; after reconstruction the filled dyads count as mutual or null and bias it
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoTies if M + A = 0
/// # Source
/// Wasserman & Faust (1994), section 13.2; the dyad method of UCINET
/// # Agrees with
/// sna `grecip(measure = "dyadic.nonnull")` 2.7-1, igraph `reciprocity(mode = "ratio")` 1.3.5, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn dyadic_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    ratio(census.mutual, census.mutual + census.asymmetric)
}

/// The lowest and highest dyadic reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower M / (M + A + P + Q + U); upper (M + P + U) / (M + A + P + U), and 0 if M + P + U = 0
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// a half-known dyad with a tie can become mutual or asymmetric, without one asymmetric or null, an unknown one anything; for the lower end all
/// become asymmetric, for the upper as many as can mutual and the rest null
/// # Undefined
/// TooFewActors below n = 2; NoTies if no completion has a tie. Completions without ties have no reciprocity and are left out of the range
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn dyadic_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    bounds(net, 1)
}

/// Of all ties, the share that is returned.
///
/// # Definition
/// 2 M / (2 M + A)
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// only ties in dyads of which both cells are known count; after reconstruction the filled dyads count as mutual or null and bias it
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoTies if M + A = 0
/// # Source
/// Wasserman & Faust (1994), section 13.2; the arc method of UCINET
/// # Agrees with
/// sna `grecip(measure = "edgewise")` 2.7-1 (with NA kept), igraph `reciprocity()` 1.3.5, networkx `overall_reciprocity` 3.6.1, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn tie_reciprocity(net: &Network) -> Result<f64, Undefined> {
    let census = known(net)?;
    ratio(2 * census.mutual, 2 * census.mutual + census.asymmetric)
}

/// The lowest and highest tie reciprocity that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower 2 M / (2 M + A + P + Q + U); upper 2 (M + P + U) / (2 (M + P + U) + A), and 0 if M + P + U = 0
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// as [`dyadic_reciprocity_bounds`]: both indices rise with M / A, so the same completions are extreme
/// # Undefined
/// TooFewActors below n = 2; NoTies if no completion has a tie. Completions without ties have no reciprocity and are left out of the range
/// # Source
/// Manski (1990) worst-case bounds, by dyad type
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn tie_reciprocity_bounds(net: &Network) -> Result<Interval, Undefined> {
    bounds(net, 2)
}

fn known(net: &Network) -> Result<DyadCensus, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let census = dyad_census(net);
    if census.n_known() == 0 {
        return Err(Undefined::NothingObserved);
    }
    Ok(census)
}

fn ratio(part: u64, whole: u64) -> Result<f64, Undefined> {
    if whole == 0 {
        return Err(Undefined::NoTies);
    }
    Ok(part as f64 / whole as f64)
}

/// `weight` is what a mutual dyad counts for: one dyad, or two ties.
fn bounds(net: &Network, weight: u64) -> Result<Interval, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let c = dyad_census(net);
    let low = weight * c.mutual;
    let one_sided = c.asymmetric + c.one_known_present + c.one_known_absent + c.unknown;
    let lower = ratio(low, low + one_sided)?;
    let high = weight * (c.mutual + c.one_known_present + c.unknown);
    // Without a dyad that can be mutual, every completion with a tie has reciprocity 0.
    let upper = if high == 0 {
        0.0
    } else {
        ratio(high, high + c.asymmetric)?
    };
    Ok(Interval { lower, upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mutual_and_one_asymmetric_dyad() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 1.0).tie(1, 0, 1.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(dyadic_reciprocity(&net), Ok(0.5));
        assert_eq!(tie_reciprocity(&net), Ok(2.0 / 3.0));
    }

    #[test]
    fn without_ties_there_is_nothing_to_return() {
        let net = Network::builder(3).build(0.0).unwrap();
        assert_eq!(dyadic_reciprocity(&net), Err(Undefined::NoTies));
        assert_eq!(tie_reciprocity_bounds(&net), Err(Undefined::NoTies));
    }
}
