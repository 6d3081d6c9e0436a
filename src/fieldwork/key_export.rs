//! The key table: which person is whom. The key custodian asks for it, a second person agrees, and then it is taken, once.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

use super::study::Study;
use crate::domain::id::new_uuid;
use crate::storage::audit::{self, Act};
use crate::storage::key_exports::{self, KeyExport};
use crate::storage::records::pseudonym;
use crate::storage::{StorageError, Tx, rosters, schools};

/// How long the agreement of the second person holds.
pub const HOLDS: TimeDelta = TimeDelta::hours(24);

/// How far an export has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nobody has agreed yet.
    Asked,
    /// May be taken until then.
    Agreed(DateTime<Utc>),
    Refused,
    /// It was agreed to, and not taken in time.
    Expired,
    Taken(DateTime<Utc>),
}

pub fn stage(export: &KeyExport, now: DateTime<Utc>) -> Stage {
    if let Some(at) = export.taken_at {
        return Stage::Taken(at);
    }
    if export.refused_at.is_some() {
        return Stage::Refused;
    }
    match export.agreed_at {
        None => Stage::Asked,
        Some(at) if now < at + HOLDS => Stage::Agreed(at + HOLDS),
        Some(_) => Stage::Expired,
    }
}

#[derive(Debug, thiserror::Error)]
pub enum KeyExportRefusal {
    #[error("an export is under way already")]
    UnderWay,
    #[error("there is no such export")]
    Unknown,
    #[error("whoever asked cannot agree as well")]
    SamePerson,
    #[error("it was decided, taken or expired before")]
    TooLate,
    #[error("a second person has to agree first")]
    NotAgreed,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Asks for the key table. One export at a time is under way.
pub async fn ask(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
) -> Result<(), KeyExportRefusal> {
    let known = key_exports::of_study(tx, study.study_id).await?;
    let under_way =
        |export: &KeyExport| matches!(stage(export, act.at), Stage::Asked | Stage::Agreed(_));
    if known.iter().any(under_way) {
        return Err(KeyExportRefusal::UnderWay);
    }
    let export_id = new_uuid(act.at, rng);
    key_exports::insert(tx, act, study.study_id, export_id).await?;
    audit::record(tx, act, "ask for key table", &export_id.to_string(), "");
    Ok(())
}

/// The second person agrees, or does not. Until it is taken, agreeing can be taken back.
pub async fn decide(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    export_id: Uuid,
    agrees: bool,
) -> Result<(), KeyExportRefusal> {
    let export = find(tx, study, export_id).await?;
    if agrees && same_person(tx, &export.asked_by, &act.actor).await? {
        return Err(KeyExportRefusal::SamePerson);
    }
    if !key_exports::decide(tx, act, export_id, agrees).await? {
        return Err(KeyExportRefusal::TooLate);
    }
    let verb = if agrees {
        "agree to key table"
    } else {
        "refuse key table"
    };
    audit::record(tx, act, verb, &export_id.to_string(), "");
    Ok(())
}

async fn find(tx: &mut Tx, study: &Study, export_id: Uuid) -> Result<KeyExport, KeyExportRefusal> {
    let known = key_exports::of_study(tx, study.study_id).await?;
    known
        .into_iter()
        .find(|export| export.export_id == export_id)
        .ok_or(KeyExportRefusal::Unknown)
}

/// Whether one person stands behind both: the same link, or links that are held by one account.
async fn same_person(tx: &mut Tx, one: &str, other: &str) -> Result<bool, StorageError> {
    if one == other {
        return Ok(true);
    }
    match (Uuid::parse_str(one), Uuid::parse_str(other)) {
        (Ok(one), Ok(other)) => key_exports::one_account(tx, one, other).await,
        _ => Ok(false),
    }
}

/// One membership of someone: the key that stands in exports, and who it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyLine {
    /// As in the exports for analysis.
    pub respondent: String,
    /// As in the lists that schools delivered.
    pub person: String,
    pub name: String,
    pub email: Option<String>,
    pub school: String,
    pub member: String,
}

/// Gives the key table out, once, while the agreement holds.
pub async fn take(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    export_id: Uuid,
) -> Result<Vec<KeyLine>, KeyExportRefusal> {
    let export = find(tx, study, export_id).await?;
    match stage(&export, act.at) {
        Stage::Agreed(_) => {}
        Stage::Asked => return Err(KeyExportRefusal::NotAgreed),
        _ => return Err(KeyExportRefusal::TooLate),
    }
    let agreed_by = export.agreed_by.unwrap_or_default();
    if same_person(tx, &agreed_by, &act.actor).await? {
        return Err(KeyExportRefusal::SamePerson);
    }
    if !key_exports::take(tx, act, export_id).await? {
        return Err(KeyExportRefusal::TooLate);
    }
    let lines = lines(tx, study).await?;
    let n = lines.len().to_string();
    audit::record(tx, act, "take key table", &export_id.to_string(), &n);
    Ok(lines)
}

async fn lines(tx: &mut Tx, study: &Study) -> Result<Vec<KeyLine>, StorageError> {
    let keys: BTreeMap<_, _> = schools::units_of_study(tx, study.study_id)
        .await?
        .into_iter()
        .map(|school| (school.school_id, school.key))
        .collect();
    let mut lines: Vec<KeyLine> = rosters::of_study(tx, study.study_id)
        .await?
        .into_iter()
        .map(|listed| KeyLine {
            respondent: pseudonym(listed.member.person_id.0),
            person: listed.key,
            name: listed.member.name,
            email: listed.email,
            school: keys
                .get(&listed.member.school_id)
                .cloned()
                .unwrap_or_default(),
            member: listed.member.member_id.to_string(),
        })
        .collect();
    lines.sort_by(|a, b| (&a.school, &a.respondent).cmp(&(&b.school, &b.respondent)));
    Ok(lines)
}
