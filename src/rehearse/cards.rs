//! The leadership card of a simulated study: filled in by the principals of the first cohort about themselves, by some of their
//! teams, and at every third school by someone of the board.

use chrono::TimeDelta;
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;

use super::{Asked, REHEARSAL, RehearseError, Sheet, answer};
use crate::domain::card::{BY_NAME, Rater, Statement};
use crate::domain::id::MemberId;
use crate::fieldwork::raters::{self, NewRater};
use crate::fieldwork::roster_change::{ChangeRefusal, Newcomer};
use crate::instrument::check::{CANNOT_JUDGE, RawAnswer};
use crate::simulation::cards::{BoardRater, Filled, cards};
use crate::simulation::study::{Role, Roster, SimulatedStudy, State};
use crate::storage::audit::Act;
use crate::storage::{Store, rosters};

/// Of a team so many fill in a card: one more than a figure about the principal needs.
const RATERS: usize = 8;

/// Which of the waves with a card this is, in the first cohort.
fn later(simulated: &SimulatedStudy, roster: &Roster) -> Option<usize> {
    if simulated.schools[roster.school].cohort != 0 {
        return None;
    }
    match simulated.waves[roster.wave].key {
        "T1" => Some(0),
        "T3" => Some(1),
        _ => None,
    }
}

/// Puts cards with what the principal and some of the team send; gives the card of someone of the board.
pub(super) fn of_school(
    simulated: &SimulatedStudy,
    roster: &Roster,
    sheets: &mut [Sheet],
    ids: &[Option<MemberId>],
) -> Option<BoardRater> {
    let later = later(simulated, roster)?;
    let filled = cards(simulated.seed, roster.school, later, RATERS);
    let mut team = filled.team.iter();
    for seat in &roster.seats {
        let member = &simulated.members[seat.member];
        let (form, card) = match member.primary_role() {
            Role::Principal => (Rater::Own, Some(&filled.own)),
            Role::Teacher if seat.sitting.state == State::Submitted => (Rater::Team, team.next()),
            _ => continue,
        };
        let id = ids[seat.member];
        let sheet = sheets.iter_mut().find(|sheet| Some(sheet.member) == id);
        if let (Some(card), Some(sheet)) = (card, sheet) {
            fill(sheet, form, card);
        }
    }
    filled.board
}

fn fill(sheet: &mut Sheet, form: Rater, card: &Filled) {
    let raw = |(statement, place): &(Statement, crate::domain::card::Place)| {
        let value = match place.position {
            Some(position) => Some(position.to_string()),
            None => place.cannot_judge.then(|| CANNOT_JUDGE.to_owned()),
        };
        let answer = RawAnswer {
            value,
            ticked: place.ticked,
            ..RawAnswer::default()
        };
        (statement.item(form), answer)
    };
    sheet.raw.extend(card.iter().map(raw));
}

/// Someone of the board is put on the list of raters once, is invited and answers.
pub(super) async fn board_answers(
    store: &Store,
    simulated: &SimulatedStudy,
    asked: Asked,
    rater: BoardRater,
) -> Result<(), RehearseError> {
    let mut rng = ChaCha12Rng::seed_from_u64(simulated.seed);
    rng.set_stream(2_000_000 + 8 * asked.place as u64 + u64::from(asked.window.wave == "T3"));
    store
        .write(move |tx| {
            async move {
                let act = Act {
                    actor: REHEARSAL.to_owned(),
                    at: asked.window.opens_at,
                };
                let new = NewRater {
                    school_id: asked.school,
                    newcomer: Newcomer {
                        name: rater.name,
                        email: Some(rater.email),
                        ..Newcomer::default()
                    },
                };
                let known = raters::all(tx, &asked.study).await?;
                let own = known.iter().find(|of| of.school.school_id == asked.school);
                let unit = match own.and_then(|of| of.unit.as_ref()) {
                    Some(unit) => unit.school_id,
                    None => match raters::add(tx, &act, &mut rng, &asked.study, new).await {
                        Err(ChangeRefusal::Failed(error)) => return Err(error.into()),
                        other => other?,
                    },
                };
                let mut sheets = Vec::new();
                for member in rosters::of_school(tx, unit).await? {
                    let mut sheet = Sheet {
                        member: member.member_id,
                        raw: Default::default(),
                        answered_on: Some(
                            (asked.window.opens_at + TimeDelta::days(4)).date_naive(),
                        ),
                        minutes: 9,
                        submits: true,
                    };
                    fill(&mut sheet, Rater::Board, &rater.filled);
                    let by_name = RawAnswer {
                        value: Some(u8::from(rater.by_name).to_string()),
                        ..RawAnswer::default()
                    };
                    sheet.raw.insert(BY_NAME.to_owned(), by_name);
                    sheets.push(sheet);
                }
                let asked = Asked {
                    school: unit,
                    ..asked
                };
                answer(tx, &mut rng, &asked, sheets).await.map(drop)
            }
            .boxed()
        })
        .await
}
