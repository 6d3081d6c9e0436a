//! What every page has around its content.

use crate::locale::Words;

/// Language, title, menu and the notes that stand on every page.
#[derive(Debug, Clone)]
pub struct Frame {
    pub w: Words,
    pub title: String,
    pub simulated: bool,
    /// The path of this page: where the language buttons return to.
    pub path: String,
    pub menu: Vec<MenuEntry>,
    pub signed_in: bool,
    pub contact: Option<String>,
    /// On a page with unsaved answers: what the buttons around it do goes through its form, and saves first.
    pub saves_first: bool,
}

/// The pages of a study's owner.
pub const OWNER_MENU: [(&str, &str); 7] = [
    ("/study", "nav-study"),
    ("/study/rosters", "nav-rosters"),
    ("/study/instruments", "nav-instruments"),
    ("/study/texts", "nav-texts"),
    ("/study/invitations", "nav-invitations"),
    ("/response", "nav-response"),
    ("/study/exports", "nav-exports"),
];

/// The pages of a school.
const SCHOOL_MENU: [(&str, &str); 4] = [
    ("/school", "role-school"),
    ("/school/leadership", "nav-leadership"),
    ("/school/actions", "nav-actions"),
    ("/school/response", "nav-response"),
];

/// The pages of a school for its principal.
pub const PRINCIPAL_MENU: [(&str, &str); 5] = [
    ("/principal", "role-principal"),
    ("/school", "role-school"),
    ("/school/actions", "nav-actions"),
    ("/school/response", "nav-response"),
    ("/principal/goals", "nav-goals"),
];

/// The pages of a school, for its team or for its principal.
pub fn school_menu(role: &str) -> &'static [(&'static str, &'static str)] {
    match role {
        "principal" => &PRINCIPAL_MENU,
        _ => &SCHOOL_MENU,
    }
}

#[derive(Debug, Clone)]
pub struct MenuEntry {
    pub href: String,
    pub label: String,
    pub current: bool,
}

impl Frame {
    pub fn new(app: &super::app::App, w: Words, title: String, path: impl Into<String>) -> Self {
        Self {
            w,
            title,
            simulated: app.simulated(),
            path: path.into(),
            menu: Vec::new(),
            signed_in: false,
            contact: None,
            saves_first: false,
        }
    }

    /// For someone with a visit: a way out, and whom to ask.
    pub fn for_visit(mut self, contact: &str) -> Self {
        self.signed_in = true;
        self.contact = Some(contact.to_owned());
        self
    }

    pub fn with_menu(mut self, entries: &[(&'static str, &str)]) -> Self {
        let path = self.path.split('?').next().unwrap_or_default();
        self.menu = entries
            .iter()
            .map(|(href, key)| MenuEntry {
                href: (*href).to_owned(),
                label: self.w.t(key),
                current: path == *href,
            })
            .collect();
        self
    }
}
