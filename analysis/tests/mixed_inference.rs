//! What is said about a fitted mixed model, against lme4, lmerTest and pbkrtest, and against laws that hold for every model.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use nalgebra::DMatrix;
use proptest::prelude::*;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::multilevel::*;
use schakel_analysis::outcome::Undefined;
use serde_json::Value;

// ---------------------------------------------------------------- data

type Frame = BTreeMap<String, Vec<String>>;

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

fn golden() -> Value {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/mixed_inference.json"
    );
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn csv(path: &Path) -> Frame {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut lines = text.lines().map(|line| {
        line.split(',')
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect::<Vec<_>>()
    });
    let header = lines.next().unwrap();
    let mut frame: Frame = header.iter().map(|name| (name.clone(), vec![])).collect();
    for line in lines {
        for (name, cell) in header.iter().zip(line) {
            frame.get_mut(name).unwrap().push(cell);
        }
    }
    frame
}

fn derive(frame: &mut Frame, name: &str, from: &str, f: impl Fn(&str) -> f64) {
    let values = frame[from].iter().map(|cell| f(cell).to_string()).collect();
    frame.insert(name.to_owned(), values);
}

fn number(cell: &str) -> f64 {
    cell.parse().unwrap()
}

/// The data set of a golden; none if it lies in an absent collection.
fn frame(golden: &Value, dataset: &str) -> Option<Frame> {
    if let Some(columns) = golden["data"][dataset].as_object() {
        let cell = |value: &Value| match value.as_str() {
            Some(text) => text.to_owned(),
            None => value.to_string(),
        };
        return Some(
            columns
                .iter()
                .map(|(name, values)| {
                    let values = values.as_array().unwrap();
                    (name.clone(), values.iter().map(cell).collect())
                })
                .collect(),
        );
    }
    let data = shared()?;
    let mut frame = csv(&match dataset {
        "pupils_piecewise" => data.join("golden/inputs/pupils_piecewise.csv"),
        folder => data.join(folder).join("scores.csv"),
    });
    match dataset {
        "tankdat_discontinuous" => {
            derive(&mut frame, "t1", "occasion", |o| number(o).min(5.0));
            derive(&mut frame, "jump", "occasion", |o| {
                f64::from(u8::from(number(o) > 5.0))
            });
            derive(&mut frame, "t2", "occasion", |o| (number(o) - 6.0).max(0.0));
        }
        "pupils_piecewise" => {
            derive(&mut frame, "t1", "occasion", |o| number(o).min(3.0) - 1.0);
            derive(&mut frame, "t2", "occasion", |o| (number(o) - 3.0).max(0.0));
            derive(&mut frame, "time", "occasion", |o| number(o) - 1.0);
            for (name, category) in [("w03", "0.3"), ("w12", "1.2")] {
                derive(&mut frame, name, "weight_category", |w| {
                    f64::from(u8::from(w == category))
                });
            }
        }
        _ => {}
    }
    if matches!(dataset, "bdf_dutch_primary" | "pupils_piecewise") {
        let both = frame["school"].iter().zip(&frame["pupil"]);
        let unique = both
            .map(|(school, pupil)| format!("{school}:{pupil}"))
            .collect();
        frame.insert("pupil".to_owned(), unique);
    }
    Some(frame)
}

const ONE: &str = "(Intercept)";

fn column(frame: &Frame, name: &str) -> Column {
    let values = if name == ONE {
        vec![1.0; frame.values().next().unwrap().len()]
    } else {
        frame[name].iter().map(|cell| number(cell)).collect()
    };
    Column {
        name: name.to_owned(),
        values,
    }
}

fn grouping(frame: &Frame, name: &str, terms: &[&str]) -> Grouping {
    let mut units: Vec<String> = frame[name].clone();
    units.sort();
    units.dedup();
    Grouping {
        name: name.to_owned(),
        unit_of: frame[name]
            .iter()
            .map(|unit| units.binary_search(unit).unwrap() as u32)
            .collect(),
        units,
        terms: terms.iter().map(|term| column(frame, term)).collect(),
    }
}

/// Outcome, fixed columns, and groupings in the order of the golden: the one with most units first.
type Model = (
    &'static str,
    &'static [&'static str],
    &'static [(&'static str, &'static [&'static str])],
);

fn model(name: &str) -> Model {
    const EXAM: &[&str] = &[ONE, "standLRT"];
    const BDF: &[&str] = &[ONE, "occasion"];
    const PUPILS: &[&str] = &[ONE, "t1", "t2", "w03", "w12"];
    const TANK: &[&str] = &[ONE, "t1", "jump", "t2"];
    const TEACHERS: &[&str] = &[ONE, "high", "w2", "w3", "high_w2", "high_w3"];
    match name {
        "exam_ri" => ("normexam", EXAM, &[("school", &[ONE])]),
        "exam_rs" => ("normexam", EXAM, &[("school", &[ONE, "standLRT"])]),
        "bdf_ri" => ("language", BDF, &[("pupil", &[ONE]), ("school", &[ONE])]),
        "bdf_rs" => (
            "language",
            BDF,
            &[("pupil", &[ONE]), ("school", &[ONE, "occasion"])],
        ),
        "pupils_ri" => ("score", PUPILS, &[("pupil", &[ONE]), ("school", &[ONE])]),
        "pupils_rs" => (
            "score",
            PUPILS,
            &[("pupil", &[ONE]), ("school", &[ONE, "t1", "t2"])],
        ),
        "pupils_full" => (
            "score",
            PUPILS,
            &[("pupil", &[ONE, "time"]), ("school", &[ONE, "t1", "t2"])],
        ),
        "tank_ri" => ("score", TANK, &[("person", &[ONE])]),
        "tank_rs" => ("score", TANK, &[("person", &[ONE, "t1"])]),
        "teachers_ri" => ("y", TEACHERS, &[("teacher", &[ONE]), ("school", &[ONE])]),
        "teachers_rs" => (
            "y",
            TEACHERS,
            &[("teacher", &[ONE]), ("school", &[ONE, "time"])],
        ),
        "movers_ri" => (
            "y",
            &[ONE, "time"],
            &[("pupil", &[ONE]), ("school", &[ONE])],
        ),
        other => panic!("no model {other}"),
    }
}

fn design(frame: &Frame, name: &str) -> Design {
    let (outcome, fixed, groupings) = model(name);
    Design::new(
        column(frame, outcome).values,
        fixed.iter().map(|name| column(frame, name)).collect(),
        groupings
            .iter()
            .map(|(name, terms)| grouping(frame, name, terms))
            .collect(),
    )
    .unwrap()
}

fn options(criterion: &str) -> FitOptions {
    FitOptions::by(match criterion {
        "REML" => Criterion::Reml,
        _ => Criterion::Ml,
    })
}

/// Every golden model whose data is at hand, with our fit of it.
fn models() -> Vec<(Value, Design, Fit)> {
    let golden = golden();
    let records = golden["models"].as_array().unwrap();
    let mut frames: BTreeMap<&str, Option<Frame>> = BTreeMap::new();
    records
        .iter()
        .filter_map(|record| {
            let dataset = record["dataset"].as_str().unwrap();
            let data = frames
                .entry(dataset)
                .or_insert_with(|| frame(&golden, dataset));
            let design = design(data.as_ref()?, record["name"].as_str().unwrap());
            let fit = fit(&design, &options(record["criterion"].as_str().unwrap())).unwrap();
            Some((record.clone(), design, fit))
        })
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value.as_array() {
        Some(list) => list.iter().map(|x| x.as_f64().unwrap()).collect(),
        None => vec![value.as_f64().unwrap()],
    }
}

/// Rows of numbers; a row of one number may come bare.
fn matrix(value: &Value) -> DMatrix<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    DMatrix::from_fn(rows.len(), rows[0].len(), |i, j| rows[i][j])
}

/// The worst relative deviation of each kind, printed at the end.
#[derive(Default)]
struct Worst(BTreeMap<&'static str, (f64, usize)>);

impl Worst {
    #[track_caller]
    fn near(&mut self, kind: &'static str, ours: f64, theirs: f64, tolerance: f64, scale: f64) {
        let off = (ours - theirs).abs() / theirs.abs().max(scale);
        assert!(
            off <= tolerance,
            "{kind}: {ours}, not {theirs} (off {off:e})"
        );
        let worst = self.0.entry(kind).or_insert((0.0, 0));
        *worst = (worst.0.max(off), worst.1 + 1);
    }

    fn print(&self) {
        for (kind, (off, count)) in &self.0 {
            println!("{kind}: {count} values, worst {off:.1e}");
        }
    }
}

/// Our fit with the variances of the reference, so that what follows from them is compared to the last digits.
fn at_theta_of(record: &Value, design: &Design, fit: &Fit) -> Fit {
    let theta = numbers(&record["theta"]);
    let at = deviance::Profiled::new(design)
        .at(&theta, fit.criterion)
        .unwrap();
    let mut fit = fit.clone();
    fit.theta = theta;
    fit.residual_variance = at.residual_variance;
    fit.fixed_covariance = at.fixed_covariance_unscaled * at.residual_variance;
    for (coefficient, estimate) in fit.fixed.iter_mut().zip(at.fixed.iter()) {
        coefficient.estimate = *estimate;
    }
    fit
}

// ---------------------------------------------------------------- goldens

#[test]
fn satterthwaite_as_lmer_test() {
    let mut worst = Worst::default();
    for (record, design, fit) in models() {
        let prepared = Satterthwaite::new(&design, &fit).unwrap();
        let tests = prepared.coefficients(0.95).unwrap();
        for (ours, theirs) in tests.iter().zip(record["fixed"].as_array().unwrap()) {
            let their = |key: &str| theirs[key].as_f64().unwrap();
            let se = their("se");
            worst.near("estimate", ours.estimate, their("estimate"), 1e-4, se);
            worst.near("se", ours.se, se, 1e-4, 0.0);
            worst.near("df", ours.df, their("df"), 1e-3, 0.0);
            worst.near("t", ours.t, their("t"), 1e-3, 1.0);
            // p moves by t times the relative error of t and more, far out.
            if their("p") > 1e-300 {
                worst.near("ln p", ours.p_value.ln(), their("p").ln(), 1e-3, 1.0);
            } else {
                assert!(ours.p_value < 1e-299);
            }
            worst.near("interval", ours.interval.lower, their("lower"), 1e-3, se);
            worst.near("interval", ours.interval.upper, their("upper"), 1e-3, se);
        }
        for theirs in record["contrasts"].as_array().unwrap() {
            let ours = prepared.test(&numbers(&theirs["weights"]), 0.95).unwrap();
            let their = |key: &str| theirs[key].as_f64().unwrap();
            worst.near(
                "contrast",
                ours.estimate,
                their("estimate"),
                1e-4,
                their("se"),
            );
            worst.near("contrast se", ours.se, their("se"), 1e-4, 0.0);
            worst.near("contrast df", ours.df, their("df"), 1e-3, 0.0);
            if their("p") > 1e-300 {
                worst.near(
                    "contrast ln p",
                    ours.p_value.ln(),
                    their("p").ln(),
                    1e-3,
                    1.0,
                );
            }
        }
    }
    worst.print();
}

#[test]
fn kenward_roger_as_pbkrtest() {
    let mut worst = Worst::default();
    for (record, design, fit) in models() {
        let theirs = &record["kenward_roger"];
        if theirs.is_null() {
            continue;
        }
        let prepared = KenwardRoger::new(&design, &fit).unwrap();
        let covariance = matrix(&theirs["covariance"]);
        for (column, df) in numbers(&theirs["df"]).into_iter().enumerate() {
            let mut weights = vec![0.0; covariance.nrows()];
            weights[column] = 1.0;
            let ours = prepared.test(&weights, 0.95).unwrap();
            worst.near(
                "se",
                ours.se,
                covariance[(column, column)].sqrt(),
                1e-4,
                0.0,
            );
            worst.near("df", ours.df, df, 1e-3, 0.0);
            for other in 0..covariance.ncols() {
                let scale = (covariance[(column, column)] * covariance[(other, other)]).sqrt();
                let ours = prepared.covariance()[(column, other)];
                worst.near("covariance", ours, covariance[(column, other)], 3e-4, scale);
            }
        }
        let contrasts = record["contrasts"].as_array().unwrap();
        for (contrast, df) in contrasts.iter().zip(numbers(&theirs["contrast_df"])) {
            let weights = numbers(&contrast["weights"]);
            let ours = prepared.test(&weights, 0.95).unwrap();
            worst.near("contrast df", ours.df, df, 1e-3, 0.0);
        }
    }
    worst.print();
}

#[test]
fn unit_effects_as_lme4_and_the_full_equations() {
    let mut worst = Worst::default();
    for (record, design, fit) in models() {
        let Some(all) = record["units"].as_object() else {
            continue;
        };
        let exact = at_theta_of(&record, &design, &fit);
        for (name, theirs) in all {
            let place = design
                .groupings()
                .iter()
                .position(|g| g.name == *name)
                .unwrap();
            let ours = unit_effects(&design, &exact, place).unwrap();
            let refitted = unit_effects(&design, &fit, place).unwrap();
            let theirs = theirs.as_array().unwrap();
            assert_eq!(ours.len(), theirs.len());
            // A grouping inside another one: what the reference calls unshrunken is about something else.
            let inside = name == "teacher";
            for unit in theirs {
                let key = match &unit["unit"] {
                    Value::String(key) => key.clone(),
                    other => other.to_string(),
                };
                let at = ours.iter().position(|ours| ours.unit == key).unwrap();
                let (ours, refitted) = (&ours[at], &refitted[at]);
                let given = matrix(&unit["cond_var"]);
                let joint = matrix(&unit["joint_var"]);
                for (k, mode) in numbers(&unit["mode"]).into_iter().enumerate() {
                    let sd = given[(k, k)].sqrt();
                    worst.near("mode", ours.shrunken[k], mode, 1e-6, sd);
                    worst.near("mode of our fit", refitted.shrunken[k], mode, 1e-3, sd);
                    for l in 0..given.ncols() {
                        let scale = (joint[(k, k)] * joint[(l, l)]).sqrt();
                        let ours_given = ours.shrunken_covariance_given_fixed[(k, l)];
                        worst.near(
                            "covariance given fixed",
                            ours_given,
                            given[(k, l)],
                            1e-6,
                            scale,
                        );
                        let ours_joint = ours.shrunken_covariance[(k, l)];
                        worst.near("covariance", ours_joint, joint[(k, l)], 1e-6, scale);
                    }
                }
                if inside {
                    continue;
                }
                if unit["unshrunken"].is_null() {
                    assert!(
                        ours.unshrunken.is_err() && ours.reliability.is_err(),
                        "{key}"
                    );
                    continue;
                }
                let v = matrix(&unit["unshrunken_var"]);
                let (b, ours_v) = (
                    ours.unshrunken.as_ref().unwrap(),
                    ours.unshrunken_covariance.as_ref().unwrap(),
                );
                let reliability = ours.reliability.as_ref().unwrap();
                for (k, theirs) in numbers(&unit["unshrunken"]).into_iter().enumerate() {
                    worst.near("unshrunken", b[k], theirs, 1e-6, v[(k, k)].sqrt());
                    for l in 0..v.ncols() {
                        let scale = (v[(k, k)] * v[(l, l)]).sqrt();
                        worst.near("its covariance", ours_v[(k, l)], v[(k, l)], 1e-6, scale);
                    }
                    let theirs = numbers(&unit["reliability"])[k];
                    worst.near("reliability", reliability[k], theirs, 1e-6, 0.0);
                }
            }
        }
    }
    worst.print();
}

#[test]
fn first_units_of_the_shared_fits() {
    let Some(data) = shared() else { return };
    let text = std::fs::read_to_string(data.join("golden/growth.json")).unwrap();
    let growth: Value = serde_json::from_str(&text).unwrap();
    let golden = golden();
    let mut worst = Worst::default();
    for (name, formula) in [
        ("exam_ri", "lmer(normexam ~ standLRT + (1 | school)"),
        (
            "exam_rs",
            "lmer(normexam ~ standLRT + (1 + standLRT | school)",
        ),
        (
            "bdf_ri",
            "lmer(language ~ occasion + (1 | school) + (1 | pupil)",
        ),
        (
            "pupils_ri",
            "lmer(score ~ t1 + t2 + wc + (1 | school) + (1 | pupil)",
        ),
        (
            "pupils_rs",
            "lmer(score ~ t1 + t2 + wc + (1 + t1 + t2 | school) + (1 | pupil)",
        ),
        (
            "pupils_full",
            "lmer(score ~ t1 + t2 + wc + (1 + t1 + t2 | school) + (1 + time | pupil)",
        ),
        ("tank_ri", "lmer(score ~ t1 + jump + t2 + (1 | person)"),
    ] {
        let records = golden["models"].as_array().unwrap();
        let record = records.iter().find(|r| r["name"] == name).unwrap();
        let frame = frame(&golden, record["dataset"].as_str().unwrap()).unwrap();
        let design = design(&frame, name);
        for (criterion, flag) in [("REML", "TRUE"), ("ML", "FALSE")] {
            let call = format!("{formula}, REML={flag})");
            let fits = growth["fits"].as_array().unwrap();
            let theirs = fits
                .iter()
                .find(|f| f["function"].as_str().unwrap().starts_with(&call))
                .unwrap();
            let fit = fit(&design, &options(criterion)).unwrap();
            for (grouping, units) in theirs["ranef_first5"].as_object().unwrap() {
                let place = design.groupings().iter().position(|g| g.name == *grouping);
                let place = place.unwrap();
                let ours = unit_effects(&design, &fit, place).unwrap();
                for (unit, terms) in units.as_object().unwrap() {
                    let ours = ours.iter().find(|ours| ours.unit == *unit).unwrap();
                    for (k, term) in design.groupings()[place].terms.iter().enumerate() {
                        let theirs = terms[&term.name].as_f64().unwrap();
                        let sd = ours.shrunken_covariance[(k, k)].sqrt();
                        worst.near("random effect", ours.shrunken[k], theirs, 1e-3, sd);
                    }
                }
            }
        }
    }
    worst.print();
}

#[test]
fn profile_intervals_as_lme4() {
    let mut worst = Worst::default();
    for (record, design, _) in models() {
        let Some(theirs) = record["profile"].as_array() else {
            continue;
        };
        let profile = Profile::new(&design, 1_000).unwrap();
        for interval in theirs {
            let name = interval["name"].as_str().unwrap();
            let (what, grouping) = name.split_once('|').unwrap_or((name, ""));
            let place = design.groupings().iter().position(|g| g.name == grouping);
            let term = |name: &str| {
                let terms = &design.groupings()[place.unwrap()].terms;
                terms.iter().position(|t| t.name == name).unwrap()
            };
            let parameter = if what == "sigma" {
                Parameter::Residual
            } else if let Some(name) = what.strip_prefix("sd_") {
                Parameter::Deviation {
                    grouping: place.unwrap(),
                    term: term(name),
                }
            } else if let Some(names) = what.strip_prefix("cor_") {
                let (first, second) = names.split_once('.').unwrap();
                Parameter::Correlation {
                    grouping: place.unwrap(),
                    first: term(first),
                    second: term(second),
                }
            } else {
                let fixed = design.fixed().iter().position(|c| c.name == what);
                Parameter::Fixed(fixed.unwrap())
            };
            let ours = profile.interval(parameter, 0.95).unwrap();
            let scale = ours.upper - ours.lower;
            let lower = interval["lower"].as_f64().unwrap();
            let upper = interval["upper"].as_f64().unwrap();
            println!("{} {name}: {ours:?}, {lower} {upper}", record["name"]);
            worst.near("end", ours.lower, lower, 1e-3, scale);
            worst.near("end", ours.upper, upper, 1e-3, scale);
        }
    }
    worst.print();
}

/// Slopes of six schools, and four terms of which two move as one: where the reference profile stops with errors.
#[test]
fn profile_intervals_at_the_edge() {
    let golden = golden();
    let Some(tank) = frame(&golden, "tankdat_discontinuous") else {
        return;
    };
    let (outcome, fixed, _) = model("tank_ri");
    let edge = Design::new(
        column(&tank, outcome).values,
        fixed.iter().map(|name| column(&tank, name)).collect(),
        vec![grouping(&tank, "person", fixed)],
    )
    .unwrap();
    let pupils = design(&frame(&golden, "pupils_piecewise").unwrap(), "pupils_rs");
    for (design, place) in [(edge, 0), (pupils, 1)] {
        let profile = Profile::new(&design, 1_000).unwrap();
        let q = design.groupings()[place].terms.len();
        let mut asked = vec![Parameter::Residual];
        asked.extend((0..design.fixed().len()).map(Parameter::Fixed));
        for term in 0..q {
            asked.push(Parameter::Deviation {
                grouping: place,
                term,
            });
            asked.extend((0..term).map(|first| Parameter::Correlation {
                grouping: place,
                first,
                second: term,
            }));
        }
        for parameter in asked {
            let start = std::time::Instant::now();
            let found = profile.interval(parameter, 0.95);
            let at = parameter.value(profile.best()).unwrap();
            println!(
                "{parameter:?} {at:.4}: {found:?} {:.0} ms",
                1e3 * start.elapsed().as_secs_f64()
            );
            let found = found.unwrap();
            assert!(found.contains(at) && found.lower < found.upper);
            // A search that runs into a variance of zero must not end the interval right beside the best value.
            if let Parameter::Correlation {
                first: 1,
                second: 3,
                ..
            } = parameter
            {
                assert!(found.lower < -0.5 && found.upper > 0.9);
            }
        }
    }
}

#[test]
fn leaving_one_school_out_as_fitting_again() {
    let golden = golden();
    let mut worst = Worst::default();
    for record in golden["influence"].as_array().unwrap() {
        let name = record["name"].as_str().unwrap();
        let design = design(&frame(&golden, "teachers").unwrap(), name);
        let options = options("REML");
        let fit = fit(&design, &options).unwrap();
        let q = design.groupings()[1].terms.len();
        let mut combination = Combination {
            fixed: vec![0.0; design.fixed().len()],
            terms: vec![0.0; q],
        };
        combination.terms[q - 1] = 1.0;
        let ours = leave_one_out(&design, &fit, 1, &combination, &options).unwrap();
        assert_eq!(ours.len(), 20);
        for (ours, theirs) in ours.iter().zip(record["units"].as_array().unwrap()) {
            assert_eq!(ours.unit, theirs["unit"].as_str().unwrap());
            let without = ours.without.as_ref().unwrap();
            assert!(ours.rows > 0 && !without.trace.is_empty());
            assert_eq!(without.ranks.len(), 19);
            for (k, theirs) in numbers(&theirs["fixed"]).into_iter().enumerate() {
                worst.near("fixed", without.fixed[k], theirs, 1e-4, fit.fixed[k].se);
                let change = without.fixed[k] - fit.fixed[k].estimate;
                assert!((without.change[k] - change).abs() < 1e-12);
            }
            let cooks = theirs["cooks_distance"].as_f64().unwrap();
            worst.near("Cook's distance", without.cooks_distance, cooks, 1e-3, 0.01);
            let mut after: Vec<usize> = without.ranks.iter().map(|r| r.after).collect();
            after.sort_unstable();
            assert_eq!(after, (1..=19).collect::<Vec<_>>());
        }
    }
    worst.print();
}

// ---------------------------------------------------------------- laws

/// A drawn study: schools, pupils in them, occasions; some pupils move where they may.
struct Study {
    design: Design,
    /// What was planted per school, in the terms.
    planted: Vec<Vec<f64>>,
    beta: Vec<f64>,
}

fn normal(rng: &mut ChaCha8Rng) -> f64 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()
}

fn study(seed: u64, schools: usize, pupils: usize, slopes: bool, moves: bool) -> Study {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let beta = vec![50.0, 7.0, 1.5];
    let planted: Vec<Vec<f64>> = (0..schools)
        .map(|_| {
            let level = 2.0 * normal(&mut rng);
            let slope = if slopes {
                0.2 * level + 0.9 * normal(&mut rng)
            } else {
                0.0
            };
            vec![level, slope]
        })
        .collect();
    let (mut y, mut time, mut change) = (vec![], vec![], vec![]);
    let (mut school_of, mut pupil_of) = (vec![], vec![]);
    let mut pupil = 0;
    for home in 0..schools {
        // From a few pupils to twice the usual number.
        let here = 2 + rng.random_range(0..2 * pupils - 2);
        for _ in 0..here {
            let own = 3.0 * normal(&mut rng);
            let mut school = home;
            for occasion in 0..6_u32 {
                if moves && rng.random::<f64>() < 0.1 {
                    school = rng.random_range(0..schools);
                }
                let during = (f64::from(occasion) - 2.0).max(0.0);
                let u = &planted[school];
                time.push(f64::from(occasion));
                change.push(during);
                school_of.push(school as u32);
                pupil_of.push(pupil);
                let fixed = beta[0] + beta[1] * f64::from(occasion) + beta[2] * during;
                y.push(fixed + u[0] + u[1] * during + own + 2.0 * normal(&mut rng));
            }
            pupil += 1;
        }
    }
    let one = Column {
        name: ONE.to_owned(),
        values: vec![1.0; y.len()],
    };
    let named = |name: &str, values: &[f64]| Column {
        name: name.to_owned(),
        values: values.to_vec(),
    };
    let mut terms = vec![one.clone()];
    if slopes {
        terms.push(named("change", &change));
    }
    let design = Design::new(
        y,
        vec![one.clone(), named("time", &time), named("change", &change)],
        vec![
            Grouping {
                name: "school".to_owned(),
                units: (0..schools).map(|j| format!("S{j:03}")).collect(),
                unit_of: school_of,
                terms,
            },
            Grouping {
                name: "pupil".to_owned(),
                units: (0..pupil).map(|i| format!("P{i:05}")).collect(),
                unit_of: pupil_of,
                terms: vec![one],
            },
        ],
    )
    .unwrap();
    Study {
        design,
        planted,
        beta,
    }
}

/// V of all rows by definition: the slow way, rows by rows.
fn covariance_of_rows(design: &Design, fit: &Fit) -> DMatrix<f64> {
    let n = design.n_rows();
    let mut v = DMatrix::identity(n, n) * fit.residual_variance;
    for (grouping, variation) in design.groupings().iter().zip(&fit.variation) {
        for i in 0..n {
            for j in 0..n {
                if grouping.unit_of[i] == grouping.unit_of[j] {
                    for (a, left) in grouping.terms.iter().enumerate() {
                        for (b, right) in grouping.terms.iter().enumerate() {
                            let covariance = variation.covariance[(a, b)];
                            v[(i, j)] += left.values[i] * right.values[j] * covariance;
                        }
                    }
                }
            }
        }
    }
    v
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn modes_solve_the_definition(seed in 0_u64..10_000, slopes: bool, moves: bool) {
        let Study { design, .. } = study(seed, 5, 4, slopes, moves);
        let fit = fit(&design, &options("REML")).unwrap();
        let v = covariance_of_rows(&design, &fit).try_inverse().unwrap();
        let n = design.n_rows();
        let x = DMatrix::from_fn(n, 3, |i, k| design.fixed()[k].values[i]);
        let y = DMatrix::from_fn(n, 1, |i, _| design.outcome()[i]);
        let phi = (x.transpose() * &v * &x).try_inverse().unwrap();
        let beta = &phi * x.transpose() * &v * &y;
        let rest = y - &x * beta;
        for (place, grouping) in design.groupings().iter().enumerate() {
            let effects = unit_effects(&design, &fit, place).unwrap();
            let tau = &fit.variation[place].covariance;
            let q = grouping.terms.len();
            for (unit, effect) in effects.iter().enumerate() {
                // Cov(b, y) = tau Z'
                let z = DMatrix::from_fn(n, q, |i, k| {
                    if grouping.unit_of[i] as usize == unit { grouping.terms[k].values[i] } else { 0.0 }
                });
                let c = tau * z.transpose();
                let mode = &c * &v * &rest;
                let given = tau - &c * &v * c.transpose();
                let on_x = &c * &v * &x;
                let joint = &given + &on_x * &phi * on_x.transpose();
                let scale = tau.diagonal().max().max(1e-9);
                for k in 0..q {
                    prop_assert!((effect.shrunken[k] - mode[(k, 0)]).abs() < 1e-7 * scale.sqrt() + 1e-9);
                }
                prop_assert!((&effect.shrunken_covariance_given_fixed - given).amax() < 1e-8 * scale + 1e-10);
                prop_assert!((&effect.shrunken_covariance - joint).amax() < 1e-8 * scale + 1e-10);
                if let Ok(reliability) = &effect.reliability {
                    prop_assert!(reliability.iter().all(|r| (0.0..=1.0).contains(r)));
                }
            }
        }
    }

    #[test]
    fn values_are_linear_in_the_outcome(seed in 0_u64..10_000, slopes: bool, moves: bool) {
        let Study { design, .. } = study(seed, 5, 4, slopes, moves);
        let fit = fit(&design, &options("REML")).unwrap();
        let rows = covariance_of_rows(&design, &fit);
        let v = rows.clone().try_inverse().unwrap();
        let n = design.n_rows();
        let x = DMatrix::from_fn(n, 3, |i, k| design.fixed()[k].values[i]);
        let y = DMatrix::from_fn(n, 1, |i, _| design.outcome()[i]);
        let phi = (x.transpose() * &v * &x).try_inverse().unwrap();
        let to_beta = &phi * x.transpose() * &v;
        let grouping = &design.groupings()[0];
        let tau = &fit.variation[0].covariance;
        let q = grouping.terms.len();
        let combination = Combination { fixed: vec![0.3, 0.0, 1.0], terms: vec![1.0, -0.5][..q].to_vec() };
        let fixed = DMatrix::from_row_slice(1, 3, &combination.fixed);
        let terms = DMatrix::from_row_slice(1, q, &combination.terms);
        let shrunken = unit_values(&design, &fit, 0, &combination).unwrap();
        let own = match unshrunken_values(&design, &fit, 0, &combination) {
            Ok(own) => own,
            // Where moves are allowed and nobody moved pupils still lie in schools: never the other way round.
            Err(reason) => { prop_assert!(false, "{reason}"); return Ok(()); }
        };
        for unit in 0..grouping.units.len() {
            let z = DMatrix::from_fn(n, q, |i, k| {
                if grouping.unit_of[i] as usize == unit { grouping.terms[k].values[i] } else { 0.0 }
            });
            let mine: Vec<usize> = (0..n).filter(|&i| grouping.unit_of[i] as usize == unit).collect();
            let all = &rows - &z * tau * z.transpose();
            let w = all.select_rows(&mine).select_columns(&mine).try_inverse().unwrap();
            let z_mine = z.select_rows(&mine);
            let information = z_mine.transpose() * &w * &z_mine;
            let rest = DMatrix::identity(n, n) - &x * &to_beta;
            let alone = information.clone().try_inverse().map(|inverse| {
                inverse * z_mine.transpose() * &w * rest.select_rows(&mine)
            });
            let mode = tau * z.transpose() * &v * &rest;
            let check = |to_effect: &DMatrix<f64>| {
                let weights = &fixed * &to_beta + &terms * to_effect;
                let estimate = (&weights * &y)[(0, 0)];
                let variance = &weights * &rows * weights.transpose() + &terms * tau * terms.transpose()
                    - &weights * &z * tau * terms.transpose() * 2.0;
                (estimate, variance[(0, 0)].max(0.0).sqrt())
            };
            let (estimate, se) = check(&mode);
            prop_assert!((shrunken[unit].estimate - estimate).abs() < 1e-7);
            prop_assert!((shrunken[unit].se - se).abs() < 1e-6, "{} {}", shrunken[unit].se, se);
            if let (Ok(own), Some(alone)) = (&own[unit], &alone) {
                let (estimate, se) = check(alone);
                prop_assert!((own.estimate - estimate).abs() < 1e-6);
                prop_assert!((own.se - se).abs() < 1e-6 * (1.0 + se), "{} {}", own.se, se);
            }
        }
    }

    #[test]
    fn shrunken_lies_between_nothing_and_unshrunken(seed in 0_u64..10_000, schools in 3_usize..12) {
        let Study { design, .. } = study(seed, schools, 6, false, false);
        let fit = fit(&design, &options("REML")).unwrap();
        let effects = unit_effects(&design, &fit, 0).unwrap();
        let tau = fit.variation[0].covariance[(0, 0)];
        let mut sum = 0.0;
        for effect in &effects {
            let (b, v) = (
                effect.unshrunken.as_ref().unwrap()[0],
                effect.unshrunken_covariance.as_ref().unwrap()[(0, 0)],
            );
            let (shrunken, reliability) = (effect.shrunken[0], effect.reliability.as_ref().unwrap()[0]);
            prop_assert!(shrunken * b >= 0.0 && shrunken.abs() <= b.abs() + 1e-12);
            prop_assert!((shrunken - reliability * b).abs() < 1e-8 * (1.0 + b.abs()));
            prop_assert!(effect.shrunken_covariance[(0, 0)] + 1e-12 >= effect.shrunken_covariance_given_fixed[(0, 0)]);
            sum += b / (tau + v);
        }
        // The fixed level is the weighted mean of the schools: what they differ by, weighted as it weighs them, is nothing.
        prop_assert!(sum.abs() < 1e-6 * effects.len() as f64, "{sum}");
    }

    #[test]
    fn the_top_is_full(seed in 0_u64..10_000, schools in 3_usize..12, top in 1_usize..3, moves: bool) {
        let Study { design, .. } = study(seed, schools, 5, false, moves);
        let fit = fit(&design, &options("REML")).unwrap();
        let combination = Combination { fixed: vec![0.0, 0.0, 1.0], terms: vec![1.0] };
        let options = RankOptions { top, draws: 500, confidence: 0.9 };
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let ranks = match unit_ranks(&design, &fit, 0, &combination, &options, &mut rng) {
            Ok(ranks) => ranks,
            Err(reason) => {
                prop_assert_eq!(reason, Undefined::NoVariation);
                prop_assert_eq!(fit.variation[0].covariance[(0, 0)], 0.0);
                return Ok(());
            }
        };
        let n = schools as f64;
        let sum: f64 = ranks.iter().map(|rank| rank.p_top).sum();
        prop_assert!((sum - top as f64).abs() < 1e-9);
        let sum: f64 = ranks.iter().map(|rank| rank.expected_rank).sum();
        prop_assert!((sum - n * (n + 1.0) / 2.0).abs() < 1e-6);
        for rank in &ranks {
            prop_assert!(rank.rank_interval.lower >= 1.0 && rank.rank_interval.upper <= n);
            prop_assert!(rank.rank_interval.lower <= rank.rank_interval.upper);
            prop_assert!((0.0..=1.0).contains(&rank.p_top));
        }
        let again = unit_ranks(&design, &fit, 0, &combination, &options, &mut ChaCha8Rng::seed_from_u64(seed)).unwrap();
        prop_assert_eq!(again, ranks);
    }
}

#[test]
fn kenward_roger_by_rows_times_rows() {
    // The formula written out with the full covariance of the rows.
    let Study { design, .. } = study(7, 5, 4, true, false);
    let fit = fit(&design, &options("REML")).unwrap();
    let n = design.n_rows();
    let v = covariance_of_rows(&design, &fit).try_inverse().unwrap();
    let x = DMatrix::from_fn(n, 3, |i, k| design.fixed()[k].values[i]);
    let mut g = Vec::new();
    for grouping in design.groupings() {
        for a in 0..grouping.terms.len() {
            for b in 0..=a {
                g.push(DMatrix::from_fn(n, n, |i, j| {
                    if grouping.unit_of[i] != grouping.unit_of[j] {
                        return 0.0;
                    }
                    let (left, right) = (&grouping.terms[a].values, &grouping.terms[b].values);
                    let straight = left[i] * right[j];
                    if a == b {
                        straight
                    } else {
                        straight + left[j] * right[i]
                    }
                }));
            }
        }
    }
    g.push(DMatrix::identity(n, n));
    let phi = (x.transpose() * &v * &x).try_inverse().unwrap();
    let on: Vec<DMatrix<f64>> = g.iter().map(|g| &v * g).collect();
    let p: Vec<DMatrix<f64>> = on
        .iter()
        .map(|vg| -(x.transpose() * vg * &v * &x))
        .collect();
    let q = |r: usize, s: usize| x.transpose() * &on[r] * &on[s] * &v * &x;
    let m = g.len();
    let information = DMatrix::from_fn(m, m, |r, s| {
        (&on[r] * &on[s]).trace() - 2.0 * (&phi * q(r, s)).trace()
            + (&phi * &p[r] * &phi * &p[s]).trace()
    });
    let w = information.try_inverse().unwrap() * 2.0;
    let mut sum = DMatrix::zeros(3, 3);
    for r in 0..m {
        for s in 0..m {
            sum += (q(r, s) - &p[r] * &phi * &p[s]) * w[(r, s)];
        }
    }
    let adjusted = &phi + &phi * sum * &phi * 2.0;
    let ours = KenwardRoger::new(&design, &fit).unwrap();
    let worst = (ours.covariance() - &adjusted).amax() / adjusted.amax();
    println!("Kenward-Roger by definition, {n} rows: worst {worst:.1e}");
    assert!(worst < 1e-8);
    assert!((ours.covariance() - &phi).amax() / phi.amax() > 1e-4);
}

#[test]
fn two_units_have_their_rank_by_hand() {
    // With two units the higher one is on top with probability Phi(difference / its standard error).
    let Study { design, .. } = study(3, 2, 12, false, false);
    let mut fit = fit(&design, &options("REML")).unwrap();
    // Known variances, far from zero.
    fit.theta = vec![0.4, 1.2];
    let combination = Combination {
        fixed: vec![0.0; 3],
        terms: vec![1.0],
    };
    let options = RankOptions {
        top: 1,
        draws: 40_000,
        confidence: 0.95,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let ranks = unit_ranks(&design, &fit, 0, &combination, &options, &mut rng).unwrap();
    let effects = unit_effects(&design, &fit, 0).unwrap();
    let difference = effects[0].shrunken[0] - effects[1].shrunken[0];
    let own = |k: usize| effects[k].shrunken_covariance_given_fixed[(0, 0)];
    let rest = |k: usize| effects[k].shrunken_covariance[(0, 0)] - own(k);
    // Every pupil is seen at the same moments, so the fixed effects shift both schools along one line.
    let shared = (rest(0).sqrt() - rest(1).sqrt()).powi(2);
    let se = (own(0) + own(1) + shared).sqrt();
    let exact = 0.5 * statrs::function::erf::erfc(-difference / se / std::f64::consts::SQRT_2);
    let error = (exact * (1.0 - exact) / 40_000.0).sqrt();
    println!("P(top): {} drawn, {exact} by hand", ranks[0].p_top);
    assert!((ranks[0].p_top - exact).abs() < 4.0 * error + 1e-4);
    assert!((ranks[0].p_top + ranks[1].p_top - 1.0).abs() < 1e-12);
    assert!((ranks[0].estimate - effects[0].shrunken[0]).abs() < 1e-12);
    let se = effects[0].shrunken_covariance[(0, 0)].sqrt();
    assert!((ranks[0].se - se).abs() < 1e-12);
}

#[test]
fn bars_for_comparing() {
    // Equal standard errors: 1.96 / sqrt 2. Unequal: R 4.2.2, uniroot on the definition.
    let z = comparison_z(&[0.3; 12], 0.05).unwrap();
    assert!((z - 1.959_963_984_540_054 / std::f64::consts::SQRT_2).abs() < 1e-9);
    let z = comparison_z(&[0.2, 0.5, 1.1, 0.05], 0.05).unwrap();
    assert!((z - 1.670_845_013_968_812_5).abs() < 1e-9, "{z}");
    assert_eq!(comparison_z(&[0.3], 0.05), Err(Undefined::TooFewUnits));
    assert_eq!(comparison_z(&[0.3, 0.0], 0.05), Err(Undefined::NotFinite));
    assert_eq!(
        comparison_z(&[0.3, f64::NAN], 0.05),
        Err(Undefined::NotFinite)
    );
    assert_eq!(comparison_z(&[0.3, 0.2], 1.0), Err(Undefined::NotFinite));
}

#[test]
fn bootstrap_intervals_lie_where_profile_intervals_do() {
    let golden = golden();
    let design = design(&frame(&golden, "teachers").unwrap(), "teachers_ri");
    let fitted = fit(&design, &options("REML")).unwrap();
    let drawn = |seed: u64| {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        parametric_bootstrap(&design, &fitted, 400, &options("REML"), &mut rng).unwrap()
    };
    let bootstrap = drawn(5);
    assert_eq!(bootstrap, drawn(5));
    let failed: usize = bootstrap.failures().values().sum();
    assert_eq!(bootstrap.fits().len() + failed, 400);
    let profile = Profile::new(&design, 1_000).unwrap();
    for parameter in [
        Parameter::Fixed(0),
        Parameter::Fixed(4),
        Parameter::Residual,
        Parameter::Deviation {
            grouping: 0,
            term: 0,
        },
        Parameter::Deviation {
            grouping: 1,
            term: 0,
        },
    ] {
        let ours = bootstrap.interval(parameter, 0.95).unwrap();
        let other = profile.interval(parameter, 0.95).unwrap();
        let width = other.upper - other.lower;
        println!("{parameter:?}: bootstrap {ours:?}, profile {other:?}");
        // Maximum likelihood variances lie lower, and 400 draws scatter: a fifth of the width.
        assert!((ours.lower - other.lower).abs() < 0.2 * width);
        assert!((ours.upper - other.upper).abs() < 0.2 * width);
        assert!(ours.contains(parameter.value(&fitted).unwrap()));
    }
    assert_eq!(
        bootstrap.interval(Parameter::Residual, 0.999),
        Err(BootstrapFault::TooFewDraws {
            draws: 400,
            wanted: 1_999
        })
    );
    assert_eq!(
        bootstrap.interval(Parameter::Fixed(9), 0.9),
        Err(BootstrapFault::Undefined(Undefined::NothingObserved))
    );
}

#[test]
fn pupils_by_their_own_rows() {
    // Inside a school: what the school shares is taken off at its conditional mean, and only the residual is noise.
    let Study { design, .. } = study(4, 5, 6, true, false);
    let fit = fit(&design, &options("REML")).unwrap();
    let schools = unit_effects(&design, &fit, 0).unwrap();
    let pupils = unit_effects(&design, &fit, 1).unwrap();
    let (school, pupil) = (&design.groupings()[0], &design.groupings()[1]);
    for (unit, effect) in pupils.iter().enumerate() {
        let (mut sum, mut rows) = (0.0, 0.0);
        for row in (0..design.n_rows()).filter(|&row| pupil.unit_of[row] as usize == unit) {
            let mut rest = design.outcome()[row];
            for (column, fixed) in design.fixed().iter().zip(&fit.fixed) {
                rest -= fixed.estimate * column.values[row];
            }
            let shared = &schools[school.unit_of[row] as usize].shrunken;
            for (term, b) in school.terms.iter().zip(shared) {
                rest -= term.values[row] * b;
            }
            sum += rest;
            rows += 1.0;
        }
        let v = fit.residual_variance / rows;
        let tau = fit.variation[1].covariance[(0, 0)];
        assert!((effect.unshrunken.as_ref().unwrap()[0] - sum / rows).abs() < 1e-9);
        assert!((effect.unshrunken_covariance.as_ref().unwrap()[(0, 0)] - v).abs() < 1e-9);
        assert!((effect.reliability.as_ref().unwrap()[0] - tau / (tau + v)).abs() < 1e-9);
    }
    let combination = Combination {
        fixed: vec![0.0; 3],
        terms: vec![1.0],
    };
    assert_eq!(
        unshrunken_values(&design, &fit, 1, &combination),
        Err(Undefined::NothingObserved)
    );
}

#[test]
fn without_units_the_tests_are_those_of_a_linear_model() {
    let Study { design, .. } = study(4, 5, 6, true, false);
    let plain = Design::new(design.outcome().to_vec(), design.fixed().to_vec(), vec![]).unwrap();
    let fit = fit(&plain, &options("REML")).unwrap();
    let df = plain.n_rows() as f64 - 3.0;
    for test in Satterthwaite::new(&plain, &fit)
        .unwrap()
        .coefficients(0.95)
        .unwrap()
    {
        assert!((test.df - df).abs() < 1e-6 * df, "{}", test.df);
    }
    let ours = KenwardRoger::new(&plain, &fit).unwrap();
    assert!((ours.covariance() - &fit.fixed_covariance).amax() < 1e-12);
    assert!((ours.test(&[0.0, 1.0, 0.0], 0.95).unwrap().df - df).abs() < 1e-6 * df);
    assert_eq!(
        unit_effects(&plain, &fit, 0).unwrap_err(),
        Undefined::NothingObserved
    );
    let profile = Profile::new(&plain, 1_000).unwrap();
    let interval = profile.interval(Parameter::Residual, 0.95).unwrap();
    assert!(interval.contains(fit.residual_variance.sqrt()));
}

#[test]
fn a_predictor_of_one_school_is_missed_when_it_leaves() {
    let golden = golden();
    let frame = frame(&golden, "teachers").unwrap();
    let design = design(&frame, "teachers_ri");
    // Only the first school has a library.
    let school = &design.groupings()[1];
    let mut fixed = design.fixed().to_vec();
    fixed.push(Column {
        name: "library".to_owned(),
        values: school
            .unit_of
            .iter()
            .map(|&u| f64::from(u8::from(u == 0)))
            .collect(),
    });
    let design = Design::new(
        design.outcome().to_vec(),
        fixed,
        design.groupings().to_vec(),
    )
    .unwrap();
    let options = options("REML");
    let fit = fit(&design, &options).unwrap();
    let combination = Combination {
        fixed: vec![0.0; 7],
        terms: vec![1.0],
    };
    let influence = leave_one_out(&design, &fit, 1, &combination, &options).unwrap();
    let fault = influence[0].without.as_ref().unwrap_err();
    assert!(fault.to_string().contains("`library`"), "{fault}");
    assert!(influence[1..].iter().all(|unit| unit.without.is_ok()));
}

#[test]
fn numbers_that_are_none_are_refused() {
    let Study { design, .. } = study(9, 5, 6, true, false);
    let good = fit(&design, &options("REML")).unwrap();
    let combination = Combination {
        fixed: vec![0.0, 0.0, f64::NAN],
        terms: vec![0.0, 1.0],
    };
    assert_eq!(
        unit_values(&design, &good, 0, &combination).unwrap_err(),
        Undefined::NotFinite
    );
    let mut bad = good.clone();
    bad.theta[0] = f64::INFINITY;
    assert_eq!(
        unit_effects(&design, &bad, 0).unwrap_err(),
        Undefined::NotFinite
    );
    assert!(Satterthwaite::new(&design, &bad).is_err());
    assert!(KenwardRoger::new(&design, &bad).is_err());
    let mut short = good.clone();
    short.theta.pop();
    assert_eq!(
        unit_effects(&design, &short, 0).unwrap_err(),
        Undefined::NothingObserved
    );
    let mut still = good;
    still.residual_variance = 0.0;
    assert_eq!(
        unit_effects(&design, &still, 0).unwrap_err(),
        Undefined::NoVariation
    );
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    assert_eq!(
        parametric_bootstrap(&design, &still, 10, &options("REML"), &mut rng).unwrap_err(),
        Undefined::NoVariation
    );
}

// ---------------------------------------------------------------- refusals

#[test]
fn refusals_are_in_words() {
    let Study { design, .. } = study(1, 6, 8, true, false);
    let reml = fit(&design, &options("REML")).unwrap();
    let ml = fit(&design, &options("ML")).unwrap();
    assert_eq!(
        KenwardRoger::new(&design, &ml).unwrap_err(),
        KenwardRogerFault::NotRestricted
    );
    let crossed = study(1, 6, 8, false, true).design;
    let crossed_fit = fit(&crossed, &options("REML")).unwrap();
    let fault = KenwardRoger::new(&crossed, &crossed_fit).unwrap_err();
    assert!(fault.to_string().contains("Satterthwaite"), "{fault}");
    let large = study(2, 20, 60, false, false).design;
    let large_fit = fit(&large, &options("REML")).unwrap();
    let fault = KenwardRoger::new(&large, &large_fit).unwrap_err();
    let rows = large.n_rows();
    assert_eq!(fault, KenwardRogerFault::TooManyRows { rows, limit: 5_000 });
    // Satterthwaite serves all three.
    for (design, fit) in [
        (&design, &ml),
        (&crossed, &crossed_fit),
        (&large, &large_fit),
    ] {
        let tests = Satterthwaite::new(design, fit)
            .unwrap()
            .coefficients(0.95)
            .unwrap();
        assert!(
            tests
                .iter()
                .all(|test| test.df > 1.0 && test.interval.contains(test.estimate))
        );
    }
    let prepared = Satterthwaite::new(&design, &reml).unwrap();
    assert_eq!(prepared.test(&[0.0; 3], 0.95), Err(Undefined::NoVariation));
    assert_eq!(prepared.test(&[1.0], 0.95), Err(Undefined::TooFewItems));
    assert_eq!(
        prepared.test(&[1.0, f64::NAN, 0.0], 0.95),
        Err(Undefined::NotFinite)
    );
    assert_eq!(
        prepared.test(&[1.0, 0.0, 0.0], 1.0),
        Err(Undefined::NotFinite)
    );
    assert_eq!(
        unit_effects(&design, &reml, 2).unwrap_err(),
        Undefined::NothingObserved
    );
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let combination = Combination {
        fixed: vec![0.0; 3],
        terms: vec![0.0, 1.0],
    };
    let all = RankOptions {
        top: 6,
        draws: 10,
        confidence: 0.9,
    };
    assert_eq!(
        unit_ranks(&design, &reml, 0, &combination, &all, &mut rng),
        Err(Undefined::TooFewUnits)
    );
    let none = RankOptions {
        top: 2,
        draws: 0,
        ..all
    };
    assert_eq!(
        unit_ranks(&design, &reml, 0, &combination, &none, &mut rng),
        Err(Undefined::NothingObserved)
    );
    let short = Combination {
        fixed: vec![0.0; 3],
        terms: vec![1.0],
    };
    assert_eq!(
        unit_values(&design, &reml, 0, &short).unwrap_err(),
        Undefined::TooFewItems
    );
}

#[test]
fn a_unit_that_does_not_vary_has_no_unshrunken_slope() {
    // School 0 is seen at one moment only, school 1 has a single row.
    let mut rng = ChaCha8Rng::seed_from_u64(11);
    let (mut y, mut time, mut unit_of) = (vec![], vec![], vec![]);
    for school in 0..8_u32 {
        let rows = if school == 1 { 1 } else { 12 };
        for row in 0..rows {
            let t = if school == 0 { 1.0 } else { f64::from(row % 4) };
            time.push(t);
            unit_of.push(school);
            y.push(10.0 + 2.0 * t + f64::from(school) * (0.5 - 0.2 * t) + normal(&mut rng));
        }
    }
    let one = Column {
        name: ONE.to_owned(),
        values: vec![1.0; y.len()],
    };
    let time = Column {
        name: "time".to_owned(),
        values: time,
    };
    let schools = Grouping {
        name: "school".to_owned(),
        units: (0..8).map(|j| j.to_string()).collect(),
        unit_of,
        terms: vec![one.clone(), time.clone()],
    };
    let design = Design::new(y, vec![one, time], vec![schools]).unwrap();
    let fit = fit(&design, &options("REML")).unwrap();
    let effects = unit_effects(&design, &fit, 0).unwrap();
    assert_eq!(effects[0].unshrunken, Err(Undefined::NoVariation));
    assert_eq!(effects[0].reliability, Err(Undefined::NoVariation));
    assert_eq!(effects[1].unshrunken, Err(Undefined::TooFewUnits));
    for effect in &effects {
        assert!(effect.shrunken.iter().all(|b| b.is_finite()));
        assert!(
            effect
                .shrunken_covariance
                .clone()
                .symmetric_eigenvalues()
                .min()
                > 0.0
        );
    }
    assert!(effects[2].unshrunken.is_ok());
}

#[test]
fn a_variance_of_zero_is_no_obstacle() {
    // Schools that do not differ at all: every row its own, by a fixed pattern.
    let (mut y, mut time, mut unit_of) = (vec![], vec![], vec![]);
    for school in 0..6_u32 {
        for row in 0..8_u32 {
            time.push(f64::from(row % 4));
            unit_of.push(school);
            let wiggle = if row % 2 == 0 { 1.0 } else { -1.0 } * if row < 4 { 1.0 } else { -1.0 };
            y.push(f64::from(row % 4) + wiggle + 0.01 * f64::from((row * 7 + school * 3) % 5));
        }
    }
    let column = |name: &str, values: Vec<f64>| Column {
        name: name.to_owned(),
        values,
    };
    let one = column(ONE, vec![1.0; y.len()]);
    let schools = Grouping {
        name: "school".to_owned(),
        units: (0..6).map(|j| j.to_string()).collect(),
        unit_of,
        terms: vec![one.clone()],
    };
    let design = Design::new(y, vec![one, column("time", time)], vec![schools]).unwrap();
    let fit = fit(&design, &options("REML")).unwrap();
    assert!(fit.at_boundary && fit.variation[0].covariance[(0, 0)] == 0.0);
    let effects = unit_effects(&design, &fit, 0).unwrap();
    for effect in &effects {
        assert_eq!(effect.shrunken[0], 0.0);
        assert_eq!(effect.reliability.as_ref().unwrap()[0], 0.0);
        assert!(effect.unshrunken.is_ok());
    }
    let tests = Satterthwaite::new(&design, &fit)
        .unwrap()
        .coefficients(0.95)
        .unwrap();
    assert!(tests.iter().all(|test| test.df > 0.0));
    assert!(KenwardRoger::new(&design, &fit).is_ok());
    let combination = Combination {
        fixed: vec![1.0, 0.0],
        terms: vec![1.0],
    };
    let ranks = RankOptions {
        top: 2,
        draws: 100,
        confidence: 0.9,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    assert_eq!(
        unit_ranks(&design, &fit, 0, &combination, &ranks, &mut rng),
        Err(Undefined::NoVariation)
    );
    let profile = Profile::new(&design, 1_000).unwrap();
    let interval = profile
        .interval(
            Parameter::Deviation {
                grouping: 0,
                term: 0,
            },
            0.95,
        )
        .unwrap();
    assert_eq!(interval.lower, 0.0);
    assert!(interval.upper > 0.0 && interval.upper < 2.0, "{interval:?}");
}

// ---------------------------------------------------------------- recovery

/// What came back of what was planted, over many drawn studies.
#[derive(Default)]
struct Recovery {
    /// Fixed effects and units inside their 95 % interval, and how many there were.
    fixed: (usize, usize),
    units: (usize, usize),
    unshrunken: (usize, usize),
    /// Errors of the school slopes, unshrunken, and of the fixed change.
    bias: Vec<f64>,
    fixed_bias: Vec<f64>,
}

const SEED: u64 = 1_000;

fn recover(studies: u64, schools: usize, pupils: usize) -> Recovery {
    let mut found = Recovery::default();
    for seed in 0..studies {
        let Study {
            design,
            planted,
            beta,
        } = study(SEED + seed, schools, pupils, true, false);
        let fit = fit(&design, &options("REML")).unwrap();
        let tests = Satterthwaite::new(&design, &fit)
            .unwrap()
            .coefficients(0.95)
            .unwrap();
        for (test, beta) in tests.iter().zip(&beta) {
            found.fixed.0 += usize::from(test.interval.contains(*beta));
            found.fixed.1 += 1;
        }
        found.fixed_bias.push(tests[2].estimate - beta[2]);
        // The effect of a school: the change everywhere and its own.
        let combination = Combination {
            fixed: vec![0.0, 0.0, 1.0],
            terms: vec![0.0, 1.0],
        };
        let values = unit_values(&design, &fit, 0, &combination).unwrap();
        let own = unshrunken_values(&design, &fit, 0, &combination).unwrap();
        let mut bias = 0.0;
        for ((value, own), planted) in values.iter().zip(&own).zip(&planted) {
            let truth = beta[2] + planted[1];
            found.units.0 += usize::from((value.estimate - truth).abs() < 1.96 * value.se);
            found.units.1 += 1;
            let own = own.as_ref().unwrap();
            bias += own.estimate - truth;
            found.unshrunken.0 += usize::from((own.estimate - truth).abs() < 1.96 * own.se);
            found.unshrunken.1 += 1;
        }
        found.bias.push(bias / schools as f64);
    }
    found
}

/// Bias of the school effects in standard deviations between schools, and the three coverages.
fn report(found: &Recovery) -> (f64, [f64; 3]) {
    let sd = (0.04_f64 * 4.0 + 0.81).sqrt();
    let studies = found.bias.len() as f64;
    // Mean and its Monte Carlo error, in per cent of the standard deviation.
    let mean = |errors: &[f64]| {
        let mean = errors.iter().sum::<f64>() / studies;
        let squares: f64 = errors.iter().map(|e| (e - mean).powi(2)).sum();
        (100.0 * mean / sd, 100.0 * squares.sqrt() / studies / sd)
    };
    let (bias, fixed_bias) = (mean(&found.bias), mean(&found.fixed_bias));
    let share = |(inside, of): (usize, usize)| inside as f64 / of as f64;
    let coverage = [found.fixed, found.units, found.unshrunken].map(share);
    println!(
        "{studies} studies: bias of school effects {:.2} ± {:.2} % of their SD, of the fixed change {:.2} ± {:.2} %; coverage fixed {:.3}, school effects {:.3}, unshrunken {:.3}",
        bias.0, bias.1, fixed_bias.0, fixed_bias.1, coverage[0], coverage[1], coverage[2],
    );
    (bias.0 / 100.0, coverage)
}

#[test]
fn planted_school_effects_come_back() {
    let (bias, coverage) = report(&recover(60, 20, 8));
    // 1,200 schools and 180 fixed effects: three standard errors of the figures.
    assert!(bias.abs() < 0.1);
    assert!((coverage[0] - 0.95).abs() < 0.05);
    assert!((coverage[1] - 0.95).abs() < 0.03);
    assert!((coverage[2] - 0.95).abs() < 0.03);
}

#[test]
#[ignore = "slow: thousands of fits"]
fn planted_school_effects_come_back_at_length() {
    let (bias, coverage) = report(&recover(6_000, 20, 10));
    assert!(bias.abs() < 0.02);
    for share in coverage {
        assert!((0.93..=0.97).contains(&share), "{share}");
    }
}

#[test]
#[ignore = "slow: a cohort of 104 schools"]
fn a_whole_cohort() {
    let Study { design, .. } = study(104, 104, 115, true, false);
    println!(
        "{} rows, {} pupils",
        design.n_rows(),
        design.groupings()[1].units.len()
    );
    let start = std::time::Instant::now();
    let mut said = 0.0;
    let mut lap = |what: &str| {
        let now = start.elapsed().as_secs_f64();
        println!("{what}: {:.0} ms", 1e3 * (now - said));
        said = now;
    };
    let options = options("REML");
    let fit = fit(&design, &options).unwrap();
    lap("fit");
    let effects = unit_effects(&design, &fit, 0).unwrap();
    lap("effects of the schools");
    assert_eq!(effects.len(), 104);
    unit_effects(&design, &fit, 1).unwrap();
    lap("effects of the pupils");
    Satterthwaite::new(&design, &fit).unwrap();
    lap("Satterthwaite");
    let combination = Combination {
        fixed: vec![0.0, 0.0, 1.0],
        terms: vec![0.0, 1.0],
    };
    let ranks = RankOptions {
        top: 10,
        draws: 10_000,
        confidence: 0.95,
    };
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    unit_ranks(&design, &fit, 0, &combination, &ranks, &mut rng).unwrap();
    lap("10,000 draws of ranks");
    let profile = Profile::new(&design, 1_000).unwrap();
    profile
        .interval(
            Parameter::Deviation {
                grouping: 0,
                term: 1,
            },
            0.95,
        )
        .unwrap();
    lap("profile of one deviation");
    let influence = leave_one_out(&design, &fit, 0, &combination, &options).unwrap();
    lap("104 schools left out");
    assert!(influence.iter().all(|unit| unit.without.is_ok()));
}
