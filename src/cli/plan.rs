//! `schakel plan lock FOLDER` and `schakel plan check FOLDER`: the analysis plan held fast before the last data come, and
//! what has become of it since.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context;
use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::analyse::plan_of_file;
use super::ending::{Answer, ended};
use crate::{
    domain::language::Language,
    domain::time::{Clock, SystemClock},
    evaluation::{
        plan::Plan,
        plan_lock::{LockedPlan, PlanBasis},
        snapshot,
    },
    exchange::{
        plan_lock,
        study_folder::{self, ReadOptions, Study},
    },
    locale::Words,
    reports::sentence,
};

/// The command line speaks English.
const WORDS: Words = Words(Language::En);

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write plan.lock: the plan as `analyse` would use it now, its hash, the day, and the waves there are.
    Lock(LockArguments),
    /// Tell where the plan of the folder departs from the locked one.
    Check(Arguments),
}

#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder as `analyse` reads it.
    folder: PathBuf,
    /// Analysis plan in place of the folder's own plan.toml.
    #[arg(long)]
    plan: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct LockArguments {
    #[command(flatten)]
    arguments: Arguments,
    /// The day on which it is locked; today, in universal time, when left out.
    #[arg(long, value_name = "YYYY-MM-DD")]
    on: Option<NaiveDate>,
}

pub fn run(command: &Command) -> ExitCode {
    ended(match command {
        Command::Lock(arguments) => {
            let today = || SystemClock.now().date_naive();
            lock(&arguments.arguments, arguments.on.unwrap_or_else(today))
        }
        Command::Check(arguments) => check(arguments),
    })
}

/// The plan that `analyse` would use, the hash of its file and the waves of which there are data.
struct Found {
    plan: Plan,
    plan_file: Option<String>,
    waves: Vec<String>,
}

fn found(arguments: &Arguments) -> anyhow::Result<Result<Found, String>> {
    let options = ReadOptions {
        plan: arguments.plan.as_deref(),
        ..ReadOptions::default()
    };
    let study = match study_folder::open(&arguments.folder, options) {
        Ok(Study::Whole(study)) => *study,
        Ok(Study::Stream(stream)) => stream.study,
        Err(faults) => return Ok(Err(format!("{faults}\nnothing was written"))),
    };
    let plan = match plan_of_file(&arguments.folder, study.plan) {
        Ok(plan) => plan,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let own = arguments.folder.join("plan.toml");
    let file = arguments.plan.as_deref().unwrap_or(&own);
    let plan_file = file
        .is_file()
        .then(|| fs::read(file))
        .transpose()
        .with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Ok(Found {
        plan: Plan {
            scales: study.scales,
            models: study.models,
            ..plan
        },
        plan_file: plan_file.map(|bytes| snapshot::of_bytes(&bytes)),
        waves: study.records.waves,
    }))
}

fn lock(arguments: &Arguments, on: NaiveDate) -> Answer {
    let place = arguments.folder.join(plan_lock::FILE);
    if place.exists() {
        let shown = place.display();
        return Ok(Err(format!(
            "{shown}: there is a locked plan already, and a lock is not replaced; keep it, and what you do differently is \
             listed as a deviation"
        )));
    }
    let found = match found(arguments)? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let locked = LockedPlan::of(&found.plan, on.to_string(), found.plan_file, found.waves);
    fs::write(&place, plan_lock::written(&locked))
        .with_context(|| format!("cannot write {}", place.display()))?;
    Ok(Ok(format!(
        "locked    on {}\nwaves     {}\nplan      {}\nwritten   {}\n",
        locked.locked_on,
        if locked.waves.is_empty() {
            "none yet".to_owned()
        } else {
            locked.waves.join(" ")
        },
        locked.plan_hash,
        place.display()
    )))
}

fn check(arguments: &Arguments) -> Answer {
    let locked = match plan_lock::find(&arguments.folder, None) {
        Ok(Some(locked)) => locked,
        Ok(None) => {
            let shown = Path::new(&arguments.folder).display();
            return Ok(Err(format!(
                "{shown}: there is no plan.lock; write one with `schakel plan lock` before the last wave"
            )));
        }
        Err(faults) => return Ok(Err(faults.to_string())),
    };
    let found = match found(arguments)? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let basis = PlanBasis::Locked(Box::new(locked));
    let standing = basis.standing(&found.plan, &found.waves);
    let told = sentence::plan_standing(WORDS, &standing);
    if standing.deviations.iter().any(|one| one.bears_on_tests) {
        Ok(Err(told))
    } else {
        Ok(Ok(told + "\n"))
    }
}
