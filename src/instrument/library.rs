//! The instruments a study can use: those that ship with the program, and the study's own files.

use std::collections::BTreeMap;

use super::definition::Instrument;
use super::parse::parse;
use crate::domain::fault::Fault;

/// File name and content of every instrument that ships with the program.
pub const SHIPPED: [(&str, &str); 5] = [
    (
        "attitude.v1.toml",
        include_str!("../../instruments/attitude.v1.toml"),
    ),
    (
        "background.v1.toml",
        include_str!("../../instruments/background.v1.toml"),
    ),
    (
        "culture.v1.toml",
        include_str!("../../instruments/culture.v1.toml"),
    ),
    (
        "leadership.v1.toml",
        include_str!("../../instruments/leadership.v1.toml"),
    ),
    (
        "whole-network.v1.toml",
        include_str!("../../instruments/whole-network.v1.toml"),
    ),
];

/// Instruments by key, each with the text it was read from. A study holds one version of each.
#[derive(Debug, Clone, Default)]
pub struct Library(BTreeMap<String, (Instrument, String)>);

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

    /// Reads one more file; it takes the place of a version of the same instrument that was there.
    pub fn load(&mut self, file: &str, text: &str) -> Result<&Instrument, Vec<Fault>> {
        let instrument = parse(file, text)?;
        let key = instrument.key.clone();
        let entry = self
            .0
            .entry(key)
            .insert_entry((instrument, text.to_owned()));
        Ok(&entry.into_mut().0)
    }

    pub fn get(&self, key: &str) -> Option<&Instrument> {
        self.0.get(key).map(|(instrument, _)| instrument)
    }

    /// The text that an instrument was read from.
    pub fn file(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|(_, text)| text.as_str())
    }

    pub fn iter(&self) -> impl Iterator<Item = &Instrument> {
        self.0.values().map(|(instrument, _)| instrument)
    }
}
