//! Hints about the wording of items, given when a file is saved. They are no faults: a reader decides.
//!
//! Two well-known troubles are looked for, by word lists and nothing more:
//! - **double negation**: two words of denial in one question, which a reader has to untie ("not ... without").
//!   "Not only" denies nothing and does not count.
//! - **double-barrelled**: a statement that is to be rated and joins two things with "and" or "or": who agrees with
//!   one and not with the other cannot answer. Only ratings are looked at; "and" between names of one thing is told too.

use super::definition::{Format, Instrument};
use crate::domain::language::Language;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    pub item: String,
    pub language: Language,
    pub trouble: Trouble,
    /// The words that gave rise to it.
    pub words: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    DoubleNegation,
    DoubleBarrelled,
}

impl Trouble {
    /// Its name among the words of the interface.
    pub fn key(self) -> &'static str {
        match self {
            Self::DoubleNegation => "hint-double-negation",
            Self::DoubleBarrelled => "hint-double-barrelled",
        }
    }
}

const DENY_NL: [&str; 15] = [
    "niet",
    "geen",
    "nooit",
    "niemand",
    "niets",
    "nergens",
    "noch",
    "zonder",
    "nauwelijks",
    "onmogelijk",
    "onnodig",
    "onvoldoende",
    "onbelangrijk",
    "oneens",
    "onterecht",
];
const DENY_EN: [&str; 19] = [
    "not",
    "no",
    "never",
    "nobody",
    "nothing",
    "nowhere",
    "none",
    "neither",
    "nor",
    "without",
    "hardly",
    "cannot",
    "impossible",
    "unnecessary",
    "insufficient",
    "unimportant",
    "disagree",
    "unable",
    "unlikely",
];
const JOIN_NL: [&str; 5] = ["en", "of", "en/of", "evenals", "alsmede"];
const JOIN_EN: [&str; 3] = ["and", "or", "and/or"];

pub fn hints(instrument: &Instrument) -> Vec<Hint> {
    let mut hints = Vec::new();
    for (key, item) in &instrument.items {
        for language in Language::ALL {
            let words = words(item.text.say(language));
            let mut hint = |trouble, words| {
                hints.push(Hint {
                    item: key.clone(),
                    language,
                    trouble,
                    words,
                });
            };
            let denied = denials(&words, language);
            if denied.len() > 1 {
                hint(Trouble::DoubleNegation, denied);
            }
            let joins: &[&str] = match language {
                Language::Nl => &JOIN_NL,
                Language::En => &JOIN_EN,
            };
            let joined: Vec<String> = words
                .iter()
                .filter(|word| joins.contains(&word.as_str()))
                .cloned()
                .collect();
            if matches!(item.format, Format::Rating(_)) && !joined.is_empty() {
                hint(Trouble::DoubleBarrelled, joined);
            }
        }
    }
    hints
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| {
            word.trim_matches(|c: char| !c.is_alphanumeric())
                .to_lowercase()
                .replace('’', "'")
        })
        .filter(|word| !word.is_empty())
        .collect()
}

fn denials(words: &[String], language: Language) -> Vec<String> {
    let (deny, only): (&[&str], &str) = match language {
        Language::Nl => (&DENY_NL, "alleen"),
        Language::En => (&DENY_EN, "only"),
    };
    words
        .iter()
        .enumerate()
        .filter(|(index, word)| {
            let denies = deny.contains(&word.as_str())
                || (language == Language::En && word.ends_with("n't"));
            denies && words.get(index + 1).is_none_or(|next| next != only)
        })
        .map(|(_, word)| word.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::parse::parse;

    fn of(nl: &str, en: &str) -> Vec<(Language, Trouble)> {
        let text = include_str!("../../instruments/culture.v1.toml")
            .replace("Bij ons op school worden de leerlingvolgsysteemresultaten in teamverband besproken", nl)
            .replace("At our school the results of the pupil monitoring system are discussed as a team", en);
        let instrument = parse("x.toml", &text).unwrap_or_else(|faults| panic!("{faults:#?}"));
        hints(&instrument)
            .into_iter()
            .filter(|hint| hint.item == "cult_03")
            .map(|hint| (hint.language, hint.trouble))
            .collect()
    }

    #[test]
    fn two_denials_and_two_things_in_one_are_told() {
        use Language::{En, Nl};
        use Trouble::{DoubleBarrelled, DoubleNegation};
        assert_eq!(
            of("Wij zijn het niet oneens", "We don't disagree."),
            [(Nl, DoubleNegation), (En, DoubleNegation)]
        );
        assert_eq!(of("Niet alleen nooit", "Not only never"), []);
        assert_eq!(
            of("Wij plannen en bespreken", "We plan, and/or discuss"),
            [(Nl, DoubleBarrelled), (En, DoubleBarrelled)]
        );
        assert_eq!(of("Wij eten geen ender", "We never land"), []);
    }

    #[test]
    fn what_is_not_rated_may_join_two_things() {
        let text = include_str!("../../instruments/background.v1.toml");
        let text = text.replace("Wie nam de beslissing", "Wie nam en droeg de beslissing");
        let instrument = parse("x.toml", &text).unwrap_or_else(|faults| panic!("{faults:#?}"));
        assert_eq!(hints(&instrument), []);
    }
}
