//! What explains the differences: per factor what trainers, principals and IB'ers said beside what was measured, whether they
//! agree by a rule, and the statements behind each cell. Nothing of what was said before coding is locked.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use fluent_bundle::FluentArgs;

use super::contrast::{outcome_name, p_in_table, rule, verdict_name, wave_name};
use super::desk::{Desk, Head};
use super::interviews::source_name;
use super::joint_display::{Display, Known, PATH, load_display, table};
use crate::domain::coding::Factor;
use crate::evaluation::explanation::{Cell, Counts, Differs, Group, LogComparison, Voice};
use crate::evaluation::findings::Contrast;
use crate::exchange::tidy_csv::lines;
use crate::locale::Words;
use crate::reports::school::relation_name;
use crate::reports::sentence::{interval, number};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

/// The columns of what was measured.
const COLUMNS: [&str; 5] = ["teachers", "pupils", "network", "test", "log"];

/// So many quotes of a factor.
const QUOTES: usize = 3;

/// Lines of a cell that are shown at once.
const AT_ONCE: usize = 3;

#[derive(Template)]
#[template(path = "web/pages/explanation.html")]
struct ExplanationPage {
    frame: Frame,
    head: Head,
    rule: String,
    /// Which cohorts are coded and locked, and since when.
    told: Vec<String>,
    columns: Vec<String>,
    rows: Vec<Row>,
    claims: Vec<String>,
    csv: String,
}

struct Row {
    name: String,
    said: Vec<SaidCell>,
    measured: Vec<MeasuredCell>,
    differs: String,
    /// Key of the code, and its word.
    convergence: Option<(&'static str, String)>,
    quotes: Vec<(String, String)>,
    more: String,
}

/// What one source said.
enum SaidCell {
    /// There is nothing from it.
    None(String),
    Counted {
        lines: Vec<(String, String)>,
        tests: Vec<String>,
        address: String,
        label: String,
    },
}

#[derive(Default)]
struct MeasuredCell {
    /// Text, address, and whether it differs.
    lines: Vec<(String, String, bool)>,
    /// What stands before them where they are many.
    summary: String,
    none: String,
}

fn counts_in_words(w: Words, counts: &Counts) -> String {
    if counts.n == 0 {
        return w.t("explanation-no-source");
    }
    let mut said: Vec<String> = [
        ("promotes", counts.promotes),
        ("hinders", counts.hinders),
        ("mixed", counts.mixed),
        ("no_influence", counts.no_influence),
        ("not_raised", counts.not_raised),
    ]
    .into_iter()
    .filter(|(_, n)| *n > 0)
    .map(|(key, n)| format!("{} {n}", w.t(&format!("direction-{key}"))))
    .collect();
    if counts.implicit > 0 {
        said.push(w.t1("explanation-implicit", "n", counts.implicit));
    }
    said.join(", ")
}

fn said_cell(w: Words, desk: &Desk, factor: &Factor, voice: Voice, cell: &Cell) -> SaidCell {
    if cell.high.n + cell.low.n == 0 {
        return SaidCell::None(w.t("explanation-no-data"));
    }
    let name = |key: &str, n: usize| w.t1(key, "n", n);
    let lines = [
        ("explanation-high", &cell.high),
        ("explanation-low", &cell.low),
    ]
    .map(|(key, counts)| (name(key, counts.n), counts_in_words(w, counts)));
    let mut tests = Vec::new();
    if let Some(p) = cell.p_raised.filter(|p| *p < 0.999) {
        tests.push(w.t1("explanation-p-raised", "p", p_in_table(w, p)));
    }
    if let Some(p) = cell.p_direction {
        tests.push(w.t1("explanation-p-direction", "p", p_in_table(w, p)));
    }
    let more = [("factor", factor.key.as_str()), ("voice", voice.key())];
    SaidCell::Counted {
        lines: lines.into(),
        tests,
        address: desk.link("/research/statements", &more),
        label: w.t2(
            "explanation-statements-of",
            "factor",
            factor.name.say(w.0),
            "voice",
            w.t(&format!("explanation-{}", voice.key())),
        ),
    }
}

/// `alone`: all lines of the cell are about one outcome, which the column says.
fn contrast_line(
    visitor: &Researcher,
    desk: &Desk,
    row: &Contrast,
    alone: bool,
) -> (String, String, bool) {
    let w = visitor.0.words;
    let mut name = outcome_name(visitor, &row.outcome);
    if !row.relation.is_empty() {
        name += &format!(", {}", relation_name(w, &row.relation));
    }
    let place = if alone {
        wave_name(w, row)
    } else {
        format!("{name} · {}", wave_name(w, row))
    };
    let address = desk.link(
        "/research/outcome",
        &[
            ("outcome", &row.outcome),
            ("wave", &row.wave),
            ("relation", &row.relation),
        ],
    );
    let Some(test) = &row.test else {
        return (format!("{place}: –"), address, false);
    };
    let g = match (test.hedges_g, test.g_interval) {
        (Some(g), Some(ends)) => format!("g {} {}", number(w, g, 2), interval(w, ends, 2)),
        _ => "g –".to_owned(),
    };
    let adjusted = test
        .p_max_t
        .map(|p| format!(", maxT {}", p_in_table(w, p)))
        .unwrap_or_default();
    let text = format!(
        "{place}: {g}, p {}{adjusted}, {}",
        p_in_table(w, test.p_value),
        verdict_name(w, &test.verdict)
    );
    (text, address, test.verdict == "different")
}

fn log_line(w: Words, log: &LogComparison) -> String {
    let mut args = FluentArgs::new();
    args.set("high", w.decimal(100.0 * log.mean_high, 0));
    args.set("low", w.decimal(100.0 * log.mean_low, 0));
    args.set("nhigh", log.n_high);
    args.set("nlow", log.n_low);
    let mut text = w.with("explanation-log-line", &args);
    if let Some((g, ends)) = log.g {
        text += &format!(", g {} {}", number(w, g, 2), interval(w, ends, 2));
    }
    if let Some(p) = log.p_value {
        text += &format!(", p {}", p_in_table(w, p));
    }
    text
}

fn measured_cell(
    visitor: &Researcher,
    display: &Display,
    known: &Known,
    column: &'static str,
) -> MeasuredCell {
    let w = visitor.0.words;
    let mut found = MeasuredCell::default();
    match known.contrasts.get(column) {
        Some(rows) if rows.is_empty() => found.none = w.t("explanation-no-data"),
        Some(rows) => {
            let first = &rows[0];
            let alone = rows
                .iter()
                .all(|row| (&row.outcome, &row.relation) == (&first.outcome, &first.relation));
            let told = rows
                .iter()
                .map(|row| contrast_line(visitor, &display.desk, row, alone));
            found.lines = told.collect();
            if rows.len() > AT_ONCE {
                let n = found.lines.iter().filter(|(.., differs)| *differs).count();
                found.summary = w.t2("explanation-numbers", "n", rows.len(), "differ", n);
            }
        }
        None if column == "log" => {
            let line = known.log.as_ref();
            found.lines.extend(
                line.map(|log| (log_line(w, log), String::new(), log.measured().different)),
            );
        }
        None => {}
    }
    if column == "pupils" {
        let address = display.desk.link("/research/effects", &[]);
        let of = known.moderators.iter();
        found
            .lines
            .extend(of.map(|(name, told)| (format!("{name}: {told}"), address.clone(), false)));
        if known.moderators.len() > AT_ONCE {
            found.summary = w.t1("explanation-moderators", "n", known.moderators.len());
        }
    }
    if found.lines.is_empty() && found.none.is_empty() {
        found.none = "–".to_owned();
    }
    found
}

fn group_key(group: Group) -> &'static str {
    match group {
        Group::High => "high",
        Group::Low => "low",
    }
}

/// Key and words of whether the groups differ.
fn differs_in_words(w: Words, known: &Known) -> (String, String) {
    if !known.moderators.is_empty() {
        return ("moderator".to_owned(), w.t("differs-moderator"));
    }
    let key = match known.differs {
        Differs::Unknown => "unknown".to_owned(),
        Differs::No => "no".to_owned(),
        Differs::Both => "both".to_owned(),
        Differs::Reversed => "reversed".to_owned(),
        Differs::WordsOnly => "words".to_owned(),
        Differs::NumbersOnly => "numbers".to_owned(),
        Differs::OneGroup(group) => format!("one-{}", group_key(group)),
        Differs::MoreOften(group) => format!("more-{}", group_key(group)),
    };
    let mut text = w.t(&format!("differs-{key}"));
    if known.differs == Differs::WordsOnly {
        let turned = known
            .cells
            .iter()
            .filter(|(_, cell)| cell.p_direction.is_some_and(|p| p < 0.05));
        let who: Vec<String> = turned
            .map(|(voice, _)| w.t(&format!("explanation-{}", voice.key())))
            .collect();
        text = w.t1("differs-words-by", "who", who.join(", "));
    }
    (key, text)
}

/// Some of what was said of a factor, of each direction and source first one.
fn quotes(w: Words, display: &Display, factor: &str) -> Vec<(String, String)> {
    let in_groups = |school: &str| {
        let mut both = display.groups.high.iter().chain(&display.groups.low);
        both.any(|key| key == school)
    };
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for one in &display.coded {
        let code = one.said.codes.iter().find(|code| code.factor == factor);
        let Some(code) = code.filter(|_| in_groups(&one.said.school)) else {
            continue;
        };
        if found.len() < QUOTES && seen.insert((code.direction, one.said.source)) {
            let who = format!(
                "{}, {}, {}",
                one.said.school,
                source_name(w, one.said.source),
                w.t(&format!("direction-{}", code.direction.key()))
            );
            found.push((one.text.clone(), who));
        }
    }
    found
}

fn row(visitor: &Researcher, display: &Display, known: &Known) -> Row {
    let w = visitor.0.words;
    let coded = !display.locked.is_empty();
    Row {
        name: known.factor.name.say(w.0).to_owned(),
        said: known
            .cells
            .iter()
            .map(|(voice, cell)| {
                if coded {
                    said_cell(w, &display.desk, &known.factor, *voice, cell)
                } else {
                    SaidCell::None("–".to_owned())
                }
            })
            .collect(),
        measured: COLUMNS
            .map(|column| measured_cell(visitor, display, known, column))
            .into(),
        differs: differs_in_words(w, known).1,
        convergence: known.convergence.map(|code| {
            let key = code.key();
            (key, w.t(&format!("convergence-{key}")))
        }),
        quotes: quotes(w, display, &known.factor.key),
        more: display.desk.link(
            "/research/statements",
            &[("factor", known.factor.key.as_str())],
        ),
    }
}

/// "16 of 20 schools", of what principal or IB'er said.
fn claims(w: Words, display: &Display) -> Vec<String> {
    let one = |known: &Known| {
        let counts = known.claim;
        if counts.n == 0 {
            return None;
        }
        let mut args = FluentArgs::new();
        args.set("factor", known.factor.name.say(w.0).to_owned());
        args.set("promotes", counts.promotes);
        args.set("hinders", counts.hinders);
        args.set("mixed", counts.mixed + counts.no_influence);
        args.set("silent", counts.not_raised);
        args.set("of", counts.n);
        Some(w.with("explanation-claim", &args))
    };
    display.factors.iter().filter_map(one).collect()
}

pub async fn show_explanation(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let display = match load_display(&app, &visitor, &fields).await? {
        Ok(display) => display,
        Err(page) => return Ok(page),
    };
    let zone = visitor.0.study.design.time_zone;
    let mut told: Vec<String> = display
        .locked
        .iter()
        .map(|taken| {
            let at = w.day_and_time(taken.at, zone);
            w.t2(
                "explanation-locked",
                "cohort",
                taken.cohort.as_str(),
                "at",
                at,
            )
        })
        .collect();
    if told.is_empty() {
        told.push(w.t("explanation-not-locked"));
    }
    let desk = &display.desk;
    let page = ExplanationPage {
        frame: desk.frame(&app, &visitor, w.t("explanation-title"), PATH),
        head: desk.head(&visitor, PATH),
        rule: desk
            .findings
            .groups
            .as_ref()
            .map(|groups| rule(w, groups))
            .unwrap_or_default(),
        told,
        columns: ["trainer", "principal", "coach"]
            .iter()
            .chain(&COLUMNS)
            .map(|key| w.t(&format!("explanation-{key}")))
            .collect(),
        rows: display
            .factors
            .iter()
            .map(|known| row(&visitor, &display, known))
            .collect(),
        claims: claims(w, &display),
        csv: desk.link("/research/explanation.csv", &[]),
    };
    Ok(show(&page))
}

pub async fn download(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let display = match load_display(&app, &visitor, &fields).await? {
        Ok(display) => display,
        Err(page) => return Ok(page),
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/csv; charset=utf-8"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"joint_display.csv\""),
        ),
    ];
    Ok((headers, lines(&table(&display))).into_response())
}
