//! What a team agreed on at an earlier wave and has to look back on now: for its page.

use crate::domain::agreed::AgreedAction;
use crate::domain::id::SchoolId;
use crate::fieldwork::agree::newest_closed;
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::storage::{StorageError, Tx, agreed_actions};

/// A question each: what was agreed, and what is seen of it now. What was looked back on is not asked again.
pub async fn agreed(
    tx: &mut Tx,
    w: Words,
    study: &Study,
    school_id: SchoolId,
) -> Result<Vec<String>, StorageError> {
    let Some(newest) = newest_closed(tx, study, school_id).await? else {
        return Ok(Vec::new());
    };
    let actions = agreed_actions::of_school(tx, school_id).await?;
    let waiting = actions
        .iter()
        .filter(|action| action.is_due_for_review(&newest) && action.reviews.is_empty());
    Ok(waiting.map(|action| asked(w, action)).collect())
}

pub(super) fn asked(w: Words, action: &AgreedAction) -> String {
    w.t2(
        "agreed-asked",
        "goal",
        action.agreement.goal.as_str(),
        "noticed",
        action.agreement.noticed_by.as_str(),
    )
}
