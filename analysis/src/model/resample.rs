//! How precise a measure of one network is, judged from the network itself: actors drawn again, or left out one at a time.

use rand::{Rng, RngExt};

use super::matrix::within_reach;
use crate::network::{Cell, Network};
use crate::numeric::noncentral_t::central_quantile;
use crate::outcome::{Interval, Undefined};

/// A measure and how it varies over networks of actors drawn again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bootstrap {
    pub observed: f64,
    /// Mean over the draws in which the measure exists.
    pub mean: f64,
    /// Standard deviation over those draws.
    pub se: f64,
    /// From the lower to the upper percentile of those draws.
    pub percentile: Interval,
    /// Observed -/+ t x se, t with n - 1 degrees of freedom.
    pub t_interval: Interval,
    /// Draws in which the measure exists.
    pub draws: u64,
    /// Share of all draws in which it does not.
    pub share_undefined: f64,
}

/// A measure and how it varies when each actor in turn is left out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jackknife {
    pub observed: f64,
    /// Mean over the networks with one actor left out in which the measure exists.
    pub mean: f64,
    pub se: f64,
    /// Observed -/+ t x se, t with n - 1 degrees of freedom.
    pub t_interval: Interval,
    /// Share of the networks with one actor left out in which the measure does not exist.
    pub share_undefined: f64,
}

/// How precise the measure is if these colleagues could as well have been others like them.
///
/// # Definition
/// n actors drawn with replacement; the pair (h, l) of draws takes the cell of the two actors drawn; where both are the same actor, the two cells
/// of a dyad drawn at random from the network, in random order (so that reciprocity is neither lost nor gained). se = standard deviation
/// of the measure over the draws; percentiles interpolated linearly
/// # Shape and unit
/// in the unit of the measure; `statistic` gets the drawn network and for each of its positions the actor that stands there
/// # Missing
/// unknown cells are drawn as unknown; ties keep their values
/// # Undefined
/// the measure's own reason if the observed network has none; TooFewActors below n = 2; TooFewUnits if it exists in fewer than two draws;
/// TooManyActors above 2,000 positions
/// # Source
/// Snijders & Borgatti (1999), Connections 22(2), 161-170
/// # Agrees with
/// the procedure written out in R 4.2.2 for density, se within Monte Carlo error
/// # Cost
/// per draw O(n^2) and the measure
pub fn vertex_bootstrap(
    net: &Network,
    statistic: impl Fn(&Network, &[usize]) -> Result<f64, Undefined>,
    level: f64,
    draws: u64,
    rng: &mut impl Rng,
) -> Result<Bootstrap, Undefined> {
    let cells = Cells::of(net)?;
    let n = cells.actors.len();
    let everyone: Vec<usize> = (0..net.n_positions()).collect();
    let observed = statistic(net, &everyone)?;
    if n < 2 {
        return Err(Undefined::TooFewActors);
    }
    let mut drawn = Vec::new();
    let mut places = vec![0; n];
    let mut actors = vec![0; n];
    for _ in 0..draws {
        for (place, actor) in places.iter_mut().zip(&mut actors) {
            *place = rng.random_range(0..n);
            *actor = cells.actors[*place];
        }
        let again = cells.drawn(&places, rng)?;
        if let Some(value) = statistic(&again, &actors).ok().filter(|x| x.is_finite()) {
            drawn.push(value);
        }
    }
    if drawn.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let (mean, squares) = mean_and_squares(&drawn);
    let se = (squares / (drawn.len() - 1) as f64).sqrt();
    drawn.sort_by(f64::total_cmp);
    let tail = (1.0 - level) / 2.0;
    Ok(Bootstrap {
        observed,
        mean,
        se,
        percentile: Interval {
            lower: percentile(&drawn, tail),
            upper: percentile(&drawn, 1.0 - tail),
        },
        t_interval: t_interval(observed, se, level, n)?,
        draws: drawn.len() as u64,
        share_undefined: 1.0 - drawn.len() as f64 / draws as f64,
    })
}

/// How precise the measure is, judged by what it becomes without each colleague in turn.
///
/// # Definition
/// se = sqrt((n - 2) / (2 n) sum_i (z_(i) - mean z_(.))^2), z_(i) the measure without actor i. The factor is that of networks, in which
/// leaving out one of n actors takes two shares of the pairs: for density it is unbiased if ties are independent
/// # Shape and unit
/// in the unit of the measure
/// # Missing
/// unknown cells stay unknown; silent actors are left out in their turn too
/// # Undefined
/// the measure's own reason if the observed network has none; TooFewActors below n = 3; TooFewUnits if it exists in fewer than two of the networks;
/// TooManyActors above 2,000 positions
/// # Source
/// Snijders & Borgatti (1999), Connections 22(2), 161-170; Frank & Snijders (1994), Journal of Official Statistics 10, 53-67
/// # Agrees with
/// closed form for density, sqrt((n - 2) / (2 n) sum_i (d_i - mean d)^2) / ((n - 1) (n - 2)), d_i = in-degree + out-degree, 1e-12
/// # Cost
/// n times O(n^2) and the measure
pub fn jackknife(
    net: &Network,
    statistic: impl Fn(&Network) -> Result<f64, Undefined>,
    level: f64,
) -> Result<Jackknife, Undefined> {
    let cells = Cells::of(net)?;
    let n = cells.actors.len();
    let observed = statistic(net)?;
    if n < 3 {
        return Err(Undefined::TooFewActors);
    }
    let mut values = Vec::with_capacity(n);
    for &left_out in &cells.actors {
        let rest = cells.without(net, left_out)?;
        if let Some(value) = statistic(&rest).ok().filter(|x| x.is_finite()) {
            values.push(value);
        }
    }
    if values.len() < 2 {
        return Err(Undefined::TooFewUnits);
    }
    let (mean, squares) = mean_and_squares(&values);
    // Where the measure does not exist without some actors, the sum is brought up to n.
    let all = squares * n as f64 / values.len() as f64;
    let se = ((n - 2) as f64 / (2 * n) as f64 * all).sqrt();
    Ok(Jackknife {
        observed,
        mean,
        se,
        t_interval: t_interval(observed, se, level, n)?,
        share_undefined: 1.0 - values.len() as f64 / n as f64,
    })
}

/// The cells among the present actors.
struct Cells {
    /// The positions of the present actors.
    actors: Vec<usize>,
    /// Row by row over the present actors.
    cells: Vec<Cell>,
}

impl Cells {
    fn of(net: &Network) -> Result<Self, Undefined> {
        within_reach(net.n_positions())?;
        let actors: Vec<usize> = (0..net.n_positions())
            .filter(|&i| net.is_present(i))
            .collect();
        let row = |&i: &usize| actors.iter().map(move |&j| net.cell(i, j));
        let cells = actors.iter().flat_map(row).collect();
        Ok(Self { actors, cells })
    }

    fn at(&self, i: usize, j: usize) -> Cell {
        self.cells[i * self.actors.len() + j]
    }

    /// The network of the actors in these places.
    fn drawn(&self, places: &[usize], rng: &mut impl Rng) -> Result<Network, Undefined> {
        let n = places.len();
        let mut builder = Network::builder(n);
        for h in 0..n {
            for l in 0..h {
                let (mut i, mut j) = (places[h], places[l]);
                if i == j {
                    i = rng.random_range(0..n);
                    j = (i + rng.random_range(1..n)) % n;
                }
                for (ego, alter, cell) in [(h, l, self.at(i, j)), (l, h, self.at(j, i))] {
                    match cell {
                        Cell::Present(value) => builder.tie(ego, alter, value),
                        Cell::Unknown => builder.unknown(ego, alter),
                        Cell::Absent | Cell::Impossible => &mut builder,
                    };
                }
            }
        }
        built(builder.build(f64::NEG_INFINITY))
    }

    /// The network without this actor, everyone else in their own position.
    fn without(&self, net: &Network, left_out: usize) -> Result<Network, Undefined> {
        let mut builder = Network::builder(net.n_positions());
        for position in 0..net.n_positions() {
            if !net.is_present(position) || position == left_out {
                builder.absent_actor(position);
            }
        }
        for (i, &ego) in self.actors.iter().enumerate() {
            for (j, &alter) in self.actors.iter().enumerate() {
                if ego == left_out || alter == left_out {
                    continue;
                }
                match self.at(i, j) {
                    Cell::Present(value) => builder.tie(ego, alter, value),
                    Cell::Unknown => builder.unknown(ego, alter),
                    Cell::Absent | Cell::Impossible => &mut builder,
                };
            }
        }
        built(builder.build(f64::NEG_INFINITY))
    }
}

/// Cells of a network make a network, so no fault is left to find.
fn built(net: Result<Network, crate::network::NetworkFault>) -> Result<Network, Undefined> {
    net.map_err(|_| Undefined::NotFinite)
}

fn mean_and_squares(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|x| (x - mean).powi(2)).sum())
}

/// Linear between the order statistics (type 7 of Hyndman & Fan 1996).
fn percentile(sorted: &[f64], share: f64) -> f64 {
    let place = share.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

fn t_interval(observed: f64, se: f64, level: f64, n: usize) -> Result<Interval, Undefined> {
    let t = central_quantile((1.0 + level) / 2.0, (n - 1) as f64)?;
    Ok(Interval {
        lower: observed - t * se,
        upper: observed + t * se,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_lie_between_the_values() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        let at = [0.0, 0.5, 0.9, 1.0].map(|share| percentile(&sorted, share));
        assert_eq!(at[..2], [1.0, 3.0]);
        assert!((at[2] - 6.8).abs() < 1e-12);
        assert_eq!(at[3], 8.0);
    }
}
