//! How the sum of whole-numbered scores of one group is distributed over all ways to choose the group.

/// Counts of the assignments by the sum of the chosen scores.
#[derive(Debug, Clone)]
pub(super) struct SumDistribution {
    lowest: i64,
    step: i64,
    /// At place i: assignments whose sum is `lowest` + i `step`. Whole numbers up to 2^53, to 1e-13 beyond.
    counts: Vec<f64>,
    total: f64,
    /// n times the mean of the sum, a whole number.
    n_mean: i128,
    n: i128,
}

/// More additions than this are not made: about a second.
const MAX_WORK: usize = 1_000_000_000;
/// Up to this many units no count leaves the range of f64.
const MAX_UNITS: usize = 1000;

impl SumDistribution {
    /// The distribution for `chosen` of the units, 0 < chosen < n; nothing if counting would take too long.
    ///
    /// The recursion over the units: one more unit is either chosen or not (Pagano & Tritchler 1983, without the transform).
    pub fn of(scores: &[i64], chosen: usize) -> Option<Self> {
        let n = scores.len();
        if chosen == 0 || chosen >= n || n > MAX_UNITS {
            return None;
        }
        let mut sorted = scores.to_vec();
        sorted.sort_unstable();
        let all: i64 = sorted.iter().sum();
        let least = sorted[0];
        let step = sorted
            .iter()
            .fold(0, |gcd, x| common(gcd, x - least))
            .max(1);
        let places: Vec<usize> = sorted
            .iter()
            .map(|x| usize::try_from((x - least) / step))
            .collect::<Result<_, _>>()
            .ok()?;
        // The smaller group is followed; the sum of the other one is what is left.
        let smaller = chosen.min(n - chosen);
        let width = places[n - smaller..].iter().sum::<usize>().checked_add(1)?;
        if n.checked_mul(smaller)?.checked_mul(width)? > MAX_WORK {
            return None;
        }
        let mut table = vec![0.0; (smaller + 1) * width];
        table[0] = 1.0;
        // Highest sum reached with k chosen so far: beyond it all counts are 0.
        let mut reached: Vec<Option<usize>> = vec![None; smaller + 1];
        reached[0] = Some(0);
        for &place in &places {
            for k in (0..smaller).rev() {
                let Some(top) = reached[k] else { continue };
                let (without, with) = table.split_at_mut((k + 1) * width);
                let from = &without[k * width..=k * width + top];
                for (to, count) in with[place..].iter_mut().zip(from) {
                    *to += count;
                }
                let raised = top + place;
                reached[k + 1] = Some(reached[k + 1].map_or(raised, |seen| seen.max(raised)));
            }
        }
        let mut counts = table.split_off(smaller * width);
        let mut lowest = smaller as i64 * least;
        if smaller != chosen {
            counts.reverse();
            lowest = all - (lowest + (width as i64 - 1) * step);
        }
        Some(Self {
            lowest,
            step,
            total: counts.iter().sum(),
            counts,
            n_mean: chosen as i128 * i128::from(all),
            n: n as i128,
        })
    }

    /// Share of the assignments whose sum is `sum` or more.
    pub fn at_least(&self, sum: i64) -> f64 {
        self.share(|other| other >= sum)
    }

    /// Share of the assignments whose sum is `sum` or less.
    pub fn at_most(&self, sum: i64) -> f64 {
        self.share(|other| other <= sum)
    }

    /// Share of the assignments whose sum is at least as far from its mean as `sum`; in whole numbers, so that none is lost to rounding.
    pub fn as_far(&self, sum: i64) -> f64 {
        let distance = |sum: i64| (self.n * i128::from(sum) - self.n_mean).abs();
        let observed = distance(sum);
        self.share(|other| distance(other) >= observed)
    }

    fn share(&self, counted: impl Fn(i64) -> bool) -> f64 {
        let sums = self.counts.iter().enumerate();
        let count: f64 = sums
            .filter(|&(place, _)| counted(self.lowest + place as i64 * self.step))
            .map(|(_, count)| count)
            .sum();
        count / self.total
    }
}

fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::assignments::RevolvingDoor;

    #[test]
    fn as_if_every_assignment_had_been_looked_at() {
        let scores = [7, -3, 4, 4, 12, 0, 4, -3, 9];
        for chosen in 1..9 {
            let counted = SumDistribution::of(&scores, chosen).unwrap();
            let mut sums = vec![scores[..chosen].iter().sum::<i64>()];
            let mut door = RevolvingDoor::new(9, chosen);
            while let Some((leaves, enters)) = door.swap() {
                sums.push(sums[sums.len() - 1] - scores[leaves] + scores[enters]);
            }
            let all = sums.len() as f64;
            assert_eq!(counted.total, all);
            let share =
                |f: &dyn Fn(i64) -> bool| sums.iter().filter(|&&s| f(s)).count() as f64 / all;
            for &sum in &sums {
                let far = |s: i64| (9 * s - chosen as i64 * 34).abs();
                assert_eq!(counted.at_least(sum), share(&|s| s >= sum));
                assert_eq!(counted.at_most(sum), share(&|s| s <= sum));
                assert_eq!(counted.as_far(sum), share(&|s| far(s) >= far(sum)));
            }
        }
    }

    #[test]
    fn what_cannot_be_counted_is_left() {
        assert!(SumDistribution::of(&[1, 2], 0).is_none());
        assert!(SumDistribution::of(&[1, 2], 2).is_none());
        assert!(SumDistribution::of(&(0..1001).collect::<Vec<_>>(), 3).is_none());
        assert!(SumDistribution::of(&(0..600).collect::<Vec<_>>(), 300).is_none());
        let long = SumDistribution::of(&(0..104).collect::<Vec<_>>(), 53).unwrap();
        assert!((long.at_least(i64::MIN) - 1.0).abs() < 1e-12);
    }
}
