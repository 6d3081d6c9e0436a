//! Many people who answer over HTTP, each one request after the other, and remember what they sent and what of it was
//! acknowledged: load for the harnesses, and the ledger that they are judged by.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{NaiveDate, TimeDelta};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha12Rng;
use schakel::domain::id::MemberId;
use schakel::domain::language::Language;
use schakel::domain::roster::RosterLine;
use schakel::domain::time::{Clock, SystemClock};
use schakel::domain::token::LinkKey;
use schakel::exchange::study_toml;
use schakel::fieldwork::pages::seen;
use schakel::fieldwork::study::Study;
use schakel::fieldwork::{enrol, found, invite};
use schakel::instrument::library::Library;
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, Store, schools, windows};
use serde_json::{Value, json};
use uuid::Uuid;

use super::server::Installation;

/// The key of links that every installation of a harness has.
const LINK_KEY: [u8; 32] = [7; 32];
const STAFF: usize = 20;

const STUDY: &str = r#"
[study]
key = "harness"
title = { nl = "Proef", en = "Trial" }
time_zone = "Europe/Amsterdam"
feedback = "none_until_end"
contact = "nobody@example.org"

[conditions]
board_agreement = "2024-06-01"
council_informed = "2024-06-01"
ethics_reference = "harness"
retention_until = "2034-06-01"

[[cohort]]
key = "c"
title = { nl = "Scholen", en = "Schools" }
starts_on = "2024-09-30"

[[wave]]
key = "T1"

[[window]]
cohort = "c"
wave = "T1"
opens_at = "OPENS"
closes_at = "CLOSES"

[[role]]
key = "teacher"
title = { nl = "leerkracht", en = "teacher" }

[[collect]]
instrument = "harness"
waves = ["T1"]
roles = ["teacher"]
about = "roster"

[network]
relations = ["goals"]
boundary = "school"
objection = "A"

[disclosure]
k = 5
k_principal = 7
k_pupil = 10

[response]
report = 0.80
flag = 0.60

[effect]
high = 10
low = 10
"#;

/// An installation with the key that the links of `found_study` are made with.
pub fn installation(database: &str) -> Installation {
    let place = Installation::new(database);
    place.file("schakel.key", &"07".repeat(32));
    place
}

/// A study that is open this week, with at least so many invited people in schools of twenty.
pub async fn found_study(store: &Store, people: usize) -> Vec<Respondent> {
    let now = SystemClock.now();
    let act = || Act {
        actor: "harness".to_owned(),
        at: now,
    };
    let mut dice = ChaCha12Rng::seed_from_u64(1);
    let mut library = Library::shipped();
    library
        .load("harness.v1.toml", include_str!("harness.v1.toml"))
        .expect("the instrument reads");
    let at = |days: i64| {
        let at = now + TimeDelta::days(days);
        at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
    };
    let text = STUDY.replace("OPENS", &at(-1)).replace("CLOSES", &at(7));
    let design = study_toml::parse("study.toml", &text, &library).expect("the study reads");
    let (founding, mut rng) = (act(), ChaCha12Rng::from_rng(&mut dice));
    let study_id = store
        .write(move |tx| {
            Box::pin(async move { found::found(tx, &founding, &mut rng, &design, &library).await })
        })
        .await
        .expect("the study is founded");
    let mut tx = store.read().await.expect("a read begins");
    let study = Study::load(&mut tx, study_id)
        .await
        .expect("the study is read")
        .expect("the study is there");
    let window = windows::of_study(&mut tx, study_id)
        .await
        .expect("windows are read")
        .remove(0);
    drop(tx);
    for school in 0..people.div_ceil(STAFF) {
        let (act, mut rng, study) = (act(), ChaCha12Rng::from_rng(&mut dice), study.clone());
        store
            .write(move |tx| {
                Box::pin(
                    async move { enrol::enrol(tx, &act, &mut rng, &study, &staff(school)).await },
                )
            })
            .await
            .expect("the staff is enrolled");
    }
    let mut tx = store.read().await.expect("a read begins");
    let schools = schools::of_study(&mut tx, study_id)
        .await
        .expect("schools are read");
    drop(tx);
    let mut respondents: Vec<Respondent> = Vec::new();
    for school in schools {
        let (act, mut rng) = (act(), ChaCha12Rng::from_rng(&mut dice));
        let (study, window) = (study.clone(), window.clone());
        let letters = store
            .write::<_, StorageError, _>(move |tx| {
                Box::pin(async move {
                    let key = LinkKey::new(LINK_KEY);
                    let school = school.school_id;
                    invite::invite(tx, &act, &mut rng, &key, &study, school, &window).await
                })
            })
            .await
            .expect("the staff is invited");
        let before = respondents.len();
        let members: Vec<MemberId> = letters.iter().map(|letter| letter.member_id).collect();
        respondents.extend(letters.iter().enumerate().map(|(place, letter)| {
            let others = members.iter().filter(|id| **id != letter.member_id);
            Respondent::new(
                before + place,
                letter.invitation_id.0,
                letter.token.clone(),
                others.copied().collect(),
            )
        }));
    }
    respondents
}

fn staff(school: usize) -> Vec<RosterLine> {
    (0..STAFF)
        .map(|person| RosterLine {
            school: format!("s{school:04}"),
            school_name: Some(format!("School {school:04}")),
            cohort: "c".to_owned(),
            board: None,
            person: format!("s{school:04}-{person:02}"),
            name: format!("Leerkracht {person:02} van School {school:04}"),
            email: None,
            language: Some(Language::Nl),
            roles: vec!["teacher".to_owned()],
            groups: Some(vec!["bouw".to_owned()]),
            joined_on: NaiveDate::from_ymd_opt(2020, 8, 1),
            left_on: None,
        })
        .collect()
}

/// What one request is meant to leave in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Intent {
    /// The value of each answer of the first page, as it is stored.
    Statements(BTreeMap<String, String>),
    /// Who is named on the second page.
    Named(BTreeSet<Uuid>),
    Submit,
}

/// A write that was sent: its number among those of its respondent, and the form.
#[derive(Debug, Clone)]
struct Sent {
    number: usize,
    intent: Intent,
    path: &'static str,
    body: String,
    by_script: bool,
}

/// Someone with a link, and everything that they sent.
#[derive(Debug)]
pub struct Respondent {
    pub number: usize,
    pub invitation: Uuid,
    token: String,
    colleagues: Vec<MemberId>,
    cookie: Option<String>,
    agreed: bool,
    seen: [String; 2],
    dice: ChaCha12Rng,
    /// In their order: all of them were acknowledged, but for the last perhaps, which is sent again word for word.
    sent: Vec<Sent>,
    acknowledged: usize,
}

/// What one respondent was told at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub invitation: Uuid,
    pub statements: BTreeMap<String, String>,
    pub named: BTreeSet<Uuid>,
    pub submitted: bool,
    /// Saves that were acknowledged: each changed something.
    pub saves: usize,
    /// What was sent and not acknowledged.
    pub open: Option<Intent>,
}

const SAVES: usize = 8;

impl Respondent {
    fn new(number: usize, invitation: Uuid, token: String, colleagues: Vec<MemberId>) -> Self {
        let items = |items: &[&str]| -> Vec<String> {
            items.iter().map(|item| (*item).to_owned()).collect()
        };
        let nothing = BTreeMap::new();
        let seen = [
            seen(&nothing, &items(&["h_one", "h_two", "h_three", "h_words"])),
            seen(&nothing, &items(&["h_whom"])),
        ];
        Self {
            number,
            invitation,
            token,
            colleagues,
            cookie: None,
            agreed: false,
            seen,
            dice: ChaCha12Rng::seed_from_u64(number as u64),
            sent: Vec::new(),
            acknowledged: 0,
        }
    }

    pub fn told(&self) -> Told {
        self.told_after(self.acknowledged, self.sent.len())
    }

    /// When so many writes were acknowledged, and so many sent: one more at most.
    pub fn told_after(&self, acknowledged: usize, sent: usize) -> Told {
        let mut told = Told {
            invitation: self.invitation,
            statements: BTreeMap::new(),
            named: BTreeSet::new(),
            submitted: false,
            saves: 0,
            open: (sent > acknowledged).then(|| self.sent[acknowledged].intent.clone()),
        };
        for sent in &self.sent[..acknowledged] {
            match &sent.intent {
                Intent::Statements(values) => told.statements.clone_from(values),
                Intent::Named(named) => told.named.clone_from(named),
                Intent::Submit => told.submitted = true,
            }
            told.saves += usize::from(sent.intent != Intent::Submit);
        }
        told
    }

    pub fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    pub fn has_entered(&self) -> bool {
        self.agreed
    }

    pub fn is_open(&self) -> bool {
        self.sent.len() > self.acknowledged
    }

    pub fn is_done(&self) -> bool {
        self.acknowledged > SAVES
    }

    /// Goes one request further. Nothing came of it if the server went away, which is what `Err` says.
    pub fn step(&mut self, line: &mut Connection, ledger: &Ledger) -> Result<Step, Trouble> {
        if self.cookie.is_none() {
            let form = encode(&[("code", &self.token)]);
            let reply = line.post("/r", None, &form, false)?;
            reply.must(303)?;
            self.cookie = reply.cookie;
            return Ok(Step::Other);
        }
        let cookie = self.cookie.clone();
        if !self.agreed {
            let form = "research=yes&person_picture=no&follow_up=no";
            line.post("/answer/consent", cookie.as_deref(), form, false)?
                .must(303)?;
            self.agreed = true;
            return Ok(Step::Other);
        }
        if !self.is_open() {
            let next = self.plan();
            self.sent.push(next);
        }
        let sent = self.sent[self.acknowledged].clone();
        ledger.write(&json!({
            "sent": [self.number, sent.number], "path": sent.path, "form": sent.body,
        }));
        let reply = line.post(sent.path, cookie.as_deref(), &sent.body, sent.by_script)?;
        reply.must(if sent.by_script { 200 } else { 303 })?;
        ledger.write(&json!({ "acknowledged": [self.number, sent.number] }));
        self.acknowledged += 1;
        if sent.by_script {
            let told: Value = serde_json::from_str(&reply.body)
                .map_err(|_| Trouble::Wrong(format!("no JSON: {}", reply.body)))?;
            let page = usize::from(matches!(sent.intent, Intent::Named(_)));
            self.seen[page] = told["seen"].as_str().unwrap_or_default().to_owned();
        }
        Ok(if self.is_done() {
            Step::Done
        } else {
            Step::Saved
        })
    }

    /// The next form: pages in turn, the last of each sent as a browser without scripts sends it, then the submission.
    fn plan(&mut self) -> Sent {
        let number = self.sent.len() + 1;
        let marker = marker(self.number, number);
        let last = number > SAVES - 2;
        if number > SAVES {
            return Sent {
                number,
                intent: Intent::Submit,
                path: "/answer/submit",
                body: encode(&[("mark", &marker)]),
                by_script: false,
            };
        }
        if number.is_multiple_of(2) {
            return self.plan_names(number, last, &marker);
        }
        let words = format!(
            "{marker} é\"'<&>%+\\ 漢字 {:016x}",
            self.dice.random::<u64>()
        );
        // The first statement differs from save to save, so that each save changes something.
        let ratings = [
            ("h_one", 1 + number % 5),
            ("h_two", self.dice.random_range(1..=5)),
            ("h_three", self.dice.random_range(1..=5)),
        ]
        .map(|(item, code)| (item, code.to_string()));
        let mut stored: BTreeMap<String, String> = ratings
            .iter()
            .map(|(item, code)| ((*item).to_owned(), format!("{{\"code\":{code}}}")))
            .collect();
        stored.insert("h_words".to_owned(), json!({ "text": words }).to_string());
        let mut fields = vec![("seen", self.seen[0].as_str()), ("h_words", &words)];
        fields.extend(ratings.iter().map(|(item, code)| (*item, code.as_str())));
        fields.push(("go", "next"));
        Sent {
            number,
            intent: Intent::Statements(stored),
            path: "/answer/1",
            body: encode(&fields),
            by_script: !last,
        }
    }

    fn plan_names(&mut self, number: usize, last: bool, marker: &str) -> Sent {
        // Another number of names than last time, so that each save changes something.
        let count = 1 + number % 7;
        let from = self.dice.random_range(0..self.colleagues.len());
        let named: Vec<String> = (0..count)
            .map(|step| self.colleagues[(from + step) % self.colleagues.len()].to_string())
            .collect();
        let mut fields = vec![("seen", self.seen[1].as_str()), ("mark", marker)];
        fields.extend(named.iter().map(|id| ("h_whom", id.as_str())));
        fields.push(("go", "next"));
        Sent {
            number,
            intent: Intent::Named(
                named
                    .iter()
                    .map(|id| id.parse().expect("members have ids"))
                    .collect(),
            ),
            path: "/answer/2",
            body: encode(&fields),
            by_script: !last,
        }
    }

    /// Looks at a page, which writes nothing.
    pub fn look(&self, line: &mut Connection) -> Result<(), Trouble> {
        let path = if self.is_done() {
            "/answer"
        } else {
            "/answer/1"
        };
        line.get(path, self.cookie.as_deref())?.must(200)
    }
}

/// What stands in every form that is sent, and in the words of a save, and so in the file that they are stored in.
fn marker(respondent: usize, number: usize) -> String {
    format!("mark-{respondent:05}-{number:03}-")
}

/// Respondent and number of the first marker in a text.
pub fn marked(text: &[u8]) -> Option<(usize, usize)> {
    let at = text.windows(5).position(|window| window == b"mark-")?;
    let marker = std::str::from_utf8(text.get(at + 5..at + 14)?).ok()?;
    let (respondent, number) = marker.split_once('-')?;
    Some((respondent.parse().ok()?, number.parse().ok()?))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Entered or agreed: what the ledger does not hold.
    Other,
    Saved,
    /// Submitted: the last there is.
    Done,
}

/// Why a request was not acknowledged.
#[derive(Debug)]
pub enum Trouble {
    /// The server went away, or was not there.
    Gone,
    /// Told that nothing was saved: status and page.
    NotSaved(u16, String),
    /// An answer that nobody should get.
    Wrong(String),
}

impl From<std::io::Error> for Trouble {
    fn from(_: std::io::Error) -> Self {
        Self::Gone
    }
}

/// What was sent and what was acknowledged, in a file of the client's own.
pub struct Ledger(Mutex<std::fs::File>);

impl Ledger {
    pub fn create(file: &Path) -> Self {
        Self(Mutex::new(
            std::fs::File::create(file).expect("a file for the ledger"),
        ))
    }

    fn write(&self, entry: &Value) {
        let mut file = self.0.lock().expect("nobody fails while writing");
        file.write_all(format!("{entry}\n").as_bytes())
            .expect("the ledger takes a line");
    }

    /// From here on what was written is on the disk.
    pub fn sync(&self) {
        let file = self.0.lock().expect("nobody fails while writing");
        file.sync_data().expect("the ledger is synced");
    }
}

/// People who answer at the same time, one to a connection, until told to stop or until the server goes away.
pub struct Crowd {
    waiting: Mutex<VecDeque<Respondent>>,
    back: Mutex<Vec<Respondent>>,
    pub acknowledged: AtomicUsize,
    pub stop: AtomicBool,
    wrong: Mutex<Vec<String>>,
}

impl Crowd {
    pub fn new(people: Vec<Respondent>) -> Self {
        Self {
            waiting: Mutex::new(people.into()),
            back: Mutex::default(),
            acknowledged: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            wrong: Mutex::default(),
        }
    }

    /// One of those who answer. `Gone` and "not saved" end it; so does the end of the line of people.
    pub fn answer(&self, server: SocketAddr, ledger: &Ledger) {
        let mut line = Connection::new(server);
        while !self.stop.load(Ordering::Relaxed) {
            let next = self.waiting.lock().expect("no one fails").pop_front();
            let Some(mut respondent) = next else { return };
            let ended = loop {
                if self.stop.load(Ordering::Relaxed) {
                    break false;
                }
                match respondent.step(&mut line, ledger) {
                    Ok(Step::Other) => {}
                    Ok(step) => {
                        self.acknowledged.fetch_add(1, Ordering::Relaxed);
                        if step == Step::Done {
                            break false;
                        }
                    }
                    Err(Trouble::Gone | Trouble::NotSaved(..)) => break true,
                    Err(Trouble::Wrong(what)) => {
                        let mut wrong = self.wrong.lock().expect("no one fails");
                        wrong.push(format!("respondent {}: {what}", respondent.number));
                        break true;
                    }
                }
            };
            self.back.lock().expect("no one fails").push(respondent);
            if ended {
                return;
            }
        }
    }

    pub fn counted(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// Those who have answered anything since the last time; whoever is not done goes to the head of the line.
    pub fn touched(&self) -> Vec<Respondent> {
        std::mem::take(&mut *self.back.lock().expect("no one fails"))
    }

    pub fn put_back(&self, people: Vec<Respondent>) -> Vec<Respondent> {
        let (done, going): (Vec<_>, Vec<_>) = people.into_iter().partition(Respondent::is_done);
        let mut waiting = self.waiting.lock().expect("no one fails");
        for one in going {
            waiting.push_front(one);
        }
        done
    }

    pub fn wrong(&self) -> Vec<String> {
        self.wrong.lock().expect("no one fails").clone()
    }
}

/// A connection that is kept, and made anew when the server has closed it.
pub struct Connection {
    server: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

pub struct Reply {
    pub status: u16,
    cookie: Option<String>,
    pub body: String,
}

impl Reply {
    fn must(&self, status: u16) -> Result<(), Trouble> {
        match self.status {
            known if known == status => Ok(()),
            500..600 => Err(Trouble::NotSaved(self.status, self.body.clone())),
            other => {
                let body: String = self.body.chars().take(600).collect();
                Err(Trouble::Wrong(format!(
                    "answered with {other} instead of {status}: {body}"
                )))
            }
        }
    }
}

impl Connection {
    pub fn new(server: SocketAddr) -> Self {
        Self {
            server,
            stream: None,
        }
    }

    pub fn get(&mut self, path: &str, cookie: Option<&str>) -> std::io::Result<Reply> {
        self.exchange(&format!("GET {path}"), cookie, "", "")
    }

    fn post(
        &mut self,
        path: &str,
        cookie: Option<&str>,
        form: &str,
        by_script: bool,
    ) -> std::io::Result<Reply> {
        let mut headers = format!(
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            form.len()
        );
        if by_script {
            headers.push_str("accept: application/json\r\n");
        }
        self.exchange(&format!("POST {path}"), cookie, &headers, form)
    }

    fn exchange(
        &mut self,
        what: &str,
        cookie: Option<&str>,
        headers: &str,
        body: &str,
    ) -> std::io::Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.server)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(30)))?;
                BufReader::new(stream)
            }
        };
        let cookie = cookie
            .map(|cookie| format!("cookie: {cookie}\r\n"))
            .unwrap_or_default();
        let request = format!(
            "{what} HTTP/1.1\r\nhost: {}\r\n{cookie}{headers}\r\n{body}",
            self.server
        );
        // In one piece: what traces the server sees the request as a whole.
        stream.get_mut().write_all(request.as_bytes())?;
        let reply = read(&mut stream)?;
        self.stream = Some(stream);
        Ok(reply)
    }
}

fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<Reply> {
    let gone = || std::io::Error::from(std::io::ErrorKind::UnexpectedEof);
    let mut line = String::new();
    stream.read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(gone());
    }
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let status: u16 = status.ok_or_else(gone)?;
    let (mut length, mut cookie) = (0, None);
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        // Cut off in the middle.
        if !line.ends_with('\n') {
            return Err(gone());
        }
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().map_err(|_| gone())?;
        } else if name.eq_ignore_ascii_case("set-cookie") {
            cookie = value.split(';').next().map(str::to_owned);
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body)?;
    Ok(Reply {
        status,
        cookie,
        body: String::from_utf8_lossy(&body).into_owned(),
    })
}

fn encode(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => {
                    text.push(char::from(byte));
                }
                other => text.push_str(&format!("%{other:02X}")),
            }
        }
    }
    text
}
