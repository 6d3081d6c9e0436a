//! The leadership card of a school as its principal may see it: the own places, what the team says where at least so many
//! could judge, and raters from outside who agreed to being shown by name. The team's figures are judged statement by
//! statement; what is told of a heading is made from what was told of its statements, and tells nothing more.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::leadership_portrait::Leaders;
use crate::domain::card::{ENDS, Place, Rater, Statement};
use crate::domain::disclosure::{
    AnswerScale, Disclosed, Ledger, Ratings, Suppressed, TeamRules, headcount,
};
use crate::domain::records::{CardSheet, Records};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct CardPortrait {
    pub waves: Vec<CardWave>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CardWave {
    pub wave: String,
    /// Who led the school then, as the records call them: it opens to nobody who came after.
    pub led_by: Vec<String>,
    /// How many of the team handed in a card.
    pub n_team: Disclosed<usize>,
    /// Raters from outside who agreed to being shown, as the records call them, in the order of [`Told::board`].
    pub board: Vec<String>,
    /// In the order of the card.
    pub statements: Vec<Told>,
}

/// What is told of one statement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Where the principal placed it; nothing where it was left open.
    pub own: Option<Place>,
    pub team: Disclosed<f64>,
    /// How many placed it.
    pub n: Disclosed<usize>,
    /// Shares of those who handed in a card.
    pub cannot_judge: Disclosed<f64>,
    pub ticked: Disclosed<f64>,
    pub board: Vec<Option<Place>>,
}

impl CardWave {
    /// The statements under a heading, from 1.
    pub fn under(&self, heading: usize) -> impl Iterator<Item = (Statement, &Told)> {
        let all = Statement::all().zip(&self.statements);
        all.filter(move |(statement, _)| statement.heading == heading)
    }

    /// Where the principal stands on a heading: the mean of what was placed, if that is half of it or more.
    pub fn own(&self, heading: usize) -> Option<f64> {
        let own = self.under(heading).map(|(_, told)| told.own?.position);
        mean_of_half(own.map(|position| position.map(|place| place as f64)))
    }

    /// Where the team places the principal on a heading: the mean of what is told of its statements.
    pub fn team(&self, heading: usize) -> Option<f64> {
        mean_of_half(
            self.under(heading)
                .map(|(_, told)| told.team.shown().ok().copied()),
        )
    }

    /// How much higher the principal stands than the team places them, over the statements of a heading that are told of
    /// both: the mean of the differences that are seen, if those are half of it or more.
    pub fn above_team(&self, heading: usize) -> Option<f64> {
        mean_of_half(self.under(heading).map(|(_, told)| {
            let own = told.own?.position? as f64;
            Some(own - told.team.shown().ok()?)
        }))
    }

    /// The same of one of the raters from outside.
    pub fn board(&self, heading: usize, rater: usize) -> Option<f64> {
        mean_of_half(self.under(heading).map(|(_, told)| {
            let place = told.board.get(rater).copied().flatten()?;
            place.position.map(|position| position as f64)
        }))
    }
}

fn mean_of_half(values: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let all: Vec<Option<f64>> = values.collect();
    let known: Vec<f64> = all.iter().flatten().copied().collect();
    (!known.is_empty() && 2 * known.len() >= all.len())
        .then(|| known.iter().sum::<f64>() / known.len() as f64)
}

/// The school is an index into the records, with who led it. A wave without any card is not in it.
pub fn card_portrait(
    records: &Records,
    rules: &TeamRules,
    (school, leaders): (usize, &Leaders),
    ledger: &mut Ledger,
) -> CardPortrait {
    let none = BTreeSet::new();
    let waves = records
        .waves
        .iter()
        .enumerate()
        .filter_map(|(index, wave)| {
            let led_by = leaders.get(wave).unwrap_or(&none);
            let here: Vec<&CardSheet> = records
                .cards
                .iter()
                .filter(|card| card.school == school && card.wave == index)
                .collect();
            if here.is_empty() {
                return None;
            }
            let of = |by: Rater| here.iter().copied().filter(move |card| card.by == by);
            // Who leads the school speaks for no team, and a card about oneself counts when one leads it alone.
            let own: Vec<&CardSheet> = of(Rater::Own)
                .filter(|card| led_by.contains(&card.respondent))
                .collect();
            let team: Vec<&CardSheet> = of(Rater::Team)
                .filter(|card| !led_by.contains(&card.respondent))
                .collect();
            let board: Vec<&CardSheet> = of(Rater::Board).filter(|card| card.by_name).collect();
            let own = match own.as_slice() {
                [own] => Some(*own),
                _ => None,
            };
            let n_team = if team.len() >= rules.k_principal {
                headcount(team.len())
            } else {
                Disclosed::withheld(Suppressed::TooFewPeople)
            };
            Some(CardWave {
                wave: wave.clone(),
                led_by: led_by.iter().cloned().collect(),
                n_team,
                statements: Statement::all()
                    .map(|statement| {
                        let key = statement.key();
                        let mut told = of_team(&team, &key, wave, rules, ledger);
                        told.own = own.and_then(|card| card.places.get(&key).copied());
                        told.board = board
                            .iter()
                            .map(|card| card.places.get(&key).copied())
                            .collect();
                        told
                    })
                    .collect(),
                board: board.iter().map(|card| card.respondent.clone()).collect(),
            })
        });
    CardPortrait {
        waves: waves.collect(),
    }
}

/// What the team says about one statement.
fn of_team(
    team: &[&CardSheet],
    key: &str,
    wave: &str,
    rules: &TeamRules,
    ledger: &mut Ledger,
) -> Told {
    let place = |card: &CardSheet| card.places.get(key).copied();
    let placed: BTreeMap<&str, f64> = team
        .iter()
        .filter_map(|card| Some((card.respondent.as_str(), place(card)?.position? as f64)))
        .collect();
    // Who handed in a card and did not tick has said no.
    let share = |said: fn(Place) -> bool| -> BTreeMap<&str, f64> {
        let all = team.iter().map(|card| {
            let yes = place(card).is_some_and(said);
            (card.respondent.as_str(), f64::from(u8::from(yes)))
        });
        all.collect()
    };
    let n = if placed.len() >= rules.k_principal {
        headcount(placed.len())
    } else {
        Disclosed::withheld(Suppressed::TooFewPeople)
    };
    let mut judged = |measure: String, (minimum, maximum): (f64, f64), scores| {
        ledger.team_mean(&Ratings {
            wave,
            measure: &measure,
            scale: AnswerScale {
                minimum,
                maximum,
                steps_per_unit: Some(1),
            },
            k: rules.k_principal,
            scores,
        })
    };
    Told {
        own: None,
        team: judged(format!("card {key}"), ENDS, placed),
        n,
        cannot_judge: judged(
            format!("card {key} cannot judge"),
            (0.0, 1.0),
            share(|place| place.cannot_judge),
        ),
        ticked: judged(
            format!("card {key} to develop"),
            (0.0, 1.0),
            share(|place| place.ticked),
        ),
        board: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::SchoolRecord;

    fn sheet(by: Rater, respondent: &str, position: Option<i64>, by_name: bool) -> CardSheet {
        let place = Place {
            position,
            ticked: respondent < "d",
            cannot_judge: position.is_none(),
        };
        CardSheet {
            school: 0,
            wave: 0,
            by,
            respondent: respondent.to_owned(),
            by_name,
            places: [("1_1".to_owned(), place)].into(),
        }
    }

    fn told(cards: Vec<CardSheet>) -> CardWave {
        let records = Records {
            waves: vec!["T1".to_owned()],
            schools: vec![SchoolRecord::default()],
            cards,
            ..Records::default()
        };
        let leaders = Leaders::from([("T1".to_owned(), BTreeSet::from(["z".to_owned()]))]);
        let mut ledger = Ledger::default();
        let rules = TeamRules::default();
        let mut portrait = card_portrait(&records, &rules, (0, &leaders), &mut ledger);
        portrait.waves.remove(0)
    }

    fn team(positions: &[Option<i64>]) -> Vec<CardSheet> {
        ["a", "b", "c", "d", "e", "f", "g", "h", "i"]
            .iter()
            .zip(positions)
            .map(|(key, position)| sheet(Rater::Team, key, *position, false))
            .collect()
    }

    #[test]
    fn the_team_is_told_from_seven_who_could_judge() {
        let seven = [2, 3, 4, 3, 4, 2, 3].map(Some);
        let wave = told(team(&seven));
        assert_eq!(wave.statements.len(), 41);
        let first = &wave.statements[0];
        assert_eq!(first.team.shown(), Ok(&3.0));
        assert_eq!(first.n.shown(), Ok(&7));
        assert_eq!(first.ticked.shown(), Ok(&0.4));
        // Seven handed in a card, and six of them could judge.
        let mut six = seven;
        six[6] = None;
        let first = &told(team(&six)).statements[0];
        assert_eq!(first.team.shown(), Err(Suppressed::TooFewPeople));
        assert_eq!(first.n.shown(), Err(Suppressed::TooFewPeople));
        // All alike would tell what each of them said.
        let first = &told(team(&[Some(5); 8])).statements[0];
        assert_eq!(first.team.shown(), Err(Suppressed::NearlyUnanimous));
    }

    #[test]
    fn who_leads_speaks_for_no_team_and_a_board_only_by_its_name() {
        let mut cards = team(&[2, 3, 4, 3, 4, 2].map(Some));
        cards.push(sheet(Rater::Team, "z", Some(5), false));
        cards.push(sheet(Rater::Own, "z", Some(4), false));
        cards.push(sheet(
            Rater::Own,
            "someone who led it before",
            Some(1),
            false,
        ));
        cards.push(sheet(Rater::Board, "x", Some(2), true));
        cards.push(sheet(Rater::Board, "y", Some(1), false));
        let wave = told(cards);
        let first = &wave.statements[0];
        assert_eq!(first.team.shown(), Err(Suppressed::TooFewPeople));
        assert_eq!(first.own.and_then(|place| place.position), Some(4));
        assert_eq!(wave.board, ["x"]);
        assert_eq!(first.board.len(), 1);
        // One statement of seven says nothing about the heading.
        assert_eq!(wave.own(1), None);
    }

    #[test]
    fn the_difference_of_a_heading_is_that_of_the_statements_told_of_both() {
        let mut wave = told(team(&[2, 3, 4, 3, 4, 2, 3].map(Some)));
        let under = wave.under(1).count();
        let shown = wave.statements[0].team.clone();
        for (index, told) in wave.statements.iter_mut().take(under).enumerate() {
            told.own = Some(Place {
                position: Some(4),
                ..Place::default()
            });
            // Of the first the team is not told: the principal stands high there, and it does not count.
            if index > 0 {
                told.team = shown.clone();
            } else {
                told.team = Disclosed::withheld(Suppressed::TooFewPeople);
                told.own = Some(Place {
                    position: Some(5),
                    ..Place::default()
                });
            }
        }
        assert_eq!(wave.above_team(1), Some(1.0));
        assert!(
            wave.own(1)
                .zip(wave.team(1))
                .is_some_and(|(own, team)| own - team > 1.0)
        );
        assert_eq!(wave.above_team(2), None);
    }
}
