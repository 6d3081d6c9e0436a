//! What the plan says, what shows that it was there before the data, where what is shown departs from it, and the choices
//! that were saved.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde_json::Value;

use super::desk::{self, Head, field_name, value_in_words};
use super::recipe::Recipe;
use crate::conclude;
use crate::evaluation::snapshot;
use crate::reports::sentence;
use crate::storage::{StorageError, recipes};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::research::contrast::rule;

const PATH: &str = "/research/plan";

#[derive(Template)]
#[template(path = "web/pages/plan.html")]
struct PlanPage {
    frame: Frame,
    head: Head,
    standing: String,
    rule: String,
    hash: String,
    /// Name of the field and what stands in it.
    holds: Vec<(String, String)>,
    left_out: Vec<(String, String)>,
    saved: Vec<Saved>,
    refused: bool,
}

struct Saved {
    name: String,
    query: String,
    at: String,
    deviations: String,
}

pub async fn show_plan(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let kept = recipes::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let zone = visitor.0.study.design.time_zone;
    let saved = kept
        .into_iter()
        .map(|kept| {
            let recipe = Recipe::read(&pairs(&kept.recipe), &desk.base);
            let names: Vec<String> = recipe
                .deviations(&desk.base)
                .iter()
                .map(|one| field_name(w, &one.field))
                .collect();
            Saved {
                query: super::recipe::query(&recipe.fields(&desk.base)),
                at: w.day(kept.at, zone),
                deviations: if names.is_empty() {
                    w.t("plan-recipe-none")
                } else {
                    names.join(", ")
                },
                name: kept.name,
            }
        })
        .collect();
    let plan = conclude::plan(&visitor.0.study);
    let as_value = serde_json::to_value(&plan).expect("plans are made of numbers, text and lists");
    let holds = as_value.as_object().map(|fields| {
        let known = fields.iter().filter(|(_, value)| !is_nothing(value));
        known
            .filter(|(field, _)| field.as_str() != "actors" && field_name(w, field) != **field)
            .map(|(field, value)| (field_name(w, field), value_in_words(&visitor, field, value)))
            .collect()
    });
    let groups = desk.findings.groups.as_ref();
    Ok(show(&PlanPage {
        frame: desk.frame(&app, &visitor, w.t("plan-title"), PATH),
        head: desk.head(&visitor, PATH),
        standing: if desk.recipe.is_plan(&desk.base) {
            sentence::plan_standing(w, &desk.findings.plan_standing)
        } else {
            String::new()
        },
        rule: groups.map(|groups| rule(w, groups)).unwrap_or_default(),
        hash: w.t1("plan-hash", "hash", snapshot::of_plan(&plan)),
        holds: holds.unwrap_or_default(),
        left_out: desk
            .provenance()
            .exclusions
            .iter()
            .filter(|one| {
                one.what.starts_with("outcome ") || one.what.starts_with("the comparison")
            })
            .map(|one| (one.what.clone(), one.reason.clone()))
            .collect(),
        saved,
        refused: field(&fields, "refused").is_some(),
    }))
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        _ => false,
    }
}

/// Names and values of an address as it was kept.
pub fn pairs(query: &str) -> Fields {
    let decoded = |text: &str| {
        let mut bytes = Vec::new();
        let mut rest = text.bytes();
        while let Some(byte) = rest.next() {
            if byte != b'%' {
                bytes.push(byte);
                continue;
            }
            let digits = [rest.next().unwrap_or(b'0'), rest.next().unwrap_or(b'0')];
            let hex = std::str::from_utf8(&digits).unwrap_or("00");
            bytes.push(u8::from_str_radix(hex, 16).unwrap_or(b'?'));
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    query
        .trim_start_matches('?')
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_of_an_address_is_read_back() {
        let fields: Fields = [("take", "culture"), ("column", "a é&=%?+ b")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(pairs(&super::super::recipe::query(&fields)), fields);
        assert!(pairs("").is_empty() && pairs("?").is_empty());
        assert_eq!(pairs("a=%4").len(), 1);
    }
}
