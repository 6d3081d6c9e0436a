//! Raters from outside a school: who is asked to fill in the leadership card about its principal, under a name.

use rand::Rng;

use super::entrance::make_unit;
use super::roster_change::{self, Change, ChangeRefusal, Newcomer};
use super::study::Study;
use crate::domain::card::RATER;
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::roster::{Unit, raters_key};
use crate::storage::audit::Act;
use crate::storage::schools::{self, School};
use crate::storage::{Tx, rosters};

/// Somebody who is to rate, by name and address; who is known by the address is the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRater {
    pub school_id: SchoolId,
    pub newcomer: Newcomer,
}

/// Adds a rater of the principal of a school, and the list of its raters with the first of them.
pub async fn add(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    study: &Study,
    new: NewRater,
) -> Result<SchoolId, ChangeRefusal> {
    let all = schools::of_study(tx, study.study_id).await?;
    let school = all
        .iter()
        .find(|school| school.school_id == new.school_id)
        .ok_or(ChangeRefusal::NoSuchSchool)?;
    if study.design.roles.iter().all(|role| role.key != RATER) {
        return Err(ChangeRefusal::NoSuchRole(RATER.to_owned()));
    }
    // Mails and letters name the school about whose principal they are.
    let unit = make_unit(
        tx,
        act,
        rng,
        study.study_id,
        Some(school.school_id),
        (&school.cohort, &raters_key(&school.key), &school.name),
    )
    .await?;
    let newcomer = Newcomer {
        roles: vec![RATER.to_owned()],
        groups: Vec::new(),
        ..new.newcomer
    };
    let change = Change::Join(newcomer);
    roster_change::change(tx, act, rng, study, unit, &change).await?;
    Ok(unit)
}

/// A school, and who rates its principal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatersOf {
    pub school: School,
    pub unit: Option<School>,
    pub raters: Vec<(MemberId, String)>,
}

/// Every school of a study with its raters.
pub async fn all(
    tx: &mut Tx,
    study: &Study,
) -> Result<Vec<RatersOf>, crate::storage::StorageError> {
    let parts = schools::parts_of_study(tx, study.study_id, Unit::Raters).await?;
    let mut found = Vec::new();
    for school in schools::of_study(tx, study.study_id).await? {
        let part = parts
            .iter()
            .find(|part| part.part_of == Some(school.school_id));
        let mut raters = Vec::new();
        if let Some(part) = part {
            let members = rosters::of_school(tx, part.unit.school_id).await?;
            let there = members
                .into_iter()
                .filter(|member| member.left_on.is_none());
            raters.extend(there.map(|member| (member.member_id, member.name)));
        }
        found.push(RatersOf {
            unit: part.map(|part| part.unit.clone()),
            school,
            raters,
        });
    }
    Ok(found)
}
