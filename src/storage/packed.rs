//! Text as it is kept where it is long and often replaced: a fifth of its size, so that keeping it holds nobody up who waits
//! for the same disk.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::StorageError;

/// Made where nobody waits for it, before a transaction begins.
#[derive(Debug, Clone)]
pub struct Packed(Vec<u8>);

impl Packed {
    pub fn of(text: &str) -> Self {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        packer
            .write_all(text.as_bytes())
            .expect("memory takes what is written");
        Self(packer.finish().expect("memory takes what is written"))
    }

    /// As it was packed by another process. Whether it is whole shows when it is unpacked.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The text that was packed in a column.
pub fn unpacked(
    bytes: &[u8],
    table: &'static str,
    column: &'static str,
) -> Result<String, StorageError> {
    let mut text = String::new();
    DeflateDecoder::new(bytes)
        .read_to_string(&mut text)
        .map_err(|error| StorageError::Inconsistent {
            table,
            column,
            why: error.to_string(),
        })?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_as_it_was_and_what_is_broken_is_no_text() {
        for text in ["", "één tekst", &"\"density\":0.4,".repeat(10_000)] {
            let packed = Packed::of(text);
            assert_eq!(unpacked(packed.bytes(), "t", "c").expect("whole"), text);
        }
        let long = Packed::of(&"abc".repeat(1_000));
        let cut = &long.bytes()[..long.bytes().len() - 4];
        for broken in [cut, b"no text"] {
            assert!(unpacked(broken, "t", "c").is_err());
        }
    }
}
