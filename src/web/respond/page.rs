//! One page of questions: shown with what is stored, received as a whole, and never lost.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::autosave::{self, Difference, Saved, differences};
use super::pupil::is_pupil;
use super::question::{Filled, Input, Question, question};
use super::roster::{ByPerson, by_person};
use crate::domain::language::Language;
use crate::fieldwork::door::Door;
use crate::fieldwork::pages::{Part, Sitting, seen};
use crate::fieldwork::receive::{self, PageSent, ReceiveRefusal};
use crate::fieldwork::study::Study;
use crate::fieldwork::{enter, hints};
use crate::instrument::check::{AnswerFault, RawAnswer};
use crate::instrument::definition::{Instrument, Page};
use crate::instrument::flow::Step;
use crate::web::app::App;
use crate::web::enter::{switched, visit_name};
use crate::web::form::{Fields, LONGEST_NAME, field, raw_answers, stored_answers};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::{Respondent, cookie};

#[derive(Template)]
#[template(path = "web/pages/page.html")]
struct QuestionPage {
    frame: Frame,
    instrument: String,
    lead: Option<String>,
    number: usize,
    /// The place of this page among those that are shown, and how many these are.
    place: usize,
    pages: usize,
    seen: String,
    saved_at: Option<String>,
    /// Heading and text of what stands in the way, if anything does.
    trouble: Option<(String, String)>,
    differences: Vec<Difference>,
    items: Vec<Question>,
    by_person: Option<ByPerson>,
    longest_name: usize,
    /// On a device in a classroom: one question, and nothing around it.
    pupil: bool,
}

impl QuestionPage {
    fn lists_colleagues(&self) -> bool {
        let lists = |item: &Question| matches!(item.input, Input::Roster { .. });
        self.by_person.is_some() || self.items.iter().any(lists)
    }
}

#[derive(serde::Deserialize)]
pub struct Note {
    saved: Option<String>,
}

pub async fn show_page(
    visitor: Respondent,
    State(app): State<App>,
    Path(number): Path<usize>,
    Query(query): Query<Note>,
) -> Result<Response, Problem> {
    if let Some(first) = super::consent::first(&visitor) {
        return Ok(first);
    }
    let (instrument, _, step) = page_of(&app, &visitor, number)?;
    let part = Part::of(instrument);
    if visitor.sitting.door(&visitor.study, part, app.now()) != Door::Open {
        return Ok(Redirect::to("/answer").into_response());
    }
    if step.ask.is_empty() {
        // A rule hides it: on to what comes after it.
        let next = after(&visitor.study, &visitor.sitting, number);
        return Ok(Redirect::to(&next).into_response());
    }
    // Only a time is echoed, never what else an address may carry.
    let saved_at = query
        .saved
        .filter(|at| at.len() == 5 && at.bytes().all(|b| b.is_ascii_digit() || b == b':'));
    let view = View {
        number,
        shown: stored_answers(&visitor.sitting.answers, &step.ask),
        faults: BTreeMap::new(),
        conflict: false,
        saved_at,
    };
    Ok(show(&question_page(&app, &visitor, view).await?))
}

/// Both a form that was sent and a script that saves while it is filled in come here.
pub async fn save(
    visitor: Result<Respondent, Problem>,
    State(app): State<App>,
    Path(number): Path<usize>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let by_script = autosave::asked(&headers);
    let received = match visitor {
        Ok(visitor) => receive_page(&app, visitor, number, &headers, &fields).await,
        Err(problem) => Err(problem),
    };
    match received {
        Ok(response) => response,
        Err(problem) if by_script => autosave::refuse(&problem),
        Err(problem) => problem.into_response(),
    }
}

async fn receive_page(
    app: &App,
    visitor: Respondent,
    number: usize,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let by_script = autosave::asked(headers);
    if let Some(first) = super::consent::first(&visitor) {
        // A script is told; it has nowhere to go.
        return if by_script {
            let refusal = ReceiveRefusal::ConsentRefused;
            Err(Problem::receive(app, w, &refusal))
        } else {
            Ok(first)
        };
    }
    let (instrument, _, step) = page_of(app, &visitor, number)?;
    let invitation_id = visitor.sitting.opened.invitation.invitation_id;
    let raw = raw_answers(fields, instrument, &step.ask);
    let sent = PageSent {
        invitation_id,
        step: number - 1,
        seen: field(fields, "seen").unwrap_or_default().to_owned(),
        raw: raw.clone(),
    };
    let (act, mut rng, study, sitting) = (
        app.act(invitation_id.to_string()),
        app.rng(),
        visitor.study.clone(),
        visitor.sitting.clone(),
    );
    let ends_at = visitor.sitting.opened.visit_ends_at;
    let visit = cookie(headers, visit_name(app))
        .filter(|_| ends_at.is_some_and(|at| enter::ends_soon(at, app.now())))
        .map(str::to_owned);
    let saved: Result<_, ReceiveRefusal> = app
        .store()
        .write(move |tx| {
            async move {
                let mut sitting = receive::read_again(tx, &act, sitting).await?;
                let saved =
                    receive::save_in(tx, &act, &mut rng, &study, &mut sitting, &sent).await?;
                if let Some(visit) = visit {
                    enter::stay(tx, &act, &visit).await?;
                }
                Ok((saved, sitting))
            }
            .boxed()
        })
        .await;
    let (saved, sitting) = match saved {
        Ok(saved) => saved,
        Err(ReceiveRefusal::ChangedElsewhere) => {
            let visitor = reload(app, visitor).await?;
            let (instrument, _, step) = page_of(app, &visitor, number)?;
            if by_script {
                return Ok(autosave::conflict(&visitor, instrument, &step.ask, &raw));
            }
            let view = View {
                number,
                shown: raw,
                faults: BTreeMap::new(),
                conflict: true,
                saved_at: None,
            };
            let page = question_page(app, &visitor, view).await?;
            return Ok((StatusCode::CONFLICT, show(&page)).into_response());
        }
        Err(refusal) => return Err(Problem::receive(app, w, &refusal)),
    };
    let at = app
        .now()
        .with_timezone(&visitor.study.design.time_zone)
        .format("%H:%M")
        .to_string();
    // What is stored has changed: the form must carry what it looks like now.
    let visitor = Respondent { sitting, ..visitor };
    if by_script {
        let told = Saved {
            saved_at: (saved.stored > 0 || saved.faults.is_empty()).then_some(at),
            seen: seen(&visitor.sitting.answers, &step.ask),
            faults: saved
                .faults
                .iter()
                .map(|(item, fault)| (item.clone(), w.t(fault.key())))
                .collect(),
        };
        return Ok(autosave::tell(StatusCode::OK, &told));
    }
    if !saved.faults.is_empty() {
        let view = View {
            number,
            shown: raw,
            faults: saved.faults,
            conflict: false,
            saved_at: (saved.stored > 0).then_some(at),
        };
        let page = question_page(app, &visitor, view).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response());
    }
    // Only what was stored is said to be saved.
    let note = if saved.stored > 0 {
        format!("?saved={at}")
    } else {
        String::new()
    };
    let (study, sitting) = (&visitor.study, &visitor.sitting);
    let page = |path: String| match path.rsplit('/').next() {
        Some(last) if last.parse::<usize>().is_ok() => format!("{path}{note}"),
        _ => path,
    };
    let next = match field(fields, "go") {
        Some("back") => page(before(study, sitting, number)),
        Some("save") => page(format!("/answer/{number}")),
        Some("later") => "/answer/later".to_owned(),
        Some("language") => {
            let other = if w.0 == Language::Nl {
                Language::En
            } else {
                Language::Nl
            };
            return Ok(switched(app, other, &format!("/answer/{number}")));
        }
        _ => page(after(study, sitting, number)),
    };
    Ok(Redirect::to(&next).into_response())
}

/// The pages of the part that page `number` is of, that no rule hides.
fn shown(study: &Study, sitting: &Sitting, number: usize) -> Vec<usize> {
    let due = sitting.due(study);
    let steps = sitting.steps(study);
    let part = |step: &Step| Part::of(due[step.instrument]);
    let here = number.checked_sub(1).and_then(|at| steps.get(at)).map(part);
    (1..)
        .zip(&steps)
        .filter(|(_, step)| Some(part(step)) == here && !step.ask.is_empty())
        .map(|(number, _)| number)
        .collect()
}

/// Where someone goes on from a page: the next one of the part, or the last look at it.
fn after(study: &Study, sitting: &Sitting, number: usize) -> String {
    let shown = shown(study, sitting, number);
    if let Some(next) = shown.iter().find(|shown| **shown > number) {
        return format!("/answer/{next}");
    }
    let step = number
        .checked_sub(1)
        .and_then(|at| sitting.steps(study).into_iter().nth(at));
    let part = step.map(|step| Part::of(sitting.due(study)[step.instrument]));
    match part {
        Some(Part::Test(key)) => format!("/answer/check/{key}"),
        _ => "/answer/check".to_owned(),
    }
}

fn before(study: &Study, sitting: &Sitting, number: usize) -> String {
    let shown = shown(study, sitting, number);
    match shown.iter().rev().find(|shown| **shown < number) {
        Some(before) => format!("/answer/{before}"),
        None => "/answer".to_owned(),
    }
}

async fn reload(app: &App, visitor: Respondent) -> Result<Respondent, Problem> {
    let w = visitor.words;
    let failed = |error| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let sitting = Sitting::load(&mut tx, visitor.sitting.opened, app.now())
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

async fn question_page(
    app: &App,
    visitor: &Respondent,
    view: View,
) -> Result<QuestionPage, Problem> {
    let w = visitor.words;
    let (instrument, page, step) = page_of(app, visitor, view.number)?;
    let hints = if visitor.study.design.network.hint {
        let failed = |error| Problem::storage(app, w, &error);
        let mut tx = app.store().read().await.map_err(failed)?;
        hints::of_page(
            &mut tx,
            &visitor.study,
            &visitor.sitting,
            instrument,
            &step.ask,
        )
        .await
        .map_err(failed)?
    } else {
        hints::Hints::new()
    };
    let trouble = if view.conflict {
        Some((w.t("conflict-title"), w.t("conflict-lead")))
    } else {
        (!view.faults.is_empty()).then(|| (w.t("faults-title"), w.t("faults-lead")))
    };
    let differences = if view.conflict {
        differences(visitor, instrument, &step.ask, &view.shown)
    } else {
        Vec::new()
    };
    let filled = Filled {
        shown: &view.shown,
        faults: &view.faults,
        hints: &hints,
    };
    let items = step
        .ask
        .iter()
        .map(|key| question(visitor, instrument, key, &filled))
        .collect();
    let by_person = step
        .by_person
        .then(|| by_person(visitor, instrument, &step, &view.shown, &hints));
    let (title, lead) = if by_person.is_some() {
        let lead = w.t("roster-person-lead");
        (&instrument.title, Some(lead))
    } else {
        let lead = page.lead.as_ref().map(|lead| lead.say(w.0).to_owned());
        (&page.title, lead)
    };
    let shown = shown(&visitor.study, &visitor.sitting, view.number);
    let path = format!("/answer/{}", view.number);
    let pupil = is_pupil(visitor);
    let frame = Frame::new(app, w, title.say(w.0).to_owned(), path);
    let frame = match pupil {
        true => frame,
        false => frame.for_visit(&visitor.study.design.contact),
    };
    Ok(QuestionPage {
        frame: Frame {
            saves_first: true,
            ..frame
        },
        instrument: instrument.title.say(w.0).to_owned(),
        lead,
        number: view.number,
        place: shown.iter().filter(|shown| **shown <= view.number).count(),
        pages: shown.len(),
        seen: seen(&visitor.sitting.answers, &step.ask),
        saved_at: view.saved_at,
        trouble,
        differences,
        items,
        by_person,
        longest_name: LONGEST_NAME,
        pupil,
    })
}
