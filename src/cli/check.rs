//! `schakel check FILE…`: every fault of instrument and study files, each with its place and the way out.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::exchange::study_toml;
use crate::instrument::library::Library;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Instrument files and study files; a study is checked against the instruments before it and the shipped ones.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    let mut library = Library::shipped();
    let mut bad = false;
    for file in &arguments.files {
        let name = file.display().to_string();
        let text = match std::fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("{name}: {error}");
                bad = true;
                continue;
            }
        };
        // A study says `[study]`; anything else is meant as an instrument.
        let is_study = text.lines().any(|line| line.trim() == "[study]");
        let read = if is_study {
            study_toml::parse(&name, &text, &library).map(|design| {
                format!(
                    "study `{}`, {} waves, {} windows",
                    design.key,
                    design.waves.len(),
                    design.windows.len()
                )
            })
        } else {
            library.load(&name, &text).map(|instrument| {
                format!(
                    "instrument `{}`, {} items, {} scales",
                    instrument.pin(),
                    instrument.items.len(),
                    instrument.scales.len()
                )
            })
        };
        match read {
            Ok(what) => println!("{name}: good: {what}"),
            Err(faults) => {
                bad = true;
                for fault in faults {
                    eprintln!("{fault}");
                }
            }
        }
    }
    if bad {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    }
}
