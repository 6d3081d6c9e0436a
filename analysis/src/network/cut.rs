//! From how strong a tie is to whether there is one, at one cut or at each.

use super::network::Network;
use crate::outcome::Undefined;

/// The same network with only its stronger ties: who is tied above the cut is tied, everyone else known is known not to be.
///
/// # Definition
/// x_ij = 1 if the value is above the cut, 0 if it is not; the cut of [`super::NetworkBuilder::build`] has been made already, so a lower one adds nothing
/// # Shape and unit
/// a network on the same positions, all values 1
/// # Missing
/// unknown cells stay unknown
/// # Undefined
/// NotFinite if the cut is not a number; both infinities are cuts
/// # Source
/// Wasserman & Faust (1994), section 3.2
/// # Agrees with
/// the matrix comparison x > cut, NA kept, exactly
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn dichotomize(net: &Network, cut: f64) -> Result<Network, Undefined> {
    if cut.is_nan() {
        return Err(Undefined::NotFinite);
    }
    let mut parts = net.parts();
    let mut weaker = Vec::new();
    parts.ties.retain_mut(|(i, j, value)| {
        let stays = *value > cut;
        if !stays {
            weaker.push((*i, *j));
        }
        *value = 1.0;
        stays
    });
    parts.known_absent.extend(weaker);
    Ok(Network::from_parts(parts))
}

/// What a measure says when ties of at least this value count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CutRow<T> {
    pub at_least: f64,
    pub value: T,
}

/// The measure at each place where the line between tied and not tied could be drawn: a finding that hangs on the cut shows here.
///
/// # Definition
/// for each value c that occurs, in rising order: the measure of the network in which x_ij = 1 if the value is at least c
/// # Shape and unit
/// one row per distinct value, made when it is asked for; none without ties. The first row is the network as it stands, without its values
/// # Missing
/// unknown cells stay unknown at every cut
/// # Undefined
/// never by itself; a row can hold the measure's own reason
/// # Source
/// Thomas & Blitzstein (2011), arXiv:1101.0788, on what dichotomising does
/// # Agrees with
/// [`dichotomize`] below each value, exactly
/// # Cost
/// O(n + k log k) and the measure, per distinct value
pub fn cut_sensitivity<T>(
    net: &Network,
    mut measure: impl FnMut(&Network) -> T,
) -> impl Iterator<Item = CutRow<T>> {
    let mut values: Vec<f64> = net.ties().map(|(_, _, value)| value).collect();
    values.sort_by(f64::total_cmp);
    // Both zeros are one value.
    values.dedup();
    let below = std::iter::once(f64::NEG_INFINITY).chain(values.clone());
    values.into_iter().zip(below).map(move |(at_least, below)| {
        let cut = dichotomize(net, below).expect("the values of a network are numbers");
        CutRow {
            at_least,
            value: measure(&cut),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Cell;

    #[test]
    fn each_cut_leaves_the_stronger_ties_and_what_is_unknown() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 1.0).tie(1, 0, 3.0).unknown(0, 2);
        builder.silent(2).tie(2, 0, 2.0);
        let net = builder.build(0.0).unwrap();
        let rows: Vec<_> = cut_sensitivity(&net, |cut| {
            (cut.n_ties(), cut.n_unknown_pairs(), cut.cell(2, 0))
        })
        .collect();
        let tied = Cell::Present(1.0);
        let found: Vec<_> = rows.iter().map(|row| (row.at_least, row.value)).collect();
        assert_eq!(
            found,
            [
                (1.0, (3, 2, tied)),
                (2.0, (2, 2, tied)),
                (3.0, (1, 2, Cell::Absent))
            ]
        );
        assert_eq!(
            dichotomize(&net, f64::NAN).err(),
            Some(Undefined::NotFinite)
        );
        assert_eq!(dichotomize(&net, f64::INFINITY).unwrap().n_ties(), 0);
    }
}
