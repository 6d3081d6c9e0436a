//! TOML read with positions, so that all faults of a file can be told at once, each with its line and column.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::fault::Fault;
use crate::domain::language::Text;

/// A file, what it says and what is wrong with it.
pub struct Document<'i> {
    file: String,
    input: &'i str,
    root: Spanned<DeTable<'i>>,
    faults: RefCell<Vec<Fault>>,
}

impl<'i> Document<'i> {
    pub fn parse(file: &str, input: &'i str) -> Self {
        let (root, errors) = DeTable::parse_recoverable(input);
        let document = Self {
            file: file.to_owned(),
            input,
            root,
            faults: RefCell::default(),
        };
        for error in errors {
            let span = error.span().unwrap_or(0..0);
            document.fault(
                &span,
                "toml_syntax",
                error.message(),
                "see toml.io for how the format is written",
            );
        }
        document
    }

    pub fn root(&self) -> Table<'_, 'i> {
        Table {
            document: self,
            table: self.root.get_ref(),
            span: 0..0,
            path: String::new(),
            read: RefCell::default(),
        }
    }

    pub fn fault(
        &self,
        span: &Range<usize>,
        code: &'static str,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let before = &self.input[..span.start.min(self.input.len())];
        let line = before.matches('\n').count() as u64 + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        self.faults.borrow_mut().push(Fault {
            file: self.file.clone(),
            line,
            column,
            name: String::new(),
            code,
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// The place of a part of a text. Where characters of the text were written in another way (escaped, over several
    /// lines), the place of the whole.
    pub fn within(&self, text: &Placed<String>, part: Range<usize>) -> Range<usize> {
        let written = self.input.get(text.span.clone()).unwrap_or_default();
        let plain = written.len() == text.value.len() + 2 && written[1..].starts_with(&text.value);
        if plain {
            text.span.start + 1 + part.start..text.span.start + 1 + part.end
        } else {
            text.span.clone()
        }
    }

    /// All faults found so far, by position; the file is good if there are none.
    pub fn faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        faults.sort();
        faults.dedup();
        faults
    }

    pub fn is_good(&self) -> bool {
        self.faults.borrow().is_empty()
    }
}

/// A value with the place where it stands.
#[derive(Debug, Clone)]
pub struct Placed<T> {
    pub value: T,
    pub span: Range<usize>,
}

/// One table of a document. Every reading function records a fault and returns nothing when the value is not there or
/// is of another kind; `close` records the keys that nobody asked for.
pub struct Table<'d, 'i> {
    document: &'d Document<'i>,
    table: &'d DeTable<'i>,
    pub span: Range<usize>,
    path: String,
    read: RefCell<BTreeSet<String>>,
}

impl<'d, 'i> Table<'d, 'i> {
    pub fn fault(&self, code: &'static str, message: impl Into<String>, hint: impl Into<String>) {
        self.document.fault(&self.span, code, message, hint);
    }

    pub fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    fn get(&self, key: &str) -> Option<&'d Spanned<DeValue<'i>>> {
        self.read.borrow_mut().insert(key.to_owned());
        self.table.get(key)
    }

    fn required(&self, key: &str) -> Option<&'d Spanned<DeValue<'i>>> {
        let value = self.get(key);
        if value.is_none() {
            let place = if self.path.is_empty() {
                "the file".to_owned()
            } else {
                format!("[{}]", self.path)
            };
            self.fault(
                "missing_key",
                format!("{place} has no `{key}`"),
                format!("add `{key} = ...`"),
            );
        }
        value
    }

    fn wrong_kind(&self, value: &Spanned<DeValue<'_>>, key: &str, wanted: &str) {
        self.document.fault(
            &value.span(),
            "wrong_kind",
            format!(
                "`{key}` is {}, but should be {wanted}",
                value.get_ref().type_str()
            ),
            format!("write {wanted}"),
        );
    }

    pub fn text(&self, key: &str) -> Option<Placed<String>> {
        let value = self.required(key)?;
        match value.get_ref().as_str() {
            Some(text) if text.trim().is_empty() => {
                self.document.fault(
                    &value.span(),
                    "empty_text",
                    format!("`{key}` is empty"),
                    "write a text",
                );
                None
            }
            Some(text) => Some(Placed {
                value: text.to_owned(),
                span: value.span(),
            }),
            None => {
                self.wrong_kind(value, key, "a text in quotes");
                None
            }
        }
    }

    pub fn integer(&self, key: &str) -> Option<Placed<i64>> {
        let value = self.required(key)?;
        let number = value
            .get_ref()
            .as_integer()
            .and_then(|n| i64::from_str_radix(n.as_str(), n.radix()).ok());
        if number.is_none() {
            self.wrong_kind(value, key, "a whole number");
        }
        number.map(|number| Placed {
            value: number,
            span: value.span(),
        })
    }

    pub fn number(&self, key: &str) -> Option<Placed<f64>> {
        let value = self.required(key)?;
        let raw = value.get_ref();
        let number = raw
            .as_float()
            .map(|n| n.as_str().to_owned())
            .or_else(|| raw.as_integer().map(|n| n.as_str().to_owned()))
            .and_then(|text| text.replace('_', "").parse::<f64>().ok())
            .filter(|number| number.is_finite());
        if number.is_none() {
            self.wrong_kind(value, key, "a number");
        }
        number.map(|number| Placed {
            value: number,
            span: value.span(),
        })
    }

    pub fn optional_number(&self, key: &str) -> Option<Placed<f64>> {
        if self.has(key) {
            self.number(key)
        } else {
            None
        }
    }

    pub fn flag(&self, key: &str) -> bool {
        let Some(value) = self.get(key) else {
            return false;
        };
        value.get_ref().as_bool().unwrap_or_else(|| {
            self.wrong_kind(value, key, "true or false");
            false
        })
    }

    pub fn optional_text(&self, key: &str) -> Option<Placed<String>> {
        if self.has(key) { self.text(key) } else { None }
    }

    /// One of a fixed list of words.
    pub fn choice<T: Clone>(&self, key: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(key)?;
        let found = words
            .iter()
            .find(|(word, _)| *word == text.value)
            .map(|(_, value)| value.clone());
        if found.is_none() {
            let allowed = words
                .iter()
                .map(|(word, _)| format!("`{word}`"))
                .collect::<Vec<_>>()
                .join(", ");
            self.document.fault(
                &text.span,
                "unknown_word",
                format!("`{key}` cannot be `{}`", text.value),
                format!("write one of {allowed}"),
            );
        }
        found
    }

    /// A text in both languages: `{ nl = "...", en = "..." }`.
    pub fn bilingual(&self, key: &str) -> Option<Text> {
        let table = self.table(key)?;
        let text = table.bilingual_here();
        table.close();
        text
    }

    /// The two languages as keys of this table itself.
    pub fn bilingual_here(&self) -> Option<Text> {
        let (nl, en) = (self.text("nl"), self.text("en"));
        Some(Text {
            nl: nl?.value,
            en: en?.value,
        })
    }

    pub fn texts(&self, key: &str) -> Vec<Placed<String>> {
        let Some(value) = self.required(key) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_kind(value, key, "a list of texts");
            return Vec::new();
        };
        list.iter()
            .filter_map(|entry| {
                let text = entry.get_ref().as_str();
                if text.is_none() {
                    self.wrong_kind(entry, key, "a list of texts");
                }
                text.map(|text| Placed {
                    value: text.to_owned(),
                    span: entry.span(),
                })
            })
            .collect()
    }

    pub fn optional_texts(&self, key: &str) -> Vec<Placed<String>> {
        if self.has(key) {
            self.texts(key)
        } else {
            Vec::new()
        }
    }

    pub fn table(&self, key: &str) -> Option<Table<'d, 'i>> {
        let value = self.required(key)?;
        let table = self.child(key, value);
        if table.is_none() {
            self.wrong_kind(value, key, "a table");
        }
        table
    }

    /// The entries of a table of tables (`[item.att_01]`), by key.
    pub fn entries(&self, key: &str) -> Vec<(Placed<String>, Table<'d, 'i>)> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let Some(parent) = self.child(key, value) else {
            self.wrong_kind(value, key, "a table");
            return Vec::new();
        };
        parent
            .table
            .iter()
            .filter_map(|(name, entry)| {
                let table = parent.child(name.get_ref(), entry);
                if table.is_none() {
                    parent.wrong_kind(entry, name.get_ref(), "a table");
                }
                table.map(|table| {
                    (
                        Placed {
                            value: name.get_ref().to_string(),
                            span: name.span(),
                        },
                        table,
                    )
                })
            })
            .collect()
    }

    /// The numbers of a table, by key, in the order of the keys.
    pub fn numbers(&self) -> Vec<(Placed<String>, f64)> {
        self.table
            .keys()
            .filter_map(|name| {
                let number = self.number(name.get_ref())?.value;
                Some((
                    Placed {
                        value: name.get_ref().to_string(),
                        span: name.span(),
                    },
                    number,
                ))
            })
            .collect()
    }

    /// The elements of an array of tables (`[[page]]`), in the order of the file.
    pub fn tables(&self, key: &str) -> Vec<Table<'d, 'i>> {
        let Some(value) = self.required(key) else {
            return Vec::new();
        };
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_kind(value, key, "a list of tables");
            return Vec::new();
        };
        list.iter()
            .filter_map(|entry| {
                let table = self.child(key, entry);
                if table.is_none() {
                    self.wrong_kind(entry, key, "a list of tables");
                }
                table
            })
            .collect()
    }

    fn child(&self, key: &str, value: &'d Spanned<DeValue<'i>>) -> Option<Table<'d, 'i>> {
        let path = if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        };
        value.get_ref().as_table().map(|table| Table {
            document: self.document,
            table,
            span: value.span(),
            path,
            read: RefCell::default(),
        })
    }

    /// Records every key that was not asked for: a misspelt key must not be silently ignored.
    pub fn close(self) {
        let read = self.read.borrow();
        for name in self
            .table
            .keys()
            .filter(|name| !read.contains(name.get_ref().as_ref()))
        {
            self.document.fault(
                &name.span(),
                "unknown_key",
                format!("`{}` means nothing here", name.get_ref()),
                "remove it, or check its spelling",
            );
        }
    }
}
