//! The trainer's path in a real browser, on the demo: from the cockpit to a school whose last results wait for her report,
//! the log, the report until it is locked, and the results that open then. Every page on a desk and on a phone, in both
//! languages.

use super::study::fits_after;
use super::support::browser::{Browser, Size};
use super::support::server::Server;
use super::walks::fits;

/// The page in sight at both widths.
#[track_caller]
fn looked_at(browser: &Browser, name: &str) {
    let language = browser.script("return document.documentElement.lang");
    let language = language.as_str().unwrap_or_default();
    for (size, width) in [("phone", 360), ("desk", 1280)] {
        browser.resize(width, 1200);
        fits(browser);
        browser.screenshot(&format!("trainer-{name}-{size}-{language}"));
    }
}

/// The same in both languages; the Dutch one is in sight before and after.
#[track_caller]
fn in_both(browser: &Browser, name: &str) {
    looked_at(browser, name);
    browser.find("button", "English").click();
    browser.find("button", "Nederlands");
    looked_at(browser, name);
    browser.find("button", "Nederlands").click();
    browser.find("button", "English");
}

#[test]
fn a_trainer_files_her_report_before_the_last_results_open() {
    let Some(browser) = Browser::start("the trainer's walk", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("a trainer"));
    browser.find("button", "Start").click();
    browser.find("heading", "Mijn scholen");
    in_both(&browser, "cockpit");

    // The school of which the report is begun, and the last results wait.
    let id = browser.script(
        "const card = [...document.querySelectorAll('section.card')].find((card) =>
            card.textContent.includes('gaan daarna voor u open'));
        return card && card.querySelector('h2 a').getAttribute('href').split('/').pop()",
    );
    let id = id.as_str().expect("the demo has a draft").to_owned();
    let school = format!("{}/trainer/school/{id}", server.base);
    browser.visit(&school);
    browser.find("heading", "Uitkomsten van het team");
    assert!(
        !browser
            .names("button")
            .contains(&"Uitkomsten van T3 openen".to_owned())
    );
    // Whatever waits can be opened; the earlier waves do not depend on the report.
    while let Some(button) = browser
        .names("button")
        .into_iter()
        .find(|name| name.starts_with("Uitkomsten van"))
    {
        browser.find("button", &button).click();
        browser.gone("button", &button);
    }
    in_both(&browser, "school");

    browser.find("link", "Naar het logboek").click();
    browser.find("heading", "Een bijeenkomst toevoegen");
    in_both(&browser, "log");
    browser.fill("subject", "Terugkijken");
    browser.fill("present_0", "200");
    browser.find("button", "Toevoegen").click();
    browser.find("alert", "");
    fits_after(&browser, "422");
    looked_at(&browser, "log-refused");
    browser.fill("present_0", "3");
    browser.find("button", "Toevoegen").click();
    browser.find("rowheader", "Terugkijken");
    browser.visit(&school);

    browser.find("link", "Verslag schrijven").click();
    in_both(&browser, "report");
    browser
        .find("textbox", "Wat zag u van het stellen van doelen?")
        .type_text("Doelen hangen in elke klas.");
    browser.find("button", "Bewaren en nalezen").click();
    browser.find("button", "Indienen en vastzetten");
    in_both(&browser, "preview");
    browser.find("button", "Indienen en vastzetten").click();
    browser.gone("button", "Indienen en vastzetten");
    assert!(browser.names("textbox").is_empty(), "nothing to change");
    in_both(&browser, "locked");

    browser.visit(&school);
    browser.find("button", "Uitkomsten van T3 openen").click();
    browser.gone("button", "Uitkomsten van T3 openen");
    in_both(&browser, "school-opened");
    browser.visit(&format!("{}/trainer", server.base));
    browser.find("heading", "Mijn scholen");
    looked_at(&browser, "cockpit-opened");
}

#[test]
fn a_researcher_reads_the_reports() {
    let Some(browser) = Browser::start("the trainers' reports", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("the researcher"));
    browser.find("button", "Start").click();
    browser.find("button", "English");
    browser.visit(&format!("{}/research/reports", server.base));
    browser.find("heading", "Verslagen van trainers");
    in_both(&browser, "research-reports");
    browser.script(
        "for (const one of document.querySelectorAll('details')) one.open = true; return null",
    );
    looked_at(&browser, "research-reports-texts");
}
