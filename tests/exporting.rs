//! Exports: the same bytes on both databases, everything that is due with its reason, nobody's name, and files that
//! `schakel analyse` reads to the same network measures as the product's own findings.

use crate::support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schakel::conclude::conclude;
use schakel::domain::language::Language;
use schakel::domain::time::FixedClock;
use schakel::domain::token::LinkKey;
use schakel::evaluation::catalogue;
use schakel::evaluation::findings::Findings;
use schakel::exchange::measures_csv;
use schakel::exchange::tidy_csv::lines as csv_lines;
use schakel::fieldwork::export::{Export, Table};
use schakel::fieldwork::study::Study;
use schakel::rehearse::rehearse;
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::{On, Store, conclusions};
use sqlx::AssertSqlSafe;

use support::databases::databases;
use support::server::{Installation, rows};
use support::small_study::{Field, OAK, filled, lines, nobody, start, ticked};

type Rows = Vec<BTreeMap<String, String>>;

/// Every table as text, by file.
async fn exported(store: &Store, study: &Study, wave: Option<&str>) -> BTreeMap<String, String> {
    let mut tx = store.read().await.expect("a read begins");
    let export = Export::prepare(&mut tx, Arc::new(study.clone()), Language::En, wave)
        .await
        .expect("it is prepared");
    let mut files = BTreeMap::new();
    for table in export.tables() {
        let mut text = csv_lines(&[export.header(&table)]);
        text += &csv_lines(&export.rows_of_study(&table));
        files.insert(table.file(), text);
    }
    for school in &export.schools {
        let read = export
            .school(&mut tx, school)
            .await
            .expect("a school is read");
        for table in export.tables() {
            let text = files.get_mut(&table.file()).expect("it was begun");
            *text += &csv_lines(&export.rows(&table, &read));
        }
    }
    files
}

fn parsed(files: &BTreeMap<String, String>, table: &Table) -> Rows {
    let text = &files[&table.file()];
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader
        .deserialize()
        .map(|row| row.expect("rows are whole"))
        .collect()
}

fn at<'r>(rows: &'r Rows, wanted: &[(&str, &str)]) -> Vec<&'r BTreeMap<String, String>> {
    rows.iter()
        .filter(|row| wanted.iter().all(|(column, value)| row[*column] == *value))
        .collect()
}

async fn sql(store: &Store, sql: &'static str) -> i64 {
    match &mut store.read().await.expect("a read begins").on {
        On::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await,
        On::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await,
    }
    .expect("a number")
}

/// What only the verbs of other parts write: withdrawals and objections.
async fn change(store: &Store, text: String) {
    store
        .write::<_, schakel::storage::StorageError, _>(move |tx| {
            Box::pin(async move {
                let sql = AssertSqlSafe(text);
                match &mut tx.on {
                    On::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                    On::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                }
                Ok(())
            })
        })
        .await
        .expect("it is changed");
}

/// A study with one wave closed at the oak: someone complete, someone partial, someone silent, someone who withdrew, and
/// two who object. At the beech the wave is open.
async fn told(store: Store) -> (Field, BTreeMap<String, String>) {
    let mut field = Field::found(store).await;
    let mut staff = lines();
    staff[3].groups = Some(vec!["=CMD()".to_owned()]);
    field.enrol(staff).await;
    let oak = field.school(OAK).await;
    let beech = field.school("beuk").await;
    let letters: BTreeMap<_, _> = field
        .invite(oak, "focus2", "T1")
        .await
        .into_iter()
        .map(|letter| (letter.member_id, letter.invitation_id))
        .collect();
    let mut of = BTreeMap::new();
    for number in 4..=9 {
        let person = format!("eik-{number:02}");
        let member = field.member(oak, &person).await;
        of.insert(number, (member, letters[&member]));
    }
    // Four: everything, with one item left open. Five: one page only. Six: everything, then taken back.
    for number in [4, 6] {
        let invitation = of[&number].1;
        let sitting = field.sitting(invitation).await;
        let steps = sitting.steps(&field.study);
        for step in steps {
            let mut page = field.page(invitation, &step.ask[0]).await;
            for item in step.ask.iter().filter(|item| *item != "att_03") {
                let answer = match item.as_str() {
                    "net_goals" => ticked(&[of[&5].0, of[&7].0, of[&8].0]),
                    "net_approach" => nobody(),
                    "net_progress" => continue,
                    _ => filled("2"),
                };
                page.raw.insert(item.clone(), answer);
            }
            field.save(&page).await.expect("the page is saved");
        }
        field.submit(invitation).await.expect("it is submitted");
    }
    let mut page = field.page(of[&5].1, "att_01").await;
    page.raw.insert("att_01".to_owned(), filled("5"));
    field.save(&page).await.expect("the page is saved");
    let open = field.invite(beech, "focus3", "T1").await;
    let mut page = field.page(open[5].invitation_id, "att_01").await;
    page.raw.insert("att_01".to_owned(), filled("1"));
    field.save(&page).await.expect("the page is saved");

    let id = |id: uuid::Uuid| match field.store.is_embedded() {
        true => format!("X'{}'", id.simple()),
        false => format!("'{id}'"),
    };
    let withdrawn = format!(
        "UPDATE invitations SET withdrawn_at = submitted_at WHERE invitation_id = {}",
        id(of[&6].1.0)
    );
    let mut changes = vec![withdrawn];
    for (number, policy) in [(7, "B"), (8, "C")] {
        changes.push(format!(
            "INSERT INTO objections (member_id, policy, at, actor) VALUES ({}, '{policy}', '2024-09-02 09:00:00+00:00', 'x')",
            id(of[&number].0.0)
        ));
    }
    for text in changes {
        change(&field.store, text).await;
    }
    field.clock = FixedClock(start() + TimeDelta::days(8));
    assert!(field.close("focus2", "T1").await.expect("it is closed"));
    let files = exported(&field.store, &field.study, None).await;
    (field, files)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_due_is_there_with_its_reason_and_nobody_is_named() {
    let mut all = Vec::new();
    for database in databases("exports").await {
        let (field, files) = told(database.open().await).await;
        reasons(&files);
        classes(&files);
        ties(&files);
        counts(&field, &files).await;
        // Names, addresses, keys of the lists and ids of the database.
        let everything: String = files.values().map(String::as_str).collect();
        for canary in [
            "Anna de Vries",
            "Persoon",
            "Noor",
            "@example",
            "eik-0",
            "De Eik",
            "Bosrand",
        ] {
            assert!(!everything.contains(canary), "{canary} is in the export");
        }
        let hyphens = everything.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
        assert!(
            hyphens
                .into_iter()
                .all(|word| uuid::Uuid::parse_str(word).is_err()),
            "an id is in the export"
        );
        let none = exported(&field.store, &field.study, Some("T3")).await;
        assert_eq!(parsed(&none, &Table::Answers), Rows::new());
        assert_eq!(parsed(&none, &Table::Respondents), Rows::new());
        all.push((database.name, files));
    }
    for (name, files) in &all[1..] {
        assert_eq!(files, &all[0].1, "{name}");
    }
}

/// The person of the respondents' table with this class, at the oak.
fn with_class(files: &BTreeMap<String, String>, class: &str) -> String {
    let rows = parsed(files, &Table::Respondents);
    let found = at(&rows, &[("school", OAK), ("class", class)]);
    assert_eq!(found.len(), 1, "{class}");
    found[0]["respondent"].clone()
}

fn reasons(files: &BTreeMap<String, String>) {
    let answers = parsed(files, &Table::Answers);
    let reason = |class: &str, item: &str| {
        let person = with_class(files, class);
        let row = at(&answers, &[("respondent", &person), ("item", item)]);
        assert_eq!(row.len(), 1, "{class} {item}");
        (row[0]["value"].clone(), row[0]["missing"].clone())
    };
    let is = |value: &str, missing: &str| (value.to_owned(), missing.to_owned());
    assert_eq!(reason("complete", "att_01"), is("2", ""));
    assert_eq!(reason("complete", "att_03"), is("", "left_open"));
    assert_eq!(reason("complete", "net_goals"), is("named", ""));
    assert_eq!(reason("complete", "net_approach"), is("nobody", ""));
    assert_eq!(reason("complete", "net_progress"), is("", "left_open"));
    assert_eq!(reason("partial", "att_01"), is("5", ""));
    assert_eq!(reason("partial", "att_02"), is("", "left_open"));
    assert_eq!(reason("partial", "net_goals"), is("", "not_reached"));
    let label = at(
        &answers,
        &[
            ("respondent", &with_class(files, "complete")),
            ("item", "att_01"),
        ],
    );
    assert_eq!(label[0]["label"], "disagree");
    // Side by side the same, and whoever is not asked is told.
    let wide = parsed(files, &Table::Wide("attitude".to_owned()));
    let row = at(&wide, &[("respondent", &with_class(files, "complete"))]);
    assert_eq!(
        (
            row[0]["att_01"].as_str(),
            row[0]["att_03__missing"].as_str()
        ),
        ("2", "left_open")
    );
    // Twelve people; one withdrew and two object, whose answers are not told; three are not teachers.
    let not_due = at(&wide, &[("att_01__missing", "not_due")]).len();
    assert_eq!((wide.len(), not_due), (9, 3));
    // Nothing of a wave that is open, and nothing of what was withdrawn.
    assert!(
        answers
            .iter()
            .all(|row| row["school"] == OAK && row["wave"] == "T1")
    );
    let withdrawn = with_class(files, "withdrawn");
    assert_eq!(at(&answers, &[("respondent", &withdrawn)]).len(), 0);
    let scales = parsed(files, &Table::Scales);
    let score = at(
        &scales,
        &[
            ("respondent", &with_class(files, "complete")),
            ("scale", "attitude"),
        ],
    );
    // 2, 2 and one reversed 2; the fourth was left open.
    let mean = (2.0 + 2.0 + 4.0) / 3.0;
    assert_eq!(score[0]["score"], format!("{mean}"));
    let none = at(
        &scales,
        &[
            ("respondent", &with_class(files, "partial")),
            ("scale", "attitude"),
        ],
    );
    assert_eq!(
        (none[0]["score"].as_str(), none[0]["missing"].as_str()),
        ("", "too_few_answers")
    );
}

fn classes(files: &BTreeMap<String, String>) {
    let rows = parsed(files, &Table::Respondents);
    let open = at(&rows, &[("school", "beuk"), ("window", "open")]);
    let of = |class: &str| open.iter().filter(|row| row["class"] == class).count();
    assert_eq!((open.len(), of("partial"), of("none")), (12, 1, 11));
    let oak = at(&rows, &[("school", OAK)]);
    assert_eq!(
        oak.len(),
        11,
        "who objects to being listed at all is not there"
    );
    assert_eq!(
        oak.iter()
            .filter(|row| row["role"].is_empty() && row["groups"].is_empty())
            .count(),
        1
    );
    assert!(
        oak.iter().any(|row| row["groups"] == "'=CMD()"),
        "a formula is text"
    );
    assert!(oak.iter().all(|row| row["started_on"].len() == 10
        || row["class"] == "none"
        || row["class"] == "withdrawn"));
    let keys: BTreeSet<&str> = rows.iter().map(|row| row["respondent"].as_str()).collect();
    assert_eq!(keys.len(), 22, "one person is at both schools");
    let roster = parsed(files, &Table::Roster);
    assert_eq!(
        (roster.len(), at(&roster, &[("present", "1")]).len()),
        (11, 11)
    );
}

fn ties(files: &BTreeMap<String, String>) {
    let named = parsed(files, &Table::Nominations);
    let ego = with_class(files, "complete");
    let of = |relation: &str, value: &str| {
        at(
            &named,
            &[("ego", &ego), ("relation", relation), ("value", value)],
        )
        .len()
    };
    // Eleven are listed, so ten can be named; the one who is left out of the list is left out of every tie.
    assert_eq!(
        (of("goals", "1"), of("goals", "0"), of("goals", "NA")),
        (2, 8, 0)
    );
    assert_eq!((of("approach", "0"), of("progress", "NA")), (10, 10));
    assert_eq!(named.len(), 3 * 11 * 10);
    let silent = with_class(files, "partial");
    assert!(
        at(&named, &[("ego", &silent)])
            .iter()
            .all(|row| row["value"] == "NA")
    );
    let persons = parsed(files, &Table::Persons);
    assert_eq!(
        (persons.len(), at(&persons, &[("responded", "1")]).len()),
        (11, 1)
    );
}

/// Rows against what the database says, past the program.
async fn counts(field: &Field, files: &BTreeMap<String, String>) {
    let answered = sql(
        &field.store,
        "SELECT COUNT(*) FROM answers a JOIN responses r ON r.response_id = a.response_id
         JOIN invitations i ON i.invitation_id = r.invitation_id JOIN members m ON m.member_id = i.member_id
         JOIN schools s ON s.school_id = m.school_id
         WHERE s.key = 'eik' AND i.withdrawn_at IS NULL",
    )
    .await;
    let answers = parsed(files, &Table::Answers);
    let given = answers
        .iter()
        .filter(|row| row["missing"].is_empty())
        .count();
    assert_eq!(i64::try_from(given), Ok(answered));
    // Nine teachers less three answer everything; a principal, a coach and an assistant answer what is asked of them.
    let items = |key: &str| {
        field
            .study
            .library
            .get(key)
            .expect("it is loaded")
            .items
            .len()
    };
    let all = ["attitude", "leadership", "culture", "whole-network"]
        .map(items)
        .iter()
        .sum::<usize>();
    assert_eq!(
        answers.len(),
        6 * all + 3 * items("whole-network") + items("background")
    );
}

/// Noon on the day for which the plan by default is made.
fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).expect("the day is in the calendar");
    day.and_hms_opt(12, 0, 0)
        .expect("noon is on the clock")
        .and_utc()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_exported_is_analysed_to_the_same_networks() {
    let mut all = Vec::new();
    for database in databases("exports of a whole study").await {
        let store = database.open().await;
        let simulated = simulate(&SimulationPlan::small(), DEFAULT_SEED);
        let rehearsed = rehearse(&store, &LinkKey::new([7; 32]), &simulated, today())
            .await
            .expect("the study goes through the real paths");
        let key = conclude(&store, &rehearsed.study, today())
            .await
            .expect("it is concluded");
        let mut tx = store.read().await.expect("a read begins");
        let text = conclusions::findings(&mut tx, &key)
            .await
            .expect("kept")
            .expect("there");
        drop(tx);
        let findings: Findings = serde_json::from_str(&text).expect("findings are read back");

        let place = Installation::new(&database.address);
        let (out, result) = (place.path("export"), place.path("result"));
        let shown = |path: &Path| path.to_str().expect("a plain name").to_owned();
        place.must(&[
            "study",
            "export",
            &rehearsed.study.design.key,
            "--out",
            &shown(&out),
        ]);
        let analysed = Command::new(env!("CARGO_BIN_EXE_schakel"))
            .args([
                "analyse",
                &shown(&out),
                "--out",
                &shown(&result),
                "--no-actors",
                "--no-html",
                "--strict",
                // A conclusion keeps what its pages show; the command measures more.
                "--measures",
                &catalogue::PRINCIPAL.join(","),
            ])
            .output()
            .expect("the program starts");
        assert!(
            analysed.status.success(),
            "{}",
            String::from_utf8_lossy(&analysed.stderr)
        );
        let own = measures_csv::tables(&findings);
        let measures = &own
            .iter()
            .find(|(name, _)| *name == "network_measures.csv")
            .expect("there are networks")
            .1;
        let found =
            std::fs::read_to_string(result.join("network_measures.csv")).expect("it was written");
        assert!(
            measures.lines().count() > 300,
            "{}",
            measures.lines().count()
        );
        for (own, found) in measures.lines().zip(found.lines()) {
            assert_eq!(own, found);
        }
        assert_eq!(measures.lines().count(), found.lines().count());
        // Pupils stand in another order here, and sums of their scores differ in the last digit.
        let effects = |text: &str| -> BTreeMap<String, f64> {
            text.lines()
                .skip(1)
                .filter_map(|line| {
                    let mut cells = line.split(',');
                    Some((cells.next()?.to_owned(), cells.next()?.parse().ok()?))
                })
                .collect()
        };
        let own = own.iter().find(|(name, _)| *name == "school_effects.csv");
        let own = effects(&own.expect("there are effects").1);
        let found =
            std::fs::read_to_string(result.join("school_effects.csv")).expect("it was written");
        let found = effects(&found);
        assert!(own.len() > 3 && own.keys().eq(found.keys()));
        assert!(
            own.iter()
                .all(|(school, effect)| (effect - found[school]).abs() < 1e-9)
        );

        // The manifest tells what is there, and nobody of the simulated people is.
        let manifest = rows(&out.join("manifest.csv"));
        assert_eq!(
            manifest.len() + 1,
            std::fs::read_dir(&out).expect("the folder").count()
        );
        let mut files = BTreeMap::new();
        for line in &manifest {
            let text = std::fs::read_to_string(out.join(&line["file"])).expect("it is there");
            if line["file"].ends_with(".csv") {
                assert_eq!(
                    rows(&out.join(&line["file"])).len().to_string(),
                    line["rows"],
                    "{}",
                    line["file"]
                );
                let sorted: Vec<&str> = text.lines().skip(1).collect();
                assert!(
                    line["file"] == "codebook.csv"
                        || line["file"] == "instruments.csv"
                        || sorted.is_sorted(),
                    "{} is in order",
                    line["file"]
                );
            }
            for person in simulated.persons.iter() {
                assert!(
                    !text.contains(person.name.as_str()),
                    "{} is in {}",
                    person.name,
                    line["file"]
                );
            }
            files.insert(line["file"].clone(), text);
        }
        all.push((database.name, files));
    }
    for (name, files) in &all[1..] {
        for (file, text) in files {
            assert!(text == &all[0].1[file], "{file} on {name}");
        }
    }
}
