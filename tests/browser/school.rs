//! A school opens its results, reads them, looks at another wave, relation and language, and prints.

use super::support::browser::{Browser, Size};
use super::support::server::{Page, Server, Visitor};
use super::walks::fits;

fn secret(link: &str) -> &str {
    link.split('#').nth(1).expect("a link has a secret")
}

#[test]
fn a_school_looks_at_its_own_collaboration() {
    let Some(browser) = Browser::start("the school's walk", Size::Phone, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("a school"));
    browser.find("button", "Start").click();
    browser.find("heading", "Om mee te beginnen");
    browser.find("heading", "Gesprekken over doelen");
    fits(&browser);
    browser.screenshot("school-phone-nl");
    browser.find("link", "aanpak").click();
    browser.find("heading", "Gesprekken over aanpak");
    browser.find("image", "Groepsbeeld: aanpak, meting T3");
    browser.find("link", "T1").click();
    browser.find("image", "Groepsbeeld: aanpak, meting T1");
    fits(&browser);
    // In the other language, on the same wave and relation.
    browser.find("button", "English").click();
    browser.find("heading", "Conversations about approach");
    browser.find("image", "Group picture: approach, wave T1");
    fits(&browser);
    browser.screenshot("school-phone-en");
    browser.find("link", "T3").click();
    browser.find("link", "all on one page").click();
    for relation in ["goals", "approach", "pupils' progress"] {
        browser.find("heading", &format!("Conversations about {relation}"));
    }
    browser.find("heading", "To talk about");
    fits(&browser);
    browser.resize(1280, 900);
    fits(&browser);
    browser.screenshot("school-desk-en");
    browser.find("button", "Nederlands").click();
    browser.find("heading", "Gesprekken over doelen");
    fits(&browser);
    browser.screenshot("school-desk-nl");
}

#[test]
fn a_team_opens_its_results_without_scripts() {
    let Some(browser) = Browser::start("the opening of results", Size::Phone, "nl") else {
        return;
    };
    let browser = browser.without_scripts();
    let server = Server::demo();
    let owner = Visitor::new(&server.base);
    owner.enter(secret(&server.link("the owner")));
    // The last school on the list has opened nothing of its newest wave.
    let page = owner.get("/study/people");
    let school = page
        .html
        .rsplit("name=\"school\" value=\"")
        .next()
        .expect("schools");
    let school = school.split('"').next().expect("an id");
    let fields = [
        ("role", "school"),
        ("label", "Ons team"),
        ("school", school),
    ];
    let made = owner.post("/study/people", &fields);
    let shown = owner.get(&made.location.expect("the link is shown"));
    let code = |page: &Page| {
        let rest = page.html.split("/r#").nth(1).expect("a link");
        rest.split('<').next().expect("a secret").to_owned()
    };
    browser.visit(&format!("{}/r", server.base));
    browser.find("textbox", "Code").type_text(&code(&shown));
    browser.find("button", "Start").click();
    browser.find("button", "Open de uitkomsten");
    browser.screenshot("school-phone-ready");
    browser.find("button", "Open de uitkomsten").click();
    browser.find("heading", "Om mee te beginnen");
    browser.gone("button", "Open de uitkomsten");
}
