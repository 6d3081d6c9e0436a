//! Records and a plan to findings: the whole evaluation, without a file, a clock or a die of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::records::Records;

use super::{
    baseline, catalogue, change, contrast,
    findings::{Contents, Exclusion, Findings, Provenance},
    growth, layers, networks,
    plan::{Plan, PlanFault, Uncertainty, UnknownCells},
    scales, sensitivity, snapshot,
};

/// What whoever brought the records knows about where they came from.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// Instrument key and version, or file name, to content hash.
    pub instruments: BTreeMap<String, String>,
    /// What was left out before the records were made.
    pub exclusions: Vec<Exclusion>,
    pub warnings: Vec<String>,
}

/// Names of everything that a plan can ask to measure.
pub fn measures() -> Vec<&'static str> {
    catalogue::network_names()
        .chain(catalogue::actor_names())
        .chain(change::MEASURES)
        .collect()
}

/// Everything the plan asks for. The same records and plan give the same findings, to the last bit.
pub fn evaluate(records: &Records, plan: &Plan, origin: Origin) -> Result<Findings, PlanFault> {
    check(records, plan)?;
    let effects = growth::effects(records);
    let groups = contrast::groups(records, &effects, plan)?;
    let mut measured = networks::measure(records, plan);
    if plan.actors {
        measured.actors.extend(layers::brokerage(records, plan));
    }
    let scale_measures = scales::measures(records, &plan.scales);
    let contrasted = match &groups {
        Some(groups) => {
            contrast::contrasts(records, plan, groups, &measured.networks, &scale_measures)?
        }
        None => contrast::Contrasted::default(),
    };

    let Origin {
        instruments,
        mut exclusions,
        mut warnings,
    } = origin;
    exclusions.extend(measured.exclusions);
    exclusions.extend(contrasted.exclusions);
    exclusions.extend(effects.iter().filter_map(|school| {
        let reason = school.effect.err()?.to_string();
        Some(Exclusion {
            what: format!("school {} from the school effects", school.school),
            reason,
        })
    }));
    let flagged: BTreeSet<_> = measured
        .networks
        .iter()
        .filter(|row| {
            row.response_rate
                .is_some_and(|rate| rate < plan.response_flag)
        })
        .map(|row| (&row.school, &row.wave, &row.relation))
        .collect();
    if !flagged.is_empty() {
        let (n, flag) = (flagged.len(), plan.response_flag);
        let (networks, have) = if n == 1 {
            ("network", "has")
        } else {
            ("networks", "have")
        };
        warnings.push(format!(
            "{n} {networks} {have} a response below {flag:.2}: read the bounds before the values"
        ));
    }

    for column in &plan.layers {
        let mut persons = records.rosters.iter().flat_map(|roster| &roster.persons);
        if persons.all(|person| layers::fact(person, column).is_none()) {
            warnings.push(format!(
                "nobody has a value of `{column}`, so there are no layers of it; fill the column in persons.csv"
            ));
        }
    }
    if plan.treatment == UnknownCells::Drawn && plan.uncertainty != Uncertainty::None {
        warnings.push(
            "with the treatment multiple, the standard error and interval of a network with unknown cells are over its \
             completed networks; jackknife and bootstrap are of networks in which everything is known"
                .to_owned(),
        );
    }

    Ok(Findings {
        provenance: Provenance {
            snapshot: snapshot::of_records(records),
            plan: snapshot::of_plan(plan),
            instruments,
            program: concat!("schakel ", env!("CARGO_PKG_VERSION")).to_owned(),
            seed: plan.seed,
            treatment: plan.treatment.name().to_owned(),
            exclusions,
        },
        contents: contents(records),
        networks: measured.networks,
        actors: measured.actors,
        changes: change::changes(records, plan),
        multiplexity: change::multiplexity(records, plan),
        cuts: if plan.every_cut {
            sensitivity::at_each_cut(records, plan)
        } else {
            Vec::new()
        },
        blocks: layers::blocks(records, plan),
        baselines: baseline::baselines(records, plan),
        scales: scale_measures,
        effects,
        effects_by_weight: growth::by_weight(records),
        groups,
        contrasts: contrasted.contrasts,
        warnings,
    })
}

fn contents(records: &Records) -> Contents {
    let present = records.rosters.iter().flat_map(|roster| {
        let persons = roster.persons.iter().filter(|person| person.present);
        persons.map(|person| (roster.school, &person.key))
    });
    Contents {
        schools: records.schools.len(),
        persons: present.collect::<BTreeSet<_>>().len(),
        waves: records.waves.clone(),
        relations: records.relations.clone(),
        networks: records
            .rosters
            .iter()
            .map(|r| r.nominations.iter().flatten().count())
            .sum(),
        answer_sheets: records.answers.len(),
        pupils: records.pupils.len(),
    }
}

fn check(records: &Records, plan: &Plan) -> Result<(), PlanFault> {
    let known = measures();
    if let Some(name) = plan
        .measures
        .iter()
        .flatten()
        .find(|name| !known.contains(&name.as_str()))
    {
        return Err(PlanFault::UnknownMeasure {
            name: name.clone(),
            known: known.join(", "),
        });
    }
    let facts = layers::columns(records);
    if let Some(column) = plan.layers.iter().find(|column| !facts.contains(column)) {
        return Err(PlanFault::UnknownLayers {
            column: column.clone(),
            known: facts.join(", "),
        });
    }
    let margin = plan.equivalence_margin.unwrap_or(1.0);
    let limits = [
        (
            "alpha",
            "between 0 and 0.5",
            plan.alpha,
            plan.alpha > 0.0 && plan.alpha < 0.5,
        ),
        (
            "the equivalence margin",
            "a positive number",
            margin,
            margin > 0.0 && margin.is_finite(),
        ),
        ("the cut", "a finite number", plan.cut, plan.cut.is_finite()),
    ];
    match limits.into_iter().find(|limit| !limit.3) {
        Some((what, rule, value, _)) => Err(PlanFault::OutOfRange { what, rule, value }),
        None => Ok(()),
    }
}
