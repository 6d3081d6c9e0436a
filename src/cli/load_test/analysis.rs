//! Data of closed waves that are evaluated in the server, over and over, while people answer: each time with another choice
//! of a researcher, so that nothing that is kept can be shown in its place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::bail;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::page::encode;
use super::tab::{Kind, Tab};
use crate::cli::settings::entropy;
use crate::conclude::{self, recipe};
use crate::domain::time::{Clock, SystemClock};
use crate::domain::token::LinkKey;
use crate::fieldwork::enter::{self, Recipient};
use crate::fieldwork::study::Study;
use crate::rehearse::rehearse;
use crate::simulation::plan::SimulationPlan;
use crate::simulation::simulate::simulate;
use crate::storage::audit::Act;
use crate::storage::{StorageError, Store, recipes};

/// A study with closed waves, what was concluded from it, and the link of its researcher.
pub struct Closed {
    study: Arc<Study>,
    snapshot_hash: String,
    token: String,
}

/// The demo's smallest study, beside the one that is answered.
pub async fn prepare(store: &Store, key: &LinkKey) -> anyhow::Result<Closed> {
    let now = SystemClock.now();
    let mut plan = SimulationPlan::as_of(now.date_naive());
    let sizes = SimulationPlan::small();
    plan.n_boards = sizes.n_boards;
    plan.n_extreme = sizes.n_extreme;
    for (cohort, small) in plan.cohorts.iter_mut().zip(&sizes.cohorts) {
        cohort.n_schools = small.n_schools;
    }
    let rehearsed = rehearse(store, key, &simulate(&plan, 1), now).await?;
    let concluded = conclude::conclude(store, &rehearsed.study, now).await?;
    let recipient = Recipient {
        study_id: rehearsed.study.study_id,
        role: "researcher".to_owned(),
        label: "load test".to_owned(),
        schools: Vec::new(),
    };
    let act = Act {
        actor: "load test".to_owned(),
        at: now,
    };
    let (mut rng, key) = (ChaCha12Rng::from_seed(entropy()?), key.clone());
    let (token, _) = store
        .write::<_, StorageError, _>(move |tx| {
            async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }.boxed()
        })
        .await?;
    Ok(Closed {
        study: rehearsed.study,
        snapshot_hash: concluded.snapshot_hash,
        token,
    })
}

/// One evaluation may take so long.
const LONGEST: Duration = Duration::from_secs(120);

/// A researcher who asks for one evaluation after the other.
pub struct Analysing {
    ended: Arc<AtomicBool>,
    asking: JoinHandle<anyhow::Result<usize>>,
}

impl Analysing {
    pub fn begin(closed: Closed, store: Store, tab: Tab) -> Self {
        let ended = Arc::new(AtomicBool::new(false));
        let asking = tokio::spawn(ask(closed, store, tab, ended.clone()));
        Self { ended, asking }
    }

    /// How many were finished.
    pub async fn end(self) -> anyhow::Result<usize> {
        self.ended.store(true, Ordering::Relaxed);
        self.asking.await?
    }
}

async fn ask(
    closed: Closed,
    store: Store,
    mut tab: Tab,
    ended: Arc<AtomicBool>,
) -> anyhow::Result<usize> {
    let form = |fields: &[(&str, &str)]| {
        let fields: Vec<(String, String)> = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        encode(&fields)
    };
    let entered = tab
        .post(Kind::Enter, "/r", form(&[("code", &closed.token)]))
        .await?;
    if entered.status != 303 {
        bail!("the researcher's link is answered with {}", entered.status);
    }
    let mut finished = 0;
    for round in 1.. {
        // Far below any strength of a tie: another choice with the same findings.
        let cut = format!("{}", f64::from(round) / 1e6);
        let mut plan = conclude::plan(&closed.study);
        plan.cut = cut.parse()?;
        let key = recipe::key(&closed.study, &closed.snapshot_hash, &plan);
        let asked = form(&[("back", "/research"), ("cut", &cut)]);
        let reply = tab.post(Kind::Page, "/research/compute", asked).await?;
        if reply.status != 303 {
            bail!("a computation is answered with {}", reply.status);
        }
        let from = Instant::now();
        while !recipes::has_findings(&mut store.read().await?, &key).await? {
            if ended.load(Ordering::Relaxed) {
                return Ok(finished);
            }
            if from.elapsed() > LONGEST {
                bail!("an evaluation takes longer than {LONGEST:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        finished += 1;
    }
    Ok(finished)
}

/// What it was to answer meanwhile.
#[derive(Debug, Serialize)]
pub struct Meanwhile {
    pub evaluations: usize,
    pub save_p99_ms: Option<f64>,
    pub submit_p99_ms: Option<f64>,
}

/// The 99th percentile of submissions with analyses running, as a multiple of the one without; nought if there were none.
pub fn slower(figures: &Value) -> f64 {
    let with = figures["with_analysis"]["submit_p99_ms"].as_f64();
    let without = figures["submit_p99_ms"].as_f64();
    with.zip(without)
        .filter(|(_, without)| *without > 0.0)
        .map_or(0.0, |(with, without)| with / without)
}
