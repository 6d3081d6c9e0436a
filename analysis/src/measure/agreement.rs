//! How far two people say the same of the tie between them, where the relation is one that both must know of.

use crate::network::{Cell, Network, dyad_census};
use crate::outcome::Undefined;

/// Of the pairs in which both were asked, the share in which both say the same: tied, or not tied.
///
/// # Definition
/// (M + N) / (M + A + N)
/// # Shape and unit
/// one number in \[0, 1\]. In a sparse network most pairs agree that they are not tied: see [`report_kappa`], and `dyadic_reciprocity` for the pairs
/// of which at least one says so
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides
/// # Source
/// Krackhardt (1990), Administrative Science Quarterly 35, 342-369, for ties that both ends report
/// # Agrees with
/// sna `grecip(measure = "dyadic")` 2.7-1, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn report_agreement(net: &Network) -> Result<f64, Undefined> {
    let shares = Shares::of(net)?;
    Ok(shares.agree)
}

/// How far the two reports agree beyond chance: 1 = always, 0 = as if each answered for himself, below 0 = less than that.
///
/// # Definition
/// κ = (P_o - P_e) / (1 - P_e), P_o = (M + N) / (M + A + N), P_e = p^2 + (1 - p)^2, p = (2 M + A) / (2 (M + A + N)). Neither end of a dyad comes first, so
/// each is counted in both orders; the margins are then equal, and Cohen's kappa, Scott's pi and the correlation of x_ij and x_ji are one number
/// # Shape and unit
/// one number in \[-1, 1\]
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoVariation if those are all mutual or all null
/// # Source
/// Cohen (1960), Educational and Psychological Measurement 20, 37-46; Scott (1955), Public Opinion Quarterly 19, 321-325
/// # Agrees with
/// sna `grecip(measure = "correlation")` 2.7-1, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn report_kappa(net: &Network) -> Result<f64, Undefined> {
    let Shares { agree, tied } = Shares::of(net)?;
    if tied == 0.0 || tied == 1.0 {
        return Err(Undefined::NoVariation);
    }
    // 1 - P_e = 2 p (1 - p), and P_o - P_e is that less the share that disagrees.
    Ok(1.0 - (1.0 - agree) / (2.0 * tied * (1.0 - tied)))
}

struct Shares {
    /// Dyads that agree, of those known.
    agree: f64,
    /// Cells that are ties, of those in known dyads.
    tied: f64,
}

impl Shares {
    fn of(net: &Network) -> Result<Self, Undefined> {
        if net.n_actors() < 2 {
            return Err(Undefined::TooFewActors);
        }
        let census = dyad_census(net);
        let known = census.n_known();
        if known == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(Self {
            agree: (census.mutual + census.null) as f64 / known as f64,
            tied: (2 * census.mutual + census.asymmetric) as f64 / (2 * known) as f64,
        })
    }
}

/// How near the two reports of a pair lie on the scale of answers: 1 = always the same, 0 = always at its opposite ends.
///
/// # Definition
/// 1 - mean of |v_ij - v_ji| / span over the known dyads, an absent tie having value 0
/// # Shape and unit
/// one number in \[0, 1\] if `span` is the largest difference that two reports can have, such as 5 on a scale from 0 to 5
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NotFinite if the span is not a number above 0 or the sum is none
/// # Source
/// Cohen (1968), Psychological Bulletin 70, 213-220, linear weights
/// # Agrees with
/// R `1 - mean(abs(x - t(x))[lower.tri(x)]) / span`, 1e-12
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn report_weighted_agreement(net: &Network, span: f64) -> Result<f64, Undefined> {
    if !(span.is_finite() && span > 0.0) {
        return Err(Undefined::NotFinite);
    }
    let (pairs, cells) = reports(net)?;
    // A mutual dyad comes by from both ends, a one-sided one from one.
    let apart: f64 = pairs
        .iter()
        .map(|&(here, there)| match there {
            Some(there) => (here / span - there / span).abs() / 2.0,
            None => here.abs() / span,
        })
        .sum();
    finite(1.0 - apart / (cells / 2.0))
}

/// How far the two reports of a pair are strong and weak together: the correlation of what each says of the other.
///
/// # Definition
/// Pearson correlation of v_ij and v_ji over the ordered pairs of known dyads, an absent tie having value 0: each dyad counts in both orders, so this is
/// the intraclass correlation of the two reports and Cohen's kappa with quadratic weights too
/// # Shape and unit
/// one number in \[-1, 1\]; equal to [`report_kappa`] where all values are 1
/// # Missing
/// only dyads of which both cells are known count
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no dyad is known on both sides; NoVariation if all reports are equal; NotFinite if values are too large
/// to square
/// # Source
/// Fleiss & Cohen (1973), Educational and Psychological Measurement 33, 613-619
/// # Agrees with
/// sna `gcor(x, t(x))` 2.7-1 on valued matrices, 1e-9
/// # Cost
/// O(n + k log k), k = ties and exceptions
pub fn report_correlation(net: &Network) -> Result<f64, Undefined> {
    let (pairs, cells) = reports(net)?;
    let usual = if pairs.len() as f64 == cells {
        pairs[0].0
    } else {
        0.0
    };
    if pairs.iter().all(|&(here, _)| here == usual) {
        return Err(Undefined::NoVariation);
    }
    let mean = pairs.iter().map(|(here, _)| here).sum::<f64>() / cells;
    let ties: f64 = pairs.iter().map(|(here, _)| (here - mean).powi(2)).sum();
    let squares = ties + (cells - pairs.len() as f64) * mean * mean;
    let product: f64 = pairs
        .iter()
        .map(|&(here, there)| here * there.unwrap_or(0.0))
        .sum();
    finite((product - cells * mean * mean) / squares).map(|r| r.clamp(-1.0, 1.0))
}

/// Each tie in a known dyad with its return, and the number of cells in known dyads.
type Reports = (Vec<(f64, Option<f64>)>, f64);

fn reports(net: &Network) -> Result<Reports, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let known = dyad_census(net).n_known();
    if known == 0 {
        return Err(Undefined::NothingObserved);
    }
    let pairs = net
        .ties()
        .filter_map(|(i, j, here)| match net.cell(j, i) {
            Cell::Present(there) => Some((here, Some(there))),
            Cell::Absent => Some((here, None)),
            Cell::Unknown | Cell::Impossible => None,
        })
        .collect();
    Ok((pairs, (2 * known) as f64))
}

fn finite(value: f64) -> Result<f64, Undefined> {
    if value.is_finite() {
        Ok(value)
    } else {
        Err(Undefined::NotFinite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_agrees_one_differs_one_is_silent_together() {
        let mut builder = Network::builder(3);
        builder.tie(0, 1, 4.0).tie(1, 0, 2.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(report_agreement(&net), Ok(2.0 / 3.0));
        // Half of the cells are ties: by chance one half would agree.
        assert!((report_kappa(&net).unwrap() - 1.0 / 3.0).abs() < 1e-15);
        // |4 - 2| + |1 - 0| + 0, of at most 5 each.
        assert!((report_weighted_agreement(&net, 5.0).unwrap() - 0.8).abs() < 1e-15);
        assert_eq!(
            report_weighted_agreement(&net, 0.0),
            Err(Undefined::NotFinite)
        );
    }

    #[test]
    fn where_nobody_names_anybody_agreement_says_nothing() {
        let net = Network::builder(3).build(0.0).unwrap();
        assert_eq!(report_agreement(&net), Ok(1.0));
        assert_eq!(report_kappa(&net), Err(Undefined::NoVariation));
        assert_eq!(report_correlation(&net), Err(Undefined::NoVariation));
        let lone = Network::builder(1).build(0.0).unwrap();
        assert_eq!(report_kappa(&lone), Err(Undefined::TooFewActors));
        let mut builder = Network::builder(2);
        builder.silent(0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(report_correlation(&net), Err(Undefined::NothingObserved));
    }
}
