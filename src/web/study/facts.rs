//! What decides what is asked at a school: its monitoring system, and whether it takes part in something.

use std::collections::BTreeMap;

use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::amending::{Said, frame, is_current, put};
use crate::domain::roster::{BOARD_MEMBER, is_office_key};
use crate::domain::study::Collect;
use crate::storage::schools::{self, School};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{Filled, Form, FormsPage, Section};
use crate::web::form::Fields;
use crate::web::problem::{Problem, show};

const PATH: &str = "/study/facts";

/// The name of the field of a fact at a school.
fn name(fact: &str, place: &School) -> String {
    format!("{fact}.{}", place.school_id)
}

/// Schools, and offices of boards.
async fn places(app: &App, visitor: &Owner) -> Result<Vec<School>, Problem> {
    let failed = |error| Problem::storage(app, visitor.0.words, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    schools::units_of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)
}

fn page(app: &App, visitor: &Owner, places: &[School], filled: &Filled, saved: bool) -> FormsPage {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let asked = study.design.facts_asked_for();
    let sections = asked.iter().map(|(fact, values)| {
        let asked: Vec<&Collect> = study
            .design
            .collect
            .iter()
            .filter(|row| row.only.as_ref().is_some_and(|only| only.fact == *fact))
            .collect();
        // A value is told by what is asked where it holds.
        let titled = |value: &str| {
            let own = asked
                .iter()
                .filter(|row| row.only.as_ref().is_some_and(|only| only.value == value));
            let titles: Vec<&str> = own
                .filter_map(|row| Some(study.library.get(&row.instrument)?.title.say(w.0)))
                .collect();
            format!("{value}: {}", titles.join(", "))
        };
        let mut options = vec![(String::new(), w.t("facts-unknown"))];
        options.extend(
            values
                .iter()
                .map(|value| ((*value).to_owned(), titled(value))),
        );
        let at_offices = asked
            .iter()
            .any(|row| row.roles.iter().any(|role| role == BOARD_MEMBER));
        let places = places
            .iter()
            .filter(|place| at_offices || !is_office_key(&place.key));
        Section {
            title: w.t1("facts-of", "fact", *fact),
            fields: places
                .map(|place| {
                    filled
                        .field(name(fact, place), "select", place.name.clone())
                        .options(options.clone())
                        .optional()
                })
                .collect(),
            ..Section::default()
        }
    });
    let forms = vec![Form {
        action: PATH.into(),
        hidden: vec![("revision".into(), study.revision.to_string())],
        sections: sections.collect(),
        button: w.t("filled-save"),
        ..Form::default()
    }];
    FormsPage {
        frame: frame(app, visitor, w.t("facts-title"), PATH),
        lead: w.t(if asked.is_empty() {
            "facts-none"
        } else {
            "facts-lead"
        }),
        links: vec![("/study".into(), w.t("matrix-back"))],
        saved: if saved {
            w.t("filled-saved")
        } else {
            String::new()
        },
        faults: filled.faults(&forms),
        forms: if asked.is_empty() { Vec::new() } else { forms },
    }
}

pub async fn show_facts(
    visitor: Owner,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    let places = places(&app, &visitor).await?;
    let mut filled = Filled::default();
    for (fact, of) in &visitor.0.study.design.facts {
        for place in &places {
            if let Some(value) = of.get(&place.key) {
                filled.set(name(fact, place), value.clone());
            }
        }
    }
    Ok(show(&page(
        &app,
        &visitor,
        &places,
        &filled,
        said.saved.is_some(),
    )))
}

pub async fn save(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let places = places(&app, &visitor).await?;
    let mut filled = Filled::of(&fields);
    let mut new = visitor.0.study.design.clone();
    for (fact, values) in visitor.0.study.design.facts_asked_for() {
        let of: &mut BTreeMap<String, String> = new.facts.entry(fact.to_owned()).or_default();
        for place in &places {
            let field = name(fact, place);
            match filled.given(&field).map(str::to_owned) {
                Some(value) if values.contains(&value.as_str()) => {
                    of.insert(place.key.clone(), value);
                }
                Some(_) => filled.refuse(&field, w.t("facts-unknown-value")),
                None => {
                    of.remove(&place.key);
                }
            }
        }
    }
    new.facts.retain(|_, of| !of.is_empty());
    if !is_current(&visitor, &fields) {
        filled.refuse("", w.t("amend-changed-elsewhere"));
    }
    if filled.is_good() {
        match put(&app, &visitor, new).await? {
            Ok(()) => return Ok(Redirect::to("/study/facts?saved=1").into_response()),
            Err(told) => filled.refuse("", told.join(" ")),
        }
    }
    let page = page(&app, &visitor, &places, &filled, false);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}
