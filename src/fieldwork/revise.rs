//! Publishes an instrument, or a new version of one. What was published never changes: who began with a version goes
//! on with it, and each response keeps the version it answers.

use crate::domain::answer::Pin;
use crate::domain::fault::Fault;
use crate::domain::id::StudyId;
use crate::instrument::definition::Instrument;
use crate::instrument::diff::{Difference, differences};
use crate::instrument::parse::parse;
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, studies};

use super::study::Study;

/// What came of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Published {
    /// An instrument that the study did not have.
    New(Pin),
    /// The next version, with what changed since the newest one.
    Revised(Pin, Vec<Difference>),
    /// The very same file was published before: nothing was done.
    Already(Pin),
}

#[derive(Debug, thiserror::Error)]
pub enum PublishRefusal {
    #[error("the file has {} faults", .0.len())]
    Faulty(Vec<Fault>),
    #[error(
        "version {version} of `{key}` was published with another content; a published version never changes: raise `version`"
    )]
    Published { key: String, version: i64 },
    #[error(
        "version {version} of `{key}` is not newer than version {newest}, which was published; give it version {next}", next = .newest + 1
    )]
    NotNewer {
        key: String,
        version: i64,
        newest: i64,
    },
    #[error("`{shared}` is in the instrument `{owner}` already; give it another key")]
    KeyShared { shared: String, owner: String },
    #[error(
        "{} items keep their key and are answered, scored or related otherwise than before; give each a new key", .0.len()
    )]
    TypeChanged(Vec<Difference>),
    #[error(
        "item `{item}` asks about `{relation}`, which is not among the relations of the study; add it there first"
    )]
    UnknownRelation { item: String, relation: String },
    #[error("there is no such study")]
    UnknownStudy,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// What publishing a file would do, without doing it.
pub fn propose(
    study: &Study,
    file_name: &str,
    text: &str,
) -> Result<(Instrument, Published), PublishRefusal> {
    let instrument = parse(file_name, text).map_err(PublishRefusal::Faulty)?;
    let published = compare(study, &instrument)?;
    Ok((instrument, published))
}

fn compare(study: &Study, instrument: &Instrument) -> Result<Published, PublishRefusal> {
    let (key, version) = (instrument.key.clone(), instrument.version);
    let pin = Pin {
        instrument: key.clone(),
        version,
        hash: instrument.hash.clone(),
    };
    if let Some(known) = study.library.version(&key, version) {
        return if known.hash == instrument.hash {
            Ok(Published::Already(pin))
        } else {
            Err(PublishRefusal::Published { key, version })
        };
    }
    refuse_shared_keys(study, instrument)?;
    let is_asked = study.design.collect.iter().any(|row| row.instrument == key);
    for (item, relation) in instrument.roster_relations().filter(|_| is_asked) {
        if !study.design.network.relations.iter().any(|r| r == relation) {
            return Err(PublishRefusal::UnknownRelation {
                item: item.to_owned(),
                relation: relation.to_owned(),
            });
        }
    }
    let Some(newest) = study.library.get(&key) else {
        return Ok(Published::New(pin));
    };
    if version <= newest.version {
        let newest = newest.version;
        return Err(PublishRefusal::NotNewer {
            key,
            version,
            newest,
        });
    }
    // A key that was dropped in between still has its old answers.
    let mut blocking: Vec<Difference> = Vec::new();
    for (old, _) in study.library.all().filter(|(old, _)| old.key == key) {
        for difference in differences(old, instrument) {
            if difference.blocks() && blocking.iter().all(|known| known.of != difference.of) {
                blocking.push(difference);
            }
        }
    }
    if !blocking.is_empty() {
        return Err(PublishRefusal::TypeChanged(blocking));
    }
    Ok(Published::Revised(pin, differences(newest, instrument)))
}

/// Answers and scores go by key: two instruments of a study cannot use the same one, in whatever version.
fn refuse_shared_keys(study: &Study, instrument: &Instrument) -> Result<(), PublishRefusal> {
    let others = study.library.all().map(|(other, _)| other);
    for other in others.filter(|other| other.key != instrument.key) {
        let item = instrument
            .items
            .keys()
            .find(|item| other.items.contains_key(*item));
        let scales = instrument.scales.iter().map(|scale| &scale.key);
        let scale = scales
            .into_iter()
            .find(|key| other.scales.iter().any(|scale| scale.key == **key));
        if let Some(shared) = item.or(scale) {
            return Err(PublishRefusal::KeyShared {
                shared: shared.clone(),
                owner: other.key.clone(),
            });
        }
    }
    Ok(())
}

/// Holds the file against the study as it is in this transaction, and keeps it.
pub async fn publish(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    file_name: &str,
    text: &str,
) -> Result<Published, PublishRefusal> {
    studies::hold(tx, study_id).await?;
    let study = Study::load(tx, study_id)
        .await?
        .ok_or(PublishRefusal::UnknownStudy)?;
    let (instrument, published) = propose(&study, file_name, text)?;
    if matches!(published, Published::Already(_)) {
        return Ok(published);
    }
    studies::insert_instrument(
        tx,
        study_id,
        &instrument.key,
        instrument.version,
        &instrument.hash,
        text,
    )
    .await?;
    studies::touch(tx, study_id).await?;
    audit::record(tx, act, "publish", &instrument.pin(), &instrument.hash);
    Ok(published)
}
