//! What makes a report one that can be checked: a block that says from what it was made, and a seal over every byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::language::Language;
use crate::evaluation::findings::Findings;
use crate::evaluation::snapshot::of_bytes;

use super::whole_study::{Origin, WholeStudy};

/// Fingerprint of the sources that this program was built from.
pub const SOURCES: &str = env!("SCHAKEL_SOURCES");

/// From what a report was made: enough to make it again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Of this block.
    pub version: u32,
    pub language: Language,
    pub made_from: MadeFrom,
    pub program: String,
    pub sources: String,
    /// The same of the findings, in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub findings: Option<FindingsBlock>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MadeFrom {
    Folder {
        flags: Vec<String>,
    },
    Study {
        key: String,
    },
    /// The team's part of one school; nothing of other schools.
    School {
        study: String,
        key: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingsBlock {
    pub snapshot: String,
    pub plan: String,
    pub instruments: BTreeMap<String, String>,
    pub seed: u64,
    /// Fingerprint of everything that was found.
    pub hash: String,
    /// The plan itself.
    pub options: Value,
}

const VERSION: u32 = 1;
const OPENS: &str = "<template id=\"provenance\">";
const CLOSES: &str = "</template>";
const SEAL_OPENS: &str = "<code id=\"seal\">";
/// What stands in the place of the seal while it is made.
pub const NO_SEAL: &str = "0000000000000000000000000000000000000000000000000000000000000000";

impl Block {
    pub fn of_study(study: &WholeStudy<'_>) -> Self {
        let kept = &study.findings.provenance;
        Self {
            version: VERSION,
            language: study.words.0,
            made_from: match study.origin {
                Origin::Folder { flags } => MadeFrom::Folder {
                    flags: flags.to_vec(),
                },
                Origin::Collected(own) => MadeFrom::Study {
                    key: own.design.key.clone(),
                },
            },
            program: kept.program.clone(),
            sources: SOURCES.to_owned(),
            findings: Some(FindingsBlock {
                snapshot: kept.snapshot.clone(),
                plan: kept.plan.clone(),
                instruments: kept.instruments.clone(),
                seed: kept.seed,
                hash: findings_hash(study.findings),
                options: serde_json::to_value(study.plan)
                    .expect("plans are made of numbers, text and lists"),
            }),
        }
    }

    pub fn of_school(study: &str, school: &str, language: Language) -> Self {
        Self {
            version: VERSION,
            language,
            made_from: MadeFrom::School {
                study: study.to_owned(),
                key: school.to_owned(),
            },
            program: concat!("schakel ", env!("CARGO_PKG_VERSION")).to_owned(),
            sources: SOURCES.to_owned(),
            findings: None,
        }
    }

    /// As it stands in the page: an element that no browser shows, with nothing in it that could end it.
    pub fn written(&self) -> String {
        let text = serde_json::to_string(self).expect("a block is text, numbers and lists");
        let text = text
            .replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026");
        format!("{OPENS}{text}{CLOSES}")
    }

    /// The block of a page; `None` where this is no report, or the block is damaged.
    pub fn read(page: &str) -> Option<Self> {
        let (_, rest) = page.split_once(OPENS)?;
        let (text, _) = rest.split_once(CLOSES)?;
        let block: Self = serde_json::from_str(text).ok()?;
        (block.version == VERSION).then_some(block)
    }
}

pub fn findings_hash(findings: &Findings) -> String {
    let text = serde_json::to_string(findings).expect("findings are plain values with text keys");
    of_bytes(text.as_bytes())
}

/// Puts the seal in its place: the fingerprint of the page with noughts where the seal is.
pub fn sealed(page: &str) -> String {
    let seal = of_bytes(page.as_bytes());
    page.replacen(
        &format!("{SEAL_OPENS}{NO_SEAL}"),
        &format!("{SEAL_OPENS}{seal}"),
        1,
    )
}

/// Whether nothing in the page changed since it was sealed; `None` where there is no seal.
pub fn is_whole(page: &[u8]) -> Option<bool> {
    let opens = SEAL_OPENS.as_bytes();
    let at = page.windows(opens.len()).position(|part| part == opens)? + opens.len();
    let seal = page.get(at..at + NO_SEAL.len())?;
    let mut bare = page.to_vec();
    bare[at..at + NO_SEAL.len()].copy_from_slice(NO_SEAL.as_bytes());
    Some(of_bytes(&bare).as_bytes() == seal)
}

/// Where two pages differ: the headings of the parts that are not the same.
pub fn differing(made: &str, given: &str) -> Vec<String> {
    let (made, given) = (parts(made), parts(given));
    let mut names: Vec<&str> = made.iter().map(|(name, _)| *name).collect();
    for (name, _) in &given {
        if !names.contains(name) {
            names.push(name);
        }
    }
    let of = |parts: &[(&str, &str)], name: &str| -> Option<String> {
        let found = parts.iter().find(|(own, _)| *own == name);
        found.map(|(_, text)| (*text).to_owned())
    };
    names
        .into_iter()
        .filter(|name| of(&made, name) != of(&given, name))
        .map(str::to_owned)
        .collect()
}

/// The parts of a page by the id of their heading; what comes before the first is called `head`.
fn parts(page: &str) -> Vec<(&str, &str)> {
    const PART: &str = "<section aria-labelledby=\"";
    let mut found = Vec::new();
    let mut name = "head";
    let mut rest = page;
    while let Some((text, after)) = rest.split_once(PART) {
        found.push((name, text));
        name = after.split('"').next().unwrap_or_default();
        rest = after;
    }
    // What follows the last part is the foot of the page.
    match rest.split_once("<footer") {
        Some((text, foot)) => found.extend([(name, text), ("footer", foot)]),
        None => found.push((name, rest)),
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        let block = Block::of_school("s", "<eik>&", Language::Nl).written();
        let page = format!(
            "<h1>x</h1><section aria-labelledby=\"data\">12</section><section aria-labelledby=\"method\">m</section>\
             <footer>{block}{SEAL_OPENS}{NO_SEAL}</code></footer>\n"
        );
        sealed(&page)
    }

    #[test]
    fn every_flipped_byte_is_found() {
        let page = page();
        assert_eq!(is_whole(page.as_bytes()), Some(true));
        let block = Block::read(&page).expect("there is a block");
        assert_eq!(block, Block::of_school("s", "<eik>&", Language::Nl));
        assert!(!page.contains("<eik>"));
        for at in 0..page.len() {
            for bit in [1, 0x20] {
                let mut changed = page.clone().into_bytes();
                changed[at] ^= bit;
                assert_ne!(is_whole(&changed), Some(true), "byte {at}");
            }
        }
        let cut = &page.as_bytes()[..page.len() - 1];
        assert_ne!(is_whole(cut), Some(true));
        assert_eq!(is_whole(b"<p>no report</p>"), None);
    }

    #[test]
    fn differences_are_told_by_part() {
        let page = page();
        assert!(differing(&page, &page).is_empty());
        assert_eq!(differing(&page, &page.replace(">12<", ">13<")), ["data"]);
        let other = page.replace("<h1>x", "<h1>y").replace(">m<", ">n<");
        assert_eq!(differing(&page, &other), ["head", "method"]);
    }
}
