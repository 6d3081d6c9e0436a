//! Colleagues who were missing from the list: the owner sees which names were written in at which school, and says who
//! it is. Who wrote a name is told to nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::study::Study;
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::roster::{Member, likeness};
use crate::storage::audit::{self, Act};
use crate::storage::windows::{self, Window};
use crate::storage::write_ins::{self as written, Matched, Written};
use crate::storage::{StorageError, Tx, roster_events, rosters};

/// One name at one school in one wave, however many wrote it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub school_id: SchoolId,
    pub wave: String,
    /// Written in the board's network rather than the school's.
    pub about_board: bool,
    /// What all spellings of it have in common.
    pub likeness: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteIn {
    pub place: Place,
    /// As it was written first.
    pub name: String,
    /// By how many respondents.
    pub people: usize,
    pub matched: Matched,
    /// Its wave is closed: nothing can be changed any more.
    pub closed: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum MatchRefusal {
    #[error("this name was not written in here")]
    Unknown,
    #[error("the wave is closed, and its data with it")]
    Closed,
    #[error("this member cannot be named here")]
    NotOnTheList,
    #[error("this name was matched already")]
    MatchedAlready,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl MatchRefusal {
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unknown => "write-in-unknown",
            Self::Closed => "write-in-closed",
            Self::NotOnTheList => "write-in-not-on-the-list",
            Self::MatchedAlready => "write-in-matched-already",
            Self::Failed(_) => "problem-reference",
        }
    }
}

/// All names that were written in, by school, wave and name.
pub async fn all(tx: &mut Tx, study: &Study) -> Result<Vec<WriteIn>, StorageError> {
    let windows = windows::of_study(tx, study.study_id).await?;
    let mut groups: BTreeMap<Place, Vec<Written>> = BTreeMap::new();
    for one in written::of_study(tx, study.study_id).await? {
        groups.entry(place_of(study, &one)).or_default().push(one);
    }
    Ok(groups
        .into_iter()
        .filter_map(|(place, group)| {
            let first = group.first()?;
            let people: BTreeSet<_> = group.iter().map(|one| one.person_id).collect();
            Some(WriteIn {
                name: first.name.clone(),
                people: people.len(),
                // Written once more since: there is something to decide again.
                matched: match group.iter().any(|one| one.matched == Matched::Open) {
                    true => Matched::Open,
                    false => first.matched,
                },
                closed: is_closed(&windows, first),
                place,
            })
        })
        .collect())
}

fn place_of(study: &Study, one: &Written) -> Place {
    Place {
        school_id: one.school_id,
        wave: one.wave.clone(),
        about_board: study.design.is_about_board(&one.instrument),
        likeness: likeness(&one.name),
    }
}

fn is_closed(windows: &[Window], one: &Written) -> bool {
    windows
        .iter()
        .find(|window| window.cohort == one.cohort && window.wave == one.wave)
        .is_none_or(|window| window.closed_at.is_some())
}

/// Says who a written name is: a member, who is then named by everyone who wrote it, or nobody on the list.
pub async fn decide(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    place: &Place,
    member_id: Option<MemberId>,
) -> Result<usize, MatchRefusal> {
    roster_events::hold(tx, study.study_id).await?;
    let windows = windows::of_study(tx, study.study_id).await?;
    let mut group = written::of_study(tx, study.study_id).await?;
    group.retain(|one| place_of(study, one) == *place);
    let first = group.first().ok_or(MatchRefusal::Unknown)?;
    if is_closed(&windows, first) {
        return Err(MatchRefusal::Closed);
    }
    let member = match member_id {
        None => None,
        Some(member_id) => Some(listed(tx, study, place, first, &windows, member_id).await?),
    };
    let mut decided = 0;
    for one in &group {
        match one.matched {
            Matched::Member(known) if Some(known) == member_id => continue,
            // Whether they were ticked as well cannot be known any more, so it cannot be undone.
            Matched::Member(_) => return Err(MatchRefusal::MatchedAlready),
            Matched::Open | Matched::Nobody => {}
        }
        written::put_match(tx, act, one, member_id).await?;
        // Nobody names themselves.
        if let Some(member) = member
            .as_ref()
            .filter(|member| member.person_id != one.person_id)
        {
            written::name(tx, one, member.member_id).await?;
        }
        decided += 1;
    }
    let detail = match member_id {
        Some(member_id) => format!("{} {decided} as {member_id}", place.wave),
        None => format!("{} {decided} as nobody", place.wave),
    };
    audit::record(tx, act, "match", &place.school_id.to_string(), &detail);
    Ok(decided)
}

/// A member who could have been ticked, had the list been right.
async fn listed(
    tx: &mut Tx,
    study: &Study,
    place: &Place,
    first: &Written,
    windows: &[Window],
    member_id: MemberId,
) -> Result<Member, MatchRefusal> {
    let list = if place.about_board {
        rosters::of_board(tx, place.school_id).await?
    } else {
        rosters::of_school(tx, place.school_id).await?
    };
    let window = windows
        .iter()
        .find(|window| window.cohort == first.cohort && window.wave == first.wave)
        .ok_or(MatchRefusal::Closed)?;
    let days = window.days(study.design.time_zone);
    list.into_iter()
        .find(|member| member.member_id == member_id && member.present_between(days.0, days.1))
        .ok_or(MatchRefusal::NotOnTheList)
}
