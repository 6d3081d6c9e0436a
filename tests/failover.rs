//! Two servers of ours on a PostgreSQL of two machines, of which one is lost under load, again and again: nothing that was
//! acknowledged is lost or doubled, nobody sees a failure, and the standby takes over by itself.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use crate::support;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use schakel::domain::time::{Clock, SystemClock};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use support::figures::{profile, record};
use support::ports::kept_port;
use support::server::{Installation, Page, Server, Visitor, rows};
use support::skip::skipped;

const CONDITIONS: &str = r#"
[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "EC-1"
retention_until = "2034-06-01"
"#;

/// The Focus template, with the first wave of the first cohort open at this moment.
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

/// Where initdb and pg_ctl are.
fn postgres_bin() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut found: Vec<PathBuf> = versions
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .filter(|bin| bin.join("initdb").exists() && bin.join("pg_basebackup").exists())
        .collect();
    found.sort();
    found.pop()
}

/// Two database machines in a folder of their own. PostgreSQL refuses to run as root.
struct Cluster {
    bin: PathBuf,
    place: PathBuf,
    ports: [u16; 2],
    as_root: bool,
}

impl Cluster {
    fn new(bin: PathBuf) -> Self {
        let name = format!("/tmp/schakel-pair.{:08x}", getrandom::u32().unwrap());
        let place = PathBuf::from(name);
        std::fs::create_dir(&place).unwrap();
        let id = Command::new("id").arg("-u").output().unwrap();
        let as_root = String::from_utf8(id.stdout).unwrap().trim() == "0";
        if as_root {
            let owned = Command::new("chown").arg("postgres").arg(&place).status();
            assert!(owned.unwrap().success());
        }
        Self {
            bin,
            place,
            ports: [kept_port(), kept_port()],
            as_root,
        }
    }

    fn data(&self, which: usize) -> String {
        format!("{}/data{which}", self.place.display())
    }

    #[track_caller]
    fn must(&self, program: &str, arguments: &[&str]) {
        if let Err(told) = self.run(program, arguments) {
            panic!("{told}");
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<(), String> {
        let program = self.bin.join(program);
        let mut command = if self.as_root {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(&program);
            command
        } else {
            Command::new(&program)
        };
        // Into a file: a server that stays would hold a pipe open.
        let log = self
            .place
            .join(format!("{:08x}.out", getrandom::u32().unwrap()));
        let out = std::fs::File::create(&log).unwrap();
        let done = command
            .args(arguments)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(out.try_clone().unwrap())
            .stderr(out)
            .status()
            .unwrap();
        if done.success() {
            return Ok(());
        }
        let told = std::fs::read_to_string(&log).unwrap_or_default();
        Err(format!("{} {arguments:?}: {told}", program.display()))
    }

    fn start(&self, which: usize) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=on \
             -c max_connections=120 -c wal_keep_size=64MB -c shared_buffers=32MB",
            self.ports[which],
            self.place.display()
        );
        let log = format!("{}/server{which}.log", self.place.display());
        let data = self.data(which);
        let arguments = ["-D", &data, "-l", &log, "-s", "-w", "-o", &options, "start"];
        // What is left of the processes that were killed may hold the port and the memory for a moment yet.
        let begun = Instant::now();
        while let Err(told) = self.run("pg_ctl", &arguments) {
            let server = || std::fs::read_to_string(&log).unwrap_or_default();
            let waited = begun.elapsed() < Duration::from_secs(30);
            assert!(waited, "{told}\n{}", server());
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    /// As a machine that is gone: every process of the server at once, without a word.
    fn lose(&self, which: usize) {
        let pid = std::fs::read_to_string(format!("{}/postmaster.pid", self.data(which))).unwrap();
        let pid = pid.lines().next().unwrap().trim().to_owned();
        let children = format!("/proc/{pid}/task/{pid}/children");
        let children = std::fs::read_to_string(children).unwrap_or_default();
        let all = std::iter::once(pid.as_str()).chain(children.split_whitespace());
        let killed = Command::new("kill").arg("-9").args(all).output();
        killed.unwrap();
    }

    /// A standby of the other machine, from nothing.
    async fn follow(&self, which: usize, leader: usize) {
        let data = self.data(which);
        let _ = std::fs::remove_dir_all(&data);
        let from = self.ports[leader].to_string();
        self.must(
            "pg_basebackup",
            &[
                "-h",
                "127.0.0.1",
                "-p",
                &from,
                "-U",
                "postgres",
                "-D",
                &data,
                "-R",
                "-X",
                "stream",
                "-c",
                "fast",
            ],
        );
        self.start(which);
        let mut leader = self.connect(leader).await;
        set(&mut leader, "synchronous_standby_names", "*").await;
        let begun = Instant::now();
        loop {
            let n: i64 = sqlx::query_scalar(
                "SELECT COUNT(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'",
            )
            .fetch_one(&mut leader)
            .await
            .unwrap();
            if n == 1 {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_secs(30),
                "the standby does not follow"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn connect_to(&self, which: usize, database: &str) -> PgConnection {
        let address = format!(
            "postgres://postgres@127.0.0.1:{}/{database}",
            self.ports[which]
        );
        PgConnection::connect(&address).await.unwrap()
    }

    async fn connect(&self, which: usize) -> PgConnection {
        self.connect_to(which, "postgres").await
    }

    /// What somebody, or a program, does when the primary is lost.
    async fn promote(&self, which: usize) {
        self.must("pg_ctl", &["-D", &self.data(which), "-s", "-w", "promote"]);
        // Until there is a standby again nothing is waited for: the servers of ours say so.
        let mut connection = self.connect(which).await;
        set(&mut connection, "synchronous_standby_names", "").await;
    }
}

async fn set(connection: &mut PgConnection, name: &str, value: &str) {
    let sql = format!("ALTER SYSTEM SET {name} = '{value}'");
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut *connection)
        .await
        .unwrap();
    sqlx::query("SELECT pg_reload_conf()")
        .execute(connection)
        .await
        .unwrap();
}

impl Drop for Cluster {
    fn drop(&mut self) {
        for which in [0, 1] {
            if Path::new(&self.data(which)).join("postmaster.pid").exists() {
                self.lose(which);
            }
        }
        let _ = std::fs::remove_dir_all(&self.place);
    }
}

/// What is known to be acknowledged, on the disk before the next request goes out.
struct Ledger {
    file: Mutex<std::fs::File>,
    at: Mutex<Vec<Instant>>,
    saves: AtomicUsize,
    submits: AtomicUsize,
    refused: AtomicUsize,
    failures: Mutex<Vec<String>>,
}

impl Ledger {
    fn acknowledged(&self, line: &str) {
        let mut file = self.file.lock().unwrap();
        writeln!(file, "{line}").unwrap();
        file.sync_data().unwrap();
        self.at.lock().unwrap().push(Instant::now());
    }

    /// Again and again until it is taken: the same request each time.
    fn until(&self, stop: &AtomicBool, mut send: impl FnMut() -> Page) -> Option<Page> {
        let begun = Instant::now();
        loop {
            let page = send();
            match page.status {
                200 | 303 => return Some(page),
                503 => {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                }
                other => {
                    let told: String = page.html.chars().take(400).collect();
                    self.failures
                        .lock()
                        .unwrap()
                        .push(format!("{other}: {told}"));
                    return None;
                }
            }
            let waited = begun.elapsed() > Duration::from_secs(60);
            if waited || stop.load(Ordering::Relaxed) && begun.elapsed() > Duration::from_secs(30) {
                self.failures
                    .lock()
                    .unwrap()
                    .push("a minute of 503".to_owned());
                return None;
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }
}

/// One respondent, who goes from node to node and changes an answer until told to stop. Gives the last acknowledged one.
fn answer(nodes: &[String], code: &str, ledger: &Ledger, stop: &AtomicBool) -> Option<String> {
    let mut visitor = Visitor::new(&nodes[0]);
    let mut turn = 0;
    let mut step = |visitor: &mut Visitor| {
        turn += 1;
        visitor.base.clone_from(&nodes[turn % nodes.len()]);
    };
    ledger.until(stop, || visitor.post("/r", &[("code", code)]))?;
    let choices = [
        ("research", "yes"),
        ("person_picture", "no"),
        ("follow_up", "no"),
    ];
    ledger.until(stop, || visitor.post("/answer/consent", &choices))?;
    let mut last = None;
    let mut n = 0;
    while !stop.load(Ordering::Relaxed) {
        n += 1;
        let value = (n % 5 + 1).to_string();
        let page = ledger.until(stop, || {
            step(&mut visitor);
            visitor.get("/answer/1")
        })?;
        let seen = page.hidden("seen");
        ledger.until(stop, || {
            step(&mut visitor);
            visitor.post("/answer/1", &[("seen", &seen), ("att_01", &value)])
        })?;
        ledger.acknowledged(&format!("{code} save {n} {value}"));
        ledger.saves.fetch_add(1, Ordering::Relaxed);
        last = Some(value);
        std::thread::sleep(Duration::from_millis(10));
    }
    last
}

/// One respondent who answers once and sends it in, twice.
fn submit(nodes: &[String], code: &str, ledger: &Ledger, stop: &AtomicBool) -> Option<()> {
    let mut visitor = Visitor::new(&nodes[1]);
    ledger.until(stop, || visitor.post("/r", &[("code", code)]))?;
    let choices = [
        ("research", "yes"),
        ("person_picture", "no"),
        ("follow_up", "no"),
    ];
    ledger.until(stop, || visitor.post("/answer/consent", &choices))?;
    let page = ledger.until(stop, || visitor.get("/answer/1"))?;
    let seen = page.hidden("seen");
    visitor.base.clone_from(&nodes[0]);
    ledger.until(stop, || {
        visitor.post("/answer/1", &[("seen", &seen), ("att_01", "3")])
    })?;
    ledger.acknowledged(&format!("{code} save 1 3"));
    ledger.saves.fetch_add(1, Ordering::Relaxed);
    for again in [false, true] {
        ledger.until(stop, || visitor.post("/answer/submit", &[]))?;
        if !again {
            ledger.acknowledged(&format!("{code} submit"));
            ledger.submits.fetch_add(1, Ordering::Relaxed);
        }
        visitor.base.clone_from(&nodes[1]);
    }
    Some(())
}

fn open_study(place: &Installation, n_schools: usize) -> Vec<String> {
    let mut roster = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for school in 0..n_schools {
        for person in 0..12 {
            writeln!(
                roster,
                "s{school},School {school},focus2,s{school}p{person},Persoon {person:02},s{school}p{person}@example.org,teacher,"
            )
            .unwrap();
        }
    }
    let (study, roster) = (
        place.file("study.toml", &study()),
        place.file("roster.csv", &roster),
    );
    let letters = place.path("letters.csv");
    let text = |path: &Path| path.to_str().unwrap().to_owned();
    place.must(&["study", "load", &text(&study)]);
    place.must(&["study", "enrol", "focus", &text(&roster)]);
    let out = text(&letters);
    place.must(&["study", "invite", "focus", "focus2", "T1", "--out", &out]);
    rows(&letters)
        .into_iter()
        .map(|row| row["code"].clone())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_when_the_primary_is() {
    let Some(bin) = postgres_bin() else {
        skipped(
            "fail-over",
            "no PostgreSQL with initdb and pg_basebackup is installed",
        );
        return;
    };
    let n_cycles = profile().of(3, 50);
    let cluster = Cluster::new(bin);
    let data = cluster.data(0);
    cluster.must(
        "initdb",
        &[
            "-D",
            &data,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
        ],
    );
    cluster.start(0);
    let mut admin = cluster.connect(0).await;
    sqlx::query("CREATE DATABASE schakel")
        .execute(&mut admin)
        .await
        .unwrap();
    cluster.follow(1, 0).await;

    // The standby is named first: whoever connects goes to the other.
    let address = format!(
        "postgres://postgres@127.0.0.1:{},127.0.0.1:{}/schakel",
        cluster.ports[1], cluster.ports[0]
    );
    let place = Installation::new(&address);
    let codes = open_study(&place, 4 + n_cycles / 6);
    // Both at once: one of them changes the tables, the other waits for it.
    let servers: Vec<Server> = std::thread::scope(|scope| {
        let begun = ["one", "two"].map(|node| {
            let place = &place;
            scope.spawn(move || place.serve_with(&["--node", node]))
        });
        begun.map(|one| one.join().unwrap()).into()
    });
    for server in &servers {
        assert!(
            server
                .said
                .contains("the loss of the primary (synchronous standby)"),
            "{}",
            server.said
        );
    }
    let nodes: Vec<String> = servers.iter().map(|server| server.base.clone()).collect();
    let ledger = Arc::new(Ledger {
        file: Mutex::new(std::fs::File::create(place.path("ledger")).unwrap()),
        at: Mutex::default(),
        saves: AtomicUsize::new(0),
        submits: AtomicUsize::new(0),
        refused: AtomicUsize::new(0),
        failures: Mutex::default(),
    });
    let stop = Arc::new(AtomicBool::new(false));
    let (steady, single) = codes.split_at(6);
    let answering: Vec<_> = steady
        .iter()
        .map(|code| {
            let (nodes, code) = (nodes.clone(), code.clone());
            let (ledger, stop) = (ledger.clone(), stop.clone());
            std::thread::spawn(move || answer(&nodes, &code, &ledger, &stop))
        })
        .collect();
    let submitting = {
        let (nodes, codes) = (nodes.clone(), single.to_vec());
        let (ledger, stop) = (ledger.clone(), stop.clone());
        std::thread::spawn(move || {
            let mut n = 0;
            for code in codes {
                if stop.load(Ordering::Relaxed) || submit(&nodes, &code, &ledger, &stop).is_none() {
                    break;
                }
                n += 1;
                std::thread::sleep(Duration::from_millis(400));
            }
            n
        })
    };

    let mut leader = 0;
    let mut outages = Vec::new();
    for cycle in 0..n_cycles {
        tokio::time::sleep(Duration::from_millis(profile().of(600, 1500))).await;
        let standby = 1 - leader;
        let lost = Instant::now();
        cluster.lose(leader);
        cluster.promote(standby).await;
        // The longest time without an answer that was kept, from the loss on.
        let back = loop {
            let after: Vec<Instant> = {
                let at = ledger.at.lock().unwrap();
                at.iter().copied().filter(|at| *at >= lost).collect()
            };
            if after.len() > 12 {
                break after;
            }
            assert!(
                lost.elapsed() < Duration::from_secs(60),
                "cycle {cycle}: an outage of a minute"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        let gaps = std::iter::once(lost)
            .chain(back.iter().copied())
            .zip(back.iter().copied());
        outages.push(gaps.map(|(from, to)| to - from).max().unwrap());
        cluster.follow(leader, standby).await;
        leader = standby;
    }
    stop.store(true, Ordering::Relaxed);
    let last: Vec<Option<String>> = answering
        .into_iter()
        .map(|one| one.join().unwrap())
        .collect();
    let submitted: usize = submitting.join().unwrap();
    let failures = ledger.failures.lock().unwrap().clone();
    assert!(failures.is_empty(), "somebody saw a failure: {failures:#?}");

    // Every acknowledged one is there, once: what was asked again after an answer that never came changed nothing.
    let mut kept = cluster.connect_to(leader, "schakel").await;
    let mut count = async |verb: &str| -> usize {
        let n: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM audit WHERE verb = $1")
            .bind(verb)
            .fetch_one(&mut kept)
            .await
            .unwrap();
        usize::try_from(n).unwrap()
    };
    let (saves, submits) = (
        ledger.saves.load(Ordering::Relaxed),
        ledger.submits.load(Ordering::Relaxed),
    );
    assert!(
        saves > 20 * n_cycles && submits > n_cycles,
        "{saves} saves, {submits} submits"
    );
    let (kept_saves, kept_submits) = (count("save").await, count("submit").await);
    assert_eq!(
        (kept_saves, kept_submits),
        (saves, submits),
        "kept, acknowledged"
    );
    assert_eq!(submitted, submits);
    for (code, value) in steady.iter().zip(&last) {
        let visitor = Visitor::new(&nodes[1]);
        visitor.enter(code);
        let value = value.as_ref().unwrap();
        let ticked = format!("name=\"att_01\" value=\"{value}\" checked");
        assert!(
            visitor.get("/answer/1").has(&ticked),
            "{code}: {value} is lost"
        );
    }
    // Ready again, and honest about what holds now.
    let ready = Visitor::new(&nodes[0]).get("/readyz");
    assert_eq!(ready.status, 200, "{}", ready.html);

    let longest = outages.iter().max().unwrap();
    let sum: Duration = outages.iter().sum();
    assert!(
        *longest < Duration::from_secs(60),
        "an outage of {longest:?}"
    );
    record(
        "failover",
        &serde_json::json!({
            "cycles": n_cycles,
            "acknowledged_saves": saves,
            "acknowledged_submits": submits,
            "lost": 0,
            "doubled": 0,
            "seen_failures": 0,
            "answers_503": ledger.refused.load(Ordering::Relaxed),
            "longest_outage_ms": longest.as_millis(),
            "mean_outage_ms": sum.as_millis() / outages.len() as u128,
        }),
    );
}
