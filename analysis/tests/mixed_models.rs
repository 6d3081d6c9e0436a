//! Linear mixed models: against lme4 on the shared collection, against the density by definition, and their laws.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data must stop"
)]

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use nalgebra::{DMatrix, DVector};
use proptest::prelude::*;
use schakel_analysis::multilevel::deviance::Profiled;
use schakel_analysis::multilevel::{
    Column, Criterion, Design, DesignFault, Fit, FitFault, FitOptions, Grouping, fit,
    fit::Variation,
};
use serde_json::Value;

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

type Table = BTreeMap<String, Vec<String>>;

/// Simple CSV: a quoted cell holds neither comma nor quote.
fn csv(path: &Path) -> Table {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let cells = |line: &str| -> Vec<String> {
        line.split(',')
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect()
    };
    let mut lines = text.lines();
    let head = cells(lines.next().unwrap());
    let mut table: Table = head.iter().map(|name| (name.clone(), Vec::new())).collect();
    for line in lines {
        for (name, cell) in head.iter().zip(cells(line)) {
            table.get_mut(name).unwrap().push(cell);
        }
    }
    table
}

fn column(name: &str, values: Vec<f64>) -> Column {
    Column {
        name: name.to_owned(),
        values,
    }
}

fn grouping(name: &str, keys: &[String], terms: Vec<Column>) -> Grouping {
    let mut units: Vec<String> = keys.to_vec();
    units.sort();
    units.dedup();
    let unit_of = keys
        .iter()
        .map(|key| units.binary_search(key).unwrap() as u32)
        .collect();
    Grouping {
        name: name.to_owned(),
        units,
        unit_of,
        terms,
    }
}

/// The rows of a data set on which an outcome is known, and its columns as numbers.
struct Data {
    table: Table,
    rows: Vec<usize>,
}

impl Data {
    fn of(table: Table, outcome: &str) -> Self {
        let rows = (0..table[outcome].len())
            .filter(|&row| table[outcome][row].parse::<f64>().is_ok())
            .collect();
        Self { table, rows }
    }

    fn numbers(&self, name: &str) -> Vec<f64> {
        let cells = &self.table[name];
        self.rows
            .iter()
            .map(|&row| cells[row].parse().unwrap())
            .collect()
    }

    fn keys(&self, name: &str) -> Vec<String> {
        self.rows
            .iter()
            .map(|&row| self.table[name][row].clone())
            .collect()
    }

    /// A column of the formula of the reference.
    fn term(&self, name: &str) -> Column {
        let ones = vec![1.0; self.rows.len()];
        let occasion = || self.numbers("occasion");
        let piece = |from: f64, to: f64| {
            occasion()
                .iter()
                .map(|x| x.clamp(from, to) - from)
                .collect()
        };
        let pupils = self.table.contains_key("weight_category");
        let values = match name {
            "(Intercept)" => ones,
            "t1" if pupils => piece(1.0, 3.0),
            "t2" if pupils => piece(3.0, f64::INFINITY),
            "time" => occasion().iter().map(|x| x - 1.0).collect(),
            "wc0.3" | "wc1.2" => self
                .keys("weight_category")
                .iter()
                .map(|key| f64::from(u8::from(*key == name[2..])))
                .collect(),
            // Twelve occasions of six before and six after a change.
            "t1" => occasion().iter().map(|x| x.min(5.0)).collect(),
            "jump" | "trans" => occasion()
                .iter()
                .map(|x| f64::from(u8::from(*x >= 6.0)))
                .collect(),
            "t2" | "post" => occasion().iter().map(|x| (x - 6.0).max(0.0)).collect(),
            _ => self.numbers(name),
        };
        column(name, values)
    }

    fn terms(&self, names: &[&str]) -> Vec<Column> {
        names.iter().map(|name| self.term(name)).collect()
    }
}

/// A formula of lme4: outcome, fixed columns, and per grouping its name and terms.
struct Formula {
    outcome: String,
    fixed: Vec<String>,
    random: Vec<(String, Vec<String>)>,
}

impl Formula {
    fn of(text: &str) -> Self {
        let (outcome, right) = text.split_once(" ~ ").unwrap();
        let spelt = |names: &str, intercept: bool| -> Vec<String> {
            let mut all = if intercept {
                vec!["(Intercept)".to_owned()]
            } else {
                Vec::new()
            };
            for name in names.split(" + ").map(str::trim) {
                match name {
                    "" => {}
                    "1" => all.push("(Intercept)".to_owned()),
                    "0" => all.clear(),
                    "wc" => all.extend(["wc0.3".to_owned(), "wc1.2".to_owned()]),
                    _ => all.push(name.to_owned()),
                }
            }
            all
        };
        let (fixed, random) = right.split_once(" + (").unwrap();
        let random = random
            .split("(")
            .map(|part| {
                let part = part.trim_end_matches([' ', '+', ')']);
                let (terms, group) = part.split_once(" | ").unwrap();
                (group.to_owned(), spelt(terms, false))
            })
            .collect();
        Self {
            outcome: outcome.to_owned(),
            fixed: spelt(fixed, true),
            random,
        }
    }

    fn design(&self, data: &Data) -> Design {
        let names = |names: &[String]| -> Vec<Column> {
            names.iter().map(|name| data.term(name)).collect()
        };
        let moving = data.table.contains_key("class_type") || data.table.contains_key("rater");
        let groupings = self
            .random
            .iter()
            .map(|(group, terms)| {
                let mut keys = data.keys(group);
                if group == "pupil" && !moving {
                    for (key, school) in keys.iter_mut().zip(data.keys("school")) {
                        *key = format!("{school}:{key}");
                    }
                }
                grouping(group, &keys, names(terms))
            })
            .collect();
        Design::new(data.numbers(&self.outcome), names(&self.fixed), groupings).unwrap()
    }
}

/// The largest deviation so far, per kind of number.
#[derive(Default)]
struct Worst(BTreeMap<&'static str, f64>);

impl Worst {
    #[track_caller]
    fn near(
        &mut self,
        kind: &'static str,
        ours: f64,
        theirs: f64,
        tolerance: f64,
        scale: f64,
        what: &str,
    ) {
        let off = (ours - theirs).abs() / scale;
        let worst = self.0.entry(kind).or_default();
        *worst = worst.max(off);
        assert!(
            off <= tolerance,
            "{what}, {kind}: {ours}, not {theirs} ({off:.1e})"
        );
    }
}

fn covariance(fit: &Fit, group: &str, a: &str, b: &str) -> f64 {
    // The name of a grouping may stand twice, with terms that are not correlated.
    let has = |variation: &&Variation| {
        variation.grouping == group
            && [a, b]
                .iter()
                .all(|name| variation.terms.iter().any(|t| t == name))
    };
    let variation = fit.variation.iter().find(has).unwrap();
    let place = |name: &str| variation.terms.iter().position(|t| t == name).unwrap();
    variation.covariance[(place(a), place(b))]
}

/// Fixed effects, standard errors, covariances and residual variance against a record of lme4.
#[track_caller]
fn numbers_agree(worst: &mut Worst, ours: &Fit, record: &Value, what: &str) {
    for coefficient in &ours.fixed {
        let theirs = record["fixef"][&coefficient.name].as_f64().unwrap();
        let se = record["se"][&coefficient.name].as_f64().unwrap();
        worst.near(
            "fixed",
            coefficient.estimate,
            theirs,
            1e-4,
            theirs.abs(),
            what,
        );
        worst.near("se", coefficient.se, se, 1e-4, se, what);
    }
    for component in record["varcomp"].as_array().unwrap() {
        let theirs = component["vcov"].as_f64().unwrap();
        let group = component
            .get("group")
            .unwrap_or(&component["grp"])
            .as_str()
            .unwrap()
            .trim_end_matches(".1");
        if group == "Residual" {
            worst.near(
                "residual",
                ours.residual_variance,
                theirs,
                1e-3,
                theirs,
                what,
            );
            continue;
        }
        let first = component["var1"].as_str().unwrap();
        let second = component
            .get("var2")
            .and_then(Value::as_str)
            .unwrap_or(first);
        let own = |name: &str| covariance(ours, group, name, name);
        // A covariance near zero is measured by what it could be.
        let scale = (own(first) * own(second)).sqrt();
        worst.near(
            "(co)variance",
            covariance(ours, group, first, second),
            theirs,
            1e-3,
            scale,
            what,
        );
    }
}

#[test]
fn every_fit_of_the_collection() {
    let Some(data) = shared() else { return };
    let text = std::fs::read_to_string(data.join("golden/growth.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let fits = golden["fits"].as_array().unwrap();
    assert_eq!(fits.len(), 20);
    let mut worst = Worst::default();
    for record in fits {
        let folder = match record["dataset"].as_str().unwrap() {
            "inputs" => "golden/inputs",
            folder => folder,
        };
        let path = data.join(folder).join(record["file"].as_str().unwrap());
        let call = record["function"].as_str().unwrap();
        let what = format!("{folder} {call}");
        let inner = call.split_once("lmer(").unwrap().1;
        let (formula, rest) = inner.split_once(", REML=").unwrap();
        let criterion = if rest.starts_with("TRUE") {
            Criterion::Reml
        } else {
            Criterion::Ml
        };
        let formula = Formula::of(formula);
        let rows = Data::of(csv(&path), &formula.outcome);
        let design = formula.design(&rows);
        assert_eq!(design.n_rows() as u64, record["nobs"].as_u64().unwrap());
        let started = std::time::Instant::now();
        let ours =
            fit(&design, &FitOptions::by(criterion)).unwrap_or_else(|e| panic!("{what}: {e}"));
        eprintln!(
            "{:6.1} ms {:3} {what}",
            started.elapsed().as_secs_f64() * 1e3,
            ours.trace.len()
        );

        let criterion_of_theirs = record["minus2logLik"].as_f64().unwrap();
        // Never above what lme4 found, and no further below than its optimiser leaves.
        assert!(
            ours.deviance <= criterion_of_theirs + 1e-6,
            "{what}: {} {criterion_of_theirs}",
            ours.deviance
        );
        worst.near(
            "criterion",
            ours.deviance,
            criterion_of_theirs,
            1e-6,
            1.0,
            &what,
        );
        assert_eq!(
            ours.at_boundary,
            record["singular"].as_bool().unwrap(),
            "{what}"
        );
        numbers_agree(&mut worst, &ours, record, &what);
        for (group, size) in record["ngroups"].as_object().unwrap() {
            let place = design
                .groupings()
                .iter()
                .position(|g| g.name == *group)
                .unwrap();
            assert_eq!(ours.n_units[place] as u64, size.as_u64().unwrap(), "{what}");
        }
        let modes = Profiled::new(&design)
            .conditional_modes(&design, &ours.theta)
            .unwrap();
        for (group, units) in record["ranef_first5"].as_object().unwrap() {
            let place = design
                .groupings()
                .iter()
                .position(|g| g.name == *group)
                .unwrap();
            let grouping = &design.groupings()[place];
            for (unit, effects) in units.as_object().unwrap() {
                let row = grouping.units.binary_search(unit).unwrap();
                for (term, theirs) in effects.as_object().unwrap() {
                    let at = grouping.terms.iter().position(|t| t.name == *term).unwrap();
                    let sd = covariance(&ours, group, term, term).sqrt();
                    worst.near(
                        "mode",
                        modes[place][(row, at)],
                        theirs.as_f64().unwrap(),
                        1e-3,
                        sd,
                        &what,
                    );
                }
            }
        }
    }
    eprintln!("{:?}", worst.0);
}

/// Our own golden fits: mixed_models.R beside the values.
#[test]
fn every_fit_of_our_own() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/mixed_models.json"
    ));
    let golden: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let table: Table = golden["rows"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, cells)| {
            let cells = cells.as_array().unwrap().iter().map(Value::to_string);
            (name.clone(), cells.collect())
        })
        .collect();
    let rows = Data::of(table, "y");
    let mut worst = Worst::default();
    let fits = golden["fits"].as_array().unwrap();
    assert_eq!(fits.len(), 14);
    for record in fits {
        let formula = record["formula"].as_str().unwrap();
        let reml = record["REML"].as_bool().unwrap();
        let what = format!("{formula}, REML {reml}");
        let criterion = if reml { Criterion::Reml } else { Criterion::Ml };
        let design = Formula::of(formula).design(&rows);
        let ours =
            fit(&design, &FitOptions::by(criterion)).unwrap_or_else(|e| panic!("{what}: {e}"));
        let theirs = record["criterion"].as_f64().unwrap();
        worst.near("criterion", ours.deviance, theirs, 1e-6, 1.0, &what);
        assert_eq!(
            ours.at_boundary,
            record["singular"].as_bool().unwrap(),
            "{what}"
        );
        numbers_agree(&mut worst, &ours, record, &what);
    }
    eprintln!("{:?}", worst.0);
}

fn data(folder: &str, file: &str, outcome: &str) -> Option<Data> {
    Some(Data::of(csv(&shared()?.join(folder).join(file)), outcome))
}

#[track_caller]
fn rounded(ours: f64, printed: f64, half_a_digit: f64) {
    assert!(
        (ours - printed).abs() <= half_a_digit,
        "{ours}, not {printed}"
    );
}

/// Printed values of the method's section 7 that no record of the collection holds.
#[test]
fn check_values_of_the_method() {
    if let Some(rows) = data("bdf_dutch_primary", "pupils.csv", "langPOST") {
        let schools = grouping(
            "school",
            &rows.keys("schoolNR"),
            rows.terms(&["(Intercept)"]),
        );
        let fixed = rows.terms(&["(Intercept)", "IQ.ver.cen"]);
        let design = Design::new(rows.numbers("langPOST"), fixed, vec![schools]).unwrap();
        let found = fit(&design, &FitOptions::by(Criterion::Ml)).unwrap();
        rounded(found.fixed[0].estimate, 40.609368, 2e-6);
        rounded(found.fixed[0].se, 0.306855, 2e-6);
        rounded(found.fixed[1].estimate, 2.488094, 2e-6);
        rounded(found.fixed[1].se, 0.070055, 2e-6);
        rounded(found.variation[0].covariance[(0, 0)], 9.497, 1e-3);
        rounded(found.residual_variance, 42.227, 1e-3);
        rounded(-0.5 * found.deviance, -7625.886, 1e-3);
    }
    if let Some(rows) = data("star", "scores.csv", "math") {
        let pupils = grouping("pupil", &rows.keys("pupil"), rows.terms(&["(Intercept)"]));
        let schools = grouping(
            "school",
            &rows.keys("school"),
            rows.terms(&["(Intercept)", "occasion"]),
        );
        let fixed = rows.terms(&["(Intercept)", "occasion"]);
        let design = Design::new(rows.numbers("math"), fixed, vec![schools, pupils]).unwrap();
        let found = fit(&design, &FitOptions::by(Criterion::Reml)).unwrap();
        assert_eq!(found.n_rows, 24_613);
        rounded(found.fixed[0].estimate, 485.1308, 1e-4);
        rounded(found.fixed[0].se, 2.1237, 1e-4);
        rounded(found.fixed[1].estimate, 43.4281, 1e-4);
        rounded(found.fixed[1].se, 0.8874, 1e-4);
        let school = &found.variation[0].covariance;
        rounded(school[(0, 0)], 344.213, 0.01);
        rounded(school[(1, 1)], 58.533, 0.003);
        rounded(
            school[(0, 1)] / (school[(0, 0)] * school[(1, 1)]).sqrt(),
            -0.619,
            6e-4,
        );
        rounded(found.variation[1].covariance[(0, 0)], 1031.645, 0.01);
        rounded(found.residual_variance, 624.773, 0.005);
        rounded(found.deviance, 244_636.7, 0.06);
    }
    if let Some(rows) = data("tankdat_discontinuous", "scores.csv", "score") {
        let persons = grouping("person", &rows.keys("person"), rows.terms(&["(Intercept)"]));
        let fixed = rows.terms(&["(Intercept)", "occasion", "trans", "post"]);
        let design = Design::new(rows.numbers("score"), fixed, vec![persons]).unwrap();
        let found = fit(&design, &FitOptions::by(Criterion::Reml)).unwrap();
        for (ours, printed) in found
            .fixed
            .iter()
            .zip([-3.685818, 1.813820, -4.979710, -1.220342])
        {
            rounded(ours.estimate, printed, 1e-6);
        }
        rounded(found.deviance, 15391.81, 0.005);
    }
}

/// Rows at random: numbers of rows, fixed columns, and groupings with their units and terms.
#[derive(Debug, Clone)]
struct Draw {
    outcome: Vec<f64>,
    fixed: Vec<Column>,
    groupings: Vec<Grouping>,
    theta: Vec<f64>,
}

impl Draw {
    fn design(&self) -> Design {
        Design::new(
            self.outcome.clone(),
            self.fixed.clone(),
            self.groupings.clone(),
        )
        .unwrap()
    }
}

/// How units lie in each other.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Structure {
    One,
    Two,
    Three,
    Crossed,
    CrossedInThree,
}

fn units(structure: Structure, row: usize, noise: &[f64]) -> Vec<(usize, usize)> {
    let any = |of: usize, at: usize| (noise[at % noise.len()].abs() * 1e6) as usize % of;
    let pupil = row / 4;
    match structure {
        Structure::One => vec![(12, pupil)],
        Structure::Two => vec![(3, pupil / 4), (12, pupil)],
        // Out of order on purpose: class, school, pupil.
        Structure::Three => vec![(6, pupil / 2), (2, pupil / 6), (12, pupil)],
        Structure::Crossed => vec![(12, pupil), (4, any(4, row))],
        Structure::CrossedInThree => vec![(3, any(3, row)), (12, pupil), (4, any(4, 7 * row + 3))],
    }
}

fn draw(structure: Structure) -> impl Strategy<Value = Draw> {
    let rows = 48;
    (
        prop::collection::vec(-1.0..1.0_f64, rows),
        prop::collection::vec(-1.0..1.0_f64, rows),
        prop::collection::vec(-1.0..1.0_f64, rows),
        prop::collection::vec(-1.5..1.5_f64, 18),
        prop::collection::vec(1..=2_usize, 3),
    )
        .prop_map(move |(outcome, free, places, theta, terms)| {
            let ones = || column("1", vec![1.0; rows]);
            let time = || column("time", (0..rows).map(|row| (row % 4) as f64).collect());
            let by_row: Vec<Vec<(usize, usize)>> = (0..rows)
                .map(|row| units(structure, row, &places))
                .collect();
            let groupings: Vec<Grouping> = (0..by_row[0].len())
                .map(|at| Grouping {
                    name: format!("g{at}"),
                    units: (0..by_row[0][at].0).map(|unit| unit.to_string()).collect(),
                    unit_of: by_row.iter().map(|row| row[at].1 as u32).collect(),
                    terms: match (terms[at], at) {
                        (1, _) => vec![ones()],
                        (_, 0) => vec![ones(), column("free", free.clone())],
                        _ => vec![ones(), time()],
                    },
                })
                .collect();
            let len = groupings
                .iter()
                .map(|g| g.terms.len() * (g.terms.len() + 1) / 2)
                .sum();
            // Outcomes far from zero: nothing may hang on where the scale begins.
            Draw {
                outcome: outcome.iter().map(|y| 500.0 + 20.0 * y).collect(),
                fixed: vec![ones(), time(), column("x", free)],
                groupings,
                theta: theta[..len].to_vec(),
            }
        })
}

/// V / residual variance, row by row.
fn relative_covariance(draw: &Draw) -> DMatrix<f64> {
    let n = draw.outcome.len();
    let mut v = DMatrix::identity(n, n);
    let mut next = draw.theta.iter();
    for grouping in &draw.groupings {
        let q = grouping.terms.len();
        let mut factor = DMatrix::zeros(q, q);
        for column in 0..q {
            for row in column..q {
                factor[(row, column)] = *next.next().unwrap();
            }
        }
        let psi = &factor * factor.transpose();
        for i in 0..n {
            for j in 0..n {
                if grouping.unit_of[i] == grouping.unit_of[j] {
                    for a in 0..q {
                        for b in 0..q {
                            v[(i, j)] += grouping.terms[a].values[i]
                                * psi[(a, b)]
                                * grouping.terms[b].values[j];
                        }
                    }
                }
            }
        }
    }
    v
}

/// The deviance is -2 log of the density of the rows at the best fixed effects and residual variance, by dense matrices.
fn holds_by_definition(draw: &Draw) {
    let n = draw.outcome.len();
    let p = draw.fixed.len();
    let profiled = Profiled::new(&draw.design());
    let v = relative_covariance(draw).cholesky().unwrap();
    let log_det_v: f64 = v.l().diagonal().iter().map(|x| 2.0 * x.ln()).sum();
    let x = DMatrix::from_fn(n, p, |row, at| draw.fixed[at].values[row]);
    let y = DVector::from_column_slice(&draw.outcome);
    let information = x.transpose() * v.solve(&x);
    let inner = information.clone().cholesky().unwrap();
    let b = inner.solve(&(x.transpose() * v.solve(&y)));
    let rest = &y - &x * &b;
    let squares = rest.dot(&v.solve(&rest));
    for criterion in [Criterion::Ml, Criterion::Reml] {
        let at = profiled.at(&draw.theta, criterion).unwrap();
        let (degrees, of_fixed) = match criterion {
            Criterion::Ml => (n as f64, 0.0),
            Criterion::Reml => (
                (n - p) as f64,
                inner.l().diagonal().iter().map(|x| 2.0 * x.ln()).sum(),
            ),
        };
        let variance = squares / degrees;
        let by_definition = degrees * (std::f64::consts::TAU * variance).ln()
            + log_det_v
            + of_fixed
            + squares / variance;
        let near = |ours: f64, theirs: f64, what: &str| {
            assert!(
                (ours - theirs).abs() <= 1e-8 * (1.0 + theirs.abs()),
                "{what}: {ours}, not {theirs}"
            );
        };
        near(at.deviance, by_definition, "deviance");
        near(at.residual_variance, variance, "residual variance");
        near(at.penalised_squares, squares, "squares");
        near(at.log_det_random, log_det_v, "log |L|^2");
        for (ours, theirs) in at.fixed.iter().zip(b.iter()) {
            near(*ours, *theirs, "fixed");
        }
        let covariance = inner.inverse();
        for (ours, theirs) in at.fixed_covariance_unscaled.iter().zip(covariance.iter()) {
            near(*ours, *theirs, "covariance of fixed");
        }
    }
    // Conditional modes: Psi Z' V^-1 (y - Xb).
    let scaled = v.solve(&rest);
    let modes = profiled
        .conditional_modes(&draw.design(), &draw.theta)
        .unwrap();
    let mut next = draw.theta.iter();
    for (grouping, modes) in draw.groupings.iter().zip(&modes) {
        let q = grouping.terms.len();
        let mut factor = DMatrix::zeros(q, q);
        for column in 0..q {
            for row in column..q {
                factor[(row, column)] = *next.next().unwrap();
            }
        }
        let mut zv = DMatrix::zeros(grouping.units.len(), q);
        for row in 0..n {
            for a in 0..q {
                zv[(grouping.unit_of[row] as usize, a)] +=
                    grouping.terms[a].values[row] * scaled[row];
            }
        }
        let theirs = zv * &factor * factor.transpose();
        // Units that no row names have no mode; the draw may leave one out.
        if modes.nrows() == theirs.nrows() {
            assert!((modes - theirs).amax() < 1e-8, "modes of {}", grouping.name);
        }
    }
}

fn fitted(design: &Design, criterion: Criterion) -> Fit {
    fit(design, &FitOptions::by(criterion)).unwrap()
}

#[track_caller]
fn same(a: f64, b: f64, tolerance: f64) {
    assert!(
        (a - b).abs() <= tolerance * (1.0 + a.abs().max(b.abs())),
        "{a}, not {b}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_deviance_of_one_grouping(draw in draw(Structure::One)) {
        holds_by_definition(&draw);
    }

    #[test]
    fn the_deviance_of_two_levels(draw in draw(Structure::Two)) {
        holds_by_definition(&draw);
    }

    #[test]
    fn the_deviance_of_three_levels(draw in draw(Structure::Three)) {
        holds_by_definition(&draw);
    }

    #[test]
    fn the_deviance_of_crossed_units(draw in draw(Structure::Crossed)) {
        holds_by_definition(&draw);
    }

    #[test]
    fn the_deviance_of_three_crossed(draw in draw(Structure::CrossedInThree)) {
        holds_by_definition(&draw);
    }

    #[test]
    fn the_order_of_rows_does_not_matter(draw in draw(Structure::Three), turn in 1..48_usize) {
        let moved = |values: &[f64]| -> Vec<f64> {
            let mut values = values.to_vec();
            values.rotate_left(turn);
            values.reverse();
            values
        };
        let turned = |columns: &[Column]| -> Vec<Column> {
            columns.iter().map(|c| column(&c.name, moved(&c.values))).collect()
        };
        let groupings = draw.groupings.iter().map(|grouping| {
            let mut unit_of = grouping.unit_of.clone();
            unit_of.rotate_left(turn);
            unit_of.reverse();
            Grouping { unit_of, terms: turned(&grouping.terms), ..grouping.clone() }
        }).collect();
        let other = Design::new(moved(&draw.outcome), turned(&draw.fixed), groupings).unwrap();
        let (a, b) = (fitted(&draw.design(), Criterion::Reml), fitted(&other, Criterion::Reml));
        same(a.deviance, b.deviance, 1e-8);
        for (a, b) in a.fixed.iter().zip(&b.fixed) {
            same(a.estimate, b.estimate, 1e-4);
        }
    }

    #[test]
    fn the_scale_and_the_origin_of_the_outcome(draw in draw(Structure::Two), scale in 0.001..1000.0_f64, shift in -1e4..1e4_f64) {
        let moved = Draw { outcome: draw.outcome.iter().map(|y| scale * y + shift).collect(), ..draw.clone() };
        let (a, b) = (fitted(&draw.design(), Criterion::Ml), fitted(&moved.design(), Criterion::Ml));
        same(b.deviance, a.deviance + 2.0 * draw.outcome.len() as f64 * scale.ln(), 1e-8);
        same(b.fixed[0].estimate / scale, a.fixed[0].estimate + shift / scale, 1e-5);
        for (a, b) in a.fixed.iter().zip(&b.fixed).skip(1) {
            same(a.estimate, b.estimate / scale, 1e-3);
        }
        same(a.residual_variance, b.residual_variance / (scale * scale), 1e-3);
    }

    #[test]
    fn the_scale_and_the_origin_of_a_slope(draw in draw(Structure::Two), scale in 0.01..100.0_f64, shift in -2020.0..2020.0_f64) {
        let mut with_time = draw.clone();
        for grouping in &mut with_time.groupings {
            grouping.terms = vec![draw.fixed[0].clone(), draw.fixed[1].clone()];
        }
        let mut moved = with_time.clone();
        for column in std::iter::once(&mut moved.fixed[1]).chain(moved.groupings.iter_mut().map(|g| &mut g.terms[1])) {
            for x in &mut column.values {
                *x = *x * scale + shift;
            }
        }
        let (a, b) = (fitted(&with_time.design(), Criterion::Ml), fitted(&moved.design(), Criterion::Ml));
        same(a.deviance, b.deviance, 1e-7);
        same(a.fixed[1].estimate, b.fixed[1].estimate * scale, 1e-3);
        for (a, b) in a.variation.iter().zip(&b.variation) {
            same(a.covariance[(1, 1)], b.covariance[(1, 1)] * scale * scale, 1e-2);
        }
    }

    /// The search ends where no nearby variances fit better.
    #[test]
    fn no_neighbour_is_better(draw in draw(Structure::Crossed), step in prop::collection::vec(-0.05..0.05_f64, 18)) {
        let design = draw.design();
        for criterion in [Criterion::Ml, Criterion::Reml] {
            let found = fitted(&design, criterion);
            let beside: Vec<f64> = found.theta.iter().zip(&step).map(|(t, s)| t + s).collect();
            let there = Profiled::new(&design).at(&beside, criterion).unwrap().deviance;
            prop_assert!(there >= found.deviance - 1e-6, "{there} {}", found.deviance);
        }
    }
}

fn small() -> (Vec<f64>, Vec<Column>, Grouping) {
    let rows = 24;
    let outcome: Vec<f64> = (0..rows).map(|row| ((row * row * 7) % 23) as f64).collect();
    let fixed = vec![
        column("(Intercept)", vec![1.0; rows]),
        column("x", (0..rows).map(|row| (row % 5) as f64).collect()),
    ];
    let school = Grouping {
        name: "school".to_owned(),
        units: (0..6).map(|unit| format!("S{unit}")).collect(),
        unit_of: (0..rows).map(|row| (row / 4) as u32).collect(),
        terms: vec![column("(Intercept)", vec![1.0; rows])],
    };
    (outcome, fixed, school)
}

fn fault(spoil: impl FnOnce(&mut Vec<f64>, &mut Vec<Column>, &mut Grouping)) -> DesignFault {
    let (mut outcome, mut fixed, mut school) = small();
    spoil(&mut outcome, &mut fixed, &mut school);
    Design::new(outcome, fixed, vec![school]).unwrap_err()
}

#[test]
fn every_fault_of_a_design_has_its_reason() {
    let named = |column: &str| column.to_owned();
    assert_eq!(
        Design::new(vec![], vec![], vec![]),
        Err(DesignFault::NoRows)
    );
    for bad in [f64::NAN, f64::INFINITY] {
        assert_eq!(
            fault(|_, fixed, _| fixed[1].values[3] = bad),
            DesignFault::NotFinite {
                column: named("x"),
                row: 3
            }
        );
        assert_eq!(
            fault(|outcome, _, _| outcome[5] = bad),
            DesignFault::NotFinite {
                column: named("outcome"),
                row: 5
            }
        );
        assert_eq!(
            fault(|_, _, school| school.terms[0].values[0] = bad),
            DesignFault::NotFinite {
                column: named("(Intercept)"),
                row: 0
            }
        );
    }
    assert_eq!(
        fault(|_, fixed, _| fixed[1].values.truncate(7)),
        DesignFault::Length {
            column: named("x"),
            found: 7,
            wanted: 24
        }
    );
    assert_eq!(
        fault(|_, _, school| school.unit_of.truncate(7)),
        DesignFault::Length {
            column: named("school"),
            found: 7,
            wanted: 24
        }
    );
    let sum = |fixed: &mut Vec<Column>| {
        let values = fixed[1].values.iter().map(|x| 3.0 - 0.1 * x).collect();
        fixed.push(column("sum", values));
    };
    assert_eq!(
        fault(|_, fixed, _| sum(fixed)),
        DesignFault::Collinear {
            column: named("sum")
        }
    );
    assert_eq!(
        fault(|_, fixed, _| fixed[1].values.fill(0.0)),
        DesignFault::Collinear { column: named("x") }
    );
    assert_eq!(
        fault(|_, _, school| school.terms.push(column("zero", vec![0.0; 24]))),
        DesignFault::Collinear {
            column: named("zero")
        }
    );
    assert_eq!(
        fault(|_, _, school| school.unit_of[2] = 6),
        DesignFault::NoSuchUnit {
            grouping: named("school"),
            unit: 6,
            units: 6,
            row: 2
        }
    );
    assert_eq!(
        fault(|_, _, school| school.unit_of.fill(4)),
        DesignFault::TooFewUnits {
            grouping: named("school"),
            units: 1
        }
    );
    assert_eq!(
        fault(|_, _, school| school.terms.clear()),
        DesignFault::NoTerms {
            grouping: named("school")
        }
    );
    assert_eq!(
        fault(|outcome, _, _| outcome.fill(3.0)),
        DesignFault::NoVariation
    );
    assert_eq!(
        fault(|_, _, school| {
            school.unit_of = (0..24).collect();
            school.units = (0..24).map(|unit| unit.to_string()).collect();
        }),
        DesignFault::UnitPerRow {
            grouping: named("school")
        }
    );
    assert_eq!(
        fault(|_, fixed, school| {
            school.unit_of = (0..24).map(|row| row / 2).collect();
            school.units = (0..12).map(|unit| unit.to_string()).collect();
            school.terms.push(fixed[1].clone());
        }),
        DesignFault::TooManyEffects {
            grouping: named("school"),
            effects: 24,
            rows: 24
        }
    );
    let (outcome, fixed, _) = small();
    let few = |values: &[f64]| values[..2].to_vec();
    let two = fixed
        .iter()
        .map(|c| column(&c.name, few(&c.values)))
        .collect();
    assert_eq!(
        Design::new(few(&outcome), two, vec![]),
        Err(DesignFault::TooFewRows {
            rows: 2,
            columns: 2
        })
    );
    let rows = 6_000;
    let crossed = |name: &str, step: usize| Grouping {
        name: name.to_owned(),
        units: (0..2_600).map(|unit| unit.to_string()).collect(),
        unit_of: (0..rows)
            .map(|row| ((row + row / 2_600 * step) % 2_600) as u32)
            .collect(),
        terms: vec![column("1", vec![1.0; rows])],
    };
    let refused = Design::new(
        (0..rows).map(|row| (row % 7) as f64).collect(),
        vec![],
        vec![crossed("a", 0), crossed("b", 7)],
    );
    assert!(
        matches!(
            refused,
            Err(DesignFault::TooManyCrossed { effects: 2_600, .. })
        ),
        "{refused:?}"
    );
}

#[test]
fn units_without_rows_are_dropped() {
    let (outcome, fixed, mut school) = small();
    let whole = Design::new(outcome.clone(), fixed.clone(), vec![school.clone()]).unwrap();
    school.units.insert(2, "nobody".to_owned());
    for unit in &mut school.unit_of {
        *unit += u32::from(*unit >= 2);
    }
    let design = Design::new(outcome, fixed, vec![school]).unwrap();
    assert_eq!(design, whole);
}

#[test]
fn a_model_without_residual_says_so() {
    let (_, fixed, school) = small();
    let options = FitOptions::by(Criterion::Reml);
    // The outcome is a sum of the fixed columns.
    let told: Vec<f64> = fixed[1].values.iter().map(|x| 2.0 + 3.0 * x).collect();
    let design = Design::new(told, fixed.clone(), vec![school.clone()]).unwrap();
    assert_eq!(fit(&design, &options), Err(FitFault::NoResidual));
    // Every school has one score of its own.
    let own: Vec<f64> = school
        .unit_of
        .iter()
        .map(|unit| f64::from(unit * unit))
        .collect();
    let design = Design::new(own, fixed, vec![school]).unwrap();
    assert_eq!(fit(&design, &options), Err(FitFault::NoResidual));
}

#[test]
fn a_search_cut_short_does_not_pretend() {
    let (outcome, fixed, school) = small();
    let design = Design::new(outcome, fixed, vec![school]).unwrap();
    let options = FitOptions {
        criterion: Criterion::Ml,
        max_evaluations: 2,
    };
    assert!(matches!(
        fit(&design, &options),
        Err(FitFault::NoConvergence { .. })
    ));
}

/// Schools that do not differ: the variance is exactly zero, and the model the linear one.
#[test]
fn a_variance_of_zero_is_found_and_told() {
    let (_, fixed, school) = small();
    let outcome: Vec<f64> = (0..24)
        .map(|row| [1.0, -1.0, 2.0, -2.0][(row + row / 4) % 4])
        .collect();
    let design = Design::new(outcome.clone(), fixed.clone(), vec![school]).unwrap();
    let plain = Design::new(outcome, fixed, vec![]).unwrap();
    for criterion in [Criterion::Ml, Criterion::Reml] {
        let found = fitted(&design, criterion);
        let linear = fitted(&plain, criterion);
        assert!(found.at_boundary);
        assert!(!linear.at_boundary);
        assert_eq!(found.theta, [0.0]);
        same(found.deviance, linear.deviance, 1e-9);
        same(found.fixed[1].se, linear.fixed[1].se, 1e-9);
    }
}

#[test]
fn wrong_theta_is_refused() {
    let (outcome, fixed, school) = small();
    let design = Design::new(outcome, fixed, vec![school]).unwrap();
    let profiled = Profiled::new(&design);
    assert_eq!(profiled.theta_len(), 1);
    for theta in [&[][..], &[1.0, 2.0], &[f64::NAN], &[f64::INFINITY]] {
        assert!(profiled.at(theta, Criterion::Ml).is_err());
    }
}
