//! The means of the country that pupils of a study are held against, as mapping files gave them.

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::StudyId;
use crate::domain::pupil::{Half, ScoreNorm};

/// An earlier mean of the same year group and time makes way.
pub async fn put(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    norms: &[ScoreNorm],
) -> Result<(), StorageError> {
    for norm in norms {
        on!(tx, c => sqlx::query(
                "INSERT INTO score_norms (study_id, year_group, half, mean, at, actor) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (study_id, year_group, half) DO UPDATE
                 SET mean = excluded.mean, at = excluded.at, actor = excluded.actor")
            .bind(study_id.0).bind(i64::from(norm.year_group)).bind(norm.half.key()).bind(norm.mean)
            .bind(act.at).bind(&act.actor)
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

/// By year group and time.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<ScoreNorm>, StorageError> {
    let rows: Vec<(i64, String, f64)> = on!(tx, c => sqlx::query_as(
            "SELECT year_group, half, mean FROM score_norms WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut norms: Vec<ScoreNorm> = rows
        .into_iter()
        .filter_map(|(year_group, half, mean)| {
            Some(ScoreNorm {
                year_group: u8::try_from(year_group).ok()?,
                half: Half::from_key(&half)?,
                mean,
            })
        })
        .collect();
    norms.sort_by_key(|norm| (norm.year_group, norm.half));
    Ok(norms)
}
