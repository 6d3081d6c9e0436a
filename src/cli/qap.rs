//! `schakel qap FOLDER --outcome RELATION@WAVE --predictor …`: what goes with a relation, tested by permutation.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;

use super::ending::{Answer, ended};
use crate::{
    evaluation::association::{Associations, Pairs, Question, associations},
    exchange::{measures_csv, result_folder, study_folder},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder with persons.csv and ties.csv.
    folder: PathBuf,
    /// What is explained: a relation in a wave, such as goals@T1.
    #[arg(long, value_name = "RELATION@WAVE", value_parser = pairs)]
    outcome: Pairs,
    /// What explains it: RELATION@WAVE, same:COLUMN, difference:COLUMN, sender:COLUMN or receiver:COLUMN of persons.csv
    /// (role and groups are columns too). Give it once for each.
    #[arg(long = "predictor", value_name = "PAIRS", required = true, value_parser = pairs)]
    predictors: Vec<Pairs>,
    /// Folder for qap.csv.
    #[arg(long)]
    out: PathBuf,
    /// Only these schools, separated by commas.
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    schools: Vec<String>,
    /// Count how often someone was named, not only whether.
    #[arg(long, conflicts_with = "logistic")]
    values: bool,
    /// A value above this is a tie.
    #[arg(
        long,
        value_name = "X",
        default_value_t = 0.0,
        allow_negative_numbers = true
    )]
    cut: f64,
    /// A constant for each school, so that a difference between schools is no evidence.
    #[arg(long, conflicts_with = "logistic")]
    per_school: bool,
    /// Explain the odds of a tie in place of the tie itself.
    #[arg(long)]
    logistic: bool,
    /// Permutations.
    #[arg(long, value_name = "N", default_value_t = 9_999, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    draws: u64,
    /// Seed of the permutations.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

fn pairs(text: &str) -> Result<Pairs, String> {
    Pairs::parse(text).ok_or_else(|| {
        "write RELATION@WAVE, or same:, difference:, sender: or receiver: before a column"
            .to_owned()
    })
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(answer(arguments))
}

fn answer(arguments: &Arguments) -> Answer {
    let study = match study_folder::read(&arguments.folder, None, false) {
        Ok(study) => study,
        Err(faults) => return Ok(Err(format!("{faults}\nnothing was written"))),
    };
    let question = Question {
        outcome: arguments.outcome.clone(),
        predictors: arguments.predictors.clone(),
        schools: arguments.schools.clone(),
        values: arguments.values,
        cut: arguments.cut,
        per_school: arguments.per_school,
        logistic: arguments.logistic,
        draws: arguments.draws,
        seed: arguments.seed,
    };
    let found = match associations(&study.records, &question) {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault.to_string())),
    };
    let out = &arguments.out;
    let table = measures_csv::associations(&found);
    result_folder::write_one(out, "qap.csv", &table)
        .with_context(|| format!("cannot write to {}", out.display()))?;
    Ok(Ok(told(&question, &found, out)))
}

fn told(question: &Question, found: &Associations, out: &Path) -> String {
    let mut text = format!(
        "outcome   {}\nschools   {}\ndraws     {}, seed {}\n\n{:<11} {:<28} {:>12} {:>10} {:>10} {:>9}\n",
        question.outcome,
        found.schools.len(),
        question.draws,
        question.seed,
        "model",
        "term",
        "estimate",
        "t",
        "p",
        "mc se"
    );
    for row in &found.rows {
        let (model, term) = (row.model.name(), &row.term);
        text += &match row.value {
            Ok(value) => {
                let t = value.t.map_or_else(String::new, |t| format!("{t:.4}"));
                format!(
                    "{model:<11} {term:<28} {:>12.6} {t:>10} {:>10.4} {:>9.4}\n",
                    value.estimate, value.p_value, value.mc_se
                )
            }
            Err(reason) => format!("{model:<11} {term:<28} {reason}\n"),
        };
    }
    for exclusion in &found.exclusions {
        text += &format!("left out  {}: {}\n", exclusion.what, exclusion.reason);
    }
    text + &format!("\nwritten   {}\n", out.join("qap.csv").display())
}
