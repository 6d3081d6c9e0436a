//! Who named whom in one school at every wave, with one place for each person in all of its pictures: what the research
//! desk draws, counts and tabulates. Pseudonyms only; no page of another audience reads it.

use std::collections::BTreeMap;

use schakel_analysis::drawing::stress_layout;
use schakel_analysis::network::Network;
use serde::{Deserialize, Serialize};

use super::networks;
use crate::domain::records::{Records, RosterRecord};

/// The side of the picture in which places are counted.
pub const SIDE: u16 = 1000;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchoolNetworks {
    pub school: String,
    /// Everyone who was on the list in some wave, by key.
    pub persons: Vec<DrawnPerson>,
    pub waves: Vec<WaveNetworks>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawnPerson {
    pub key: String,
    /// From the left and from the top, in thousandths; none where so many are not drawn one by one.
    pub place: Option<(u16, u16)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaveNetworks {
    pub wave: String,
    /// Who was on the list.
    pub here: Vec<Member>,
    /// Relations that were asked.
    pub relations: Vec<Claims>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Index into [`SchoolNetworks::persons`].
    pub person: u32,
    pub role: Option<String>,
    pub responded: bool,
}

/// What was said of one relation. A pair that is not listed is absent where ego responded and unknown where not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    pub relation: String,
    /// Ego, alter and value, as it was given.
    pub ties: Vec<(u32, u32, f64)>,
    /// Pairs that ego left open.
    pub unknown: Vec<(u32, u32)>,
}

/// Of every school of the records, in their order.
pub fn of_records(records: &Records) -> Vec<SchoolNetworks> {
    records
        .rosters
        .chunk_by(|a, b| a.school == b.school)
        .map(|rosters| of_school(records, rosters))
        .collect()
}

fn of_school(records: &Records, rosters: &[RosterRecord]) -> SchoolNetworks {
    let everyone = rosters.iter().flat_map(|roster| &roster.persons);
    let mut keys: Vec<&str> = everyone.map(|person| person.key.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    let positions: BTreeMap<&str, usize> = keys
        .iter()
        .enumerate()
        .map(|(place, key)| (*key, place))
        .collect();
    let all: Vec<Network> = rosters
        .iter()
        .flat_map(|roster| (0..records.relations.len()).map(move |relation| (roster, relation)))
        .filter_map(|(roster, relation)| networks::network(roster, relation, 0.0, Some(&positions)))
        .collect();
    let drawn = stress_layout(&all.iter().collect::<Vec<_>>()).unwrap_or_default();
    let thousandths = |share: f64| (share.clamp(0.0, 1.0) * f64::from(SIDE)).round() as u16;
    SchoolNetworks {
        school: records.schools[rosters[0].school].key.clone(),
        persons: keys
            .iter()
            .enumerate()
            .map(|(index, key)| DrawnPerson {
                key: (*key).to_owned(),
                place: drawn
                    .get(index)
                    .copied()
                    .flatten()
                    .map(|place| (thousandths(place.x), thousandths(place.y))),
            })
            .collect(),
        waves: rosters
            .iter()
            .map(|roster| of_wave(records, roster, &positions))
            .collect(),
    }
}

fn of_wave(
    records: &Records,
    roster: &RosterRecord,
    positions: &BTreeMap<&str, usize>,
) -> WaveNetworks {
    let place = |index: u32| positions[roster.persons[index as usize].key.as_str()] as u32;
    let is_here = |index: u32| roster.persons[index as usize].present;
    let relations = records.relations.iter().zip(&roster.nominations);
    WaveNetworks {
        wave: records.waves[roster.wave].clone(),
        here: roster
            .persons
            .iter()
            .filter(|person| person.present)
            .map(|person| Member {
                person: positions[person.key.as_str()] as u32,
                role: person.role.clone(),
                responded: person.responded,
            })
            .collect(),
        relations: relations
            .filter_map(|(relation, listed)| {
                let mut claims = Claims {
                    relation: relation.clone(),
                    ties: Vec::new(),
                    unknown: Vec::new(),
                };
                for claim in listed.as_ref()? {
                    if !(is_here(claim.ego) && is_here(claim.alter)) {
                        continue;
                    }
                    let (ego, alter) = (place(claim.ego), place(claim.alter));
                    match claim.value {
                        Some(value) => claims.ties.push((ego, alter, value)),
                        None => claims.unknown.push((ego, alter)),
                    }
                }
                Some(claims)
            })
            .collect(),
    }
}

impl SchoolNetworks {
    pub fn wave(&self, wave: &str) -> Option<&WaveNetworks> {
        self.waves.iter().find(|own| own.wave == wave)
    }

    /// The network of a relation in a wave, on the positions of [`SchoolNetworks::persons`]; none where it was not asked.
    pub fn network(&self, wave: &str, relation: &str, cut: f64) -> Option<Network> {
        let wave = self.wave(wave)?;
        let claims = wave.claims(relation)?;
        let mut builder = Network::builder(self.persons.len());
        let mut here = vec![false; self.persons.len()];
        for member in &wave.here {
            here[member.person as usize] = true;
            if !member.responded {
                builder.silent(member.person as usize);
            }
        }
        for position in (0..here.len()).filter(|position| !here[*position]) {
            builder.absent_actor(position);
        }
        for &(ego, alter, value) in &claims.ties {
            builder.tie(ego as usize, alter as usize, value);
        }
        for &(ego, alter) in &claims.unknown {
            builder.unknown(ego as usize, alter as usize);
        }
        builder.build(cut).ok()
    }
}

impl WaveNetworks {
    pub fn claims(&self, relation: &str) -> Option<&Claims> {
        self.relations.iter().find(|own| own.relation == relation)
    }

    pub fn n_responded(&self) -> usize {
        self.here.iter().filter(|member| member.responded).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{NominationRecord, PersonRecord, SchoolRecord};

    fn person(key: &str, responded: bool) -> PersonRecord {
        PersonRecord {
            key: key.to_owned(),
            role: None,
            groups: Vec::new(),
            responded,
            present: true,
            attributes: BTreeMap::new(),
        }
    }

    #[test]
    fn what_is_kept_is_the_network_that_was_measured() {
        let claim = |ego, alter, value| NominationRecord { ego, alter, value };
        let roster = |wave, keys: &[(&str, bool)], claims: Vec<NominationRecord>| RosterRecord {
            school: 0,
            wave,
            persons: keys.iter().map(|(key, said)| person(key, *said)).collect(),
            nominations: vec![Some(claims), None],
        };
        let records = Records {
            waves: vec!["T1".into(), "T3".into()],
            relations: vec!["goals".into(), "progress".into()],
            schools: vec![SchoolRecord {
                key: "oak".into(),
                ..SchoolRecord::default()
            }],
            rosters: vec![
                roster(
                    0,
                    &[("a", true), ("b", true), ("c", false)],
                    vec![
                        claim(0, 1, Some(2.0)),
                        claim(1, 2, None),
                        claim(1, 0, Some(1.0)),
                    ],
                ),
                roster(1, &[("b", true), ("d", true)], vec![claim(1, 0, Some(1.0))]),
            ],
            ..Records::default()
        };
        let kept = of_records(&records);
        let text = serde_json::to_string(&kept).unwrap();
        let kept: Vec<SchoolNetworks> = serde_json::from_str(&text).unwrap();
        let oak = &kept[0];
        assert_eq!(oak.persons.len(), 4);
        assert!(oak.persons.iter().all(|person| person.place.is_some()));
        assert!(oak.network("T1", "progress", 0.0).is_none());
        let positions: BTreeMap<&str, usize> = [("a", 0), ("b", 1), ("c", 2), ("d", 3)].into();
        for (wave, key) in [(0, "T1"), (1, "T3")] {
            for cut in [0.0, 1.0] {
                let measured =
                    networks::network(&records.rosters[wave], 0, cut, Some(&positions)).unwrap();
                let drawn = oak.network(key, "goals", cut).unwrap();
                for ego in 0..4 {
                    for alter in 0..4 {
                        assert_eq!(
                            drawn.cell(ego, alter),
                            measured.cell(ego, alter),
                            "{key} {ego} {alter}"
                        );
                    }
                }
            }
        }
    }
}
