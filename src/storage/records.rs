//! A snapshot as `Records`: rosters per wave, claims, answer sheets and pupils, without names.

mod boards;
mod cards;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::StorageError;
use super::answers::read_value;
use super::snapshot::{
    MemberRow, NormRow, PageSaveRow, ResponseRow, SchoolRow, ScoreRow, Snapshot,
};
use crate::domain::answer::Answer;
use crate::domain::id::MemberId;
use crate::domain::pupil::Half;
use crate::domain::records::{
    AnswerSheet, CardSheet, ItemAnswers, NominationRecord, PersonRecord, PupilRecord, Records,
    RosterRecord, SchoolRecord, ScoreRecord, UnitRecord, UnitSheet,
};
use crate::domain::roster::Unit;
use crate::domain::study::{StudyDesign, Subject};

/// What the evaluation calls a person: the same in every wave, and telling neither who it is nor who came first.
pub fn pseudonym(person_id: Uuid) -> String {
    let digest = Sha256::digest(person_id.as_bytes());
    std::iter::once("p".to_owned())
        .chain(digest.iter().take(6).map(|byte| format!("{byte:02x}")))
        .collect()
}

/// Who may be drawn by name, per school, as the evaluation calls them.
pub fn may_be_drawn(snapshot: &Snapshot) -> BTreeMap<Uuid, BTreeSet<String>> {
    let person_of: BTreeMap<Uuid, Uuid> = snapshot
        .members
        .iter()
        .map(|member| (member.member_id, member.person_id))
        .collect();
    let mut drawn: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
    for row in &snapshot.person_pictures {
        if let Some(person_id) = person_of.get(&row.member_id) {
            let of_school = drawn.entry(row.school_id).or_default();
            of_school.insert(pseudonym(*person_id));
        }
    }
    drawn
}

/// What a study asks about relations.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Questions {
    /// Of the staff of schools.
    pub schools: RelationsAsked,
    /// Of the people around boards.
    pub boards: RelationsAsked,
    /// Key and version of an instrument to the items on each of its pages.
    pub pages: BTreeMap<(String, i64), Vec<Vec<String>>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RelationsAsked {
    /// Roster item to the relation it asks about.
    pub relation_of: BTreeMap<String, String>,
    /// Wave to the relations that are asked in it.
    pub in_wave: BTreeMap<String, BTreeSet<String>>,
}

/// The number that an answer is: of a test the option that was chosen, of a card its position.
fn points(answer: &Answer) -> Option<f64> {
    match answer {
        Answer::Code(code) => Some(*code as f64),
        Answer::Card {
            position: Some(position),
            ..
        } => Some(*position as f64),
        Answer::Number(number) => Some(*number),
        _ => None,
    }
}

pub fn records(
    snapshot: &Snapshot,
    design: &StudyDesign,
    questions: &Questions,
) -> Result<Records, StorageError> {
    let mut schools: Vec<_> = snapshot.schools.iter().collect();
    schools.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
    let mut relations = design.network.relations.clone();
    relations.sort();
    let waves: Vec<String> = design
        .waves
        .iter()
        .map(|wave| wave.key.clone())
        .filter(|wave| snapshot.windows.iter().any(|window| &window.wave == wave))
        .collect();
    let mut members_of: BTreeMap<(Uuid, Uuid), Vec<&MemberRow>> = BTreeMap::new();
    for member in &snapshot.members {
        members_of
            .entry((member.school_id, member.window_id))
            .or_default()
            .push(member);
    }
    let given = Given::gather(snapshot)?;
    let timed = Timed::gather(snapshot, questions);
    // An instrument that only roles of one person answer is about the school: its answers are facts of the school.
    let facts: BTreeSet<&str> = design
        .collect
        .iter()
        .filter(|row| {
            row.about == Subject::Own && row.roles.iter().all(|role| is_single(design, role))
        })
        .map(|row| row.instrument.as_str())
        .collect();

    let mut records = Records {
        waves,
        relations,
        ..Records::default()
    };
    for (index, school) in schools.iter().enumerate() {
        let mut attributes = BTreeMap::from([("cohort".to_owned(), school.cohort.clone())]);
        if let Some(board) = &school.board {
            attributes.insert("board".to_owned(), board.clone());
        }
        let kept = design.facts.iter();
        attributes.extend(
            kept.filter_map(|(fact, of)| Some((fact.clone(), of.get(&school.key)?.clone()))),
        );
        for (wave_index, wave) in records.waves.clone().iter().enumerate() {
            let Some(window) = snapshot
                .windows
                .iter()
                .find(|w| w.cohort == school.cohort && &w.wave == wave)
            else {
                continue;
            };
            // Nobody is missing from a wave that asks the staff nothing.
            if !design.asks_at(&school.key, wave) {
                continue;
            }
            let listed = members_of.get(&(school.school_id, window.window_id));
            let mut present: Vec<(String, &MemberRow)> = listed
                .into_iter()
                .flatten()
                .map(|member| (pseudonym(member.person_id), *member))
                .collect();
            present.sort_by(|a, b| a.0.cmp(&b.0));
            records.rosters.push(roster(
                index,
                wave_index,
                wave,
                &present,
                &records.relations,
                &questions.schools,
                &given,
            ));
            for (key, member) in &present {
                for (instrument, answers) in given.of(member.member_id, wave) {
                    let numbers = answers.iter().filter_map(|(item, (answer, _))| {
                        Some(((*item).to_owned(), points(answer)?))
                    });
                    let card = cards::card_of(instrument, answers);
                    let is_card = card.is_some();
                    records
                        .cards
                        .extend(card.map(|(by, by_name, places)| CardSheet {
                            school: index,
                            wave: wave_index,
                            by,
                            respondent: key.clone(),
                            by_name,
                            places,
                        }));
                    // Where principals place themselves is about them, and new in every wave: no fact of the school.
                    if facts.contains(instrument) && !is_card {
                        attributes.extend(numbers.map(|(item, number)| (item, number.to_string())));
                    } else {
                        let items: ItemAnswers = numbers.collect();
                        if !items.is_empty() {
                            merge_sheet(&mut records.answers, key, index, wave_index, items);
                        }
                    }
                }
                let own = |sheet: &&mut AnswerSheet| {
                    (&sheet.respondent, sheet.school, sheet.wave) == (key, index, wave_index)
                };
                if let Some(sheet) = records.answers.last_mut().filter(own) {
                    sheet.seconds_per_item =
                        timed.seconds_per_item(member.member_id, wave, &sheet.items);
                }
            }
        }
        records.schools.push(SchoolRecord {
            key: school.key.clone(),
            attributes,
        });
    }
    let outside = cards::from_outside(snapshot, &schools, &records.waves, &given);
    records.cards.extend(outside);
    records
        .cards
        .sort_by(|a, b| cards::order(a).cmp(&cards::order(b)));
    records.units = units(snapshot, &schools, &records.waves, &given);
    records.boards = boards::networks(
        snapshot,
        questions,
        &given,
        (&records.waves, &records.relations),
    );
    for unit in &records.units {
        let Some(school) = unit.school else { continue };
        if Unit::of_key(&unit.key) != Unit::Class {
            continue;
        }
        let sheets = unit.sheets.iter().map(|sheet| AnswerSheet {
            respondent: sheet.respondent.clone(),
            school,
            wave: unit.wave,
            items: sheet.items.clone(),
            seconds_per_item: None,
        });
        records.answers.extend(sheets);
    }
    if !records.units.is_empty() {
        // Behind the staff of each school: a pupil and a colleague are never one respondent.
        records
            .answers
            .sort_by_key(|sheet| (sheet.school, sheet.wave));
    }
    records.pupils = pupils(
        snapshot,
        design,
        &schools
            .iter()
            .map(|s| (s.school_id, s.cohort.as_str()))
            .collect::<Vec<_>>(),
    );
    Ok(records)
}

/// What was answered in units that are no school, by key and wave.
fn units(
    snapshot: &Snapshot,
    schools: &[&SchoolRow],
    waves: &[String],
    given: &Given<'_>,
) -> Vec<UnitRecord> {
    let mut listed: BTreeMap<(Uuid, Uuid), Vec<&MemberRow>> = BTreeMap::new();
    for member in &snapshot.unit_members {
        let place = (member.school_id, member.window_id);
        listed.entry(place).or_default().push(member);
    }
    let mut records = Vec::new();
    for ((unit_id, window_id), members) in listed {
        let unit = snapshot.units.iter().find(|unit| unit.unit_id == unit_id);
        let window = snapshot.windows.iter().find(|w| w.window_id == window_id);
        let (Some(unit), Some(window)) = (unit, window) else {
            continue;
        };
        let Some(wave) = waves.iter().position(|wave| *wave == window.wave) else {
            continue;
        };
        let mut sheets: Vec<UnitSheet> = members
            .iter()
            .filter_map(|member| {
                let answers = given.of(member.member_id, &window.wave);
                let items: ItemAnswers = answers
                    .flat_map(|(_, answers)| answers)
                    .filter_map(|(item, (answer, _))| Some(((*item).to_owned(), points(answer)?)))
                    .collect();
                (!items.is_empty()).then(|| UnitSheet {
                    respondent: pseudonym(member.person_id),
                    role: member.roles.first().cloned(),
                    items,
                })
            })
            .collect();
        sheets.sort_by(|a, b| a.respondent.cmp(&b.respondent));
        let school = unit
            .part_of
            .and_then(|whole| schools.iter().position(|s| s.school_id == whole));
        records.push(UnitRecord {
            key: unit.key.clone(),
            board: unit.board.clone(),
            school,
            wave,
            n_listed: members.len(),
            sheets,
        });
    }
    records.sort_by(|a, b| (&a.key, a.wave).cmp(&(&b.key, b.wave)));
    records
}

fn is_single(design: &StudyDesign, role: &str) -> bool {
    design
        .roles
        .iter()
        .any(|known| known.key == role && known.single)
}

/// Item to answer and the day on which it was given.
type Answers<'s> = BTreeMap<&'s str, (Answer, NaiveDate)>;

/// What was answered, by member and wave and then by instrument.
struct Given<'s>(BTreeMap<(Uuid, &'s str), BTreeMap<&'s str, Answers<'s>>>);

impl<'s> Given<'s> {
    fn gather(snapshot: &'s Snapshot) -> Result<Self, StorageError> {
        let mut by_response: BTreeMap<Uuid, Answers<'s>> = BTreeMap::new();
        for row in &snapshot.answers {
            by_response.entry(row.response_id).or_default().insert(
                &row.item,
                (read_value(&row.value)?, row.saved_at.date_naive()),
            );
        }
        for row in &snapshot.nominations {
            if let Some((Answer::Named(alters), _)) = by_response
                .get_mut(&row.response_id)
                .and_then(|answers| answers.get_mut(row.item.as_str()))
            {
                alters.insert(MemberId(row.alter_id), row.strength);
            }
        }
        let mut given = Self(BTreeMap::new());
        for row in &snapshot.responses {
            if let Some(answers) = by_response.remove(&row.response_id) {
                given
                    .0
                    .entry((row.member_id, &row.wave))
                    .or_default()
                    .insert(&row.instrument, answers);
            }
        }
        Ok(given)
    }

    fn of<'a>(
        &'a self,
        member: Uuid,
        wave: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Answers<'s>)> {
        self.0
            .get(&(member, wave))
            .into_iter()
            .flatten()
            .map(|(instrument, answers)| (*instrument, answers))
    }
}

fn roster(
    school: usize,
    wave_index: usize,
    wave: &str,
    present: &[(String, &MemberRow)],
    relations: &[String],
    questions: &RelationsAsked,
    given: &Given<'_>,
) -> RosterRecord {
    let asked = questions.in_wave.get(wave);
    let mut nominations: Vec<Vec<NominationRecord>> = vec![Vec::new(); relations.len()];
    let mut persons = Vec::with_capacity(present.len());
    for (ego, (key, member)) in (0_u32..).zip(present) {
        let mut told: Vec<Option<&(Answer, NaiveDate)>> = vec![None; relations.len()];
        for (_, answers) in given.of(member.member_id, wave) {
            for (item, answer) in answers {
                let relation = questions
                    .relation_of
                    .get(*item)
                    .and_then(|name| relations.iter().position(|r| r == name));
                if let Some(relation) = relation {
                    told[relation] = Some(answer);
                }
            }
        }
        let responded = told.iter().any(Option::is_some);
        for (relation, answer) in told.into_iter().enumerate().filter(|_| responded) {
            let others = (0_u32..).zip(present).filter(|(alter, _)| *alter != ego);
            match answer {
                Some((answer, day)) => {
                    let none = BTreeMap::new();
                    let named = if let Answer::Named(alters) = answer {
                        alters
                    } else {
                        &none
                    };
                    for (alter, (_, other)) in others {
                        let strength = named.get(&MemberId(other.member_id));
                        // Whoever came on the list after the answer was not shown: not named, and not passed over.
                        let unseen = other.joined_on.is_some_and(|joined| joined > *day);
                        if strength.is_some() || unseen {
                            let value = strength.map(|strength| *strength as f64);
                            nominations[relation].push(NominationRecord { ego, alter, value });
                        }
                    }
                }
                // Answered, but not about this relation: every cell of this row is unknown.
                None => nominations[relation].extend(others.map(|(alter, _)| NominationRecord {
                    ego,
                    alter,
                    value: None,
                })),
            }
        }
        persons.push(PersonRecord {
            key: key.clone(),
            role: member.roles.first().cloned(),
            groups: member.groups.clone(),
            responded,
            present: true,
            attributes: BTreeMap::new(),
        });
    }
    for claims in &mut nominations {
        claims.sort_by_key(|claim| (claim.ego, claim.alter));
    }
    RosterRecord {
        school,
        wave: wave_index,
        persons,
        nominations: relations
            .iter()
            .zip(nominations)
            .map(|(relation, claims)| {
                asked
                    .is_some_and(|asked| asked.contains(relation))
                    .then_some(claims)
            })
            .collect(),
    }
}

/// How long pages took, by member and wave: the items on each, and the seconds.
struct Timed<'s>(BTreeMap<(Uuid, &'s str), Vec<TimedPage<'s>>>);

type TimedPage<'s> = (&'s [String], f64);

impl<'s> Timed<'s> {
    /// From the last save of the page before to the last save of a page. Of the first page, and of one that was gone back
    /// to, it is not known when it was opened.
    fn gather(snapshot: &'s Snapshot, questions: &'s Questions) -> Self {
        let responses: BTreeMap<Uuid, &ResponseRow> = snapshot
            .responses
            .iter()
            .map(|row| (row.response_id, row))
            .collect();
        let mut saves: BTreeMap<(Uuid, &str), Vec<(&PageSaveRow, &ResponseRow)>> = BTreeMap::new();
        for save in &snapshot.page_saves {
            if let Some(response) = responses.get(&save.response_id) {
                let sitting = (response.member_id, response.wave.as_str());
                saves.entry(sitting).or_default().push((save, response));
            }
        }
        let of_sitting = |mut saves: Vec<(&PageSaveRow, &ResponseRow)>| {
            saves.sort_by_key(|(save, _)| (save.last_at, save.response_id, save.page));
            let timed = saves.windows(2).filter_map(|pair| {
                let ((before, _), (save, response)) = (pair[0], pair[1]);
                let seconds = (save.last_at - before.last_at).as_seconds_f64();
                let version = (response.instrument.clone(), response.version);
                let page = usize::try_from(save.page).ok()?;
                let items = questions.pages.get(&version)?.get(page)?;
                (before.last_at <= save.first_at).then_some((items.as_slice(), seconds))
            });
            timed.collect()
        };
        Self(
            saves
                .into_iter()
                .map(|(sitting, saves)| (sitting, of_sitting(saves)))
                .collect(),
        )
    }

    fn seconds_per_item(&self, member: Uuid, wave: &str, items: &ItemAnswers) -> Option<f64> {
        let (mut seconds, mut answered) = (0.0, 0_usize);
        for (page, took) in self.0.get(&(member, wave)).into_iter().flatten() {
            let on_page = page.iter().filter(|item| items.contains_key(item)).count();
            if on_page > 0 {
                seconds += took;
                answered += on_page;
            }
        }
        (answered > 0).then(|| seconds / answered as f64)
    }
}

fn merge_sheet(
    sheets: &mut Vec<AnswerSheet>,
    respondent: &str,
    school: usize,
    wave: usize,
    items: ItemAnswers,
) {
    match sheets.last_mut() {
        Some(last)
            if last.respondent == respondent && last.school == school && last.wave == wave =>
        {
            last.items.extend(items);
        }
        _ => sheets.push(AnswerSheet {
            respondent: respondent.to_owned(),
            school,
            wave,
            items,
            seconds_per_item: None,
        }),
    }
}

fn pupils(snapshot: &Snapshot, design: &StudyDesign, schools: &[(Uuid, &str)]) -> Vec<PupilRecord> {
    let mut scores: BTreeMap<Uuid, Vec<&ScoreRow>> = BTreeMap::new();
    for row in &snapshot.scores {
        scores.entry(row.pupil_id).or_default().push(row);
    }
    let national = |row: &ScoreRow| {
        let half = Half::of(row.tested_on).key();
        let norm = |norm: &&NormRow| Some(norm.year_group) == row.year_group && norm.half == half;
        snapshot.norms.iter().find(norm).map(|norm| norm.mean)
    };
    let mut pupils: Vec<PupilRecord> = snapshot
        .pupils
        .iter()
        .filter_map(|pupil| {
            let school = schools.iter().position(|(id, _)| *id == pupil.school_id)?;
            let start = design
                .cohorts
                .iter()
                .find(|cohort| cohort.key == schools[school].1)?
                .starts_on;
            Some(PupilRecord {
                key: pupil.key.clone(),
                school,
                weight: pupil.weight.clone(),
                attributes: BTreeMap::new(),
                scores: scores
                    .get(&pupil.pupil_id)
                    .into_iter()
                    .flatten()
                    .map(|row| ScoreRecord {
                        month: months_between(start, row.tested_on),
                        score: row.score,
                        year_group: row.year_group.and_then(|group| u8::try_from(group).ok()),
                        national: national(row),
                    })
                    .collect(),
            })
        })
        .collect();
    pupils.sort_by(|a, b| (a.school, &a.key).cmp(&(b.school, &b.key)));
    pupils
}

/// Calendar months from one day to another, with days as thirtieths of a month.
fn months_between(from: NaiveDate, to: NaiveDate) -> f64 {
    let months = (to.year() - from.year()) * 12 + to.month() as i32 - from.month() as i32;
    f64::from(months) + f64::from(to.day() as i32 - from.day() as i32) / 30.0
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta, Utc};

    use super::*;
    use crate::domain::study::test_design as design;
    use crate::storage::snapshot::{AnswerRow, NominationRow, ResponseRow, SchoolRow, WindowRow};

    const OPENS: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn snapshot() -> Snapshot {
        let day = |n: i64| OPENS + TimeDelta::days(n);
        let member = |n: u128, joined: Option<i64>| MemberRow {
            groups: Vec::new(),
            joined_on: joined.map(|n| day(n).date_naive()),
            member_id: id(n),
            person_id: id(100 + n),
            roles: vec!["teacher".to_owned()],
            school_id: id(50),
            window_id: id(60),
        };
        Snapshot {
            schools: vec![SchoolRow {
                board: None,
                cohort: "c".into(),
                key: "s".into(),
                school_id: id(50),
            }],
            windows: vec![WindowRow {
                closed_at: day(20),
                closes_at: day(20),
                cohort: "c".into(),
                opens_at: day(0),
                wave: "T1".into(),
                window_id: id(60),
            }],
            // One who answers, one who is named, one who is not, and one who comes later.
            members: vec![
                member(1, None),
                member(2, None),
                member(3, None),
                member(4, Some(5)),
            ],
            responses: vec![ResponseRow {
                hash: String::new(),
                instrument: "net".into(),
                member_id: id(1),
                response_id: id(70),
                submitted: true,
                version: 1,
                wave: "T1".into(),
            }],
            answers: vec![AnswerRow {
                item: "net_goals".into(),
                response_id: id(70),
                saved_at: day(1),
                value: "\"named\"".into(),
            }],
            nominations: vec![NominationRow {
                alter_id: id(2),
                item: "net_goals".into(),
                response_id: id(70),
                strength: 1,
            }],
            ..Snapshot::default()
        }
    }

    fn questions(asked: &[&str]) -> Questions {
        Questions {
            schools: RelationsAsked {
                relation_of: BTreeMap::from([("net_goals".to_owned(), "goals".to_owned())]),
                in_wave: BTreeMap::from([(
                    "T1".to_owned(),
                    asked.iter().map(|r| (*r).to_owned()).collect(),
                )]),
            },
            ..Questions::default()
        }
    }

    #[test]
    fn a_choice_is_its_code_and_a_card_its_position() {
        let points = |answer: Answer| points(&answer);
        assert_eq!(points(Answer::Code(3)), Some(3.0));
        let card = |position| Answer::Card {
            position,
            ticked: true,
            cannot_judge: position.is_none(),
        };
        assert_eq!(points(card(Some(3))), Some(3.0));
        assert_eq!(points(card(None)), None);
        assert_eq!(points(Answer::Text("3".to_owned())), None);
    }

    #[test]
    fn whoever_was_not_shown_is_unknown_and_not_passed_over() {
        let records = records(&snapshot(), &design(), &questions(&["goals"])).unwrap();
        let roster = &records.rosters[0];
        let place = |n: u128| {
            roster
                .persons
                .iter()
                .position(|p| p.key == pseudonym(id(100 + n)))
                .unwrap() as u32
        };
        let mut told: Vec<(u32, Option<f64>)> = roster.nominations[0]
            .as_ref()
            .unwrap()
            .iter()
            .map(|claim| (claim.alter, claim.value))
            .collect();
        told.sort_by_key(|(alter, _)| *alter);
        let mut expected = vec![(place(2), Some(1.0)), (place(4), None)];
        expected.sort_by_key(|(alter, _)| *alter);
        assert_eq!(told, expected);
        assert_eq!(
            roster
                .persons
                .iter()
                .filter(|person| person.responded)
                .count(),
            1
        );
    }

    #[test]
    fn what_was_not_asked_is_no_network() {
        let records = records(&snapshot(), &design(), &questions(&[])).unwrap();
        assert_eq!(records.rosters[0].nominations, [None]);
    }
}
