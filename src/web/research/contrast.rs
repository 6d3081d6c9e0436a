//! The high-effect schools against the low-effect ones: the plan, one line per outcome. Everything else is one step behind.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;

use crate::evaluation::all_schools::AllSchools;
use crate::evaluation::findings::{Contrast, EffectGroups, Findings, Provenance};
use crate::evaluation::plan_lock::Standing;
use crate::locale::Words;
use crate::reports::figure::Figure;
use crate::reports::figure::contrast_plot::{Mark, PlotRow, PlotWords, contrast_plot};
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::reports::sentence;
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::desk::{self, Desk, Head};
use crate::web::research::tables;

#[derive(Template)]
#[template(path = "web/pages/contrast.html")]
struct ContrastPage {
    frame: Frame,
    head: Head,
    /// Addresses of the table as HTML and as CSV.
    planned_files: [String; 2],
    exploratory_files: [String; 2],
    definitions: Vec<(String, String)>,
    rule: String,
    /// What shows that the plan was there before the data, and why the schools were divided so.
    standing: Vec<String>,
    waves: Vec<(String, bool)>,
    figure: Figure,
    /// Where it can be had as a file.
    files: String,
    /// Which differences could not have been seen with so many schools.
    unseen: Vec<String>,
    /// Which p-value stands in the table.
    p_name: String,
    rows: Vec<Row>,
    p_exploratory: String,
    exploratory: Vec<Row>,
    provenance: Provenance,
}

struct Row {
    outcome: String,
    wave: String,
    relation: String,
    /// The page on which everything about this outcome stands.
    address: String,
    /// The comparison, or why there is none.
    tested: Result<Tested, String>,
    different: bool,
    /// The relation over all schools, in short.
    over_all: Option<String>,
}

struct Tested {
    g: String,
    p_value: String,
    verdict: String,
    /// What the data exclude; where the groups differ that is not asked.
    excluded: Option<String>,
    /// What they could not have shown, where that is not what stands above the table.
    unseen: Option<String>,
}

pub async fn show_contrast(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, "/research").await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let findings = &desk.findings;
    let asked = desk.beside.iter().find(|(name, _)| name == "wave");
    let wave = asked
        .map(|(_, wave)| wave.clone())
        .filter(|wave| findings.contrasts.iter().any(|row| row.wave == *wave));
    let mut waves: Vec<(String, bool)> = Vec::new();
    for row in &findings.contrasts {
        if waves.iter().all(|(known, _)| *known != row.wave) {
            waves.push((row.wave.clone(), wave.as_ref() == Some(&row.wave)));
        }
    }
    let (planned, exploratory): (Vec<&Contrast>, Vec<&Contrast>) = findings
        .contrasts
        .iter()
        .filter(|row| wave.as_ref().is_none_or(|wave| row.wave == *wave))
        .partition(|row| row.standing == Standing::Planned);
    let plot: Vec<PlotRow> = planned
        .iter()
        .map(|row| plot_row(w, findings, row, &outcome_name(&visitor, &row.outcome)))
        .collect();
    let unseen = unseen(w, findings);
    let rows = |rows: &[&Contrast]| -> Vec<Row> {
        let row = |row: &&Contrast| table_row(&visitor, &desk, &unseen, row);
        rows.iter().map(row).collect()
    };
    let p_name = |rows: &[&Contrast]| {
        let mut tests = rows.iter().filter_map(|row| row.test.as_ref());
        tests.next().map_or_else(
            || "p".to_owned(),
            |test| w.t1("research-p-of", "by", sentence::adjusted_by(w, test)),
        )
    };
    let figure = contrast_plot("contrast", &plot_words(w, &plot), None, &plot);
    if let Some(file) = figure::as_file(&app, w, &file, [&figure]).await {
        return file;
    }
    let page = ContrastPage {
        frame: desk.frame(&app, &visitor, w.t("research-title"), "/research"),
        head: desk.head(&visitor, "/research"),
        planned_files: tables::files(&desk, "contrasts"),
        exploratory_files: tables::files(&desk, "exploratory"),
        definitions: [
            "hedges_g",
            "p_value",
            "p_adjusted",
            "detectable_d",
            "r",
            "verdict",
        ]
        .map(|name| {
            let about = desk.link(&format!("/research/measure/{name}"), &[]);
            (w.t(&format!("measure-{name}")), about)
        })
        .into(),
        rule: findings
            .groups
            .as_ref()
            .map(|groups| rule(w, groups))
            .unwrap_or_default(),
        standing: standing(w, &desk),
        waves,
        files: figure::address(&desk.link("/research", &[])),
        figure,
        p_name: p_name(&planned),
        p_exploratory: p_name(&exploratory),
        rows: rows(&planned),
        exploratory: rows(&exploratory),
        unseen: unseen.clone(),
        provenance: findings.provenance.clone(),
    };
    Ok(show(&page))
}

/// Which schools are compared, in words.
pub fn rule(w: Words, groups: &EffectGroups) -> String {
    w.t2(
        "research-rule",
        "high",
        groups.high.len(),
        "low",
        groups.low.len(),
    )
}

fn standing(w: Words, desk: &Desk) -> Vec<String> {
    let findings = &desk.findings;
    let mut said = Vec::new();
    // Of another choice the head of the page says how it stands to the plan.
    if desk.recipe.is_plan(&desk.base) {
        said.push(sentence::plan_standing(w, &findings.plan_standing));
    }
    if let Some(groups) = &findings.groups {
        said.extend(groups.reason.as_ref().map(|reason| {
            let mut text = w.t1("research-groups-note", "reason", reason.as_str());
            if let Some(on) = &groups.decided_on {
                text += &format!(" ({})", w.t1("research-groups-decided", "on", on.as_str()));
            }
            text
        }));
    }
    said
}

/// Which differences could not have been seen: at the numbers of schools of the groups, and over all of them.
fn unseen(w: Words, findings: &Findings) -> Vec<String> {
    let full = findings.contrasts.iter().filter(|row| row.test.is_some());
    let mut said: Vec<String> = full
        .max_by_key(|row| row.n_high + row.n_low)
        .and_then(|row| unseen_groups(w, row))
        .into_iter()
        .collect();
    let widest = findings.all_schools.iter().max_by_key(|row| row.n_schools);
    said.extend(widest.and_then(|row| {
        let r = sentence::share(w, sentence::at_least(row.detectable_r?), 2);
        Some(w.t2("research-unseen-all", "n", row.n_schools, "r", r))
    }));
    said
}

fn unseen_groups(w: Words, row: &Contrast) -> Option<String> {
    let d = row.test.as_ref()?.detectable_d?;
    let mut args = FluentArgs::new();
    args.set("high", row.n_high);
    args.set("low", row.n_low);
    args.set("d", sentence::number(w, sentence::at_least(d), 2));
    Some(w.with("research-unseen-groups", &args))
}

fn plot_words(w: Words, rows: &[PlotRow]) -> PlotWords {
    let different = rows
        .iter()
        .filter(|row| row.verdict == Mark::Different)
        .count();
    PlotWords {
        w,
        over_all: w.t("figure-over-all"),
        margin: w.t("figure-margin"),
        title: w.t("research-figure"),
        description: w.t2(
            "research-described",
            "rows",
            rows.len(),
            "different",
            different,
        ),
        lower: w.t("research-lower"),
        higher: w.t("research-higher"),
        axis: w.t("research-axis"),
        undefined: w.t("research-not-defined"),
    }
}

/// The name of a measure; one without words of its own goes by its technical name.
pub fn measure_name(w: Words, measure: &str) -> String {
    let key = format!("measure-{measure}");
    let name = w.t(&key);
    if name == key {
        measure.to_owned()
    } else {
        name
    }
}

/// The name of an outcome: the title of a scale, or the name of a measure.
pub fn outcome_name(visitor: &Researcher, key: &str) -> String {
    let w = visitor.0.words;
    let mut scales = visitor
        .0
        .study
        .library
        .iter()
        .flat_map(|instrument| &instrument.scales);
    scales
        .find(|scale| scale.key == key)
        .map(|scale| scale.title.say(w.0).to_owned())
        .unwrap_or_else(|| measure_name(w, key))
}

/// The wave, or that it is a change.
pub fn wave_name(w: Words, row: &Contrast) -> String {
    if row.is_change {
        w.t1("research-change", "wave", row.wave.as_str())
    } else {
        row.wave.clone()
    }
}

/// The verdict in a word or two.
pub fn verdict_name(w: Words, verdict: &str) -> String {
    w.t(match verdict {
        "different" => "verdict-different",
        "equivalent" => "verdict-equivalent",
        _ => "verdict-cannot-tell",
    })
}

fn plot_row(w: Words, findings: &Findings, row: &Contrast, name: &str) -> PlotRow {
    let relation = if row.relation.is_empty() {
        String::new()
    } else {
        format!(", {}", relation_name(w, &row.relation))
    };
    let test = row.test.as_ref();
    PlotRow {
        label: format!("{name}{relation} · {}", row.wave),
        effect: test
            .and_then(|test| Some((test.hedges_g?, test.g_interval?)))
            .map(|(g, (lower, upper))| (g, lower, upper)),
        verdict: match test.map(|test| test.verdict.as_str()) {
            Some("different") => Mark::Different,
            Some("equivalent") => Mark::Equivalent,
            _ => Mark::CannotTell,
        },
        over_all: over_all(findings, row)
            .and_then(|all| all.relation_with_effect.as_ref().ok())
            .map(|known| (known.r, known.r_interval.0, known.r_interval.1)),
    }
}

fn table_row(visitor: &Researcher, desk: &Desk, usual: &[String], row: &Contrast) -> Row {
    let w = visitor.0.words;
    let different = row
        .test
        .as_ref()
        .is_some_and(|test| test.verdict == "different");
    let tested = match (&row.difference, &row.test) {
        (Ok(_), Some(test)) => Ok(Tested {
            g: match (test.hedges_g, test.g_interval) {
                (Some(g), Some(ends)) => {
                    format!(
                        "{} {}",
                        sentence::number(w, g, 2),
                        sentence::interval(w, ends, 2)
                    )
                }
                _ => "–".to_owned(),
            },
            p_value: p_in_table(w, test.p_verdict),
            verdict: verdict_name(w, &test.verdict),
            excluded: test
                .g_interval_90
                .filter(|_| !different)
                .map(|(lower, upper)| {
                    w.t2(
                        "research-excluded-groups",
                        "lower",
                        sentence::number(w, lower, 2),
                        "upper",
                        sentence::number(w, upper, 2),
                    )
                }),
            unseen: unseen_groups(w, row)
                .filter(|text| !different && !usual.contains(text))
                .map(|text| w.t1("research-unseen-own", "text", text)),
        }),
        (Err(why), _) => Err(w.t1("research-undefined", "why", scale_words::why(w, *why))),
        (Ok(_), None) => Err("–".to_owned()),
    };
    let same = over_all(&desk.findings, row);
    Row {
        outcome: outcome_name(visitor, &row.outcome),
        wave: wave_name(w, row),
        relation: if row.relation.is_empty() {
            String::new()
        } else {
            relation_name(w, &row.relation)
        },
        address: desk.link(
            "/research/outcome",
            &[
                ("outcome", &row.outcome),
                ("wave", &row.wave),
                ("relation", &row.relation),
            ],
        ),
        different,
        tested,
        over_all: same.map(|all| over_all_schools(w, all)),
    }
}

/// A p-value as a table has it: the sign only where it is needed.
pub fn p_in_table(w: Words, p: f64) -> String {
    let text = sentence::probability(w, p);
    text.strip_prefix("= ").map(str::to_owned).unwrap_or(text)
}

/// The same outcome over all schools.
fn over_all<'f>(findings: &'f Findings, row: &Contrast) -> Option<&'f AllSchools> {
    findings.all_schools.iter().find(|all| {
        (&all.outcome, &all.wave, &all.relation) == (&row.outcome, &row.wave, &row.relation)
    })
}

fn over_all_schools(w: Words, row: &AllSchools) -> String {
    let mut args = FluentArgs::new();
    args.set("n", row.n_schools);
    let found = match &row.relation_with_effect {
        Ok(found) => found,
        Err(why) => {
            args.set("why", scale_words::why(w, *why));
            return w.with("research-all-undefined-in-short", &args);
        }
    };
    let (lower, upper) = found.r_interval_90;
    args.set("r", sentence::share(w, found.r, 2));
    args.set("interval", sentence::share_interval(w, found.r_interval, 2));
    args.set("lower", sentence::share(w, lower, 2));
    args.set("upper", sentence::share(w, upper, 2));
    if found.verdict == "related" {
        w.with("research-all-related-in-short", &args)
    } else {
        w.with("research-excluded-all", &args)
    }
}
