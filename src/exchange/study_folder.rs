//! A folder of files as one study: persons, ties, schools, items, scores and the analysis plan.
//!
//! | File | Columns |
//! |---|---|
//! | `persons.csv` | school, wave, person; role, groups (separated by `\|`), responded and present (0/1, default 1); any attribute |
//! | `ties.csv` | school, wave, relation, ego, alter, value (`NA` = not known) |
//! | `schools.csv` | school; any attribute or group |
//! | `items.csv` + `scales.toml` | respondent, school (or group), wave; the items of the scales |
//! | `scores.csv` | school, pupil, month (since the start; negative before it), score; weight; any attribute |
//! | `model.toml` | mixed models of the columns of `scores.csv`, see [`super::model_toml`] |
//! | `plan.toml` | see [`super::plan_toml`] |
//!
//! Wanted are persons and ties together, or items with scales, or scores. A relation counts as asked of a roster when at
//! least one row has it: a school without any row was more likely not asked than silent to the last person, and a zero
//! listed in full says the other. Waves go by number when all are numbers, else by their bytes.

mod answers;
mod order;
mod rosters;
mod scan;
mod scores;
mod stream;
mod words;

use std::{collections::BTreeMap, fs, io, path::Path};

use crate::{
    domain::fault::{Fault, Faults},
    domain::records::{ItemAnswers, PersonRecord, PupilRecord, Records, ScoreTable},
    evaluation::{
        models::{self, ModelDefinition},
        scales::ScaleDefinition,
        snapshot,
    },
};

use super::{
    model_toml,
    plan_toml::{self, PlanFile},
    scales_toml,
    table::{Column, Row},
};

pub use stream::{Part, PartFaults, Source, StudyStream, Tally};
use words::{QuickMap, Words};

/// Rows of `ties.csv` that may come in any order and are held in memory together; of more, one school is read at a time.
pub const ROWS_IN_ANY_ORDER: usize = 2_000_000;

/// Bytes of a row of `ties.csv` that has a school, a wave, a relation, two persons and a value.
const SHORTEST_ROW: u64 = 12;

/// What a folder held.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StudyFolder {
    pub records: Records,
    pub scales: Vec<ScaleDefinition>,
    pub models: Vec<ModelDefinition>,
    pub plan: PlanFile,
    /// Name to hash of the files that say how answers are scored.
    pub instruments: BTreeMap<String, String>,
    pub warnings: Vec<String>,
}

/// A folder as it is worked on: all at once, or school by school.
#[derive(Debug)]
pub enum Study {
    Whole(Box<StudyFolder>),
    Stream(Box<StudyStream>),
}

/// How a folder is read.
#[derive(Debug, Clone, Copy)]
pub struct ReadOptions<'a> {
    /// Read in place of the folder's own plan.
    pub plan: Option<&'a Path>,
    /// Every warning about who is on the roster is a fault.
    pub strict: bool,
    /// A `ties.csv` of more rows than this has to be grouped by school, and is not held in memory.
    pub in_any_order: usize,
}

impl Default for ReadOptions<'_> {
    fn default() -> Self {
        Self {
            plan: None,
            strict: false,
            in_any_order: ROWS_IN_ANY_ORDER,
        }
    }
}

/// Reads the whole folder into memory, however long it is, or says everything that is wrong with it. `plan` is read in place of
/// the folder's own plan; `strict` turns every warning about who is on the roster into a fault.
pub fn read(folder: &Path, plan: Option<&Path>, strict: bool) -> Result<StudyFolder, Faults> {
    let in_any_order = usize::MAX;
    let options = ReadOptions {
        plan,
        strict,
        in_any_order,
    };
    open(folder, options).map(|study| match study {
        Study::Whole(study) => *study,
        Study::Stream(stream) => stream.study,
    })
}

/// Reads the folder, or says everything that is wrong with it. Of a study that is streamed, rosters and ties are not read yet:
/// their faults come with their parts.
pub fn open(folder: &Path, options: ReadOptions<'_>) -> Result<Study, Faults> {
    let ReadOptions {
        plan,
        strict,
        in_any_order,
    } = options;
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
    let mut persons = load(&folder.join("persons.csv"), "persons.csv", faults);
    let ties_path = folder.join("ties.csv");
    let rows = u64::try_from(in_any_order).unwrap_or(u64::MAX);
    let may_stream = persons.is_some()
        && fs::metadata(&ties_path)
            .is_ok_and(|file| file.len() > rows.saturating_mul(SHORTEST_ROW));
    let streamed = if may_stream {
        reading.stream(&mut persons, &ties_path, in_any_order, faults)
    } else {
        None
    };
    if may_stream && streamed.is_none() && persons.is_none() {
        persons = load(&folder.join("persons.csv"), "persons.csv", faults);
    }
    let is_there = persons.is_some() || streamed.is_some();
    let mut bytes = |file: &str| load(&folder.join(file), file, faults);
    let ties = match &streamed {
        Some(_) => Some(Vec::new()),
        None => bytes("ties.csv"),
    };
    let schools = bytes("schools.csv");
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
    match (is_there, &ties, items.is_some() || scores.is_some()) {
        (false, None, false) => {
            faults.push(Fault::of_file(
                &name,
                "nothing_to_read",
                "there is nothing to analyse here",
                way_out,
            ));
        }
        (false, Some(_), _) => {
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
        (true, None, false) => {
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

    if let (Some(bytes), None) = (&persons, &streamed) {
        reading.persons(bytes, faults);
        if let Some(bytes) = &ties {
            reading.ties(bytes, in_any_order, faults);
        }
    }
    drop((persons, ties));
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
    let models = match (&scores, &model) {
        (None, Some(_)) => {
            reading.warn("model.toml was not used: there is no scores.csv");
            Vec::new()
        }
        (Some(bytes), model) => reading.models(bytes, model.as_deref(), faults),
        (None, None) => Vec::new(),
    };
    let plan = plan_bytes
        .map(|(name, bytes)| plan_toml::read(&name, &bytes, faults))
        .unwrap_or_default();

    let warnings = std::mem::take(&mut reading.warnings);
    let study = StudyFolder {
        records: reading.records(),
        scales: scale_definitions,
        models,
        plan,
        instruments,
        warnings,
    };
    match streamed {
        Some(parts) => parts
            .with(study, std::mem::take(faults))
            .map(|stream| Study::Stream(Box::new(stream))),
        None if faults.is_empty() => Ok(Study::Whole(Box::new(study))),
        None => Err(std::mem::take(faults)),
    }
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

/// A roster under construction.
struct Roster {
    school: u32,
    wave: u32,
    persons: Vec<Listed>,
    /// How many of them come from `persons.csv`; after them come people who were only named.
    on_list: usize,
}

/// A person with the number of their key, and the line of `persons.csv` that has them.
struct Listed {
    number: u32,
    line: u64,
    record: PersonRecord,
}

/// One relation of one roster.
struct Asked {
    roster: u32,
    relation: u32,
    ties: Vec<Tie>,
}

/// `ego` and `alter` are places among the roster's persons.
#[derive(Clone, Copy)]
struct Tie {
    ego: u32,
    alter: u32,
    value: Option<f64>,
    line: u64,
}

struct Sheet {
    respondent: String,
    school: u32,
    wave: u32,
    items: ItemAnswers,
    seconds_per_item: Option<f64>,
}

#[derive(Default)]
struct Reading {
    strict: bool,
    schools: Words,
    waves: Words,
    relations: Words,
    people: Words,
    rosters: Vec<Roster>,
    roster_of: QuickMap<(u32, u32), u32>,
    /// Place in the roster of each of its persons.
    places: QuickMap<(u32, u32), u32>,
    asked: Vec<Asked>,
    tally: Tally,
    facts: BTreeMap<u32, BTreeMap<String, String>>,
    sheets: Vec<Sheet>,
    pupils: BTreeMap<(String, String), PupilRecord>,
    scores: ScoreTable,
    warnings: Vec<String>,
}

impl Reading {
    fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }

    /// Reads the scores, and the models that are to be fitted to them. A model that does not fit its rows is a fault at its place.
    fn models(
        &mut self,
        scores: &[u8],
        model: Option<&[u8]>,
        faults: &mut Faults,
    ) -> Vec<ModelDefinition> {
        let known = faults.count();
        let file = model
            .map(|bytes| model_toml::read("model.toml", bytes, faults))
            .unwrap_or_default();
        self.scores(scores, &file, faults);
        if faults.count() == known {
            for model in &file.models {
                for fault in models::prepare(&self.scores, &model.definition)
                    .err()
                    .into_iter()
                    .flatten()
                {
                    file.tell(model, &fault, faults);
                }
            }
        }
        file.models
            .into_iter()
            .map(|model| model.definition)
            .collect()
    }
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
