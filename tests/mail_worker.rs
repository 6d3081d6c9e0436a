//! A server that is killed while it sends mail, and two servers that send at once: nobody gets a mail twice, and each is
//! sent, or visibly of unknown fate.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use schakel::domain::time::{Clock, SystemClock};
use schakel::storage::Store;
use schakel::storage::outbox::{self, State};

use support::databases::{databases, seal_key};
use support::figures::{profile, record};
use support::server::Installation;

const CONDITIONS: &str = r#"
[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "EC-1"
retention_until = "2034-06-01"

[quiet]
from_hour = 3
to_hour = 3
weekends = false
"#;

/// The Focus template with its first wave open, and no quiet times.
fn study() -> String {
    let now = SystemClock.now();
    let at = |days: i64| {
        (now + TimeDelta::days(days))
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    let focus = include_str!("../instruments/studies/focus.toml");
    focus
        .replace(
            "opens_at = \"2024-09-02T08:00:00\"",
            &format!("opens_at = \"{}\"", at(-1)),
        )
        .replace(
            "closes_at = \"2024-09-28T18:00:00\"",
            &format!("closes_at = \"{}\"", at(7)),
        )
        + CONDITIONS
}

fn open_study(place: &Installation, n_people: usize) {
    let mut roster = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for person in 0..n_people {
        let school = person / 40;
        writeln!(
            roster,
            "s{school},School {school},focus2,p{person},Persoon {person:04},p{person}@example.org,teacher,"
        )
        .unwrap();
    }
    let (study, roster) = (
        place.file("study.toml", &study()),
        place.file("roster.csv", &roster),
    );
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    place.must(&["study", "load", &text(&study)]);
    place.must(&["study", "enrol", "focus", &text(&roster)]);
    place.must(&["study", "post", "focus", "focus2", "T1"]);
}

/// A mail server that takes everything, slowly enough to be cut off at any point, and remembers for whom.
struct Sink {
    address: String,
    taken: Arc<Mutex<BTreeMap<String, usize>>>,
    /// Mails of which the last line has come, whether or not the sender heard that it was taken.
    whole: Arc<AtomicUsize>,
}

impl Sink {
    fn start(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("smtp://{}", listener.local_addr().unwrap());
        let taken = Arc::new(Mutex::new(BTreeMap::new()));
        let whole = Arc::new(AtomicUsize::new(0));
        let (kept, n) = (taken.clone(), whole.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (kept, n) = (kept.clone(), n.clone());
                // A sender that is killed breaks the line: then nothing more comes.
                std::thread::spawn(move || drop(talk(stream, pause, &kept, &n)));
            }
        });
        Self {
            address,
            taken,
            whole,
        }
    }
}

fn talk(
    mut stream: TcpStream,
    pause: Duration,
    taken: &Mutex<BTreeMap<String, usize>>,
    whole: &AtomicUsize,
) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    stream.write_all(b"220 sink\r\n")?;
    let mut to = String::new();
    while let Some(line) = lines.next() {
        let line = line?;
        let word = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_uppercase();
        match word.as_str() {
            "EHLO" | "HELO" => stream.write_all(b"250 sink\r\n")?,
            "RCPT" => {
                to = line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
                stream.write_all(b"250 ok\r\n")?;
            }
            "DATA" => {
                stream.write_all(b"354 go on\r\n")?;
                while lines.next().transpose()?.is_some_and(|line| line != ".") {}
                *taken.lock().unwrap().entry(to.clone()).or_default() += 1;
                whole.fetch_add(1, Ordering::SeqCst);
                std::thread::sleep(pause);
                stream.write_all(b"250 taken\r\n")?;
            }
            "QUIT" => {
                stream.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => stream.write_all(b"250 ok\r\n")?,
        }
    }
    Ok(())
}

async fn states(store: &Store) -> BTreeMap<&'static str, i64> {
    let mut tx = store.read().await.unwrap();
    let counts = outbox::counts(&mut tx).await.unwrap();
    counts
        .into_iter()
        .map(|(state, n)| (state.key(), n))
        .collect()
}

fn of(states: &BTreeMap<&'static str, i64>, state: State) -> i64 {
    states.get(state.key()).copied().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_sender_sends_nothing_twice() {
    let mut told = serde_json::Map::new();
    let n_kills = profile().of(50, 1000);
    let all = databases("a killed sender").await;
    let share = n_kills / all.len();
    for database in &all {
        let place = Installation::new(&database.address);
        let n_people = share * 8;
        open_study(&place, n_people);
        let sink = Sink::start(Duration::from_millis(3));
        let store = Store::open(&database.address, &seal_key()).await.unwrap();
        let mut killed = 0;
        let mut dice: u64 = 7;
        while killed < share {
            let before = sink.whole.load(Ordering::SeqCst);
            let server = place.serve_with(&["--smtp", &sink.address, "--node", "one"]);
            // After a few mails, and some thousandths of a second more: anywhere in the life of a mail.
            let begun = Instant::now();
            while sink.whole.load(Ordering::SeqCst) < before + 2 {
                assert!(
                    begun.elapsed() < Duration::from_secs(30),
                    "{}: no mail goes: {:?}",
                    database.name,
                    states(&store).await
                );
                std::thread::sleep(Duration::from_micros(300));
            }
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            std::thread::sleep(Duration::from_micros(dice >> 50));
            server.kill_9();
            killed += 1;
        }
        // The last one sends what is left.
        let server = place.serve_with(&["--smtp", &sink.address, "--node", "one"]);
        let begun = Instant::now();
        let ended = loop {
            let states = states(&store).await;
            if of(&states, State::Queued) + of(&states, State::Sending) == 0 {
                break states;
            }
            let patience = Duration::from_secs(profile().of(120, 900));
            assert!(begun.elapsed() < patience, "{states:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        drop(server);
        let taken = sink.taken.lock().unwrap().clone();
        let doubled: Vec<_> = taken.iter().filter(|(_, n)| **n > 1).collect();
        assert!(doubled.is_empty(), "{}: twice: {doubled:?}", database.name);
        // Sent, or visibly unknown; and what is called sent did arrive.
        let (sent, unknown) = (of(&ended, State::Sent), of(&ended, State::Unknown));
        assert_eq!(
            sent + unknown,
            n_people as i64,
            "{}: {ended:?}",
            database.name
        );
        assert!(
            unknown <= share as i64,
            "{}: at most one a kill: {ended:?}",
            database.name
        );
        assert!(taken.len() as i64 >= sent, "{}: {ended:?}", database.name);
        told.insert(
            database.name.to_owned(),
            serde_json::json!({"kills": killed, "mails": n_people, "sent": sent, "unknown": unknown, "doubled": 0}),
        );
    }
    record("mail_worker", &serde_json::Value::Object(told));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_share_the_outbox() {
    let all = databases("two senders").await;
    let Some(database) = all.iter().find(|database| database.name == "PostgreSQL") else {
        return;
    };
    let place = Installation::new(&database.address);
    let n_people = profile().of(120, 1200);
    let sink = Sink::start(Duration::from_millis(5));
    let store = Store::open(&database.address, &seal_key()).await.unwrap();
    // Both are there before there is anything to send, and meet on every mail.
    let nodes =
        ["one", "two"].map(|node| place.serve_with(&["--smtp", &sink.address, "--node", node]));
    open_study(&place, n_people);
    let begun = Instant::now();
    let ended = loop {
        let states = states(&store).await;
        if of(&states, State::Sent) == n_people as i64 {
            break states;
        }
        assert!(begun.elapsed() < Duration::from_secs(90), "{states:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    drop(nodes);
    let taken = sink.taken.lock().unwrap().clone();
    assert_eq!(taken.len(), n_people);
    assert!(taken.values().all(|n| *n == 1), "{ended:?}");
    record(
        "mail_two_nodes",
        &serde_json::json!({"nodes": 2, "mails": n_people, "doubled": 0, "unknown": of(&ended, State::Unknown)}),
    );
}
