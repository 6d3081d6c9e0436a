//! Studies and the instruments they are pinned to.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::tx::On;
use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId};
use crate::domain::study::StudyDesign;

/// A study's design with the text of each instrument, as it was loaded.
#[derive(Debug, Clone)]
pub struct StoredStudy {
    pub study_id: StudyId,
    pub revision: i64,
    pub design: StudyDesign,
    pub instruments: Vec<(String, String)>,
}

pub async fn insert(
    tx: &mut Tx,
    study_id: StudyId,
    design: &StudyDesign,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let text = design_text(design)?;
    on!(tx, c => sqlx::query("INSERT INTO studies (study_id, key, design, created_at) VALUES ($1, $2, $3, $4)")
        .bind(study_id.0).bind(&design.key).bind(&text).bind(at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Puts a changed design in the place of the old one.
pub async fn update(
    tx: &mut Tx,
    study_id: StudyId,
    design: &StudyDesign,
) -> Result<(), StorageError> {
    let text = design_text(design)?;
    on!(tx, c => sqlx::query("UPDATE studies SET design = $2, revision = revision + 1 WHERE study_id = $1")
        .bind(study_id.0).bind(&text).execute(c).await.map(drop))?;
    Ok(())
}

/// Holds a study to the end of the transaction, so that of two changes of its design the second sees the first. SQLite
/// has one writer and needs no holding.
pub async fn hold(tx: &mut Tx, study_id: StudyId) -> Result<(), StorageError> {
    if let On::Postgres(tx) = &mut tx.on {
        sqlx::query("SELECT 1 FROM studies WHERE study_id = $1 FOR NO KEY UPDATE")
            .bind(study_id.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Says that a study has changed, to whoever keeps it in memory.
pub async fn touch(tx: &mut Tx, study_id: StudyId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE studies SET revision = revision + 1 WHERE study_id = $1")
        .bind(study_id.0).execute(c).await.map(drop))?;
    Ok(())
}

fn design_text(design: &StudyDesign) -> Result<String, StorageError> {
    serde_json::to_string(design).map_err(|error| StorageError::Inconsistent {
        table: "studies",
        column: "design",
        why: error.to_string(),
    })
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

/// The study with this key on this server.
pub async fn by_key(tx: &mut Tx, key: &str) -> Result<Option<StudyId>, StorageError> {
    let id: Option<uuid::Uuid> = on!(tx, c => sqlx::query_scalar("SELECT study_id FROM studies WHERE key = $1")
        .bind(key).fetch_optional(c).await)?;
    Ok(id.map(StudyId))
}

pub async fn count(tx: &mut Tx) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM studies").fetch_one(c).await)?)
}

/// Keys and ids of all studies on this server, by key.
pub async fn all(tx: &mut Tx) -> Result<Vec<(StudyId, String)>, StorageError> {
    let rows: Vec<(uuid::Uuid, String)> = on!(tx, c => sqlx::query_as("SELECT study_id, key FROM studies ORDER BY key").fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, key)| (StudyId(id), key))
        .collect())
}

/// Whose clocks count at a school: those of its study.
pub async fn time_zone(tx: &mut Tx, school_id: SchoolId) -> Result<Tz, StorageError> {
    let name: Option<String> = match &mut tx.on {
        On::Sqlite(tx) => {
            sqlx::query_scalar(
                "SELECT json_extract(t.design, '$.time_zone') FROM schools s
                 JOIN studies t ON t.study_id = s.study_id WHERE s.school_id = $1",
            )
            .bind(school_id.0)
            .fetch_optional(&mut **tx)
            .await?
        }
        On::Postgres(tx) => {
            sqlx::query_scalar(
                "SELECT CAST(t.design AS JSON) ->> 'time_zone' FROM schools s
                 JOIN studies t ON t.study_id = s.study_id WHERE s.school_id = $1",
            )
            .bind(school_id.0)
            .fetch_optional(&mut **tx)
            .await?
        }
    };
    name.unwrap_or_default()
        .parse()
        .map_err(|_| StorageError::Inconsistent {
            table: "studies",
            column: "design",
            why: "there is no time zone in it".to_owned(),
        })
}

pub async fn load(tx: &mut Tx, study_id: StudyId) -> Result<Option<StoredStudy>, StorageError> {
    let row: Option<(String, i64)> = on!(tx, c => sqlx::query_as("SELECT design, revision FROM studies WHERE study_id = $1")
        .bind(study_id.0).fetch_optional(c).await)?;
    let Some((design, revision)) = row else {
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
        revision,
        design,
        instruments,
    }))
}
