//! One's own answers, in words: shown to who gave them until the wave closes, and to nobody else.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveTime;
use chrono_tz::Tz;

use super::start::{back, frame, notice};
use crate::domain::answer::Answer;
use crate::fieldwork::pages::missing_key;
use crate::instrument::definition::{Choice, Format, Instrument};
use crate::instrument::flow;
use crate::locale::Words;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::show;
use crate::web::visitor::Respondent;

const PATH: &str = "/answer/own";

#[derive(Template)]
#[template(path = "web/pages/own.html")]
struct OwnPage {
    frame: Frame,
    asked: Vec<Asked>,
}

/// One instrument: every question that was asked, with what was answered, a line each. No line: left open.
struct Asked {
    title: String,
    questions: Vec<(String, Vec<String>)>,
}

pub async fn show_own(visitor: Respondent, State(app): State<App>) -> Response {
    let sitting = &visitor.sitting;
    if sitting.opened.invitation.withdrawn_at.is_some() {
        return Redirect::to("/answer").into_response();
    }
    if sitting.window.closed_at.is_some() {
        return notice(&app, &visitor, PATH, "own-closed", back(&visitor));
    }
    let w = visitor.words;
    show(&OwnPage {
        frame: frame(&app, &visitor, w.t("own-title"), PATH),
        asked: begun(&visitor)
            .into_iter()
            .map(|instrument| asked(&visitor, instrument))
            .collect(),
    })
}

/// The instruments that were begun: those due, and those that no longer are since a role changed.
fn begun(visitor: &Respondent) -> Vec<&Instrument> {
    let (study, sitting) = (&visitor.study, &visitor.sitting);
    let mut begun = sitting.due(study);
    begun.retain(|instrument| sitting.responses.contains_key(&instrument.key));
    for (key, response) in &sitting.responses {
        let known = study.library.version(key, response.version);
        begun.extend(known.filter(|_| begun.iter().all(|due| due.key != *key)));
    }
    begun
}

fn asked(visitor: &Respondent, instrument: &Instrument) -> Asked {
    let w = visitor.words;
    let answers = &visitor.sitting.answers;
    Asked {
        title: instrument.title.say(w.0).to_owned(),
        questions: (0..instrument.pages.len())
            .flat_map(|page| flow::asked(instrument, page, answers))
            .map(|item| {
                let text = instrument.items[&item].text.say(w.0).to_owned();
                (text, in_words(visitor, instrument, &item))
            })
            .collect(),
    }
}

fn in_words(visitor: &Respondent, instrument: &Instrument, item: &str) -> Vec<String> {
    let w = visitor.words;
    let mut lines = match visitor.sitting.answers.get(item) {
        None => Vec::new(),
        Some(answer) => told(visitor, instrument, item, answer),
    };
    if let Some(Answer::Text(written)) = visitor.sitting.answers.get(&missing_key(item)) {
        let names = written.lines();
        lines.extend(names.map(|name| w.t1("own-written-in", "name", name)));
    }
    lines
}

fn told(visitor: &Respondent, instrument: &Instrument, item: &str, answer: &Answer) -> Vec<String> {
    let w = visitor.words;
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
        Answer::Card { position, ticked } => {
            let place = position.map(|code| label(w, choices(format), code));
            place
                .into_iter()
                .chain(ticked.then(|| w.t("own-ticked")))
                .collect()
        }
        Answer::Nobody => vec![w.t("roster-nobody")],
        Answer::Named(alters) => {
            let colleagues = visitor
                .sitting
                .colleagues_for(&visitor.study, &instrument.key);
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
        | Format::Card { positions: choices }
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
