//! Registers pupils with their scores in the monitoring system: new pupils join, a score of a day that was delivered
//! before is corrected. Pupils have a study number and no name.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rand::Rng;

use super::study::Study;
use crate::domain::id::{PupilId, SchoolId, StudyId, UploadId};
use crate::domain::pupil::{ScoreLine, ScoreNorm};
use crate::storage::audit::{self, Act};
use crate::storage::pupils::{self, Tested};
use crate::storage::score_uploads::{self, Delivery};
use crate::storage::{StorageError, Tx, schools, score_norms};

/// What a delivery brings, or would bring, beside what is there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Registered {
    /// Pupils who were not known at this school.
    pub pupils: usize,
    /// Those of them whose number is known at another school of the study: they moved, or numbers are not of the whole study.
    pub known_elsewhere: usize,
    /// All that were delivered.
    pub scores: usize,
    pub new: usize,
    pub changed: usize,
    pub same: usize,
    /// Pupils whose weight is another than it was.
    pub weights: usize,
}

impl Registered {
    pub fn add(&mut self, other: Self) {
        self.pupils += other.pupils;
        self.known_elsewhere += other.known_elsewhere;
        self.scores += other.scores;
        self.new += other.new;
        self.changed += other.changed;
        self.same += other.same;
        self.weights += other.weights;
    }

    /// Whether everything was there already.
    pub fn is_nothing(&self) -> bool {
        self.pupils + self.new + self.changed + self.weights == 0
    }
}

/// The lines of one school beside what is stored of it.
struct Difference {
    counts: Registered,
    joined: Vec<String>,
    /// Pupil and weight.
    weights: Vec<(PupilId, String)>,
    known: BTreeMap<String, PupilId>,
    /// What is new or changed, by study number.
    scores: Vec<(String, NaiveDate, Tested)>,
    weight_of: BTreeMap<String, Option<String>>,
}

async fn difference(
    tx: &mut Tx,
    school_id: SchoolId,
    elsewhere: &BTreeMap<String, BTreeSet<SchoolId>>,
    lines: &[&ScoreLine],
) -> Result<Difference, StorageError> {
    let stored = pupils::of_school(tx, school_id).await?;
    let tested = pupils::scores_of_school(tx, school_id).await?;
    let mut own = Difference {
        counts: Registered::default(),
        joined: Vec::new(),
        weights: Vec::new(),
        known: BTreeMap::new(),
        scores: Vec::new(),
        weight_of: BTreeMap::new(),
    };
    let mut met: BTreeMap<&str, Option<&str>> = BTreeMap::new();
    for line in lines {
        own.counts.scores += 1;
        let weight = met.entry(&line.pupil).or_default();
        *weight = line.weight.as_deref().or(*weight);
        let known = stored.get(&line.pupil);
        let now = Tested {
            score: line.score,
            year_group: line.year_group.map(i64::from),
            class: line.class.clone(),
        };
        let before = known.and_then(|known| tested.get(&(known.pupil_id, line.tested_on)));
        // A file without year groups does not take away those that are there.
        let now = Tested {
            year_group: now
                .year_group
                .or(before.and_then(|before| before.year_group)),
            class: now.class.or(before.and_then(|before| before.class.clone())),
            ..now
        };
        match before {
            Some(before) if *before == now => own.counts.same += 1,
            Some(_) => own.counts.changed += 1,
            None => own.counts.new += 1,
        }
        if before != Some(&now) {
            own.scores.push((line.pupil.clone(), line.tested_on, now));
        }
    }
    for (pupil, weight) in met {
        match stored.get(pupil) {
            Some(known) => {
                own.known.insert(pupil.to_owned(), known.pupil_id);
                if let Some(weight) = weight
                    && known.weight.as_deref() != Some(weight)
                {
                    own.weights.push((known.pupil_id, weight.to_owned()));
                }
            }
            None => {
                own.joined.push(pupil.to_owned());
                own.weight_of
                    .insert(pupil.to_owned(), weight.map(str::to_owned));
                let others = elsewhere.get(pupil);
                own.counts.known_elsewhere += usize::from(others.is_some());
            }
        }
    }
    own.counts.pupils = own.joined.len();
    own.counts.weights = own.weights.len();
    Ok(own)
}

async fn by_number(
    tx: &mut Tx,
    study_id: StudyId,
) -> Result<BTreeMap<String, BTreeSet<SchoolId>>, StorageError> {
    let mut known: BTreeMap<String, BTreeSet<SchoolId>> = BTreeMap::new();
    for (key, school) in pupils::of_study(tx, study_id).await? {
        known.entry(key).or_default().insert(school);
    }
    Ok(known)
}

fn by_school(lines: &[ScoreLine]) -> BTreeMap<&str, Vec<&ScoreLine>> {
    let mut by_school: BTreeMap<&str, Vec<&ScoreLine>> = BTreeMap::new();
    for line in lines {
        by_school.entry(&line.school).or_default().push(line);
    }
    by_school
}

/// What registering these lines would do, per school: nothing is written.
pub async fn compare(
    tx: &mut Tx,
    study_id: StudyId,
    lines: &[ScoreLine],
) -> Result<Vec<(String, Registered)>, StorageError> {
    let by_school = by_school(lines);
    let elsewhere = by_number(tx, study_id).await?;
    let mut compared = Vec::new();
    for school in schools::of_study(tx, study_id).await? {
        if let Some(own) = by_school.get(school.key.as_str()) {
            let own = difference(tx, school.school_id, &elsewhere, own).await?;
            compared.push((school.name, own.counts));
        }
    }
    compared.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(compared)
}

/// Lines of schools that the study does not have are left out: the reader of the file has refused them.
pub async fn register(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    lines: &[ScoreLine],
) -> Result<Registered, StorageError> {
    let by_school = by_school(lines);
    let elsewhere = by_number(tx, study.study_id).await?;
    let mut registered = Registered::default();
    for school in schools::of_study(tx, study.study_id).await? {
        let Some(own) = by_school.get(school.key.as_str()) else {
            continue;
        };
        let own = difference(tx, school.school_id, &elsewhere, own).await?;
        registered.add(register_school(tx, act, rng, school.school_id, own).await?);
    }
    Ok(registered)
}

async fn register_school(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    school_id: SchoolId,
    mut own: Difference,
) -> Result<Registered, StorageError> {
    let mut joined = Vec::with_capacity(own.joined.len());
    for pupil in own.joined {
        let pupil_id = PupilId::new(act.at, rng);
        let weight = own.weight_of.remove(&pupil).flatten();
        own.known.insert(pupil.clone(), pupil_id);
        joined.push((pupil_id, pupil, weight));
    }
    let scores: Vec<pupils::Put> = own
        .scores
        .into_iter()
        .filter_map(|(pupil, on, tested)| Some((*own.known.get(&pupil)?, on, tested)))
        .collect();
    pupils::insert(tx, school_id, &joined).await?;
    for (pupil_id, weight) in &own.weights {
        pupils::set_weight(tx, *pupil_id, weight).await?;
    }
    pupils::put_scores(tx, &scores).await?;
    let counts = own.counts;
    let detail = format!(
        "{} new pupils, {} scores: {} new, {} changed, {} the same",
        counts.pupils, counts.scores, counts.new, counts.changed, counts.same
    );
    audit::record(tx, act, "register pupils", &school_id.to_string(), &detail);
    Ok(counts)
}

/// A delivery with the means of the country that its mapping named.
pub async fn register_delivery(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    delivery: &Delivery,
) -> Result<Registered, StorageError> {
    let registered = register(tx, act, rng, study, &delivery.lines).await?;
    set_norms(tx, act, study.study_id, &delivery.norms).await?;
    Ok(registered)
}

async fn set_norms(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    norms: &[ScoreNorm],
) -> Result<(), StorageError> {
    if norms.is_empty() {
        return Ok(());
    }
    score_norms::put(tx, act, study_id, norms).await?;
    let detail = format!("{} means of the country", norms.len());
    audit::record(tx, act, "set norms", &study_id.to_string(), &detail);
    Ok(())
}

/// Keeps a delivery while its owner looks at what it would change.
pub async fn keep(
    tx: &mut Tx,
    act: &Act,
    study_id: StudyId,
    upload_id: UploadId,
    delivery: &Delivery,
) -> Result<(), StorageError> {
    score_uploads::insert(tx, act, study_id, upload_id, delivery).await?;
    let detail = format!("{} scores", delivery.lines.len());
    audit::record(tx, act, "upload scores", &upload_id.to_string(), &detail);
    Ok(())
}

/// Registers what was kept, and forgets it.
pub async fn commit(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    (upload_id, delivery): (UploadId, &Delivery),
) -> Result<Registered, StorageError> {
    let registered = register_delivery(tx, act, rng, study, delivery).await?;
    score_uploads::forget(tx, upload_id).await?;
    Ok(registered)
}
