//! The way in, step by step: what someone has shown already and what is still asked. A step is found by a secret of its
//! own, which is another one at each step, and ends after a quarter of an hour.

use chrono::TimeDelta;
use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::AccountId;
use crate::domain::token::{drawn_token, token_hash};
use crate::storage::audit::Act;
use crate::storage::ceremonies::{self, Ceremony};
use crate::storage::{StorageError, Tx};

/// For finding the telephone, and installing an app on it.
const LASTS: TimeDelta = TimeDelta::minutes(15);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Step {
    /// The link of a role that needs an account was opened: which one, and its issue then.
    Claim { link: Uuid, issue: i64 },
    /// The one-time link of the first administrator was opened.
    Administrator { token: Vec<u8> },
    /// A one-time link that mends an account was opened.
    Recover { token: Vec<u8>, restart: bool },
    /// Address and password are chosen; the app is being set up.
    Enrol(Enrol),
    /// The password was right; the second factor is asked.
    Second {
        claim: Option<(Uuid, i64)>,
        /// A password that was chosen with a one-time link, good once the second factor was shown.
        mended: Option<Mended>,
    },
    /// Someone who is signed in sets up another app.
    Renew { secret: String },
    /// A passkey is being made.
    NewPasskey { state: String },
    /// A passkey is asked.
    Passkey {
        state: String,
        claim: Option<(Uuid, i64)>,
    },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Enrol {
    pub address: String,
    /// The hash of the password.
    pub password: String,
    pub secret: String,
    pub why: Why,
}

/// What lets someone make an account, or make theirs anew.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Why {
    Claim { link: Uuid, issue: i64 },
    Administrator { token: Vec<u8> },
    Restart { token: Vec<u8> },
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mended {
    pub token: Vec<u8>,
    pub password: String,
}

impl Step {
    fn kind(&self) -> &'static str {
        match self {
            Self::Claim { .. } => "claim",
            Self::Administrator { .. } => "administrator",
            Self::Recover { .. } => "recover",
            Self::Enrol(_) => "enrol",
            Self::Second { .. } => "second",
            Self::Renew { .. } => "renew",
            Self::NewPasskey { .. } => "new passkey",
            Self::Passkey { .. } => "passkey",
        }
    }
}

/// Someone on the way in.
#[derive(Debug, Clone)]
pub struct Underway {
    pub hash: Vec<u8>,
    pub account_id: Option<AccountId>,
    pub step: Step,
}

impl Underway {
    /// The link that is added once they are in.
    pub fn claim(&self) -> Option<(Uuid, i64)> {
        match &self.step {
            Step::Claim { link, issue } => Some((*link, *issue)),
            Step::Second { claim, .. } | Step::Passkey { claim, .. } => *claim,
            _ => None,
        }
    }
}

/// Begins a step: the secret by which it is found.
pub async fn begin(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    account_id: Option<AccountId>,
    step: &Step,
) -> Result<String, StorageError> {
    let secret = drawn_token(rng);
    let ceremony = Ceremony {
        account_id,
        kind: step.kind().to_owned(),
        state: serde_json::to_string(step).expect("a step can be written down"),
    };
    let hash = token_hash(&secret);
    ceremonies::begin(tx, &hash, &ceremony, act.at, act.at + LASTS).await?;
    Ok(secret)
}

/// The next step takes the place of this one.
pub async fn go_on(
    tx: &mut Tx,
    act: &Act,
    rng: &mut (impl Rng + Send),
    from: &Underway,
    step: &Step,
) -> Result<Option<String>, StorageError> {
    if !ceremonies::end(tx, &from.hash).await? {
        return Ok(None);
    }
    begin(tx, act, rng, from.account_id, step).await.map(Some)
}

pub async fn load(
    tx: &mut Tx,
    secret: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Option<Underway>, StorageError> {
    let hash = token_hash(secret);
    let Some(found) = ceremonies::load(tx, &hash, now).await? else {
        return Ok(None);
    };
    let step = serde_json::from_str(&found.state).map_err(|error| StorageError::Inconsistent {
        table: "ceremonies",
        column: "state",
        why: error.to_string(),
    })?;
    Ok(Some(Underway {
        hash,
        account_id: found.account_id,
        step,
    }))
}
