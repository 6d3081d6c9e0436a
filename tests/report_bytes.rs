//! Every kind of report has the same bytes on both databases, on one thread or several, in any locale and time zone, and
//! when it is made once more.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use chrono::{DateTime, NaiveDate, Utc};
use futures_util::FutureExt;
use schakel::conclude::conclude;
use schakel::domain::opening::{Audience, Part};
use schakel::domain::token::LinkKey;
use schakel::fieldwork::open;
use schakel::rehearse::rehearse;
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, schools};
use sha2::{Digest, Sha256};

use support::databases::{Database, contact_key_file, databases};

/// Threads, locale and time zone: each of the three values of each, and the first once more.
const MACHINES: [(&str, &str, &str); 4] = [
    ("1", "C", "UTC"),
    ("2", "nl_NL.UTF-8", "Europe/Amsterdam"),
    ("8", "tr_TR.UTF-8", "Pacific/Kiritimati"),
    ("1", "C", "UTC"),
];

fn schakel(machine: (&str, &str, &str), arguments: &[&str]) {
    let (threads, locale, zone) = machine;
    let done = Command::new(env!("CARGO_BIN_EXE_schakel"))
        .args(arguments)
        .env("TOKIO_WORKER_THREADS", threads)
        .env("LANG", locale)
        .env("LC_ALL", locale)
        .env("TZ", zone)
        .env("SCHAKEL_CONTACT_KEY_FILE", contact_key_file())
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
    day.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// The small demo, concluded; a school opened its first wave half an hour before midnight.
async fn concluded(database: &Database) {
    let store = database.open().await;
    let study = simulate(&SimulationPlan::small(), DEFAULT_SEED);
    let rehearsed = rehearse(&store, &LinkKey::new([7; 32]), &study, today())
        .await
        .unwrap();
    conclude(&store, &rehearsed.study, today()).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let all = schools::of_study(&mut tx, rehearsed.study.study_id)
        .await
        .unwrap();
    drop(tx);
    let school = all.into_iter().min_by(|a, b| a.key.cmp(&b.key)).unwrap();
    let act = Act {
        actor: "test".to_owned(),
        at: today() + chrono::TimeDelta::minutes(11 * 60 + 30),
    };
    store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let waves = ["T1".to_owned()];
                open::open(
                    tx,
                    &act,
                    school.school_id,
                    Part::Team,
                    Audience::Team,
                    &waves,
                )
                .await
            }
            .boxed()
        })
        .await
        .unwrap();
}

fn sha256(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The reports of a database on a machine: kind of report to the hash of its bytes, names of files among them.
fn reports(address: &str, machine: (&str, &str, &str)) -> BTreeMap<String, String> {
    let place = tempfile::tempdir().unwrap();
    let mut found = BTreeMap::new();
    for language in ["nl", "en"] {
        let file = place.path().join(format!("{language}.html"));
        let path = file.to_str().unwrap();
        let given = ["--database", address, "--language", language];
        schakel(machine, &[&["report", "--out", path], &given[..]].concat());
        found.insert(
            format!("study {language}"),
            sha256(&fs::read(&file).unwrap()),
        );
        let folder = place.path().join(language);
        let path = folder.to_str().unwrap();
        schakel(
            machine,
            &[&["report", "--schools", "--out", path], &given[..]].concat(),
        );
        let files = in_folder(&folder);
        assert_eq!(files.len(), 10, "{:?}", files.keys());
        let mut all = Sha256::new();
        for (name, bytes) in files {
            all.update(name);
            all.update(bytes);
        }
        found.insert(format!("school {language}"), sha256(&all.finalize()));
    }
    found
}

fn in_folder(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs::read(entry.path()).unwrap())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_is_the_same_everywhere() {
    let mut first: Option<BTreeMap<String, String>> = None;
    for database in databases("the bytes of every report").await {
        concluded(&database).await;
        for machine in MACHINES {
            let found = reports(&database.address, machine);
            let wanted = first.get_or_insert_with(|| found.clone());
            assert_eq!(&found, wanted, "{} {machine:?}", database.name);
        }
    }
    for (kind, hash) in first.unwrap() {
        println!("{hash} {kind}");
    }
}

#[test]
fn the_report_of_a_folder_is_the_same_everywhere() {
    let study = tempfile::tempdir().unwrap();
    let (mut persons, mut ties) = (
        "school,wave,person\n".to_owned(),
        "school,wave,relation,ego,alter,value\n".to_owned(),
    );
    let mut kinds = "school,kind\n".to_owned();
    for school in 0..8 {
        kinds += &format!("s{school},{}\n", ["high", "low"][school % 2]);
        for person in 0..7 {
            persons += &format!("s{school},T1,I{person}\n");
            let alter = (person + 1 + school % 3) % 7;
            ties += &format!("s{school},T1,goals,I{person},I{alter},1\n");
        }
    }
    for (name, text) in [
        ("persons.csv", persons),
        ("ties.csv", ties),
        ("schools.csv", kinds),
    ] {
        fs::write(study.path().join(name), text).unwrap();
    }
    for language in ["nl", "en"] {
        let mut first = None;
        for machine in MACHINES {
            let place = tempfile::tempdir().unwrap();
            let out = place.path().join("out");
            let (folder, path) = (study.path().to_str().unwrap(), out.to_str().unwrap());
            let flags = [
                "--groups",
                "kind",
                "--language",
                language,
                "--cores",
                machine.0,
            ];
            schakel(
                machine,
                &[&["analyse", folder, "--out", path], &flags[..]].concat(),
            );
            let hash = sha256(&fs::read(out.join("report.html")).unwrap());
            assert_eq!(&hash, first.get_or_insert(hash.clone()), "{machine:?}");
        }
    }
}

/// What a school gets does not know how large the effect on pupils is: other scores, the same bytes.
#[tokio::test(flavor = "multi_thread")]
async fn files_of_schools_are_the_same_whatever_the_effects() {
    let database = &databases("files of schools under other effects").await[0];
    concluded(database).await;
    let place = tempfile::tempdir().unwrap();
    let made = |name: &str| {
        let folder = place.path().join(name);
        let path = folder.to_str().unwrap();
        let given = ["--database", database.address.as_str()];
        let begin = ["report", "--schools", "--out", path];
        schakel(MACHINES[0], &[&begin[..], &given[..]].concat());
        let study = place.path().join(format!("{name}.html"));
        let begin = ["report", "--out", study.to_str().unwrap()];
        schakel(MACHINES[0], &[&begin[..], &given[..]].concat());
        (in_folder(&folder), fs::read_to_string(study).unwrap())
    };
    let (before, report) = made("before");
    for (name, bytes) in &before {
        let key = name.strip_suffix(".html").unwrap();
        assert!(report.contains(key), "{name} is the key of a school");
        let text = String::from_utf8(bytes.clone()).unwrap().to_lowercase();
        // A figure that is drawn has its look in the same file.
        assert_eq!(
            text.contains("class=\"fig"),
            text.contains(".fig text {"),
            "{name}"
        );
        for secret in ["effect", "rank", "snapshot", "hedges"] {
            assert!(!text.contains(secret), "{name} says `{secret}`");
        }
        for other in before.keys().filter(|other| *other != name) {
            let other = other.strip_suffix(".html").unwrap();
            assert!(
                !text.contains(&format!("\"{other}\"")),
                "{name} names {other}"
            );
        }
    }
    let file = database.address.strip_prefix("sqlite:").unwrap();
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(file);
    let mut connection = sqlx::ConnectOptions::connect(&options).await.unwrap();
    sqlx::query("UPDATE pupil_scores SET score = 200.0 - score")
        .execute(&mut connection)
        .await
        .unwrap();
    sqlx::Connection::close(connection).await.unwrap();
    let store = database.open().await;
    let mut tx = store.read().await.unwrap();
    let all = schakel::storage::studies::all(&mut tx).await.unwrap();
    let study = schakel::fieldwork::study::Study::load(&mut tx, all[0].0)
        .await
        .unwrap()
        .unwrap();
    drop(tx);
    // Later on the same day: of two conclusions of one instant none is the newest.
    let later = today() + chrono::TimeDelta::minutes(1);
    conclude(&store, &study, later).await.unwrap();
    let (after, other) = made("after");
    assert!(report != other, "the effects are others");
    assert_eq!(
        before.keys().collect::<Vec<_>>(),
        after.keys().collect::<Vec<_>>()
    );
    for (name, bytes) in &before {
        assert_eq!(bytes, &after[name], "{name}");
    }
}
