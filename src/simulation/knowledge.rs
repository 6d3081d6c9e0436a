//! Tests of the monitoring systems at the first and the last wave. Planted: knowledge grows at every school, and owes nothing
//! to the effect of the school.

use std::collections::BTreeMap;

use super::dice::{Dice, Topic};
use super::study::{Role, SimulatedStudy, State};

/// The name of the fact that says which system a school has.
pub const FACT: &str = "lvs";

/// Key of an item and its right option.
type Key = [(&'static str, i64); 8];

/// Instrument and key, per system.
pub const SYSTEMS: [(&str, Key); 2] = [
    (
        "lvs-a",
        [
            ("lvs_a_01", 2),
            ("lvs_a_02", 1),
            ("lvs_a_03", 2),
            ("lvs_a_04", 2),
            ("lvs_a_05", 4),
            ("lvs_a_06", 3),
            ("lvs_a_07", 2),
            ("lvs_a_08", 3),
        ],
    ),
    (
        "lvs-b",
        [
            ("lvs_b_01", 2),
            ("lvs_b_02", 1),
            ("lvs_b_03", 3),
            ("lvs_b_04", 4),
            ("lvs_b_05", 2),
            ("lvs_b_06", 1),
            ("lvs_b_07", 3),
            ("lvs_b_08", 4),
        ],
    ),
];

const OPTIONS: usize = 4;
/// The share that knows the first, second, ... question at the first wave.
const KNOWN: [f64; 8] = [0.5, 0.66, 0.34, 0.46, 0.6, 0.7, 0.38, 0.52];
/// What is learned between the first wave and the last.
const LEARNED: f64 = 0.22;
/// What a person brings along, beside the chance of a question.
const ABLE: f64 = 0.7;
/// How far schools lie from the middle.
const BESIDE: f64 = 0.03;
const OPEN: f64 = 0.02;
/// Who answers the questionnaire and leaves the test.
const NOT_TAKEN: f64 = 0.06;

/// The system of a school.
pub fn system(school: usize) -> usize {
    school % SYSTEMS.len()
}

/// Item and chosen option, by member and wave; who did not take the test has none.
pub fn taken(study: &SimulatedStudy) -> BTreeMap<(usize, usize), Vec<(&'static str, i64)>> {
    let last = study.waves.len() - 1;
    let mut taken: BTreeMap<(usize, usize), Vec<(&'static str, i64)>> = BTreeMap::new();
    for school in 0..study.schools.len() {
        let mut dice = Dice::for_school(study.seed, school, Topic::Knowledge);
        // One school knows more than the next in the order of effects, so that it goes with the effect nowhere.
        let level = if study.truth.schools[school].rank.is_multiple_of(2) {
            BESIDE
        } else {
            -BESIDE
        };
        let own = study.members.iter().enumerate();
        let able: BTreeMap<usize, f64> = own
            .filter(|(_, member)| member.school == school)
            .map(|(place, _)| (place, ABLE * dice.normal()))
            .collect();
        let rosters = study
            .rosters
            .iter()
            .filter(|roster| roster.school == school && (roster.wave == 0 || roster.wave == last));
        for roster in rosters {
            let learned = if roster.wave == last { LEARNED } else { 0.0 };
            let seats = roster.seats.iter().filter(|seat| {
                seat.sitting.state == State::Submitted
                    && study.members[seat.member].primary_role() == Role::Teacher
            });
            let takers: Vec<usize> = seats
                .map(|seat| seat.member)
                .filter(|_| !dice.chance(NOT_TAKEN))
                .collect();
            for ((item, right), known) in SYSTEMS[system(school)].1.iter().zip(KNOWN) {
                let n_right = ((known + level + learned) * takers.len() as f64 + 0.5) as usize;
                // Those know it who come first, by what they are able to and by chance.
                let mut ranked: Vec<(f64, usize)> = takers
                    .iter()
                    .map(|member| (able[member] + dice.normal(), *member))
                    .collect();
                ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
                for (place, (_, member)) in ranked.into_iter().enumerate() {
                    let other = 1 + dice.below(OPTIONS - 1) as i64;
                    let wrong = if other >= *right { other + 1 } else { other };
                    if !dice.chance(OPEN) {
                        let option = if place < n_right { *right } else { wrong };
                        let answers = taken.entry((member, roster.wave)).or_default();
                        answers.push((item, option));
                    }
                }
            }
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulation::measured::true_groups;
    use crate::simulation::{SimulationPlan, simulate};

    #[test]
    fn knowledge_grows_at_every_school() {
        let study = simulate(&SimulationPlan::small(), 7);
        let taken = taken(&study);
        let share = |school: usize, wave: usize| {
            let key = SYSTEMS[system(school)].1;
            let rows = taken
                .iter()
                .filter(|((member, at), _)| study.members[*member].school == school && *at == wave);
            let marks: Vec<bool> = rows
                .flat_map(|(_, answers)| answers)
                .map(|answer| key.contains(answer))
                .collect();
            assert!(marks.len() > 30, "{school}");
            marks.iter().filter(|right| **right).count() as f64 / marks.len() as f64
        };
        for school in 0..study.schools.len() {
            let (before, after) = (share(school, 0), share(school, 3));
            assert!(after - before > 0.05, "{school}: {before} {after}");
        }
    }

    #[test]
    fn schools_with_a_large_and_a_small_effect_know_as_much() {
        let study = simulate(&SimulationPlan::default(), 5);
        let taken = taken(&study);
        let mean = |schools: &[usize], wave: usize| {
            let shares = schools.iter().map(|&school| {
                let key = SYSTEMS[system(school)].1;
                let own = taken.iter().filter(|((member, at), _)| {
                    study.members[*member].school == school && *at == wave
                });
                let marks: Vec<bool> = own
                    .flat_map(|(_, answers)| answers)
                    .map(|answer| key.contains(answer))
                    .collect();
                marks.iter().filter(|right| **right).count() as f64 / marks.len() as f64
            });
            shares.sum::<f64>() / schools.len() as f64
        };
        let [high, low] = true_groups(&study);
        for wave in [0, 3] {
            let apart = mean(&high, wave) - mean(&low, wave);
            assert!(apart.abs() < 0.02, "{wave}: {apart}");
        }
    }
}
