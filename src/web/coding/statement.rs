//! One statement, with what was said before and after it, and a direction for each factor that is in it.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::work::{self, Choice, choices, coder, find, in_order, is_open, own_coding};
use crate::domain::coding::{Code, Coding, Round, Statement};
use crate::fieldwork::code::{self, CodeRefusal, Material};
use crate::web::access::Coder;
use crate::web::app::App;
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/coding_statement.html")]
pub struct StatementPage {
    pub frame: Frame,
    pub action: String,
    pub school: String,
    pub source: String,
    pub before: String,
    pub text: String,
    pub after: String,
    /// What the coders said, where that is open.
    pub said: Vec<(String, String)>,
    pub choices: Vec<Choice>,
    /// Why nothing can be changed.
    pub closed: Option<String>,
    pub fault: Option<String>,
    pub button: String,
    /// Address and label.
    pub around: Vec<(String, String)>,
}

/// What was said right before and after, in the same conversation.
pub fn beside(all: &[&Statement], at: usize, step: isize) -> String {
    let other = at.checked_add_signed(step).and_then(|at| all.get(at));
    other
        .filter(|other| other.interview_id == all[at].interview_id)
        .map(|other| other.text.clone())
        .unwrap_or_default()
}

fn page(
    app: &App,
    visitor: &Coder,
    material: &Material,
    (at, all): (usize, &[&Statement]),
    codes: &[Code],
    fault: Option<String>,
) -> StatementPage {
    let w = visitor.0.words;
    let statement = all[at];
    let address = |statement: &Statement| format!("/coding/statement/{}", statement.statement_id);
    let mut around = Vec::new();
    let previous = at.checked_sub(1).and_then(|at| all.get(at));
    around.extend(previous.map(|one| (address(one), w.t("coding-previous"))));
    around.extend(
        all.get(at + 1)
            .map(|one| (address(one), w.t("coding-next"))),
    );
    let title = w.t2("coding-statement", "n", at + 1, "of", all.len());
    StatementPage {
        frame: work::frame(app, visitor, title, address(statement)),
        action: address(statement),
        school: work::school_name(w, material, statement),
        source: work::source_name(w, material, statement),
        before: beside(all, at, -1),
        text: statement.text.clone(),
        after: beside(all, at, 1),
        said: Vec::new(),
        choices: choices(w, material, codes),
        closed: (!is_open(material, statement)).then(|| w.t("coding-closed")),
        fault,
        button: w.t("coding-save"),
        around,
    }
}

pub async fn show_statement(
    visitor: Coder,
    State(app): State<App>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let material = work::load(&app, &visitor).await?;
    let all = in_order(&material);
    let (at, statement) = find(&app, visitor.0.words, &all, &id)?;
    let own = own_coding(&material, &coder(&visitor), statement.statement_id);
    let codes = own.map_or(&[][..], |own| &own.codes);
    let page = page(&app, &visitor, &material, (at, &all), codes, None);
    Ok(show(&page))
}

/// Goes on to the next statement that has no code of hers.
pub async fn save(
    visitor: Coder,
    State(app): State<App>,
    Path(id): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let material = work::load(&app, &visitor).await?;
    let all = in_order(&material);
    let (at, statement) = find(&app, w, &all, &id)?;
    let codes =
        work::read(&material, &fields).ok_or_else(|| Problem::new(&app, w, Kind::BadForm))?;
    let me = coder(&visitor);
    let said = Coding {
        statement_id: statement.statement_id,
        round: Round::First,
        coder: me.clone(),
        codes: codes.clone(),
    };
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let done = app
        .store()
        .write(move |tx| async move { code::code(tx, &act, study_id, &[said]).await }.boxed())
        .await;
    match done {
        Ok(()) => {}
        Err(CodeRefusal::Failed(error)) => return Err(Problem::storage(&app, w, &error)),
        Err(refusal) => {
            let fault = Some(w.t(refusal.key()));
            let page = page(&app, &visitor, &material, (at, &all), &codes, fault);
            return Ok((StatusCode::CONFLICT, show(&page)).into_response());
        }
    }
    let waits = |other: &&&Statement| {
        other.statement_id != statement.statement_id
            && is_open(&material, other)
            && own_coding(&material, &me, other.statement_id).is_none()
    };
    // On from here, then from the beginning.
    let next = all[at..].iter().chain(&all[..at]).find(waits);
    let to = next.map_or("/coding".to_owned(), |next| {
        format!("/coding/statement/{}", next.statement_id)
    });
    Ok(Redirect::to(&to).into_response())
}
