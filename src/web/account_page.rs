//! A page of an account: text, lists with buttons, and forms with few fields, which password managers can read.

use askama::Template;

use super::app::App;
use super::frame::Frame;
use crate::locale::Words;

#[derive(Template)]
#[template(path = "web/pages/account.html")]
pub struct AccountPage {
    pub frame: Frame,
    pub lead: String,
    /// What was done just now, or nothing.
    pub done: String,
    /// What went wrong, or nothing.
    pub problem: String,
    /// The secret of an app, as a picture and as it is typed.
    pub picture: Option<(String, String)>,
    /// Links and codes that are shown once.
    pub shown: Vec<String>,
    pub lists: Vec<List>,
    pub forms: Vec<EntryForm>,
    /// Address and label.
    pub links: Vec<(String, String)>,
    /// Whether a form on it asks for a passkey.
    pub passkeys: bool,
}

pub struct List {
    pub title: String,
    pub columns: Vec<String>,
    pub lines: Vec<Line>,
    /// What is said where there are no lines.
    pub empty: String,
}

pub struct Line {
    /// The first is what the line is about.
    pub cells: Vec<String>,
    pub buttons: Vec<Button>,
}

pub struct Button {
    pub action: &'static str,
    pub fields: Vec<(&'static str, String)>,
    pub label: String,
}

#[derive(Default)]
pub struct EntryForm {
    pub action: &'static str,
    pub title: String,
    pub lead: String,
    pub hidden: Vec<(&'static str, String)>,
    pub entries: Vec<Entry>,
    pub button: String,
    pub second: bool,
    /// Where the challenge for a passkey is asked: such a form works with a script alone, and is shown by it.
    pub challenge: Option<&'static str>,
}

pub struct Entry {
    pub id: String,
    pub name: &'static str,
    pub label: String,
    /// The type of an input.
    pub kind: &'static str,
    pub autocomplete: &'static str,
    pub value: String,
    pub help: String,
    pub fault: String,
}

impl Entry {
    pub fn new(
        name: &'static str,
        kind: &'static str,
        autocomplete: &'static str,
        label: String,
    ) -> Self {
        Self {
            id: name.to_owned(),
            name,
            label,
            kind,
            autocomplete,
            value: String::new(),
            help: String::new(),
            fault: String::new(),
        }
    }

    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    pub fn value(mut self, value: &str) -> Self {
        value.clone_into(&mut self.value);
        self
    }

    pub fn help(mut self, help: String) -> Self {
        self.help = help;
        self
    }

    pub fn fault(mut self, fault: Option<String>) -> Self {
        self.fault = fault.unwrap_or_default();
        self
    }
}

impl AccountPage {
    pub fn new(app: &App, w: Words, title: &str, path: &str) -> Self {
        Self {
            frame: Frame::new(app, w, w.t(title), path),
            lead: String::new(),
            done: String::new(),
            problem: String::new(),
            picture: None,
            shown: Vec::new(),
            lists: Vec::new(),
            forms: Vec::new(),
            links: Vec::new(),
            passkeys: false,
        }
    }
}
