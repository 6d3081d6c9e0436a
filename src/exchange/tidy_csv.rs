//! Rows to CSV for people and their programs: comma, LF, UTF-8, and no cell that a spreadsheet would run.

use std::borrow::Cow;
use std::fmt::Write;

use csv::{Terminator, WriterBuilder};
use sha2::{Digest, Sha256};

use crate::evaluation::knowledge_test::together;
use crate::evaluation::scales::ScaleDefinition;
use crate::instrument::library::Library;

/// Lines of CSV. A header is a line like the others.
pub fn lines(rows: &[Vec<String>]) -> String {
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::Any(b'\n'))
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| harmless(cell));
        writer
            .write_record(cells.map(|cell| cell.into_owned().into_bytes()))
            .expect("memory takes every row");
    }
    let bytes = writer.into_inner().expect("memory takes every row");
    String::from_utf8(bytes).expect("text was written")
}

/// A cell that begins like a formula gets an apostrophe in front, which spreadsheets take as "this is text". A number is
/// none, with a sign or without.
pub fn harmless(cell: &str) -> Cow<'_, str> {
    // Also as they are written in full width, which some spreadsheets take for the same.
    let signs = [
        '=', '+', '-', '@', '\t', '\r', '\n', '\0', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ];
    let runs = cell.starts_with(signs);
    if runs && cell.parse::<f64>().is_err() {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The scales of the newest versions, as `scales.toml` has them; `None` without any.
pub fn scales_toml(library: &Library) -> Option<String> {
    let mut text = "[scale]\n".to_owned();
    let list = |items: &[String]| {
        let quoted: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
        quoted.join(", ")
    };
    let mut any = false;
    let of_all = library.iter().flat_map(|instrument| {
        let own = instrument.scales.iter();
        own.map(|scale| ScaleDefinition::of(instrument, scale))
    });
    let mut scales: Vec<ScaleDefinition> = of_all.collect();
    together(&mut scales);
    for scale in scales {
        any = true;
        let mut key = scale.test.as_ref().map_or_else(String::new, |test| {
            let right: Vec<String> = test.right.iter().map(i64::to_string).collect();
            format!(", key = [{}], unanswered = \"missing\"", right.join(", "))
        });
        if let Some(whole) = &scale.part_of {
            key.push_str(&format!(", part_of = \"{whole}\""));
        }
        writeln!(
            text,
            "{} = {{ items = [{}], reverse = [{}], needed = {}, min = {}, max = {}{key} }}",
            scale.key,
            list(&scale.items),
            list(&scale.reverse),
            scale.needed,
            scale.min,
            scale.max,
        )
        .expect("a string takes text");
    }
    any.then_some(text)
}

/// One file of an export as it passes by: how many rows it has besides its header, and the hash of its bytes.
pub struct Counted {
    pub file: String,
    pub rows: usize,
    digest: Sha256,
}

impl Counted {
    pub fn new(file: impl Into<String>) -> Self {
        Self {
            file: file.into(),
            rows: 0,
            digest: Sha256::new(),
        }
    }

    pub fn pass(&mut self, text: &str, rows: usize) {
        self.rows += rows;
        self.digest.update(text.as_bytes());
    }

    fn row(self) -> Vec<String> {
        let digest = self.digest.finalize();
        let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        vec![self.file, self.rows.to_string(), hash]
    }
}

/// `manifest.csv`: every file with its rows and the hash of its bytes, by name.
pub fn manifest(files: Vec<Counted>) -> String {
    let mut rows: Vec<Vec<String>> = files.into_iter().map(Counted::row).collect();
    rows.sort();
    rows.insert(0, ["file", "rows", "sha256"].map(str::to_owned).to_vec());
    lines(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_run_as_a_formula_is_text_and_a_number_is_a_number() {
        assert_eq!(
            harmless("=HYPERLINK(\"http://x\")"),
            "'=HYPERLINK(\"http://x\")"
        );
        assert_eq!(harmless("-3.5"), "-3.5");
        assert_eq!(harmless("-3+cmd"), "'-3+cmd");
        assert_eq!(harmless("De Wilg"), "De Wilg");
        let rows = [
            vec!["=a".to_owned(), "b".to_owned()],
            vec!["x, \"y\"".to_owned(), "@z".to_owned()],
        ];
        assert_eq!(lines(&rows), "'=a,b\n\"x, \"\"y\"\"\",'@z\n");
    }
}
