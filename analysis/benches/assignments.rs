//! How long comparisons of two groups take when every assignment is counted.
//!
//! `cargo bench -p schakel-analysis --bench assignments -- FILE.csv` takes the outcomes of a file as the peers do (a column `group`, 1 = high,
//! then one column per outcome); without a file they are drawn.

use std::hint::black_box;
use std::time::Instant;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::compare::*;

const RUNS: usize = 11;

fn values(n: usize, rng: &mut ChaCha8Rng) -> Vec<f64> {
    (0..n).map(|_| rng.random::<f64>()).collect()
}

/// High values first, per outcome.
fn outcomes(rng: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    let Some(path) = std::env::args().skip(1).find(|arg| !arg.starts_with('-')) else {
        return (0..40).map(|_| values(20, rng)).collect();
    };
    let text = std::fs::read_to_string(path).expect("the file can be read");
    let mut rows: Vec<Vec<f64>> = text
        .lines()
        .skip(1)
        .map(|line| {
            line.split(',')
                .map(|cell| cell.parse().expect("a number"))
                .collect()
        })
        .collect();
    rows.sort_by(|a, b| b[0].total_cmp(&a[0]));
    (1..rows[0].len())
        .map(|column| rows.iter().map(|row| row[column]).collect())
        .collect()
}

/// Prints the fastest and the median run.
fn time(what: &str, runs: usize, mut run: impl FnMut()) {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{:9.3} ms (least {:9.3})  {what}",
        times[runs / 2],
        times[0]
    );
}

fn main() {
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let options = Options::default();
    let family = outcomes(&mut rng);
    let p = |values: &[f64], rng: &mut ChaCha8Rng| {
        let (high, low) = values.split_at(10);
        two_groups(high, low, &options, rng).map(|test| test.p_value)
    };
    for values in &family[..3] {
        println!("p {:?}", p(values, &mut rng));
    }
    let wide = family.len();
    time(
        &format!("10 + 10, 184,756 assignments, p of {wide} outcomes"),
        RUNS,
        || {
            for values in &family {
                black_box(p(values, &mut rng)).ok();
            }
        },
    );
    let is_high: Vec<bool> = (0..20).map(|unit| unit < 10).collect();
    time(&format!("10 + 10, maxT of {wide} outcomes"), RUNS, || {
        black_box(max_t(&family, &is_high, &options, &mut rng)).ok();
    });
    let is_nine: Vec<bool> = (0..20).map(|unit| unit < 9).collect();
    time(&format!("9 + 11, maxT of {wide} outcomes"), RUNS, || {
        black_box(max_t(&family, &is_nine, &options, &mut rng)).ok();
    });
    for size in [12, 15, 20, 21] {
        let [high, low] = [values(size, &mut rng), values(size, &mut rng)];
        time(&format!("{size} + {size}, p"), RUNS, || {
            black_box(two_groups(&high, &low, &options, &mut rng)).ok();
        });
        time(
            &format!("{size} + {size}, interval of the difference"),
            3,
            || {
                black_box(shift_interval(&high, &low, 0.95, &options, &mut rng)).ok();
            },
        );
    }
    let (high, low) = family[0].split_at(10);
    time("10 + 10, interval of the difference", RUNS, || {
        black_box(shift_interval(high, low, 0.95, &options, &mut rng)).ok();
    });
    let (high, low) = family[0].split_at(9);
    time("9 + 11, 167,960 assignments, studentised", RUNS, || {
        black_box(studentised_two_groups(high, low, &options, &mut rng)).ok();
    });
    let many = values(104, &mut rng);
    time("52 + 52, 99,999 draws", 3, || {
        black_box(two_groups(&many[..52], &many[52..], &options, &mut rng)).ok();
    });
    time(
        "10 + 10, 2 covariates, 99,999 orders of the residuals",
        RUNS,
        || {
            let (covariates, outcome) = (&family[1..3], &family[0]);
            black_box(freedman_lane(
                outcome, &is_high, covariates, &options, &mut rng,
            ))
            .ok();
        },
    );
    let is_high: Vec<bool> = (0..26).map(|unit| unit < 13).collect();
    let family: Vec<Vec<f64>> = (0..40).map(|_| values(26, &mut rng)).collect();
    time(
        "13 + 13, 10,400,600 assignments, maxT of 40 outcomes",
        3,
        || {
            black_box(max_t(&family, &is_high, &options, &mut rng)).ok();
        },
    );
}
