//! Keeps a delivered staff list while its owner looks at the difference, and forgets it when it is enrolled.

use super::study::Study;
use crate::domain::id::{StudyId, UploadId};
use crate::storage::audit::{self, Act};
use crate::storage::uploads::{self, Upload};
use crate::storage::{StorageError, Tx};

pub async fn keep(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    upload: &Upload,
) -> Result<(), StorageError> {
    uploads::insert(tx, act, study_id, upload).await?;
    let detail = format!("{} lines", upload.lines.len());
    audit::record(tx, act, "upload", &upload.upload_id.to_string(), &detail);
    Ok(())
}

pub async fn forget(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    upload_id: UploadId,
) -> Result<(), StorageError> {
    uploads::forget(tx, upload_id).await?;
    audit::record(
        tx,
        act,
        "forget_upload",
        &upload_id.to_string(),
        &study.design.key,
    );
    Ok(())
}
