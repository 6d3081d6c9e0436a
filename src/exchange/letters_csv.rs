//! Links and codes of invited people, for a mailing or for printed letters.

use std::io::Write;

use crate::domain::invitation::Letter;

/// `school, name, email, language, link, code`, for people: cells that a spreadsheet would run are made harmless.
pub fn write(out: impl Write, base: &str, letters: &[(String, Letter)]) -> csv::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(["school", "name", "email", "language", "link", "code"])?;
    for (school, letter) in letters {
        let link = format!("{base}/r#{}", letter.token);
        csv.write_record([
            harmless(school),
            harmless(&letter.name),
            harmless(letter.email.as_deref().unwrap_or_default()),
            letter.language.tag().to_owned(),
            link,
            letter.code.clone(),
        ])?;
    }
    csv.flush()?;
    Ok(())
}

/// A cell that begins like a formula gets an apostrophe in front, which spreadsheets take as "this is text".
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn a_name_that_would_run_as_a_formula_is_text() {
        assert_eq!(
            harmless("=HYPERLINK(\"http://x\")"),
            "'=HYPERLINK(\"http://x\")"
        );
        assert_eq!(harmless("De Wilg"), "De Wilg");
    }
}
