//! What a respondent does in the walk through a whole study, and the questionnaire by keyboard alone.

use serde_json::Value;

use super::study::fits_after;
use super::support::browser::{Browser, Size, keys};
use super::support::server::{Server, Visitor};
use super::walks::fits;

/// Whom a respondent misses on the list.
pub const MISSED: &str = "Wim Nieuwman";

/// On the phone, from the link to the first page of questions.
pub fn begin(phone: &Browser, link: &str) {
    phone.visit(link);
    everywhere(phone);
    phone.find("button", "Start").click();
    phone.find("heading", "Vindt u dit goed?");
    everywhere(phone);
    // Nothing is chosen beforehand, and nothing chosen is no answer.
    phone.find("button", "Keuzes bewaren en verder").click();
    phone.said("alert", "Niet alles is gekozen");
    fits_after(phone, "422");
    phone.screenshot("study-phone-consent-fault");
    for (question, choice) in [
        ("Meedoen aan het onderzoek", "Ja"),
        ("Met naam in het beeld van uw school", "Ja"),
        ("Later nog eens benaderd worden", "Nee"),
    ] {
        let question = phone.find("group", question);
        question.find("radio", choice).click();
    }
    phone.find("button", "Keuzes bewaren en verder").click();
    // Straight on to the questions; the start page stays where it was.
    phone.find("heading", "Wat vindt u van opbrengstgericht werken?");
    let address = phone.address();
    let (home, _) = address.split_once("/answer").expect("a page of questions");
    phone.visit(&format!("{home}/answer"));
    phone.find("link", "Beginnen");
    everywhere(phone);
    phone.screenshot("study-phone-start-nl");
    phone.find("button", "English").click();
    phone.find("link", "Begin");
    phone.screenshot("study-phone-start-en");
    phone.find("button", "Nederlands").click();
    phone.find("link", "Beginnen").click();
    phone.find("heading", "Wat vindt u van opbrengstgericht werken?");
}

/// The first page is saved while it is filled in, goes along into the other language, and survives a tunnel.
pub fn interrupted(phone: &Browser) {
    everywhere(phone);
    let questions = phone.names("group");
    let answer = |at: usize, choice: &str| {
        let question = phone.find("group", &phone.names("group")[at]);
        question.find("radio", choice).click();
    };
    answer(0, "mee eens");
    phone.said("status", "Bewaard om");
    phone.screenshot("study-phone-saved");
    phone.find("button", "English").click();
    phone.find("button", "Nederlands");
    assert_ne!(phone.names("group"), questions, "in English now");
    answer(1, "disagree");
    phone.said("status", "Saved at");
    phone.find("button", "Nederlands").click();
    phone.find("button", "English");

    phone.offline(true);
    answer(2, "helemaal mee eens");
    phone.said("status", "Nog niet bewaard: er is geen verbinding");
    fits_after(phone, "ERR_INTERNET_DISCONNECTED");
    phone.screenshot("study-phone-offline");
    phone.offline(false);
    phone.said("status", "Bewaard om");
    phone.complaints();
}

/// What two devices say differently about one question is asked, with both answers; never is one written over the other.
pub fn in_two_places(phone: &Browser, server: &Server, code: &str) {
    let elsewhere = Visitor::new(&server.base);
    elsewhere.enter(code);
    let ids = phone.script(
        "return [...document.querySelectorAll('fieldset.question')].map((question) => question.id)",
    );
    let items: Vec<&str> = ids
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let item = items[0];
    let change = |value: &str| {
        let seen = elsewhere.get("/answer/1").hidden("seen");
        let fields = [
            (item, value),
            (items[1], "2"),
            (items[2], "5"),
            ("seen", &seen),
            ("go", "save"),
        ];
        let saved = elsewhere.save("/answer/1", &fields);
        assert_eq!(saved.status, 200, "{}", saved.html);
    };
    change("1");
    let question = phone.names("group")[0].clone();
    let again = phone.find("group", &question);
    again.find("radio", "mee oneens").click();
    let take = format!("Neem wat bewaard is: {question}");
    phone.find("button", &take);
    fits_after(phone, "409");
    phone.screenshot("study-phone-two-places");
    phone.find("button", &take).click();
    phone.gone("button", &take);
    assert!(
        again.find("radio", "helemaal mee oneens").is_ticked(),
        "what was taken stands there"
    );

    // The same without the script: a page that shows both.
    change("4");
    let send = format!(
        "document.querySelector('input[name=\"{item}\"][value=\"2\"]').checked = true;
        document.querySelector('#answers').submit()"
    );
    phone.script(&send);
    phone.find("heading", "Er is ergens anders iets anders ingevuld");
    fits_after(phone, "409");
    phone.resize(320, 740);
    fits(phone);
    phone.resize(360, 740);
    phone.screenshot("study-phone-conflict");
    phone.find("link", "Neem wat bewaard is").click();
    phone.gone("heading", "Er is ergens anders iets anders ingevuld");
}

/// On another device, with the keyboard alone, to the receipt.
pub fn resume(desk: &Browser, link: &str) {
    desk.visit(link);
    desk.find("button", "Start");
    tab_to(desk, "button", "Start");
    desk.press(keys::ENTER);
    desk.find("link", "Verdergaan");
    tab_to(desk, "link", "Verdergaan");
    desk.press(keys::ENTER);
    desk.find("button", "Bewaren en verder");
    // It goes on at the first page that was not begun; on the one before, the answers of the phone are there.
    desk.find("heading", "Uw schoolleider");
    tab_to(desk, "button", "Vorige");
    desk.press(keys::ENTER);
    let stored = |at: usize| {
        let ticked = format!(
            "return document.querySelectorAll('fieldset.question')[{at}].querySelector(':checked').value"
        );
        desk.script(&ticked)
    };
    desk.find("heading", "Wat vindt u van opbrengstgericht werken?");
    assert_eq!([stored(0), stored(1), stored(2)], ["4", "2", "5"]);

    for page in [
        "Wat vindt u van opbrengstgericht werken?",
        "Uw schoolleider",
        "Bij ons op school",
        "Doelen",
        "Aanpak",
        "Voortgang van leerlingen",
    ] {
        desk.find("heading", page);
        fits(desk);
        if page == "Doelen" {
            roster(desk);
        } else {
            by_keyboard(desk, if page == "Aanpak" { 2 } else { 1 });
        }
        tab_to(desk, "button", "Bewaren en verder");
        desk.press(keys::ENTER);
    }
    desk.find("heading", "Klaar om te versturen?");
    everywhere(desk);
    desk.screenshot("study-check");
    tab_to(desk, "button", "Versturen");
    desk.press(keys::ENTER);
    desk.find("heading", "Dank u wel");
    everywhere(desk);
    desk.screenshot("study-receipt");
    tab_to(desk, "link", "Uw antwoorden bekijken");
    desk.press(keys::ENTER);
    desk.find("heading", "Uw antwoorden");
    desk.said("main", MISSED);
    desk.said("main", "Jan Jansen");
    everywhere(desk);
    desk.screenshot("study-own-answers");
}

/// The names: as they look, what a contradiction is told, a colleague ticked and one written in.
fn roster(desk: &Browser) {
    everywhere(desk);
    desk.resize(360, 740);
    desk.screenshot("study-phone-roster-nl");
    desk.find("button", "English").click();
    desk.find("heading", "Goals");
    desk.screenshot("study-phone-roster-en");
    desk.find("button", "Nederlands").click();
    desk.find("heading", "Doelen");
    let listed = desk.names("checkbox");
    assert!(
        listed
            .iter()
            .any(|name| name.starts_with("Fatima; Zahra Amrani-Bakker")),
        "{listed:?}"
    );
    assert!(
        listed.iter().all(|name| !name.contains("Berg")),
        "nobody is asked about themselves: {listed:?}"
    );
    // Somebody and nobody, sent without the script.
    desk.script(
        "for (const box of document.querySelectorAll('.names input, .nobody input')) box.checked = true;
        document.querySelector('#answers').submit()",
    );
    desk.find("heading", "Nog niet alles kon bewaard worden");
    fits_after(desk, "422");
    desk.screenshot("study-phone-roster-fault");
    desk.resize(320, 740);
    fits(desk);
    desk.resize(1280, 900);
    desk.visit(&desk.address());
    desk.find("heading", "Doelen");
    let colleague = desk
        .names("checkbox")
        .into_iter()
        .find(|name| name.starts_with("Jan Jansen"))
        .expect("Jan is on the list");
    tab_to(desk, "checkbox", &colleague);
    desk.press(keys::SPACE);
    // How a browser calls a summary differs.
    tab_until(desk, "the place for a missing colleague", |_, name| {
        name == "Staat een collega niet in de lijst?"
    });
    desk.press(keys::ENTER);
    tab_to(desk, "textbox", "Ontbrekende collega 1");
    for letter in MISSED.chars() {
        desk.press(&letter.to_string());
    }
    desk.said("status", "Bewaard om");
    fits(desk);
    desk.screenshot("study-roster-desk");
}

/// Answers every question of the page: a scale with the arrows, a list with the space bar, at this place of it.
fn by_keyboard(browser: &Browser, place: usize) {
    let mut boxes = 0;
    tab_until(browser, "the button below", |role, name| {
        if role == "radio" {
            browser.press(keys::DOWN);
        }
        if role == "checkbox" {
            boxes += 1;
            if boxes == place {
                browser.press(keys::SPACE);
            }
        }
        name == "Bewaren en verder"
    });
}

fn tab_to(browser: &Browser, role: &str, name: &str) {
    tab_until(browser, name, |own, known| own == role && known == name);
}

/// Presses Tab until it is there; wherever the focus comes, it can be seen.
#[track_caller]
fn tab_until(browser: &Browser, what: &str, mut there: impl FnMut(&str, &str) -> bool) {
    let (role, name) = browser.focused();
    if there(&role, &name) {
        return;
    }
    for _ in 0..100 {
        browser.press(keys::TAB);
        let (role, name) = browser.focused();
        let seen = browser.script(
            "const it = document.activeElement, box = it.getBoundingClientRect(), bar = document.querySelector('#saving');
            if (it === document.body) return 'nothing';
            if (!it.matches(':focus-visible') || getComputedStyle(it).outlineStyle === 'none') return 'no outline';
            if (box.bottom <= 0 || box.top >= innerHeight || box.width === 0) return 'outside the screen';
            if (bar?.textContent && !bar.contains(it) && box.top >= bar.getBoundingClientRect().top
                && box.bottom <= bar.getBoundingClientRect().bottom) return 'behind the line of saving';
            return ''",
        );
        // Behind the last thing of a page the focus is with the browser itself.
        if seen != "nothing" {
            assert_eq!(seen, "", "{role} \"{name}\" on {}", browser.address());
        }
        if there(&role, &name) {
            return;
        }
    }
    panic!("Tab does not come to {what} on {}", browser.address());
}

/// A page of a respondent fits on a phone and at 400 % zoom, in both languages.
#[track_caller]
pub fn everywhere(browser: &Browser) {
    let width = browser.script("return innerWidth").as_u64().unwrap_or(1280);
    for other in ["English", "Nederlands"] {
        for narrow in [360, 320] {
            browser.resize(narrow, 740);
            fits(browser);
        }
        browser.find("button", other).click();
        browser.gone("button", other);
    }
    browser.find("button", "English");
    let (width, height) = if width < 400 { (360, 740) } else { (1280, 900) };
    browser.resize(width, height);
}

#[test]
fn a_teacher_answers_on_a_phone_with_keys_alone() {
    let Some(phone) = Browser::start("the questionnaire by keyboard", Size::Phone, "nl") else {
        return;
    };
    let server = Server::demo();
    phone.visit(&server.link("a respondent"));
    phone.find("button", "Start");
    tab_to(&phone, "button", "Start");
    phone.press(keys::ENTER);
    phone.find("heading", "Vindt u dit goed?");
    tab_until(&phone, "the button below", |role, name| {
        if role == "radio" {
            phone.press(keys::SPACE);
        }
        name == "Keuzes bewaren en verder"
    });
    phone.press(keys::ENTER);
    phone.find("link", "Beginnen: Vragenlijst");
    tab_to(&phone, "link", "Beginnen: Vragenlijst");
    phone.press(keys::ENTER);
    for page in [
        "Wat vindt u van opbrengstgericht werken?",
        "Uw schoolleider",
        "Bij ons op school",
        "Doelen",
        "Aanpak",
        "Voortgang van leerlingen",
    ] {
        phone.find("heading", page);
        by_keyboard(&phone, 2);
        phone.press(keys::ENTER);
    }
    phone.find("heading", "Klaar om te versturen?");
    assert!(
        phone.said("main", "U beantwoordde alle").contains("vragen"),
        "the keys answered every question"
    );
    tab_to(&phone, "button", "Versturen");
    phone.press(keys::ENTER);
    // What was sent is said; the test of the monitoring system is a part of its own.
    phone.find("heading", "Vragenlijst");
    fits(&phone);
}
