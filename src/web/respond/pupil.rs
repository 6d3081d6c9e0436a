//! Respondents without a name: pupils on a shared device, in short sentences and large type, and people of an open group.
//! They answer on the same pages as everyone; what comes before and after is simpler.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};

use super::start::first_page;
use crate::domain::roster::PUPIL;
use crate::fieldwork::consent::{Standing, standing};
use crate::fieldwork::door::Door;
use crate::fieldwork::pages::Part;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::show;
use crate::web::visitor::Respondent;

#[derive(Template)]
#[template(path = "web/pages/pupil.html")]
struct PupilPage {
    frame: Frame,
    lead: String,
    lines: Vec<String>,
    /// Labels of taking part and of not taking part, where that is asked.
    ask: Option<(String, String)>,
    /// Address and label of the way on.
    go: Option<(String, String)>,
    /// Label of sending the answers.
    send: Option<String>,
    /// Label of handing the device on.
    next: Option<String>,
}

impl PupilPage {
    fn new(frame: Frame, lead: String) -> Self {
        Self {
            frame,
            lead,
            lines: Vec::new(),
            ask: None,
            go: None,
            send: None,
            next: None,
        }
    }
}

pub(super) fn is_pupil(visitor: &Respondent) -> bool {
    visitor.sitting.me.primary_role() == PUPIL
}

fn is_nameless(visitor: &Respondent) -> bool {
    visitor.sitting.opened.name.is_empty()
}

/// Pages about rights that are for someone with a link of their own: parents decide for pupils, through the school.
pub(super) fn away(visitor: &Respondent) -> Option<Response> {
    is_pupil(visitor).then(|| Redirect::to("/answer").into_response())
}

fn framed(app: &App, visitor: &Respondent, title: String, path: &str) -> Frame {
    let frame = Frame::new(app, visitor.words, title, path);
    if is_pupil(visitor) {
        frame
    } else {
        frame.for_visit(&visitor.study.design.contact)
    }
}

fn next(visitor: &Respondent) -> Option<String> {
    is_pupil(visitor).then(|| visitor.words.t("pupil-next"))
}

/// A page that says one thing, and hands the device on.
fn said(app: &App, visitor: &Respondent, key: &str) -> Response {
    let w = visitor.words;
    let frame = framed(app, visitor, w.t(&format!("{key}-title")), "/answer");
    show(&PupilPage {
        next: next(visitor),
        ..PupilPage::new(frame, w.t(&format!("{key}-lead")))
    })
}

/// The first page of someone without a name. None where the page for everyone serves.
pub(super) fn start(app: &App, visitor: &Respondent) -> Option<Response> {
    if !is_nameless(visitor) {
        return None;
    }
    let (w, study, sitting) = (visitor.words, &visitor.study, &visitor.sitting);
    let pupil = is_pupil(visitor);
    let who = if pupil { "pupil" } else { "group" };
    let parts = sitting.parts(study);
    let doors: Vec<Door> = parts
        .iter()
        .map(|part| sitting.door(study, *part, app.now()))
        .collect();
    let sent = !doors.is_empty() && doors.iter().all(|door| *door == Door::Submitted);
    if !doors.contains(&Door::Open) {
        let key = if sent { "pupil-done" } else { "pupil-closed" };
        return pupil.then(|| said(app, visitor, key));
    }
    let frame = |key: &str| framed(app, visitor, w.t(key), "/answer");
    match standing(sitting) {
        Standing::Undecided | Standing::Refused => {
            let lines = ["what", "free", "seen", "skip"];
            let refused = standing(sitting) == Standing::Refused;
            let lead = if refused { "refused" } else { "start" };
            Some(show(&PupilPage {
                lines: lines
                    .iter()
                    .map(|line| w.t(&format!("{who}-start-{line}")))
                    .collect(),
                ask: Some((w.t(&format!("{who}-yes")), w.t(&format!("{who}-no")))),
                next: next(visitor).filter(|_| refused),
                ..PupilPage::new(
                    frame(&format!("{who}-start-title")),
                    w.t(&format!("{who}-{lead}-lead")),
                )
            }))
        }
        Standing::Agreed => Some(show(&PupilPage {
            go: Some((first_page(study, sitting), w.t("start-continue"))),
            ..PupilPage::new(
                frame(&format!("{who}-start-title")),
                w.t(&format!("{who}-goes-on")),
            )
        })),
        Standing::Objects => pupil.then(|| said(app, visitor, "pupil-closed")),
    }
}

/// The last look of a pupil: how many questions have an answer, and nothing to look through.
pub(super) fn check(app: &App, visitor: &Respondent, part: Part<'_>) -> Option<Response> {
    if !is_pupil(visitor) {
        return None;
    }
    let (w, sitting) = (visitor.words, &visitor.sitting);
    let (answered, asked) = sitting.counted(&visitor.study, part);
    let back = sitting.first_open(&visitor.study, part).unwrap_or(0) + 1;
    let frame = framed(app, visitor, w.t("pupil-check-title"), "/answer/check");
    let lead = w.t2("pupil-check-lead", "n", answered, "of", asked);
    Some(show(&PupilPage {
        send: Some(w.t("pupil-send")),
        go: (answered < asked).then(|| (format!("/answer/{back}"), w.t("pupil-back"))),
        ..PupilPage::new(frame, lead)
    }))
}

/// A pupil who stops, for now.
pub(super) fn later(app: &App, visitor: &Respondent) -> Option<Response> {
    is_pupil(visitor).then(|| said(app, visitor, "pupil-later"))
}
