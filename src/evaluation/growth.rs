//! The growth of each school's pupils before and during the intervention.

use schakel_analysis::multilevel::growth::{PupilSeries, school_growth};

use crate::domain::records::Records;

use super::findings::SchoolEffect;

/// One effect per school with pupils: points per school year gained during, less those gained before.
pub fn effects(records: &Records) -> Vec<SchoolEffect> {
    let mut pupils: Vec<Vec<PupilSeries>> = vec![Vec::new(); records.schools.len()];
    for pupil in &records.pupils {
        pupils[pupil.school].push(PupilSeries {
            months: pupil.scores.iter().map(|score| score.month).collect(),
            scores: pupil.scores.iter().map(|score| score.score).collect(),
        });
    }
    let with_pupils = records
        .schools
        .iter()
        .zip(&pupils)
        .filter(|(_, pupils)| !pupils.is_empty());
    with_pupils
        .map(|(school, pupils)| {
            let growth = school_growth(pupils);
            SchoolEffect {
                school: school.key.clone(),
                effect: growth
                    .as_ref()
                    .map(|growth| growth.effect)
                    .map_err(|reason| *reason),
                se: growth.as_ref().ok().map(|growth| growth.se),
                before: growth.as_ref().ok().map(|growth| growth.before),
                during: growth.as_ref().ok().map(|growth| growth.during),
                n_pupils: growth.map_or(0, |growth| growth.n_pupils),
            }
        })
        .collect()
}
