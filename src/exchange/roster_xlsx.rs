//! A staff list in a workbook, made into the table that a CSV file would be: row by row, so that faults keep their cell.

use std::io::Cursor;

use calamine::{DataRef, Reader, Xlsx};

use crate::domain::fault::{Fault, Faults};

/// What the parts of a workbook may come to when they are unpacked. An archive that lies about it is still read within
/// the rows and columns below.
const LARGEST_UNPACKED: u64 = 64 * 1024 * 1024;
const LAST_COLUMN: u32 = 100;

/// The sheet that is read where it is there; else the first.
const SHEETS: [&str; 4] = ["roster", "personeel", "personeelslijst", "staff"];

pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The sheet as CSV, a line to a row and a cell to a column, counted from A1; at most `rows` of them and one more.
pub fn as_csv(file: &str, bytes: &[u8], rows: usize, faults: &mut Faults) -> Option<Vec<u8>> {
    match unpacked_size(bytes) {
        Some(size) if size > LARGEST_UNPACKED => {
            faults.push(Fault::of_file(
                file,
                "file_too_large",
                "the workbook is far larger than it looks",
                "copy the list into a new workbook, without anything else, and try again",
            ));
            return None;
        }
        Some(_) => {}
        None => {
            faults.push(unreadable(file, "the end of the file is missing"));
            return None;
        }
    }
    match read(file, bytes, rows, faults) {
        Ok(text) => Some(text),
        Err(why) => {
            faults.push(unreadable(file, &why));
            None
        }
    }
}

fn unreadable(file: &str, why: &str) -> Fault {
    let hint = "open it in a spreadsheet program, save it as .xlsx or CSV, and try again";
    Fault::of_file(
        file,
        "not_a_workbook",
        format!("this workbook cannot be read ({why})"),
        hint,
    )
}

fn read(file: &str, bytes: &[u8], rows: usize, faults: &mut Faults) -> Result<Vec<u8>, String> {
    let told = |error: calamine::XlsxError| error.to_string();
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(told)?;
    let names = book.sheet_names();
    let sheet = names
        .iter()
        .find(|name| SHEETS.contains(&name.trim().to_lowercase().as_str()))
        .or(names.first())
        .ok_or("it has no sheet")?
        .clone();
    let mut cells = book.worksheet_cells_reader(&sheet).map_err(told)?;
    let mut table: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(told)? {
        let (row, column) = cell.get_position();
        let text = text_of(cell.get_value());
        let at = usize::try_from(row).unwrap_or(usize::MAX);
        if at > rows + 1 {
            break;
        }
        if column >= LAST_COLUMN || text.as_deref().is_some_and(str::is_empty) {
            continue;
        }
        let index = usize::try_from(column).unwrap_or(usize::MAX);
        let text = text.unwrap_or_else(|| {
            faults.push(Fault {
                file: file.to_owned(),
                line: u64::from(row) + 1,
                column: index + 1,
                name: String::new(),
                code: "cell_broken",
                message: "a formula in this cell has no result".to_owned(),
                hint: "write the value itself".to_owned(),
            });
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
    for mut line in table {
        line.resize(width.max(1), String::new());
        out.write_record(&line).map_err(|error| error.to_string())?;
    }
    out.into_inner().map_err(|error| error.to_string())
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

/// What an archive says that its parts are together, from the directory at its end.
fn unpacked_size(bytes: &[u8]) -> Option<u64> {
    let number = |at: usize, length: usize| -> Option<u64> {
        let field = bytes.get(at..at.checked_add(length)?)?;
        Some(
            field
                .iter()
                .rev()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    };
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06")?;
    let entries = number(end + 10, 2)?;
    let mut at = usize::try_from(number(end + 16, 4)?).ok()?;
    let mut sum = 0_u64;
    for _ in 0..entries {
        if bytes.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        sum = sum.saturating_add(number(at + 24, 4)?);
        let tail = number(at + 28, 2)? + number(at + 30, 2)? + number(at + 32, 2)?;
        at = at
            .checked_add(46)?
            .checked_add(usize::try_from(tail).ok()?)?;
    }
    Some(sum)
}
