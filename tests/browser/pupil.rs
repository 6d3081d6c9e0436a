//! A pupil on the tablet of a class: the owner makes the class and opens its code, a child chooses a picture, answers one
//! question a screen, sends, and hands the tablet on. Then who holds conversations about results, and writes in them.

use super::study::{day, go};
use super::support::browser::{Browser, Size};
use super::support::server::{Installation, Server, Visitor};
use super::walks::fits;

/// The first wave of the first cohort is open at this moment.
fn study() -> String {
    include_str!("../../instruments/studies/focus.toml")
        .replace("2024-09-02T08:00:00", &format!("{}T08:00:00", day(-1)))
        .replace("2024-09-28T18:00:00", &format!("{}T18:00:00", day(7)))
        + "\n[conditions]\nboard_agreement = \"2024-06-01\"\ncouncil_informed = \"2024-06-01\"\n\
           ethics_reference = \"EC-1\"\nretention_until = \"2034-06-01\"\n"
}

#[track_caller]
fn looked_at(browser: &Browser, name: &str) {
    fits(browser);
    browser.screenshot(&format!("pupil-{name}"));
}

/// Presses the first choice that is there, and goes on.
fn answer(tablet: &Browser) {
    let choices = tablet.names("radio");
    tablet.find("radio", &choices[0]).click();
    tablet.find("button", "Verder").click();
}

#[test]
fn a_pupil_answers_on_the_tablet_of_the_class() {
    let Some(owner) = Browser::start("the walk of a pupil", Size::Desk, "nl") else {
        return;
    };
    let place = super::study::empty();
    let server = found(&place);
    let link = place.must(&["study", "link", "focus", "owner"]);
    let secret = link.split_whitespace().nth(3).expect("a code");
    owner.visit(&format!("{}/r#{secret}", server.base));
    owner.find("button", "Start").click();
    owner.find("link", "Personeelslijsten");
    go(&owner, "/study/classes");
    owner.find("heading", "Klassen");
    looked_at(&owner, "classes");
    // An empty list says what it is, and names no line that is not there.
    owner.find("button", "Klassen maken").click();
    assert!(
        owner
            .said("alert", "hele bestand")
            .contains("er staat niets in")
    );
    owner.complaints();
    owner.script("document.querySelector('#school').selectedIndex = 0");
    owner.fill("name", "Groep 7");
    owner.fill("year_group", "7");
    owner.fill("pupils", "3");
    owner.find("button", "Klas maken").click();
    // No code before the parents were heard: pressing says so.
    owner.find("button", "Code openen voor T1").click();
    owner.find("alert", "");
    owner.complaints();
    looked_at(&owner, "class");
    owner.fill("informed_on", &day(-14).to_string());
    owner.script("document.querySelector('[name=seat-2]').value = 'no'");
    owner.script("document.querySelector('#informed_on').form.querySelector('button').click()");
    // The page that said what was missing is gone: it was kept.
    owner.gone("alert", "");
    owner.find("button", "Code openen voor T1").click();
    owner.find("button", "Code sluiten voor T1");
    let code = owner.script("return document.querySelector('.waves code').textContent");
    let code = code.as_str().expect("a code").to_owned();
    go(&owner, "/study/classes");

    let tablet = Browser::start("the tablet", Size::Phone, "nl").expect("a second browser");
    tablet.visit(&format!("{}/r", server.base));
    tablet.find("textbox", "Code").type_text(&code);
    tablet.find("button", "Start").click();
    tablet.find("heading", "Kies jouw plaatje");
    // Of three, one was not let by the parents: that picture is not there.
    let pictures = tablet.names("button");
    let pictures: Vec<&String> = pictures.iter().filter(|name| *name != "English").collect();
    assert_eq!(pictures.len(), 2, "{pictures:?}");
    looked_at(&tablet, "door");
    tablet.find("button", pictures[0]).click();
    tablet.find("heading", "Hoi!");
    looked_at(&tablet, "hello");
    tablet.find("button", "Ja, ik doe mee").click();
    tablet.find("heading", "Vraag 1 van 30");
    looked_at(&tablet, "question");
    answer(&tablet);
    tablet.find("heading", "Vraag 2 van 30");
    tablet.find("radio", "Ik weet het niet").click();
    tablet.find("button", "Verder").click();
    tablet.find("heading", "Vraag 3 van 30");
    // Whoever stops goes on, and the question that was left open comes first.
    tablet.find("button", "Stoppen").click();
    tablet.find("heading", "Je bent gestopt");
    tablet
        .find("button", "Geef de tablet aan de volgende")
        .click();
    tablet.find("button", pictures[0]).click();
    tablet.find("heading", "Hoi!");
    tablet.find("link", "Verdergaan").click();
    for page in 2..=30 {
        tablet.find("heading", &format!("Vraag {page} van 30"));
        answer(&tablet);
    }
    tablet.find("heading", "Klaar?");
    assert!(tablet.said("main", "30 van de 30").contains("vragen"));
    looked_at(&tablet, "check");
    tablet.find("button", "Versturen").click();
    tablet.find("heading", "Dank je wel!");
    looked_at(&tablet, "thanks");
    tablet
        .find("button", "Geef de tablet aan de volgende")
        .click();
    // Who has sent is not at the door any more.
    tablet.find("heading", "Kies jouw plaatje");
    tablet.gone("button", pictures[0]);
    tablet.find("button", pictures[1]);
}

/// A server with a study of one school, in its first wave.
fn found(place: &Installation) -> Server {
    let file = place.file("study.toml", &study());
    place.must(&["study", "load", file.to_str().expect("a path")]);
    let list = place.file(
        "staff.csv",
        "school,school_name,cohort,person,name,email,role\n\
         eik,De Eik,focus2,p1,Petra Plataan,,teacher\n\
         eik,De Eik,focus2,p2,Piet Populier,,principal\n",
    );
    place.must(&["study", "enrol", "focus", list.to_str().expect("a path")]);
    place.serve()
}

#[test]
fn a_principal_prepares_the_conversations_about_results() {
    let Some(browser) = Browser::start("the walk of conversations", Size::Desk, "nl") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("a principal"));
    browser.find("button", "Start").click();
    for path in ["/principal/conversations", "/principal/conversations/board"] {
        go(&browser, path);
        assert!(browser.names("textbox").len() >= 5, "{path}");
        for (size, width) in [("phone", 360), ("desk", 1280)] {
            browser.resize(width, 1200);
            fits(&browser);
            browser.screenshot(&format!("conversation-{}-{size}", path.len()));
        }
    }
    go(&browser, "/principal/conversations");
    let question = browser.names("textbox")[0].clone();
    let field = browser.find("textbox", &question);
    field.clear();
    field.type_text("Meer oefening met begrijpend lezen in groep 6.");
    browser.find("button", "Bewaren").click();
    browser.said("status", "");
    let kept = browser.find("textbox", &question).value();
    assert!(kept.starts_with("Meer oefening"), "{kept}");
    // The team has a page of its own, on which nothing of this stands.
    let team = Visitor::new(&server.base);
    let link = server.link("a school");
    team.enter(link.rsplit_once('#').expect("a secret").1);
    let page = team.get("/school/conversations");
    assert_eq!(page.status, 200);
    assert!(!page.has("Meer oefening"));
}
