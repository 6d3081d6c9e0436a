//! A folder of files as one study: persons, ties, schools, items, scores and the analysis plan.
//!
//! | File | Columns |
//! |---|---|
//! | `persons.csv` | school, wave, person; role, responded and present (0/1, default 1); any attribute |
//! | `ties.csv` | school, wave, relation, ego, alter, value (`NA` = not known) |
//! | `schools.csv` | school; any attribute or group |
//! | `items.csv` + `scales.toml` | respondent, school (or group), wave; the items of the scales |
//! | `scores.csv` | school, pupil, month (since the start; negative before it), score; weight; any attribute |
//! | `plan.toml` | see [`super::plan_toml`] |
//!
//! Wanted are persons and ties together, or items with scales, or scores. A relation counts as asked in every school of
//! a wave as soon as one row of that wave has it. Waves go by number when all are numbers, else by their bytes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs, io,
    path::Path,
};

use crate::{
    domain::records::{
        AnswerSheet, NominationRecord, PersonRecord, PupilRecord, Records, RosterRecord,
        SchoolRecord, ScoreRecord,
    },
    evaluation::{scales::ScaleDefinition, snapshot},
};

use super::{
    plan_toml::{self, PlanFile},
    scales_toml,
    table::{Column, Fault, Faults, Row, Table},
};

/// Rows of `ties.csv` that may come in any order.
const ROWS_IN_ANY_ORDER: usize = 2_000_000;

/// What a folder held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyFolder {
    pub records: Records,
    pub scales: Vec<ScaleDefinition>,
    pub plan: PlanFile,
    /// Name to hash of the files that say how answers are scored.
    pub instruments: BTreeMap<String, String>,
    pub warnings: Vec<String>,
}

/// Reads the whole folder, or says everything that is wrong with it. `plan` is read in place of the folder's own plan;
/// `strict` turns every warning about who is on the roster into a fault.
pub fn read(folder: &Path, plan: Option<&Path>, strict: bool) -> Result<StudyFolder, Faults> {
    let mut reading = Reading {
        strict,
        ..Reading::default()
    };
    let faults = &mut Faults::default();
    let name = folder.display().to_string();
    if !folder.is_dir() {
        let way_out = "give the path of a folder with persons.csv and ties.csv";
        faults.push(Fault::of_file(
            &name,
            "folder_missing",
            "there is no such folder",
            way_out,
        ));
        return Err(std::mem::take(faults));
    }
    let mut bytes = |file: &str| load(&folder.join(file), file, faults);
    let [persons, ties, schools] = ["persons.csv", "ties.csv", "schools.csv"].map(&mut bytes);
    let [items, scales, scores, model] =
        ["items.csv", "scales.toml", "scores.csv", "model.toml"].map(&mut bytes);
    let plan_bytes = match plan {
        Some(path) => {
            let loaded = load(path, &path.display().to_string(), faults);
            if loaded.is_none() {
                let way_out = "check the path given with --plan";
                let shown = path.display().to_string();
                faults.push(Fault::of_file(
                    &shown,
                    "file_missing",
                    "there is no such file",
                    way_out,
                ));
            }
            loaded.map(|bytes| (path.display().to_string(), bytes))
        }
        None => bytes("plan.toml").map(|bytes| ("plan.toml".to_owned(), bytes)),
    };

    let way_out =
        "a study has persons.csv with ties.csv, or items.csv with scales.toml, or scores.csv";
    match (&persons, &ties, items.is_some() || scores.is_some()) {
        (None, None, false) => {
            faults.push(Fault::of_file(
                &name,
                "nothing_to_read",
                "there is nothing to analyse here",
                way_out,
            ));
        }
        (None, Some(_), _) => {
            let message =
                "ties.csv is here and persons.csv is not, so nobody knows who was on the roster";
            let way_out = "add persons.csv with the columns school, wave, person: one row for everyone on the roster";
            faults.push(Fault::of_file(
                "persons.csv",
                "file_missing",
                message,
                way_out,
            ));
        }
        (Some(_), None, false) => {
            let way_out = "add ties.csv with the columns school, wave, relation, ego, alter, value";
            faults.push(Fault::of_file(
                "ties.csv",
                "file_missing",
                "there are persons and no ties",
                way_out,
            ));
        }
        _ => {}
    }

    if let Some(bytes) = &persons {
        reading.persons(bytes, faults);
        if let Some(bytes) = &ties {
            reading.ties(bytes, ROWS_IN_ANY_ORDER, faults);
        }
    }
    if let Some(bytes) = &schools {
        reading.schools(bytes, faults);
    }
    let mut instruments = BTreeMap::new();
    let scale_definitions = match &scales {
        Some(bytes) => {
            instruments.insert("scales.toml".to_owned(), snapshot::of_bytes(bytes));
            scales_toml::read("scales.toml", bytes, faults)
        }
        None => Vec::new(),
    };
    match (&items, &scales) {
        (Some(bytes), Some(_)) => reading.items(bytes, &scale_definitions, faults),
        (Some(_), None) => reading
            .warn("items.csv was not used: scales.toml, which says how to score it, is not there"),
        (None, Some(_)) => reading.warn("scales.toml was not used: there is no items.csv"),
        (None, None) => {}
    }
    if let Some(bytes) = &scores {
        reading.scores(bytes, faults);
    }
    if model.is_some() {
        reading.warn(
            "model.toml was not used: mixed models are not part of this version; school_effects.csv holds the \
             difference of growth before and during, school by school",
        );
    }
    let plan = plan_bytes
        .map(|(name, bytes)| plan_toml::read(&name, &bytes, faults))
        .unwrap_or_default();

    if !faults.is_empty() {
        return Err(std::mem::take(faults));
    }
    let warnings = std::mem::take(&mut reading.warnings);
    Ok(StudyFolder {
        records: reading.records(),
        scales: scale_definitions,
        plan,
        instruments,
        warnings,
    })
}

/// The bytes of a file that may be absent.
fn load(path: &Path, name: &str, faults: &mut Faults) -> Option<Vec<u8>> {
    match fs::read(path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let message = format!("this file cannot be read ({error})");
            faults.push(Fault::of_file(
                name,
                "file_unreadable",
                message,
                "check what it is and who may open it",
            ));
            None
        }
    }
}

/// Words numbered in the order in which they were met.
#[derive(Default)]
struct Words {
    numbers: HashMap<String, u32>,
    words: Vec<String>,
}

impl Words {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(&number) = self.numbers.get(word) {
            return number;
        }
        let number = u32::try_from(self.words.len())
            .expect("a file holds fewer than four thousand million words");
        self.numbers.insert(word.to_owned(), number);
        self.words.push(word.to_owned());
        number
    }

    fn get(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }
}

/// A roster under construction: persons as (number of the word, record).
struct Roster {
    school: u32,
    wave: u32,
    persons: Vec<(u32, PersonRecord)>,
}

#[derive(Clone, Copy)]
struct Tie {
    roster: u32,
    relation: u32,
    ego: u32,
    alter: u32,
    value: Option<f64>,
    line: u64,
}

struct Sheet {
    respondent: String,
    school: u32,
    wave: u32,
    items: BTreeMap<String, f64>,
}

#[derive(Default)]
struct Reading {
    strict: bool,
    schools: Words,
    waves: Words,
    relations: Words,
    people: Words,
    rosters: Vec<Roster>,
    roster_of: HashMap<(u32, u32), u32>,
    /// Place in the roster of each of its persons.
    places: HashMap<(u32, u32), u32>,
    ties: Vec<Tie>,
    facts: BTreeMap<u32, BTreeMap<String, String>>,
    sheets: Vec<Sheet>,
    pupils: BTreeMap<(String, String), PupilRecord>,
    warnings: Vec<String>,
}

impl Reading {
    fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    fn persons(&mut self, bytes: &[u8], faults: &mut Faults) {
        let Some(table) = Table::open("persons.csv", bytes, faults) else {
            return;
        };
        let needed = ["school", "wave", "person"].map(|name| table.required(name, faults));
        let [Some(school), Some(wave), Some(person)] = needed else {
            return;
        };
        let [role, responded, present] =
            ["role", "responded", "present"].map(|name| table.optional(name));
        let others = table.others(&["school", "wave", "person", "role", "responded", "present"]);
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
            let groups = Vec::new();
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

    fn ties(&mut self, bytes: &[u8], in_any_order: usize, faults: &mut Faults) {
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
        if impossible > 0 {
            self.warn(format!(
                "rows of ties.csv left out because one of the two was not on the roster (present = 0): {impossible}"
            ));
        }
    }

    fn schools(&mut self, bytes: &[u8], faults: &mut Faults) {
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

    fn items(&mut self, bytes: &[u8], scales: &[ScaleDefinition], faults: &mut Faults) {
        let Some(table) = Table::open("items.csv", bytes, faults) else {
            return;
        };
        let respondent = table.required("respondent", faults);
        let school = table.optional("school").or_else(|| table.optional("group"));
        let school = school.or_else(|| table.required("school", faults));
        let wave = table.optional("wave");
        // Without a column for it, the wave is the only one there is.
        let only_wave = match self.waves.words.as_slice() {
            [] => Some("1".to_owned()),
            [one] => Some(one.clone()),
            _ => None,
        };
        if wave.is_none() && only_wave.is_none() {
            table.required("wave", faults);
        }
        let mut ranges: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for scale in scales {
            for item in &scale.items {
                let (min, max) = ranges.entry(item).or_insert((scale.min, scale.max));
                (*min, *max) = (min.max(scale.min), max.min(scale.max));
            }
        }
        let columns: Vec<(&str, (f64, f64), Option<Column>)> = ranges
            .into_iter()
            .map(|(item, range)| (item, range, table.required(item, faults)))
            .collect();
        let (Some(respondent), Some(school)) = (respondent, school) else {
            return;
        };
        let mut lines: HashMap<(u32, u32, String), u64> = HashMap::new();
        table.each_row(faults, |row, faults| {
            let key = row.required(&respondent, faults);
            let in_school = row.required(&school, faults);
            let in_wave = match &wave {
                Some(column) => row.required(column, faults),
                None => only_wave.as_deref(),
            };
            let mut items = BTreeMap::new();
            for (item, (min, max), column) in &columns {
                let Some(column) = column else { continue };
                let Some(value) = row.number(column, faults) else {
                    continue;
                };
                if value < *min || value > *max {
                    let message = format!("{value} is outside {min} to {max}");
                    let way_out = "correct the answer, or min and max in scales.toml";
                    faults.push(row.fault(column, "out_of_range", message, way_out));
                }
                items.insert((*item).to_owned(), value);
            }
            let (Some(key), Some(in_school), Some(in_wave)) = (key, in_school, in_wave) else {
                return;
            };
            let (school, wave) = (self.schools.number(in_school), self.waves.number(in_wave));
            if let Some(first) = lines.insert((school, wave, key.to_owned()), row.line) {
                let message =
                    format!("`{key}` already answered in this school and wave, on line {first}");
                faults.push(row.fault(
                    &respondent,
                    "respondent_twice",
                    message,
                    "keep one of the two rows",
                ));
                return;
            }
            self.sheets.push(Sheet {
                respondent: key.to_owned(),
                school,
                wave,
                items,
            });
        });
    }

    fn scores(&mut self, bytes: &[u8], faults: &mut Faults) {
        let Some(table) = Table::open("scores.csv", bytes, faults) else {
            return;
        };
        let Some(month) = table.optional("month") else {
            self.warn(
                "scores.csv was not used: it has no column `month` (months since the start of the intervention, \
                 negative before it), without which growth before and during cannot be told apart",
            );
            return;
        };
        let needed = ["school", "pupil", "score"].map(|name| table.required(name, faults));
        let [Some(school), Some(pupil), Some(score)] = needed else {
            return;
        };
        let weight = table
            .optional("weight")
            .or_else(|| table.optional("weight_category"));
        let known = [
            "school",
            "pupil",
            "month",
            "score",
            "weight",
            "weight_category",
            "occasion",
        ];
        let others = table.others(&known);
        let mut lines: HashMap<(u32, String, u64), u64> = HashMap::new();
        table.each_row(faults, |row, faults| {
            let keys = [&school, &pupil, &month].map(|column| row.required(column, faults));
            let (at, points) = (row.number(&month, faults), row.number(&score, faults));
            let ([Some(in_school), Some(key), Some(_)], Some(at)) = (keys, at) else {
                return;
            };
            // A score that was not given is no score: it is never replaced.
            let Some(points) = points else { return };
            let number = self.schools.number(in_school);
            if let Some(first) = lines.insert((number, key.to_owned(), at.to_bits()), row.line) {
                let message = format!("`{key}` already has a score in month {at}, on line {first}");
                faults.push(row.fault(&month, "score_twice", message, "keep one of the two rows"));
                return;
            }
            let own = self
                .pupils
                .entry((in_school.to_owned(), key.to_owned()))
                .or_insert_with(|| PupilRecord {
                    key: key.to_owned(),
                    school: 0,
                    weight: None,
                    attributes: BTreeMap::new(),
                    scores: Vec::new(),
                });
            own.scores.push(ScoreRecord {
                month: at,
                score: points,
            });
            let given = weight.as_ref().and_then(|column| row.attribute(column));
            // The least by bytes, so that the order of the rows cannot matter.
            own.weight = match (own.weight.take(), given) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            for (name, value) in attributes(row, &others) {
                let kept = own.attributes.entry(name).or_insert_with(|| value.clone());
                if value < *kept {
                    *kept = value;
                }
            }
        });
    }

    /// Everything read, in the order that [`Records`] promises.
    fn records(self) -> Records {
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
                .unwrap_or(std::cmp::Ordering::Equal)
                .then_with(|| a.cmp(b))
        });
        let (schools, school_place) = ordered(&self.schools, |a, b| a.cmp(b));
        let (relations, relation_place) = ordered(&self.relations, |a, b| a.cmp(b));

        let asked: HashSet<(u32, u32)> = self
            .ties
            .iter()
            .map(|tie| (self.rosters[tie.roster as usize].wave, tie.relation))
            .collect();
        let mut places = self.places;
        let mut rosters = Vec::with_capacity(self.rosters.len());
        for (number, roster) in (0_u32..).zip(self.rosters) {
            let mut persons = roster.persons;
            persons.sort_unstable_by(|a, b| a.1.key.cmp(&b.1.key));
            for (place, (person, _)) in (0_u32..).zip(&persons) {
                places.insert((number, *person), place);
            }
            let mut nominations = vec![None; relations.len()];
            for (relation, place) in (0_u32..).zip(&relation_place) {
                if asked.contains(&(roster.wave, relation)) {
                    nominations[*place] = Some(Vec::new());
                }
            }
            rosters.push(RosterRecord {
                school: school_place[roster.school as usize],
                wave: wave_place[roster.wave as usize],
                persons: persons.into_iter().map(|(_, record)| record).collect(),
                nominations,
            });
        }
        for tie in &self.ties {
            let (ego, alter) = (
                places[&(tie.roster, tie.ego)],
                places[&(tie.roster, tie.alter)],
            );
            let listed = &mut rosters[tie.roster as usize].nominations
                [relation_place[tie.relation as usize]];
            listed.get_or_insert_default().push(NominationRecord {
                ego,
                alter,
                value: tie.value,
            });
        }
        for listed in rosters
            .iter_mut()
            .flat_map(|roster| roster.nominations.iter_mut().flatten())
        {
            listed.sort_unstable_by_key(|nomination| (nomination.ego, nomination.alter));
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
        }
    }
}

/// Words in order, and for each number its place in that order.
fn ordered(
    words: &Words,
    order: impl Fn(&String, &String) -> std::cmp::Ordering,
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

fn attributes(row: &Row<'_>, columns: &[Column]) -> BTreeMap<String, String> {
    columns
        .iter()
        .filter_map(|column| Some((column.name.clone(), row.attribute(column)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(persons: &str) -> Reading {
        let (mut reading, mut faults) = (Reading::default(), Faults::default());
        reading.persons(persons.as_bytes(), &mut faults);
        assert!(faults.is_empty(), "{faults}");
        reading
    }

    #[test]
    fn waves_go_by_number_or_by_bytes() {
        let waves = |list: [&str; 3]| {
            let rows: Vec<String> = list.iter().map(|wave| format!("A,{wave},p\n")).collect();
            reading(&format!("school,wave,person\n{}", rows.concat()))
                .records()
                .waves
        };
        assert_eq!(waves(["10", "9", "1"]), ["1", "9", "10"]);
        assert_eq!(waves(["T3", "T1", "T2a"]), ["T1", "T2a", "T3"]);
    }

    #[test]
    fn a_long_file_must_be_grouped_by_school() {
        let persons = "school,wave,person\nA,1,p\nA,1,q\nB,1,p\nB,1,q\n";
        let ties = |rows: &str| {
            let mut faults = Faults::default();
            let text = format!("school,wave,relation,ego,alter,value\n{rows}");
            reading(persons).ties(text.as_bytes(), 2, &mut faults);
            faults
        };
        assert!(ties("A,1,r,p,q,1\nA,1,r,q,p,1\nB,1,r,p,q,1\n").is_empty());
        let faults = ties("A,1,r,p,q,1\nB,1,r,p,q,1\nA,1,r,q,p,1\nB,1,r,q,p,1\n");
        assert_eq!(
            faults
                .reported()
                .iter()
                .map(|f| (f.code, f.line))
                .collect::<Vec<_>>(),
            [("not_grouped", 4)]
        );
    }

    #[test]
    fn leavers_are_no_actors_and_strangers_are_silent_ones() {
        let mut reading =
            reading("school,wave,person,present,responded\nA,1,p,1,1\nA,1,q,0,0\nA,1,r,1,0\n");
        let mut faults = Faults::default();
        let ties = "school,wave,relation,ego,alter,value\nA,1,x,p,q,2\nA,1,x,p,new,1\nA,1,x,p,r,NA\nA,1,x,q,p,0\n";
        reading.ties(ties.as_bytes(), 10, &mut faults);
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(reading.warnings.len(), 2, "{:?}", reading.warnings);
        let records = reading.records();
        let roster = &records.rosters[0];
        let persons: Vec<_> = roster
            .persons
            .iter()
            .map(|p| (p.key.as_str(), p.responded, p.present))
            .collect();
        assert_eq!(
            persons,
            [
                ("new", false, true),
                ("p", true, true),
                ("q", false, false),
                ("r", false, true)
            ]
        );
        let listed = roster.nominations[0].as_ref().unwrap();
        assert_eq!(
            listed
                .iter()
                .map(|n| (n.ego, n.alter, n.value))
                .collect::<Vec<_>>(),
            [(1, 0, Some(1.0)), (1, 3, None)]
        );
    }
}
