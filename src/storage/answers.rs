//! Responses and their answers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::invitations::Opened;
use super::{StorageError, Tx};
use crate::domain::answer::{Answer, Pin};
use crate::domain::id::{InvitationId, MemberId, ResponseId};

/// What is stored of an answer: who was named stands in a table of its own.
const NAMED: &str = "\"named\"";

/// What has been answered on one invitation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// By key of the instrument.
    pub responses: BTreeMap<String, Begun>,
    /// By item.
    pub answers: BTreeMap<String, Answer>,
    /// By key of the instrument that is a part of its own.
    pub submitted_parts: BTreeMap<String, PartSubmission>,
}

/// A response that was begun: which version of the instrument it answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    pub response_id: ResponseId,
    pub version: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartSubmission {
    pub submitted_at: DateTime<Utc>,
    pub receipt: String,
}

pub async fn insert_response(
    tx: &mut Tx,
    response_id: ResponseId,
    invitation_id: InvitationId,
    pin: &Pin,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO responses (response_id, invitation_id, instrument, version, hash, started_at, roster_version)
             VALUES ($1, $2, $3, $4, $5, $6,
                     (SELECT s.roster_version FROM invitations i JOIN members m ON m.member_id = i.member_id
                      JOIN schools s ON s.school_id = m.school_id WHERE i.invitation_id = $2))")
        .bind(response_id.0).bind(invitation_id.0).bind(&pin.instrument).bind(pin.version)
        .bind(&pin.hash).bind(at)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Keeps that a page was sent, with answers or without.
pub async fn put_page_save(
    tx: &mut Tx,
    response_id: ResponseId,
    page: usize,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let page = i64::try_from(page).unwrap_or(i64::MAX);
    on!(tx, c => sqlx::query(
            "INSERT INTO page_saves (response_id, page, first_at, last_at) VALUES ($1, $2, $3, $3)
             ON CONFLICT (response_id, page) DO UPDATE SET last_at = excluded.last_at")
        .bind(response_id.0).bind(page).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// Marks a part submitted, once. False if it was already.
pub async fn submit_part(
    tx: &mut Tx,
    invitation_id: InvitationId,
    part: &str,
    receipt: &str,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let changed = on!(tx, c => sqlx::query(
            "INSERT INTO part_submissions (invitation_id, part, submitted_at, receipt) VALUES ($1, $2, $3, $4)
             ON CONFLICT (invitation_id, part) DO NOTHING")
        .bind(invitation_id.0).bind(part).bind(at).bind(receipt)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// One answer of a response, or a response without any; a row for each colleague who was named.
#[derive(Deserialize, sqlx::FromRow)]
struct GivenRow {
    response_id: Uuid,
    instrument: String,
    version: i64,
    item: Option<String>,
    value: Option<String>,
    alter_id: Option<Uuid>,
    strength: Option<i64>,
}

async fn given_rows(
    tx: &mut Tx,
    invitation_id: InvitationId,
) -> Result<Vec<GivenRow>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT r.response_id, r.instrument, r.version, a.item, a.value, n.alter_id, n.strength FROM responses r
             LEFT JOIN answers a ON a.response_id = r.response_id
             LEFT JOIN nominations n ON n.response_id = a.response_id AND n.item = a.item
             WHERE r.invitation_id = $1")
        .bind(invitation_id.0).fetch_all(c).await)?)
}

pub async fn of_invitation(
    tx: &mut Tx,
    invitation_id: InvitationId,
    any_part_submitted: bool,
) -> Result<Given, StorageError> {
    let rows = given_rows(tx, invitation_id).await?;
    given(tx, invitation_id, any_part_submitted, rows).await
}

/// What was given, from the statement that opened the invitation if it brought it along.
pub async fn of_opened(tx: &mut Tx, opened: &mut Opened) -> Result<Given, StorageError> {
    let id = opened.invitation.invitation_id;
    // Taken, not kept: whoever asks again is told what is there then.
    let rows = match opened.given.take() {
        Some(rows) => serde_json::from_str(&rows).map_err(|error| StorageError::Inconsistent {
            table: "answers",
            column: "the answers as one",
            why: error.to_string(),
        })?,
        None => given_rows(tx, id).await?,
    };
    given(tx, id, opened.any_part_submitted, rows).await
}

async fn given(
    tx: &mut Tx,
    invitation_id: InvitationId,
    any_part_submitted: bool,
    rows: Vec<GivenRow>,
) -> Result<Given, StorageError> {
    let mut given = Given::default();
    for row in rows {
        let begun = Begun {
            response_id: ResponseId(row.response_id),
            version: row.version,
        };
        given.responses.insert(row.instrument, begun);
        let (Some(item), Some(value)) = (row.item, row.value) else {
            continue;
        };
        let answer = match given.answers.entry(item) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(read_value(&value)?),
        };
        if let (Answer::Named(alters), Some(alter), Some(strength)) =
            (answer, row.alter_id, row.strength)
        {
            alters.insert(MemberId(alter), strength);
        }
    }
    if !any_part_submitted {
        return Ok(given);
    }
    let parts: Vec<(String, DateTime<Utc>, String)> = on!(tx, c => sqlx::query_as(
            "SELECT part, submitted_at, receipt FROM part_submissions WHERE invitation_id = $1")
        .bind(invitation_id.0).fetch_all(c).await)?;
    given.submitted_parts = parts
        .into_iter()
        .map(|(part, submitted_at, receipt)| {
            let submission = PartSubmission {
                submitted_at,
                receipt,
            };
            (part, submission)
        })
        .collect();
    Ok(given)
}

/// Someone who was named in another wave by the same member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBefore {
    pub wave: String,
    pub instrument: String,
    pub item: String,
    pub alter: MemberId,
}

/// Whom the member behind this invitation named on invitations to other waves.
pub async fn named_in_other_waves(
    tx: &mut Tx,
    invitation_id: InvitationId,
) -> Result<Vec<NamedBefore>, StorageError> {
    let rows: Vec<(String, String, String, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT o.wave, r.instrument, n.item, n.alter_id FROM invitations i
             JOIN invitations o ON o.member_id = i.member_id AND o.wave <> i.wave
             JOIN responses r ON r.invitation_id = o.invitation_id
             JOIN nominations n ON n.response_id = r.response_id
             WHERE i.invitation_id = $1 AND o.withdrawn_at IS NULL")
        .bind(invitation_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(wave, instrument, item, alter)| NamedBefore {
            wave,
            instrument,
            item,
            alter: MemberId(alter),
        })
        .collect())
}

/// Keeps that answers of an earlier wave were shown beside the list when this response was given.
pub async fn mark_hinted(tx: &mut Tx, response_id: ResponseId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE responses SET hinted = $2 WHERE response_id = $1 AND hinted <> $2")
        .bind(response_id.0).bind(true).execute(c).await.map(drop))?;
    Ok(())
}

/// Whether earlier answers were shown with a response to this instrument; none when it was not begun.
pub async fn hinted(
    tx: &mut Tx,
    invitation_id: InvitationId,
    instrument: &str,
) -> Result<Option<bool>, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT hinted FROM responses WHERE invitation_id = $1 AND instrument = $2")
        .bind(invitation_id.0).bind(instrument).fetch_optional(c).await)?)
}

/// A stored answer; whom one named stands in a table of its own.
pub fn read_value(value: &str) -> Result<Answer, StorageError> {
    if value == NAMED {
        return Ok(Answer::Named(BTreeMap::new()));
    }
    serde_json::from_str(value).map_err(|error| StorageError::Inconsistent {
        table: "answers",
        column: "value",
        why: error.to_string(),
    })
}

/// One item whose answer changes: what stood there, and what takes its place (`None` takes the answer away).
#[derive(Debug, Clone, PartialEq)]
pub struct Change<'a> {
    pub item: &'a str,
    pub before: Option<&'a Answer>,
    pub after: Option<&'a Answer>,
}

/// Stores what was changed in one response.
pub async fn put(
    tx: &mut Tx,
    response_id: ResponseId,
    changes: &[Change<'_>],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    for change in changes {
        if matches!(change.before, Some(Answer::Named(_))) {
            on!(tx, c => sqlx::query("DELETE FROM nominations WHERE response_id = $1 AND item = $2")
                .bind(response_id.0).bind(change.item).execute(c).await.map(drop))?;
        }
        if change.after.is_none() {
            on!(tx, c => sqlx::query("DELETE FROM answers WHERE response_id = $1 AND item = $2")
                .bind(response_id.0).bind(change.item).execute(c).await.map(drop))?;
        }
    }
    let mut values: Vec<(String, String)> = Vec::with_capacity(changes.len());
    let mut named: Vec<(String, Uuid, i64)> = Vec::new();
    for change in changes {
        let Some(answer) = change.after else { continue };
        if let Answer::Named(alters) = answer {
            named.extend(
                alters
                    .iter()
                    .map(|(alter, strength)| (change.item.to_owned(), alter.0, *strength)),
            );
        }
        values.push((change.item.to_owned(), write_value(answer)?));
    }
    if !values.is_empty() {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new("INSERT INTO answers (response_id, item, value, saved_at) ");
            insert.push_values(&values, |mut row, (item, value)| {
                row.push_bind(response_id.0).push_bind(item.clone()).push_bind(value.clone()).push_bind(at);
            });
            insert.push(
                " ON CONFLICT (response_id, item) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at",
            );
            insert.build().execute(c).await.map(drop)
        })?;
    }
    if !named.is_empty() {
        on!(tx, c => {
            let mut insert =
                sqlx::QueryBuilder::new("INSERT INTO nominations (response_id, item, alter_id, strength) ");
            insert.push_values(&named, |mut row, (item, alter, strength)| {
                row.push_bind(response_id.0).push_bind(item.clone()).push_bind(*alter).push_bind(*strength);
            });
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// Everything that stands in answer to an invitation, table by table.
const OF_RESPONSES: [&str; 4] = [
    "DELETE FROM nominations WHERE response_id IN (SELECT response_id FROM responses WHERE invitation_id = $1)",
    "DELETE FROM answers WHERE response_id IN (SELECT response_id FROM responses WHERE invitation_id = $1)",
    "DELETE FROM page_saves WHERE response_id IN (SELECT response_id FROM responses WHERE invitation_id = $1)",
    "DELETE FROM write_in_matches WHERE response_id IN (SELECT response_id FROM responses WHERE invitation_id = $1)",
];

/// Deletes everything that was answered on an invitation.
pub async fn forget(tx: &mut Tx, invitation_id: InvitationId) -> Result<(), StorageError> {
    let of_invitation = [
        "DELETE FROM responses WHERE invitation_id = $1",
        "DELETE FROM part_submissions WHERE invitation_id = $1",
    ];
    for sql in OF_RESPONSES.into_iter().chain(of_invitation) {
        on!(tx, c => sqlx::query(sql).bind(invitation_id.0).execute(c).await.map(drop))?;
    }
    Ok(())
}

fn write_value(answer: &Answer) -> Result<String, StorageError> {
    match answer {
        Answer::Named(_) => Ok(NAMED.to_owned()),
        other => serde_json::to_string(other).map_err(|error| StorageError::Inconsistent {
            table: "answers",
            column: "value",
            why: error.to_string(),
        }),
    }
}
