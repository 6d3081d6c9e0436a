//! The ledger of erasures outside the database: one line each, with a hash over itself and the line before it.

use chrono::{DateTime, SecondsFormat, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::domain::erasure::Entry;
use crate::domain::id::PersonId;
use crate::domain::study::Objection;

/// What the first line is hashed behind.
pub const BEFORE: [u8; 32] = [0; 32];

/// A ledger that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    pub entries: Vec<Entry>,
    /// The hash of its last line.
    pub end: [u8; 32],
    /// Bytes of whole lines. What stands behind them was cut off while it was written, and was told to nobody.
    pub whole: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    #[error("line {0} is no line of an erasure ledger")]
    NoEntry(usize),
    #[error("line {0} does not follow the line before it: it was changed, or one was taken away")]
    Broken(usize),
}

/// The line of an entry behind one with the hash `before`, and its own hash.
pub fn line(entry: &Entry, before: &[u8; 32]) -> (String, [u8; 32]) {
    let told = format!(
        "{}\t{}\t{}\t{}",
        entry.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        entry.study,
        entry.person_id,
        entry.policy.letter()
    );
    let hash = link(&told, before);
    (format!("{told}\t{}\n", hex(&hash)), hash)
}

fn link(told: &str, before: &[u8; 32]) -> [u8; 32] {
    let mut digest = Sha256::new();
    digest.update(before);
    digest.update(told.as_bytes());
    digest.finalize().into()
}

fn hex(hash: &[u8; 32]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn read(text: &str) -> Result<Log, LogFault> {
    let whole = text.rfind('\n').map_or(0, |end| end + 1);
    let mut log = Log {
        entries: Vec::new(),
        end: BEFORE,
        whole,
    };
    for (place, line) in text[..whole].lines().enumerate() {
        let number = place + 1;
        let (told, chain) = line.rsplit_once('\t').ok_or(LogFault::NoEntry(number))?;
        let entry = entry(told).ok_or(LogFault::NoEntry(number))?;
        log.end = link(told, &log.end);
        if hex(&log.end) != chain {
            return Err(LogFault::Broken(number));
        }
        log.entries.push(entry);
    }
    Ok(log)
}

fn entry(told: &str) -> Option<Entry> {
    let mut fields = told.split('\t');
    let at = DateTime::parse_from_rfc3339(fields.next()?).ok()?;
    let study = fields.next()?.to_owned();
    let person_id = PersonId(Uuid::parse_str(fields.next()?).ok()?);
    let policy = Objection::from_letter(fields.next()?)?;
    fields.next().is_none().then(|| Entry {
        study,
        person_id,
        policy,
        at: at.with_timezone(&Utc),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries() -> Vec<Entry> {
        (1..=3_u32)
            .map(|n| Entry {
                study: "focus".to_owned(),
                person_id: PersonId(Uuid::from_u128(u128::from(n))),
                policy: Objection::ALL[n as usize % 3],
                at: DateTime::from_timestamp(1_725_264_000, n * 1_000).unwrap(),
            })
            .collect()
    }

    fn written() -> String {
        let mut end = BEFORE;
        let mut text = String::new();
        for entry in &entries() {
            let (line, hash) = line(entry, &end);
            text.push_str(&line);
            end = hash;
        }
        text
    }

    #[test]
    fn what_was_written_is_read_and_half_a_line_is_none() {
        let text = written();
        let read_back = read(&text).unwrap();
        assert_eq!(read_back.entries, entries());
        let cut = read(&text[..text.len() - 7]).unwrap();
        assert_eq!(cut.entries, entries()[..2]);
        assert_eq!(read("").unwrap().end, BEFORE);
    }

    #[test]
    fn a_line_that_is_changed_taken_away_or_moved_is_found() {
        let text = written();
        let lines: Vec<&str> = text.lines().collect();
        let joined = |lines: &[&str]| lines.join("\n") + "\n";
        assert_eq!(
            read(&joined(&[lines[0], lines[2]])),
            Err(LogFault::Broken(2))
        );
        assert_eq!(
            read(&joined(&[lines[1], lines[0]])),
            Err(LogFault::Broken(1))
        );
        assert_eq!(
            read(&text.replacen("focus", "other", 1)),
            Err(LogFault::Broken(1))
        );
        assert_eq!(read("nothing\n"), Err(LogFault::NoEntry(1)));
    }
}
