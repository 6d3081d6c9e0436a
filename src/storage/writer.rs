//! The one writer of the embedded database. Requests that arrive together share one commit, and so one wait for the
//! disk; each stands in its own savepoint, so that one that is refused takes nothing of the others with it.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use sqlx::sqlite::SqlitePool;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

use super::error::StorageError;
use super::tx::{Embedded, Tx};

/// Requests in one commit at most; what has gathered while the last commit waited for the disk goes together.
const GROUP: usize = 64;
/// So many are company enough: a smaller group waits for others, and no longer than this.
const COMPANY: usize = 16;
const WAIT: Duration = Duration::from_millis(5);
/// Requests that may wait for the writer before new ones are held back.
const QUEUE: usize = 1_024;

#[derive(Clone)]
pub struct Writer(mpsc::Sender<Job>);

type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> BoxFuture<'t, Done> + Send>;

/// A verb that has run: whether its savepoint is kept, and how its caller is told once the commit is known.
struct Done {
    keep: bool,
    tell: Box<dyn FnOnce(bool) + Send>,
}

impl Writer {
    pub fn start(pool: SqlitePool) -> Self {
        let (sender, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(run(pool, jobs));
        Self(sender)
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
                        let answer = match result {
                            Ok(value) if committed => Ok(value),
                            Ok(_) => Err(StorageError::Commit.into()),
                            Err(error) => Err(error),
                        };
                        // A caller that has gone away needs no answer.
                        let _ = reply.send(answer);
                    }),
                }
            })
        });
        if self.0.send(job).await.is_err() {
            return Err(StorageError::Commit.into());
        }
        answer
            .await
            .unwrap_or_else(|_| Err(StorageError::Commit.into()))
    }
}

async fn run(pool: SqlitePool, mut jobs: mpsc::Receiver<Job>) {
    while let Some(first) = jobs.recv().await {
        let mut group = vec![first];
        let deadline = Instant::now() + WAIT;
        while group.len() < GROUP {
            match jobs.try_recv() {
                Ok(job) => group.push(job),
                // Nobody else is waiting: a lone writer should not wait for company that may not come.
                Err(_) if group.len() == 1 || group.len() >= COMPANY => break,
                Err(_) => match timeout_at(deadline, jobs.recv()).await {
                    Ok(Some(job)) => group.push(job),
                    _ => break,
                },
            }
        }
        let mut told: Vec<Box<dyn FnOnce(bool) + Send>> = Vec::with_capacity(group.len());
        let committed = match commit_group(&pool, group, &mut told).await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!(%error, "a group of writes was not committed");
                false
            }
        };
        for tell in told {
            tell(committed);
        }
    }
}

async fn commit_group(
    pool: &SqlitePool,
    group: Vec<Job>,
    told: &mut Vec<Box<dyn FnOnce(bool) + Send>>,
) -> Result<(), sqlx::Error> {
    // IMMEDIATE: a deferred transaction that turns into a writing one fails at once when the file is busy.
    let mut tx = Tx::Sqlite(Embedded::Whole(pool.begin_with("BEGIN IMMEDIATE").await?));
    tx.execute("SAVEPOINT request").await?;
    for job in group {
        let done = job(&mut tx).await;
        told.push(done.tell);
        // The next request begins where this one ends: in one call, for each call waits for a thread.
        if done.keep {
            tx.execute("RELEASE request; SAVEPOINT request").await?;
        } else {
            tx.execute("ROLLBACK TO request").await?;
        }
    }
    tx.commit().await
}
