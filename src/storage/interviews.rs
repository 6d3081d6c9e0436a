//! Interviews and reports in statements, and the versions of the codebook.

use chrono::NaiveDate;
use uuid::Uuid;

use super::audit::Act;
use super::batch::Batch;
use super::{StorageError, Tx};
use crate::domain::coding::{Codebook, Interview, Source, Statement, first_codebook};
use crate::domain::id::{InterviewId, SchoolId, StatementId, StudyId};

/// An interview with its statements, in their order.
pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    interview: &Interview,
    statements: &[Statement],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO interviews (interview_id, school_id, source, held_on, n_masks, at, actor)
             VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(interview.interview_id.0).bind(interview.school_id.0).bind(interview.source.key())
        .bind(interview.held_on).bind(interview.n_masks).bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    let mut batch = Batch::default();
    for one in statements {
        batch.add(
            "INSERT INTO statements (statement_id, interview_id, place, content) VALUES ($1, $2, $3, $4)",
            [
                one.statement_id.0.into(),
                one.interview_id.0.into(),
                one.place.into(),
                one.text.clone().into(),
            ],
        );
    }
    batch.run(tx).await
}

type Row = (Uuid, Uuid, String, NaiveDate, i64);

fn read((id, school, source, held_on, n_masks): Row) -> Result<Interview, StorageError> {
    Ok(Interview {
        interview_id: InterviewId(id),
        school_id: SchoolId(school),
        source: Source::from_key(&source).ok_or(StorageError::Inconsistent {
            table: "interviews",
            column: "source",
            why: source,
        })?,
        held_on,
        n_masks,
    })
}

/// Every interview and report of a study, by school and then as they were entered.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Interview>, StorageError> {
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT i.interview_id, i.school_id, i.source, i.held_on, i.n_masks
             FROM interviews i JOIN schools s ON s.school_id = i.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut all: Vec<Interview> = rows.into_iter().map(read).collect::<Result<_, _>>()?;
    all.sort_by_key(|one| (one.school_id, one.source, one.interview_id));
    Ok(all)
}

/// Every statement of a study, by interview and place.
pub async fn statements(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Statement>, StorageError> {
    let rows: Vec<(Uuid, Uuid, i64, String)> = on!(tx, c => sqlx::query_as(
            "SELECT t.statement_id, t.interview_id, t.place, t.content
             FROM statements t JOIN interviews i ON i.interview_id = t.interview_id
             JOIN schools s ON s.school_id = i.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut all: Vec<Statement> = rows
        .into_iter()
        .map(|(id, interview, place, text)| Statement {
            statement_id: StatementId(id),
            interview_id: InterviewId(interview),
            place,
            text,
        })
        .collect();
    all.sort_by_key(|one| (one.interview_id, one.place));
    Ok(all)
}

/// Of an interview of which nothing was coded.
pub async fn delete(tx: &mut Tx, interview_id: InterviewId) -> Result<(), StorageError> {
    let mut batch = Batch::default();
    batch
        .add(
            "DELETE FROM statements WHERE interview_id = $1",
            [interview_id.0.into()],
        )
        .add(
            "DELETE FROM interviews WHERE interview_id = $1",
            [interview_id.0.into()],
        );
    batch.run(tx).await
}

/// The newest version of a study's codebook.
pub async fn codebook(tx: &mut Tx, study_id: StudyId) -> Result<Codebook, StorageError> {
    let newest: Option<String> = on!(tx, c => sqlx::query_scalar(
            "SELECT content FROM codebooks WHERE study_id = $1 ORDER BY version DESC LIMIT 1")
        .bind(study_id.0).fetch_optional(c).await)?;
    let Some(text) = newest else {
        return Ok(first_codebook());
    };
    serde_json::from_str(&text).map_err(|error| StorageError::Inconsistent {
        table: "codebooks",
        column: "content",
        why: error.to_string(),
    })
}

pub async fn insert_codebook(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    book: &Codebook,
) -> Result<(), StorageError> {
    let content = serde_json::to_string(book).expect("a codebook is plain values");
    on!(tx, c => sqlx::query(
            "INSERT INTO codebooks (study_id, version, content, at, actor) VALUES ($1, $2, $3, $4, $5)")
        .bind(study_id.0).bind(book.version).bind(content).bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}
