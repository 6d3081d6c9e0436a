//! Forgets a person: who it is and how to reach them, everything they answered, decided and were sent, and their name
//! wherever somebody else wrote it: among colleagues who were missing, and in whatever is written freely about their schools.
//! There a name, whole or in part, becomes `[…]`; who bears the same first name loses it there as well. Ties towards the person are answers of others; the person chooses what becomes of them:
//!
//! | policy | named by others | role and groups | on closed lists |
//! |---|---|---|---|
//! | A | counted, without a name | kept, but for roles of one or two people | yes |
//! | B | counted, without a name | gone | yes |
//! | C | gone from every answer | gone | no |
//!
//! As with an objection, own answers are not used in any of them; here they are gone. What was told to schools stays told,
//! under another pseudonym: the ledger of releases needs that there was someone, and must not say who. Everything that was
//! concluded goes, and is concluded anew from what is left. Accounts and links are not touched: whoever held one as the
//! staff of a study holds it still.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha12Rng;

use super::study::Study;
pub use crate::domain::erasure::Entry;
use crate::domain::id::{MemberId, PersonId, SchoolId, StudyId, new_uuid};
use crate::domain::masking::{Known, mask};
use crate::domain::roster::likeness;
use crate::domain::study::Objection;
use crate::domain::time::day_in;
use crate::storage::audit::{self, Act};
use crate::storage::write_ins::{self, Matched, Written};
use crate::storage::{
    StorageError, Store, Tx, erasing, erasures, free_texts, releases, roster_events, studies,
};

/// What stands in the place of a name, between brackets: in every language.
const STRUCK: &str = "…";

#[derive(Debug, thiserror::Error)]
pub enum EraseRefusal {
    #[error("no such person in this study")]
    Unknown,
    #[error(transparent)]
    Failed(#[from] StorageError),
}

/// What there was of the person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Erased {
    pub memberships: usize,
    pub invitations: usize,
    /// Answers of others in which the name was written.
    pub written_by_others: usize,
    /// Notes, agreements, reports and answers in words in which it stood.
    pub free_texts: usize,
    /// Something was concluded with the person, and is to be concluded anew.
    pub concluded: bool,
}

/// The entries of the ledger that forgetting this person makes: one for every id that turned out to be theirs.
pub async fn entries(
    tx: &mut Tx,
    study: &Study,
    person_id: PersonId,
    policy: Objection,
    at: DateTime<Utc>,
) -> Result<Vec<Entry>, EraseRefusal> {
    let persons = erasing::persons(tx, study.study_id, person_id).await?;
    if persons.is_empty() {
        return Err(EraseRefusal::Unknown);
    }
    let entry = |person_id| Entry {
        study: study.design.key.clone(),
        person_id,
        policy,
        at,
    };
    Ok(persons.into_iter().map(entry).collect())
}

/// `asked_at`: when it was asked, which is when it is done but for a copy that is brought up to date.
pub async fn erase(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    (person_id, policy): (PersonId, Objection),
    asked_at: DateTime<Utc>,
) -> Result<Erased, EraseRefusal> {
    let study_id = study.study_id;
    roster_events::hold(tx, study_id).await?;
    let entries = entries(tx, study, person_id, policy, asked_at).await?;
    let mut memberships = Vec::new();
    for entry in &entries {
        memberships.extend(erasing::memberships(tx, entry.person_id).await?);
    }
    let mut erased = Erased {
        memberships: memberships.len(),
        ..Erased::default()
    };
    let members: BTreeSet<MemberId> = memberships.iter().map(|own| own.member_id).collect();
    let schools: BTreeSet<SchoolId> = memberships.iter().map(|own| own.school_id).collect();
    let (mut names, mut known) = (BTreeSet::new(), Vec::new());
    for entry in &entries {
        let Some(name) = erasing::name(tx, entry.person_id).await? else {
            continue;
        };
        names.insert(likeness(&name));
        known.push(Known {
            name,
            mask: STRUCK.to_owned(),
            person: true,
        });
    }
    for own in &members {
        erased.invitations += erasing::forget_invitations(tx, *own).await?;
    }
    // A namesake elsewhere is somebody else.
    let is_named = |one: &Written| match one.matched {
        Matched::Member(member) => members.contains(&member),
        Matched::Open | Matched::Nobody => {
            schools.contains(&one.school_id) && names.contains(&likeness(&one.name))
        }
    };
    erased.written_by_others = write_ins::strike(tx, act, study_id, is_named).await?;
    let without = |text: &str| match mask(text, &known, &[]) {
        (_, 0) => None,
        (text, _) => Some(text),
    };
    for school in &schools {
        erased.free_texts += free_texts::rewrite(tx, *school, without).await?;
    }
    erasing::forget_uploads(tx, study_id).await?;
    erased.concluded = erasing::forget_conclusions(tx, study_id).await?;

    let nameless = PersonId::new(act.at, rng);
    let stays = policy != Objection::C && memberships.iter().any(|own| !own.merged);
    if stays {
        erasing::insert_nameless(tx, study_id, nameless).await?;
    }
    // Who named them so far named someone who was there: not in the waves to come.
    let today = day_in(study.design.time_zone, act.at);
    let left_on = today.succ_opt().unwrap_or(today);
    let roles: BTreeSet<&str> = kept_roles(study, policy).collect();
    // Those that stand for nobody any more first: they lean on the others.
    memberships.sort_by_key(|own| !own.merged);
    for own in &memberships {
        erasing::forget_decisions(tx, own.member_id).await?;
        if own.merged || !stays {
            erasing::forget_member(tx, own.member_id).await?;
            continue;
        }
        let keep = |role: &str| roles.contains(role);
        let with_groups = policy == Objection::A;
        erasing::make_nameless(tx, own.member_id, nameless, left_on, keep, with_groups).await?;
    }
    for school in schools {
        erasing::other_list(tx, school).await?;
    }
    for entry in &entries {
        releases::rename(tx, study_id, entry.person_id, nameless).await?;
        erasing::forget_person(tx, entry.person_id).await?;
        let id = new_uuid(act.at, rng);
        erasures::insert(tx, act, id, study_id, entry).await?;
        let noun = entry.person_id.to_string();
        audit::record(
            tx,
            act,
            "erase",
            &noun,
            &format!("policy {}", policy.letter()),
        );
    }
    Ok(erased)
}

/// Roles of one or two people tell who had them.
fn kept_roles(study: &Study, policy: Objection) -> impl Iterator<Item = &str> {
    let roles = study.design.roles.iter();
    roles
        .filter(move |role| policy == Objection::A && !role.single)
        .map(|role| role.key.as_str())
}

/// What bringing a database up to date with a ledger found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replayed {
    /// People who were there again, and are forgotten again.
    pub forgotten: usize,
    /// Entries of people who are not in this database.
    pub absent: usize,
}

/// Forgets everyone in the ledger whom an older copy of the database brought back. Doing it again changes nothing. What it
/// forgot is wiped from the files as well; what was concluded is to be concluded anew.
pub async fn replay(
    store: &Store,
    ledger: &[Entry],
    now: DateTime<Utc>,
    rng: &mut impl Rng,
) -> Result<Replayed, StorageError> {
    let mut done = Replayed::default();
    for entry in ledger {
        let mut tx = store.read().await?;
        let study_id = studies::by_key(&mut tx, &entry.study).await?;
        let Some(study) = there(&mut tx, study_id, entry.person_id).await? else {
            done.absent += 1;
            continue;
        };
        drop(tx);
        let act = Act {
            actor: "erasure ledger".to_owned(),
            at: now,
        };
        let (entry, mut dice) = (entry.clone(), ChaCha12Rng::from_rng(&mut *rng));
        let erased = store
            .write(move |tx| {
                async move {
                    let whom = (entry.person_id, entry.policy);
                    erase(tx, &act, &mut dice, &study, whom, entry.at).await
                }
                .boxed()
            })
            .await;
        match erased {
            Ok(_) => done.forgotten += 1,
            // Another server was faster.
            Err(EraseRefusal::Unknown) => done.absent += 1,
            Err(EraseRefusal::Failed(error)) => return Err(error),
        }
    }
    if done.forgotten > 0 {
        store.wipe().await?;
    }
    Ok(done)
}

/// The study, if the person is in it.
async fn there(
    tx: &mut Tx,
    study_id: Option<StudyId>,
    person_id: PersonId,
) -> Result<Option<Study>, StorageError> {
    let Some(study_id) = study_id else {
        return Ok(None);
    };
    if erasing::persons(tx, study_id, person_id).await?.is_empty() {
        return Ok(None);
    }
    Study::load(tx, study_id).await
}
