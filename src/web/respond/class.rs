//! What the pupils of a class said, for who teaches it: behind the teacher's own link, and nowhere else.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::start::{back, frame};
use crate::domain::id::SchoolId;
use crate::domain::opening::{Audience, Part};
use crate::domain::roster::PUPIL;
use crate::evaluation::portrait::PupilPortrait;
use crate::fieldwork::open;
use crate::storage::{StorageError, classes, conclusions, openings};
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::told::{self, PupilTable};
use crate::web::visitor::Respondent;

const PATH: &str = "/answer/class";

#[derive(Template)]
#[template(path = "web/pages/class_result.html")]
struct ResultPage {
    frame: Frame,
    classes: Vec<ClassPart>,
    links: Vec<(&'static str, String)>,
}

struct ClassPart {
    id: String,
    name: String,
    /// Waves that can be opened.
    ready: Option<String>,
    tables: Vec<PupilTable>,
    nothing: bool,
}

/// A class of this teacher with what is known of it, and the waves that were opened.
struct Own {
    class: SchoolId,
    name: String,
    portrait: PupilPortrait,
    opened: Vec<String>,
}

/// Only the classes that are entrusted to this very member.
async fn own(app: &App, visitor: &Respondent) -> Result<Vec<Own>, Problem> {
    let w = visitor.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let study_id = visitor.study.study_id;
    let mut tx = app.store().read().await.map_err(failed)?;
    let mut all = Vec::new();
    let me = visitor.sitting.me.member_id;
    for (class, name) in classes::of_teacher(&mut tx, me).await.map_err(failed)? {
        let kept = conclusions::part(&mut tx, study_id, class, Part::Pupils)
            .await
            .map_err(failed)?;
        let noted = openings::of_school(&mut tx, class).await.map_err(failed)?;
        let portrait = match kept {
            None => PupilPortrait::default(),
            Some((text, _)) => {
                serde_json::from_str(&text).map_err(|error| Problem::failure(app, w, &error))?
            }
        };
        all.push(Own {
            class,
            name,
            portrait,
            opened: noted
                .into_iter()
                .filter(|note| note.part == Part::Pupils)
                .map(|note| note.wave)
                .collect(),
        });
    }
    Ok(all)
}

/// Whether this respondent may have a class of which pupils are asked.
pub(super) fn is_asked(visitor: &Respondent) -> bool {
    let is_pupil = |role: &String| role == PUPIL;
    let mut rows = visitor.study.design.collect.iter();
    let own = &visitor.sitting.me.roles;
    own.iter().any(|role| role == "teacher") && rows.any(|row| row.roles.iter().any(is_pupil))
}

pub async fn show_class(visitor: Respondent, State(app): State<App>) -> Result<Response, Problem> {
    let (w, study) = (visitor.words, &visitor.study);
    let part = |own: Own| {
        let (open, shut): (Vec<_>, Vec<_>) = own
            .portrait
            .waves
            .iter()
            .partition(|wave| own.opened.contains(&wave.wave));
        let shut: Vec<&str> = shut.iter().map(|wave| wave.wave.as_str()).collect();
        ClassPart {
            id: own.class.to_string(),
            ready: (!shut.is_empty()).then(|| w.t1("class-result-open", "waves", shut.join(", "))),
            tables: open
                .into_iter()
                .rev()
                .map(|wave| told::pupils(w, study, wave))
                .collect(),
            nothing: own.portrait.waves.is_empty(),
            name: own.name,
        }
    };
    let classes = own(&app, &visitor).await?.into_iter().map(part).collect();
    Ok(show(&ResultPage {
        frame: frame(&app, &visitor, w.t("class-result-title"), PATH),
        classes,
        links: back(&visitor),
    }))
}

/// Seeing results is noted, once a wave.
pub async fn open_class(
    visitor: Respondent,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let asked = field(&fields, "class").unwrap_or_default();
    let all = own(&app, &visitor).await?;
    let Some(own) = all.into_iter().find(|own| own.class.to_string() == asked) else {
        return Err(Problem::new(&app, w, Kind::NotFound));
    };
    let act = app.act(visitor.sitting.opened.invitation.invitation_id.to_string());
    let waves: Vec<String> = own
        .portrait
        .waves
        .into_iter()
        .map(|wave| wave.wave)
        .collect();
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { open::open(tx, &act, own.class, Part::Pupils, Audience::Team, &waves).await }
                .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    Ok(Redirect::to(PATH).into_response())
}
