//! Receives answers: each page as it is sent, and the submission at the end. What is taken when, and what is refused,
//! stands in the decision table of [`super::door`].

use std::collections::BTreeMap;

use rand::Rng;

use super::door::Door;
use super::hints;
use super::pages::{Part, Sitting, missing_key, seen};
use super::study::Study;
use crate::domain::answer::{Answer, Pin};
use crate::domain::id::{InvitationId, ResponseId};
use crate::domain::token::LinkKey;
use crate::instrument::check::{AnswerFault, RawAnswer, check};
use crate::instrument::definition::Format;
use crate::storage::answers::{Begun, Change};
use crate::storage::audit::{self, Act};
use crate::storage::batch::Batch;
use crate::storage::{StorageError, Tx, answers, invitations, roster_events};

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
    #[error("the answers were withdrawn")]
    Withdrawn,
    /// Taking part in research was refused: answers are not taken, and those there are not used.
    #[error("research was refused")]
    ConsentRefused,
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

/// A sitting that was read a moment ago, outside this transaction, brought up to date and held: everything that another
/// save, a submission or the closing of the wave can change is read again, and the list of staff if it was changed.
pub async fn read_again(
    tx: &mut Tx,
    act: &Act,
    mut sitting: Sitting,
) -> Result<Sitting, ReceiveRefusal> {
    let invitation_id = sitting.opened.invitation.invitation_id;
    invitations::hold(tx, invitation_id).await?;
    let opened = invitations::open(tx, invitation_id)
        .await?
        .ok_or(ReceiveRefusal::Unknown)?;
    if opened.roster_version != sitting.opened.roster_version {
        return Sitting::load(tx, opened, act.at)
            .await?
            .ok_or(ReceiveRefusal::Unknown);
    }
    sitting.refresh(tx, opened).await?;
    Ok(sitting)
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
    let mut kept = Batch::default();
    let saved = take_page(tx, &mut kept, act, rng, study, sitting, sent).await?;
    kept.run(tx).await?;
    Ok(saved)
}

/// The same with what is written left in a batch, to be run with that of the pages after it: a whole sitting in one go.
pub async fn take_page(
    tx: &mut Tx,
    kept: &mut Batch,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    sitting: &mut Sitting,
    sent: &PageSent,
) -> Result<PageSaved, ReceiveRefusal> {
    let due = sitting.due(study);
    let steps = sitting.steps(study);
    let step = steps.get(sent.step).ok_or(ReceiveRefusal::NoSuchPage)?;
    let instrument = due[step.instrument];
    refuse_unless_open(sitting.door(study, Part::of(instrument), act.at))?;
    refuse_if_refused(sitting)?;
    let roster = sitting.roster(study, &instrument.key);
    let mut saved = PageSaved::default();
    let mut after: BTreeMap<String, Option<Answer>> = BTreeMap::new();
    let mut mine: BTreeMap<String, Answer> = BTreeMap::new();
    for item in &step.ask {
        let raw = sent.raw.get(item).cloned().unwrap_or_default();
        match check(&instrument.items[item], &raw, &roster) {
            Ok(answer) => {
                mine.extend(answer.clone().map(|answer| (item.clone(), answer)));
                if answer.as_ref() != sitting.answers.get(item) {
                    after.insert(item.clone(), answer);
                }
                let written = study.design.network.write_in.then(|| written_in(&raw));
                let (written, key) = (written.flatten(), missing_key(item));
                mine.extend(written.clone().map(|written| (key.clone(), written)));
                if written.as_ref() != sitting.answers.get(&key) {
                    after.insert(key, written);
                }
            }
            Err(fault) => {
                saved.faults.insert(item.clone(), fault);
            }
        }
    }
    // A page that comes back as it was shown wants nothing changed, whatever was stored elsewhere since.
    if saved.faults.is_empty() && seen(&mine, &step.ask) == sent.seen {
        after.clear();
    }
    if !after.is_empty() && seen(&sitting.answers, &step.ask) != sent.seen {
        return Err(ReceiveRefusal::ChangedElsewhere);
    }
    let response_id = match sitting.responses.get(&instrument.key) {
        Some(begun) => begun.response_id,
        None => {
            let response_id = ResponseId::new(act.at, rng);
            let pin = Pin {
                instrument: instrument.key.clone(),
                version: instrument.version,
                hash: instrument.hash.clone(),
            };
            answers::begin(kept, response_id, sent.invitation_id, &pin, act.at);
            let begun = Begun {
                response_id,
                version: instrument.version,
            };
            sitting.responses.insert(instrument.key.clone(), begun);
            response_id
        }
    };
    answers::put_page_save(kept, response_id, step.page, act.at);
    let hints = hints::of_page(tx, study, sitting, instrument, &step.ask).await?;
    if hints.values().any(|named| !named.is_empty()) {
        answers::mark_hinted(kept, response_id);
    }
    let asks_colleagues =
        |item: &String| matches!(instrument.items[item].format, Format::Roster { .. });
    if step.ask.iter().any(asks_colleagues) {
        roster_events::seen_with(kept, response_id);
    }
    if after.is_empty() {
        return Ok(saved);
    }
    saved.stored = after.len();
    let changes: Vec<Change<'_>> = after
        .iter()
        .map(|(item, answer)| Change {
            item,
            before: sitting.answers.get(item),
            after: answer.as_ref(),
        })
        .collect();
    answers::put_in(kept, tx, response_id, &changes, act.at)?;
    let items: Vec<&str> = after.keys().map(String::as_str).collect();
    let noun = sent.invitation_id.to_string();
    audit::record(tx, act, "save", &noun, &items.join(" "));
    for (item, answer) in after {
        match answer {
            Some(answer) => sitting.answers.insert(item, answer),
            None => sitting.answers.remove(&item),
        };
    }
    Ok(saved)
}

/// Saves all pages of a questionnaire that has just been opened, at once: as they come from paper or from a rehearsal. What
/// cannot be taken is told; of lists of colleagues there are none on these pages.
pub async fn save_whole(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    sitting: &mut Sitting,
    raw: &BTreeMap<String, RawAnswer>,
) -> Result<PageSaved, ReceiveRefusal> {
    let invitation_id = sitting.opened.invitation.invitation_id;
    refuse_unless_open(sitting.door(study, Part::Questionnaire, act.at))?;
    refuse_if_refused(sitting)?;
    let mut saved = PageSaved::default();
    let mut kept = Batch::default();
    let steps = sitting.steps(study);
    let roster = Default::default();
    let mut told: Vec<String> = Vec::new();
    for (index, instrument) in sitting.due(study).into_iter().enumerate() {
        let own = steps.iter().filter(|step| step.instrument == index);
        let asks_colleagues = instrument.roster_relations().next().is_some();
        if Part::of(instrument) != Part::Questionnaire
            || asks_colleagues
            || sitting.responses.contains_key(&instrument.key)
        {
            continue;
        }
        let response_id = ResponseId::new(act.at, rng);
        let pin = Pin {
            instrument: instrument.key.clone(),
            version: instrument.version,
            hash: instrument.hash.clone(),
        };
        answers::begin(&mut kept, response_id, invitation_id, &pin, act.at);
        let mut given: BTreeMap<String, Answer> = BTreeMap::new();
        for step in own {
            answers::put_page_save(&mut kept, response_id, step.page, act.at);
            for item in &step.ask {
                let raw = raw.get(item).cloned().unwrap_or_default();
                match check(&instrument.items[item], &raw, &roster) {
                    Ok(answer) => given.extend(answer.map(|answer| (item.clone(), answer))),
                    Err(fault) => {
                        saved.faults.insert(item.clone(), fault);
                    }
                }
            }
        }
        let changes: Vec<Change<'_>> = given
            .iter()
            .map(|(item, answer)| Change {
                item,
                before: None,
                after: Some(answer),
            })
            .collect();
        answers::put_in(&mut kept, tx, response_id, &changes, act.at)?;
        let begun = Begun {
            response_id,
            version: instrument.version,
        };
        saved.stored += given.len();
        told.extend(given.keys().cloned());
        sitting.responses.insert(instrument.key.clone(), begun);
        sitting.answers.extend(given);
    }
    audit::record(tx, act, "save", &invitation_id.to_string(), &told.join(" "));
    kept.run(tx).await?;
    Ok(saved)
}

/// Names that were written in, one a line.
fn written_in(raw: &RawAnswer) -> Option<Answer> {
    let names: Vec<&str> = raw
        .missing
        .iter()
        .map(|name| name.trim())
        .filter(|name| !name.is_empty())
        .collect();
    (!names.is_empty()).then(|| Answer::Text(names.join("\n")))
}

fn refuse_unless_open(door: Door) -> Result<(), ReceiveRefusal> {
    match door {
        Door::Open => Ok(()),
        Door::NotYetOpen => Err(ReceiveRefusal::NotYetOpen),
        Door::Submitted => Err(ReceiveRefusal::Submitted),
        Door::Closed => Err(ReceiveRefusal::Closed),
        Door::Withdrawn => Err(ReceiveRefusal::Withdrawn),
    }
}

fn refuse_if_refused(sitting: &Sitting) -> Result<(), ReceiveRefusal> {
    match sitting.opened.research {
        Some(decision) if !decision.given => Err(ReceiveRefusal::ConsentRefused),
        _ => Ok(()),
    }
}

pub async fn submit(
    tx: &mut Tx,
    act: &Act,
    key: &LinkKey,
    study: &Study,
    invitation_id: InvitationId,
    part: Part<'_>,
) -> Result<String, ReceiveRefusal> {
    let sitting = open_sitting(tx, act, invitation_id).await?;
    submit_in(tx, act, key, study, &sitting, part).await
}

/// Submits one part of a sitting that has just been read in the same transaction, once. Sending it again, from any
/// device, gives the same receipt and changes nothing.
pub async fn submit_in(
    tx: &mut Tx,
    act: &Act,
    key: &LinkKey,
    study: &Study,
    sitting: &Sitting,
    part: Part<'_>,
) -> Result<String, ReceiveRefusal> {
    let invitation_id = sitting.opened.invitation.invitation_id;
    let parts = sitting.parts(study);
    if !parts.contains(&part) {
        return Err(ReceiveRefusal::NoSuchPage);
    }
    let invitation = &sitting.opened.invitation;
    let door = sitting.door(study, part, act.at);
    if door == Door::Submitted {
        let receipt = match part {
            Part::Questionnaire => invitation.receipt.clone(),
            Part::Test(test) => sitting
                .submitted_parts
                .get(test)
                .map(|part| part.receipt.clone()),
        };
        return Ok(receipt.unwrap_or_default());
    }
    refuse_unless_open(door)?;
    refuse_if_refused(sitting)?;
    forget_hidden(tx, act, study, sitting, part).await?;
    let receipt = key.receipt(invitation_id.0);
    let noun = invitation_id.to_string();
    let new = match part {
        Part::Questionnaire => invitations::submit(tx, invitation_id, &receipt, act.at).await?,
        Part::Test(test) => {
            // An invitation to tests alone is submitted with the last of them.
            let others = parts.iter().all(|other| {
                matches!(other, Part::Test(other) if *other == test || sitting.submitted_parts.contains_key(*other))
            });
            if others {
                invitations::submit(tx, invitation_id, &receipt, act.at).await?;
            }
            answers::submit_part(tx, invitation_id, test, &receipt, act.at).await?
        }
    };
    if new {
        let detail = match part {
            Part::Questionnaire => "",
            Part::Test(test) => test,
        };
        audit::record(tx, act, "submit", &noun, detail);
    }
    Ok(receipt)
}

/// Takes away answers to what a rule hides in the end: they were given on the way and then made void.
async fn forget_hidden(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    sitting: &Sitting,
    part: Part<'_>,
) -> Result<(), StorageError> {
    let steps = sitting.steps(study);
    for (index, instrument) in sitting.due(study).into_iter().enumerate() {
        let Some(begun) = sitting.responses.get(&instrument.key) else {
            continue;
        };
        let shown: Vec<&String> = steps
            .iter()
            .filter(|step| step.instrument == index)
            .flat_map(|step| &step.ask)
            .collect();
        let hidden: Vec<&str> = instrument
            .items
            .keys()
            .filter(|item| sitting.answers.contains_key(*item) && !shown.contains(item))
            .map(String::as_str)
            .collect();
        if Part::of(instrument) != part || hidden.is_empty() {
            continue;
        }
        let changes: Vec<Change<'_>> = hidden
            .iter()
            .map(|item| Change {
                item,
                before: sitting.answers.get(*item),
                after: None,
            })
            .collect();
        answers::put(tx, begun.response_id, &changes, act.at).await?;
        let noun = sitting.opened.invitation.invitation_id.to_string();
        audit::record(tx, act, "hide", &noun, &hidden.join(" "));
    }
    Ok(())
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
