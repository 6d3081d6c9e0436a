//! What the pages that change a design share: the frame around them, and the verb with its refusals in words.

use futures_util::FutureExt;

use crate::domain::study::StudyDesign;
use crate::fieldwork::amend::{self, AmendRefusal};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::{Frame, OWNER_MENU};
use crate::web::problem::Problem;

pub fn frame(app: &App, visitor: &Owner, title: String, path: impl Into<String>) -> Frame {
    Frame::new(app, visitor.0.words, title, path)
        .for_visit(&visitor.0.study.design.contact)
        .with_menu(&OWNER_MENU)
}

#[derive(serde::Deserialize)]
pub struct Said {
    pub saved: Option<String>,
}

/// The design in the form is the one that is kept now: otherwise someone changed it since the page was opened.
pub fn is_current(visitor: &Owner, fields: &Fields) -> bool {
    field(fields, "revision") == Some(&visitor.0.study.revision.to_string())
}

/// Puts a changed design in place, or says everything that is not allowed.
pub async fn put(
    app: &App,
    visitor: &Owner,
    new: StudyDesign,
) -> Result<Result<(), Vec<String>>, Problem> {
    let w = visitor.0.words;
    let (act, study, mut rng) = (
        app.act(visitor.0.actor()),
        visitor.0.study.clone(),
        app.rng(),
    );
    let amended = app
        .store()
        .write(move |tx| {
            async move { amend::amend(tx, &act, &mut rng, &study, &new).await }.boxed()
        })
        .await;
    match amended {
        Ok(()) => Ok(Ok(())),
        Err(AmendRefusal::ChangedElsewhere) => Ok(Err(vec![w.t("amend-changed-elsewhere")])),
        Err(AmendRefusal::NotAllowed(breaches)) => Ok(Err(breaches
            .iter()
            .map(|breach| w.t1(breach.why.key(), "about", breach.about.as_str()))
            .collect())),
        Err(AmendRefusal::Failed(error)) => Err(Problem::storage(app, w, &error)),
    }
}
