//! Where other schools lie: beside the density of a school the middle half of the schools of about its size, beside the
//! mean of a scale the middle half of all schools in the wave. Which schools they are is not in it.

use std::collections::BTreeMap;

use schakel_analysis::measure::density::network_density;

use super::networks::network;
use super::portrait::{Portrait, Usual};
use super::scales::ScaleDefinition;
use crate::domain::disclosure::{SMALLEST_TEAM, TeamRules, usual_range};
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
    means: BTreeMap<(String, String), Vec<f64>>,
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
        for ((_, wave, scale), scores) in scores {
            if scores.len() >= rules.k {
                let mean = scores.iter().sum::<f64>() / scores.len() as f64;
                let key = (records.waves[wave].clone(), scale.to_owned());
                all.means.entry(key).or_default().push(mean);
            }
        }
        for means in all.means.values_mut() {
            means.sort_by(f64::total_cmp);
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
                let mut others: Vec<f64> = all
                    .iter()
                    .filter(|other| other.school != school && about_as_large(other.n_people, n_people))
                    .map(|other| other.density)
                    .collect();
                others.sort_by(f64::total_cmp);
                let tenths = middle_half(&others).map(|(from, to)| {
                    let (from, to) = ((from * 10.0).floor() as u8, (to * 10.0).ceil() as u8);
                    Usual {
                        from,
                        to: to.max(from + 1),
                        n_schools: others.len(),
                    }
                });
                relation.alike = usual_range(tenths, others.len());
            }
            for scale in &mut wave.scales {
                let key = (wave.wave.clone(), scale.scale.clone());
                let means = self.means.get(&key).map_or(&[][..], Vec::as_slice);
                let range = middle_half(means)
                    .map(|(from, to)| ((from * 10.0).floor() / 10.0, (to * 10.0).ceil() / 10.0));
                scale.usual = usual_range(range, means.len());
            }
        }
    }
}

/// Within a quarter of the size, and for small teams within two people.
fn about_as_large(other: usize, own: usize) -> bool {
    other.abs_diff(own) <= (own / 4).max(2)
}

/// From the first to the third quartile, between the two nearest values.
fn middle_half(sorted: &[f64]) -> Option<(f64, f64)> {
    let last = sorted.len().checked_sub(1)?;
    let at = |share: f64| {
        let place = share * last as f64;
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
    };
    Some((at(0.25), at(0.75)))
}

#[cfg(test)]
mod tests {
    use super::super::portrayal::portrait;
    use super::*;
    use crate::domain::disclosure::Suppressed;
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
        let mut made = portrait(&records, &rules, &[scale], 0);
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
                })
            })
            .collect()
    }

    #[test]
    fn a_school_lies_among_others_of_its_size() {
        // Of eleven people each: 2, 3, 4, 5 and 6 of every ten; the large school does not count, nor does the own.
        let mut rosters = vec![school(0, 11, 9)];
        rosters.extend((1..=5).map(|index| school(index, 11, index + 1)));
        rosters.push(school(6, 30, 1));
        let made = beside_first(rosters);
        let usual = *made.waves[0].relations[0].alike.shown().expect("five others");
        assert_eq!(
            usual,
            Usual {
                from: 3,
                to: 5,
                n_schools: 5
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
        // Means from 2.0 to 2.5: quartiles 2.125 and 2.375.
        let usual = made.waves[0].scales[0].usual.shown().expect("six schools");
        assert_eq!(*usual, (2.1, 2.4));
        let few = beside_first((0..4).map(|index| school(index, 11, 3)).collect());
        assert!(few.waves[0].scales[0].usual.shown().is_err());
    }
}
