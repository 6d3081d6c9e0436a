//! `dimensions.csv`: what scales measure, a number a row.

use crate::evaluation::dimensions::Dimensions;

use super::measures_csv::{number, table};

const HEADER: [&str; 15] = [
    "scale",
    "wave",
    "analysis",
    "over",
    "level",
    "measure",
    "item",
    "other",
    "factor",
    "value",
    "lower",
    "upper",
    "n",
    "undefined",
    "reason",
];

pub fn write(found: &Dimensions) -> String {
    let rows = found.rows.iter().map(|row| {
        let why = row.value.as_ref().err();
        vec![
            row.scale.clone(),
            row.wave.clone(),
            row.analysis.name().to_owned(),
            row.over.clone(),
            row.level.to_owned(),
            row.measure.to_owned(),
            row.item.clone(),
            row.other.clone(),
            row.factor
                .map_or_else(String::new, |factor| factor.to_string()),
            number(row.value.as_ref().ok().copied()),
            number(row.interval.map(|ends| ends.lower)),
            number(row.interval.map(|ends| ends.upper)),
            row.n.to_string(),
            why.map_or_else(String::new, |why| why.code.to_owned()),
            why.map_or_else(String::new, |why| why.words.clone()),
        ]
    });
    // In the order in which they were found: scales, waves, analyses, items.
    table(&HEADER, 0, rows).unwrap_or_default()
}
