//! Founds a study: its design, its instruments and its windows.

use rand::Rng;

use super::enter::{self, EnterRefusal, Recipient, Visit};
use crate::domain::id::{StudyId, WindowId};
use crate::domain::study::StudyDesign;
use crate::domain::token::{LinkKey, Presented};
use crate::instrument::library::Library;
use crate::storage::audit::{self, Act};
use crate::storage::windows::{self, Window};
use crate::storage::{StorageError, Tx, studies};

#[derive(Debug, thiserror::Error)]
pub enum FoundRefusal {
    #[error("there is a study with this key already; give the new one another `key`")]
    KeyTaken,
    #[error("another study was set up with this link in the meantime")]
    LinkUsed,
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
    audit::record(tx, act, "found", &design.key, "");
    Ok(study_id)
}

/// Founds a study for someone else: the secret of its owner's link, to be handed over.
pub async fn found_for(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    (design, library): (&StudyDesign, &Library),
) -> Result<String, FoundRefusal> {
    let study_id = found(tx, act, rng, design, library).await?;
    let owner = Recipient {
        study_id,
        role: "owner".to_owned(),
        label: design.contact.clone(),
        schools: Vec::new(),
    };
    let (token, _) = enter::hand_out(tx, act, rng, key, &owner).await?;
    Ok(token)
}

/// Founds a study with a link for setting one up: its owner gets a link of their own, and a visit that is opened with
/// it. `studies`: how many there were when the link was opened; it works once.
pub async fn set_up(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    studies: i64,
    (design, library): (&StudyDesign, &Library),
) -> Result<Visit, FoundRefusal> {
    if studies::count(tx).await? != studies {
        return Err(FoundRefusal::LinkUsed);
    }
    let token = found_for(tx, act, rng, key, (design, library)).await?;
    enter::enter(tx, act, rng, key, &Presented::Token(token))
        .await
        .map_err(|refusal| match refusal {
            EnterRefusal::Failed(error) => FoundRefusal::Failed(error),
            EnterRefusal::Unknown => FoundRefusal::LinkUsed,
        })
}
