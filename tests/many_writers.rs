//! Fifty writers, a long read and a backup at the same time: nobody ever hears that the database is locked.

use crate::support;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel::domain::token::{LinkKey, Presented};
use schakel::fieldwork::enter::{self, EnterRefusal};
use schakel::storage::audit::{self, Act};
use schakel::storage::{On, Store};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection, SqlSafeStr};

use support::databases::databases;
use support::figures::{profile, record, scaled};
use support::small_study::{Field, OAK, lines, start};

const WRITERS: usize = 50;
/// A long read sees one state of the database for so long before it is begun anew.
const LONG: Duration = Duration::from_secs(20);

#[derive(Default)]
struct Seen {
    writes: AtomicUsize,
    /// Writes that were refused as locked or busy, and those that failed in any other way.
    locked: AtomicUsize,
    failed: AtomicUsize,
    slowest_micros: AtomicUsize,
    ended: AtomicBool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_told_that_the_database_is_locked() {
    for database in databases("many writers").await {
        let embedded = database.name == "SQLite";
        let all = scaled(match embedded {
            true => profile().of(100_000, 1_000_000),
            false => profile().of(2_000, 50_000),
        });
        let mut field = Field::found(database.open().await).await;
        field.enrol(lines()).await;
        let school = field.school(OAK).await;
        let tokens: Vec<String> = field
            .invite(school, "focus2", "T1")
            .await
            .into_iter()
            .map(|letter| letter.token)
            .collect();
        let seen = Arc::new(Seen::default());
        let from = Instant::now();
        let store = field.store.clone();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (store, seen) = (store.clone(), seen.clone());
                let token = tokens[writer % tokens.len()].clone();
                let key = field.key.clone();
                tokio::spawn(write(store, seen, key, token, writer, all / WRITERS))
            })
            .collect();
        let reader = tokio::spawn(read_long(store.clone(), seen.clone()));
        let backup = embedded.then(|| {
            let file = database.address.trim_start_matches("sqlite:").to_owned();
            tokio::spawn(back_up(file, seen.clone()))
        });
        for writer in writers {
            writer.await.expect("a writer ends");
        }
        let seconds = from.elapsed().as_secs_f64();
        seen.ended.store(true, Ordering::Relaxed);
        let reads = reader.await.expect("the reader ends");
        let backups = match backup {
            Some(backup) => backup.await.expect("the backup ends"),
            None => 0,
        };
        let count = |number: &AtomicUsize| number.load(Ordering::Relaxed);
        let mut tx = store.read().await.expect("a read begins");
        let (kept, _) = audit::end(&mut tx).await.expect("the audit is read");
        drop(tx);
        record(
            &format!("many_writers_{}", database.name.to_lowercase()),
            &json!({
                "writers": WRITERS,
                "writes": count(&seen.writes),
                "locked": count(&seen.locked),
                "failed": count(&seen.failed),
                "slowest_write_ms": count(&seen.slowest_micros) / 1_000,
                "writes_per_second": (count(&seen.writes) as f64 / seconds).round(),
                "long_reads": reads,
                "backups_meanwhile": backups,
                "audit_lines": kept,
            }),
        );
        assert_eq!(count(&seen.locked), 0, "{}", database.name);
        assert_eq!(count(&seen.failed), 0, "{}", database.name);
        assert_eq!(count(&seen.writes), all / WRITERS * WRITERS);
        assert!(kept >= i64::try_from(count(&seen.writes)).unwrap());
        assert!(!embedded || backups > 0, "no backup was made meanwhile");
    }
}

/// Enters with a link again and again: reads, writes and leaves a line of the audit.
async fn write(
    store: Store,
    seen: Arc<Seen>,
    key: LinkKey,
    token: String,
    writer: usize,
    times: usize,
) {
    let mut dice = ChaCha12Rng::seed_from_u64(writer as u64);
    for _ in 0..times {
        let act = Act {
            actor: "writer".to_owned(),
            at: start() + TimeDelta::hours(1),
        };
        let mut rng = ChaCha12Rng::from_rng(&mut dice);
        let (key, presented) = (key.clone(), Presented::parse(&token).expect("a token"));
        let from = Instant::now();
        let done = store
            .write(move |tx| {
                Box::pin(async move { enter::enter(tx, &act, &mut rng, &key, &presented).await })
            })
            .await;
        let micros = usize::try_from(from.elapsed().as_micros()).unwrap_or(usize::MAX);
        seen.slowest_micros.fetch_max(micros, Ordering::Relaxed);
        match done {
            Ok(_) => seen.writes.fetch_add(1, Ordering::Relaxed),
            Err(EnterRefusal::Failed(error)) => {
                let told = format!("{error:?}").to_lowercase();
                let locked = told.contains("locked") || told.contains("busy");
                eprintln!("{told}");
                let counter = if locked { &seen.locked } else { &seen.failed };
                counter.fetch_add(1, Ordering::Relaxed)
            }
            Err(error) => panic!("{error}"),
        };
    }
}

/// Holds on to one state of the database while the others write, looking again and again. Gives how often.
async fn read_long(store: Store, seen: Arc<Seen>) -> usize {
    let mut reads = 0;
    while !seen.ended.load(Ordering::Relaxed) {
        let mut tx = store.read().await.expect("a read begins");
        let first = audit::end(&mut tx).await.expect("the audit is read").0;
        let from = Instant::now();
        while from.elapsed() < LONG && !seen.ended.load(Ordering::Relaxed) {
            let now = audit::end(&mut tx).await.expect("the audit is read").0;
            assert_eq!(now, first, "a read sees one state");
            let visits: i64 = match &mut tx.on {
                On::Sqlite(c) => {
                    sqlx::query_scalar("SELECT COUNT(*) FROM visits")
                        .fetch_one(&mut **c)
                        .await
                }
                On::Postgres(c) => {
                    sqlx::query_scalar("SELECT COUNT(*) FROM visits")
                        .fetch_one(&mut **c)
                        .await
                }
            }
            .expect("visits are counted");
            assert!(visits >= 0);
            reads += 1;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    reads
}

/// Copies the database into a file of its own, again and again, and looks whether the last copy is whole.
async fn back_up(file: String, seen: Arc<Seen>) -> usize {
    let options = SqliteConnectOptions::new().filename(&file).read_only(true);
    let mut source = SqliteConnection::connect_with(&options)
        .await
        .expect("the file opens");
    let copy = format!("{file}.copy");
    let mut made = 0;
    while !seen.ended.load(Ordering::Relaxed) {
        if made > 0 {
            std::fs::remove_file(&copy).expect("the last copy goes");
        }
        let sql = AssertSqlSafe(format!("VACUUM INTO '{copy}'")).into_sql_str();
        let done = sqlx::query(sql).execute(&mut source).await;
        if let Err(error) = done {
            eprintln!("the backup: {error}");
            seen.locked.fetch_add(1, Ordering::Relaxed);
            return made;
        }
        made += 1;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    source.close().await.expect("it closes");
    let options = SqliteConnectOptions::new().filename(&copy).read_only(true);
    let mut copied = SqliteConnection::connect_with(&options)
        .await
        .expect("the copy opens");
    let whole: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut copied)
        .await
        .expect("the copy is checked");
    assert_eq!(whole, "ok");
    made
}
