//! Reciprocity in its further forms, triads, transitivity, components, cores and Krackhardt's four: against reference software, and against
//! definitions written out in full.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot build its case must stop"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use schakel_analysis::measure::*;
use schakel_analysis::network::{Cell, Network, Treatment, dyad_census, treat};
use schakel_analysis::outcome::{Interval, Undefined};
use serde_json::Value;

// ---- Reference values -------------------------------------------------------------------------------------------------------------

const DATA_SETS: [(&str, &str); 10] = [
    ("pitts_spillane_a", "pitts_spillane_a"),
    ("krackhardt_hightech", "krackhardt_hightech"),
    ("s50", "s50"),
    ("mcfarland_classes_a", "mcfarland_classes_a"),
    ("mcfarland_class173", "mcfarland_class173"),
    ("knecht_class", "knecht_class"),
    ("coleman_highschool", "golden/inputs/coleman_highschool"),
    ("padgett_florentine", "golden/inputs/padgett_florentine"),
    ("sampson_liking", "golden/inputs/sampson_liking"),
    ("zachary_karate", "golden/inputs/zachary_karate"),
];

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

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::Array(all) => all.iter().map(text).collect(),
        // One name alone is written without brackets.
        one => vec![text(one)],
    }
}

fn counts(value: &Value) -> Vec<u64> {
    match value {
        Value::Array(all) => all.iter().map(|x| x.as_u64().unwrap()).collect(),
        Value::Object(all) => all.values().map(|x| x.as_u64().unwrap()).collect(),
        one => vec![one.as_u64().unwrap()],
    }
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
    lines
        .map(|line| header.iter().cloned().zip(line).collect())
        .collect()
}

/// Everyone in the list of the record is an actor; answers NA stay unknown.
fn network(nodes: &[&str], ties: &[Row], key: [&str; 3]) -> Network {
    let place: BTreeMap<&str, usize> = nodes.iter().copied().zip(0..).collect();
    let mut builder = Network::builder(nodes.len());
    for tie in ties {
        let of = ["school", "wave", "relation"].map(|column| tie[column].as_str());
        if of != key || tie["ego"] == tie["alter"] {
            continue;
        }
        let (ego, alter) = (place[tie["ego"].as_str()], place[tie["alter"].as_str()]);
        match tie["value"].as_str() {
            "NA" => builder.unknown(ego, alter),
            value => builder.tie(ego, alter, value.parse().unwrap()),
        };
    }
    builder.build(0.0).unwrap()
}

/// How far apart the two are, relative to the larger; a value that does not exist must be none (or an infinity) there too.
#[track_caller]
fn deviation(ours: Result<f64, Undefined>, theirs: &Value, what: &str) -> f64 {
    match (ours, theirs.as_f64()) {
        (Ok(ours), Some(theirs)) => {
            let apart = (ours - theirs).abs() / theirs.abs().max(1e-4);
            assert!(apart <= 1e-9, "{what}: {ours}, not {theirs}");
            apart
        }
        (Err(_), None) => 0.0,
        (ours, _) => panic!("{what}: {ours:?}, not {theirs}"),
    }
}

fn flagged<'a>(nodes: &[&'a str], flags: Vec<Result<bool, Undefined>>) -> Vec<&'a str> {
    let flagged = nodes.iter().zip(flags).filter(|(_, flag)| flag.unwrap());
    flagged.map(|(&node, _)| node).collect()
}

fn per_actor(values: Vec<Result<u32, Undefined>>) -> Vec<u64> {
    values.into_iter().map(|x| u64::from(x.unwrap())).collect()
}

fn sizes(values: Result<Vec<u32>, Undefined>) -> Vec<u64> {
    values.unwrap().into_iter().map(u64::from).collect()
}

/// Our triad counts by the labels of the reference.
fn triads_by_label(net: &Network) -> BTreeMap<String, u64> {
    let census = triad_census(net);
    let labels = TriadCensus::NAMES.map(|name| name.trim_start_matches("triad_").to_owned());
    labels.into_iter().zip(census.counts).collect()
}

#[test]
fn networks_of_the_shared_collection() {
    let Some(root) = shared() else { return };
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    let (mut networks, mut worst) = (0, 0.0_f64);
    let mut nearest_is_not_topmost = 0;
    for (name, folder) in DATA_SETS {
        let ties = csv(&root.join(folder).join("ties.csv"));
        let file = root.join(format!("golden/networks_{name}.json"));
        let golden: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        for record in golden["networks"].as_array().unwrap() {
            let key = ["school", "wave", "relation"].map(|column| text(&record[column]));
            let nodes = strings(&record["nodes"]);
            let available = network(&nodes, &ties, key);
            let net = treat(&available, Treatment::Null);
            networks += 1;
            for entry in record["records"].as_array().unwrap() {
                let (id, value) = (text(&entry["id"]), &entry["value"]);
                let what = format!("{name} {key:?} {id} of {}", entry["software"]);
                let mut near = |ours: Result<f64, Undefined>| {
                    worst = worst.max(deviation(ours, value, &what));
                };
                match id {
                    "reciprocity_dyadic" => near(all_dyads_reciprocity(&net)),
                    "reciprocity_dyadic_nonnull" | "reciprocity_ratio" => {
                        near(dyadic_reciprocity(&net));
                    }
                    "reciprocity_edgewise" | "reciprocity_arc" => near(tie_reciprocity(&net)),
                    "reciprocity_edgewise_missing_aware" => near(tie_reciprocity(&available)),
                    // Minus infinity there, undefined here.
                    "reciprocity_edgewise_lrr" => near(log_odds_reciprocity(&net)),
                    "reciprocity_correlation" => near(garlaschelli_loffredo_reciprocity(&net)),
                    "dyad_census" | "dyad_census_missing_aware" => {
                        let net = if id == "dyad_census" {
                            &net
                        } else {
                            &available
                        };
                        let ours = [mutual_dyads(net), asymmetric_dyads(net), null_dyads(net)];
                        let ours = ours.map(Result::unwrap);
                        let theirs = match value {
                            Value::Object(by_name) => ["Mut", "Asym", "Null"]
                                .iter()
                                .map(|label| by_name[*label].as_u64().unwrap())
                                .collect(),
                            list => counts(list),
                        };
                        assert_eq!(theirs, ours, "{what}");
                    }
                    "triad_census" | "triad_census_igraph" => match value {
                        Value::Object(by_label) => {
                            let theirs: BTreeMap<String, u64> = by_label
                                .iter()
                                .map(|(label, count)| (label.clone(), count.as_u64().unwrap()))
                                .collect();
                            assert_eq!(triads_by_label(&net), theirs, "{what}");
                        }
                        list => assert_eq!(counts(list), triad_census(&net).counts, "{what}"),
                    },
                    "transitivity_weak" => near(weak_transitivity(&net)),
                    "transitivity_strong" => near(strong_transitivity(&net)),
                    "transitivity_strongcensus" => {
                        let n = net.n_actors() as f64;
                        let triples = n * (n - 1.0) * (n - 2.0);
                        near(strong_transitivity(&net).map(|share| share * triples));
                    }
                    "clustering_global_undirected" => near(undirected_transitivity(&net)),
                    "components_weak" => {
                        assert_eq!(value.as_u64(), weak_components(&net).ok(), "{what}");
                    }
                    "components_strong" => {
                        assert_eq!(value.as_u64(), strong_components(&net).ok(), "{what}");
                    }
                    "component_sizes_weak" => {
                        assert_eq!(counts(value), sizes(weak_component_sizes(&net)), "{what}");
                    }
                    "component_sizes_strong" => {
                        assert_eq!(counts(value), sizes(strong_component_sizes(&net)), "{what}");
                    }
                    "isolates" => {
                        let ours = flagged(&nodes, actor_is_isolate(&net));
                        assert_eq!(strings(value), ours, "{what}");
                        assert_eq!(isolates(&net), Ok(ours.len() as u64), "{what}");
                    }
                    "cutpoints_undirected" | "articulation_points" => {
                        let ours = flagged(&nodes, actor_is_cutpoint(&net));
                        let theirs: BTreeSet<&str> = strings(value).into_iter().collect();
                        assert_eq!(theirs, ours.iter().copied().collect(), "{what}");
                        assert_eq!(cutpoints(&net), Ok(ours.len() as u64), "{what}");
                    }
                    "bridges_undirected" => {
                        assert_eq!(value.as_u64(), bridges(&net).ok(), "{what}");
                    }
                    "coreness_undirected" | "kcore_undirected" => {
                        assert_eq!(counts(value), per_actor(actor_core_number(&net)), "{what}");
                    }
                    "kcore_freeman" | "coreness_all" => {
                        let ours = per_actor(actor_total_core_number(&net));
                        assert_eq!(counts(value), ours, "{what}");
                    }
                    "krackhardt_connectedness" => near(connectedness(&net)),
                    "krackhardt_efficiency" => near(efficiency(&net)),
                    "krackhardt_hierarchy" => near(hierarchy(&net)),
                    "krackhardt_lubness" => {
                        // It asks for the topmost of the upper bounds, not for the least, which is the nearest.
                        near(topmost_upper_boundedness(&net));
                        let least = least_upper_boundedness(&net);
                        nearest_is_not_topmost +=
                            usize::from(least != topmost_upper_boundedness(&net));
                    }
                    _ => continue,
                }
                *compared.entry(id.to_owned()).or_default() += 1;
            }
        }
    }
    let records: usize = compared.values().sum();
    println!("{networks} networks, {records} records, at most {worst:e} apart: {compared:?}");
    assert_eq!(networks, 61);
    assert_eq!(compared.len(), 32, "{compared:?}");
    for (id, count) in &compared {
        let all = if id.ends_with("_missing_aware") {
            12
        } else {
            61
        };
        assert!(*count >= all, "{id} {count}");
    }
    assert_eq!(nearest_is_not_topmost, 19);
}

// ---- Definitions written out ------------------------------------------------------------------------------------------------------

/// A network written out: absent, present or unknown per ordered pair of present actors.
type Cells = Vec<Vec<Cell>>;

fn cells_of(net: &Network) -> Cells {
    let actors: Vec<usize> = (0..net.n_positions())
        .filter(|&i| net.is_present(i))
        .collect();
    let row = |&i: &usize| actors.iter().map(|&j| net.cell(i, j)).collect();
    actors.iter().map(row).collect()
}

fn is_tie(cell: Cell) -> bool {
    matches!(cell, Cell::Present(_))
}

fn triples(n: usize) -> impl Iterator<Item = [usize; 3]> {
    (0..n)
        .flat_map(move |i| (0..n).flat_map(move |j| (0..n).map(move |k| [i, j, k])))
        .filter(|[i, j, k]| i != j && j != k && i != k)
}

/// The label of a wholly known triad by a route of its own: degrees within the triad, sorted, decide.
fn label(ties: impl Fn(usize, usize) -> bool, triad: [usize; 3]) -> &'static str {
    let mut degrees: Vec<(usize, usize)> = triad
        .iter()
        .map(|&i| {
            let others = || triad.iter().copied().filter(move |&j| j != i);
            (
                others().filter(|&j| ties(i, j)).count(),
                others().filter(|&j| ties(j, i)).count(),
            )
        })
        .collect();
    degrees.sort_unstable();
    match degrees[..] {
        [(0, 0), (0, 0), (0, 0)] => "triad_003",
        [(0, 0), (0, 1), (1, 0)] => "triad_012",
        [(0, 0), (1, 1), (1, 1)] => "triad_102",
        [(0, 1), (0, 1), (2, 0)] => "triad_021D",
        [(0, 2), (1, 0), (1, 0)] => "triad_021U",
        [(0, 1), (1, 0), (1, 1)] => "triad_021C",
        [(1, 0), (1, 1), (1, 2)] => "triad_111D",
        [(0, 1), (1, 1), (2, 1)] => "triad_111U",
        [(0, 2), (1, 1), (2, 0)] => "triad_030T",
        [(1, 1), (1, 1), (1, 1)] => "triad_030C",
        [(1, 1), (1, 1), (2, 2)] => "triad_201",
        [(1, 2), (1, 2), (2, 0)] => "triad_120D",
        [(0, 2), (2, 1), (2, 1)] => "triad_120U",
        [(1, 1), (1, 2), (2, 1)] => "triad_120C",
        [(1, 2), (2, 1), (2, 2)] => "triad_210",
        [(2, 2), (2, 2), (2, 2)] => "triad_300",
        _ => unreachable!("{degrees:?}"),
    }
}

fn census_by_definition(cells: &Cells) -> TriadCensus {
    let mut census = TriadCensus::default();
    for triad in triples(cells.len()).filter(|[i, j, k]| i < j && j < k) {
        census.n_triads += 1;
        let unknown = triad
            .iter()
            .any(|&i| triad.iter().any(|&j| cells[i][j] == Cell::Unknown));
        if !unknown {
            let name = label(|i, j| is_tie(cells[i][j]), triad);
            let place = TriadCensus::NAMES.iter().position(|&known| known == name);
            census.counts[place.unwrap()] += 1;
        }
    }
    census
}

/// Weak, strong and undirected transitivity over the known triples.
fn transitivities(cells: &Cells) -> [Option<f64>; 3] {
    let known = |i: usize, j: usize| match cells[i][j] {
        Cell::Present(_) => Some(true),
        Cell::Absent => Some(false),
        Cell::Unknown | Cell::Impossible => None,
    };
    let either = |i: usize, j: usize| match (known(i, j), known(j, i)) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    };
    let mut shares = [(0, 0); 3];
    let mut count = |which: usize, part: bool| {
        shares[which].0 += usize::from(part);
        shares[which].1 += 1;
    };
    for [i, j, k] in triples(cells.len()) {
        if let (Some(ij), Some(jk), Some(ik)) = (known(i, j), known(j, k), known(i, k)) {
            if ij && jk {
                count(0, ik);
            }
            count(1, (ij && jk) == ik);
        }
        if let (Some(true), Some(true), Some(ik)) = (either(i, j), either(j, k), either(i, k)) {
            count(2, ik);
        }
    }
    shares.map(|(part, whole)| (whole > 0).then(|| part as f64 / whole as f64))
}

/// Who reaches whom, oneself included.
fn reach(ties: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let n = ties.len();
    let mut reach: Vec<Vec<bool>> = ties.to_vec();
    for k in 0..n {
        reach[k][k] = true;
        for i in 0..n {
            for j in 0..n {
                let over = reach[i][k] && reach[k][j];
                reach[i][j] |= over;
            }
        }
    }
    reach
}

fn symmetric(ties: &[Vec<bool>]) -> Vec<Vec<bool>> {
    let n = ties.len();
    let either = |i: usize, j: usize| ties[i][j] || ties[j][i];
    (0..n)
        .map(|i| (0..n).map(|j| either(i, j)).collect())
        .collect()
}

/// Classes of mutual reach, without the actor who is left out.
fn n_classes(reach: &[Vec<bool>], without: Option<usize>) -> usize {
    let n = reach.len();
    let actors = || (0..n).filter(move |&i| Some(i) != without);
    actors()
        .filter(|&i| !actors().any(|j| j < i && reach[i][j] && reach[j][i]))
        .count()
}

fn without(ties: &[Vec<bool>], gone: impl Fn(usize, usize) -> bool) -> Vec<Vec<bool>> {
    let n = ties.len();
    let kept = |i: usize, j: usize| ties[i][j] && !gone(i, j);
    (0..n)
        .map(|i| (0..n).map(|j| kept(i, j)).collect())
        .collect()
}

/// Largest k for which the actor survives taking away everyone below k.
fn core(ties: &[Vec<bool>], actor: usize, degree: impl Fn(usize, usize) -> u32) -> u32 {
    let n = ties.len();
    let survives = |k: u32| {
        let mut alive = vec![true; n];
        loop {
            let weak = (0..n).find(|&i| {
                let own: u32 = (0..n)
                    .filter(|&j| alive[j] && j != i)
                    .map(|j| degree(i, j))
                    .sum();
                alive[i] && own < k
            });
            match weak {
                Some(i) => alive[i] = false,
                None => return alive[actor],
            }
        }
    };
    (0..=2 * n as u32)
        .rev()
        .find(|&k| survives(k))
        .unwrap_or_default()
}

/// Connectedness, efficiency, hierarchy, least and topmost upper boundedness.
fn krackhardt(ties: &[Vec<bool>]) -> [Option<f64>; 5] {
    let n = ties.len();
    let (there, together) = (reach(ties), reach(&symmetric(ties)));
    let pairs = || (0..n).flat_map(move |i| (0..i).map(move |j| (i, j)));
    let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
    let count = |test: &dyn Fn(usize, usize) -> bool| pairs().filter(|&(i, j)| test(i, j)).count();
    let size = |i: usize| together[i].iter().filter(|&&with| with).count();
    let firsts = || (0..n).filter(|&i| !(0..i).any(|j| together[i][j]));
    let needed: usize = firsts().map(|i| size(i) - 1).sum();
    let spare: usize = firsts().map(|i| (size(i) - 1) * (size(i) - 1)).sum();
    let all = (0..n).map(|i| ties[i].iter().filter(|&&tie| tie).count());
    let excess = all.sum::<usize>() - needed;
    let mutual = count(&|i, j| there[i][j] && there[j][i]);
    let either = count(&|i, j| there[i][j] || there[j][i]);
    let bounds = |i: usize, j: usize| -> Vec<usize> {
        (0..n).filter(|&k| there[k][i] && there[k][j]).collect()
    };
    let unbounded = |i: usize, j: usize, above: &dyn Fn(usize, usize) -> bool| {
        let all = bounds(i, j);
        let found = all.iter().any(|&l| all.iter().all(|&k| above(k, l)));
        together[i][j] && size(i) > 2 && !found
    };
    let no_least = |i: usize, j: usize| unbounded(i, j, &|k, l| there[k][l]);
    let no_topmost = |i: usize, j: usize| unbounded(i, j, &|k, l| there[l][k]);
    let most = firsts().filter(|&i| size(i) > 2);
    let most = most.map(|i| (size(i) - 1) * (size(i) - 2) / 2).sum();
    [
        share(count(&|i, j| together[i][j]), n * n.saturating_sub(1) / 2),
        share(excess, spare).map(|x| 1.0 - x),
        share(mutual, either).map(|x| 1.0 - x),
        share(count(&no_least), most).map(|x| 1.0 - x),
        share(count(&no_topmost), most).map(|x| 1.0 - x),
    ]
}

fn agree(ours: Result<f64, Undefined>, theirs: Option<f64>) -> bool {
    match (ours, theirs) {
        (Ok(ours), Some(theirs)) => (ours - theirs).abs() < 1e-12,
        (Err(_), None) => true,
        _ => false,
    }
}

/// All that reads unknown cells as absent, against the definitions.
fn check_structure(net: &Network) {
    let ties: Vec<Vec<bool>> = cells_of(net)
        .iter()
        .map(|row| row.iter().map(|&cell| is_tie(cell)).collect())
        .collect();
    let n = ties.len();
    let both = symmetric(&ties);
    let (there, together) = (reach(&ties), reach(&both));
    let defined = n == 1 || (n > 0 && net.n_observed_pairs() > 0);
    let number = |value: usize| defined.then_some(value as u64);
    let whole = n_classes(&together, None);
    assert_eq!(weak_components(net).ok(), number(whole));
    assert_eq!(strong_components(net).ok(), number(n_classes(&there, None)));
    let lonely: Vec<bool> = both.iter().map(|row| !row.contains(&true)).collect();
    let is_cutpoint = |i: usize| {
        let rest = without(&both, |a, b| a == i || b == i);
        n_classes(&reach(&rest), Some(i)) > whole - usize::from(lonely[i])
    };
    let is_bridge = |i: usize, j: usize| {
        let rest = without(&both, |a, b| [a, b] == [i, j] || [b, a] == [i, j]);
        both[i][j] && n_classes(&reach(&rest), None) > whole
    };
    let pairs = || (0..n).flat_map(move |i| (i + 1..n).map(move |j| (i, j)));
    let count = |test: &dyn Fn(usize) -> bool| (0..n).filter(|&i| test(i)).count();
    assert_eq!(cutpoints(net).ok(), number(count(&is_cutpoint)));
    assert_eq!(
        bridges(net).ok(),
        number(pairs().filter(|&(i, j)| is_bridge(i, j)).count())
    );
    assert_eq!(isolates(net).ok(), number(count(&|i| lonely[i])));
    let named = |i: usize| ties.iter().any(|row| row[i]);
    assert_eq!(in_isolates(net).ok(), number(count(&|i| !named(i))));
    let naming = |i: usize| ties[i].contains(&true);
    assert_eq!(out_isolates(net).ok(), number(count(&|i| !naming(i))));

    let per_actor = |values: Vec<Result<u32, Undefined>>| -> Vec<u32> {
        let present = values.into_iter().enumerate();
        let present = present.filter(|&(i, _)| defined && net.is_present(i));
        present.map(|(_, value)| value.unwrap()).collect()
    };
    if defined {
        let once = |i: usize, j: usize| u32::from(both[i][j]);
        let twice = |i: usize, j: usize| u32::from(ties[i][j]) + u32::from(ties[j][i]);
        let cores: Vec<u32> = (0..n).map(|i| core(&ties, i, once)).collect();
        assert_eq!(per_actor(actor_core_number(net)), cores);
        let cores: Vec<u32> = (0..n).map(|i| core(&ties, i, twice)).collect();
        assert_eq!(per_actor(actor_total_core_number(net)), cores);
        let weak = per_actor(actor_weak_component(net));
        let strong = per_actor(actor_strong_component(net));
        for (i, j) in pairs() {
            assert_eq!(weak[i] == weak[j], together[i][j]);
            assert_eq!(strong[i] == strong[j], there[i][j] && there[j][i]);
        }
        assert!(weak.first() == Some(&0) && strong.first() == Some(&0));
    }

    let ours = [
        connectedness(net),
        efficiency(net),
        hierarchy(net),
        least_upper_boundedness(net),
        topmost_upper_boundedness(net),
    ];
    for (ours, theirs) in ours.into_iter().zip(krackhardt(&ties)) {
        assert!(
            agree(ours, theirs.filter(|_| defined)),
            "{ours:?}, not {theirs:?}: {ties:?}"
        );
    }
}

fn check_triads(net: &Network) {
    let cells = cells_of(net);
    assert_eq!(triad_census(net), census_by_definition(&cells), "{cells:?}");
    let ours = [
        weak_transitivity(net),
        strong_transitivity(net),
        undirected_transitivity(net),
    ];
    for (ours, theirs) in ours.into_iter().zip(transitivities(&cells)) {
        assert!(agree(ours, theirs), "{ours:?}, not {theirs:?}: {cells:?}");
    }
}

#[test]
fn every_digraph_on_four_actors() {
    let pairs: Vec<(usize, usize)> = (0..4)
        .flat_map(|i| (0..4).map(move |j| (i, j)))
        .filter(|(i, j)| i != j)
        .collect();
    for code in 0..1_u32 << pairs.len() {
        let mut builder = Network::builder(4);
        for (bit, &(i, j)) in pairs.iter().enumerate() {
            if code >> bit & 1 == 1 {
                builder.tie(i, j, 1.0);
            }
        }
        let net = builder.build(0.0).unwrap();
        check_triads(&net);
        check_structure(&net);
        // Nothing is unknown: the bounds are the value.
        let pairs = [
            (
                weak_transitivity(&net),
                weak_transitivity_outer_bounds(&net),
            ),
            (
                undirected_transitivity(&net),
                undirected_transitivity_outer_bounds(&net),
            ),
            (
                log_odds_reciprocity(&net),
                log_odds_reciprocity_bounds(&net),
            ),
            (
                garlaschelli_loffredo_reciprocity(&net),
                garlaschelli_loffredo_reciprocity_bounds(&net),
            ),
            (
                all_dyads_reciprocity(&net),
                all_dyads_reciprocity_bounds(&net),
            ),
        ];
        for (value, bounds) in pairs {
            assert_eq!(value, bounds.map(|ends| ends.lower), "{code}");
            assert_eq!(value, bounds.map(|ends| ends.upper), "{code}");
        }
    }
}

/// A network of at most `largest` positions with absent and silent actors, cells left open, and absences said in silent rows.
fn any_network(largest: usize) -> impl Strategy<Value = Network> {
    let said = prop_oneof![
        4 => Just(0_u8), // follows from the row
        1 => Just(1), // no
        3 => Just(2), // yes
        1 => Just(3), // open
    ];
    (0..=largest)
        .prop_flat_map(move |n| {
            (
                prop::collection::vec(prop::bool::weighted(0.9), n),
                prop::collection::vec(prop::bool::weighted(0.25), n),
                prop::collection::vec(prop::collection::vec(said.clone(), n), n),
                prop::sample::select(vec![Treatment::Available, Treatment::Reconstruction]),
            )
        })
        .prop_map(|(present, silent, said, treatment)| {
            let n = present.len();
            let mut builder = Network::builder(n);
            for i in 0..n {
                if !present[i] {
                    builder.absent_actor(i);
                }
                if silent[i] {
                    builder.silent(i);
                }
                for j in (0..n).filter(|&j| j != i && present[i] && present[j]) {
                    match said[i][j] {
                        1 => {
                            builder.tie(i, j, 0.0);
                        }
                        2 => {
                            builder.tie(i, j, 1.0);
                        }
                        3 => {
                            builder.unknown(i, j);
                        }
                        _ => {}
                    }
                }
            }
            treat(&builder.build(0.0).unwrap(), treatment)
        })
}

fn from_cells(cells: &Cells) -> Network {
    let mut builder = Network::builder(cells.len());
    for (i, row) in cells.iter().enumerate() {
        for (j, &cell) in row.iter().enumerate() {
            match cell {
                Cell::Present(value) => {
                    builder.tie(i, j, value);
                }
                Cell::Unknown => {
                    builder.unknown(i, j);
                }
                Cell::Absent | Cell::Impossible => {}
            }
        }
    }
    builder.build(0.0).unwrap()
}

type Portrait = (
    TriadCensus,
    Vec<Result<f64, Undefined>>,
    Vec<Result<u64, Undefined>>,
);

/// Every number of this family that does not depend on who is who.
fn portrait(net: &Network) -> Portrait {
    let ends = |bounds: Result<Interval, Undefined>| {
        [bounds.map(|ends| ends.lower), bounds.map(|ends| ends.upper)]
    };
    let mut values = vec![
        all_dyads_reciprocity(net),
        log_odds_reciprocity(net),
        garlaschelli_loffredo_reciprocity(net),
        weak_transitivity(net),
        strong_transitivity(net),
        undirected_transitivity(net),
        connectedness(net),
        efficiency(net),
        hierarchy(net),
    ];
    for bounds in [
        all_dyads_reciprocity_bounds(net),
        log_odds_reciprocity_bounds(net),
        garlaschelli_loffredo_reciprocity_bounds(net),
        weak_transitivity_outer_bounds(net),
        undirected_transitivity_outer_bounds(net),
        isolates_bounds(net),
        mutual_dyads_bounds(net),
    ] {
        values.extend(ends(bounds));
    }
    let numbers = vec![
        mutual_dyads(net),
        asymmetric_dyads(net),
        null_dyads(net),
        weak_components(net),
        strong_components(net),
        isolates(net),
        cutpoints(net),
        bridges(net),
    ];
    (triad_census(net), values, numbers)
}

/// The range of each bounded number over all completions, in the order of `our_bounds`.
fn ranges(cells: &Cells, open: &[(usize, usize)]) -> Vec<Option<Interval>> {
    let mut ranges = vec![None; 11];
    for completion in 0..1_u32 << open.len() {
        let mut full = cells.clone();
        for (bit, &(i, j)) in open.iter().enumerate() {
            let present = completion >> bit & 1 == 1;
            full[i][j] = if present {
                Cell::Present(1.0)
            } else {
                Cell::Absent
            };
        }
        let net = from_cells(&full);
        let [weak, _, undirected] = transitivities(&full);
        let count = |value: Result<u64, Undefined>| value.ok().map(|count| count as f64);
        let values = [
            all_dyads_reciprocity(&net).ok(),
            log_odds_reciprocity(&net).ok(),
            garlaschelli_loffredo_reciprocity(&net).ok(),
            count(mutual_dyads(&net)),
            count(asymmetric_dyads(&net)),
            count(null_dyads(&net)),
            count(isolates(&net)),
            count(in_isolates(&net)),
            count(out_isolates(&net)),
            weak,
            undirected,
        ];
        for (range, value) in ranges.iter_mut().zip(values) {
            if let Some(value) = value {
                let ends: &mut Interval = range.get_or_insert(Interval {
                    lower: value,
                    upper: value,
                });
                ends.lower = ends.lower.min(value);
                ends.upper = ends.upper.max(value);
            }
        }
    }
    ranges
}

fn our_bounds(net: &Network) -> [Result<Interval, Undefined>; 11] {
    [
        all_dyads_reciprocity_bounds(net),
        log_odds_reciprocity_bounds(net),
        garlaschelli_loffredo_reciprocity_bounds(net),
        mutual_dyads_bounds(net),
        asymmetric_dyads_bounds(net),
        null_dyads_bounds(net),
        isolates_bounds(net),
        in_isolates_bounds(net),
        out_isolates_bounds(net),
        weak_transitivity_outer_bounds(net),
        undirected_transitivity_outer_bounds(net),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn triads_and_structure_are_those_of_the_definitions(net in any_network(7)) {
        check_triads(&net);
        check_structure(&net);
        let all = triad_census(&net);
        prop_assert!(all.n_known() <= all.n_triads);
        let known = dyad_census(&net).n_known();
        if known > 0 {
            let sum = mutual_dyads(&net).unwrap() + asymmetric_dyads(&net).unwrap() + null_dyads(&net).unwrap();
            prop_assert_eq!(sum, known);
        }
    }

    #[test]
    fn larger_networks_are_counted_right(
        ties in prop::collection::vec((0..40_usize, 0..40_usize), 0..400),
        silent in prop::collection::btree_set(0..40_usize, 0..8),
    ) {
        let mut builder = Network::builder(40);
        for &i in &silent {
            builder.silent(i);
        }
        for &(i, j) in ties.iter().collect::<BTreeSet<_>>() {
            if i != j {
                builder.tie(i, j, 1.0);
            }
        }
        let net = builder.build(0.0).unwrap();
        for treatment in Treatment::ALL {
            let net = treat(&net, treatment);
            check_triads(&net);
            let ties: Vec<Vec<bool>> =
                cells_of(&net).iter().map(|row| row.iter().map(|&cell| is_tie(cell)).collect()).collect();
            let defined = net.n_observed_pairs() > 0;
            let ours = [hierarchy(&net), least_upper_boundedness(&net), topmost_upper_boundedness(&net)];
            for (ours, theirs) in ours.into_iter().zip(&krackhardt(&ties)[2..]) {
                prop_assert!(agree(ours, theirs.filter(|_| defined)), "{:?}, not {:?}", ours, theirs);
            }
        }
    }

    #[test]
    fn bounds_hold_all_completions(net in any_network(5)) {
        let cells = cells_of(&net);
        let n = cells.len();
        let open: Vec<(usize, usize)> = (0..n)
            .flat_map(|i| (0..n).map(move |j| (i, j)))
            .filter(|&(i, j)| cells[i][j] == Cell::Unknown)
            .collect();
        prop_assume!(n > 0 && open.len() <= 10);
        for (which, (ours, theirs)) in our_bounds(&net).into_iter().zip(ranges(&cells, &open)).enumerate() {
            match (ours, theirs) {
                (Ok(ours), Some(theirs)) if which < 9 => {
                    let same = (ours.lower - theirs.lower).abs() < 1e-12 && (ours.upper - theirs.upper).abs() < 1e-12;
                    prop_assert!(same, "{}: {:?}, not {:?}", which, ours, theirs);
                }
                (Ok(ours), Some(theirs)) => {
                    let outside = ours.lower <= theirs.lower && theirs.upper <= ours.upper;
                    prop_assert!(outside, "{}: {:?} within {:?}", which, ours, theirs);
                    prop_assert!(0.0 <= ours.lower && ours.upper <= 1.0);
                    if open.len() <= 1 {
                        prop_assert_eq!(ours, theirs);
                    }
                }
                (Err(_), None) => {}
                _ => prop_assert!(false, "{}: {:?}, not {:?}", which, ours, theirs),
            }
        }
    }

    #[test]
    fn it_does_not_matter_who_is_who((net, order) in any_network(7).prop_flat_map(|net| {
        let order: Vec<usize> = (0..net.n_actors()).collect();
        (Just(net), Just(order).prop_shuffle())
    })) {
        let cells = cells_of(&net);
        prop_assume!(!cells.is_empty());
        let renamed: Cells = order.iter().map(|&i| order.iter().map(|&j| cells[i][j]).collect()).collect();
        let renamed = from_cells(&renamed);
        prop_assert_eq!(portrait(&renamed), portrait(&net));
        let moved = |values: Vec<Result<u32, Undefined>>| -> Vec<_> { order.iter().map(|&i| values[i]).collect() };
        let plain = from_cells(&cells);
        prop_assert_eq!(actor_core_number(&renamed), moved(actor_core_number(&plain)));
    }

    #[test]
    fn reversing_the_ties_swaps_down_and_up(net in any_network(7)) {
        let cells = cells_of(&net);
        let n = cells.len();
        prop_assume!(n > 0);
        let turned: Cells = (0..n).map(|i| (0..n).map(|j| cells[j][i]).collect()).collect();
        let turned = from_cells(&turned);
        let (mut census, values, numbers) = portrait(&net);
        // 021D and 021U, 111D and 111U, 120D and 120U.
        for (down, up) in [(3, 4), (6, 7), (11, 12)] {
            census.counts.swap(down, up);
        }
        prop_assert_eq!(portrait(&turned), (census, values, numbers));
        prop_assert_eq!(in_isolates(&turned), out_isolates(&net));
    }
}

// ---- Size -------------------------------------------------------------------------------------------------------------------------

/// 100,000 actors with ten ties each, some of them closing triangles, a few actors named very often.
fn large(silent_every: Option<usize>) -> Network {
    let n = 100_000_usize;
    let mut builder = Network::builder(n);
    let mut state = 1_u64;
    let mut draw = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for i in 0..n {
        if silent_every.is_some_and(|every| i % every == 0) {
            builder.silent(i);
        }
        let mut named = BTreeSet::from([i]);
        while named.len() < 11 {
            let other = match draw(10) {
                0 => draw(50),
                1..=4 => (i + 1 + draw(20)) % n,
                _ => draw(n),
            };
            if named.insert(other) {
                builder.tie(i, other, 1.0);
            }
        }
    }
    builder.build(0.0).unwrap()
}

#[test]
fn a_chain_of_a_hundred_thousand() {
    let n = 100_000;
    let mut builder = Network::builder(n);
    for i in 1..n {
        builder.tie(i - 1, i, 1.0);
    }
    let net = builder.build(0.0).unwrap();
    let pairs = n as u64;
    assert_eq!(weak_components(&net), Ok(1));
    assert_eq!(strong_components(&net), Ok(pairs));
    assert_eq!(cutpoints(&net), Ok(pairs - 2));
    assert_eq!(bridges(&net), Ok(pairs - 1));
    assert_eq!(connectedness(&net), Ok(1.0));
    assert_eq!(efficiency(&net), Ok(1.0));
    assert_eq!(least_upper_boundedness(&net), Err(Undefined::TooManyActors));
    let census = triad_census(&net);
    assert_eq!(census.count("triad_021C"), Some(pairs - 2));
    assert_eq!(census.n_known(), census.n_triads);
    assert_eq!(weak_transitivity(&net), Ok(0.0));
}

#[test]
fn a_million_ties_never_panic() {
    for silent_every in [None, Some(3)] {
        let net = large(silent_every);
        let census = triad_census(&net);
        assert_eq!(census.n_triads, 166_661_666_700_000);
        assert_eq!(census.n_known() == census.n_triads, silent_every.is_none());
        let bounds = weak_transitivity_outer_bounds(&net).unwrap();
        assert!(bounds.contains(weak_transitivity(&net).unwrap()));
        assert_eq!(cutpoints(&net), Ok(0));
        assert!(
            actor_core_number(&net)
                .iter()
                .all(|core| core.unwrap() >= 10)
        );
    }
}

#[test]
#[ignore = "prints seconds; in a release build"]
fn how_long_it_takes() {
    let time = |what: &str, run: &dyn Fn()| {
        let clock = std::time::Instant::now();
        run();
        println!("{what}: {:.4} s", clock.elapsed().as_secs_f64());
    };
    for silent_every in [None, Some(3)] {
        let net = large(silent_every);
        println!("100,000 actors, 1,000,000 ties, silent every {silent_every:?}");
        time("triad census", &|| println!("{:?}", triad_census(&net)));
        time("weak transitivity with outer bounds", &|| {
            println!(
                "{:?} {:?}",
                weak_transitivity(&net),
                weak_transitivity_outer_bounds(&net)
            );
        });
        time("components", &|| {
            println!("{:?} {:?}", weak_components(&net), strong_components(&net))
        });
        time("cutpoints and bridges", &|| {
            println!("{:?} {:?}", cutpoints(&net), bridges(&net))
        });
        time("core numbers", &|| {
            println!("{:?}", actor_core_number(&net).iter().flatten().max())
        });
        time("hierarchy", &|| println!("{:?}", hierarchy(&net)));
        time("least upper boundedness", &|| {
            println!("{:?}", least_upper_boundedness(&net))
        });
        time("dyad census", &|| println!("{:?}", dyad_census(&net)));
    }
    let mut chain = Network::builder(100_000);
    for i in 1..100_000 {
        chain.tie(i - 1, i, 1.0);
    }
    let chain = chain.build(0.0).unwrap();
    time("hierarchy of a chain of 100,000", &|| {
        println!("{:?}", hierarchy(&chain))
    });
    let mut order = Network::builder(8_192);
    for i in 1..8_192 {
        order.tie(i / 3, i, 1.0);
    }
    let order = order.build(0.0).unwrap();
    time("least upper boundedness of a tree of 8,192", &|| {
        println!("{:?}", least_upper_boundedness(&order));
    });
    for n in [12, 30, 60] {
        let mut builder = Network::builder(n);
        for i in 0..n {
            for step in [1, 2, 3, 5, 8] {
                builder.tie(i, (i + step) % n, 1.0);
            }
        }
        let net = builder.build(0.0).unwrap();
        let rounds = 2_000;
        let micro = |what: &str, run: &dyn Fn()| {
            let clock = std::time::Instant::now();
            for _ in 0..rounds {
                run();
            }
            let each = clock.elapsed().as_secs_f64() * 1e6 / f64::from(rounds);
            println!("n = {n}: {what}: {each:.2} microseconds");
        };
        micro("triads", &|| {
            let _ = std::hint::black_box(triads(&net));
        });
        let tally = triads(&net);
        micro("what is read from them", &|| {
            let _ = std::hint::black_box((
                tally.census(),
                tally.weak_transitivity(),
                tally.undirected_transitivity(),
            ));
        });
        micro("components, cutpoints, cores", &|| {
            let _ = std::hint::black_box((
                weak_components(&net),
                strong_components(&net),
                cutpoints(&net),
                bridges(&net),
                actor_core_number(&net),
            ));
        });
        micro("Krackhardt's four", &|| {
            let _ = std::hint::black_box((
                connectedness(&net),
                hierarchy(&net),
                efficiency(&net),
                least_upper_boundedness(&net),
            ));
        });
    }
}
