//! What each school was told so far, over whose answers: kept with the conclusion that told it first.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::batch::Batch;
use super::conclusions::ConclusionKey;
use super::records::pseudonym;
use super::{StorageError, Tx};
use crate::domain::disclosure::Release;
use crate::domain::id::{PersonId, SchoolId, StudyId};

/// Rows in one call: well under the number of values that a statement may have.
const TOGETHER: usize = 500;

/// Keeps what was told for the first time. What was told before stays as it was.
pub async fn keep(
    tx: &mut Tx,
    key: &ConclusionKey,
    releases: &[(SchoolId, Vec<Release>)],
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    let rows: Vec<(&SchoolId, &Release)> = releases
        .iter()
        .flat_map(|(school, told)| told.iter().map(move |release| (school, release)))
        .collect();
    for some in rows.chunks(TOGETHER) {
        let mut batch = Batch::default();
        for (school, release) in some {
            let (people, told) = (text(&release.over), text(&release.told));
            batch.add(
                "INSERT INTO releases (release_hash, school_id, wave, measure, people, told, snapshot_hash, method_hash, released_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (release_hash) DO NOTHING",
                [
                    hash(**school, release, &people, &told).into(),
                    school.0.into(),
                    release.wave.as_str().into(),
                    release.measure.as_str().into(),
                    people.into(),
                    told.into(),
                    key.snapshot_hash.as_str().into(),
                    key.method_hash.as_str().into(),
                    at.into(),
                ],
            );
        }
        batch.run(tx).await?;
    }
    Ok(())
}

fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("what is told is plain values with text keys")
}

fn read<T: DeserializeOwned>(text: &str, column: &'static str) -> Result<T, StorageError> {
    serde_json::from_str(text).map_err(|error| StorageError::Inconsistent {
        table: "releases",
        column,
        why: error.to_string(),
    })
}

fn hash(school: SchoolId, release: &Release, people: &str, told: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(school.0.as_bytes());
    for part in [
        release.wave.as_str(),
        release.measure.as_str(),
        people,
        told,
    ] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// All that the schools of a study were told, in the same order on every database.
pub async fn of_study(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<SchoolId, Vec<Release>>, StorageError> {
    let mut rows: Vec<(Uuid, String, String, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT r.school_id, r.wave, r.measure, r.people, r.told FROM releases r
             JOIN schools s ON s.school_id = r.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    rows.sort();
    let mut told: BTreeMap<SchoolId, Vec<Release>> = BTreeMap::new();
    for (school, wave, measure, people, text) in rows {
        let release = Release {
            wave,
            measure,
            over: read(&people, "people")?,
            told: read(&text, "told")?,
        };
        told.entry(SchoolId(school)).or_default().push(release);
    }
    Ok(told)
}

/// Someone is called otherwise from now on, here as everywhere: what was told stays told, over as many people, and nobody
/// finds by it who they were.
pub async fn rename(
    tx: &mut Tx,
    study_id: StudyId,
    old: PersonId,
    new: PersonId,
) -> Result<(), StorageError> {
    let (old, new) = (pseudonym(old.0), pseudonym(new.0));
    let rows: Vec<(String, Uuid, String, String, String, String)> = on!(tx, c => sqlx::query_as(
            "SELECT r.release_hash, r.school_id, r.wave, r.measure, r.people, r.told FROM releases r
             JOIN schools s ON s.school_id = r.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_all(c).await)?;
    for (known, school, wave, measure, people, told) in rows {
        let release = Release {
            wave,
            measure,
            over: read(&people, "people")?,
            told: read(&told, "told")?,
        };
        let Some(release) = release.renamed(&old, &new) else {
            continue;
        };
        let (people, told) = (text(&release.over), text(&release.told));
        let hash = hash(SchoolId(school), &release, &people, &told);
        on!(tx, c => sqlx::query(
                "UPDATE releases SET release_hash = $2, people = $3, told = $4 WHERE release_hash = $1")
            .bind(&known).bind(&hash).bind(&people).bind(&told).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// How many figures the schools of a study were told.
pub async fn count(tx: &mut Tx, study_id: StudyId) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM releases r JOIN schools s ON s.school_id = r.school_id WHERE s.study_id = $1")
        .bind(study_id.0).fetch_one(c).await)?)
}
