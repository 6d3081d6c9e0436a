//! Staff of a study that has no lists yet, and what is so at their schools.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;

use crate::domain::language::Language;
use crate::domain::roster::{OUTSIDE, RosterLine};
use crate::domain::study::Subject;
use crate::fieldwork::study::Study;

/// Schools per cohort and people per school, where there are no staff lists yet.
const INVENTED: (usize, usize) = (2, 17);

/// Schools of seventeen people, one in each role that is held once and the others in the first role that is not; of roles that are asked.
pub(super) fn staff(study: &Study) -> Vec<RosterLine> {
    let design = &study.design;
    // Who sits on a board, pupils and raters are in no school's list.
    let asked: BTreeSet<&str> = design
        .collect
        .iter()
        .filter(|row| row.about != Subject::Board)
        .flat_map(|row| row.roles.iter().map(String::as_str))
        .filter(|role| !OUTSIDE.contains(role))
        .collect();
    let mut held = design.roles.clone();
    held.retain(|role| asked.contains(role.key.as_str()));
    let (single, several): (Vec<_>, Vec<_>) = held.iter().partition(|role| role.single);
    let usual = several.first().map_or("teacher", |role| role.key.as_str());
    let first = design.windows.iter().map(|window| window.opens_at).min();
    let joined = first.and_then(|at| at.date_naive().checked_sub_days(Days::new(365)));
    let mut lines = Vec::new();
    for cohort in &design.cohorts {
        for school in 1..=INVENTED.0 {
            for number in 0..INVENTED.1 {
                let role = single.get(number).map_or(usual, |role| role.key.as_str());
                let school = format!("{}-{school}", cohort.key);
                lines.push(RosterLine {
                    person: format!("{school}-{number}"),
                    school,
                    school_name: None,
                    cohort: cohort.key.clone(),
                    board: None,
                    name: format!("Person {number}"),
                    email: None,
                    language: Some(Language::ALL[number % 2]),
                    roles: vec![role.to_owned()],
                    groups: Some(vec![["lower", "upper"][number % 2].to_owned()]),
                    joined_on: joined,
                    left_on: None,
                });
            }
        }
    }
    lines
}

/// What is so at invented schools: of every fact that decides what is asked one value after the other, so that everything is
/// asked somewhere.
pub(super) fn facts(
    study: &Study,
    lines: &[RosterLine],
) -> BTreeMap<String, BTreeMap<String, String>> {
    let schools: BTreeSet<&String> = lines.iter().map(|line| &line.school).collect();
    let asked = study.design.facts_asked_for().into_iter();
    asked
        .map(|(fact, values)| {
            let of = schools.iter().zip(values.iter().cycle());
            let of = of.map(|(school, value)| ((*school).clone(), (*value).to_owned()));
            (fact.to_owned(), of.collect())
        })
        .collect()
}
