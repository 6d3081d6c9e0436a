//! What someone answered, in words, to who gave it.

use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::Serialize;

use super::pages::{Sitting, missing_key};
use super::study::Study;
use crate::domain::answer::Answer;
use crate::instrument::definition::{Choice, Format, Instrument};
use crate::instrument::flow;
use crate::locale::Words;

/// One instrument: every question that was asked, with what was answered, a line each. No line: left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    pub title: String,
    pub questions: Vec<(String, Vec<String>)>,
}

/// Everything that was begun on one invitation.
pub fn of_sitting(w: Words, study: &Study, sitting: &Sitting) -> Vec<Asked> {
    begun(study, sitting)
        .into_iter()
        .map(|instrument| asked(w, study, sitting, instrument))
        .collect()
}

/// The instruments that were begun: those due, and those that no longer are since a role changed.
fn begun<'s>(study: &'s Study, sitting: &Sitting) -> Vec<&'s Instrument> {
    let mut begun = sitting.due(study);
    begun.retain(|instrument| sitting.responses.contains_key(&instrument.key));
    for (key, response) in &sitting.responses {
        let known = study.library.version(key, response.version);
        begun.extend(known.filter(|_| begun.iter().all(|due| due.key != *key)));
    }
    begun
}

pub fn asked(w: Words, study: &Study, sitting: &Sitting, instrument: &Instrument) -> Asked {
    let answers = &sitting.answers;
    Asked {
        title: instrument.title.say(w.0).to_owned(),
        questions: (0..instrument.pages.len())
            .flat_map(|page| flow::asked(instrument, page, answers))
            .map(|item| {
                let text = instrument.items[&item].text.say(w.0).to_owned();
                (text, in_words(w, study, sitting, instrument, &item))
            })
            .collect(),
    }
}

fn in_words(
    w: Words,
    study: &Study,
    sitting: &Sitting,
    instrument: &Instrument,
    item: &str,
) -> Vec<String> {
    let mut lines = match sitting.answers.get(item) {
        None => Vec::new(),
        Some(answer) => told(w, study, sitting, instrument, item, answer),
    };
    if let Some(Answer::Text(written)) = sitting.answers.get(&missing_key(item)) {
        let names = written.lines();
        lines.extend(names.map(|name| w.t1("own-written-in", "name", name)));
    }
    lines
}

fn told(
    w: Words,
    study: &Study,
    sitting: &Sitting,
    instrument: &Instrument,
    item: &str,
    answer: &Answer,
) -> Vec<String> {
    let format = &instrument.items[item].format;
    match answer {
        Answer::Code(code) => vec![label(w, choices(format), *code)],
        Answer::Codes(codes) => codes
            .iter()
            .map(|code| label(w, choices(format), *code))
            .collect(),
        Answer::Number(number) => {
            let text = number.to_string();
            vec![if w.tag() == "nl" {
                text.replace('.', ",")
            } else {
                text
            }]
        }
        Answer::Text(text) => text.lines().map(str::to_owned).collect(),
        Answer::Date(day) => vec![w.day(day.and_time(NaiveTime::MIN).and_utc(), Tz::UTC)],
        Answer::Card {
            position,
            ticked,
            cannot_judge,
        } => {
            let place = position.map(|code| label(w, choices(format), code));
            let cannot = match format {
                Format::Card {
                    cannot_judge: Some(words),
                    ..
                } if *cannot_judge => Some(words.say(w.0).to_owned()),
                _ => None,
            };
            place
                .or(cannot)
                .into_iter()
                .chain(ticked.then(|| w.t("own-ticked")))
                .collect()
        }
        Answer::Nobody => vec![w.t("roster-nobody")],
        Answer::Named(alters) => {
            let colleagues = sitting.colleagues_for(study, &instrument.key);
            let mut names: Vec<String> = alters
                .iter()
                .map(|(alter, strength)| {
                    let known = colleagues.iter().find(|known| known.member_id == *alter);
                    let name = known.map_or_else(|| w.t("own-gone"), |known| known.name.clone());
                    match choices(format) {
                        [] => name,
                        strengths => format!("{name}: {}", label(w, strengths, *strength)),
                    }
                })
                .collect();
            names.sort();
            names
        }
    }
}

fn choices(format: &Format) -> &[Choice] {
    match format {
        Format::Rating(choices)
        | Format::Single(choices)
        | Format::Multiple {
            options: choices, ..
        }
        | Format::Test {
            options: choices, ..
        }
        | Format::Card {
            positions: choices, ..
        }
        | Format::Roster {
            strengths: choices, ..
        } => choices,
        Format::Date { .. } | Format::Number { .. } | Format::Text { .. } => &[],
    }
}

fn label(w: Words, choices: &[Choice], code: i64) -> String {
    let known = choices.iter().find(|choice| choice.code == code);
    known.map_or_else(
        || code.to_string(),
        |choice| choice.text.say(w.0).to_owned(),
    )
}
