//! Closes one wave for one cohort: from then on its answers are frozen.

use crate::storage::audit::{self, Act};
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx};

#[derive(Debug, thiserror::Error)]
pub enum CloseRefusal {
    #[error("{cohort} {wave} has not been opened yet, so there is nothing to close")]
    NotYetOpen { cohort: String, wave: String },
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// False if it was closed already.
pub async fn close(tx: &mut Tx, act: &Act, window: &Window) -> Result<bool, CloseRefusal> {
    if window.phase(act.at) == Phase::NotYetOpen {
        return Err(CloseRefusal::NotYetOpen {
            cohort: window.cohort.clone(),
            wave: window.wave.clone(),
        });
    }
    let closed = windows::close(tx, window.window_id, act.at).await?;
    if closed {
        audit::record(
            tx,
            act,
            "close",
            &window.window_id.to_string(),
            &format!("{} {}", window.cohort, window.wave),
        )
        .await?;
    }
    Ok(closed)
}
