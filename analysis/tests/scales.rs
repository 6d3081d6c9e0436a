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

/// Our own file, made by the script beside it.
fn own() -> Value {
    json(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/scales.json"))
}

fn rows_of(table: &Value) -> Rows {
    list(table)
        .iter()
        .map(|row| list(row).iter().map(Value::as_f64).collect())
        .collect()
}

fn columns(lines: &[Vec<f64>]) -> Vec<f64> {
    lines.iter().flatten().map(|x| x.abs()).collect()
}

#[test]
fn items_and_factors_as_in_r() {
    let own = own();
    let mut ledger = Ledger::default();
    let answers = Answers::from_rows(&rows_of(&own["answers"])).unwrap();
    let analysis = item_analysis(&answers, Cases::Pairwise).unwrap();
    let each =
        |pick: fn(&ItemStatistics) -> f64| analysis.items.iter().map(pick).collect::<Vec<_>>();
    for (id, ours) in [
        ("item_total", each(|i| i.item_total.unwrap())),
        ("item_rest", each(|i| i.item_rest.unwrap())),
        ("n", each(|i| i.n as f64)),
        ("mean", each(|i| i.mean.unwrap())),
        ("deviation", each(|i| i.deviation.unwrap())),
    ] {
        ledger.all_near(id, &ours, &own[id], CLOSED, id);
    }
    let pairwise = covariance_matrix(&answers, Cases::Pairwise).unwrap();
    let one = |value: &Value| value.as_f64().unwrap();
    ledger.near(
        "lambda_six",
        lambda_six(&pairwise).unwrap(),
        one(&own["lambda_six"]),
        CLOSED,
        "lambda six",
    );
    let full = Answers::from_rows(&rows_of(&own["without_open"])).unwrap();
    let of = |items: &[usize]| covariance_matrix(&full.select(items), Cases::Complete).unwrap();
    let all_items: Vec<usize> = (0..9).collect();
    let matrix = of(&all_items);
    let adequacy = sampling_adequacy(&matrix).unwrap();
    ledger.all_near(
        "kmo_items",
        &adequacy.items,
        &own["kmo_items"],
        CLOSED,
        "KMO",
    );
    let two = spearman_brown(&of(&[0, 1])).unwrap();
    ledger.near(
        "two items",
        two,
        one(&own["two_items_std_alpha"]),
        CLOSED,
        "two items",
    );
    let bartlett = sphericity(&of(&[0, 8])).unwrap().p_value;
    ledger.near(
        "bartlett p",
        bartlett,
        one(&own["bartlett_p"]),
        CLOSED,
        "bartlett",
    );
    let factor = one_factor(&matrix).unwrap();
    let golden = &own["one_factor"];
    ledger.all_near(
        "loadings",
        &absolute(&factor.loadings),
        &golden["loadings"],
        ITERATIVE,
        "one factor",
    );
    let fit = factor.fit.unwrap();
    for (id, ours) in [
        ("statistic", fit.chi_square),
        ("dof", fit.df),
        ("p_value", fit.p_value),
    ] {
        ledger.near(id, ours, one(&golden[id]), ITERATIVE, id);
    }
    for golden in list(&own["factors"]) {
        let factors = golden["factors"].as_u64().unwrap() as usize;
        let found = factor_analysis(&matrix, factors).unwrap();
        let fit = found.fit.unwrap();
        for (id, ours) in [
            ("statistic", fit.chi_square),
            ("dof", fit.df),
            ("p_value", fit.p_value),
            ("discrepancy", found.discrepancy),
        ] {
            ledger.near(
                id,
                ours,
                one(&golden[id]),
                ITERATIVE,
                &format!("{factors} factors, {id}"),
            );
        }
        ledger.all_near(
            "uniquenesses",
            &found.uniquenesses,
            &golden["uniquenesses"],
            ITERATIVE,
            "own shares",
        );
        for (a, line) in list(&golden["communality_of_pairs"]).iter().enumerate() {
            let ours: Vec<f64> = found
                .loadings
                .iter()
                .map(|other| {
                    other
                        .iter()
                        .zip(&found.loadings[a])
                        .map(|(x, y)| x * y)
                        .sum()
                })
                .collect();
            ledger.all_near("communality", &ours, line, 1e-5, "what two items share");
        }
        let theirs: Vec<Vec<f64>> = list(&golden["varimax_abs"]).iter().map(numbers).collect();
        for (ours, theirs) in columns(&found.rotated).iter().zip(columns(&theirs)) {
            ledger.near("varimax", *ours, theirs, 1e-5, "varimax");
        }
    }
    // One factor found either way.
    let one = factor_analysis(&matrix, 1).unwrap();
    for (line, loading) in one.loadings.iter().zip(&factor.loadings) {
        assert!((line[0] - loading).abs() < 1e-9);
    }
    ledger.tell();
}

#[test]
fn a_heywood_case_is_told() {
    let golden = &own()["heywood"];
    let values: Vec<f64> = list(&golden["correlations"])
        .iter()
        .flat_map(numbers)
        .collect();
    let matrix = CovarianceMatrix::from_values(4, values, 200).unwrap();
    let found = one_factor(&matrix).unwrap();
    assert_eq!(found.heywood, [0]);
    let mut ledger = Ledger::default();
    ledger.all_near(
        "loadings",
        &found.loadings,
        &golden["loadings"],
        ITERATIVE,
        "loadings",
    );
    ledger.all_near(
        "own shares",
        &found.uniquenesses,
        &golden["uniquenesses"],
        ITERATIVE,
        "own shares",
    );
    let theirs = golden["statistic"].as_f64().unwrap();
    ledger.near(
        "chi2",
        found.fit.unwrap().chi_square,
        theirs,
        ITERATIVE,
        "chi2",
    );
    let general = factor_analysis(&matrix, 1).unwrap();
    assert_eq!(general.heywood, [0]);
    for (line, loading) in general.loadings.iter().zip(&found.loadings) {
        assert!((line[0] - loading).abs() < 1e-8);
    }
    // Matrices that are none.
    assert_eq!(
        CovarianceMatrix::from_values(2, vec![1.0, 0.5, 0.4, 1.0], 9),
        None
    );
    assert_eq!(
        CovarianceMatrix::from_values(2, vec![1.0, 0.5, 0.5], 9),
        None
    );
    assert_eq!(CovarianceMatrix::from_values(1, vec![-1.0], 9), None);
    assert_eq!(CovarianceMatrix::from_values(1, vec![f64::NAN], 9), None);
}

#[test]
fn all_at_once_is_each_by_itself_and_words_for_the_rest() {
    let (rows, _) = simulated(5, 12, &[0.7, 0.6, 0.8, 0.5], 0.1, 5);
    let answers = Answers::from_rows(&rows).unwrap();
    let all = scale_reliability(&answers, 0.95);
    assert_eq!(all.alpha_pairwise, alpha_pairwise(&rows));
    assert_eq!(all.alpha_complete, alpha_complete(&rows));
    assert!(
        all.alpha_interval
            .unwrap()
            .contains(all.alpha_complete.unwrap())
    );
    assert_eq!(all.items, item_analysis(&answers, Cases::Pairwise));
    assert_eq!(all.spearman_brown, Err(Refusal::MoreThanTwoItems));
    let three = scale_reliability(&answers.select(&[0, 1, 2]), 0.95);
    assert!(three.alpha_interval.is_ok() && three.omega.is_ok());
    assert_eq!(three.items, Err(Refusal::ThreeItems));
    assert!(Refusal::ThreeItems.to_string().contains("three items"));
    let two = scale_reliability(&answers.select(&[0, 1]), 0.95);
    assert!(two.alpha_interval.is_ok() && two.spearman_brown.is_ok());
    assert_eq!(two.omega, Err(Refusal::TwoItems));
    let one = scale_reliability(&answers.select(&[2]), 0.95);
    assert_eq!(one.alpha_complete, Err(Undefined::TooFewItems));
    assert_eq!(
        (one.omega, one.spearman_brown),
        (Err(Refusal::OneItem), Err(Refusal::OneItem))
    );
    let none = scale_reliability(&answers.select(&[9]), 0.95);
    assert_eq!(none.omega, Err(Undefined::TooFewItems.into()));
}

fn moments(rows: &Rows) -> GroupMoments {
    GroupMoments::from_answers(&Answers::from_rows(rows).unwrap()).unwrap()
}

fn fits(ledger: &mut Ledger, ours: &ConfirmatoryFit, theirs: &Value, what: &str) {
    for (id, ours) in [
        ("df", ours.df),
        ("chisq", ours.chi_square),
        ("pvalue", ours.p_value),
        ("cfi", ours.cfi),
        ("tli", ours.tli.unwrap()),
        ("rmsea", ours.rmsea.unwrap()),
        ("srmr", ours.srmr),
    ] {
        // lavaan's own search stops at 1e-5 or so of a parameter: chi2 hardly feels it, what is left of the correlations does.
        let tolerance = if ["pvalue", "srmr"].contains(&id) {
            2e-5
        } else {
            ITERATIVE
        };
        ledger.near(
            id,
            ours,
            theirs[id].as_f64().unwrap(),
            tolerance,
            &format!("{what} {id}"),
        );
    }
}

#[test]
fn models_of_measurement_as_in_lavaan() {
    let Some(root) = shared() else { return };
    let own = own();
    let mut ledger = Ledger::default();
    let file = csv(&root.join("holzinger_swineford/items.csv"));
    let items: Vec<String> = (1..=9).map(|i| format!("x{i}")).collect();
    let rows = |group: Option<&str>| -> Rows {
        let of_group = file
            .iter()
            .filter(|row| group.is_none_or(|g| row["group"] == g));
        of_group
            .map(|row| items.iter().map(|item| row[item].parse().ok()).collect())
            .collect()
    };
    let factor_of = [0, 0, 0, 1, 1, 1, 2, 2, 2];
    let all = confirmatory(&moments(&rows(None)), &factor_of).unwrap();
    let golden = &own["three_factors"];
    fits(&mut ledger, &all, &golden["fit"], "three factors");
    assert!(all.proper);
    let loadings: Vec<f64> = (0..9)
        .map(|item| all.standardised_loadings[0][item][factor_of[item]])
        .collect();
    ledger.all_near(
        "standardised loadings",
        &loadings,
        &golden["standardised_loadings"],
        1e-5,
        "loadings",
    );
    let groups = [
        moments(&rows(Some("Pasteur"))),
        moments(&rows(Some("Grant-White"))),
    ];
    let steps = invariance_over_groups(&groups, &factor_of).unwrap();
    for step in &steps {
        fits(
            &mut ledger,
            &step.fit,
            &own["invariance"][step.level.name()],
            step.level.name(),
        );
    }
    let acceptable: Vec<bool> = steps
        .iter()
        .filter_map(|s| Some(s.loss?.acceptable))
        .collect();
    // Loadings may be held equal, intercepts may not.
    assert_eq!(acceptable[..2], [true, false]);
    let means: Vec<&Parameter> = steps[2]
        .fit
        .parameters
        .iter()
        .filter(|p| matches!(p.places[0].1, Cell::FactorMean { .. }))
        .collect();
    let estimates: Vec<f64> = means.iter().map(|p| p.estimate).collect();
    ledger.all_near(
        "factor means",
        &estimates,
        &own["scalar_factor_means"],
        1e-4,
        "factor means",
    );
    let errors: Vec<f64> = means.iter().map(|p| p.standard_error).collect();
    ledger.all_near(
        "their errors",
        &errors,
        &own["scalar_factor_mean_se"],
        1e-4,
        "standard errors",
    );
    // The same respondents at two waves.
    let file = csv(&root.join("sai_waves_a/items.csv"));
    let items = ["calm", "relaxed", "content", "tense", "nervous", "anxious"];
    let wave = |wave: &str| {
        let mut rows: BTreeMap<&str, &Row> = BTreeMap::new();
        for row in file.iter().filter(|row| row["wave"] == wave) {
            // One respondent is listed twice: the first row counts.
            rows.entry(row["respondent"].as_str()).or_insert(row);
        }
        rows
    };
    let (first, second) = (wave("1"), wave("2"));
    let both: Rows = first
        .iter()
        .filter_map(|(respondent, row)| Some([row, second.get(respondent)?]))
        .map(|rows| {
            rows.iter()
                .flat_map(|row| items.iter().map(|item| row[*item].parse().ok()))
                .collect()
        })
        .collect();
    let both = moments(&both);
    assert_eq!(Some(both.n as u64), own["waves_n"].as_u64());
    let steps = invariance_over_waves(&both, 2, &[0, 0, 0, 1, 1, 1]).unwrap();
    for step in &steps {
        fits(
            &mut ledger,
            &step.fit,
            &own["over_waves"][step.level.name()],
            step.level.name(),
        );
    }
    ledger.tell();
    assert_eq!(ledger.count("chisq"), 9);
}

#[test]
fn models_that_cannot_be_found_are_refused() {
    let (rows, _) = simulated(4, 40, &[0.7, 0.6, 0.8, 0.5, 0.7, 0.6], 0.0, 6);
    let fine = moments(&rows);
    assert!(confirmatory(&fine, &[0, 0, 0, 1, 1, 1]).is_ok());
    assert_eq!(
        confirmatory(&fine, &[0, 0, 0, 0, 0, 1]),
        Err(Refusal::OneItem)
    );
    assert_eq!(
        confirmatory(&fine, &[0; 5]),
        Err(Undefined::TooFewItems.into())
    );
    assert_eq!(
        confirmatory(&fine, &[0, 0, 0, 2, 2, 2]),
        Err(Undefined::TooFewItems.into())
    );
    let of = |items: &[usize]| {
        moments(
            &rows
                .iter()
                .map(|row| items.iter().map(|&i| row[i]).collect())
                .collect(),
        )
    };
    assert_eq!(confirmatory(&of(&[0, 1]), &[0, 0]), Err(Refusal::TwoItems));
    assert_eq!(
        confirmatory(&of(&[0, 1, 0]), &[0, 0, 0]),
        Err(Undefined::NoVariation.into())
    );
    let three = confirmatory(&of(&[0, 1, 2]), &[0; 3]).unwrap();
    assert_eq!((three.df, three.tli), (0.0, Err(Undefined::NoVariation)));
    assert!(three.chi_square < 1e-6);
    let few = moments(&rows[..6].to_vec());
    assert_eq!(
        confirmatory(&few, &[0, 0, 0, 1, 1, 1]),
        Err(Undefined::TooFewUnits.into())
    );
    assert_eq!(
        invariance_over_groups(std::slice::from_ref(&fine), &[0; 6]),
        Err(Undefined::TooFewUnits.into())
    );
    assert_eq!(
        invariance_over_waves(&fine, 4, &[0; 3]),
        Err(Undefined::TooFewItems.into())
    );
    assert_eq!(
        invariance_over_waves(&fine, 1, &[0; 6]),
        Err(Undefined::TooFewUnits.into())
    );
    // Two halves of one sample: nothing is lost by holding all equal, beyond chance.
    let groups = [moments(&rows[..80].to_vec()), moments(&rows[80..].to_vec())];
    let steps = invariance_over_groups(&groups, &[0; 6]).unwrap();
    let levels: Vec<Invariance> = steps.iter().map(|step| step.level).collect();
    assert_eq!(levels, Invariance::ALL);
    for pair in steps.windows(2) {
        assert!(pair[1].fit.chi_square >= pair[0].fit.chi_square - 1e-6);
        assert!(pair[1].fit.df > pair[0].fit.df);
    }
}

#[test]
fn parallel_analysis_is_that_of_rows_drawn_one_by_one() {
    let (rows, _) = simulated(10, 12, &[0.7, 0.6, 0.8, 0.5, 0.7, 0.6], 0.0, 8);
    let answers = Answers::from_rows(&rows).unwrap();
    let matrix = covariance_matrix(&answers, Cases::Complete).unwrap();
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let found = parallel_analysis(&matrix, 1000, 0.95, &mut rng).unwrap();
    assert_eq!(found.components, 1);
    let mut sums = [0.0; 6];
    for _ in 0..1000 {
        let noise: Rows = (0..120)
            .map(|_| {
                let normal = |_| Some((0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0);
                (0..6).map(normal).collect()
            })
            .collect();
        let matrix =
            covariance_matrix(&Answers::from_rows(&noise).unwrap(), Cases::Complete).unwrap();
        for (sum, value) in sums.iter_mut().zip(eigenvalues(&matrix).unwrap()) {
            *sum += value / 1000.0;
        }
    }
    // The standard deviation of an eigenvalue is some 0.08 here: four standard errors of a difference of means.
    for (drawn, by_rows) in found.random_mean.iter().zip(sums) {
        assert!((drawn - by_rows).abs() < 0.015, "{drawn}, not {by_rows}");
    }
    let again = parallel_analysis(&matrix, 50, 0.95, &mut ChaCha8Rng::seed_from_u64(4)).unwrap();
    let same = parallel_analysis(&matrix, 50, 0.95, &mut ChaCha8Rng::seed_from_u64(4)).unwrap();
    assert_eq!(again, same);
    let three = covariance_matrix(&answers.select(&[0, 1, 2]), Cases::Complete).unwrap();
    assert_eq!(
        parallel_analysis(&three, 10, 0.95, &mut rng),
        Err(Refusal::ThreeItems)
    );
    assert_eq!(factor_analysis(&three, 1), Err(Refusal::ThreeItems));
    assert_eq!(factor_analysis(&matrix, 4), Err(Refusal::TooManyFactors));
    assert_eq!(
        parallel_analysis(&matrix, 0, 0.95, &mut rng),
        Err(Undefined::TooFewUnits.into())
    );
    assert_eq!(
        parallel_analysis(&matrix, 10, 1.0, &mut rng),
        Err(Undefined::NotFinite.into())
    );
}

/// Of two items with whole answers from 1 on: Guttman errors by definition. Passing a step of one item is popular if many pass it; an error is a less
/// popular step passed without a more popular one. Weighted by how many such contradictions an answer pair holds.
fn guttman_h(x: &[usize], y: &[usize], options: usize) -> f64 {
    let n = x.len();
    let share = |item: &[usize], step: usize| item.iter().filter(|a| **a >= step).count();
    let mut steps: Vec<(usize, usize, usize)> = (2..=options)
        .flat_map(|step| [(share(x, step), 0, step), (share(y, step), 1, step)])
        .collect();
    steps.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    let weight = |a: usize, b: usize| {
        let mut errors = 0;
        for (place, &(_, item, step)) in steps.iter().enumerate() {
            let passed = if item == 0 { a >= step } else { b >= step };
            if passed {
                let failed = |&&(_, item, step): &&(usize, usize, usize)| {
                    if item == 0 { a < step } else { b < step }
                };
                errors += steps[..place].iter().filter(failed).count();
            }
        }
        errors as f64
    };
    let observed: f64 = x.iter().zip(y).map(|(a, b)| weight(*a, *b)).sum();
    let expected: f64 = x
        .iter()
        .flat_map(|a| y.iter().map(|b| weight(*a, *b)))
        .sum::<f64>()
        / n as f64;
    1.0 - observed / expected
}

#[test]
fn scalability_counts_guttman_errors() {
    let (rows, _) = simulated(6, 15, &[0.7, 0.5, 0.8, 0.6], 0.0, 21);
    let found = scalability(&Answers::from_rows(&rows).unwrap()).unwrap();
    let item = |i: usize| {
        rows.iter()
            .map(|row| row[i].unwrap() as usize)
            .collect::<Vec<_>>()
    };
    for a in 0..4 {
        for b in 0..a {
            let by_definition = guttman_h(&item(a), &item(b), 5);
            let ours = found.pairs[a * 4 + b].unwrap();
            assert!(
                (ours - by_definition).abs() < 1e-9,
                "{ours}, not {by_definition}"
            );
        }
        assert_eq!(found.pairs[a * 4 + a], Err(Undefined::TooFewItems));
    }
    let mut flat = rows.clone();
    flat.iter_mut().for_each(|row| row[2] = Some(3.0));
    let found = scalability(&Answers::from_rows(&flat).unwrap()).unwrap();
    assert_eq!(found.items[2], Err(Undefined::NoVariation));
    assert!(found.overall > 0.0 && found.n == 90);
    let alone: Rows = rows.iter().map(|row| vec![row[0]]).collect();
    assert_eq!(
        scalability(&Answers::from_rows(&alone).unwrap()),
        Err(Refusal::OneItem)
    );
    assert_eq!(
        scalability(&Answers::from_rows(&[vec![Some(1.0), Some(2.0)]]).unwrap()),
        Err(Undefined::TooFewUnits.into())
    );
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
fn groups_drawn_again_vary_as_in_r() {
    let own = own();
    let answers = Answers::from_rows(&rows_of(&own["without_open"])).unwrap();
    let clusters: Vec<usize> = numbers(&own["group"]).iter().map(|g| *g as usize).collect();
    let options = BootstrapOptions {
        replicates: 20_000,
        confidence: 0.95,
        cases: Cases::Complete,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(7);
    let found = cluster_bootstrap(
        &answers.select(&[0, 1, 2, 3, 4]),
        &clusters,
        &options,
        &mut rng,
    )
    .unwrap();
    for (ours, id) in [
        (found.alpha.unwrap(), "alpha"),
        (found.omega.unwrap(), "omega"),
    ] {
        let theirs = |what: &str| own["drawn_again"][id][what].as_f64().unwrap();
        let se = theirs("se");
        // Of 2,000 draws: four standard errors of a standard deviation, and of a 2.5 % percentile of a normal distribution.
        assert!(
            (ours.se - se).abs() < 4.0 * se / 4000_f64.sqrt(),
            "{id}: {ours:?}, not {se}"
        );
        let room = 4.0 * se * (0.025_f64 * 0.975 / 2000.0).sqrt() / 0.0584;
        for (ours, what) in [
            (ours.percentile.lower, "lower"),
            (ours.percentile.upper, "upper"),
        ] {
            assert!(
                (ours - theirs(what)).abs() < room,
                "{id} {what}: {ours}, not {}",
                theirs(what)
            );
        }
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

    #[test]
    fn whatever_is_answered_there_is_a_number_or_a_reason(
        items in 0_usize..7,
        cells in prop::collection::vec((0_u8..4, 0_u8..10), 0..60),
        groups in 1_usize..5,
        seed in 0_u64..100,
    ) {
        let cell = |&(value, open): &(u8, u8)| (open > 1).then_some(f64::from(value));
        let rows: Rows = cells.chunks_exact(items.max(1)).map(|row| row.iter().take(items).map(cell).collect()).collect();
        let answers = Answers::from_rows(&rows).unwrap();
        let finite = |value: Result<f64, Undefined>| value.is_err() || value.is_ok_and(f64::is_finite);
        let all = scale_reliability(&answers, 0.95);
        for value in [all.alpha_pairwise, all.alpha_complete, all.standardised_alpha, all.mean_correlation, all.lambda_six] {
            prop_assert!(finite(value), "{value:?}");
        }
        if let Ok(interval) = all.alpha_interval {
            prop_assert!(interval.lower <= interval.upper);
        }
        if let Ok(omega) = &all.omega {
            prop_assert!((0.0..=1.0).contains(&omega.total) && (0.0..=1.0).contains(&omega.standardised));
            prop_assert!(omega.factor.loadings.iter().all(|l| l.abs() <= 1.01), "{omega:?}");
        }
        if let Ok(analysis) = &all.items {
            for item in &analysis.items {
                for value in [item.mean, item.deviation, item.item_rest, item.item_total, item.alpha_if_dropped] {
                    prop_assert!(finite(value), "{value:?}");
                }
                prop_assert!(item.item_total.is_err() || item.item_total.is_ok_and(|r| r.abs() <= 1.0 + 1e-9));
            }
        }
        if let Ok(scaled) = scalability(&answers) {
            prop_assert!(scaled.overall <= 1.0 + 1e-12);
            prop_assert!(scaled.pairs.iter().all(|h| h.is_err() || h.is_ok_and(|h| h <= 1.0 + 1e-12)));
        }
        let clusters: Vec<usize> = (0..rows.len()).map(|row| row % groups).collect();
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        for cases in [Cases::Complete, Cases::Pairwise] {
            let options = BootstrapOptions { replicates: 30, ..options(cases) };
            if let Ok(found) = cluster_bootstrap(&answers, &clusters, &options, &mut rng) {
                for interval in [found.alpha, found.omega.map_err(|_| Undefined::TooFewItems)].into_iter().flatten() {
                    prop_assert_eq!(interval.replicates + interval.degenerate, 30);
                    prop_assert!(interval.percentile.lower <= interval.percentile.upper && interval.se.is_finite());
                }
            }
        }
        if let Ok(matrix) = covariance_matrix(&answers, Cases::Complete) {
            if let Ok(found) = parallel_analysis(&matrix, 5, 0.9, &mut rng) {
                prop_assert!(found.random_mean.iter().all(|x| x.is_finite()));
            }
            if let Ok(found) = factor_analysis(&matrix, 1 + items / 4) {
                prop_assert!(found.rotated.iter().flatten().all(|l| l.is_finite()));
            }
            let halves: Vec<usize> = (0..items).map(|item| item / 3).collect();
            if let Ok(found) = confirmatory(&moments(&rows), &halves) {
                prop_assert!(found.cfi.is_finite() && found.srmr.is_finite() && finite(found.tli));
                prop_assert!(found.parameters.iter().all(|p| p.standard_error.is_finite()));
            }
        }
    }
}
