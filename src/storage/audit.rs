//! The line that every change leaves, in the same transaction as the change.

use chrono::{DateTime, Utc};

use super::batch::Batch;
use super::{StorageError, Tx};

/// Who did it and when: handed to every verb.
#[derive(Debug, Clone)]
pub struct Act {
    pub actor: String,
    pub at: DateTime<Utc>,
}

pub async fn record(
    tx: &mut Tx,
    act: &Act,
    verb: &str,
    noun: &str,
    detail: &str,
) -> Result<(), StorageError> {
    let mut batch = Batch::default();
    line(&mut batch, act, verb, noun, detail);
    batch.run(tx).await
}

/// The line, to be written with the change itself.
pub fn line(batch: &mut Batch, act: &Act, verb: &str, noun: &str, detail: &str) {
    batch.add(
        "INSERT INTO audit (at, actor, verb, noun, detail) VALUES ($1, $2, $3, $4, $5)",
        [
            act.at.into(),
            act.actor.as_str().into(),
            verb.into(),
            noun.into(),
            detail.into(),
        ],
    );
}

/// How many lines there are with this verb about this noun.
pub async fn count(tx: &mut Tx, verb: &str, noun: &str) -> Result<i64, StorageError> {
    Ok(
        on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE verb = $1 AND noun = $2")
        .bind(verb).bind(noun).fetch_one(c).await)?,
    )
}
