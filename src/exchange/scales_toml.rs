//! `scales.toml`: which items make a scale, and by what rule.
//!
//! ```toml
//! [scale]
//! usefulness = { items = ["a1", "a2", "a3"], reverse = ["a3"], needed = 2, min = 1, max = 5 }
//! ```
//! `reverse` may be left out; without `needed` every item must be answered. An instrument file will do as well: its own
//! scales are read.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::evaluation::scales::ScaleDefinition;

use crate::domain::fault::{Fault, Faults};
use crate::instrument;

use super::table::decode;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScalesFile {
    scale: BTreeMap<String, Spanned<ScaleEntry>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleEntry {
    items: Vec<String>,
    #[serde(default)]
    reverse: Vec<String>,
    needed: Option<usize>,
    min: f64,
    max: f64,
}

/// The scales of an instrument file.
fn of_instrument(file: &str, text: &str, faults: &mut Faults) -> Vec<ScaleDefinition> {
    match instrument::parse::parse(file, text) {
        Ok(instrument) => instrument
            .scales
            .into_iter()
            .map(|scale| ScaleDefinition {
                key: scale.key,
                items: scale.items,
                reverse: scale.reverse,
                needed: scale.needed,
                min: scale.minimum,
                max: scale.maximum,
            })
            .collect(),
        Err(found) => {
            found.into_iter().for_each(|fault| faults.push(fault));
            Vec::new()
        }
    }
}

/// All scales by key, or a fault at each place that cannot be.
pub fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> Vec<ScaleDefinition> {
    let instrument =
        decode(bytes).filter(|text| text.lines().any(|line| line.trim() == "[instrument]"));
    if let Some(text) = instrument {
        return of_instrument(file, &text, faults);
    }
    let Some((text, parsed)) = parse::<ScalesFile>(file, bytes, faults) else {
        return Vec::new();
    };
    let mut scales = Vec::new();
    for (key, entry) in parsed.scale {
        let at = entry.span().start;
        let ScaleEntry {
            items,
            reverse,
            needed,
            min,
            max,
        } = entry.into_inner();
        let distinct: BTreeSet<&String> = items.iter().collect();
        let stranger = reverse.iter().find(|item| !items.contains(item));
        let wrong = if items.is_empty() {
            Some((
                "has no items".to_owned(),
                "list the columns of items.csv that it consists of",
            ))
        } else if distinct.len() < items.len() {
            Some(("names an item twice".to_owned(), "list each item once"))
        } else if let Some(item) = stranger {
            Some((
                format!("reverses `{item}`, which is not one of its items"),
                "reverse only items of the scale",
            ))
        } else if !(min.is_finite() && max.is_finite() && min < max) {
            Some((
                format!("runs from {min} to {max}"),
                "give the lowest and the highest answer as min and max",
            ))
        } else if needed.is_some_and(|needed| needed == 0 || needed > items.len()) {
            let message = format!(
                "needs {} of its {} items",
                needed.unwrap_or_default(),
                items.len()
            );
            Some((message, "ask for at least one and at most all of them"))
        } else {
            None
        };
        if let Some((what, way_out)) = wrong {
            faults.push(fault_at(
                file,
                &text,
                at,
                "scale_impossible",
                format!("scale `{key}` {what}"),
                way_out,
            ));
            continue;
        }
        let needed = needed.unwrap_or(items.len());
        scales.push(ScaleDefinition {
            key,
            items,
            reverse,
            needed,
            min,
            max,
        });
    }
    scales
}

/// Text and value of a TOML file, or a fault with its position.
pub(super) fn parse<T: serde::de::DeserializeOwned>(
    file: &str,
    bytes: &[u8],
    faults: &mut Faults,
) -> Option<(String, T)> {
    let Some(text) = decode(bytes) else {
        faults.push(Fault::of_file(
            file,
            "not_text",
            "this is not a text file",
            "save it as plain text (UTF-8)",
        ));
        return None;
    };
    match toml::from_str(&text) {
        Ok(value) => Some((text, value)),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start);
            let message = error.message().trim().replace('\n', ", ");
            faults.push(fault_at(
                file,
                &text,
                at,
                "toml_invalid",
                message,
                "correct this place and try again",
            ));
            None
        }
    }
}

/// A fault at a byte of a text.
pub(super) fn fault_at(
    file: &str,
    text: &str,
    byte: usize,
    code: &'static str,
    message: impl Into<String>,
    hint: &str,
) -> Fault {
    let before = text.get(..byte).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let mut fault = Fault::of_file(file, code, message, hint);
    fault.line = before.matches('\n').count() as u64 + 1;
    fault.column = before[line_start..].chars().count() + 1;
    fault
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instrument_file_gives_its_scales() {
        let mut faults = Faults::default();
        let attitude = include_bytes!("../../instruments/attitude.v1.toml");
        let scales = read("scales.toml", attitude, &mut faults);
        assert!(faults.is_empty(), "{faults}");
        assert_eq!((scales.len(), scales[0].key.as_str()), (1, "attitude"));
        assert_eq!(scales[0].reverse, ["att_03", "att_04"]);
        assert!(read("scales.toml", b"[instrument]\nkey = 1\n", &mut faults).is_empty());
        assert!(!faults.is_empty());
    }

    #[test]
    fn a_scale_without_needed_wants_every_item() {
        let mut faults = Faults::default();
        let text = b"[scale]\nb = { items = [\"x\", \"y\"], min = 1, max = 5 }\na = { items = [\"z\"], reverse = [\"z\"], needed = 1, min = 0, max = 4 }\n";
        let scales = read("scales.toml", text, &mut faults);
        assert!(faults.is_empty(), "{faults}");
        assert_eq!(
            scales
                .iter()
                .map(|s| (s.key.as_str(), s.needed))
                .collect::<Vec<_>>(),
            [("a", 1), ("b", 2)]
        );
    }

    #[test]
    fn what_cannot_be_is_a_fault_at_its_place() {
        let mut faults = Faults::default();
        let text = b"[scale]\na = { items = [], min = 1, max = 5 }\nb = { items = [\"x\"], needed = 2, min = 1, max = 5 }\nc = { items = [\"x\"], reverse = [\"y\"], min = 1, max = 5 }\nd = { items = [\"x\"], min = 5, max = 5 }\ne = { items = [\"x\", \"x\"], min = 1, max = 5 }\n";
        assert_eq!(read("scales.toml", text, &mut faults), []);
        let places: Vec<_> = faults
            .reported()
            .iter()
            .map(|f| (f.line, f.column))
            .collect();
        assert_eq!(places, [(2, 5), (3, 5), (4, 5), (5, 5), (6, 5)]);
        let mut faults = Faults::default();
        read("scales.toml", b"[scale]\na = { itmes = [] }\n", &mut faults);
        let fault = &faults.reported()[0];
        assert_eq!(
            (fault.code, fault.line, fault.column),
            ("toml_invalid", 2, 7)
        );
    }
}
