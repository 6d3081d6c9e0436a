//! The chain from board to class, at some boards and their schools. Planted: who does something sees more of it than the
//! layers beside do, most where colleagues are to be built up (action c); teachers and principals see teachers alike.
//! Around a board its members and the principals name one another often, coaches their own principal, and hardly anybody
//! names the coach of another school.

use std::collections::BTreeMap;

use super::dice::{Dice, Topic};
use super::names;
use super::study::{Role, SimulatedStudy, State};

/// The name of the fact that says where the chain is asked, and its value.
pub const FACT: (&str, &str) = ("chain", "yes");

/// The item by which somebody says from which layer.
const LAYER: &str = "chain_layer";
const BOARD: i64 = 1;
const LEADERSHIP: i64 = 2;
const TEACHERS: i64 = 4;
/// So many boards at most take part, with so many members each.
const BOARDS: usize = 4;
const PEOPLE: usize = 3;
const ACTIONS: [char; 4] = ['a', 'b', 'c', 'd'];
const OWN: [&str; 4] = [
    "chain_own_goals",
    "chain_own_goals_beside",
    "chain_own_told",
    "chain_own_done",
];

/// Relations of the study, in its order, and how much of the naming each gets.
const NAMED: [f64; 3] = [1.0, 0.7, 0.85];

/// Item and code.
pub type Answers = Vec<(String, i64)>;

#[derive(Debug, Clone)]
pub struct SimulatedChain {
    /// Boards that take part.
    pub boards: Vec<Office>,
    /// By member, at the first wave.
    pub answers: BTreeMap<usize, Answers>,
    /// Whom people around a board named, relation by relation.
    pub named: BTreeMap<Around, Vec<Vec<Around>>>,
}

/// Someone around a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Around {
    /// Place in [`SimulatedChain::boards`], and among its people.
    AtOffice(usize, usize),
    /// A person, of however many schools.
    Person(usize),
}

#[derive(Debug, Clone)]
pub struct Office {
    pub board: usize,
    pub people: Vec<BoardMember>,
}

#[derive(Debug, Clone)]
pub struct BoardMember {
    pub key: String,
    pub name: String,
    pub email: String,
    pub answers: Answers,
}

impl SimulatedChain {
    pub fn takes_part(&self, board: usize) -> bool {
        self.boards.iter().any(|office| office.board == board)
    }
}

pub fn chain(study: &SimulatedStudy) -> SimulatedChain {
    let mut dice = Dice::for_study(study.seed, Topic::Chain);
    // At one board at least it is not asked.
    let n_boards = BOARDS.min(study.boards.len().saturating_sub(1));
    let boards: Vec<Office> = study.boards[..n_boards]
        .iter()
        .enumerate()
        .map(|(place, board)| {
            let people = (1..=PEOPLE).map(|number| BoardMember {
                key: format!("{}-{number}", board.key),
                name: names::person(&mut dice, 0.5),
                email: format!("{}.{number}@besturen.example.org", board.key),
                answers: answers(BOARD, &[BOARD, LEADERSHIP], &mut dice),
            });
            Office {
                board: place,
                people: people.collect(),
            }
        })
        .collect();
    let mut given = BTreeMap::new();
    for roster in study.rosters.iter().filter(|roster| roster.wave == 0) {
        if study.schools[roster.school].board >= n_boards {
            continue;
        }
        for seat in &roster.seats {
            let layer = match study.members[seat.member].primary_role() {
                Role::Principal | Role::Coach => LEADERSHIP,
                _ => TEACHERS,
            };
            let asked: &[i64] = if layer == LEADERSHIP {
                &[BOARD, LEADERSHIP, TEACHERS]
            } else {
                &[LEADERSHIP, TEACHERS]
            };
            let own = answers(layer, asked, &mut dice);
            if seat.sitting.state == State::Submitted {
                given.insert(seat.member, own);
            }
        }
    }
    let named = around(study, &boards, &mut dice);
    SimulatedChain {
        boards,
        answers: given,
        named,
    }
}

/// Of someone around a board: the role, and the schools.
struct Place {
    role: Option<Role>,
    schools: Vec<usize>,
    answers: bool,
}

fn around(
    study: &SimulatedStudy,
    offices: &[Office],
    dice: &mut Dice,
) -> BTreeMap<Around, Vec<Vec<Around>>> {
    let mut named = BTreeMap::new();
    for (number, office) in offices.iter().enumerate() {
        let mut people: BTreeMap<Around, Place> = (0..office.people.len())
            .map(|person| {
                let place = Place {
                    role: None,
                    schools: Vec::new(),
                    answers: true,
                };
                (Around::AtOffice(number, person), place)
            })
            .collect();
        let rosters = study.rosters.iter().filter(|roster| roster.wave == 0);
        for roster in rosters.filter(|of| study.schools[of.school].board == office.board) {
            for seat in &roster.seats {
                let member = &study.members[seat.member];
                let role = member.primary_role();
                if !matches!(role, Role::Principal | Role::Coach) {
                    continue;
                }
                let place = people
                    .entry(Around::Person(member.person))
                    .or_insert(Place {
                        role: Some(role),
                        schools: Vec::new(),
                        answers: false,
                    });
                place.schools.push(roster.school);
                place.answers |= seat.sitting.state == State::Submitted;
            }
        }
        for (ego, own) in people.iter().filter(|(_, place)| place.answers) {
            let mut rows = vec![Vec::new(); NAMED.len()];
            for (alter, other) in people.iter().filter(|(alter, _)| *alter != ego) {
                let chance = chance(own, other);
                for (row, share) in rows.iter_mut().zip(NAMED) {
                    if dice.chance(chance * share) {
                        row.push(*alter);
                    }
                }
            }
            named.insert(*ego, rows);
        }
    }
    named
}

/// How likely one names the other.
fn chance(ego: &Place, alter: &Place) -> f64 {
    let same_school = ego.schools.iter().any(|own| alter.schools.contains(own));
    match (ego.role, alter.role) {
        (None, None) => 0.8,
        (None, Some(Role::Principal)) => 0.5,
        (Some(Role::Principal), None) => 0.45,
        (None, Some(_)) | (Some(_), None) => 0.1,
        (Some(Role::Principal), Some(Role::Principal)) => 0.3,
        _ if same_school => 0.85,
        _ => 0.05,
    }
}

fn answers(layer: i64, asked: &[i64], dice: &mut Dice) -> Answers {
    let mut given = vec![(LAYER.to_owned(), layer)];
    let leaning = 0.35 * dice.normal();
    let mut rated = |item: String, level: f64, dice: &mut Dice| {
        let value = (level + leaning + 0.6 * dice.normal() + 0.5).floor();
        given.push((item, value.clamp(1.0, 5.0) as i64));
    };
    for about in asked {
        for action in ACTIONS {
            let seen_by_itself = match (*about, action) {
                (TEACHERS, _) => 0.05,
                (_, 'c') => 1.2,
                _ => 0.45,
            };
            let level = if *about == layer {
                3.3 + seen_by_itself
            } else {
                3.3
            };
            rated(format!("chain_at_{about}_{action}"), level, dice);
        }
    }
    for (item, level) in OWN.into_iter().zip([4.0, 3.0, 3.2, 3.5]) {
        rated(item.to_owned(), level, dice);
    }
    given
}
