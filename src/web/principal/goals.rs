//! The school's own goals for what its pupils score, and how far they are.

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use futures_util::FutureExt;

use super::standing::{Standing, frame, school_of};
use crate::domain::opening::Part;
use crate::fieldwork::set_goal::{self, LARGEST, LAST_MONTH, SetGoalRefusal};
use crate::reports::achievement::{AchievementText, achievement_text, moment_name, points};
use crate::reports::achievement_trend::{TrendText, trend_text};
use crate::storage::school_goals::{self, SchoolGoal};
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::filled::{Field, Filled};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};
use crate::web::told::last_wave;

#[derive(Template)]
#[template(path = "web/pages/goals.html")]
struct GoalsPage {
    frame: Frame,
    saved: String,
    faults: Vec<(String, String)>,
    fields: Vec<Field>,
    /// Month, when it is, the goal, and when it was set.
    goals: Vec<(i64, String, String, String)>,
    /// What pupils scored, once that was opened.
    achievement: Option<AchievementText>,
    trend: Option<TrendText>,
}

#[derive(serde::Deserialize)]
pub struct Said {
    saved: Option<String>,
}

/// The day from which months are counted at this school.
fn starts_on(visitor: &Principal, standing: &Standing) -> NaiveDate {
    let cohorts = &visitor.0.study.design.cohorts;
    cohorts
        .iter()
        .find(|cohort| cohort.key == standing.school.cohort)
        .map_or(NaiveDate::MIN, |cohort| cohort.starts_on)
}

async fn page(
    app: &App,
    visitor: &Principal,
    filled: &Filled,
    saved: bool,
) -> Result<GoalsPage, Problem> {
    let standing = Standing::load(app, visitor).await?;
    let (w, zone) = (visitor.0.words, visitor.0.study.design.time_zone);
    let goals = {
        let mut tx = app
            .store()
            .read()
            .await
            .map_err(|error| Problem::storage(app, w, &error))?;
        school_goals::of_school(&mut tx, standing.school.school_id)
            .await
            .map_err(|error| Problem::storage(app, w, &error))?
    };
    let starts_on = starts_on(visitor, &standing);
    let opened = last_wave(&visitor.0.study, &standing.school.cohort)
        .is_some_and(|wave| standing.has_opened(Part::Achievement, wave));
    let targets: Vec<(i64, f64)> = goals.iter().map(|goal| (goal.month, goal.target)).collect();
    let name = standing.school.name.as_str();
    let achievement = (opened && !standing.achievement.moments.is_empty()).then(|| {
        let title = w.t1("goal-figure", "school", name);
        achievement_text(
            w,
            "pupils",
            &title,
            starts_on,
            &standing.achievement,
            &targets,
        )
    });
    let trend = achievement.as_ref().and_then(|_| {
        let title = w.t1("trend-figure", "school", name);
        trend_text(w, "above", &title, starts_on, &standing.achievement)
    });
    let moments = (0..=LAST_MONTH)
        .map(|month| (month.to_string(), moment_name(w, starts_on, month)))
        .collect();
    let fields = vec![
        filled
            .field("month", "select", w.t("goal-moment"))
            .options(moments)
            .help(w.t("goal-moment-help")),
        filled
            .field("target", "text", w.t("goal-target"))
            .help(w.t("goal-target-help")),
    ];
    let mut faults = filled.faults(&[]);
    for (name, message) in &mut faults {
        if let Some(field) = fields.iter().find(|field| field.name == *name) {
            *message = format!("{}: {message}", field.label);
        }
    }
    let line = |goal: &SchoolGoal| {
        (
            goal.month,
            moment_name(w, starts_on, goal.month),
            points(w, goal.target),
            w.day(goal.at, zone),
        )
    };
    Ok(GoalsPage {
        frame: frame(app, &visitor.0, w.t("goal-title"), "/principal/goals"),
        saved: if saved {
            w.t("filled-saved")
        } else {
            String::new()
        },
        faults,
        fields,
        goals: goals.iter().map(line).collect(),
        achievement,
        trend,
    })
}

pub async fn show_goals(
    visitor: Principal,
    State(app): State<App>,
    Query(said): Query<Said>,
) -> Result<Response, Problem> {
    let page = page(&app, &visitor, &Filled::default(), said.saved.is_some()).await?;
    Ok(show(&page))
}

/// Sets a goal, or takes one back where the form says so.
pub async fn save(
    visitor: Principal,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let mut filled = Filled::of(&fields);
    let month = filled.value("month").parse::<i64>().unwrap_or(-1);
    if !(0..=LAST_MONTH).contains(&month) {
        filled.refuse("month", w.t("filled-choose"));
    }
    let target = if filled.given("remove").is_some() {
        None
    } else {
        let target = filled.number(w, "target");
        if target.is_some_and(|target| target <= 0.0 || target > LARGEST) {
            filled.refuse("target", w.t("goal-no-number"));
        }
        target
    };
    if filled.is_good() {
        let (act, school_id) = (app.act(visitor.0.actor()), school_of(&app, &visitor)?);
        let set = app
            .store()
            .write(move |tx| {
                async move { set_goal::set_goal(tx, &act, school_id, month, target).await }.boxed()
            })
            .await;
        match set {
            Ok(()) => return Ok(Redirect::to("/principal/goals?saved=1").into_response()),
            Err(SetGoalRefusal::NoSuchMoment) => filled.refuse("month", w.t("filled-choose")),
            Err(SetGoalRefusal::NoScore) => filled.refuse("target", w.t("goal-no-number")),
            Err(SetGoalRefusal::Failed(error)) => return Err(Problem::storage(&app, w, &error)),
        }
    }
    let page = page(&app, &visitor, &filled, false).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}
