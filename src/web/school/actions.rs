//! What the team agrees on after a wave, by whom and by when, and what it sees of it at the next.

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveTime;
use chrono_tz::Tz;
use futures_util::FutureExt;

use super::agreed::asked;
use crate::domain::agreed::{AgreedAction, Agreement, Verdict};
use crate::domain::id::{ActionId, SchoolId};
use crate::fieldwork::agree::{self, AgreeRefusal, newest_closed};
use crate::locale::Words;
use crate::storage::{StorageError, agreed_actions};
use crate::web::access::SchoolVisitor;
use crate::web::app::App;
use crate::web::filled::{Field, Filled};
use crate::web::form::Fields;
use crate::web::frame::{Frame, school_menu};
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/actions.html")]
struct ActionsPage {
    frame: Frame,
    saved: String,
    faults: Vec<(String, String)>,
    actions: Vec<Line>,
    /// The form of a new agreement, or of the one that is being changed; nothing before a wave is closed.
    fields: Vec<Field>,
    form_title: String,
    changing: String,
}

struct Line {
    id: String,
    goal: String,
    made: String,
    noticed_by: String,
    owner: String,
    due: String,
    /// Verdict and what was seen.
    reviews: Vec<(String, String)>,
    /// Where it can be changed, while it can.
    change: String,
    /// What is asked about it now, and the fields for that.
    asked: String,
    fields: Vec<Field>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    saved: Option<String>,
    change: Option<String>,
}

const TEXTS: [&str; 3] = ["goal", "noticed_by", "owner"];

fn verdict_name(id: &str) -> String {
    format!("verdict-{id}")
}

fn seen_name(id: &str) -> String {
    format!("seen-{id}")
}

/// What is on the page besides what is stored: what was filled in, and which agreement is being changed.
struct Filling {
    filled: Filled,
    changing: Option<ActionId>,
    saved: bool,
}

async fn page(
    app: &App,
    visitor: &SchoolVisitor,
    mut filling: Filling,
) -> Result<ActionsPage, Problem> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let school_id = school_of(app, visitor)?;
    let mut tx = app.store().read().await.map_err(failed)?;
    let newest = newest_closed(&mut tx, study, school_id)
        .await
        .map_err(failed)?;
    let actions = agreed_actions::of_school(&mut tx, school_id)
        .await
        .map_err(failed)?;
    drop(tx);
    let newest = newest.unwrap_or_default();
    // One that is no longer open to change is not put in the form.
    let changing = actions
        .iter()
        .find(|action| Some(action.action_id) == filling.changing)
        .filter(|action| action.is_open_to_change(&newest));
    if let Some(action) = changing.filter(|_| filling.filled.is_good()) {
        let own = &action.agreement;
        for (name, text) in TEXTS
            .into_iter()
            .zip([&own.goal, &own.noticed_by, &own.owner])
        {
            filling.filled.set(name, text);
        }
        let due = own.due_on.map(|day| day.to_string()).unwrap_or_default();
        filling.filled.set("due_on", due);
    }
    let lines: Vec<Line> = actions
        .iter()
        .map(|action| line(w, study.design.time_zone, action, &newest, &filling.filled))
        .collect();
    let fields = if newest.is_empty() {
        Vec::new()
    } else {
        let text = |name: &str| {
            filling
                .filled
                .field(name, "text", w.t(&format!("actions-{name}")))
                .help(w.t(&format!("actions-{name}-help")))
        };
        let due = filling
            .filled
            .field("due_on", "date", w.t("actions-due"))
            .optional();
        TEXTS.map(text).into_iter().chain([due]).collect()
    };
    let mut faults = filling.filled.faults(&[]);
    let every = || {
        fields
            .iter()
            .chain(lines.iter().flat_map(|line| &line.fields))
    };
    for (name, message) in &mut faults {
        if let Some(field) = every().find(|field| field.name == *name) {
            *message = format!("{}: {message}", field.label);
        }
    }
    Ok(ActionsPage {
        frame: Frame::new(app, w, w.t("actions-title"), "/school/actions")
            .for_visit(&study.design.contact)
            .with_menu(school_menu(&visitor.0.link.role)),
        saved: if filling.saved {
            w.t("filled-saved")
        } else {
            String::new()
        },
        form_title: match changing {
            Some(_) => w.t("actions-changing"),
            None => w.t1("actions-new", "wave", newest.as_str()),
        },
        changing: changing
            .map(|action| action.action_id.to_string())
            .unwrap_or_default(),
        faults,
        actions: lines,
        fields,
    })
}

fn line(w: Words, zone: Tz, action: &AgreedAction, newest: &str, filled: &Filled) -> Line {
    let id = action.action_id.to_string();
    let own = &action.agreement;
    let mut filled = filled.clone();
    let is_due = action.is_due_for_review(newest);
    let fields = if is_due {
        // What was written after this wave can still be put in other words.
        if let Some(review) = action.reviews.last()
            && filled.is_good()
        {
            filled.set(verdict_name(&id), review.verdict.key());
            filled.set(seen_name(&id), review.seen.as_str());
        }
        let choose = [(String::new(), w.t("actions-verdict-choose"))];
        let verdicts = Verdict::ALL.map(|verdict| {
            let name = w.t(&format!("actions-verdict-{}", verdict.key()));
            (verdict.key().to_owned(), name)
        });
        vec![
            filled
                .field(verdict_name(&id), "select", w.t("actions-verdict"))
                .options(choose.into_iter().chain(verdicts).collect()),
            filled.field(seen_name(&id), "area", w.t("actions-seen")),
        ]
    } else {
        Vec::new()
    };
    Line {
        goal: own.goal.clone(),
        made: w.t2(
            "actions-made",
            "wave",
            action.wave.as_str(),
            "day",
            w.day(action.at, zone),
        ),
        noticed_by: own.noticed_by.clone(),
        owner: own.owner.clone(),
        due: own
            .due_on
            .map(|day| w.day(day.and_time(NaiveTime::MIN).and_utc(), Tz::UTC))
            .unwrap_or_default(),
        reviews: action
            .reviews
            .iter()
            .map(|review| {
                let verdict = format!("actions-told-{}", review.verdict.key());
                let told = w.t1(&verdict, "wave", review.wave.as_str());
                (told, review.seen.clone())
            })
            .collect(),
        change: if action.is_open_to_change(newest) {
            format!("/school/actions?change={id}#agreement")
        } else {
            String::new()
        },
        asked: asked(w, action),
        fields,
        id,
    }
}

fn school_of(app: &App, visitor: &SchoolVisitor) -> Result<SchoolId, Problem> {
    let gone = || Problem::new(app, visitor.0.words, Kind::NoVisit);
    visitor.0.school().ok_or_else(gone)
}

fn action_id(text: &str) -> Option<ActionId> {
    uuid::Uuid::parse_str(text).ok().map(ActionId)
}

pub async fn show_actions(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let filling = Filling {
        filled: Filled::default(),
        changing: asked.change.as_deref().and_then(action_id),
        saved: asked.saved.is_some(),
    };
    Ok(show(&page(&app, &visitor, filling).await?))
}

/// What a verb answered: back to the list, or the page again with what is wrong.
async fn answered(
    app: &App,
    visitor: &SchoolVisitor,
    mut filling: Filling,
    done: Result<(), AgreeRefusal>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let key = match done {
        Ok(()) => return Ok(Redirect::to("/school/actions?saved=1").into_response()),
        Err(AgreeRefusal::Failed(error)) => return Err(Problem::storage(app, w, &error)),
        Err(AgreeRefusal::Unknown) => return Err(Problem::new(app, w, Kind::NotFound)),
        Err(AgreeRefusal::NothingClosed) => "actions-nothing-closed",
        Err(AgreeRefusal::Incomplete) => "actions-incomplete",
        Err(AgreeRefusal::BeforeTheStudy) => {
            filling.filled.refuse("due_on", w.t("actions-before"));
            return again(app, visitor, filling).await;
        }
        Err(AgreeRefusal::TooLate) => "actions-too-late",
        Err(AgreeRefusal::TooEarly) => "actions-too-early",
    };
    filling.filled.refuse("", w.t(key));
    again(app, visitor, filling).await
}

async fn again(app: &App, visitor: &SchoolVisitor, filling: Filling) -> Result<Response, Problem> {
    let page = page(app, visitor, filling).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
}

/// A new agreement, or another wording of one.
pub async fn save(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let school_id = school_of(&app, &visitor)?;
    let mut filled = Filled::of(&fields);
    let [goal, noticed_by, owner] = TEXTS.map(|name| filled.text(w, name));
    let agreement = Agreement {
        goal,
        noticed_by,
        owner,
        due_on: filled.day(w, "due_on"),
    };
    let changing = match filled.given("action") {
        None => None,
        Some(text) => {
            let gone = || Problem::new(&app, w, Kind::NotFound);
            Some(action_id(text).ok_or_else(gone)?)
        }
    };
    let filling = Filling {
        filled,
        changing,
        saved: false,
    };
    if !filling.filled.is_good() {
        return again(&app, &visitor, filling).await;
    }
    let (act, study, mut rng) = (
        app.act(visitor.0.actor()),
        visitor.0.study.clone(),
        app.rng(),
    );
    let done = app
        .store()
        .write(move |tx| {
            async move {
                match changing {
                    Some(id) => agree::change(tx, &act, &study, school_id, id, &agreement).await,
                    None => agree::agree(tx, &act, &mut rng, &study, school_id, &agreement)
                        .await
                        .map(drop),
                }
            }
            .boxed()
        })
        .await;
    answered(&app, &visitor, filling, done).await
}

/// What was seen of an agreement, and whether to hold on to it.
pub async fn review(
    visitor: SchoolVisitor,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let school_id = school_of(&app, &visitor)?;
    let mut filled = Filled::of(&fields);
    let id = filled.value("action").to_owned();
    let gone = || Problem::new(&app, w, Kind::NotFound);
    let action = action_id(&id).ok_or_else(gone)?;
    let verdict = Verdict::from_key(filled.value(&verdict_name(&id)));
    if verdict.is_none() {
        filled.refuse(verdict_name(&id), w.t("filled-choose"));
    }
    let seen = filled.text(w, &seen_name(&id));
    let filling = Filling {
        filled,
        changing: None,
        saved: false,
    };
    let Some(verdict) = verdict.filter(|_| filling.filled.is_good()) else {
        return again(&app, &visitor, filling).await;
    };
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let done = app
        .store()
        .write(move |tx| {
            async move {
                agree::review(tx, &act, &study, school_id, action, (verdict, &seen)).await
            }
            .boxed()
        })
        .await;
    answered(&app, &visitor, filling, done).await
}
