//! Founds a study: its design, its instruments and its windows.

use rand::Rng;

use crate::domain::id::{StudyId, WindowId};
use crate::domain::study::StudyDesign;
use crate::instrument::library::Library;
use crate::storage::audit::{self, Act};
use crate::storage::windows::{self, Window};
use crate::storage::{StorageError, Tx, studies};

#[derive(Debug, thiserror::Error)]
pub enum FoundRefusal {
    #[error("there is a study with this key already; give the new one another `key`")]
    KeyTaken,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Only the instruments that the design asks are kept with it, word for word.
pub async fn found(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    design: &StudyDesign,
    library: &Library,
) -> Result<StudyId, FoundRefusal> {
    if studies::all(tx)
        .await?
        .iter()
        .any(|(_, key)| *key == design.key)
    {
        return Err(FoundRefusal::KeyTaken);
    }
    let study_id = StudyId::new(act.at, rng);
    studies::insert(tx, study_id, design, act.at).await?;
    for instrument in library
        .iter()
        .filter(|i| design.collect.iter().any(|row| row.instrument == i.key))
    {
        let file = library.file(&instrument.key).unwrap_or_default();
        studies::insert_instrument(
            tx,
            study_id,
            &instrument.key,
            instrument.version,
            &instrument.hash,
            file,
        )
        .await?;
    }
    for window in &design.windows {
        let window = Window {
            window_id: WindowId::new(act.at, rng),
            cohort: window.cohort.clone(),
            wave: window.wave.clone(),
            opens_at: window.opens_at,
            closes_at: window.closes_at,
            closed_at: None,
        };
        windows::insert(tx, study_id, &window).await?;
    }
    audit::record(tx, act, "found", &design.key, "").await?;
    Ok(study_id)
}
