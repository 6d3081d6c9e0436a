//! The fingerprint of what was evaluated: SHA-256 over canonical JSON lines, table by table.

use std::fmt::{self, Write as _};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::domain::records::{AnswerSheet, PersonRecord, Records, RosterRecord};

use super::plan::Plan;

/// The hash of records; equal records have equal hashes.
pub fn of_records(records: &Records) -> String {
    let mut hash = Fingerprint::of_frame(records);
    let mut text = String::new();
    for roster in &records.rosters {
        text.clear();
        roster_lines(roster, roster.school, &mut text);
        hash.add(&text);
    }
    hash.finish(records)
}

/// The hash of records whose rosters come one after another, in their order.
#[derive(Debug)]
pub struct Fingerprint(Lines);

impl Fingerprint {
    /// Begins with what comes before the rosters.
    pub fn of_frame(records: &Records) -> Self {
        let mut hash = Lines::default();
        hash.line(&json!({"table": "waves", "keys": records.waves}));
        hash.line(&json!({"table": "relations", "keys": records.relations}));
        for school in &records.schools {
            hash.table("schools", school);
        }
        Self(hash)
    }

    /// What [`roster_lines`] wrote.
    pub fn add(&mut self, lines: &str) {
        self.0.hash.update(lines.as_bytes());
    }

    /// Ends with what comes after the rosters.
    pub fn finish(mut self, records: &Records) -> String {
        let mut text = String::new();
        for sheet in &records.answers {
            text.clear();
            sheet_line(sheet, &mut text);
            self.add(&text);
        }
        for unit in &records.units {
            self.0.table("units", unit);
        }
        for card in &records.cards {
            self.0.table("cards", card);
        }
        for pupil in &records.pupils {
            self.0.table("pupils", pupil);
        }
        for column in &records.scores.columns {
            self.0.table("scores", column);
        }
        self.0.finish()
    }
}

/// The lines of one roster of the school at this place. Of persons and nominations there are millions: they are written by
/// hand, keys in order, without a tree in between.
pub fn roster_lines(roster: &RosterRecord, school: usize, text: &mut String) {
    let wave = roster.wave;
    line(
        text,
        format_args!("{{\"school\":{school},\"table\":\"rosters\",\"wave\":{wave}}}"),
    );
    for person in &roster.persons {
        person_line(person, text);
    }
    for (relation, listed) in roster.nominations.iter().enumerate() {
        let asked = listed.is_some();
        line(
            text,
            format_args!("{{\"asked\":{asked},\"relation\":{relation},\"table\":\"nominations\"}}"),
        );
        for nomination in listed.iter().flatten() {
            text.push_str("{\"alter\":");
            whole(u64::from(nomination.alter), text);
            text.push_str(",\"ego\":");
            whole(u64::from(nomination.ego), text);
            text.push_str(",\"value\":");
            match nomination.value {
                None => text.push_str("null"),
                Some(value) if value.fract() == 0.0 && (0.5..1e9).contains(&value) => {
                    whole(value as u64, text);
                }
                Some(value) => {
                    let _ = write!(text, "{value}");
                }
            }
            text.push_str("}\n");
        }
    }
}

fn person_line(person: &PersonRecord, text: &mut String) {
    text.push_str("{\"row\":{\"attributes\":{");
    for (place, (name, value)) in person.attributes.iter().enumerate() {
        text.push_str(if place > 0 { "," } else { "" });
        quoted(name, text);
        text.push(':');
        quoted(value, text);
    }
    text.push_str("},\"groups\":[");
    for (place, group) in person.groups.iter().enumerate() {
        text.push_str(if place > 0 { "," } else { "" });
        quoted(group, text);
    }
    text.push_str("],\"key\":");
    quoted(&person.key, text);
    text.push_str(",\"present\":");
    text.push_str(if person.present { "true" } else { "false" });
    text.push_str(",\"responded\":");
    text.push_str(if person.responded { "true" } else { "false" });
    text.push_str(",\"role\":");
    match &person.role {
        Some(role) => quoted(role, text),
        None => text.push_str("null"),
    }
    text.push_str("},\"table\":\"persons\"}\n");
}

fn sheet_line(sheet: &AnswerSheet, text: &mut String) {
    text.push_str("{\"row\":{\"items\":{");
    for (place, (item, value)) in sheet.items.iter().enumerate() {
        text.push_str(if place > 0 { "," } else { "" });
        quoted(item, text);
        text.push(':');
        // A whole number stands here as the library writes it: 4 as 4.0.
        if value.fract() == 0.0 && (0.5..10.0).contains(&value) {
            whole(value as u64, text);
            text.push_str(".0");
        } else {
            let _ = write!(text, "{}", Value::from(value));
        }
    }
    text.push_str("},\"respondent\":");
    quoted(&sheet.respondent, text);
    let (school, wave) = (sheet.school, sheet.wave);
    let _ = write!(text, ",\"school\":{school}");
    if let Some(seconds) = sheet.seconds_per_item {
        let _ = write!(text, ",\"seconds_per_item\":{}", Value::from(seconds));
    }
    line(
        text,
        format_args!(",\"wave\":{wave}}},\"table\":\"answers\"}}"),
    );
}

fn line(text: &mut String, line: fmt::Arguments<'_>) {
    let _ = text.write_fmt(line);
    text.push('\n');
}

fn quoted(word: &str, text: &mut String) {
    if word
        .bytes()
        .any(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
    {
        let _ = write!(text, "{}", Value::from(word));
        return;
    }
    text.push('"');
    text.push_str(word);
    text.push('"');
}

fn whole(number: u64, text: &mut String) {
    if let (true, Ok(digit)) = (number < 10, u8::try_from(number)) {
        text.push(char::from(b'0' + digit));
    } else {
        let _ = write!(text, "{number}");
    }
}

/// The hash of a plan: of all that was decided before the records were looked at.
pub fn of_plan(plan: &Plan) -> String {
    let mut hash = Lines::default();
    hash.table("plan", plan);
    hash.finish()
}

/// The same of a plan that was written down.
pub fn of_plan_value(plan: &Value) -> String {
    let mut hash = Lines::default();
    hash.line(&json!({"row": plan, "table": "plan"}));
    hash.finish()
}

/// The hash of a file as it came.
pub fn of_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[derive(Debug, Default)]
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
        let person = PersonRecord {
            key: "zo\u{eb} \"z\"\n".into(),
            role: None,
            groups: vec!["a".into(), "b\\".into()],
            responded: true,
            present: false,
            attributes: [("age".to_owned(), "\u{1}30".to_owned())].into(),
        };
        let sheet = AnswerSheet {
            respondent: "zo\u{eb} \"z\"".into(),
            school: 3,
            wave: 1,
            items: [
                ("b\\", 4.0),
                ("a", 0.1),
                ("c", 0.0),
                ("d", -2.0),
                ("e", 12.0),
            ]
            .into_iter()
            .collect(),
            seconds_per_item: Some(3.25),
        };
        let mut by_hand = String::new();
        sheet_line(&sheet, &mut by_hand);
        let row = serde_json::to_value(&sheet).unwrap();
        let tree = json!({"row": row, "table": "answers"});
        assert_eq!(by_hand, format!("{tree}\n"));
        let mut by_hand = String::new();
        person_line(&person, &mut by_hand);
        let row = serde_json::to_value(&person).unwrap();
        let tree = json!({"row": row, "table": "persons"});
        assert_eq!(by_hand, format!("{tree}\n"));
        assert_eq!(
            of_bytes(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
