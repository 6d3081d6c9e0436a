//! `schakel retention run`: removes the names of studies whose day has come. `schakel serve` does the same every minute.

use clap::{Args, Subcommand};

use super::settings::{DatabaseArguments, block_on};
use crate::domain::time::{Clock, SystemClock};
use crate::forget;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Remove names and addresses of every study whose retention date has passed; doing it again changes nothing.
    Run(Arguments),
}

#[derive(Debug, Args)]
pub struct Arguments {
    /// Key of one study; without it, all of this server.
    #[arg(long)]
    study: Option<String>,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub fn run(command: &Command) -> anyhow::Result<()> {
    let Command::Run(arguments) = command;
    block_on(async {
        let store = arguments.database.store().await?;
        let only = arguments.study.as_deref();
        let done = forget::remove_names(&store, only, SystemClock.now()).await?;
        for (study, removed) in &done {
            println!(
                "{study}: {} contacts, {} links, {} invitations and {} mails removed",
                removed.contacts, removed.links, removed.invitations, removed.mails
            );
        }
        if done.is_empty() {
            println!("Nothing was due");
        }
        Ok(())
    })
}
