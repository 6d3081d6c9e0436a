//! What limits what a report says: each limit stands there because of something in these data or this plan.

use crate::evaluation::findings::{Estimator, Trust};
use crate::evaluation::plan::Grouping;
use crate::evaluation::plan_lock::Standing;

use super::sentence;
use super::whole_study::{Seen, WholeStudy};

pub fn limits(study: &WholeStudy<'_>) -> Vec<String> {
    let (w, findings, plan) = (study.words, study.findings, study.plan);
    let mut said = Vec::new();
    let mut add = |is: bool, key: &str| {
        if is {
            said.push(w.t(key));
        }
    };
    let networks = !findings.networks.is_empty();
    let flagged = findings
        .networks
        .iter()
        .any(|row| row.trust != Trust::Report);
    add(study.is_simulated(), "limit-simulated");
    add(networks || !findings.scales.is_empty(), "limit-self-report");
    add(networks, "limit-sizes");
    add(flagged, "limit-response");
    add(
        findings
            .scales
            .iter()
            .any(|row| row.verdict.as_deref() == Some("do_not_aggregate")),
        "limit-team-means",
    );
    add(!findings.contrasts.is_empty(), "limit-not-assigned");
    add(
        plan.groups.as_ref().is_some_and(Grouping::is_by_effect) && !findings.contrasts.is_empty(),
        "limit-extremes",
    );
    add(
        findings
            .effect_basis
            .as_ref()
            .is_some_and(|basis| basis.estimator == Estimator::TwoStage),
        "limit-two-stage",
    );
    add(
        findings
            .contrasts
            .iter()
            .any(|row| row.standing == Standing::Exploratory),
        "limit-exploratory",
    );
    add(
        study.collected().is_some_and(|own| {
            let before = |seen: &Seen| {
                let mut later = own.closed.iter();
                later.any(|window| window.cohort == seen.cohort && seen.first_at < window.opened_at)
            };
            own.seen.iter().any(before)
        }),
        "limit-seen",
    );
    let smallest = findings
        .contrasts
        .iter()
        .filter(|row| {
            row.test
                .as_ref()
                .is_some_and(|test| test.verdict != "different")
        })
        .filter_map(|row| row.test.as_ref()?.detectable_d)
        .fold(None, |least: Option<f64>, d| {
            Some(least.map_or(d, |least| least.min(d)))
        });
    if let Some(d) = smallest {
        let d = sentence::number(w, sentence::at_least(d), 2);
        said.push(w.t1("limit-power", "d", d));
    }
    said
}
