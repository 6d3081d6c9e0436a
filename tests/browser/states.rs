//! Every state of the owner's pages, in both languages, on a desk, on a phone and at 400 % zoom: nothing is wider than the
//! screen, axe-core finds no barrier, and no word stands there that was never translated.

use std::cell::Cell;

use schakel::domain::language::Language;
use schakel::locale::Words;
use serde_json::json;

use super::owner::{STAFF, first_question};
use super::study::{arrived, day, days_pass, empty, go, link_in};
use super::support::browser::{Browser, Size};
use super::support::server::{Installation, Server, Visitor};
use super::walks::fits;

const WORDS: &str = include_str!("../../src/locale/nl.ftl");
const ATTITUDE: &str = include_str!("../../instruments/attitude.v1.toml");

struct Tour {
    browser: Browser,
    w: Words,
    server: Server,
    place: Installation,
    seen: Cell<usize>,
}

#[test]
fn every_page_of_the_owner_in_dutch() {
    through_every_page(Language::Nl);
}

#[test]
fn every_page_of_the_owner_in_english() {
    through_every_page(Language::En);
}

fn through_every_page(language: Language) {
    let what = format!("every page of the owner in {}", language.tag());
    let Some(browser) = Browser::start(&what, Size::Desk, language.tag()) else {
        return;
    };
    let place = empty();
    let post = place.path("post").display().to_string();
    let tour = Tour {
        browser,
        w: Words(language),
        server: place.serve_with(&["--mail-folder", &post]),
        place,
        seen: Cell::new(0),
    };
    tour.set_up();
    tour.settings();
    tour.staff_lists();
    tour.one_member();
    tour.questionnaires();
    tour.texts_and_people();
    tour.rehearsal();
    tour.inviting();
    tour.answers();
    tour.reminding();
    tour.closing();
    tour.refusals();
    eprintln!("{what}: {} states", tour.seen.get());
    assert!(tour.seen.get() >= 60, "{}", tour.seen.get());
}

impl Tour {
    /// What is in sight is fit to be seen, at every width. What the browser says of a refusal is no complaint.
    #[track_caller]
    fn state(&self, name: &str) {
        self.seen.set(self.seen.get() + 1);
        let tag = self.w.0.tag();
        let complaints = self.browser.complaints();
        assert!(
            complaints.iter().all(|line| line.contains("status of 4")),
            "{name}: {complaints:?}"
        );
        // Dutch words are the longer ones: where they fit, English ones do.
        let sizes: &[(u32, u32)] = match self.w.0 {
            Language::Nl => &[(1280, 900), (360, 740), (320, 740)],
            Language::En => &[(1280, 900)],
        };
        for &(width, height) in sizes {
            self.browser.resize(width, height);
            fits(&self.browser);
            if width != 320 {
                let number = self.seen.get();
                let shot = format!("owner-{tag}-{number:02}-{name}-{width}");
                self.browser.screenshot(&shot);
            }
        }
        self.browser.resize(1280, 900);
        let page = self
            .browser
            .script("return [document.documentElement.lang, document.body.innerText]");
        assert_eq!(page[0], json!(tag), "{name}");
        let text = page[1].as_str().unwrap_or_default();
        let shown: Vec<&str> = WORDS
            .lines()
            .filter_map(|line| line.split_once(" ="))
            .map(|(key, _)| key)
            .filter(|key| key.contains('-') && text.split_whitespace().any(|word| word == *key))
            .collect();
        assert!(shown.is_empty(), "{name} shows {shown:?}");
    }

    fn go(&self, path: &str) {
        go(&self.browser, path);
    }

    #[track_caller]
    fn see(&self, path: &str, name: &str) {
        self.go(path);
        self.state(name);
    }

    #[track_caller]
    fn press(&self, key: &str) {
        self.browser.find("button", &self.w.t(key)).click();
    }

    #[track_caller]
    fn heading(&self, key: &str) {
        self.browser.find("heading", &self.w.t(key));
    }

    /// Presses the one button of the form that goes there, whatever else bears the same name.
    #[track_caller]
    fn send(&self, form: &str, button: &str) {
        let sent = self.browser.script(&format!(
            "const button = document.querySelector('form[action=\"{form}\"] {button}');
            if (button) button.click();
            return Boolean(button)"
        ));
        assert_eq!(sent, json!(true), "{form} {button}");
    }

    fn open_everything(&self) {
        self.browser
            .script("for (const part of document.querySelectorAll('details')) part.open = true");
    }

    fn set_up(&self) {
        let said = &self.server.said;
        let link = said
            .lines()
            .find_map(|line| line.strip_prefix("Set up a study: "));
        self.browser.visit(link.expect("a link to set up"));
        self.state("enter");
        self.press("enter-start");
        self.heading("setup-title");
        self.state("setup");
        self.browser.fill("start", &day(-3).to_string());
        self.press("setup-choose-button");
        self.heading("setup-title");
        self.press("setup-found");
        self.heading("filled-faults");
        self.state("setup-faults");
        self.browser.fill("key", "proef");
        self.browser.fill("contact_name", "An Onderzoeker");
        self.browser
            .fill("contact_email", "an@universiteit.example");
        self.press("setup-found");
        self.browser.find("link", &self.w.t("welcome-next"));
        self.state("welcome");
        self.browser.find("link", &self.w.t("welcome-next")).click();
        self.heading("todo-title");
        self.state("home-empty");
    }

    fn settings(&self) {
        self.see("/study/design", "design");
        self.browser.fill("k", "2");
        self.press("filled-save");
        self.heading("filled-faults");
        self.state("design-refused");
        self.go("/study/design");
        self.browser.fill("write_in", "1");
        self.browser.fill("weekends", "");
        self.browser.fill("from_hour", "0");
        self.browser.fill("to_hour", "0");
        self.browser.fill("objection", "B");
        self.press("filled-save");
        self.browser.said("status", &self.w.t("filled-saved"));
        self.state("design-saved");
        self.send("/study/design/wave", "button");
        self.heading("filled-faults");
        self.state("design-wave-refused");
        self.see("/study/invitations", "invitations-before");
        self.see("/response", "response-before");
        self.go("/study/conditions");
        self.browser.fill("board_agreement", &day(40).to_string());
        self.press("filled-save");
        self.heading("filled-faults");
        self.state("conditions-refused");
        self.browser.fill("board_agreement", "2024-01-10");
        self.browser.fill("council_informed", "2024-01-11");
        self.browser.fill("ethics_reference", "EC-2024-7");
        self.browser.fill("retention_until", &day(3000).to_string());
        self.press("filled-save");
        self.browser.said("status", &self.w.t("filled-saved"));
        self.state("conditions");
    }

    fn list(&self, name: &str, text: &str) {
        self.go("/study/rosters");
        self.browser.choose_file(&self.place.file(name, text));
        self.press("rosters-upload");
    }

    fn staff_lists(&self) {
        self.go("/study/rosters");
        self.open_everything();
        self.state("rosters-empty");
        let faulty = STAFF
            .replace("15-01-2015", "31-02-2015")
            .replace("ib'er", "juf")
            .replace("piet@eik.example", "piet@@eik")
            .replace("cohort-1;202", "Cohort 9;202");
        self.list("faults.csv", &faulty);
        self.heading("rosters-faults-title");
        self.browser.said("row", "Cohort 1, Cohort 2");
        self.state("roster-faults");
        // A cohort goes by its title as well as by its key.
        self.list("staff.csv", &STAFF.replace("cohort-1", "Cohort 1"));
        self.heading("rosters-preview-title");
        self.state("roster-preview");
        self.press("rosters-commit");
        self.browser.find("link", "De Eik");
        self.state("rosters");
        let later = STAFF
            .replace("El Amrani", "Amrani-Bakker")
            .replace("groep 1;", "groep 2;")
            .lines()
            .filter(|line| !line.contains(";103;"))
            .fold(String::new(), |all, line| all + line + "\r\n");
        self.list("later.csv", &later);
        self.heading("rosters-preview-title");
        // Which of the two of one name leaves can be read.
        assert!(
            self.browser.names("checkbox")[0].contains("groep 8"),
            "{:?}",
            self.browser.names("checkbox")
        );
        self.state("roster-preview-leaves");
        self.browser
            .script("document.querySelector('[name=seen]').value = 'old'");
        self.press("rosters-commit");
        self.browser.said("alert", &self.w.t("rosters-changed"));
        self.state("roster-preview-409");
        self.browser.fill("leaves_on", &day(-3).to_string());
        self.press("rosters-commit");
        self.browser.find("link", "De Eik");
        self.see("/study/rosters/01AA", "roster-list");
    }

    /// From the list, not from what happened to it.
    fn member(&self, name: &str) {
        let page = self.browser.script(&format!(
            "return [...document.querySelectorAll('th a')].find((link) => link.textContent === {name:?}).getAttribute('href')"
        ));
        self.go(page.as_str().expect("someone on the list"));
        self.browser.find("heading", name);
    }

    fn one_member(&self) {
        self.open_everything();
        self.state("roster-list-open");
        self.member("Noor de Wit");
        self.open_everything();
        self.state("roster-member");
        self.browser.fill("leave-on", "2000-01-01");
        self.press("roster-leave");
        self.browser
            .said("alert", &self.w.t("change-leaves-before-joining"));
        self.state("roster-member-refused");
        self.go("/study/rosters/01AA");
        self.member("Fatima; Zahra Amrani-Bakker");
        self.press("member-objection-make");
        self.browser
            .find("button", &self.w.t("member-objection-lift"));
        self.state("roster-member-objects");
        self.press("member-objection-lift");
        self.browser
            .find("button", &self.w.t("member-objection-make"));
    }

    fn questionnaires(&self) {
        self.see("/study/instruments", "instruments");
        for key in ["attitude", "background", "whole-network"] {
            self.see(&format!("/study/instruments/{key}"), key);
        }
        let upload = |name: &str, text: &str| {
            self.go("/study/instruments");
            self.browser.choose_file(&self.place.file(name, text));
            self.press("instruments-check");
        };
        let faulty = ATTITUDE
            .replace("answer = \"agree5\"", "answer = \"agree7\"")
            .replace("en = \"agree\"", "de = \"agree\"");
        upload("faults.toml", &faulty);
        self.browser.find("link", &self.w.t("publish-back"));
        self.state("instrument-faults");
        upload(
            "attitude.v1.toml",
            &ATTITUDE.replace("version = 1", "version = 2"),
        );
        self.browser.find("link", &self.w.t("publish-back"));
        self.state("instrument-unchanged");
        let changed = ATTITUDE
            .replace("version = 1", "version = 2")
            .replace("is essentieel voor", "is nodig voor")
            .replace("is essential for", "is needed for");
        upload("attitude.v2.toml", &changed);
        self.heading("publish-changes");
        self.state("instrument-changes");
    }

    fn texts_and_people(&self) {
        self.go("/study/texts");
        self.open_everything();
        self.state("texts");
        self.browser.fill("invitation_subject_en", "");
        self.press("texts-save");
        self.heading("filled-faults");
        self.state("texts-refused");
        self.see("/study/people", "people");
        self.press("people-hand-out");
        self.heading("filled-faults");
        self.state("people-refused");
        self.browser.fill("label", "Rik Researcher");
        self.browser.fill("role", "researcher");
        self.press("people-hand-out");
        self.browser.said("status", "http://");
        self.open_everything();
        self.state("people-handed-out");
    }

    fn rehearsal(&self) {
        self.see("/study/rehearsal", "rehearsal");
        self.press("reh-go");
        self.heading("reh-found");
        self.state("rehearsal-done");
        self.see("/study", "home");
        let cell = self
            .browser
            .script("return document.querySelector('.matrix td > a').getAttribute('href')");
        self.see(cell.as_str().expect("a cell has a table"), "home-cell");
    }

    fn inviting(&self) {
        self.see("/study/invitations", "invitations");
        self.press("invitations-all");
        self.browser
            .said("status", &self.w.t("invitations-all-done"));
        self.state("invitations-sent");
        arrived(&self.place.path("post"), 7);
        self.browser.find("link", "De Eik").click();
        self.open_everything();
        self.state("invitations-people");
        self.see("/study/letters", "letters-choose");
        self.press("letters-show");
        self.browser.said("paragraph", "Aylin Yılmaz");
        self.state("letters");
    }

    /// One opens, one begins, one writes somebody in and submits.
    fn answers(&self) {
        let mails = arrived(&self.place.path("post"), 7);
        let enter = |address: &str| {
            let mail = mails.iter().find(|mail| mail.contains(address));
            let link = link_in(mail.expect("a mail"));
            let visitor = Visitor::new(&self.server.base);
            visitor.enter(link.rsplit_once('#').expect("a secret").1);
            visitor
        };
        enter("fatima@");
        let kees = enter("kees@");
        kees.take_part();
        let page = kees.get("/answer/1");
        let item = first_question(&page.html);
        let seen = page.hidden("seen");
        let fields = [(item.as_str(), "4"), ("seen", &seen), ("go", "save")];
        assert_eq!(kees.save("/answer/1", &fields).status, 200);
        let piet = enter("piet@");
        piet.take_part();
        let page = piet.get("/answer/4");
        let item = page
            .html
            .split(".missing\"")
            .next()
            .and_then(|before| before.rsplit("name=\"").next())
            .expect("a place for a missing colleague")
            .to_owned();
        let seen = page.hidden("seen");
        let missing = format!("{item}.missing");
        let fields = [
            (missing.as_str(), "Wim Nieuwman"),
            ("seen", &seen),
            ("go", "save"),
        ];
        let saved = piet.save("/answer/4", &fields);
        assert_eq!(saved.status, 200, "{}", saved.html);
        assert_eq!(piet.post("/answer/submit", &[]).status, 303);
    }

    fn reminding(&self) {
        self.see("/response", "response");
        self.go("/study/write-ins");
        self.browser.find("heading", "Wim Nieuwman");
        self.state("write-ins");
        self.press("write-ins-match");
        self.browser.said("alert", &self.w.t("write-ins-choose"));
        self.state("write-ins-refused");
        self.browser.script(
            "const list = document.querySelector('.written select');
            list.value = [...list.options].find((one) => one.textContent.startsWith('Noor')).value",
        );
        self.press("write-ins-match");
        self.browser.said(
            "paragraph",
            &self.w.t1("write-ins-is", "name", "Noor de Wit"),
        );
        self.state("write-ins-matched");
        self.go("/response");
        let waiting = self.browser.script(
            "return document.querySelector('a[href*=\"/response/waiting\"]').getAttribute('href')",
        );
        self.see(waiting.as_str().expect("an address"), "waiting");
        self.see("/study/reminders", "reminders-too-soon");
        days_pass(&self.place.database, 8);
        self.see("/study", "home-running");
        self.see("/study/reminders", "reminders");
        self.press("reminders-go");
        self.browser.gone("button", &self.w.t("reminders-go"));
        self.state("reminders-sent");
        arrived(&self.place.path("post"), 13);
        self.see("/study/invitations", "invitations-log");
        self.see("/study/exports", "exports-open");
    }

    fn closing(&self) {
        self.go("/response");
        self.open_everything();
        self.state("closing");
        self.press("response-close-confirm");
        self.browser.said("row", &self.w.t("phase-closed"));
        self.state("closed");
        self.see("/study/exports", "exports");
        self.see("/study/exports?wave=T1", "exports-wave");
        self.see("/study/write-ins", "write-ins-closed");
        self.see("/study/reminders", "reminders-next");
        self.see("/study/invitations", "invitations-next");
        self.see("/study", "home-closed");
        self.see("/study/design", "design-closed");
    }

    fn refusals(&self) {
        self.see("/nowhere", "404");
        self.see("/study/rosters/99ZZ", "404-list");
        self.see("/research", "403");
        self.see("/answer", "403-respondent");
        self.go("/study/conditions");
        self.browser.script(
            "const form = document.querySelector('form.filled');
            form.action = '/study/rosters/commit'; form.submit()",
        );
        self.heading("problem-title");
        self.state("400");
        self.go("/study/conditions");
        self.press("leave");
        self.state("left");
        self.see("/study", "no-visit");
    }
}
