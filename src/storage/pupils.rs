//! Pupils and their scores in the monitoring system. Pupils have a study number and no name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{PupilId, SchoolId};

/// Rows in one statement: well under what either database takes as parameters.
const BATCH: usize = 400;

/// The pupils of a school by their study number.
pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<String, PupilId>, StorageError> {
    let rows: Vec<(String, Uuid)> = on!(tx, c => sqlx::query_as("SELECT key, pupil_id FROM pupils WHERE school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(key, id)| (key, PupilId(id)))
        .collect())
}

/// New pupils: id, study number and weight category.
pub async fn insert(
    tx: &mut Tx,
    school_id: SchoolId,
    pupils: &[(PupilId, String, Option<String>)],
) -> Result<(), StorageError> {
    for batch in pupils.chunks(BATCH) {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO pupils (pupil_id, school_id, key, weight) ");
            insert.push_values(batch, |mut row, (pupil_id, key, weight)| {
                row.push_bind(pupil_id.0).push_bind(school_id.0).push_bind(key.clone()).push_bind(weight.clone());
            });
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Scores by pupil and day; a score of a day that is there already is replaced.
pub async fn put_scores(
    tx: &mut Tx,
    scores: &[(PupilId, NaiveDate, f64)],
) -> Result<(), StorageError> {
    for batch in scores.chunks(BATCH) {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO pupil_scores (pupil_id, tested_on, score) ");
            insert.push_values(batch, |mut row, (pupil, tested_on, score)| {
                row.push_bind(pupil.0).push_bind(*tested_on).push_bind(*score);
            });
            insert.push(" ON CONFLICT (pupil_id, tested_on) DO UPDATE SET score = excluded.score");
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}
