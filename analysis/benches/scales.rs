//! How long the reliability of scales takes: 4,730 respondents in 104 groups, 33 items in four scales, 2 % of the answers open; 2,000 replicates.

use std::hint::black_box;
use std::time::Instant;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::scale::{
    Answers, BootstrapOptions, Cases, alpha, alpha_complete, alpha_pairwise, cluster_bootstrap,
    covariance_matrix, feldt_interval, item_analysis, lambda_six, omega_total, standardised_alpha,
};

const RESPONDENTS: usize = 4_730;
const GROUPS: usize = 104;
/// Items, mean loading, share of the factor that the group has in common.
const SCALES: [(usize, f64, f64); 4] = [
    (8, 0.70, 0.06),
    (10, 0.78, 0.22),
    (9, 0.66, 0.15),
    (6, 0.60, 0.10),
];
const RUNS: usize = 21;

type Rows = Vec<Vec<Option<f64>>>;

/// Graded answers 1 to 5 of one scale.
fn scale(items: usize, loading: f64, shared: f64, rng: &mut ChaCha8Rng) -> Rows {
    let mut normal = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    let groups: Vec<f64> = (0..GROUPS).map(|_| normal()).collect();
    let loadings: Vec<f64> = (0..items)
        .map(|_| (loading + 0.07 * normal()).clamp(0.35, 0.9))
        .collect();
    (0..RESPONDENTS)
        .map(|person| {
            let factor = shared.sqrt() * groups[person % GROUPS] + (1.0 - shared).sqrt() * normal();
            let answer = |l: &f64| {
                let latent = l * factor + (1.0 - l * l).sqrt() * normal();
                let thresholds = [-1.8, -0.8, 0.2, 1.2].iter().filter(|t| latent > **t);
                // Beyond 2.054 lies one fiftieth.
                (normal() < 2.054).then(|| 1.0 + thresholds.count() as f64)
            };
            loadings.iter().map(answer).collect()
        })
        .collect()
}

fn median_ms(mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[RUNS / 2]
}

fn main() {
    let mut rng = ChaCha8Rng::seed_from_u64(2013);
    let rows: Vec<Rows> = SCALES
        .iter()
        .map(|(k, l, s)| scale(*k, *l, *s, &mut rng))
        .collect();
    let clusters: Vec<usize> = (0..RESPONDENTS).map(|person| person % GROUPS).collect();
    println!(
        "{RESPONDENTS} respondents, {GROUPS} groups, 33 items in four scales, median of {RUNS} runs"
    );
    let answers: Vec<Answers> = rows
        .iter()
        .filter_map(|rows| Answers::from_rows(rows).ok())
        .collect();
    let tell = |name: &str, ms: f64| println!("{ms:9.2} ms  {name}");
    tell(
        "rows to answers",
        median_ms(|| {
            for rows in &rows {
                black_box(Answers::from_rows(rows)).ok();
            }
        }),
    );
    tell(
        "alpha pairwise and complete, from rows",
        median_ms(|| {
            for rows in &rows {
                black_box(alpha_pairwise(rows)).ok();
                black_box(alpha_complete(rows)).ok();
            }
        }),
    );
    tell(
        "alpha (both kinds, standardised, Feldt), lambda six, omega, from answers",
        median_ms(|| {
            for answers in &answers {
                let pairwise = covariance_matrix(answers, Cases::Pairwise);
                let complete = covariance_matrix(answers, Cases::Complete);
                for matrix in [pairwise, complete].iter().flatten() {
                    let value = alpha(matrix);
                    let interval = value
                        .and_then(|a| feldt_interval(a, matrix.n_rows(), matrix.n_items(), 0.95));
                    black_box(interval).ok();
                    black_box(standardised_alpha(matrix)).ok();
                    black_box(lambda_six(matrix)).ok();
                    black_box(omega_total(matrix)).ok();
                }
            }
        }),
    );
    tell(
        "item analysis, from answers",
        median_ms(|| {
            for answers in &answers {
                black_box(item_analysis(answers, Cases::Pairwise)).ok();
            }
        }),
    );
    for cases in [Cases::Complete, Cases::Pairwise] {
        let options = BootstrapOptions {
            replicates: 2_000,
            confidence: 0.95,
            cases,
        };
        let start = Instant::now();
        let mut degenerate = 0;
        for answers in &answers {
            let found = cluster_bootstrap(answers, &clusters, &options, &mut rng);
            degenerate += found
                .ok()
                .and_then(|f| f.omega.ok())
                .map_or(options.replicates, |o| o.degenerate);
        }
        let ms = start.elapsed().as_secs_f64() * 1000.0;
        tell(
            &format!(
                "2,000 replicates of alpha and omega, {cases:?}, once; {degenerate} degenerate"
            ),
            ms,
        );
    }
}
