//! The page of one school: response, group picture, sentences, scale means, and two questions to talk about.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;

use crate::domain::opening::Part;
use crate::evaluation::portrait::Portrait;
use crate::reports::school::{RelationText, chosen_wave, relation_name, relation_text};
use crate::storage::{StorageError, conclusions, schools};
use crate::web::app::App;
use crate::web::figure::{self, AsFile};
use crate::web::frame::{Frame, SCHOOL_MENU};
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::SchoolVisitor;

#[derive(Template)]
#[template(path = "web/pages/school.html")]
struct SchoolPage {
    frame: Frame,
    dated: String,
    good: String,
    waves: Vec<Tab>,
    relations: Vec<Tab>,
    relation: Option<RelationText>,
    /// The group picture as a file.
    files: Vec<(String, &'static str)>,
    /// Title of each scale with its mean, or why that is not shown.
    scales: Vec<(String, Result<String, String>)>,
}

#[derive(Template)]
#[template(path = "web/pages/notice.html")]
struct NoResults {
    frame: Frame,
    lead: String,
    receipt: Option<(String, String, String, String)>,
}

struct Tab {
    href: String,
    label: String,
    current: bool,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    wave: Option<String>,
    relation: Option<String>,
}

pub async fn show_school(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Query(choice): Query<Choice>,
    Query(file): Query<AsFile>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let school_id = visitor
        .0
        .school()
        .ok_or_else(|| Problem::new(&app, w, Kind::NoVisit))?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let school = schools::of_study(&mut tx, study.study_id)
        .await
        .map_err(failed)?
        .into_iter()
        .find(|school| school.school_id == school_id)
        .ok_or_else(|| Problem::new(&app, w, Kind::NoVisit))?;
    let kept = conclusions::part(&mut tx, study.study_id, school_id, Part::Team)
        .await
        .map_err(failed)?;
    drop(tx);
    let title = w.t1("school-title", "school", school.name.as_str());
    let frame = |title: String| {
        Frame::new(&app, w, title, "/school")
            .for_visit(&study.design.contact)
            .with_menu(&SCHOOL_MENU)
    };
    let portrait = match kept {
        Some((text, at)) => {
            let portrait: Portrait =
                serde_json::from_str(&text).map_err(|error| Problem::failure(&app, w, &error))?;
            chosen_wave(&portrait, choice.wave.as_deref()).map(|index| (portrait, index, at))
        }
        None => None,
    };
    let Some((portrait, index, taken_at)) = portrait else {
        return Ok(show(&NoResults {
            frame: frame(w.t("school-none-title")),
            lead: w.t("school-none-lead"),
            receipt: None,
        }));
    };
    let wave = &portrait.waves[index];
    let asked = choice.relation.as_deref();
    let relation = wave
        .relations
        .iter()
        .find(|known| Some(known.relation.as_str()) == asked)
        .or_else(|| {
            wave.relations
                .iter()
                .find(|known| known.relation == "goals")
        })
        .or_else(|| wave.relations.first());
    let relation_key = relation.map_or("", |relation| relation.relation.as_str());
    let before = index
        .checked_sub(1)
        .map(|before| &portrait.waves[before])
        .and_then(|before| {
            let same = before
                .relations
                .iter()
                .find(|known| known.relation == relation_key)?;
            Some((before.wave.as_str(), same))
        });
    let at = w.day(taken_at, study.design.time_zone);
    let n_members = wave.n_members.shown().copied().unwrap_or_default();
    let n_answered = wave.n_answered.shown().copied().unwrap_or_default();
    let address = format!("/school?wave={}&relation={relation_key}", wave.wave);
    let text = relation.map(|relation| relation_text(w, "picture", wave, relation, before));
    let picture = text.as_ref().and_then(|text| text.picture.as_ref().ok());
    if let Some(file) = figure::as_file(&app, w, &file, picture).await {
        return file;
    }
    let files = picture.map_or_else(Vec::new, |picture| {
        figure::addresses(&address, picture).to_vec()
    });
    let page = SchoolPage {
        dated: w.t2(
            "school-dated",
            "at",
            at,
            "wave",
            portrait.waves.last().map_or("", |last| last.wave.as_str()),
        ),
        good: {
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("n", n_answered);
            args.set("of", n_members);
            args.set("wave", wave.wave.as_str());
            w.with("school-good", &args)
        },
        waves: portrait
            .waves
            .iter()
            .map(|known| Tab {
                href: format!("/school?wave={}&relation={relation_key}", known.wave),
                label: known.wave.clone(),
                current: known.wave == wave.wave,
            })
            .collect(),
        relations: wave
            .relations
            .iter()
            .map(|known| Tab {
                href: format!("/school?wave={}&relation={}", wave.wave, known.relation),
                label: relation_name(w, &known.relation),
                current: known.relation == relation_key,
            })
            .collect(),
        scales: wave
            .scales
            .iter()
            .map(|scale| {
                let title = study
                    .library
                    .iter()
                    .flat_map(|instrument| &instrument.scales)
                    .find(|known| known.key == scale.scale)
                    .map_or_else(
                        || scale.scale.clone(),
                        |known| known.title.say(w.0).to_owned(),
                    );
                let n = scale.n.shown().copied().unwrap_or_default();
                let about = {
                    let mut args = fluent_bundle::FluentArgs::new();
                    args.set("n", n);
                    args.set("from", w.decimal(scale.minimum, 0));
                    args.set("to", w.decimal(scale.maximum, 0));
                    w.with("school-scale-about", &args)
                };
                let mean = scale
                    .mean
                    .shown()
                    .map(|mean| format!("{} {about}", w.decimal(*mean, 1)))
                    .map_err(|why| w.t(&format!("withheld-{}", why.key())));
                (title, mean)
            })
            .collect(),
        relation: text,
        files,
        frame: Frame {
            path: address,
            ..frame(title)
        },
    };
    Ok(show(&page))
}
