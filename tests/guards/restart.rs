//! A server that is replaced while people answer: what was acknowledged is there, every visit goes on, and the gap is short.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rustix::process::{Pid, Signal, kill_process};
use schakel::domain::time::{Clock, SystemClock};

use super::support::databases::databases;
use super::support::figures::{profile, record};
use super::support::ports::kept_port;
use super::support::server::{Installation, rows};

/// A study whose first wave is open.
fn study() -> String {
    let now = SystemClock.now();
    let at = |days: i64| {
        let at = now + TimeDelta::days(days);
        format!("\"{}\"", at.format("%Y-%m-%dT%H:%M:%SZ"))
    };
    let text = include_str!("../../instruments/studies/focus.toml")
        .replace("\"2024-09-02T08:00:00\"", &at(-1))
        .replace("\"2024-09-28T18:00:00\"", &at(7));
    text + "\n[conditions]\nboard_agreement = \"2024-06-01\"\ncouncil_informed = \"2024-06-01\"\n\
            ethics_reference = \"EC-1\"\nretention_until = \"2034-06-01\"\n"
}

fn list() -> String {
    let mut text = "school,school_name,cohort,person,name,role\n".to_owned();
    for i in 0..6 {
        text += &format!("wilg,De Wilg,focus2,wilg{i},Leraar {i},teacher\n");
    }
    text
}

struct Running(Child);

impl Running {
    fn start(place: &Installation, port: u16) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_schakel"))
            .args(["serve", "--listen", &format!("127.0.0.1:{port}")])
            .env("SCHAKEL_DATABASE", &place.database)
            .env("SCHAKEL_KEY_FILE", place.path("schakel.key"))
            .env("SCHAKEL_CONTACT_KEY_FILE", place.path("contacts.key"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(process.stdout.take().expect("a pipe"));
        let mut line = String::new();
        while !line.starts_with("Schakel listens") {
            line.clear();
            assert!(out.read_line(&mut line).expect("text") > 0, "it ended");
        }
        Self(process)
    }

    fn end(mut self) -> Duration {
        let began = Instant::now();
        let pid = Pid::from_child(&self.0);
        kill_process(pid, Signal::TERM).expect("it is running");
        let status = self.0.wait().expect("it ends");
        assert!(status.success(), "{status}");
        began.elapsed()
    }
}

#[derive(Default)]
struct Seen {
    acknowledged: AtomicUsize,
    refused: AtomicUsize,
    unreachable: AtomicUsize,
    broken: AtomicUsize,
    thrown_out: AtomicUsize,
    lost: AtomicUsize,
    longest_gap: Mutex<Duration>,
}

enum Told {
    Page(String),
    Saved,
    TryAgain,
}

struct Person {
    agent: ureq::Agent,
    base: String,
    seen: Arc<Seen>,
}

impl Person {
    fn read(&self, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Told {
        let count = |what: &AtomicUsize| {
            what.fetch_add(1, Ordering::Relaxed);
            Told::TryAgain
        };
        let mut answer = match answer {
            Ok(answer) => answer,
            Err(ureq::Error::Io(error))
                if error.kind() == std::io::ErrorKind::ConnectionRefused =>
            {
                return count(&self.seen.unreachable);
            }
            Err(_) => return count(&self.seen.broken),
        };
        match answer.status().as_u16() {
            200 => match answer.body_mut().read_to_string() {
                Ok(page) => Told::Page(page),
                Err(_) => count(&self.seen.broken),
            },
            303 => Told::Saved,
            403 => count(&self.seen.thrown_out),
            503 => {
                assert!(answer.headers().contains_key("retry-after"));
                count(&self.seen.refused)
            }
            other => panic!("{other}"),
        }
    }

    fn get(&self, path: &str) -> Told {
        self.read(self.agent.get(format!("{}{path}", self.base)).call())
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Told {
        let request = self.agent.post(format!("{}{path}", self.base));
        self.read(request.send_form(fields.iter().copied()))
    }

    /// Fills in one question again and again, and looks after each time whether what was acknowledged last is there.
    fn answer(&self, until: &AtomicBool) {
        let page = "/answer/1";
        let (mut kept, mut turn) = (None, 0_usize);
        let mut last = Instant::now();
        // Whether the last form went out without an answer: it may be kept or not.
        let mut is_open = false;
        while !until.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(15));
            let Told::Page(html) = self.get(page) else {
                continue;
            };
            let choices = choices(&html);
            let item = choices[0].0.clone();
            let stands = choices
                .iter()
                .find(|(name, _, is_chosen)| *name == item && *is_chosen)
                .map(|(_, value, _)| value.clone());
            if let Some(kept) = &kept
                && stands.as_ref() != Some(kept)
                && !is_open
            {
                self.seen.lost.fetch_add(1, Ordering::Relaxed);
            }
            turn += 1;
            let of_item: Vec<_> = choices.iter().filter(|one| one.0 == item).collect();
            let value = of_item[turn % of_item.len()].1.clone();
            let seen = hidden(&html, "seen");
            match self.post(page, &[("seen", &seen), (&item, &value)]) {
                Told::Saved => {
                    (kept, is_open) = (Some(value), false);
                    self.seen.acknowledged.fetch_add(1, Ordering::Relaxed);
                    let mut gap = self.seen.longest_gap.lock().expect("nobody panicked");
                    *gap = (*gap).max(last.elapsed());
                    last = Instant::now();
                }
                Told::TryAgain => is_open = true,
                Told::Page(_) => {}
            }
        }
    }
}

fn hidden(html: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = html.split(&mark).nth(1).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// Name and value of each choice on a page, and whether it is the one that was made.
fn choices(html: &str) -> Vec<(String, String, bool)> {
    let tags = html.split("<input").skip(1);
    let tags = tags.filter_map(|tag| tag.split('>').next());
    let of = |tag: &str, name: &str| {
        let rest = tag.split(&format!("{name}=\"")).nth(1)?;
        Some(rest.split('"').next()?.to_owned())
    };
    let found: Vec<_> = tags
        .filter(|tag| tag.contains("type=\"radio\""))
        .filter_map(|tag| {
            Some((
                of(tag, "name")?,
                of(tag, "value")?,
                tag.contains(" checked"),
            ))
        })
        .collect();
    assert!(!found.is_empty(), "{html}");
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_loses_nothing_and_throws_nobody_out() {
    let database = databases("restarts").await.swap_remove(0);
    tokio::task::spawn_blocking(move || restarts(&database.address))
        .await
        .expect("nobody panicked");
}

fn restarts(database: &str) {
    let place = Installation::new(database);
    let file = place.file("study.toml", &study());
    place.must(&["study", "load", file.to_str().expect("a path")]);
    let file = place.file("list.csv", &list());
    place.must(&["study", "enrol", "focus", file.to_str().expect("a path")]);
    let letters = place.path("letters.csv");
    let out = letters.to_str().expect("a path");
    place.must(&["study", "invite", "focus", "focus2", "T1", "--out", out]);
    let port = kept_port();
    let mut server = Running::start(&place, port);
    let (seen, until) = (Arc::new(Seen::default()), Arc::new(AtomicBool::new(false)));
    let mut people = Vec::new();
    for row in rows(&letters).into_iter().take(4) {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        let person = Person {
            agent: agent.into(),
            base: format!("http://127.0.0.1:{port}"),
            seen: seen.clone(),
        };
        let token = row["link"].rsplit('#').next().expect("a token").to_owned();
        assert!(matches!(
            person.post("/r", &[("code", &token)]),
            Told::Saved
        ));
        let choices = [
            ("research", "yes"),
            ("person_picture", "no"),
            ("follow_up", "no"),
        ];
        assert!(matches!(
            person.post("/answer/consent", &choices),
            Told::Saved
        ));
        let until = until.clone();
        people.push(std::thread::spawn(move || person.answer(&until)));
    }
    let n = profile().of(3, 100);
    let (mut longest_end, mut longest_away) = (Duration::ZERO, Duration::ZERO);
    for _ in 0..n {
        std::thread::sleep(Duration::from_millis(700));
        let began = Instant::now();
        longest_end = longest_end.max(server.end());
        server = Running::start(&place, port);
        longest_away = longest_away.max(began.elapsed());
    }
    std::thread::sleep(Duration::from_millis(700));
    until.store(true, Ordering::Relaxed);
    for person in people {
        person.join().expect("nobody panicked");
    }
    server.end();
    let of = |what: &AtomicUsize| what.load(Ordering::Relaxed);
    let gap = *seen.longest_gap.lock().expect("nobody panicked");
    record(
        "guards.restart",
        &serde_json::json!({
            "restarts": n,
            "acknowledged": of(&seen.acknowledged),
            "lost": of(&seen.lost),
            "thrown_out": of(&seen.thrown_out),
            "told_to_come_back": of(&seen.refused),
            "nobody_there": of(&seen.unreachable),
            "broken_off": of(&seen.broken),
            "longest_ending_seconds": longest_end.as_secs_f64(),
            "longest_gap_seconds": gap.as_secs_f64(),
            "longest_away_seconds": longest_away.as_secs_f64(),
        }),
    );
    assert!(of(&seen.acknowledged) > 20, "hardly any load");
    assert_eq!(of(&seen.lost), 0, "acknowledged and not there");
    assert_eq!(of(&seen.thrown_out), 0, "a visit ended");
    // Promised is three seconds; where tests share two cores with a compiler, starting takes its time.
    let most = Duration::from_secs(profile().of(8, 3));
    assert!(gap <= most, "{gap:?}");
}
