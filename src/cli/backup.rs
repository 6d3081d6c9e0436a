//! `schakel backup --out FILE --to age1...`: everything in the database in one sealed file, while the server goes on.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use futures_util::FutureExt;

use super::copying::{beside, on_disk, read_over, write_out};
use super::ending::{Answer, ended};
use super::report::opened;
use super::settings::{DatabaseArguments, block_on};
use super::study::act;
use crate::exchange::archive::Contents;
use crate::exchange::archive_seal::Seal;
use crate::fieldwork::copies;
use crate::storage::{StorageError, Store};

#[derive(Debug, Args)]
pub struct Arguments {
    /// File for the backup. A file that is there is not replaced.
    #[arg(long)]
    out: PathBuf,
    /// Public key (`age1...`) of someone who can open it; may be given several times. Keep the private keys elsewhere.
    #[arg(long, value_name = "KEY")]
    to: Vec<String>,
    /// Seal it with the passphrase in this file.
    #[arg(long, value_name = "FILE", conflicts_with = "to")]
    passphrase_file: Option<PathBuf>,
    /// Do not seal it: whoever has the file reads all of it. Noted in the audit.
    #[arg(long, conflicts_with_all = ["to", "passphrase_file"])]
    plain: bool,
    #[command(flatten)]
    database: DatabaseArguments,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(block_on(backup(arguments)))
}

async fn backup(arguments: &Arguments) -> Answer {
    let out = &arguments.out;
    if out.exists() {
        return Ok(Err(format!("{} is there already", out.display())));
    }
    let (seal, told) = match seal(arguments)? {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let store = opened(&arguments.database).await?;
    let act = act();
    store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                copies::note_backup(tx, &act, &told);
                Ok(())
            }
            .boxed()
        })
        .await?;
    let under_way = beside(out, ".new");
    let done = written(&store, seal, &under_way).await;
    let contents = match done {
        Ok(contents) => contents,
        Err(error) => {
            // What is left of it is of no use to anybody.
            let _ = std::fs::remove_file(&under_way);
            return Err(error);
        }
    };
    std::fs::rename(&under_way, out).with_context(|| format!("cannot make {}", out.display()))?;
    on_disk(out)?;
    Ok(Ok(format!(
        "written   {}: {} tables, {} rows, {}\n",
        out.display(),
        contents.tables.len(),
        contents.rows(),
        contents.sha256
    )))
}

/// How it is sealed, and what the audit says of it.
fn seal(arguments: &Arguments) -> anyhow::Result<Result<(Seal, String), String>> {
    if let Some(file) = &arguments.passphrase_file {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        if text.trim().len() < 15 {
            return Ok(Err(
                "the passphrase is shorter than 15 characters".to_owned()
            ));
        }
        return Ok(Ok((
            Seal::for_passphrase(&text),
            "sealed with a passphrase".to_owned(),
        )));
    }
    if arguments.plain {
        return Ok(Ok((Seal::Plain, "plain backup".to_owned())));
    }
    if arguments.to.is_empty() {
        return Ok(Err(
            "give --to with a public key, or --passphrase-file: a backup holds answers of people. \
             Whoever wants one that anybody can read says --plain, which is noted"
                .to_owned(),
        ));
    }
    Ok(match Seal::for_keys(&arguments.to) {
        Ok(seal) => Ok((seal, format!("sealed for {} keys", arguments.to.len()))),
        Err(fault) => Err(fault.to_string()),
    })
}

/// Writes the file, reads it again, and is content only when both are the same.
async fn written(store: &Store, seal: Seal, file: &Path) -> anyhow::Result<Contents> {
    let told = || format!("cannot write {}", file.display());
    let (sealed, opener) = seal.begin(new_file(file).with_context(told)?)?;
    let mut tx = store.read().await?;
    let (sealed, contents) = write_out(&mut tx, sealed).await.with_context(told)?;
    drop(tx);
    sealed.finish().with_context(told)?;
    let found = read_over(opener.open(File::open(file)?)?)?;
    anyhow::ensure!(
        found == contents,
        "{} does not hold what was written to it: is the disk in order?",
        file.display()
    );
    Ok(contents)
}

/// A file that only its owner can read. What an earlier attempt left is replaced.
fn new_file(file: &Path) -> std::io::Result<File> {
    if file.exists() {
        std::fs::remove_file(file)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
