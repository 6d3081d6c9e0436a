//! The questionnaires of a study: what there is, and how a new one or a new version comes in.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::wording::{self, ChangeLine};
use crate::domain::fault::Fault;
use crate::domain::study::StudyDesign;
use crate::fieldwork::revise::{self, PublishRefusal, Published};
use crate::instrument::definition::Instrument;
use crate::instrument::diff::Difference;
use crate::instrument::hints::hints;
use crate::instrument::minutes::{in_minutes, seconds};
use crate::locale::Words;
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Kind, Problem, show};

/// Larger than any questionnaire, and with the form around it within what the server takes.
const LARGEST_FILE: usize = 200 * 1024;
/// Faults shown; who mends these sees the next.
const MOST_FAULTS: usize = 100;
/// Colleagues on a list, for the minutes shown here: a school of the usual size.
pub const USUAL_COLLEAGUES: usize = 25;

#[derive(Template)]
#[template(path = "web/pages/instruments.html")]
struct InstrumentsPage {
    frame: Frame,
    lines: Vec<Line>,
    colleagues: usize,
}

struct Line {
    key: String,
    title: String,
    version: i64,
    older: Vec<i64>,
    hash: String,
    items: usize,
    scales: usize,
    minutes: u32,
    status: String,
    separate: bool,
    /// Where it is asked: waves and roles.
    collected: Vec<(String, String)>,
}

pub async fn show_instruments(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let lines = study
        .library
        .iter()
        .map(|instrument| Line {
            key: instrument.key.clone(),
            title: instrument.title.say(w.0).to_owned(),
            version: instrument.version,
            older: study
                .library
                .all()
                .filter(|(other, _)| {
                    other.key == instrument.key && other.version != instrument.version
                })
                .map(|(other, _)| other.version)
                .collect(),
            hash: short(&instrument.hash),
            items: instrument.items.len(),
            scales: instrument.scales.len(),
            minutes: in_minutes(seconds(instrument, w.0, USUAL_COLLEAGUES)),
            status: wording::status(w, instrument.status),
            separate: instrument.separate,
            collected: collected(w, &study.design, &instrument.key),
        })
        .collect();
    Ok(show(&InstrumentsPage {
        frame: frame(&app, &visitor, w.t("instruments-title")),
        lines,
        colleagues: USUAL_COLLEAGUES,
    }))
}

pub fn frame(app: &App, visitor: &Owner, title: String) -> Frame {
    Frame::new(app, visitor.0.words, title, "/study/instruments")
        .for_visit(&visitor.0.study.design.contact)
        .with_menu(&OWNER_MENU)
}

/// Enough of a hash to tell versions apart.
pub fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// In which waves and of which roles an instrument is asked.
pub fn collected(w: Words, design: &StudyDesign, key: &str) -> Vec<(String, String)> {
    design
        .collect
        .iter()
        .filter(|row| row.instrument == key)
        .map(|row| {
            let roles: Vec<&str> = row
                .roles
                .iter()
                .map(|role| {
                    design
                        .role_title(role)
                        .map_or(role.as_str(), |t| t.say(w.0))
                })
                .collect();
            (row.waves.join(", "), roles.join(", "))
        })
        .collect()
}

#[derive(Template)]
#[template(path = "web/pages/instrument_check.html")]
struct CheckPage {
    frame: Frame,
    name: String,
    /// Why it cannot be published, if so.
    refusal: Option<String>,
    faults: Vec<Fault>,
    more_faults: usize,
    /// What publishing would do, if it can.
    proposal: Option<Proposal>,
    changes: Vec<ChangeLine>,
    hints: Vec<String>,
}

struct Proposal {
    lead: String,
    button: String,
    /// The file itself: the page carries it, so that what was looked at is what is published.
    text: String,
}

/// A file as a form sent it: its name and its text, or what is wrong with it before it is read.
struct Sent {
    name: String,
    text: Result<String, Fault>,
}

/// Reads a file and shows what publishing it would do, or everything that stands in the way. Changes nothing.
pub async fn check_file(
    visitor: Owner,
    State(app): State<App>,
    form: Multipart,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let sent = read(&app, w, form).await?;
    let proposed = match &sent.text {
        Ok(text) => revise::propose(&visitor.0.study, &sent.name, text),
        Err(fault) => Err(PublishRefusal::Faulty(vec![fault.clone()])),
    };
    let (instrument, published) = match proposed {
        Ok(proposed) => proposed,
        Err(refusal) => return refused(&app, &visitor, sent.name, refusal),
    };
    let (lead, changes) = match &published {
        Published::New(pin) => (
            w.t1("publish-new", "key", pin.instrument.as_str()),
            Vec::new(),
        ),
        Published::Revised(pin, differences) => (
            w.t2(
                "publish-revised",
                "key",
                pin.instrument.as_str(),
                "version",
                pin.version,
            ),
            in_words(w, differences),
        ),
        Published::Already(pin) => {
            let lead = w.t2(
                "publish-already",
                "key",
                pin.instrument.as_str(),
                "version",
                pin.version,
            );
            return Ok(show(&page(&app, &visitor, sent.name, Some(lead))));
        }
    };
    let proposal = Proposal {
        lead,
        button: w.t1("publish-go", "pin", instrument.pin()),
        text: sent.text.unwrap_or_default(),
    };
    Ok(show(&CheckPage {
        proposal: Some(proposal),
        changes,
        hints: told(w, &instrument),
        ..page(&app, &visitor, sent.name, None)
    }))
}

/// Publishes the file that was looked at. Publishing it twice changes nothing.
pub async fn publish(
    visitor: Owner,
    State(app): State<App>,
    form: Multipart,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let sent = read(&app, w, form).await?;
    let text = match sent.text {
        Ok(text) => text,
        Err(fault) => {
            let refusal = PublishRefusal::Faulty(vec![fault]);
            return refused(&app, &visitor, sent.name, refusal);
        }
    };
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let name = sent.name.clone();
    let published = app
        .store()
        .write(move |tx| {
            async move { revise::publish(tx, &act, study_id, &name, &text).await }.boxed()
        })
        .await;
    match published {
        Ok(Published::New(pin) | Published::Revised(pin, _) | Published::Already(pin)) => {
            Ok(Redirect::to(&format!("/study/instruments/{}", pin.instrument)).into_response())
        }
        Err(refusal) => refused(&app, &visitor, sent.name, refusal),
    }
}

fn refused(
    app: &App,
    visitor: &Owner,
    name: String,
    refusal: PublishRefusal,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    if let PublishRefusal::Failed(error) = &refusal {
        return Err(Problem::storage(app, w, error));
    }
    let told = wording::refusal(w, &refusal);
    let mut page = page(app, visitor, name, Some(told));
    match refusal {
        PublishRefusal::Faulty(mut faults) => {
            page.more_faults = faults.len().saturating_sub(MOST_FAULTS);
            faults.truncate(MOST_FAULTS);
            page.faults = faults;
        }
        PublishRefusal::TypeChanged(blocking) => page.changes = in_words(w, &blocking),
        _ => {}
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}

fn page(app: &App, visitor: &Owner, name: String, refusal: Option<String>) -> CheckPage {
    let w = visitor.0.words;
    CheckPage {
        frame: frame(app, visitor, w.t1("publish-title", "name", name.as_str())),
        name,
        refusal,
        faults: Vec::new(),
        more_faults: 0,
        proposal: None,
        changes: Vec::new(),
        hints: Vec::new(),
    }
}

fn in_words(w: Words, differences: &[Difference]) -> Vec<ChangeLine> {
    differences
        .iter()
        .map(|difference| wording::change(w, difference))
        .collect()
}

pub fn told(w: Words, instrument: &Instrument) -> Vec<String> {
    hints(instrument)
        .iter()
        .map(|hint| wording::hint(w, hint))
        .collect()
}

/// The file of a form: uploaded (`file`), or carried along by the page that showed it (`text`, with its `name`).
async fn read(app: &App, w: Words, mut form: Multipart) -> Result<Sent, Problem> {
    let bad = || Problem::new(app, w, Kind::BadForm);
    let mut fields: BTreeMap<String, (Option<String>, Vec<u8>)> = BTreeMap::new();
    while let Some(field) = form.next_field().await.map_err(|_| bad())? {
        let name = field.name().unwrap_or_default().to_owned();
        let file = field.file_name().map(str::to_owned);
        let bytes = field.bytes().await.map_err(|_| bad())?;
        fields.insert(name, (file, bytes.to_vec()));
    }
    let (name, bytes) = match (fields.remove("file"), fields.remove("text")) {
        (Some((name, bytes)), _) => (name, bytes),
        (None, Some((_, bytes))) => {
            let name = fields.remove("name").map(|(_, name)| name);
            let name = name.and_then(|name| String::from_utf8(name).ok());
            (name, bytes)
        }
        (None, None) => return Err(bad()),
    };
    let name = name
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "?.toml".to_owned());
    let fault = |code, message, hint| Fault::of_file(&name, code, message, hint);
    let text = if bytes.is_empty() {
        Err(fault(
            "no_file",
            "there is no file, or nothing in it",
            "choose a file that ends in .toml",
        ))
    } else if bytes.len() > LARGEST_FILE {
        Err(fault(
            "too_large",
            "the file is larger than 200 kB",
            "a questionnaire is a text of some pages; leave out what does not belong to it",
        ))
    } else {
        String::from_utf8(bytes).map_err(|_| {
            fault(
                "not_text",
                "this is not a text file",
                "save it as plain text (UTF-8)",
            )
        })
    };
    // A form sends line ends its own way; the hash is of the text with plain ones.
    let plain = |text: String| text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    Ok(Sent {
        text: text.map(plain),
        name,
    })
}
