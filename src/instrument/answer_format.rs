//! Reads the answer formats of an instrument file: `[answer.NAME]`, by `kind`.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::definition::{Choice, Format};
use super::toml_tree::{Document, Table};

#[derive(Clone, Copy)]
enum Kind {
    Rating,
    Single,
    Multiple,
    Test,
    Card,
    Date,
    Number,
    Text,
    Roster,
}

const KINDS: [(&str, Kind); 9] = [
    ("rating", Kind::Rating),
    ("single", Kind::Single),
    ("multiple", Kind::Multiple),
    ("test", Kind::Test),
    ("card", Kind::Card),
    ("date", Kind::Date),
    ("number", Kind::Number),
    ("text", Kind::Text),
    ("roster", Kind::Roster),
];

/// The relation of a roster and the key of a test are the item's own: they are filled in where the item is read.
pub fn read_format(document: &Document<'_>, table: Table<'_, '_>) -> Option<Format> {
    let format = match table.choice("kind", &KINDS)? {
        Kind::Rating => Some(Format::Rating(read_choices(&table, "options"))),
        Kind::Single => Some(Format::Single(read_choices(&table, "options"))),
        Kind::Multiple => {
            let options = read_choices(&table, "options");
            let most = read_most(document, &table, options.len());
            Some(Format::Multiple { options, most })
        }
        Kind::Test => Some(Format::Test {
            options: read_choices(&table, "options"),
            key: 0,
        }),
        Kind::Card => Some(Format::Card {
            positions: read_choices(&table, "positions"),
            cannot_judge: if table.has("cannot_judge") {
                table.bilingual("cannot_judge")
            } else {
                None
            },
        }),
        Kind::Date => {
            let (earliest, latest) = (
                read_day(document, &table, "earliest"),
                read_day(document, &table, "latest"),
            );
            if let (Some(earliest), Some(latest)) = (earliest, latest)
                && earliest > latest
            {
                table.fault(
                    "empty_range",
                    "`earliest` is after `latest`",
                    "give a period with days in it",
                );
            }
            Some(Format::Date { earliest, latest })
        }
        Kind::Number => read_number(&table),
        Kind::Text => read_text(document, &table),
        Kind::Roster => Some(Format::Roster {
            relation: String::new(),
            strengths: read_strengths(&table),
        }),
    };
    table.close();
    format
}

fn read_number(table: &Table<'_, '_>) -> Option<Format> {
    let (minimum, maximum) = (table.number("min"), table.number("max"));
    let (minimum, maximum) = (minimum?.value, maximum?.value);
    if minimum >= maximum {
        table.fault(
            "empty_range",
            "`min` is not smaller than `max`",
            "give a range with numbers in it",
        );
    }
    Some(Format::Number { minimum, maximum })
}

fn read_text(document: &Document<'_>, table: &Table<'_, '_>) -> Option<Format> {
    let longest = table.integer("longest")?;
    if longest.value < 1 {
        document.fault(
            &longest.span,
            "empty_range",
            "an answer of no characters is none",
            "give the number of characters that an answer may have, such as 500",
        );
    }
    Some(Format::Text {
        longest: usize::try_from(longest.value).unwrap_or(0),
    })
}

fn read_most(document: &Document<'_>, table: &Table<'_, '_>, options: usize) -> Option<usize> {
    if !table.has("most") {
        return None;
    }
    let most = table.integer("most")?;
    let number = usize::try_from(most.value).unwrap_or(0);
    if number < 1 || number > options {
        document.fault(
            &most.span,
            "most_out_of_range",
            format!("`most` is {}, with {options} options", most.value),
            "allow at least one and at most all options, or leave `most` out",
        );
    }
    Some(number)
}

fn read_day(document: &Document<'_>, table: &Table<'_, '_>, key: &str) -> Option<NaiveDate> {
    if !table.has(key) {
        return None;
    }
    let text = table.text(key)?;
    let day = text.value.parse::<NaiveDate>().ok();
    if day.is_none() {
        document.fault(
            &text.span,
            "not_a_date",
            format!("`{}` is no date", text.value),
            "write e.g. \"2026-08-31\"",
        );
    }
    day
}

/// How often, or how strongly: from little to much, and not 0, which would be somebody who was not named.
fn read_strengths(table: &Table<'_, '_>) -> Vec<Choice> {
    if !table.has("strengths") {
        return Vec::new();
    }
    let strengths = read_choices(table, "strengths");
    let places = table.tables("strengths");
    for (index, (choice, place)) in strengths.iter().zip(&places).enumerate() {
        let low = if index == 0 {
            0
        } else {
            strengths[index - 1].code
        };
        if choice.code <= low {
            let (code, message, hint) = if choice.code < 1 {
                (
                    "strength_too_low",
                    format!("strength {} is not above 0", choice.code),
                    "begin at 1: whoever is not named has 0",
                )
            } else {
                (
                    "strength_not_higher",
                    format!("strength {} comes after {low}", choice.code),
                    "write the strengths from little to much, with rising values",
                )
            };
            place.fault(code, message, hint);
        }
    }
    strengths
}

fn read_choices(table: &Table<'_, '_>, key: &str) -> Vec<Choice> {
    let mut codes = BTreeSet::new();
    let choices: Vec<Choice> = table
        .tables(key)
        .into_iter()
        .filter_map(|option| {
            let (code, text) = (option.integer("value"), option.bilingual_here());
            if let Some(code) = &code
                && !codes.insert(code.value)
            {
                option.fault(
                    "code_twice",
                    format!("value {} is given twice", code.value),
                    "give each option its own",
                );
            }
            option.close();
            Some(Choice {
                code: code?.value,
                text: text?,
            })
        })
        .collect();
    if choices.len() < 2 && table.has(key) {
        table.fault(
            "too_few_options",
            format!("there are fewer than two {key}"),
            "give at least two",
        );
    }
    choices
}
