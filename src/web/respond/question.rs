//! How one question looks: its words, its fields, and what is filled in.

use std::collections::BTreeMap;

use super::roster::{Roster, roster};
use crate::fieldwork::hints::Hints;
use crate::instrument::check::{AnswerFault, CANNOT_JUDGE, RawAnswer};
use crate::instrument::definition::{Choice, Format, Instrument};
use crate::locale::Words;
use crate::web::form::field_value;
use crate::web::visitor::Respondent;

pub struct Question {
    pub key: String,
    pub text: String,
    pub fault: Option<String>,
    pub input: Input,
}

pub enum Input {
    /// Radio buttons; a scale is shown in a row. A statement of a card can be ticked besides.
    Choices {
        options: Vec<Tick>,
        none: bool,
        scale: bool,
        tick: Option<bool>,
    },
    /// Boxes to tick, with how many may be.
    Several {
        options: Vec<Tick>,
        help: String,
    },
    Number {
        value: String,
    },
    /// The day as a date field wants it, with the first and the last that are possible.
    Date {
        value: String,
        earliest: String,
        latest: String,
    },
    Text {
        value: String,
        longest: usize,
    },
    Roster(Roster),
}

pub struct Tick {
    pub value: String,
    pub label: String,
    pub checked: bool,
}

/// What is put on a page, as it is stored or as it was sent.
pub struct Filled<'p> {
    pub shown: &'p BTreeMap<String, RawAnswer>,
    pub faults: &'p BTreeMap<String, AnswerFault>,
    pub hints: &'p Hints,
}

pub fn question(
    visitor: &Respondent,
    instrument: &Instrument,
    key: &str,
    filled: &Filled<'_>,
) -> Question {
    let w = visitor.words;
    let item = &instrument.items[key];
    let raw = filled.shown.get(key).cloned().unwrap_or_default();
    let value = field_value(w, &item.format, &raw);
    let choices = |options: &[Choice], scale, tick| Input::Choices {
        none: options
            .iter()
            .all(|choice| choice.code.to_string() != value),
        options: ticks(w, options, std::slice::from_ref(&value)),
        scale,
        tick,
    };
    let input = match &item.format {
        Format::Rating(options) => choices(options, true, None),
        Format::Single(options) | Format::Test { options, .. } => choices(options, false, None),
        Format::Card {
            positions,
            cannot_judge,
        } => {
            let mut input = choices(positions, false, Some(raw.ticked));
            if let (Input::Choices { options, none, .. }, Some(words)) = (&mut input, cannot_judge)
            {
                let checked = value == CANNOT_JUDGE;
                options.push(Tick {
                    value: CANNOT_JUDGE.to_owned(),
                    label: words.say(w.0).to_owned(),
                    checked,
                });
                *none &= !checked;
            }
            input
        }
        Format::Multiple { options, most } => Input::Several {
            options: ticks(w, options, &raw.values),
            help: match most {
                Some(most) => w.t1("several-most", "n", *most),
                None => w.t("several-any"),
            },
        },
        Format::Number { .. } => Input::Number { value },
        Format::Date { earliest, latest } => Input::Date {
            value,
            earliest: earliest.map(|day| day.to_string()).unwrap_or_default(),
            latest: latest.map(|day| day.to_string()).unwrap_or_default(),
        },
        Format::Text { longest } => Input::Text {
            value,
            longest: *longest,
        },
        Format::Roster { .. } => {
            Input::Roster(roster(visitor, instrument, key, &raw, filled.hints))
        }
    };
    Question {
        key: key.to_owned(),
        text: item.text.say(w.0).to_owned(),
        fault: filled.faults.get(key).map(|fault| w.t(fault.key())),
        input,
    }
}

pub fn ticks<'c>(
    w: Words,
    choices: impl IntoIterator<Item = &'c Choice>,
    values: &[String],
) -> Vec<Tick> {
    choices
        .into_iter()
        .map(|choice| {
            let value = choice.code.to_string();
            Tick {
                checked: values.contains(&value),
                value,
                label: choice.text.say(w.0).to_owned(),
            }
        })
        .collect()
}
