//! How far the ties hang on one actor.

use super::contacts::Contacts;
use super::paths::{Arrows, Paths, paths};
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

/// How much the naming and being named together hang on one colleague: 0 = all have equally many ties, 1 = one has a tie both ways with
/// everyone and nobody else has any.
///
/// # Definition
/// sum_i (max_j d_j - d_i) / (2 (n - 1)(n - 2)), d_i = in-degree + out-degree; the denominator is that of a star with ties both ways
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are not counted; [`super::degree_centralization_bounds`] gives the range
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no cell is known
/// # Source
/// Freeman (1979), Social Networks 1, 215-239, for directed ties without self-ties
/// # Agrees with
/// sna `centralization(degree, cmode = "freeman")` 2.7-1, igraph `centr_degree(mode = "all", loops = FALSE)` 1.3.5, 1e-9
/// # Cost
/// O(n)
pub fn degree_centralization(net: &Network) -> Result<f64, Undefined> {
    let maximum = degree_maximum(net)?;
    if net.n_observed_pairs() == 0 {
        return Err(Undefined::NothingObserved);
    }
    let both = net.in_ties().iter().zip(net.out_ties());
    let highest = both.map(|(&a, &b)| u64::from(a) + u64::from(b)).max();
    let above = net.n_actors() as u64 * highest.unwrap_or(0) - 2 * net.n_ties() as u64;
    Ok(above as f64 / maximum)
}

/// How much the contacts hang on one colleague, whoever names whom.
///
/// # Definition
/// sum_i (max_j c_j - c_i) / ((n - 1)(n - 2)), c_i = colleagues with whom i shares a tie in either direction
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no cell is known
/// # Source
/// Freeman (1979), Social Networks 1, 215-239
/// # Agrees with
/// the definition by hand on small networks
/// # Cost
/// O(n + m)
pub fn degree_centralization_undirected(net: &Network) -> Result<f64, Undefined> {
    let maximum = degree_maximum(net)? / 2.0;
    if net.n_observed_pairs() == 0 {
        return Err(Undefined::NothingObserved);
    }
    let contacts = Contacts::of(net);
    let highest = (0..net.n_positions())
        .map(|i| contacts.of_actor(i).len())
        .max();
    let above = net.n_actors() * highest.unwrap_or(0) - 2 * contacts.n_pairs();
    Ok(above as f64 / maximum)
}

/// How far one colleague stands between all others: 0 = all equally, 1 = every way from one to another leads through the same one.
///
/// # Definition
/// sum_i (max_j b_j - b_i) / ((n - 1)^2 (n - 2)), b_i = betweenness over ordered pairs ([`Paths::betweenness`])
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent; [`super::betweenness_centralization_outer_bounds`] gives a range that certainly holds it
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if no cell is known; NotFinite if the number of shortest paths leaves the range of numbers
/// # Source
/// Freeman (1979), Social Networks 1, 215-239, for directed ties
/// # Agrees with
/// sna `centralization(betweenness)` 2.7-1, 1e-9
/// # Cost
/// O(n m); with [`Paths::betweenness_centralization`] nothing more than the paths
pub fn betweenness_centralization(net: &Network) -> Result<f64, Undefined> {
    paths(net, Arrows::Followed).betweenness_centralization()
}

/// [`betweenness_centralization`] where a tie can be walked in both directions.
///
/// # Definition
/// sum_i (max_j b_j - b_i) / ((n - 1)^2 (n - 2) / 2), b_i = betweenness over unordered pairs of the symmetrised network
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// as [`betweenness_centralization`]
/// # Source
/// Freeman (1979), Social Networks 1, 215-239
/// # Agrees with
/// sna `centralization(betweenness, mode = "graph", cmode = "undirected")` 2.7-1, 1e-9
/// # Cost
/// O(n m)
pub fn betweenness_centralization_undirected(net: &Network) -> Result<f64, Undefined> {
    paths(net, Arrows::Ignored).betweenness_centralization()
}

/// How much nearer one colleague is to all than the others are, where a tie can be walked in both directions.
///
/// # Definition
/// sum_i (max_j c_j - c_i) / ((n - 1)(n - 2) / (2 n - 3)), c_i = closeness over the symmetrised network ([`Paths::closeness_out`])
/// # Shape and unit
/// one number in \[0, 1\]
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// TooFewActors below n = 3; NothingObserved if an actor has no known cell; else Unreachable if the network is in pieces, where sna writes 0
/// # Source
/// Freeman (1979), Social Networks 1, 215-239
/// # Agrees with
/// sna `centralization(closeness, mode = "graph", cmode = "undirected")` 2.7-1 on connected networks, 1e-9
/// # Cost
/// O(n m)
pub fn closeness_centralization_undirected(net: &Network) -> Result<f64, Undefined> {
    let maximum = degree_maximum(net)? / 2.0 / (2 * net.n_actors() - 3) as f64;
    let all = paths(net, Arrows::Ignored);
    let scores: Vec<Result<f64, Undefined>> = (0..net.n_positions())
        .filter(|&i| net.is_present(i))
        .map(|i| all.closeness_out(i))
        .collect();
    // Which actor comes first must not decide which reason is told.
    if scores.contains(&Err(Undefined::NothingObserved)) {
        return Err(Undefined::NothingObserved);
    }
    let scores: Result<Vec<f64>, Undefined> = scores.into_iter().collect();
    centralization(&scores?, maximum)
}

impl Paths {
    /// The centralization of the betweenness that was found: [`betweenness_centralization`], or without arrows
    /// [`betweenness_centralization_undirected`], which have the contract.
    pub fn betweenness_centralization(&self) -> Result<f64, Undefined> {
        let scores = self.all_betweenness()?;
        let others = (scores.len() - 1) as f64;
        let pairs = match self.arrows {
            Arrows::Followed => 1.0,
            Arrows::Ignored => 0.5,
        };
        centralization(&scores, pairs * others * others * (others - 1.0))
    }
}

/// 2 (n - 1)(n - 2): a star with ties both ways.
pub(super) fn degree_maximum(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 3 {
        return Err(Undefined::TooFewActors);
    }
    let others = (net.n_actors() - 1) as f64;
    Ok(2.0 * others * (others - 1.0))
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
    fn in_a_star_one_has_all_contacts_and_in_a_ring_all_have_as_many() {
        let mut star = Network::builder(5);
        star.absent_actor(4)
            .tie(1, 0, 1.0)
            .tie(0, 2, 1.0)
            .tie(2, 0, 1.0)
            .tie(3, 0, 1.0);
        let star = star.build(0.0).unwrap();
        assert_eq!(degree_centralization_undirected(&star), Ok(1.0));
        let mut ring = Network::builder(4);
        ring.tie(0, 1, 1.0)
            .tie(1, 2, 1.0)
            .tie(2, 3, 1.0)
            .tie(3, 0, 1.0);
        let ring = ring.build(0.0).unwrap();
        assert_eq!(degree_centralization_undirected(&ring), Ok(0.0));
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
