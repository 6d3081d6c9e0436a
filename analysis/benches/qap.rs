//! How long permutation tests take: 60 actors, 10,000 permutations.

use std::hint::black_box;
use std::time::Instant;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::model::{Constants, Design, Matrix, logit_mrqap, mrqap, qap_test};

const ACTORS: usize = 60;
const DRAWS: u64 = 10_000;
const RUNS: usize = 7;

/// Ties at random; a share of the actors is silent.
fn ties(chance: f64, silent: f64, rng: &mut ChaCha8Rng) -> Matrix {
    let answers: Vec<bool> = (0..ACTORS).map(|_| rng.random::<f64>() >= silent).collect();
    Matrix::from_fn(ACTORS, |i, _| {
        let tied = rng.random::<f64>() < chance;
        answers[i].then_some(f64::from(u8::from(tied)))
    })
    .expect("sixty actors are not too many")
}

/// Follows the first two relations, with noise.
fn outcome(relations: &[Matrix], rng: &mut ChaCha8Rng) -> Matrix {
    Matrix::from_fn(ACTORS, |i, j| {
        let noise: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        Some(0.4 * relations[0].cell(i, j)? + 0.2 * relations[1].cell(i, j)? + noise)
    })
    .expect("sixty actors are not too many")
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
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    println!("n = {ACTORS}, {DRAWS} permutations, median of {RUNS} runs");
    for (silent, answers) in [(0.0, "everyone answers"), (0.2, "a fifth is silent")] {
        let relations: Vec<Matrix> = (0..3).map(|_| ties(0.3, silent, &mut rng)).collect();
        let valued = outcome(&relations, &mut rng);
        let sparse = ties(0.3, silent, &mut rng);
        let mut time = |name: &str, x: &Matrix, y: &Matrix| {
            let ms = median_ms(|| {
                black_box(qap_test(&[(x, y)], DRAWS, &mut rng)).ok();
            });
            println!("qap    {ms:8.1} ms  {name}, {answers}");
        };
        time("ties and ties", &relations[0], &sparse);
        time("ties and values", &relations[0], &valued);
        time("values and values", &valued, &valued);
        let design = [Design {
            outcome: valued,
            predictors: relations,
        }];
        let ms = median_ms(|| {
            black_box(mrqap(&design, Constants::Shared, DRAWS, &mut rng)).ok();
        });
        println!("mrqap  {ms:8.1} ms  3 predictors and the intercept, {answers}");
        let design = [Design {
            outcome: sparse,
            predictors: design[0].predictors.clone(),
        }];
        let start = Instant::now();
        black_box(logit_mrqap(&design, DRAWS / 10, &mut rng)).ok();
        let ms = start.elapsed().as_secs_f64() * 1000.0;
        println!("logit  {ms:8.1} ms  the same, a tenth of the permutations, once, {answers}");
    }
}
