//! Reads an instrument file: first its shape, then its logic, and tells every fault with its place.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

use super::definition::{Choice, Example, Format, Instrument, Item, Page, Scale, Status};
use super::toml_tree::{Document, Placed, Table};
use crate::domain::fault::Fault;

pub fn parse(file: &str, input: &str) -> Result<Instrument, Vec<Fault>> {
    let document = Document::parse(file, input);
    let instrument = document.is_good().then(|| read(&document, input)).flatten();
    match (instrument, document.is_good()) {
        (Some(instrument), true) => Ok(instrument),
        _ => Err(document.faults()),
    }
}

fn read(document: &Document<'_>, input: &str) -> Option<Instrument> {
    let root = document.root();
    let head = root.table("instrument");
    let formats: BTreeMap<String, Format> = root
        .entries("answer")
        .into_iter()
        .filter_map(|(key, table)| Some((key.value, read_format(table)?)))
        .collect();
    let mut items = BTreeMap::new();
    let mut item_places = BTreeMap::new();
    for (key, table) in root.entries("item") {
        if let Some(item) = read_item(document, &table, &formats) {
            items.insert(key.value.clone(), item);
        }
        item_places.insert(key.value, key.span);
        table.close();
    }
    let scales: Vec<Scale> = root
        .entries("scale")
        .into_iter()
        .filter_map(|(key, table)| read_scale(document, key.value, table, &items, &item_places))
        .collect();
    let mut asked = BTreeSet::new();
    let pages: Vec<Page> = root
        .tables("page")
        .into_iter()
        .filter_map(|table| read_page(document, table, &item_places, &mut asked))
        .collect();
    for (key, place) in item_places.iter().filter(|(key, _)| !asked.contains(*key)) {
        document.fault(
            place,
            "never_asked",
            format!("item `{key}` is on no page"),
            "name it in a page's `ask`",
        );
    }
    let example = if root.has("example") {
        read_example(document, &root, &items, &scales)
    } else {
        None
    };
    let (key, version, title, intro, source, status, separate) = {
        let head = head?;
        let parts = (
            head.text("key"),
            head.integer("version"),
            head.bilingual("title"),
            head.bilingual("intro"),
            head.text("source"),
            head.choice(
                "status",
                &[
                    ("printed in the source", Status::PrintedInTheSource),
                    (
                        "written for this project, not validated",
                        Status::WrittenForThisProject,
                    ),
                    ("permitted", Status::Permitted),
                ],
            ),
            head.flag("separate"),
        );
        head.close();
        parts
    };
    root.close();
    Some(Instrument {
        key: key?.value,
        version: version?.value,
        title: title?,
        intro: intro?,
        source: source?.value,
        status: status?,
        items,
        scales,
        pages,
        separate,
        example,
        hash: Sha256::digest(input.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
    })
}

fn read_format(table: Table<'_, '_>) -> Option<Format> {
    let kind = table.choice(
        "kind",
        &[
            ("rating", 0),
            ("single", 1),
            ("number", 2),
            ("text", 3),
            ("roster", 4),
        ],
    );
    let format = match kind? {
        0 => Some(Format::Rating(read_choices(&table, "options"))),
        1 => Some(Format::Single(read_choices(&table, "options"))),
        2 => {
            let (minimum, maximum) = (table.number("min"), table.number("max"));
            if let (Some(minimum), Some(maximum)) = (&minimum, &maximum)
                && minimum.value >= maximum.value
            {
                table.fault(
                    "empty_range",
                    "`min` is not smaller than `max`",
                    "give a range with numbers in it",
                );
            }
            minimum
                .zip(maximum)
                .map(|(minimum, maximum)| Format::Number {
                    minimum: minimum.value,
                    maximum: maximum.value,
                })
        }
        3 => table.integer("longest").map(|longest| Format::Text {
            longest: usize::try_from(longest.value).unwrap_or(0),
        }),
        _ => {
            let strengths = if table.has("strengths") {
                read_choices(&table, "strengths")
            } else {
                Vec::new()
            };
            Some(Format::Roster {
                relation: String::new(),
                strengths,
            })
        }
    };
    table.close();
    format
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
    if choices.len() < 2 && key == "options" {
        table.fault(
            "too_few_options",
            "there are fewer than two options",
            "give at least two",
        );
    }
    choices
}

fn read_item(
    document: &Document<'_>,
    table: &Table<'_, '_>,
    formats: &BTreeMap<String, Format>,
) -> Option<Item> {
    let text = table.bilingual_here();
    let answer = table.text("answer")?;
    let Some(format) = formats.get(&answer.value) else {
        let known = formats
            .keys()
            .map(|key| format!("`{key}`"))
            .collect::<Vec<_>>()
            .join(", ");
        document.fault(
            &answer.span,
            "unknown_answer",
            format!("there is no answer format `{}`", answer.value),
            format!("use one of {known}, or define [answer.{}]", answer.value),
        );
        return None;
    };
    let format = match format {
        Format::Roster { strengths, .. } => Format::Roster {
            relation: table.text("relation")?.value,
            strengths: strengths.clone(),
        },
        other => other.clone(),
    };
    Some(Item {
        text: text?,
        format,
        when: None,
    })
}

fn read_scale(
    document: &Document<'_>,
    key: String,
    table: Table<'_, '_>,
    items: &BTreeMap<String, Item>,
    places: &BTreeMap<String, std::ops::Range<usize>>,
) -> Option<Scale> {
    let listed = table.texts("items");
    let reverse = table.optional_texts("reverse");
    let (needed, minimum, maximum) = (
        table.integer("needed"),
        table.number("min"),
        table.number("max"),
    );
    let title = table.bilingual("title");
    for item in &listed {
        if !places.contains_key(&item.value) {
            unknown_item(document, item);
        }
    }
    for item in reverse
        .iter()
        .filter(|item| listed.iter().all(|other| other.value != item.value))
    {
        document.fault(
            &item.span,
            "reverse_not_in_scale",
            format!("`{}` is reversed but not among the items", item.value),
            "add it to `items` or remove it from `reverse`",
        );
    }
    if let (Some(minimum), Some(maximum)) = (&minimum, &maximum) {
        for item in &listed {
            if let Some(Item {
                format: Format::Rating(choices),
                ..
            }) = items.get(&item.value)
                && choices.iter().any(|choice| {
                    let code = choice.code as f64;
                    code < minimum.value || code > maximum.value
                })
            {
                document.fault(
                    &item.span,
                    "outside_scale",
                    format!(
                        "`{}` has options outside {} to {}",
                        item.value, minimum.value, maximum.value
                    ),
                    "make `min` and `max` the ends of the answer format",
                );
            }
        }
    }
    let needed = needed?;
    let n_needed = usize::try_from(needed.value).unwrap_or(0);
    if n_needed < 1 || n_needed > listed.len() {
        document.fault(
            &needed.span,
            "needed_out_of_range",
            format!("`needed` is {}, with {} items", needed.value, listed.len()),
            "ask for at least one and at most all items",
        );
    }
    table.close();
    Some(Scale {
        key,
        title: title?,
        items: listed.into_iter().map(|item| item.value).collect(),
        reverse: reverse.into_iter().map(|item| item.value).collect(),
        needed: n_needed,
        minimum: minimum?.value,
        maximum: maximum?.value,
    })
}

fn read_page(
    document: &Document<'_>,
    table: Table<'_, '_>,
    places: &BTreeMap<String, std::ops::Range<usize>>,
    asked: &mut BTreeSet<String>,
) -> Option<Page> {
    let title = table.bilingual("title");
    let lead = if table.has("lead") {
        table.bilingual("lead")
    } else {
        None
    };
    let ask = table.texts("ask");
    for item in &ask {
        if !places.contains_key(&item.value) {
            unknown_item(document, item);
        } else if !asked.insert(item.value.clone()) {
            document.fault(
                &item.span,
                "asked_twice",
                format!("`{}` is asked twice", item.value),
                "ask it once",
            );
        }
    }
    if ask.is_empty() {
        table.fault(
            "empty_page",
            "the page asks nothing",
            "name items in `ask`, or remove the page",
        );
    }
    table.close();
    Some(Page {
        title: title?,
        lead,
        ask: ask.into_iter().map(|item| item.value).collect(),
        when: None,
    })
}

fn unknown_item(document: &Document<'_>, item: &Placed<String>) {
    document.fault(
        &item.span,
        "unknown_item",
        format!("there is no item `{}`", item.value),
        format!("define [item.{}] or correct the name", item.value),
    );
}

fn read_example(
    document: &Document<'_>,
    root: &Table<'_, '_>,
    items: &BTreeMap<String, Item>,
    scales: &[Scale],
) -> Option<Example> {
    let table = root.table("example")?;
    let (answers, scores) = (table.table("answers")?, table.table("scores")?);
    let answered = answers.numbers();
    for (item, _) in answered
        .iter()
        .filter(|(item, _)| !items.contains_key(&item.value))
    {
        unknown_item(document, item);
    }
    let given: BTreeMap<String, f64> = answered
        .into_iter()
        .map(|(item, value)| (item.value, value))
        .collect();
    let mut expected = BTreeMap::new();
    for (key, value) in scores.numbers() {
        let worked = scales
            .iter()
            .find(|scale| scale.key == key.value)
            .map(|scale| scale.score(&given));
        match worked {
            None => document.fault(
                &key.span,
                "unknown_scale",
                format!("there is no scale `{}`", key.value),
                "correct the name",
            ),
            Some(score) if score.is_none_or(|score| (score - value).abs() > 1e-9) => document
                .fault(
                    &key.span,
                    "example_differs",
                    format!(
                        "the answers give {score:?} for `{}`, the example says {value}",
                        key.value
                    ),
                    "correct the example, the reversed items or the scale",
                ),
            Some(_) => {}
        }
        expected.insert(key.value, value);
    }
    answers.close();
    scores.close();
    table.close();
    Some(Example {
        answers: given,
        scores: expected,
    })
}
