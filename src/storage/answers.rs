//! Responses and their answers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::batch::{Batch, Value};
use super::invitations::Opened;
use super::tx::On;
use super::{StorageError, Tx};
use crate::domain::answer::{Answer, Pin};
use crate::domain::id::{InvitationId, MemberId, ResponseId};

/// What is stored of an answer: who was named stands in a table of its own.
const NAMED: &str = "\"named\"";

/// The column of answers, as it is sealed where it holds names.
pub(super) const VALUE: &str = "answers.value";

/// What follows the key of the question about colleagues, in the key under which they are written in.
pub(super) const MISSING: &str = ".missing";

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

pub fn begin(
    batch: &mut Batch,
    response_id: ResponseId,
    invitation_id: InvitationId,
    pin: &Pin,
    at: DateTime<Utc>,
) {
    batch.add(
        "INSERT INTO responses (response_id, invitation_id, instrument, version, hash, started_at, roster_version)
         VALUES ($1, $2, $3, $4, $5, $6,
                 (SELECT s.roster_version FROM invitations i JOIN members m ON m.member_id = i.member_id
                  JOIN schools s ON s.school_id = m.school_id WHERE i.invitation_id = $2))",
        [
            response_id.0.into(),
            invitation_id.0.into(),
            pin.instrument.as_str().into(),
            pin.version.into(),
            pin.hash.as_str().into(),
            at.into(),
        ],
    );
}

/// Keeps that a page was sent, with answers or without.
pub fn put_page_save(batch: &mut Batch, response_id: ResponseId, page: usize, at: DateTime<Utc>) {
    let page = i64::try_from(page).unwrap_or(i64::MAX);
    batch.add(
        "INSERT INTO page_saves (response_id, page, first_at, last_at) VALUES ($1, $2, $3, $3)
         ON CONFLICT (response_id, page) DO UPDATE SET last_at = excluded.last_at",
        [response_id.0.into(), page.into(), at.into()],
    );
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
            Entry::Vacant(new) => new.insert(read_value(&tx.unseal(VALUE, value)?)?),
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
pub fn mark_hinted(batch: &mut Batch, response_id: ResponseId) {
    batch.add(
        "UPDATE responses SET hinted = $2 WHERE response_id = $1 AND hinted <> $2",
        [response_id.0.into(), true.into()],
    );
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

/// The statements that change answers: items whose names go, items that go, values that come, and names that come. What
/// they are about is one value each, so that a page with two answers and one with twenty are the same statement.
struct Changing {
    unname: &'static str,
    take_away: &'static str,
    put: &'static str,
    name: &'static str,
}

const ON_SQLITE: Changing = Changing {
    unname: "DELETE FROM nominations WHERE response_id = $1 AND item IN (SELECT value FROM json_each($2))",
    take_away: "DELETE FROM answers WHERE response_id = $1 AND item IN (SELECT value FROM json_each($2))",
    put: "INSERT INTO answers (response_id, item, value, saved_at)
          SELECT $1, value ->> 0, value ->> 1, $3 FROM json_each($2) WHERE true
          ON CONFLICT (response_id, item) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at",
    name: "INSERT INTO nominations (response_id, item, alter_id, strength)
           SELECT $1, value ->> 0, unhex(value ->> 1), value ->> 2 FROM json_each($2)",
};

const ON_POSTGRES: Changing = Changing {
    unname: "DELETE FROM nominations
             WHERE response_id = $1 AND item IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))",
    take_away: "DELETE FROM answers
                WHERE response_id = $1 AND item IN (SELECT jsonb_array_elements_text(CAST($2 AS JSONB)))",
    put: "INSERT INTO answers (response_id, item, value, saved_at)
          SELECT $1, e ->> 0, e ->> 1, $3 FROM jsonb_array_elements(CAST($2 AS JSONB)) e
          ON CONFLICT (response_id, item) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at",
    name: "INSERT INTO nominations (response_id, item, alter_id, strength)
           SELECT $1, e ->> 0, CAST(e ->> 1 AS UUID), CAST(e ->> 2 AS BIGINT)
           FROM jsonb_array_elements(CAST($2 AS JSONB)) e",
};

/// Stores what was changed in one response.
pub async fn put(
    tx: &mut Tx,
    response_id: ResponseId,
    changes: &[Change<'_>],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let mut batch = Batch::default();
    put_in(&mut batch, tx, response_id, changes, at)?;
    batch.run(tx).await
}

/// What was changed in one response, to be stored with what else is kept of the page.
pub fn put_in(
    batch: &mut Batch,
    tx: &Tx,
    response_id: ResponseId,
    changes: &[Change<'_>],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let (mut unnamed, mut gone) = (Vec::new(), Vec::new());
    let (mut values, mut named) = (Vec::new(), Vec::new());
    for change in changes {
        if matches!(change.before, Some(Answer::Named(_))) {
            unnamed.push(change.item);
        }
        let Some(answer) = change.after else {
            gone.push(change.item);
            continue;
        };
        let value = write_value(answer)?;
        // Colleagues who were written in are there by name.
        let value = if change.item.ends_with(MISSING) {
            tx.seal(VALUE, &value)
        } else {
            value
        };
        values.push((change.item, value));
        if let Answer::Named(alters) = answer {
            let of_item = alters
                .iter()
                .map(|(alter, strength)| (change.item, alter.0.simple().to_string(), *strength));
            named.extend(of_item);
        }
    }
    let on = match &tx.on {
        On::Sqlite(_) => ON_SQLITE,
        On::Postgres(_) => ON_POSTGRES,
    };
    let id = || Value::from(response_id.0);
    if !unnamed.is_empty() {
        batch.add(on.unname, [id(), as_one(&unnamed)?]);
    }
    if !gone.is_empty() {
        batch.add(on.take_away, [id(), as_one(&gone)?]);
    }
    if !values.is_empty() {
        batch.add(on.put, [id(), as_one(&values)?, at.into()]);
    }
    if !named.is_empty() {
        batch.add(on.name, [id(), as_one(&named)?]);
    }
    Ok(())
}

fn as_one(rows: &impl serde::Serialize) -> Result<Value, StorageError> {
    let text = serde_json::to_string(rows).map_err(|error| StorageError::Inconsistent {
        table: "answers",
        column: "the changes as one",
        why: error.to_string(),
    })?;
    Ok(Value::Text(text))
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
