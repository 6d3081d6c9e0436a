//! The instruments a study can use: those that ship with the program, and the study's own files.

use std::collections::BTreeMap;

use super::definition::Instrument;
use super::parse::parse;
use crate::domain::fault::Fault;

/// File name and content of every instrument that ships with the program.
pub const SHIPPED: [(&str, &str); 16] = [
    (
        "attitude.v1.toml",
        include_str!("../../instruments/attitude.v1.toml"),
    ),
    (
        "background.v1.toml",
        include_str!("../../instruments/background.v1.toml"),
    ),
    (
        "board-network.v1.toml",
        include_str!("../../instruments/board-network.v1.toml"),
    ),
    (
        "chain.v1.toml",
        include_str!("../../instruments/chain.v1.toml"),
    ),
    (
        "culture.v1.toml",
        include_str!("../../instruments/culture.v1.toml"),
    ),
    (
        "interview-guide.v1.toml",
        include_str!("../../instruments/interview-guide.v1.toml"),
    ),
    (
        "leadership-card-board.v1.toml",
        include_str!("../../instruments/leadership-card-board.v1.toml"),
    ),
    (
        "leadership-card-others.v1.toml",
        include_str!("../../instruments/leadership-card-others.v1.toml"),
    ),
    (
        "leadership-card-self.v1.toml",
        include_str!("../../instruments/leadership-card-self.v1.toml"),
    ),
    (
        "leadership.v1.toml",
        include_str!("../../instruments/leadership.v1.toml"),
    ),
    (
        "teachers-work.v1.toml",
        include_str!("../../instruments/teachers-work.v1.toml"),
    ),
    (
        "pupils.v1.toml",
        include_str!("../../instruments/pupils.v1.toml"),
    ),
    (
        "lvs-a.v1.toml",
        include_str!("../../instruments/lvs-a.v1.toml"),
    ),
    (
        "lvs-b.v1.toml",
        include_str!("../../instruments/lvs-b.v1.toml"),
    ),
    (
        "trainer-progress.v1.toml",
        include_str!("../../instruments/trainer-progress.v1.toml"),
    ),
    (
        "whole-network.v1.toml",
        include_str!("../../instruments/whole-network.v1.toml"),
    ),
];

/// Instruments by key and version, each with the text it was read from. A new version stands beside the old ones:
/// whoever began with one goes on with it.
#[derive(Debug, Clone, Default)]
pub struct Library(BTreeMap<String, BTreeMap<i64, (Instrument, String)>>);

impl Library {
    pub fn shipped() -> Self {
        let mut library = Self::default();
        for (file, text) in SHIPPED {
            library
                .load(file, text)
                .expect("the shipped instruments are read by a test");
        }
        library
    }

    /// Reads one more file; it takes the place of the same version of the same instrument.
    pub fn load(&mut self, file: &str, text: &str) -> Result<&Instrument, Vec<Fault>> {
        let instrument = parse(file, text)?;
        let (key, version) = (instrument.key.clone(), instrument.version);
        let entry = self
            .0
            .entry(key)
            .or_default()
            .entry(version)
            .insert_entry((instrument, text.to_owned()));
        Ok(&entry.into_mut().0)
    }

    /// The newest version.
    pub fn get(&self, key: &str) -> Option<&Instrument> {
        self.newest(key).map(|(instrument, _)| instrument)
    }

    pub fn version(&self, key: &str, version: i64) -> Option<&Instrument> {
        self.0
            .get(key)?
            .get(&version)
            .map(|(instrument, _)| instrument)
    }

    /// The text that the newest version was read from.
    pub fn file(&self, key: &str) -> Option<&str> {
        self.newest(key).map(|(_, text)| text.as_str())
    }

    /// The newest version of each.
    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.0.keys().filter_map(|key| self.get(key))
    }

    /// Every version of every instrument, with its text.
    pub fn all(&self) -> impl Iterator<Item = (&Instrument, &str)> {
        self.0
            .values()
            .flat_map(BTreeMap::values)
            .map(|(instrument, text)| (instrument, text.as_str()))
    }

    fn newest(&self, key: &str) -> Option<&(Instrument, String)> {
        self.0.get(key)?.values().next_back()
    }
}
