//! The last look at one part before it is sent, and the sending.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::consent;
use super::pupil;
use super::start::frame;
use crate::fieldwork::door::Door;
use crate::fieldwork::pages::Part;
use crate::fieldwork::receive;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::Respondent;

#[derive(Template)]
#[template(path = "web/pages/check.html")]
struct CheckPage {
    frame: Frame,
    summary: String,
    pages: Vec<PageLine>,
    /// Key of the test that is sent; empty for the questionnaire.
    part: String,
}

struct PageLine {
    number: usize,
    title: String,
    answered: String,
    complete: bool,
}

/// The part with this key; without a key the questionnaire, or the first test where there is no questionnaire.
fn part_of<'v>(visitor: &'v Respondent, key: &str) -> Option<Part<'v>> {
    let parts = visitor.sitting.parts(&visitor.study);
    parts.into_iter().find(|part| match part {
        Part::Questionnaire => key.is_empty(),
        Part::Test(known) => key.is_empty() || *known == key,
    })
}

pub async fn show_check(visitor: Respondent, State(app): State<App>) -> Result<Response, Problem> {
    check(&app, &visitor, "")
}

pub async fn show_check_part(
    visitor: Respondent,
    State(app): State<App>,
    Path(part): Path<String>,
) -> Result<Response, Problem> {
    check(&app, &visitor, &part)
}

fn check(app: &App, visitor: &Respondent, key: &str) -> Result<Response, Problem> {
    let (w, study, sitting) = (visitor.words, &visitor.study, &visitor.sitting);
    let part =
        part_of(visitor, key).ok_or_else(|| Problem::new(app, visitor.words, Kind::NotFound))?;
    if let Some(first) = consent::first(visitor) {
        return Ok(first);
    }
    if sitting.door(study, part, app.now()) != Door::Open {
        return Ok(Redirect::to("/answer").into_response());
    }
    if let Some(page) = pupil::check(app, visitor, part) {
        return Ok(page);
    }
    let due = sitting.due(study);
    let pages: Vec<PageLine> = sitting
        .steps(study)
        .iter()
        .enumerate()
        .filter(|(_, step)| !step.ask.is_empty() && Part::of(due[step.instrument]) == part)
        .map(|(index, step)| {
            let instrument = due[step.instrument];
            let given = |item: &&String| sitting.answers.contains_key(*item);
            let answered = step.ask.iter().filter(given).count();
            // Several lists on one page have the title of the whole.
            let title = if step.by_person {
                &instrument.title
            } else {
                &instrument.pages[step.page].title
            };
            PageLine {
                number: index + 1,
                title: title.say(w.0).to_owned(),
                answered: w.t2("check-answered", "n", answered, "of", step.ask.len()),
                complete: answered == step.ask.len(),
            }
        })
        .collect();
    let (answered, asked) = sitting.counted(study, part);
    let summary = if answered == asked {
        w.t1("check-all", "n", asked)
    } else {
        w.t2("check-some", "n", answered, "of", asked)
    };
    let (test, path) = match part {
        Part::Questionnaire => (String::new(), "/answer/check".to_owned()),
        Part::Test(key) => (key.to_owned(), format!("/answer/check/{key}")),
    };
    Ok(show(&CheckPage {
        frame: frame(app, visitor, w.t("check-title"), &path),
        summary,
        pages,
        part: test,
    }))
}

pub async fn submit(
    visitor: Respondent,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let key = field(&fields, "part").unwrap_or_default();
    let part = part_of(&visitor, key).ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    if let Some(first) = consent::first(&visitor) {
        return Ok(first);
    }
    let test = match part {
        Part::Questionnaire => None,
        Part::Test(key) => Some(key.to_owned()),
    };
    let (key, sitting, study) = (
        app.key().clone(),
        visitor.sitting.clone(),
        visitor.study.clone(),
    );
    let invitation = sitting.opened.invitation.invitation_id;
    let act = app.act(invitation.to_string());
    app.store()
        .write(move |tx| {
            async move {
                let part = test.as_deref().map_or(Part::Questionnaire, Part::Test);
                let sitting = receive::read_again(tx, &act, sitting).await?;
                receive::submit_in(tx, &act, &key, &study, &sitting, part).await
            }
            .boxed()
        })
        .await
        .map_err(|refusal| Problem::receive(&app, w, &refusal))?;
    Ok(Redirect::to("/answer").into_response())
}
