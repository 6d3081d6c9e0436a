//! The key table as a file.

use super::tidy_csv::harmless;

/// `respondent, person, name, email, school, member`: cells that a spreadsheet would run are made harmless.
pub fn write<'l>(lines: impl IntoIterator<Item = [&'l str; 6]>) -> csv::Result<String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["respondent", "person", "name", "email", "school", "member"])?;
    for line in lines {
        csv.write_record(line.map(|cell| harmless(cell).into_owned()))?;
    }
    let bytes = csv.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
