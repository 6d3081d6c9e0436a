//! A study with its design and the instruments it is pinned to, as the verbs and the pages need it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::card::Rater;
use crate::domain::id::StudyId;
use crate::domain::study::{StudyDesign, Subject};
use crate::instrument::definition::Instrument;
use crate::instrument::library::Library;
use crate::storage::records::{Questions, RelationsAsked};
use crate::storage::{StorageError, Tx, studies};

#[derive(Debug, Clone)]
pub struct Study {
    pub study_id: StudyId,
    /// Raised by every change of the design or the instruments.
    pub revision: i64,
    pub design: StudyDesign,
    pub library: Library,
}

impl Study {
    pub async fn load(tx: &mut Tx, study_id: StudyId) -> Result<Option<Self>, StorageError> {
        let Some(stored) = studies::load(tx, study_id).await? else {
            return Ok(None);
        };
        let mut library = Library::default();
        for (key, file) in &stored.instruments {
            library
                .load(key, file)
                .map_err(|faults| StorageError::Inconsistent {
                    table: "instruments",
                    column: "file",
                    why: faults.first().map(ToString::to_string).unwrap_or_default(),
                })?;
        }
        Ok(Some(Self {
            study_id,
            revision: stored.revision,
            design: stored.design,
            library,
        }))
    }

    /// Whether it has people say what they see of a principal, statement by statement.
    pub fn asks_for_card(&self) -> bool {
        let asked = self.design.collect.iter();
        asked
            .filter_map(|row| self.library.get(&row.instrument))
            .any(|instrument| Rater::of_instrument(&instrument.key).is_some())
    }

    /// The instruments someone with these roles answers in a wave at a school or office, in the order of the design;
    /// without a place wherever it is asked.
    pub fn due(&self, place: Option<&str>, wave: &str, roles: &[String]) -> Vec<&Instrument> {
        let mut due: Vec<&Instrument> = Vec::new();
        for row in self.design.due(place, wave, roles) {
            // Someone in two roles answers an instrument once.
            if let Some(instrument) = self
                .library
                .get(&row.instrument)
                .filter(|i| due.iter().all(|known| known.key != i.key))
            {
                due.push(instrument);
            }
        }
        due
    }

    /// What is asked about relations, and in which waves.
    pub fn questions(&self) -> Questions {
        // The board's network is kept out of the schools'.
        Questions {
            schools: self.relations_asked(false),
            boards: self.relations_asked(true),
            pages: self.pages(),
        }
    }

    fn relations_asked(&self, about_board: bool) -> RelationsAsked {
        let mut in_wave: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let rows = self.design.collect.iter();
        for row in rows.filter(|row| (row.about == Subject::Board) == about_board) {
            // In whatever version: who answered one without it has told nothing of that relation.
            let versions = self.library.all().map(|(instrument, _)| instrument);
            for instrument in versions.filter(|i| i.key == row.instrument) {
                for wave in &row.waves {
                    let relations = instrument
                        .roster_relations()
                        .map(|(_, relation)| relation.to_owned());
                    in_wave.entry(wave.clone()).or_default().extend(relations);
                }
            }
        }
        RelationsAsked {
            relation_of: self.relations_where(about_board),
            in_wave,
        }
    }

    /// The items on each page of every version of the instruments.
    fn pages(&self) -> BTreeMap<(String, i64), Vec<Vec<String>>> {
        let all = self.library.all();
        all.map(|(instrument, _)| {
            let pages = instrument.pages.iter().map(|page| page.ask.clone());
            let version = (instrument.key.clone(), instrument.version);
            (version, pages.collect())
        })
        .collect()
    }

    /// Roster item to the relation it asks about, in whatever version it was asked.
    pub fn relation_of(&self) -> BTreeMap<String, String> {
        self.relations_where(false)
    }

    /// The same for what is asked about the board's network.
    pub fn board_relation_of(&self) -> BTreeMap<String, String> {
        self.relations_where(true)
    }

    fn relations_where(&self, about_board: bool) -> BTreeMap<String, String> {
        self.library
            .all()
            .map(|(instrument, _)| instrument)
            .filter(|instrument| self.design.is_about_board(&instrument.key) == about_board)
            .flat_map(|instrument| instrument.roster_relations())
            .map(|(item, relation)| (item.to_owned(), relation.to_owned()))
            .collect()
    }
}
