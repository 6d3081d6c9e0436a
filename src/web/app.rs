//! What every handler shares.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, RwLock};

use chrono::{DateTime, Utc};
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::desk_memory::DeskMemory;
use super::guard::Attempts;
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::time::Clock;
use crate::domain::token::LinkKey;
use crate::fieldwork::pages::Lists;
use crate::fieldwork::study::Study;
use crate::storage::audit::Act;
use crate::storage::invitations::Opened;
use crate::storage::{StorageError, Store};

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
    attempts: Mutex<Attempts>,
    desk: DeskMemory,
    simulated: bool,
    https: bool,
    /// The address at which visitors reach the server: what links begin with.
    base: String,
    mails: bool,
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
        Self(Arc::new(Shared {
            store,
            key,
            clock: Box::new(clock),
            rng: Mutex::new(ChaCha12Rng::from_seed(seed)),
            studies: RwLock::default(),
            lists: RwLock::default(),
            attempts: Mutex::default(),
            desk: DeskMemory::default(),
            simulated,
            https: false,
            base: "http://127.0.0.1:8080".to_owned(),
            mails: false,
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

    pub fn base(&self) -> &str {
        &self.0.base
    }

    /// Whether this server sends mail; without it, links go out on paper or in a file.
    pub fn mails(&self) -> bool {
        self.0.mails
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

    pub(super) fn attempts(&self) -> std::sync::MutexGuard<'_, Attempts> {
        self.0
            .attempts
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
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
