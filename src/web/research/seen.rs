//! What schools had seen of their results, who opened it and how long before they were asked again.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use fluent_bundle::FluentArgs;

use super::desk;
use super::tables::Shown;
use crate::fieldwork::export::openings::first_seen;
use crate::reports::apa::{ApaTable, Cell, Column, Form, Row};
use crate::storage::openings::Opening;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, openings, schools, windows};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/seen";

#[derive(Template)]
#[template(path = "web/pages/seen.html")]
struct SeenPage {
    frame: Frame,
    counts: Vec<String>,
    any: bool,
    table: Shown,
}

struct Known {
    schools: Vec<School>,
    windows: Vec<Window>,
    openings: Vec<Opening>,
}

async fn known(app: &App, visitor: &Researcher) -> Result<Known, StorageError> {
    let study_id = visitor.0.study.study_id;
    let mut tx = app.store().read().await?;
    Ok(Known {
        schools: schools::of_study(&mut tx, study_id).await?,
        windows: windows::of_study(&mut tx, study_id).await?,
        openings: openings::of_study(&mut tx, study_id).await?,
    })
}

pub async fn show_seen(
    visitor: Researcher,
    State(app): State<App>,
    Query(fields): Query<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let desk = match desk::open(&app, &visitor, &fields, PATH).await? {
        Ok(desk) => desk,
        Err(page) => return Ok(page),
    };
    let known = known(&app, &visitor)
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    let table = of_known(&visitor, &known);
    Ok(show(&SeenPage {
        frame: desk.frame(&app, &visitor, w.t("seen-title"), PATH),
        counts: counts(&visitor, &known),
        any: !known.openings.is_empty(),
        table: Shown::of(w, &desk, &table, &[]),
    }))
}

/// Per wave that has a next: how many schools had opened their results by then.
fn counts(visitor: &Researcher, known: &Known) -> Vec<String> {
    let w = visitor.0.words;
    let waves = &visitor.0.study.design.waves;
    waves
        .iter()
        .take(waves.len().saturating_sub(1))
        .map(|wave| {
            let asked: Vec<&School> = known
                .schools
                .iter()
                .filter(|school| {
                    let mut own = known.windows.iter();
                    own.any(|window| window.cohort == school.cohort && window.wave == wave.key)
                })
                .collect();
            let opened = asked.iter().filter(|school| {
                let seen = first_seen(
                    school.school_id,
                    &school.cohort,
                    &known.windows,
                    &known.openings,
                );
                seen.iter()
                    .any(|seen| seen.wave == wave.key && seen.days.is_some_and(|days| days >= 0))
            });
            let mut args = FluentArgs::new();
            args.set("opened", opened.count());
            args.set("all", asked.len());
            args.set("wave", wave.key.as_str());
            w.with("seen-count", &args)
        })
        .collect()
}

/// One row per school and wave that somebody opened.
pub async fn table(app: &App, visitor: &Researcher) -> Result<ApaTable, Problem> {
    let known = known(app, visitor)
        .await
        .map_err(|error| Problem::storage(app, visitor.0.words, &error))?;
    Ok(of_known(visitor, &known))
}

fn of_known(visitor: &Researcher, known: &Known) -> ApaTable {
    let w = visitor.0.words;
    let zone = visitor.0.study.design.time_zone;
    let mut rows = Vec::new();
    for school in &known.schools {
        let seen = first_seen(
            school.school_id,
            &school.cohort,
            &known.windows,
            &known.openings,
        );
        let own: Vec<&Opening> = known
            .openings
            .iter()
            .filter(|opening| opening.school_id == school.school_id)
            .collect();
        let mut waves: Vec<&str> = own.iter().map(|opening| opening.wave.as_str()).collect();
        waves.dedup();
        for wave in waves {
            let mut of_wave: Vec<&&Opening> = own.iter().filter(|one| one.wave == wave).collect();
            of_wave.sort_by_key(|opening| opening.first_at);
            let by: Vec<String> = of_wave
                .iter()
                .map(|opening| {
                    format!(
                        "{} ({}, {})",
                        w.t(&format!("seen-audience-{}", opening.audience.key())),
                        w.t(&format!("seen-part-{}", opening.part.key())),
                        opening.first_at.with_timezone(&zone).date_naive()
                    )
                })
                .collect();
            let first = seen.iter().find(|seen| seen.wave == wave);
            let day = first.map(|seen| seen.at.with_timezone(&zone).date_naive().to_string());
            rows.push(Row::of(vec![
                Cell::Text(school.key.clone()),
                Cell::Text(school.cohort.clone()),
                Cell::Text(wave.to_owned()),
                day.map_or_else(|| Cell::Text(w.t("seen-not")), Cell::Text),
                Cell::of(first.and_then(|seen| seen.days).map(|days| days as f64)),
                Cell::Text(by.join("; ")),
            ]));
        }
    }
    ApaTable {
        name: "seen".to_owned(),
        title: w.t("apa-title-seen"),
        columns: vec![
            Column::text("school", w.t("apa-col-school")),
            Column::text("cohort", w.t("effects-fact-cohort")),
            Column::text("wave", w.t("apa-col-wave")),
            Column::text("first_opened", w.t("seen-col-first")),
            Column::number(
                "days_before_next",
                w.t("measure-opened_days"),
                Form::Count,
                "opened_days",
            ),
            Column::text("opened_by", w.t("seen-col-by")),
        ],
        rows,
        notes: Vec::new(),
    }
}
