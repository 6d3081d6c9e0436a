//! Invitations: one per membership and wave, opening all instruments that are due.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::batch::Batch;
use super::objections::{self, Silence};
use super::tx::On;
use super::windows::Window;
use super::{StorageError, Tx, rosters};
use crate::domain::consent::Decision;
use crate::domain::id::{InvitationId, MemberId, SchoolId, StudyId, WindowId};
use crate::domain::language::Language;
use crate::domain::study::Objection;

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
    /// Of the list of the school's staff, to the same end.
    pub roster_version: i64,
    /// Whether a part with a sitting of its own has been submitted.
    pub any_part_submitted: bool,
    /// The answers as one value, until they are read.
    pub given: Option<String>,
    /// When the visit ends that opened it, if one did.
    pub visit_ends_at: Option<DateTime<Utc>>,
    pub school_id: SchoolId,
    pub school_name: String,
    pub cohort: String,
    pub name: String,
    pub language: Language,
    /// When its cohort answers its wave; none if the design has no such window.
    pub window: Option<Window>,
    /// What this member last said about taking part in research.
    pub research: Option<Decision>,
    /// What is done about an objection to being listed, if there is one.
    pub objection: Option<Objection>,
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

/// Everything about an invitation in one statement: every page and every save begins with it. The embedded database
/// brings the answers along as one value: each command and each row is handed from one thread to another there, and that
/// costs more than what stands in it.
macro_rules! opened {
    ($given:literal, $ends:literal, $which:literal) => {
        concat!(
            "SELECT i.invitation_id, i.member_id, i.wave, i.issue, i.order_seed, i.opened_at, i.submitted_at, i.receipt,
                    i.withdrawn_at, s.study_id, t.revision, s.school_id, s.roster_version, s.name AS school_name, s.cohort, k.name,
                    k.language, w.window_id, w.opens_at, w.closes_at, w.closed_at,
                    (SELECT c.version FROM consents c WHERE c.member_id = i.member_id AND c.purpose = 'research'
                     ORDER BY c.at DESC, c.consent_id DESC LIMIT 1) AS research_version,
                    (SELECT c.given FROM consents c WHERE c.member_id = i.member_id AND c.purpose = 'research'
                     ORDER BY c.at DESC, c.consent_id DESC LIMIT 1) AS research_given,
                    (SELECT o.policy FROM objections o WHERE o.member_id = i.member_id) AS objection,
                    (SELECT COUNT(*) FROM part_submissions p WHERE p.invitation_id = i.invitation_id) AS n_parts, ",
            $given,
            " AS given, ",
            $ends,
            " AS visit_ends_at
             FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN studies t ON t.study_id = s.study_id
             JOIN contacts k ON k.person_id = m.person_id
             LEFT JOIN windows w ON w.study_id = s.study_id AND w.cohort = s.cohort AND w.wave = i.wave
             ",
            $which
        )
    };
}

macro_rules! with_given {
    ($ends:literal, $which:literal) => {
        opened!(
            "(SELECT json_group_array(json_object('response_id', hex(r.response_id), 'instrument', r.instrument,
                     'version', r.version, 'item', a.item, 'value', a.value,
                     'alter_id', CASE WHEN n.alter_id IS NOT NULL THEN hex(n.alter_id) END, 'strength', n.strength))
              FROM responses r
              LEFT JOIN answers a ON a.response_id = r.response_id
              LEFT JOIN nominations n ON n.response_id = a.response_id AND n.item = a.item
              WHERE r.invitation_id = i.invitation_id)",
            $ends,
            $which
        )
    };
}

pub async fn open(
    tx: &mut Tx,
    invitation_id: InvitationId,
) -> Result<Option<Opened>, StorageError> {
    let row: Option<Flat> = match &mut tx.on {
        On::Sqlite(tx) => {
            let sql = with_given!("NULL", "WHERE i.invitation_id = $1");
            let query = sqlx::query_as(sql).bind(invitation_id.0);
            query.fetch_optional(&mut **tx).await?
        }
        On::Postgres(tx) => {
            let sql = opened!(
                "CAST(NULL AS TEXT)",
                "CAST(NULL AS TIMESTAMPTZ)",
                "WHERE i.invitation_id = $1"
            );
            let query = sqlx::query_as(sql).bind(invitation_id.0);
            query.fetch_optional(&mut **tx).await?
        }
    };
    row.map(|row| row.opened(tx)).transpose()
}

/// The invitation that a visit opens, unless the visit has expired or its link was issued anew.
pub async fn of_visit(
    tx: &mut Tx,
    visit_hash: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Opened>, StorageError> {
    let row: Option<Flat> = match &mut tx.on {
        On::Sqlite(tx) => {
            let sql = with_given!(
                "v.expires_at",
                "JOIN visits v ON v.invitation_id = i.invitation_id AND v.issue = i.issue
                 WHERE v.visit_hash = $1 AND v.expires_at > $2"
            );
            let query = sqlx::query_as(sql).bind(visit_hash).bind(now);
            query.fetch_optional(&mut **tx).await?
        }
        On::Postgres(tx) => {
            let sql = opened!(
                "CAST(NULL AS TEXT)",
                "v.expires_at",
                "JOIN visits v ON v.invitation_id = i.invitation_id AND v.issue = i.issue
                 WHERE v.visit_hash = $1 AND v.expires_at > $2"
            );
            let query = sqlx::query_as(sql).bind(visit_hash).bind(now);
            query.fetch_optional(&mut **tx).await?
        }
    };
    row.map(|row| row.opened(tx)).transpose()
}

#[derive(sqlx::FromRow)]
struct Flat {
    invitation_id: Uuid,
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
    window_id: Option<Uuid>,
    opens_at: Option<DateTime<Utc>>,
    closes_at: Option<DateTime<Utc>>,
    closed_at: Option<DateTime<Utc>>,
    research_version: Option<i64>,
    research_given: Option<bool>,
    objection: Option<String>,
    roster_version: i64,
    n_parts: i64,
    given: Option<String>,
    visit_ends_at: Option<DateTime<Utc>>,
}
impl Flat {
    fn opened(self, tx: &Tx) -> Result<Opened, StorageError> {
        let row = self;
        let decided = row.research_version.zip(row.research_given);
        let objection = row.objection.as_deref().map(objections::from_key);
        Ok(Opened {
            window: row.window_id.zip(row.opens_at).zip(row.closes_at).map(
                |((window_id, opens_at), closes_at)| Window {
                    window_id: WindowId(window_id),
                    cohort: row.cohort.clone(),
                    wave: row.wave.clone(),
                    opens_at,
                    closes_at,
                    closed_at: row.closed_at,
                },
            ),
            invitation: Invitation {
                invitation_id: InvitationId(row.invitation_id),
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
            roster_version: row.roster_version,
            any_part_submitted: row.n_parts > 0,
            given: row.given,
            visit_ends_at: row.visit_ends_at,
            school_id: SchoolId(row.school_id),
            school_name: row.school_name,
            cohort: row.cohort,
            name: tx.unseal(rosters::NAME, row.name)?,
            language: Language::from_tag(&row.language).unwrap_or_default(),
            research: decided.map(|(version, given)| Decision { version, given }),
            objection: objection.transpose()?,
        })
    }
}

/// Holds an invitation and its window to the end of the transaction: what else would change this invitation's answers,
/// submit it or close its window waits, and then sees what was done here. SQLite has one writer and needs no holding.
pub async fn hold(tx: &mut Tx, invitation_id: InvitationId) -> Result<(), StorageError> {
    if let On::Postgres(tx) = &mut tx.on {
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

/// Marks an invitation withdrawn: as if it had not been submitted, and with no mail waiting for it.
pub async fn withdraw(
    tx: &mut Tx,
    invitation_id: InvitationId,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE invitations SET withdrawn_at = $2, submitted_at = NULL, receipt = NULL WHERE invitation_id = $1")
        .bind(invitation_id.0).bind(at).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
            "UPDATE outbox SET state = 'cancelled', settled_at = $2
             WHERE invitation_id = $1 AND tried_at IS NULL AND settled_at IS NULL")
        .bind(invitation_id.0).bind(at).execute(c).await.map(drop))?;
    Ok(())
}

/// Keeps when Start was pressed for the first time.
pub fn mark_opened(batch: &mut Batch, invitation_id: InvitationId, at: DateTime<Utc>) {
    batch.add(
        "UPDATE invitations SET opened_at = $2 WHERE invitation_id = $1 AND opened_at IS NULL",
        [invitation_id.0.into(), at.into()],
    );
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

/// How far one invitation is, without who it is: what a board of the whole study is counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub school_id: SchoolId,
    pub wave: String,
    /// The role in which the member counts.
    pub role: String,
    pub opened: bool,
    pub begun: bool,
    pub submitted_at: Option<DateTime<Utc>>,
    pub withdrawn: bool,
}

/// Every invitation of a study.
pub async fn standings(tx: &mut Tx, study_id: StudyId) -> Result<Vec<Standing>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Flat {
        school_id: Uuid,
        wave: String,
        role: Option<String>,
        opened_at: Option<DateTime<Utc>>,
        begun: Option<Uuid>,
        submitted_at: Option<DateTime<Utc>>,
        withdrawn_at: Option<DateTime<Utc>>,
    }
    let rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT m.school_id, i.wave, r.role, i.opened_at, b.invitation_id AS begun, i.submitted_at, i.withdrawn_at
             FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             LEFT JOIN member_roles r ON r.member_id = m.member_id AND r.rank = 0
             LEFT JOIN (SELECT DISTINCT invitation_id FROM responses) b ON b.invitation_id = i.invitation_id
             WHERE s.study_id = $1 AND m.merged_into IS NULL")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|row| Standing {
            school_id: SchoolId(row.school_id),
            wave: row.wave,
            role: row.role.unwrap_or_default(),
            opened: row.opened_at.is_some(),
            begun: row.begun.is_some(),
            submitted_at: row.submitted_at,
            withdrawn: row.withdrawn_at.is_some(),
        })
        .collect())
}

/// One invitation with its person and how far they are: for the owner, and for choosing whom to remind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub invitation_id: InvitationId,
    pub issue: i64,
    pub member_id: MemberId,
    pub school_id: SchoolId,
    pub role: String,
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
    pub left_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub started_at: Option<DateTime<Utc>>,
    pub saved_at: Option<DateTime<Utc>>,
    pub submitted_at: Option<DateTime<Utc>>,
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// Set for whoever is not to be asked any more.
    pub silent: Option<Silence>,
}

/// Everyone who was invited by one cohort in one wave, by name and then id.
pub async fn statuses(
    tx: &mut Tx,
    study_id: StudyId,
    cohort: &str,
    wave: &str,
) -> Result<Vec<Status>, StorageError> {
    #[derive(sqlx::FromRow)]
    struct Flat {
        invitation_id: Uuid,
        issue: i64,
        member_id: Uuid,
        school_id: Uuid,
        role: Option<String>,
        name: String,
        email: Option<String>,
        language: String,
        left_on: Option<NaiveDate>,
        created_at: DateTime<Utc>,
        opened_at: Option<DateTime<Utc>>,
        started_at: Option<DateTime<Utc>>,
        saved_at: Option<DateTime<Utc>>,
        submitted_at: Option<DateTime<Utc>>,
        withdrawn_at: Option<DateTime<Utc>>,
    }
    let rows: Vec<Flat> = on!(tx, c => sqlx::query_as(
            "SELECT i.invitation_id, i.issue, i.member_id, m.school_id, r.role, k.name, k.email, k.language, m.left_on,
                    i.created_at, i.opened_at, b.started_at, b.saved_at, i.submitted_at, i.withdrawn_at
             FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN contacts k ON k.person_id = m.person_id
             LEFT JOIN member_roles r ON r.member_id = m.member_id AND r.rank = 0
             LEFT JOIN (SELECT e.invitation_id, MIN(e.started_at) AS started_at, MAX(p.last_at) AS saved_at
                        FROM responses e
                        LEFT JOIN page_saves p ON p.response_id = e.response_id
                        GROUP BY e.invitation_id) b ON b.invitation_id = i.invitation_id
             WHERE s.study_id = $1 AND s.cohort = $2 AND i.wave = $3 AND m.merged_into IS NULL")
        .bind(study_id.0).bind(cohort).bind(wave).fetch_all(c).await)?;
    let silent = objections::silent(tx, study_id).await?;
    let readable = |row: Flat| {
        Ok(Status {
            invitation_id: InvitationId(row.invitation_id),
            issue: row.issue,
            member_id: MemberId(row.member_id),
            school_id: SchoolId(row.school_id),
            role: row.role.unwrap_or_default(),
            name: tx.unseal(rosters::NAME, row.name)?,
            email: rosters::email_of(tx, row.email)?,
            language: Language::from_tag(&row.language).unwrap_or_default(),
            left_on: row.left_on,
            created_at: row.created_at,
            opened_at: row.opened_at,
            started_at: row.started_at,
            saved_at: row.saved_at,
            submitted_at: row.submitted_at,
            withdrawn_at: row.withdrawn_at,
            silent: silent.get(&MemberId(row.member_id)).copied(),
        })
    };
    let mut statuses = rows
        .into_iter()
        .map(readable)
        .collect::<Result<Vec<Status>, StorageError>>()?;
    statuses.sort_by(|a, b| (&a.name, a.member_id).cmp(&(&b.name, b.member_id)));
    Ok(statuses)
}
