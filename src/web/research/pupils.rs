//! What pupils said about the teaching, and the source's paradox: the level is higher where the effect is large, and the
//! gain larger where it is small. With two checks of whether that could be the scale or chance.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;

use super::contrast::{outcome_name, wave_name};
use super::desk::{self, Desk, Head};
use crate::evaluation::findings::Contrast;
use crate::evaluation::pupil_checks::{Checks, checks};
use crate::locale::Words;
use crate::reports::scale_words::{Form, number};
use crate::reports::sentence;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/pupils";

#[derive(Template)]
#[template(path = "web/pages/research_pupils.html")]
struct PupilsPage {
    frame: Frame,
    head: Head,
    rows: Vec<Row>,
    /// What the rows come to, in a sentence.
    paradox: Option<String>,
    checks: Vec<Checked>,
}

struct Row {
    scale: String,
    wave: String,
    is_change: bool,
    high: String,
    low: String,
    g: String,
    interval: String,
    p_value: String,
    verdict: String,
}

/// A scale with its two checks, in words.
struct Checked {
    scale: String,
    lines: Vec<String>,
}

pub async fn show_pupils(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let findings = &desk.findings;
    let groups = findings.groups.as_ref();
    let found = checks(&findings.contents.waves, &findings.scales, groups);
    let of_pupils: Vec<&Contrast> = found
        .iter()
        .flat_map(|scale| {
            let whole = format!("{}-{}", scale.from, scale.to);
            let rows = desk.findings.contrasts.iter();
            rows.filter(move |row| row.outcome == scale.scale)
                .filter(move |row| !row.is_change || row.wave == whole)
        })
        .collect();
    Ok(show(&PupilsPage {
        frame: desk.frame(&app, &visitor, w.t("research-pupils-title"), PATH),
        head: desk.head(&visitor, PATH),
        paradox: paradox(w, &of_pupils),
        rows: of_pupils
            .iter()
            .map(|row| table_row(w, &visitor, row))
            .collect(),
        checks: found
            .iter()
            .map(|scale| Checked {
                scale: outcome_name(&visitor, &scale.scale),
                lines: lines(w, &desk, scale),
            })
            .collect(),
    }))
}

fn table_row(w: Words, visitor: &Researcher, row: &Contrast) -> Row {
    let test = row.test.as_ref();
    let mean =
        |mean: Option<f64>| mean.map_or("–".to_owned(), |mean| sentence::number(w, mean, 2));
    let g = test.and_then(|test| test.hedges_g);
    Row {
        scale: outcome_name(visitor, &row.outcome),
        wave: wave_name(w, row),
        is_change: row.is_change,
        high: mean(row.mean_high),
        low: mean(row.mean_low),
        g: g.map_or("–".to_owned(), |g| sentence::number(w, g, 2)),
        interval: test
            .and_then(|test| test.g_interval)
            .map_or("–".to_owned(), |ends| sentence::interval(w, ends, 2)),
        p_value: test.map_or("–".to_owned(), |test| {
            let told = sentence::probability(w, test.p_verdict);
            told.trim_start_matches("= ").to_owned()
        }),
        verdict: test.map_or("–".to_owned(), |test| {
            w.t(&format!("verdict-{}", test.verdict.replace('_', "-")))
        }),
    }
}

/// On how many scales the level is higher in the one group and the gain larger in the other.
fn paradox(w: Words, rows: &[&Contrast]) -> Option<String> {
    let signs = |is_change: bool| -> Vec<f64> {
        let own = rows.iter().filter(|row| row.is_change == is_change);
        own.filter_map(|row| row.test.as_ref()?.hedges_g).collect()
    };
    let (levels, gains) = (signs(false), signs(true));
    if levels.is_empty() || gains.is_empty() {
        return None;
    }
    let mut args = FluentArgs::new();
    args.set("higher", levels.iter().filter(|g| **g > 0.0).count());
    args.set("levels", levels.len());
    args.set("more", gains.iter().filter(|g| **g < 0.0).count());
    args.set("gains", gains.len());
    Some(w.with("research-pupils-paradox", &args))
}

fn lines(w: Words, desk: &Desk, scale: &Checks) -> Vec<String> {
    let mut lines = Vec::new();
    let text = |value: f64| sentence::number(w, value, 2);
    let waves = |args: &mut FluentArgs<'_>| {
        args.set("from", scale.from.clone());
        args.set("to", scale.to.clone());
    };
    match scale.at_top {
        Some([first, last]) => {
            let mut args = FluentArgs::new();
            waves(&mut args);
            for (name, share) in [
                ("high", first[0]),
                ("low", first[1]),
                ("high_later", last[0]),
                ("low_later", last[1]),
            ] {
                args.set(name, number(w, share, Form::Percent));
            }
            lines.push(w.with("research-pupils-top", &args));
            // A tenth of pupils at the top is little room lost; more, and the scale may hide gain.
            let crowded = last[0].max(first[0]) > 0.10;
            let key = match crowded {
                true => "research-pupils-ceiling",
                false => "research-pupils-no-ceiling",
            };
            lines.push(w.t(key));
        }
        None if desk.findings.groups.is_none() => lines.push(w.t("research-pupils-no-groups")),
        None => {}
    }
    if let Some((r, n)) = scale.gain_with_start {
        let mut args = FluentArgs::new();
        waves(&mut args);
        args.set("r", text(r));
        args.set("n", n);
        lines.push(w.with("research-pupils-start", &args));
    }
    if let (Some([observed, by_chance, left]), Some(reliability)) = (scale.gain, scale.reliability)
    {
        let mut args = FluentArgs::new();
        waves(&mut args);
        args.set("reliability", text(reliability));
        args.set("observed", text(observed));
        args.set("chance", text(by_chance));
        args.set("left", text(left));
        lines.push(w.with("research-pupils-regression", &args));
        let key = match (observed, left) {
            (observed, left) if observed < 0.0 && left < 0.5 * observed => "research-pupils-stands",
            (observed, _) if observed < 0.0 => "research-pupils-mostly-chance",
            _ => "research-pupils-other-way",
        };
        lines.push(w.t(key));
    }
    lines
}
