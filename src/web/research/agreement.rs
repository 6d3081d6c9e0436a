//! How far coding is, the two steps that a researcher takes, and how far coders agree. Never beside an effect.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::desk;
use super::interviews::load;
use crate::domain::coding::{Round, Step, differs};
use crate::domain::id::SchoolId;
use crate::evaluation::coding_agreement::{Agreement, Unit, What, agreements};
use crate::fieldwork::code::{self, CodeRefusal, Material};
use crate::locale::Words;
use crate::reports::scale_words;
use crate::reports::sentence::{share, share_interval};
use crate::storage::{StorageError, links};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

const PATH: &str = "/research/agreement";

/// Schools drawn again so many times.
const REPLICATES: u64 = 400;

#[derive(Template)]
#[template(path = "web/pages/agreement.html")]
struct AgreementPage {
    frame: Frame,
    fault: Option<String>,
    cohorts: Vec<Cohort>,
}

struct Cohort {
    key: String,
    told: Vec<String>,
    /// The next step: address, label and what it means.
    step: Option<(&'static str, String, String)>,
    /// What, n, prevalence, same, and each coefficient with its interval.
    rows: Vec<Row>,
}

struct Row {
    name: String,
    n: usize,
    prevalence: String,
    same: String,
    estimates: Vec<String>,
}

/// The units of a cohort, with their coders in one order.
fn units(material: &Material, cohort: &str) -> (Vec<Unit>, usize) {
    let of = material.by_statement();
    let firsts = |statement: &crate::domain::coding::Statement| {
        let known = of.get(&statement.statement_id).into_iter().flatten();
        known
            .filter(|coding| coding.round == Round::First)
            .copied()
            .collect::<Vec<_>>()
    };
    let coders: BTreeSet<&str> = material
        .of_cohort(cohort)
        .flat_map(firsts)
        .map(|coding| coding.coder.as_str())
        .collect();
    let mut schools: BTreeMap<SchoolId, usize> = BTreeMap::new();
    let units = material
        .of_cohort(cohort)
        .filter_map(|statement| {
            let school = material.interview(statement)?.school_id;
            let n = schools.len();
            let known = firsts(statement);
            Some(Unit {
                school: *schools.entry(school).or_insert(n),
                codes: coders
                    .iter()
                    .map(|coder| {
                        let own = known.iter().find(|coding| coding.coder == *coder);
                        own.map(|coding| coding.codes.clone())
                    })
                    .collect(),
            })
        })
        .collect();
    (units, coders.len())
}

fn row(w: Words, material: &Material, found: &Agreement) -> Row {
    let name = match &found.what {
        What::MainFactor => w.t("agreement-main"),
        What::Direction => w.t("agreement-direction"),
        What::Factor(key) => material
            .codebook
            .factor(key)
            .map_or(key.clone(), |factor| factor.name.say(w.0).to_owned()),
    };
    Row {
        name,
        n: found.n,
        prevalence: found
            .prevalence
            .map_or("–".to_owned(), |value| share(w, value, 2)),
        same: found
            .same
            .map_or("–".to_owned(), |value| share(w, value, 2)),
        estimates: found
            .estimates
            .iter()
            .map(|estimate| match (estimate.value, estimate.interval) {
                (Ok(value), Some(ends)) => {
                    format!("{} {}", share(w, value, 2), share_interval(w, ends, 2))
                }
                (Ok(value), None) => share(w, value, 2),
                (Err(why), _) => scale_words::why(w, why),
            })
            .collect(),
    }
}

async fn page(
    app: &App,
    visitor: &Researcher,
    fault: Option<String>,
) -> Result<AgreementPage, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let material = load(app, visitor).await?;
    let zone = visitor.0.study.design.time_zone;
    let mut tx = app.store().read().await.map_err(failed)?;
    let people = links::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let who = |actor: &str| {
        let mut known = people.iter();
        known
            .find(|link| link.link_id.to_string() == actor)
            .map_or_else(|| actor.to_owned(), |link| link.label.clone())
    };
    let mut cohorts = Vec::new();
    for cohort in &visitor.0.study.design.cohorts {
        let n = material.of_cohort(&cohort.key).count();
        if n == 0 {
            continue;
        }
        let of = material.by_statement();
        let (units, coders) = units(&material, &cohort.key);
        let twice = units
            .iter()
            .filter(|unit| unit.codes.iter().flatten().count() > 1)
            .count();
        let mut told = vec![w.with("agreement-progress", &{
            let mut args = fluent_bundle::FluentArgs::new();
            args.set("n", n);
            args.set("coders", coders);
            args.set("twice", twice);
            args
        })];
        let compared = material.step(&cohort.key, Step::Compared);
        let locked = material.step(&cohort.key, Step::Locked);
        if compared.is_some() {
            let differ = material
                .of_cohort(&cohort.key)
                .filter(|statement| {
                    of.get(&statement.statement_id)
                        .is_some_and(|known| differs(known))
                })
                .count();
            let open = material.unsettled(&cohort.key).len();
            told.push(w.t2("agreement-settled", "n", differ, "open", open));
        }
        for (step, key) in [
            (compared, "agreement-compared"),
            (locked, "agreement-locked"),
        ] {
            told.extend(step.map(|taken| {
                let at = w.day_and_time(taken.at, zone);
                w.t2(key, "at", at, "who", who(&taken.actor))
            }));
        }
        let step = match (compared, locked) {
            (None, _) => Some((
                "/research/agreement/close",
                w.t("agreement-close"),
                w.t("agreement-close-help"),
            )),
            (_, None) => Some((
                "/research/agreement/lock",
                w.t("agreement-lock"),
                w.t("agreement-lock-help"),
            )),
            _ => None,
        };
        let rows = if let Some(taken) = compared {
            let factors: Vec<String> = material
                .codebook
                .factors
                .iter()
                .map(|factor| factor.key.clone())
                .collect();
            // First codes that are closed never change, and of the same codes there are always the same intervals.
            let of = format!("{} {} {}", visitor.0.study.study_id, cohort.key, taken.at);
            let computed = match app.desk().agreement(&of) {
                Some(held) => held,
                None => {
                    let found = tokio::task::spawn_blocking(move || {
                        let mut rng = ChaCha12Rng::seed_from_u64(units.len() as u64);
                        agreements(&units, &factors, REPLICATES, &mut rng)
                    });
                    let found = found
                        .await
                        .map_err(|error| Problem::failure(app, w, &error))?;
                    let found = Arc::new(found.unwrap_or_default());
                    app.desk().hold_agreement(of, found.clone());
                    found
                }
            };
            computed
                .iter()
                .map(|found| row(w, &material, found))
                .collect()
        } else {
            Vec::new()
        };
        cohorts.push(Cohort {
            key: cohort.key.clone(),
            told,
            step,
            rows,
        });
    }
    Ok(AgreementPage {
        frame: desk::frame(app, visitor, w.t("agreement-title"), PATH),
        fault,
        cohorts,
    })
}

pub async fn show_agreement(
    visitor: Researcher,
    State(app): State<App>,
) -> Result<Response, Problem> {
    Ok(show(&page(&app, &visitor, None).await?))
}

async fn take(
    app: &App,
    visitor: &Researcher,
    fields: &Fields,
    step: Step,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let design = &visitor.0.study.design;
    let asked = field(fields, "cohort").unwrap_or_default();
    let Some(cohort) = design.cohorts.iter().find(|cohort| cohort.key == asked) else {
        return Err(Problem::new(app, w, Kind::NotFound));
    };
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let cohort = cohort.key.clone();
    let done = app
        .store()
        .write(move |tx| {
            async move { code::take_step(tx, &act, study_id, &cohort, step).await }.boxed()
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(CodeRefusal::Failed(error)) => Err(Problem::storage(app, w, &error)),
        Err(refusal) => {
            let said = match &refusal {
                CodeRefusal::NotDone(n) | CodeRefusal::NotSettled(n) => {
                    w.t1(refusal.key(), "n", *n)
                }
                _ => w.t(refusal.key()),
            };
            let page = page(app, visitor, Some(said)).await?;
            Ok((StatusCode::CONFLICT, show(&page)).into_response())
        }
    }
}

pub async fn close(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    take(&app, &visitor, &fields, Step::Compared).await
}

pub async fn lock(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    take(&app, &visitor, &fields, Step::Locked).await
}
