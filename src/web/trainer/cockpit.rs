//! Where to go this week: every school of a trainer, those with most flags first.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::own::{self, Own};
use super::words::{Shown, shown};
use crate::storage::StorageError;
use crate::web::access::Trainer;
use crate::web::app::App;
use crate::web::frame::Frame;
use crate::web::problem::{Problem, show};

#[derive(Template)]
#[template(path = "web/pages/trainer.html")]
struct CockpitPage {
    frame: Frame,
    schools: Vec<Shown>,
}

/// By how many flags a school has, then by name; the key settles schools of one name.
fn in_order(own: &mut [Own]) {
    own.sort_by(|a, b| {
        (b.flags.len(), &a.school.name, &a.school.key).cmp(&(
            a.flags.len(),
            &b.school.name,
            &b.school.key,
        ))
    });
}

pub async fn show_cockpit(visitor: Trainer, State(app): State<App>) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let study = &visitor.0.study;
    let mut own = own::load(&app, study, &visitor.0.link.schools)
        .await
        .map_err(failed)?;
    in_order(&mut own);
    Ok(show(&CockpitPage {
        frame: own::frame(&app, &visitor, w.t("trainer-title"), "/trainer".to_owned()),
        schools: own
            .iter()
            .map(|own| {
                let mut school = shown(w, study, own);
                // At a glance: what is open now, and the newest closed wave.
                let closed = school.waves.iter().position(|wave| !wave.open);
                school
                    .waves
                    .truncate(closed.map_or(school.waves.len(), |at| at + 1));
                school
            })
            .collect(),
    }))
}
