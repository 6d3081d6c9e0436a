//! Work that is longer than a request, as verbs: asked for, called off, taken by a machine, ended.

use chrono::{DateTime, Utc};
use rand::Rng;
use uuid::Uuid;

use crate::domain::id::{StudyId, new_uuid};
use crate::storage::audit::{self, Act};
use crate::storage::jobs::{self, Job, State};
use crate::storage::{StorageError, Tx, studies};

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the closed waves say, by the plan.
    Conclude,
    /// The same data by another choice of the researcher.
    Recipe,
}

impl Kind {
    pub fn key(self) -> &'static str {
        match self {
            Self::Conclude => "conclude",
            Self::Recipe => "recipe",
        }
    }

    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Conclude, Self::Recipe]
            .into_iter()
            .find(|kind| kind.key() == key)
    }
}

/// So many of one kind may wait or run for one study.
pub const MOST: i64 = 5;
/// So often a job is taken up again after the machine that had it was lost.
pub const TRIES: i64 = 3;

#[derive(Debug, thiserror::Error)]
pub enum AskRefusal {
    #[error("{MOST} computations of this study are waiting already")]
    TooMany,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Asks for work. What is waiting or running already is not asked for twice.
pub async fn ask(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study_id: StudyId,
    (kind, argument): (Kind, &str),
) -> Result<Uuid, AskRefusal> {
    studies::hold(tx, study_id).await?;
    let known = jobs::latest(tx, study_id, kind.key(), argument).await?;
    // What waits has not looked at the data yet; what runs may have looked before they changed.
    if let Some(job) = known
        && (job.state == State::Queued || job.state == State::Running && kind == Kind::Recipe)
    {
        return Ok(job.job_id);
    }
    if jobs::count_open(tx, study_id, kind.key()).await? >= MOST {
        return Err(AskRefusal::TooMany);
    }
    let job_id = new_uuid(act.at, rng);
    jobs::put(
        tx,
        job_id,
        study_id,
        (kind.key(), argument),
        (&act.actor, act.at),
    )
    .await?;
    audit::record(tx, act, "ask job", &job_id.to_string(), kind.key());
    Ok(job_id)
}

/// False where there is nothing to call off.
pub async fn cancel(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    job_id: Uuid,
) -> Result<bool, StorageError> {
    let cancelled = jobs::cancel(tx, study_id, job_id, act.at).await?;
    if cancelled {
        audit::record(tx, act, "cancel job", &job_id.to_string(), "");
    }
    Ok(cancelled)
}

/// Takes a job for a machine: one that waits, or one whose machine has said nothing `since`.
pub async fn claim(
    tx: &mut Tx,
    act: &Act,
    node: &str,
    since: DateTime<Utc>,
) -> Result<Option<Job>, StorageError> {
    let Some(job) = jobs::claim(tx, node, since, act.at).await? else {
        return Ok(None);
    };
    audit::record(tx, act, "take job", &job.job_id.to_string(), node);
    Ok(Some(job))
}

/// Whether the machine should go on with it.
pub async fn beat(
    tx: &mut Tx,
    job_id: Uuid,
    node: &str,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    Ok(jobs::beat(tx, job_id, node, at).await? == Some(false))
}

/// What it gave is kept before this, in a transaction of its own: whoever does it again finds that.
pub async fn end(
    tx: &mut Tx,
    act: &Act,
    node: &str,
    job_id: Uuid,
    (state, problem): (State, Option<&str>),
) -> Result<bool, StorageError> {
    let ended = jobs::end(tx, job_id, node, (state, problem), act.at).await?;
    if ended {
        audit::record(tx, act, "end job", &job_id.to_string(), state.key());
    }
    Ok(ended)
}

/// What a machine of this name had when it was ended waits again.
pub async fn let_go(
    tx: &mut Tx,
    act: &Act,
    node: &str,
    everyone: bool,
) -> Result<u64, StorageError> {
    let n = jobs::let_go(tx, node, everyone).await?;
    if n > 0 {
        audit::record(tx, act, "let go of jobs", node, &n.to_string());
    }
    Ok(n)
}
