//! The researcher's desk in a browser: every page in Dutch on a desk and in English on a phone, and a choice from the form to its numbers.

use super::support::browser::{Browser, Size};
use super::support::server::Server;
use super::walks::fits;

const PAGES: [(&str, &str); 21] = [
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
    ("knowledge", "/knowledge"),
    ("chain", "/chain"),
    ("isolation", "/isolation"),
    ("card", "/card"),
    ("work", "/work"),
    ("achievement", "/achievement"),
    ("pupils", "/pupils"),
    ("explanation", "/explanation"),
    ("interviews", "/interviews"),
    ("agreement", "/agreement"),
    // The last one is not computed yet: that is what is waited for.
    ("choice", "?by=share&share=0.4"),
];

/// Pages of the others who have to do with the other evidence.
const OTHERS: [(&str, &[&str]); 4] = [
    (
        "the owner",
        &[
            "/study/facts",
            "/study/classes",
            "/study/groups",
            "/study/raters",
            "/study/achievement",
        ],
    ),
    (
        "a principal",
        &[
            "/principal/card?wave=T3",
            "/principal/conversations",
            "/principal/conversations/board",
            "/school/pupils",
            "/principal",
        ],
    ),
    (
        "a school",
        &["/school/card", "/school/pupils", "/school/conversations"],
    ),
    ("a board member", &["/board"]),
];

#[test]
fn pages_of_the_other_evidence_can_be_read_by_everybody() {
    let Some(browser) = Browser::start("the other evidence", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    let other = |language: &str| {
        if language == "nl" {
            "English"
        } else {
            "Nederlands"
        }
    };
    let mut language = "nl";
    for (who, pages) in OTHERS {
        browser.visit(&server.link(who));
        browser.find("button", "Start").click();
        browser.find("button", other(language));
        if who == "a principal" {
            // The card of the last wave, and what pupils scored, are hers to open first.
            for part in ["card", "achievement"] {
                browser.visit(&format!("{}/principal", server.base));
                let line = format!(
                    "form[action='/principal/open']:has([value='{part}']):has([value='T3'])"
                );
                browser.script(&format!(
                    "document.querySelector(\"{line} button\").click()"
                ));
                browser.left(&format!("{}/principal", server.base));
            }
        }
        for width in [1280, 360] {
            browser.resize(width, 900);
            for page in pages {
                browser.visit(&format!("{}{page}", server.base));
                fits(&browser);
                let name = page.split(['?', '=']).next().unwrap_or_default();
                let name = name.trim_matches('/').replace('/', "-");
                browser.screenshot(&format!("evidence-{name}-{language}-{width}"));
            }
            if width == 1280 {
                browser.find("button", other(language)).click();
                language = if language == "nl" { "en" } else { "nl" };
                browser.find("button", other(language));
            }
        }
        browser.script("document.querySelector('form[action=\"/leave\"] button').click()");
        browser.gone(
            "button",
            if language == "nl" {
                "Afsluiten"
            } else {
                "Close"
            },
        );
    }
}

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
    browser.gone("button", "Compute");
    // It is computed by a process of its own, which lets everybody else go first.
    for _ in 0..120 {
        let is_under_way = |name: &String| name == "Being computed";
        if !browser.names("heading").iter().any(is_under_way) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_secs(1));
        browser.visit(&browser.address());
    }
    browser.find("heading", "Measures per school");
    browser.find("link", "Effects").click();
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
