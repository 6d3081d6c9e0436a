//! The effect on pupils per school, and which group it put the school in. On the research desk and nowhere else.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use crate::evaluation::findings::SchoolEffect;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::rule;
use crate::web::research::desk;
use crate::web::visitor::Researcher;

#[derive(Template)]
#[template(path = "web/pages/effects.html")]
struct EffectsPage {
    frame: Frame,
    rule: String,
    rows: Vec<Row>,
    /// Per weight category of the pupils.
    by_weight: Vec<Row>,
}

struct Row {
    school: String,
    effect: String,
    se: String,
    before: String,
    during: String,
    n_pupils: usize,
    group: String,
}

pub async fn show_effects(
    visitor: Researcher,
    State(app): State<App>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let findings = match desk::findings(&app, &visitor).await? {
        Ok(findings) => findings,
        Err(page) => return Ok(page),
    };
    let rule = findings
        .groups
        .as_ref()
        .map(|groups| rule(w, groups))
        .unwrap_or_default();
    let (high, low) = findings
        .groups
        .map(|groups| (groups.high, groups.low))
        .unwrap_or_default();
    let number =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| w.decimal(value, 2));
    let mut effects = findings.effects;
    // Largest first; schools without an effect last.
    effects.sort_by(|a, b| {
        let rank =
            |value: &Result<f64, _>| value.as_ref().map_or(f64::NEG_INFINITY, |value| *value);
        rank(&b.effect)
            .total_cmp(&rank(&a.effect))
            .then_with(|| a.school.cmp(&b.school))
    });
    let row = |row: SchoolEffect, group: String| Row {
        group,
        effect: match row.effect {
            Ok(effect) => w.decimal(effect, 2),
            Err(why) => w.t1("research-undefined", "why", why.to_string()),
        },
        se: number(row.se),
        before: number(row.before),
        during: number(row.during),
        n_pupils: row.n_pupils,
        school: row.school,
    };
    let group = |school: &String| match school {
        school if high.contains(school) => w.t("effects-high"),
        school if low.contains(school) => w.t("effects-low"),
        _ => String::new(),
    };
    let rows = effects
        .into_iter()
        .map(|effect| {
            let group = group(&effect.school);
            row(effect, group)
        })
        .collect();
    let by_weight = findings
        .effects_by_weight
        .into_iter()
        .map(|effect| row(effect, String::new()))
        .collect();
    Ok(show(&EffectsPage {
        frame: desk::frame(&app, &visitor, w.t("effects-title"), "/research/effects"),
        rule,
        rows,
        by_weight,
    }))
}
