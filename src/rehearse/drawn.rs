//! Who agrees to being drawn by name in the picture of their own school, so that both kinds of picture can be seen.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use rand_chacha::ChaCha12Rng;

use super::{Asked, RehearseError};
use crate::domain::consent::Purpose;
use crate::domain::id::InvitationId;
use crate::fieldwork::consent;
use crate::storage::Tx;
use crate::storage::audit::Act;

/// Everyone in every fifth school, nobody in another, most in the others.
pub(super) fn agrees(school: usize, most: bool) -> bool {
    match school % 5 {
        4 => true,
        2 => false,
        _ => most,
    }
}

/// Those who opened the questionnaire and agreed, but never came to an answer.
pub(super) async fn ask(
    tx: &mut Tx,
    rng: &mut ChaCha12Rng,
    asked: &Asked,
    unanswered: impl Iterator<Item = &InvitationId>,
) -> Result<(), RehearseError> {
    for invitation_id in unanswered {
        let act = Act {
            actor: invitation_id.to_string(),
            at: asked.window.opens_at + TimeDelta::minutes(5),
        };
        let uses = [Purpose::Research, Purpose::PersonPicture].map(|purpose| (purpose, true));
        let (study, decisions) = (&asked.study, BTreeMap::from(uses));
        consent::decide(tx, &act, rng, study, *invitation_id, &decisions).await?;
    }
    Ok(())
}
