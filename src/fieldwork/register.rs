//! Registers pupils with their scores in the monitoring system: new pupils join, a score of a day that was delivered
//! before is corrected. Pupils have a study number and no name.

use std::collections::BTreeMap;

use rand::Rng;

use super::study::Study;
use crate::domain::id::{PupilId, SchoolId};
use crate::domain::pupil::ScoreLine;
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, pupils, schools};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Registered {
    pub pupils: usize,
    pub scores: usize,
}

/// Lines of schools that the study does not have are left out: the reader of the file has refused them.
pub async fn register(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    lines: &[ScoreLine],
) -> Result<Registered, StorageError> {
    let mut by_school: BTreeMap<&str, Vec<&ScoreLine>> = BTreeMap::new();
    for line in lines {
        by_school.entry(&line.school).or_default().push(line);
    }
    let mut registered = Registered::default();
    for school in schools::of_study(tx, study.study_id).await? {
        let Some(own) = by_school.get(school.key.as_str()) else {
            continue;
        };
        let one = register_school(tx, act, rng, school.school_id, own).await?;
        registered.pupils += one.pupils;
        registered.scores += one.scores;
    }
    Ok(registered)
}

async fn register_school(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    school_id: SchoolId,
    lines: &[&ScoreLine],
) -> Result<Registered, StorageError> {
    let mut known = pupils::of_school(tx, school_id).await?;
    let mut joined: Vec<(PupilId, String, Option<String>)> = Vec::new();
    let mut scores = Vec::with_capacity(lines.len());
    for line in lines {
        let pupil_id = *known.entry(line.pupil.clone()).or_insert_with(|| {
            let pupil_id = PupilId::new(act.at, rng);
            joined.push((pupil_id, line.pupil.clone(), line.weight.clone()));
            pupil_id
        });
        scores.push((pupil_id, line.tested_on, line.score));
    }
    pupils::insert(tx, school_id, &joined).await?;
    pupils::put_scores(tx, &scores).await?;
    let registered = Registered {
        pupils: joined.len(),
        scores: scores.len(),
    };
    let detail = format!(
        "{} new pupils, {} scores",
        registered.pupils, registered.scores
    );
    audit::record(tx, act, "register pupils", &school_id.to_string(), &detail).await?;
    Ok(registered)
}
