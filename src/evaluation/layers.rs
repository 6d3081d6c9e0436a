//! The chain from board to class: ties within and between the layers of a school, and how far people keep to their own.
//!
//! Layers are data: roles, year groups, or any column of facts about people.

use std::collections::BTreeSet;

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::measure::{
    BrokerageRoles, actor_brokerage, block_table, coleman_index, ei_index, ei_index_bounds,
    ei_permutation, homophily_table, nominal_assortativity,
};
use schakel_analysis::network::{Network, transform::treat};
use schakel_analysis::outcome::Interval;

use super::findings::{ActorMeasure, BlockMeasure, Value};
use super::networks::network;
use super::plan::Plan;
use crate::domain::records::{PersonRecord, Records, RosterRecord};

/// Ways to hand out the layers that are drawn for the p-values.
const PERMUTATIONS: u64 = 999;

/// What is known of a person in a column: the role, the groups, or an attribute as it was written.
pub fn fact(person: &PersonRecord, column: &str) -> Option<String> {
    let value = match column {
        "role" => person.role.clone()?,
        "groups" => person.groups.join("|"),
        other => person.attributes.get(other)?.clone(),
    };
    let value = value.trim();
    (!value.is_empty() && value != "NA").then(|| value.to_owned())
}

/// Every column of facts about people.
pub fn columns(records: &Records) -> Vec<String> {
    let persons = records.rosters.iter().flat_map(|roster| &roster.persons);
    let attributes: BTreeSet<&String> = persons
        .flat_map(|person| person.attributes.keys())
        .collect();
    ["role", "groups"]
        .into_iter()
        .map(str::to_owned)
        .chain(attributes.into_iter().cloned())
        .collect()
}

/// Per network and column of layers: pairs, ties and density from each layer to each, the E-I index of each layer and of
/// the whole, and what else is said about keeping to one's own.
pub fn blocks(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Vec<BlockMeasure> {
    let mut rows = Vec::new();
    for roster in rosters {
        for column in &plan.layers {
            let layers = Layers::of(roster, column);
            for (relation, relation_key) in records.relations.iter().enumerate() {
                let Some(net) = network(roster, relation, plan.cut, None) else {
                    continue;
                };
                let told = net;
                let net = treat(&told, plan.treatment.one());
                let mut add =
                    |from: &str, to: &str, measure: &str, value, bounds: Option<Interval>| {
                        rows.push(BlockMeasure {
                            school: records.schools[roster.school].key.clone(),
                            wave: records.waves[roster.wave].clone(),
                            relation: relation_key.clone(),
                            grouping: column.clone(),
                            from: from.to_owned(),
                            to: to.to_owned(),
                            measure: measure.to_owned(),
                            value,
                            bounds: bounds.map(|ends| (ends.lower, ends.upper)),
                        });
                    };
                table(&net, &told, &layers, &mut add);
                let mut rng = ChaCha12Rng::seed_from_u64(plan.seed);
                whole(&net, &told, &layers, &mut rng, &mut add);
            }
        }
    }
    rows
}

/// In what roles people pass on between colleagues, by layers: `gatekeeper_role` is the gatekeeper between roles.
pub fn brokerage(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Vec<ActorMeasure> {
    let mut rows = Vec::new();
    for roster in rosters {
        for column in &plan.layers {
            let layers = Layers::of(roster, column);
            for (relation, relation_key) in records.relations.iter().enumerate() {
                let Some(net) = network(roster, relation, plan.cut, None) else {
                    continue;
                };
                let net = treat(&net, plan.treatment.one());
                for (position, roles) in actor_brokerage(&net, &layers.of).into_iter().enumerate() {
                    if !net.is_present(position) {
                        continue;
                    }
                    let counts: [(&str, Count); 6] = [
                        ("coordinator", |roles| roles.coordinator),
                        ("itinerant", |roles| roles.itinerant),
                        ("representative", |roles| roles.representative),
                        ("gatekeeper", |roles| roles.gatekeeper),
                        ("liaison", |roles| roles.liaison),
                        ("brokerage", BrokerageRoles::total),
                    ];
                    rows.extend(counts.map(|(role, count)| {
                        ActorMeasure {
                            school: records.schools[roster.school].key.clone(),
                            wave: records.waves[roster.wave].clone(),
                            relation: relation_key.clone(),
                            person: roster.persons[position].key.clone(),
                            measure: format!("{role}_{column}"),
                            value: roles
                                .as_ref()
                                .map(|roles| count(roles) as f64)
                                .map_err(|why| *why),
                        }
                    }));
                }
            }
        }
    }
    rows
}

/// How often someone passes on in one of the roles.
type Count = fn(&BrokerageRoles) -> u64;

/// The layer of each position, as a number, and the names of the numbers.
struct Layers {
    names: Vec<String>,
    of: Vec<Option<u32>>,
}

impl Layers {
    fn of(roster: &RosterRecord, column: &str) -> Self {
        let told: Vec<Option<String>> = roster
            .persons
            .iter()
            .map(|person| fact(person, column))
            .collect();
        let mut names: Vec<String> = told.iter().flatten().cloned().collect();
        names.sort_unstable();
        names.dedup();
        let number = |name: &String| {
            let place = names.binary_search(name).ok()?;
            u32::try_from(place).ok()
        };
        let of = told
            .iter()
            .map(|name| name.as_ref().and_then(number))
            .collect();
        Self { names, of }
    }
}

fn table(
    net: &Network,
    told: &Network,
    layers: &Layers,
    add: &mut impl FnMut(&str, &str, &str, Value, Option<Interval>),
) {
    let Ok(table) = block_table(net, &layers.of) else {
        return;
    };
    // Bounds are of what was told, in which no layer is missing that the treated network has.
    let untreated = block_table(told, &layers.of).ok();
    let bounds = |from: u32, to: u32| {
        let table = untreated.as_ref()?;
        let place = |layer: u32| table.layers.iter().position(|&own| own == layer);
        let block = table.block(place(from)?, place(to)?)?;
        block.density_bounds().ok()
    };
    let name = |place: usize| layers.names[table.layers[place] as usize].as_str();
    for from in 0..table.layers.len() {
        let (mut inside, mut outside) = (0, 0);
        for to in 0..table.layers.len() {
            let Some(block) = table.block(from, to).filter(|block| block.pairs > 0) else {
                continue;
            };
            let (own, other) = (name(from), name(to));
            add(own, other, "pairs", Ok(block.pairs as f64), None);
            add(own, other, "ties", Ok(block.ties as f64), None);
            add(
                own,
                other,
                "density",
                block.density(),
                bounds(table.layers[from], table.layers[to]),
            );
            if from == to {
                inside += block.ties;
            } else {
                outside += block.ties;
            }
        }
        // The E-I index of a layer is over the ties that its people report.
        let ties = inside + outside;
        if ties > 0 {
            let index = (outside as f64 - inside as f64) / ties as f64;
            add(name(from), "", "ei_index", Ok(index), None);
        }
    }
}

fn whole(
    net: &Network,
    told: &Network,
    layers: &Layers,
    rng: &mut ChaCha12Rng,
    add: &mut impl FnMut(&str, &str, &str, Value, Option<Interval>),
) {
    let index = ei_permutation(net, &layers.of, PERMUTATIONS, rng);
    let bounds = ei_index_bounds(told, &layers.of).ok();
    // The index needs no other way to hand out the layers; what is drawn does.
    add("", "", "ei_index", ei_index(net, &layers.of), bounds);
    add(
        "",
        "",
        "ei_expected",
        index.map(|found| found.expected),
        None,
    );
    add(
        "",
        "",
        "ei_rescaled",
        index.and_then(|found| found.rescaled),
        None,
    );
    add("", "", "ei_p_value", index.map(|found| found.p_value), None);
    let table = homophily_table(net, &layers.of);
    add("", "", "homophily_odds_ratio", table.odds_ratio(), None);
    add("", "", "yules_q", table.yules_q(), None);
    add(
        "",
        "",
        "coleman_index",
        coleman_index(net, &layers.of).all,
        None,
    );
    add(
        "",
        "",
        "nominal_assortativity",
        nominal_assortativity(net, &layers.of),
        None,
    );
}
