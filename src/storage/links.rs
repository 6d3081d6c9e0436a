//! Links for people who follow the response or look at results, and the visits that links and invitations open.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::batch::Batch;
use super::{StorageError, Tx};
use crate::domain::id::{InvitationId, SchoolId, StudyId};

/// Whom a link is for is a name.
const LABEL: &str = "links.label";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub link_id: Uuid,
    pub study_id: StudyId,
    /// Of the study: whoever keeps an older one in memory reads it again.
    pub revision: i64,
    pub role: String,
    pub label: String,
    pub issue: i64,
    /// The schools it is about; none for a role that sees the whole study.
    pub schools: Vec<SchoolId>,
}

pub async fn insert(
    tx: &mut Tx,
    link: &Link,
    token_hash: &[u8],
    selector: &str,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let label = tx.seal(LABEL, &link.label);
    on!(tx, c => sqlx::query(
            "INSERT INTO links (link_id, study_id, role, label, issue, token_hash, selector, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(link.link_id).bind(link.study_id.0).bind(&link.role).bind(&label).bind(link.issue)
        .bind(token_hash).bind(selector).bind(at)
        .execute(c).await.map(drop))?;
    for school in &link.schools {
        on!(tx, c => sqlx::query("INSERT INTO link_schools (link_id, school_id) VALUES ($1, $2)")
            .bind(link.link_id).bind(school.0).execute(c).await.map(drop))?;
    }
    Ok(())
}

pub async fn by_token_hash(tx: &mut Tx, hash: &[u8]) -> Result<Option<(Uuid, i64)>, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_as("SELECT link_id, issue FROM links WHERE token_hash = $1")
        .bind(hash).fetch_optional(c).await)?,
    )
}

pub async fn by_selector(tx: &mut Tx, selector: &str) -> Result<Option<(Uuid, i64)>, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_as("SELECT link_id, issue FROM links WHERE selector = $1")
        .bind(selector).fetch_optional(c).await)?,
    )
}

/// Whether a code already begins like this. A selector is short, so among many codes two can begin alike.
pub async fn selector_is_taken(tx: &mut Tx, selector: &str) -> Result<bool, StorageError> {
    let taken: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT (SELECT COUNT(*) FROM invitations WHERE selector = $1)
                  + (SELECT COUNT(*) FROM links WHERE selector = $1)")
        .bind(selector).fetch_one(c).await)?;
    Ok(taken > 0)
}

pub async fn load(tx: &mut Tx, link_id: Uuid) -> Result<Option<Link>, StorageError> {
    let row: Option<(Uuid, i64, String, String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT l.study_id, s.revision, l.role, l.label, l.issue FROM links l
             JOIN studies s ON s.study_id = l.study_id WHERE l.link_id = $1")
        .bind(link_id).fetch_optional(c).await)?;
    let Some((study, revision, role, label, issue)) = row else {
        return Ok(None);
    };
    let schools: Vec<(Uuid,)> = on!(tx, c => sqlx::query_as(
            "SELECT school_id FROM link_schools WHERE link_id = $1 ORDER BY school_id")
        .bind(link_id).fetch_all(c).await)?;
    let schools = schools.into_iter().map(|(id,)| SchoolId(id)).collect();
    Ok(Some(Link {
        link_id,
        study_id: StudyId(study),
        revision,
        role,
        label: tx.unseal(LABEL, label)?,
        issue,
        schools,
    }))
}

/// All links of a study, oldest first.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Link>, StorageError> {
    let ids: Vec<(Uuid,)> = on!(tx, c => sqlx::query_as("SELECT link_id FROM links WHERE study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    let mut found = Vec::with_capacity(ids.len());
    for (link_id,) in ids {
        found.extend(load(tx, link_id).await?);
    }
    found.sort_by_key(|link| link.link_id);
    Ok(found)
}

/// Raises the issue number: the link and code that were handed out before open nothing any more.
pub async fn reissue(
    tx: &mut Tx,
    link_id: Uuid,
    issue: i64,
    token_hash: &[u8],
    selector: &str,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE links SET issue = $2, token_hash = $3, selector = $4 WHERE link_id = $1")
        .bind(link_id).bind(issue).bind(token_hash).bind(selector).execute(c).await.map(drop))?;
    Ok(())
}

/// Takes a link away, and ends what was opened with it.
pub async fn remove(tx: &mut Tx, link_id: Uuid) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM visits WHERE link_id = $1").bind(link_id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM account_links WHERE link_id = $1").bind(link_id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM link_schools WHERE link_id = $1").bind(link_id).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("DELETE FROM links WHERE link_id = $1").bind(link_id).execute(c).await.map(drop))?;
    Ok(())
}

/// What a visit opens: one respondent's questionnaires, or the pages of one role. The issue number is that of the
/// moment it began, so that re-issue ends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opens {
    Invitation {
        id: InvitationId,
        issue: i64,
    },
    Link {
        id: Uuid,
        issue: i64,
    },
    /// The first study of a server, or its next one: good while there are this many studies.
    Setup {
        studies: i64,
    },
}

/// Begins a visit, and forgets those that have expired.
pub fn begin_visit(
    batch: &mut Batch,
    visit_hash: &[u8],
    opens: Opens,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) {
    let (invitation, link, issue) = match opens {
        Opens::Invitation { id, issue } => (Some(id.0), None, issue),
        Opens::Link { id, issue } => (None, Some(id), issue),
        Opens::Setup { studies } => (None, None, studies),
    };
    batch
        .add("DELETE FROM visits WHERE expires_at <= $1", [now.into()])
        .add(
            "INSERT INTO visits (visit_hash, invitation_id, link_id, issue, expires_at) VALUES ($1, $2, $3, $4, $5)",
            [
                visit_hash.into(),
                invitation.into(),
                link.into(),
                issue.into(),
                expires_at.into(),
            ],
        );
}

/// A visit in use goes on.
pub async fn extend_visit(
    tx: &mut Tx,
    visit_hash: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE visits SET expires_at = $2 WHERE visit_hash = $1")
        .bind(visit_hash).bind(expires_at).execute(c).await.map(drop))?;
    Ok(())
}

pub async fn end_visit(tx: &mut Tx, visit_hash: &[u8]) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("DELETE FROM visits WHERE visit_hash = $1").bind(visit_hash).execute(c).await.map(drop))?;
    Ok(())
}

/// What a visit without an account opens, unless it has expired. A link that an account holds is opened by that account
/// alone.
#[expect(clippy::type_complexity)]
pub async fn visit(
    tx: &mut Tx,
    visit_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Opens>, StorageError> {
    let row: Option<(Option<Uuid>, Option<Uuid>, i64, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT v.invitation_id, v.link_id, v.issue, v.expires_at FROM visits v
             LEFT JOIN account_links h ON h.link_id = v.link_id
             WHERE v.visit_hash = $1 AND v.account_id IS NULL AND h.link_id IS NULL")
        .bind(visit_hash).fetch_optional(c).await)?;
    Ok(row.filter(|row| row.3 > now).map(|row| match row {
        (Some(id), _, issue, _) => Opens::Invitation {
            id: InvitationId(id),
            issue,
        },
        (None, Some(id), issue, _) => Opens::Link { id, issue },
        (None, None, studies, _) => Opens::Setup { studies },
    }))
}

/// Visits that have not ended.
pub async fn count_visits(tx: &mut Tx, now: DateTime<Utc>) -> Result<i64, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM visits WHERE expires_at > $1")
        .bind(now).fetch_one(c).await)?,
    )
}
