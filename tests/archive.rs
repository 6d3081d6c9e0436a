//! Backup, restore and move: the same rows, to the last byte, or a refusal that changes nothing (F14, F16, F18, G10, G28,
//! T19).

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use age::secrecy::ExposeSecret;
use age::x25519::Identity;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use schakel::conclude::conclude;
use schakel::domain::time::{Clock, SystemClock};
use schakel::domain::token::LinkKey;
use schakel::exchange::archive::{Contents, FORMAT, Header, Writer};
use schakel::rehearse::rehearse;
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::archive::{self, PASSING};
use schakel::storage::{StorageError, Store, schema};
use serde_json::json;
use sha2::{Digest, Sha256};

use support::databases::{databases, seal_key};
use support::figures::{profile, record};
use support::server::{Installation, Visitor, rows};
use support::tables::{everything, schema};

fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();
    day.and_hms_opt(12, 0, 0).unwrap().and_utc()
}

/// A simulated study, concluded: four schools, or all hundred and four of them.
async fn simulated(store: &Store) {
    let mut few = SimulationPlan::small();
    few.n_boards = 1;
    few.n_extreme = 1;
    for cohort in &mut few.cohorts {
        cohort.n_schools = 2;
    }
    let plan = profile().of(few, SimulationPlan::default());
    let study = simulate(&plan, DEFAULT_SEED);
    let rehearsed = rehearse(store, &LinkKey::new([7; 32]), &study, today())
        .await
        .unwrap();
    conclude(store, &rehearsed.study, today()).await.unwrap();
}

/// The hashes of every table, past the program's own commands.
async fn contents(address: &str) -> Contents {
    let store = Store::open(address, &seal_key()).await.unwrap();
    let mut tx = store.read().await.unwrap();
    let header = Header {
        format: FORMAT,
        program: "test".to_owned(),
        form: archive::schema(&mut tx).await.unwrap(),
        taken_at: today(),
        database: "any".to_owned(),
    };
    let mut writer = Writer::begin(std::io::sink(), &header).unwrap();
    for shape in archive::shapes(&mut tx).await.unwrap() {
        writer.table(&shape.table).unwrap();
        archive::each_row(&mut tx, &shape, async |cells| {
            writer.row(&cells).unwrap();
            Ok::<_, StorageError>(())
        })
        .await
        .unwrap();
    }
    writer.finish().unwrap().1
}

/// Tables that differ, apart from the audit, in which every copy leaves a line.
fn differing(one: &Contents, other: &Contents) -> Vec<String> {
    let pairs = one.tables.iter().zip(&other.tables);
    pairs
        .filter(|(one, other)| one != other && one.table != "audit")
        .map(|(one, _)| one.table.clone())
        .collect()
}

fn report(place: &Installation, address: &str, name: &str) -> String {
    let file = place.path(name);
    place.must(&["report", "--out", text(&file), "--database", address]);
    hex(&Sha256::digest(fs::read(file).unwrap()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(file: &Path) -> &str {
    file.to_str().unwrap()
}

fn file_of(address: &str) -> PathBuf {
    PathBuf::from(address.strip_prefix("sqlite:").unwrap())
}

/// A key for backups: the public part, and a file with the private one.
fn key(place: &Installation, name: &str) -> (String, PathBuf) {
    let identity = Identity::generate();
    let private = identity.to_string();
    let file = place.file(name, &format!("{}\n", private.expose_secret()));
    (identity.to_public().to_string(), file)
}

/// G10, F14: rows and reports are the same on both databases, after a move, and after a restore of a full-size study.
#[tokio::test(flavor = "multi_thread")]
async fn f14_a_study_is_the_same_wherever_it_is_taken() {
    let all = databases("moving between databases").await;
    let mut told: Option<Contents> = None;
    for database in &all {
        let store = database.open().await;
        simulated(&store).await;
        let mut tx = store.read().await.unwrap();
        let shapes = archive::shapes(&mut tx).await.unwrap();
        drop(tx);
        let carried: BTreeSet<String> = shapes.into_iter().map(|s| s.table.name).collect();
        let passing = PASSING.map(str::to_owned).into();
        let known: BTreeSet<String> = schema(&store).await.into_keys().collect();
        assert_eq!(known, carried.union(&passing).cloned().collect());
        assert!(carried.is_disjoint(&passing));
        let found = contents(&database.address).await;
        // Columns, kinds, keys and order are in the hashes too.
        let wanted = told.get_or_insert_with(|| found.clone());
        assert_eq!(&found, wanted, "{}", database.name);
    }
    let told = told.unwrap();
    let place = Installation::new("");
    let source = &all[0].address;
    let began = Instant::now();
    let wanted = report(&place, source, "source.html");

    // There and back; without a server, from one file to another and on.
    let mut targets = databases("a move").await;
    targets.reverse();
    let mut last = source.clone();
    for target in &targets {
        let refused = place.run(&["move", "--from", &last, "--to", source]);
        assert_eq!(refused.status.code(), Some(2), "there is a study already");
        place.must(&["move", "--from", &last, "--to", &target.address]);
        let (here, there) = (contents(&last).await, contents(&target.address).await);
        assert_eq!(here, there, "every row, the audit among them");
        assert_eq!(differing(&told, &there), Vec::<String>::new());
        let moved = report(&place, &target.address, "moved.html");
        assert_eq!(moved, wanted, "{}", target.name);
        let refused = place.run(&["move", "--from", source, "--to", &target.address]);
        assert_eq!(refused.status.code(), Some(2), "not empty");
        last.clone_from(&target.address);
    }
    let moved = began.elapsed();

    // A backup of each, restored into a database of each kind.
    let (public, private) = key(&place, "backup.key");
    let mut times = Vec::new();
    let mut restored = databases("a restore").await;
    for (source, target) in targets.iter().zip(&mut restored) {
        let out = place.path(&format!("{}.backup", source.name));
        let flags = ["--out", text(&out), "--to", &public];
        let began = Instant::now();
        place.must(&[&["backup", "--database", &source.address], &flags[..]].concat());
        let made = began.elapsed();
        let wanted = contents(&source.address).await;
        let began = Instant::now();
        let flags = ["--identity", text(&private), "--nobody-erased"];
        let address = ["--database", &target.address];
        place.must(&[&["restore", text(&out)], &flags[..], &address[..]].concat());
        times.push((made.as_secs_f64(), began.elapsed().as_secs_f64()));
        let found = contents(&target.address).await;
        assert_eq!(differing(&wanted, &found), Vec::<String>::new());
        assert_eq!(found.rows(), wanted.rows() + 1, "and a line in the audit");
    }
    let slowest = times
        .iter()
        .map(|(_, restore)| *restore)
        .fold(0.0, f64::max);
    assert!(slowest < 600.0, "{slowest} s");
    record(
        "archive",
        &json!({
            "schools": profile().of(4, 104),
            "rows": told.rows(),
            "tables": told.tables.len(),
            "moves_with_reports_seconds": moved.as_secs_f64(),
            "backup_seconds": times.iter().map(|(made, _)| *made).collect::<Vec<_>>(),
            "restore_seconds": times.iter().map(|(_, restore)| *restore).collect::<Vec<_>>(),
            "tables_that_differ": 0,
            "reports_that_differ": 0,
        }),
    );
}

// --- a study that is being answered ----------------------------------------------------------------------------------

/// The Focus template, with the first wave of the first cohort open at this moment.
fn design() -> String {
    let at = |days: i64| {
        let at = SystemClock.now() + TimeDelta::days(days);
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let focus = include_str!("../instruments/studies/focus.toml");
    let opens = format!("opens_at = \"{}\"", at(-1));
    let closes = format!("closes_at = \"{}\"", at(7));
    let text = focus
        .replace("opens_at = \"2024-09-02T08:00:00\"", &opens)
        .replace("closes_at = \"2024-09-28T18:00:00\"", &closes);
    text + "\n[conditions]\nboard_agreement = \"2024-06-01\"\ncouncil_informed = \"2024-06-01\"\n\
        ethics_reference = \"EC-1\"\nretention_until = \"2034-06-01\"\n"
}

/// A name that stands nowhere else.
fn canary(number: usize) -> String {
    format!("Kanarie Zwaluwstaart-{number:04}")
}

/// Fourteen people at one school, invited; their codes by key.
fn invited(place: &Installation) -> Vec<String> {
    let mut roster = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for i in 0..14 {
        let (role, group) = match i {
            12 => ("principal", ""),
            13 => ("coach", ""),
            _ => ("teacher", ["onderbouw", "bovenbouw"][i % 2]),
        };
        let name = canary(i);
        roster +=
            &format!("wilg,De Wilg,focus2,t{i},{name},kanarie{i}@example.org,{role},{group}\n");
    }
    let design = place.file("study.toml", &design());
    let roster = place.file("roster.csv", &roster);
    let letters = place.path("letters.csv");
    place.must(&["study", "load", text(&design)]);
    place.must(&["study", "enrol", "focus", text(&roster)]);
    let out = ["focus", "focus2", "T1", "--out", text(&letters)];
    place.must(&[&["study", "invite"], &out[..]].concat());
    let codes: Vec<String> = rows(&letters)
        .into_iter()
        .map(|row| row["code"].clone())
        .collect();
    assert_eq!(codes.len(), 14);
    codes
}

fn answer(visitor: &Visitor, given: usize) -> u16 {
    let seen = visitor.get("/answer/1").hidden("seen");
    let given = (given % 5 + 1).to_string();
    let fields = [("seen", seen.as_str()), ("att_01", &given), ("go", "next")];
    visitor.post("/answer/1", &fields).status
}

/// G10, G28, T19, F14: backups while people answer; a restore brings the database back as it was, links open again and
/// sign-ins do not, and nobody reads a name in the file.
#[tokio::test(flavor = "multi_thread")]
async fn g10_a_backup_is_made_while_people_answer_and_comes_back_whole() {
    for database in databases("a backup while people answer").await {
        let place = Installation::new(&database.address);
        let codes = invited(&place);
        let (public, private) = key(&place, "backup.key");
        let (other, _) = key(&place, "other.key");
        let server = place.serve();
        let ending = Arc::new(AtomicBool::new(false));
        let saved = Arc::new(AtomicU64::new(0));
        let writers: Vec<_> = codes[..4]
            .iter()
            .map(|code| {
                let visitor = Visitor::new(&server.base);
                assert_eq!(visitor.enter(code), "/answer");
                visitor.take_part();
                let (ending, saved) = (ending.clone(), saved.clone());
                std::thread::spawn(move || {
                    let mut slowest = Duration::ZERO;
                    for given in 0.. {
                        let began = Instant::now();
                        assert_eq!(
                            answer(&visitor, given),
                            303,
                            "nobody sees that a backup is made"
                        );
                        slowest = slowest.max(began.elapsed());
                        saved.fetch_add(1, Ordering::Relaxed);
                        if ending.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    (visitor, slowest)
                })
            })
            .collect();
        let rounds = profile().of(3, 50);
        let mut last = PathBuf::new();
        for round in 0..rounds {
            last = place.path(&format!("{round}.backup"));
            let to = ["--to", &public, "--to", &other];
            place.must(&[&["backup", "--out", text(&last)], &to[..]].concat());
        }
        ending.store(true, Ordering::Relaxed);
        let mut slowest = Duration::ZERO;
        let mut visitors = Vec::new();
        for writer in writers {
            let (visitor, longest) = writer.join().unwrap();
            slowest = slowest.max(longest);
            visitors.push(visitor);
        }
        let saved = saved.load(Ordering::Relaxed);

        // Not sealed only when that was asked for, and noted.
        let plain = place.path("plain.backup");
        let refused = place.run(&["backup", "--out", text(&plain)]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(!plain.exists());
        place.must(&["backup", "--out", text(&plain), "--plain"]);
        let store = database.open().await;
        let audit = everything(&store).await["audit"].join("\n");
        assert!(audit.contains("plain backup") && audit.contains("sealed for 2 keys"));
        assert!(!audit.contains("age1"));
        let contacts = everything(&store).await["contacts"].join("\n");
        let bytes = fs::read(&last).unwrap();
        let open = String::from_utf8(fs::read(&plain).unwrap()).unwrap();
        let key = fs::read_to_string(place.path("contacts.key")).unwrap();
        let link_key = fs::read_to_string(place.path("schakel.key")).unwrap();
        let within = |name: &str| {
            bytes
                .windows(name.len())
                .any(|part| part == name.as_bytes())
        };
        let mut names = 0;
        for i in 0..14 {
            for name in [canary(i), format!("kanarie{i}@")] {
                assert!(!within(&name), "{name}");
                assert!(
                    !open.contains(&name),
                    "sealed in the archive itself: {name}"
                );
                assert!(!contacts.contains(&name));
                names += 1;
            }
        }
        assert!(!open.contains(key.trim()) && !open.contains(link_key.trim()));
        let visits = everything(&store).await["visits"].len();
        assert!(visits >= 4 && !open.contains("visit_hash"));

        // While the server runs, nothing takes its place.
        let restore = |file: &Path, address: &str| {
            let flags = [
                "--identity",
                text(&private),
                "--nobody-erased",
                "--database",
                address,
            ];
            place.run(&[&["restore", text(file)], &flags[..]].concat())
        };
        let before = contents(&database.address).await;
        let refused = restore(&last, &database.address);
        assert_eq!(refused.status.code(), Some(2), "in use, or not empty");
        assert_eq!(contents(&database.address).await, before);

        drop(server);
        drop(store);
        let target = databases("a restore").await.pop().unwrap();
        let address = match database.name {
            "SQLite" => &database.address,
            _ => &target.address,
        };
        let done = restore(&last, address);
        assert!(
            done.status.success(),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        let after = contents(address).await;
        assert!(after.rows() < before.rows(), "later saves are not in it");
        if database.name == "SQLite" {
            let kept = PathBuf::from(format!("{}.before-restore", file_of(address).display()));
            let found = contents(&format!("sqlite:{}", kept.display())).await;
            assert_eq!(found, before, "the old file is kept");
        }
        let mut place = place;
        place.database.clone_from(address);
        let server = place.serve();
        for (visitor, code) in visitors.iter_mut().zip(&codes) {
            visitor.base.clone_from(&server.base);
            assert_ne!(visitor.get("/answer/1").status, 200, "sign-ins have ended");
            assert_eq!(visitor.enter(code), "/answer", "links have not");
            assert_eq!(answer(visitor, 3), 303);
        }
        record(
            &format!("backup_while_writing_{}", database.name.to_lowercase()),
            &json!({
                "backups": rounds,
                "saved_meanwhile": saved,
                "refused_or_failed": 0,
                "slowest_save_ms": slowest.as_millis() as u64,
                "names_looked_for": names,
                "names_found_in_the_sealed_file": 0,
                "names_found_in_the_opened_archive": 0,
            }),
        );
    }
}

/// F14: what cannot be restored is told, and changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn f14_a_backup_that_is_not_whole_changes_nothing() {
    for database in databases("spoilt backups").await {
        let place = Installation::new(&database.address);
        invited(&place);
        let (public, private) = key(&place, "backup.key");
        let (_, wrong) = key(&place, "wrong.key");
        let out = place.path("good.backup");
        place.must(&["backup", "--out", text(&out), "--to", &public]);
        let plain = place.path("plain.backup");
        place.must(&["backup", "--out", text(&plain), "--plain"]);
        let fresh = databases("a target").await.pop().unwrap();
        // A file that is there is replaced, and a database of a server has to be empty.
        let target = match database.name {
            "SQLite" => &database.address,
            _ => &fresh.address,
        };
        let told = |file: &Path, key: &Path| {
            let flags = [
                "--identity",
                text(key),
                "--nobody-erased",
                "--database",
                target,
            ];
            let done = place.run(&[&["restore", text(file)], &flags[..]].concat());
            let told = String::from_utf8_lossy(&done.stderr).into_owned();
            assert_eq!(done.status.code(), Some(2), "{told}");
            assert!(told.contains("Nothing was changed"), "{told}");
            told
        };
        let state = || -> Vec<u8> {
            match target.strip_prefix("sqlite:") {
                Some(file) => Sha256::digest(fs::read(file).unwrap()).to_vec(),
                None => Vec::new(),
            }
        };
        let before = state();
        assert!(told(&out, &wrong).contains("the key does not open this file"));
        let spoilt = place.path("spoilt.backup");
        let good = fs::read(&out).unwrap();
        let tries = profile().of(12, 2_000);
        for n in 0..tries {
            // All over the file, its first and its last byte among them.
            let at = (good.len() - 1) * n / (tries - 1);
            let mut bytes = good.clone();
            bytes[at] ^= 1 << (n % 8);
            fs::write(&spoilt, &bytes).unwrap();
            told(&spoilt, &private);
        }
        for cut in [0, 10, good.len() / 3, good.len() - 1] {
            fs::write(&spoilt, &good[..cut]).unwrap();
            told(&spoilt, &private);
        }
        let open = fs::read_to_string(&plain).unwrap();
        let line = |from: &str, to: &str| {
            assert!(open.contains(from));
            fs::write(&spoilt, open.replacen(from, to, 1)).unwrap();
            told(&spoilt, &private)
        };
        assert!(line("De Wilg", "De Walg").contains("is not what was written"));
        let form = schema::newest();
        let (known, newer) = (format!("\"form\":{form}"), format!("\"form\":{}", form + 1));
        let why = format!("has form {} and this program knows form {form}", form + 1);
        assert!(line(&known, &newer).contains(&why));
        assert!(line("\"format\":1", "\"format\":9").contains("format 9"));
        let cut = &open[..open.trim_end().rfind('\n').unwrap() + 1];
        fs::write(&spoilt, cut).unwrap();
        assert!(told(&spoilt, &private).contains("cut off"));
        fs::write(&spoilt, "nothing").unwrap();
        assert!(told(&spoilt, &private).contains("no archive"));
        // Without word of who was forgotten, nothing comes back.
        let flags = ["--identity", text(&private), "--database", target];
        let refused = place.run(&[&["restore", text(&out)], &flags[..]].concat());
        assert_eq!(refused.status.code(), Some(2));
        assert_eq!(state(), before);
        if database.name == "PostgreSQL" {
            // Still empty: the good one fits.
            let flags = [
                "--identity",
                text(&private),
                "--nobody-erased",
                "--database",
                target,
            ];
            place.must(&[&["restore", text(&out)], &flags[..]].concat());
        }
        record(
            &format!("spoilt_backups_{}", database.name.to_lowercase()),
            &json!({ "bytes_flipped": tries, "cut": 5, "taken": 0, "changed": 0 }),
        );
    }
}

/// F14, F20: who was forgotten after the backup is not brought back by it.
#[tokio::test(flavor = "multi_thread")]
async fn f14_nobody_who_was_forgotten_comes_back() {
    for database in databases("restoring after an erasure").await {
        let mut place = Installation::new(&database.address);
        invited(&place);
        let (public, private) = key(&place, "backup.key");
        let out = place.path("before.backup");
        place.must(&["backup", "--out", text(&out), "--to", &public]);
        for person in ["t3", "t4", "t5"] {
            place.must(&["study", "erase", "focus", person, "--policy", "a"]);
        }
        let target = databases("a target").await.pop().unwrap();
        let ledger = place.path("erasures.log");
        let flags = [
            "--identity",
            text(&private),
            "--erasure-ledger",
            text(&ledger),
        ];
        let address = ["--database", &target.address];
        let told = place.must(&[&["restore", text(&out)], &flags[..], &address[..]].concat());
        assert!(told.contains("Forgotten again: 3 people"), "{told}");
        let store = target.open().await;
        let tables = everything(&store).await;
        assert_eq!(tables["erasures"].len(), 3);
        assert_eq!(
            tables["persons"]
                .iter()
                .filter(|row| row.contains("t3"))
                .count(),
            0
        );
        if let Some(file) = target.address.strip_prefix("sqlite:") {
            let bytes = fs::read(file).unwrap();
            for gone in [3, 4, 5].map(canary) {
                assert!(
                    !bytes
                        .windows(gone.len())
                        .any(|part| part == gone.as_bytes())
                );
            }
        }
        drop(store);
        place.database.clone_from(&target.address);
        place.serve();
        record(
            &format!("erased_not_restored_{}", database.name.to_lowercase()),
            &json!({ "forgotten": 3, "back": 0 }),
        );
    }
}

/// F16: of two servers on one file the second refuses at once, and says who has it.
#[test]
fn f16_a_second_server_on_a_file_is_refused() {
    let place = Installation::new("");
    let address = format!("sqlite:{}", place.path("study.db").display());
    let mut place = place;
    place.database.clone_from(&address);
    invited(&place);
    let server = place.serve();
    let began = Instant::now();
    let refused = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    let took = began.elapsed();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert!(
        told.contains("is in use by process") && told.contains("schakel serve on"),
        "{told}"
    );
    let to = format!("sqlite:{}", place.path("moved.db").display());
    let refused = place.run(&["move", "--from", &address, "--to", &to]);
    assert_eq!(refused.status.code(), Some(2));
    // Whoever only reads goes on, and after a kill there is nobody who holds it.
    place.must(&[
        "backup",
        "--out",
        text(&place.path("plain.backup")),
        "--plain",
    ]);
    server.kill_9();
    drop(place.serve());
    place.must(&["move", "--from", &address, "--to", &to]);
    record(
        "second_server",
        &json!({ "refused_after_ms": took.as_millis() as u64 }),
    );
}

/// F18: of a file with pages of rubbish in it, each is told at the start, or not one row is other than it was.
#[tokio::test(flavor = "multi_thread")]
async fn f18_a_damaged_page_is_told_at_the_start() {
    let mut place = Installation::new("");
    let good = place.path("good.db");
    let address = format!("sqlite:{}", good.display());
    place.database.clone_from(&address);
    invited(&place);
    // Out of the log and into the file.
    let store = Store::open(&address, &seal_key()).await.unwrap();
    store.close().await;
    let bytes = fs::read(&good).unwrap();
    let wanted = contents(&address).await;
    let page = 4_096;
    let pages = bytes.len() / page;
    let (mut refused, mut harmless) = (0, 0);
    let tries = profile().of(16, 1_000);
    for n in 0..tries {
        let file = place.path("bad.db");
        for ending in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(place.path(&format!("bad.db{ending}")));
        }
        let mut spoilt = bytes.clone();
        let at = (n * 7_919) % pages * page;
        let mut rubbish = Sha256::digest(n.to_be_bytes()).to_vec();
        while rubbish.len() < page {
            let next = Sha256::digest(&rubbish);
            rubbish.extend_from_slice(&next);
        }
        spoilt[at..at + page].copy_from_slice(&rubbish[..page]);
        fs::write(&file, &spoilt).unwrap();
        let address = format!("sqlite:{}", file.display());
        match schakel::storage::damage::look(&address).await {
            Err(StorageError::Damaged { .. }) => {
                refused += 1;
                if refused == 1 {
                    let flags = ["--listen", "127.0.0.1:0", "--database", &address];
                    let told = place.run(&[&["serve"], &flags[..]].concat());
                    assert_eq!(told.status.code(), Some(1));
                    let told = String::from_utf8_lossy(&told.stderr).into_owned();
                    assert!(
                        told.contains("is damaged") && told.contains("schakel restore"),
                        "{told}"
                    );
                }
            }
            Err(other) => panic!("page {}: {other}", at / page),
            Ok(()) => {
                assert_eq!(contents(&address).await, wanted, "page {}", at / page);
                harmless += 1;
            }
        }
    }
    assert!(refused > tries / 2);
    record(
        "damaged_pages",
        &json!({ "pages_spoilt": tries, "told_at_start": refused, "harmless": harmless, "silent": 0 }),
    );
}
