//! A whole study in a real browser: set up by its owner from the template, answered on a phone and on another device,
//! watched, closed and taken out as data.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use schakel::domain::time::{Clock, SystemClock};
use serde_json::Value;

use super::support::browser::{Browser, Size, keys};
use super::support::server::{Installation, Server, Visitor};
use super::walks::fits;

/// As a school exports it from Excel: a mark of its encoding, semicolons, Dutch headers, dates with the day first, two
/// people of the same name, and a principal who leads two schools.
const STAFF: &str = "\u{feff}Brin;Schoolnaam;Cohort;Personeelsnummer;Roepnaam;Tussenvoegsel;Achternaam;E-mail;Functie;Groep;In dienst\r\n\
    01AA;De Eik;cohort-1;101;Piet;van der;Berg;piet@eik.example;leerkracht;groep 3;01-08-2019\r\n\
    01AA;De Eik;cohort-1;102;Jan;;Jansen;jan@eik.example;leerkracht;groep 4;15-01-2015\r\n\
    01AA;De Eik;cohort-1;103;Jan;;Jansen;j.jansen@eik.example;leerkracht;groep 8;01-08-2022\r\n\
    01AA;De Eik;cohort-1;104;Noor;de;Wit;noor@eik.example;ib'er;;01-08-2010\r\n\
    01AA;De Eik;cohort-1;105;\"Fatima; Zahra\";;El Amrani;fatima@eik.example;leerkracht;groep 5;01-09-2020\r\n\
    01AA;De Eik;cohort-1;900;Sanne;van 't;Hof;sanne@scholen.example;directeur;;01-08-2008\r\n\
    02BB;De Beuk;cohort-1;900;Sanne;van 't;Hof;sanne@scholen.example;directeur;;01-08-2008\r\n\
    02BB;De Beuk;cohort-1;201;Kees;;Mulder;kees@beuk.example;leerkracht;groep 1;01-08-2001\r\n\
    02BB;De Beuk;cohort-1;202;Aylin;;Yılmaz;;leerkracht;groep 2;01-08-2018\r\n";
/// What no file of data may say.
const SURNAMES: [&str; 7] = ["Berg", "Jansen", "Wit", "Amrani", "Hof", "Mulder", "Yılmaz"];
/// Whom a respondent misses on the list.
const MISSED: &str = "Wim Nieuwman";

#[test]
fn a_study_is_set_up_answered_watched_closed_and_taken_out() {
    let what = "the walk through a whole study";
    let Some(owner) = Browser::start(what, Size::Desk, "nl") else {
        return;
    };
    let place = Installation::new("");
    let place = Installation {
        database: format!("sqlite:{}", place.path("study.db").display()),
        ..place
    };
    let post = place.path("post");
    let server = place.serve_with(&["--mail-folder", &post.display().to_string()]);

    let own_link = set_up(&owner, &server);
    record_conditions(&owner);
    read_staff(&owner, &place);
    look_around(&owner);
    rehearse(&owner);
    let link = invite(&owner, &post);

    let (first, code) = (&link, link.rsplit_once('#').expect("a secret").1);
    {
        let phone = Browser::start(what, Size::Phone, "nl").expect("a second browser");
        begin(&phone, first);
        interrupted(&phone);
        in_two_places(&phone, &server, code);
    }
    // The board of the owner goes along, without anybody reloading it.
    assert_eq!(tally(&owner, &server), [5, 1, 1, 0]);
    {
        let desk = Browser::start(what, Size::Desk, "nl").expect("a third browser");
        resume(&desk, first);
    }
    renewed(&owner, [5, 1, 1, 1]);
    fits(&owner);
    owner.screenshot("study-response-board");

    remind(&owner, &server, &post);
    match_name(&owner, &server);
    close(&owner, &server);
    take_out(&owner, &server, &own_link);
}

/// From the link that the server printed to the matrix; gives the owner's own link.
fn set_up(owner: &Browser, server: &Server) -> String {
    let link = server
        .said
        .lines()
        .find_map(|line| line.strip_prefix("Set up a study: "))
        .expect("the first start says where a study is set up");
    owner.visit(link);
    fits(owner);
    owner.find("button", "Start").click();
    owner.find("heading", "Een onderzoek opzetten");
    fits(owner);
    owner.screenshot("study-setup");
    // The template's dates, from a first day three days ago: the first measurement is open.
    owner.fill("start", &day(-3).to_string());
    owner.find("button", "Vul de data in").click();
    owner.find("heading", "Een onderzoek opzetten");
    assert!(owner.address().contains("start="));
    // Something is missing, and what is there stays.
    owner.fill("key", "proef");
    owner.find("button", "Zet dit onderzoek op").click();
    owner.find("heading", "Dit is nog niet bewaard");
    fits_after(owner, "422");
    owner.screenshot("study-setup-faults");
    owner.fill("contact_name", "An Onderzoeker");
    owner.fill("contact_email", "an@universiteit.example");
    owner.fill("opens_1_T1", &format!("{}T08:00", day(-3)));
    owner.fill("closes_1_T1", &format!("{}T18:00", day(20)));
    owner.find("button", "Zet dit onderzoek op").click();
    owner.find("link", "Ik heb hem bewaard. Naar de volgende stappen");
    fits(owner);
    let own = owner.script("return document.querySelector('.handed code').textContent");
    owner
        .find("link", "Ik heb hem bewaard. Naar de volgende stappen")
        .click();
    owner.find("heading", "De opzet, en hoe ver het is");
    fits(owner);
    owner.screenshot("study-home-empty");
    own.as_str().expect("a link").to_owned()
}

/// The settings while nothing has begun, and then what opens the wave.
fn record_conditions(owner: &Browser) {
    owner.find("link", "Data en instellingen").click();
    owner.find("heading", "Data en instellingen");
    fits(owner);
    owner.fill("write_in", "1");
    owner.fill("weekends", "");
    owner.fill("from_hour", "0");
    owner.fill("to_hour", "0");
    owner.find("button", "Bewaren").click();
    owner.said("status", "Bewaard");
    fits(owner);
    owner.screenshot("study-design");
    go(owner, "/study/conditions");
    owner.fill("board_agreement", "2024-01-10");
    owner.fill("council_informed", "2024-01-11");
    owner.fill("ethics_reference", "EC-2024-7");
    owner.fill("retention_until", &day(3000).to_string());
    owner.find("button", "Bewaren").click();
    owner.said("status", "Bewaard");
    owner.said("paragraph", "Alles is vastgelegd.");
    fits(owner);
    owner.screenshot("study-conditions");
}

fn read_staff(owner: &Browser, place: &Installation) {
    go(owner, "/study/rosters");
    fits(owner);
    let faulty = STAFF
        .replace("15-01-2015", "31-02-2015")
        .replace("ib'er", "juf")
        .replace("piet@eik.example", "piet@@eik");
    send_list(owner, &place.file("lijst met fouten.csv", &faulty));
    owner.find("heading", "Het bestand is nog niet in orde");
    let places = owner.names("rowheader");
    assert_eq!(
        places,
        ["regel 2, kolom 8", "regel 3, kolom 11", "regel 5, kolom 9"]
    );
    owner.said("row", "“31-02-2015” is geen bestaande datum");
    fits_after(owner, "422");
    owner.screenshot("study-roster-faults");
    owner.find("link", "Een ander bestand kiezen").click();
    send_list(owner, &place.file("lijst.csv", STAFF));
    owner.find("heading", "Wat er verandert");
    owner.said("listitem", "Piet van der Berg");
    owner.said("group", "Lijken op elkaar (1)");
    fits(owner);
    owner.find("button", "Dit vastleggen").click();
    owner.said("status", "9 erbij");
    fits(owner);

    // The next file: someone renamed, someone in another group, someone gone.
    let later = STAFF
        .replace("El Amrani", "Amrani-Bakker")
        .replace("groep 1;", "groep 2;")
        .lines()
        .filter(|line| !line.contains(";103;"))
        .fold(String::new(), |all, line| all + line + "\r\n");
    send_list(owner, &place.file("lijst 2.csv", &later));
    owner.find("heading", "Wat er verandert");
    owner.said("listitem", "Amrani-Bakker");
    owner.said("group", "Krijgen een andere naam (1)");
    owner.find("checkbox", "Jan Jansen");
    fits(owner);
    owner.screenshot("study-roster-preview");
    // Gone before the measurement opened: not invited.
    owner.fill("leaves_on", &day(-3).to_string());
    owner.find("button", "Dit vastleggen").click();
    owner.said("status", "De lijsten zijn bijgewerkt");
    owner.find("link", "De Eik").click();
    owner.find("heading", "Wat er veranderd is");
    fits(owner);
    owner.screenshot("study-roster-list");
}

fn send_list(owner: &Browser, file: &Path) {
    owner.choose_file(file);
    owner.find("button", "Bestand bekijken").click();
}

fn look_around(owner: &Browser) {
    go(owner, "/study/instruments");
    fits(owner);
    owner.find("link", "Samenwerking").click();
    owner.find("heading", "Zoals het gevraagd wordt");
    fits(owner);
    owner.screenshot("study-instrument");
    go(owner, "/study/texts");
    fits(owner);
    go(owner, "/study/people");
    fits(owner);
}

fn rehearse(owner: &Browser) {
    go(owner, "/study/rehearsal");
    fits(owner);
    owner.find("button", "Nu repeteren").click();
    owner.find("heading", "Wat er gevonden is");
    fits(owner);
    owner.screenshot("study-rehearsal");
    go(owner, "/study");
    fits(owner);
    owner.screenshot("study-home");
}

/// Everybody is invited; gives the link of Piet as it stands in his mail.
fn invite(owner: &Browser, post: &Path) -> String {
    go(owner, "/study/invitations");
    owner.said("row", "De Eik");
    fits(owner);
    owner.screenshot("study-invitations");
    assert!(mails(post).is_empty(), "what is shown is not sent");
    owner
        .find("button", "Alle scholen van deze meting uitnodigen")
        .click();
    owner.said("row", "uitnodiging");
    fits(owner);
    // All but the one without an address: the principal at each of her schools.
    let sent = arrived(post, 7);
    assert!(sent.iter().all(|mail| !mail.contains("To: Aylin")));
    owner.find("link", "Brieven").click();
    owner.find("button", "Brieven tonen").click();
    owner.said("paragraph", "Beste Aylin Yılmaz");
    fits(owner);
    owner.screenshot("study-letters");
    let own = sent
        .iter()
        .find(|mail| mail.contains("piet@eik.example"))
        .expect("a mail to Piet");
    let from = own.find("http://").expect("a link in the mail");
    let link = own[from..].split_whitespace().next().expect("a link ends");
    link.to_owned()
}

/// On the phone, from the link to the first page of questions.
fn begin(phone: &Browser, link: &str) {
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
fn interrupted(phone: &Browser) {
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
fn in_two_places(phone: &Browser, server: &Server, code: &str) {
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
fn resume(desk: &Browser, link: &str) {
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

fn remind(owner: &Browser, server: &Server, post: &Path) {
    owner.find("link", "Wie niet? De Eik T1").click();
    owner.said("row", "Jan Jansen");
    assert!(
        !owner
            .names("rowheader")
            .iter()
            .any(|name| name.contains("Berg"))
    );
    fits(owner);
    owner.screenshot("study-waiting");
    owner.visit(&format!("{}/study/reminders", server.base));
    owner.said("listitem", "kreeg kort geleden mail of een brief");
    fits(owner);
    // Everybody was written to a moment ago: nobody is now, and who has finished never is.
    owner.said("paragraph", "0 personen krijgen");
    owner.said("listitem", "6 kreeg kort geleden");
    owner.said("listitem", "1 heeft verstuurd");
    owner.screenshot("study-reminders");
    assert_eq!(mails(post).len(), 7, "what is shown is not sent");
}

fn match_name(owner: &Browser, server: &Server) {
    owner.visit(&format!("{}/study/write-ins", server.base));
    owner.find("heading", MISSED);
    fits(owner);
    owner.screenshot("study-write-ins");
    owner.script(
        "const list = document.querySelector('.written select');
        list.value = [...list.options].find((option) => option.textContent.startsWith('Noor')).value",
    );
    owner.find("button", "Deze persoon is het").click();
    owner.said("paragraph", "Dit is Noor de Wit.");
    fits(owner);
}

fn close(owner: &Browser, server: &Server) {
    owner.visit(&format!("{}/response", server.base));
    owner.script(
        "document.querySelector('form[action=\"/response/close\"]').closest('details').open = true",
    );
    fits(owner);
    owner.find("button", "Ja, deze meting sluiten").click();
    owner.said("row", "gesloten");
    fits(owner);
    owner.screenshot("study-closed");
}

fn take_out(owner: &Browser, server: &Server, own_link: &str) {
    owner.visit(&format!("{}/study/exports", server.base));
    owner.said("row", "answers.csv");
    fits(owner);
    owner.screenshot("study-exports");
    let elsewhere = Visitor::new(&server.base);
    elsewhere.enter(own_link.rsplit_once('#').expect("a secret").1);
    for (file, rows) in [
        ("answers.csv", 4),
        ("nominations.csv", 3),
        ("roster.csv", 8),
    ] {
        let page = elsewhere.post("/study/exports", &[("wave", ""), ("file", file)]);
        assert_eq!(page.status, 200);
        assert!(page.html.lines().count() > rows, "{file}: {}", page.html);
        for name in SURNAMES {
            assert!(!page.html.contains(name), "{file} names {name}");
        }
        assert!(!page.html.contains(MISSED) && !page.html.contains("example"));
    }
    go(owner, "/study");
    fits(owner);
    owner.screenshot("study-home-closed");
}

/// A day counted from today, in the study's own time zone or a few hours off.
fn day(from_now: i64) -> NaiveDate {
    let today = SystemClock.now().date_naive();
    let days = Days::new(from_now.unsigned_abs());
    let there = if from_now < 0 {
        today.checked_sub_days(days)
    } else {
        today.checked_add_days(days)
    };
    there.expect("a day on the calendar")
}

fn go(browser: &Browser, path: &str) {
    let address = browser.address();
    let base: Vec<&str> = address.splitn(4, '/').take(3).collect();
    browser.visit(&format!("{}{path}", base.join("/")));
}

/// Fits, but for the one thing that the browser itself says of a refusal or of a line that is cut.
#[track_caller]
fn fits_after(browser: &Browser, refusal: &str) {
    let complaints = browser.complaints();
    assert!(
        complaints.iter().all(|line| line.contains(refusal)),
        "{complaints:?}"
    );
    fits(browser);
}

/// A page of a respondent fits on a phone and at 400 % zoom, in both languages.
#[track_caller]
fn everywhere(browser: &Browser) {
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

/// Invited, opened, started and submitted at De Eik, as the board says.
fn tally(owner: &Browser, server: &Server) -> [u64; 4] {
    owner.visit(&format!("{}/response", server.base));
    counted(owner)
}

fn counted(owner: &Browser) -> [u64; 4] {
    let cells = owner.script(
        "const row = [...document.querySelectorAll('[data-live] tbody tr')].find((row) =>
            row.textContent.startsWith('De Eik') && row.textContent.includes('T1'));
        return [...row.querySelectorAll('td.n')].slice(0, 4).map((cell) => Number(cell.textContent))",
    );
    let numbers: Vec<u64> = cells
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_u64)
        .collect();
    numbers.try_into().expect("four numbers")
}

/// Waits until the board in sight says so: it renews itself, here as if someone came back to its tab.
#[track_caller]
fn renewed(owner: &Browser, wanted: [u64; 4]) {
    owner.script("document.dispatchEvent(new Event('visibilitychange'))");
    let deadline = Instant::now() + Duration::from_secs(20);
    while counted(owner) != wanted {
        assert!(Instant::now() < deadline, "{:?}", counted(owner));
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// The mail in the folder, as it is read.
fn mails(folder: &Path) -> Vec<String> {
    let files: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .map(|file| file.expect("a file").path())
        .filter(|file| file.extension().is_some_and(|kind| kind == "eml"))
        .collect();
    files
        .iter()
        .map(|file| {
            let text = std::fs::read_to_string(file).expect("a mail");
            // Quoted-printable: a line that goes on ends with =, and = itself is =3D.
            text.replace("=\r\n", "").replace("=3D", "=")
        })
        .collect()
}

/// Waits until there are this many.
#[track_caller]
fn arrived(folder: &Path, number: usize) -> Vec<String> {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let mails = mails(folder);
        if mails.len() >= number {
            let to = |mail: &String| {
                mail.lines()
                    .find(|line| line.starts_with("To:"))
                    .map(str::to_owned)
            };
            let to: Vec<_> = mails.iter().map(to).collect();
            assert_eq!(mails.len(), number, "{to:?}");
            return mails;
        }
        assert!(
            Instant::now() < deadline,
            "{} of {number} mails",
            mails.len()
        );
        std::thread::park_timeout(Duration::from_millis(50));
    }
}
