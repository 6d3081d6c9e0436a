//! `schakel work`: carries out one job in a process of its own, for the server that began it.

use std::io::{Read, Write};
use std::process::Command;

use anyhow::Context;
use clap::Args;
use rustix::process::{Resource, Rlimit, nice, setrlimit};
#[cfg(target_os = "linux")]
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};
use tokio::runtime::{Builder, Runtime};
use uuid::Uuid;

use super::settings::{DatabaseArguments, block_on};
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
    // What writes keeps its place: whoever holds the database must not be kept waiting by those who wait for it.
    let hand = writing_runtime()?;
    let writer = hand.block_on(arguments.database.store())?;
    // Everything else lets whoever answers go first: the lowest place, and where the system has it one that gives way at once
    // to anybody who wakes up. Threads that begin later have it too.
    nice(19).context("the process keeps its place")?;
    #[cfg(target_os = "linux")]
    set_thread_priority_and_policy(
        thread_native_id(),
        ThreadPriority::Min,
        ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle),
    )
    .context("the process keeps its place")?;
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
        let store = store.writing_by(writer, hand.handle().clone());
        let mut tx = store.read().await?;
        let job = jobs::one(&mut tx, arguments.job).await?;
        drop(tx);
        let job = job.context("there is no such job")?;
        Ok(carry_out(&store, &SystemClock, &job, plan_of).await)
    })?;
    std::io::stdout()
        .write_all(&told(&result))
        .context("nobody listens")
}

fn writing_runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
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
