//! Comparisons of two groups and relations over all units, against values of named reference software: our own records always, the shared collection
//! where it lies beside the project. Then the laws they obey.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::compare::*;
use schakel_analysis::outcome::{Interval, Method, Undefined};
use serde_json::Value;

const EXACT: f64 = 1e-12;
const CLOSED: f64 = 1e-9;
const ITERATIVE: f64 = 1e-6;

#[track_caller]
fn near(ours: f64, theirs: f64, tolerance: f64, what: &str) {
    let room = tolerance * theirs.abs() + 1e-14;
    assert!(
        (ours - theirs).abs() <= room,
        "{what}: {ours}, not {theirs}"
    );
}

#[track_caller]
fn near_interval(ours: Interval, theirs: &Value, tolerance: f64, what: &str) {
    // Ends near 0 are as sure as the width of the interval.
    let [lower, upper] = [&theirs[0], &theirs[1]].map(number);
    let room = tolerance * (lower.abs() + upper.abs());
    assert!(
        (ours.lower - lower).abs() <= room && (ours.upper - upper).abs() <= room,
        "{what}: {ours:?}, not {lower} .. {upper}"
    );
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn own() -> Value {
    json(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/comparisons.json"
    )))
}

#[track_caller]
fn number(value: &Value) -> f64 {
    match value.as_str() {
        Some("Inf") => f64::INFINITY,
        Some("-Inf") => f64::NEG_INFINITY,
        _ => value
            .as_f64()
            .unwrap_or_else(|| panic!("{value} is no number")),
    }
}

#[track_caller]
fn numbers(value: &Value) -> Vec<f64> {
    list(value).iter().map(number).collect()
}

#[track_caller]
fn list(value: &Value) -> &Vec<Value> {
    let list = value.as_array().unwrap();
    assert!(!list.is_empty());
    list
}

fn no_chance() -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(0)
}

/// The groups of method texts: ten each, with ties.
const A: [f64; 10] = [0.31, 0.28, 0.35, 0.40, 0.22, 0.33, 0.29, 0.45, 0.38, 0.27];
const B: [f64; 10] = [0.25, 0.30, 0.21, 0.26, 0.34, 0.19, 0.28, 0.24, 0.36, 0.23];

#[test]
fn the_worked_example_of_ten_against_ten() {
    let at = |ours: f64, theirs: f64, decimals: i32| {
        assert!(
            (ours - theirs).abs() <= 1.001 * 10.0_f64.powi(-decimals),
            "{ours}, not {theirs}"
        );
    };
    let ranks = rank_sum(&A, &B).unwrap();
    at(ranks.p_value, 0.045520, 6);
    at(ranks.z, 2.003965, 6);
    assert_eq!(ranks.u, 76.5);
    let pooled = t_test(&A, &B, Spread::Pooled, 0.95).unwrap();
    at(pooled.t, 2.235939, 6);
    at(pooled.p_value, 0.038260, 6);
    let welch = t_test(&A, &B, Spread::Separate, 0.95).unwrap();
    at(welch.p_value, 0.038940, 6);
    let effect = hedges_g(&A, &B, 0.95).unwrap();
    at(effect.d, 0.999942, 6);
    at(effect.j, 0.957646, 6);
    at(effect.g, 0.957591, 6);
    at(effect.interval.lower, 0.0509, 4);
    at(effect.interval.upper, 1.8410, 4);
    let bm = brunner_munzel(&A, &B, 0.95).unwrap();
    at(bm.statistic, 2.385656, 6);
    at(bm.df, 17.998541, 6);
    at(bm.p_value, 0.028247, 6);
    at(superiority(&B, &A).unwrap(), 0.235, 6);
    let exact = two_groups(&A, &B, &Options::default(), &mut no_chance()).unwrap();
    at(exact.p_value, 0.042250, 6);
    at(exact.p_greater, 0.021125, 6);
}

#[test]
fn two_groups_of_every_kind() {
    let mut compared = 0;
    for record in list(&own()["two_groups"]) {
        let what = record["name"].as_str().unwrap();
        let (high, low) = (numbers(&record["high"]), numbers(&record["low"]));
        let every = &record["every"];
        let ranks = rank_sum(&high, &low).unwrap();
        assert!(ranks.is_exact);
        if !every.is_null() {
            near(ranks.p_value, number(&every["p"]), EXACT, what);
            near(ranks.p_greater, number(&every["p_greater"]), EXACT, what);
            near(ranks.p_less, number(&every["p_less"]), EXACT, what);
            near(ranks.z, number(&every["z"]), CLOSED, what);
            compared += 4;
        }
        if !every["bm_p"].is_null() {
            let ours = brunner_munzel_permuted(&high, &low, &Options::default(), &mut no_chance())
                .unwrap();
            near(ours.p_value, number(&every["bm_p"]), EXACT, what);
            near(ours.p_greater, number(&every["bm_p_greater"]), EXACT, what);
            compared += 2;
        }
        let (ours, theirs) = (
            brunner_munzel(&high, &low, 0.95).unwrap(),
            &record["brunner_munzel"],
        );
        near(
            ours.superiority,
            number(&theirs["superiority"]),
            CLOSED,
            what,
        );
        near(ours.statistic, number(&theirs["statistic"]), CLOSED, what);
        near(ours.df, number(&theirs["df"]), CLOSED, what);
        near(ours.p_value, number(&theirs["p"]), CLOSED, what);
        near_interval(ours.interval, &theirs["interval"], CLOSED, what);
        near_interval(ours.plain_interval, &theirs["plain"], CLOSED, what);
        compared += 6;
        for theirs in list(&record["t_tests"]) {
            let level = number(&theirs["level"]);
            let ours = t_test(&high, &low, spread(theirs), level).unwrap();
            near(ours.difference, number(&theirs["difference"]), CLOSED, what);
            near(ours.standard_error, number(&theirs["se"]), CLOSED, what);
            near(ours.t, number(&theirs["t"]), CLOSED, what);
            near(ours.df, number(&theirs["df"]), CLOSED, what);
            near(ours.p_value, number(&theirs["p"]), CLOSED, what);
            near_interval(ours.interval, &theirs["interval"], CLOSED, what);
            compared += 6;
        }
        for theirs in list(&record["tost"]) {
            let margin = number(&theirs["margin"]);
            let ours = equivalence(&high, &low, margin, 0.05, spread(theirs)).unwrap();
            near(ours.p_lower, number(&theirs["p_lower"]), CLOSED, what);
            near(ours.p_upper, number(&theirs["p_upper"]), CLOSED, what);
            compared += 2;
        }
        for theirs in list(&record["tost_g"]) {
            let ours = equivalence_g(&high, &low, number(&theirs["margin"]), 0.05).unwrap();
            // Both integrate to an absolute 1e-12.
            for (ours, key) in [(ours.p_lower, "p_lower"), (ours.p_upper, "p_upper")] {
                let theirs = number(&theirs[key]);
                let room = CLOSED * theirs + 1e-12;
                assert!(
                    (ours - theirs).abs() <= room,
                    "{what}: {ours}, not {theirs}"
                );
            }
            compared += 2;
        }
        for theirs in record["shifts"].as_array().unwrap() {
            let ours = hodges_lehmann(&high, &low, number(&theirs["level"])).unwrap();
            near(ours.shift, number(&theirs["shift"]), CLOSED, what);
            near_interval(ours.interval.unwrap(), &theirs["interval"], CLOSED, what);
            near(ours.confidence, number(&theirs["covered"]), CLOSED, what);
            near(ranks.p_value, number(&theirs["p"]), EXACT, what);
            assert_eq!(ranks.u, number(&theirs["u"]));
            assert!(!ours.has_ties);
            compared += 5;
        }
        let (ours, theirs) = (glass_delta(&high, &low, 0.95).unwrap(), &record["glass"]);
        near(ours.delta, number(&theirs["delta"]), CLOSED, what);
        near(ours.interval.lower, number(&theirs["lower"]), CLOSED, what);
        near(ours.interval.upper, number(&theirs["upper"]), CLOSED, what);
        compared += 3;
    }
    assert_eq!(compared, 266);
}

fn spread(record: &Value) -> Spread {
    if record["pooled"].as_bool().unwrap() {
        Spread::Pooled
    } else {
        Spread::Separate
    }
}

#[test]
fn bayes_factors_and_their_posteriors() {
    for theirs in list(&own()["bayes"]) {
        let what = theirs.to_string();
        let sample = TOf {
            t: number(&theirs["t"]),
            df: number(&theirs["df"]),
            n: number(&theirs["n"]),
        };
        let ours = bayes_factor_of_t(&sample, number(&theirs["scale"]), 0.95).unwrap();
        near(ours.bf10, number(&theirs["bf10"]), CLOSED, &what);
        near(ours.bf10 * ours.bf01, 1.0, EXACT, &what);
        let posterior = numbers(&theirs["posterior"]);
        let ends = [
            ours.posterior_interval.lower,
            ours.posterior_median,
            ours.posterior_interval.upper,
        ];
        for (ours, theirs) in ends.into_iter().zip(posterior) {
            assert!(
                (ours - theirs).abs() <= ITERATIVE * (0.1 + theirs.abs()),
                "{what}: {ours}, not {theirs}"
            );
        }
    }
    // The manual of R's BayesFactor 0.9.12: sleep, paired differences, r = .707 (sqrt 2 / 2): 17.25888.
    let difference = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4];
    let mean = difference.iter().sum::<f64>() / 10.0;
    let variance = difference.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 9.0;
    let sample = TOf {
        t: mean / (variance / 10.0).sqrt(),
        df: 9.0,
        n: 10.0,
    };
    let sleep = bayes_factor_of_t(&sample, 0.5_f64.sqrt(), 0.95).unwrap();
    assert!((sleep.bf10 - 17.25888).abs() < 5e-6, "{}", sleep.bf10);
    let both = bayes_factor(&A, &B, 0.707, 0.95).unwrap();
    let t = t_test(&A, &B, Spread::Pooled, 0.95).unwrap().t;
    let of_t = bayes_factor_of_t(
        &TOf {
            t,
            df: 18.0,
            n: 5.0,
        },
        0.707,
        0.95,
    );
    assert_eq!(Ok(both), of_t);
}

#[test]
fn tables_of_two_groups() {
    let own = own();
    for theirs in list(&own["fisher"]) {
        let what = theirs.to_string();
        let counts: Vec<u64> = numbers(&theirs["counts"])
            .iter()
            .map(|&x| x as u64)
            .collect();
        let ours = fisher_exact((counts[0], counts[1]), (counts[2], counts[3]), 0.95).unwrap();
        near(ours.p_value, number(&theirs["p"]), EXACT, &what);
        near(ours.p_greater, number(&theirs["greater"]), EXACT, &what);
        near(ours.p_less, number(&theirs["less"]), EXACT, &what);
        let bounded = |ours: Option<f64>, theirs: &Value| match ours {
            Some(ours) => near(ours, number(theirs), CLOSED, &what),
            None => assert_eq!(number(theirs), f64::INFINITY, "{what}"),
        };
        bounded(ours.odds_ratio, &theirs["odds_ratio"]);
        bounded(Some(ours.lower), &theirs["interval"][0]);
        bounded(ours.upper, &theirs["interval"][1]);
    }
    for theirs in list(&own["trend"]) {
        let what = theirs.to_string();
        let counts =
            |key: &str| -> Vec<u64> { numbers(&theirs[key]).iter().map(|&x| x as u64).collect() };
        let scores: Vec<i64> = numbers(&theirs["scores"])
            .iter()
            .map(|&x| x as i64)
            .collect();
        let ours = trend_exact(&counts("high"), &counts("low"), &scores).unwrap();
        near(ours.p_value, number(&theirs["p"]), EXACT, &what);
        near(ours.p_greater, number(&theirs["p_greater"]), EXACT, &what);
        near(ours.z, number(&theirs["z"]), CLOSED, &what);
    }
}

fn columns(value: &Value) -> Vec<Vec<f64>> {
    list(value).iter().map(numbers).collect()
}

/// Estimate, standard error, t, p and interval of every term.
fn terms(ours: &[Coefficient], theirs: &Value, tolerance: f64, what: &str) {
    assert_eq!(ours.len(), list(&theirs["estimate"]).len());
    for (place, ours) in ours.iter().enumerate() {
        let term = |key: &str| number(&theirs[key][place]);
        near(ours.estimate, term("estimate"), tolerance, what);
        near(ours.standard_error, term("se"), tolerance, what);
        near(ours.t, term("t"), tolerance, what);
        near(ours.p_value, term("p"), tolerance, what);
        let scale = ours.estimate.abs() + ours.standard_error;
        for (ours, key) in [
            (ours.interval.lower, "lower"),
            (ours.interval.upper, "upper"),
        ] {
            assert!(
                (ours - term(key)).abs() <= tolerance * scale,
                "{what} {key}: {ours}"
            );
        }
    }
}

#[test]
fn effects_of_all_units_on_what_they_are_like() {
    for theirs in list(&own()["meta"]) {
        let (method, tolerance) = match theirs["method"].as_str().unwrap() {
            "REML" => (Heterogeneity::Reml, ITERATIVE),
            _ => (Heterogeneity::Moments, CLOSED),
        };
        let what = format!("{} {}", theirs["name"], theirs["method"]);
        let (y, v) = (numbers(&theirs["y"]), numbers(&theirs["v"]));
        let ours = meta_regression(&y, &v, &columns(&theirs["columns"]), method, 0.95).unwrap();
        let variance = |ours: f64, key: &str| {
            let theirs = number(&theirs[key]);
            let typical = v.iter().sum::<f64>() / v.len() as f64;
            assert!(
                (ours - theirs).abs() <= tolerance * (theirs + typical),
                "{what} {key}: {ours}, not {theirs}"
            );
        };
        variance(ours.tau_squared, "tau2");
        variance(ours.tau_squared_without, "tau2_without");
        terms(&ours.coefficients, theirs, tolerance, &what);
        assert_eq!(ours.df, number(&theirs["df"]), "{what}");
        near(ours.q, number(&theirs["qe"]), tolerance, &what);
        near(ours.q_p_value, number(&theirs["qe_p"]), tolerance, &what);
        near(ours.f.unwrap(), number(&theirs["f"]), tolerance, &what);
        near(
            ours.f_p_value.unwrap(),
            number(&theirs["f_p"]),
            tolerance,
            &what,
        );
        // Per cent there.
        match ours.r_squared {
            Some(ours) => near(100.0 * ours, number(&theirs["r2"]), tolerance, &what),
            None => assert_eq!(number(&theirs["tau2_without"]), 0.0, "{what}"),
        }
    }
}

#[test]
fn factors_without_sampling_variance() {
    let own = own();
    for theirs in list(&own["ols"]) {
        let ours = regression(&numbers(&theirs["y"]), &columns(&theirs["columns"]), 0.95).unwrap();
        terms(&ours.coefficients, theirs, CLOSED, "lm");
        assert_eq!(ours.df, number(&theirs["df"]));
        near(ours.r_squared, number(&theirs["r2"]), CLOSED, "R2");
        near(ours.f.unwrap(), number(&theirs["f"]), CLOSED, "F");
        near(
            ours.f_p_value.unwrap(),
            number(&theirs["f_p"]),
            CLOSED,
            "p of F",
        );
    }
    let (options, rng) = (Options::default(), &mut no_chance());
    for theirs in list(&own["correlations"]) {
        let (x, y) = (numbers(&theirs["x"]), numbers(&theirs["y"]));
        let ours = pearson(&x, &y, 0.95).unwrap();
        near(ours.r, number(&theirs["pearson"]), CLOSED, "r");
        near(ours.t, number(&theirs["t"]), CLOSED, "t of r");
        near(ours.p_value, number(&theirs["p"]), CLOSED, "p of r");
        near_interval(ours.interval, &theirs["interval"], CLOSED, "interval of r");
        let permuted = permuted_correlation(&x, &y, &options, rng).unwrap();
        near(permuted.r, ours.r, CLOSED, "r");
        let ranks = spearman(&x, &y, &options, rng).unwrap();
        near(ranks.r, number(&theirs["spearman"]), CLOSED, "rho");
        if theirs["permuted_p"].is_null() {
            // Four standard errors of a sampled p around that of t.
            let room = 4.0 * (ours.p_value.max(1e-5) / 99_999.0).sqrt() + 0.05 * ours.p_value;
            assert!(
                (permuted.p_value - ours.p_value).abs() < room,
                "{permuted:?}, t {}",
                ours.p_value
            );
            assert_eq!(permuted.method, Method::Sampled { draws: 99_999 });
        } else {
            near(
                permuted.p_value,
                number(&theirs["permuted_p"]),
                EXACT,
                "permuted r",
            );
            near(
                ranks.p_value,
                number(&theirs["spearman_p"]),
                EXACT,
                "permuted rho",
            );
            if !theirs["spearman_r_p"].is_null() {
                near(
                    ranks.p_value,
                    number(&theirs["spearman_r_p"]),
                    EXACT,
                    "rho of R",
                );
            }
        }
    }
    let theirs = &own["partial"];
    let ours = partial_correlation(
        &numbers(&theirs["x"]),
        &numbers(&theirs["y"]),
        &[numbers(&theirs["given"])],
        0.95,
    )
    .unwrap();
    near(ours.r, number(&theirs["r"]), CLOSED, "partial r");
    near(ours.t, number(&theirs["t"]), CLOSED, "t of partial r");
    assert_eq!(ours.df, number(&theirs["df"]));
    near(ours.p_value, number(&theirs["p"]), CLOSED, "p of partial r");
    near_interval(
        ours.interval,
        &theirs["interval"],
        CLOSED,
        "interval of partial r",
    );
}

#[test]
fn relations_that_do_not_exist_say_why() {
    use Undefined::{NoVariation, NotFinite, TooFewUnits};
    let reml = |y: &[f64], v: &[f64], x: &[Vec<f64>]| {
        meta_regression(y, v, x, Heterogeneity::Reml, 0.95).map(|fit| fit.df)
    };
    let y = [0.3, 0.1, 0.5, 0.2, 0.9];
    let v = [0.1, 0.2, 0.1, 0.3, 0.2];
    let x = vec![1.0, 2.0, 3.0, 4.0, 6.0];
    let twice: Vec<f64> = x.iter().map(|x| 2.0 * x - 3.0).collect();
    let constant = vec![3.0; 5];
    assert_eq!(reml(&y, &v, std::slice::from_ref(&x)), Ok(3.0));
    assert_eq!(reml(&y, &v, &[]), Ok(4.0));
    assert_eq!(
        reml(&y, &v, std::slice::from_ref(&constant)),
        Err(NoVariation)
    );
    assert_eq!(reml(&y, &v, &[x.clone(), twice.clone()]), Err(NoVariation));
    assert_eq!(reml(&twice, &v, std::slice::from_ref(&x)), Err(NoVariation));
    assert_eq!(reml(&y[..2], &v[..2], &[vec![1.0, 2.0]]), Err(TooFewUnits));
    assert_eq!(reml(&y, &v[..4], &[]), Err(TooFewUnits));
    assert_eq!(reml(&y, &v, &[vec![1.0, 2.0]]), Err(TooFewUnits));
    assert_eq!(reml(&y, &[0.1, 0.0, 0.1, 0.1, 0.1], &[]), Err(NotFinite));
    assert_eq!(reml(&y, &[0.1, -1.0, 0.1, 0.1, 0.1], &[]), Err(NotFinite));
    let refused = |y: &[f64], x: &[Vec<f64>]| regression(y, x, 0.95).map(|fit| fit.df);
    assert_eq!(refused(&y, std::slice::from_ref(&x)), Ok(3.0));
    assert_eq!(
        refused(&constant, std::slice::from_ref(&x)),
        Err(NoVariation)
    );
    assert_eq!(
        refused(&y, std::slice::from_ref(&constant)),
        Err(NoVariation)
    );
    assert_eq!(refused(&y, &[x.clone(), twice.clone()]), Err(NoVariation));
    assert_eq!(refused(&twice, std::slice::from_ref(&x)), Err(NoVariation));
    assert_eq!(refused(&[], &[]), Err(TooFewUnits));
    let rng = &mut no_chance();
    let options = Options::default();
    assert_eq!(pearson(&x, &constant, 0.95), Err(NoVariation));
    assert_eq!(pearson(&x, &twice, 0.95), Err(NoVariation));
    assert_eq!(pearson(&x[..3], &y[..3], 0.95), Err(TooFewUnits));
    assert_eq!(pearson(&x, &y[..4], 0.95), Err(TooFewUnits));
    let given = [twice.clone()];
    assert_eq!(partial_correlation(&x, &y, &given, 0.95), Err(NoVariation));
    assert_eq!(spearman(&x, &constant, &options, rng), Err(NoVariation));
    assert_eq!(spearman(&x[..1], &y[..1], &options, rng), Err(TooFewUnits));
    let perfect = spearman(&x, &twice, &options, rng).unwrap();
    assert!((perfect.r - 1.0).abs() < 1e-12 && (perfect.p_value - 2.0 / 120.0).abs() < 1e-12);
    for odd in [f64::NAN, f64::INFINITY] {
        let with = [0.3, odd, 0.5, 0.2, 0.9];
        assert_eq!(reml(&with, &v, &[]), Err(NotFinite));
        assert_eq!(reml(&y, &with, &[]), Err(NotFinite));
        assert_eq!(reml(&y, &v, &[with.to_vec()]), Err(NotFinite));
        assert_eq!(refused(&with, std::slice::from_ref(&x)), Err(NotFinite));
        assert_eq!(refused(&y, &[with.to_vec()]), Err(NotFinite));
        assert_eq!(pearson(&x, &with, 0.95), Err(NotFinite));
        assert_eq!(spearman(&x, &with, &options, rng), Err(NotFinite));
        assert_eq!(
            permuted_correlation(&with, &x, &options, rng),
            Err(NotFinite)
        );
    }
}

/// Every record on the eight outcomes of ten against ten, in R and in Python; those of the permutation test of means are compared in golden.rs too.
#[test]
fn ten_against_ten_of_the_shared_collection() {
    let root = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/golden"
    ));
    if !root.is_dir() {
        // Past the capture of the test harness: a skipped test says so.
        std::io::stderr()
            .write_all(b"SKIPPED: ../shared is absent\n")
            .unwrap();
        return;
    }
    let text = std::fs::read_to_string(root.join("inputs/two_groups_10v10.csv")).unwrap();
    let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = rows.next().unwrap();
    let rows: Vec<Vec<f64>> = rows
        .map(|row| row.iter().map(|cell| cell.parse().unwrap()).collect())
        .collect();
    let group = |measure: usize, label: f64| -> Vec<f64> {
        let members = rows.iter().filter(|row| row[0] == label);
        members.map(|row| row[measure]).collect()
    };
    let outcomes: Vec<Vec<f64>> = (1..header.len())
        .map(|m| rows.iter().map(|row| row[m]).collect())
        .collect();
    let is_high: Vec<bool> = rows.iter().map(|row| row[0] == 1.0).collect();
    let max = max_t(&outcomes, &is_high, &Options::default(), &mut no_chance()).unwrap();
    let mut compared = 0;
    for file in ["tests_r.json", "tests_python.json"] {
        let golden = json(&root.join(file));
        let mut p_values = vec![];
        for measure in 1..header.len() {
            let (high, low) = (group(measure, 1.0), group(measure, 0.0));
            assert_eq!((high.len(), low.len()), (10, 10));
            let options = Options::default();
            let exact = two_groups(&high, &low, &options, &mut no_chance()).unwrap();
            p_values.push(exact.p_value);
            for record in list(&golden["measures"][header[measure]]) {
                let what = format!("{file} {} {}", header[measure], record["id"]);
                let value = &record["value"];
                let first = |ours: f64, tolerance: f64| near(ours, number(value), tolerance, &what);
                let several = |ours: &[f64], tolerance: f64| {
                    let theirs = numbers(value);
                    assert_eq!(ours.len(), theirs.len(), "{what}");
                    for (&ours, theirs) in ours.iter().zip(theirs) {
                        let room = tolerance * theirs.abs() + 1e-14;
                        assert!(
                            (ours - theirs).abs() <= room,
                            "{what}: {ours}, not {theirs}"
                        );
                    }
                };
                let t = |spread: Spread| {
                    let test = t_test(&high, &low, spread, 0.95).unwrap();
                    [test.t, test.df, test.p_value]
                };
                let ends =
                    |estimate: f64, interval: Interval| [estimate, interval.lower, interval.upper];
                match record["id"].as_str().unwrap() {
                    "mean_difference" => first(exact.difference, CLOSED),
                    "perm_exact_p_two_sided" => first(exact.p_value, EXACT),
                    "perm_exact_p_greater" => first(exact.p_greater, EXACT),
                    "perm_exact_p_less" => {
                        let turned = two_groups(&low, &high, &options, &mut no_chance());
                        first(turned.unwrap().p_greater, EXACT);
                    }
                    "perm_exact_z" => first(exact.z, CLOSED),
                    "perm_maxT_single_step_p" => first(max[measure - 1].p_single_step, EXACT),
                    "perm_maxT_step_down_p" => first(max[measure - 1].p_step_down, EXACT),
                    "mann_whitney_exact_p" => first(rank_sum(&high, &low).unwrap().p_value, EXACT),
                    "mann_whitney_u" => first(rank_sum(&high, &low).unwrap().u, EXACT),
                    "hodges_lehmann" => {
                        let ours = hodges_lehmann(&high, &low, 0.95).unwrap();
                        several(&ends(ours.shift, ours.interval.unwrap()), CLOSED);
                    }
                    // effectsize stops its search for the ends early.
                    "hedges_g" => {
                        let ours = hedges_g(&high, &low, 0.95).unwrap();
                        several(&ends(ours.g, ours.interval), 1e-5);
                        near(ours.g, number(&value[0]), CLOSED, &what);
                    }
                    "cohens_d" => {
                        let ours = hedges_g(&high, &low, 0.95).unwrap();
                        let interval = Interval {
                            lower: ours.interval.lower / ours.j,
                            upper: ours.interval.upper / ours.j,
                        };
                        several(&ends(ours.d, interval), 1e-5);
                        near(ours.d, number(&value[0]), CLOSED, &what);
                    }
                    "rank_biserial" => {
                        let ours = rank_biserial(&high, &low, 0.95).unwrap();
                        several(&ends(ours.r, ours.interval.unwrap()), CLOSED);
                    }
                    "welch_t" => several(&t(Spread::Separate), CLOSED),
                    "student_t" => several(&t(Spread::Pooled), CLOSED),
                    // Sign and probability of the second group there: its first argument is our low group.
                    "brunner_munzel_t" => {
                        let ours = brunner_munzel(&low, &high, 0.95).unwrap();
                        several(
                            &[ours.statistic, ours.df, ours.p_value, ours.superiority],
                            CLOSED,
                        );
                    }
                    "brunner_munzel_w" => {
                        first(brunner_munzel(&low, &high, 0.95).unwrap().statistic, CLOSED);
                    }
                    "brunner_munzel_p_t" => {
                        first(brunner_munzel(&high, &low, 0.95).unwrap().p_value, CLOSED);
                    }
                    "brunner_munzel_exact_p" => {
                        let ours = brunner_munzel_permuted(&high, &low, &options, &mut no_chance());
                        let ours = ours.unwrap();
                        assert_eq!(
                            ours.method,
                            Method::Exact {
                                assignments: 184_756
                            }
                        );
                        first(ours.p_value, EXACT);
                    }
                    "ks_exact" => {
                        let ours = kolmogorov_smirnov(&high, &low).unwrap();
                        several(&[ours.d, ours.p_value], EXACT);
                    }
                    other => panic!("{other} is not compared"),
                }
                compared += 1;
            }
        }
        for record in list(&golden["adjusted"]) {
            let id = record["id"].as_str().unwrap();
            let ours = match id {
                "adjust_bonferroni" => bonferroni(&p_values),
                "adjust_holm" => holm(&p_values),
                "adjust_hochberg" | "adjust_simes-hochberg" => hochberg(&p_values),
                "adjust_hommel" => hommel(&p_values),
                "adjust_BH" | "adjust_fdr_bh" => benjamini_hochberg(&p_values),
                "adjust_BY" | "adjust_fdr_by" => benjamini_yekutieli(&p_values),
                other => panic!("{other} is not compared"),
            };
            for (ours, theirs) in ours.into_iter().zip(numbers(&record["value"])) {
                near(ours, theirs, EXACT, id);
            }
            compared += 1;
        }
    }
    assert_eq!(compared, 212);
}

#[test]
fn what_does_not_exist_says_why() {
    use Undefined::{NoVariation, NotFinite, TooFewUnits};
    let ties = ([1.0; 4], [1.0; 5]);
    let apart = ([5.0, 6.0, 7.0], [1.0, 2.0, 3.0]);
    let (high, low) = (&ties.0, &ties.1);
    let (options, rng) = (Options::default(), &mut no_chance());
    // Nothing varies.
    assert_eq!(rank_sum(high, low), Err(NoVariation));
    assert_eq!(brunner_munzel(high, low, 0.95), Err(NoVariation));
    assert_eq!(
        brunner_munzel_permuted(high, low, &options, rng),
        Err(NoVariation)
    );
    assert_eq!(kolmogorov_smirnov(high, low), Err(NoVariation));
    for spread in [Spread::Pooled, Spread::Separate] {
        assert_eq!(t_test(high, low, spread, 0.95), Err(NoVariation));
        assert_eq!(equivalence(high, low, 1.0, 0.05, spread), Err(NoVariation));
    }
    assert_eq!(equivalence_g(high, low, 0.5, 0.05), Err(NoVariation));
    assert_eq!(bayes_factor(high, low, 0.707, 0.95), Err(NoVariation));
    assert_eq!(glass_delta(&apart.0, low, 0.95), Err(NoVariation));
    assert_eq!(superiority(high, low), Ok(0.5));
    let shift = hodges_lehmann(high, low, 0.95).unwrap();
    assert_eq!((shift.shift, shift.has_ties), (0.0, true));
    // Groups that do not overlap: the t-form has no spread to go by, the permuted form has.
    assert_eq!(brunner_munzel(&apart.0, &apart.1, 0.95), Err(NoVariation));
    assert_eq!(superiority(&apart.0, &apart.1), Ok(1.0));
    let permuted = brunner_munzel_permuted(&apart.0, &apart.1, &options, rng).unwrap();
    assert_eq!((permuted.p_value, permuted.p_greater), (0.1, 0.05));
    let biserial = rank_biserial(&apart.0, &apart.1, 0.95).unwrap();
    assert_eq!((biserial.r, biserial.interval), (1.0, Err(NoVariation)));
    // Three against three cannot carry 95 %.
    let shift = hodges_lehmann(&apart.0, &apart.1, 0.95).unwrap();
    assert_eq!((shift.shift, shift.interval), (4.0, None));
    // One group constant, the other not.
    let half = t_test(&apart.0, low, Spread::Separate, 0.95).unwrap();
    assert_eq!(half.df, 2.0);
    assert!(brunner_munzel(&[2.0, 2.0, 2.0], &[1.0, 2.0, 4.0], 0.95).is_ok());
    // A group of one.
    let (one, many) = ([4.0], [1.0, 2.0, 3.0]);
    assert_eq!(t_test(&one, &many, Spread::Pooled, 0.95), Err(TooFewUnits));
    assert_eq!(
        t_test(&many, &one, Spread::Separate, 0.95),
        Err(TooFewUnits)
    );
    assert_eq!(brunner_munzel(&one, &many, 0.95), Err(TooFewUnits));
    assert_eq!(
        brunner_munzel_permuted(&many, &one, &options, rng),
        Err(TooFewUnits)
    );
    assert_eq!(glass_delta(&one, &many, 0.95), Err(TooFewUnits));
    assert_eq!(bayes_factor(&one, &many, 0.707, 0.95), Err(TooFewUnits));
    assert_eq!(equivalence_g(&one, &many, 0.5, 0.05), Err(TooFewUnits));
    assert_eq!(rank_sum(&one, &many).map(|test| test.p_value), Ok(0.5));
    assert_eq!(rank_sum(&[], &many), Err(TooFewUnits));
    assert_eq!(kolmogorov_smirnov(&many, &[]), Err(TooFewUnits));
    assert_eq!(hodges_lehmann(&[], &[], 0.95), Err(TooFewUnits));
    // Not numbers.
    for odd in [f64::NAN, f64::INFINITY] {
        let odd_group = [1.0, odd, 2.0];
        assert_eq!(rank_sum(&odd_group, &many), Err(NotFinite));
        assert_eq!(hodges_lehmann(&many, &odd_group, 0.95), Err(NotFinite));
        assert_eq!(brunner_munzel(&many, &odd_group, 0.95), Err(NotFinite));
        assert_eq!(
            brunner_munzel_permuted(&many, &odd_group, &options, rng),
            Err(NotFinite)
        );
        assert_eq!(
            t_test(&odd_group, &many, Spread::Pooled, 0.95),
            Err(NotFinite)
        );
        assert_eq!(kolmogorov_smirnov(&odd_group, &many), Err(NotFinite));
        assert_eq!(
            equivalence(&many, &apart.0, odd, 0.05, Spread::Pooled),
            Err(NotFinite)
        );
        assert_eq!(bayes_factor(&many, &apart.0, odd, 0.95), Err(NotFinite));
        assert_eq!(t_test(&many, &apart.0, Spread::Pooled, odd), Err(NotFinite));
        let sample = TOf {
            t: odd,
            df: 18.0,
            n: 5.0,
        };
        assert_eq!(bayes_factor_of_t(&sample, 0.707, 0.95), Err(NotFinite));
    }
    // Beyond the range of numbers, not infinite.
    let sample = TOf {
        t: 1e9,
        df: 500.0,
        n: 5.0,
    };
    assert_eq!(bayes_factor_of_t(&sample, 0.707, 0.95), Err(NotFinite));
    // Tables.
    assert_eq!(fisher_exact((0, 5), (0, 5), 0.95), Err(NoVariation));
    assert_eq!(fisher_exact((5, 5), (5, 5), 0.95), Err(NoVariation));
    assert_eq!(fisher_exact((0, 0), (1, 5), 0.95), Err(TooFewUnits));
    assert_eq!(fisher_exact((6, 5), (1, 5), 0.95), Err(TooFewUnits));
    assert_eq!(trend_exact(&[0, 4], &[0, 5], &[1, 2]), Err(NoVariation));
    assert_eq!(trend_exact(&[0, 4], &[0, 0], &[1, 2]), Err(TooFewUnits));
    assert_eq!(trend_exact(&[0, 4], &[1], &[1, 2]), Err(TooFewUnits));
}

/// Small whole numbers: many ties.
fn group(sizes: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((0..8_i32).prop_map(f64::from), sizes)
}

/// -1/2 (ln |V| + ln |X' V^-1 X| + y' P y), written out for one factor.
fn restricted_log_likelihood(y: &[f64], v: &[f64], x: &[f64], tau_squared: f64) -> f64 {
    let w: Vec<f64> = v.iter().map(|v| (v + tau_squared).recip()).collect();
    let sum = |f: &dyn Fn(usize) -> f64| (0..y.len()).map(|i| w[i] * f(i)).sum::<f64>();
    let (one, mean_x, mean_y) = (sum(&|_| 1.0), sum(&|i| x[i]), sum(&|i| y[i]));
    let (xx, xy) = (sum(&|i| x[i] * x[i]), sum(&|i| x[i] * y[i]));
    let determinant = one * xx - mean_x * mean_x;
    let slope = (one * xy - mean_x * mean_y) / determinant;
    let intercept = (mean_y - slope * mean_x) / one;
    let squares = sum(&|i| (y[i] - intercept - slope * x[i]).powi(2));
    let spread: f64 = w.iter().map(|w| -w.ln()).sum();
    -0.5 * (spread + determinant.ln() + squares)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn turned_round_all_turns_round(high in group(2..7), low in group(2..7)) {
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9 * (1.0 + a.abs());
        let (options, rng) = (Options::default(), &mut no_chance());
        prop_assert!(close(superiority(&high, &low).unwrap() + superiority(&low, &high).unwrap(), 1.0));
        if let (Ok(a), Ok(b)) = (rank_sum(&high, &low), rank_sum(&low, &high)) {
            prop_assert!(close(a.p_value, b.p_value) && close(a.p_greater, b.p_less) && close(a.z, -b.z));
            prop_assert!(close(a.u, 2.0 * superiority(&high, &low).unwrap() * (high.len() * low.len()) as f64 / 2.0));
        }
        if let (Ok(a), Ok(b)) = (brunner_munzel(&high, &low, 0.9), brunner_munzel(&low, &high, 0.9)) {
            prop_assert!(close(a.statistic, -b.statistic) && close(a.p_value, b.p_value));
            prop_assert!(close(a.interval.lower, 1.0 - b.interval.upper));
            prop_assert!(0.0 <= a.interval.lower && a.interval.contains(a.superiority) && a.interval.upper <= 1.0);
        }
        let both = (
            brunner_munzel_permuted(&high, &low, &options, rng),
            brunner_munzel_permuted(&low, &high, &options, rng),
        );
        if let (Ok(a), Ok(b)) = both {
            prop_assert_eq!(a.p_value, b.p_value);
        }
        let (a, b) = (hodges_lehmann(&high, &low, 0.8).unwrap(), hodges_lehmann(&low, &high, 0.8).unwrap());
        prop_assert_eq!(a.shift, -b.shift);
        prop_assert_eq!(a.interval.map(|i| i.lower), b.interval.map(|i| -i.upper));
        if let (Ok(a), Ok(b)) = (bayes_factor(&high, &low, 0.707, 0.9), bayes_factor(&low, &high, 0.707, 0.9)) {
            prop_assert!(close(a.bf10, b.bf10) && (a.posterior_median + b.posterior_median).abs() < 1e-6);
            prop_assert!(a.posterior_interval.contains(a.posterior_median));
        }
    }

    /// Every assignment looked at by the plain statistic, which knows nothing of the walk.
    #[test]
    fn permuted_by_brute_force(high in group(2..5), low in group(2..5)) {
        let values: Vec<f64> = high.iter().chain(&low).copied().collect();
        let size = |high: &[f64], low: &[f64]| match brunner_munzel(high, low, 0.9) {
            Ok(test) => test.statistic,
            Err(_) => (superiority(high, low).unwrap() - 0.5) * f64::INFINITY,
        };
        let Ok(ours) = brunner_munzel_permuted(&high, &low, &Options::default(), &mut no_chance()) else {
            return Ok(());
        };
        let observed = size(&high, &low);
        let (mut all, mut far, mut greater) = (0, 0, 0);
        for mask in 0_u32..1 << values.len() {
            if mask.count_ones() as usize != high.len() {
                continue;
            }
            let side = |inside: bool| -> Vec<f64> {
                let units = (0..values.len()).filter(|unit| (mask >> unit & 1 == 1) == inside);
                units.map(|unit| values[unit]).collect()
            };
            let statistic = size(&side(true), &side(false));
            all += 1;
            far += u32::from(statistic.abs() >= observed.abs() - 1e-9);
            greater += u32::from(statistic >= observed - 1e-9);
        }
        prop_assert_eq!(ours.p_value, f64::from(far) / f64::from(all));
        prop_assert_eq!(ours.p_greater, f64::from(greater) / f64::from(all));
    }

    #[test]
    fn the_interval_and_the_two_tests_decide_alike(
        high in group(3..9), low in group(3..9), margin in 0.05..3.0_f64, alpha in 0.01..0.3_f64,
    ) {
        let inside = |e: &Equivalence| -margin < e.interval.lower && e.interval.upper < margin;
        let on_the_edge = |e: &Equivalence| (e.p_value - alpha).abs() < 1e-9;
        let mut tests = vec![equivalence_g(&high, &low, margin, alpha)];
        for spread in [Spread::Pooled, Spread::Separate] {
            tests.push(equivalence(&high, &low, margin, alpha, spread));
        }
        for test in tests.into_iter().flatten() {
            prop_assert!(on_the_edge(&test) || inside(&test) == test.is_equivalent, "{:?}", test);
            prop_assert!(!test.is_equivalent || excluded_beyond(&test.interval) < margin + 1e-9);
        }
        if let (Ok(g), Ok(test)) = (hedges_g(&high, &low, 0.9), equivalence_g(&high, &low, margin, 0.05)) {
            let said = verdict(1.0, 0.05, &g.d_interval, Some(margin)) == Verdict::Equivalent;
            prop_assert!(said == test.is_equivalent || (test.p_value - 0.05).abs() < 1e-9);
        }
    }

    /// Nowhere on a grid is the restricted likelihood higher than where the search ends.
    #[test]
    fn the_variance_between_units_is_the_likeliest(
        y in prop::collection::vec(-2.0..2.0_f64, 12),
        v in prop::collection::vec(0.02..2.0_f64, 12),
        x in prop::collection::vec(-3.0..3.0_f64, 12),
    ) {
        let found = meta_regression(&y, &v, std::slice::from_ref(&x), Heterogeneity::Reml, 0.95).unwrap();
        // In thousandths of the unit all is the same, but for the unit.
        let small: Vec<f64> = y.iter().map(|y| y / 1000.0).collect();
        let small_v: Vec<f64> = v.iter().map(|v| v / 1e6).collect();
        let scaled = meta_regression(&small, &small_v, std::slice::from_ref(&x), Heterogeneity::Reml, 0.95).unwrap();
        prop_assert!((scaled.tau_squared * 1e6 - found.tau_squared).abs() < 1e-7, "{:?} {:?}", scaled, found);
        prop_assert!((scaled.coefficients[1].t - found.coefficients[1].t).abs() < 1e-6);
        let highest = restricted_log_likelihood(&y, &v, &x, found.tau_squared);
        for step in 0..400 {
            let other = (f64::from(step) / 40.0).powi(2) / 10.0;
            let there = restricted_log_likelihood(&y, &v, &x, other);
            prop_assert!(there <= highest + 1e-9, "{} at {}, {} at {}", highest, found.tau_squared, there, other);
        }
    }

    /// Fisher on two categories is the trend on scores 0 and 1, one-sided.
    #[test]
    fn two_categories_by_either_road(a in 0..9_u64, b in 0..9_u64, c in 0..9_u64, d in 0..9_u64) {
        if let (Ok(fisher), Ok(trend)) = (
            fisher_exact((a, a + b), (c, c + d), 0.95),
            trend_exact(&[b, a], &[d, c], &[0, 1]),
        ) {
            prop_assert!((fisher.p_greater - trend.p_greater).abs() < 1e-12);
            prop_assert!(fisher.odds_ratio.is_none_or(|odds| fisher.lower <= odds));
            prop_assert!(fisher.upper.is_none_or(|upper| fisher.odds_ratio.unwrap() <= upper));
        }
    }

    /// The smallest level at which every intersection of tests that holds the outcome is rejected by Simes.
    #[test]
    fn hommel_by_the_closed_family(p in prop::collection::vec(0.0..0.5_f64, 1..7)) {
        let simes = |tests: &mut Vec<f64>| {
            tests.sort_by(f64::total_cmp);
            let n = tests.len() as f64;
            tests.iter().zip(1..).map(|(p, rank)| n * p / f64::from(rank)).fold(1.0, f64::min)
        };
        for (place, ours) in hommel(&p).into_iter().enumerate() {
            let mut worst = 0.0_f64;
            for mask in 0_u32..1 << p.len() {
                if mask >> place & 1 == 1 {
                    let members = (0..p.len()).filter(|i| mask >> i & 1 == 1);
                    worst = worst.max(simes(&mut members.map(|i| p[i]).collect()));
                }
            }
            prop_assert!((ours - worst).abs() < 1e-12, "{} {}", ours, worst);
        }
        let (hochberg, holm, bonferroni) = (hochberg(&p), holm(&p), bonferroni(&p));
        for (place, ours) in hommel(&p).into_iter().enumerate() {
            prop_assert!(ours <= hochberg[place] + 1e-12);
            prop_assert!(hochberg[place] <= holm[place] + 1e-12);
            prop_assert!(holm[place] <= bonferroni[place] + 1e-12);
        }
    }
}
