//! Keeps a view of the research desk under a name and lets go of it; keeps what it gave.

use crate::domain::id::StudyId;
use crate::storage::audit::{self, Act};
use crate::storage::conclusions::{self, ConclusionKey};
use crate::storage::packed::Packed;
use crate::storage::recipes::{self, Recipe};
use crate::storage::{StorageError, Tx};

/// Longer names are not kept.
pub const LONGEST_NAME: usize = 80;
/// So many recipes are kept under a name.
pub const MOST: usize = 200;

#[derive(Debug, thiserror::Error)]
pub enum RecipeRefusal {
    #[error("a recipe needs a name of at most {LONGEST_NAME} characters")]
    Name,
    #[error("there are {MOST} recipes already")]
    TooMany,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Under a name that is there already the recipe is replaced.
pub async fn save(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    name: &str,
    recipe: &str,
) -> Result<(), RecipeRefusal> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control)
    {
        return Err(RecipeRefusal::Name);
    }
    let known = recipes::of_study(tx, study_id).await?;
    if known.len() >= MOST && known.iter().all(|own| own.name != name) {
        return Err(RecipeRefusal::TooMany);
    }
    let kept = Recipe {
        name,
        recipe: recipe.to_owned(),
        at: act.at,
    };
    recipes::put(tx, study_id, &kept, &act.actor).await?;
    // Not under its name, which somebody typed.
    audit::record(tx, act, "save recipe", &study_id.0.to_string(), "");
    Ok(())
}

/// False where there is none of this name.
pub async fn forget(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    name: &str,
) -> Result<bool, StorageError> {
    let gone = recipes::remove(tx, study_id, name).await?;
    if gone {
        audit::record(tx, act, "delete recipe", &study_id.0.to_string(), "");
    }
    Ok(gone)
}

/// Beside what was concluded by the plan. False, and nothing is kept, where something else was concluded meanwhile: somebody
/// took back what they had said, or another wave was closed.
pub async fn keep_findings(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    key: &ConclusionKey,
    findings: &Packed,
) -> Result<bool, StorageError> {
    let newest = conclusions::newest(tx, study_id).await?;
    if newest.is_none_or(|(newest, _)| newest.snapshot_hash != key.snapshot_hash) {
        return Ok(false);
    }
    recipes::keep_findings(tx, study_id, key, findings, act.at).await?;
    audit::record(tx, act, "compute recipe", &key.method_hash, "");
    Ok(true)
}
