//! Forms as browsers send them.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::answer::Answer;
use crate::domain::id::MemberId;
use crate::domain::language::Language;
use crate::fieldwork::pages::missing_key;
use crate::instrument::check::{CANNOT_JUDGE, RawAnswer};
use crate::instrument::definition::{Format, Instrument};
use crate::locale::Words;

/// Of the name of a colleague that is written in.
pub const LONGEST_NAME: usize = 80;

/// Fields in the order in which they were sent; a name may come more than once.
pub type Fields = Vec<(String, String)>;

pub fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
}

/// A name or a value as an address has it: nothing in it ends it, or begins another.
pub fn in_address(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The answers to these items. Several choices send `ITEM=CODE` each; a card `ITEM=POSITION` and `ITEM.tick=1`; a roster
/// `ITEM=MEMBER` for a tick, `ITEM.MEMBER=STRENGTH` for a strength, `ITEM.nobody=1` and `ITEM.missing=NAME`.
pub fn raw_answers(
    fields: &Fields,
    instrument: &Instrument,
    ask: &[String],
) -> BTreeMap<String, RawAnswer> {
    ask.iter()
        .map(|item| {
            let mut raw = RawAnswer::default();
            let is_roster = matches!(instrument.items[item].format, Format::Roster { .. });
            for (name, value) in fields {
                if name == item && is_roster {
                    // What is no id cannot be on the roster; it is kept as an id that is on none, to be refused.
                    raw.named.push((
                        MemberId(Uuid::parse_str(value).unwrap_or(Uuid::nil())),
                        "1".to_owned(),
                    ));
                } else if name == item {
                    raw.values.push(value.clone());
                    raw.value = Some(value.clone());
                } else if let Some(rest) = name
                    .strip_prefix(item.as_str())
                    .and_then(|rest| rest.strip_prefix('.'))
                {
                    match Uuid::parse_str(rest) {
                        Ok(member) => raw.named.push((MemberId(member), value.clone())),
                        Err(_) => match rest {
                            "nobody" => raw.nobody |= !value.is_empty(),
                            "tick" => raw.ticked |= !value.is_empty(),
                            "missing" => raw.missing.push(one_line(value)),
                            _ => {}
                        },
                    }
                }
            }
            (item.clone(), raw)
        })
        .collect()
}

/// A name as someone wrote it: on one line, and not longer than the field for it.
fn one_line(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST_NAME).collect()
}

/// The stored answers to these items, in the form in which a page shows them.
pub fn stored_answers(
    answers: &BTreeMap<String, Answer>,
    ask: &[String],
) -> BTreeMap<String, RawAnswer> {
    ask.iter()
        .map(|item| {
            let mut raw = answers.get(item).map(as_raw).unwrap_or_default();
            if let Some(Answer::Text(names)) = answers.get(&missing_key(item)) {
                raw.missing = names.lines().map(str::to_owned).collect();
            }
            (item.clone(), raw)
        })
        .collect()
}

/// The value of an answer as its field shows it: numbers with the decimal sign of the language.
pub fn field_value(w: Words, format: &Format, raw: &RawAnswer) -> String {
    let value = raw.value.clone().unwrap_or_default();
    match format {
        Format::Number { .. } if w.0 == Language::Nl => value.replace('.', ","),
        _ => value,
    }
}

/// The fields that a form sends when it shows this answer: [`raw_answers`] the other way round.
pub fn as_fields(w: Words, item: &str, format: &Format, raw: &RawAnswer) -> Fields {
    let mut fields = Fields::new();
    let one = || "1".to_owned();
    match format {
        Format::Roster { strengths, .. } => {
            for (member, strength) in &raw.named {
                fields.push(if strengths.is_empty() {
                    (item.to_owned(), member.to_string())
                } else {
                    (format!("{item}.{member}"), strength.clone())
                });
            }
            let missing = raw.missing.iter().filter(|name| !name.is_empty());
            fields.extend(missing.map(|name| (missing_key(item), name.clone())));
            if raw.nobody {
                fields.push((format!("{item}.nobody"), one()));
            }
        }
        Format::Multiple { .. } => {
            let values = raw.values.iter();
            fields.extend(values.map(|value| (item.to_owned(), value.clone())));
        }
        _ => {
            let value = field_value(w, format, raw);
            if !value.is_empty() {
                fields.push((item.to_owned(), value));
            }
            if raw.ticked {
                fields.push((format!("{item}.tick"), one()));
            }
        }
    }
    fields
}

/// A stored answer in the form in which a page shows it.
fn as_raw(answer: &Answer) -> RawAnswer {
    match answer {
        Answer::Code(code) => RawAnswer {
            value: Some(code.to_string()),
            ..RawAnswer::default()
        },
        Answer::Number(number) => RawAnswer {
            value: Some(number.to_string()),
            ..RawAnswer::default()
        },
        Answer::Text(text) => RawAnswer {
            value: Some(text.clone()),
            ..RawAnswer::default()
        },
        Answer::Codes(codes) => RawAnswer {
            values: codes.iter().map(i64::to_string).collect(),
            ..RawAnswer::default()
        },
        Answer::Date(day) => RawAnswer {
            value: Some(day.to_string()),
            ..RawAnswer::default()
        },
        Answer::Card {
            position,
            ticked,
            cannot_judge,
        } => RawAnswer {
            value: position
                .map(|code| code.to_string())
                .or_else(|| cannot_judge.then(|| CANNOT_JUDGE.to_owned())),
            ticked: *ticked,
            ..RawAnswer::default()
        },
        Answer::Nobody => RawAnswer {
            nobody: true,
            ..RawAnswer::default()
        },
        Answer::Named(alters) => RawAnswer {
            named: alters
                .iter()
                .map(|(alter, strength)| (*alter, strength.to_string()))
                .collect(),
            ..RawAnswer::default()
        },
    }
}

#[cfg(test)]
mod tests {
    use super::in_address;

    #[test]
    fn an_address_is_not_ended_by_what_stands_in_it() {
        assert_eq!(in_address("de Linde & #2"), "de%20Linde%20%26%20%232");
        assert_eq!(in_address("a-b_c.d~é"), "a-b_c.d~%C3%A9");
    }
}
