//! Two hundred payloads in every name, title, text, file, field and parameter there is, and then every page of every role in a real
//! browser whose own defence, the content security policy, is switched off: not one may run, and nothing may be asked of another host.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use futures_util::FutureExt;
use rand::SeedableRng;
use rand_chacha::ChaCha12Rng;
use schakel::conclude::conclude;
use schakel::domain::time::FixedClock;
use schakel::domain::token::LinkKey;
use schakel::fieldwork::enter::{self, Recipient};
use schakel::rehearse::{rehearse, training};
use schakel::simulation::plan::DEFAULT_SEED;
use schakel::simulation::{SimulationPlan, simulate};
use schakel::storage::audit::Act;
use schakel::storage::{StorageError, Store, invitations};
use schakel::web::app::App;
use schakel::web::serve::serve;
use serde_json::json;
use tokio::net::TcpListener;

use super::support::browser::{Browser, Size};
use super::support::databases::{Database, databases};
use super::support::explore::{Explored, Form, LEFT_ALONE, encoded, explore, kind, row_of};
use super::support::figures::{profile, record};
use super::support::hostile::{Uploader, workbook_of};
use super::support::payloads::{calls, payloads, unescaped};
use super::support::server::{Page, Visitor};

const ATTITUDE: &str = include_str!("../../instruments/attitude.v1.toml");

struct Desk {
    base: String,
    /// Role and code.
    codes: Vec<(&'static str, String)>,
    _database: Database,
}

fn today() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2026, 6, 17).expect("the day is in the calendar");
    day.and_hms_opt(12, 0, 0)
        .expect("noon is on the clock")
        .and_utc()
}

/// A study in which every name is a payload, asked, answered, trained and concluded.
async fn open(payloads: &[String]) -> Desk {
    let database = databases("payloads").await.swap_remove(0);
    let store = database.open().await;
    let mut study = simulate(&SimulationPlan::small(), DEFAULT_SEED);
    let mut next = payloads.iter().cycle().cloned();
    let mut take = || next.next().expect("payloads go round");
    study.persons.iter_mut().for_each(|one| one.name = take());
    study.schools.iter_mut().for_each(|one| one.name = take());
    study.boards.iter_mut().for_each(|one| one.name = take());
    let key = LinkKey::new([7; 32]);
    let now = today();
    let rehearsed = rehearse(&store, &key, &study, now)
        .await
        .expect("the study goes through the real paths");
    training::train(&store, &rehearsed, &study, now)
        .await
        .expect("trainers log");
    conclude(&store, &rehearsed.study, now)
        .await
        .expect("it is concluded");
    let mut tx = store.read().await.expect("a read begins");
    let waiting = invitations::open(&mut tx, rehearsed.waiting[0].1)
        .await
        .expect("read")
        .expect("somebody has not answered");
    drop(tx);
    let invitation = &waiting.invitation;
    let mut codes = vec![(
        "respondent",
        key.code(invitation.invitation_id.0, invitation.issue),
    )];
    let first: Vec<_> = rehearsed
        .schools
        .iter()
        .filter(|school| school.cohort == "focus2")
        .map(|school| school.school_id)
        .collect();
    for (place, (role, schools)) in [
        ("school", first[..1].to_vec()),
        ("principal", first[..1].to_vec()),
        ("trainer", first[..3].to_vec()),
        ("board", first[..3].to_vec()),
        ("researcher", Vec::new()),
        ("owner", Vec::new()),
    ]
    .into_iter()
    .enumerate()
    {
        let recipient = Recipient {
            study_id: rehearsed.study.study_id,
            role: role.to_owned(),
            label: take(),
            schools,
        };
        codes.push((role, hand_out(&store, &key, place as u64, recipient).await));
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let app = App::new(store, key, FixedClock(now), [9; 32], true)
        .reached_at(&base, false)
        .unpacking_with(env!("CARGO_BIN_EXE_schakel").into());
    tokio::spawn(serve(listener, app, std::future::pending()));
    Desk {
        base,
        codes,
        _database: database,
    }
}

async fn hand_out(store: &Store, key: &LinkKey, seed: u64, recipient: Recipient) -> String {
    let (key, mut rng) = (key.clone(), ChaCha12Rng::seed_from_u64(seed));
    let act = Act {
        actor: "test".to_owned(),
        at: today() - TimeDelta::seconds(1),
    };
    let made = store.write::<_, StorageError, _>(move |tx| {
        async move { enter::hand_out(tx, &act, &mut rng, &key, &recipient).await }.boxed()
    });
    made.await.expect("a link is made").1
}

/// What has been tried, and what went wrong.
#[derive(Default)]
struct Tried {
    /// The payloads that went into each field, parameter and place.
    fields: BTreeMap<String, BTreeSet<usize>>,
    /// The payloads that stood on a page, escaped.
    shown: BTreeSet<usize>,
    taken: usize,
    sent: usize,
    faults: BTreeSet<String>,
}

struct Attack<'a> {
    payloads: &'a [String],
    tried: &'a Mutex<Tried>,
    role: &'static str,
    next: usize,
}

impl Attack<'_> {
    fn take(&mut self) -> usize {
        self.next = (self.next + 1) % self.payloads.len();
        self.next
    }

    /// Reads an answer for what should have been escaped.
    fn read(&self, what: &str, page: &Page) {
        let mut tried = self.tried.lock().expect("nobody panics with it");
        tried.sent += 1;
        if page.status >= 500 {
            let told = format!("{} {what}: {}", self.role, page.status);
            tried.faults.insert(told);
        }
        // What is no page is a file, which no browser runs.
        if !page.html.trim_start().starts_with('<') {
            return;
        }
        for number in unescaped(&page.html, self.payloads) {
            let told = format!(
                "{} {what}: {:?} unescaped",
                self.role, self.payloads[number]
            );
            tried.faults.insert(told);
        }
        tried
            .shown
            .extend(calls(&page.html).map(|(_, number)| number));
    }

    fn note(&self, field: String, number: usize) {
        let mut tried = self.tried.lock().expect("nobody panics with it");
        tried.fields.entry(field).or_default().insert(number);
    }

    fn explore(&self, visitor: &Visitor) -> Explored {
        explore(visitor, |path, page| self.read(path, page))
    }

    fn send(&self, visitor: &Visitor, form: &Form, fields: &[(String, String)]) {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let page = visitor.post(&form.action, &fields);
        self.read(&form.action, &page);
        if page.status == 303 {
            self.tried.lock().expect("nobody panics with it").taken += 1;
        }
    }

    /// Every field of a form: all that are typed together, then one after the other, then those that a page hides.
    fn fill(&mut self, visitor: &Visitor, form: &Form, rounds: usize) {
        let row = row_of(&form.action).unwrap_or("elsewhere");
        if LEFT_ALONE.contains(&row) {
            return;
        }
        let typed: Vec<usize> = (0..form.fields.len())
            .filter(|at| form.fields[*at].typed)
            .collect();
        let hidden: Vec<usize> = (0..form.fields.len())
            .filter(|at| !form.fields[*at].typed && !form.fields[*at].offered)
            .collect();
        let alone = rounds.div_ceil(8);
        let mut turns: Vec<Vec<usize>> = Vec::new();
        if !typed.is_empty() {
            turns.extend(std::iter::repeat_n(typed.clone(), rounds));
        }
        for at in typed {
            turns.extend(std::iter::repeat_n(vec![at], alone));
        }
        turns.extend(hidden.into_iter().map(|at| vec![at]));
        for turn in turns {
            let mut own: BTreeMap<usize, usize> = BTreeMap::new();
            for at in turn {
                let number = self.take();
                self.note(format!("{row} {}", place(&form.fields[at].name)), number);
                own.insert(at, number);
            }
            let fields =
                form.filled(|at, _| own.get(&at).map(|number| self.payloads[*number].clone()));
            self.send(visitor, form, &fields);
        }
    }

    /// Every parameter of every page, and every place that an address leaves open.
    fn ask(&mut self, visitor: &Visitor, explored: &Explored, rounds: usize) {
        let mut asked = BTreeSet::new();
        for (path, names) in &explored.parameters {
            let row = row_of(path).unwrap_or("elsewhere");
            for name in names {
                if !asked.insert((row, name)) {
                    continue;
                }
                for _ in 0..rounds {
                    let number = self.take();
                    self.note(format!("{row}?{name}"), number);
                    let value = encoded(&self.payloads[number]);
                    let path = format!("{path}?{name}={value}");
                    self.read(&path, &visitor.get(&path));
                }
            }
        }
    }

    fn ask_places(&mut self, visitor: &Visitor, rounds: usize) {
        for row in schakel::web::router::table().filter(|row| row.path.contains('{')) {
            for _ in 0..rounds {
                let number = self.take();
                let value = encoded(&self.payloads[number]);
                let path: Vec<&str> = row
                    .path
                    .split('/')
                    .map(|part| if part.contains('{') { &value } else { part })
                    .collect();
                self.note(row.path.to_owned(), number);
                let path = path.join("/");
                let page = if row.method == "GET" {
                    visitor.get(&path)
                } else {
                    visitor.post(&path, &[])
                };
                self.read(&path, &page);
            }
        }
    }
}

/// A field named after one of many people stands for all of them.
fn place(name: &str) -> String {
    name.split('.')
        .map(|part| if part.len() == 36 { "*" } else { part })
        .collect::<Vec<_>>()
        .join(".")
}

/// Lists and questionnaires as files: what is right but for its words, and what is wrong in every column.
fn upload(attack: &mut Attack<'_>, owner: &Uploader, rounds: usize) {
    let quoted = |text: &str| {
        format!(
            "\"{}\"",
            text.replace('"', "\"\"").replace(['\n', '\r'], " ")
        )
    };
    let columns =
        "school,school_name,cohort,board,person,name,email,role,groups,joined_on,language";
    let mut list = format!("{columns}\n");
    for (number, payload) in attack.payloads.iter().enumerate() {
        let (school, text) = (number / 20, quoted(payload));
        let title = quoted(&attack.payloads[school]);
        list += &format!(
            "p{school},{title},focus3,{title},p{number},{text},p{number}@example.org,teacher,{text},,\n"
        );
        for column in ["name", "groups", "school_name", "board"] {
            attack.note(format!("roster file: {column}"), number);
        }
    }
    let page = owner.upload("/study/rosters/upload", "lijst.csv", list.as_bytes(), "nl");
    attack.read("a list", &page);
    let preview = page
        .location
        .unwrap_or_else(|| panic!("the list is taken: {}", page.html));
    let preview = preview.rsplit('/').next().unwrap_or_default().to_owned();
    for round in 0..rounds {
        let number = attack.take();
        let payload = attack.payloads[number].clone();
        let text = quoted(&payload);
        // One column after the other holds what it may not.
        for (at, column) in columns.split(',').enumerate() {
            let mut cells = [
                "s",
                "S",
                "focus3",
                "B",
                "1",
                "N",
                "n@example.org",
                "teacher",
                "g",
                "2020-01-01",
                "nl",
            ]
            .map(str::to_owned);
            cells[at] = text.clone();
            attack.note(format!("roster file with a fault: {column}"), number);
            let wrong = "s,S,focus9,B,2,M,,cook,,31-02-2020,xx";
            let file = format!("{columns}\n{}\n{wrong}\n", cells.join(","));
            let page = owner.upload(
                "/study/rosters/upload",
                "fout.csv",
                file.as_bytes(),
                ["nl", "en"][round % 2],
            );
            attack.read("a list with faults", &page);
        }
        attack.note("roster file: header".to_owned(), number);
        let file = format!("{text},{text}\n1,2\n");
        let name = payload.replace('"', "%22").replace(['\r', '\n'], " ");
        attack.note("roster file: its name".to_owned(), number);
        let page = owner.upload("/study/rosters/upload", &name, file.as_bytes(), "nl");
        attack.read("a list with another header", &page);
        let escaped = payload
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;");
        let escaped: String = escaped.chars().filter(|c| !c.is_control()).collect();
        let sheet = format!(
            "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\">\
             <c r=\"A1\" t=\"inlineStr\"><is><t>{escaped}</t></is></c></row></sheetData></worksheet>"
        );
        let book = workbook_of(&[("xl/worksheets/sheet1.xml", sheet)]);
        attack.note("workbook: a cell".to_owned(), number);
        if round < 4 {
            let page = owner.upload(
                "/study/rosters/upload",
                &format!("{name}.xlsx"),
                &book,
                "en",
            );
            attack.read("a workbook", &page);
        }
        let told = serde_json::to_string(&payload).expect("text");
        let (mut text, mut items) = (String::new(), 0);
        for line in ATTITUDE.lines() {
            let line = match line.split_once(" = \"") {
                Some((key, _)) if ["nl", "en"].contains(&key.trim()) => format!("{key} = {told}"),
                _ => line.to_owned(),
            };
            items += usize::from(line.contains("__x("));
            text += &(line + "\n");
        }
        let text = text.replace("version = 1", "version = 2");
        attack.note(format!("questionnaire file: {items} texts"), number);
        for path in ["/study/instruments", "/study/instruments/publish"] {
            let page = owner.upload(path, &name, text.as_bytes(), "nl");
            attack.read("a questionnaire", &page);
        }
        let page = owner.upload("/study/instruments", &name, told.as_bytes(), "en");
        attack.read("a questionnaire with faults", &page);
    }
    // What was taken becomes lists.
    let visitor = &owner.visitor;
    let preview = format!("/study/rosters/preview/{preview}");
    let page = visitor.get(&preview);
    attack.read(&preview, &page);
    let seen = page.hidden("seen");
    let id = preview.rsplit('/').next().unwrap_or_default();
    let leaves_on = page.hidden("leaves_on");
    let fields = [("upload", id), ("seen", &seen), ("leaves_on", &leaves_on)];
    let kept = visitor.post("/study/rosters/commit", &fields);
    assert_eq!(kept.status, 303, "the list is kept");
}

const WATCH: &str = "window.__hits = []; window.__x = (n) => { window.__hits.push(n) };
    for (const name of ['alert', 'prompt', 'confirm', 'print']) window[name] = () => window.__hits.push(name);";

/// What ran, and what could run if somebody touched it.
const FOUND: &str = "return new Promise((done) => setTimeout(done, 10)).then(() => {
    const wrong = [];
    for (const one of document.querySelectorAll('*')) {
        const name = one.localName.toLowerCase();
        if (['iframe', 'frame', 'object', 'embed', 'base', 'foreignobject', 'portal', 'applet'].includes(name)) wrong.push('<' + name + '>');
        if (name === 'meta' && /refresh/i.test(one.httpEquiv)) wrong.push('a refresh');
        if (name === 'script' && !(one.src || '').startsWith(location.origin + '/assets/')) wrong.push('a script');
        for (const { name, value } of one.attributes) {
            if (/^on/i.test(name)) wrong.push(name);
            if (/^(href|src|action|formaction|xlink:href|data|srcset|poster|background)$/i.test(name)
                && (/^[\\s\\u0000-\\u001f]*(javascript|data|vbscript):/i.test(value)
                || new URL(value, location).origin !== location.origin && !/^mailto:/.test(value))) wrong.push(name + '=' + value);
            if (name === 'style' && /url|expression|import/i.test(value)) wrong.push('style=' + value);
        }
    }
    const said = document.documentElement.outerHTML.match(/__x\\(/g) || [];
    return { ran: window.__hits || ['nobody watched'], wrong, said: said.length };
})";

/// A picture that is a file of its own, taken apart where it cannot run.
const PICTURE: &str = "return fetch(PATH).then((one) => one.text()).then((text) => {
    const picture = new DOMParser().parseFromString(text, 'image/svg+xml');
    const wrong = [...picture.querySelectorAll('script, foreignObject, parsererror, image, use, a')].map((one) => one.localName);
    for (const one of picture.querySelectorAll('*')) for (const { name } of one.attributes) if (/^on|href/i.test(name)) wrong.push(name);
    return wrong;
})";

#[tokio::test(flavor = "multi_thread")]
async fn t6_no_payload_runs_on_any_page_and_t17_no_other_host_is_asked() {
    let Some(browser) = Browser::watched("payloads in every field", Size::Desk, "nl") else {
        return;
    };
    let payloads = payloads();
    assert_eq!(payloads.len(), 200);
    let began = Instant::now();
    let desk = open(&payloads).await;
    println!("a study after {:?}", began.elapsed());
    let told = tokio::task::spawn_blocking(move || attacked(&desk, &browser, &payloads, began));
    told.await.expect("the attack ends");
}

fn attacked(desk: &Desk, browser: &Browser, payloads: &[String], began: Instant) {
    let rounds = profile().of(20, payloads.len());
    let tried = Mutex::new(Tried::default());
    let attack_as = |role, next| Attack {
        payloads,
        tried: &tried,
        role,
        next,
    };
    let code_of = |role: &str| {
        let (_, code) = desk
            .codes
            .iter()
            .find(|(known, _)| *known == role)
            .expect("a role");
        code.clone()
    };
    let owner = Uploader::enter(&desk.base, &code_of("owner"));
    upload(&mut attack_as("owner", 0), &owner, rounds);
    println!("files after {:?}", began.elapsed());
    // Everybody at the same time, each with payloads of their own.
    std::thread::scope(|scope| {
        for (place, (role, code)) in desk.codes.iter().enumerate() {
            let mut attack = attack_as(*role, place * 28);
            scope.spawn(move || {
                let visitor = entered(&desk.base, role, code);
                let explored = attack.explore(&visitor);
                for form in &explored.forms {
                    attack.fill(&visitor, form, rounds);
                }
                // Pages of the desk take their time: what stands in an address is tried less often.
                attack.ask(&visitor, &explored, rounds / 4);
                if *role == "owner" || *role == "researcher" {
                    attack.ask_places(&visitor, rounds / 4);
                }
                println!("{role} after {:?}", began.elapsed());
            });
        }
    });
    // Wrong codes are counted, and few are taken from one place: these come last.
    let mut stranger = attack_as("stranger", 100);
    let visitor = Visitor::new(&desk.base);
    for _ in 0..rounds.min(9) {
        let number = stranger.take();
        stranger.note("/r code".to_owned(), number);
        let page = visitor.post("/r", &[("code", &payloads[number])]);
        stranger.read("/r", &page);
    }

    browser.watch(WATCH);
    proven(browser);
    let mut opened = 0;
    let mut said = 0;
    for (role, code) in &desk.codes {
        let visitor = entered(&desk.base, role, code);
        let attack = attack_as(*role, 0);
        let pictures = Mutex::new(BTreeSet::new());
        let explored = explore(&visitor, |path, page| {
            attack.read(path, page);
            if page.status == 200 && page.html.trim_start().starts_with("<svg") {
                pictures
                    .lock()
                    .expect("one at a time")
                    .insert(path.to_owned());
            }
        });
        enter_with(browser, &desk.base, code);
        let mut faults = Vec::new();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        for path in explored.pages.keys() {
            let of_kind = kinds.entry(kind(path)).or_default();
            *of_kind += 1;
            if *of_kind > profile().of(1, 2) {
                continue;
            }
            browser.visit(&format!("{}{path}", desk.base));
            let found = browser.script(FOUND);
            opened += 1;
            said += found["said"].as_u64().unwrap_or_default();
            if found["ran"] != json!([]) || found["wrong"] != json!([]) {
                faults.push(format!("{role} {path}: {found}"));
            }
        }
        for path in pictures.into_inner().expect("one at a time") {
            let wrong = browser.script(&PICTURE.replace("PATH", &json!(path).to_string()));
            opened += 1;
            if wrong != json!([]) {
                faults.push(format!("{role} {path}: {wrong}"));
            }
        }
        tried
            .lock()
            .expect("nobody panics with it")
            .faults
            .extend(faults);
    }
    println!("{opened} pages in the browser after {:?}", began.elapsed());

    let hosts = browser.hosts();
    let own = desk.base.strip_prefix("http://").unwrap_or_default();
    let others: Vec<&String> = hosts.keys().filter(|host| *host != own).collect();
    let tried = tried.into_inner().expect("nobody panics with it");
    let few: Vec<_> = tried
        .fields
        .iter()
        .filter(|(_, numbers)| numbers.len() < 5)
        .map(|(field, numbers)| format!("{field}: {}", numbers.len()))
        .collect();
    let all: BTreeSet<usize> = tried.fields.values().flatten().copied().collect();
    record(
        "hostile_pages",
        &json!({
            "promises": ["T6", "T17", "T20", "G24", "G38"],
            "payloads": all.len(),
            "payloads_seen_escaped": tried.shown.len(),
            "fields": tried.fields.len(),
            "fields_hidden_or_few": few.len(),
            "answers_read": tried.sent,
            "forms_taken": tried.taken,
            "pages_in_the_browser": opened,
            "payloads_on_these_pages": said,
            "ran_or_unescaped": tried.faults.len(),
            "requests": hosts.values().sum::<usize>(),
            "other_hosts": others.len(),
            "seconds": began.elapsed().as_secs(),
        }),
    );
    let told: Vec<&String> = tried.faults.iter().take(30).collect();
    assert!(
        tried.faults.is_empty(),
        "{} faults: {told:#?}",
        tried.faults.len()
    );
    assert_eq!(others, Vec::<&String>::new(), "other hosts were asked");
    assert!(
        hosts.contains_key(own),
        "the trace sees requests: {hosts:?}"
    );
    assert_eq!(all.len(), 200, "all payloads were sent");
    assert!(tried.shown.len() > 150, "{} were shown", tried.shown.len());
    assert!(tried.fields.len() > 80, "{:#?}", tried.fields.keys());
    assert!(
        opened > 80 && said > 2_000,
        "{opened} pages, {said} payloads"
    );
}

/// That the browser would tell: a page that escapes nothing.
fn proven(browser: &Browser) {
    browser
        .visit("data:text/html,<title>x</title><img src=x onerror=__x(7)><script>__x(8)</script>");
    let found = browser.script(
        "return new Promise((done) => setTimeout(done, 200)).then(() => window.__hits.sort())",
    );
    assert_eq!(found, json!([7, 8]), "what runs is seen");
    browser.hosts();
}

fn entered(base: &str, role: &str, code: &str) -> Visitor {
    let visitor = Visitor::new(base);
    visitor.enter(code);
    if role == "respondent" {
        visitor.post(
            "/answer/consent",
            &[
                ("research", "yes"),
                ("person_picture", "no"),
                ("follow_up", "no"),
            ],
        );
    }
    visitor
}

fn enter_with(browser: &Browser, base: &str, code: &str) {
    browser.visit(&format!("{base}/r"));
    browser.script(&format!(
        "const field = document.querySelector('[name=code]'); field.value = {code:?}; field.form.submit(); return null"
    ));
    browser.left(&format!("{base}/r"));
}
