//! The first pass over a long `ties.csv`: where each school's rows stand, and which relations there are.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    fs::File,
    io::{self, Read},
    path::Path,
};

use encoding_rs::{Encoding, UTF_8};

use crate::{
    domain::fault::{Fault, Faults},
    exchange::table::Table,
};

use super::rosters::{TieColumns, not_grouped};

/// How much of the file is looked at together.
const BLOCK: usize = 1 << 18;

/// Rows of one school that stand together: from byte to byte, and the line on which they begin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run {
    pub from: u64,
    pub to: u64,
    pub line: u64,
}

/// Text with LF line ends; `None` where it is not of this encoding, or no text.
pub(super) fn decoded<'b>(bytes: &'b [u8], encoding: &'static Encoding) -> Option<Cow<'b, str>> {
    let text = if encoding == UTF_8 {
        Cow::Borrowed(std::str::from_utf8(bytes).ok()?)
    } else {
        encoding.decode_without_bom_handling(bytes).0
    };
    if !text.bytes().any(|byte| matches!(byte, b'\r' | b'\0')) {
        return Some(text);
    }
    (!text.contains('\0')).then(|| Cow::Owned(text.replace("\r\n", "\n").replace('\r', "\n")))
}

pub(super) enum Found {
    /// Not long, or not to be cut up.
    Whole,
    /// Not UTF-8.
    OtherText,
    Parts(Box<Scan>),
}

/// The first pass over `ties.csv`.
pub(super) struct Scan {
    file: File,
    in_any_order: usize,
    pub encoding: &'static Encoding,
    pub table: Option<(Table, TieColumns)>,
    pub runs: HashMap<String, Run>,
    /// The school whose rows the pass is in.
    current: Option<(String, Run)>,
    grouped: bool,
    pub relations: BTreeSet<String>,
    last_relation: String,
    rows: usize,
    pub fault: Option<Fault>,
}

impl Scan {
    pub fn new(path: &Path, in_any_order: usize, encoding: &'static Encoding) -> io::Result<Self> {
        Ok(Self {
            file: File::open(path)?,
            in_any_order,
            encoding,
            table: None,
            runs: HashMap::new(),
            current: None,
            grouped: true,
            relations: BTreeSet::new(),
            last_relation: String::new(),
            rows: 0,
            fault: None,
        })
    }

    pub fn run(mut self) -> io::Result<Found> {
        let mut buffer: Vec<u8> = Vec::new();
        // Byte and line at which the buffer begins.
        let (mut at, mut line) = (0_u64, 1_u64);
        loop {
            let wanted = BLOCK.max(buffer.len());
            let read = (&self.file).take(wanted as u64).read_to_end(&mut buffer)?;
            let ended = read < wanted;
            if at == 0 && Encoding::for_bom(&buffer).is_some_and(|(found, _)| found != UTF_8) {
                return Ok(Found::Whole);
            }
            let cut = if ended {
                buffer.len()
            } else {
                last_row(&buffer)
            };
            if cut > 0 {
                let block = &buffer[..cut];
                match decoded(block, self.encoding) {
                    Some(text) => {
                        let lines = count_lines(block);
                        if lines != count_lines(text.as_bytes()) {
                            return Ok(Found::Whole);
                        }
                        if !self.block(block, &text, at, line) {
                            return Ok(Found::Whole);
                        }
                        line += lines;
                    }
                    None if self.encoding == UTF_8 && !block.contains(&0) => {
                        return Ok(Found::OtherText);
                    }
                    None => return Ok(Found::Whole),
                }
                at += cut as u64;
                buffer.drain(..cut);
            }
            if ended || self.fault.is_some() {
                break;
            }
        }
        if self.rows <= self.in_any_order {
            return Ok(Found::Whole);
        }
        if let Some((school, mut run)) = self.current.take() {
            run.to = at;
            self.runs.insert(school, run);
        }
        Ok(Found::Parts(Box::new(self)))
    }

    /// One block of whole rows, as it stands in the file and as text. False where there is no table to read.
    fn block(&mut self, raw: &[u8], text: &str, at: u64, line: u64) -> bool {
        let (mut body, mut body_line) = (0, line);
        if self.table.is_none() {
            let none = &mut Faults::default();
            let Some(table) = Table::open("ties.csv", text.as_bytes(), none) else {
                return false;
            };
            let Some(columns) = TieColumns::of(&table, none) else {
                return false;
            };
            let (rows, first) = table.body();
            // A byte order mark is not part of the table's own text.
            (body, body_line) = (text.len() - rows.len(), first);
            self.table = Some((table, columns));
        }
        let Some((table, columns)) = self.table.take() else {
            return false;
        };
        let mut cursor = Cursor {
            raw,
            at: 0,
            line,
            same: std::ptr::eq(raw, text.as_bytes()),
        };
        let rows = &text[body..];
        table.each_row_of(rows, body_line, &mut Faults::default(), |row, _| {
            let Some(school) = row.text(&columns.school) else {
                return;
            };
            self.rows += 1;
            if let Some(relation) = row.text(&columns.relation)
                && self.last_relation != relation
            {
                self.last_relation.clear();
                self.last_relation.push_str(relation);
                if !self.relations.contains(relation) {
                    self.relations.insert(relation.to_owned());
                }
            }
            if self.current.as_ref().is_none_or(|(own, _)| own != school) {
                // Rows with a fault before the first school are told with that school.
                let (row_start, row_line) = match &self.current {
                    None => (body, body_line),
                    Some(_) => (body + row.start, row.line),
                };
                let from = at + cursor.byte(row_start, row_line);
                if let Some((own, mut run)) = self.current.take() {
                    run.to = from;
                    self.runs.insert(own, run);
                }
                self.grouped &= !self.runs.contains_key(school);
                let run = Run {
                    from,
                    to: from,
                    line: row_line,
                };
                self.current = Some((school.to_owned(), run));
            }
            if !self.grouped && self.rows > self.in_any_order && self.fault.is_none() {
                self.fault = Some(not_grouped(row, &columns, self.in_any_order));
            }
        });
        self.table = Some((table, columns));
        true
    }
}

/// From the place of a row in the text to its place in the file.
struct Cursor<'b> {
    raw: &'b [u8],
    at: usize,
    line: u64,
    /// The text is the bytes as they stand.
    same: bool,
}

impl Cursor<'_> {
    fn byte(&mut self, in_text: usize, line: u64) -> u64 {
        if self.same {
            return in_text as u64;
        }
        while self.line < line {
            let rest = &self.raw[self.at..];
            let Some(end) = rest.iter().position(|byte| *byte == b'\n') else {
                break;
            };
            self.at += end + 1;
            self.line += 1;
        }
        self.at as u64
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

/// The end of the last row that is whole: the last line end that is in no quotes.
fn last_row(bytes: &[u8]) -> usize {
    if !bytes.contains(&b'"') {
        return bytes
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |end| end + 1);
    }
    let (mut quoted, mut end) = (false, 0);
    for (place, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => end = place + 1,
            _ => {}
        }
    }
    end
}
