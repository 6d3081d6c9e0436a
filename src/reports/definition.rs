//! What each number of the research desk is: formula, direction, what missing answers do to it, where it comes from and
//! what it was held against. The words stand in the locale under `define-NAME`; here is what both languages share.

mod networks;
mod schools;

use crate::locale::Words;

#[derive(Debug, Clone, Copy)]
pub struct Definition {
    pub name: &'static str,
    pub kind: Kind,
    /// In Dutch and in English; mostly the same.
    formula: [&'static str; 2],
    source: [&'static str; 2],
    agrees: [&'static str; 2],
    missing: &'static str,
    direction: &'static str,
}

/// What a number is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Network,
    Data,
    Change,
    Actor,
    Scale,
    Effect,
    Contrast,
    Seen,
}

/// A definition in the reader's language; empty where there is nothing to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    pub what: String,
    pub formula: String,
    pub direction: String,
    pub missing: String,
    pub source: String,
    pub agrees: String,
}

pub fn of(name: &str) -> Option<&'static Definition> {
    all().find(|definition| definition.name == name)
}

impl Definition {
    pub fn told(&self, w: Words) -> Told {
        let own = |both: [&str; 2]| both[usize::from(w.tag() == "en")].to_owned();
        Told {
            name: w.t(&format!("measure-{}", self.name)),
            what: w.t(&format!("define-{}", self.name)),
            formula: own(self.formula),
            direction: w.t(&format!("define-direction-{}", self.direction)),
            missing: w.t(&format!("define-missing-{}", self.missing)),
            source: own(self.source),
            agrees: own(self.agrees),
        }
    }
}

const fn define(
    name: &'static str,
    kind: Kind,
    formula: [&'static str; 2],
    (source, agrees): ([&'static str; 2], [&'static str; 2]),
    (missing, direction): (&'static str, &'static str),
) -> Definition {
    Definition {
        name,
        kind,
        formula,
        source,
        agrees,
        missing,
        direction,
    }
}

/// In the order in which a study is read.
pub fn all() -> impl Iterator<Item = &'static Definition> {
    networks::OF_NETWORKS.iter().chain(&schools::OF_SCHOOLS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::language::Language;
    use crate::evaluation::{catalogue, change};

    #[test]
    fn every_definition_is_said_in_both_languages() {
        for language in Language::ALL {
            for definition in all() {
                let told = definition.told(Words(language));
                for text in [&told.name, &told.what, &told.direction, &told.missing] {
                    let unsaid = text.is_empty()
                        || text.starts_with("define-")
                        || text.starts_with("measure-");
                    assert!(!unsaid, "{}: {text}", definition.name);
                }
            }
        }
        let mut names: Vec<&str> = all().map(|one| one.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn what_the_plan_measures_is_defined_and_what_is_defined_can_be_measured() {
        for name in catalogue::PRINCIPAL {
            assert!(of(name).is_some(), "{name}");
        }
        for definition in all() {
            let known = match definition.kind {
                Kind::Network => catalogue::network_names().any(|name| name == definition.name),
                Kind::Change => change::MEASURES.contains(&definition.name),
                _ => true,
            };
            assert!(known, "{}", definition.name);
        }
    }
}
