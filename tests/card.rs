//! The leadership card from the first answer to the principal's page: by the principal, by the team and by the board; what is
//! told from seven who could judge, what is shown by name and what stays on the desk.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::TimeDelta;
use schakel::conclude;
use schakel::domain::answer::Answer;
use schakel::domain::card::{BOARD, BY_NAME, HEADINGS, OWN, Rater, Statement, TEAM, statement_of};
use schakel::domain::consent::Purpose;
use schakel::domain::id::{InvitationId, SchoolId};
use schakel::domain::language::Language;
use schakel::domain::opening::Part;
use schakel::domain::roster::raters_key;
use schakel::domain::time::{Clock, FixedClock};
use schakel::evaluation::card_portrait::CardPortrait;
use schakel::evaluation::findings::Findings;
use schakel::fieldwork::consent;
use schakel::fieldwork::export::{Export, Table};
use schakel::fieldwork::raters::{self, NewRater};
use schakel::fieldwork::roster_change::{ChangeRefusal, Newcomer};
use schakel::instrument::check::{CANNOT_JUDGE, RawAnswer};
use schakel::instrument::library::Library;
use schakel::storage::conclusions;

use support::databases::databases;
use support::server::{Installation, Server, Visitor};
use support::small_study::{Field, OAK, filled, lines, start, whole_design};

#[test]
fn the_three_forms_have_the_same_forty_one_statements() {
    let library = Library::shipped();
    let all: Vec<String> = Statement::all().map(Statement::key).collect();
    assert_eq!(all.len(), 41);
    for (key, form) in [
        (OWN, Rater::Own),
        (TEAM, Rater::Team),
        (BOARD, Rater::Board),
    ] {
        assert_eq!(Rater::of_instrument(key), Some(form));
        let instrument = library.get(key).unwrap();
        let asked = instrument.pages.iter().flat_map(|page| &page.ask);
        let found: Vec<&str> = asked.filter_map(|item| statement_of(form, item)).collect();
        assert_eq!(found, all);
        let asked: Vec<usize> = instrument.pages.iter().map(|page| page.ask.len()).collect();
        assert_eq!(asked[..6], HEADINGS);
    }
    assert_eq!(statement_of(Rater::Board, BY_NAME), None);
    // Word for word: the hyphen at the end of a line is undone.
    let own = &library.get(OWN).unwrap().items["own_1_7"];
    assert_eq!(
        own.text.nl,
        "Ik zet onderwijs in de basisvaardigheden elke teamvergadering op de agenda"
    );
}

async fn take_part(field: &mut Field, invitation: InvitationId) {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let decisions: BTreeMap<Purpose, bool> = [(Purpose::Research, true)].into();
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                consent::decide(tx, &act, &mut rng, &study, invitation, &decisions).await
            })
        })
        .await
        .unwrap();
}

/// Fills in the page with the first heading; `of` says what for each statement.
async fn place(
    field: &mut Field,
    invitation: InvitationId,
    form: Rater,
    of: impl Fn(Statement) -> RawAnswer,
) {
    let first = Statement {
        heading: 1,
        number: 1,
    };
    let mut page = field.page(invitation, &first.item(form)).await;
    for statement in Statement::under(1) {
        page.raw.insert(statement.item(form), of(statement));
    }
    let saved = field.save(&page).await.unwrap();
    assert!(saved.faults.is_empty() && saved.stored == 7, "{saved:?}");
}

fn ticked(value: &str) -> RawAnswer {
    RawAnswer {
        ticked: true,
        ..filled(value)
    }
}

async fn add_rater(
    field: &mut Field,
    school: SchoolId,
    name: &str,
    email: &str,
) -> Result<SchoolId, ChangeRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let new = NewRater {
        school_id: school,
        newcomer: Newcomer {
            name: name.to_owned(),
            email: Some(email.to_owned()),
            ..Newcomer::default()
        },
    };
    field
        .store
        .write(move |tx| {
            Box::pin(async move { raters::add(tx, &act, &mut rng, &study, new).await })
        })
        .await
}

/// The oak at T1: its principal, everyone else of the team and two of the board fill in the first heading.
async fn answered(field: &mut Field) -> SchoolId {
    field.enrol(lines()).await;
    let oak = field.school(OAK).await;
    let unit = add_rater(field, oak, "Bea Bestuur", "bea@bestuur.example")
        .await
        .unwrap();
    add_rater(field, oak, "Stille Raad", "raad@bestuur.example")
        .await
        .unwrap();
    let again = add_rater(field, oak, "Bea Bestuur", "bea@bestuur.example").await;
    assert!(matches!(again, Err(ChangeRefusal::AlreadyThere)));
    let mut number = 0_i64;
    for letter in field.invite(oak, "focus2", "T1").await {
        let id = letter.invitation_id;
        take_part(field, id).await;
        let due = field.sitting(id).await;
        let own = due
            .steps(&field.study)
            .iter()
            .any(|step| step.ask.contains(&"own_1_1".to_owned()));
        if own {
            place(field, id, Rater::Own, |_| ticked("4")).await;
            continue;
        }
        // Of the second statement four cannot tell; of the last everybody says the same.
        place(field, id, Rater::Team, |statement| match statement.number {
            2 if number % 3 == 0 => filled(CANNOT_JUDGE),
            7 => filled("5"),
            _ => filled(&(2 + number % 3).to_string()),
        })
        .await;
        assert_eq!(
            field.answer(id, "team_1_2").await,
            Some(Answer::Card {
                position: (number % 3 != 0).then_some(2 + number % 3),
                ticked: false,
                cannot_judge: number % 3 == 0,
            })
        );
        number += 1;
    }
    for letter in field.invite(unit, "focus2", "T1").await {
        let id = letter.invitation_id;
        take_part(field, id).await;
        let agrees = letter.name == "Bea Bestuur";
        let value = if agrees { "2" } else { "1" };
        place(field, id, Rater::Board, |statement| {
            match statement.number {
                3 => filled(CANNOT_JUDGE),
                _ => filled(value),
            }
        })
        .await;
        let mut last = field.page(id, BY_NAME).await;
        let by_name = filled(if agrees { "1" } else { "0" });
        last.raw.insert(BY_NAME.to_owned(), by_name);
        field.save(&last).await.unwrap();
        field.submit(id).await.unwrap();
    }
    field.clock = FixedClock(start() + TimeDelta::weeks(1) + TimeDelta::hours(1));
    field.close("focus2", "T1").await.unwrap();
    conclude::conclude(&field.store, &field.study, field.clock.now())
        .await
        .unwrap();
    oak
}

async fn portrait(field: &Field, school: SchoolId) -> CardPortrait {
    let mut tx = field.store.read().await.unwrap();
    let kept = conclusions::part(&mut tx, field.study.study_id, school, Part::Card)
        .await
        .unwrap();
    serde_json::from_str(&kept.unwrap().0).unwrap()
}

/// A visitor with a new link of this role.
fn visitor(place: &Installation, server: &Server, role: &str) -> Visitor {
    let mut arguments = vec!["study", "link", "small", role];
    if ["principal", "school"].contains(&role) {
        arguments.extend(["--school", OAK]);
    }
    let said = place.must(&arguments);
    let secret = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let visitor = Visitor::new(&server.base);
    visitor.enter(secret.trim());
    visitor
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_goes_from_answers_to_the_principal_alone() {
    let mut told = Vec::new();
    for database in databases("the leadership card").await {
        let mut field = Field::found_as(database.open().await, whole_design(), 0).await;
        let oak = answered(&mut field).await;
        let wave = portrait(&field, oak).await.waves.remove(0);
        // Eleven of the team; the four who cannot judge are no place, and seven are enough.
        assert_eq!(wave.n_team.shown(), Ok(&11));
        let [first, second, third, last] = [0, 1, 2, 6].map(|place| &wave.statements[place]);
        assert_eq!(first.n.shown(), Ok(&11));
        assert!(first.team.shown().is_ok());
        assert_eq!(second.n.shown(), Ok(&7));
        assert!(
            second
                .cannot_judge
                .shown()
                .is_ok_and(|share| (0.3..0.5).contains(share))
        );
        assert!(last.team.shown().is_err(), "all alike would tell each");
        assert_eq!(
            first.own.map(|own| (own.position, own.ticked)),
            Some((Some(4), true))
        );
        // One of the two of the board agreed.
        assert_eq!(wave.board.len(), 1);
        assert_eq!(first.board[0].and_then(|place| place.position), Some(2));
        assert!(third.board[0].is_some_and(|place| place.cannot_judge));
        assert_eq!(wave.statements.len(), 41);

        let mut tx = field.store.read().await.unwrap();
        let study_id = field.study.study_id;
        let team = conclusions::part(&mut tx, study_id, oak, Part::Team)
            .await
            .unwrap();
        assert!(
            !team.unwrap().0.contains("card"),
            "not with the team's results"
        );
        let (key, _) = conclusions::newest(&mut tx, study_id)
            .await
            .unwrap()
            .unwrap();
        let text = conclusions::findings(&mut tx, &key).await.unwrap().unwrap();
        let findings: Findings = serde_json::from_str(&text).unwrap();
        let heading = &findings.cards[1];
        assert_eq!((heading.heading, heading.own.n, heading.team.n), (1, 1, 1));
        assert_eq!(heading.own.mean, Some(4.0));
        assert!(heading.cannot_judge.is_some_and(|share| share > 0.0));
        // Where a principal places herself is no fact of the school, and the card no outcome of the plan.
        assert!(
            findings
                .scales
                .iter()
                .all(|row| !row.scale.contains("card_"))
        );

        // What cannot be judged is an answer of its own in what is taken out; raters from outside are in it.
        let study = Arc::clone(&field.study);
        let export = Export::prepare(&mut tx, study, Language::En, None)
            .await
            .unwrap();
        let mut rows = Vec::new();
        for place in &export.schools {
            let read = export.school(&mut tx, place).await.unwrap();
            rows.extend(export.rows(&Table::Answers, &read));
            if place.key == OAK {
                let facts = export.rows(&Table::Schools, &read);
                assert!(facts.iter().flatten().all(|cell| cell != "4"), "{facts:?}");
            }
        }
        let of = |item: &str, value: &str| {
            let cells = rows.iter().filter(|row| row[4] == item && row[6] == value);
            cells
                .map(|row| (row[7].clone(), row[8].clone()))
                .collect::<Vec<_>>()
        };
        let cannot = ("I cannot judge this".to_owned(), String::new());
        assert_eq!(of("team_1_2", CANNOT_JUDGE), vec![cannot; 4]);
        assert_eq!(of("own_1_1", "4|ticked").len(), 1);
        assert_eq!(of("board_1_1", "2").len(), 1);
        assert!(rows.iter().any(|row| row[0] == raters_key(OAK)));
        drop(tx);
        told.push(serde_json::to_string(&wave).unwrap());

        pages(&database.address, oak);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "the same on both databases");
}

/// As people meet it: nothing before it is opened, the board by name, the team only what was passed on.
fn pages(address: &str, oak: SchoolId) {
    let place = Installation::new(address);
    let server = place.serve();
    let principal = visitor(&place, &server, "principal");
    let team = visitor(&place, &server, "school");
    let desk = visitor(&place, &server, "researcher");
    let owner = visitor(&place, &server, "owner");
    let card = "/principal/card?wave=T1";
    assert_eq!(principal.get(card).location.as_deref(), Some("/principal"));
    assert!(
        principal
            .get("/principal")
            .has("Kaart van meting T1 openen")
    );
    principal.post("/principal/open", &[("part", "card"), ("wave", "T1")]);
    let page = principal.get(card);
    assert!(
        page.has("Bea Bestuur") && !page.has("Stille Raad"),
        "{}",
        page.html
    );
    assert!(page.has("Ik stel het verhogen van de leerresultaten centraal"));
    assert!(page.has("School aan Zet") && page.has("toestemming nog niet gevraagd"));
    assert!(page.has("2,9 (11)"), "{}", page.html);
    assert!(!team.get("/school/card").has("Meting T1"));
    assert_eq!(team.get(card).status, 403);
    let yes = [
        ("part", "card"),
        ("wave", "T1"),
        ("to", "team"),
        ("confirm", "yes"),
    ];
    let look = principal.get("/principal/pass-on?part=card&wave=T1&to=team");
    assert!(look.has("Zelf: 4") && !look.has("Bea Bestuur"));
    assert_eq!(principal.post("/principal/pass-on", &yes).status, 303);
    team.post("/school/card", &[("wave", "T1")]);
    let passed = team.get("/school/card");
    assert!(passed.has("De schoolleider stelt het verhogen") && passed.has("Zelf: 4"));
    assert!(!passed.has("Bea Bestuur"));
    let found = desk.get("/research/card");
    assert!(
        found.status == 200 && found.has("De hele kaart"),
        "{}",
        found.html
    );
    assert_eq!(desk.get("/research/table/card_agreement.csv").status, 200);

    // The owner adds one, and sees how far the others are.
    let listed = owner.get("/study/raters");
    assert!(
        listed.has("Bea Bestuur") && listed.has("T1: ingestuurd"),
        "{}",
        listed.html
    );
    let new = [
        ("school", &*oak.to_string()),
        ("name", "Derde Raad"),
        ("email", "derde@bestuur.example"),
    ];
    assert_eq!(owner.post("/study/raters", &new).status, 303);
    assert!(owner.get("/study/raters").has("Derde Raad"));
    assert_eq!(owner.post("/study/raters", &new).status, 409);
}
