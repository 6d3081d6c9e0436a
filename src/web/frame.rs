//! What every page has around its content.

use crate::domain::account::StaffLinks;
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
    /// The other pages of the entry of the menu that one is at.
    pub submenu: Vec<MenuEntry>,
    pub signed_in: bool,
    /// Whether a way to the visitor's account stands beside the way out.
    pub account: bool,
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
const SCHOOL_MENU: [(&str, &str); 6] = [
    ("/school", "role-school"),
    ("/school/leadership", "nav-leadership"),
    ("/school/pupils", "nav-pupils"),
    ("/school/actions", "nav-actions"),
    ("/school/conversations", "nav-conversations"),
    ("/school/response", "nav-response"),
];

/// The pages of an account.
pub const ACCOUNT_MENU: [(&str, &str); 4] = [
    ("/account", "account-title"),
    ("/account/security", "security-title"),
    ("/account/passkeys", "passkeys-title"),
    ("/account/sessions", "sessions-title"),
];

/// The pages of an account that administers the server.
pub const ADMINISTRATOR_MENU: [(&str, &str); 6] = [
    ("/account", "account-title"),
    ("/accounts", "accounts-title"),
    ("/setup", "setup-title"),
    ("/account/security", "security-title"),
    ("/account/passkeys", "passkeys-title"),
    ("/account/sessions", "sessions-title"),
];

/// The pages of a school for its principal.
pub const PRINCIPAL_MENU: [(&str, &str); 8] = [
    ("/principal", "role-principal"),
    ("/school", "role-school"),
    ("/school/pupils", "nav-pupils"),
    ("/school/actions", "nav-actions"),
    ("/school/response", "nav-response"),
    ("/principal/goals", "nav-goals"),
    ("/principal/conversations", "nav-conversations"),
    ("/school/conversations", "nav-team-conversation"),
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
            submenu: Vec::new(),
            signed_in: false,
            account: app.staff_links() == StaffLinks::Accounts,
            contact: None,
            saves_first: false,
        }
    }

    /// For someone with a visit: a way out, and whom to ask.
    pub fn for_visit(mut self, contact: &str) -> Self {
        self.signed_in = true;
        // Respondents have no account, and the page of a team is on a screen that everyone sees.
        self.account &= !self.path.starts_with("/answer") && !self.path.starts_with("/school");
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
