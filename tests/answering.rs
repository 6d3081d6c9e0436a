//! The pages a respondent fills in: every kind of question, the list of colleagues, saving, and two tabs.

use crate::support;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use schakel::domain::answer::Answer;
use schakel::domain::id::MemberId;
use schakel::domain::study::Layout;
use schakel::domain::time::{Clock, SystemClock};
use schakel::fieldwork::hints;
use schakel::fieldwork::pages::Part;
use schakel::fieldwork::receive::PageSent;
use schakel::instrument::check::{AnswerFault, RawAnswer};
use schakel::storage::answers;

use support::databases::{Database, databases};
use support::server::{Installation, Page, Server, Visitor, rows};
use support::small_study::{Field, OAK, lines, nobody, start, ticked};

const FOCUS: &str = include_str!("../instruments/studies/focus.toml");
const EVERY_KIND: &str = include_str!("support/every_kind.v1.toml");

/// The Focus template with its first two waves open now, what its network question is to be like, and a test with every
/// kind of question.
fn study(network: &str) -> String {
    let at = |days: i64| {
        let at: chrono::DateTime<Utc> = SystemClock.now() + TimeDelta::days(days);
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let mut text = FOCUS.to_owned();
    for (from, to) in [
        ("opens_at = \"2024-09-02T08:00:00\"", at(-2)),
        ("closes_at = \"2024-09-28T18:00:00\"", at(6)),
        ("opens_at = \"2025-06-02T08:00:00\"", at(-1)),
        ("closes_at = \"2025-06-28T18:00:00\"", at(7)),
    ] {
        let key = from.split(' ').next().expect("a key");
        assert!(text.contains(from), "{from}");
        text = text.replace(from, &format!("{key} = \"{to}\""));
    }
    let open = "objection = \"A\"\n";
    assert!(text.contains(open));
    text = text.replace(open, &format!("{open}{network}\n"));
    text + r#"
[[collect]]
instrument = "every-kind"
waves = ["T1"]
roles = ["teacher"]
about = "self"

[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "EC-1"
retention_until = "2034-06-01"
"#
}

/// A page, what is filled in, where it leads, and what the page shows afterwards.
type PageGiven<'p> = (&'p str, &'p [(&'p str, &'p str)], &'p str, Vec<String>);

/// So many teachers at one school, in two groups.
fn roster(people: usize) -> String {
    let mut text = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for i in 0..people {
        let group = ["onderbouw", "bovenbouw"][i % 2];
        text += &format!(
            "wilg,De Wilg,focus2,t{i},Leerkracht van der Meulen {i:03},t{i}@example.org,teacher,{group}\n"
        );
    }
    text
}

/// A school that answers: its server, and everyone's code by wave and number.
struct School {
    place: Installation,
    server: Server,
    codes: BTreeMap<(&'static str, String), String>,
}

impl School {
    fn open(database: &Database, network: &str, people: usize) -> Self {
        let place = Installation::new(&database.address);
        let path = |file: std::path::PathBuf| file.display().to_string();
        let study = path(place.file("study.toml", &study(network)));
        let kinds = path(place.file("every_kind.toml", EVERY_KIND));
        let roster = path(place.file("roster.csv", &roster(people)));
        place.must(&["study", "load", &study, "--instrument", &kinds]);
        place.must(&["study", "enrol", "focus", &roster]);
        let mut codes = BTreeMap::new();
        for wave in ["T1", "T2a"] {
            let letters = place.path(wave);
            let out = letters.display().to_string();
            place.must(&["study", "invite", "focus", "focus2", wave, "--out", &out]);
            for row in rows(&letters) {
                codes.insert((wave, row["email"].clone()), row["code"].clone());
            }
        }
        let server = place.serve();
        Self {
            place,
            server,
            codes,
        }
    }

    fn visit(&self, wave: &'static str, number: usize) -> Visitor {
        let visitor = self.visit_without_consent(wave, number);
        visitor.take_part();
        visitor
    }

    fn visit_without_consent(&self, wave: &'static str, number: usize) -> Visitor {
        let visitor = Visitor::new(&self.server.base);
        visitor.enter(&self.codes[&(wave, format!("t{number}@example.org"))]);
        visitor
    }
}

/// Fills in a page as it is shown now and sends it; gives where it leads.
#[track_caller]
fn fill(visitor: &Visitor, path: &str, fields: &[(&str, &str)]) -> String {
    let path = path.split('?').next().expect("a path");
    let seen = visitor.get(path).hidden("seen");
    let all = [&[("seen", seen.as_str())], fields].concat();
    let sent = visitor.post(path, &all);
    assert_eq!(sent.status, 303, "{path}: {}", sent.html);
    let to = sent.location.expect("a page leads somewhere");
    to.split('?').next().expect("a path").to_owned()
}

/// The members in the order in which they stand on a page that asks `item` with ticks.
fn listed(page: &Page, item: &str) -> Vec<String> {
    let mark = format!("name=\"{item}\" value=\"");
    let boxes = page.html.split(&mark).skip(1);
    boxes
        .map(|rest| rest.split('"').next().expect("a value ends").to_owned())
        .collect()
}

#[track_caller]
fn json(page: &Page) -> serde_json::Value {
    serde_json::from_str(&page.html).unwrap_or_else(|_| panic!("{}", page.html))
}

#[tokio::test]
async fn every_kind_of_answer_is_stored_and_shown_again() {
    let database = &databases("every kind").await[0];
    let school = School::open(database, "", 6);
    let visitor = school.visit("T1", 0);
    // What a rule hides is passed by, back and forth, and is not counted; the numbers of the others stay.
    assert_eq!(
        fill(&visitor, "/answer/7", &[("ek_data", "2")]),
        "/answer/8"
    );
    assert_eq!(
        fill(&visitor, "/answer/8", &[("ek_years", "0")]),
        "/answer/10"
    );
    assert_eq!(fill(&visitor, "/answer/10", &[]), "/answer/12");
    assert_eq!(fill(&visitor, "/answer/10", &[("go", "back")]), "/answer/8");
    let hidden = visitor.get("/answer/11");
    assert_eq!(hidden.location.as_deref(), Some("/answer/12"));
    assert!(visitor.get("/answer/10").has("Pagina 3 van 5"));
    // The test is a sitting of its own: the questionnaire ends before it, and one does not go back into it.
    assert_eq!(fill(&visitor, "/answer/6", &[]), "/answer/check");
    assert_eq!(
        fill(&visitor, "/answer/7", &[("ek_data", "2"), ("go", "back")]),
        "/answer"
    );

    let people = listed(&visitor.get("/answer/12"), "ek_lessons");
    assert_eq!(people.len(), 5);
    let [weekly, yearly] = [&people[0], &people[3]].map(|id| format!("ek_advice.{id}"));
    let checked = |name: &str, value: &str| format!("name=\"{name}\" value=\"{value}\" checked");
    let pages: [PageGiven<'_>; 7] = [
        (
            "/answer/7",
            &[("ek_data", "4"), ("ek_burden", "")],
            "/answer/8",
            vec![checked("ek_data", "4"), checked("ek_burden", "")],
        ),
        (
            "/answer/8",
            &[
                ("ek_years", "7,5"),
                ("ek_post", "2"),
                ("ek_subjects", "2"),
                ("ek_subjects", "4"),
            ],
            "/answer/9",
            vec![
                "value=\"7,5\"".to_owned(),
                checked("ek_post", "2"),
                checked("ek_subjects", "2"),
                checked("ek_subjects", "4"),
            ],
        ),
        (
            "/answer/9",
            &[
                ("ek_since", "31-8-2015"),
                ("ek_why_none", "\nZó <i> is \"het\""),
            ],
            "/answer/10",
            vec![
                "value=\"2015-08-31\" min=\"1970-01-01\" max=\"2035-12-31\"".to_owned(),
                "Zó &#60;i&#62; is &#34;het&#34;</textarea>".to_owned(),
            ],
        ),
        (
            "/answer/10",
            &[("ek_median", "3")],
            "/answer/11",
            vec![checked("ek_median", "3"), checked("ek_median_again", "")],
        ),
        (
            "/answer/11",
            &[
                ("ek_card_open", "3"),
                ("ek_card_open.tick", "1"),
                ("ek_card_plan.tick", "1"),
            ],
            "/answer/12",
            vec![
                checked("ek_card_open", "3"),
                checked("ek_card_open.tick", "1"),
                checked("ek_card_plan", ""),
                checked("ek_card_plan.tick", "1"),
            ],
        ),
        (
            "/answer/12",
            &[("ek_lessons", &people[1]), ("ek_lessons", &people[4])],
            "/answer/13",
            vec![
                checked("ek_lessons", &people[1]),
                checked("ek_lessons", &people[4]),
            ],
        ),
        (
            "/answer/13",
            &[(&weekly, "3"), (&yearly, "1")],
            "/answer/check/every-kind",
            vec![
                checked(&weekly, "3"),
                checked(&yearly, "1"),
                checked(&format!("ek_advice.{}", people[2]), ""),
            ],
        ),
    ];
    for (path, fields, next, _) in &pages {
        assert_eq!(&fill(&visitor, path, fields), next, "{path}");
    }
    for (path, _, _, shown) in &pages {
        let page = visitor.get(path);
        for text in shown {
            assert!(page.has(text), "{text} on {}", page.html);
        }
    }
    assert_eq!(
        visitor.get("/answer/12").html.matches(" checked").count(),
        2
    );

    // What cannot be taken is told at its place; the rest of the page is stored.
    let page = visitor.get("/answer/8");
    let refused = visitor.post(
        "/answer/8",
        &[
            ("seen", &page.hidden("seen")),
            ("ek_years", "200"),
            ("ek_post", "3"),
            ("ek_subjects", "1"),
            ("ek_subjects", "2"),
            ("ek_subjects", "3"),
        ],
    );
    assert_eq!(refused.status, 422);
    for text in [
        "<a href=\"#ek_subjects\">",
        "<a href=\"#ek_years\">",
        "id=\"ek_years-fault\">",
        "value=\"200\" aria-describedby=\"ek_years-fault\" aria-invalid=\"true\"",
    ] {
        assert!(refused.has(text), "{text} in {}", refused.html);
    }
    let after = visitor.get("/answer/8");
    assert!(after.has("value=\"7,5\"") && after.has(&checked("ek_post", "3")));
}

#[tokio::test]
async fn a_page_is_saved_while_it_is_filled_in_and_two_tabs_see_both_values() {
    for database in databases("saving while filling in").await {
        let mut school = School::open(&database, "write_in = true", 5);
        let mut visitor = school.visit("T1", 1);
        let shown = visitor.get("/answer/1").hidden("seen");
        let saved = visitor.save(
            "/answer/1",
            &[("seen", &shown), ("att_01", "4"), ("go", "save")],
        );
        assert_eq!(saved.status, 200, "{}", saved.html);
        let told = json(&saved);
        let at = told["saved_at"].as_str().expect("a time");
        assert!(at.len() == 5 && at.as_bytes()[2] == b':', "{at}");
        let seen = told["seen"]
            .as_str()
            .expect("what is stored now")
            .to_owned();
        assert_ne!(seen, shown);
        assert_eq!(told["faults"], serde_json::json!({}));

        // What was told as saved is there after the plug was pulled.
        school.server.kill_9();
        school.server = school.place.serve();
        visitor.base.clone_from(&school.server.base);
        assert!(
            visitor
                .get("/answer/1")
                .has("name=\"att_01\" value=\"4\" checked")
        );

        // An older tab that changed nothing changes nothing; one that did is shown both values, and nothing is lost.
        let untouched = visitor.save("/answer/1", &[("seen", &shown), ("go", "save")]);
        assert_eq!(untouched.status, 200, "{}", untouched.html);
        let stale = [("seen", shown.as_str()), ("att_01", "1"), ("att_02", "5")];
        let conflict = visitor.save("/answer/1", &stale);
        assert_eq!(conflict.status, 409);
        let told = json(&conflict);
        let both: Vec<[&str; 3]> = told["conflict"]
            .as_array()
            .expect("the questions")
            .iter()
            .map(|both| ["item", "yours", "stored"].map(|key| both[key].as_str().unwrap_or("?")))
            .collect();
        assert_eq!(
            both,
            [
                ["att_01", "helemaal mee oneens", "mee eens"],
                ["att_02", "helemaal mee eens", "geen antwoord"]
            ]
        );
        assert_eq!(
            told["conflict"][0]["fields"],
            serde_json::json!([["att_01", "4"]])
        );
        assert_eq!(told["seen"], seen.as_str());
        let page = visitor.post("/answer/1", &stale);
        assert_eq!(page.status, 409);
        assert_eq!(page.hidden("seen"), seen);
        for text in [
            "<strong>helemaal mee oneens</strong>",
            "<strong>mee eens</strong>",
            "name=\"att_01\" value=\"1\" checked",
        ] {
            assert!(page.has(text), "{text} in {}", page.html);
        }
        assert!(
            visitor
                .get("/answer/1")
                .has("name=\"att_01\" value=\"4\" checked")
        );
        let kept = visitor.save("/answer/1", &[("seen", &seen), ("att_01", "1")]);
        assert_eq!(kept.status, 200, "{}", kept.html);

        // Colleagues who are missing from the list, and nobody.
        let list = visitor.get("/answer/4");
        let ask = |fields: &[(&str, &str)]| {
            let seen = visitor.get("/answer/4").hidden("seen");
            json(&visitor.save("/answer/4", &[&[("seen", seen.as_str())], fields].concat()))
        };
        let missing = ("net_goals.missing", "  Joke   Nieuw ");
        let faults = ask(&[missing, ("net_goals.nobody", "1")])["faults"].clone();
        assert!(
            faults["net_goals"]
                .as_str()
                .is_some_and(|text| text.contains("niemand"))
        );
        assert!(!visitor.get("/answer/4").has("Joke Nieuw"));
        assert_eq!(ask(&[missing])["faults"], serde_json::json!({}));
        let page = visitor.get("/answer/4");
        assert!(page.has("value=\"Joke Nieuw\"") && page.has("<details class=\"missing\" open>"));
        assert_eq!(page.html.matches("name=\"net_goals.missing\"").count(), 5);
        // The roster in a conflict, in words.
        let someone = &listed(&list, "net_goals")[0];
        let stale = [
            ("seen", list.hidden("seen")),
            ("net_goals", someone.clone()),
        ];
        let stale: Vec<(&str, &str)> = stale.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let told = json(&visitor.save("/answer/4", &stale));
        assert_eq!(told["conflict"][0]["stored"], "Joke Nieuw");
        assert_eq!(
            told["conflict"][0]["yours"], "Leerkracht van der Meulen 000",
            "the first in the list"
        );

        // Who has no visit is told so, as a script can read it.
        let stranger = Visitor::new(&school.server.base).save("/answer/1", &[("seen", "")]);
        assert_eq!(stranger.status, 403);
        assert!(
            json(&stranger)["message"]
                .as_str()
                .is_some_and(|text| text.contains("link"))
        );
        let undecided = school
            .visit_without_consent("T1", 3)
            .save("/answer/1", &[("seen", "")]);
        assert_eq!(undecided.status, 409);
        assert!(json(&undecided)["message"].is_string());
        assert_eq!(visitor.post("/answer/submit", &[]).status, 303);
        let late = visitor.save("/answer/1", &[("seen", ""), ("att_01", "2")]);
        assert_eq!(late.status, 409);
        assert!(
            json(&late)["message"]
                .as_str()
                .is_some_and(|text| text.contains("verstuurd"))
        );
    }
}

#[tokio::test]
async fn a_long_list_is_small_and_in_an_order_of_ones_own() {
    const LARGEST: usize = 150 * 1024;
    let network = "layout = \"person\"\norder = \"random\"\ngrouping = \"group\"\nwrite_in = true";
    for people in [61, 151] {
        let database = &databases("long lists").await[0];
        let school = School::open(database, network, people);
        let pages = [0, 1].map(|number| school.visit("T1", number).get("/answer/4"));
        for page in &pages {
            assert!(page.html.len() <= LARGEST, "{people}: {}", page.html.len());
            for item in ["net_goals", "net_approach", "net_progress"] {
                assert_eq!(listed(page, item).len(), people - 1, "{item}");
                assert!(page.has(&format!("name=\"{item}.nobody\"")));
            }
            assert!(page.has("type=\"search\"") && !page.has(" checked"));
            // Everyone is met once.
            assert_eq!(page.html.matches("<legend>Leerkracht").count(), people - 1);
        }
        let with_strengths = school.visit("T1", 0).get("/answer/10");
        assert!(with_strengths.has("ek_lessons") && with_strengths.has("ek_advice."));
        if people == 61 {
            assert!(
                with_strengths.html.len() <= LARGEST,
                "{}",
                with_strengths.html.len()
            );
        }
        let [one, other] = pages.each_ref().map(|page| listed(page, "net_goals"));
        let again = school.visit("T1", 0).get("/answer/4");
        assert_eq!(listed(&again, "net_goals"), one, "the order stays");
        let in_both: BTreeSet<&String> = one.iter().filter(|id| other.contains(id)).collect();
        let of_both = |ids: &[String]| -> Vec<String> {
            ids.iter()
                .filter(|id| in_both.contains(id))
                .cloned()
                .collect()
        };
        assert_eq!(in_both.len(), people - 2);
        assert_ne!(
            of_both(&one),
            of_both(&other),
            "each in an order of their own"
        );
        // Headings stand in one order for all.
        for page in &pages {
            let at = |title: &str| page.html.find(&format!("{title}</h2>")).expect("a heading");
            assert!(at("onderbouw") < at("bovenbouw"));
        }
    }
}

#[tokio::test]
async fn whom_one_named_the_last_time_is_marked_and_never_ticked() {
    let database = &databases("the hint").await[0];
    let school = School::open(database, "hint = true", 6);
    let before = school.visit("T1", 2);
    let page = before.get("/answer/4");
    assert!(!page.has("<i>"), "nothing was named before");
    let people = listed(&page, "net_goals");
    fill(&before, "/answer/4", &[("net_goals", &people[1])]);
    let now = school.visit("T2a", 2);
    let page = now.get("/answer/4");
    assert_eq!(page.html.matches("<i>vorige keer genoemd</i>").count(), 1);
    let row = page.html.split("<li>").find(|row| row.contains("<i>"));
    assert!(row.is_some_and(|row| row.contains(&people[1]) && !row.contains("checked")));
    // In another relation nobody was named.
    assert!(!now.get("/answer/5").has("<i>"));
}

/// A field with everyone at one school invited to the first wave.
async fn field(database: &Database) -> (Field, Vec<schakel::domain::invitation::Letter>) {
    let mut field = Field::found(database.open().await).await;
    field.enrol(lines()).await;
    let oak = field.school(OAK).await;
    let letters = field.invite(oak, "focus2", "T1").await;
    (field, letters)
}

#[tokio::test]
async fn hints_are_flagged_in_the_data_when_a_page_with_them_is_saved() {
    for database in databases("flagged hints").await {
        let (mut field, letters) = field(&database).await;
        let oak = field.school(OAK).await;
        Arc::make_mut(&mut field.study).design.network.hint = true;
        let first = letters[4].invitation_id;
        let named = [letters[6].member_id, letters[7].member_id];
        let page = PageSent {
            raw: BTreeMap::from([("net_goals".to_owned(), ticked(&named))]),
            ..field.page(first, "net_goals").await
        };
        field.save(&page).await.expect("the page is taken");
        field.clock.0 = start() + TimeDelta::weeks(4) + TimeDelta::hours(1);
        let later = field.invite(oak, "focus2", "T2a").await;
        let later = later
            .iter()
            .find(|letter| letter.member_id == letters[4].member_id);
        let second = later.expect("invited again").invitation_id;

        let sitting = field.sitting(second).await;
        let instrument = field.study.library.get("whole-network").expect("shipped");
        let ask = ["net_goals", "net_approach"].map(str::to_owned);
        let mut tx = field.store.read().await.expect("a read begins");
        let shown = hints::of_page(&mut tx, &field.study, &sitting, instrument, &ask)
            .await
            .expect("hints are read");
        assert_eq!(shown["net_goals"], BTreeSet::from(named));
        assert_eq!(shown["net_approach"], BTreeSet::new());
        drop(tx);

        // The page without hints first, then the one with them.
        for (item, flagged) in [("net_approach", false), ("net_goals", true)] {
            let page = field.page(second, item).await;
            field.save(&page).await.expect("the page is taken");
            let mut tx = field.store.read().await.expect("a read begins");
            for (invitation, expected) in [(first, Some(false)), (second, Some(flagged))] {
                let told = answers::hinted(&mut tx, invitation, "whole-network").await;
                assert_eq!(told.expect("responses are read"), expected, "{item}");
            }
        }
    }
}

#[tokio::test]
async fn person_by_person_stores_what_relation_by_relation_stores() {
    let database = &databases("layouts").await[0];
    let (mut field, letters) = field(database).await;
    let one = letters[4].invitation_id;
    let named: Vec<MemberId> = letters[5..8]
        .iter()
        .map(|letter| letter.member_id)
        .collect();
    let written = RawAnswer {
        missing: vec!["Joke Nieuw".to_owned(), String::new()],
        ..RawAnswer::default()
    };
    let given = [
        ("net_goals", ticked(&named)),
        ("net_approach", nobody()),
        ("net_progress", written),
    ];
    Arc::make_mut(&mut field.study).design.network.write_in = true;
    for (item, raw) in given.clone() {
        let page = PageSent {
            raw: BTreeMap::from([(item.to_owned(), raw)]),
            ..field.page(one, item).await
        };
        let saved = field.save(&page).await.expect("the page is taken");
        assert_eq!(saved.faults, BTreeMap::new());
    }
    let by_relation = field.sitting(one).await.answers;
    assert_eq!(by_relation["net_progress"], Answer::Named(BTreeMap::new()));
    assert_eq!(
        by_relation["net_progress.missing"],
        Answer::Text("Joke Nieuw".to_owned())
    );

    Arc::make_mut(&mut field.study).design.network.layout = Layout::Person;
    let all = field.page(one, "net_progress").await;
    assert_eq!(all.step, field.page(one, "net_goals").await.step);
    let empty = field.save(&all).await.expect("the page is taken");
    assert_eq!(empty.stored, 4, "everything is taken back");
    assert_eq!(field.sitting(one).await.answers, BTreeMap::new());
    let page = PageSent {
        raw: given.map(|(item, raw)| (item.to_owned(), raw)).into(),
        ..field.page(one, "net_goals").await
    };
    let saved = field.save(&page).await.expect("the page is taken");
    assert_eq!(saved.faults, BTreeMap::new());
    assert_eq!(field.sitting(one).await.answers, by_relation);
    // "With nobody" and a name on paper cannot both be true.
    let mut both = field.page(one, "net_goals").await;
    both.raw = page.raw.clone();
    both.raw
        .entry("net_progress".to_owned())
        .and_modify(|raw| raw.nobody = true);
    let refused = field.save(&both).await.expect("the others are taken");
    assert_eq!(
        refused.faults,
        BTreeMap::from([("net_progress".to_owned(), AnswerFault::NobodyAndSomebody)])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_passed_pages_over_goes_on_behind_the_last_answer() {
    for database in databases("where somebody left off").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = field.invite(oak, "focus2", "T1").await;
        let teacher = field.member(oak, "eik-04").await;
        let letter = letters.iter().find(|one| one.member_id == teacher);
        let id = letter.unwrap().invitation_id;
        let sitting = field.sitting(id).await;
        assert_eq!(sitting.left_off(&field.study, Part::Questionnaire), Some(0));
        // Everything before the second relation is passed over.
        for (item, after) in [
            ("net_approach", Some("net_progress")),
            ("net_progress", None),
        ] {
            let mut page = field.page(id, item).await;
            page.raw.insert(item.to_owned(), nobody());
            field.save(&page).await.unwrap();
            let sitting = field.sitting(id).await;
            let steps = sitting.steps(&field.study);
            let left_off = sitting.left_off(&field.study, Part::Questionnaire);
            let asked = left_off.map(|at| steps[at].ask.clone());
            assert_eq!(asked, after.map(|item| vec![item.to_owned()]));
            let first = sitting.first_open(&field.study, Part::Questionnaire);
            assert_eq!(first, Some(0), "and what was passed over is still open");
        }
    }
}
