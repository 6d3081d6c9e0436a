//! Reliability of scales: against psych and R where the shared collection lies beside the project, against our own file of R values always, and laws.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::outcome::Undefined;
use schakel_analysis::scale::*;
use serde_json::Value;

const CLOSED: f64 = 1e-9;
const ITERATIVE: f64 = 1e-6;

/// Compared values and the worst deviation, told at the end.
#[derive(Default)]
struct Ledger(BTreeMap<String, (usize, f64)>);

impl Ledger {
    #[track_caller]
    fn near(&mut self, id: &str, ours: f64, theirs: f64, tolerance: f64, what: &str) {
        let off = (ours - theirs).abs() / theirs.abs().max(1e-4);
        assert!(off <= tolerance, "{what}: {ours}, not {theirs} ({off:e})");
        let entry = self.0.entry(id.to_owned()).or_default();
        entry.0 += 1;
        entry.1 = entry.1.max(off);
    }

    #[track_caller]
    fn all_near(&mut self, id: &str, ours: &[f64], theirs: &Value, tolerance: f64, what: &str) {
        let theirs = numbers(theirs);
        assert_eq!(ours.len(), theirs.len(), "{what}");
        for (ours, theirs) in ours.iter().zip(theirs) {
            self.near(id, *ours, theirs, tolerance, what);
        }
    }

    fn tell(&self) {
        for (id, (count, worst)) in &self.0 {
            eprintln!("{count:4} {worst:9.1e} {id}");
        }
    }

    fn count(&self, id: &str) -> usize {
        self.0.get(id).map_or(0, |entry| entry.0)
    }
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

fn list(value: &Value) -> &Vec<Value> {
    value.as_array().unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(|x| x.as_f64().unwrap()).collect()
}

type Row = BTreeMap<String, String>;
type Rows = Vec<Vec<Option<f64>>>;

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

/// The answers of one scale of the collection, reversed as its file says.
fn answers_of(answers: &[Row], scale: &Value, sum_of_ends: f64) -> Rows {
    let wave = text(&scale["scale"])
        .rsplit_once("wave ")
        .map(|(_, wave)| wave);
    let reversed: Vec<&str> = list(&scale["reversed"]).iter().map(text).collect();
    let items: Vec<&str> = list(&scale["items"]).iter().map(text).collect();
    answers
        .iter()
        .filter(|row| wave.is_none_or(|wave| row["wave"] == wave))
        .map(|row| {
            let answer = |item: &&str| match row[*item].as_str() {
                "NA" => None,
                x if reversed.contains(item) => Some(sum_of_ends - x.parse::<f64>().unwrap()),
                x => Some(x.parse().unwrap()),
            };
            items.iter().map(answer).collect()
        })
        .collect()
}

fn absolute(values: &[f64]) -> Vec<f64> {
    values.iter().map(|x| x.abs()).collect()
}

fn all(values: Vec<Result<f64, Undefined>>) -> Vec<f64> {
    values.into_iter().map(Result::unwrap).collect()
}

#[test]
fn every_record_on_reliability_as_in_psych_and_r() {
    let Some(root) = shared() else { return };
    let golden = json(&root.join("golden/scales.json"));
    let mut ledger = Ledger::default();
    for (folder, scales) in golden["scales"].as_object().unwrap() {
        let file = csv(&root.join(folder).join("items.csv"));
        for scale in list(scales) {
            let ends = if folder == "bfi" { 7.0 } else { 5.0 };
            let rows = answers_of(&file, scale, ends);
            let answers = Answers::from_rows(&rows).unwrap();
            let pairwise = covariance_matrix(&answers, Cases::Pairwise).unwrap();
            let complete = covariance_matrix(&answers, Cases::Complete).unwrap();
            let k = answers.n_items();
            let omega = omega_total(&complete).unwrap();
            for record in list(&scale["records"]) {
                let (id, value) = (text(&record["id"]), &record["value"]);
                let what = format!("{folder} {} {id}", scale["scale"]);
                let mut one = |ours: f64, tolerance: f64| {
                    ledger.near(id, ours, value.as_f64().unwrap(), tolerance, &what);
                };
                match id {
                    "n" => one(answers.n_rows() as f64, 0.0),
                    "n_complete" => one(answers.n_complete() as f64, 0.0),
                    "alpha_raw_pairwise" => one(alpha(&pairwise).unwrap(), CLOSED),
                    "alpha_raw_listwise" => one(alpha(&complete).unwrap(), CLOSED),
                    "alpha_std_pairwise" => one(standardised_alpha(&pairwise).unwrap(), CLOSED),
                    "alpha_std_listwise" => one(standardised_alpha(&complete).unwrap(), CLOSED),
                    "average_r_pairwise" => one(mean_correlation(&pairwise).unwrap(), CLOSED),
                    "guttman_lambda6_pairwise" => one(lambda_six(&pairwise).unwrap(), CLOSED),
                    "kmo_listwise" => one(sampling_adequacy(&complete).unwrap().overall, CLOSED),
                    "bartlett_chisq" => one(sphericity(&complete).unwrap().chi_square, CLOSED),
                    "omega_total_1f_ml_raw" => one(omega.total, ITERATIVE),
                    "omega_total_1f_ml_standardized" => one(omega.standardised, ITERATIVE),
                    "alpha_feldt_ci95_listwise" => {
                        let found = feldt_interval(
                            alpha(&complete).unwrap(),
                            answers.n_complete(),
                            k,
                            0.95,
                        )
                        .unwrap();
                        for (ours, end) in [(found.lower, "lower"), (found.upper, "upper")] {
                            let theirs = value[end].as_f64().unwrap();
                            ledger.near(id, ours, theirs, CLOSED, &what);
                        }
                    }
                    "item_rest_correlation_pairwise" => {
                        let ours = all(item_rest_correlations(&pairwise));
                        ledger.all_near(id, &ours, value, CLOSED, &what);
                    }
                    "alpha_if_dropped_pairwise" => {
                        let ours = all(alphas_if_dropped(&pairwise));
                        ledger.all_near(id, &ours, value, CLOSED, &what);
                    }
                    "eigenvalues_listwise" => {
                        let ours = eigenvalues(&complete).unwrap();
                        ledger.all_near(id, &ours, value, CLOSED, &what);
                    }
                    "factor1_ml_loadings_abs" => {
                        let ours = absolute(&omega.factor.loadings);
                        ledger.all_near(id, &ours, value, ITERATIVE, &what);
                    }
                    "covariance_matrix_listwise" => {
                        for (ours, theirs) in complete.values().chunks(k).zip(list(value)) {
                            ledger.all_near(id, ours, theirs, CLOSED, &what);
                        }
                    }
                    "item_means_listwise" => {
                        let only: Rows = rows
                            .iter()
                            .filter(|row| row.iter().all(Option::is_some))
                            .cloned()
                            .collect();
                        let Ok(analysis) =
                            item_analysis(&Answers::from_rows(&only).unwrap(), Cases::Complete)
                        else {
                            assert!(k < 4, "{what}");
                            continue;
                        };
                        let ours: Vec<f64> =
                            analysis.items.iter().map(|i| i.mean.unwrap()).collect();
                        // The range in which an item was reversed is not recorded.
                        for ((ours, theirs), name) in
                            ours.iter().zip(numbers(value)).zip(list(&scale["items"]))
                        {
                            if !list(&scale["reversed"]).contains(name) {
                                ledger.near(id, *ours, theirs, CLOSED, &what);
                            }
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    ledger.tell();
    assert_eq!(ledger.count("omega_total_1f_ml_raw"), 15);
    assert_eq!(ledger.count("alpha_feldt_ci95_listwise"), 30);
}

/// Respondents who follow one factor, in groups; a share of the answers is left open.
fn simulated(
    groups: usize,
    size: usize,
    loadings: &[f64],
    open: f64,
    seed: u64,
) -> (Rows, Vec<usize>) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut normal = move || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
    let mut dice = ChaCha8Rng::seed_from_u64(seed + 1);
    let mut rows = Vec::new();
    let mut clusters = Vec::new();
    for group in 0..groups {
        let shared = normal();
        for _ in 0..size {
            let factor = 0.4 * shared + 0.84_f64.sqrt() * normal();
            let row = loadings.iter().map(|l| {
                let answer = l * factor + (1.0 - l * l).sqrt() * normal();
                (dice.random::<f64>() >= open).then(|| (3.0 + 1.2 * answer).round().clamp(1.0, 5.0))
            });
            rows.push(row.collect());
            clusters.push(group);
        }
    }
    (rows, clusters)
}

fn options(cases: Cases) -> BootstrapOptions {
    BootstrapOptions {
        replicates: 200,
        confidence: 0.9,
        cases,
    }
}

#[test]
fn groups_drawn_again_are_the_rows_written_out() {
    let (rows, clusters) = simulated(7, 30, &[0.7, 0.5, 0.8, 0.6, 0.4], 0.05, 3);
    let answers = Answers::from_rows(&rows).unwrap();
    for cases in [Cases::Complete, Cases::Pairwise] {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let found = cluster_bootstrap(&answers, &clusters, &options(cases), &mut rng).unwrap();
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        let (mut alphas, mut omegas) = (Vec::new(), Vec::new());
        for _ in 0..200 {
            let drawn: Vec<usize> = (0..7).map(|_| rng.random_range(0..7)).collect();
            let again: Rows = drawn
                .iter()
                .flat_map(|group| {
                    let of_group = rows.iter().zip(&clusters).filter(move |(_, c)| *c == group);
                    of_group.map(|(row, _)| row.clone())
                })
                .collect();
            let matrix = covariance_matrix(&Answers::from_rows(&again).unwrap(), cases).unwrap();
            alphas.push(alpha(&matrix).unwrap());
            omegas.push(omega_total(&matrix).unwrap().total);
        }
        for (mut by_hand, ours) in [
            (alphas, found.alpha.unwrap()),
            (omegas, found.omega.unwrap()),
        ] {
            by_hand.sort_by(f64::total_cmp);
            // The 5 % of 200 values lies at place 9.95.
            let lower = by_hand[9] + 0.95 * (by_hand[10] - by_hand[9]);
            let upper = by_hand[189] + 0.05 * (by_hand[190] - by_hand[189]);
            assert!((ours.percentile.lower - lower).abs() < 1e-6, "{cases:?}");
            assert!((ours.percentile.upper - upper).abs() < 1e-6, "{cases:?}");
            assert_eq!((ours.replicates, ours.degenerate), (200, 0));
        }
        assert_eq!(found.clusters, 7);
    }
}

#[test]
fn replicates_without_an_answer_are_told() {
    // The second item varies in one group of four only: in (3/4)^4 of the draws it does not vary at all.
    let mut rows = Rows::new();
    let mut clusters = Vec::new();
    for group in 0..4 {
        for person in 0..6_u8 {
            let x = f64::from(person);
            let second = if group == 0 { x } else { 2.0 };
            rows.push(vec![
                Some(x),
                Some(second),
                Some((x * 7.0) % 5.0),
                Some((x * x) % 4.0),
            ]);
            clusters.push(group);
        }
    }
    let answers = Answers::from_rows(&rows).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let options = BootstrapOptions {
        replicates: 2000,
        ..options(Cases::Complete)
    };
    let found = cluster_bootstrap(&answers, &clusters, &options, &mut rng).unwrap();
    let omega = found.omega.unwrap();
    assert_eq!(omega.replicates + omega.degenerate, 2000);
    let expected = 2000.0 * 0.75_f64.powi(4);
    assert!(
        (omega.degenerate as f64 - expected).abs() < 4.0 * (expected * 0.7).sqrt(),
        "{} of about {expected}",
        omega.degenerate
    );
}

#[test]
fn short_and_broken_scales_are_refused_in_words() {
    let (rows, clusters) = simulated(5, 12, &[0.7, 0.6, 0.8, 0.5], 0.0, 5);
    let answers = Answers::from_rows(&rows).unwrap();
    let of = |items: &[usize]| covariance_matrix(&answers.select(items), Cases::Complete).unwrap();
    assert_eq!(omega_total(&of(&[0])), Err(Refusal::OneItem));
    assert_eq!(omega_total(&of(&[0, 1])), Err(Refusal::TwoItems));
    assert!(Refusal::TwoItems.to_string().contains("Spearman-Brown"));
    let (two, r) = (of(&[0, 1]), of(&[0, 1]).correlation().unwrap().at(0, 1));
    assert!((spearman_brown(&two).unwrap() - 2.0 * r / (1.0 + r)).abs() < 1e-14);
    assert_eq!(
        spearman_brown(&of(&[0, 1, 2])),
        Err(Refusal::MoreThanTwoItems)
    );
    assert!(omega_total(&of(&[0, 1, 2])).is_ok());
    for (n, refusal) in [(2, Refusal::TwoItems), (3, Refusal::ThreeItems)] {
        let items: Vec<usize> = (0..n).collect();
        let found = item_analysis(&answers.select(&items), Cases::Complete);
        assert_eq!(found, Err(refusal));
    }
    assert!(item_analysis(&answers, Cases::Complete).is_ok());
    // Alpha and omega of a short scale come with their intervals; omega of two items with its reason.
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut boot = |items: &[usize]| {
        cluster_bootstrap(
            &answers.select(items),
            &clusters,
            &options(Cases::Complete),
            &mut rng,
        )
    };
    let three = boot(&[0, 1, 2]).unwrap();
    assert!(three.alpha.is_ok() && three.omega.is_ok());
    let two = boot(&[0, 1]).unwrap();
    assert!(two.alpha.is_ok());
    assert_eq!(two.omega, Err(Refusal::TwoItems));
    // One group, groups that do not fit, a confidence that is none.
    let mut rng = ChaCha8Rng::seed_from_u64(2);
    let mut refused = |clusters: &[usize], confidence: f64| {
        let options = BootstrapOptions {
            confidence,
            ..options(Cases::Complete)
        };
        cluster_bootstrap(&answers, clusters, &options, &mut rng).unwrap_err()
    };
    assert_eq!(refused(&vec![4; rows.len()], 0.9), Undefined::TooFewUnits);
    assert_eq!(refused(&[1, 2], 0.9), Undefined::TooFewUnits);
    assert_eq!(refused(&clusters, 1.0), Undefined::NotFinite);
    assert_eq!(refused(&clusters, f64::NAN), Undefined::NotFinite);
}

#[test]
fn bad_answers_have_a_reason() {
    let (rows, _) = simulated(4, 20, &[0.7, 0.6, 0.8, 0.5], 0.4, 5);
    // 40 % open: pairwise still works.
    let answers = Answers::from_rows(&rows).unwrap();
    let analysis = item_analysis(&answers, Cases::Pairwise).unwrap();
    assert!(
        analysis
            .items
            .iter()
            .all(|i| i.n + i.missing == 80 && i.item_rest.is_ok())
    );
    // A constant item.
    let mut flat = rows.clone();
    flat.iter_mut().for_each(|row| row[1] = Some(0.1));
    let flat = Answers::from_rows(&flat).unwrap();
    let analysis = item_analysis(&flat, Cases::Pairwise).unwrap();
    assert_eq!(analysis.items[1].item_rest, Err(Undefined::NoVariation));
    assert_eq!(analysis.items[1].item_total, Err(Undefined::NoVariation));
    assert_eq!(analysis.items[1].deviation, Ok(0.0));
    assert_eq!(analysis.eigenvalues, Err(Undefined::NoVariation));
    assert_eq!(
        analysis.items[0].loading,
        Err(Undefined::NoVariation.into())
    );
    // Two respondents: covariances exist, a factor does not.
    let two = Answers::from_rows(
        &[[1.0, 2.0, 2.0, 5.0], [2.0, 4.0, 3.0, 1.0]].map(|r| r.map(Some).to_vec()),
    )
    .unwrap();
    let matrix = covariance_matrix(&two, Cases::Complete).unwrap();
    assert_eq!(omega_total(&matrix), Err(Undefined::NoVariation.into()));
    assert_eq!(sampling_adequacy(&matrix), Err(Undefined::NoVariation));
    assert_eq!(sphericity(&matrix), Err(Undefined::TooFewUnits));
    // The same item twice among four.
    let twice: Rows = rows
        .iter()
        .map(|row| vec![row[0], row[0], row[1], row[2]])
        .collect();
    let matrix = covariance_matrix(&Answers::from_rows(&twice).unwrap(), Cases::Pairwise).unwrap();
    assert_eq!(omega_total(&matrix), Err(Undefined::NoVariation.into()));
    // Nobody, nothing, not a number.
    assert_eq!(
        covariance_matrix(&Answers::from_rows(&[]).unwrap(), Cases::Pairwise),
        Err(Undefined::TooFewItems)
    );
    assert_eq!(
        Answers::from_rows(&[vec![Some(f64::NAN)]]),
        Err(Undefined::NotFinite)
    );
    let huge = [vec![Some(1e200), Some(2.0)], vec![Some(-1e200), Some(3.0)]];
    assert_eq!(
        covariance_matrix(&Answers::from_rows(&huge).unwrap(), Cases::Complete),
        Err(Undefined::NotFinite)
    );
    assert_eq!(feldt_interval(1.2, 50, 5, 0.95), Err(Undefined::NotFinite));
    assert_eq!(feldt_interval(0.8, 1, 5, 0.95), Err(Undefined::TooFewUnits));
    assert_eq!(
        feldt_interval(0.8, 50, 1, 0.95),
        Err(Undefined::TooFewItems)
    );
    assert_eq!(feldt_interval(0.8, 50, 4, 0.0), Err(Undefined::NotFinite));
}

/// Correlations of a known model give back that model.
fn model_matrix(loadings: &[f64], own: &[f64]) -> CovarianceMatrix {
    let k = loadings.len();
    let values = (0..k * k)
        .map(|cell| {
            let (a, b) = (cell / k, cell % k);
            loadings[a] * loadings[b] + if a == b { own[a] } else { 0.0 }
        })
        .collect();
    CovarianceMatrix::from_values(k, values, 1000).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_model_that_made_the_covariances_is_found(
        parts in prop::collection::vec((0.3_f64..2.0, 0.2_f64..3.0), 3..12)
    ) {
        let (loadings, own): (Vec<f64>, Vec<f64>) = parts.into_iter().unzip();
        let matrix = model_matrix(&loadings, &own);
        let omega = omega_total(&matrix).unwrap();
        let shared = loadings.iter().sum::<f64>().powi(2);
        prop_assert!((omega.total - shared / (shared + own.iter().sum::<f64>())).abs() < 1e-8);
        prop_assert!(omega.factor.discrepancy < 1e-9);
        for (item, loading) in loadings.iter().enumerate() {
            prop_assert!((omega.factor.loadings[item] * matrix.deviation(item) - loading).abs() < 1e-6);
        }
        // Alpha is never above omega if the model holds (Novick & Lewis 1967).
        prop_assert!(alpha(&matrix).unwrap() <= omega.total + 1e-12);
    }

    #[test]
    fn origin_and_unit_of_the_answers_do_not_matter(
        seed in 0_u64..1000, shift in -50.0_f64..50.0, unit in 0.1_f64..20.0
    ) {
        let (rows, _) = simulated(4, 15, &[0.7, 0.6, 0.8, 0.5], 0.1, seed);
        let moved: Rows = rows.iter().map(|row| row.iter().map(|x| x.map(|x| shift + unit * x)).collect()).collect();
        let here = covariance_matrix(&Answers::from_rows(&rows).unwrap(), Cases::Pairwise).unwrap();
        let there = covariance_matrix(&Answers::from_rows(&moved).unwrap(), Cases::Pairwise).unwrap();
        prop_assert!((alpha(&here).unwrap() - alpha(&there).unwrap()).abs() < 1e-9);
        if let (Ok(here), Ok(there)) = (omega_total(&here), omega_total(&there)) {
            prop_assert!((here.total - there.total).abs() < 1e-6);
        }
    }

    #[test]
    fn without_open_items_both_kinds_of_cases_are_one(seed in 0_u64..1000) {
        let (rows, _) = simulated(3, 10, &[0.7, 0.6, 0.8], 0.0, seed);
        let answers = Answers::from_rows(&rows).unwrap();
        let complete = covariance_matrix(&answers, Cases::Complete).unwrap();
        let pairwise = covariance_matrix(&answers, Cases::Pairwise).unwrap();
        prop_assert_eq!(&complete, &pairwise);
        // By the definition, in another order of the sums.
        for a in 0..3 {
            for b in 0..3 {
                let x = |item: usize| rows.iter().map(move |row| row[item].unwrap());
                let mean = |item| x(item).sum::<f64>() / 30.0;
                let (mean_a, mean_b) = (mean(a), mean(b));
                let by_definition: f64 = x(a).zip(x(b)).map(|(x, y)| (x - mean_a) * (y - mean_b)).sum::<f64>() / 29.0;
                prop_assert!((complete.at(a, b) - by_definition).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn feldt_holds_alpha_and_widens_with_confidence(alpha in 0.0_f64..0.99, n in 10_usize..500, k in 2_usize..20) {
        let narrow = feldt_interval(alpha, n, k, 0.8).unwrap();
        let wide = feldt_interval(alpha, n, k, 0.99).unwrap();
        prop_assert!(narrow.contains(alpha) && wide.contains(alpha));
        prop_assert!(wide.lower < narrow.lower && narrow.upper < wide.upper);
    }
}
