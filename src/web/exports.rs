//! The files of an export, for whoever may have them: the list with its counts, and one file as a download that is made
//! while it is sent.

use std::sync::Arc;

use askama::Template;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures_util::{FutureExt, stream};

use super::app::App;
use super::form::{Fields, field};
use super::frame::Frame;
use super::problem::{Kind, Problem, show};
use super::visitor::Staff;
use crate::exchange::codebook;
use crate::exchange::tidy_csv::{Counted, lines, manifest, scales_toml};
use crate::fieldwork::export::{Export, Table, record_release};
use crate::storage::StorageError;

#[derive(Template)]
#[template(path = "web/pages/exports.html")]
struct ExportsPage {
    frame: Frame,
    /// Where the forms go.
    path: &'static str,
    /// Key and whether it is the one shown; the empty key is all of them.
    waves: Vec<(String, bool)>,
    wave: String,
    open: bool,
    files: Vec<FileLine>,
}

struct FileLine {
    file: String,
    about: String,
    rows: String,
    /// Can tell who somebody is.
    warn: bool,
}

#[derive(serde::Deserialize)]
pub struct Choice {
    wave: Option<String>,
}

async fn prepare(
    app: &App,
    staff: &Staff,
    wave: Option<&str>,
) -> Result<Arc<Export>, StorageError> {
    let known = staff
        .study
        .design
        .waves
        .iter()
        .map(|known| known.key.as_str());
    let wave = known.into_iter().find(|known| Some(*known) == wave);
    let mut tx = app.store().read().await?;
    let export = Export::prepare(&mut tx, staff.study.clone(), staff.words.0, wave).await?;
    Ok(Arc::new(export))
}

/// Every file with what it holds and how many rows it has.
pub async fn page(
    app: &App,
    staff: &Staff,
    frame: Frame,
    path: &'static str,
    choice: &Choice,
) -> Result<Response, Problem> {
    let w = staff.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let wave = choice.wave.as_deref().filter(|wave| !wave.is_empty());
    let export = prepare(app, staff, wave).await.map_err(failed)?;
    let counted = count(app, &export).await.map_err(failed)?;
    let mut files: Vec<FileLine> = counted
        .into_iter()
        .map(|file| FileLine {
            about: codebook::about(&file.file).say(w.0).to_owned(),
            rows: if file.file.ends_with(".csv") {
                file.rows.to_string()
            } else {
                String::new()
            },
            warn: file.file == "texts.csv",
            file: file.file,
        })
        .collect();
    files.push(FileLine {
        file: "manifest.csv".to_owned(),
        about: codebook::about("manifest.csv").say(w.0).to_owned(),
        rows: files.len().to_string(),
        warn: false,
    });
    let keys = staff
        .study
        .design
        .waves
        .iter()
        .map(|known| known.key.clone());
    let shown = wave.unwrap_or_default();
    Ok(show(&ExportsPage {
        frame,
        path,
        waves: std::iter::once(String::new())
            .chain(keys)
            .map(|key| (key.clone(), key == shown))
            .collect(),
        wave: shown.to_owned(),
        open: export
            .windows
            .iter()
            .any(|window| window.closed_at.is_none()),
        files,
    }))
}

/// One file. That it was taken out is kept.
pub async fn download(app: &App, staff: &Staff, fields: &Fields) -> Result<Response, Problem> {
    let w = staff.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let wave = field(fields, "wave").filter(|wave| !wave.is_empty());
    let name = field(fields, "file").unwrap_or_default().to_owned();
    let export = prepare(app, staff, wave).await.map_err(failed)?;
    let (kind, body) = match export.table(&name) {
        Some(table) => (
            "text/csv; charset=utf-8",
            streamed(app.clone(), export.clone(), table),
        ),
        None => match whole(app, &export, &name).await.map_err(failed)? {
            Some(text) => ("text/plain; charset=utf-8", Body::from(text)),
            None => return Err(Problem::new(app, w, Kind::NotFound)),
        },
    };
    let (act, study, what) = (app.act(staff.actor()), staff.study.clone(), name.clone());
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { record_release(tx, &act, &study, &what).await }.boxed()
        })
        .await
        .map_err(failed)?;
    let kept_as = format!("attachment; filename=\"{name}\"");
    let kept_as =
        HeaderValue::from_str(&kept_as).map_err(|error| Problem::failure(app, w, &error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, kept_as),
    ];
    Ok((headers, body).into_response())
}

/// A table, a school at a time: each is read when the one before has been sent, and no reading is held in between.
fn streamed(app: App, export: Arc<Export>, table: Table) -> Body {
    let first = lines(&[export.header(&table)]) + &lines(&export.rows_of_study(&table));
    let chunks = stream::try_unfold((Some(first), 0_usize), move |(first, place)| {
        let (app, export, table) = (app.clone(), export.clone(), table.clone());
        async move {
            if let Some(first) = first {
                return Ok(Some((first, (None, 0))));
            }
            let Some(school) = export.schools.get(place) else {
                return Ok::<_, StorageError>(None);
            };
            let mut tx = app.store().read().await?;
            let read = export.school(&mut tx, school).await?;
            drop(tx);
            let text = lines(&export.rows(&table, &read));
            Ok(Some((text, (None, place + 1))))
        }
    });
    Body::from_stream(chunks)
}

/// The files that are no table.
async fn whole(app: &App, export: &Export, name: &str) -> Result<Option<String>, StorageError> {
    let study = &export.study;
    Ok(match name {
        "codebook.csv" => Some(codebook::csv(&headers(export), &study.library).0),
        "codebook.html" => Some(codebook::html(
            &headers(export),
            &study.design,
            &study.library,
            export.language,
        )),
        "scales.toml" => scales_toml(&study.library),
        "manifest.csv" => Some(manifest(count(app, export).await?)),
        _ => None,
    })
}

fn headers(export: &Export) -> Vec<(String, Vec<String>)> {
    let tables = export.tables();
    tables
        .iter()
        .map(|table| (table.file(), export.header(table)))
        .collect()
}

/// Every file but the manifest, with its rows and its hash: the study is read once, a school at a time.
async fn count(app: &App, export: &Export) -> Result<Vec<Counted>, StorageError> {
    let mut files: Vec<(Table, Counted)> = export
        .tables()
        .into_iter()
        .map(|table| {
            let mut counted = Counted::new(table.file());
            counted.pass(&lines(&[export.header(&table)]), 0);
            let rows = export.rows_of_study(&table);
            counted.pass(&lines(&rows), rows.len());
            (table, counted)
        })
        .collect();
    for school in &export.schools {
        let mut tx = app.store().read().await?;
        let read = export.school(&mut tx, school).await?;
        drop(tx);
        for (table, counted) in &mut files {
            let rows = export.rows(table, &read);
            counted.pass(&lines(&rows), rows.len());
        }
    }
    let mut counted: Vec<Counted> = files.into_iter().map(|(_, counted)| counted).collect();
    let mut whole = |name: &str, text: &str, rows: usize| {
        let mut file = Counted::new(name);
        file.pass(text, rows);
        counted.push(file);
    };
    let (study, headers) = (&export.study, headers(export));
    let (text, rows) = codebook::csv(&headers, &study.library);
    whole("codebook.csv", &text, rows);
    whole(
        "codebook.html",
        &codebook::html(&headers, &study.design, &study.library, export.language),
        0,
    );
    if let Some(text) = scales_toml(&study.library) {
        whole("scales.toml", &text, 0);
    }
    Ok(counted)
}
