//! The high-effect schools against the low-effect ones: a figure, a table, and what was excluded.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::evaluation::findings::{Contrast, EffectGroups, Provenance};
use crate::locale::Words;
use crate::reports::figure::contrast_plot::{Mark, PlotRow, PlotWords, contrast_plot};
use crate::reports::school::relation_name;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::desk;
use crate::web::visitor::Researcher;

#[derive(Template)]
#[template(path = "web/pages/contrast.html")]
struct ContrastPage {
    frame: Frame,
    rule: String,
    waves: Vec<(String, bool)>,
    all: bool,
    figure: String,
    rows: Vec<Row>,
    provenance: Provenance,
}

struct Row {
    outcome: String,
    wave: String,
    relation: String,
    n: String,
    means: String,
    /// The comparison, or why there is none.
    tested: Result<Tested, String>,
    different: bool,
}

struct Tested {
    difference: String,
    g: String,
    p_value: String,
    p_max_t: String,
    verdict: String,
    /// What the data exclude, and what they could have shown.
    excluded: Option<String>,
    detectable: Option<String>,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    wave: Option<String>,
    show: Option<String>,
}

pub async fn show_contrast(
    visitor: Researcher,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let findings = match desk::findings(&app, &visitor).await? {
        Ok(findings) => findings,
        Err(page) => return Ok(page),
    };
    let all = choice.show.as_deref() == Some("all");
    let wave = choice
        .wave
        .filter(|wave| findings.contrasts.iter().any(|row| row.wave == *wave));
    let name = |key: &str| {
        let scale = visitor
            .0
            .study
            .library
            .iter()
            .flat_map(|instrument| &instrument.scales)
            .find(|scale| scale.key == key)
            .map(|scale| scale.title.say(w.0).to_owned());
        scale.unwrap_or_else(|| measure_name(w, key))
    };
    let chosen: Vec<&Contrast> = findings
        .contrasts
        .iter()
        .filter(|row| all || row.in_family)
        .filter(|row| wave.as_ref().is_none_or(|wave| row.wave == *wave))
        .collect();
    let plot: Vec<PlotRow> = chosen
        .iter()
        .map(|row| plot_row(w, row, &name(&row.outcome)))
        .collect();
    let mut waves: Vec<(String, bool)> = Vec::new();
    for row in &findings.contrasts {
        if waves.iter().all(|(known, _)| *known != row.wave) {
            waves.push((row.wave.clone(), wave.as_ref() == Some(&row.wave)));
        }
    }
    let page = ContrastPage {
        frame: desk::frame(&app, &visitor, w.t("research-title"), "/research"),
        rule: findings
            .groups
            .map(|groups| rule(w, &groups))
            .unwrap_or_default(),
        waves,
        all,
        figure: contrast_plot("contrast", &plot_words(w, &plot), &plot),
        rows: chosen
            .into_iter()
            .map(|row| table_row(w, row, name(&row.outcome)))
            .collect(),
        provenance: findings.provenance,
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

fn plot_words(w: Words, rows: &[PlotRow]) -> PlotWords {
    let different = rows
        .iter()
        .filter(|row| row.verdict == Mark::Different)
        .count();
    PlotWords {
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

fn plot_row(w: Words, row: &Contrast, name: &str) -> PlotRow {
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
    }
}

fn table_row(w: Words, row: &Contrast, name: String) -> Row {
    let number = |value: Option<f64>, decimals| {
        value.map_or_else(|| "–".to_owned(), |value| w.decimal(value, decimals))
    };
    let tested = match (&row.difference, &row.test) {
        (Ok(difference), Some(test)) => Ok(Tested {
            difference: w.decimal(*difference, 3),
            g: match (test.hedges_g, test.g_interval) {
                (Some(g), Some((lower, upper))) => {
                    format!(
                        "{} [{}; {}]",
                        w.decimal(g, 2),
                        w.decimal(lower, 2),
                        w.decimal(upper, 2)
                    )
                }
                _ => "–".to_owned(),
            },
            p_value: probability(w, test.p_value),
            p_max_t: test
                .p_max_t
                .map_or_else(|| "–".to_owned(), |p| probability(w, p)),
            verdict: w.t(&format!("verdict-{}", test.verdict.replace('_', "-"))),
            excluded: test.g_interval_90.map(|(lower, upper)| {
                w.t2(
                    "research-excluded",
                    "from",
                    w.decimal(lower, 2),
                    "to",
                    w.decimal(upper, 2),
                )
            }),
            detectable: test
                .detectable_d
                .map(|d| w.t1("research-detectable", "d", w.decimal(d, 2))),
        }),
        (Err(why), _) => Err(w.t1("research-undefined", "why", why.to_string())),
        (Ok(_), None) => Err("–".to_owned()),
    };
    Row {
        outcome: name,
        wave: row.wave.clone(),
        relation: if row.relation.is_empty() {
            String::new()
        } else {
            relation_name(w, &row.relation)
        },
        n: format!("{} / {}", row.n_high, row.n_low),
        means: format!("{} / {}", number(row.mean_high, 3), number(row.mean_low, 3)),
        different: row
            .test
            .as_ref()
            .is_some_and(|test| test.verdict == "different"),
        tested,
    }
}

fn probability(w: Words, p: f64) -> String {
    if p < 0.0001 {
        format!("< {}", w.decimal(0.0001, 4))
    } else {
        w.decimal(p, 4)
    }
}
