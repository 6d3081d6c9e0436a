//! The fingerprint of what was evaluated: SHA-256 over canonical JSON lines, table by table.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::records::Records;

use super::plan::Plan;

/// The hash of records; equal records have equal hashes.
pub fn of_records(records: &Records) -> String {
    let mut hash = Lines::default();
    hash.line(&json!({"table": "waves", "keys": records.waves}));
    hash.line(&json!({"table": "relations", "keys": records.relations}));
    for school in &records.schools {
        hash.table("schools", school);
    }
    for roster in &records.rosters {
        let key = json!({"school": roster.school, "table": "rosters", "wave": roster.wave});
        hash.line(&key);
        for person in &roster.persons {
            hash.table("persons", person);
        }
        for (relation, listed) in roster.nominations.iter().enumerate() {
            let asked = listed.is_some();
            hash.line(&json!({"asked": asked, "relation": relation, "table": "nominations"}));
            // Millions of these: written by hand, keys in order, no tree in between.
            for nomination in listed.iter().flatten() {
                let value = nomination
                    .value
                    .map_or_else(|| "null".to_owned(), |value| format!("{value}"));
                hash.text.clear();
                let (alter, ego) = (nomination.alter, nomination.ego);
                let _ = write!(
                    hash.text,
                    "{{\"alter\":{alter},\"ego\":{ego},\"value\":{value}}}"
                );
                hash.close();
            }
        }
    }
    for sheet in &records.answers {
        hash.table("answers", sheet);
    }
    for pupil in &records.pupils {
        hash.table("pupils", pupil);
    }
    hash.finish()
}

/// The hash of a plan: of all that was decided before the records were looked at.
pub fn of_plan(plan: &Plan) -> String {
    let mut hash = Lines::default();
    hash.table("plan", plan);
    hash.finish()
}

/// The hash of a file as it came.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[derive(Default)]
struct Lines {
    hash: Sha256,
    text: String,
}

impl Lines {
    fn table(&mut self, name: &str, row: &impl Serialize) {
        let row = serde_json::to_value(row)
            .expect("records and plans are made of numbers, text and lists");
        self.line(&json!({"row": row, "table": name}));
    }

    fn line(&mut self, line: &Value) {
        self.text.clear();
        // A JSON object of this library keeps its keys sorted.
        let _ = write!(self.text, "{line}");
        self.close();
    }

    fn close(&mut self) {
        self.text.push('\n');
        self.hash.update(self.text.as_bytes());
    }

    fn finish(self) -> String {
        hex(&self.hash.finalize())
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::records::{NominationRecord, RosterRecord};

    #[test]
    fn a_hash_is_of_the_value() {
        let mut records = Records {
            waves: vec!["T1".into()],
            ..Records::default()
        };
        let before = of_records(&records);
        assert_eq!(before, of_records(&records.clone()));
        assert_eq!(before.len(), 64);
        records.waves[0] = "T2".into();
        assert_ne!(before, of_records(&records));
        let with = |value| {
            let nominations = vec![Some(vec![NominationRecord {
                ego: 0,
                alter: 1,
                value,
            }])];
            let roster = RosterRecord {
                nominations,
                ..RosterRecord::default()
            };
            of_records(&Records {
                rosters: vec![roster],
                ..Records::default()
            })
        };
        assert_ne!(with(Some(2.0)), with(Some(2.5)));
        assert_ne!(with(Some(2.0)), with(None));
        let plan = Plan::default();
        assert_ne!(
            of_plan(&plan),
            of_plan(&Plan {
                seed: 2,
                ..plan.clone()
            })
        );
        assert_eq!(
            of_bytes(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
