//! The codebook: its factors with the rule of each, and one more that was found on the way, which makes a new version.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::desk;
use super::interviews::load;
use crate::domain::language::Text;
use crate::fieldwork::code::{self, CodeRefusal};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::filled::{Field, Filled};
use crate::web::form::Fields;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

const PATH: &str = "/research/codebook";

#[derive(Template)]
#[template(path = "web/pages/codebook.html")]
struct CodebookPage {
    frame: Frame,
    version: String,
    factors: Vec<(String, String)>,
    fault: Option<String>,
    fields: Vec<Field>,
}

async fn page(
    app: &App,
    visitor: &Researcher,
    filled: &Filled,
    fault: Option<String>,
) -> Result<CodebookPage, Problem> {
    let w = visitor.0.words;
    let book = load(app, visitor).await?.codebook;
    let fields = [
        ("name_nl", "text"),
        ("name_en", "text"),
        ("about_nl", "area"),
        ("about_en", "area"),
    ];
    let mut frame = desk::frame(app, visitor, w.t("codebook-title"), "/research/interviews");
    frame.path = PATH.to_owned();
    Ok(CodebookPage {
        frame,
        version: w.t1("codebook-version", "n", book.version),
        factors: book
            .factors
            .iter()
            .map(|factor| {
                let said = |text: &Text| text.say(w.0).to_owned();
                (said(&factor.name), said(&factor.about))
            })
            .collect(),
        fault,
        fields: fields
            .map(|(name, kind)| {
                let label = w.t(&format!("codebook-{}", name.replace('_', "-")));
                filled.field(name, kind, label)
            })
            .into(),
    })
}

pub async fn show_codebook(
    visitor: Researcher,
    State(app): State<App>,
) -> Result<Response, Problem> {
    Ok(show(&page(&app, &visitor, &Filled::default(), None).await?))
}

pub async fn add(
    visitor: Researcher,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let filled = Filled::of(&fields);
    let text = |what: &str| {
        let of = |language: &str| filled.value(&format!("{what}_{language}")).to_owned();
        Text::new(of("nl"), of("en"))
    };
    let (name, about) = (text("name"), text("about"));
    let (act, study_id) = (app.act(visitor.0.actor()), visitor.0.study.study_id);
    let done = app
        .store()
        .write(move |tx| {
            async move { code::add_factor(tx, &act, study_id, name, about).await }.boxed()
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to(PATH).into_response()),
        Err(CodeRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => {
            let page = page(&app, &visitor, &filled, Some(w.t(refusal.key()))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response())
        }
    }
}
