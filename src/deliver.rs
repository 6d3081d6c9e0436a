//! From the outbox to whoever carries the mail: taken in one transaction, sent outside any, settled in another. Nothing
//! is sent twice: what is not settled when the program ends is unknown, and waits for the owner.

use std::sync::Arc;

use futures_util::FutureExt;

use crate::domain::time::Clock;
use crate::domain::token::LinkKey;
use crate::fieldwork::post::{self, Claimed, Outcome};
use crate::fieldwork::study::Study;
use crate::mail::{Delivery, Letter, Transport};
use crate::storage::audit::Act;
use crate::storage::outbox::State;
use crate::storage::{StorageError, Store};

/// After so many failures in a row the carrier is taken to be away, and the rest waits for the next round.
const PATIENCE: usize = 5;

/// Who sends, and for which address of the server the links are made.
#[derive(Clone)]
pub struct Sender {
    pub store: Store,
    pub key: LinkKey,
    pub base: String,
    pub transport: Arc<dyn Transport>,
    pub clock: Arc<dyn Clock>,
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

    /// To be done once before the first round.
    pub async fn recover(&self) -> Result<u64, StorageError> {
        let act = self.act();
        self.store
            .write(move |tx| async move { post::recover(tx, &act).await }.boxed())
            .await
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
            let of = study.clone();
            let claimed = self
                .store
                .write(move |tx| {
                    async move { post::claim(tx, &act, &key, &base, &of).await }.boxed()
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
            let outcome = match self.transport.send(&letter).await {
                Delivery::Accepted => Outcome::Sent,
                Delivery::Refused(why) => Outcome::Bounced(why),
                Delivery::TryLater(why) => Outcome::Later(why),
                Delivery::Uncertain(why) => Outcome::Unknown(why),
            };
            let (act, of) = (self.act(), study.clone());
            let state = self
                .store
                .write::<_, StorageError, _>(move |tx| {
                    async move { post::settle(tx, &act, &of, &taken, &outcome).await }.boxed()
                })
                .await?;
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
