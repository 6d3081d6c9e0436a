//! Between which values betweenness certainly lies, whatever the missing answers would have been.

use super::centralization::betweenness_centralization;
use crate::network::{Cell, Network};
use crate::outcome::{Interval, Undefined};

/// Above this the n x n distances are not held.
const MOST_ACTORS: usize = 400;
/// Room for rounding.
const ROOM: f64 = 1e-12;
const FAR: u32 = u32::MAX;

/// A range in which the betweenness of each person certainly lies, whatever the missing answers would have been; it may be wider than needed.
///
/// # Definition
/// Let d and g be distance and number of shortest paths over the known ties, D and G with all unknown cells tied as well. A pair (s, t) with
/// d = D keeps that distance in every completion; its share through i lies between g(i) / (g(i) + G - G(i)) and G(i) / (G(i) + g - g(i)), where
/// g(i) and G(i) count the shortest paths through i. For any other pair the share lies between 0 and 1, or is 0 if D(s, i) + D(i, t) > d(s, t)
/// # Shape and unit
/// an interval of pairs per position, in roster order
/// # Missing
/// each pair is bounded by itself, so that no completion need reach an end
/// # Undefined
/// TooFewActors below n = 3; TooManyActors above 400; per position NothingObserved for an absent actor
/// # Source
/// Manski (1990) worst-case bounds, by pair
/// # Agrees with
/// contains every completion of small networks; a point where every cell is known
/// # Cost
/// O(n^3), O(n^2) memory
pub fn actor_betweenness_outer_ranges(
    net: &Network,
) -> Result<Vec<Result<Interval, Undefined>>, Undefined> {
    if net.n_actors() < 3 {
        return Err(Undefined::TooFewActors);
    }
    if net.n_actors() > MOST_ACTORS {
        return Err(Undefined::TooManyActors);
    }
    let ranges = Ranges::of(net);
    let mut next = ranges.least.into_iter().zip(ranges.most);
    Ok((0..net.n_positions())
        .map(|i| {
            let range = if net.is_present(i) { next.next() } else { None };
            let (lower, upper) = range.ok_or(Undefined::NothingObserved)?;
            Ok(Interval { lower, upper })
        })
        .collect())
}

/// A range in which betweenness centralization certainly lies, whatever the missing answers would have been; an OUTER bound: it may be wider
/// than needed.
///
/// # Definition
/// with b_i in \[l_i, h_i\] ([`actor_betweenness_outer_ranges`]) and the sum of all b_i in \[L, H\] (it is the sum of the inner lengths d - 1 of
/// the shortest paths): upper = the smaller of max_i (n h_i - max(L, h_i)) and max_i sum_(j != i) (h_i - min(l_j, h_i)); lower = the larger of
/// n max_i l_i - H and sum_j max(0, max_i l_i - h_j); both over (n - 1)^2 (n - 2), and cut to \[0, 1\]
/// # Shape and unit
/// an interval within \[0, 1\]
/// # Missing
/// unknown cells are anything; each pair of actors is bounded by itself
/// # Undefined
/// TooFewActors below n = 3. Above 400 actors with unknown cells the range is 0 to 1
/// # Source
/// Manski (1990) worst-case bounds, relaxed
/// # Agrees with
/// contains every completion of small networks; equals the index where every cell is known
/// # Cost
/// O(n^3), O(n^2) memory; as the index itself where every cell is known
pub fn betweenness_centralization_outer_bounds(net: &Network) -> Result<Interval, Undefined> {
    if net.n_actors() < 3 {
        return Err(Undefined::TooFewActors);
    }
    if net.n_unknown_pairs() == 0 {
        let value = betweenness_centralization(net)?;
        return Ok(Interval {
            lower: value,
            upper: value,
        });
    }
    if net.n_actors() > MOST_ACTORS {
        return Ok(Interval {
            lower: 0.0,
            upper: 1.0,
        });
    }
    let Ranges {
        least,
        most,
        least_sum,
        most_sum,
    } = Ranges::of(net);
    let n = least.len() as f64;
    let highest_least = least.iter().copied().fold(0.0, f64::max);
    let by_sum = most
        .iter()
        .map(|&high| n * high - least_sum.max(high))
        .fold(0.0, f64::max);
    let by_actor = most
        .iter()
        .zip(&least)
        .map(|(&high, &own)| {
            let above: f64 = least.iter().map(|&low| (high - low).max(0.0)).sum();
            above - (high - own).max(0.0)
        })
        .fold(0.0, f64::max);
    let above: f64 = most
        .iter()
        .map(|&high| (highest_least - high).max(0.0))
        .sum();
    let maximum = (n - 1.0) * (n - 1.0) * (n - 2.0);
    let lower = (n * highest_least - most_sum).max(above) / maximum;
    let upper = by_sum.min(by_actor) / maximum;
    Ok(Interval {
        lower: (lower - ROOM).clamp(0.0, 1.0),
        upper: (upper + ROOM).clamp(0.0, 1.0),
    })
}

struct Ranges {
    least: Vec<f64>,
    most: Vec<f64>,
    least_sum: f64,
    most_sum: f64,
}

impl Ranges {
    fn of(net: &Network) -> Self {
        let actors: Vec<usize> = (0..net.n_positions())
            .filter(|&i| net.is_present(i))
            .collect();
        let n = actors.len();
        let mut known = vec![Vec::new(); n];
        let mut open = vec![Vec::new(); n];
        for (a, &i) in actors.iter().enumerate() {
            for (b, &j) in actors.iter().enumerate() {
                match net.cell(i, j) {
                    Cell::Present(_) => {
                        known[a].push(b);
                        open[a].push(b);
                    }
                    Cell::Unknown => open[a].push(b),
                    Cell::Absent | Cell::Impossible => {}
                }
            }
        }
        let (known, open) = (Geodesics::of(&known), Geodesics::of(&open));
        let mut ranges = Self {
            least: vec![0.0; n],
            most: vec![0.0; n],
            least_sum: 0.0,
            most_sum: 0.0,
        };
        for s in 0..n {
            for t in (0..n).filter(|&t| t != s) {
                ranges.add(s, t, &known, &open);
            }
        }
        for (least, most) in ranges.least.iter_mut().zip(&mut ranges.most) {
            *least *= 1.0 - ROOM;
            *most *= 1.0 + ROOM;
        }
        ranges
    }

    /// What one pair can add to each actor, and to the sum.
    fn add(&mut self, s: usize, t: usize, known: &Geodesics, open: &Geodesics) {
        let n = self.least.len();
        let (longest, shortest) = (known.distance[s * n + t], open.distance[s * n + t]);
        if shortest == FAR || longest == 1 {
            return;
        }
        // Someone who cannot be reached adds nothing, and a path has at most n - 2 actors within.
        let certain = longest == shortest;
        if longest == FAR {
            self.most_sum += (n - 2) as f64;
        } else {
            self.most_sum += f64::from(longest - 1);
            self.least_sum += f64::from(shortest - 1);
        }
        let (from_s, from_s_known) = (&open.distance[s * n..], &known.distance[s * n..]);
        for i in (0..n).filter(|&i| i != s && i != t) {
            let (one, two) = (from_s[i], open.distance[i * n + t]);
            if one == FAR || two == FAR || one + two > longest {
                continue;
            }
            if !certain {
                self.most[i] += 1.0;
                continue;
            }
            let through = open.count[s * n + i] * open.count[i * n + t];
            let (one, two) = (from_s_known[i], known.distance[i * n + t]);
            let through_known = if one != FAR && two != FAR && one + two == longest {
                known.count[s * n + i] * known.count[i * n + t]
            } else {
                0.0
            };
            let beside = (open.count[s * n + t] - through).max(0.0);
            let beside_known = (known.count[s * n + t] - through_known).max(0.0);
            if through_known > 0.0 {
                self.least[i] += through_known / (through_known + beside);
            }
            self.most[i] += through / (through + beside_known);
        }
    }
}

/// Distances and numbers of shortest paths from each to each, row by row.
struct Geodesics {
    distance: Vec<u32>,
    count: Vec<f64>,
}

impl Geodesics {
    fn of(successors: &[Vec<usize>]) -> Self {
        let n = successors.len();
        let mut distance = vec![FAR; n * n];
        let mut count = vec![0.0; n * n];
        let mut order = Vec::with_capacity(n);
        let rows = distance.chunks_exact_mut(n).zip(count.chunks_exact_mut(n));
        for (s, (distance, count)) in rows.enumerate() {
            order.clear();
            order.push(s);
            distance[s] = 0;
            count[s] = 1.0;
            let mut at = 0;
            while let Some(&v) = order.get(at) {
                at += 1;
                for &w in &successors[v] {
                    if distance[w] == FAR {
                        distance[w] = distance[v] + 1;
                        order.push(w);
                    }
                    if distance[w] == distance[v] + 1 {
                        count[w] += count[v];
                    }
                }
            }
        }
        Self { distance, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_certainly_between_stays_so() {
        // 0 -> 1 -> 2 is known; whether 2 names anyone is not.
        let mut builder = Network::builder(3);
        builder.silent(2).tie(0, 1, 1.0).tie(1, 2, 1.0);
        let net = builder.build(0.0).unwrap();
        let ranges = actor_betweenness_outer_ranges(&net).unwrap();
        let middle = ranges[1].unwrap();
        assert!(middle.lower > 0.99 && middle.upper < 2.01);
        let bounds = betweenness_centralization_outer_bounds(&net).unwrap();
        assert!(bounds.contains(betweenness_centralization(&net).unwrap()));
    }
}
