//! One school of a trainer in full, and the button with which the results of a wave open.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use fluent_bundle::FluentArgs;
use futures_util::FutureExt;

use super::own::{self, Own, Results};
use super::words::{Shown, changes, group_names, scale_title, shown};
use crate::domain::disclosure::Suppressed;
use crate::evaluation::portrait::{ScalePortrait, WavePortrait};
use crate::fieldwork::study::Study;
use crate::fieldwork::trainer_report::{OpenRefusal, open_results};
use crate::locale::Words;
use crate::reports::school::relation_name;
use crate::storage::StorageError;
use crate::web::access::Trainer;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/trainer_school.html")]
struct SchoolPage {
    frame: Frame,
    school: Shown,
    results: Vec<WaveResults>,
    refused: String,
}

/// What may be seen of a wave: a button, why there is none, or figures.
struct WaveResults {
    wave: String,
    button: bool,
    notice: String,
    opened: bool,
    relations: Vec<String>,
    scales: Vec<ScaleLine>,
    changes: Vec<String>,
}

struct ScaleLine {
    title: String,
    mean: String,
    usual: String,
    groups: String,
}

pub async fn show_school(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    Ok(show(&page(&app, &visitor, &id, String::new()).await?))
}

async fn page(
    app: &App,
    visitor: &Trainer,
    id: &str,
    refused: String,
) -> Result<SchoolPage, Problem> {
    let w = visitor.0.words;
    let study = &visitor.0.study;
    let school = own::school(app, visitor, id).await?;
    let own = one(app, visitor, &school.school_id).await?;
    let path = format!("/trainer/school/{}", school.school_id);
    Ok(SchoolPage {
        frame: own::frame(app, visitor, school.name.clone(), path),
        results: own
            .waves
            .iter()
            .filter_map(|wave| results(w, study, &wave.window.wave, &wave.results))
            .collect(),
        school: shown(w, study, &own),
        refused,
    })
}

async fn one(
    app: &App,
    visitor: &Trainer,
    id: &crate::domain::id::SchoolId,
) -> Result<Own, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let loaded = own::load(app, &visitor.0.study, &[*id])
        .await
        .map_err(failed)?;
    loaded
        .into_iter()
        .next()
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))
}

fn results(w: Words, study: &Study, wave: &str, results: &Results) -> Option<WaveResults> {
    let empty = WaveResults {
        wave: wave.to_owned(),
        button: false,
        notice: String::new(),
        opened: false,
        relations: Vec::new(),
        scales: Vec::new(),
        changes: Vec::new(),
    };
    Some(match results {
        Results::NotThere => return None,
        Results::ReportFirst => WaveResults {
            notice: w.t1("trainer-report-first-wave", "wave", wave),
            ..empty
        },
        Results::Waiting => WaveResults {
            button: true,
            notice: w.t1("trainer-open-lead", "wave", wave),
            ..empty
        },
        Results::Opened(portrait) => WaveResults {
            opened: true,
            relations: relations(w, portrait),
            scales: portrait
                .scales
                .iter()
                .map(|scale| scale_line(w, study, portrait, scale))
                .collect(),
            changes: changes(w, study, portrait),
            ..empty
        },
    })
}

fn withheld(w: Words, why: Suppressed) -> String {
    w.t(&format!("withheld-{}", why.key()))
}

fn relations(w: Words, portrait: &WavePortrait) -> Vec<String> {
    let half = |halves: u8| w.decimal(f64::from(halves) / 2.0, 1);
    portrait
        .relations
        .iter()
        .map(|relation| {
            let name = relation_name(w, &relation.relation);
            let share = match relation.density.shown() {
                Ok(share) => share,
                Err(why) => {
                    let why = withheld(w, why);
                    return w.t2("trainer-density-withheld", "relation", name, "why", why);
                }
            };
            let mut args = FluentArgs::new();
            args.set("relation", name);
            args.set("about", share.about.to_string());
            args.set("from", half(share.from));
            args.set("to", half(share.to));
            let mut said = w.with("trainer-density", &args);
            if let Ok(usual) = relation.alike.shown() {
                let (from, to) = (usual.from.to_string(), usual.to.to_string());
                said.push(' ');
                said.push_str(&w.t2("trainer-density-usual", "from", from, "to", to));
            }
            said
        })
        .collect()
}

fn scale_line(
    w: Words,
    study: &Study,
    portrait: &WavePortrait,
    scale: &ScalePortrait,
) -> ScaleLine {
    let decimal = |value: f64| w.decimal(value, 1);
    let groups: Vec<String> = scale
        .groups
        .iter()
        .filter_map(|group| {
            let name = group_names(w, &portrait.groups.get(group.group)?.names);
            let mean = match group.mean.shown() {
                Ok(mean) => decimal(*mean),
                Err(_) => w.t("withheld-short"),
            };
            Some(format!("{name}: {mean}"))
        })
        .collect();
    ScaleLine {
        title: scale_title(w, study, &scale.scale),
        mean: match scale.mean.shown() {
            Ok(mean) => w.t2(
                "trainer-mean",
                "mean",
                decimal(*mean),
                "max",
                w.decimal(scale.maximum, 0),
            ),
            Err(why) => withheld(w, why),
        },
        usual: match scale.usual.shown() {
            Ok((from, to)) => w.t2("trainer-usual", "from", decimal(*from), "to", decimal(*to)),
            Err(_) => "–".to_owned(),
        },
        groups: if groups.is_empty() {
            "–".to_owned()
        } else {
            groups.join(" · ")
        },
    }
}

/// Opens the results of a wave, and notes it.
pub async fn open(
    visitor: Trainer,
    State(app): State<App>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let school = own::school(&app, &visitor, &id).await?;
    let own = one(&app, &visitor, &school.school_id).await?;
    let asked = field(&fields, "wave").unwrap_or_default().to_owned();
    // Only what there is: an opening that was noted before there are results would open them unseen.
    let there = own
        .waves
        .iter()
        .any(|wave| wave.window.wave == asked && !matches!(wave.results, Results::NotThere));
    let opened = if there {
        let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
        app.store()
            .write(move |tx| {
                async move { open_results(tx, &act, &study, &school, &asked).await }.boxed()
            })
            .await
    } else {
        Err(OpenRefusal::NotClosed)
    };
    match opened {
        Ok(()) => Ok(Redirect::to(&format!("/trainer/school/{id}")).into_response()),
        Err(OpenRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => {
            let page = page(&app, &visitor, &id, w.t(refusal.key())).await?;
            Ok((StatusCode::CONFLICT, show(&page)).into_response())
        }
    }
}
