//! Welcome, or where the questionnaire stands; the last look before sending; the receipt.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use crate::fieldwork::door::Door;
use crate::fieldwork::pages::Part;
use crate::fieldwork::receive;
use crate::instrument::definition::Format;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::visitor::Respondent;

#[derive(Template)]
#[template(path = "web/pages/start.html")]
struct StartPage {
    frame: Frame,
    school: String,
    wave: String,
    minutes: String,
    closes_at: String,
    k: usize,
    /// Title and introduction of each instrument.
    asked: Vec<(String, String)>,
    begun: bool,
    /// Number of the page to go on with, from 1; 0 is the last look.
    next: usize,
}

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoticePage {
    frame: Frame,
    lead: String,
    /// Label and value of a receipt, with when it was given and what comes next.
    receipt: Option<(String, String, String, String)>,
}

#[derive(Template)]
#[template(path = "web/pages/check.html")]
struct CheckPage {
    frame: Frame,
    summary: String,
    pages: Vec<PageLine>,
}

struct PageLine {
    number: usize,
    title: String,
    answered: String,
    complete: bool,
}

fn frame(app: &App, visitor: &Respondent, title: String, path: &str) -> Frame {
    Frame::new(app, visitor.words, title, path).for_visit(&visitor.study.design.contact)
}

pub async fn show_start(visitor: Respondent, State(app): State<App>) -> Response {
    let w = visitor.words;
    let sitting = &visitor.sitting;
    let zone = visitor.study.design.time_zone;
    let notice = |title: &str, lead: String, receipt| {
        show(&NoticePage {
            frame: frame(&app, &visitor, w.t(title), "/answer"),
            lead,
            receipt,
        })
    };
    match sitting.door(&visitor.study, Part::Questionnaire, app.now()) {
        Door::NotYetOpen => {
            let opens = w.day_and_time(sitting.window.opens_at, zone);
            return notice("not-open-title", w.t1("not-open-lead", "at", opens), None);
        }
        Door::Closed => {
            return notice(
                "closed-title",
                w.t1("closed-lead", "n", sitting.answers.len()),
                None,
            );
        }
        Door::Submitted => {
            let invitation = &sitting.opened.invitation;
            let at = invitation
                .submitted_at
                .map(|at| w.day_and_time(at, zone))
                .unwrap_or_default();
            let receipt = (
                w.t("receipt-number"),
                invitation.receipt.clone().unwrap_or_default(),
                w.t1("receipt-at", "at", at),
                w.t("receipt-next"),
            );
            return notice("receipt-title", w.t("receipt-lead"), Some(receipt));
        }
        Door::Withdrawn => {
            return notice("withdrawn-title", w.t("withdrawn-lead"), None);
        }
        Door::Open => {}
    }
    let due = sitting.due(&visitor.study);
    if due.is_empty() {
        return notice("nothing-due-title", w.t("nothing-due-lead"), None);
    }
    let page = StartPage {
        frame: frame(
            &app,
            &visitor,
            w.t1("start-title", "name", sitting.opened.name.as_str()),
            "/answer",
        ),
        school: sitting.opened.school_name.clone(),
        wave: sitting.opened.invitation.wave.clone(),
        minutes: w.t1("minutes", "n", minutes(&visitor)),
        closes_at: w.day_and_time(sitting.window.closes_at, zone),
        k: visitor.study.design.disclosure.k,
        asked: due
            .iter()
            .map(|instrument| {
                (
                    instrument.title.say(w.0).to_owned(),
                    instrument.intro.say(w.0).to_owned(),
                )
            })
            .collect(),
        begun: !sitting.answers.is_empty(),
        next: sitting
            .first_open(&visitor.study, Part::Questionnaire)
            .map_or(0, |step| step + 1),
    };
    show(&page)
}

/// An estimate until a rehearsal has measured it: twelve seconds an item, and for each list of colleagues twenty
/// seconds and two more a name.
fn minutes(visitor: &Respondent) -> usize {
    let seconds: usize = visitor
        .sitting
        .due(&visitor.study)
        .iter()
        .flat_map(|instrument| instrument.items.values())
        .map(|item| match item.format {
            Format::Roster { .. } => 20 + 2 * visitor.sitting.colleagues.len(),
            _ => 12,
        })
        .sum();
    seconds.div_ceil(60).max(1)
}

pub async fn show_check(visitor: Respondent, State(app): State<App>) -> Response {
    let w = visitor.words;
    let part = Part::Questionnaire;
    if visitor.sitting.door(&visitor.study, part, app.now()) != Door::Open {
        return Redirect::to("/answer").into_response();
    }
    let due = visitor.sitting.due(&visitor.study);
    let pages: Vec<PageLine> = visitor
        .sitting
        .steps(&visitor.study)
        .iter()
        .enumerate()
        .map(|(index, step)| {
            let page = &due[step.instrument].pages[step.page];
            let answered = page
                .ask
                .iter()
                .filter(|item| visitor.sitting.answers.contains_key(*item))
                .count();
            PageLine {
                number: index + 1,
                title: page.title.say(w.0).to_owned(),
                answered: w.t2("check-answered", "n", answered, "of", page.ask.len()),
                complete: answered == page.ask.len(),
            }
        })
        .collect();
    let asked: usize = due.iter().map(|instrument| instrument.items.len()).sum();
    let answered = visitor.sitting.answers.len();
    let summary = if answered == asked {
        w.t1("check-all", "n", asked)
    } else {
        w.t2("check-some", "n", answered, "of", asked)
    };
    show(&CheckPage {
        frame: frame(&app, &visitor, w.t("check-title"), "/answer/check"),
        summary,
        pages,
    })
}

pub async fn submit(visitor: Respondent, State(app): State<App>) -> Result<Response, Problem> {
    let (key, invitation) = (
        app.key().clone(),
        visitor.sitting.opened.invitation.invitation_id,
    );
    let (act, study) = (app.act(invitation.to_string()), visitor.study.clone());
    app.store()
        .write(move |tx| {
            async move {
                receive::submit(tx, &act, &key, &study, invitation, Part::Questionnaire).await
            }
            .boxed()
        })
        .await
        .map_err(|refusal| Problem::receive(&app, visitor.words, &refusal))?;
    Ok(Redirect::to("/answer").into_response())
}

pub async fn show_later(visitor: Respondent, State(app): State<App>) -> Response {
    let w = visitor.words;
    show(&NoticePage {
        frame: frame(&app, &visitor, w.t("later-title"), "/answer/later"),
        lead: w.t("later-lead"),
        receipt: None,
    })
}
