//! What a delivered staff list would change: shown before it is enrolled, and computed again when it is.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use crate::domain::id::{MemberId, PersonId, StudyId};
use crate::domain::roster::{Member, RosterLine, likeness};
use crate::storage::rosters::{self, Listed};
use crate::storage::schools::{self, StaffList};
use crate::storage::{StorageError, Tx};

/// The lists as they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    pub lists: Vec<StaffList>,
    pub members: Vec<Listed>,
    /// Whom each key recognises.
    pub keys: BTreeMap<String, PersonId>,
}

impl Standing {
    pub async fn load(tx: &mut Tx, study_id: StudyId) -> Result<Self, StorageError> {
        Ok(Self {
            lists: schools::lists_of_study(tx, study_id).await?,
            members: rosters::of_study(tx, study_id).await?,
            keys: rosters::keys(tx, study_id).await?,
        })
    }

    /// The same as long as no list has changed: a form carries it along, so that a change in between is noticed.
    pub fn mark(&self) -> String {
        let mut digest = Sha256::new();
        for list in &self.lists {
            digest.update(format!("{}\n{}\n", list.school.school_id, list.version));
        }
        digest
            .finalize()
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    pub fn list(&self, school: &str) -> Option<&StaffList> {
        self.lists.iter().find(|list| list.school.key == school)
    }
}

/// Someone at a school, by name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Who {
    /// Key of the school.
    pub school: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leave {
    pub member_id: MemberId,
    pub who: Who,
    /// Roles and groups as listed: two people may have one name.
    pub roles: Vec<String>,
    pub groups: Vec<String>,
    /// Key of the school at which the file has this person instead.
    pub moves_to: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turned {
    pub who: Who,
    pub before: Vec<String>,
    pub after: Vec<String>,
}

/// Two people who look alike: told, never merged.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Alike {
    pub school: String,
    pub name: String,
    pub other: String,
    /// They have one address rather than one name.
    pub by_address: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CohortConflict {
    pub school: String,
    pub known: String,
    pub given: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RosterDiff {
    /// Key and name.
    pub new_schools: Vec<(String, String)>,
    /// Key, name before and name after.
    pub renamed_schools: Vec<(String, String, String)>,
    pub joins: Vec<Who>,
    pub rejoins: Vec<Who>,
    /// On the list of a school that the file has, and not in the file. Moves are among them.
    pub leaves: Vec<Leave>,
    /// The file gives the day on which they leave.
    pub dated_leaves: Vec<(Who, NaiveDate)>,
    pub renames: Vec<(Who, String)>,
    pub roles: Vec<Turned>,
    pub groups: Vec<Turned>,
    pub contacts: Vec<Who>,
    pub alike: Vec<Alike>,
    pub cohort_conflicts: Vec<CohortConflict>,
    pub unchanged: usize,
    /// People on each list now, and how many of them the file does not have: by key of the school.
    pub lost: BTreeMap<String, (usize, usize)>,
}

impl RosterDiff {
    pub fn moves(&self) -> impl Iterator<Item = &Leave> {
        self.leaves.iter().filter(|leave| leave.moves_to.is_some())
    }

    /// More than a third of a school would leave: more likely half a file than so many people.
    pub fn is_doubtful(&self, school: &str) -> bool {
        self.lost
            .get(school)
            .is_some_and(|(there, lost)| lost * 3 > *there)
    }

    pub fn is_nothing(&self) -> bool {
        self.new_schools.is_empty()
            && self.renamed_schools.is_empty()
            && self.joins.is_empty()
            && self.rejoins.is_empty()
            && self.leaves.is_empty()
            && self.dated_leaves.is_empty()
            && self.renames.is_empty()
            && self.roles.is_empty()
            && self.groups.is_empty()
            && self.contacts.is_empty()
            && self.cohort_conflicts.is_empty()
    }
}

/// What one line changes of a membership that is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineChange {
    pub renamed: bool,
    pub roles: bool,
    pub groups: bool,
    pub contact: bool,
    pub joined_on: bool,
    pub left_on: bool,
    /// Has left, or is going to, and is delivered without a day of leaving.
    pub rejoins: bool,
}

pub fn change_of(listed: &Listed, line: &RosterLine, on: NaiveDate) -> LineChange {
    let member = &listed.member;
    let differs =
        |given: Option<NaiveDate>, known: Option<NaiveDate>| given.is_some() && given != known;
    LineChange {
        renamed: member.name != line.name,
        roles: member.roles != line.roles,
        groups: line
            .groups
            .as_ref()
            .is_some_and(|groups| sorted(groups) != sorted(&member.groups)),
        contact: line.email.is_some() && line.email != listed.email
            || line
                .language
                .is_some_and(|language| language != listed.language),
        joined_on: differs(line.joined_on, member.joined_on),
        left_on: differs(line.left_on, member.left_on),
        rejoins: line.left_on.is_none() && member.left_on.is_some_and(|left| left <= on),
    }
}

fn sorted(list: &[String]) -> Vec<&String> {
    let mut list: Vec<&String> = list.iter().collect();
    list.sort();
    list
}

/// The lines, without those under a second key of someone who turned out to be one person and is delivered under the
/// first as well.
pub fn settled(standing: &Standing, lines: &[RosterLine]) -> Vec<RosterLine> {
    let own: BTreeMap<PersonId, &str> = standing
        .members
        .iter()
        .map(|listed| (listed.member.person_id, listed.key.as_str()))
        .collect();
    let mut chosen: BTreeMap<(PersonId, &str), &str> = BTreeMap::new();
    for line in lines {
        if let Some(person) = standing.keys.get(&line.person) {
            let key = chosen
                .entry((*person, &line.school))
                .or_insert(&line.person);
            if own.get(person) == Some(&line.person.as_str()) {
                *key = &line.person;
            }
        }
    }
    let counts = |line: &&RosterLine| match standing.keys.get(&line.person) {
        Some(person) => chosen.get(&(*person, line.school.as_str())) == Some(&line.person.as_str()),
        None => true,
    };
    lines.iter().filter(counts).cloned().collect()
}

/// The difference between the lists as they stand on a day and the lines of a file.
pub fn diff(standing: &Standing, lines: &[RosterLine], on: NaiveDate) -> RosterDiff {
    let lines = &settled(standing, lines);
    let mut diff = RosterDiff::default();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    // The membership of each line that has one, and who is delivered at which schools.
    let known: BTreeMap<(PersonId, &str), &Listed> = by_membership(standing);
    let mut delivered: BTreeMap<PersonId, BTreeSet<&str>> = BTreeMap::new();
    for line in lines {
        if told.insert(&line.school) {
            tell_school(&mut diff, standing, line);
        }
        let person = standing.keys.get(&line.person);
        if let Some(person) = person {
            delivered.entry(*person).or_default().insert(&line.school);
        }
        let who = Who {
            school: line.school.clone(),
            name: line.name.clone(),
        };
        let listed = person.and_then(|person| known.get(&(*person, line.school.as_str())));
        match listed {
            Some(listed) => tell_line(&mut diff, listed, line, who, on),
            None => diff.joins.push(who),
        }
    }
    let key_of: BTreeMap<_, &str> = standing
        .lists
        .iter()
        .map(|list| (list.school.school_id, list.school.key.as_str()))
        .collect();
    for listed in &standing.members {
        let member = &listed.member;
        let Some(school) = key_of
            .get(&member.school_id)
            .filter(|key| told.contains(*key))
        else {
            continue;
        };
        if member.left_on.is_some() {
            continue;
        }
        let counts = diff.lost.entry((*school).to_owned()).or_default();
        counts.0 += 1;
        let elsewhere = delivered.get(&member.person_id);
        if elsewhere.is_some_and(|schools| schools.contains(school)) {
            continue;
        }
        counts.1 += 1;
        // Delivered at a school where they were not on the list, or not any more.
        let moves_to = elsewhere
            .into_iter()
            .flatten()
            .find(|key| {
                let there = known.get(&(member.person_id, **key));
                there.is_none_or(|there| there.member.left_on.is_some_and(|left| left <= on))
            })
            .map(|key| (*key).to_owned());
        diff.leaves.push(Leave {
            member_id: member.member_id,
            who: Who {
                school: (*school).to_owned(),
                name: member.name.clone(),
            },
            roles: member.roles.clone(),
            groups: member.groups.clone(),
            moves_to,
        });
    }
    diff.leaves
        .sort_by(|a, b| (&a.who, a.member_id).cmp(&(&b.who, b.member_id)));
    diff.alike = alike(standing, lines, &known);
    diff
}

fn by_membership(standing: &Standing) -> BTreeMap<(PersonId, &str), &Listed> {
    let key_of: BTreeMap<_, &str> = standing
        .lists
        .iter()
        .map(|list| (list.school.school_id, list.school.key.as_str()))
        .collect();
    standing
        .members
        .iter()
        .filter_map(|listed| {
            let school = key_of.get(&listed.member.school_id)?;
            Some(((listed.member.person_id, *school), listed))
        })
        .collect()
}

fn tell_school(diff: &mut RosterDiff, standing: &Standing, line: &RosterLine) {
    let Some(list) = standing.list(&line.school) else {
        let name = line
            .school_name
            .clone()
            .unwrap_or_else(|| line.school.clone());
        diff.new_schools.push((line.school.clone(), name));
        return;
    };
    if list.school.cohort != line.cohort {
        diff.cohort_conflicts.push(CohortConflict {
            school: line.school.clone(),
            known: list.school.cohort.clone(),
            given: line.cohort.clone(),
        });
    }
    if let Some(name) = line
        .school_name
        .as_ref()
        .filter(|name| **name != list.school.name)
    {
        diff.renamed_schools
            .push((line.school.clone(), list.school.name.clone(), name.clone()));
    }
}

fn tell_line(diff: &mut RosterDiff, listed: &Listed, line: &RosterLine, who: Who, on: NaiveDate) {
    let change = change_of(listed, line, on);
    if change == LineChange::default() {
        diff.unchanged += 1;
        return;
    }
    let Member {
        name,
        roles,
        groups,
        ..
    } = &listed.member;
    if change.rejoins {
        diff.rejoins.push(who.clone());
    }
    if let (true, Some(left_on)) = (change.left_on, line.left_on) {
        diff.dated_leaves.push((who.clone(), left_on));
    }
    if change.renamed {
        diff.renames.push((who.clone(), name.clone()));
    }
    if change.roles {
        let (before, after) = (roles.clone(), line.roles.clone());
        diff.roles.push(Turned {
            who: who.clone(),
            before,
            after,
        });
    }
    if change.groups {
        let (before, after) = (groups.clone(), line.groups.clone().unwrap_or_default());
        diff.groups.push(Turned {
            who: who.clone(),
            before,
            after,
        });
    }
    if change.contact || change.joined_on {
        diff.contacts.push(who);
    }
}

/// Pairs of one name at one school, and of one address anywhere, among the lists and the file together.
fn alike(
    standing: &Standing,
    lines: &[RosterLine],
    known: &BTreeMap<(PersonId, &str), &Listed>,
) -> Vec<Alike> {
    // Whoever stands on a list is one person under whatever key; someone new is known by the key alone.
    let of_line = |line: &RosterLine| match standing.keys.get(&line.person) {
        Some(person) => person.to_string(),
        None => format!("new {}", line.person),
    };
    let mut people: BTreeMap<(String, String), (String, Option<String>)> = BTreeMap::new();
    for ((person, school), listed) in known {
        if listed.member.left_on.is_none() {
            let facts = (listed.member.name.clone(), listed.email.clone());
            people.insert(((*school).to_owned(), person.to_string()), facts);
        }
    }
    let mut delivered = BTreeSet::new();
    for line in lines {
        let who = (line.school.clone(), of_line(line));
        delivered.insert(who.1.clone());
        let email = people.get(&who).and_then(|(_, email)| email.clone());
        people.insert(who, (line.name.clone(), line.email.clone().or(email)));
    }
    let mut by_name: BTreeMap<(&str, String), Vec<(&str, &str)>> = BTreeMap::new();
    let mut by_address: BTreeMap<String, Vec<(&str, &str, &str)>> = BTreeMap::new();
    for ((school, person), (name, email)) in &people {
        by_name
            .entry((school, likeness(name)))
            .or_default()
            .push((person, name));
        if let Some(email) = email {
            by_address
                .entry(email.to_lowercase())
                .or_default()
                .push((person, name, school));
        }
    }
    let mut pairs = BTreeSet::new();
    for ((school, _), same) in by_name {
        let (first, rest) = same.split_first().expect("a name has someone");
        for other in rest
            .iter()
            .filter(|other| delivered.contains(first.0) || delivered.contains(other.0))
        {
            pairs.insert(Alike {
                school: school.to_owned(),
                name: first.1.to_owned(),
                other: other.1.to_owned(),
                by_address: false,
            });
        }
    }
    for same in by_address.into_values() {
        let (first, rest) = same.split_first().expect("an address has someone");
        for other in rest.iter().filter(|other| other.0 != first.0) {
            if delivered.contains(first.0) || delivered.contains(other.0) {
                pairs.insert(Alike {
                    school: other.2.to_owned(),
                    name: first.1.to_owned(),
                    other: other.1.to_owned(),
                    by_address: true,
                });
            }
        }
    }
    pairs.into_iter().collect()
}
