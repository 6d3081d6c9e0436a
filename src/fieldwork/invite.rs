//! Invites the members of a school to a wave. Who is invited already keeps the same link; re-issue gives a new one.

use rand::{Rng, RngExt};

use super::study::Study;
use crate::domain::id::{InvitationId, SchoolId};
use crate::domain::invitation::Letter;
use crate::domain::study::Order;
use crate::domain::token::{LinkKey, token_hash};
use crate::storage::audit::{self, Act};
use crate::storage::invitations::{self, Invitation};
use crate::storage::windows::Window;
use crate::storage::{StorageError, Tx, links, rosters};

/// Everyone on the staff list during the window who has something to answer in it.
pub async fn invite(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    study: &Study,
    school_id: SchoolId,
    window: &Window,
) -> Result<Vec<Letter>, StorageError> {
    let (first, last) = (window.opens_at.date_naive(), window.closes_at.date_naive());
    let contacts = rosters::contacts_of_school(tx, school_id).await?;
    let invited = invitations::of_school(tx, school_id, &window.wave).await?;
    let mut letters = Vec::new();
    for member in rosters::of_school(tx, school_id).await? {
        if !member.present_between(first, last) || study.due(&window.wave, &member.roles).is_empty()
        {
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
    )
    .await?;
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
    audit::record(tx, act, "reissue", &id.to_string(), &issue.to_string()).await?;
    Ok((token, key.code(id.0, issue)))
}
