//! Links for the people around a study: who holds one, a new one, another one for whoever lost it, and taking one back.

use askama::Template;
use axum::Form as Sent;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::FutureExt;

use super::amending::frame;
use crate::domain::id::SchoolId;
use crate::fieldwork::enter::{self, Recipient};
use crate::storage::links::Link;
use crate::storage::schools::School;
use crate::storage::{StorageError, links, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::filled::{Field, Filled};
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

const ROLES: [&str; 8] = [
    "owner",
    "researcher",
    "coder",
    "trainer",
    "school",
    "principal",
    "board",
    "custodian",
];

/// A board sees its schools side by side: of fewer, one school would be told what the other scored.
const FEWEST_OF_BOARD: usize = 3;

#[derive(Template)]
#[template(path = "web/pages/people.html")]
struct PeoplePage {
    frame: Frame,
    faults: Vec<(String, String)>,
    fresh: Option<Fresh>,
    people: Vec<Line>,
    fields: Vec<Field>,
    /// Id, name and whether it is ticked.
    schools: Vec<(String, String, bool)>,
}

/// A link that is shown so that it can be passed on.
struct Fresh {
    lead: String,
    link: String,
    code: String,
}

struct Line {
    id: String,
    role: String,
    label: String,
    schools: String,
    own: bool,
}

#[derive(serde::Deserialize)]
pub struct Shown {
    link: Option<String>,
}

fn fresh(app: &App, link: &Link, lead: String) -> Fresh {
    let key = app.key();
    Fresh {
        lead,
        link: format!("{}/r#{}", app.base(), key.token(link.link_id, link.issue)),
        code: key.code(link.link_id, link.issue),
    }
}

async fn page(
    app: &App,
    visitor: &Owner,
    filled: &Filled,
    ticked: &[SchoolId],
) -> Result<(PeoplePage, Vec<Link>), StorageError> {
    let w = visitor.0.words;
    let study_id = visitor.0.study.study_id;
    let mut tx = app.store().read().await?;
    let schools = schools::of_study(&mut tx, study_id).await?;
    let links = links::of_study(&mut tx, study_id).await?;
    drop(tx);
    let named = |ids: &[SchoolId]| {
        let names: Vec<&str> = schools
            .iter()
            .filter(|school| ids.contains(&school.school_id))
            .map(|school| school.name.as_str())
            .collect();
        names.join(", ")
    };
    let role = |role: &str| w.t(&format!("people-{role}"));
    let mut page = PeoplePage {
        frame: frame(app, visitor, w.t("people-title"), "/study/people"),
        faults: filled.faults(&[]),
        fresh: None,
        people: links
            .iter()
            .map(|link| Line {
                id: link.link_id.to_string(),
                role: role(&link.role),
                label: link.label.clone(),
                schools: named(&link.schools),
                own: link.link_id == visitor.0.link.link_id,
            })
            .collect(),
        fields: vec![
            filled
                .field("role", "select", w.t("people-role"))
                .options(ROLES.map(|key| (key.to_owned(), role(key))).to_vec())
                .help(w.t("people-role-help")),
            filled
                .field("label", "text", w.t("people-label"))
                .help(w.t("people-label-help")),
        ],
        schools: schools
            .iter()
            .map(|school: &School| {
                let ticked = ticked.contains(&school.school_id);
                (school.school_id.to_string(), school.name.clone(), ticked)
            })
            .collect(),
    };
    for (name, message) in &mut page.faults {
        if let Some(field) = page.fields.iter().find(|field| field.name == *name) {
            *message = format!("{}: {message}", field.label);
        }
    }
    Ok((page, links))
}

pub async fn show_people(
    visitor: Owner,
    State(app): State<App>,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let (mut page, links) = page(&app, &visitor, &Filled::default(), &[])
        .await
        .map_err(failed)?;
    let wanted = shown.link.unwrap_or_default();
    if let Some(link) = links.iter().find(|link| link.link_id.to_string() == wanted) {
        let lead = w.t1("people-fresh", "label", link.label.as_str());
        page.fresh = Some(fresh(&app, link, lead));
    }
    Ok(show(&page))
}

/// The first page after a study was set up: the owner's own link, to be kept.
pub async fn show_welcome(visitor: Owner, State(app): State<App>) -> Response {
    #[derive(Template)]
    #[template(path = "web/pages/welcome.html")]
    struct WelcomePage {
        frame: Frame,
        fresh: Fresh,
    }
    let w = visitor.0.words;
    let title = visitor.0.study.design.title.say(w.0);
    show(&WelcomePage {
        frame: frame(
            &app,
            &visitor,
            w.t1("welcome-title", "study", title),
            "/study/welcome",
        ),
        fresh: fresh(&app, &visitor.0.link, w.t("welcome-keep")),
    })
}

pub async fn hand_out(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let study_id = visitor.0.study.study_id;
    let failed = |error: StorageError| Problem::storage(&app, w, &error);
    let mut filled = Filled::of(&fields);
    let mut tx = app.store().read().await.map_err(failed)?;
    let own = schools::of_study(&mut tx, study_id).await.map_err(failed)?;
    drop(tx);
    let sent: Vec<&str> = fields
        .iter()
        .filter(|(name, _)| name == "school")
        .map(|(_, value)| value.as_str())
        .collect();
    let ticked: Vec<SchoolId> = own
        .iter()
        .map(|school| school.school_id)
        .filter(|id| sent.contains(&id.to_string().as_str()))
        .collect();
    let role = filled.value("role").to_owned();
    let label = filled.text(w, "label");
    match role.as_str() {
        "school" | "principal" if ticked.len() != 1 => {
            filled.refuse("schools", w.t("people-one-school"))
        }
        "board" if ticked.len() < FEWEST_OF_BOARD => {
            filled.refuse("schools", w.t("people-board-schools"));
        }
        "trainer" if ticked.is_empty() => filled.refuse("schools", w.t("people-some-schools")),
        known if ROLES.contains(&known) => {}
        _ => filled.refuse("role", w.t("filled-choose")),
    }
    if !filled.is_good() {
        let (page, _) = page(&app, &visitor, &filled, &ticked)
            .await
            .map_err(failed)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)).into_response());
    }
    let of_schools = !matches!(
        role.as_str(),
        "owner" | "researcher" | "coder" | "custodian"
    );
    let recipient = Recipient {
        study_id,
        role,
        label,
        schools: if of_schools { ticked } else { Vec::new() },
    };
    let (act, key, mut rng) = (app.act(visitor.0.actor()), app.key().clone(), app.rng());
    let link = app
        .store()
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let (token, _) = enter::hand_out(tx, &act, &mut rng, &key, &recipient).await?;
                enter::handed_out(tx, &token).await
            }
            .boxed()
        })
        .await
        .map_err(failed)?;
    let id = link.map(|id| id.to_string()).unwrap_or_default();
    Ok(Redirect::to(&format!("/study/people?link={id}")).into_response())
}

/// The link that a form is about: one of this study.
async fn asked(app: &App, visitor: &Owner, fields: &Fields) -> Result<Link, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let links = links::of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    let wanted = field(fields, "link").unwrap_or_default();
    links
        .into_iter()
        .find(|link| link.link_id.to_string() == wanted)
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))
}

/// Another link for whoever lost theirs. One's own would end the visit that asks for it, and stays.
pub async fn reissue(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let link = asked(&app, &visitor, &fields).await?;
    let to = format!("/study/people?link={}", link.link_id);
    if link.link_id != visitor.0.link.link_id {
        let (act, key) = (app.act(visitor.0.actor()), app.key().clone());
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { enter::reissue_link(tx, &act, &key, &link).await }.boxed()
            })
            .await
            .map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    }
    Ok(Redirect::to(&to).into_response())
}

/// Takes a link back. One's own cannot be: a study always has an owner.
pub async fn revoke(
    visitor: Owner,
    State(app): State<App>,
    Sent(fields): Sent<Fields>,
) -> Result<Response, Problem> {
    let link = asked(&app, &visitor, &fields).await?;
    let own = link.link_id == visitor.0.link.link_id;
    if !own && field(&fields, "confirm") == Some("yes") {
        let act = app.act(visitor.0.actor());
        app.store()
            .write::<_, StorageError, _>(move |tx| {
                async move { enter::revoke_link(tx, &act, &link).await }.boxed()
            })
            .await
            .map_err(|error| Problem::storage(&app, visitor.0.words, &error))?;
    }
    Ok(Redirect::to("/study/people").into_response())
}
