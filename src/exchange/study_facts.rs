//! `[[fact]]` in a study file: what is so at some schools, and decides what is asked there.

use std::collections::BTreeMap;

use crate::instrument::toml_tree::{Document, Table};

/// `[[fact]]`: a value and the schools that have it; a school has one value.
pub(super) fn read(
    document: &Document<'_>,
    root: &Table<'_, '_>,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut facts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let tables = root.has("fact").then(|| root.tables("fact"));
    for table in tables.into_iter().flatten() {
        let (name, value) = (table.text("name"), table.text("value"));
        let schools = table.texts("schools");
        table.close();
        let (Some(name), Some(value)) = (name, value) else {
            continue;
        };
        let known = facts.entry(name.value.clone()).or_default();
        for school in schools {
            let before = known.insert(school.value.clone(), value.value.clone());
            if before.is_some_and(|before| before != value.value) {
                document.fault(
                    &school.span,
                    "fact_twice",
                    format!("`{}` has two values of `{}`", school.value, name.value),
                    "give it one",
                );
            }
        }
    }
    facts
}
