//! The data of a study as tables, a school at a time. Respondents carry keys that tell neither who it is nor who came
//! first; answers are there of closed windows only, of open ones how far everyone is.
//!
//! Two families of tables: those for a statistics program, one row per respondent and wave or per answer, and those that
//! `schakel analyse` reads (persons, ties, items, schools, scores). Rows stand in the order of their first columns.

mod board;
mod cells;
pub mod openings;
mod people;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::openings::{FirstSeen, first_seen};
use self::people::{Person, people};
use super::study::Study;
use crate::domain::language::Language;
use crate::domain::records::Records;
use crate::domain::roster::Unit;
use crate::domain::study::{StudyDesign, Subject};
use crate::instrument::definition::{Format, Instrument};
use crate::storage::audit::{self, Act};
use crate::storage::openings::{self as kept_openings, Opening};
use crate::storage::schools::School;
use crate::storage::windows::Window;
use crate::storage::{StorageError, Tx, export, records, schools, training_log, windows};

/// Cells of one row, in the order of the header.
pub type Row = Vec<String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Table {
    Respondents,
    Answers,
    /// All items of one instrument side by side.
    Wide(String),
    Texts,
    Nominations,
    /// Of the board's network, which is kept apart from the schools'.
    BoardNominations,
    Roster,
    Scales,
    Windows,
    Instruments,
    Persons,
    Ties,
    Items,
    Schools,
    Scores,
    /// What trainings come to, in numbers.
    Trainings,
}

impl Table {
    pub fn file(&self) -> String {
        let name = match self {
            Self::Respondents => "respondents",
            Self::Answers => "answers",
            Self::Wide(instrument) => return format!("answers_wide_{instrument}.csv"),
            Self::Texts => "texts",
            Self::Nominations => "nominations",
            Self::BoardNominations => "board_nominations",
            Self::Roster => "roster",
            Self::Scales => "scales",
            Self::Windows => "windows",
            Self::Instruments => "instruments",
            Self::Persons => "persons",
            Self::Ties => "ties",
            Self::Items => "items",
            Self::Schools => "schools",
            Self::Scores => "scores",
            Self::Trainings => "trainings",
        };
        format!("{name}.csv")
    }
}

/// What is exported: of all waves or of one, with labels in one language.
#[derive(Debug, Clone)]
pub struct Export {
    pub study: Arc<Study>,
    pub language: Language,
    /// Windows of the waves that are exported.
    pub windows: Vec<Window>,
    /// Cohorts whose every window is closed, exported or not: their pupils' scores are there.
    finished: BTreeSet<String>,
    /// Every school; then classes, raters and open groups, of which there are respondents and answers.
    pub schools: Vec<School>,
    /// Who names whom in the networks of the boards: few rows, and of no school.
    board: Vec<Row>,
    /// A row per school whose trainer keeps a log.
    trainings: Vec<Row>,
    /// Every window, exported or not, and what schools opened: a covariate.
    all_windows: Vec<Window>,
    opened: Vec<Opening>,
}

/// One school, ready to be written as any of the tables.
pub struct SchoolExport {
    school: School,
    people: Vec<Person>,
    /// As the evaluation reads it.
    records: Records,
    seen: Vec<FirstSeen>,
}

impl Export {
    pub async fn prepare(
        tx: &mut Tx,
        study: Arc<Study>,
        language: Language,
        wave: Option<&str>,
    ) -> Result<Self, StorageError> {
        let mut windows = windows::of_study(tx, study.study_id).await?;
        let open: BTreeSet<&String> = windows
            .iter()
            .filter(|window| window.closed_at.is_none())
            .map(|window| &window.cohort)
            .collect();
        let finished = windows
            .iter()
            .map(|window| &window.cohort)
            .filter(|cohort| !open.contains(cohort))
            .cloned()
            .collect();
        let all_windows = windows.clone();
        windows.retain(|window| wave.is_none_or(|wave| window.wave == wave));
        let board = board::nominations(tx, &study, &windows).await?;
        let schools = schools::of_study(tx, study.study_id).await?;
        let mut places = schools.clone();
        for kind in [Unit::Class, Unit::Raters, Unit::Group] {
            let parts = schools::parts_of_study(tx, study.study_id, kind).await?;
            places.extend(parts.into_iter().map(|part| part.unit));
        }
        places.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
        let participations = training_log::participations(tx, study.study_id).await?;
        Ok(Self {
            language,
            finished,
            board,
            trainings: cells::trainings(&schools, &participations),
            windows,
            schools: places,
            all_windows,
            opened: kept_openings::of_study(tx, study.study_id).await?,
            study,
        })
    }

    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![Table::Respondents, Table::Answers];
        let keys = self.study.library.iter().map(|instrument| &instrument.key);
        tables.extend(keys.cloned().map(Table::Wide));
        tables.extend([Table::Texts, Table::Nominations]);
        if !self.study.board_relation_of().is_empty() {
            tables.push(Table::BoardNominations);
        }
        tables.extend([
            Table::Roster,
            Table::Scales,
            Table::Windows,
            Table::Instruments,
            Table::Persons,
            Table::Ties,
            Table::Items,
            Table::Schools,
            Table::Scores,
            Table::Trainings,
        ]);
        tables
    }

    /// The table that is kept in a file of this name.
    pub fn table(&self, file: &str) -> Option<Table> {
        self.tables().into_iter().find(|table| table.file() == file)
    }

    pub fn header(&self, table: &Table) -> Row {
        let own: &[&str] = match table {
            Table::Respondents => &[
                "school",
                "wave",
                "respondent",
                "cohort",
                "role",
                "roles",
                "groups",
                "window",
                "class",
                "started_on",
                "seconds",
                "instruments",
            ],
            Table::Answers => &[
                "school",
                "wave",
                "respondent",
                "instrument",
                "item",
                "version",
                "value",
                "label",
                "missing",
            ],
            Table::Wide(_) => &["school", "wave", "respondent", "version"],
            Table::Texts => &[
                "school",
                "wave",
                "respondent",
                "instrument",
                "item",
                "version",
                "text",
            ],
            Table::Nominations => &["school", "wave", "relation", "ego", "alter", "value"],
            Table::BoardNominations => &["board", "wave", "relation", "ego", "alter", "value"],
            Table::Roster => &[
                "school",
                "wave",
                "respondent",
                "present",
                "role",
                "roles",
                "groups",
                "joined_on",
                "left_on",
            ],
            Table::Scales => &[
                "school",
                "wave",
                "respondent",
                "instrument",
                "scale",
                "version",
                "score",
                "answered",
                "needed",
                "missing",
            ],
            Table::Windows => &["cohort", "wave", "opens_at", "closes_at", "closed_at"],
            Table::Instruments => &[
                "instrument",
                "version",
                "hash",
                "title_nl",
                "title_en",
                "items",
                "asked_in",
                "asked_of",
                "about",
                "status",
                "source",
            ],
            Table::Persons => &[
                "school",
                "wave",
                "person",
                "role",
                "groups",
                "responded",
                "present",
            ],
            Table::Ties => &["school", "wave", "relation", "ego", "alter", "value"],
            Table::Items => &["school", "wave", "respondent", "seconds_per_item"],
            Table::Schools => &["school", "cohort"],
            Table::Scores => &["school", "pupil", "month", "score", "weight"],
            Table::Trainings => &[
                "school",
                "meetings",
                "present_of_team",
                "present_of_invited",
                "group_plans",
                "class_support",
            ],
        };
        let mut header: Row = own.iter().map(|name| (*name).to_owned()).collect();
        match table {
            Table::Wide(instrument) => {
                for item in self.items(instrument) {
                    header.extend([item.clone(), format!("{item}__missing")]);
                }
            }
            Table::Items => header.extend(self.scored_items()),
            Table::Schools => {
                header.extend(facts(&self.study));
                for wave in &self.study.design.waves {
                    let key = &wave.key;
                    header.extend([format!("opened_{key}"), format!("opened_{key}_days")]);
                }
            }
            _ => {}
        }
        header
    }

    /// Items of every version of an instrument, those of the newest first and in its order.
    fn items(&self, instrument: &str) -> Vec<String> {
        let mut versions: Vec<&Instrument> = self
            .study
            .library
            .all()
            .map(|(version, _)| version)
            .filter(|version| version.key == instrument)
            .collect();
        versions.reverse();
        let mut items: Vec<String> = Vec::new();
        for item in versions.iter().flat_map(|version| in_order(version)) {
            if !items.contains(item) {
                items.push(item.clone());
            }
        }
        items
    }

    /// Items of the scales that are asked of people, by name.
    fn scored_items(&self) -> Vec<String> {
        let mut items: Vec<String> = self
            .study
            .library
            .iter()
            .flat_map(|instrument| &instrument.scales)
            .flat_map(|scale| scale.items.iter().cloned())
            .collect();
        items.sort();
        items.dedup();
        items
    }

    /// Reads one of [`Export::schools`].
    pub async fn school(&self, tx: &mut Tx, school: &School) -> Result<SchoolExport, StorageError> {
        let mut data = export::of_school(
            tx,
            school,
            &self.windows,
            self.finished.contains(&school.cohort),
        )
        .await?;
        let people = people(self, school, &data)?;
        let marked = std::mem::take(&mut data.closed.members);
        data.closed.members = export::unmarked(marked, &data);
        let records = records::records(&data.closed, &self.study.design, &self.study.questions())?;
        Ok(SchoolExport {
            school: school.clone(),
            people,
            records,
            seen: first_seen(
                school.school_id,
                &school.cohort,
                &self.all_windows,
                &self.opened,
            ),
        })
    }

    /// The rows of a table about one school.
    pub fn rows(&self, table: &Table, school: &SchoolExport) -> Vec<Row> {
        // A class, raters or an open group answered questions and are no school that is analysed as one.
        let of_schools = matches!(
            table,
            Table::Nominations
                | Table::Ties
                | Table::Persons
                | Table::Items
                | Table::Schools
                | Table::Scores
        );
        if of_schools && Unit::of_key(&school.school.key) != Unit::School {
            return Vec::new();
        }
        let mut rows = match table {
            Table::Respondents => cells::respondents(self, school),
            Table::Answers => cells::answers(self, school),
            Table::Wide(instrument) => cells::wide(school, instrument, &self.items(instrument)),
            Table::Texts => cells::texts(school),
            Table::Roster => cells::roster(school),
            Table::Scales => cells::scales(self, school),
            Table::Nominations => cells::nominations(&school.records, true),
            Table::Ties => cells::nominations(&school.records, false),
            Table::Persons => cells::persons(&school.records),
            Table::Items => cells::items(&school.records, &self.scored_items()),
            Table::Schools => cells::facts(self, school, &facts(&self.study)),
            Table::Scores => cells::scores(&school.records),
            Table::Windows | Table::Instruments | Table::BoardNominations | Table::Trainings => {
                Vec::new()
            }
        };
        rows.sort();
        rows
    }

    /// The rows of a table that are about no school.
    pub fn rows_of_study(&self, table: &Table) -> Vec<Row> {
        let mut rows = match table {
            Table::BoardNominations => self.board.clone(),
            Table::Trainings => self.trainings.clone(),
            Table::Windows => cells::windows(&self.windows),
            Table::Instruments => cells::instruments(&self.study),
            _ => Vec::new(),
        };
        rows.sort();
        rows
    }
}

/// Items whose answers are facts of a school, by name.
pub fn facts(study: &Study) -> Vec<String> {
    let mut items: Vec<String> = study
        .library
        .iter()
        .filter(|instrument| is_about_the_school(&study.design, &instrument.key))
        .flat_map(|instrument| &instrument.items)
        .filter(|(_, item)| {
            !matches!(
                item.format,
                Format::Text { .. }
                    | Format::Roster { .. }
                    | Format::Date { .. }
                    | Format::Card { .. }
                    | Format::Multiple { .. }
            )
        })
        .map(|(key, _)| key.clone())
        .chain(study.design.facts.keys().cloned())
        .collect();
    items.sort();
    items.dedup();
    items
}

/// Items in the order of the pages on which they are asked.
fn in_order(instrument: &Instrument) -> impl Iterator<Item = &String> {
    instrument.pages.iter().flat_map(|page| &page.ask)
}

/// An instrument that only roles of one person answer is about the school, as the evaluation takes it.
fn is_about_the_school(design: &StudyDesign, instrument: &str) -> bool {
    let single = |role: &String| {
        design
            .roles
            .iter()
            .any(|known| known.key == *role && known.single)
    };
    design
        .collect
        .iter()
        .filter(|row| row.instrument == instrument)
        .any(|row| row.about == Subject::Own && row.roles.iter().all(single))
}

/// Keeps that data were taken out, by whom and which.
pub async fn record_release(
    tx: &mut Tx,
    act: &Act,
    study: &Study,
    what: &str,
) -> Result<(), StorageError> {
    audit::record(tx, act, "export", &study.design.key, what);
    Ok(())
}
