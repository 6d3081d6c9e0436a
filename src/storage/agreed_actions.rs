//! What teams agreed on, and what they saw of it later.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::audit::Act;
use super::{StorageError, Tx};
use crate::domain::agreed::{AgreedAction, Agreement, Review, Verdict};
use crate::domain::id::{ActionId, SchoolId};

/// Who sees to it that something happens is a colleague, by name.
const OWNER: &str = "agreed_actions.owner";

pub async fn insert(
    tx: &mut Tx,
    act: &Act,
    school_id: SchoolId,
    action_id: ActionId,
    wave: &str,
    agreement: &Agreement,
) -> Result<(), StorageError> {
    let owner = tx.seal(OWNER, &agreement.owner);
    on!(tx, c => sqlx::query(
            "INSERT INTO agreed_actions (action_id, school_id, wave, goal, noticed_by, owner, due_on, at, actor)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)")
        .bind(action_id.0).bind(school_id.0).bind(wave).bind(&agreement.goal).bind(&agreement.noticed_by)
        .bind(&owner).bind(agreement.due_on).bind(act.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Puts other words in an agreement; when it was first made stays.
pub async fn update(
    tx: &mut Tx,
    act: &Act,
    action_id: ActionId,
    agreement: &Agreement,
) -> Result<(), StorageError> {
    let owner = tx.seal(OWNER, &agreement.owner);
    on!(tx, c => sqlx::query(
            "UPDATE agreed_actions SET goal = $2, noticed_by = $3, owner = $4, due_on = $5, actor = $6
             WHERE action_id = $1")
        .bind(action_id.0).bind(&agreement.goal).bind(&agreement.noticed_by).bind(&owner)
        .bind(agreement.due_on).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Keeps what was seen after a wave; what was written after the same wave makes way.
pub async fn put_review(
    tx: &mut Tx,
    act: &Act,
    action_id: ActionId,
    review: &Review,
) -> Result<(), StorageError> {
    on!(tx, c => sqlx::query(
            "INSERT INTO action_reviews (action_id, wave, verdict, seen, at, actor) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (action_id, wave) DO UPDATE
             SET verdict = excluded.verdict, seen = excluded.seen, at = excluded.at, actor = excluded.actor")
        .bind(action_id.0).bind(&review.wave).bind(review.verdict.key()).bind(&review.seen)
        .bind(review.at).bind(&act.actor)
        .execute(c).await.map(drop))?;
    Ok(())
}

/// Everything that a school agreed on, newest first.
pub async fn of_school(
    tx: &mut Tx,
    school_id: SchoolId,
) -> Result<Vec<AgreedAction>, StorageError> {
    type Row = (
        Uuid,
        String,
        String,
        String,
        String,
        Option<NaiveDate>,
        DateTime<Utc>,
    );
    let rows: Vec<Row> = on!(tx, c => sqlx::query_as(
            "SELECT action_id, wave, goal, noticed_by, owner, due_on, at FROM agreed_actions WHERE school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    let seen: Vec<(Uuid, String, String, String, DateTime<Utc>)> = on!(tx, c => sqlx::query_as(
            "SELECT r.action_id, r.wave, r.verdict, r.seen, r.at FROM action_reviews r
             JOIN agreed_actions a ON a.action_id = r.action_id WHERE a.school_id = $1")
        .bind(school_id.0).fetch_all(c).await)?;
    let mut reviews: BTreeMap<Uuid, Vec<Review>> = BTreeMap::new();
    for (action, wave, verdict, seen, at) in seen {
        let verdict = Verdict::from_key(&verdict).ok_or_else(|| StorageError::Inconsistent {
            table: "action_reviews",
            column: "verdict",
            why: format!("`{verdict}` is no verdict"),
        })?;
        reviews.entry(action).or_default().push(Review {
            wave,
            verdict,
            seen,
            at,
        });
    }
    let mut actions = rows
        .into_iter()
        .map(|(id, wave, goal, noticed_by, owner, due_on, at)| {
            let mut reviews = reviews.remove(&id).unwrap_or_default();
            reviews.sort_by(|a, b| (a.at, &a.wave).cmp(&(b.at, &b.wave)));
            Ok(AgreedAction {
                action_id: ActionId(id),
                wave,
                agreement: Agreement {
                    goal,
                    noticed_by,
                    owner: tx.unseal(OWNER, owner)?,
                    due_on,
                },
                at,
                reviews,
            })
        })
        .collect::<Result<Vec<AgreedAction>, StorageError>>()?;
    actions.sort_by_key(|action| Reverse((action.at, action.action_id)));
    Ok(actions)
}
