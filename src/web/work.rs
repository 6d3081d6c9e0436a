//! Work that is longer than a request, as pages see it: asked for, waited for a moment, told in words.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::app::App;
use super::form::Fields;
use super::research::recipe::Recipe;
use crate::conclude;
use crate::domain::id::StudyId;
use crate::domain::time::Clock;
use crate::evaluation::plan::Plan;
use crate::fieldwork::jobs::{self as verbs, AskRefusal, Kind};
use crate::fieldwork::study::Study;
use crate::storage::audit::Act;
use crate::storage::jobs::{self, Job, State};
use crate::storage::{StorageError, Tx};
use crate::work::{Trouble, Workshop, places};

/// What is done by then is shown at once; the rest is shown as being done.
const MOMENT: Duration = Duration::from_secs(8);
const STEP: Duration = Duration::from_millis(50);

/// A choice as a job carries it.
pub fn words_of(recipe: &Recipe, base: &Plan) -> String {
    serde_json::to_string(&recipe.fields(base)).expect("names and values are text")
}

/// The plan that they mean; what means nothing is left out.
pub fn plan_of(study: &Study, words: &str) -> Plan {
    let base = conclude::plan(study);
    let fields: Fields = serde_json::from_str(words).unwrap_or_default();
    Recipe::read(&fields, &base).plan(&base)
}

/// What takes up the jobs of a server.
pub fn workshop(app: &App) -> Workshop {
    let own = app.working();
    Workshop {
        store: app.store().clone(),
        clock: Arc::new(Hand(app.clone())),
        node: own.node.clone(),
        alone: own.alone,
        most: places(),
        plan_of,
        carrier: own.carrier.clone(),
        wake: own.wake.clone(),
    }
}

/// The clock of the server in the hands of somebody else.
struct Hand(App);

impl Clock for Hand {
    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.0.now()
    }
}

/// Asks for work, and calls whoever does it.
pub async fn ask(
    app: &App,
    act: Act,
    study_id: StudyId,
    (kind, argument): (Kind, String),
) -> Result<Uuid, AskRefusal> {
    let mut rng = app.rng();
    let asked = app
        .store()
        .write(move |tx| {
            async move { verbs::ask(tx, &act, &mut rng, study_id, (kind, &argument)).await }.boxed()
        })
        .await?;
    app.working().wake.notify_one();
    Ok(asked)
}

/// Waits until a job has ended, but no longer than a visitor likes to wait.
pub async fn a_moment(app: &App, job_id: Uuid) -> Result<(), StorageError> {
    let begun = Instant::now();
    while begun.elapsed() < MOMENT {
        let mut tx = app.store().glance().await?;
        let job = jobs::one(&mut tx, job_id).await?;
        drop(tx);
        if job.is_none_or(|job| !job.state.is_open()) {
            break;
        }
        sleep(STEP).await;
    }
    Ok(())
}

/// How far a piece of work is, other than done.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress {
    Queued,
    Running,
    Cancelled,
    Failed(Trouble),
}

/// The last time that it was asked for; `None` where that went well, or never was.
pub async fn standing(
    tx: &mut Tx,
    study_id: StudyId,
    kind: Kind,
    argument: &str,
) -> Result<Option<(Uuid, Progress)>, StorageError> {
    let job = jobs::latest(tx, study_id, kind.key(), argument).await?;
    Ok(job.and_then(|job| Some((job.job_id, of_job(&job)?))))
}

fn of_job(job: &Job) -> Option<Progress> {
    Some(match job.state {
        State::Done => return None,
        State::Queued => Progress::Queued,
        State::Running => Progress::Running,
        State::Cancelled => Progress::Cancelled,
        State::Failed => {
            let told = job.problem.as_deref().unwrap_or_default();
            let trouble = serde_json::from_str(told);
            Progress::Failed(trouble.unwrap_or(Trouble::Broke(String::new())))
        }
    })
}

/// Calls off what a form names.
pub async fn cancel(
    app: &App,
    act: Act,
    study_id: StudyId,
    named: Option<&str>,
) -> Result<(), StorageError> {
    let Some(job_id) = named.and_then(|named| named.parse().ok()) else {
        return Ok(());
    };
    app.store()
        .write(move |tx| async move { verbs::cancel(tx, &act, study_id, job_id).await }.boxed())
        .await
        .map(drop)
}
