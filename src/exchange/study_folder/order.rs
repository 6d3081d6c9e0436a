//! Everything read, put in the order that records promise.

use std::{cmp::Ordering, collections::BTreeMap};

use crate::domain::records::{AnswerSheet, NominationRecord, Records, RosterRecord, SchoolRecord};

use super::{Listed, Reading, words::Words};

impl Reading {
    /// Everything read, in the order that [`Records`] promises.
    pub(super) fn records(self) -> Records {
        let numeric = self
            .waves
            .words
            .iter()
            .all(|wave| wave.parse::<f64>().is_ok_and(f64::is_finite));
        let (waves, wave_place) = ordered(&self.waves, |a, b| {
            let by_number = a
                .parse::<f64>()
                .ok()
                .zip(b.parse::<f64>().ok())
                .map(|(a, b)| a.total_cmp(&b));
            by_number
                .filter(|_| numeric)
                .unwrap_or(Ordering::Equal)
                .then_with(|| a.cmp(b))
        });
        let (schools, school_place) = ordered(&self.schools, |a, b| a.cmp(b));
        let (relations, relation_place) = ordered(&self.relations, |a, b| a.cmp(b));

        let mut rosters = Vec::with_capacity(self.rosters.len());
        // Per roster: where each person stands now, by where they stood when they were read.
        let mut moved: Vec<Vec<u32>> = Vec::with_capacity(self.rosters.len());
        for roster in self.rosters {
            let mut persons: Vec<(u32, Listed)> = (0..).zip(roster.persons).collect();
            persons.sort_unstable_by(|a, b| a.1.record.key.cmp(&b.1.record.key));
            let mut places = vec![0; persons.len()];
            for (place, (before, _)) in (0_u32..).zip(&persons) {
                places[*before as usize] = place;
            }
            moved.push(places);
            rosters.push(RosterRecord {
                school: school_place[roster.school as usize],
                wave: wave_place[roster.wave as usize],
                persons: persons
                    .into_iter()
                    .map(|(_, listed)| listed.record)
                    .collect(),
                nominations: vec![None; relations.len()],
            });
        }
        for asked in self.asked {
            let places = &moved[asked.roster as usize];
            let mut listed: Vec<NominationRecord> = asked
                .ties
                .into_iter()
                .map(|tie| NominationRecord {
                    ego: places[tie.ego as usize],
                    alter: places[tie.alter as usize],
                    value: tie.value,
                })
                .collect();
            let pair = |nomination: &NominationRecord| {
                (u64::from(nomination.ego) << 32) | u64::from(nomination.alter)
            };
            listed.sort_unstable_by_key(pair);
            rosters[asked.roster as usize].nominations[relation_place[asked.relation as usize]] =
                Some(listed);
        }
        rosters.sort_by_key(|roster| (roster.school, roster.wave));

        let mut answers: Vec<AnswerSheet> = self
            .sheets
            .into_iter()
            .map(|sheet| AnswerSheet {
                respondent: sheet.respondent,
                school: school_place[sheet.school as usize],
                wave: wave_place[sheet.wave as usize],
                items: sheet.items,
                seconds_per_item: sheet.seconds_per_item,
            })
            .collect();
        answers.sort_by(|a, b| {
            (a.school, a.wave, &a.respondent).cmp(&(b.school, b.wave, &b.respondent))
        });

        let mut pupils = Vec::with_capacity(self.pupils.len());
        for ((school, _), mut pupil) in self.pupils {
            pupil.school = schools
                .binary_search(&school)
                .expect("every school was given a number");
            pupil.scores.sort_by(|a, b| a.month.total_cmp(&b.month));
            pupils.push(pupil);
        }
        let mut facts = self.facts;
        let mut records: Vec<SchoolRecord> = schools
            .into_iter()
            .map(|key| SchoolRecord {
                key,
                attributes: BTreeMap::new(),
            })
            .collect();
        for (number, place) in (0_u32..).zip(&school_place) {
            records[*place].attributes = facts.remove(&number).unwrap_or_default();
        }
        Records {
            waves,
            relations,
            schools: records,
            rosters,
            answers,
            pupils,
            scores: self.scores,
            units: Vec::new(),
            cards: Vec::new(),
            boards: Vec::new(),
        }
    }
}

/// Words in order, and for each number its place in that order.
fn ordered(
    words: &Words,
    order: impl Fn(&String, &String) -> Ordering,
) -> (Vec<String>, Vec<usize>) {
    let mut numbers: Vec<usize> = (0..words.words.len()).collect();
    numbers.sort_by(|a, b| order(&words.words[*a], &words.words[*b]));
    let mut places = vec![0; numbers.len()];
    for (place, number) in numbers.iter().enumerate() {
        places[*number] = place;
    }
    (
        numbers
            .into_iter()
            .map(|number| words.words[number].clone())
            .collect(),
        places,
    )
}
