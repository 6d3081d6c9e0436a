//! A study with its design and the instruments it is pinned to, as the verbs and the pages need it.

use std::collections::BTreeMap;

use crate::domain::id::StudyId;
use crate::domain::study::StudyDesign;
use crate::instrument::definition::Instrument;
use crate::instrument::library::Library;
use crate::storage::{StorageError, Tx, studies};

#[derive(Debug, Clone)]
pub struct Study {
    pub study_id: StudyId,
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
            design: stored.design,
            library,
        }))
    }

    /// The instruments someone with these roles answers in a wave, in the order of the design.
    pub fn due(&self, wave: &str, roles: &[String]) -> Vec<&Instrument> {
        self.design
            .due(wave, roles)
            .into_iter()
            .filter_map(|row| self.library.get(&row.instrument))
            .collect()
    }

    /// Roster item to the relation it asks about.
    pub fn relation_of(&self) -> BTreeMap<String, String> {
        self.library
            .iter()
            .flat_map(|instrument| instrument.roster_relations())
            .map(|(item, relation)| (item.to_owned(), relation.to_owned()))
            .collect()
    }
}
