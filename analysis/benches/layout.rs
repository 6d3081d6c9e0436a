//! How long it takes to draw a school: one network of 60 actors, and 60 actors over 3 waves and 3 relations at once.
//!
//! Given a file of ties (columns ego and alter, numbers from 1), that network is drawn instead of one of the same size from a seed. Given a number after it,
//! that network is drawn so many times and nothing else, to compare the processor time of whole processes.

use std::hint::black_box;
use std::time::Instant;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::drawing::stress_layout;
use schakel_analysis::network::Network;

const ACTORS: usize = 60;
const RUNS: usize = 201;

fn build(n: usize, ties: &[(usize, usize)]) -> Network {
    let mut builder = Network::builder(n);
    for &(i, j) in ties {
        builder.tie(i, j, 1.0);
    }
    builder
        .build(0.0)
        .expect("pairs are drawn without repetition")
}

fn drawn(n: usize, share: f64, rng: &mut ChaCha8Rng) -> Network {
    let pairs = (0..n).flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)));
    let ties: Vec<(usize, usize)> = pairs.filter(|_| rng.random::<f64>() < share).collect();
    build(n, &ties)
}

fn read(path: &str) -> Network {
    let text = std::fs::read_to_string(path).expect("the file of ties can be read");
    let mut ties: Vec<(usize, usize)> = text
        .lines()
        .skip(1)
        .map(|line| {
            let mut numbers = line.split(',').map(|cell| {
                let cell = cell.trim_matches('"');
                cell.parse::<usize>().expect("actors are numbers from 1")
            });
            let mut next = || numbers.next().expect("a line has two numbers") - 1;
            (next(), next())
        })
        .collect();
    ties.sort_unstable();
    ties.dedup();
    let n = ties.iter().map(|&(i, j)| i.max(j) + 1).max().unwrap_or(0);
    build(n, &ties)
}

fn time(what: &str, networks: &[Network]) {
    let networks: Vec<&Network> = networks.iter().collect();
    let mut times: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            black_box(stress_layout(black_box(&networks))).ok();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:32} {:8.3} ms", times[RUNS / 2]);
}

fn main() {
    let mut rng = ChaCha8Rng::seed_from_u64(2026);
    let mut arguments = std::env::args().skip(1).filter(|arg| !arg.starts_with('-'));
    let one = match arguments.next() {
        Some(path) => read(&path),
        None => drawn(ACTORS, 0.12, &mut rng),
    };
    if let Some(layouts) = arguments.next() {
        let layouts: u32 = layouts.parse().expect("layouts are counted");
        for _ in 0..layouts {
            black_box(stress_layout(black_box(&[&one]))).ok();
        }
        return;
    }
    println!("median of {RUNS} runs");
    let name = format!("one network, {} actors", one.n_actors());
    time(&name, &[one]);
    let waves: Vec<Network> = (0..3).map(|_| drawn(ACTORS, 0.12, &mut rng)).collect();
    time("3 waves, 60 actors", &waves);
    let school: Vec<Network> = (0..9).map(|_| drawn(ACTORS, 0.08, &mut rng)).collect();
    time("3 waves x 3 relations, 60 actors", &school);
    time("one network, 400 actors", &[drawn(400, 0.02, &mut rng)]);
}
