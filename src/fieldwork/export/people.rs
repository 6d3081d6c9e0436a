//! Everyone on the lists of one school, wave by wave: how far they came, and each answer or why there is none.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::Export;
use crate::domain::answer::Answer;
use crate::domain::id::MemberId;
use crate::domain::roster::Member;
use crate::domain::study::Objection;
use crate::domain::time::day_in;
use crate::fieldwork::door::{Class, class};
use crate::instrument::definition::Instrument;
use crate::instrument::flow;
use crate::storage::StorageError;
use crate::storage::answers::read_value;
use crate::storage::export::{InvitationRow, SchoolData};
use crate::storage::records::pseudonym;
use crate::storage::schools::School;
use crate::storage::windows::{Phase, Window};

/// One membership in one wave.
pub struct Person {
    pub key: String,
    pub wave: String,
    pub closed: bool,
    pub on_the_list: bool,
    /// Empty for someone who objects to being listed with them.
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub joined_on: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
    pub class: Class,
    pub started_at: Option<DateTime<Utc>>,
    pub seconds: Option<i64>,
    /// What was begun, as `attitude.v1`.
    pub pins: Vec<String>,
    /// The instruments that were due; none while the window is not closed, or after withdrawing.
    pub sheets: Vec<Sheet>,
    /// Instruments that were asked in this wave, of others.
    pub not_due: Vec<String>,
}

/// One instrument that was due.
pub struct Sheet {
    pub instrument: String,
    pub version: i64,
    pub begun: bool,
    /// In the order in which the items are asked.
    pub items: Vec<(String, Given)>,
}

/// What stands for one item.
pub enum Given {
    Answer(Answer),
    /// The page was sent without it.
    LeftOpen,
    /// The page was never sent.
    NotReached,
    /// A rule hides it, given the other answers.
    SkippedByRule,
}

impl Given {
    pub fn missing(&self) -> &'static str {
        match self {
            Self::Answer(_) => "",
            Self::LeftOpen => "left_open",
            Self::NotReached => "not_reached",
            Self::SkippedByRule => "skipped_by_rule",
        }
    }
}

/// Everything that was answered in one response.
#[derive(Default)]
struct Response {
    instrument: String,
    version: i64,
    started_at: Option<DateTime<Utc>>,
    last_at: Option<DateTime<Utc>>,
    pages: BTreeSet<i64>,
    answers: BTreeMap<String, Answer>,
}

pub fn people(
    export: &Export,
    school: &School,
    data: &SchoolData,
) -> Result<Vec<Person>, StorageError> {
    let responses = responses(data)?;
    let mut people = Vec::new();
    let own = export
        .windows
        .iter()
        .filter(|window| window.cohort == school.cohort)
        .filter(|window| export.study.design.asks_at(&school.key, &window.wave));
    for window in own {
        let invited: BTreeMap<Uuid, &InvitationRow> = data
            .invitations
            .iter()
            .filter(|row| row.wave == window.wave)
            .map(|row| (row.member_id, row))
            .collect();
        let frozen: BTreeMap<Uuid, Listed<'_>> = data
            .closed
            .members
            .iter()
            .filter(|row| row.window_id == window.window_id.0)
            .map(|row| {
                (
                    row.member_id,
                    (row.roles.as_slice(), row.groups.as_slice(), row.joined_on),
                )
            })
            .collect();
        for member in &data.members {
            if data.objections.get(&member.member_id) == Some(&Objection::C) {
                continue;
            }
            let invitation = invited.get(&member.member_id.0).copied();
            let own = responses.get(&invitation.map_or(Uuid::nil(), |row| row.invitation_id));
            let listed = match window.closed_at {
                Some(_) => frozen.get(&member.member_id.0).copied(),
                None => invitation.map(|_| {
                    (
                        member.roles.as_slice(),
                        member.groups.as_slice(),
                        member.joined_on,
                    )
                }),
            };
            // Of a window that is not closed only those who were invited are told of.
            if window.closed_at.is_none() && (listed.is_none() || !has_begun(window, data)) {
                continue;
            }
            let unmarked = data.objections.get(&member.member_id) == Some(&Objection::B);
            people.push(person(
                export,
                window,
                member,
                &Place {
                    key: &school.key,
                    listed,
                    unmarked,
                    silent: data.silent.contains(&member.member_id),
                    invitation,
                },
                own.map_or(&[], Vec::as_slice),
            ));
        }
    }
    Ok(people)
}

fn has_begun(window: &Window, data: &SchoolData) -> bool {
    let newest = data.begun.iter().map(|row| row.started_at).max();
    newest.is_some_and(|at| window.phase(at) != Phase::NotYetOpen)
        || data.invitations.iter().any(|row| row.wave == window.wave)
}

/// Roles, groups and day of joining, as they were on the list.
type Listed<'d> = (&'d [String], &'d [String], Option<NaiveDate>);

struct Place<'d> {
    /// Of the school.
    key: &'d str,
    listed: Option<Listed<'d>>,
    unmarked: bool,
    /// Objects or refused research: what they answered is not told.
    silent: bool,
    invitation: Option<&'d InvitationRow>,
}

fn person(
    export: &Export,
    window: &Window,
    member: &Member,
    place: &Place<'_>,
    responses: &[Response],
) -> Person {
    let withdrawn = place
        .invitation
        .is_some_and(|row| row.withdrawn_at.is_some());
    let submitted_at = place.invitation.and_then(|row| row.submitted_at);
    let begun = !responses.is_empty();
    let started_at = responses.iter().filter_map(|r| r.started_at).min();
    let last_at = responses
        .iter()
        .filter_map(|r| r.last_at)
        .chain(submitted_at)
        .max();
    let (roles, groups, joined_on) = place.listed.unwrap_or((&[], &[], member.joined_on));
    let asked: Vec<&Instrument> = export.study.due(Some(place.key), &window.wave, roles);
    let counted =
        window.closed_at.is_some() && !withdrawn && !place.silent && place.listed.is_some();
    let sheets = if counted {
        asked
            .iter()
            .map(|newest| sheet(export, newest, responses))
            .collect()
    } else {
        Vec::new()
    };
    let not_due = export
        .study
        .design
        .collect
        .iter()
        .filter(|row| counted && row.waves.contains(&window.wave))
        .map(|row| row.instrument.clone())
        .filter(|key| asked.iter().all(|due| due.key != *key))
        .collect();
    let zone = export.study.design.time_zone;
    let last_day = day_in(zone, window.closed_at.unwrap_or(window.closes_at));
    let shown = |list: &[String]| {
        if place.unmarked {
            Vec::new()
        } else {
            list.to_vec()
        }
    };
    let mut pins: Vec<String> = responses
        .iter()
        .map(|response| format!("{}.v{}", response.instrument, response.version))
        .collect();
    pins.sort();
    Person {
        key: pseudonym(member.person_id.0),
        wave: window.wave.clone(),
        closed: window.closed_at.is_some(),
        on_the_list: place.listed.is_some(),
        roles: shown(roles),
        groups: shown(groups),
        joined_on,
        left_on: member.left_on.filter(|day| *day <= last_day),
        class: class(window, begun, submitted_at, withdrawn),
        started_at: started_at.filter(|_| !withdrawn),
        seconds: started_at
            .zip(last_at)
            .filter(|_| !withdrawn)
            .map(|(from, to)| (to - from).num_seconds()),
        pins: if withdrawn { Vec::new() } else { pins },
        sheets,
        not_due,
    }
}

/// An instrument in the version that was begun, or in the newest.
fn sheet(export: &Export, newest: &Instrument, responses: &[Response]) -> Sheet {
    let response = responses
        .iter()
        .find(|response| response.instrument == newest.key);
    let instrument = response
        .and_then(|response| export.study.library.version(&newest.key, response.version))
        .unwrap_or(newest);
    let none = Response::default();
    let own = response.unwrap_or(&none);
    let steps = flow::steps(
        &[instrument],
        &own.answers,
        export.study.design.network.layout,
    );
    let items = super::in_order(instrument)
        .map(|item| {
            let step = steps.iter().find(|step| step.ask.contains(item));
            let given = match (own.answers.get(item), step) {
                (Some(answer), _) => Given::Answer(answer.clone()),
                (None, None) => Given::SkippedByRule,
                (None, Some(step)) => {
                    let sent = i64::try_from(step.page).is_ok_and(|page| own.pages.contains(&page));
                    if sent {
                        Given::LeftOpen
                    } else {
                        Given::NotReached
                    }
                }
            };
            (item.clone(), given)
        })
        .collect();
    Sheet {
        instrument: instrument.key.clone(),
        version: instrument.version,
        begun: response.is_some(),
        items,
    }
}

/// What was begun, by invitation; answers of closed windows only.
fn responses(data: &SchoolData) -> Result<BTreeMap<Uuid, Vec<Response>>, StorageError> {
    let mut by_id: BTreeMap<Uuid, Response> = data
        .begun
        .iter()
        .map(|row| {
            let response = Response {
                instrument: row.instrument.clone(),
                version: row.version,
                started_at: Some(row.started_at),
                ..Response::default()
            };
            (row.response_id, response)
        })
        .collect();
    for row in &data.pages {
        if let Some(response) = by_id.get_mut(&row.response_id) {
            response.pages.insert(row.page);
            response.last_at = response.last_at.max(Some(row.last_at));
        }
    }
    for row in &data.closed.answers {
        if let Some(response) = by_id.get_mut(&row.response_id) {
            response
                .answers
                .insert(row.item.clone(), read_value(&row.value)?);
        }
    }
    for row in &data.closed.nominations {
        let answers = by_id
            .get_mut(&row.response_id)
            .map(|response| &mut response.answers);
        if let Some(Answer::Named(alters)) = answers.and_then(|answers| answers.get_mut(&row.item))
        {
            alters.insert(MemberId(row.alter_id), row.strength);
        }
    }
    let mut by_invitation: BTreeMap<Uuid, Vec<Response>> = BTreeMap::new();
    for row in &data.begun {
        if let Some(response) = by_id.remove(&row.response_id) {
            by_invitation
                .entry(row.invitation_id)
                .or_default()
                .push(response);
        }
    }
    Ok(by_invitation)
}
