//! The outbox as verbs: a mail is queued with what it is about, taken by one sender, and settled once. A sender that was
//! killed in between leaves a mail of which nobody knows whether it arrived: that is told, and never tried again by itself.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use uuid::Uuid;

use super::quiet;
use super::study::Study;
use super::wording::{self, Kind, Values};
use crate::domain::id::{InvitationId, new_uuid};
use crate::domain::roster::Member;
use crate::domain::time::day_in;
use crate::domain::token::LinkKey;
use crate::locale::Words;
use crate::storage::audit::{self, Act};
use crate::storage::invitations::Opened;
use crate::storage::outbox::{self, State};
use crate::storage::windows::{Phase, Window};
use crate::storage::{StorageError, Tx, invitations, rosters, schools, windows};

/// Minutes to wait after each failure that may pass: a day in all, and then it is given up.
const WAITS: [i64; 6] = [5, 15, 60, 180, 360, 820];

/// Where this mail can go out at the earliest: when the window is open, and not at a quiet time.
pub fn not_before(study: &Study, window: &Window, now: DateTime<Utc>) -> DateTime<Utc> {
    let zone = study.design.time_zone;
    quiet::not_before(&study.design.quiet, zone, now.max(window.opens_at))
}

/// Queues mail in the transaction of what it is about. Gives how many are new: a kind that was queued before for the
/// same invitation is left as it is, whatever became of it.
pub async fn queue(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    mails: &[(InvitationId, Kind)],
    not_before: DateTime<Utc>,
) -> Result<usize, StorageError> {
    let mut new = 0;
    for (invitation, kind) in mails {
        let mail_id = new_uuid(act.at, rng);
        let key = kind.key();
        new +=
            usize::from(outbox::queue(tx, mail_id, *invitation, &key, not_before, act.at).await?);
    }
    Ok(new)
}

/// A mail that a sender has taken, in the words of its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub mail_id: Uuid,
    pub invitation_id: InvitationId,
    pub kind: String,
    pub tries: i64,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub body: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// There is nothing to send now.
    Nothing,
    /// The next one is not needed any more, or not yet: go on to the one after it.
    PassedOver,
    Mail(Box<Taken>),
}

/// Takes the next mail that is due. Only after this is committed may it be sent.
pub async fn claim(
    tx: &mut Tx,
    act: &Act,
    key: &LinkKey,
    base: &str,
    study: &Study,
    node: &str,
) -> Result<Claimed, StorageError> {
    let design = &study.design;
    if !design.unmet().is_empty() || !quiet::allowed(&design.quiet, design.time_zone, act.at) {
        return Ok(Claimed::Nothing);
    }
    let Some(mail_id) = outbox::claim(tx, study.study_id, node, act.at).await? else {
        return Ok(Claimed::Nothing);
    };
    let Some(mail) = outbox::one(tx, study.study_id, mail_id).await? else {
        return Ok(Claimed::Nothing);
    };
    let opened = invitations::open(tx, mail.invitation_id).await?;
    let window = match &opened {
        Some(opened) => window_of(tx, study, opened).await?,
        None => None,
    };
    let (Some(opened), Some(window), Some(kind)) = (opened, window, Kind::from_key(&mail.kind))
    else {
        outbox::settle(tx, mail_id, State::Cancelled, Some("not asked"), act.at).await?;
        return Ok(Claimed::PassedOver);
    };
    if window.phase(act.at) == Phase::NotYetOpen {
        let at = not_before(study, &window, act.at);
        outbox::put_off(tx, mail_id, at, "not open yet").await?;
        return Ok(Claimed::PassedOver);
    }
    let members = rosters::of_school(tx, opened.school_id).await?;
    let place = schools::key_of(tx, opened.school_id)
        .await?
        .unwrap_or_default();
    let own = |member: &&Member| member.member_id == opened.invitation.member_id;
    let today = day_in(design.time_zone, act.at);
    let needless = if opened.invitation.submitted_at.is_some() {
        Some("submitted")
    } else if opened.invitation.withdrawn_at.is_some() {
        Some("withdrawn")
    } else if opened.objection.is_some() {
        Some("objects")
    } else if opened.research.is_some_and(|decision| !decision.given) {
        Some("refused")
    } else if window.phase(act.at) != Phase::Open {
        Some("closed")
    } else if mail.email.is_none() {
        Some("no address")
    } else {
        match members.iter().find(own) {
            Some(member) if member.left_on.is_some_and(|left| left <= today) => Some("left"),
            Some(member)
                if study
                    .due(Some(&place), &window.wave, &member.roles)
                    .is_empty() =>
            {
                Some("not asked")
            }
            Some(_) => None,
            None => Some("not on the list"),
        }
    };
    let (None, Some(to_address)) = (needless, mail.email) else {
        outbox::settle(tx, mail_id, State::Cancelled, needless, act.at).await?;
        let noun = opened.invitation.invitation_id.to_string();
        let detail = format!("{}: {}", mail.kind, needless.unwrap_or_default());
        audit::record(tx, act, "mail cancelled", &noun, &detail);
        return Ok(Claimed::PassedOver);
    };
    let values = values(key, base, study, (&opened, &members, &place), &window);
    let (subject, body) = wording::wording(design, kind, opened.language, &values);
    Ok(Claimed::Mail(Box::new(Taken {
        mail_id,
        invitation_id: mail.invitation_id,
        kind: mail.kind,
        tries: mail.tries,
        to_name: opened.name,
        to_address,
        subject,
        body,
    })))
}

async fn window_of(
    tx: &mut Tx,
    study: &Study,
    opened: &Opened,
) -> Result<Option<Window>, StorageError> {
    let all = windows::of_study(tx, study.study_id).await?;
    Ok(all
        .into_iter()
        .find(|window| window.cohort == opened.cohort && window.wave == opened.invitation.wave))
}

/// What stands in the places of a text for one invited person, with the link as it is now.
fn values(
    key: &LinkKey,
    base: &str,
    study: &Study,
    (opened, members, place): (&Opened, &[Member], &str),
    window: &Window,
) -> Values {
    let w = Words(opened.language);
    let roles = members
        .iter()
        .find(|member| member.member_id == opened.invitation.member_id)
        .map(|member| member.roles.clone())
        .unwrap_or_default();
    let due: Vec<_> = study
        .due(Some(place), &window.wave, &roles)
        .into_iter()
        .filter(|instrument| !instrument.separate)
        .collect();
    let n_colleagues = members.len().saturating_sub(1);
    let minutes = wording::minutes(study, &window.wave, &due, opened.language, n_colleagues);
    let (id, issue) = (opened.invitation.invitation_id.0, opened.invitation.issue);
    Values {
        name: opened.name.clone(),
        school: opened.school_name.clone(),
        link: format!("{base}/r#{}", key.token(id, issue)),
        code: key.code(id, issue),
        closes: w.day_and_time(window.closes_at, study.design.time_zone),
        minutes: w.t1("minutes", "n", minutes),
    }
}

/// How sending ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Sent,
    Bounced(String),
    Later(String),
    Unknown(String),
}

/// Says how it ended, and gives the state that the mail is in from now on.
pub async fn settle(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    taken: &Taken,
    outcome: &Outcome,
) -> Result<State, StorageError> {
    let (state, problem) = match outcome {
        Outcome::Sent => (State::Sent, None),
        Outcome::Bounced(why) => (State::Bounced, Some(why)),
        Outcome::Unknown(why) => (State::Unknown, Some(why)),
        Outcome::Later(why) => {
            let tries = usize::try_from(taken.tries).unwrap_or(usize::MAX);
            let wait = tries.checked_sub(1).and_then(|tried| WAITS.get(tried));
            match wait {
                Some(minutes) => {
                    let design = &study.design;
                    let at = act.at + TimeDelta::minutes(*minutes);
                    let at = quiet::not_before(&design.quiet, design.time_zone, at);
                    outbox::put_off(tx, taken.mail_id, at, why).await?;
                    (State::Queued, Some(why))
                }
                None => (State::Failed, Some(why)),
            }
        }
    };
    if state != State::Queued {
        let why = problem.map(String::as_str);
        outbox::settle(tx, taken.mail_id, state, why, act.at).await?;
    }
    let detail = format!("{} {}", taken.kind, state.key());
    audit::record(tx, act, "mail", &taken.invitation_id.to_string(), &detail);
    Ok(state)
}

/// A machine that has a mail under way says so.
pub async fn beat(
    tx: &mut Tx,
    mail_id: Uuid,
    node: &str,
    at: DateTime<Utc>,
) -> Result<(), StorageError> {
    outbox::beat(tx, mail_id, node, at).await
}

/// What this machine had taken when it was killed, and what others had that have said nothing `since`, is given up as
/// unknown. Should another live after all, it still says how its mail ended.
pub async fn recover(
    tx: &mut Tx,
    act: &Act,
    node: &str,
    since: DateTime<Utc>,
) -> Result<u64, StorageError> {
    let interrupted = outbox::give_up_interrupted(tx, node, since, act.at).await?;
    if interrupted > 0 {
        audit::record(
            tx,
            act,
            "mail interrupted",
            "outbox",
            &interrupted.to_string(),
        );
    }
    Ok(interrupted)
}

/// A mail that came back later, in somebody's own mailbox.
pub async fn mark_bounced(tx: &mut Tx, act: &Act, mail_id: Uuid) -> Result<bool, StorageError> {
    let marked = outbox::mark_bounced(tx, mail_id, act.at).await?;
    if marked {
        audit::record(tx, act, "mark bounced", &mail_id.to_string(), "");
    }
    Ok(marked)
}

/// The owner wants a mail sent that did not arrive, or perhaps not.
pub async fn send_again(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    mail_id: Uuid,
) -> Result<bool, StorageError> {
    let design = &study.design;
    let at = quiet::not_before(&design.quiet, design.time_zone, act.at);
    let queued = outbox::queue_again(tx, mail_id, at).await?;
    if queued {
        audit::record(tx, act, "send again", &mail_id.to_string(), "");
    }
    Ok(queued)
}

/// Someone looks at links or at who has not answered: the one thing that a look leaves behind.
pub async fn look(
    tx: &mut Tx,
    act: &Act,
    verb: &str,
    noun: &str,
    detail: &str,
) -> Result<(), StorageError> {
    audit::record(tx, act, verb, noun, detail);
    Ok(())
}
