//! Pupils and their scores in the monitoring system. Pupils have a study number and no name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{PupilId, SchoolId, StudyId};

/// Rows in one statement: well under what either database takes as parameters.
const BATCH: usize = 400;

/// A pupil as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub pupil_id: PupilId,
    pub weight: Option<String>,
}

/// What is stored of a pupil at a test.
#[derive(Debug, Clone, PartialEq)]
pub struct Tested {
    pub score: f64,
    pub year_group: Option<i64>,
    pub class: Option<String>,
}

/// A score on its way to the database.
pub type Put = (PupilId, NaiveDate, Tested);

/// The pupils of a school by their study number.
pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<String, Known>, StorageError> {
    let rows: Vec<(String, Uuid, Option<String>)> = on!(tx, c => sqlx::query_as(
            "SELECT key, pupil_id, weight FROM pupils WHERE school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    let known = |(key, id, weight)| {
        let pupil_id = PupilId(id);
        (key, Known { pupil_id, weight })
    };
    Ok(rows.into_iter().map(known).collect())
}

/// What is stored of the pupils of a school, by pupil and day.
pub async fn scores_of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<BTreeMap<(PupilId, NaiveDate), Tested>, StorageError> {
    type Row = (Uuid, NaiveDate, f64, Option<i64>, Option<String>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT c.pupil_id, c.tested_on, c.score, c.year_group, c.class FROM pupil_scores c
             JOIN pupils p ON p.pupil_id = c.pupil_id WHERE p.school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(pupil, tested_on, score, year_group, class)| {
            let tested = Tested {
                score,
                year_group,
                class,
            };
            ((PupilId(pupil), tested_on), tested)
        })
        .collect())
}

/// The study numbers of a study with the school of each: a pupil who moved has two.
pub async fn of_study(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<(String, SchoolId)>, StorageError> {
    let rows: Vec<(String, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT p.key, p.school_id FROM pupils p JOIN schools s ON s.school_id = p.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(key, school)| (key, SchoolId(school)))
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

pub async fn set_weight(tx: &mut Tx, pupil_id: PupilId, weight: &str) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE pupils SET weight = $2 WHERE pupil_id = $1")
        .bind(pupil_id.0).bind(weight).execute(c).await.map(drop))?;
    Ok(())
}

/// Scores by pupil and day; a score of a day that is there already is replaced.
pub async fn put_scores(tx: &mut Tx, scores: &[Put]) -> Result<(), StorageError> {
    for batch in scores.chunks(BATCH) {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO pupil_scores (pupil_id, tested_on, score, year_group, class) ");
            insert.push_values(batch, |mut row, (pupil, tested_on, tested)| {
                row.push_bind(pupil.0).push_bind(*tested_on).push_bind(tested.score)
                    .push_bind(tested.year_group).push_bind(tested.class.clone());
            });
            insert.push(
                " ON CONFLICT (pupil_id, tested_on) DO UPDATE
                 SET score = excluded.score, year_group = excluded.year_group, class = excluded.class",
            );
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}
