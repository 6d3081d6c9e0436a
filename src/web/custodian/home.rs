//! How many people the key table holds, asking for it, and taking it once a second person has agreed.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use crate::exchange::key_csv;
use crate::fieldwork::key_export::{self, KeyExportRefusal};
use crate::storage::{StorageError, key_exports, schools};
use crate::web::access::Custodian;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::key_table::{self, Told};
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/custodian.html")]
struct CustodianPage {
    frame: Frame,
    trouble: Option<String>,
    schools: Vec<(String, i64)>,
    people: i64,
    exports: Vec<Told>,
    can_ask: bool,
}

async fn page(
    app: &App,
    visitor: &Custodian,
    trouble: Option<String>,
) -> Result<Response, StorageError> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let mut tx = app.store().read().await?;
    let units = schools::units_of_study(&mut tx, study.study_id).await?;
    let counts = key_exports::people_by_school(&mut tx, study.study_id).await?;
    let exports = key_exports::of_study(&mut tx, study.study_id).await?;
    drop(tx);
    let count = |id| {
        let found = counts.iter().find(|(school, _)| *school == id);
        found.map_or(0, |(_, n)| *n)
    };
    let exports = key_table::told(w, study, &exports, app.now());
    let refused = trouble.is_some();
    let page = CustodianPage {
        frame: Frame::new(app, w, w.t("key-title"), "/custodian")
            .for_visit(&study.design.contact)
            .with_menu(&[("/custodian", "key-title")]),
        trouble,
        schools: units
            .into_iter()
            .map(|school| (school.name, count(school.school_id)))
            .collect(),
        people: counts.iter().map(|(_, n)| n).sum(),
        can_ask: !exports.iter().any(|export| export.waits || export.ready),
        exports,
    };
    let shown = show(&page);
    Ok(if refused {
        (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
    } else {
        shown
    })
}

pub async fn show_home(visitor: Custodian, State(app): State<App>) -> Result<Response, Problem> {
    page(&app, &visitor, None)
        .await
        .map_err(|error| Problem::storage(&app, visitor.0.words, &error))
}

/// What was refused is told on the page; a failure is ours.
async fn refused(
    app: &App,
    visitor: &Custodian,
    refusal: KeyExportRefusal,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    match (key_table::refusal(w, &refusal), refusal) {
        (None, KeyExportRefusal::Failed(error)) => Err(failed(error)),
        (told, _) => page(app, visitor, told).await.map_err(failed),
    }
}

pub async fn ask(visitor: Custodian, State(app): State<App>) -> Result<Response, Problem> {
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    let study = visitor.0.study.clone();
    let asked = app
        .store()
        .write(move |tx| async move { key_export::ask(tx, &act, &mut rng, &study).await }.boxed())
        .await;
    match asked {
        Ok(()) => Ok(Redirect::to("/custodian").into_response()),
        Err(refusal) => refused(&app, &visitor, refusal).await,
    }
}

pub async fn take(
    visitor: Custodian,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let wanted = Uuid::parse_str(field(&fields, "export").unwrap_or_default());
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let taken = match wanted {
        Err(_) => Err(KeyExportRefusal::Unknown),
        Ok(export) => {
            app.store()
                .write(move |tx| {
                    async move { key_export::take(tx, &act, &study, export).await }.boxed()
                })
                .await
        }
    };
    let lines = match taken {
        Ok(lines) => lines,
        Err(refusal) => return refused(&app, &visitor, refusal).await,
    };
    let cells = lines.iter().map(|line| {
        let email = line.email.as_deref().unwrap_or_default();
        [
            line.respondent.as_str(),
            &line.person,
            &line.name,
            email,
            &line.school,
            &line.member,
        ]
    });
    let text = key_csv::write(cells).map_err(|error| Problem::failure(&app, w, &error))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"key-table.csv\"",
        ),
    ];
    Ok((headers, text).into_response())
}
