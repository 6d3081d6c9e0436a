//! Responses and their answers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::answer::{Answer, Pin};
use crate::domain::id::{InvitationId, MemberId, ResponseId};

/// What is stored of an answer: who was named stands in a table of its own.
const NAMED: &str = "\"named\"";

pub async fn response(
    tx: &mut Tx,
    invitation_id: InvitationId,
    instrument: &str,
) -> Result<Option<ResponseId>, StorageError> {
    let id: Option<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT response_id FROM responses WHERE invitation_id = $1 AND instrument = $2")
        .bind(invitation_id.0).bind(instrument).fetch_optional(c).await)?;
    Ok(id.map(ResponseId))
}

pub async fn insert_response(
    tx: &mut Tx,
    response_id: ResponseId,
    invitation_id: InvitationId,
    pin: &Pin,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO responses (response_id, invitation_id, instrument, version, hash, started_at)
             VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(response_id.0).bind(invitation_id.0).bind(&pin.instrument).bind(pin.version)
        .bind(&pin.hash).bind(at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// All answers given on an invitation, by item.
pub async fn of_invitation(
    tx: &mut Tx,
    invitation_id: InvitationId,
) -> Result<BTreeMap<String, Answer>, StorageError> {
    let rows: Vec<(String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT a.item, a.value FROM answers a JOIN responses r ON r.response_id = a.response_id
             WHERE r.invitation_id = $1")
        .bind(invitation_id.0).fetch_all(c).await)?;
    let named: Vec<(String, Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT n.item, n.alter_id, n.strength FROM nominations n JOIN responses r ON r.response_id = n.response_id
             WHERE r.invitation_id = $1")
        .bind(invitation_id.0).fetch_all(c).await)?;
    let mut answers = BTreeMap::new();
    for (item, value) in rows {
        answers.insert(item, read_value(&value)?);
    }
    for (item, alter, strength) in named {
        if let Some(Answer::Named(alters)) = answers.get_mut(&item) {
            alters.insert(MemberId(alter), strength);
        }
    }
    Ok(answers)
}

pub(super) fn read_value(value: &str) -> Result<Answer, StorageError> {
    if value == NAMED {
        return Ok(Answer::Named(BTreeMap::new()));
    }
    serde_json::from_str(value).map_err(|error| StorageError::Inconsistent {
        table: "answers",
        column: "value",
        why: error.to_string(),
    })
}

/// Stores what was changed in one response: an answer takes the place of the one before, `None` takes it away.
pub async fn put(
    tx: &mut Tx,
    response_id: ResponseId,
    changes: &BTreeMap<String, Option<Answer>>,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    for (item, answer) in changes {
        if !matches!(answer, Some(Answer::Code(_) | Answer::Number(_) | Answer::Text(_))) {
            on!(tx, c => sqlx::query("DELETE FROM nominations WHERE response_id = $1 AND item = $2")
                .bind(response_id.0).bind(item).execute(c).await.map(drop))?;
        }
        let Some(answer) = answer else {
            on!(tx, c => sqlx::query("DELETE FROM answers WHERE response_id = $1 AND item = $2")
                .bind(response_id.0).bind(item).execute(c).await.map(drop))?;
            continue;
        };
        let value = match answer {
            Answer::Named(_) => NAMED.to_owned(),
            other => serde_json::to_string(other).map_err(|error| StorageError::Inconsistent {
                table: "answers",
                column: "value",
                why: error.to_string(),
            })?,
        };
        on!(tx, c => sqlx::query(
                "INSERT INTO answers (response_id, item, value, saved_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (response_id, item) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at")
            .bind(response_id.0).bind(item).bind(&value).bind(at)
            .execute(c).await.map(drop))?;
        if let Answer::Named(alters) = answer
            && !alters.is_empty()
        {
            on!(tx, c => {
                let mut insert = sqlx::QueryBuilder::new("INSERT INTO nominations (response_id, item, alter_id, strength) ");
                insert.push_values(alters, |mut row, (alter, strength)| {
                    row.push_bind(response_id.0).push_bind(item.clone()).push_bind(alter.0).push_bind(*strength);
                });
                insert.build().execute(c).await.map(drop)
            })?;
        }
    }
    Ok(())
}
