//! Whether the audit is as it was written: every line is hashed over the one before, so that whoever changes one has to
//! change all that follow, and then no longer has the end that was noted elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use super::audit::{self, BEFORE, Kept};
use super::{StorageError, Tx, sealed};

/// A line by its number and hash, kept outside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    pub number: i64,
    pub hash: Vec<u8>,
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.number)?;
        self.hash
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an anchor is the number of a line, a colon, and 64 hexadecimal characters")]
pub struct NoAnchor;

impl FromStr for Anchor {
    type Err = NoAnchor;

    fn from_str(text: &str) -> Result<Self, NoAnchor> {
        let (number, hex) = text.trim().split_once(':').ok_or(NoAnchor)?;
        if hex.len() != 64 || !hex.is_ascii() {
            return Err(NoAnchor);
        }
        let bytes = (0..64)
            .step_by(2)
            .map(|at| u8::from_str_radix(&hex[at..at + 2], 16));
        Ok(Self {
            number: number.parse().map_err(|_| NoAnchor)?,
            hash: bytes.collect::<Result<_, _>>().map_err(|_| NoAnchor)?,
        })
    }
}

/// The first thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("line {0} is not as it was written, or the line before it is not")]
    Changed(i64),
    #[error("line {0} is missing: the next one is {1}")]
    Missing(i64, i64),
    #[error("line {0} has no hash, and was written after hashes began")]
    NoHash(i64),
    #[error("line {0} is another than was noted: it, or a line before it, was changed")]
    OtherThanNoted(i64),
    #[error("the audit ends at line {1}, and line {0} was noted: lines were taken away")]
    TakenAway(i64, i64),
}

/// Goes along the lines in their order. It remembers one hash, however many lines there are.
pub struct Check {
    end: Anchor,
    /// No line after this one is without a hash.
    unchained: i64,
    anchors: BTreeMap<i64, Vec<Vec<u8>>>,
    pub lines: u64,
}

impl Check {
    pub fn new(unchained: i64, anchors: &[Anchor]) -> Self {
        let mut by_number: BTreeMap<i64, Vec<Vec<u8>>> = BTreeMap::new();
        for anchor in anchors {
            let hashes = by_number.entry(anchor.number).or_default();
            hashes.push(anchor.hash.clone());
        }
        Self {
            end: Anchor {
                number: 0,
                hash: BEFORE.to_vec(),
            },
            unchained,
            anchors: by_number,
            lines: 0,
        }
    }

    pub fn pass(&mut self, line: &Kept) -> Result<(), Fault> {
        let number = line.audit_id;
        if number <= self.end.number {
            return Err(Fault::Changed(number));
        }
        // A database that numbered the lines itself may have left numbers out, before there was a chain.
        let expected = self.end.number.max(self.unchained) + 1;
        if number > self.unchained && number != expected {
            return Err(Fault::Missing(expected, number));
        }
        let hash = line.link(&self.end.hash);
        match &line.chain {
            Some(kept) if *kept != hash => return Err(Fault::Changed(number)),
            Some(_) if number <= self.unchained => return Err(Fault::Changed(number)),
            None if number > self.unchained => return Err(Fault::NoHash(number)),
            _ => {}
        }
        if let Some(noted) = self.anchors.remove(&number)
            && noted.iter().any(|noted| *noted != hash)
        {
            return Err(Fault::OtherThanNoted(number));
        }
        self.end = Anchor { number, hash };
        self.lines += 1;
        Ok(())
    }

    /// The end of the audit, when every line has passed.
    pub fn ended(self) -> Result<(u64, Anchor), Fault> {
        match self.anchors.keys().find(|number| **number > 0) {
            Some(number) if *number <= self.end.number => {
                Err(Fault::Missing(*number, self.end.number))
            }
            Some(number) => Err(Fault::TakenAway(*number, self.end.number)),
            // The chain began with the line after those without one.
            None if self.unchained > 0 && self.end.number <= self.unchained => {
                Err(Fault::TakenAway(self.unchained + 1, self.end.number))
            }
            None => Ok((self.lines, self.end)),
        }
    }
}

/// Lines that are read at once.
const PIECE: i64 = 10_000;

/// The whole audit, read in pieces: how many lines it has and its end, or the first that does not fit.
pub async fn verify(
    tx: &mut Tx,
    anchors: &[Anchor],
) -> Result<Result<(u64, Anchor), Fault>, StorageError> {
    let mut check = Check::new(sealed::last_unchained(tx).await?, anchors);
    // Numbers begin at one: one that does not was put in.
    let mut after = i64::MIN;
    loop {
        let lines = audit::lines(tx, after, PIECE).await?;
        let Some(last) = lines.last() else {
            return Ok(check.ended());
        };
        after = last.audit_id;
        for line in &lines {
            if let Err(fault) = check.pass(line) {
                return Ok(Err(fault));
            }
        }
    }
}

/// The end of the audit as it is kept now: to be noted where nobody who can reach the database can.
pub async fn head(tx: &mut Tx) -> Result<Anchor, StorageError> {
    let (number, hash) = audit::end(tx).await?;
    Ok(Anchor { number, hash })
}
