//! Welcome: what is asked, by whom and what for, and where each part stands; or why there is nothing to fill in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::{NaiveTime, TimeZone};

use super::class;
use super::consent::{self, Use};
use super::pupil;
use crate::domain::study::Subject;
use crate::fieldwork::consent::{Standing, standing};
use crate::fieldwork::door::Door;
use crate::fieldwork::pages::{Part, Sitting};
use crate::fieldwork::study::Study;
use crate::fieldwork::withdraw;
use crate::fieldwork::wording::{self, Values};
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::show;
use crate::web::visitor::Respondent;

#[derive(Template)]
#[template(path = "web/pages/start.html")]
struct StartPage {
    frame: Frame,
    school: String,
    wave: String,
    closes_at: String,
    /// What someone should know before the first answer, a line each.
    lines: Vec<String>,
    parts: Vec<PartLine>,
    /// What is asked to be agreed to, before anything else; nothing once it was.
    uses: Vec<Use>,
    fault: bool,
    links: Vec<(&'static str, String)>,
}

/// One part of the sitting: the questionnaire, or a test.
struct PartLine {
    title: String,
    about: String,
    minutes: String,
    state: String,
    /// Address and name of the button that goes on with it, unless there is nothing more to do.
    go: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "web/pages/told.html")]
struct NoticePage {
    frame: Frame,
    lead: String,
    /// Label and value of a receipt, with when it was given and what comes next.
    receipt: Option<(String, String, String, String)>,
    links: Vec<(&'static str, String)>,
}

pub(super) fn frame(app: &App, visitor: &Respondent, title: String, path: &str) -> Frame {
    Frame::new(app, visitor.words, title, path).for_visit(&visitor.study.design.contact)
}

/// A page that only tells something: title and text by their key, and where one can go from there.
pub(super) fn notice(
    app: &App,
    visitor: &Respondent,
    path: &str,
    key: &str,
    links: Vec<(&'static str, String)>,
) -> Response {
    let w = visitor.words;
    show(&NoticePage {
        frame: frame(app, visitor, w.t(&format!("{key}-title")), path),
        lead: w.t(&format!("{key}-lead")),
        receipt: None,
        links,
    })
}

pub(super) fn back(visitor: &Respondent) -> Vec<(&'static str, String)> {
    vec![("/answer", visitor.words.t("rights-back"))]
}

/// What a respondent can look at, change and take back at this moment.
fn links(app: &App, visitor: &Respondent) -> Vec<(&'static str, String)> {
    let (w, sitting) = (visitor.words, &visitor.sitting);
    let mut links = Vec::new();
    if class::is_asked(visitor) {
        links.push(("/answer/class", w.t("class-result-title")));
    }
    let running = sitting.window.closed_at.is_none();
    if !running || !sitting.responses.is_empty() {
        links.push(("/answer/own", w.t("rights-own")));
    }
    if running && sitting.opened.research.is_some() {
        links.push(("/answer/consent", w.t("rights-consent")));
    }
    links.push(objection(visitor));
    if withdraw::is_possible(&visitor.study, &sitting.window, app.now()) {
        links.push(("/answer/withdraw", w.t("rights-withdraw")));
    }
    links
}

fn objection(visitor: &Respondent) -> (&'static str, String) {
    let made = visitor.sitting.opened.objection.is_some();
    let key = if made {
        "rights-objects"
    } else {
        "rights-objection"
    };
    ("/answer/objection", visitor.words.t(key))
}

/// The last day to withdraw, or the closing of the wave, in words.
pub(super) fn withdraw_until(visitor: &Respondent) -> String {
    let (w, design) = (visitor.words, &visitor.study.design);
    match design.conditions.withdraw_until {
        Some(day) => {
            let noon = NaiveTime::from_hms_opt(12, 0, 0).expect("noon is on the clock");
            let local = design.time_zone.from_local_datetime(&day.and_time(noon));
            let at = local
                .earliest()
                .map_or_else(|| day.and_time(noon).and_utc(), |at| at.to_utc());
            w.t1("until-day", "day", w.day(at, design.time_zone))
        }
        None => {
            let day = w.day(visitor.sitting.window.closes_at, design.time_zone);
            w.t1("until-closed", "day", day)
        }
    }
}

pub async fn show_start(visitor: Respondent, State(app): State<App>) -> Response {
    let (app, visitor) = (&app, &visitor);
    if let Some(page) = pupil::start(app, visitor) {
        return page;
    }
    let w = visitor.words;
    let (study, sitting) = (&visitor.study, &visitor.sitting);
    let zone = study.design.time_zone;
    let say = |title: &str, lead: String, receipt, links| {
        show(&NoticePage {
            frame: frame(app, visitor, w.t(title), "/answer"),
            lead,
            receipt,
            links,
        })
    };
    let parts = sitting.parts(study);
    let doors: Vec<Door> = parts
        .iter()
        .map(|part| sitting.door(study, *part, app.now()))
        .collect();
    if sitting.opened.invitation.withdrawn_at.is_some() {
        return notice(
            app,
            visitor,
            "/answer",
            "withdrawn",
            vec![objection(visitor)],
        );
    }
    if parts.is_empty() {
        return notice(app, visitor, "/answer", "nothing-due", Vec::new());
    }
    if doors.contains(&Door::NotYetOpen) {
        let opens = w.day_and_time(sitting.window.opens_at, zone);
        let lead = w.t1("not-open-lead", "at", opens);
        return say("not-open-title", lead, None, Vec::new());
    }
    let standing = standing(sitting);
    match standing {
        Standing::Refused => {
            let running = sitting.window.closed_at.is_none();
            let key = if running { "refused" } else { "refused-closed" };
            return notice(app, visitor, "/answer", key, links(app, visitor));
        }
        Standing::Objects => {
            return notice(app, visitor, "/answer", "objects", links(app, visitor));
        }
        Standing::Agreed | Standing::Undecided => {}
    }
    if doors.iter().all(|door| *door == Door::Submitted) {
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
        let lead = w.t("receipt-lead");
        return say("receipt-title", lead, Some(receipt), links(app, visitor));
    }
    if !doors.contains(&Door::Open) {
        let lead = w.t1("closed-lead", "n", sitting.answers.len());
        return say("closed-title", lead, None, links(app, visitor));
    }
    let uses = match standing {
        Standing::Agreed => Vec::new(),
        _ => consent::uses(w, &Default::default(), false),
    };
    show(&start_page(app, visitor, uses, false))
}

/// The welcome with what is asked to be agreed to; `fault`: not everything was answered.
pub(super) fn welcome(app: &App, visitor: &Respondent, uses: Vec<Use>) -> Response {
    show(&start_page(app, visitor, uses, true))
}

fn start_page(app: &App, visitor: &Respondent, uses: Vec<Use>, fault: bool) -> StartPage {
    let (w, sitting) = (visitor.words, &visitor.sitting);
    let zone = visitor.study.design.time_zone;
    let parts = sitting.parts(&visitor.study);
    StartPage {
        frame: frame(
            app,
            visitor,
            w.t1("start-title", "name", sitting.opened.name.as_str()),
            "/answer",
        ),
        school: sitting.opened.school_name.clone(),
        wave: sitting.opened.invitation.wave.clone(),
        closes_at: w.day_and_time(sitting.window.closes_at, zone),
        lines: lines(visitor),
        parts: parts
            .iter()
            .map(|part| part_line(app, visitor, *part, parts.len()))
            .collect(),
        uses,
        fault,
        links: links(app, visitor),
    }
}

/// Who asks, who sees what, what it is not for, who is told first about leadership, and how to stop.
fn lines(visitor: &Respondent) -> Vec<String> {
    let (w, design) = (visitor.words, &visitor.study.design);
    let asks = match design.texts.get("who_asks") {
        Some(text) => {
            let values = Values {
                name: visitor.sitting.opened.name.clone(),
                school: visitor.sitting.opened.school_name.clone(),
                ..Values::default()
            };
            wording::filled(design, text.say(w.0), w.0, &values)
        }
        None => w.t2(
            "know-who",
            "title",
            design.title.say(w.0),
            "contact",
            design.contact.as_str(),
        ),
    };
    let leadership = design
        .collect
        .iter()
        .any(|row| row.about == Subject::Principal);
    let mut lines = vec![asks, w.t("know-seen"), w.t("know-no-appraisal")];
    if leadership {
        lines.push(w.t("know-leadership"));
    }
    lines.push(w.t1("know-stop", "until", withdraw_until(visitor)));
    lines
}

/// Where someone goes on with a part: where they left off, or the last look at it, which tells what is open.
fn go_on(study: &Study, sitting: &Sitting, part: Part<'_>) -> String {
    match (sitting.left_off(study, part), part) {
        (Some(step), _) => format!("/answer/{}", step + 1),
        (None, Part::Questionnaire) => "/answer/check".to_owned(),
        (None, Part::Test(key)) => format!("/answer/check/{key}"),
    }
}

/// Where someone goes who has just agreed to take part: on to the questions, or back to the welcome when there is more
/// than one part to choose from.
pub(super) fn first_page(study: &Study, sitting: &Sitting) -> String {
    match sitting.parts(study)[..] {
        [part] => go_on(study, sitting, part),
        _ => "/answer".to_owned(),
    }
}

fn part_line(app: &App, visitor: &Respondent, part: Part<'_>, parts: usize) -> PartLine {
    let (w, study, sitting) = (visitor.words, &visitor.study, &visitor.sitting);
    let zone = study.design.time_zone;
    let own: Vec<_> = sitting
        .due(study)
        .into_iter()
        .filter(|instrument| Part::of(instrument) == part)
        .collect();
    let (title, about) = match part {
        Part::Questionnaire => {
            let titles: Vec<&str> = own.iter().map(|own| own.title.say(w.0)).collect();
            (w.t("part-questionnaire"), titles.join(" · "))
        }
        Part::Test(_) => {
            let title = own.first().map_or("", |own| own.title.say(w.0));
            (title.to_owned(), w.t("part-apart"))
        }
    };
    let (answered, asked) = sitting.counted(study, part);
    let door = sitting.door(study, part, app.now());
    let submitted_at = match part {
        Part::Questionnaire => sitting.opened.invitation.submitted_at,
        Part::Test(key) => sitting
            .submitted_parts
            .get(key)
            .map(|sent| sent.submitted_at),
    };
    let state = match (door, submitted_at) {
        (Door::Submitted, Some(at)) => w.t1("part-sent", "at", w.day_and_time(at, zone)),
        (Door::Closed, _) => w.t("part-closed"),
        _ if answered == 0 => w.t("part-open"),
        _ => w.t2("check-answered", "n", answered, "of", asked),
    };
    let go = (door == Door::Open).then(|| {
        let address = go_on(study, sitting, part);
        let verb = if answered == 0 {
            "start-go"
        } else {
            "start-continue"
        };
        let name = match parts {
            1 => w.t(verb),
            _ => w.t1(&format!("{verb}-part"), "part", title.as_str()),
        };
        (address, name)
    });
    PartLine {
        minutes: w.t1("minutes", "n", minutes(visitor, part)),
        title,
        about,
        state,
        go,
    }
}

/// As a rehearsal measured it, or as it is estimated.
fn minutes(visitor: &Respondent, part: Part<'_>) -> usize {
    let (study, sitting) = (&visitor.study, &visitor.sitting);
    let mut due = sitting.due(study);
    due.retain(|instrument| Part::of(instrument) == part);
    let names = due
        .iter()
        .map(|instrument| sitting.colleagues_for(study, &instrument.key).len());
    let names = names.max().unwrap_or(0);
    let wave = &sitting.opened.invitation.wave;
    wording::minutes(study, wave, &due, visitor.words.0, names) as usize
}

pub async fn show_later(visitor: Respondent, State(app): State<App>) -> Response {
    pupil::later(&app, &visitor)
        .unwrap_or_else(|| notice(&app, &visitor, "/answer/later", "later", Vec::new()))
}
