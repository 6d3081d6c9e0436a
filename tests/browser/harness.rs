//! That the browser itself works here, before any page of ours is blamed.

use super::support::browser::{Browser, Size, keys};

const PAGE: &str = "data:text/html,<!doctype html><html lang=nl><title>Proef</title><meta name=viewport content='width=device-width'>\
    <main><h1>Een proef</h1><form><label>Naam <input></label><label><input type=checkbox> Akkoord</label>\
    <button type=button onclick=\"setTimeout(() => { this.insertAdjacentHTML('afterend', '<p role=status aria-label=Bewaard>Bewaard</p>'); \
    document.querySelector('h1').remove() }, 300)\">Bewaar</button></form></main>";

#[test]
fn things_are_found_by_role_and_name_once_they_are_there() {
    let Some(browser) = Browser::start("the harness", Size::Desk, "nl") else {
        return;
    };
    browser.visit(PAGE);
    assert_eq!(browser.title(), "Proef");
    assert_eq!(browser.names("heading"), ["Een proef"]);
    let name = browser.find("textbox", "Naam");
    name.type_text("Ada");
    name.type_text(" Lovelace");
    assert_eq!(name.value(), "Ada Lovelace");
    name.clear();
    assert_eq!(name.value(), "");
    browser.press(keys::TAB);
    assert_eq!(
        browser.focused(),
        ("checkbox".to_owned(), "Akkoord".to_owned())
    );
    assert!(!browser.find("checkbox", "Akkoord").is_ticked());
    browser.press(keys::SPACE);
    assert!(browser.find("checkbox", "Akkoord").is_ticked());
    browser.find("button", "Bewaar").click();
    assert_eq!(browser.find("status", "Bewaard").text(), "Bewaard");
    browser.gone("heading", "Een proef");
    assert_eq!(browser.complaints(), Vec::<String>::new());
    browser.script("console.error('a complaint'); return null");
    assert_eq!(browser.complaints().len(), 1);
    assert_eq!(browser.script("return navigator.language"), "nl");
    assert!(browser.address().starts_with("data:"));
}

#[test]
fn a_phone_is_as_narrow_as_a_phone() {
    let Some(browser) = Browser::start("the harness on a phone", Size::Phone, "en") else {
        return;
    };
    browser.visit(PAGE);
    assert_eq!(browser.script("return window.innerWidth"), 360);
    assert!(!browser.overflows());
    browser.script("document.querySelector('main').style.width = '500px'; return null");
    assert!(browser.overflows());
    let shot = browser.picture("harness-phone");
    assert!(std::fs::metadata(shot).unwrap().len() > 1_000);
    browser.visit("about:blank");
    browser.back();
    assert_eq!(browser.title(), "Proef");
}
