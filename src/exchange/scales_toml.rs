//! `scales.toml`: which items make a scale, and by what rule.
//!
//! ```toml
//! [scale]
//! usefulness = { items = ["a1", "a2", "a3"], reverse = ["a3"], needed = 2, min = 1, max = 5 }
//! ```
//! `reverse` may be left out; without `needed` every item must be answered. An instrument file will do as well: its own
//! scales are read.
//!
//! `null` says what answers without any agreement would look like: `"rectangular"` (the default), `"slight_skew"` (published
//! for 5 to 11 options) or the share of answers on each option. `key` makes it a test: the right option of each item, in
//! their order; `items.csv` then holds the options that were chosen, `min` and `max` are the first and the last option, and
//! the score is the share that is right. `unanswered = "wrong"` (the default) or `"missing"`; `part_of` names the scale that
//! takes tests together of which every school took one.
//!
//! ```toml
//! [scale]
//! knowledge = { items = ["k1", "k2"], key = [2, 4], unanswered = "wrong", min = 1, max = 4 }
//! attitude = { items = ["a1", "a2"], min = 1, max = 5, null = [0.05, 0.15, 0.20, 0.35, 0.25] }
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::evaluation::scales::{NoAgreement, ScaleDefinition, TestKey};

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
    null: Option<NullEntry>,
    key: Option<Vec<i64>>,
    unanswered: Option<String>,
    part_of: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NullEntry {
    Name(String),
    Shares(Vec<f64>),
}

/// What is wrong, and what to do about it.
type Wrong = (String, &'static str);

/// The distribution without agreement, checked against the options that there are.
fn null_of(entry: Option<NullEntry>, scale: &ScaleDefinition) -> Result<NoAgreement, Wrong> {
    let null = match entry {
        None => return Ok(NoAgreement::Rectangular),
        Some(NullEntry::Shares(shares)) => NoAgreement::Stated(shares),
        Some(NullEntry::Name(name)) => match name.as_str() {
            "rectangular" => NoAgreement::Rectangular,
            "slight_skew" => NoAgreement::SlightSkew,
            _ => {
                return Err((
                    format!("has the null distribution `{name}`, which is not known"),
                    "write \"rectangular\", \"slight_skew\" or a list of shares",
                ));
            }
        },
    };
    let Some(options) = scale.n_options() else {
        return Err((
            "has a null distribution, but its answers do not lie one step apart".to_owned(),
            "leave out null, or give min and max as whole steps",
        ));
    };
    match null.distribution().variance(options) {
        Ok(_) => Ok(null),
        Err(fault) => Err((
            format!("has a null distribution that cannot be: {fault}"),
            "correct null, or leave it out",
        )),
    }
}

/// The key of a test, checked against its items and options.
fn key_of(
    right: Option<Vec<i64>>,
    unanswered: Option<&str>,
    scale: &ScaleDefinition,
) -> Result<Option<TestKey>, Wrong> {
    let Some(right) = right else {
        return match unanswered {
            None => Ok(None),
            Some(_) => Err((
                "says what an unanswered question counts, but has no key".to_owned(),
                "add key, or leave out unanswered",
            )),
        };
    };
    if right.len() != scale.items.len() {
        return Err((
            format!(
                "has a key of {} for {} items",
                right.len(),
                scale.items.len()
            ),
            "give the right option of each item, in their order",
        ));
    }
    if !scale.reverse.is_empty() {
        return Err((
            "reverses items of a test".to_owned(),
            "leave out reverse: an answer to a test is right or wrong",
        ));
    }
    let options = scale.min..=scale.max;
    if let Some(stranger) = right.iter().find(|own| !options.contains(&(**own as f64))) {
        return Err((
            format!(
                "has the right option {stranger}, which lies outside {} to {}",
                scale.min, scale.max
            ),
            "give min and max as the first and the last option",
        ));
    }
    let open_is_wrong = match unanswered {
        None | Some("wrong") => true,
        Some("missing") => false,
        Some(other) => {
            return Err((
                format!("counts an unanswered question as `{other}`"),
                "write unanswered = \"wrong\" or \"missing\"",
            ));
        }
    };
    Ok(Some(TestKey {
        right,
        open_is_wrong,
    }))
}

/// The scales of an instrument file.
fn of_instrument(file: &str, text: &str, faults: &mut Faults) -> Vec<ScaleDefinition> {
    match instrument::parse::parse(file, text) {
        Ok(instrument) => {
            let scales = instrument.scales.iter();
            scales
                .map(|scale| ScaleDefinition::of(&instrument, scale))
                .collect()
        }
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
            null,
            key: right,
            unanswered,
            part_of,
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
        let needed = needed.unwrap_or(items.len());
        let mut scale = ScaleDefinition {
            key,
            items,
            reverse,
            needed,
            min,
            max,
            part_of,
            ..ScaleDefinition::default()
        };
        let read = match wrong {
            Some(wrong) => Err(wrong),
            None => key_of(right, unanswered.as_deref(), &scale).and_then(|test| {
                scale.test = test;
                scale.null = null_of(null, &scale)?;
                Ok(())
            }),
        };
        match read {
            Ok(()) => scales.push(scale),
            Err((what, way_out)) => {
                let message = format!("scale `{}` {what}", scale.key);
                faults.push(fault_at(
                    file,
                    &text,
                    at,
                    "scale_impossible",
                    message,
                    way_out,
                ));
            }
        }
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
    fn a_key_makes_a_test_and_null_is_checked() {
        let read = |entry: &str| {
            let mut faults = Faults::default();
            let text =
                format!("[scale]\nk = {{ items = [\"x\", \"y\"], min = 1, max = 5, {entry} }}\n");
            let scales = read("scales.toml", text.as_bytes(), &mut faults);
            (scales, faults.to_string())
        };
        let (scales, told) = read("key = [2, 4], unanswered = \"missing\"");
        let test = scales[0].test.as_ref().unwrap();
        assert_eq!(
            (test.right.as_slice(), test.open_is_wrong),
            ([2, 4].as_slice(), false),
            "{told}"
        );
        let (scales, _) = read("null = [0.05, 0.15, 0.20, 0.35, 0.25]");
        assert_eq!(
            scales[0].null,
            NoAgreement::Stated(vec![0.05, 0.15, 0.20, 0.35, 0.25])
        );
        assert_eq!(
            read("null = \"slight_skew\"").0[0].null,
            NoAgreement::SlightSkew
        );
        for (entry, word) in [
            ("key = [2]", "a key of 1 for 2 items"),
            ("key = [2, 6]", "outside 1 to 5"),
            ("key = [2, 4], reverse = [\"x\"]", "right or wrong"),
            ("key = [2, 4], unanswered = \"half\"", "\"missing\""),
            ("unanswered = \"wrong\"", "has no key"),
            ("null = \"normal\"", "which is not known"),
            ("null = [0.5, 0.5]", "one share for each answer option"),
            (
                "null = [1.0, 0.0, 0.0, 0.0, 0.0]",
                "nothing is left to agree on",
            ),
            ("key = [2, 4], null = \"slight_skew\"", "5 to 11 options"),
        ] {
            let (scales, told) = read(entry);
            assert!(scales.is_empty() && told.contains(word), "{entry}: {told}");
        }
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
