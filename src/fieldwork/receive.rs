//! Receives answers: each page as it is sent, and the submission at the end.
//!
//! | the questionnaire is | save a page | submit |
//! |---|---|---|
//! | not yet open | refused | refused |
//! | open, or in its last grace hour with answers begun | stored | stored, with a receipt |
//! | submitted | refused | the same receipt again |
//! | closed | refused; what was saved stays | refused; what was saved counts as partial |

use std::collections::BTreeMap;

use rand::Rng;

use super::pages::{Door, Sitting, seen};
use super::study::Study;
use crate::domain::answer::{Answer, Pin};
use crate::domain::id::{InvitationId, ResponseId};
use crate::domain::token::LinkKey;
use crate::instrument::check::{AnswerFault, RawAnswer, check};
use crate::storage::answers::Change;
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, answers, invitations};

#[derive(Debug, thiserror::Error)]
pub enum ReceiveRefusal {
    #[error("no such invitation")]
    Unknown,
    #[error("the questionnaire is not open yet")]
    NotYetOpen,
    #[error("the questionnaire was submitted already")]
    Submitted,
    #[error("the questionnaire is closed")]
    Closed,
    #[error("there is no such page")]
    NoSuchPage,
    /// Another tab or device saved something else on this page in the meantime.
    #[error("the page was changed elsewhere")]
    ChangedElsewhere,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// One page as a browser sent it.
#[derive(Debug, Clone)]
pub struct PageSent {
    pub invitation_id: InvitationId,
    /// Number of the page in the sitting, from 0.
    pub step: usize,
    /// What the stored answers looked like when the page was shown.
    pub seen: String,
    pub raw: BTreeMap<String, RawAnswer>,
}

/// What came of a page. Answers that could not be taken are told; the others on the page are stored all the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PageSaved {
    /// How many answers were changed.
    pub stored: usize,
    pub faults: BTreeMap<String, AnswerFault>,
}

pub async fn save_page(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    sent: &PageSent,
) -> Result<PageSaved, ReceiveRefusal> {
    let mut sitting = open_sitting(tx, act, sent.invitation_id).await?;
    save_in(tx, act, rng, study, &mut sitting, sent).await
}

/// Saves a page of a sitting that has just been read in the same transaction, and brings the sitting up to date.
pub async fn save_in(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    sitting: &mut Sitting,
    sent: &PageSent,
) -> Result<PageSaved, ReceiveRefusal> {
    match sitting.door(act.at) {
        Door::Open => {}
        Door::NotYetOpen => return Err(ReceiveRefusal::NotYetOpen),
        Door::Submitted => return Err(ReceiveRefusal::Submitted),
        Door::Closed => return Err(ReceiveRefusal::Closed),
    }
    let due = sitting.due(study);
    let step = *sitting
        .steps(study)
        .get(sent.step)
        .ok_or(ReceiveRefusal::NoSuchPage)?;
    let instrument = due[step.instrument];
    let page = &instrument.pages[step.page];
    let roster = sitting.roster();
    let mut saved = PageSaved::default();
    let mut after: BTreeMap<&str, Option<Answer>> = BTreeMap::new();
    for item in &page.ask {
        let raw = sent.raw.get(item).cloned().unwrap_or_default();
        match check(&instrument.items[item], &raw, &roster) {
            Ok(answer) if answer.as_ref() == sitting.answers.get(item) => {}
            Ok(answer) => {
                after.insert(item, answer);
            }
            Err(fault) => {
                saved.faults.insert(item.clone(), fault);
            }
        }
    }
    if after.is_empty() {
        return Ok(saved);
    }
    if seen(&sitting.answers, page) != sent.seen {
        return Err(ReceiveRefusal::ChangedElsewhere);
    }
    let response_id = match sitting.responses.get(&instrument.key) {
        Some(response_id) => *response_id,
        None => {
            let response_id = ResponseId::new(act.at, rng);
            let pin = Pin {
                instrument: instrument.key.clone(),
                version: instrument.version,
                hash: instrument.hash.clone(),
            };
            answers::insert_response(tx, response_id, sent.invitation_id, &pin, act.at).await?;
            sitting
                .responses
                .insert(instrument.key.clone(), response_id);
            response_id
        }
    };
    saved.stored = after.len();
    let changes: Vec<Change<'_>> = after
        .iter()
        .map(|(item, answer)| Change {
            item,
            before: sitting.answers.get(*item),
            after: answer.as_ref(),
        })
        .collect();
    answers::put(tx, response_id, &changes, act.at).await?;
    let items: Vec<&str> = after.keys().copied().collect();
    audit::record(
        tx,
        act,
        "save",
        &sent.invitation_id.to_string(),
        &items.join(" "),
    )
    .await?;
    for (item, answer) in after {
        match answer {
            Some(answer) => sitting.answers.insert(item.to_owned(), answer),
            None => sitting.answers.remove(item),
        };
    }
    Ok(saved)
}

/// Submits once. Sending it again, from any device, gives the same receipt and changes nothing.
pub async fn submit(
    tx: &mut Tx,
    act: &Act,
    key: &LinkKey,
    invitation_id: InvitationId,
) -> Result<String, ReceiveRefusal> {
    let sitting = open_sitting(tx, act, invitation_id).await?;
    let invitation = &sitting.opened.invitation;
    match sitting.door(act.at) {
        Door::Open => {}
        Door::NotYetOpen => return Err(ReceiveRefusal::NotYetOpen),
        Door::Closed => return Err(ReceiveRefusal::Closed),
        Door::Submitted => return Ok(invitation.receipt.clone().unwrap_or_default()),
    }
    let receipt = key.receipt(invitation_id.0);
    if invitations::submit(tx, invitation_id, &receipt, act.at).await? {
        audit::record(tx, act, "submit", &invitation_id.to_string(), "").await?;
    }
    Ok(receipt)
}

/// A sitting as it stands now, held against other saves, submissions and the closing of the wave until this transaction
/// ends. Every save begins here.
pub async fn open_sitting(
    tx: &mut Tx,
    act: &Act,
    invitation_id: InvitationId,
) -> Result<Sitting, ReceiveRefusal> {
    invitations::hold(tx, invitation_id).await?;
    let opened = invitations::open(tx, invitation_id)
        .await?
        .ok_or(ReceiveRefusal::Unknown)?;
    Sitting::load(tx, opened, act.at)
        .await?
        .ok_or(ReceiveRefusal::Unknown)
}
