//! The networks around boards: members of a board, and the principals and coaches of its schools, about one another.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Answers, Given, Questions, pseudonym};
use crate::domain::answer::Answer;
use crate::domain::records::{BoardRecord, NominationRecord, PersonRecord};
use crate::domain::roster::{Unit, WITH_THE_BOARD};
use crate::storage::snapshot::{MemberRow, Snapshot};

/// Someone around a board, at all places where they stand on a list.
struct Seat<'s> {
    memberships: Vec<&'s MemberRow>,
    role: Option<String>,
}

impl Seat<'_> {
    /// On the first list that they came on; `None` where they always were on one.
    fn joined_on(&self) -> Option<NaiveDate> {
        let days = self.memberships.iter().map(|row| row.joined_on);
        // Nothing comes before a day.
        days.min().flatten()
    }
}

/// By board and wave, where anybody said anything of it.
pub(super) fn networks(
    snapshot: &Snapshot,
    questions: &Questions,
    given: &Given<'_>,
    (waves, relations): (&[String], &[String]),
) -> Vec<BoardRecord> {
    let boards: BTreeSet<&String> = snapshot
        .units
        .iter()
        .filter_map(|unit| unit.board.as_ref())
        .collect();
    let mut found = Vec::new();
    for board in boards {
        for (wave_index, wave) in waves.iter().enumerate() {
            let Some(asked) = questions.boards.in_wave.get(wave) else {
                continue;
            };
            let seats = seats(snapshot, board, wave);
            let (persons, claims) = network(&seats, wave, given, questions, relations);
            if persons.iter().any(|person| person.responded) {
                let claims = relations.iter().zip(claims);
                found.push(BoardRecord {
                    board: board.clone(),
                    wave: wave_index,
                    persons,
                    nominations: claims
                        .map(|(relation, claims)| asked.contains(relation).then_some(claims))
                        .collect(),
                });
            }
        }
    }
    found
}

/// By pseudonym.
fn seats<'s>(snapshot: &'s Snapshot, board: &str, wave: &str) -> BTreeMap<String, Seat<'s>> {
    let windows: BTreeSet<Uuid> = snapshot
        .windows
        .iter()
        .filter(|window| window.wave == wave)
        .map(|window| window.window_id)
        .collect();
    let offices: BTreeSet<Uuid> = snapshot
        .units
        .iter()
        .filter(|unit| Unit::of_key(&unit.key) == Unit::Office)
        .filter(|unit| unit.board.as_deref() == Some(board))
        .map(|unit| unit.unit_id)
        .collect();
    let schools: BTreeSet<Uuid> = snapshot
        .schools
        .iter()
        .filter(|school| school.board.as_deref() == Some(board))
        .map(|school| school.school_id)
        .collect();
    let at_office = snapshot.unit_members.iter();
    let at_office = at_office
        .filter(|row| offices.contains(&row.school_id))
        .map(|row| (row, row.roles.first()));
    let at_schools = snapshot.members.iter();
    let at_schools = at_schools
        .filter(|row| schools.contains(&row.school_id))
        .filter_map(|row| {
            let with_the_board = |role: &&String| WITH_THE_BOARD.contains(&role.as_str());
            Some((row, Some(row.roles.iter().find(with_the_board)?)))
        });
    let mut seats: BTreeMap<String, Seat<'_>> = BTreeMap::new();
    // The office comes first: a board member who leads a school as well is of the board.
    for (row, role) in at_office.chain(at_schools) {
        if windows.contains(&row.window_id) {
            let seat = seats.entry(pseudonym(row.person_id)).or_insert(Seat {
                memberships: Vec::new(),
                role: role.cloned(),
            });
            seat.memberships.push(row);
        }
    }
    seats
}

/// People, and by relation what they said of one another.
fn network(
    seats: &BTreeMap<String, Seat<'_>>,
    wave: &str,
    given: &Given<'_>,
    questions: &Questions,
    relations: &[String],
) -> (Vec<PersonRecord>, Vec<Vec<NominationRecord>>) {
    let place_of: BTreeMap<Uuid, u32> = (0_u32..)
        .zip(seats.values())
        .flat_map(|(place, seat)| {
            let rows = seat.memberships.iter();
            rows.map(move |row| (row.member_id, place))
        })
        .collect();
    let mut by_relation = vec![Vec::new(); relations.len()];
    let mut persons = Vec::with_capacity(seats.len());
    for (ego, (key, seat)) in (0_u32..).zip(seats) {
        let answered: Vec<&Answers<'_>> = seat
            .memberships
            .iter()
            .flat_map(|row| given.of(row.member_id, wave))
            .map(|(_, answers)| answers)
            .collect();
        let told: Vec<Vec<&(Answer, NaiveDate)>> = relations
            .iter()
            .map(|relation| {
                let about = &questions.boards.relation_of;
                let items = answered.iter().flat_map(|answers| answers.iter());
                items
                    .filter(|(item, _)| about.get(**item) == Some(relation))
                    .map(|(_, answer)| answer)
                    .collect()
            })
            .collect();
        let responded = told.iter().any(|told| !told.is_empty());
        for (told, claims) in told.iter().zip(&mut by_relation) {
            if responded {
                claims.extend(row_of(ego, told, seats, &place_of));
            }
        }
        persons.push(PersonRecord {
            key: key.clone(),
            role: seat.role.clone(),
            groups: Vec::new(),
            responded,
            present: true,
            attributes: BTreeMap::new(),
        });
    }
    (persons, by_relation)
}

/// Whom someone named, and whom they were not asked about. Who answered at two places named whoever is named at either.
fn row_of(
    ego: u32,
    told: &[&(Answer, NaiveDate)],
    seats: &BTreeMap<String, Seat<'_>>,
    place_of: &BTreeMap<Uuid, u32>,
) -> Vec<NominationRecord> {
    let mut named: BTreeMap<u32, i64> = BTreeMap::new();
    for (answer, _) in told {
        let Answer::Named(alters) = answer else {
            continue;
        };
        for (alter, strength) in alters {
            if let Some(place) = place_of.get(&alter.0) {
                let known = named.entry(*place).or_default();
                *known = (*known).max(*strength);
            }
        }
    }
    let last = told.iter().map(|(_, day)| *day).max();
    (0_u32..)
        .zip(seats.values())
        .filter(|(alter, _)| *alter != ego)
        .filter_map(|(alter, seat)| {
            let value = named.get(&alter).map(|strength| *strength as f64);
            // Unknown: a relation that was passed over, and whoever came after the answer.
            let unseen = last.is_none_or(|day| seat.joined_on().is_some_and(|on| on > day));
            (value.is_some() || unseen).then_some(NominationRecord { ego, alter, value })
        })
        .collect()
}
