//! How long a piecewise growth model takes: some 12,500 pupils of 104 schools, up to six occasions each, REML.
//!
//! With a path (`cargo bench --bench growth -- pupils.csv`): school, pupil, weight_category, occasion, phase, score. Without: simulated rows of that size.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::Instant;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::multilevel::deviance::Profiled;
use schakel_analysis::multilevel::{Column, Criterion, Design, FitOptions, Grouping, fit};

const SCHOOLS: usize = 104;
const PUPILS: usize = 12_500;
const EVALUATIONS: usize = 50;
const RUNS: usize = 5;

#[derive(Default)]
struct Rows {
    school: Vec<String>,
    pupil: Vec<String>,
    weight: Vec<String>,
    occasion: Vec<f64>,
    score: Vec<f64>,
}

impl Rows {
    fn read(path: &str) -> Self {
        let text = std::fs::read_to_string(path).expect("the file of pupils can be read");
        let mut rows = Self::default();
        for line in text.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            rows.school.push(cells[0].to_owned());
            rows.pupil.push(cells[1].to_owned());
            rows.weight.push(cells[2].to_owned());
            rows.occasion
                .push(cells[3].parse().expect("an occasion is a number"));
            rows.score
                .push(cells[5].parse().expect("a score is a number"));
        }
        rows
    }

    fn simulated(rng: &mut ChaCha8Rng) -> Self {
        let mut rows = Self::default();
        let mut normal = || (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let schools: Vec<[f64; 3]> = (0..SCHOOLS)
            .map(|_| [4.0 * normal(), 0.6 * normal(), 1.0 + normal()])
            .collect();
        for pupil in 0..PUPILS {
            let at = pupil % SCHOOLS;
            let [level, before, during] = schools[at];
            let (own, slope) = (9.0 * normal(), normal());
            let weight = ["0.0", "0.0", "0.0", "0.3", "1.2"][pupil / SCHOOLS % 5];
            for occasion in 1..=6 {
                if normal() < -1.75 {
                    continue;
                }
                let occasion = f64::from(occasion);
                let (t1, t2) = (occasion.min(3.0) - 1.0, (occasion - 3.0).max(0.0));
                rows.school.push(format!("S{at:04}"));
                rows.pupil.push(format!("P{pupil:05}"));
                rows.weight.push(weight.to_owned());
                rows.occasion.push(occasion);
                rows.score.push(
                    50.0 + level
                        + own
                        + (8.0 + before + slope) * t1
                        + (8.0 + during + slope) * t2
                        + 4.0 * normal(),
                );
            }
        }
        rows
    }

    fn column(&self, name: &str, value: impl Fn(usize) -> f64) -> Column {
        Column {
            name: name.to_owned(),
            values: (0..self.score.len()).map(value).collect(),
        }
    }

    fn grouping(&self, name: &str, keys: &[String], terms: Vec<Column>) -> Grouping {
        let mut known: BTreeMap<&str, u32> = BTreeMap::new();
        let mut units = Vec::new();
        let unit_of = keys
            .iter()
            .map(|key| {
                *known.entry(key).or_insert_with(|| {
                    units.push(key.clone());
                    units.len() as u32 - 1
                })
            })
            .collect();
        Grouping {
            name: name.to_owned(),
            units,
            unit_of,
            terms,
        }
    }

    fn design(&self, pupil_slope: bool) -> Design {
        let one = || self.column("(Intercept)", |_| 1.0);
        let t1 = || self.column("t1", |row| self.occasion[row].min(3.0) - 1.0);
        let t2 = || self.column("t2", |row| (self.occasion[row] - 3.0).max(0.0));
        let time = || self.column("time", |row| self.occasion[row] - 1.0);
        let is = |weight: &'static str| {
            self.column(weight, move |row| {
                f64::from(u8::from(self.weight[row] == weight))
            })
        };
        let mut of_pupil = vec![one()];
        if pupil_slope {
            of_pupil.push(time());
        }
        Design::new(
            self.score.clone(),
            vec![one(), t1(), t2(), is("0.3"), is("1.2")],
            vec![
                self.grouping("school", &self.school, vec![one(), t1(), t2()]),
                self.grouping("pupil", &self.pupil, of_pupil),
            ],
        )
        .expect("the rows can be fitted")
    }
}

fn median_ms(runs: usize, mut run: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..runs)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[runs / 2]
}

fn main() {
    let path = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    let rows = match &path {
        Some(path) => Rows::read(path),
        None => Rows::simulated(&mut ChaCha8Rng::seed_from_u64(2026)),
    };
    println!("{} rows, one core, REML", rows.score.len());
    for (pupil_slope, name) in [
        (false, "(1 + t1 + t2 | school) + (1 | pupil)"),
        (true, "(1 + t1 + t2 | school) + (1 + time | pupil)"),
    ] {
        let design_ms = median_ms(RUNS, || {
            black_box(rows.design(pupil_slope));
        });
        let design = rows.design(pupil_slope);
        let options = FitOptions::by(Criterion::Reml);
        let start = Instant::now();
        let found = fit(&design, &options).expect("the model converges");
        let first_ms = start.elapsed().as_secs_f64() * 1000.0;
        let fit_ms = median_ms(RUNS, || {
            black_box(fit(&design, &options)).ok();
        });
        let new_ms = median_ms(RUNS, || {
            black_box(Profiled::new(&design));
        });
        let profiled = Profiled::new(&design);
        let at_ms = median_ms(EVALUATIONS, || {
            black_box(profiled.at(&found.theta, Criterion::Reml)).ok();
        });
        println!("{name}");
        println!("  checking the rows      {design_ms:9.2} ms");
        println!("  cross-products         {new_ms:9.2} ms");
        println!("  one deviance           {at_ms:9.3} ms");
        println!(
            "  whole fit              {fit_ms:9.2} ms ({first_ms:.2} ms the first time), {} evaluations",
            found.trace.len()
        );
        println!(
            "  criterion {:.6}, residual variance {:.8}",
            found.deviance, found.residual_variance
        );
        for effect in &found.fixed {
            println!(
                "  {:12} {:.9} ({:.9})",
                effect.name, effect.estimate, effect.se
            );
        }
        for variation in &found.variation {
            println!(
                "  {:12} {:?}",
                variation.grouping,
                variation.covariance.diagonal().as_slice()
            );
        }
    }
    if let Ok(status) = std::fs::read_to_string("/proc/self/status") {
        for line in status.lines().filter(|line| line.starts_with("VmHWM")) {
            println!("{line}");
        }
    }
}
