//! Keeps what the research desk draws of each school, by pseudonym.

use chrono::{DateTime, Utc};

use crate::domain::id::{SchoolId, StudyId};
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, school_networks};

/// Of one snapshot; what is drawn of another goes.
pub async fn keep(
    tx: &mut Tx,
    study_id: StudyId,
    snapshot_hash: &str,
    schools: &[(SchoolId, String)],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    school_networks::keep(tx, study_id, snapshot_hash, schools).await?;
    let act = Act {
        actor: "conclude".to_owned(),
        at,
    };
    let detail = format!("{} schools", schools.len());
    audit::record(tx, &act, "draw networks", snapshot_hash, &detail);
    Ok(())
}
