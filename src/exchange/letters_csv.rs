//! Links and codes of invited people, for a mailing or for printed letters.

use std::io::Write;

use super::tidy_csv::harmless;
use crate::domain::invitation::Letter;

/// `school, name, email, language, link, code`, for people: cells that a spreadsheet would run are made harmless.
pub fn write(out: impl Write, base: &str, letters: &[(String, Letter)]) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["school", "name", "email", "language", "link", "code"])?;
    for (school, letter) in letters {
        let link = format!("{base}/r#{}", letter.token);
        csv.write_record([
            harmless(school).into_owned(),
            harmless(&letter.name).into_owned(),
            harmless(letter.email.as_deref().unwrap_or_default()).into_owned(),
            letter.language.tag().to_owned(),
            link,
            letter.code.clone(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}
