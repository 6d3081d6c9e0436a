//! What another choice than the plan's gives: the same evaluation of the same frozen data, kept beside the plan's
//! conclusion under a hash of its own.

use super::aside::aside;
use super::{ConcludeError, hash_of, hashed, method_hash, origin};
use crate::evaluation::evaluate::evaluate;
use crate::evaluation::findings::Findings;
use crate::evaluation::plan::{Plan, PlanFault};
use crate::evaluation::plan_lock::PlanBasis;
use crate::fieldwork::study::Study;
use crate::storage::conclusions::{self, ConclusionKey};
use crate::storage::packed::Packed;
use crate::storage::snapshot::Snapshot;
use crate::storage::{StorageError, Store, recipes, records, snapshot};

#[derive(Debug, thiserror::Error)]
pub enum RecipeFailure {
    #[error(transparent)]
    Conclude(#[from] ConcludeError),
    /// The choice cannot be evaluated on these data.
    #[error("{0}")]
    Plan(PlanFault),
    /// The data are others than those that the plan was concluded on.
    #[error("the data have changed since they were concluded")]
    Moved,
}

impl From<StorageError> for RecipeFailure {
    fn from(error: StorageError) -> Self {
        Self::Conclude(error.into())
    }
}

/// Where a recipe's findings on these data are kept.
pub fn key(study: &Study, snapshot_hash: &str, plan: &Plan) -> ConclusionKey {
    ConclusionKey {
        snapshot_hash: snapshot_hash.to_owned(),
        method_hash: hash_of(study, plan),
    }
}

/// What a recipe gave, to be kept by the one process that writes: whoever answers never waits for this one.
#[derive(Debug, Clone)]
pub struct Computed {
    pub key: ConclusionKey,
    pub findings: Packed,
}

/// Evaluates the data that the plan was concluded on. What is kept already is not computed again.
pub async fn compute(
    store: &Store,
    study: &Study,
    plan: Plan,
) -> Result<Option<Computed>, RecipeFailure> {
    let mut tx = store.read().await?;
    let newest = conclusions::newest(&mut tx, study.study_id).await?;
    let snapshot = snapshot::take(&mut tx, study.study_id).await?;
    let (snapshot, hash) = aside(move || hashed(snapshot)).await?;
    let key = key(study, &hash, &plan);
    let concluded = newest.map(|(newest, _)| newest);
    let own = ConclusionKey {
        snapshot_hash: key.snapshot_hash.clone(),
        method_hash: method_hash(study),
    };
    if concluded != Some(own) {
        return Err(RecipeFailure::Moved);
    }
    if recipes::has_findings(&mut tx, &key).await? {
        return Ok(None);
    }
    drop(tx);
    let owned = study.clone();
    let findings = aside(move || {
        let findings = evaluate_recipe(&snapshot, &owned, &plan)?;
        let text = serde_json::to_string(&findings);
        let text = text.expect("findings are plain values with text keys");
        Ok::<_, RecipeFailure>(Packed::of(&text))
    })
    .await??;
    Ok(Some(Computed { key, findings }))
}

/// Pure. Nothing shows that such a choice was there before the data: all it compares is exploratory.
pub fn evaluate_recipe(
    snapshot: &Snapshot,
    study: &Study,
    plan: &Plan,
) -> Result<Findings, RecipeFailure> {
    let records = records::records(snapshot, &study.design, &study.questions())?;
    let mut origin = origin(snapshot, study);
    origin.plan_basis = PlanBasis::None;
    let mut findings = evaluate(&records, plan, origin).map_err(RecipeFailure::Plan)?;
    findings.provenance.snapshot = snapshot.hash();
    Ok(findings)
}
