//! The tables of what pupils' scores say: effects of schools, and the terms of models.

use crate::evaluation::findings::Findings;

use super::{number, table, undefined};

pub fn school_effects(findings: &Findings) -> Option<String> {
    let header = [
        "school",
        "effect",
        "se",
        "shrunken",
        "reliability",
        "p_top",
        "months",
        "n_pupils",
        "before",
        "during",
        "comparison_lower",
        "comparison_upper",
        "shrunken_se",
        "undefined",
    ];
    let rows = findings.effects.iter().map(|row| {
        let (lower, upper) = row.comparison.unzip();
        vec![
            row.school.clone(),
            number(row.effect.ok()),
            number(row.se),
            number(row.shrunken),
            number(row.reliability),
            number(row.p_top),
            number(row.months),
            row.n_pupils.to_string(),
            number(row.before),
            number(row.during),
            number(lower),
            number(upper),
            number(row.shrunken_se),
            undefined(&row.effect),
        ]
    });
    table(&header, 1, rows)
}

pub fn models(findings: &Findings) -> Option<String> {
    let header = [
        "model", "term", "kind", "estimate", "se", "df", "p_value", "lower", "upper", "interval",
    ];
    let rows = findings.all_models().flat_map(|model| {
        model.terms.iter().map(|row| {
            let (lower, upper) = row.interval.unzip();
            vec![
                model.model.clone(),
                row.term.clone(),
                row.kind.name().to_owned(),
                number(Some(row.estimate)),
                number(row.se),
                number(row.df),
                number(row.p_value),
                number(lower),
                number(upper),
                row.interval_by
                    .map_or_else(String::new, |method| method.name().to_owned()),
            ]
        })
    });
    table(&header, 3, rows)
}
