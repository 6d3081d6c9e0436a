//! Studies and the instruments they are pinned to.

use chrono::{DateTime, Utc};

use super::{StorageError, Tx};
use crate::domain::id::StudyId;
use crate::domain::study::StudyDesign;

/// A study's design with the text of each instrument, as it was loaded.
#[derive(Debug, Clone)]
pub struct StoredStudy {
    pub study_id: StudyId,
    pub design: StudyDesign,
    pub instruments: Vec<(String, String)>,
}

pub async fn insert(
    tx: &mut Tx,
    study_id: StudyId,
    design: &StudyDesign,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let text = serde_json::to_string(design).map_err(|error| StorageError::Inconsistent {
        table: "studies",
        column: "design",
        why: error.to_string(),
    })?;
    on!(tx, c => sqlx::query("INSERT INTO studies (study_id, key, design, created_at) VALUES ($1, $2, $3, $4)")
        .bind(study_id.0).bind(&design.key).bind(&text).bind(at)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn insert_instrument(
    tx: &mut Tx,
    study_id: StudyId,
    key: &str,
    version: i64,
    hash: &str,
    file: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO instruments (study_id, key, version, hash, file) VALUES ($1, $2, $3, $4, $5)")
        .bind(study_id.0).bind(key).bind(version).bind(hash).bind(file)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Keys and ids of all studies on this server, by key.
pub async fn all(tx: &mut Tx) -> Result<Vec<(StudyId, String)>, StorageError> {
    let rows: Vec<(uuid::Uuid, String)> = on!(tx, c => sqlx::query_as("SELECT study_id, key FROM studies ORDER BY key").fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, key)| (StudyId(id), key))
        .collect())
}

pub async fn load(tx: &mut Tx, study_id: StudyId) -> Result<Option<StoredStudy>, StorageError> {
    let design: Option<String> = on!(tx, c => sqlx::query_scalar("SELECT design FROM studies WHERE study_id = $1")
        .bind(study_id.0).fetch_optional(c).await)?;
    let Some(design) = design else {
        return Ok(None);
    };
    let design = serde_json::from_str(&design).map_err(|error| StorageError::Inconsistent {
        table: "studies",
        column: "design",
        why: error.to_string(),
    })?;
    let instruments: Vec<(String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT key, file FROM instruments WHERE study_id = $1 ORDER BY key, version")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(Some(StoredStudy {
        study_id,
        design,
        instruments,
    }))
}
