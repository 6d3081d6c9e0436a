//! The table of pupils' weights: which categories there are, and how a file may spell them. A versioned file, because the rule
//! behind it has been replaced before and will be again.

use std::sync::OnceLock;

use serde::Deserialize;
use sha2::{Digest, Sha256};

const FILE: &str = include_str!("../../instruments/weights/pupil-weights.v1.toml");

/// One version of the table.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PupilWeights {
    pub key: String,
    pub version: u32,
    /// The last day of the rule.
    pub until: String,
    pub title: Title,
    /// The category whose share describes a school.
    pub composition: String,
    #[serde(rename = "category")]
    pub categories: Vec<Category>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub key: String,
    /// Other spellings of the same.
    pub also: Vec<String>,
    pub title: Title,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Title {
    pub nl: String,
    pub en: String,
}

/// The table, read once.
pub fn table() -> &'static PupilWeights {
    static TABLE: OnceLock<PupilWeights> = OnceLock::new();
    TABLE.get_or_init(|| toml::from_str(FILE).expect("the shipped table reads; a test holds it"))
}

impl PupilWeights {
    /// The category that is meant; a word that the table does not know is a category of its own.
    pub fn category<'w>(&'w self, written: &'w str) -> &'w str {
        let meant = self.categories.iter().find(|category| {
            category.key == written || category.also.iter().any(|other| other == written)
        });
        meant.map_or(written, |category| &category.key)
    }

    pub fn knows(&self, category: &str) -> bool {
        self.categories.iter().any(|known| known.key == category)
    }

    /// Name and version, as findings carry it.
    pub fn pin(&self) -> String {
        format!("{}.v{}", self.key, self.version)
    }

    pub fn hash(&self) -> String {
        let digest = Sha256::digest(FILE.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_one_category_and_strangers_are_their_own() {
        let table = table();
        let keys: Vec<&str> = table.categories.iter().map(|c| c.key.as_str()).collect();
        assert_eq!(keys, ["0.0", "0.3", "1.2"]);
        assert_eq!(table.category("0,3"), "0.3");
        assert_eq!(table.category("0"), "0.0");
        assert_eq!(table.category("0.9"), "0.9");
        assert!(table.knows("1.2") && !table.knows("0.9"));
        assert!(table.knows(&table.composition));
        let all = table.categories.iter();
        let mut spellings: Vec<&String> = all.flat_map(|c| c.also.iter().chain([&c.key])).collect();
        let n = spellings.len();
        spellings.sort();
        spellings.dedup();
        assert_eq!(spellings.len(), n, "one spelling means one category");
        assert_eq!(table.pin(), "pupil-weights.v1");
        assert_eq!(table.hash().len(), 64);
    }
}
