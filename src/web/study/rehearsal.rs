//! The rehearsal of a study in one click, and what it found.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::amending::{frame, put};
use crate::domain::study::StudyDesign;
use crate::locale::Words;
use crate::rehearsal::{self, Outcome};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/rehearsal.html")]
struct RehearsalPage {
    frame: Frame,
    fault: String,
    /// What is found, sentence by sentence.
    found: Vec<String>,
    refused: Vec<String>,
    /// Wave, questionnaire, minutes.
    minutes: Vec<(String, String, String)>,
    /// Table and rows.
    rows: Vec<(String, usize)>,
    last: String,
}

fn title(app: &App, visitor: &Owner) -> Frame {
    let title = visitor.0.words.t("reh-title");
    frame(app, visitor, title, "/study/rehearsal")
}

/// Minutes per wave and questionnaire, in the order of the design, with a line for the whole of a wave.
fn minutes(w: Words, visitor: &Owner, outcome: Option<&Outcome>) -> Vec<(String, String, String)> {
    let study = &visitor.0.study;
    let design: &StudyDesign = &study.design;
    let kept = design.rehearsed.as_ref().map(|kept| &kept.minutes);
    let Some(found) = outcome.map(|outcome| &outcome.minutes).or(kept) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    for wave in &design.waves {
        let Some(by_instrument) = found.get(&wave.key) else {
            continue;
        };
        for row in &design.collect {
            let title = study.library.get(&row.instrument).map(|i| i.title.say(w.0));
            let line = by_instrument.get(&row.instrument).map(|minutes| {
                (
                    wave.key.clone(),
                    title.unwrap_or(&row.instrument).to_owned(),
                    w.decimal(*minutes, 1),
                )
            });
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
        if let Some(whole) = outcome.and_then(|outcome| outcome.per_wave.get(&wave.key)) {
            lines.push((wave.key.clone(), w.t("reh-whole"), w.decimal(*whole, 1)));
        }
    }
    lines
}

pub async fn show_rehearsal(visitor: Owner, State(app): State<App>) -> Response {
    let w = visitor.0.words;
    let design = &visitor.0.study.design;
    let last = match &design.rehearsed {
        Some(kept) => w.t1("reh-last", "at", w.day_and_time(kept.at, design.time_zone)),
        None => w.t("reh-never"),
    };
    show(&RehearsalPage {
        frame: title(&app, &visitor),
        fault: String::new(),
        found: Vec::new(),
        refused: Vec::new(),
        minutes: minutes(w, &visitor, None),
        rows: Vec::new(),
        last,
    })
}

pub async fn rehearse(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let outcome = rehearsal::rehearse(app.store(), &visitor.0.study, app.clock(), app.rng())
        .await
        .map_err(|error| Problem::failure(&app, w, &error))?;
    let mut new = visitor.0.study.design.clone();
    new.rehearsed = Some(outcome.rehearsed(app.now()));
    let fault = match put(&app, &visitor, new).await? {
        Ok(()) => String::new(),
        Err(told) => told.join(" "),
    };
    let count = |key: &str, n: usize| w.t1(key, "n", n);
    let schools = match outcome.schools {
        (_, 0) => w.t("reh-invented"),
        (n, all) => w.t2("reh-schools", "n", n, "all", all),
    };
    let seconds = outcome.took.as_seconds_f64();
    let found = vec![
        schools,
        w.t2(
            "reh-respondents",
            "n",
            outcome.respondents,
            "invited",
            outcome.invited,
        ),
        count("reh-stopped", outcome.stopped),
        w.t2(
            "reh-pages",
            "pages",
            outcome.pages,
            "answers",
            outcome.answers,
        ),
        count("reh-unequal", outcome.unequal),
        count("reh-refusals", outcome.refusals),
        w.t1("reh-took", "n", w.decimal(seconds, 1)),
    ];
    Ok(show(&RehearsalPage {
        frame: title(&app, &visitor),
        fault,
        found,
        refused: outcome.refused.clone(),
        minutes: minutes(w, &visitor, Some(&outcome)),
        rows: outcome
            .rows
            .iter()
            .map(|(table, n)| (w.t(&format!("reh-{table}")), *n))
            .collect(),
        last: String::new(),
    }))
}
