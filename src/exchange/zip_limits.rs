//! What an archive from outside may come to. Every part of it is unpacked once and thrown away, and counted meanwhile: what its
//! directory says is believed only where it says too much.

use std::io::{BufRead, BufReader, Cursor, Read};

use serde::{Deserialize, Serialize};
use zip::ZipArchive;
use zip::result::ZipError;

/// What the parts may come to together.
const LARGEST_UNPACKED: u64 = 100 * 1024 * 1024;
const MOST_PARTS: usize = 1_000;

/// Why an archive is not read.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refused {
    /// It unpacks to far more than it should.
    TooLarge,
    /// It is locked with a password.
    Locked,
    /// It is damaged, or holds what no workbook holds.
    Unreadable(String),
}

impl From<ZipError> for Refused {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::InvalidPassword => Self::Locked,
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Self::Locked,
            other => Self::Unreadable(other.to_string()),
        }
    }
}

/// Goes through the whole archive within a fixed piece of memory.
pub fn check(bytes: &[u8]) -> Result<(), Refused> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    let told = archive.decompressed_size().unwrap_or_default();
    if archive.len() > MOST_PARTS || told > u128::from(LARGEST_UNPACKED) {
        return Err(Refused::TooLarge);
    }
    let mut left = LARGEST_UNPACKED;
    for index in 0..archive.len() {
        let part = archive.by_index(index)?;
        left -= size_of_part(part.take(left + 1))?;
        if left == 0 {
            return Err(Refused::TooLarge);
        }
    }
    Ok(())
}

/// How large a part is when unpacked, which declares no entities of its own: `<!D` begins a document type and nothing else.
fn size_of_part(part: impl Read) -> Result<u64, Refused> {
    let broken = |error: std::io::Error| Refused::Unreadable(error.to_string());
    let mut part = BufReader::with_capacity(64 * 1024, part);
    let mut size = 0;
    loop {
        let skipped = part.skip_until(b'<').map_err(broken)? as u64;
        if skipped == 0 {
            return Ok(size.min(LARGEST_UNPACKED));
        }
        let mut next = Vec::with_capacity(2);
        let read = part
            .by_ref()
            .take(2)
            .read_to_end(&mut next)
            .map_err(broken)?;
        size += skipped + read as u64;
        if next == b"!D" {
            return Err(Refused::Unreadable(
                "it declares a document type".to_owned(),
            ));
        }
    }
}
