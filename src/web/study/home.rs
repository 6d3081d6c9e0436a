//! The first page of a study: what to do next, and its design as a matrix of instrument, wave, role and school, with
//! how far each cell is.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};

use super::amending::frame;
use super::retention::{self, Notice};
use crate::domain::id::SchoolId;
use crate::domain::roster::Unit;
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::storage::matrix::{self, Asked, Cell, Counts};
use crate::storage::schools::School;
use crate::storage::windows::{Phase, Window};
use crate::storage::{StorageError, schools, windows};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::in_address;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/study.html")]
struct StudyPage {
    frame: Frame,
    /// When names go, or went.
    retention: Option<Notice>,
    todo: Vec<Todo>,
    /// Key, name and whether it is the one shown; the first is all.
    schools: Vec<(String, String, bool)>,
    roles: Vec<(String, String, bool)>,
    blocks: Vec<Block>,
    detail: Option<Detail>,
}

struct Todo {
    done: bool,
    text: String,
    href: &'static str,
    action: String,
}

/// The matrix of one cohort.
struct Block {
    title: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

struct Column {
    wave: String,
    dates: String,
    state: String,
}

struct Row {
    title: String,
    roles: String,
    places: Vec<Place>,
}

/// One cell; without an address nothing is asked there.
struct Place {
    wave: String,
    href: String,
    counts: Counts,
    state: String,
    action: Option<(&'static str, String)>,
}

/// School by role in one cell.
struct Detail {
    title: String,
    lines: Vec<(String, String, Counts)>,
    total: Counts,
}

#[derive(Debug, Default, serde::Deserialize)]
pub struct Choice {
    school: Option<String>,
    role: Option<String>,
    cohort: Option<String>,
    wave: Option<String>,
    instrument: Option<String>,
}

/// Which roles answer which instrument in which window.
pub fn asked(study: &Study, windows: &[Window]) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    for window in windows {
        for row in &study.design.collect {
            if !row.waves.contains(&window.wave) {
                continue;
            }
            let instrument = study.library.get(&row.instrument);
            for role in &row.roles {
                let (first, last) = window.days(study.design.time_zone);
                let row = Asked {
                    cohort: window.cohort.clone(),
                    wave: window.wave.clone(),
                    instrument: row.instrument.clone(),
                    role: role.clone(),
                    first,
                    last,
                    separate: instrument.is_some_and(|instrument| instrument.separate),
                    only: row.only.as_ref().map(|only| {
                        let places = study.design.facts.get(&only.fact).into_iter().flatten();
                        let holds = places.filter(|(_, value)| **value == only.value);
                        holds.map(|(place, _)| place.clone()).collect()
                    }),
                };
                if !asked.contains(&row) {
                    asked.push(row);
                }
            }
        }
    }
    asked
}

/// Everything that the page is made of.
struct Seen<'s> {
    w: Words,
    study: &'s Study,
    /// And offices of boards where their members are asked something.
    schools: Vec<School>,
    windows: Vec<Window>,
    /// Of the chosen school and role alone if one is chosen.
    cells: Vec<Cell>,
    /// By cohort, wave and instrument.
    sums: BTreeMap<[String; 3], Counts>,
    choice: Choice,
    now: DateTime<Utc>,
}

/// Leaves the cells of the chosen school and role, and adds up those of a cohort.
fn add_up(
    schools: &[School],
    cells: &mut Vec<Cell>,
    choice: &Choice,
) -> BTreeMap<[String; 3], Counts> {
    let places: BTreeMap<SchoolId, &School> = schools
        .iter()
        .map(|school| (school.school_id, school))
        .collect();
    let (school, role) = (given(&choice.school), given(&choice.role));
    cells.retain(|cell| {
        let place = places.get(&cell.school_id);
        place.is_some_and(|place| school.is_none_or(|key| place.key == key))
            && role.is_none_or(|role| cell.role == role)
    });
    let mut sums: BTreeMap<[String; 3], Counts> = BTreeMap::new();
    for cell in cells {
        let key = [
            places[&cell.school_id].cohort.clone(),
            cell.wave.clone(),
            cell.instrument.clone(),
        ];
        sums.entry(key).or_default().add(cell.counts);
    }
    sums
}

impl Seen<'_> {
    /// Without the offices of boards.
    fn schools(&self) -> impl Iterator<Item = &School> {
        let all = self.schools.iter();
        all.filter(|place| Unit::of_key(&place.key) == Unit::School)
    }

    /// The counts of a cell, of the chosen school and role alone if one is chosen.
    fn counts(&self, cohort: &str, wave: &str, instrument: &str) -> Counts {
        let key = [cohort, wave, instrument].map(str::to_owned);
        self.sums.get(&key).copied().unwrap_or_default()
    }

    fn missing(&self) -> Vec<String> {
        let unmet = self.study.design.unmet();
        unmet
            .iter()
            .map(|condition| self.w.t(&format!("cond-{}", condition.key())))
            .collect()
    }

    /// Where a cell stands, and what to do about it.
    fn next(&self, window: &Window, counts: Counts) -> (String, Option<(&'static str, String)>) {
        let w = self.w;
        let zone = self.study.design.time_zone;
        let act = |href, key: &str| Some((href, w.t(key)));
        let phase = window.phase(self.now);
        let state = match phase {
            Phase::NotYetOpen => w.t1("matrix-opens", "at", w.day_and_time(window.opens_at, zone)),
            Phase::Open => w.t1("matrix-open", "at", w.day_and_time(window.closes_at, zone)),
            Phase::Overtime => w.t("phase-overtime"),
            Phase::Closed => w.t("phase-closed"),
        };
        match phase {
            Phase::Closed => (state, act("/response", "matrix-do-results")),
            Phase::Overtime => (state, act("/response", "matrix-do-close")),
            _ if !self.study.design.unmet().is_empty() => (
                w.t1(
                    "matrix-missing",
                    "what",
                    w.t1("matrix-conditions", "n", self.study.design.unmet().len()),
                ),
                act("/study/conditions", "matrix-do-conditions"),
            ),
            _ if counts.due == 0 => (
                w.t1("matrix-missing", "what", w.t("matrix-no-staff")),
                act("/study/rosters", "matrix-do-rosters"),
            ),
            _ if counts.invited < counts.due => {
                (state, act("/study/invitations", "matrix-do-invite"))
            }
            Phase::NotYetOpen => (state, None),
            Phase::Open if counts.finished < counts.invited => {
                (state, act("/study/invitations", "matrix-do-remind"))
            }
            Phase::Open => (state, act("/response", "matrix-do-response")),
        }
    }

    fn block(&self, cohort: &str, title: &str) -> Block {
        let (w, design) = (self.w, &self.study.design);
        // A wave that this cohort does not answer has no column.
        let own: Vec<&Window> = design
            .waves
            .iter()
            .filter_map(|wave| {
                let mut own = self.windows.iter();
                own.find(|window| window.cohort == cohort && window.wave == wave.key)
            })
            .collect();
        let columns = own
            .iter()
            .map(|window| Column {
                wave: window.wave.clone(),
                dates: format!(
                    "{} – {}",
                    w.day(window.opens_at, design.time_zone),
                    w.day(window.closes_at, design.time_zone)
                ),
                state: w.t(match window.phase(self.now) {
                    Phase::NotYetOpen => "phase-not-yet-open",
                    Phase::Open if !design.unmet().is_empty() => "matrix-shut",
                    Phase::Open => "phase-open",
                    Phase::Overtime => "phase-overtime",
                    Phase::Closed => "phase-closed",
                }),
            })
            .collect();
        let mut instruments: Vec<&str> = Vec::new();
        for row in &design.collect {
            let of_role =
                given(&self.choice.role).is_none_or(|role| row.roles.iter().any(|r| r == role));
            if of_role && !instruments.contains(&row.instrument.as_str()) {
                instruments.push(&row.instrument);
            }
        }
        let rows = instruments
            .into_iter()
            .map(|key| self.row(cohort, key, &own))
            .collect();
        Block {
            title: title.to_owned(),
            columns,
            rows,
        }
    }

    fn row(&self, cohort: &str, instrument: &str, windows: &[&Window]) -> Row {
        let (w, design) = (self.w, &self.study.design);
        let own = || {
            design
                .collect
                .iter()
                .filter(|row| row.instrument == instrument)
        };
        let mut roles: Vec<&str> = own()
            .flat_map(|row| &row.roles)
            .map(|role| {
                design
                    .role_title(role)
                    .map_or(role.as_str(), |t| t.say(w.0))
            })
            .collect();
        roles.dedup();
        let places = windows
            .iter()
            .map(|window| {
                if !own().any(|row| row.waves.contains(&window.wave)) {
                    return Place {
                        wave: window.wave.clone(),
                        href: String::new(),
                        counts: Counts::default(),
                        state: w.t("matrix-not-asked"),
                        action: None,
                    };
                }
                let counts = self.counts(cohort, &window.wave, instrument);
                let (state, action) = self.next(window, counts);
                Place {
                    wave: window.wave.clone(),
                    href: format!(
                        "/study?cohort={cohort}&wave={}&instrument={instrument}#detail",
                        window.wave
                    ),
                    counts,
                    state,
                    action,
                }
            })
            .collect();
        Row {
            title: self.title(instrument),
            roles: roles.join(", "),
            places,
        }
    }

    fn title(&self, instrument: &str) -> String {
        let known = self.study.library.get(instrument);
        known
            .map_or(instrument, |i| i.title.say(self.w.0))
            .to_owned()
    }

    fn detail(&self) -> Option<Detail> {
        let (cohort, wave, instrument) = (
            given(&self.choice.cohort)?,
            given(&self.choice.wave)?,
            given(&self.choice.instrument)?,
        );
        let design = &self.study.design;
        let named = design.cohorts.iter().find(|known| known.key == cohort)?;
        let mut lines = Vec::new();
        let mut total = Counts::default();
        for school in self.schools.iter().filter(|school| school.cohort == cohort) {
            for cell in self.cells.iter().filter(|cell| {
                cell.school_id == school.school_id
                    && cell.wave == wave
                    && cell.instrument == instrument
            }) {
                let role = design.role_title(&cell.role);
                let role = role.map_or(cell.role.as_str(), |title| title.say(self.w.0));
                lines.push((school.name.clone(), role.to_owned(), cell.counts));
                total.add(cell.counts);
            }
        }
        let cohort = named.title.say(self.w.0);
        Some(Detail {
            title: format!("{} · {cohort} · {wave}", self.title(instrument)),
            lines,
            total,
        })
    }

    /// What an owner does, in order; what is done stays in sight.
    fn todo(&self) -> Vec<Todo> {
        let (w, design) = (self.w, &self.study.design);
        let step = |done, text: String, href, action: &str| Todo {
            done,
            text,
            href,
            action: w.t(action),
        };
        let missing = self.missing();
        let conditions = if missing.is_empty() {
            w.t("todo-conditions-done")
        } else {
            w.t1("todo-conditions", "what", missing.join("; "))
        };
        let bare: Vec<&str> = design
            .cohorts
            .iter()
            .filter(|cohort| self.schools().all(|school| school.cohort != cohort.key))
            .map(|cohort| cohort.title.say(w.0))
            .collect();
        let rosters = if bare.is_empty() {
            w.t1("todo-rosters-done", "n", self.schools().count())
        } else {
            w.t1("todo-rosters", "cohorts", bare.join(", "))
        };
        let rehearsed = match &design.rehearsed {
            Some(kept) => w.t1(
                "todo-rehearsed-done",
                "at",
                w.day_and_time(kept.at, design.time_zone),
            ),
            None => w.t("todo-rehearsed"),
        };
        let mut todo = Vec::new();
        // Once a wave is open this cannot be chosen any more.
        if self
            .windows
            .iter()
            .all(|window| window.phase(self.now) == Phase::NotYetOpen || !missing.is_empty())
        {
            let text = w.t("todo-design");
            todo.push(step(false, text, "/study/design", "design-title"));
        }
        todo.extend([
            step(
                missing.is_empty(),
                conditions,
                "/study/conditions",
                "matrix-do-conditions",
            ),
            step(
                bare.is_empty(),
                rosters,
                "/study/rosters",
                "matrix-do-rosters",
            ),
            step(
                !design.texts.is_empty(),
                w.t("todo-texts"),
                "/study/texts",
                "nav-texts",
            ),
            step(
                design.rehearsed.is_some(),
                rehearsed,
                "/study/rehearsal",
                "todo-do-rehearse",
            ),
        ]);
        todo.extend(
            self.windows
                .iter()
                .filter_map(|window| self.of_window(window)),
        );
        todo
    }

    /// What is to be done about a window that is open or comes next.
    fn of_window(&self, window: &Window) -> Option<Todo> {
        let (w, zone) = (self.w, self.study.design.time_zone);
        let phase = window.phase(self.now);
        let earlier = self.windows.iter().any(|other| {
            other.cohort == window.cohort
                && other.opens_at < window.opens_at
                && other.closed_at.is_none()
        });
        if phase == Phase::Closed || (phase == Phase::NotYetOpen && earlier) {
            return None;
        }
        // People, not questionnaires: whoever answers most of them stands for a wave.
        let mut most = Counts::default();
        for row in &self.study.design.collect {
            let counts = self.counts(&window.cohort, &window.wave, &row.instrument);
            if counts.due > most.due {
                most = counts;
            }
        }
        let design = &self.study.design;
        let which = design.window_title(&window.cohort, &window.wave, w.0);
        let everyone = most.due > 0 && most.invited >= most.due;
        let todo = |done, text, href, action: &str| Todo {
            done,
            text,
            href,
            action: w.t(action),
        };
        Some(match phase {
            Phase::Overtime => todo(
                false,
                w.t1("todo-close", "which", which),
                "/response",
                "matrix-do-close",
            ),
            Phase::Open if everyone => {
                let share = format!("{} / {}", most.finished, most.invited);
                todo(
                    most.finished >= most.invited,
                    w.t2("todo-remind", "which", which, "share", share),
                    "/study/reminders",
                    "matrix-do-remind",
                )
            }
            _ => {
                let at = w.day_and_time(window.opens_at, zone);
                todo(
                    everyone,
                    w.t2("todo-invite", "which", which, "at", at),
                    "/study/invitations",
                    "matrix-do-invite",
                )
            }
        })
    }
}

fn given(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.is_empty())
}

pub async fn show_study(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &*visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut schools = schools::units_of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let windows = windows::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let waves = &study.design.waves;
    schools.retain(|place| {
        waves
            .iter()
            .any(|wave| study.design.asks_at(&place.key, &wave.key))
    });
    let mut cells = matrix::cells(&mut tx, study.study_id, &asked(study, &windows))
        .await
        .map_err(failed)?;
    drop(tx);
    let sums = add_up(&schools, &mut cells, &choice);
    let seen = Seen {
        w,
        study,
        schools,
        windows,
        cells,
        sums,
        choice,
        now: app.now(),
    };
    let options = |all: &str, chosen: Option<&str>, known: Vec<(String, String)>| {
        let mut options = vec![(String::new(), w.t(all), chosen.is_none())];
        options.extend(known.into_iter().map(|(key, name)| {
            let is_chosen = chosen == Some(key.as_str());
            (key, name, is_chosen)
        }));
        options
    };
    let design = &study.design;
    let path = match given(&seen.choice.school) {
        Some(school) => format!("/study?school={}", in_address(school)),
        None => "/study".to_owned(),
    };
    let page = StudyPage {
        frame: frame(&app, &visitor, design.title.say(w.0).to_owned(), path),
        retention: retention::notice(w, design, seen.now),
        todo: seen.todo(),
        schools: options(
            "matrix-all-schools",
            given(&seen.choice.school),
            seen.schools
                .iter()
                .map(|school| (school.key.clone(), school.name.clone()))
                .collect(),
        ),
        roles: options(
            "matrix-all-roles",
            given(&seen.choice.role),
            design
                .roles
                .iter()
                .map(|role| (role.key.clone(), role.title.say(w.0).to_owned()))
                .collect(),
        ),
        blocks: design
            .cohorts
            .iter()
            .map(|cohort| seen.block(&cohort.key, cohort.title.say(w.0)))
            .collect(),
        detail: seen.detail(),
    };
    Ok(show(&page))
}
