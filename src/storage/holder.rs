//! Who serves a database file: one process at a time, known by name to whoever comes second.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::PathBuf;
use std::time::Duration;

use sqlx::{ConnectOptions, Connection};

use super::{StorageError, servers};

/// Holds `FILE.lock` until it goes, or until the process ends in whatever way.
#[derive(Debug)]
pub struct Holder {
    _locked: File,
}

/// A server that is on its way out has this long to let go.
const PATIENCE: Duration = Duration::from_secs(1);
const LOOK: Duration = Duration::from_millis(50);

impl Holder {
    /// Takes hold of a database file, and leaves word of who does. PostgreSQL has a server of its own to share it: nothing is
    /// held.
    pub async fn take(address: &str, who: &str) -> Result<Option<Self>, StorageError> {
        match address.strip_prefix("sqlite:") {
            Some(file) => Self::of_file(file, who, PATIENCE).await.map(Some),
            None => Ok(None),
        }
    }

    pub(super) async fn of_file(
        file: &str,
        who: &str,
        patience: Duration,
    ) -> Result<Self, StorageError> {
        let failed = |error| StorageError::Open(sqlx::Error::Io(error));
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(place(file))
            .map_err(failed)?;
        let mut waited = Duration::ZERO;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::Error(error)) => return Err(failed(error)),
                Err(TryLockError::WouldBlock) if waited >= patience => {
                    let mut by = String::new();
                    // Whoever cannot be read still holds it.
                    let _ = lock.read_to_string(&mut by);
                    return Err(StorageError::Held {
                        file: file.to_owned(),
                        by: by.trim().to_owned(),
                    });
                }
                Err(TryLockError::WouldBlock) => {
                    tokio::time::sleep(LOOK).await;
                    waited += LOOK;
                }
            }
        }
        let told = format!("process {}: {who}\n", std::process::id());
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(told.as_bytes()))
            .map_err(failed)?;
        Ok(Self { _locked: lock })
    }

    /// Whether this process holds the file already.
    pub(super) fn is_ours(file: &str) -> bool {
        let Ok(mut lock) = File::open(place(file)) else {
            return false;
        };
        let mut by = String::new();
        let ours = format!("process {}:", std::process::id());
        lock.read_to_string(&mut by).is_ok()
            && by.starts_with(&ours)
            && matches!(lock.try_lock(), Err(TryLockError::WouldBlock))
    }
}

fn place(file: &str) -> PathBuf {
    PathBuf::from(format!("{file}.lock"))
}

/// Who else is connected to a database of a server, in words; an embedded file has its holder.
pub async fn others_on(address: &str) -> Result<Option<String>, StorageError> {
    if address.starts_with("sqlite:") {
        return Ok(None);
    }
    let mut connection = servers::primary(address)
        .await?
        .connect()
        .await
        .map_err(StorageError::Open)?;
    let (others, one): (i64, Option<String>) = sqlx::query_as(
        "SELECT COUNT(*), MIN(COALESCE(client_addr::text, 'this machine'))
         FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
    )
    .fetch_one(&mut connection)
    .await?;
    connection.close().await?;
    let one = one.unwrap_or_default();
    Ok((others > 0).then(|| format!("{others} connections, one of them from {one}")))
}
