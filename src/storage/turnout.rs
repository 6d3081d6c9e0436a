//! Who is on the lists and how many of them have answered: what a network can carry is counted from this.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{SchoolId, StudyId, WindowId};

/// How many members answered each of these items, per school and wave: those whose answers are used.
pub async fn answered(
    tx: &mut Tx,
    study_id: StudyId,
    items: &[String],
) -> Result<BTreeMap<(SchoolId, String, String), usize>, StorageError> {
    if items.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows: Vec<(Uuid, String, String, i64)> = on!(tx, c => {
        let mut query = sqlx::QueryBuilder::new(
            "SELECT m.school_id, i.wave, a.item, COUNT(DISTINCT i.member_id)
             FROM invitations i
             JOIN members m ON m.member_id = i.member_id
             JOIN schools s ON s.school_id = m.school_id
             JOIN responses r ON r.invitation_id = i.invitation_id
             JOIN answers a ON a.response_id = r.response_id
             WHERE i.withdrawn_at IS NULL AND m.merged_into IS NULL AND s.study_id = ");
        query.push_bind(study_id.0).push(" AND a.item IN (");
        let mut list = query.separated(", ");
        for item in items {
            list.push_bind(item.clone());
        }
        query.push(
            ") AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.member_id = m.member_id)
             AND COALESCE((SELECT CASE WHEN c.given THEN 1 ELSE 0 END FROM consents c
                           WHERE c.member_id = m.member_id AND c.purpose = 'research'
                           ORDER BY c.at DESC, c.consent_id DESC LIMIT 1), 1) = 1
             GROUP BY m.school_id, i.wave, a.item");
        query.build_query_as().fetch_all(c).await
    })?;
    Ok(rows
        .into_iter()
        .map(|(school, wave, item, n)| {
            let n = usize::try_from(n).unwrap_or_default();
            ((SchoolId(school), wave, item), n)
        })
        .collect())
}

/// From when to when each member of a study is on the list of a school; who is on nobody's list is not among them.
pub async fn presences(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<Vec<(SchoolId, Option<NaiveDate>, Option<NaiveDate>)>, StorageError> {
    let rows: Vec<(Uuid, Option<NaiveDate>, Option<NaiveDate>)> = on!(tx, c => sqlx::query_as(
            "SELECT m.school_id, m.joined_on, m.left_on FROM members m
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND m.merged_into IS NULL
               AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.member_id = m.member_id AND o.policy = 'C')")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(school, joined, left)| (SchoolId(school), joined, left))
        .collect())
}

/// How many members each school had on the frozen list of a closed window, without who is on nobody's list since.
pub async fn frozen_counts(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<(WindowId, SchoolId), usize>, StorageError> {
    let rows: Vec<(Uuid, Uuid, i64)> = on!(tx, c => sqlx::query_as(
            "SELECT f.window_id, m.school_id, COUNT(*) FROM frozen_members f
             JOIN members m ON m.member_id = f.member_id
             JOIN schools s ON s.school_id = m.school_id
             WHERE s.study_id = $1 AND m.merged_into IS NULL
               AND NOT EXISTS (SELECT 1 FROM objections o WHERE o.member_id = m.member_id AND o.policy = 'C')
             GROUP BY f.window_id, m.school_id")
        .bind(study_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(window, school, n)| {
            let n = usize::try_from(n).unwrap_or_default();
            ((WindowId(window), SchoolId(school)), n)
        })
        .collect())
}
