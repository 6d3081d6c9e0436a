//! Pupils and their scores in the monitoring system. Pupils have a study number and no name.

use chrono::NaiveDate;

use super::{StorageError, Tx};
use crate::domain::id::{PupilId, SchoolId};

#[derive(Debug, Clone, PartialEq)]
pub struct Pupil {
    pub pupil_id: PupilId,
    pub key: String,
    pub weight: Option<String>,
    pub scores: Vec<(NaiveDate, f64)>,
}

/// Rows in one statement: well under what either database takes as parameters.
const BATCH: usize = 400;

pub async fn insert(
    tx: &mut Tx,
    school_id: SchoolId,
    pupils: &[Pupil],
) -> Result<(), StorageError> {
    for batch in pupils.chunks(BATCH) {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO pupils (pupil_id, school_id, key, weight) ");
            insert.push_values(batch, |mut row, pupil| {
                row.push_bind(pupil.pupil_id.0)
                    .push_bind(school_id.0)
                    .push_bind(pupil.key.clone())
                    .push_bind(pupil.weight.clone());
            });
            insert.build().execute(c).await.map(drop)
        })?;
    }
    let scores: Vec<(PupilId, NaiveDate, f64)> = pupils
        .iter()
        .flat_map(|pupil| {
            pupil
                .scores
                .iter()
                .map(|(tested_on, score)| (pupil.pupil_id, *tested_on, *score))
        })
        .collect();
    for batch in scores.chunks(BATCH) {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO pupil_scores (pupil_id, tested_on, score) ");
            insert.push_values(batch, |mut row, (pupil, tested_on, score)| {
                row.push_bind(pupil.0).push_bind(*tested_on).push_bind(*score);
            });
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}
