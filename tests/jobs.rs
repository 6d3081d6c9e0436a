//! Work that is longer than a request, over several machines: taken once, taken over when a machine is lost, called off at
//! once, and kept whole or not at all. Beside it what machines on one database may not disagree about.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::join_all;
use schakel::domain::id::StudyId;
use schakel::domain::time::{Clock, FixedClock, SystemClock};
use schakel::fieldwork::jobs::{self as verbs, AskRefusal, Kind, MOST};
use schakel::fieldwork::recipe::keep_findings;
use schakel::storage::audit::Act;
use schakel::storage::conclusions::ConclusionKey;
use schakel::storage::jobs::{self, Job, State};
use schakel::storage::packed::{Packed, unpacked};
use schakel::storage::{On, StorageError, Store, studies};
use schakel::web::work::plan_of;
use schakel::work::{Carrier, Workshop};
use tokio::sync::Notify;
use uuid::Uuid;

use support::databases::{databases, seal_key};
use support::figures::{profile, record};
use support::server::{Installation, Visitor};
use support::small_study::Field;

async fn ask(field: &mut Field, argument: &str) -> Result<Uuid, AskRefusal> {
    let (act, mut rng, study_id) = (field.act(), field.dice(), field.study.study_id);
    let argument = argument.to_owned();
    field
        .store
        .write(move |tx| {
            async move { verbs::ask(tx, &act, &mut rng, study_id, (Kind::Recipe, &argument)).await }
                .boxed()
        })
        .await
}

async fn claim(field: &Field, node: &'static str) -> Option<Job> {
    let act = field.act();
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            async move {
                let since = act.at - TimeDelta::seconds(30);
                verbs::claim(tx, &act, node, since).await
            }
            .boxed()
        })
        .await
        .unwrap()
}

async fn end(field: &Field, node: &'static str, job_id: Uuid) -> bool {
    let act = field.act();
    field
        .store
        .write::<_, StorageError, _>(move |tx| {
            async move { verbs::end(tx, &act, node, job_id, (State::Done, None)).await }.boxed()
        })
        .await
        .unwrap()
}

async fn job(store: &Store, job_id: Uuid) -> Job {
    let mut tx = store.read().await.unwrap();
    jobs::one(&mut tx, job_id).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_done_by_one_machine_and_taken_over_when_it_is_lost() {
    for database in databases("jobs over machines").await {
        let name = database.name;
        let mut field = Field::found(database.open().await).await;
        let first = ask(&mut field, "a").await.unwrap();
        assert_eq!(
            ask(&mut field, "a").await.unwrap(),
            first,
            "{name}: asked once"
        );
        for more in ["b", "c", "d", "e"] {
            ask(&mut field, more).await.unwrap();
        }
        let refused = ask(&mut field, "f").await;
        assert!(
            matches!(refused, Err(AskRefusal::TooMany)),
            "{name}: {MOST} at most"
        );
        // Eight at once: one of a study at a time.
        let taken = join_all((0..8).map(|_| claim(&field, "one"))).await;
        let taken: Vec<Job> = taken.into_iter().flatten().collect();
        let ids: Vec<Uuid> = taken.iter().map(|job| job.job_id).collect();
        assert_eq!(ids, [first], "{name}");
        assert!(
            claim(&field, "two").await.is_none(),
            "{name}: the other has to wait"
        );
        // The machine says nothing for half a minute: another takes it up, and the first has no say in it any more.
        field.clock = FixedClock(field.clock.now() + TimeDelta::seconds(31));
        let again = claim(&field, "two").await.unwrap();
        assert_eq!((again.job_id, again.tries), (first, 2), "{name}");
        assert!(
            !end(&field, "one", first).await,
            "{name}: it is not its own"
        );
        assert!(end(&field, "two", first).await, "{name}");
        assert!(!end(&field, "two", first).await, "{name}: it ends once");
        assert_eq!(job(&field.store, first).await.state, State::Done, "{name}");
    }
}

fn workshop(store: &Store, carrier: Arc<Carrier>) -> Workshop {
    Workshop {
        store: store.clone(),
        clock: Arc::new(SystemClock),
        node: "here".to_owned(),
        alone: true,
        most: 1,
        plan_of,
        carrier: Some(carrier),
        wake: Arc::new(Notify::new()),
    }
}

/// How it ended.
async fn ended(store: &Store, job_id: Uuid) -> State {
    let begun = Instant::now();
    loop {
        let state = job(store, job_id).await.state;
        if !matches!(state, State::Queued | State::Running) {
            return state;
        }
        assert!(begun.elapsed() < Duration::from_secs(120), "{state:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn wait_for(store: &Store, job_id: Uuid, state: State) -> Job {
    let begun = Instant::now();
    loop {
        let found = job(store, job_id).await;
        if found.state == state {
            return found;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{found:?}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_runs_is_called_off_within_two_seconds() {
    let mut slowest = Duration::ZERO;
    for database in databases("calling jobs off").await {
        let mut field = Field::found(database.open().await).await;
        field.clock = FixedClock(SystemClock.now());
        // In the place of a long analysis; its name says which process it is.
        let seconds = format!("60.{}", getrandom::u32().unwrap());
        let own = seconds.clone();
        let carrier: Arc<Carrier> = Arc::new(move |_| {
            let mut command = Command::new("sleep");
            command.arg(&own);
            command
        });
        let work = tokio::spawn(Arc::new(workshop(&field.store, carrier)).run());
        for round in 0..profile().of(2, 10) {
            let job_id = ask(&mut field, &format!("{round}")).await.unwrap();
            wait_for(&field.store, job_id, State::Running).await;
            tokio::time::sleep(Duration::from_millis(120)).await;
            let begun = Instant::now();
            let (act, study_id) = (field.act(), field.study.study_id);
            let called = field
                .store
                .write::<_, StorageError, _>(move |tx| {
                    async move { verbs::cancel(tx, &act, study_id, job_id).await }.boxed()
                })
                .await;
            assert!(called.unwrap());
            let ended = wait_for(&field.store, job_id, State::Cancelled).await;
            slowest = slowest.max(begun.elapsed());
            assert_eq!(ended.problem, None);
            let running = Command::new("pgrep")
                .args(["-f", &seconds])
                .output()
                .unwrap();
            assert!(running.stdout.is_empty(), "the process has ended too");
        }
        work.abort();
    }
    assert!(slowest < Duration::from_secs(2), "{slowest:?}");
    record(
        "job_cancel",
        &serde_json::json!({"slowest_ms": slowest.as_millis()}),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_breaks_is_told_and_stands_in_nobodys_way() {
    let database = &databases("jobs that break").await[0];
    let mut field = Field::found(database.open().await).await;
    field.clock = FixedClock(SystemClock.now());
    let carrier: Arc<Carrier> = Arc::new(|_| Command::new("false"));
    let work = tokio::spawn(Arc::new(workshop(&field.store, carrier)).run());
    for argument in ["a", "b"] {
        let job_id = ask(&mut field, argument).await.unwrap();
        let ended = wait_for(&field.store, job_id, State::Failed).await;
        assert!(ended.problem.unwrap().contains("broke"));
    }
    work.abort();
}

async fn only_study(store: &Store) -> StudyId {
    let mut tx = store.read().await.unwrap();
    studies::all(&mut tx).await.unwrap()[0].0
}

/// How many recipes' findings are kept, all of them whole.
async fn kept(store: &Store) -> Vec<String> {
    let mut tx = store.read().await.unwrap();
    let sql = "SELECT packed FROM recipe_findings ORDER BY snapshot_hash, method_hash";
    let packed: Vec<Vec<u8>> = match &mut tx.on {
        On::Sqlite(tx) => sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap(),
        On::Postgres(tx) => sqlx::query_scalar(sql).fetch_all(&mut **tx).await.unwrap(),
    };
    let text = |bytes: &Vec<u8>| unpacked(bytes, "recipe_findings", "packed").unwrap();
    let texts: Vec<String> = packed.iter().map(text).collect();
    for text in &texts {
        let whole: Result<serde_json::Value, _> = serde_json::from_str(text);
        assert!(whole.is_ok(), "half a result is kept");
    }
    texts
}

/// A real analysis in its own process, killed at random points: nothing or all of it is kept, and the same comes out whoever
/// finishes it.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_analysis_leaves_nothing_half() {
    let all = databases("killed analyses").await;
    let database = &all[0];
    let place = Installation::new(&database.address);
    place.must(&[
        "demo",
        "--small",
        "--no-serve",
        "--database",
        &database.address,
    ]);
    let store = Store::open(&database.address, &seal_key()).await.unwrap();
    let study_id = only_study(&store).await;
    let argument = r#"[["cut","0.5"]]"#;
    let put = async || {
        let job_id = Uuid::from_u128(u128::from(getrandom::u64().unwrap()));
        let at = SystemClock.now();
        store
            .write::<_, StorageError, _>(move |tx| {
                async move {
                    jobs::put(tx, job_id, study_id, ("recipe", argument), ("test", at)).await
                }
                .boxed()
            })
            .await
            .unwrap();
        job_id
    };
    let program = env!("CARGO_BIN_EXE_schakel");
    // A job in its process, which is killed after so many seconds; and how it ended.
    let carried = async |seconds: f64| {
        let job_id = put().await;
        let within = seconds.to_string();
        let killed = ["timeout", "--signal", "KILL", &within, program];
        let (database, key) = (database.address.clone(), place.path("contacts.key"));
        let killed = killed.map(str::to_owned);
        let carrier: Arc<Carrier> = Arc::new(move |job_id| {
            let mut command = Command::new(&killed[0]);
            command
                .args(&killed[1..])
                .args(["work", &job_id.to_string()])
                .env("SCHAKEL_DATABASE", &database)
                .env("SCHAKEL_CONTACT_KEY_FILE", &key);
            command
        });
        let work = tokio::spawn(Arc::new(workshop(&store, carrier)).run());
        let begun = Instant::now();
        let ended = ended(&store, job_id).await;
        work.abort();
        (ended, begun.elapsed())
    };
    // Once to its end, to know how long it takes and what it gives.
    let (state, whole) = carried(600.0).await;
    assert_eq!(state, State::Done);
    let first = kept(&store).await;
    assert_eq!(first.len(), 1);
    let forget = async || {
        store
            .write::<_, StorageError, _>(|tx| {
                async move {
                    let sql = "DELETE FROM recipe_findings";
                    match &mut tx.on {
                        On::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                        On::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
            .unwrap();
    };
    let n_kills: u32 = profile().of(5, 200);
    let mut finished = 0;
    for kill in 0..n_kills {
        forget().await;
        // Most of them near the end, where something is told.
        let share = 0.75 + 0.3 * f64::from(kill) / f64::from(n_kills);
        let (state, _) = carried(whole.mul_f64(share).as_secs_f64()).await;
        let after = kept(&store).await;
        match state {
            State::Done => assert_eq!(after, first, "something else came out"),
            _ => assert!(after.is_empty(), "what was killed has left something"),
        }
        finished += after.len();
    }
    forget().await;
    assert_eq!(carried(600.0).await.0, State::Done);
    assert_eq!(kept(&store).await, first, "the same data give the same");
    // What was computed from data that somebody took back meanwhile is not kept.
    forget().await;
    let act = Act {
        actor: "test".to_owned(),
        at: SystemClock.now(),
    };
    let kept_of_others = store.write::<_, StorageError, _>(move |tx| {
        async move {
            let key = ConclusionKey {
                snapshot_hash: "of data that are gone".to_owned(),
                method_hash: "any".to_owned(),
            };
            keep_findings(tx, &act, study_id, &key, &Packed::of("{}")).await
        }
        .boxed()
    });
    assert!(!kept_of_others.await.unwrap());
    assert!(kept(&store).await.is_empty());
    // Its server ends: it ends too.
    let mut child = Command::new(program)
        .args(["work", &put().await.to_string()])
        .env("SCHAKEL_DATABASE", &database.address)
        .env("SCHAKEL_CONTACT_KEY_FILE", place.path("contacts.key"))
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdin.take());
    assert!(!child.wait().unwrap().success());
    record(
        "job_kills",
        &serde_json::json!({"kills": n_kills, "partial": 0, "finished_before_the_kill": finished,
                            "whole_ms": whole.as_millis()}),
    );
}

#[tokio::test]
async fn a_second_server_on_a_file_is_refused_and_told_who_is_there() {
    let database = &databases("a second server").await[0];
    let place = Installation::new(&database.address);
    let server = place.serve();
    assert!(
        server.said.contains("an acknowledged answer survives"),
        "{}",
        server.said
    );
    let begun = Instant::now();
    let second = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    let took = begun.elapsed();
    let told = String::from_utf8(second.stderr).unwrap();
    assert!(
        !second.status.success() && told.contains("in use by process"),
        "{told}"
    );
    assert!(took < Duration::from_secs(2), "{took:?}");
    record(
        "second_process",
        &serde_json::json!({"refused_ms": took.as_millis()}),
    );
    server.kill_9();
    // A killed one stands in nobody's way.
    drop(place.serve());
}

#[tokio::test]
async fn a_server_says_whether_it_is_ready_and_what_it_measures() {
    for database in databases("readiness").await {
        let place = Installation::new(&database.address);
        let server = place.serve_with(&["--metrics", "127.0.0.1:0", "--node", "one"]);
        let visitor = Visitor::new(&server.base);
        assert_eq!(visitor.get("/healthz").html, "ok\n");
        let ready = visitor.get("/readyz");
        assert!(
            ready.status == 200 && ready.has("\"ready\":true"),
            "{}",
            ready.html
        );
        assert_eq!(visitor.get("/nothing/secret-path").status, 404);
        assert_eq!(visitor.get("/metrics").status, 404, "never public");
        let told = server
            .said
            .lines()
            .find_map(|line| line.strip_prefix("Metrics: "));
        let metrics = Visitor::new(told.unwrap().trim_end_matches("/metrics"));
        let page = metrics.get("/metrics");
        for part in [
            "schakel_requests_total{method=\"GET\",row=\"/healthz\",class=\"2xx\"} 1",
            "schakel_requests_total{method=\"GET\",row=\"other\",class=\"4xx\"}",
            "schakel_request_seconds_bucket",
            "schakel_jobs{state=\"queued\"} 0",
            "schakel_survives{state=\"power_cut\"} 1",
            "schakel_build_info",
            "schakel_connections",
        ] {
            assert!(page.has(part), "{part} in {}", page.html);
        }
        assert!(!page.has("secret-path"), "{}", page.html);
        // Tables of another version of the program: up, and not ready.
        let store = database.open().await;
        store
            .write::<_, StorageError, _>(|tx| {
                async move {
                    let sql = "DELETE FROM _sqlx_migrations WHERE version = (SELECT MAX(version) FROM _sqlx_migrations)";
                    match &mut tx.on {
                        On::Sqlite(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                        On::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(drop)?,
                    }
                    Ok(())
                }
                .boxed()
            })
            .await
            .unwrap();
        let ready = visitor.get("/readyz");
        assert!(
            ready.status == 503 && ready.has("another version"),
            "{}",
            ready.html
        );
        assert_eq!(visitor.get("/healthz").status, 200);
    }
}
