//! Where other schools lie: beside the density of a school those of about its size, beside the mean of a scale all of the
//! wave. The middle of them is told; which schools they are is not.

use std::collections::BTreeMap;

use schakel_analysis::measure::density::network_density;

use super::networks::network;
use super::portrait::Portrait;
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{SMALLEST_TEAM, TeamRules, usual_range, usual_shares};
use crate::domain::records::Records;

/// A density that counts: of which school, and of how many people.
#[derive(Debug, Clone, Copy)]
struct OfSchool {
    school: usize,
    n_people: usize,
    density: f64,
}

/// What all schools of a study have, by wave and by relation or scale: gathered once, set beside each school.
#[derive(Debug, Default)]
pub struct AllSchools {
    densities: BTreeMap<(String, String), Vec<OfSchool>>,
    /// With the school whose mean it is.
    means: BTreeMap<(String, String), Vec<(usize, f64)>>,
}

impl AllSchools {
    /// Only of teams about which something is told: large enough, and with enough answers.
    pub fn of(records: &Records, rules: &TeamRules, scales: &[ScaleDefinition]) -> Self {
        let mut all = Self::default();
        for roster in &records.rosters {
            let wave = &records.waves[roster.wave];
            for (place, relation) in records.relations.iter().enumerate() {
                let Some(net) = network(roster, place, 0.0, None) else {
                    continue;
                };
                let heard = net.response_rate().is_ok_and(|rate| rate >= rules.flag);
                if net.n_actors() < SMALLEST_TEAM || !heard {
                    continue;
                }
                if let Ok(density) = network_density(&net) {
                    let key = (wave.clone(), relation.clone());
                    all.densities.entry(key).or_default().push(OfSchool {
                        school: roster.school,
                        n_people: net.n_actors(),
                        density,
                    });
                }
            }
        }
        let mut scores: BTreeMap<(usize, usize, &str), Vec<f64>> = BTreeMap::new();
        for sheet in &records.answers {
            for scale in scales {
                if let Ok(score) = scale.score(&sheet.items) {
                    let of = (sheet.school, sheet.wave, scale.key.as_str());
                    scores.entry(of).or_default().push(score);
                }
            }
        }
        for ((school, wave, scale), scores) in scores {
            if scores.len() >= rules.k {
                let mean = scores.iter().sum::<f64>() / scores.len() as f64;
                let key = (records.waves[wave].clone(), scale.to_owned());
                all.means.entry(key).or_default().push((school, mean));
            }
        }
        all
    }

    /// Beside every figure of this school.
    pub fn set_beside(&self, portrait: &mut Portrait, school: usize) {
        for wave in &mut portrait.waves {
            let n_people = wave.n_members.shown().copied().unwrap_or_default();
            for relation in &mut wave.relations {
                let key = (wave.wave.clone(), relation.relation.clone());
                let all = self.densities.get(&key).map_or(&[][..], Vec::as_slice);
                let others = all.iter().filter(|other| {
                    other.school != school && about_as_large(other.n_people, n_people)
                });
                let densities: Vec<f64> = others.map(|other| other.density).collect();
                relation.alike = usual_shares(&densities);
            }
            for scale in &mut wave.scales {
                let key = (wave.wave.clone(), scale.scale.clone());
                let all = self.means.get(&key).map_or(&[][..], Vec::as_slice);
                let others = all.iter().filter(|(other, _)| *other != school);
                let means: Vec<f64> = others.map(|(_, mean)| *mean).collect();
                scale.usual = usual_range(&means, 0.1);
            }
        }
    }
}

/// Within a quarter of the size, and for small teams within two people.
fn about_as_large(other: usize, own: usize) -> bool {
    other.abs_diff(own) <= (own / 4).max(2)
}

#[cfg(test)]
mod tests {
    use super::super::portrayal::portrait;
    use super::*;
    use crate::domain::disclosure::{Ledger, Suppressed, Usual};
    use crate::domain::records::{
        AnswerSheet, NominationRecord, PersonRecord, RosterRecord, SchoolRecord,
    };

    /// A school of so many people in which everyone names as many of those who follow.
    fn school(school: usize, n: usize, n_named: usize) -> RosterRecord {
        let persons = (0..n)
            .map(|number| PersonRecord {
                key: format!("s{school}p{number:02}"),
                role: None,
                groups: Vec::new(),
                responded: true,
                present: true,
                attributes: BTreeMap::new(),
            })
            .collect();
        let listed = (0..n)
            .flat_map(|ego| (1..=n_named).map(move |step| (ego, (ego + step) % n)))
            .map(|(ego, alter)| NominationRecord {
                ego: ego as u32,
                alter: alter as u32,
                value: Some(1.0),
            })
            .collect();
        RosterRecord {
            school,
            wave: 0,
            persons,
            nominations: vec![Some(listed)],
        }
    }

    fn beside_first(rosters: Vec<RosterRecord>) -> Portrait {
        let records = Records {
            waves: vec!["T1".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord::default(); rosters.len()],
            answers: answers(rosters.len()),
            rosters,
            ..Records::default()
        };
        let (rules, scale) = (TeamRules::default(), scale());
        let all = AllSchools::of(&records, &rules, std::slice::from_ref(&scale));
        let mut made = portrait(&records, &rules, &[scale], 0, &mut Ledger::default());
        all.set_beside(&mut made, 0);
        made
    }

    fn scale() -> ScaleDefinition {
        ScaleDefinition {
            key: "culture".into(),
            items: vec!["c".into()],
            needed: 1,
            min: 1.0,
            max: 5.0,
            ..ScaleDefinition::default()
        }
    }

    /// The mean of each school is 2 and as many tenths as its place.
    fn answers(n_schools: usize) -> Vec<AnswerSheet> {
        (0..n_schools)
            .flat_map(|school| {
                (0..6).map(move |number| AnswerSheet {
                    respondent: format!("s{school}p{number:02}"),
                    school,
                    wave: 0,
                    items: [("c".to_owned(), 2.0 + school as f64 / 10.0)].into(),
                    seconds_per_item: None,
                })
            })
            .collect()
    }

    #[test]
    fn a_school_lies_among_others_of_its_size() {
        // Of eleven people each: from 2 to 9 of every ten; the large school does not count, nor does the own.
        let mut rosters = vec![school(0, 11, 9)];
        rosters.extend((1..=8).map(|index| school(index, 11, index + 1)));
        rosters.push(school(9, 30, 1));
        let made = beside_first(rosters);
        let usual = *made.waves[0].relations[0]
            .alike
            .shown()
            .expect("eight others");
        assert_eq!(
            usual,
            Usual {
                from: 3,
                to: 8,
                n_schools: 8
            }
        );
    }

    #[test]
    fn fewer_than_five_others_are_not_told() {
        let mut rosters = vec![school(0, 11, 3)];
        rosters.extend((1..=4).map(|index| school(index, 12, index + 1)));
        // Too small to be told about itself.
        rosters.push(school(5, 7, 3));
        let made = beside_first(rosters);
        assert_eq!(
            made.waves[0].relations[0].alike.shown().err(),
            Some(Suppressed::TooFewPeople)
        );
    }

    #[test]
    fn the_means_of_all_schools_are_rounded_outwards() {
        let rosters = (0..6).map(|index| school(index, 11, 3)).collect();
        let made = beside_first(rosters);
        // The five others have 2.1 to 2.5; 2.25 and 2.35 lie between those in the middle.
        let usual = made.waves[0].scales[0].usual.shown().expect("five others");
        assert_eq!(*usual, (2.2, 2.4));
        let few = beside_first((0..4).map(|index| school(index, 11, 3)).collect());
        assert!(few.waves[0].scales[0].usual.shown().is_err());
    }
}
