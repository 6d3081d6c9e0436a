//! What stands about one person in tables that are otherwise read for all.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{MemberId, PersonId};
use crate::domain::subject::{Consent, Look, Mail};

/// The key of someone in the list that was delivered.
pub async fn key(tx: &mut Tx, person_id: PersonId) -> Result<Option<String>, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT key FROM persons WHERE person_id = $1")
        .bind(person_id.0).fetch_optional(c).await)?,
    )
}

#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Invited {
    pub invitation_id: Uuid,
    pub wave: String,
    pub created_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

pub async fn invitations(tx: &mut Tx, member_id: MemberId) -> Result<Vec<Invited>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT invitation_id, wave, created_at, opened_at, submitted_at, withdrawn_at FROM invitations
             WHERE member_id = $1 ORDER BY created_at, wave")
        .bind(member_id.0).fetch_all(c).await)?)
}

pub async fn mails(tx: &mut Tx, invitation_id: Uuid) -> Result<Vec<Mail>, StorageError> {
    type Row = (String, String, DateTime<Utc>, Option<DateTime<Utc>>);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT kind, state, queued_at, settled_at FROM outbox WHERE invitation_id = $1 ORDER BY queued_at, kind")
        .bind(invitation_id).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(kind, state, queued_at, settled_at)| Mail {
            kind,
            state,
            queued_at,
            settled_at,
        })
        .collect())
}

/// Every choice that was made, the latest last.
pub async fn consents(tx: &mut Tx, member_id: MemberId) -> Result<Vec<Consent>, StorageError> {
    let rows: Vec<(DateTime<Utc>, String, bool, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT at, purpose, given, version FROM consents WHERE member_id = $1 ORDER BY at, consent_id")
        .bind(member_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(at, purpose, given, version)| Consent {
            at,
            purpose,
            given,
            version,
        })
        .collect())
}

/// By how many others a member was named, by wave and question.
pub async fn named(
    tx: &mut Tx,
    member_id: MemberId,
) -> Result<BTreeMap<(String, String), i64>, StorageError> {
    let rows: Vec<(String, String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT i.wave, n.item, COUNT(DISTINCT i.member_id) FROM nominations n
             JOIN responses r ON r.response_id = n.response_id
             JOIN invitations i ON i.invitation_id = r.invitation_id
             WHERE n.alter_id = $1 AND i.withdrawn_at IS NULL GROUP BY i.wave, n.item")
        .bind(member_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(wave, item, n)| ((wave, item), n))
        .collect())
}

/// Lines of the audit in which one of these stands as what they are about, oldest first.
pub async fn looks(tx: &mut Tx, about: &[String]) -> Result<Vec<Look>, StorageError> {
    type Row = (i64, DateTime<Utc>, String, String, String);
    let mut lines: BTreeMap<i64, Look> = BTreeMap::new();
    for id in about {
        let pattern = format!("%{}%", id.replace(['%', '_'], "?"));
        let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
                "SELECT audit_id, at, actor, verb, noun FROM audit WHERE noun LIKE $1 OR actor LIKE $1")
            .bind(&pattern).fetch_all(c).await)?;
        lines.extend(rows.into_iter().map(|(line, at, actor, what, about)| {
            let look = Look {
                at,
                actor,
                what,
                about,
            };
            (line, look)
        }));
    }
    Ok(lines.into_values().collect())
}
