//! Whom to remind, from what is stored of them: who has not opened the link, has not begun, or has come to a standstill.
//! Never who has finished or withdrawn, never soon after the last mail, and three times at most.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rand::Rng;

use super::post;
use super::study::Study;
use super::wording::{Kind, MOST_REMINDERS};
use crate::domain::id::{InvitationId, SchoolId};
use crate::domain::time::day_in;
use crate::storage::audit::{self, Act};
use crate::storage::invitations::{self, Status};
use crate::storage::objections::Silence;
use crate::storage::outbox::{self, Mail, State};
use crate::storage::windows::{Phase, Window};
use crate::storage::{StorageError, Tx};

/// How patient the study is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// So many days without a save is a standstill.
    pub stalled_days: i64,
    /// So many days lie between two mails to one person.
    pub pause_days: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            stalled_days: 3,
            pause_days: 5,
        }
    }
}

/// Why someone is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standstill {
    NotOpened,
    NotBegun,
    Stalled,
}

/// Why someone is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spared {
    Finished,
    Withdrawn,
    /// Objects to being listed.
    Objects,
    /// Said no to research.
    Refused,
    Left,
    /// Saved something in the last days.
    Busy,
    /// The last mail, or the letter, is too recent.
    TooSoon,
    /// A mail is waiting or under way.
    Waiting,
    /// Three reminders have been sent.
    Enough,
    NoAddress,
    /// The last mail did not arrive: a letter is the way.
    Bounced,
}

impl Standstill {
    pub const ALL: [Self; 3] = [Self::NotOpened, Self::NotBegun, Self::Stalled];

    pub fn key(self) -> &'static str {
        match self {
            Self::NotOpened => "remind-not-opened",
            Self::NotBegun => "remind-not-begun",
            Self::Stalled => "remind-stalled",
        }
    }
}

impl Spared {
    pub const ALL: [Self; 11] = [
        Self::Finished,
        Self::Withdrawn,
        Self::Objects,
        Self::Refused,
        Self::Left,
        Self::Busy,
        Self::TooSoon,
        Self::Waiting,
        Self::Enough,
        Self::NoAddress,
        Self::Bounced,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Finished => "spared-finished",
            Self::Withdrawn => "spared-withdrawn",
            Self::Objects => "spared-objects",
            Self::Refused => "spared-refused",
            Self::Left => "spared-left",
            Self::Busy => "spared-busy",
            Self::TooSoon => "spared-too-soon",
            Self::Waiting => "spared-waiting",
            Self::Enough => "spared-enough",
            Self::NoAddress => "spared-no-address",
            Self::Bounced => "spared-bounced",
        }
    }
}

pub type Decision = Result<(Standstill, Kind), Spared>;

/// One invitation, decided. Pure: rows and the time in, the decision out.
pub fn decide(
    status: &Status,
    mails: &[&Mail],
    patience: Patience,
    (now, zone): (DateTime<Utc>, Tz),
) -> Decision {
    if status.withdrawn_at.is_some() {
        return Err(Spared::Withdrawn);
    }
    if status.submitted_at.is_some() {
        return Err(Spared::Finished);
    }
    match status.silent {
        Some(Silence::Objects) => return Err(Spared::Objects),
        Some(Silence::Refused) => return Err(Spared::Refused),
        None => {}
    }
    if status.left_on.is_some_and(|left| left <= day_in(zone, now)) {
        return Err(Spared::Left);
    }
    let counted: Vec<&&Mail> = mails
        .iter()
        .filter(|mail| mail.state != State::Cancelled)
        .collect();
    if counted
        .iter()
        .any(|mail| matches!(mail.state, State::Queued | State::Sending))
    {
        return Err(Spared::Waiting);
    }
    if status.email.is_none() {
        return Err(Spared::NoAddress);
    }
    let last = counted.iter().max_by_key(|mail| mail.queued_at);
    if last.is_some_and(|mail| matches!(mail.state, State::Bounced | State::Failed)) {
        return Err(Spared::Bounced);
    }
    let reminders = mails
        .iter()
        .filter_map(|mail| Kind::from_key(&mail.kind))
        .filter(|kind| kind.is_reminder());
    let number = reminders.count() + 1;
    if number > MOST_REMINDERS {
        return Err(Spared::Enough);
    }
    // Someone who was invited on paper was asked when the link was made.
    let asked_at = counted
        .iter()
        .filter_map(|mail| mail.tried_at)
        .max()
        .unwrap_or(status.created_at);
    if now - asked_at < TimeDelta::days(patience.pause_days) {
        return Err(Spared::TooSoon);
    }
    let begun = status.saved_at.or(status.started_at);
    let standstill = match (status.opened_at, begun) {
        (_, Some(saved)) if now - saved < TimeDelta::days(patience.stalled_days) => {
            return Err(Spared::Busy);
        }
        (_, Some(_)) => Standstill::Stalled,
        (Some(_), None) => Standstill::NotBegun,
        (None, None) => Standstill::NotOpened,
    };
    Ok((standstill, Kind::Reminder(number)))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub status: Status,
    pub decision: Decision,
}

/// What reminding would do for each invitation.
pub fn plan(
    statuses: Vec<Status>,
    mails: &[Mail],
    patience: Patience,
    (now, zone): (DateTime<Utc>, Tz),
) -> Vec<Planned> {
    let mut of: BTreeMap<InvitationId, Vec<&Mail>> = BTreeMap::new();
    for mail in mails {
        of.entry(mail.invitation_id).or_default().push(mail);
    }
    statuses
        .into_iter()
        .map(|status| {
            let own = of.get(&status.invitation_id).map_or(&[][..], Vec::as_slice);
            let decision = decide(&status, own, patience, (now, zone));
            Planned { status, decision }
        })
        .collect()
}

/// What reminding would do for one cohort in one wave, read afresh.
pub async fn plan_window(
    tx: &mut Tx,
    study: &Study,
    window: &Window,
    patience: Patience,
    now: DateTime<Utc>,
) -> Result<Vec<Planned>, StorageError> {
    let statuses = invitations::statuses(tx, study.study_id, &window.cohort, &window.wave).await?;
    let mails = outbox::of_study(tx, study.study_id).await?;
    let at = (now, study.design.time_zone);
    Ok(plan(statuses, &mails, patience, at))
}

#[derive(Debug, thiserror::Error)]
pub enum RemindRefusal {
    #[error("reminders go out while a wave is open, and {cohort} {wave} is not")]
    NotOpen { cohort: String, wave: String },
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Whom to remind: everybody, the people of one school, or one person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Whom {
    pub school: Option<SchoolId>,
    pub invitation: Option<InvitationId>,
}

/// Queues the reminders that the plan says now; gives how many.
pub async fn queue(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    window: &Window,
    patience: Patience,
    whom: Whom,
) -> Result<usize, RemindRefusal> {
    if window.phase(act.at) != Phase::Open {
        return Err(RemindRefusal::NotOpen {
            cohort: window.cohort.clone(),
            wave: window.wave.clone(),
        });
    }
    let chosen: Vec<(InvitationId, Kind)> = plan_window(tx, study, window, patience, act.at)
        .await?
        .iter()
        .filter(|planned| {
            whom.school.is_none_or(|id| id == planned.status.school_id)
                && whom
                    .invitation
                    .is_none_or(|id| id == planned.status.invitation_id)
        })
        .filter_map(|planned| {
            let (_, kind) = planned.decision.ok()?;
            Some((planned.status.invitation_id, kind))
        })
        .collect();
    let at = post::not_before(study, window, act.at);
    let queued = post::queue(tx, act, rng, &chosen, at).await?;
    let detail = format!("{} {}: {queued}", window.cohort, window.wave);
    audit::record(tx, act, "remind", &window.window_id.to_string(), &detail);
    Ok(queued)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::id::MemberId;
    use crate::domain::language::Language;

    fn day(number: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(number)
    }

    fn invited() -> Status {
        Status {
            invitation_id: InvitationId(Uuid::from_u128(1)),
            issue: 1,
            member_id: MemberId(Uuid::from_u128(2)),
            school_id: SchoolId(Uuid::from_u128(3)),
            role: "teacher".into(),
            name: "Anna".into(),
            email: Some("a@example.org".into()),
            language: Language::Nl,
            left_on: None,
            created_at: day(0),
            opened_at: None,
            started_at: None,
            saved_at: None,
            submitted_at: None,
            withdrawn_at: None,
            silent: None,
        }
    }

    fn mail(kind: &str, state: State, tried: i64) -> Mail {
        Mail {
            mail_id: Uuid::nil(),
            invitation_id: InvitationId(Uuid::from_u128(1)),
            school_id: SchoolId(Uuid::from_u128(3)),
            wave: "T1".into(),
            kind: kind.into(),
            state,
            not_before: day(tried),
            queued_at: day(tried),
            tried_at: (state != State::Queued).then(|| day(tried)),
            tries: 1,
            settled_at: None,
            problem: None,
            name: "Anna".into(),
            email: Some("a@example.org".into()),
        }
    }

    #[test]
    fn whom_to_remind_by_state() {
        let (sent, queued) = (State::Sent, State::Queued);
        let first = || mail("invitation", sent, 0);
        let opened = || Status {
            opened_at: Some(day(1)),
            ..invited()
        };
        let begun = |saved: i64| Status {
            started_at: Some(day(1)),
            saved_at: Some(day(saved)),
            ..opened()
        };
        let one = Ok((Standstill::NotOpened, Kind::Reminder(1)));
        // On day ten, unless the last column says another day; five days between mails, three days is a standstill.
        for (status, mails, expected, at) in [
            (invited(), vec![first()], one, 10),
            (invited(), vec![], one, 10),
            (invited(), vec![], one, 5),
            (invited(), vec![], Err(Spared::TooSoon), 4),
            (invited(), vec![first()], Err(Spared::TooSoon), 4),
            (
                invited(),
                vec![mail("invitation", queued, 0)],
                Err(Spared::Waiting),
                10,
            ),
            (
                invited(),
                vec![mail("invitation", State::Sending, 0)],
                Err(Spared::Waiting),
                10,
            ),
            (
                invited(),
                vec![mail("invitation", State::Unknown, 0)],
                one,
                10,
            ),
            (
                invited(),
                vec![mail("invitation", State::Unknown, 6)],
                Err(Spared::TooSoon),
                10,
            ),
            (
                invited(),
                vec![mail("invitation", State::Bounced, 0)],
                Err(Spared::Bounced),
                10,
            ),
            (
                invited(),
                vec![mail("invitation", State::Failed, 0)],
                Err(Spared::Bounced),
                10,
            ),
            (
                invited(),
                vec![mail("invitation", State::Cancelled, 9)],
                one,
                10,
            ),
            (
                invited(),
                vec![first(), mail("reminder_1", sent, 4)],
                Ok((Standstill::NotOpened, Kind::Reminder(2))),
                10,
            ),
            (
                invited(),
                vec![first(), mail("reminder_1", sent, 6)],
                Err(Spared::TooSoon),
                10,
            ),
            (
                invited(),
                vec![
                    first(),
                    mail("reminder_1", sent, 1),
                    mail("reminder_2", sent, 2),
                    mail("reminder_3", sent, 3),
                ],
                Err(Spared::Enough),
                10,
            ),
            (
                opened(),
                vec![first()],
                Ok((Standstill::NotBegun, Kind::Reminder(1))),
                10,
            ),
            (
                begun(7),
                vec![first()],
                Ok((Standstill::Stalled, Kind::Reminder(1))),
                10,
            ),
            (begun(8), vec![first()], Err(Spared::Busy), 10),
            (
                Status {
                    saved_at: None,
                    ..begun(7)
                },
                vec![first()],
                Ok((Standstill::Stalled, Kind::Reminder(1))),
                10,
            ),
            (
                Status {
                    email: None,
                    ..invited()
                },
                vec![],
                Err(Spared::NoAddress),
                10,
            ),
            (
                Status {
                    submitted_at: Some(day(2)),
                    ..begun(2)
                },
                vec![first()],
                Err(Spared::Finished),
                10,
            ),
            (
                Status {
                    withdrawn_at: Some(day(2)),
                    ..begun(2)
                },
                vec![first()],
                Err(Spared::Withdrawn),
                10,
            ),
            (
                Status {
                    withdrawn_at: Some(day(3)),
                    submitted_at: Some(day(2)),
                    ..begun(2)
                },
                vec![],
                Err(Spared::Withdrawn),
                10,
            ),
            (
                Status {
                    silent: Some(Silence::Objects),
                    ..begun(2)
                },
                vec![first()],
                Err(Spared::Objects),
                10,
            ),
            (
                Status {
                    silent: Some(Silence::Refused),
                    ..opened()
                },
                vec![first()],
                Err(Spared::Refused),
                10,
            ),
            (
                Status {
                    left_on: Some(day(10).date_naive()),
                    ..invited()
                },
                vec![first()],
                Err(Spared::Left),
                10,
            ),
            (
                Status {
                    left_on: Some(day(11).date_naive()),
                    ..invited()
                },
                vec![first()],
                one,
                10,
            ),
        ] {
            let own: Vec<&Mail> = mails.iter().collect();
            let found = decide(&status, &own, Patience::default(), (day(at), Tz::UTC));
            assert_eq!(found, expected, "{status:?} {mails:?} on day {at}");
        }
    }
}
