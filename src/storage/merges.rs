//! Two memberships that turned out to be one person: what was said to, by and about the one goes over to the other.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{StorageError, Tx};
use crate::domain::id::{InvitationId, MemberId, PersonId};

/// An invitation as far as merging has to know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    pub invitation_id: InvitationId,
    pub wave: String,
    /// Something was answered, or withdrawn.
    pub used: bool,
}

pub async fn invited(tx: &mut Tx, member_id: MemberId) -> Result<Vec<Invited>, StorageError> {
    let rows: Vec<(Uuid, String, i64, Option<DateTime<Utc>>)> = on!(tx, c => sqlx::query_as(
            "SELECT i.invitation_id, i.wave,
                    (SELECT COUNT(*) FROM responses r WHERE r.invitation_id = i.invitation_id), i.withdrawn_at
             FROM invitations i WHERE i.member_id = $1 ORDER BY i.wave")
        .bind(member_id.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(id, wave, responses, withdrawn_at)| Invited {
            invitation_id: InvitationId(id),
            wave,
            used: responses > 0 || withdrawn_at.is_some(),
        })
        .collect())
}

/// An invitation of the duplicate in a wave to which the one kept was not invited: its link goes on working.
pub async fn give_invitation(
    tx: &mut Tx,
    invitation_id: InvitationId,
    to: MemberId,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE invitations SET member_id = $2 WHERE invitation_id = $1")
        .bind(invitation_id.0).bind(to.0).execute(c).await.map(drop))?;
    Ok(())
}

/// What was answered on one invitation goes to another, on which nothing was.
pub async fn give_responses(
    tx: &mut Tx,
    from: InvitationId,
    to: InvitationId,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query("UPDATE responses SET invitation_id = $2 WHERE invitation_id = $1")
        .bind(from.0).bind(to.0).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query("UPDATE part_submissions SET invitation_id = $2 WHERE invitation_id = $1")
        .bind(from.0).bind(to.0).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
            "UPDATE invitations SET
                 submitted_at = (SELECT f.submitted_at FROM invitations f WHERE f.invitation_id = $1),
                 receipt = (SELECT f.receipt FROM invitations f WHERE f.invitation_id = $1),
                 opened_at = (SELECT f.opened_at FROM invitations f WHERE f.invitation_id = $1),
                 withdrawn_at = (SELECT f.withdrawn_at FROM invitations f WHERE f.invitation_id = $1)
             WHERE invitation_id = $2")
        .bind(from.0).bind(to.0).execute(c).await.map(drop))?;
    on!(tx, c => sqlx::query(
            "UPDATE invitations SET submitted_at = NULL, receipt = NULL, opened_at = NULL WHERE invitation_id = $1")
        .bind(from.0).execute(c).await.map(drop))?;
    Ok(())
}

/// The memberships of both people at the same schools, as pairs of the one kept and the duplicate.
pub async fn shared_schools(
    tx: &mut Tx,
    keep: PersonId,
    duplicate: PersonId,
) -> Result<Vec<(MemberId, MemberId)>, StorageError> {
    let rows: Vec<(Uuid, Uuid)> = on!(tx, c => sqlx::query_as(
            "SELECT k.member_id, d.member_id FROM members k JOIN members d ON d.school_id = k.school_id
             WHERE k.person_id = $1 AND d.person_id = $2 AND k.merged_into IS NULL AND d.merged_into IS NULL
             ORDER BY k.member_id")
        .bind(keep.0).bind(duplicate.0).fetch_all(c).await)?;
    Ok(rows
        .into_iter()
        .map(|(keep, duplicate)| (MemberId(keep), MemberId(duplicate)))
        .collect())
}

/// The duplicate stands for nobody any more: ties to it, its place on closed lists and what was recorded of it go over.
pub async fn absorb(tx: &mut Tx, keep: MemberId, duplicate: MemberId) -> Result<(), StorageError> {
    for sql in [
        // Named twice by the same person: once, with the larger strength.
        "UPDATE nominations SET strength =
             (SELECT d.strength FROM nominations d WHERE d.response_id = nominations.response_id
              AND d.item = nominations.item AND d.alter_id = $2)
         WHERE alter_id = $1 AND EXISTS
             (SELECT 1 FROM nominations d WHERE d.response_id = nominations.response_id
              AND d.item = nominations.item AND d.alter_id = $2 AND d.strength > nominations.strength)",
        "DELETE FROM nominations WHERE alter_id = $2 AND EXISTS
             (SELECT 1 FROM nominations k WHERE k.response_id = nominations.response_id
              AND k.item = nominations.item AND k.alter_id = $1)",
        "UPDATE nominations SET alter_id = $1 WHERE alter_id = $2",
        "UPDATE write_in_matches SET alter_id = $1 WHERE alter_id = $2",
        "UPDATE consents SET member_id = $1 WHERE member_id = $2",
        // Where both object, what goes furthest is done: the policies are in that order.
        "UPDATE objections SET policy = (SELECT d.policy FROM objections d WHERE d.member_id = $2)
             WHERE member_id = $1 AND policy < (SELECT d.policy FROM objections d WHERE d.member_id = $2)",
        "UPDATE objections SET member_id = $1 WHERE member_id = $2
             AND NOT EXISTS (SELECT 1 FROM objections k WHERE k.member_id = $1)",
        "DELETE FROM objections WHERE member_id = $2 AND $1 <> $2",
        "UPDATE frozen_members SET member_id = $1 WHERE member_id = $2 AND NOT EXISTS
             (SELECT 1 FROM frozen_members k WHERE k.window_id = frozen_members.window_id AND k.member_id = $1)",
        "UPDATE members SET merged_into = $1 WHERE member_id = $2 OR merged_into = $2",
    ] {
        on!(tx, c => sqlx::query(sql).bind(keep.0).bind(duplicate.0).execute(c).await.map(drop))?;
    }
    Ok(())
}

/// What is left of the duplicate person: memberships elsewhere and an address go over, and nobody names themselves.
pub async fn absorb_person(
    tx: &mut Tx,
    keep: PersonId,
    duplicate: PersonId,
) -> Result<(), StorageError> {
    for sql in [
        "UPDATE members SET person_id = $1 WHERE person_id = $2 AND merged_into IS NULL",
        "UPDATE contacts SET email = COALESCE(email, (SELECT d.email FROM contacts d WHERE d.person_id = $2))
             WHERE person_id = $1",
        "DELETE FROM nominations WHERE alter_id IN (SELECT a.member_id FROM members a WHERE a.person_id = $1)
             AND response_id IN
                 (SELECT r.response_id FROM responses r JOIN invitations i ON i.invitation_id = r.invitation_id
                  JOIN members e ON e.member_id = i.member_id WHERE e.person_id IN ($1, $2))",
    ] {
        on!(tx, c => sqlx::query(sql).bind(keep.0).bind(duplicate.0).execute(c).await.map(drop))?;
    }
    Ok(())
}
