//! The one writer of the embedded database. Requests that arrive together share one commit, and so one wait for the
//! disk; each stands in its own savepoint, so that one that is refused takes nothing of the others with it.
//!
//! When a commit fails (a disk that is full or broken) nobody in it is told that anything was kept, and the connection is
//! thrown away: a sync that failed says nothing about what a second one would write. The next group goes through a new
//! connection, after a look whether the last thing that was acknowledged is still there.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::audit;
use super::error::StorageError;
use super::tx::{Embedded, Tx};
use crate::domain::sealing::SealKey;

/// Requests in one commit at most; what has gathered while the last commit waited for the disk goes together.
const GROUP: usize = 64;
/// Where so many have come at once more are on their way, and waiting a moment for them saves commits, which is what counts
/// when everybody comes at once; a few do not wait, for nobody may come.
const CROWD: usize = 4;
/// So many are company enough, and nobody waits longer than this.
const COMPANY: usize = 16;
const WAIT: Duration = Duration::from_millis(5);
/// Requests that may wait for the writer before new ones are held back.
const QUEUE: usize = 1_024;

#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::Sender<Job>,
    /// Requests and commits since the start.
    counts: Arc<(AtomicU64, AtomicU64)>,
}

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Done> + Send>;

/// A verb that has run: whether its savepoint is kept, and how its caller is told once the commit is known.
struct Done {
    keep: bool,
    tell: Box<dyn FnOnce(bool) + Send>,
}

impl Writer {
    pub fn start(pool: SqlitePool, seal_key: SealKey) -> Self {
        let (sender, jobs) = mpsc::channel(QUEUE);
        let counts = Arc::<(AtomicU64, AtomicU64)>::default();
        tokio::spawn(run(pool, seal_key, jobs, counts.clone()));
        Self {
            jobs: sender,
            counts,
        }
    }

    /// Requests, commits, and requests that wait.
    pub fn counts(&self) -> (u64, u64, u64) {
        let (requests, commits) = &*self.counts;
        let waiting = self.jobs.max_capacity() - self.jobs.capacity();
        (
            requests.load(Ordering::Relaxed),
            commits.load(Ordering::Relaxed),
            waiting as u64,
        )
    }

    pub async fn write<T, E, F>(&self, verb: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
        F: for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Result<T, E>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel::<Result<T, E>>();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                // A verb that panics fails alone: its savepoint is taken back and its caller hears of it.
                let result = AssertUnwindSafe(verb(tx)).catch_unwind().await;
                let result = result.unwrap_or_else(|_| Err(StorageError::Commit.into()));
                Done {
                    keep: result.is_ok(),
                    tell: Box::new(move |committed| {
                        // A refusal may rest on what another request of the same group did, and falls with it.
                        let answer = match result {
                            result if committed => result,
                            _ => Err(StorageError::Commit.into()),
                        };
                        // A caller that has gone away needs no answer.
                        let _ = reply.send(answer);
                    }),
                }
            })
        });
        if self.jobs.send(job).await.is_err() {
            return Err(StorageError::Commit.into());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(StorageError::Commit.into()))
    }
}

async fn run(
    pool: SqlitePool,
    seal_key: SealKey,
    mut jobs: mpsc::Receiver<Job>,
    counts: Arc<(AtomicU64, AtomicU64)>,
) {
    let mut file = File {
        pool,
        seal_key,
        end: None,
        doubtful: false,
    };
    while let Some(first) = jobs.recv().await {
        let mut group = vec![first];
        let deadline = Instant::now() + WAIT;
        while group.len() < GROUP {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                Err(_) if group.len() < CROWD || group.len() >= COMPANY => break,
                Err(_) => match timeout_at(deadline, jobs.recv()).await {
                    Ok(Some(job)) => group.push(job),
                    _ => break,
                },
            }
        }
        let mut told: Vec<Box<dyn FnOnce(bool) + Send>> = Vec::with_capacity(group.len());
        let committed = match file.commit(group, &mut told).await {
            Ok(()) => {
                counts.0.fetch_add(told.len() as u64, Ordering::Relaxed);
                counts.1.fetch_add(1, Ordering::Relaxed);
                true
            }
            Err(error) => {
                tracing::error!(%error, "a group of writes was not committed");
                file.throw_away().await;
                false
            }
        };
        for tell in told {
            tell(committed);
        }
    }
}

/// The file that is written to, and the last line of its audit that was committed here.
struct File {
    pool: SqlitePool,
    seal_key: SealKey,
    end: Option<(i64, Vec<u8>)>,
    /// A commit has failed since, and nobody has looked what the file holds.
    doubtful: bool,
}

impl File {
    /// Runs a group and commits it. Whoever is not in `told` afterwards has not run, and hears that when it is dropped.
    async fn commit(
        &mut self,
        group: Vec<Job>,
        told: &mut Vec<Box<dyn FnOnce(bool) + Send>>,
    ) -> Result<(), StorageError> {
        // IMMEDIATE: a deferred transaction that turns into a writing one fails at once when the file is busy.
        let begun = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let mut tx = Tx::sqlite(Embedded::Whole(begun), &self.seal_key);
        if self.doubtful {
            self.look(&mut tx).await?;
        }
        tx.execute("SAVEPOINT request").await?;
        for job in group {
            let lines = tx.lines.len();
            let done = job(&mut tx).await;
            told.push(done.tell);
            // The next request begins where this one ends: in one call, for each call waits for a thread.
            if done.keep {
                tx.execute("RELEASE request; SAVEPOINT request").await?;
            } else {
                tx.lines.truncate(lines);
                tx.execute("ROLLBACK TO request").await?;
            }
        }
        audit::chain(&mut tx).await?;
        let end = audit::end(&mut tx).await?;
        tx.commit().await?;
        self.end = Some(end);
        Ok(())
    }

    /// Whether the file still holds what was acknowledged last. If it does not, nothing is written any more: the disk has
    /// lost what it said it had, and somebody has to look.
    async fn look(&mut self, tx: &mut Tx) -> Result<(), StorageError> {
        if let Some((audit_id, chain)) = &self.end {
            let kept = audit::lines(tx, audit_id - 1, 1).await?;
            if kept.first().and_then(|line| line.chain.as_ref()) != Some(chain) {
                return Err(StorageError::Inconsistent {
                    table: "audit",
                    column: "chain",
                    why: "the last line that was acknowledged is gone: start again on a disk that works, from a backup"
                        .to_owned(),
                });
            }
        }
        self.doubtful = false;
        Ok(())
    }

    /// Throws the connection away, with whatever state the failure left it in. The pool has this one alone, and makes the next
    /// when it is needed: the disk may not give one yet.
    async fn throw_away(&mut self) {
        self.doubtful = true;
        if let Ok(connection) = self.pool.acquire().await
            && let Err(error) = connection.close().await
        {
            tracing::warn!(%error, "a connection did not close");
        }
    }
}
