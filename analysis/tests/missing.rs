//! Unknown answers: what each treatment makes of them, and how often the imputed interval and the bounds hold the truth.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::measure::*;
use schakel_analysis::model::missing_study::{BOUNDED, MULTIPLE, Options};
use schakel_analysis::model::{
    MissingStudy, MissingStudyFault, impute, missing_study, pooled_measure,
};
use schakel_analysis::network::{Cell, Network, Treatment, profile, treat};
use schakel_analysis::outcome::Undefined;

const DETERMINISTIC: [Treatment; 5] = [
    Treatment::Available,
    Treatment::Null,
    Treatment::Exclusion,
    Treatment::Reconstruction,
    Treatment::Profile,
];

const COVERED: [&str; 3] = ["density", "dyadic_reciprocity", "in_degree_centralization"];

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

type Row = BTreeMap<String, String>;

/// Simple CSV: a quoted cell holds neither comma nor quote.
fn csv(path: &Path) -> Vec<Row> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines().map(|line| {
        line.split(',')
            .map(|cell| cell.trim_matches('"').to_owned())
    });
    let header: Vec<String> = lines.next().unwrap().collect();
    let rows: Vec<Row> = lines
        .map(|line| header.iter().cloned().zip(line).collect())
        .collect();
    assert!(!rows.is_empty(), "{} is empty", path.display());
    rows
}

/// The networks of a folder in which everyone answered: who was not there, or was there and did not answer, is left out.
fn complete_networks(root: &Path, folder: &str, relation: &str) -> Vec<(String, Network)> {
    let persons = csv(&root.join(folder).join("persons.csv"));
    let ties = csv(&root.join(folder).join("ties.csv"));
    let mut groups: BTreeMap<(u32, u32), BTreeMap<&str, usize>> = BTreeMap::new();
    let key = |row: &Row| (row["school"].parse().unwrap(), row["wave"].parse().unwrap());
    let answered = |row: &Row| {
        let is_no = |column: &str| row.get(column).is_some_and(|value| value == "0");
        !is_no("present") && !is_no("responded")
    };
    for person in persons.iter().filter(|row| answered(row)) {
        let group = groups.entry(key(person)).or_default();
        let place = group.len();
        group.insert(&person["person"], place);
    }
    groups
        .into_iter()
        .map(|((school, wave), place)| {
            let mut builder = Network::builder(place.len());
            let asked = |row: &&Row| key(row) == (school, wave) && row["relation"] == relation;
            for tie in ties.iter().filter(asked) {
                let ends = ["ego", "alter"].map(|end| place.get(tie[end].as_str()));
                if let [Some(&ego), Some(&alter)] = ends {
                    builder.tie(ego, alter, tie["value"].parse().unwrap());
                }
            }
            let name = format!("{folder} {school} wave {wave} {relation}");
            (name, builder.build(0.0).unwrap())
        })
        .collect()
}

/// Fifteen networks of which every cell is known.
fn collection() -> Option<Vec<(String, Network)>> {
    let root = shared()?;
    let all: Vec<_> = [
        ("pitts_spillane_a", "advice"),
        ("s50", "friendship"),
        ("knecht_class", "friendship"),
    ]
    .iter()
    .flat_map(|(folder, relation)| complete_networks(&root, folder, relation))
    .collect();
    assert_eq!(all.len(), 15);
    assert!(all.iter().all(|(_, net)| net.n_unknown_pairs() == 0));
    Some(all)
}

/// One line per network and measure; returns the mean coverage of each of [`COVERED`].
fn table(studies: &[(String, MissingStudy)], out: &mut impl Write) -> BTreeMap<&'static str, f64> {
    let mut covered: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    for (name, study) in studies {
        writeln!(
            out,
            "{name}: n = {}, {} removed, {} times",
            study.n_actors, study.n_removed, study.repeats
        )
        .unwrap();
        for measure in &study.measures {
            let coverage = measure.interval_coverage.unwrap();
            covered.entry(measure.name).or_default().push(coverage);
            write!(
                out,
                "  {:<26} truth {:.3}  interval {:.3} (width {:.3})  bounds {:.3} (width {:.3})  rmse",
                measure.name,
                measure.truth.unwrap(),
                coverage,
                measure.mean_interval_width.unwrap(),
                measure.bounds_coverage.unwrap(),
                measure.mean_bounds_width.unwrap(),
            )
            .unwrap();
            for treatment in &measure.treatments {
                let (bias, rmse) = (treatment.bias.unwrap(), treatment.rmse.unwrap());
                write!(out, "  {} {rmse:.4} ({bias:+.4})", treatment.name).unwrap();
            }
            writeln!(out).unwrap();
        }
    }
    let means: BTreeMap<&'static str, f64> = covered
        .into_iter()
        .map(|(name, shares)| {
            let mean = shares.iter().sum::<f64>() / shares.len() as f64;
            let least = shares.iter().copied().fold(1.0, f64::min);
            writeln!(
                out,
                "interval of {name}: covers {mean:.3} on average, {least:.3} at least"
            )
            .unwrap();
            (name, mean)
        })
        .collect();
    for measure in BOUNDED.map(|studied| studied.name) {
        writeln!(out, "mean rmse of {measure}:").unwrap();
        for treatment in [
            "available",
            "null",
            "reconstruction",
            "profile",
            "exclusion",
            MULTIPLE,
        ] {
            let of = |study: &MissingStudy| {
                let found = study.measures.iter().find(|m| m.name == measure).unwrap();
                found.treatment(treatment).unwrap().rmse.unwrap()
            };
            let mean =
                studies.iter().map(|(_, study)| of(study)).sum::<f64>() / studies.len() as f64;
            writeln!(out, "  {treatment:<15} {mean:.4}").unwrap();
        }
    }
    means
}

/// Two networks at a time, dealt alternately; the seed is the network's own.
fn study_all(all: &[(String, Network)], options: Options) -> Vec<(String, MissingStudy)> {
    let deal = |hand: usize| {
        let hand: Vec<_> = all.iter().zip(0_u64..).skip(hand).step_by(2).collect();
        move || {
            let study = |((name, net), seed): &(&(String, Network), u64)| {
                let mut rng = ChaCha8Rng::seed_from_u64(*seed);
                let study = missing_study(net, &BOUNDED, &options, &mut rng).unwrap();
                (*seed, (name.clone(), study))
            };
            hand.iter().map(study).collect::<BTreeMap<_, _>>()
        }
    };
    let mut studied = BTreeMap::new();
    std::thread::scope(|scope| {
        let hands = [scope.spawn(deal(0)), scope.spawn(deal(1))];
        for hand in hands {
            studied.extend(hand.join().unwrap());
        }
    });
    let studies: Vec<_> = studied.into_values().collect();
    for (name, study) in &studies {
        for measure in &study.measures {
            assert_eq!(
                measure.bounds_coverage,
                Some(1.0),
                "{name} {}",
                measure.name
            );
        }
    }
    studies
}

#[test]
#[ignore = "minutes; run with --ignored"]
fn a_thousand_removals_from_every_complete_network() {
    let Some(all) = collection() else { return };
    let studies = study_all(&all, Options::default());
    let means = table(&studies, &mut std::io::stdout());
    for name in COVERED {
        assert!(means[name] >= 0.9, "{name}: {}", means[name]);
    }
}

/// The allowance of the interval was set on the networks above; these had no say in it.
#[test]
#[ignore = "minutes; run with --ignored"]
fn two_hundred_removals_from_networks_of_other_sources() {
    let Some(root) = shared() else { return };
    let all: Vec<_> = [
        ("krackhardt_hightech", "advice"),
        ("krackhardt_hightech", "friendship"),
        ("golden/inputs/sampson_liking", "liking"),
        ("golden/inputs/coleman_highschool", "fall"),
        ("golden/inputs/coleman_highschool", "spring"),
    ]
    .iter()
    .flat_map(|(folder, relation)| complete_networks(&root, folder, relation))
    .collect();
    assert_eq!(all.len(), 5);
    let options = Options {
        repeats: 200,
        ..Options::default()
    };
    let means = table(&study_all(&all, options), &mut std::io::stdout());
    for name in COVERED {
        assert!(means[name] >= 0.9, "{name}: {}", means[name]);
    }
}

#[test]
fn thirty_removals_from_four_networks() {
    let Some(all) = collection() else { return };
    let options = Options {
        repeats: 30,
        ..Options::default()
    };
    let chosen = [
        "pitts_spillane_a 5 wave 1 advice",
        "pitts_spillane_a 13 wave 1 advice",
        "knecht_class 1 wave 2 friendship",
        "knecht_class 1 wave 4 friendship",
    ];
    let studies: Vec<_> = chosen
        .iter()
        .zip(0..)
        .map(|(&chosen, seed)| {
            let (name, net) = all.iter().find(|(name, _)| name == chosen).unwrap();
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            (
                name.clone(),
                missing_study(net, &BOUNDED, &options, &mut rng).unwrap(),
            )
        })
        .collect();
    let means = table(&studies, &mut std::io::sink());
    for name in COVERED {
        assert!(means[name] >= 0.8, "{name}: {}", means[name]);
    }
    for (name, study) in &studies {
        for measure in &study.measures {
            assert_eq!(measure.bounds_coverage, Some(1.0), "{name}");
            let rmses: Vec<_> = measure.treatments.iter().map(|t| t.rmse.unwrap()).collect();
            assert!(rmses.is_sorted() && rmses.len() == 6, "{name}");
        }
        let density = &study.measures[0];
        let rmse = |treatment| density.treatment(treatment).unwrap().rmse.unwrap();
        assert!(rmse("available") < rmse("exclusion"), "{name}");
    }
}

/// What a cell is said to be, for networks drawn at random: nothing, unknown, or a tie of this value.
type Said = Option<Option<u8>>;

#[derive(Debug, Clone)]
struct Sketch {
    present: Vec<bool>,
    silent: Vec<bool>,
    said: Vec<Vec<Said>>,
}

impl Sketch {
    fn build(&self) -> Network {
        let n = self.present.len();
        let mut builder = Network::builder(n);
        for i in 0..n {
            if !self.present[i] {
                builder.absent_actor(i);
            }
            if self.silent[i] {
                builder.silent(i);
            }
            for j in (0..n).filter(|&j| j != i && self.present[i] && self.present[j]) {
                match self.said[i][j] {
                    None => {}
                    Some(None) => {
                        builder.unknown(i, j);
                    }
                    Some(Some(value)) if !self.silent[i] || value > 3 => {
                        builder.tie(i, j, f64::from(value));
                    }
                    Some(Some(_)) => {}
                }
            }
        }
        builder.build(0.0).unwrap()
    }

    fn relabelled(&self, order: &[usize]) -> Self {
        Self {
            present: order.iter().map(|&i| self.present[i]).collect(),
            silent: order.iter().map(|&i| self.silent[i]).collect(),
            said: order
                .iter()
                .map(|&i| order.iter().map(|&j| self.said[i][j]).collect())
                .collect(),
        }
    }
}

fn sketch(largest: usize) -> impl Strategy<Value = Sketch> {
    let said = prop_oneof![
        5 => Just(None),
        1 => Just(Some(None)),
        4 => (1..5_u8).prop_map(|value| Some(Some(value))),
    ];
    (0..=largest).prop_flat_map(move |n| {
        (
            prop::collection::vec(prop::bool::weighted(0.9), n),
            prop::collection::vec(prop::bool::weighted(0.3), n),
            prop::collection::vec(prop::collection::vec(said.clone(), n), n),
        )
            .prop_map(|(present, silent, said)| Sketch {
                present,
                silent,
                said,
            })
    })
}

fn cells(net: &Network) -> Vec<Vec<Cell>> {
    let n = net.n_positions();
    (0..n)
        .map(|i| (0..n).map(|j| net.cell(i, j)).collect())
        .collect()
}

fn portrait(net: &Network) -> Vec<Result<f64, Undefined>> {
    BOUNDED.iter().map(|studied| (studied.value)(net)).collect()
}

/// The cell that `profile` should fill, from its definition, in fractions of a vote.
fn filled(net: &Network, i: usize, j: usize, nearest: usize) -> Cell {
    let n = net.n_positions();
    let known = |p: usize, q: usize| match net.cell(p, q) {
        Cell::Present(_) => Some(true),
        Cell::Absent => Some(false),
        _ => None,
    };
    let mut voters: Vec<(f64, Cell)> = (0..n)
        .filter(|&c| c != i && c != j && net.observed(c) && known(c, j).is_some())
        .map(|c| {
            let both: Vec<bool> = (0..n)
                .filter_map(|p| Some(known(p, i)? != known(p, c)?))
                .collect();
            let differing = both.iter().filter(|&&differs| differs).count();
            let distance = if both.is_empty() {
                f64::INFINITY
            } else {
                differing as f64 / both.len() as f64
            };
            (distance, net.cell(c, j))
        })
        .collect();
    if voters.is_empty() {
        return Cell::Unknown;
    }
    voters.sort_by(|a, b| a.0.total_cmp(&b.0));
    let places = nearest.min(voters.len());
    let last = voters[places - 1].0;
    let before = voters.iter().filter(|v| v.0 < last).count();
    let sharing = voters.iter().filter(|v| v.0 == last).count();
    let part = (places - before) as f64 / sharing as f64;
    let mut named: Vec<(f64, f64)> = voters
        .iter()
        .filter(|v| v.0 <= last)
        .filter_map(|&(distance, said)| match said {
            Cell::Present(value) => Some((value, if distance < last { 1.0 } else { part })),
            _ => None,
        })
        .collect();
    let votes: f64 = named.iter().map(|v| v.1).sum();
    if votes <= places as f64 / 2.0 + 1e-9 {
        return Cell::Absent;
    }
    named.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut passed = 0.0;
    for (value, vote) in named {
        passed += vote;
        if passed >= votes / 2.0 - 1e-9 {
            return Cell::Present(value);
        }
    }
    unreachable!("the last one passes half")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn profile_is_its_definition(sketch in sketch(8), nearest in 1..5_usize) {
        let net = sketch.build();
        let after = profile(&net, nearest).unwrap();
        let n = net.n_positions();
        for i in 0..n {
            for j in 0..n {
                let expected = match net.cell(i, j) {
                    Cell::Unknown => filled(&net, i, j, nearest),
                    cell => cell,
                };
                prop_assert_eq!(after.cell(i, j), expected, "{} -> {}", i, j);
            }
        }
    }

    #[test]
    fn the_order_of_the_roster_decides_nothing((sketch, order) in sketch(8).prop_flat_map(|sketch| {
        let order: Vec<usize> = (0..sketch.present.len()).collect();
        (Just(sketch), Just(order).prop_shuffle())
    })) {
        for treatment in DETERMINISTIC {
            let net = treat(&sketch.build(), treatment);
            let moved = treat(&sketch.relabelled(&order).build(), treatment);
            for (i, &from) in order.iter().enumerate() {
                for (j, &to) in order.iter().enumerate() {
                    prop_assert_eq!(moved.cell(i, j), net.cell(from, to), "{}", treatment.name());
                }
            }
            prop_assert_eq!(portrait(&moved), portrait(&net));
        }
    }

    #[test]
    fn at_full_response_nothing_is_treated(sketch in sketch(8), seed in 0..1_000_u64) {
        let net = treat(&sketch.build(), Treatment::Null);
        for treatment in DETERMINISTIC {
            prop_assert_eq!(cells(&treat(&net, treatment)), cells(&net));
            prop_assert_eq!(portrait(&treat(&net, treatment)), portrait(&net));
        }
        let copies = impute(&net, 3, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap();
        prop_assert_eq!(copies.len(), 3);
        for copy in &copies {
            prop_assert_eq!(cells(copy), cells(&net));
        }
        if let Ok(density) = network_density(&net) {
            let point = pooled_measure(&copies, network_density).unwrap();
            prop_assert!((point.estimate - density).abs() < 1e-12);
            prop_assert!(point.interval.upper - point.interval.lower < 1e-7);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn imputation_fills_what_is_unknown_and_leaves_the_rest(sketch in sketch(8), seed in 0..1_000_u64) {
        let net = sketch.build();
        let draw = || impute(&net, 4, &mut ChaCha8Rng::seed_from_u64(seed));
        let completed = match draw() {
            Ok(completed) => completed,
            Err(reason) => {
                prop_assert_eq!(reason, Undefined::NothingObserved);
                prop_assert_eq!(net.n_observed_pairs(), 0);
                return Ok(());
            }
        };
        let values: Vec<f64> = net.ties().map(|(_, _, value)| value).collect();
        for network in &completed {
            prop_assert_eq!(network.n_unknown_pairs(), 0);
            for (before, after) in cells(&net).iter().flatten().zip(cells(network).iter().flatten()) {
                match (before, after) {
                    (Cell::Unknown, Cell::Absent) => {}
                    (Cell::Unknown, Cell::Present(value)) => {
                        prop_assert!(values.contains(value) || values.is_empty() && *value == 1.0);
                    }
                    _ => prop_assert_eq!(before, after),
                }
            }
        }
        let again: Vec<_> = draw().unwrap().iter().map(cells).collect();
        prop_assert_eq!(completed.iter().map(cells).collect::<Vec<_>>(), again);
        for studied in BOUNDED {
            if let Ok(pooled) = pooled_measure(&completed, studied.value) {
                let numbers = [pooled.estimate, pooled.standard_error, pooled.interval.lower, pooled.interval.upper];
                prop_assert!(numbers.iter().all(|x| x.is_finite()));
            }
        }
    }
}

#[test]
fn where_everyone_is_silent_nothing_is_invented() {
    for n in 2..6 {
        let mut builder = Network::builder(n);
        for i in 0..n {
            builder.silent(i);
        }
        let net = builder.build(0.0).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        assert_eq!(
            impute(&net, 5, &mut rng).err(),
            Some(Undefined::NothingObserved)
        );
        let after = treat(&net, Treatment::Profile);
        assert_eq!(after.n_unknown_pairs(), n * (n - 1));
        assert_eq!(network_density(&after), Err(Undefined::NothingObserved));
    }
}

#[test]
fn without_ties_and_with_all_of_them_the_rest_is_likely_alike() {
    for full in [false, true] {
        let mut builder = Network::builder(12);
        for i in 0..12 {
            if i < 3 {
                builder.silent(i);
            } else if full {
                for j in (0..12).filter(|&j| j != i) {
                    builder.tie(i, j, 1.0);
                }
            }
        }
        let net = builder.build(0.0).unwrap();
        let completed = impute(&net, 20, &mut ChaCha8Rng::seed_from_u64(3)).unwrap();
        let density = pooled_measure(&completed, network_density)
            .unwrap()
            .estimate;
        assert!(
            (density - f64::from(u8::from(full))).abs() < 0.05,
            "{density}"
        );
    }
}

#[test]
fn a_very_large_network_is_refused_and_left_alone() {
    let mut builder = Network::builder(100_000);
    builder.silent(7);
    for i in 8..100_000 {
        builder.tie(i, i - 1, 1.0);
    }
    let net = builder.build(0.0).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    assert_eq!(profile(&net, 3).err(), Some(Undefined::TooManyActors));
    assert_eq!(
        impute(&net, 20, &mut rng).err(),
        Some(Undefined::TooManyActors)
    );
    assert_eq!(treat(&net, Treatment::Profile).n_unknown_pairs(), 99_999);
    let whole = treat(&net, Treatment::Null);
    assert_eq!(impute(&whole, 2, &mut rng).unwrap().len(), 2);
}

#[test]
fn every_treatment_is_found_by_its_name() {
    for treatment in DETERMINISTIC {
        assert_eq!(Treatment::from_name(treatment.name()), Some(treatment));
    }
    assert_eq!(Treatment::from_name(MULTIPLE), None);
}

#[test]
fn what_cannot_be_studied_is_said() {
    let study = |net: &Network, options: Options| {
        missing_study(net, &BOUNDED, &options, &mut ChaCha8Rng::seed_from_u64(1))
    };
    let few = Options {
        repeats: 2,
        imputations: 2,
        ..Options::default()
    };
    let lone = Network::builder(1).build(0.0).unwrap();
    assert_eq!(study(&lone, few), Err(MissingStudyFault::TooFewActors));
    let mut builder = Network::builder(3);
    builder.silent(0);
    let open = builder.build(0.0).unwrap();
    assert_eq!(study(&open, few), Err(MissingStudyFault::NotComplete));
    let large = Network::builder(100_000).build(0.0).unwrap();
    assert_eq!(study(&large, few), Err(MissingStudyFault::TooManyActors));
    for share in [0.0, 1.0, f64::NAN] {
        let options = Options { share, ..few };
        let empty = Network::builder(3).build(0.0).unwrap();
        assert_eq!(
            study(&empty, options),
            Err(MissingStudyFault::ShareOutOfRange)
        );
    }
    // No ties: reciprocity has no truth to be missed, density has.
    let empty = Network::builder(3).build(0.0).unwrap();
    let found = study(&empty, few).unwrap();
    assert_eq!((found.n_actors, found.n_removed), (3, 1));
    assert_eq!(found.measures[0].truth, Ok(0.0));
    assert_eq!(found.measures[0].treatments.len(), 6);
    assert_eq!(found.measures[1].truth, Err(Undefined::NoTies));
    assert!(found.measures[1].treatments.is_empty());
    for n in [2, 8] {
        let mut builder = Network::builder(n);
        builder.tie(0, 1, 1.0);
        let found = study(&builder.build(0.0).unwrap(), few).unwrap();
        assert_eq!(found.measures[0].bounds_coverage, Some(1.0));
    }
}
