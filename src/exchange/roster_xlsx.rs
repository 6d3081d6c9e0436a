//! A staff list in a workbook, made into the table that a CSV file would be: row by row, so that faults keep their cell.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};
use serde::{Deserialize, Serialize};

use super::zip_limits::{self, Refused};
use crate::domain::fault::{Fault, Faults};

const LAST_COLUMN: u32 = 100;
const MOST_CELLS: usize = 1_000_000;

/// The sheet that is read where it is there; else the first.
const SHEETS: [&str; 4] = ["roster", "personeel", "personeelslijst", "staff"];

pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// A workbook behind a password is not an archive but a file of the old kind with the workbook locked inside.
pub fn is_locked(bytes: &[u8]) -> bool {
    let name: Vec<u8> = "EncryptedPackage"
        .bytes()
        .flat_map(|byte| [byte, 0])
        .collect();
    bytes.windows(name.len()).any(|part| part == name)
}

/// The sheet as CSV, a line to a row and a cell to a column, counted from A1; at most `rows` of them and one more.
pub fn as_csv(file: &str, bytes: &[u8], rows: usize, faults: &mut Faults) -> Option<Vec<u8>> {
    Unpacked::of(bytes, rows).into_csv(file, faults)
}

fn refusal(file: &str, refused: &Refused) -> Fault {
    match refused {
        Refused::TooLarge => too_large(file),
        Refused::Locked => locked(file),
        Refused::Unreadable(why) => unreadable(file, why),
    }
}

pub fn too_large(file: &str) -> Fault {
    Fault::of_file(
        file,
        "workbook_too_large",
        "the workbook is far larger than it looks",
        "copy the list into a new workbook, without anything else, and try again",
    )
}

pub fn locked(file: &str) -> Fault {
    Fault::of_file(
        file,
        "workbook_locked",
        "this workbook is locked with a password",
        "take the password off and try again",
    )
}

pub fn unreadable(file: &str, why: &str) -> Fault {
    let hint = "open it in a spreadsheet program, save it as .xlsx or CSV, and try again";
    Fault::of_file(
        file,
        "not_a_workbook",
        format!("this workbook cannot be read ({why})"),
        hint,
    )
}

fn broken_cell(file: &str, line: u64, column: usize) -> Fault {
    Fault {
        file: file.to_owned(),
        line,
        column,
        name: String::new(),
        code: "cell_broken",
        message: "a formula in this cell has no result".to_owned(),
        hint: "write the value itself".to_owned(),
    }
}

/// What a process of its own tells about a workbook, in a line of JSON.
#[derive(Debug, Serialize, Deserialize)]
pub struct Unpacked {
    table: Option<String>,
    refused: Option<Refused>,
    /// Line and column of every cell without a value.
    broken: Vec<(u64, usize)>,
    more_broken: usize,
}

impl Unpacked {
    /// The same as `as_csv`, to be told to another process.
    pub fn of(bytes: &[u8], rows: usize) -> Self {
        let mut faults = Faults::default();
        let table = zip_limits::check(bytes).and_then(|()| read(bytes, rows, &mut faults));
        let at = |fault: &Fault| (fault.line, fault.column);
        let broken: Vec<(u64, usize)> = faults.reported().iter().map(at).collect();
        let more_broken = faults.count() - broken.len();
        let (table, refused) = match table {
            Ok(table) => (Some(String::from_utf8_lossy(&table).into_owned()), None),
            Err(refused) => (None, Some(refused)),
        };
        Self {
            table,
            refused,
            broken,
            more_broken,
        }
    }

    /// As if it had been read here.
    pub fn into_csv(self, file: &str, faults: &mut Faults) -> Option<Vec<u8>> {
        for (line, column) in self.broken {
            faults.push(broken_cell(file, line, column));
        }
        for _ in 0..self.more_broken {
            faults.push(broken_cell(file, 0, 0));
        }
        if let Some(refused) = self.refused {
            faults.push(refusal(file, &refused));
        }
        self.table.map(String::into_bytes)
    }
}

fn read(bytes: &[u8], rows: usize, faults: &mut Faults) -> Result<Vec<u8>, Refused> {
    let told = |error: calamine::XlsxError| Refused::Unreadable(error.to_string());
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(told)?;
    let names = book.sheet_names();
    let sheet = names
        .iter()
        .find(|name| SHEETS.contains(&name.trim().to_lowercase().as_str()))
        .or(names.first())
        .ok_or_else(|| Refused::Unreadable("it has no sheet".to_owned()))?
        .clone();
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(told)?;
    let mut table: Vec<Vec<String>> = Vec::new();
    let mut met = 0;
    while let Some(cell) = cells.next_cell().map_err(told)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        if at > rows + 1 {
            break;
        }
        met += 1;
        if met > MOST_CELLS {
            return Err(Refused::TooLarge);
        }
        if column >= LAST_COLUMN || text.as_deref().is_some_and(str::is_empty) {
            continue;
        }
        let index = usize::try_from(column).unwrap_or(usize::MAX);
        let text = text.unwrap_or_else(|| {
            faults.push(broken_cell("", u64::from(row) + 1, index + 1));
            String::new()
        });
        if table.len() <= at {
            table.resize(at + 1, Vec::new());
        }
        let line = &mut table[at];
        if line.len() <= index {
            line.resize(index + 1, String::new());
        }
        // A line of the table is one row, whatever stands in its cells.
        line[index] = text.split(['\n', '\r']).collect::<Vec<_>>().join(" ");
    }
    let width = table.iter().map(Vec::len).max().unwrap_or_default();
    let mut out = csv::WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::new());
    let unwritten = |error: &dyn std::fmt::Display| Refused::Unreadable(error.to_string());
    for mut line in table {
        line.resize(width.max(1), String::new());
        out.write_record(&line).map_err(|error| unwritten(&error))?;
    }
    out.into_inner().map_err(|error| unwritten(&error))
}

/// A cell as someone would have typed it; none for a formula that went wrong.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    Some(match value {
        DataRef::Int(number) => number.to_string(),
        // A number of staff is text: no decimals where there are none.
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "1".to_owned(),
        DataRef::Bool(false) => "0".to_owned(),
        DataRef::DateTime(at) => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        DataRef::DateTimeIso(text) => text.get(..10).unwrap_or(text).to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(_) => return None,
        DataRef::Empty => String::new(),
    })
}
