//! How often chance alone would set two groups as far apart: every assignment counted, or many drawn.

use rand::Rng;

use super::assignment_blocks::{Course, LANES, Rows, p_value};
use super::assignments::n_assignments;
use super::half_table::{HalfTable, n_numbers};
use crate::outcome::{Method, Undefined};

/// How much to count and how much to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// The most work that counting every assignment may be. Where one sum decides: the numbers in two half tables, some 2 x 2^(N/2) (or
    /// the assignments, if those are fewer); where several numbers must be seen together: the assignments visited, half of them when
    /// the groups are equally large. 0 = always draw.
    pub max_exact: u64,
    /// Where that is not enough, so many assignments are drawn.
    pub draws: u64,
}

impl Default for Options {
    /// Twenty-one against twenty-one (538,257,874,440 assignments) in half tables, thirteen against thirteen one by one.
    fn default() -> Self {
        Self {
            max_exact: 6_000_000,
            draws: 99_999,
        }
    }
}

/// A comparison of two groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupTest {
    /// Mean of the high group minus mean of the low group.
    pub difference: f64,
    /// Two-sided.
    pub p_value: f64,
    /// One-sided: the high group is higher.
    pub p_greater: f64,
    pub method: Method,
    /// Difference / its permutation standard deviation.
    pub z: f64,
}

/// p-values of one outcome among several, adjusted for having looked at all of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MaxT {
    pub p_single_step: f64,
    pub p_step_down: f64,
    /// Whether every assignment was counted for all outcomes, or the same drawn ones.
    pub method: Method,
}

/// Whether the two groups differ in their mean by more than the luck of the draw.
///
/// # Definition
/// share of the C(n1 + n2, n1) assignments with |S| >= |S observed| (1 - 1e-9), S the sum of the centred high values; sampled: (b + 1) / (B + 1)
/// # Shape and unit
/// the difference in units of the values; p in (0, 1\]; z without unit, from the exact permutation variance n1 n2 / (N (N - 1)) sum of squares
/// # Missing
/// the caller hands in the units that have a value
/// # Undefined
/// TooFewUnits if a group is empty; NoVariation if all values are equal; NotFinite if a value is not finite
/// # Source
/// Fisher (1935); Phipson & Smyth (2010), SAGMB 9, art. 39, for the sampled p
/// # Agrees with
/// coin `oneway_test(distribution = "exact")` 1.4.2, full enumeration in numpy 2.4.6, 1e-9
/// # Cost
/// O(2^(N/2)) time and memory when exact, whatever the number of assignments: 10 + 10 some 16 microseconds, 15 + 15 (155,117,520
/// assignments) 0.6 ms, 20 + 20 (137,846,528,820) 22 ms and 32 MB; O(B n1) when drawn
pub fn two_groups(
    high: &[f64],
    low: &[f64],
    options: &Options,
    rng: &mut impl Rng,
) -> Result<GroupTest, Undefined> {
    if high.is_empty() || low.is_empty() {
        return Err(Undefined::TooFewUnits);
    }
    let values: Vec<f64> = high.iter().chain(low).copied().collect();
    let (n_high, n) = (high.len(), values.len());
    let centred = Centred::of(&values, n_high)?;
    let scale = scale_to_integers([centred.total()]);
    let steps: Vec<f64> = centred.values.iter().map(|x| (x * scale).round()).collect();
    let rounding = n as f64 + centred.rounding * scale;
    let (two_sided, greater, method) = if let Some(assignments) = countable(n, n_high, options) {
        let (two_sided, greater) = counted(&steps, n_high, rounding, assignments);
        (two_sided, greater, Method::Exact { assignments })
    } else {
        drawn(&steps, n_high, rounding, options, rng)
    };
    let mean = |group: &[f64]| group.iter().sum::<f64>() / group.len() as f64;
    Ok(GroupTest {
        difference: mean(high) - mean(low),
        p_value: p_value(two_sided, method),
        p_greater: p_value(greater, method),
        method,
        z: centred.values[..n_high].iter().sum::<f64>() / centred.deviation,
    })
}

/// How many assignments there are, if half tables can count them at this cost.
fn countable(n: usize, n_high: usize, options: &Options) -> Option<u64> {
    let assignments = n_assignments(n, n_high)?;
    let numbers = n_numbers(n, n_high.min(n - n_high))?;
    (numbers.min(assignments) <= options.max_exact).then_some(assignments)
}

/// How many of the assignments are at least as far out on either side, and on the high side; the first `n_high` units are the high group.
fn counted(steps: &[f64], n_high: usize, rounding: f64, assignments: u64) -> (u64, u64) {
    let (n, n_low) = (steps.len(), steps.len() - n_high);
    // The sum of one group is minus that of the other: the smaller one needs the smaller tables.
    let (group, sign) = if n_high <= n_low {
        (0..n_high, 1)
    } else {
        (n_high..n, -1)
    };
    let chosen = group.len();
    let steps: Vec<i64> = steps.iter().map(|&step| sign * step as i64).collect();
    let observed: i64 = steps[group].iter().sum();
    let slack = slack(observed as f64, rounding).floor() as i64;
    let (first, second) = steps.split_at(n / 2);
    let [first, second] = [first, second].map(|half| HalfTable::of(half, chosen));
    let at_least = |bound: i64| first.n_at_least(&second, chosen, bound);
    let bound = observed.abs() - slack;
    let above = at_least(bound);
    let two_sided = if bound <= 0 {
        assignments
    } else if 2 * chosen == n {
        2 * above
    } else {
        above + (assignments - at_least(1 - bound))
    };
    let greater = if observed >= 0 {
        above
    } else {
        at_least(observed - slack)
    };
    (two_sided, greater)
}

fn drawn(
    steps: &[f64],
    n_high: usize,
    rounding: f64,
    options: &Options,
    rng: &mut impl Rng,
) -> (u64, u64, Method) {
    let observed: f64 = steps[..n_high].iter().sum();
    let slack = slack(observed, rounding);
    let method = Method::Sampled {
        draws: options.draws,
    };
    let course = Course { method, weight: 1 };
    let (mut two_sided, mut greater) = (0, 0);
    course.walk(&Rows::new(steps, steps.len()), n_high, rng, |_, columns| {
        for sum in &columns[0] {
            two_sided += u64::from(sum.abs() >= observed.abs() - slack);
            greater += u64::from(*sum >= observed - slack);
        }
    });
    (two_sided, greater, method)
}

/// Which of several outcomes differ between the groups, the chance of a false alarm in any of them held at the level of one test.
///
/// # Definition
/// z = difference / its permutation standard deviation, over the same assignments for all outcomes. Single step: share with max |z| >= |z observed|;
/// step down: the maximum over the outcomes that are not further out than this one, then made to rise along the order
/// # Shape and unit
/// one pair of p-values per outcome, in the order handed in; an outcome that does not vary gets 1 and takes no part
/// # Missing
/// every outcome needs a value for every unit
/// # Undefined
/// TooFewUnits if a group is empty or an outcome has another number of values; NotFinite if a value is not finite
/// # Source
/// Westfall & Young (1993), algorithms 2.5 and 2.8; same tolerance and sampled p as [`two_groups`]
/// # Agrees with
/// full enumeration in numpy 2.4.6, 1e-9
/// # Cost
/// O(assignments x outcomes) when exact, half of that when the groups are equally large: 10 + 10 with 40 outcomes 1.3 ms, 13 + 13 65 ms;
/// O(B n1 x outcomes) when drawn. Every assignment is looked at: the maximum over outcomes needs their sums together, and no bound on it
/// is sharp enough for the middling thresholds of step-down to skip any
pub fn max_t(
    outcomes: &[Vec<f64>],
    is_high: &[bool],
    options: &Options,
    rng: &mut impl Rng,
) -> Result<Vec<MaxT>, Undefined> {
    let n = is_high.len();
    let n_high = is_high.iter().filter(|&&high| high).count();
    if n_high == 0 || n_high == n || outcomes.iter().any(|values| values.len() != n) {
        return Err(Undefined::TooFewUnits);
    }
    // The high units first, as `walk` begins with them.
    let mut units: Vec<usize> = (0..n).collect();
    units.sort_by_key(|&unit| !is_high[unit]);
    let mut tested: Vec<(usize, Centred)> = Vec::with_capacity(outcomes.len());
    for (outcome, values) in outcomes.iter().enumerate() {
        let ordered: Vec<f64> = units.iter().map(|&unit| values[unit]).collect();
        match Centred::of(&ordered, n_high) {
            Ok(centred) => tested.push((outcome, centred)),
            Err(Undefined::NoVariation) => {}
            Err(reason) => return Err(reason),
        }
    }
    // Least striking first: then the running maximum of a row is the step-down statistic.
    let z =
        |centred: &Centred| centred.values[..n_high].iter().sum::<f64>().abs() / centred.deviation;
    tested.sort_by(|a, b| z(&a.1).total_cmp(&z(&b.1)));
    let width = tested.len();
    let scale = scale_to_integers(tested.iter().map(|(_, c)| c.total() / c.deviation));
    let mut steps = vec![0.0; n * width];
    for (place, (_, centred)) in tested.iter().enumerate() {
        for (unit, x) in centred.values.iter().enumerate() {
            steps[unit * width + place] = (x / centred.deviation * scale).round();
        }
    }
    let rows = Rows::new(&steps, n);
    let mut thresholds = vec![0.0_f64; width];
    for unit in 0..n_high {
        rows.add(&mut thresholds, unit);
    }
    for (threshold, (_, centred)) in thresholds.iter_mut().zip(&tested) {
        let rounding = n as f64 + centred.rounding / centred.deviation * scale;
        *threshold = threshold.abs() - slack(*threshold, rounding);
    }

    let mut single = vec![0_u64; width];
    let mut down = vec![0_u64; width];
    let course = Course::of(n, n_high, true, options);
    course.walk(&rows, n_high, rng, |shared, columns| {
        let mut highest = [f64::NEG_INFINITY; LANES];
        let tested = shared.iter().zip(columns).zip(&thresholds);
        for (((&base, column), &threshold), count) in tested.zip(&mut down) {
            let mut reached = 0;
            for (highest, x) in highest.iter_mut().zip(column) {
                let size = (base + x).abs();
                *highest = if size > *highest { size } else { *highest };
                reached += u64::from(*highest >= threshold);
            }
            *count += reached;
        }
        for (&threshold, count) in thresholds.iter().zip(&mut single) {
            let mut reached = 0;
            for highest in &highest {
                reached += u64::from(*highest >= threshold);
            }
            *count += reached;
        }
    });

    let mut results = vec![
        MaxT {
            p_single_step: 1.0,
            p_step_down: 1.0,
            method: course.method,
        };
        outcomes.len()
    ];
    let mut risen = 0.0_f64;
    for (place, (outcome, _)) in tested.iter().enumerate().rev() {
        risen = risen.max(course.p_value(down[place]));
        results[*outcome] = MaxT {
            p_single_step: course.p_value(single[place]),
            p_step_down: risen,
            method: course.method,
        };
    }
    Ok(results)
}

/// Two sums this close, relatively, are taken as equal: without it assignments that tie with the observed one are lost to rounding.
pub(super) const TOLERANCE: f64 = 1e-9;

/// How much less than the observed sum still counts as equal: the tolerance, and what rounding can add up to.
fn slack(observed: f64, rounding: f64) -> f64 {
    observed.abs() * TOLERANCE + rounding
}

/// Values around their mean, and the standard deviation of the sum of a random group.
struct Centred {
    values: Vec<f64>,
    deviation: f64,
    /// What the last binary digit of the values can add up to: 500.3 is not quite 500.3 there.
    rounding: f64,
}

impl Centred {
    fn of(values: &[f64], n_high: usize) -> Result<Self, Undefined> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let centred: Vec<f64> = values.iter().map(|x| x - mean).collect();
        let squares: f64 = centred.iter().map(|x| x * x).sum();
        if !squares.is_finite() {
            return Err(Undefined::NotFinite);
        }
        if squares == 0.0 || values.iter().all(|&x| x == values[0]) {
            return Err(Undefined::NoVariation);
        }
        let n_high = n_high as f64;
        Ok(Self {
            values: centred,
            deviation: (n_high * (n - n_high) / (n * (n - 1.0)) * squares).sqrt(),
            rounding: last_digits(values),
        })
    }

    fn total(&self) -> f64 {
        self.values.iter().map(|x| x.abs()).sum()
    }
}

/// What the last binary digit of values can add up to, in the values and in their mean.
pub(super) fn last_digits(values: &[f64]) -> f64 {
    4.0 * f64::EPSILON * values.iter().map(|x| x.abs()).sum::<f64>()
}

/// Times this, rounded, every partial sum is a whole number below 2^52: sums along a walk of any length are exact.
pub(super) fn scale_to_integers(totals: impl IntoIterator<Item = f64>) -> f64 {
    let largest = totals.into_iter().fold(f64::MIN_POSITIVE, f64::max);
    2.0_f64.powi(51) / largest
}
