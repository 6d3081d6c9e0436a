//! What every handler shares.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};

use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use tokio::sync::Notify;

use super::desk_memory::DeskMemory;
use super::hashing::Hashing;
use super::metrics::Metrics;
use crate::domain::account::StaffLinks;
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::time::Clock;
use crate::domain::token::LinkKey;
use crate::fieldwork::pages::Lists;
use crate::fieldwork::study::Study;
use crate::forget::ErasureLedger;
use crate::providers::Providers;
use crate::storage::audit::Act;
use crate::storage::invitations::Opened;
use crate::storage::{StorageError, Store};
use crate::work::Carrier;

/// Who this server is among others on the same database, and how its jobs are done.
pub struct Working {
    pub node: String,
    /// No other server works on the database.
    pub alone: bool,
    pub carrier: Option<Arc<Carrier>>,
    /// Called when there is a new job.
    pub wake: Arc<Notify>,
}

#[derive(Clone)]
pub struct App(Arc<Shared>);

struct Shared {
    store: Store,
    key: LinkKey,
    clock: Box<dyn Clock>,
    rng: Mutex<ChaCha12Rng>,
    /// A study's design and instruments, kept until its revision is another.
    studies: RwLock<BTreeMap<StudyId, Arc<Study>>>,
    /// Who can be named around a school, by the version of its list.
    lists: RwLock<BTreeMap<SchoolId, (i64, Arc<Lists>)>>,
    hashing: Hashing,
    desk: DeskMemory,
    simulated: bool,
    https: bool,
    /// The address at which visitors reach the server: what links begin with.
    base: String,
    mails: bool,
    /// This program, to be started once more for files of strangers.
    program: Option<PathBuf>,
    staff_links: StaffLinks,
    erasures: Option<ErasureLedger>,
    providers: Providers,
    working: Working,
    metrics: Metrics,
}

impl App {
    /// `simulated` marks every page: the schools and people on it do not exist.
    pub fn new(
        store: Store,
        key: LinkKey,
        clock: impl Clock + 'static,
        seed: [u8; 32],
        simulated: bool,
    ) -> Self {
        let working = Working {
            node: seed
                .iter()
                .take(4)
                .map(|byte| format!("{byte:02x}"))
                .collect(),
            alone: store.is_embedded(),
            carrier: None,
            wake: Arc::default(),
        };
        Self(Arc::new(Shared {
            store,
            key,
            clock: Box::new(clock),
            rng: Mutex::new(ChaCha12Rng::from_seed(seed)),
            studies: RwLock::default(),
            lists: RwLock::default(),
            hashing: Hashing::default(),
            desk: DeskMemory::default(),
            simulated,
            https: false,
            base: "http://127.0.0.1:8080".to_owned(),
            mails: false,
            program: None,
            staff_links: StaffLinks::Open,
            erasures: None,
            providers: Providers::default(),
            working,
            metrics: Metrics::default(),
        }))
    }

    /// Where visitors reach the server, and whether it sends mail.
    pub fn reached_at(mut self, base: &str, mails: bool) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.base = base.trim_end_matches('/').to_owned();
            shared.mails = mails;
        }
        self
    }

    /// The program to start for a workbook; without it none is read.
    pub fn unpacking_with(mut self, program: PathBuf) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.program = Some(program);
        }
        self
    }

    pub fn program(&self) -> Option<&Path> {
        self.0.program.as_deref()
    }

    /// Where it is written down outside the database who was forgotten.
    pub fn with_erasures(mut self, ledger: ErasureLedger) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.erasures = Some(ledger);
        }
        self
    }

    /// Servers elsewhere through which people sign in.
    pub fn with_providers(mut self, providers: Providers) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.providers = providers;
        }
        self
    }

    pub fn providers(&self) -> &Providers {
        &self.0.providers
    }

    /// Under a name of its own, with jobs in processes of their own.
    pub fn working_as(mut self, node: &str, carrier: Arc<Carrier>) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.working.node = node.to_owned();
            shared.working.carrier = Some(carrier);
        }
        self
    }

    /// None in a demonstration, of which nothing is kept.
    pub fn erasures(&self) -> Option<&ErasureLedger> {
        self.0.erasures.as_ref()
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub fn working(&self) -> &Working {
        &self.0.working
    }

    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// Whether this server sends mail; without it, links go out on paper or in a file.
    pub fn mails(&self) -> bool {
        self.0.mails
    }

    /// Whether links of roles that need an account open by themselves. They do until this says otherwise, which `serve` does.
    pub fn with_staff_links(mut self, staff_links: StaffLinks) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.staff_links = staff_links;
        }
        self
    }

    pub fn staff_links(&self) -> StaffLinks {
        self.0.staff_links
    }

    /// Visitors reach the server over https, through a proxy in front of it: cookies say so, and so do the pages.
    pub fn behind_https(mut self) -> Self {
        if let Some(shared) = Arc::get_mut(&mut self.0) {
            shared.https = true;
        }
        self
    }

    pub fn https(&self) -> bool {
        self.0.https
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn key(&self) -> &LinkKey {
        &self.0.key
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.0.clock.now()
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.0.clock
    }

    pub fn simulated(&self) -> bool {
        self.0.simulated
    }

    /// A generator of its own for one request, split off the server's.
    pub fn rng(&self) -> ChaCha12Rng {
        let mut rng = self
            .0
            .rng
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        ChaCha12Rng::from_rng(&mut *rng)
    }

    pub(super) fn hashing(&self) -> &Hashing {
        &self.0.hashing
    }

    pub(super) fn desk(&self) -> &DeskMemory {
        &self.0.desk
    }

    pub fn act(&self, actor: impl Into<String>) -> Act {
        Act {
            actor: actor.into(),
            at: self.now(),
        }
    }

    /// Whom colleagues of this school can name. Kept in memory by the version of the list, which every change raises;
    /// the board's network hangs on other schools' lists as well and is read each time.
    pub async fn lists(&self, study: &Study, opened: &Opened) -> Result<Arc<Lists>, StorageError> {
        let (school_id, version) = (opened.school_id, opened.roster_version);
        let known = self
            .0
            .lists
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .get(&school_id)
            .filter(|(kept, _)| *kept == version && !study.design.asks_about_boards())
            .map(|(_, lists)| lists.clone());
        if let Some(lists) = known {
            return Ok(lists);
        }
        let mut tx = self.store().read().await?;
        let lists = Arc::new(Lists::load(&mut tx, school_id).await?);
        self.0
            .lists
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .insert(school_id, (version, lists.clone()));
        Ok(lists)
    }

    /// Lets go of the lists that are kept, and so of the names on them: they are read again when somebody needs them.
    pub fn forget_lists(&self) {
        self.0
            .lists
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .clear();
    }

    /// The study in this revision, which the caller has just read.
    pub async fn study(
        &self,
        study_id: StudyId,
        revision: i64,
    ) -> Result<Option<Arc<Study>>, StorageError> {
        if let Some(study) = self
            .0
            .studies
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .get(&study_id)
            .filter(|study| study.revision == revision)
        {
            return Ok(Some(study.clone()));
        }
        let mut tx = self.store().read().await?;
        let Some(study) = Study::load(&mut tx, study_id).await? else {
            return Ok(None);
        };
        let study = Arc::new(study);
        self.0
            .studies
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .insert(study_id, study.clone());
        Ok(Some(study))
    }
}
