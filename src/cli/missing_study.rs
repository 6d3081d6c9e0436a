//! `schakel missing-study FOLDER --out OUT`: how wrong each treatment of missing answers would be on networks that are
//! known in full.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;

use super::ending::{Answer, ended};
use crate::{
    evaluation::missing_study::{Removal, Study, study},
    exchange::{measures_csv, result_folder, study_folder},
};

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder with persons.csv and ties.csv; networks in which everything is known are studied, the others are named.
    folder: PathBuf,
    /// Folder for missing_study.csv.
    #[arg(long)]
    out: PathBuf,
    /// Share of the actors whose answers are removed.
    #[arg(long, value_name = "SHARE", default_value_t = 0.2)]
    share: f64,
    /// How often they are removed.
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    repeats: u64,
    /// Completed networks per removal.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(2..=1000))]
    imputations: u64,
    /// A value above this is a tie.
    #[arg(
        long,
        value_name = "X",
        default_value_t = 0.0,
        allow_negative_numbers = true
    )]
    cut: f64,
    /// Seed of who is removed and what is drawn.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(answer(arguments))
}

fn answer(arguments: &Arguments) -> Answer {
    let folder = match study_folder::read(&arguments.folder, None, false) {
        Ok(folder) => folder,
        Err(faults) => return Ok(Err(format!("{faults}\nnothing was written"))),
    };
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let removal = Removal {
        share: arguments.share,
        repeats: number(arguments.repeats),
        imputations: number(arguments.imputations),
        cut: arguments.cut,
        seed: arguments.seed,
    };
    let found = match study(&folder.records, &removal) {
        Ok(found) => found,
        Err(fault) => return Ok(Err(fault)),
    };
    let out = &arguments.out;
    let table = measures_csv::missing_study(&found);
    result_folder::write_one(out, "missing_study.csv", &table)
        .with_context(|| format!("cannot write to {}", out.display()))?;
    Ok(Ok(told(&found, &removal, out)))
}

fn told(found: &Study, removal: &Removal, out: &Path) -> String {
    let percent = |share: Option<f64>| {
        share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", 100.0 * share))
    };
    let mut text = format!(
        "{}, {:.0} % of the actors removed {} times, {} completed networks each, seed {}\n",
        match found.networks.len() {
            1 => "1 network".to_owned(),
            n => format!("{n} networks"),
        },
        100.0 * removal.share,
        removal.repeats,
        removal.imputations,
        removal.seed
    );
    for network in &found.networks {
        let study = &network.study;
        text += &format!(
            "\n{} {} {}: {} actors, {} removed\n",
            network.school, network.wave, network.relation, study.n_actors, study.n_removed
        );
        for measure in &study.measures {
            let order: Vec<String> = measure
                .treatments
                .iter()
                .map(|treatment| match treatment.rmse {
                    Some(rmse) => format!("{} {rmse:.4}", treatment.name),
                    None => format!("{} -", treatment.name),
                })
                .collect();
            text += &match measure.truth {
                Ok(truth) => format!(
                    "  {:<26} {truth:.4}  bounds hold it {}, interval of multiple {}\n    error, least first: {}\n",
                    measure.name,
                    percent(measure.bounds_coverage),
                    percent(measure.interval_coverage),
                    order.join(", ")
                ),
                Err(reason) => format!("  {:<26} {reason}\n", measure.name),
            };
        }
    }
    text += "\nOver all networks\n";
    for mean in found.means() {
        text += &format!(
            "  {:<26} bounds hold it {}, interval of multiple {}\n",
            mean.name,
            percent(mean.bounds_coverage),
            percent(mean.interval_coverage)
        );
    }
    for exclusion in &found.exclusions {
        text += &format!("left out  {}: {}\n", exclusion.what, exclusion.reason);
    }
    text + &format!("\nwritten   {}\n", out.join("missing_study.csv").display())
}
