//! One story of collecting, told on SQLite and on PostgreSQL: in the end both hold the same, to the last byte.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use schakel::domain::answer::Answer;
use schakel::domain::id::InvitationId;
use schakel::domain::invitation::Letter;
use schakel::domain::records::Records;
use schakel::domain::roster::RosterLine;
use schakel::domain::time::{Clock, FixedClock};
use schakel::domain::token::token_hash;
use schakel::fieldwork::close::CloseRefusal;
use schakel::fieldwork::door::Door;
use schakel::fieldwork::enrol::{self, Enrolled};
use schakel::fieldwork::enter::EnterRefusal;
use schakel::fieldwork::pages::Part;
use schakel::fieldwork::receive::{self, PageSaved, PageSent, ReceiveRefusal};
use schakel::instrument::check::AnswerFault;
use schakel::storage::links::{self, Opens};
use schakel::storage::snapshot::{self, Snapshot};
use schakel::storage::{StorageError, Store, audit, invitations, records, rosters};
use support::databases::databases;
use support::small_study::{BEECH, Field, OAK, filled, lines, nobody, start, ticked};
use support::tables::{everything, schema};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support;

#[tokio::test(flavor = "multi_thread")]
async fn a_study_goes_the_same_way_on_both_databases() {
    let mut ends = Vec::new();
    for database in databases("the story of a study").await {
        println!("on {}", database.name);
        let mut field = Field::found(database.open().await).await;
        enrolling(&mut field).await;
        let letters = inviting(&mut field).await;
        entering(&mut field, &letters).await;
        answering(&mut field, &letters).await;
        naming(&mut field, &letters).await;
        submitting(&mut field, &letters).await;
        closing(&mut field, &letters).await;
        ends.push((database.name, concluding(&mut field).await));
    }
    let (first, end) = &ends[0];
    for (other, other_end) in &ends[1..] {
        assert_eq!(end.0, other_end.0, "hashes on {first} and {other}");
        assert_eq!(end.1, other_end.1, "records on {first} and {other}");
    }
}

/// A list that is delivered twice doubles nobody, and nobody is merged by name.
async fn enrolling(field: &mut Field) {
    assert_eq!(
        field.enrol(lines()).await,
        Enrolled {
            schools: 2,
            joined: 24,
            updated: 0
        }
    );
    let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
    let last = field.member(oak, "eik-11").await;

    let mut again = lines();
    let line = again
        .iter_mut()
        .find(|line| line.person == "eik-11")
        .expect("in the list");
    line.name = "Persoon Elf".to_owned();
    line.roles = vec!["coordinator".to_owned(), "teacher".to_owned()];
    line.groups = Some(vec!["onderbouw".to_owned(), "bovenbouw".to_owned()]);
    let line = again
        .iter_mut()
        .find(|line| line.person == "eik-10")
        .expect("in the list");
    line.left_on = NaiveDate::from_ymd_opt(2024, 8, 1);
    assert_eq!(
        field.enrol(again).await,
        Enrolled {
            schools: 0,
            joined: 0,
            updated: 24
        }
    );

    let mut tx = field.store.read().await.unwrap();
    let roster = rosters::of_school(&mut tx, oak).await.unwrap();
    assert_eq!(roster.len(), 12);
    let updated = roster
        .iter()
        .find(|member| member.member_id == last)
        .expect("still the same member");
    assert_eq!(updated.name, "Persoon Elf");
    assert_eq!(updated.roles, ["coordinator", "teacher"]);
    assert_eq!(updated.groups, ["bovenbouw", "onderbouw"]);
    let same_name: BTreeSet<_> = roster
        .iter()
        .filter(|member| member.name == "Anna de Vries")
        .map(|member| member.person_id)
        .collect();
    assert_eq!(same_name.len(), 2, "two people of one name stay two");
    let elsewhere = rosters::of_school(&mut tx, beech).await.unwrap();
    let at_both: Vec<_> = roster
        .iter()
        .flat_map(|here| {
            elsewhere
                .iter()
                .filter(|there| there.person_id == here.person_id)
                .map(move |there| (here, there))
        })
        .collect();
    assert_eq!(at_both.len(), 1, "one person works at both schools");
    assert_ne!(at_both[0].0.member_id, at_both[0].1.member_id);
    drop(tx);
    assert_eq!(everything(&field.store).await["persons"].len(), 23);
    assert_eq!(field.audited("enrol", "small").await, 2);
}

/// Inviting again hands out the same links; re-issue kills the old one and touches nobody else.
async fn inviting(field: &mut Field) -> BTreeMap<String, Letter> {
    let oak = field.school(OAK).await;
    let first = field.invite(oak, "focus2", "T1").await;
    assert_eq!(
        first.len(),
        11,
        "whoever left before the window is not invited"
    );
    assert!(first.iter().all(|letter| letter.new));
    let again = field.invite(oak, "focus2", "T1").await;
    assert!(again.iter().all(|letter| !letter.new));
    let links = |letters: &[Letter]| -> Vec<(InvitationId, String, String)> {
        letters
            .iter()
            .map(|letter| {
                (
                    letter.invitation_id,
                    letter.token.clone(),
                    letter.code.clone(),
                )
            })
            .collect()
    };
    assert_eq!(links(&first), links(&again));

    let lost = field.member(oak, "eik-09").await;
    let (token, code) = field.reissue(oak, lost, "T1").await;
    let old = first
        .iter()
        .find(|letter| letter.member_id == lost)
        .expect("invited");
    assert_ne!((&token, &code), (&old.token, &old.code));
    let before = everything(&field.store).await;
    assert!(
        matches!(field.enter(&old.token).await, Err(EnterRefusal::Unknown)),
        "the old link is dead"
    );
    assert!(
        matches!(field.enter(&old.code).await, Err(EnterRefusal::Unknown)),
        "and so is the old code"
    );
    assert_eq!(everything(&field.store).await, before);
    assert!(field.enter(&token).await.is_ok());
    assert!(field.enter(&code).await.is_ok());
    assert_eq!(
        field
            .audited("reissue", &old.invitation_id.to_string())
            .await,
        1
    );
    let reminded = field.invite(oak, "focus2", "T1").await;
    assert_eq!(
        reminded
            .iter()
            .find(|letter| letter.member_id == lost)
            .expect("invited")
            .token,
        token
    );
    assert_eq!(
        links(&reminded)
            .iter()
            .filter(|link| link.0 != old.invitation_id)
            .collect::<Vec<_>>(),
        links(&first)
            .iter()
            .filter(|link| link.0 != old.invitation_id)
            .collect::<Vec<_>>(),
    );

    let beech = field.school(BEECH).await;
    let there = field.invite(beech, "focus3", "T1").await;
    assert_eq!(there.len(), 12);
    let mut letters = BTreeMap::new();
    for (school, prefix, posted) in [(oak, OAK, reminded), (beech, BEECH, there)] {
        for letter in posted {
            let person = lines()
                .into_iter()
                .filter(|line| line.school == prefix)
                .map(|line| line.person);
            for person in person {
                if field.member(school, &person).await == letter.member_id {
                    letters.insert(format!("{prefix} {person}"), letter.clone());
                }
            }
        }
    }
    assert_eq!(letters.len(), 23);
    letters
}

/// A link and a typed code open the same; what is wrong opens nothing; looking changes nothing.
async fn entering(field: &mut Field, letters: &BTreeMap<String, Letter>) {
    let letter = &letters["eik eik-04"];
    let opens = Opens::Invitation {
        id: letter.invitation_id,
        issue: 1,
    };
    assert_eq!(field.enter(&letter.token).await.unwrap().opens, opens);
    let typed = letter
        .code
        .to_lowercase()
        .replace('-', " ")
        .replace('0', "o")
        .replace('1', "l");
    let visit = field.enter(&typed).await.unwrap();
    assert_eq!(visit.opens, opens);
    assert_eq!(
        field
            .audited("enter", &letter.invitation_id.to_string())
            .await,
        2
    );

    let before = everything(&field.store).await;
    let mut wrong_code = letter.code.clone();
    let last = wrong_code.pop().expect("a code");
    wrong_code.push(if last == '7' { '8' } else { '7' });
    for wrong in [
        &wrong_code,
        &"7".repeat(32),
        &"7".repeat(16),
        &String::new(),
        &"'; DROP TABLE visits".to_owned(),
    ] {
        assert!(
            matches!(field.enter(wrong).await, Err(EnterRefusal::Unknown)),
            "{wrong}"
        );
    }

    let mut tx = field.store.read().await.unwrap();
    let hash = token_hash(&visit.cookie);
    assert_eq!(
        links::visit(&mut tx, &hash, field.clock.now())
            .await
            .unwrap(),
        Some(opens)
    );
    assert_eq!(
        links::visit(&mut tx, &hash, field.clock.now() + TimeDelta::hours(12))
            .await
            .unwrap(),
        None
    );
    let progress = invitations::progress(&mut tx, field.study.study_id)
        .await
        .unwrap();
    assert_eq!(
        progress
            .values()
            .map(|school| (school.invited, school.started))
            .collect::<BTreeSet<_>>(),
        BTreeSet::from([(11, 0), (12, 0)])
    );
    snapshot::take(&mut tx, field.study.study_id).await.unwrap();
    drop(tx);
    let sitting = field.sitting(letter.invitation_id).await;
    assert_eq!(
        (
            sitting.door(&field.study, Part::Questionnaire, field.clock.now()),
            sitting.first_open(&field.study, Part::Questionnaire)
        ),
        (Door::Open, Some(0))
    );
    assert_eq!(
        everything(&field.store).await,
        before,
        "neither a wrong code nor looking changes anything"
    );
}

/// Ratings: valid ones are kept beside invalid ones, can be changed and taken back, and never overwritten unseen.
async fn answering(field: &mut Field, letters: &BTreeMap<String, Letter>) {
    let id = letters["eik eik-04"].invitation_id;
    let mut page = field.page(id, "att_01").await;
    let first_shown = page.seen.clone();
    page.raw = raw([
        ("att_01", filled("4")),
        ("att_02", filled("5")),
        ("att_03", filled("9")),
        ("att_04", filled(" ")),
    ]);

    let before = everything(&field.store).await;
    let opened = field.clock;
    field.clock = FixedClock(start() - TimeDelta::seconds(1));
    assert!(matches!(
        field.save(&page).await,
        Err(ReceiveRefusal::NotYetOpen)
    ));
    assert!(matches!(
        field.submit(id).await,
        Err(ReceiveRefusal::NotYetOpen)
    ));
    field.clock = opened;
    assert!(matches!(
        field
            .save(&PageSent {
                step: 99,
                ..page.clone()
            })
            .await,
        Err(ReceiveRefusal::NoSuchPage)
    ));
    assert_eq!(everything(&field.store).await, before);

    let saved = field.save(&page).await.unwrap();
    assert_eq!(saved.stored, 2);
    assert_eq!(
        saved.faults,
        BTreeMap::from([("att_03".to_owned(), AnswerFault::NotAnOption)])
    );
    assert_eq!(
        answers(field, id).await,
        BTreeMap::from([("att_01", Answer::Code(4)), ("att_02", Answer::Code(5))].map(own))
    );

    let stored = everything(&field.store).await;
    assert_eq!(
        field.save(&page).await.unwrap().faults,
        saved.faults,
        "the same page again, from a browser that retries"
    );
    assert_eq!(everything(&field.store).await, stored, "adds nothing");

    let mut page = field.page(id, "att_01").await;
    page.raw = raw([("att_01", filled("2"))]);
    assert_eq!(
        field.save(&page).await.unwrap(),
        PageSaved {
            stored: 2,
            ..PageSaved::default()
        }
    );
    assert_eq!(
        answers(field, id).await,
        BTreeMap::from([("att_01", Answer::Code(2))].map(own)),
        "changed, and taken back"
    );
    assert_eq!(field.audited("save", &id.to_string()).await, 2);

    let stored = everything(&field.store).await;
    let mut stale = page.clone();
    stale.raw = raw([("att_01", filled("5"))]);
    for shown in [&first_shown, &page.seen, &String::new()] {
        stale.seen.clone_from(shown);
        assert!(matches!(
            field.save(&stale).await,
            Err(ReceiveRefusal::ChangedElsewhere)
        ));
    }
    assert_eq!(
        everything(&field.store).await,
        stored,
        "nothing is overwritten unseen"
    );
}

/// Colleagues: ticked, changed, nobody, and not answered at all; only who is on the list can be named.
async fn naming(field: &mut Field, letters: &BTreeMap<String, Letter>) {
    let letter = &letters["eik eik-05"];
    let id = letter.invitation_id;
    let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
    let namesake = field.member(oak, "eik-06").await;
    let principal = field.member(oak, "eik-01").await;
    let coach = field.member(oak, "eik-02").await;
    let gone = field.member(oak, "eik-10").await;
    let elsewhere = field.member(beech, "beuk-05").await;
    let sitting = field.sitting(id).await;
    assert_eq!(
        sitting.roster(&field.study, "whole-network").len(),
        10,
        "not oneself and not who left"
    );
    assert!(
        sitting
            .roster(&field.study, "whole-network")
            .contains(&namesake),
        "a colleague of the same name is a colleague"
    );

    for stranger in [letter.member_id, gone, elsewhere] {
        let mut page = field.page(id, "net_goals").await;
        page.raw = raw([("net_goals", ticked(&[principal, stranger]))]);
        let saved = field.save(&page).await.unwrap();
        assert_eq!(
            saved.faults,
            BTreeMap::from([("net_goals".to_owned(), AnswerFault::NotOnTheRoster)])
        );
    }
    assert_eq!(answers(field, id).await, BTreeMap::new());

    let mut page = field.page(id, "net_goals").await;
    page.raw = raw([("net_goals", ticked(&[principal, namesake]))]);
    field.save(&page).await.unwrap();
    let mut page = field.page(id, "net_goals").await;
    page.raw = raw([("net_goals", ticked(&[namesake, coach]))]);
    field.save(&page).await.unwrap();
    let goals = Answer::Named(BTreeMap::from([(namesake, 1), (coach, 1)]));
    assert_eq!(field.answer(id, "net_goals").await, Some(goals.clone()));

    let mut page = field.page(id, "net_approach").await;
    page.raw = raw([("net_approach", ticked(&[principal]))]);
    field.save(&page).await.unwrap();
    let mut page = field.page(id, "net_approach").await;
    let mut both = ticked(&[coach]);
    both.nobody = true;
    page.raw = raw([("net_approach", both)]);
    let saved = field.save(&page).await.unwrap();
    assert_eq!(
        saved.faults,
        BTreeMap::from([("net_approach".to_owned(), AnswerFault::NobodyAndSomebody)])
    );
    assert_eq!(
        field.answer(id, "net_approach").await,
        Some(Answer::Named(BTreeMap::from([(principal, 1)])))
    );
    page.raw = raw([("net_approach", nobody())]);
    field.save(&page).await.unwrap();

    let mut page = field.page(id, "net_progress").await;
    page.raw = raw([("net_progress", ticked(&[principal]))]);
    field.save(&page).await.unwrap();
    let mut page = field.page(id, "net_progress").await;
    page.raw = raw([("net_progress", ticked(&[]))]);
    field.save(&page).await.unwrap();

    let expected =
        BTreeMap::from([("net_goals", goals), ("net_approach", Answer::Nobody)].map(own));
    assert_eq!(
        answers(field, id).await,
        expected,
        "nobody is an answer and an empty list is none"
    );
    assert_eq!(everything(&field.store).await["nominations"].len(), 2);
}

/// Submitting twice is submitting once.
async fn submitting(field: &mut Field, letters: &BTreeMap<String, Letter>) {
    let id = letters["eik eik-05"].invitation_id;
    let receipt = field.submit(id).await.unwrap();
    assert_eq!(receipt.len(), 9);
    let stored = everything(&field.store).await;
    field.clock = FixedClock(field.clock.now() + TimeDelta::minutes(5));
    assert_eq!(field.submit(id).await.unwrap(), receipt);
    assert_eq!(field.audited("submit", &id.to_string()).await, 1);
    let mut page = field.page(id, "net_progress").await;
    page.raw = raw([("net_progress", nobody())]);
    assert!(matches!(
        field.save(&page).await,
        Err(ReceiveRefusal::Submitted)
    ));
    assert_eq!(everything(&field.store).await, stored);

    let unknown = InvitationId::new(field.clock.now(), &mut field.dice());
    assert!(matches!(
        field.submit(unknown).await,
        Err(ReceiveRefusal::Unknown)
    ));
}

/// After closing time what was begun may be finished for an hour; after closing nothing changes.
async fn closing(field: &mut Field, letters: &BTreeMap<String, Letter>) {
    let begun = letters["eik eik-04"].invitation_id;
    let silent = letters["eik eik-06"].invitation_id;
    let submitted = letters["eik eik-05"].invitation_id;
    let closes_at = start() + TimeDelta::weeks(1);
    assert!(matches!(
        field.close("focus2", "T2a").await,
        Err(CloseRefusal::NotYetOpen { .. })
    ));

    // The other cohort goes on: someone there answers while the window is open.
    let there = letters["beuk beuk-04"].invitation_id;
    let mut page = field.page(there, "att_01").await;
    page.raw = raw([("att_01", filled("1"))]);
    field.save(&page).await.unwrap();

    field.clock = FixedClock(closes_at + TimeDelta::minutes(59));
    let mut page = field.page(begun, "att_01").await;
    page.raw = raw([("att_01", filled("2")), ("att_02", filled("3"))]);
    field.save(&page).await.unwrap();
    let stored = everything(&field.store).await;
    let mut late = field.page(silent, "att_01").await;
    late.raw = raw([("att_01", filled("1"))]);
    assert!(
        matches!(field.save(&late).await, Err(ReceiveRefusal::Closed)),
        "who had not begun is too late"
    );
    field.clock = FixedClock(closes_at + TimeDelta::minutes(60));
    let mut page = field.page(begun, "att_01").await;
    page.raw = raw([("att_01", filled("5"))]);
    assert!(
        matches!(field.save(&page).await, Err(ReceiveRefusal::Closed)),
        "the hour is over"
    );
    assert_eq!(everything(&field.store).await, stored);

    field.clock = FixedClock(closes_at + TimeDelta::hours(2));
    assert!(field.close("focus2", "T1").await.unwrap());
    let closed = everything(&field.store).await;
    assert!(
        !field.close("focus2", "T1").await.unwrap(),
        "closed already"
    );
    field.clock = FixedClock(start() + TimeDelta::days(1));
    assert!(
        matches!(field.save(&page).await, Err(ReceiveRefusal::Closed)),
        "closed is closed, whatever the clock says"
    );
    assert!(matches!(
        field.submit(begun).await,
        Err(ReceiveRefusal::Closed)
    ));
    assert!(
        field.submit(submitted).await.is_ok(),
        "a receipt can still be asked for"
    );
    assert_eq!(everything(&field.store).await, closed);
    let window = field.window("focus2", "T1").await;
    assert_eq!(window.closed_at, Some(closes_at + TimeDelta::hours(2)));
    assert_eq!(
        field.audited("close", &window.window_id.to_string()).await,
        1
    );
}

/// What is concluded from: closed windows only, and the same however often it is taken.
async fn concluding(field: &mut Field) -> (String, Records) {
    let (taken, records) = take(field).await;
    assert_eq!(taken.schools.len(), 2);
    assert_eq!(
        taken
            .windows
            .iter()
            .map(|row| (row.cohort.as_str(), row.wave.as_str()))
            .collect::<Vec<_>>(),
        [("focus2", "T1")]
    );
    assert_eq!(taken.responses.len(), 2);
    assert_eq!(
        taken.responses.iter().filter(|row| row.submitted).count(),
        1
    );
    assert_eq!((taken.answers.len(), taken.nominations.len()), (4, 2));

    assert_eq!(records.waves, ["T1"]);
    assert_eq!(records.relations, ["approach", "goals", "progress"]);
    assert_eq!(
        records
            .schools
            .iter()
            .map(|school| school.key.as_str())
            .collect::<Vec<_>>(),
        [BEECH, OAK]
    );
    assert_eq!(
        records.rosters.len(),
        1,
        "only the school whose window is closed"
    );
    let roster = &records.rosters[0];
    assert_eq!(
        (roster.school, roster.wave, roster.persons.len()),
        (1, 0, 11)
    );
    assert_eq!(
        roster
            .persons
            .iter()
            .filter(|person| person.responded)
            .count(),
        1
    );
    let told: Vec<Vec<Option<f64>>> = roster
        .nominations
        .iter()
        .map(|claims| claims.iter().flatten().map(|claim| claim.value).collect())
        .collect();
    assert_eq!(told[0], [], "nobody: all zeros, none listed");
    assert_eq!(told[1], [Some(1.0), Some(1.0)]);
    assert_eq!(told[2], [None; 10], "left open: every cell unknown");
    assert_eq!(records.answers.len(), 1);
    assert_eq!(
        records.answers[0].items,
        [("att_01", 2.0), ("att_02", 3.0)].into()
    );

    // What an open window gets does not show.
    let beech = field.school(BEECH).await;
    let posted = field.invite(beech, "focus3", "T1").await;
    let mut page = field.page(posted[5].invitation_id, "net_goals").await;
    page.raw = raw([("net_goals", nobody())]);
    field.save(&page).await.unwrap();
    let again = take(field).await;
    assert_eq!((again.0.hash(), &again.1), (taken.hash(), &records));
    assert_eq!(taken.hash().len(), 64);

    // What a closed one has does.
    let mut other = taken.clone();
    other.answers[0].value = "{\"code\":1}".to_owned();
    assert_ne!(other.hash(), taken.hash());
    (taken.hash(), records)
}

async fn take(field: &Field) -> (Snapshot, Records) {
    let mut tx = field.store.read().await.unwrap();
    let taken = snapshot::take(&mut tx, field.study.study_id).await.unwrap();
    let records = records::records(&taken, &field.study.design, &field.study.questions()).unwrap();
    (taken, records)
}

fn raw<const N: usize>(
    answers: [(&str, schakel::instrument::check::RawAnswer); N],
) -> BTreeMap<String, schakel::instrument::check::RawAnswer> {
    BTreeMap::from(answers.map(own))
}

fn own<T>((item, value): (&str, T)) -> (String, T) {
    (item.to_owned(), value)
}

async fn answers(field: &Field, id: InvitationId) -> BTreeMap<String, Answer> {
    field.sitting(id).await.answers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verb_that_is_refused_leaves_nothing_behind() {
    for database in databases("refused verbs").await {
        let field = Field::found(database.open().await).await;
        let before = everything(&field.store).await;
        let (act, study, mut rng) = (field.act(), field.study.clone(), field.clone().dice());
        let refused: Result<Enrolled, enrol::EnrolRefusal> = field
            .store
            .write(move |tx| {
                Box::pin(async move {
                    enrol::enrol(tx, &act, &mut rng, &study, &lines()).await?;
                    Err(
                        StorageError::Address("refused after everything was done".to_owned())
                            .into(),
                    )
                })
            })
            .await;
        assert!(
            matches!(
                refused,
                Err(enrol::EnrolRefusal::Failed(StorageError::Address(_)))
            ),
            "{refused:?}"
        );
        assert_eq!(everything(&field.store).await, before, "{}", database.name);

        // A statement that the database itself refuses takes back what stood before it in the same verb.
        let (act, noun) = (field.act(), field.study.design.key.clone());
        let refused: Result<(), StorageError> = field
            .store
            .write(move |tx| {
                Box::pin(async move {
                    audit::record(tx, &act, "before the fault", &noun, "");
                    let nobody = schakel::domain::id::SchoolId(uuid::Uuid::from_u128(1));
                    let pupil_id = schakel::domain::id::PupilId(uuid::Uuid::from_u128(2));
                    let pupil = (pupil_id, "pupil without a school".to_owned(), None);
                    schakel::storage::pupils::insert(tx, nobody, &[pupil]).await
                })
            })
            .await;
        assert!(
            matches!(refused, Err(StorageError::Query(_))),
            "{refused:?}"
        );
        assert_eq!(everything(&field.store).await, before, "{}", database.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_and_panics_fail_alone_among_others_that_arrive_with_them() {
    for database in databases("panics among writers").await {
        let field = Field::found(database.open().await).await;
        let writes = (0..60).map(|number| {
            let (store, act) = (field.store.clone(), field.act());
            tokio::spawn(async move {
                let written: Result<u32, StorageError> = store
                    .write(move |tx| {
                        Box::pin(async move {
                            audit::record(tx, &act, "write", &number.to_string(), "");
                            match number % 3 {
                                0 => Ok(number),
                                1 => Err(StorageError::Address("refused".to_owned())),
                                _ => panic!("a verb that panics, on purpose"),
                            }
                        })
                    })
                    .await;
                written
            })
        });
        let writes: Vec<_> = writes.collect();
        let mut number = 0;
        for write in writes {
            let written = write.await.expect("the caller does not panic");
            let kept = match number % 3 {
                0 => matches!(written, Ok(own) if own == number),
                1 => matches!(written, Err(StorageError::Address(_))),
                _ => matches!(written, Err(StorageError::Commit)),
            };
            assert!(kept, "{} {number}: {written:?}", database.name);
            assert_eq!(
                field.audited("write", &number.to_string()).await,
                i64::from(number % 3 == 0)
            );
            number += 1;
        }
        assert_eq!(number, 60);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_people_who_save_at_once_lose_nothing() {
    const PEOPLE: usize = 50;
    const SAVES: [&str; 4] = ["1", "2", "3", "4"];
    for database in databases("fifty writers").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(large_school(PEOPLE)).await;
        let school = field.school("linde").await;
        let letters = field.invite(school, "focus2", "T1").await;
        assert_eq!(letters.len(), PEOPLE);
        // A long read stands open all the while, as a backup or an export would have it.
        let mut long_read = field.store.read().await.unwrap();
        let seen_before = audit::count(&mut long_read, "invite", &school.to_string())
            .await
            .unwrap();
        assert_eq!(seen_before, 1);

        let people = letters.iter().enumerate().map(|(number, letter)| {
            let (mut field, id) = (field.clone(), letter.invitation_id);
            tokio::spawn(async move {
                // Everyone throws dice of their own.
                for _ in 0..=number * 100 {
                    field.dice();
                }
                for value in SAVES {
                    let mut page = field.page(id, "att_01").await;
                    page.raw = raw([
                        ("att_01", filled(value)),
                        ("att_02", filled(&(number % 5 + 1).to_string())),
                    ]);
                    let saved = field.save(&page).await;
                    assert!(saved.is_ok(), "{saved:?}");
                }
                field.submit(id).await
            })
        });
        let people: Vec<_> = people.collect();
        for person in people {
            let receipt = person.await.expect("no save is refused");
            assert!(receipt.is_ok(), "{}: {receipt:?}", database.name);
        }
        drop(long_read);
        for (number, letter) in letters.iter().enumerate() {
            let expected = [
                ("att_01", Answer::Code(4)),
                ("att_02", Answer::Code(number as i64 % 5 + 1)),
            ];
            assert_eq!(
                answers(&field, letter.invitation_id).await,
                BTreeMap::from(expected.map(own))
            );
            assert_eq!(
                field
                    .audited("save", &letter.invitation_id.to_string())
                    .await,
                SAVES.len() as i64
            );
            assert_eq!(
                field
                    .audited("submit", &letter.invitation_id.to_string())
                    .await,
                1
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_devices_that_save_the_same_page_at_once_one_is_told() {
    for database in databases("two devices").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let letters = field.invite(school, "focus2", "T1").await;
        assert!(!letters.is_empty());
        for letter in letters {
            let id = letter.invitation_id;
            let colleagues: Vec<_> = field
                .sitting(id)
                .await
                .roster(&field.study, "whole-network")
                .into_iter()
                .collect();
            // The first time nothing is stored yet, the second time both change what is there.
            for (round, sizes) in [[1, 2], [3, 4]].into_iter().enumerate() {
                let page = field.page(id, "net_goals").await;
                let pages = sizes.map(|size| PageSent {
                    raw: raw([("net_goals", ticked(&colleagues[..size]))]),
                    ..page.clone()
                });
                let mut devices = [field.clone(), field.clone()];
                devices[1].dice();
                let [one, other] = &mut devices;
                let saved = tokio::join!(one.save(&pages[0]), other.save(&pages[1]));
                let kept = match saved {
                    (Ok(_), Err(ReceiveRefusal::ChangedElsewhere)) => sizes[0],
                    (Err(ReceiveRefusal::ChangedElsewhere), Ok(_)) => sizes[1],
                    other => panic!(
                        "{}: one is kept and one is told, not {other:?}",
                        database.name
                    ),
                };
                let stored = field.answer(id, "net_goals").await;
                assert_eq!(
                    stored,
                    Some(Answer::Named(
                        colleagues[..kept]
                            .iter()
                            .map(|member| (*member, 1))
                            .collect()
                    ))
                );
                assert_eq!(
                    field.audited("save", &id.to_string()).await,
                    round as i64 + 1
                );
                field.dice();
                field.dice();
            }
        }
    }
}

/// How long something that must wait is given to go on all the same.
const RASH: Duration = Duration::from_millis(300);

/// A save that has done its work and is not committed yet; it is when the sender is used.
async fn save_underway(
    field: &mut Field,
    sent: PageSent,
) -> (
    oneshot::Sender<()>,
    JoinHandle<Result<PageSaved, ReceiveRefusal>>,
) {
    let (act, mut rng, study, store) = (
        field.act(),
        field.dice(),
        field.study.clone(),
        field.store.clone(),
    );
    let (release, released) = oneshot::channel();
    let (reached, underway) = oneshot::channel();
    let save = tokio::spawn(async move {
        store
            .write(move |tx| {
                Box::pin(async move {
                    let saved = receive::save_page(tx, &act, &mut rng, &study, &sent).await;
                    reached.send(()).expect("the test waits");
                    released.await.expect("the test goes on");
                    saved
                })
            })
            .await
    });
    underway.await.expect("the save gets under way");
    (release, save)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_being_saved_elsewhere_is_not_overwritten() {
    for database in databases("a save under way").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let id = field
            .invite(school, "focus2", "T1")
            .await
            .swap_remove(4)
            .invitation_id;
        let mut page = field.page(id, "net_goals").await;
        page.raw = raw([("net_goals", nobody())]);
        field.save(&page).await.unwrap();

        let colleagues: Vec<_> = field
            .sitting(id)
            .await
            .roster(&field.study, "whole-network")
            .into_iter()
            .collect();
        let shown = field.page(id, "net_goals").await;
        let sent = |size: usize| PageSent {
            raw: raw([("net_goals", ticked(&colleagues[..size]))]),
            ..shown.clone()
        };
        let (release, first) = save_underway(&mut field, sent(2)).await;
        let mut other = field.clone();
        let late = sent(3);
        let mut second = Box::pin(other.save(&late));
        let rash = tokio::time::timeout(RASH, &mut second).await;
        assert!(rash.is_err(), "{}: {rash:?}", database.name);
        release.send(()).expect("the save waits");
        first.await.unwrap().unwrap();
        let told = second.await;
        assert!(
            matches!(told, Err(ReceiveRefusal::ChangedElsewhere)),
            "{}: {told:?}",
            database.name
        );
        let two = colleagues[..2].iter().map(|member| (*member, 1)).collect();
        assert_eq!(
            field.answer(id, "net_goals").await,
            Some(Answer::Named(two))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_saved_into_a_response_once_it_is_submitted() {
    for database in databases("a submission during a save").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let id = field
            .invite(school, "focus2", "T1")
            .await
            .swap_remove(4)
            .invitation_id;
        let mut page = field.page(id, "net_goals").await;
        page.raw = raw([("net_goals", nobody())]);
        let (release, save) = save_underway(&mut field, page).await;
        let submitting = field.clone();
        let mut submit = Box::pin(submitting.submit(id));
        let rash = tokio::time::timeout(RASH, &mut submit).await;
        assert!(
            rash.is_err(),
            "{}: submitted around a save: {rash:?}",
            database.name
        );
        release.send(()).expect("the save waits");
        save.await.unwrap().unwrap();
        submit.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_waits_for_what_is_being_saved() {
    for database in databases("closing during a save").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let id = field
            .invite(school, "focus2", "T1")
            .await
            .swap_remove(4)
            .invitation_id;
        let mut page = field.page(id, "net_goals").await;
        page.raw = raw([("net_goals", nobody())]);
        let (release, save) = save_underway(&mut field, page).await;
        let closing = field.clone();
        let mut close = Box::pin(closing.close("focus2", "T1"));
        let rash = tokio::time::timeout(RASH, &mut close).await;
        assert!(
            rash.is_err(),
            "{}: frozen, and yet something would come after: {rash:?}",
            database.name
        );
        release.send(()).expect("the save waits");
        save.await.unwrap().unwrap();
        assert!(close.await.unwrap());
        assert_eq!(take(&field).await.0.answers.len(), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_is_sent_by_eight_devices_at_once_is_one() {
    for database in databases("eight submissions").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let letters = field.invite(school, "focus2", "T1").await;
        assert!(!letters.is_empty());
        for letter in letters {
            let id = letter.invitation_id;
            let devices: Vec<_> = (0..8)
                .map(|_| {
                    let field = field.clone();
                    tokio::spawn(async move { field.submit(id).await })
                })
                .collect();
            let mut receipts = BTreeSet::new();
            for device in devices {
                receipts.insert(
                    device
                        .await
                        .unwrap()
                        .unwrap_or_else(|error| panic!("{}: {error}", database.name)),
                );
            }
            assert_eq!(receipts.len(), 1);
            assert_eq!(field.audited("submit", &id.to_string()).await, 1);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_have_the_same_tables_and_columns() {
    let mut schemas = Vec::new();
    for database in databases("equal tables").await {
        schemas.push(schema(&database.open().await).await);
    }
    assert!(schemas[0].len() > 15 && schemas[0]["answers"].len() == 4);
    for other in &schemas[1..] {
        assert_eq!(&schemas[0], other);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_is_found_again_as_it_was_left() {
    for database in databases("opening again").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let before = everything(&field.store).await;
        drop(field);
        assert_eq!(
            everything(&database.open().await).await,
            before,
            "{}",
            database.name
        );
    }
    assert!(matches!(
        Store::open("mysql://localhost/study", &support::databases::seal_key()).await,
        Err(StorageError::Address(_))
    ));
}

fn large_school(people: usize) -> Vec<RosterLine> {
    let one = Arc::new(
        lines()
            .into_iter()
            .find(|line| line.roles == ["teacher"])
            .expect("a teacher"),
    );
    (0..people)
        .map(|number| RosterLine {
            school: "linde".to_owned(),
            school_name: Some("De Linde".to_owned()),
            person: format!("linde-{number:02}"),
            name: format!("Leerkracht {number:02}"),
            ..(*one).clone()
        })
        .collect()
}
