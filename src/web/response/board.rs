//! The response per school, wave and role, what the answers carry so far, and the windows that can be closed. Counts
//! only: who answered is not here.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::domain::id::SchoolId;
use crate::domain::roster::Unit;
use crate::fieldwork::door::{Class, class};
use crate::fieldwork::jobs::Kind;
use crate::fieldwork::study::Study;
use crate::fieldwork::usability::{Usability, usability};
use crate::locale::Words;
use crate::storage::invitations::{self, Standing};
use crate::storage::schools::School;
use crate::storage::windows::{self, Phase, Window};
use crate::storage::{StorageError, Tx, conclusions, schools, turnout};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::{Problem, show};
use crate::web::progress::phase_key;
use crate::web::work::{self, Progress};

#[derive(Template)]
#[template(path = "web/pages/response.html")]
struct ResponsePage {
    frame: Frame,
    unmet: Vec<String>,
    windows: Vec<WindowLine>,
    any_closed: bool,
    /// How the computation of what is closed stands, where it is not done.
    conclusion: Option<String>,
    /// The job that can be called off.
    cancels: Option<String>,
    choices: Vec<(String, String, bool)>,
    live: String,
    board: Board,
}

/// What is fetched again and again while the page is open.
#[derive(Template)]
#[template(path = "web/pages/board.html")]
struct Board {
    w: Words,
    updated: String,
    reload: String,
    rows: Vec<Line>,
    /// Cohort and wave, and how many are complete, partial and so on.
    classes: Vec<(String, String)>,
    networks: Vec<NetworkLine>,
}

struct WindowLine {
    id: String,
    cohort: String,
    wave: String,
    opens: String,
    closes: String,
    phase: String,
    closable: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    invited: usize,
    opened: usize,
    started: usize,
    submitted: usize,
}

impl Tally {
    fn add(&mut self, one: &Standing) {
        self.invited += 1;
        self.opened += usize::from(one.opened);
        self.started += usize::from(one.begun);
        self.submitted += usize::from(one.submitted_at.is_some());
    }

    fn percent(self) -> usize {
        (100 * self.submitted + self.invited / 2)
            .checked_div(self.invited)
            .unwrap_or(0)
    }
}

/// One school in one wave, or all of them together.
struct Line {
    school: String,
    cohort: String,
    wave: String,
    phase: String,
    tally: Tally,
    rate: String,
    percent: usize,
    roles: String,
    waiting: Option<String>,
}

struct NetworkLine {
    school: String,
    wave: String,
    relation: String,
    answered: String,
    both: String,
    either: String,
    carries: String,
    more: String,
}

#[derive(Debug, Default, serde::Deserialize)]
pub struct Choice {
    window: Option<String>,
    cohort: Option<String>,
    wave: Option<String>,
}

impl Choice {
    /// The windows to show: the one that was asked for, all, or what is running; the last closed one if nothing is.
    fn of<'w>(&self, windows: &'w [Window], now: chrono::DateTime<chrono::Utc>) -> Vec<&'w Window> {
        let begun = |window: &&Window| window.phase(now) != Phase::NotYetOpen;
        let mut chosen: Vec<&Window> = match &self.window {
            Some(all) if all == "all" => windows.iter().filter(begun).collect(),
            Some(asked) if !asked.is_empty() => windows
                .iter()
                .filter(|window| window.window_id.to_string() == *asked)
                .collect(),
            _ if self.cohort.is_some() || self.wave.is_some() => windows
                .iter()
                .filter(|window| {
                    let fits = |asked: &Option<String>, own: &String| {
                        asked.as_ref().is_none_or(|asked| asked == own)
                    };
                    fits(&self.cohort, &window.cohort) && fits(&self.wave, &window.wave)
                })
                .collect(),
            _ => {
                let running: Vec<&Window> = windows
                    .iter()
                    .filter(|window| matches!(window.phase(now), Phase::Open | Phase::Overtime))
                    .collect();
                if running.is_empty() {
                    windows.iter().rfind(begun).into_iter().collect()
                } else {
                    running
                }
            }
        };
        let order = |window: &&Window| {
            let (closed, opens) = (window.closed_at.is_some(), window.opens_at);
            (closed, std::cmp::Reverse(opens))
        };
        chosen.sort_by_key(order);
        chosen
    }

    fn query(&self) -> String {
        let named = |name: &str, value: &Option<String>| {
            value
                .as_ref()
                .filter(|value| {
                    value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                })
                .map(|value| format!("{name}={value}"))
        };
        [
            named("window", &self.window),
            named("cohort", &self.cohort),
            named("wave", &self.wave),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("&")
    }
}

/// What the board is counted from.
struct Counted {
    schools: Vec<School>,
    /// The school that each class is of.
    school_of_class: BTreeMap<SchoolId, SchoolId>,
    windows: Vec<Window>,
    standings: Vec<Standing>,
}

async fn read(tx: &mut Tx, study: &Study) -> Result<Counted, StorageError> {
    let classes = schools::parts_of_study(tx, study.study_id, Unit::Class).await?;
    Ok(Counted {
        schools: schools::units_of_study(tx, study.study_id).await?,
        school_of_class: classes
            .into_iter()
            .filter_map(|class| Some((class.unit.school_id, class.part_of?)))
            .collect(),
        windows: windows::of_study(tx, study.study_id).await?,
        standings: invitations::standings(tx, study.study_id).await?,
    })
}

fn board(
    app: &App,
    w: Words,
    study: &Study,
    (counted, networks): (&Counted, Vec<NetworkLine>),
    choice: &Choice,
) -> Board {
    let now = app.now();
    let zone = study.design.time_zone;
    let mut of: BTreeMap<(SchoolId, &str), BTreeMap<&str, Tally>> = BTreeMap::new();
    // Of all classes of a school together.
    let mut of_pupils = of.clone();
    for one in &counted.standings {
        let (all, school_id) = match counted.school_of_class.get(&one.school_id) {
            Some(school) => (&mut of_pupils, *school),
            None => (&mut of, one.school_id),
        };
        let roles = all.entry((school_id, one.wave.as_str())).or_default();
        roles.entry(one.role.as_str()).or_default().add(one);
    }
    let mut rows = Vec::new();
    for window in choice.of(&counted.windows, now) {
        let own: Vec<&School> = counted
            .schools
            .iter()
            .filter(|school| {
                school.cohort == window.cohort && study.design.asks_at(&school.key, &window.wave)
            })
            .collect();
        let line = |school: String, roles: &BTreeMap<&str, Tally>, waiting: Option<String>| {
            let tally = roles.values().fold(Tally::default(), |sum, one| Tally {
                invited: sum.invited + one.invited,
                opened: sum.opened + one.opened,
                started: sum.started + one.started,
                submitted: sum.submitted + one.submitted,
            });
            let title = |role: &str| {
                study
                    .design
                    .role_title(role)
                    .map_or_else(|| role.to_owned(), |title| title.say(w.0).to_owned())
            };
            // In the order of the design; roles it does not know come last.
            let place = |role: &str| {
                let known = study.design.roles.iter().position(|one| one.key == role);
                known.unwrap_or(usize::MAX)
            };
            let mut in_order: Vec<(&&str, &Tally)> = roles.iter().collect();
            in_order.sort_by_key(|(role, _)| place(role));
            Line {
                school,
                cohort: study.design.cohort_title(&window.cohort, w.0),
                wave: window.wave.clone(),
                phase: w.t(phase_key(window.phase(now))),
                rate: if tally.invited > 0 {
                    format!("{} %", tally.percent())
                } else {
                    "–".to_owned()
                },
                percent: tally.percent(),
                roles: in_order
                    .into_iter()
                    .map(|(role, one)| format!("{} {}/{}", title(role), one.submitted, one.invited))
                    .collect::<Vec<_>>()
                    .join(" · "),
                waiting: waiting.filter(|_| tally.submitted < tally.invited),
                tally,
            }
        };
        let nobody = BTreeMap::new();
        let roles_of = |school: &School| {
            of.get(&(school.school_id, window.wave.as_str()))
                .unwrap_or(&nobody)
        };
        if own.len() > 1 {
            let mut total: BTreeMap<&str, Tally> = BTreeMap::new();
            for (role, one) in own.iter().flat_map(|school| roles_of(school)) {
                let sum = total.entry(role).or_default();
                sum.invited += one.invited;
                sum.opened += one.opened;
                sum.started += one.started;
                sum.submitted += one.submitted;
            }
            rows.push(line(w.t("response-total"), &total, None));
        }
        for school in own {
            let waiting = format!(
                "/response/waiting?school={}&window={}",
                school.school_id, window.window_id
            );
            rows.push(line(school.name.clone(), roles_of(school), Some(waiting)));
        }
        let with_classes = counted.schools.iter().filter_map(|school| {
            let pupils = of_pupils.get(&(school.school_id, window.wave.as_str()))?;
            (school.cohort == window.cohort).then_some((school, pupils))
        });
        for (school, pupils) in with_classes {
            let name = w.t1("response-classes", "school", school.name.as_str());
            rows.push(line(name, pupils, None));
        }
    }
    Board {
        w,
        updated: w.t1(
            "board-updated",
            "at",
            now.with_timezone(&zone).format("%H:%M").to_string(),
        ),
        reload: format!("/response?{}", choice.query()),
        rows,
        classes: choice
            .of(&counted.windows, now)
            .into_iter()
            .map(|window| {
                let design = &study.design;
                let title = design.window_title(&window.cohort, &window.wave, w.0);
                (title, classes(w, counted, window))
            })
            .collect(),
        networks,
    }
}

/// How many of a window are complete, late, partial, nothing and withdrawn; what nobody is stays away.
fn classes(w: Words, counted: &Counted, window: &Window) -> String {
    let own: BTreeSet<SchoolId> = counted
        .schools
        .iter()
        .filter(|school| school.cohort == window.cohort)
        .map(|school| school.school_id)
        .collect();
    let mut n: BTreeMap<Class, usize> = BTreeMap::new();
    for one in &counted.standings {
        if one.wave == window.wave && own.contains(&one.school_id) {
            let class = class(window, one.begun, one.submitted_at, one.withdrawn);
            *n.entry(class).or_default() += 1;
        }
    }
    [
        (Class::Complete, "class-complete"),
        (Class::Late, "class-late"),
        (Class::Partial, "class-partial"),
        (Class::None, "class-none"),
        (Class::Withdrawn, "class-withdrawn"),
    ]
    .into_iter()
    .filter_map(|(class, key)| Some(format!("{} {}", n.get(&class)?, w.t(key))))
    .collect::<Vec<_>>()
    .join(", ")
}

/// Per school, wave and relation how much of the network is observed. Closed windows count their frozen lists.
async fn networks(
    tx: &mut Tx,
    w: Words,
    study: &Study,
    counted: &Counted,
    choice: &Choice,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<NetworkLine>, StorageError> {
    let questions = study.questions().schools;
    let items: Vec<String> = questions.relation_of.keys().cloned().collect();
    let answered = turnout::answered(tx, study.study_id, &items).await?;
    let presences = turnout::presences(tx, study.study_id).await?;
    let frozen = turnout::frozen_counts(tx, study.study_id).await?;
    let mut lines = Vec::new();
    for window in choice.of(&counted.windows, now) {
        let Some(relations) = questions.in_wave.get(&window.wave) else {
            continue;
        };
        let (first, last) = window.days(study.design.time_zone);
        let mut listed: BTreeMap<_, usize> = BTreeMap::new();
        for (school, joined, left) in &presences {
            // As `Member::present_between` has it.
            if joined.is_none_or(|joined| joined <= last) && left.is_none_or(|left| left > first) {
                *listed.entry(*school).or_default() += 1;
            }
        }
        for school in counted.schools.iter().filter(|school| {
            school.cohort == window.cohort && Unit::of_key(&school.key) == Unit::School
        }) {
            let n_members = if window.closed_at.is_some() {
                frozen.get(&(window.window_id, school.school_id))
            } else {
                listed.get(&school.school_id)
            };
            let n_members = n_members.copied().unwrap_or_default();
            if n_members == 0 {
                continue;
            }
            // Relations that are answered by equally many share a line: mostly all of them.
            let mut equal: BTreeMap<usize, Vec<String>> = BTreeMap::new();
            for relation in study
                .design
                .network
                .relations
                .iter()
                .filter(|relation| relations.contains(*relation))
            {
                let n_answered = questions
                    .relation_of
                    .iter()
                    .filter(|(_, own)| *own == relation)
                    .filter_map(|(item, _)| {
                        let key = (school.school_id, window.wave.clone(), item.clone());
                        answered.get(&key).copied()
                    })
                    .max()
                    .unwrap_or_default();
                let title = w.t(&format!("relation-{relation}"));
                equal
                    .entry(n_answered)
                    .or_default()
                    .push(if title.starts_with("relation-") {
                        relation.clone()
                    } else {
                        title
                    });
            }
            for (n_answered, relations) in equal {
                let found = usability(n_members, n_answered, &study.design.response);
                let title = study.design.window_title(&window.cohort, &window.wave, w.0);
                let relations = relations.join(", ");
                lines.push(network_line(w, school, title, relations, &found));
            }
        }
    }
    Ok(lines)
}

fn network_line(
    w: Words,
    school: &School,
    wave: String,
    relation: String,
    found: &Usability,
) -> NetworkLine {
    let share = |n: usize| {
        let percent = (100 * n + found.n_dyads / 2).checked_div(found.n_dyads);
        percent.map_or("–".to_owned(), |percent| format!("{percent} %"))
    };
    NetworkLine {
        school: school.name.clone(),
        wave,
        relation,
        answered: format!("{} / {}", found.n_answered, found.n_members),
        both: share(found.n_both),
        either: share(found.n_either),
        carries: w.t(found.carries.key()),
        more: if found.more_to_report == 0 {
            w.t("board-more-none")
        } else {
            w.t1("board-more-report", "n", found.more_to_report)
        },
    }
}

pub async fn show_board(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let now = app.now();
    let mut tx = app.store().read().await.map_err(failed)?;
    let counted = read(&mut tx, study).await.map_err(failed)?;
    let networks = networks(&mut tx, w, study, &counted, &choice, now)
        .await
        .map_err(failed)?;
    let concluded = conclusions::newest(&mut tx, study.study_id)
        .await
        .map_err(failed)?;
    let standing = work::standing(&mut tx, study.study_id, Kind::Conclude, "")
        .await
        .map_err(failed)?;
    drop(tx);
    let zone = study.design.time_zone;
    let closed_at = counted.windows.iter().filter_map(|one| one.closed_at).max();
    let missing = closed_at.is_some_and(|closed| concluded.is_none_or(|(_, taken)| taken < closed));
    let (job, standing) = standing.unzip();
    let open = matches!(standing, Some(Progress::Queued | Progress::Running));
    let conclusion = match standing {
        Some(Progress::Queued) => Some("board-queued"),
        Some(Progress::Running) => Some("board-running-now"),
        Some(Progress::Failed(_)) if missing => Some("board-broke"),
        _ if missing => Some("board-no-conclusion"),
        _ => None,
    };
    let chosen = choice.window.clone().unwrap_or_default();
    let mut choices = vec![
        (String::new(), w.t("board-running"), chosen.is_empty()),
        ("all".to_owned(), w.t("board-every"), chosen == "all"),
    ];
    choices.extend(counted.windows.iter().map(|window| {
        let id = window.window_id.to_string();
        let current = chosen == id;
        let title = study.design.window_title(&window.cohort, &window.wave, w.0);
        (id, title, current)
    }));
    let page = ResponsePage {
        frame: Frame::new(&app, w, w.t("response-title"), "/response")
            .for_visit(&study.design.contact)
            .with_menu(&OWNER_MENU),
        unmet: study
            .design
            .unmet()
            .iter()
            .map(|one| w.t(&format!("condition-{}", one.key())))
            .collect(),
        any_closed: closed_at.is_some(),
        conclusion: conclusion.map(|key| w.t(key)),
        cancels: job.filter(|_| open).map(|job| job.to_string()),
        choices,
        live: format!("/response/live?{}", choice.query()),
        board: board(&app, w, study, (&counted, networks), &choice),
        windows: counted
            .windows
            .iter()
            .map(|window| WindowLine {
                id: window.window_id.to_string(),
                cohort: study.design.cohort_title(&window.cohort, w.0),
                wave: window.wave.clone(),
                opens: w.day_and_time(window.opens_at, zone),
                closes: w.day_and_time(window.closes_at, zone),
                phase: w.t(phase_key(window.phase(now))),
                closable: matches!(window.phase(now), Phase::Open | Phase::Overtime),
            })
            .collect(),
    };
    let shown = show(&page);
    if open {
        // Looks again by itself, without a script.
        let again = (header::REFRESH, HeaderValue::from_static("3"));
        return Ok(([again], shown).into_response());
    }
    Ok(shown)
}

/// The part of the page that changes while people answer.
pub async fn show_live(
    visitor: Owner,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let counted = read(&mut tx, study).await.map_err(failed)?;
    let networks = networks(&mut tx, w, study, &counted, &choice, app.now())
        .await
        .map_err(failed)?;
    drop(tx);
    let board = board(&app, w, study, (&counted, networks), &choice);
    Ok(show(&board))
}
