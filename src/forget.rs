//! Forgets a person for good: written down outside the database first, then done, then wiped from its files. Whoever is
//! told that it was done can rely on it, whatever copy of the database comes back.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

use crate::domain::erasure::Entry;
use crate::domain::id::PersonId;
use crate::domain::study::Objection;
use crate::exchange::erasure_log::{self, LogFault};
use crate::fieldwork::erase::{self, EraseRefusal, Erased, Replayed};
use crate::fieldwork::retain::{self, Retention};
use crate::fieldwork::study::Study;
use crate::storage::audit::Act;
use crate::storage::retention::Removed;
use crate::storage::{StorageError, Store, erasures, studies};

/// The file in which every erasure stands, outside the database. A line that was written is on the disk.
#[derive(Debug, Clone)]
pub struct ErasureLedger(PathBuf);

#[derive(Debug, thiserror::Error)]
pub enum LedgerFailure {
    #[error("{file}: {fault}")]
    Spoilt { file: PathBuf, fault: LogFault },
    #[error("{file}: {error}")]
    File {
        file: PathBuf,
        error: std::io::Error,
    },
}

#[derive(Debug, thiserror::Error)]
pub enum ForgetFailure {
    /// Nothing was done.
    #[error(transparent)]
    Ledger(#[from] LedgerFailure),
    #[error(transparent)]
    Refused(#[from] EraseRefusal),
    /// It is done, and what is deleted may still lie in the files of the database.
    #[error("the person is forgotten, but the files are not wiped yet: {error}")]
    NotWiped { erased: Erased, error: StorageError },
}

impl From<StorageError> for ForgetFailure {
    fn from(error: StorageError) -> Self {
        Self::Refused(EraseRefusal::Failed(error))
    }
}

impl ErasureLedger {
    pub fn at(file: PathBuf) -> Self {
        Self(file)
    }

    pub fn file(&self) -> &Path {
        &self.0
    }

    /// Everything in it, in order; nothing where there is no file yet.
    pub fn entries(&self) -> Result<Vec<Entry>, LedgerFailure> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) => Ok(self.read(&text)?.entries),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(self.failed(error)),
        }
    }

    /// Writes entries behind the others, and returns when they are on the disk. Of two programs at once the second waits.
    pub fn append(&self, entries: &[Entry]) -> Result<(), LedgerFailure> {
        let failed = |error| self.failed(error);
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.0).map_err(failed)?;
        file.lock().map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(failed)?;
        let log = self.read(&text)?;
        let mut end = log.end;
        let mut lines = String::new();
        for entry in entries {
            let (line, hash) = erasure_log::line(entry, &end);
            lines.push_str(&line);
            end = hash;
        }
        // What was cut off while it was written was told to nobody.
        file.set_len(log.whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        file.write_all(lines.as_bytes()).map_err(failed)?;
        file.sync_all().map_err(failed)?;
        self.sync_folder().map_err(failed)
    }

    /// A new file is there after a power cut only when its folder is on the disk as well.
    fn sync_folder(&self) -> std::io::Result<()> {
        let folder = self.0.parent().filter(|path| !path.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    }

    fn read(&self, text: &str) -> Result<erasure_log::Log, LedgerFailure> {
        erasure_log::read(text).map_err(|fault| LedgerFailure::Spoilt {
            file: self.0.clone(),
            fault,
        })
    }

    fn failed(&self, error: std::io::Error) -> LedgerFailure {
        LedgerFailure::File {
            file: self.0.clone(),
            error,
        }
    }
}

/// Whom to forget, and what becomes of the ties in which others name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    pub person_id: PersonId,
    pub policy: Objection,
}

/// Forgets a person. The ledger first: what was written down and not done, because the power failed in between, is done
/// when the server starts again. Without a ledger (a demonstration) the database alone knows of it.
pub async fn forget(
    store: &Store,
    ledger: Option<&ErasureLedger>,
    study: &Study,
    request: Request,
    act: Act,
    rng: &mut impl Rng,
) -> Result<Erased, ForgetFailure> {
    let Request { person_id, policy } = request;
    let mut tx = store.read().await?;
    let entries = erase::entries(&mut tx, study, person_id, policy, act.at).await?;
    drop(tx);
    if let Some(ledger) = ledger {
        ledger.append(&entries)?;
    }
    let (study, mut dice) = (study.clone(), ChaCha12Rng::from_rng(rng));
    let erased = store
        .write(move |tx| {
            async move {
                let whom = (person_id, policy);
                erase::erase(tx, &act, &mut dice, &study, whom, act.at).await
            }
            .boxed()
        })
        .await?;
    match store.wipe().await {
        Ok(()) => Ok(erased),
        Err(error) => Err(ForgetFailure::NotWiped { erased, error }),
    }
}

/// Brings database and ledger up to date with each other, before anything is served: who is in the ledger is forgotten
/// here too, and who was forgotten by another server is written into this ledger.
pub async fn catch_up(
    store: &Store,
    ledger: &ErasureLedger,
    now: DateTime<Utc>,
    rng: &mut impl Rng,
) -> Result<Replayed, ForgetFailure> {
    let written = ledger.entries()?;
    let replayed = erase::replay(store, &written, now, rng).await?;
    let mut tx = store.read().await?;
    let mut missing = erasures::all(&mut tx).await?;
    drop(tx);
    missing.retain(|entry| {
        !written
            .iter()
            .any(|known| known.study == entry.study && known.person_id == entry.person_id)
    });
    if !missing.is_empty() {
        ledger.append(&missing)?;
    }
    Ok(replayed)
}

/// Removes the names of every study whose day has come, or of one, and wipes them from the files. Says of which studies; on
/// any number of servers each is done once.
pub async fn remove_names(
    store: &Store,
    only: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Removed)>, StorageError> {
    let mut tx = store.read().await?;
    let mut due = Vec::new();
    for (study_id, key) in studies::all(&mut tx).await? {
        if only.is_some_and(|only| only != key) {
            continue;
        }
        let Some(stored) = studies::load(&mut tx, study_id).await? else {
            continue;
        };
        if let Retention::Due { since } = retain::stands(&stored.design, now)
            && !retain::is_done(&mut tx, study_id, since).await?
        {
            due.push((study_id, key));
        }
    }
    drop(tx);
    let mut done = Vec::new();
    for (study_id, key) in due {
        let act = Act {
            actor: "retention".to_owned(),
            at: now,
        };
        let removed = store
            .write::<_, StorageError, _>(move |tx| {
                async move { retain::remove_names(tx, &act, study_id).await }.boxed()
            })
            .await?;
        done.extend(removed.map(|removed| (key, removed)));
    }
    if !done.is_empty() {
        store.wipe().await?;
    }
    Ok(done)
}
