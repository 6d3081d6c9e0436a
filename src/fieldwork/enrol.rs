//! Enrols a delivered staff list: new people join, known ones are brought up to date, and who is not on it any more
//! leaves if someone said so. Nobody is merged by name. Every change is an event of the list.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use chrono_tz::Tz;
use rand::Rng;

use super::roster_diff::{LineChange, RosterDiff, Standing, change_of, diff, settled};
use super::study::Study;
use crate::domain::id::{BoardId, MemberId, PersonId, SchoolId};
use crate::domain::roster::{EventDetail, EventKind, Member, RosterLine};
use crate::domain::time::day_in;
use crate::storage::audit::{self, Act};
use crate::storage::roster_events::{self, NewEvent};
use crate::storage::rosters::{self, Contact, Listed};
use crate::storage::schools::{self, School};
use crate::storage::windows::{self, Window};
use crate::storage::{StorageError, Tx};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Enrolled {
    pub schools: usize,
    pub joined: usize,
    pub updated: usize,
}

/// What is done beyond what the lines say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choices {
    /// Of those who are not in the file any more, the ones who left.
    pub leaves: BTreeSet<MemberId>,
    /// The first day on which they are not there.
    pub leaves_on: NaiveDate,
    /// Who left and is delivered again comes back.
    pub rejoin: bool,
    /// What the lists looked like when the difference was shown.
    pub seen: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Committed {
    pub enrolled: Enrolled,
    pub left: usize,
    pub rejoined: usize,
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
    #[error("`{name}` would leave before joining; choose a later day, nothing was enrolled")]
    LeavesBeforeJoining { name: String },
    #[error("the lists were changed in the meantime; look at the difference again")]
    Changed,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Takes over what the lines say, and nothing else: nobody leaves by not being on them.
pub async fn enrol(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    lines: &[RosterLine],
) -> Result<Enrolled, EnrolRefusal> {
    let choices = Choices {
        leaves: BTreeSet::new(),
        leaves_on: day_in(study.design.time_zone, act.at),
        rejoin: false,
        seen: None,
    };
    let committed = commit(tx, act, rng, study, lines, &choices).await?;
    Ok(committed.enrolled)
}

/// Takes over the lines and what was chosen about the people who are not on them.
pub async fn commit(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    lines: &[RosterLine],
    choices: &Choices,
) -> Result<Committed, EnrolRefusal> {
    roster_events::hold(tx, study.study_id).await?;
    let standing = Standing::load(tx, study.study_id).await?;
    if choices
        .seen
        .as_ref()
        .is_some_and(|seen| *seen != standing.mark())
    {
        return Err(EnrolRefusal::Changed);
    }
    let on = day_in(study.design.time_zone, act.at);
    let diff = diff(&standing, lines, on);
    if let Some(conflict) = diff.cohort_conflicts.first() {
        return Err(EnrolRefusal::OtherCohort {
            school: conflict.school.clone(),
            known: conflict.known.clone(),
            given: conflict.given.clone(),
        });
    }
    let mut desk = Desk::open(tx, study, &standing, choices, on).await?;
    let came_from = desk.moves(&standing, &diff);
    for line in &settled(&standing, lines) {
        let school_id = desk.school(tx, act, rng, line).await?;
        let (person_id, is_new) = desk.person(tx, act, rng, line).await?;
        match desk.known.get(&(person_id, school_id)).cloned() {
            Some(listed) => desk.bring_up_to_date(tx, &listed, line).await?,
            None => {
                if !is_new {
                    let email = line.email.as_deref();
                    rosters::update_contact(tx, person_id, &line.name, email, line.language)
                        .await?;
                }
                let from = came_from.get(&(person_id, line.school.clone()));
                let member_id = MemberId::new(act.at, rng);
                desk.join(tx, act, (member_id, person_id, school_id), line, from)
                    .await?;
            }
        }
    }
    desk.leave(tx, &standing, &diff).await?;
    let Desk { events, done, .. } = desk;
    roster_events::record(tx, act, rng, &events).await?;
    let Enrolled {
        joined, updated, ..
    } = done.enrolled;
    let mut detail = format!("{joined} joined, {updated} updated");
    if done.left + done.rejoined > 0 {
        detail += &format!(", {} left, {} came back", done.left, done.rejoined);
    }
    audit::record(tx, act, "enrol", &study.design.key, &detail);
    Ok(done)
}

/// The lists while they are brought up to date.
struct Desk<'a> {
    study: &'a Study,
    choices: &'a Choices,
    on: NaiveDate,
    windows: Vec<Window>,
    schools: BTreeMap<String, School>,
    boards: BTreeMap<SchoolId, String>,
    keys: BTreeMap<String, PersonId>,
    known: BTreeMap<(PersonId, SchoolId), Listed>,
    events: Vec<NewEvent>,
    done: Committed,
}

impl<'a> Desk<'a> {
    async fn open(
        tx: &mut Tx,
        study: &'a Study,
        standing: &Standing,
        choices: &'a Choices,
        on: NaiveDate,
    ) -> Result<Self, StorageError> {
        let boards = standing.lists.iter().filter_map(|list| {
            let board = list.board.clone()?;
            Some((list.school.school_id, board))
        });
        Ok(Self {
            study,
            choices,
            on,
            windows: windows::of_study(tx, study.study_id).await?,
            schools: standing
                .lists
                .iter()
                .map(|list| (list.school.key.clone(), list.school.clone()))
                .collect(),
            boards: boards.collect(),
            keys: standing.keys.clone(),
            known: standing
                .members
                .iter()
                .map(|listed| {
                    (
                        (listed.member.person_id, listed.member.school_id),
                        listed.clone(),
                    )
                })
                .collect(),
            events: Vec::new(),
            done: Committed::default(),
        })
    }

    /// Who comes to which school from which other one, of those who were said to leave it.
    fn moves(
        &self,
        standing: &Standing,
        diff: &RosterDiff,
    ) -> BTreeMap<(PersonId, String), String> {
        let person_of: BTreeMap<MemberId, PersonId> = standing
            .members
            .iter()
            .map(|listed| (listed.member.member_id, listed.member.person_id))
            .collect();
        diff.moves()
            .filter(|leave| self.choices.leaves.contains(&leave.member_id))
            .filter_map(|leave| {
                let to = leave.moves_to.clone()?;
                Some((
                    (*person_of.get(&leave.member_id)?, to),
                    leave.who.school.clone(),
                ))
            })
            .collect()
    }

    async fn school(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        rng: &mut (impl Rng + Send),
        line: &RosterLine,
    ) -> Result<SchoolId, StorageError> {
        let study_id = self.study.study_id;
        let known = self
            .schools
            .get(&line.school)
            .map(|school| school.school_id);
        let has_board = known.and_then(|id| self.boards.get(&id));
        let board_id = match &line.board {
            Some(name) if has_board != Some(name) => {
                Some(board(tx, act, rng, self.study, name).await?)
            }
            _ => None,
        };
        if let (Some(school_id), Some(school)) = (known, self.schools.get_mut(&line.school)) {
            if let Some(name) = line
                .school_name
                .as_ref()
                .filter(|name| **name != school.name)
            {
                schools::rename(tx, school_id, name).await?;
                school.name.clone_from(name);
            }
            if let (Some(board_id), Some(name)) = (board_id, &line.board) {
                schools::set_board(tx, school_id, board_id).await?;
                self.boards.insert(school_id, name.clone());
            }
            return Ok(school_id);
        }
        let school = School {
            school_id: SchoolId::new(act.at, rng),
            cohort: line.cohort.clone(),
            key: line.school.clone(),
            name: line
                .school_name
                .clone()
                .unwrap_or_else(|| line.school.clone()),
        };
        schools::insert(tx, study_id, board_id, &school).await?;
        self.done.enrolled.schools += 1;
        let school_id = school.school_id;
        if let Some(name) = &line.board {
            self.boards.insert(school_id, name.clone());
        }
        self.schools.insert(line.school.clone(), school);
        Ok(school_id)
    }

    async fn person(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        rng: &mut (impl Rng + Send),
        line: &RosterLine,
    ) -> Result<(PersonId, bool), StorageError> {
        if let Some(person_id) = self.keys.get(&line.person) {
            return Ok((*person_id, false));
        }
        let person_id = PersonId::new(act.at, rng);
        let contact = Contact {
            name: line.name.clone(),
            email: line.email.clone(),
            language: line.language.unwrap_or_default(),
        };
        rosters::insert_person(tx, self.study.study_id, person_id, &line.person, &contact).await?;
        self.keys.insert(line.person.clone(), person_id);
        Ok((person_id, true))
    }

    async fn join(
        &mut self,
        tx: &mut Tx,
        act: &Act,
        (member_id, person_id, school_id): (MemberId, PersonId, SchoolId),
        line: &RosterLine,
        from: Option<&String>,
    ) -> Result<(), StorageError> {
        // Someone who is put on the list while a wave is being answered was not on it when it began.
        let begun = self
            .study
            .design
            .windows
            .iter()
            .any(|w| w.cohort == line.cohort && w.opens_at <= act.at);
        let joined_on = line
            .joined_on
            .or(from.map(|_| self.choices.leaves_on))
            .or(begun.then_some(self.on));
        let member = Member {
            member_id,
            person_id,
            school_id,
            name: line.name.clone(),
            roles: line.roles.clone(),
            groups: line.groups.clone().unwrap_or_default(),
            joined_on,
            left_on: line.left_on,
        };
        rosters::insert_member(tx, &member).await?;
        self.done.enrolled.joined += 1;
        let kind = if from.is_some() {
            EventKind::Moved
        } else {
            EventKind::Joined
        };
        let detail = EventDetail {
            school: from.cloned(),
            ..EventDetail::default()
        };
        self.tell(&member, kind, joined_on.unwrap_or(self.on), detail);
        if let Some(left_on) = line.left_on {
            self.tell(&member, EventKind::Left, left_on, EventDetail::default());
        }
        let listed = Listed {
            member,
            key: line.person.clone(),
            email: line.email.clone(),
            language: line.language.unwrap_or_default(),
        };
        self.known.insert((person_id, school_id), listed);
        Ok(())
    }

    async fn bring_up_to_date(
        &mut self,
        tx: &mut Tx,
        listed: &Listed,
        line: &RosterLine,
    ) -> Result<(), StorageError> {
        self.done.enrolled.updated += 1;
        let change = change_of(listed, line, self.on);
        let LineChange {
            renamed,
            roles,
            groups,
            contact,
            joined_on,
            left_on,
            rejoins,
        } = change;
        let mut member = listed.member.clone();
        if renamed || contact {
            let email = line.email.as_deref();
            rosters::update_contact(tx, member.person_id, &line.name, email, line.language).await?;
        }
        if roles || groups || joined_on || left_on {
            member.roles.clone_from(&line.roles);
            member.groups = line.groups.clone().unwrap_or_default();
            member.joined_on = line.joined_on.or(member.joined_on);
            member.left_on = line.left_on.or(member.left_on);
            rosters::update_member(tx, &member, line.groups.is_some()).await?;
        }
        let turned = |before: &[String], after: &[String]| EventDetail {
            before: before.to_vec(),
            after: after.to_vec(),
            school: None,
        };
        if renamed {
            self.tell(&member, EventKind::Renamed, self.on, EventDetail::default());
        }
        if contact {
            self.tell(&member, EventKind::Contact, self.on, EventDetail::default());
        }
        if roles {
            let detail = turned(&listed.member.roles, &line.roles);
            self.tell(&member, EventKind::Roles, self.on, detail);
        }
        if groups {
            let detail = turned(
                &listed.member.groups,
                line.groups.as_deref().unwrap_or_default(),
            );
            self.tell(&member, EventKind::Groups, self.on, detail);
        }
        if let (true, Some(day)) = (joined_on, line.joined_on) {
            self.tell(&member, EventKind::Dates, day, EventDetail::default());
        }
        if let (true, Some(day)) = (left_on, line.left_on) {
            self.tell(&member, EventKind::Left, day, EventDetail::default());
        }
        if rejoins && self.choices.rejoin {
            let day = line.joined_on.filter(|_| joined_on).unwrap_or(self.on);
            let own: Vec<&Window> = self
                .windows
                .iter()
                .filter(|w| w.cohort == line.cohort)
                .collect();
            let zone = self.study.design.time_zone;
            let joined = rejoined_on(&listed.member, day, &own, zone);
            rosters::set_dates(tx, member.member_id, joined, None).await?;
            self.tell(&member, EventKind::Rejoined, day, EventDetail::default());
            self.done.rejoined += 1;
        }
        Ok(())
    }

    async fn leave(
        &mut self,
        tx: &mut Tx,
        standing: &Standing,
        diff: &RosterDiff,
    ) -> Result<(), EnrolRefusal> {
        let by_id: BTreeMap<MemberId, &Member> = standing
            .members
            .iter()
            .map(|listed| (listed.member.member_id, &listed.member))
            .collect();
        for leave in &diff.leaves {
            let Some(member) = by_id
                .get(&leave.member_id)
                .filter(|member| self.choices.leaves.contains(&member.member_id))
            else {
                continue;
            };
            let day = self.choices.leaves_on;
            if member.joined_on.is_some_and(|joined| joined >= day) {
                return Err(EnrolRefusal::LeavesBeforeJoining {
                    name: member.name.clone(),
                });
            }
            rosters::set_dates(tx, member.member_id, member.joined_on, Some(day)).await?;
            let kind = match &leave.moves_to {
                Some(_) => EventKind::Moved,
                None => EventKind::Left,
            };
            let detail = EventDetail {
                school: leave.moves_to.clone(),
                ..EventDetail::default()
            };
            self.tell(member, kind, day, detail);
            self.done.left += 1;
        }
        Ok(())
    }

    fn tell(
        &mut self,
        member: &Member,
        kind: EventKind,
        effective_on: NaiveDate,
        detail: EventDetail,
    ) {
        self.events.push(NewEvent {
            school_id: member.school_id,
            member_id: member.member_id,
            kind,
            effective_on,
            detail,
        });
    }
}

/// From when someone who comes back is on the list. Whoever was there in a wave that is not closed yet stays on its
/// list; else the time in between does not count.
pub fn rejoined_on(
    member: &Member,
    day: NaiveDate,
    windows: &[&Window],
    zone: Tz,
) -> Option<NaiveDate> {
    let answers_still = |window: &&Window| {
        let (first, last) = window.days(zone);
        window.closed_at.is_none() && first <= day && member.present_between(first, last)
    };
    if windows.iter().any(answers_still) {
        member.joined_on
    } else {
        Some(day)
    }
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
