//! Registers pupils with their scores in the monitoring system. Pupils have a study number and no name.

use crate::domain::id::SchoolId;
use crate::storage::audit::{self, Act};
use crate::storage::pupils::{self, Pupil};
use crate::storage::{StorageError, Tx};

pub async fn register(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    own: &[Pupil],
) -> Result<(), StorageError> {
    pupils::insert(tx, school_id, own).await?;
    let scores: usize = own.iter().map(|pupil| pupil.scores.len()).sum();
    let detail = format!("{} pupils, {scores} scores", own.len());
    audit::record(tx, act, "register pupils", &school_id.to_string(), &detail).await
}
