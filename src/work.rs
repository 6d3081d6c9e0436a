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

use crate::conclude::recipe::{self, RecipeFailure};
use crate::conclude::{ConcludeError, conclude};
use crate::domain::time::Clock;
use crate::evaluation::plan::{Plan, PlanFault};
use crate::fieldwork::jobs::{self as verbs, Kind, TRIES};
use crate::fieldwork::study::Study;
use crate::storage::audit::Act;
use crate::storage::error::may_pass;
use crate::storage::jobs::{self, Job, State};
use crate::storage::{StorageError, Store};

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
    Process(Child),
    Here(JoinHandle<Result<(), Trouble>>),
}

/// Carries a job out and keeps what it gives.
pub async fn carry_out(
    store: &Store,
    clock: &dyn Clock,
    job: &Job,
    plan_of: PlanOf,
) -> Result<(), Trouble> {
    let broke = |error: StorageError| Trouble::Broke(error.to_string());
    let mut tx = store.read().await.map_err(broke)?;
    let study = Study::load(&mut tx, job.study_id).await.map_err(broke)?;
    drop(tx);
    let study = study.ok_or_else(|| Trouble::Broke("the study is gone".to_owned()))?;
    let act = Act {
        actor: job.actor.clone(),
        at: clock.now(),
    };
    let done = match Kind::from_key(&job.kind) {
        Some(Kind::Conclude) => conclude(store, &study, act.at)
            .await
            .map_err(RecipeFailure::from),
        Some(Kind::Recipe) => {
            let plan = plan_of(&study, &job.argument);
            recipe::compute(store, &study, plan, act).await
        }
        None => Err(ConcludeError::Plan(format!("`{}` is no work", job.kind)).into()),
    };
    match done {
        Ok(_) => Ok(()),
        Err(RecipeFailure::Moved) => Err(Trouble::Moved),
        Err(RecipeFailure::Plan(fault)) => Err(Trouble::Refused(fault)),
        Err(RecipeFailure::Conclude(error)) => Err(Trouble::Broke(error.to_string())),
    }
}

/// How a job in a process of its own tells how it ended.
pub fn told(result: &Result<(), Trouble>) -> String {
    serde_json::to_string(result).expect("an ending is plain values")
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
            Some(Ok(())) => (State::Done, None),
            Some(Err(trouble)) => {
                // What a plan says about the data stays out of the log.
                let why = match trouble {
                    Trouble::Broke(why) => why.as_str(),
                    Trouble::TooLong => "it took too long",
                    Trouble::Moved | Trouble::Refused(_) => "it does not fit the data",
                };
                tracing::warn!(job = %job.job_id, kind = job.kind, why, "a job gave nothing");
                let told = serde_json::to_string(trouble).expect("an ending is plain values");
                (State::Failed, Some(told))
            }
        };
        loop {
            let (act, node, job_id) = (self.act(), self.node.clone(), job.job_id);
            let (state, problem) = ended.clone();
            let kept = self
                .store
                .write::<_, StorageError, _>(move |tx| {
                    async move {
                        let ended = (state, problem.as_deref());
                        verbs::end(tx, &act, &node, job_id, ended).await
                    }
                    .boxed()
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
            return Ok(Running::Process(command.spawn()?));
        }
        let (store, clock, job) = (self.store.clone(), self.clock.clone(), job.clone());
        let plan_of = self.plan_of;
        Ok(Running::Here(tokio::spawn(async move {
            carry_out(&store, &*clock, &job, plan_of).await
        })))
    }

    /// Until it ends, takes too long, or is called off: then `None`.
    async fn watch(&self, job: &Job) -> Option<Result<(), Trouble>> {
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

impl Running {
    async fn ended(&mut self) -> Option<Result<(), Trouble>> {
        let broke = |why: String| Some(Err(Trouble::Broke(why)));
        match self {
            Self::Here(task) if task.is_finished() => match task.await {
                Ok(ending) => Some(ending),
                Err(_) => broke("it was broken off".to_owned()),
            },
            Self::Here(_) => None,
            Self::Process(child) => match child.try_wait() {
                Ok(None) => None,
                Ok(Some(status)) => {
                    let mut told = String::new();
                    if let Some(out) = &mut child.stdout {
                        // What cannot be read is no ending.
                        let _ = out.read_to_string(&mut told);
                    }
                    match serde_json::from_str(&told) {
                        Ok(ending) if status.success() => Some(ending),
                        _ => broke(format!("its process ended with {status}")),
                    }
                }
                Err(error) => broke(error.to_string()),
            },
        }
    }

    fn stop(mut self) {
        match &mut self {
            Self::Process(child) => {
                let _ = child.kill();
                let _ = child.wait();
            }
            Self::Here(task) => task.abort(),
        }
    }
}
