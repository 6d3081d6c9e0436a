//! Tables people made: CSV as Excel, R and Dutch settings write it, with every fault on its line.
//!
//! Read are UTF-8 with or without byte order mark, UTF-16 with one, and Windows-1252; comma, semicolon or tab, told from
//! the header; LF or CRLF; decimal comma where the separator is the semicolon. Columns go by name (case and outer
//! space do not count), unknown columns are left alone, and an empty cell or `NA` is missing.

use std::borrow::Cow;

use chrono::NaiveDate;
use csv::{ByteRecord, ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, WINDOWS_1252};

use crate::domain::fault::{Fault, Faults};

/// Bytes to text with LF line ends: by byte order mark, else UTF-8, else Windows-1252.
pub fn decode(bytes: &[u8]) -> Option<String> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        None => match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0,
        },
    };
    // A text has no NUL; a workbook or an archive has many.
    if text.contains('\0') || bytes.starts_with(b"PK\x03\x04") {
        return None;
    }
    Some(if text.contains('\r') {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text.into_owned()
    })
}

/// A column that the header has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    index: usize,
    pub name: String,
}

impl Column {
    /// A fault in the header itself.
    pub fn fault_in_header(
        &self,
        file: &str,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Fault {
        Fault {
            line: 1,
            column: self.index + 1,
            name: self.name.clone(),
            ..Fault::of_file(file, code, message, hint)
        }
    }
}

/// A CSV file with its header read and its rows not yet.
#[derive(Debug)]
pub struct Table {
    file: String,
    text: String,
    separator: u8,
    columns: Vec<Column>,
    /// Where the rows begin: the byte after the header, and the line that stands there.
    body: (usize, u64),
}

impl Table {
    /// Reads the header. `None` (and a fault) when there is none to read.
    pub fn open(file: &str, bytes: &[u8], faults: &mut Faults) -> Option<Self> {
        Self::of_text(file, decode(bytes), faults)
    }

    /// The same of bytes that are given away: text that needs no change is not copied.
    pub fn open_owned(file: &str, bytes: Vec<u8>, faults: &mut Faults) -> Option<Self> {
        let as_it_is = Encoding::for_bom(&bytes).is_none()
            && !bytes.iter().any(|byte| matches!(byte, b'\r' | b'\0'));
        let text = if as_it_is {
            String::from_utf8(bytes).map_or_else(|other| decode(other.as_bytes()), Some)
        } else {
            decode(&bytes)
        };
        Self::of_text(file, text, faults)
    }

    fn of_text(file: &str, text: Option<String>, faults: &mut Faults) -> Option<Self> {
        let Some(text) = text else {
            let way_out = "save the sheet as CSV (UTF-8) and try again";
            faults.push(Fault::of_file(
                file,
                "not_text",
                "this is not a text file",
                way_out,
            ));
            return None;
        };
        let header_line = text.lines().find(|line| !line.trim().is_empty());
        let Some(header_line) = header_line else {
            let way_out = "the first line names the columns; the rows follow";
            faults.push(Fault::of_file(
                file,
                "file_empty",
                "the file is empty",
                way_out,
            ));
            return None;
        };
        let separator = separator_of(header_line);
        let mut record = StringRecord::new();
        let mut header_reader = reader(&text, separator);
        let header = match header_reader.read_record(&mut record) {
            Ok(_) => record,
            Err(error) => {
                faults.push(Fault::of_file(
                    file,
                    "not_a_table",
                    error.to_string(),
                    "check the quotes in the header",
                ));
                return None;
            }
        };
        let mut columns: Vec<Column> = Vec::new();
        for (index, name) in header.iter().enumerate() {
            let name = name.trim().to_lowercase();
            if !name.is_empty() && columns.iter().any(|column| column.name == name) {
                faults.push(Fault {
                    file: file.to_owned(),
                    line: 1,
                    column: index + 1,
                    name: name.clone(),
                    code: "column_twice",
                    message: "the header names this column twice".to_owned(),
                    hint: "remove or rename one of the two".to_owned(),
                });
            }
            columns.push(Column { index, name });
        }
        let after = usize::try_from(header_reader.position().byte()).unwrap_or(text.len());
        let after = after.min(text.len());
        let lines = count_lines(&text.as_bytes()[..after]);
        Some(Self {
            file: file.to_owned(),
            text,
            separator,
            columns,
            body: (after, 1 + lines),
        })
    }

    /// The rows as text, and the line on which they begin.
    pub fn body(&self) -> (&str, u64) {
        (&self.text[self.body.0..], self.body.1)
    }

    /// A column that may be there.
    pub fn optional(&self, name: &str) -> Option<Column> {
        let name = name.trim().to_lowercase();
        self.columns
            .iter()
            .find(|column| column.name == name)
            .cloned()
    }

    /// Every column, in the order of the header.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column that must be there; a fault when it is not.
    pub fn required(&self, name: &str, faults: &mut Faults) -> Option<Column> {
        let found = self.optional(name);
        if found.is_none() {
            let there: Vec<&str> = self
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .collect();
            faults.push(Fault {
                file: self.file.clone(),
                line: 1,
                column: 0,
                name: name.to_owned(),
                code: "column_missing",
                message: format!("there is no column `{name}`"),
                hint: format!(
                    "add it to the header, which now reads: {}",
                    there.join(", ")
                ),
            });
        }
        found
    }

    /// Columns with a name that is not one of `known`.
    pub fn others(&self, known: &[&str]) -> Vec<Column> {
        self.columns
            .iter()
            .filter(|c| !c.name.is_empty() && !known.contains(&c.name.as_str()))
            .cloned()
            .collect()
    }

    /// Every row in turn; a row that is too short or too long is a fault and is passed over.
    pub fn each_row(&self, faults: &mut Faults, visit: impl FnMut(&Row<'_>, &mut Faults)) {
        let (text, line) = self.body();
        self.each_row_of(text, line, faults, visit);
    }

    /// Every row of a part of this table whose first line is `line`. Rows without a quote are cut where they stand.
    pub fn each_row_of(
        &self,
        text: &str,
        mut line: u64,
        faults: &mut Faults,
        mut visit: impl FnMut(&Row<'_>, &mut Faults),
    ) {
        let bytes = text.as_bytes();
        let mut ends: Vec<usize> = Vec::with_capacity(self.columns.len());
        let mut start = 0;
        while start < bytes.len() {
            ends.clear();
            let mut quoted = false;
            let mut length = bytes.len() - start;
            for (place, &byte) in bytes[start..].iter().enumerate() {
                if byte == self.separator {
                    ends.push(start + place);
                } else if byte == b'\n' {
                    length = place;
                    break;
                } else if byte == b'"' {
                    quoted = true;
                    break;
                }
            }
            if quoted {
                self.each_quoted_row_of((text, start), line, faults, &mut visit);
                return;
            }
            ends.push(start + length);
            let row = Row {
                table: self,
                cells: Cells::Plain {
                    text,
                    start,
                    ends: &ends,
                },
                start,
                line,
            };
            if length > 0 {
                self.check_and_visit(&row, faults, &mut visit);
            }
            start += length + 1;
            line += 1;
        }
    }

    /// The same from byte `from` on, where a quote was met: a quoted cell may hold separators, line ends and quotes.
    fn each_quoted_row_of(
        &self,
        (text, from): (&str, usize),
        mut line: u64,
        faults: &mut Faults,
        visit: &mut impl FnMut(&Row<'_>, &mut Faults),
    ) {
        let mut reader = reader(&text[from..], self.separator);
        let mut record = ByteRecord::new();
        let bytes = text.as_bytes();
        let mut at = from;
        loop {
            match reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    faults.push(Fault::of_file(
                        &self.file,
                        "not_a_table",
                        error.to_string(),
                        "save the sheet as CSV",
                    ));
                    break;
                }
            }
            // The reader's own count stands before the blank lines that it skips.
            let mut start = record
                .position()
                .and_then(|p| usize::try_from(p.byte()).ok())
                .map_or(at, |byte| from + byte);
            while bytes.get(start) == Some(&b'\n') {
                start += 1;
            }
            line += bytes.get(at..start).map_or(0, count_lines);
            at = start;
            let row = Row {
                table: self,
                cells: Cells::Record(&record),
                start,
                line,
            };
            self.check_and_visit(&row, faults, visit);
        }
    }

    fn check_and_visit(
        &self,
        row: &Row<'_>,
        faults: &mut Faults,
        visit: &mut impl FnMut(&Row<'_>, &mut Faults),
    ) {
        if row.is_blank() {
            return;
        }
        let (there, wanted) = (row.cells.len(), self.columns.len());
        if there == wanted {
            visit(row, faults);
            return;
        }
        let (code, than) = if there < wanted {
            ("row_short", "fewer")
        } else {
            ("row_long", "more")
        };
        faults.push(Fault {
            file: self.file.clone(),
            line: row.line,
            column: 0,
            name: String::new(),
            code,
            message: format!("{there} cells, {than} than the {wanted} of the header"),
            hint: format!(
                "look for a separator `{}` or a quote too many or too few; put text that contains one in quotes",
                char::from(self.separator)
            ),
        });
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum()
}

fn reader(text: &str, separator: u8) -> csv::Reader<&[u8]> {
    ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes())
}

/// Whichever of comma, semicolon and tab the header has most of, outside quotes.
fn separator_of(header: &str) -> u8 {
    let (mut quoted, mut found) = (false, [(b',', 0), (b';', 0), (b'\t', 0)]);
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        for (separator, count) in &mut found {
            *count += usize::from(byte == *separator && !quoted);
        }
    }
    let mut most = found[0];
    for other in &found[1..] {
        if other.1 > most.1 {
            most = *other;
        }
    }
    most.0
}

/// One row; cells by column, typed on demand.
pub struct Row<'a> {
    table: &'a Table,
    cells: Cells<'a>,
    /// Its first byte in the text that is read.
    pub start: usize,
    pub line: u64,
}

/// The cells of a row: cut where they stand in the text, or taken out of their quotes.
enum Cells<'a> {
    Plain {
        text: &'a str,
        start: usize,
        ends: &'a [usize],
    },
    Record(&'a ByteRecord),
}

impl<'a> Cells<'a> {
    fn len(&self) -> usize {
        match self {
            Self::Plain { ends, .. } => ends.len(),
            Self::Record(record) => record.len(),
        }
    }

    fn get(&self, index: usize) -> &'a str {
        match self {
            Self::Plain { text, start, ends } => {
                let from = match index.checked_sub(1) {
                    None => *start,
                    Some(before) => ends.get(before).map_or(*start, |end| end + 1),
                };
                ends.get(index).map_or("", |end| &text[from..*end])
            }
            // The record was cut from a `str` at ASCII bytes, so each cell is one too.
            Self::Record(record) => record
                .get(index)
                .and_then(|bytes| std::str::from_utf8(bytes).ok())
                .unwrap_or_default(),
        }
    }
}

impl<'a> Row<'a> {
    /// The cell without outer space; `None` when it is empty or `NA`.
    pub fn text(&self, column: &Column) -> Option<&'a str> {
        let cell = self.cells.get(column.index).trim();
        (!cell.is_empty() && cell != "NA").then_some(cell)
    }

    fn is_blank(&self) -> bool {
        (0..self.cells.len()).all(|index| {
            let mut bytes = self.cells.get(index).bytes();
            bytes.all(|byte| byte.is_ascii_whitespace())
        })
    }

    /// A cell that is kept as it was written, but with a decimal point whatever the file's decimal sign.
    pub fn attribute(&self, column: &Column) -> Option<String> {
        let cell = self.text(column)?;
        Some(self.with_point(cell).into_owned())
    }

    /// A cell that must be filled.
    pub fn required(&self, column: &Column, faults: &mut Faults) -> Option<&'a str> {
        let cell = self.text(column);
        if cell.is_none() {
            faults.push(self.fault(
                column,
                "value_missing",
                "this cell is empty",
                "every row needs it: fill it in",
            ));
        }
        cell
    }

    /// A finite number.
    pub fn number(&self, column: &Column, faults: &mut Faults) -> Option<f64> {
        let cell = self.text(column)?;
        match self.with_point(cell).parse::<f64>() {
            Ok(number) if number.is_finite() => Some(number),
            Ok(_) => {
                let message = format!("`{cell}` is not a finite number");
                faults.push(self.fault(
                    column,
                    "not_finite",
                    message,
                    "leave the cell empty when the value is unknown",
                ));
                None
            }
            Err(_) => {
                let way_out = if self.table.separator == b';' {
                    "write digits with a decimal comma or point and no thousands sign; leave it empty when unknown"
                } else {
                    "write digits with a decimal point; leave the cell empty when the value is unknown"
                };
                faults.push(self.fault(
                    column,
                    "not_a_number",
                    format!("`{cell}` is not a number"),
                    way_out,
                ));
                None
            }
        }
    }

    /// 0 or 1.
    pub fn flag(&self, column: &Column, faults: &mut Faults) -> Option<bool> {
        match self.text(column)? {
            "0" => Some(false),
            "1" => Some(true),
            cell => {
                let message = format!("`{cell}` is neither 0 nor 1");
                faults.push(self.fault(
                    column,
                    "not_a_flag",
                    message,
                    "write 1 for yes and 0 for no",
                ));
                None
            }
        }
    }

    /// 2026-08-31 or 31-08-2026.
    pub fn date(&self, column: &Column, faults: &mut Faults) -> Option<NaiveDate> {
        let cell = self.text(column)?;
        let date = NaiveDate::parse_from_str(cell, "%Y-%m-%d")
            .or_else(|_| NaiveDate::parse_from_str(cell, "%d-%m-%Y"));
        match date {
            Ok(date) if (1000..=9999).contains(&chrono::Datelike::year(&date)) => Some(date),
            _ => {
                let message = format!("`{cell}` is not a date that exists");
                let way_out = "write it as 2026-08-31 or 31-08-2026";
                faults.push(self.fault(column, "not_a_date", message, way_out));
                None
            }
        }
    }

    /// A role (or another word) from the study's list; case does not count, and the list's own spelling is given back.
    pub fn one_of<'l>(
        &self,
        column: &Column,
        list: &'l [String],
        faults: &mut Faults,
    ) -> Option<&'l str> {
        let cell = self.text(column)?;
        let found = list
            .iter()
            .find(|word| word.to_lowercase() == cell.to_lowercase());
        if found.is_none() {
            let message = format!("`{cell}` is not in this study's list");
            let way_out = format!("use one of: {}", list.join(", "));
            faults.push(self.fault(column, "role_unknown", message, way_out));
        }
        found.map(String::as_str)
    }

    pub fn fault(
        &self,
        column: &Column,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Fault {
        Fault {
            file: self.table.file.clone(),
            line: self.line,
            column: column.index + 1,
            name: column.name.clone(),
            code,
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn with_point<'c>(&self, cell: &'c str) -> Cow<'c, str> {
        if self.table.separator != b';' {
            return Cow::Borrowed(cell);
        }
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        match cell.split_once(',') {
            Some((whole, rest))
                if digits(whole.strip_prefix(['-', '+']).unwrap_or(whole)) && digits(rest) =>
            {
                Cow::Owned(format!("{whole}.{rest}"))
            }
            _ => Cow::Borrowed(cell),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> (Vec<(u64, String, Option<f64>)>, Faults) {
        let mut faults = Faults::default();
        let mut rows = Vec::new();
        if let Some(table) = Table::open("t.csv", bytes, &mut faults) {
            let name = table.required("name", &mut faults).unwrap();
            let value = table.required("value", &mut faults).unwrap();
            table.each_row(&mut faults, |row, faults| {
                let number = row.number(&value, faults);
                rows.push((row.line, row.text(&name).unwrap_or("-").to_owned(), number));
            });
        }
        (rows, faults)
    }

    #[test]
    fn dutch_excel_and_plain_csv_are_the_same_table() {
        let plain = "name,value\nZoë,0.5\nNA,\n".as_bytes();
        let wanted = (
            vec![(2, "Zoë".to_owned(), Some(0.5)), (3, "-".to_owned(), None)],
            Faults::default(),
        );
        assert_eq!(numbers(plain), wanted);
        assert_eq!(
            numbers("\u{feff}Name ;VALUE\r\n\"Zoë\";0,5\r\nNA;\r\n;\r\n".as_bytes()),
            wanted
        );
        assert_eq!(numbers(b"name;value\nZo\xeb;0,5\n;NA\n"), wanted);
        let utf16: Vec<u8> = "\u{feff}name,value\nZoë,0.5\nNA,\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(numbers(&utf16), wanted);
    }

    #[test]
    fn lines_are_counted_as_an_editor_does() {
        let (rows, faults) =
            numbers(b"name,value\r\n\"two\r\nlines\",1\r\n\r\n\r\nlast,x\r\nshort\r\nlong,1,2\r\n");
        assert_eq!(rows.iter().map(|row| row.0).collect::<Vec<_>>(), [2, 6]);
        let met: Vec<_> = faults
            .reported()
            .iter()
            .map(|f| (f.code, f.line, f.column))
            .collect();
        assert_eq!(
            met,
            [
                ("not_a_number", 6, 2),
                ("row_short", 7, 0),
                ("row_long", 8, 0)
            ]
        );
    }

    #[test]
    fn a_number_is_finite_and_has_one_decimal_sign() {
        let (rows, faults) = numbers(b"name,value\na,NaN\nb,1e999\nc,\"0,5\"\nd,-1e-3\n");
        assert_eq!(rows[3].2, Some(-1e-3));
        let codes: Vec<_> = faults.reported().iter().map(|f| f.code).collect();
        assert_eq!(codes, ["not_finite", "not_finite", "not_a_number"]);
        let (_, faults) = numbers(b"name;value\na;1.234,5\n");
        assert_eq!(faults.reported()[0].code, "not_a_number");
    }

    #[test]
    fn dates_flags_and_roles_say_the_way_out() {
        let mut faults = Faults::default();
        let text = b"date,flag,role\n31-08-2026,1,Leraar\n2026-02-29,2,kok\n31/08/2026,0,leraar\n";
        let table = Table::open("t.csv", text, &mut faults).unwrap();
        let [date, flag, role] = ["date", "flag", "role"].map(|name| table.optional(name).unwrap());
        let list = ["leraar".to_owned(), "directeur".to_owned()];
        let mut dates = Vec::new();
        table.each_row(&mut faults, |row, faults| {
            dates.push(row.date(&date, faults));
            row.flag(&flag, faults);
            row.one_of(&role, &list, faults);
        });
        assert_eq!(dates, [NaiveDate::from_ymd_opt(2026, 8, 31), None, None]);
        let shown: Vec<String> = faults.reported().iter().map(Fault::to_string).collect();
        assert_eq!(
            shown,
            [
                "t.csv:3:1 (date): `2026-02-29` is not a date that exists; write it as 2026-08-31 or 31-08-2026",
                "t.csv:3:2 (flag): `2` is neither 0 nor 1; write 1 for yes and 0 for no",
                "t.csv:3:3 (role): `kok` is not in this study's list; use one of: leraar, directeur",
                "t.csv:4:1 (date): `31/08/2026` is not a date that exists; write it as 2026-08-31 or 31-08-2026",
            ]
        );
    }

    #[test]
    fn faults_beyond_two_hundred_are_counted() {
        let mut text = String::from("name,value\n");
        for _ in 0..250 {
            text.push_str("a,x\n");
        }
        let (_, faults) = numbers(text.as_bytes());
        assert_eq!((faults.count(), faults.reported().len()), (250, 200));
        assert!(
            faults
                .to_string()
                .ends_with("and 50 more faults of this kind or another")
        );
    }
}
