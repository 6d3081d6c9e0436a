//! Measures beside what chance gives: is a team's reciprocity more than its number of ties alone would bring?

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel_analysis::model::cug;
use schakel_analysis::network::{Network, transform::treat};

use super::catalogue::{self, Shape};
use super::findings::BaselineMeasure;
use super::networks::network;
use super::plan::Plan;
use crate::domain::records::{Records, RosterRecord};

/// The measures that hang on how many ties there are, and so are read beside a baseline.
const MEASURES: [&str; 6] = [
    "dyadic_reciprocity",
    "tie_reciprocity",
    "weak_transitivity",
    "in_degree_centralization",
    "out_degree_centralization",
    "betweenness_centralization",
];

/// Per network and condition of the plan, each measure and its place among drawn networks.
pub fn baselines(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Vec<BaselineMeasure> {
    let mut rows = Vec::new();
    for condition in &plan.baselines {
        for roster in rosters {
            for (relation, relation_key) in records.relations.iter().enumerate() {
                let Some(net) = network(roster, relation, plan.cut, None) else {
                    continue;
                };
                let net = treat(&net, plan.treatment.one());
                for measure in &catalogue::NETWORK {
                    if !MEASURES.contains(&measure.name) {
                        continue;
                    }
                    let statistic = |net: &Network| (measure.value)(&Shape::of(net));
                    // The same networks are drawn for every measure.
                    let mut rng = ChaCha12Rng::seed_from_u64(plan.seed);
                    rows.push(BaselineMeasure {
                        school: records.schools[roster.school].key.clone(),
                        wave: records.waves[roster.wave].clone(),
                        relation: relation_key.clone(),
                        condition: condition.name().to_owned(),
                        measure: measure.name.to_owned(),
                        test: cug(&net, *condition, statistic, plan.draws, &mut rng)
                            .map(Into::into),
                    });
                }
            }
        }
    }
    rows
}
