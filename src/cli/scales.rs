//! `schakel scales FOLDER --out OUT`: what the scales of a folder measure.

mod words;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;

use super::ending::{Answer, ended};
use crate::{
    evaluation::dimensions::{Over, Question, dimensions},
    exchange::{dimensions_csv, result_folder, study_folder},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder with items.csv and scales.toml.
    folder: PathBuf,
    /// Folder for dimensions.csv.
    #[arg(long)]
    out: PathBuf,
    /// Only this scale. Give it once for each.
    #[arg(long = "scale", value_name = "NAME")]
    scales: Vec<String>,
    /// How many things the items measure, and which items go together: parallel analysis and factors. This and
    /// --scalability are what is told without any flag.
    #[arg(long)]
    dimension: bool,
    /// Whether the items can be ordered by how easily they are agreed with: Mokken's coefficients.
    #[arg(long)]
    scalability: bool,
    /// Whether each scale is one thing, and all scales of a wave as many as there are: confirmatory factor analysis.
    #[arg(long)]
    confirm: bool,
    /// Whether a scale measures the same over waves, schools, or the groups of a column of persons.csv or schools.csv.
    /// Give it once for each.
    #[arg(long, value_name = "waves|schools|COLUMN")]
    invariance: Vec<String>,
    /// Take answers as ordered steps: polychoric correlations, ordinal alpha and omega.
    #[arg(long)]
    ordinal: bool,
    /// Sets of random answers of parallel analysis.
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    draws: u64,
    /// Seed of the random answers.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(answer(arguments))
}

fn answer(arguments: &Arguments) -> Answer {
    let study = match study_folder::read(&arguments.folder, None, false) {
        Ok(study) => study,
        Err(faults) => return Ok(Err(format!("{faults}\nnothing was written"))),
    };
    let some = arguments.dimension
        || arguments.scalability
        || arguments.confirm
        || arguments.ordinal
        || !arguments.invariance.is_empty();
    let question = Question {
        scales: arguments.scales.clone(),
        dimension: arguments.dimension || !some,
        scalability: arguments.scalability || !some,
        confirm: arguments.confirm,
        over: arguments
            .invariance
            .iter()
            .map(|over| Over::parse(over))
            .collect(),
        ordinal: arguments.ordinal,
        draws: arguments.draws,
        seed: arguments.seed,
    };
    let found = match dimensions(&study.records, &study.scales, &question) {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    let out = &arguments.out;
    let table = dimensions_csv::write(&found);
    result_folder::write_one(out, "dimensions.csv", &table)
        .with_context(|| format!("cannot write to {}", out.display()))?;
    Ok(Ok(words::told(&question, &found, out)))
}
