//! How long a whole study takes: 104 teams, 3 waves, 3 relations, every measure and every bound.

use std::hint::black_box;
use std::time::Instant;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::compare::{Options, hedges_g, max_t};
use schakel_analysis::measure::*;
use schakel_analysis::network::Network;

const NETWORKS: usize = 104 * 3 * 3;
const TIES: usize = 62_654;
const RUNS: usize = 21;

/// Who was tied to whom in one team, and who was silent.
struct Answers {
    n: usize,
    silent: Vec<usize>,
    ties: Vec<(usize, usize)>,
}

fn panel(rng: &mut ChaCha8Rng) -> Vec<Answers> {
    (0..NETWORKS)
        .map(|k| {
            let n = rng.random_range(12..=22_usize);
            let mut pairs: Vec<(usize, usize)> = (0..n)
                .flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
                .collect();
            // Spreads the ties evenly, the remainder over the first networks.
            let wanted = TIES / NETWORKS + usize::from(k < TIES % NETWORKS);
            for place in 0..wanted {
                let other = rng.random_range(place..pairs.len());
                pairs.swap(place, other);
            }
            pairs.truncate(wanted);
            let silent: Vec<usize> = (0..n).filter(|_| rng.random_range(0..10) == 0).collect();
            Answers {
                n,
                silent,
                ties: pairs,
            }
        })
        .collect()
}

fn build(answers: &Answers) -> Network {
    let mut builder = Network::builder(answers.n);
    for &i in &answers.silent {
        builder.silent(i);
    }
    for &(i, j) in &answers.ties {
        builder.tie(i, j, 1.0);
    }
    builder
        .build(0.0)
        .expect("pairs are drawn without repetition")
}

fn measure(net: &Network) {
    black_box((
        network_density(net),
        dyadic_reciprocity(net),
        tie_reciprocity(net),
        actor_in_degree(net),
        actor_out_degree(net),
        in_degree_centralization(net),
        out_degree_centralization(net),
    ))
    .0
    .ok();
    black_box((
        network_density_bounds(net),
        dyadic_reciprocity_bounds(net),
        tie_reciprocity_bounds(net),
        in_degree_ranges(net),
        out_degree_ranges(net),
        in_degree_centralization_bounds(net),
        out_degree_centralization_bounds(net),
    ))
    .0
    .ok();
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
    let answers = panel(&mut rng);
    let networks: Vec<Network> = answers.iter().map(build).collect();
    let ties: usize = networks.iter().map(Network::n_ties).sum();
    println!(
        "{} networks, {ties} ties, median of {RUNS} runs",
        networks.len()
    );
    let building = median_ms(|| {
        black_box(answers.iter().map(build).collect::<Vec<_>>());
    });
    println!("build     {building:8.2} ms");
    let measuring = median_ms(|| networks.iter().for_each(measure));
    println!("measure   {measuring:8.2} ms");

    let outcomes: Vec<Vec<f64>> = (0..60)
        .map(|_| (0..20).map(|_| rng.random::<f64>()).collect())
        .collect();
    let is_high: Vec<bool> = (0..20).map(|unit| unit < 10).collect();
    let comparing = median_ms(|| {
        black_box(max_t(&outcomes, &is_high, &Options::default(), &mut rng)).ok();
    });
    println!("max T     {comparing:8.2} ms for 60 outcomes over 184,756 assignments");
    let sizing = median_ms(|| {
        for values in &outcomes {
            black_box(hedges_g(&values[..10], &values[10..], 0.95)).ok();
        }
    });
    println!("hedges g  {sizing:8.2} ms for 60 outcomes with intervals");
}
