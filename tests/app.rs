//! The program as its users meet it: the command line, the pages without scripts, and what is left after a crash.

use crate::support;

use std::path::Path;

use chrono::TimeDelta;
use schakel::domain::time::{Clock, SystemClock};

use support::databases::databases;
use support::server::{Installation, Page, Visitor, rows};

/// What is recorded before a wave opens.
const CONDITIONS: &str = r#"
[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "EC-1"
retention_until = "2034-06-01"
"#;

/// The Focus template, with the first wave of the first cohort open at this moment.
fn study() -> String {
    let now = SystemClock.now();
    let at = |days: i64| {
        (now + TimeDelta::days(days))
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    let focus = include_str!("../instruments/studies/focus.toml");
    let text = focus
        .replace(
            "opens_at = \"2024-09-02T08:00:00\"",
            &format!("opens_at = \"{}\"", at(-1)),
        )
        .replace(
            "closes_at = \"2024-09-28T18:00:00\"",
            &format!("closes_at = \"{}\"", at(7)),
        );
    assert_ne!(text, focus);
    text + CONDITIONS
}

const PAYLOAD: &str = "<script>alert(1)</script>";

/// Twelve teachers in two groups, a principal and a coach, one of them with a name that is no name.
fn roster() -> String {
    let mut text = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for i in 0..12 {
        let group = if i < 6 { "onderbouw" } else { "bovenbouw" };
        text += &format!(
            "wilg,De Wilg,focus2,t{i},Leerkracht {i:02},t{i}@example.org,teacher,{group}\n"
        );
    }
    text += &format!("wilg,De Wilg,focus2,p,{PAYLOAD},p@example.org,principal,\n");
    text += "wilg,De Wilg,focus2,c,Coach van der Wal,c@example.org,coach,\n";
    text
}

fn path(file: &Path) -> &str {
    file.to_str().expect("temporary folders have plain names")
}

/// A study that is open, with the code of every invited person.
fn open_study(database: &str) -> (Installation, Vec<(String, String)>) {
    let place = Installation::new(database);
    let (study, roster) = (
        place.file("study.toml", &study()),
        place.file("roster.csv", &roster()),
    );
    let letters = place.path("letters.csv");
    place.must(&["study", "load", path(&study)]);
    place.must(&["study", "enrol", "focus", path(&roster)]);
    place.must(&[
        "study",
        "invite",
        "focus",
        "focus2",
        "T1",
        "--out",
        path(&letters),
    ]);
    let codes: Vec<(String, String)> = rows(&letters)
        .into_iter()
        .map(|row| (row["email"].clone(), row["code"].clone()))
        .collect();
    assert_eq!(codes.len(), 14);
    (place, codes)
}

fn code<'c>(codes: &'c [(String, String)], email: &str) -> &'c str {
    &codes
        .iter()
        .find(|(known, _)| known == email)
        .expect("everyone was invited")
        .1
}

/// The boxes of a list of colleagues: item, then the ids in the order of the page.
fn colleagues(page: &Page, item: &str) -> Vec<String> {
    let mark = format!("name=\"{item}\" value=\"");
    let ids: Vec<String> = page
        .html
        .split(&mark)
        .skip(1)
        .map(|rest| rest.split('"').next().expect("a value ends").to_owned())
        .collect();
    assert_eq!(ids.len(), 13, "oneself is not on the list");
    ids
}

#[tokio::test]
async fn an_acknowledged_page_survives_kill_9() {
    for database in databases("kill -9").await {
        let (place, codes) = open_study(&database.address);
        let mut server = place.serve();
        let mut visitor = Visitor::new(&server.base);
        assert_eq!(visitor.enter(code(&codes, "t3@example.org")), "/answer");
        visitor.take_part();
        let mut acknowledged = Vec::new();
        for round in 1..=5 {
            // Every round changes the answers of a page, is told that they are stored, and pulls the plug at once.
            let page = visitor.get("/answer/1");
            let given = ["1", "2", "3", "4", "5"][round - 1];
            let saved = visitor.post(
                "/answer/1",
                &[
                    ("seen", &page.hidden("seen")),
                    ("att_01", given),
                    ("att_03", "2"),
                    ("go", "next"),
                ],
            );
            assert_eq!(saved.status, 303, "{}: {}", database.name, saved.html);
            acknowledged.push(given);
            server.kill_9();
            server = place.serve();
            visitor.base.clone_from(&server.base);
            let after = visitor.get("/answer/1");
            for (item, value) in [("att_01", given), ("att_03", "2")] {
                let ticked = format!("name=\"{item}\" value=\"{value}\" checked");
                assert!(
                    after.has(&ticked),
                    "{}, round {round}: {item} = {value} is lost",
                    database.name
                );
            }
        }
        assert_eq!(acknowledged.len(), 5);
    }
}

#[tokio::test]
async fn a_wave_is_walked_from_the_roster_to_the_page_of_the_school() {
    for database in databases("the walk").await {
        let (place, codes) = open_study(&database.address);
        let server = place.serve();
        for (index, (email, code)) in codes.iter().enumerate() {
            let visitor = Visitor::new(&server.base);
            assert_eq!(visitor.enter(code), "/answer");
            let start = visitor.get("/answer");
            assert!(start.has("De Wilg") && !start.has(PAYLOAD), "{email}");
            visitor.take_part();
            let mut path = "/answer/1".to_owned();
            while path != "/answer/check" {
                let page = visitor.get(&path);
                assert_eq!(page.status, 200, "{path}");
                assert!(!page.has(PAYLOAD), "a name is text on {path}");
                let mut fields = vec![
                    ("seen".to_owned(), page.hidden("seen")),
                    ("go".to_owned(), "next".to_owned()),
                ];
                for item in [
                    "att_01", "att_02", "lead_01", "lead_02", "lead_03", "lead_04", "cult_01",
                    "cult_02",
                ] {
                    if page.has(&format!("name=\"{item}\"")) {
                        fields.push((
                            item.to_owned(),
                            (1 + (index + item.len() + item.bytes().last().unwrap() as usize) % 5)
                                .to_string(),
                        ));
                    }
                }
                for item in ["net_goals", "net_approach", "net_progress"] {
                    if page.has(&format!("name=\"{item}\"")) {
                        let ids = colleagues(&page, item);
                        let named = ids.iter().enumerate().filter(|(i, _)| (i + index) % 3 == 0);
                        fields.extend(named.map(|(_, id)| (item.to_owned(), id.clone())));
                    }
                }
                let fields: Vec<(&str, &str)> = fields
                    .iter()
                    .map(|(k, v)| (k.as_str(), v.as_str()))
                    .collect();
                let saved = visitor.post(path.split('?').next().unwrap(), &fields);
                assert_eq!(saved.status, 303, "{path}: {}", saved.html);
                path = saved.location.unwrap();
            }
            assert_eq!(visitor.post("/answer/submit", &[]).status, 303);
            let receipt = visitor.get("/answer");
            // Sending it again gives the same receipt.
            assert_eq!(visitor.post("/answer/submit", &[]).status, 303);
            assert_eq!(visitor.get("/answer").html, receipt.html);
            assert!(receipt.has("class=\"receipt\""));
            assert_eq!(
                visitor
                    .post("/answer/1", &[("seen", ""), ("att_01", "1")])
                    .status,
                409
            );
        }
        let link = |arguments: &[&str]| {
            let said = place.must(&[&["study", "link", "focus"], arguments].concat());
            said.split('#')
                .nth(1)
                .unwrap()
                .lines()
                .next()
                .unwrap()
                .to_owned()
        };
        let school = Visitor::new(&server.base);
        assert_eq!(
            school.enter(&link(&["school", "--school", "wilg"])),
            "/school"
        );
        assert!(
            !school.get("/school").has("<svg xmlns"),
            "nothing is shown of an open wave"
        );

        // A leaner list delivered later takes nothing away of what an earlier one said.
        let lean: String = roster()
            .lines()
            .map(|line| {
                let cells: Vec<&str> = line.split(',').collect();
                [cells[0], cells[2], cells[3], cells[4], cells[6]].join(",") + "\n"
            })
            .collect();
        let lean = place.file("lean.csv", &lean);
        let told = place.must(&["study", "enrol", "focus", path(&lean)]);
        assert!(told.contains("0 people joined, 14 updated"), "{told}");

        let owner = Visitor::new(&server.base);
        assert_eq!(owner.enter(&link(&["owner"])), "/study");
        let board = owner.get("/response");
        assert!(board.has("100 %"));
        // The window that opened last is the one that was answered.
        let newest = board
            .html
            .rfind("name=\"window\"")
            .expect("a window can be closed");
        let window = Page {
            html: board.html[newest..].to_owned(),
            ..board
        }
        .hidden("window");
        let closed = owner.post(
            "/response/close",
            &[("window", &window), ("confirm", "yes")],
        );
        assert_eq!(closed.status, 303, "{}", closed.html);

        // A button opens what is ready; looking alone does not.
        assert!(
            !school
                .get("/school")
                .has("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox")
        );
        assert_eq!(school.post("/school/open", &[]).status, 303);
        let page = school.get("/school");
        assert!(
            page.has("<svg xmlns")
                && page.has("onderbouw")
                && page.has("14")
                && page.has("De Wilg"),
            "{}",
            page.html
        );
        for secret in ["effect", "Effect", "Leerkracht 0", PAYLOAD, "schoolleider"] {
            assert!(!page.has(secret), "a school's page says `{secret}`");
        }
        // The way to what was passed on, and nothing of it.
        assert_eq!(page.html.matches("Leiderschap").count(), 1);
        let researcher = Visitor::new(&server.base);
        assert_eq!(researcher.enter(&link(&["researcher"])), "/research");
        assert_eq!(researcher.get("/research").status, 200);
        let measures = researcher.get("/research/networks?wave=T1&relation=goals");
        assert!(measures.has("wilg") && !measures.has("Leerkracht"));
        let report = researcher.get("/research/report/whole");
        assert!(report.status == 200 && report.has("<svg") && !report.has("Leerkracht"));
        // A respondent whose wave is closed is told so, and what was saved stays.
        let late = Visitor::new(&server.base);
        late.enter(code(&codes, "t1@example.org"));
        assert!(late.get("/answer").has("class=\"receipt\""));
    }
}

#[tokio::test]
async fn nobody_gets_further_than_their_link() {
    let database = &databases("links").await[0];
    let (place, codes) = open_study(&database.address);
    let server = place.serve();
    let closed_doors = [
        "/answer",
        "/answer/1",
        "/answer/check",
        "/answer/later",
        "/answer/consent",
        "/answer/own",
        "/answer/objection",
        "/answer/withdraw",
        "/school",
        "/trainer",
        "/response",
        "/research",
        "/research/schools",
        "/research/outcome",
        "/research/networks",
        "/research/data",
        "/research/change",
        "/research/plan",
        "/research/seen",
        "/research/reports",
        "/research/table/contrasts.csv",
        "/board",
        "/principal",
        "/principal/leadership",
        "/school/actions",
        "/school/leadership",
        "/research/effects",
        "/research/scales",
        "/research/report",
        "/research/report/whole",
    ];
    let stranger = Visitor::new(&server.base);
    for path in closed_doors {
        assert_eq!(stranger.get(path).status, 403, "{path} for a stranger");
    }
    let respondent = Visitor::new(&server.base);
    respondent.enter(code(&codes, "t1@example.org"));
    respondent.take_part();
    for path in closed_doors
        .iter()
        .filter(|path| !path.starts_with("/answer"))
    {
        assert_eq!(respondent.get(path).status, 403, "{path} for a respondent");
    }
    let said = place.must(&["study", "link", "focus", "trainer", "--school", "wilg"]);
    let trainer = Visitor::new(&server.base);
    assert_eq!(
        trainer.enter(said.split('#').nth(1).unwrap().lines().next().unwrap()),
        "/trainer"
    );
    assert!(trainer.get("/trainer").has("De Wilg"));
    for path in closed_doors.iter().filter(|path| **path != "/trainer") {
        assert_eq!(trainer.get(path).status, 403, "{path} for a trainer");
    }
    // A form from another site changes nothing, however signed in one is.
    let page = respondent.get("/answer/1");
    let fields = [("seen", page.hidden("seen")), ("att_01", "5".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
    assert_eq!(
        respondent.post_from_elsewhere("/answer/1", &fields).status,
        403
    );
    assert!(
        !respondent
            .get("/answer/1")
            .has("name=\"att_01\" value=\"5\" checked")
    );
    // Leaving ends it.
    assert_eq!(respondent.post("/leave", &[]).status, 303);
    assert_eq!(respondent.get("/answer").status, 403);
    assert_eq!(stranger.get("/nothing/here").status, 404);
}

#[tokio::test]
async fn fetching_a_link_does_nothing_and_guessing_is_stopped() {
    let database = &databases("guessing").await[0];
    let (place, codes) = open_study(&database.address);
    let server = place.serve();
    let scanner = Visitor::new(&server.base);
    for _ in 0..50 {
        assert_eq!(scanner.get("/r").status, 200);
    }
    assert_eq!(scanner.get("/answer").status, 403);
    let guesser = Visitor::new(&server.base);
    for _ in 0..10 {
        assert_eq!(
            guesser
                .post("/r", &[("code", "0000-0000-0000-0000")])
                .status,
            404
        );
    }
    assert_eq!(
        guesser
            .post("/r", &[("code", "0000-0000-0000-0000")])
            .status,
        429
    );
    assert_eq!(
        guesser
            .post("/r", &[("code", code(&codes, "t2@example.org"))])
            .status,
        429
    );
}

#[tokio::test]
async fn a_page_from_an_older_tab_overwrites_nothing() {
    let database = &databases("two tabs").await[0];
    let (place, codes) = open_study(&database.address);
    let server = place.serve();
    let visitor = Visitor::new(&server.base);
    visitor.enter(code(&codes, "t5@example.org"));
    visitor.take_part();
    let seen = visitor.get("/answer/1").hidden("seen");
    assert_eq!(
        visitor
            .post("/answer/1", &[("seen", &seen), ("att_01", "4")])
            .status,
        303
    );
    let conflict = visitor.post("/answer/1", &[("seen", &seen), ("att_01", "1")]);
    assert_eq!(conflict.status, 409);
    assert!(
        conflict.has("name=\"att_01\" value=\"1\" checked"),
        "what was sent is still on the page"
    );
    assert!(
        visitor
            .get("/answer/1")
            .has("name=\"att_01\" value=\"4\" checked"),
        "what was stored is still stored"
    );
    // Pressing save on the page that explains the conflict settles it.
    let settled = visitor.post(
        "/answer/1",
        &[("seen", &conflict.hidden("seen")), ("att_01", "1")],
    );
    assert_eq!(settled.status, 303);
    assert!(
        visitor
            .get("/answer/1")
            .has("name=\"att_01\" value=\"1\" checked")
    );
}

#[test]
fn bad_files_are_refused_whole_with_every_fault() {
    let folder = tempfile::TempDir::with_prefix("schakel-bad-").unwrap();
    let place = Installation::new(&format!(
        "sqlite:{}",
        folder.path().join("bad.db").display()
    ));
    let study = place.file("study.toml", &study());
    place.must(&["study", "load", path(&study)]);
    let bad = place.file("roster.csv", "school,cohort,person,name,role,joined_on\nwilg,focus2,a,Anna,chef,\nwilg,focus2,b,Bo,teacher,31-02-2026\n");
    let refused = place.run(&["study", "enrol", "focus", path(&bad)]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8(refused.stderr).unwrap();
    for part in ["roster.csv:2:5", "chef", "roster.csv:3:6", "31-02-2026"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    // Nothing was enrolled: a good list joins everyone.
    let good = place.file(
        "good.csv",
        "school,cohort,person,name,role\nwilg,focus2,a,Anna,teacher\n",
    );
    assert!(
        place
            .must(&["study", "enrol", "focus", path(&good)])
            .contains("1 new schools, 1 people joined")
    );

    let instrument = place.file(
        "mine.toml",
        "[instrument]\nkey = \"mine\"\nversion = \"one\"\n",
    );
    let refused = place.run(&["check", path(&instrument), path(&study)]);
    assert_eq!(refused.status.code(), Some(2));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("mine.toml:3:11"), "{told}");
    assert!(told.lines().count() >= 4, "all faults at once: {told}");
}
