//! An archive as lines of text: what it is, every table with its rows, and the hashes of all of it. A table without rows
//! has a line too. The same study gives the same hashes whichever database it stood in.
//!
//! ```text
//! {"archive":{"format":1,"program":"0.1.0","form":4,"taken_at":"...","database":"sqlite"}}
//! {"table":{"name":"boards","columns":[{"name":"board_id","kind":"bytes"},...],"key":["board_id"]}}
//! ["0192f0...","Bestuur Noord",...]
//! {"end":{"tables":[{"table":"boards","rows":1,"sha256":"..."},...],"data":"...","file":"..."}}
//! ```

use std::io::{self, BufRead, Read, Write};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::domain::archive::{Cell, Column, Kind, Table};

/// The format that this program writes and reads.
pub const FORMAT: u32 = 1;

/// One row is in memory at a time; a longer one than this is none of ours.
const LONGEST_LINE: u64 = 1 << 29;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    pub format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// Number of the newest migration of its tables.
    pub form: i64,
    pub taken_at: DateTime<Utc>,
    pub database: String,
}

/// The rows of one table, and the hash of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sum {
    pub table: String,
    pub rows: u64,
    pub sha256: String,
}

/// What two databases with the same study have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub tables: Vec<Sum>,
    /// Over all of `tables`.
    pub sha256: String,
}

impl Contents {
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|sum| sum.rows).sum()
    }

    /// The first table in which two differ.
    pub fn differs<'c>(&'c self, other: &'c Self) -> Option<&'c str> {
        let same = self.tables.iter().zip(&other.tables);
        let (one, _) = same.clone().find(|(one, other)| one != other)?;
        Some(&one.table)
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Trailer {
    tables: Vec<Sum>,
    data: String,
    /// Over every byte before this line.
    file: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Archive(Header),
    Table(Table),
    End(Trailer),
}

/// Why an archive cannot be taken. Nothing that was read before may be kept.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveFault {
    #[error("the archive cannot be read: {0}")]
    Read(#[from] io::Error),
    #[error("this is no archive of Schakel")]
    NoArchive,
    #[error("the archive has format {0}, which this program does not know: use a newer program")]
    Format(u32),
    #[error("the archive is damaged at line {line}: {what}")]
    Damaged { line: u64, what: String },
    #[error("the archive is cut off: its end is missing")]
    Cut,
}

// --- writing ---------------------------------------------------------------------------------------------------------

/// Writes an archive line by line, or tells what would stand in it when `out` keeps nothing.
pub struct Writer<W> {
    out: W,
    file: Sha256,
    tables: Vec<Sum>,
    table: Sha256,
}

impl<W: Write> Writer<W> {
    pub fn begin(out: W, header: &Header) -> io::Result<Self> {
        let mut writer = Self {
            out,
            file: Sha256::new(),
            tables: Vec::new(),
            table: Sha256::new(),
        };
        writer.line(&serde_json::to_vec(&Line::Archive(header.clone()))?)?;
        Ok(writer)
    }

    pub fn table(&mut self, table: &Table) -> io::Result<()> {
        self.end_table();
        self.tables.push(Sum {
            table: table.name.clone(),
            rows: 0,
            sha256: String::new(),
        });
        let line = serde_json::to_vec(&Line::Table(table.clone()))?;
        self.hashed(&line)
    }

    /// A row of the table that was named last.
    pub fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let values = cells.iter().map(value).collect::<io::Result<Vec<_>>>()?;
        if let Some(sum) = self.tables.last_mut() {
            sum.rows += 1;
        }
        self.hashed(&serde_json::to_vec(&values)?)
    }

    pub fn finish(mut self) -> io::Result<(W, Contents)> {
        self.end_table();
        let contents = contents(std::mem::take(&mut self.tables));
        let trailer = Trailer {
            tables: contents.tables.clone(),
            data: contents.sha256.clone(),
            file: hex(&self.file.clone().finalize()),
        };
        self.line(&serde_json::to_vec(&Line::End(trailer))?)?;
        Ok((self.out, contents))
    }

    fn end_table(&mut self) {
        let hash = std::mem::take(&mut self.table).finalize();
        if let Some(sum) = self.tables.last_mut() {
            sum.sha256 = hex(&hash);
        }
    }

    fn hashed(&mut self, line: &[u8]) -> io::Result<()> {
        self.table.update(line);
        self.table.update(b"\n");
        self.line(line)
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        self.file.update(line);
        self.file.update(b"\n");
        self.out.write_all(line)?;
        self.out.write_all(b"\n")
    }
}

fn value(cell: &Cell) -> io::Result<Value> {
    Ok(match cell {
        Cell::None => Value::Null,
        Cell::Bytes(bytes) => hex(bytes).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::Number(number) => (*number).into(),
        // Written so that it is read back to the last bit.
        Cell::Real(real) if real.is_finite() => (*real).into(),
        Cell::Real(real) => {
            return Err(io::Error::other(format!("{real} is no number to be kept")));
        }
        Cell::Instant(at) => at.to_rfc3339_opts(SecondsFormat::Micros, true).into(),
        Cell::Day(day) => day.to_string().into(),
    })
}

fn contents(tables: Vec<Sum>) -> Contents {
    let mut hash = Sha256::new();
    for sum in &tables {
        hash.update(format!("{} {} {}\n", sum.table, sum.rows, sum.sha256));
    }
    Contents {
        tables,
        sha256: hex(&hash.finalize()),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

// --- reading ---------------------------------------------------------------------------------------------------------

/// What comes out of an archive, in its order.
#[derive(Debug, PartialEq)]
pub enum Piece {
    Table(Table),
    Row(Vec<Cell>),
    /// Everything that was read before is what was written.
    End(Contents),
}

pub struct Reader<R> {
    input: R,
    file: Sha256,
    table: Sha256,
    columns: Vec<Column>,
    tables: Vec<Sum>,
    line: u64,
}

impl<R: BufRead> Reader<R> {
    pub fn begin(input: R) -> Result<(Self, Header), ArchiveFault> {
        let mut reader = Self {
            input,
            file: Sha256::new(),
            table: Sha256::new(),
            columns: Vec::new(),
            tables: Vec::new(),
            line: 0,
        };
        let line = reader.next_line()?;
        // Whatever else a newer format says of itself.
        let Some(format) = serde_json::from_slice::<Value>(&line)
            .ok()
            .and_then(|line| line.get("archive")?.get("format")?.as_u64())
        else {
            return Err(ArchiveFault::NoArchive);
        };
        if format != u64::from(FORMAT) {
            return Err(ArchiveFault::Format(
                u32::try_from(format).unwrap_or(u32::MAX),
            ));
        }
        match serde_json::from_slice(&line) {
            Ok(Line::Archive(header)) => {
                reader.pass(&line);
                Ok((reader, header))
            }
            _ => Err(reader.damaged("its first line says something else")),
        }
    }

    pub fn next_piece(&mut self) -> Result<Piece, ArchiveFault> {
        let line = self.next_line()?;
        if line.first() == Some(&b'[') {
            let cells = self.row(&line)?;
            self.pass(&line);
            self.table.update(&line);
            self.table.update(b"\n");
            if let Some(sum) = self.tables.last_mut() {
                sum.rows += 1;
            }
            return Ok(Piece::Row(cells));
        }
        match serde_json::from_slice(&line) {
            Ok(Line::Table(table)) => {
                self.end_table();
                self.pass(&line);
                self.table.update(&line);
                self.table.update(b"\n");
                self.columns = table.columns.clone();
                self.tables.push(Sum {
                    table: table.name.clone(),
                    rows: 0,
                    sha256: String::new(),
                });
                Ok(Piece::Table(table))
            }
            Ok(Line::End(trailer)) => self.end(trailer),
            _ => Err(self.damaged("it is no line of an archive")),
        }
    }

    fn end(&mut self, trailer: Trailer) -> Result<Piece, ArchiveFault> {
        self.end_table();
        let found = contents(std::mem::take(&mut self.tables));
        let wanted = Contents {
            tables: trailer.tables,
            sha256: trailer.data,
        };
        if let Some(table) = found.differs(&wanted) {
            let what = format!("{table} is not what was written");
            return Err(self.damaged(&what));
        }
        if found != wanted || hex(&self.file.clone().finalize()) != trailer.file {
            return Err(self.damaged("what was written was something else"));
        }
        let mut rest = [0];
        if self.input.read(&mut rest)? > 0 {
            return Err(self.damaged("something follows the end"));
        }
        Ok(Piece::End(found))
    }

    fn row(&self, line: &[u8]) -> Result<Vec<Cell>, ArchiveFault> {
        let values: Vec<Value> =
            serde_json::from_slice(line).map_err(|_| self.damaged("it is no row"))?;
        if values.len() != self.columns.len() || values.is_empty() {
            return Err(self.damaged("a row has other columns than its table"));
        }
        let cells = values.into_iter().zip(&self.columns);
        cells
            .map(|(value, column)| {
                let cell = cell(value, column.kind);
                cell.ok_or_else(|| {
                    self.damaged(&format!("`{}` is no {:?}", column.name, column.kind))
                })
            })
            .collect()
    }

    fn end_table(&mut self) {
        let hash = std::mem::take(&mut self.table).finalize();
        if let Some(sum) = self.tables.last_mut() {
            sum.sha256 = hex(&hash);
        }
    }

    fn pass(&mut self, line: &[u8]) {
        self.file.update(line);
        self.file.update(b"\n");
    }

    /// The next line without its end.
    fn next_line(&mut self) -> Result<Vec<u8>, ArchiveFault> {
        let mut line = Vec::new();
        self.line += 1;
        let mut limited = (&mut self.input).take(LONGEST_LINE);
        limited.read_until(b'\n', &mut line)?;
        match line.pop() {
            Some(b'\n') => Ok(line),
            _ if self.line == 1 => Err(ArchiveFault::NoArchive),
            _ => Err(ArchiveFault::Cut),
        }
    }

    fn damaged(&self, what: &str) -> ArchiveFault {
        ArchiveFault::Damaged {
            line: self.line,
            what: what.to_owned(),
        }
    }
}

fn cell(value: Value, kind: Kind) -> Option<Cell> {
    Some(match (kind, value) {
        (_, Value::Null) => Cell::None,
        (Kind::Bytes, Value::String(text)) => Cell::Bytes(bytes(&text)?),
        (Kind::Text, Value::String(text)) => Cell::Text(text),
        (Kind::Number, Value::Number(number)) => Cell::Number(number.as_i64()?),
        (Kind::Real, Value::Number(number)) => Cell::Real(number.as_f64()?),
        (Kind::Instant, Value::String(text)) => Cell::Instant(
            DateTime::parse_from_rfc3339(&text)
                .ok()?
                .with_timezone(&Utc),
        ),
        (Kind::Day, Value::String(text)) => Cell::Day(text.parse::<NaiveDate>().ok()?),
        _ => return None,
    })
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    if !digits.len().is_multiple_of(2) || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            format: FORMAT,
            program: "0.1.0".to_owned(),
            form: 4,
            taken_at: DateTime::from_timestamp(1_725_264_000, 123_456_000).unwrap(),
            database: "sqlite".to_owned(),
        }
    }

    fn table() -> Table {
        let kinds = [
            ("bytes", Kind::Bytes),
            ("day", Kind::Day),
            ("instant", Kind::Instant),
            ("number", Kind::Number),
            ("real", Kind::Real),
            ("text", Kind::Text),
        ];
        Table {
            name: "all".to_owned(),
            columns: kinds
                .map(|(name, kind)| Column {
                    name: name.to_owned(),
                    kind,
                })
                .into(),
            key: vec!["number".to_owned()],
        }
    }

    fn rows() -> Vec<Vec<Cell>> {
        let reals = [0.1 + 0.2, -0.0, 5e-324, f64::MAX, -1.0 / 3.0];
        let texts = [
            "",
            "Zoë\u{2028}\n\"[]{}",
            "[1]",
            "{\"end\":{}}",
            "\u{1F600}",
        ];
        let mut rows = vec![vec![Cell::None; 6]];
        for (place, (real, text)) in reals.into_iter().zip(texts).enumerate() {
            let micros = 999_999 - place as u32;
            rows.push(vec![
                Cell::Bytes(vec![place as u8; place]),
                Cell::Day(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()),
                Cell::Instant(DateTime::from_timestamp(-1, micros * 1_000).unwrap()),
                Cell::Number(i64::MIN + place as i64),
                Cell::Real(real),
                Cell::Text(text.to_owned()),
            ]);
        }
        rows
    }

    fn written() -> (Vec<u8>, Contents) {
        let mut writer = Writer::begin(Vec::new(), &header()).unwrap();
        writer.table(&table()).unwrap();
        for row in rows() {
            writer.row(&row).unwrap();
        }
        let mut empty = table();
        empty.name = "empty".to_owned();
        writer.table(&empty).unwrap();
        writer.finish().unwrap()
    }

    fn read(bytes: &[u8]) -> Result<Vec<Piece>, ArchiveFault> {
        let (mut reader, _) = Reader::begin(bytes)?;
        let mut pieces = Vec::new();
        loop {
            pieces.push(reader.next_piece()?);
            if matches!(pieces.last(), Some(Piece::End(_))) {
                return Ok(pieces);
            }
        }
    }

    #[test]
    fn what_is_written_is_read_to_the_last_bit() {
        let (bytes, contents) = written();
        assert_eq!(Reader::begin(&bytes[..]).unwrap().1, header());
        let pieces = read(&bytes).unwrap();
        let found: Vec<&Vec<Cell>> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Row(cells) => Some(cells),
                _ => None,
            })
            .collect();
        assert_eq!(found.len(), 6);
        for (found, wanted) in found.into_iter().zip(rows()) {
            // Minus zero is equal to zero, and is told apart as text.
            assert_eq!(format!("{found:?}"), format!("{wanted:?}"));
        }
        assert_eq!(pieces.last(), Some(&Piece::End(contents)));
    }

    /// F14: no byte can be changed, left out or added unseen.
    #[test]
    fn every_byte_counts() {
        let (bytes, _) = written();
        for place in 0..bytes.len() {
            for flip in [0x01, 0x20] {
                let mut spoilt = bytes.clone();
                spoilt[place] ^= flip;
                assert!(read(&spoilt).is_err(), "byte {place} of {}", bytes.len());
            }
            assert!(read(&bytes[..place]).is_err(), "cut at {place}");
        }
        assert!(matches!(
            read(&bytes[..bytes.len() / 2]),
            Err(ArchiveFault::Cut)
        ));
        assert!(read(&[&bytes[..], b"\n"].concat()).is_err());
        assert!(matches!(read(b"hello\n"), Err(ArchiveFault::NoArchive)));
        let newer = String::from_utf8(bytes).unwrap();
        let newer = newer.replacen("\"format\":1", "\"format\":2,\"more\":true", 1);
        assert!(matches!(
            read(newer.as_bytes()),
            Err(ArchiveFault::Format(2))
        ));
    }
}
