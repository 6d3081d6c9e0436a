//! Reads an instrument file: first its shape, then its logic, and tells every fault with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use sha2::{Digest, Sha256};

use super::answer_format::read_format;
use super::definition::{Example, Format, Instrument, Item, Page, Scale, Status};
use super::rule_check::{self, Asked, Owner};
use super::rule_text::{self, RESERVED};
use super::toml_tree::{Document, Placed, Table};
use crate::domain::fault::Fault;

const STATUSES: [(&str, Status); 3] = [
    ("printed in the source", Status::PrintedInTheSource),
    (
        "written for this project, not validated",
        Status::WrittenForThisProject,
    ),
    ("permitted", Status::Permitted),
];

/// Where the items of a file stand, and on which page each is asked.
#[derive(Default)]
struct Places {
    items: BTreeMap<String, Range<usize>>,
    page_of: BTreeMap<String, usize>,
}

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
        .filter_map(|(key, table)| Some((key.value, read_format(document, table)?)))
        .collect();
    let mut items = BTreeMap::new();
    let mut places = Places::default();
    let mut rules = Vec::new();
    for (key, table) in root.entries("item") {
        check_key(document, &key, "item");
        rules.extend(read_rule(document, &table, Owner::Item(key.value.clone())));
        if let Some(item) = read_item(document, &table, &formats) {
            items.insert(key.value.clone(), item);
        }
        places.items.insert(key.value, key.span);
        table.close();
    }
    let scales: Vec<Scale> = root
        .entries("scale")
        .into_iter()
        .filter_map(|(key, table)| {
            check_key(document, &key, "scale");
            read_scale(document, key.value, table, &items, &places)
        })
        .collect();
    let mut pages: Vec<Page> = Vec::new();
    for (index, table) in root.tables("page").into_iter().enumerate() {
        rules.extend(read_rule(document, &table, Owner::Page(index)));
        pages.extend(read_page(document, table, index, &mut places));
    }
    for (key, place) in &places.items {
        if !places.page_of.contains_key(key) {
            document.fault(
                place,
                "never_asked",
                format!("item `{key}` is on no page"),
                "name it in a page's `ask`",
            );
        }
    }
    check_rules(document, &rules, &items, &places);
    let example = if root.has("example") {
        read_example(document, &root, &items, &scales, &places)
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
            head.choice("status", &STATUSES),
            head.flag("separate"),
        );
        head.close();
        parts
    };
    if let Some(key) = &key {
        check_key(document, key, "instrument");
    }
    if let Some(version) = version.as_ref().filter(|version| version.value < 1) {
        document.fault(
            &version.span,
            "version_too_low",
            format!("version {} is below 1", version.value),
            "begin with `version = 1`",
        );
    }
    root.close();
    for placed in rules {
        match placed.owner {
            Owner::Item(item) => items.get_mut(&item)?.when = Some(placed.rule),
            Owner::Page(page) => pages.get_mut(page)?.when = Some(placed.rule),
        }
    }
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

/// Keys stand in rules, in names of form fields and of columns.
fn check_key(document: &Document<'_>, key: &Placed<String>, what: &str) {
    let mut letters = key.value.chars();
    let fits = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !fits || (what == "item" && RESERVED.contains(&key.value.as_str())) {
        document.fault(
            &key.span,
            "bad_key",
            format!("`{}` cannot be the key of an {what}", key.value),
            "use a letter first, then letters, digits, _ and -, and none of the words and, or, not, answered, includes",
        );
    }
}

/// The rule of an item or a page, with its places in the file.
fn read_rule(
    document: &Document<'_>,
    table: &Table<'_, '_>,
    owner: Owner,
) -> Option<rule_check::Placed> {
    let text = table.optional_text("when")?;
    match rule_text::read(&text.value) {
        Ok(mut written) => {
            for mention in &mut written.mentions {
                mention.item_at = document.within(&text, mention.item_at.clone());
                mention.value_at = document.within(&text, mention.value_at.clone());
            }
            Some(rule_check::Placed {
                owner,
                at: text.span,
                rule: written.rule,
                mentions: written.mentions,
            })
        }
        Err(fault) => {
            let at = document.within(&text, fault.at);
            document.fault(&at, "rule_unreadable", fault.message, fault.hint);
            None
        }
    }
}

fn check_rules(
    document: &Document<'_>,
    rules: &[rule_check::Placed],
    items: &BTreeMap<String, Item>,
    places: &Places,
) {
    for mention in rules.iter().flat_map(|placed| &placed.mentions) {
        if !places.items.contains_key(&mention.item) {
            let (value, span) = (mention.item.clone(), mention.item_at.clone());
            unknown_item(document, &Placed { value, span });
        }
    }
    let asked = Asked {
        items,
        page_of: &places.page_of,
    };
    for flaw in rule_check::flaws(rules, asked) {
        document.fault(&flaw.at, flaw.code, flaw.message, flaw.hint);
    }
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
        Format::Test { options, .. } => {
            let key = table.integer("key")?;
            if !options.iter().any(|choice| choice.code == key.value) {
                document.fault(
                    &key.span,
                    "key_is_no_option",
                    format!("the right answer {} is not an option", key.value),
                    format!("give the `value` of an option of [answer.{}]", answer.value),
                );
            }
            Format::Test {
                options: options.clone(),
                key: key.value,
            }
        }
        other => other.clone(),
    };
    Some(Item {
        text: text?,
        format,
        when: None,
        desk_only: table.flag("desk_only"),
    })
}

fn read_scale(
    document: &Document<'_>,
    key: String,
    table: Table<'_, '_>,
    items: &BTreeMap<String, Item>,
    places: &Places,
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
        if !places.items.contains_key(&item.value) {
            unknown_item(document, item);
        }
        if let Some(known) = items.get(&item.value)
            && codes(&known.format).is_none()
            && !matches!(known.format, Format::Number { .. })
        {
            document.fault(
                &item.span,
                "not_scored",
                format!(
                    "the answer to `{}` is no number that can be scored",
                    item.value
                ),
                "score ratings, single choices, numbers, test items and card items",
            );
        }
    }
    for item in &reverse {
        if let Some(known) = items.get(&item.value)
            && !matches!(known.format, Format::Rating(_))
        {
            document.fault(
                &item.span,
                "reverse_not_a_rating",
                format!("`{}` is reversed and is not a rating", item.value),
                "remove it from `reverse`; turn the values of its options round if need be",
            );
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
            let Some((lowest, highest)) = items.get(&item.value).and_then(points) else {
                continue;
            };
            if lowest < minimum.value || highest > maximum.value {
                document.fault(
                    &item.span,
                    "outside_scale",
                    format!(
                        "`{}` counts from {lowest} to {highest}, outside {} to {}",
                        item.value, minimum.value, maximum.value
                    ),
                    "make `min` and `max` the ends of the answer format; of test items these are 0 and 1",
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
    let right = listed
        .iter()
        .filter_map(|item| match items.get(&item.value)?.format {
            Format::Test { key, .. } => Some((item.value.clone(), key)),
            _ => None,
        })
        .collect();
    Some(Scale {
        key,
        title: title?,
        right,
        items: listed.into_iter().map(|item| item.value).collect(),
        reverse: reverse.into_iter().map(|item| item.value).collect(),
        needed: n_needed,
        minimum: minimum?.value,
        maximum: maximum?.value,
    })
}

/// The codes that an answer can have.
fn codes(format: &Format) -> Option<Vec<i64>> {
    match format {
        Format::Rating(choices)
        | Format::Single(choices)
        | Format::Test {
            options: choices, ..
        }
        | Format::Card {
            positions: choices, ..
        } => Some(choices.iter().map(|choice| choice.code).collect()),
        _ => None,
    }
}

/// From how little to how much an item counts in a scale.
fn points(item: &Item) -> Option<(f64, f64)> {
    match &item.format {
        Format::Test { .. } => Some((0.0, 1.0)),
        Format::Number { minimum, maximum } => Some((*minimum, *maximum)),
        other => {
            let codes = codes(other)?;
            Some((*codes.iter().min()? as f64, *codes.iter().max()? as f64))
        }
    }
}

fn read_page(
    document: &Document<'_>,
    table: Table<'_, '_>,
    index: usize,
    places: &mut Places,
) -> Option<Page> {
    let title = table.bilingual("title");
    let lead = if table.has("lead") {
        table.bilingual("lead")
    } else {
        None
    };
    let ask = table.texts("ask");
    for item in &ask {
        if !places.items.contains_key(&item.value) {
            unknown_item(document, item);
            continue;
        }
        if places.page_of.contains_key(&item.value) {
            document.fault(
                &item.span,
                "asked_twice",
                format!("`{}` is asked twice", item.value),
                "ask it once",
            );
        } else {
            places.page_of.insert(item.value.clone(), index);
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
    places: &Places,
) -> Option<Example> {
    let table = root.table("example")?;
    let (answers, scores) = (table.table("answers")?, table.table("scores")?);
    let answered = answers.numbers();
    for (item, given) in &answered {
        if !places.items.contains_key(&item.value) {
            unknown_item(document, item);
        }
        let Some(known) = items.get(&item.value) else {
            continue;
        };
        let possible = match &known.format {
            Format::Number { minimum, maximum } => (minimum..=maximum).contains(&given),
            other => {
                codes(other).is_some_and(|codes| codes.iter().any(|code| *code as f64 == *given))
            }
        };
        if !possible {
            document.fault(
                &item.span,
                "impossible_answer",
                format!("{given} cannot be the answer to `{}`", item.value),
                "give the value of one of its options, or a number in its range",
            );
        }
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
