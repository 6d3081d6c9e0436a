//! A rater from outside a school fills in the leadership card on a phone, from the owner's list to the receipt.

use super::support::browser::{Browser, Size};
use super::support::server::{Server, Visitor};
use super::walks::{agree, fits};

const FIRST: &str =
    "De schoolleider stelt het verhogen van de leerresultaten centraal in het schoolbeleid";
const SECOND: &str =
    "De schoolleider hanteert hoge normen voor de leerresultaten in de diverse groepen";

/// What stands between two marks, each time that they come.
fn between<'t>(text: &'t str, from: &str, to: char) -> Vec<&'t str> {
    let parts = text.split(from).skip(1);
    parts.filter_map(|part| part.split(to).next()).collect()
}

/// Puts somebody of the board on the list of a school whose wave is open, invites them, and gives their link.
fn link_of_a_rater(server: &Server) -> String {
    let owner = Visitor::new(&server.base);
    let secret = server.link("the owner");
    owner.enter(secret.split('#').nth(1).expect("a link has a secret"));
    // The card is asked where the school chose it: here everywhere.
    let page = owner.get("/study/facts");
    let selects = page.html.split("<select id=\"").skip(1);
    let mut fields: Vec<(&str, &str)> = selects
        .filter_map(|select| {
            let name = select.split('"').next()?;
            let chosen = select.split("\" selected").next()?.rsplit('"').next()?;
            Some((name, chosen))
        })
        .map(|(name, chosen)| {
            (
                name,
                if name.starts_with("card.") {
                    "yes"
                } else {
                    chosen
                },
            )
        })
        .collect();
    let revision = page.hidden("revision");
    fields.push(("revision", &revision));
    assert!(fields.len() > 1, "{}", page.html);
    assert_eq!(owner.post("/study/facts", &fields).status, 303);
    let page = owner.get("/study/raters").html;
    let choices = page
        .split("id=\"school\"")
        .nth(1)
        .expect("a list of schools");
    let choices = choices.split("</select>").next().expect("its end");
    let schools = between(choices, "<option value=\"", '"');
    // Schools of both cohorts are on it: of one of them the last wave is open.
    for school in schools.into_iter().filter(|school| !school.is_empty()) {
        let fields = [
            ("school", school),
            ("name", "Rita van Raad"),
            ("email", "rita@bestuur.example"),
        ];
        assert_eq!(owner.post("/study/raters", &fields).status, 303);
        let page = owner.get("/study/raters").html;
        for address in between(&page, "/study/invitations?window=", '"') {
            let (window, unit) = address.split_once("&amp;school=").unwrap_or_else(|| {
                address
                    .split_once("&#38;school=")
                    .expect("a window and a school")
            });
            let asked = [("window", window), ("school", unit)];
            if owner.post("/study/invitations/invite", &asked).status != 303 {
                continue;
            }
            let letters = owner.get(&format!("/study/letters.csv?window={window}&school={unit}"));
            let hers = letters
                .html
                .lines()
                .find(|line| line.contains("Rita van Raad"));
            let link = hers.map(|line| between(line, "/r#", ',')[0].trim_matches('"').to_owned());
            let Some(secret) = link.map(|link| link.trim().to_owned()) else {
                continue;
            };
            let rater = Visitor::new(&server.base);
            rater.enter(&secret);
            if rater.get("/answer").has("Meedoen aan het onderzoek") {
                return format!("{}/r#{secret}", server.base);
            }
        }
    }
    panic!("no school has an open wave");
}

#[test]
fn someone_of_the_board_rates_a_principal_on_a_phone() {
    let Some(browser) = Browser::start("the walk of a rater", Size::Phone, "nl") else {
        return;
    };
    let server = Server::demo();
    let link = link_of_a_rater(&server);
    browser.visit(&link);
    browser.find("button", "Start").click();
    browser.find("heading", "Vindt u dit goed?");
    agree(&browser);
    browser.find(
        "heading",
        "De schoolleider heeft een heldere visie en stelt ambitieuze doelen",
    );
    fits(&browser);
    browser.screenshot("phone-card");
    let first = browser.find("group", FIRST);
    first.find("radio", "kan ik niet beoordelen").click();
    let second = browser.find("group", SECOND);
    second.find("radio", "Hebben wij gerealiseerd").click();
    second.find("checkbox", "Ontwikkelpunt").click();
    for _ in 0..6 {
        browser.find("button", "Bewaren en verder").click();
    }
    browser.find("heading", "Wie ziet uw oordeel?");
    fits(&browser);
    let whose = browser.find(
        "group",
        "Mag de schoolleider zien wat u invulde, met uw naam erbij?",
    );
    whose.find("radio", "ja, met mijn naam").click();
    browser.find("button", "Bewaren en verder").click();
    browser.find("heading", "Klaar om te versturen?");
    browser.find("button", "Versturen").click();
    browser.find("heading", "Dank u wel");
}
