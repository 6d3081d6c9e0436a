//! Who stands alone, per relation: teachers and principals whom nobody names and who name nobody, beside how much is
//! discussed in the school and who its links are. For the research desk alone: a principal is one person.
//!
//! Who did not answer may have named anybody: someone without a known tie is alone for certain only where every cell
//! around them is known.

use schakel_analysis::measure::{actor_betweenness, network_density, network_density_bounds};
use schakel_analysis::network::{Cell, Network};
use serde::{Deserialize, Serialize};

use super::networks::network;
use crate::domain::records::{PersonRecord, Records};
use crate::domain::roster::PRINCIPAL;
use crate::domain::study::StudyDesign;

/// Which roles are what here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// Roles that several people of a school hold; the others are held by one or two.
    pub teachers: Vec<String>,
}

impl Standing {
    pub fn of(design: &StudyDesign) -> Self {
        let shared = design.roles.iter().filter(|role| !role.single);
        Self {
            teachers: shared.map(|role| role.key.clone()).collect(),
        }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Isolation {
    pub rows: Vec<SchoolRow>,
    /// How many people are without a known tie in so many relations.
    pub by_task: Vec<ByTask>,
}

impl Isolation {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Whether somebody is tied to nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alone {
    /// Every cell is known, and none is a tie.
    Yes,
    /// No tie is known, and not every cell is.
    CannotTell,
    No,
}

impl Alone {
    pub fn key(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::CannotTell => "cannot-tell",
            Self::No => "no",
        }
    }
}

/// One relation of one school in one wave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SchoolRow {
    pub school: String,
    pub wave: String,
    pub relation: String,
    pub n_actors: usize,
    pub n_responded: usize,
    /// Of the pairs that are known, and the ends that the unknown ones leave.
    pub density: Option<f64>,
    pub bounds: Option<(f64, f64)>,
    pub n_teachers: usize,
    /// Teachers who are alone for certain, and those who may be.
    pub teachers_alone: usize,
    pub teachers_cannot_tell: usize,
    /// Teachers whom nobody is known to name.
    pub teachers_unnamed: usize,
    /// One per principal.
    pub principals: Vec<Alone>,
    /// One per principal: nobody is known to name them.
    pub principals_unnamed: Vec<bool>,
    /// The share of teachers among the people, among the times somebody is named, and in betweenness.
    pub share_of_people: Option<f64>,
    pub share_of_in_degree: Option<f64>,
    pub share_of_betweenness: Option<f64>,
}

impl SchoolRow {
    /// The principal who is most alone; `None` where nobody leads the school.
    pub fn principal(&self) -> Option<Alone> {
        self.principals.iter().copied().min()
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ByTask {
    pub wave: String,
    pub principals: bool,
    /// In how many of the relations no tie is known; with the number of people for each.
    pub n_people: Vec<usize>,
}

pub fn isolation(records: &Records, standing: &Standing) -> Isolation {
    let is_teacher = |person: &PersonRecord| {
        let role = person.role.as_ref();
        role.is_some_and(|role| standing.teachers.contains(role))
    };
    let is_principal = |person: &PersonRecord| person.role.as_deref() == Some(PRINCIPAL);
    let mut found = Isolation::default();
    let n_relations = records.relations.len();
    for (wave, wave_key) in records.waves.iter().enumerate() {
        let mut by_task = [vec![0; n_relations + 1], vec![0; n_relations + 1]];
        for roster in records.rosters.iter().filter(|roster| roster.wave == wave) {
            let mut without = vec![0_usize; roster.persons.len()];
            let mut asked = 0;
            for (relation, relation_key) in records.relations.iter().enumerate() {
                let Some(net) = network(roster, relation, 0.0, None) else {
                    continue;
                };
                asked += 1;
                let people: Vec<usize> = (0..net.n_positions())
                    .filter(|&person| net.is_present(person))
                    .collect();
                let alone: Vec<Alone> = (0..net.n_positions()).map(|i| alone(&net, i)).collect();
                for &person in &people {
                    without[person] += usize::from(alone[person] != Alone::No);
                }
                let of = |wanted: &dyn Fn(&PersonRecord) -> bool| -> Vec<usize> {
                    let own = people.iter().copied();
                    own.filter(|&i| wanted(&roster.persons[i])).collect()
                };
                let (teachers, principals) = (of(&is_teacher), of(&is_principal));
                let count = |state: Alone| teachers.iter().filter(|&&i| alone[i] == state).count();
                let in_degree = |people: &[usize]| -> f64 {
                    people
                        .iter()
                        .map(|&i| net.predecessors(i).len() as f64)
                        .sum()
                };
                let between = actor_betweenness(&net);
                let betweenness = |people: &[usize]| -> f64 {
                    let own = people.iter().filter_map(|&i| between[i].ok());
                    own.sum()
                };
                let share = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
                found.rows.push(SchoolRow {
                    school: records.schools[roster.school].key.clone(),
                    wave: wave_key.clone(),
                    relation: relation_key.clone(),
                    n_actors: people.len(),
                    n_responded: people
                        .iter()
                        .filter(|&&i| roster.persons[i].responded)
                        .count(),
                    density: network_density(&net).ok(),
                    bounds: network_density_bounds(&net)
                        .ok()
                        .map(|ends| (ends.lower, ends.upper)),
                    n_teachers: teachers.len(),
                    teachers_alone: count(Alone::Yes),
                    teachers_cannot_tell: count(Alone::CannotTell),
                    teachers_unnamed: teachers
                        .iter()
                        .filter(|&&i| net.predecessors(i).is_empty())
                        .count(),
                    principals: principals.iter().map(|&i| alone[i]).collect(),
                    principals_unnamed: principals
                        .iter()
                        .map(|&i| net.predecessors(i).is_empty())
                        .collect(),
                    share_of_people: share(teachers.len() as f64, people.len() as f64),
                    share_of_in_degree: share(in_degree(&teachers), in_degree(&people)),
                    share_of_betweenness: share(betweenness(&teachers), betweenness(&people)),
                });
            }
            if asked < n_relations {
                continue;
            }
            for (person, n) in roster.persons.iter().zip(without) {
                if person.present && is_teacher(person) {
                    by_task[0][n] += 1;
                } else if person.present && is_principal(person) {
                    by_task[1][n] += 1;
                }
            }
        }
        let [teachers, principals] = by_task;
        for (is_principals, n_people) in [(false, teachers), (true, principals)] {
            if n_people.iter().any(|n| *n > 0) {
                found.by_task.push(ByTask {
                    wave: wave_key.clone(),
                    principals: is_principals,
                    n_people,
                });
            }
        }
    }
    found
}

fn alone(net: &Network, person: usize) -> Alone {
    if !(net.predecessors(person).is_empty() && net.successors(person).is_empty()) {
        return Alone::No;
    }
    let unknown = (0..net.n_positions()).any(|other| {
        other != person
            && (net.cell(person, other) == Cell::Unknown
                || net.cell(other, person) == Cell::Unknown)
    });
    if unknown {
        Alone::CannotTell
    } else {
        Alone::Yes
    }
}

/// Much or little is discussed in a school, beside the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Amount {
    Little,
    Much,
}

/// The cut between the two: the median density of the known pairs over the schools.
pub fn median_density(rows: &[&SchoolRow]) -> Option<f64> {
    let mut all: Vec<f64> = rows.iter().filter_map(|row| row.density).collect();
    all.sort_by(f64::total_cmp);
    let middle = all.len() / 2;
    match all.len() {
        0 => None,
        n if n % 2 == 1 => Some(all[middle]),
        _ => Some(0.5 * (all[middle - 1] + all[middle])),
    }
}

impl SchoolRow {
    /// On which side of the cut, and whether the unknown cells could put the school on the other one.
    pub fn amount(&self, cut: f64) -> Option<(Amount, bool)> {
        let amount = if self.density? > cut {
            Amount::Much
        } else {
            Amount::Little
        };
        let otherwise = self.bounds.is_some_and(|(lower, upper)| match amount {
            Amount::Much => lower <= cut,
            Amount::Little => upper > cut,
        });
        Some((amount, otherwise))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{NominationRecord, RosterRecord, SchoolRecord};

    /// A principal whom nobody names, three teachers in a row, and one of them silent or not.
    fn records(silent: bool) -> Records {
        let person = |key: &str, role: &str, responded| PersonRecord {
            key: key.into(),
            role: Some(role.into()),
            groups: Vec::new(),
            responded,
            present: true,
            attributes: Default::default(),
        };
        let tie = |ego, alter| NominationRecord {
            ego,
            alter,
            value: Some(1.0),
        };
        Records {
            waves: vec!["T1".into()],
            relations: vec!["goals".into()],
            schools: vec![SchoolRecord {
                key: "s".into(),
                ..SchoolRecord::default()
            }],
            rosters: vec![RosterRecord {
                school: 0,
                wave: 0,
                persons: vec![
                    person("a", "principal", true),
                    person("b", "teacher", true),
                    person("c", "teacher", true),
                    person("d", "teacher", !silent),
                ],
                nominations: vec![Some(if silent {
                    vec![tie(1, 2)]
                } else {
                    vec![tie(1, 2), tie(2, 3)]
                })],
            }],
            ..Records::default()
        }
    }

    #[test]
    fn who_is_silent_may_have_named_anybody() {
        let standing = Standing {
            teachers: vec!["teacher".into()],
        };
        let known = isolation(&records(false), &standing);
        let row = &known.rows[0];
        assert_eq!(row.principal(), Some(Alone::Yes));
        assert_eq!((row.teachers_alone, row.teachers_cannot_tell), (0, 0));
        assert_eq!(row.share_of_people, Some(0.75));
        assert_eq!(row.share_of_in_degree, Some(1.0));
        assert_eq!(row.share_of_betweenness, Some(1.0));
        let silent = isolation(&records(true), &standing);
        let row = &silent.rows[0];
        assert_eq!(row.principal(), Some(Alone::CannotTell));
        assert_eq!((row.teachers_alone, row.teachers_cannot_tell), (0, 1));
        assert_eq!(row.teachers_unnamed, 2);
        // Of nine known pairs one is a tie; the three of the silent one may be none or all.
        assert_eq!(row.bounds, Some((1.0 / 12.0, 4.0 / 12.0)));
        assert_eq!(row.amount(0.1), Some((Amount::Much, true)));
        assert_eq!(row.amount(0.5), Some((Amount::Little, false)));
        assert_eq!(silent.by_task[0].n_people, [2, 1]);
        assert_eq!(silent.by_task[1].n_people, [0, 1]);
    }

    #[test]
    fn the_cut_is_the_middle() {
        let found = isolation(&records(false), &Standing::default());
        let row = |density| SchoolRow {
            density,
            ..found.rows[0].clone()
        };
        let rows = [
            row(Some(0.1)),
            row(Some(0.4)),
            row(None),
            row(Some(0.2)),
            row(Some(0.3)),
        ];
        let all: Vec<&SchoolRow> = rows.iter().collect();
        assert_eq!(median_density(&all), Some(0.25));
        assert_eq!(median_density(&all[..2]), Some(0.25));
        assert_eq!(median_density(&all[..1]), Some(0.1));
        assert_eq!(median_density(&[]), None);
    }
}
