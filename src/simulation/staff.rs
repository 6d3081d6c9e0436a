//! People and memberships: who works where, in which role and group, from when until when.

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::names;
use super::schools::Frame;
use super::study::{Cohort, Member, Person, Role};

/// The grouping units of a primary school, youngest pupils first.
pub const GROUPS: [&str; 3] = ["onderbouw", "middenbouw", "bovenbouw"];

/// Chance that a teacher leaves between two waves, and is replaced.
const LEAVING: f64 = 0.06;
/// From this many teachers a school has two IB'ers.
const LARGE: usize = 25;
/// Waves (T1, T2a, T3) after which people leave, each with the last wave they still stand on the list of and the
/// first of who comes instead.
const CHANGES: [(usize, usize); 2] = [(0, 1), (2, 3)];

/// Where the people of a school begin in the lists of the study.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub school: usize,
    pub first_person: usize,
    /// The principal, when another school has that person already.
    pub principal: Option<usize>,
    pub n_waves: usize,
}

/// The principal comes first, then IB'ers, then teachers, then who came later.
pub fn staff(
    frame: &Frame,
    cohort: &Cohort,
    place: Place,
    dice: &mut Dice,
) -> (Vec<Person>, Vec<Member>) {
    let mut hiring = Hiring {
        frame,
        cohort,
        place,
        dice,
        persons: Vec::new(),
        members: Vec::new(),
    };
    hiring.principal();
    hiring.coaches();
    hiring.teachers();
    hiring.replacements();
    (hiring.persons, hiring.members)
}

struct Hiring<'a> {
    frame: &'a Frame,
    cohort: &'a Cohort,
    place: Place,
    dice: &'a mut Dice,
    persons: Vec<Person>,
    members: Vec<Member>,
}

impl Hiring<'_> {
    fn principal(&mut self) {
        let person = match self.place.principal {
            Some(person) => person,
            None => self.person(0.45),
        };
        self.member(person, vec![Role::Principal], Vec::new());
    }

    fn coaches(&mut self) {
        let n = if self.frame.n_teachers >= LARGE { 2 } else { 1 };
        for _ in 0..n {
            let person = self.person(0.08);
            self.member(person, vec![Role::Coach], Vec::new());
        }
    }

    fn teachers(&mut self) {
        let n = self.frame.n_teachers;
        let n_coordinators = match n {
            0..=11 => 0,
            12..=17 => 1,
            _ => 2,
        };
        let mut coordinated = 0;
        let mut last_group = None;
        for i in 0..n {
            let group = i * GROUPS.len() / n;
            let mut roles = vec![Role::Teacher];
            if last_group != Some(group) && group != 1 && coordinated < n_coordinators {
                roles.push(Role::Coordinator);
                coordinated += 1;
            }
            last_group = Some(group);
            let mut groups = vec![GROUPS[group]];
            if group + 1 < GROUPS.len() && self.dice.chance(0.06) {
                groups.push(GROUPS[group + 1]);
            }
            let person = self.person(0.14);
            if self.frame.namesakes && i == 2 {
                self.name_like_the_one_before();
            }
            self.member(person, roles, groups);
        }
    }

    fn replacements(&mut self) {
        for (last, next) in CHANGES {
            let (from, until) = (
                self.cohort.windows[last].closes_on,
                self.cohort.windows[next].opens_on,
            );
            for leaver in 0..self.members.len() {
                let member = &self.members[leaver];
                let may_leave = member.primary_role() == Role::Teacher && member.on_roster(last);
                if !may_leave || !self.dice.chance(LEAVING) {
                    continue;
                }
                let left_on = self.day_between(from, until - Days::new(7));
                let joined_on = self.day_between(left_on, until);
                let (roles, groups) = (
                    self.members[leaver].roles.clone(),
                    self.members[leaver].groups.clone(),
                );
                self.members[leaver].last_wave = last;
                self.members[leaver].left_on = Some(left_on);
                let person = self.person(0.14);
                self.member(person, roles, groups);
                if let Some(newcomer) = self.members.last_mut() {
                    newcomer.first_wave = next;
                    newcomer.joined_on = joined_on;
                }
            }
        }
    }

    /// A day after `from` and before `until`.
    fn day_between(&mut self, from: NaiveDate, until: NaiveDate) -> NaiveDate {
        let n_between = (until - from).num_days() - 1;
        from + Days::new(1 + self.dice.below(n_between as usize) as u64)
    }

    fn member(&mut self, person: usize, roles: Vec<Role>, groups: Vec<&'static str>) {
        let years = self.dice.uniform() * self.dice.uniform() * 30.0;
        let days_before = 20 + (years * 365.0) as u64;
        self.members.push(Member {
            person,
            school: self.place.school,
            roles,
            groups,
            joined_on: self.cohort.starts_on - Days::new(days_before),
            left_on: None,
            first_wave: 0,
            last_wave: self.place.n_waves - 1,
        });
    }

    /// A new person under a name that nobody else at this school bears; the index in the study.
    fn person(&mut self, share_of_men: f64) -> usize {
        let mut name = names::person(self.dice, share_of_men);
        while self.persons.iter().any(|other| other.name == name) {
            name = names::person(self.dice, share_of_men);
        }
        let school = &self.frame.school.key;
        let language = if self.dice.chance(0.015) { "en" } else { "nl" };
        self.persons.push(Person {
            key: format!("{school}-{:02}", self.persons.len() + 1),
            email: format!("{}@{school}.example.org", names::slug(&name)),
            name,
            language,
        });
        self.place.first_person + self.persons.len() - 1
    }

    fn name_like_the_one_before(&mut self) {
        if let [.., before, last] = self.persons.as_mut_slice() {
            last.name.clone_from(&before.name);
            last.email = before.email.replacen('@', ".2@", 1);
        }
    }
}
