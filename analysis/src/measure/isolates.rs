//! Who stands alone: named by nobody, naming nobody, or both; and how many may do so without our knowing.

use super::components::{per_actor, seen};
use crate::network::Network;
use crate::outcome::{Interval, Undefined};

/// Which colleagues nobody names and who name nobody.
///
/// # Definition
/// actors with in-degree and out-degree 0
/// # Shape and unit
/// yes or no per position, in roster order
/// # Missing
/// unknown cells are read as absent
/// # Undefined
/// NothingObserved for an absent actor, and for all where nothing is known of two actors or more
/// # Source
/// Wasserman & Faust (1994), section 4.2.3
/// # Agrees with
/// sna `isolates` 2.7-1, exactly
/// # Cost
/// O(n)
pub fn actor_is_isolate(net: &Network) -> Vec<Result<bool, Undefined>> {
    per_actor(net, |i| net.in_ties()[i] + net.out_ties()[i] == 0)
}

/// How many colleagues are tied to nobody, in neither direction.
///
/// # Definition
/// number of actors with in-degree and out-degree 0
/// # Shape and unit
/// a count, 0 to n
/// # Missing
/// unknown cells are read as absent, so it is an upper bound; [`isolates_bounds`] gives the lower
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Wasserman & Faust (1994), section 4.2.3
/// # Agrees with
/// sna `isolates` 2.7-1, exactly
/// # Cost
/// O(n)
pub fn isolates(net: &Network) -> Result<u64, Undefined> {
    counted(net, |i| net.in_ties()[i] + net.out_ties()[i] == 0)
}

/// How many colleagues are named by nobody.
///
/// # Definition
/// number of i with sum_j x_ji = 0
/// # Shape and unit
/// a count, 0 to n
/// # Missing
/// unknown cells are read as absent, so it is an upper bound; [`in_isolates_bounds`] gives the lower
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Wasserman & Faust (1994), section 4.3
/// # Agrees with
/// counting columns by definition, all networks of four actors
/// # Cost
/// O(n)
pub fn in_isolates(net: &Network) -> Result<u64, Undefined> {
    counted(net, |i| net.in_ties()[i] == 0)
}

/// How many colleagues name nobody.
///
/// # Definition
/// number of i with sum_j x_ij = 0
/// # Shape and unit
/// a count, 0 to n
/// # Missing
/// unknown cells are read as absent, so who did not answer is counted and it is an upper bound; [`out_isolates_bounds`] gives the lower
/// # Undefined
/// TooFewActors without actors; NothingObserved if no cell is known of two actors or more
/// # Source
/// Wasserman & Faust (1994), section 4.3
/// # Agrees with
/// counting rows by definition, all networks of four actors
/// # Cost
/// O(n)
pub fn out_isolates(net: &Network) -> Result<u64, Undefined> {
    counted(net, |i| net.out_ties()[i] == 0)
}

/// The fewest and the most colleagues who are named by nobody, whatever the missing answers would have been.
///
/// # Definition
/// lower: actors with k_i = 0 and u_i = 0 over the columns; upper: actors with k_i = 0
/// # Shape and unit
/// two counts, 0 to n
/// # Missing
/// each column can be completed for itself, so both ends are reached
/// # Undefined
/// TooFewActors without actors
/// # Source
/// Manski (1990) worst-case bounds, applied to the cells
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// O(n)
pub fn in_isolates_bounds(net: &Network) -> Result<Interval, Undefined> {
    one_way_bounds(net, net.in_ties(), net.in_unknown())
}

/// The fewest and the most colleagues who name nobody, whatever the missing answers would have been.
///
/// # Definition
/// lower: actors with k_i = 0 and u_i = 0 over the rows; upper: actors with k_i = 0
/// # Shape and unit
/// two counts, 0 to n
/// # Missing
/// each row can be completed for itself, so both ends are reached
/// # Undefined
/// TooFewActors without actors
/// # Source
/// Manski (1990) worst-case bounds, applied to the cells
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// O(n)
pub fn out_isolates_bounds(net: &Network) -> Result<Interval, Undefined> {
    one_way_bounds(net, net.out_ties(), net.out_unknown())
}

fn one_way_bounds(net: &Network, known: &[u32], unknown: &[u32]) -> Result<Interval, Undefined> {
    if net.n_actors() == 0 {
        return Err(Undefined::TooFewActors);
    }
    let without = |i: &usize| net.is_present(*i) && known[*i] == 0;
    let upper = (0..net.n_positions()).filter(without).count();
    let sure = |i: &usize| without(i) && unknown[*i] == 0;
    let lower = (0..net.n_positions()).filter(sure).count();
    Ok(Interval {
        lower: lower as f64,
        upper: upper as f64,
    })
}

/// The fewest and the most isolates that the answers leave possible, whatever the missing answers would have been.
///
/// # Definition
/// lower: actors without a tie and without an unknown cell in row and column; upper: actors without a known tie
/// # Shape and unit
/// an interval of counts
/// # Missing
/// all unknown cells present for the lower end, all absent for the upper
/// # Undefined
/// TooFewActors without actors
/// # Source
/// Manski (1990) worst-case bounds, by actor
/// # Agrees with
/// enumeration of all completions of small networks, exactly
/// # Cost
/// O(n)
pub fn isolates_bounds(net: &Network) -> Result<Interval, Undefined> {
    if net.n_actors() == 0 {
        return Err(Undefined::TooFewActors);
    }
    let count = |test: &dyn Fn(usize) -> bool| {
        let actors = (0..net.n_positions()).filter(|&i| net.is_present(i));
        actors.filter(|&i| test(i)).count() as f64
    };
    let untied = |i: usize| net.in_ties()[i] + net.out_ties()[i] == 0;
    let known = |i: usize| net.in_unknown()[i] + net.out_unknown()[i] == 0;
    Ok(Interval {
        lower: count(&|i| untied(i) && known(i)),
        upper: count(&untied),
    })
}

fn counted(net: &Network, test: impl Fn(usize) -> bool) -> Result<u64, Undefined> {
    seen(net)?;
    let actors = (0..net.n_positions()).filter(|&i| net.is_present(i));
    Ok(actors.filter(|&i| test(i)).count() as u64)
}
