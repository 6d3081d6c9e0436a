//! `schakel subject report`: everything about one person, as a page and as a file for programs.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use futures_util::FutureExt;

use super::erase::person;
use super::settings::{DatabaseArguments, block_on};
use crate::domain::time::{Clock, SystemClock};
use crate::fieldwork::study::Study;
use crate::fieldwork::subject;
use crate::reports;
use crate::storage::audit::Act;
use crate::storage::{StorageError, studies};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write everything that a study keeps about one person: subject.html to read, subject.json for programs.
    Report(Arguments),
}

#[derive(Debug, Args)]
pub struct Arguments {
    study: String,
    /// The person as in the staff list.
    person: String,
    /// A new or empty folder.
    #[arg(long)]
    out: PathBuf,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Report(arguments) = command;
    block_on(async {
        let store = arguments.database.store().await?;
        let mut tx = store.read().await?;
        let known = studies::by_key(&mut tx, &arguments.study).await?;
        let study = match known {
            Some(id) => Study::load(&mut tx, id).await?,
            None => None,
        };
        let study = study.with_context(|| format!("there is no study `{}`", arguments.study))?;
        drop(tx);
        let person_id = person(&store, &study, &arguments.person).await?;
        let act = Act {
            actor: "command line".to_owned(),
            at: SystemClock.now(),
        };
        let now = act.at;
        // A look at named data is written down before anything is shown.
        store
            .write::<_, StorageError, _>(move |tx| {
                async move {
                    subject::record(tx, &act, person_id);
                    Ok(())
                }
                .boxed()
            })
            .await?;
        let mut tx = store.read().await?;
        let report = subject::report(&mut tx, &study, person_id, now)
            .await?
            .context("this person is on no list of the study any more")?;
        drop(tx);
        let out = &arguments.out;
        fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
        if fs::read_dir(out)?.next().is_some() {
            bail!("{} holds other files", out.display());
        }
        write(out, "subject.html", &reports::subject::page(&report)?)?;
        let text = serde_json::to_string_pretty(&report)? + "\n";
        write(out, "subject.json", &text)?;
        println!("Written to {}", out.display());
        Ok(())
    })
}

/// Only its owner can read it.
fn write(out: &Path, name: &str, text: &str) -> anyhow::Result<()> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(out.join(name))?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}
