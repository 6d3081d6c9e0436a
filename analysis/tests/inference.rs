//! Permutation tests, baselines and resampling: against reference software, against enumeration, and against closed forms.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::measure::{dyadic_reciprocity, in_degree_centralization, network_density};
use schakel_analysis::model::*;
use schakel_analysis::network::{Network, Treatment, dyad_census, treat};
use schakel_analysis::outcome::Undefined;
use serde_json::Value;

const CLOSED: f64 = 1e-9;
const ITERATIVE: f64 = 1e-6;

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    let room = tolerance * theirs.abs() + 1e-13;
    assert!(
        (ours - theirs).abs() <= room,
        "{what}: {ours}, not {theirs}"
    );
}

/// Two Monte Carlo p-values may differ by four standard errors of both together.
#[track_caller]
fn p_near(ours: f64, draws: u64, theirs: f64, their_draws: u64, what: &str) {
    let variance = |p: f64, draws: u64| {
        let p = p.clamp(1.0 / (draws + 1) as f64, draws as f64 / (draws + 1) as f64);
        p * (1.0 - p) / draws as f64
    };
    let se = (variance(ours, draws) + variance(theirs, their_draws)).sqrt();
    assert!(
        (ours - theirs).abs() <= 4.0 * se,
        "{what}: {ours}, not {theirs} (se {se})"
    );
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

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let numbers = value.as_array().unwrap().iter();
    numbers.map(|x| x.as_f64().unwrap()).collect()
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

/// One data set: who is listed, and what was answered.
struct Data {
    persons: Vec<Row>,
    ties: Vec<Row>,
}

impl Data {
    fn open(folder: &Path) -> Self {
        Self {
            persons: csv(&folder.join("persons.csv")),
            ties: csv(&folder.join("ties.csv")),
        }
    }

    fn ties_of(&self, key: [&str; 3]) -> impl Iterator<Item = &Row> {
        self.ties.iter().filter(move |row| {
            ["school", "wave", "relation"]
                .iter()
                .zip(key)
                .all(|(column, value)| row[*column] == value)
        })
    }

    /// Everyone listed in that school and wave, and everyone named, in byte order.
    fn nodes(&self, key: [&str; 3]) -> BTreeSet<&str> {
        let listed = self
            .persons
            .iter()
            .filter(|p| p["school"] == key[0] && p["wave"] == key[1]);
        let mut nodes: BTreeSet<&str> = listed.map(|p| p["person"].as_str()).collect();
        for tie in self.ties_of(key) {
            nodes.extend([tie["ego"].as_str(), tie["alter"].as_str()]);
        }
        nodes
    }

    /// The network on the given positions; who is not a node of it is absent.
    fn network(&self, key: [&str; 3], positions: &BTreeSet<&str>) -> Network {
        let nodes = self.nodes(key);
        let place: BTreeMap<&str, usize> = positions.iter().copied().zip(0..).collect();
        let mut builder = Network::builder(positions.len());
        for (person, &i) in &place {
            if !nodes.contains(person) {
                builder.absent_actor(i);
            }
        }
        for tie in self.ties_of(key).filter(|tie| tie["ego"] != tie["alter"]) {
            let (ego, alter) = (place[tie["ego"].as_str()], place[tie["alter"].as_str()]);
            match tie["value"].as_str() {
                "NA" => builder.unknown(ego, alter),
                value => builder.tie(ego, alter, value.parse().unwrap()),
            };
        }
        builder.build(0.0).unwrap()
    }
}

/// A column of dyads.csv as a table of pairs.
fn dyads(rows: &[Row], school: &str, column: &str, nodes: &BTreeSet<&str>) -> Matrix {
    let place: BTreeMap<&str, usize> = nodes.iter().copied().zip(0..).collect();
    let mut cells = BTreeMap::new();
    for row in rows.iter().filter(|row| row["school"] == school) {
        let pair = (place[row["ego"].as_str()], place[row["alter"].as_str()]);
        cells.insert(pair, row[column].parse::<f64>().unwrap());
    }
    Matrix::from_fn(nodes.len(), |i, j| cells.get(&(i, j)).copied()).unwrap()
}

#[test]
fn regressions_and_correlations_of_the_shared_collection() {
    let Some(root) = shared() else { return };
    let golden = json(&root.join("golden/qap.json"));
    let draws = 9_999;
    let (mut fits, mut correlations) = (0, 0);
    for fit in golden["fits"].as_array().unwrap() {
        let (folder, relation) = text(&fit["dataset"]).split_once(' ').unwrap();
        let (school, wave) = (text(&fit["school"]), text(&fit["wave"]));
        let data = Data::open(&root.join(folder));
        let key = [school, wave, relation];
        let nodes = data.nodes(key);
        let values = |relation| {
            let net = data.network([school, wave, relation], &nodes);
            Matrix::of_values(&net).unwrap()
        };
        let listed = root.join(folder).join("dyads.csv");
        let terms: Vec<&str> = fit["predictors"].as_array().unwrap()[1..]
            .iter()
            .map(text)
            .collect();
        let predictors = terms.iter().map(|&term| {
            if listed.exists() {
                dyads(&csv(&listed), school, term, &nodes)
            } else {
                values(term)
            }
        });
        let design = Design {
            outcome: values(relation),
            predictors: predictors.collect(),
        };
        let what = format!("{folder} {school} {}", text(&fit["model"]));
        let mut rng = ChaCha8Rng::seed_from_u64(20130901);

        for (term, predictor) in terms.iter().zip(&design.predictors) {
            let theirs = &fit["qap_correlation_with_y"][term];
            let test = qap_test(&[(&design.outcome, predictor)], draws, &mut rng).unwrap();
            let what = format!("{what} {term}");
            near(
                test.correlation,
                theirs["gcor"].as_f64().unwrap(),
                CLOSED,
                &what,
            );
            for (ours, id) in [
                (test.chance.p_greater, "p_greater_mc"),
                (test.chance.p_less, "p_less_mc"),
            ] {
                p_near(ours, draws, theirs[id].as_f64().unwrap(), 2_000, &what);
            }
            correlations += 1;
        }
        // A logistic permutation is a regression of its own: fewer of them.
        let is_linear = text(&fit["model"]) == "linear";
        let draws = if is_linear { draws } else { 999 };
        let tests: Vec<TermTest> = if is_linear {
            let ours = mrqap(&[design], Constants::Shared, draws, &mut rng).unwrap();
            near(
                ours.r_squared,
                fit["r_squared"].as_f64().unwrap(),
                ITERATIVE,
                &what,
            );
            ours.intercept.into_iter().chain(ours.predictors).collect()
        } else {
            let ours = logit_mrqap(&[design], draws, &mut rng).unwrap();
            std::iter::once(ours.intercept)
                .chain(ours.predictors)
                .collect()
        };
        let (estimates, ts) = (numbers(&fit["coefficients"]), numbers(&fit["tstat"]));
        let two_sided = numbers(&fit["p_two_sided_monte_carlo"]);
        let (greater, less) = (numbers(&fit["p_greater"]), numbers(&fit["p_less"]));
        assert_eq!(tests.len(), estimates.len());
        for (k, test) in tests.iter().enumerate() {
            let what = format!("{what} term {k}");
            near(test.estimate, estimates[k], ITERATIVE, &what);
            near(test.t, ts[k], ITERATIVE, &what);
            p_near(test.chance.p_value, draws, two_sided[k], 1_000, &what);
            p_near(test.chance.p_greater, draws, greater[k], 1_000, &what);
            p_near(test.chance.p_less, draws, less[k], 1_000, &what);
        }
        fits += 1;
    }
    assert_eq!((fits, correlations), (6, 17));
}

const WITH_PAIRS: [(&str, &str); 6] = [
    ("krackhardt_hightech", "krackhardt_hightech"),
    ("s50", "s50"),
    ("mcfarland_class173", "mcfarland_class173"),
    ("knecht_class", "knecht_class"),
    ("coleman_highschool", "golden/inputs/coleman_highschool"),
    ("padgett_florentine", "golden/inputs/padgett_florentine"),
];

#[test]
fn correlations_between_waves_and_relations_of_the_shared_collection() {
    let Some(root) = shared() else { return };
    let mut compared = 0;
    for (name, folder) in WITH_PAIRS {
        let data = Data::open(&root.join(folder));
        let golden = json(&root.join(format!("golden/networks_{name}.json")));
        for pairs in [&golden["between_waves"], &golden["between_relations"]] {
            for pair in pairs.as_array().unwrap() {
                let end = |end: &str| {
                    let (wave, relation) = text(&pair[end]).split_once(' ').unwrap();
                    [text(&pair["school"]), wave, relation]
                };
                let keys = [end("from"), end("to")];
                let positions: BTreeSet<&str> =
                    keys.iter().flat_map(|&key| data.nodes(key)).collect();
                // The reference reads unknown cells as absent here, and counts those in both.
                let [from, to] = keys.map(|key| {
                    let null = treat(&data.network(key, &positions), Treatment::Null);
                    Matrix::of_ties(&null).unwrap()
                });
                let ours = graph_correlation(&[(&from, &to)]);
                let what = format!("{name} {keys:?}");
                match pair["gcor"].as_f64() {
                    Some(theirs) => near(ours.unwrap(), theirs, CLOSED, &what),
                    None => assert_eq!(ours, Err(Undefined::NoVariation), "{what}"),
                }
                compared += 1;
            }
        }
    }
    assert_eq!(compared, 28);
}

// --- QAP against enumeration ---------------------------------------------------------------------------------------------

/// Every order of 0..n.
fn orders(n: usize) -> Vec<Vec<usize>> {
    if n == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in orders(n - 1) {
        for place in 0..n {
            let mut order = shorter.clone();
            order.insert(place, n - 1);
            all.push(order);
        }
    }
    all
}

/// r over the cells known in both, by the textbook; None without variation.
fn plain_correlation(cells: &[(f64, f64)]) -> Option<f64> {
    let n = cells.len() as f64;
    let (mx, my) = (
        cells.iter().map(|c| c.0).sum::<f64>() / n,
        cells.iter().map(|c| c.1).sum::<f64>() / n,
    );
    let sum = |f: &dyn Fn(&(f64, f64)) -> f64| cells.iter().map(f).sum::<f64>();
    let (sxx, syy) = (sum(&|c| (c.0 - mx).powi(2)), sum(&|c| (c.1 - my).powi(2)));
    (sxx > 1e-9 && syy > 1e-9).then(|| sum(&|c| (c.0 - mx) * (c.1 - my)) / (sxx * syy).sqrt())
}

fn faced(x: &Matrix, y: &Matrix, order: &[usize]) -> Vec<(f64, f64)> {
    let n = order.len();
    let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    pairs
        .filter_map(|(i, j)| Some((x.cell(i, j)?, y.cell(order[i], order[j])?)))
        .collect()
}

fn random_matrix(n: usize, kind: u32, missing: f64, rng: &mut ChaCha8Rng) -> Matrix {
    Matrix::from_fn(n, |_, _| {
        let known = rng.random::<f64>() >= missing;
        let value = match kind {
            0 => f64::from(u8::from(rng.random::<f64>() < 0.3)),
            1 => f64::from(u8::from(rng.random::<f64>() < 0.8)),
            _ => 100.0 + rng.random::<f64>(),
        };
        known.then_some(value)
    })
    .unwrap()
}

#[test]
fn every_order_of_five_actors_is_what_is_drawn_from() {
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let draws = 20_000;
    for (case, missing) in [0.0, 0.0, 0.0, 0.0, 0.2, 0.2, 0.2, 0.2]
        .into_iter()
        .enumerate()
    {
        let kinds = [(0, 0), (0, 2), (2, 2), (1, 1)][case % 4];
        // Two blocks: the orders of both together.
        let blocks: Vec<(Matrix, Matrix)> = [5, 4]
            .into_iter()
            .map(|n| {
                (
                    random_matrix(n, kinds.0, missing, &mut rng),
                    random_matrix(n, kinds.1, missing, &mut rng),
                )
            })
            .collect();
        let pairs: Vec<(&Matrix, &Matrix)> = blocks.iter().map(|(x, y)| (x, y)).collect();
        let test = qap_test(&pairs, draws, &mut rng).unwrap();
        let at = |first: &[usize], second: &[usize]| {
            let mut cells = faced(pairs[0].0, pairs[0].1, first);
            cells.extend(faced(pairs[1].0, pairs[1].1, second));
            plain_correlation(&cells)
        };
        let observed = at(&[0, 1, 2, 3, 4], &[0, 1, 2, 3]).unwrap();
        near(test.correlation, observed, CLOSED, "observed");
        near(
            graph_correlation(&pairs).unwrap(),
            observed,
            CLOSED,
            "alone",
        );
        let (mut all, mut two_sided, mut greater, mut less) = (0.0, 0.0, 0.0, 0.0);
        for first in orders(5) {
            for second in orders(4) {
                let Some(r) = at(&first, &second) else {
                    continue;
                };
                all += 1.0;
                two_sided += f64::from(u8::from(r.abs() >= observed.abs() - 1e-10));
                greater += f64::from(u8::from(r >= observed - 1e-10));
                less += f64::from(u8::from(r <= observed + 1e-10));
            }
        }
        let what = format!("case {case}");
        p_near(
            test.chance.p_value,
            draws,
            two_sided / all,
            u64::MAX / 2,
            &what,
        );
        p_near(
            test.chance.p_greater,
            draws,
            greater / all,
            u64::MAX / 2,
            &what,
        );
        p_near(test.chance.p_less, draws, less / all, u64::MAX / 2, &what);
        assert!(test.chance.mc_se <= 0.5 / (draws as f64).sqrt());
    }
}

#[test]
fn a_relation_that_cannot_be_compared_says_why() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let empty = Matrix::of_ties(&Network::builder(6).build(0.0).unwrap()).unwrap();
    let full = Matrix::from_fn(6, |_, _| Some(0.1 + 0.2)).unwrap();
    let some = random_matrix(6, 0, 0.0, &mut rng);
    let mut silent = Network::builder(6);
    for i in 0..6 {
        silent.silent(i);
    }
    let silent = Matrix::of_ties(&silent.build(0.0).unwrap()).unwrap();
    for n in [0, 1] {
        let tiny = Matrix::of_ties(&Network::builder(n).build(0.0).unwrap()).unwrap();
        let test = qap_test(&[(&tiny, &tiny)], 9, &mut rng);
        assert_eq!(test, Err(Undefined::NothingObserved));
    }
    assert_eq!(graph_correlation(&[]), Err(Undefined::NothingObserved));
    for constant in [&empty, &full] {
        let r = graph_correlation(&[(constant, &some)]);
        assert_eq!(r, Err(Undefined::NoVariation));
    }
    let r = graph_correlation(&[(&silent, &some)]);
    assert_eq!(r, Err(Undefined::NothingObserved));
    let r = graph_correlation(&[(&some, &some)]).unwrap();
    near(r, 1.0, CLOSED, "with itself");
    let huge = Matrix::from_fn(6, |i, j| Some(1e200 * (i * j) as f64)).unwrap();
    assert_eq!(
        graph_correlation(&[(&huge, &some)]),
        Err(Undefined::NotFinite)
    );

    let fit = |outcome: &Matrix, predictors: &[&Matrix]| {
        let design = Design {
            outcome: outcome.clone(),
            predictors: predictors.iter().map(|&x| x.clone()).collect(),
        };
        let rng = &mut ChaCha8Rng::seed_from_u64(1);
        mrqap(&[design], Constants::Shared, 9, rng).unwrap_err()
    };
    let other = random_matrix(6, 2, 0.0, &mut rng);
    let twice = Matrix::from_fn(6, |i, j| Some(3.0 + 2.0 * other.cell(i, j)?)).unwrap();
    assert_eq!(fit(&some, &[]), Undefined::TooFewUnits);
    assert_eq!(fit(&some, &[&full]), Undefined::NoVariation);
    assert_eq!(fit(&empty, &[&some]), Undefined::NoVariation);
    assert_eq!(fit(&some, &[&other, &twice]), Undefined::NoVariation);
    assert_eq!(fit(&twice, &[&some, &other]), Undefined::NotFinite);
    assert_eq!(fit(&silent, &[&some]), Undefined::NothingObserved);
    assert_eq!(fit(&huge, &[&some]), Undefined::NotFinite);
    let two = random_matrix(2, 2, 0.0, &mut rng);
    let two_more = random_matrix(2, 2, 0.0, &mut rng);
    assert_eq!(fit(&two, &[&two_more]), Undefined::TooFewUnits);
}

#[test]
fn odds_that_do_not_exist_say_why_and_unknown_cells_drop_out() {
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    let fit = |outcome: &Matrix, predictor: &Matrix, rng: &mut ChaCha8Rng| {
        let design = Design {
            outcome: outcome.clone(),
            predictors: vec![predictor.clone()],
        };
        logit_mrqap(&[design], 99, rng)
    };
    let (some, other) = (
        random_matrix(9, 0, 0.0, &mut rng),
        random_matrix(9, 2, 0.0, &mut rng),
    );
    assert_eq!(fit(&other, &some, &mut rng), Err(Undefined::NoVariation));
    assert_eq!(fit(&some, &some, &mut rng), Err(Undefined::NoConvergence));
    let tiny = random_matrix(1, 0, 0.0, &mut rng);
    assert_eq!(fit(&tiny, &tiny, &mut rng), Err(Undefined::NothingObserved));

    // One binary predictor: the log odds ratio of the two by two table of the known cells.
    let y = random_matrix(14, 0, 0.1, &mut rng);
    let x = random_matrix(14, 0, 0.1, &mut rng);
    let test = fit(&y, &x, &mut rng).unwrap();
    let mut table = [[0.0; 2]; 2];
    for (a, b) in faced(&y, &x, &(0..14).collect::<Vec<_>>()) {
        table[a as usize][b as usize] += 1.0;
    }
    let [[n00, n01], [n10, n11]]: [[f64; 2]; 2] = table;
    let log_odds_ratio = (n11 * n00 / (n01 * n10)).ln();
    let se = (1.0 / n00 + 1.0 / n01 + 1.0 / n10 + 1.0 / n11).sqrt();
    let term = test.predictors[0];
    near(term.estimate, log_odds_ratio, ITERATIVE, "log odds ratio");
    near(term.t, log_odds_ratio / se, ITERATIVE, "t");
    near(
        test.intercept.estimate,
        (n10 / n00).ln(),
        ITERATIVE,
        "intercept",
    );
    assert_eq!(term.chance.draws + term.chance.undefined, 99);
    assert_eq!(test.n_cells as f64, n00 + n01 + n10 + n11);
}

#[test]
fn the_table_of_a_question_has_each_term_twice() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let blocks: Vec<Design> = [12, 9, 15]
        .into_iter()
        .map(|n| {
            let groups: Vec<Option<usize>> = (0..n).map(|i| Some(i % 3)).collect();
            let years: Vec<Option<f64>> = (0..n)
                .map(|i| (i != 4).then_some((i * i % 7) as f64))
                .collect();
            let role = predictor::same(&groups).unwrap();
            let outcome = Matrix::from_fn(n, |i, j| {
                let chance = 0.2 + 0.4 * role.cell(i, j)?;
                Some(f64::from(u8::from(rng.random::<f64>() < chance)))
            });
            Design {
                outcome: outcome.unwrap(),
                predictors: vec![role, predictor::difference(&years).unwrap()],
            }
        })
        .collect();
    let terms = ["same_role", "difference_years"];
    let rows = association_rows(&blocks, &terms, Constants::Shared, 999, &mut rng);
    let names: Vec<(&str, &str)> = rows
        .iter()
        .map(|r| (r.model.name(), r.term.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("qap", "same_role"),
            ("qap", "difference_years"),
            ("mrqap", "intercept"),
            ("mrqap", "same_role"),
            ("mrqap", "difference_years"),
        ]
    );
    for row in &rows {
        let value = row.value.unwrap();
        assert_eq!(value.t.is_some(), row.model == AssociationModel::Regression);
        assert!(value.p_value >= 0.001 && value.p_value <= 1.0 && value.mc_se < 0.02);
    }
    assert_eq!(rows[3].value.unwrap().p_value, 0.001);
    let rows = association_rows(&blocks, &terms, Constants::PerBlock, 99, &mut rng);
    assert_eq!(rows.len(), 4);
    let short = association_rows(&blocks, &["a", "b", "c"], Constants::Shared, 9, &mut rng);
    assert_eq!(short[2].value, Err(Undefined::TooFewUnits));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn who_comes_first_does_not_matter(seed in any::<u64>(), n in 5..9_usize, missing in prop_oneof![Just(0.0), Just(0.15)]) {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let tables: Vec<Matrix> = [0, 2, 1].into_iter().map(|kind| random_matrix(n, kind, missing, &mut rng)).collect();
        let mut order: Vec<usize> = (0..n).collect();
        for place in 1..n {
            order.swap(place, rng.random_range(0..=place));
        }
        let moved: Vec<Matrix> = tables
            .iter()
            .map(|x| Matrix::from_fn(n, |i, j| x.cell(order[i], order[j])).unwrap())
            .collect();
        let r = |x: &[Matrix]| graph_correlation(&[(&x[0], &x[1])]);
        match (r(&tables), r(&moved)) {
            (Ok(before), Ok(after)) => prop_assert!((before - after).abs() < 1e-9),
            (before, after) => prop_assert_eq!(before, after),
        }
        let fit = |x: &[Matrix]| {
            let design = Design { outcome: x[1].clone(), predictors: vec![x[0].clone(), x[2].clone()] };
            mrqap(&[design], Constants::Shared, 19, &mut ChaCha8Rng::seed_from_u64(seed))
        };
        match (fit(&tables), fit(&moved)) {
            (Ok(before), Ok(after)) => {
                for (a, b) in before.predictors.iter().zip(&after.predictors) {
                    prop_assert!((a.estimate - b.estimate).abs() < 1e-8 && (a.t - b.t).abs() < 1e-6 * (1.0 + a.t.abs()));
                }
            }
            (before, after) => prop_assert_eq!(before.is_err(), after.is_err()),
        }
        // A silent colleague who is not known in the outcome either does not exist for it.
        let alone = Matrix::from_fn(n + 1, |i, j| if i < n && j < n { tables[0].cell(i, j) } else { None }).unwrap();
        prop_assert_eq!(graph_correlation(&[(&alone, &tables[1])]), r(&tables));
    }
}

// --- baselines ------------------------------------------------------------------------------------------------------------

fn network(n: usize, ties: &[(usize, usize)]) -> Network {
    let mut builder = Network::builder(n);
    for &(i, j) in ties {
        builder.tie(i, j, 1.0);
    }
    builder.build(0.0).unwrap()
}

/// Which ties a network has, as one number.
fn code(net: &Network) -> f64 {
    let bits = net
        .ties()
        .map(|(i, j, _)| 1_u64 << (i * net.n_positions() + j));
    bits.sum::<u64>() as f64
}

/// How often each network is drawn.
fn drawn(net: &Network, condition: Condition, draws: u64, seed: u64) -> BTreeMap<u64, u64> {
    let counts = std::cell::RefCell::new(BTreeMap::new());
    let statistic = |net: &Network| {
        *counts.borrow_mut().entry(code(net) as u64).or_insert(0) += 1;
        Ok(code(net))
    };
    let test = cug(
        net,
        condition,
        statistic,
        draws,
        &mut ChaCha8Rng::seed_from_u64(seed),
    );
    assert_eq!(test.unwrap().draws, draws);
    let mut counts = counts.into_inner();
    *counts.get_mut(&(code(net) as u64)).unwrap() -= 1;
    counts.retain(|_, n| *n > 0);
    counts
}

/// What the networks under a condition share.
fn shared_by(net: &Network, condition: Condition) -> Vec<u64> {
    let census = dyad_census(net);
    match condition {
        Condition::Size => Vec::new(),
        Condition::Ties => vec![net.n_ties() as u64],
        Condition::DyadCensus => vec![census.mutual, census.asymmetric, census.null],
        Condition::Degrees => (0..net.n_positions())
            .flat_map(|i| {
                [
                    net.successors(i).len() as u64,
                    net.predecessors(i).len() as u64,
                ]
            })
            .collect(),
    }
}

/// Every digraph of n actors.
fn digraphs(n: usize) -> impl Iterator<Item = Network> {
    let pairs: Vec<(usize, usize)> = (0..n)
        .flat_map(|i| (0..n).filter(move |&j| j != i).map(move |j| (i, j)))
        .collect();
    (0..1_u32 << pairs.len()).map(move |bits| {
        let ties: Vec<_> = (0..pairs.len())
            .filter(|&k| bits >> k & 1 == 1)
            .map(|k| pairs[k])
            .collect();
        network(n, &ties)
    })
}

#[test]
fn every_network_of_a_condition_is_equally_likely() {
    let three_cycle = network(3, &[(0, 1), (1, 2), (2, 0)]);
    let chain = network(3, &[(0, 1), (1, 0), (1, 2)]);
    let four = network(4, &[(0, 1), (1, 2), (2, 0), (3, 0), (0, 3)]);
    let mut tested = 0;
    for net in [&three_cycle, &chain, &four] {
        for condition in Condition::ALL {
            if condition == Condition::Size && net.n_actors() > 3 {
                continue;
            }
            let mates: BTreeSet<u64> = digraphs(net.n_positions())
                .filter(|other| shared_by(other, condition) == shared_by(net, condition))
                .map(|other| code(&other) as u64)
                .collect();
            let draws = 20 * mates.len().max(100) as u64;
            let counts = drawn(net, condition, draws, 3);
            assert!(counts.keys().all(|code| mates.contains(code)));
            let expected = draws as f64 / mates.len() as f64;
            let chi: f64 = mates
                .iter()
                .map(|code| counts.get(code).copied().unwrap_or(0) as f64 - expected)
                .map(|off| off * off / expected)
                .sum();
            // Mean k - 1, variance 2 (k - 1).
            let degrees = (mates.len() - 1) as f64;
            let most = degrees + 4.0 * (2.0 * degrees).sqrt() + 4.0;
            assert!(
                chi <= most,
                "{condition:?}: {} networks, chi-square {chi}",
                mates.len()
            );
            tested += usize::from(mates.len() > 1);
        }
    }
    assert!(tested >= 10, "{tested}");
}

#[test]
fn a_baseline_keeps_what_it_is_conditioned_on() {
    let mut rng = ChaCha8Rng::seed_from_u64(9);
    for missing in [false, true] {
        let mut builder = Network::builder(14);
        builder.absent_actor(5);
        if missing {
            builder.silent(3).unknown(1, 2).tie(3, 7, 1.0);
        }
        for i in (0..14).filter(|&i| i != 5 && !(missing && i == 3)) {
            for j in (0..14).filter(|&j| j != i && j != 5 && !(i == 1 && j == 2)) {
                if rng.random::<f64>() < 0.3 {
                    builder.tie(i, j, 1.0);
                }
            }
        }
        let net = builder.build(0.0).unwrap();
        for condition in Condition::ALL {
            assert_eq!(Condition::from_name(condition.name()), Some(condition));
            let statistic = |drawn: &Network| {
                assert_eq!(shared_by(drawn, condition), shared_by(&net, condition));
                assert_eq!(drawn.n_unknown_pairs(), net.n_unknown_pairs());
                assert_eq!(drawn.n_actors(), 13);
                if condition == Condition::DyadCensus {
                    assert_eq!(dyad_census(drawn), dyad_census(&net));
                }
                dyadic_reciprocity(drawn)
            };
            let test = cug(&net, condition, statistic, 200, &mut rng);
            if missing && condition == Condition::Degrees {
                assert_eq!(test, Err(Undefined::ResponseTooLow));
                continue;
            }
            let test = test.unwrap();
            assert_eq!((test.draws, test.undefined), (200, 0));
            let fixed = condition == Condition::DyadCensus;
            assert_eq!(test.z.is_err(), fixed, "{condition:?}");
            if fixed {
                assert_eq!((test.p_greater, test.p_less), (1.0, 1.0));
            }
        }
        // Of fair coins: half the cells, and the variance of a mean of that many.
        let test = cug(&net, Condition::Size, network_density, 4_000, &mut rng).unwrap();
        let cells = net.n_observed_pairs() as f64;
        assert!((test.mean - 0.5).abs() < 4.0 * 0.5 / (cells * 4_000.0).sqrt());
        assert!((test.sd / (0.5 / cells.sqrt()) - 1.0).abs() < 4.0 / 8_000_f64.sqrt());
    }
}

/// From sna 2.7-1 `cug.test` on `typed(20)` (tests/peers/cug_sna.R), 20,000 draws: mean, standard deviation, p greater, p less.
const BASELINES: [(Condition, [f64; 4]); 3] = [
    (Condition::Size, [0.222_371, 0.056_563, 0.999_75, 0.000_50]),
    (Condition::Ties, [0.203_884, 0.057_663, 1.0, 0.009_85]),
    (Condition::DyadCensus, [0.204_017, 0.056_973, 1.0, 0.009_55]),
];

#[test]
fn baselines_of_the_reference_software() {
    let mut rng = ChaCha8Rng::seed_from_u64(12);
    let (draws, theirs) = (5_000, 20_000);
    let both = 1.0 / draws as f64 + 1.0 / theirs as f64;
    for (condition, [mean, sd, greater, less]) in BASELINES {
        let test = cug(
            &typed(20),
            condition,
            in_degree_centralization,
            draws,
            &mut rng,
        )
        .unwrap();
        near(test.observed, 0.077_562_326_9, 1e-9, "observed");
        let what = format!("{condition:?} {test:?}");
        assert!((test.mean - mean).abs() <= 4.0 * sd * both.sqrt(), "{what}");
        // The spread of a standard deviation, generously for skewed values.
        assert!((test.sd / sd - 1.0).abs() <= 4.0 * both.sqrt(), "{what}");
        p_near(test.p_greater, draws, greater, theirs, &what);
        p_near(test.p_less, draws, less, theirs, &what);
    }
}

#[test]
fn a_baseline_that_does_not_exist_says_why() {
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    for condition in Condition::ALL {
        for n in 0..3 {
            let net = network(n, &[]);
            let test = cug(&net, condition, dyadic_reciprocity, 50, &mut rng);
            assert!(test.is_err());
        }
        let big = Network::builder(100_000).build(0.0).unwrap();
        let test = cug(&big, condition, network_density, 10, &mut rng);
        assert_eq!(test, Err(Undefined::TooManyActors));
        let all: Vec<_> = (0..5).flat_map(|i| (0..5).map(move |j| (i, j))).collect();
        let all: Vec<_> = all.into_iter().filter(|(i, j)| i != j).collect();
        let test = cug(&network(5, &all), condition, network_density, 50, &mut rng);
        assert_eq!(test.unwrap().z.is_err(), condition != Condition::Size);
    }
    // Two actors tied one way: with fair coins the measure is missing in a quarter of the draws.
    let pair = network(2, &[(0, 1)]);
    let test = cug(&pair, Condition::Size, dyadic_reciprocity, 4_000, &mut rng).unwrap();
    let share = test.undefined as f64 / 4_000.0;
    assert!((share - 0.25).abs() < 0.03, "{share}");
    let one = cug(&pair, Condition::Ties, network_density, 1, &mut rng);
    assert_eq!(one, Err(Undefined::TooFewUnits));
}

// --- resampling -----------------------------------------------------------------------------------------------------------

#[test]
fn the_jackknife_of_density_has_a_closed_form() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    for n in [3, 4, 9, 20] {
        let mut builder = Network::builder(n + 1);
        builder.absent_actor(0);
        for i in 1..=n {
            for j in (1..=n).filter(|&j| j != i) {
                if rng.random::<f64>() < 0.4 {
                    builder.tie(i, j, 1.0);
                }
            }
        }
        let net = builder.build(0.0).unwrap();
        let ours = jackknife(&net, network_density, 0.95).unwrap();
        let degrees: Vec<f64> = (1..=n)
            .map(|i| (net.successors(i).len() + net.predecessors(i).len()) as f64)
            .collect();
        let size = n as f64;
        let mean = degrees.iter().sum::<f64>() / size;
        let squares: f64 = degrees.iter().map(|d| (d - mean).powi(2)).sum();
        let se = ((size - 2.0) / (2.0 * size) * squares).sqrt() / ((size - 1.0) * (size - 2.0));
        near(ours.se, se, 1e-12, "se");
        near(
            ours.observed,
            network_density(&net).unwrap(),
            1e-12,
            "density",
        );
        assert_eq!(ours.share_undefined, 0.0);
        assert!(ours.t_interval.contains(ours.observed));
    }
}

#[test]
fn the_jackknife_of_density_is_unbiased_when_ties_are_independent() {
    let mut rng = ChaCha8Rng::seed_from_u64(8);
    let (n, p) = (12, 0.3);
    let mean: f64 = (0..600)
        .map(|_| {
            let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
            let ties: Vec<_> = pairs
                .filter(|(i, j)| i != j && rng.random::<f64>() < p)
                .collect();
            let net = network(n, &ties);
            jackknife(&net, network_density, 0.95).unwrap().se.powi(2) / 600.0
        })
        .sum();
    let truth = p * (1.0 - p) / (n * (n - 1)) as f64;
    assert!((mean / truth - 1.0).abs() < 0.12, "{mean} {truth}");
}

/// A network that can be typed in any language: i names j if (3 i + 5 j + i j) mod 7 < 2.
fn typed(n: usize) -> Network {
    let pairs = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
    let ties: Vec<_> = pairs
        .filter(|&(i, j)| i != j && (3 * i + 5 * j + i * j) % 7 < 2)
        .collect();
    network(n, &ties)
}

#[test]
fn the_bootstrap_draws_actors_and_not_cells() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let net = typed(20);
    let density = |net: &Network, _: &[usize]| network_density(net);
    let test = vertex_bootstrap(&net, density, 0.95, 20_000, &mut rng).unwrap();
    near(test.se, BOOTSTRAP_SE, 0.03, "se");
    near(test.mean, BOOTSTRAP_MEAN, 0.005, "mean");
    assert!(test.percentile.contains(test.mean) && test.t_interval.contains(test.observed));
    assert_eq!((test.draws, test.share_undefined), (20_000, 0.0));
    // The positions of the drawn network say who stands there.
    let roles = |net: &Network, actors: &[usize]| {
        assert_eq!((net.n_actors(), actors.len()), (20, 20));
        Ok(actors.iter().map(|&i| i as f64).sum())
    };
    let test = vertex_bootstrap(&net, roles, 0.9, 500, &mut rng).unwrap();
    assert!((test.mean - 190.0).abs() < 8.0);
}

/// From the procedure written out in R 4.2.2 (tests/peers/bootstrap_base.R), 100,000 draws.
const BOOTSTRAP_SE: f64 = 0.032_041;
const BOOTSTRAP_MEAN: f64 = 0.242_028;

#[test]
fn resampling_keeps_what_is_unknown_and_refuses_what_it_cannot() {
    let mut rng = ChaCha8Rng::seed_from_u64(10);
    let mut builder = Network::builder(8);
    builder.absent_actor(2).silent(0).unknown(3, 4);
    for (i, j) in [(1, 0), (3, 1), (4, 1), (5, 6), (6, 5), (7, 1)] {
        builder.tie(i, j, 2.0);
    }
    let net = builder.build(0.0).unwrap();
    let unknown = |net: &Network, _: &[usize]| {
        assert!(net.ties().all(|(_, _, value)| value == 2.0));
        Ok(net.n_unknown_pairs() as f64)
    };
    let test = vertex_bootstrap(&net, unknown, 0.95, 2_000, &mut rng).unwrap();
    assert!((test.mean - 7.0).abs() < 0.6, "{}", test.mean);
    let counts = |net: &Network| {
        assert_eq!((net.n_positions(), net.n_actors() >= 6), (8, true));
        Ok(net.n_unknown_pairs() as f64)
    };
    let left_out = jackknife(&net, counts, 0.95).unwrap();
    // Each unknown cell is there in five of the seven networks.
    near(left_out.mean, 5.0, 1e-12, "unknown cells left");

    let density = |net: &Network, _: &[usize]| network_density(net);
    for n in 0..3 {
        let tiny = Network::builder(n).build(0.0).unwrap();
        let test = vertex_bootstrap(&tiny, density, 0.95, 10, &mut rng);
        assert_eq!(test.is_err(), n < 2);
        let test = jackknife(&tiny, network_density, 0.95);
        assert_eq!(test, Err(Undefined::TooFewActors));
    }
    let big = Network::builder(100_000).build(0.0).unwrap();
    let test = jackknife(&big, network_density, 0.95);
    assert_eq!(test, Err(Undefined::TooManyActors));
    let test = vertex_bootstrap(&big, density, 0.95, 10, &mut rng);
    assert_eq!(test, Err(Undefined::TooManyActors));
    let empty = network(5, &[]);
    let reciprocity = jackknife(&empty, dyadic_reciprocity, 0.95);
    assert_eq!(reciprocity, Err(Undefined::NoTies));
    // Without one of the two tied actors there is no connected dyad left.
    let pair = jackknife(&network(4, &[(0, 1), (1, 0)]), dyadic_reciprocity, 0.95);
    assert_eq!(pair.unwrap().share_undefined, 0.5);
}
