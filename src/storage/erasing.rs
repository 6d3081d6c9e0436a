//! Rows of one person that go, and what is left of them in the rows of others.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{StorageError, Tx, answers, rosters};
use crate::domain::id::{InvitationId, MemberId, PersonId, SchoolId, StudyId};
use crate::domain::roster::EventDetail;

/// A membership of someone who is to be forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    pub member_id: MemberId,
    pub school_id: SchoolId,
    /// It turned out to be the same as another one, which stands for both.
    pub merged: bool,
}

async fn run(tx: &mut Tx, statements: &[&'static str], id: Uuid) -> Result<(), StorageError> {
    for sql in statements {
        on!(tx, c => sqlx::query(*sql).bind(id).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// Everyone who turned out to be this person, and the person; empty when the study has no such person.
pub async fn persons(
    tx: &mut Tx,
    study_id: StudyId,
    person_id: PersonId,
) -> Result<Vec<PersonId>, StorageError> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT p.person_id FROM persons p WHERE p.study_id = $2 AND (p.person_id = $1 OR p.person_id IN
                 (SELECT d.person_id FROM members d JOIN members k ON k.member_id = d.merged_into WHERE k.person_id = $1))
             ORDER BY p.person_id")
        .bind(person_id.0).bind(study_id.0).fetch_all(c).await)?;
    if !ids.contains(&person_id.0) {
        return Ok(Vec::new());
    }
    Ok(ids.into_iter().map(PersonId).collect())
}

pub async fn memberships(
    tx: &mut Tx,
    person_id: PersonId,
) -> Result<Vec<Membership>, StorageError> {
    let rows: Vec<(Uuid, Uuid, Option<Uuid>)> = on!(tx, c => sqlx::query_as(
            "SELECT member_id, school_id, merged_into FROM members WHERE person_id = $1 ORDER BY member_id")
        .bind(person_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(member, school, merged)| Membership {
            member_id: MemberId(member),
            school_id: SchoolId(school),
            merged: merged.is_some(),
        })
        .collect())
}

/// What a person is called, whichever of their memberships still stands.
pub async fn name(tx: &mut Tx, person_id: PersonId) -> Result<Option<String>, StorageError> {
    let name: Option<String> = on!(tx, c => sqlx::query_scalar("SELECT name FROM contacts WHERE person_id = $1")
        .bind(person_id.0).fetch_optional(c).await)?;
    name.map(|name| tx.unseal(rosters::NAME, name)).transpose()
}

/// Invitations of a membership with everything that was answered on them, sent about them and opened with them.
pub async fn forget_invitations(tx: &mut Tx, member_id: MemberId) -> Result<usize, StorageError> {
    let ids: Vec<Uuid> = on!(tx, c => sqlx::query_scalar(
            "SELECT invitation_id FROM invitations WHERE member_id = $1")
        .bind(member_id.0).fetch_all(c).await)?;
    for id in &ids {
        answers::forget(tx, InvitationId(*id)).await?;
        let own = [
            "DELETE FROM visits WHERE invitation_id = $1",
            "DELETE FROM outbox WHERE invitation_id = $1",
            "DELETE FROM invitations WHERE invitation_id = $1",
        ];
        run(tx, &own, *id).await?;
    }
    Ok(ids.len())
}

/// What the member decided, and who somebody wrote them to be.
pub async fn forget_decisions(tx: &mut Tx, member_id: MemberId) -> Result<(), StorageError> {
    let own = [
        "DELETE FROM consents WHERE member_id = $1",
        "DELETE FROM objections WHERE member_id = $1",
        "DELETE FROM write_in_matches WHERE alter_id = $1",
    ];
    run(tx, &own, member_id.0).await
}

/// A membership is gone: from every list, open or closed, and from every answer.
pub async fn forget_member(tx: &mut Tx, member_id: MemberId) -> Result<(), StorageError> {
    let own = [
        "DELETE FROM nominations WHERE alter_id = $1",
        "DELETE FROM frozen_members WHERE member_id = $1",
        "DELETE FROM roster_events WHERE member_id = $1",
        "DELETE FROM member_roles WHERE member_id = $1",
        "DELETE FROM member_groups WHERE member_id = $1",
        "UPDATE members SET merged_into = NULL WHERE merged_into = $1",
        "DELETE FROM members WHERE member_id = $1",
    ];
    run(tx, &own, member_id.0).await
}

/// A membership stays as a colleague without a name, whom others have named: under another person, off the list from
/// `left_on` at the latest, and without the roles that one or two people have.
pub async fn make_nameless(
    tx: &mut Tx,
    member_id: MemberId,
    person_id: PersonId,
    left_on: NaiveDate,
    keep: impl Fn(&str) -> bool,
    with_groups: bool,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "UPDATE members SET person_id = $2, left_on = CASE WHEN left_on < $3 THEN left_on ELSE $3 END
             WHERE member_id = $1")
        .bind(member_id.0).bind(person_id.0).bind(left_on).execute(c).await.map(drop))?;
    let roles: Vec<String> = on!(tx, c => sqlx::query_scalar(
            "SELECT role FROM member_roles WHERE member_id = $1")
        .bind(member_id.0).fetch_all(c).await)?;
    for role in roles.iter().filter(|role| !keep(role)) {
        on!(tx, c => sqlx::query("DELETE FROM member_roles WHERE member_id = $1 AND role = $2")
            .bind(member_id.0).bind(role).execute(c).await.map(drop))?;
    }
    if !with_groups {
        run(
            tx,
            &["DELETE FROM member_groups WHERE member_id = $1"],
            member_id.0,
        )
        .await?;
    }
    rosters::unmark_frozen(tx, member_id, keep, with_groups).await?;
    let nothing = serde_json::to_string(&EventDetail::default()).expect("texts can be written");
    on!(tx, c => sqlx::query("UPDATE roster_events SET detail = $2 WHERE member_id = $1")
        .bind(member_id.0).bind(&nothing).execute(c).await.map(drop))?;
    Ok(())
}

/// Somebody of whom nothing is known but that there was someone.
pub async fn insert_nameless(
    tx: &mut Tx,
    study_id: StudyId,
    person_id: PersonId,
) -> Result<(), StorageError> {
    let key = format!("removed {person_id}");
    on!(tx, c => sqlx::query("INSERT INTO persons (person_id, study_id, key) VALUES ($1, $2, $3)")
        .bind(person_id.0).bind(study_id.0).bind(&key).execute(c).await.map(drop))?;
    Ok(())
}

/// The person with key, name and address; no membership may be left.
pub async fn forget_person(tx: &mut Tx, person_id: PersonId) -> Result<(), StorageError> {
    let own = [
        "DELETE FROM contacts WHERE person_id = $1",
        "DELETE FROM persons WHERE person_id = $1",
    ];
    run(tx, &own, person_id.0).await
}

/// The list of a school is another one now.
pub async fn other_list(tx: &mut Tx, school_id: SchoolId) -> Result<(), StorageError> {
    let own = ["UPDATE schools SET roster_version = roster_version + 1 WHERE school_id = $1"];
    run(tx, &own, school_id.0).await
}

/// Staff lists that wait to be enrolled: they hold everybody's name, and can be delivered again.
pub async fn forget_uploads(tx: &mut Tx, study_id: StudyId) -> Result<(), StorageError> {
    run(tx, &["DELETE FROM uploads WHERE study_id = $1"], study_id.0).await
}

/// Everything that was concluded: it is computed anew from what is left. True if there was any.
pub async fn forget_conclusions(tx: &mut Tx, study_id: StudyId) -> Result<bool, StorageError> {
    let n: i64 = on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM conclusions WHERE study_id = $1")
        .bind(study_id.0).fetch_one(c).await)?;
    let kept = [
        "DELETE FROM school_parts WHERE school_id IN (SELECT school_id FROM schools WHERE study_id = $1)",
        "DELETE FROM school_networks WHERE school_id IN (SELECT school_id FROM schools WHERE study_id = $1)",
        "DELETE FROM recipe_findings WHERE study_id = $1",
        "DELETE FROM conclusions WHERE study_id = $1",
    ];
    run(tx, &kept, study_id.0).await?;
    Ok(n > 0)
}
