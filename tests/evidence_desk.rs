//! Knowledge of the monitoring system, the chain and isolation, from the questions that each school is asked to the pages of
//! the research desk.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;

use schakel::conclude;
use schakel::domain::id::{InvitationId, MemberId, SchoolId};
use schakel::domain::roster::{RosterLine, office_key};
use schakel::domain::study::StudyDesign;
use schakel::domain::time::Clock;
use schakel::evaluation::findings::Findings;
use schakel::evaluation::isolation::Alone;
use schakel::fieldwork::pages::Part;
use schakel::fieldwork::receive;
use schakel::instrument::check::RawAnswer;
use schakel::simulation::knowledge::SYSTEMS;
use schakel::storage::{conclusions, schools};
use support::databases::{Database, databases};
use support::server::{Installation, Visitor};
use support::small_study::{BEECH, Field, OAK, design, filled, lines, nobody, ticked};

/// The oak has the one system and the beech the other; both take part in the chain, with the office of their board.
fn with_facts() -> StudyDesign {
    let mut design = design();
    let of = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
        let own = |(place, value): &(&str, &str)| ((*place).to_owned(), (*value).to_owned());
        pairs.iter().map(own).collect()
    };
    let lvs = of(&[(OAK, "lvs-a"), (BEECH, "lvs-b")]);
    let chain = of(&[(OAK, "yes"), (BEECH, "yes"), ("board:Bosrand", "yes")]);
    design.facts = BTreeMap::from([("lvs".to_owned(), lvs), ("chain".to_owned(), chain)]);
    design
}

fn board_line() -> RosterLine {
    RosterLine {
        school: office_key("Bosrand"),
        school_name: Some("Bosrand".to_owned()),
        person: "bestuur-1".to_owned(),
        name: "Bo Stuur".to_owned(),
        email: Some("bo@example.org".to_owned()),
        roles: vec!["board_member".to_owned()],
        groups: None,
        ..lines()[0].clone()
    }
}

/// Fills in these items, on whatever pages they stand, and sends the part.
async fn send(
    field: &mut Field,
    invitation: InvitationId,
    part: Part<'_>,
    raw: &[(String, RawAnswer)],
) {
    let n_steps = field.sitting(invitation).await.steps(&field.study).len();
    for number in 0..n_steps {
        let step = field.sitting(invitation).await.steps(&field.study)[number].clone();
        let own: BTreeMap<String, RawAnswer> = raw
            .iter()
            .filter(|(item, _)| step.ask.contains(item))
            .cloned()
            .collect();
        if let Some(item) = own.keys().next() {
            let mut page = field.page(invitation, item).await;
            page.raw = own;
            let saved = field.save(&page).await.unwrap();
            assert!(saved.faults.is_empty(), "{:?}", saved.faults);
        }
    }
    let (act, key, study) = (field.act(), field.key.clone(), field.study.clone());
    let part = match part {
        Part::Questionnaire => None,
        Part::Test(key) => Some(key.to_owned()),
    };
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                let part = part.as_deref().map_or(Part::Questionnaire, Part::Test);
                receive::submit(tx, &act, &key, &study, invitation, part).await
            })
        })
        .await
        .unwrap();
}

fn coded(items: &[(&str, i64)]) -> Vec<(String, RawAnswer)> {
    let own = |(item, code): &(&str, i64)| ((*item).to_owned(), filled(&code.to_string()));
    items.iter().map(own).collect()
}

/// The first `n` questions of a test right, and the others wrong.
fn test_of(system: usize, n: usize) -> Vec<(String, RawAnswer)> {
    let key = SYSTEMS[system].1.iter().enumerate();
    let chosen: Vec<(&str, i64)> = key
        .map(|(place, (item, right))| {
            let option = if place < n { *right } else { 1 + right % 4 };
            (*item, option)
        })
        .collect();
    coded(&chosen)
}

fn actions(layer: i64, rated: &[(i64, i64)]) -> Vec<(String, RawAnswer)> {
    let mut all = coded(&[("chain_layer", layer), ("chain_own_goals", 4)]);
    for (about, value) in rated {
        for letter in ["a", "b", "c", "d"] {
            let item = format!("chain_at_{about}_{letter}");
            all.push((item, filled(&value.to_string())));
        }
    }
    all
}

async fn invited(
    field: &mut Field,
    school: SchoolId,
    cohort: &str,
) -> BTreeMap<MemberId, InvitationId> {
    let letters = field.invite(school, cohort, "T1").await;
    letters
        .into_iter()
        .map(|letter| (letter.member_id, letter.invitation_id))
        .collect()
}

/// Two schools and an office that answered T1. At the oak nobody names the principal; everybody answered there.
async fn collected(database: &Database) -> Field {
    let mut field = Field::found_as(database.open().await, with_facts(), 0).await;
    let mut all = lines();
    all.push(board_line());
    field.enrol(all).await;
    for (system, school_key, cohort) in [(0, OAK, "focus2"), (1, BEECH, "focus3")] {
        let school = field.school(school_key).await;
        let own = invited(&mut field, school, cohort).await;
        let mut people = Vec::new();
        for number in 1..=12 {
            let key = if number == 12 {
                "both".to_owned()
            } else {
                format!("{school_key}-{number:02}")
            };
            people.push(field.member(school, &key).await);
        }
        for (place, member) in people.iter().enumerate().take(9) {
            let invitation = own[member];
            let sitting = field.sitting(invitation).await;
            let due: Vec<&str> = sitting
                .due(&field.study)
                .iter()
                .map(|one| one.key.as_str())
                .collect();
            // Each school is asked the test of its own system, of teachers alone.
            let other = SYSTEMS[1 - system].0;
            assert!(!due.contains(&other), "{due:?}");
            assert_eq!(
                due.contains(&SYSTEMS[system].0),
                place >= 3,
                "{place}: {due:?}"
            );
            if school_key == OAK {
                // In a row, and nobody names the first, who names nobody.
                let next = if place == 0 {
                    nobody()
                } else {
                    ticked(&[people[1 + place % 8]])
                };
                let items = field.study.relation_of();
                let goals = items
                    .iter()
                    .find(|(_, relation)| *relation == "goals")
                    .unwrap()
                    .0;
                let raw = [(goals.clone(), next)];
                send(&mut field, invitation, Part::Questionnaire, &raw).await;
            }
            if place >= 3 {
                let right = if system == 0 { place } else { 4 };
                let part = Part::Test(SYSTEMS[system].0);
                send(&mut field, invitation, part, &test_of(system, right)).await;
            }
            match place {
                // The principal sees more of it than teachers and board do.
                0 => {
                    let raw = actions(2, &[(1, 2), (2, 5), (4, 3)]);
                    send(&mut field, invitation, Part::Test("chain"), &raw).await;
                }
                3 | 4 => {
                    let raw = actions(4, &[(2, 3), (4, 4)]);
                    send(&mut field, invitation, Part::Test("chain"), &raw).await;
                }
                _ => {}
            }
        }
    }
    let mut tx = field.store.read().await.unwrap();
    let units = schools::units_of_study(&mut tx, field.study.study_id)
        .await
        .unwrap();
    drop(tx);
    let office = units
        .iter()
        .find(|unit| unit.key == "board:Bosrand")
        .unwrap()
        .school_id;
    for (_, invitation) in invited(&mut field, office, "focus2").await {
        let raw = actions(1, &[(1, 4), (2, 4)]);
        send(&mut field, invitation, Part::Test("chain"), &raw).await;
    }
    field.close("focus2", "T1").await.unwrap();
    field.close("focus3", "T1").await.unwrap();
    field
}

fn check(findings: &Findings) {
    let scale = |scale: &str, measure: &str, group: &str| {
        let mut rows = findings.scales.iter();
        rows.find(|row| {
            row.scale == scale && row.measure == measure && row.group == group && row.item.is_none()
        })
    };
    // Three to eight right of eight, and four by everybody.
    let mean = |group| scale("knowledge", "mean", group).map(|row| (row.value, row.n));
    assert_eq!(mean(OAK), Some((Ok(5.5 / 8.0), 6)));
    assert_eq!(mean(BEECH), Some((Ok(0.5), 6)));
    assert_eq!(scale("lvs_a", "number_right", "").unwrap().value, Ok(5.5));
    assert!(scale("lvs_a", "kr_20", "").unwrap().value.is_ok());
    assert!(
        scale("lvs_b", "kr_20", "").unwrap().value.is_err(),
        "all alike"
    );
    assert!(
        scale("lvs_a", "mean", OAK).is_none(),
        "stands with the other test"
    );
    let used = findings.scales.iter().find(|row| {
        row.item.as_deref() == Some("lvs_a_08")
            && row.option == Some(3)
            && row.measure == "option_share"
    });
    assert_eq!(used.map(|row| row.value), Some(Ok(1.0 / 6.0)));

    let seen = |layer, by| {
        let mut rows = findings.chain.over_all.iter();
        let row = rows
            .find(|row| row.layer == layer && row.by == by && row.action.ends_with("_c"))
            .unwrap();
        (row.own, row.other, row.n_units, row.n_alike, row.of_boards)
    };
    assert_eq!(seen(2, 4), (Some(5.0), Some(3.0), 2, 0, false));
    assert_eq!(seen(4, 2), (Some(4.0), Some(3.0), 2, 2, false));
    // One board, however many schools it has.
    assert_eq!(seen(1, 2), (Some(4.0), Some(2.0), 1, 0, true));
    assert_eq!(findings.chain.boards, 1);
    assert!(
        !findings
            .chain
            .over_all
            .iter()
            .any(|row| (row.layer, row.by) == (1, 4))
    );

    let alone = |school: &str| {
        let mut rows = findings.isolation.rows.iter();
        let row = rows
            .find(|row| row.school == school && row.relation == "goals")
            .unwrap();
        (row.principal(), row.n_actors)
    };
    // Three at the oak did not answer: they may have named the principal.
    assert_eq!(alone(OAK), (Some(Alone::CannotTell), 12));
}

#[tokio::test]
async fn each_school_is_asked_its_own_test_and_the_desk_reads_all() {
    for database in databases("knowledge, the chain and isolation").await {
        let field = collected(&database).await;
        let key = conclude::conclude(&field.store, &field.study, field.clock.now())
            .await
            .unwrap();
        let mut tx = field.store.read().await.unwrap();
        let text = conclusions::findings(&mut tx, &key).await.unwrap().unwrap();
        drop(tx);
        check(&serde_json::from_str(&text).unwrap());
        // Nothing of a test or of the chain is among what a school is told.
        let mut tx = field.store.read().await.unwrap();
        let kept = schakel::storage::releases::of_study(&mut tx, field.study.study_id)
            .await
            .unwrap();
        drop(tx);
        let told = format!("{kept:?}");
        assert!(!told.contains("lvs_") && !told.contains("knowledge") && !told.contains("chain"));
        if database.name != "SQLite" {
            continue;
        }
        drop(field);
        pages(&database);
    }
}

/// The pages in both languages, their tables, and the owner's page of what is asked where.
fn pages(database: &Database) {
    let place = Installation::new(&database.address);
    let server = place.serve();
    let enter = |role: &str| {
        let told = place.must(&["study", "link", "small", role]);
        let secret = told.split('#').nth(1).and_then(|rest| rest.lines().next());
        let visitor = Visitor::new(&server.base);
        visitor.enter(secret.unwrap());
        visitor
    };
    let researcher = enter("researcher");
    for (language, words) in [
        (
            "nl",
            ["systeem A", "bestuur", "niet te zeggen: geen band bekend"],
        ),
        ("en", ["system A", "the board", "cannot tell: no tie known"]),
    ] {
        let fields = [("back", "/research"), ("language", language)];
        assert_eq!(researcher.post("/language", &fields).status, 303);
        for (path, words) in ["knowledge", "chain", "isolation"].iter().zip(words) {
            let page = researcher.get(&format!("/research/{path}"));
            assert_eq!(page.status, 200, "{path}");
            assert!(page.has(words), "`{words}` on {path}: {}", page.html);
            for bare in [">kn-", ">chain-", ">iso-", ">desk-", "NaN", "undefined"] {
                assert!(!page.has(bare), "`{bare}` on {path} in {language}");
            }
        }
    }
    for table in [
        "knowledge",
        "knowledge_items",
        "knowledge_systems",
        "knowledge_groups",
        "chain",
        "chain_schools",
        "chain_own",
        "chain_ties",
        "isolation",
        "isolation_people",
        "isolation_tasks",
        "isolation_schools",
    ] {
        let page = researcher.get(&format!("/research/table/{table}.csv"));
        assert_eq!(page.status, 200, "{table}");
        assert!(
            page.html.lines().count() > 1 || table == "knowledge_groups",
            "{table}"
        );
    }
    // What held when a wave began stays, and only what is asked for can be said.
    let owner = enter("owner");
    let page = owner.get("/study/facts");
    assert_eq!(page.status, 200);
    assert!(page.has("lvs-a") && page.has("Bosrand"), "{}", page.html);
    let quoted = |name: &str| {
        let mark = format!("name=\"{name}\" value=\"");
        let rest = page.html.split(&mark).nth(1)?;
        rest.split('"').next().map(str::to_owned)
    };
    let revision = quoted("revision").unwrap();
    let refused = owner.post("/study/facts", &[("revision", &revision)]);
    assert_eq!(refused.status, 422, "{}", refused.html);
}
