//! How often chance alone would set two groups as far apart: every assignment counted, or many drawn.

use rand::{Rng, RngExt};

use super::assignments::{RevolvingDoor, n_assignments};
use crate::outcome::{Method, Undefined};

/// How much to enumerate and how much to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Up to this many assignments all are counted.
    pub max_exact: u64,
    /// Beyond that, so many are drawn.
    pub draws: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_exact: 200_000,
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
/// O(assignments) when exact, O(B n1) when drawn
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
    let observed: f64 = steps[..n_high].iter().sum();
    let slack = observed.abs() * TOLERANCE + n as f64;
    let mut two_sided = 0_u64;
    let mut greater = 0_u64;
    let method = walk(&Rows::new(&steps, n), n_high, options, rng, |sums| {
        two_sided += u64::from(sums[0].abs() >= observed.abs() - slack);
        greater += u64::from(sums[0] >= observed - slack);
    });
    let mean = |group: &[f64]| group.iter().sum::<f64>() / group.len() as f64;
    Ok(GroupTest {
        difference: mean(high) - mean(low),
        p_value: p_value(two_sided, method),
        p_greater: p_value(greater, method),
        method,
        z: centred.values[..n_high].iter().sum::<f64>() / centred.deviation,
    })
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
/// O(assignments x outcomes) when exact, O(B n1 x outcomes) when drawn
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
    let mut thresholds = vec![0.0; width];
    for unit in 0..n_high {
        rows.add(&mut thresholds, unit);
    }
    for threshold in &mut thresholds {
        *threshold = threshold.abs() * (1.0 - TOLERANCE) - n as f64;
    }

    let mut single = vec![0_u64; width];
    let mut down = vec![0_u64; width];
    let method = walk(&rows, n_high, options, rng, |sums| {
        let mut highest = 0.0;
        for ((sum, &threshold), count) in sums.iter().zip(&thresholds).zip(&mut down) {
            let size = sum.abs();
            if size > highest {
                highest = size;
            }
            *count += u64::from(highest >= threshold);
        }
        for (&threshold, count) in thresholds.iter().zip(&mut single) {
            *count += u64::from(highest >= threshold);
        }
    });

    let mut results = vec![
        MaxT {
            p_single_step: 1.0,
            p_step_down: 1.0
        };
        outcomes.len()
    ];
    let mut risen = 0.0_f64;
    for (place, (outcome, _)) in tested.iter().enumerate().rev() {
        risen = risen.max(p_value(down[place], method));
        results[*outcome] = MaxT {
            p_single_step: p_value(single[place], method),
            p_step_down: risen,
        };
    }
    Ok(results)
}

/// Two sums this close, relatively, are taken as equal: without it assignments that tie with the observed one are lost to rounding.
const TOLERANCE: f64 = 1e-9;

/// Values around their mean, and the standard deviation of the sum of a random group.
struct Centred {
    values: Vec<f64>,
    deviation: f64,
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
        })
    }

    fn total(&self) -> f64 {
        self.values.iter().map(|x| x.abs()).sum()
    }
}

/// Times this, rounded, every partial sum is a whole number below 2^52: sums along a walk of any length are exact.
fn scale_to_integers(totals: impl IntoIterator<Item = f64>) -> f64 {
    let largest = totals.into_iter().fold(f64::MIN_POSITIVE, f64::max);
    2.0_f64.powi(51) / largest
}

/// Per unit one row of centred values, one column per outcome.
struct Rows<'a> {
    steps: &'a [f64],
    n: usize,
    width: usize,
}

impl<'a> Rows<'a> {
    fn new(steps: &'a [f64], n: usize) -> Self {
        let width = steps.len() / n;
        Self { steps, n, width }
    }

    fn row(&self, unit: usize) -> &'a [f64] {
        &self.steps[unit * self.width..(unit + 1) * self.width]
    }

    fn add(&self, sums: &mut [f64], unit: usize) {
        for (sum, x) in sums.iter_mut().zip(self.row(unit)) {
            *sum += x;
        }
    }
}

/// Shows the sums of the chosen units for every assignment, the first of them units 0..chosen, or for randomly drawn ones.
fn walk(
    rows: &Rows,
    chosen: usize,
    options: &Options,
    rng: &mut impl Rng,
    mut visit: impl FnMut(&[f64]),
) -> Method {
    let mut sums = vec![0.0; rows.width];
    let all = n_assignments(rows.n, chosen).filter(|&all| all <= options.max_exact);
    if let Some(assignments) = all {
        for unit in 0..chosen {
            rows.add(&mut sums, unit);
        }
        visit(&sums);
        let mut door = RevolvingDoor::new(rows.n, chosen);
        while let Some((leaves, enters)) = door.swap() {
            let pair = rows.row(leaves).iter().zip(rows.row(enters));
            for (sum, (leaving, entering)) in sums.iter_mut().zip(pair) {
                *sum += entering - leaving;
            }
            visit(&sums);
        }
        return Method::Exact { assignments };
    }
    let mut units: Vec<usize> = (0..rows.n).collect();
    for _ in 0..options.draws {
        sums.fill(0.0);
        for place in 0..chosen {
            units.swap(place, rng.random_range(place..rows.n));
            rows.add(&mut sums, units[place]);
        }
        visit(&sums);
    }
    Method::Sampled {
        draws: options.draws,
    }
}

fn p_value(count: u64, method: Method) -> f64 {
    match method {
        Method::Exact { assignments } => count as f64 / assignments as f64,
        Method::Sampled { draws } => (count + 1) as f64 / (draws + 1) as f64,
    }
}
