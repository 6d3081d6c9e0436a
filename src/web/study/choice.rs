//! What the pages about inviting share: which window and school they are about, and what a mail looks like.

use chrono::{DateTime, Utc};

use crate::domain::language::Language;
use crate::domain::study::StudyDesign;
use crate::fieldwork::study::Study;
use crate::fieldwork::wording::{self, Kind, Values};
use crate::locale::Words;
use crate::storage::schools::School;
use crate::storage::windows::{Phase, Window};
use crate::web::app::App;
use crate::web::form::{Fields, field};

/// Which window and school a page is about. A window goes by its id, or by cohort and wave.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Choice {
    pub window: Option<String>,
    pub cohort: Option<String>,
    pub wave: Option<String>,
    pub school: Option<String>,
    pub invitation: Option<String>,
    pub only: Option<String>,
    pub stalled: Option<i64>,
    pub pause: Option<i64>,
}

impl Choice {
    pub fn of(fields: &Fields) -> Self {
        let text = |name: &str| field(fields, name).map(str::to_owned);
        let number = |name: &str| field(fields, name).and_then(|value| value.parse().ok());
        Self {
            window: text("window"),
            cohort: text("cohort"),
            wave: text("wave"),
            school: text("school"),
            invitation: text("invitation"),
            only: text("only"),
            stalled: number("stalled"),
            pause: number("pause"),
        }
    }

    /// The window that was asked for; without a question the one that is open, else the next one, else the last.
    pub fn window<'w>(&self, windows: &'w [Window], now: DateTime<Utc>) -> Option<&'w Window> {
        if let Some(asked) = &self.window {
            return windows
                .iter()
                .find(|window| window.window_id.to_string() == *asked);
        }
        if let (Some(cohort), Some(wave)) = (&self.cohort, &self.wave) {
            return windows
                .iter()
                .find(|window| window.cohort == *cohort && window.wave == *wave);
        }
        let first = |phase: Phase| windows.iter().find(|window| window.phase(now) == phase);
        first(Phase::Open)
            .or_else(|| first(Phase::NotYetOpen))
            .or(windows.last())
    }

    pub fn school<'s>(&self, schools: &'s [School]) -> Option<&'s School> {
        let asked = self.school.as_deref()?;
        schools
            .iter()
            .find(|school| school.school_id.to_string() == asked || school.key == asked)
    }
}

pub struct Tab {
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// A tab for every window, on the page at `path`.
pub fn tabs(
    path: &str,
    (design, w): (&StudyDesign, Words),
    windows: &[Window],
    chosen: &Window,
) -> Vec<Tab> {
    windows
        .iter()
        .map(|window| Tab {
            href: format!("{path}?window={}", window.window_id),
            label: design.window_title(&window.cohort, &window.wave, w.0),
            current: window.window_id == chosen.window_id,
        })
        .collect()
}

/// One language of a mail, as it will look.
pub struct Preview {
    pub tag: &'static str,
    pub subject: String,
    pub body: String,
}

/// A mail of this kind to nobody in particular, in both languages.
pub fn previews(
    app: &App,
    study: &Study,
    window: &Window,
    kind: Kind,
    school: &str,
    n_colleagues: usize,
) -> Vec<Preview> {
    let minutes = |language: Language| {
        study
            .design
            .roles
            .iter()
            .map(|role| {
                let mut due = study.due(None, &window.wave, std::slice::from_ref(&role.key));
                due.retain(|instrument| !instrument.separate);
                wording::minutes(study, &window.wave, &due, language, n_colleagues)
            })
            .max()
            .unwrap_or(1)
    };
    Language::ALL
        .into_iter()
        .map(|language| {
            let w = Words(language);
            let values = Values {
                name: "Sam van den Berg".to_owned(),
                school: school.to_owned(),
                link: format!("{}/r#…", app.base()),
                code: "····-····-····-····".to_owned(),
                closes: w.day_and_time(window.closes_at, study.design.time_zone),
                minutes: w.t1("minutes", "n", minutes(language)),
            };
            let (subject, body) = wording::wording(&study.design, kind, language, &values);
            Preview {
                tag: language.tag(),
                subject,
                body,
            }
        })
        .collect()
}
