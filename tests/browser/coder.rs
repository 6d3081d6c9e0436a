//! The coder's path in a real browser, on the demo: from her list to a statement that waits, the next one, and the
//! differences. Both widths, both languages.

use super::support::browser::{Browser, Size};
use super::support::server::Server;
use super::walks::fits;

#[track_caller]
fn looked_at(browser: &Browser, name: &str) {
    for (size, width) in [("phone", 360), ("desk", 1280)] {
        browser.resize(width, 1200);
        fits(browser);
        browser.screenshot(&format!("coder-{name}-{size}"));
    }
}

#[test]
fn a_coder_codes_a_statement_and_goes_on_to_the_next() {
    let Some(browser) = Browser::start("the coder's walk", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("the first coder"));
    browser.find("button", "Start").click();
    browser.find("heading", "Coderen");
    looked_at(&browser, "home");
    browser.find("link", "Ga verder").click();
    let before = browser.address();
    looked_at(&browser, "statement");
    browser.find("button", "Bewaar en ga verder").click();
    let heading = |browser: &Browser| {
        let text = browser.script("return document.querySelector('h1').textContent");
        text.as_str().unwrap_or_default().to_owned()
    };
    assert!(heading(&browser).starts_with("Uitspraak "));
    assert_ne!(browser.address(), before, "the next statement");
    browser.find("button", "English").click();
    browser.find("button", "Nederlands");
    assert!(heading(&browser).starts_with("Statement "));
    looked_at(&browser, "statement-en");
    browser.visit(&format!("{}/coding/differences", server.base));
    looked_at(&browser, "differences-en");
}
