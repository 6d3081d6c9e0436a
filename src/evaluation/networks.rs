//! Rosters and nominations to networks, and each network to its measures.
//!
//! A listed pair without a value is unknown; a pair that is not listed is absent when ego responded and unknown when
//! not; someone who was not present is no actor. Values are of the treated network, bounds always of the untreated one.

use std::collections::BTreeMap;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::{
    model::{impute, jackknife_all, pooled_values, vertex_bootstrap_all},
    network::{
        network::Network,
        profile::{NEAREST, profile},
        transform::{Treatment, treat},
    },
    outcome::{Interval, Undefined},
};
use sha2::{Digest, Sha256};

use crate::domain::records::{NominationRecord, PersonRecord, Records, RosterRecord};

use super::{
    catalogue::{self, Bounds, Kind, Measure, Shape},
    findings::{ActorMeasure, Exclusion, NetworkMeasure, Trust},
    plan::{Plan, Uncertainty, UnknownCells},
};

/// One relation of one roster as a network whose positions are the roster's persons, or those of `positions` by key.
/// `None` where the relation was not asked.
pub fn network(
    roster: &RosterRecord,
    relation: usize,
    cut: f64,
    positions: Option<&BTreeMap<&str, usize>>,
) -> Option<Network> {
    let listed = roster.nominations.get(relation)?.as_ref()?;
    Some(network_of(&roster.persons, listed, cut, positions))
}

/// The same of any people and what was listed of one relation among them.
pub fn network_of(
    persons: &[PersonRecord],
    listed: &[NominationRecord],
    cut: f64,
    positions: Option<&BTreeMap<&str, usize>>,
) -> Network {
    let place: Vec<usize> = match positions {
        None => (0..persons.len()).collect(),
        Some(positions) => persons
            .iter()
            .map(|person| positions[person.key.as_str()])
            .collect(),
    };
    let n = positions.map_or(place.len(), BTreeMap::len);
    let mut builder = Network::builder(n);
    let mut here = vec![false; n];
    for (person, &position) in persons.iter().zip(&place) {
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
    builder
        .build(cut)
        .expect("records hold no impossible nomination")
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
            let key = (school.as_str(), wave.as_str(), relation_key.as_str());
            let treated = Treated::of(untreated, plan, key);
            let told = Shape::of(&treated.untreated);
            let other = treated.treated.as_ref().map(Shape::of);
            let shape = other.as_ref().unwrap_or(&told);
            measure_network(&treated, (&told, shape), plan, key, &mut measured);
            if plan.actors {
                measure_actors(&treated, shape, roster, plan, key, &mut measured);
            }
        }
    }
    measured
}

/// A network as it was told, and as the plan treats its unknown cells.
struct Treated {
    untreated: Network,
    /// What single values are of, where that is another network.
    treated: Option<Network>,
    /// Completed networks, if unknown cells are drawn; none where nothing is unknown or the network is too large.
    completed: Option<Result<Vec<Network>, Undefined>>,
}

impl Treated {
    fn of(untreated: Network, plan: &Plan, key: (&str, &str, &str)) -> Self {
        let treatment = plan.treatment.one();
        let as_told = treatment == Treatment::Available || untreated.n_unknown_pairs() == 0;
        let treated = (!as_told).then(|| treat(&untreated, treatment));
        let drawn = plan.treatment == UnknownCells::Drawn && untreated.n_unknown_pairs() > 0;
        let completed = if drawn {
            Some(impute(&untreated, plan.imputations, &mut dice(plan, key)))
        } else if plan.treatment.one() == Treatment::Profile && untreated.n_unknown_pairs() > 0 {
            // Above its limit `treat` leaves the cells unknown; here that is a refusal.
            profile(&untreated, NEAREST).err().map(Err)
        } else {
            None
        };
        Self {
            untreated,
            treated,
            completed,
        }
    }
}

/// Chance of its own for each network: what is drawn for one does not depend on which others are measured.
fn dice(plan: &Plan, (school, wave, relation): (&str, &str, &str)) -> ChaCha12Rng {
    let mut hash = Sha256::new();
    hash.update(plan.seed.to_le_bytes());
    for part in [school, wave, relation] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    ChaCha12Rng::from_seed(hash.finalize().into())
}

fn measure_network(
    treated: &Treated,
    (told, shape): (&Shape<'_>, &Shape<'_>),
    plan: &Plan,
    key: (&str, &str, &str),
    measured: &mut Measured,
) {
    let response_rate = treated.untreated.response_rate().ok();
    let (school, wave, relation) = key;
    let all: Vec<&Measure> = catalogue::NETWORK
        .iter()
        .filter(|measure| plan.measures(measure.name))
        .collect();
    let trust = |measure: &Measure| Trust::of(response_rate, measure.kind, plan);
    let (hidden, shown): (Vec<&Measure>, Vec<&Measure>) = all
        .iter()
        .copied()
        .partition(|measure| trust(measure) == Trust::Withhold);
    if !hidden.is_empty() {
        measured.exclusions.push(Exclusion {
            what: format!("structure indices of school {school}, wave {wave}, relation {relation}"),
            reason: format!(
                "response {:.2} is below {:.2}",
                response_rate.unwrap_or_default(),
                plan.response_withhold
            ),
        });
    }
    let (mirrored, plain): (Vec<&Measure>, Vec<&Measure>) = shown
        .into_iter()
        .partition(|measure| is_mirrored(measure, plan));
    let mut estimates: BTreeMap<&str, Estimate> = BTreeMap::new();
    for (measures, shape) in [(mirrored, told), (plain, shape)] {
        let found = match &treated.completed {
            Some(completed) => drawn(&measures, completed),
            None => sampled(&measures, shape, plan, key),
        };
        estimates.extend(measures.iter().map(|measure| measure.name).zip(found));
    }
    for measure in all {
        let (shape, treatment) = if is_mirrored(measure, plan) {
            (told, Treatment::Available.name())
        } else {
            (shape, plan.treatment.name())
        };
        let (estimate, (bounds, outer)) = match estimates.remove(measure.name) {
            Some(estimate) => {
                let bounds = match plan.bounds {
                    true => bounds(measure, told, estimate.value),
                    false => (None, false),
                };
                (estimate, bounds)
            }
            None => (Estimate::of(Err(Undefined::ResponseTooLow)), (None, false)),
        };
        measured.networks.push(NetworkMeasure {
            school: school.to_owned(),
            wave: wave.to_owned(),
            relation: relation.to_owned(),
            measure: measure.name.to_owned(),
            value: estimate.value,
            bounds,
            outer,
            se: estimate.se,
            interval: estimate.interval,
            treatment: treatment.to_owned(),
            n_actors: shape.net.n_actors(),
            response_rate,
            trust: trust(measure),
        });
    }
}

/// Whether the measure would be of dyads that mirror each other by the treatment; it is told of the known ones then.
pub fn is_mirrored(measure: &Measure, plan: &Plan) -> bool {
    measure.kind == Kind::Dyads && plan.treatment.one() == Treatment::Reconstruction
}

/// Confidence of every interval over what is drawn.
const LEVEL: f64 = 0.95;

fn ends(interval: Interval) -> (f64, f64) {
    (interval.lower, interval.upper)
}

/// A value with how far chance may have moved it, where that is known.
struct Estimate {
    value: Result<f64, Undefined>,
    se: Option<f64>,
    interval: Option<(f64, f64)>,
}

impl Estimate {
    fn of(value: Result<f64, Undefined>) -> Self {
        Self {
            value,
            se: None,
            interval: None,
        }
    }
}

fn drawn(measures: &[&Measure], completed: &Result<Vec<Network>, Undefined>) -> Vec<Estimate> {
    let completed = match completed {
        Ok(completed) => completed,
        Err(reason) => {
            let refused = measures.iter().map(|_| Estimate::of(Err(*reason)));
            return refused.collect();
        }
    };
    let shapes: Vec<Shape<'_>> = completed.iter().map(Shape::of).collect();
    let pool = |measure: &&Measure| {
        let values: Vec<_> = shapes.iter().map(measure.value).collect();
        match pooled_values(&values) {
            Ok(pooled) => Estimate {
                value: Ok(pooled.estimate),
                se: Some(pooled.standard_error),
                interval: Some(ends(pooled.interval)),
            },
            Err(reason) => Estimate::of(Err(reason)),
        }
    };
    measures.iter().map(pool).collect()
}

/// What the measures say, and how sure that is; all of them over the same draws.
fn sampled(
    measures: &[&Measure],
    shape: &Shape<'_>,
    plan: &Plan,
    key: (&str, &str, &str),
) -> Vec<Estimate> {
    let values = |shape: &Shape<'_>| -> Vec<_> {
        let each = measures.iter().map(|measure| (measure.value)(shape));
        each.collect()
    };
    let plain = || values(shape).into_iter().map(Estimate::of).collect();
    match plan.uncertainty {
        Uncertainty::None => plain(),
        Uncertainty::Jackknife => {
            match jackknife_all(shape.net, |net| values(&Shape::of(net)), LEVEL) {
                Ok(found) => found
                    .into_iter()
                    .zip(values(shape))
                    .map(|(found, value)| Estimate {
                        value,
                        se: found.ok().map(|found| found.se),
                        interval: found.ok().map(|found| ends(found.t_interval)),
                    })
                    .collect(),
                Err(_) => plain(),
            }
        }
        Uncertainty::Bootstrap { draws } => {
            let statistics = |net: &Network, _: &[usize]| values(&Shape::of(net));
            let mut dice = dice(plan, key);
            match vertex_bootstrap_all(shape.net, statistics, LEVEL, draws, &mut dice) {
                Ok(found) => found
                    .into_iter()
                    .zip(values(shape))
                    .map(|(found, value)| Estimate {
                        value,
                        se: found.ok().map(|found| found.se),
                        interval: found.ok().map(|found| ends(found.percentile)),
                    })
                    .collect(),
                Err(_) => plain(),
            }
        }
    }
}

/// What the missing answers leave possible; a single point, where nothing is missing.
fn bounds(
    measure: &Measure,
    told: &Shape<'_>,
    value: Result<f64, Undefined>,
) -> (Option<(f64, f64)>, bool) {
    let (of, outer) = match measure.bounds {
        Bounds::None => return (None, false),
        Bounds::Exact(of) => (of, false),
        Bounds::Outer(of) => (of, true),
    };
    if told.net.n_unknown_pairs() == 0 {
        return (value.ok().map(|value| (value, value)), false);
    }
    let bounds = of(told.net).ok();
    (bounds.map(ends), outer)
}

fn measure_actors(
    treated: &Treated,
    shape: &Shape<'_>,
    roster: &RosterRecord,
    plan: &Plan,
    (school, wave, relation): (&str, &str, &str),
    measured: &mut Measured,
) {
    let net = shape.net;
    // Nothing was filled: to tell of the known cells would be to tell of another treatment.
    let refused = match (&treated.completed, plan.treatment) {
        (Some(Err(reason)), UnknownCells::Treated(_)) => Some(*reason),
        _ => None,
    };
    for measure in catalogue::ACTOR
        .iter()
        .filter(|measure| plan.measures(measure.name))
    {
        let values = match refused {
            Some(reason) => vec![Err(reason); net.n_positions()],
            None => (measure.values)(shape),
        };
        for (position, value) in values.into_iter().enumerate() {
            if !net.is_present(position) {
                continue;
            }
            measured.actors.push(ActorMeasure {
                school: school.to_owned(),
                wave: wave.to_owned(),
                relation: relation.to_owned(),
                person: roster.persons[position].key.clone(),
                measure: measure.name.to_owned(),
                value,
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
            treatment: UnknownCells::Treated(Treatment::Null),
            ..plan.clone()
        };
        assert_eq!(
            value(&null, "density"),
            (Ok(2.0 / 6.0), Some((2.0 / 6.0, 5.0 / 6.0)), 3)
        );
        let stricter = Plan {
            treatment: UnknownCells::Treated(Treatment::Null),
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
            treatment: UnknownCells::Treated(Treatment::Reconstruction),
            ..Plan::default()
        };
        let measured = measure(&records(), &plan);
        assert!(!measured.networks.is_empty());
        for row in measured.networks {
            let of_dyads = ["reciprocity", "dyads", "agreement", "kappa"]
                .iter()
                .any(|end| row.measure.ends_with(end));
            let wanted = if of_dyads {
                "available"
            } else {
                "reconstruction"
            };
            assert_eq!(row.treatment, wanted, "{}", row.measure);
        }
    }

    #[test]
    fn what_is_drawn_has_an_interval_and_what_is_known_has_none() {
        let plan = Plan {
            treatment: UnknownCells::Drawn,
            ..Plan::default()
        };
        let row = |plan: &Plan| {
            let measured = measure(&records(), plan);
            let mut rows = measured.networks.into_iter();
            rows.find(|row| row.measure == "density").unwrap()
        };
        let drawn = row(&plan);
        let (lower, upper) = drawn.interval.unwrap();
        assert!(lower < upper && (lower..=upper).contains(&drawn.value.unwrap()));
        assert_eq!(
            (row(&plan).value, row(&plan).interval),
            (drawn.value, drawn.interval)
        );
        let other_seed = Plan { seed: 2, ..plan };
        assert_ne!(row(&other_seed).value, drawn.value);
        assert_eq!(row(&Plan::default()).interval, None);
    }

    #[test]
    fn without_bounds_the_values_are_the_same() {
        let plain = measure(&records(), &Plan::default()).networks;
        let bare = Plan {
            bounds: false,
            ..Plan::default()
        };
        let bare = measure(&records(), &bare).networks;
        assert!(plain.iter().any(|row| row.bounds.is_some()));
        assert!(bare.iter().all(|row| row.bounds.is_none() && !row.outer));
        let values = |rows: &[NetworkMeasure]| rows.iter().map(|row| row.value).collect::<Vec<_>>();
        assert_eq!(values(&bare), values(&plain));
    }

    #[test]
    fn a_jackknife_leaves_the_value_and_adds_how_sure_it_is() {
        let plan = Plan {
            uncertainty: Uncertainty::Jackknife,
            treatment: UnknownCells::Treated(Treatment::Null),
            ..Plan::default()
        };
        let measured = measure(&records(), &plan);
        let row = &measured.networks[0];
        assert_eq!(row.value, Ok(2.0 / 6.0));
        assert!(row.se.unwrap() > 0.0);
    }

    #[test]
    fn the_names_are_those_of_the_contract() {
        let names: Vec<&str> = catalogue::network_names().collect();
        assert!(catalogue::PRINCIPAL.iter().all(|name| names.contains(name)));
        assert!(
            catalogue::ON_REQUEST
                .iter()
                .all(|name| names.contains(name))
        );
        let mut all: Vec<&str> = names.into_iter().chain(catalogue::actor_names()).collect();
        let n = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), n, "a name stands for one measure");
    }
}
