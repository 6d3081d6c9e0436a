//! Boards and schools.

use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{BoardId, SchoolId, StudyId};
use crate::domain::roster::is_office_key;

/// A school, or the office of a board where those are asked for: its key says so.
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
            "INSERT INTO schools (school_id, study_id, board_id, cohort, key, name, kind) VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(school.school_id.0).bind(study_id.0).bind(board_id.map(|id| id.0))
        .bind(&school.cohort).bind(&school.key).bind(&school.name)
        .bind(if is_office_key(&school.key) { "board" } else { "school" })
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn rename(tx: &mut Tx, school_id: SchoolId, name: &str) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE schools SET name = $2 WHERE school_id = $1")
        .bind(school_id.0).bind(name).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn set_board(
    tx: &mut Tx,
    school_id: SchoolId,
    board_id: BoardId,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE schools SET board_id = $2 WHERE school_id = $1")
        .bind(school_id.0).bind(board_id.0).execute(c).await.map(drop))?;
    Ok(())
}

/// All schools of a study, by key as bytes: what is analysed and reported. Offices of boards are not among them.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<School>, StorageError> {
    let mut schools = units_of_study(tx, study_id).await?;
    schools.retain(|school| !is_office_key(&school.key));
    Ok(schools)
}

/// All schools and offices of boards of a study, by key as bytes: wherever someone is invited.
pub async fn units_of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<School>, StorageError> {
    let lists = lists_of_study(tx, study_id).await?;
    Ok(lists.into_iter().map(|list| list.school).collect())
}

/// A school or office with its board and the version of its staff list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffList {
    pub school: School,
    pub board: Option<String>,
    pub version: i64,
}

pub async fn lists_of_study(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<StaffList>, StorageError> {
    type Row = (Uuid, String, String, String, Option<String>, i64);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT s.school_id, s.cohort, s.key, s.name, b.key, s.roster_version
             FROM schools s LEFT JOIN boards b ON b.board_id = s.board_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut lists: Vec<StaffList> = rows
        .into_iter()
        .map(|(id, cohort, key, name, board, version)| StaffList {
            school: School {
                school_id: SchoolId(id),
                cohort,
                key,
                name,
            },
            board,
            version,
        })
        .collect();
    // Sorted here, not in the database: the two databases collate differently.
    lists.sort_by(|a, b| a.school.key.as_bytes().cmp(b.school.key.as_bytes()));
    Ok(lists)
}
