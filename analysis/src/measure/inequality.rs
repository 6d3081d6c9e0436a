//! How unequally people are named, who stands apart, and where one person stands.

use crate::network::Network;
use crate::outcome::Undefined;

use super::degree::actor_in_degree;

/// How many colleagues a person names on average.
///
/// # Definition
/// (n - 1) x (ties / known cells), which is L / n where every cell is known
/// # Shape and unit
/// a number of colleagues, 0 to n - 1; the same for naming and being named
/// # Missing
/// the density of the known cells is carried over to the unknown ones
/// # Undefined
/// TooFewActors below n = 2; NothingObserved if no cell is known
/// # Source
/// Wasserman & Faust (1994), section 4.3
/// # Agrees with
/// mean of sna `degree(cmode = "indegree")` 2.7-1 where every cell is known, 1e-9
/// # Cost
/// O(1)
pub fn mean_degree(net: &Network) -> Result<f64, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let known = net.n_observed_pairs();
    if known == 0 {
        return Err(Undefined::NothingObserved);
    }
    Ok(net.n_ties() as f64 * (net.n_actors() - 1) as f64 / known as f64)
}

/// How much people differ in how often they are named.
///
/// # Definition
/// square root of sum_i (d_i - mean d)^2 / (n' - 1), d_i the in-degree of the n' actors who have one
/// # Shape and unit
/// a number of colleagues
/// # Missing
/// unknown cells are not counted in d_i; actors whose whole column is unknown are left out
/// # Undefined
/// TooFewActors with fewer than two in-degrees
/// # Source
/// Snijders (1981), Social Networks 3, 163-174 (degree variance), with n - 1 in place of n
/// # Agrees with
/// R `sd` of sna `degree(cmode = "indegree")` 2.7-1, 1e-9
/// # Cost
/// O(n)
pub fn in_degree_sd(net: &Network) -> Result<f64, Undefined> {
    let degrees = in_degrees(net);
    if degrees.len() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let n = degrees.len() as f64;
    let mean = degrees.iter().sum::<f64>() / n;
    let squares: f64 = degrees.iter().map(|d| (d - mean) * (d - mean)).sum();
    Ok((squares / (n - 1.0)).sqrt())
}

/// How unequally being named is spread: 0 = all are named equally often, near 1 = one has it all.
///
/// # Definition
/// sum_i sum_j |d_i - d_j| / (2 n' sum_i d_i), d_i the in-degree of the n' actors who have one
/// # Shape and unit
/// one number in \[0, 1 - 1 / n'\]
/// # Missing
/// unknown cells are not counted in d_i; actors whose whole column is unknown are left out
/// # Undefined
/// TooFewActors with fewer than two in-degrees; NoTies if all are 0
/// # Source
/// Gini (1912), Variabilità e mutabilità
/// # Agrees with
/// the double sum of the definition, 1e-12
/// # Cost
/// O(n log n)
pub fn in_degree_gini(net: &Network) -> Result<f64, Undefined> {
    let mut degrees = in_degrees(net);
    if degrees.len() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let sum: f64 = degrees.iter().sum();
    if sum == 0.0 {
        return Err(Undefined::NoTies);
    }
    degrees.sort_unstable_by(f64::total_cmp);
    let n = degrees.len() as f64;
    // Sorted, the i-th smallest of n stands above i - 1 and below n - i others.
    let ranks = degrees.iter().zip(1_u32..);
    let ranked: f64 = ranks.map(|(d, i)| (2.0 * f64::from(i) - n - 1.0) * d).sum();
    Ok(ranked / (n * sum))
}

fn in_degrees(net: &Network) -> Vec<f64> {
    actor_in_degree(net)
        .into_iter()
        .filter_map(Result::ok)
        .map(f64::from)
        .collect()
}

/// How many stand apart, and of how many that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    pub count: u64,
    pub of: u64,
}

impl Share {
    /// The share; NothingObserved where it is known of nobody.
    pub fn value(&self) -> Result<f64, Undefined> {
        if self.of == 0 {
            return Err(Undefined::NothingObserved);
        }
        Ok(self.count as f64 / self.of as f64)
    }

    fn add(&mut self, isolated: Option<bool>) {
        if let Some(isolated) = isolated {
            self.of += 1;
            self.count += u64::from(isolated);
        }
    }
}

/// Who is named by nobody, who names nobody, and who stands quite alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IsolateShares {
    /// Named by nobody.
    pub named_by_nobody: Share,
    /// Naming nobody.
    pub naming_nobody: Share,
    /// Both.
    pub total: Share,
}

/// What share of the team is named by nobody, names nobody, or both.
///
/// # Definition
/// actors with in-degree 0, with out-degree 0, and with both 0, as a share of those of whom it is known
/// # Shape and unit
/// three counts, each with the number it is a share of
/// # Missing
/// a known tie says that an actor is not isolated; without one it is known only if no cell of the column (row, both) is unknown. Actors of
/// whom it is not known are left out of count and total
/// # Undefined
/// [`Share::value`] NothingObserved where it is known of nobody; TooFewActors below n = 2
/// # Source
/// Bakkenes, De Brabander & Imants (1999), Educational Administration Quarterly 35, 166-202
/// # Agrees with
/// sna `isolates` 2.7-1 for the total, exactly, where every cell is known
/// # Cost
/// O(n)
pub fn isolate_shares(net: &Network) -> Result<IsolateShares, Undefined> {
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let mut shares = IsolateShares::default();
    for i in (0..net.n_positions()).filter(|&i| net.is_present(i)) {
        let [into, out, total] = isolation(net, i);
        shares.named_by_nobody.add(into);
        shares.naming_nobody.add(out);
        shares.total.add(total);
    }
    Ok(shares)
}

/// Isolated by in-, out- and both degrees, where that is known.
fn isolation(net: &Network, actor: usize) -> [Option<bool>; 3] {
    let side = |ties: u32, unknown: u32| match (ties, unknown) {
        (0, 0) => Some(true),
        (0, _) => None,
        _ => Some(false),
    };
    let into = side(net.in_ties()[actor], net.in_unknown()[actor]);
    let out = side(net.out_ties()[actor], net.out_unknown()[actor]);
    let total = match (into, out) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    [into, out, total]
}

/// Where one person stands among the colleagues.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Colleagues who name this person.
    pub in_degree: u32,
    /// In-degree as a share of the colleagues who could have named this person.
    pub in_degree_share: f64,
    /// Place by in-degree, 1 = named most; who are equal share the middle of their places.
    pub rank: f64,
    /// Among how many the place was found.
    pub n_ranked: u32,
    /// Named by nobody; None where that is not known.
    pub named_by_nobody: Option<bool>,
    /// Naming nobody; None where that is not known.
    pub naming_nobody: Option<bool>,
    /// Neither; None where that is not known.
    pub isolated: Option<bool>,
}

/// Where one person (the principal, the coordinator) stands: how often named, at what place, and whether isolated. For the researcher only.
///
/// # Definition
/// share k_i / (n - 1); rank = 1 + number with a larger in-degree + half the number of others with the same; isolation as [`isolate_shares`]
/// # Shape and unit
/// [`Position`]
/// # Missing
/// unknown cells are not counted, so share and place of the in-degree are those of the known ties; isolation is None where an unknown cell
/// could undo it
/// # Undefined
/// NothingObserved for an absent actor and one whose column is wholly unknown; TooFewActors below n = 2
/// # Source
/// Bakkenes, De Brabander & Imants (1999), Educational Administration Quarterly 35, 166-202
/// # Agrees with
/// R `rank(-degree, ties.method = "average")`, exactly
/// # Cost
/// O(n)
pub fn position_of(net: &Network, actor: usize) -> Result<Position, Undefined> {
    if !net.is_present(actor) {
        return Err(Undefined::NothingObserved);
    }
    if net.n_actors() < 2 {
        return Err(Undefined::TooFewActors);
    }
    let degrees = actor_in_degree(net);
    let own = degrees[actor]?;
    let (mut above, mut equal, mut n_ranked) = (0_u32, 0_u32, 0_u32);
    for degree in degrees.into_iter().flatten() {
        n_ranked += 1;
        above += u32::from(degree > own);
        equal += u32::from(degree == own);
    }
    let [named_by_nobody, naming_nobody, isolated] = isolation(net, actor);
    Ok(Position {
        in_degree: own,
        in_degree_share: f64::from(own) / (net.n_actors() - 1) as f64,
        rank: 1.0 + f64::from(above) + f64::from(equal - 1) / 2.0,
        n_ranked,
        named_by_nobody,
        naming_nobody,
        isolated,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_named_by_all() {
        let mut builder = Network::builder(4);
        builder.tie(1, 0, 1.0).tie(2, 0, 1.0).tie(3, 0, 1.0);
        let net = builder.build(0.0).unwrap();
        assert_eq!(in_degree_gini(&net), Ok(0.75));
        assert_eq!(in_degree_sd(&net), Ok(1.5));
        assert_eq!(mean_degree(&net), Ok(0.75));
        let first = position_of(&net, 0).unwrap();
        assert_eq!((first.in_degree_share, first.rank), (1.0, 1.0));
        assert_eq!(first.naming_nobody, Some(true));
        assert_eq!(position_of(&net, 2).unwrap().rank, 3.0);
        let shares = isolate_shares(&net).unwrap();
        assert_eq!(shares.named_by_nobody.value(), Ok(0.75));
        assert_eq!(shares.total.value(), Ok(0.0));
    }

    #[test]
    fn silence_is_not_isolation() {
        let mut builder = Network::builder(3);
        builder.silent(2).tie(0, 1, 1.0);
        let net = builder.build(0.0).unwrap();
        let silent = position_of(&net, 2).unwrap();
        assert_eq!(silent.named_by_nobody, Some(true));
        assert_eq!((silent.naming_nobody, silent.isolated), (None, None));
        assert_eq!(
            isolate_shares(&net).unwrap().naming_nobody,
            Share { count: 1, of: 2 }
        );
    }
}
