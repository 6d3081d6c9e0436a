//! A principal and a member of a board walk their paths in a real browser, on the demo with ten schools.

use super::study::fits_after;
use super::support::browser::{Browser, Size};
use super::support::server::Server;
use super::walks::fits;

/// The page at the widths of a desk and of a phone, in both languages.
fn looked_at(browser: &Browser, name: &str) {
    for language in ["nl", "en"] {
        for (width, height) in [(1280, 900), (360, 800)] {
            browser.resize(width, height);
            fits(browser);
            browser.screenshot(&format!("{name}-{language}-{width}"));
        }
        let other = if language == "nl" {
            "English"
        } else {
            "Nederlands"
        };
        browser.find("button", other).click();
    }
    browser.resize(1280, 900);
}

#[test]
fn a_principal_opens_passes_on_and_sets_a_goal() {
    let Some(browser) = Browser::start("the principal's walk", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("a principal"));
    browser.find("button", "Start").click();
    browser.find("heading", "Voor de schoolleider");
    looked_at(&browser, "principal");
    browser
        .find("button", "Uitkomsten van meting T3 openen")
        .click();
    browser.find("heading", "Uw leiderschap volgens het team, meting T3");
    looked_at(&browser, "principal-leadership");
    browser
        .find("link", "Meting T3 doorgeven aan het team")
        .click();
    browser.find("heading", "Precies dit wordt zichtbaar");
    looked_at(&browser, "principal-pass-on");
    browser.find("button", "Doorgeven aan het team").click();
    browser.find("heading", "Voor de schoolleider");
    browser
        .find("button", "Scores van de leerlingen openen")
        .click();
    browser.find("heading", "Doelen voor de leerlingen");
    browser.fill("target", "85");
    browser.find("button", "Bewaren").click();
    browser.find("status", "");
    looked_at(&browser, "principal-goals");
    browser.find("link", "Afspraken").click();
    browser.find("heading", "Afspraken van ons team");
    looked_at(&browser, "agreements");
    // Everything that is wrong is told, and the page is still one that everybody can use.
    browser.find("button", "Bewaren").click();
    browser.find("alert", "");
    fits_after(&browser, "422");

    // The team of this school reads it now, after a button of its own.
    let team = server.link("a school");
    browser.find("button", "Afsluiten").click();
    browser.find("heading", "Hoe werkt uw team samen?");
    browser.visit(&team);
    browser.find("button", "Start").click();
    browser.find("link", "Leiderschap").click();
    browser
        .find("button", "Uitkomsten van meting T3 openen")
        .click();
    browser.find("heading", "Leiderschap van de schoolleider");
    looked_at(&browser, "team-leadership");
}

#[test]
fn a_board_member_looks_at_her_schools() {
    let Some(browser) = Browser::start("the board's walk", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("a board member"));
    browser.find("button", "Start").click();
    browser.find("heading", "Onze scholen");
    fits(&browser);
    browser.find("button", "Openen").click();
    browser.find("heading", "Onze scholen");
    browser.gone("button", "Openen");
    browser.script("document.querySelectorAll('details').forEach((one) => one.open = true)");
    assert!(!browser.names("image").is_empty());
    looked_at(&browser, "board");
}
