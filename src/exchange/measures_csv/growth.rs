//! The tables behind the models of growth: factors over all schools, what each school does, and the course of each search.

use crate::evaluation::{findings::Findings, one_step::FactorSlope};

use super::{number, table};

pub fn one_step(findings: &Findings) -> Option<String> {
    let header = [
        "outcome",
        "wave",
        "relation",
        "n_schools",
        "n_pupils",
        "estimate",
        "se",
        "df",
        "p_value",
        "lower",
        "upper",
        "undefined",
        "p_holm",
        "sd",
        "n_cohorts",
        "standing",
        "verdict",
        "told",
    ];
    let rows = findings.one_step.iter().map(|row| {
        let slope = row.slope.as_ref().ok();
        let of = |cell: fn(&FactorSlope) -> Option<f64>| number(slope.and_then(cell));
        vec![
            row.outcome.clone(),
            row.wave.clone(),
            row.relation.clone(),
            row.n_schools.to_string(),
            row.n_pupils.to_string(),
            of(|slope| Some(slope.estimate)),
            of(|slope| Some(slope.se)),
            of(|slope| Some(slope.df)),
            of(|slope| Some(slope.p_value)),
            of(|slope| Some(slope.interval.0)),
            of(|slope| Some(slope.interval.1)),
            row.slope
                .err()
                .map_or_else(String::new, |reason| reason.name().to_owned()),
            of(|slope| slope.p_holm),
            number(row.sd),
            row.n_cohorts.to_string(),
            row.standing.name().to_owned(),
            slope.map_or("", |slope| slope.verdict()).to_owned(),
            row.told.clone().unwrap_or_default(),
        ]
    });
    table(&header, 3, rows)
}

pub fn influence(findings: &Findings) -> Option<String> {
    let header = [
        "model",
        "unit",
        "term",
        "estimate_without",
        "change",
        "cook_distance",
        "rank_change",
        "kind",
        "n_rows",
        "told",
    ];
    let rows = findings.influence.iter().flat_map(|unit| {
        unit.terms.iter().map(|term| {
            vec![
                unit.model.clone(),
                unit.unit.clone(),
                term.term.clone(),
                number(term.without),
                number(term.change()),
                number(unit.cook_distance),
                unit.rank_change
                    .map_or_else(String::new, |places| places.to_string()),
                term.kind.name().to_owned(),
                unit.n_rows.to_string(),
                unit.told.clone().unwrap_or_default(),
            ]
        })
    });
    table(&header, 3, rows)
}

pub fn traces(findings: &Findings) -> Option<String> {
    let steps = findings.traces.iter().flat_map(|trace| &trace.steps);
    let width = steps.map(|step| step.theta.len()).max().unwrap_or(0);
    let names: Vec<String> = (1..=width).map(|place| format!("theta_{place}")).collect();
    let mut header = vec!["model", "evaluation", "deviance"];
    header.extend(names.iter().map(String::as_str));
    let rows = findings.traces.iter().flat_map(|trace| {
        (1..).zip(&trace.steps).map(|(evaluation, step)| {
            // By bytes the evaluations stand in their order too.
            let mut cells = vec![trace.model.clone(), format!("{evaluation:04}")];
            cells.push(number(Some(step.deviance)));
            cells.extend((0..width).map(|place| number(step.theta.get(place).copied())));
            cells
        })
    });
    table(&header, 2, rows)
}
