//! Two groups compared on categories: yes or no, or steps of an ordered scale.

use super::sum_distribution::SumDistribution;
use super::units::tail_of;
use crate::numeric::root;
use crate::outcome::Undefined;

/// A two-by-two table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fisher {
    /// Two-sided: all tables no likelier than this one.
    pub p_value: f64,
    /// One-sided: more yes in the high group.
    pub p_greater: f64,
    /// One-sided: fewer yes in the high group.
    pub p_less: f64,
    /// Conditional maximum likelihood; nothing where it is without bound.
    pub odds_ratio: Option<f64>,
    /// At least 0.
    pub lower: f64,
    /// Nothing where there is no upper bound.
    pub upper: Option<f64>,
}

/// Whether one of the two groups says yes, or has something, more often than the other.
///
/// # Definition
/// hypergeometric, given both margins; two-sided p = sum over the tables with probability <= that of the observed one times (1 + 1e-7); odds ratio
/// maximises the conditional likelihood; interval: the odds ratios at which each tail has (1 - confidence) / 2
/// # Shape and unit
/// `yes` of `n` in each group; p in (0, 1\]; odds ratio of high to low, at least 0; confidence in (0, 1)
/// # Missing
/// the caller counts the units that have a value
/// # Undefined
/// TooFewUnits if a group is empty or has more yes than units; NoVariation if all say yes or none; NotFinite if the confidence is not between 0 and 1;
/// NoConvergence if an end of the interval is not found
/// # Source
/// Fisher (1935), JRSS 98, 39-82; Cornfield (1956) for the interval
/// # Agrees with
/// R `fisher.test` 4.2.2: p 1e-12, odds ratio and interval 1e-3 (its search stops early); `uniroot` on the same equations 1e-9
/// # Cost
/// O(n) for p; some hundred times that for the interval
pub fn fisher_exact(
    (yes_high, n_high): (u64, u64),
    (yes_low, n_low): (u64, u64),
    confidence: f64,
) -> Result<Fisher, Undefined> {
    let tail = tail_of(confidence)?;
    if n_high == 0 || n_low == 0 || yes_high > n_high || yes_low > n_low {
        return Err(Undefined::TooFewUnits);
    }
    let yes = yes_high + yes_low;
    if yes == 0 || yes == n_high + n_low {
        return Err(Undefined::NoVariation);
    }
    let (least, most) = (yes.saturating_sub(n_low), yes.min(n_high));
    // Ratios of neighbours: no factorial, nothing to cancel.
    let mut logs = vec![0.0_f64];
    for x in least..most {
        let up = (yes - x) as f64 * (n_high - x) as f64;
        let down = (x + 1) as f64 * (n_low + x + 1 - yes) as f64;
        logs.push(logs[logs.len() - 1] + (up / down).ln());
    }
    let table = Hypergeometric { logs };
    let observed = (yes_high - least) as usize;
    let shares = table.shares(0.0);
    let limit = shares[observed] * (1.0 + 1e-7);
    let p_value: f64 = shares.iter().filter(|&&share| share <= limit).sum();
    let last = shares.len() - 1;
    let odds = |found: Result<f64, Undefined>| found.map(f64::exp);
    let lower = if observed == 0 {
        0.0
    } else {
        let above = |x: f64| table.share(x, observed, last).ln() - tail.ln();
        odds(root::outward(above, 0.0, 1.0))?
    };
    let upper = if observed == last {
        None
    } else {
        let below = |x: f64| table.share(x, 0, observed).ln() - tail.ln();
        Some(odds(root::outward(below, 0.0, 1.0))?)
    };
    let odds_ratio = if observed == last {
        None
    } else if observed == 0 {
        Some(0.0)
    } else {
        // The likeliest odds ratio puts the mean on what was observed.
        let mean = |log_odds: f64| -> f64 {
            let shares = table.shares(log_odds);
            shares
                .iter()
                .enumerate()
                .map(|(x, share)| x as f64 * share)
                .sum()
        };
        Some(odds(root::outward(
            |x| mean(x) - observed as f64,
            0.0,
            1.0,
        ))?)
    };
    Ok(Fisher {
        p_value: p_value.min(1.0),
        p_greater: shares[observed..].iter().sum::<f64>().min(1.0),
        p_less: shares[..=observed].iter().sum::<f64>().min(1.0),
        odds_ratio,
        lower,
        upper,
    })
}

/// Yes in the high group, from the least that the margins allow.
struct Hypergeometric {
    logs: Vec<f64>,
}

/// A comparison over ordered categories.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// Mean score of the high group minus that of the low group.
    pub difference: f64,
    /// Sum of scores minus its mean, in its permutation standard deviations.
    pub z: f64,
    /// Two-sided.
    pub p_value: f64,
    /// One-sided: the high group stands higher.
    pub p_greater: f64,
}

/// Whether one of the two groups stands higher on an ordered scale of few steps.
///
/// # Definition
/// linear by linear: S = sum over the categories of score times count in the high group; p = share of all assignments, given both margins, with
/// |S - mid| >= |S observed - mid|, in whole numbers; z = (S - mid) / its permutation standard deviation
/// # Shape and unit
/// one count per category and group, scores whole numbers in the order of the categories, for instance 1, 2, 3; p in (0, 1\]
/// # Missing
/// the caller counts the units that have a value
/// # Undefined
/// TooFewUnits if a group is empty or the lists differ in length; NoVariation if all units share one score; NoConvergence if there are more units or
/// scores than can be counted (about 200 units on five steps)
/// # Source
/// Agresti, Mehta & Patel (1990), JASA 85, 453-458
/// # Agrees with
/// R 4.2.2, all tables with these margins by `dhyper` products, p 1e-12; coin `lbl_test` has the same z
/// # Cost
/// O(n n1 S)
pub fn trend_exact(high: &[u64], low: &[u64], scores: &[i64]) -> Result<Trend, Undefined> {
    if high.len() != scores.len() || low.len() != scores.len() {
        return Err(Undefined::TooFewUnits);
    }
    let spread_out = |counts: &[u64]| -> Vec<i64> {
        let pairs = counts.iter().zip(scores);
        pairs
            .flat_map(|(&count, &score)| std::iter::repeat_n(score, count as usize))
            .collect()
    };
    let (high, low) = (spread_out(high), spread_out(low));
    if high.is_empty() || low.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let all: Vec<i64> = high.iter().chain(&low).copied().collect();
    if all.iter().all(|&score| score == all[0]) {
        return Err(Undefined::NoVariation);
    }
    let counted = SumDistribution::of(&all, high.len()).ok_or(Undefined::NoConvergence)?;
    let sum: i64 = high.iter().sum();
    let (n, n_high) = (all.len() as f64, high.len() as f64);
    let mean = all.iter().sum::<i64>() as f64 / n;
    let squares: f64 = all.iter().map(|&score| (score as f64 - mean).powi(2)).sum();
    let deviation = (n_high * (n - n_high) / (n * (n - 1.0)) * squares).sqrt();
    Ok(Trend {
        difference: sum as f64 / n_high - low.iter().sum::<i64>() as f64 / (n - n_high),
        z: (sum as f64 - n_high * mean) / deviation,
        p_value: counted.as_far(sum),
        p_greater: counted.at_least(sum),
    })
}

impl Hypergeometric {
    /// Probabilities of the tables if the odds ratio is exp(`log_odds`).
    fn shares(&self, log_odds: f64) -> Vec<f64> {
        let tilted = |(x, log): (usize, &f64)| log + x as f64 * log_odds;
        let logs: Vec<f64> = self.logs.iter().enumerate().map(tilted).collect();
        let highest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut shares: Vec<f64> = logs.iter().map(|log| (log - highest).exp()).collect();
        let sum: f64 = shares.iter().sum();
        for share in &mut shares {
            *share /= sum;
        }
        shares
    }

    /// Probability of the tables `from`..=`to`.
    fn share(&self, log_odds: f64, from: usize, to: usize) -> f64 {
        self.shares(log_odds)[from..=to].iter().sum()
    }
}
