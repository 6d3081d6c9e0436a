//! The growth of each school's pupils before and during the intervention.

use std::collections::BTreeMap;

use schakel_analysis::multilevel::growth::{PupilSeries, school_growth};

use crate::domain::records::{PupilRecord, Records};

use super::findings::SchoolEffect;

/// One effect per school with pupils: points per school year gained during, less those gained before.
pub fn effects(records: &Records) -> Vec<SchoolEffect> {
    let mut pupils: Vec<Vec<PupilSeries>> = vec![Vec::new(); records.schools.len()];
    for pupil in &records.pupils {
        pupils[pupil.school].push(series(pupil));
    }
    let with_pupils = records
        .schools
        .iter()
        .zip(&pupils)
        .filter(|(_, pupils)| !pupils.is_empty());
    with_pupils
        .map(|(school, pupils)| effect(school.key.clone(), pupils))
        .collect()
}

/// The same gain over all pupils of one weight category: a category, never a number, because the gain need not rise
/// with it. The standard error takes pupils as independent, which those of one school are not.
pub fn by_weight(records: &Records) -> Vec<SchoolEffect> {
    let mut pupils: BTreeMap<&str, Vec<PupilSeries>> = BTreeMap::new();
    for pupil in &records.pupils {
        if let Some(weight) = &pupil.weight {
            pupils.entry(weight).or_default().push(series(pupil));
        }
    }
    pupils
        .into_iter()
        .map(|(weight, pupils)| effect(weight.to_owned(), &pupils))
        .collect()
}

fn series(pupil: &PupilRecord) -> PupilSeries {
    PupilSeries {
        months: pupil.scores.iter().map(|score| score.month).collect(),
        scores: pupil.scores.iter().map(|score| score.score).collect(),
    }
}

fn effect(key: String, pupils: &[PupilSeries]) -> SchoolEffect {
    let growth = school_growth(pupils);
    let known = growth.as_ref().ok();
    SchoolEffect {
        school: key,
        effect: growth
            .as_ref()
            .map(|growth| growth.effect)
            .map_err(|reason| *reason),
        se: known.map(|growth| growth.se),
        before: known.map(|growth| growth.before),
        during: known.map(|growth| growth.during),
        n_pupils: known.map_or(0, |growth| growth.n_pupils),
    }
}
