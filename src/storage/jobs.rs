//! Work that is longer than a request: queued, taken by one machine at a time, and done with. What it gives is kept
//! elsewhere; here stands only how far it is.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::StudyId;

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl State {
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Cancelled,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn is_open(self) -> bool {
        matches!(self, Self::Queued | Self::Running)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub job_id: Uuid,
    pub study_id: StudyId,
    pub kind: String,
    pub argument: String,
    pub state: State,
    pub queued_at: DateTime<Utc>,
    pub actor: String,
    pub claimed_by: Option<String>,
    pub ended_at: Option<DateTime<Utc>>,
    /// How often it was taken up: one that ends every machine that takes it is given up.
    pub tries: i64,
    pub problem: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Flat {
    job_id: Uuid,
    study_id: Uuid,
    kind: String,
    argument: String,
    state: String,
    queued_at: DateTime<Utc>,
    actor: String,
    claimed_by: Option<String>,
    ended_at: Option<DateTime<Utc>>,
    tries: i64,
    problem: Option<String>,
}

impl Flat {
    fn job(self) -> Result<Job, StorageError> {
        let state = State::ALL
            .into_iter()
            .find(|state| state.key() == self.state)
            .ok_or_else(|| StorageError::Inconsistent {
                table: "jobs",
                column: "state",
                why: format!("`{}` is no state", self.state),
            })?;
        Ok(Job {
            job_id: self.job_id,
            study_id: StudyId(self.study_id),
            kind: self.kind,
            argument: self.argument,
            state,
            queued_at: self.queued_at,
            actor: self.actor,
            claimed_by: self.claimed_by,
            ended_at: self.ended_at,
            tries: self.tries,
            problem: self.problem,
        })
    }
}

macro_rules! columns {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            "job_id, study_id, kind, argument, state, queued_at, actor, claimed_by, ended_at, tries, problem",
            $after
        )
    };
}

/// Machines claim one after the other: each sees what the one before has taken. It is "jobs" in ASCII.
const CLAIM_LOCK: i64 = 0x6a_6f_62_73;

/// Puts a job in the queue.
pub async fn put(
    tx: &mut Tx,
    job_id: Uuid,
    study_id: StudyId,
    (kind, argument): (&str, &str),
    (actor, at): (&str, DateTime<Utc>),
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO jobs (job_id, study_id, kind, argument, state, queued_at, actor)
             VALUES ($1, $2, $3, $4, 'queued', $5, $6)")
        .bind(job_id).bind(study_id.0).bind(kind).bind(argument).bind(at).bind(actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn one(tx: &mut Tx, job_id: Uuid) -> Result<Option<Job>, StorageError> {
    let row: Option<Flat> = on!(tx, c => sqlx::query_as(columns!("SELECT ", " FROM jobs WHERE job_id = $1"))
        .bind(job_id).fetch_optional(c).await)?;
    row.map(Flat::job).transpose()
}

/// The last job of this kind, for this argument.
pub async fn latest(
    tx: &mut Tx,
    study_id: StudyId,
    kind: &str,
    argument: &str,
) -> Result<Option<Job>, StorageError> {
    let row: Option<Flat> = on!(tx, c => sqlx::query_as(columns!(
            "SELECT ",
            " FROM jobs WHERE study_id = $1 AND kind = $2 AND argument = $3 ORDER BY queued_at DESC, job_id DESC LIMIT 1"))
        .bind(study_id.0).bind(kind).bind(argument).fetch_optional(c).await)?;
    row.map(Flat::job).transpose()
}

/// How many jobs of this kind wait or run.
pub async fn count_open(tx: &mut Tx, study_id: StudyId, kind: &str) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM jobs WHERE study_id = $1 AND kind = $2 AND state IN ('queued', 'running')")
        .bind(study_id.0).bind(kind).fetch_one(c).await)?)
}

/// Whether there is a job that waits, or that a machine has said nothing about since then.
pub async fn any_due(tx: &mut Tx, since: DateTime<Utc>) -> Result<bool, StorageError> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM jobs WHERE state = 'queued' OR (state = 'running' AND beat_at <= $1)")
        .bind(since).fetch_one(c).await)?;
    Ok(n > 0)
}

/// How many wait and how many run, over all studies.
pub async fn counts(tx: &mut Tx) -> Result<(i64, i64), StorageError> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT state, COUNT(*) FROM jobs WHERE state IN ('queued', 'running') GROUP BY state")
        .fetch_all(c).await)?;
    let of = |state: State| {
        let found = rows.iter().find(|(own, _)| own == state.key());
        found.map_or(0, |(_, n)| *n)
    };
    Ok((of(State::Queued), of(State::Running)))
}

/// Takes the job that waits longest, or one whose machine has said nothing since then; one of a study at a time.
pub async fn claim(
    tx: &mut Tx,
    node: &str,
    since: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<Option<Job>, StorageError> {
    tx.hold(&[CLAIM_LOCK]).await?;
    let row: Option<Flat> = on!(tx, c => sqlx::query_as(
            "UPDATE jobs SET state = 'running', claimed_by = $1, claimed_at = $2, beat_at = $2, tries = tries + 1
             WHERE (state = 'queued' OR (state = 'running' AND beat_at <= $3)) AND job_id = (
                 SELECT j.job_id FROM jobs j
                 WHERE (j.state = 'queued' OR (j.state = 'running' AND j.beat_at <= $3))
                 AND NOT EXISTS (SELECT 1 FROM jobs r WHERE r.study_id = j.study_id AND r.state = 'running'
                                 AND r.beat_at > $3)
                 ORDER BY j.queued_at, j.job_id LIMIT 1)
             RETURNING job_id, study_id, kind, argument, state, queued_at, actor, claimed_by, ended_at, tries, problem")
        .bind(node).bind(at).bind(since).fetch_optional(c).await)?;
    row.map(Flat::job).transpose()
}

/// A machine says that it is still at it, and hears whether it should stop; `None` where the job is not its own any more.
pub async fn beat(
    tx: &mut Tx,
    job_id: Uuid,
    node: &str,
    at: DateTime<Utc>,
) -> Result<Option<bool>, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "UPDATE jobs SET beat_at = $3 WHERE job_id = $1 AND claimed_by = $2 AND state = 'running' RETURNING cancelled")
        .bind(job_id).bind(node).bind(at).fetch_optional(c).await)?)
}

/// Whether it should stop: it was called off, or another machine has it now.
pub async fn should_stop(tx: &mut Tx, job_id: Uuid, node: &str) -> Result<bool, StorageError> {
    let goes_on: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM jobs WHERE job_id = $1 AND claimed_by = $2 AND state = 'running' AND cancelled = $3")
        .bind(job_id).bind(node).bind(false).fetch_one(c).await)?;
    Ok(goes_on == 0)
}

/// Calls a job off: at once where it waits, and where it runs as soon as its machine looks.
pub async fn cancel(
    tx: &mut Tx,
    study_id: StudyId,
    job_id: Uuid,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let waiting = on!(tx, c => sqlx::query(
            "UPDATE jobs SET state = 'cancelled', ended_at = $3 WHERE job_id = $1 AND study_id = $2 AND state = 'queued'")
        .bind(job_id).bind(study_id.0).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    if waiting > 0 {
        return Ok(true);
    }
    let running = on!(tx, c => sqlx::query(
            "UPDATE jobs SET cancelled = $3 WHERE job_id = $1 AND study_id = $2 AND state = 'running'")
        .bind(job_id).bind(study_id.0).bind(true).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(running > 0)
}

/// Says how it ended, once, and only by the machine that has it.
pub async fn end(
    tx: &mut Tx,
    job_id: Uuid,
    node: &str,
    (state, problem): (State, Option<&str>),
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let ended = on!(tx, c => sqlx::query(
            "UPDATE jobs SET state = $3, problem = $4, ended_at = $5
             WHERE job_id = $1 AND claimed_by = $2 AND state = 'running'")
        .bind(job_id).bind(node).bind(state.key()).bind(problem).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(ended == 1)
}

/// Back in the queue: what a machine had when it was ended. `everyone`: no other machine can have any.
pub async fn let_go(tx: &mut Tx, node: &str, everyone: bool) -> Result<u64, StorageError> {
    Ok(on!(tx, c => sqlx::query(
            "UPDATE jobs SET state = 'queued' WHERE state = 'running' AND (claimed_by = $1 OR $2)")
        .bind(node).bind(everyone).execute(c).await.map(|done| done.rows_affected()))?)
}
