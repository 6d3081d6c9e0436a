//! A sheet on paper for the teacher of a class: the code of each open wave, and which picture belongs to which seat.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::amending::frame;
use super::class_page::{Found, find, waves};
use super::classes::PATH;
use crate::domain::picture;
use crate::storage::{StorageError, classes as kept};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::drawing::drawing;
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/class_sheet.html")]
struct SheetPage {
    frame: Frame,
    back: String,
    school: String,
    address: String,
    /// Wave and code.
    codes: Vec<(String, String)>,
    seats: Vec<Seat>,
}

struct Seat {
    number: i64,
    word: &'static str,
    drawn: &'static str,
    /// Is not among the pictures: the parents have not said that this pupil takes part.
    absent: bool,
}

pub async fn show_sheet(
    visitor: Owner,
    State(app): State<App>,
    Path(class): Path<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let found = find(&mut tx, &visitor, &class).await.map_err(failed)?;
    let Found { class, school } = found.ok_or_else(|| Problem::new(&app, w, Kind::NotFound))?;
    let seats = kept::seats(&mut tx, class.school_id)
        .await
        .map_err(failed)?;
    let waves = waves(&mut tx, &visitor, &class).await.map_err(failed)?;
    drop(tx);
    let policy = visitor.0.study.design.conditions.pupil_consent;
    let path = format!("{PATH}/{}", class.school_id);
    let title = w.t1("sheet-title", "class", class.name.as_str());
    Ok(show(&SheetPage {
        frame: frame(&app, &visitor, title, format!("{path}/sheet")),
        back: path,
        school: school.name,
        address: format!("{}/r", app.base()),
        codes: waves
            .into_iter()
            .filter_map(|(window, open)| {
                let open = open?;
                Some((window.wave, app.key().code(open.entrance_id, open.issue)))
            })
            .collect(),
        seats: seats
            .into_iter()
            .map(|seat| Seat {
                number: seat.number,
                word: picture::word(&seat.picture, w.0),
                drawn: drawing(&seat.picture),
                absent: !policy.lets_take_part(seat.permitted),
            })
            .collect(),
    }))
}
