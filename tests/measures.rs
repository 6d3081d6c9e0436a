//! What must hold for every measure of the catalogue, by its name: on networks drawn from a seed, on the smallest and emptiest
//! ones, and on the largest.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot build its case must stop"
)]

use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schakel::evaluation::catalogue::{self, ACTOR, Bounds, Kind, Measure, NETWORK, Shape};
use schakel_analysis::model::impute;
use schakel_analysis::network::{Cell, Network, Treatment, treat};
use schakel_analysis::outcome::{Interval, Undefined};

type Value = Result<f64, Undefined>;

/// A network written out: who is there, who answered, and per ordered pair what was said (`None` = nothing).
#[derive(Debug, Clone)]
struct Sketch {
    present: Vec<bool>,
    silent: Vec<bool>,
    said: Vec<Vec<Said>>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Nothing,
    No,
    Yes(f64),
    Open,
}

/// How often each thing is so in a drawn sketch.
#[derive(Debug, Clone, Copy)]
struct Chances {
    tie: f64,
    absent: f64,
    silent: f64,
    open: f64,
}

const TOLD: Chances = Chances {
    tie: 0.35,
    absent: 0.1,
    silent: 0.0,
    open: 0.0,
};

const PARTLY: Chances = Chances {
    silent: 0.2,
    open: 0.08,
    ..TOLD
};

impl Sketch {
    fn draw(n: usize, chances: Chances, rng: &mut ChaCha8Rng) -> Self {
        let mut sketch = Self {
            present: (0..n).map(|_| !rng.random_bool(chances.absent)).collect(),
            silent: (0..n).map(|_| rng.random_bool(chances.silent)).collect(),
            said: vec![vec![Said::Nothing; n]; n],
        };
        for (i, j) in pairs(n) {
            sketch.said[i][j] = if rng.random_bool(chances.open) {
                Said::Open
            } else if sketch.silent[i] && rng.random_bool(0.9) {
                Said::Nothing
            } else if rng.random_bool(chances.tie) {
                Said::Yes(f64::from(rng.random_range(1..5_u8)))
            } else {
                [Said::Nothing, Said::No][rng.random_range(0..2)]
            };
        }
        sketch
    }

    fn network(&self) -> Network {
        let n = self.present.len();
        let mut builder = Network::builder(n);
        for i in 0..n {
            if !self.present[i] {
                builder.absent_actor(i);
            }
            if self.silent[i] {
                builder.silent(i);
            }
        }
        for (i, j) in pairs(n).filter(|&(i, j)| self.present[i] && self.present[j]) {
            match self.said[i][j] {
                Said::Nothing => {}
                Said::No => {
                    builder.tie(i, j, 0.0);
                }
                Said::Yes(value) => {
                    builder.tie(i, j, value);
                }
                Said::Open => {
                    builder.unknown(i, j);
                }
            }
        }
        builder.build(0.0).unwrap()
    }

    /// The same with position i at `place[i]`.
    fn relabelled(&self, place: &[usize]) -> Self {
        let mut other = self.clone();
        for (i, &to) in place.iter().enumerate() {
            other.present[to] = self.present[i];
            other.silent[to] = self.silent[i];
            for (j, &said) in self.said[i].iter().enumerate() {
                other.said[to][place[j]] = said;
            }
        }
        other
    }
}

fn pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
}

/// Another network on the same actors, cell by cell; every unknown cell is written down.
fn rewritten(net: &Network, mut cell: impl FnMut(usize, usize, Cell) -> Cell) -> Network {
    let n = net.n_positions();
    let mut builder = Network::builder(n);
    for i in (0..n).filter(|&i| !net.is_present(i)) {
        builder.absent_actor(i);
    }
    for (i, j) in pairs(n) {
        match cell(i, j, net.cell(i, j)) {
            Cell::Present(value) => {
                builder.tie(i, j, value);
            }
            Cell::Unknown => {
                builder.unknown(i, j);
            }
            Cell::Absent | Cell::Impossible => {}
        }
    }
    builder.build(0.0).unwrap()
}

fn completed(net: &Network, tie: f64, rng: &mut ChaCha8Rng) -> Network {
    rewritten(net, |_, _, cell| match cell {
        Cell::Unknown if rng.random_bool(tie) => Cell::Present(1.0),
        Cell::Unknown => Cell::Absent,
        known => known,
    })
}

fn reversed(net: &Network) -> Network {
    rewritten(net, |i, j, _| net.cell(j, i))
}

fn complement(net: &Network) -> Network {
    rewritten(net, |_, _, cell| match cell {
        Cell::Present(_) => Cell::Absent,
        Cell::Absent => Cell::Present(1.0),
        other => other,
    })
}

fn bounds(measure: &Measure, net: &Network) -> Option<Result<Interval, Undefined>> {
    match measure.bounds {
        Bounds::Exact(of) | Bounds::Outer(of) => Some(of(net)),
        Bounds::None => None,
    }
}

fn measure(name: &str) -> &'static Measure {
    let found = NETWORK.iter().find(|measure| measure.name == name);
    found.unwrap_or_else(|| panic!("no measure {name}"))
}

fn value(name: &str, net: &Network) -> Value {
    (measure(name).value)(&Shape::of(net))
}

/// Sums in another order differ in their last digits, and what is found by iteration in some more.
fn same(name: &str, one: Value, other: Value) -> bool {
    let tolerance = match name {
        "eigenvector" => 1e-5,
        "page_rank" => 1e-9,
        _ => 1e-10,
    };
    match (one, other) {
        (Ok(a), Ok(b)) => (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1.0),
        (a, b) => a == b,
    }
}

fn within(ends: Interval, value: f64) -> bool {
    let slack = 1e-9 * value.abs().max(1.0);
    ends.lower - slack <= value && value <= ends.upper + slack
}

/// Sketches of 1 to 8 actors, and two that are larger than a machine word.
fn sketches(chances: Chances, how_many: usize, seed: u64) -> Vec<Sketch> {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut all: Vec<Sketch> = (0..how_many)
        .map(|round| {
            let tie = [0.15, 0.35, 0.6][round % 3];
            Sketch::draw(1 + round % 8, Chances { tie, ..chances }, &mut rng)
        })
        .collect();
    for n in [70, 90] {
        let chances = Chances {
            tie: 0.06,
            ..chances
        };
        all.push(Sketch::draw(n, chances, &mut rng));
    }
    all
}

fn shuffled(n: usize, rng: &mut ChaCha8Rng) -> Vec<usize> {
    let mut place: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        place.swap(last, rng.random_range(0..=last));
    }
    place
}

#[test]
fn who_stands_where_on_the_roster_changes_nothing() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    for sketch in sketches(PARTLY, 240, 1) {
        let place = shuffled(sketch.present.len(), &mut rng);
        let (net, moved) = (sketch.network(), sketch.relabelled(&place).network());
        let (shape, other) = (Shape::of(&net), Shape::of(&moved));
        for measure in &NETWORK {
            let (one, two) = ((measure.value)(&shape), (measure.value)(&other));
            assert!(
                same(measure.name, one, two),
                "{}: {one:?}, moved {two:?}, {sketch:?}",
                measure.name
            );
            match (bounds(measure, &net), bounds(measure, &moved)) {
                (Some(Ok(one)), Some(Ok(two))) => assert!(
                    same(measure.name, Ok(one.lower), Ok(two.lower))
                        && same(measure.name, Ok(one.upper), Ok(two.upper)),
                    "bounds of {}: {one:?}, moved {two:?}, {sketch:?}",
                    measure.name
                ),
                (one, two) => assert_eq!(one, two, "bounds of {}", measure.name),
            }
        }
        for measure in &ACTOR {
            let (one, two) = ((measure.values)(&shape), (measure.values)(&other));
            assert_eq!(one.len(), place.len(), "{}", measure.name);
            for (i, &to) in place.iter().enumerate() {
                assert!(
                    same(measure.name, one[i], two[to]),
                    "{} of {i}: {:?}, moved {:?}, {sketch:?}",
                    measure.name,
                    one[i],
                    two[to]
                );
            }
        }
    }
}

#[test]
fn where_everything_is_known_all_treatments_are_equal_and_bounds_are_points() {
    for sketch in sketches(TOLD, 160, 2) {
        let net = sketch.network();
        let mut treated: Vec<Network> = Treatment::ALL.map(|by| treat(&net, by)).into();
        let mut rng = ChaCha8Rng::seed_from_u64(12);
        treated.extend(impute(&net, 2, &mut rng).into_iter().flatten());
        let shape = Shape::of(&net);
        for measure in &NETWORK {
            let told = (measure.value)(&shape);
            for other in &treated {
                let other = (measure.value)(&Shape::of(other));
                assert_eq!(other, told, "{}: {sketch:?}", measure.name);
            }
            match (told, bounds(measure, &net)) {
                (Ok(told), Some(Ok(ends))) => assert!(
                    same("", Ok(ends.lower), Ok(told)) && same("", Ok(ends.upper), Ok(told)),
                    "{}: {told} and {ends:?}, {sketch:?}",
                    measure.name
                ),
                (told, Some(ends)) => assert!(
                    told.is_err() && ends.is_err(),
                    "{}: {told:?} and {ends:?}, {sketch:?}",
                    measure.name
                ),
                (_, None) => {}
            }
        }
        for measure in &ACTOR {
            let told = (measure.values)(&shape);
            for other in &treated {
                let other = (measure.values)(&Shape::of(other));
                assert_eq!(other, told, "{}: {sketch:?}", measure.name);
            }
        }
    }
}

/// Shares of known cells: unknown cells that turn out one way or the other move them towards 0 or 1, so that what is known
/// lies between. Log-odds and the correlation of Garlaschelli and Loffredo are no such shares, counts of the known dyads are
/// counts of fewer dyads, and centralizations compare actors of whom different cells are known.
const SHARES: [&str; 5] = [
    "density",
    "mean_degree",
    "dyadic_reciprocity",
    "tie_reciprocity",
    "all_dyads_reciprocity",
];

#[test]
fn bounds_hold_every_completion_and_every_treatment_that_keeps_all_actors() {
    let mut rng = ChaCha8Rng::seed_from_u64(13);
    let mut checked = 0;
    for sketch in sketches(PARTLY, 320, 3) {
        let net = sketch.network();
        let unknown = |net: &Network| net.n_unknown_pairs() > 0;
        if !unknown(&net) {
            continue;
        }
        let mut complete: Vec<Network> = [0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0]
            .map(|tie| completed(&net, tie, &mut rng))
            .into();
        complete.extend(impute(&net, 3, &mut rng).into_iter().flatten());
        let [null, mirrored, profile] = [
            Treatment::Null,
            Treatment::Reconstruction,
            Treatment::Profile,
        ]
        .map(|by| treat(&net, by));
        complete.push(null);
        for measure in &NETWORK {
            let Some(ends) = bounds(measure, &net) else {
                continue;
            };
            let share = SHARES.contains(&measure.name);
            let mut inside: Vec<(&str, &Network)> =
                complete.iter().map(|net| ("completed", net)).collect();
            if share {
                inside.push(("available", &net));
            }
            if measure.kind != Kind::Dyads && (share || !unknown(&mirrored)) {
                inside.push(("reconstruction", &mirrored));
            }
            if share || !unknown(&profile) {
                inside.push(("profile", &profile));
            }
            for (what, net) in inside {
                let Ok(value) = (measure.value)(&Shape::of(net)) else {
                    continue;
                };
                checked += 1;
                assert!(
                    ends.is_ok_and(|ends| within(ends, value)),
                    "{} of {what}: {value} not in {ends:?}, {sketch:?}",
                    measure.name
                );
            }
        }
    }
    assert!(checked > 10_000, "{checked}");
}

/// What a measure is called from the other side: who names and who is named change places.
fn from_the_other_side(name: &str) -> Option<&str> {
    let other = match name {
        "in_degree_centralization" => "out_degree_centralization",
        "out_degree_centralization" => "in_degree_centralization",
        "in_isolates" => "out_isolates",
        "out_isolates" => "in_isolates",
        "triad_021D" => "triad_021U",
        "triad_021U" => "triad_021D",
        "triad_111D" => "triad_111U",
        "triad_111U" => "triad_111D",
        "triad_120D" => "triad_120U",
        "triad_120U" => "triad_120D",
        // Of in-degrees, or of whom people have above them.
        "in_degree_sd" | "in_degree_gini" | "least_upper_boundedness" => return None,
        same => same,
    };
    Some(other)
}

#[test]
fn from_the_other_side_names_change_places_and_all_else_stays() {
    for sketch in sketches(PARTLY, 240, 4) {
        // What nobody said is written down cell by cell, so that a row can become a column.
        let net = rewritten(&sketch.network(), |_, _, cell| cell);
        let back = reversed(&net);
        for measure in &NETWORK {
            let Some(other) = from_the_other_side(measure.name) else {
                continue;
            };
            let (one, two) = ((measure.value)(&Shape::of(&net)), value(other, &back));
            assert!(
                same(measure.name, one, two),
                "{}: {one:?}, from the other side {two:?}, {sketch:?}",
                measure.name
            );
        }
        for (name, other) in [
            ("in_degree", "out_degree"),
            ("out_degree", "in_degree"),
            ("harmonic_in", "harmonic_out"),
            ("harmonic_out", "harmonic_in"),
        ] {
            let of = |name: &str, net: &Network| {
                let found = ACTOR.iter().find(|measure| measure.name == name).unwrap();
                (found.values)(&Shape::of(net))
            };
            for (one, two) in of(name, &net).into_iter().zip(of(other, &back)) {
                assert!(same(name, one, two), "{name}: {one:?} {two:?}, {sketch:?}");
            }
        }
    }
}

#[test]
fn in_the_complement_ties_and_their_absence_change_places() {
    let classes = [
        ("003", "300"),
        ("012", "210"),
        ("102", "201"),
        ("021D", "120U"),
        ("021U", "120D"),
        ("021C", "120C"),
        ("111D", "111D"),
        ("111U", "111U"),
        ("030T", "030T"),
        ("030C", "030C"),
    ];
    for sketch in sketches(PARTLY, 240, 5) {
        let net = sketch.network();
        let other = complement(&net);
        let check = |name: &str, opposite: &str, flip: fn(f64) -> f64| {
            let (one, two) = (value(name, &net), value(opposite, &other));
            let one = one.map(flip);
            assert!(same(name, one, two), "{name}: {one:?} {two:?}, {sketch:?}");
            let (one, two) = (value(opposite, &net), value(name, &other));
            let one = one.map(flip);
            assert!(same(name, one, two), "{name}: {one:?} {two:?}, {sketch:?}");
        };
        check("density", "density", |share| 1.0 - share);
        check("mutual_dyads", "null_dyads", |count| count);
        check("asymmetric_dyads", "asymmetric_dyads", |count| count);
        for (class, opposite) in classes {
            let [one, two] = [class, opposite].map(|class| format!("triad_{class}"));
            check(&one, &two, |count| count);
        }
    }
}

/// Every value, every end of bounds and every value of an actor is a number or a reason.
fn answered(net: &Network) {
    let shape = Shape::of(net);
    for measure in &NETWORK {
        let value = (measure.value)(&shape);
        assert!(
            value.is_ok_and(f64::is_finite) || value.is_err(),
            "{}: {value:?}",
            measure.name
        );
        if let Some(Ok(ends)) = bounds(measure, net) {
            assert!(
                ends.lower.is_finite() && ends.upper.is_finite() && ends.lower <= ends.upper,
                "{}: {ends:?}",
                measure.name
            );
        }
    }
    for measure in &ACTOR {
        let values = (measure.values)(&shape);
        assert_eq!(values.len(), net.n_positions(), "{}", measure.name);
        for (i, value) in values.into_iter().enumerate() {
            assert!(
                value.is_ok_and(f64::is_finite) || value.is_err(),
                "{}: {value:?}",
                measure.name
            );
            assert!(
                net.is_present(i) || value == Err(Undefined::NothingObserved),
                "{} of who was not there: {value:?}",
                measure.name
            );
        }
    }
}

#[test]
fn the_smallest_and_the_emptiest_networks_have_numbers_or_reasons() {
    for n in [0, 1, 2, 3, 4, 5, 9, 66] {
        for tied in [false, true] {
            for (silent, absent) in [(0, 0), (n, 0), (0, n), (n / 2, 0), (0, n / 2), (n, n / 2)] {
                let mut builder = Network::builder(n);
                (0..silent).for_each(|i| {
                    builder.silent(i);
                });
                (n - absent..n).for_each(|i| {
                    builder.absent_actor(i);
                });
                for (i, j) in pairs(n - absent).filter(|&(i, _)| tied && i >= silent) {
                    builder.tie(i, j, 1.0);
                }
                let net = builder.build(0.0).unwrap();
                for by in Treatment::ALL {
                    answered(&treat(&net, by));
                }
            }
        }
    }
    let tiniest = f64::from_bits(1);
    let mut builder = Network::builder(3);
    builder
        .tie(0, 1, f64::MAX)
        .tie(1, 2, tiniest)
        .tie(2, 0, 1.0);
    answered(&builder.build(0.0).unwrap());
}

/// Ties drawn evenly; the first actors are silent.
fn large(n: usize, ties: usize, silent: usize) -> Network {
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    let mut drawn: Vec<(usize, usize)> = (0..ties)
        .map(|_| (rng.random_range(silent..n), rng.random_range(0..n)))
        .filter(|(i, j)| i != j)
        .collect();
    drawn.sort_unstable();
    drawn.dedup();
    let mut builder = Network::builder(n);
    (0..silent).for_each(|i| {
        builder.silent(i);
    });
    for (i, j) in drawn {
        builder.tie(i, j, 1.0);
    }
    builder.build(0.0).unwrap()
}

/// How long each measure took, the slowest first, where it took a second at least.
fn timed(net: &Network) -> Vec<(String, Duration)> {
    let mut took = Vec::new();
    let mut clock = |name: String, run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        took.push((name, start.elapsed()));
    };
    let shape = Shape::of(net);
    for measure in &NETWORK {
        clock(measure.name.to_owned(), &mut || {
            let value = (measure.value)(&shape);
            assert!(
                value.is_err() || value.is_ok_and(f64::is_finite),
                "{}: {value:?}",
                measure.name
            );
        });
        clock(format!("bounds of {}", measure.name), &mut || {
            let _ = bounds(measure, net);
        });
    }
    for measure in &ACTOR {
        clock(measure.name.to_owned(), &mut || {
            assert_eq!((measure.values)(&shape).len(), net.n_positions());
        });
    }
    took.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
    took.retain(|(_, took)| *took >= Duration::from_millis(500));
    took
}

#[test]
fn a_hundred_thousand_actors_are_answered_or_refused_within_a_minute() {
    let n = 100_000;
    let mut chain = Network::builder(n);
    for i in 1..n {
        chain.tie(i - 1, i, 1.0);
    }
    let start = Instant::now();
    for (what, net) in [
        ("ten ties each", large(n, 10 * n, 0)),
        ("a fifth silent", large(n, 8 * n, n / 5)),
        ("a chain", chain.build(0.0).unwrap()),
    ] {
        let slowest = timed(&net);
        eprintln!("{what}: {slowest:?}");
        for name in ["betweenness_centralization", "mean_distance", "diameter"] {
            assert_eq!(value(name, &net), Err(Undefined::TooManyActors), "{name}");
        }
        let refused = bounds(measure("betweenness_centralization"), &net);
        assert_eq!(refused, Some(Err(Undefined::TooManyActors)));
    }
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "{took:?}");
}

#[test]
#[ignore = "takes about a minute"]
fn the_largest_network_whose_paths_are_walked_takes_about_a_minute() {
    let net = large(19_000, 190_000, 0);
    let steps = 19_000 * (19_000 + net.n_ties() as u64);
    assert!(steps <= catalogue::MOST_STEPS && 2 * steps > catalogue::MOST_STEPS);
    let start = Instant::now();
    assert!(value("mean_distance", &net).is_ok());
    let took = start.elapsed();
    eprintln!("{took:?}");
    assert!(took < Duration::from_secs(120), "{took:?}");
}

#[test]
fn every_name_is_one_measure() {
    let mut names: Vec<&str> = catalogue::network_names()
        .chain(catalogue::actor_names())
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all);
}
