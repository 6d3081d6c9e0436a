//! What changed between two waves of a relation, and what two relations of a wave share.

use std::collections::BTreeMap;

use schakel_analysis::{
    measure::{change_counts, density_change, multiplexities},
    network::{Composition, Network, composition, transform::treat},
};

use crate::domain::records::{Records, RosterRecord};

use super::{
    findings::{ChangeMeasure, MultiplexityMeasure, Value},
    networks::network,
    plan::Plan,
};

/// Names of the measures of change. The first four count ordered pairs known in both waves; stayers, joiners and leavers
/// count people; the change of density is the sum of what stayers did (`density_behaviour`), who came and went
/// (`density_composition`) and who answered at one moment only (`density_answered_once`).
pub const MEASURES: [&str; 16] = [
    "kept",
    "born",
    "ended",
    "neither",
    "jaccard",
    "hamming",
    "proportion_kept",
    "phi",
    "stayers",
    "joiners",
    "leavers",
    "turnover_rate",
    "density_change",
    "density_behaviour",
    "density_composition",
    "density_answered_once",
];

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
                // Who did not answer was there all the same, whatever is made of the answers.
                let people = composition(&first, &second);
                let (first, second) = (
                    treat(&first, plan.treatment.one()),
                    treat(&second, plan.treatment.one()),
                );
                let values = values(&first, &second, &people);
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

fn values(first: &Network, second: &Network, people: &Composition) -> [Value; 16] {
    let counts = change_counts(first, second);
    let density = density_change(first, second);
    [
        Ok(counts.kept as f64),
        Ok(counts.born as f64),
        Ok(counts.ended as f64),
        Ok(counts.neither as f64),
        counts.jaccard(),
        counts.hamming().map(|count| count as f64),
        counts.proportion_kept(),
        counts.phi(),
        Ok(people.stayers.len() as f64),
        Ok(people.joiners.len() as f64),
        Ok(people.leavers.len() as f64),
        people.turnover_rate(),
        density.map(|parts| parts.total()),
        density.map(|parts| parts.behaviour()),
        density.map(|parts| parts.composition()),
        density.map(|parts| parts.answered_once),
    ]
}

/// Every pair of relations asked of one roster: what they share. Then all relations of the roster together, under empty
/// names: the share of ordered pairs (`ties_in_k`) and of pairs either way (`dyads_in_k`) tied in exactly k of them.
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
                network(roster, relation, plan.cut, None)
                    .map(|net| treat(&net, plan.treatment.one()))
            })
            .collect();
        let mut add = |a: &str, b: &str, measure: String, value| {
            shared.push(MultiplexityMeasure {
                school: records.schools[roster.school].key.clone(),
                wave: records.waves[roster.wave].clone(),
                relation_a: a.to_owned(),
                relation_b: b.to_owned(),
                measure,
                value,
            });
        };
        for (a, one) in nets.iter().enumerate() {
            for (b, other) in nets.iter().enumerate().skip(a + 1) {
                let (Some(one), Some(other)) = (one, other) else {
                    continue;
                };
                let (a, b) = (&records.relations[a], &records.relations[b]);
                let counts = change_counts(one, other);
                for (measure, value) in [
                    ("jaccard", counts.jaccard()),
                    ("overlap", counts.overlap()),
                    ("phi", counts.phi()),
                ] {
                    add(a, b, measure.to_owned(), value);
                }
            }
        }
        let asked: Vec<&Network> = nets.iter().flatten().collect();
        if asked.len() < 2 {
            continue;
        }
        let (ties, dyads) = multiplexities(&asked);
        for (what, counts) in [("ties", ties), ("dyads", dyads)] {
            for k in 0..=asked.len() {
                add("", "", format!("{what}_in_{k}"), counts.share_exactly(k));
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
        assert_eq!(values[..7], [1.0, 1.0, 1.0, 3.0, 1.0 / 3.0, 2.0, 0.5]);
        assert_eq!(values[8..11], [3.0, 1.0, 0.0]);
        // 2 of 6 pairs before, 3 of 12 after; among those who stayed as many as before.
        let parts = &values[12..];
        assert!((parts[0] + 1.0 / 12.0).abs() < 1e-12 && parts[1] == 0.0 && parts[3] == 0.0);
        assert!((parts[0] - parts[2]).abs() < 1e-12);
        assert_eq!((found[0].from.as_str(), found[0].to.as_str()), ("T1", "T2"));
    }
}
