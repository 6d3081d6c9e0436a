//! One page of questions: shown with what is stored, received as a whole, and never lost.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use crate::domain::id::MemberId;
use crate::domain::language::Language;
use crate::fieldwork::door::Door;
use crate::fieldwork::pages::{Part, seen};
use crate::fieldwork::receive::{self, PageSent, ReceiveRefusal};
use crate::instrument::check::{AnswerFault, RawAnswer};
use crate::instrument::definition::{Choice, Format, Instrument, Page};
use crate::instrument::flow::Step;
use crate::locale::Words;
use crate::web::app::App;
use crate::web::enter::switched;
use crate::web::form::{Fields, as_raw, field, raw_answers};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::Respondent;

#[derive(Template)]
#[template(path = "web/pages/page.html")]
struct QuestionPage {
    frame: Frame,
    instrument: String,
    lead: Option<String>,
    number: usize,
    pages: usize,
    seen: String,
    saved_at: Option<String>,
    /// Heading and text of what stands in the way, if anything does.
    trouble: Option<(String, String)>,
    conflict: bool,
    items: Vec<Question>,
}

struct Question {
    key: String,
    text: String,
    fault: Option<String>,
    input: Input,
}

enum Input {
    /// Radio buttons; a scale is shown in a row.
    Choices {
        options: Vec<Tick>,
        none: bool,
        scale: bool,
    },
    Number {
        value: String,
    },
    Text {
        value: String,
    },
    Roster {
        colleagues: Vec<Colleague>,
        strengths: bool,
        nobody: bool,
    },
}

struct Tick {
    value: String,
    label: String,
    checked: bool,
}

struct Colleague {
    id: MemberId,
    name: String,
    role: String,
    checked: bool,
    strengths: Vec<Tick>,
}

#[derive(serde::Deserialize)]
pub struct Saved {
    saved: Option<String>,
}

pub async fn show_page(
    visitor: Respondent,
    State(app): State<App>,
    Path(number): Path<usize>,
    Query(query): Query<Saved>,
) -> Result<Response, Problem> {
    let (instrument, ..) = page_of(&app, &visitor, number)?;
    let part = Part::of(instrument);
    if visitor.sitting.door(&visitor.study, part, app.now()) != Door::Open {
        return Ok(Redirect::to("/answer").into_response());
    }
    // Only a time is echoed, never what else an address may carry.
    let saved_at = query
        .saved
        .filter(|at| at.len() == 5 && at.bytes().all(|b| b.is_ascii_digit() || b == b':'));
    let stored = visitor
        .sitting
        .answers
        .iter()
        .map(|(item, answer)| (item.clone(), as_raw(answer)))
        .collect();
    let view = View {
        number,
        shown: stored,
        faults: BTreeMap::new(),
        conflict: false,
        saved_at,
    };
    Ok(show(&question_page(&app, &visitor, view)?))
}

pub async fn save(
    visitor: Respondent,
    State(app): State<App>,
    Path(number): Path<usize>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let (instrument, _, step) = page_of(&app, &visitor, number)?;
    let invitation_id = visitor.sitting.opened.invitation.invitation_id;
    let raw = raw_answers(&fields, instrument, &step.ask);
    let sent = PageSent {
        invitation_id,
        step: number - 1,
        seen: field(&fields, "seen").unwrap_or_default().to_owned(),
        raw: raw.clone(),
    };
    let (act, mut rng, study, sitting) = (
        app.act(invitation_id.to_string()),
        app.rng(),
        visitor.study.clone(),
        visitor.sitting.clone(),
    );
    let saved = app
        .store()
        .write(move |tx| {
            async move { receive::save_shown(tx, &act, &mut rng, &study, sitting, &sent).await }
                .boxed()
        })
        .await;
    let stored = saved.as_ref().map_or(0, |saved| saved.stored);
    let trouble = match saved {
        Ok(saved) if saved.faults.is_empty() => None,
        Ok(saved) => Some((StatusCode::UNPROCESSABLE_ENTITY, saved.faults, false)),
        Err(ReceiveRefusal::ChangedElsewhere) => {
            Some((StatusCode::CONFLICT, BTreeMap::new(), true))
        }
        Err(refusal) => return Err(Problem::receive(&app, w, &refusal)),
    };
    if let Some((status, faults, conflict)) = trouble {
        // What is stored has changed: the form must carry what it looks like now.
        let visitor = reload(&app, visitor).await?;
        let view = View {
            number,
            shown: raw,
            faults,
            conflict,
            saved_at: None,
        };
        return Ok((status, show(&question_page(&app, &visitor, view)?)).into_response());
    }
    let pages = visitor.sitting.steps(&visitor.study).len();
    // Only what was stored is said to be saved.
    let at = app
        .now()
        .with_timezone(&visitor.study.design.time_zone)
        .format("%H:%M");
    let note = if stored > 0 {
        format!("?saved={at}")
    } else {
        String::new()
    };
    let next = match field(&fields, "go") {
        Some("back") if number > 1 => format!("/answer/{}{note}", number - 1),
        Some("back") => "/answer".to_owned(),
        Some("later") => "/answer/later".to_owned(),
        Some("language") => {
            let other = if w.0 == Language::Nl {
                Language::En
            } else {
                Language::Nl
            };
            return Ok(switched(other, &format!("/answer/{number}")));
        }
        _ if number < pages => format!("/answer/{}{note}", number + 1),
        _ => "/answer/check".to_owned(),
    };
    Ok(Redirect::to(&next).into_response())
}

async fn reload(app: &App, visitor: Respondent) -> Result<Respondent, Problem> {
    let w = visitor.words;
    let failed = |error| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let sitting =
        crate::fieldwork::pages::Sitting::load(&mut tx, visitor.sitting.opened, app.now())
            .await
            .map_err(failed)?
            .ok_or_else(|| Problem::new(app, w, Kind::NoVisit))?;
    Ok(Respondent { sitting, ..visitor })
}

fn page_of<'v>(
    app: &App,
    visitor: &'v Respondent,
    number: usize,
) -> Result<(&'v Instrument, &'v Page, Step), Problem> {
    let step = number
        .checked_sub(1)
        .and_then(|index| visitor.sitting.steps(&visitor.study).into_iter().nth(index))
        .ok_or_else(|| Problem::new(app, visitor.words, Kind::NotFound))?;
    let instrument = visitor.sitting.due(&visitor.study)[step.instrument];
    Ok((instrument, &instrument.pages[step.page], step))
}

/// What is put on a page besides the questions.
struct View {
    number: usize,
    shown: BTreeMap<String, RawAnswer>,
    faults: BTreeMap<String, AnswerFault>,
    conflict: bool,
    saved_at: Option<String>,
}

fn question_page(app: &App, visitor: &Respondent, view: View) -> Result<QuestionPage, Problem> {
    let w = visitor.words;
    let (instrument, page, step) = page_of(app, visitor, view.number)?;
    let trouble = if view.conflict {
        Some((w.t("conflict-title"), w.t("conflict-lead")))
    } else {
        (!view.faults.is_empty()).then(|| (w.t("faults-title"), w.t("faults-lead")))
    };
    let items = step
        .ask
        .iter()
        .map(|key| {
            let item = &instrument.items[key];
            let raw = view.shown.get(key).cloned().unwrap_or_default();
            Question {
                key: key.clone(),
                text: item.text.say(w.0).to_owned(),
                fault: view.faults.get(key).map(|fault| w.t(fault.key())),
                input: input(w, visitor, &item.format, &raw),
            }
        })
        .collect();
    let path = format!("/answer/{}", view.number);
    Ok(QuestionPage {
        frame: Frame {
            saves_first: true,
            ..Frame::new(app, w, page.title.say(w.0).to_owned(), path)
                .for_visit(&visitor.study.design.contact)
        },
        instrument: instrument.title.say(w.0).to_owned(),
        lead: page.lead.as_ref().map(|lead| lead.say(w.0).to_owned()),
        number: view.number,
        pages: visitor.sitting.steps(&visitor.study).len(),
        seen: seen(&visitor.sitting.answers, &step.ask),
        saved_at: view.saved_at,
        trouble,
        conflict: view.conflict,
        items,
    })
}

fn input(w: Words, visitor: &Respondent, format: &Format, raw: &RawAnswer) -> Input {
    let value = raw.value.clone().unwrap_or_default();
    match format {
        Format::Rating(choices)
        | Format::Single(choices)
        | Format::Test {
            options: choices, ..
        }
        | Format::Multiple {
            options: choices, ..
        }
        | Format::Card { positions: choices } => Input::Choices {
            options: ticks(w, choices, &value),
            none: choices
                .iter()
                .all(|choice| choice.code.to_string() != value),
            scale: matches!(format, Format::Rating(_)),
        },
        Format::Number { .. } => Input::Number {
            value: if w.tag() == "nl" {
                value.replace('.', ",")
            } else {
                value
            },
        },
        Format::Text { .. } | Format::Date { .. } => Input::Text { value },
        Format::Roster { strengths, .. } => Input::Roster {
            colleagues: visitor
                .sitting
                .colleagues
                .iter()
                .map(|member| {
                    let named = raw.named.iter().find(|(id, _)| *id == member.member_id);
                    let role = visitor.study.design.role_title(member.primary_role());
                    Colleague {
                        id: member.member_id,
                        name: member.name.clone(),
                        role: role
                            .map(|role| role.say(w.0).to_owned())
                            .unwrap_or_default(),
                        checked: named.is_some(),
                        strengths: ticks(
                            w,
                            strengths,
                            named.map_or("", |(_, strength)| strength.as_str()),
                        ),
                    }
                })
                .collect(),
            strengths: !strengths.is_empty(),
            nobody: raw.nobody,
        },
    }
}

fn ticks(w: Words, choices: &[Choice], value: &str) -> Vec<Tick> {
    choices
        .iter()
        .map(|choice| Tick {
            value: choice.code.to_string(),
            label: choice.text.say(w.0).to_owned(),
            checked: choice.code.to_string() == value,
        })
        .collect()
}
