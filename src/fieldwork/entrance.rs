//! A code that lets many in: it is opened for a class or an open group in one wave, and shut again. Behind it everybody
//! answers by an invitation of their own, as respondents with a link do.

use rand::{Rng, RngExt};
use uuid::Uuid;

use super::enter::{self, Visit};
use super::study::Study;
use crate::domain::id::{InvitationId, MemberId, PersonId, SchoolId, StudyId, new_uuid};
use crate::domain::language::Language;
use crate::domain::roster::{Member, Unit};
use crate::domain::token::{LinkKey, Presented, same_secret, token_hash};
use crate::storage::audit::{self, Act};
use crate::storage::entrances::{self, Entrance};
use crate::storage::invitations::{self, Invitation};
use crate::storage::links::{self, Opens};
use crate::storage::rosters::{self, Contact};
use crate::storage::schools::{self, School};
use crate::storage::windows::{self, Phase};
use crate::storage::{StorageError, Tx};

#[derive(Debug, thiserror::Error)]
pub enum EntranceRefusal {
    #[error("the wave is not open, so that nobody can be let in")]
    NotOpen,
    #[error("the study's conditions are not recorded yet: {0}")]
    Unmet(String),
    #[error("nobody in this unit is asked anything in this wave")]
    NothingDue,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

impl EntranceRefusal {
    /// The words in which a page tells it.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotOpen | Self::Failed(_) => "entrance-not-open",
            Self::Unmet(_) => "entrance-unmet",
            Self::NothingDue => "entrance-nothing-due",
        }
    }
}

/// Makes a class, raters or an open group, unless there is one with this key.
pub async fn make_unit(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study_id: StudyId,
    part_of: Option<SchoolId>,
    (cohort, key, name): (&str, &str, &str),
) -> Result<SchoolId, StorageError> {
    let all = schools::all_of_study(tx, study_id).await?;
    if let Some(known) = all.iter().find(|unit| unit.key == key) {
        return Ok(known.school_id);
    }
    let unit = School {
        school_id: SchoolId::new(act.at, rng),
        cohort: cohort.to_owned(),
        key: key.to_owned(),
        name: name.to_owned(),
    };
    schools::insert_part(tx, study_id, part_of, &unit).await?;
    let kind = Unit::of_key(key).kind();
    audit::record(tx, act, "make unit", &unit.school_id.to_string(), kind);
    Ok(unit.school_id)
}

/// Opens the door of a unit for a wave and gives its code; the same code as long as it is not shut or issued anew.
pub async fn open(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    study: &Study,
    unit: &School,
    wave: &str,
) -> Result<String, EntranceRefusal> {
    let unmet: Vec<&str> = study.design.unmet().iter().map(|one| one.key()).collect();
    if !unmet.is_empty() {
        return Err(EntranceRefusal::Unmet(unmet.join(", ")));
    }
    let all = windows::of_study(tx, study.study_id).await?;
    let window = all
        .iter()
        .find(|window| window.cohort == unit.cohort && window.wave == wave);
    if !window.is_some_and(|window| matches!(window.phase(act.at), Phase::NotYetOpen | Phase::Open))
    {
        return Err(EntranceRefusal::NotOpen);
    }
    let known = entrances::of_unit(tx, unit.school_id, wave).await?;
    if let Some(known) = known.as_ref().filter(|known| known.shut_at.is_none()) {
        return Ok(key.code(known.entrance_id, known.issue));
    }
    let mut entrance = known.unwrap_or(Entrance {
        entrance_id: new_uuid(act.at, rng),
        study_id: study.study_id,
        unit: unit.school_id,
        wave: wave.to_owned(),
        issue: 0,
        opened_at: act.at,
        shut_at: None,
    });
    let is_new = entrance.issue == 0;
    entrance.issue += 1;
    let mut selector = key.selector(entrance.entrance_id, entrance.issue);
    while is_taken(tx, &selector).await? {
        entrance.issue += 1;
        selector = key.selector(entrance.entrance_id, entrance.issue);
    }
    if is_new {
        entrances::insert(tx, &entrance, &selector).await?;
    } else {
        entrances::reissue(tx, entrance.entrance_id, entrance.issue, &selector).await?;
    }
    audit::record(tx, act, "open entrance", &unit.school_id.to_string(), wave);
    Ok(key.code(entrance.entrance_id, entrance.issue))
}

async fn is_taken(tx: &mut Tx, selector: &str) -> Result<bool, StorageError> {
    Ok(entrances::selector_is_taken(tx, selector).await?
        || links::selector_is_taken(tx, selector).await?
        || invitations::by_selector(tx, selector).await?.is_some())
}

/// From now on the code opens nothing; who is in goes on.
pub async fn shut(tx: &mut Tx, act: &Act, entrance: &Entrance) -> Result<(), StorageError> {
    entrances::shut(tx, entrance.entrance_id, act.at).await?;
    let noun = entrance.unit.to_string();
    audit::record(tx, act, "shut entrance", &noun, &entrance.wave);
    Ok(())
}

/// The door that a typed code opens, if it is open.
pub async fn find(
    tx: &mut Tx,
    key: &LinkKey,
    presented: &Presented,
) -> Result<Option<Entrance>, StorageError> {
    let Presented::Code { selector, code } = presented else {
        return Ok(None);
    };
    let found = entrances::by_selector(tx, selector).await?;
    Ok(found.filter(|found| {
        let own = key.code(found.entrance_id, found.issue).replace('-', "");
        found.shut_at.is_none() && same_secret(&own, code)
    }))
}

/// What a device carries after the code was typed on it: it finds the door again, as long as it is open under this code.
pub fn ticket(key: &LinkKey, entrance: &Entrance) -> String {
    let secret = key.token(entrance.entrance_id, entrance.issue);
    format!("{}.{secret}", entrance.entrance_id.simple())
}

/// The door that a device carries a ticket of, if it is still open.
pub async fn of_ticket(
    tx: &mut Tx,
    key: &LinkKey,
    ticket: &str,
) -> Result<Option<Entrance>, StorageError> {
    let Some((id, secret)) = ticket.split_once('.') else {
        return Ok(None);
    };
    let Ok(id) = Uuid::parse_str(id) else {
        return Ok(None);
    };
    let found = entrances::load(tx, id).await?;
    Ok(found.filter(|found| {
        let own = key.token(found.entrance_id, found.issue);
        found.shut_at.is_none() && same_secret(&own, secret)
    }))
}

/// Lets a member of the unit in: the invitation of this wave, made where there is none yet, and a visit on it.
pub async fn let_in(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    entrance: &Entrance,
    member_id: MemberId,
) -> Result<Visit, StorageError> {
    let known = invitations::of_school(tx, entrance.unit, &entrance.wave).await?;
    let (id, issue) = match known.get(&member_id) {
        Some(known) => (known.invitation_id, known.issue),
        None => {
            let mut id = InvitationId::new(act.at, rng);
            while is_taken(tx, &key.selector(id.0, 1)).await? {
                id = InvitationId::new(act.at, rng);
            }
            let invitation = Invitation {
                invitation_id: id,
                member_id,
                wave: entrance.wave.clone(),
                issue: 1,
                order_seed: 0,
                opened_at: None,
                submitted_at: None,
                receipt: None,
                withdrawn_at: None,
            };
            let (hash, selector) = (token_hash(&key.token(id.0, 1)), key.selector(id.0, 1));
            invitations::insert(tx, &invitation, &hash, &selector, act.at).await?;
            (id, 1)
        }
    };
    enter::begin(tx, act, rng, Opens::Invitation { id, issue }).await
}

/// Lets somebody into an open group: a new member without a name, in this role.
pub async fn join_group(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    key: &LinkKey,
    entrance: &Entrance,
    (role, language): (&str, Language),
) -> Result<Visit, StorageError> {
    let person_id = PersonId::new(act.at, rng);
    let contact = Contact {
        name: String::new(),
        email: None,
        language,
    };
    let own_key = format!("group-{:032x}", rng.random::<u128>());
    rosters::insert_person(tx, entrance.study_id, person_id, &own_key, &contact).await?;
    let member = Member {
        member_id: MemberId::new(act.at, rng),
        person_id,
        school_id: entrance.unit,
        name: String::new(),
        roles: vec![role.to_owned()],
        groups: Vec::new(),
        joined_on: None,
        left_on: None,
    };
    rosters::insert_member(tx, &member).await?;
    schools::list_changed(tx, entrance.unit).await?;
    let_in(tx, act, rng, key, entrance, member.member_id).await
}
