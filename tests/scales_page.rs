//! What the research desk reads about scales: every number with its interval or in words why there is none, in both languages.

use crate::support;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use schakel::domain::records::{AnswerSheet, Records, SchoolRecord};
use schakel::domain::time::{Clock, SystemClock};
use schakel::evaluation::evaluate::{Origin, evaluate};
use schakel::evaluation::findings::Findings;
use schakel::evaluation::plan::Plan;
use schakel::evaluation::scales::ScaleDefinition;
use schakel::storage::conclusions::ConclusionKey;
use schakel::storage::{conclusions, studies};

use support::databases::{Database, databases};
use support::server::{Installation, Page, Server, Visitor};

/// The words in each cell of a page, without what is around them.
fn cells(page: &Page) -> Vec<String> {
    page.html
        .split("<td")
        .skip(1)
        .map(|rest| {
            let cell = rest.split("</td>").next().expect("a cell ends");
            let (_, inner) = cell.split_once('>').expect("a tag ends");
            let mut words = String::new();
            let mut outside = true;
            for letter in inner.chars() {
                match letter {
                    '<' => outside = false,
                    '>' => outside = true,
                    letter if outside => words.push(letter),
                    _ => {}
                }
            }
            words.trim().to_owned()
        })
        .collect()
}

/// In both languages; every cell says something, and nothing that a computer would say.
#[track_caller]
fn in_both(researcher: &Visitor) -> (Page, Page) {
    let show = |language: &str| {
        let fields = [("back", "/research/scales"), ("language", language)];
        assert_eq!(researcher.post("/language", &fields).status, 303);
        let page = researcher.get("/research/scales");
        assert_eq!(page.status, 200, "{}", page.html);
        let cells = cells(&page);
        assert!(cells.iter().all(|cell| !cell.is_empty()), "{cells:?}");
        for never in ["NaN", ">inf", "undefined", "scales-", "None"] {
            let text = page.html.replace("/research/scales", "");
            assert!(!text.contains(never), "`{never}` in {language}: {text}");
        }
        page
    };
    let (nl, en) = (show("nl"), show("en"));
    for english in [
        "not defined",
        "with two items",
        "worded against",
        "takes long",
    ] {
        assert!(!nl.has(english), "`{english}` on a Dutch page");
    }
    (nl, en)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn every_scale_of_the_demo_has_its_line() {
    let server = Server::demo();
    let researcher = Visitor::new(&server.base);
    let link = server.link("the researcher");
    researcher.enter(link.rsplit_once('#').expect("a secret").1);
    let (nl, en) = in_both(&researcher);
    let lines = |page: &Page| {
        let table = page.html.split("id=\"scales\"").nth(1).expect("a table");
        let table = table.split("</table>").next().expect("it ends");
        table.matches("class=\"verdict\"").count()
    };
    assert_eq!(
        (lines(&nl), lines(&en)),
        (19, 19),
        "three scales of teachers at three waves, five of pupils at two"
    );
    for (page, words) in [
        (
            &nl,
            [
                "Schoolcultuur",
                "mag gevormd worden",
                "Het stellen van prestatiedoelen legt teveel nadruk",
                "omgekeerd gescoord",
                "met drie vragen niet te zeggen",
                "Eronder het 95 %-interval",
            ],
        ),
        (
            &en,
            [
                "School culture",
                "may be formed",
                "Setting performance goals puts too much emphasis",
                "scored in reverse",
                "cannot be told from three items",
                "Below each number its 95% interval",
            ],
        ),
    ] {
        for words in words {
            assert!(page.has(words), "`{words}`");
        }
        assert_eq!(
            page.html.matches("role=\"img\"").count(),
            8 + 3 * 3 + 5 * 2,
            "agreement of each, and how its items were answered in each wave"
        );
        let ids: Vec<&str> = page
            .html
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        assert_eq!(
            once.len(),
            ids.len(),
            "an id stands once on a page: {ids:?}"
        );
    }
    // The same numbers with another decimal sign.
    let (dutch, english) = (cells(&nl), cells(&en));
    assert_eq!(dutch.len(), english.len());
    let numbers: Vec<(&String, &String)> = dutch
        .iter()
        .zip(&english)
        .filter(|(_, cell)| cell.starts_with(|first: char| first.is_ascii_digit()))
        .collect();
    assert!(numbers.len() > 150, "{}", numbers.len());
    for (dutch, english) in numbers {
        assert_eq!(digits(dutch), digits(english));
    }
    assert!(dutch.iter().any(|cell| cell.contains("0,")));
    // A sentence may end in a nought.
    let with_point = |cell: &String| {
        let mut after = cell.split("0.").skip(1);
        after.any(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    assert!(!dutch.iter().any(with_point), "{dutch:?}");
    // Schools are counted and not named.
    let effects = researcher.get("/research/effects").html;
    let schools: Vec<&str> = effects
        .split("<th scope=\"row\">")
        .skip(1)
        .filter_map(|rest| rest.split('<').next())
        .filter(|key| key.contains(|letter: char| letter.is_alphabetic()))
        .collect();
    assert!(!schools.is_empty());
    for school in schools {
        assert!(!nl.has(&format!(">{school}<")), "{school}");
    }
}

fn scale(key: &str, items: &[&str], reverse: &[&str]) -> ScaleDefinition {
    ScaleDefinition {
        key: key.into(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        reverse: reverse.iter().map(|item| (*item).to_owned()).collect(),
        needed: 1,
        min: 1.0,
        max: 5.0,
        ..ScaleDefinition::default()
    }
}

/// Two schools with one and two respondents; a scale of which all answers are equal, one of two items, and one of one.
fn small() -> Findings {
    let sheet = |respondent: &str, school, answers: &[(&str, f64)]| AnswerSheet {
        respondent: respondent.into(),
        school,
        wave: 0,
        items: answers
            .iter()
            .map(|(item, value)| (*item, *value))
            .collect(),
        seconds_per_item: None,
    };
    let constant = [("cult_01", 4.0), ("cult_02", 4.0), ("cult_03", 4.0)];
    let attitude = |by: f64| {
        [
            ("att_01", 2.0 + by),
            ("att_02", 3.0 + by),
            ("att_03", 4.0 - by),
            ("att_04", 3.0 - by),
            ("x1", 5.0 - by),
            ("x2", 4.0),
        ]
    };
    let records = Records {
        waves: vec!["T1".into()],
        schools: ["A", "B"]
            .map(|key| SchoolRecord {
                key: key.into(),
                attributes: BTreeMap::new(),
            })
            .into(),
        answers: vec![
            sheet("p", 0, &[&constant[..], &attitude(2.0)].concat()),
            sheet("q", 0, &[&constant[..], &attitude(1.0)].concat()),
            sheet("r", 1, &[&constant[..], &attitude(0.0)].concat()),
        ],
        ..Records::default()
    };
    let plan = Plan {
        scales: vec![
            scale(
                "attitude",
                &["att_01", "att_02", "att_03", "att_04"],
                &["att_03", "att_04"],
            ),
            scale("culture", &["cult_01", "cult_02", "cult_03"], &[]),
            scale("pair", &["x1", "x2"], &[]),
            scale("single", &["x1"], &[]),
        ],
        ..Plan::default()
    };
    evaluate(&records, &plan, Origin::default()).expect("the plan can be carried out")
}

/// A study whose newest conclusion is this one, and what its researcher reads.
async fn read(database: &Database, findings: &str) -> (Page, Page) {
    let place = Installation::new(&database.address);
    let study = place.file(
        "study.toml",
        include_str!("../instruments/studies/focus.toml"),
    );
    place.must(&["study", "load", study.to_str().expect("a plain name")]);
    let store = database.open().await;
    let mut tx = store.read().await.expect("the database is read");
    let (study, _) = studies::all(&mut tx).await.expect("read")[0].clone();
    drop(tx);
    let key = ConclusionKey {
        snapshot_hash: "snapshot".into(),
        method_hash: "method".into(),
    };
    let (findings, at) = (findings.to_owned(), SystemClock.now() - TimeDelta::days(1));
    store
        .write(move |tx| {
            Box::pin(async move { conclusions::keep(tx, study, &key, &findings, &[], at).await })
        })
        .await
        .expect("it is kept");
    drop(store);
    let server = place.serve();
    let told = place.must(&["study", "link", "focus", "researcher"]);
    let secret = told.split('#').nth(1).and_then(|rest| rest.lines().next());
    let researcher = Visitor::new(&server.base);
    researcher.enter(secret.expect("a secret"));
    in_both(&researcher)
}

#[tokio::test]
async fn what_does_not_exist_is_said_in_words() {
    let text = serde_json::to_string(&small()).expect("findings are written");
    let database = &databases("refusals about scales").await[0];
    let (nl, en) = read(database, &text).await;
    // Of the attitude: 4.0 in one school, 2.5 in the other.
    for (page, words) in [
        (
            &nl,
            [
                "3,25",
                "alle waarden zijn gelijk",
                "één vraag heeft geen samenhang",
                "met twee vragen niet te bepalen",
                "Spearman-Brown-betrouwbaarheid van twee vragen",
                "niet: lees de antwoorden per persoon",
                "geen vraag is tegengesteld gesteld",
                "van 2",
                "Met minder dan 30 scholen",
                "De woorden van deze vragen zijn niet bij dit onderzoek bewaard",
            ],
        ),
        (
            &en,
            [
                "3.25",
                "all values are equal",
                "one item has no consistency",
                "cannot be told from two items",
                "Spearman-Brown reliability of two items",
                "not: read the answers per person",
                "no item is worded against the others",
                "of 2",
                "With fewer than 30 schools",
                "The wording of these items is not kept with this study",
            ],
        ),
    ] {
        for words in words {
            assert!(page.has(words), "`{words}` in {}", page.html);
        }
    }
}

#[tokio::test]
async fn what_an_earlier_version_did_not_compute_is_said_to_be_missing() {
    let mut findings = small();
    findings
        .scales
        .retain(|row| ["mean", "alpha_complete"].contains(&row.measure.as_str()));
    let text = serde_json::to_string(&findings).expect("findings are written");
    let database = &databases("older findings about scales").await[0];
    let (nl, en) = read(database, &text).await;
    assert!(nl.has("niet berekend door een eerdere versie") && nl.has("niet beoordeeld"));
    assert!(en.has("not computed by an earlier version") && en.has("not judged"));
}

#[tokio::test]
async fn no_scales_are_a_page_too() {
    let mut findings = small();
    findings.scales.clear();
    let text = serde_json::to_string(&findings).expect("findings are written");
    let database = &databases("no scales").await[0];
    let (nl, en) = read(database, &text).await;
    assert!(nl.has("Nog geen schaal is beantwoord") && en.has("No scale has been answered yet"));
}
