//! Forms as browsers send them.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::answer::Answer;
use crate::domain::id::MemberId;
use crate::instrument::check::RawAnswer;
use crate::instrument::definition::{Format, Instrument};

/// Fields in the order in which they were sent; a name may come more than once.
pub type Fields = Vec<(String, String)>;

pub fn field<'f>(fields: &'f Fields, name: &str) -> Option<&'f str> {
    fields
        .iter()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
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
                            "missing" => raw.missing.push(value.clone()),
                            _ => {}
                        },
                    }
                }
            }
            (item.clone(), raw)
        })
        .collect()
}

/// A stored answer in the form in which a page shows it.
pub fn as_raw(answer: &Answer) -> RawAnswer {
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
        Answer::Card { position, ticked } => RawAnswer {
            value: position.map(|code| code.to_string()),
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
