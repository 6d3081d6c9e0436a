//! The trainer: a report that is filed before the last results open, a log in counts, and nothing about one person on any
//! page or file of others. On both databases.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeDelta};
use schakel::domain::id::{MeetingId, SchoolId};
use schakel::domain::opening::Part;
use schakel::domain::time::{Clock, FixedClock};
use schakel::domain::training::{Attendance, LoggedMeeting, Meeting, Seen};
use schakel::fieldwork::log_training::{self, LogRefusal};
use schakel::fieldwork::trainer_report::{self, OpenRefusal, ReportRefusal};
use schakel::instrument::check::{AnswerFault, RawAnswer};
use schakel::instrument::library::Library;
use schakel::storage::conclusions::{self, ConclusionKey};
use schakel::storage::schools::School;
use schakel::storage::trainer_reports::{self, TrainerReport};
use schakel::storage::{StorageError, openings, schools, training_log};

use support::databases::databases;
use support::server::{Installation, Page, Visitor};
use support::small_study::{BEECH, Field, OAK, filled, lines, start};
use support::tables::everything;

// --- the verbs, at the time of the clock -----------------------------------------------------------------------------

async fn school(field: &Field, key: &str) -> School {
    let mut tx = field.store.read().await.unwrap();
    let all = schools::of_study(&mut tx, field.study.study_id)
        .await
        .unwrap();
    all.into_iter().find(|school| school.key == key).unwrap()
}

async fn open(field: &Field, key: &str, wave: &'static str) -> Result<(), OpenRefusal> {
    let (act, study, school) = (field.act(), field.study.clone(), school(field, key).await);
    field
        .store
        .write(move |tx| {
            Box::pin(
                async move { trainer_report::open_results(tx, &act, &study, &school, wave).await },
            )
        })
        .await
}

async fn save(
    field: &Field,
    key: &str,
    answers: &[(&str, &str)],
) -> Result<BTreeMap<String, AnswerFault>, ReportRefusal> {
    let raw: BTreeMap<String, RawAnswer> = answers
        .iter()
        .map(|(item, value)| ((*item).to_owned(), filled(value)))
        .collect();
    let (act, study, school) = (field.act(), field.study.clone(), school(field, key).await);
    field
        .store
        .write(move |tx| {
            Box::pin(async move { trainer_report::save(tx, &act, &study, &school, &raw).await })
        })
        .await
}

async fn file(field: &Field, key: &str) -> Result<(), ReportRefusal> {
    let (act, study, school) = (field.act(), field.study.clone(), school(field, key).await);
    field
        .store
        .write(move |tx| {
            Box::pin(async move { trainer_report::file(tx, &act, &study, &school).await })
        })
        .await
}

async fn report(field: &Field, key: &str) -> Option<TrainerReport> {
    let school = school(field, key).await;
    let mut tx = field.store.read().await.unwrap();
    trainer_reports::of_school(&mut tx, school.school_id, "T3")
        .await
        .unwrap()
}

async fn add(
    field: &mut Field,
    school_id: SchoolId,
    day: NaiveDate,
    meeting: Meeting,
) -> Result<MeetingId, LogRefusal> {
    let (act, mut rng, study) = (field.act(), field.dice(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                let what = (day, meeting);
                log_training::add(tx, &act, &mut rng, &study.design, school_id, what).await
            })
        })
        .await
}

async fn correct(
    field: &Field,
    school_id: SchoolId,
    logged: LoggedMeeting,
) -> Result<(), LogRefusal> {
    let (act, study) = (field.act(), field.study.clone());
    field
        .store
        .write(move |tx| {
            Box::pin(async move {
                log_training::correct(tx, &act, &study.design, school_id, logged).await
            })
        })
        .await
}

fn at(field: &mut Field, weeks: i64) {
    field.clock = FixedClock(start() + TimeDelta::weeks(weeks) + TimeDelta::hours(1));
}

fn meeting(subject: &str, groups: &[(u32, u32)]) -> Meeting {
    Meeting {
        subject: subject.to_owned(),
        attendance: groups
            .iter()
            .map(|(invited, present)| Attendance {
                group: "bovenbouw".to_owned(),
                invited: *invited,
                present: *present,
            })
            .collect(),
        ..Meeting::default()
    }
}

async fn study_of(store: schakel::storage::Store) -> Field {
    let mut field = Field::found(store).await;
    field.enrol(lines()).await;
    field
}

// --- the order of things ---------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread")]
async fn the_last_results_open_after_the_report_which_then_stands() {
    for database in databases("the trainer's report").await {
        let mut field = study_of(database.open().await).await;
        let oak = school(&field, OAK).await.school_id;

        assert!(matches!(
            open(&field, OAK, "T1").await,
            Err(OpenRefusal::NotClosed)
        ));
        assert!(matches!(file(&field, OAK).await, Err(ReportRefusal::Empty)));
        // A draft keeps what can be taken, and tells what cannot.
        let long = "x".repeat(2001);
        let sent = [
            ("tr_team_01", "4"),
            ("tr_goals_01", "9"),
            ("tr_team_text", long.as_str()),
            ("tr_coach_text", "geen tijd"),
            ("no_such_item", "1"),
        ];
        let faults = save(&field, OAK, &sent).await.unwrap();
        assert_eq!(
            faults.into_iter().collect::<Vec<_>>(),
            [
                ("tr_goals_01".to_owned(), AnswerFault::NotAnOption),
                ("tr_team_text".to_owned(), AnswerFault::TooLong)
            ]
        );
        let draft = report(&field, OAK).await.unwrap();
        assert_eq!(
            draft.answers.keys().collect::<Vec<_>>(),
            ["tr_coach_text", "tr_team_01"]
        );
        // An empty field takes an answer back; what was not sent stays.
        save(&field, OAK, &[("tr_team_01", ""), ("tr_on_01", "2")])
            .await
            .unwrap();
        let draft = report(&field, OAK).await.unwrap();
        assert_eq!(
            draft.answers.keys().collect::<Vec<_>>(),
            ["tr_coach_text", "tr_on_01"]
        );
        let library = Library::shipped();
        let shipped = library.get("trainer-progress").unwrap();
        assert_eq!(
            (draft.pin.version, &draft.pin.hash),
            (shipped.version, &shipped.hash)
        );
        // Not before the last wave of this study has begun.
        assert!(matches!(
            file(&field, OAK).await,
            Err(ReportRefusal::TooEarly)
        ));

        at(&mut field, 2);
        field.close("focus2", "T1").await.unwrap();
        let seen_at = field.clock.now();
        open(&field, OAK, "T1").await.unwrap();
        open(&field, OAK, "T1").await.unwrap();
        assert_eq!(field.audited("open results", &oak.to_string()).await, 1);
        at(&mut field, 10);
        field.close("focus2", "T2a").await.unwrap();
        field.close("focus2", "T3").await.unwrap();
        field.close("focus3", "T3").await.unwrap();
        assert!(matches!(
            open(&field, OAK, "T3").await,
            Err(OpenRefusal::ReportFirst)
        ));
        assert!(matches!(
            open(&field, OAK, "T9").await,
            Err(OpenRefusal::NotClosed)
        ));

        file(&field, OAK).await.unwrap();
        let filed = report(&field, OAK).await.unwrap();
        assert_eq!(filed.filed_at, Some(field.clock.now()));
        let seen = |wave: &str, at| Seen {
            wave: wave.to_owned(),
            part: "team".to_owned(),
            at,
        };
        assert_eq!(
            filed.seen_before,
            [seen("T1", seen_at)],
            "{}",
            database.name
        );
        // Locked: neither saved nor filed again, and not a byte of it is another.
        let before = everything(&field.store).await["trainer_reports"].clone();
        at(&mut field, 11);
        assert!(matches!(
            save(&field, OAK, &[("tr_on_01", "5")]).await,
            Err(ReportRefusal::Filed)
        ));
        assert!(matches!(file(&field, OAK).await, Err(ReportRefusal::Filed)));
        assert_eq!(everything(&field.store).await["trainer_reports"], before);
        // Now the last wave opens, at this school and at no other.
        open(&field, OAK, "T3").await.unwrap();
        assert!(matches!(
            open(&field, BEECH, "T3").await,
            Err(OpenRefusal::ReportFirst)
        ));
        let mut tx = field.store.read().await.unwrap();
        let opened = openings::of_school(&mut tx, oak).await.unwrap();
        drop(tx);
        let waves: Vec<&str> = opened.iter().map(|one| one.wave.as_str()).collect();
        assert_eq!(waves, ["T1", "T3"]);
        // What was seen later is not what was seen before.
        assert_eq!(report(&field, OAK).await.unwrap().seen_before.len(), 1);
        for verb in ["save trainer report", "file trainer report"] {
            assert!(
                field.audited(verb, &oak.to_string()).await > 0,
                "{verb} on {}",
                database.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_kept_in_counts_and_read_as_a_number_per_school() {
    for database in databases("the training log").await {
        let mut field = study_of(database.open().await).await;
        let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
        let today = start().date_naive();
        let later = today + TimeDelta::days(1);
        let refused = [
            (later, meeting("x", &[(6, 5)])),
            (today, meeting(" ", &[(6, 5)])),
            (today, meeting("x", &[(5, 6)])),
            (today, meeting("x", &[(0, 0)])),
            (today, meeting("x", &[(501, 0)])),
            (today, meeting(&"x".repeat(1001), &[(6, 5)])),
        ];
        let mut told = Vec::new();
        for (day, meeting) in refused {
            let refusal = add(&mut field, oak, day, meeting).await.unwrap_err();
            told.push(refusal.key());
        }
        assert_eq!(
            told,
            [
                "training-in-the-future",
                "training-no-subject",
                "training-more-than-invited",
                "training-nobody-invited",
                "training-too-many",
                "training-too-long"
            ]
        );
        let half = add(&mut field, oak, today, meeting("doelen", &[(4, 2), (2, 1)]))
            .await
            .unwrap();
        let first_of_all = today - TimeDelta::days(30);
        add(&mut field, oak, first_of_all, meeting("start", &[(12, 12)]))
            .await
            .unwrap();
        let of_school = async |field: &Field| {
            let mut tx = field.store.read().await.unwrap();
            training_log::of_school(&mut tx, oak).await.unwrap()
        };
        let kept = of_school(&field).await;
        let subjects: Vec<&str> = kept
            .iter()
            .map(|logged| logged.meeting.subject.as_str())
            .collect();
        assert_eq!(
            subjects,
            ["start", "doelen"],
            "by the day on which they were"
        );
        // The size of the team is that of the list, whatever a form says.
        assert!(kept.iter().all(|logged| logged.meeting.team == 12));

        // Corrected in place, and only in the log of its own school.
        let logged = LoggedMeeting {
            meeting_id: half,
            held_on: today,
            meeting: meeting("doelen stellen", &[(12, 9)]),
        };
        assert!(matches!(
            correct(&field, beech, logged.clone()).await,
            Err(LogRefusal::Unknown)
        ));
        correct(&field, oak, logged).await.unwrap();
        let kept = of_school(&field).await;
        assert_eq!(kept[1].meeting.subject, "doelen stellen");
        assert_eq!(kept.len(), 2);

        let mut tx = field.store.read().await.unwrap();
        let numbers = training_log::participations(&mut tx, field.study.study_id)
            .await
            .unwrap();
        assert_eq!(numbers.len(), 1, "a school without a log has no number");
        assert_eq!(numbers[&oak].n_meetings, 2);
        assert_eq!(numbers[&oak].of_team, Some((1.0 + 0.75) / 2.0));
        drop(tx);
        let noun = oak.to_string();
        assert_eq!(field.audited("log training", &noun).await, 2);
        assert_eq!(field.audited("correct training", &noun).await, 1);
    }
}

// --- the pages -------------------------------------------------------------------------------------------------------

/// What must never leave the research desk: a trainer's words about the only IB'er.
const CANARY: &str = "KANARIE";

fn portrait(wave: &str, mean: f64) -> String {
    format!(
        r#"{{"wave": "{wave}", "grouped": true, "n_members": {{"Ok": 12}}, "n_answered": {{"Ok": 11}},
            "since": {{"wave": "T0", "n_came": {{"Ok": 0}}, "n_went": {{"Ok": 0}}}},
            "groups": [{{"names": ["onderbouw"], "n": 6}}, {{"names": ["bovenbouw"], "n": 6}}],
            "relations": [{{"relation": "goals", "density": {{"Ok": {{"about": 4, "from": 7, "to": 10}}}},
                "reciprocity": {{"Err": "nearly_unanimous"}}, "blocks": [],
                "change": {{"density": {{"Ok": "more"}}, "evenness": {{"Err": "not_defined"}}}},
                "alike": {{"Ok": {{"from": 3, "to": 5, "n_schools": 20}}}}, "persons": {{"Err": "no_consent"}}}}],
            "scales": [{{"scale": "culture", "minimum": 1.0, "maximum": 5.0, "n": {{"Ok": 11}}, "mean": {{"Ok": {mean}}},
                "change": {{"Ok": "less"}}, "usual": {{"Ok": [3.2, 3.9]}}, "items": [],
                "groups": [{{"group": 0, "n": {{"Ok": 6}}, "mean": {{"Ok": 2.1}}}},
                           {{"group": 1, "n": {{"Ok": 5}}, "mean": {{"Ok": 3.6}}}}]}}]}}"#
    )
}

/// A study of which everything is closed, with results at both schools.
async fn concluded(field: &mut Field) {
    for (weeks, wave) in [(2, "T1"), (6, "T2a"), (10, "T3")] {
        at(field, weeks);
        for cohort in ["focus2", "focus3"] {
            field.close(cohort, wave).await.unwrap();
        }
    }
    let content = format!(
        r#"{{"waves": [{}, {}]}}"#,
        portrait("T1", 3.4),
        portrait("T3", 2.9)
    );
    let mut parts = Vec::new();
    for key in [OAK, BEECH] {
        parts.push((field.school(key).await, Part::Team, content.clone()));
    }
    let (at, study_id) = (field.clock.now(), field.study.study_id);
    let key = ConclusionKey {
        snapshot_hash: "s".to_owned(),
        method_hash: "m".to_owned(),
    };
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            Box::pin(async move { conclusions::keep(tx, study_id, &key, "{}", &parts, at).await })
        })
        .await
        .unwrap();
}

fn visitor(place: &Installation, base: &str, arguments: &[&str]) -> Visitor {
    let mut all = vec!["study", "link", "small"];
    all.extend(arguments);
    let said = place.must(&all);
    let code = said.split('#').nth(1).unwrap().lines().next().unwrap();
    let visitor = Visitor::new(base);
    visitor.enter(code);
    visitor
}

fn meeting_form() -> Vec<(&'static str, &'static str)> {
    vec![
        ("held_on", "2024-10-01"),
        ("subject", "=cmd|' /C calc'!A0"),
        ("group_0", "bovenbouw, leiding"),
        ("invited_0", "6"),
        ("present_0", "4"),
        ("group_1", "onderbouw"),
        ("invited_1", "6"),
        ("present_1", "5"),
        ("goals", "@doel"),
        ("group_plans", "3"),
        ("class_support", "2"),
        ("next_step", "verder"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trainer_sees_her_own_schools_and_others_see_nothing_of_hers() {
    for database in databases("the trainer's pages").await {
        let mut field = study_of(database.open().await).await;
        concluded(&mut field).await;
        let (oak, beech) = (field.school(OAK).await, field.school(BEECH).await);
        let place = Installation::new(&database.address);
        let server = place.serve();
        let base = &server.base;
        let trainer = visitor(&place, base, &["trainer", "--school", OAK]);
        let other = visitor(&place, base, &["trainer", "--school", BEECH]);
        let of_school = visitor(&place, base, &["school", "--school", OAK]);
        let owner = visitor(&place, base, &["owner"]);
        let researcher = visitor(&place, base, &["researcher"]);

        let attendance = trainer.get(&format!("/trainer/log/{oak}"));
        let groups = attendance
            .html
            .matches("type=\"hidden\" name=\"group_")
            .count();
        assert_eq!(groups, 2, "{}", attendance.html);
        assert!(
            attendance.has("value=\"bovenbouw, leiding\""),
            "leiding is two people, and never a line of its own"
        );
        let added = trainer.post(&format!("/trainer/log/{oak}"), &meeting_form());
        assert_eq!(added.status, 303, "{}", added.html);
        let log = trainer.get(&format!("/trainer/log/{oak}"));
        assert!(log.has("9 van 12") || log.has("9 of 12"), "{}", log.html);
        let meeting = link_to(&log, &format!("/trainer/log/{oak}/"));
        let csv = trainer.get(&format!("/trainer/log/{oak}/training.csv"));
        assert!(csv.has("'=cmd") && csv.has(",'@doel,"), "{}", csv.html);

        // A slip in the form is told with what was filled in.
        let mut slip = meeting_form();
        slip[4] = ("present_0", "13");
        let told = trainer.post(&format!("/trainer/log/{oak}"), &slip);
        assert_eq!(told.status, 422);
        assert!(told.has("value=\"13\"") && told.has("aria-invalid"));
        slip[2] = ("group_0", "Jan");
        let told = trainer.post(&format!("/trainer/log/{oak}"), &slip);
        assert_eq!(told.status, 400, "a line that the form never asked");

        let pages = |school: SchoolId| {
            [
                format!("/trainer/school/{school}"),
                format!("/trainer/log/{school}"),
                format!("/trainer/log/{school}/training.csv"),
                format!("/trainer/log/{school}/{meeting}"),
                format!("/trainer/report/{school}"),
                format!("/trainer/report/{school}/preview"),
            ]
        };
        let posts = |school: SchoolId| {
            [
                format!("/trainer/school/{school}/open"),
                format!("/trainer/log/{school}"),
                format!("/trainer/log/{school}/{meeting}"),
                format!("/trainer/report/{school}"),
                format!("/trainer/report/{school}/file"),
            ]
        };
        // Looking changes nothing.
        let before = everything(&field.store).await;
        for path in pages(oak).iter().chain([&"/trainer".to_owned()]) {
            assert_eq!(trainer.get(path).status, 200, "{path}");
        }
        assert_eq!(
            researcher.get("/research/reports").status,
            200,
            "{}",
            database.name
        );
        // What is hers is not there for another trainer, as what does not exist.
        let nowhere = SchoolId(uuid::Uuid::from_u128(7));
        for school in [oak, nowhere] {
            for path in pages(school) {
                assert_eq!(other.get(&path).status, 404, "{path}");
                for visitor in [&of_school, &owner, &researcher] {
                    assert_eq!(visitor.get(&path).status, 403, "{path}");
                }
            }
            for path in posts(school) {
                let sent = other.post(&path, &meeting_form());
                assert_eq!(sent.status, 404, "{path}: {}", sent.html);
                for visitor in [&of_school, &owner, &researcher] {
                    assert_eq!(visitor.post(&path, &meeting_form()).status, 403, "{path}");
                }
            }
        }
        // A meeting of one school is none of another's.
        let elsewhere = format!("/trainer/log/{beech}/{meeting}");
        assert_eq!(other.get(&elsewhere).status, 404);
        assert_eq!(other.post(&elsewhere, &meeting_form()).status, 404);
        assert!(!other.get("/trainer").has("De Eik"));
        for path in ["/research/reports", "/research/reports.csv"] {
            assert_eq!(trainer.get(path).status, 403);
        }
        assert_eq!(everything(&field.store).await, before);

        results_open_in_order(&trainer, oak);
        words_stay_on_the_desk(&trainer, &researcher, &[&of_school, &owner, &other], oak);
    }
}

fn link_to(page: &Page, beginning: &str) -> String {
    let mark = format!("href=\"{beginning}");
    let ids = page.html.split(&mark).skip(1);
    ids.map(|rest| rest.split('"').next().unwrap().to_owned())
        .find(|id| !id.contains('.'))
        .unwrap()
}

/// Results are not on a page before their button was pressed, and the last ones not before the report was filed.
fn results_open_in_order(trainer: &Visitor, oak: SchoolId) {
    let page = format!("/trainer/school/{oak}");
    let button = format!("{page}/open");
    let report = format!("/trainer/report/{oak}");
    let shown = |what: &str| trainer.get(&page).has(what);
    assert!(!shown("3,4 op een schaal") && !shown("3,2 tot 3,9") && !shown("2,9"));
    assert_eq!(trainer.post(&button, &[("wave", "T1")]).status, 303);
    assert!(shown("3,4 op een schaal") && shown("3,2 tot 3,9") && !shown("2,9 op"));
    let cockpit = trainer.get("/trainer");
    assert!(cockpit.has("ver uit elkaar"), "{}", cockpit.html);
    assert!(!cockpit.has("onder waar de meeste"), "T3 is not open yet");
    for wave in ["T3", "T2a", "T9", ""] {
        let refused = trainer.post(&button, &[("wave", wave)]);
        assert_eq!(refused.status, 409, "{wave}");
        assert!(refused.has("role=\"alert\""));
    }
    assert!(!shown("2,9 op"));

    let empty = trainer.post(&format!("{report}/file"), &[]);
    assert_eq!(empty.status, 409);
    let bad = trainer.post(&report, &[("tr_team_01", "8"), ("tr_coach_text", CANARY)]);
    assert_eq!(bad.status, 422);
    assert!(bad.has("tr_team_01") && bad.has(CANARY));
    let saved = trainer.post(&report, &[("tr_team_01", "4"), ("go", "preview")]);
    assert_eq!(
        saved.location.as_deref(),
        Some(&*format!("{report}/preview"))
    );
    assert!(trainer.get(&format!("{report}/preview")).has(CANARY));
    assert_eq!(
        trainer.post(&button, &[("wave", "T3")]).status,
        409,
        "a draft"
    );
    assert_eq!(trainer.post(&format!("{report}/file"), &[]).status, 303);
    let locked = trainer.get(&report);
    assert!(
        locked.has("T1: ") && !locked.has("<textarea"),
        "{}",
        locked.html
    );
    let late = trainer.post(&report, &[("tr_team_01", "1")]);
    assert_eq!(late.status, 409);
    assert!(late.has("4 · ") && late.has("role=\"alert\""));

    assert_eq!(trainer.post(&button, &[("wave", "T3")]).status, 303);
    assert!(shown("2,9 op een schaal"));
    let cockpit = trainer.get("/trainer");
    assert!(cockpit.has("onder waar de meeste") && cockpit.has("minder dan bij"));
}

fn words_stay_on_the_desk(
    trainer: &Visitor,
    researcher: &Visitor,
    others: &[&Visitor; 3],
    oak: SchoolId,
) {
    // The canary sings where it may: with whoever wrote it, and on the research desk.
    assert!(trainer.get(&format!("/trainer/report/{oak}")).has(CANARY));
    let desk = researcher.get("/research/reports");
    assert!(desk.has(CANARY) && desk.has("T1: "), "{}", desk.html);
    assert!(researcher.get("/research/reports.csv").has(CANARY));

    let pages = [
        "/".to_owned(),
        "/trainer".to_owned(),
        format!("/trainer/school/{oak}"),
        format!("/trainer/log/{oak}"),
        format!("/trainer/log/{oak}/training.csv"),
        "/school".to_owned(),
        "/school/response".to_owned(),
        "/principal".to_owned(),
        "/board".to_owned(),
        "/response".to_owned(),
        "/study".to_owned(),
        "/study/exports".to_owned(),
        "/study/rosters".to_owned(),
    ];
    for visitor in others.iter().copied().chain([trainer]) {
        for path in &pages {
            assert!(!visitor.get(path).has(CANARY), "{path}");
        }
    }
    // No file that is taken out carries it either; the number of a training is in one.
    let exports = researcher.get("/research/exports");
    let files: Vec<&str> = exports
        .html
        .split("name=\"file\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert!(files.len() > 10, "{files:?}");
    for (visitor, path) in [
        (researcher, "/research/exports"),
        (others[1], "/study/exports"),
    ] {
        for file in &files {
            let page = visitor.post(path, &[("file", file)]);
            assert_eq!(page.status, 200, "{file}");
            assert!(!page.has(CANARY), "{file}");
        }
    }
    let trainings = researcher.post("/research/exports", &[("file", "trainings.csv")]);
    assert_eq!(
        trainings.html,
        "school,meetings,present_of_team,present_of_invited,group_plans,class_support\neik,1,0.75,0.75,3,2\n"
    );
}
