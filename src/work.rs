//! Takes up jobs, on every machine alike: each in a process of its own, which can be ended at any moment, has the last
//! place in the queue for the processor and a bound on its memory. What a job gives is kept in one transaction or not at all.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use serde::{Deserialize, Serialize};
use tokio::sync::{Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

use crate::conclude::recipe::{self, Computed, RecipeFailure};
use crate::conclude::{ConcludeError, conclude};
use crate::domain::time::Clock;
use crate::evaluation::plan::{Plan, PlanFault};
use crate::fieldwork::jobs::{self as verbs, Kind, TRIES};
use crate::fieldwork::recipe::keep_findings;
use crate::fieldwork::study::Study;
use crate::storage::audit::Act;
use crate::storage::conclusions::ConclusionKey;
use crate::storage::error::may_pass;
use crate::storage::jobs::{self, Job, State};
use crate::storage::packed::Packed;
use crate::storage::{StorageError, Store, Tx};

/// What takes longer is ended.
const LONGEST: Duration = Duration::from_secs(900);
const LONGEST_RECIPE: Duration = Duration::from_secs(300);
/// Between two looks into the queue; whoever asks on this machine calls at once.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two looks at a job that runs.
const STEP: Duration = Duration::from_millis(50);
const LOOK: Duration = Duration::from_millis(500);
const BEAT: Duration = Duration::from_secs(5);
/// A machine that has said nothing for so long is gone, and its jobs are taken up by others.
const GONE: TimeDelta = TimeDelta::seconds(30);

/// What the words of a recipe mean.
pub type PlanOf = fn(&Study, &str) -> Plan;

/// Makes the command that carries a job out.
pub type Carrier = dyn Fn(Uuid) -> Command + Send + Sync;

/// Why there is no result, other than that somebody called it off.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    TooLong,
    /// The data are others than those that were concluded on.
    Moved,
    /// The choice cannot be computed on these data.
    Refused(PlanFault),
    Broke(String),
}

/// Trouble as it is kept.
fn words(trouble: &Trouble) -> String {
    serde_json::to_string(trouble).expect("trouble is plain values")
}

/// What is to be kept, if anything is, or why there is none.
type Ending = Result<Option<Computed>, Trouble>;

pub struct Workshop {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub node: String,
    /// No other machine works on this database.
    pub alone: bool,
    /// Jobs at once.
    pub most: usize,
    pub plan_of: PlanOf,
    /// Without one, jobs are done in this process and cannot be ended before their end.
    pub carrier: Option<Arc<Carrier>>,
    /// Called when there is something new.
    pub wake: Arc<Notify>,
}

/// Jobs at once on this machine: one processor is left to whoever answers.
pub fn places() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().saturating_sub(1).max(1))
}

enum Running {
    /// With what it has said so far: a pipe holds less than an analysis gives.
    Process(Child, Option<std::thread::JoinHandle<Vec<u8>>>),
    Here(JoinHandle<Ending>),
}

/// Carries a job out. What a recipe gives is kept by whoever sees the job through.
pub async fn carry_out(store: &Store, clock: &dyn Clock, job: &Job, plan_of: PlanOf) -> Ending {
    let broke = |error: StorageError| Trouble::Broke(error.to_string());
    let mut tx = store.read().await.map_err(broke)?;
    let study = Study::load(&mut tx, job.study_id).await.map_err(broke)?;
    drop(tx);
    let study = study.ok_or_else(|| Trouble::Broke("the study is gone".to_owned()))?;
    let done = match Kind::from_key(&job.kind) {
        Some(Kind::Conclude) => conclude(store, &study, clock.now())
            .await
            .map(|_| None)
            .map_err(RecipeFailure::from),
        Some(Kind::Recipe) => {
            let plan = plan_of(&study, &job.argument);
            recipe::compute(store, &study, plan).await
        }
        None => Err(ConcludeError::Plan(format!("`{}` is no work", job.kind)).into()),
    };
    match done {
        Ok(given) => Ok(given),
        Err(RecipeFailure::Moved) => Err(Trouble::Moved),
        Err(RecipeFailure::Plan(fault)) => Err(Trouble::Refused(fault)),
        Err(RecipeFailure::Conclude(error)) => Err(Trouble::Broke(error.to_string())),
    }
}

/// How a job in a process of its own tells how it ended: a line, and after it what is to be kept.
pub fn told(ending: &Ending) -> Vec<u8> {
    let key = ending
        .as_ref()
        .map(|given| given.as_ref().map(|it| &it.key));
    let mut told = serde_json::to_vec(&key).expect("an ending is plain values");
    told.push(b'\n');
    if let Ok(Some(given)) = ending {
        told.extend(given.findings.bytes());
    }
    told
}

/// The ending that was told; none if it is not whole.
fn heard(told: &[u8]) -> Option<Ending> {
    let end = told.iter().position(|byte| *byte == b'\n')?;
    let ending: Result<Option<ConclusionKey>, Trouble> =
        serde_json::from_slice(&told[..end]).ok()?;
    Some(ending.map(|key| {
        key.map(|key| Computed {
            key,
            findings: Packed::from_bytes(told[end + 1..].to_vec()),
        })
    }))
}

impl Workshop {
    fn act(&self) -> Act {
        Act {
            actor: format!("node {}", self.node),
            at: self.clock.now(),
        }
    }

    /// Until the server ends. Dropping it ends the processes that run.
    pub async fn run(self: Arc<Self>) {
        while let Err(error) = self.let_go().await {
            tracing::warn!(%error, "the queue of jobs could not be read");
            sleep(PAUSE).await;
        }
        let places = Arc::new(Semaphore::new(self.most));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else {
                return;
            };
            match self.claim().await {
                Ok(Some(job)) => {
                    let own = self.clone();
                    tokio::spawn(async move {
                        own.see_through(&job).await;
                        drop(place);
                        own.wake.notify_one();
                    });
                }
                Ok(None) => {
                    drop(place);
                    let _ = timeout(PAUSE, self.wake.notified()).await;
                }
                Err(error) => {
                    drop(place);
                    tracing::warn!(%error, "no job could be taken");
                    sleep(PAUSE).await;
                }
            }
        }
    }

    async fn let_go(&self) -> Result<u64, StorageError> {
        let (act, node, alone) = (self.act(), self.node.clone(), self.alone);
        self.store
            .write(move |tx| async move { verbs::let_go(tx, &act, &node, alone).await }.boxed())
            .await
    }

    async fn claim(&self) -> Result<Option<Job>, StorageError> {
        let (act, node) = (self.act(), self.node.clone());
        let since = act.at - GONE;
        let mut tx = self.store.glance().await?;
        let due = jobs::any_due(&mut tx, since).await?;
        drop(tx);
        if !due {
            return Ok(None);
        }
        self.store
            .write(move |tx| async move { verbs::claim(tx, &act, &node, since).await }.boxed())
            .await
    }

    async fn see_through(&self, job: &Job) {
        let ending = if job.tries > TRIES {
            let why = "every machine that took it up was lost";
            Some(Err(Trouble::Broke(why.to_owned())))
        } else {
            self.watch(job).await
        };
        let ended = match &ending {
            None => (State::Cancelled, None),
            Some(Ok(_)) => (State::Done, None),
            Some(Err(trouble)) => {
                // What a plan says about the data stays out of the log.
                let why = match trouble {
                    Trouble::Broke(why) => why.as_str(),
                    Trouble::TooLong => "it took too long",
                    Trouble::Moved | Trouble::Refused(_) => "it does not fit the data",
                };
                tracing::warn!(job = %job.job_id, kind = job.kind, why, "a job gave nothing");
                (State::Failed, Some(words(trouble)))
            }
        };
        let given = ending.and_then(Result::ok).flatten();
        loop {
            let (act, node, job) = (self.act(), self.node.clone(), job.clone());
            let (ended, given) = (ended.clone(), given.clone());
            let kept = self
                .store
                .write(move |tx| {
                    async move { keep_and_end(tx, (&act, &node), &job, given, ended).await }.boxed()
                })
                .await;
            match kept {
                Err(error) if may_pass(&error) => sleep(PAUSE).await,
                Err(error) => {
                    tracing::error!(%error, "how a job ended could not be kept");
                    return;
                }
                Ok(_) => return,
            }
        }
    }

    fn begin(&self, job: &Job) -> Result<Running, std::io::Error> {
        if let Some(carrier) = &self.carrier {
            // A pipe that nobody writes to: the process ends when this one does.
            let mut command = carrier(job.job_id);
            command.stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut child = command.spawn()?;
            let listening = child.stdout.take().map(|mut out| {
                std::thread::spawn(move || {
                    let mut told = Vec::new();
                    // What cannot be read is no ending.
                    let _ = out.read_to_end(&mut told);
                    told
                })
            });
            return Ok(Running::Process(child, listening));
        }
        let (store, clock, job) = (self.store.clone(), self.clock.clone(), job.clone());
        let plan_of = self.plan_of;
        Ok(Running::Here(tokio::spawn(async move {
            carry_out(&store, &*clock, &job, plan_of).await
        })))
    }

    /// Until it ends, takes too long, or is called off: then `None`.
    async fn watch(&self, job: &Job) -> Option<Ending> {
        let broke = |why: &str| Some(Err(Trouble::Broke(why.to_owned())));
        let mut running = match self.begin(job) {
            Ok(running) => running,
            Err(error) => return broke(&format!("it could not be begun: {error}")),
        };
        let longest = if job.kind == Kind::Recipe.key() {
            LONGEST_RECIPE
        } else {
            LONGEST
        };
        let begun = Instant::now();
        let (mut looked, mut beaten) = (begun, begun);
        loop {
            if let Some(ending) = running.ended().await {
                return Some(ending);
            }
            if begun.elapsed() > longest {
                running.stop();
                return Some(Err(Trouble::TooLong));
            }
            if looked.elapsed() > LOOK {
                looked = Instant::now();
                let stop = if beaten.elapsed() > BEAT {
                    beaten = looked;
                    self.beat(job.job_id).await
                } else {
                    self.should_stop(job.job_id).await
                };
                // While the database is away it goes on.
                if stop.unwrap_or(false) {
                    running.stop();
                    return None;
                }
            }
            sleep(STEP).await;
        }
    }

    async fn should_stop(&self, job_id: Uuid) -> Result<bool, StorageError> {
        let mut tx = self.store.glance().await?;
        jobs::should_stop(&mut tx, job_id, &self.node).await
    }

    async fn beat(&self, job_id: Uuid) -> Result<bool, StorageError> {
        let (node, at) = (self.node.clone(), self.clock.now());
        let goes_on: Result<bool, StorageError> = self
            .store
            .write(move |tx| async move { verbs::beat(tx, job_id, &node, at).await }.boxed())
            .await;
        goes_on.map(|goes_on| !goes_on)
    }
}

/// What a job gave and how it ended, in one transaction.
async fn keep_and_end(
    tx: &mut Tx,
    (act, node): (&Act, &str),
    job: &Job,
    given: Option<Computed>,
    (mut state, mut problem): (State, Option<String>),
) -> Result<bool, StorageError> {
    if let Some(Computed { key, findings }) = given {
        let by = Act {
            actor: job.actor.clone(),
            at: act.at,
        };
        if !keep_findings(tx, &by, job.study_id, &key, &findings).await? {
            state = State::Failed;
            problem = Some(words(&Trouble::Moved));
        }
    }
    verbs::end(tx, act, node, job.job_id, (state, problem.as_deref())).await
}

impl Running {
    async fn ended(&mut self) -> Option<Ending> {
        let broke = |why: String| Some(Err(Trouble::Broke(why)));
        match self {
            Self::Here(task) if task.is_finished() => match task.await {
                Ok(ending) => Some(ending),
                Err(_) => broke("it was broken off".to_owned()),
            },
            Self::Here(_) => None,
            Self::Process(child, listening) => match child.try_wait() {
                Ok(None) => None,
                Ok(Some(status)) => {
                    let told = listening.take().and_then(|said| said.join().ok());
                    match told.as_deref().and_then(heard) {
                        Some(ending) if status.success() => Some(ending),
                        _ => broke(format!("its process ended with {status}")),
                    }
                }
                Err(error) => broke(error.to_string()),
            },
        }
    }

    fn stop(mut self) {
        match &mut self {
            Self::Process(child, _) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Self::Here(task) => task.abort(),
        }
    }
}
