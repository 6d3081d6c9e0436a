//! The owner as the second person: agrees that the key custodian takes the key table, or does not.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;
use uuid::Uuid;

use super::amending::frame;
use crate::fieldwork::key_export::{self, KeyExportRefusal};
use crate::storage::{StorageError, key_exports};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::key_table::{self, Told};
use crate::web::problem::{Problem, show};

const PATH: &str = "/study/key-table";

#[derive(Template)]
#[template(path = "web/pages/key_table.html")]
struct KeyTablePage {
    frame: Frame,
    trouble: Option<String>,
    exports: Vec<Told>,
}

async fn page(
    app: &App,
    visitor: &Owner,
    trouble: Option<String>,
) -> Result<Response, StorageError> {
    let (w, study) = (visitor.0.words, &visitor.0.study);
    let mut tx = app.store().read().await?;
    let exports = key_exports::of_study(&mut tx, study.study_id).await?;
    drop(tx);
    let refused = trouble.is_some();
    let shown = show(&KeyTablePage {
        frame: frame(app, visitor, w.t("key-agree-title"), PATH),
        trouble,
        exports: key_table::told(w, study, &exports, app.now()),
    });
    Ok(if refused {
        (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
    } else {
        shown
    })
}

pub async fn show_requests(visitor: Owner, State(app): State<App>) -> Result<Response, Problem> {
    page(&app, &visitor, None)
        .await
        .map_err(|error| Problem::storage(&app, visitor.0.words, &error))
}

pub async fn decide(
    visitor: Owner,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let wanted = Uuid::parse_str(field(&fields, "export").unwrap_or_default());
    // Nothing is agreed to by a form that does not say so.
    let agrees = field(&fields, "do") == Some("agree");
    let (act, study) = (app.act(visitor.0.actor()), visitor.0.study.clone());
    let decided = match wanted {
        Err(_) => Err(KeyExportRefusal::Unknown),
        Ok(export) => {
            app.store()
                .write(move |tx| {
                    async move { key_export::decide(tx, &act, &study, export, agrees).await }
                        .boxed()
                })
                .await
        }
    };
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    match decided {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(refusal) => match (key_table::refusal(w, &refusal), refusal) {
            (None, KeyExportRefusal::Failed(error)) => Err(failed(error)),
            (told, _) => page(&app, &visitor, told).await.map_err(failed),
        },
    }
}
