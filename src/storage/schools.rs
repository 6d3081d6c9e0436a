//! Boards and schools.

use uuid::Uuid;

use super::snapshot::UnitRow;
use super::{StorageError, Tx};
use crate::domain::id::{BoardId, SchoolId, StudyId};
use crate::domain::roster::Unit;

/// A school, or another unit of people where those are asked for: its key says so.
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
        .bind(Unit::of_key(&school.key).kind())
        .execute(c).await.map(drop))?;
    Ok(())
}

/// The other schools of the same board.
pub async fn of_same_board(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<Vec<SchoolId>, StorageError> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT o.school_id FROM schools s JOIN schools o ON o.board_id = s.board_id
             WHERE s.school_id = $1 AND o.school_id <> $1 AND o.kind = 'school'")
        .bind(school_id.0).fetch_all(c).await)?;
    Ok(ids.into_iter().map(SchoolId).collect())
}

/// A class, raters or an open group: a unit of its own, in a school or in none.
pub async fn insert_part(
    tx: &mut Tx,
    study_id: StudyId,
    part_of: Option<SchoolId>,
    unit: &School,
) -> Result<(), StorageError> {
    insert(tx, study_id, None, unit).await?;
    on!(tx, c => sqlx::query("UPDATE schools SET part_of = $2 WHERE school_id = $1")
        .bind(unit.school_id.0).bind(part_of.map(|id| id.0)).execute(c).await.map(drop))?;
    Ok(())
}

/// A unit that is no list of staff, with the school that it is part of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub unit: School,
    pub part_of: Option<SchoolId>,
}

/// The classes, raters or open groups of a study, by key as bytes.
pub async fn parts_of_study(
    tx: &mut Tx,
    study_id: StudyId,
    kind: Unit,
) -> Result<Vec<Part>, StorageError> {
    type Row = (Uuid, String, String, String, Option<Uuid>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT school_id, cohort, key, name, part_of FROM schools WHERE study_id = $1 AND kind = $2")
        .bind(study_id.0).bind(kind.kind()).fetch_all(c).await)?;
    let mut parts: Vec<Part> = rows
        .into_iter()
        .map(|(id, cohort, key, name, part_of)| Part {
            unit: School {
                school_id: SchoolId(id),
                cohort,
                key,
                name,
            },
            part_of: part_of.map(SchoolId),
        })
        .collect();
    parts.sort_by(|a, b| a.unit.key.as_bytes().cmp(b.unit.key.as_bytes()));
    Ok(parts)
}

/// Classes, raters and open groups as a snapshot has them.
pub(super) async fn other_units(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<UnitRow>, StorageError> {
    type Row = (Uuid, String, String, Option<String>, Option<Uuid>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT s.school_id, s.cohort, s.key, b.key, s.part_of
             FROM schools s LEFT JOIN boards b ON b.board_id = s.board_id
             WHERE s.study_id = $1 AND s.kind <> 'school'")
        .bind(study_id.0).fetch_all(c).await)?;
    let unit = |(unit_id, cohort, key, board, part_of)| UnitRow {
        board,
        cohort,
        key,
        part_of,
        unit_id,
    };
    Ok(rows.into_iter().map(unit).collect())
}

/// Every unit in which somebody may have answered, whatever its kind, by key as bytes.
pub async fn all_of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<School>, StorageError> {
    let mut all = units_of_study(tx, study_id).await?;
    for kind in [Unit::Class, Unit::Group] {
        let parts = parts_of_study(tx, study_id, kind).await?;
        all.extend(parts.into_iter().map(|part| part.unit));
    }
    all.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    Ok(all)
}

/// Whoever keeps the list of a unit in memory reads it again.
pub async fn list_changed(tx: &mut Tx, school_id: SchoolId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE schools SET roster_version = roster_version + 1 WHERE school_id = $1")
        .bind(school_id.0).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn key_of(tx: &mut Tx, school_id: SchoolId) -> Result<Option<String>, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT key FROM schools WHERE school_id = $1")
        .bind(school_id.0).fetch_optional(c).await)?,
    )
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
    let lists = lists_of_study(tx, study_id).await?;
    let schools = lists.into_iter().map(|list| list.school);
    Ok(schools
        .filter(|school| Unit::of_key(&school.key) == Unit::School)
        .collect())
}

/// All schools, offices of boards and raters of principals of a study, by key as bytes: wherever someone is invited under
/// a name.
pub async fn units_of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<School>, StorageError> {
    let lists = lists_of_study(tx, study_id).await?;
    let raters = parts_of_study(tx, study_id, Unit::Raters).await?;
    let mut units: Vec<School> = lists.into_iter().map(|list| list.school).collect();
    units.extend(raters.into_iter().map(|part| part.unit));
    units.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    Ok(units)
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
             FROM schools s LEFT JOIN boards b ON b.board_id = s.board_id
             WHERE s.study_id = $1 AND s.kind IN ('school', 'board')")
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
