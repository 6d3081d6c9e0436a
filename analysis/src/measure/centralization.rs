//! How far the ties hang on one actor.

use crate::network::Network;
use crate::outcome::{Interval, Undefined};

/// How far one actor stands above the others, as a share of the most that could be: 0 = all equal, 1 = one has it all.
///
/// # Definition
/// sum_i (max_j c_j - c_i) / theoretical maximum, c the scores
/// # Shape and unit
/// one number, in \[0, 1\] if the maximum is the maximum
/// # Missing
/// the caller leaves out, or not, whoever has no score
/// # Undefined
/// TooFewActors without scores or with a maximum of 0 or less; NotFinite if a score or the maximum is not finite
/// # Source
/// Freeman (1979), Social Networks 1, 215-239, eq. 5
/// # Agrees with
/// sna `centralization` 2.7-1, 1e-9
/// # Cost
/// O(n)
pub fn centralization(scores: &[f64], theoretical_maximum: f64) -> Result<f64, Undefined> {
    if scores.is_empty() {
        return Err(Undefined::TooFewActors);
    }
    if !theoretical_maximum.is_finite() || scores.iter().any(|score| !score.is_finite()) {
        return Err(Undefined::NotFinite);
    }
    if theoretical_maximum <= 0.0 {
        return Err(Undefined::TooFewActors);
    }
    let highest = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let above: f64 = scores.iter().map(|score| highest - score).sum();
    Ok(above / theoretical_maximum)
}

/// How much the naming hangs on one colleague: 0 = all are named equally often, 1 = everyone names the same one and no other.
///
/// # Definition
/// max_i (n d_i - L) / (n - 1)^2, d_i = in-degree, which equals sum_i (max_j d_j - d_i) / (n - 1)^2
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are not counted, so d_i is a lower bound; [`in_degree_centralization_bounds`] gives the range
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known
/// # Source
/// Freeman (1979), Social Networks 1, 215-239, for directed ties without self-ties
/// # Agrees with
/// sna `centralization(degree, cmode = "indegree")` 2.7-1, igraph `centr_degree(mode = "in", loops = FALSE)` 1.3.5, 1e-9
/// # Cost
/// O(n)
pub fn in_degree_centralization(net: &Network) -> Result<f64, Undefined> {
    value(net, net.in_ties())
}

/// The lowest and highest in-degree centralization that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower (n max_j k_j - sum_i min(k_i + u_i, max_j k_j)) / (n - 1)^2; upper max_i (n (k_i + u_i) - (m + u_i)) / (n - 1)^2, over the columns
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// columns complete independently: for the upper end one actor gets all unknown cells and the others none, for the lower end all but the
/// highest are filled up to the highest known in-degree
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, by column
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(n)
pub fn in_degree_centralization_bounds(net: &Network) -> Result<Interval, Undefined> {
    bounds(net, net.in_ties(), net.in_unknown())
}

/// How much of the naming is done by one colleague: 0 = all name equally many, 1 = one names everyone and nobody else anyone.
///
/// # Definition
/// max_i (n d_i - L) / (n - 1)^2, d_i = out-degree, which equals sum_i (max_j d_j - d_i) / (n - 1)^2
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are not counted, so a silent actor counts as naming nobody; read it with [`out_degree_centralization_bounds`]
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known
/// # Source
/// Freeman (1979), Social Networks 1, 215-239, for directed ties without self-ties
/// # Agrees with
/// sna `centralization(degree, cmode = "outdegree")` 2.7-1, igraph `centr_degree(mode = "out", loops = FALSE)` 1.3.5, 1e-9
/// # Cost
/// O(n)
pub fn out_degree_centralization(net: &Network) -> Result<f64, Undefined> {
    value(net, net.out_ties())
}

/// The lowest and highest out-degree centralization that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower (n max_j k_j - sum_i min(k_i + u_i, max_j k_j)) / (n - 1)^2; upper max_i (n (k_i + u_i) - (m + u_i)) / (n - 1)^2, over the rows
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// rows complete independently: for the upper end one actor gets all unknown cells and the others none, for the lower end all but the
/// highest are filled up to the highest known out-degree
/// # Undefined
/// TooFewActors below n = 2
/// # Source
/// Manski (1990) worst-case bounds, by row
/// # Agrees with
/// enumeration of all completions of small networks, 1e-12
/// # Cost
/// O(n)
pub fn out_degree_centralization_bounds(net: &Network) -> Result<Interval, Undefined> {
    bounds(net, net.out_ties(), net.out_unknown())
}

/// (n - 1)^2: one actor with degree n - 1, all others with 0.
fn maximum(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let others = (net.n_actors() - 1) as f64;
    Ok(others * others)
}

/// Absent actors have degree 0 and cannot stand above anyone; n counts the present ones.
fn value(net: &Network, degrees: &[u32]) -> Result<f64, Undefined> {
    let maximum = maximum(net)?;
    if net.n_observed_pairs() == 0 {
        return Err(Undefined::NothingObserved);
    }
    let highest = degrees.iter().copied().max().unwrap_or(0) as usize;
    Ok((net.n_actors() * highest - net.n_ties()) as f64 / maximum)
}

fn bounds(net: &Network, known: &[u32], unknown: &[u32]) -> Result<Interval, Undefined> {
    let maximum = maximum(net)?;
    let n = net.n_actors() as u64;
    let ties = net.n_ties() as u64;
    let actors = || {
        known
            .iter()
            .zip(unknown)
            .map(|(&k, &u)| (u64::from(k), u64::from(u)))
    };
    let highest = actors().map(|(k, _)| k).max().unwrap_or(0);
    let filled: u64 = actors().map(|(k, u)| (k + u).min(highest)).sum();
    // n (k + u) - (m + u) is negative for actors far below the highest; the highest itself never is.
    let upper = actors()
        .map(|(k, u)| (n * (k + u)).saturating_sub(ties + u))
        .max()
        .unwrap_or(0);
    Ok(Interval {
        lower: (n * highest - filled) as f64 / maximum,
        upper: upper as f64 / maximum,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_names_the_same_one() {
        let mut builder = Network::builder(4);
        builder.tie(1, 0, 1.0).tie(2, 0, 1.0).tie(3, 0, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(in_degree_centralization(&net), Ok(1.0));
        assert_eq!(out_degree_centralization(&net), Ok(1.0 / 9.0));
        assert_eq!(centralization(&[3.0, 0.0, 0.0, 0.0], 9.0), Ok(1.0));
    }

    #[test]
    fn an_absent_actor_is_not_somebody_whom_nobody_names() {
        let mut builder = Network::builder(4);
        builder.absent_actor(3);
        builder.tie(0, 1, 1.0).tie(1, 0, 1.0).tie(2, 1, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(in_degree_centralization(&net), Ok(3.0 / 4.0));
    }

    #[test]
    fn scores_that_are_no_numbers_have_no_centralization() {
        assert_eq!(
            centralization(&[1.0, f64::NAN], 1.0),
            Err(Undefined::NotFinite)
        );
        assert_eq!(centralization(&[], 1.0), Err(Undefined::TooFewActors));
        assert_eq!(centralization(&[0.0], 0.0), Err(Undefined::TooFewActors));
    }
}
