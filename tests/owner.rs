//! A study set up and steered by its owner: in the browser from nothing, and at the verbs behind the pages.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel::domain::language::Text;
use schakel::domain::study::{Conditions, Feedback, Layout, Objection, StudyDesign};
use schakel::domain::time::{Clock, FixedClock};
use schakel::fieldwork::amend::{self, AmendRefusal, Why};
use schakel::fieldwork::door::Door;
use schakel::fieldwork::pages::Part;
use schakel::fieldwork::receive::ReceiveRefusal;
use schakel::fieldwork::study::Study;
use schakel::rehearsal;
use schakel::storage::matrix::{self, Asked, Cell, Counts};
use schakel::storage::{Store, invitations, rosters, schools, windows};
use support::databases::databases;
use support::server::{Installation, Page, Server, Visitor, rows};
use support::small_study::{BEECH, Field, OAK, filled, lines, start};
use support::tables::everything;

use crate::support;

/// The secret of a link.
fn secret(link: &str) -> &str {
    link.trim().rsplit_once('#').unwrap().1
}

/// What stands in every field of the last form of a page, as a browser would send it.
fn form(page: &Page) -> BTreeMap<String, String> {
    let form = page.html.rsplit("<form class=\"filled\"").next().unwrap();
    form_fields(form)
}

fn form_fields(form: &str) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let attribute = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[from..].split('"').next().unwrap().to_owned())
    };
    for tag in form.split('<') {
        let Some(name) = attribute(tag, "name") else {
            continue;
        };
        if tag.starts_with("input") {
            if !tag.contains("type=\"checkbox\"") || tag.contains(" checked") {
                fields.insert(name, attribute(tag, "value").unwrap_or_default());
            }
        } else if tag.starts_with("textarea") {
            fields.insert(name, tag.split_once('>').unwrap().1.to_owned());
        } else if tag.starts_with("select") {
            let options = form.split(&format!("name=\"{name}\"")).nth(1).unwrap();
            let options = options.split("</select>").next().unwrap();
            let chosen = options.split("<option").find(|o| o.contains(" selected"));
            let chosen = chosen.and_then(|option| attribute(option, "value"));
            fields.insert(name, chosen.unwrap_or_default());
        }
    }
    fields
}

fn send(visitor: &Visitor, path: &str, fields: &BTreeMap<String, String>) -> Page {
    let fields: Vec<(&str, &str)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    visitor.post(path, &fields)
}

fn set(fields: &mut BTreeMap<String, String>, name: &str, value: &str) {
    assert!(
        fields.contains_key(name),
        "there is no field {name}: {fields:?}"
    );
    fields.insert(name.to_owned(), value.to_owned());
}

#[tokio::test]
async fn from_nothing_to_a_study_that_can_be_answered_with_forms_alone() {
    for database in databases("a study set up in the browser").await {
        let place = Installation::new(&database.address);
        let server = place.serve();
        let link = server
            .said
            .lines()
            .find_map(|line| line.strip_prefix("Set up a study: "))
            .expect("the first start says where a study is set up")
            .to_owned();
        let again = place.must(&["study", "setup-link", "--base", &server.base]);
        assert_eq!(again.trim(), link, "the link can be printed again");
        let owner = Visitor::new(&server.base);
        assert_eq!(owner.get("/setup").status, 403, "nobody without the link");
        assert_eq!(owner.enter(secret(&link)), "/setup");

        // Nothing filled in but what is offered: every fault is told at its field, and nothing is stored.
        let mut fields = form(&owner.get("/setup"));
        set(&mut fields, "key", "Mijn Studie");
        set(&mut fields, "contact_email", "nobody");
        set(&mut fields, "closes_1_T1", "2020-01-01T08:00");
        set(&mut fields, "opens_1_T2a", "");
        set(&mut fields, "cohort_2", "Cohort 1");
        let refused = send(&owner, "/setup", &fields);
        assert_eq!(refused.status, 422);
        for name in [
            "key",
            "contact_name",
            "contact_email",
            "closes_1_T1",
            "opens_1_T2a",
            "cohort_2",
        ] {
            assert!(refused.has(&format!("id=\"{name}-fault\"")), "{name}");
            assert!(refused.has(&format!("href=\"#{name}\"")), "{name}");
        }
        assert!(!refused.has("id=\"title_nl-fault\""));
        assert!(
            refused.has("value=\"Mijn Studie\""),
            "what was typed is kept"
        );
        assert_eq!(owner.get("/setup").status, 200, "the link is still good");

        // The first measurement is open now; the first cohort is the only one.
        let mut fields = form(&owner.get("/setup?template=focus&start=2031-03-03"));
        assert_eq!(fields["opens_1_T1"], "2031-03-03T08:00");
        set(&mut fields, "key", "proef");
        set(&mut fields, "contact_name", "An Onderzoeker");
        set(&mut fields, "contact_email", "an@example.org");
        set(&mut fields, "opens_1_T1", "2024-03-04T08:00");
        set(&mut fields, "cohort_2", "");
        let other = Visitor::new(&server.base);
        other.enter(secret(&link));
        let founded = send(&owner, "/setup", &fields);
        assert_eq!(founded.status, 303, "{}", founded.html);
        assert_eq!(founded.location.as_deref(), Some("/study/welcome"));
        // The link is used up: for the visit that is open with it, and for a new one.
        assert_eq!(other.get("/setup").status, 403);
        assert_eq!(send(&other, "/setup", &fields).status, 403);
        assert_eq!(other.post("/r", &[("code", secret(&link))]).status, 404);

        // The owner's own link is shown, and opens the study elsewhere.
        let welcome = owner.get("/study/welcome");
        let own = welcome.html.split("/r#").nth(1).unwrap();
        let own = own.split('<').next().unwrap();
        let elsewhere = Visitor::new(&server.base);
        assert_eq!(elsewhere.enter(own), "/study");
        assert!(elsewhere.get("/study").has("/study/conditions"));

        conditions_open_the_wave(&place, &owner, &server.base);
        people_come_and_go(&owner, &server.base);
        texts_are_ones_own(&owner);
        dates_move(&owner);
    }
}

/// While anything is missing nobody gets in; the last of it opens the wave.
fn conditions_open_the_wave(place: &Installation, owner: &Visitor, base: &str) {
    let home = owner.get("/study");
    assert!(home.has("Record conditions") || home.has("Leg voorwaarden vast"));
    let mut staff = "school,school_name,cohort,person,name,email,role,group\n".to_owned();
    for n in 1..=6 {
        staff += &format!("wilg,De Wilg,cohort-1,t{n},Leraar {n},t{n}@example.org,teacher,\n");
    }
    let roster = place.file("roster.csv", &staff);
    place.must(&["study", "enrol", "proef", roster.to_str().unwrap()]);
    let letters = place.path("letters.csv");
    place.must(&[
        "study",
        "invite",
        "proef",
        "cohort-1",
        "T1",
        "--out",
        letters.to_str().unwrap(),
    ]);
    let codes = rows(&letters);
    assert_eq!(codes.len(), 6);
    let teacher = Visitor::new(base);
    teacher.enter(&codes[0]["code"]);
    let is_open = || {
        let page = teacher.get("/answer");
        assert_eq!(page.status, 200);
        !page.has("Nog niet open")
    };
    assert!(!is_open(), "nothing is recorded yet");

    let days = [
        ("board_agreement", "2024-01-10"),
        ("council_informed", "2024-01-11"),
        ("ethics_reference", "EC-2024-7"),
        ("retention_until", "2040-01-01"),
    ];
    for (at, (name, value)) in days.iter().enumerate() {
        assert!(!is_open(), "{name} is missing");
        let mut fields = form(&owner.get("/study/conditions"));
        if at == 0 {
            set(&mut fields, name, "2200-01-01");
            let refused = send(owner, "/study/conditions", &fields);
            assert_eq!(
                refused.status, 422,
                "an agreement that is still to come is none"
            );
        }
        set(&mut fields, name, value);
        let saved = send(owner, "/study/conditions", &fields);
        assert_eq!(saved.status, 303, "{}", saved.html);
    }
    assert!(is_open(), "everything is recorded");
    // Once it has begun it stays recorded.
    let mut fields = form(&owner.get("/study/conditions"));
    set(&mut fields, "ethics_reference", "");
    assert_eq!(send(owner, "/study/conditions", &fields).status, 422);
    // A form from before the last change is told so.
    set(&mut fields, "ethics_reference", "EC-2024-8");
    set(&mut fields, "revision", "1");
    assert_eq!(send(owner, "/study/conditions", &fields).status, 422);
    let home = owner.get("/study");
    assert!(
        home.has("<strong>6</strong> / 0 / 0"),
        "the matrix counts who is invited"
    );
}

fn people_come_and_go(owner: &Visitor, base: &str) {
    let refused = owner.post("/study/people", &[("role", "trainer"), ("label", "Truus")]);
    assert_eq!(refused.status, 422);
    assert!(refused.has("href=\"#schools\""));
    let page = owner.get("/study/people");
    let school = page.html.split("name=\"school\" value=\"").nth(1).unwrap();
    let school = school.split('"').next().unwrap();
    let fields = [("role", "trainer"), ("label", "Truus"), ("school", school)];
    let made = owner.post("/study/people", &fields);
    assert_eq!(made.status, 303, "{}", made.html);
    let at = made.location.unwrap();
    let id = at.rsplit_once('=').unwrap().1.to_owned();
    let token = |page: &Page| {
        let rest = page.html.split("/r#").nth(1).unwrap();
        rest.split('<').next().unwrap().to_owned()
    };
    let first = token(&owner.get(&at));
    let trainer = Visitor::new(base);
    assert_eq!(trainer.enter(&first), "/trainer");
    assert_eq!(
        trainer.get("/study").status,
        403,
        "a trainer steers nothing"
    );
    owner.post("/study/people/reissue", &[("link", &id)]);
    assert_eq!(
        trainer.get("/trainer").status,
        403,
        "the old link has ended"
    );
    let second = token(&owner.get(&at));
    assert_ne!(first, second);
    assert_eq!(trainer.enter(&second), "/trainer");
    owner.post("/study/people/revoke", &[("link", &id), ("confirm", "yes")]);
    assert_eq!(trainer.get("/trainer").status, 403);
    assert_eq!(trainer.post("/r", &[("code", &second)]).status, 404);
}

fn texts_are_ones_own(owner: &Visitor) {
    let mut fields = form(&owner.get("/study/texts"));
    let standard = fields["invitation_body_nl"].clone();
    assert!(standard.contains("{link}"), "{standard}");
    set(&mut fields, "invitation_subject_nl", "Beste {naam}");
    let refused = send(owner, "/study/texts", &fields);
    assert_eq!(refused.status, 422);
    assert!(refused.has("id=\"invitation_subject_nl-fault\"") && refused.has("{naam}"));
    set(
        &mut fields,
        "invitation_subject_nl",
        "Beste {name}, doe mee",
    );
    assert_eq!(send(owner, "/study/texts", &fields).status, 303);
    let page = owner.get("/study/texts");
    assert!(
        page.has("Beste Anna de Vries, doe mee"),
        "an example is shown"
    );
    let mut fields = form(&page);
    fields.insert("invitation_subject_standard".into(), "1".into());
    assert_eq!(send(owner, "/study/texts", &fields).status, 303);
    assert!(!owner.get("/study/texts").has("doe mee"));
}

fn dates_move(owner: &Visitor) {
    let design = |owner: &Visitor| {
        let page = owner.get("/study/design");
        let first = page.html.split("<form class=\"filled\"").nth(1).unwrap();
        form_fields(first)
    };
    let mut fields = design(owner);
    set(&mut fields, "opens_cohort-1_T1", "2024-04-04T08:00");
    let refused = send(owner, "/study/design", &fields);
    assert_eq!(refused.status, 422, "an opening that has passed stays");
    let mut fields = design(owner);
    set(&mut fields, "closes_cohort-1_T1", "2033-03-03T18:00");
    set(&mut fields, "k", "6");
    let saved = send(owner, "/study/design", &fields);
    assert_eq!(saved.status, 303, "{}", saved.html);
    assert_eq!(design(owner)["closes_cohort-1_T1"], "2033-03-03T18:00");
    let revision = design(owner)["revision"].clone();
    let wave = [
        ("revision", revision.as_str()),
        ("new_wave", "T2b"),
        ("like", "T2a"),
        ("before", "T3"),
    ];
    // The template has this wave already, without dates: it is not added twice.
    assert_eq!(owner.post("/study/design/wave", &wave).status, 422);
    let wave = [
        ("revision", revision.as_str()),
        ("new_wave", "T4"),
        ("like", "T3"),
        ("before", ""),
    ];
    assert_eq!(owner.post("/study/design/wave", &wave).status, 303);
    let mut fields = design(owner);
    set(&mut fields, "opens_cohort-1_T4", "2034-03-03T08:00");
    set(&mut fields, "closes_cohort-1_T4", "2034-03-30T08:00");
    assert_eq!(send(owner, "/study/design", &fields).status, 303);
    assert!(owner.get("/study").has("<th scope=\"col\">T4"));
}

async fn read(store: &Store, study: &Study) -> Study {
    let mut tx = store.read().await.unwrap();
    Study::load(&mut tx, study.study_id).await.unwrap().unwrap()
}

async fn amended(
    field: &mut Field,
    change: impl FnOnce(&mut StudyDesign),
) -> Result<(), AmendRefusal> {
    let study = read(&field.store, &field.study).await;
    let mut new = study.design.clone();
    change(&mut new);
    let (act, mut rng) = (field.act(), field.dice());
    let done = field
        .store
        .write(move |tx| {
            Box::pin(async move { amend::amend(tx, &act, &mut rng, &study, &new).await })
        })
        .await;
    field.study = Arc::new(read(&field.store, &field.study).await);
    done
}

type Change = Box<dyn FnOnce(&mut StudyDesign)>;

/// T1 is open and T2a is to come: what may change and what may not.
#[tokio::test]
async fn what_has_begun_stays_and_what_comes_can_change() {
    for database in databases("changing a design").await {
        let mut field = Field::found(database.open().await).await;
        let now = field.clock.now();
        fn window<'d>(
            design: &'d mut StudyDesign,
            wave: &str,
        ) -> &'d mut schakel::domain::study::WindowDesign {
            let found = design.windows.iter_mut();
            found
                .into_iter()
                .find(|w| w.cohort == "focus2" && w.wave == wave)
                .unwrap()
        }
        fn change(change: impl FnOnce(&mut StudyDesign) + 'static) -> Change {
            Box::new(change)
        }
        let refused: Vec<(Why, Change)> = vec![
            (Why::Fixed, change(|d| d.key = "other".into())),
            (Why::Fixed, change(|d| d.time_zone = chrono_tz::UTC)),
            (Why::Removed, change(|d| drop(d.waves.pop()))),
            (Why::Removed, change(|d| d.waves.swap(0, 1))),
            (Why::KeyTwice, change(|d| d.waves.push(d.waves[0].clone()))),
            (
                Why::CohortBegun,
                change(|d| d.cohorts[0].starts_on = NaiveDate::default()),
            ),
            (
                Why::WaveBegun,
                change(|d| d.collect[0].roles.push("coach".into())),
            ),
            (Why::WaveBegun, change(|d| drop(d.collect.remove(0)))),
            (Why::WaveBegun, change(|d| drop(d.network.relations.pop()))),
            (Why::WaveOpen, change(|d| d.network.layout = Layout::Person)),
            (
                Why::OpeningPassed,
                change(|d| window(d, "T1").opens_at += TimeDelta::hours(5)),
            ),
            (
                Why::OpeningPassed,
                change(|d| d.windows.retain(|w| w.wave != "T1")),
            ),
            (
                Why::OpensInThePast,
                change(move |d| window(d, "T2a").opens_at = now - TimeDelta::hours(1)),
            ),
            (
                Why::ClosesInThePast,
                change(move |d| window(d, "T1").closes_at = now - TimeDelta::minutes(1)),
            ),
            (
                Why::Backwards,
                change(|d| window(d, "T2a").closes_at = window(d, "T2a").opens_at),
            ),
            (Why::ThresholdLowered, change(|d| d.disclosure.k_pupil -= 1)),
            (Why::ThresholdLowered, change(|d| d.response.flag = 0.5)),
            (Why::ThresholdImpossible, change(|d| d.response.flag = 0.9)),
            (Why::ConditionWithdrawn, change(|d| d.contact = " ".into())),
            (
                Why::PromiseShortened,
                change(|d| d.conditions.retention_until = NaiveDate::from_ymd_opt(2050, 1, 1)),
            ),
            (
                Why::UnknownInstrument,
                change(|d| {
                    d.collect.push(schakel::domain::study::Collect {
                        instrument: "nothing".into(),
                        waves: vec!["T3".into()],
                        ..d.collect[0].clone()
                    })
                }),
            ),
            (
                Why::UnknownText,
                change(|d| drop(d.texts.insert("poem".into(), Text::new("a", "b")))),
            ),
            (
                Why::UnknownPlaceholder,
                change(|d| drop(d.texts.insert("letter".into(), Text::new("{naam}", "b")))),
            ),
            (
                Why::HolidayBackwards,
                change(|d| {
                    d.quiet.holidays.push((
                        NaiveDate::from_ymd_opt(2026, 2, 2).unwrap(),
                        NaiveDate::default(),
                    ))
                }),
            ),
            (Why::NotAnHour, change(|d| d.quiet.from_hour = 24)),
        ];
        let before = everything(&field.store).await;
        for (why, change) in refused {
            match amended(&mut field, change).await {
                Err(AmendRefusal::NotAllowed(breaches)) => {
                    assert!(
                        breaches.iter().any(|breach| breach.why == why),
                        "{why:?}: {breaches:?}"
                    );
                }
                other => panic!("{why:?}: {other:?}"),
            }
        }
        assert!(
            before == everything(&field.store).await,
            "a refusal changes nothing"
        );

        let allowed: Vec<(&str, Change)> = vec![
            (
                "closing later",
                change(|d| window(d, "T1").closes_at += TimeDelta::days(3)),
            ),
            (
                "closing sooner, not before now",
                change(move |d| window(d, "T1").closes_at = now + TimeDelta::hours(1)),
            ),
            (
                "a window to come",
                change(|d| window(d, "T2a").opens_at += TimeDelta::days(1)),
            ),
            (
                "no window at all",
                change(|d| d.windows.retain(|w| w.wave != "T3" || w.cohort != "focus2")),
            ),
            (
                "what a wave to come asks",
                change(|d| d.collect[0].waves.retain(|wave| wave != "T3")),
            ),
            ("raising", change(|d| d.disclosure.k += 1)),
            ("objections", change(|d| d.network.objection = Objection::C)),
            (
                "keeping names shorter",
                change(|d| d.conditions.retention_until = NaiveDate::from_ymd_opt(2030, 1, 1)),
            ),
            (
                "feedback, while nothing is closed",
                change(|d| d.feedback = Feedback::NoneUntilEnd),
            ),
        ];
        for (what, change) in allowed {
            amended(&mut field, change)
                .await
                .unwrap_or_else(|refusal| panic!("{what}: {refusal:?}"));
        }
        assert_eq!(
            field.study.revision, 10,
            "each change raises the revision once"
        );
        assert_eq!(field.audited("amend", "small").await, 9);
        // Windows follow the design.
        let mut tx = field.store.read().await.unwrap();
        let stored = windows::of_study(&mut tx, field.study.study_id)
            .await
            .unwrap();
        drop(tx);
        assert_eq!(stored.len(), field.study.design.windows.len());
        for window in &stored {
            let planned = field
                .study
                .design
                .window(&window.cohort, &window.wave)
                .unwrap();
            assert_eq!(
                (window.opens_at, window.closes_at),
                (planned.opens_at, planned.closes_at)
            );
        }
        // A closed window keeps its dates, and the policy of feedback.
        field.close("focus2", "T1").await.unwrap();
        let later = amended(&mut field, |d| {
            window(d, "T1").closes_at += TimeDelta::days(9)
        })
        .await;
        assert!(matches!(later, Err(AmendRefusal::NotAllowed(b)) if b[0].why == Why::WindowClosed));
        let fed = amended(&mut field, |d| d.feedback = Feedback::AfterEachWave).await;
        assert!(matches!(fed, Err(AmendRefusal::NotAllowed(b)) if b[0].why == Why::FeedbackGiven));
        // Who read the study before it was changed is told so.
        let (old, mut new) = ((*field.study).clone(), field.study.design.clone());
        amended(&mut field, |d| d.title.nl = "Nieuw".into())
            .await
            .unwrap();
        new.title.nl = "Anders".into();
        let (act, mut rng) = (field.act(), field.dice());
        let late = field
            .store
            .write(move |tx| {
                Box::pin(async move { amend::amend(tx, &act, &mut rng, &old, &new).await })
            })
            .await;
        assert!(matches!(late, Err(AmendRefusal::ChangedElsewhere)));
    }
}

/// Nothing recorded: shut. The last of it: open, for the same invitation.
#[tokio::test]
async fn a_wave_opens_with_the_last_condition() {
    for database in databases("conditions").await {
        let mut field = Field::found(database.open().await).await;
        field.clock = FixedClock(start() - TimeDelta::hours(1));
        let whole = field.study.design.conditions.clone();
        amended(&mut field, |d| d.conditions = Conditions::default())
            .await
            .unwrap();
        field.clock = FixedClock(start() + TimeDelta::hours(1));
        field.enrol(lines()).await;
        let oak = field.school(OAK).await;
        let letters = field.invite(oak, "focus2", "T1").await;
        let teacher = field.member(oak, "eik-04").await;
        let letter = letters
            .iter()
            .find(|letter| letter.member_id == teacher)
            .unwrap();
        let item = field.study.library.get("attitude").unwrap().pages[0].ask[0].clone();
        for missing in ["board", "council", "ethics", "retention"] {
            let mut page = field.page(letter.invitation_id, &item).await;
            page.raw = BTreeMap::from([(item.clone(), filled("2"))]);
            assert!(
                matches!(field.save(&page).await, Err(ReceiveRefusal::NotYetOpen)),
                "{missing}"
            );
            let whole = whole.clone();
            amended(&mut field, |d| match missing {
                "board" => d.conditions.board_agreement = whole.board_agreement,
                "council" => d.conditions.council_informed = whole.council_informed,
                "ethics" => d.conditions.ethics_reference = whole.ethics_reference,
                _ => d.conditions.retention_until = whole.retention_until,
            })
            .await
            .unwrap();
        }
        let mut page = field.page(letter.invitation_id, &item).await;
        page.raw = BTreeMap::from([(item.clone(), filled("2"))]);
        assert_eq!(field.save(&page).await.unwrap().stored, 1);
        let sitting = field.sitting(letter.invitation_id).await;
        assert_eq!(
            sitting.door(&field.study, Part::Questionnaire, field.clock.now()),
            Door::Open
        );
    }
}

/// The matrix against a recount, person by person: someone in two roles counts once, and a leaver not at all.
#[tokio::test]
async fn the_matrix_counts_like_someone_with_a_list() {
    for database in databases("the matrix").await {
        let mut field = Field::found(database.open().await).await;
        let mut staff = lines();
        // A coach who teaches; a teacher who left before; one who joins later.
        staff[1].roles = vec!["coach".into(), "teacher".into()];
        staff[4].left_on = Some(start().date_naive() - TimeDelta::days(9));
        staff[5].joined_on = Some(start().date_naive() + TimeDelta::weeks(4));
        field.enrol(staff).await;
        let item = field.study.library.get("attitude").unwrap().pages[0].ask[0].clone();
        for (key, cohort) in [(OAK, "focus2"), (BEECH, "focus3")] {
            let school = field.school(key).await;
            let letters = field.invite(school, cohort, "T1").await;
            for (at, letter) in letters.iter().enumerate() {
                let sitting = field.sitting(letter.invitation_id).await;
                if at % 3 > 0
                    && sitting
                        .due(&field.study)
                        .iter()
                        .any(|i| i.key == "attitude")
                {
                    let mut page = field.page(letter.invitation_id, &item).await;
                    page.raw = BTreeMap::from([(item.clone(), filled("2"))]);
                    field.save(&page).await.unwrap();
                    if at % 3 == 2 {
                        field.submit(letter.invitation_id).await.unwrap();
                    }
                }
            }
        }
        let found = cells(&field).await;
        let counted = recount(&field).await;
        assert_eq!(found, counted);
        let sum = |instrument: &str, role: &str| {
            let mut sum = Counts::default();
            for cell in found
                .iter()
                .filter(|c| c.instrument == instrument && c.role == role && c.wave == "T1")
            {
                sum.add(cell.counts);
            }
            sum
        };
        // 18 teachers and the coach who teaches; one has left, one has yet to come.
        assert_eq!(sum("attitude", "teacher").due, 9 + 9 - 2 + 1);
        assert_eq!(
            sum("whole-network", "coach").due,
            2,
            "by the role that counts first"
        );
        assert!(sum("attitude", "teacher").finished > 0);
        // Sent apart from the rest it is begun where something was answered, and finished nowhere yet.
        let mut apart = asked(&field.study);
        for row in apart.iter_mut().filter(|row| row.instrument == "attitude") {
            row.separate = true;
        }
        let mut tx = field.store.read().await.unwrap();
        let found = matrix::cells(&mut tx, field.study.study_id, &apart)
            .await
            .unwrap();
        drop(tx);
        let attitude = |cells: &[Cell]| {
            let own = cells.iter().filter(|cell| cell.instrument == "attitude");
            own.fold((0, 0), |(started, finished), cell| {
                (
                    started + cell.counts.started,
                    finished + cell.counts.finished,
                )
            })
        };
        assert_eq!(attitude(&found), (attitude(&counted).0, 0));
    }
}

fn asked(study: &Study) -> Vec<Asked> {
    let mut asked = Vec::new();
    for window in &study.design.windows {
        for row in study
            .design
            .collect
            .iter()
            .filter(|row| row.waves.contains(&window.wave))
        {
            asked.extend(row.roles.iter().map(|role| Asked {
                cohort: window.cohort.clone(),
                wave: window.wave.clone(),
                instrument: row.instrument.clone(),
                role: role.clone(),
                first: window.opens_at.date_naive(),
                last: window.closes_at.date_naive(),
                separate: false,
                only: row.only.as_ref().map(|_| BTreeSet::new()),
            }));
        }
    }
    asked
}

async fn cells(field: &Field) -> Vec<Cell> {
    let mut tx = field.store.read().await.unwrap();
    matrix::cells(&mut tx, field.study.study_id, &asked(&field.study))
        .await
        .unwrap()
}

async fn recount(field: &Field) -> Vec<Cell> {
    let mut tx = field.store.read().await.unwrap();
    let study = &field.study;
    let mut counted: BTreeMap<(_, String, String, String), Counts> = BTreeMap::new();
    for school in schools::of_study(&mut tx, study.study_id).await.unwrap() {
        for window in study
            .design
            .windows
            .iter()
            .filter(|w| w.cohort == school.cohort)
        {
            let invited = invitations::of_school(&mut tx, school.school_id, &window.wave)
                .await
                .unwrap();
            let (first, last) = (window.opens_at.date_naive(), window.closes_at.date_naive());
            for member in rosters::of_school(&mut tx, school.school_id).await.unwrap() {
                if !member.present_between(first, last) {
                    continue;
                }
                let instruments: BTreeSet<&str> = study
                    .due(Some(&school.key), &window.wave, &member.roles)
                    .iter()
                    .map(|i| i.key.as_str())
                    .collect();
                for instrument in instruments {
                    let row = study
                        .design
                        .collect
                        .iter()
                        .find(|row| row.instrument == instrument)
                        .unwrap();
                    let role = member
                        .roles
                        .iter()
                        .find(|role| row.roles.contains(role))
                        .unwrap();
                    let invitation = invited.get(&member.member_id);
                    let begun = match invitation {
                        Some(known) => {
                            let given = schakel::storage::answers::of_invitation(
                                &mut tx,
                                known.invitation_id,
                                true,
                            );
                            given.await.unwrap().responses.contains_key(instrument)
                        }
                        None => false,
                    };
                    let finished = invitation.is_some_and(|known| known.submitted_at.is_some());
                    let place = (
                        school.school_id,
                        window.wave.clone(),
                        instrument.to_owned(),
                        role.clone(),
                    );
                    counted.entry(place).or_default().add(Counts {
                        due: 1,
                        invited: i64::from(invitation.is_some()),
                        started: i64::from(begun || finished),
                        finished: i64::from(finished),
                    });
                }
            }
        }
    }
    let cells = counted.into_iter();
    cells
        .map(|((school_id, wave, instrument, role), counts)| Cell {
            school_id,
            wave,
            instrument,
            role,
            counts,
        })
        .collect()
}

/// A rehearsal goes through every wave and leaves no trace; what it learnt is kept when the owner keeps it.
#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_leaves_the_study_as_it_was() {
    for database in databases("a rehearsal").await {
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let before = everything(&field.store).await;
        let clock = FixedClock(at("2026-01-01T12:00:00Z"));
        let rng = || ChaCha12Rng::seed_from_u64(7);
        let outcome = rehearsal::rehearse(&field.store, &field.study, &clock, rng())
            .await
            .unwrap();
        assert!(
            before == everything(&field.store).await,
            "byte for byte as it was"
        );
        assert_eq!((outcome.refusals, outcome.unequal), (0, 0));
        assert_eq!(outcome.schools, (2, 2));
        // Two schools of twelve, three waves.
        assert_eq!((outcome.invited, outcome.respondents), (72, 72));
        assert!(
            outcome.stopped > 0 && outcome.stopped < 24,
            "some stop halfway"
        );
        assert!(outcome.pages > 300 && outcome.answers > 700);
        let waves: Vec<&str> = outcome.minutes.keys().map(String::as_str).collect();
        assert_eq!(waves, ["T1", "T2a", "T3"]);
        let minutes = &outcome.minutes["T1"];
        assert!(minutes.contains_key("whole-network") && minutes.values().all(|m| *m > 0.2));
        assert!(
            outcome.rows.iter().all(|(_, rows)| *rows > 0),
            "{:?}",
            outcome.rows
        );
        let again = rehearsal::rehearse(&field.store, &field.study, &clock, rng())
            .await
            .unwrap();
        assert_eq!(again, outcome, "the same dice fall the same way");

        let rehearsed = outcome.rehearsed(clock.now());
        amended(&mut field, |d| d.rehearsed = Some(rehearsed))
            .await
            .unwrap();
        let after = everything(&field.store).await;
        let differs: Vec<&String> = after
            .keys()
            .filter(|table| after[*table] != before[*table])
            .collect();
        assert_eq!(differs, ["audit", "studies"]);
    }
}

/// A study without staff lists is rehearsed with invented schools, also before anything is recorded.
#[tokio::test(flavor = "multi_thread")]
async fn a_rehearsal_needs_no_staff_lists() {
    let database = &databases("a rehearsal without lists").await[0];
    let field = Field::found(database.open().await).await;
    let mut study = (*field.study).clone();
    study.design.conditions = Conditions::default();
    let clock = FixedClock(at("2026-01-01T12:00:00Z"));
    let rng = ChaCha12Rng::seed_from_u64(8);
    let outcome = rehearsal::rehearse(&field.store, &study, &clock, rng)
        .await
        .unwrap();
    assert_eq!(outcome.schools, (0, 0));
    assert_eq!((outcome.refusals, outcome.unequal), (0, 0));
    assert_eq!(outcome.invited, 2 * 2 * 17 * 3);
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn classes_are_counted_beside_their_schools() {
    let server = Server::demo();
    let owner = Visitor::new(&server.base);
    owner.enter(secret(&server.link("the owner")));
    let board = owner.get("/response?window=all");
    // Name, who was invited, who is done, and the same by role.
    let rows: Vec<(&str, usize, usize, &str)> = board
        .html
        .split("<tr><th scope=\"row\">")
        .filter_map(|row| {
            let name = row.split("</th>").next()?;
            let cells: Vec<&str> = row.split("<td").skip(1).collect();
            let text = |cell: &'_ str| cell.split_once('>').map(|(_, rest)| rest.to_owned());
            let number = |place: usize| {
                let text = text(cells.get(place)?)?;
                text.split('<').next()?.parse::<usize>().ok()
            };
            let roles = cells.get(7)?.split_once('>')?.1.split('<').next()?;
            Some((name, number(2)?, number(5)?, roles))
        })
        .collect();
    let classes: Vec<_> = rows
        .iter()
        .filter(|(name, ..)| name.ends_with(": klassen"))
        .collect();
    assert!(classes.len() >= 2, "{rows:?}");
    for (name, invited, done, roles) in &classes {
        assert!(*done > 0 && done <= invited, "{name}");
        assert_eq!(*roles, format!("leerling {done}/{invited}"));
        let school = name.trim_end_matches(": klassen");
        assert!(rows.iter().any(|(other, ..)| *other == school), "{school}");
    }
    // The staff is counted without the pupils.
    let others = rows
        .iter()
        .filter(|(name, ..)| !name.ends_with(": klassen"));
    assert!(
        others
            .into_iter()
            .all(|(.., roles)| !roles.contains("leerling "))
    );
}
