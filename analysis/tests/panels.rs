//! Valued ties, two reports of one tie, several relations and several waves: against the shared collection and against slow definitions.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use schakel_analysis::measure::*;
use schakel_analysis::network::{
    Cell, Network, Panel, Symmetry, Treatment, composition, cut_sensitivity, dichotomize,
    dyad_census, symmetrize, treat,
};
use schakel_analysis::outcome::Undefined;
use serde_json::Value;

fn shared() -> Option<PathBuf> {
    let data = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")).join("data");
    if data.is_dir() {
        return Some(data);
    }
    // Past the capture of the test harness: a skipped test says so.
    let line = b"SKIPPED: ../shared is absent\n";
    std::io::stderr().write_all(line).unwrap();
    None
}

/// The rows of a simple CSV by the given columns, for one school, wave and relation.
fn rows(path: &Path, columns: &[&str]) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines().map(|line| {
        let cells = line.split(',');
        cells
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect::<Vec<_>>()
    });
    let header = lines.next().unwrap();
    let places: Vec<usize> = columns
        .iter()
        .map(|name| header.iter().position(|cell| cell == name).unwrap())
        .collect();
    lines
        .map(|line| places.iter().map(|&place| line[place].clone()).collect())
        .collect()
}

/// One relation in one wave as the collection has it: everyone listed or named, and what was said.
fn read(folder: &Path, [school, wave, relation]: [&str; 3]) -> (Vec<String>, Network) {
    let persons = rows(&folder.join("persons.csv"), &["school", "wave", "person"]);
    let mut nodes: BTreeSet<String> = persons
        .into_iter()
        .filter(|row| row[0] == school && row[1] == wave)
        .map(|row| row[2].clone())
        .collect();
    let columns = ["school", "wave", "relation", "ego", "alter", "value"];
    let ties: Vec<_> = rows(&folder.join("ties.csv"), &columns)
        .into_iter()
        .filter(|row| [&row[0], &row[1], &row[2]] == [school, wave, relation])
        .collect();
    for tie in &ties {
        nodes.extend([tie[3].clone(), tie[4].clone()]);
    }
    let nodes: Vec<String> = nodes.into_iter().collect();
    let place = |person: &String| nodes.binary_search(person).unwrap();
    let mut builder = Network::builder(nodes.len());
    for tie in ties.iter().filter(|tie| tie[3] != tie[4]) {
        let (ego, alter) = (place(&tie[3]), place(&tie[4]));
        match tie[5].as_str() {
            "NA" => builder.unknown(ego, alter),
            value => builder.tie(ego, alter, value.parse().unwrap()),
        };
    }
    (nodes, builder.build(0.0).unwrap())
}

/// Name, folder and reference values of each data set.
fn golden_files(root: &Path) -> Vec<(String, PathBuf, Value)> {
    let entries = std::fs::read_dir(root.join("golden")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
        .iter()
        .filter_map(|file| {
            let stem = file.file_stem()?.to_str()?;
            let name = stem.strip_prefix("networks_")?;
            let folder = match root.join(name) {
                own if own.is_dir() => own,
                _ => root.join("golden/inputs").join(name),
            };
            let text = std::fs::read_to_string(file).unwrap();
            Some((
                name.to_owned(),
                folder,
                serde_json::from_str(&text).unwrap(),
            ))
        })
        .collect()
}

#[track_caller]
fn near(ours: f64, theirs: f64, what: &str) -> f64 {
    let off = (ours - theirs).abs() / theirs.abs().max(1e-300);
    assert!(off <= 1e-9, "{what}: {ours}, not {theirs}");
    off
}

#[test]
fn change_and_overlap_of_the_shared_collection() {
    let Some(root) = shared() else { return };
    let (mut pairs_met, mut values, mut worst) = ([0, 0], 0, 0.0_f64);
    for (name, folder, golden) in golden_files(&root) {
        for (which, list) in ["between_waves", "between_relations"].iter().enumerate() {
            for pair in golden[list].as_array().unwrap() {
                let waves = ["from", "to"].map(|end| {
                    let end = pair[end].as_str().unwrap();
                    let (wave, relation) = end.split_once(' ').unwrap();
                    let (nodes, net) =
                        read(&folder, [pair["school"].as_str().unwrap(), wave, relation]);
                    (nodes, treat(&net, Treatment::Null))
                });
                let what = format!("{name} {} {}", pair["from"], pair["to"]);
                let (_, panel) = Panel::on_union(&waves).unwrap();
                let [from, to] = panel.waves() else {
                    panic!("two waves")
                };
                let count = |key: &str| pair[key].as_u64();
                assert_eq!(change_kept(from, to).ok(), count("n11"), "{what}");
                assert_eq!(change_ended(from, to).ok(), count("n10"), "{what}");
                assert_eq!(change_born(from, to).ok(), count("n01"), "{what}");
                let neither = change_counts(from, to).neither;
                assert_eq!(Some(neither), count("n00"), "{what}");
                assert_eq!(network_hamming(from, to).ok(), count("hamming"), "{what}");
                let both = composition(from, to).stayers.len() as u64;
                assert_eq!(Some(both), count("persons_in_both"), "{what}");
                let n = |key: &str| pair[key].as_f64().unwrap();
                let jaccard = network_jaccard(from, to).unwrap();
                worst = worst.max(near(jaccard, n("jaccard"), &what));
                worst = worst.max(near(network_phi(from, to).unwrap(), n("gcor"), &what));
                let binary = [from, to].map(|net| dichotomize(net, 0.0).unwrap());
                let gcor = network_correlation(&binary[0], &binary[1]).unwrap();
                worst = worst.max(near(gcor, n("gcor"), &what));
                let kept = proportion_kept(from, to).unwrap();
                near(kept, n("n11") / (n("n11") + n("n10")), &what);
                let overlap = multiplexity_overlap(from, to).unwrap();
                near(
                    overlap,
                    n("n11") / (n("n11") + n("n10").min(n("n01"))),
                    &what,
                );
                let both = tie_multiplexity(&[from, to]).exactly;
                let theirs = ["n00", "hamming", "n11"].map(|key| count(key).unwrap());
                assert_eq!(both, theirs, "{what}");
                pairs_met[which] += 1;
                values += 13;
            }
        }
    }
    println!("{pairs_met:?} pairs of waves and of relations, {values} values, worst {worst:e}");
    assert_eq!(pairs_met, [7, 21]);
}

#[test]
fn agreement_of_two_reports_in_the_shared_collection() {
    let Some(root) = shared() else { return };
    let (mut networks, mut compared, mut worst) = (0, 0, 0.0_f64);
    for (name, folder, golden) in golden_files(&root) {
        for record in golden["networks"].as_array().unwrap() {
            let key = ["school", "wave", "relation"].map(|key| record[key].as_str().unwrap());
            let (_, net) = read(&folder, key);
            let net = dichotomize(&treat(&net, Treatment::Null), 0.0).unwrap();
            networks += 1;
            for value in record["records"].as_array().unwrap() {
                let ours = match value["id"].as_str().unwrap() {
                    // The default of sna counts null dyads as agreeing: the share of dyads whose two reports are the same.
                    "reciprocity_dyadic" => vec![report_agreement(&net)],
                    "reciprocity_correlation" => vec![report_kappa(&net), report_correlation(&net)],
                    _ => continue,
                };
                for ours in ours {
                    match (ours, value["value"].as_f64()) {
                        (Ok(ours), Some(theirs)) => worst = worst.max(near(ours, theirs, &name)),
                        (Err(_), None) => {}
                        (ours, theirs) => panic!("{name} {key:?}: {ours:?}, not {theirs:?}"),
                    }
                    compared += 1;
                }
            }
        }
    }
    println!("{networks} networks, {compared} values, worst {worst:e}");
    assert_eq!(networks, 61);
    assert!(compared >= 2 * networks, "{compared}");
}

/// Present, silent, and per ordered pair what was said: nothing, no, a value, or left open.
type Sketch = (Vec<bool>, Vec<bool>, Vec<Vec<u8>>);

fn sketches(largest: usize, many: usize) -> impl Strategy<Value = Vec<Network>> {
    let cell = prop_oneof![4 => Just(0_u8), 1 => Just(1), 3 => 2..6_u8, 1 => Just(9)];
    (1..=largest)
        .prop_flat_map(move |n| {
            let one = (
                prop::collection::vec(prop::bool::weighted(0.8), n),
                prop::collection::vec(prop::bool::weighted(0.3), n),
                prop::collection::vec(prop::collection::vec(cell.clone(), n), n),
            );
            prop::collection::vec(one, many)
        })
        .prop_map(|sketches| sketches.iter().map(build).collect())
}

fn build((present, silent, said): &Sketch) -> Network {
    let n = present.len();
    let mut builder = Network::builder(n);
    for (i, (present, silent)) in present.iter().zip(silent).enumerate() {
        if !present {
            builder.absent_actor(i);
        }
        if *silent {
            builder.silent(i);
        }
    }
    for (i, j) in ordered_pairs(n) {
        match said[i][j] {
            0 => {}
            1 => {
                builder.tie(i, j, 0.0);
            }
            9 => {
                builder.unknown(i, j);
            }
            value if present[i] && present[j] => {
                builder.tie(i, j, f64::from(value) - 1.0);
            }
            _ => {}
        }
    }
    builder.build(0.0).unwrap()
}

fn ordered_pairs(n: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..n).flat_map(move |i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
}

/// The value of a known cell, 0 without a tie.
fn value(cell: Cell) -> Option<f64> {
    match cell {
        Cell::Present(value) => Some(value),
        Cell::Absent => Some(0.0),
        Cell::Unknown | Cell::Impossible => None,
    }
}

/// Pearson correlation of pairs, from the definition.
fn pearson(pairs: &[(f64, f64)]) -> Option<f64> {
    let n = pairs.len() as f64;
    let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
    let (a, b) = (mean(|p| p.0), mean(|p| p.1));
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
    let varies = |of: fn(&(f64, f64)) -> f64| pairs.iter().any(|p| of(p) != of(&pairs[0]));
    (!pairs.is_empty() && varies(|p| p.0) && varies(|p| p.1)).then(|| {
        sum(&|p| (p.0 - a) * (p.1 - b))
            / (sum(&|p| (p.0 - a).powi(2)) * sum(&|p| (p.1 - b).powi(2))).sqrt()
    })
}

fn close(ours: Result<f64, Undefined>, theirs: Option<f64>) -> bool {
    match (ours, theirs) {
        (Ok(ours), Some(theirs)) => (ours - theirs).abs() < 1e-9,
        (Err(_), None) => true,
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_parts_of_a_change_of_density_are_the_change(nets in sketches(8, 2), treated in 0..4_usize) {
        let nets: Vec<Network> = nets.iter().map(|net| treat(net, Treatment::ALL[treated])).collect();
        let (first, second) = (&nets[0], &nets[1]);
        match density_change(first, second) {
            Ok(parts) => {
                let change = network_density(second).unwrap() - network_density(first).unwrap();
                prop_assert!((parts.total() - change).abs() < 1e-12, "{:?} {}", parts, change);
                // What moved is what the counts over the cells known twice say.
                let counts = change_counts(first, second);
                let net_born = (counts.born as f64 - counts.ended as f64) / counts.n_known() as f64;
                prop_assert!((parts.behaviour() - net_born).abs() < 1e-12);
                let composition = composition(first, second);
                if composition.joiners.is_empty() {
                    prop_assert_eq!((parts.stayer_joiner, parts.joiner_joiner), (0.0, 0.0));
                }
                if composition.leavers.is_empty() {
                    prop_assert_eq!((parts.stayer_leaver.abs(), parts.leaver_leaver.abs()), (0.0, 0.0));
                }
                if first.n_unknown_pairs() + second.n_unknown_pairs() == 0 {
                    prop_assert_eq!(parts.answered_once, 0.0);
                }
                // Backwards the reference changes sides, and the whole only its sign.
                let back = density_change(second, first).unwrap();
                prop_assert!((back.total() + parts.total()).abs() < 1e-12);
                prop_assert_eq!((back.born, back.stayer_leaver), (-parts.ended, -parts.stayer_joiner));
            }
            Err(reason) => {
                let few = first.n_actors() < 2 || second.n_actors() < 2;
                prop_assert_eq!(few, reason == Undefined::TooFewActors);
                prop_assert!(few || change_counts(first, second).n_known() == 0);
            }
        }
    }

    #[test]
    fn correlations_are_those_of_the_cells_known_twice(nets in sketches(6, 2)) {
        let (one, other) = (&nets[0], &nets[1]);
        let pairs: Vec<(f64, f64)> = ordered_pairs(one.n_positions())
            .filter_map(|(i, j)| Some((value(one.cell(i, j))?, value(other.cell(i, j))?)))
            .collect();
        prop_assert!(close(network_correlation(one, other), pearson(&pairs)));
        let binary: Vec<(f64, f64)> = pairs.iter().map(|p| (p.0.signum() * f64::from(p.0 > 0.0), f64::from(p.1 > 0.0))).collect();
        prop_assert!(close(network_phi(one, other), pearson(&binary)));
        // The margins are multiplied in another order.
        let there_and_back = [network_phi(one, other), network_phi(other, one)];
        match there_and_back {
            [Ok(there), Ok(back)] => prop_assert!((there - back).abs() < 1e-12),
            [there, back] => prop_assert_eq!(there, back),
        }
    }

    #[test]
    fn two_reports_agree_as_counted_dyad_by_dyad(nets in sketches(6, 1)) {
        for treatment in [Treatment::Available, Treatment::Reconstruction] {
            let net = treat(&nets[0], treatment);
            let pairs: Vec<(f64, f64)> = ordered_pairs(net.n_positions())
                .filter_map(|(i, j)| Some((value(net.cell(i, j))?, value(net.cell(j, i))?)))
                .collect();
            let share = |of: &dyn Fn(&(f64, f64)) -> f64| {
                (!pairs.is_empty()).then(|| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64)
            };
            prop_assert!(close(report_agreement(&net), share(&|p| f64::from((p.0 > 0.0) == (p.1 > 0.0)))));
            prop_assert!(close(report_weighted_agreement(&net, 4.0), share(&|p| 1.0 - (p.0 - p.1).abs() / 4.0)));
            prop_assert!(close(report_correlation(&net), pearson(&pairs)));
            let binary: Vec<(f64, f64)> = pairs.iter().map(|p| (f64::from(p.0 > 0.0), f64::from(p.1 > 0.0))).collect();
            prop_assert!(close(report_kappa(&net), pearson(&binary)));
        }
    }

    #[test]
    fn several_relations_are_counted_cell_by_cell(nets in sketches(6, 3), treated in 0..4_usize) {
        let nets = [
            treat(&nets[0], Treatment::Available),
            treat(&nets[1], Treatment::ALL[treated]),
            nets[2].clone(),
        ];
        let nets = [&nets[0], &nets[1], &nets[2]];
        let n = nets[0].n_positions();
        let (mut ties, mut dyads) = (vec![0; 4], vec![0; 4]);
        let row = |i: usize, j: usize| -> Option<Vec<bool>> {
            nets.iter().map(|net| value(net.cell(i, j)).map(|value| value > 0.0)).collect()
        };
        for (i, j) in ordered_pairs(n) {
            if let Some(here) = row(i, j) {
                ties[here.iter().filter(|&&tied| tied).count()] += 1;
                if let (true, Some(there)) = (i < j, row(j, i)) {
                    dyads[here.iter().zip(&there).filter(|(a, b)| **a || **b).count()] += 1;
                }
            }
        }
        prop_assert_eq!(tie_multiplexity(&nets).exactly, ties);
        prop_assert_eq!(dyad_multiplexity(&nets).exactly, dyads);
    }

    #[test]
    fn both_ways_of_a_pair_become_one(nets in sketches(6, 1), treated in 0..4_usize) {
        let net = treat(&nets[0], Treatment::ALL[treated]);
        for rule in Symmetry::ALL {
            let after = symmetrize(&net, rule).unwrap();
            for (i, j) in ordered_pairs(net.n_positions()) {
                let reports = [net.cell(i, j), net.cell(j, i)];
                let values = reports.map(value);
                let highest = values.into_iter().flatten().fold(0.0, f64::max);
                let expected = match (rule, values) {
                    _ if reports[0] == Cell::Impossible => Cell::Impossible,
                    (Symmetry::Union, _) if highest > 0.0 => Cell::Present(highest),
                    (Symmetry::Intersection, _) if values.contains(&Some(0.0)) => Cell::Absent,
                    (_, [None, _] | [_, None]) => Cell::Unknown,
                    (Symmetry::Intersection, [Some(a), Some(b)]) => Cell::Present(a.min(b)),
                    (Symmetry::Mean, [Some(a), Some(b)]) if a + b > 0.0 => Cell::Present((a + b) / 2.0),
                    _ => Cell::Absent,
                };
                prop_assert_eq!(after.cell(i, j), expected, "{} {} {}", rule.name(), i, j);
            }
            prop_assert_eq!(dyad_census(&after).asymmetric, 0);
        }
    }

    #[test]
    fn a_cut_keeps_what_lies_above(nets in sketches(6, 1), cut in -1.0..5.0_f64) {
        let net = &nets[0];
        let after = dichotomize(net, cut).unwrap();
        for (i, j) in ordered_pairs(net.n_positions()) {
            let expected = match net.cell(i, j) {
                Cell::Present(value) if value > cut => Cell::Present(1.0),
                Cell::Present(_) => Cell::Absent,
                other => other,
            };
            prop_assert_eq!(after.cell(i, j), expected);
        }
        let values: BTreeMap<u64, f64> = net.ties().map(|(_, _, v)| (v.to_bits(), v)).collect();
        let rows: Vec<_> = cut_sensitivity(net, network_density).collect();
        prop_assert_eq!(rows.iter().map(|row| row.at_least).collect::<Vec<_>>(), values.into_values().collect::<Vec<_>>());
        for row in rows {
            let at_least = net.ties().filter(|&(_, _, value)| value >= row.at_least).count() as f64;
            prop_assert!(close(row.value, Some(at_least / net.n_observed_pairs() as f64)));
        }
    }

    #[test]
    fn who_was_there_when_is_split_without_rest(nets in sketches(8, 2)) {
        let split = composition(&nets[0], &nets[1]);
        prop_assert_eq!(split.stayers.len() + split.leavers.len(), nets[0].n_actors());
        prop_assert_eq!(split.stayers.len() + split.joiners.len(), nets[1].n_actors());
        for &i in split.joiners.iter().chain(&split.leavers) {
            let cells = (0..nets[0].n_positions()).map(|j| [nets[0].cell(i, j), nets[1].cell(i, j)]);
            for cells in cells {
                prop_assert!(cells.contains(&Cell::Impossible));
            }
        }
    }
}

#[test]
fn large_and_odd_networks_are_answered_or_refused() {
    let n = 100_000;
    let mut builder = Network::builder(n);
    for i in 0..n {
        if i % 3 == 0 {
            builder.silent(i);
        }
        for step in 1..=10 {
            builder.tie(i, (i + step * step * 7) % n, step as f64);
        }
    }
    let net = builder.build(0.0).unwrap();
    assert_eq!(
        symmetrize(&net, Symmetry::Union).err(),
        Some(Undefined::TooManyActors)
    );
    let both = symmetrize(&net, Symmetry::Intersection).unwrap();
    assert_eq!(dyad_census(&both).asymmetric, 0);
    assert_eq!(tie_multiplexity(&[&net, &net]).exactly[2], 1_000_000);
    assert!(report_correlation(&net).is_ok());
    let change = density_change(&net, &net).unwrap();
    assert_eq!((change.total(), change.born), (0.0, 0.0));

    let mut builder = Network::builder(3);
    builder.tie(0, 1, f64::MAX).tie(1, 0, 1.0).tie(1, 2, 2.0);
    let huge = builder.build(0.0).unwrap();
    assert_eq!(report_correlation(&huge), Err(Undefined::NotFinite));
    assert_eq!(network_correlation(&huge, &huge), Err(Undefined::NotFinite));
    let mean = symmetrize(&huge, Symmetry::Mean).unwrap();
    assert_eq!(mean.cell(0, 1), Cell::Present(f64::MAX / 2.0 + 0.5));

    for n in 0..2 {
        let net = Network::builder(n).build(0.0).unwrap();
        assert_eq!(density_change(&net, &net), Err(Undefined::TooFewActors));
        assert_eq!(network_phi(&net, &net), Err(Undefined::NothingObserved));
        assert_eq!(report_agreement(&net), Err(Undefined::TooFewActors));
        assert_eq!(symmetrize(&net, Symmetry::Mean).unwrap().n_ties(), 0);
        assert_eq!(cut_sensitivity(&net, network_density).count(), 0);
    }
    let empty = Network::builder(3).build(0.0).unwrap();
    assert_eq!(network_phi(&empty, &empty), Err(Undefined::NoVariation));
    assert_eq!(proportion_kept(&empty, &empty), Err(Undefined::NoTies));
    assert_eq!(multiplexity_overlap(&empty, &empty), Err(Undefined::NoTies));
}
