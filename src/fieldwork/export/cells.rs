//! The cells of every table.

use std::collections::{BTreeMap, BTreeSet};

use chrono::SecondsFormat;

use super::people::{Given, Person, Sheet};
use super::{Export, Row, SchoolExport};
use crate::domain::answer::Answer;
use crate::domain::id::SchoolId;
use crate::domain::language::Language;
use crate::domain::records::Records;
use crate::domain::study::Subject;
use crate::domain::training::Participation;
use crate::fieldwork::door::Class;
use crate::fieldwork::study::Study;
use crate::instrument::check::CANNOT_JUDGE;
use crate::instrument::definition::{Choice, Format, Item, Status};
use crate::storage::schools::School;
use crate::storage::windows::Window;

/// Of each school with a log: how many meetings, and the mean over them of the share of the team that came.
pub fn trainings(
    schools: &[School],
    participations: &BTreeMap<SchoolId, Participation>,
) -> Vec<Row> {
    let share = |share: Option<f64>| share.map(|share| share.to_string()).unwrap_or_default();
    schools
        .iter()
        .filter_map(|school| {
            let counted = participations.get(&school.school_id)?;
            Some(vec![
                school.key.clone(),
                counted.n_meetings.to_string(),
                share(counted.of_team),
                share(counted.of_invited),
                counted.group_plans.to_string(),
                counted.class_support.to_string(),
            ])
        })
        .collect()
}

fn class(class: Class) -> &'static str {
    match class {
        Class::None => "none",
        Class::Partial => "partial",
        Class::Complete => "complete",
        Class::Late => "late",
        Class::Withdrawn => "withdrawn",
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Minus zero is zero.
fn number(value: f64) -> String {
    format!("{}", value + 0.0)
}

fn key(school: &SchoolExport, person: &Person) -> Row {
    vec![
        school.school.key.clone(),
        person.wave.clone(),
        person.key.clone(),
    ]
}

pub fn respondents(export: &Export, school: &SchoolExport) -> Vec<Row> {
    let zone = export.study.design.time_zone;
    let listed = school.people.iter().filter(|person| person.on_the_list);
    listed
        .map(|person| {
            let mut row = key(school, person);
            row.extend([
                school.school.cohort.clone(),
                person.roles.first().cloned().unwrap_or_default(),
                person.roles.join("|"),
                person.groups.join("|"),
                if person.closed { "closed" } else { "open" }.to_owned(),
                class(person.class).to_owned(),
                text(
                    person
                        .started_at
                        .map(|at| at.with_timezone(&zone).date_naive()),
                ),
                text(person.seconds),
                person.pins.join("|"),
            ]);
            row
        })
        .collect()
}

pub fn roster(school: &SchoolExport) -> Vec<Row> {
    let closed = school.people.iter().filter(|person| person.closed);
    closed
        .map(|person| {
            let mut row = key(school, person);
            row.extend([
                u8::from(person.on_the_list).to_string(),
                person.roles.first().cloned().unwrap_or_default(),
                person.roles.join("|"),
                person.groups.join("|"),
                text(person.joined_on),
                text(person.left_on),
            ]);
            row
        })
        .collect()
}

fn sheets(school: &SchoolExport) -> impl Iterator<Item = (&Person, &Sheet)> {
    school
        .people
        .iter()
        .flat_map(|person| person.sheets.iter().map(move |sheet| (person, sheet)))
}

pub fn answers(export: &Export, school: &SchoolExport) -> Vec<Row> {
    let mut rows = Vec::new();
    for (person, sheet) in sheets(school) {
        let instrument = export
            .study
            .library
            .version(&sheet.instrument, sheet.version);
        for (item, given) in &sheet.items {
            let definition = instrument.and_then(|instrument| instrument.items.get(item));
            let (value, label) = match given {
                Given::Answer(answer) => (
                    value(answer),
                    definition
                        .map(|item| label(item, answer, export.language))
                        .unwrap_or_default(),
                ),
                _ => Default::default(),
            };
            let mut row = key(school, person);
            row.extend([
                sheet.instrument.clone(),
                item.clone(),
                sheet.version.to_string(),
                value,
                label,
                given.missing().to_owned(),
            ]);
            rows.push(row);
        }
    }
    rows
}

pub fn wide(school: &SchoolExport, instrument: &str, items: &[String]) -> Vec<Row> {
    let mut rows = Vec::new();
    for person in &school.people {
        let sheet = person
            .sheets
            .iter()
            .find(|sheet| sheet.instrument == instrument);
        if sheet.is_none() && !person.not_due.iter().any(|key| key == instrument) {
            continue;
        }
        let mut row = key(school, person);
        row.push(text(sheet.map(|sheet| sheet.version)));
        for item in items {
            let given = sheet.and_then(|sheet| sheet.items.iter().find(|(own, _)| own == item));
            row.extend(match given {
                Some((_, Given::Answer(answer))) => [value(answer), String::new()],
                Some((_, given)) => [String::new(), given.missing().to_owned()],
                None => [String::new(), "not_due".to_owned()],
            });
        }
        rows.push(row);
    }
    rows
}

pub fn texts(school: &SchoolExport) -> Vec<Row> {
    let mut rows = Vec::new();
    for (person, sheet) in sheets(school) {
        for (item, given) in &sheet.items {
            if let Given::Answer(Answer::Text(written)) = given {
                let mut row = key(school, person);
                row.extend([
                    sheet.instrument.clone(),
                    item.clone(),
                    sheet.version.to_string(),
                    written.clone(),
                ]);
                rows.push(row);
            }
        }
    }
    rows
}

/// An answer as one cell. What was written freely stands in a table of its own, and so does who was named.
fn value(answer: &Answer) -> String {
    match answer {
        Answer::Code(code) => code.to_string(),
        Answer::Codes(codes) => codes
            .iter()
            .map(i64::to_string)
            .collect::<Vec<_>>()
            .join("|"),
        Answer::Number(value) => number(*value),
        Answer::Text(_) => "text".to_owned(),
        Answer::Date(day) => day.to_string(),
        Answer::Card {
            position,
            ticked,
            cannot_judge,
        } => {
            let position = position.iter().map(i64::to_string);
            let cannot = cannot_judge.then(|| CANNOT_JUDGE.to_owned());
            let ticked = ticked.then(|| "ticked".to_owned());
            let told = position.chain(cannot).chain(ticked);
            told.collect::<Vec<_>>().join("|")
        }
        Answer::Named(_) => "named".to_owned(),
        Answer::Nobody => "nobody".to_owned(),
    }
}

fn label(item: &Item, answer: &Answer, language: Language) -> String {
    let choices: &[Choice] = match &item.format {
        Format::Rating(choices) | Format::Single(choices) => choices,
        Format::Multiple { options, .. } | Format::Test { options, .. } => options,
        Format::Card { positions, .. } => positions,
        _ => &[],
    };
    if let (
        Format::Card {
            cannot_judge: Some(words),
            ..
        },
        Answer::Card {
            cannot_judge: true, ..
        },
    ) = (&item.format, answer)
    {
        return words.say(language).to_owned();
    }
    let chosen: BTreeSet<i64> = match answer {
        Answer::Code(code) => BTreeSet::from([*code]),
        Answer::Codes(codes) => codes.clone(),
        Answer::Card { position, .. } => position.iter().copied().collect(),
        _ => BTreeSet::new(),
    };
    let labels: Vec<&str> = choices
        .iter()
        .filter(|choice| chosen.contains(&choice.code))
        .map(|choice| choice.text.say(language))
        .collect();
    labels.join("|")
}

pub fn scales(export: &Export, school: &SchoolExport) -> Vec<Row> {
    let mut rows = Vec::new();
    for (person, sheet) in sheets(school).filter(|(_, sheet)| sheet.begun) {
        let numbers: BTreeMap<String, f64> = sheet
            .items
            .iter()
            .filter_map(|(item, given)| match given {
                Given::Answer(Answer::Code(code)) => Some((item.clone(), *code as f64)),
                Given::Answer(Answer::Number(number)) => Some((item.clone(), *number)),
                Given::Answer(Answer::Card {
                    position: Some(position),
                    ..
                }) => Some((item.clone(), *position as f64)),
                _ => None,
            })
            .collect();
        let instrument = export
            .study
            .library
            .version(&sheet.instrument, sheet.version);
        for scale in instrument
            .into_iter()
            .flat_map(|instrument| &instrument.scales)
        {
            let score = scale.score(&numbers);
            let answered = scale
                .items
                .iter()
                .filter(|item| numbers.contains_key(*item))
                .count();
            let mut row = key(school, person);
            row.extend([
                sheet.instrument.clone(),
                scale.key.clone(),
                sheet.version.to_string(),
                score.map(number).unwrap_or_default(),
                answered.to_string(),
                scale.needed.to_string(),
                if score.is_none() {
                    "too_few_answers"
                } else {
                    ""
                }
                .to_owned(),
            ]);
            rows.push(row);
        }
    }
    rows
}

pub fn persons(records: &Records) -> Vec<Row> {
    let mut rows = Vec::new();
    for roster in &records.rosters {
        for person in &roster.persons {
            rows.push(vec![
                records.schools[roster.school].key.clone(),
                records.waves[roster.wave].clone(),
                person.key.clone(),
                person.role.clone().unwrap_or_default(),
                person.groups.join("|"),
                u8::from(person.responded).to_string(),
                u8::from(person.present).to_string(),
            ]);
        }
    }
    rows
}

/// Who names whom. In full: every pair, with 0 for one that was not named and `NA` for one that is not known. Otherwise
/// what the contract asks for: named pairs and unknown cells, and one row at least of every relation that was asked.
pub fn nominations(records: &Records, in_full: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for roster in &records.rosters {
        for (relation, claims) in records.relations.iter().zip(&roster.nominations) {
            let Some(claims) = claims else { continue };
            let mut push = |ego: usize, alter: usize, value: Option<f64>| {
                rows.push(vec![
                    records.schools[roster.school].key.clone(),
                    records.waves[roster.wave].clone(),
                    relation.clone(),
                    roster.persons[ego].key.clone(),
                    roster.persons[alter].key.clone(),
                    value.map_or_else(|| "NA".to_owned(), number),
                ]);
            };
            let listed: BTreeMap<(usize, usize), Option<f64>> = claims
                .iter()
                .map(|claim| ((claim.ego as usize, claim.alter as usize), claim.value))
                .collect();
            let n = roster.persons.len();
            let told = |ego: usize| roster.persons[ego].responded.then_some(0.0);
            if in_full {
                for ego in 0..n {
                    for alter in (0..n).filter(|alter| *alter != ego) {
                        let value = listed
                            .get(&(ego, alter))
                            .copied()
                            .unwrap_or_else(|| told(ego));
                        push(ego, alter, value);
                    }
                }
            } else if listed.is_empty() && n > 1 {
                // Someone who answered and named nobody shows that it was asked; where nobody did, nothing is known.
                let ego = (0..n).find(|ego| told(*ego).is_some()).unwrap_or(0);
                push(ego, usize::from(ego == 0), told(ego));
            } else {
                for ((ego, alter), value) in listed {
                    push(ego, alter, value);
                }
            }
        }
    }
    rows
}

pub fn items(records: &Records, items: &[String]) -> Vec<Row> {
    let sheets = records.answers.iter();
    let scored = sheets.filter(|sheet| items.iter().any(|item| sheet.items.contains_key(item)));
    scored
        .map(|sheet| {
            let mut row = vec![
                records.schools[sheet.school].key.clone(),
                records.waves[sheet.wave].clone(),
                sheet.respondent.clone(),
                sheet.seconds_per_item.map(number).unwrap_or_default(),
            ];
            let values = items.iter().map(|item| sheet.items.get(item).map(number));
            row.extend(values.map(Option::unwrap_or_default));
            row
        })
        .collect()
}

/// Facts of a school, then on which day it first opened the results of each wave and how long before the next wave.
pub fn facts(export: &Export, school: &SchoolExport, facts: &[String]) -> Vec<Row> {
    let of = |school: &crate::domain::records::SchoolRecord, name: &str| {
        school.attributes.get(name).cloned().unwrap_or_default()
    };
    let zone = export.study.design.time_zone;
    let mut opened = Row::new();
    for wave in &export.study.design.waves {
        let seen = school.seen.iter().find(|seen| seen.wave == wave.key);
        opened.push(text(
            seen.map(|seen| seen.at.with_timezone(&zone).date_naive()),
        ));
        opened.push(text(seen.and_then(|seen| seen.days)));
    }
    let records = school.records.schools.iter();
    records
        .map(|school| {
            let mut row = vec![school.key.clone(), of(school, "cohort")];
            row.extend(facts.iter().map(|fact| of(school, fact)));
            row.extend(opened.iter().cloned());
            row
        })
        .collect()
}

pub fn scores(records: &Records) -> Vec<Row> {
    let mut rows = Vec::new();
    for pupil in &records.pupils {
        for score in &pupil.scores {
            rows.push(vec![
                records.schools[pupil.school].key.clone(),
                pupil.key.clone(),
                number(score.month),
                number(score.score),
                pupil.weight.clone().unwrap_or_default(),
            ]);
        }
    }
    rows
}

pub fn windows(windows: &[Window]) -> Vec<Row> {
    let instant = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    windows
        .iter()
        .map(|window| {
            vec![
                window.cohort.clone(),
                window.wave.clone(),
                instant(window.opens_at),
                instant(window.closes_at),
                window.closed_at.map(instant).unwrap_or_default(),
            ]
        })
        .collect()
}

pub fn instruments(study: &Study) -> Vec<Row> {
    study
        .library
        .all()
        .map(|(instrument, _)| {
            let rows: Vec<_> = study
                .design
                .collect
                .iter()
                .filter(|row| row.instrument == instrument.key)
                .collect();
            let distinct = |list: Vec<String>| {
                list.into_iter()
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect::<Vec<_>>()
            };
            let waves = distinct(rows.iter().flat_map(|row| row.waves.clone()).collect());
            let roles = distinct(rows.iter().flat_map(|row| row.roles.clone()).collect());
            let about = distinct(
                rows.iter()
                    .map(|row| subject(row.about).to_owned())
                    .collect(),
            );
            vec![
                instrument.key.clone(),
                instrument.version.to_string(),
                instrument.hash.clone(),
                instrument.title.nl.clone(),
                instrument.title.en.clone(),
                instrument.items.len().to_string(),
                waves.join("|"),
                roles.join("|"),
                about.join("|"),
                match instrument.status {
                    Status::PrintedInTheSource => "printed in the source",
                    Status::WrittenForThisProject => "written for this project, not validated",
                    Status::Permitted => "permitted",
                }
                .to_owned(),
                instrument.source.clone(),
            ]
        })
        .collect()
}

fn subject(subject: Subject) -> &'static str {
    match subject {
        Subject::Own => "self",
        Subject::Principal => "principal",
        Subject::Roster => "roster",
        Subject::Board => "board",
    }
}
