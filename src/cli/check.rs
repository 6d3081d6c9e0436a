//! `schakel check FILE…`: every fault of instrument and study files, each with its place and the way out; of a good
//! instrument how long it takes, hints about its wording and, after an earlier version of it, what changed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::domain::fault::Fault;
use crate::domain::language::Language;
use crate::exchange::study_toml;
use crate::instrument::definition::Instrument;
use crate::instrument::diff::differences;
use crate::instrument::hints::hints;
use crate::instrument::library::Library;
use crate::instrument::minutes::{in_minutes, seconds};
use crate::locale::Words;
use crate::web::study::wording;

/// The command line speaks English.
const WORDS: Words = Words(Language::En);
/// Colleagues on the list, for the minutes told here.
const COLLEAGUES: usize = 25;

#[derive(Debug, Args)]
pub struct Arguments {
    /// Instrument files and study files; a study is checked against the instruments before it and the shipped ones. Of
    /// two files of one instrument, the changes from the first to the second are told.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    let mut library = Library::shipped();
    let mut checked: BTreeMap<String, Instrument> = BTreeMap::new();
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
        match read(&name, &text, &mut library, &mut checked) {
            Ok(lines) => println!("{name}: good: {}", lines.join("\n  ")),
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

/// What a good file is, line by line.
fn read(
    name: &str,
    text: &str,
    library: &mut Library,
    checked: &mut BTreeMap<String, Instrument>,
) -> Result<Vec<String>, Vec<Fault>> {
    // A study says `[study]`; anything else is meant as an instrument.
    if text.lines().any(|line| line.trim() == "[study]") {
        let design = study_toml::parse(name, text, library)?;
        return Ok(vec![format!(
            "study `{}`, {} waves, {} windows",
            design.key,
            design.waves.len(),
            design.windows.len()
        )]);
    }
    let instrument = library.load(name, text)?.clone();
    let mut lines = vec![format!(
        "instrument `{}`, {} items, {} scales",
        instrument.pin(),
        instrument.items.len(),
        instrument.scales.len()
    )];
    let minutes = |language| in_minutes(seconds(&instrument, language, COLLEAGUES));
    lines.push(format!(
        "takes about {} minutes in Dutch and {} in English, with {COLLEAGUES} colleagues (an estimate)",
        minutes(Language::Nl),
        minutes(Language::En)
    ));
    lines.extend(
        hints(&instrument)
            .iter()
            .map(|hint| format!("hint: {}", wording::hint(WORDS, hint))),
    );
    if let Some(before) = checked.get(&instrument.key) {
        lines.extend(changes(before, &instrument));
    }
    checked.insert(instrument.key.clone(), instrument);
    Ok(lines)
}

fn changes(before: &Instrument, after: &Instrument) -> Vec<String> {
    let found = differences(before, after);
    let mut lines = vec![match found.len() {
        0 => format!("changes since {}: none", before.pin()),
        n => format!("changes since {}: {n}", before.pin()),
    }];
    for difference in &found {
        let change = wording::change(WORDS, difference);
        let mut line = format!("  {}: {}", change.place, change.what);
        if let Some(text) = change.before {
            line.push_str(&format!("; was: {text}"));
        }
        if let Some(text) = change.after {
            line.push_str(&format!("; becomes: {text}"));
        }
        if change.blocks {
            line.push_str(" [a new key is needed]");
        }
        lines.push(line);
    }
    lines
}
