//! A study whose `ties.csv` is too long to be held in memory, read school by school.
//!
//! A first pass over the file finds where each school's rows stand, and which relations there are. From then on a school is
//! read by itself, from those bytes and its own lines of `persons.csv`, by the very code that reads a short study. Text in
//! UTF-16 and files with the line ends of old Macs are not cut up: they are read as a whole, whatever their length.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use crate::{
    domain::fault::{Fault, Faults},
    domain::records::Records,
    exchange::table::Table,
};

use super::{
    Reading, StudyFolder,
    rosters::{PersonColumns, TieColumns, nobody},
    scan::{Found, Run, Scan, decoded},
    words::{Last, Words},
};

/// What is counted while ties are read, over all schools.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    pub(super) strangers: usize,
    pub(super) impossible: usize,
    pub(super) networks: usize,
    /// Rosters by the number of their wave.
    pub(super) rosters: BTreeMap<u32, usize>,
    /// Waves and the relations that some school was asked in them.
    pub(super) asked: BTreeSet<(u32, u32)>,
}

impl Tally {
    pub fn add(&mut self, other: &Self) {
        self.strangers += other.strangers;
        self.impossible += other.impossible;
        self.networks += other.networks;
        for (wave, rosters) in &other.rosters {
            *self.rosters.entry(*wave).or_default() += rosters;
        }
        self.asked.extend(&other.asked);
    }

    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if self.strangers > 0 {
            let n = self.strangers;
            let (persons, are) = if n == 1 {
                ("person", "is")
            } else {
                ("persons", "are")
            };
            warnings.push(format!(
                "{n} {persons} in ties.csv {are} not in persons.csv for that school and wave; counted as on the \
                 roster, without an answer"
            ));
        }
        let rosters = |wave: &u32| self.rosters.get(wave).copied().unwrap_or_default();
        let could: usize = self.asked.iter().map(|(wave, _)| rosters(wave)).sum();
        let unasked = could.saturating_sub(self.networks);
        if unasked > 0 {
            warnings.push(format!(
                "networks taken as not asked, because ties.csv has no row of them while others in their wave have: \
                 {unasked} (if nobody named anyone, list one pair with value 0)"
            ));
        }
        if self.impossible > 0 {
            let impossible = self.impossible;
            warnings.push(format!(
                "rows of ties.csv left out because one of the two was not on the roster (present = 0): {impossible}"
            ));
        }
        warnings
    }
}

/// Where everything stands; what is missing is the study around it.
pub(super) struct Parts {
    strict: bool,
    persons: Table,
    person_columns: PersonColumns,
    person_runs: HashMap<String, Vec<Run>>,
    ties_path: PathBuf,
    ties: Table,
    tie_columns: TieColumns,
    tie_runs: HashMap<String, Run>,
    encoding: &'static Encoding,
}

/// A study that is read school by school.
#[derive(Debug)]
pub struct StudyStream {
    /// Everything but rosters and ties; its schools are all schools, in order.
    pub study: StudyFolder,
    strict: bool,
    persons: Table,
    person_columns: PersonColumns,
    /// By school, in their order.
    person_runs: Vec<Vec<Run>>,
    ties_path: PathBuf,
    ties: Table,
    tie_columns: TieColumns,
    tie_runs: Vec<Option<Run>>,
    encoding: &'static Encoding,
}

/// One school of a stream.
#[derive(Debug)]
pub struct Part {
    /// With this school alone, and the waves and relations of the whole study.
    pub records: Records,
    pub tally: Tally,
    faults: PartFaults,
}

/// Faults in the order in which a study that is read at once would tell them.
#[derive(Debug, Default)]
pub struct PartFaults {
    persons: Faults,
    ties: Faults,
}

impl PartFaults {
    pub fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.ties.is_empty()
    }

    pub fn add(&mut self, other: Self) {
        let place = |fault: &Fault| (fault.code == "pair_twice", fault.line);
        self.persons.merge_by_key(other.persons, place);
        self.ties.merge_by_key(other.ties, place);
    }

    pub fn told(self) -> Faults {
        let mut told = self.persons;
        told.append(self.ties);
        told
    }
}

impl Part {
    /// The faults of this school, taken out.
    pub fn take_faults(&mut self) -> PartFaults {
        std::mem::take(&mut self.faults)
    }
}

impl Reading {
    /// Looks through both files for where each school stands, and keeps the persons. `None` where everything is to be read as a
    /// whole.
    pub(super) fn stream(
        &mut self,
        persons: &mut Option<Vec<u8>>,
        ties_path: &Path,
        in_any_order: usize,
        faults: &mut Faults,
    ) -> Option<Parts> {
        // A file that cannot be read says so when it is read as a whole.
        let found = Scan::new(ties_path, in_any_order, UTF_8)
            .and_then(|scan| match scan.run()? {
                Found::OtherText => Scan::new(ties_path, in_any_order, WINDOWS_1252)?.run(),
                found => Ok(found),
            })
            .ok()?;
        let scan = match found {
            Found::Whole | Found::OtherText => return None,
            Found::Parts(scan) => scan,
        };
        let (ties, tie_columns) = scan.table?;
        let none = &mut Faults::default();
        let header_end = persons.as_ref()?.iter().position(|byte| *byte == b'\n')?;
        let header = Table::open("persons.csv", &persons.as_ref()?[..header_end], none)?;
        PersonColumns::of(&header, none)?;
        let persons = Table::open_owned("persons.csv", persons.take()?, none)?;
        let person_columns = PersonColumns::of(&persons, none)?;
        let person_runs = self.person_runs(&persons, &person_columns, faults);
        for relation in &scan.relations {
            self.relations.number(relation);
        }
        for school in scan.runs.keys() {
            self.schools.number(school);
        }
        let mut tie_runs = scan.runs;
        if let Some(fault) = scan.fault {
            faults.push(fault);
            // Where the rows of a school are apart, nothing more can be said of them.
            tie_runs.clear();
        }
        Some(Parts {
            strict: self.strict,
            persons,
            person_columns,
            person_runs,
            ties_path: ties_path.to_owned(),
            ties,
            tie_columns,
            tie_runs,
            encoding: scan.encoding,
        })
    }

    /// Where each school stands in `persons.csv`, in any order. Rows with a fault belong to the school before them.
    fn person_runs(
        &mut self,
        table: &Table,
        columns: &PersonColumns,
        faults: &mut Faults,
    ) -> HashMap<String, Vec<Run>> {
        let (text, first_line) = table.body();
        let mut runs: Vec<(u32, Run)> = Vec::new();
        let (mut schools, mut waves) = (Last::default(), Last::default());
        let mut own_faults = Faults::default();
        table.each_row_of(text, first_line, &mut own_faults, |row, _| {
            let cells = [&columns.school, &columns.wave].map(|column| row.text(column));
            let [Some(school), Some(wave)] = cells else {
                return;
            };
            let school = schools.of(school, |word| self.schools.number(word));
            waves.of(wave, |word| self.waves.number(word));
            let (mut from, mut line) = (0, first_line);
            if let Some((last, before)) = runs.last_mut() {
                if *last == school {
                    return;
                }
                (from, line) = (row.start as u64, row.line);
                before.to = from;
            }
            let to = text.len() as u64;
            runs.push((school, Run { from, to, line }));
        });
        if runs.is_empty() {
            if own_faults.is_empty() {
                own_faults.push(nobody());
            }
            faults.append(own_faults);
        }
        let mut by_school: HashMap<String, Vec<Run>> = HashMap::new();
        for (school, run) in runs {
            let key = &self.schools.words[school as usize];
            match by_school.get_mut(key) {
                Some(runs) => runs.push(run),
                None => {
                    by_school.insert(key.clone(), vec![run]);
                }
            }
        }
        by_school
    }
}

impl Parts {
    /// The stream, or every fault there is when the files around it have some.
    pub(super) fn with(
        mut self,
        study: StudyFolder,
        around: Faults,
    ) -> Result<StudyStream, Faults> {
        let schools = &study.records.schools;
        let person_runs = schools
            .iter()
            .map(|school| self.person_runs.remove(&school.key).unwrap_or_default())
            .collect();
        let tie_runs = schools
            .iter()
            .map(|school| self.tie_runs.remove(&school.key))
            .collect();
        let stream = StudyStream {
            study,
            strict: self.strict,
            persons: self.persons,
            person_columns: self.person_columns,
            person_runs,
            ties_path: self.ties_path,
            ties: self.ties,
            tie_columns: self.tie_columns,
            tie_runs,
            encoding: self.encoding,
        };
        if around.is_empty() {
            return Ok(stream);
        }
        let mut faults = PartFaults::default();
        if let Ok(mut source) = stream.source() {
            for school in 0..stream.study.records.schools.len() {
                if let Ok(mut part) = stream.part(school, &mut source) {
                    faults.add(part.take_faults());
                }
            }
        }
        let mut told = faults.told();
        told.append(around);
        Err(told)
    }
}

/// An open `ties.csv`; every worker has its own.
#[derive(Debug)]
pub struct Source {
    file: File,
    bytes: Vec<u8>,
}

impl StudyStream {
    pub fn source(&self) -> io::Result<Source> {
        Ok(Source {
            file: File::open(&self.ties_path)?,
            bytes: Vec::new(),
        })
    }

    /// Every column of facts about people.
    pub fn fact_columns(&self) -> Vec<String> {
        let mut columns = vec!["role".to_owned(), "groups".to_owned()];
        columns.extend(self.person_columns.others());
        columns.sort_by_key(|name| (name != "role", name != "groups", name.clone()));
        columns
    }

    /// How many bytes of ties a school has: a measure of the work it makes.
    pub fn weight(&self, school: usize) -> u64 {
        self.tie_runs[school].map_or(0, |run| run.to - run.from)
    }

    /// Everything of one school, by its place among the schools.
    pub fn part(&self, school: usize, source: &mut Source) -> io::Result<Part> {
        let whole = &self.study.records;
        let mut reading = Reading {
            strict: self.strict,
            waves: Words::of(&whole.waves),
            relations: Words::of(&whole.relations),
            ..Reading::default()
        };
        reading.schools.number(&whole.schools[school].key);
        let mut faults = PartFaults::default();
        let (text, _) = self.persons.body();
        for run in &self.person_runs[school] {
            let place = |byte: u64| usize::try_from(byte).unwrap_or(text.len());
            let rows = &text[place(run.from)..place(run.to)];
            reading.persons_of(
                &self.persons,
                &self.person_columns,
                (rows, run.line),
                &mut faults.persons,
            );
        }
        reading.settle();
        let mut text = Cow::Borrowed("");
        let mut line = 0;
        if let Some(run) = self.tie_runs[school] {
            let length = usize::try_from(run.to - run.from).map_err(io::Error::other)?;
            source.bytes.resize(length, 0);
            source.file.seek(SeekFrom::Start(run.from))?;
            source.file.read_exact(&mut source.bytes)?;
            text = decoded(&source.bytes, self.encoding)
                .ok_or_else(|| io::Error::other("ties.csv was changed while it was read"))?;
            line = run.line;
        }
        reading.ties_of(
            &self.ties,
            &self.tie_columns,
            (&text, line),
            usize::MAX,
            &mut faults.ties,
        );
        let tally = std::mem::take(&mut reading.tally);
        let mut records = reading.records();
        for own in &mut records.schools {
            own.attributes = whole.schools[school].attributes.clone();
        }
        Ok(Part {
            records,
            tally,
            faults,
        })
    }
}
