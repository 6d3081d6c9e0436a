//! Where a principal begins: which results there are, and who sees them.

use askama::Template;
use axum::Form as Sent;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::standing::{Standing, frame, school_of};
use crate::domain::opening::{Audience, Part};
use crate::fieldwork::open;
use crate::storage::StorageError;
use crate::web::access::Principal;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};
use crate::web::told::last_wave;

#[derive(Template)]
#[template(path = "web/pages/principal.html")]
struct HomePage {
    frame: Frame,
    lead: String,
    leadership: Vec<Line>,
    card: Vec<Line>,
    about_others: bool,
    team: Vec<Line>,
    /// Address of the results of pupils, or that they are still to be opened.
    achievement: Option<Line>,
}

/// One wave: what has become of it, and what can be done.
struct Line {
    wave: String,
    title: String,
    told: Vec<String>,
    /// The name of a button that opens it, in words.
    open: String,
    /// Addresses and what they lead to.
    links: Vec<(String, String)>,
}

pub async fn show_home(visitor: Principal, State(app): State<App>) -> Result<Response, Problem> {
    let standing = Standing::load(&app, &visitor).await?;
    let w = visitor.0.words;
    let leadership = standing
        .leadership
        .iter()
        .map(|wave| own_line(&visitor, &standing, Part::Leadership, &wave.wave))
        .collect();
    let card = standing
        .card
        .iter()
        .map(|wave| own_line(&visitor, &standing, Part::Card, &wave.wave))
        .collect();
    let team = standing
        .team
        .waves
        .iter()
        .rev()
        .map(|wave| {
            let (told, links) = if standing.has_opened(Part::Team, &wave.wave) {
                passed(&visitor, &standing, Part::Team, &wave.wave)
            } else {
                let there = ("/school".to_owned(), w.t("principal-to-school"));
                (vec![w.t("principal-unopened")], vec![there])
            };
            Line {
                title: w.t1("principal-wave", "wave", wave.wave.as_str()),
                wave: wave.wave.clone(),
                told,
                open: String::new(),
                links,
            }
        })
        .collect();
    let last = last_wave(&visitor.0.study, &standing.school.cohort);
    let achievement = last
        .filter(|_| !standing.achievement.moments.is_empty())
        .map(|wave| {
            let opened = standing.has_opened(Part::Achievement, wave);
            let (open, links) = if opened {
                let link = ("/principal/goals".to_owned(), w.t("principal-see-pupils"));
                (String::new(), vec![link])
            } else {
                (w.t("principal-open-pupils"), Vec::new())
            };
            Line {
                wave: wave.to_owned(),
                title: String::new(),
                told: Vec::new(),
                open,
                links,
            }
        });
    Ok(show(&HomePage {
        frame: frame(&app, &visitor.0, w.t("principal-title"), "/principal"),
        lead: w.t1("principal-lead", "school", standing.school.name.as_str()),
        leadership,
        card,
        about_others: standing.about_others,
        team,
        achievement,
    }))
}

/// A wave of what is about the principal.
fn own_line(visitor: &Principal, standing: &Standing, part: Part, wave: &str) -> Line {
    let w = visitor.0.words;
    let form = if part == Part::Card { "-card" } else { "" };
    let mut line = Line {
        wave: wave.to_owned(),
        title: w.t1("principal-wave", "wave", wave),
        told: Vec::new(),
        open: String::new(),
        links: Vec::new(),
    };
    if standing.has_opened(part, wave) {
        let address = format!("/principal/{}?wave={wave}", part.key());
        line.links
            .push((address, w.t1(&format!("principal-see{form}"), "wave", wave)));
        let (told, links) = passed(visitor, standing, part, wave);
        line.told = told;
        line.links.extend(links);
    } else {
        line.told.push(w.t("principal-unopened"));
        line.open = w.t1(&format!("principal-open{form}"), "wave", wave);
    }
    line
}

/// To whom a part of a wave was passed on and when, and to whom it still can be.
pub(super) fn passed(
    visitor: &Principal,
    standing: &Standing,
    part: Part,
    wave: &str,
) -> (Vec<String>, Vec<(String, String)>) {
    let w = visitor.0.words;
    let zone = visitor.0.study.design.time_zone;
    let (mut told, mut links) = (Vec::new(), Vec::new());
    let possible = [Audience::Team, Audience::Board]
        .into_iter()
        .filter(|to| crate::fieldwork::pass_on::is_for_the_principal_to_decide(part, *to));
    for to in possible {
        match standing.release(part, wave, to) {
            Some(release) => {
                let day = w.day(release.at, zone);
                told.push(w.t1(&format!("principal-passed-{}", to.key()), "day", day));
            }
            None => {
                told.push(w.t(&format!("principal-kept-{}", to.key())));
                let address = format!(
                    "/principal/pass-on?part={}&wave={wave}&to={}",
                    part.key(),
                    to.key()
                );
                let name = format!("principal-pass-{}", to.key());
                links.push((address, w.t1(&name, "wave", wave)));
            }
        }
    }
    (told, links)
}

/// Opens a wave of what teachers said, or the results of pupils: noted the first time.
pub async fn open(
    visitor: Principal,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let standing = Standing::load(&app, &visitor).await?;
    let w = visitor.0.words;
    let wave = field(&fields, "wave").unwrap_or_default().to_owned();
    let part = field(&fields, "part").and_then(Part::from_key);
    let (part, to) = match part {
        Some(Part::Leadership) if standing.leadership.iter().any(|own| own.wave == wave) => (
            Part::Leadership,
            format!("/principal/leadership?wave={wave}"),
        ),
        Some(Part::Card) if standing.card.iter().any(|own| own.wave == wave) => {
            (Part::Card, format!("/principal/card?wave={wave}"))
        }
        Some(Part::Achievement)
            if !standing.achievement.moments.is_empty()
                && last_wave(&visitor.0.study, &standing.school.cohort) == Some(&*wave) =>
        {
            (Part::Achievement, "/principal/goals".to_owned())
        }
        _ => return Err(Problem::new(&app, w, Kind::NotFound)),
    };
    let (act, school_id) = (app.act(visitor.0.actor()), school_of(&app, &visitor)?);
    app.store()
        .write::<_, StorageError, _>(move |tx| {
            async move { open::open(tx, &act, school_id, part, Audience::Principal, &[wave]).await }
                .boxed()
        })
        .await
        .map_err(|error| Problem::storage(&app, w, &error))?;
    Ok(Redirect::to(&to).into_response())
}
