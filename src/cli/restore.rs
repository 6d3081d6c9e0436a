//! `schakel restore FILE --identity KEYFILE --database ADDRESS --erasure-ledger LEDGER`: a backup becomes a database again.
//! Everything is checked before anything is put in the place of what was there.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::copying::{Filling, beside, on_disk};
use super::ending::{Answer, ended};
use super::settings::{DatabaseArguments, block_on, entropy};
use super::study::act;
use crate::domain::erasure::Entry;
use crate::domain::sealing::SealKey;
use crate::domain::time::{Clock, SystemClock};
use crate::exchange::archive::{Header, Piece, Reader};
use crate::exchange::archive_seal::Opener;
use crate::fieldwork::copies;
use crate::forget;
use crate::storage::fresh::{self, Fresh};
use crate::storage::holder::Holder;
use crate::storage::{StorageError, Store, schema};

#[derive(Debug, Args)]
pub struct Arguments {
    /// The backup.
    file: PathBuf,
    /// File with the private key that opens it.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// File with the passphrase that opens it.
    #[arg(long, value_name = "FILE", conflicts_with = "identity")]
    passphrase_file: Option<PathBuf>,
    /// Nobody was forgotten since the backup was made, and so there is no erasure ledger.
    #[arg(long)]
    nobody_erased: bool,
    /// A file that is there is kept as `FILE.before-restore`; a database of a server must be empty.
    #[command(flatten)]
    database: DatabaseArguments,
}

pub fn run(arguments: &Arguments) -> ExitCode {
    ended(block_on(restore(arguments)))
}

async fn restore(arguments: &Arguments) -> Answer {
    if let Err(refusal) = erasures(arguments) {
        return Ok(Err(format!("{refusal:#}. Nothing was changed")));
    }
    let (mut reader, header) = match archive(arguments) {
        Ok(found) => found,
        Err(refusal) => return Ok(Err(format!("{refusal:#}. Nothing was changed"))),
    };
    if header.form > schema::newest() {
        return Ok(Err(format!(
            "the backup has form {} and this program knows form {}: restore it with schakel {} or newer. Nothing was changed",
            header.form,
            schema::newest(),
            header.program
        )));
    }
    let target = match Target::of(&arguments.database.database).await {
        Ok(target) => target,
        Err(refusal) => return Ok(Err(format!("{refusal:#}. Nothing was changed"))),
    };
    match filled(&mut reader, &header, arguments, &target).await {
        Ok(told) => {
            let forgotten = match forgotten(arguments, &target).await {
                Ok(told) => told,
                Err(error) => {
                    target.clear();
                    return Err(error);
                }
            };
            target.take_place().await?;
            Ok(Ok(format!("{told}{forgotten}")))
        }
        Err(error) => {
            target.clear();
            Ok(Err(format!(
                "{}: {error:#}. Nothing was changed",
                arguments.file.display()
            )))
        }
    }
}

type Opened = Reader<Box<dyn std::io::BufRead>>;

fn archive(arguments: &Arguments) -> anyhow::Result<(Opened, Header)> {
    let read = |file: &Path| {
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
    };
    let opener = match (&arguments.identity, &arguments.passphrase_file) {
        (Some(file), _) => Opener::with_key_file(&read(file)?)?,
        (None, Some(file)) => Opener::with_passphrase(&read(file)?),
        (None, None) => Opener::Nothing,
    };
    let told = || format!("{}", arguments.file.display());
    let file = File::open(&arguments.file).with_context(told)?;
    Reader::begin(opener.open(file).with_context(told)?).with_context(told)
}

/// Everything in one transaction: rows as they were, then what was erased since.
async fn filled(
    reader: &mut Opened,
    header: &Header,
    arguments: &Arguments,
    target: &Target,
) -> anyhow::Result<String> {
    // Names stay sealed as they are: the key is not needed here, and is not in the backup.
    let no_key = SealKey::new([0; 32]);
    let mut fresh = Fresh::begin(&target.address, header.form, &no_key).await?;
    let mut filling = Filling::begin(&mut fresh.tx).await?;
    let contents = loop {
        match reader.next_piece()? {
            Piece::Table(table) => filling.table(&table).await?,
            Piece::Row(cells) => filling.row(cells).await?,
            Piece::End(contents) => break contents,
        }
    };
    filling.end(&contents).await?;
    fresh.up_to_date().await?;
    let taken = header.taken_at.format("%Y-%m-%d %H:%M UTC");
    copies::note_restore(&mut fresh.tx, &act(), &format!("as it was on {taken}"));
    fresh.keep().await?;
    Ok(format!(
        "restored  {} as it was on {taken}: {} tables, {} rows, {}\nWho was signed in signs in again; links stay as they are.\n",
        arguments.database.database,
        contents.tables.len(),
        contents.rows(),
        contents.sha256
    ))
}

/// Who was forgotten since: without that nobody is brought back.
fn erasures(arguments: &Arguments) -> anyhow::Result<Vec<Entry>> {
    let ledger = arguments.database.ledger();
    let known = ledger.file().exists();
    anyhow::ensure!(
        known != arguments.nobody_erased,
        "{}",
        if known {
            format!(
                "{} is there, and --nobody-erased says otherwise",
                ledger.file().display()
            )
        } else {
            format!(
                "there is no erasure ledger {}: give it with --erasure-ledger, so that nobody who was forgotten comes back. \
                 If nobody ever was, say --nobody-erased",
                ledger.file().display()
            )
        }
    );
    let entries = ledger.entries()?;
    let key = &arguments.database.contact_key_file;
    anyhow::ensure!(
        entries.is_empty() || key.exists(),
        "there is no {}: give the key of names with --contact-key-file, to find who was forgotten",
        key.display()
    );
    Ok(entries)
}

/// Forgets everyone in the ledger once more, before the database takes its place.
async fn forgotten(arguments: &Arguments, target: &Target) -> anyhow::Result<String> {
    if erasures(arguments)?.is_empty() {
        return Ok(String::new());
    }
    let database = &arguments.database;
    let store = Store::open(&target.address, &database.seal_key()?).await?;
    let mut rng = ChaCha12Rng::from_seed(entropy()?);
    let done = forget::catch_up(&store, &database.ledger(), SystemClock.now(), &mut rng).await;
    store.close().await;
    let done =
        done.context("the rows are back, but who was forgotten since is not yet forgotten again")?;
    Ok(format!("Forgotten again: {} people\n", done.forgotten))
}

/// Where the rows go: beside a file until they are all there, or into an empty database of a server.
pub struct Target {
    pub address: String,
    file: Option<PathBuf>,
    /// Held to the end, so that nobody serves it meanwhile.
    _held: Option<Holder>,
}

impl Target {
    async fn of(address: &str) -> anyhow::Result<Self> {
        let held = Holder::take(address, "schakel restore").await?;
        let Some(file) = address.strip_prefix("sqlite:") else {
            return Ok(Self {
                address: address.to_owned(),
                file: None,
                _held: held,
            });
        };
        let kept = beside(Path::new(file), KEPT);
        if kept.exists() {
            return Err(StorageError::NotEmpty(kept.display().to_string()))
                .context("an earlier restore left this file, and it would be lost");
        }
        Ok(Self::beside(file, held))
    }

    /// A file that is not there yet.
    pub fn beside(file: &str, held: Option<Holder>) -> Self {
        let target = Self {
            address: format!("sqlite:{file}{UNDER_WAY}"),
            file: Some(PathBuf::from(file)),
            _held: held,
        };
        // Left by an attempt that was killed.
        target.clear();
        target
    }

    pub fn clear(&self) {
        if let Some(file) = &self.file {
            let under_way = beside(file, UNDER_WAY);
            for ending in ["", "-journal", "-wal", "-shm"] {
                let _ = std::fs::remove_file(beside(&under_way, ending));
            }
        }
    }

    /// The new file takes the place of the old one in one step. The old one is kept, with what its journal holds.
    pub async fn take_place(&self) -> anyhow::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        let under_way = beside(file, UNDER_WAY);
        on_disk(&under_way)?;
        if file.exists() {
            fresh::gather(&file.display().to_string()).await;
            let kept = beside(file, KEPT);
            keep(file, &kept)?;
            let journal = beside(file, "-wal");
            if journal.exists() {
                // It could not be gathered into a file that is damaged. It must not stand beside the new one.
                keep(&journal, &beside(&kept, "-wal"))?;
                std::fs::remove_file(&journal)?;
            }
            let _ = std::fs::remove_file(beside(file, "-shm"));
        }
        std::fs::rename(&under_way, file)?;
        on_disk(file)
    }
}

const UNDER_WAY: &str = ".restoring";
const KEPT: &str = ".before-restore";

/// A second name for a file, or a copy where the disk knows no second names.
fn keep(file: &Path, kept: &Path) -> anyhow::Result<()> {
    if std::fs::hard_link(file, kept).is_err() {
        std::fs::copy(file, kept).with_context(|| format!("cannot keep {}", kept.display()))?;
    }
    on_disk(kept)
}
