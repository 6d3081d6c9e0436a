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
        let moving = data.table.contains_key("class_type");
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
    let variation = fit.variation.iter().find(|v| v.grouping == group).unwrap();
    let place = |name: &str| variation.terms.iter().position(|t| t == name).unwrap();
    variation.covariance[(place(a), place(b))]
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
        for coefficient in &ours.fixed {
            let theirs = record["fixef"][&coefficient.name].as_f64().unwrap();
            let se = record["se"][&coefficient.name].as_f64().unwrap();
            worst.near(
                "fixed",
                coefficient.estimate,
                theirs,
                1e-4,
                theirs.abs(),
                &what,
            );
            worst.near("se", coefficient.se, se, 1e-4, se, &what);
        }
        for (group, size) in record["ngroups"].as_object().unwrap() {
            let place = design
                .groupings()
                .iter()
                .position(|g| g.name == *group)
                .unwrap();
            assert_eq!(ours.n_units[place] as u64, size.as_u64().unwrap(), "{what}");
        }
        for component in record["varcomp"].as_array().unwrap() {
            let theirs = component["vcov"].as_f64().unwrap();
            let group = component["group"].as_str().unwrap();
            if group == "Residual" {
                worst.near(
                    "residual",
                    ours.residual_variance,
                    theirs,
                    1e-3,
                    theirs,
                    &what,
                );
                continue;
            }
            let first = component["var1"].as_str().unwrap();
            let second = component["var2"].as_str().unwrap_or(first);
            let own = |name: &str| covariance(&ours, group, name, name);
            // A covariance near zero is measured by what it could be.
            let scale = (own(first) * own(second)).sqrt();
            worst.near(
                "(co)variance",
                covariance(&ours, group, first, second),
                theirs,
                1e-3,
                scale,
                &what,
            );
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
