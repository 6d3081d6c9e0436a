//! The network measures of every school at one wave in one relation, with their bounds.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::evaluation::findings::NetworkMeasure;
use crate::locale::Words;
use crate::reports::scale_words;
use crate::reports::school::relation_name;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::measure_name;
use crate::web::research::desk;
use crate::web::visitor::Researcher;

#[derive(Template)]
#[template(path = "web/pages/schools.html")]
struct SchoolsPage {
    frame: Frame,
    /// Key, label and whether it is the one shown.
    waves: Vec<(String, String, bool)>,
    relations: Vec<(String, String, bool)>,
    measures: Vec<String>,
    rows: Vec<Row>,
}

struct Row {
    school: String,
    n_actors: usize,
    response: String,
    /// One per measure: the value with its bounds, or why there is none.
    values: Vec<String>,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    wave: Option<String>,
    relation: Option<String>,
}

pub async fn show_schools(
    visitor: Researcher,
    State(app): State<App>,
    Query(choice): Query<Choice>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let findings = match desk::findings(&app, &visitor).await? {
        Ok(findings) => findings,
        Err(page) => return Ok(page),
    };
    let distinct = |value: fn(&NetworkMeasure) -> &String| {
        let mut found: Vec<String> = Vec::new();
        for row in &findings.networks {
            if !found.contains(value(row)) {
                found.push(value(row).clone());
            }
        }
        found.sort();
        found
    };
    let (waves, relations) = (distinct(|row| &row.wave), distinct(|row| &row.relation));
    let pick = |asked: Option<String>, known: &[String]| {
        asked
            .filter(|asked| known.contains(asked))
            .or_else(|| known.last().cloned())
            .unwrap_or_default()
    };
    let (wave, relation) = (pick(choice.wave, &waves), pick(choice.relation, &relations));
    let mut measures: Vec<String> = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut current = "";
    for row in findings
        .networks
        .iter()
        .filter(|row| row.wave == wave && row.relation == relation)
    {
        if !measures.contains(&row.measure) {
            measures.push(row.measure.clone());
        }
        if row.school != current || rows.is_empty() {
            current = &row.school;
            rows.push(Row {
                school: row.school.clone(),
                n_actors: row.n_actors,
                response: row
                    .response_rate
                    .map_or_else(|| "–".to_owned(), |rate| format!("{:.0} %", rate * 100.0)),
                values: Vec::new(),
            });
        }
        if let Some(line) = rows.last_mut() {
            line.values.push(value(w, row));
        }
    }
    let page = SchoolsPage {
        frame: desk::frame(&app, &visitor, w.t("schools-title"), "/research/schools"),
        waves: waves
            .iter()
            .map(|key| (key.clone(), key.clone(), *key == wave))
            .collect(),
        relations: relations
            .iter()
            .map(|key| (key.clone(), relation_name(w, key), *key == relation))
            .collect(),
        measures: measures
            .iter()
            .map(|measure| measure_name(w, measure))
            .collect(),
        rows,
    };
    Ok(show(&page))
}

fn value(w: Words, row: &NetworkMeasure) -> String {
    match (&row.value, row.bounds) {
        (Ok(value), Some((lower, upper))) if upper - lower > 1e-9 => {
            format!(
                "{} [{}; {}]",
                w.decimal(*value, 3),
                w.decimal(lower, 3),
                w.decimal(upper, 3)
            )
        }
        (Ok(value), _) => w.decimal(*value, 3),
        (Err(why), _) => w.t1("research-undefined", "why", scale_words::why(w, *why)),
    }
}
