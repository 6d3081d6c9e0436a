//! Boards and schools.

use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{BoardId, SchoolId, StudyId};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct School {
    pub school_id: SchoolId,
    pub cohort: String,
    pub key: String,
    pub name: String,
}

pub async fn insert_board(
    tx: &mut Tx,
    board_id: BoardId,
    study_id: StudyId,
    key: &str,
    name: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("INSERT INTO boards (board_id, study_id, key, name) VALUES ($1, $2, $3, $4)")
        .bind(board_id.0).bind(study_id.0).bind(key).bind(name)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn board_by_key(
    tx: &mut Tx,
    study_id: StudyId,
    key: &str,
) -> Result<Option<BoardId>, StorageError> {
    let id: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT board_id FROM boards WHERE study_id = $1 AND key = $2")
        .bind(study_id.0).bind(key).fetch_optional(c).await)?;
    Ok(id.map(BoardId))
}

pub async fn insert(
    tx: &mut Tx,
    study_id: StudyId,
    board_id: Option<BoardId>,
    school: &School,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO schools (school_id, study_id, board_id, cohort, key, name) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(school.school_id.0).bind(study_id.0).bind(board_id.map(|id| id.0))
        .bind(&school.cohort).bind(&school.key).bind(&school.name)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn rename(tx: &mut Tx, school_id: SchoolId, name: &str) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE schools SET name = $2 WHERE school_id = $1")
        .bind(school_id.0).bind(name).execute(c).await.map(drop))?;
    Ok(())
}

/// All schools of a study, by key as bytes.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<School>, StorageError> {
    let rows: Vec<(Uuid, String, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, cohort, key, name FROM schools WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut schools: Vec<School> = rows
        .into_iter()
        .map(|(id, cohort, key, name)| School {
            school_id: SchoolId(id),
            cohort,
            key,
            name,
        })
        .collect();
    // Sorted here, not in the database: the two databases collate differently.
    schools.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    Ok(schools)
}
