//! What the principal measures say at each place where the line between tied and not tied could be drawn.

use schakel_analysis::network::{Network, cut_sensitivity, transform::treat};
use schakel_analysis::outcome::Undefined;

use super::{
    catalogue::{self, Measure, Shape},
    findings::{CutMeasure, Trust, Value},
    networks::{is_mirrored, network},
    plan::Plan,
};
use crate::domain::records::{Records, RosterRecord};

/// Per network and value that occurs in it, the principal measures of the network in which only ties of at least that
/// value count. What low response withholds is withheld at every cut, and reciprocity is never of mirrored dyads.
pub fn at_each_cut(records: &Records, rosters: &[RosterRecord], plan: &Plan) -> Vec<CutMeasure> {
    let mut rows = Vec::new();
    for roster in rosters {
        for (relation, relation_key) in records.relations.iter().enumerate() {
            let Some(told) = network(roster, relation, plan.cut, None) else {
                continue;
            };
            let response_rate = told.response_rate().ok();
            let treated = treat(&told, plan.treatment.one());
            let principal = catalogue::NETWORK
                .iter()
                .filter(|measure| catalogue::PRINCIPAL.contains(&measure.name));
            let (mirrored, plain): (Vec<&Measure>, Vec<&Measure>) =
                principal.partition(|measure| is_mirrored(measure, plan));
            for (measures, net) in [(plain, &treated), (mirrored, &told)] {
                let value = |measure: &Measure, shape: &Shape<'_>| match Trust::of(
                    response_rate,
                    measure.kind,
                    plan,
                ) {
                    Trust::Withhold => Err(Undefined::ResponseTooLow),
                    Trust::Report | Trust::Flag => (measure.value)(shape),
                };
                let at_cut = |net: &Network| -> Vec<(&'static str, Value)> {
                    let shape = Shape::of(net);
                    let each = measures.iter();
                    each.map(|measure| (measure.name, value(measure, &shape)))
                        .collect()
                };
                for row in cut_sensitivity(net, at_cut) {
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
    }
    rows
}
