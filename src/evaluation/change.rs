//! What changed between two waves of a relation, and what two relations of a wave share.

use std::collections::BTreeMap;

use schakel_analysis::{
    measure::change::{change_counts, multiplexity_jaccard, network_hamming, network_jaccard},
    network::transform::treat,
};

use crate::domain::records::{Records, RosterRecord};

use super::{
    findings::{ChangeMeasure, MultiplexityMeasure, Value},
    networks::network,
    plan::Plan,
};

/// Names of the measures of change; the first four count ordered pairs known in both waves.
pub const MEASURES: [&str; 6] = ["kept", "born", "ended", "neither", "jaccard", "hamming"];

/// Every pair of waves in which a school was asked the same relation, the earlier first. Actors are the union of the two
/// rosters by key; who is missing from one of them is no actor there.
pub fn changes(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Vec<ChangeMeasure> {
    let mut changes = Vec::new();
    if !MEASURES.iter().any(|measure| plan.measures(measure)) {
        return changes;
    }
    for (place, earlier) in rosters.iter().enumerate() {
        let later = rosters[place + 1..]
            .iter()
            .take_while(|later| later.school == earlier.school);
        for later in later {
            let positions = union(earlier, later);
            for (relation, relation_key) in records.relations.iter().enumerate() {
                let build = |roster| network(roster, relation, plan.cut, Some(&positions));
                let (Some(first), Some(second)) = (build(earlier), build(later)) else {
                    continue;
                };
                let (first, second) = (
                    treat(&first, plan.treatment),
                    treat(&second, plan.treatment),
                );
                let counts = change_counts(&first, &second);
                let values: [Value; 6] = [
                    Ok(counts.kept as f64),
                    Ok(counts.born as f64),
                    Ok(counts.ended as f64),
                    Ok(counts.neither as f64),
                    network_jaccard(&first, &second),
                    network_hamming(&first, &second).map(|count| count as f64),
                ];
                for (measure, value) in MEASURES.into_iter().zip(values) {
                    if plan.measures(measure) {
                        changes.push(ChangeMeasure {
                            school: records.schools[earlier.school].key.clone(),
                            relation: relation_key.clone(),
                            from: records.waves[earlier.wave].clone(),
                            to: records.waves[later.wave].clone(),
                            measure: measure.to_owned(),
                            value,
                        });
                    }
                }
            }
        }
    }
    changes
}

/// Every pair of relations asked of one roster.
pub fn multiplexity(
    records: &Records,
    rosters: &[RosterRecord],
    plan: &Plan,
) -> Vec<MultiplexityMeasure> {
    let mut shared = Vec::new();
    if !plan.measures("jaccard") {
        return shared;
    }
    for roster in rosters {
        let nets: Vec<_> = (0..records.relations.len())
            .map(|relation| {
                network(roster, relation, plan.cut, None).map(|net| treat(&net, plan.treatment))
            })
            .collect();
        for (a, one) in nets.iter().enumerate() {
            for (b, other) in nets.iter().enumerate().skip(a + 1) {
                let (Some(one), Some(other)) = (one, other) else {
                    continue;
                };
                shared.push(MultiplexityMeasure {
                    school: records.schools[roster.school].key.clone(),
                    wave: records.waves[roster.wave].clone(),
                    relation_a: records.relations[a].clone(),
                    relation_b: records.relations[b].clone(),
                    measure: "jaccard".to_owned(),
                    value: multiplexity_jaccard(one, other),
                });
            }
        }
    }
    shared
}

/// Position of each person of either roster, by key.
fn union<'r>(one: &'r RosterRecord, other: &'r RosterRecord) -> BTreeMap<&'r str, usize> {
    let mut positions: BTreeMap<&str, usize> = one
        .persons
        .iter()
        .chain(&other.persons)
        .map(|person| (person.key.as_str(), 0))
        .collect();
    for (position, place) in positions.values_mut().enumerate() {
        *place = position;
    }
    positions
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{NominationRecord, PersonRecord, SchoolRecord};

    fn roster(wave: usize, keys: &[&str], ties: &[(u32, u32)]) -> RosterRecord {
        let persons = keys
            .iter()
            .map(|key| PersonRecord {
                key: (*key).into(),
                role: None,
                groups: Vec::new(),
                responded: true,
                present: true,
                attributes: BTreeMap::new(),
            })
            .collect();
        let listed = ties
            .iter()
            .map(|&(ego, alter)| NominationRecord {
                ego,
                alter,
                value: Some(1.0),
            })
            .collect();
        RosterRecord {
            school: 0,
            wave,
            persons,
            nominations: vec![Some(listed)],
        }
    }

    #[test]
    fn a_joiner_is_no_change() {
        // a -> b stays, b -> c goes, c -> a comes; d is new and names a.
        let records = Records {
            waves: vec!["T1".into(), "T2".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord {
                key: "S".into(),
                attributes: BTreeMap::new(),
            }],
            rosters: vec![
                roster(0, &["a", "b", "c"], &[(0, 1), (1, 2)]),
                roster(1, &["a", "b", "c", "d"], &[(0, 1), (2, 0), (3, 0)]),
            ],
            ..Records::default()
        };
        let found = changes(&records, &records.rosters, &Plan::default());
        let values: Vec<_> = found.iter().map(|row| row.value.unwrap()).collect();
        assert_eq!(values, [1.0, 1.0, 1.0, 3.0, 1.0 / 3.0, 2.0]);
        assert_eq!((found[0].from.as_str(), found[0].to.as_str()), ("T1", "T2"));
    }
}
