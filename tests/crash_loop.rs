//! Killed at a random moment while many people answer, again and again: what was acknowledged is there afterwards, once
//! and byte for byte; what was not is there whole or not at all. The client keeps its own ledger, and the database is
//! read past the program.

use crate::support;

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::storage::Store;
use serde_json::json;

use support::databases::seal_key;
use support::figures::{profile, record, scaled};
use support::own_postgres::OwnPostgres;
use support::reading::{AuditRead, Reading, Wrong};
use support::respondents::{Connection, Crowd, Ledger, found_study, installation};
use support::server::Server;

/// Acknowledged saves and submissions in each cycle before anything is killed.
const ACKNOWLEDGED: usize = 200;
const AT_ONCE: usize = 16;
/// From the kill to the first page.
const READY: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
struct Figures {
    cycles: usize,
    acknowledged: usize,
    open: usize,
    wrong: Wrong,
    faults: Vec<String>,
    broken_chains: usize,
    audit_lines: i64,
    slowest_ready: Duration,
    database_kills: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_acknowledged_outlives_kill_9_on_sqlite() {
    let folder = tempfile::tempdir().expect("a folder");
    let address = format!("sqlite:{}", folder.path().join("crash.db").display());
    let figures = crash(&address, scaled(profile().of(15, 500)), None).await;
    tell("crash_loop_sqlite", &figures);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_acknowledged_outlives_kill_9_on_postgres() {
    let Some(postgres) = OwnPostgres::start("the crash loop") else {
        return;
    };
    let cycles = scaled(profile().of(15, 500));
    let figures = crash(&postgres.address(), cycles, Some(&postgres)).await;
    tell("crash_loop_postgres", &figures);
}

/// Cycle after cycle on one database. With `postgres`, every fifth kill is that of the database server.
async fn crash(address: &str, cycles: usize, postgres: Option<&OwnPostgres>) -> Figures {
    let mut dice = ChaCha12Rng::seed_from_u64(getrandom::u64().expect("random bytes"));
    let store = Store::open(address, &seal_key()).await.expect("it opens");
    // Nine acknowledgements of each, and those who are under way at the kill.
    let people = found_study(&store, (cycles + 1) * (ACKNOWLEDGED / 8 + 8)).await;
    drop(store);
    let place = installation(address);
    let ledger = Ledger::create(&place.path("ledger"));
    let crowd = Crowd::new(people);
    let mut figures = Figures::default();
    let mut audit = AuditRead::default();
    let mut done = Vec::new();
    let mut server = place.serve_in(&[]);
    for cycle in 1..=cycles {
        crowd.acknowledged.store(0, Ordering::Relaxed);
        let at = server.address();
        let enough = ACKNOWLEDGED + dice.random_range(0..40);
        let moment = Duration::from_micros(dice.random_range(0..20_000));
        let database_dies = postgres.filter(|_| cycle % 5 == 0);
        let mut running = Some(server);
        let killed = std::thread::scope(|scope| {
            let crowd = &crowd;
            let ledger = &ledger;
            for _ in 0..AT_ONCE {
                scope.spawn(move || crowd.answer(at, ledger));
            }
            let patience = Instant::now() + Duration::from_secs(120);
            while crowd.counted() < enough {
                assert!(
                    Instant::now() < patience,
                    "{enough} acknowledgements take too long"
                );
                assert!(crowd.wrong().is_empty(), "{:?}", crowd.wrong());
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(moment);
            match database_dies {
                Some(postgres) => {
                    postgres.stop_at_once();
                    figures.database_kills += 1;
                    // Whoever waits for it is served when it is back; then this cycle ends.
                    crowd.stop.store(true, Ordering::Relaxed);
                    postgres.go_on();
                }
                None => running.take().expect("it runs").kill_9(),
            }
            let killed = Instant::now();
            figures.slowest_ready = figures.slowest_ready.max(match &running {
                Some(server) => ready(server, killed),
                None => Duration::ZERO,
            });
            killed
        });
        crowd.stop.store(false, Ordering::Relaxed);
        ledger.sync();
        assert!(crowd.wrong().is_empty(), "{:?}", crowd.wrong());
        server = match running {
            Some(server) => server,
            None => {
                let server = place.serve_in(&[]);
                let waited = ready(&server, killed);
                figures.slowest_ready = figures.slowest_ready.max(waited);
                server
            }
        };
        figures.cycles += 1;
        figures.acknowledged += crowd.counted();
        let touched = crowd.touched();
        let mut reading = Reading::open(address).await;
        figures.faults.extend(reading.faults().await);
        figures.broken_chains += usize::from(reading.follow_audit(&mut audit).await.is_some());
        for one in &touched {
            figures.open += usize::from(one.is_open());
            let wrong = reading.judge(&one.told(), &audit).await;
            if wrong != Wrong::default() {
                eprintln!("cycle {cycle}: {wrong:?} of {one:?}");
            }
            figures.wrong += wrong;
        }
        reading.close().await;
        done.extend(crowd.put_back(touched));
    }
    drop(server);
    // At the end everyone once more: a later kill takes nothing of an earlier cycle either.
    let mut reading = Reading::open(address).await;
    let mut audit = AuditRead::default();
    figures.broken_chains += usize::from(reading.follow_audit(&mut audit).await.is_some());
    for one in &done {
        figures.wrong += reading.judge(&one.told(), &audit).await;
    }
    reading.close().await;
    figures.audit_lines = audit.lines();
    figures
}

fn tell(name: &str, figures: &Figures) {
    record(
        name,
        &json!({
            "cycles": figures.cycles,
            "acknowledged": figures.acknowledged,
            "open_at_the_kill": figures.open,
            "lost": figures.wrong.lost,
            "doubled": figures.wrong.doubled,
            "half_written": figures.wrong.half,
            "integrity_faults": figures.faults.len(),
            "broken_audit_chains": figures.broken_chains,
            "audit_lines": figures.audit_lines,
            "database_kills": figures.database_kills,
            "slowest_ready_ms": figures.slowest_ready.as_millis(),
        }),
    );
    assert_eq!(figures.wrong, Wrong::default());
    assert_eq!(figures.faults, [""; 0]);
    assert_eq!(figures.broken_chains, 0);
    assert!(figures.slowest_ready < READY);
    assert!(figures.acknowledged >= figures.cycles * ACKNOWLEDGED);
}

/// Waits until a page that reads the database is there, and tells how long that took.
fn ready(server: &Server, from: Instant) -> Duration {
    loop {
        let mut line = Connection::new(server.address());
        // A cookie, whosever: it has to be looked up.
        let answered = line.get("/answer", Some("schakel_visit=0"));
        if answered.is_ok_and(|reply| reply.status < 500) {
            return from.elapsed();
        }
        assert!(from.elapsed() < 4 * READY, "no page comes any more");
        std::thread::sleep(Duration::from_millis(5));
    }
}
