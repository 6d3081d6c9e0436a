//! Each audience walks its path in a real browser, on the demo with ten schools.

use super::support::browser::{Browser, Element, Size, keys};
use super::support::server::{Server, Visitor};

/// What a page must be on any screen: not wider than it, without a complaint of the browser, and without a barrier that
/// axe-core knows.
#[track_caller]
pub fn fits(browser: &Browser) {
    assert!(
        !browser.overflows(),
        "{} is wider than the screen",
        browser.address()
    );
    assert_eq!(
        browser.complaints(),
        Vec::<String>::new(),
        "{}",
        browser.address()
    );
    let barriers = browser.barriers();
    assert!(barriers.is_empty(), "{}: {barriers:#?}", browser.address());
}

const STATEMENTS: [&str; 4] = [
    "Het gebruik van een leerlingvolgsysteem is essentieel voor het realiseren van goede leerprestaties",
    "Het formuleren van uitdagende prestatiedoelen voor de volgende afname van het leerlingvolgsysteem leidt tot hogere prestaties dan zonder deze doelen.",
    "Het stellen van prestatiedoelen legt teveel nadruk op de leerprestaties van leerlingen",
    "Door met het hele team samen te werken aan OGW ontstaat er een vervelende druk om goede prestaties te realiseren",
];

/// How many have submitted in the open wave, as the owner sees it.
fn counted(owner: &Visitor) -> u64 {
    let board = owner.get("/response").html;
    let row = board
        .split("<th scope=\"row\">Alle scholen</th>")
        .nth(1)
        .expect("a line of totals");
    let cells: Vec<&str> = row.split("<td class=\"n\">").skip(1).take(4).collect();
    cells[3]
        .split('<')
        .next()
        .and_then(|n| n.parse().ok())
        .expect("a number")
}

fn secret(link: &str) -> &str {
    link.split('#').nth(1).expect("a link has a secret")
}

fn say(question: &Element<'_>, answer: &str) {
    question.find("radio", answer).click();
}

/// What is agreed to before the first question: nothing is ticked beforehand.
pub fn agree(browser: &Browser) {
    for (question, choice) in [
        ("Meedoen aan het onderzoek", "Ja"),
        ("Met naam in het beeld van uw school", "Nee"),
        ("Later nog eens benaderd worden", "Nee"),
    ] {
        let question = browser.find("group", question);
        assert!(!question.find("radio", choice).is_ticked());
        say(&question, choice);
    }
    browser.find("button", "Keuzes bewaren en verder").click();
}

/// The school has a monitoring system whose test is a part of its own: each part has a button.
pub fn begin(browser: &Browser) {
    browser.find("link", "Beginnen: Vragenlijst").click();
}

/// From the first page of questions to the receipt.
fn answer(browser: &Browser, shot: &str) {
    browser.find("group", STATEMENTS[0]);
    assert_eq!(browser.names("group").len(), STATEMENTS.len());
    for (statement, agreed) in STATEMENTS.iter().zip([
        "mee eens",
        "mee oneens",
        "helemaal mee eens",
        "geen antwoord",
    ]) {
        say(&browser.find("group", statement), agreed);
    }
    browser.screenshot(&format!("{shot}-statements"));
    browser.find("button", "Bewaren en verder").click();
    browser.find("heading", "Uw schoolleider");
    browser.find("button", "Vorige").click();
    browser.find("heading", "Wat vindt u van opbrengstgericht werken?");
    assert!(
        browser
            .find("group", STATEMENTS[0])
            .find("radio", "mee eens")
            .is_ticked(),
        "a saved page is still there"
    );
    browser.find("button", "Bewaren en verder").click();
    browser.find("heading", "Uw schoolleider");
    browser.find("button", "Bewaren en verder").click();
    browser.find("heading", "Bij ons op school");
    // The keyboard alone will do: Enter goes on, as the first button of the form.
    let culture = browser.names("group");
    say(&browser.find("group", &culture[0]), "mee eens");
    browser.press(keys::ENTER);

    browser.find("heading", "Doelen");
    let colleagues = browser.names("checkbox");
    assert!(colleagues.len() > 5, "{colleagues:?}");
    browser.find("checkbox", &colleagues[0]).click();
    browser.find("checkbox", &colleagues[2]).click();
    browser.screenshot(&format!("{shot}-colleagues"));
    browser.find("button", "Bewaren en verder").click();
    browser.find("heading", "Aanpak");
    browser.find("checkbox", "Met niemand").click();
    browser.find("button", "Bewaren en verder").click();
    browser.find("heading", "Voortgang van leerlingen");
    browser.find("button", "Bewaren en verder").click();

    browser.find("heading", "Klaar om te versturen?");
    browser.screenshot(&format!("{shot}-check"));
    browser.find("button", "Versturen").click();
    // What was sent is said; the test of the monitoring system is a part of its own, for now or for later.
    browser.find("heading", "Vragenlijst");
    browser.screenshot(&format!("{shot}-sent"));
}

#[test]
fn a_teacher_answers_on_a_phone_by_link() {
    let Some(browser) = Browser::start("the walk by link", Size::Phone, "nl") else {
        return;
    };
    let server = Server::demo();
    let owner = Visitor::new(&server.base);
    owner.enter(secret(&server.link("the owner")));
    let before = counted(&owner);

    // Over plain http and not on this machine, a browser says less of where a form comes from: it must do.
    browser.visit(
        &server
            .link("a respondent")
            .replace("127.0.0.1", "schakel.test"),
    );
    // The secret of the link is in the field, and no longer in the address.
    assert_eq!(
        browser.find("textbox", "Code").value(),
        secret(&server.link("a respondent"))
    );
    assert!(!browser.address().contains('#'));
    browser.find("button", "Start").click();
    browser.find("heading", "Vindt u dit goed?");
    fits(&browser);
    browser.screenshot("phone-consent");
    agree(&browser);
    begin(&browser);
    browser.find("heading", "Wat vindt u van opbrengstgericht werken?");
    fits(&browser);
    answer(&browser, "phone");
    fits(&browser);
    assert_eq!(counted(&owner), before + 1, "the answer is counted");

    // The same page in the other language.
    browser.find("button", "English").click();
    browser.find("heading", "Questionnaire");
}

#[test]
fn a_teacher_answers_without_scripts_by_code() {
    let Some(browser) = Browser::start("the walk by code", Size::Phone, "nl") else {
        return;
    };
    let browser = browser.without_scripts();
    let server = Server::demo();
    let owner = Visitor::new(&server.base);
    owner.enter(secret(&server.link("the owner")));
    let before = counted(&owner);

    browser.visit(&server.link("a respondent"));
    let field = browser.find("textbox", "Code");
    assert_eq!(
        field.value(),
        "",
        "without scripts the field is empty, and the code is typed"
    );
    field.type_text("0000-0000-0000-0000");
    browser.find("button", "Start").click();
    browser.find("alert", "");
    let field = browser.find("textbox", "Code");
    field.clear();
    field.type_text(&server.code("a respondent").to_lowercase().replace('-', " "));
    browser.find("button", "Start").click();
    agree(&browser);
    begin(&browser);
    answer(&browser, "phone-without-scripts");
    assert_eq!(counted(&owner), before + 1, "the answer is counted");
}

#[test]
fn a_researcher_reads_the_comparison() {
    let Some(browser) = Browser::start("the researcher's walk", Size::Desk, "en") else {
        return;
    };
    let server = Server::demo();
    browser.visit(&server.link("the researcher"));
    browser.find("button", "Start").click();
    browser.find(
        "heading",
        "Schools with a large and with a small effect compared",
    );
    assert_eq!(
        browser.names("image"),
        ["Difference between the groups (Hedges' g, high minus low) with 95 % interval"]
    );
    let headers = browser.names("columnheader");
    for header in ["Outcome", "p maxT", "Verdict"] {
        assert!(
            headers.iter().any(|known| known == header),
            "{header} in {headers:?}"
        );
    }
    let outcomes = browser.names("rowheader");
    for outcome in [
        "density",
        "dyadic reciprocity",
        "in-degree centralization",
        "School culture",
    ] {
        assert!(
            outcomes.iter().any(|known| known.starts_with(outcome)),
            "{outcome} in {outcomes:?}"
        );
    }
    fits(&browser);
    browser.screenshot("research-contrast");
    let desk = browser.address();
    browser.visit(&format!("{desk}/outcome?outcome=culture&wave=T3&relation="));
    browser.find("heading", "School culture (T3)");
    fits(&browser);
    browser.screenshot("research-outcome");
    browser.visit(&desk);
    browser.find("link", "School effects").click();
    browser.find("heading", "Effect per school");
    fits(&browser);
    browser.screenshot("research-effects");
    browser.find("link", "Teams").click();
    browser.find("link", "Scales").click();
    browser.find("heading", "What the numbers of the scales are worth");
    browser.script("document.querySelectorAll('details').forEach((one) => one.open = true)");
    fits(&browser);
    browser.screenshot("research-scales");
    browser.find("link", "Plan and report").click();
    browser.find("link", "Report").click();
    browser.find("heading", "The report of this study");
    fits(&browser);
    // The report itself, in both languages, with every table open.
    for (language, heading) in [
        ("nl", "Waarin de groepen verschillen"),
        ("en", "What sets the groups apart"),
    ] {
        browser.visit(&format!("{desk}/report/whole?language={language}"));
        browser.find("heading", heading);
        let opened = "document.querySelectorAll('details').forEach((one) => one.open = true)";
        browser.script(opened);
        fits(&browser);
        browser.screenshot(&format!("research-report-{language}"));
    }
    // The same desk at the width of a phone.
    browser.resize(360, 800);
    for page in [
        "",
        "/outcome?outcome=density&wave=T3&relation=goals",
        "/effects",
        "/scales",
    ] {
        browser.visit(&format!("{desk}{page}"));
        fits(&browser);
    }
}
