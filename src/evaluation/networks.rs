//! Rosters and nominations to networks, and each network to its measures.
//!
//! A listed pair without a value is unknown; a pair that is not listed is absent when ego responded and unknown when
//! not; someone who was not present is no actor. Values are of the treated network, bounds always of the untreated one.

use std::collections::BTreeMap;

use schakel_analysis::{
    measure::{
        centralization::{
            in_degree_centralization, in_degree_centralization_bounds, out_degree_centralization,
            out_degree_centralization_bounds,
        },
        degree::{actor_in_degree, actor_out_degree},
        density::{network_density, network_density_bounds},
        reciprocity::{
            dyadic_reciprocity, dyadic_reciprocity_bounds, tie_reciprocity, tie_reciprocity_bounds,
        },
    },
    network::{
        network::Network,
        transform::{Treatment, treat},
    },
    outcome::{Interval, Undefined},
};

use crate::domain::records::{Records, RosterRecord};

use super::{
    findings::{ActorMeasure, Exclusion, NetworkMeasure},
    plan::Plan,
};

/// What a network measure is about; it decides what low response does to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A ratio over observed pairs: reported at any response, with bounds.
    Pairs,
    /// A ratio over dyads with both reports: as `Pairs`, and never of reconstructed dyads, which mirror each other.
    Dyads,
    /// About the shape of the whole: withheld when response is low.
    Structure,
}

struct Definition {
    name: &'static str,
    kind: Kind,
    value: fn(&Network) -> Result<f64, Undefined>,
    bounds: fn(&Network) -> Result<Interval, Undefined>,
}

const DEFINITIONS: [Definition; 5] = [
    Definition {
        name: "density",
        kind: Kind::Pairs,
        value: network_density,
        bounds: network_density_bounds,
    },
    Definition {
        name: "dyadic_reciprocity",
        kind: Kind::Dyads,
        value: dyadic_reciprocity,
        bounds: dyadic_reciprocity_bounds,
    },
    Definition {
        name: "tie_reciprocity",
        kind: Kind::Dyads,
        value: tie_reciprocity,
        bounds: tie_reciprocity_bounds,
    },
    Definition {
        name: "in_degree_centralization",
        kind: Kind::Structure,
        value: in_degree_centralization,
        bounds: in_degree_centralization_bounds,
    },
    Definition {
        name: "out_degree_centralization",
        kind: Kind::Structure,
        value: out_degree_centralization,
        bounds: out_degree_centralization_bounds,
    },
];

/// Names of the measures of a whole network, in the order of the tables.
pub const MEASURES: [&str; 5] = [
    "density",
    "dyadic_reciprocity",
    "tie_reciprocity",
    "in_degree_centralization",
    "out_degree_centralization",
];

/// Names of the measures of one actor.
pub const ACTOR_MEASURES: [&str; 2] = ["in_degree", "out_degree"];

/// One relation of one roster as a network whose positions are the roster's persons, or those of `positions` by key.
/// `None` where the relation was not asked.
pub fn network(
    roster: &RosterRecord,
    relation: usize,
    cut: f64,
    positions: Option<&BTreeMap<&str, usize>>,
) -> Option<Network> {
    let listed = roster.nominations.get(relation)?.as_ref()?;
    let place: Vec<usize> = match positions {
        None => (0..roster.persons.len()).collect(),
        Some(positions) => roster
            .persons
            .iter()
            .map(|person| positions[person.key.as_str()])
            .collect(),
    };
    let n = positions.map_or(place.len(), BTreeMap::len);
    let mut builder = Network::builder(n);
    let mut here = vec![false; n];
    for (person, &position) in roster.persons.iter().zip(&place) {
        here[position] = person.present;
        if !person.responded {
            builder.silent(position);
        }
    }
    for position in (0..n).filter(|&position| !here[position]) {
        builder.absent_actor(position);
    }
    for nomination in listed {
        let (ego, alter) = (
            place[nomination.ego as usize],
            place[nomination.alter as usize],
        );
        if !(here[ego] && here[alter]) {
            continue;
        }
        match nomination.value {
            Some(value) => builder.tie(ego, alter, value),
            None => builder.unknown(ego, alter),
        };
    }
    // Readers of files and forms refuse self-ties, pairs twice and values that are no number.
    Some(
        builder
            .build(cut)
            .expect("records hold no impossible nomination"),
    )
}

#[derive(Debug, Default)]
pub struct Measured {
    pub networks: Vec<NetworkMeasure>,
    pub actors: Vec<ActorMeasure>,
    pub exclusions: Vec<Exclusion>,
}

/// Every measure of every network, rosters and relations in the order of the records.
pub fn measure(records: &Records, plan: &Plan) -> Measured {
    measure_rosters(records, &records.rosters, plan)
}

/// The same of some of the rosters.
pub fn measure_rosters(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Measured {
    let mut measured = Measured::default();
    for roster in rosters {
        for (relation, relation_key) in records.relations.iter().enumerate() {
            let Some(untreated) = network(roster, relation, plan.cut, None) else {
                continue;
            };
            let school = &records.schools[roster.school].key;
            let wave = &records.waves[roster.wave];
            measure_network(
                &untreated,
                plan,
                (school, wave, relation_key),
                &mut measured,
            );
            if plan.actors {
                let net = treat(&untreated, plan.treatment);
                measure_actors(
                    &net,
                    roster,
                    plan,
                    (school, wave, relation_key),
                    &mut measured,
                );
            }
        }
    }
    measured
}

fn measure_network(
    untreated: &Network,
    plan: &Plan,
    key: (&str, &str, &str),
    measured: &mut Measured,
) {
    let treated = treat(untreated, plan.treatment);
    let response_rate = untreated.response_rate().ok();
    let withheld = response_rate.is_some_and(|rate| rate < plan.response_withhold);
    let (school, wave, relation) = key;
    let mut said = false;
    for definition in DEFINITIONS
        .iter()
        .filter(|definition| plan.measures(definition.name))
    {
        let mirrored =
            definition.kind == Kind::Dyads && plan.treatment == Treatment::Reconstruction;
        let (net, treatment) = if mirrored {
            (untreated, Treatment::Available)
        } else {
            (&treated, plan.treatment)
        };
        let hide = withheld && definition.kind == Kind::Structure;
        if hide && !said {
            said = true;
            measured.exclusions.push(Exclusion {
                what: format!(
                    "structure indices of school {school}, wave {wave}, relation {relation}"
                ),
                reason: format!(
                    "response {:.2} is below {:.2}",
                    response_rate.unwrap_or_default(),
                    plan.response_withhold
                ),
            });
        }
        let value = if hide {
            Err(Undefined::ResponseTooLow)
        } else {
            (definition.value)(net)
        };
        let bounds = if hide {
            None
        } else {
            (definition.bounds)(untreated).ok()
        };
        measured.networks.push(NetworkMeasure {
            school: school.to_owned(),
            wave: wave.to_owned(),
            relation: relation.to_owned(),
            measure: definition.name.to_owned(),
            value,
            bounds: bounds.map(|bounds| (bounds.lower, bounds.upper)),
            treatment: treatment.name().to_owned(),
            n_actors: net.n_actors(),
            response_rate,
        });
    }
}

fn measure_actors(
    net: &Network,
    roster: &RosterRecord,
    plan: &Plan,
    (school, wave, relation): (&str, &str, &str),
    measured: &mut Measured,
) {
    for (name, degrees) in ACTOR_MEASURES
        .into_iter()
        .zip([actor_in_degree, actor_out_degree])
    {
        if !plan.measures(name) {
            continue;
        }
        for (position, degree) in degrees(net).into_iter().enumerate() {
            if !net.is_present(position) {
                continue;
            }
            measured.actors.push(ActorMeasure {
                school: school.to_owned(),
                wave: wave.to_owned(),
                relation: relation.to_owned(),
                person: roster.persons[position].key.clone(),
                measure: name.to_owned(),
                value: degree.map(f64::from),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{NominationRecord, PersonRecord, SchoolRecord};

    fn person(key: &str, responded: bool, present: bool) -> PersonRecord {
        let (role, groups, attributes) = (None, Vec::new(), BTreeMap::new());
        PersonRecord {
            key: key.into(),
            role,
            groups,
            responded,
            present,
            attributes,
        }
    }

    /// a -> b, a -> c unknown, b -> a; c is silent, d has left.
    fn records() -> Records {
        let listed = [(0, 1, Some(1.0)), (0, 2, None), (1, 0, Some(2.0))];
        let nominations = listed
            .map(|(ego, alter, value)| NominationRecord { ego, alter, value })
            .into_iter()
            .collect();
        let persons = vec![
            person("a", true, true),
            person("b", true, true),
            person("c", false, true),
            person("d", true, false),
        ];
        Records {
            waves: vec!["T1".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord {
                key: "S".into(),
                attributes: BTreeMap::new(),
            }],
            rosters: vec![RosterRecord {
                school: 0,
                wave: 0,
                persons,
                nominations: vec![Some(nominations)],
            }],
            ..Records::default()
        }
    }

    fn value(plan: &Plan, name: &str) -> (Result<f64, Undefined>, Option<(f64, f64)>, usize) {
        let measured = measure(&records(), plan);
        let found = measured
            .networks
            .into_iter()
            .find(|row| row.measure == name)
            .unwrap();
        (found.value, found.bounds, found.n_actors)
    }

    #[test]
    fn unknown_is_not_absent() {
        let plan = Plan::default();
        // Known: a->b, b->a present, b->c absent. Unknown: a->c, c->a, c->b.
        assert_eq!(
            value(&plan, "density"),
            (Ok(2.0 / 3.0), Some((2.0 / 6.0, 5.0 / 6.0)), 3)
        );
        let null = Plan {
            treatment: Treatment::Null,
            ..plan.clone()
        };
        assert_eq!(
            value(&null, "density"),
            (Ok(2.0 / 6.0), Some((2.0 / 6.0, 5.0 / 6.0)), 3)
        );
        let stricter = Plan {
            treatment: Treatment::Null,
            cut: 1.0,
            ..plan
        };
        assert_eq!(value(&stricter, "density").0, Ok(1.0 / 6.0));
    }

    #[test]
    fn low_response_withholds_structure_and_keeps_density() {
        let plan = Plan {
            response_withhold: 0.7,
            ..Plan::default()
        };
        assert_eq!(
            value(&plan, "in_degree_centralization"),
            (Err(Undefined::ResponseTooLow), None, 3)
        );
        assert!(value(&plan, "density").0.is_ok());
        assert_eq!(measure(&records(), &plan).exclusions.len(), 1);
        assert!(measure(&records(), &Plan::default()).exclusions.is_empty());
    }

    #[test]
    fn reciprocity_is_never_of_mirrored_dyads() {
        let plan = Plan {
            treatment: Treatment::Reconstruction,
            ..Plan::default()
        };
        let measured = measure(&records(), &plan);
        let treatments: Vec<_> = measured
            .networks
            .iter()
            .map(|row| row.treatment.as_str())
            .collect();
        let mirrored = "reconstruction";
        assert_eq!(
            treatments,
            [mirrored, "available", "available", mirrored, mirrored]
        );
    }

    #[test]
    fn the_names_are_those_of_the_definitions() {
        assert_eq!(DEFINITIONS.map(|definition| definition.name), MEASURES);
    }
}
