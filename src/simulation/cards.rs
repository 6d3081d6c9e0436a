//! The leadership card of one school in one wave. The same at schools with a large and a small effect: nothing about the effect
//! is handed in.

use super::dice::{Dice, Topic};
use super::names;
use crate::domain::card::{Place, Statement};

/// How much further along principals place themselves than their teams do, on the five places.
pub const SELF_ABOVE_TEAM: f64 = 0.4;

/// The cards about one principal.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoolCards {
    pub own: Filled,
    pub team: Vec<Filled>,
    /// Someone of the board, where the school has such a rater.
    pub board: Option<BoardRater>,
}

/// Statement and what was done with it; what was left open is not in it.
pub type Filled = Vec<(Statement, Place)>;

#[derive(Debug, Clone, PartialEq)]
pub struct BoardRater {
    pub name: String,
    pub email: String,
    pub by_name: bool,
    pub filled: Filled,
}

/// `later`: 0 for the first wave in which the card is filled in, 1 for the next. Each school has streams of its own; its level is
/// the same in both waves, and rises a little.
pub fn cards(seed: u64, school: usize, later: usize, n_team: usize) -> SchoolCards {
    let mut dice = Dice::for_school(seed, school, Topic::Cards);
    let level = 3.3 + 0.35 * dice.normal();
    let own_eyes = SELF_ABOVE_TEAM + 0.35 * dice.normal();
    let headings: Vec<f64> = (0..6).map(|_| 0.25 * dice.normal()).collect();
    let name = names::person(&mut dice, 0.5);
    let (has_board, by_name) = (school.is_multiple_of(3), !school.is_multiple_of(2));
    // The next wave is drawn from further on in the same stream.
    for _ in 0..later {
        for _ in 0..4096 {
            dice.uniform();
        }
    }
    let level = level + 0.15 * later as f64;
    let mut fill = |lean: f64, judges: bool| -> Filled {
        let mut filled = Filled::new();
        for statement in Statement::all() {
            let at = level + lean + headings[statement.heading - 1] + 0.7 * dice.normal();
            let position = (at + 0.5).floor().clamp(1.0, 5.0) as i64;
            // What somebody knows cannot be seen from outside as easily as what she does.
            let unsure = if statement.heading == 2 { 0.07 } else { 0.04 };
            let cannot_judge = judges && dice.chance(unsure);
            let ticked = dice.chance(if position <= 2 { 0.55 } else { 0.12 });
            if dice.chance(0.01) {
                continue;
            }
            let place = Place {
                position: (!cannot_judge).then_some(position),
                ticked,
                cannot_judge,
            };
            filled.push((statement, place));
        }
        filled
    };
    let own = fill(own_eyes, false);
    let board = has_board.then(|| fill(0.1, true));
    let mut leanings = Dice::for_school(seed, school, Topic::Work);
    let team = (0..n_team)
        .map(|_| fill(0.4 * leanings.normal(), true))
        .collect();
    SchoolCards {
        own,
        team,
        board: board.map(|filled| BoardRater {
            email: format!("{}.{school}@bestuur.example", names::slug(&name)),
            name,
            by_name,
            filled,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mean(filled: &Filled) -> f64 {
        let placed: Vec<f64> = filled
            .iter()
            .filter_map(|(_, place)| Some(place.position? as f64))
            .collect();
        placed.iter().sum::<f64>() / placed.len() as f64
    }

    #[test]
    fn principals_stand_a_little_above_their_teams_and_the_waves_differ() {
        let mut above = 0.0;
        for school in 0..40 {
            let cards = cards(5, school, 0, 9);
            let team: f64 = cards.team.iter().map(mean).sum::<f64>() / 9.0;
            above += (mean(&cards.own) - team) / 40.0;
        }
        assert!((0.2..0.6).contains(&above), "{above}");
        assert_eq!(cards(5, 3, 0, 9), cards(5, 3, 0, 9));
        assert_ne!(cards(5, 3, 0, 9).own, cards(5, 3, 1, 9).own);
        assert!(cards(5, 3, 0, 9).board.is_some_and(|rater| rater.by_name));
    }
}
