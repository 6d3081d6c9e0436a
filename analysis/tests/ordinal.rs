//! Answers in steps against R (mvtnorm, lavaan, psych) in our own file of values, the interval of RMSEA, and what is refused.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::path::Path;

use proptest::prelude::*;
use schakel_analysis::numeric::{bivariate_normal, noncentral_chi_square};
use schakel_analysis::outcome::Undefined;
use schakel_analysis::scale::*;
use serde_json::Value;

type Rows = Vec<Vec<Option<f64>>>;

fn golden() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/ordinal.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(list) => list.iter().flat_map(numbers).collect(),
        Value::Null => vec![f64::NAN],
        number => vec![number.as_f64().unwrap()],
    }
}

fn table(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn answers(value: &Value) -> Answers {
    let rows: Rows = table(value)
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|x| (!x.is_nan()).then_some(x))
                .collect()
        })
        .collect();
    Answers::from_rows(&rows).unwrap()
}

/// The worst difference, told.
#[track_caller]
fn near(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    let mut worst = 0.0_f64;
    for (ours, theirs) in ours.iter().zip(theirs) {
        let off = (ours - theirs).abs();
        assert!(off <= tolerance, "{what}: {ours}, not {theirs} ({off:e})");
        worst = worst.max(off);
    }
    eprintln!("{:4} {worst:9.1e} {what}", ours.len());
}

#[test]
fn two_normal_variables_as_in_mvtnorm_and_by_integration() {
    let golden = golden();
    let grid = table(&golden["bivariate"]);
    let ours: Vec<f64> = grid
        .iter()
        .map(|line| bivariate_normal::cdf(line[0], line[1], line[2]))
        .collect();
    for (column, what) in [(3, "integrated"), (4, "mvtnorm")] {
        let theirs: Vec<f64> = grid.iter().map(|line| line[column]).collect();
        near(&ours, &theirs, 1e-14, what);
    }
    let grid = table(&golden["noncentral"]);
    let ours: Vec<f64> = grid
        .iter()
        .map(|line| noncentral_chi_square::cdf(line[0], line[1], line[2]))
        .collect();
    let theirs: Vec<f64> = grid.iter().map(|line| line[3]).collect();
    near(&ours, &theirs, 1e-11, "non-central chi-square");
}

#[test]
fn polychoric_correlations_as_in_r_lavaan_and_psych() {
    let golden = golden();
    let found = |answers: &Answers, cases, empty| polychoric(answers, cases, empty).unwrap();
    let all = found(
        &answers(&golden["answers"]),
        Cases::Complete,
        EmptyCells::AsTheyAre,
    );
    for (ours, theirs) in all.thresholds.iter().zip(table(&golden["thresholds"])) {
        near(ours, &theirs, 1e-12, "thresholds");
    }
    let ours = all.correlations.values();
    near(ours, &numbers(&golden["exact"]), 1e-10, "exact");
    near(ours, &numbers(&golden["lavaan"]), 1e-7, "lavaan");
    near(ours, &numbers(&golden["psych"]), 1e-4, "psych");

    let open = found(
        &answers(&golden["open"]),
        Cases::Pairwise,
        EmptyCells::AsTheyAre,
    );
    let ours = open.correlations.values();
    near(ours, &numbers(&golden["exact_open"]), 1e-10, "open, exact");
    near(
        ours,
        &numbers(&golden["lavaan_open"]),
        1e-7,
        "open, lavaan by pairs",
    );
    assert!(open.correlations.n_rows() < 260);

    let few = answers(&golden["few"]);
    for (empty, exact, lavaan) in [
        (EmptyCells::AsTheyAre, "few_as_they_are", "few_lavaan"),
        (EmptyCells::Filled(0.5), "few_half", "few_lavaan_half"),
    ] {
        let ours = found(&few, Cases::Complete, empty);
        assert!(ours.empty_cells > 0);
        let ours = ours.correlations.values();
        near(ours, &numbers(&golden[exact]), 1e-10, exact);
        near(ours, &numbers(&golden[lavaan]), 1e-7, lavaan);
    }
}

/// The answers of R with the last item, worded against the others, turned round.
fn turned(golden: &Value) -> Polychoric {
    let rows: Rows = table(&golden["answers"])
        .into_iter()
        .map(|mut row| {
            row[5] = 6.0 - row[5];
            row.into_iter().map(Some).collect()
        })
        .collect();
    let answers = Answers::from_rows(&rows).unwrap();
    polychoric(&answers, Cases::Complete, EmptyCells::AsTheyAre).unwrap()
}

#[test]
fn ordinal_alpha_and_omega_as_in_r() {
    let golden = golden();
    let found = turned(&golden);
    near(
        &[ordinal_alpha(&found).unwrap()],
        &numbers(&golden["alpha"]),
        1e-10,
        "ordinal alpha",
    );
    let omega = ordinal_omega(&found).unwrap();
    near(
        &[omega.total],
        &numbers(&golden["omega"]),
        1e-7,
        "ordinal omega",
    );
    assert_eq!(omega.total, omega.standardised);
    near(
        &omega.factor.loadings,
        &numbers(&golden["loadings"]),
        1e-6,
        "loadings",
    );
}

#[test]
fn the_interval_of_rmsea_is_that_of_lavaan() {
    let golden = golden();
    let records = golden["rmsea"].as_array().unwrap();
    for (record, groups) in records.iter().zip(numbers(&golden["rmsea_groups"])) {
        let of = |name: &str| record[name].as_f64().unwrap();
        let fit = ConfirmatoryFit {
            chi_square: of("chisq"),
            df: of("df"),
            p_value: 0.0,
            cfi: 1.0,
            tli: Ok(1.0),
            rmsea: Ok(of("rmsea")),
            srmr: 0.0,
            parameters: Vec::new(),
            standardised_loadings: Vec::new(),
            proper: true,
            steps: 0,
        };
        let (n, groups) = (of("ntotal") as usize, groups as usize);
        let found = rmsea_interval(&fit, n, groups, 0.9).unwrap();
        near(
            &[found.lower, found.upper],
            &[of("rmsea.ci.lower"), of("rmsea.ci.upper")],
            1e-5,
            "rmsea interval",
        );
        assert!(found.contains(of("rmsea")));
        assert_eq!(
            rmsea_interval(
                &ConfirmatoryFit {
                    df: 0.0,
                    ..fit.clone()
                },
                n,
                groups,
                0.9
            ),
            Err(Undefined::NoVariation)
        );
        let broken = ConfirmatoryFit {
            df: f64::NAN,
            ..fit.clone()
        };
        assert_eq!(
            rmsea_interval(&broken, n, groups, 0.9),
            Err(Undefined::NotFinite)
        );
        assert_eq!(
            rmsea_interval(&fit, 0, groups, 0.9),
            Err(Undefined::TooFewUnits)
        );
        assert_eq!(
            rmsea_interval(&fit, n, groups, f64::NAN),
            Err(Undefined::NotFinite)
        );
    }
}

fn of(rows: &[&[f64]]) -> Answers {
    let rows: Rows = rows
        .iter()
        .map(|row| row.iter().map(|x| (!x.is_nan()).then_some(*x)).collect())
        .collect();
    Answers::from_rows(&rows).unwrap()
}

#[test]
fn what_cannot_be_is_refused_in_words() {
    let ask = |answers: &Answers| {
        polychoric(answers, Cases::Complete, EmptyCells::AsTheyAre).unwrap_err()
    };
    assert_eq!(ask(&of(&[&[1.0], &[2.0]])), Refusal::OneItem);
    assert_eq!(ask(&of(&[])), Undefined::TooFewItems.into());
    assert_eq!(ask(&of(&[&[1.0, 2.0]])), Undefined::TooFewUnits.into());
    let constant = of(&[&[1.0, 2.0], &[1.0, 3.0], &[1.0, 2.0]]);
    assert_eq!(ask(&constant), Undefined::NoVariation.into());
    // Two respondents, and two items that say the same: nothing speaks against a correlation of 1.
    assert_eq!(ask(&of(&[&[1.0, 2.0], &[2.0, 3.0]])), Refusal::EmptyCorner);
    assert_eq!(ask(&of(&[&[1.0, 3.0], &[2.0, 2.0]])), Refusal::EmptyCorner);
    let many: Vec<[f64; 2]> = (0..30).map(|i| [f64::from(i), f64::from(i % 3)]).collect();
    let many: Vec<&[f64]> = many.iter().map(<[f64; 2]>::as_slice).collect();
    assert_eq!(ask(&of(&many)), Refusal::TooManyOptions);
    let fine = of(&[
        &[1.0, 1.0],
        &[2.0, 2.0],
        &[1.0, 2.0],
        &[2.0, 1.0],
        &[1.0, 1.0],
    ]);
    for share in [f64::NAN, -0.5, f64::INFINITY] {
        let found = polychoric(&fine, Cases::Complete, EmptyCells::Filled(share));
        assert_eq!(found.unwrap_err(), Undefined::NotFinite.into());
    }
    for refusal in [
        Refusal::EmptyCorner,
        Refusal::NotPositiveDefinite,
        Refusal::TooManyOptions,
    ] {
        assert!(refusal.to_string().starts_with("not defined: "));
        assert!(
            refusal
                .name()
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_')
        );
    }
    // Nobody answered both.
    let apart = of(&[
        &[1.0, f64::NAN],
        &[2.0, f64::NAN],
        &[f64::NAN, 1.0],
        &[f64::NAN, 2.0],
    ]);
    let found = polychoric(&apart, Cases::Pairwise, EmptyCells::AsTheyAre);
    assert_eq!(found.unwrap_err(), Undefined::TooFewUnits.into());
}

#[test]
fn correlations_that_contradict_one_another_give_no_reliability() {
    let values = vec![1.0, 0.9, -0.9, 0.9, 1.0, 0.9, -0.9, 0.9, 1.0];
    let broken = Polychoric {
        thresholds: vec![vec![0.0]; 3],
        correlations: CovarianceMatrix::from_values(3, values, 100).unwrap(),
        empty_cells: 0,
    };
    assert_eq!(ordinal_alpha(&broken), Err(Refusal::NotPositiveDefinite));
    assert_eq!(ordinal_omega(&broken), Err(Refusal::NotPositiveDefinite));
    let values = vec![1.0, 0.5, 0.5, 1.0];
    let pair = Polychoric {
        thresholds: vec![vec![0.0]; 2],
        correlations: CovarianceMatrix::from_values(2, values, 100).unwrap(),
        empty_cells: 0,
    };
    assert!((ordinal_alpha(&pair).unwrap() - 2.0 / 3.0).abs() < 1e-15);
    assert_eq!(ordinal_omega(&pair), Err(Refusal::TwoItems));
}

/// What comes of the factors does not hang on their signs and order: the correlations they make.
fn made_by(solution: &FactorSolution) -> Vec<f64> {
    let lines = &solution.loadings;
    let product = |a: &Vec<f64>, b: &Vec<f64>| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    lines
        .iter()
        .flat_map(|a| lines.iter().map(move |b| product(a, b)))
        .collect()
}

#[test]
fn factors_by_least_squares_as_in_r_and_psych() {
    let golden = golden();
    let matrix = CovarianceMatrix::from_values(9, numbers(&golden["correlations"]), 301).unwrap();
    for record in golden["minres"].as_array().unwrap() {
        let factors = record["factors"].as_u64().unwrap() as usize;
        let found = minimum_residual(&matrix, factors).unwrap();
        assert!(found.fit.is_none() && found.heywood.is_empty());
        // Newton's way is short if the second derivatives are right.
        assert!(found.steps < 12, "{}", found.steps);
        let made = made_by(&found);
        let left: f64 = (0..81)
            .filter(|place| place % 9 < place / 9)
            .map(|place| (matrix.values()[place] - made[place]).powi(2))
            .sum();
        near(&[found.discrepancy], &[left], 1e-12, "squares left");
        eprintln!("{} steps", found.steps);
        for (ours, name, tolerance) in [
            (found.uniquenesses.clone(), "uniquenesses", 1e-7),
            (made_by(&found), "shared", 1e-7),
            (found.uniquenesses.clone(), "psych_uniquenesses", 2e-5),
            (made_by(&found), "psych_shared", 2e-5),
        ] {
            near(&ours, &numbers(&record[name]), tolerance, name);
        }
    }
    assert_eq!(
        minimum_residual(&matrix, 0).unwrap_err(),
        Undefined::TooFewUnits.into()
    );
    assert_eq!(
        minimum_residual(&matrix, 6).unwrap_err(),
        Refusal::TooManyFactors
    );
    let pair = CovarianceMatrix::from_values(2, vec![1.0, 0.5, 0.5, 1.0], 50).unwrap();
    assert_eq!(minimum_residual(&pair, 1).unwrap_err(), Refusal::TwoItems);
}

/// The records of the shared collection that name minres.
#[test]
fn every_record_by_minres_as_in_psych() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let Ok(text) = std::fs::read_to_string(data.join("golden/scales.json")) else {
        // Past the capture of the test harness: a skipped test says so.
        std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: ../shared is absent\n")
            .unwrap();
        return;
    };
    let golden: Value = serde_json::from_str(&text).unwrap();
    let (mut loadings, mut omegas) = ((0, 0.0_f64), (0, 0.0_f64));
    for (folder, scales) in golden["scales"].as_object().unwrap() {
        for scale in scales.as_array().unwrap() {
            let named = |id: &str| {
                let mut records = scale["records"].as_array().unwrap().iter();
                records
                    .find(|r| r["id"] == id)
                    .map(|r| numbers(&r["value"]))
            };
            let matrix = named("covariance_matrix_listwise").unwrap();
            let k = scale["items"].as_array().unwrap().len();
            let n = named("n_complete").unwrap()[0] as usize;
            let matrix = CovarianceMatrix::from_values(k, matrix, n).unwrap();
            let what = format!("{folder} {}", scale["scale"]);
            let found = minimum_residual(&matrix, 1).unwrap();
            if let Some(theirs) = named("factor1_minres_loadings_abs") {
                for (ours, theirs) in found.loadings.iter().zip(theirs) {
                    let off = (ours[0].abs() - theirs).abs() / theirs;
                    assert!(off < 1e-4, "{what}: {} {theirs} {off:e}", ours[0]);
                    loadings = (loadings.0 + 1, loadings.1.max(off));
                }
            }
            if let Some(theirs) = named("omega_total_nf1") {
                let ours = minimum_residual_omega(&matrix).unwrap();
                let off = (ours - theirs[0]).abs() / theirs[0];
                assert!(off < 1e-5, "{what}: {ours} {} {off:e}", theirs[0]);
                omegas = (omegas.0 + 1, omegas.1.max(off));
            }
        }
    }
    eprintln!("{loadings:?} loadings, {omegas:?} omegas by minres");
    assert!(loadings.0 > 50 && omegas.0 >= 10);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What must hold of any two such variables, wherever the ways of computing it meet.
    #[test]
    fn probabilities_of_pairs_add_up(h in -5.0..5.0_f64, k in -5.0..5.0_f64, r in -1.0..=1.0_f64) {
        use bivariate_normal::{cdf, density, normal_cdf};
        let both = cdf(h, k, r);
        prop_assert!((both - cdf(k, h, r)).abs() < 1e-14);
        prop_assert!((both + cdf(h, -k, -r) - normal_cdf(h)).abs() < 1e-13);
        prop_assert!(both <= normal_cdf(h).min(normal_cdf(k)) + 1e-15);
        let beyond = 1.0 - normal_cdf(h) - normal_cdf(k) + both;
        prop_assert!((cdf(-h, -k, r) - beyond).abs() < 1e-13);
        if r.abs() < 0.99 {
            let step = 1e-6;
            let growth = (cdf(h, k, r + step) - cdf(h, k, r - step)) / (2.0 * step);
            prop_assert!((growth - density(h, k, r)).abs() < 1e-6);
        }
        prop_assert!((cdf(h, k, 1.0) - normal_cdf(h.min(k))).abs() < 1e-15);
    }

    /// A number or a reason, whatever was answered.
    #[test]
    fn whatever_is_answered_there_is_a_number_or_a_reason(
        rows in prop::collection::vec(prop::collection::vec(prop::option::of(1_u8..5), 4), 0..25),
        filled in prop::bool::ANY,
        complete in prop::bool::ANY,
    ) {
        let rows: Rows = rows
            .into_iter()
            .map(|row| row.into_iter().map(|x| x.map(f64::from)).collect())
            .collect();
        let answers = Answers::from_rows(&rows).unwrap();
        let empty = if filled { EmptyCells::Filled(0.5) } else { EmptyCells::AsTheyAre };
        let cases = if complete { Cases::Complete } else { Cases::Pairwise };
        if let Ok(found) = polychoric(&answers, cases, empty) {
            let matrix = &found.correlations;
            prop_assert!(matrix.values().iter().all(|r| r.abs() <= 1.0));
            prop_assert!(found.thresholds.iter().all(|t| t.windows(2).all(|w| w[0] < w[1])));
            if let Ok(alpha) = ordinal_alpha(&found) {
                prop_assert!(alpha.is_finite() && alpha <= 1.0);
            }
            if let Ok(omega) = ordinal_omega(&found) {
                prop_assert!((0.0..=1.0).contains(&omega.total));
            }
            if let Ok(found) = minimum_residual(matrix, 1) {
                prop_assert!(found.uniquenesses.iter().all(|u| *u > 0.0 && u.is_finite()));
            }
            if let Ok(omega) = minimum_residual_omega(matrix) {
                prop_assert!(omega.is_finite());
            }
        }
    }

    /// Two answers each: the most likely correlation gives the table back exactly.
    #[test]
    fn a_table_of_two_by_two_is_given_back(cells in prop::array::uniform4(1_usize..40)) {
        let mut rows: Rows = Vec::new();
        for (place, count) in cells.into_iter().enumerate() {
            let row = vec![Some((place / 2) as f64), Some((place % 2) as f64)];
            rows.extend(std::iter::repeat_n(row, count));
        }
        let answers = Answers::from_rows(&rows).unwrap();
        let found = polychoric(&answers, Cases::Complete, EmptyCells::AsTheyAre).unwrap();
        let r = found.correlations.at(0, 1);
        let share = bivariate_normal::cdf(found.thresholds[0][0], found.thresholds[1][0], r);
        prop_assert!((share - cells[0] as f64 / rows.len() as f64).abs() < 1e-10, "{} {}", r, share);
    }
}
