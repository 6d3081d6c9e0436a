//! Names that have had their time: everything that says who somebody is goes, for a whole study, and answers stay.

use super::tx::On;
use super::{StorageError, Tx};
use crate::domain::id::StudyId;
use crate::domain::roster::EventDetail;

/// How much went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    pub contacts: u64,
    pub links: u64,
    pub invitations: u64,
    pub mails: u64,
    pub uploads: u64,
    pub visits: u64,
    /// Names of colleagues that respondents wrote in.
    pub written_in: u64,
}

async fn run(tx: &mut Tx, sql: &'static str, study_id: StudyId) -> Result<u64, StorageError> {
    Ok(
        on!(tx, c => sqlx::query(sql).bind(study_id.0).execute(c).await.map(|done| done.rows_affected()))?,
    )
}

/// What of a key and a secret is left: something that is unique and that nobody can have been given.
struct Replacing {
    key: &'static str,
    secret: &'static str,
}

const ON_SQLITE: Replacing = Replacing {
    key: "UPDATE persons SET key = 'removed ' || lower(hex(person_id)) WHERE study_id = $1",
    secret: "UPDATE invitations SET token_hash = invitation_id, selector = 'removed ' || lower(hex(invitation_id))
             WHERE token_hash <> invitation_id AND member_id IN
                 (SELECT m.member_id FROM members m JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1)",
};

const ON_POSTGRES: Replacing = Replacing {
    key: "UPDATE persons SET key = 'removed ' || CAST(person_id AS TEXT) WHERE study_id = $1",
    secret: "UPDATE invitations SET token_hash = uuid_send(invitation_id),
                 selector = 'removed ' || CAST(invitation_id AS TEXT)
             WHERE token_hash <> uuid_send(invitation_id) AND member_id IN
                 (SELECT m.member_id FROM members m JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1)",
};

/// How many people of a study have a name.
pub async fn count_named(tx: &mut Tx, study_id: StudyId) -> Result<i64, StorageError> {
    Ok(on!(tx, c => sqlx::query_scalar(
            "SELECT COUNT(*) FROM contacts k JOIN persons p ON p.person_id = k.person_id WHERE p.study_id = $1")
        .bind(study_id.0).fetch_one(c).await)?)
}

pub async fn remove(tx: &mut Tx, study_id: StudyId) -> Result<Removed, StorageError> {
    let replacing = match &tx.on {
        On::Sqlite(_) => ON_SQLITE,
        On::Postgres(_) => ON_POSTGRES,
    };
    let visits = run(
        tx,
        "DELETE FROM visits WHERE link_id IN (SELECT l.link_id FROM links l WHERE l.study_id = $1)
         OR invitation_id IN (SELECT i.invitation_id FROM invitations i JOIN members m ON m.member_id = i.member_id
                              JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1)",
        study_id,
    )
    .await?;
    for sql in [
        "DELETE FROM account_links WHERE link_id IN (SELECT link_id FROM links WHERE study_id = $1)",
        "DELETE FROM link_schools WHERE link_id IN (SELECT link_id FROM links WHERE study_id = $1)",
        "DELETE FROM write_in_matches WHERE response_id IN
             (SELECT r.response_id FROM responses r JOIN invitations i ON i.invitation_id = r.invitation_id
              JOIN members m ON m.member_id = i.member_id
              JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1)",
        "DELETE FROM conversation_notes WHERE school_id IN (SELECT school_id FROM schools WHERE study_id = $1)",
        "DELETE FROM score_uploads WHERE study_id = $1",
        "UPDATE agreed_actions SET owner = '' WHERE school_id IN (SELECT school_id FROM schools WHERE study_id = $1)",
        replacing.key,
    ] {
        run(tx, sql, study_id).await?;
    }
    let nothing = serde_json::to_string(&EventDetail::default()).expect("texts can be written");
    on!(tx, c => sqlx::query(
            "UPDATE roster_events SET detail = $2 WHERE school_id IN (SELECT school_id FROM schools WHERE study_id = $1)")
        .bind(study_id.0).bind(&nothing).execute(c).await.map(drop))?;
    Ok(Removed {
        visits,
        links: run(tx, "DELETE FROM links WHERE study_id = $1", study_id).await?,
        mails: run(
            tx,
            "DELETE FROM outbox WHERE invitation_id IN
                 (SELECT i.invitation_id FROM invitations i JOIN members m ON m.member_id = i.member_id
                  JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1)",
            study_id,
        )
        .await?,
        uploads: run(tx, "DELETE FROM uploads WHERE study_id = $1", study_id).await?,
        written_in: run(
            tx,
            "DELETE FROM answers WHERE item LIKE '%.missing' AND response_id IN
                 (SELECT r.response_id FROM responses r JOIN invitations i ON i.invitation_id = r.invitation_id
                  JOIN members m ON m.member_id = i.member_id
                  JOIN schools s ON s.school_id = m.school_id WHERE s.study_id = $1)",
            study_id,
        )
        .await?,
        invitations: run(tx, replacing.secret, study_id).await?,
        contacts: run(
            tx,
            "DELETE FROM contacts WHERE person_id IN (SELECT person_id FROM persons WHERE study_id = $1)",
            study_id,
        )
        .await?,
    })
}
