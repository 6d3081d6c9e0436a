//! `schakel work`: carries out one job in a process of its own, for the server that began it.

use std::io::Read;
use std::process::Command;

use anyhow::Context;
use clap::Args;
use rustix::process::{Resource, Rlimit, nice, setrlimit};
use uuid::Uuid;

use super::settings::{DatabaseArguments, block_on};
use crate::conclude;
use crate::domain::time::SystemClock;
use crate::storage::jobs;
use crate::web::work::plan_of;
use crate::work::{carry_out, told};

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    database: DatabaseArguments,
    /// Which job.
    job: Uuid,
    /// Megabytes that it may use.
    #[arg(long, env = "SCHAKEL_JOB_MEMORY", default_value_t = 4096)]
    memory: u64,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    // Whoever answers goes first.
    nice(19).context("the process keeps its place")?;
    conclude::give_way();
    let bound = Some(arguments.memory * 1024 * 1024);
    let limit = Rlimit {
        current: bound,
        maximum: bound,
    };
    setrlimit(Resource::Data, limit).context("the memory cannot be bounded")?;
    // Standard input ends when the server does: then nobody waits for this job.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        std::process::exit(1);
    });
    let result = block_on(async {
        let store = arguments.database.store().await?;
        let mut tx = store.read().await?;
        let job = jobs::one(&mut tx, arguments.job).await?;
        drop(tx);
        let job = job.context("there is no such job")?;
        Ok(carry_out(&store, &SystemClock, &job, plan_of).await)
    })?;
    println!("{}", told(&result));
    Ok(())
}

/// The command with which a server begins a job.
pub fn command(database: &DatabaseArguments, job: Uuid) -> std::io::Result<Command> {
    // The program that runs, and not the one that was put in its place meanwhile.
    let mut command = if cfg!(target_os = "linux") {
        Command::new("/proc/self/exe")
    } else {
        Command::new(std::env::current_exe()?)
    };
    // In the environment: a command line can be read by others on the machine.
    command
        .arg("work")
        .arg(job.to_string())
        .env("SCHAKEL_DATABASE", &database.database)
        .env("SCHAKEL_CONTACT_KEY_FILE", &database.contact_key_file);
    Ok(command)
}
