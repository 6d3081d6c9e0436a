//! One change of a staff list: someone joins, leaves, comes back, moves, gets another name, role or group, or turns out
//! to be one person with someone else. Ties keep pointing at the member, whatever happens to the name.

use chrono::NaiveDate;
use chrono_tz::Tz;
use rand::{Rng, RngExt};

use super::enrol::rejoined_on;
use super::study::Study;
use crate::domain::card::RATER;
use crate::domain::id::{InvitationId, MemberId, PersonId, SchoolId};
use crate::domain::language::Language;
use crate::domain::roster::{
    BOARD_MEMBER, EventDetail, EventKind, Member, Unit, key_of_address, spoken_name,
};
use crate::domain::time::day_in;
use crate::storage::audit::{self, Act};
use crate::storage::merges::{self, Invited};
use crate::storage::roster_events::{self, NewEvent, RosterEvent};
use crate::storage::rosters::{self, Contact};
use crate::storage::schools::{self, School};
use crate::storage::windows::{self, Window};
use crate::storage::{StorageError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    Join(Newcomer),
    /// `on` is the first day on which they are not there.
    Leave {
        member_id: MemberId,
        on: NaiveDate,
    },
    Rejoin {
        member_id: MemberId,
        on: NaiveDate,
    },
    Rename {
        member_id: MemberId,
        name: String,
    },
    Roles {
        member_id: MemberId,
        roles: Vec<String>,
        groups: Vec<String>,
    },
    /// To the school with this key.
    Move {
        member_id: MemberId,
        to: String,
        on: NaiveDate,
    },
    Merge {
        keep: MemberId,
        duplicate: MemberId,
    },
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Newcomer {
    /// What recognises them in the next file; without it the address does.
    pub key: Option<String>,
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    pub joined_on: Option<NaiveDate>,
}

#[derive(Debug, thiserror::Error)]
pub enum ChangeRefusal {
    #[error("there is no such school")]
    NoSuchSchool,
    #[error("this member is not on the list of this school")]
    NotOnTheList,
    #[error("someone on the list needs a name")]
    NoName,
    #[error("`{0}` is no role here")]
    NoSuchRole(String),
    #[error("this person is on the list of this school already")]
    AlreadyThere,
    #[error("nobody leaves before joining")]
    LeavesBeforeJoining,
    #[error("this member has not left")]
    HasNotLeft,
    #[error("one and the same member was chosen twice")]
    SameMember,
    #[error("both answered in {wave}: whose answers count cannot be known from here")]
    BothAnswered { wave: String },
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl ChangeRefusal {
    /// Under which a page has the words for it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NoSuchSchool => "change-no-such-school",
            Self::NotOnTheList => "change-not-on-the-list",
            Self::NoName => "change-no-name",
            Self::NoSuchRole(_) => "change-no-such-role",
            Self::AlreadyThere => "change-already-there",
            Self::LeavesBeforeJoining => "change-leaves-before-joining",
            Self::HasNotLeft => "change-has-not-left",
            Self::SameMember => "change-same-member",
            Self::BothAnswered { .. } => "change-both-answered",
            Self::Failed(_) => "problem-reference",
        }
    }
}

pub async fn change(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    school_id: SchoolId,
    change: &Change,
) -> Result<(), ChangeRefusal> {
    roster_events::hold(tx, study.study_id).await?;
    let schools = schools::units_of_study(tx, study.study_id).await?;
    let school = schools
        .iter()
        .find(|school| school.school_id == school_id)
        .ok_or(ChangeRefusal::NoSuchSchool)?;
    let windows = windows::of_study(tx, study.study_id).await?;
    let list = rosters::of_school(tx, school_id).await?;
    let find = |id: &MemberId| {
        let member = list.iter().find(|member| member.member_id == *id);
        member.cloned().ok_or(ChangeRefusal::NotOnTheList)
    };
    let today = day_in(study.design.time_zone, act.at);
    let events = match change {
        Change::Join(newcomer) => {
            vec![join(tx, act, rng, study, school, newcomer).await?]
        }
        Change::Leave { member_id, on } => {
            let member = find(member_id)?;
            leave(tx, &member, *on).await?;
            vec![event(&member, EventKind::Left, *on)]
        }
        Change::Rejoin { member_id, on } => {
            let member = find(member_id)?;
            rejoin(tx, &member, school, (&windows, study.design.time_zone), *on).await?;
            vec![event(&member, EventKind::Rejoined, *on)]
        }
        Change::Rename { member_id, name } => {
            let member = find(member_id)?;
            let name = spoken_name(name);
            if name.is_empty() {
                return Err(ChangeRefusal::NoName);
            }
            rosters::update_contact(tx, member.person_id, &name, None, None).await?;
            vec![event(&member, EventKind::Renamed, today)]
        }
        Change::Roles {
            member_id,
            roles,
            groups,
        } => {
            let member = find(member_id)?;
            check_roles(study, school, roles)?;
            turn(tx, &member, roles, groups, today).await?
        }
        Change::Move { member_id, to, on } => {
            let member = find(member_id)?;
            let to = schools
                .iter()
                .find(|school| school.key == *to && school.school_id != school_id)
                .filter(|to| Unit::of_key(&to.key) == Unit::of_key(&school.key))
                .ok_or(ChangeRefusal::NoSuchSchool)?;
            let route = (school, to);
            relocate(
                tx,
                act,
                rng,
                &member,
                route,
                (&windows, study.design.time_zone),
                *on,
            )
            .await?
        }
        Change::Merge { keep, duplicate } => {
            merge(tx, &find(keep)?, &find(duplicate)?, today).await?
        }
    };
    let what: Vec<&str> = events.iter().map(|event| event.kind.key()).collect();
    roster_events::record(tx, act, rng, &events).await?;
    audit::record(tx, act, "roster", &school_id.to_string(), &what.join(" "));
    Ok(())
}

fn event(member: &Member, kind: EventKind, effective_on: NaiveDate) -> NewEvent {
    NewEvent {
        school_id: member.school_id,
        member_id: member.member_id,
        kind,
        effective_on,
        detail: EventDetail::default(),
    }
}

fn check_roles(study: &Study, school: &School, roles: &[String]) -> Result<(), ChangeRefusal> {
    let place = Unit::of_key(&school.key);
    if roles.is_empty() {
        return Err(ChangeRefusal::NoSuchRole(String::new()));
    }
    let fits = |role: &String| {
        study.design.roles.iter().any(|known| known.key == *role)
            && (role == BOARD_MEMBER) == (place == Unit::Office)
            && (role == RATER) == (place == Unit::Raters)
    };
    match roles.iter().find(|role| !fits(role)) {
        Some(role) => Err(ChangeRefusal::NoSuchRole(role.clone())),
        None => Ok(()),
    }
}

/// What was chosen or typed twice is meant once.
fn once_each(words: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::new();
    for word in words {
        if !once.contains(word) {
            once.push(word.clone());
        }
    }
    once
}

async fn join(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    school: &School,
    newcomer: &Newcomer,
) -> Result<NewEvent, ChangeRefusal> {
    let name = spoken_name(&newcomer.name);
    if name.is_empty() {
        return Err(ChangeRefusal::NoName);
    }
    check_roles(study, school, &newcomer.roles)?;
    let key = match (&newcomer.key, &newcomer.email) {
        (Some(key), _) => key.trim().to_lowercase(),
        (None, Some(email)) => key_of_address(email),
        (None, None) => format!("added-{:016x}", rng.random::<u64>()),
    };
    let person_id = match rosters::person_by_key(tx, study.study_id, &key).await? {
        Some(person_id) => {
            if rosters::member_of(tx, person_id, school.school_id)
                .await?
                .is_some()
            {
                return Err(ChangeRefusal::AlreadyThere);
            }
            person_id
        }
        None => {
            let person_id = PersonId::new(act.at, rng);
            let contact = Contact {
                name: name.clone(),
                email: newcomer.email.clone(),
                language: newcomer.language,
            };
            rosters::insert_person(tx, study.study_id, person_id, &key, &contact).await?;
            person_id
        }
    };
    let member = Member {
        member_id: MemberId::new(act.at, rng),
        person_id,
        school_id: school.school_id,
        name,
        roles: once_each(&newcomer.roles),
        groups: once_each(&newcomer.groups),
        joined_on: newcomer.joined_on,
        left_on: None,
    };
    rosters::insert_member(tx, &member).await?;
    let on = newcomer
        .joined_on
        .unwrap_or(day_in(study.design.time_zone, act.at));
    Ok(event(&member, EventKind::Joined, on))
}

async fn leave(tx: &mut Tx, member: &Member, on: NaiveDate) -> Result<(), ChangeRefusal> {
    if member.joined_on.is_some_and(|joined| joined >= on) {
        return Err(ChangeRefusal::LeavesBeforeJoining);
    }
    rosters::set_dates(tx, member.member_id, member.joined_on, Some(on)).await?;
    Ok(())
}

async fn rejoin(
    tx: &mut Tx,
    member: &Member,
    school: &School,
    (windows, zone): (&[Window], Tz),
    on: NaiveDate,
) -> Result<(), ChangeRefusal> {
    if member.left_on.is_none_or(|left| left > on) {
        return Err(ChangeRefusal::HasNotLeft);
    }
    let own: Vec<&Window> = windows
        .iter()
        .filter(|w| w.cohort == school.cohort)
        .collect();
    let joined = rejoined_on(member, on, &own, zone);
    rosters::set_dates(tx, member.member_id, joined, None).await?;
    Ok(())
}

async fn turn(
    tx: &mut Tx,
    member: &Member,
    roles: &[String],
    groups: &[String],
    today: NaiveDate,
) -> Result<Vec<NewEvent>, StorageError> {
    let mut turned = member.clone();
    turned.roles = once_each(roles);
    turned.groups = once_each(groups);
    turned.groups.sort();
    rosters::update_member(tx, &turned, true).await?;
    let mut events = Vec::new();
    for (kind, before, after) in [
        (EventKind::Roles, &member.roles, &turned.roles),
        (EventKind::Groups, &member.groups, &turned.groups),
    ] {
        if before != after {
            let mut one = event(member, kind, today);
            (one.detail.before, one.detail.after) = (before.clone(), after.clone());
            events.push(one);
        }
    }
    Ok(events)
}

async fn relocate(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    member: &Member,
    (from, to): (&School, &School),
    windows: (&[Window], Tz),
    on: NaiveDate,
) -> Result<Vec<NewEvent>, ChangeRefusal> {
    let there = rosters::of_school(tx, to.school_id).await?;
    let there = there
        .into_iter()
        .find(|known| known.person_id == member.person_id);
    leave(tx, member, on).await?;
    let arrived = match there {
        Some(known) if known.left_on.is_some() => {
            rejoin(tx, &known, to, windows, on).await?;
            known
        }
        Some(_) => return Err(ChangeRefusal::AlreadyThere),
        None => {
            let arrived = Member {
                member_id: MemberId::new(act.at, rng),
                school_id: to.school_id,
                // The groups are those of a school.
                groups: Vec::new(),
                joined_on: Some(on),
                left_on: None,
                ..member.clone()
            };
            rosters::insert_member(tx, &arrived).await?;
            arrived
        }
    };
    let moved = |member: &Member, other: &School| {
        let mut one = event(member, EventKind::Moved, on);
        one.detail.school = Some(other.key.clone());
        one
    };
    Ok(vec![moved(member, to), moved(&arrived, from)])
}

/// One person under two keys: everything goes over to the one kept, at every school where both were. Where both have
/// answered in a wave it is refused, for one of the two answers would be lost.
async fn merge(
    tx: &mut Tx,
    keep: &Member,
    duplicate: &Member,
    today: NaiveDate,
) -> Result<Vec<NewEvent>, ChangeRefusal> {
    if keep.person_id == duplicate.person_id {
        return Err(ChangeRefusal::SameMember);
    }
    let pairs = merges::shared_schools(tx, keep.person_id, duplicate.person_id).await?;
    let mut plans = Vec::new();
    for (kept, lost) in &pairs {
        let (own, others) = (
            merges::invited(tx, *kept).await?,
            merges::invited(tx, *lost).await?,
        );
        plans.push((*kept, plan(&own, &others)?));
    }
    for (kept, gifts) in plans {
        for gift in gifts {
            match gift {
                Gift::Invitation(invitation) => {
                    merges::give_invitation(tx, invitation, kept).await?
                }
                Gift::Responses { from, to } => merges::give_responses(tx, from, to).await?,
            }
        }
    }
    let mut events = Vec::new();
    for (kept, lost) in pairs {
        merges::absorb(tx, kept, lost).await?;
        if kept == keep.member_id {
            let earliest = keep
                .joined_on
                .zip(duplicate.joined_on)
                .map(|(a, b)| a.min(b));
            let latest = keep.left_on.zip(duplicate.left_on).map(|(a, b)| a.max(b));
            rosters::set_dates(tx, kept, earliest, latest).await?;
        }
        events.push((kept, lost));
    }
    merges::absorb_person(tx, keep.person_id, duplicate.person_id).await?;
    let school_of = rosters::schools_of_person(tx, keep.person_id).await?;
    Ok(events
        .into_iter()
        .filter_map(|(kept, lost)| {
            let mut one = event(keep, EventKind::Merged, today);
            one.member_id = kept;
            one.school_id = *school_of.get(&kept)?;
            one.detail.before = vec![lost.to_string()];
            Some(one)
        })
        .collect())
}

enum Gift {
    Invitation(InvitationId),
    Responses {
        from: InvitationId,
        to: InvitationId,
    },
}

/// What of the duplicate's invitations goes over, wave by wave.
fn plan(own: &[Invited], others: &[Invited]) -> Result<Vec<Gift>, ChangeRefusal> {
    let mut gifts = Vec::new();
    for other in others {
        match own.iter().find(|own| own.wave == other.wave) {
            None => gifts.push(Gift::Invitation(other.invitation_id)),
            Some(own) if own.used && other.used => {
                return Err(ChangeRefusal::BothAnswered {
                    wave: other.wave.clone(),
                });
            }
            Some(own) if other.used => gifts.push(Gift::Responses {
                from: other.invitation_id,
                to: own.invitation_id,
            }),
            Some(_) => {}
        }
    }
    Ok(gifts)
}

/// A list as it stood on a day, in the roles and groups of that day: what was changed later is taken back.
pub fn as_on(members: &[Member], events: &[RosterEvent], day: NaiveDate) -> Vec<Member> {
    let mut list: Vec<Member> = members
        .iter()
        .filter(|member| member.present_between(day, day))
        .cloned()
        .collect();
    for event in events.iter().rev().filter(|event| event.effective_on > day) {
        let Some(member) = list
            .iter_mut()
            .find(|member| member.member_id == event.member_id)
        else {
            continue;
        };
        match event.kind {
            EventKind::Roles => member.roles.clone_from(&event.detail.before),
            EventKind::Groups => member.groups.clone_from(&event.detail.before),
            _ => {}
        }
    }
    list
}
