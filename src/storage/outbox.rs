//! Mail that waits, is under way, or is done with: at most one of a kind per invitation. Neither link nor text is kept.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::tx::On;
use super::{StorageError, Tx, rosters};
use crate::domain::id::{InvitationId, SchoolId, StudyId};

/// How far a mail is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    Queued,
    /// Taken by a sender that has not said how it ended.
    Sending,
    Sent,
    /// Refused for good by the receiving side, or marked so by the owner.
    Bounced,
    /// Tried for a day without success.
    Failed,
    /// The sender was killed or cut off while sending: it may have arrived or not.
    Unknown,
    /// No longer needed when its turn came.
    Cancelled,
}

impl State {
    pub const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Bounced,
        Self::Failed,
        Self::Unknown,
        Self::Cancelled,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
        }
    }

    fn from_key(key: &str) -> Result<Self, StorageError> {
        Self::ALL
            .into_iter()
            .find(|state| state.key() == key)
            .ok_or_else(|| StorageError::Inconsistent {
                table: "outbox",
                column: "state",
                why: format!("`{key}` is no state"),
            })
    }
}

/// What a mail server says may repeat the address.
const PROBLEM: &str = "outbox.problem";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub mail_id: Uuid,
    pub invitation_id: InvitationId,
    pub school_id: SchoolId,
    pub wave: String,
    pub kind: String,
    pub state: State,
    pub not_before: DateTime<Utc>,
    pub queued_at: DateTime<Utc>,
    pub tried_at: Option<DateTime<Utc>>,
    pub tries: i64,
    pub settled_at: Option<DateTime<Utc>>,
    pub problem: Option<String>,
    pub name: String,
    pub email: Option<String>,
}

#[derive(sqlx::FromRow)]
struct Flat {
    mail_id: Uuid,
    invitation_id: Uuid,
    school_id: Uuid,
    wave: String,
    kind: String,
    state: String,
    not_before: DateTime<Utc>,
    queued_at: DateTime<Utc>,
    tried_at: Option<DateTime<Utc>>,
    tries: i64,
    settled_at: Option<DateTime<Utc>>,
    problem: Option<String>,
    name: String,
    email: Option<String>,
}

impl Flat {
    fn mail(self, tx: &Tx) -> Result<Mail, StorageError> {
        Ok(Mail {
            mail_id: self.mail_id,
            invitation_id: InvitationId(self.invitation_id),
            school_id: SchoolId(self.school_id),
            wave: self.wave,
            state: State::from_key(&self.state)?,
            kind: self.kind,
            not_before: self.not_before,
            queued_at: self.queued_at,
            tried_at: self.tried_at,
            tries: self.tries,
            settled_at: self.settled_at,
            problem: self
                .problem
                .map(|problem| tx.unseal(PROBLEM, problem))
                .transpose()?,
            name: tx.unseal(rosters::NAME, self.name)?,
            email: rosters::email_of(tx, self.email)?,
        })
    }
}

/// Puts a mail in the queue. False if there is or was one of this kind: then nothing changes.
pub async fn queue(
    tx: &mut Tx,
    mail_id: Uuid,
    invitation_id: InvitationId,
    kind: &str,
    not_before: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let queued = on!(tx, c => sqlx::query(
            "INSERT INTO outbox (mail_id, invitation_id, kind, state, not_before, queued_at)
             VALUES ($1, $2, $3, 'queued', $4, $5) ON CONFLICT (invitation_id, kind) DO NOTHING")
        .bind(mail_id).bind(invitation_id.0).bind(kind).bind(not_before).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(queued == 1)
}

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE outbox SET state = 'sending', tried_at = $2, tries = tries + 1, claimed_by = $3, beat_at = $2
             WHERE state = 'queued' AND mail_id = (
                 SELECT o.mail_id FROM outbox o
                 JOIN invitations i ON i.invitation_id = o.invitation_id
                 JOIN members m ON m.member_id = i.member_id
                 JOIN schools s ON s.school_id = m.school_id
                 WHERE s.study_id = $1 AND o.state = 'queued' AND o.not_before <= $2
                 ORDER BY o.not_before, o.mail_id LIMIT 1",
            $lock,
            ") RETURNING mail_id"
        )
    };
}

/// Takes the next mail of a study whose time has come, for a machine. Of two at once each takes another.
pub async fn claim(
    tx: &mut Tx,
    study_id: StudyId,
    node: &str,
    at: DateTime<Utc>,
) -> Result<Option<Uuid>, StorageError> {
    let sql = match tx.on {
        On::Sqlite(_) => claim!(""),
        On::Postgres(_) => claim!(" FOR UPDATE OF o SKIP LOCKED"),
    };
    Ok(on!(tx, c => sqlx::query_scalar(sql)
        .bind(study_id.0).bind(at).bind(node).fetch_optional(c).await)?)
}

/// A machine that has a mail under way says so.
pub async fn beat(
    tx: &mut Tx,
    mail_id: Uuid,
    node: &str,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE outbox SET beat_at = $3 WHERE mail_id = $1 AND claimed_by = $2 AND state = 'sending'")
        .bind(mail_id).bind(node).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// How many mails there are in each state, over all studies.
pub async fn counts(tx: &mut Tx) -> Result<Vec<(State, i64)>, StorageError> {
    let rows: Vec<(String, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT state, COUNT(*) FROM outbox GROUP BY state ORDER BY state")
        .fetch_all(c).await)?;
    rows.into_iter()
        .map(|(state, n)| Ok((State::from_key(&state)?, n)))
        .collect()
}

/// How many mails of a study could go now.
pub async fn count_due(
    tx: &mut Tx,
    study_id: StudyId,
    at: DateTime<Utc>,
) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM outbox o
             JOIN invitations i ON i.invitation_id = o.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND o.state = 'queued' AND o.not_before <= $2")
        .bind(study_id.0).bind(at).fetch_one(c).await)?)
}

/// Says how sending ended. A mail that was given up as unknown meanwhile is settled too, by the one who knows.
pub async fn settle(
    tx: &mut Tx,
    mail_id: Uuid,
    state: State,
    problem: Option<&str>,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let problem = problem.map(|problem| tx.seal(PROBLEM, problem));
    let changed = on!(tx, c => sqlx::query(
            "UPDATE outbox SET state = $2, problem = $3, settled_at = $4
             WHERE mail_id = $1 AND state IN ('sending', 'unknown')")
        .bind(mail_id).bind(state.key()).bind(&problem).bind(at)
        .execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Back in the queue after a failure that may pass.
pub async fn put_off(
    tx: &mut Tx,
    mail_id: Uuid,
    not_before: DateTime<Utc>,
    problem: &str,
) -> Result<(), StorageError> {
    let problem = tx.seal(PROBLEM, problem);
    on!(tx, c => sqlx::query(
            "UPDATE outbox SET state = 'queued', not_before = $2, problem = $3
             WHERE mail_id = $1 AND state IN ('sending', 'unknown')")
        .bind(mail_id).bind(not_before).bind(&problem).execute(c).await.map(drop))?;
    Ok(())
}

/// How many mails a machine left under way without saying how they ended: its own of before it began again, and those of
/// machines that have said nothing since.
pub async fn count_interrupted(
    tx: &mut Tx,
    node: &str,
    since: DateTime<Utc>,
) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM outbox WHERE state = 'sending'
             AND (claimed_by = $1 OR COALESCE(beat_at, tried_at) <= $2)")
        .bind(node).bind(since).fetch_one(c).await)?)
}

/// Of these nobody knows whether they went out.
pub async fn give_up_interrupted(
    tx: &mut Tx,
    node: &str,
    since: DateTime<Utc>,
    at: DateTime<Utc>,
) -> Result<u64, StorageError> {
    Ok(on!(tx, c => sqlx::query(
            "UPDATE outbox SET state = 'unknown', settled_at = $3 WHERE state = 'sending'
             AND (claimed_by = $1 OR COALESCE(beat_at, tried_at) <= $2)")
        .bind(node).bind(since).bind(at).execute(c).await.map(|done| done.rows_affected()))?)
}

/// Marks what was sent as returned by the receiving side.
pub async fn mark_bounced(
    tx: &mut Tx,
    mail_id: Uuid,
    at: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let changed = on!(tx, c => sqlx::query(
            "UPDATE outbox SET state = 'bounced', settled_at = $2 WHERE mail_id = $1 AND state IN ('sent', 'unknown')")
        .bind(mail_id).bind(at).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// Puts what did not arrive, or perhaps not, in the queue again: only because the owner says so.
pub async fn queue_again(
    tx: &mut Tx,
    mail_id: Uuid,
    not_before: DateTime<Utc>,
) -> Result<bool, StorageError> {
    let changed = on!(tx, c => sqlx::query(
            "UPDATE outbox SET state = 'queued', not_before = $2, tries = 0, settled_at = NULL, problem = NULL
             WHERE mail_id = $1 AND state IN ('bounced', 'failed', 'unknown')")
        .bind(mail_id).bind(not_before).execute(c).await.map(|done| done.rows_affected()))?;
    Ok(changed == 1)
}

/// One mail of a study.
pub async fn one(
    tx: &mut Tx,
    study_id: StudyId,
    mail_id: Uuid,
) -> Result<Option<Mail>, StorageError> {
    let row: Option<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT o.mail_id, o.invitation_id, m.school_id, i.wave, o.kind, o.state, o.not_before, o.queued_at,
                    o.tried_at, o.tries, o.settled_at, o.problem, k.name, k.email
             FROM outbox o
             JOIN invitations i ON i.invitation_id = o.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN contacts k ON k.person_id = m.person_id
             WHERE s.study_id = $1 AND o.mail_id = $2")
        .bind(study_id.0).bind(mail_id).fetch_optional(c).await)?;
    row.map(|row| row.mail(tx)).transpose()
}

/// Every mail of a study, in the order in which it was queued.
pub async fn of_study(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Mail>, StorageError> {
    let rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT o.mail_id, o.invitation_id, m.school_id, i.wave, o.kind, o.state, o.not_before, o.queued_at,
                    o.tried_at, o.tries, o.settled_at, o.problem, k.name, k.email
             FROM outbox o
             JOIN invitations i ON i.invitation_id = o.invitation_id
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN contacts k ON k.person_id = m.person_id
             WHERE s.study_id = $1 ORDER BY o.queued_at, o.mail_id")
        .bind(study_id.0).fetch_all(c).await)?;
    rows.into_iter().map(|row| row.mail(tx)).collect()
}

/// A line of the audit about inviting or reminding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub at: DateTime<Utc>,
    pub actor: String,
    pub verb: String,
    pub noun: String,
    pub detail: String,
}

/// Who queued invitations and reminders, newest first.
pub async fn log(tx: &mut Tx) -> Result<Vec<Entry>, StorageError> {
    type Row = (DateTime<Utc>, String, String, String, String);
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT at, actor, verb, noun, detail FROM audit WHERE verb IN ('queue invitations', 'remind')
             ORDER BY audit_id DESC LIMIT 1000")
        .fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(at, actor, verb, noun, detail)| Entry {
            at,
            actor,
            verb,
            noun,
            detail,
        })
        .collect())
}
