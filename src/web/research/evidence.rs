//! A page of the desk that tells of one source of evidence, part by part: words, what the source says of it, and a table.

use askama::Template;

use super::desk::{Desk, Head, Tick};
use super::tables::Shown;
use crate::locale::Words;
use crate::reports::apa::{ApaTable, Column, Form};
use crate::web::access::Researcher;
use crate::web::app::App;
use crate::web::frame::Frame;

#[derive(Template)]
#[template(path = "web/pages/evidence.html")]
pub struct EvidencePage {
    frame: Frame,
    head: Head,
    lead: String,
    /// The name of the choice, its label and what can be chosen; nothing where there is no choice.
    choice: Option<(&'static str, String, Vec<Tick>)>,
    parts: Vec<EvidencePart>,
}

#[derive(Default)]
pub struct EvidencePart {
    pub heading: String,
    pub said: Vec<String>,
    /// Words of the source, and where they stand.
    pub quoted: Option<(String, String)>,
    pub table: Option<Shown>,
    /// Stands behind a line that opens it.
    pub folded: bool,
}

impl EvidencePage {
    pub fn of(
        app: &App,
        visitor: &Researcher,
        desk: &Desk,
        (title, path): (&str, &str),
        parts: Vec<EvidencePart>,
    ) -> Self {
        let w = visitor.0.words;
        Self {
            frame: desk.frame(app, visitor, w.t(&format!("{title}-title")), path),
            head: desk.head(visitor, path),
            lead: w.t(&format!("{title}-lead")),
            choice: None,
            parts,
        }
    }

    pub fn with_choice(mut self, name: &'static str, label: String, ticks: Vec<Tick>) -> Self {
        self.choice = Some((name, label, ticks));
        self
    }
}

impl EvidencePart {
    pub fn new(heading: String) -> Self {
        Self {
            heading,
            ..Self::default()
        }
    }

    pub fn say(mut self, text: String) -> Self {
        self.said.push(text);
        self
    }

    pub fn quote(mut self, w: Words, key: &str) -> Self {
        self.quoted = Some((w.t(key), w.t(&format!("{key}-where"))));
        self
    }

    pub fn table(
        mut self,
        w: Words,
        desk: &Desk,
        table: &ApaTable,
        beside: &[(&str, &str)],
    ) -> Self {
        self.table = Some(Shown::of(w, desk, table, beside));
        self
    }

    pub fn folded(mut self) -> Self {
        self.folded = true;
        self
    }
}

/// A column of numbers whose head says what they are.
pub fn plain(key: &str, head: String, form: Form) -> Column {
    Column {
        form,
        ..Column::text(key, head)
    }
}
