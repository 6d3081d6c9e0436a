//! Someone objects to being listed, or no longer does. It holds for every wave, closed ones too.
//!
//! | policy | on the list | named by others | own answers | role and groups |
//! |---|---|---|---|---|
//! | B | yes | counted | not used | not used |
//! | C | no, on nobody's | left out | not used | not used |
//!
//! Policy A (kept as a colleague whom others name) is for who does not take part; an objection leads to B at least.

use super::study::Study;
use crate::domain::id::MemberId;
use crate::domain::study::Objection;
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, objections, school_networks};

#[derive(Debug, thiserror::Error)]
pub enum ObjectRefusal {
    #[error("no such member in this study")]
    Unknown,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// What an objection leads to in this study.
pub fn consequence(study: &Study) -> Objection {
    study.design.network.objection.max(Objection::B)
}

/// By the member, or by the owner on the member's behalf.
pub async fn object(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    member_id: MemberId,
) -> Result<Objection, ObjectRefusal> {
    if !objections::is_member(tx, study.study_id, member_id).await? {
        return Err(ObjectRefusal::Unknown);
    }
    let policy = consequence(study);
    objections::put(tx, act, member_id, policy).await?;
    school_networks::forget(tx, member_id).await?;
    let detail = format!("policy {policy:?}");
    audit::record(tx, act, "object", &member_id.to_string(), &detail);
    Ok(policy)
}

/// Takes an objection back; everything is as if it had not been made. False if there was none.
pub async fn lift(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    member_id: MemberId,
) -> Result<bool, ObjectRefusal> {
    if !objections::is_member(tx, study.study_id, member_id).await? {
        return Err(ObjectRefusal::Unknown);
    }
    let lifted = objections::remove(tx, member_id).await?;
    if lifted {
        audit::record(tx, act, "lift objection", &member_id.to_string(), "");
    }
    Ok(lifted)
}
