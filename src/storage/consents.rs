//! What members agreed to. Rows are only added: the latest of a use counts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::batch::Batch;
use super::{StorageError, Tx};
use crate::domain::consent::{Decision, Purpose};
use crate::domain::id::{MemberId, StudyId};

pub fn insert(
    batch: &mut Batch,
    consent_id: Uuid,
    member_id: MemberId,
    purpose: Purpose,
    decision: Decision,
    at: DateTime<Utc>,
) {
    batch.add(
        "INSERT INTO consents (consent_id, member_id, purpose, version, given, at) VALUES ($1, $2, $3, $4, $5, $6)",
        [
            consent_id.into(),
            member_id.0.into(),
            purpose.key().into(),
            decision.version.into(),
            decision.given.into(),
            at.into(),
        ],
    );
}

/// The latest word of a member on each use; a use that was never asked about is not among them.
pub async fn of_member(
    tx: &mut Tx,
    member_id: MemberId,
) -> Result<BTreeMap<Purpose, Decision>, StorageError> {
    let rows: Vec<(String, i64, bool)> = on!(tx, c => sqlx::query_as(
            "SELECT purpose, version, given FROM consents WHERE member_id = $1 ORDER BY at, consent_id")
        .bind(member_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .filter_map(|(purpose, version, given)| {
            Some((Purpose::from_key(&purpose)?, Decision { version, given }))
        })
        .collect())
}

/// The members of a study whose latest word on research is no.
pub(super) async fn refused(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeSet<Uuid>, StorageError> {
    let rows: Vec<(Uuid, bool)> = on!(tx, c => sqlx::query_as(
            "SELECT c.member_id, c.given FROM consents c
             JOIN members m ON m.member_id = c.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND c.purpose = 'research' ORDER BY c.at, c.consent_id")
        .bind(study_id.0).fetch_all(c).await)?;
    let latest: BTreeMap<Uuid, bool> = rows.into_iter().collect();
    Ok(latest
        .into_iter()
        .filter(|(_, given)| !given)
        .map(|(member, _)| member)
        .collect())
}
