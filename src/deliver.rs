//! From the outbox to whoever carries the mail: taken in one transaction, sent outside any, settled in another. Nothing
//! is sent twice: what is not settled when the program ends is unknown, and waits for the owner.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::domain::time::Clock;
use crate::domain::token::LinkKey;
use crate::fieldwork::post::{self, Claimed, Outcome, Taken};
use crate::fieldwork::study::Study;
use crate::mail::{Delivery, Letter, Transport};
use crate::storage::audit::Act;
use crate::storage::error::may_pass;
use crate::storage::outbox::State;
use crate::storage::{StorageError, Store, outbox};

/// After so many failures in a row the carrier is taken to be away, and the rest waits for the next round.
const PATIENCE: usize = 5;

/// So often a machine says that it still has a mail under way; one that has not said so for long is taken to be gone.
const BEAT: Duration = Duration::from_secs(10);
const GONE: TimeDelta = TimeDelta::seconds(60);
/// For so many seconds it is tried to keep how a mail ended: a database that is being replaced is back by then.
const TRIES: usize = 60;

/// Who sends, and for which address of the server the links are made.
#[derive(Clone)]
pub struct Sender {
    pub store: Store,
    pub key: LinkKey,
    pub base: String,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
    /// The machine that sends.
    pub node: String,
    /// No other machine can be sending: whatever is under way at the start was left behind.
    pub alone: bool,
}

/// What became of one round.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    pub bounced: usize,
    pub later: usize,
    pub failed: usize,
    pub unknown: usize,
}

impl Sender {
    fn act(&self) -> Act {
        Act {
            actor: "mail".to_owned(),
            at: self.clock.now(),
        }
    }

    /// To be done before a round, with nothing of its own under way.
    pub async fn recover(&self, at_start: bool) -> Result<u64, StorageError> {
        let (act, node) = (self.act(), self.node.clone());
        let since = if self.alone && at_start {
            act.at
        } else {
            act.at - GONE
        };
        let mut tx = self.store.read().await?;
        let left = outbox::count_interrupted(&mut tx, &node, since).await?;
        drop(tx);
        if left == 0 {
            return Ok(0);
        }
        self.store
            .write(move |tx| async move { post::recover(tx, &act, &node, since).await }.boxed())
            .await
    }

    /// Sends, and says meanwhile that it does.
    async fn send(&self, letter: &Letter) -> Outcome {
        let mut sending = self.transport.send(letter);
        let delivery = loop {
            match timeout(BEAT, &mut sending).await {
                Ok(delivery) => break delivery,
                Err(_) => self.beat(letter.mail_id).await,
            }
        };
        match delivery {
            Delivery::Accepted => Outcome::Sent,
            Delivery::Refused(why) => Outcome::Bounced(why),
            Delivery::TryLater(why) => Outcome::Later(why),
            Delivery::Uncertain(why) => Outcome::Unknown(why),
        }
    }

    async fn beat(&self, mail_id: Uuid) {
        let (node, at) = (self.node.clone(), self.clock.now());
        let told = self
            .store
            .write::<_, StorageError, _>(move |tx| {
                async move { post::beat(tx, mail_id, &node, at).await }.boxed()
            })
            .await;
        if let Err(error) = told {
            tracing::warn!(%error, "a mail that is under way could not be held");
        }
    }

    /// Keeps how a mail ended, again and again while the database is away.
    async fn settle(
        &self,
        study: &Arc<Study>,
        taken: Taken,
        outcome: Outcome,
    ) -> Result<State, StorageError> {
        let ended = Arc::new((taken, outcome));
        let mut tries = 0;
        loop {
            let (act, of, ended) = (self.act(), study.clone(), ended.clone());
            let settled = self
                .store
                .write::<_, StorageError, _>(move |tx| {
                    async move { post::settle(tx, &act, &of, &ended.0, &ended.1).await }.boxed()
                })
                .await;
            match settled {
                Err(error) if tries < TRIES && may_pass(&error) => {
                    tries += 1;
                    sleep(Duration::from_secs(1)).await;
                }
                other => return other,
            }
        }
    }

    /// Sends what is due of a study, one after the other, for as long as `go_on` says so.
    pub async fn round(
        &self,
        study: &Arc<Study>,
        go_on: impl Fn() -> bool,
    ) -> Result<Round, StorageError> {
        let mut round = Round::default();
        let mut failures = 0;
        while failures < PATIENCE && go_on() {
            let (act, key, base) = (self.act(), self.key.clone(), self.base.clone());
            let (of, node) = (study.clone(), self.node.clone());
            let claimed = self
                .store
                .write(move |tx| {
                    async move { post::claim(tx, &act, &key, &base, &of, &node).await }.boxed()
                })
                .await?;
            let taken = match claimed {
                Claimed::Nothing => break,
                Claimed::PassedOver => continue,
                Claimed::Mail(taken) => taken,
            };
            let letter = Letter {
                mail_id: taken.mail_id,
                at: self.clock.now(),
                to_name: taken.to_name.clone(),
                to_address: taken.to_address.clone(),
                subject: taken.subject.clone(),
                body: taken.body.clone(),
            };
            let outcome = self.send(&letter).await;
            let state = self.settle(study, *taken, outcome).await?;
            failures = if matches!(state, State::Queued | State::Failed) {
                failures + 1
            } else {
                0
            };
            let counted = match state {
                State::Sent => &mut round.sent,
                State::Bounced => &mut round.bounced,
                State::Failed => &mut round.failed,
                State::Unknown => &mut round.unknown,
                _ => &mut round.later,
            };
            *counted += 1;
        }
        Ok(round)
    }
}
