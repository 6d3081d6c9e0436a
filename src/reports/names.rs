//! How a report calls what was measured, and writes numbers, in the reader's language.

use std::collections::BTreeMap;

use schakel_analysis::outcome::Undefined;

use crate::domain::language::{Language, Text};
use crate::evaluation::findings::Value;
use crate::locale::Words;

use super::sentence::{self, number};
use super::{scale_words, school::relation_name};

/// Names of outcomes: the title of a scale where there is one, the words of a measure, or the name that files carry.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    pub w: Words,
    pub titles: Option<&'a BTreeMap<String, Text>>,
}

impl Names<'_> {
    pub fn outcome(&self, key: &str) -> String {
        if let Some(title) = self.titles.and_then(|titles| titles.get(key)) {
            return title.say(self.w.0).to_owned();
        }
        measure(self.w, key)
    }

    pub fn relation(&self, key: &str) -> String {
        relation_name(self.w, key)
    }

    /// `density, T3, goals`
    pub fn of(&self, outcome: &str, wave: &str, relation: &str) -> String {
        let outcome = self.outcome(outcome);
        if relation.is_empty() {
            format!("{outcome}, {wave}")
        } else {
            format!("{outcome}, {wave}, {}", self.relation(relation))
        }
    }
}

/// A measure in words; one without words of its own goes by its technical name.
pub fn measure(w: Words, key: &str) -> String {
    let own = format!("measure-{key}");
    let said = w.t(&own);
    if said == own {
        key.replace('_', " ")
    } else {
        said
    }
}

/// A text that was written in English wherever it came from. Where the reader reads another language and there is no
/// translation, it is marked as English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fragment {
    pub text: String,
    pub english: bool,
}

impl Fragment {
    /// In the reader's own language.
    pub fn own(text: String) -> Self {
        Self {
            text,
            english: false,
        }
    }

    pub fn of(w: Words, text: &str) -> Self {
        if w.0 == Language::En {
            return Self::own(text.to_owned());
        }
        match translated(w, text) {
            Some(text) => Self::own(text),
            None => Self {
                text: text.to_owned(),
                english: true,
            },
        }
    }
}

/// Texts of the evaluation, with a hole where something was filled in, and the key of their translation.
const TEXTS: [(&str, &str); 17] = [
    ("the comparison of effect groups", "report-text-comparison"),
    (
        "{} schools of cohort {} in the choice of effect groups",
        "report-text-cohort",
    ),
    (
        "their last wave is not closed, or there are no pupil scores",
        "report-text-not-closed",
    ),
    ("outcome {} of the plan", "report-text-outcome"),
    (
        "there are no data on it in the closed waves",
        "report-text-no-data",
    ),
    ("{} member of school {}", "report-text-member"),
    ("{} members of school {}", "report-text-members"),
    (
        "refused research: answers not used, kept as someone whom others name",
        "report-text-refused",
    ),
    (
        "objected to being listed: kept without role, groups and answers, as someone whom others name",
        "report-text-objected",
    ),
    (
        "objected to being listed: left out of the list and of every tie, which leaves the networks of this school \
         incomplete",
        "report-text-left-out",
    ),
    (
        "structure indices of school {}, wave {}, relation {}",
        "report-text-structure",
    ),
    ("response {} is below {}", "report-text-response"),
    (
        "school {} from the school effects",
        "report-text-school-effects",
    ),
    (
        "school {} from the contrast of {}",
        "report-text-school-contrast",
    ),
    (
        "{} networks have a response below {}: read the bounds before the values",
        "report-text-bounds",
    ),
    (
        "1 network has a response below {}: read the bounds before the values",
        "report-text-bounds-one",
    ),
    (
        "the {} schools with the highest and the {} with the lowest unshrunken effect",
        "report-text-by-effect",
    ),
];

fn translated(w: Words, text: &str) -> Option<String> {
    if let Some(reason) = Undefined::ALL
        .into_iter()
        .find(|reason| reason.to_string() == text)
    {
        return Some(undefined(w, reason));
    }
    TEXTS.iter().find_map(|(pattern, key)| {
        let holes = holes(pattern, text)?;
        let mut args = fluent_bundle::FluentArgs::new();
        for (name, value) in ["a", "b", "c"].into_iter().zip(holes) {
            // A number that was written with a point.
            let value = match value.parse::<f64>() {
                Ok(_) if value.contains('.') => value.replace('.', ","),
                _ => value.to_owned(),
            };
            args.set(name, value);
        }
        Some(w.with(key, &args))
    })
}

/// What stands in the holes of a pattern, if the text is of this pattern.
fn holes<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut parts = pattern.split("{}");
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        let at = if part.is_empty() && parts.peek().is_none() {
            rest.len()
        } else {
            rest.find(part)?
        };
        found.push(&rest[..at]);
        rest = &rest[at + part.len()..];
    }
    rest.is_empty().then_some(found)
}

pub fn undefined(w: Words, why: Undefined) -> String {
    match w.0 {
        Language::En => why.to_string(),
        Language::Nl => w.t1("research-undefined", "why", scale_words::why(w, why)),
    }
}

pub fn value(w: Words, value: &Value) -> String {
    value.map_or_else(|why| undefined(w, why), |value| three(w, value))
}

pub fn three(w: Words, value: f64) -> String {
    number(w, value, 3)
}

pub fn optional(w: Words, value: Option<f64>) -> String {
    value.map(|value| three(w, value)).unwrap_or_default()
}

pub fn between(w: Words, ends: Option<(f64, f64)>) -> String {
    ends.map(|(lower, upper)| {
        w.t2(
            "report-between",
            "lower",
            three(w, lower),
            "upper",
            three(w, upper),
        )
    })
    .unwrap_or_default()
}

pub fn percent(w: Words, rate: f64) -> String {
    format!("{}\u{a0}%", w.decimal(rate * 100.0, 0))
}

/// As a table has it: the sign only where it is needed.
pub fn probability(w: Words, p: f64) -> String {
    let text = sentence::probability(w, p);
    text.strip_prefix("= ").map(str::to_owned).unwrap_or(text)
}

/// The value in the middle of sorted ones, the upper of the two where there are two.
pub fn middle(sorted: &[f64]) -> Option<f64> {
    sorted.get(sorted.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NL: Words = Words(Language::Nl);
    const EN: Words = Words(Language::En);

    #[test]
    fn english_reasons_are_said_in_dutch_or_marked() {
        let low = "response 0.45 is below 0.60";
        assert_eq!(Fragment::of(EN, low), Fragment::own(low.to_owned()));
        let said = Fragment::of(NL, low);
        assert!(
            !said.english && said.text.contains("0,45") && said.text.contains("0,60"),
            "{said:?}"
        );
        for (pattern, key) in TEXTS {
            let text = pattern.replace("{}", "7");
            let said = Fragment::of(NL, &text);
            assert!(!said.english && said.text != key, "{said:?}");
            assert_ne!(NL.t(key), EN.t(key));
        }
        assert!(Fragment::of(NL, "something else").english);
        assert!(Fragment::of(NL, "response 0.45 is below").english);
        let none = Fragment::of(NL, &Undefined::NoVariation.to_string());
        assert!(!none.english && none.text.starts_with("niet bepaald"));
        assert_eq!(
            holes(
                "school {} from the contrast of {}",
                "school a from the contrast of b@T1"
            ),
            Some(vec!["a", "b@T1"])
        );
    }
}
