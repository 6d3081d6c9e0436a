//! Gathers everything about one person, for that person: their own data and what was done with them. Who named them is data
//! of others; how often, only where enough did.

use chrono::{DateTime, Utc};

use super::own_words;
use super::pages::Sitting;
use super::study::Study;
use crate::domain::id::{InvitationId, MemberId, PersonId, SchoolId};
use crate::domain::study::Objection;
use crate::domain::subject::{Membership, NAMED_FROM, SubjectReport, Wave};
use crate::locale::Words;
use crate::storage::audit::{self, Act};
use crate::storage::records::{RelationsAsked, pseudonym};
use crate::storage::{
    StorageError, Tx, invitations, objections, roster_events, rosters, schools, subject, windows,
};

/// None for someone who is in no list of the study. The words are in the person's own language.
pub async fn report(
    tx: &mut Tx,
    study: &Study,
    person_id: PersonId,
    now: DateTime<Utc>,
) -> Result<Option<SubjectReport>, StorageError> {
    let mut contact = None;
    let mut memberships = Vec::new();
    let mut about = vec![person_id.to_string()];
    let units = schools::units_of_study(tx, study.study_id).await?;
    for (member_id, school_id) in rosters::schools_of_person(tx, person_id).await? {
        let Some(school) = units.iter().find(|unit| unit.school_id == school_id) else {
            continue;
        };
        let mut contacts = rosters::contacts_of_school(tx, school_id).await?;
        let Some(own) = contacts.remove(&member_id) else {
            continue;
        };
        about.push(member_id.to_string());
        let w = Words(own.language);
        let (membership, ids) = membership(tx, w, study, (member_id, school_id), now).await?;
        about.extend(ids);
        memberships.push(Membership {
            school: school.name.clone(),
            ..membership
        });
        contact = Some(own);
    }
    let (Some(contact), Some(key)) = (contact, subject::key(tx, person_id).await?) else {
        return Ok(None);
    };
    Ok(Some(SubjectReport {
        study: study.design.title.say(contact.language).to_owned(),
        contact: study.design.contact.clone(),
        at: now,
        time_zone: study.design.time_zone,
        name: contact.name,
        email: contact.email,
        language: contact.language,
        key,
        pseudonym: pseudonym(person_id.0),
        memberships,
        looks: subject::looks(tx, &about).await?,
    }))
}

/// What a membership holds, and the ids under which the audit knows it.
async fn membership(
    tx: &mut Tx,
    w: Words,
    study: &Study,
    (member_id, school_id): (MemberId, SchoolId),
    now: DateTime<Utc>,
) -> Result<(Membership, Vec<String>), StorageError> {
    let all = rosters::of_school(tx, school_id).await?;
    let member = all.into_iter().find(|member| member.member_id == member_id);
    let policies = objections::of_list(tx, school_id).await?;
    let mut events = roster_events::of_school(tx, school_id).await?;
    events.retain(|event| event.member_id == member_id);
    let mut ids = Vec::new();
    let mut waves = Vec::new();
    for invited in subject::invitations(tx, member_id).await? {
        ids.push(invited.invitation_id.to_string());
        let opened = invitations::open(tx, InvitationId(invited.invitation_id)).await?;
        let sitting = match opened {
            Some(opened) => Sitting::load(tx, opened, now).await?,
            None => None,
        };
        let answers = sitting.map(|sitting| own_words::of_sitting(w, study, &sitting));
        waves.push(Wave {
            wave: invited.wave,
            invited_at: Some(invited.created_at),
            opened_at: invited.opened_at,
            submitted_at: invited.submitted_at,
            withdrawn_at: invited.withdrawn_at,
            mails: subject::mails(tx, invited.invitation_id).await?,
            answers: answers
                .into_iter()
                .flatten()
                .map(|asked| (asked.title, asked.questions))
                .collect(),
            named: Vec::new(),
        });
    }
    named(tx, w, study, (member_id, school_id), &mut waves).await?;
    let title = |role: &String| match study.design.role_title(role) {
        Some(title) => title.say(w.0).to_owned(),
        None => role.clone(),
    };
    let told = Membership {
        school: String::new(),
        roles: member
            .iter()
            .flat_map(|member| member.roles.iter().map(title))
            .collect(),
        groups: member
            .as_ref()
            .map(|member| member.groups.clone())
            .unwrap_or_default(),
        joined_on: member.as_ref().and_then(|member| member.joined_on),
        left_on: member.as_ref().and_then(|member| member.left_on),
        objection: policies
            .get(&member_id)
            .map(|policy: &Objection| policy.letter().to_owned()),
        events: events
            .iter()
            .map(|event| {
                let what = w.t(&format!("roster-event-{}", event.kind.key()));
                (event.effective_on, what)
            })
            .collect(),
        consents: subject::consents(tx, member_id).await?,
        waves,
    };
    Ok((told, ids))
}

/// In waves that are closed, for every relation that was asked.
async fn named(
    tx: &mut Tx,
    w: Words,
    study: &Study,
    (member_id, school_id): (MemberId, SchoolId),
    waves: &mut Vec<Wave>,
) -> Result<(), StorageError> {
    let counts = subject::named(tx, member_id).await?;
    let units = schools::units_of_study(tx, study.study_id).await?;
    let cohort = units
        .into_iter()
        .find(|unit| unit.school_id == school_id)
        .map(|unit| unit.cohort);
    let RelationsAsked {
        relation_of,
        in_wave,
    } = study.questions().schools;
    for window in windows::of_study(tx, study.study_id).await? {
        if Some(&window.cohort) != cohort.as_ref() || window.closed_at.is_none() {
            continue;
        }
        let Some(asked) = in_wave.get(&window.wave) else {
            continue;
        };
        let place = match waves.iter().position(|wave| wave.wave == window.wave) {
            Some(place) => place,
            None => {
                waves.push(Wave {
                    wave: window.wave.clone(),
                    invited_at: None,
                    opened_at: None,
                    submitted_at: None,
                    withdrawn_at: None,
                    mails: Vec::new(),
                    answers: Vec::new(),
                    named: Vec::new(),
                });
                waves.len() - 1
            }
        };
        for relation in asked {
            let of_relation = |(wave, item): &(String, String)| {
                *wave == window.wave && relation_of.get(item) == Some(relation)
            };
            let n: i64 = counts
                .iter()
                .filter(|(key, _)| of_relation(key))
                .map(|(_, n)| *n)
                .sum();
            let key = format!("relation-{relation}");
            let title = Some(w.t(&key)).filter(|title| *title != key);
            let title = title.unwrap_or_else(|| relation.clone());
            waves[place]
                .named
                .push((title, (n >= NAMED_FROM).then_some(n)));
        }
    }
    Ok(())
}

/// That somebody took it out of the study: a look at named data.
pub fn record(tx: &mut Tx, act: &Act, person_id: PersonId) {
    audit::record(tx, act, "subject report", &person_id.to_string(), "");
}
