//! Invites the members of a school to a wave. Who is invited already keeps the same link; re-issue gives a new one.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rand::{Rng, RngExt};

use super::post;
use super::study::Study;
use super::wording::Kind;
use crate::domain::id::{InvitationId, MemberId, SchoolId};
use crate::domain::invitation::Letter;
use crate::domain::language::Language;
use crate::domain::roster::Member;
use crate::domain::study::Order;
use crate::domain::time::day_in;
use crate::domain::token::{LinkKey, token_hash};
use crate::storage::audit::{self, Act};
use crate::storage::invitations::{self, Invitation};
use crate::storage::objections::{self, Silence};
use crate::storage::outbox::State;
use crate::storage::windows::{Phase, Window};
use crate::storage::{StorageError, Tx, links, rosters, schools};

/// How an invitation reaches someone, or why it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// Would get mail.
    Mail,
    /// Has no address: a letter.
    Letter,
    /// Has had mail, or it is waiting to go.
    Mailed,
    /// Has had mail that did not arrive: a letter.
    Bounced,
    Finished,
    Withdrawn,
    /// Objects to being listed.
    Objects,
    /// Said no to research.
    Refused,
    /// Has an instrument to answer in other waves, or none.
    NothingDue,
    /// Not on the staff list in the time of this window.
    NotThere,
}

impl Way {
    pub const ALL: [Self; 10] = [
        Self::Mail,
        Self::Letter,
        Self::Mailed,
        Self::Bounced,
        Self::Finished,
        Self::Withdrawn,
        Self::Objects,
        Self::Refused,
        Self::NothingDue,
        Self::NotThere,
    ];

    pub fn key(self) -> &'static str {
        match self {
            Self::Mail => "way-mail",
            Self::Letter => "way-letter",
            Self::Mailed => "way-mailed",
            Self::Bounced => "way-bounced",
            Self::Finished => "way-finished",
            Self::Withdrawn => "way-withdrawn",
            Self::Objects => "way-objects",
            Self::Refused => "way-refused",
            Self::NothingDue => "way-nothing-due",
            Self::NotThere => "way-not-there",
        }
    }
}

/// Someone on a staff list, and what inviting would do for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub member_id: MemberId,
    pub name: String,
    pub email: Option<String>,
    pub language: Language,
    pub way: Way,
    pub invitation: Option<Invitation>,
}

/// Whether someone is asked anything in a window: on the list while it is open, with something to answer, and without
/// having said not to be asked.
fn asked(
    study: &Study,
    place: &str,
    window: &Window,
    member: &Member,
    silent: &BTreeMap<MemberId, Silence>,
    now: DateTime<Utc>,
) -> Result<(), Way> {
    // Who has left in the meantime was there, and cannot be asked any more.
    let zone = study.design.time_zone;
    let (first, last) = window.days(zone);
    let today = day_in(zone, now);
    let (first, last) = (first.max(today), last.max(today));
    if let Some(silence) = silent.get(&member.member_id) {
        Err(match silence {
            Silence::Objects => Way::Objects,
            Silence::Refused => Way::Refused,
        })
    } else if !member.present_between(first, last) {
        Err(Way::NotThere)
    } else if study
        .due(Some(place), &window.wave, &member.roles)
        .is_empty()
    {
        Err(Way::NothingDue)
    } else {
        Ok(())
    }
}

/// What inviting a school would do, without doing it. `mails` holds how far the invitations by mail are.
pub async fn plan(
    tx: &mut Tx,
    study: &Study,
    school_id: SchoolId,
    window: &Window,
    mails: &BTreeMap<InvitationId, State>,
    now: DateTime<Utc>,
) -> Result<Vec<Candidate>, StorageError> {
    let mut contacts = rosters::contacts_of_school(tx, school_id).await?;
    let mut invited = invitations::of_school(tx, school_id, &window.wave).await?;
    let silent = objections::silent_at(tx, school_id).await?;
    let place = schools::key_of(tx, school_id).await?.unwrap_or_default();
    Ok(rosters::of_school(tx, school_id)
        .await?
        .into_iter()
        .filter_map(|member| {
            let contact = contacts.remove(&member.member_id)?;
            let invitation = invited.remove(&member.member_id);
            let mail = invitation
                .as_ref()
                .and_then(|known| mails.get(&known.invitation_id));
            let asked = asked(study, &place, window, &member, &silent, now);
            let way = match &invitation {
                Some(known) if known.withdrawn_at.is_some() => Way::Withdrawn,
                Some(known) if known.submitted_at.is_some() => Way::Finished,
                _ => match (asked, mail) {
                    (Err(why @ (Way::Objects | Way::Refused)), _) => why,
                    (_, Some(State::Bounced | State::Failed)) => Way::Bounced,
                    (_, Some(_)) => Way::Mailed,
                    (Err(why), None) => why,
                    (Ok(()), None) if contact.email.is_some() => Way::Mail,
                    (Ok(()), None) => Way::Letter,
                },
            };
            Some(Candidate {
                member_id: member.member_id,
                name: contact.name,
                email: contact.email,
                language: contact.language,
                way,
                invitation,
            })
        })
        .collect())
}

#[derive(Debug, thiserror::Error)]
pub enum InviteRefusal {
    #[error("{cohort} {wave} is over: nobody can be invited to it any more")]
    Over { cohort: String, wave: String },
    #[error("the study's conditions are not recorded yet: {0}")]
    Unmet(String),
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// Invites a school, and in the same transaction queues a mail for everyone with an address who has had none. Gives the
/// letters of everyone, and how many mails are new.
pub async fn invite_by_mail(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    study: &Study,
    school_id: SchoolId,
    window: &Window,
) -> Result<(Vec<Letter>, usize), InviteRefusal> {
    if matches!(window.phase(act.at), Phase::Overtime | Phase::Closed) {
        return Err(InviteRefusal::Over {
            cohort: window.cohort.clone(),
            wave: window.wave.clone(),
        });
    }
    let unmet: Vec<&str> = study.design.unmet().iter().map(|one| one.key()).collect();
    if !unmet.is_empty() {
        return Err(InviteRefusal::Unmet(unmet.join(", ")));
    }
    let letters = invite(tx, act, rng, key, study, school_id, window).await?;
    let done = invitations::of_school(tx, school_id, &window.wave).await?;
    let open = |letter: &&Letter| {
        letter.email.is_some()
            && done
                .get(&letter.member_id)
                .is_some_and(|known| known.submitted_at.is_none() && known.withdrawn_at.is_none())
    };
    let mails: Vec<(InvitationId, Kind)> = letters
        .iter()
        .filter(open)
        .map(|letter| (letter.invitation_id, Kind::Invitation))
        .collect();
    let at = post::not_before(study, window, act.at);
    let queued = post::queue(tx, act, rng, &mails, at).await?;
    let detail = format!("{}: {queued}", window.wave);
    audit::record(
        tx,
        act,
        "queue invitations",
        &school_id.to_string(),
        &detail,
    );
    Ok((letters, queued))
}

/// Everyone on the staff list during the window who has something to answer in it, and may be asked.
pub async fn invite(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    study: &Study,
    school_id: SchoolId,
    window: &Window,
) -> Result<Vec<Letter>, StorageError> {
    let contacts = rosters::contacts_of_school(tx, school_id).await?;
    let invited = invitations::of_school(tx, school_id, &window.wave).await?;
    let silent = objections::silent_at(tx, school_id).await?;
    let place = schools::key_of(tx, school_id).await?.unwrap_or_default();
    let mut letters = Vec::new();
    for member in rosters::of_school(tx, school_id).await? {
        if asked(study, &place, window, &member, &silent, act.at).is_err() {
            continue;
        }
        let Some(contact) = contacts.get(&member.member_id) else {
            continue;
        };
        let known = invited.get(&member.member_id);
        let (invitation_id, issue) = match known {
            Some(known) => (known.invitation_id, known.issue),
            None => (free_id(tx, act, rng, key).await?, 1),
        };
        let token = key.token(invitation_id.0, issue);
        if known.is_none() {
            let invitation = Invitation {
                invitation_id,
                member_id: member.member_id,
                wave: window.wave.clone(),
                issue,
                order_seed: match study.design.network.order {
                    Order::Name => 0,
                    // Zero is the order by name.
                    Order::Random => rng.random_range(1..=i64::from(i32::MAX)),
                },
                opened_at: None,
                submitted_at: None,
                receipt: None,
                withdrawn_at: None,
            };
            let selector = key.selector(invitation_id.0, issue);
            invitations::insert(tx, &invitation, &token_hash(&token), &selector, act.at).await?;
        }
        letters.push(Letter {
            invitation_id,
            member_id: member.member_id,
            name: contact.name.clone(),
            email: contact.email.clone(),
            language: contact.language,
            token,
            code: key.code(invitation_id.0, issue),
            new: known.is_none(),
        });
    }
    let new = letters.iter().filter(|letter| letter.new).count();
    audit::record(
        tx,
        act,
        "invite",
        &school_id.to_string(),
        &format!("{}: {new} new", window.wave),
    );
    Ok(letters)
}

/// An id whose code begins like no other.
async fn free_id(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
) -> Result<InvitationId, StorageError> {
    loop {
        let id = InvitationId::new(act.at, rng);
        if !links::selector_is_taken(tx, &key.selector(id.0, 1)).await? {
            return Ok(id);
        }
    }
}

/// Gives one invitation a new link and code; the old ones open nothing from now on.
pub async fn reissue(
    tx: &mut Tx,
    act: &Act,
    key: &LinkKey,
    invitation: &Invitation,
) -> Result<(String, String), StorageError> {
    let id = invitation.invitation_id;
    let mut issue = invitation.issue + 1;
    while links::selector_is_taken(tx, &key.selector(id.0, issue)).await? {
        issue += 1;
    }
    let (token, selector) = (key.token(id.0, issue), key.selector(id.0, issue));
    invitations::reissue(tx, id, issue, &token_hash(&token), &selector).await?;
    audit::record(tx, act, "reissue", &id.to_string(), &issue.to_string());
    Ok((token, key.code(id.0, issue)))
}
