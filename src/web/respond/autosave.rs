//! What a page is told that saves while it is being filled in, and the two values when it was changed elsewhere.

use std::collections::BTreeMap;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::id::MemberId;
use crate::fieldwork::pages::seen;
use crate::instrument::check::{CANNOT_JUDGE, RawAnswer, check};
use crate::instrument::definition::{Choice, Format, Instrument};
use crate::locale::Words;
use crate::web::form::{Fields, as_fields, field_value, stored_answers};
use crate::web::problem::Problem;
use crate::web::visitor::Respondent;

/// A page that was saved: when, what its stored answers look like now, and what could not be taken.
#[derive(Serialize)]
pub struct Saved {
    /// None when nothing could be taken.
    pub saved_at: Option<String>,
    pub seen: String,
    pub faults: BTreeMap<String, String>,
}

/// A page that was changed elsewhere in the meantime.
#[derive(Serialize)]
pub struct Conflict {
    pub conflict: Vec<Difference>,
    pub seen: String,
}

/// One question with two answers, both in words; and the stored one as the fields of the form.
#[derive(Serialize)]
pub struct Difference {
    pub item: String,
    pub text: String,
    pub yours: String,
    pub stored: String,
    pub fields: Fields,
}

#[derive(Serialize)]
struct Refused {
    message: String,
}

/// Whether a script asks, which wants to be told and not shown.
pub fn asked(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT);
    accept.is_some_and(|accept| accept.as_bytes() == b"application/json")
}

pub fn tell(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_string(body) {
        Ok(text) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (status, kind, text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "an answer to a script could not be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

pub fn refuse(problem: &Problem) -> Response {
    let (status, message) = problem.told();
    tell(status, &Refused { message })
}

pub fn conflict(
    visitor: &Respondent,
    instrument: &Instrument,
    ask: &[String],
    sent: &BTreeMap<String, RawAnswer>,
) -> Response {
    let told = Conflict {
        conflict: differences(visitor, instrument, ask, sent),
        seen: seen(&visitor.sitting.answers, ask),
    };
    tell(StatusCode::CONFLICT, &told)
}

/// The questions of a page to which what was sent is another answer than what is stored.
pub fn differences(
    visitor: &Respondent,
    instrument: &Instrument,
    ask: &[String],
    sent: &BTreeMap<String, RawAnswer>,
) -> Vec<Difference> {
    let w = visitor.words;
    let roster = visitor.sitting.roster(&visitor.study, &instrument.key);
    let stored = stored_answers(&visitor.sitting.answers, ask);
    ask.iter()
        .filter_map(|key| {
            let item = &instrument.items[key];
            let (yours, stored) = (sent.get(key)?, stored.get(key)?);
            let names = |raw: &RawAnswer| -> Vec<String> {
                let written = raw.missing.iter().filter(|name| !name.is_empty());
                written.cloned().collect()
            };
            let same = check(item, yours, &roster)
                .is_ok_and(|answer| answer.as_ref() == visitor.sitting.answers.get(key))
                && names(yours) == names(stored);
            (!same).then(|| Difference {
                item: key.clone(),
                text: item.text.say(w.0).to_owned(),
                yours: in_words(visitor, instrument, key, yours),
                stored: in_words(visitor, instrument, key, stored),
                fields: as_fields(w, key, &item.format, stored),
            })
        })
        .collect()
}

/// An answer as someone would read it aloud.
fn in_words(visitor: &Respondent, instrument: &Instrument, key: &str, raw: &RawAnswer) -> String {
    let w = visitor.words;
    let format = &instrument.items[key].format;
    let mut said: Vec<String> = Vec::new();
    match format {
        Format::Rating(options) | Format::Single(options) | Format::Test { options, .. } => {
            said.extend(raw.value.iter().map(|value| label(w, options, value)));
        }
        Format::Card {
            positions,
            cannot_judge,
        } => {
            said.extend(raw.value.iter().map(|value| match cannot_judge {
                Some(words) if value == CANNOT_JUDGE => words.say(w.0).to_owned(),
                _ => label(w, positions, value),
            }));
        }
        Format::Multiple { options, .. } => {
            said.extend(raw.values.iter().map(|value| label(w, options, value)));
        }
        Format::Date { .. } => {
            let value = field_value(w, format, raw);
            let day = value.parse::<NaiveDate>();
            said.push(day.map_or(value, |day| day.format("%-d-%-m-%Y").to_string()));
        }
        Format::Number { .. } | Format::Text { .. } => said.push(field_value(w, format, raw)),
        Format::Roster { strengths, .. } => {
            let named = raw
                .named
                .iter()
                .filter(|(_, strength)| !strength.is_empty());
            said.extend(named.map(|(member, strength)| {
                let name = name(visitor, instrument, *member);
                match label(w, strengths, strength) {
                    word if strengths.is_empty() || word.is_empty() => name,
                    word => format!("{name} ({word})"),
                }
            }));
            said.extend(raw.missing.iter().cloned());
            said.extend(raw.nobody.then(|| w.t("roster-nobody")));
        }
    }
    said.extend(raw.ticked.then(|| w.t("card-ticked")));
    said.retain(|part| !part.is_empty());
    if said.is_empty() {
        return w.t("rating-none");
    }
    said.join(", ")
}

fn label(w: Words, options: &[Choice], value: &str) -> String {
    let chosen = options
        .iter()
        .find(|choice| choice.code.to_string() == value);
    chosen.map_or_else(
        || value.to_owned(),
        |choice| choice.text.say(w.0).to_owned(),
    )
}

fn name(visitor: &Respondent, instrument: &Instrument, member: MemberId) -> String {
    let colleagues = visitor
        .sitting
        .colleagues_for(&visitor.study, &instrument.key);
    let known = colleagues.iter().find(|known| known.member_id == member);
    known.map_or_else(
        || visitor.words.t("roster-gone"),
        |known| known.name.clone(),
    )
}
