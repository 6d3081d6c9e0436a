//! Invitations: one per membership and wave, opening all instruments that are due.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{InvitationId, MemberId, SchoolId, StudyId};
use crate::domain::language::Language;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub invitation_id: InvitationId,
    pub member_id: MemberId,
    pub wave: String,
    pub issue: i64,
    /// The order in which colleagues are shown; 0 is by name.
    pub order_seed: i64,
    pub opened_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub receipt: Option<String>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// An invitation with what is needed to serve its respondent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub invitation: Invitation,
    pub study_id: StudyId,
    /// Of the study: whoever keeps an older one in memory reads it again.
    pub revision: i64,
    pub school_id: SchoolId,
    pub school_name: String,
    pub cohort: String,
    pub name: String,
    pub language: Language,
}

pub async fn insert(
    tx: &mut Tx,
    invitation: &Invitation,
    token_hash: &[u8],
    selector: &str,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO invitations (invitation_id, member_id, wave, issue, token_hash, selector, created_at, order_seed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(invitation.invitation_id.0).bind(invitation.member_id.0).bind(&invitation.wave).bind(invitation.issue)
        .bind(token_hash).bind(selector).bind(at).bind(invitation.order_seed)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Raises the issue number: the link and code that were handed out before open nothing any more.
pub async fn reissue(
    tx: &mut Tx,
    invitation_id: InvitationId,
    issue: i64,
    token_hash: &[u8],
    selector: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE invitations SET issue = $2, token_hash = $3, selector = $4 WHERE invitation_id = $1")
        .bind(invitation_id.0).bind(issue).bind(token_hash).bind(selector)
        .execute(c).await.map(drop))?;
    Ok(())
}

pub async fn by_token_hash(
    tx: &mut Tx,
    hash: &[u8],
) -> Result<Option<(InvitationId, i64)>, StorageError> {
    let row: Option<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT invitation_id, issue FROM invitations WHERE token_hash = $1")
        .bind(hash).fetch_optional(c).await)?;
    Ok(row.map(|(id, issue)| (InvitationId(id), issue)))
}

pub async fn by_selector(
    tx: &mut Tx,
    selector: &str,
) -> Result<Option<(InvitationId, i64)>, StorageError> {
    let row: Option<(Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT invitation_id, issue FROM invitations WHERE selector = $1")
        .bind(selector).fetch_optional(c).await)?;
    Ok(row.map(|(id, issue)| (InvitationId(id), issue)))
}

/// The invitations of one school in one wave, by membership.
pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
    wave: &str,
) -> Result<BTreeMap<MemberId, Invitation>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Flat {
        invitation_id: Uuid,
        member_id: Uuid,
        issue: i64,
        order_seed: i64,
        opened_at: Option<DateTime<Utc>>,
        submitted_at: Option<DateTime<Utc>>,
        receipt: Option<String>,
        withdrawn_at: Option<DateTime<Utc>>,
    }
    let rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT i.invitation_id, i.member_id, i.issue, i.order_seed, i.opened_at, i.submitted_at, i.receipt,
                    i.withdrawn_at
             FROM invitations i JOIN members m ON m.member_id = i.member_id
             WHERE m.school_id = $1 AND i.wave = $2 AND m.merged_into IS NULL")
        .bind(school_id.0).bind(wave).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let invitation = Invitation {
                invitation_id: InvitationId(row.invitation_id),
                member_id: MemberId(row.member_id),
                wave: wave.to_owned(),
                issue: row.issue,
                order_seed: row.order_seed,
                opened_at: row.opened_at,
                submitted_at: row.submitted_at,
                receipt: row.receipt,
                withdrawn_at: row.withdrawn_at,
            };
            (invitation.member_id, invitation)
        })
        .collect())
}

pub async fn open(
    tx: &mut Tx,
    invitation_id: InvitationId,
) -> Result<Option<Opened>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Flat {
        member_id: Uuid,
        wave: String,
        issue: i64,
        order_seed: i64,
        opened_at: Option<DateTime<Utc>>,
        submitted_at: Option<DateTime<Utc>>,
        receipt: Option<String>,
        withdrawn_at: Option<DateTime<Utc>>,
        study_id: Uuid,
        revision: i64,
        school_id: Uuid,
        school_name: String,
        cohort: String,
        name: String,
        language: String,
    }
    let row: Option<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT i.member_id, i.wave, i.issue, i.order_seed, i.opened_at, i.submitted_at, i.receipt,
                    i.withdrawn_at, s.study_id, t.revision, s.school_id, s.name AS school_name, s.cohort, k.name,
                    k.language
             FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN studies t ON t.study_id = s.study_id
             JOIN contacts k ON k.person_id = m.person_id
             WHERE i.invitation_id = $1")
        .bind(invitation_id.0).fetch_optional(c).await)?;
    Ok(row.map(|row| Opened {
        invitation: Invitation {
            invitation_id,
            member_id: MemberId(row.member_id),
            wave: row.wave,
            issue: row.issue,
            order_seed: row.order_seed,
            opened_at: row.opened_at,
            submitted_at: row.submitted_at,
            receipt: row.receipt,
            withdrawn_at: row.withdrawn_at,
        },
        study_id: StudyId(row.study_id),
        revision: row.revision,
        school_id: SchoolId(row.school_id),
        school_name: row.school_name,
        cohort: row.cohort,
        name: row.name,
        language: Language::from_tag(&row.language).unwrap_or_default(),
    }))
}

/// Holds an invitation and its window to the end of the transaction: what else would change this invitation's answers,
/// submit it or close its window waits, and then sees what was done here. SQLite has one writer and needs no holding.
pub async fn hold(tx: &mut Tx, invitation_id: InvitationId) -> Result<(), StorageError> {
    if let Tx::Postgres(tx) = tx {
        sqlx::query(
            "SELECT 1 FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN windows w ON w.study_id = s.study_id AND w.cohort = s.cohort AND w.wave = i.wave
             WHERE i.invitation_id = $1 FOR NO KEY UPDATE OF i FOR SHARE OF w",
        )
        .bind(invitation_id.0)
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// Marks an invitation submitted, once. False if it was already.
pub async fn submit(
    tx: &mut Tx,
    invitation_id: InvitationId,
    receipt: &str,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let changed = on!(tx, c => sqlx::query(
            "UPDATE invitations SET submitted_at = $2, receipt = $3 WHERE invitation_id = $1 AND submitted_at IS NULL")
        .bind(invitation_id.0).bind(at).bind(receipt)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Keeps when Start was pressed for the first time.
pub async fn mark_opened(
    tx: &mut Tx,
    invitation_id: InvitationId,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE invitations SET opened_at = $2 WHERE invitation_id = $1 AND opened_at IS NULL")
        .bind(invitation_id.0).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// How far one school is in one wave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub invited: i64,
    pub started: i64,
    pub submitted: i64,
}

/// Response per school and wave of a study.
pub async fn progress(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<(SchoolId, String), Progress>, StorageError> {
    let rows: Vec<(Uuid, String, i64, i64, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT s.school_id, i.wave, COUNT(*), COUNT(r.invitation_id), COUNT(i.submitted_at)
             FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             LEFT JOIN (SELECT DISTINCT invitation_id FROM responses) r ON r.invitation_id = i.invitation_id
             WHERE s.study_id = $1 AND m.merged_into IS NULL
             GROUP BY s.school_id, i.wave")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(school, wave, invited, started, submitted)| {
            (
                (SchoolId(school), wave),
                Progress {
                    invited,
                    started,
                    submitted,
                },
            )
        })
        .collect())
}
