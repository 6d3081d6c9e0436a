//! What the research desk keeps in memory, bounded: findings that were read and the networks that are drawn, both by the
//! hash of what they were made of, so that no two servers hold different ones.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use crate::evaluation::coding_agreement::Agreement;
use crate::evaluation::findings::Findings;
use crate::evaluation::school_networks::SchoolNetworks;
use crate::storage::conclusions::ConclusionKey;

/// So many findings are held; those that nobody asked for the longest go first.
const FINDINGS: usize = 6;

#[derive(Default)]
pub struct DeskMemory {
    findings: Mutex<VecDeque<(ConclusionKey, Arc<Findings>)>>,
    networks: Mutex<Option<Drawn>>,
    agreement: Mutex<VecDeque<(String, Arc<Vec<Agreement>>)>>,
}

struct Drawn {
    snapshot_hash: String,
    schools: Arc<Vec<SchoolNetworks>>,
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

impl DeskMemory {
    pub fn findings(&self, key: &ConclusionKey) -> Option<Arc<Findings>> {
        let mut kept = held(&self.findings);
        let place = kept.iter().position(|(own, _)| own == key)?;
        let found = kept.remove(place)?;
        let findings = found.1.clone();
        kept.push_front(found);
        Some(findings)
    }

    pub fn hold_findings(&self, key: ConclusionKey, findings: Arc<Findings>) {
        let mut kept = held(&self.findings);
        kept.retain(|(own, _)| *own != key);
        kept.push_front((key, findings));
        kept.truncate(FINDINGS);
    }

    /// How far coders agree, by the codes that it is of.
    pub fn agreement(&self, of: &str) -> Option<Arc<Vec<Agreement>>> {
        let kept = held(&self.agreement);
        let found = kept.iter().find(|(own, _)| own == of);
        found.map(|(_, agreement)| agreement.clone())
    }

    pub fn hold_agreement(&self, of: String, agreement: Arc<Vec<Agreement>>) {
        let mut kept = held(&self.agreement);
        kept.push_front((of, agreement));
        kept.truncate(FINDINGS);
    }

    /// The networks of a snapshot, if so many schools are held as are kept.
    pub fn networks(&self, snapshot_hash: &str, n: usize) -> Option<Arc<Vec<SchoolNetworks>>> {
        held(&self.networks)
            .as_ref()
            .filter(|drawn| drawn.snapshot_hash == snapshot_hash && drawn.schools.len() == n)
            .map(|drawn| drawn.schools.clone())
    }

    pub fn hold_networks(&self, snapshot_hash: &str, schools: Arc<Vec<SchoolNetworks>>) {
        *held(&self.networks) = Some(Drawn {
            snapshot_hash: snapshot_hash.to_owned(),
            schools,
        });
    }
}
