//! Exact comparisons of two groups: against reference software, against enumeration, and against each other.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::compare::*;
use schakel_analysis::outcome::{Method, Undefined};
use serde_json::Value;

const EXACT: f64 = 1e-12;
const CLOSED: f64 = 1e-9;

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-3),
        "{what}: {ours}, not {theirs}"
    );
}

fn dice() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(11)
}

fn shared() -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")).join("data");
    if data.is_dir() {
        return Some(data);
    }
    // Past the capture of the test harness: a skipped test says so.
    std::io::stderr()
        .write_all(b"SKIPPED: ../shared is absent\n")
        .unwrap();
    None
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|x| x.as_f64().unwrap()).collect()
}

fn exact(high: &[f64], low: &[f64]) -> GroupTest {
    two_groups(high, low, &Options::default(), &mut dice()).unwrap()
}

/// Name, high values, low values per measure.
fn ten_against_ten(root: &Path) -> Vec<(String, Vec<f64>, Vec<f64>)> {
    let path = root.join("golden/inputs/two_groups_10v10.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let names = lines.next().unwrap();
    let rows: Vec<Vec<f64>> = lines
        .map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let side = |column: usize, group: f64| -> Vec<f64> {
        let own = rows.iter().filter(|row| row[0] == group);
        own.map(|row| row[column]).collect()
    };
    (1..names.len())
        .map(|column| {
            (
                names[column].to_owned(),
                side(column, 1.0),
                side(column, 0.0),
            )
        })
        .collect()
}

#[test]
fn ten_against_ten_to_twelve_digits() {
    let Some(root) = shared() else { return };
    let measures = ten_against_ten(&root);
    let outcomes: Vec<Vec<f64>> = measures
        .iter()
        .map(|(_, high, low)| [high.as_slice(), low].concat())
        .collect();
    let is_high: Vec<bool> = (0..20).map(|unit| unit < 10).collect();
    let options = Options::default();
    let adjusted = max_t(&outcomes, &is_high, &options, &mut dice()).unwrap();
    let all = Method::Exact {
        assignments: 184_756,
    };
    let mut compared = 0;
    for file in ["tests_r", "tests_python"] {
        let golden = json(&root.join(format!("golden/{file}.json")));
        for ((name, high, low), max_t) in measures.iter().zip(&adjusted) {
            let test = exact(high, low);
            assert_eq!((test.method, max_t.method), (all, all));
            let studentised = studentised_two_groups(high, low, &options, &mut dice()).unwrap();
            let outcome = [high.as_slice(), low].concat();
            let fit = freedman_lane(&outcome, &is_high, &[], &options, &mut dice()).unwrap();
            for record in golden["measures"][name].as_array().unwrap() {
                let id = record["id"].as_str().unwrap();
                let pairs: Vec<(f64, f64)> = match id {
                    "perm_exact_p_two_sided" => vec![
                        (test.p_value, EXACT),
                        (studentised.p_value, EXACT),
                        (fit.p_value, EXACT),
                    ],
                    "perm_exact_p_greater" => vec![
                        (test.p_greater, EXACT),
                        (studentised.p_greater, EXACT),
                        (fit.p_greater, EXACT),
                    ],
                    "perm_exact_p_less" => vec![(exact(low, high).p_greater, EXACT)],
                    "perm_exact_z" => vec![(test.z, CLOSED)],
                    "perm_maxT_single_step_p" => vec![(max_t.p_single_step, EXACT)],
                    "perm_maxT_step_down_p" => vec![(max_t.p_step_down, EXACT)],
                    "mean_difference" => vec![
                        (test.difference, CLOSED),
                        (studentised.difference, CLOSED),
                        (fit.difference, CLOSED),
                    ],
                    "welch_t" | "student_t" => {
                        // Statistic, degrees of freedom, p; the two statistics are equal where the groups are equally large.
                        let theirs = numbers(&record["value"]);
                        near(studentised.t, theirs[0], CLOSED, id);
                        near(fit.t, theirs[0], CLOSED, id);
                        if id == "student_t" {
                            assert_eq!(fit.df, theirs[1]);
                            near(fit.p_t, theirs[2], CLOSED, id);
                        }
                        compared += 1;
                        continue;
                    }
                    _ => continue,
                };
                for (ours, tolerance) in pairs {
                    let theirs = record["value"].as_f64().unwrap();
                    near(ours, theirs, tolerance, &format!("{file} {name} {id}"));
                }
                compared += 1;
            }
        }
    }
    // Eight measures: three of coin, one of t.test, six of numpy, two of scipy.
    assert_eq!(compared, 8 * 12);
}

#[test]
fn the_check_values_of_the_method_page() {
    let a = [0.31, 0.28, 0.35, 0.40, 0.22, 0.33, 0.29, 0.45, 0.38, 0.27];
    let b = [0.25, 0.30, 0.21, 0.26, 0.34, 0.19, 0.28, 0.24, 0.36, 0.23];
    let test = exact(&a, &b);
    assert!((test.p_value - 0.042250).abs() < 5e-7);
    assert!((test.p_greater - 0.021125).abs() < 5e-7);
    let studentised = studentised_two_groups(&a, &b, &Options::default(), &mut dice()).unwrap();
    assert!((studentised.t - 2.235939).abs() < 5e-7);
    let outcome = [a, b].concat();
    let is_high: Vec<bool> = (0..20).map(|unit| unit < 10).collect();
    let fit = freedman_lane(&outcome, &is_high, &[], &Options::default(), &mut dice()).unwrap();
    assert!((fit.t - 2.235939).abs() < 5e-7);
    assert!((fit.p_t - 0.038260).abs() < 5e-7);
    assert_eq!(fit.df, 18.0);
}

#[test]
fn small_groups_written_out_in_r() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/exact_comparisons.json");
    let golden = json(&golden);
    let options = Options::default();
    let mut compared = 0;
    for (name, groups) in golden["groups"].as_object().unwrap() {
        let [high, low] = ["high", "low"].map(|side| numbers(&groups[side]));
        let test = exact(&high, &low);
        let assignments = groups["assignments"].as_u64().unwrap();
        assert_eq!(test.method, Method::Exact { assignments });
        let studentised = studentised_two_groups(&high, &low, &options, &mut dice()).unwrap();
        assert_eq!(studentised.method, Method::Exact { assignments });
        for record in groups["records"].as_array().unwrap() {
            let id = record["id"].as_str().unwrap();
            let what = format!("{name} {id}");
            let single = |ours: f64, tolerance: f64| {
                near(ours, record["value"].as_f64().unwrap(), tolerance, &what);
            };
            match id {
                "difference" => single(test.difference, CLOSED),
                "p_value" => single(test.p_value, EXACT),
                "p_greater" => single(test.p_greater, EXACT),
                "welch_t" => single(studentised.t, CLOSED),
                "studentised_p_value" => single(studentised.p_value, EXACT),
                "studentised_p_greater" => single(studentised.p_greater, EXACT),
                "interval_95" | "interval_90" => {
                    let confidence = if id == "interval_95" { 0.95 } else { 0.90 };
                    let ours =
                        shift_interval(&high, &low, confidence, &options, &mut dice()).unwrap();
                    assert_eq!(ours.method, Method::Exact { assignments });
                    let theirs = numbers(&record["value"]);
                    near(ours.interval.lower, theirs[0], CLOSED, &what);
                    near(ours.interval.upper, theirs[1], CLOSED, &what);
                    near(ours.difference, test.difference, EXACT, &what);
                }
                _ => panic!("{what} is compared with nothing"),
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 4 * 8);
    for (name, design) in golden["adjusted"].as_object().unwrap() {
        let is_high: Vec<bool> = numbers(&design["high"]).iter().map(|&x| x == 1.0).collect();
        let covariates: Vec<Vec<f64>> = design["covariates"]
            .as_array()
            .unwrap()
            .iter()
            .map(numbers)
            .collect();
        let outcome = numbers(&design["y"]);
        let fit = freedman_lane(&outcome, &is_high, &covariates, &options, &mut dice()).unwrap();
        let redundant = usize::from(name == "a_redundant_covariate");
        assert_eq!(fit.n_redundant, redundant);
        for record in design["records"].as_array().unwrap() {
            let (id, value) = (record["id"].as_str().unwrap(), &record["value"]);
            let what = format!("{name} {id}");
            match id {
                "coefficient" => {
                    let ours = [fit.difference, fit.standard_error, fit.t, fit.p_t];
                    for (ours, theirs) in ours.into_iter().zip(numbers(value)) {
                        near(ours, theirs, CLOSED, &what);
                    }
                }
                "df" => assert_eq!(fit.df, value.as_f64().unwrap(), "{what}"),
                "p_value" | "p_greater" => {
                    assert_eq!(fit.method, Method::Exact { assignments: 5040 });
                    let ours = if id == "p_value" {
                        fit.p_value
                    } else {
                        fit.p_greater
                    };
                    near(ours, value.as_f64().unwrap(), EXACT, &what);
                }
                _ => panic!("{what} is compared with nothing"),
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 4 * 8 + 3 * 4 + 2);
}

/// The subsets of this size among n units, as bits.
fn subsets(n: usize, size: usize) -> Vec<u32> {
    let all = 0..1_u32 << n;
    all.filter(|subset| subset.count_ones() as usize == size)
        .collect()
}

fn split(values: &[f64], subset: u32) -> [Vec<f64>; 2] {
    let units = values.iter().enumerate();
    let (high, low): (Vec<_>, Vec<_>) = units.partition(|(unit, _)| subset >> unit & 1 == 1);
    [high, low].map(|side| side.into_iter().map(|(_, x)| *x).collect())
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let mean = mean(values);
    values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

fn difference(values: &[f64], subset: u32) -> f64 {
    let [high, low] = split(values, subset);
    mean(&high) - mean(&low)
}

/// As good as infinite where neither group varies.
fn welch(values: &[f64], subset: u32) -> f64 {
    let [high, low] = split(values, subset);
    let error = variance(&high) / high.len() as f64 + variance(&low) / low.len() as f64;
    let difference = mean(&high) - mean(&low);
    if error.sqrt() < 10.0 * last_digits(values) {
        return difference.signum() * 1e300;
    }
    difference / error.sqrt()
}

/// What values of this size leave of rounding in their means.
fn last_digits(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
    4.0 * f64::EPSILON * largest
}

/// Two-sided and upper share of the statistics at least as far out as the first.
fn shares(statistics: &[f64], rounding: f64) -> (f64, f64) {
    let (observed, n) = (statistics[0], statistics.len() as f64);
    let slack = 1e-9 * observed.abs() + rounding;
    let share =
        |counts: &dyn Fn(f64) -> bool| statistics.iter().filter(|&&x| counts(x)).count() as f64 / n;
    (
        share(&|x| x.abs() >= observed.abs() - slack),
        share(&|x| x >= observed - slack),
    )
}

/// The observed subset (the first units) first.
fn statistics(values: &[f64], n_high: usize, statistic: impl Fn(&[f64], u32) -> f64) -> Vec<f64> {
    // The lowest bits are the smallest number with so many bits set.
    let all = subsets(values.len(), n_high).into_iter();
    all.map(|subset| statistic(values, subset)).collect()
}

/// Values that tie often, or hardly ever, or are nearly all the same, or lie far from zero: scores of pupils, and worse.
fn values(n: std::ops::Range<usize>, far: f64) -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec((0..4_i32).prop_map(f64::from), n.clone()),
        prop::collection::vec((0..60_i32).prop_map(|x| f64::from(x) / 100.0), n.clone()),
        prop::collection::vec(-1.0..1.0_f64, n.clone()),
        prop::collection::vec((-1.0..1.0_f64).prop_map(|x| x.powi(3)), n.clone()),
        prop::collection::vec((0..9_i32).prop_map(move |x| far + f64::from(x) / 10.0), n),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn half_tables_count_what_counting_every_subset_counts(
        values in values(2..14, 1e5),
        at in any::<prop::sample::Index>(),
    ) {
        let n_high = 1 + at.index(values.len() - 1);
        let (high, low) = values.split_at(n_high);
        let Ok(test) = two_groups(high, low, &Options::default(), &mut dice()) else {
            prop_assert!(values.iter().all(|&x| x == values[0]));
            return Ok(());
        };
        let all = statistics(&values, n_high, difference);
        prop_assert_eq!(test.method, Method::Exact { assignments: all.len() as u64 });
        let (two_sided, greater) = shares(&all, last_digits(&values));
        prop_assert!((test.p_value - two_sided).abs() < EXACT, "{} {}", test.p_value, two_sided);
        prop_assert!((test.p_greater - greater).abs() < EXACT, "{} {}", test.p_greater, greater);
        // The other way round, and in another order.
        let turned = exact(low, high);
        prop_assert!((test.p_value - turned.p_value).abs() < EXACT);
        let mut backwards = high.to_vec();
        backwards.reverse();
        prop_assert_eq!(exact(&backwards, low).p_value, test.p_value);
    }

    #[test]
    fn one_outcome_alone_is_its_own_family(values in values(2..13, 1e5), at in any::<prop::sample::Index>()) {
        let n_high = 1 + at.index(values.len() - 1);
        let is_high: Vec<bool> = (0..values.len()).map(|unit| unit < n_high).collect();
        let adjusted = max_t(std::slice::from_ref(&values), &is_high, &Options::default(), &mut dice()).unwrap();
        let (high, low) = values.split_at(n_high);
        let alone = two_groups(high, low, &Options::default(), &mut dice());
        // Walked assignment by assignment here, counted from half tables there.
        let p = alone.map_or(1.0, |test| test.p_value);
        prop_assert_eq!((adjusted[0].p_single_step, adjusted[0].p_step_down), (p, p));
    }

    #[test]
    fn studentised_is_counted_as_by_definition(values in values(4..12, 500.0), at in any::<prop::sample::Index>()) {
        let n_high = 2 + at.index(values.len() - 3);
        let (high, low) = values.split_at(n_high);
        match studentised_two_groups(high, low, &Options::default(), &mut dice()) {
            Err(reason) => {
                prop_assert_eq!(reason, Undefined::NoVariation);
                prop_assert!(variance(high) < 1e-9 && variance(low) < 1e-9);
            }
            Ok(test) => {
                let all = statistics(&values, n_high, welch);
                prop_assert!((test.t - all[0]).abs() <= 1e-6 * all[0].abs() + 1e-9);
                let (two_sided, greater) = shares(&all, 1e-9);
                prop_assert!((test.p_value - two_sided).abs() < EXACT, "{} {}", test.p_value, two_sided);
                prop_assert!((test.p_greater - greater).abs() < EXACT, "{} {}", test.p_greater, greater);
            }
        }
    }

    #[test]
    fn the_interval_holds_what_the_test_does_not_reject(
        values in values(8..16, 500.0),
        at in any::<prop::sample::Index>(),
        confidence in prop::sample::select(vec![0.5, 0.8, 0.9, 0.95]),
    ) {
        let n_high = 3 + at.index(values.len() - 5);
        let (high, low) = values.split_at(n_high);
        let options = Options::default();
        let range = values.iter().fold(0.0_f64, |most, x| most.max((x - values[0]).abs()));
        let Ok(found) = shift_interval(high, low, confidence, &options, &mut dice()) else {
            let Method::Exact { assignments } = exact(high, low).method else { unreachable!() };
            let constant = |side: &[f64]| side.iter().all(|&x| x == side[0]);
            let few = 0.5 * (1.0 - confidence) * (assignments as f64) < 1.0;
            prop_assert!(few || (constant(high) && constant(low)));
            return Ok(());
        };
        let step = 1e-6 * range;
        let tail = 0.5 * (1.0 - confidence) + 1e-12;
        // Shifted by hand and tested; p from below the difference as it stands, from above with both signs turned.
        let p = |shift: f64, sign: f64| {
            let turned = |side: &[f64], shift: f64| -> Vec<f64> {
                side.iter().map(|x| sign * (x - shift)).collect()
            };
            two_groups(&turned(high, shift), &turned(low, 0.0), &options, &mut dice())
                .map_or(1.0, |test| test.p_greater)
        };
        let (lower, upper) = (found.interval.lower, found.interval.upper);
        prop_assert!(lower <= upper);
        prop_assert!(p(lower + step, 1.0) > tail);
        prop_assert!(p(lower - step, 1.0) <= tail);
        prop_assert!(p(upper - step, -1.0) > tail);
        prop_assert!(p(upper + step, -1.0) <= tail);
        // Wider with more confidence, and moving with the values.
        if let Ok(wider) = shift_interval(high, low, 0.99, &options, &mut dice()) {
            prop_assert!(wider.interval.lower <= lower && upper <= wider.interval.upper);
        }
        let moved: Vec<f64> = high.iter().map(|x| x + 3.0 * range).collect();
        let moved = shift_interval(&moved, low, confidence, &options, &mut dice()).unwrap();
        prop_assert!((moved.interval.lower - lower - 3.0 * range).abs() < 1e-8 * range.max(1e-3));
    }

    #[test]
    fn residuals_are_permuted_as_by_definition(
        outcome in values(6..7, 500.0),
        first in values(6..7, 500.0),
        second in prop::option::of(values(6..7, 500.0)),
        high in prop::sample::subsequence((0..6_usize).collect::<Vec<_>>(), 1..6),
    ) {
        let is_high: Vec<bool> = (0..6).map(|unit| high.contains(&unit)).collect();
        let covariates: Vec<Vec<f64>> = [Some(first), second].into_iter().flatten().collect();
        let Ok(test) = freedman_lane(&outcome, &is_high, &covariates, &Options::default(), &mut dice()) else {
            return Ok(());
        };
        // Values of the third power span many digits: least squares by elimination loses what the comparison needs.
        prop_assume!(test.method == Method::Exact { assignments: 720 } && test.n_redundant == 0);
        prop_assume!(test.t.abs() < 1e4);
        let group: Vec<f64> = is_high.iter().map(|&high| f64::from(u8::from(high))).collect();
        let reduced = residuals(&outcome, &covariates);
        prop_assume!(reduced.is_some());
        let reduced = reduced.unwrap();
        let mut columns = covariates.clone();
        columns.push(group);
        let mut statistics = Vec::new();
        for order in orders(6) {
            // Fitted values of the reduced model are in the span of the covariates: they change no t.
            let y: Vec<f64> = order.iter().map(|&unit| reduced[unit]).collect();
            let Some(t) = last_t(&y, &columns) else { return Ok(()) };
            statistics.push(t);
        }
        prop_assert!((test.t - statistics[0]).abs() < 1e-6 * (1.0 + test.t.abs()), "{} {}", test.t, statistics[0]);
        let count = |slack: f64| {
            let least = statistics[0].abs() - slack;
            statistics.iter().filter(|t| t.abs() >= least).count() as f64 / 720.0
        };
        // Where elimination cannot tell a tie from its neighbour, either count will do.
        let slack = 1e-7 * (1.0 + statistics[0].abs());
        prop_assert!(count(-slack) - EXACT <= test.p_value && test.p_value <= count(slack) + EXACT);
    }
}

fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![vec![]];
    }
    let mut all = Vec::new();
    for shorter in orders(n - 1) {
        for place in (0..n).rev() {
            let mut order = shorter.clone();
            order.insert(place, n - 1);
            all.push(order);
        }
    }
    all
}

/// Coefficients and the inverse of X'X, with a constant first, by elimination on centred columns; nothing if they are nearly collinear.
fn fit(
    y: &[f64],
    columns: &[Vec<f64>],
) -> Option<(nalgebra::DVector<f64>, nalgebra::DMatrix<f64>, Vec<f64>)> {
    let centred = |values: &[f64]| -> Vec<f64> {
        let mean = mean(values);
        values.iter().map(|x| x - mean).collect()
    };
    let columns: Vec<Vec<f64>> = columns.iter().map(|column| centred(column)).collect();
    let x = nalgebra::DMatrix::from_fn(y.len(), columns.len(), |i, j| columns[j][i]);
    let y = nalgebra::DVector::from_vec(centred(y));
    let scale = x.column_iter().map(|column| column.norm()).product::<f64>();
    let cross = x.transpose() * &x;
    if cross.determinant().abs().sqrt() <= 1e-4 * scale {
        return None;
    }
    let inverse = cross.try_inverse()?;
    let b = &inverse * x.transpose() * &y;
    let residuals = (&y - &x * &b).iter().copied().collect();
    Some((b, inverse, residuals))
}

fn residuals(y: &[f64], columns: &[Vec<f64>]) -> Option<Vec<f64>> {
    fit(y, columns).map(|(_, _, residuals)| residuals)
}

/// t of the last column; infinite where the columns fit without error.
fn last_t(y: &[f64], columns: &[Vec<f64>]) -> Option<f64> {
    let (b, inverse, residuals) = fit(y, columns)?;
    let last = columns.len() - 1;
    let squares: f64 = residuals.iter().map(|x| x * x).sum();
    if squares <= 1e-18 * y.iter().map(|x| x * x).sum::<f64>() {
        return Some(f64::INFINITY);
    }
    let variance = squares / (y.len() - columns.len() - 1) as f64;
    Some(b[last] / (variance * inverse[(last, last)]).sqrt())
}

/// Values drawn without a pattern.
fn drawn(n: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    use rand::RngExt;
    (0..n).map(|_| rng.random::<f64>()).collect()
}

#[test]
fn twenty_against_twenty_is_counted() {
    let mut rng = dice();
    let (high, low) = (drawn(20, &mut rng), drawn(20, &mut rng));
    let high: Vec<f64> = high.iter().map(|x| x + 0.15).collect();
    let test = exact(&high, &low);
    let assignments = 137_846_528_820;
    assert_eq!(test.method, Method::Exact { assignments });
    let draw = Options {
        max_exact: 0,
        draws: 40_000,
    };
    let sampled = two_groups(&high, &low, &draw, &mut rng).unwrap();
    assert_eq!(sampled.method, Method::Sampled { draws: 40_000 });
    let error = (test.p_value * (1.0 - test.p_value) / 40_000.0).sqrt();
    assert!((test.p_value - sampled.p_value).abs() < 4.0 * error);
    // Zeros and ones: a 2 x 2 table, which Fisher's exact test counts in closed form.
    let binary =
        |ones: usize| -> Vec<f64> { (0..20).map(|k| f64::from(u8::from(k < ones))).collect() };
    let test = exact(&binary(14), &binary(7));
    let choose =
        |n: u64, k: u64| (0..k).fold(1.0, |ways, i| ways * (n - i) as f64 / (i + 1) as f64);
    let greater: f64 = (14..=20)
        .map(|k| choose(20, k) * choose(20, 21 - k))
        .sum::<f64>()
        / choose(40, 21);
    near(test.p_greater, greater, EXACT, "Fisher");
    near(test.p_value, 2.0 * greater, EXACT, "Fisher");
}

#[test]
fn the_limit_is_on_work_and_not_on_assignments() {
    let mut rng = dice();
    let (high, low) = (drawn(15, &mut rng), drawn(15, &mut rng));
    let method = |max_exact: u64| {
        let options = Options {
            max_exact,
            draws: 9,
        };
        two_groups(&high, &low, &options, &mut dice())
            .unwrap()
            .method
    };
    let all = Method::Exact {
        assignments: 155_117_520,
    };
    // Two tables of 2^15 numbers.
    assert_eq!(method(65_536), all);
    assert_eq!(method(65_535), Method::Sampled { draws: 9 });
    // Where they are fewer than the numbers in the tables, the assignments count.
    let test = |max_exact: u64| {
        let options = Options {
            max_exact,
            draws: 9,
        };
        two_groups(&[1.0], &[2.0, 4.0], &options, &mut dice())
            .unwrap()
            .method
    };
    assert_eq!(test(3), Method::Exact { assignments: 3 });
    assert_eq!(test(2), Method::Sampled { draws: 9 });
    // Tables beyond any memory are not tried.
    let (high, low) = (drawn(60, &mut rng), drawn(3, &mut rng));
    let options = Options {
        max_exact: u64::MAX,
        draws: 99,
    };
    let few = two_groups(&high, &low, &options, &mut rng).unwrap().method;
    assert_eq!(
        few,
        Method::Exact {
            assignments: 39_711
        }
    );
    let (high, low) = (drawn(60, &mut rng), drawn(60, &mut rng));
    let many = two_groups(&high, &low, &options, &mut rng).unwrap().method;
    assert_eq!(many, Method::Sampled { draws: 99 });
    // Twelve against twelve: 2,704,156 assignments, half of which are visited.
    let outcomes = [drawn(24, &mut rng)];
    let is_high: Vec<bool> = (0..24).map(|unit| unit < 12).collect();
    for (max_exact, all) in [(1_352_078, true), (1_352_077, false)] {
        let options = Options {
            max_exact,
            draws: 9,
        };
        let method = max_t(&outcomes, &is_high, &options, &mut rng).unwrap()[0].method;
        assert_eq!(matches!(method, Method::Exact { .. }), all);
    }
}

#[test]
fn drawn_assignments_come_near_all_of_them() {
    let mut rng = dice();
    let high: Vec<f64> = drawn(9, &mut rng).iter().map(|x| 2.0 * x).collect();
    let low = drawn(12, &mut rng);
    let draw = Options {
        max_exact: 0,
        draws: 40_000,
    };
    let all = Options::default();
    let near = |p: f64, sampled: f64| {
        let error = (p * (1.0 - p) / 40_000.0).sqrt();
        assert!((p - sampled).abs() < 4.0 * error, "{sampled} against {p}");
    };
    for (high, low) in [(&high, &low), (&low, &high)] {
        let exact = studentised_two_groups(high, low, &all, &mut rng).unwrap();
        let sampled = studentised_two_groups(high, low, &draw, &mut rng).unwrap();
        assert_eq!(sampled.method, Method::Sampled { draws: 40_000 });
        near(exact.p_value, sampled.p_value);
        near(exact.p_greater, sampled.p_greater);
        let exact = shift_interval(high, low, 0.9, &all, &mut rng).unwrap();
        let sampled = shift_interval(high, low, 0.9, &draw, &mut rng).unwrap();
        assert_eq!(sampled.method, Method::Sampled { draws: 40_000 });
        let width = exact.interval.upper - exact.interval.lower;
        assert!((exact.interval.lower - sampled.interval.lower).abs() < 0.03 * width);
        assert!((exact.interval.upper - sampled.interval.upper).abs() < 0.03 * width);
    }
    let outcome = drawn(8, &mut rng);
    let is_high: Vec<bool> = (0..8).map(|unit| unit % 2 == 0).collect();
    let covariates = [drawn(8, &mut rng)];
    let exact = freedman_lane(&outcome, &is_high, &covariates, &all, &mut rng).unwrap();
    let sampled = freedman_lane(&outcome, &is_high, &covariates, &draw, &mut rng).unwrap();
    assert_eq!(
        exact.method,
        Method::Exact {
            assignments: 40_320
        }
    );
    assert_eq!(sampled.method, Method::Sampled { draws: 40_000 });
    near(exact.p_value, sampled.p_value);
    near(exact.p_greater, sampled.p_greater);
}

#[test]
fn unequal_spread_changes_the_test_only_where_sizes_differ() {
    let wide = [4.1, 9.7, 1.3, 12.9, 7.4, 3.6];
    let narrow = [3.2, 2.9, 4.0, 3.5, 3.1, 3.8, 2.7, 3.3, 4.4];
    let studentised = |high: &[f64], low: &[f64]| {
        studentised_two_groups(high, low, &Options::default(), &mut dice()).unwrap()
    };
    assert!(studentised(&wide, &narrow).p_value > 3.0 * exact(&wide, &narrow).p_value);
    assert_eq!(
        studentised(&wide, &narrow[..6]).p_value,
        exact(&wide, &narrow[..6]).p_value
    );
}

#[test]
fn comparisons_that_do_not_exist() {
    let options = Options::default();
    let rng = &mut dice();
    let nan = f64::NAN;
    let two = [1.0, 2.0];
    let mut studentised = |high: &[f64], low: &[f64]| {
        studentised_two_groups(high, low, &options, rng).map(|t| t.p_value)
    };
    assert_eq!(studentised(&[1.0], &two), Err(Undefined::TooFewUnits));
    assert_eq!(studentised(&two, &[]), Err(Undefined::TooFewUnits));
    assert_eq!(
        studentised(&[1.0, 1.0], &[0.1, 0.1, 0.1]),
        Err(Undefined::NoVariation)
    );
    assert_eq!(studentised(&[1.0, nan], &two), Err(Undefined::NotFinite));
    assert_eq!(
        studentised(&two, &[f64::INFINITY, 1.0, 2.0]),
        Err(Undefined::NotFinite)
    );
    assert_eq!(
        studentised(&[1e300, -1e300], &[1.0, 2.0, 3.0]),
        Err(Undefined::NotFinite)
    );

    let rng = &mut dice();
    let mut interval = |high: &[f64], low: &[f64], confidence: f64| {
        shift_interval(high, low, confidence, &options, rng).map(|t| t.interval.lower)
    };
    assert_eq!(interval(&[], &two, 0.9), Err(Undefined::TooFewUnits));
    // Six assignments: no shift has a one-sided p below 1 in 6.
    assert_eq!(
        interval(&two, &[3.0, 5.0], 0.9),
        Err(Undefined::TooFewUnits)
    );
    assert!(interval(&two, &[3.0, 5.0], 0.5).is_ok());
    assert_eq!(
        interval(&[2.0; 5], &[1.0; 5], 0.9),
        Err(Undefined::NoVariation)
    );
    assert_eq!(interval(&[1.0, nan], &two, 0.5), Err(Undefined::NotFinite));
    assert_eq!(interval(&two, &two, 1.0), Err(Undefined::NotFinite));
    assert_eq!(interval(&two, &two, nan), Err(Undefined::NotFinite));
    let none = Options {
        max_exact: 0,
        draws: 10,
    };
    let interval = shift_interval(&[1.0, 2.0, 4.0], &[0.0, 1.5, 3.0], 0.95, &none, &mut dice());
    assert_eq!(interval, Err(Undefined::TooFewUnits));

    let rng = &mut dice();
    let mut adjusted = |outcome: &[f64], high: &[bool], covariates: &[Vec<f64>]| {
        freedman_lane(outcome, high, covariates, &options, rng).map(|t| t.p_value)
    };
    let y = [1.0, 3.0, 2.0, 5.0, 4.0];
    let high = [true, true, false, false, false];
    let size = vec![2.0, 7.0, 1.0, 8.0, 2.0];
    let group = vec![3.0, 3.0, 5.0, 5.0, 5.0];
    assert!(adjusted(&y, &high, std::slice::from_ref(&size)).is_ok());
    assert_eq!(adjusted(&[], &[], &[]), Err(Undefined::TooFewUnits));
    assert_eq!(adjusted(&y, &[true; 5], &[]), Err(Undefined::TooFewUnits));
    assert_eq!(adjusted(&y, &high[..4], &[]), Err(Undefined::TooFewUnits));
    assert_eq!(
        adjusted(&y, &high, &[vec![1.0]]),
        Err(Undefined::TooFewUnits)
    );
    // The group follows from the covariate; a constant outcome; an outcome that is the covariate, or the group.
    assert_eq!(
        adjusted(&y, &high, std::slice::from_ref(&group)),
        Err(Undefined::NoVariation)
    );
    assert_eq!(
        adjusted(&[0.1; 5], &high, std::slice::from_ref(&size)),
        Err(Undefined::NoVariation)
    );
    assert_eq!(
        adjusted(&size, &high, std::slice::from_ref(&size)),
        Err(Undefined::NoVariation)
    );
    assert_eq!(
        adjusted(&group, &high, std::slice::from_ref(&size)),
        Err(Undefined::NoVariation)
    );
    assert_eq!(
        adjusted(&[1.0, nan, 2.0, 5.0, 4.0], &high, &[]),
        Err(Undefined::NotFinite)
    );
    assert_eq!(
        adjusted(&y, &high, &[vec![1.0, 2.0, 3.0, f64::INFINITY, 0.0]]),
        Err(Undefined::NotFinite)
    );
    let many = [
        size,
        vec![1.0, 4.0, 9.0, 2.0, 7.0],
        vec![3.0, 1.0, 4.0, 1.0, 5.0],
    ];
    assert_eq!(adjusted(&y, &high, &many), Err(Undefined::TooFewUnits));
}

fn planned() -> PlannedStudy {
    PlannedStudy {
        n_high: 10,
        n_low: 10,
        teachers: None,
        icc: 1.0,
        reliability: 1.0,
        d: 1.324947392578654,
        n_outcomes: 1,
        correlation: 0.0,
        alpha: 0.05,
        n_studies: 2_000,
    }
}

#[test]
fn a_planned_study_finds_what_the_t_test_promises() {
    let options = Options::default();
    let power = |study: &PlannedStudy| simulated_power(study, &options, &mut dice()).unwrap();
    let found = power(&planned());
    // R 4.2.2: power.t.test(n = 10, delta = 1.324947392578654, strict = TRUE)$power is .80.
    for share in [found.t_test, found.permutation] {
        assert!(
            (share.share - 0.80).abs() < 4.0 * share.standard_error,
            "{share:?}"
        );
        assert!(share.standard_error < 0.0095);
    }
    assert_eq!(found.observed_d, planned().d);
    assert_eq!(
        (found.max_t, found.holm),
        (found.permutation, found.permutation)
    );
    // ICC .20 and reliability .80: noise of (4 + 1.25) / 14 = .375 beside the true variance of 1.
    let blurred = PlannedStudy {
        teachers: Some(14),
        icc: 0.2,
        reliability: 0.8,
        n_outcomes: 6,
        correlation: 0.3,
        n_studies: 600,
        ..planned()
    };
    let found = power(&blurred);
    near(
        found.observed_d,
        planned().d / 1.375_f64.sqrt(),
        CLOSED,
        "observed d",
    );
    // R 4.2.2: power.t.test(n = 10, delta = 1.324947392578654 / sqrt(1.375), strict = TRUE)$power
    assert!(
        (found.t_test.share - 0.6666).abs() < 4.0 * found.t_test.standard_error,
        "{found:?}"
    );
    assert!(found.holm.share <= found.max_t.share + 2.0 * found.holm.standard_error);
    assert!(found.max_t.share < found.permutation.share);
    // The same seed, the same answer.
    assert_eq!(power(&blurred), found);
}

#[test]
fn studies_that_cannot_be_simulated() {
    let refused = |study: PlannedStudy| {
        simulated_power(&study, &Options::default(), &mut dice()).unwrap_err()
    };
    let few = [
        PlannedStudy {
            n_high: 0,
            ..planned()
        },
        PlannedStudy {
            n_high: 1,
            n_low: 1,
            ..planned()
        },
        PlannedStudy {
            teachers: Some(0),
            ..planned()
        },
        PlannedStudy {
            n_outcomes: 0,
            ..planned()
        },
        PlannedStudy {
            n_studies: 0,
            ..planned()
        },
    ];
    for study in few {
        assert_eq!(refused(study), Undefined::TooFewUnits);
    }
    let odd = [
        PlannedStudy {
            icc: 0.0,
            ..planned()
        },
        PlannedStudy {
            reliability: 1.1,
            ..planned()
        },
        PlannedStudy {
            correlation: 1.0,
            ..planned()
        },
        PlannedStudy {
            correlation: -0.1,
            ..planned()
        },
        PlannedStudy {
            alpha: 0.0,
            ..planned()
        },
        PlannedStudy {
            d: f64::NAN,
            ..planned()
        },
        PlannedStudy {
            icc: f64::NAN,
            ..planned()
        },
    ];
    for study in odd {
        assert_eq!(refused(study), Undefined::NotFinite);
    }
}

#[test]
fn paired_differences_agree_with_r_and_coin() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/paired_exact.json");
    let golden = json(&golden);
    let mut compared = 0;
    for (name, list) in golden.as_object().unwrap() {
        let differences: Vec<i64> = numbers(&list["differences"])
            .into_iter()
            .map(|d| d as i64)
            .collect();
        let paired = paired_permutation(&differences).unwrap();
        let count = |up: bool| {
            let changed = differences.iter().filter(|d| **d != 0);
            changed.filter(|d| (**d > 0) == up).count() as u64
        };
        let signs = sign_test(count(true), count(false)).unwrap();
        for record in list["records"].as_array().unwrap() {
            let id = record["id"].as_str().unwrap();
            let (ours, tolerance) = match id {
                "p_value" => (paired.p_value, EXACT),
                "p_greater" => (paired.p_greater, EXACT),
                "coin_p_value" => (paired.p_value, CLOSED),
                "sign_p_value" => (signs.p_value, EXACT),
                "sign_p_greater" => (signs.p_greater, EXACT),
                other => panic!("{other}"),
            };
            let theirs = record["value"].as_f64().unwrap();
            near(ours, theirs, tolerance, &format!("{name} {id}"));
            compared += 1;
        }
    }
    assert_eq!(compared, 19);
}
