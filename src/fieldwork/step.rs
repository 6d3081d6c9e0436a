//! The way in, step by step: what someone has shown already and what is still asked. A step is found by a secret of its
//! own, which is another one at each step, and ends after a quarter of an hour.

use chrono::{DateTime, TimeDelta, Utc};
use rand::Rng;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::id::AccountId;
use crate::domain::token::{drawn_token, token_hash};
use crate::storage::attempts::{self, Counted};
use crate::storage::audit::Act;
use crate::storage::ceremonies::{self, Ceremony};
use crate::storage::{StorageError, Tx};

/// For finding the telephone, and installing an app on it.
const LASTS: TimeDelta = TimeDelta::minutes(15);
/// From one internet address, so many beginnings in a minute: each is kept for a while.
const FROM_ONE: usize = 30;

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
    /// Another server is asked who this is.
    Elsewhere {
        asked: Asked,
        claim: Option<(Uuid, i64)>,
    },
    /// Someone who is signed in shows which account elsewhere is theirs.
    Link { asked: Asked },
}

/// What another server was asked, and by what its answer is known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Asked {
    /// The key of the provider.
    pub provider: String,
    /// Comes back with the visitor: the answer is to this question.
    pub state: String,
    /// Comes back in what the provider signed.
    pub nonce: String,
    /// Shows that whoever brings the answer is who asked.
    pub verifier: String,
}

impl Asked {
    pub fn draw(provider: &str, rng: &mut impl Rng) -> Self {
        Self {
            provider: provider.to_owned(),
            state: drawn_token(rng),
            nonce: drawn_token(rng),
            // No shorter than 43 characters, by RFC 7636.
            verifier: drawn_token(rng) + &drawn_token(rng),
        }
    }
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
            Self::Elsewhere { .. } => "elsewhere",
            Self::Link { .. } => "link",
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
            Step::Second { claim, .. }
            | Step::Passkey { claim, .. }
            | Step::Elsewhere { claim, .. } => *claim,
            _ => None,
        }
    }
}

/// When someone at this internet address may begin another way in than a password, if not now. `kind`: which way.
pub async fn may_begin(
    tx: &mut Tx,
    act: &Act,
    kind: &'static str,
    from: &str,
) -> Result<Option<DateTime<Utc>>, StorageError> {
    let from = Counted::from_address(tx, kind, from);
    attempts::hold(tx, &[&from]).await?;
    let begun = attempts::since(tx, &from, act.at - TimeDelta::minutes(1)).await?;
    if begun.len() >= FROM_ONE {
        return Ok(Some(begun[0] + TimeDelta::minutes(1)));
    }
    attempts::add(tx, &from, act.at).await?;
    Ok(None)
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
    now: DateTime<Utc>,
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
