//! Keeps the log of a training: a meeting is added, or corrected. Counts of people, never names of those who came.

use chrono::{Days, NaiveDate};
use rand::Rng;

use crate::domain::id::{MeetingId, SchoolId};
use crate::domain::study::StudyDesign;
use crate::domain::time::day_in;
use crate::domain::training::{LoggedMeeting, Meeting};
use crate::storage::audit::{self, Act};
use crate::storage::{StorageError, Tx, rosters, training_log};

/// Of each text of a log.
pub const LONGEST: usize = 1_000;
/// More people than any team has: a slip of the hand.
pub const MOST: u32 = 500;

/// A training is prepared in the year before it.
const PREPARED: Days = Days::new(366);

#[derive(Debug, thiserror::Error)]
pub enum LogRefusal {
    #[error("this school has no such meeting")]
    Unknown,
    #[error("the meeting has no subject")]
    NoSubject,
    #[error("the meeting is in the future")]
    InTheFuture,
    #[error("the meeting is more than a year before the study began")]
    BeforeTheStudy,
    #[error("nobody was invited")]
    NobodyInvited,
    #[error("more people were present than were invited")]
    MoreThanInvited,
    #[error("a number is larger than {MOST}")]
    TooMany,
    #[error("a text is longer than {LONGEST} characters")]
    TooLong,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl LogRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::Unknown | Self::Failed(_) => "training-unknown",
            Self::NoSubject => "training-no-subject",
            Self::InTheFuture => "training-in-the-future",
            Self::BeforeTheStudy => "training-before",
            Self::NobodyInvited => "training-nobody-invited",
            Self::MoreThanInvited => "training-more-than-invited",
            Self::TooMany => "training-too-many",
            Self::TooLong => "training-too-long",
        }
    }
}

fn check(
    act: &Act,
    design: &StudyDesign,
    held_on: NaiveDate,
    meeting: &Meeting,
) -> Result<(), LogRefusal> {
    let long = |text: &String| text.chars().count() > LONGEST;
    let many = |n: u32| n > MOST;
    if meeting.subject.trim().is_empty() {
        Err(LogRefusal::NoSubject)
    } else if [&meeting.subject, &meeting.goals, &meeting.next_step]
        .into_iter()
        .any(long)
    {
        Err(LogRefusal::TooLong)
    } else if held_on > day_in(design.time_zone, act.at) {
        Err(LogRefusal::InTheFuture)
    } else if design
        .begins_on()
        .is_some_and(|begins| held_on < begins - PREPARED)
    {
        Err(LogRefusal::BeforeTheStudy)
    } else if meeting
        .attendance
        .iter()
        .any(|group| many(group.invited) || many(group.present))
        || many(meeting.group_plans)
        || many(meeting.class_support)
    {
        Err(LogRefusal::TooMany)
    } else if meeting
        .attendance
        .iter()
        .any(|group| group.present > group.invited)
    {
        Err(LogRefusal::MoreThanInvited)
    } else if meeting.invited() == 0 {
        Err(LogRefusal::NobodyInvited)
    } else {
        Ok(())
    }
}

/// How many were on the list of a school on a day.
async fn team_on(tx: &mut Tx, school_id: SchoolId, day: NaiveDate) -> Result<u32, StorageError> {
    let members = rosters::of_school(tx, school_id).await?;
    let there = members
        .iter()
        .filter(|member| member.present_between(day, day))
        .count();
    Ok(u32::try_from(there).unwrap_or(u32::MAX))
}

/// How large the team was is taken from the list of that day, and kept.
pub async fn add(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    design: &StudyDesign,
    school_id: SchoolId,
    (held_on, mut meeting): (NaiveDate, Meeting),
) -> Result<MeetingId, LogRefusal> {
    check(act, design, held_on, &meeting)?;
    meeting.team = team_on(tx, school_id, held_on).await?;
    // Sent twice, it was held once.
    let known = training_log::of_school(tx, school_id).await?;
    let same = |one: &&LoggedMeeting| one.held_on == held_on && one.meeting == meeting;
    if let Some(same) = known.iter().find(same) {
        return Ok(same.meeting_id);
    }
    let meeting_id = MeetingId::new(act.at, rng);
    let logged = LoggedMeeting {
        meeting_id,
        held_on,
        meeting,
    };
    training_log::insert(tx, act, school_id, &logged).await?;
    let detail = format!("{meeting_id} of {held_on}");
    audit::record(tx, act, "log training", &school_id.to_string(), &detail);
    Ok(meeting_id)
}

pub async fn correct(
    tx: &mut Tx,
    act: &Act,
    design: &StudyDesign,
    school_id: SchoolId,
    mut logged: LoggedMeeting,
) -> Result<(), LogRefusal> {
    check(act, design, logged.held_on, &logged.meeting)?;
    logged.meeting.team = team_on(tx, school_id, logged.held_on).await?;
    if !training_log::update(tx, act, school_id, &logged).await? {
        return Err(LogRefusal::Unknown);
    }
    let detail = format!("{} of {}", logged.meeting_id, logged.held_on);
    audit::record(tx, act, "correct training", &school_id.to_string(), &detail);
    Ok(())
}
