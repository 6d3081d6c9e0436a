//! The researcher's desk in a browser: every page in Dutch on a desk and in English on a phone, and a choice from the form to its numbers.

use super::support::browser::{Browser, Size};
use super::support::server::Server;
use super::walks::fits;

const PAGES: [(&str, &str); 11] = [
    ("data", "/data"),
    ("networks", "/networks?wave=T1&relation=goals"),
    ("school", "/networks/s001?wave=T3&relation=goals"),
    ("change", "/change"),
    ("effects", "/effects"),
    ("contrast", ""),
    ("plan", "/plan"),
    ("seen", "/seen"),
    ("scales", "/scales"),
    ("measure", "/measure/density"),
    ("choice", "?by=share&share=0.4"),
];

#[test]
fn a_researcher_reads_the_desk_and_makes_a_choice() {
    let Some(browser) = Browser::start("the desk", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("the researcher"));
    browser.find("button", "Start").click();
    browser.find(
        "heading",
        "Scholen met groot en met klein effect vergeleken",
    );
    let desk = browser.address();
    for (language, width, height) in [("nl", 1280, 900), ("en", 360, 800)] {
        browser.resize(width, height);
        for (name, page) in PAGES {
            browser.visit(&format!("{desk}{page}"));
            browser
                .script("document.querySelectorAll('details').forEach((one) => one.open = true)");
            fits(&browser);
            browser.screenshot(&format!("desk-{name}-{language}-{width}"));
        }
        if language == "nl" {
            browser.find("button", "English").click();
            browser.find("heading", "Not computed yet");
        }
    }
    // From the form to the numbers, and back.
    browser.resize(1280, 900);
    browser.visit(&format!("{desk}/networks"));
    browser.script("document.querySelector('.choice').open = true");
    browser.fill("unknown", "null");
    browser.find("button", "Show this choice").click();
    browser.find("button", "Compute").click();
    browser.find("heading", "Measures per school");
    browser.find("link", "Comparison").click();
    browser.find(
        "heading",
        "Schools with a large and with a small effect compared",
    );
    assert!(browser.address().contains("unknown=null"));
    fits(&browser);
    browser.screenshot("desk-chosen-en-1280");
    browser.find("link", "Back to the locked plan").click();
    assert!(!browser.address().contains("unknown"));
}
