//! What is written beside the questions of the three conversations: by whom, and when. Sealed, because a name may stand in it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::id::{NoteId, SchoolId};
use crate::domain::opening::Audience;

const CONTENT: &str = "conversation_notes.content";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub content: String,
    pub at: DateTime<Utc>,
}

/// What was written by the same people beside the same question makes way.
pub async fn put(
    tx: &mut Tx,
    act: &Act,
    note_id: NoteId,
    (school_id, audience, question): (SchoolId, Audience, &str),
    content: &str,
) -> Result<(), StorageError> {
    let content = tx.seal(CONTENT, content);
    on!(tx, c => sqlx::query(
            "INSERT INTO conversation_notes (note_id, school_id, audience, question, content, at, actor)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (school_id, audience, question) DO UPDATE
             SET content = excluded.content, at = excluded.at, actor = excluded.actor")
        .bind(note_id.0).bind(school_id.0).bind(audience.key()).bind(question).bind(&content)
        .bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn remove(
    tx: &mut Tx,
    (school_id, audience, question): (SchoolId, Audience, &str),
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "DELETE FROM conversation_notes WHERE school_id = $1 AND audience = $2 AND question = $3")
        .bind(school_id.0).bind(audience.key()).bind(question)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// By question. Nobody reads what others wrote.
pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
    audience: Audience,
) -> Result<BTreeMap<String, Note>, StorageError> {
    let rows: Vec<(String, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT question, content, at FROM conversation_notes WHERE school_id = $1 AND audience = $2")
        .bind(school_id.0).bind(audience.key()).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(question, content, at)| {
            let content = tx.unseal(CONTENT, content)?;
            Ok((question, Note { content, at }))
        })
        .collect()
}
