//! Answers to the leadership card, with what is no position: ticks, and that something cannot be judged.

use std::collections::BTreeMap;

use super::{Answers, Given, pseudonym};
use crate::domain::answer::Answer;
use crate::domain::card::{self, Place, Rater};
use crate::domain::records::CardSheet;
use crate::storage::snapshot::{SchoolRow, Snapshot};

/// A card, if this is one: who filled it in, whether under a name, and where each statement was placed.
pub(super) fn card_of(
    instrument: &str,
    answers: &Answers<'_>,
) -> Option<(Rater, bool, BTreeMap<String, Place>)> {
    let by = Rater::of_instrument(instrument)?;
    let places: BTreeMap<String, Place> = answers
        .iter()
        .filter_map(|(item, (answer, _))| {
            let Answer::Card {
                position,
                ticked,
                cannot_judge,
            } = *answer
            else {
                return None;
            };
            let place = Place {
                position,
                ticked,
                cannot_judge,
            };
            Some((card::statement_of(by, item)?.to_owned(), place))
        })
        .collect();
    let agreed = answers.get(card::BY_NAME);
    let by_name = agreed.is_some_and(|(answer, _)| *answer == Answer::Code(1));
    (!places.is_empty()).then_some((by, by_name, places))
}

pub(super) fn order(card: &CardSheet) -> (usize, usize, Rater, &str) {
    (card.school, card.wave, card.by, &card.respondent)
}

/// The cards of those who rate a principal from outside the school.
pub(super) fn from_outside(
    snapshot: &Snapshot,
    schools: &[&SchoolRow],
    waves: &[String],
    given: &Given<'_>,
) -> Vec<CardSheet> {
    let cards = snapshot.unit_members.iter().flat_map(|member| {
        let unit = snapshot
            .units
            .iter()
            .find(|unit| unit.unit_id == member.school_id);
        let window = snapshot
            .windows
            .iter()
            .find(|window| window.window_id == member.window_id);
        let place = unit.zip(window).and_then(|(unit, window)| {
            let school = schools
                .iter()
                .position(|school| Some(school.school_id) == unit.part_of)?;
            let wave = waves.iter().position(|wave| *wave == window.wave)?;
            Some((school, wave, window.wave.as_str()))
        });
        place.into_iter().flat_map(move |(school, wave, key)| {
            let own = given.of(member.member_id, key);
            own.filter_map(move |(instrument, answers)| {
                let (by, by_name, places) = card_of(instrument, answers)?;
                Some(CardSheet {
                    school,
                    wave,
                    by,
                    respondent: pseudonym(member.person_id),
                    by_name,
                    places,
                })
            })
        })
    });
    cards.collect()
}
