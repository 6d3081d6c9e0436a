//! What a respondent agrees to, use by use. Without consent to research no page of questions opens, and a refusal ends
//! the taking of answers; nobody is asked it who fills in on paper or rehearses.

use std::collections::BTreeMap;

use rand::Rng;

use super::door::Moment;
use super::pages::Sitting;
use super::receive::{self, ReceiveRefusal};
use super::study::Study;
use crate::domain::consent::{CONSENT_VERSION, Decision, Purpose};
use crate::domain::id::{InvitationId, new_uuid};
use crate::storage::audit::{self, Act};
use crate::storage::batch::Batch;
use crate::storage::{StorageError, Tx, consents, school_networks};

#[derive(Debug, thiserror::Error)]
pub enum ConsentRefusal {
    #[error("no such invitation")]
    Unknown,
    #[error("the questionnaire is not open yet")]
    NotYetOpen,
    #[error("the wave is closed")]
    Closed,
    #[error("the answers were withdrawn")]
    Withdrawn,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl From<ReceiveRefusal> for ConsentRefusal {
    fn from(refusal: ReceiveRefusal) -> Self {
        match refusal {
            ReceiveRefusal::Failed(error) => Self::Failed(error),
            _ => Self::Unknown,
        }
    }
}

/// Whether someone can be asked questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was decided about research, or on older words.
    Undecided,
    Refused,
    /// Objects to being listed: answers of one's own would not be used.
    Objects,
    Agreed,
}

pub fn standing(sitting: &Sitting) -> Standing {
    match sitting.opened.research {
        _ if sitting.opened.objection.is_some() => Standing::Objects,
        Some(decision) if decision.version < CONSENT_VERSION => Standing::Undecided,
        Some(decision) if decision.given => Standing::Agreed,
        Some(_) => Standing::Refused,
        None => Standing::Undecided,
    }
}

pub async fn decide(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    invitation_id: InvitationId,
    decisions: &BTreeMap<Purpose, bool>,
) -> Result<(), ConsentRefusal> {
    let mut sitting = receive::open_sitting(tx, act, invitation_id).await?;
    decide_in(tx, act, rng, study, &mut sitting, decisions).await
}

/// Keeps what was decided, until the wave is closed. What is the same as before, on the same words, is not kept twice.
pub async fn decide_in(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    sitting: &mut Sitting,
    decisions: &BTreeMap<Purpose, bool>,
) -> Result<(), ConsentRefusal> {
    if sitting.opened.invitation.withdrawn_at.is_some() {
        return Err(ConsentRefusal::Withdrawn);
    }
    match sitting.moment(study, act.at) {
        Moment::Before => return Err(ConsentRefusal::NotYetOpen),
        Moment::Closed => return Err(ConsentRefusal::Closed),
        Moment::Open | Moment::Grace | Moment::AfterGrace => {}
    }
    let member_id = sitting.me.member_id;
    let known = consents::of_member(tx, member_id).await?;
    let (mut batch, mut told) = (Batch::default(), Vec::new());
    for (purpose, given) in decisions {
        let decision = Decision {
            version: CONSENT_VERSION,
            given: *given,
        };
        if known.get(purpose) == Some(&decision) {
            continue;
        }
        let consent_id = new_uuid(act.at, rng);
        consents::insert(
            &mut batch, consent_id, member_id, *purpose, decision, act.at,
        );
        if *purpose == Purpose::Research {
            sitting.opened.research = Some(decision);
        }
        let word = if *given { "yes" } else { "no" };
        told.push(format!("{} {word}", purpose.key()));
    }
    if !told.is_empty() {
        if decisions.get(&Purpose::Research) == Some(&false) {
            school_networks::forget(tx, member_id).await?;
        }
        let detail = format!("version {CONSENT_VERSION}: {}", told.join(", "));
        audit::record(tx, act, "consent", &member_id.to_string(), &detail);
    }
    Ok(batch.run(tx).await?)
}
