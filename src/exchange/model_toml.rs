//! `model.toml`: the mixed model that is fitted to `scores.csv`.
//!
//! ```toml
//! outcome = "score"
//! fixed = ["t1", "t2", "weight", "t2:weight"]     # columns, and products of columns; the constant is always there
//! categories = ["class_type"]                     # columns of numbers that are names; `weight` always is
//! random = [
//!   { group = "school", slopes = ["t1", "t2"] },  # what schools differ in besides their level, all correlated
//!   { group = "pupil" },                          # a key counts within its school; crossed = true: the same in every school
//! ]
//! method = "REML"                                 # or "ML"
//! df = "satterthwaite"                            # or "kenward_roger", for up to 5,000 rows
//! effect = "t2 - t1"                              # a slope or a difference of two: the effect of each school, for school_effects.csv
//! ```
//! Of columns that are not numbers each word is a category, compared with the first in the order of the bytes. From a column
//! `month` (since the start, negative before it) follow `s` (months / 12), `c` (the same after the start, 0 before it) and
//! `step` (1 after the start). Several models stand as `[[model]]`, each with a `name`.

use std::collections::BTreeSet;

use schakel_analysis::multilevel::Criterion;
use serde::Deserialize;
use toml::Spanned;

use crate::domain::fault::Faults;
use crate::evaluation::models::{DegreesOfFreedom, ModelDefinition, ModelFault, Place, RandomPart};

use super::scales_toml::{fault_at, parse};

/// What the file said, with the places where it did.
#[derive(Debug, Clone, Default)]
pub struct ModelFile {
    file: String,
    text: String,
    pub models: Vec<WrittenModel>,
}

#[derive(Debug, Clone)]
pub struct WrittenModel {
    pub definition: ModelDefinition,
    whole: usize,
    outcome: usize,
    fixed: Vec<usize>,
    categories: Vec<usize>,
    /// Of each group, and of its slopes.
    random: Vec<(usize, Vec<usize>)>,
    effect: usize,
}

impl WrittenModel {
    fn at(&self, place: Place) -> usize {
        let known = match place {
            Place::Whole => Some(self.whole),
            Place::Outcome => Some(self.outcome),
            Place::Fixed(i) => self.fixed.get(i).copied(),
            Place::Category(i) => self.categories.get(i).copied(),
            Place::Group(i) => self.random.get(i).map(|part| part.0),
            Place::Slope(i, k) => self.random.get(i).and_then(|part| part.1.get(k)).copied(),
            Place::Effect => Some(self.effect),
        };
        known.unwrap_or(self.whole)
    }
}

impl ModelFile {
    /// What is wrong with a model, at its word in the file.
    pub fn tell(&self, model: &WrittenModel, fault: &ModelFault, faults: &mut Faults) {
        faults.push(fault_at(
            &self.file,
            &self.text,
            model.at(fault.place),
            fault.code,
            &fault.message,
            &fault.way_out,
        ));
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Several {
    model: Vec<Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: Option<Spanned<String>>,
    outcome: Spanned<String>,
    #[serde(default)]
    fixed: Vec<Spanned<String>>,
    #[serde(default)]
    categories: Vec<Spanned<String>>,
    random: Option<Vec<Spanned<WrittenPart>>>,
    method: Option<Spanned<String>>,
    df: Option<Spanned<String>>,
    effect: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPart {
    group: Spanned<String>,
    #[serde(default)]
    slopes: Vec<Spanned<String>>,
    #[serde(default)]
    crossed: bool,
}

/// All models of the file, or a fault at each place that cannot be.
pub fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> ModelFile {
    let several = std::str::from_utf8(bytes)
        .is_ok_and(|text| text.lines().any(|line| line.trim() == "[[model]]"));
    let (text, written) = if several {
        let Some((text, several)) = parse::<Several>(file, bytes, faults) else {
            return ModelFile::default();
        };
        let entries = several.model.into_iter();
        let written = entries.map(|entry| (entry.span().start, entry.into_inner()));
        (text, written.collect::<Vec<_>>())
    } else {
        let Some((text, one)) = parse::<Written>(file, bytes, faults) else {
            return ModelFile::default();
        };
        (text, vec![(0, one)])
    };
    let mut wrong = |at: usize, code, message: String, way_out: &str| {
        faults.push(fault_at(file, &text, at, code, message, way_out));
    };
    let mut names: BTreeSet<String> = BTreeSet::new();
    let mut models = Vec::new();
    for (whole, entry) in written {
        let name = match &entry.name {
            Some(name) => name.get_ref().trim().to_owned(),
            None => "model".to_owned(),
        };
        let at = entry.name.as_ref().map_or(whole, |name| name.span().start);
        if RESERVED.contains(&name.as_str()) || name.is_empty() {
            let message = format!("`{name}` cannot be the name of a model here");
            wrong(at, "name_taken", message, "give it another name");
        } else if !names.insert(name.clone()) {
            let message = format!("there are two models `{name}`");
            wrong(
                at,
                "name_twice",
                message,
                "give each model a `name` of its own",
            );
        }
        models.extend(model(name, whole, entry, &mut wrong));
    }
    ModelFile {
        file: file.to_owned(),
        models,
        text,
    }
}

/// Models that are fitted without being asked for.
const RESERVED: [&str; 5] = [
    "growth",
    "growth_by_weight",
    "growth_by_share",
    "growth_by_school_weight",
    "growth_by_mathematics",
];

fn model(
    name: String,
    whole: usize,
    entry: Written,
    wrong: &mut impl FnMut(usize, &'static str, String, &str),
) -> Option<WrittenModel> {
    let method = match entry.method.as_ref().map(|word| word.get_ref().as_str()) {
        None => Criterion::Reml,
        Some(word) if word.eq_ignore_ascii_case("REML") => Criterion::Reml,
        Some(word) if word.eq_ignore_ascii_case("ML") => Criterion::Ml,
        Some(word) => {
            let at = entry
                .method
                .as_ref()
                .map_or(whole, |word| word.span().start);
            let message = format!("there is no method `{word}`");
            let way_out = "choose from: REML (for variances), ML (for comparing fixed terms)";
            wrong(at, "method_unknown", message, way_out);
            Criterion::Reml
        }
    };
    let df = match entry.df.as_ref().map(|word| word.get_ref().as_str()) {
        None | Some("satterthwaite") => DegreesOfFreedom::Satterthwaite,
        Some("kenward_roger") => {
            let at = entry.df.as_ref().map_or(whole, |word| word.span().start);
            if method == Criterion::Ml {
                let message = "Kenward-Roger degrees of freedom are of a REML fit".to_owned();
                let way_out = "write method = \"REML\", or df = \"satterthwaite\"";
                wrong(at, "df_not_of_ml", message, way_out);
            }
            DegreesOfFreedom::KenwardRoger
        }
        Some(word) => {
            let at = entry.df.as_ref().map_or(whole, |word| word.span().start);
            let message = format!("there are no degrees of freedom `{word}`");
            wrong(
                at,
                "df_unknown",
                message,
                "choose from: satterthwaite, kenward_roger",
            );
            DegreesOfFreedom::Satterthwaite
        }
    };
    for term in &entry.fixed {
        if term
            .get_ref()
            .split(':')
            .any(|factor| factor.trim().is_empty())
        {
            let message = format!("`{}` is no term", term.get_ref());
            let way_out = "write a column, or columns with a colon between them: t2, t2:weight";
            wrong(term.span().start, "term_invalid", message, way_out);
            return None;
        }
    }
    let random = entry.random.unwrap_or_default();
    if random.is_empty() {
        let message = "the model has no group whose units differ".to_owned();
        let way_out = "write random = [{ group = \"school\" }, { group = \"pupil\" }]";
        wrong(whole, "no_groups", message, way_out);
        return None;
    }
    let starts = |words: &[Spanned<String>]| words.iter().map(|word| word.span().start).collect();
    let words = |words: &[Spanned<String>]| {
        let words = words.iter().map(|word| word.get_ref().trim().to_owned());
        words.collect::<Vec<String>>()
    };
    let parts = random.iter().map(|part| part.get_ref());
    Some(WrittenModel {
        whole,
        outcome: entry.outcome.span().start,
        fixed: starts(&entry.fixed),
        categories: starts(&entry.categories),
        random: parts
            .clone()
            .map(|part| (part.group.span().start, starts(&part.slopes)))
            .collect(),
        effect: entry
            .effect
            .as_ref()
            .map_or(whole, |word| word.span().start),
        definition: ModelDefinition {
            name,
            outcome: entry.outcome.get_ref().trim().to_owned(),
            fixed: words(&entry.fixed),
            categories: words(&entry.categories),
            random: parts
                .map(|part| RandomPart {
                    group: part.group.get_ref().trim().to_owned(),
                    slopes: words(&part.slopes),
                    crossed: part.crossed,
                })
                .collect(),
            method,
            df,
            effect: entry.effect.map(|word| word.get_ref().trim().to_owned()),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_read_and_its_faults_have_their_place() {
        let mut faults = Faults::default();
        let text = b"outcome = \"score\"\nfixed = [\"t1\", \"t2:weight\"]\nrandom = [{ group = \"school\", slopes = [\"t1\"] }, { group = \"pupil\", crossed = true }]\n";
        let read_back = read("model.toml", text, &mut faults);
        assert!(faults.is_empty(), "{faults}");
        let definition = &read_back.models[0].definition;
        assert_eq!(
            definition.formula(),
            "score ~ t1 + t2:weight + (1 + t1 | school) + (1 | pupil)"
        );
        assert_eq!(
            (definition.method, definition.name.as_str()),
            (Criterion::Reml, "model")
        );
        assert!(definition.random[1].crossed && !definition.random[0].crossed);

        let text = b"[[model]]\nname = \"a\"\noutcome = \"score\"\nmethod = \"PQL\"\ndf = \"z\"\nrandom = [{ group = \"school\" }]\n\n[[model]]\nname = \"a\"\noutcome = \"score\"\nfixed = [\"t1:\"]\nrandom = []\n\n[[model]]\nname = \"growth\"\noutcome = \"score\"\nmethod = \"ML\"\ndf = \"kenward_roger\"\n";
        read("model.toml", text, &mut faults);
        let met: Vec<_> = faults
            .reported()
            .iter()
            .map(|fault| (fault.code, fault.line, fault.column))
            .collect();
        assert_eq!(
            met,
            [
                ("method_unknown", 4, 10),
                ("df_unknown", 5, 6),
                ("name_twice", 9, 8),
                ("term_invalid", 11, 10),
                ("name_taken", 15, 8),
                ("df_not_of_ml", 18, 6),
                ("no_groups", 14, 1)
            ]
        );

        let mut faults = Faults::default();
        read(
            "model.toml",
            b"outcome = \"score\"\nfxied = []\n",
            &mut faults,
        );
        assert_eq!(
            (faults.reported()[0].line, faults.reported()[0].column),
            (2, 1)
        );
    }
}
