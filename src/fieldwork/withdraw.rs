//! A respondent takes back what was answered in one wave: nothing of it is kept but that it was taken back, and when.

use chrono::{DateTime, Utc};

use super::receive::{self, ReceiveRefusal};
use super::study::Study;
use crate::domain::id::InvitationId;
use crate::storage::audit::{self, Act};
use crate::storage::windows::Window;
use crate::storage::{StorageError, Tx, answers, invitations, school_networks};

#[derive(Debug, thiserror::Error)]
pub enum WithdrawRefusal {
    #[error("no such invitation")]
    Unknown,
    #[error("the last day to withdraw has passed")]
    TooLate,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl From<ReceiveRefusal> for WithdrawRefusal {
    fn from(refusal: ReceiveRefusal) -> Self {
        match refusal {
            ReceiveRefusal::Failed(error) => Self::Failed(error),
            _ => Self::Unknown,
        }
    }
}

/// To the end of the study's last day for it, as its own clocks tell the day; without such a day, until the wave is
/// closed.
pub fn is_possible(study: &Study, window: &Window, now: DateTime<Utc>) -> bool {
    match study.design.conditions.withdraw_until {
        Some(last) => now.with_timezone(&study.design.time_zone).date_naive() <= last,
        None => window.closed_at.is_none(),
    }
}

/// False if it was withdrawn before.
pub async fn withdraw(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    invitation_id: InvitationId,
) -> Result<bool, WithdrawRefusal> {
    let sitting = receive::open_sitting(tx, act, invitation_id).await?;
    if sitting.opened.invitation.withdrawn_at.is_some() {
        return Ok(false);
    }
    if !is_possible(study, &sitting.window, act.at) {
        return Err(WithdrawRefusal::TooLate);
    }
    answers::forget(tx, invitation_id).await?;
    school_networks::forget(tx, sitting.me.member_id).await?;
    invitations::withdraw(tx, invitation_id, act.at).await?;
    audit::record(tx, act, "withdraw", &invitation_id.to_string(), "");
    Ok(true)
}
