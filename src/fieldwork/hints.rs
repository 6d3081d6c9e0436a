//! Whom someone named the last time: shown beside the list of colleagues where the design says so, and never ticked.

use std::collections::{BTreeMap, BTreeSet};

use super::pages::Sitting;
use super::study::Study;
use crate::domain::id::MemberId;
use crate::instrument::definition::{Format, Instrument};
use crate::storage::answers::{self, NamedBefore};
use crate::storage::{StorageError, Tx};

/// By item: the colleagues on the list whom this person named in the same relation, in the last earlier wave in which
/// anyone was named in it. Empty for a study without hints.
pub type Hints = BTreeMap<String, BTreeSet<MemberId>>;

pub async fn of_page(
    tx: &mut Tx,
    study: &Study,
    sitting: &Sitting,
    instrument: &Instrument,
    ask: &[String],
) -> Result<Hints, StorageError> {
    let relations: Vec<(&String, &str)> = ask
        .iter()
        .filter_map(|item| Some((item, relation(instrument, item)?)))
        .collect();
    if !study.design.network.hint || relations.is_empty() {
        return Ok(Hints::new());
    }
    let place = |wave: &str| study.design.waves.iter().position(|w| w.key == wave);
    let now = place(&sitting.opened.invitation.wave);
    let about_board = study.design.is_about_board(&instrument.key);
    let named = answers::named_in_other_waves(tx, sitting.opened.invitation.invitation_id).await?;
    let roster = sitting.roster(study, &instrument.key);
    let hints = relations.into_iter().map(|(item, asked)| {
        let earlier: Vec<(usize, MemberId)> = named
            .iter()
            .filter(|before| {
                study.design.is_about_board(&before.instrument) == about_board
                    && relation_then(study, before) == Some(asked)
            })
            .filter_map(|before| Some((place(&before.wave)?, before.alter)))
            .filter(|(wave, _)| now.is_some_and(|now| *wave < now))
            .collect();
        let last = earlier.iter().map(|(wave, _)| *wave).max();
        let shown = earlier
            .iter()
            .filter(|(wave, alter)| Some(*wave) == last && roster.contains(alter))
            .map(|(_, alter)| *alter)
            .collect();
        (item.clone(), shown)
    });
    Ok(hints.collect())
}

fn relation<'i>(instrument: &'i Instrument, item: &str) -> Option<&'i str> {
    match &instrument.items.get(item)?.format {
        Format::Roster { relation, .. } => Some(relation),
        _ => None,
    }
}

/// The relation an item asked about, in whichever version it was asked.
fn relation_then<'s>(study: &'s Study, before: &NamedBefore) -> Option<&'s str> {
    study
        .library
        .all()
        .filter(|(instrument, _)| instrument.key == before.instrument)
        .find_map(|(instrument, _)| relation(instrument, &before.item))
}
