//! Who was there and who named whom: `persons.csv`, `ties.csv` and `schools.csv`.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use crate::{
    domain::fault::{Fault, Faults},
    domain::records::PersonRecord,
    exchange::table::{Column, Table},
};

use super::{Reading, Roster, Tie, attributes};

impl Reading {
    pub(super) fn persons(&mut self, bytes: &[u8], faults: &mut Faults) {
        let Some(table) = Table::open("persons.csv", bytes, faults) else {
            return;
        };
        let needed = ["school", "wave", "person"].map(|name| table.required(name, faults));
        let [Some(school), Some(wave), Some(person)] = needed else {
            return;
        };
        let [role, groups, responded, present] =
            ["role", "groups", "responded", "present"].map(|name| table.optional(name));
        let own = [
            "school",
            "wave",
            "person",
            "role",
            "groups",
            "responded",
            "present",
        ];
        let others = table.others(&own);
        let mut lines: HashMap<(u32, u32), u64> = HashMap::new();
        table.each_row(faults, |row, faults| {
            let keys = [&school, &wave, &person].map(|column| row.required(column, faults));
            let mut flag = |column: &Option<Column>| {
                column
                    .as_ref()
                    .and_then(|column| row.flag(column, faults))
                    .unwrap_or(true)
            };
            let (responded, present) = (flag(&responded), flag(&present));
            let [Some(school), Some(wave), Some(key)] = keys else {
                return;
            };
            let roster = self.roster(school, wave);
            let number = self.people.number(key);
            if let Some(first) = lines.insert((roster, number), row.line) {
                let message =
                    format!("`{key}` is already in school {school}, wave {wave}, on line {first}");
                faults.push(row.fault(
                    &person,
                    "person_twice",
                    message,
                    "keep one of the two rows",
                ));
                return;
            }
            let role = role
                .as_ref()
                .and_then(|column| row.text(column))
                .map(str::to_owned);
            let attributes = attributes(row, &others);
            let groups = groups
                .as_ref()
                .and_then(|column| row.text(column))
                .into_iter()
                .flat_map(|cell| cell.split('|'))
                .map(|group| group.trim().to_owned())
                .filter(|group| !group.is_empty())
                .collect();
            let record = PersonRecord {
                key: key.to_owned(),
                role,
                groups,
                responded,
                present,
                attributes,
            };
            self.enrol(roster, number, record);
        });
        if lines.is_empty() && faults.is_empty() {
            let way_out = "add one row for everyone on the roster";
            faults.push(Fault::of_file(
                "persons.csv",
                "no_rows",
                "there is a header and no row",
                way_out,
            ));
        }
    }

    fn roster(&mut self, school: &str, wave: &str) -> u32 {
        let (school, wave) = (self.schools.number(school), self.waves.number(wave));
        *self.roster_of.entry((school, wave)).or_insert_with(|| {
            self.rosters.push(Roster {
                school,
                wave,
                persons: Vec::new(),
            });
            u32::try_from(self.rosters.len() - 1).expect("fewer rosters than rows")
        })
    }

    fn enrol(&mut self, roster: u32, number: u32, record: PersonRecord) {
        let persons = &mut self.rosters[roster as usize].persons;
        let place = u32::try_from(persons.len()).expect("fewer persons than rows");
        persons.push((number, record));
        self.places.insert((roster, number), place);
    }

    pub(super) fn ties(&mut self, bytes: &[u8], in_any_order: usize, faults: &mut Faults) {
        let Some(table) = Table::open("ties.csv", bytes, faults) else {
            return;
        };
        let names = ["school", "wave", "relation", "ego", "alter", "value"];
        let needed = names.map(|name| table.required(name, faults));
        let [
            Some(school),
            Some(wave),
            Some(relation),
            Some(ego),
            Some(alter),
            Some(value),
        ] = needed
        else {
            return;
        };

        // People who are named, or whose answer is unknown, and who are not in persons.csv.
        let mut strangers: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut reported: HashSet<(u32, Option<u32>)> = HashSet::new();
        let mut lost_rosters: HashSet<(String, String)> = HashSet::new();
        let mut impossible = 0_usize;
        let (mut rows, mut current, mut closed, mut grouped) =
            (0_usize, None, HashSet::new(), true);
        table.each_row(faults, |row, faults| {
            let cells = [&school, &wave, &relation, &ego, &alter].map(|column| row.required(column, faults));
            let number = row.number(&value, faults);
            let [Some(in_school), Some(in_wave), Some(asked), Some(from), Some(to)] = cells else { return };
            let school_number = self.schools.number(in_school);
            rows += 1;
            if current != Some(school_number) {
                closed.extend(current);
                grouped &= !closed.contains(&school_number);
                current = Some(school_number);
            }
            if rows > in_any_order && !grouped {
                if reported.insert((u32::MAX, None)) {
                    let message = format!("more than {in_any_order} rows, and not grouped by school");
                    let way_out = "sort the file by its column school, so that each school's rows stand together";
                    faults.push(row.fault(&school, "not_grouped", message, way_out));
                }
                return;
            }
            if from == to {
                let message = format!("`{from}` is tied to itself");
                faults.push(row.fault(&alter, "self_tie", message, "remove the row: nobody names themselves"));
                return;
            }
            let roster = self.waves.get(in_wave).and_then(|wave| self.roster_of.get(&(school_number, wave)).copied());
            let Some(roster) = roster else {
                if lost_rosters.insert((in_school.to_owned(), in_wave.to_owned())) {
                    let message = format!("persons.csv has nobody of school {in_school} in wave {in_wave}");
                    let way_out = "add its roster to persons.csv, or remove these ties";
                    faults.push(row.fault(&wave, "roster_missing", message, way_out));
                }
                return;
            };
            let (ego_number, alter_number) = (self.people.number(from), self.people.number(to));
            let ends = [(ego_number, from, &ego), (alter_number, to, &alter)];
            for (end, (person, key, column)) in ends.into_iter().enumerate() {
                let place = self.places.get(&(roster, person));
                match place.map(|&place| self.rosters[roster as usize].persons[place as usize].1.present) {
                    Some(true) => {}
                    Some(false) => {
                        if number.is_some_and(|value| value != 0.0) {
                            if self.strict {
                                let message = format!("`{key}` was not on the roster of wave {in_wave} (present = 0)");
                                let way_out = "correct `present` in persons.csv, or remove the row";
                                faults.push(row.fault(column, "person_not_present", message, way_out));
                            }
                            impossible += 1;
                        }
                        return;
                    }
                    None if end == 0 && number.is_some() => {
                        if reported.insert((roster, Some(person))) {
                            let message = format!("`{key}` answered and is not in persons.csv for this school and wave");
                            let way_out = "add this person to persons.csv, or correct the spelling";
                            faults.push(row.fault(column, "ego_unknown", message, way_out));
                        }
                        return;
                    }
                    None if self.strict => {
                        if reported.insert((roster, Some(person))) {
                            let message = format!("`{key}` is not in persons.csv for this school and wave");
                            let way_out = "add this person, correct the spelling, or leave --strict out";
                            faults.push(row.fault(column, "alter_unknown", message, way_out));
                        }
                        return;
                    }
                    None => {
                        strangers.insert((roster, person));
                    }
                }
            }
            let relation = self.relations.number(asked);
            let line = row.line;
            self.ties.push(Tie { roster, relation, ego: ego_number, alter: alter_number, value: number, line });
        });

        self.ties
            .sort_unstable_by_key(|tie| (tie.roster, tie.relation, tie.ego, tie.alter, tie.line));
        let mut twice: Vec<(&Tie, &Tie)> = Vec::new();
        for pair in self.ties.chunk_by(|a, b| {
            (a.roster, a.relation, a.ego, a.alter) == (b.roster, b.relation, b.ego, b.alter)
        }) {
            twice.extend(pair[1..].iter().map(|again| (&pair[0], again)));
        }
        twice.sort_unstable_by_key(|(_, again)| again.line);
        for (first, again) in twice {
            let name = |number: u32| &self.people.words[number as usize];
            let message = format!(
                "{} -> {} is already on line {}",
                name(again.ego),
                name(again.alter),
                first.line
            );
            let mut fault = Fault::of_file(
                "ties.csv",
                "pair_twice",
                message,
                "keep one of the two rows",
            );
            fault.line = again.line;
            faults.push(fault);
        }

        if !strangers.is_empty() {
            let n = strangers.len();
            let (persons, are) = if n == 1 {
                ("person", "is")
            } else {
                ("persons", "are")
            };
            self.warn(format!(
                "{n} {persons} in ties.csv {are} not in persons.csv for that school and wave; counted as on the \
                 roster, without an answer"
            ));
        }
        for (roster, person) in strangers {
            let record = PersonRecord {
                key: self.people.words[person as usize].clone(),
                role: None,
                groups: Vec::new(),
                responded: false,
                present: true,
                attributes: BTreeMap::new(),
            };
            self.enrol(roster, person, record);
        }
        let asked: BTreeSet<(u32, u32)> = self
            .ties
            .iter()
            .map(|tie| (tie.roster, tie.relation))
            .collect();
        let by_wave: BTreeSet<(u32, u32)> = asked
            .iter()
            .map(|&(roster, relation)| (self.rosters[roster as usize].wave, relation))
            .collect();
        let of_rosters = self.rosters.iter().map(|roster| {
            by_wave
                .iter()
                .filter(|(wave, _)| *wave == roster.wave)
                .count()
        });
        let unasked = of_rosters.sum::<usize>() - asked.len();
        if unasked > 0 {
            self.warn(format!(
                "networks taken as not asked, because ties.csv has no row of them while others in their wave have: \
                 {unasked} (if nobody named anyone, list one pair with value 0)"
            ));
        }
        if impossible > 0 {
            self.warn(format!(
                "rows of ties.csv left out because one of the two was not on the roster (present = 0): {impossible}"
            ));
        }
    }

    pub(super) fn schools(&mut self, bytes: &[u8], faults: &mut Faults) {
        let Some(table) = Table::open("schools.csv", bytes, faults) else {
            return;
        };
        let Some(school) = table.required("school", faults) else {
            return;
        };
        let others = table.others(&["school"]);
        let mut lines: HashMap<u32, u64> = HashMap::new();
        table.each_row(faults, |row, faults| {
            let Some(key) = row.required(&school, faults) else {
                return;
            };
            let number = self.schools.number(key);
            if let Some(first) = lines.insert(number, row.line) {
                let message = format!("school `{key}` is already on line {first}");
                faults.push(row.fault(
                    &school,
                    "school_twice",
                    message,
                    "keep one of the two rows",
                ));
                return;
            }
            self.facts.insert(number, attributes(row, &others));
        });
    }
}
