//! Who names whom in the network of each board: its members, and the principals and coaches of its schools.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;

use super::Row;
use crate::domain::id::PersonId;
use crate::domain::roster::{Member, is_office_key};
use crate::domain::time::day_in;
use crate::fieldwork::study::Study;
use crate::storage::export::{self, BoardAnswer};
use crate::storage::records::pseudonym;
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Tx, objections, rosters, schools};

/// Every pair of every closed window: 0 for one that was not named, `NA` where it was not answered.
pub async fn nominations(
    tx: &mut Tx,
    study: &Study,
    windows: &[Window],
) -> Result<Vec<Row>, StorageError> {
    let relation_of = study.board_relation_of();
    let items: Vec<String> = relation_of.keys().cloned().collect();
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let answers = export::board_answers(tx, study.study_id, &items).await?;
    let silent = objections::silent(tx, study.study_id).await?;
    let left_out = objections::left_out(tx).await?;
    let lists = schools::lists_of_study(tx, study.study_id).await?;
    let unit_of: BTreeMap<_, &School> = lists
        .iter()
        .map(|list| (list.school.school_id, &list.school))
        .collect();
    let mut rows = BTreeMap::new();
    for office in lists.iter().filter(|list| is_office_key(&list.school.key)) {
        let Some(board) = &office.board else { continue };
        let mut network = rosters::of_board(tx, office.school.school_id).await?;
        network.retain(|member| !left_out.contains(&member.member_id));
        for ego in &network {
            let Some(unit) = unit_of.get(&ego.school_id) else {
                continue;
            };
            for window in windows.iter().filter(|window| window.cohort == unit.cohort) {
                let asked = study.due(Some(&unit.key), &window.wave, &ego.roles);
                let asked: BTreeSet<&str> = asked
                    .iter()
                    .flat_map(|instrument| instrument.roster_relations())
                    .map(|(item, _)| item)
                    .collect();
                let Some(shown) = shown(&network, ego, window, study.design.time_zone) else {
                    continue;
                };
                for (item, relation) in &relation_of {
                    let told = told(&answers, board, &ego.person_id, (&window.wave, item))
                        .filter(|_| !silent.contains_key(&ego.member_id));
                    if told.is_none() && !asked.contains(item.as_str()) {
                        continue;
                    }
                    for alter in &shown {
                        let value = told.as_ref().map_or("NA".to_owned(), |named| {
                            let strength = named.get(&alter.person_id).copied();
                            strength.unwrap_or_default().to_string()
                        });
                        let key = [
                            board.clone(),
                            window.wave.clone(),
                            relation.clone(),
                            pseudonym(ego.person_id.0),
                            pseudonym(alter.person_id.0),
                        ];
                        rows.insert(key, value);
                    }
                }
            }
        }
    }
    Ok(rows
        .into_iter()
        .map(|(key, value)| key.into_iter().chain([value]).collect())
        .collect())
}

/// The others whom someone could name while a closed window was open; none for who was not there then.
fn shown<'m>(
    network: &'m [Member],
    ego: &Member,
    window: &Window,
    zone: Tz,
) -> Option<Vec<&'m Member>> {
    let closed = day_in(zone, window.closed_at?);
    let (first, last) = window.days(zone);
    let there = |member: &Member| member.present_between(first, last.min(closed));
    let others = network
        .iter()
        .filter(|member| there(member) && member.person_id != ego.person_id);
    there(ego).then(|| others.collect())
}

/// Whom someone named, at whichever place of the board it was answered; none without an answer.
fn told(
    answers: &[BoardAnswer],
    board: &str,
    ego: &PersonId,
    (wave, item): (&str, &str),
) -> Option<BTreeMap<PersonId, i64>> {
    let mut own = answers
        .iter()
        .filter(|answer| {
            answer.board == board
                && answer.person_id == *ego
                && answer.wave == wave
                && answer.item == item
        })
        .peekable();
    own.peek()?;
    let mut named = BTreeMap::new();
    for (person, strength) in own.flat_map(|answer| &answer.named) {
        let known: &mut i64 = named.entry(*person).or_default();
        *known = (*known).max(*strength);
    }
    Some(named)
}
