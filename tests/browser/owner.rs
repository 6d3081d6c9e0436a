//! What the owner does in the walk through a whole study.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use super::respondent::MISSED;
use super::study::{arrived, day, days_pass, fits_after, go, link_in, mails};
use super::support::browser::Browser;
use super::support::server::{Installation, Server, Visitor, rows};
use super::walks::fits;

/// As a school exports it from Excel: a mark of its encoding, semicolons, Dutch headers, dates with the day first, two
/// people of the same name, and a principal who leads two schools.
pub const STAFF: &str = "\u{feff}Brin;Schoolnaam;Cohort;Personeelsnummer;Roepnaam;Tussenvoegsel;Achternaam;E-mail;Functie;Groep;In dienst\r\n\
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

/// From the link that the server printed to the matrix; gives the owner's own link.
pub fn set_up(owner: &Browser, server: &Server) -> String {
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
pub fn record_conditions(owner: &Browser) {
    go(owner, "/study/design");
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

pub fn read_staff(owner: &Browser, place: &Installation) {
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
    owner.find("checkbox", "Jan Jansen leerkracht, groep 8");
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

pub fn send_list(owner: &Browser, file: &Path) {
    owner.choose_file(file);
    owner.find("button", "Bestand bekijken").click();
}

pub fn look_around(owner: &Browser) {
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

pub fn rehearse(owner: &Browser) {
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
pub fn invite(owner: &Browser, post: &Path) -> String {
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
    link_in(own)
}

pub fn remind(owner: &Browser, server: &Server, place: &Installation, post: &Path) {
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
    go(owner, "/study/reminders");
    // Everybody was written to a moment ago: nobody is now, and who has finished never is.
    owner.said("paragraph", "0 personen krijgen");
    owner.said("listitem", "6 kreeg kort geleden");
    owner.said("listitem", "1 heeft verstuurd");
    fits(owner);
    assert_eq!(mails(post).len(), 7, "what is shown is not sent");

    let invited = mails(post);
    let link_of = |address: &str, school: &str| {
        let mail = invited
            .iter()
            .find(|mail| mail.contains(address) && mail.contains(school));
        link_in(mail.expect("a mail"))
    };
    let enter = |link: &str| {
        let visitor = Visitor::new(&server.base);
        visitor.enter(link.rsplit_once('#').expect("a secret").1);
        visitor
    };
    // One opens the link, one answers a question and stops, one withdraws; three do nothing.
    enter(&link_of("fatima@", "De Eik"));
    let kees = enter(&link_of("kees@", "De Beuk"));
    kees.take_part();
    let page = kees.get("/answer/1");
    let (seen, item) = (page.hidden("seen"), first_question(&page.html));
    let fields = [(item.as_str(), "4"), ("seen", &seen), ("go", "save")];
    assert_eq!(kees.save("/answer/1", &fields).status, 200);
    let sanne = enter(&link_of("sanne@", "De Beuk"));
    let gone = sanne.post("/answer/withdraw", &[("confirm", "yes")]);
    assert_eq!(gone.status, 303, "{}", gone.html);

    days_pass(&place.database, 8);
    go(owner, "/study/reminders");
    owner.said("paragraph", "5 personen krijgen nu een herinnering.");
    for line in [
        "3 heeft de link niet geopend",
        "1 heeft geopend, niet begonnen",
        "1 is begonnen en staat stil",
        "1 heeft verstuurd",
        "1 heeft zich teruggetrokken",
        "1 heeft geen adres",
    ] {
        owner.said("listitem", line);
    }
    fits(owner);
    owner.screenshot("study-reminders");
    assert_eq!(mails(post).len(), 7, "what is shown is not sent");
    owner.find("button", "Deze herinneringen sturen").click();
    owner.said("paragraph", "0 personen krijgen");
    let sent: Vec<String> = arrived(post, 12)
        .into_iter()
        .filter(|mail| mail.contains("Subject: Herinnering"))
        .collect();
    assert_eq!(sent.len(), 5);
    let reminded: BTreeSet<String> = sent.iter().map(|mail| link_in(mail)).collect();
    let wanted = [
        ("jan@", "De Eik"),
        ("noor@", "De Eik"),
        ("sanne@", "De Eik"),
        ("fatima@", "De Eik"),
        ("kees@", "De Beuk"),
    ]
    .map(|(address, school)| link_of(address, school));
    assert_eq!(
        reminded,
        BTreeSet::from(wanted),
        "the same links again, and neither to who has finished nor to who withdrew"
    );
    // Pressed once more there is nobody; the log says who sent how many.
    assert!(
        !owner
            .names("button")
            .contains(&"Deze herinneringen sturen".to_owned())
    );
    go(owner, "/study/invitations");
    assert!(
        owner
            .said("row", "Herinneren")
            .ends_with("Herinneren 5 An Onderzoeker, an@universiteit.example")
    );
    fits(owner);
}

/// The name of the first question of a page.
pub fn first_question(html: &str) -> String {
    let from = html.split("type=\"radio\" name=\"").nth(1);
    let name = from.and_then(|from| from.split('"').next());
    name.expect("a question").to_owned()
}

pub fn match_name(owner: &Browser) {
    go(owner, "/study/write-ins");
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

pub fn close(owner: &Browser) {
    go(owner, "/response");
    owner.script(
        "document.querySelector('form[action=\"/response/close\"]').closest('details').open = true",
    );
    fits(owner);
    owner.find("button", "Ja, deze meting sluiten").click();
    owner.said("row", "gesloten");
    fits(owner);
    owner.screenshot("study-closed");
}

/// Every file, downloaded as an owner does: as many rows as the page says, nobody's name, and ready to be analysed.
pub fn take_out(owner: &Browser, place: &Installation) {
    go(owner, "/study/exports");
    owner.said("row", "answers.csv");
    fits(owner);
    owner.screenshot("study-exports");
    let folder = place.path("data");
    std::fs::create_dir(&folder).expect("a folder");
    owner.downloads_to(&folder);
    let lines = owner.script(
        "return [...document.querySelectorAll('.exports tbody tr')].map((row) =>
            [row.querySelector('th').textContent, row.querySelector('.number').textContent].join('='))",
    );
    let lines: Vec<&str> = lines
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(serde_json::Value::as_str)
        .collect();
    assert!(lines.len() > 15, "{lines:?}");
    let mut told = Vec::new();
    for line in lines {
        let (name, rows) = line.split_once('=').expect("a name and a number");
        owner.find("button", &format!("Downloaden: {name}")).click();
        let file = folder.join(name);
        let deadline = Instant::now() + Duration::from_secs(20);
        // The browser makes the file first and fills it then.
        while std::fs::metadata(&file).map_or(0, |file| file.len()) == 0 {
            assert!(Instant::now() < deadline, "{name} does not come");
            std::thread::park_timeout(Duration::from_millis(25));
        }
        let text = std::fs::read_to_string(&file).expect("text");
        if name.ends_with(".csv") {
            let mut reader = csv::ReaderBuilder::new().from_path(&file).expect("a table");
            let columns = reader.headers().expect("a first row").len();
            let found: Result<Vec<_>, _> = reader.records().collect();
            let found = found.expect("whole rows").len();
            assert!(columns > 1, "{name}");
            assert_eq!(found.to_string(), rows.replace(['.', ' '], ""), "{name}");
            told.push(format!("{name} {found}"));
        }
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
        for surname in SURNAMES {
            assert!(!words.contains(surname), "{name} names {surname}");
        }
        for address in ["@eik", "@beuk", "@scholen", MISSED] {
            assert!(!text.contains(address), "{name} says {address}");
        }
    }
    eprintln!("rows: {}", told.join(", "));

    let people = rows(&folder.join("respondents.csv"));
    let of = |class: &str| people.iter().filter(|row| row["class"] == class).count();
    let classes = ["complete", "partial", "withdrawn", "none"].map(of);
    assert_eq!(classes, [1, 1, 1, 5], "{people:?}");
    let kees = people.iter().find(|row| row["class"] == "partial");
    let kees = &kees.expect("one stopped")["respondent"];
    let answers = rows(&folder.join("answers.csv"));
    let own = answers
        .iter()
        .filter(|row| row["respondent"] == *kees && !row["value"].is_empty());
    let own: Vec<(&str, &str)> = own
        .map(|row| (row["item"].as_str(), row["value"].as_str()))
        .collect();
    assert_eq!(own, [("att_01", "4")]);
    // A colleague who was ticked, and the one who was written in and found on the list.
    let named = rows(&folder.join("nominations.csv"));
    let goals = named
        .iter()
        .filter(|row| row["relation"] == "goals" && row["value"] == "1");
    assert_eq!(goals.count(), 2);
    place.must(&[
        "analyse",
        &folder.display().to_string(),
        "--out",
        &place.path("result").display().to_string(),
    ]);
    let report = std::fs::read_to_string(place.path("result").join("report.html"));
    assert!(report.expect("a report").contains("</html>"));

    go(owner, "/study");
    fits(owner);
    owner.screenshot("study-home-closed");
}
