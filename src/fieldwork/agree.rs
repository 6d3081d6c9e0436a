//! A team agrees on something after a wave, changes it until the next wave closes, and then looks back on it.

use rand::Rng;

use super::study::Study;
use crate::domain::agreed::{AgreedAction, Agreement, Review, Verdict, is_text};
use crate::domain::id::{ActionId, SchoolId};
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, agreed_actions, schools, windows};

#[derive(Debug, thiserror::Error)]
pub enum AgreeRefusal {
    #[error("no wave of this school is closed yet")]
    NothingClosed,
    #[error("a text is missing or too long")]
    Incomplete,
    #[error("the day is before the study began")]
    BeforeTheStudy,
    #[error("this school did not agree on that")]
    Unknown,
    #[error("it can no longer be changed")]
    TooLate,
    #[error("it is not yet time to look back on it")]
    TooEarly,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// The wave of a school that was closed last: what the team talks about now.
pub async fn newest_closed(
    tx: &mut Tx,
    study: &Study,
    school_id: SchoolId,
) -> Result<Option<String>, StorageError> {
    let schools = schools::of_study(tx, study.study_id).await?;
    let Some(school) = schools
        .into_iter()
        .find(|school| school.school_id == school_id)
    else {
        return Ok(None);
    };
    let windows = windows::of_study(tx, study.study_id).await?;
    let closed = windows
        .into_iter()
        .filter(|window| window.cohort == school.cohort && window.closed_at.is_some());
    // In the order of the design: a wave that was closed late is not a later wave.
    let place = |wave: &str| {
        study
            .design
            .waves
            .iter()
            .position(|known| known.key == wave)
    };
    Ok(closed
        .max_by_key(|window| place(&window.wave))
        .map(|window| window.wave))
}

pub async fn agree(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    school_id: SchoolId,
    agreement: &Agreement,
) -> Result<ActionId, AgreeRefusal> {
    let newest = newest_closed(tx, study, school_id).await?;
    let wave = newest.ok_or(AgreeRefusal::NothingClosed)?;
    if !agreement.is_whole() {
        return Err(AgreeRefusal::Incomplete);
    }
    refuse_if_before(study, agreement)?;
    // Sent twice, it was agreed once.
    let known = agreed_actions::of_school(tx, school_id).await?;
    let same = |one: &&AgreedAction| one.wave == wave && one.agreement == *agreement;
    if let Some(same) = known.iter().find(same) {
        return Ok(same.action_id);
    }
    let action_id = ActionId::new(act.at, rng);
    agreed_actions::insert(tx, act, school_id, action_id, &wave, agreement).await?;
    audit::record(tx, act, "agree", &action_id.to_string(), &wave);
    Ok(action_id)
}

fn refuse_if_before(study: &Study, agreement: &Agreement) -> Result<(), AgreeRefusal> {
    let begins = study.design.begins_on();
    match agreement.due_on {
        Some(due) if begins.is_some_and(|begins| due < begins) => Err(AgreeRefusal::BeforeTheStudy),
        _ => Ok(()),
    }
}

/// What the school agreed under this id, and the wave it is at now.
async fn known(
    tx: &mut Tx,
    study: &Study,
    school_id: SchoolId,
    action_id: ActionId,
) -> Result<(AgreedAction, String), AgreeRefusal> {
    let newest = newest_closed(tx, study, school_id).await?;
    let actions = agreed_actions::of_school(tx, school_id).await?;
    let action = actions
        .into_iter()
        .find(|action| action.action_id == action_id);
    Ok((
        action.ok_or(AgreeRefusal::Unknown)?,
        newest.ok_or(AgreeRefusal::NothingClosed)?,
    ))
}

pub async fn change(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    school_id: SchoolId,
    action_id: ActionId,
    agreement: &Agreement,
) -> Result<(), AgreeRefusal> {
    let (action, newest) = known(tx, study, school_id, action_id).await?;
    if !action.is_open_to_change(&newest) {
        return Err(AgreeRefusal::TooLate);
    }
    if !agreement.is_whole() {
        return Err(AgreeRefusal::Incomplete);
    }
    refuse_if_before(study, agreement)?;
    agreed_actions::update(tx, act, action_id, agreement).await?;
    audit::record(tx, act, "change agreement", &action_id.to_string(), &newest);
    Ok(())
}

pub async fn review(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    school_id: SchoolId,
    action_id: ActionId,
    (verdict, seen): (Verdict, &str),
) -> Result<(), AgreeRefusal> {
    let (action, newest) = known(tx, study, school_id, action_id).await?;
    if action.is_open_to_change(&newest) {
        return Err(AgreeRefusal::TooEarly);
    }
    if !action.is_due_for_review(&newest) {
        return Err(AgreeRefusal::TooLate);
    }
    if !is_text(seen) {
        return Err(AgreeRefusal::Incomplete);
    }
    let review = Review {
        wave: newest,
        verdict,
        seen: seen.to_owned(),
        at: act.at,
    };
    agreed_actions::put_review(tx, act, action_id, &review).await?;
    let detail = format!("{} {}", review.wave, verdict.key());
    audit::record(tx, act, "review agreement", &action_id.to_string(), &detail);
    Ok(())
}
