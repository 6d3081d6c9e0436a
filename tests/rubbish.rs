//! Whatever a form carries (nothing, too much, somebody else's id, a file that is none), the server answers it: with a
//! page, never with a failure of its own, and never not at all.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops at whatever is not as it should be"
)]

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use rand::RngExt;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use schakel::domain::time::{Clock, SystemClock};
use support::databases::databases;
use support::server::{Installation, rows};

use crate::support;

const SEED: u64 = 20_261_122;

/// A study whose first wave is open, under this key.
fn study(key: &str) -> String {
    let now = SystemClock.now();
    let at = |days: i64| {
        (now + TimeDelta::days(days))
            .format("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    };
    let text = include_str!("../instruments/studies/focus.toml")
        .replace("key = \"focus\"", &format!("key = \"{key}\""))
        .replace("\"2024-09-02T08:00:00\"", &format!("\"{}\"", at(-1)))
        .replace("\"2024-09-28T18:00:00\"", &format!("\"{}\"", at(7)));
    text + r#"
[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "EC-1"
retention_until = "2034-06-01"
"#
}

fn roster(school: &str) -> String {
    let mut text = "school,school_name,cohort,person,name,email,role,groups\n".to_owned();
    for i in 0..6 {
        text += &format!(
            "{school},De {school},focus2,{school}{i},Leraar {i},{school}{i}@example.org,teacher,a\n"
        );
    }
    text + &format!("{school},De {school},focus2,{school}p,Directeur,,principal,\n")
}

/// Every address to which forms are sent, from the map of addresses itself.
fn posted_to() -> Vec<String> {
    let paths: Vec<String> = schakel::web::router::table()
        .filter(|row| row.method == "POST")
        .map(|row| row.path.to_owned())
        .collect();
    assert!(paths.len() > 30, "{paths:?}");
    paths
}

/// One form as a page has it: where it goes, and its fields.
#[derive(Clone)]
struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(tag[from..].split('"').next().unwrap().to_owned())
}

fn forms(html: &str) -> Vec<Form> {
    html.split("<form")
        .skip(1)
        .map(|form| form.split("</form>").next().unwrap())
        .filter_map(|form| {
            let action = attribute(form.split('>').next().unwrap(), "action")?;
            let fields = form.split('<').filter_map(|tag| {
                let name = attribute(tag, "name")?;
                Some((name, attribute(tag, "value").unwrap_or_default()))
            });
            Some(Form {
                action,
                fields: fields.collect(),
            })
        })
        .collect()
}

/// Answers that are failures of the server.
type Failures = Rc<RefCell<Vec<String>>>;

struct Visitor {
    agent: ureq::Agent,
    base: String,
    token: String,
    failures: Failures,
}

impl Visitor {
    fn new(base: &str, token: &str, failures: &Failures) -> Self {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let visitor = Self {
            agent,
            base: base.to_owned(),
            token: token.to_owned(),
            failures: failures.clone(),
        };
        visitor.enter();
        visitor
    }

    fn enter(&self) {
        if !self.token.is_empty() {
            self.form("/r", &[("code".to_owned(), self.token.clone())]);
        }
    }

    fn get(&self, path: &str) -> String {
        let mut answer = self
            .agent
            .get(format!("{}{path}", self.base))
            .call()
            .unwrap_or_else(|error| panic!("GET {path}: {error}"));
        let status = answer.status().as_u16();
        if status >= 500 {
            self.failures
                .borrow_mut()
                .push(format!("{status}: GET {path}"));
        }
        answer.body_mut().read_to_string().unwrap_or_default()
    }

    /// Sends a body, and gives the status: that of an answer that is no failure.
    fn send(&self, path: &str, kind: &str, body: &[u8]) -> u16 {
        let told = || {
            let head = &body[..body.len().min(600)];
            format!("POST {path} {kind}: {}", String::from_utf8_lossy(head))
        };
        let answer = self
            .agent
            .post(format!("{}{path}", self.base))
            .header("content-type", kind)
            .send(body)
            .unwrap_or_else(|error| panic!("{error}: {}", told()));
        let status = answer.status().as_u16();
        if status >= 500 {
            let told = format!("{status}: {}", told());
            self.failures.borrow_mut().push(told);
        }
        status
    }

    fn form(&self, path: &str, fields: &[(String, String)]) -> u16 {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        self.send(path, kind, body.join("&").as_bytes())
    }

    fn file(&self, path: &str, name: &str, content: &[u8]) -> u16 {
        let mut body = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--edge--\r\n");
        self.send(path, "multipart/form-data; boundary=edge", &body)
    }
}

fn escaped(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What stands in fields: what pages had in theirs, and rubbish.
struct Rubbish {
    rng: ChaCha12Rng,
    names: Vec<String>,
    values: Vec<String>,
}

impl Rubbish {
    fn new(pages: &[Form], ids: &[String]) -> Self {
        let mut names: BTreeSet<String> = BTreeSet::new();
        let mut values: BTreeSet<String> = ids.iter().cloned().collect();
        for (name, value) in pages.iter().flat_map(|form| &form.fields) {
            names.insert(name.clone());
            values.insert(value.clone());
        }
        let more = [
            "what",
            "name",
            "key",
            "email",
            "groups",
            "role",
            "more_role",
            "joined_on",
            "on",
            "to",
            "duplicate",
            "member",
            "confirm",
            "seen",
            "go",
            "back",
            "part",
            "likeness",
        ];
        names.extend(more.map(str::to_owned));
        let words = [
            "join",
            "leave",
            "rejoin",
            "rename",
            "roles",
            "move",
            "merge",
            "yes",
            "no",
            "again",
            "teacher",
            "principal",
            "board_member",
            "a;a;a",
            "all",
            "nobody",
            "focus2",
            "T1",
        ];
        values.extend(words.map(str::to_owned));
        Self {
            rng: ChaCha12Rng::seed_from_u64(SEED),
            names: names.into_iter().collect(),
            values: values.into_iter().collect(),
        }
    }

    fn chance(&mut self, of: usize) -> bool {
        self.rng.random_range(0..of) == 0
    }

    fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.rng.random_range(0..of.len())].clone()
    }

    fn value(&mut self) -> String {
        let odd = [
            "",
            " ",
            "\0",
            "a\0b",
            "\r\n",
            "/\u{1}x",
            "-1",
            "0",
            "1e309",
            "NaN",
            "inf",
            "9223372036854775807",
            "99999999999999999999",
            "0.1",
            "true",
            "2026-02-30",
            "9999-12-31",
            "+262142-12-31",
            "-9999-01-01",
            "0000-00-00",
            "9999-12-31T23:59",
            "2026-03-29T02:30",
            "-262143-01-01T00:00",
            "262142-12-31T23:59",
            "''; DROP TABLE x;",
            "{link}{",
            "é\u{301}😀\u{202e}",
            "../../etc/passwd",
            "=1+1",
            "//elsewhere.example",
            "00000000-0000-0000-0000-000000000000",
            "not-an-id",
            "<b>&amp;\"'",
        ];
        match self.rng.random_range(0..10) {
            0..4 => {
                let values = self.values.clone();
                self.one(&values)
            }
            4 => "x".repeat(self.rng.random_range(300..30_000)),
            _ => self.one(&odd).to_owned(),
        }
    }

    fn fields(&mut self) -> Vec<(String, String)> {
        let names = self.names.clone();
        (0..self.rng.random_range(0..9))
            .map(|_| (self.one(&names), self.value()))
            .collect()
    }

    /// A form of a page with some of its fields spoilt, left out or sent twice.
    fn spoilt(&mut self, form: &Form) -> Form {
        let mut form = form.clone();
        for _ in 0..self.rng.random_range(0..4) {
            let Some(last) = form.fields.len().checked_sub(1) else {
                break;
            };
            let at = self.rng.random_range(0..=last);
            match self.rng.random_range(0..6) {
                0 => drop(form.fields.remove(at)),
                1 => form.fields.push(form.fields[at].clone()),
                _ => form.fields[at].1 = self.value(),
            }
        }
        form
    }

    /// An address with something in the places that it leaves open.
    fn path(&mut self, path: &str) -> String {
        let mut filled = String::new();
        for (at, part) in path.split(['{', '}']).enumerate() {
            if at % 2 == 0 {
                filled += part;
            } else {
                let known = [
                    "wilg",
                    "1",
                    "2",
                    "7",
                    "0",
                    "18446744073709551615",
                    "%00",
                    "%FF",
                ];
                let value = if self.chance(2) {
                    self.one(&known).to_owned()
                } else {
                    let value: String = self.value().chars().take(200).collect();
                    escaped(&value)
                };
                filled += &value;
            }
        }
        filled
    }
}

const OWNERS_PAGES: [&str; 16] = [
    "/study",
    "/study/conditions",
    "/study/design",
    "/study/texts",
    "/study/people",
    "/study/rosters",
    "/study/rosters/wilg",
    "/study/write-ins",
    "/study/instruments",
    "/study/invitations",
    "/study/invitations?school=wilg",
    "/study/reminders",
    "/study/letters",
    "/study/exports",
    "/response",
    "/",
];

const RESPONDENTS_PAGES: [&str; 8] = [
    "/answer",
    "/answer/1",
    "/answer/4",
    "/answer/9",
    "/answer/check",
    "/answer/consent",
    "/answer/objection",
    "/answer/withdraw",
];

/// Pages of both kinds of visitor, with the pages of members that a list leads to.
fn pages(visitor: &Visitor, paths: &[&str]) -> (Vec<Form>, Vec<String>) {
    let mut found = Vec::new();
    let mut ids = BTreeSet::new();
    let mut members = BTreeSet::new();
    for path in paths {
        let html = visitor.get(path);
        found.extend(forms(&html));
        for link in html.split("href=\"").skip(1) {
            let link = link.split('"').next().unwrap();
            let last = link.rsplit(['/', '=']).next().unwrap();
            if last.len() == 36 {
                ids.insert(last.to_owned());
                if link.starts_with("/study/rosters/wilg/") {
                    members.insert(link.to_owned());
                }
            }
        }
    }
    for member in members.iter().take(3) {
        found.extend(forms(&visitor.get(member)));
    }
    found.retain(|form| !form.action.is_empty());
    (found, ids.into_iter().collect())
}

#[tokio::test]
async fn rubbish_is_answered() {
    // Run longer by hand: so many seconds for each kind of database.
    let seconds = std::env::var("SCHAKEL_RUBBISH_SECONDS").ok();
    let seconds = seconds.map_or(5, |text| text.parse().unwrap());
    for database in databases("rubbish").await {
        let place = Installation::new(&database.address);
        let mut tokens = Vec::new();
        for (key, school) in [("focus", "wilg"), ("other", "eik")] {
            let file = place.file("study.toml", &study(key));
            place.must(&["study", "load", file.to_str().unwrap()]);
            let file = place.file("roster.csv", &roster(school));
            place.must(&["study", "enrol", key, file.to_str().unwrap()]);
            let letters = place.path(&format!("{key}.csv"));
            let out = letters.to_str().unwrap();
            place.must(&["study", "invite", key, "focus2", "T1", "--out", out]);
            let links = rows(&letters).into_iter().map(|row| row["link"].clone());
            tokens.push(links.collect::<Vec<_>>());
        }
        let token = |link: &str| link.trim().rsplit_once('#').unwrap().1.to_owned();
        let owner_of = |key: &str| {
            let said = place.must(&["study", "link", key, "owner"]);
            token(
                said.split_whitespace()
                    .find(|word| word.contains('#'))
                    .unwrap(),
            )
        };
        let (own, others) = (owner_of("focus"), owner_of("other"));
        let mails = place.path("mails");
        std::fs::create_dir_all(&mails).unwrap();
        let server = place.serve_with(&["--mail-folder", mails.to_str().unwrap()]);
        let failures = Failures::default();
        let owner = Visitor::new(&server.base, &own, &failures);
        let teachers: Vec<Visitor> = tokens[0]
            .iter()
            .map(|link| Visitor::new(&server.base, &token(link), &failures))
            .collect();
        let agreed = [
            ("research", "yes"),
            ("person_picture", "no"),
            ("follow_up", "no"),
        ];
        let agreed = agreed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        for teacher in &teachers {
            assert_eq!(teacher.form("/answer/consent", &agreed), 303);
        }
        let (mut found, mut ids) = pages(&owner, &OWNERS_PAGES);
        let (asked, _) = pages(&teachers[0], &RESPONDENTS_PAGES);
        // What belongs to somebody else's study.
        let (_, foreign) = pages(
            &Visitor::new(&server.base, &others, &failures),
            &OWNERS_PAGES,
        );
        ids.extend(foreign);
        found.extend(asked.iter().cloned());
        assert!(found.len() > 30, "{}", found.len());
        let mut rubbish = Rubbish::new(&found, &ids);

        bodies(&owner, &teachers[1]);
        let stranger = Visitor::new(&server.base, "", &failures);
        let mut visitors: Vec<&Visitor> = teachers.iter().collect();
        visitors.extend([&owner; 8]);
        visitors.push(&stranger);
        // A rehearsal takes its time, whatever is sent.
        let paths: Vec<String> = posted_to()
            .into_iter()
            .filter(|path| path != "/study/rehearsal")
            .collect();
        let (began, mut sent) = (Instant::now(), 0);
        while began.elapsed() < Duration::from_secs(seconds) || sent < 2 * paths.len() {
            let path = match paths.get(sent % (3 * paths.len())) {
                Some(path) => path.clone(),
                None => rubbish.one(&paths),
            };
            let visitor = rubbish.one(&visitors);
            sent += 1;
            if rubbish.chance(3) {
                let (path, fields) = (rubbish.path(&path), rubbish.fields());
                visitor.form(&path, &fields);
            } else {
                let form = rubbish.one(&found);
                let form = rubbish.spoilt(&form);
                let ours = form.action.starts_with("/study") || form.action.starts_with("/resp");
                let visitor = if ours { &owner } else { visitor };
                if form.action != "/study/rehearsal" {
                    visitor.form(&form.action, &form.fields);
                }
            }
            if sent % 20 == 0 {
                visitor.enter();
                visitor.get("/answer");
                owner.get(rubbish.one(&OWNERS_PAGES));
            }
        }
        assert!(owner.get("/study").contains("<h1"), "it goes on serving");
        let failures = failures.borrow();
        assert!(
            failures.is_empty(),
            "{} of {sent} on {}:\n{}",
            failures.len(),
            database.name,
            failures.join("\n")
        );
    }
}

/// Bodies that are no form at all, at every address; and files that are no file.
fn bodies(owner: &Visitor, teacher: &Visitor) {
    for path in posted_to() {
        if path == "/study/rehearsal" || path == "/leave" {
            continue;
        }
        let path = path.replace("{page}", "1").replace("{school}", "wilg");
        for visitor in [owner, teacher] {
            for (kind, body) in [
                ("application/x-www-form-urlencoded", &b"%"[..]),
                ("application/x-www-form-urlencoded", b"a=%FF%FE&=&&&=%00"),
                ("application/json", b"{}"),
                ("multipart/form-data; boundary=edge", b"--edge\r\nnothing"),
                ("multipart/form-data", b"--edge--"),
                ("text/plain; charset=\"", b"\0\0\0"),
            ] {
                visitor.send(&path, kind, body);
            }
        }
    }
    let large = vec![b'x'; 20 * 1024 * 1024];
    for (name, content) in [
        ("a.csv", &b""[..]),
        ("a.csv", b"\0\0\0\0"),
        (
            "a.csv",
            b"school,name,role,person\0\nwilg,A\0nna,teacher,1\0\n",
        ),
        (
            "a.csv",
            b"school,name,role,person,cohort\nwilg,A\0nna,teacher,1\0,focus2\n",
        ),
        ("a.csv", b"\xff\xfes\0c\0h\0"),
        ("a.csv", b"\"\"\"\"\"\n;;;;"),
        ("a.xlsx", b"PK\x03\x04 and nothing that is an archive"),
        (
            "a.xlsx",
            b"PK\x03\x04\0PK\x05\x06\0\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        ),
        ("a.xls", b"\xD0\xCF\x11\xE0"),
        ("../../a\0.csv", b"school"),
        ("a.toml", b"key = [[["),
    ] {
        for path in [
            "/study/rosters/upload",
            "/study/instruments",
            "/study/instruments/publish",
        ] {
            owner.file(path, name, content);
            teacher.file(path, name, content);
        }
    }
    for path in [
        "/study/rosters/upload",
        "/study/instruments",
        "/study/conditions",
        "/answer/1",
    ] {
        assert!(
            (400..500).contains(&owner.file(path, "a.csv", &large)),
            "{path}"
        );
        assert!(
            (400..500).contains(&teacher.file(path, "a.csv", &large)),
            "{path}"
        );
    }
}
