//! Counts how often chance does at least as much as was observed.

/// How rare the observed value is among those that chance gave.
///
/// Each p is (b + 1) / (B + 1), b the draws at least as extreme and B the draws in which the statistic exists (Phipson & Smyth 2010,
/// SAGMB 9, art. 39): never zero, and right on average however few the draws. Values that differ by rounding count as equal.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chance {
    /// Two-sided: draws at least as far from zero.
    pub p_value: f64,
    /// Draws at least as large.
    pub p_greater: f64,
    /// Draws at most as large.
    pub p_less: f64,
    /// Monte Carlo standard error of `p_value`: sqrt(p (1 - p) / B).
    pub mc_se: f64,
    /// Draws in which the statistic exists (B).
    pub draws: u64,
    /// Draws in which it does not; they take no part.
    pub undefined: u64,
}

/// Relative and absolute distance within which a drawn value counts as equal to the observed one: without it permutations that
/// give the same table in another order of summing are lost to rounding.
const RELATIVE: f64 = 1e-9;
const ABSOLUTE: f64 = 1e-12;

/// The counts behind a [`Chance`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    observed: f64,
    slack: f64,
    two_sided: u64,
    greater: u64,
    less: u64,
    defined: u64,
    undefined: u64,
}

impl Tally {
    pub fn of(observed: f64) -> Self {
        Self {
            observed,
            slack: RELATIVE * observed.abs() + ABSOLUTE,
            two_sided: 0,
            greater: 0,
            less: 0,
            defined: 0,
            undefined: 0,
        }
    }

    /// One more draw; `None` where the statistic does not exist.
    pub fn count(&mut self, drawn: Option<f64>) {
        let Some(drawn) = drawn else {
            self.undefined += 1;
            return;
        };
        self.defined += 1;
        self.two_sided += u64::from(drawn.abs() >= self.observed.abs() - self.slack);
        self.greater += u64::from(drawn >= self.observed - self.slack);
        self.less += u64::from(drawn <= self.observed + self.slack);
    }

    pub fn chance(&self) -> Chance {
        let p = |count: u64| (count + 1) as f64 / (self.defined + 1) as f64;
        let p_value = p(self.two_sided);
        Chance {
            p_value,
            p_greater: p(self.greater),
            p_less: p(self.less),
            mc_se: (p_value * (1.0 - p_value) / self.defined.max(1) as f64).sqrt(),
            draws: self.defined,
            undefined: self.undefined,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_observed_value_counts_as_one_draw() {
        let mut tally = Tally::of(0.5);
        for drawn in [Some(0.5 - 1e-13), Some(-0.6), Some(0.1), None] {
            tally.count(drawn);
        }
        let chance = tally.chance();
        assert_eq!((chance.draws, chance.undefined), (3, 1));
        assert_eq!(
            (chance.p_value, chance.p_greater, chance.p_less),
            (0.75, 0.5, 1.0)
        );
        assert_eq!(chance.mc_se, (0.75_f64 * 0.25 / 3.0).sqrt());
        assert_eq!(Tally::of(0.0).chance().p_value, 1.0);
    }
}
