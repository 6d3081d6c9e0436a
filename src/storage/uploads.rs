//! Staff lists that were delivered and looked at, and are not enrolled yet. They hold names, so they do not stay.

use chrono::{DateTime, TimeDelta, Utc};

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::{StudyId, UploadId};
use crate::domain::roster::RosterLine;

const CONTENT: &str = "uploads.content";
const FILE_NAME: &str = "uploads.file_name";
const KEPT: TimeDelta = TimeDelta::days(1);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub upload_id: UploadId,
    pub file_name: String,
    pub lines: Vec<RosterLine>,
}

/// Keeps a list for a day; older ones of any study go.
pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    upload: &Upload,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM uploads WHERE at <= $1")
        .bind(act.at - KEPT).execute(c).await.map(drop))?;
    let content = serde_json::to_string(&upload.lines).map_err(|error| wrong(&error))?;
    let content = tx.seal(CONTENT, &content);
    let file_name = tx.seal(FILE_NAME, &upload.file_name);
    on!(tx, c => sqlx::query(
            "INSERT INTO uploads (upload_id, study_id, file_name, content, at, actor) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(upload.upload_id.0).bind(study_id.0).bind(&file_name).bind(&content)
        .bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn load(
    tx: &mut Tx,
    study_id: StudyId,
    upload_id: UploadId,
    now: DateTime<Utc>,
) -> Result<Option<Upload>, StorageError> {
    let row: Option<(String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT file_name, content FROM uploads WHERE upload_id = $1 AND study_id = $2 AND at > $3")
        .bind(upload_id.0).bind(study_id.0).bind(now - KEPT).fetch_optional(c).await)?;
    row.map(|(file_name, content)| {
        Ok(Upload {
            upload_id,
            file_name: tx.unseal(FILE_NAME, file_name)?,
            lines: serde_json::from_str(&tx.unseal(CONTENT, content)?)
                .map_err(|error| wrong(&error))?,
        })
    })
    .transpose()
}

pub async fn forget(tx: &mut Tx, upload_id: UploadId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM uploads WHERE upload_id = $1")
        .bind(upload_id.0).execute(c).await.map(drop))?;
    Ok(())
}

fn wrong(error: &serde_json::Error) -> StorageError {
    StorageError::Inconsistent {
        table: "uploads",
        column: "content",
        why: error.to_string(),
    }
}
