//! The line that every change leaves, in the same transaction as the change. Each line carries a hash over itself and the
//! line before it, so that nobody changes, removes or inserts one unseen.

use chrono::{DateTime, Utc};

use sha2::{Digest, Sha256};

use super::batch::Batch;
use super::{StorageError, Tx};

/// Who did it and when: handed to every verb.
#[derive(Debug, Clone)]
pub struct Act {
    pub actor: String,
    pub at: DateTime<Utc>,
}

/// A line that is not written yet.
#[derive(Debug, Clone)]
pub(super) struct Line {
    at: DateTime<Utc>,
    actor: String,
    verb: String,
    noun: String,
    detail: String,
}

/// A line as it stands in the audit.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Kept {
    pub audit_id: i64,
    pub at: DateTime<Utc>,
    pub actor: String,
    pub verb: String,
    pub noun: String,
    pub detail: String,
    /// None for lines of before there was a chain.
    pub chain: Option<Vec<u8>>,
}

impl Kept {
    /// The hash of this line behind one with the hash `before`. Every field is preceded by its length, so that nothing can
    /// move from one to the next.
    pub fn link(&self, before: &[u8]) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(self.audit_id.to_be_bytes());
        hash.update(self.at.timestamp_micros().to_be_bytes());
        for field in [&self.actor, &self.verb, &self.noun, &self.detail] {
            hash.update((field.len() as u64).to_be_bytes());
            hash.update(field.as_bytes());
        }
        hash.finalize().to_vec()
    }
}

/// What the last line of before the chain hands to the first line in it: every earlier line is in it too.
pub const BEFORE: [u8; 32] = [0; 32];

/// Leaves a line, which is written when the transaction commits. No name and no address stands in it: a line is never
/// taken away, and people may be.
pub fn record(tx: &mut Tx, act: &Act, verb: &str, noun: &str, detail: &str) {
    tx.lines.push(Line {
        at: act.at,
        actor: act.actor.clone(),
        verb: verb.to_owned(),
        noun: noun.to_owned(),
        detail: detail.to_owned(),
    });
}

/// Appends what a transaction has left, each line hashed over the one before. On PostgreSQL the end of the chain is held
/// from here to the commit, so that two machines never continue the same line; the embedded database has one writer.
pub(super) async fn chain(tx: &mut Tx) -> Result<(), StorageError> {
    let lines = std::mem::take(&mut tx.lines);
    if lines.is_empty() {
        return Ok(());
    }
    tx.hold(&[CHAIN_LOCK]).await?;
    let (mut audit_id, mut before) = end(tx).await?;
    let mut batch = Batch::default();
    for (place, line) in lines.into_iter().enumerate() {
        if place > 0 && place % AT_ONCE == 0 {
            std::mem::take(&mut batch).run(tx).await?;
        }
        audit_id += 1;
        let kept = Kept {
            audit_id,
            at: line.at,
            actor: line.actor,
            verb: line.verb,
            noun: line.noun,
            detail: line.detail,
            chain: None,
        };
        before = kept.link(&before);
        batch.add(
            "INSERT INTO audit (audit_id, at, actor, verb, noun, detail, chain) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            [
                kept.audit_id.into(),
                kept.at.into(),
                kept.actor.into(),
                kept.verb.into(),
                kept.noun.into(),
                kept.detail.into(),
                before.as_slice().into(),
            ],
        );
    }
    batch.run(tx).await
}

/// Lines in one call: a statement has room for some thousands of values.
const AT_ONCE: usize = 1_000;

/// Any number that nobody else locks by: it is "audit" in ASCII.
const CHAIN_LOCK: i64 = 0x61_75_64_69_74;

/// Number and hash of the last line.
pub async fn end(tx: &mut Tx) -> Result<(i64, Vec<u8>), StorageError> {
    let last: Option<(i64, Option<Vec<u8>>)> = on!(tx, c => sqlx::query_as(
            "SELECT audit_id, chain FROM audit ORDER BY audit_id DESC LIMIT 1")
        .fetch_optional(c).await)?;
    Ok(match last {
        None => (0, BEFORE.to_vec()),
        Some((audit_id, Some(chain))) => (audit_id, chain),
        // Lines of before there was a chain are all hashed into its first link.
        Some((audit_id, None)) => {
            let mut hash = BEFORE.to_vec();
            for line in lines(tx, 0, i64::MAX).await? {
                hash = line.link(&hash);
            }
            (audit_id, hash)
        }
    })
}

/// Lines in their order, from behind number `after`, at most so many.
pub async fn lines(tx: &mut Tx, after: i64, most: i64) -> Result<Vec<Kept>, StorageError> {
    Ok(on!(tx, c => sqlx::query_as(
            "SELECT audit_id, at, actor, verb, noun, detail, chain FROM audit
             WHERE audit_id > $1 ORDER BY audit_id LIMIT $2")
        .bind(after).bind(most).fetch_all(c).await)?)
}

/// How many lines there are with this verb about this noun. What this transaction has left counts: of two requests that
/// are committed together, the second sees the first.
pub async fn count(tx: &mut Tx, verb: &str, noun: &str) -> Result<i64, StorageError> {
    let written: i64 = on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE verb = $1 AND noun = $2")
        .bind(verb).bind(noun).fetch_one(c).await)?;
    let same = |line: &&Line| line.verb == verb && line.noun == noun;
    let left: i64 = tx.lines.iter().filter(same).map(|_| 1).sum();
    Ok(written + left)
}
