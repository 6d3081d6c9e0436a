//! The staff list of one school as it stands on a day, what happened to it, and single changes.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use futures_util::FutureExt;
use uuid::Uuid;

use super::objection::{self, Told};
use super::rosters::{day, frame, list_path};
use crate::domain::card::RATER;
use crate::domain::id::MemberId;
use crate::domain::language::Language;
use crate::domain::roster::{BOARD_MEMBER, EventKind, Member, Unit};
use crate::domain::study::Objection;
use crate::domain::teachers_work::STUDENT;
use crate::domain::time::day_in;
use crate::fieldwork::roster_change::{self, Change, ChangeRefusal, Newcomer, as_on};
use crate::fieldwork::study::Study;
use crate::locale::Words;
use crate::storage::roster_events::RosterEvent;
use crate::storage::schools::School;
use crate::storage::{StorageError, objections, roster_events, rosters, schools};
use crate::web::access::Owner;
use crate::web::app::App;
use crate::web::form::{Fields, field};
use crate::web::frame::Frame;
use crate::web::problem::{Kind, Problem, show};

#[derive(Template)]
#[template(path = "web/pages/roster_list.html")]
struct ListPage {
    frame: Frame,
    trouble: Option<String>,
    path: String,
    lead: String,
    on: String,
    today: String,
    members: Vec<MemberLine>,
    roles: Vec<RoleChoice>,
    events: Vec<EventLine>,
    typed: BTreeMap<&'static str, String>,
}

#[derive(Template)]
#[template(path = "web/pages/roster_member.html")]
struct MemberPage {
    frame: Frame,
    trouble: Option<String>,
    path: String,
    school: String,
    id: String,
    name: String,
    facts: String,
    has_left: bool,
    today: String,
    roles: Vec<RoleChoice>,
    groups: String,
    schools: Vec<(String, String)>,
    others: Vec<(String, String)>,
    objection: Told,
    events: Vec<EventLine>,
}

struct MemberLine {
    href: String,
    name: String,
    roles: String,
    groups: String,
    address: bool,
    joined: String,
    left: String,
}

struct RoleChoice {
    key: String,
    title: String,
    first: bool,
    more: bool,
}

struct EventLine {
    version: i64,
    effective: String,
    /// Of someone whose entry is there still.
    href: Option<String>,
    who: String,
    what: String,
}

/// A school with its list and what happened to it.
struct Loaded {
    school: School,
    schools: Vec<School>,
    members: Vec<Member>,
    with_address: BTreeMap<MemberId, bool>,
    objections: BTreeMap<MemberId, Objection>,
    events: Vec<RosterEvent>,
}

/// Whether someone stands on the list of the school with this key; both are of this study.
pub(super) async fn has(
    app: &App,
    visitor: &Owner,
    key: &str,
    member_id: MemberId,
) -> Result<bool, Problem> {
    let loaded = load(app, visitor, key).await?;
    let mut members = loaded.members.iter();
    Ok(members.any(|member| member.member_id == member_id))
}

async fn load(app: &App, visitor: &Owner, key: &str) -> Result<Loaded, Problem> {
    let w = visitor.0.words;
    let failed = |error: StorageError| Problem::storage(app, w, &error);
    let mut tx = app.store().read().await.map_err(failed)?;
    let schools = schools::units_of_study(&mut tx, visitor.0.study.study_id)
        .await
        .map_err(failed)?;
    let school = schools
        .iter()
        .find(|school| school.key == key)
        .cloned()
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))?;
    let contacts = rosters::contacts_of_school(&mut tx, school.school_id)
        .await
        .map_err(failed)?;
    Ok(Loaded {
        members: rosters::of_school(&mut tx, school.school_id)
            .await
            .map_err(failed)?,
        events: roster_events::of_school(&mut tx, school.school_id)
            .await
            .map_err(failed)?,
        objections: objections::of_list(&mut tx, school.school_id)
            .await
            .map_err(failed)?,
        with_address: contacts
            .into_iter()
            .map(|(id, contact)| (id, contact.email.is_some()))
            .collect(),
        school,
        schools,
    })
}

#[derive(serde::Deserialize)]
pub struct OnDay {
    on: Option<String>,
}

pub async fn show_list(
    visitor: Owner,
    State(app): State<App>,
    Path(key): Path<String>,
    Query(asked): Query<OnDay>,
) -> Result<Response, Problem> {
    let loaded = load(&app, &visitor, &key).await?;
    let on = asked.on.and_then(|on| on.parse().ok());
    Ok(list_page(&app, &visitor, &loaded, on, None))
}

fn list_page(
    app: &App,
    visitor: &Owner,
    loaded: &Loaded,
    on: Option<NaiveDate>,
    refused: Option<(String, &Fields)>,
) -> Response {
    let w = visitor.0.words;
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    let on = on.unwrap_or(today);
    let path = list_path(&loaded.school.key);
    let list = as_on(&loaded.members, &loaded.events, on);
    let (trouble, fields) =
        refused.map_or((None, None), |(told, fields)| (Some(told), Some(fields)));
    let chosen = |name: &str| {
        fields
            .and_then(|fields| field(fields, name))
            .unwrap_or_default()
    };
    let typed =
        ["name", "email", "key", "groups", "joined_on"].map(|name| (name, chosen(name).to_owned()));
    let mut frame = frame(app, visitor, "roster-list-title", &path);
    frame.title = loaded.school.name.clone();
    let page = ListPage {
        frame,
        trouble,
        lead: w.t2("roster-list-lead", "n", list.len(), "day", day(w, on)),
        on: on.to_string(),
        today: today.to_string(),
        members: list
            .iter()
            .map(|member| MemberLine {
                href: format!("{path}/{}", member.member_id),
                name: member.name.clone(),
                roles: role_titles(w, &visitor.0.study, &member.roles),
                groups: member.groups.join(", "),
                address: loaded
                    .with_address
                    .get(&member.member_id)
                    .copied()
                    .unwrap_or_default(),
                joined: member.joined_on.map(|on| day(w, on)).unwrap_or_default(),
                left: member.left_on.map(|on| day(w, on)).unwrap_or_default(),
            })
            .collect(),
        roles: role_choices(
            w,
            &visitor.0.study,
            &loaded.school,
            &[chosen("role").to_owned()],
        ),
        events: event_lines(w, visitor, loaded, None),
        typed: typed.into_iter().collect(),
        path,
    };
    let trouble = page.trouble.is_some();
    answer(trouble, show(&page))
}

fn answer(trouble: bool, page: Response) -> Response {
    if trouble {
        (StatusCode::CONFLICT, page).into_response()
    } else {
        page
    }
}

pub async fn show_member(
    visitor: Owner,
    State(app): State<App>,
    Path((key, id)): Path<(String, Uuid)>,
) -> Result<Response, Problem> {
    let loaded = load(&app, &visitor, &key).await?;
    member_page(&app, &visitor, &loaded, MemberId(id), None)
}

fn member_page(
    app: &App,
    visitor: &Owner,
    loaded: &Loaded,
    id: MemberId,
    trouble: Option<String>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let member = loaded
        .members
        .iter()
        .find(|member| member.member_id == id)
        .ok_or_else(|| Problem::new(app, w, Kind::NotFound))?;
    let today = day_in(visitor.0.study.design.time_zone, app.now());
    let path = list_path(&loaded.school.key);
    let mut frame = frame(app, visitor, "roster-list-title", &format!("{path}/{id}"));
    frame.title = member.name.clone();
    let mut facts = vec![role_titles(w, &visitor.0.study, &member.roles)];
    facts.extend(
        member
            .joined_on
            .map(|on| w.t1("roster-joined", "day", day(w, on))),
    );
    facts.extend(
        member
            .left_on
            .map(|on| w.t1("roster-left", "day", day(w, on))),
    );
    let kind = Unit::of_key(&loaded.school.key);
    let page = MemberPage {
        frame,
        trouble,
        path,
        school: loaded.school.name.clone(),
        id: id.to_string(),
        name: member.name.clone(),
        facts: facts.join(" · "),
        has_left: member.left_on.is_some_and(|left| left <= today),
        today: today.to_string(),
        roles: role_choices(w, &visitor.0.study, &loaded.school, &member.roles),
        groups: member.groups.join("; "),
        schools: loaded
            .schools
            .iter()
            .filter(|school| {
                school.school_id != loaded.school.school_id && Unit::of_key(&school.key) == kind
            })
            .map(|school| (school.key.clone(), school.name.clone()))
            .collect(),
        others: loaded
            .members
            .iter()
            .filter(|other| other.member_id != id)
            .map(|other| {
                let about = about(w, &visitor.0.study, &other.roles, &other.groups);
                (
                    other.member_id.to_string(),
                    format!("{} ({about})", other.name),
                )
            })
            .collect(),
        objection: objection::told(w, &visitor.0.study, loaded.objections.get(&id).copied()),
        events: event_lines(w, visitor, loaded, Some(id)),
    };
    let trouble = page.trouble.is_some();
    Ok(answer(trouble, show(&page)))
}

/// Roles and groups, which tell two people of one name apart.
pub(super) fn about(w: Words, study: &Study, roles: &[String], groups: &[String]) -> String {
    let mut told = role_titles(w, study, roles);
    for group in groups {
        told.push_str(", ");
        told.push_str(group);
    }
    told
}

fn role_titles(w: Words, study: &Study, roles: &[String]) -> String {
    let titles: Vec<&str> = roles
        .iter()
        .map(|role| {
            study
                .design
                .role_title(role)
                .map_or(role.as_str(), |title| title.say(w.0))
        })
        .collect();
    titles.join(", ")
}

fn role_choices(w: Words, study: &Study, school: &School, held: &[String]) -> Vec<RoleChoice> {
    let fits = |role: &str| match Unit::of_key(&school.key) {
        Unit::Office => role == BOARD_MEMBER,
        Unit::Raters => role == RATER,
        _ => ![BOARD_MEMBER, RATER, STUDENT].contains(&role),
    };
    study
        .design
        .roles
        .iter()
        .filter(|role| fits(&role.key))
        .map(|role| RoleChoice {
            key: role.key.clone(),
            title: role.title.say(w.0).to_owned(),
            first: held.first() == Some(&role.key),
            more: held.iter().skip(1).any(|held| *held == role.key),
        })
        .collect()
}

/// The newest first.
fn event_lines(w: Words, visitor: &Owner, loaded: &Loaded, of: Option<MemberId>) -> Vec<EventLine> {
    let names: BTreeMap<MemberId, &str> = loaded
        .members
        .iter()
        .map(|member| (member.member_id, member.name.as_str()))
        .collect();
    let study = &visitor.0.study;
    let path = list_path(&loaded.school.key);
    loaded
        .events
        .iter()
        .rev()
        .filter(|event| of.is_none_or(|id| event.member_id == id))
        .take(500)
        .map(|event| {
            let mut what = w.t(&format!("roster-event-{}", event.kind.key()));
            let words = |list: &[String]| match (list, event.kind) {
                ([], _) => w.t("rosters-none"),
                (some, EventKind::Roles) => role_titles(w, study, some),
                (some, _) => some.join(", "),
            };
            if matches!(event.kind, EventKind::Roles | EventKind::Groups) {
                what += &format!(
                    ": {} → {}",
                    words(&event.detail.before),
                    words(&event.detail.after)
                );
            } else if let Some(school) = &event.detail.school {
                what += &format!(" ({school})");
            }
            EventLine {
                version: event.version,
                effective: day(w, event.effective_on),
                href: names
                    .contains_key(&event.member_id)
                    .then(|| format!("{path}/{}", event.member_id)),
                who: names
                    .get(&event.member_id)
                    .map_or("–", |name| name)
                    .to_owned(),
                what,
            }
        })
        .collect()
}

/// One change; where it is refused the page says why, and what was typed is still on it.
pub async fn change(
    visitor: Owner,
    State(app): State<App>,
    Path(key): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let w = visitor.0.words;
    let loaded = load(&app, &visitor, &key).await?;
    let member_id = field(&fields, "member")
        .and_then(|id| Uuid::parse_str(id).ok())
        .map(MemberId);
    let asked = match read_change(&fields, member_id) {
        Ok(Some(asked)) => asked,
        Ok(None) => return Err(Problem::new(&app, w, Kind::BadForm)),
        Err(missing) => {
            return refused(&app, &visitor, &loaded, member_id, (w.t(missing), &fields));
        }
    };
    let (act, mut rng) = (app.act(visitor.0.actor()), app.rng());
    let (study, school_id) = (visitor.0.study.clone(), loaded.school.school_id);
    let done = app
        .store()
        .write(move |tx| {
            async move {
                roster_change::change(tx, &act, &mut rng, &study, school_id, &asked).await
            }
            .boxed()
        })
        .await;
    match done {
        Ok(()) => Ok(Redirect::to(&list_path(&key)).into_response()),
        Err(ChangeRefusal::Failed(error)) => Err(Problem::storage(&app, w, &error)),
        Err(refusal) => {
            let told = match &refusal {
                ChangeRefusal::BothAnswered { wave } => w.t1(refusal.key(), "wave", wave.as_str()),
                _ => w.t(refusal.key()),
            };
            refused(&app, &visitor, &loaded, member_id, (told, &fields))
        }
    }
}

fn refused(
    app: &App,
    visitor: &Owner,
    loaded: &Loaded,
    member_id: Option<MemberId>,
    (told, fields): (String, &Fields),
) -> Result<Response, Problem> {
    match member_id {
        Some(id) => member_page(app, visitor, loaded, id, Some(told)),
        None => Ok(list_page(app, visitor, loaded, None, Some((told, fields)))),
    }
}

/// What a form asks. `Err` names what is still to be filled in; `None` is no form of ours.
fn read_change(
    fields: &Fields,
    member_id: Option<MemberId>,
) -> Result<Option<Change>, &'static str> {
    let text = |name: &str| field(fields, name).map(str::trim).unwrap_or_default();
    let filled = |name: &str| Some(text(name).to_owned()).filter(|text| !text.is_empty());
    let on = || text("on").parse::<NaiveDate>().map_err(|_| "change-no-day");
    let mut roles: Vec<String> = filled("role").into_iter().collect();
    for (_, role) in fields.iter().filter(|(name, _)| name == "more_role") {
        if !roles.contains(role) {
            roles.push(role.clone());
        }
    }
    let groups: Vec<String> = text("groups")
        .split([';', '|', ','])
        .map(|group| group.trim().to_owned())
        .filter(|group| !group.is_empty())
        .collect();
    Ok(match (text("what"), member_id) {
        ("join", None) => {
            let joined_on = match text("joined_on") {
                "" => None,
                day => Some(day.parse().map_err(|_| "change-no-day")?),
            };
            Some(Change::Join(Newcomer {
                key: filled("key"),
                name: text("name").to_owned(),
                email: filled("email"),
                language: Language::from_tag(text("language")).unwrap_or_default(),
                roles,
                groups,
                joined_on,
            }))
        }
        ("leave", Some(member_id)) => Some(Change::Leave {
            member_id,
            on: on()?,
        }),
        ("rejoin", Some(member_id)) => Some(Change::Rejoin {
            member_id,
            on: on()?,
        }),
        ("rename", Some(member_id)) => Some(Change::Rename {
            member_id,
            name: text("name").to_owned(),
        }),
        ("roles", Some(member_id)) => Some(Change::Roles {
            member_id,
            roles,
            groups,
        }),
        ("move", Some(member_id)) => Some(Change::Move {
            member_id,
            to: text("to").to_owned(),
            on: on()?,
        }),
        ("merge", Some(keep)) => {
            let other = Uuid::parse_str(text("duplicate")).map_err(|_| "change-same-member")?;
            Some(Change::Merge {
                keep,
                duplicate: MemberId(other),
            })
        }
        _ => None,
    })
}
