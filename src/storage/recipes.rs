//! Views of the research desk under a name, and what recipes gave: beside what was concluded by the plan.

use chrono::{DateTime, Utc};

use super::conclusions::ConclusionKey;
use super::packed::{Packed, unpacked};
use super::{StorageError, Tx};
use crate::domain::id::StudyId;

/// So many findings of recipes are kept per study; the oldest go first, and can be computed again.
pub const KEPT: i64 = 40;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    pub name: String,
    /// As an address of the desk has it.
    pub recipe: String,
    pub at: DateTime<Utc>,
}

/// Under a name that is there already the recipe is replaced.
pub async fn put(
    tx: &mut Tx,
    study_id: StudyId,
    recipe: &Recipe,
    actor: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO recipes (study_id, name, recipe, at, actor) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (study_id, name) DO UPDATE SET recipe = excluded.recipe, at = excluded.at, actor = excluded.actor")
        .bind(study_id.0).bind(&recipe.name).bind(&recipe.recipe).bind(recipe.at).bind(actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Whether there was one of this name.
pub async fn remove(tx: &mut Tx, study_id: StudyId, name: &str) -> Result<bool, StorageError> {
    let gone = on!(tx, c => sqlx::query("DELETE FROM recipes WHERE study_id = $1 AND name = $2")
        .bind(study_id.0).bind(name)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(gone > 0)
}

pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Recipe>, StorageError> {
    let rows: Vec<(String, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT name, recipe, at FROM recipes WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut found: Vec<Recipe> = rows
        .into_iter()
        .map(|(name, recipe, at)| Recipe { name, recipe, at })
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Keeps what a recipe gave, and lets go of what was computed longest ago.
pub async fn keep_findings(
    tx: &mut Tx,
    study_id: StudyId,
    key: &ConclusionKey,
    findings: &Packed,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO recipe_findings (snapshot_hash, method_hash, study_id, taken_at, packed)
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT (snapshot_hash, method_hash) DO NOTHING")
        .bind(&key.snapshot_hash).bind(&key.method_hash).bind(study_id.0).bind(at).bind(findings.bytes())
        .execute(c).await.map(drop))?;
    let stale: Vec<(String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT snapshot_hash, method_hash FROM recipe_findings WHERE study_id = $1
             ORDER BY taken_at DESC, snapshot_hash, method_hash LIMIT 1000 OFFSET $2")
        .bind(study_id.0).bind(KEPT).fetch_all(c).await)?;
    for (snapshot, method) in stale {
        on!(tx, c => sqlx::query(
                "DELETE FROM recipe_findings WHERE snapshot_hash = $1 AND method_hash = $2")
            .bind(&snapshot).bind(&method).execute(c).await.map(drop))?;
    }
    Ok(())
}

pub async fn findings(tx: &mut Tx, key: &ConclusionKey) -> Result<Option<String>, StorageError> {
    let kept: Option<Vec<u8>> = on!(tx, c => sqlx::query_scalar(
            "SELECT packed FROM recipe_findings WHERE snapshot_hash = $1 AND method_hash = $2")
        .bind(&key.snapshot_hash).bind(&key.method_hash).fetch_optional(c).await)?;
    kept.map(|bytes| unpacked(&bytes, "recipe_findings", "packed"))
        .transpose()
}

pub async fn has_findings(tx: &mut Tx, key: &ConclusionKey) -> Result<bool, StorageError> {
    let found: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM recipe_findings WHERE snapshot_hash = $1 AND method_hash = $2")
        .bind(&key.snapshot_hash).bind(&key.method_hash).fetch_one(c).await)?;
    Ok(found > 0)
}
