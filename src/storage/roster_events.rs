//! What happened to staff lists: one event a row, each of which raises the version of its list.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use rand::Rng;
use uuid::Uuid;

use super::audit::Act;
use super::batch::Batch;
use super::tx::On;
use super::{StorageError, Tx};
use crate::domain::id::{MemberId, ResponseId, SchoolId, StudyId, new_uuid};
use crate::domain::roster::{EventDetail, EventKind};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub school_id: SchoolId,
    pub member_id: MemberId,
    pub kind: EventKind,
    pub effective_on: NaiveDate,
    pub detail: EventDetail,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEvent {
    pub version: i64,
    pub member_id: MemberId,
    pub kind: EventKind,
    pub effective_on: NaiveDate,
    pub at: DateTime<Utc>,
    pub detail: EventDetail,
}

/// Holds the lists of a study to the end of the transaction: other changes of them wait, and so do saves, which hold
/// their window. SQLite has one writer and needs no holding.
pub async fn hold(tx: &mut Tx, study_id: StudyId) -> Result<(), StorageError> {
    if let On::Postgres(tx) = &mut tx.on {
        for sql in [
            "SELECT 1 FROM studies WHERE study_id = $1 FOR NO KEY UPDATE",
            "SELECT 1 FROM windows WHERE study_id = $1 FOR NO KEY UPDATE",
        ] {
            sqlx::query(sql).bind(study_id.0).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Rows in one statement: well under what either database takes as parameters.
const BATCH: usize = 400;

/// Keeps events, in their order. The next version of a list is the version before it and one.
pub async fn record(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    events: &[NewEvent],
) -> Result<(), StorageError> {
    let mut next: BTreeMap<SchoolId, i64> = BTreeMap::new();
    for event in events {
        *next.entry(event.school_id).or_default() += 1;
    }
    for (school_id, version) in &mut next {
        let raised: i64 = on!(tx, c => sqlx::query_scalar(
                "UPDATE schools SET roster_version = roster_version + $2 WHERE school_id = $1 RETURNING roster_version")
            .bind(school_id.0).bind(*version).fetch_one(c).await)?;
        *version = raised - *version;
    }
    let mut rows: Vec<(Uuid, &NewEvent, i64, String)> = Vec::with_capacity(events.len());
    for event in events {
        let version = next.entry(event.school_id).or_default();
        *version += 1;
        let detail = serde_json::to_string(&event.detail).expect("texts can be written");
        rows.push((new_uuid(act.at, rng), event, *version, detail));
    }
    for batch in rows.chunks(BATCH) {
        on!(tx, c => {
            let mut insert = sqlx::QueryBuilder::new(
                "INSERT INTO roster_events (event_id, school_id, member_id, version, kind, effective_on, at, actor, detail) ",
            );
            insert.push_values(batch, |mut row, (id, event, version, detail)| {
                row.push_bind(*id)
                    .push_bind(event.school_id.0)
                    .push_bind(event.member_id.0)
                    .push_bind(*version)
                    .push_bind(event.kind.key())
                    .push_bind(event.effective_on)
                    .push_bind(act.at)
                    .push_bind(act.actor.clone())
                    .push_bind(detail.clone());
            });
            insert.build().execute(c).await.map(drop)
        })?;
    }
    Ok(())
}

/// What happened to one list, in order.
pub async fn of_school(tx: &mut Tx, school_id: SchoolId) -> Result<Vec<RosterEvent>, StorageError> {
    type Row = (i64, Uuid, String, NaiveDate, DateTime<Utc>, String);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT version, member_id, kind, effective_on, at, detail FROM roster_events
             WHERE school_id = $1 ORDER BY version")
        .bind(school_id.0).fetch_all(c).await)?;
    rows.into_iter()
        .map(|(version, member, kind, effective_on, at, detail)| {
            let wrong = |column, why: String| StorageError::Inconsistent {
                table: "roster_events",
                column,
                why,
            };
            Ok(RosterEvent {
                version,
                member_id: MemberId(member),
                kind: EventKind::from_key(&kind).ok_or_else(|| wrong("kind", kind))?,
                effective_on,
                at,
                detail: serde_json::from_str(&detail)
                    .map_err(|error| wrong("detail", error.to_string()))?,
            })
        })
        .collect()
}

/// Keeps that the list as it stands now was shown with a response.
pub fn seen_with(batch: &mut Batch, response_id: ResponseId) {
    batch.add(
        "UPDATE responses SET roster_version =
             (SELECT s.roster_version FROM invitations i JOIN members m ON m.member_id = i.member_id
              JOIN schools s ON s.school_id = m.school_id WHERE i.invitation_id = responses.invitation_id)
         WHERE response_id = $1",
        [response_id.0.into()],
    );
}
