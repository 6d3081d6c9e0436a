//! What the principal measures say at each place where the line between tied and not tied could be drawn.

use schakel_analysis::network::{cut_sensitivity, transform::treat};

use super::{
    catalogue::{self, Shape},
    findings::{CutMeasure, Value},
    networks::network,
    plan::Plan,
};
use crate::domain::records::{Records, RosterRecord};

/// Per network and value that occurs in it, the principal measures of the network in which only ties of at least that
/// value count.
pub fn at_each_cut(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Vec<CutMeasure> {
    let mut rows = Vec::new();
    for roster in rosters {
        for (relation, relation_key) in records.relations.iter().enumerate() {
            let Some(net) = network(roster, relation, plan.cut, None) else {
                continue;
            };
            let net = treat(&net, plan.treatment.one());
            let measured = cut_sensitivity(&net, |net| -> Vec<(&'static str, Value)> {
                let shape = Shape::of(net);
                catalogue::NETWORK
                    .iter()
                    .filter(|measure| catalogue::PRINCIPAL.contains(&measure.name))
                    .map(|measure| (measure.name, (measure.value)(&shape)))
                    .collect()
            });
            for row in measured {
                rows.extend(row.value.into_iter().map(|(measure, value)| CutMeasure {
                    school: records.schools[roster.school].key.clone(),
                    wave: records.waves[roster.wave].clone(),
                    relation: relation_key.clone(),
                    at_least: row.at_least,
                    measure: measure.to_owned(),
                    value,
                }));
            }
        }
    }
    rows
}
