//! What the research desk keeps in memory, bounded: findings that were read, the networks that are drawn, and which recipe
//! is being computed.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::conclude::recipe::RecipeFailure;
use crate::evaluation::findings::Findings;
use crate::evaluation::plan::PlanFault;
use crate::evaluation::school_networks::SchoolNetworks;
use crate::storage::conclusions::ConclusionKey;

/// So many findings are held; those that nobody asked for the longest go first.
const FINDINGS: usize = 6;
/// So many endings of recipes are remembered.
const ENDINGS: usize = 100;

#[derive(Default)]
pub struct DeskMemory {
    findings: Mutex<VecDeque<(ConclusionKey, Arc<Findings>)>>,
    networks: Mutex<Option<Drawn>>,
    work: Mutex<Work>,
}

struct Drawn {
    snapshot_hash: String,
    schools: Arc<Vec<SchoolNetworks>>,
}

#[derive(Default)]
struct Work {
    /// The recipe that is being computed, by the hash of its method.
    running: Option<String>,
    endings: BTreeMap<String, Ending>,
}

/// How the computation of a recipe stands, other than well.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    Running,
    /// It went on for longer than is allowed.
    TooLong,
    Refused(PlanFault),
    Moved,
    Broke,
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

    /// Takes the one place in which a recipe is computed; `false` where another has it.
    pub fn begin(&self, method_hash: &str) -> bool {
        let mut work = held(&self.work);
        if work.running.is_some() {
            return false;
        }
        work.endings.remove(method_hash);
        work.running = Some(method_hash.to_owned());
        true
    }

    /// It takes too long; the place stays taken until it has really ended.
    pub fn too_long(&self, method_hash: &str) {
        let mut work = held(&self.work);
        work.endings.insert(method_hash.to_owned(), Ending::TooLong);
    }

    pub fn end(&self, method_hash: &str, failure: Option<&RecipeFailure>) {
        let mut work = held(&self.work);
        work.running = None;
        if work.endings.len() >= ENDINGS {
            work.endings.clear();
        }
        let ending = match failure {
            None => {
                work.endings.remove(method_hash);
                return;
            }
            Some(RecipeFailure::Plan(fault)) => Ending::Refused(fault.clone()),
            Some(RecipeFailure::Moved) => Ending::Moved,
            Some(RecipeFailure::Conclude(_)) => Ending::Broke,
        };
        work.endings.insert(method_hash.to_owned(), ending);
    }

    pub fn standing(&self, method_hash: &str) -> Option<Ending> {
        let work = held(&self.work);
        let known = work.endings.get(method_hash).cloned();
        let running = work.running.as_deref() == Some(method_hash);
        known.or(running.then_some(Ending::Running))
    }

    /// Whether another recipe than this one is being computed.
    pub fn is_busy(&self, method_hash: &str) -> bool {
        let work = held(&self.work);
        work.running
            .as_deref()
            .is_some_and(|running| running != method_hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_recipe_at_a_time_and_its_end_is_told() {
        let memory = DeskMemory::default();
        assert!(memory.begin("a") && !memory.begin("b"));
        assert_eq!(memory.standing("a"), Some(Ending::Running));
        assert!(memory.is_busy("b") && !memory.is_busy("a"));
        memory.too_long("a");
        assert_eq!(memory.standing("a"), Some(Ending::TooLong));
        assert!(!memory.begin("b"), "it has not ended yet");
        memory.end("a", Some(&RecipeFailure::Moved));
        assert_eq!(memory.standing("a"), Some(Ending::Moved));
        assert!(memory.begin("a"));
        memory.end("a", None);
        assert_eq!(memory.standing("a"), None);
    }
}
