//! Who was there and who named whom: `persons.csv`, `ties.csv` and `schools.csv`.

use std::collections::{BTreeMap, HashSet};

use crate::{
    domain::fault::{Fault, Faults},
    domain::records::PersonRecord,
    exchange::table::{Column, Row, Table},
};

use super::{
    Asked, Listed, Reading, Roster, Tie, attributes,
    words::{Last, QuickMap},
};

/// The columns of `persons.csv`.
#[derive(Debug)]
pub(super) struct PersonColumns {
    pub school: Column,
    pub wave: Column,
    pub person: Column,
    role: Option<Column>,
    groups: Option<Column>,
    responded: Option<Column>,
    present: Option<Column>,
    others: Vec<Column>,
}

impl PersonColumns {
    pub fn of(table: &Table, faults: &mut Faults) -> Option<Self> {
        let needed = ["school", "wave", "person"].map(|name| table.required(name, faults));
        let [Some(school), Some(wave), Some(person)] = needed else {
            return None;
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
        Some(Self {
            school,
            wave,
            person,
            role,
            groups,
            responded,
            present,
            others: table.others(&own),
        })
    }

    /// Names of the columns that are facts about people, besides role and groups.
    pub fn others(&self) -> impl Iterator<Item = String> {
        self.others.iter().map(|column| column.name.clone())
    }
}

/// The columns of `ties.csv`.
#[derive(Debug)]
pub(super) struct TieColumns {
    pub school: Column,
    wave: Column,
    pub relation: Column,
    ego: Column,
    alter: Column,
    value: Column,
}

impl TieColumns {
    pub fn of(table: &Table, faults: &mut Faults) -> Option<Self> {
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
            return None;
        };
        Some(Self {
            school,
            wave,
            relation,
            ego,
            alter,
            value,
        })
    }
}

/// What has been said already, and where the rows stand.
#[derive(Default)]
struct Said {
    persons: HashSet<(u32, u32)>,
    rosters: HashSet<(String, String)>,
    not_grouped: bool,
}

impl Reading {
    pub(super) fn persons(&mut self, bytes: &[u8], faults: &mut Faults) {
        let Some(table) = Table::open("persons.csv", bytes, faults) else {
            return;
        };
        let Some(columns) = PersonColumns::of(&table, faults) else {
            return;
        };
        self.persons_of(&table, &columns, table.body(), faults);
        self.settle();
        if self.rosters.is_empty() && faults.is_empty() {
            faults.push(nobody());
        }
    }

    /// The persons of a part of the table, which begins on the line given with it.
    pub(super) fn persons_of(
        &mut self,
        table: &Table,
        columns: &PersonColumns,
        (text, line): (&str, u64),
        faults: &mut Faults,
    ) {
        table.each_row_of(text, line, faults, |row, faults| {
            let keys = [&columns.school, &columns.wave, &columns.person]
                .map(|column| row.required(column, faults));
            let mut flag = |column: &Option<Column>| {
                column
                    .as_ref()
                    .and_then(|column| row.flag(column, faults))
                    .unwrap_or(true)
            };
            let (responded, present) = (flag(&columns.responded), flag(&columns.present));
            let [Some(school), Some(wave), Some(key)] = keys else {
                return;
            };
            let roster = self.roster(school, wave);
            let number = self.people.number(key);
            if let Some(&place) = self.places.get(&(roster, number)) {
                let first = self.rosters[roster as usize].persons[place as usize].line;
                let message =
                    format!("`{key}` is already in school {school}, wave {wave}, on line {first}");
                faults.push(row.fault(
                    &columns.person,
                    "person_twice",
                    message,
                    "keep one of the two rows",
                ));
                return;
            }
            let role = columns
                .role
                .as_ref()
                .and_then(|column| row.text(column))
                .map(str::to_owned);
            let groups = columns
                .groups
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
                attributes: attributes(row, &columns.others),
            };
            let line = row.line;
            self.enrol(
                roster,
                Listed {
                    number,
                    line,
                    record,
                },
            );
            self.rosters[roster as usize].on_list += 1;
        });
    }

    /// Puts everyone on a list by key, where they stay: ties that are read in order need not be sorted again.
    pub(super) fn settle(&mut self) {
        for (number, roster) in (0_u32..).zip(&mut self.rosters) {
            let by_key = |a: &Listed, b: &Listed| a.record.key.cmp(&b.record.key);
            if roster.persons.is_sorted_by(|a, b| by_key(a, b).is_le()) {
                continue;
            }
            roster.persons.sort_unstable_by(by_key);
            for (place, listed) in (0_u32..).zip(&roster.persons) {
                self.places.insert((number, listed.number), place);
            }
        }
    }

    fn roster(&mut self, school: &str, wave: &str) -> u32 {
        let (school, wave) = (self.schools.number(school), self.waves.number(wave));
        *self.roster_of.entry((school, wave)).or_insert_with(|| {
            self.rosters.push(Roster {
                school,
                wave,
                persons: Vec::new(),
                on_list: 0,
            });
            u32::try_from(self.rosters.len() - 1).expect("fewer rosters than rows")
        })
    }

    fn enrol(&mut self, roster: u32, listed: Listed) -> u32 {
        let persons = &mut self.rosters[roster as usize].persons;
        let place = u32::try_from(persons.len()).expect("fewer persons than rows");
        self.places.insert((roster, listed.number), place);
        persons.push(listed);
        place
    }

    /// Someone who was named and is on no list: on the roster, without an answer.
    fn enrol_stranger(&mut self, roster: u32, number: u32) -> u32 {
        self.tally.strangers += 1;
        let record = PersonRecord {
            key: self.people.words[number as usize].clone(),
            role: None,
            groups: Vec::new(),
            responded: false,
            present: true,
            attributes: BTreeMap::new(),
        };
        let line = 0;
        self.enrol(
            roster,
            Listed {
                number,
                line,
                record,
            },
        )
    }

    pub(super) fn ties(&mut self, bytes: &[u8], in_any_order: usize, faults: &mut Faults) {
        let Some(table) = Table::open("ties.csv", bytes, faults) else {
            return;
        };
        let Some(columns) = TieColumns::of(&table, faults) else {
            return;
        };
        self.ties_of(&table, &columns, table.body(), in_any_order, faults);
        let warnings = self.tally.warnings();
        self.warnings.extend(warnings);
    }

    /// The ties of a part of the table, which begins on the line given with it; the persons have been read.
    pub(super) fn ties_of(
        &mut self,
        table: &Table,
        columns: &TieColumns,
        (text, line): (&str, u64),
        in_any_order: usize,
        faults: &mut Faults,
    ) {
        let mut said = Said::default();
        let (mut rows, mut current, mut closed, mut grouped) =
            (0_usize, None, HashSet::new(), true);
        let mut lasts: [Last<u32>; 4] = Default::default();
        let mut last_roster: Option<((u32, u32), u32)> = None;
        let mut asked_of: QuickMap<(u32, u32), usize> = QuickMap::default();
        let mut last_asked: Option<((u32, u32), usize)> = None;
        table.each_row_of(text, line, faults, |row, faults| {
            let cells = [
                &columns.school,
                &columns.wave,
                &columns.relation,
                &columns.ego,
                &columns.alter,
            ]
            .map(|column| row.required(column, faults));
            let value = row.number(&columns.value, faults);
            let [
                Some(in_school),
                Some(in_wave),
                Some(relation),
                Some(from),
                Some(to),
            ] = cells
            else {
                return;
            };
            let [last_school, last_wave, last_relation, last_ego] = &mut lasts;
            let school = last_school.of(in_school, |word| self.schools.number(word));
            rows += 1;
            if current != Some(school) {
                closed.extend(current);
                grouped &= !closed.contains(&school);
                current = Some(school);
            }
            if rows > in_any_order && !grouped {
                if !said.not_grouped {
                    said.not_grouped = true;
                    faults.push(not_grouped(row, columns, in_any_order));
                }
                return;
            }
            let relation = last_relation.of(relation, |word| self.relations.number(word));
            if from == to {
                let message = format!("`{from}` is tied to itself");
                let way_out = "remove the row: nobody names themselves";
                faults.push(row.fault(&columns.alter, "self_tie", message, way_out));
                return;
            }
            let wave = last_wave.of(in_wave, |word| self.waves.get(word).unwrap_or(u32::MAX));
            let roster = match last_roster {
                Some((of, roster)) if of == (school, wave) => Some(roster),
                _ => self.roster_of.get(&(school, wave)).copied(),
            };
            let Some(roster) = roster else {
                if said
                    .rosters
                    .insert((in_school.to_owned(), in_wave.to_owned()))
                {
                    let message =
                        format!("persons.csv has nobody of school {in_school} in wave {in_wave}");
                    let way_out = "add its roster to persons.csv, or remove these ties";
                    faults.push(row.fault(&columns.wave, "roster_missing", message, way_out));
                }
                return;
            };
            last_roster = Some(((school, wave), roster));
            let ego = last_ego.of(from, |word| self.people.number(word));
            let alter = self.people.number(to);
            let ends = [(ego, from, &columns.ego), (alter, to, &columns.alter)];
            let mut places = [0; 2];
            for (end, (person, key, column)) in ends.into_iter().enumerate() {
                let place = self.places.get(&(roster, person)).copied();
                let own = &self.rosters[roster as usize];
                let on_list = place.filter(|&place| (place as usize) < own.on_list);
                match on_list.map(|place| own.persons[place as usize].record.present) {
                    Some(true) => places[end] = place.unwrap_or_default(),
                    Some(false) => {
                        if value.is_some_and(|value| value != 0.0) {
                            if self.strict {
                                let message = format!(
                                    "`{key}` was not on the roster of wave {in_wave} (present = 0)"
                                );
                                let way_out =
                                    "correct `present` in persons.csv, or remove the row";
                                faults.push(row.fault(
                                    column,
                                    "person_not_present",
                                    message,
                                    way_out,
                                ));
                            }
                            self.tally.impossible += 1;
                        }
                        return;
                    }
                    None if end == 0 && value.is_some() => {
                        if said.persons.insert((roster, person)) {
                            let message = format!(
                                "`{key}` answered and is not in persons.csv for this school and wave"
                            );
                            let way_out =
                                "add this person to persons.csv, or correct the spelling";
                            faults.push(row.fault(column, "ego_unknown", message, way_out));
                        }
                        return;
                    }
                    None if self.strict => {
                        if said.persons.insert((roster, person)) {
                            let message =
                                format!("`{key}` is not in persons.csv for this school and wave");
                            let way_out =
                                "add this person, correct the spelling, or leave --strict out";
                            faults.push(row.fault(column, "alter_unknown", message, way_out));
                        }
                        return;
                    }
                    None => {
                        places[end] = match place {
                            Some(place) => place,
                            None => self.enrol_stranger(roster, person),
                        };
                    }
                }
            }
            let key = (roster, relation);
            let asked = match last_asked {
                Some((of, asked)) if of == key => asked,
                _ => *asked_of.entry(key).or_insert_with(|| {
                    self.asked.push(Asked {
                        roster,
                        relation,
                        ties: Vec::new(),
                    });
                    self.asked.len() - 1
                }),
            };
            last_asked = Some((key, asked));
            let ([ego, alter], line) = (places, row.line);
            self.asked[asked].ties.push(Tie {
                ego,
                alter,
                value,
                line,
            });
        });
        self.pairs_once(faults);
        self.count_networks();
    }

    /// Every pair that is listed again is a fault, by line.
    fn pairs_once(&mut self, faults: &mut Faults) {
        let mut twice: Vec<(u64, u64, String)> = Vec::new();
        for asked in &mut self.asked {
            let pair = |tie: &Tie| (u64::from(tie.ego) << 32) | u64::from(tie.alter);
            asked.ties.sort_unstable_by_key(pair);
            if asked
                .ties
                .windows(2)
                .all(|two| pair(&two[0]) < pair(&two[1]))
            {
                continue;
            }
            asked.ties.sort_unstable_by_key(|tie| (pair(tie), tie.line));
            for same in asked.ties.chunk_by(|a, b| pair(a) == pair(b)) {
                for again in &same[1..] {
                    let persons = &self.rosters[asked.roster as usize].persons;
                    let name = |place: u32| &persons[place as usize].record.key;
                    let names = format!("{} -> {}", name(again.ego), name(again.alter));
                    twice.push((again.line, same[0].line, names));
                }
            }
        }
        twice.sort_unstable();
        for (line, first, names) in twice {
            faults.push(Fault {
                line,
                ..Fault::of_file(
                    "ties.csv",
                    "pair_twice",
                    format!("{names} is already on line {first}"),
                    "keep one of the two rows",
                )
            });
        }
    }

    fn count_networks(&mut self) {
        for roster in &self.rosters {
            *self.tally.rosters.entry(roster.wave).or_default() += 1;
        }
        self.tally.networks += self.asked.len();
        for asked in &self.asked {
            let wave = self.rosters[asked.roster as usize].wave;
            self.tally.asked.insert((wave, asked.relation));
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
        let mut lines: QuickMap<u32, u64> = QuickMap::default();
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

/// The fault of a list with a header alone.
pub(super) fn nobody() -> Fault {
    Fault::of_file(
        "persons.csv",
        "no_rows",
        "there is a header and no row",
        "add one row for everyone on the roster",
    )
}

/// The fault of a long file whose schools are not together, on the row by which that was clear.
pub(super) fn not_grouped(row: &Row<'_>, columns: &TieColumns, in_any_order: usize) -> Fault {
    let message = format!("more than {in_any_order} rows, and not grouped by school");
    let way_out = "sort the file by its column school, so that each school's rows stand together";
    row.fault(&columns.school, "not_grouped", message, way_out)
}
