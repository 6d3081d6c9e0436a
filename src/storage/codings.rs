//! Codes of statements, and the steps of a cohort's coding.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::audit::Act;
use super::batch::Batch;
use super::{StorageError, Tx};
use crate::domain::coding::{Coding, Round, Step, Taken};
use crate::domain::id::{InterviewId, StatementId, StudyId};

/// Keeps what was said of statements; what the same coder said of one in the same round goes.
pub async fn keep(
    tx: &mut Tx,
    act: &Act,
    version: i64,
    codings: &[Coding],
) -> Result<(), StorageError> {
    let mut batch = Batch::default();
    for one in codings {
        let codes = serde_json::to_string(&one.codes).expect("codes are plain values");
        batch.add(
            "INSERT INTO codings (statement_id, round, coder, version, codes, at, actor) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (statement_id, round, coder) DO UPDATE SET
             version = excluded.version, codes = excluded.codes, at = excluded.at, actor = excluded.actor",
            [
                one.statement_id.0.into(),
                one.round.key().into(),
                one.coder.clone().into(),
                version.into(),
                codes.into(),
                act.at.into(),
                act.actor.clone().into(),
            ],
        );
    }
    batch.run(tx).await
}

/// Everything that was coded in a study, by statement, round and coder.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Coding>, StorageError> {
    let rows: Vec<(Uuid, String, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT k.statement_id, k.round, k.coder, k.codes
             FROM codings k JOIN statements t ON t.statement_id = k.statement_id
             JOIN interviews i ON i.interview_id = t.interview_id
             JOIN schools s ON s.school_id = i.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut all = Vec::with_capacity(rows.len());
    for (id, round, coder, codes) in rows {
        let codes = serde_json::from_str(&codes).map_err(|error: serde_json::Error| {
            StorageError::Inconsistent {
                table: "codings",
                column: "codes",
                why: error.to_string(),
            }
        })?;
        all.push(Coding {
            statement_id: StatementId(id),
            round: if round == Round::Consensus.key() {
                Round::Consensus
            } else {
                Round::First
            },
            coder,
            codes,
        });
    }
    all.sort_by(|a, b| {
        (a.statement_id, a.round, &a.coder).cmp(&(b.statement_id, b.round, &b.coder))
    });
    Ok(all)
}

/// How many codings an interview has.
pub async fn count(tx: &mut Tx, interview_id: InterviewId) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM codings k JOIN statements t ON t.statement_id = k.statement_id
             WHERE t.interview_id = $1")
        .bind(interview_id.0).fetch_one(c).await)?)
}

/// The steps that were taken, by cohort.
pub async fn steps(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Taken>, StorageError> {
    let rows: Vec<(String, String, String, DateTime<Utc>, String)> = on!(tx, c => sqlx::query_as(
            "SELECT cohort, step, content, at, actor FROM coding_steps WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut all: Vec<Taken> = rows
        .into_iter()
        .map(|(cohort, step, content, at, actor)| Taken {
            cohort,
            step: if step == Step::Locked.key() {
                Step::Locked
            } else {
                Step::Compared
            },
            at,
            actor,
            content,
        })
        .collect();
    all.sort_by(|a, b| (&a.cohort, a.step).cmp(&(&b.cohort, b.step)));
    Ok(all)
}

/// Takes a step; false if it was taken before.
pub async fn take_step(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    (cohort, step): (&str, Step),
    content: &str,
) -> Result<bool, StorageError> {
    let done = on!(tx, c => sqlx::query(
            "INSERT INTO coding_steps (study_id, cohort, step, content, at, actor) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (study_id, cohort, step) DO NOTHING")
        .bind(study_id.0).bind(cohort).bind(step.key()).bind(content).bind(act.at).bind(&act.actor)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(done == 1)
}
