//! `schakel audit verify` and `schakel audit head`: whether the audit is as it was written, and its end, to be kept
//! elsewhere. And the file of such ends that a server adds to.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, SecondsFormat, Utc};
use clap::Subcommand;

use super::settings::{DatabaseArguments, block_on};
use crate::domain::time::{Clock, SystemClock};
use crate::storage::Store;
use crate::storage::audit_check::{self, Anchor};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read the whole audit and say how many lines it has and where it ends, or the first line that was changed.
    Verify {
        /// An end that was noted before, as `audit head` printed it: without one nobody sees that the last lines were
        /// taken away, or that everything was written anew.
        #[arg(long = "anchor", value_name = "NUMBER:HASH")]
        anchors: Vec<Anchor>,
        /// A file of such ends, as `serve --audit-anchors` writes it.
        #[arg(long = "anchors", value_name = "FILE")]
        file: Option<PathBuf>,
        #[command(flatten)]
        database: DatabaseArguments,
    },
    /// Print the end of the audit, to be kept where nobody who can reach the database can.
    Head {
        #[command(flatten)]
        database: DatabaseArguments,
    },
}

pub fn run(command: &Command) -> ExitCode {
    match block_on(obey(command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("schakel: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn obey(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Head { database } => {
            let mut tx = database.store().await?.read().await?;
            println!("{}", audit_check::head(&mut tx).await?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Verify {
            anchors,
            file,
            database,
        } => {
            let mut anchors = anchors.clone();
            if let Some(file) = file {
                anchors.extend(read(file)?);
            }
            let mut tx = database.store().await?.read().await?;
            Ok(match audit_check::verify(&mut tx, &anchors).await? {
                Ok((lines, end)) => {
                    let held = match anchors.len() {
                        0 => "no anchor was given: lines taken from the end would not be seen"
                            .to_owned(),
                        n => format!("{n} anchors hold"),
                    };
                    println!("{lines} lines, whole; {held}\n{end}");
                    ExitCode::SUCCESS
                }
                Err(fault) => {
                    eprintln!("the audit was changed: {fault}");
                    ExitCode::FAILURE
                }
            })
        }
    }
}

/// The ends in a file, a line each: what follows the first space is when it was noted.
fn read(file: &Path) -> anyhow::Result<Vec<Anchor>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let anchor = |line: &str| {
        let first = line.split_whitespace().next().unwrap_or_default();
        first
            .parse()
            .with_context(|| format!("{}: `{line}`", file.display()))
    };
    text.lines()
        .filter(|line| !line.trim().is_empty())
        .map(anchor)
        .collect()
}

const EVERY: Duration = Duration::from_hours(24);

/// Adds the end of the audit to a file, and waits until it is on the disk.
pub async fn note(store: &Store, file: &Path, at: DateTime<Utc>) -> anyhow::Result<()> {
    let mut tx = store.read().await?;
    let end = audit_check::head(&mut tx).await?;
    drop(tx);
    let mut open = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .with_context(|| format!("cannot write {}", file.display()))?;
    let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    writeln!(open, "{end} {at}")?;
    open.sync_all()?;
    Ok(())
}

/// Notes the end of the audit once a day, until the server ends. A failure is logged, and the pages go on.
pub async fn note_daily(store: Store, file: PathBuf, ending: Arc<AtomicBool>) {
    let short = Duration::from_millis(250);
    loop {
        let mut waited = Duration::ZERO;
        while waited < EVERY {
            tokio::time::sleep(short).await;
            waited += short;
            if ending.load(Ordering::Relaxed) {
                note_or_log(&store, &file).await;
                return;
            }
        }
        note_or_log(&store, &file).await;
    }
}

async fn note_or_log(store: &Store, file: &Path) {
    if let Err(error) = note(store, file, SystemClock.now()).await {
        tracing::error!(%error, "the end of the audit could not be noted");
    }
}
