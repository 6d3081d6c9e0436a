//! Enrols a delivered staff list: new people join, known ones are brought up to date, nobody is merged by name.

use rand::Rng;

use super::study::Study;
use crate::domain::id::{BoardId, MemberId, PersonId, SchoolId};
use crate::domain::roster::{Member, RosterLine};
use crate::storage::audit::{self, Act};
use crate::storage::rosters::{self, Contact};
use crate::storage::schools::{self, School};
use crate::storage::{StorageError, Tx};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Enrolled {
    pub schools: usize,
    pub joined: usize,
    pub updated: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum EnrolRefusal {
    #[error(
        "school `{school}` is in cohort {known}, and the list says {given}; correct the list, nothing was enrolled"
    )]
    OtherCohort {
        school: String,
        known: String,
        given: String,
    },
    #[error(transparent)]
    Failed(#[from] StorageError),
}

pub async fn enrol(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    lines: &[RosterLine],
) -> Result<Enrolled, EnrolRefusal> {
    let mut known = schools::of_study(tx, study.study_id).await?;
    let mut enrolled = Enrolled::default();
    for line in lines {
        let school_id = match known.iter().find(|school| school.key == line.school) {
            Some(school) if school.cohort != line.cohort => {
                return Err(EnrolRefusal::OtherCohort {
                    school: line.school.clone(),
                    known: school.cohort.clone(),
                    given: line.cohort.clone(),
                });
            }
            Some(school) => {
                if let Some(name) = line
                    .school_name
                    .as_ref()
                    .filter(|name| **name != school.name)
                {
                    schools::rename(tx, school.school_id, name).await?;
                }
                school.school_id
            }
            None => {
                let school = School {
                    school_id: SchoolId::new(act.at, rng),
                    cohort: line.cohort.clone(),
                    key: line.school.clone(),
                    name: line
                        .school_name
                        .clone()
                        .unwrap_or_else(|| line.school.clone()),
                };
                let board = match &line.board {
                    Some(name) => Some(board(tx, act, rng, study, name).await?),
                    None => None,
                };
                schools::insert(tx, study.study_id, board, &school).await?;
                enrolled.schools += 1;
                let school_id = school.school_id;
                known.push(school);
                school_id
            }
        };
        let person_id = match rosters::person_by_key(tx, study.study_id, &line.person).await? {
            Some(person_id) => {
                rosters::update_contact(
                    tx,
                    person_id,
                    &line.name,
                    line.email.as_deref(),
                    line.language,
                )
                .await?;
                person_id
            }
            None => {
                let person_id = PersonId::new(act.at, rng);
                let contact = Contact {
                    name: line.name.clone(),
                    email: line.email.clone(),
                    language: line.language.unwrap_or_default(),
                };
                rosters::insert_person(tx, study.study_id, person_id, &line.person, &contact)
                    .await?;
                person_id
            }
        };
        let found = rosters::member_of(tx, person_id, school_id).await?;
        let mut member = Member {
            member_id: found.unwrap_or_else(|| MemberId::new(act.at, rng)),
            person_id,
            school_id,
            name: line.name.clone(),
            roles: line.roles.clone(),
            groups: line.groups.clone().unwrap_or_default(),
            joined_on: line.joined_on,
            left_on: line.left_on,
        };
        if found.is_some() {
            rosters::update_member(tx, &member, line.groups.is_some()).await?;
            enrolled.updated += 1;
        } else {
            // Someone who is put on the list while a wave is being answered was not on it when it began.
            let begun = study
                .design
                .windows
                .iter()
                .any(|w| w.cohort == line.cohort && w.opens_at <= act.at);
            if begun && member.joined_on.is_none() {
                member.joined_on = Some(act.at.date_naive());
            }
            rosters::insert_member(tx, &member).await?;
            enrolled.joined += 1;
        }
    }
    let detail = format!("{} joined, {} updated", enrolled.joined, enrolled.updated);
    audit::record(tx, act, "enrol", &study.design.key, &detail).await?;
    Ok(enrolled)
}

async fn board(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    name: &str,
) -> Result<BoardId, StorageError> {
    if let Some(board_id) = schools::board_by_key(tx, study.study_id, name).await? {
        return Ok(board_id);
    }
    let board_id = BoardId::new(act.at, rng);
    schools::insert_board(tx, board_id, study.study_id, name, name).await?;
    Ok(board_id)
}
