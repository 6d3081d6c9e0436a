//! Who named whom in each school, as the research desk draws it: kept when a snapshot is concluded, by its hash.

use super::{StorageError, Tx};
use crate::domain::id::{MemberId, SchoolId, StudyId};

/// Keeps them, and lets go of those of every other snapshot of the study.
pub async fn keep(
    tx: &mut Tx,
    study_id: StudyId,
    snapshot_hash: &str,
    schools: &[(SchoolId, String)],
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "DELETE FROM school_networks WHERE snapshot_hash <> $1
             AND school_id IN (SELECT school_id FROM schools WHERE study_id = $2)")
        .bind(snapshot_hash).bind(study_id.0)
        .execute(c).await.map(drop))?;
    for (school, content) in schools {
        on!(tx, c => sqlx::query(
                "INSERT INTO school_networks (snapshot_hash, school_id, content) VALUES ($1, $2, $3)
                 ON CONFLICT (snapshot_hash, school_id) DO NOTHING")
            .bind(snapshot_hash).bind(school.0).bind(content)
            .execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Of every school, by key.
pub async fn of_snapshot(tx: &mut Tx, snapshot_hash: &str) -> Result<Vec<String>, StorageError> {
    let mut rows: Vec<(String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT s.key, n.content FROM school_networks n JOIN schools s ON s.school_id = n.school_id
             WHERE n.snapshot_hash = $1")
        .bind(snapshot_hash).fetch_all(c).await)?;
    rows.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(rows.into_iter().map(|(_, content)| content).collect())
}

/// How many schools have one.
pub async fn n_kept(tx: &mut Tx, snapshot_hash: &str) -> Result<usize, StorageError> {
    let n: i64 = on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM school_networks WHERE snapshot_hash = $1")
        .bind(snapshot_hash).fetch_one(c).await)?;
    Ok(usize::try_from(n).unwrap_or_default())
}

/// Lets go of the networks of a member's school: the member has taken something back, and what is drawn must not outlive it.
/// They come back, without it, when the study is concluded again.
pub async fn forget(tx: &mut Tx, member_id: MemberId) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "DELETE FROM school_networks WHERE school_id = (SELECT school_id FROM members WHERE member_id = $1)")
        .bind(member_id.0).execute(c).await.map(drop))?;
    Ok(())
}
