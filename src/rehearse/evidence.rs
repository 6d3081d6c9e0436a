//! What is asked of some schools alone: the test of their monitoring system, and the chain with the offices of their boards.

use std::collections::{BTreeMap, BTreeSet};

use super::{RehearseError, Sheet};
use crate::domain::card;
use crate::domain::id::{MemberId, SchoolId};
use crate::domain::roster::{BOARD_MEMBER, RosterLine, office_key};
use crate::domain::study::StudyDesign;
use crate::fieldwork::study::Study;
use crate::instrument::check::RawAnswer;
use crate::simulation::chain::{self, Around, SimulatedChain};
use crate::simulation::knowledge;
use crate::simulation::study::SimulatedStudy;
use crate::storage::windows::Window;
use crate::storage::{Store, rosters, schools};

pub struct Evidence {
    knowledge: BTreeMap<(usize, usize), Vec<(&'static str, i64)>>,
    chain: SimulatedChain,
    around: PeopleAround,
}

/// Who the people around the boards are, and what they are asked about one another.
#[derive(Default)]
struct PeopleAround {
    ids: BTreeMap<Around, MemberId>,
    /// Relation by relation, where it is asked.
    items: Vec<Option<String>>,
}

/// The office of a board, and what its members send.
pub struct AtOffice {
    pub school: SchoolId,
    /// Behind the schools.
    pub place: usize,
    pub sheets: Vec<Sheet>,
}

impl Evidence {
    pub fn of(simulated: &SimulatedStudy) -> Self {
        Self {
            knowledge: knowledge::taken(simulated),
            chain: chain::chain(simulated),
            around: PeopleAround::default(),
        }
    }

    /// Finds who is on the list around each board that takes part.
    pub async fn meet(
        &mut self,
        store: &Store,
        study: &Study,
        simulated: &SimulatedStudy,
        ids: &[Option<MemberId>],
    ) -> Result<(), RehearseError> {
        let item_of: BTreeMap<String, String> = study
            .board_relation_of()
            .into_iter()
            .map(|(item, relation)| (relation, item))
            .collect();
        let relations = simulated.relations.iter();
        self.around.items = relations.map(|key| item_of.get(*key).cloned()).collect();
        let mut tx = store.read().await?;
        let units = schools::units_of_study(&mut tx, study.study_id).await?;
        for (number, office) in self.chain.boards.iter().enumerate() {
            let key = office_key(&simulated.boards[office.board].name);
            let Some(unit) = units.iter().find(|unit| unit.key == key) else {
                continue;
            };
            let contacts = rosters::contacts_of_school(&mut tx, unit.school_id).await?;
            for (member, contact) in contacts {
                let email = contact.email.as_deref();
                let mut people = office.people.iter();
                if let Some(own) = people.position(|one| Some(one.email.as_str()) == email) {
                    self.around
                        .ids
                        .insert(Around::AtOffice(number, own), member);
                }
            }
            // Someone of two schools is on the list by one of them.
            let listed = rosters::of_board(&mut tx, unit.school_id).await?;
            let listed: BTreeSet<MemberId> = listed.iter().map(|one| one.member_id).collect();
            for (member, id) in ids.iter().enumerate() {
                if let Some(id) = id.filter(|id| listed.contains(id)) {
                    let person = simulated.members[member].person;
                    self.around.ids.insert(Around::Person(person), id);
                }
            }
        }
        Ok(())
    }

    /// Which school has which system, and where the chain is asked.
    pub fn say_where(&self, design: &mut StudyDesign, simulated: &SimulatedStudy) {
        let systems = design.facts.entry(knowledge::FACT.to_owned()).or_default();
        for (place, school) in simulated.schools.iter().enumerate() {
            let (system, _) = knowledge::SYSTEMS[knowledge::system(place)];
            systems.insert(school.key.clone(), system.to_owned());
        }
        // The first cohort fills in the card.
        let (fact, yes) = card::ASKED;
        let asked = design.facts.entry(fact.to_owned()).or_default();
        for school in simulated.schools.iter().filter(|school| school.cohort == 0) {
            asked.insert(school.key.clone(), yes.to_owned());
        }
        let (fact, yes) = chain::FACT;
        let asked = design.facts.entry(fact.to_owned()).or_default();
        for school in &simulated.schools {
            if self.chain.takes_part(school.board) {
                asked.insert(school.key.clone(), yes.to_owned());
            }
        }
        for office in &self.chain.boards {
            let key = office_key(&simulated.boards[office.board].name);
            asked.insert(key, yes.to_owned());
        }
    }

    /// The members of the boards where the chain is asked; an office answers with the first cohort.
    pub fn office_lines(&self, simulated: &SimulatedStudy) -> Vec<RosterLine> {
        let line = |(board, person): (usize, &chain::BoardMember)| {
            let name = &simulated.boards[board].name;
            RosterLine {
                school: office_key(name),
                school_name: Some(name.clone()),
                cohort: simulated.cohorts[0].key.clone(),
                board: Some(name.clone()),
                person: person.key.clone(),
                name: person.name.clone(),
                email: Some(person.email.clone()),
                language: None,
                roles: vec![BOARD_MEMBER.to_owned()],
                groups: None,
                joined_on: None,
                left_on: None,
            }
        };
        let offices = self.chain.boards.iter();
        offices
            .flat_map(|office| office.people.iter().map(|person| (office.board, person)))
            .map(line)
            .collect()
    }

    /// Adds what a member of a school, and this person, answers in a wave.
    pub fn add(
        &self,
        (member, person): (usize, usize),
        wave: usize,
        raw: &mut BTreeMap<String, RawAnswer>,
    ) {
        for (item, option) in self.knowledge.get(&(member, wave)).into_iter().flatten() {
            raw.insert((*item).to_owned(), coded(*option));
        }
        if wave == 0 {
            let own = self.chain.answers.get(&member);
            raw.extend(own.into_iter().flatten().map(as_raw));
            raw.extend(self.named_by(Around::Person(person)));
        }
    }

    /// Whom somebody names around the board.
    fn named_by(&self, ego: Around) -> impl Iterator<Item = (String, RawAnswer)> {
        let rows = self.chain.named.get(&ego).into_iter().flatten();
        rows.zip(&self.around.items).filter_map(|(row, item)| {
            let ids = row.iter().filter_map(|alter| self.around.ids.get(alter));
            let named: Vec<(MemberId, String)> = ids.map(|id| (*id, "1".to_owned())).collect();
            let answer = RawAnswer {
                nobody: named.is_empty(),
                named,
                ..RawAnswer::default()
            };
            Some((item.clone()?, answer))
        })
    }

    /// The offices that answer in a window.
    pub async fn offices(
        &self,
        store: &Store,
        study: &Study,
        window: &Window,
        simulated: &SimulatedStudy,
    ) -> Result<Vec<AtOffice>, RehearseError> {
        let first = &simulated.cohorts[0].key;
        if window.cohort != *first || window.wave != simulated.waves[0].key {
            return Ok(Vec::new());
        }
        let mut tx = store.read().await?;
        let units = schools::units_of_study(&mut tx, study.study_id).await?;
        let mut found = Vec::new();
        for (place, office) in self.chain.boards.iter().enumerate() {
            let key = office_key(&simulated.boards[office.board].name);
            let Some(unit) = units.iter().find(|unit| unit.key == key) else {
                continue;
            };
            let contacts = rosters::contacts_of_school(&mut tx, unit.school_id).await?;
            let sheets = contacts.into_iter().filter_map(|(member, contact)| {
                let email = contact.email.as_deref();
                let mut people = office.people.iter();
                let own = people.position(|person| Some(person.email.as_str()) == email)?;
                let mut raw: BTreeMap<String, RawAnswer> =
                    office.people[own].answers.iter().map(as_raw).collect();
                raw.extend(self.named_by(Around::AtOffice(place, own)));
                Some(Sheet {
                    member,
                    raw,
                    answered_on: Some(simulated.cohorts[0].windows[0].opens_on),
                    minutes: 6,
                    submits: true,
                })
            });
            found.push(AtOffice {
                school: unit.school_id,
                place: simulated.schools.len() + place,
                sheets: sheets.collect(),
            });
        }
        Ok(found)
    }
}

fn as_raw((item, code): &(String, i64)) -> (String, RawAnswer) {
    (item.clone(), coded(*code))
}

fn coded(code: i64) -> RawAnswer {
    RawAnswer {
        value: Some(code.to_string()),
        ..RawAnswer::default()
    }
}
