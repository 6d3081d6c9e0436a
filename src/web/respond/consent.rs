//! What a respondent agrees to, use by use: asked before the first question, changed until the wave closes.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::pupil;
use super::start::{first_page, frame, welcome};
use crate::domain::consent::{CONSENT_VERSION, Purpose};
use crate::fieldwork::consent::{self, ConsentRefusal, Standing, standing};
use crate::fieldwork::door::Moment;
use crate::fieldwork::receive;
use crate::locale::Words;
use crate::storage::consents;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::visitor::Respondent;

#[derive(Template)]
#[template(path = "web/pages/consent.html")]
struct ConsentPage {
    frame: Frame,
    uses: Vec<Use>,
    fault: bool,
}

/// One use of answers or name, and what was decided about it.
pub(super) struct Use {
    pub key: &'static str,
    pub title: String,
    pub text: String,
    pub given: Option<bool>,
    /// Left open where it had to be decided.
    pub fault: bool,
}

/// Where someone must go first who cannot be asked questions: to the welcome, where it is told why.
pub(super) fn first(visitor: &Respondent) -> Option<Response> {
    let withdrawn = visitor.sitting.opened.invitation.withdrawn_at.is_some();
    match standing(&visitor.sitting) {
        // What was withdrawn is told by whoever receives.
        _ if withdrawn => None,
        Standing::Agreed => None,
        Standing::Undecided | Standing::Refused | Standing::Objects => {
            Some(Redirect::to("/answer").into_response())
        }
    }
}

pub(super) fn uses(w: Words, given: &BTreeMap<Purpose, bool>, sent: bool) -> Vec<Use> {
    Purpose::ALL
        .into_iter()
        .map(|purpose| {
            let given = given.get(&purpose).copied();
            Use {
                key: purpose.key(),
                title: w.t(&format!("consent-{}", purpose.key())),
                text: w.t(&format!("consent-{}-about", purpose.key())),
                given,
                fault: sent && given.is_none(),
            }
        })
        .collect()
}

/// Whether the choices can be changed at this moment.
fn can_change(app: &App, visitor: &Respondent) -> bool {
    let moment = visitor.sitting.moment(&visitor.study, app.now());
    let withdrawn = visitor.sitting.opened.invitation.withdrawn_at.is_some();
    !withdrawn && !matches!(moment, Moment::Before | Moment::Closed)
}

pub async fn show_consent(
    visitor: Respondent,
    State(app): State<App>,
) -> Result<Response, Problem> {
    if let Some(away) = pupil::away(&visitor) {
        return Ok(away);
    }
    let w = visitor.words;
    // The first time it is asked on the welcome, with what one should know.
    if !can_change(&app, &visitor) || visitor.sitting.opened.research.is_none() {
        return Ok(Redirect::to("/answer").into_response());
    }
    let failed = |error| Problem::storage(&app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let known = consents::of_member(&mut tx, visitor.sitting.me.member_id)
        .await
        .map_err(failed)?;
    // A choice made on other words is not shown as made.
    let given = known
        .into_iter()
        .filter(|(_, decision)| decision.version == CONSENT_VERSION)
        .map(|(purpose, decision)| (purpose, decision.given))
        .collect();
    Ok(show(&page(&app, &visitor, uses(w, &given, false), false)))
}

fn page(app: &App, visitor: &Respondent, uses: Vec<Use>, fault: bool) -> ConsentPage {
    let title = visitor.words.t("consent-title");
    ConsentPage {
        frame: frame(app, visitor, title, "/answer/consent"),
        uses,
        fault,
    }
}

pub async fn save(
    visitor: Respondent,
    State(app): State<App>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.words;
    let given: BTreeMap<Purpose, bool> = Purpose::ALL
        .into_iter()
        .filter_map(|purpose| match field(&fields, purpose.key()) {
            Some("yes") => Some((purpose, true)),
            Some("no") => Some((purpose, false)),
            _ => None,
        })
        .collect();
    // Who does not take part needs to decide nothing else.
    let refused = given.get(&Purpose::Research) == Some(&false);
    if can_change(&app, &visitor) && !refused && given.len() < Purpose::ALL.len() {
        let uses = uses(w, &given, true);
        let again = match visitor.sitting.opened.research {
            Some(_) => show(&page(&app, &visitor, uses, true)),
            None => welcome(&app, &visitor, uses),
        };
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    let (study, sitting) = (visitor.study.clone(), visitor.sitting.clone());
    let invitation_id = sitting.opened.invitation.invitation_id;
    let (act, mut rng) = (app.act(invitation_id.to_string()), app.rng());
    // On the welcome the button says that it goes on; a choice that is changed later leads back to where it was.
    let first_time = visitor.sitting.opened.research.is_none();
    let to = match given.get(&Purpose::Research) {
        Some(true) if first_time => first_page(&visitor.study, &visitor.sitting),
        _ => "/answer".to_owned(),
    };
    app.store()
        .write(move |tx| {
            async move {
                let mut sitting = receive::read_again(tx, &act, sitting).await?;
                consent::decide_in(tx, &act, &mut rng, &study, &mut sitting, &given).await
            }
            .boxed()
        })
        .await
        .map_err(|refusal| match refusal {
            ConsentRefusal::Failed(error) => Problem::storage(&app, w, &error),
            ConsentRefusal::Unknown => Problem::new(&app, w, Kind::NoVisit),
            ConsentRefusal::NotYetOpen => Problem::new(&app, w, Kind::NotYetOpen),
            ConsentRefusal::Closed => Problem::new(&app, w, Kind::Closed),
            ConsentRefusal::Withdrawn => Problem::new(&app, w, Kind::Withdrawn),
        })?;
    Ok(Redirect::to(&to).into_response())
}
