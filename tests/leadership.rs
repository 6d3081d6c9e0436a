//! Leadership results open to the principal first and go further only when the principal passes them on; a team agrees
//! and looks back; a board sees its own schools, and of questionnaires what was passed on.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use schakel::conclude;
use schakel::domain::agreed::{AgreedAction, Agreement, Verdict};
use schakel::domain::consent::Purpose;
use schakel::domain::id::{ActionId, InvitationId, SchoolId};
use schakel::domain::opening::{Audience, Part};
use schakel::domain::pupil::ScoreLine;
use schakel::domain::roster::PRINCIPAL;
use schakel::domain::time::{Clock, FixedClock};
use schakel::evaluation::portrait::LeadershipPortrait;
use schakel::fieldwork::agree::{self, AgreeRefusal};
use schakel::fieldwork::consent;
use schakel::fieldwork::pass_on::{self, PassOnRefusal};
use schakel::fieldwork::set_goal::{self, SetGoalRefusal};
use schakel::fieldwork::{open, register};
use schakel::storage::openings;
use schakel::storage::school_goals;
use schakel::storage::{StorageError, Store, agreed_actions, conclusions, part_releases};

use support::databases::databases;
use support::server::{Installation, Page, Server, Visitor};
use support::small_study::{BEECH, Field, OAK, filled, lines, start};

const LEADERSHIP: [&str; 5] = ["lead_01", "lead_02", "lead_03", "lead_04", "lead_05"];

// --- the verbs, as pages use them ------------------------------------------------------------------------------------

async fn open_part(field: &Field, school: SchoolId, part: Part, to: Audience, wave: &str) {
    let (act, wave) = (field.act(), [wave.to_owned()]);
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            Box::pin(async move { open::open(tx, &act, school, part, to, &wave).await })
        })
        .await
        .unwrap();
}

async fn pass(
    field: &Field,
    school: SchoolId,
    part: Part,
    wave: &str,
    to: Audience,
) -> Result<bool, PassOnRefusal> {
    let (act, study, wave) = (field.act(), field.study.clone(), wave.to_owned());
    field
        .store
        .write(move |tx| {
            Box::pin(
                async move { pass_on::pass_on(tx, &act, &study, school, part, &wave, to).await },
            )
        })
        .await
}

fn agreement(goal: &str) -> Agreement {
    Agreement {
        goal: goal.to_owned(),
        noticed_by: "aan het verslag".to_owned(),
        owner: "de coach".to_owned(),
        due_on: NaiveDate::from_ymd_opt(2025, 1, 31),
    }
}

async fn agreed(
    field: &mut Field,
    school: SchoolId,
    agreement: Agreement,
) -> Result<ActionId, AgreeRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(
                async move { agree::agree(tx, &act, &mut rng, &study, school, &agreement).await },
            )
        })
        .await
}

async fn change(
    field: &Field,
    school: SchoolId,
    action: ActionId,
    agreement: Agreement,
) -> Result<(), AgreeRefusal> {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(
                async move { agree::change(tx, &act, &study, school, action, &agreement).await },
            )
        })
        .await
}

async fn review(
    field: &Field,
    school: SchoolId,
    action: ActionId,
    verdict: Verdict,
    seen: &'static str,
) -> Result<(), AgreeRefusal> {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                agree::review(tx, &act, &study, school, action, (verdict, seen)).await
            })
        })
        .await
}

async fn actions(field: &Field, school: SchoolId) -> Vec<AgreedAction> {
    let mut tx = field.store.read().await.unwrap();
    agreed_actions::of_school(&mut tx, school).await.unwrap()
}

async fn goal(
    field: &Field,
    school: SchoolId,
    month: i64,
    target: Option<f64>,
) -> Result<(), SetGoalRefusal> {
    let act = field.act();
    field
        .store
        .write(move |tx| {
            Box::pin(async move { set_goal::set_goal(tx, &act, school, month, target).await })
        })
        .await
}

async fn kept(field: &Field, school: SchoolId, part: Part) -> Option<String> {
    let mut tx = field.store.read().await.unwrap();
    let kept = conclusions::part(&mut tx, field.study.study_id, school, part)
        .await
        .unwrap();
    kept.map(|(text, _)| text)
}

async fn conclude(field: &Field) {
    conclude::conclude(&field.store, &field.study, field.clock.now())
        .await
        .unwrap();
}

fn at_week(field: &mut Field, week: i64) {
    field.clock = FixedClock(start() + TimeDelta::weeks(week) + TimeDelta::hours(1));
}

/// Every member of a school who is asked about leadership answers that; `of` says what, by their place on the list.
async fn answer(
    field: &mut Field,
    school: SchoolId,
    cohort: &str,
    wave: &str,
    of: fn(usize) -> i64,
) {
    for (place, letter) in field
        .invite(school, cohort, wave)
        .await
        .into_iter()
        .enumerate()
    {
        let id = letter.invitation_id;
        take_part(field, id).await;
        let sitting = field.sitting(id).await;
        let asks = sitting
            .steps(&field.study)
            .into_iter()
            .any(|step| step.ask.iter().any(|item| item == LEADERSHIP[0]));
        if !asks {
            continue;
        }
        let mut page = field.page(id, LEADERSHIP[0]).await;
        for item in LEADERSHIP {
            page.raw
                .insert(item.to_owned(), filled(&of(place).to_string()));
        }
        let saved = field.save(&page).await.unwrap();
        assert!(saved.faults.is_empty() && saved.stored == 5, "{saved:?}");
    }
}

async fn take_part(field: &mut Field, invitation: InvitationId) {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    let all = [Purpose::Research, Purpose::PersonPicture, Purpose::FollowUp];
    let decisions: BTreeMap<Purpose, bool> = all.map(|purpose| (purpose, true)).into();
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

/// The small study, with everyone on the list of the first school a teacher besides; its first wave is answered and
/// closed.
async fn first_wave(store: Store) -> (Field, SchoolId) {
    let mut field = Field::found(store).await;
    let mut all = lines();
    for line in all.iter_mut().filter(|line| line.school == OAK) {
        // The principal teaches too, and is asked what teachers are asked.
        if !line.roles.contains(&"teacher".to_owned()) {
            let place = usize::from(line.roles[0] == PRINCIPAL);
            line.roles.insert(0, "teacher".to_owned());
            line.roles.truncate(1 + place);
        }
    }
    field.enrol(all).await;
    let oak = field.school(OAK).await;
    answer(&mut field, oak, "focus2", "T1", |place| {
        2 + place as i64 % 3
    })
    .await;
    at_week(&mut field, 1);
    field.close("focus2", "T1").await.unwrap();
    conclude(&field).await;
    (field, oak)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_about_the_principal_is_without_the_principal() {
    let mut told = Vec::new();
    for database in databases("leadership without the principal").await {
        let (field, oak) = first_wave(database.open().await).await;
        let text = kept(&field, oak, Part::Leadership).await.unwrap();
        let portrait: LeadershipPortrait = serde_json::from_str(&text).unwrap();
        let wave = &portrait.waves[0];
        // Twelve answered; the one of them who leads the school, beside teaching, does not count.
        assert_eq!(wave.scales[0].n.shown(), Ok(&11), "{}", database.name);
        assert_eq!(wave.led_by.len(), 1);
        assert!(wave.scales[0].groups.is_empty(), "nothing by group");
        assert!(wave.scales[0].mean.shown().is_ok() && wave.scales[0].items.len() == 5);
        // What teachers said about leadership is nowhere in what the team sees.
        let team = kept(&field, oak, Part::Team).await.unwrap();
        assert!(!team.contains("\"leadership\"") && !team.contains("lead_0"));
        assert_eq!(kept(&field, oak, Part::Achievement).await, None);
        told.push(text);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "the same on both databases");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_a_principal_opened_is_passed_on_and_only_for_that_wave() {
    for database in databases("passing on").await {
        let (field, oak) = first_wave(database.open().await).await;
        let beech = field.school(BEECH).await;
        let refused = pass(&field, oak, Part::Leadership, "T1", Audience::Team).await;
        assert!(
            matches!(refused, Err(PassOnRefusal::NotOpened)),
            "{refused:?}"
        );
        open_part(&field, oak, Part::Leadership, Audience::Principal, "T1").await;
        // Opening is noted once, whatever is pressed later.
        open_part(&field, oak, Part::Leadership, Audience::Principal, "T1").await;
        let noun = oak.to_string();
        assert_eq!(field.audited("open results", &noun).await, 1);
        let unseen = pass(&field, oak, Part::Team, "T1", Audience::Board).await;
        assert!(matches!(unseen, Err(PassOnRefusal::NotOpened)));
        // Pupils' scores stand beside the team's conversation once the principal, who saw them first, lets them.
        let unseen = pass(&field, oak, Part::Achievement, "T1", Audience::Team).await;
        assert!(matches!(unseen, Err(PassOnRefusal::NotOpened)));
        open_part(&field, oak, Part::Team, Audience::Principal, "T1").await;

        for (part, wave, to) in [
            (Part::Leadership, "T1", Audience::Trainer),
            (Part::Leadership, "T1", Audience::Principal),
            (Part::Team, "T1", Audience::Trainer),
            (Part::Team, "T1", Audience::Team),
            (Part::Achievement, "T1", Audience::Board),
            (Part::Achievement, "T1", Audience::Trainer),
        ] {
            let refused = pass(&field, oak, part, wave, to).await;
            assert!(
                matches!(refused, Err(PassOnRefusal::NotTheirs)),
                "{part:?} {to:?}"
            );
        }
        // A wave that is open, one that does not exist, and a school whose wave is open.
        for (school, wave) in [(oak, "T3"), (oak, "T9"), (beech, "T1")] {
            let refused = pass(&field, school, Part::Team, wave, Audience::Board).await;
            assert!(matches!(refused, Err(PassOnRefusal::NoResults)), "{wave}");
        }
        assert!(
            pass(&field, oak, Part::Leadership, "T1", Audience::Team)
                .await
                .unwrap()
        );
        assert!(
            !pass(&field, oak, Part::Leadership, "T1", Audience::Team)
                .await
                .unwrap()
        );
        assert!(
            pass(&field, oak, Part::Team, "T1", Audience::Board)
                .await
                .unwrap()
        );
        assert_eq!(field.audited("pass on results", &noun).await, 2);
        let mut tx = field.store.read().await.unwrap();
        let releases = part_releases::of_study(&mut tx, field.study.study_id)
            .await
            .unwrap();
        let told: Vec<_> = releases
            .iter()
            .map(|release| {
                (
                    release.school_id,
                    release.wave.as_str(),
                    release.part,
                    release.audience,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (oak, "T1", Part::Team, Audience::Board),
                (oak, "T1", Part::Leadership, Audience::Team)
            ]
        );
        assert_eq!(
            part_releases::of_school(&mut tx, oak).await.unwrap(),
            releases
        );
        assert!(
            part_releases::of_school(&mut tx, beech)
                .await
                .unwrap()
                .is_empty()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_agrees_changes_and_looks_back() {
    for database in databases("agreements").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
        let early = agreed(&mut field, oak, agreement("te vroeg")).await;
        assert!(matches!(early, Err(AgreeRefusal::NothingClosed)));
        at_week(&mut field, 1);
        field.close("focus2", "T1").await.unwrap();
        let one = agreed(&mut field, oak, agreement("een")).await.unwrap();
        at_week(&mut field, 2);
        let two = agreed(&mut field, oak, agreement("twee")).await.unwrap();
        let empty = agreed(&mut field, oak, agreement(" ")).await;
        assert!(matches!(empty, Err(AgreeRefusal::Incomplete)));
        let long = agreed(&mut field, oak, agreement(&"a".repeat(301))).await;
        assert!(matches!(long, Err(AgreeRefusal::Incomplete)));

        change(&field, oak, one, agreement("anders")).await.unwrap();
        let other = change(&field, beech, one, agreement("van een ander")).await;
        assert!(matches!(
            other,
            Err(AgreeRefusal::Unknown | AgreeRefusal::NothingClosed)
        ));
        let early = review(&field, oak, one, Verdict::Secure, "het werkt").await;
        assert!(matches!(early, Err(AgreeRefusal::TooEarly)));
        let goals: Vec<String> = actions(&field, oak)
            .await
            .into_iter()
            .map(|action| action.agreement.goal)
            .collect();
        assert_eq!(goals, ["twee", "anders"], "newest first");

        at_week(&mut field, 5);
        field.close("focus2", "T2a").await.unwrap();
        let late = change(&field, oak, one, agreement("te laat")).await;
        assert!(matches!(late, Err(AgreeRefusal::TooLate)));
        review(&field, oak, one, Verdict::Secure, "het werkt")
            .await
            .unwrap();
        review(&field, oak, one, Verdict::Adjust, "toch niet")
            .await
            .unwrap();
        let nothing = review(&field, oak, two, Verdict::Adjust, " ").await;
        assert!(matches!(nothing, Err(AgreeRefusal::Incomplete)));
        let other = review(&field, beech, one, Verdict::Secure, "van een ander").await;
        assert!(matches!(
            other,
            Err(AgreeRefusal::Unknown | AgreeRefusal::NothingClosed)
        ));

        at_week(&mut field, 9);
        field.close("focus2", "T3").await.unwrap();
        let late = review(&field, oak, one, Verdict::Secure, "te laat").await;
        assert!(matches!(late, Err(AgreeRefusal::TooLate)));
        // What was forgotten can still be looked back on, once.
        review(&field, oak, two, Verdict::Secure, "alsnog")
            .await
            .unwrap();
        let kept = actions(&field, oak).await;
        let told: Vec<_> = kept
            .iter()
            .flat_map(|action| &action.reviews)
            .map(|review| (review.wave.as_str(), review.verdict, review.seen.as_str()))
            .collect();
        assert_eq!(
            told,
            [
                ("T3", Verdict::Secure, "alsnog"),
                ("T2a", Verdict::Adjust, "toch niet")
            ]
        );
        assert_eq!(kept[0].agreement, agreement("twee"));
        assert_eq!(field.audited("review agreement", &one.to_string()).await, 2);
        assert!(actions(&field, beech).await.is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn goals_are_set_changed_and_taken_back() {
    for database in databases("goals").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
        goal(&field, oak, 12, Some(60.0)).await.unwrap();
        goal(&field, oak, 6, Some(55.5)).await.unwrap();
        goal(&field, oak, 12, Some(62.0)).await.unwrap();
        for (month, target) in [(-1, 50.0), (37, 50.0)] {
            let refused = goal(&field, oak, month, Some(target)).await;
            assert!(matches!(refused, Err(SetGoalRefusal::NoSuchMoment)));
        }
        for target in [0.0, -3.0, f64::NAN, 1e9] {
            let refused = goal(&field, oak, 3, Some(target)).await;
            assert!(matches!(refused, Err(SetGoalRefusal::NoScore)), "{target}");
        }
        let set = async |school| {
            let mut tx = field.store.read().await.unwrap();
            let goals = school_goals::of_school(&mut tx, school).await.unwrap();
            goals
                .into_iter()
                .map(|goal| (goal.month, goal.target))
                .collect::<Vec<_>>()
        };
        assert_eq!(set(oak).await, [(6, 55.5), (12, 62.0)]);
        assert_eq!(set(beech).await, []);
        goal(&field, oak, 6, None).await.unwrap();
        goal(&field, oak, 6, None).await.unwrap();
        assert_eq!(set(oak).await, [(12, 62.0)]);
        assert_eq!(field.audited("take goal back", &oak.to_string()).await, 1);
    }
}

// --- the pages -------------------------------------------------------------------------------------------------------

/// A visitor with a new link of this role for these schools.
fn link(place: &Installation, server: &Server, role: &str, schools: &[&str]) -> Visitor {
    let mut arguments = vec!["study", "link", "small", role];
    for school in schools {
        arguments.extend(["--school", school]);
    }
    let said = place.must(&arguments);
    let secret = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let visitor = Visitor::new(&server.base);
    visitor.enter(secret.trim());
    visitor
}

#[track_caller]
fn goes_to(page: &Page, path: &str) {
    assert_eq!(
        (page.status, page.location.as_deref()),
        (303, Some(path)),
        "{}",
        page.html
    );
}

/// How many rows there are of what was opened, passed on, agreed and aimed at.
async fn noted(address: &str, schools: &[SchoolId]) -> [usize; 4] {
    let store = Store::open(address, &support::databases::seal_key())
        .await
        .unwrap();
    let mut tx = store.read().await.unwrap();
    let mut counts = [0; 4];
    for school in schools {
        counts[0] += openings::of_school(&mut tx, *school).await.unwrap().len();
        counts[1] += part_releases::of_school(&mut tx, *school)
            .await
            .unwrap()
            .len();
        counts[2] += agreed_actions::of_school(&mut tx, *school)
            .await
            .unwrap()
            .len();
        counts[3] += school_goals::of_school(&mut tx, *school)
            .await
            .unwrap()
            .len();
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_principal_sees_it_first_and_decides_who_else_does() {
    for database in databases("pages of leadership").await {
        let (field, oak) = first_wave(database.open().await).await;
        let beech = field.school(BEECH).await;
        drop(field);
        let place = Installation::new(&database.address);
        let server = place.serve();
        let principal = link(&place, &server, "principal", &[OAK]);
        let other = link(&place, &server, "principal", &[BEECH]);
        let team = link(&place, &server, "school", &[OAK]);
        let trainer = link(&place, &server, "trainer", &[OAK, BEECH]);
        let told = "volgens 11 collega&#39;s";
        let leadership = "/principal/leadership?wave=T1";
        let pass_on = "/principal/pass-on?part=leadership&wave=T1&to=team";
        let open = [("part", "leadership"), ("wave", "T1")];

        // Looking opens nothing, and nothing is shown before it is opened.
        for path in ["/principal", leadership, pass_on, "/principal/goals"] {
            let page = principal.get(path);
            assert!(page.status < 400 && !page.has(told), "{path}");
        }
        assert!(
            principal
                .get("/principal")
                .has("Uitkomsten van meting T1 openen")
        );
        for visitor in [&team, &trainer] {
            for path in [
                "/principal",
                leadership,
                pass_on,
                "/principal/goals",
                "/board",
            ] {
                assert_eq!(visitor.get(path).status, 403, "{path}");
            }
            assert_eq!(visitor.post("/principal/open", &open).status, 403);
        }
        assert_eq!(trainer.get("/school/leadership").status, 403);
        assert_eq!(other.post("/principal/open", &open).status, 404);
        goes_to(&other.get(leadership), "/principal");
        assert!(
            !other
                .get("/principal")
                .has("Uitkomsten van meting T1 openen")
        );
        let none = team.get("/school/leadership");
        assert!(none.has("beslist per meting") && !none.has("Meting T1"));
        let asked = [("wave", "T1")];
        assert_eq!(team.post("/school/leadership", &asked).status, 404);
        assert_eq!(
            principal
                .post_from_elsewhere("/principal/open", &open)
                .status,
            403
        );
        let forced = [open[0], open[1], ("to", "team"), ("confirm", "yes")];
        assert_eq!(principal.post("/principal/pass-on", &forced).status, 404);

        goes_to(&principal.post("/principal/open", &open), leadership);
        let page = principal.get(leadership);
        assert!(page.has(told) && page.has("schoolklimaat") && !page.has("bouw"));
        let look = principal.get(pass_on);
        assert!(look.has(told) && look.has("niet terugdraaien"));
        // Without the second button nothing is passed on.
        goes_to(&principal.post("/principal/pass-on", &forced[..3]), pass_on);
        assert!(!team.get("/school/leadership").has("Meting T1"));
        goes_to(&principal.post("/principal/pass-on", &forced), "/principal");
        assert!(
            principal
                .get("/principal")
                .has("Aan het team doorgegeven op")
        );
        goes_to(&principal.get(pass_on), "/principal");

        let passed = team.get("/school/leadership");
        assert!(passed.has("Uitkomsten van meting T1 openen") && !passed.has(told));
        goes_to(
            &team.post("/school/leadership", &asked),
            "/school/leadership",
        );
        assert!(team.get("/school/leadership").has(told));
        team.post("/language", &[("language", "en"), ("back", "/")]);
        assert!(
            team.get("/school/leadership")
                .has("according to 11 colleagues")
        );
        goes_to(&principal.get("/school/leadership"), "/principal");
        let elsewhere = link(&place, &server, "school", &[BEECH]);
        assert!(!elsewhere.get("/school/leadership").has("Meting T1"));
        drop(server);
        let counts = noted(&database.address, &[oak]).await;
        assert_eq!(
            counts,
            [2, 1, 0, 0],
            "opened by principal and team, passed on once"
        );
        assert_eq!(noted(&database.address, &[beech]).await, [0; 4]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_and_a_team_that_writes() {
    for database in databases("successor and agreements").await {
        let (mut field, oak) = first_wave(database.open().await).await;
        open_part(&field, oak, Part::Leadership, Audience::Principal, "T1").await;
        open_part(&field, oak, Part::Team, Audience::Team, "T1").await;
        // Someone else leads the school from now on.
        let mut all = lines();
        all.retain(|line| line.school == OAK);
        for (place, line) in all.iter_mut().enumerate() {
            let role = if place == 5 { PRINCIPAL } else { "teacher" };
            line.roles = vec![role.to_owned()];
        }
        field.enrol(all).await;
        drop(field);
        let place = Installation::new(&database.address);
        let server = place.serve();
        let principal = link(&place, &server, "principal", &[OAK]);
        let home = principal.get("/principal");
        assert!(home.has("iemand anders de school leidde") && !home.has("meting T1 bekijken"));
        goes_to(
            &principal.get("/principal/leadership?wave=T1"),
            "/principal",
        );

        // The team's agreements: everything that is wrong is told, and what was written stays.
        let team = link(&place, &server, "school", &[OAK]);
        assert!(
            team.get("/school/actions")
                .has("Nieuwe afspraak na meting T1")
        );
        let faulty = [("goal", "<b>doel</b>"), ("owner", ""), ("due_on", "morgen")];
        let told = team.post("/school/actions", &faulty);
        assert_eq!(told.status, 422);
        for fault in [
            "href=\"#noticed_by\"",
            "href=\"#owner\"",
            "href=\"#due_on\"",
        ] {
            assert!(told.has(fault), "{fault}: {}", told.html);
        }
        assert!(told.has("&#60;b&#62;doel") && !told.has("<b>doel"));
        let good = [
            ("goal", "samen lessen kijken"),
            ("noticed_by", "aan wat we vertellen"),
            ("owner", "Noor"),
            ("due_on", "2025-01-31"),
        ];
        goes_to(
            &team.post("/school/actions", &good),
            "/school/actions?saved=1",
        );
        let list = principal.get("/school/actions");
        assert!(list.has("samen lessen kijken") && list.has("31 januari 2025"));
        let id = list.html.split("?change=").nth(1).unwrap();
        let id = id.split('#').next().unwrap().to_owned();
        let form = principal.get(&format!("/school/actions?change={id}"));
        assert!(form.has("value=\"aan wat we vertellen\"") && form.has("Afspraak wijzigen"));
        let mut other = good.to_vec();
        other[2] = ("owner", "de bouw");
        other.push(("action", &id));
        goes_to(
            &principal.post("/school/actions", &other),
            "/school/actions?saved=1",
        );
        let list = team.get("/school/actions");
        assert!(list.has("de bouw") && !list.has("Noor"));
        let early = [
            ("action", id.as_str()),
            (&format!("verdict-{id}"), "secure"),
        ];
        assert_eq!(team.post("/school/actions/review", &early).status, 422);
        let elsewhere = link(&place, &server, "school", &[BEECH]);
        assert_eq!(elsewhere.post("/school/actions", &other).status, 404);
        assert!(!elsewhere.get("/school/actions").has("samen lessen kijken"));

        // A respondent of that wave reads what the team was told, and nothing of who named whom.
        let said = place.must(&["study", "reissue", "small", OAK, "eik-07", "T1"]);
        let me = Visitor::new(&server.base);
        me.enter(
            said.split('#')
                .nth(1)
                .unwrap()
                .lines()
                .next()
                .unwrap()
                .trim(),
        );
        let own = me.get("/answer/own");
        assert!(
            own.has("Wat uw team te zien kreeg") && own.has("van de 12 collega"),
            "{}",
            own.html
        );
        assert!(!own.has("Anna de Vries") && !own.has("Persoon 08"));
        drop(server);
        assert_eq!(noted(&database.address, &[oak]).await, [2, 0, 1, 0]);
    }
}

const LINDEN: &str = "linde";

#[tokio::test(flavor = "multi_thread")]
async fn a_board_sees_its_schools_when_their_cohort_is_finished_and_what_they_pass_on() {
    for database in databases("the board").await {
        let mut field = Field::found(database.open().await).await;
        let mut all = lines();
        // A third school, in the second cohort, of which no wave is closed.
        let third: Vec<_> = all
            .iter()
            .filter(|line| line.school == BEECH)
            .cloned()
            .collect();
        all.extend(third.into_iter().map(|mut line| {
            line.school = LINDEN.to_owned();
            line.school_name = Some("De Linde".to_owned());
            line.person = format!("linde-{}", line.person);
            line.email = None;
            line
        }));
        field.enrol(all).await;
        let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
        let pupils = |school: &str, n: usize, score: f64| -> Vec<ScoreLine> {
            let line = |pupil: usize, tested_on, more: f64| ScoreLine {
                school: school.to_owned(),
                pupil: format!("{school}-{pupil}"),
                weight: None,
                tested_on,
                score: score + more + (pupil % 2) as f64,
                ..ScoreLine::default()
            };
            let day = |year, month| NaiveDate::from_ymd_opt(year, month, 30).unwrap();
            (0..n)
                .flat_map(|pupil| {
                    [
                        line(pupil, day(2024, 9), 0.0),
                        line(pupil, day(2025, 9), 20.0),
                    ]
                })
                .collect()
        };
        let scores = [pupils(OAK, 30, 41.5), pupils(BEECH, 30, 77.5)].concat();
        let (act, study, mut rng) = (field.act(), field.study.clone(), field.dice());
        field
            .store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move {
                    register::register(tx, &act, &mut rng, &study, &scores)
                        .await
                        .map(drop)
                })
            })
            .await
            .unwrap();
        goal(&field, oak, 12, Some(70.0)).await.unwrap();
        answer(&mut field, oak, "focus2", "T1", |place| {
            2 + place as i64 % 3
        })
        .await;
        for (week, wave) in [(1, "T1"), (5, "T2a")] {
            at_week(&mut field, week);
            field.close("focus2", wave).await.unwrap();
        }
        conclude(&field).await;
        assert_eq!(kept(&field, oak, Part::Achievement).await, None);
        at_week(&mut field, 9);
        field.close("focus2", "T3").await.unwrap();
        conclude(&field).await;
        assert!(kept(&field, oak, Part::Achievement).await.is_some());
        assert_eq!(kept(&field, beech, Part::Achievement).await, None);
        open_part(&field, oak, Part::Leadership, Audience::Principal, "T1").await;
        drop(field);

        let place = Installation::new(&database.address);
        let server = place.serve();
        let few = place.run(&["study", "link", "small", "board", "--school", OAK]);
        assert!(!few.status.success());
        let board = link(&place, &server, "board", &[OAK, LINDEN, BEECH]);
        let before = board.get("/board");
        assert!(before.has("scores van de leerlingen") && !before.has("42,0"));
        let order: Vec<usize> = ["De Beuk", "De Eik", "De Linde"]
            .map(|name| before.html.find(&format!("<h2>{name}")).unwrap())
            .to_vec();
        assert!(order.is_sorted(), "by name");
        board.get("/board");
        goes_to(&board.post("/board/open", &[]), "/board");
        let page = board.get("/board");
        for told in ["42,0", "62,0", "8 punten eronder", "september 2025", "<svg"] {
            assert!(page.has(told), "{told}: {}", page.html);
        }
        // Of the other cohort nothing yet, and of questionnaires nothing at all.
        for secret in ["78,0", "98,0", "Gemiddeld ", "leiderschap, meting"] {
            assert!(!page.has(secret), "{secret}");
        }
        for path in [
            "/school",
            "/principal",
            "/school/actions",
            "/trainer",
            "/research",
        ] {
            assert_eq!(board.get(path).status, 403, "{path}");
        }

        let principal = link(&place, &server, "principal", &[OAK]);
        let fields = [
            ("part", "leadership"),
            ("wave", "T1"),
            ("to", "board"),
            ("confirm", "yes"),
        ];
        goes_to(&principal.post("/principal/pass-on", &fields), "/principal");
        let new = board.get("/board");
        assert!(new.has("De Eik: leiderschap, meting T1") && !new.has("Gemiddeld "));
        goes_to(&board.post("/board/open", &[]), "/board");
        let page = board.get("/board");
        assert!(page.has("volgens 9 collega&#39;s") && !page.has("samenwerking en"));
        // The team is told nothing by that.
        let team = link(&place, &server, "school", &[OAK]);
        assert!(!team.get("/school/leadership").has("Meting T1"));

        // The principal sees the same of the pupils, after a button; and sets goals with every fault told.
        assert!(!principal.get("/principal/goals").has("42,0"));
        let open = [("part", "achievement"), ("wave", "T3")];
        goes_to(
            &principal.post("/principal/open", &open),
            "/principal/goals",
        );
        assert!(principal.get("/principal/goals").has("8 punten eronder"));
        let wrong = principal.post("/principal/goals", &[("month", "99"), ("target", "veel")]);
        assert!(wrong.status == 422 && wrong.has("#month") && wrong.has("#target"));
        goes_to(
            &principal.post("/principal/goals", &[("month", "12"), ("target", "61,5")]),
            "/principal/goals?saved=1",
        );
        assert!(board.get("/board").has("0,5 punten erboven"));
        goes_to(
            &principal.post("/principal/goals", &[("month", "12"), ("remove", "1")]),
            "/principal/goals?saved=1",
        );
        assert!(!board.get("/board").has("punten erboven"));
        drop(server);
        assert_eq!(noted(&database.address, &[oak]).await, [4, 1, 0, 0]);
        assert_eq!(noted(&database.address, &[beech]).await, [0; 4]);
    }
}
