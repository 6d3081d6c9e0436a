//! The reviewed table, as it stands in `expected.txt`.

use std::collections::BTreeMap;

use super::world::ROLES;

/// What may come back, in the order of `ROLES`, and for somebody else's object: of another school, of another study, and
/// of none at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Method and path of the row.
    pub row: String,
    /// What is sent with it, if it is a form.
    pub form: String,
    pub roles: Vec<u16>,
    pub objects: Vec<u16>,
}

/// An object that is named in a query or in a form: to whom it is, and what comes of somebody else's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub role: String,
    pub method: String,
    pub path: String,
    pub form: String,
    pub statuses: Vec<u16>,
}

pub struct Table {
    pub lines: BTreeMap<String, Line>,
    pub objects: Vec<Object>,
}

pub fn file() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guards/expected.txt")
}

fn numbers(text: &str) -> Vec<u16> {
    let words = text.split_whitespace().filter(|word| *word != "-");
    words
        .map(|word| word.parse().unwrap_or_else(|_| panic!("no status: {text}")))
        .collect()
}

pub fn table() -> Table {
    let text = std::fs::read_to_string(file()).expect("the table is there");
    let mut table = Table {
        lines: BTreeMap::new(),
        objects: Vec::new(),
    };
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let (asked, form) = parts[0].split_once(" < ").unwrap_or((parts[0], ""));
        let (asked, form) = (asked.trim().to_owned(), form.trim().to_owned());
        if let Some(object) = asked.strip_prefix("as ") {
            let mut words = object.split_whitespace().map(str::to_owned);
            let mut word = || words.next().unwrap_or_else(|| panic!("{line}"));
            table.objects.push(Object {
                role: word(),
                method: word(),
                path: word(),
                form,
                statuses: numbers(parts[1]),
            });
            continue;
        }
        let mut read = Line {
            row: asked.clone(),
            form,
            roles: numbers(parts[1]),
            objects: numbers(parts.get(2).copied().unwrap_or_default()),
        };
        // A row that leaves the coder out: to her it is what it is to nobody.
        if read.roles.len() + 1 == ROLES.len() {
            read.roles.push(read.roles[0]);
        }
        assert_eq!(read.roles.len(), ROLES.len(), "{line}");
        let twice = table.lines.insert(asked, read);
        assert!(twice.is_none(), "twice: {line}");
    }
    table
}
